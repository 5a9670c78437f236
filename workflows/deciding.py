"""Which decider answers which command, and how each kind of stream folds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any

from events.envelope import Recorded
from workflows import case, cycle, district, evidence, ladder, people
from workflows.commands import (
    CastBallot,
    ChangeSettings,
    CloseSubmission,
    Command,
    Conclude,
    Correct,
    DecideStage,
    Decision,
    DeclareCatalogue,
    FinishCycle,
    Moment,
    Needs,
    Nominate,
    OpenCycle,
    OpenDistrict,
    OpenStage,
    PostNotice,
    PublishCalendar,
    PublishLadder,
    Record,
    RecordVerdicts,
    SeatPanel,
    SetClock,
    World,
)

Decider = tuple[Callable[[Any], Needs], Callable[[World, Any, Moment], Decision]]

_DISTRICT: Decider = (district.needs, district.decide)
_CYCLE: Decider = (cycle.needs, cycle.decide)
_CASE: Decider = (case.needs, case.decide)
_PEOPLE: Decider = (people.needs, people.decide)
_EVIDENCE: Decider = (evidence.needs, evidence.decide)

_DECIDERS: dict[type[Command], Decider] = {
    **dict.fromkeys((OpenDistrict, ChangeSettings, DeclareCatalogue, PublishCalendar, SetClock), _DISTRICT),
    PublishLadder: (ladder.needs, ladder.decide),
    **dict.fromkeys((OpenCycle, SeatPanel, CloseSubmission, OpenStage, PostNotice, FinishCycle), _CYCLE),
    **dict.fromkeys((Nominate, RecordVerdicts, CastBallot, DecideStage, Conclude), _CASE),
    Correct: _EVIDENCE,
}


def decider(command: Command) -> Decider:
    """What a command needs to see, and what decides it."""
    if isinstance(command, Record):
        return _PEOPLE if isinstance(command.fact, people.Fact) else _EVIDENCE
    return _DECIDERS[type(command)]


_FOLDS: dict[str, tuple[Callable[[], Any], Callable[[Any, Recorded], Any]]] = {
    "district": (district.District, district.evolve),
    "ladder": (ladder.Published, ladder.evolve),
    "cycle": (cycle.Cycle, cycle.evolve),
    "case": (case.Case, case.evolve),
}


def fold(stream: str, events: Iterable[Recorded]) -> Any:
    """The state of a stream after its events."""
    initial, evolve = _FOLDS[stream.partition("-")[0]]
    return reduce(evolve, events, initial())


def unfold(stream: str, state: Any, event: Recorded) -> Any:
    """The state after one more event."""
    return _FOLDS[stream.partition("-")[0]][1](state, event)
