"""What a cell of a spreadsheet says: dates, exact numbers, codes, texts, terms of a scale.

Every reader takes one cell (never a blank one) and gives its value, or a ``Problem`` that says in both languages
what was expected.  Readers are pure and total, so that a ``Memo`` can keep what each distinct cell came to.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from events.facts import Amount, AmountOf
from workflows.commands import Span

Cell = str | int | float | bool | date | datetime | time | timedelta
"""What a spreadsheet's cell can hold; a blank one is the empty string."""


class Problem(NamedTuple):
    """Why a cell or a row cannot be taken, in both languages."""

    zh: str
    en: str


Reader = Callable[[Cell], Any]

YEARS = range(1900, 2201)
CODE_LENGTH, TEXT_LENGTH = 64, 1_000
MOST_WHOLE = 999_999_999
REMEMBERED = 50_000
"""Distinct cells that a memo keeps; past that it starts afresh, so that memory stays bounded."""


class Memo(dict[Any, Any]):
    """A column's cells to their values: each distinct cell is read once.  Blank cells are None.

    ``faulty`` is true once any cell was a problem, ``blank`` once any was blank: a column without them need not be
    searched for them.
    """

    def __init__(self, read: Reader) -> None:
        super().__init__()
        self.read, self.faulty, self.blank = read, False, False

    def __missing__(self, cell: Cell) -> Any:
        if len(self) >= REMEMBERED:
            self.clear()
        if isinstance(cell, str) and not cell.strip():
            self.blank, value = True, None
        else:
            value = self.read(cell)
            self.faulty = self.faulty or isinstance(value, Problem)
        self[cell] = value
        return value


def plain(text: str) -> str:
    """Full-width digits, letters and spaces as half-width ones, and no blanks around."""
    return unicodedata.normalize("NFKC", text).strip()


@lru_cache(REMEMBERED)
def squeezed(text: str) -> str:
    """How headers and terms are compared: plain, without any blanks, capitals or marks of a required field."""
    return "".join(plain(text).casefold().split()).strip("*:").replace("_", "")


def shown(cell: Cell) -> str:
    """A cell as a person would read it."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return str(cell)


# ---------------------------------------------------------------------------------------------------------- dates

_GAP = re.compile(r"\s*([年月日号./-])\s*")
_CLOCK = r"(?:[ T]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
_DAYS = tuple(
    re.compile(form + _CLOCK)
    for form in (
        r"([0-9]{4})(?P<by>[-./])([0-9]{1,2})(?P=by)([0-9]{1,2})",
        r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})[日号]",
        r"([0-9]{4})([0-9]{2})([0-9]{2})",
    )
)
_MONTHS = (re.compile(r"([0-9]{4})[-./]([0-9]{1,2})"), re.compile(r"([0-9]{4})年([0-9]{1,2})月"))

NO_DATE = Problem(
    "不是日期（如 2024-06-06、2024.6.6、2024年6月6日、20240606）",
    "not a date (2024-06-06, 2024.6.6, 2024年6月6日, 20240606)",
)
LOST_ZERO = Problem(
    "电子表格会把 2023.10 存成 2023.1，分不清一月还是十月；请写成 2023-10 或 2023年1月",
    "a spreadsheet keeps 2023.10 as 2023.1: January or October? Write 2023-10 or 2023年1月",
)
SERIAL = Problem(
    "像是电子表格内部的日期序号；请把这一列的格式设为日期",
    "looks like a spreadsheet's inner day number; give the column a date format",
)


def read_span(cell: Cell) -> Span | Problem:
    """A day, or a month as the whole of it.  A time of day is left out."""
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return _day(cell.year, cell.month, cell.day)
    if isinstance(cell, bool | time | timedelta):
        return NO_DATE
    if isinstance(cell, int | float):
        text = shown(cell)
        if re.fullmatch(r"[0-9]{4}\.1", text):
            return LOST_ZERO
        if re.fullmatch(r"[1-9][0-9]{4}", text):
            return SERIAL
        return _dated(text)
    return _dated(_GAP.sub(r"\1", plain(cell)))


def _dated(text: str) -> Span | Problem:
    for form in _DAYS:
        if found := form.fullmatch(text):
            year, month, day = (int(part) for part in found.groups() if part not in (".", "-", "/"))
            return _day(year, month, day)
    for form in _MONTHS:
        if found := form.fullmatch(text):
            year, month = int(found[1]), int(found[2])
            first = _day(year, month, 1)
            if isinstance(first, Problem):
                return first
            return Span(first=first.first, last=date(year, month, monthrange(year, month)[1]))
    return NO_DATE


def _day(year: int, month: int, day: int) -> Span | Problem:
    if year not in YEARS:
        return Problem(f"年份 {year} 不合情理", f"the year {year} cannot be meant")
    if not 1 <= month <= 12:
        return Problem("没有这个月", "no such month")
    if not 1 <= day <= monthrange(year, month)[1]:
        return Problem("没有这一天", "no such day")
    return Span.day(date(year, month, day))


def read_day(cell: Cell) -> date | Problem:
    """One day; a month is not enough."""
    span = read_span(cell)
    if isinstance(span, Problem):
        return span
    if span.first != span.last:
        return Problem("要写明到日，只有年月不够", "the day is needed, a month is not enough")
    return span.first


def not_after(today: date, read: Reader) -> Reader:
    """The same reader of days or spans, refusing what begins after today."""

    def checked(cell: Cell) -> Any:
        value = read(cell)
        first = value.first if isinstance(value, Span) else value
        if isinstance(first, date) and first > today:
            return Problem(f"是将来的日期（今天是 {today}）", f"lies in the future (today is {today})")
        return value

    return checked


# -------------------------------------------------------------------------------------------------------- numbers

_NUMBER = re.compile(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?")
_LEADING = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*[^0-9.,\s]+")


def read_number(cell: Cell) -> Decimal | Problem:
    """An exact decimal number.  A spreadsheet's float is the shortest decimal that it stands for."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        number = Decimal(repr(cell))
        return number if number.is_finite() else Problem("不是数字", "not a number")
    if not isinstance(cell, str):
        return Problem("应为数字（如 6、6.5）", "a number was expected (6, 6.5)")
    text = "".join(plain(cell).split())
    if len(text) <= CODE_LENGTH and _NUMBER.fullmatch(text):
        return Decimal(text.replace(",", ""))
    if found := _LEADING.fullmatch(text):
        return Problem(f"应为数字；只写 {found[1]}", f"a number was expected; write {found[1]} alone")
    return Problem("应为数字（如 6、6.5）", "a number was expected (6, 6.5)")


