"""One day's work of the whole district, in plain Python: whatever fell due, in four parts, one after the other.

First the cycles that schedules owe open; then every cycle that is not finished goes as far as it can, so that a grant
that is due comes before the lapse that it prevents; then terms end; then removal rules are held against whoever holds
a rung and changed.  Each part is a question to the log (what is due?) and chunks that the log takes once: done again,
done twice at the same time, killed in between, it ends in the same state.  What fails is told with whom it concerns,
and stops nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from engine.blocks import in_blocks
from engine.clock import log_day
from engine.cycles import schedules
from engine.cycles.advance import Phase, next_phase, run_chunk
from engine.district import District
from engine.standings import removals, standings
from engine.tables import cycle_table
from events.log import Conflict
from workflows.commands import Refused

T = TypeVar("T")

RETRIES = 6
"""Of what found the log busy, after 0.2, 0.4, 0.8 … seconds."""
TOLD_APART = 8
"""Cases of a phase that are looked for one by one when they fail; after that whole chunks are named."""


@dataclass(frozen=True)
class Part:
    """A part of the day's work: what is in a chunk is told by ``engine.cycles.sweep.run``."""

    name: str
    zh: str
    en: str
    chunks: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Failure:
    """What could not be done, and whom it concerns: the schedule, cycle or ladder, and the cases or subjects."""

    part: str
    about: str
    phase: str
    """The phase of the cycle; nothing for other parts."""
    concerned: tuple[str, ...]
    code: str
    zh: str
    en: str
    error: Exception = field(compare=False, repr=False)
    """What was raised; unless it is a refusal, its words could be about people, and belong in no log."""


@dataclass(frozen=True)
class Done:
    """What a chunk came to: how many events it appended, and what failed of it."""

    events: int = 0
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True)
class Swept:
    """What a day's work came to: its day, the events of each part, and all that failed."""

    day: date
    events: dict[str, int]
    failures: tuple[Failure, ...]


Progress = Callable[[Part, int, int], None]
"""Called with a part, and how many of its chunks are done, of how many."""


def sweep(district: District, progress: Progress | None = None) -> Swept:
    """Do whatever fell due by today; what fails is told and stops nothing else."""
    day, events, failures = log_day(district), dict[str, int](), list[Failure]()
    for part in parts(district):
        events[part.name] = 0
        for number, chunk in enumerate(part.chunks, 1):
            done = run(district, part.name, chunk)
            events[part.name] += done.events
            failures += done.failures
            if progress:
                progress(part, number, len(part.chunks))
    return Swept(day, events, tuple(failures))


def parts(district: District) -> Iterator[Part]:
    """The parts, each looked up when its turn comes: what one does can make work for the next."""
    yield Part("schedules", "排期", "schedules", _one_by_one(schedules.owing(district)))
    yield Part("cycles", "评审周期", "review cycles", _one_by_one(unfinished(district)))
    over = [f"{subject}#{position}" for subject, position in standings.lapsing(district)]
    chunks = tuple(tuple(block) for block in in_blocks(over, standings.CHUNK))
    yield Part("lapses", "到期", "terms that ended", chunks)
    yield Part("removals", "退出条件", "removal rules", _one_by_one(removals.reviewable(district)))


def _one_by_one(names: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    return tuple((name,) for name in names)


def unfinished(district: District) -> tuple[str, ...]:
    """Every cycle that is not finished, in the order in which they were opened or last went on."""
    row = cycle_table.c
    going = select(row.id).where(row.phase != "finished").order_by(row.position)
    with district.reading() as connection:
        return tuple(connection.execute(going).scalars())


def run(district: District, part: str, chunk: tuple[str, ...]) -> Done:
    """Carry out a chunk of a part: a schedule, a cycle, standings as ``subject#position``, a ladder.

    Nothing is raised but what stops the program; what was done before does nothing again.
    """
    about = chunk[0] if part != "lapses" and chunk else ""
    try:
        match part:
            case "schedules":
                return Done(_patiently(lambda: schedules.run(district, about)))
            case "cycles":
                return advance(district, about)
            case "lapses":
                over = [(subject, int(at)) for subject, _, at in (one.rpartition("#") for one in chunk)]
                return Done(_patiently(lambda: standings.lapse(district, over)))
            case "removals":
                return Done(_patiently(lambda: removals.review(district, about).events))
    except Exception as error:  # noqa: BLE001 - told with whom it concerns, to whoever asked for the day's work
        concerned = tuple(one.rpartition("#")[0] for one in chunk) if part == "lapses" else ()
        return Done(0, (_failure(part, about, "", concerned, error),))
    raise ValueError(f"there is no part {part}")


def advance(district: District, cycle: str) -> Done:
    """Advance a cycle as far as it goes; a phase of which a chunk fails is its last one for today."""
    events, failures = 0, list[Failure]()
    phase: Phase | None = None
    try:
        while not failures and (found := _patiently(lambda: next_phase(district, cycle))) is not None:
            before, last, phase = events, phase, found
            for chunk in phase.chunks:
                done = run_apart(district, cycle, phase, chunk, TOLD_APART - len(failures))
                events += done.events
                failures += done.failures
            if events == before and phase == last and not failures:
                raise _stuck(phase)
    except Exception as error:  # noqa: BLE001 - as above
        failures.append(_failure("cycles", cycle, phase.name if phase else "", (), error))
    return Done(events, tuple(failures))


def run_apart(district: District, cycle: str, phase: Phase, chunk: tuple[str, ...], apart: int = TOLD_APART) -> Done:
    """A chunk of a phase; one that fails is halved until those are found on whom it fails, as long as they are few."""
    try:
        return Done(_patiently(lambda: run_chunk(district, cycle, phase.name, chunk)))
    except Exception as error:  # noqa: BLE001 - as above
        if len(chunk) < 2 or apart < 1:
            return Done(0, (_failure("cycles", cycle, phase.name, chunk, error),))
    half = len(chunk) // 2
    one = run_apart(district, cycle, phase, chunk[:half], apart)
    other = run_apart(district, cycle, phase, chunk[half:], apart - len(one.failures))
    return Done(one.events + other.events, one.failures + other.failures)


def _patiently(act: Callable[[], T]) -> T:
    """Do it again, after a while, where the log was busy or somebody else appended first."""
    for attempt in range(RETRIES):
        try:
            return act()
        except (OperationalError, Conflict):
            time.sleep(0.2 * 2**attempt)
    return act()


def _failure(part: str, about: str, phase: str, concerned: tuple[str, ...], error: Exception) -> Failure:
    if isinstance(error, Refused):
        said = error.code, error.zh, error.en
    else:
        kind = type(error).__name__
        said = kind, f"程序出错({kind})", f"the program failed ({kind})"
    return Failure(part, about, phase, concerned, *said, error)


def _stuck(phase: Phase) -> Refused:
    return Refused(
        "stuck",
        f"“{phase.zh}”没有可办的,视图却说还有;视图已损坏,请用 jieti rebuild 重建",
        f"nothing is left to {phase.en}, and yet the projections ask for it: they are damaged, "
        "make them anew with jieti rebuild",
    )
