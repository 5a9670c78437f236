"""Past decisions held against what is known today: which verdict would come out otherwise, and because of what.

Nothing is rewritten.  A verdict stands on what was known at its position; what was recorded since, late, corrected or
voided, may be reason enough for an office to look at it again.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sqlalchemy import or_, select

from engine.assessing import assess
from engine.assessing.before import Before, asked_of
from engine.blocks import in_blocks
from engine.district import District
from engine.tables import evidence_table
from events.envelope import Recorded
from events.facts import Assessed, Declined, Granted, GrantedOnCorrection, Outcome, Pins, Reassessed
from events.log import tip
from events.tables import event_table
from ladders.evidence.columns import NEVER, Columns
from ladders.question import digest

BLOCK = 4_000
"""Cases that are looked at together."""
DECISIONS = (Granted.TYPE, Declined.TYPE, GrantedOnCorrection.TYPE)


@dataclass(frozen=True)
class Otherwise:
    """A decision whose verdict would come out otherwise today.

    ``position`` is that of the grant or decline, ``rung`` the one that it was about; ``then`` and ``now`` are what the
    verdict was and would be, ``rung_now`` where the ladder would place the subject today; ``clauses`` those that come
    out otherwise, and ``because`` the positions of what was recorded since.
    """

    position: int
    case: str
    cycle: str
    subject: str
    ladder: str
    rung: str
    decided: str
    then: Outcome
    now: Outcome
    rung_now: str | None
    clauses: tuple[str, ...]
    because: tuple[int, ...]


@dataclass(frozen=True)
class Revisited:
    """How many decisions were looked at, with what was known at which position, and those that differ."""

    decisions: int
    known_at: int
    otherwise: tuple[Otherwise, ...]


@dataclass(frozen=True)
class _Decided:
    """A decision and the verdict that it rests on."""

    event: Recorded
    verdict: Assessed
    subject: str
    to: str


def revisit(district: District, cycle: str | None = None, progress: Callable[[int], None] | None = None) -> Revisited:
    """Ask every verdict on which a grant or a decline of a cycle (or of all) rests again, as known today.

    Day, ladder version, settings and catalogue are those of the verdict: only what is known differs.
    """
    with district.reading() as connection:
        today = tip(connection).position
    found, looked = list[Otherwise](), 0
    for block in in_blocks([one.stream for one in decisions(district, cycle)], BLOCK):
        by_pins: dict[tuple[Pins, str], list[_Decided]] = defaultdict(list)
        for one in _rests_on(district, block, cycle):
            by_pins[one.verdict.pins, one.to].append(one)
        for (pins, to), same in by_pins.items():
            found += _asked_again(district, pins, to, same, today)
            looked += len(same)
            if progress:
                progress(len(same))
    return Revisited(looked, today, tuple(sorted(found, key=lambda one: one.position)))


def decisions(district: District, cycle: str | None = None, known_at: int | None = None) -> Sequence[Any]:
    """The position, stream and type of every grant and decline, the newest of each case, in the log's order."""
    row = event_table.c
    chosen = select(row.position, row.stream, row.type).where(row.type.in_([Granted.TYPE, Declined.TYPE]))
    if cycle is not None:
        chosen = chosen.where(row.correlation == cycle)
    if known_at is not None:
        chosen = chosen.where(row.position <= known_at)
    with district.reading() as connection:
        newest = {one.stream: one for one in connection.execute(chosen.order_by(row.position))}
    return sorted(newest.values(), key=lambda one: int(one.position))


def sample(found: Sequence[Any], size: int, seed: str) -> list[Any]:
    """So many decisions, as the seed chooses: the smallest by SHA-256 over seed, a zero byte and the case's stream.

    Whoever has the log and the seed draws the same ones, with any program.
    """
    drawn = sorted(found, key=lambda one: hashlib.sha256(f"{seed}\x00{one.stream}".encode()).digest())[:size]
    return sorted(drawn, key=lambda one: int(one.position))


