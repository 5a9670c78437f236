"""Training hours: what a year asks, whether two records are of one training, and which trainings are not recognised."""

from __future__ import annotations

from decimal import Decimal

from events.facts import (
    Fact,
    HoursOf,
    HoursRules,
    HoursRulesDecided,
    TrainingNumbered,
    TrainingRefused,
    TrainingsFoundDifferent,
    TrainingsFoundSame,
)
from workflows import district, evidence
from workflows.commands import Already, Command, Decision, Draft, Moment, Needs, Refused, Span, Target, World
from workflows.repeats import Again


class FindSame(Command):
    """The ``other`` record is of the same training as that at the position ``training``, whose words hold."""

    training: int
    other: int
    reason: str


class NumberTraining(Command):
    """Say which number a person's training has everywhere that was recorded without it: what names it, and the text."""

    subject: str
    training: int
    identity: str
    number: str | None = None


class FindDifferent(Command):
    """The records at these positions are of two trainings."""

    training: int
    other: int
    reason: str | None = None


class RefuseTraining(Command):
    """Do not recognise the training at a position."""

    training: int
    reason: str


class DecideHours(Command):
    """Decide what is asked of training hours from a year on."""

    rules: HoursRules


Asked = NumberTraining | FindSame | FindDifferent | RefuseTraining | DecideHours


def needs(command: Asked) -> Needs:
    """The records that are named, and whether that was decided before."""
    if isinstance(command, DecideHours):
        return Needs(streams=(district.STREAM,))
    if isinstance(command, RefuseTraining):
        return Needs(targets=(command.training,))
    if isinstance(command, NumberTraining):
        return Needs(targets=(command.training,), keys=_numbered(command).business_keys(f"subject-{command.subject}"))
    keys = (*_same(command).business_keys(""), *_different(command).business_keys(""))
    return Needs(targets=(command.training, command.other), keys=keys)


def decide(world: World, command: Asked, moment: Moment) -> Decision:
    """What the office finds of trainings."""
    today = Span.day(moment.today)
    if isinstance(command, RefuseTraining):
        return _refuse(world, command, today)
    if isinstance(command, NumberTraining):
        return _number(world, command, today)
    if isinstance(command, DecideHours):
        return _rules(world.states[district.STREAM], command.rules, today)
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
            return Again(apart.position, {"reason": command.reason})
        fact = different
    else:
        if apart is not None:
            raise Refused(
                "different",
                f"这两条已在位置 {apart.position} 判定为不同的培训,不再合并;要只算一条,请作废另一条",
                f"these were found to be two trainings at position {apart.position}, which is final: "
                "if only one is to count, void the other",
            )
        held = max(one.held, other.held)
        if joined is not None and one.right and one.right == held:
            # What holds may have been found of another record of this training, for a reason of its own.
            return Again(one.right, {"reason": command.reason}, about={"other": command.other})
        for target in (one, other):
            if target.voided:
                raise evidence.is_voided(target.event.position)
        fact = same if joined is None else same.model_copy(update={"after": held or joined.position})
    return [Draft(stream, today, fact, causation=other.event.envelope.id)]


def _number(world: World, command: NumberTraining, today: Span) -> Decision:
    """Another training of that number is not taken for this one: whether they are the same, the office says."""
    target, stream = _training(world, command.training), f"subject-{command.subject}"
    fact = _numbered(command)
    if target.event.envelope.stream != stream:
        raise evidence.other_subject()
    if (held := world.keys.get(*fact.business_keys(stream))) is not None:
        if held.position in (command.training, target.training):
            return Already(held.position)
        raise Refused(
            "numbered",
            f"这个培训编号已经是 #{held.position:,} 的;是同一次培训,就用 jieti hours same {held.position} "
            f"{command.training} 判定",
            f"#{held.position:,} has this number: if they are one training, find them the same with "
            f"jieti hours same {held.position} {command.training}",
        )
    if target.voided:
        raise evidence.is_voided(command.training)
    return [Draft(stream, today, fact, causation=target.event.envelope.id)]


