"""A case begins: somebody is nominated, and verdicts on the nominees are recorded."""

from __future__ import annotations

from collections.abc import Mapping

from events.facts import Nominated
from events.facts.acts import withdrawal_key
from events.facts.cases import nomination_key, outside_key
from ladders.model.review import Route
from workflows import rows
from workflows.case import case_in, known_at, next_of, stream
from workflows.commands import (
    Already,
    Command,
    Decision,
    Differs,
    Draft,
    Moment,
    Needs,
    Nominate,
    RecordVerdicts,
    Refused,
    Span,
    Subject,
    World,
)
from workflows.cycle import Cycle, deadline_passed, is_open, not_closed, route_in
from workflows.cycle import stream as cycle_stream
from workflows.evidence import LONGEST_TERM
from workflows.limits import within_limit
from workflows.repeats import Again

Asked = Nominate | RecordVerdicts

SUBJECTS = {
    "person": ("人员", "person"),
    "studio": ("工作室", "studio"),
    "research group": ("教研组", "research group"),
    "school": ("学校", "school"),
    "central school": ("中心校", "central school"),
    "group": ("教育集团", "group of schools"),
    "station": ("工作站", "station"),
    "centre": ("培养中心", "centre"),
}
"""What ladders are for, as people call it."""
OWN_STATES = ("ladder", "rung", "member", "kind")
"""Names that an application's row has already."""
MOST = 9
"""How often a subject may be nominated again in a cycle."""


def needs(command: Asked) -> Needs:
    """The cycle and the cases."""
    match command:
        case Nominate():
            return Needs(
                streams=(cycle_stream(command.cycle), stream(command.case)),
                subjects=(command.subject,),
                units=True,
                nominees=(command.cycle,),
                keys=(*rows.key(command.source), *_keys(command)),
            )
        case RecordVerdicts():
            return Needs(streams=(cycle_stream(command.cycle), *(stream(name) for name, _ in command.verdicts)))


def decide(world: World, command: Asked, moment: Moment) -> Decision:
    """What follows from a nomination, or from verdicts on cases of one cycle."""
    return _nominate(world, command, moment) if isinstance(command, Nominate) else _record(world, command, moment)


def _keys(command: Nominate) -> tuple[str, ...]:
    """What tells how often the subject was nominated and withdrawn; a row of a file nominates nobody again."""
    own, times = (command.cycle, command.subject), 1 if command.source is not None else MOST
    withdrawn = tuple(withdrawal_key(*own, again) for again in range(times))
    marks = tuple(outside_key(*own, again) for again in range(times + 1))
    return (*(nomination_key(*own, again) for again in range(times + 1)), *marks, *withdrawn)


def _nominate(world: World, command: Nominate, moment: Moment) -> Decision:
    again = 0
    while (held := world.keys.get(nomination_key(command.cycle, command.subject, again))) is not None:
        if withdrawal_key(command.cycle, command.subject, again) not in world.keys:
            # The same row of a file, though it may state something else now.
            differs = rows.held(world.keys, command.source)
            if isinstance(differs, Differs):
                return differs
            _same_mark(command, outside_key(command.cycle, command.subject, again) in world.keys)
            if command.source is not None:
                return Already(held.position)
            mend = (
                "要改,请先撤回再申报:jieti cycle withdraw",
                "To change that, withdraw it and nominate again: jieti cycle withdraw",
            )
            return Again(held.position, {"states": dict(command.states) or None}, mend=mend)
        again += 1
    if again and command.source is not None:
        raise Refused(
            "withdrawn",
            "这个对象在本周期的申报已经撤回;文件里的行不会再次申报,确要再报,请用 jieti cycle nominate",
            "the nomination was withdrawn, and a row of a file does not nominate again; if that is meant: "
            "jieti cycle nominate",
        )
    if (done := rows.held(world.keys, command.source)) is not None:
        return done
    cycle: Cycle = world.states[cycle_stream(command.cycle)]
    opened = is_open(cycle)
    if world.states[stream(command.case)].version:
        raise Refused(
            "case taken",
            f"申报编号 {command.case} 已经用过;请另取编号",
            f"the id {command.case} is another case's: give this one an id of its own",
        )
    if cycle.closed is not None or deadline_passed(opened.deadline, moment):
        day = cycle.closed_on or opened.deadline
        raise Refused(
            "closed",
            f"申报已于 {day} 截止,不能再申报;请等下一周期",
            f"submission closed on {day}; the next cycle takes new nominations",
        )
    rules = world.ladders[opened.version]
    subject = world.subjects.get(command.subject)
    if subject is None or kind_of(subject, world) != rules.subject:
        zh, en = SUBJECTS[rules.subject]
        raise Refused("unknown subject", f"没有登记这个{zh};请先导入", f"there is no such {en}: import it first")
    if subject.until is not None and subject.until < moment.today:
        raise Refused(
            "left",
            f"这个人已于 {subject.until} 离职,不能申报;如日期有误,请先更正",
            f"this person left the district's service on {subject.until}; correct that first if it is wrong",
        )
    if opened.scope is not None and opened.scope not in subject.within:
        raise Refused(
            "scope",
            "不在本周期的单位范围内;请在其所在单位的周期申报",
            "this cycle is for another unit's people: nominate in the cycle of their own",
        )
    unit = subject.within[0] if subject.within else None
    if command.outside:
        _may_be_outside(command, route_in(world, cycle))
    else:
        within_limit(world, command.cycle, route_in(world, cycle), unit, opened.scope)
    fact = Nominated(
        cycle=command.cycle,
        subject=command.subject,
        unit=unit,
        outside=True if command.outside else None,
        again=again or None,
        states=_stated(command.states),
        source=command.source,
    )
    return [Draft(stream(command.case), Span.day(moment.today), fact, expected=0, correlation=command.cycle)]


