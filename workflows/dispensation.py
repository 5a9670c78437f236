"""Dispensations: a clause lowered or waived for one subject and a time, by a document; and their early end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from events.envelope import Recorded
from events.facts import CorrectionOpened, DispensationEnded, DispensationGranted, OfCorrection
from ladders.model.ladder import Clause, Compare, Ladder
from workflows import correcting, evidence, ladder
from workflows.acts import EndDispensation, GrantDispensation
from workflows.commands import Decision, Draft, Moment, Needs, Refused, Span, Subject, World
from workflows.nomination import kind_of
from workflows.repeats import Again

Asked = GrantDispensation | EndDispensation
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Dispensed:
    """A dispensation as it stands: ``at_least`` is the lowered number, None waives the clause."""

    ladder: str
    clause: str
    at_least: Decimal | None
    first: date
    until: date | None
    ended: int | None = None
    """The position of the event that ended it early."""

    def overlaps(self, first: date, until: date | None) -> bool:
        """Whether it is in force on any of these days; one that ended before it began is not."""
        last = self.until or date.max
        return self.first <= last and self.first <= (until or date.max) and first <= last


@dataclass(frozen=True)
class Dispensations:
    """A subject's dispensations, by the positions that granted them; and the corrections of decisions about it."""

    version: int = 0
    granted: Mapping[int, Dispensed] = field(default_factory=dict)
    corrections: correcting.Corrections = field(default_factory=dict)


def evolve(state: Dispensations, event: Recorded) -> Dispensations:
    """The dispensations after one more event of the subject's stream."""
    state, day = replace(state, version=event.envelope.version), event.envelope.occurred_from
    match event.fact:
        case DispensationGranted() as fact:
            number = None if fact.at_least is None else fact.at_least.number
            one = Dispensed(fact.ladder, fact.clause, number, day, fact.until)
            return replace(state, granted={**state.granted, event.position: one})
        case DispensationEnded(dispensation=at):
            one = replace(state.granted[at], until=day - _DAY, ended=event.position)
            return replace(state, granted={**state.granted, at: one})
        case CorrectionOpened() | OfCorrection():
            return replace(state, corrections=correcting.evolve(state.corrections, event))
    return state


def stream(subject: str) -> str:
    """The stream that a subject's dispensations are in."""
    return f"subject-{subject}"


def needs(command: Asked) -> Needs:
    """The subject and its dispensations; for a new one the ladder, too."""
    own = stream(command.subject)
    if isinstance(command, EndDispensation):
        return Needs(streams=(own,))
    return Needs(streams=(own, ladder.stream(command.ladder)), subjects=(command.subject,), units=True)


def decide(world: World, command: Asked, moment: Moment) -> Decision:
    """Grant a dispensation that the ladder allows, or end one."""
    state: Dispensations = world.states[stream(command.subject)]
    if isinstance(command, EndDispensation):
        return _end(state, command, moment)
    _asked_rightly(command)
    rules = _rules(world, command, moment)
    _is_of(world.subjects.get(command.subject), rules, world)
    _allowed(_clause(rules, command.clause), command)
    for at, one in state.granted.items():
        if (one.ladder, one.clause) != (command.ladder, command.clause):
            continue
        if one.ended is None and (one.at_least, one.first, one.until) == (command.at_least, command.on, command.until):
            return Again(at, {"reason": command.reason}, mend=_ANEW)
        if one.overlaps(command.on, command.until):
            last = f" – {one.until}" if one.until else " –"
            raise Refused(
                "dispensed already",
                f"这一条在 {one.first}{last} 已经放宽(#{at:,});要改,请先用 jieti dispensation end 结束它",
                f"this clause is dispensed with already, {one.first}{last} (#{at:,}); to change that, end it first: "
                "jieti dispensation end",
            )
    lowered = None if command.at_least is None else evidence.exact(command.at_least, "")
    fact = DispensationGranted(
        ladder=command.ladder, clause=command.clause, at_least=lowered, until=command.until, reason=command.reason
    )
    return [Draft(stream(command.subject), Span.day(command.on), fact, expected=state.version)]


_ANEW = (
    "要改,请先结束它(jieti dispensation end),再重新放宽",
    "To change that, end it first, jieti dispensation end, and grant it anew",
)


