"""What specimens have in common."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from events import facts
from events.facts import Amount, Fact

MAY, JUNE = date(2026, 5, 4), date(2026, 6, 30)
SCORE = Amount(value=915, scale=1, unit="point")
WORK = "w" + "7d" * 10
SOURCE = facts.Source(file="9e" * 8, row=7, key="5a" * 16, content="c3" * 16)
PINS = facts.Pins(
    ladder="teacher", version="ab" * 32, semantics=1, catalogue=3, settings=2, as_of=JUNE, known_at=20
)  # fmt: skip
CATALOGUE = facts.Catalogue(
    scales={
        "level": facts.Scale(
            zh="级别",
            en="level",
            ordered=True,
            terms=(
                facts.Term(id="school", zh="校级", en="school", also=("本校",)),
                facts.Term(id="district", zh="区级", en="district"),
            ),
        )
    },
    kinds={
        "lesson": facts.Kind(
            zh="公开课",
            en="open lesson",
            amount=facts.AmountOf(unit="lesson", scale=0, most=Decimal("1E+2")),
            attributes={"level": "level", "work": "text"},
        ),
        "award": facts.Kind(zh="获奖", en="award"),
    },
)


class Specimen(NamedTuple):
    """A fact, its personal fields in plain text, and its stream."""

    stream: str
    fact: Fact
