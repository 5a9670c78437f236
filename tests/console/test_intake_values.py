"""Cells: what a date, a number, a code and a term may look like, and what is refused with what words."""

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.intake.days import not_after, read_day, read_span
from console.intake.values import (
    Memo,
    Problem,
    amount_reader,
    read_code,
    read_number,
    read_text,
    term_reader,
)
from events.facts import Amount, AmountOf
from workflows.commands import Span

HOURS = amount_reader(AmountOf(unit="hour", scale=1, most=Decimal(400)))
DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))
FULL_WIDTH = str.maketrans("0123456789.-/", "０１２３４５６７８９．－／")
MANNERS: dict[str, Callable[[date], Any]] = {
    "ISO": lambda day: day.isoformat(),
    "dots": lambda day: f"{day.year}.{day.month}.{day.day}",
    "slashes": lambda day: f"{day.year}/{day.month:02}/{day.day:02}",
    "Chinese": lambda day: f"{day.year}年{day.month}月{day.day}日",
    "Chinese with blanks": lambda day: f" {day.year} 年 {day.month} 月 {day.day} 日 ",
    "digits": lambda day: f"{day:%Y%m%d}",
    "a number": lambda day: float(f"{day:%Y%m%d}"),
    "full width": lambda day: f"{day.year}.{day.month}.{day.day}".translate(FULL_WIDTH),
    "a date cell": lambda day: day,
    "a date cell with a time": lambda day: datetime(day.year, day.month, day.day, 13, 45),  # noqa: DTZ001
    "text with a time": lambda day: f"{day.isoformat()} 13:45:10",
}


@pytest.mark.parametrize("manner", MANNERS)
@given(day=DAYS)
def test_a_day_is_read_in_every_manner_in_which_offices_write_it(manner: str, day: date) -> None:
    cell = MANNERS[manner](day)
    assert read_span(cell) == Span.day(day)
    assert read_day(cell) == day


@pytest.mark.parametrize("cell", ["2023.9", "2023-09", "2023/9", "2023年9月", "２０２３．９", "2023 年 9 月", 2023.9])
def test_a_month_is_the_whole_of_it(cell: Any) -> None:
    assert read_span(cell) == Span(first=date(2023, 9, 1), last=date(2023, 9, 30))


def test_february_of_a_leap_year_has_its_29th() -> None:
    assert read_span("2024.2") == Span(first=date(2024, 2, 1), last=date(2024, 2, 29))
    assert read_span("2024.2.29") == Span.day(date(2024, 2, 29))


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("2026.2.30", "no such day"),
        ("2025-02-29", "no such day"),
        ("20240631", "no such day"),
        ("2024-13-01", "no such month"),
        ("2024.0", "no such month"),
        ("0024-06-06", "the year 24 cannot be meant"),
        ("2024-6.6", "not a date"),
        ("24.6.6", "not a date"),
        ("明年", "not a date"),
        ("2024", "not a date"),
        (2023.1, "January or October"),
        (45449.0, "give the column a date format"),
        (time(12, 30), "not a date"),
        ("TRUE", "not a date"),
    ],
)
def test_what_is_no_date_says_why(cell: Any, said: str) -> None:
    problem = read_span(cell)
    assert isinstance(problem, Problem)
    assert said in problem.en
    assert problem.zh != problem.en


def test_a_month_is_not_enough_where_a_day_is_asked() -> None:
    assert read_day("1990.9") == Problem("要写明到日，只有年月不够", "the day is needed, a month is not enough")


def test_a_date_of_today_is_no_future_and_a_month_that_has_begun_is_none() -> None:
    read = not_after(date(2026, 6, 15), read_span)
    assert read("2026-06-15") == Span.day(date(2026, 6, 15))
    assert read("2026.6") == Span(first=date(2026, 6, 1), last=date(2026, 6, 30))
    assert "in the future" in read("2026-06-16").en
    assert "no such day" in read("2026.2.30").en


