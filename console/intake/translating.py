"""Cells as a source writes them, to cells as our columns read them: words, hours of another unit, days in their order.

A translation comes before the column's own reader, and leaves alone what it does not know: that reader then takes it
or says what it expected.  Like all readers it is pure and total.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from console.intake.mapping_file import Hours, Rounding
from console.intake.values import Cell, Problem, Reader, plain, read_number, shown, squeezed, visible


@dataclass(frozen=True)
class PassedOver:
    """What a cell comes to whose row is passed over, and why."""

    why: Problem


_WITH_UNIT = re.compile(r"([0-9.,]+)\s*([^0-9.,\s].*)")
_DAY_LAST = re.compile(r"([0-9]{1,2})([-./])([0-9]{1,2})\2([0-9]{4})(?=$|[ T])")
EXACT = 6
"""Decimal places within which an amount must come out even where no rounding is stated; the catalogue allows fewer."""


@dataclass(frozen=True)
class Translation:
    """What one column's cells mean: words first, then hours or days.

    ``words`` are by squeezed cell; a word of None has its rows passed over.  ``of`` names the mapping, for messages.
    """

    of: str
    words: Mapping[str, str | None] = field(default_factory=dict)
    hours: Hours | None = None
    dates: str | None = None

    def before(self, read: Reader) -> Reader:
        """The reader of cells that are translated first."""
        units = _units(self.hours) if self.hours else {}

        def translated(cell: Cell) -> Any:
            if self.words and (key := squeezed(shown(cell))) in self.words:
                word = self.words[key]
                return PassedOver(self._aside(cell)) if word is None else read(word)
            if self.hours is not None:
                cell_or_problem = self._hours(cell, self.hours, units)
                return cell_or_problem if isinstance(cell_or_problem, Problem) else read(cell_or_problem)
            if self.dates is not None and isinstance(cell, str):
                cell = _year_first(cell, self.dates)
            value = read(cell)
            if self.words and isinstance(value, Problem):
                return Problem(
                    f"{value.zh}；映射 {self.of} 的 values 里没有“{visible(shown(cell))}”",
                    f'{value.en}; the mapping {self.of} has no "{visible(shown(cell))}" under values',
                )
            return value

        return translated

    def _aside(self, cell: Cell) -> Problem:
        word = shown(cell).strip()
        return Problem(f"“{word}”（映射 {self.of}）", f'"{word}" (mapping {self.of})')

    def _hours(self, cell: Cell, hours: Hours, units: Mapping[str, Fraction]) -> Cell | Problem:
        if (amount := _together(cell, units)) is not None:
            said = plain(shown(cell))
        else:
            number, unit = _parted(cell)
            if number is None and isinstance(cell, str) and squeezed(cell) in units:
                number, unit = Decimal(1), cell  # 半天 by itself is one of them
            unit = unit or hours.unit or ""
            worth = units.get(squeezed(unit))
            if number is None or worth is None:
                return cell
            amount, said = Fraction(number) * worth, f"{number.normalize():f} {unit}"
        if hours.round is not None:
            amount = _rounded(amount, hours.round)
        exact = (Decimal(amount.numerator) / Decimal(amount.denominator)).normalize()
        if round(exact, EXACT) != exact or Fraction(exact) != amount:
            return Problem(
                f"{said}折合 {float(amount):.3f}… 学时，除不尽；在映射 {self.of} 的 hours 里写 round（如 down to 0.1）",
                f"{said} come to {float(amount):.3f}… hours, which is not even; "
                f"say under hours in the mapping {self.of} how to round (down to 0.1, say)",
            )
        return f"{exact:f}"


def _units(hours: Hours) -> dict[str, Fraction]:
    return {squeezed(unit): worth for unit, worth in hours.units.items()}


_PART = r"([0-9]+(?:\.[0-9]+)?)\s*([^0-9.,:\s]+)\s*"
_PARTS, _SEVERAL = re.compile(_PART), re.compile(f"(?:{_PART}){{2,4}}")
_CLOCK = re.compile(r"([0-9]{1,3}):([0-5][0-9]):([0-5][0-9])")


def _together(cell: Cell, units: Mapping[str, Fraction]) -> Fraction | None:
    """What several amounts of units that are known come to (2小时30分钟), or what a clock has counted (02:30:00).

    None for anything else; 02:30 may be minutes and seconds as well, and is left alone.
    """
    if isinstance(cell, timedelta):
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        cell = f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    text = plain(cell) if isinstance(cell, str) else cell.strftime("%H:%M:%S") if isinstance(cell, time) else ""
    if _SEVERAL.fullmatch(text):
        parts = [(squeezed(unit), Fraction(number)) for number, unit in _PARTS.findall(text)]
        named = {unit for unit, _ in parts}
        return (
            sum((units[one] * many for one, many in parts), Fraction())
            if (len(named) == len(parts) and named <= units.keys())
            else None
        )
    if (clock := _CLOCK.fullmatch(text)) and ("小时" in units or "分钟" in units):
        hour = units["小时"] if "小时" in units else 60 * units["分钟"]
        return hour * Fraction(int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3]), 3600)
    return None


def _parted(cell: Cell) -> tuple[Decimal | None, str]:
    """A cell's number and unit; no number where it is none, no unit where it stands alone."""
    if isinstance(cell, str) and (found := _WITH_UNIT.fullmatch(plain(cell))):
        number, unit = read_number(found[1]), found[2].strip()
    else:
        number, unit = read_number(cell), ""
    return (number if isinstance(number, Decimal) else None), unit


def _rounded(amount: Fraction, rounding: Rounding) -> Fraction:
    step = Fraction(rounding.step)
    steps = amount / step
    whole = steps.numerator // steps.denominator
    over = steps - whole
    if over and (rounding.way == "up to" or (rounding.way == "nearest" and over >= Fraction(1, 2))):
        whole += 1
    return whole * step


def _year_first(text: str, order: str) -> str:
    """A day whose year stands last, with the year first; any other text as it is."""
    found = _DAY_LAST.match(plain(text))
    if not found:
        return text
    first, _, second, year = found.groups()
    day, month = (first, second) if order.startswith("day") else (second, first)
    return f"{year}-{month}-{day}" + plain(text)[found.end() :]
