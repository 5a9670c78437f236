"""The facts: exact amounts, frozen values, names that are told apart, keys under which things happen once."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from events import facts
from events.facts import FACTS, Amount, Fact, FromRow, PersonHired, Value
from tests.events.specimen import SOURCE, WORK, Specimen
from tests.events.specimens import SPECIMENS

# -------------------------------------------------------------------------------------------------------- amounts


@pytest.mark.parametrize(
    ("number", "value", "scale"),
    [
        ("6.5", 65, 1),
        ("6", 6, 0),
        ("6.500", 65, 1),
        ("1E+2", 100, 0),
        ("1.2E+3", 1200, 0),
        ("12E-1", 12, 1),
        ("0.000001", 1, 6),
        ("0.0000010", 1, 6),
        ("-6.25", -625, 2),
        ("0", 0, 0),
        ("-0.00", 0, 0),
        ("0E+5", 0, 0),
        ("0E-20", 0, 0),
        ("999999.999999", 999_999_999_999, 6),
        ("1000000000000", 10**12, 0),
        ("100.0000000000000000000000000000000", 100, 0),
    ],
)
def test_an_amount_is_exactly_the_number_written(number: str, value: int, scale: int) -> None:
    amount = Amount.of(Decimal(number), "hour")
    assert (amount.value, amount.scale, amount.unit) == (value, scale, "hour")
    assert amount.number == Decimal(number)


@pytest.mark.parametrize(
    "number",
    [
        "0.0000001",
        "1.00000000000000000000000000000000001",  # more digits than Decimal's own arithmetic keeps
        "123456789012345678901234567890.5",
        "1000000000001",
        "1E+13",
        "1E+999999",
        "12345678.123456",
        "NaN",
        "sNaN",
        "Infinity",
        "-Infinity",
    ],
)
def test_a_number_that_would_be_rounded_or_does_not_fit_is_no_amount(number: str) -> None:
    with pytest.raises(ValueError, match=r"decimal places|too large|not a number|less than or equal"):
        Amount.of(Decimal(number), "hour")


@settings(deadline=None)  # a busy machine is no finding
@given(st.integers(-(10**12), 10**12), st.integers(0, 6))
def test_an_amount_of_its_number_is_the_shortest_way_to_write_it(value: int, scale: int) -> None:
    amount = Amount(value=value, scale=scale, unit="hour")
    short = Amount.of(amount.number, "hour")
    assert short.number == amount.number
    assert short.scale <= scale
    assert short.scale == 0 or short.value % 10
    assert short.at(scale) == value


@settings(deadline=None)  # a busy machine is no finding
@given(st.integers(-(10**12), 10**12), st.integers(0, 6), st.integers(0, 6))
def test_an_amount_at_another_scale_is_exact_or_refused(value: int, scale: int, other: int) -> None:
    amount = Amount(value=value, scale=scale, unit="hour")
    exact = Decimal(value).scaleb(other - scale)
    if exact == int(exact):
        assert amount.at(other) == exact
        assert -(2**63) <= amount.at(other) < 2**63
    else:
        with pytest.raises(ValueError, match=f"does not fit {other} decimal places"):
            amount.at(other)


@pytest.mark.parametrize("wrong", [{"scale": 7}, {"scale": -1}, {"value": 10**12 + 1}, {"value": 1.5}])
def test_an_amount_out_of_bounds_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Amount.model_validate({"value": 1, "scale": 0, "unit": "hour", **wrong})


# ---------------------------------------------------------------------------------------------------------- values


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda specimen: specimen.fact.TYPE)
def test_a_fact_is_frozen_and_knows_all_its_fields(specimen: Specimen) -> None:
    fact = specimen.fact
    for name in type(fact).model_fields:
        with pytest.raises(ValidationError, match="frozen"):
            setattr(fact, name, getattr(fact, name))
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        type(fact).model_validate({**fact.model_dump(), "unheard_of": 1})


def test_a_value_inside_a_fact_knows_all_its_fields_too() -> None:
    for kind in subclasses(Value):
        assert kind.model_config.get("extra") == "forbid", kind
        assert kind.model_config.get("frozen"), kind


def test_an_error_never_quotes_what_was_refused() -> None:
    with pytest.raises(ValidationError) as caught:
        PersonHired.model_validate({"name": ["张三"], "staff_number": 1234567, "unit": "u1"})
    assert "张三" not in str(caught.value)
    assert "1234567" not in str(caught.value)


def test_a_clock_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValidationError, match="timezone"):
        facts.ClockSet.model_validate({"now": "2026-09-01T08:00:00"})


# ------------------------------------------------------------------------------------------------ names and keys


def subclasses(kind: type[Value]) -> set[type[Value]]:
    """All kinds of a value that our own modules declare."""
    direct = {one for one in kind.__subclasses__() if one.__module__.startswith("events.facts")}
    return direct.union(*map(subclasses, direct))


def test_every_fact_is_in_the_table_under_a_name_of_its_own() -> None:
    kinds = {kind for kind in subclasses(Fact) if "TYPE" in vars(kind)}
    assert set(FACTS.values()) == kinds
    assert len(FACTS) == len(kinds), "two facts share a stored name"
    assert {kind.__name__ for kind in kinds} <= set(facts.__all__)


@pytest.mark.parametrize("name", FACTS)
def test_a_stored_name_is_plain_words_in_small_letters(name: str) -> None:
    assert re.fullmatch(r"[a-z]+( [a-z]+)*", name)
    assert name == FACTS[name].TYPE


def test_every_fact_of_a_row_happens_once_per_row() -> None:
    for specimen in SPECIMENS:
        if isinstance(specimen.fact, FromRow):
            stated = specimen.fact.model_copy(update={"source": SOURCE})
            by_hand = specimen.fact.model_copy(update={"source": None})
            assert f"row/{SOURCE.key}" in stated.business_keys(specimen.stream)
            assert not any(key.startswith("row/") for key in by_hand.business_keys(specimen.stream))


KEYS = {
    ("district opened", "district"): ["district"],
    ("taken back", "subject-p3"): ["taken back/12"],
    ("taken back", "training-t2"): ["taken back/11"],
    ("case withdrawn", "case-c9"): ["taken back/13"],
    ("training recognised", "subject-p1"): ["recognised/16"],
    ("training recognised", "subject-p9"): ["recognised/17/99"],
    ("training recorded", "subject-p9"): ["training/subject-p9/" + WORK],
    ("training numbered", "subject-p9"): ["training/subject-p9/" + WORK],
    ("training numbered", "subject-p10"): ["training/subject-p10/" + WORK],
    ("trainings found the same", "subject-p9"): ["same/17/20"],
    ("trainings found the same", "subject-p10"): ["same/17/20/101"],
    ("trainings found different", "subject-p9"): ["different/17/20"],
    ("trainings found different", "subject-p10"): ["different/20/21"],
    ("evidence voided", "subject-p1"): ["voided/21"],
    ("ladder published", "ladder-teacher"): ["ladder/teacher/" + "ab" * 32],
    ("ladder published", "ladder-station"): ["ladder/station/" + "cd" * 32],
    ("case rebased", "case-k6"): ["rebased/case-k6/99"],
    ("placed", "case-k7"): ["place/case-k7/101"],
    ("granted", "case-k8"): ["outcome/c1/p6"],
    ("declined", "case-k8"): ["outcome/c1/p6"],
    ("results signed", "cycle-c1"): ["signed/cycle-c1/63"],
    ("person erased", "subject-p2"): ["erased/subject-p2"],
    ("person erased", "subject-p7"): ["erased/subject-p7"],
    ("correction opened", "subject-p1"): ["correction/60/" + "cd" * 32],
    ("correction decided", "subject-p1"): ["correction decided/91"],
    ("correction decided", "subject-p3"): ["correction decided/93"],
    ("granted on correction", "subject-p3"): ["correction decided/95"],
    ("cycle opened", "cycle-c1"): ["cycle/teacher/leader/2026/u0"],
    ("nominated", "case-k1"): ["nomination/c1/p1"],
    ("nominated", "case-k3"): ["nomination/c1/p5", "outside the count/c1/p5"],
    ("nominated", "case-k9"): ["nomination/c1/p9"],
    ("ballot cast", "case-k1"): ["ballot/case-k1/panel/2"],
    ("ballot cast", "case-k3"): ["ballot/case-k3/sheet/1/1"],
    ("sealed ballot cast", "case-k3"): ["ballot/case-k3/panel/2"],
    ("ballot withdrawn", "case-k3"): ["ballot withdrawn/47"],
    ("ballot opened", "case-k3"): ["ballot opened/47"],
    ("stage extended", "cycle-c1"): ["extension/cycle-c1/panel"],
    ("seat recused", "case-k3"): ["recusal/case-k3/panel/1"],
    ("seat recused", "case-k6"): ["recusal/case-k6/panel/1/1"],
    ("recusal ended", "case-k6"): ["recusal ended/87"],
    ("case withdrawn", "case-k3"): ["withdrawal/c1/p5"],
    ("stage decided", "case-k1"): ["stage/case-k1/panel/32"],
    ("stage decided", "case-k4"): ["stage/case-k4/sheet/32"],
    ("placed", "case-k4"): ["place/case-k4/62"],
    ("placed", "case-k5"): ["place/case-k5/62"],
    ("graded", "case-k6"): ["grade/case-k6/110"],
    ("granted", "case-k6"): ["outcome/c1/p5"],
    ("stands again", "case-k6"): ["round/case-k6/panel/45/2"],
    ("ballot cast", "case-k6"): ["ballot/case-k6/panel/1/1"],
    ("sealed ballot cast", "case-k6"): ["ballot/case-k6/college/1/1"],
    ("stage decided", "case-k6"): ["stage/case-k6/panel/45"],
    ("moved up", "case-k6"): ["moved up/case-k6/62"],
    ("objection decided", "case-k4"): ["objection/case-k4/o1"],
    ("granted", "case-k1"): ["outcome/c1/p1"],
    ("declined", "case-k2"): ["outcome/c1/p2"],
    ("declined", "case-k4"): ["outcome/c1/p1"],
    ("standing lapsed", "subject-p1"): ["lapse/10/subject-p1"],
    ("standing reinstated", "subject-p1"): ["reinstatement/71"],
    ("dispensation ended", "subject-p1"): ["dispensation ended/84"],
    ("training called off", "training-t2"): ["called off/training-t2"],
    ("cycle scheduled", "schedule-s1"): ["schedule/schedule-s1"],
    ("scheduled run left out", "schedule-s1"): ["run/schedule-s1/2026-09-01"],
    ("scheduled run opened", "schedule-s1"): ["run/schedule-s1/2027-03-01"],
}


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda specimen: specimen.fact.TYPE)
def test_what_may_happen_once_has_its_business_key(specimen: Specimen) -> None:
    keys = [key for key in specimen.fact.business_keys(specimen.stream) if not key.startswith("row/")]
    assert keys == KEYS.get((specimen.fact.TYPE, specimen.stream), [])


def test_a_training_that_was_refused_may_be_recognised_once_more() -> None:
    assert facts.TrainingRecognised(training=16, after=99).business_keys("subject-p1") == ("recognised/16/99",)


def test_a_training_with_a_number_is_recorded_once_whoever_reports_it() -> None:
    hours = Amount(value=6, scale=0, unit="hour")
    first = facts.TrainingRecorded(title="研修", hours=hours, recognised=True, identity="ab", source=SOURCE)
    assert first.business_keys("subject-p1") == (f"row/{SOURCE.key}", "training/subject-p1/ab")


@pytest.mark.parametrize(("one", "other"), [(17, 20), (20, 17)])
def test_two_records_are_found_the_same_or_different_whichever_is_named_first(one: int, other: int) -> None:
    same = facts.TrainingsFoundSame(training=one, other=other, reason="-")
    different = facts.TrainingsFoundDifferent(training=one, other=other)
    assert same.business_keys("subject-p1") == ("same/17/20",)
    assert different.business_keys("subject-p1") == ("different/17/20",)


def test_a_cycle_for_the_whole_district_has_a_key_of_its_own() -> None:
    opened = next(one for one in SPECIMENS if isinstance(one.fact, facts.CycleOpened))
    whole = opened.fact.model_copy(update={"scope": None})
    assert whole.business_keys(opened.stream) == ("cycle/teacher/leader/2026/",)


def test_a_subject_is_granted_or_declined_but_never_both() -> None:
    granted = next(one.fact for one in SPECIMENS if isinstance(one.fact, facts.Granted))
    declined = facts.Declined(cycle=granted.cycle, subject=granted.subject, reason="rejected", assessed=1)
    assert granted.business_keys("case-k1") == declined.business_keys("case-k9")


# ------------------------------------------------------------------------------------------------------- catalogue


def test_a_scale_counts_downward() -> None:
    scale = facts.Scale(
        zh="级别",
        en="level",
        ordered=True,
        terms=tuple(facts.Term(id=name, zh=name, en=name) for name in ("school", "district", "city")),
    )
    assert scale.at_least("district") == ("district", "city")
    with pytest.raises(ValueError, match="not a term of an ordered scale"):
        scale.at_least("province")
    with pytest.raises(ValueError, match="not a term of an ordered scale"):
        scale.model_copy(update={"ordered": False}).at_least("district")


def test_a_kind_names_scales_that_there_are() -> None:
    with pytest.raises(ValidationError, match=r'lesson\.level: there is no scale "level"'):
        facts.Catalogue(kinds={"lesson": facts.Kind(zh="课", en="lesson", attributes={"level": "level"})})


@pytest.mark.parametrize("day", ["9-1", "13-01", "09-32", "00-10", "09-00", "09-01 "])
def test_a_school_year_begins_on_a_day(day: str) -> None:
    with pytest.raises(ValidationError):
        facts.Settings(school_year_starts=day)
