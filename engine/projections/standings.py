"""The projections of standings: the rows that rules count, and the file of what became of each one."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from operator import attrgetter

from sqlalchemy import Connection, delete, select

from engine.projections.lasting import STANDING, Line, Lines, attributes_text
from engine.projections.writes import update_rows
from engine.tables import standing_table
from events.envelope import Recorded
from events.facts import (
    OfStanding,
    StandingDemoted,
    StandingLapsed,
    StandingReinstated,
    StandingSuspended,
)
from events.tables import EACH, insert_rows, many
from ladders.evidence.columns import FOREVER

_STANDINGS = select(standing_table).where(standing_table.c.subject.in_(select(EACH)))


@dataclass(slots=True)
class StandingFile:
    """A row of the standing table, in its column order: what it means is said there."""

    position: int
    subject: str
    ladder: str
    rung: str
    first: int
    term_until: int | None
    until: int | None
    state: str
    ended: int | None
    line: int


_VALUES = attrgetter(*StandingFile.__slots__)
_CHANGING = ("until", "state", "ended", "line")
_CHANGES = attrgetter(*_CHANGING, "position")
assert StandingFile.__slots__ == tuple(standing_table.columns.keys())


class Standings:
    """The standings of a batch on its way into the projections.

    A standing's row of evidence lasts from its first to its last day, as known at a position
    (``engine.projections.lasting``); a suspension or a revocation ends that row, a reinstatement from a day on begins
    another; a demotion ends it and begins that of the lower rung.
    """

    def __init__(self, connection: Connection, lines: Lines) -> None:
        self._connection, self._lines = connection, lines
        self._standings: dict[int, StandingFile] = {}
        self._of: dict[str, list[StandingFile]] = defaultdict(list)
        self._new: set[int] = set()
        self._gone: set[int] = set()

    def load(self, subjects: Collection[str], ending: Collection[str]) -> None:
        """Fetch the standings of these subjects; of those who are ``ending`` one, the rows that are void as well."""
        if not subjects:
            return
        for row in self._connection.execute(_STANDINGS, many(subjects)):
            self._hold(StandingFile(*row))
        self._lines.load_recorded({one.line for subject in ending for one in self._of[subject]})

    def _hold(self, one: StandingFile) -> None:
        self._standings[one.position] = one
        self._of[one.subject].append(one)

    def begin(
        self, event: Recorded, own: int, said: tuple[str, str, str, str], began: tuple[int, int], until: int | None
    ) -> None:
        """A subject's standing began; ``said`` is (subject, ladder, rung, how), ``own`` the subject's number."""
        at, (subject, ladder, rung, how) = event.position, said
        text = attributes_text({"ladder": ladder, "rung": rung, "how": how})
        ends = FOREVER if until is None else until
        self._lines.add(Line(at, at, 0, 0, STANDING, own, 0, *began, ends, 0, 0, at, None, text))
        self._hold(StandingFile(at, subject, ladder, rung, began[0], until, until, "held", None, at))
        self._new.add(at)
        held = [one for one in self._lines.lasting(STANDING, own) if json.loads(one.attributes)["ladder"] == ladder]
        self._lines.succeed(held, at)
        self._follow(subject, ladder)

    def _follow(self, subject: str, ladder: str) -> None:
        """Bring the file of a ladder's standings to what their rows came to."""
        on_ladder = sorted(
            (one for one in self._of[subject] if one.ladder == ladder), key=attrgetter("first", "position")
        )
        for number, one in enumerate(on_ladder):
            line = self._lines.newest(one.line)
            if one.state in ("held", "succeeded", "lapsed"):
                one.until = one.first - 1 if line.voided is not None else _day(line.until)
            if one.state in ("held", "succeeded"):
                following = {later.first for later in on_ladder[number + 1 :]}
                followed = one.until is not None and one.until + 1 in following
                one.state = "succeeded" if followed else "held"

    def ended(self, event: Recorded, fact: OfStanding) -> None:
        """A standing lapsed, was suspended, revoked, demoted or reinstated."""
        one, at = self._standings[fact.standing], event.position
        day = event.envelope.occurred_from.toordinal()
        if isinstance(fact, StandingLapsed):
            one.state = "lapsed"
        elif isinstance(fact, StandingReinstated):
            self._reinstate(one, fact, at, day)
        elif isinstance(fact, StandingDemoted):
            one.state, one.ended = "demoted", at
            self._cut(one, day - 1, at)
            own, until = self._lines.newest(one.line).subject, fact.until.toordinal() if fact.until else None
            self.begin(event, own, (one.subject, one.ladder, fact.to, "demoted"), (day, day), until)
        else:
            one.state = "suspended" if isinstance(fact, StandingSuspended) else "revoked"
            one.ended = at
            self._cut(one, day - 1, at)

    def _cut(self, one: StandingFile, last: int, at: int) -> None:
        """A standing is held until a day, at the most; it may have been interrupted before."""
        newest = self._lines.newest(one.line)
        for line in self._lines.lasting(STANDING, newest.subject):
            if line.attributes == newest.attributes and line.first >= one.first and line.until > last:
                if last < line.first:
                    self._lines.void(line, at)
                else:
                    self._lines.revise(line, at, until=last)
        one.until = last if one.until is None else min(one.until, last)

    def _reinstate(self, one: StandingFile, fact: StandingReinstated, at: int, day: int) -> None:
        """A standing is held again, until its term ends or another one on its ladder follows."""
        line = self._lines.newest(one.line)
        first = line.first if fact.as_if_never else day
        if (instead := self._standings.get(fact.ended)) is not None:  # what a demotion gave ends with the demotion
            self._cut(instead, (instead.first if fact.as_if_never else day) - 1, at)
            if instead.state in ("held", "lapsed"):
                void = instead.until is not None and instead.until < instead.first
                instead.state = "revoked" if void else "succeeded"
        others = [other.first for other in self._of[one.subject] if other.ladder == one.ladder and other != instead]
        follows = min((other - 1 for other in others if other > first), default=FOREVER)
        ends = min(FOREVER if fact.until is None else fact.until.toordinal(), follows)
        if fact.as_if_never:
            self._lines.revise(line, at, until=ends)
        else:
            self._lines.add(
                Line(at, at, 0, 0, STANDING, line.subject, 0, day, day, ends, 0, 0, at, None, line.attributes)
            )
            one.line = at
        one.ended, one.state, one.until = None, "succeeded" if ends == follows < FOREVER else "held", _day(ends)

    def positions(self, subject: str) -> set[int]:
        """Under which events the standings of a subject are kept, and their rows recorded."""
        return {at for one in self._of[subject] for at in (one.position, one.line)}

    def settle(self, told: Standings, subject: str) -> None:
        """Bring the file of a subject's standings to what was told again; what was taken back is not in it."""
        for one in list(self._of[subject]):
            again = told._standings.get(one.position)
            if again is not None:
                one.until, one.state, one.ended, one.line = again.until, again.state, again.ended, again.line
                continue
            self._of[subject].remove(one)
            del self._standings[one.position]
            if one.position in self._new:
                self._new.remove(one.position)
            else:
                self._gone.add(one.position)

    def flush(self) -> None:
        """Write the batch's standings, the new ones and those that it changed."""
        if self._gone:
            gone = delete(standing_table).where(standing_table.c.position.in_(select(EACH)))
            self._connection.execute(gone, many(sorted(self._gone)))
        insert_rows(self._connection, standing_table, [_VALUES(self._standings[at]) for at in sorted(self._new)])
        there = [one for at, one in sorted(self._standings.items()) if at not in self._new]
        if there:
            update_rows(self._connection, standing_table, _CHANGING, [_CHANGES(one) for one in there])


def _day(ordinal: int) -> int | None:
    """A day of the evidence table, where what has no end ends on a day that never comes."""
    return None if ordinal == FOREVER else ordinal
