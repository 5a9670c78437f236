"""How a ladder's times are read aloud: days, lengths, windows and periods."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ladders.model.ladder import Day, Due, InForce, Period, Span, Window, Within, keys_of
from ladders.model.windows import window_of
from ladders.prose.names import Names
from ladders.prose.words import WORDS, Pair

_DAYS: dict[str, Pair] = {
    "rung": ("取得现级之日", "the day on which the present rung was won"),
    "service": ("参加工作之日", "the day on which service began"),
    "birth": ("出生之日", "the day of birth"),
    "application": ("申报之日", "the day of the application"),
}
_SINCE: dict[str, Pair] = {
    "rung": ("取得现级以来", "since the present rung was won"),
    "service": ("参加工作以来", "since service began"),
    "birth": ("出生以来", "since birth"),
    "application": ("申报以来", "since the application"),
}
_PERIODS: dict[str, Pair] = {
    "school year": ("学年", "school year"),
    "half-year": ("半年（1 至 6 月、7 至 12 月）", "half-year (January to June, July to December)"),
    "calendar year": ("自然年", "calendar year"),
    "month": ("月", "month"),
    "term year": ("任期年（自取得现级之日起每满一年）", "year on the present rung (from the day on which it was won)"),
}
_YEARS: dict[str, Pair] = {"this": ("当年", "this"), "last": ("上一年", "last"), "next": ("下一年", "next")}


@dataclass(frozen=True)
class Moments(Names):
    """Reads times."""

    def span(self, span: Span) -> str:
        """``3 years``."""
        return self.say(f"{span.n} {WORDS[span.unit][0]}", str(span))

    def day(self, name: str) -> str:
        """A day of the subject's own."""
        one = self.ladder.dates.get(name)
        if one is None:
            return self.pick(_DAYS.get(name, (name, name)))
        such = self.such((one.evidence,), one.only)
        if one.take == "first":
            return self.say(f"首次“{such}”之日", f"the day of the first {such}")
        return self.say(f"最近一次“{such}”之日", f"the day of the latest {such}")

    def since(self, name: str) -> str:
        """Since a day of the subject's own."""
        if name in self.ladder.dates or name not in _SINCE:
            return self.say(f"自{self.day(name)}起", f"since {self.day(name)}")
        return self.pick(_SINCE[name])

    def years_since(self, name: str) -> str:
        """Completed years since a day of the subject's own."""
        return self.say(f"{self.since(name)}的整年数", f"whole years {self.since(name)}")

    def reference(self, day: Day) -> str:
        """The day that takes the place of the day of the review."""
        if day.kind == "date":
            return self.say(f" {day.date_} ", str(day.date_))
        if day.kind == "of year":
            zh, en = _YEARS[day.year or "this"]
            return self.say(f"{zh} {day.month_day} ", f"{day.month_day} of {en} year")
        period = self.period(day.period or "")
        which = self.say("本" if day.which == "this" else "上一", day.which or "this")
        edge = self.say("首日" if day.kind == "start" else "末日", "first" if day.kind == "start" else "last")
        return self.say(f"{which}{period}的{edge}", f"the {edge} day of {which} {period}")

    def due(self, due: Due) -> str:
        """The last day on which something may still be missing."""
        if due.day is not None:
            return self.say(f"{due.day} 及以前", f"up to {due.day}, that day included")
        span, after = self.span(due.span) if due.span else "", self.day(due.after or "")
        return self.say(f"自{after}起 {span}内", f"up to {span} after {after}, that day included")

    # ------------------------------------------------------------------------------------------------------- periods

    def period(self, name: str) -> str:
        """A period: one that every ladder knows, or one of the ladder's own by what it is."""
        own = self.ladder.periods.get(name)
        return self.own_period(own) if own is not None else self.pick(_PERIODS.get(name, (name, name)))

    def own_period(self, period: Period) -> str:
        """A period of the ladder's own: so long each from a day on, or from day to day."""
        if period.starts is not None:
            days = self.listed(str(day) for day in period.starts)
            return self.say(f"周期（分界日：{days}）", f"period (bounds: {days})")
        start = period.from_
        begins = str(start) if isinstance(start, date) else self.day(start or "")
        every = self.span(period.every) if period.every else ""
        return self.say(f"周期（自{begins}起每 {every}）", f"period (every {every} from {begins} on)")

    def is_period(self, name: str) -> bool:
        """Whether a name is that of a period."""
        return name in self.ladder.periods or name in _PERIODS

    def key(self, kinds: Iterable[str], name: str) -> str:
        """What rows are told apart by: an attribute, ``kind``, ``member``, a period."""
        return self.period(name) if self.is_period(name) else self.attribute(kinds, name)

    def keyed(self, kinds: Iterable[str], keys: str | tuple[str, ...]) -> str:
        """Several of them together."""
        kinds = tuple(kinds)
        return self.say("、", " and ").join(self.key(kinds, name) for name in keys_of(keys))

    # ------------------------------------------------------------------------------------------------------- windows

    def window(self, window: Window) -> str:
        """The days in which rows count."""
        match window.kind:
            case "last":
                span = self.span(window.span) if window.span else ""
                return self.say(f"近 {span}", f"in the last {span}")
            case "next":
                span = self.span(window.span) if window.span else ""
                return self.say(f"此后 {span}内", f"in the next {span}")
            case "since":
                return self.since(window.since or "")
            case "dates":
                return self._dates(window.first, window.last)
            case "periods":
                return self._periods(window)
            case "entry":
                return self.entry(window.entry or "", lambda cell: self.said_window(str(cell)))
            case "today":
                return self.say("评审基准日有效", "in force on the day of the review")

    def said_window(self, text: str) -> str:
        """A window as a table says it."""
        return self.window(Window.model_validate(window_of(text)))

    def _dates(self, first: date | None, last: date | None) -> str:
        if first is None:
            return self.say(f"{last} 及以前", f"until {last}")
        if last is None:
            return self.say(f"{first} 及以后", f"from {first} on")
        return self.say(f"{first} 至 {last}", f"from {first} to {last}")

    def _periods(self, window: Window) -> str:
        period, n = self.period(window.period or ""), window.n
        head, bracket, rest = period.partition(" (")
        many = f"{n} {head}{'s' if n > 1 else ''}{bracket}{rest}"
        if window.full:
            return self.say(f"最近 {n} 个已结束的{period}", f"in the last {many} that ended by then")
        if n == 1:
            return self.say(f"本{period}", f"in this {period}")
        return self.say(f"近 {n} 个{period}（含本期）", f"in the last {many}, this one included")

    def within(self, line: Within) -> str:
        """The window of a line, what holds in its stead, and what does not count as time."""
        said = self.window(line.within) + self._otherwise(line.otherwise)
        if line.skipping is not None:
            such = self.such((line.skipping.evidence,), line.skipping.only)
            said += self.say(
                f"（“{such}”期间不计，时间相应向前延长）",
                f" (time of {such} does not count: the window reaches back further by as much)",
            )
        return said

    def in_force(self, line: InForce) -> str:
        """Rows that are in force in a window."""
        window = self.window(line.during) + self._otherwise(line.otherwise)
        return self.say(f"有效期在以下时间内的部分：{window}", f"the part of their time that lies in: {window}")

    def _otherwise(self, other: Window | None) -> str:
        if other is None:
            return ""
        window = self.window(other)
        return self.say(f"（没有这一日期的：{window}）", f" (for whoever has no such day: {window})")
