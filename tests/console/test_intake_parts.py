"""What is hashed of a row: the same bytes whatever was hashed before, and however its parts are grouped."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from console.intake.desk import Parts
from events.facts import Amount
from workflows.commands import Span

WRITTEN: list[tuple[Any, str]] = [
    (None, "\0"), ("", ""), ("None", "None"), ("张三", "张三"),
    (1, "1"), (True, "True"), (Decimal(1), "1"), (Decimal("1.0"), "1.0"),
    (date(2024, 6, 6), "2024-06-06"), (Span.day(date(2024, 6, 6)), "2024-06-06/2024-06-06"),
    (Span(first=date(2024, 6, 1), last=date(2024, 6, 30)), "2024-06-01/2024-06-30"),
    (Amount.of(Decimal("6.50"), "hour"), "6.5"), (Amount(value=65, scale=1, unit="point"), "6.5"),
    (Amount(value=650, scale=2, unit="hour"), "6.50"), (Amount.of(Decimal(0), "hour"), "0"),
]  # fmt: skip


def hashed(*texts: str) -> bytes:
    """Each text in UTF-8 after its length in four bytes, as the stored hashes were made."""
    return b"".join(len(text.encode()).to_bytes(4, "big") + text.encode() for text in texts)


@pytest.mark.parametrize("order", [WRITTEN, WRITTEN[::-1]])
def test_a_part_is_hashed_as_it_is_written_though_another_equals_it(order: list[tuple[Any, str]]) -> None:
    parts = Parts()
    for _ in range(2):
        for part, text in order:
            assert (parts.joined([part]), parts.joined([(part, "-")])) == (hashed(text), hashed(text, "-"))


def test_parts_that_stand_together_are_hashed_as_they_are_alone() -> None:
    alone, together = (
        (said for said, _ in WRITTEN),
        (tuple(said for said, _ in WRITTEN[:6]), *(s for s, _ in WRITTEN[6:])),
    )
    assert Parts().joined(alone) == Parts().joined(together) == hashed(*(text for _, text in WRITTEN))
