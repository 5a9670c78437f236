"""What may be asked once a cycle runs: the acts of panels, nominees, objectors and the office, of standings and
schedules, and what the clock brings.  As ``workflows.commands``: each carries its id, its days and its ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

from events.facts import Every, Graded, GroupGrades, GroupPlaces, Judgement, MovedUp, Placed
from events.facts.offers import TrainingOffered
from workflows.commands import Command, OpenCycle

# ------------------------------------------------------------------------------------------------- the panel


class DelegateSeat(Command):
    """Let another vote in one's place (委派); ``unit`` names the panel where there are several."""

    cycle: str
    stage: str
    unit: str | None = None
    person: str
    delegate: str


class EndDelegation(Command):
    """Vote from one's seat oneself again; ``person`` is its holder."""

    cycle: str
    stage: str
    unit: str | None = None
    person: str


class HandOverSeat(Command):
    """Pass a seat on to another person (转办)."""

    cycle: str
    stage: str
    unit: str | None = None
    person: str
    successor: str


class RemindPanel(Command):
    """Remind these members (催办) of the ballots that are missing."""

    cycle: str
    stage: str
    persons: tuple[str, ...]
    missing: int


class RecuseSeat(Command):
    """Declare that a person who may vote from a seat does not judge this case (回避)."""

    cycle: str
    case: str
    stage: str
    person: str
    reason: str


class EndRecusal(Command):
    """Take a declared recusal back before the stage decides."""

    cycle: str
    case: str
    stage: str
    person: str
    reason: str


class AddSigner(Command):
    """Add a seat for one case (加签)."""

    cycle: str
    case: str
    stage: str
    person: str


class WithdrawBallot(Command):
    """Take a ballot back before its stage is decided; the seat may then vote again."""

    cycle: str
    case: str
    stage: str
    person: str


class AskToOpen(Command):
    """Ask that a confidential ballot be opened, by its position."""

    cycle: str
    case: str
    ballot: int
    reason: str


class AgreeToOpen(Command):
    """Agree, as a second person, that it be opened."""

    cycle: str
    case: str
    ballot: int


# ------------------------------------------------------------------------------------------------ the nominee


class ReturnCase(Command):
    """Send a case back for completion (退回)."""

    cycle: str
    case: str
    stage: str
    reason: str


class ResubmitCase(Command):
    """Hand a returned case in again, completed."""

    cycle: str
    case: str


class WithdrawCase(Command):
    """Withdraw a nomination (撤回)."""

    cycle: str
    case: str
    reason: str
    undoes: bool = False  # the import that nominated is undone


# ---------------------------------------------------------------------------------------------- an objection


class RaiseObjection(Command):
    """Object to a posted case (异议); ``objection`` is the new objection's id, ``by`` the objector, if named."""

    cycle: str
    case: str
    objection: str
    by: str | None = None
    anonymous: bool
    about: str


class HearObjection(Command):
    """Record the hearing of an objection."""

    cycle: str
    case: str
    objection: str
    minutes: str


class DecideObjection(Command):
    """Decide an objection; ``back_to`` names the stage from which ballots are cast anew, with ``return``."""

    cycle: str
    case: str
    objection: str
    outcome: Literal["dismissed", "upheld"]
    then: Literal["resume", "reassess", "return", "decline"]
    back_to: str | None = None
    reason: str


# ---------------------------------------------------------------------------------------------- what falls due


class ExtendStage(Command):
    """Extend a stage whose days are over and whose rule says so."""

    cycle: str
    stage: str


class OpenWindow(Command):
    """Give these cases, which came late to a stage, days of their own in it."""

    cycle: str
    stage: str
    cases: tuple[str, ...]


class CountRound(Command):
    """Count a ballot of a stage that may hold several; ``cases`` are all those who stand in it."""

    cycle: str
    stage: str
    round: int
    cases: tuple[str, ...]


class FillPlaces(Command):
    """Give the places to the best of those approved, as the engine ranked them (``workflows.ranking``)."""

    cycle: str
    groups: tuple[GroupPlaces, ...]
    outside: int
    list_sha256: str
    lot: str | None = None


