"""What deciders are shown, fetched set-wise for a whole chunk of commands."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from engine.blocks import in_blocks
from engine.lasting import STANDING
from engine.projections import Tag
from engine.tables import (
    business_key_table,
    case_table,
    code_table,
    evidence_table,
    ladder_table,
    subject_table,
    unit_table,
)
from events.facts import LadderPublished
from events.log import Log
from events.tables import EACH, many
from ladders.columns import NEVER
from ladders.model import Ladder
from workflows import cycle, ladder
from workflows.commands import Held, Needs, Subject, Target, World
from workflows.deciding import fold

_SUBJECTS = select(*(subject_table.c[name] for name in ("id", "kind", "since", "until", "unit"))).where(
    subject_table.c.id.in_(select(EACH))
)
_KEYS = select(business_key_table).where(business_key_table.c.key.in_(select(EACH)))
_CODES = select(code_table).where(code_table.c.tag.in_(select(EACH)))
_IN_FORCE = select(evidence_table.c.recorded).where(
    evidence_table.c.recorded.in_(select(EACH)), evidence_table.c.voided.is_(None)
)


class LadderLibrary(Mapping[str, Ladder]):
    """Published ladders by the hash that names their version; what was read once stays, since it never changes."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._read: dict[str, Ladder] = {}

    def __getitem__(self, sha256: str) -> Ladder:
        if sha256 not in self._read:
            with self._log.reading() as connection:
                self.fetch(connection, sha256)
        return self._read[sha256]

    def fetch(self, connection: Connection, sha256: str) -> None:
        """Read a version once, over a connection that is at hand: whoever holds the write lock waits for no other."""
        if sha256 in self._read:
            return
        chosen = select(ladder_table.c.position).where(ladder_table.c.sha256 == sha256)
        at = connection.execute(chosen).scalar_one_or_none()
        if at is None:
            raise KeyError(sha256)
        (event,) = self._log.read_at(connection, [at])
        assert isinstance(event.fact, LadderPublished)
        self._read[sha256] = ladder.read(base64.b64decode(event.fact.file))

    def __iter__(self) -> Iterator[str]:
        with self._log.reading() as connection:
            return iter(list(connection.execute(select(ladder_table.c.sha256)).scalars()))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def together(needs: Iterable[Needs]) -> Needs:
    """What several commands need, each thing once."""
    listed, flat = list(needs), itertools.chain.from_iterable
    return Needs(
        streams=tuple(dict.fromkeys(flat(one.streams for one in listed))),
        subjects=tuple(dict.fromkeys(flat(one.subjects for one in listed))),
        keys=tuple(dict.fromkeys(flat(one.keys for one in listed))),
        codes=tuple(dict.fromkeys(flat(one.codes for one in listed))),
        targets=tuple(dict.fromkeys(flat(one.targets for one in listed))),
        counts=next((one.counts for one in listed if one.counts), None),
        holders=tuple(dict.fromkeys(case for one in listed for case in one.holders)),
    )


def load(connection: Connection, log: Log, tag: Tag, ladders: LadderLibrary, needs: Needs, today: date) -> World:
    """The world as the projections and the log have it; its mappings may be changed by whoever loaded it."""
    states = {name: fold(name, events) for name, events in log.read_many(connection, needs.streams).items()}
    for state in states.values():
        if isinstance(state, cycle.Cycle) and state.opened is not None:
            ladders.fetch(connection, state.opened.version)
    return World(
        states=states,
        subjects=_subjects(connection, needs.subjects),
        keys=_keys(connection, needs.keys),
        codes=_codes(connection, tag, needs.codes),
        targets=_targets(connection, log, needs.targets),
        counts=phases(connection, needs.counts) if needs.counts else {},
        held={case: held_on(held, today) for case, held in standings(connection, needs.holders).items()},
        ladders=ladders,
    )


