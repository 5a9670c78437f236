"""An import undone: each event that it recorded is taken back by an event, while nothing rests on it."""

from __future__ import annotations

from events.facts import (
    EvaluationRecorded,
    EvidenceCorrected,
    EvidenceRecorded,
    EvidenceVoided,
    Fact,
    MemberJoined,
    MemberLeft,
    MentorPaired,
    MentorParted,
    PersonHired,
    PersonLeft,
    PersonMoved,
    ReflectionSelected,
    ReflectionSubmitted,
    StandingTakenOver,
    StudioFounded,
    TakenBack,
    TrainingAlsoReported,
    TrainingCalledOff,
    TrainingNumbered,
    TrainingOfferChanged,
    TrainingOffered,
    TrainingRecognised,
    TrainingRecorded,
    UnitEstablished,
)
from workflows import people
from workflows.commands import Already, Command, Decision, Draft, Moment, Needs, Refused, Span, World

TAKEN = (
    UnitEstablished, PersonHired, PersonMoved, PersonLeft, StudioFounded, StandingTakenOver,
    MemberJoined, MemberLeft, MentorPaired, MentorParted,
    TrainingRecorded, TrainingAlsoReported, EvaluationRecorded, ReflectionSubmitted, ReflectionSelected,
    EvidenceRecorded, EvidenceCorrected, EvidenceVoided, TrainingRecognised,
    TrainingNumbered,
    TrainingOffered, TrainingOfferChanged, TrainingCalledOff,
)  # fmt: skip
"""Facts that can be taken back: those that a file tells, but for nominations (which are withdrawn), panels and
ballots."""


class TakeBack(Command):
    """Take back the event at a position, of this stream and of this stored name, which the import ``undoes`` recorded.

    ``correlation`` is what the undo is called.
    """

    target: int
    stream: str
    fact: str
    undoes: str
    reason: str | None = None


Asked = TakeBack
_TYPES = {fact.TYPE: fact for fact in TAKEN}


def may_be_taken(fact: str) -> bool:
    """Whether facts of a stored name can be taken back."""
    return fact in _TYPES


def begins(fact: str) -> bool:
    """Whether facts of a stored name begin a subject."""
    return _TYPES.get(fact) in people.BEGINS


def needs(command: TakeBack) -> Needs:
    """What is taken back; of a subject that began with it, what else is told of it; of a title, what became of it."""
    subject = command.stream.removeprefix("subject-")
    return Needs(
        targets=(command.target,),
        keys=(f"taken back/{command.target}",),
        streams=(command.stream,) if command.stream.startswith("training-") else (),
        referred=(subject,) if begins(command.fact) else (),
        standings=(subject,) if command.fact == StandingTakenOver.TYPE else (),
    )


def decide(world: World, command: TakeBack, moment: Moment) -> Decision:
    """Take it back, unless it is already, or cannot be."""
    if (held := world.keys.get(f"taken back/{command.target}")) is not None:
        return Already(held.position)
    target = world.targets.get(command.target)
    at = f"{command.target:,}"
    if target is None or command.fact != target.event.fact.TYPE or target.event.envelope.stream != command.stream:
        raise Refused(
            "nothing to take back",
            f"位置 #{at} 没有“{command.fact}”这样的记录;用 jieti imports 查看导入记录",
            f'at #{at} there is no "{command.fact}": jieti imports lists what was imported',
        )
    event = target.event
    if event.envelope.correlation != command.undoes:
        raise Refused(
            "another import",
            f"#{at} 不是导入 {command.undoes} 记录的;用 jieti imports 查看导入记录",
            f"#{at} was not recorded by the import {command.undoes}: jieti imports lists them",
        )
    if not isinstance(event.fact, TAKEN):
        raise Refused(
            "not taken back",
            f"#{at} 是“{command.fact}”,不能随导入撤销;评审组和表决在周期里办理(jieti cycle --help)",
            f'#{at} is a "{command.fact}", which no undo takes back: panels and ballots are changed in their cycle '
            "(jieti cycle --help)",
        )
    _nothing_rests(world, command, event.fact)
    fact = TakenBack(target=command.target, undoes=command.undoes, reason=command.reason)
    return [Draft(event.envelope.stream, Span.day(moment.today), fact, causation=event.envelope.id)]


def _nothing_rests(world: World, command: TakeBack, fact: Fact) -> None:
    subject = command.stream.removeprefix("subject-")
    if type(fact) in people.BEGINS and (others := world.referred.get(subject)):
        raise Refused(
            "referred to",
            f"还有别的记录与它有关(如 #{min(others):,}),不能当作没有登记过;请先处理那些记录",
            f"other records tell of it (such as #{min(others):,}), so it cannot be taken back: see to those first",
        )
    if isinstance(fact, StandingTakenOver):
        held = next((one for one in world.standings.get(subject, ()) if one.position == command.target), None)
        if held is not None and held.state not in ("held", "succeeded"):
            raise Refused(
                "title ended",
                f"这个称号(#{command.target:,})后来有了处理(到期、暂停、撤销或降级),不能当作没有承认过;"
                "请用 jieti standing 办理",
                f"something became of this title (#{command.target:,}) since: it lapsed, was suspended, revoked or "
                "demoted, so it cannot be taken back: see jieti standing",
            )