@given(tenths=st.integers(0, 4000), wide=st.booleans(), blanks=st.sampled_from(["", " ", "　"]))
def test_hours_are_exact_however_they_are_typed(tenths: int, wide: bool, blanks: str) -> None:
    number = Decimal(tenths) / 10
    text = blanks + str(number) + blanks
    expected = Amount.of(number, "hour")
    assert HOURS(text.translate(FULL_WIDTH) if wide else text) == expected
    assert HOURS(float(number)) == expected


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("abc", "a number was expected"),
        ("24人", "is not hours of training"),
        ("6.5.1", "a number was expected"),
        ("1e2", "a number was expected"),
        ("1,23", "a number was expected"),
        (-1.0, "cannot be negative"),
        ("-0.5", "cannot be negative"),
        (400.5, "more than can be believed (at most 400)"),
        ("9" * 60, "more than can be believed"),
        (1e300, "more than can be believed"),
        (6.499999, "nothing is rounded"),
        ("6.55", "nothing is rounded"),
        (0.1 + 0.2, "nothing is rounded"),
        ("0." + "0" * 50 + "1", "nothing is rounded"),
        (float("nan"), "not a number"),
        (float("inf"), "not a number"),
        (True, "a number was expected"),
        (date(2024, 6, 6), "a number was expected"),
    ],
)
def test_a_number_that_is_none_or_absurd_or_not_exact_is_refused(cell: Any, said: str) -> None:
    problem = HOURS(cell)
    assert isinstance(problem, Problem)
    assert said in problem.en


def test_thousands_may_be_parted_by_commas() -> None:
    assert read_number("1,234,567.5") == Decimal("1234567.5")


@pytest.mark.parametrize(
    ("cell", "code"),
    [("T0417", "T0417"), (" T0417　", "T0417"), ("Ｔ０４１７", "T0417"), (1001.0, "1001"), (7, "7"), ("007", "007")],
)
def test_a_code_is_its_plain_text(cell: Any, code: str) -> None:
    assert read_code(cell) == code


def test_a_code_of_which_the_spreadsheet_has_lost_digits_is_refused() -> None:
    problem = read_code(410105199001021234.0)
    assert isinstance(problem, Problem)
    assert "lost its last digits" in problem.en


@pytest.mark.parametrize("read", [read_code, read_text])
def test_no_text_holds_a_null_or_another_control_character(read: Any) -> None:
    for bad in ("李\x00明", "李\x07明", "李\ud800明"):
        assert "control characters" in read(bad).en


def test_a_term_is_known_by_all_its_names_and_a_slip_of_the_pen_gets_a_hint() -> None:
    read = term_reader(
        {"区级": "district", "县级": "district", "district": "district", "省级": "province"},
        {"district": "区级", "province": "省级"},
    )
    assert read("县级") == read(" 区 级 ") == read("District") == "district"
    for slip in ("区极", "县及", "distrit"):  # whatever name was meant, the hint is one of those that are listed
        assert read(slip) == Problem(
            "应为其中之一：区级、省级；是不是“区级”？", "expected one of: 区级、省级; did you mean 区级?"
        )


CELLS = st.one_of(
    st.text(max_size=30),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)


@pytest.mark.parametrize("read", [read_span, read_day, read_number, HOURS, read_code, read_text, term_reader({}, {})])
@given(cell=CELLS)
def test_no_cell_whatever_it_holds_breaks_a_reader(read: Any, cell: Any) -> None:
    read(cell)


def test_a_column_reads_each_distinct_cell_once_and_knows_its_blanks_and_faults() -> None:
    asked: list[Any] = []

    def read(cell: Any) -> Any:
        asked.append(cell)
        return read_number(cell)

    memo = Memo(read)
    assert [memo[cell] for cell in ["6", "6", "", " ", "6"]] == [6, 6, None, None, 6]
    assert asked == ["6"]
    assert memo.blank
    assert not memo.faulty
    assert isinstance(memo["six"], Problem)
    assert memo.faulty
