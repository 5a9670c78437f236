"""Accounts of training hours: caps, minimums, years; everybody at once as one person training by training."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from events.facts import HoursOf, HoursRules
from ladders.evidence.columns import FOREVER, NEVER, Columns, Rows
from ladders.hours import years
from ladders.hours.accounts import UNCATEGORISED, Asked, Bounds, Entry, account, accounts, asked, missing
from ladders.hours.file import load_hours
from ladders.problems import LadderError

FILE = """\
since: "2025-09-01"
minimum: 72
most: 100.5
categories:
  online: {most: 36}
  ethics: {minimum: 8}
basis: 区教〔2025〕3号
"""


def rules(since: str = "2025-01-01", **said: Any) -> HoursRules:
    return HoursRules(since=date.fromisoformat(since), basis="assumed", **said)


def entry(hours: int, category: str = "topic", day: int = 1, recorded: int = 1) -> Entry:
    return Entry(recorded, date(2025, 3, day), date(2025, 3, day), category, hours)


# ------------------------------------------------------------------------------------------------------------ years


def test_without_rules_a_year_is_a_calendar_year():
    found = years.holding((), date(2025, 5, 6))
    assert (found.first, found.last, found.name, found.rules) == (date(2025, 1, 1), date(2025, 12, 31), "2025", None)


def test_a_year_begins_on_the_day_of_the_first_one():
    school = rules("2025-09-01")
    for day in (date(2025, 9, 1), date(2026, 8, 31)):
        assert years.holding([school], day).name == "2025-2026"
    assert years.holding([school], date(2025, 8, 31)).rules is None


def test_rules_hold_until_others_do_and_a_year_ends_early_where_others_begin():
    calendar, school = rules("2024-01-01", minimum=72), rules("2026-09-01", minimum=90)
    decided = [school, calendar]
    assert years.holding(decided, date(2025, 12, 31)).rules == calendar
    short = years.holding(decided, date(2026, 3, 1))
    assert (short.first, short.last, short.name, short.rules) == (
        date(2026, 1, 1), date(2026, 8, 31), "2026", calendar,
    )  # fmt: skip
    assert years.holding(decided, date(2026, 9, 1)).rules == school
    assert years.called(decided, "2026") == short
    named = years.called(decided, "2026-2027")
    assert named is not None
    assert named.first == date(2026, 9, 1)


def test_a_school_year_is_called_by_the_year_in_which_it_begins_too():
    found = years.called([rules("2025-09-01")], "2025")
    assert found is not None
    assert found.name == "2025"
    assert years.called([rules("2024-09-01")], "2025") == years.called([rules("2024-09-01")], "2025-2026")


@pytest.mark.parametrize("name", ["", "26", "２０２５", "next", "2025-2027", "9999", "2025-"])
def test_what_is_no_year_is_none(name: str):
    found = years.called([rules("2024-09-01")], name)
    assert found is None or found.name == "2025-2026"
    assert years.called((), "2025-2026") is None


def test_of_rules_for_one_day_the_last_decision_holds():
    assert years.holding([rules(minimum=72), rules(minimum=60)], date(2025, 5, 6)).rules == rules(minimum=60)


# --------------------------------------------------------------------------------------------------------- accounts


ASKED = Asked(Bounds(72, 100), {"online": Bounds(None, 36), "ethics": Bounds(8)})


def test_what_lies_beyond_the_cap_of_its_category_falls_away_the_latest_first():
    lines = account([entry(30, "online", 9, 2), entry(20, "online", 2, 3), entry(10, day=20, recorded=4)], ASKED)
    assert [(one.entry.recorded, one.counted, one.cap) for one in lines] == [
        (3, 20, None), (2, 16, "category"), (4, 10, None),
    ]  # fmt: skip


def test_the_cap_of_the_year_holds_beyond_those_of_the_categories():
    lines = account([entry(60, day=1), entry(36, "online", 2), entry(10, "ethics", 3)], ASKED)
    assert [(one.counted, one.cap) for one in lines] == [(60, None), (36, None), (4, "year")]
    assert missing(lines, ASKED) == 0


def test_a_category_may_be_missing_though_the_year_is_full():
    lines = account([entry(80, day=1)], ASKED)
    assert missing(lines, ASKED) == 8
    assert missing(account([entry(60)], ASKED), ASKED) == 12
    assert missing(account([entry(68), entry(8, "ethics")], ASKED), ASKED) == 0
    assert missing([], Asked()) == 0


def everybody(seed: int) -> tuple[Columns, int]:
    """Trainings at random, of twenty people: some voided, some not known yet, some of other years."""
    chance, count = np.random.default_rng(seed), 400
    last = date(2025, 1, 1).toordinal() + chance.integers(-60, 400, count)
    rows = Rows(
        subject=chance.integers(1, 21, count).astype(np.int32),
        first=(last - chance.integers(0, 4, count)).astype(np.int32),
        last=last.astype(np.int32),
        until=np.full(count, FOREVER, np.int32),
        amount=chance.integers(1, 40, count),
        recorded=np.arange(1, count + 1),
        item=np.zeros(count, np.int32),
        known=np.where(chance.random(count) < 0.2, NEVER, np.arange(1, count + 1)),
        voided=np.where(chance.random(count) < 0.2, chance.integers(100, 500, count), NEVER),
        attributes={"category": chance.integers(-1, 4, count).astype(np.int32)},
    )
    terms = ("ethics", "online", "strange", "topic")
    return Columns(count, 25, {"training": rows.in_order()}, {"category": terms}), count


@pytest.mark.parametrize("seed", range(12))
def test_everybody_at_once_is_each_person_training_by_training(seed: int):
    chance = random.Random(seed)
    columns, known_at = everybody(seed)
    bounds = Asked(
        Bounds(chance.choice([None, 72]), chance.choice([None, 90])),
        {"online": Bounds(None, chance.choice([None, 20])), "ethics": Bounds(chance.choice([None, 8]), 40)},
    )
    first, last = date(2025, 1, 1), date(2025, 10, 31)
    found = accounts(columns, bounds, first, last, known_at, ("topic", "online", "ethics"))
    assert found.categories == ("topic", "online", "ethics", "strange", UNCATEGORISED)
    rows, terms = columns.rows("training"), (*columns.terms["category"], UNCATEGORISED)
    for subject in range(25):
        entries = [
            Entry(
                int(rows.recorded[at]), date.fromordinal(rows.first[at]), date.fromordinal(rows.last[at]),
                terms[rows.attributes["category"][at]], int(rows.amount[at]),
            )
            for at in range(len(rows))
            if rows.subject[at] == subject and rows.known[at] <= known_at < rows.voided[at]
            and first.toordinal() <= rows.last[at] <= last.toordinal()
        ]  # fmt: skip
        lines = account(entries, bounds)
        assert found.total[subject] == sum(one.counted for one in lines)
        assert found.missing[subject] == missing(lines, bounds)
        for name, hours in found.of(subject).items():
            assert hours == sum(one.hours for one in entries if one.category == name)


def test_nobody_has_hours_where_nothing_was_recorded():
    found = accounts(Columns(0, 3), Asked(Bounds(72)), date(2025, 1, 1), date(2025, 12, 31), 0, ("topic",))
    assert found.missing.tolist() == [72, 72, 72]


# ------------------------------------------------------------------------------------------------------------- file


def test_a_file_says_what_is_asked():
    found = load_hours(FILE.encode(), "hours.yaml")
    assert found == HoursRules(
        since=date(2025, 9, 1), minimum=Decimal(72), most=Decimal("100.5"), basis="区教〔2025〕3号",
        categories={"online": HoursOf(most=Decimal(36)), "ethics": HoursOf(minimum=Decimal(8))},
    )  # fmt: skip
    assert asked(found, 2) == Asked(Bounds(7200, 10050), {"online": Bounds(None, 3600), "ethics": Bounds(800)})
    assert asked(None, 2) == Asked()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("minimum: 72", "minimun: 72", "minimun"),
        ("minimum: 72", "minimum: -1", "minimum"),
        ("minimum: 72", "minimum: many", "minimum"),
        ("2025-09-01", "2025-13-01", "since"),
        ('since: "2025-09-01"\n', "", "since"),
        ("{most: 36}", "{cap: 36}", "cap"),
        ("basis: 区教〔2025〕3号\n", "", "basis"),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_line(old: str, new: str, told: str):
    with pytest.raises(LadderError) as caught:
        load_hours(FILE.replace(old, new).encode(), "hours.yaml")
    assert any(told in str(one) and "hours.yaml:" in str(one) for one in caught.value.problems)
