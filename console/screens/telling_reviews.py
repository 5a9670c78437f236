"""What happened in a review, in a sentence: cycles and their panels, cases, ballots, objections, places."""

from __future__ import annotations

import json
from collections.abc import Iterable

from console.screens.paper import quotient
from console.screens.vocabulary import Vocabulary, who
from engine.history import Told
from engine.people.names import CONFIDENTIAL, Known
from events import facts

CHOICES = {
    "for": ("同意", "for"),
    "against": ("反对", "against"),
    "abstain": ("弃权", "abstained"),
    "scored": ("评分", "scored"),
}
_OUTCOMES = {"met": "符合", "not met": "不符合", "unknown": "无法判定", "not examined": "未评估"}
STAGES = {
    "approved": ("通过", "approved"),
    "rejected": ("未通过", "rejected"),
    "no quorum": ("不足法定人数", "no quorum"),
    "escalated": ("不足法定人数,交下一环节", "no quorum, left to the next stage"),
}
REASONS = {
    "not eligible": ("不符合条件", "not eligible"),
    "rejected": ("评审未通过", "rejected"),
    "no quorum": ("不足法定人数", "no quorum"),
    "held already": ("已持有这一级", "held already"),
    "held no more": (
        "原称号已撤销、降级,或暂停中到期",
        "the standing it rests on was revoked or demoted, or ran out suspended",
    ),
    "not completed": ("逾期未补正", "not completed in time"),
    "no place": ("名额已满", "no place left"),
    "objection upheld": ("异议成立", "an objection was upheld"),
}
_THEN = {
    "resume": ("恢复进行", "the case goes on"),
    "reassess": ("重新审核资格", "it is assessed anew"),
    "return": ("退回重新表决", "it goes back to be voted on anew"),
    "decline": ("不予认定", "it is declined"),
}
_PLACES = {
    "in": ("在名额内", "has a place"),
    "out": ("名额已满", "no place left"),
    "outside": ("占名额之外", "outside the count"),
}


def review(told: Told, known: Known, words: Vocabulary) -> tuple[str, str] | None:
    """What happened, in Chinese and English; none for what is no event of a review."""
    return _of_cycle(told, known, words) or _of_ballots(told, known, words) or _of_case(told, known, words)


def cycle_of(told: Told) -> str | None:
    """The cycle that an event belongs to."""
    return getattr(told.event.fact, "cycle", None) or told.event.envelope.correlation


