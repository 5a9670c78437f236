"""Units, people, studios and how they belong together."""

from __future__ import annotations

from dataclasses import replace

from events.facts import (
    MemberJoined,
    MemberLeft,
    MentorPaired,
    MentorParted,
    PersonHired,
    PersonLeft,
    PersonMoved,
    StandingTakenOver,
    StudioFounded,
    UnitEstablished,
)
from workflows import joining, rows
from workflows.commands import Decision, Draft, Moment, Needs, Record, Refused, Subject, World
from workflows.shown import Teams

Fact = (
    UnitEstablished
    | PersonHired
    | PersonMoved
    | PersonLeft
    | StandingTakenOver
    | StudioFounded
    | MemberJoined
    | MemberLeft
    | MentorPaired
    | MentorParted
)
BEGINS = {UnitEstablished: "unit", PersonHired: "person", StudioFounded: "studio"}
"""The facts that begin a subject, and its kind."""
_NAMES = {"unit": ("单位", "unit"), "person": ("人员", "person"), "studio": ("工作室", "studio")}


_GROUPS = ("studio", "unit")
_WHOSE: dict[type, tuple[str, ...]] = {
    StandingTakenOver: ("person", "studio", "unit"),
    MemberJoined: ("person", "unit"),
    MemberLeft: ("person", "unit"),
}
"""The kinds of subject of whom a fact may be told; of persons alone, where it is not here."""


def refers(fact: object) -> dict[str, str]:
    """The subjects that a fact names besides its own: id to the kind it must be (``group``: a studio or a unit)."""
    match fact:
        case UnitEstablished(part_of=str(unit)):
            return {unit: "unit"}
        case PersonHired(unit=unit) | PersonMoved(unit=unit):
            return {unit: "unit"}
        case StudioFounded(host=host, unit=unit):
            return {host: "person", unit: "unit"}
        case MemberJoined(group=group) | MemberLeft(group=group):
            return {group: "group"}
        case MentorPaired(mentor=mentor) | MentorParted(mentor=mentor):
            return {mentor: "person"}
    return {}


def needs(command: Record) -> Needs:
    """The subject, those that the fact names, its row and the code it wants; the teams of whoever joins or leaves."""
    kind = BEGINS.get(type(command.fact))
    return Needs(
        subjects=(command.subject, *refers(command.fact)),
        keys=rows.key(getattr(command.fact, "source", None)),
        codes=((kind, command.code),) if kind and command.code else (),
        joins=((command.subject, command.fact.group),) if isinstance(command.fact, (MemberJoined, MemberLeft)) else (),
    )


def decide(world: World, command: Record, moment: Moment) -> Decision:
    """Record the fact unless it is there, or cannot be."""
    fact = command.fact
    if not isinstance(fact, Fact):
        raise TypeError(f"{fact.TYPE} is not a fact about people")
    if (done := rows.held(world.keys, fact.source)) is not None:
        return done
    if command.occurred.first > moment.today and not isinstance(fact, (PersonLeft, MemberLeft, MentorParted)):
        raise Refused(
            "future",
            f"日期 {command.occurred.first} 还没有到(今天是 {moment.today});请核对日期,或到时再登记",
            f"{command.occurred.first} has not come yet (today is {moment.today}): check it, or record it then",
        )
    kind = BEGINS.get(type(fact))
    if kind:
        _is_new(world, command, kind)
    else:
        _is_there(world, command.subject, _WHOSE.get(type(fact), ("person",)))
        since = world.subjects[command.subject].since
        if isinstance(fact, (PersonMoved, PersonLeft)) and command.occurred.last < since:
            raise Refused(
                "before hired",
                f"{command.occurred.last} 早于入职日期 {since};请核对日期",
                f"{command.occurred.last} is before the day of hiring, {since}: check the date",
            )
    for other, wanted in refers(fact).items():
        _is_there(world, other, _GROUPS if wanted == "group" else (wanted,))
        if other == command.subject:
            raise Refused(
                "itself",
                "不能与自己建立这种关系;请核对双方的编号",
                "this cannot hold between a subject and itself: check the two codes",
            )
    if isinstance(fact, (MemberJoined, MemberLeft)):
        joining.decide(world, command, fact)
    return [Draft(f"subject-{command.subject}", command.occurred, fact)]


def seen(subjects: dict[str, Subject], teams: Teams, draft: Draft) -> None:
    """Let later decisions of the same bulk see what this draft begins or ends."""
    subject = draft.stream.removeprefix("subject-")
    joining.seen(teams, subject, draft)
    match draft.fact:
        case UnitEstablished(part_of=above):
            outer = subjects[above].within if above else ()
            subjects[subject] = Subject(subject, "unit", draft.occurred.first, None, (subject, *outer))
        case PersonHired(unit=unit):
            subjects[subject] = Subject(subject, "person", draft.occurred.first, None, subjects[unit].within)
        case StudioFounded(unit=unit):
            subjects[subject] = Subject(subject, "studio", draft.occurred.first, None, subjects[unit].within)
        case PersonMoved(unit=unit):
            known = subjects[subject]
            stays = known.until is not None and draft.occurred.first <= known.until  # a leave that is known already
            subjects[subject] = replace(known, within=subjects[unit].within, until=known.until if stays else None)
        case PersonLeft():
            subjects[subject] = replace(subjects[subject], until=draft.occurred.last)


def _is_new(world: World, command: Record, kind: str) -> None:
    zh, en = _NAMES[kind]
    if not command.code or not command.code.strip():
        raise Refused("no code", f"{zh}没有编号;请填上编号", f"a {en} needs a code to be found by: give it one")
    own = command.fact.staff_number if isinstance(command.fact, PersonHired) else getattr(command.fact, "code", None)
    if own != command.code:
        raise Refused(
            "other code",
            f"编号写了两样:{command.code} 和 {own};请核对",
            f"two codes were given: {command.code} and {own}: check which is right",
        )
    if (kind, command.code) in world.codes:
        raise Refused(
            "code taken",
            f"编号 {command.code} 已属于另一{zh};请核对编号,或按调动登记",
            f"the code {command.code} belongs to another {en}; check it, or record a move",
        )
    if command.subject in world.subjects:
        raise Refused(
            "known",
            f"这个{zh}已经登记;有变动请按调动、离任登记",
            f"this {en} is recorded already: record what changed since",
        )


def _is_there(world: World, subject: str, kinds: tuple[str, ...]) -> None:
    found = world.subjects.get(subject)
    if found is None or found.kind not in kinds:
        zh, en = _NAMES[kinds[0]]
        raise Refused("unknown subject", f"没有登记这个{zh};请先导入{zh}表", f"no such {en}: import it first")
