"""Whatever can be advanced in a cycle, in plain Python.

Every phase is a question to the log (what is due?) and commands that the log answers once: run again, run twice at
the same time, killed in between, it ends in the same state.  Prefect runs these phases; it decides nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select

from engine import calendar
from engine.assessing import assess
from engine.blocks import in_blocks
from engine.clock import CLOCKWORK
from engine.collecting import old_left_alone
from engine.cycles import freed, grades, places
from engine.cycles.funnel import FunnelLine, funnel
from engine.cycles.looking import look, next_phase
from engine.cycles.view import ROW, Line, Phase, Waiting, stuck, viewing
from engine.district import District
from engine.tables import case_table
from ladders.model.review import Route
from workflows import cycle as cycles
from workflows.acts import CountRound, ExtendStage, OpenWindow, RebaseCases
from workflows.commands import (
    CloseSubmission,
    Command,
    Conclude,
    DecideStage,
    FinishCycle,
    Landed,
    OpenStage,
    PostNotice,
    RecordVerdicts,
)

__all__ = [
    "Advanced",
    "CaseLine",
    "FunnelLine",
    "Line",
    "Phase",
    "Progress",
    "Waiting",
    "advance",
    "cases",
    "funnel",
    "look",
    "next_phase",
    "route",
    "run_chunk",
    "subjects_of",
]


@dataclass(frozen=True)
class Advanced:
    """What an advance did: the phases it ran, the events it appended, and the funnel that stands now."""

    phases: tuple[str, ...]
    events: int
    funnel: tuple[FunnelLine, ...]


Progress = Callable[[Phase, int, int], None]
"""Called with a phase, and how many of its chunks are done, of how many."""


def advance(district: District, cycle: str, progress: Progress | None = None) -> Advanced:
    """Advance a cycle as far as the log allows; Refused where the projections ask for what the log has done."""
    names, events = list[str](), 0
    idle: Phase | None = None
    while (phase := next_phase(district, cycle)) is not None:
        if phase == idle:
            raise stuck(phase.zh, phase.en)
        before = events
        with old_left_alone():
            for done, chunk in enumerate(phase.chunks, 1):
                events += run_chunk(district, cycle, phase.name, chunk)
                if progress:
                    progress(phase, done, len(phase.chunks))
        idle = phase if events == before else None
        names.append(phase.name)
    return Advanced(tuple(names), events, tuple(funnel(district, cycle)))


def run_chunk(district: District, cycle: str, phase: str, chunk: tuple[str, ...]) -> int:
    """Carry out a chunk of a phase; how many events that appended (none, when it was done before)."""
    command = _command(district, cycle, phase, chunk)
    if command is None:
        return 0
    answer = district.handle(command)
    return len(answer.positions) if isinstance(answer, Landed) else 0


def _command(district: District, cycle: str, phase: str, chunk: tuple[str, ...]) -> Command | None:
    new = district.command_id()
    match phase.split():
        case ["close"]:
            return CloseSubmission(id=new, asking=CLOCKWORK, cycle=cycle, by="deadline")
        case ["assess"]:
            verdicts = tuple(
                (case, verdict)
                for same, cohort in _judged(district, cycle, chunk)
                for case, verdict in zip(same, assess.verdicts(cohort), strict=True)
            )
            return RecordVerdicts(id=new, asking=CLOCKWORK, cycle=cycle, verdicts=verdicts)
        case ["rebase"]:
            return RebaseCases(id=new, asking=CLOCKWORK, cycle=cycle, cases=chunk)
        case ["open", stage]:
            return OpenStage(id=new, asking=CLOCKWORK, cycle=cycle, stage=stage)
        case ["window", stage]:
            return OpenWindow(id=new, asking=CLOCKWORK, cycle=cycle, stage=stage, cases=chunk)
        case ["decide", stage]:
            return DecideStage(id=new, asking=CLOCKWORK, cycle=cycle, stage=stage, cases=chunk)
        case ["ballot", stage, number]:
            return CountRound(id=new, asking=CLOCKWORK, cycle=cycle, stage=stage, round=int(number), cases=chunk)
        case ["extend", stage]:
            return ExtendStage(id=new, asking=CLOCKWORK, cycle=cycle, stage=stage)
        case ["decline", _]:
            return Conclude(id=new, asking=CLOCKWORK, cycle=cycle, cases=chunk, evidence={})
        case ["places"]:
            return places.fill(district, cycle, new)
        case ["place"]:
            return places.place(district, cycle, new, chunk)
        case ["grades"]:
            return grades.give(district, cycle, new)
        case ["grade"]:
            return grades.tell(district, cycle, new, chunk)
        case ["move", "up"]:
            return freed.move_up(district, cycle, new, chunk)
        case ["notice"]:
            return _notice(district, cycle, new)
        case ["grant"]:
            evidence = {
                case: used
                for same, cohort in _judged(district, cycle, chunk, granting=True)
                for case, used in zip(same, assess.evidence_used(district, cohort), strict=True)
            }
            return Conclude(id=new, asking=CLOCKWORK, cycle=cycle, cases=chunk, evidence=evidence)
        case ["finish"]:
            return FinishCycle(id=new, asking=CLOCKWORK, cycle=cycle)
    raise ValueError(f"there is no phase {phase}")


def _judged(
    district: District, cycle: str, chunk: tuple[str, ...], *, granting: bool = False
) -> list[tuple[list[str], assess.Cohort]]:
    """The verdicts on cases, those together that are asked on what was known at the same position.

    Where the ladder places, ``granting`` asks for the rung that each case goes on for.
    """
    state = district.cycle_state(cycle)
    by_position: dict[int, list[tuple[str, str, str | None]]] = defaultdict(list)
    with district.reading() as connection:
        for block in in_blocks(chunk):
            chosen = select(ROW.id, ROW.subject, ROW.rung, ROW.known_at).where(ROW.id.in_(block)).order_by(ROW.id)
            for *one, known_at in connection.execute(chosen):
                by_position[known_at].append((one[0], one[1], one[2]))
    found, to = list[tuple[list[str], assess.Cohort]](), cycles.is_open(state).to
    for known_at, same in sorted(by_position.items()):
        rules = assess.rules_of_cycle(district, state, known_at or None)
        subjects, rungs = [one[1] for one in same], [one[2] for one in same] if granting else []
        found.append(([one[0] for one in same], assess.of_cycle(district, rules, to, subjects, rungs)))
    return found


def _notice(district: District, cycle: str, new: str) -> PostNotice | None:
    with viewing(district, cycle) as view:
        posted = view.state.notices[-1][1] if view.state.notices else 0
        chosen = view.chosen(ROW.id, view.ready, ROW.ready > posted).add_columns(ROW.subject, ROW.rung).order_by(ROW.id)
        listed = tuple(tuple(one for one in row if one is not None) for row in view.connection.execute(chosen))
    if not listed:
        return None
    first, last = calendar.window(view.today, view.route.notice_days, district.state.calendars)
    return PostNotice(id=new, asking=CLOCKWORK, cycle=cycle, cases=listed, first=first, last=last)


# ----------------------------------------------------------------------------------------------------- looking


def route(district: District, cycle: str) -> Route:
    """The route of a cycle's cases."""
    opened = district.cycle(cycle)
    return cycles.route_of(district.ladders[opened.version], opened.to)


