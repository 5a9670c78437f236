"""Ballots: cast in the open or confidential, on paper too, taken back, and opened by two people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from events.facts import (
    BallotCast,
    BallotOpened,
    BallotWithdrawn,
    Choice,
    Fact,
    OpeningAsked,
    Score,
    SealedBallotCast,
)
from ladders.model.review import Sheet, SheetItem, Stage
from workflows import rows
from workflows.acts import AgreeToOpen, AskToOpen, WithdrawBallot
from workflows.case import Case, case_in, next_of, reasoned, stream
from workflows.case_parts import Vote
from workflows.commands import Already, CastBallot, Decision, Moment, Needs, Refused, Subject, World
from workflows.cycle import Cycle, deadline_passed
from workflows.cycle import stream as cycle_stream
from workflows.panel import stage_in
from workflows.repeats import Again
from workflows.seats import conflict, recusal_of
from workflows.stage import chairs_of, days_in, recused, seat_of

Asked = CastBallot | WithdrawBallot | AskToOpen | AgreeToOpen

SCALE = 2
"""How many decimal places a mark may have."""


def needs(command: Asked) -> Needs:
    """The cycle and the case; to vote also the row, the units, and who of the panel is related to the candidate."""
    streams = (cycle_stream(command.cycle), stream(command.case))
    match command:
        case CastBallot():
            related, person = (command.cycle, command.stage), (command.person,)
            return Needs(streams=streams, keys=rows.key(command.source), related=related, subjects=person, units=True)
        case WithdrawBallot():
            return Needs(streams=streams, units=True)
    return Needs(streams=streams)


def decide(world: World, command: Asked, moment: Moment) -> Decision:
    """What follows from an act on a ballot."""
    state = case_in(world, command.case, command.cycle)
    if isinstance(command, CastBallot):
        return _cast(world, command, state, moment)
    fact: Fact | Already
    match command:
        case WithdrawBallot():
            fact = _take_back(world, command, state, moment)
        case AskToOpen():
            fact = _ask(command, state)
        case AgreeToOpen():
            fact = _agree(command, state)
    return fact if isinstance(fact, Already) else [next_of(state, command.case, moment, fact)]


# -------------------------------------------------------------------------------------------------------- to vote


def _cast(world: World, command: CastBallot, state: Case, moment: Moment) -> Decision:
    cycle: Cycle = world.states[cycle_stream(command.cycle)]
    stage = stage_in(world, cycle, command.stage)
    chairs = chairs_of(world, cycle, state, stage)
    seat = seat_of(chairs, command.person)
    done = rows.held(world.keys, command.source)
    standing, number = state.ballots.get(stage.id, {}), len(state.rounds.get(stage.id, ())) + 1
    if done is None and command.round is not None:
        _in_round(command.round, number)
    if (cast := standing.get(seat)) is not None:
        return _again(command, stage, cast, done)
    if done is not None:
        return done
    _one_vote(command, standing)
    related = world.related.get(command.case, {})
    why = recusal_of(state, stage, seat, chairs[seat], None, related)
    if (why := why or conflict(state, stage, command.person, related)) is not None:
        raise recused(why)
    first, last, _ = days_in(world, cycle, state, stage)
    day = command.dated or moment.today
    _dated_in_time(day, first, last, moment)
    _in_service(world.subjects.get(command.person), day)
    choice, scores = _said(command, stage)
    again, in_round = state.lapsed.get((stage.id, seat)), number if number > 1 else None
    fact: BallotCast | SealedBallotCast
    if stage.ballots == "confidential":
        fact = SealedBallotCast(
            cycle=command.cycle,
            stage=stage.id,
            seat=seat,
            person=command.person,
            box=box_of(command.cycle, stage.id),
            content=content_of(stage, choice, scores),
            again=again,
            round=in_round,
            source=command.source,
        )
    else:
        fact = BallotCast(
            cycle=command.cycle,
            stage=stage.id,
            seat=seat,
            person=command.person,
            choice=choice,
            scores=scores or None,
            again=again,
            round=in_round,
            source=command.source,
        )
    return [next_of(state, command.case, moment, fact, day)]


def _in_round(asked: int, number: int) -> None:
    """Refused where a ballot is meant for another one of the stage than the one that is held."""
    if asked != number:
        raise Refused(
            "other round",
            f"这份申报现在进行第 {number} 轮表决,这张票是第 {asked} 轮的,不能计入;请核对轮次",
            f"this case stands in ballot {number} of the stage, and this one is of ballot {asked}: it does not count; "
            "check which it is meant for",
        )


def _one_vote(command: CastBallot, standing: Mapping[int, Vote]) -> None:
    """Refused where this person's ballot stands already in another seat, which they held or stood in for."""
    if any(one.person == command.person for one in standing.values()):
        raise Refused(
            "voted",
            "这个人已从另一席位对这份申报投过票,一人一票;请由现席位的其他人投,或把席位委派给别人:jieti cycle delegate",
            "this person has voted on the case from another seat, and nobody votes twice; let somebody else vote from "
            "this one: jieti cycle delegate",
        )


