"""Removal rules held against whoever holds a rung and changed since the last time; what they end, they end today.

They are held against everybody on a rung only where a new version, new settings or the mere passing of days could
have changed what they come to.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from sqlalchemy import Connection, or_, select, union

from engine.assessing import assess
from engine.blocks import in_blocks
from engine.clock import CLOCKWORK, log_day
from engine.district import District
from engine.pace import PAUSE
from engine.projections.lasting import MEMBER, MENTEE
from engine.tables import evidence_table, ladder_table, standing_table, subject_table
from events.facts import (
    HoldersReviewed,
    Judgement,
    StandingDemoted,
    StandingReinstated,
    StandingRevoked,
    StandingSuspended,
)
from events.tables import event_table
from ladders.evaluating import verdict
from ladders.evaluating.removals import asks_of_strangers, can_turn_met_by_time
from ladders.evidence.columns import Codes, Columns, Index
from ladders.model.ladder import Ladder
from ladders.question import digest
from workflows import ladder as published
from workflows.acts import EndStanding, ReviewHolders
from workflows.commands import Answer, Landed
from workflows.deciding import fold

_ENDS = (StandingSuspended, StandingRevoked, StandingDemoted)
_HELD = ("held", "succeeded")
"""States of standings that may be held today: what follows one may begin on a day to come."""
QUIET = 10_000
"""Events after which a review is recorded though it looked at nobody: the next one need not go back beyond it."""
FIRST = ("revoke", "demote", "suspend")
"""Of several rules that are met the one that goes first: what ends a standing for good, before what does for now."""
BURST = 20
"""Standings that end one after the other before others get their turn to write."""


@dataclass(frozen=True)
class Holder:
    """Somebody who holds a rung of a ladder: the subject and its number, the standing's position, the rung."""

    subject: str
    number: int
    standing: int
    rung: str


@dataclass(frozen=True)
class Ending:
    """A standing that a removal rule ends."""

    holder: Holder
    effect: Literal["suspend", "revoke", "demote"]
    judgement: Judgement


@dataclass(frozen=True)
class Reviewed:
    """What a review of a ladder's holders came to: how many it looked at, how many standings it ended."""

    ladder: str
    looked_at: int
    ended: int
    events: int


def reviewable(district: District) -> tuple[str, ...]:
    """The ladders whose version in force today has removal rules for a rung that somebody holds, in their order."""
    day = log_day(district)
    with district.reading() as connection:
        names = connection.execute(select(ladder_table.c.ladder).distinct().order_by(ladder_table.c.ladder)).scalars()
        return tuple(name for name in names.all() if _watched(connection, name, _in_force(district, name, day)))


def _in_force(district: District, ladder: str, day: date) -> Ladder | None:
    stream = published.stream(ladder)
    with district.reading() as connection:
        state: published.Published = fold(stream, district.log.read(connection, stream))
    version = state.in_force(day)
    return None if version is None else version.ladder


def _watched(connection: Connection, ladder: str, rules: Ladder | None) -> bool:
    rungs = [rung.id for rung in rules.rungs if rung.removals] if rules else []
    row = standing_table.c
    held = select(row.position).where(row.ladder == ladder, row.rung.in_(rungs), row.state.in_(_HELD)).limit(1)
    return bool(rungs) and connection.execute(held).first() is not None


def review(district: District, ladder: str) -> Reviewed:
    """Hold a ladder's removal rules against its holders who changed, end what they end, and record that it was done."""
    rules = assess.rules_for(district, ladder, log_day(district))
    with district.reading() as connection:
        at, last = _last_review(district, connection, ladder)
        holders = to_look_at(connection, rules, last)
        before = _ended_since(district, connection, ladder, at)
    endings = endings_of(district, rules, holders)
    ended = events = 0
    for number, ending in enumerate(endings):
        if number % BURST == BURST - 1:
            time.sleep(PAUSE)
        command = EndStanding(
            id=district.command_id(),
            asking=CLOCKWORK,
            subject=ending.holder.subject,
            standing=ending.holder.standing,
            effect=ending.effect,
            on=rules.question.as_of,
            judgement=ending.judgement,
        )
        appended = _events(district.handle(command))
        ended, events = ended + appended, events + appended
    # Those that an interrupted review ended are its own: what is recorded is what an undisturbed one records.
    looked_at, ended = len(holders) + before, ended + before
    since = rules.question.known_at - (last.known_at if last else 0)
    if looked_at or since > QUIET:
        events += _events(
            district.handle(
                ReviewHolders(
                    id=district.command_id(),
                    asking=CLOCKWORK,
                    ladder=ladder,
                    version=rules.version,
                    as_of=rules.question.as_of,
                    known_at=rules.question.known_at,
                    looked_at=looked_at,
                    ended=ended,
                )
            )
        )
    return Reviewed(ladder, looked_at, ended, events)


