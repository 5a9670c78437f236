"""The short phrases of a ladder file and their values: ``3 years``, ``last 3 years``, ``district or better``,
``table.column``, ``more than 1/2 of present``.

Each is a frozen value, an annotated type that reads it from text, and the JSON Schema that an editor shows for it.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from ladders.problems import choice, mistake, said


class Part(BaseModel):
    """A part of a ladder file: frozen, and no key that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Text(Part):
    """A title in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


# -------------------------------------------------------------------------------------------------------- numbers


def plain(text: str) -> str:
    """Text without the traps of Chinese typing: full-width characters made narrow, single spaces, small letters."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _exact(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        narrow = plain(value) if isinstance(value, str) else ""
        bare = re.fullmatch(r"-?\d+(\.\d+)?", narrow)
        raise mistake(
            f"“{said(value)}”不是数字",
            f'"{said(value)}" is not a number',
            (f"去掉引号，用半角数字：{narrow}", f"write it without quotes, in plain digits: {narrow}")
            if bare
            else ("应为数字，如 72 或 6.5", "expected a number: 72 or 6.5"),
        )
    return Decimal(value)


_ENTRY = r"[^\s.]+\.[^\s.]+"


def _asked(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(_ENTRY, value) and not re.fullmatch(r"[\d.]+", plain(value)):
        return value
    if isinstance(value, str) and not re.fullmatch(r"-?[\d.]+", plain(value)):
        raise mistake(
            f"“{said(value)}”既不是数字，也不是“表名.列名”",
            f'"{said(value)}" is neither a number nor an entry of a table',
            ("应为数字（72）或表中一项（rung.hours）", "expected a number (72) or table.column (rung.hours)"),
        )
    return _exact(value)


# What an editor's JSON Schema says of numbers ("number"); in the file they are read as exact decimals.
_NUMBER = Annotated[float, Field()]
Number = Annotated[Decimal, BeforeValidator(_exact, json_schema_input_type=_NUMBER)]
Asked = Annotated[
    Decimal | str,
    BeforeValidator(_asked, json_schema_input_type=_NUMBER | Annotated[str, Field(pattern=f"^{_ENTRY}$")]),
]
"""A number, or ``table.column``: the entry of a table in the row of the step's target rung."""


# -------------------------------------------------------------------------------------------- lengths and windows

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


class Window(Part):
    """The days in which rows count, both ends inside.

    ``last``: every day after *as-of minus n units* up to and including as-of.  ``since``: from the day on which the
    subject's current rung (``rung``) or service (``service``) began, that day included; ``otherwise`` is the window
    for a subject without such a day.  ``dates``: from a day to a day.  ``today``: rows in force on the as-of day
    (only rows that last: standings and memberships).
    """

    kind: Literal["last", "since", "dates", "today"]
    span: Span | None = None
    since: Literal["rung", "service"] | None = None
    first: date | None = None
    last: date | None = None

    def __str__(self) -> str:
        if self.kind == "last":
            return f"last {self.span}"
        if self.kind == "since":
            return f"since {self.since}"
        if self.kind == "dates":
            return f"from {self.first} to {self.last}"
        return "today"


WINDOW_FORMS = ("last N years|months|days", "since rung", "since service", "today",
                "from 2023-09-01 to 2026-08-31")  # fmt: skip
_DATES = r"from (\d{4}-\d\d-\d\d) to (\d{4}-\d\d-\d\d)"


def _between(value: str, first: str, last: str) -> dict[str, Any]:
    try:
        days = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        raise mistake(
            f"“{said(value)}”里有不存在的日期",
            f'"{said(value)}" names a day that does not exist',
            ("日期写作 2026-08-31", "write days as 2026-08-31"),
        ) from None
    if days[0] > days[1]:
        raise mistake(
            f"“{said(value)}”的结束日期早于开始日期",
            f'the window "{value}" ends before it begins',
            (f"是否想写：from {last} to {first}", f"did you mean: from {last} to {first}"),
        )
    return {"kind": "dates", "first": days[0], "last": days[1]}


def _window(value: Any) -> Any:
    if isinstance(value, Window):
        return value
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if found := re.fullmatch(f"last {_LENGTH}", text):
        return {"kind": "last", "span": {"n": int(found[1]), "unit": found[2] + "s"}}
    if found := re.fullmatch(r"since (rung|service)", text):
        return {"kind": "since", "since": found[1]}
    if text == "today":
        return {"kind": "today"}
    if found := re.fullmatch(_DATES, text):
        return _between(value, found[1], found[2])
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
        _window,
        json_schema_input_type=Annotated[
            str,
            Field(
                pattern=rf"^(last {_LENGTH}|since (rung|service)|today|{_DATES})$",
                examples=["last 3 years", "since rung", "today"],
            ),
        ],
    ),
]


