"""The training calendar as a list: what is offered, when, to whom, and what it will count as."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from engine import names
from engine.district import District
from engine.tables import offer_table
from events.codec import owners
from events.facts import Amount, OfferedTraining, OfRung
from workflows.commands import Refused


@dataclass(frozen=True)
class Offered:
    """A training of the calendar in plain text; ``position`` is the event that says so, ``called_off`` another."""

    id: str
    position: int
    called_off: int | None
    number: str
    title: str
    first: date
    last: date
    kind: str
    attributes: dict[str, str]
    amount: Amount | None
    places: int | None
    rungs: tuple[OfRung, ...]
    roles: tuple[str, ...]
    organiser: str
    venue: str


def listed(
    district: District, begins: date | None = None, until: date | None = None, *, called_off: bool = True
) -> list[Offered]:
    """The trainings that are held, at least in part, from a day to another, both inside; by their days."""
    row = offer_table.c
    chosen = select(offer_table).order_by(row.first, row.last, row.position)
    if begins is not None:
        chosen = chosen.where(row.last >= begins.toordinal())
    if until is not None:
        chosen = chosen.where(row.first <= until.toordinal())
    if not called_off:
        chosen = chosen.where(row.called_off.is_(None))
    with district.reading() as connection:
        rows = connection.execute(chosen).all()
        return _told(district, connection, {one.position: (one.id, one.called_off) for one in rows})


def _told(district: District, connection: Connection, rows: dict[int, tuple[str, int | None]]) -> list[Offered]:
    events = {one.position: one for one in district.log.read_at(connection, rows)} if rows else {}
    district.vault.load({name for one in events.values() for name in owners(one.fact, one.envelope.stream)})
    found = []
    for position, (offer, called_off) in rows.items():
        event = events[position]
        said, personal = event.fact, names.personal(district.vault, event)
        assert isinstance(said, OfferedTraining)
        found.append(
            Offered(
                id=offer,
                position=position,
                called_off=called_off,
                number=personal.get("number", ""),
                title=personal["title"],
                first=said.first,
                last=said.last,
                kind=said.kind,
                attributes=said.attributes,
                amount=said.amount,
                places=said.places,
                rungs=said.rungs,
                roles=said.roles,
                organiser=personal.get("organiser", ""),
                venue=personal.get("venue", ""),
            )
        )
    return found


def find(district: District, asked: str) -> Offered:
    """The training of a number, a position, or a title that only one has; Refused otherwise.

    One that was called off stands back behind one that was not.
    """
    every, wanted = listed(district), asked.strip()
    at = wanted.removeprefix("#").replace(",", "")
    found = [one for one in every if wanted in (one.number, one.id) or (wanted[:1] == "#" and str(one.position) == at)]
    found = found or [one for one in every if one.title == wanted]
    found = [one for one in found if one.called_off is None] or found
    if len(found) == 1:
        return found[0]
    raise Refused(
        "no offer",
        f"日程里{'不止一项' if found else '没有'}培训“{asked}”;用 jieti calendar 查看,写编号或位置(如 #1,234)",
        f'{"several trainings are" if found else "no training of the calendar is"} called "{asked}": jieti calendar '
        "lists them; give a number or a position such as #1,234",
    )
