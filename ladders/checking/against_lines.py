"""The lines of a measure against what its rows carry: attributes, keys, ordered scales, rows that last, amounts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ladders.checking.carried import AMOUNT, Carried
from ladders.checking.terms import Terms
from ladders.model.ladder import (
    BUILT_IN_PERIODS,
    Bands,
    BestPer,
    Bounds,
    Cap,
    CountPer,
    Distinct,
    Except,
    FirstPer,
    Floor,
    InForce,
    Join,
    Last,
    LatestPer,
    LengthIn,
    Line,
    Measure,
    Only,
    Round,
    Runs,
    Shift,
    SumPer,
    Times,
    Top,
    Within,
    Worth,
    keys_of,
)
from ladders.model.lines import During
from ladders.problems import Problem, choice
from ladders.reading.nodes import Path


@dataclass
class LineTerms(Terms):
    """Remarks on the lines of measures."""

    def rows(self, path: Path, kinds: tuple[str, ...], through: bool = False) -> tuple[Carried | None, list[Problem]]:
        """What rows of some kinds carry; None, and the problem, where the catalogue does not have them all."""
        known = self.catalogue.kinds
        found = [
            self.lines.problem(
                (*path, "evidence"),
                f"佐证目录里没有“{kind}”这一类",
                f'the catalogue has no kind "{kind}"',
                choice(kind, known),
            )
            for kind in kinds
            if kind not in known
        ]
        return (None if found else Carried(self.catalogue, kinds, through)), found

    def measure(self, path: Path, measure: Measure) -> Iterator[Problem]:
        """A measure: its kinds, and what its lines ask of them."""
        rows, found = self.rows(path, measure.evidence, measure.through is not None)
        yield from found
        if rows is None:
            return
        numbered = False  # whether an earlier line has given every row an amount
        ahead = True
        for number, line in enumerate(measure.then):
            place = (*path, "then", number)
            yield from self.line(place, rows, line, numbered)
            if ahead and (word := needs_amount(line)) and not numbered:
                yield from self.needs(place, rows, word)
            if isinstance(line, Worth | LengthIn | CountPer | Runs):
                numbered = True
            if isinstance(line, Join):
                numbered = False
            ahead = ahead and not isinstance(line, Last | Distinct)

    def needs(self, path: Path, rows: Carried, word: str) -> Iterator[Problem]:
        """What has no amount cannot be added up; hours and points cannot be added to each other."""
        if rows.without_amount is not None:
            yield self.lines.problem(
                path,
                f"“{rows.without_amount}”没有数量，不能 {word}",
                f'"{rows.without_amount}" has no amount; {word} needs one',
                ("只能计数：count", "it can only be counted: count")
                if len(rows.names) == 1
                else ("先写 worth，给每一行一个数", "give each row a number first: worth"),
            )
        elif len(rows.units) > 1:
            yield self.lines.problem(
                path,
                f"单位不同，不能合在一起：{'、'.join(rows.units)}",
                f"these are measured in different units: {', '.join(rows.units)}",
                ("分成几个计量，换算后用 total 合计", "make a measure of each, and a total with times"),
            )

    def line(self, path: Path, rows: Carried, line: Line, numbered: bool) -> Iterator[Problem]:
        """One line."""
        match line:
            case Within() | InForce():
                yield from self.windowed(path, rows, line)
            case Only(only=only):
                yield from self.filter((*path, "only"), rows, only, numbered)
            case Except(except_=only):
                yield from self.filter((*path, "except"), rows, only, numbered)
            case Shift():
                yield from self.shift(path, rows, line)
            case BestPer(best_per=key, by=by):
                yield from self.keys(path, rows, keys_of(key))
                if by is not None:
                    yield from self.ordered((*path, "by"), rows, by)
            case LatestPer(latest_per=key) | FirstPer(first_per=key) | SumPer(sum_per=key) | CountPer(count_per=key):
                yield from self.keys(path, rows, keys_of(key))
            case Distinct(distinct=key):
                yield from self.keys(path, rows, keys_of(key))
            case Top(per=key) if key is not None:
                yield from self.keys(path, rows, keys_of(key))
            case Join() if rows.passing is not None:
                yield from self.lasting(path, rows, "join")
            case _:
                pass

    def windowed(self, path: Path, rows: Carried, line: Within | InForce) -> Iterator[Problem]:
        """What is in force today, or during a window, lasts; so do the days that are skipped."""
        if isinstance(line, InForce):
            yield from self.lasting((*path, "during"), rows, "during")
        else:
            windows = (("within", line.within), ("else", line.otherwise))
            for key, window in windows:
                if window is not None and window.kind == "today":
                    yield from self.lasting((*path, key), rows, "today")
            if line.skipping is not None:
                yield from self.skipped((*path, "skipping"), line.skipping)

    def skipped(self, path: Path, skipping: During) -> Iterator[Problem]:
        """Days that are skipped are those of rows that last."""
        rows, found = self.rows(path, (skipping.evidence,))
        yield from found
        if rows is not None:
            yield from self.lasting((*path, "evidence"), rows, "skipping")
            yield from self.filter((*path, "only"), rows, skipping.only, amounts=True)

    def lasting(self, path: Path, rows: Carried, word: str) -> Iterator[Problem]:
        """Rows that have an end."""
        if rows.passing is not None:
            lasting = [name for name, kind in self.catalogue.kinds.items() if kind.lasting]
            yield self.lines.problem(
                path,
                f"{word} 只用于有起止的记录：{'、'.join(lasting)}",
                f"{word} is for rows that last: {', '.join(lasting)}",
                ("如 last 3 years", "for instance: last 3 years")
                if word == "today"
                else ("去掉这一行", "take this line away"),
            )

    def shift(self, path: Path, rows: Carried, line: Shift) -> Iterator[Problem]:
        """A move along an ordered scale, by less than the whole of it."""
        yield from self.ordered((*path, "shift"), rows, line.shift)
        yield from self.filter((*path, "where"), rows, line.where, amounts=True)
        scale = rows.scale(line.shift)
        if scale is not None and abs(line.by) >= len(scale.terms):
            yield self.lines.problem(
                (*path, "by"),
                f"“{line.shift}”一共 {len(scale.terms)} 级，移动 {line.by} 级全都到头",
                f'"{line.shift}" has {len(scale.terms)} terms: {line.by} moves every one off its end',
                (f"至多移动 {len(scale.terms) - 1} 级", f"at most {len(scale.terms) - 1}"),
            )

    def ordered(self, path: Path, rows: Carried, attribute: str) -> Iterator[Problem]:
        """An attribute that takes the terms of an ordered scale."""
        yield from self.attribute(path, rows, attribute)
        scale = rows.scale(attribute)
        if rows.carries(attribute) and not (scale and scale.ordered):
            yield self.lines.problem(
                path,
                f"“{attribute}”的取值没有高低",
                f'no term of "{attribute}" is better than another',
                choice("", [one for one in rows.attributes if (found := rows.scale(one)) and found.ordered]),
            )

    def keys(self, path: Path, rows: Carried, keys: tuple[str, ...]) -> Iterator[Problem]:
        """What rows are grouped by: attributes, their kind, periods, the member through whom they count."""
        known = (*rows.attributes, *BUILT_IN_PERIODS, *self.ladder.periods)
        for key in keys:
            if key not in known and not rows.carries(key):
                yield self.lines.problem(
                    path,
                    f"“{rows.title}”不能按“{key}”分组",
                    f'"{rows.title}" cannot be grouped by "{key}"',
                    choice(key, (*known, "kind")),
                )


def needs_amount(line: Line) -> str | None:
    """The word of a line that needs amounts, if it does."""
    match line:
        case Last(verb=verb):
            return None if verb == "count" else verb
        case SumPer():
            return "sum per"
        case Cap():
            return "cap"
        case Floor():
            return "floor"
        case Times():
            return "times"
        case Round():
            return "round"
        case Bands():
            return "bands"
        case Top(by="amount"):
            return "top"
        case Only(only=only) | Except(except_=only) if isinstance(only.get(AMOUNT), Bounds):
            return None  # said where the filter is looked at
        case _:
            return None
