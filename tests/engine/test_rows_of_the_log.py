"""The rows that the log gives without a catalogue, and those of kinds that last: what each says, and since when."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.district import District
from engine.tables import subject_table
from events.facts import (
    EvidenceRecorded,
    Granted,
    Kind,
    PersonMoved,
    StudioFounded,
    UnitEstablished,
)
from ladders.evidence.columns import FOREVER, WAIVED
from tests.engine.district_at_work import AtWork, tables
from tests.engine.long_review import HALL, LongReview
from tests.engine.test_projections import rebuilt
from workflows.acts import EndDispensation, GrantDispensation, WithdrawCase
from workflows.commands import Correct, DeclareCatalogue, Nominate, PublishLadder, Span

LENIENT = """
format: jieti-ladder/1
id: lenient
title: {zh: 宽限阶梯, en: lenient}
subject: person
rungs: [{id: easy, title: {zh: 合格, en: easy}, end: true}]
steps:
  - to: easy
    clauses:
      - {id: hours, title: {zh: 学时, en: hours}, evidence: training, then: [sum], at least: 20, basis: assumed,
         dispensation: waive}
""".encode()
JULY, NEXT_JULY = date(2026, 7, 1), date(2027, 7, 1)


def rows(district: District, kind: str, at: int | None = None) -> list[dict[str, Any]]:
    """The rows of a kind that are known at a position (the tip): subjects and days by name, codes as terms."""
    columns = district.columns()
    with district.reading() as connection:
        names = {one.number: one.id for one in connection.execute(subject_table.select())}
    of, at = columns.rows(kind), columns.position if at is None else at
    found = []
    for i in range(len(of)):
        if not of.known[i] <= at < of.voided[i]:
            continue
        row: dict[str, Any] = {"subject": names[int(of.subject[i])], "first": date.fromordinal(int(of.first[i]))}
        if of.until[i] != FOREVER:
            row["until"] = date.fromordinal(int(of.until[i]))
        if of.amount[i]:
            row["amount"] = int(of.amount[i])
        for name, codes in of.attributes.items():
            code = int(codes[i])
            if code >= 0:
                row[name] = names[code] if name == "member" else columns.terms[name][code]
        found.append(row)
    return found


# ---------------------------------------------------------------------------------------- employment, studios, units


def test_employment_tells_the_unit_its_kind_where_it_lies_and_its_phase(at_work: AtWork):
    village = UnitEstablished(
        code="V", kind="central school", name="河口", part_of="u-centre", locality="rural", phase="nine-year"
    )
    at_work.record("u-village", village, date(2001, 9, 1), "V")
    at_work.record("p-1", PersonMoved(unit="u-village"), date(2024, 9, 1))
    assert [row for row in rows(at_work.district, "employment") if row["subject"] == "p-1"] == [
        {
            "subject": "p-1", "first": date(2015, 9, 1), "until": date(2024, 8, 31), "member": "u-centre",
            "unit": "u-centre", "unit kind": "school",
        },
        {
            "subject": "p-1", "first": date(2024, 9, 1), "member": "u-village", "unit": "u-village",
            "unit kind": "central school", "locality": "rural", "phase": "nine-year",
        },
    ]  # fmt: skip


def test_a_unit_is_tied_to_its_studios_and_to_the_units_directly_below_it(at_work: AtWork):
    second = StudioFounded(code="g-2", kind="principal", name="欧阳", host="p-2", unit="u-east")
    at_work.record("g-2", second, date(2022, 9, 1), "g-2")
    assert rows(at_work.district, "studios") == [
        {"subject": "u-east", "first": date(2020, 9, 1), "member": "g-1"},
        {"subject": "u-east", "first": date(2022, 9, 1), "member": "g-2"},
    ]
    assert rows(at_work.district, "units") == [
        {"subject": "u-centre", "first": date(2000, 9, 1), "member": "u-east"},
        {"subject": "u-centre", "first": date(2000, 9, 1), "member": "u-west"},
    ]


# --------------------------------------------------------------------------------------------- what cases leave


def test_an_application_states_what_was_stated_until_it_is_withdrawn(at_work: AtWork):
    cycle = at_work.open_cycle(())
    said: dict[str, Any] = {"cycle": cycle, "subject": "p-1"}
    first = at_work.do(Nominate, **said, case="c-1", states={"track": "research"})
    of = {"subject": "p-1", "first": date(2026, 6, 1), "ladder": "diligence", "rung": "diligent"}
    assert rows(at_work.district, "application") == [{**of, "track": "research"}]
    withdrawn = at_work.do(WithdrawCase, cycle=cycle, case="c-1", reason="报错了")
    assert rows(at_work.district, "application") == []
    assert rows(at_work.district, "application", withdrawn - 1) == [{**of, "track": "research"}]
    assert rows(at_work.district, "application", first - 1) == []
    at_work.do(Nominate, **said, case="c-2")
    assert rows(at_work.district, "application") == [of]


def test_a_case_leaves_how_it_ended_and_a_grant_what_it_used(at_work: AtWork):
    at_work.review()
    ended = {
        row["subject"]: (row["outcome"], row.get("reason"), row["ladder"], row["rung"])
        for row in rows(at_work.district, "decision")
    }
    of = ("diligence", "diligent")
    assert ended == {
        "p-1": ("granted", None, *of), "p-2": ("granted", None, *of), "p-3": ("declined", "rejected", *of),
        "p-4": ("declined", "not eligible", *of), "p-5": ("declined", "not eligible", *of),
    }  # fmt: skip
    with at_work.district.reading() as connection:
        grants = [one for one in at_work.district.log.read_after(connection, 0, 999) if isinstance(one.fact, Granted)]
    used = rows(at_work.district, "used")
    for grant in grants:
        assert isinstance(grant.fact, Granted)
        own = [row for row in used if row["subject"] == grant.fact.subject]
        assert len(own) == 3  # the beginning of service and two trainings
        assert tuple(row["amount"] for row in own) == grant.fact.evidence
        assert {(row["ladder"], row["rung"]) for row in own} == {of}
        before = rows(at_work.district, "used", grant.position - 1)
        assert [row for row in before if row["subject"] == grant.fact.subject] == []
    assert len(used) == 3 * len(grants) == 6


@pytest.mark.parametrize(("votes", "score"), [(("for",), 90_00), (("for", "against", "against"), 76_66)])
def test_a_decision_carries_the_score_of_the_last_marked_stage_never_rounded_up(
    at_work: AtWork, votes: tuple[str, ...], score: int
):
    review = LongReview(at_work, ("p-1",))
    review.to_the_hall()
    judges = list(HALL)
    while len(judges) < len(votes):
        review.add("p-1", "hall", extra := f"p-{len(judges)}")
        judges.append(extra)
    for judge, vote in zip(judges, (*votes, *("for",) * (2 - len(votes))), strict=True):
        review.vote("p-1", "hall", judge, vote)
    review.decide("hall", "p-1")
    review.place(("p-1",))
    review.post("p-1")
    at_work.wait_until(date(2026, 6, 29))
    review.conclude("p-1")
    (row,) = rows(at_work.district, "decision")
    assert (row["amount"], row["outcome"]) == (score, "granted")


# ------------------------------------------------------------------------------------------------- dispensations


def dispense(at_work: AtWork, **said: Any) -> int:
    if "lenient" not in {version.id for version in at_work.district.ladders.values()}:
        at_work.do(PublishLadder, file=LENIENT, in_force_from=date(2026, 1, 1))
    told = {"subject": "p-1", "ladder": "lenient", "clause": "hours", "on": JULY, "reason": "支教"}
    return at_work.do(GrantDispensation, **(told | said))


def test_a_dispensation_waives_or_lowers_from_a_day_to_its_last(at_work: AtWork):
    dispense(at_work, until=date(2027, 6, 30))
    dispense(at_work, on=NEXT_JULY, at_least=Decimal("12.5"))
    of = {"subject": "p-1", "ladder": "lenient", "clause": "hours"}
    assert rows(at_work.district, "dispensation") == [
        {**of, "first": JULY, "until": date(2027, 6, 30), "amount": WAIVED},
        {**of, "first": NEXT_JULY, "amount": 12_500_000},
    ]


def test_a_dispensation_that_ends_early_is_known_to_have_lasted_until_the_day_before(at_work: AtWork):
    granted = dispense(at_work)
    end = {"subject": "p-1", "dispensation": granted, "reason": "返校"}
    ended = at_work.do(EndDispensation, **end, on=NEXT_JULY)
    (row,) = rows(at_work.district, "dispensation")
    assert row["until"] == date(2027, 6, 30)
    (row,) = rows(at_work.district, "dispensation", ended - 1)
    assert "until" not in row


def test_a_dispensation_that_ends_on_its_first_day_never_was(at_work: AtWork):
    granted = dispense(at_work)
    at_work.do(EndDispensation, subject="p-1", dispensation=granted, on=JULY, reason="误批")
    assert rows(at_work.district, "dispensation") == []


# ------------------------------------------------------------------------------------- kinds that last, and numbers


def appointed(until: date | None) -> EvidenceRecorded:
    return EvidenceRecorded(kind="appointment", title="-", attributes={"role": "head-teacher"}, lasts_until=until)


def test_what_lasts_is_in_force_until_its_last_day_or_goes_on_and_a_correction_says_otherwise(at_work: AtWork):
    at = at_work.record("p-1", appointed(date(2026, 1, 31)), date(2025, 9, 1))
    at_work.record("p-2", appointed(None), date(2025, 9, 1))
    of = {"first": date(2025, 9, 1), "role": "head-teacher"}
    before = [{**of, "subject": "p-1", "until": date(2026, 1, 31)}, {**of, "subject": "p-2"}]
    assert rows(at_work.district, "appointment") == before
    correction = {"target": at, "reason": "任期有误"}
    began = date(2025, 10, 1)
    corrected = at_work.do(Correct, **correction, occurred=Span.day(began), fact=appointed(date(2026, 6, 30)))
    longer = {**of, "subject": "p-1", "first": began, "until": date(2026, 6, 30)}
    assert rows(at_work.district, "appointment") == [before[1], longer]
    assert rows(at_work.district, "appointment", corrected - 1) == before
    at_work.do(Correct, **correction, occurred=Span.day(began), fact=appointed(None))
    assert "until" not in rows(at_work.district, "appointment")[1]


def test_a_whole_number_is_itself_in_the_columns_and_has_no_dictionary(at_work: AtWork):
    kinds = {**at_work.district.catalogue.kinds, "class": Kind(zh="班", en="class", attributes={"pupils": "number"})}
    declared = at_work.district.catalogue.model_copy(update={"kinds": kinds})
    at_work.do(DeclareCatalogue, catalogue=declared)
    for pupils in ("45", "0", None, "999999999"):
        said: dict[str, str] = {} if pupils is None else {"pupils": pupils}
        at_work.record("p-1", EvidenceRecorded(kind="class", title="-", attributes=said))
    columns = at_work.district.columns()
    assert columns.rows("class").attributes["pupils"].tolist() == [45, 0, -1, 999_999_999]
    assert "pupils" not in columns.terms


def test_schools_have_evidence_and_titles_of_their_own(at_work: AtWork):
    at_work.record("u-east", EvidenceRecorded(kind="award", title="示范校", attributes={"level": "city"}))
    assert rows(at_work.district, "award") == [{"subject": "u-east", "first": date(2025, 5, 6), "level": "city"}]


# ------------------------------------------------------------------------------------------------------- made anew


def test_made_anew_in_whatever_batches_the_rows_and_the_columns_are_the_same(at_work: AtWork):
    at_work.review()
    at = at_work.record("p-1", appointed(date(2026, 1, 31)), date(2025, 9, 1))
    at_work.do(Correct, target=at, reason="误", occurred=Span.day(date(2025, 9, 1)), fact=appointed(None))
    at_work.record("p-2", PersonMoved(unit="u-west"), date(2024, 9, 1))
    granted = dispense(at_work)
    at_work.do(EndDispensation, subject="p-1", dispensation=granted, on=NEXT_JULY, reason="返校")
    other = at_work.open_cycle((), "2027")
    for case in ("c-1", "c-2"):
        at_work.do(Nominate, cycle=other, case=case, subject="p-1", states={"track": case})
        at_work.do(WithdrawCase, cycle=other, case=case, reason="-")
    kinds = (
        *("employment", "studios", "units", "application", "decision", "used"), *("dispensation", "appointment"),
    )  # fmt: skip
    there, said = tables(at_work.district), {kind: rows(at_work.district, kind) for kind in kinds}
    assert all(said[kind] for kind in kinds)
    for batch in (1, 4, 10_000):
        assert rebuilt(at_work.district, batch) == there
    at_work.district.rebuild()
    with District.open(at_work.district.folder) as again:
        assert {kind: rows(again, kind) for kind in kinds} == said
