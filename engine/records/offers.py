"""The training calendar as a list: what is offered, when, to whom, and what it will count as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from engine.district import District
from engine.people import names
from engine.tables import offer_table
from events.codec import owners
from events.facts import Amount, OfferedTraining, OfRung, TakenBack
from events.tables import event_table
from workflows import offers
from workflows.commands import Refused
from workflows.deciding import fold


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
    district: District,
    begins: date | None = None,
    until: date | None = None,
    *,
    called_off: bool = True,
    known_at: int | None = None,
) -> list[Offered]:
    """The trainings that are held, at least in part, from a day to another, both inside; by their days.

    ``known_at``: as the calendar was at a position of the log.
    """
    row = offer_table.c
    held = []
    if begins is not None:
        held.append(row.last >= begins.toordinal())
    if until is not None:
        held.append(row.first <= until.toordinal())
    chosen = select(row.position, row.id, row.called_off).order_by(row.first, row.last, row.position)
    with district.reading() as connection:
        if known_at is None:
            rows = connection.execute(chosen.where(*held)).tuples().all()
        else:
            rows = _as_known(district, connection, connection.execute(chosen).tuples().all(), known_at)
        found = _told(district, connection, {at: (name, off) for at, name, off in rows if called_off or off is None})
    if known_at is None:
        return found
    found = [one for one in found if begins is None or one.last >= begins]
    found = [one for one in found if until is None or one.first <= until]
    return sorted(found, key=lambda one: (one.first, one.last, one.position))


def _as_known(
    district: District, connection: Connection, rows: Sequence[tuple[int, str, int | None]], known_at: int
) -> list[tuple[int, str, int | None]]:
    """The trainings as they were at a position; those that were changed, called off or taken back since are read from
    the log."""
    row = event_table.c
    of_trainings = row.stream.between(offers.stream(""), offers.stream("~"))
    taken = select(row.stream).where(of_trainings, row.type == TakenBack.TYPE, row.position > known_at).distinct()
    since = {name for at, name, off in rows if max(at, off or 0) > known_at}
    since |= {one.removeprefix(offers.stream("")) for one in connection.execute(taken).scalars()}
    found = [one for one in rows if one[1] not in since]
    streams = {offers.stream(name): name for name in sorted(since)}
    for stream, events in (district.log.read_many(connection, streams) if streams else {}).items():
        state: offers.Offer = fold(stream, [one for one in events if one.position <= known_at])
        if state.said is not None:
            found.append((state.at, streams[stream], state.called_off or None))
    return found


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
