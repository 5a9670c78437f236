"""What is so of a subject, and of those who are tied to it: attributes, tables by them, ranks, everybody asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ladders.reference.verdict import Row
from tests.ladders.examples import ALWAYS, TODAY, found, lasting, member, of, on, training, verdict

PARTS: dict[str, Any] = {
    "attributes": {
        "degree": {"evidence": "degree", "highest": "degree"},
        "place": {"evidence": "employment", "latest": "locality"},
        "school": {"evidence": "employment", "latest": "unit"},
        "track": {"application": "track"},
        "mode": {"setting": "mode"},
    },
    "tables": {
        "load": {"by": "place", "columns": ["lessons", "level"],
                 "rows": {"urban": [4, "district or better"], "rural": [2, "area"]}},
        "strict": {"by": "mode", "columns": ["papers"], "rows": {"strict": [3]}, "other": [1]},
        "both": {"by": ["to", "place"], "columns": ["hours"], "rows": {"two urban": [9], "two rural": [6]}},
        "by-track": {"by": "track", "columns": ["hours"], "rows": {"research": [1], "teaching": [5]}},
    },
}  # fmt: skip


def works(unit: int, position: int, first: date = date(2020, 9, 1), person: int = 0, **attributes: str) -> Row:
    """A person's employment in a unit."""
    said: dict[str, Any] = {"member": unit, "unit": f"u{unit}", **attributes}
    return replace(lasting(first, position=position, **said), subject=person)


URBAN, RURAL = works(7, 20, locality="urban"), works(8, 21, locality="rural", first=date(2025, 9, 1))


# --------------------------------------------------------------------------------------------------------- attributes


@pytest.mark.parametrize(
    ("asked", "outcome"),
    [
        ({"one of": ["bachelor"]}, "met"),
        ({"one of": ["master", "college"]}, "not met"),
        ({"at least": "bachelor"}, "met"),
        ({"at least": "master"}, "not met"),
        ({"at most": "bachelor"}, "met"),
        ({"at most": "college"}, "not met"),
    ],
)
def test_the_highest_degree_is_asked_for_on_its_scale(asked: dict[str, Any], outcome: str):
    degrees = [on(date(2020, 7, 1), 5, degree="bachelor"), on(date(2024, 7, 1), 6, degree="college")]
    said = verdict([{"is": "degree", **asked}], more=PARTS, degree=degrees)
    assert (said.findings[0].outcome, said.findings[0].low, said.evidence) == (outcome, None, (5,))


def test_an_attribute_that_nothing_says_is_unknown_unless_absent_says_otherwise():
    clause = {"is": "degree", "at least": "bachelor"}
    assert found(clause, more=PARTS).outcome == "unknown"
    assert found({**clause, "absent": "not met"}, more=PARTS).outcome == "not met"
    perhaps = [on(date(2026, 6, 1), last=date(2026, 7, 31), degree="master")]
    assert found({**clause, "absent": "not met"}, more=PARTS, degree=perhaps).outcome == "unknown"


def test_the_latest_place_of_work_counts_until_its_last_day():
    clause = {"is": "place", "one of": ["rural"]}
    assert found(clause, more=PARTS, employment=[URBAN, RURAL]).outcome == "met"
    assert found(clause, more=PARTS, employment=[URBAN, replace(RURAL, until=TODAY)]).outcome == "met"
    gone = replace(RURAL, until=date(2026, 6, 29))
    assert found(clause, more=PARTS, employment=[URBAN, gone]).outcome == "not met"


def test_a_threshold_a_filter_and_a_cap_may_hang_on_the_place_of_work():
    rows = [on(date(2026, 1, n), 4 + n, level=level) for n, level in enumerate(["area", "district", "city"], 1)]
    lessons = training("sum", at_least="load.lessons")
    assert found(lessons, more=PARTS, training=rows, employment=[URBAN]).outcome == "not met"
    assert found(lessons, more=PARTS, training=rows, employment=[RURAL]).outcome == "met"
    reach = training({"only": {"level": "load.level"}}, "sum", at_least=1)
    assert verdict([reach], more=PARTS, training=rows, employment=[URBAN]).evidence == (6, 7)
    assert verdict([reach], more=PARTS, training=rows, employment=[RURAL]).evidence == (5,)
    capped = training("sum", {"cap": "load.lessons"}, at_least=1)
    assert found(capped, more=PARTS, training=rows, employment=[RURAL]).low == 20


def test_what_a_table_does_not_name_is_unknown_unless_it_has_another_row():
    lessons = training("sum", at_least="load.lessons")
    asked: dict[str, Any] = {"more": PARTS, "training": [on(TODAY, amount=90)]}
    finding = found(lessons, **asked)
    assert (finding.outcome, finding.low) == ("unknown", None)
    assert found(lessons, employment=[works(7, 20, locality="island")], **asked).outcome == "unknown"
    papers = training("count", at_least="strict.papers")
    assert found(papers, **asked).outcome == "met"
    assert found(papers, values={"mode": "strict"}, **asked).outcome == "not met"
    assert found(papers, values={"mode": "loose"}, **asked).outcome == "met"
    both = training("sum", at_least="both.hours")
    assert found(both, employment=[URBAN], **asked).outcome == "met"
    assert found(both, employment=[URBAN], to={"to": "three"}, **asked).outcome == "unknown"