def phases(connection: Connection, cycle: str) -> dict[str, int]:
    """How many cases of a cycle are in each phase."""
    counted = select(case_table.c.phase, func.count()).where(case_table.c.cycle == cycle)
    return {phase: int(n) for phase, n in connection.execute(counted.group_by(case_table.c.phase))}


def units_above(connection: Connection) -> dict[str, str | None]:
    """Every unit and the one it is part of."""
    rows = connection.execute(select(unit_table.c.id, unit_table.c.part_of))
    return {row.id: row.part_of for row in rows}


def chain(unit: str | None, above: Mapping[str, str | None]) -> tuple[str, ...]:
    """A unit and those that it is part of, from the inside out."""
    found: list[str] = []
    while unit is not None and unit not in found:
        found.append(unit)
        unit = above.get(unit)
    return tuple(found)


def _subjects(connection: Connection, names: tuple[str, ...]) -> dict[str, Subject]:
    if not names:
        return {}
    above = units_above(connection)
    within: dict[str | None, tuple[str, ...]] = {None: ()} | {unit: chain(unit, above) for unit in above}
    found = {}
    for name, kind, since, until, unit in connection.execute(_SUBJECTS, many(names)).all():
        days = date.fromordinal(since), date.fromordinal(until) if until is not None else None
        found[name] = Subject(name, kind, *days, within[name if kind == "unit" else unit])
    return found


def _keys(connection: Connection, keys: tuple[str, ...]) -> dict[str, Held]:
    return {key: Held(position, content) for key, position, content in connection.execute(_KEYS, many(keys)).all()}


def held(connection: Connection, keys: Iterable[str]) -> dict[str, Held]:
    """Who holds these business keys; those that nobody holds are left out."""
    return _keys(connection, tuple(keys))


def subjects_by_code(connection: Connection, tag: Tag, codes: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The subject of each (kind, code); those that nobody has are left out."""
    return _codes(connection, tag, tuple(codes))


def _codes(connection: Connection, tag: Tag, codes: tuple[tuple[str, str], ...]) -> dict[tuple[str, str], str]:
    tags = {tag(kind, code): (kind, code) for kind, code in codes}
    return {tags[tag]: subject for tag, subject in connection.execute(_CODES, many(tags)).all()}


class Standing(NamedTuple):
    """A standing of a case's subject; days are ordinals, positions are the log's."""

    ladder: str
    rung: str
    first: int
    until: int
    known: int
    voided: int | None


def standings(connection: Connection, cases: Iterable[str]) -> dict[str, list[Standing]]:
    """By case every standing that its subject ever had, those of which it was said later that they ended as well."""
    row, found = evidence_table.c, dict[str, list[Standing]]()
    for block in in_blocks(cases):
        chosen = (
            select(case_table.c.id, row.attributes, row.first, row.until, row.known, row.voided)
            .join(subject_table, subject_table.c.id == case_table.c.subject)
            .join(evidence_table, row.subject == subject_table.c.number)
            .where(case_table.c.id.in_(block), row.kind == STANDING, row.other.is_not(None))
        )
        for case, attributes, *when in connection.execute(chosen):
            said = json.loads(attributes)
            found.setdefault(case, []).append(Standing(said["ladder"], said["rung"], *when))
    return found


def held_on(standings: Iterable[Standing], today: date, known_at: int = NEVER - 1) -> set[tuple[str, str]]:
    """The (ladder, rung) of those that are in force on a day, as known at a position, or by now."""
    day = today.toordinal()
    return {
        (one.ladder, one.rung)
        for one in standings
        if one.first <= day <= one.until and one.known <= known_at and (one.voided is None or one.voided > known_at)
    }


def _targets(connection: Connection, log: Log, positions: tuple[int, ...]) -> dict[int, Target]:
    if not positions:
        return {}
    kept = set(connection.execute(_IN_FORCE, many(positions)).scalars())
    events: list[Any] = log.read_at(connection, positions)
    return {event.position: Target(event, event.position not in kept) for event in events}
