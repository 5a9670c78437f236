"""The flows: one advances a review cycle, one sweeps the whole district.

A run owns nothing.  It asks the log what is due, does it in chunks of a cohort, and ends; whoever runs next goes on
from the log.  What a run works on comes by a context variable, not by parameters: what Prefect is told, and so keeps,
is ids and counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from prefect import Flow, flow, get_client, tags
from prefect.client.schemas.objects import State
from prefect.concurrency.sync import concurrency
from prefect.states import Cancelled, Completed
from prefect.task_runners import ThreadPoolTaskRunner

from engine.cycles import sweep
from engine.cycles.advance import Phase, funnel, next_phase, run_chunk
from engine.cycles.sweep import Done
from engine.district import District
from engine.orchestration import shown
from engine.orchestration.chunks import Failed, Scope, discreet, is_busy, run_phases, working
from engine.running.keeping import ADVANCE, SWEEP

THREADS = 1
"""Tasks at once: the log has one writer.  SQLite lets other threads have the interpreter at every row, and each of them
keeps it for 5 ms: with two, counting took three times as long as with one."""
LONGEST_THROTTLE = 20.0
"""Seconds that a run waits for another one of its cycle.  Then it goes on: the log's keys say who was first."""


# ------------------------------------------------------------------------------------------------------- one cycle


def cycle_name(district: District, cycle: str) -> str:
    """A cycle as the command line names it, and its id."""
    about = district.cycle(cycle)
    return f"{about.ladder}/{about.to}/{about.period} {cycle}"


def tags_of(district: District, cycle: str) -> list[str]:
    """What the runs of a cycle are found by."""
    return ["jieti", f"ladder:{district.cycle(cycle).ladder}", f"cycle:{cycle}"]


@flow(
    name=ADVANCE,
    task_runner=ThreadPoolTaskRunner(max_workers=THREADS),
    validate_parameters=False,
    persist_result=False,
)
def advance_review_cycle(cycle: str) -> State:
    """推进一个评审周期。Advance a review cycle as far as people and days allow.

    Args:
        cycle: 周期的代号,y-…。The cycle's id, y-….
    """
    work = working()
    already = len(work.done)
    with tags(*tags_of(work.district, cycle)), _throttled(cycle):
        whole = run_phases(_of_cycle(work.district, cycle))
        with discreet():
            lines = funnel(work.district, cycle)
        shown.funnel(cycle, lines, work.lang)
        did = work.done[already:]
        if did:
            shown.done(cycle, did, work.lang)
    return _ended(whole, did)


def advance_flow(district: District, cycle: str) -> Flow[[str], State]:
    """The flow that advances a cycle, whose runs bear that cycle's name."""
    name = cycle_name(district, cycle)
    named: Flow[[str], State] = advance_review_cycle.with_options(flow_run_name=lambda: name)
    return named


def _of_cycle(district: District, cycle: str) -> Scope:
    def run(phase: Phase, chunk: tuple[str, ...]) -> Done:
        try:
            return Done(run_chunk(district, cycle, phase.name, chunk))
        except Exception as error:
            if is_busy(error):
                raise
            # Do it for those for whom it can be done, and name the others.
            return sweep.run_apart(district, cycle, phase, chunk)

    return Scope(cycle, lambda: next_phase(district, cycle), run)


@contextmanager
def _throttled(cycle: str) -> Iterator[None]:
    """Let Prefect keep two runs of a cycle from doing the same work twice; for a while, and without promise.

    It is no lock: a slot of a dead run stays taken until somebody frees it, and so nobody waits for it for long.
    """
    if not working().throttled:
        yield
        return
    with get_client(sync_client=True) as client:
        client.upsert_global_concurrency_limit_by_name(limit_of(cycle), 1)
    slot = concurrency(limit_of(cycle), timeout_seconds=LONGEST_THROTTLE)
    try:
        slot.__enter__()
    except TimeoutError:
        yield
        return
    try:
        yield
    finally:
        slot.__exit__(None, None, None)


LIMITS = "jieti-cycle-"


def limit_of(cycle: str) -> str:
    """The concurrency limit of a cycle."""
    return LIMITS + cycle


# ----------------------------------------------------------------------------------------------------- the district


def _sweep_run() -> str:
    district = working().district
    return f"{district.now.astimezone(ZoneInfo(district.settings.time_zone)):%Y-%m-%d %H:%M}"


@flow(
    name=SWEEP,
    flow_run_name=_sweep_run,
    task_runner=ThreadPoolTaskRunner(max_workers=THREADS),
    validate_parameters=False,
    persist_result=False,
)
def sweep_district() -> State:
    """办全区到期的事。Do whatever is due in the district: schedules, review cycles, terms that end, removal rules.

    The failure of one part, or of one cycle, stops no other.
    """
    work = working()
    whole, failed = True, list[str]()
    with tags("jieti"):
        for part in sweep.parts(work.district):
            for run in _cycles(work.district, part) if part.name == "cycles" else [_of_part(work.district, part)]:
                try:
                    whole = whole and run()
                except Failed as error:
                    failed.append(error.kind)
        if whole and (work.done or work.due_list):
            with discreet():
                rows = shown.due_rows(work.district, work.lang)
            shown.due(rows, work.lang)
    if failed:
        raise Failed("; ".join(failed))
    return _ended(whole, work.done)


def _of_part(district: District, part: sweep.Part) -> Callable[[], bool]:
    """Do one part of the day's work; its chunks are known before."""
    todo = iter([Phase(part.name, part.zh, part.en, part.chunks)] if part.chunks else [])

    def run(phase: Phase, chunk: tuple[str, ...]) -> Done:
        return sweep.run(district, phase.name, chunk)

    return lambda: run_phases(Scope(part.name, lambda: next(todo, None), run))


def _cycles(district: District, part: sweep.Part) -> Iterator[Callable[[], bool]]:
    """Advance every cycle in which something is due, each in a run of its own."""
    for (cycle,) in part.chunks:
        yield lambda cycle=cycle: _as_its_own_run(district, cycle)  # type: ignore[misc]


def _as_its_own_run(district: District, cycle: str) -> bool:
    """Advance a cycle in a run within this one, if anything is due there; False if it was stopped on the way."""
    with discreet():
        if next_phase(district, cycle) is None:
            return True
    with tags(*tags_of(district, cycle)):
        state: State = advance_flow(district, cycle)(cycle=cycle, return_state=True)
    if state.is_failed() or state.is_crashed():
        raise Failed(f"{cycle}: {state.message}")
    return not state.is_cancelled()


def _ended(whole: bool, did: list[tuple[Phase, int]]) -> State:
    """The last state of a run, which says in a line what it did."""
    lang = working().lang
    names = list(dict.fromkeys(getattr(phase, lang) for phase, _ in did))
    events = sum(events for _, events in did)
    if lang == "zh":
        said = f"{'、'.join(names)}:{events} 个事件" if names else "没有到期的事"
    else:
        said = f"{', '.join(names)}: {events} events" if names else "nothing was due"
    if whole:
        return Completed(message=said)
    stopped = "中途停下,下一次接着办" if lang == "zh" else "stopped on the way; the next run goes on"
    return Cancelled(message=f"{stopped} ({said})")
