"""Evidence: what a subject did, recorded, recognised, corrected, voided."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass
from decimal import Decimal

from events.facts import (
    NUMBER,
    UNSCALED,
    Amount,
    Catalogue,
    EvaluationRecorded,
    EvidenceCorrected,
    EvidenceRecorded,
    EvidenceVoided,
    Fact,
    ReflectionSelected,
    ReflectionSubmitted,
    Source,
    TrainingAlsoReported,
    TrainingRecognised,
    TrainingRecorded,
)
from workflows import district, rows
from workflows.commands import Already, Correct, Decision, Draft, Moment, Needs, Record, Refused, Span, World
from workflows.repeats import Again

Trained = TrainingRecorded | TrainingAlsoReported
"""Reports of a training."""
Kept = Trained | EvaluationRecorded | ReflectionSubmitted | ReflectionSelected | EvidenceRecorded
"""Facts that are evidence."""
COMPETENCES = ("ethics", "theory", "teaching", "research")
LONGEST_TERM = 60
"""Characters of a term that no scale declares: rules count by it, and it is no place for names."""
AMOUNT = "amount"
"""The name of the one amount of evidence that is no evaluation."""


@dataclass(frozen=True)
class Item:
    """One piece of evidence in a fact: its number there, the name of its amount, kind, attributes and amount."""

    number: int
    name: str
    kind: str
    attributes: dict[str, str]
    amount: Amount | None


def items(fact: Fact) -> tuple[Item, ...]:
    """The evidence in a fact; none for a fact that is no evidence."""
    match fact:
        case TrainingRecorded() | TrainingAlsoReported():
            said = {"category": fact.category, "level": fact.level}
            return (Item(0, AMOUNT, "training", {name: term for name, term in said.items() if term}, fact.hours),)
        case EvaluationRecorded():
            return tuple(
                Item(number, competence, "evaluation", {"competence": competence}, score)
                for number, competence in enumerate(COMPETENCES)
                if (score := getattr(fact, competence)) is not None
            )
        case ReflectionSubmitted():
            return (Item(0, AMOUNT, "reflection", {"level": "submitted", "work": fact.work}, None),)
        case ReflectionSelected():
            return (Item(0, AMOUNT, "reflection", {"level": fact.level, "work": fact.work}, None),)
        case EvidenceRecorded():
            return (Item(0, AMOUNT, fact.kind, fact.attributes, fact.amount),)
    return ()


def corrected(original: Fact, correction: EvidenceCorrected) -> tuple[Item, ...]:
    """The evidence of a fact as a correction has it; of an evaluation only the competences that it scores."""
    said, amounts = correction.attributes, correction.amounts
    if isinstance(original, EvaluationRecorded):
        return tuple(
            Item(number, competence, "evaluation", {**said, "competence": competence}, amounts[competence])
            for number, competence in enumerate(COMPETENCES)
            if competence in amounts
        )
    return tuple(Item(one.number, one.name, one.kind, dict(said), amounts.get(one.name)) for one in items(original))


def is_plain(fact: Fact) -> bool:
    """Whether a record of evidence is decided by its row, its subject, its day and the catalogue alone."""
    if isinstance(fact, TrainingRecorded):
        return not fact.failed
    return isinstance(fact, EvaluationRecorded | ReflectionSubmitted | ReflectionSelected | EvidenceRecorded)


def shape(fact: Fact) -> Hashable | None:
    """What a catalogue is asked about plain evidence: it takes all that is of one shape, or none of it.

    None for what hardly any other is like.
    """
    match fact:
        case TrainingRecorded(hours=hours):
            return TrainingRecorded, fact.category, fact.level, hours.value, hours.scale, hours.unit
        case EvaluationRecorded():
            return EvaluationRecorded, fact.ethics, fact.theory, fact.teaching, fact.research
        case EvidenceRecorded(lasts_until=None, attributes=said) if "work" not in said:
            return EvidenceRecorded, fact.kind, tuple(sorted(said.items())), fact.amount
    return None


def needs(command: Record | Correct) -> Needs:
    """The subject, the row, the evidence that is named, and the district's catalogue."""
    fact = command.fact
    targets: tuple[int, ...] = ()
    if isinstance(command, Correct):
        targets = (command.target,)
    elif isinstance(fact, TrainingRecognised):
        targets = (fact.training,)
    elif isinstance(fact, EvidenceVoided):
        targets = (fact.target,)
    stream = f"subject-{command.subject}" if isinstance(command, Record) else ""
    keys = (*rows.key(getattr(fact, "source", None)), *fact.business_keys(stream))
    return Needs(
        streams=(district.STREAM,),
        subjects=(command.subject,) if isinstance(command, Record) else (),
        keys=keys,
        targets=targets,
    )


