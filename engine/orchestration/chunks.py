"""What flows do: phase after phase, in chunks of a cohort that run as tasks, with retries, progress and failures."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any

from prefect import tags, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import StateType
from prefect.context import FlowRunContext
from prefect.futures import as_completed
from prefect.tasks import exponential_backoff
from sqlalchemy.exc import OperationalError

from engine.advance import Phase, Progress
from engine.district import District
from engine.orchestration import shown
from engine.orchestration.shown import Lang
from engine.sweep import Done, Failure
from events.log import Conflict

RETRIES = 6
"""Of a chunk that found the log busy, after about 0.2, 0.4, 0.8 … seconds."""


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


_work: ContextVar[Work] = ContextVar("work")
_scope: ContextVar[Scope] = ContextVar("scope")
"""Both reach the threads of tasks: Prefect runs a task in a copy of the context that submitted it."""


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

    def __init__(self, kind: str, *, busy: bool = False, done: Done | None = None) -> None:
        self.kind, self.busy, self.done = kind, busy, done
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
def run_chunk(label: str, phase: Phase, chunk: tuple[str, ...]) -> int:
    """Do a chunk; how many events that appended.  A task run of this bears the phase's name and the chunk's number."""
    work = working()
    if work.stopping.is_set():
        return 0
    with discreet():
        done = _scope.get().run(phase, chunk)
    if done.failures:
        work.errors.extend(failure.error for failure in done.failures)
        codes = ", ".join(dict.fromkeys(failure.code for failure in done.failures))
        raise Failed(codes, done=done)
    return done.events


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
    each = replace(phase, chunks=())  # Prefect looks through whatever a task is given
    with tags(f"phase:{phase.name}"):
        chunks = {
            run_chunk.submit(f"{name} {number}/{total}", each, chunk): chunk
            for number, chunk in enumerate(phase.chunks, 1)
        }
    failures, events = list[Failure](), 0
    for finished, future in enumerate(as_completed(list(chunks)), 1):
        result = future.result(raise_on_failure=False)
        if isinstance(result, int):
            events += result
        else:
            done = _what_was_done(scope, phase, chunks[future], result)
            events += done.events
            failures += done.failures
        bar.move(finished)
        if work.progress is not None:
            with discreet():
                work.progress(phase, finished, total)
    work.done.append((phase, events))
    if failures:
        shown.failures(scope.about, phase, failures, work.lang)
        kinds = ", ".join(dict.fromkeys(one.code for one in failures))
        raise Failed(f"{scope.about}, {phase.name}: {kinds}")


def _what_was_done(scope: Scope, phase: Phase, chunk: tuple[str, ...], error: BaseException) -> Done:
    """What a chunk came to that failed: what it says itself, else that nothing of it was done."""
    if isinstance(error, Failed) and error.done is not None:
        return error.done
    kind = error.kind if isinstance(error, Failed) else type(error).__name__
    return Done(0, (Failure(scope.about, scope.about, phase.name, chunk, kind, kind, kind, RuntimeError(kind)),))


def _told_to_stop() -> bool:
    """Whether who runs us ends, or somebody pressed "cancel" in the dashboard."""
    context = FlowRunContext.get()
    if working().stopping.is_set() or context is None or context.flow_run is None:
        return True
    state = context.client.read_flow_run(context.flow_run.id).state
    return state is not None and state.type in (StateType.CANCELLING, StateType.CANCELLED)
