"""Personal fields in plain text, at the edge of what is shown."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, and_, or_, select

from engine.blocks import in_blocks
from engine.projections.lasting import EMPLOYMENT, STUDIOS
from engine.tables import LASTS, evidence_table, subject_table, unit_table
from events.codec import owner_of, owners, personal_places
from events.envelope import Recorded
from events.facts import Fact, PersonHired, SealedBallotCast, StudioFounded, UnitEstablished
from events.log import Log
from events.vault import Vault

GONE = "〔已删除 erased〕"
"""What stands where the key of a personal field was destroyed."""

CONFIDENTIAL = "〔保密 confidential〕"
"""What stands where a ballot says nothing until two people open it."""


def opened(vault: Vault, event: Recorded, field: str) -> str | None:
    """A personal field of an event in plain text; None if the owner's key is gone."""
    owner = owner_of(event.fact, field, event.envelope.stream)
    return vault.open_field(owner, event.fact.TYPE, field, getattr(event.fact, field))


def ballot(vault: Vault, cast: SealedBallotCast) -> str | None:
    """What a sealed ballot says, for counting; None if the key of its stage is gone."""
    return vault.open_field(cast.box, cast.TYPE, "content", cast.content)


def personal(vault: Vault, event: Recorded) -> dict[str, str]:
    """All personal fields of an event in plain text; what a confidential ballot says stays hidden."""
    return opened_places(vault, event.fact, personal_places(event.fact, event.envelope.stream), disclosed=False)


def opened_places(
    vault: Vault, fact: Fact, places: Collection[tuple[str, str, str]], *, disclosed: bool
) -> dict[str, str]:
    """The personal fields of a fact at these places; what a confidential ballot says only if that is disclosed.

    Whoever shows a ballot looks first whether two people opened it (``history.disclosed``).
    """
    if isinstance(fact, SealedBallotCast) and not disclosed:
        return {field: CONFIDENTIAL for field, _, _ in places}
    return {field: _or_gone(vault.open_field(owner, fact.TYPE, field, said)) for field, owner, said in places}


def _or_gone(text: str | None) -> str:
    return GONE if text is None else text


class Known:
    """How subjects are called, for a screen: code and name."""

    def __init__(self, codes: dict[str, str], names: dict[str, str]) -> None:
        self._codes, self._names = codes, names

    def code(self, subject: str) -> str:
        """Staff number, studio or unit code; the id itself for a subject that is not known."""
        return self._codes.get(subject, subject)

    def name(self, subject: str) -> str:
        """The name, or nothing for a subject that is not known."""
        return self._names.get(subject, "")


def called(connection: Connection, log: Log, vault: Vault, subjects: Collection[str]) -> Known:
    """The codes and names of subjects, fetched and opened at once."""
    positions, codes, names = list[int](), dict[str, str](), dict[str, str]()
    for block in in_blocks(dict.fromkeys(subjects)):
        rows = connection.execute(select(subject_table).where(subject_table.c.id.in_(block))).all()
        positions += [row.position for row in rows]
    events = log.read_at(connection, positions)
    vault.load({name for one in events for name in owners(one.fact, one.envelope.stream)})
    for event in events:
        subject = event.envelope.stream.partition("-")[2]
        match event.fact:
            case PersonHired():
                codes[subject] = opened(vault, event, "staff_number") or subject
                names[subject] = _or_gone(opened(vault, event, "name"))
            case StudioFounded() as fact:
                codes[subject], names[subject] = fact.code, _or_gone(opened(vault, event, "name"))
            case UnitEstablished() as fact:
                codes[subject], names[subject] = fact.code, fact.name
    return Known(codes, names)


def units(connection: Connection, subjects: Collection[str]) -> dict[str, str]:
    """The name of the unit that each subject is in."""
    found = {}
    for block in in_blocks(dict.fromkeys(subjects)):
        joined = select(subject_table.c.id, unit_table.c.name).join(unit_table, unit_table.c.id == subject_table.c.unit)
        found.update({row.id: row.name for row in connection.execute(joined.where(subject_table.c.id.in_(block)))})
    return found


def unit_then(connection: Connection, subject: str, as_of: date | None, known_at: int) -> str:
    """The name of the unit that a person or studio was in on a day, or was in last by then, as known at a position.

    Without a day, the last one of all.  Empty where none is known, and for a unit.
    """
    row, of = evidence_table.c, subject_table.c
    who = connection.execute(select(of.number, of.kind).where(of.id == subject)).first()
    if who is None or who.kind not in ("person", "studio"):
        return ""
    person = who.kind == "person"
    own = (
        and_(row.kind == EMPLOYMENT, row.subject == who.number)
        if person
        else and_(row.kind == STUDIOS, row.other == who.number)
    )
    chosen = (
        select(unit_table.c.name)
        .select_from(evidence_table)
        .join(subject_table, of.number == (row.other if person else row.subject))
        .join(unit_table, unit_table.c.id == of.id)
        .where(own, LASTS, row.known <= known_at)
        .where(or_(row.voided.is_(None), row.voided > known_at))
    )
    if as_of is not None:
        chosen = chosen.where(row.first <= as_of.toordinal())
    return connection.execute(chosen.order_by(row.first.desc(), row.recorded.desc()).limit(1)).scalar() or ""
