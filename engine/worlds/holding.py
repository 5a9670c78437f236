"""What somebody holds, held and came to hold, on a day and as known at a position; and what ended it.

For deciders that are shown it, and for decisions that are derived again as of the moment when they were made.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, select

from engine.blocks import in_blocks
from engine.projections.lasting import STANDING
from engine.tables import LASTS, business_key_table, case_table, evidence_table, standing_table, subject_table
from events.facts import StandingDemoted, StandingRevoked, StandingSuspended
from events.facts.standings import lapse_key
from events.tables import EACH, event_table, many
from ladders.evidence.columns import FOREVER, NEVER
from workflows.shown import Ended, StandingHeld

_KEYS = select(business_key_table.c.key, business_key_table.c.position).where(
    business_key_table.c.key.in_(select(EACH))
)
_ENDINGS = select(event_table.c.position, event_table.c.type).where(
    event_table.c.position.in_(select(EACH)),
    event_table.c.type.in_((StandingSuspended.TYPE, StandingRevoked.TYPE, StandingDemoted.TYPE)),
)
_RAN_OUT = select(standing_table.c.position, standing_table.c.subject, standing_table.c.ended).where(
    standing_table.c.state == "lapsed", standing_table.c.ended.in_(select(EACH))
)
_STANDINGS = (
    select(standing_table).where(standing_table.c.subject.in_(select(EACH))).order_by(standing_table.c.position)
)


class Standing(NamedTuple):
    """A standing of a case's subject; days are ordinals, positions are the log's."""

    ladder: str
    rung: str
    first: int
    until: int
    recorded: int
    known: int
    voided: int | None


def standings(connection: Connection, cases: Iterable[str]) -> dict[str, list[Standing]]:
    """By case every standing that its subject ever had, those of which it was said later that they ended as well."""
    row, found = evidence_table.c, dict[str, list[Standing]]()
    for block in in_blocks(cases):
        chosen = (
            select(case_table.c.id, row.attributes, row.first, row.until, row.recorded, row.known, row.voided)
            .join(subject_table, subject_table.c.id == case_table.c.subject)
            .join(evidence_table, row.subject == subject_table.c.number)
            .where(case_table.c.id.in_(block), row.kind == STANDING, LASTS)
        )
        for case, attributes, *when in connection.execute(chosen):
            said = json.loads(attributes)
            found.setdefault(case, []).append(Standing(said["ladder"], said["rung"], *when))
    return found


def held_on(
    standings: Iterable[Standing], today: date, known_at: int = NEVER - 1
) -> dict[tuple[str, str], date | None]:
    """The (ladder, rung) of those that began by a day, as known at a position, or by now; and their last days.

    Those that ended since are among them: what falls due is told as of its own day, however late that is done.  The
    last day is None for what is held for good.
    """
    day, last = today.toordinal(), dict[tuple[str, str], int]()
    for one in standings:
        if one.first <= day and one.known <= known_at and (one.voided is None or one.voided > known_at):
            rung = (one.ladder, one.rung)
            last[rung] = max(one.until, last.get(rung, 0))
    return {rung: None if until == FOREVER else date.fromordinal(until) for rung, until in last.items()}


def coming_on(standings: Iterable[Standing], today: date, known_at: int = NEVER - 1) -> frozenset[tuple[str, str]]:
    """The (ladder, rung) of those that begin after a day, as known at a position, or by now."""
    day = today.toordinal()
    return frozenset(
        (one.ladder, one.rung)
        for one in standings
        if day < one.first <= one.until and one.known <= known_at and (one.voided is None or one.voided > known_at)
    )


def endings(connection: Connection, standings: Mapping[str, Iterable[Standing]]) -> dict[int, Ended]:
    """By position the events that suspended, revoked or demoted one of these standings."""
    acts = {at for every in standings.values() for one in every for at in (one.known, one.voided) if at}
    chosen = connection.execute(_ENDINGS, many(acts)) if acts else ()
    found = {at: Ended("suspended" if kind == StandingSuspended.TYPE else "revoked", at) for at, kind in chosen}
    suspended = [at for at, one in found.items() if one.state == "suspended"]
    for at, lapsed in _lapsed(connection, suspended).items() if suspended else ():
        found[at] = replace(found[at], lapsed_at=lapsed)
    return found


def _lapsed(connection: Connection, suspensions: Sequence[int]) -> dict[int, int]:
    """By the event that suspended a standing the one by which it lapsed, where it did."""
    rows = connection.execute(_RAN_OUT, many(suspensions)).all()
    keys = {lapse_key(one.position, f"subject-{one.subject}"): one.ended for one in rows}
    return {keys[key]: position for key, position in connection.execute(_KEYS, many(keys)).tuples()}


def ended_on(
    standings: Iterable[Standing], endings: Mapping[int, Ended], known_at: int = NEVER - 1
) -> dict[tuple[str, str], Ended]:
    """The (ladder, rung) of which the newest act, as known at a position, suspended, revoked or demoted a standing."""
    newest: dict[tuple[str, str], int] = {}
    given = {(one.ladder, one.rung, one.recorded) for one in standings}
    for one in standings:
        acts = [at for at in (one.known, one.voided) if at is not None and at <= known_at]
        rung = (one.ladder, one.rung)
        newest[rung] = max([newest.get(rung, 0), *acts])
    # A demotion ends one standing and gives another: that one was not ended by it.
    ended = ((rung, at) for rung, at in newest.items() if at in endings and (*rung, at) not in given)
    return {rung: _as_known(endings[at], known_at) for rung, at in ended}


def _as_known(one: Ended, known_at: int) -> Ended:
    return replace(one, state="lapsed") if one.lapsed_at is not None and one.lapsed_at <= known_at else one


def standings_of(connection: Connection, subjects: Iterable[str]) -> dict[str, tuple[StandingHeld, ...]]:
    """By subject every standing that it ever had, in the order in which they were given."""
    found: dict[str, list[StandingHeld]] = defaultdict(list)
    names = list(subjects)
    for row in connection.execute(_STANDINGS, many(names)) if names else ():
        first, term, until = (_day(one) for one in (row.first, row.term_until, row.until))
        assert first is not None
        held = StandingHeld(row.position, row.ladder, row.rung, first, term, row.state, row.ended, until)
        found[row.subject].append(held)
    return {subject: tuple(every) for subject, every in found.items()}


def _day(ordinal: int | None) -> date | None:
    return None if ordinal is None else date.fromordinal(ordinal)