def _of_cycle(told: Told, known: Known, words: Vocabulary) -> tuple[str, str] | None:
    fact, cycle = told.event.fact, cycle_of(told)
    where = words.stage(cycle, getattr(fact, "stage", ""))
    match fact:
        case facts.CycleOpened():
            highest = words.highest(fact.ladder)
            what = f"{fact.title}({words.ladder(fact.ladder)} → {highest}{words.rung(fact.ladder, fact.to)})"
            return (
                f"开启评审周期 {what},基准日 {fact.as_of},申报截止 {fact.deadline}",
                f"review cycle opened: {what}, as of {fact.as_of}, submission until {fact.deadline}",
            )
        case facts.CycleRebased():
            was, now, reason = fact.was[:12], fact.version[:12], told.personal["reason"]
            return (
                f"改按另一版本评审:sha256 {was}… → {now}…:{reason}",
                f"goes on under another version: sha256 {was}… to {now}…: {reason}",
            )
        case facts.PanelSeated():
            of, seats = f" {known.name(fact.unit)}" if fact.unit else "", len(fact.seats)
            listed = "、".join(who(known, seat.person) for seat in fact.seats)
            pool = sum(len(draw.pool) for draw in fact.drawn or ())
            zh, en = (f";抽签,人选 {pool} 人", f"; by lot, of {pool} people") if pool else ("", "")
            return (
                f"{where}{of} 组成评审组,{seats} 席:{listed}{zh}",
                f"panel of {where}{of} seated, {seats} seats: {listed}{en}",
            )
        case facts.SeatDelegated():
            holder, other = who(known, fact.person), who(known, fact.delegate)
            return (
                f"{where} 席位 {fact.seat}:{holder} 委派 {other} 代投",
                f"{where}, seat {fact.seat}: {holder} let {other} vote in their place",
            )
        case facts.DelegationEnded():
            holder, other = who(known, fact.person), who(known, fact.delegate)
            return (
                f"{where} 席位 {fact.seat}:{holder} 收回对 {other} 的委派",
                f"{where}, seat {fact.seat}: {holder} votes again, no longer {other}",
            )
        case facts.SeatHandedOver():
            holder, other = who(known, fact.person), who(known, fact.successor)
            return (
                f"{where} 席位 {fact.seat}:{holder} 转办给 {other}",
                f"{where}, seat {fact.seat}: {holder} handed it over to {other}",
            )
        case facts.PanelReminded():
            listed = "、".join(who(known, person) for person in fact.persons)
            return (
                f"{where} 催办 {fact.missing} 张票:{listed}",
                f"{where}: reminded of {fact.missing} missing ballots: {listed}",
            )
        case facts.SubmissionClosed():
            by = {"command": ("办理", "by the office"), "deadline": ("到期", "by its deadline")}[fact.by]
            zh, en = f"申报截止({by[0]}),佐证截至 #{fact.known_at:,}", f"submission closed {by[1]}"
            en += f", evidence as known at #{fact.known_at:,}"
            if fact.lacking:
                document, named = (
                    told.event.envelope.authority or "–",
                    ", ".join(one.composition for one in fact.lacking),
                )
                zh, en = f"{zh};名单不合 {named},依据 {document}", f"{en}; the list lacks {named}, by {document}"
            return zh, en
        case facts.StageOpened():
            return f"{where} 开始,收票至 {fact.last}", f"{where} began, ballots until {fact.last}"
        case facts.StageExtended():
            return f"{where} 延长至 {fact.last}", f"{where} extended until {fact.last}"
        case facts.PlacesFilled():
            taken, places = sum(one.taken for one in fact.groups), sum(one.places for one in fact.groups)
            candidates = sum(one.candidates for one in fact.groups)
            return (
                f"排定名额:{candidates} 人中 {taken} 人,名额 {places},名额之外 {fact.outside}",
                f"places filled: {taken} of {candidates} candidates, {places} places, {fact.outside} outside the count",
            )
        case facts.GradesGiven():
            cases = sum(one.cases for one in fact.groups)
            return f"评定等次 {cases} 人", f"{cases} cases graded"
        case facts.NoticePosted():
            return (
                f"公示 {fact.cases} 人,{fact.first} 至 {fact.last},名单 sha256 {fact.list_sha256[:16]}…",
                f"notice of {fact.cases}, {fact.first} to {fact.last}, list sha256 {fact.list_sha256[:16]}…",
            )
        case facts.ResultsSigned():
            signer = who(known, fact.person)
            return f"签发(公示 #{fact.notice:,}):{signer}", f"signed by {signer} (notice #{fact.notice:,})"
        case facts.CycleFinished():
            gone = fact.withdrawn or 0
            return (
                f"评审周期结束:认定 {fact.granted},未认定 {fact.declined},撤回 {gone}",
                f"cycle finished: {fact.granted} granted, {fact.declined} declined, {gone} withdrawn",
            )
    return None


def higher(fact: facts.Placed, cycle: str | None, words: Vocabulary) -> tuple[tuple[str, str], str]:
    """The higher rungs on which there was no place, in both languages, and the rung whose places these are."""
    ladder, zh, en = words.ladder_of(cycle), "", ""
    for one in fact.higher or ():
        rung = words.rung(ladder, one.rung)
        zh += f"{rung} {one.places} 个名额中没有(第 {one.rank} / {one.of} 名);"
        en += f"no place among the {one.places} of {rung} ({one.rank} of {one.of}); "
    return (zh, en), "" if fact.rung is None else words.rung(ladder, fact.rung)