def _asked_rightly(command: GrantDispensation) -> None:
    if not (command.asking.authority or "").strip():
        raise Refused(
            "authority",
            "放宽条件要有文件依据;请用 --authority 写明文号",
            "a dispensation needs the document that allows it: name it with --authority",
        )
    if not command.reason.strip():
        raise Refused("no reason", "缺少理由;请写明为什么放宽", "a reason is needed: say why it is granted")
    if command.until is not None and command.until < command.on:
        raise Refused(
            "days",
            f"最后一天 {command.until} 早于第一天 {command.on};请核对日期",
            f"the last day, {command.until}, is before the first, {command.on}: check the days",
        )


def _rules(world: World, command: GrantDispensation, moment: Moment) -> Ladder:
    """The ladder as it is in force on the first day, or else today."""
    state: ladder.Published = world.states[ladder.stream(command.ladder)]
    version = state.in_force(command.on) or state.in_force(moment.today)
    if version is None and state.expired(command.on):
        raise ladder.none_in_force(state, command.ladder, command.on)
    if version is None:
        raise Refused(
            "no ladder",
            f"阶梯 {command.ladder} 没有发布,或还没有生效;请先用 jieti ladder publish 发布",
            f"the ladder {command.ladder} is not published, or not in force yet: publish it with jieti ladder publish",
        )
    return version.ladder


def _is_of(subject: Subject | None, rules: Ladder, world: World) -> None:
    if subject is None or kind_of(subject, world) != rules.subject:
        raise Refused(
            "unknown subject",
            f"阶梯 {rules.id} 不是为这样的对象设的;请核对编号",
            f"the ladder {rules.id} is not for such a subject: check whom you mean",
        )


def _clause(rules: Ladder, asked: str) -> Clause:
    """The clause of that id, if a dispensation from it is allowed."""
    clauses = {clause.id: clause for _, _, clause in rules.walk()}
    allowed = [clause.id for clause in clauses.values() if clause.dispensation is not None]
    if asked not in clauses or clauses[asked].dispensation is None:
        there = "、".join(allowed)
        zh = f"没有条件“{asked}”" if asked not in clauses else f"条件“{asked}”不允许放宽"
        en = f'has no clause "{asked}"' if asked not in clauses else f'allows no dispensation from "{asked}"'
        raise Refused(
            "no such clause" if asked not in clauses else "not allowed",
            f"阶梯 {rules.id} {zh};可以放宽的:{there or '没有'}",
            f"the ladder {rules.id} {en}; what it allows: {', '.join(allowed) or 'nothing'}",
        )
    return clauses[asked]


def _allowed(clause: Clause, command: GrantDispensation) -> None:
    """Refused where the ladder does not let the clause be lowered so far, or it has no number to lower."""
    most = clause.dispensation.down_to if clause.dispensation is not None else None
    if most is not None and (command.at_least is None or command.at_least < most):
        raise Refused(
            "too low",
            f"条件“{clause.id}”最多放宽到 {most};请用 --at-least {most} 或更高的数",
            f'"{clause.id}" may be lowered to {most} at the most: give --at-least {most}, or a higher number',
        )
    asked = clause.at_least if isinstance(clause, Compare) else None
    if command.at_least is not None and asked is None:
        raise Refused(
            "no number",
            f"条件“{clause.id}”没有“至少”的数,不能降低,只能免除;请不带 --at-least",
            f'"{clause.id}" asks for no least number, so there is nothing to lower: waive it, without --at-least',
        )
    if command.at_least is not None and isinstance(asked, Decimal) and command.at_least >= asked:
        raise Refused(
            "not lower",
            f"条件“{clause.id}”本来就只要求 {asked};请给更低的数",
            f'"{clause.id}" asks for {asked} anyway: give a lower number',
        )


def _end(state: Dispensations, command: EndDispensation, moment: Moment) -> Decision:
    one = state.granted.get(command.dispensation)
    if one is None:
        raise Refused(
            "no dispensation",
            f"没有这项放宽(#{command.dispensation:,});请用 jieti dispensation list 查看",
            f"there is no such dispensation (#{command.dispensation:,}); jieti dispensation list shows them",
        )
    if one.ended is not None:
        return Again(one.ended, {"reason": command.reason}, command.on)
    on = command.on or moment.today
    if on < one.first or (one.until is not None and on > one.until):
        last = f" – {one.until}" if one.until else " –"
        raise Refused(
            "outside its days",
            f"{on} 不在放宽的日期内({one.first}{last});请核对日期",
            f"{on} lies outside its days ({one.first}{last}): check the day",
        )
    if not command.reason.strip():
        raise Refused("no reason", "缺少理由;请写明为什么结束", "a reason is needed: say why it ends")
    fact = DispensationEnded(dispensation=command.dispensation, reason=command.reason)
    return [Draft(stream(command.subject), Span.day(on), fact, expected=state.version)]
