"""What an auditor reads of grants: all of them, and why one was made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from console.naming import case_state
from console.screens import grades
from console.screens.assess import OUTCOMES
from console.screens.paper import Paper, coloured, day, position, quotient
from console.screens.telling import KINDS, named, what
from console.screens.telling_reviews import CHOICES, content_of, higher, marks, tallied
from console.screens.times import asked
from console.screens.vocabulary import Vocabulary, title, who
from engine import history
from engine.corrected import Corrected
from engine.district import District
from engine.history import GrantLine, Told, Why
from engine.people import names
from engine.times import Times
from events.codec import personal_of
from events.facts import (
    Assessed,
    BallotCast,
    CorrectionOpened,
    Graded,
    Granted,
    GrantedOnCorrection,
    LadderPublished,
    MovedUp,
    NoticePosted,
    Placed,
    Reassessed,
    ResultsSigned,
    SealedBallotCast,
    StageDecided,
)
from ladders.model.ladder import Ladder
from ladders.model.lists import Grades
from workflows.case import Case


def granted(district: District, found: Sequence[GrantLine], lang: str) -> Paper:
    """All grants."""
    paper, words = Paper(lang), Vocabulary(district, lang)
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, [one.subject for one in found])
    paper.table(
        [
            (
                position(one.position),
                known.code(one.subject),
                known.name(one.subject),
                words.rung(one.ladder, one.rung),
                f"{day(one.first)} – {day(one.until)}",
                one.case,
                paper.say("更正案 ", "on correction ") + position(one.correction) if one.correction else "",
            )
            for one in found
        ],
        indent=0,
    )
    paper.both(f"共 {len(found)} 项认定", f"{len(found)} grants")
    return paper


def _zone(district: District) -> ZoneInfo:
    return ZoneInfo(district.settings.time_zone)


def because(
    district: District, why: Why | Corrected, lang: str, times: Times | None = None, *, all_evidence: bool = False
) -> Paper:
    """A grant, and everything that it rests on; what came after it as of ``times``."""
    if isinstance(why, Corrected):
        return _on_correction(district, why, lang, times, all_evidence=all_evidence)
    paper, grant, verdict = Paper(lang), why.grant.fact, why.assessed.fact
    assert isinstance(verdict, Assessed)
    assert isinstance(grant, Granted)
    ladder = district.ladders[verdict.pins.version]
    with district.reading() as connection:
        voters = [one.fact.person for one in why.ballots if isinstance(one.fact, BallotCast | SealedBallotCast)]
        people = {grant.subject, *voters, *_named_in(why)}
        known = names.called(connection, district.log, district.vault, people)
    code, rung = known.code(grant.subject), title(ladder.rung(grant.rung).title, lang)
    _headed(paper, why, known, f"{rung}", grant.in_force_from, times)
    known_at = times.known_at if times is not None else None
    words = Vocabulary(district, lang, known_at)
    case = case_state(district, why.grant.envelope.stream.partition("-")[2], known_at)
    rows = [
        _rule(paper, why, ladder, _zone(district)),
        *(
            (paper.say("改按", "rebased"), f"{_dated(one)} {one.event.envelope.actor}: {what(one, known, words)}")
            for one in why.rebased
        ),
        _verdict(paper, why),
        (paper.say("佐证", "evidence"), _evidence(why, lang)),
    ]
    votes = (ballot.at for cast in case.ballots.values() for ballot in cast.values())
    standing = {*votes, *(decided.at for decided in case.decided.values())}
    ballots = [one for one in history.told(district, list(why.ballots), times) if one.event.position in standing]
    for decided in (one for one in why.decided if one.position in standing):
        held = case.rounds.get(getattr(decided.fact, "stage", ""), ())
        rows += [(paper.say(f"第 {one.round - 1} 轮", f"ballot {one.round - 1}"), paper.say(*tallied(one.tally)))
                 for one in held]  # fmt: skip
        rows += [_stage(paper, decided.fact, ladder, grant), ("", _ballots(paper, ballots, decided.fact, known, words))]
    if case.graded is not None:
        rows.append(_graded(paper, case.graded, ladder.routes[_route(ladder, grant)].grades, known))
    if case.placed is not None:
        rows.append(_place(paper, case.placed, case.moved_up, known, higher(case.placed, grant.cycle, words)))
    rows.append(_notice(paper, why, case))
    if why.signed is not None and isinstance(why.signed.fact, ResultsSigned):
        at = f"{day(why.signed.envelope.occurred_from)} ({position(why.signed.position)})"
        rows.append((paper.say("签发", "signed"), f"{at} {who(known, why.signed.fact.person)}"))
    if why.ended is not None:
        rows.append((paper.say("后来", "since then"), f"{_dated(why.ended)} {what(why.ended, known, words)}"))
    rows += [(paper.say("更正", "correction"), f"{_dated(one)} {what(one, known, words)}") for one in why.corrections]
    paper.table(rows, most=40)
    if all_evidence:
        _every(paper, why, known, words)
    pins = f"--as-of {verdict.pins.as_of} --known-at {verdict.pins.known_at}"
    paper.line(
        f"{paper.say('核对', 'check it')}: jieti explain {code} --to {grant.rung} {pins} · "
        f"jieti audit history {code} · jieti audit replay --cycle {grant.cycle}"
    )
    return paper


def _headed(
    paper: Paper, why: Why | Corrected, known: names.Known, rung: str, first: date, times: Times | None
) -> None:
    """The first line: whose grant it is, of what, from when until when."""
    grant = why.grant.fact
    assert isinstance(grant, Granted | GrantedOnCorrection)
    until = paper.say(f",至 {day(grant.until)}", f", until {day(grant.until)}") if grant.until else ""
    said = paper.say(f"自 {first} 起为{rung}{until}", f"is {rung} from {first}{until}")
    code, name = known.code(why.subject), known.name(why.subject)
    what_it_is = paper.say("认定", "Grant")
    if isinstance(grant, GrantedOnCorrection):
        what_it_is = paper.say("更正补认", "Grant on correction")
    paper.line(f"{what_it_is} {position(why.grant.position)}   {code} {name}   {said}    {asked(paper, times)}")


def _every(paper: Paper, why: Why | Corrected, known: names.Known, words: Vocabulary) -> None:
    paper.both("  计入的佐证:", "  the evidence that counted:")
    paper.table(
        [
            (position(one.event.position), day(one.event.envelope.occurred_from), what(one, known, words))
            for one in why.evidence
        ],
        right=(0,),
        indent=4,
    )


def _on_correction(district: District, why: Corrected, lang: str, times: Times | None, *, all_evidence: bool) -> Paper:
    """A grant made on correction: what was declined, why it was looked at again, by which document it was granted."""
    paper, grant, opened = Paper(lang), why.grant.fact, why.opened.event.fact
    assert isinstance(grant, GrantedOnCorrection)
    assert isinstance(opened, CorrectionOpened)
    verdict, declined = opened.verdict, why.declined.envelope
    ladder = district.ladders[verdict.pins.version]
    words = Vocabulary(district, lang, None if times is None else times.known_at)
    with district.reading() as connection:
        people = {why.subject, *(other for one in why.evidence for other in (one.about, *named(one)))}
        known = names.called(connection, district.log, district.vault, people)
    first = why.grant.envelope.occurred_from
    _headed(paper, why, known, title(ladder.rung(grant.rung).title, lang), first, times)
    on, actor = f"{day(declined.occurred_from)} ({position(declined.position)})", why.grant.envelope.actor
    rows = [
        _rule(paper, why, ladder, _zone(district)),
        (paper.say("原决定", "declined"), f"{on}, {paper.say('判定', 'verdict')} {paper.say(*OUTCOMES[opened.then])}"),
        (paper.say("更正", "correction"), f"{_dated(why.opened)} {what(why.opened, known, words)}"),
        _verdict(paper, why),
        (paper.say("佐证", "evidence"), _evidence(why, lang)),
        (paper.say("补认", "granted"), f"{_dated(why.granted)} {actor}: {what(why.granted, known, words)}"),
        (
            "",
            paper.say(
                "没有表决,没有公示,以文件为据", "no panel voted on it and no notice was posted: the document answers"
            ),
        ),
    ]
    if why.ended is not None:
        rows.append((paper.say("后来", "since then"), f"{_dated(why.ended)} {what(why.ended, known, words)}"))
    paper.table(rows, most=40)
    if all_evidence:
        _every(paper, why, known, words)
    pins = f"--as-of {verdict.pins.as_of} --known-at {verdict.pins.known_at}"
    paper.line(
        f"{paper.say('核对', 'check it')}: jieti explain {known.code(why.subject)} --to {grant.rung} {pins} · "
        f"jieti audit why {known.code(why.subject)} --then-now · jieti audit replay --cycle {grant.cycle}"
    )
    return paper


def _dated(one: Told) -> str:
    return f"{day(one.event.envelope.occurred_from)} ({position(one.event.position)})"


def _rule(paper: Paper, why: Why | Corrected, ladder: Ladder, zone: ZoneInfo) -> tuple[str, str]:
    envelope, fact = why.published.envelope, why.published.fact
    assert isinstance(fact, LadderPublished)
    by = f"{envelope.actor} {envelope.authority or ''}".strip()
    on = envelope.recorded_at.astimezone(zone)
    said = f"{paper.say('发布', 'published')} {on:%Y-%m-%d} ({position(envelope.position)}), {by}"
    return paper.say("规则", "rule"), f"{ladder.id}, sha256 {fact.sha256[:12]}…, {said}"


def _verdict(paper: Paper, why: Why | Corrected) -> tuple[str, str]:
    fact, say = (why.opened.event if isinstance(why, Corrected) else why.assessed).fact, paper.say
    verdict = fact.verdict if isinstance(fact, CorrectionOpened) else fact
    assert isinstance(verdict, Assessed | Reassessed)
    pins = f"{say('截至', 'as of')} {verdict.pins.as_of}, {say('日志', 'known at')} {position(verdict.pins.known_at)}"
    same = coloured(say("一致", "identical"), "good") if why.identical else coloured(say("不一致!", "DIFFERENT"), "bad")
    outcome = say(*OUTCOMES[verdict.outcome])
    if verdict.rung is not None:
        outcome += say(f",就高认定 {verdict.rung}", f", highest rung that is met: {verdict.rung}")
    if isinstance(verdict, Assessed) and verdict.unsure:
        outcome += say("(更高的无法判定:", " (unknown higher up: ") + ", ".join(verdict.unsure) + say(")", ")")
    return say("判定", "verdict"), f"{outcome}, {pins}    {say('现在重算', 'derived again now')}: {same}"


def _stage(paper: Paper, fact: object, ladder: Ladder, grant: Granted) -> tuple[str, str]:
    assert isinstance(fact, StageDecided)
    stage = next(one for one in ladder.routes[_route(ladder, grant)].stages if one.id == fact.stage)
    tally = fact.tally
    cast = tally.in_favour + tally.against + tally.abstained
    zh = f"{cast} 票:同意 {tally.in_favour},反对 {tally.against},弃权 {tally.abstained}"
    en = f"{tally.in_favour} of {cast} for, {tally.against} against, {tally.abstained} abstained"
    if tally.score is not None:
        score, dropped = quotient(tally.score, tally.over or 1), len(tally.dropped or ())
        zh = f"得分 {score}" + (f",去掉 {dropped} 张评分表" if dropped else "")
        en = f"score {score}" + (f", {dropped} sheets dropped" if dropped else "")
    if tally.recused:
        zh, en = f"{zh},回避 {len(tally.recused)}", f"{en}, {len(tally.recused)} recused"
    if fact.outcome == "escalated":
        zh, en = f"{zh},不足法定人数,交下一环节", f"{en}, no quorum: left to the next stage"
    rule = (f",法定人数 {stage.quorum}", f", quorum {stage.quorum}")
    if stage.sign is not None:
        rule = {"all": (",会签", ", all sign"), "any": (",或签", ", any one signs")}[stage.sign]
    seats = paper.say(f"(席位 {tally.seats}{rule[0]})", f" ({tally.seats} seats{rule[1]})")
    return title(stage.title, paper.lang), paper.say(zh, en) + seats


def _ballots(paper: Paper, ballots: Sequence[Told], decided: object, known: names.Known, words: Vocabulary) -> str:
    """Who voted what, of those ballots that stand; of confidential ones only who voted, unless they were opened."""
    assert isinstance(decided, StageDecided)
    said = []
    for one in ballots:
        fact = one.event.fact
        if not isinstance(fact, BallotCast | SealedBallotCast) or fact.stage != decided.stage:
            continue
        if isinstance(fact, BallotCast):
            choice, scores = str(fact.choice), fact.scores or ()
        elif one.personal["content"] == names.CONFIDENTIAL:
            said.append(f"{known.name(fact.person)} {paper.say('已投(保密)', 'voted (confidential)')}")
            continue
        else:
            choice, scores = content_of(one.personal["content"])
        told = marks(scores, fact.cycle, fact.stage, words) if choice == "scored" else paper.say(*_choice(choice))
        said.append(f"{known.name(fact.person)} {told}")
    return " · ".join(said)


def _choice(choice: str) -> tuple[str, str]:
    return CHOICES.get(choice, (choice, choice))


def _graded(paper: Paper, graded: Graded, rule: Grades | None, known: names.Known) -> tuple[str, str]:
    of, grade = f"{known.name(graded.unit)} " if graded.unit else "", grades.called(rule, graded.grade, paper.lang)
    tied = paper.say(f",并列 {graded.tied} 人", f", {graded.tied} share it") if graded.tied else ""
    came = paper.say(f"第 {graded.rank} / {graded.of} 名", f"rank {graded.rank} of {graded.of}")
    return paper.say("等次", "grade"), f"{grade} ({of}{came}{tied})"


def _place(
    paper: Paper, placed: Placed, moved_up: MovedUp | None, known: names.Known, higher_up: tuple[tuple[str, str], str]
) -> tuple[str, str]:
    before, rung = higher_up
    of = f"{known.name(placed.unit)} " if placed.unit else ""
    zh, en = (
        f"{of}第 {placed.rank} / {placed.of} 名,{rung}名额 {placed.places}",
        f"{of}rank {placed.rank} of {placed.of}",
    )
    zh, en = f"{before[0]}{zh}", f"{before[1]}{en}, {placed.places} places" + (f" of {rung}" if rung else "")
    if placed.outcome == "outside":
        zh, en = f"{zh},占名额之外", f"{en}, outside the count"
    if moved_up is not None:
        zh, en = f"{zh},递补(#{moved_up.freed:,} 空出)", f"{en}, moved up (one became free by #{moved_up.freed:,})"
    return paper.say("名额", "places"), paper.say(zh, en)


def _named_in(why: Why) -> set[str]:
    signer = {why.signed.fact.person} if why.signed and isinstance(why.signed.fact, ResultsSigned) else set[str]()
    return signer | {other for one in why.evidence for other in (one.about, *named(one))}


def _notice(paper: Paper, why: Why, case: Case) -> tuple[str, str]:
    notice, say = why.notice.fact, paper.say
    assert isinstance(notice, NoticePosted)
    listed = f"{notice.cases} {say('人', 'cases')}, {say('名单', 'list')} sha256 {notice.list_sha256[:16]}…"
    objections = len(case.objections)
    objected = (
        say(f"异议 {objections} 件", f"{objections} objection" + "s" * (objections > 1))
        if objections
        else say("无异议", "no objection")
    )
    return say("公示", "notice"), f"{notice.first} – {notice.last}, {listed}, {objected}"


def _route(ladder: Ladder, grant: Granted) -> str:
    return next(step.route for step in ladder.steps_to(grant.rung) if step.route)


def _evidence(why: Why | Corrected, lang: str) -> str:
    kinds = Counter(told.event.envelope.type for told in why.evidence)
    listed = " · ".join(position(told.event.position) for told in why.evidence[:6])
    more = "" if len(why.evidence) <= 6 else " …(--evidence 列出全部)" if lang == "zh" else " … (--evidence for all)"
    said = [(*KINDS.get(kind, (kind, kind)), n) for kind, n in kinds.most_common()]
    if lang == "zh":
        return f"{len(why.evidence)} 项({'、'.join(f'{zh} {n}' for zh, _, n in said)}):{listed}{more}"
    return f"{len(why.evidence)} items ({', '.join(f'{en} {n}' for _, en, n in said)}): {listed}{more}"


def because_json(why: Why | Corrected) -> dict[str, Any]:
    """Why a grant was made, as data; people by their ids."""
    if isinstance(why, Corrected):
        return {
            "grant": _event(why.grant),
            "ladder_published": _event(why.published) | {"file": "…"},
            "declined": _event(why.declined),
            "evidence": [told.event.position for told in why.evidence],
            "ended": None if why.ended is None else _event(why.ended.event),
            "corrections": [_event(why.opened.event)],
            "replayed": "identical" if why.identical else "different",
        }
    return {
        "grant": _event(why.grant),
        "ladder_published": _event(why.published) | {"file": "…"},
        "cycle_opened": _event(why.opened),
        "cycle_rebased": [_event(told.event) for told in why.rebased],
        "nominated": _event(why.nominated),
        "assessed": _event(why.assessed),
        "evidence": [told.event.position for told in why.evidence],
        "ballots": [_event(one) for one in why.ballots],
        "stages": [_event(one) for one in why.decided],
        "notice": _event(why.notice),
        "ended": None if why.ended is None else _event(why.ended.event),
        "corrections": [_event(told.event) for told in why.corrections],
        "replayed": "identical" if why.identical else "different",
    }


def _event(event: Any) -> dict[str, Any]:
    # What is sealed is of no use to a reader, and of a confidential ballot it is nobody's business.
    said: dict[str, Any] = event.fact.model_dump(mode="json", exclude_none=True, exclude={*personal_of(event.fact)})
    return {
        "position": event.position,
        "recorded_at": event.envelope.recorded_at,
        "actor": event.envelope.actor,
        **said,
    }
