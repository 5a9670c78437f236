"""The one way through the house for everything that changes something.

Lock, load, fold, decide, append, project, commit.  One command or a bulk of them (``engine.bulk``): a bulk goes in
chunks that hold the write lock for less than 200 ms and pause between them, so that other writers come to their turn.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine.collecting import look_once, nothing_collected
from engine.pace import Pace
from engine.people.erasing import Erased
from engine.projections.imports import released
from engine.projections.plain import Plain
from engine.projections.projector import Projector
from engine.recording import Recording
from engine.worlds import worlds
from engine.worlds.folded import Folded
from events.codec import owners, personal_fields
from events.envelope import Envelope, Recorded
from events.facts import (
    CaseWithdrawn,
    EvidenceCorrected,
    EvidenceVoided,
    Fact,
    FromRow,
    Nominated,
    Source,
    TakenBack,
    TrainingRecognised,
    TrainingRefused,
    TrainingsFoundDifferent,
    TrainingsFoundSame,
)
from events.log import Log, New, positions_of, tip
from workflows import erasing, people, repeats
from workflows.acts import (
    AddSigner,
    AgreeToOpen,
    AskToOpen,
    DecideObjection,
    EndRecusal,
    HearObjection,
    RaiseObjection,
    RecuseSeat,
    ResubmitCase,
    ReturnCase,
    WithdrawBallot,
    WithdrawCase,
)
from workflows.commands import (
    Already,
    Answer,
    CastBallot,
    Command,
    Correct,
    Differs,
    Draft,
    Held,
    Landed,
    Moment,
    Needs,
    Nominate,
    OpenDistrict,
    Record,
    Refused,
    Target,
    World,
)
from workflows.deciding import decider, unfold
from workflows.hours import FindDifferent, FindSame, RefuseTraining
from workflows.repeats import Again, compared
from workflows.undoing import TakeBack

TOGETHER = (
    Record, Correct, Nominate, CastBallot, WithdrawBallot, AskToOpen, AgreeToOpen, RecuseSeat, EndRecusal, AddSigner,
    ReturnCase, ResubmitCase, WithdrawCase, RaiseObjection, HearObjection, DecideObjection,
    FindSame, FindDifferent, RefuseTraining, TakeBack,
)  # fmt: skip
"""Commands that share a chunk: what one of them changes (a subject, a case, who has a key) is shown to the next.  All
others are carried out alone."""


class Watch(Protocol):
    """Looks at what others recorded, before each chunk of a bulk; what it raises ends the bulk there."""

    def ahead(self) -> None:
        """Look up to the tip before the lock is taken, however long that takes."""

    def __call__(self, connection: Connection) -> None:
        """Look, under the lock, at what came since."""


class Carried(NamedTuple):
    """What came of a chunk that is committed."""

    answers: list[Answer]
    held: float
    """Seconds for which it held the lock."""


class Begun(NamedTuple):
    """A chunk that was carried out, and is not committed yet."""

    answers: list[Answer]
    commit: Callable[[Pace], None]
    """Commits it, and tells the pace how long it held the lock."""


@dataclass
class Handler:
    """Carries out commands on a folder's log."""

    log: Log
    projector: Projector
    sources: worlds.Sources
    clock: Callable[[Connection], datetime]
    zone: Callable[[Connection], ZoneInfo]
    folded: Folded
    recording: Recording
    erased: Erased = field(default_factory=Erased)
    turn: threading.Lock = field(default_factory=threading.Lock)
    """Threads of this process wait here for one another: waiting for the store, each would keep a connection."""

    def handle(self, command: Command) -> Answer:
        """Carry out one command; raises Refused."""
        with self.turn, nothing_collected():
            with self.log.writing() as connection:
                (answer,), became = self._carry_out(connection, [command], one=True)
            self.folded.learn(became)
        look_once()
        return answer

    def begin(
        self,
        over: Connection,
        chunk: Sequence[Command],
        ready: Sequence[Plain] | None,
        first: Watch | None,
        *,
        fresh: bool,
    ) -> Begun:
        """Carry out a chunk of a bulk, or the first of it, over the bulk's connection.

        ``ready`` is what was made of it if it is of plain records, ``first`` looks before it; of ``fresh`` ones nobody
        needs to look whether they were carried out before.
        """
        with ExitStack() as turn, ExitStack() as transaction:
            turn.enter_context(self.turn)
            connection = transaction.enter_context(self.log.writing(over))
            began = time.monotonic()
            with nothing_collected():
                if first is not None:
                    first(connection)
                answers, became = self._carry_out(connection, chunk, ready, one=False, fresh=fresh)
            in_turn, commit = turn.pop_all(), transaction.pop_all()

        def committed(pace: Pace) -> None:
            with in_turn:  # what is learnt of this chunk no other thread may come before
                commit.close()
                pace.took(began, len(answers))
                self.folded.learn(became)
                self.recording.committed()

        return Begun(answers, committed)

    def carry_out_plain(
        self, over: Connection, pace: Pace, chunk: Sequence[Plain], commands: Mapping[int, Command]
    ) -> Carried | None:
        """Carry out a chunk of fresh plain records, and commit it.

        None, and nothing done, where one is not plain after all, or where the command of one would be needed that is
        not among ``commands``.
        """
        pace.pause()
        with self.turn:
            with self.log.writing(over) as connection, nothing_collected():
                began = time.monotonic()
                self.recording.begin()
                moment, erased = self._moment(connection, ())
                answers = self.recording.carry_out(connection, chunk, commands, moment, {}, erased)
            held = pace.took(began, len(chunk))
            self.recording.committed()
        look_once()
        return None if answers is None else Carried(answers, held)

    def _carry_out(
        self,
        connection: Connection,
        commands: Sequence[Command],
        ready: Sequence[Plain] | None = None,
        *,
        one: bool,
        fresh: bool = False,
    ) -> tuple[list[Answer], Mapping[str, tuple[Any, Any]]]:
        """The answers, and by stream the states that changed: as they were, and as they are once this is committed.

        Of several commands the first ones are carried out, up to one that has to wait for those before it.
        """
        self.recording.begin()
        (now, today, end), erased = self._moment(connection, commands)
        done = {} if fresh and ready is not None else positions_of(connection, (command.id for command in commands))
        if ready is not None:
            moment, every = Moment(now, today, end), dict(enumerate(commands))
            if (as_a_set := self.recording.carry_out(connection, ready, every, moment, done, erased)) is not None:
                return as_a_set, {}
        deciders = [decider(command) for command in commands]
        needs = [needs(command) for (needs, _), command in zip(deciders, commands, strict=True)]
        world = worlds.load(connection, self.sources, needs, today, self.folded)
        given = dict(world.states)
        chunk = _Chunk(world, end)
        answers = list[Answer]()
        for (_, decide), need, command in zip(deciders, needs, commands, strict=True):
            if chunk.puts_off(need):
                break
            if command.id in done:
                answers.append(Landed(done[command.id]))
                continue
            try:
                decision = decide(world, command, Moment(now, today, chunk.at))
                if isinstance(decision, Again):
                    decision = compared(decision, command, self._held(connection, decision.position, chunk))
                if erased and isinstance(decision, list):
                    erasing.none_erased(decision, erased, _owners)
            except Refused as refusal:
                if one:
                    raise
                # Where it was raised holds this chunk, with all that it made, and that would hold the refusal.
                answers.append(refusal.with_traceback(None))
                continue
            if isinstance(decision, (Already, Differs)):
                answers.append(decision)
            else:
                answers.append(landed := chunk.take(command, decision, now))
                done[command.id] = landed.positions
        if not chunk.news:
            return answers, {}
        read = {stream: state.version for stream, state in given.items()}
        appended = self.log.append(connection, chunk.news, now, unrepeated=True, at=read)
        self.projector.project(connection, appended)
        return answers, {stream: (given[stream], world.states[stream]) for stream in chunk.became - chunk.unsealed}

    def _moment(self, connection: Connection, commands: Sequence[Command]) -> tuple[Moment, frozenset[str]]:
        """When a transaction carries out its commands, and whose records were erased."""
        end = tip(connection)
        now = max(_first_clock(commands) or self.clock(connection), end.recorded_at)
        return Moment(now, now.astimezone(self.zone(connection)).date(), end.position), self.erased(connection)

    def _held(self, connection: Connection, position: int, chunk: _Chunk) -> repeats.Held:
        """What is at a position, in plain text: in the log, or queued in this chunk."""
        if position > chunk.began:
            new = chunk.news[position - chunk.began - 1]
            return repeats.Held(new.fact, new.occurred_from, new.authority)
        return worlds.said_at(connection, self.sources, position)