class PlaceCases(Command):
    """Record where these cases came; each names the ``places filled`` that it belongs to."""

    cycle: str
    placed: Mapping[str, Placed]


class GiveGrades(Command):
    """Grade those approved, as the engine ranked them (``workflows.grading``)."""

    cycle: str
    groups: tuple[GroupGrades, ...]
    list_sha256: str
    lot: str | None = None


class GradeCases(Command):
    """Record the grades of these cases; each names the ``grades given`` that it belongs to."""

    cycle: str
    graded: Mapping[str, Graded]


class MoveUp(Command):
    """Give places that became free to these cases, the next in rank as the engine found them."""

    cycle: str
    moved: Mapping[str, MovedUp]


# ---------------------------------------------------------------------------------------------------- standings


class LapseStandings(Command):
    """Record that these standings (subject to position) lapsed, those of them whose term is over."""

    standings: Mapping[str, int]


class EndStanding(Command):
    """Suspend or revoke a standing from a day on (else at once), by a decision of the office or by a removal rule.

    A demotion is for a rule alone, which says to which rung.
    """

    subject: str
    standing: int
    effect: Literal["suspend", "revoke", "demote"]
    on: date | None = None
    reason: str | None = None
    judgement: Judgement | None = None


class ReinstateStanding(Command):
    """Reinstate a suspended, revoked or demoted standing, from a day on, or as if it had never ended."""

    subject: str
    standing: int
    on: date
    as_if_never: bool
    reason: str


class ReviewHolders(Command):
    """Record that a ladder's removal rules were held against whoever changed, and how many standings they ended."""

    ladder: str
    version: str
    as_of: date
    known_at: int
    looked_at: int
    ended: int


# ------------------------------------------------------------------------------------------------- dispensations


class GrantDispensation(Command):
    """Lower a clause of a ladder for a subject, or waive it (no ``at_least``), from a day on; needs an authority."""

    subject: str
    ladder: str
    clause: str
    at_least: Decimal | None = None
    on: date
    until: date | None = None
    reason: str


class EndDispensation(Command):
    """End the dispensation at that position early: ``on`` is the first day without it (else today)."""

    subject: str
    dispensation: int
    on: date | None = None
    reason: str


class SignResults(Command):
    """Sign what comes of the newest notice that is over, so that it is granted (签发)."""

    cycle: str
    person: str


# ----------------------------------------------------------------------------------------------------- schedules


class ScheduleCycles(Command):
    """Let cycles open by themselves; ``schedule`` is the new schedule's id."""

    schedule: str
    ladder: str
    to: str
    scope: str | None = None
    every: Every
    first: date
    submission_days: int
    missed: Literal["once", "skip"]


class RunSchedule(Command):
    """Leave out what a schedule missed, and open the next cycle that it owes.

    ``opening`` is the cycle to open, as the engine read it from the schedule; none where nothing opens.  Its days are
    decided anew.
    """

    schedule: str
    opening: OpenCycle | None = None


class EndSchedule(Command):
    """Let no more cycles open by a schedule."""

    schedule: str


# -------------------------------------------------------------------------------------- the training calendar


class OfferTraining(Command):
    """Put a training into the calendar; ``offer`` is its id, the same for the same row of a file."""

    offer: str
    said: TrainingOffered


class ChangeTraining(Command):
    """Say anew all that is said of a training of the calendar."""

    offer: str
    said: TrainingOffered
    reason: str


class CallOffTraining(Command):
    """Say that a training of the calendar will not be held."""

    offer: str
    reason: str


# ------------------------------------------------------------------------------------------------- a rule that changes


class RetireLadder(Command):
    """Give a version of a ladder, named by its hash, a last day."""

    ladder: str
    sha256: str
    last: date


class RebaseCycle(Command):
    """Let a cycle go on under another version of its ladder, named by its hash."""

    cycle: str
    ladder: str
    version: str
    reason: str


class RebaseCases(Command):
    """Ask for new verdicts on cases of a rebased cycle that have one under the version before."""

    cycle: str
    cases: tuple[str, ...]
