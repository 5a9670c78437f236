"""What was taken back, in the rows of subjects: they become what they would be if it had never been told.

Evidence that is taken back is void.  Of all else (what became of evidence, employments, memberships, mentor pairs,
standings) the rest is told again, by the same code and beside the rows that there are; where these come out otherwise
they are revised, known from the event that took it back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlalchemy import Connection

from engine.projections.lasting import Line, Lines
from events.envelope import Recorded
from events.facts import (
    EvidenceCorrected,
    EvidenceVoided,
    Fact,
    Granted,
    GrantedOnCorrection,
    MemberJoined,
    MemberLeft,
    MentorPaired,
    MentorParted,
    OfStanding,
    PersonHired,
    PersonLeft,
    PersonMoved,
    StandingTakenOver,
    TakenBack,
    TrainingRecognised,
    TrainingRefused,
    TrainingsFoundDifferent,
    TrainingsFoundSame,
)
from events.log import Log
from ladders.evidence.columns import NEVER
from workflows.evidence import Kept

TAKEN_BACK = "taken back"
"""The kind of a subject whose beginning was taken back: it is none any more."""
EMPLOYED = PersonHired | PersonMoved | PersonLeft


class Again(NamedTuple):
    """What is to be told again, in order, and the positions of the rows that may come out otherwise."""

    events: list[Recorded]
    positions: set[int]


class Retelling:
    """The events of a batch that take something back, and what they need to know."""

    def __init__(self, connection: Connection, log: Log) -> None:
        self._connection, self._log = connection, log
        self._targets: dict[int, Recorded] = {}
        self._streams: dict[str, list[Recorded]] = {}

    def load(self, events: Iterable[Recorded]) -> list[Recorded]:
        """Fetch what is taken back; the events of which some are told again."""
        backs = [event for event in events if isinstance(event.fact, TakenBack)]
        if not backs:
            return []
        found = self._log.read_at(self._connection, {_target(one) for one in backs})
        self._targets = {one.position: one for one in found}
        streams = {one.envelope.stream for one in found if not isinstance(one.fact, Kept)}
        self._streams = self._log.read_many(self._connection, streams)
        return [one for stream in self._streams.values() for one in stream if not isinstance(one.fact, TakenBack)]

    def target(self, event: Recorded) -> Recorded:
        """What an event takes back."""
        return self._targets[_target(event)]

    def again(self, event: Recorded, standings: Collection[int], group: Collection[int]) -> Again:
        """What is told again as of this event.

        ``standings`` are the positions of what gave the subject's standings, ``group`` those of the reports of the
        same training, or of the one record of other evidence, where it is of evidence.
        """
        target, before = self.target(event), self._streams[event.envelope.stream]
        told = [one for one in before if one.position <= event.position]
        gone = {one.fact.target for one in told if isinstance(one.fact, TakenBack)}
        alike = [one for one in told if _concern(target.fact, one, group)]
        positions = {one.position for one in alike}
        if isinstance(target.fact, StandingTakenOver):
            positions |= set(standings)
            granted = self._log.read_at(self._connection, standings)
            alike += [one for one in granted if isinstance(one.fact, Granted)]
        left = sorted((one for one in alike if one.position not in gone), key=lambda one: one.position)
        return Again(left, positions)


def settle(lines: Lines, told: Lines, positions: Iterable[int], at: int) -> None:
    """Bring the rows that these events recorded to what was told again, known from a position."""
    for recorded in sorted(positions):
        there = told.items(recorded)
        for item, line in lines.items(recorded).items():
            wanted = there.get(item)
            if wanted is None or wanted.voided is not None:
                if line.voided is None:
                    lines.void(line, at)
            elif line.voided is not None or _says(line) != _says(wanted):
                first, last, until, amount, scale, attributes, pending = _says(wanted)
                days = {"first": first, "last": last, "until": until}
                said = {"amount": amount, "scale": scale, "attributes": attributes}
                lines.revise(line, at, known=NEVER if pending else at, **days, **said)


def _says(line: Line) -> tuple[int, int, int, int, int, str, bool]:
    return line.first, line.last, line.until, line.amount, line.scale, line.attributes, line.known == NEVER


def _target(event: Recorded) -> int:
    assert isinstance(event.fact, TakenBack)
    return event.fact.target


def of_evidence(fact: Fact) -> tuple[int, ...]:
    """The evidence that a fact says something became of; none for any other."""
    match fact:
        case EvidenceCorrected(target=target) | EvidenceVoided(target=target):
            return (target,)
        case TrainingRecognised(training=target) | TrainingRefused(training=target):
            return (target,)
        case TrainingsFoundSame(training=one, other=two) | TrainingsFoundDifferent(training=one, other=two):
            return one, two
    return ()


def _concern(taken: Fact, other: Recorded, group: Collection[int]) -> bool:
    """Whether another event of the stream tells of the same as what was taken back; of evidence, of its ``group``."""
    if of_evidence(taken):
        return other.position in group or not set(group).isdisjoint(of_evidence(other.fact))
    if isinstance(taken, EMPLOYED):
        return isinstance(other.fact, EMPLOYED)
    match taken, other.fact:
        case (MemberJoined(group=one) | MemberLeft(group=one), MemberJoined(group=two) | MemberLeft(group=two)):
            return one == two
        case (MentorPaired(mentor=one) | MentorParted(mentor=one), MentorPaired(mentor=two) | MentorParted(mentor=two)):
            return one == two
        case (StandingTakenOver(), StandingTakenOver() | OfStanding() | GrantedOnCorrection()):
            return True
    return type(taken) is type(other.fact)
