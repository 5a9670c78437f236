"""A ladder against the evidence catalogue: what it asks for is recorded, and its numbers fit what is measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from events.facts import AmountOf, Catalogue, Kind
from ladders.kinds import with_built_in
from ladders.loading import NO_LINES, Lines
from ladders.model import (
    Asked,
    AtLeastLevel,
    BestPer,
    Cap,
    Compare,
    CountPer,
    Except,
    Floor,
    Ladder,
    Last,
    LatestPer,
    Line,
    Measure,
    Only,
    Step,
    SumPer,
)
from ladders.nodes import Path
from ladders.problems import Problem, choice

SCHOOL_YEAR = "school year"
"""A key that every row has: the school year in which its day lies."""


def check_against(ladder: Ladder, catalogue: Catalogue, lines: Lines = NO_LINES) -> tuple[Problem, ...]:
    """The errors of a ladder against an evidence catalogue: kinds, attributes, terms, and numbers at their scale."""
    against = _Against(ladder, with_built_in(catalogue), lines)
    return tuple(dict.fromkeys(against.problems()))


@dataclass
class _Against:
    ladder: Ladder
    catalogue: Catalogue
    lines: Lines

    def problems(self) -> Iterator[Problem]:
        for name, measure in self.ladder.measures.items():
            yield from self.measure(("measures", name), measure)
        for path, step, clause in self.ladder.walk():
            if not isinstance(clause, Compare):
                continue
            if clause.evidence is not None:
                measured = self.ladder.measure_of(clause)
                assert isinstance(measured, Measure)
                yield from self.measure(path, measured)
            yield from self.numbers(path, step, clause)

    def measure(self, path: Path, measure: Measure) -> Iterator[Problem]:
        """A measure: its kind, and what its lines ask of that kind."""
        kinds = self.catalogue.kinds
        if measure.evidence[0] not in kinds:
            yield self.lines.problem(
                (*path, "evidence"),
                f"佐证目录里没有“{measure.evidence[0]}”这一类",
                f'the catalogue has no kind "{measure.evidence[0]}"',
                choice(measure.evidence[0], kinds),
            )
            return
        kind, counted = kinds[measure.evidence[0]], False
        for number, line in enumerate(measure.then):
            place = (*path, "then", number)
            match line:
                case Only():
                    yield from self.accepted((*place, "only"), measure.evidence[0], kind, line)
                case Except():
                    yield from self.accepted((*place, "except"), measure.evidence[0], kind, line)
                case BestPer(best_per=key) | LatestPer(latest_per=key) | SumPer(sum_per=key) | CountPer(count_per=key):
                    yield from self.key(place, measure, kind, key)
                case _:
                    pass
            needs = self.needs_amount(line, measure, number)
            if needs and kind.amount is None and not counted:
                yield self.lines.problem(
                    place,
                    f"“{measure.evidence[0]}”没有数量，不能 {needs}",
                    f'"{measure.evidence[0]}" has no amount; {needs} needs one',
                    ("只能计数：count", "it can only be counted: count"),
                )
            counted = counted or isinstance(line, CountPer)

    @staticmethod
    def needs_amount(line: Line, measure: Measure, number: int) -> str | None:
        """The word of a line that needs amounts, if it does; a cap after the verb is the number's."""
        if isinstance(line, Last):
            return None if line.verb == "count" else line.verb
        if isinstance(line, SumPer):
            return "sum per"
        if isinstance(line, Cap | Floor) and any(isinstance(one, Last) for one in measure.then[number:]):
            return "cap" if isinstance(line, Cap) else "floor"
        return None

    def key(self, path: Path, measure: Measure, kind: Kind, key: str) -> Iterator[Problem]:
        """What rows are grouped by: an attribute, the school year of their day, the member through whom they count."""
        keys = (*kind.attributes, SCHOOL_YEAR, *(("member",) if measure.through else ()))
        if key not in keys:
            yield self.lines.problem(
                path,
                f"“{measure.evidence[0]}”不能按“{key}”分组",
                f'"{measure.evidence[0]}" cannot be grouped by "{key}"',
                choice(key, keys),
            )

    def attribute(self, path: Path, name: str, kind: Kind, attribute: str) -> Iterator[Problem]:
        if attribute not in kind.attributes:
            yield self.lines.problem(
                path,
                f"“{name}”没有“{attribute}”这一属性",
                f'"{name}" has no attribute "{attribute}"',
                choice(attribute, kind.attributes),
            )

    def accepted(self, path: Path, name: str, kind: Kind, line: Only | Except) -> Iterator[Problem]:
        """The attributes and terms of a filter."""
        for attribute, accepted in (line.only if isinstance(line, Only) else line.except_).items():
            place = (*path, attribute)
            if attribute not in kind.attributes:
                yield from self.attribute(place, name, kind, attribute)
                continue
            scale = self.catalogue.scales.get(kind.attributes[attribute])
            if scale is None:  # any text
                if isinstance(accepted, AtLeastLevel):
                    yield self.lines.problem(
                        place,
                        f"“{attribute}”可以是任何文字，没有高低",
                        f'"{attribute}" is any text: none is better',
                        ("去掉 or better", 'take "or better" away'),
                    )
                continue
            terms = [term.id for term in scale.terms]
            for term in (accepted.term,) if isinstance(accepted, AtLeastLevel) else accepted:
                if term not in terms:
                    # Who writes the Chinese name means its term.
                    meant = next((one.id for one in scale.terms if term in (one.zh, one.en, *one.also)), None)
                    yield self.lines.problem(
                        place,
                        f"“{attribute}”没有“{term}”这一取值",
                        f'"{term}" is no term of "{attribute}"',
                        choice(term, terms, meant),
                    )
            if isinstance(accepted, AtLeastLevel) and not scale.ordered:
                yield self.lines.problem(
                    place,
                    f"“{attribute}”的取值没有高低，不能写 or better",
                    f'no term of "{attribute}" is better than another',
                    ("列出可接受的取值：[…, …]", "list those accepted: […, …]"),
                )

    def numbers(self, path: Path, step: Step, clause: Compare) -> Iterator[Problem]:
        """The numbers of a clause fit what is measured."""
        measured = self.ladder.measure_of(clause)
        amount, single = None, False
        if isinstance(measured, Measure):
            if measured.evidence[0] not in self.catalogue.kinds:
                return  # said already, and its scale is not known
            base: Path = ("measures", clause.measure) if clause.measure is not None else path
            amount, single = self.catalogue.kinds[measured.evidence[0]].amount, True
            for number, line in enumerate(measured.then):
                place = (*base, "then", number)
                match line:
                    case Cap(cap=asked):
                        yield from self.fits((*place, "cap"), asked, step, amount)
                    case Floor(floor=asked):
                        yield from self.fits((*place, "floor"), asked, step, amount)
                    case CountPer() | Last(verb="count"):
                        amount = None
                    case SumPer() | Last(verb="sum"):
                        single = False
                    case _:
                        pass
        for key, compared in clause.comparisons:
            yield from self.fits((*path, key), compared, step, amount)
            if amount and single and key in ("at least", "more than"):
                yield from self.believable((*path, key), self.ladder.look_up(compared, step), amount)

    def believable(self, path: Path, asked: Decimal, amount: AmountOf) -> Iterator[Problem]:
        """No more is asked of one record than a record can have."""
        if asked > amount.most:
            yield self.lines.problem(
                path,
                f"要求 {asked}，而一条记录最多 {amount.most}",
                f"{asked} is asked, and a record has at most {amount.most}",
                ("这个条件永远达不到", "this can never be met"),
            )

    def fits(self, path: Path, asked: Asked, step: Step, amount: AmountOf | None) -> Iterator[Problem]:
        """A number has no more decimal places than what it is held against (counts and years: none)."""
        scale = amount.scale if amount else 0
        number = self.ladder.look_up(asked, step)
        if number != round(number, scale):
            yield self.lines.problem(
                path,
                f"{number} 的小数多于 {scale} 位" if scale else f"{number} 不是整数，而这里按个数或年数比较",
                f"{number} has more than {scale} decimal places"
                if scale
                else f"{number} is not a whole number, and it is held against a count or years",
                (f"如 {round(number, scale)}", f"for instance {round(number, scale)}"),
            )
        if number < 0:
            yield self.lines.problem(path, f"{number} 小于零", f"{number} is below zero")