def _placed_on(fact: facts.Assessed, words: Vocabulary) -> tuple[str, str]:
    """On which rung a case is placed, and the higher ones of which it cannot be told."""
    if fact.rung is None:
        return "", ""
    rung = words.rung(fact.pins.ladder, fact.rung)
    zh, en = f";就高认定为{rung}", f"; placed on {rung}, the highest that is met"
    if fact.unsure:
        steps = "、".join(words.step(fact.pins.ladder, one) for one in fact.unsure)
        zh, en = f"{zh};更高的无法判定:{steps}", f"{en}; unknown higher up: {steps}"
    return zh, en


def _of_ballots(told: Told, known: Known, words: Vocabulary) -> tuple[str, str] | None:
    fact, personal = told.event.fact, told.personal
    where = words.stage(cycle_of(told), getattr(fact, "stage", ""))
    match fact:
        case facts.BallotCast():
            (zh, en), by = _voted(fact.choice, fact.scores or (), where, fact.cycle, fact.stage, words), fact.person
            return (
                f"{where} 席位 {fact.seat} {who(known, by)} 表决:{zh}",
                f"{where}, seat {fact.seat}, {who(known, by)} {en}",
            )
        case facts.SealedBallotCast():
            zh, en = "已投票(保密)", "voted (confidential)"
            if personal.get("content", CONFIDENTIAL) != CONFIDENTIAL:
                choice, scores = content_of(personal["content"])
                zh, en = _voted(choice, scores, where, fact.cycle, fact.stage, words)
                zh, en = f"已投票(已开启):{zh}", f"{en} (opened)"
            seat, by = fact.seat, who(known, fact.person)
            return f"{where} 席位 {seat} {by} {zh}", f"{where}, seat {seat}, {by} {en}"
        case facts.BallotWithdrawn():
            return (
                f"{where} 席位 {fact.seat} 撤回一票(#{fact.ballot:,})",
                f"{where}, seat {fact.seat}: a ballot was taken back (#{fact.ballot:,})",
            )
        case facts.OpeningAsked():
            return (
                f"申请开启保密票 #{fact.ballot:,}:{personal['reason']}",
                f"asked to open the confidential ballot #{fact.ballot:,}: {personal['reason']}",
            )
        case facts.BallotOpened():
            return (
                f"同意开启保密票 #{fact.ballot:,}(申请见 #{fact.asked:,})",
                f"the confidential ballot #{fact.ballot:,} was opened (asked for by #{fact.asked:,})",
            )
    return None


def content_of(content: str) -> tuple[str, tuple[facts.Score, ...]]:
    """What an opened ballot says: its choice and its marks; nothing where its key was destroyed."""
    try:
        said = json.loads(content)
    except ValueError:
        return "", ()
    return said["choice"], tuple(facts.Score(**one) for one in said.get("scores") or ())


def marks(scores: Iterable[facts.Score], cycle: str | None, stage: str, words: Vocabulary) -> str:
    """Marks by item."""
    said = [
        f"{words.item(cycle, stage, one.item)} "
        + (quotient(one.value, 10**one.scale) if one.value is not None else "不适用" if words.lang == "zh" else "n/a")
        for one in scores
    ]
    return ("、" if words.lang == "zh" else ", ").join(said)


def _voted(
    choice: str, scores: Iterable[facts.Score], where: str, cycle: str | None, stage: str, words: Vocabulary
) -> tuple[str, str]:
    if choice == "scored":
        said = marks(scores, cycle, stage, words)
        return f"评分 {said}", f"scored {said}"
    zh, en = CHOICES.get(choice, (choice, choice))
    return zh, en if choice == "abstain" else f"voted {en}"


