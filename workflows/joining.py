"""Who may join what, and in how many teams a person may be: by the rules on joining in force on the day."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import date

from events.facts import LadderPublished, MemberJoined, MemberLeft, StudioFounded, UnitEstablished
from ladders.model.ladder import Passage, Text
from workflows.commands import Draft, Record, Refused, World
from workflows.ladder import read
from workflows.shown import Joined, JoiningRule, Team, Teams

TEAMS = ("studio", "project", "alliance")
"""What counts as a team: 团队（项目）; a research group is none."""
_JOINED_BY = {
    "studio": ("person",),
    "research group": ("person",),
    "project": ("person", "unit"),
    "alliance": ("person", "unit"),
}
"""By what a group is, who may be its members."""


def decide(world: World, command: Record, fact: MemberJoined | MemberLeft) -> None:
    """Refused where the group is none that such a subject joins, or a rule in force allows no further team."""
    teams, own = world.teams, world.subjects[command.subject].kind
    sort = teams.groups[fact.group].sort
    if own not in _JOINED_BY.get(sort, ()):
        raise Refused(
            "not joined",
            "只有人员可以加入工作室、教研组；人员和单位都可以加入联盟、项目；其他单位没有成员。请核对编号",
            "persons join studios and research groups, persons and units join alliances and projects; other units have "
            "no members: check the codes",
        )
    if isinstance(fact, MemberLeft):
        left, known = command.occurred.last, teams.joined.get(command.subject, ())
        if not any(one.group == fact.group and one.until == date.max and one.first <= left for one in known):
            raise Refused(
                "not a member",
                f"{left} 那天没有在册的加入记录,无从退出;请先登记加入,或核对日期",
                f"no membership that is open on {left} is recorded, so there is none to leave: record the joining "
                "first, or check the day",
            )
        return
    if fact.exception is not None:
        if not (command.asking.authority or "").strip():
            raise Refused(
                "no document for it",
                "超过团队数加入,除了理由还要有批准的文件;请写明文号",
                "to join beyond the number of teams takes the document that allows it, too: give its number",
            )
        return
    if own == "person" and sort in TEAMS:
        _few_enough(teams, command, fact.group)


def _few_enough(teams: Teams, command: Record, group: str) -> None:
    """On the day of joining, and as each later membership that is known begins, the person is in few enough teams.

    A membership that is known to begin in a month counts from the month's last day on.
    """
    begins, ends = command.occurred.last, command.ends or date.max
    others = [one for one in teams.joined.get(command.subject, ()) if teams.groups[one.group].sort in TEAMS]
    later = {one.begins for one in others if begins < one.begins <= ends}
    for day in sorted({begins, *later}):
        there = {one.group for one in others if one.begins <= day <= one.until} | {group}
        for rule in in_force(teams.rules, day):
            if rule.most is not None and len(there) > rule.most:
                codes = "、".join(sorted(teams.groups[one].code for one in there))
                raise Refused(
                    "teams",
                    f"{day} 起将同时在 {len(there)} 个团队:{codes};“{rule.title.zh}”({rule.ladder})规定至多 "
                    f"{rule.most} 个,依据{_document(rule, 'zh')}。请先登记退出其中一个;确需超过的,写明理由和批准文号",
                    f"from {day} on this is {len(there)} teams at once: {codes.replace('、', ', ')}; "
                    f'"{rule.title.en}" ({rule.ladder}) allows {rule.most}, by {_document(rule, "en")}. Record which '
                    "of them was left; where it must be more, give the reason and the document that allows it",
                )


def _document(rule: JoiningRule, lang: str) -> str:
    """Where a rule comes from."""
    if rule.document is None:
        return "假定(无文件)" if lang == "zh" else "no document (assumed)"
    title, passage = rule.document
    return f"《{title.zh}》{passage}" if lang == "zh" else f"“{title.en}”, {passage}"


def rule_of(fact: LadderPublished, position: int) -> JoiningRule:
    """What a published version says of joining."""
    file = base64.b64decode(fact.file)
    # Most files say nothing of it: those are not read as a whole, while everybody waits.
    ladder = read(file) if b"joining" in file else None
    if ladder is None or ladder.joining is None:
        title = Text(zh=fact.ladder, en=fact.ladder)
        return JoiningRule(fact.ladder, title, fact.in_force_from, position, None, None)
    rule, basis = ladder.joining, ladder.joining.basis
    cited = (ladder.documents[basis.document].title, basis.passage) if isinstance(basis, Passage) else None
    return JoiningRule(fact.ladder, ladder.title, fact.in_force_from, position, rule.teams_at_most, cited)


def in_force(rules: tuple[JoiningRule, ...], day: date) -> Iterator[JoiningRule]:
    """Of each ladder the version in force on a day: of those that began by then the latest, then the last published."""
    newest: dict[str, JoiningRule] = {}
    for rule in rules:
        known = newest.get(rule.ladder)
        if rule.first <= day and (known is None or (known.first, known.position) < (rule.first, rule.position)):
            newest[rule.ladder] = rule
    yield from newest.values()


def seen(teams: Teams, subject: str, draft: Draft) -> None:
    """Let later decisions of the same bulk see a group that begins, and who joins or leaves one."""
    match draft.fact:
        case StudioFounded(code=code):
            teams.groups[subject] = Team("studio", code)
        case UnitEstablished(kind=kind, code=code):
            teams.groups[subject] = Team(kind, code)
        case MemberJoined(group=group):
            known = teams.joined.get(subject, ())
            teams.joined[subject] = (*known, Joined(group, draft.occurred.first, draft.occurred.last))
        case MemberLeft(group=group):
            last = draft.occurred.last
            teams.joined[subject] = tuple(
                one._replace(until=last) if one.group == group and one.until == date.max and one.first <= last else one
                for one in teams.joined.get(subject, ())
            )