def kind_of(subject: Subject, world: World) -> str:
    """What a subject is, as a ladder says it: a unit is a school, a station …"""
    return world.units[subject.id].kind if subject.kind == "unit" else subject.kind


def _stated(states: Mapping[str, str]) -> dict[str, str] | None:
    """What an application states; Refused where that cannot be a name and a term."""
    for name, term in states.items():
        if name in OWN_STATES or not name.strip() or not term.strip() or max(len(name), len(term)) > LONGEST_TERM:
            raise Refused(
                "states",
                f"申报内容“{name}={term}”不能这样写:名称不能是 {'、'.join(OWN_STATES)},"
                f"名称和内容都不能空,最多 {LONGEST_TERM} 个字;请更正",
                f'an application cannot state "{name}={term}": a name ({", ".join(OWN_STATES)} are taken) and a term, '
                f"each of at most {LONGEST_TERM} characters",
            )
    return dict(states) or None


def _same_mark(command: Nominate, outside: bool) -> None:
    """Refused where the subject was nominated with another mark."""
    if command.outside == outside:
        return
    was = ("是占名额之外的", "as outside the count") if outside else ("是占名额的", "as taking a place")
    raise Refused(
        "other mark",
        f"这个对象已经申报,{was[0]},与这次写的不同;要改,请先撤回再申报:jieti cycle withdraw",
        f"this nomination is there already, {was[1]}, and not as asked now; to change that, withdraw it and nominate "
        "again: jieti cycle withdraw",
    )


def _may_be_outside(command: Command, route: Route) -> None:
    """Refused unless nominations may be outside the count, and a document says that this one is."""
    if route.places is None or not route.places.outside_the_count:
        raise Refused(
            "outside",
            "本阶梯没有规定可以占名额之外;请不带 --outside 用 jieti cycle nominate 申报",
            "the ladder lets nobody be outside the count: nominate without --outside, jieti cycle nominate",
        )
    if not (command.asking.authority or "").strip():
        raise Refused(
            "authority",
            "占名额之外要有文件依据;请用 --authority 写明文号再申报",
            "being outside the count needs a document: name it with --authority",
        )


def _record(world: World, command: RecordVerdicts, moment: Moment) -> Decision:
    cycle: Cycle = world.states[cycle_stream(command.cycle)]
    opened = is_open(cycle)
    if cycle.closed is None:
        raise not_closed()
    drafts = []
    right = (opened.ladder, opened.version, opened.catalogue, opened.settings, opened.as_of)
    for name, verdict in command.verdicts:
        state, pins = case_in(world, name, command.cycle), verdict.pins
        if state.current or state.outcome is not None or state.rejected_by_objection:
            continue
        pinned = (pins.ladder, pins.version, pins.catalogue, pins.settings, pins.as_of)
        if pinned != right or pins.known_at != known_at(state, cycle):
            raise Refused(
                "pins",
                "判定不是按本周期的规定作出的;请重新运行 jieti cycle advance",
                "the verdict is not pinned as this cycle pins; run the cycle again: jieti cycle advance",
            )
        drafts.append(next_of(state, name, moment, verdict))
    return drafts or Already(cycle.closed_at)