def _again(command: CastBallot, stage: Stage, cast: Vote, row: Decision | None) -> Already:
    """That the seat has voted so before; Refused where it said something else, or nobody may know what it said."""
    if isinstance(row, Already):
        return row
    if cast.choice is None:
        raise Refused(
            "second vote",
            "这个席位已经投过票,内容保密;要改投,请先用 jieti cycle withdraw-ballot 撤回",
            "this seat has voted, and what it said is confidential; to vote anew, take that ballot back first: "
            "jieti cycle withdraw-ballot",
        )
    if cast.choice == command.choice and _marks(cast.scores) == _marks(command.scores):
        mend = (
            "要改,请先用 jieti cycle withdraw-ballot 撤回",
            "To change that, take it back first: jieti cycle withdraw-ballot",
        )
        return Again(cast.at, on=command.dated, mend=mend)
    zh, en = _CHOICES[cast.choice]
    raise Refused(
        "second vote",
        f"这个席位已经投过票({zh}),一票不能改投;要改,请先用 jieti cycle withdraw-ballot 撤回",
        f"this seat has voted already ({en}), and a ballot is not changed; to vote anew, take it back first: "
        "jieti cycle withdraw-ballot",
    )


_CHOICES: dict[Choice, tuple[str, str]] = {
    "for": ("同意", "for"),
    "against": ("反对", "against"),
    "abstain": ("弃权", "abstained"),
    "scored": ("已评分", "scored"),
}


def _marks(scores: Sequence[Score]) -> dict[str, Fraction | None]:
    return {one.item: None if one.value is None else Fraction(one.value, 10**one.scale) for one in scores}


def _dated_in_time(day: date, first: date, last: date, moment: Moment) -> None:
    if day > moment.today or day < first:
        raise Refused(
            "dated",
            f"票上的日期 {day} 不对,应在 {first} 到 {min(last, moment.today)} 之间;请核对后再用 jieti cycle vote 录入",
            f"the ballot is dated {day}, which is not within {first} and {min(last, moment.today)}: "
            "check its date, then enter it with jieti cycle vote",
        )
    if day > last:
        raise Refused(
            "too late",
            f"这个环节的表决已于 {last} 截止,这一票不再计入;在截止日前写就的纸质票,请用 --dated 写明日期",
            f"ballots of this stage were cast until {last}: this one comes too late; for one on paper that bears an "
            "earlier day, give it with --dated",
        )


def _in_service(voter: Subject | None, day: date) -> None:
    """Refused where the voter had left the district's service by the day that the ballot is dated."""
    if voter is not None and voter.until is not None and voter.until < day:
        raise Refused(
            "left",
            f"这位评委已于 {voter.until} 离职,此后不能投票;请把席位转办给别人:jieti cycle hand-over",
            f"this panel member left the district's service on {voter.until} and votes no more: "
            "hand the seat over, jieti cycle hand-over",
        )


# ------------------------------------------------------------------------------------------------ what a ballot says


def _said(command: CastBallot, stage: Stage) -> tuple[Choice, tuple[Score, ...]]:
    """The choice, and the marks in the order of the stage's sheet; Refused where they do not fit the stage."""
    if stage.sheet is None:
        if command.choice == "scored" or command.scores:
            raise Refused(
                "no sheet",
                "这个环节不打分;请投同意、反对或弃权:jieti cycle vote",
                "this stage has no score sheet: vote for, against or abstain, jieti cycle vote",
            )
        return command.choice, ()
    marks = {one.item: one for one in command.scores}
    named = [item.id for item in stage.sheet.items]
    if command.choice != "scored" or sorted(one.item for one in command.scores) != sorted(named):
        raise Refused(
            "sheet",
            f"这个环节按评分表打分,每项一个分数(不适用的也要写明);评分项:{', '.join(named)};请补全后再投",
            f"this stage fills in a score sheet: a mark, or that it does not apply, for each of {', '.join(named)}",
        )
    for item in stage.sheet.items:
        _fits(marks[item.id], item)
    if all(one.value is None for one in command.scores):
        raise Refused(
            "nothing marked",
            "每一项都写了不适用,等于没有评分;请至少给一项打分,或声明回避:jieti cycle recuse",
            "every item is marked as not applicable, which is no score: mark one at least, or declare a recusal, "
            "jieti cycle recuse",
        )
    return "scored", tuple(marks[name] for name in named)


def _fits(mark: Score, item: SheetItem) -> None:
    if mark.value is None:
        return
    if not 0 <= mark.scale <= SCALE or not 0 <= Fraction(mark.value, 10**mark.scale) <= Fraction(item.out_of):
        raise Refused(
            "mark",
            f"“{item.title.zh}”的分数应在 0 到 {item.out_of} 之间,最多两位小数;请改正后再投",
            f'a mark of "{item.title.en}" is within 0 and {item.out_of}, with two decimal places at most: mend it',
        )


