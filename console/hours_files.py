"""The accounts of a year as workbooks: one for the office, one for each school."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from console.options import Mistake
from console.screens.hours import asked_for, basis_of, category_name, decimal, number
from console.screens.paper import Paper
from console.screens.vocabulary import Vocabulary
from engine.district import District
from engine.people import names
from engine.records import hours
from engine.records.hours import Report, Teacher

CREATED = datetime(2026, 1, 1)  # noqa: DTZ001 - what xlsxwriter takes; fixed, so that equal reports are equal files
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


@dataclass(frozen=True)
class School:
    """A school's rows, those who lack the most first."""

    code: str
    name: str
    teachers: tuple[Teacher, ...]

    @property
    def short(self) -> int:
        """How many teachers lack hours."""
        return sum(one.missing > 0 for one in self.teachers)


@dataclass(frozen=True)
class Written:
    """What was written."""

    office: Path
    schools: tuple[Path, ...]
    teachers: int
    short: int


def check(folder: Path) -> None:
    """Mistake for a folder that is there and not empty."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Mistake(
            f"{folder} 已存在而且不是空的,不会覆盖;请换一个文件夹",
            f"{folder} is there and not empty, and stays: give another folder",
            "file",
        )


def write(district: District, folder: Path, report: Report, lang: str) -> Written:
    """Write the office's workbook and one for each school into a folder that is new or empty; Mistake otherwise."""
    check(folder)
    words, schools = Vocabulary(district, lang), by_school(district, report)
    with district.reading() as connection:
        people = [one.subject for one in report.teachers]
        known = names.called(connection, district.log, district.vault, people)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        called = "学时" if lang == "zh" else "hours"
        office = folder / f"{called}-{report.question.year.name}.xlsx"
        with _Book(office, words, report, known) as book:
            book.teachers(_title(words, "全区", "All"), schools, with_school=True)
            book.schools(_title(words, "各校", "Schools"), schools)
            book.about(_title(words, "说明", "About"))
        files = []
        for school in schools:
            file = folder / f"{_UNSAFE.sub('_', f'{school.code}-{school.name}')[:80]}-{report.question.year.name}.xlsx"
            with _Book(file, words, report, known) as book:
                book.teachers(_title(words, "学时", "Hours"), [school], with_school=False)
                book.about(_title(words, "说明", "About"))
            files.append(file)
    except OSError as error:
        raise Mistake(f"写不了 {folder}:{error}", f"cannot write {folder}: {error}", "file") from error
    return Written(office, tuple(files), len(report.teachers), sum(one.missing > 0 for one in report.teachers))


def by_school(district: District, report: Report) -> list[School]:
    """The report by school, in the order of the schools' codes."""
    with district.reading() as connection:
        titles = hours.unit_titles(connection, {one.unit for one in report.teachers})
    of = lambda one: (*titles[one.unit], one.unit)  # noqa: E731
    return [
        School(code, name, tuple(sorted(members, key=lambda one: -one.missing)))
        for (code, name, _), members in groupby(sorted(report.teachers, key=of), key=of)
    ]


def _title(words: Vocabulary, zh: str, en: str) -> str:
    return zh if words.lang == "zh" else en