def subjects_of(district: District, cases: tuple[str, ...]) -> list[tuple[str, str]]:
    """(case, subject) of cases, in the order of the cases' ids."""
    found = []
    with district.reading() as connection:
        for block in in_blocks(cases):
            chosen = select(case_table.c.id, case_table.c.subject).where(case_table.c.id.in_(block))
            found += [(row.id, row.subject) for row in connection.execute(chosen)]
    return sorted(found)


@dataclass(frozen=True)
class CaseLine:
    """A case as a list shows it; ``ballots`` are those cast in the stage that it is in."""

    id: str
    subject: str
    phase: str
    stage: str | None
    ballots: int
    objections: int = 0
    rank: int | None = None
    grade: str | None = None
    rung: str | None = None
    """The rung on which the ladder places it, where it does."""


def cases(district: District, cycle: str, phase: str | None = None) -> list[CaseLine]:
    """The cases of a cycle, or those in a phase, in the order of their nomination."""
    columns = (ROW.id, ROW.subject, ROW.phase, ROW.stage, ROW.ballots, ROW.objections, ROW.rank, ROW.grade, ROW.rung)
    chosen = select(*columns).where(ROW.cycle == cycle).order_by(ROW.nominated)
    if phase is not None:
        chosen = chosen.where(ROW.phase == phase)
    with district.reading() as connection:
        return [CaseLine(*one) for one in connection.execute(chosen)]