def _last_review(district: District, connection: Connection, ladder: str) -> tuple[int, HoldersReviewed | None]:
    """The newest review of a ladder's holders and its position; 0 and none where there was none."""
    row = event_table.c
    newest = select(row.position).where(row.stream == published.stream(ladder), row.type == HoldersReviewed.TYPE)
    at = connection.execute(newest.order_by(row.version.desc()).limit(1)).scalar_one_or_none()
    if at is None:
        return 0, None
    (event,) = district.log.read_at(connection, [at])
    assert isinstance(event.fact, HoldersReviewed)
    return event.position, event.fact


def to_look_at(connection: Connection, rules: assess.Rules, last: HoldersReviewed | None) -> list[Holder]:
    """Who holds a rung with removal rules and may have come to meet one since the last review."""
    ladder, today = rules.ladder, rules.question.as_of.toordinal()
    rungs = {rung.id: rung.removals for rung in ladder.rungs if rung.removals}
    anew = last is None or last.version != rules.version or max(rules.settings, rules.catalogue) > last.known_at
    if last is None or anew or _may_hang_on_anybody(ladder):
        return _holders(connection, ladder.id, rungs, today)
    found: dict[int, Holder] = {}
    if (since := last.as_of.toordinal()) < today:
        by_time = [
            rung
            for rung, removals in rungs.items()
            if any(can_turn_met_by_time(ladder.removal_step(rung, one.id), ladder) for one in removals)
        ]
        found = {one.standing: one for one in _holders(connection, ladder.id, by_time, today)}
        found |= {one.standing: one for one in _holders(connection, ladder.id, rungs, today, since)}
    changed = _changed(connection, last.known_at, since, today)
    for block in in_blocks(changed):
        found |= {one.standing: one for one in _of(connection, block, ladder.id, rungs, today)}
    return [holder for _, holder in sorted(found.items())]


def _may_hang_on_anybody(ladder: Ladder) -> bool:
    """Whether a removal rule may hang on others than its holder and those whose evidence counts for the holder."""
    return any(
        asks_of_strangers(ladder.removal_step(rung.id, one.id), ladder)
        for rung in ladder.rungs
        for one in rung.removals
    )


def _holders(
    connection: Connection, ladder: str, rungs: Collection[str], today: int, since: int | None = None
) -> list[Holder]:
    """Everybody on these rungs, or those whose standing began after a day."""
    row = standing_table.c
    held = (
        select(row.subject, subject_table.c.number, row.position, row.rung)
        .join(subject_table, subject_table.c.id == row.subject)
        .where(row.ladder == ladder, row.rung.in_(rungs), row.state.in_(_HELD), row.first <= today)
        .where(or_(row.until.is_(None), row.until >= today))
    )
    if since is not None:
        held = held.where(row.first > since)
    return [Holder(*one) for one in connection.execute(held.order_by(row.position))]


def _of(
    connection: Connection, numbers: Collection[int], ladder: str, rungs: Collection[str], today: int
) -> Iterator[Holder]:
    """Those of these subjects who are on these rungs: found by the subjects, however many there are on the rungs."""
    row = standing_table.c
    theirs = (
        select(row.subject, subject_table.c.number, row.position, row.rung, row.ladder, row.state, row.first, row.until)
        .join(subject_table, subject_table.c.id == row.subject)
        .where(subject_table.c.number.in_(numbers))
    )
    for *holder, on, state, first, until in connection.execute(theirs):
        one, now = Holder(*holder), first <= today and (until is None or until >= today)
        if on == ladder and state in _HELD and now and one.rung in rungs:
            yield one


def _changed(connection: Connection, known_at: int, since: int, today: int) -> list[int]:
    """The numbers of subjects of whom something was recorded, revised or voided after a position, or whose evidence
    of a span of days came to its last one; and the groups and mentors for whom theirs counts."""
    row = evidence_table.c
    parts = [
        select(row.subject).where(row.made > known_at),
        select(row.subject).where(row.voided > known_at),
        select(row.subject).where(row.other.is_(None), row.last > row.first, row.last > since, row.last <= today),
    ]
    own = set(connection.execute(union(*parts)).scalars())
    groups = set[int]()
    for block in in_blocks(own):
        tied = select(row.subject).where(row.kind.in_((MEMBER, MENTEE)), row.other.in_(block))
        groups |= set(connection.execute(tied).scalars())
    return sorted(own | groups)


