"""What flows do: phase after phase, in chunks of a cohort, with retries, progress and failures.

A task has a price of its own, whatever it does.  So of a large cohort a task takes several chunks, one after the other:
each is a transaction, and is counted, for itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any

from prefect import tags, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import StateType
from prefect.context import FlowRunContext
from prefect.futures import PrefectFuture
from prefect.tasks import exponential_backoff
from sqlalchemy.exc import OperationalError

from engine.collecting import old_left_alone
from engine.cycles.advance import Phase, Progress
from engine.cycles.sweep import Done, Failure
from engine.district import District
from engine.orchestration import shown
from engine.orchestration.shown import Lang
from events.log import Conflict

RETRIES = 6
"""Of a task that found the log busy, after about 0.2, 0.4, 0.8 … seconds."""
TASKS = 16
"""The most tasks of a phase; what it has more of chunks, they share."""


@dataclass
class Work:
    """What the runs of one call work on, and what comes of them."""

    district: District
    lang: Lang
    progress: Progress | None = None
    throttled: bool = False
    """Whether other runs of the same cycle may be under way on this server."""
    due_list: bool = True
    """Whether a sweep shows what falls due next even where it found nothing to do."""
    stopping: threading.Event = field(default_factory=threading.Event)
    errors: list[Exception] = field(default_factory=list)
    done: list[tuple[Phase, int]] = field(default_factory=list)
    """The phases that were run, and how many events each appended."""


@dataclass(frozen=True)
class Scope:
    """Work with an order of its own: what it is about, what is due in it next, how to do a chunk of that."""

    about: str
    due: Callable[[], Phase | None]
    run: Callable[[Phase, tuple[str, ...]], Done]


@dataclass
class Share:
    """The chunks of a phase that one task takes, and how far it came: tried again, it goes on from there."""

    phase: Phase
    chunks: tuple[tuple[str, ...], ...]
    first: int
    """The number of its first chunk in the phase, from 1."""
    told: SimpleQueue[PrefectFuture[Any] | None]
    """Hears of every chunk that is dealt with (None), and at last of the task."""
    tries: int = 0
    dealt: int = 0
    """How many of its chunks were done, or failed."""
    events: int = 0
    failures: list[Failure] = field(default_factory=list)

    @property
    def numbers(self) -> str:
        """Which chunks of the phase these are: ``3``, or ``13-24``."""
        last = self.first + len(self.chunks) - 1
        return str(last) if last == self.first else f"{self.first}-{last}"

    def deal(self, done: Done) -> None:
        """The next chunk came to this."""
        self.dealt += 1
        self.events += done.events
        self.failures += done.failures
        self.told.put(None)

    def fail(self, about: str, kind: str) -> None:
        """The next chunk failed: nothing of it was done."""
        whom = self.chunks[self.dealt]
        self.deal(Done(0, (Failure(about, about, self.phase.name, whom, kind, kind, kind, RuntimeError(kind)),)))


_work: ContextVar[Work] = ContextVar("work")
_scope: ContextVar[Scope] = ContextVar("scope")
_shares: ContextVar[dict[int, Share]] = ContextVar("shares")
"""They reach the threads of tasks: Prefect runs a task in a copy of the context that submitted it."""


@contextmanager
def at_work(work: Work) -> Iterator[None]:
    """Let the runs within work on this."""
    token = _work.set(work)
    try:
        yield
    finally:
        _work.reset(token)


def working() -> Work:
    """What the run that is under way works on."""
    return _work.get()


class Failed(Exception):
    """What Prefect is told of an exception: the name of its kind.  Its words could be about people."""

    def __init__(self, kind: str, *, busy: bool = False) -> None:
        self.kind, self.busy = kind, busy
        super().__init__(f"{kind} (its words are told only to whoever ran the advance)")


def is_busy(error: Exception) -> bool:
    """Whether trying again helps: the log was locked, or somebody else appended first."""
    return isinstance(error, OperationalError | Conflict)


@contextmanager
def discreet() -> Iterator[None]:
    """Keep what goes wrong for whoever called, and tell Prefect its kind."""
    try:
        yield
    except Failed:
        raise
    except Exception as error:  # noqa: BLE001 - raised again, to whoever called
        working().errors.append(error)
        rule = getattr(error, "code", None)
        kind = type(error).__name__ + (f" ({rule})" if isinstance(rule, str) else "")
        raise Failed(kind, busy=is_busy(error)) from None


def _busy(_task: Any, _run: Any, state: Any) -> bool:
    error = state.result(raise_on_failure=False)
    return isinstance(error, Failed) and error.busy


@task(
    name="chunk",
    task_run_name="{label}",
    retries=RETRIES,
    retry_delay_seconds=exponential_backoff(0.2),
    retry_jitter_factor=0.5,
    retry_condition_fn=_busy,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def run_share(label: str, first: int) -> None:
    """Do a share of a phase, that begins with this chunk.  A task run of this bears the phase's name and their numbers.

    One that finds the log busy is tried again, from the chunk that it was at.  A chunk that fails, or finds the log
    busy at the last try, keeps none of those after it from being done.
    """
    work, share, scope = working(), _shares.get()[first], _scope.get()
    share.tries += 1
    for chunk in share.chunks[share.dealt :]:
        if work.stopping.is_set():
            return
        try:
            with discreet():
                done = scope.run(share.phase, chunk)
        except Failed as error:
            if error.busy and share.tries <= RETRIES:
                raise
            share.fail(scope.about, error.kind)
        else:
            work.errors.extend(failure.error for failure in done.failures)
            share.deal(done)
    if share.failures:
        raise Failed(", ".join(dict.fromkeys(failure.code for failure in share.failures)))


def run_phases(scope: Scope) -> bool:
    """Do phase after phase until nothing is due; False if it was told to stop before.  Raises Failed."""
    last = None
    token = _scope.set(scope)
    try:
        while not _told_to_stop():
            with discreet():
                phase = scope.due()
                if phase is not None and phase == last:
                    raise RuntimeError(f"phase {phase.name} of {scope.about} does not end")
            if phase is None:
                return True
            with old_left_alone():
                _run_phase(scope, phase)
            last = phase
        return False
    finally:
        _scope.reset(token)


def _run_phase(scope: Scope, phase: Phase) -> None:
    """Do every chunk of a phase; those that fail keep none of the others from being done."""
    work = working()
    name, total = getattr(phase, work.lang), len(phase.chunks)
    bar = shown.Bar(scope.about, phase, work.lang)
    told = SimpleQueue[PrefectFuture[None] | None]()
    shares = shared_out(phase, told)
    token = _shares.set(shares)
    try:
        with tags(f"phase:{phase.name}"):
            # Prefect looks through whatever a task is given: so it is a number, and not the chunks.
            tasks = {run_share.submit(f"{name} {one.numbers}/{total}", first): one for first, one in shares.items()}
    finally:
        _shares.reset(token)
    for running in tasks:
        running.add_done_callback(told.put)
    dealt, ended = 0, 0
    while ended < len(tasks) or not told.empty():
        if (future := told.get()) is not None:
            ended += 1
            _not_begun(scope, tasks[future], future.result(raise_on_failure=False))
            continue
        dealt += 1
        bar.move(dealt)
        if work.progress is not None:
            with discreet():
                work.progress(phase, dealt, total)
    failures = [failure for share in shares.values() for failure in share.failures]
    work.done.append((phase, sum(share.events for share in shares.values())))
    if failures:
        shown.failures(scope.about, phase, failures, work.lang)
        kinds = ", ".join(dict.fromkeys(one.code for one in failures))
        raise Failed(f"{scope.about}, {phase.name}: {kinds}")


def shared_out(phase: Phase, told: SimpleQueue[PrefectFuture[None] | None]) -> dict[int, Share]:
    """A phase's chunks in shares of equal size, no more than ``TASKS``; by the number of their first chunk."""
    size = -(-len(phase.chunks) // TASKS)
    return {
        at + 1: Share(phase, phase.chunks[at : at + size], at + 1, told) for at in range(0, len(phase.chunks), size)
    }


def _not_begun(scope: Scope, share: Share, result: object) -> None:
    """Prefect itself failed a task: what its share has left was not done."""
    if isinstance(result, BaseException):
        kind = result.kind if isinstance(result, Failed) else type(result).__name__
        while share.dealt < len(share.chunks):
            share.fail(scope.about, kind)


def _told_to_stop() -> bool:
    """Whether who runs us ends, or somebody pressed "cancel" in the dashboard."""
    context = FlowRunContext.get()
    if working().stopping.is_set() or context is None or context.flow_run is None:
        return True
    state = context.client.read_flow_run(context.flow_run.id).state
    return state is not None and state.type in (StateType.CANCELLING, StateType.CANCELLED)