# ------------------------------------------------------------------------------------------- terms and thresholds


class AtLeastLevel(Part):
    """``district or better``: this term of its scale, or a higher one."""

    term: str


def _accepted(value: Any) -> Any:
    if isinstance(value, AtLeastLevel):
        return value
    if isinstance(value, str) and value.endswith(" or better"):
        return {"term": value.removesuffix(" or better").strip()}
    terms = (value,) if isinstance(value, str) else value
    if not isinstance(terms, list | tuple) or not terms or not all(isinstance(term, str) for term in terms):
        raise mistake(
            "这里要写可接受的取值",
            "the values that are accepted must stand here",
            (
                "写一个取值（district）、几个取值（[city, province]），或 district or better（及以上）",
                "one term (district), several ([city, province]), or: district or better",
            ),
        )
    better = next((term for term in terms if term.endswith(" or better")), None)
    if better and len(terms) > 1:
        raise mistake(
            f"“{better}”不能放在列表里",
            f'"{better}" cannot stand in a list',
            (f"单独写：{better}", f"write it alone: {better}"),
        )
    return tuple(terms)


Accepted = Annotated[
    AtLeastLevel | tuple[str, ...],
    BeforeValidator(_accepted, json_schema_input_type=str | Annotated[list[str], Field(min_length=1)]),
]


class Threshold(Part):
    """How many must be for it: ``more than 1/2 of present``, ``at least 2/3 of seats``."""

    strict: bool
    share: Fraction
    of: Literal["seats", "present"]

    def reached(self, votes: int, base: int) -> bool:
        """Whether so many votes of so many are enough, by cross-multiplication."""
        have, need = votes * self.share.denominator, base * self.share.numerator
        return have > need if self.strict else have >= need

    def __str__(self) -> str:
        return f"{'more than' if self.strict else 'at least'} {self.share} of {self.of}"


_SHARE = r"(more than|at least) ([1-9]\d{0,2})/([1-9]\d{0,2}) of (seats|present)"


def _threshold(value: Any) -> Any:
    if isinstance(value, Threshold):
        return value
    found = re.fullmatch(_SHARE, " ".join(value.split())) if isinstance(value, str) else None
    if not found:
        raise mistake(
            f"“{said(value)}”不是通过比例",
            f'"{said(value)}" is not a threshold',
            (
                "应为：more than 1/2 of present（到会过半）或 at least 2/3 of seats（全体三分之二以上）",
                "expected: more than 1/2 of present, at least 2/3 of seats",
            ),
        )
    strict, share = found[1] == "more than", Fraction(int(found[2]), int(found[3]))
    if share > 1 or (strict and share == 1):
        raise mistake(
            f"“{said(value)}”永远达不到",
            f'"{said(value)}" can never be reached',
            ("比例不能超过全部", "the share must leave a way to reach it"),
        )
    return {"strict": strict, "share": share, "of": found[4]}


AThreshold = Annotated[
    Threshold,
    BeforeValidator(_threshold, json_schema_input_type=Annotated[str, Field(pattern=f"^{_SHARE}$")]),
]
