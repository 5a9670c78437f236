"""Standings that a removal rule ended: the judgement derived again."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from engine import assess, removals
from engine.before import Difference, about, unfounded
from engine.district import District
from events.envelope import Recorded
from events.facts import Judgement, StandingRevoked, StandingSuspended
from workflows.commands import Refused


def differences(district: District, events: list[Recorded]) -> list[Difference]:
    """Each judgement is what its rule makes of the holder, and its effect is the rule's."""
    found, groups = list[Difference](), dict[Any, list[tuple[Recorded, Judgement]]]()
    groups = defaultdict(list)
    for event in events:
        fact = event.fact
        assert isinstance(fact, StandingRevoked | StandingSuspended)
        if fact.judgement is None:
            found.append(unfounded(event))
        else:
            groups[fact.judgement.pins, fact.rung, fact.judgement.rule].append((event, fact.judgement))
    for (pins, rung, rule), same in groups.items():
        try:
            rules = assess.rules_of(district, pins)
            numbers = assess.numbers(district, [about(event) for event, _ in same])
            again = removals.judged(rules, rung, rule, district.columns(), numbers)
            effect = next(one.effect for one in rules.ladder.rung(rung).removals if one.id == rule)
        except (LookupError, StopIteration, Refused):
            found += [unfounded(event) for event, _ in same]
            continue
        for (event, then), now in zip(same, again, strict=True):
            ended = "revoke" if isinstance(event.fact, StandingRevoked) else "suspend"
            if then != now or now.outcome != "met" or ended != effect:
                found.append(_otherwise(event, then, now))
    return found


def _otherwise(event: Recorded, then: Judgement, now: Judgement) -> Difference:
    return Difference(
        event.position,
        about(event),
        f"退出条件“{then.rule}”当时为“{then.outcome}”,重算为“{now.outcome}”,或所列内容不同",
        f'the removal rule {then.rule} was "{then.outcome}", derived again "{now.outcome}", or lists other things',
    )
