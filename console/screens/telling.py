"""An event in a sentence: of people and evidence here, of reviews and of the office in the rooms beside this one."""

from __future__ import annotations

from console.screens.telling_office import office
from console.screens.telling_reviews import review
from console.screens.telling_trainings import hours_of, training
from console.screens.vocabulary import Vocabulary, who
from engine.history import Told
from engine.people.names import Known
from events import facts

KINDS = {
    "person hired": ("参加工作", "service"),
    "standing taken over": ("原有称号", "titles taken over"),
    "granted": ("认定", "grants"),
    "member joined": ("加入工作室", "memberships"),
    "mentor paired": ("师徒结对", "mentor pairs"),
    "training recorded": ("培训", "trainings"),
    "training also reported": ("培训的其他来源", "further reports of trainings"),
    "evaluation recorded": ("发展评价", "evaluations"),
    "reflection submitted": ("提交反思", "reflections submitted"),
    "reflection selected": ("入选反思", "reflections selected"),
    "evidence recorded": ("成果", "results"),
}
"""What counts as evidence, by the stored name of its event."""


def what(told: Told, known: Known, words: Vocabulary) -> str:
    """What happened, in the screen's language; personal fields are in plain text."""
    zh, en = _said(told, known, words)
    return zh if words.lang == "zh" else en


def named(told: Told) -> list[str]:
    """The subjects that an event names besides its stream's."""
    fact = told.event.fact
    fields = (
        *("unit", "group", "mentor", "host", "subject", "person"),
        *("delegate", "successor", "by", "part_of", "scope"),
    )
    found = [value for field in fields if isinstance(value := getattr(fact, field, None), str)]
    if isinstance(fact, facts.PanelReminded):
        found += fact.persons
    if isinstance(fact, facts.PanelSeated):
        found += [seat.person for seat in fact.seats]
    return found


def _said(told: Told, known: Known, words: Vocabulary) -> tuple[str, str]:
    fact, personal = told.event.fact, told.personal
    match fact:
        case facts.PersonHired():
            return (
                f"入职 {known.name(fact.unit)},参加工作 {fact.service_began}",
                f"hired by {known.name(fact.unit)}, in service since {fact.service_began}",
            )
        case facts.PersonMoved():
            return f"调入 {known.name(fact.unit)}", f"moved to {known.name(fact.unit)}"
        case facts.PersonLeft():
            return "离职", "left"
        case facts.PersonErased():
            reason = personal["reason"]
            return f"档案删除,密钥已销毁:{reason}", f"record erased, the key destroyed: {reason}"
        case facts.StandingTakenOver():
            held, by = (
                f"{personal['title']} ({words.rung(fact.ladder, fact.rung)})",
                told.event.envelope.authority or "–",
            )
            return f"承认原有称号 {held},依据 {by}", f"title taken over: {held}, by {by}"
        case facts.StudioFounded():
            return (
                f"工作室成立 {personal['name']},主持人 {who(known, fact.host)}",
                f"studio founded: {personal['name']}, host {who(known, fact.host)}",
            )
        case facts.MemberJoined():
            role, zh, en = words.role(fact.role), "", ""
            if why := personal.get("exception"):
                by = told.event.envelope.authority or "–"
                zh, en = f",超过团队数:{why}(依据 {by})", f", beyond the number of teams: {why} (by {by})"
            return f"加入 {known.name(fact.group)}({role}){zh}", f"joined {known.name(fact.group)} as {role}{en}"
        case facts.MemberLeft():
            return f"离开 {known.name(fact.group)}", f"left {known.name(fact.group)}"
        case facts.MentorPaired():
            return f"拜师 {who(known, fact.mentor)}", f"mentored by {who(known, fact.mentor)}"
        case facts.MentorParted():
            return f"师徒结束 {who(known, fact.mentor)}", f"no longer mentored by {who(known, fact.mentor)}"
        case facts.EvaluationRecorded():
            scores = [hours_of(one) for one in (fact.ethics, fact.theory, fact.teaching, fact.research)]
            zh = f"师德 {scores[0]} 理论 {scores[1]} 教学 {scores[2]} 教科研 {scores[3]}"
            en = f"ethics {scores[0]}, theory {scores[1]}, teaching {scores[2]}, research {scores[3]}"
            return f"发展评价 {personal['title']}:{zh}", f"evaluation {personal['title']}: {en}"
        case facts.ReflectionSubmitted():
            return f"提交反思 {personal['title']}", f"reflection submitted: {personal['title']}"
        case facts.ReflectionSelected():
            level, number = words.term("reflection", "level", fact.level), personal.get("number", "")
            return f"反思 {number} 入选 {level}", f"reflection {number} selected: {level}"
        case facts.EvidenceRecorded():
            terms = [words.term(fact.kind, name, term) for name, term in fact.attributes.items() if name != "work"]
            until = [f"– {fact.lasts_until}"] if fact.lasts_until else []
            said = " ".join([*terms, personal.get("number", ""), *until]).strip()
            kind = words.kind(fact.kind)
            return f"{kind} {personal['title']} {said}", f"{kind}: {personal['title']} ({said})"
        case facts.EvidenceCorrected():
            amounts = " ".join(hours_of(one) for one in fact.amounts.values())
            said = f"{personal.get('title', '')} {amounts}".strip()
            if fact.recognised is False:
                return (
                    f"更正 #{fact.target:,} 为 {said},不予认定",
                    f"#{fact.target:,} corrected: {said}, not recognised",
                )
            reason = personal["reason"]
            return f"更正 #{fact.target:,} 为 {said}({reason})", f"#{fact.target:,} corrected: {said} ({reason})"
        case facts.EvidenceVoided():
            return f"作废 #{fact.target:,}:{personal['reason']}", f"#{fact.target:,} voided: {personal['reason']}"
        case facts.TakenBack():
            zh = en = ""
            if why := personal.get("reason"):
                zh, en = f":{why}", f": {why}"
            return (
                f"撤销导入 {fact.undoes},#{fact.target:,} 不再算数{zh}",
                f"import {fact.undoes} undone, #{fact.target:,} is taken back{en}",
            )
        case facts.UnitEstablished():
            return f"单位设立 {fact.name}", f"unit established: {fact.name}"
    return training(told) or review(told, known, words) or office(told, known, words)
