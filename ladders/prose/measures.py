"""How measures are read aloud: the rows, line after line as they are written, and the number last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ladders.model.ladder import (
    Addend,
    AMeasure,
    Asked,
    Bands,
    BestPer,
    Cap,
    Computed,
    CountPer,
    Day,
    Distinct,
    Except,
    Extreme,
    FirstPer,
    Floor,
    InForce,
    Join,
    Last,
    LatestPer,
    LengthIn,
    Line,
    Measure,
    Move,
    NothingBelow,
    Only,
    RankPer,
    RankSharePer,
    Round,
    Runs,
    Shift,
    SumPer,
    Times,
    Top,
    Total,
    Unused,
    Within,
    Worth,
    YearsSince,
)
from ladders.prose.names import RELATIONS
from ladders.prose.times import Moments
from ladders.prose.words import Pair

AnyMeasure = AMeasure | YearsSince | Move
_LENGTHS: dict[str, Pair] = {
    "years": ("整年数", "whole years"),
    "months": ("整月数", "whole months"),
    "days": ("天数", "days"),
}
_ROUND: dict[str, Pair] = {
    "down": ("向下取到", "rounded down to"),
    "up": ("向上取到", "rounded up to"),
    "nearest": ("四舍五入到", "rounded (a half up) to"),
}


_MADE: dict[str, Pair] = {
    "total": ("之和", "sum"),
    "highest of": ("中最高的一个", "highest"),
    "lowest of": ("中最低的一个", "lowest"),
}


def parts_of(measure: Total | Extreme) -> tuple[Addend, ...]:
    """The measures that a number is made of."""
    return measure.total if isinstance(measure, Total) else measure.parts


def made_by(measure: Total | Extreme) -> str:
    """How a number is made of others."""
    if isinstance(measure, Total):
        return "total"
    return "highest of" if measure.highest_of else "lowest of"


@dataclass(frozen=True)
class Measures(Moments):
    """Reads measures."""

    def measured(self, measure: AnyMeasure) -> str:
        """What a measure counts, on one line."""
        if isinstance(measure, YearsSince):
            return self.years_since(measure.years_since)
        if isinstance(measure, Move):
            return self.move(measure)
        if isinstance(measure, Total | Extreme):
            parts = self.say("；", "; ").join(f"{sign}{text}" for sign, text in self.addends(measure))
            zh, en = _MADE[made_by(measure)]
            return self.say(f"以下各数{zh}〔{parts}〕", f"the {en} of [{parts}]") + self.after(measure)
        name = self.such(measure.evidence, {})
        rows = self.joined(self.lines(measure))
        whose = self.whose(measure)
        on = self.as_of(measure.on)
        return on + self.say(f"{whose}{name}：{rows}", f"{name}{whose}: {rows}")

    def summed(self, measure: AnyMeasure) -> str:
        """A measure; of one that is made of others the head only: its parts follow."""
        if not isinstance(measure, Total | Extreme):
            return self.measured(measure)
        zh, en = _MADE[made_by(measure)]
        n = len(parts_of(measure))
        return self.say(f"下列 {n} 个数{zh}", f"the {en} of the following {n}") + self.after(measure)

    def as_of(self, day: Day | None) -> str:
        """The day that takes the place of the day of the review, before what is measured."""
        if day is None:
            return ""
        return self.say(f"以{self.reference(day)}为基准日，", f"as of {self.reference(day)}, ")

    def addends(self, total: Total | Extreme) -> list[tuple[str, str]]:
        """The parts of a total, or of what is chosen among several, with their signs: (1), (2), …"""
        said = []
        for number, part in enumerate(parts_of(total), 1):
            text = self.named(part.measure) + self.in_unit(self.ladder.measures[part.measure]) + self.multiplied(part)
            said.append((self.say(f"（{number}）", f"({number}) "), text))
        return said

    def in_unit(self, measure: AnyMeasure) -> str:
        """The unit that the file gives a measure, if it does."""
        unit = getattr(measure, "unit", None)
        return self.say(f"（单位：{self.word(unit)}）", f" (in {self.word(unit)})") if unit else ""

    def multiplied(self, part: Addend) -> str:
        """What a part of a total is multiplied by; nothing for 1."""
        if part.times == Fraction(1):
            return ""
        factor = self.limit(part.times, ())
        return self.say(f"，所得之数乘以{factor}", f", times{factor}")

    def after(self, total: Total | Extreme) -> str:
        """What is done to the sum of a total."""
        said = self.joined(self.line(line, None, ("",)) for line in total.then)
        return self.say("，", ", ") + said if said else ""

    def named(self, name: str) -> str:
        """A measure by its name, spelled out."""
        return self.measured(self.ladder.measures[name])

    def computed(self, computed: Computed) -> str:
        """A number made from a measure."""
        base = self.named(computed.measure)
        said = self.say(f"“{base}”所得之数", f"what [{base}] comes to")
        if computed.times != Fraction(1):
            factor = self.limit(computed.times, ())
            said += self.say(f"乘以{factor}", f", times{factor}")
        if computed.plus > 0:
            said += self.say(f"，再加 {self.number(computed.plus)}", f", plus {self.number(computed.plus)}")
        if computed.plus < 0:
            said += self.say(f"，再减 {self.number(-computed.plus)}", f", minus {self.number(-computed.plus)}")
        if computed.round is not None:
            zh, en = _ROUND[computed.round]
            said += self.say(f"（{zh}整数）", f" ({en} a whole number)")
        return said

    def move(self, move: Move) -> str:
        """The difference between the rungs' entries."""
        name, _, column = move.move.partition(".")
        table = self.ladder.tables[name]
        at = table.columns.index(column)

        def cell(rung: str | None) -> str:
            cells = table.rows.get(rung or "", table.other)
            value = Decimal(0) if rung is None else cells[at] if cells else Decimal(0)
            return value if isinstance(value, str) else self.number(value)

        if self.step is None:
            return self.say(
                f"拟任级与现级的“{column}”之差", f"the difference in {column} from the rung held to the one sought"
            )
        low, high = cell(self.step.from_), cell(self.step.to)
        return self.say(
            f"拟任级与现级的“{column}”之差（{self.rung(self.step.to)} {high} 减 {self.rung(self.step.from_)} {low}）",
            f"the difference in {column} ({self.rung(self.step.to)} {high}, less {self.rung(self.step.from_)} {low})",
        )

    def unit(self, measure: AnyMeasure) -> str | None:
        """The unit of what is measured; None for a plain number."""
        if isinstance(measure, YearsSince):
            return "year"
        if isinstance(measure, Move):
            return None
        if measure.unit is not None or isinstance(measure, Total | Extreme):
            return measure.unit
        unit: str | None = None
        amounts = [kind.amount for name in measure.evidence if (kind := self.catalogue.kinds.get(name))]
        if len({one.unit if one else None for one in amounts}) == 1 and amounts[0]:
            unit = amounts[0].unit
        for line in measure.then:
            if isinstance(line, LengthIn):
                unit = line.length
            elif isinstance(line, CountPer | Worth | Bands | Runs | Distinct | RankPer | RankSharePer) or line == Last(
                verb="count"
            ):
                unit = None
        return unit

    def whose(self, measure: Measure) -> str:
        """Whose rows they are, where they are not the subject's own."""
        if measure.through is None:
            return ""
        who = self.related(measure.through, measure.roles)
        zh, en = RELATIONS[measure.through[-1]][1]
        said = self.say(f"{who}{zh}期间的", f" of the {who} {en}")
        if measure.across == "primary":
            said = self.say(
                f"{said}（同属几个组的只算最先加入的组）", f"{said} (of several groups only the one joined first)"
            )
        return said

    # --------------------------------------------------------------------------------------------------------- lines

    def lines(self, measure: Measure) -> Iterable[str]:
        """Every line, in the order in which they are written."""
        verb = next((n for n, one in enumerate(measure.then) if isinstance(one, Last | Distinct)), len(measure.then))
        for place, line in enumerate(measure.then):
            yield self.line(line, measure, measure.evidence, rows=place < verb)

    def line(self, line: Line, measure: Measure | None, kinds: tuple[str, ...], *, rows: bool = False) -> str:
        """One line; ``rows`` says that rows are left, so that a cap is of each of them."""
        match line:
            case Within():
                return self.within(line)
            case InForce():
                return self.in_force(line)
            case Only(only=accepted):
                return self.all_accepted(kinds, accepted)
            case Except(except_=accepted):
                inner = self.say("且", " and ").join(self.accepted(kinds, name, one) for name, one in accepted.items())
                return self.say(f"不含{inner}的", f"without those with {inner}")
            case Unused():
                return self.say("以前认定时已经用过的不再计", "not those that counted in an earlier grant")
            case Shift():
                return self.shift(line, kinds)
            case Join(join=gap):
                days = self.say(f"{gap} 天", "1 day" if gap == 1 else f"{gap} days")
                return self.say(
                    f"重叠的、间断不超过 {days}的合并为一段",
                    f"what overlaps or follows within {days} joined into one stretch",
                )
            case LengthIn(length=length):
                return self.say(f"各计其时长（{_LENGTHS[length][0]}）", f"each by its length in {_LENGTHS[length][1]}")
            case Last(verb=verb):
                return self.word(verb)
            case Distinct(distinct=key):
                name = self.keyed(kinds, key)
                return self.say(f"计不同{name}的个数", f"how many different {name}")
            case _:
                return self._amounts(line, kinds, rows) or self._picked(line, kinds)

    def _picked(self, line: Line, kinds: tuple[str, ...]) -> str:
        """Lines that leave one row of several, or several of many."""
        match line:
            case BestPer(best_per=key, by=None):
                name = self.keyed(kinds, key)
                return self.say(f"同一{name}只取最高的一项", f"the best per {name}")
            case BestPer(best_per=key, by=by):
                name, scale = self.keyed(kinds, key), self.attribute(kinds, by or "")
                return self.say(f"同一{name}只取{scale}最高的一项", f"per {name} the one of the highest {scale}")
            case LatestPer(latest_per=key):
                name = self.keyed(kinds, key)
                return self.say(f"同一{name}只取最近的一项", f"the latest per {name}")
            case FirstPer(first_per=key):
                name = self.keyed(kinds, key)
                return self.say(f"同一{name}只取最早的一项", f"the first per {name}")
            case Top(top=n, per=key, by=by):
                zh, en = ("最近", "latest") if by == "day" else ("最高", "highest")
                if key is None:
                    return self.say(f"取{zh}的 {n} 项", f"the {n} {en}")
                name = self.keyed(kinds, key)
                return self.say(f"同一{name}取{zh}的 {n} 项", f"the {n} {en} per {name}")
            case SumPer(sum_per=key):
                name = self.keyed(kinds, key)
                return self.say(f"按{name}分别合计", f"summed by {name}")
            case CountPer(count_per=key):
                name = self.keyed(kinds, key)
                return self.say(f"按{name}分别计项数", f"counted by {name}")
            case Runs(runs=period):
                name = self.period(period)
                return self.say(f"逐{name}不间断的各为一段，计其期数", f"unbroken runs of the {name}, each by how many")
            case RankPer(rank_per=name):
                own = self.own(name)
                return self.say(
                    f"在“{own}”相同者中由高到低的名次", f"the rank, highest first, among those with the same {own}"
                )
            case RankSharePer(rank_share_per=name):
                own = self.own(name)
                return self.say(
                    f"在“{own}”相同者中由高到低的名次占其人数的比例",
                    f"the rank, highest first, among those with the same {own}, as a part of how many they are",
                )
        raise TypeError(f"no words for {line!r}")

    def _amounts(self, line: Line, kinds: tuple[str, ...], rows: bool) -> str | None:
        """Lines that change amounts; of rows, each; after the verb, the number."""
        zh, en = ("每项", "each ") if rows else ("", "")
        match line:
            case Worth(worth=asked):
                return self.say(f"每项计{self.limit(asked, kinds)}", f"each worth{self.limit(asked, kinds)}")
            case Times(times=factor):
                said = self.limit(factor, kinds)
                return self.say(f"{zh or '所得之数'}乘以{said}", f"{en}times{said}")
            case Cap(cap=asked):
                return self.say(f"{zh}至多计{self.limit(asked, kinds)}", f"{en}at most{self.limit(asked, kinds)}")
            case Floor(floor=asked):
                return self.say(f"{zh}至少计{self.limit(asked, kinds)}", f"{en}at least{self.limit(asked, kinds)}")
            case Round(round=how, to=to):
                how_zh, how_en = _ROUND[how]
                many = "a whole number" if to == 1 else f"a multiple of {self.number(to)}"
                return self.say(f"{zh or '所得之数'}{how_zh} {self.number(to)} 的整数倍", f"{en}{how_en} {many}")
            case Bands(bands=bands):
                spelled = [
                    (self.number(edge), self.asked(value, None) if not isinstance(value, str) else value)
                    for edge, value in bands
                ]
                zh_bands = "；".join(f"{edge} 以上计 {value}" for edge, value in spelled)
                en_bands = "; ".join(f"from {edge} on {value}" for edge, value in spelled)
                return self.say(
                    f"{zh or '所得之数'}分段计（{zh_bands}；不足 {spelled[0][0]} 计 0）",
                    f"{en}by bands ({en_bands}; below {spelled[0][0]} nothing)",
                )
            case NothingBelow(nothing_below=asked):
                return self.say(f"不足{self.limit(asked, kinds)} 的计 0", f"0 if below{self.limit(asked, kinds)}")
        return None

    def limit(self, asked: Asked, kinds: tuple[str, ...]) -> str:
        """A number in a line, without a unit, and the space before it."""
        return self.spaced(self.asked(asked, None, kinds))

    def shift(self, line: Shift, kinds: tuple[str, ...]) -> str:
        """A move along a scale."""
        scale, by = self.attribute(kinds, line.shift), abs(line.by)
        where = self.all_accepted(kinds, line.where)
        who_zh, who_en = (f"{where}的，", f"those with {where}: ") if where else ("", "")
        end_zh, end_en = (
            ("到尽头为止", "no further than the end of the scale")
            if line.beyond == "keep"
            else ("超出尽头的不计", "beyond the end of the scale not counted")
        )
        direction = ("上调", "raised") if line.by >= 0 else ("下调", "lowered")
        return self.say(
            f"{who_zh}{scale}{direction[0]} {by} 档（{end_zh}）", f"{who_en}{scale} {direction[1]} by {by} ({end_en})"
        )
