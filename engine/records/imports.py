"""Past imports, as the log knows them: when, by whom, what, and where; and what was undone of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from engine.district import District
from engine.projections.imports import IMPORT, UNDO, taken_back
from engine.tables import import_table
from events.envelope import from_micros
from events.tables import event_table
from workflows.commands import Refused


@dataclass(frozen=True)
class Imported:
    """An import that recorded something: its events lie from ``first`` to ``last``, others' among them."""

    id: str
    first: int
    last: int
    since: datetime
    until: datetime
    actor: str
    events: int
    kinds: dict[str, int]
    taken_back: int = 0
    """How many of its events were taken back."""
    undone: datetime | None = None
    """When the last of them was."""

    @property
    def undo(self) -> str:
        """What the undo of it is called."""
        return UNDO + self.id.removeprefix(IMPORT)


@dataclass(frozen=True)
class Part:
    """An event of an import: of a subject, or for a nomination of a case in a cycle."""

    position: int
    stream: str
    type: str
    cycle: str = ""

    @property
    def subject(self) -> str:
        """The subject, case or training whose stream it is in."""
        return self.stream.partition("-")[2]


def listed(district: District, newest: int | None = None) -> list[Imported]:
    """Past imports that recorded something, the newest first; so many of them at the most."""
    row = import_table.c
    with district.reading() as connection:
        chosen = select(import_table).where(row.id.like(f"{IMPORT}%")).order_by(row.first.desc()).limit(newest)
        undone = {one.id: one for one in connection.execute(select(import_table).where(row.id.like(f"{UNDO}%")))}
        rows = connection.execute(chosen).all()
    found = []
    for one in rows:
        back = undone.get(UNDO + one.id.removeprefix(IMPORT))
        found.append(
            Imported(
                id=one.id,
                first=one.first,
                last=one.last,
                since=from_micros(one.since),
                until=from_micros(one.until),
                actor=one.actor,
                events=one.events,
                kinds=json.loads(one.kinds),
                taken_back=back.events if back else 0,
                undone=from_micros(back.until) if back else None,
            )
        )
    return found


def count(district: District) -> int:
    """How many past imports recorded something."""
    row = import_table.c
    with district.reading() as connection:
        chosen = select(func.count()).where(row.id.like(f"{IMPORT}%"))
        return int(connection.execute(chosen).scalar_one())


def find(district: District, asked: str) -> Imported:
    """The import of an id, or of the beginning of one that no other has; Refused otherwise."""
    wanted = asked.strip()
    if wanted.startswith(UNDO):
        raise Refused(
            "undone by importing",
            f"{wanted} 是一次撤销;要恢复,请把原来的文件再导入一次",
            f"{wanted} undid an import: to have it again, import the file again",
        )
    there = [one for one in listed(district) if wanted and one.id.startswith(wanted)]
    found = [one for one in there if one.id == wanted] or there
    if len(found) != 1:
        raise Refused(
            "no import",
            f"{'不止一次' if found else '没有'}导入以“{wanted}”为号;用 jieti imports 查看",
            f'{"several imports begin with" if found else "there is no import"} "{wanted}": jieti imports lists them',
        )
    return found[0]


def parts(district: District, imported: Imported) -> list[Part]:
    """The events of an import, in order."""
    row = event_table.c
    chosen = select(row.position, row.stream, row.type, row.correlation).where(
        row.position.between(imported.first, imported.last),
        or_(row.correlation == imported.id, row.causation == imported.id),
    )
    with district.reading() as connection:
        return [
            Part(one.position, one.stream, one.type, "" if one.correlation == imported.id else one.correlation)
            for one in connection.execute(chosen.order_by(row.position))
        ]


def taken(district: District, undo: str) -> set[int]:
    """The positions of what an undo has taken back."""
    row, event = import_table.c, event_table.c
    found = set[int]()
    with district.reading() as connection:
        span = connection.execute(select(row.first, row.last).where(row.id == undo)).first()
        if span is None:
            return found
        chosen = select(event.position).where(
            event.position.between(*span), or_(event.correlation == undo, event.causation == undo)
        )
        positions = list(connection.execute(chosen).scalars())
        for start in range(0, len(positions), 5_000):
            for one in district.log.read_at(connection, positions[start : start + 5_000]):
                if (target := taken_back(one.fact)) is not None:
                    found.add(target)
    return found
