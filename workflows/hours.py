"""Training hours: whether two records are of one training, and which trainings are not recognised."""

from __future__ import annotations

from events.facts import Fact, TrainingRefused, TrainingsFoundDifferent, TrainingsFoundSame
from workflows import evidence
from workflows.commands import Already, Command, Decision, Draft, Moment, Needs, Refused, Span, Target, World


class FindSame(Command):
    """The ``other`` record is of the same training as that at the position ``training``, whose words hold."""

    training: int
    other: int
    reason: str


class FindDifferent(Command):
    """The records at these positions are of two trainings."""

    training: int
    other: int
    reason: str | None = None


class RefuseTraining(Command):
    """Do not recognise the training at a position."""

    training: int
    reason: str


Asked = FindSame | FindDifferent | RefuseTraining


def needs(command: Asked) -> Needs:
    """The records that are named, and whether that was decided before."""
    if isinstance(command, RefuseTraining):
        return Needs(targets=(command.training,))
    keys = (*_same(command).business_keys(""), *_different(command).business_keys(""))
    return Needs(targets=(command.training, command.other), keys=keys)


def decide(world: World, command: Asked, moment: Moment) -> Decision:
    """What the office finds of trainings."""
    today = Span.day(moment.today)
    if isinstance(command, RefuseTraining):
        return _refuse(world, command, today)
    if command.training == command.other:
        raise Refused(
            "one record",
            f"两个位置都是 {command.training};请给出两条记录的位置",
            f"both positions are {command.training}: name two records",
        )
    one, other = _training(world, command.training), _training(world, command.other)
    stream = one.event.envelope.stream
    if stream != other.event.envelope.stream:
        raise Refused(
            "two people",
            f"位置 {command.training} 和 {command.other} 属于两个人;请核对位置",
            f"the positions {command.training} and {command.other} are of two people: check them",
        )
    same, different = _same(command), _different(command)
    apart, joined = (world.keys.get(*fact.business_keys("")) for fact in (different, same))
    fact: Fact
    if isinstance(command, FindDifferent):
        if apart is not None:
            return Already(apart.position)
        fact = different
    else:
        if apart is not None:
            raise Refused(
                "different",
                f"这两条已在位置 {apart.position} 判定为不同的培训,不再合并;要只算一条,请作废另一条",
                f"these were found to be two trainings at position {apart.position}, which is final: "
                "if only one is to count, void the other",
            )
        if joined is not None:
            return Already(joined.position)
        for target in (one, other):
            if target.voided:
                raise evidence.is_voided(target.event.position)
        fact = same
    return [Draft(stream, today, fact, causation=other.event.envelope.id)]


def _refuse(world: World, command: RefuseTraining, today: Span) -> Decision:
    target = _training(world, command.training)
    if target.refused:
        return Already(target.refused)
    if target.voided:
        raise evidence.is_voided(command.training)
    fact = TrainingRefused(training=command.training, reason=command.reason)
    return [Draft(target.event.envelope.stream, today, fact, causation=target.event.envelope.id)]


def _training(world: World, position: int) -> Target:
    target = world.targets.get(position)
    if target is None or not isinstance(target.event.fact, evidence.Trained):
        raise evidence.no_evidence(position)
    return target


def _same(command: FindSame | FindDifferent) -> TrainingsFoundSame:
    return TrainingsFoundSame(training=command.training, other=command.other, reason=command.reason or "")


def _different(command: FindSame | FindDifferent) -> TrainingsFoundDifferent:
    return TrainingsFoundDifferent(training=command.training, other=command.other, reason=command.reason)
