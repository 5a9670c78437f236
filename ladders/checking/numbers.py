"""The numbers of a ladder as a step finds them: as fine as what they are held against, in one unit, never below 0."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import lcm

from ladders.checking.carried import Carried
from ladders.checking.row_tables import RowTables
from ladders.model.ladder import (
    Addend,
    AMeasure,
    Asked,
    Bands,
    Cap,
    Compare,
    Computed,
    CountPer,
    Distinct,
    Except,
    Extreme,
    Floor,
    InForce,
    Last,
    LengthIn,
    Line,
    Move,
    NothingBelow,
    Only,
    RankPer,
    RankSharePer,
    Round,
    Runs,
    Shift,
    Step,
    Times,
    Total,
    Window,
    Within,
    Worth,
    YearsSince,
)
from ladders.model.words import Factor
from ladders.problems import Problem, choice
from ladders.reading.naming import ONE_OWN_DAY, window_in
from ladders.reading.nodes import Path


@dataclass(frozen=True)
class Scaled:
    """How fine the numbers are along the lines of a measure.

    ``fine`` is what 1 is: 100 for amounts with two decimal places; a comparison is held to that many (``plain``) unless
    amounts were given or multiplied on the way.  ``unit`` is what is counted, empty for a plain number.  ``settled`` is
    false for a mean and for a share of a rank.
    """

    fine: int = 1
    unit: str = ""
    plain: bool = True
    settled: bool = True


def parts_of(made: Total | Extreme) -> tuple[str, tuple[Addend, ...]]:
    """The measures that one is made of, and the key under which they stand."""
    if isinstance(made, Total):
        return "total", made.total
    return "highest of" if made.highest_of else "lowest of", made.parts


@dataclass
class Numbers(RowTables):
    """Remarks on numbers."""

    def compared(self, path: Path, step: Step, clause: Compare) -> Iterator[Problem]:
        """The numbers of a clause fit what is measured, and what its measure and its tables need is there."""
        measured = self.ladder.measure_of(clause)
        base: Path = ("measures", clause.measure) if clause.measure is not None else path
        found: list[Problem] = []
        if isinstance(measured, Move):
            list_of = [*self.numbers(measured.move, (*path, "move"), step)]
            yield from (one for one in list_of if isinstance(one, Problem))
            scaled: Scaled | None = Scaled(plain=False)
        elif isinstance(measured, YearsSince):
            scaled = Scaled()
        else:
            scaled = self.measured(base, measured, step, found)
            yield from found
        if scaled is None:
            return  # said already, and its scale is not known
        keys = ["between", "between"] if clause.between else ["equals", "equals"] if clause.equals is not None else []
        single = [key for key, _ in clause.comparisons][: len(clause.comparisons) - len(keys)]
        for number, ((_, asked), key) in enumerate(zip(clause.comparisons, [*single, *keys], strict=True)):
            place: Path = (*path, key, number - len(single)) if key == "between" else (*path, key)
            yield from self.fits(place, asked, step, scaled)
        lowest = clause.dispensation.down_to if clause.dispensation else None
        if lowest is not None:
            yield from self.fits((*path, "dispensation", "down to"), lowest, step, scaled)

    def fits(self, path: Path, asked: Asked, step: Step, scaled: Scaled) -> Iterator[Problem]:
        """A number has no more decimal places than what it is held against (counts and years: none)."""
        if isinstance(asked, Computed):
            found: list[Problem] = []
            measure = self.ladder.measures[asked.measure]
            self.measured(("measures", asked.measure), measure, step, found)
            yield from found
            yield from (one for one in self.numbers(asked.times, (*path, "times"), step) if isinstance(one, Problem))
            return
        for number in self.numbers(asked, path, step):
            if isinstance(number, Problem):
                yield number
            elif scaled.plain and (number * scaled.fine) % 1:
                yield self.too_fine(path, number, scaled.fine)
            elif number < 0:
                yield self.lines.problem(path, f"{number} 小于零", f"{number} is below zero")

    def too_fine(self, path: Path, number: Decimal | Fraction, fine: int) -> Problem:
        """The problem of a number with more decimal places than it can be held against."""
        places = len(str(fine)) - 1 if fine == 10 ** (len(str(fine)) - 1) else None
        near = Fraction(round(number * fine), fine)
        if fine == 1:
            zh, en = (
                f"{number} 不是整数，而这里按个数或年数比较",
                (f"{number} is not a whole number, and it is held against a count or years"),
            )
        elif places is not None:
            zh, en = f"{number} 的小数多于 {places} 位", f"{number} has more than {places} decimal places"
        else:
            zh, en = f"{number} 不是 1/{fine} 的整数倍", f"{number} is no whole number of 1/{fine}"
        nearest = round(number, places) if places is not None and isinstance(number, Decimal) else near
        return self.lines.problem(path, zh, en, (f"如 {nearest}", f"for instance {nearest}"))

    # ----------------------------------------------------------------------------------------- along the lines

    def measured(self, path: Path, measure: AMeasure, step: Step, found: list[Problem]) -> Scaled | None:
        """How fine a measure's number is; problems go to ``found``; None where its kinds are not known."""
        if isinstance(measure, Total | Extreme):
            return self.of_others(path, measure, step, found)
        if any(kind not in self.catalogue.kinds for kind in measure.evidence):
            return None
        rows = Carried(self.catalogue, measure.evidence, measure.through is not None)
        unit = rows.units[0] if len(rows.units) == 1 else ""
        scaled, before = Scaled(rows.fine, unit), True
        for number, line in enumerate(measure.then):
            place = (*path, "then", number)
            found += self.tables(place, rows, line, measure.then[:number] if before else (), step)
            scaled = self.after(place, line, scaled, step, found)
            before = before and not isinstance(line, Last | Distinct)
        return replace(scaled, unit=measure.unit or scaled.unit)

    def of_others(self, path: Path, made: Total | Extreme, step: Step, found: list[Problem]) -> Scaled | None:
        """What is made of other measures: numbers of one unit, of which none is an unrounded mean."""
        fine, units = 1, dict[str, str]()
        key, parts = parts_of(made)
        for number, part in enumerate(parts):
            place = (*path, key, number)
            scaled = self.measured(("measures", part.measure), self.ladder.measures[part.measure], step, found)
            if scaled is None:
                return None
            if not scaled.settled:
                found.append(
                    self.lines.problem(
                        place,
                        f"“{part.measure}”是平均数或名次占比，没有取整，不能合计",
                        f'"{part.measure}" is a mean or a share of a rank and is not rounded: it cannot be added',
                        (
                            "在它的最后加一行，如 {round: nearest, to: 0.01}",
                            "add a last line to it, for instance {round: nearest, to: 0.01}",
                        ),
                    )
                )
            fine = lcm(fine, scaled.fine * self.common((*place, "times"), part.times, step, found))
            if part.times == 1 and scaled.unit:
                units.setdefault(scaled.unit, part.measure)
        if len(units) > 1:
            (one, first), (other, second), *_ = units.items()
            found.append(
                self.lines.problem(
                    (*path, key),
                    f"单位不同，不能相加：“{first}”是 {one}，“{second}”是 {other}",
                    f'these are measured in different units: "{first}" in {one}, "{second}" in {other}',
                    (
                        f"换算其中一个，如 {{measure: {second}, times: 2}}",
                        f"convert one of them, for instance {{measure: {second}, times: 2}}",
                    ),
                )
            )
        unit = next(iter(units), "") if len(units) == 1 else ""
        result = Scaled(fine, unit, plain=all(part.times == 1 for part in parts))
        for number, line in enumerate(made.then):
            result = self.after((*path, "then", number), line, result, step, found)
        return replace(result, unit=made.unit or result.unit)

    def after(self, path: Path, line: Line, scaled: Scaled, step: Step, found: list[Problem]) -> Scaled:
        """How fine the numbers are after a line."""
        match line:
            case Cap(cap=asked) | Floor(floor=asked):
                key = "cap" if isinstance(line, Cap) else "floor"
                for number in self.numbers(asked, (*path, key), step):
                    if isinstance(number, Problem):
                        found.append(number)
                    elif (number * scaled.fine) % 1:
                        found.append(self.too_fine((*path, key), number, scaled.fine))
                    elif number < 0:
                        found.append(self.lines.problem((*path, key), f"{number} 小于零", f"{number} is below zero"))
                return scaled
            case NothingBelow(nothing_below=asked):
                self.common((*path, "nothing below"), asked, step, found)
                return scaled
            case Worth(worth=asked):
                return Scaled(self.common((*path, "worth"), asked, step, found), plain=False)
            case Times(times=asked):
                fine = scaled.fine * self.common((*path, "times"), asked, step, found)
                return Scaled(fine, "", plain=False, settled=scaled.settled)
            case Round(to=to):
                return replace(scaled, fine=Fraction(to).denominator, settled=True)
            case Bands(bands=bands):
                for place, (edge, cell) in enumerate(bands):
                    if place and edge == bands[place - 1][0]:
                        found.append(
                            self.lines.problem(
                                (*path, "bands"),
                                f"下限 {edge} 写了两次",
                                f"the lower edge {edge} is there twice",
                                ("留下一处", "keep one of them"),
                            )
                        )
                    if isinstance(cell, str):
                        found.append(self.no_number((*path, "bands", str(edge)), cell, (*path, "bands")))
                values = [cell for _, cell in bands if not isinstance(cell, str)]
                return Scaled(lcm(*(self.common(path, one, step, found) for one in values)), plain=False)
            case LengthIn(length=unit):
                return Scaled(1, unit)
            case CountPer() | Runs() | Last(verb="count") | Distinct() | RankPer():
                return Scaled()
            case Last(verb="mean"):
                return replace(scaled, settled=False)
            case RankSharePer():
                return Scaled(plain=False, settled=False)
            case _:
                return scaled

    def common(self, path: Path, asked: Asked | Factor, step: Step, found: list[Problem]) -> int:
        """The common denominator of the numbers that a step may find; never one below zero."""
        fine = 1
        if isinstance(asked, Computed):
            return fine
        for number in self.numbers(asked, path, step):
            if isinstance(number, Problem):
                found.append(number)
                continue
            fine = lcm(fine, Fraction(number).denominator)
            if number < 0:
                found.append(self.lines.problem(path, f"{number} 小于零", f"{number} is below zero"))
        return fine

    # ------------------------------------------------------------------------------------ what is looked up by a step

    def tables(self, path: Path, rows: Carried, line: Line, before: Iterable[Line], step: Step) -> Iterator[Problem]:
        """The tables that a line looks at: windows, terms, and rows for what the evidence can carry."""
        match line:
            case Within(within=window, otherwise=other):
                yield from self.windows((*path, "within"), rows, window, other, step)
                if line.skipping is not None and line.skipping.evidence in self.catalogue.kinds:
                    skipped = Carried(self.catalogue, (line.skipping.evidence,))
                    yield from self.looked_up((*path, "skipping", "only"), line.skipping.only, skipped, step)
            case InForce(during=window, otherwise=other):
                yield from self.windows((*path, "during"), rows, window, other, step)
            case Only(only=only):
                yield from self.looked_up((*path, "only"), only, rows, step)
            case Except(except_=only):
                yield from self.looked_up((*path, "except"), only, rows, step)
            case Shift(where=only):
                yield from self.looked_up((*path, "where"), only, rows, step)
            case _:
                pass
        yield from self.row_tables(path, rows, line, tuple(before), step)

    def windows(self, path: Path, rows: Carried, window: Window, other: Window | None, step: Step) -> Iterator[Problem]:
        """The windows that a table says."""
        for one, entry in ((window, window.entry), (other, other.entry if other else None)):
            if one is None or entry is None:
                continue
            for place, cell in self.cells(entry, step):
                said = window_in(cell) if isinstance(cell, str) else None
                if said is None or said.kind == "entry":
                    yield self.lines.problem(
                        place,
                        f"“{cell}”不是时间范围",
                        f'"{cell}" is not a window',
                        ("如 last 3 years", "for instance: last 3 years"),
                    )
                else:
                    yield from self.window(place, rows, said, other)

    def window(self, path: Path, rows: Carried, window: Window, other: Window | None) -> Iterator[Problem]:
        """A window in a cell: its names are known, and who may lack its first day is told what holds."""
        periods, dates = self.period_names, self.date_names
        if window.kind == "periods" and window.period not in periods:
            yield self.lines.problem(
                path,
                f"没有名为“{window.period}”的周期",
                f'there is no period "{window.period}"',
                choice(window.period or "", periods),
            )
        elif window.kind == "since" and window.since not in dates:
            yield self.lines.problem(
                path,
                f"没有名为“{window.since}”的日期",
                f'there is no date "{window.since}"',
                choice(window.since or "", dates),
            )
        elif window.kind == "since" and window.since not in ONE_OWN_DAY and other is None:
            yield self.lines.problem(
                path,
                f"用到这个表的 within 没有写 else：没有“{window.since}”这一天的人怎么办？",
                f'who looks this up does not say (else) what holds for someone who has no day "{window.since}"',
                ("在那一行加 else: last 3 years", "add to that line: else: last 3 years"),
            )
        elif window.kind == "today" and rows.passing is not None:
            yield from self.lasting(path, rows, "today")
