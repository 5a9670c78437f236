"""Lengths of time, windows, periods and days as a ladder file says them: ``3 years``, ``last 3 full school years``,
``08-31 of this year``, ``1 year after rung``.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from ladders.model.words import Part, entry, plain
from ladders.problems import choice, mistake, said

Unit = Literal["years", "months", "days"]


class Span(Part):
    """A length of calendar time: ``3 years``."""

    n: int = Field(ge=1, le=200_000)
    unit: Unit

    def __str__(self) -> str:
        return f"{self.n} {self.unit if self.n > 1 else self.unit[:-1]}"


_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_LENGTH = r"([1-9]\d{0,4}) (year|month|day)s?"


def _meant(text: str) -> str:
    """A phrase with its numbers in digits, as it was probably meant: ``last three years`` is ``last 3 years``."""
    words = [str(_NUMBERS.index(word) + 1) if word in _NUMBERS else word for word in plain(text).split()]
    return " ".join(words)


def _span(value: Any) -> Any:
    if isinstance(value, Span):
        return value
    found = re.fullmatch(_LENGTH, value) if isinstance(value, str) else None
    if not found:
        near = _meant(str(value))
        zh, en = (
            "应为数目加 years、months 或 days：3 years",
            "expected a number and years, months or days: 3 years",
        )
        if re.fullmatch(_LENGTH, near):
            zh, en = f"{zh}\n是否想写：{near}", f"{en}\ndid you mean: {near}"
        raise mistake(f"“{said(value)}”不是一段时间", f'"{said(value)}" is not a length of time', (zh, en))
    return {"n": int(found[1]), "unit": found[2] + "s"}


Length = Annotated[
    Span,
    BeforeValidator(_span, json_schema_input_type=Annotated[str, Field(pattern=f"^{_LENGTH}$")]),
]


def _gap(value: Any) -> Any:
    found = re.fullmatch(r"(\d{1,5}) days?", value) if isinstance(value, str) else None
    if found:
        return int(found[1])
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value  # a value made in Python
    raise mistake(
        f"“{said(value)}”不是天数",
        f'"{said(value)}" is not a number of days',
        ("应为：0 days（不容间断）或 30 days（间断不超过 30 天算连续）", "expected: 0 days, or 30 days"),
    )


Gap = Annotated[int, BeforeValidator(_gap, json_schema_input_type=Annotated[str, Field(pattern=r"^\d{1,5} days?$")])]
"""How many days may lie between two stretches that still count as one."""


# -------------------------------------------------------------------------------------------------------- windows

BUILT_IN_PERIODS = ("school year", "half-year", "calendar year", "month", "term year")
"""Periods that every ladder knows; ``term year`` is a year of the subject's time on the step's source rung."""
BUILT_IN_DATES = ("rung", "service", "birth", "application")
"""Days of a subject that every ladder knows."""


class Window(Part):
    """The days in which rows count, both ends inside.

    ``last``: every day after *as-of minus span* up to and including as-of; ``next``: every day after as-of up to and
    including *as-of plus span*.  ``since``: from a day of the subject's own, that day included.  ``dates``: from a day
    (or the beginning) to a day (or as-of).  ``today``: rows in force on the as-of day.  ``periods``: the period in
    which as-of lies and so many less one before it, or (``full``) so many that had ended by then.  ``entry``: the
    window that a table says.
    """

    kind: Literal["last", "next", "since", "dates", "today", "periods", "entry"]
    span: Span | None = None
    since: str | None = None
    first: date | None = None
    last: date | None = None
    period: str | None = None
    n: int = 1
    full: bool = False
    entry: str | None = None

    def __str__(self) -> str:
        match self.kind:
            case "last" | "next":
                return f"{self.kind} {self.span}"
            case "since":
                return f"since {self.since}"
            case "dates" if self.first and self.last:
                return f"from {self.first} to {self.last}"
            case "dates":
                return f"from {self.first}" if self.first else f"until {self.last}"
            case "periods" if self.n == 1 and not self.full:
                return f"this {self.period}"
            case "periods":
                return f"last {self.n} {'full ' if self.full else ''}{self.period}{'s' if self.n > 1 else ''}"
            case "entry":
                return self.entry or ""
        return "today"


WINDOW_FORMS = ("last N years|months|days", "next N years|months|days", "since rung", "since service", "today",
                "this school year", "last N school years", "last N full school years", "from 2023-09-01",
                "until 2026-08-31", "from 2023-09-01 to 2026-08-31")  # fmt: skip
_DAY = r"\d{4}-\d\d-\d\d"
_DATES = rf"from ({_DAY}) to ({_DAY})"
_NAME = r"[a-z][a-z0-9-]*"
_PERIODS = rf"last ([1-9]\d{{0,3}}) (full )?({_NAME}?(?: {_NAME}?)*?)s?"
_THIS = rf"this ({_NAME}(?: {_NAME})*)"


def _day(value: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise mistake(
            f"“{said(value)}”里有不存在的日期",
            f'"{said(value)}" names a day that does not exist',
            ("日期写作 2026-08-31", "write days as 2026-08-31"),
        ) from None


def _between(value: str, first: str, last: str) -> dict[str, Any]:
    days = _day(value, first), _day(value, last)
    if days[0] > days[1]:
        raise mistake(
            f"“{said(value)}”的结束日期早于开始日期",
            f'the window "{value}" ends before it begins',
            (f"是否想写：from {last} to {first}", f"did you mean: from {last} to {first}"),
        )
    return {"kind": "dates", "first": days[0], "last": days[1]}


def window_of(value: Any) -> Any:
    """The window that a text says, as ``Window`` takes it; the error of ``AWindow`` where it says none."""
    if isinstance(value, Window):
        return value
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if found := re.fullmatch(f"(last|next) {_LENGTH}", text):
        return {"kind": found[1], "span": {"n": int(found[2]), "unit": found[3] + "s"}}
    if found := re.fullmatch(f"since ({_NAME})", text):
        return {"kind": "since", "since": found[1]}
    if text == "today":
        return {"kind": "today"}
    if found := re.fullmatch(_DATES, text):
        return _between(value, found[1], found[2])
    if found := re.fullmatch(rf"(from|until) ({_DAY})", text):
        return {"kind": "dates", "first" if found[1] == "from" else "last": _day(value, found[2])}
    if found := re.fullmatch(_THIS, text):
        return {"kind": "periods", "period": found[1]}
    if found := re.fullmatch(_PERIODS, text):
        return {"kind": "periods", "n": int(found[1]), "full": bool(found[2]), "period": found[3]}
    if entry(text):
        return {"kind": "entry", "entry": text}
    near = _meant(str(value)).removeprefix("the ").replace("past ", "last ")
    near = f"last {near}" if re.fullmatch(_LENGTH, near) else near
    right = any(re.fullmatch(form, near) for form in (f"last {_LENGTH}", "since (rung|service)", "today", _DATES))
    raise mistake(
        f"“{said(value)}”不是时间范围",
        f'"{said(value)}" is not a window',
        choice(near, WINDOW_FORMS, meant=near if right else None),
    )


AWindow = Annotated[
    Window,
    BeforeValidator(
        window_of,
        json_schema_input_type=Annotated[
            str,
            Field(
                pattern=rf"^((last|next) {_LENGTH}|since {_NAME}|today|{_DATES}|(from|until) {_DAY}|{_THIS}|{_PERIODS}"
                r"|[^\s.]+\.[^\s.]+)$",
                examples=["last 3 years", "since rung", "today", "this school year", "last 2 full school years"],
            ),
        ],
    ),
]


# ----------------------------------------------------------------------------------------------- days and periods


class Day(Part):
    """A reference day: a date; a month and day of this, last or next calendar year; an edge of a period."""

    kind: Literal["date", "of year", "start", "end"]
    date_: date | None = Field(default=None, alias="date")
    month_day: str | None = None
    year: Literal["this", "last", "next"] | None = None
    period: str | None = None
    which: Literal["this", "last"] | None = None

    def __str__(self) -> str:
        if self.kind == "date":
            return str(self.date_)
        if self.kind == "of year":
            return f"{self.month_day} of {self.year} year"
        return f"{self.kind} of {self.which} {self.period}"


def _reference_day(value: Any) -> Any:
    if isinstance(value, Day):
        return value
    text = " ".join(value.split()) if isinstance(value, str) else str(value) if isinstance(value, date) else ""
    if re.fullmatch(_DAY, text):
        return {"kind": "date", "date": _day(text, text)}
    if found := re.fullmatch(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]) of (this|last|next) year", text):
        return {"kind": "of year", "month_day": f"{found[1]}-{found[2]}", "year": found[3]}
    if found := re.fullmatch(rf"(start|end) of (this|last) ({_NAME}(?: {_NAME})*)", text):
        return {"kind": found[1], "which": found[2], "period": found[3]}
    raise mistake(
        f"“{said(value)}”不是一个日子",
        f'"{said(value)}" is not a day',
        (
            "应为 2026-08-31、08-31 of this year（今年八月三十一日）或 end of last school year（上一学年末）",
            "expected 2026-08-31, 08-31 of this year, or end of last school year",
        ),
    )


ADay = Annotated[Day, BeforeValidator(_reference_day, json_schema_input_type=str)]


class Due(Part):
    """The last day on which something may still be missing: a date, or so long after a day of the subject's."""

    day: date | None = None
    span: Span | None = None
    after: str | None = None

    def __str__(self) -> str:
        return str(self.day) if self.day else f"{self.span} after {self.after}"


