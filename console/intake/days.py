"""Cells that say when: a day, a month as the whole of it, or several days from the first to the last."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from typing import Any

from console.intake.values import Cell, Problem, Reader, bare, shown
from workflows.commands import Span

YEARS = range(1900, 2201)
LONGEST = 100
"""Characters that are looked at: with blanks, two days with their times have half as many."""

_GAP = re.compile(r"\s*([年月日号./-])\s*")
_TO = r"\s*(?:[-~\u2010-\u2015\u2212]+|至|到)\s*"
_TIME = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:\s*[AP]M)?(?:\+08:?00)?"
_CLOCK = re.compile(rf"(?:(?<=[日号])\s*|(?<=[0-9])[ T]+){_TIME}(?:{_TO}{_TIME}(?!{_TO}|[0-9]))?", re.IGNORECASE)
_WEEKDAY = re.compile(r"\(?(?:星期|周)[一二三四五六日天]\)?|\(?(?:上午|下午|全天|整天)\)?")
_DAY = (
    r"(?:(?P<y{0}>[0-9]{{4}})(?P<by{0}>[-./])(?P<m{0}>[0-9]{{1,2}})(?P=by{0})(?P<d{0}>[0-9]{{1,2}})"
    r"|(?P<yc{0}>[0-9]{{4}})年(?P<mc{0}>[0-9]{{1,2}})月(?P<dc{0}>[0-9]{{1,2}})[日号]?"
    r"|(?P<yd{0}>[0-9]{{4}})(?P<md{0}>[0-9]{{2}})(?P<dd{0}>[0-9]{{2}}))"
)
_ONE_DAY = re.compile(_DAY.format(1))
_DAYS = re.compile(
    _DAY.format(1) + _TO + "(?:" + _DAY.format(2) + r"|(?:(?P<m3>[0-9]{1,2})[-./月])?(?P<d3>[0-9]{1,2})[日号]?)"
)
"""Of the last day, the year may be left out, or the year and the month, where they are those of the first."""
_MONTH = r"(?:([0-9]{4})[-./]([0-9]{1,2})|([0-9]{4})年([0-9]{1,2})月)"
_ONE_MONTH = re.compile(_MONTH)
_MONTHS = re.compile(rf"{_MONTH}{_TO}(?:{_MONTH}|([0-9]{{1,2}})月)")
_SEVERAL = re.compile(r"[0-9年月日号./~-]+(?:[、,;，；和及][0-9年月日号./~-]+)+")
_NO_YEAR = re.compile(
    r"[0-9]{1,2}月([0-9]{1,2}[日号]?.*)?|[0-9]{1,2}[./][0-9]{1,2}" + _TO + r"[0-9]{1,2}([./][0-9]{1,2})?"
)
_YEAR_LAST = re.compile(r"[0-9]{1,2}[-./][0-9]{1,2}[-./][0-9]{4}")
_SHORT_YEAR = re.compile(r"'?[0-9]{2}(?:[-./][0-9]{1,2}[-./][0-9]{1,2}|年[0-9]{1,2}月([0-9]{1,2}[日号]?)?)")

NO_DATE = Problem(
    "不是日期（如 2024-06-06、2024.6.6、2024年6月6日、20240606；几天写作 2024.6.3-6.7）",
    "not a date (2024-06-06, 2024.6.6, 2024年6月6日, 20240606; several days: 2024.6.3-6.7)",
)
LOST_ZERO = Problem(
    "电子表格会把 2023.10 存成 2023.1，分不清一月还是十月；请写成 2023-10 或 2023年1月",
    "a spreadsheet keeps 2023.10 as 2023.1: January or October? Write 2023-10 or 2023年1月",
)
SERIAL = Problem(
    "像是电子表格内部的日期序号；请把这一列的格式设为日期",
    "looks like a spreadsheet's inner day number; give the column a date format",
)
NO_YEAR = Problem("没有写年份", "the year is missing")
SHORT_YEAR = Problem("不是日期：年份要写四位（2024.6.6）", "not a date: write the year with four digits (2024.6.6)")
YEAR_LAST = Problem(
    "分不清月和日；请写成 2024-06-03，或在映射文件里用 dates 说明次序",
    "month or day first? Write 2024-06-03, or say the order under dates in a mapping file",
)
SEVERAL_DAYS = Problem(
    "一格里写了几个日子；每天写一行，连续的几天写作 2024.6.3-6.7",
    "several days in one cell: give each a row, or write days in a row as 2024.6.3-6.7",
)
BACKWARDS = Problem(
    "止日早于起日；跨年的请把两个年份都写上",
    "ends before it begins; where it goes on into another year, write both years",
)


def read_span(cell: Cell) -> Span | Problem:
    """A day, several days from first to last, or a month as the whole of it.  A time of day is left out."""
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
    if len(cell) > LONGEST:
        return NO_DATE
    text = _CLOCK.sub("", _WEEKDAY.sub("", bare(cell))).strip().rstrip("。")
    return _dated(_GAP.sub(r"\1", text))


def _dated(text: str) -> Span | Problem:
    if found := _ONE_DAY.fullmatch(text):
        return _day(*_numbers(found, "1"))
    if found := _DAYS.fullmatch(text):
        return _days(found)
    if found := _ONE_MONTH.fullmatch(text):
        year, month = (int(part) for part in found.groups() if part)
        return _months((year, month), (year, month))
    if found := _MONTHS.fullmatch(text):
        numbers = [int(part) for part in found.groups() if part]
        return _months((numbers[0], numbers[1]), (numbers[-2] if len(numbers) > 3 else numbers[0], numbers[-1]))
    for form, problem in (
        (_NO_YEAR, NO_YEAR),
        (_SHORT_YEAR, SHORT_YEAR),
        (_YEAR_LAST, YEAR_LAST),
        (_SEVERAL, SEVERAL_DAYS),
    ):
        if form.fullmatch(text):
            return problem
    return NO_DATE


def _numbers(found: re.Match[str], which: str) -> tuple[int, int, int]:
    """The year, month and day of the first or second day of a match."""
    said = found.groupdict()
    year, month, day = (next(said[f"{part}{way}{which}"] for way in ("", "c", "d") if said[f"{part}{way}{which}"])
                        for part in "ymd")  # fmt: skip
    return int(year), int(month), int(day)


def _days(found: re.Match[str]) -> Span | Problem:
    year, month, day = _numbers(found, "1")
    first = _day(year, month, day)
    if found["d3"] is not None:
        last = _day(year, int(found["m3"] or month), int(found["d3"]))
    else:
        last = _day(*_numbers(found, "2"))
    if isinstance(first, Problem) or isinstance(last, Problem):
        return first if isinstance(first, Problem) else last
    return BACKWARDS if last.first < first.first else Span(first=first.first, last=last.first)


def _months(first: tuple[int, int], last: tuple[int, int]) -> Span | Problem:
    begins, ends = _day(*first, 1), _day(*last, 1)
    if isinstance(begins, Problem) or isinstance(ends, Problem):
        return begins if isinstance(begins, Problem) else ends
    if last < first:
        return BACKWARDS
    return Span(first=begins.first, last=date(*last, monthrange(*last)[1]))


def _day(year: int, month: int, day: int) -> Span | Problem:
    if year not in YEARS:
        return Problem(f"年份 {year} 不合情理", f"the year {year} cannot be meant")
    if not 1 <= month <= 12:
        return Problem("没有这个月", "no such month")
    if not 1 <= day <= monthrange(year, month)[1]:
        return Problem("没有这一天", "no such day")
    return Span.day(date(year, month, day))


def read_day(cell: Cell) -> date | Problem:
    """One day; a month is not enough, and several are too many."""
    span = read_span(cell)
    if isinstance(span, Problem):
        return span
    if span.first != span.last:
        if _is_months(span):
            return Problem("要写明到日，只有年月不够", "the day is needed, a month is not enough")
        return Problem("只能写一天", "a single day is needed")
    return span.first


def _is_months(span: Span) -> bool:
    return span.first.day == 1 and span.last.day == monthrange(span.last.year, span.last.month)[1]


def not_after(today: date, read: Reader) -> Reader:
    """The same reader of days or spans, refusing what begins after today, and days that end after it.

    A month that has begun is known to the month only, and may be over or not.
    """

    def checked(cell: Cell) -> Any:
        value = read(cell)
        first = value.first if isinstance(value, Span) else value
        ended = value.last if isinstance(value, Span) and not _is_months(value) else first
        if isinstance(first, date) and max(first, ended) > today:
            return Problem(f"是将来的日期（今天是 {today}）", f"lies in the future (today is {today})")
        return value

    return checked