def _numbered(command: NumberTraining) -> TrainingNumbered:
    return TrainingNumbered(training=command.training, identity=command.identity, number=command.number)


def _refuse(world: World, command: RefuseTraining, today: Span) -> Decision:
    target = _training(world, command.training)
    if target.refused:
        mend = (
            "要改,请先认定(jieti hours recognise),再不予认定",
            "To change that, recognise it first, jieti hours recognise, and refuse it anew",
        )
        return Again(target.refused, {"reason": command.reason}, mend=mend)
    if target.voided:
        raise evidence.is_voided(command.training)
    fact = TrainingRefused(training=command.training, reason=command.reason)
    return [Draft(target.event.envelope.stream, today, fact, causation=target.event.envelope.id)]


def _rules(state: district.District, rules: HoursRules, today: Span) -> Decision:
    for at, one in reversed(state.hours):
        if one.since == rules.since:
            if one == rules:
                return Again(at, mend=("见 jieti hours rules", "jieti hours rules shows them"))
            break
    if (rules.since.month, rules.since.day) == (2, 29):
        raise Refused(
            "first day", "每年的第一天不能是 2 月 29 日;请换一天", "no year begins on 29 February: choose a day"
        )
    if not rules.basis.strip():
        raise Refused(
            "basis",
            "缺少依据;请写明文号,没有文件就写 assumed",
            "the basis is missing: name the document, or write assumed",
        )
    kind = state.catalogue.kinds.get("training")
    scale = state.catalogue.scales.get(kind.attributes.get("category", "")) if kind else None
    terms = {one.id: one.zh for one in scale.terms} if scale else {}
    for name in rules.categories:
        if name not in terms:
            said = "、".join(f"{term}({zh})" for term, zh in terms.items())
            raise Refused(
                "unknown term",
                f"培训没有类别“{name}”;可用:{said}",
                f'there is no training category "{name}"; declared: {", ".join(terms)}',
            )
    places = kind.amount.scale if kind and kind.amount else 0
    every = [HoursOf(minimum=rules.minimum, most=rules.most), *rules.categories.values()]
    for bounds in every:
        _fits(bounds, places)
    least = sum((one.minimum or Decimal() for one in rules.categories.values()), Decimal())
    if rules.most is not None and least > rules.most:
        raise Refused(
            "bounds",
            f"各类最低学时共 {least},超过全年封顶 {rules.most};请核对",
            f"the categories ask {least} together, and only {rules.most} count in a year: check them",
        )
    return [Draft(district.STREAM, today, HoursRulesDecided(rules=rules), expected=state.version)]


def _fits(one: HoursOf, places: int) -> None:
    if one.minimum is not None and one.most is not None and one.minimum > one.most:
        raise Refused(
            "bounds",
            f"最低 {one.minimum} 学时多于封顶 {one.most};请核对",
            f"{one.minimum} hours are asked and only {one.most} count: check them",
        )
    for number in (one.minimum, one.most):
        try:
            if number is not None:
                evidence.exact(number, "hour").at(places)
        except ValueError as error:
            raise Refused(
                "amount",
                f"{number} 的小数超过 {places} 位;请核对",
                f"{number} has more than {places} decimal places: check it",
            ) from error


def _training(world: World, position: int) -> Target:
    target = world.targets.get(position)
    if target is None or not isinstance(target.event.fact, evidence.Trained):
        raise evidence.no_evidence(position)
    return target


def _same(command: FindSame | FindDifferent) -> TrainingsFoundSame:
    return TrainingsFoundSame(training=command.training, other=command.other, reason=command.reason or "")


def _different(command: FindSame | FindDifferent) -> TrainingsFoundDifferent:
    return TrainingsFoundDifferent(training=command.training, other=command.other, reason=command.reason)
