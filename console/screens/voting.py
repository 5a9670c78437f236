"""Ballots as people may see them: who has voted and who has not, and of confidential ones never what, until opened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from console.naming import case_state
from console.screens.paper import Paper, day, number, position
from console.screens.telling_reviews import CHOICES, content_of, marks
from console.screens.vocabulary import Vocabulary, title, who
from engine.cycles.advance import route
from engine.district import District
from engine.people import names
from engine.tables import case_table
from engine.worlds import worlds
from events.codec import owners
from events.facts import BallotCast, SealedBallotCast
from ladders.model.review import Stage
from workflows import case as cases
from workflows.case import Case
from workflows.cycle import window_of
from workflows.deciding import fold
from workflows.seats import Recusal, seats_of

_RECUSED: dict[Recusal, tuple[str, str]] = {
    "own case": ("回避:本人申报", "recused: their own case"),
    "declared": ("回避:已声明", "recused: declared"),
    "same school": ("回避:同校", "recused: same school"),
    "same studio": ("回避:同一工作室", "recused: same studio"),
    "mentor pair": ("回避:师徒", "recused: mentor and mentee"),
}


# ------------------------------------------------------------------------------------------------ who has not voted


@dataclass(frozen=True)
class Missing:
    """The ballots that a stage waits for: by panel member the cases that they have not voted on."""

    by_person: Mapping[str, tuple[str, ...]]

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(map(len, self.by_person.values()))


def missing(district: District, cycle: str, stage: str) -> Missing:
    """Who has not voted in a stage, seats that are recused left out."""
    state, stages = district.cycle_state(cycle), route(district, cycle).stages
    at = next(n for n, one in enumerate(stages) if one.id == stage)
    row, before = case_table.c, stages[at - 1].id if at else None
    here = select(row.id).where(row.cycle == cycle, row.phase == "in review")
    here = here.where(row.stage.is_(None) if before is None else row.stage == before)
    found: dict[str, list[str]] = defaultdict(list)
    with district.reading() as connection:
        ids = connection.execute(here.order_by(row.id)).scalars().all()
        read = district.log.read_many(connection, [cases.stream(one) for one in ids])
        states: dict[str, Case] = {one: fold(cases.stream(one), read[cases.stream(one)]) for one in ids}
        related = worlds.related(connection, state, stage, states, district.ladders)
        units = worlds.units(connection)
    for one, case in states.items():
        cast = case.ballots.get(stage, {})
        if cases.late(case, state, stage):
            continue  # it waits for days of its own
        for seat, chair in seats_of(case, state, stages[at], units, related.get(one, {})).items():
            if chair.recused is None and seat not in cast:
                found[chair.holder].append(one)
    return Missing({person: tuple(found[person]) for person in sorted(found)})


def reminder(district: District, cycle: str, stage: str, waiting: Missing, lang: str) -> Paper:
    """A text that can be sent as it is: which stage of which cycle, until when, and who still has how many to vote on.

    It names no candidate.
    """
    paper, words = Paper(lang), Vocabulary(district, lang)
    called = f"{words.cycle(cycle)} · {words.stage(cycle, stage)}"
    if not waiting.by_person:
        paper.both(f"{called}:没有缺的票", f"{called}: no ballot is missing")
        return paper
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, waiting.by_person)
    days = window_of(district.cycle_state(cycle), None, stage)
    until = (f",请于 {days[1]} 前投票", f", please vote by {days[1]}") if days else ("", "")
    paper.both(
        f"【{called}】还有 {number(waiting.total)} 张票没有投{until[0]}:",
        f"[{called}] {number(waiting.total)} ballots are missing{until[1]}:",
    )
    for person, left in waiting.by_person.items():
        paper.line(f"{who(known, person)} {paper.say(f'{len(left)} 份', str(len(left)))}")
    return paper


# ------------------------------------------------------------------------------------------------------ who has voted


@dataclass(frozen=True)
class Seat:
    """A seat of a case in a stage, and the ballot that stands of it; what a sealed ballot says only once opened."""

    stage: Stage
    seat: int
    role: str | None
    holder: str
    delegates: tuple[str, ...]
    recused: Recusal | None
    voter: str | None = None
    ballot: int | None = None
    round: int = 1
    """Which ballot of the stage it is in, or would be."""
    dated: date | None = None
    confidential: bool = False
    said: tuple[str, tuple[Any, ...]] | None = None
    """Its choice and marks; None for no ballot, and for a confidential one that nobody opened."""


def seats(district: District, cycle: str, case: str) -> list[Seat]:
    """Every seat of a case, by stage."""
    state, one = district.cycle_state(cycle), case_state(district, case)
    found = []
    with district.reading() as connection:
        units = worlds.units(connection)
        standing = [ballot.at for cast in one.ballots.values() for ballot in cast.values()]
        read = {event.position: event for event in district.log.read_at(connection, standing)}
        for stage in route(district, cycle).stages:
            related = worlds.related(connection, state, stage.id, {case: one}, district.ladders).get(case, {})
            for seat, chair in seats_of(one, state, stage, units, related).items():
                ballot = one.ballots.get(stage.id, {}).get(seat)
                event = read.get(ballot.at) if ballot is not None else None
                held = tuple(sorted(chair.voters - {chair.holder}))
                number = len(one.rounds.get(stage.id, ())) + 1
                place = Seat(stage, seat, chair.role, chair.holder, held, chair.recused, round=number)
                found.append(place if event is None else _cast(district, one, place, event))
    return found


def _cast(district: District, case: Case, place: Seat, event: Any) -> Seat:
    fact = event.fact
    said = (fact.choice, fact.scores or ()) if isinstance(fact, BallotCast) else opened(district, case, event)
    return Seat(
        place.stage,
        place.seat,
        place.role,
        place.holder,
        place.delegates,
        place.recused,
        voter=fact.person,
        ballot=event.position,
        round=place.round,
        dated=event.envelope.occurred_from,
        confidential=isinstance(fact, SealedBallotCast),
        said=said,
    )


def opened(district: District, case: Case, event: Any) -> tuple[str, tuple[Any, ...]] | None:
    """What a sealed ballot says, if two people opened it; None else."""
    opening = case.openings.get(event.position)
    if opening is None or not opening.opened_at:
        return None
    district.vault.load(owners(event.fact, event.envelope.stream))
    return content_of(names.opened(district.vault, event, "content") or "")


def ballots_listed(district: District, cycle: str, case: str, lang: str) -> Paper:
    """The ballots of a case, stage by stage."""
    paper, words, found = Paper(lang), Vocabulary(district, lang), seats(district, cycle, case)
    state = case_state(district, case)
    assert state.nominated is not None
    subject = state.nominated.subject
    people = {subject} | {one.holder for one in found} | {person for one in found for person in one.delegates}
    people |= {one.voter for one in found if one.voter}
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, people)
    paper.line(f"{known.code(subject)}  {known.name(subject)}    {case}    {words.cycle(cycle)}")
    for stage in dict.fromkeys(one.stage for one in found):
        own = [one for one in found if one.stage == stage]
        cast = sum(one.ballot is not None and one.recused is None for one in own)
        free = sum(one.recused is None for one in own)
        secret = paper.say(",保密", ", confidential") if stage.ballots == "confidential" else ""
        counted = paper.say(f"已投 {cast}/{free} 票", f"{cast} of {free} voted")
        if held := state.rounds.get(stage.id):
            counted = paper.say(f"第 {len(held) + 1} 轮,{counted}", f"ballot {len(held) + 1}, {counted}")
        paper.line(f"  {title(stage.title, lang)}: {counted}{secret}")
        paper.table([_row(paper, one, known, words, cycle) for one in own], indent=4)
    if not found:
        paper.both("  还没有评审组", "  no panel is seated yet")
    return paper


def _row(paper: Paper, one: Seat, known: names.Known, words: Vocabulary, cycle: str) -> tuple[str, ...]:
    groups = {group.role: group.title for group in one.stage.groups}
    role = title(groups[one.role], paper.lang) if one.role in groups else ""
    person = who(known, one.voter or one.holder)
    if one.delegates and one.voter is None:
        delegates = "、".join(who(known, delegate) for delegate in one.delegates)
        person += paper.say(f" 委派 {delegates}", f", delegate {delegates}")
    at = position(one.ballot) if one.ballot is not None else ""
    return str(one.seat), role, person, _said(paper, one, words, cycle), day(one.dated) if one.ballot else "", at


def _said(paper: Paper, one: Seat, words: Vocabulary, cycle: str) -> str:
    if one.recused is not None:
        return paper.say(*_RECUSED[one.recused])
    if one.ballot is None:
        return paper.say("未投", "not yet")
    if one.said is None:
        return paper.say("已投(保密)", "voted (confidential)")
    choice, scores = one.said
    said = marks(scores, cycle, one.stage.id, words) if choice == "scored" else paper.say(*CHOICES[choice])
    return said + (paper.say("(已开启)", " (opened)") if one.confidential else "")


def ballots_json(district: District, cycle: str, case: str) -> list[dict[str, Any]]:
    """The seats of a case as data, people by id; choices and marks of confidential ballots only once opened."""
    return [
        {
            "stage": one.stage.id,
            "seat": one.seat,
            "role": one.role,
            "holder": one.holder,
            "delegates": list(one.delegates),
            "recused": one.recused,
            "voter": one.voter,
            "ballot": one.ballot,
            "round": one.round,
            "dated": one.dated,
            "confidential": one.confidential,
            "choice": one.said[0] if one.said else None,
            "scores": [score.model_dump() for score in one.said[1]] if one.said else None,
        }
        for one in seats(district, cycle, case)
    ]


def opened_ballot(district: District, cycle: str, case: str, at: int, lang: str) -> Paper:
    """What a ballot says that two people opened; it may stand no more."""
    paper, words, state = Paper(lang), Vocabulary(district, lang), case_state(district, case)
    with district.reading() as connection:
        (event,) = district.log.read_at(connection, [at])
        fact = event.fact
        assert isinstance(fact, SealedBallotCast)
        known = names.called(connection, district.log, district.vault, [fact.person])
    said = opened(district, state, event)
    if said is not None:
        choice, scores = said
        shown = marks(scores, cycle, fact.stage, words) if choice == "scored" else paper.say(*CHOICES[choice])
        paper.line(f"{position(at)}  {words.stage(cycle, fact.stage)}  {who(known, fact.person)}: {shown}")
    return paper