def _due(value: Any) -> Any:
    if isinstance(value, Due):
        return value
    text = " ".join(value.split()) if isinstance(value, str) else str(value) if isinstance(value, date) else ""
    if re.fullmatch(_DAY, text):
        return {"day": _day(text, text)}
    if found := re.fullmatch(rf"{_LENGTH} after ({_NAME})", text):
        return {"span": {"n": int(found[1]), "unit": found[2] + "s"}, "after": found[3]}
    raise mistake(
        f"“{said(value)}”没有说明何时到期",
        f'"{said(value)}" does not say when it is due',
        ("应为 2027-08-31 或 1 year after rung", "expected 2027-08-31, or 1 year after rung"),
    )


ADue = Annotated[Due, BeforeValidator(_due, json_schema_input_type=str)]


def _first_day(value: Any) -> Any:
    if isinstance(value, date):
        return value
    return _day(value, value) if isinstance(value, str) and re.fullmatch(_DAY, value) else value


class Period(Part):
    """A period of a ladder's own: so long each, from a day on (or a named day of the subject's); or from day to day."""

    every: Length | None = None
    from_: Annotated[date | str, BeforeValidator(_first_day)] | None = Field(default=None, alias="from")
    starts: tuple[Annotated[date, BeforeValidator(_first_day)], ...] | None = Field(default=None, min_length=2)
    """The first days of the periods, ascending; the last one is only the end of the one before."""
