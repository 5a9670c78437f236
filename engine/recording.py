"""A chunk of plain records, decided and written as a set: what an import consists of.

A record is plain where nothing but its row, its subject, its day and the catalogue have a say in it.  Its payload is
sealed before the lock is taken; under the lock a decider is asked only where its answer is not certain.  Answers,
events and rows are those of the way of any command (``engine.handle``): the tests hold both against each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, select

from engine.projections import plain
from engine.projections.plain import Plain
from engine.projections.projector import Projector
from engine.projections.retelling import TAKEN_BACK
from engine.tables import subject_table
from engine.worlds import worlds
from engine.worlds.folded import Folded
from events.codec import owners
from events.facts import EvidenceRecorded, FromRow
from events.log import Log, Sealed, versions
from events.tables import EACH, many
from workflows import district, erasing, evidence, rows
from workflows.commands import Answer, Command, Draft, Held, Landed, Moment, Record, Refused, World
from workflows.deciding import decider

_SUBJECTS = select(*(subject_table.c[name] for name in ("id", "number", "kind"))).where(
    subject_table.c.id.in_(select(EACH)), subject_table.c.kind != TAKEN_BACK
)
REMEMBERED = 50_000
"""Shapes, and subjects, that are kept in mind."""


@dataclass
class _Seen:
    """Subjects and streams as they are at a tip: what the next chunk need not ask again, where nobody else wrote."""

    tip: int = 0
    subjects: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Their numbers and kinds; 0 for one that there is not."""
    versions: dict[str, int] = field(default_factory=dict)

    def look(self, connection: Connection, chunk: Sequence[Plain]) -> None:
        """Ask for whatever of a chunk's subjects is not known yet."""
        if len(self.subjects) > REMEMBERED:
            self.subjects, self.versions = {}, {}
        if unknown := {one.subject for one in chunk} - self.subjects.keys():
            found = {row.id: (row.number, row.kind) for row in connection.execute(_SUBJECTS, many(unknown))}
            self.subjects |= {name: found.get(name, (0, "")) for name in unknown}
            self.versions |= versions(connection, {f"subject-{name}" for name in unknown})

    def grow(self, streams: Counter[str]) -> None:
        """So many events were appended to streams, and nothing else."""
        self.tip += streams.total()
        for name, more in streams.items():
            self.versions[name] += more


