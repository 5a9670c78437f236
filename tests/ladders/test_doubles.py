"""Records that may be of one training: found by days and hours over everybody, then by their titles."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ladders.evidence.columns import FOREVER, NEVER, Rows
from ladders.hours.doubles import SIMILAR, pairs, similarity


def rows(seed: int, count: int = 300, most: int = 4) -> Rows:
    chance = np.random.default_rng(seed)
    first = chance.integers(100, 160, count)
    return Rows(
        subject=chance.integers(1, 9, count).astype(np.int32),
        first=first.astype(np.int32),
        last=(first + chance.integers(0, 6, count)).astype(np.int32),
        until=np.full(count, FOREVER, np.int32),
        amount=chance.integers(1, most, count),
        recorded=np.arange(1, count + 1),
        item=np.zeros(count, np.int32),
        known=np.where(chance.random(count) < 0.2, NEVER, np.arange(1, count + 1)),
        voided=np.where(chance.random(count) < 0.2, 200, NEVER),
    ).in_order()


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("most", [4, 2**60], ids=["small", "too large for one key"])
def test_every_two_of_one_person_with_equal_hours_and_a_day_in_common_are_found_once(seed: int, most: int):
    table = rows(seed, most=4)
    if most > 4:
        table = Rows(**{**vars_of(table), "amount": table.amount * (most // 4)})
    known_at, first, last, whose = 250, 110, 150, np.arange(9) % 3 != 0
    found = {
        tuple(sorted((int(table.recorded[a]), int(table.recorded[b]))))
        for a, b in zip(*pairs(table, known_at, first, last, whose), strict=True)
    }
    there = [
        at
        for at in range(len(table))
        if table.recorded[at] <= known_at < table.voided[at]
        and (table.known[at] <= known_at or table.known[at] == NEVER)
        and first <= table.last[at] <= last
        and whose[table.subject[at]]
    ]
    wanted = {
        tuple(sorted((int(table.recorded[a]), int(table.recorded[b]))))
        for a in there
        for b in there
        if a < b and table.subject[a] == table.subject[b] and table.amount[a] == table.amount[b]
        and table.first[a] <= table.last[b] and table.first[b] <= table.last[a]
    }  # fmt: skip
    assert found == wanted
    assert len(found) == len(pairs(table, known_at, first, last, whose)[0]) > 0


def vars_of(table: Rows) -> dict[str, Any]:
    names = ("subject", "first", "last", "until", "amount", "recorded", "item", "known", "voided")
    return {name: getattr(table, name) for name in names}


def test_nothing_is_like_nothing():
    empty = rows(0).take(np.empty(0, np.intp))
    assert [len(side) for side in pairs(empty, 9, 0, 999)] == [0, 0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("暑期骨干教师研修", "2024暑期骨干教师研修班"),
        ("新课标研修（第3期）", "新课标研修 第3期"),
        ("New Curriculum Workshop", "new curriculum workshop!"),
        ("课堂观察与诊断工作坊", "课堂观察诊断工作坊"),
    ],
)
def test_titles_that_are_written_otherwise_are_similar(one: str, other: str):
    assert similarity(one, other) >= SIMILAR
    assert similarity(other, one) == similarity(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("新课标研修第3期", "新课标研修第4期"),
        ("新课标研修第三期", "新课标研修第四期"),
        ("师德讲座", "听课"),
        ("***", "***"),
        ("", ""),
    ],
)
def test_other_titles_are_not(one: str, other: str):
    assert similarity(one, other) < SIMILAR
