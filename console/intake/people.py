"""Rows about the organisation: units, people, titles held, studios, memberships, mentor pairs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

from console.intake.desk import NAMES, Desk, Row, RowProblem
from events.facts import (
    MemberJoined,
    MemberLeft,
    MentorPaired,
    MentorParted,
    PersonHired,
    PersonLeft,
    PersonMoved,
    StandingTakenOver,
    StudioFounded,
    UnitEstablished,
)
from workflows.commands import Command, Span


def units(row: Row, desk: Desk) -> Iterator[Command]:
    """A unit.  Its parent is in the file too, or known already; parents come first (``kinds.parents_first``)."""
    code, above, day = row["code"], row["part_of"], row["day"]
    part_of = None
    if above is not None:
        part_of = desk.subject("unit", above)
        if part_of is None:
            raise RowProblem("part_of", *NAMES["unit"])
    content = (row["name"], row["kind"], above, row["locality"], row["phase"], day)
    fact = UnitEstablished(
        source=desk.source(row, desk.begin("unit", code), ("unit", code), content),
        code=code,
        kind=row["kind"],
        name=row["name"],
        part_of=part_of,
        locality=row["locality"],
        phase=row["phase"],
    )
    yield desk.record(desk.begin("unit", code), day, fact, code=code)


def people(row: Row, desk: Desk) -> Iterator[Command]:
    """A person hired, moved or gone.  An empty 变动 is hired."""
    match row["change"]:
        case "moved":
            person, unit, day = _known_person(row, desk), _unit(row), _wanted(row, "day", "日期", "the day of it")
            moved = PersonMoved(source=desk.source(row, person, ("moved", person, day), (unit,)), unit=unit)
            yield desk.record(person, day, moved)
        case "left":
            person, day = _known_person(row, desk), _wanted(row, "day", "日期", "the day of it")
            yield desk.record(person, day, PersonLeft(source=desk.source(row, person, ("left", person, day), ())))
        case _:
            yield _hired(row, desk)


def _hired(row: Row, desk: Desk) -> Command:
    number, name, unit = row["number"], _wanted(row, "name", "姓名", "the name"), _unit(row)
    service: Span | None = row["service"]
    day: Span | None = row["day"] or service
    if day is None:
        raise RowProblem("day", "缺少日期（入职日期或参加工作日期）", "the day of hiring or of first work is missing")
    # Service known only to a month is kept as that month, but did not begin after the hiring itself.
    began = day.first if service is None else service.first
    by = day.last if service is None else min(service.last, max(day.last, service.first))
    if began > day.last:
        raise RowProblem("service", "参加工作日期晚于入职日期", "service began after the day of hiring")
    born: date | None = row["born"]
    if born is not None and born >= began:
        raise RowProblem("born", "出生日期不早于参加工作日期", "born on or after the day on which service began")
    content = (name, unit, began, by, born, row["taught"], day)
    fact = PersonHired(
        source=desk.source(row, desk.begin("person", number), ("hired", number), content),
        staff_number=number,
        name=name,
        unit=unit,
        service_began=began,
        service_began_by=by if by > began else None,
        born=born,
        subject_taught=row["taught"],
    )
    return desk.record(desk.begin("person", number), day, fact, code=number)


def standings(row: Row, desk: Desk) -> Iterator[Command]:
    """A title held before us, taken over with the document (文号) that gave it."""
    subject, until = row["person"] or row["studio"] or row["unit"], row["until"]
    ladder, rung = desk.rungs(row["ladder"], row["rung"])
    day: Span = row["day"]
    if until is not None and until < day.first:
        raise RowProblem("until", "到期日期早于认定日期", "the standing would end before it began")
    fact = StandingTakenOver(
        source=desk.source(
            row, subject, ("standing", subject, ladder, rung, day), (row["title"], row["document"], until)
        ),
        ladder=ladder,
        rung=rung,
        title=row["title"] or row["rung"],
        until=until,
    )
    yield desk.record(subject, day, fact, asking=desk.by(row["document"]))


def studios(row: Row, desk: Desk) -> Iterator[Command]:
    """A studio, under the host after whom it is named."""
    code, host, unit = row["code"], row["host"], _unit(row)
    fact = StudioFounded(
        source=desk.source(row, host, ("studio", code), (row["name"], row["kind"], host, unit, row["day"])),
        code=code,
        kind=row["kind"],
        name=row["name"],
        host=host,
        unit=unit,
    )
    yield desk.record(desk.begin("studio", code), row["day"], fact, code=code)


def memberships(row: Row, desk: Desk) -> Iterator[Command]:
    """A member joined a studio and, where the row says when, left it: two facts, so that the end may come later."""
    yield from _membership(row, desk, row["person"], row["studio"])


def alliances(row: Row, desk: Desk) -> Iterator[Command]:
    """A unit or a person joined an alliance, a project or a research group and, where the row says when, left it."""
    if row["unit"] is not None and row["person"] is not None:
        raise RowProblem("unit", "一行只写一个成员：单位代码或工号", "one member a row: a unit code or a staff number")
    yield from _membership(row, desk, row["unit"] or row["person"], row["group"])


def _membership(row: Row, desk: Desk, member: str, group: str) -> Iterator[Command]:
    joined, left, exception, document = row["joined"], row["left"], row["exception"], row["document"]
    role: Literal["host", "core", "member"] = row["role"] or "member"
    key = (member, group, joined)
    _in_order(joined, left, "left", "退出日期早于加入日期", "left before joining")
    content = (role,) if exception is None else (role, exception, document)
    fact = MemberJoined(
        source=desk.source(row, member, ("joined", *key), content), group=group, role=role, exception=exception
    )
    by = desk.by(document)
    yield desk.record(member, joined, fact, asking=by).model_copy(update={"ends": left.last if left else None})
    if left is not None:
        leaving = MemberLeft(source=desk.source(row, member, ("left studio", *key), (left,)), group=group)
        yield desk.record(member, left, leaving, asking=by)


def mentors(row: Row, desk: Desk) -> Iterator[Command]:
    """A mentor pair, in the mentee's stream, and its end where the row says when."""
    mentee, mentor, began, ended = row["mentee"], row["mentor"], row["began"], row["ended"]
    if mentee == mentor:
        raise RowProblem("mentor", "师傅和徒弟是同一人", "mentor and mentee are the same person")
    key = (mentee, mentor, began)
    _in_order(began, ended, "ended", "结束日期早于开始日期", "ended before it began")
    yield desk.record(mentee, began, MentorPaired(source=desk.source(row, mentee, ("mentor", *key), ()), mentor=mentor))
    if ended is not None:
        parted = MentorParted(source=desk.source(row, mentee, ("mentor ended", *key), (ended,)), mentor=mentor)
        yield desk.record(mentee, ended, parted)


def _unit(row: Row) -> str:
    unit: str | None = row["unit"] or row["unit_name"]
    if unit is None:
        raise RowProblem("unit", "缺少单位", "the unit is missing")
    return unit


def _known_person(row: Row, desk: Desk) -> str:
    person = desk.subject("person", row["number"])
    if person is None:
        raise RowProblem("number", *desk.unknown("person", [row["number"]])[row["number"]])
    return person


def _wanted(row: Row, column: str, zh: str, en: str) -> Any:
    if (value := row[column]) is None:
        raise RowProblem(column, f"缺少{zh}", f"{en} is missing")
    return value


def _in_order(first: Span, last: Span | None, column: str, zh: str, en: str) -> None:
    if last is not None and last.last < first.first:
        raise RowProblem(column, zh, en)