class Recording:
    """Decides and writes chunks of plain records.  But for ``ready``, only whoever has the handler's turn calls it."""

    def __init__(self, log: Log, projector: Projector, sources: worlds.Sources, folded: Folded) -> None:
        self._log, self._projector, self._sources, self._folded = log, projector, sources, folded
        self._parts: dict[Hashable, tuple[plain.Part, ...]] = {}
        self._taken: dict[Hashable, None] = {}
        """Shapes of which a decider took one, under the catalogue of that version of the district."""
        self._version = 0
        self._seen, self._grown = _Seen(), Counter[str]()
        """What is there, and how many events the chunk that is not committed yet appends to streams."""

    def ready(self, commands: Sequence[Command]) -> list[Plain] | None:
        """These commands, made ready before the lock is taken; None unless all of them are plain records."""
        found = list[tuple[Record, FromRow, str]]()
        for command in commands:
            if not isinstance(command, Record) or not isinstance(fact := command.fact, FromRow):
                return None
            if not evidence.is_plain(fact) or command.asking.on_behalf_of is not None:
                return None
            found.append((command, fact, f"subject-{command.subject}"))
        payloads = self._log.payloads_of([(stream, fact) for _, fact, stream in found])
        return [self._plain(*one, payload) for one, payload in zip(found, payloads, strict=True)]

    def _plain(self, command: Record, fact: FromRow, stream: str, payload: bytes | None) -> Plain:
        shape, source, asking = evidence.shape(fact), fact.source, command.asking
        first, last = command.occurred.first, command.occurred.last
        event = None if payload is None else Sealed(
            stream, fact.TYPE, fact.SCHEMA, first.isoformat(), last.isoformat(), asking.actor, None, asking.authority,
            command.id, 0, None, None, command.correlation, payload,
        )  # fmt: skip
        days = (first.toordinal(), last.toordinal())
        return Plain(
            command.id, command.subject, shape, event, self._parts_of(shape, fact), days, plain.terms(fact),
            fact.business_keys(stream), None if source is None else source.content,
        )  # fmt: skip

    def _parts_of(self, shape: Hashable | None, fact: FromRow) -> tuple[plain.Part, ...]:
        if shape is None:
            return plain.parts(fact)
        if (parts := self._parts.get(shape)) is None:
            if len(self._parts) > REMEMBERED:
                self._parts.clear()
            parts = self._parts[shape] = plain.parts(fact)
        return parts

    def begin(self) -> None:
        """A transaction begins: what was carried out last, and not committed, is not there."""
        self._grown.clear()

    def carry_out(
        self,
        connection: Connection,
        chunk: Sequence[Plain],
        commands: Mapping[int, Command],
        moment: Moment,
        done: Mapping[str, tuple[int, ...]],
        erased: frozenset[str],
    ) -> list[Answer] | None:
        """Answer these records and write those that land; None, and nothing done, where one is not plain after all.

        ``commands`` are theirs, for those of which a decider may have to be asked.  ``moment`` has the tip before them,
        ``done`` where commands are that were carried out before.
        """
        state = self._folded.states(connection, (district.STREAM,))[district.STREAM]
        if state.version != self._version or len(self._taken) > REMEMBERED:
            self._taken, self._version = {}, state.version
        keys = worlds.held(connection, [key for one in chunk for key in one.keys])
        seen = self._seen if self._seen.tip == moment.tip else _Seen(moment.tip)
        seen.look(connection, chunk)
        world: World | None = None
        answers, landed = list[Answer](), list[tuple[int, int, Sealed, Plain]]()
        at, done, today = moment.tip, dict(done), moment.today.toordinal()
        for nth, record in enumerate(chunk):
            subject, shape, event = record.subject, record.shape, record.event
            if record.command in done:
                answers.append(Landed(done[record.command]))
                continue
            if not keys.keys().isdisjoint(record.keys):
                row = record.keys[0] if record.content is not None else ""
                if (there := rows.answered(keys, row, record.content)) is None:
                    return None  # a training that others reported already
                answers.append(there)
                continue
            number, kind = seen.subjects[subject]
            if (
                shape is None
                or shape not in self._taken
                or event is None
                or not number
                or (kind == "unit" and event.type != EvidenceRecorded.TYPE)
                or record.days[0] > today
                or subject in erased
            ):
                if (command := commands.get(nth)) is None:
                    return None
                if world is None:
                    world = replace(self._world(connection, commands.values(), moment), keys=keys)
                try:
                    if not self._takes(world, command, moment._replace(tip=at), erased):
                        return None
                except Refused as refusal:
                    answers.append(refusal.with_traceback(None))  # as in engine.handle
                    continue
                if shape is not None:
                    self._taken[shape] = None
            if event is None:
                return None  # a key is to be made first
            at += 1
            now_held = Held(at, record.content)
            for key in record.keys:
                keys[key] = now_held
            landed.append((at, number, event, record))
            done[record.command] = (at,)
            answers.append(Landed((at,)))
        self._seen = seen
        if landed:
            events = [event for _, _, event, _ in landed]
            self._grown = Counter(event.stream for event in events)
            there_now = {stream: seen.versions[stream] for stream in self._grown}
            stamp = self._log.append_sealed(connection, events, moment.now, at=there_now)
            self._projector.project_plain(connection, landed, stamp)
        return answers

    def committed(self) -> None:
        """What was carried out last is there."""
        self._seen.grow(self._grown)
        self._grown.clear()

    def _world(self, connection: Connection, commands: Iterable[Command], moment: Moment) -> World:
        """What the deciders of these commands need to see."""
        needs = (decider(command)[0](command) for command in commands)
        return worlds.load(connection, self._sources, needs, moment.today, self._folded)

    @staticmethod
    def _takes(world: World, command: Command, moment: Moment, erased: frozenset[str]) -> bool:
        """Whether the decider wants just this fact recorded, of a record whose keys nobody holds; raises Refused."""
        _, decide = decider(command)
        decision = decide(world, command, moment)
        if not isinstance(decision, list) or [draft.fact for draft in decision] != [getattr(command, "fact", None)]:
            return False
        if erased:
            erasing.none_erased(decision, erased, _owners)
        return True


def _owners(draft: Draft) -> set[str]:
    return owners(draft.fact, draft.stream)