def _owners(draft: Draft) -> set[str]:
    return owners(draft.fact, draft.stream)


def _first_clock(commands: Sequence[Command]) -> datetime | None:
    """The simulated clock of a folder that is being opened: its first event is stamped with it already."""
    first = commands[0] if commands else None
    return first.simulated_clock if isinstance(first, OpenDistrict) else None


_TELLING = (EvidenceVoided, Nominated, CaseWithdrawn, EvidenceCorrected, TakenBack)
"""Facts that make something of what the world shows besides states, keys and subjects."""
_OF_TRAININGS = (TrainingRecognised, TrainingRefused, TrainingsFoundSame, TrainingsFoundDifferent, EvidenceCorrected)
"""Facts that make something of a training as a whole, with reports that no command of the chunk may name."""


class _Chunk:
    """What a chunk has decided so far, seen by what is decided after it."""

    def __init__(self, world: World, end: int) -> None:
        self.began = self.at = end
        self.news: list[New] = []
        self.became: set[str] = set()
        """The streams whose states changed."""
        self.unsealed: set[str] = set()
        """Those of them whose states hold personal text as it came, not as the log has it."""
        self._states: dict[str, Any] = world.states  # type: ignore[assignment]
        self._subjects: dict[str, Any] = world.subjects  # type: ignore[assignment]
        self._keys: dict[str, Held] = world.keys  # type: ignore[assignment]
        self._codes: dict[tuple[str, str], str] = world.codes  # type: ignore[assignment]
        self._targets: dict[int, Target] = world.targets  # type: ignore[assignment]
        self._nominees = world.nominees
        self._teams = world.teams
        self._found: set[int] = set()
        """The trainings, by the positions under which they count, of which the chunk has made something as a whole."""

    def puts_off(self, need: Needs) -> bool:
        """Whether a command is about a training that what is queued here changes: only the projections know how."""
        return bool(need.targets) and not self._found.isdisjoint(map(self._training, need.targets))

    def _training(self, position: int) -> int:
        target = self._targets.get(position)
        return (target and target.training) or position

    def take(self, command: Command, drafts: list[Draft], now: datetime) -> Landed:
        """Queue a command's drafts and let the world know of them."""
        first = self.at + 1
        for ordinal, draft in enumerate(drafts):
            stream, fact = draft.stream, draft.fact
            self.at += 1
            new = _new(command, draft, ordinal)
            self.news.append(new)
            source = fact.source if isinstance(fact, FromRow) else None
            for key in fact.business_keys(stream):
                self._keys[key] = Held(fact.keyed_at(self.at), source.content if source else None)
            if isinstance(fact, _TELLING):
                self._becomes(draft)
            if isinstance(fact, _OF_TRAININGS):
                self._found.update(map(self._training, _named(fact)))
            if (state := self._states.get(stream)) is not None:
                self._states[stream] = unfold(stream, state, self._provisional(new, state.version, now))
                self.became.add(stream)
                if personal_fields(type(fact)):
                    self.unsealed.add(stream)
            if stream.startswith("subject-"):
                people.seen(self._subjects, self._teams, draft)
        if isinstance(command, Record) and command.code and (kind := people.BEGINS.get(type(command.fact))):
            self._codes[kind, command.code] = command.subject
        return Landed(tuple(range(first, self.at + 1)))

    def _becomes(self, draft: Draft) -> None:
        """What a draft makes of evidence that was recorded before."""
        match draft.fact:
            case EvidenceVoided(target=target):
                self._targets[target] = replace(self._targets[target], voided=True)
            case Nominated(cycle=cycle, unit=unit, outside=None) if cycle in self._nominees:
                counted = self._nominees[cycle].by_unit
                counted[unit] = counted.get(unit, 0) + 1
            case TakenBack(target=target) if target in self._targets:
                taken = self._targets[target]
                self._targets[target] = replace(taken, voided=True)
                for key in released(taken.event):
                    self._keys.pop(key, None)
            case CaseWithdrawn(cycle=cycle) if cycle in self._nominees:
                gone = self._states[draft.stream].nominated
                self._nominees[cycle].by_unit[gone.unit] -= 0 if gone.outside else 1
            case EvidenceCorrected(source=Source(key=key, content=content)) if f"row/{key}" in self._keys:
                self._keys[f"row/{key}"] = self._keys[f"row/{key}"]._replace(content=content)

    def _provisional(self, new: New, version: int, now: datetime) -> Recorded:
        """The event as it will be, for the fold of what follows in the chunk; nothing folded depends on its id."""
        envelope = Envelope(
            self.at, "", new.stream, version + 1, new.fact.TYPE, new.fact.SCHEMA, new.occurred_from, new.occurred_until,
            now, new.actor, new.on_behalf_of, new.authority, new.command_id, new.ordinal, new.causation,
            new.correlation,
        )  # fmt: skip
        return Recorded(envelope, new.fact)


def _named(fact: Fact) -> tuple[int, ...]:
    """The positions of the records that a fact makes something of."""
    match fact:
        case TrainingsFoundSame(training=one, other=other) | TrainingsFoundDifferent(training=one, other=other):
            return one, other
        case TrainingRecognised(training=one) | TrainingRefused(training=one) | EvidenceCorrected(target=one):
            return (one,)
    return ()


def _new(command: Command, draft: Draft, ordinal: int) -> New:
    stream, occurred, fact, expected, causation, correlation = draft
    asking = command.asking
    return New(
        stream, fact, occurred.first, occurred.last, asking.actor, command.id, ordinal, expected, asking.on_behalf_of,
        asking.authority, causation or (command.correlation if correlation else None),
        correlation or command.correlation,
    )  # fmt: skip
