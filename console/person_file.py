"""What is held on one person as a file that they can read: a workbook with Chinese and English headings, or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from console.screens.story import story_json
from console.screens.telling import what
from console.screens.vocabulary import Vocabulary
from console.tables import may_be_written
from engine.district import District
from engine.held import Held
from events.facts import Assessed, CorrectionOpened

KINDS = (".xlsx", ".json")
Cells = Sequence[object]
NOTE = (
    "他人只写代号,不写姓名;在他人的事里说到他人的内容不列出;保密的票只说投过。以前导出的文件和备份不在其中。",
    (
        "Others are ids, not names; what is said of others is left out; a confidential ballot only says that it was "
        "cast. Files that were exported before, and backups, are not part of it."
    ),
)


def write(path: Path, district: District, held: Held) -> None:
    """Write it in the format that the file's name asks for; the file is there whole or not at all."""
    may_be_written(path, KINDS)
    draft = path.with_name(f".{path.name}.unfinished")
    try:
        if path.suffix.lower() == ".json":
            draft.write_text(
                json.dumps(_data(district, held), ensure_ascii=False, indent=2, default=str), encoding="utf-8"
            )
        else:
            _write_workbook(draft, sheets(district, held))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def sheets(district: District, held: Held) -> Iterator[tuple[str, Cells, list[Cells]]]:
    """Every sheet: its title, its headings, its rows."""
    zone = ZoneInfo(district.settings.time_zone)

    def at(instant: datetime) -> str:
        return instant.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")

    words = {lang: Vocabulary(district, lang) for lang in ("zh", "en")}
    yield "概要 summary", ("项目", "item", "内容 content"), _summary(district, held, at(district.now))
    yield (
        "经历 events",
        ("位置 position", "发生 from", "至 until", "记录 recorded", "记录人 by", "代 for", "文号 authority", "中文",
         "English", "全部字段 all fields"),
        [
            (
                said["position"], said["occurred_from"], said["occurred_until"], at(said["recorded_at"]), said["actor"],
                said["on_behalf_of"], said["authority"], what(told, held.known, words["zh"]),
                what(told, held.known, words["en"]), json.dumps(said["fact"], ensure_ascii=False),
            )
            for told, said in zip(held.told, story_json(held.told), strict=True)
        ],
    )  # fmt: skip
    yield (
        "称号 standings",
        ("位置 position", "谁 whose", "阶梯 ladder", "级 rung", "自 from", "至 until", "状态 state"),
        [
            (
                one.position, held.known.code(one.subject), words["zh"].ladder(one.ladder),
                words["zh"].rung(one.ladder, one.rung), one.first, one.until, one.state,
            )
            for one in held.standings
        ],
    )  # fmt: skip
    yield (
        "申报 cases",
        ("案号 case", "周期 cycle", "谁 whose", "状态 phase", "申报 nominated", "最后 last"),
        [
            (one.case, one.cycle, held.known.code(one.subject), one.phase, one.nominated, one.position)
            for one in held.cases
        ],
    )
    yield (
        "判定 verdicts",
        ("位置 position", "案号 case", "晋级 step", "截至 as of", "已知到 known at", "条件 clause", "判定 outcome",
         "数值 low", "至 high", "除以 over"),
        list(_verdicts(held)),
    )  # fmt: skip
    yield (
        "经办 acts",
        ("位置 position", "记录 recorded", "事件 event", "对象 about"),
        [(one.position, at(one.recorded_at), one.type, one.stream) for one in held.acts],
    )
    yield (
        "查阅 looks",
        ("时间 at", "查阅人 by", "命令 command", "截至 as of", "已知到 known at"),
        [(at(one.at), one.actor, one.command, one.as_of, one.known_at) for one in held.looks],
    )


def _summary(district: District, held: Held, now: str) -> list[Cells]:
    code, name = held.known.code(held.subject), held.known.name(held.subject)
    studios = "、".join(f"{held.known.name(one)}({held.known.code(one)})" for one in held.own[1:])
    return [
        ("区县", "district", district.state.name),
        ("代号", "id", held.subject),
        ("工号", "staff number", code),
        ("姓名", "name", name),
        ("在职", "in service", f"{held.since} – {held.until or ''}"),
        ("主持的工作室", "studios hosted", studios),
        ("导出时间", "exported at", now),
        ("日志到", "known at", held.known_at),
        ("事件", "events", len(held.told)),
        ("说明", "note", NOTE[0]),
        ("", "", NOTE[1]),
    ]


def _verdicts(held: Held) -> Iterator[Cells]:
    """Every verdict clause by clause, those on which past decisions were looked at again among them."""
    for one in held.told:
        fact, envelope = one.event.fact, one.event.envelope
        if isinstance(fact, Assessed):
            case, pins = envelope.stream.partition("-")[2], fact.pins
            steps = [(fact.step, fact.findings), *((each.step, each.findings) for each in fact.beside or ())]
        elif isinstance(fact, CorrectionOpened):
            case, pins, steps = fact.case, fact.verdict.pins, [(fact.verdict.step, fact.verdict.findings)]
        else:
            continue
        for step, findings in steps:
            for found in findings:
                yield (
                    envelope.position, case, step, pins.as_of, pins.known_at, found.clause, found.outcome, found.low,
                    found.high, found.over,
                )  # fmt: skip


def _data(district: District, held: Held) -> dict[str, Any]:
    """The same as data; events with their facts whole."""
    return {
        "district": district.state.name,
        "id": held.subject,
        "staff_number": held.known.code(held.subject),
        "name": held.known.name(held.subject),
        "since": held.since,
        "until": held.until,
        "studios": [{"code": held.known.code(one), "name": held.known.name(one)} for one in held.own[1:]],
        "known_at": held.known_at,
        "note": {"zh": NOTE[0], "en": NOTE[1]},
        "events": story_json(held.told),
        "standings": [asdict(one) for one in held.standings],
        "cases": [asdict(one) for one in held.cases],
        "acts": [asdict(one) for one in held.acts],
        "looks": [asdict(one) for one in held.looks],
    }


def _write_workbook(path: Path, every: Iterator[tuple[str, Cells, list[Cells]]]) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(
        str(path), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    bold = book.add_format({"bold": True})
    for name, header, rows in every:
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(header) - 1, 18)
        for place, text in enumerate(header):
            sheet.write_string(0, place, str(text), bold)
        for line, row in enumerate(rows, 1):
            for place, cell in enumerate(row):
                if isinstance(cell, int):
                    sheet.write_number(line, place, cell)
                elif cell is not None:
                    sheet.write_string(line, place, str(cell)[:32_767])  # what a cell holds
    book.close()
