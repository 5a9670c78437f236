"""What a holder is due: day by day, exactly, and every part of it paid by somebody."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from events.facts import Outcome, Settings
from ladders.cases.rows import columns_of
from ladders.evaluating.verdict import assess
from ladders.model.entitlements import Entitlement, days_held, due_on, payments, periods, shared_out
from ladders.model.words import Text
from ladders.question import Question
from ladders.reading.loading import load
from ladders.reference import verdict as reference
from ladders.reference.verdict import Row
from tests.ladders.plain import CATALOGUE, ONE, ladder_of

TITLE = Text(zh="经费", en="money")
ALWAYS = [(date(2000, 1, 1), None)]
SOMETHING = [{"evidence": "training", "then": ["count"], "at least": 1}]


def money(**keys: Any) -> Entitlement:
    """An entitlement as a file writes it."""
    plain = {key.replace("_", " "): value for key, value in keys.items()}
    rule = {"id": "money", "title": TITLE, "rung": "host", "give": "money", "amount": Decimal(5000), "unit": "yuan"}
    return Entitlement.model_validate({**rule, "per": "year", "basis": "assumed", **plain})


def met(day: date) -> Outcome:
    """The clauses are met on every day."""
    return "met"


@pytest.mark.parametrize(
    ("values", "amount"),
    [({}, None), ({"research-money": "8000.50"}, Decimal("8000.50")), ({"research-money": "much"}, None)],
)
def test_an_amount_that_no_document_gives_is_what_the_district_has_set(values: dict[str, str], amount: Decimal | None):
    rule = money(amount={"setting": "research-money"})
    ladder = ladder_of(SOMETHING)
    (step,) = ladder.entitlement_steps(rule)
    assert ladder.amount_of(rule, step, Settings(values=values)) == amount


def test_an_amount_that_is_written_is_the_same_whatever_the_district_has_set():
    rule, title = money(), money(give="title", amount=None, unit=None, per=None)
    ladder = ladder_of(SOMETHING)
    for one, amount in ((rule, 5000), (title, None)):
        (step,) = ladder.entitlement_steps(one)
        assert ladder.amount_of(one, step, Settings()) == amount


# ---------------------------------------------------------------------------------------------------------- periods


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026, 2027])
@pytest.mark.parametrize("per", ["week", "month", "year"])
def test_every_day_is_in_one_week_one_month_and_one_year(per: Any, year: int):
    days = [
        first + timedelta(days=number)
        for one in (year - 1, year, year + 1)
        for first, last in periods(per, one)
        for number in range((last - first).days + 1)
    ]
    assert len(days) == len(set(days)) == (days[-1] - days[0]).days + 1
    for first, last in periods(per, year):
        assert first.year == year
        assert per != "week" or (first.weekday(), last.weekday()) == (0, 6)


def test_the_days_held_are_counted_once_each():
    chance = random.Random(5)
    first, last = date(2026, 3, 1), date(2026, 3, 31)
    for _ in range(200):
        held: list[tuple[date, date | None]] = []
        for _ in range(chance.randint(0, 4)):
            begin = date(2026, 2, 1) + timedelta(days=chance.randint(0, 80))
            held.append((begin, None if chance.random() < 0.2 else begin + timedelta(days=chance.randint(0, 30))))
        on = 0
        for number in range(31):
            day = first + timedelta(days=number)
            on += any(begin <= day and (end is None or day <= end) for begin, end in held)
        assert days_held(held, first, last) == on


# ------------------------------------------------------------------------------------------------------------ due


def test_pro_rata_is_the_exact_part_of_the_year_rounded_as_stated():
    held = [(date(2026, 9, 1), None)]
    for rounding, paid in (("down", "1671.23"), ("up", "1671.24"), ("half up", "1671.23")):
        (found,) = payments(money(pro_rata=True, rounding=rounding), Decimal(5000), 2026, held, met)
        assert found.exact == Fraction(5000 * 122, 365)
        assert found.paid == Decimal(paid)
    (leap,) = payments(money(pro_rata=True, rounding="down"), Decimal(366), 2024, [(date(2024, 12, 31), None)], met)
    assert leap.exact == 1


def test_without_pro_rata_one_day_gives_the_whole_and_no_day_nothing():
    held = [(date(2026, 12, 31), date(2027, 1, 1))]
    assert [payments(money(), Decimal(5000), year, held, met)[0].paid for year in (2026, 2027)] == [5000, 5000]
    assert payments(money(), Decimal(5000), 2025, held, met) == payments(money(), Decimal(5000), 2028, held, met) == ()


def test_by_the_month_each_month_is_reduced_by_itself():
    held = [(date(2026, 2, 15), date(2026, 4, 10))]
    rule = money(per="month", pro_rata=True, rounding="down", amount=Decimal(300))
    found = payments(rule, Decimal(300), 2026, held, met)
    assert [(one.first.month, one.exact) for one in found] == [(2, Fraction(300 * 14, 28)), (3, 300), (4, 100)]


def test_what_is_given_once_is_due_in_the_year_in_which_it_began_and_never_again():
    held = [(date(2026, 5, 1), date(2026, 12, 31)), (date(2028, 1, 1), None)]
    rule = money(per="once")
    assert [len(payments(rule, Decimal(5000), year, held, met)) for year in (2025, 2026, 2027, 2028)] == [0, 1, 0, 0]
    assert payments(rule, Decimal(5000), 2026, held, met)[0].first == date(2026, 5, 1)
    assert payments(rule, Decimal(5000), 2026, [], met) == ()


def test_the_clauses_release_it_on_the_last_day_of_each_period():
    asked: list[date] = []

    def released(day: date) -> Outcome:
        asked.append(day)
        return "met" if day.month < 3 else "not met" if day.month < 5 else "unknown"

    found = payments(money(per="month"), Decimal(100), 2026, [(date(2026, 1, 1), date(2026, 6, 30))], released)
    assert asked == [last for _, last in periods("month", 2026)][:6]
    assert [one.outcome for one in found] == ["due", "due", "not due", "not due", "unknown", "unknown"]
    assert [one.paid for one in found] == [100, 100, 0, 0, 100, 100]


def test_what_is_not_examined_is_not_due():
    assert payments(money(), Decimal(100), 2026, ALWAYS, lambda day: "not examined")[0].outcome == "not due"


def test_on_a_day_the_full_rate_is_in_force_while_the_rung_is_held():
    held = [(date(2026, 9, 1), date(2026, 9, 30))]
    rule = money(give="time", unit="day", per="week", amount=Decimal("1.5"), to=Decimal("0.5"))
    found = due_on(rule, Decimal("1.5"), date(2026, 9, 30), held, met)
    assert found is not None
    assert (found.paid, found.outcome) == (Decimal("1.5"), "due")
    assert due_on(rule, Decimal("1.5"), date(2026, 10, 1), held, met) is None


def test_a_part_left_over_without_a_rounding_is_refused():
    with pytest.raises(ValueError, match="no rounding"):
        payments(money(to=Decimal(1000)), Decimal(5500), 2026, ALWAYS, met)


# ---------------------------------------------------------------------------------------------------------- payers


def test_what_payers_pay_adds_up_to_the_whole_and_nobody_is_a_part_away_from_their_share():
    chance = random.Random(9)
    for _ in range(300):
        below = chance.randint(1, 12)
        cuts = sorted(chance.randint(0, below) for _ in range(chance.randint(0, 4)))
        shares = [Fraction(b - a, below) for a, b in zip([0, *cuts], [*cuts, below], strict=True)]
        split = {f"payer {number}": share for number, share in enumerate(shares)}
        whole = chance.randint(0, 1000)
        found = shared_out(whole, split)
        assert sum(found.values()) == whole
        assert all(abs(found[payer] - whole * share) < 1 for payer, share in split.items())
        # Whoever got a part more than their share rounded down has no smaller remainder than whoever did not.
        more = [whole * split[one] % 1 for one in split if found[one] > whole * split[one]]
        less = [whole * split[one] % 1 for one in split if found[one] <= whole * split[one]]
        assert not more or not less or min(more) >= max(less)


def test_of_equal_remainders_the_payer_written_first_pays_the_part_left_over():
    rule = money(split={"district": "1/3", "town": "1/3", "school": "1/3"})
    (found,) = payments(rule, Decimal(100), 2026, ALWAYS, met)
    assert found.split == {"district": Decimal("33.34"), "town": Decimal("33.33"), "school": Decimal("33.33")}
    rule = money(split={"district": "1/2", "school": "1/2"}, to=Decimal(1))
    (found,) = payments(rule, Decimal(5), 2026, ALWAYS, met)
    assert found.split == {"district": 3, "school": 2}


# ------------------------------------------------------------------------------------------------------- in a ladder


def test_what_releases_an_entitlement_is_a_step_from_its_rung_to_its_rung():
    text = (Path(__file__).parent / "broken" / "entitlement-no-such-measure.yaml").read_text(encoding="utf-8")
    ladder = load(text.replace("measure: hour,", "measure: hours,").encode(), "small.yaml")
    (entitlement,) = ladder.entitlements
    (step,) = ladder.entitlement_steps(entitlement)
    assert (step.id, step.from_, step.to) == ("host+money", "host", "host")
    assert [(path, clause.id) for path, one, clause in ladder.walk() if one == step] == [
        (("entitlements", 0, "clauses", 0), "hours")
    ]


def test_what_hangs_on_no_rung_is_examined_for_everybody_whether_they_hold_one_or_not():
    entitlement = {
        "id": "books", "title": {"zh": "书报", "en": "books"}, "give": "money", "amount": 500, "unit": "yuan",
        "per": "year", "basis": "assumed",
        "clauses": [
            {"id": "hours", "title": {"zh": "学时", "en": "hours"}, "basis": "assumed", "evidence": "training",
             "then": ["sum"], "at least": 10}
        ],
    }  # fmt: skip
    ladder = ladder_of([{"years since": "rung", "at least": 1}], more={"entitlements": [entitlement]})
    (step,) = ladder.entitlement_steps(ladder.entitlements[0])
    first = date(2025, 1, 1)
    rows = {
        "standing": [Row(0, first, first, 1, attributes=ONE)],
        "training": [Row(0, first, first, 2, amount=100), Row(1, first, first, 3, amount=99)],
    }
    question = Question(date(2026, 1, 1), 10, CATALOGUE, Settings())
    fast = assess(ladder, step, columns_of(rows, 2), np.arange(2, dtype=np.int32), question)
    assert [fast.outcome_of(one) for one in (0, 1)] == ["met", "not met"]
    assert [reference.assess(ladder, step, rows, one, question).outcome for one in (0, 1)] == ["met", "not met"]