def decide(world: World, command: Record | Correct, moment: Moment) -> Decision:
    """Record evidence, or what became of it."""
    fact = command.fact
    if isinstance(command, Correct):
        return _correct(world, command, moment)
    if isinstance(fact, (TrainingRecognised, EvidenceVoided)):
        return _follow_up(world, command, fact)
    if not isinstance(fact, Kept):
        raise TypeError(f"{fact.TYPE} is no evidence")
    if (done := rows.held(world.keys, fact.source)) is not None:
        return done
    if isinstance(fact, TrainingRecorded) and fact.identity is not None:
        fact = _once(world, fact, f"training/subject-{command.subject}/{fact.identity}")
    subject = world.subjects.get(command.subject)
    if subject is None or (subject.kind == "unit" and not isinstance(fact, EvidenceRecorded)):
        raise Refused(
            "unknown subject",
            "没有登记这个人员、工作室或单位;请先导入",
            "no such person, studio or unit: import it first",
        )
    _has_come(command, moment)
    catalogue = world.states[district.STREAM].catalogue
    for item in items(fact):
        fits(item, catalogue)
    _lasts(fact, command.occurred, catalogue)
    return [Draft(f"subject-{command.subject}", command.occurred, fact)]


def _once(world: World, fact: TrainingRecorded, key: str) -> TrainingRecorded | TrainingAlsoReported:
    """The training as its first report, or as one more of a training that is recorded already."""
    held = world.keys.get(key)
    if held is None:
        return fact
    said = {name: getattr(fact, name) for name in TrainingAlsoReported.model_fields if name != "training"}
    return TrainingAlsoReported(training=held.position, **said)


def _has_come(command: Record | Correct, moment: Moment) -> None:
    if command.occurred.first > moment.today:
        raise Refused(
            "future",
            f"日期 {command.occurred.first} 还没有到(今天是 {moment.today});请核对日期,或到时再登记",
            f"{command.occurred.first} has not come yet (today is {moment.today}): check it, or record it then",
        )


def _correct(world: World, command: Correct, moment: Moment) -> Decision:
    target, fact = world.targets.get(command.target), command.fact
    if target is None or not isinstance(target.event.fact, Kept):
        raise no_evidence(command.target)
    if target.voided:
        raise is_voided(command.target)
    if (was := _kind(target.event.fact)) != _kind(fact):
        raise Refused(
            "other kind",
            f"位置 {command.target} 是“{was}”,不能更正为另一类;请作废后重新登记",
            f'position {command.target} is "{was}": void it and record the other kind anew',
        )
    source: Source | None = getattr(fact, "source", None)
    held = world.keys.get(f"row/{source.key}") if source else None
    if held is not None and held.position != command.target:
        raise Refused(
            "other record",
            f"这一行登记在位置 {held.position},不是 {command.target};请更正那一条",
            f"this row is recorded at position {held.position}, not at {command.target}: correct that one",
        )
    if held is not None and source is not None and held.content == source.content:
        return Already(held.position)
    _has_come(command, moment)
    catalogue = world.states[district.STREAM].catalogue
    found = items(fact)
    for item in found:
        fits(item, catalogue)
    _lasts(fact, command.occurred, catalogue)
    attributes = dict(found[0].attributes) if found else {}
    attributes.pop("competence", None)
    correction = EvidenceCorrected(
        target=command.target,
        attributes=attributes,
        amounts={item.name: item.amount for item in found if item.amount is not None},
        recognised=fact.recognised if isinstance(fact, Trained) else None,
        title=getattr(fact, "title", None),
        reason=command.reason,
        source=source,
        lasts_until=getattr(fact, "lasts_until", None),
    )
    return [Draft(target.event.envelope.stream, command.occurred, correction, causation=target.event.envelope.id)]


def _follow_up(world: World, command: Record, fact: TrainingRecognised | EvidenceVoided) -> Decision:
    position = fact.training if isinstance(fact, TrainingRecognised) else fact.target
    target = world.targets.get(position)
    refused = target.refused if target is not None else 0
    if isinstance(fact, TrainingRecognised) and refused:
        fact = TrainingRecognised(training=position, after=refused)
    for key in fact.business_keys(""):
        if (held := world.keys.get(key)) is not None:
            return Again(held.position) if isinstance(fact, TrainingRecognised) else Already(held.position)
    wanted = Trained if isinstance(fact, TrainingRecognised) else Kept
    if target is None or not isinstance(target.event.fact, wanted):
        raise no_evidence(position)
    if target.event.envelope.stream != f"subject-{command.subject}":
        raise other_subject()
    if isinstance(fact, TrainingRecognised):
        if target.voided:
            raise is_voided(position)
        if target.event.fact.recognised and fact.after is None:
            return Already(position)
    return [Draft(target.event.envelope.stream, command.occurred, fact, causation=target.event.envelope.id)]


def _kind(fact: Fact) -> str:
    """What kind of evidence a fact is: its stored name, with the catalogue's kind where that may vary."""
    if isinstance(fact, TrainingAlsoReported):
        return TrainingRecorded.TYPE
    return f"{fact.TYPE}: {fact.kind}" if isinstance(fact, EvidenceRecorded) else fact.TYPE