def _ended_since(district: District, connection: Connection, ladder: str, position: int) -> int:
    """How many standings of a ladder a rule ended after a position."""
    row = standing_table.c
    ended = select(row.ended).where(
        row.ladder == ladder, row.state.in_(("suspended", "revoked", "demoted")), row.ended > position
    )
    events = district.log.read_at(connection, connection.execute(ended).scalars().all())
    return sum(isinstance(e.fact, _ENDS) and e.fact.cause == "rule" for e in events)


def endings_of(district: District, rules: assess.Rules, holders: Sequence[Holder]) -> list[Ending]:
    """The standings that removal rules end: revocations first, then demotions, else the first rule of the rung.

    A finding that was overridden by a reinstatement stays overridden while it stays the same.
    """
    found: dict[int, Ending] = {}
    if not holders:
        return []
    columns, numbers = district.columns(), np.array([holder.number for holder in holders], np.int32)
    if not _may_hang_on_anybody(rules.ladder):
        columns, numbers = _only(columns, numbers)
    for rung in rules.ladder.rungs:
        for removal in sorted(rung.removals, key=lambda one: FIRST.index(one.effect)):
            left = np.array(
                [i for i, one in enumerate(holders) if one.rung == rung.id and one.standing not in found], np.intp
            )
            if not len(left):
                continue
            # Hardly anybody meets a removal rule: only they are told with all findings.
            meeting = left[_met(_verdicts(rules, rung.id, removal.id, columns, numbers[left]))]
            judgements = judged(rules, rung.id, removal.id, columns, numbers[meeting])
            for i, judgement in zip(meeting.tolist(), judgements, strict=True):
                found[holders[i].standing] = Ending(holders[i], removal.effect, judgement)
    overridden = _overridden(district, found)
    return [
        one
        for standing, one in sorted(found.items())
        if (one.judgement.rule, one.judgement.digest) not in overridden.get(standing, ())
    ]


def judged(rules: assess.Rules, rung: str, removal: str, columns: Columns, cohort: Codes) -> list[Judgement]:
    """What a removal rule comes to for a cohort of its rung's holders; where it is met, with the evidence that counted.

    KeyError where the ladder has no such rule.
    """
    found, step = _verdicts(rules, rung, removal, columns, cohort), rules.ladder.removal_step(rung, removal)
    met = _met(found)
    used = verdict.evidence_of(rules.ladder, step, columns, cohort[met], rules.question) if len(met) else []
    evidence = dict(zip(met.tolist(), used, strict=True))
    judgements = []
    for i in range(len(cohort)):
        outcome, findings = found.outcome_of(i), found.findings(i)
        judgements.append(
            Judgement(
                rule=removal,
                pins=rules.pins,
                outcome=outcome,
                findings=findings,
                digest=digest(step.id, outcome, findings),
                evidence=evidence.get(i, ()),
            )
        )
    return judgements


def _verdicts(rules: assess.Rules, rung: str, removal: str, columns: Columns, cohort: Codes) -> verdict.Verdicts:
    step = rules.ladder.removal_step(rung, removal)
    return verdict.assess(rules.ladder, step, columns, cohort, rules.question)


def _met(found: verdict.Verdicts) -> Index:
    """The places in the cohort of those who meet all clauses."""
    return np.flatnonzero(found.outcome == verdict.OUTCOMES.index("met"))


def _only(columns: Columns, cohort: Codes) -> tuple[Columns, Codes]:
    """The columns of these subjects alone, where they are few, and their numbers there."""
    if len(cohort) * 4 >= columns.subjects:
        return columns, cohort
    return columns.of(cohort), np.arange(len(cohort), dtype=np.int32)


def _overridden(district: District, found: Mapping[int, Ending]) -> dict[int, set[tuple[str, str]]]:
    """By standing the rules, with their findings' digests, whose endings a later reinstatement undid."""
    overridden: dict[int, set[tuple[str, str]]] = {}
    row, types = event_table.c, (*(one.TYPE for one in _ENDS), StandingReinstated.TYPE)
    with district.reading() as connection:
        for block in in_blocks(sorted({f"subject-{one.holder.subject}" for one in found.values()})):
            chosen = select(row.position).where(row.stream.in_(block), row.type.in_(types))
            ended: dict[int, set[tuple[str, str]]] = {}
            for event in district.log.read_at(connection, connection.execute(chosen).scalars().all()):
                match event.fact:
                    case StandingReinstated(standing=standing):
                        overridden.setdefault(standing, set()).update(ended.get(standing, ()))
                    case StandingSuspended() | StandingRevoked() | StandingDemoted() as fact if fact.judgement:
                        ended.setdefault(fact.standing, set()).add((fact.judgement.rule, fact.judgement.digest))
    return overridden


def _events(answer: Answer) -> int:
    return len(answer.positions) if isinstance(answer, Landed) else 0
