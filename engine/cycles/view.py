"""A cycle as it can be looked at: what can be advanced, what it waits for, and the questions that tell.

They are asked of the projections and cost in proportion to what is due.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, func, select

from engine.blocks import in_blocks
from engine.clock import log_day
from engine.district import District
from engine.tables import case_table
from engine.worlds import worlds
from events.log import tip
from ladders.model.review import Route
from workflows import cycle as cycles
from workflows.commands import Command, Moment, Refused
from workflows.deciding import decider, fold

CHUNK = 500
"""Cases in a chunk: one command, one transaction."""
ROW = case_table.c


@dataclass(frozen=True)
class Phase:
    """What can be advanced now: chunks of case ids; a phase of the whole cycle has one empty chunk."""

    name: str
    zh: str
    en: str
    chunks: tuple[tuple[str, ...], ...] = ((),)


class Line(NamedTuple):
    """One thing that is waited for, and the day from which the cycle goes on without it; None: never."""

    zh: str
    en: str
    until: date | None = None


@dataclass(frozen=True)
class Waiting:
    """Everything that a cycle waits for when nothing can be advanced."""

    lines: tuple[Line, ...]

    @property
    def zh(self) -> str:
        """All of it on a line."""
        return "；".join(line.zh for line in self.lines)

    @property
    def en(self) -> str:
        """All of it on a line."""
        return "; ".join(line.en for line in self.lines)

    @property
    def until(self) -> date | None:
        """The first day on which something goes on by itself."""
        return min((line.until for line in self.lines if line.until is not None), default=None)


@dataclass(frozen=True)
class View:
    """A cycle as the log and the projections have it at one moment, and the day that the next event will have."""

    district: District
    connection: Connection
    cycle: str
    state: cycles.Cycle
    route: Route
    now: datetime
    today: date
    tip: int

    def cases(self, phase: str, *conditions: ColumnElement[bool]) -> tuple[str, ...]:
        """The cases in a phase, in the order of their ids."""
        return tuple(sorted(self.connection.execute(self.chosen(ROW.id, phase, *conditions)).scalars()))

    def any(self, phase: str, *conditions: ColumnElement[bool]) -> bool:
        """Whether a case is in a phase."""
        return self.connection.execute(self.chosen(ROW.id, phase, *conditions).limit(1)).first() is not None

    def count(self, phase: str, *conditions: ColumnElement[bool]) -> int:
        """How many cases are in a phase."""
        return int(self.connection.execute(self.chosen(func.count(), phase, *conditions)).scalar_one())

    def chosen(self, what: Any, phase: str, *conditions: ColumnElement[bool]) -> Select[Any]:
        """A question about the cases in a phase."""
        return select(what).select_from(case_table).where(ROW.cycle == self.cycle, ROW.phase == phase, *conditions)

    def would(self, cases: Iterable[str], command: Callable[[tuple[str, ...]], Command]) -> set[str]:
        """Those of these cases of which a command on a chunk of them would decide something now."""
        found = set[str]()
        for chunk in chunks(cases):
            found |= self.would_do(command(chunk))
        return found

    def would_do(self, asked: Command) -> set[str]:
        """The cases of which a command would decide something now."""
        needs, decide = decider(asked)
        world = worlds.load(self.connection, self.district.sources, [needs(asked)], self.today)
        decision = decide(world, asked, Moment(self.now, self.today, self.tip))
        return {draft.stream.removeprefix("case-") for draft in decision} if isinstance(decision, list) else set()

    @property
    def ready(self) -> str:
        """The phase of the cases that a notice names."""
        return "approved" if self.route.places is None else "placed"


@contextmanager
def viewing(district: District, cycle: str) -> Iterator[View]:
    """One view of a cycle; Refused if there is none."""
    today = log_day(district)
    with district.reading() as connection:
        name, end = cycles.stream(cycle), tip(connection)
        state: cycles.Cycle = fold(name, district.log.read(connection, name))
        opened = cycles.is_open(state)
        district.ladders.fetch(connection, opened.version)
        route = cycles.route_of(district.ladders[opened.version], opened.to)
        yield View(district, connection, cycle, state, route, end.recorded_at, today, end.position)


Due = Iterator[Phase | Line]
"""What is due of a part of the review, and what is waited for."""
FREE = ROW.objections == 0
"""Cases that no undecided objection freezes."""
DAY = timedelta(days=1)


def chunks(cases: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Cases in chunks, in the order of their ids."""
    return tuple(tuple(block) for block in in_blocks(sorted(cases), CHUNK))


def stuck(zh: str, en: str) -> Refused:
    """The refusal of projections that ask for what the log has done, or for nothing where something is left."""
    return Refused(
        "stuck",
        f"“{zh}”没有可办的,视图却说还有;视图已损坏,请用 jieti rebuild 重建",
        f"nothing is left to {en}, and yet the projections ask for it: they are damaged, "
        "make them anew with jieti rebuild",
    )