def test_the_track_stated_in_the_application_decides_what_is_asked():
    stated: dict[str, Any] = {"ladder": "test", "rung": "two"}
    first = on(date(2026, 5, 1), 30, track="teaching", **stated)
    again = on(date(2026, 6, 1), 31, track="research", **stated)
    elsewhere = on(date(2026, 6, 2), 32, **{**stated, "ladder": "other"}, track="teaching")
    clause = training("sum", at_least="by-track.hours")
    rows = [on(date(2026, 1, 1), amount=20)]
    assert found(clause, more=PARTS, training=rows, application=[first]).outcome == "not met"
    assert found(clause, more=PARTS, training=rows, application=[first, again, elsewhere]).outcome == "met"
    said = verdict([{"is": "track", "one of": ["research"]}], more=PARTS, application=[first, again])
    assert (said.outcome, said.evidence) == ("met", (31,))


# -------------------------------------------------------------------------------------------------------------- ranks


def scores(*amounts: int, rank: str = "school") -> dict[str, Any]:
    """Scores of so many people, the first of whom is asked about; all work in one school but the last."""
    people = len(amounts)
    return {
        "score": [of(n, on(date(2026, 1, 1), 40 + n, amount=amount)) for n, amount in enumerate(amounts)],
        "employment": [works(7 if n < people - 1 else 8, 60 + n, person=n) for n in range(people)],
        "standing": [replace(ALWAYS, subject=n, recorded=80 + n) for n in range(people)],
    }


RANK = {"evidence": "score", "then": ["best", {"rank per": "school"}], "at most": 2}


def test_a_rank_is_that_within_ones_own_school():
    assert found(RANK, more=PARTS, **scores(80, 90, 80, 70, 99)).low == 2
    assert found(RANK, more=PARTS, **scores(70, 90, 80, 60, 99)).outcome == "not met"
    said = verdict([RANK], more=PARTS, **scores(80, 90, 80, 70, 99))
    assert said.evidence == (40,)


def test_a_share_of_a_rank_is_over_all_who_have_a_number():
    share = {"evidence": "score", "then": ["best", {"rank share per": "school"}], "at most": "1/2"}
    finding = found(share, more=PARTS, **scores(80, 90, 80, 70, 99))
    assert (finding.outcome, finding.low, finding.over) == ("met", 2, 4)
    people = scores(80, 90, 80, 70, 99)
    people["score"] = [row for row in people["score"] if row.subject != 3]  # has no score: is no peer
    assert found(share, more=PARTS, **people).over == 3


def test_somebody_whose_number_is_not_certain_makes_the_rank_a_range():
    people = scores(80, 90, 80, 70, 99)
    perhaps = replace(of(3, on(date(2026, 6, 1), 50, amount=85)), last=date(2026, 7, 31))
    finding = found(RANK, more=PARTS, **{**people, "score": [*people["score"], perhaps]})
    assert (finding.outcome, finding.low, finding.high) == ("unknown", 2, 3)


def test_who_works_nowhere_has_no_rank():
    finding = found(RANK, more=PARTS, score=[on(TODAY)])
    assert (finding.outcome, finding.low) == ("unknown", None)


# ----------------------------------------------------------------------------------------------- ties and their chains


def studio(unit: int, group: int, position: int, first: date = date(2020, 1, 1), until: date = date.max) -> Row:
    """A studio of a unit."""
    return replace(lasting(first, until, position, member=group), subject=unit)


def joined(group: int, person: int, first: date, position: int, until: date = date.max, role: str = "member") -> Row:
    """A membership in a group."""
    return replace(member(person, first, until, position, role), subject=group)


def test_what_the_members_of_a_schools_studios_do_counts_for_the_school():
    studios = [studio(0, 5, 20), studio(0, 6, 21), studio(1, 7, 22)]
    members = [joined(group, person, date(2024, 1, 1), 30 + person) for group, person in ((5, 2), (6, 3), (7, 4))]
    rows = [of(person, on(date(2025, 1, 1), 40 + person)) for person in (2, 3, 4)]
    clause = {**training("count", at_least=2), "through": ["studios", "members"]}
    said = verdict([clause], studios=studios, member=members, training=rows)
    assert (said.outcome, said.evidence) == ("met", (42, 43))
    closed = [replace(studios[0], until=date(2024, 12, 31)), *studios[1:]]
    assert found(clause, studios=closed, member=members, training=rows).low == 1


