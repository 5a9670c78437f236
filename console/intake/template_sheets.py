"""An empty sheet of a kind for a clerk to fill in: drop-downs, what each column takes, an example that is not imported.

Filled in it is imported as it stands: the header is the usual one, codes and days are cells of text, so that no
spreadsheet eats zeros or turns 2023.10 into 2023.1, and the row that begins with 示例 is put aside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from console.intake.column_names import attribute_header_of, named, stated_as
from console.intake.columns import Column, FileKind
from console.intake.desk import Desk
from console.intake.finding import EXAMPLE
from console.intake.kinds import MARK
from console.intake.marks import columns
from console.intake.offers import NAMED, TRAINING
from console.intake.reading import IntakeError
from console.intake.report import CREATED
from console.intake.template_examples import Takes, example_of, taken
from console.intake.values import TermReader, squeezed
from engine.cycles.advance import route
from engine.district import District
from engine.tables import unit_table
from workflows.commands import Asking

NUMBERED = ("序号", "no")
"""The first column: passed over by the import, but for what it says of example rows."""
_ROWS = 1_048_575
"""Down to which row the drop-downs reach: to the end of the sheet."""
_MOST_UNITS = 5_000


@dataclass(frozen=True)
class Field:
    """A column of a template: its header, whether every row needs it, what it takes, its choices, an example."""

    header: str
    need: str
    takes: Takes
    choices: tuple[str, ...]
    example: str


def fields(
    district: District, kind: FileKind, lang: str, cycle: str | None = None, stage: str | None = None
) -> list[Field]:
    """The columns of a kind's template, with the words of the district's catalogue and the codes of its units."""
    desk = Desk(district, Asking(actor="template"), "", _no_rungs, cycle, stage, dry_run=True)
    place = 0 if lang == "zh" else 1
    columns_ = _columns(district, kind, cycle, stage, desk, lang)
    required = {name for group in kind.needs if len(group) == 1 for name in group}
    either = {name for group in kind.needs if len(group) > 1 for name in group}
    marks = {column.name for column in columns_ if column.name.startswith(MARK)}
    if marks and any(column.name == kind.marks for column in columns_):  # there are stages of both sorts
        required -= {kind.marks}
        either |= {kind.marks, *marks}
    required |= marks - either
    found = []
    for column in columns_:
        header = column.headers[place]
        need = "required" if column.name in required else "either" if column.name in either else ""
        choices = _choices(district, kind, column, desk, lang)
        takes = taken(kind, column, desk, choices)
        found.append(Field(header, need, takes, choices, example_of(kind, column, choices, desk, lang)))
    return found


def write_template(
    district: District,
    kind: FileKind,
    out: Path,
    lang: str,
    cycle: str | None = None,
    stage: str | None = None,
) -> Path:
    """Write the template of a kind; IntakeError where a file of that name is."""
    import xlsxwriter

    if out.suffix.lower() != ".xlsx":
        raise IntakeError(f"模板是 xlsx 文件；请把 {out.name} 改成以 .xlsx 结尾", f"a template is an .xlsx file: {out}")
    if out.exists():
        raise IntakeError(f"{out} 已存在，不会覆盖；请换一个名字", f"{out} is there and stays: give another name")
    if not out.parent.is_dir():
        raise IntakeError(f"没有文件夹 {out.parent}；请先建立", f"there is no folder {out.parent}: make it first")
    every = fields(district, kind, lang, cycle, stage)
    title = kind.zh if lang == "zh" else kind.en
    book = xlsxwriter.Workbook(
        str(out), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"created": CREATED, "title": title})
    sheet, notes, lists = (book.add_worksheet(name) for name in _names(title, lang))
    lists.hide()
    head = book.add_format({"bold": True, "bottom": 1})
    needed = book.add_format({"bold": True, "bottom": 1, "font_color": "#C00000"})
    grey = book.add_format({"italic": True, "font_color": "#808080", "num_format": "@"})
    text = book.add_format({"num_format": "@"})
    zh = lang == "zh"
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 0, 9)
    sheet.write_string(0, 0, NUMBERED[0 if zh else 1], head)
    sheet.write_string(1, 0, EXAMPLE[0 if zh else 1], grey)
    listed = 0
    for number, one in enumerate(every, 1):
        sheet.set_column(number, number, max(12, 2 * len(one.header) + 4), text if one.takes.text else None)
        sheet.write_string(
            0, number, one.header + ("*" if one.need == "required" else ""), needed if one.need else head
        )
        if one.example:
            sheet.write_string(1, number, one.example, grey)
        sheet.data_validation(1, number, _ROWS, number, _validation(one, lists, listed, zh=zh))
        listed += bool(one.choices)
    _notes(notes, every, title, head, zh=zh)
    book.close()
    return out


def _names(title: str, lang: str) -> tuple[str, str, str]:
    return (title[:31], "填写说明", "选项") if lang == "zh" else (title[:31], "how to fill it in", "choices")


def _validation(one: Field, lists: Any, place: int, *, zh: bool) -> dict[str, Any]:
    """What a spreadsheet says beside a cell of a column, and the list that it lets choose from.

    A word that is not in the list only warns: other names of a term are taken as well.
    """
    said = {"input_title": one.header[:32], "input_message": (one.takes.zh if zh else one.takes.en)[:255]}
    if not one.choices:
        return {"validate": "any", **said}
    for line, choice in enumerate(one.choices):
        lists.write_string(line, place, choice)
    column = _letters(place)
    source = f"='{lists.get_name()}'!${column}$1:${column}${len(one.choices)}"
    return {"validate": "list", "source": source, "error_type": "warning", **said}


def _letters(number: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(number))


def _notes(sheet: Any, every: Sequence[Field], title: str, head: Any, *, zh: bool) -> None:
    """What each column takes.  Headers stand in brackets, so that nothing takes these lines for a table."""
    lines = (
        (f"【{title}】 从第 2 行起填写;示例行可留可删,不会导入。填好后:jieti import 文件",)
        if zh
        else (f"[{title}] Fill in from row 2; the example may stay, it is not imported. Then: jieti import FILE",)
    )
    for number, line in enumerate(lines):
        sheet.write_string(number, 0, line, head)
    needs = {
        "required": "必填" if zh else "always",
        "either": "几列中填一列" if zh else "one of several",
        "": "可不填" if zh else "may be empty",
    }
    sheet.set_column(0, 1, 18)
    sheet.set_column(2, 2, 70)
    for number, one in enumerate(every, len(lines) + 1):
        sheet.write_string(number, 0, f"【{one.header}】")
        sheet.write_string(number, 1, needs[one.need])
        choices = ("、" if zh else ", ").join(one.choices[:30]) + ("…" if len(one.choices) > 30 else "")
        sheet.write_string(number, 2, (one.takes.zh if zh else one.takes.en) + (f"  {choices}" if choices else ""))


def _columns(
    district: District, kind: FileKind, cycle: str | None, stage: str | None, desk: Desk, lang: str
) -> list[Column]:
    """The kind's own columns, and those that the catalogue, the cycle's score sheet or what its ladder asks adds."""
    found = list(kind.columns)
    if kind.attributes:
        find, there = named(kind, district.catalogue), {squeezed(name) for one in found for name in one.headers}
        headers = [header for _, header in attribute_header_of(kind, desk.catalogue, lang)]
        meant = [find(header) for header in headers if squeezed(header) not in there]
        found += [column for column in meant if column is not None]
    if kind.marks and cycle is not None:
        stages = [one for one in route(district, cycle).stages if stage in (None, one.id)]
        marks = {column.name: column for column in columns(stages).values()}.values()
        if marks and all(one.sheet is not None for one in stages):
            found = [column for column in found if column.name != kind.marks]  # there is nothing to vote on
        found += marks
    if kind.states and cycle is not None:
        ladder = district.ladders[district.cycle(cycle).version]
        asked = sorted({one.application for one in ladder.attributes.values() if one.application is not None})
        find = named(kind, district.catalogue)
        found += [column for name in asked if (column := find(stated_as(name, lang))) is not None]
    return found


def _choices(district: District, kind: FileKind, column: Column, desk: Desk, lang: str) -> tuple[str, ...]:
    """The words that a column takes, or the codes of the units that there are."""
    if column.refers == "unit" or column.named:
        chosen = unit_table.c.name if column.named else unit_table.c.code
        if column.name == "group":
            return _groups(district)
        with district.reading() as connection:
            rows = connection.execute(select(chosen).distinct().order_by(chosen).limit(_MOST_UNITS + 1)).scalars().all()
        return tuple(rows) if len(rows) <= _MOST_UNITS and not column.begins else ()
    if column.name.startswith("attribute:"):
        return _of_attribute(desk, column.headers[0], lang)
    if kind.id == "calendar" and column.name in NAMED:
        read = desk.reader_of(TRAINING, column.name).read
    else:
        read = column.reader(desk)
    read = getattr(read, "read", read)  # a memo's
    if isinstance(read, TermReader):
        # Only trainings are recognised by a row; what else may be done to a record is the same everywhere.
        usual = {term: word for term, word in read.usual.items() if term != "recognise" or kind.id == "trainings"}
        return tuple(usual.values() if lang == "zh" else usual)
    return ()


def _groups(district: District) -> tuple[str, ...]:
    """The codes of the units that have members."""
    chosen = select(unit_table.c.code).where(unit_table.c.kind.in_(("alliance", "project", "research group")))
    with district.reading() as connection:
        return tuple(connection.execute(chosen.order_by(unit_table.c.code).limit(_MOST_UNITS)).scalars())


def _of_attribute(desk: Desk, header: str, lang: str) -> tuple[str, ...]:
    """The terms of every kind's attribute that a header means."""
    from console.intake.evidence import attribute_of

    terms: dict[str, None] = {}
    for kind, declared in desk.catalogue.kinds.items():
        name = attribute_of(desk, declared, header)
        read = desk.reader_of(kind, name).read if name else None
        if isinstance(read, TermReader):
            terms.update(dict.fromkeys(read.usual.values() if lang == "zh" else read.usual))
    return tuple(terms)


def _no_rungs(ladder: str, rung: str) -> tuple[str, str]:
    return ladder, rung