class _Book:
    """A workbook of one report: text is text, whatever it begins with."""

    def __init__(self, path: Path, words: Vocabulary, report: Report, known: names.Known) -> None:
        import xlsxwriter

        self._words, self._report, self._known = words, report, known
        self._paper = Paper(words.lang)
        self._book = xlsxwriter.Workbook(
            str(path), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        )
        self._book.set_properties({"created": CREATED})
        self._head = self._book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})
        self._hours = self._book.add_format({"num_format": "0.##"})
        self._short = self._book.add_format({"num_format": "0.##", "font_color": "#9C0006", "bg_color": "#FFC7CE"})

    def __enter__(self) -> _Book:
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    def teachers(self, title: str, schools: Sequence[School], *, with_school: bool) -> None:
        """A row for each teacher, with what is asked in the heads of the columns."""
        say, question = self._paper.say, self._report.question
        heads = [say("单位代码", "unit code"), say("单位", "unit")] if with_school else []
        heads += [say("工号", "staff number"), say("姓名", "name")]
        for name in self._report.categories:
            asked = asked_for(question.asked.of(name), question.scale, self._paper)
            heads.append(category_name(self._words, name) + (f"\n({asked})" if asked else ""))
        asked = asked_for(question.asked.total, question.scale, self._paper)
        heads.append(say("计入学时", "hours that count") + (f"\n({asked})" if asked else ""))
        heads += [say("还差", "missing"), say("待认定", "pending"), say("未通过", "not passed")]
        texts = 4 if with_school else 2
        rows = [
            [
                *([school.code, school.name] if with_school else []),
                *(self._known.code(one.subject), self._known.name(one.subject)),
                *one.recognised,
                *(one.counted, one.missing, one.pending, one.failed),
            ]
            for school in schools
            for one in school.teachers
        ]
        self._sheet(title, heads, rows, texts, short=len(heads) - 3)

    def schools(self, title: str, schools: Sequence[School]) -> None:
        """A row for each school: how many teachers, how many lack hours, and the sums."""
        say = self._paper.say
        heads = [say("单位代码", "unit code"), say("单位", "unit"), say("教师人数", "teachers")]
        heads += [say("未达到人数", "below"), say("计入学时合计", "hours that count"), say("还差合计", "missing")]
        heads += [say("待认定合计", "pending"), say("未通过合计", "not passed")]
        rows = []
        for one in schools:
            sums = [sum(getattr(t, name) for t in one.teachers) for name in ("counted", "missing", "pending", "failed")]
            rows.append([one.code, one.name, _Plain(len(one.teachers)), _Plain(one.short), *sums])
        self._sheet(title, heads, rows, 2, short=3)

    def _sheet(self, title: str, heads: list[str], rows: list[list[Any]], texts: int, short: int) -> None:
        sheet, scale = self._book.add_worksheet(title), self._report.question.scale
        sheet.freeze_panes(1, texts)
        sheet.set_column(0, texts - 1, 14)
        sheet.set_column(texts, len(heads) - 1, 11)
        for place, head in enumerate(heads):
            sheet.write_string(0, place, head, self._head)
        for line, row in enumerate(rows, 1):
            for place, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(line, place, cell)
                    continue
                value = cell.count if isinstance(cell, _Plain) else decimal(cell, scale)
                how = self._short if place == short and value else self._hours
                sheet.write_number(line, place, value, how)
        if rows:
            sheet.autofilter(0, 0, len(rows), len(heads) - 1)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        year = self._report.question.year.name
        sheet.set_header(f"&L{title} {year}&R{self._report.question.until}")
        sheet.set_footer("&C&P / &N")

    def about(self, title: str) -> None:
        """What the numbers mean, and by which document."""
        question, say = self._report.question, self._paper.say
        year, rules, scale = question.year, question.year.rules, question.scale
        rows = [
            (say("年度", "year"), f"{year.name} ({year.first} – {year.last})"),
            (say("截至", "as of"), str(question.until)),
            (say("已知到", "known at"), f"#{question.known_at:,}"),
            (say("依据", "basis"), basis_of(rules, self._paper) if rules else say("没有学时要求", "nothing is asked")),
        ]
        if asked := asked_for(question.asked.total, scale, self._paper):
            rows.append((say("全年", "the year"), asked))
        rows += [
            (category_name(self._words, name), asked_for(bounds, scale, self._paper))
            for name, bounds in (question.asked.categories or {}).items()
        ]
        if (total := question.asked.total.minimum) is not None:
            least = number(total, scale)
            rows.append(
                (
                    say("还差", "missing"),
                    say(f"到 {least} 学时,以及到各类的最低学时", f"to {least} hours, and to what each category asks"),
                )
            )
        rows.append(
            (
                say("各类学时", "hours by category"),
                say("已认定的全部,没有扣除封顶", "all that is recognised, before the caps"),
            )
        )
        sheet = self._book.add_worksheet(title)
        sheet.set_column(0, 0, 16)
        sheet.set_column(1, 1, 70)
        for line, (name, said) in enumerate(rows):
            sheet.write_string(line, 0, name, self._head)
            sheet.write_string(line, 1, said)


@dataclass(frozen=True)
class _Plain:
    """A count, which has no decimal places."""

    count: int
