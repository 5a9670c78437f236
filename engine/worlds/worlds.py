"""What deciders are shown, fetched set-wise for a whole chunk of commands."""

from __future__ import annotations

import base64
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, func, select

from engine.projections import reports
from engine.projections.retelling import TAKEN_BACK
from engine.projections.subjects import Open, Tag
from engine.tables import (
    business_key_table,
    case_table,
    code_table,
    evidence_table,
    ladder_table,
    subject_table,
    unit_table,
)
from engine.worlds import composed, earlier, holding, nominees, recusals, retention, teams
from engine.worlds.folded import Folded
from engine.worlds.referring import referring
from events.codec import personal_of
from events.facts import LadderPublished, SealedBallotCast
from events.log import Log
from events.tables import EACH, many
from ladders.model.ladder import Ladder
from ladders.model.review import Relation
from workflows import cycle, ladder, repeats
from workflows.case import Case
from workflows.case_parts import Vote
from workflows.commands import Held, Needs, Subject, Target, Unit, World
from workflows.erasing import is_erased

_SUBJECTS = select(*(subject_table.c[name] for name in ("id", "kind", "since", "until", "unit"))).where(
    subject_table.c.id.in_(select(EACH)), subject_table.c.kind != TAKEN_BACK
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
        self.joining = teams.JoiningRules(log)

    def __getitem__(self, sha256: str) -> Ladder:
        if (found := self._read.get(sha256)) is not None:
            return found
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


@dataclass(frozen=True)
class Sources:
    """Where what deciders are shown comes from."""

    log: Log
    tag: Tag
    open: Open
    open_ballot: Callable[[SealedBallotCast], str | None]
    """What a sealed ballot says; None if the key of its stage is gone."""
    ladders: LadderLibrary


def load(
    connection: Connection, sources: Sources, needs: Iterable[Needs], today: date, folded: Folded | None = None
) -> World:
    """The world of a chunk of commands, as the projections and the log have it, each thing fetched once for all.

    Its mappings may be changed by whoever loaded it.  Who holds the write lock, and so sees the newest state of all,
    may give what was ``folded`` before.
    """
    listed = list(needs)
    each = _each(listed)
    folded = folded if folded is not None else Folded(sources.log)
    states = folded.states(connection, each("streams"))
    if any(one.opened for one in listed):
        states = {name: _unsealed(state, sources.open_ballot) for name, state in states.items()}
    for state in states.values():
        if isinstance(state, cycle.Cycle) and state.opened is not None:
            sources.ladders.fetch(connection, state.opened.version)
    counted = next((one.counts for one in listed if one.counts), None)
    waiting = next((one.waiting for one in listed if one.waiting), None)
    held_by = holding.standings(connection, each("holders"))
    endings_by = holding.endings(connection, held_by)
    return World(
        states=states,
        subjects=_subjects(connection, each("subjects")),
        keys=_keys(connection, each("keys")),
        codes=_codes(connection, sources.tag, each("codes")),
        targets=_targets(connection, sources.log, each("targets")),
        referred=_referred(connection, sources.log, each("referred")),
        counts=_counts(connection, counted, states) if counted else {},
        held={case: holding.held_on(held, today) for case, held in held_by.items()},
        coming={case: holding.coming_on(held, today) for case, held in held_by.items()},
        ended={case: holding.ended_on(held, endings_by) for case, held in held_by.items()},
        related=_related(connection, listed, states, sources.ladders),
        units=units(connection) if any(one.units for one in listed) else {},
        waiting=_waiting(connection, waiting) if waiting else frozenset(),
        standings=holding.standings_of(connection, each("standings")),
        before=earlier.shown(connection, folded, each("before"), states, sources.ladders),
        nominees=nominees.shown(connection, sources.log, each("nominees"), states, sources.ladders, today),
        teams=teams.shown(connection, sources.log, sources.ladders.joining, each("joins")),
        kept=retention.kept(connection, each("kept"), today),
        made=composed.shown(
            connection, sources.log, states, sources.ladders, today, each("made"), each("subjects"), each("listed")
        ),
        standing=_standing(connection, listed, states, sources.ladders),
        ladders=sources.ladders,
    )


def _each(listed: Sequence[Needs]) -> Callable[[str], tuple[Any, ...]]:
    """What several commands need of a sort, each thing once."""
    return lambda sort: tuple(dict.fromkeys(itertools.chain.from_iterable(map(attrgetter(sort), listed))))


def _unsealed(state: Any, open_: Callable[[SealedBallotCast], str | None]) -> Any:
    """A case whose sealed ballots are in plain text; they stay sealed where their key is gone."""
    if not isinstance(state, Case) or not state.sealed:
        return state

    def plain(ballot: Vote) -> Vote:
        if ballot.sealed is None or (content := open_(ballot.sealed)) is None:
            return ballot
        return ballot._replace(sealed=ballot.sealed.model_copy(update={"content": content}))

    ballots = {stage: {seat: plain(ballot) for seat, ballot in seats.items()} for stage, seats in state.ballots.items()}
    return replace(state, ballots=ballots)


def _counts(connection: Connection, name: str, states: Mapping[str, Any]) -> dict[str, int]:
    """The cases of a cycle by phase, and those that are ready and that no notice names."""
    state = states.get(cycle.stream(name))
    posted = state.notices[-1][1] if isinstance(state, cycle.Cycle) and state.notices else 0
    waiting = select(func.count()).where(unposted(name, posted))
    return phases(connection, name) | {cycle.UNPOSTED: int(connection.execute(waiting).scalar_one())}


def unposted(cycle: str, posted: int) -> ColumnElement[bool]:
    """Cases that became ready for a notice after the newest one, which is at a position (0: there is none).

    Where there are places, they are given before: no case is left that is approved only.
    """
    row = case_table.c
    return (row.cycle == cycle) & row.phase.in_(("approved", "placed")) & (row.ready > posted)


def _related(
    connection: Connection, listed: Iterable[Needs], states: Mapping[str, Any], ladders: Mapping[str, Ladder]
) -> dict[str, Mapping[str, frozenset[Relation | Literal["own case"]]]]:
    """For the cases of needs that say so, who of a stage's panel is related to the candidate as the stage opened."""
    streams: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    beside = {person for one in listed for person in one.beside}
    for one in listed:
        if one.related is not None:
            streams[one.related].update(dict.fromkeys(one.streams))
    asked = {
        which: {name[5:]: states[name] for name in names if name.startswith("case-")}
        for which, names in streams.items()
    }
    found: dict[str, Mapping[str, frozenset[Relation | Literal["own case"]]]] = {}
    for (name, stage), cases in asked.items():
        state = states.get(cycle.stream(name))
        if isinstance(state, cycle.Cycle):
            # A case is in one stage: of two that are asked for, the one that decided it needs no answer any more.
            here = {case: one for case, one in cases.items() if case not in found or stage not in one.decided}
            found |= related(connection, state, stage, here, ladders, beside)
    return found


def related(
    connection: Connection,
    state: cycle.Cycle,
    stage: str,
    cases: Mapping[str, Case],
    ladders: Mapping[str, Ladder],
    beside: Iterable[str] = (),
) -> recusals.Ties:
    """Who of a stage's panel, of those added to it, who voted, or is ``beside``, is related to a case's candidate.

    On the day on which the stage opened, as known then; nobody before that.
    """
    opened = state.stages.get(stage)
    if opened is None or state.opened is None or not cases:
        return {}
    panels = [chairs for (which, _), chairs in state.panels.items() if which == stage]
    persons = {person for chairs in panels for chair in chairs.values() for person in (chair.holder, *chair.voters)}
    persons.update(beside)
    for case in cases.values():
        persons.update(case.signers.get(stage, {}).values())
        persons.update(ballot.person for ballot in case.ballots.get(stage, {}).values())
    rules = ladders[state.opened.version]
    route = cycle.route_of(rules, state.opened.to)
    forbidden = next((one.may_not_judge for one in route.stages if one.id == stage), ())
    if not forbidden and rules.subject == "person":
        return {}  # a person's own case needs no looking up
    return recusals.related(connection, persons, cases, opened.first, state.stages_at[stage], forbidden)


def units(connection: Connection) -> dict[str, Unit]:
    """Every unit."""
    rows = connection.execute(select(unit_table.c.id, unit_table.c.kind, unit_table.c.part_of))
    return {row.id: Unit(row.kind, row.part_of) for row in rows}


def _waiting(connection: Connection, cycle: str) -> frozenset[str | None]:
    row = case_table.c
    own = select(row.unit).where(row.cycle == cycle, row.phase == "in review").distinct()
    return frozenset(connection.execute(own).scalars())


def _standing(
    connection: Connection, listed: Iterable[Needs], states: Mapping[str, Any], ladders: Mapping[str, Ladder]
) -> dict[str, tuple[str | None, int]]:
    """Whoever is in a stage, and no objection freezes: their own unit, and the ballot in which they stand."""
    name, stage = next((one.standing for one in listed if one.standing is not None), ("", ""))
    state, row = states.get(cycle.stream(name)), case_table.c
    if not isinstance(state, cycle.Cycle) or state.opened is None:
        return {}
    stages = [one.id for one in cycle.route_of(ladders[state.opened.version], state.opened.to).stages]
    at = stages.index(stage) if stage in stages else 0
    inside = row.stage.is_(None) if at == 0 else row.stage == stages[at - 1]
    here = select(row.id, row.unit, row.round).where(row.cycle == name, row.phase == "in review", inside)
    found = connection.execute(here.where(row.objections == 0))
    return {case: (unit, number) for case, unit, number in found}


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


def said_at(connection: Connection, sources: Sources, position: int) -> repeats.Held:
    """What the log has at a position, in plain text, to hold a repeat against it; Refused if it was erased."""
    (event,) = sources.log.read_at(connection, [position])
    plain = {field: sources.open(event, field) for field in personal_of(event.fact)}
    if None in plain.values():
        raise is_erased()
    envelope = event.envelope
    return repeats.Held(event.fact.model_copy(update=plain), envelope.occurred_from, envelope.authority)


def subjects_by_code(connection: Connection, tag: Tag, codes: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The subject of each (kind, code); those that nobody has are left out."""
    return _codes(connection, tag, tuple(codes))


def _codes(connection: Connection, tag: Tag, codes: tuple[tuple[str, str], ...]) -> dict[tuple[str, str], str]:
    tags = {tag(kind, code): (kind, code) for kind, code in codes}
    return {tags[tag]: subject for tag, subject in connection.execute(_CODES, many(tags)).all()}


def _referred(connection: Connection, log: Log, names: tuple[str, ...]) -> dict[str, frozenset[int]]:
    return {name: frozenset(at) for name, at in referring(connection, log, names).items()} if names else {}


def _targets(connection: Connection, log: Log, positions: tuple[int, ...]) -> dict[int, Target]:
    if not positions:
        return {}
    kept = set(connection.execute(_IN_FORCE, many(positions)).scalars())
    reported = reports.states(connection, positions)
    events: list[Any] = log.read_at(connection, positions)
    return {
        event.position: Target(event, *reported.get(event.position, (event.position not in kept,))) for event in events
    }
