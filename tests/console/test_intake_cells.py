"""Cells as people and platforms write them: days in a row, hours with their unit, zeros that were kept from Excel."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.intake.days import not_after, read_day, read_span
from console.intake.values import (
    BROKEN_TEXT,
    UNCALCULATED,
    Memo,
    Problem,
    amount_reader,
    read_code,
    read_number,
    read_per_day,
    read_text,
    squeezed,
    term_reader,
)
from events.facts import Amount, AmountOf
from tests.console.command_line import done, jieti
from tests.console.intake_office import Office, counts, hours, why
from workflows.commands import Span

JUNE = Span(first=date(2024, 6, 3), last=date(2024, 6, 7))
IN_HOURS = AmountOf(unit="hour", scale=2, most=Decimal(400))

RANGES: dict[str, Callable[[date, date], str]] = {
    "dots": lambda a, b: f"{a.year}.{a.month}.{a.day}-{b.year}.{b.month}.{b.day}",
    "ISO": lambda a, b: f"{a}~{b}",
    "ISO, ISO dashes": lambda a, b: f"{a}-{b}",
    "Chinese": lambda a, b: f"{a.year}年{a.month}月{a.day}日至{b.year}年{b.month}月{b.day}日",
    "digits": lambda a, b: f"{a:%Y%m%d}-{b:%Y%m%d}",
    "slashes, full width": lambda a, b: f"{a:%Y/%m/%d}　－　{b:%Y/%m/%d}",
    "with times": lambda a, b: f"{a} 08:30 到 {b} 17:00:00",
    "with weekdays": lambda a, b: f"{a}（星期一）—{b} 周五",
    "two manners": lambda a, b: f"{a.year}.{a.month}.{a.day}至{b.year}年{b.month}月{b.day}日",
}


@pytest.mark.parametrize("manner", RANGES)
@given(first=st.dates(date(1990, 1, 1), date(2100, 1, 1)), days=st.integers(0, 400))
def test_days_in_a_row_are_read_in_every_manner(manner: str, first: date, days: int) -> None:
    last = date.fromordinal(first.toordinal() + days)
    assert read_span(RANGES[manner](first, last)) == Span(first=first, last=last)


@pytest.mark.parametrize(
    "cell",
    [
        "2024.6.3-6.7", "2024.6.3-7", "2024年6月3日至7日", "2024年6月3日-6月7日", "2024-06-03-06-07", "2024-06-03-07",
        "2024/6/3—6/7", "2024.06.03 ~ 06.07", "2024 年 6 月 3 日 － 7 日", "2024年6月3—7日", " 2024.6.3～6.7。",
    ],
)  # fmt: skip
def test_of_the_last_day_only_what_differs_need_be_written(cell: str) -> None:
    assert read_span(cell) == JUNE
    assert read_day(cell) == Problem("只能写一天", "a single day is needed")


@pytest.mark.parametrize("cell", ["2024年6月至8月", "2024.6-2024.8", "2024年6月-2024年8月"])
def test_months_in_a_row_are_the_whole_of_them(cell: str) -> None:
    assert read_span(cell) == Span(first=date(2024, 6, 1), last=date(2024, 8, 31))


@pytest.mark.parametrize(
    "cell",
    ["2024-06-03 09:00", "2024年6月3日9:00", "2024/6/3 9:00:00 AM", "2024.6.3（周一）", "2024-06-03 09:00-17:00",
     "2024-06-03T09:00:00+08:00", "2024年6月3日 星期一 上午", "'2024-06-03", '="2024-06-03"', "2024.6.3。",
     "\t2024.6.3"],
)  # fmt: skip
def test_a_day_with_its_time_or_weekday_or_in_quotes_is_that_day(cell: str) -> None:
    assert read_span(cell) == Span.day(date(2024, 6, 3))


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("6月3日-7日", "the year is missing"),
        ("6月3日", "the year is missing"),
        ("6.3-6.7", "the year is missing"),
        ("24.6.3", "four digits"),
        ("6/3/2024", "month or day first"),
        ("2024.6.3、6.5", "several days in one cell"),
        ("2024.12.30-1.3", "write both years"),
        ("2024年6月7日至3日", "write both years"),
        ("2024.6.3-6.31", "no such day"),
        ("2024.6.3-13.1", "no such month"),
        ("2024.6.31-7.1", "no such day"),
        ("2024.6.3-", "not a date"),
        ("2024-06-03T16:30:00Z", "not a date"),
        ("2024.6-8", "not a date"),
        (" " * 5_000 + "2024.6.3" + " 6" * 5_000, "not a date"),
    ],
)
def test_days_that_are_not_certain_are_never_guessed(cell: str, said: str) -> None:
    problem = read_span(cell)
    assert isinstance(problem, Problem)
    assert said in problem.en


def test_days_that_go_on_after_today_lie_in_the_future_though_they_have_begun() -> None:
    read = not_after(date(2024, 6, 5), read_span)
    assert "in the future" in read("2024.6.3-6.7").en
    assert read("2024.6.3-6.5") == Span(first=date(2024, 6, 3), last=date(2024, 6, 5))
    assert read("2024.6").last == date(2024, 6, 30)


@pytest.mark.parametrize(
    ("cell", "said"),
    [("24学时", "24"), ("２４ 学时", "24"), ("6.5课时", "6.5"), ("8 hours", "8"), ("6个学时", "6"), ("'6", "6"),
     ('="6.5"', "6.5"),
     ("3天", "18"), ("3 日", "18"), ("半天", "3"), ("1.5天", "9"), ("两天半", "15"), ("2个半天", "6"), ("十天", "60"),
     ("2 days", "12"), ("1整天", "6")],
)  # fmt: skip
def test_hours_are_read_with_their_unit_and_days_by_what_the_district_says(cell: str, said: str) -> None:
    assert amount_reader(IN_HOURS, "6")(cell) == Amount.of(Decimal(said), "hour")


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("3天", "jieti district settings --hours-per-day 6"),
        ("6小时", "under hours in a mapping file"),
        ("270分钟", "under hours in a mapping file"),
        ("24节", '"节" is not hours'),
        ("6学时/天", '"学时/天" is not hours'),
        ("约6学时", "a number was expected"),
        ("6-8学时", "a number was expected"),
        ("500学时", "more than can be believed"),
        ("6.555学时", "nothing is rounded"),
        ("半", "a number was expected"),
        ("#REF!", "a number was expected"),
    ],
)
def test_an_amount_in_another_unit_or_in_days_without_the_setting_comes_back(cell: str, said: str) -> None:
    problem = amount_reader(IN_HOURS)(cell)
    assert isinstance(problem, Problem)
    assert said in problem.en


def test_days_are_days_where_days_are_counted_and_points_have_their_own_word() -> None:
    assert amount_reader(AmountOf(unit="day", scale=1, most=Decimal(99)))("3天") == Amount.of(Decimal(3), "day")
    assert amount_reader(AmountOf(unit="point", scale=1, most=Decimal(99)))("85.5分") == Amount.of(
        Decimal("85.5"), "point"
    )
    assert isinstance(amount_reader(AmountOf(unit="point", scale=1, most=Decimal(99)), "6")("3天"), Problem)


@pytest.mark.parametrize("said", ["", "abc", "0", "-6", "25", "6.123", "6,5"])
def test_a_day_counts_for_a_believable_number_of_hours(said: str) -> None:
    assert read_per_day(said) is None
    assert read_per_day("7.5") == Decimal("7.5")


@pytest.mark.parametrize(
    "cell", ["00123", "\t00123", "00123\t", "'00123", '="00123"', '"00123"', "＇００１２３", "\u202d00123\u202c"]
)
def test_a_code_keeps_its_zeros_however_they_were_kept_from_the_spreadsheet(cell: str) -> None:
    assert read_code(cell) == "00123"


def test_a_text_stands_on_one_line_without_what_cannot_be_seen() -> None:
    assert read_text("暑期\r\n研修\t(一)_x000D_\n\u200b") == "暑期 研修 (一)"
    assert squeezed("工\u200b号\ufeff") == squeezed("工号")
    assert read_text("李\x9b31m明") == read_text("李\x00明") == BROKEN_TEXT
    assert term_reader({"区级": "district"}, {"district": "区级"})("'区级") == "district"
    assert isinstance(read_code("'"), Problem)


@pytest.mark.parametrize(
    ("cell", "said"),
    [("#N/A", "has failed"), ("#DIV/0!", "has failed"), ("#name?", "has failed"), ("#SPILL!", "has failed"),
     ("#####", "too narrow"), (UNCALCULATED, "has no result in the file")],
)  # fmt: skip
def test_a_failed_formula_is_a_problem_in_every_column(cell: str, said: str) -> None:
    for read in (read_text, read_number, read_span, read_code):
        memo = Memo(read)
        assert said in memo[cell].en
        assert memo.faulty
    assert Memo(read_text)["#1 小组"] == "#1 小组"


@given(cell=st.text(alphabet="0123456789.-/年月日至到~ :天半学时个'=\"T一二两十、周（）", max_size=24))
def test_no_cell_made_of_the_signs_of_days_and_hours_breaks_a_reader(cell: str) -> None:
    span = read_span(cell)
    assert isinstance(span, Problem) or span.first <= span.last
    amount = amount_reader(IN_HOURS, "6")(cell)
    assert isinstance(amount, Problem) or 0 <= amount.number <= 400
    read_code(cell)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("JIETI_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("JIETI_ACTOR", "clerk-1")
    return Office(tmp_path)


def test_days_count_for_what_the_district_has_settled_by_a_document(office: Office) -> None:
    rows: Any = ("T1 研修 24学时 2024.6.3-6.7", "T2 研修 3天 2024年6月3日至5日", "T3 研修 半天 2024-06-03")
    path = office.csv("学时", "工号 培训项目 学时 日期", *rows)
    report = office.take(path)
    assert counts(report) == (1, 0, 0, 2, 0)
    assert [place for *place, en in why(report) if "--hours-per-day" in en] == [[3, "学时"], [4, "学时"]]
    done("district", "settings", "--hours-per-day", "6", "--authority", "试教〔2024〕3号")
    assert "hours per day=6" in done("district", "show", "--lang", "en")
    assert counts(office.take(path)) == (2, 1, 0, 0, 0)
    assert [amount for amount, _ in hours(office)] == [3.0, 18.0, 24.0]
    (*_, settled) = office.events("settings changed")
    assert settled.envelope.authority == "试教〔2024〕3号"
    (one, *_) = office.events("training recorded")
    assert (str(one.envelope.occurred_from), str(one.envelope.occurred_until)) == ("2024-06-03", "2024-06-07")
    done("district", "settings", "--hours-per-day", "0")
    assert "hours per day" not in done("district", "show", "--lang", "en")


def test_a_day_of_thirty_hours_is_refused_with_what_to_write(office: Office) -> None:
    said = jieti("district", "settings", "--hours-per-day", "30", "--lang", "en")
    assert (said.status, said.out) == (2, "")
    assert "a day does not count for 30 hours; write a number from 0 to 24" in said.err
    assert office.take(office.csv("a", "工号 培训项目 学时 日期", "T1 研修 '6 '2024.6.3")).landed == 1