def no_evidence(position: int) -> Refused:
    return Refused(
        "no such evidence",
        f"位置 {position} 没有这样的佐证;请在成长档案里核对位置",
        f"there is no such evidence at position {position}: look up its position in the subject's history",
    )


def other_subject() -> Refused:
    return Refused(
        "other subject",
        "这条记录属于另一个人;请核对位置和人员",
        "that record belongs to another subject: check position and subject",
    )


def is_voided(position: int) -> Refused:
    return Refused(
        "voided",
        f"位置 {position} 的佐证已作废;请用另一个记录编号重新登记",
        f"the evidence at position {position} was voided: record it anew under another record number",
    )


def fits(item: Item, catalogue: Catalogue) -> None:
    """Refuse what the catalogue does not declare: kind, attribute, term, amount."""
    kind = catalogue.kinds.get(item.kind)
    if kind is None:
        raise Refused(
            "unknown kind",
            f"没有佐证类型“{item.kind}”;可用:{'、'.join(k.zh for k in catalogue.kinds.values())}",
            f'there is no evidence kind "{item.kind}"; declared: {", ".join(catalogue.kinds)}',
        )
    for name, term in item.attributes.items():
        scale = kind.attributes.get(name)
        if scale is None:
            raise Refused(
                "unknown attribute",
                f"{kind.zh}没有“{name}”这一项;可用:{'、'.join(kind.attributes)}",
                f'{item.kind} has no attribute "{name}"; it has: {", ".join(kind.attributes)}',
            )
        if scale == "text" and len(term) > LONGEST_TERM:
            raise Refused(
                "long term",
                f"{kind.zh}的“{name}”太长,最多 {LONGEST_TERM} 个字;名称和说明请放在名称一栏",
                f"{item.kind}: {name} is longer than {LONGEST_TERM} characters; names belong in the title",
            )
        if scale == "number" and not re.fullmatch(NUMBER, term):
            raise Refused(
                "whole number",
                f"{kind.zh}的“{name}”应为整数,最多 9 位(如 0、45),不是“{term}”;请更正",
                f'{item.kind}: {name} is a whole number of at most nine digits (0, 45), not "{term}": correct it',
            )
        if scale not in UNSCALED and term not in (terms := [one.id for one in catalogue.scales[scale].terms]):
            raise Refused(
                "unknown term",
                f"{kind.zh}的{catalogue.scales[scale].zh}没有“{term}”;"
                f"可用:{'、'.join(one.zh for one in catalogue.scales[scale].terms)}",
                f'{item.kind}: "{term}" is not one of {", ".join(terms)}',
            )
    _amount_fits(item, catalogue)


def _lasts(fact: Fact, occurred: Span, catalogue: Catalogue) -> None:
    """Refuse an end of what does not last, or one before its beginning."""
    until = fact.lasts_until if isinstance(fact, EvidenceRecorded) else None
    if until is None or not isinstance(fact, EvidenceRecorded):
        return
    kind = catalogue.kinds[fact.kind]
    if not kind.lasting:
        raise Refused(
            "does not last",
            f"{kind.zh}只有一个日期,没有结束日期;请去掉结束日期,或在佐证目录里写 lasting: true",
            f"{fact.kind} has a day and no end: leave the end out, or declare it lasting in the catalogue",
        )
    if until < occurred.last:
        raise Refused(
            "days",
            f"结束日期 {until} 早于开始日期 {occurred.last};请核对日期",
            f"it ends on {until}, before it begins on {occurred.last}: check the days",
        )


def _amount_fits(item: Item, catalogue: Catalogue) -> None:
    kind = catalogue.kinds[item.kind]
    if kind.amount is None:
        if item.amount is not None:
            raise Refused("amount", f"{kind.zh}不记数量;请去掉数量", f"{item.kind} carries no amount: leave it out")
        return
    if item.amount is None:
        raise Refused("amount", f"{kind.zh}缺少数量;请填上", f"{item.kind} needs an amount: give it")
    most = kind.amount.most
    if item.amount.unit != kind.amount.unit or item.amount.value < 0 or item.amount.number > most:
        raise Refused(
            "amount",
            f"{item.amount.number} 不在 0 到 {most} 之间;请核对数量和单位",
            f"{item.amount.number} {item.amount.unit} is not between 0 and {most} {kind.amount.unit}: check it",
        )
    try:
        item.amount.at(kind.amount.scale)
    except ValueError as error:
        raise Refused(
            "amount",
            f"{item.amount.number} 的小数超过 {kind.amount.scale} 位;请核对",
            f"{item.amount.number} has more than {kind.amount.scale} decimal places: check it",
        ) from error


def exact(number: Decimal, unit: str) -> Amount:
    """An amount as a command states it; Refused where it has too many decimal places."""
    try:
        return Amount.of(number, unit)
    except ValueError as error:
        raise Refused("amount", f"{number} 的小数位数太多;请核对", f"{error}: check it") from error
