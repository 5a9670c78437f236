"""What a stage's ballots come to: votes, signatures, score sheets; and whether that decides the stage yet.

Nothing here depends on the order in which ballots were cast, and nothing is rounded.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import Literal

from events.facts import Choice, ItemScore, Score, StageDecided, Tally
from ladders.model.review import Route, Sheet, Stage
from workflows.case import Case, late
from workflows.case_parts import Vote
from workflows.commands import Refused, Unit
from workflows.cycle import Cycle, window_of
from workflows.seats import Related, Seated, seats_of

Verdict = Literal["approved", "rejected", "no quorum"]


@dataclass(frozen=True, slots=True)
class Said:
    """What a ballot says."""

    choice: Choice
    scores: tuple[Score, ...] = ()


def decision_of(
    state: Case,
    cycle: Cycle,
    stage: Stage,
    route: Route,
    units: Mapping[str, Unit],
    related: Related,
    today: date,
) -> StageDecided | None:
    """How a stage decides a case that is in it, on a day; None while it does not decide yet.

    It does once every seat that may vote has voted, once the signatures cannot come out otherwise, or from the day on
    which ballots are counted; never while it has no panel, nor before that day for want of a quorum: where recusals
    leave too few, somebody may still be added.  ``related`` is the case's; ballots that were sealed must have been
    opened.
    """
    if late(state, cycle, stage.id):
        return None
    days = window_of(cycle, state.windows.get(stage.id), stage.id)
    if days is None:
        return None
    seats = seats_of(state, cycle, stage, units, related)
    free = {seat: one for seat, one in seats.items() if one.recused is None}
    said = {seat: said_by(one) for seat, one in state.ballots.get(stage.id, {}).items() if seat in free}
    everybody = bool(free) and len(said) == len(free)
    if not seats or not (everybody or today >= days[2] or signed_early(stage, said)):
        return None
    tally = tally_of(stage, seats, said)
    found: Verdict | Literal["escalated"] = verdict_of(stage, tally, said)
    if found == "no quorum":
        if today < days[2]:
            return None
        then = stage.when_time_is_up.then
        if then == "escalate":
            found = "escalated"
        elif then == "extend" and stage.id not in state.windows and stage.id not in cycle.extensions:
            return None
    return StageDecided(
        stage=stage.id, outcome=found, tally=tally, assessed=state.assessed_at, last=stage.id == route.stages[-1].id
    )


def said_by(ballot: Vote) -> Said:
    """What a ballot says; a sealed one must have been opened: Refused where its key is gone."""
    if ballot.choice is not None:
        return Said(ballot.choice, ballot.scores)
    if ballot.sealed is None or not ballot.sealed.content.startswith("{"):
        raise Refused(
            "key gone",
            "保险库里没有这个环节的密钥,无记名票打不开,不能计票;请从备份恢复 vault.db",
            "the vault has no key of this stage, so its confidential ballots cannot be counted: "
            "restore vault.db from a backup",
        )
    content = json.loads(ballot.sealed.content)
    return Said(content["choice"], tuple(Score(**one) for one in content.get("scores", ())))


# --------------------------------------------------------------------------------------------- votes and signatures


def signed_early(stage: Stage, said: Mapping[int, Said]) -> bool:
    """Whether signatures cannot come out otherwise: one against where all must sign, one for where one is enough."""
    ends = {"all": "against", "any": "for"}.get(stage.sign or "")
    return any(one.choice == ends for one in said.values())


def tally_of(stage: Stage, seats: Mapping[int, Seated], said: Mapping[int, Said]) -> Tally:
    """What the ballots of the seats that are free to vote come to; ``said`` holds no others."""
    recused = tuple(seat for seat, one in seats.items() if one.recused is not None)
    choices = [one.choice for one in said.values()]
    vetoed = _told(stage, sorted(seat for seat, one in said.items() if seats[seat].veto and one.choice == "against"))
    counted = Tally(
        in_favour=choices.count("for"),
        against=choices.count("against"),
        abstained=choices.count("abstain"),
        seats=len(seats) - len(recused),
        recused=recused or None,
        vetoed=vetoed,
    )
    if stage.sheet is None or not said:
        return counted
    totals, dropped = _totals(stage.sheet, said)
    return counted.model_copy(update={**totals, "dropped": _told(stage, dropped)})


def _told(stage: Stage, seats: Sequence[int]) -> tuple[int, ...] | None:
    """The seats as a tally names them, None for none: of confidential ballots only how many they are."""
    return tuple(seats if stage.ballots == "named" else [0 for _ in seats]) or None


def verdict_of(stage: Stage, tally: Tally, said: Mapping[int, Said]) -> Verdict:
    """What a tally means for the case."""
    if tally.vetoed:
        return "rejected"
    if stage.sign is not None:
        return _signed(stage.sign, tally, len(said))
    if len(said) < (stage.quorum or 1):
        return "no quorum"
    if stage.sheet is not None:
        return "approved" if _enough(stage.sheet, tally) else "rejected"
    assert stage.threshold is not None
    base = tally.seats if stage.threshold.of == "seats" else len(said)
    return "approved" if stage.threshold.reached(tally.in_favour, base) else "rejected"


def _signed(sign: Literal["all", "any"], tally: Tally, voted: int) -> Verdict:
    if sign == "any" and tally.in_favour:
        return "approved"
    if sign == "all" and tally.against:
        return "rejected"
    if not voted or voted < tally.seats:
        return "no quorum"
    return "approved" if sign == "all" and tally.in_favour == tally.seats else "rejected"


# ------------------------------------------------------------------------------------------------------ score sheets


@lru_cache(maxsize=64)
def _unit(sheet: Sheet) -> tuple[int, Mapping[str, int]]:
    """A whole number, and by item what a mark of 0.01 adds to a seat's sum, so that all sums are whole numbers.

    A seat's total, out of 100, is its sum divided by that number and by the weights of the items that it marked.
    """
    # A mark of m hundredths on an item of weight w, out of p/q hundredths, is w * m * q / p; p divides the multiple.
    full = {item.id: Fraction(item.out_of) * 100 for item in sheet.items}
    common = lcm(*(one.numerator for one in full.values()))
    worth = {name: one.denominator * (common // one.numerator) for name, one in full.items()}
    return common, {item.id: item.weight * worth[item.id] for item in sheet.items}


def _totals(sheet: Sheet, said: Mapping[int, Said]) -> tuple[dict[str, object], list[int]]:
    """The total of the sheets and the mean of each item; and the seats whose sheets were dropped."""
    common, worth = _unit(sheet)
    weights = {item.id: item.weight for item in sheet.items}
    sums: dict[int, tuple[int, int]] = {}  # by seat what its marks come to, and the weights of what it marked
    marks: dict[str, list[int]] = {item.id: [] for item in sheet.items}  # by item, in hundredths
    for seat, one in said.items():
        reached = weighed = 0
        for score in one.scores:
            if score.value is not None:
                mark = score.value * 10 ** (2 - score.scale)
                marks[score.item].append(mark)
                reached += mark * worth[score.item]
                weighed += weights[score.item]
        sums[seat] = reached, weighed
    whole = lcm(*(weighed for _, weighed in sums.values()))
    totals = sorted((reached * (whole // weighed), seat) for seat, (reached, weighed) in sums.items())
    drop_lowest, drop_highest = sheet.drop_lowest, sheet.drop_highest
    if len(totals) <= drop_lowest + drop_highest:
        drop_lowest = drop_highest = 0
    kept = totals[drop_lowest : len(totals) - drop_highest]
    dropped = {seat for _, seat in totals} - {seat for _, seat in kept}
    total = Fraction(100 * sum(reached for reached, _ in kept), common * whole * len(kept))
    items = tuple(_mean(item, found) for item, found in marks.items())
    return {"score": total.numerator, "over": total.denominator, "items": items}, sorted(dropped)


def _mean(item: str, marks: list[int]) -> ItemScore:
    if not marks:
        return ItemScore(item=item)
    mean = Fraction(sum(marks), 100 * len(marks))
    return ItemScore(item=item, score=mean.numerator, over=mean.denominator)


def _enough(sheet: Sheet, tally: Tally) -> bool:
    """Whether the total and every sub-minimum are reached; an item that nobody marked reaches none."""
    assert tally.score is not None
    assert tally.over is not None
    if Fraction(tally.score, tally.over) < Fraction(sheet.at_least):
        return False
    means = {one.item: one for one in tally.items or ()}
    for item in sheet.items:
        if item.at_least is None:
            continue
        mean = means[item.id]
        if mean.score is None or Fraction(mean.score, mean.over) < Fraction(item.at_least):
            return False
    return True
