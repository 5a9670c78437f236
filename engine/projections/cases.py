"""The projections of cases: where each one is, and the objections to it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, select, update

from engine.projections.routes import Routes
from engine.projections.writes import Writes, update_rows
from engine.tables import case_table, grant_table, objection_table, story_table
from events.envelope import Recorded
from events.facts import (
    Assessed,
    BallotCast,
    BallotWithdrawn,
    CaseRebased,
    CaseResubmitted,
    CaseReturned,
    CaseWithdrawn,
    Declined,
    Fact,
    Graded,
    Granted,
    MovedUp,
    Nominated,
    ObjectionDecided,
    ObjectionHeard,
    ObjectionRaised,
    Placed,
    RecusalEnded,
    SealedBallotCast,
    SeatRecused,
    SignerAdded,
    StageDecided,
    StandsAgain,
    WindowOpened,
)
from events.log import Log
from events.tables import EACH, insert_rows, many
from workflows.case_parts import Verdict, rung_of

_CASES = select(case_table).where(case_table.c.id.in_(select(EACH)))
_UNDECIDED = (
    update(objection_table)
    .where(objection_table.c.case.in_(select(EACH)), objection_table.c.state.in_(("raised", "heard")))
    .values(state="moot")
)
"""Objections to cases that ended are moot."""


@dataclass(slots=True)
class CaseFile:
    """A row of the case table, in its column order: what it means is said there."""

    id: str
    cycle: str
    subject: str
    unit: str | None
    phase: str
    stage: str | None
    ballots: int
    in_favour: int
    against: int
    recused: int
    signers: int
    seats: str
    marks: str
    last: int | None
    counted_from: int | None
    until: int | None
    objections: int
    rank: int | None
    left_at: int | None
    grade: str | None
    rung: str | None
    round: int
    nominated: int
    assessed: int
    known_at: int
    arrived: int
    ready: int
    position: int


_VALUES = attrgetter(*CaseFile.__slots__)
_VOTED = ("ballots", "in_favour", "against", "position")
"""What a ballot changes."""
_VOTES = attrgetter(*_VOTED, "id")
_KEPT = ("id", "cycle", "subject", "unit", "nominated")
"""What never changes."""
_MOVED = tuple(name for name in CaseFile.__slots__ if name not in _KEPT)
_MOVES = attrgetter(*_MOVED, "id")
assert CaseFile.__slots__ == tuple(case_table.columns.keys())


class Cases:
    """The cases of a batch on its way into the projections."""

    def __init__(self, connection: Connection, log: Log, writes: Writes) -> None:
        self._connection, self._log, self._writes = connection, log, writes
        self._routes = Routes(connection, log)
        self._cases: dict[str, CaseFile] = {}
        self._new: set[str] = set()
        self._voted: set[str] = set()
        self._moved: set[str] = set()
        self._ended: list[str] = []
        self._ballots: dict[int, BallotCast | SealedBallotCast] = {}
        """By position the ballots that the batch takes back."""
        self._cast: dict[tuple[str, str, int], list[tuple[int, Fact]]] = defaultdict(list)
        """By case, stage and seat what was cast there, where a recusal of a whole seat begins or ends."""
        self._acts: dict[type[Fact], Callable[[CaseFile, Any, Recorded], None]] = {
            Assessed: self._assessed,
            CaseRebased: lambda case, _fact, _event: setattr(case, "phase", "nominated"),
            StageDecided: self._decided,
            StandsAgain: self._stands_again,
            SeatRecused: self._recused,
            RecusalEnded: self._recused_no_more,
            SignerAdded: self._signer,
            BallotWithdrawn: self._taken_back,
            CaseReturned: self._returned,
            CaseResubmitted: self._resubmitted,
            WindowOpened: self._window,
            Placed: self._placed,
            MovedUp: self._moved_up,
            Graded: lambda case, fact, _event: setattr(case, "grade", fact.grade),
            ObjectionRaised: self._objection,
            ObjectionHeard: self._heard,
            ObjectionDecided: self._objection_decided,
            CaseWithdrawn: self._outcome,
            Granted: self._outcome,
            Declined: self._outcome,
        }

    def load(self, events: Sequence[Recorded]) -> None:
        """Fetch the cases of these events, which are events of cases, and the ballots that they refer to."""
        names = {event.envelope.stream.partition("-")[2] for event in events}
        self._cases = {row[0]: CaseFile(*row) for row in self._connection.execute(_CASES, many(names)).all()}
        taken_back = [event.fact.ballot for event in events if isinstance(event.fact, BallotWithdrawn)]
        if taken_back:
            for one in self._log.read_at(self._connection, taken_back):
                assert isinstance(one.fact, BallotCast | SealedBallotCast)
                self._ballots[one.position] = one.fact
        whole = {event.envelope.stream for event in events if _may_be_of_a_seat(event.fact)}
        if whole:
            self._load_cast(whole)

    def _load_cast(self, streams: Iterable[str]) -> None:
        for stream, events in self._log.read_many(self._connection, streams).items():
            name = stream.partition("-")[2]
            for one in events:
                if isinstance(one.fact, BallotCast | SealedBallotCast | BallotWithdrawn):
                    self._cast[name, one.fact.stage, one.fact.seat].append((one.position, one.fact))

    def apply(self, event: Recorded, name: str) -> None:
        """What one event of a case changes."""
        fact, at = event.fact, event.position
        if isinstance(fact, Nominated):
            nothing = (0, 0, 0, 0, 0, "{}", "{}", None, None, None, 0, None, None, None, None, 1)
            row = CaseFile(
                name, fact.cycle, fact.subject, fact.unit, "nominated", None, *nothing, at, 0, 0, 0, 0, at
            )  # fmt: skip
            self._cases[name] = row
            self._new.add(name)
            return
        case = self._cases[name]
        case.position = at
        if isinstance(fact, BallotCast | SealedBallotCast):
            case.ballots += 1
            if isinstance(fact, BallotCast):
                self._count(case, fact, 1)
            self._voted.add(name)
            self._tell(fact.person, at)
            return
        self._moved.add(name)
        act = self._acts.get(type(fact))
        if act is not None:
            act(case, fact, event)

    def _tell(self, person: str, at: int) -> None:
        """The event at a position belongs to a person's story."""
        self._writes.insert(story_table, (person, at))

    @staticmethod
    def _count(case: CaseFile, ballot: Fact, by: int) -> None:
        if isinstance(ballot, BallotCast):
            case.in_favour += by * (ballot.choice == "for")
            case.against += by * (ballot.choice == "against")

    # --------------------------------------------------------------------------------------- verdicts and stages

    def _assessed(self, case: CaseFile, fact: Assessed, event: Recorded) -> None:
        had = case.rung if case.rank is not None else None  # a place that it has stands
        kept = had is None or had in map(rung_of, Verdict.of(fact).met)
        case.assessed, case.rung = event.position, had if had and kept else fact.rung
        if fact.outcome != "met" or not kept:
            case.phase = "ineligible"
        elif case.ready:  # found eligible again after an objection: its stages stand
            self._through(case, event.position)
        else:
            case.phase = "in review"
            if case.arrived <= (case.known_at or 0):  # a verdict under another version leaves it where it is
                case.arrived = event.position

    def _decided(self, case: CaseFile, fact: StageDecided, event: Recorded) -> None:
        tally = fact.tally
        marks = json.loads(case.marks)
        marks[fact.stage] = [tally.score, tally.over, tally.in_favour, tally.against]
        if fact.tie_break is not None:
            marks[fact.stage].append(fact.tie_break)
        case.stage, case.marks = fact.stage, _text(marks)
        if fact.outcome not in ("approved", "escalated"):
            self._clear(case)
            case.phase = "rejected"
        elif fact.last:
            self._clear(case)
            self._through(case, event.position)
        else:
            self._enter(case)
            case.phase, case.arrived = "in review", event.position

    @staticmethod
    def _stands_again(case: CaseFile, fact: StandsAgain, event: Recorded) -> None:
        case.ballots = case.in_favour = case.against = 0
        case.round, case.arrived = fact.round, event.position
        case.last, case.counted_from = fact.last.toordinal(), fact.counted_from.toordinal()

    def score(self, name: str) -> tuple[int, int] | None:
        """The total of the last stage of a case that was marked, as a fraction; None where none was."""
        marks: Iterable[list[Any]] = json.loads(self._cases[name].marks).values()
        return next(((one[0], one[1]) for one in reversed(list(marks)) if one[0] is not None), None)

    @staticmethod
    def _through(case: CaseFile, at: int) -> None:
        """Every stage approved the case; a place that it has stands, though it was decided anew."""
        case.phase = "approved" if case.rank is None else "placed"
        case.ready = at

    def _enter(self, case: CaseFile) -> None:
        """The case is in the stage after ``case.stage``: nobody has voted there, some may have recused themselves."""
        self._clear(case)
        if case.seats != "{}":
            here = self._routes.following(case.cycle, case.stage)
            recused, added = json.loads(case.seats).get(here, ((), ()))
            case.recused, case.signers = len(recused), len(added)

    @staticmethod
    def _clear(case: CaseFile) -> None:
        case.ballots = case.in_favour = case.against = case.recused = case.signers = 0
        case.last, case.counted_from, case.round = None, None, 1

    # ---------------------------------------------------------------------------------------------------- seats

    def _recused(self, case: CaseFile, fact: SeatRecused, event: Recorded) -> None:
        self._tell(fact.person, event.position)
        whose = None if fact.sits is None else fact.person
        self._seat(case, fact.stage, [whose, fact.seat], 0)
        if fact.stage != self._routes.following(case.cycle, case.stage):
            return  # the case has not come there yet
        case.recused += 1
        if whose is None:
            self._count_seat(case, fact, event, -1)

    def _recused_no_more(self, case: CaseFile, fact: RecusalEnded, event: Recorded) -> None:
        self._tell(fact.person, event.position)
        seats = json.loads(case.seats)
        declared = seats[fact.stage][0]
        whole = [None, fact.seat] in declared and [fact.person, fact.seat] not in declared
        declared.remove([None if whole else fact.person, fact.seat])
        case.seats = _text({stage: one for stage, one in seats.items() if one != [[], []]})
        if fact.stage == self._routes.following(case.cycle, case.stage):
            case.recused -= 1
            if whole:
                self._count_seat(case, fact, event, 1)

    def _count_seat(self, case: CaseFile, fact: SeatRecused | RecusalEnded, event: Recorded, by: int) -> None:
        """Whatever stands of a seat counts no more, or does again."""
        standing = [
            (at, one) for at, one in self._cast[case.id, fact.stage, fact.seat] if case.arrived < at < event.position
        ]
        if case.phase == "in review" and standing and not isinstance(standing[-1][1], BallotWithdrawn):
            case.ballots += by
            self._count(case, standing[-1][1], by)

    def _signer(self, case: CaseFile, fact: SignerAdded, event: Recorded) -> None:
        self._tell(fact.person, event.position)
        self._seat(case, fact.stage, fact.seat, 1)
        case.signers += 1

    @staticmethod
    def _seat(case: CaseFile, stage: str, seat: int | list[str | int | None], which: int) -> None:
        seats = json.loads(case.seats)
        seats.setdefault(stage, [[], []])[which].append(seat)
        case.seats = _text(seats)

    def _taken_back(self, case: CaseFile, fact: BallotWithdrawn, event: Recorded) -> None:
        ballot = self._ballots[fact.ballot]
        self._tell(ballot.person, event.position)
        recused, _ = json.loads(case.seats).get(fact.stage, ((), ()))
        if [None, fact.seat] not in recused:
            case.ballots -= 1
            self._count(case, ballot, -1)

    def _window(self, case: CaseFile, fact: WindowOpened, _event: Recorded) -> None:
        case.last, case.counted_from = fact.last.toordinal(), fact.counted_from.toordinal()

    # ---------------------------------------------------------------------------------- returned, placed, ended

    def _returned(self, case: CaseFile, fact: CaseReturned, _event: Recorded) -> None:
        case.phase, case.until = "returned", fact.until.toordinal()
        case.ballots = case.in_favour = case.against = 0
        case.last, case.counted_from, case.round = None, None, 1

    def _resubmitted(self, case: CaseFile, _fact: CaseResubmitted, event: Recorded) -> None:
        case.phase, case.until, case.known_at = "nominated", None, event.position

    def _placed(self, case: CaseFile, fact: Placed, event: Recorded) -> None:
        if fact.outcome == "out":
            case.phase = "unplaced"
        else:
            case.phase, case.ready = "placed", event.position
        case.rung = fact.rung or case.rung
        case.rank, case.left_at = fact.rank, None if fact.outcome == "outside" else 0

    @staticmethod
    def _moved_up(case: CaseFile, _fact: MovedUp, event: Recorded) -> None:
        case.phase, case.ready = "placed", event.position

    def _outcome(self, case: CaseFile, fact: Granted | Declined | CaseWithdrawn, event: Recorded) -> None:
        case.phase = {Granted: "granted", Declined: "declined"}.get(type(fact), "withdrawn")
        stayed = isinstance(fact, Granted) or (isinstance(fact, Declined) and fact.reason == "no place")
        if case.left_at is not None and not stayed:
            case.left_at = event.position
        if case.objections:
            self._ended.append(case.id)
            case.objections = 0
        if isinstance(fact, Granted):
            until = fact.until.toordinal() if fact.until else None
            first = fact.in_force_from.toordinal()
            row = (event.position, case.id, fact.cycle, fact.subject, fact.ladder, fact.rung, first, until)
            self._writes.insert(grant_table, row)

    # ----------------------------------------------------------------------------------------------- objections

    def _objection(self, case: CaseFile, fact: ObjectionRaised, event: Recorded) -> None:
        case.objections += 1
        raised = event.envelope.occurred_from.toordinal()
        until = fact.until.toordinal()
        row = (fact.objection, case.id, case.cycle, case.subject, raised, until, "raised", event.position)
        self._writes.insert(objection_table, row)
        if fact.by is not None:
            self._tell(fact.by, event.position)

    def _heard(self, _case: CaseFile, fact: ObjectionHeard, _event: Recorded) -> None:
        self._writes.change(objection_table, fact.objection, state="heard")

    def _objection_decided(self, case: CaseFile, fact: ObjectionDecided, event: Recorded) -> None:
        case.objections -= 1
        self._writes.change(objection_table, fact.objection, state=fact.outcome)
        if fact.outcome == "dismissed" or case.phase == "objected":
            return
        if fact.then == "decline":
            case.phase = "objected"
            return
        case.phase, case.known_at = "nominated", event.position
        if fact.then == "return":
            case.stage, case.ready = fact.after, 0
            marks = list(json.loads(case.marks).items())
            stand = next((place for place, (stage, _) in enumerate(marks, 1) if stage == fact.after), 0)
            case.marks = _text(dict(marks[:stand]))
            self._enter(case)

    # ----------------------------------------------------------------------------------------------------- writing

    def flush(self) -> None:
        """Write the batch's cases, the new ones and those that it changed; its other writes are written already."""
        insert_rows(self._connection, case_table, [_VALUES(self._cases[name]) for name in sorted(self._new)])
        moved = self._moved - self._new
        if moved:
            update_rows(self._connection, case_table, _MOVED, [_MOVES(self._cases[name]) for name in sorted(moved)])
        voted = self._voted - self._new - moved
        if voted:
            update_rows(self._connection, case_table, _VOTED, [_VOTES(self._cases[name]) for name in sorted(voted)])
        if self._ended:
            self._connection.execute(_UNDECIDED, many(self._ended))


def _may_be_of_a_seat(fact: Fact) -> bool:
    """Whether a recusal of a whole seat begins with this, or may end."""
    return isinstance(fact, RecusalEnded) or (isinstance(fact, SeatRecused) and fact.sits is None)


_text: Callable[[Any], str] = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
