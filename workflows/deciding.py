"""Which decider answers which command, who may ask, and how each kind of stream folds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any, get_args

from events.envelope import Recorded
from workflows import (
    ballots,
    case,
    conclusion,
    correcting,
    cycle,
    dispensation,
    district,
    erasing,
    evidence,
    grades,
    hours,
    ladder,
    nomination,
    objection,
    offers,
    panel,
    people,
    places,
    rebasing,
    rounds,
    schedule,
    signing,
    stage,
    standing,
    undoing,
)
from workflows.commands import Command, Correct, Decision, Moment, Needs, Record, Refused, World

Decider = tuple[Callable[[Any], Needs], Callable[[World, Any, Moment], Decision]]

_PEOPLE: Decider = (people.needs, people.decide)
_EVIDENCE: Decider = (evidence.needs, evidence.decide)
_ANSWERED: tuple[tuple[Any, Decider], ...] = (
    (district.Asked, (district.needs, district.decide)),
    (ladder.Asked, (ladder.needs, ladder.decide)),
    (Correct, _EVIDENCE),
    (cycle.Asked, (cycle.needs, cycle.decide)),
    (panel.Asked, (panel.needs, panel.decide)),
    (nomination.Asked, (nomination.needs, nomination.decide)),
    (ballots.Asked, (ballots.needs, ballots.decide)),
    (stage.Asked, (stage.needs, stage.decide)),
    (rounds.Asked, (rounds.needs, rounds.decide)),
    (places.Asked, (places.needs, places.decide)),
    (grades.Asked, (grades.needs, grades.decide)),
    (objection.Asked, (objection.needs, objection.decide)),
    (conclusion.Asked, (conclusion.needs, conclusion.decide)),
    (standing.Asked, (standing.needs, standing.decide)),
    (correcting.Asked, (correcting.needs, correcting.decide)),
    (dispensation.Asked, (dispensation.needs, dispensation.decide)),
    (schedule.Asked, (schedule.needs, schedule.decide)),
    (offers.Asked, (offers.needs, offers.decide)),
    (rebasing.Asked, (rebasing.needs, rebasing.decide)),
    (hours.Asked, (hours.needs, hours.decide)),
    (signing.Asked, (signing.needs, signing.decide)),
    (erasing.Asked, (erasing.needs, erasing.decide)),
    (undoing.Asked, (undoing.needs, undoing.decide)),
)
"""What each decider is asked: a command, or several."""
_DECIDERS: dict[type[Command], Decider] = {
    command: decider for asked, decider in _ANSWERED for command in get_args(asked) or (asked,)
}


def decider(command: Command) -> Decider:
    """What a command needs to see, and what decides it.

    Whoever acts for another names the document (文号) that lets them, whatever they ask.
    """
    if command.asking.on_behalf_of is not None and not (command.asking.authority or "").strip():
        return _nothing, _unauthorised
    if isinstance(command, Record):
        return _PEOPLE if isinstance(command.fact, people.Fact) else _EVIDENCE
    return _DECIDERS[type(command)]


def _nothing(command: Command) -> Needs:
    return Needs()


def _unauthorised(world: World, command: Command, moment: Moment) -> Decision:
    raise Refused(
        "authority",
        "代他人办理,要有授权文件;请写明文号",
        "acting for somebody else needs the document that allows it: give its number as the authority",
    )


_FOLDS: dict[str, tuple[Callable[[], Any], Callable[[Any, Recorded], Any]]] = {
    "district": (district.District, district.evolve),
    "ladder": (ladder.Published, ladder.evolve),
    "cycle": (cycle.Cycle, cycle.evolve),
    "case": (case.not_yet, case.evolve),
    "subject": (dispensation.Dispensations, dispensation.evolve),
    "schedule": (schedule.Schedule, schedule.evolve),
    "training": (offers.Offer, offers.evolve),
}


def fold(stream: str, events: Iterable[Recorded]) -> Any:
    """The state of a stream after its events."""
    initial, evolve = _FOLDS[stream.partition("-")[0]]
    return reduce(evolve, events, initial())


def unfold(stream: str, state: Any, event: Recorded) -> Any:
    """The state after one more event."""
    return _FOLDS[stream.partition("-")[0]][1](state, event)
