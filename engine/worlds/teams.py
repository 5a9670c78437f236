"""In which groups subjects are, what these are, and the rules on joining: what ``workflows.joining`` is shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, select

from engine.projections.lasting import MEMBER
from engine.tables import evidence_table, ladder_table, subject_table, unit_table
from events.facts import LadderPublished, StudioFounded
from events.log import Log
from events.tables import EACH, many
from ladders.evidence.columns import FOREVER
from workflows.joining import rule_of
from workflows.shown import Joined, JoiningRule, Team, Teams

_row = evidence_table.c
_member, _group = subject_table.alias(), subject_table.alias()
_ASKED = select(subject_table.c.number).where(subject_table.c.id.in_(select(EACH)))
_JOINED = (
    select(_member.c.id, _group.c.id, _row.first, _row.last, _row.until)
    .join(_member, _member.c.number == _row.other)
    .join(_group, _group.c.number == _row.subject)
    .where(_row.kind == MEMBER, _row.other.in_(_ASKED), _row.voided.is_(None))
    .order_by(_row.recorded)
)
_GROUPS = (
    select(subject_table.c.id, subject_table.c.position, unit_table.c.kind, unit_table.c.code)
    .outerjoin(unit_table, unit_table.c.id == subject_table.c.id)
    .where(subject_table.c.id.in_(select(EACH)))
)


class JoiningRules:
    """What the published versions of ladders say of joining; what was read once stays, since it never changes."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._read: dict[str, JoiningRule] = {}

    def every(self, connection: Connection) -> tuple[JoiningRule, ...]:
        """Of every version of the ladders of which some version has such a rule."""
        rows = connection.execute(select(ladder_table.c.sha256, ladder_table.c.position)).tuples().all()
        if unread := {at: sha256 for sha256, at in rows if sha256 not in self._read}:
            for event in self._log.read_at(connection, unread):
                assert isinstance(event.fact, LadderPublished)
                self._read[unread[event.position]] = rule_of(event.fact, event.position)
        rules = [self._read[sha256] for sha256, _ in rows]
        ruling = {rule.ladder for rule in rules if rule.most is not None}
        return tuple(rule for rule in rules if rule.ladder in ruling)


def shown(connection: Connection, log: Log, rules: JoiningRules, joins: Collection[tuple[str, str]]) -> Teams:
    """For those who join or leave (subject, group): every group that they are in, what it is, and the rules."""
    if not joins:
        return Teams()
    joined: dict[str, tuple[Joined, ...]] = defaultdict(tuple)
    for member, group, first, last, until in connection.execute(
        _JOINED, many({member for member, _ in joins})
    ).tuples():
        ends = date.max if until == FOREVER else date.fromordinal(until)
        joined[member] += (Joined(group, date.fromordinal(first), date.fromordinal(last), ends),)
    named = {group for _, group in joins} | {one.group for every in joined.values() for one in every}
    return Teams(_groups(connection, log, named), dict(joined), rules.every(connection))


def _groups(connection: Connection, log: Log, groups: Collection[str]) -> dict[str, Team]:
    """What these groups are, and the codes that people know them by."""
    found, founded = dict[str, Team](), dict[int, str]()
    for group, position, kind, code in connection.execute(_GROUPS, many(groups)).tuples():
        found[group] = Team(kind or "", code or "")
        if kind is None:
            founded[position] = group
    for event in log.read_at(connection, founded) if founded else ():
        if isinstance(event.fact, StudioFounded):
            found[founded[event.position]] = Team("studio", event.fact.code)
    return found