def tallied(tally: facts.Tally) -> tuple[str, str]:
    """What a stage's ballots came to."""
    aside = (
        f",回避 {len(tally.recused)}" if tally.recused else "",
        (f", {len(tally.recused)} recused" if tally.recused else ""),
    )
    veto = (",一票否决", ", vetoed") if tally.vetoed else ("", "")
    if tally.items is not None:
        sheets, dropped = tally.in_favour + tally.against + tally.abstained, len(tally.dropped or ())
        score = quotient(tally.score, tally.over or 1) if tally.score is not None else "–"
        less = (f",去掉 {dropped} 张", f", {dropped} dropped") if dropped else ("", "")
        count = (f",{sheets} 张评分表", f", {sheets} sheets") if sheets else ("", "")
        return f"得分 {score}{count[0]}{less[0]}{aside[0]}", f"score {score}{count[1]}{less[1]}{aside[1]}"
    return (
        f"同意 {tally.in_favour} 反对 {tally.against} 弃权 {tally.abstained}{aside[0]}{veto[0]}",
        f"{tally.in_favour} for, {tally.against} against, {tally.abstained} abstained{aside[1]}{veto[1]}",
    )


def _of_case(told: Told, known: Known, words: Vocabulary) -> tuple[str, str] | None:
    fact, cycle = told.event.fact, cycle_of(told)
    where = words.stage(cycle, getattr(fact, "stage", None) or "")
    match fact:
        case facts.Nominated():
            outside = (
                (f",占名额之外,依据 {told.event.envelope.authority or '–'}" if fact.outside else ""),
                (f", outside the count, by {told.event.envelope.authority or '–'}" if fact.outside else ""),
            )
            review = words.cycle(fact.cycle)
            return f"申报 {review}{outside[0]}", f"nominated for {review}{outside[1]}"
        case facts.CaseRebased():
            return (
                f"按新版本重新审核资格(#{fact.rebased:,})",
                f"to be assessed anew under the other version (#{fact.rebased:,})",
            )
        case facts.Assessed():
            ladder = fact.pins.ladder
            missed = [
                title
                for one in fact.findings
                if one.outcome != "met" and (title := words.clause(ladder, fact.step, one.clause))
            ]
            why = f": {', '.join(missed[:4])}" if fact.outcome != "met" and missed else ""
            step = words.step(ladder, fact.step)
            zh, en = _placed_on(fact, words)
            return (
                f"资格审核 {step}: {_OUTCOMES[fact.outcome]}{why}{zh}",
                f"assessed for {step}: {fact.outcome}{why}{en}",
            )
        case facts.StageDecided():
            (zh, en), (said, told_) = STAGES[fact.outcome], tallied(fact.tally)
            ballot = (f" 第 {fact.round} 轮", f", ballot {fact.round}") if fact.round else ("", "")
            tied = ", ".join(map(str, fact.tie_break or ()))
            broken = (f",同票再投:同意 {tied}", f", voted on again among equals: {tied} for") if tied else ("", "")
            return f"{where}{ballot[0]} {zh}:{said}{broken[0]}", f"{where}{ballot[1]}, {en}: {told_}{broken[1]}"
        case facts.StandsAgain():
            said, told_ = tallied(fact.tally)
            before, now, days = fact.round - 1, fact.round, (fact.first, fact.last)
            return (
                f"{where} 第 {before} 轮:{said};进入第 {now} 轮,{days[0]} 至 {days[1]}",
                f"{where}, ballot {before}: {told_}; stands in ballot {now}, {days[0]} to {days[1]}",
            )
        case facts.Placed():
            zh, en = _PLACES[fact.outcome]
            of = f" {known.name(fact.unit)}" if fact.unit else ""
            tie = (f",并列 {fact.tied} 人", f", {fact.tied} share it") if fact.tied else ("", "")
            passed, rung = higher(fact, told.event.envelope.correlation, words)
            for_ = f" of {rung}" if rung else ""
            return (
                f"{passed[0]}排序{of} 第 {fact.rank} / {fact.of} 名,{rung}名额 {fact.places}:{zh}{tie[0]}",
                f"{passed[1]}ranked{of} {fact.rank} of {fact.of} for {fact.places} places{for_}: {en}{tie[1]}",
            )
        case facts.MovedUp():
            of = f" {known.name(fact.unit)}" if fact.unit else ""
            return (
                f"递补入围{of}:排序第 {fact.rank} 名,名额 {fact.places},由 #{fact.freed:,} 空出",
                f"moved up{of}: rank {fact.rank} for {fact.places} places, one became free by #{fact.freed:,}",
            )
        case facts.Graded():
            of, grade = f" {known.name(fact.unit)}" if fact.unit else "", words.grade(cycle, fact.grade)
            return (
                f"等次:{grade}{of}(第 {fact.rank} / {fact.of} 名)",
                f"graded {grade}{of} (rank {fact.rank} of {fact.of})",
            )
        case facts.Granted():
            until, rung = f" – {fact.until}" if fact.until else "", words.rung(fact.ladder, fact.rung)
            zh = en = ""
            if fact.grade:
                grade = words.grade(cycle, fact.grade)
                zh, en = f",等次 {grade}", f", graded {grade}"
            return f"认定 {rung},{fact.in_force_from}{until}{zh}", f"granted {rung}, {fact.in_force_from}{until}{en}"
        case facts.Declined():
            zh, en = REASONS[fact.reason]
            return f"未认定:{zh}", f"declined: {en}"
    return _of_acts(told, known, words, where) or _of_objections(told, known, words)


