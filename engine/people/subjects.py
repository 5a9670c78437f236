"""Who is who: a subject by what people call it, and the rungs that it holds."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import func, select

from engine.blocks import in_blocks
from engine.district import District
from engine.projections.lasting import STANDING
from engine.projections.retelling import TAKEN_BACK
from engine.tables import LASTS, cycle_table, evidence_table, ladder_table, subject_table, unit_table
from events.facts import Amount
from ladders.evidence.columns import FOREVER, NEVER
from ladders.model.ladder import Ladder
from workflows import ladder as ladders
from workflows.commands import Refused
from workflows.deciding import fold

Kind = Literal["person", "studio", "unit"]


@dataclass(frozen=True)
class Standing:
    """A rung that a subject holds or held: since when, until when, by which event."""

    ladder: str
    rung: str
    how: str
    first: date
    until: date | None
    position: int


@dataclass(frozen=True)
class CycleLine:
    """A cycle as a list shows it."""

    id: str
    ladder: str
    to: str
    period: str
    title: str
    phase: str
    position: int


def find(
    district: District, asked: str, kinds: tuple[Kind, ...] = ("person", "studio", "unit"), *, gone: bool = False
) -> str:
    """The subject of a staff number, studio code, unit code or id; Refused if nobody has it.

    One that was taken back is ``gone``: it has only its id, and only its history is asked for.
    """
    return find_all(district, [asked], kinds, gone=gone)[0]


def find_all(
    district: District,
    asked: Sequence[str],
    kinds: tuple[Kind, ...] = ("person", "studio", "unit"),
    *,
    gone: bool = False,
) -> list[str]:
    """The subjects of codes or ids, in their order, asked for at once; Refused names the first that nobody has.

    Full-width characters and spaces around a code make no difference.
    """
    there = (*kinds, TAKEN_BACK) if gone else kinds
    codes = [unicodedata.normalize("NFKC", code).strip() for code in asked]
    found: dict[str, str] = {}
    for kind in kinds:
        found = district.find(kind, codes) | found
    with district.reading() as connection:
        for block in in_blocks(dict.fromkeys(codes)):
            chosen = select(subject_table.c.id).where(subject_table.c.id.in_(block), subject_table.c.kind.in_(there))
            found = {subject: subject for subject in connection.execute(chosen).scalars()} | found
    for code in codes:
        if code not in found:
            zh = "或".join(_CODES[kind][0] for kind in kinds)
            en = " or ".join(_CODES[kind][1] for kind in kinds)
            raise Refused(
                "unknown subject",
                f"没有“{code}”;请用{zh},并确认已导入",
                f'there is no "{code}": give a {en}, and import it first',
            )
    return [found[code] for code in codes]


_CODES: dict[Kind, tuple[str, str]] = {
    "person": ("工号", "staff number"),
    "studio": ("工作室编号", "studio code"),
    "unit": ("单位代码", "unit code"),
}


def climber(district: District, subject: str) -> str:
    """What a subject is, as ladders say whom they are for: person, studio, or the kind of a unit."""
    what = select(func.coalesce(unit_table.c.kind, subject_table.c.kind)).select_from(
        subject_table.outerjoin(unit_table, unit_table.c.id == subject_table.c.id)
    )
    with district.reading() as connection:
        return str(connection.execute(what.where(subject_table.c.id == subject)).scalar_one())


def standings(
    district: District, as_of: date, known_at: int, subjects: Collection[str] | None = None
) -> dict[str, list[Standing]]:
    """The rungs that subjects (all, if none are named) hold on a day, as known at a position, the newest last."""
    table, day = evidence_table.c, as_of.toordinal()
    chosen = (
        select(evidence_table, subject_table.c.id)
        .join(subject_table, subject_table.c.number == table.subject)
        .where(
            table.kind == STANDING,
            LASTS,
            table.known <= known_at,
            (table.voided.is_(None)) | (table.voided > known_at),
            table.first <= day,
            table.until >= day,
        )
        .order_by(table.first, table.recorded)
    )
    if subjects is not None:
        chosen = chosen.where(subject_table.c.id.in_(subjects))
    found: dict[str, list[Standing]] = {}
    with district.reading() as connection:
        for row in connection.execute(chosen):
            said = json.loads(row.attributes)
            until = None if row.until == FOREVER else date.fromordinal(row.until)
            first = date.fromordinal(row.first)
            held = Standing(said["ladder"], said["rung"], said["how"], first, until, row.recorded)
            found.setdefault(row.id, []).append(held)
    return found


def pending(district: District, subject: str, known_at: int) -> list[tuple[int, Amount]]:
    """The trainings of a subject that wait for recognition, as known at a position: where, and how much."""
    row = evidence_table.c
    chosen = (
        select(row.recorded, row.amount, row.scale)
        .join(subject_table, subject_table.c.number == row.subject)
        .where(subject_table.c.id == subject, row.kind == "training", row.known == NEVER)
        .where(row.made <= known_at, (row.voided.is_(None)) | (row.voided > known_at))
    )
    with district.reading() as connection:
        rows = connection.execute(chosen.order_by(row.recorded)).all()
    return [(at, Amount(value=amount, scale=scale, unit="hour")) for at, amount, scale in rows]


def published(district: District, known_at: int | None = None) -> list[str]:
    """The ladders that were ever published (by a position), in the order of their first publication."""
    return list(dict.fromkeys(row.ladder for row in _versions(district, known_at)))


def published_ladders(district: District, known_at: int | None = None) -> dict[str, ladders.Published]:
    """Each ladder that was ever published, with its versions; by a position, as it was then."""
    names = {name: ladders.stream(name) for name in published(district, known_at)}
    with district.reading() as connection:
        read = district.log.read_many(connection, names.values())
    return {
        name: fold(stream, [one for one in read[stream] if known_at is None or one.position <= known_at])
        for name, stream in names.items()
    }


def _versions(district: District, known_at: int | None) -> Sequence[Any]:
    """The rows of published versions, in the log's order."""
    chosen = select(ladder_table).order_by(ladder_table.c.position)
    if known_at is not None:
        chosen = chosen.where(ladder_table.c.position <= known_at)
    with district.reading() as connection:
        return connection.execute(chosen).all()


def newest_versions(district: District, known_at: int | None = None) -> dict[str, Ladder]:
    """Each ladder as it was published last (by a position)."""
    rows = _versions(district, known_at)
    return {ladder: district.ladders[sha256] for ladder, sha256 in {row.ladder: row.sha256 for row in rows}.items()}


def cycles(district: District) -> list[CycleLine]:
    """Every cycle, the newest first."""
    with district.reading() as connection:
        rows = connection.execute(select(cycle_table)).all()
    return sorted((CycleLine(*row) for row in rows), key=lambda one: one.position, reverse=True)


def find_cycle(district: District, asked: str) -> str:
    """The cycle of an id, a beginning of one, a period or a title that only one has; Refused otherwise."""
    every = cycles(district)
    found = [one.id for one in every if asked in (one.id, one.period, one.title, f"{one.ladder}/{one.to}/{one.period}")]
    found = found or [one.id for one in every if one.id.startswith(asked)]
    if len(found) == 1:
        return found[0]
    listed = ", ".join(f"{one.id} ({one.title})" for one in every[:8]) or "–"
    raise Refused(
        "no cycle",
        f"{'不止一个' if found else '没有'}评审周期“{asked}”;有:{listed}",
        f'{"several cycles are" if found else "no cycle is"} called "{asked}"; there is: {listed}',
    )