def read_whole(cell: Cell) -> str | Problem:
    """A whole number from 0 on, as its digits."""
    number = read_number(cell)
    if isinstance(number, Problem):
        return number
    if number < 0 or number != int(number) or number > MOST_WHOLE:
        return Problem(f"应为 0 到 {MOST_WHOLE} 的整数", f"a whole number from 0 to {MOST_WHOLE} was expected")
    return str(int(number))


def amount_reader(of: AmountOf) -> Callable[[Cell], Amount | Problem]:
    """Reads amounts of a kind: never negative, never above its most, no more decimal places than its scale."""

    def read(cell: Cell) -> Amount | Problem:
        number = read_number(cell)
        if isinstance(number, Problem):
            return number
        if number < 0:
            return Problem("不能是负数", "cannot be negative")
        if number > of.most:
            return Problem(f"超过了可信的上限 {of.most}", f"more than can be believed (at most {of.most})")
        if number != round(number, of.scale):
            places = f"最多 {of.scale} 位小数" if of.scale else "应为整数"
            return Problem(
                f"{places}，不代为四舍五入",
                f"at most {of.scale} decimal places are taken; nothing is rounded" if of.scale
                else "a whole number was expected; nothing is rounded",
            )  # fmt: skip
        return Amount.of(number, of.unit)

    return read


# ----------------------------------------------------------------------------------------------- codes and texts

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
BROKEN_TEXT = Problem("含有不可见的控制字符", "holds control characters that cannot be seen")
LOST_DIGITS = Problem(
    "数字太长，电子表格已丢失末几位；请把这一列的格式设为文本后重填",
    "too long for a number: the spreadsheet has lost its last digits; give the column a text format and fill it again",
)


def read_code(cell: Cell) -> str | Problem:
    """A staff number, a unit code, a record number: short text, or a whole number as its digits."""
    if isinstance(cell, float) and abs(cell) >= 1e15:
        return LOST_DIGITS
    if not isinstance(cell, str):
        text = shown(cell)
        if isinstance(cell, bool) or not text.isdecimal():
            return Problem("应为编号", "a code was expected")
        return text
    text = plain(cell)
    if _UNPRINTABLE.search(text):
        return BROKEN_TEXT
    if len(text) > CODE_LENGTH:
        return Problem(f"编号超过 {CODE_LENGTH} 个字符", f"a code has at most {CODE_LENGTH} characters")
    return text


def read_text(cell: Cell) -> str | Problem:
    """A name, a title, a remark, as it stands but for the blanks around it."""
    text = cell.strip() if isinstance(cell, str) else shown(cell)
    if _UNPRINTABLE.search(text):
        return BROKEN_TEXT
    if len(text) > TEXT_LENGTH:
        return Problem(f"超过 {TEXT_LENGTH} 个字符", f"more than {TEXT_LENGTH} characters")
    return text


def term_reader(names: Mapping[str, str], usual: Mapping[str, str]) -> Callable[[Cell], str | Problem]:
    """Reads one of several terms under any of their names; ``usual`` is what each is called to the one who missed."""
    known = {squeezed(name): term for name, term in names.items()}
    choices = "、".join(usual.values())

    def read(cell: Cell) -> str | Problem:
        text = squeezed(shown(cell))
        if text in known:
            return known[text]
        found = nearest(text, names)
        near = found and usual[names[found]]
        return Problem(
            f"应为其中之一：{choices}" + (f"；是不是“{near}”？" if near else ""),
            f"expected one of: {choices}" + (f"; did you mean {near}?" if near else ""),
        )

    return read


def nearest(text: str, names: Mapping[str, Any]) -> str | None:
    """The name that a reader most likely meant, if any is near."""
    by_key = {squeezed(name): name for name in names}
    found = difflib.get_close_matches(squeezed(text), by_key, n=1, cutoff=0.5)
    return by_key[found[0]] if found else None