def _of_acts(told: Told, known: Known, words: Vocabulary, where: str) -> tuple[str, str] | None:
    fact, personal = told.event.fact, told.personal
    match fact:
        case facts.SeatRecused():
            by, why = who(known, fact.person), personal["reason"]
            stands_in = ("(受委派)", " (a delegate)") if fact.sits == "delegate" else ("", "")
            return (
                f"{where} 席位 {fact.seat} {by}{stands_in[0]} 回避:{why}",
                f"{where}, seat {fact.seat}, {by}{stands_in[1]} stepped aside: {why}",
            )
        case facts.RecusalEnded():
            by, why = who(known, fact.person), personal["reason"]
            return (
                f"{where} 席位 {fact.seat} {by} 撤销回避(#{fact.recusal:,}):{why}",
                f"{where}, seat {fact.seat}, {by} takes the recusal back (#{fact.recusal:,}): {why}",
            )
        case facts.SignerAdded():
            signer = who(known, fact.person)
            return f"{where} 加签 {signer}(席位 {fact.seat})", f"{where}: {signer} signs as well (seat {fact.seat})"
        case facts.CaseReturned():
            why = personal["reason"]
            return (
                f"{where} 退回补正,{fact.until} 前:{why}",
                f"{where}: returned for completion until {fact.until}: {why}",
            )
        case facts.CaseResubmitted():
            return f"{where} 补正后再次提交", f"{where}: completed and handed in again"
        case facts.WindowOpened():
            return (
                f"{where} 为这份申报单独收票,{fact.first} 至 {fact.last}",
                f"{where}: ballots on this case are taken from {fact.first} to {fact.last}",
            )
        case facts.CaseWithdrawn():
            return f"撤回申报:{personal['reason']}", f"withdrawn: {personal['reason']}"
    return None


def _of_objections(told: Told, known: Known, words: Vocabulary) -> tuple[str, str] | None:
    fact, personal = told.event.fact, told.personal
    match fact:
        case facts.ObjectionRaised():
            anonymous = ("匿名", "anonymous")
            zh, en = anonymous if fact.anonymous or not fact.by else (who(known, fact.by), who(known, fact.by))
            return (
                f"异议 {fact.objection}({zh}),{fact.until} 前裁定:{personal['about']}",
                f"objection {fact.objection} ({en}), to be decided by {fact.until}: {personal['about']}",
            )
        case facts.ObjectionHeard():
            return (
                f"异议 {fact.objection} 已核查:{personal['minutes']}",
                f"objection {fact.objection} heard: {personal['minutes']}",
            )
        case facts.ObjectionDecided():
            zh, en = _THEN[fact.then]
            ruled = {"dismissed": ("不成立", "dismissed"), "upheld": ("成立", "upheld")}[fact.outcome]
            return (
                f"异议 {fact.objection} {ruled[0]},{zh}:{personal['reason']}",
                f"objection {fact.objection} {ruled[1]}, {en}: {personal['reason']}",
            )
    return None
