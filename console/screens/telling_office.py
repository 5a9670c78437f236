"""What the office and the clock did, in a sentence: the district, ladders, terms of standings, schedules."""

from __future__ import annotations

from console.screens.assess import OUTCOMES
from console.screens.vocabulary import Vocabulary
from engine.history import Told
from engine.people.names import Known
from events import facts

_EVERY = {
    "year": ("每年", "every year"),
    "half-year": ("每半年", "every half-year"),
    "month": ("每月", "every month"),
    "school year": ("每学年", "every school year"),
}


def office(told: Told, known: Known, words: Vocabulary) -> tuple[str, str]:
    """What happened, in Chinese and English; the event's stored name for what has no sentence."""
    name = told.event.envelope.type
    of_subject = _of_standing(told, words) or _of_dispensation(told, words) or _of_calendar(told)
    of_subject = of_subject or _of_correction(told, words)
    return of_subject or _of_schedule(told, known, words) or _of_district(told, words) or (name, name)


def _of_standing(told: Told, words: Vocabulary) -> tuple[str, str] | None:
    fact = told.event.fact
    match fact:
        case facts.StandingLapsed():
            rung = words.rung(fact.ladder, fact.rung)
            return f"{rung} 到期(#{fact.standing:,})", f"{rung} lapsed (#{fact.standing:,})"
        case facts.StandingSuspended() | facts.StandingRevoked():
            rung, reason = words.rung(fact.ladder, fact.rung), told.personal.get("reason", "")
            zh, en = ("撤销", "revoked") if isinstance(fact, facts.StandingRevoked) else ("暂停", "suspended")
            by = ("按规则", "by the rule") if fact.cause == "rule" else ("决定", "by decision")
            rule = f" {fact.judgement.rule}" if fact.judgement else ""
            why = f":{reason}" if reason else "", f": {reason}" if reason else ""
            return f"{zh} {rung}({by[0]}{rule}){why[0]}", f"{rung} {en} ({by[1]}{rule}){why[1]}"
        case facts.StandingDemoted():
            rungs = [words.rung(fact.ladder, one) for one in (fact.rung, fact.to)]
            until = (f",至 {fact.until}", f", until {fact.until}") if fact.until else ("", "")
            rule = f" {fact.judgement.rule}" if fact.judgement else ""
            return (
                f"{rungs[0]} 降为 {rungs[1]}(按规则{rule}){until[0]}",
                f"{rungs[0]} demoted to {rungs[1]} (by the rule{rule}){until[1]}",
            )
        case facts.StandingReinstated():
            rung, reason = words.rung(fact.ladder, fact.rung), told.personal["reason"]
            until = (f",至 {fact.until}", f", until {fact.until}") if fact.until else ("", "")
            how = ("视同从未中断", "as if it had never ended") if fact.as_if_never else ("从当日起", "from that day on")
            return f"恢复 {rung}({how[0]}){until[0]}:{reason}", f"{rung} reinstated {how[1]}{until[1]}: {reason}"
        case facts.HoldersReviewed():
            ladder = words.ladder(fact.ladder)
            return (
                f"{ladder} 复查 {fact.looked_at} 人,暂停、撤销或降级 {fact.ended}",
                f"{ladder}: {fact.looked_at} holders looked at, {fact.ended} ended",
            )
    return None


def _of_correction(told: Told, words: Vocabulary) -> tuple[str, str] | None:
    fact, why = told.event.fact, told.personal.get("reason", "")
    by = told.event.envelope.authority or "–"
    match fact:
        case facts.CorrectionOpened():
            was = OUTCOMES[fact.then], OUTCOMES[fact.verdict.outcome]
            rung = words.rung(fact.ladder, fact.rung)
            because = " ".join(f"#{at:,}" for at in fact.because) or "–"
            return (
                f"对 #{fact.decision:,} 立更正案({rung}):判定 {was[0][0]} → {was[1][0]},因为 {because}:{why}",
                f"#{fact.decision:,} ({rung}) looked at again: {was[0][1]} → {was[1][1]}, because of {because}: {why}",
            )
        case facts.CorrectionDecided(outcome="kept"):
            return (
                f"更正案 #{fact.correction:,}:维持 #{fact.decision:,}(依据 {by}):{why}",
                f"correction #{fact.correction:,}: #{fact.decision:,} stands (by {by}): {why}",
            )
        case facts.CorrectionDecided():
            return (
                f"更正案 #{fact.correction:,}:撤销 #{fact.decision:,} 的称号(依据 {by}):{why}",
                f"correction #{fact.correction:,}: what #{fact.decision:,} gave is revoked (by {by}): {why}",
            )
        case facts.GrantedOnCorrection():
            rung = words.rung(fact.ladder, fact.rung)
            until = (f",至 {fact.until}", f", until {fact.until}") if fact.until else ("", "")
            return (
                f"更正案 #{fact.correction:,}:补认 {rung}{until[0]}(依据 {by}):{why}",
                f"correction #{fact.correction:,}: {rung} granted{until[1]} (by {by}): {why}",
            )
    return None