def _rests_on(district: District, streams: Sequence[str], cycle: str | None) -> Iterable[_Decided]:
    before = Before.of(district, streams)
    for stream in streams:
        events = before.streams[stream]
        event = next(one for one in reversed(events) if isinstance(one.fact, Granted | Declined))
        fact, seen = event.fact, before.see(event)
        assert isinstance(fact, Granted | Declined)
        verdict = next((one.fact for one in events if one.position == fact.assessed), None)
        if seen is not None and isinstance(verdict, Assessed) and cycle in (None, fact.cycle):
            yield _Decided(event, verdict, fact.subject, asked_of(seen, verdict))


def _asked_again(district: District, pins: Pins, to: str, same: list[_Decided], today: int) -> Iterable[Otherwise]:
    rules = assess.rules_of(district, pins.model_copy(update={"known_at": today}))
    columns = undecided(district, pins.known_at)
    now = assess.of_cycle(district, rules, to, [one.subject for one in same], columns=columns)
    differs = [
        i
        for i, one in enumerate(same)
        if (now.judged(i).outcome, now.judged(i).rung) != (one.verdict.outcome, one.verdict.rung)
    ]
    if not differs:
        return
    subjects = [same[i].subject for i in differs]
    then = assess.of_cycle(district, assess.rules_of(district, pins), to, subjects)
    again = assess.of_cycle(district, rules, to, subjects, columns=columns)
    now_used = assess.evidence_used(district, again, columns)
    then_used = assess.evidence_used(district, then)
    for nth, i in enumerate(differs):
        one, judged = same[i], now.judged(i)
        fact = one.event.fact
        assert isinstance(fact, Granted | Declined)
        old = {found.clause: found for found in one.verdict.findings}
        yield Otherwise(
            position=one.event.position,
            case=one.event.envelope.stream.partition("-")[2],
            cycle=fact.cycle,
            subject=one.subject,
            ladder=pins.ladder,
            rung=fact.rung or to,
            decided=fact.TYPE,
            then=one.verdict.outcome,
            now=judged.outcome,
            rung_now=judged.rung,
            clauses=tuple(found.clause for found in judged.findings if old.get(found.clause) != found),
            because=since(district, set(then_used[nth]) ^ set(now_used[nth]), pins.known_at),
        )


def reassessed(district: District, pins: Pins, to: str, subjects: Sequence[str], known_at: int) -> list[Reassessed]:
    """The verdicts of decisions with the same pins, asked again with what is known at a later position."""
    later = pins.model_copy(update={"known_at": known_at})
    rules, columns = assess.rules_of(district, later), undecided(district, pins.known_at)
    cohort = assess.of_cycle(district, rules, to, subjects, columns=columns)
    used = assess.evidence_used(district, cohort, columns)
    found = []
    for i, evidence in enumerate(used):
        one = cohort.judged(i)
        found.append(
            Reassessed(
                step=one.step.id,
                pins=rules.pins,
                outcome=one.outcome,
                findings=one.findings,
                digest=digest(one.step.id, one.outcome, one.findings),
                rung=one.rung,
                evidence=evidence,
            )
        )
    return found


def undecided(district: District, known_at: int) -> Columns:
    """All evidence that is known today, but for what decisions after a position themselves made of it.

    Whoever was granted a rung holds it now, and what it rests on is used: that is no news about the decision.
    """
    row = event_table.c
    decided = select(row.position).where(row.type.in_(DECISIONS), row.position > known_at)
    with district.reading() as connection:
        made = np.array(list(connection.execute(decided).scalars()), np.int64)
    columns, kinds = district.columns(), {}
    for kind, rows in columns.kinds.items():
        voided = np.where(np.isin(rows.voided, made), NEVER, rows.voided)
        kinds[kind] = replace(rows, voided=voided, origin=None).take(np.flatnonzero(~np.isin(rows.known, made)))
    return replace(columns, kinds=kinds)


def since(district: District, differ: set[int], known_at: int) -> tuple[int, ...]:
    """What was recorded after a position and made this evidence count, or count no more."""
    row, since = evidence_table.c, {one for one in differ if one > known_at}
    with district.reading() as connection:
        for block in in_blocks(sorted(differ)):
            chosen = select(row.voided).where(or_(row.recorded.in_(block), row.made.in_(block)), row.voided > known_at)
            since |= set(connection.execute(chosen).scalars())
    return tuple(sorted(since))
