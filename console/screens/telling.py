"""An event in a sentence."""

from __future__ import annotations

from console.screens.vocabulary import Vocabulary
from engine.history import Told
from engine.names import Known
from events import facts

KINDS = {
    "person hired": ("参加工作", "service"),
    "standing taken over": ("原有称号", "titles taken over"),
    "granted": ("认定", "grants"),
    "member joined": ("加入工作室", "memberships"),
    "mentor paired": ("师徒结对", "mentor pairs"),
    "training recorded": ("培训", "trainings"),
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
    fields = ("unit", "group", "mentor", "host", "subject", "person")
    return [value for field in fields if isinstance(value := getattr(fact, field, None), str)]


def _who(known: Known, subject: str) -> str:
    return f"{known.name(subject)}({known.code(subject)})"


def _hours(amount: facts.Amount | None) -> str:
    return f"{amount.number.normalize():f}" if amount else "–"


CHOICES = {"for": ("同意", "for"), "against": ("反对", "against"), "abstain": ("弃权", "abstained")}
_OUTCOMES = {"met": "符合", "not met": "不符合", "unknown": "无法判定", "not examined": "未评估"}
_STAGES = {"approved": "通过", "rejected": "未通过", "no quorum": "不足法定人数"}
_REASONS = {
    "not eligible": "不符合条件",
    "rejected": "评审未通过",
    "no quorum": "不足法定人数",
    "held already": "已持有这一级",
}


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
        case facts.StandingTakenOver():
            held, by = (
                f"{personal['title']} ({words.rung(fact.ladder, fact.rung)})",
                told.event.envelope.authority or "–",
            )
            return f"承认原有称号 {held},依据 {by}", f"title taken over: {held}, by {by}"
        case facts.StudioFounded():
            return (
                f"工作室成立 {personal['name']},主持人 {_who(known, fact.host)}",
                f"studio founded: {personal['name']}, host {_who(known, fact.host)}",
            )
        case facts.MemberJoined():
            role = words.role(fact.role)
            return f"加入 {known.name(fact.group)}({role})", f"joined {known.name(fact.group)} as {role}"
        case facts.MemberLeft():
            return f"离开 {known.name(fact.group)}", f"left {known.name(fact.group)}"
        case facts.MentorPaired():
            return f"拜师 {_who(known, fact.mentor)}", f"mentored by {_who(known, fact.mentor)}"
        case facts.MentorParted():
            return f"师徒结束 {_who(known, fact.mentor)}", f"no longer mentored by {_who(known, fact.mentor)}"
        case facts.TrainingRecorded():
            pending = ("", "") if fact.recognised else (",待认定", ", not recognised yet")
            return (
                f"培训 {personal['title']} {_hours(fact.hours)} 学时{pending[0]}",
                f"training {personal['title']}, {_hours(fact.hours)} h{pending[1]}",
            )
        case facts.TrainingRecognised():
            return f"认定培训 #{fact.training:,}", f"training #{fact.training:,} recognised"
        case facts.EvaluationRecorded():
            scores = [_hours(one) for one in (fact.ethics, fact.theory, fact.teaching, fact.research)]
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
            said = " ".join([*terms, personal.get("number", "")]).strip()
            kind = words.kind(fact.kind)
            return f"{kind} {personal['title']} {said}", f"{kind}: {personal['title']} ({said})"
        case facts.EvidenceCorrected():
            amounts = " ".join(_hours(one) for one in fact.amounts.values())
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
        case facts.UnitEstablished():
            return f"单位设立 {fact.name}", f"unit established: {fact.name}"
    return _case(told, known, words)


def _case(told: Told, known: Known, words: Vocabulary) -> tuple[str, str]:
    fact = told.event.fact
    match fact:
        case facts.Nominated():
            return f"申报 {words.cycle(fact.cycle)}", f"nominated for {words.cycle(fact.cycle)}"
        case facts.Assessed():
            ladder = fact.pins.ladder
            missed = [
                title
                for one in fact.findings
                if one.outcome != "met" and (title := words.clause(ladder, fact.step, one.clause))
            ]
            why = f": {', '.join(missed[:4])}" if fact.outcome != "met" and missed else ""
            step = words.step(ladder, fact.step)
            return f"资格审核 {step}: {_OUTCOMES[fact.outcome]}{why}", f"assessed for {step}: {fact.outcome}{why}"
        case facts.BallotCast():
            stage, (zh, en) = words.stage(fact.cycle, fact.stage), CHOICES[fact.choice]
            voted = en if fact.choice == "abstain" else f"voted {en}"
            return (
                f"{stage} 席位 {fact.seat} {_who(known, fact.person)} 表决:{zh}",
                f"{stage}, seat {fact.seat}, {_who(known, fact.person)} {voted}",
            )
        case facts.StageDecided():
            tally = fact.tally
            zh = f"同意 {tally.in_favour} 反对 {tally.against} 弃权 {tally.abstained}"
            en = f"{tally.in_favour} for, {tally.against} against, {tally.abstained} abstained"
            stage = words.stage(told.event.envelope.correlation, fact.stage)
            return f"{stage} {_STAGES[fact.outcome]}:{zh}", f"{stage}, {fact.outcome}: {en}"
        case facts.Granted():
            until = f" – {fact.until}" if fact.until else ""
            rung = words.rung(fact.ladder, fact.rung)
            return f"认定 {rung},{fact.in_force_from}{until}", f"granted {rung}, {fact.in_force_from}{until}"
        case facts.Declined():
            return f"未认定:{_REASONS[fact.reason]}", f"declined: {fact.reason}"
    return told.event.envelope.type, told.event.envelope.type
