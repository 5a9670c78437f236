"""Sheets that the office marks: trainings that wait for recognition, and those that may be double."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from console import tables
from console.intake.own_sheets import rows_of
from console.intake.reading import IntakeError
from console.intake.values import squeezed
from console.naming import event_at
from console.options import Mistake
from console.screens.hours import category_name, days, number
from console.screens.hours_lists import reasons
from console.screens.paper import Paper, position
from console.screens.vocabulary import Vocabulary
from engine.district import District
from engine.people import names
from engine.records import hours
from engine.records.doubles import Double
from engine.records.hours import Pending
from events.facts import TrainingRecognised
from workflows.commands import Already, Answer, Asking, Command, Landed, Record, Refused, Span
from workflows.hours import FindDifferent, FindSame, RefuseTraining

_STAFF = ("工号", "staff number")
_AT = ("位置", "position")
_OTHER = ("另一条的位置", "position of the other")
_ACT = ("处理", "action")
_REASON = ("说明", "remark")
_ACTS = {
    "recognise": ("认定", "审核通过", "recognise", "recognize"),
    "refuse": ("不予认定", "不认定", "未通过", "refuse"),
    "same": ("同一", "同一次", "重复", "same"),
    "different": ("不同", "不是同一次", "different"),
}
_WORDS = {squeezed(word): act for act, words in _ACTS.items() for word in words}


@dataclass
class Settled:
    """What came of a marked sheet; ``handed_back``: (row, why in Chinese, why in English)."""

    landed: int = 0
    already: int = 0
    unmarked: int = 0
    handed_back: list[tuple[int, str, str]] = field(default_factory=list)


# ---------------------------------------------------------------------------------------------------------- writing


def write_pending(district: District, path: Path, found: Pending, lang: str) -> None:
    """Write what waits for recognition as a sheet with an empty column 处理 (认定, 不予认定)."""
    at, words, scale = 0 if lang == "zh" else 1, Vocabulary(district, lang), found.question.scale
    known = _known(district, found.subjects.values())
    called = hours.titles(district, [one.recorded for one in found.trainings])
    state = ("未通过", "not passed")[at]
    heads = [("姓名", "name"), ("培训项目", "training"), ("类别", "category"), ("学时", "hours"), ("日期", "date")]
    header = [_STAFF[at], *(one[at] for one in heads), ("状态", "state")[at], _AT[at], _ACT[at], _REASON[at]]
    rows = []
    for one in found.trainings:
        who = found.subjects[one.subject]
        rows.append(
            [known.code(who), known.name(who), called[one.recorded], category_name(words, one.category),
             number(one.hours, scale), days(date.fromordinal(one.first), date.fromordinal(one.last)),
             state if one.failed else "", position(one.recorded), "", ""]
        )  # fmt: skip
    tables.write(path, ("待认定", "pending")[at], header, rows)


def write_doubles(district: District, path: Path, found: Sequence[Double], lang: str) -> None:
    """Write pairs as a sheet with an empty column 处理 (同一, 不同)."""
    at, paper = 0 if lang == "zh" else 1, Paper(lang)
    known = _known(district, [one.subject for one in found])
    heads = [("姓名", "name"), ("学时", "hours"), ("培训项目", "training"), ("日期", "date"), _AT]
    heads += [("另一条", "the other"), ("另一条的日期", "date of the other"), _OTHER, ("依据", "because")]
    header = [_STAFF[at], *(one[at] for one in heads), _ACT[at], _REASON[at]]
    rows = []
    for pair in found:
        one, other = pair.one, pair.other
        rows.append(
            [known.code(pair.subject), known.name(pair.subject), f"{one.hours.number.normalize():f}",
             one.title, days(one.first, one.last), position(one.position),
             other.title, days(other.first, other.last), position(other.position), reasons(pair, paper), "", ""]
        )  # fmt: skip
    tables.write(path, ("可能重复", "doubles")[at], header, rows)


def _known(district: District, subjects: Iterable[str]) -> names.Known:
    with district.reading() as connection:
        return names.called(connection, district.log, district.vault, list(subjects))


# ---------------------------------------------------------------------------------------------------- carrying out


def recognise(district: District, asked: Asking, positions: Sequence[int]) -> Iterator[Answer]:
    """Recognise trainings; what is refused is an answer, and keeps none of the others from being recognised."""
    owners = _owners(district, positions)
    return district.handle_many([_recognition(district, asked, at, owners) for at in positions])


def refuse(district: District, asked: Asking, positions: Sequence[int], reason: str) -> Iterator[Answer]:
    """Do not recognise trainings; answers as of ``recognise``."""
    said: dict[str, Any] = {"asking": asked, "reason": reason}
    return district.handle_many([RefuseTraining(id=district.command_id(), training=at, **said) for at in positions])


def _recognition(district: District, asked: Asking, at: int, owners: dict[int, str]) -> Command:
    today = Span.day(district.today)
    fact = TrainingRecognised(training=at)
    return Record(id=district.command_id(), asking=asked, subject=owners.get(at, ""), occurred=today, fact=fact)


def _owners(district: District, positions: Iterable[int]) -> dict[int, str]:
    """Whose the events at positions are."""
    with district.reading() as connection:
        events = district.log.read_at(connection, set(positions))
    return {one.position: one.envelope.stream.removeprefix("subject-") for one in events}


def settle(district: District, path: Path, asked: Asking) -> Settled:
    """Carry out what a sheet says in its column 处理; Mistake for a file that is no such sheet."""
    done, marked = Settled(), list[tuple[int, dict[str, str]]]()
    for number_of, row in _rows(path):
        if row["act"]:
            marked.append((number_of, row))
        else:
            done.unmarked += 1
    owners = _owners(district, [at for _, row in marked for name in ("at", "other") if (at := _place(row[name]))])
    staff = district.find("person", {row["staff"] for _, row in marked if row["staff"]})
    commands, lines = list[Command](), list[int]()
    for line, row in marked:
        try:
            commands.append(_command(district, asked, row, owners, staff))
            lines.append(line)
        except Mistake as why:
            done.handed_back.append((line, why.zh, why.en))
    for line, answer in zip(lines, district.handle_many(commands), strict=True):
        match answer:
            case Landed():
                done.landed += 1
            case Already():
                done.already += 1
            case Refused():
                done.handed_back.append((line, answer.zh, answer.en))
    done.handed_back.sort()
    return done


def _command(
    district: District, asked: Asking, row: dict[str, str], owners: dict[int, str], staff: dict[str, str]
) -> Command:
    """What a row asks for; Mistake where it says nothing that can be done."""
    act = _WORDS.get(squeezed(row["act"]))
    if act is None:
        words = "、".join(words[0] for words in _ACTS.values())
        raise Mistake(
            f"“处理”写的是“{row['act']}”;可用:{words}", f'"{row["act"]}" is no action; use: {", ".join(_ACTS)}'
        )
    at = event_at(row["at"])
    if row["staff"] and owners.get(at) != staff.get(row["staff"], "-"):
        raise Mistake(
            f"{position(at)} 不是 {row['staff']} 的培训;这一行可能错位了,请核对",
            f"{position(at)} is no training of {row['staff']}: the row may have shifted, check it",
        )
    carried: dict[str, Any] = {"id": district.command_id(), "asking": asked}
    if act == "recognise":
        return _recognition(district, asked, at, owners)
    if act == "refuse":
        if not row["reason"]:
            raise Mistake("不予认定要在“说明”里写理由", "a refusal needs its reason in the column remark")
        return RefuseTraining(**carried, training=at, reason=row["reason"])
    if not row["other"]:
        raise Mistake("没有另一条的位置;同一、不同要用 doubles 的表", "the position of the other record is missing")
    other = event_at(row["other"])
    if act == "same":
        return FindSame(**carried, training=at, other=other, reason=row["reason"] or "按标注的表")
    return FindDifferent(**carried, training=at, other=other, reason=row["reason"] or None)


def _place(text: str) -> int | None:
    try:
        return event_at(text) if text else None
    except Mistake:
        return None


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of every sheet that has the columns 位置 and 处理, with their numbers."""
    wanted = {"staff": _STAFF, "at": _AT, "other": _OTHER, "act": _ACT, "reason": _REASON}
    read = 0
    for rows in rows_of(path, wanted, needed=("at", "act")):
        read += 1
        yield from (one for one in rows if one[1]["at"])
    if not read:
        raise IntakeError(
            f"{path.name} 没有“位置”和“处理”两列;请用 jieti hours pending 或 doubles 加 --out 写出的表",
            f"{path.name} has no columns position and action: use a sheet that jieti hours pending or doubles wrote",
        )
