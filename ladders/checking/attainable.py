"""Whether a clause by itself can be met: limits that leave a number, a number within reach, rows that are left."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from events.facts import Catalogue
from ladders.checking.carried import Carried
from ladders.checking.intervals import Reach, Reaches
from ladders.checking.row_tables import possible
from ladders.model.ladder import (
    AClause,
    AMeasure,
    Bounds,
    Compare,
    Ladder,
    Measure,
    Move,
    Only,
    Passage,
    Path,
    Step,
    YearsSince,
)
from ladders.problems import Problem
from ladders.reading.loading import Lines

NEVER = ("这个条件永远达不到", "this can never be met")


@dataclass
class OneClause:
    """Remarks on single clauses of a ladder that has no error against its catalogue (with the log's own kinds)."""

    ladder: Ladder
    catalogue: Catalogue
    lines: Lines

    @cached_property
    def reaches(self) -> Reaches:
        """What measures can reach."""
        return Reaches(self.ladder, self.catalogue)

    def compared(self, path: Path, step: Step, clause: Compare) -> Iterator[Problem]:
        """A comparison that nobody can meet, because of itself or of what can be measured."""
        if clause.years_since == "rung" and step.from_ is None:
            yield self.lines.problem(
                (*path, "years since"),
                "进入阶梯的人还没有级，这个条件只能是“不明”",
                "who enters the ladder has no rung yet: this is always unknown",
                ("去掉这个条件，或改为 years since: service", "take it away, or write years since: service"),
                "warning",
            )
        if (limits := self.limits(path, step, clause)) is not None:
            yield limits
            return
        measured = self.ladder.measure_of(clause)
        if isinstance(measured, Move):
            yield from self.moved(path, step, clause, measured)
        elif not isinstance(measured, YearsSince):
            yield from self.reached(path, step, clause, self.reaches.of(measured, step))

    def limits(self, path: Path, step: Step, clause: Compare) -> Problem | None:
        """The problem of limits between which there is no number."""
        lows: list[tuple[Fraction, bool]] = []
        highs: list[tuple[Fraction, bool]] = []
        for key, asked in clause.comparisons:
            try:
                number = Fraction(self.ladder.look_up(asked, step))
            except KeyError:
                continue
            if key in ("at least", "more than"):
                lows.append((number, key == "more than"))
            else:
                highs.append((number, key == "at most"))
        if not lows or not highs:
            return None
        (low, above), (high, reached) = max(lows), min(highs)  # of equals the strict one, which leaves less
        if low > high or (low == high and (above or not reached)):
            return self.lines.problem(
                path,
                f"没有数能同时满足下限 {decimal(low)} 和上限 {decimal(high)}",
                f"no number is within {decimal(low)} and {decimal(high)}",
                ("检查 at least 和 at most", "look at the comparisons"),
            )
        return None

    def reached(self, path: Path, step: Step, clause: Compare, reach: Reach) -> Iterator[Problem]:
        """What is asked lies within what can be measured."""
        for key, asked in clause.comparisons:
            least, most = self.reaches.values(asked, step)
            if most is None:
                continue
            place = (*path, key) if key in ("at least", "at most", "more than", "less than") else path
            if clause.between is not None or clause.equals is not None:
                place = (*path, "between" if clause.between is not None else "equals")
            if key in ("at least", "more than") and reach.high is not None:
                if least > reach.high or (key == "more than" and least >= reach.high):
                    yield self.too_much(place, least, reach)
            elif key in ("at most", "less than") and (most < reach.low or (key == "less than" and most <= reach.low)):
                word = "低于" if key == "less than" else "至多"
                yield self.lines.problem(
                    place,
                    f"要求{word} {decimal(most)}，而算出的数不会低于 {decimal(reach.low)}",
                    f"{key} {decimal(most)} is asked, and it is never below {decimal(reach.low)}",
                    NEVER,
                )
            if key == "at least" and most == 0 and isinstance(asked, Decimal) and isinstance(clause, Compare):
                yield self.lines.problem(
                    place,
                    "没有比 0 更少的，这个条件总是满足",
                    "nothing is less than 0: this says nothing",
                    ("写实际要求的数，或去掉这个条件", "write the number that is meant, or take the clause away"),
                    "warning",
                )

    def too_much(self, path: Path, asked: Fraction, reach: Reach) -> Problem:
        """The problem of more asked than there can be."""
        most = decimal(reach.high or Fraction(0))
        if reach.record:
            zh, en = f"而一条记录最多 {most}", f"and a record has at most {most}"
        else:
            zh, en = f"而最多只能有 {most}", f"and there can be at most {most}"
        return self.lines.problem(path, f"要求 {decimal(asked)}，{zh}", f"{decimal(asked)} is asked, {en}", NEVER)

    def moved(self, path: Path, step: Step, clause: Compare, move: Move) -> Iterator[Problem]:
        """A move is the same for everybody: met always or never."""
        try:
            to = Fraction(self.ladder.look_up(move.move, step))
            source = step.model_copy(update={"to": step.from_}) if step.from_ else None
            value = to - (Fraction(self.ladder.look_up(move.move, source)) if source else 0)
            asked = [(key, Fraction(self.ladder.look_up(one, step))) for key, one in clause.comparisons]
        except KeyError:
            return
        held = {"at least": value.__ge__, "at most": value.__le__, "more than": value.__gt__, "less than": value.__lt__}
        for key, number in asked:
            if not held[key](number):
                yield self.lines.problem(
                    path,
                    f"从 {step.from_ or '级外'} 到 {step.to} 是 {decimal(value)}，不满足 {key} {decimal(number)}",
                    f"from {step.from_ or 'outside'} to {step.to} it is {decimal(value)}, "
                    f"which is not {key} {decimal(number)}",
                    (
                        "没有人能走这一步：去掉这个晋级，或改数字",
                        "nobody can take this step: take it away, or change a number",
                    ),
                )

    def rows_left(self, path: Path, measure: AMeasure | YearsSince | Move) -> Iterator[Problem]:
        """Filters that leave no row at all."""
        if not isinstance(measure, Measure):
            return
        carried = Carried(self.catalogue, measure.evidence, measure.through is not None)
        for number, line in enumerate(measure.then):
            if not isinstance(line, Only):
                continue
            for name, accepted in line.only.items():
                place = (*path, "then", number, "only", name)
                if isinstance(accepted, Bounds):
                    if not room(accepted):
                        yield self.lines.problem(
                            place,
                            "没有数能同时满足上下限",
                            "no number is within these limits",
                            ("检查上下限", "look at them"),
                        )
                elif possible(name, carried, measure.then[: number + 1]) == ():
                    yield self.lines.problem(
                        place,
                        f"前面已经筛过“{name}”，这一行之后一条不剩",
                        f'"{name}" was filtered before: after this line nothing is left',
                        ("检查两行 only", "look at both lines"),
                    )

    def due(self, path: Path, clause: AClause) -> Iterator[Problem]:
        """A day until which something may be missing lies behind the document that says so."""
        if clause.due is None or clause.due.day is None or not isinstance(clause.basis, Passage):
            return
        document = self.ladder.documents.get(clause.basis.document)
        dated = document.dated if document else None
        if dated and re.fullmatch(r"\d{4}-\d\d-\d\d", dated) and str(clause.due.day) < dated:
            yield self.lines.problem(
                (*path, "due"),
                f"到期日 {clause.due.day} 在文件日期 {dated} 之前",
                f"it was due on {clause.due.day}, before the document's own day {dated}",
                ("检查年份", "look at the year"),
                "warning",
            )


def room(bounds: Bounds) -> bool:
    """Whether a number can lie within limits, as far as these are numbers."""
    lows = [(Fraction(asked), "more" in key) for key, asked in bounds.comparisons
            if key in ("at least", "more than") and isinstance(asked, Decimal | Fraction)]  # fmt: skip
    highs = [(Fraction(asked), "less" in key) for key, asked in bounds.comparisons
             if key in ("at most", "less than") and isinstance(asked, Decimal | Fraction)]  # fmt: skip
    return all(low < high or (low == high and not above and not below) for low, above in lows for high, below in highs)


def decimal(number: Fraction) -> str:
    """A number as people write it: as a decimal where it is one, else as a fraction."""
    text = Decimal(number.numerator) / Decimal(number.denominator)
    return f"{text.normalize():f}" if Fraction(text) == number else str(number)