def test_a_stations_teachers_are_those_of_its_schools():
    units = [replace(lasting(date(2020, 1, 1), position=20, member=school), subject=0) for school in (5, 6)]
    people = [works(5, 30, person=2), works(6, 31, person=3), works(7, 32, person=4)]
    rows = [of(person, on(date(2025, 1, 1), 40 + person)) for person in (2, 3, 4)]
    clause = {**training({"count per": "member"}, "count", at_least=2), "through": ["units", "teachers"]}
    assert verdict([clause], units=units, employment=people, training=rows).evidence == (42, 43)


def test_a_person_has_what_the_groups_and_mentors_and_the_unit_have():
    rows = [of(subject, on(date(2025, 1, 1), 40 + subject)) for subject in (5, 6, 7)]
    asked: dict[str, Any] = {
        "training": rows,
        "member": [joined(5, 0, date(2024, 1, 1), 20)],
        "mentee": [replace(lasting(date(2024, 1, 1), position=21, member=0), subject=6)],
        "employment": [works(7, 22)],
    }
    for relation, position in (("groups", 45), ("mentors", 46), ("unit", 47)):
        assert verdict([{**training("count", at_least=1), "through": relation}], **asked).evidence == (position,)


def test_across_groups_a_fact_counts_for_all_of_them_or_for_the_one_joined_first():
    members = [joined(0, 2, date(2024, 9, 1), 20), joined(1, 2, date(2024, 1, 1), 21, until=date(2025, 6, 30))]
    rows = [of(2, on(date(2025, 1, 1), 40)), of(2, on(date(2025, 9, 1), 41))]
    clause = {**training("count", at_least=1), "through": "members"}
    assert found(clause, member=members, training=rows).low == 2
    assert verdict([{**clause, "across": "primary"}], member=members, training=rows).evidence == (41,)
    perhaps = [members[0], replace(members[1], last=date(2025, 2, 28))]
    finding = found({**clause, "across": "primary"}, member=perhaps, training=rows)
    assert (finding.low, finding.high) == (1, 2)


# ---------------------------------------------------------------------------------------------------- asked of others


def holder(person: int, rung: str = "two") -> Row:
    """A standing on a rung."""
    return replace(ALWAYS, subject=person, recorded=60 + person, attributes={**ALWAYS.attributes, "rung": rung})


MEMBERS = [joined(0, person, date(2025, 1, 1), 20 + person) for person in (1, 2, 3)]
EVERY = {"asked of": "members", "each": {"holds": ["two"]}}


def test_every_member_must_hold_the_rung():
    held = [ALWAYS, holder(1), holder(2)]
    said = verdict([{**EVERY, "at least": "all"}], standing=held, member=MEMBERS)
    finding = said.findings[0]
    assert (finding.outcome, finding.low, finding.over, said.evidence) == ("not met", 2, 3, (0, 21, 22, 23))
    assert found({**EVERY, "at least": "2/3"}, standing=held, member=MEMBERS).outcome == "met"
    assert found({**EVERY, "at most": "1/2"}, standing=held, member=MEMBERS).outcome == "not met"
    finding = found({**EVERY, "at least": 2}, standing=held, member=MEMBERS)
    assert (finding.outcome, finding.low, finding.over) == ("met", 2, 1)


def test_who_has_left_is_not_asked_and_who_joined_twice_is_asked_once():
    left = [replace(MEMBERS[2], until=date(2026, 6, 29)), *MEMBERS[:2], joined(0, 1, date(2025, 3, 1), 29)]
    held = [ALWAYS, holder(1), holder(2)]
    finding = found({**EVERY, "at least": "all"}, standing=held, member=left)
    assert (finding.outcome, finding.over) == ("met", 2)


def test_a_share_of_nobody_is_unknown_and_a_number_of_nobody_is_none():
    assert found({**EVERY, "at least": "all"}).outcome == "unknown"
    assert found({**EVERY, "at least": "all", "absent": "not met"}).outcome == "not met"
    finding = found({**EVERY, "at least": 1})
    assert (finding.outcome, finding.low) == ("not met", 0)


def test_a_member_of_whom_it_is_unknown_makes_a_range():
    each = {"asked of": "members", "each": training("mean", at_least=1), "at least": 2}
    rows = [of(1, on(TODAY, 40)), of(2, on(TODAY, 41))]
    finding = found(each, member=MEMBERS, training=rows)
    assert (finding.outcome, finding.low, finding.high) == ("met", 2, 3)
    finding = found({**each, "at least": "all"}, member=MEMBERS, training=rows)
    assert (finding.outcome, finding.low, finding.high) == ("unknown", 2, 3)


def test_the_roles_that_are_asked_and_a_chain_of_them():
    members = [joined(5, 1, date(2025, 1, 1), 20, role="core"), joined(5, 2, date(2025, 1, 1), 21)]
    chain = {"asked of": ["studios", "members"], "each": {"holds": ["two"]}, "at least": "all"}
    asked: dict[str, Any] = {"studios": [studio(0, 5, 30)], "member": members, "standing": [ALWAYS, holder(1)]}
    assert found(chain, **asked).outcome == "not met"
    said = verdict([{**chain, "roles": ["core"]}], **asked)
    assert (said.outcome, said.evidence) == ("met", (0, 20, 30))