def _of_dispensation(told: Told, words: Vocabulary) -> tuple[str, str] | None:
    fact, reason = told.event.fact, told.personal.get("reason", "")
    match fact:
        case facts.DispensationGranted():
            clause = f"{words.ladder(fact.ladder)} · {fact.clause}"
            number = "" if fact.at_least is None else f"{fact.at_least.number.normalize():f}"
            how = (f"放宽到至少 {number}", f"lowered to {number}") if number else ("免除", "waived")
            until = (f",至 {fact.until}", f", until {fact.until}") if fact.until else ("", "")
            by = told.event.envelope.authority or "–"
            return (
                f"{clause} {how[0]}{until[0]},依据 {by}:{reason}",
                f"{clause} {how[1]}{until[1]}, by {by}: {reason}",
            )
        case facts.DispensationEnded():
            at = f"#{fact.dispensation:,}"
            return f"不再放宽({at}):{reason}", f"the dispensation {at} ended: {reason}"
    return None


def _of_calendar(told: Told) -> tuple[str, str] | None:
    fact, said = told.event.fact, told.personal
    match fact:
        case facts.OfferedTraining():
            days = f"{fact.first}" if fact.first == fact.last else f"{fact.first} – {fact.last}"
            if isinstance(fact, facts.TrainingOfferChanged):
                return (
                    f"更正日程里的培训 {said['title']}({days}):{said['reason']}",
                    f"training of the calendar changed: {said['title']} ({days}): {said['reason']}",
                )
            return f"培训列入日程 {said['title']}({days})", f"training offered: {said['title']} ({days})"
        case facts.TrainingCalledOff():
            return f"取消日程里的培训:{said['reason']}", f"training called off: {said['reason']}"
    return None


def _of_schedule(told: Told, known: Known, words: Vocabulary) -> tuple[str, str] | None:
    fact = told.event.fact
    match fact:
        case facts.CycleScheduled():
            (zh, en), rung = _EVERY[fact.every], words.rung(fact.ladder, fact.to)
            of = f" {known.name(fact.scope)}" if fact.scope else ""
            return (
                f"定期评审{of} {words.ladder(fact.ladder)} → {rung}:{zh},首次 {fact.first}",
                f"cycles scheduled{of}: {words.ladder(fact.ladder)} → {rung}, {en}, first on {fact.first}",
            )
        case facts.RunOpened():
            return (
                f"按计划开启 {fact.period} 的评审({fact.due})",
                f"the cycle of {fact.period} opened as scheduled ({fact.due})",
            )
        case facts.RunLeftOut():
            zh, en = {"missed": ("错过", "missed"), "there already": ("已有周期", "there is one already")}[fact.reason]
            return (
                f"{fact.period} 的评审没有开启({fact.due}):{zh}",
                f"no cycle of {fact.period} ({fact.due}): {en}",
            )
        case facts.ScheduleEnded():
            return "不再定期开启评审", "no more cycles open by this schedule"
    return None


def _of_district(told: Told, words: Vocabulary) -> tuple[str, str] | None:
    fact = told.event.fact
    match fact:
        case facts.DistrictOpened():
            return f"建立数据文件夹 {fact.name}", f"data folder made: {fact.name}"
        case facts.SettingsChanged():
            return "更改设置", "settings decided"
        case facts.CatalogueDeclared():
            kinds = len(fact.catalogue.kinds)
            return f"公布佐证目录,{kinds} 类", f"evidence catalogue declared, {kinds} kinds"
        case facts.CalendarPublished():
            return f"公布 {fact.year} 年工作日历", f"working days of {fact.year} published"
        case facts.ClockSet():
            return f"模拟时钟拨到 {fact.now:%Y-%m-%d %H:%M}", f"simulated clock moved to {fact.now:%Y-%m-%d %H:%M}"
        case facts.LadderPublished():
            ladder, hashed = words.ladder(fact.ladder), f"sha256 {fact.sha256[:12]}…"
            until = (
                (f"至 {fact.in_force_until} 止,", f" until {fact.in_force_until}") if fact.in_force_until else ("", "")
            )
            assumed = ("(多数条件没有文件依据,已确认)", " (most clauses without a document, confirmed)")
            assumed = assumed if fact.assumed_confirmed else ("", "")
            return (
                f"发布 {ladder},{fact.in_force_from} 起施行,{until[0]}{hashed}{assumed[0]}",
                f"{ladder} published, in force from {fact.in_force_from}{until[1]}, {hashed}{assumed[1]}",
            )
        case facts.LadderRetired():
            ladder, hashed = words.ladder(fact.ladder), f"sha256 {fact.sha256[:12]}…"
            return (
                f"废止 {ladder}:到 {fact.last} 为止,{hashed}",
                f"{ladder} is in force until {fact.last} and no longer, {hashed}",
            )
    return None
