"""The one way through the house for everything that changes something.

Lock, load, fold, decide, append, project, commit.  One command or a bulk of them: a bulk goes in chunks that hold
the write lock for less than 200 ms and pause between them, so that other writers come to their turn.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine import worlds
from engine.projections import Projector, Tag
from events.envelope import Envelope, Recorded, event_id
from events.facts import FromRow
from events.log import Log, New, Tip, positions_of, tip
from workflows import people
from workflows.commands import Already, Answer, Command, Differs, Draft, Held, Landed, Moment, Record, Refused, World
from workflows.deciding import decider, unfold

HOLD = 0.15
"""Seconds that a chunk aims to hold the write lock; the bound is 0.2."""
PAUSE = 0.05
"""Seconds between chunks: back to back they starve every other writer."""


@dataclass
class Handler:
    """Carries out commands on a folder's log."""

    log: Log
    projector: Projector
    tag: Tag
    ladders: worlds.LadderLibrary
    clock: Callable[[Connection], datetime]
    zone: Callable[[Connection], ZoneInfo]

    def handle(self, command: Command) -> Answer:
        """Carry out one command; raises Refused."""
        with self.log.writing() as connection:
            (answer,) = self._carry_out(connection, [command], one=True)
        return answer

    def handle_many(self, commands: Iterable[Command], progress: Callable[[int], None] | None) -> Iterator[Answer]:
        """Carry out commands in order and give their answers, a refusal among them."""
        size, chunk = 200, list[Command]()
        for command in commands:
            chunk.append(command)
            if len(chunk) >= size:
                size = yield from self._chunk(chunk, progress)
                chunk = []
                time.sleep(PAUSE)
        if chunk:
            yield from self._chunk(chunk, progress)

    def _chunk(
        self, chunk: list[Command], progress: Callable[[int], None] | None
    ) -> Iterator[Answer]:  # returns the size that the next chunk should have
        with self.log.writing() as connection:
            began = time.monotonic()
            answers = self._carry_out(connection, chunk, one=False)
        took = time.monotonic() - began
        yield from answers
        if progress:
            progress(len(chunk))
        return max(50, min(int(len(chunk) * min(2.0, HOLD / max(took, 0.001))), 20_000))

    def _carry_out(self, connection: Connection, commands: Sequence[Command], *, one: bool) -> list[Answer]:
        end = tip(connection)
        now = max(self.clock(connection), end.recorded_at)
        moment = Moment(now, now.astimezone(self.zone(connection)).date(), end.position)
        done = positions_of(connection, (command.id for command in commands))
        needs = worlds.together(decider(command)[0](command) for command in commands)
        world = worlds.load(connection, self.log, self.tag, self.ladders, needs)
        chunk = _Chunk(world, end)
        answers: list[Answer] = []
        for command in commands:
            if command.id in done:
                answers.append(Landed(done[command.id]))
                continue
            try:
                decision = decider(command)[1](world, command, replace(moment, tip=chunk.at))
            except Refused as refusal:
                if one:
                    raise
                answers.append(refusal)
                continue
            if isinstance(decision, (Already, Differs)):
                answers.append(decision)
            else:
                answers.append(chunk.take(command, decision, now))
        if chunk.news:
            self.projector.project(connection, self.log.append(connection, chunk.news, now))
        return answers


class _Chunk:
    """What a chunk has decided so far, seen by what is decided after it."""

    def __init__(self, world: World, end: Tip) -> None:
        self.at = end.position
        self.news: list[New] = []
        self._states: dict[str, Any] = world.states  # type: ignore[assignment]
        self._subjects: dict[str, Any] = world.subjects  # type: ignore[assignment]
        self._keys: dict[str, Held] = world.keys  # type: ignore[assignment]
        self._codes: dict[tuple[str, str], str] = world.codes  # type: ignore[assignment]

    def take(self, command: Command, drafts: list[Draft], now: datetime) -> Landed:
        """Queue a command's drafts and let the world know of them."""
        first = self.at + 1
        for ordinal, draft in enumerate(drafts):
            self.at += 1
            self.news.append(_new(command, draft, ordinal))
            for key in draft.fact.business_keys(draft.stream):
                source = draft.fact.source if isinstance(draft.fact, FromRow) else None
                self._keys[key] = Held(self.at, source.content if source else None)
            if draft.stream in self._states:
                state = self._states[draft.stream]
                self._states[draft.stream] = unfold(draft.stream, state, self._provisional(command, draft, now))
            if draft.stream.startswith("subject-"):
                people.seen(self._subjects, draft)
        if isinstance(command, Record) and command.code and (kind := people.BEGINS.get(type(command.fact))):
            self._codes[kind, command.code] = command.subject
        return Landed(tuple(range(first, self.at + 1)))

    def _provisional(self, command: Command, draft: Draft, now: datetime) -> Recorded:
        """The event as it will be, for the fold of what follows in the chunk."""
        version = self._states[draft.stream].version + 1
        new = _new(command, draft, 0)
        envelope = Envelope(
            self.at, event_id(command.id, 0, 0), draft.stream, version, draft.fact.TYPE, draft.fact.SCHEMA,
            new.occurred_from, new.occurred_until, now, new.actor, new.on_behalf_of, new.authority, command.id, 0,
            new.causation, new.correlation,
        )  # fmt: skip
        return Recorded(envelope, draft.fact)


def _new(command: Command, draft: Draft, ordinal: int) -> New:
    return New(
        stream=draft.stream,
        fact=draft.fact,
        occurred_from=draft.occurred.first,
        occurred_until=draft.occurred.last,
        actor=command.asking.actor,
        command_id=command.id,
        ordinal=ordinal,
        expected=draft.expected,
        on_behalf_of=command.asking.on_behalf_of,
        authority=command.asking.authority,
        causation=draft.causation,
        correlation=draft.correlation,
    )