def box_of(cycle: str, stage: str) -> str:
    """Whose key seals the confidential ballots of a stage of a cycle."""
    return f"box-{cycle}-{stage}"


def content_of(stage: Stage, choice: Choice, scores: Sequence[Score] = ()) -> str:
    """What a confidential ballot says, as JSON; of one stage all have the same length, so that it tells nothing."""
    said: dict[str, object] = {"choice": choice}
    longest = {"choice": "against"}
    if stage.sheet is not None:
        said["scores"] = [_written(one.item, one.value, one.scale) for one in scores]
        return _padded(said, len(_json({"choice": choice, "scores": _longest(stage.sheet), "pad": ""})))
    return _padded(said, len(_json({**longest, "pad": ""})))


def _longest(sheet: Sheet) -> list[dict[str, object]]:
    """The marks that take most to write down: as many digits as an item can have, or none at all."""
    most = (int(item.out_of * Decimal(10) ** SCALE) for item in sheet.items)
    return [
        _written(item.id, None if full < 1000 else full, SCALE) for item, full in zip(sheet.items, most, strict=True)
    ]


def _written(item: str, value: int | None, scale: int) -> dict[str, object]:
    return {"item": item, "value": value, "scale": scale}


def _padded(said: dict[str, object], length: int) -> str:
    bare = _json({**said, "pad": ""})
    return _json({**said, "pad": " " * (length - len(bare))})


def _json(content: dict[str, object]) -> str:
    return json.dumps(content, separators=(",", ":"))


# --------------------------------------------------------------------------------------------- taken back, and opened


def _take_back(world: World, command: WithdrawBallot, state: Case, moment: Moment) -> BallotWithdrawn:
    cycle: Cycle = world.states[cycle_stream(command.cycle)]
    stage = stage_in(world, cycle, command.stage)
    chairs = chairs_of(world, cycle, state, stage)
    seat = seat_of(chairs, command.person)
    _, last, _ = days_in(world, cycle, state, stage)
    ballot = state.ballots.get(stage.id, {}).get(seat)
    if ballot is None:
        raise Refused(
            "no ballot",
            "这个席位在册没有票,不用撤回;用 jieti cycle show 查看",
            "no ballot of this seat stands: there is nothing to take back; jieti cycle show lists the ballots",
        )
    for_them = chairs[seat].delegates if chairs[seat].holder == command.person else frozenset()
    if ballot.person != command.person and ballot.person not in for_them:
        raise Refused(
            "not theirs",
            "这一票是别人从这个席位投的,由投票人本人(或委派投票的席位评委)撤回;已转办的席位,前任的票仍然有效",
            "somebody else cast this ballot: only they take it back, or the holder who let them vote; "
            "what a former holder voted stands",
        )
    if deadline_passed(last, moment):
        raise Refused(
            "too late",
            f"这个环节的表决已于 {last} 截止,票不能再撤回;宽限期只用来补录截止前写就的纸质票",
            f"ballots were cast until {last} and are taken back no more; the days of grace only take in paper ballots "
            "that bear an earlier day: enter those with --dated",
        )
    return BallotWithdrawn(cycle=command.cycle, stage=stage.id, seat=seat, ballot=ballot.at)


def _ask(command: AskToOpen, state: Case) -> OpeningAsked | Already:
    if command.ballot not in state.sealed:
        raise Refused(
            "not sealed",
            f"#{command.ballot} 不是这份申报的保密票;编号用 jieti audit history 查看",
            f"#{command.ballot} is no confidential ballot of this case; jieti audit history lists them",
        )
    if (before := state.openings.get(command.ballot)) is not None:
        if before.opened_at:
            return Already(before.opened_at)
        return Again(before.at, {"reason": command.reason.strip()})
    assert state.nominated is not None
    return OpeningAsked(
        cycle=command.cycle, subject=state.nominated.subject, ballot=command.ballot, reason=reasoned(command.reason)
    )


def _agree(command: AgreeToOpen, state: Case) -> BallotOpened | Already:
    asked = state.openings.get(command.ballot)
    if asked is None:
        raise Refused(
            "not asked",
            f"还没有人申请开启 #{command.ballot};请先用 jieti cycle ask-to-open 申请",
            f"nobody has asked to open #{command.ballot} yet; ask first: jieti cycle ask-to-open",
        )
    if asked.opened_at:
        return Already(asked.opened_at)
    if asked.asked_by & {command.asking.actor, command.asking.on_behalf_of}:
        raise Refused(
            "second person",
            "开启保密票要两个人,申请的人不能自己同意;请由另一人同意",
            "it takes two people to open a confidential ballot: somebody else than who asked has to agree",
        )
    return BallotOpened(cycle=command.cycle, ballot=command.ballot, asked=asked.at)
