"""Standings that a removal rule ended: the judgement derived again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from engine.assessing import assess
from engine.assessing.before import Difference, about, unfounded
from engine.district import District
from engine.standings import removals
from events.envelope import Recorded
from events.facts import (
    Fact,
    Granted,
    GrantedOnCorrection,
    Judgement,
    StandingDemoted,
    StandingRevoked,
    StandingSuspended,
    StandingTakenOver,
)
from workflows.commands import Refused


def differences(district: District, events: list[Recorded]) -> list[Difference]:
    """Each judgement is what its rule makes of the holder, and its effect is the rule's.

    A demotion leads to the rule's rung, for what was left of the term.
    """
    terms = _terms(district, events)
    found, groups = list[Difference](), dict[Any, list[tuple[Recorded, Judgement]]]()
    groups = defaultdict(list)
    for event in events:
        fact = event.fact
        assert isinstance(fact, StandingRevoked | StandingSuspended | StandingDemoted)
        if fact.judgement is None:
            found.append(unfounded(event))
        else:
            groups[fact.judgement.pins, fact.rung, fact.judgement.rule].append((event, fact.judgement))
    for (pins, rung, rule), same in groups.items():
        try:
            rules = assess.rules_of(district, pins)
            numbers = assess.numbers(district, [about(event) for event, _ in same])
            again = removals.judged(rules, rung, rule, district.columns(), numbers)
            removal = next(one for one in rules.ladder.rung(rung).removals if one.id == rule)
        except (LookupError, StopIteration, Refused):
            found += [unfounded(event) for event, _ in same]
            continue
        for (event, then), now in zip(same, again, strict=True):
            if then != now or now.outcome != "met" or _effect(event.fact, terms) != (removal.effect, removal.to):
                found.append(_otherwise(event, then, now))
    return found


def _effect(fact: Fact, terms: Mapping[int, date | None]) -> tuple[str, str | None]:
    """What an ending did, and the rung that it gave instead; none where that is not for what was left of the term."""
    if isinstance(fact, StandingDemoted):
        return "demote", fact.to if terms.get(fact.standing, fact.until) == fact.until else None
    return "revoke" if isinstance(fact, StandingRevoked) else "suspend", None


def _terms(district: District, events: Iterable[Recorded]) -> dict[int, date | None]:
    """The last days of the standings that demotions ended, as they were given, by their positions."""
    demoted = {one.fact.standing for one in events if isinstance(one.fact, StandingDemoted)}
    if not demoted:
        return {}
    with district.reading() as connection:
        given = district.log.read_at(connection, demoted)
    kinds = Granted | GrantedOnCorrection | StandingTakenOver | StandingDemoted
    return {one.position: one.fact.until for one in given if isinstance(one.fact, kinds)}


def _otherwise(event: Recorded, then: Judgement, now: Judgement) -> Difference:
    return Difference(
        event.position,
        about(event),
        f"退出条件“{then.rule}”当时为“{then.outcome}”,重算为“{now.outcome}”,或所列内容不同",
        f'the removal rule {then.rule} was "{then.outcome}", derived again "{now.outcome}", or lists other things',
    )
