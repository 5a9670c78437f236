"""What rests on an import: verdicts that used what it recorded, cases that it nominated, and what was told since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select

from engine.assessing import assess
from engine.assessing.before import Before, asked_of
from engine.blocks import in_blocks
from engine.district import District
from engine.projections.retelling import of_evidence
from engine.records.imports import Imported, Part
from engine.tables import case_table, cycle_table
from engine.worlds.referring import referring
from events.envelope import Recorded
from events.facts import (
    Assessed,
    CorrectionOpened,
    EvidenceCorrected,
    EvidenceVoided,
    Fact,
    GrantedOnCorrection,
    MemberJoined,
    MemberLeft,
    MentorPaired,
    MentorParted,
    Nominated,
    OfStanding,
    Pins,
    StandingDemoted,
    StandingLapsed,
    StandingReinstated,
    StandingRevoked,
    StandingSuspended,
    TrainingCalledOff,
    TrainingOfferChanged,
    TrainingRecognised,
    TrainingRefused,
    TrainingsFoundDifferent,
    TrainingsFoundSame,
)
from events.tables import event_table
from ladders.evaluating.reach import reach_of
from workflows.undoing import begins

BLOCK = 4_000
"""Subjects that are looked at together."""
FOLLOWING = (
    EvidenceCorrected, EvidenceVoided, TrainingRecognised, TrainingRefused, TrainingsFoundSame,
    TrainingsFoundDifferent, TrainingOfferChanged, TrainingCalledOff, StandingLapsed,
    StandingSuspended, StandingRevoked, StandingReinstated, StandingDemoted, CorrectionOpened, GrantedOnCorrection,
)  # fmt: skip
"""What says that something became of what was told before."""
_ENDS = (MemberLeft, MentorParted)
_TELLING = [fact.TYPE for fact in (Assessed, *FOLLOWING, *_ENDS)]


@dataclass(frozen=True)
class Rest:
    """Something that rests on an import.

    ``what``: a ``decision`` (a case that ended, a grant on correction, what a removal rule did to a standing), an open
    ``case`` with a verdict, or an event told ``later``; its position; the case or subject that it is about; and the
    positions of the import that it rests on.
    """

    what: Literal["decision", "case", "later"]
    position: int
    type: str
    about: str
    on: tuple[int, ...]


def rests(district: District, imported: Imported, todo: Sequence[Part]) -> list[Rest]:
    """Everything that rests on these events of an import, in the log's order."""
    found = Resting(district, imported, todo).since(imported.first) if todo else []
    return in_order([*found, *_upon_subjects(district, todo)])


def in_order(found: Iterable[Rest]) -> list[Rest]:
    """Each event and each case once, as it was found last, in the log's order."""
    once = {one.position if one.what == "later" or one.type in _TELLING else one.about: one for one in found}
    return sorted(once.values(), key=lambda one: one.position)


def whose(district: District, found: Sequence[Rest]) -> list[str]:
    """The subject whom each of these is about: of a case, its candidate."""
    candidates: dict[str, str] = {}
    with district.reading() as connection:
        for block in in_blocks({one.about for one in found if one.what != "later"}):
            chosen = select(case_table.c.id, case_table.c.subject).where(case_table.c.id.in_(block))
            candidates |= {row.id: row.subject for row in connection.execute(chosen)}
    return [candidates.get(one.about, one.about) for one in found]


class Resting:
    """What was decided or told of these events of an import after a position, besides what else is told of subjects.

    It reads the log from there on, so that little told since is little to read.
    """

    def __init__(self, district: District, imported: Imported, todo: Sequence[Part]) -> None:
        self._district, self._imported = district, imported
        self._mine = {one.position for one in todo}
        self._subjects = {one.subject for one in todo if one.stream.startswith("subject-")}
        self._nominated = {one.stream: one.position for one in todo if one.type == Nominated.TYPE}
        self._offered = {one.stream: one.position for one in reversed(todo) if one.stream.startswith("training-")}
        self._counted = {one.position: one.position for one in todo}
        """The positions under which verdicts count what the import told, and the events that told it: of a correction,
        also what it corrects."""
        self._began: dict[tuple[str, str], int] = {}
        """Of memberships and mentor pairs the stream and with whom, and the event that told it."""
        looked_into = (EvidenceCorrected.TYPE, TrainingRecognised.TYPE, MemberJoined.TYPE, MentorPaired.TYPE)
        with district.reading() as connection:
            for block in in_blocks([one.position for one in todo if one.type in looked_into], BLOCK):
                for event in district.log.read_at(connection, block):
                    if isinstance(event.fact, MemberJoined | MentorPaired):
                        self._began[event.envelope.stream, _with(event.fact)] = event.position
                    for target in of_evidence(event.fact):
                        self._counted[target] = event.position

    def since(self, position: int) -> list[Rest]:
        """What rests on them of all that was told after a position, in the log's order."""
        row = event_table.c
        chosen = select(row.position, row.type, row.stream, row.correlation).where(
            row.position > position, row.type.in_(_TELLING)
        )
        with self._district.reading() as connection:
            told = connection.execute(chosen.order_by(row.position)).all()
        verdicts = {one.stream: one.position for one in told if one.type == Assessed.TYPE}
        others = [one for one in told if one.type != Assessed.TYPE and one.correlation != self._imported.id]
        found = list(self._later([one.position for one in others]))
        gone = self._district.held({f"taken back/{one.position}" for one in found})
        found = [one for one in found if f"taken back/{one.position}" not in gone]
        return in_order([*found, *self._of_nominated(verdicts), *self._verdicts(verdicts)])

    def _later(self, positions: Iterable[int]) -> Iterator[Rest]:
        """What others said of its evidence, titles and trainings; the ends of its memberships and mentor pairs; what
        was decided on its evidence besides cases."""
        for block in in_blocks(positions, BLOCK):
            with self._district.reading() as connection:
                events = self._district.log.read_at(connection, block)
            for event in events:
                stream, fact = event.envelope.stream, event.fact
                targets: tuple[int, ...] = of_evidence(fact)
                if isinstance(fact, _ENDS):
                    began = self._began.get((stream, _with(fact)), event.position)
                    targets = (began,) if began < event.position else ()
                elif isinstance(fact, OfStanding):
                    targets = (fact.standing,)
                elif stream in self._offered:
                    targets = (self._offered[stream],)
                counted = {self._counted[at] for at in _weighed(fact) if at in self._counted}
                if on := tuple(sorted({at for at in targets if at in self._mine} | counted)):
                    what: Literal["decision", "later"] = "later"
                    if counted and not isinstance(fact, CorrectionOpened):
                        what = "decision"
                    yield Rest(what, event.position, fact.TYPE, stream.partition("-")[2], on)

    def _of_nominated(self, verdicts: Iterable[str]) -> Iterator[Rest]:
        """Cases that it nominated, and on which a verdict fell."""
        for case in self._cases(self._nominated.keys() & set(verdicts)).values():
            yield _case(case, (self._nominated[f"case-{case.id}"],))

    def _cases(self, streams: Iterable[str]) -> dict[str, Any]:
        """By stream the cases, and which ladder each is about."""
        row, found = case_table.c, dict[str, Any]()
        with self._district.reading() as connection:
            for block in in_blocks(one.partition("-")[2] for one in streams):
                chosen = select(row.id, row.subject, row.assessed, row.phase, row.position, cycle_table.c.ladder)
                chosen = chosen.join(cycle_table, cycle_table.c.id == row.cycle).where(row.id.in_(block))
                found |= {f"case-{one.id}": one for one in connection.execute(chosen)}
        return found

    def _verdicts(self, fell: Mapping[str, int]) -> Iterator[Rest]:
        """Newest verdicts, known after it, that counted something of it: of its subjects, and of others whose ladders
        ask of those to whom they are tied, as a studio's ask of its members."""
        district, first = self._district, self._imported.first
        cases = self._cases(fell)
        asking = self._asking({one.ladder for one in cases.values()})
        chosen = {
            one.assessed: one
            for stream, one in cases.items()
            if one.assessed == fell[stream] and one.phase != "withdrawn"
            if one.subject in self._subjects or one.ladder in asking
        }
        for block in in_blocks(chosen, BLOCK):
            with district.reading() as connection:
                events = district.log.read_at(connection, block)
            before = Before.of(district, [one.envelope.stream for one in events])
            by_pins: dict[tuple[Pins, str], list[Recorded]] = defaultdict(list)
            for event in events:
                fact, seen = event.fact, before.see(event)
                if isinstance(fact, Assessed) and seen is not None and fact.pins.known_at >= first:
                    by_pins[fact.pins, asked_of(seen, fact)].append(event)
            for (pins, to), same in by_pins.items():
                subjects = [chosen[one.position].subject for one in same]
                cohort = assess.of_cycle(district, assess.rules_of(district, pins), to, subjects)
                for event, used in zip(same, assess.evidence_used(district, cohort), strict=True):
                    if on := tuple(sorted({self._counted[at] for at in used if at in self._counted})):
                        yield _case(chosen[event.position], on)

    def _asking(self, ladders: Collection[str]) -> set[str]:
        """Those of these ladders that ask, in any version, of others than the subject."""
        every = self._district.ladders.values() if ladders else ()
        return {one.id for one in every if one.id in ladders and reach_of(one, *one.steps)}


def _weighed(fact: Fact) -> tuple[int, ...]:
    """The evidence that a correction, a grant on one, or a removal rule weighed; what made the difference to one."""
    match fact:
        case CorrectionOpened(verdict=verdict, because=because):
            return *verdict.evidence, *because
        case GrantedOnCorrection(evidence=evidence):
            return evidence
        case StandingSuspended() | StandingRevoked() | StandingDemoted() if fact.judgement is not None:
            return fact.judgement.evidence
    return ()


def _case(case: Any, on: tuple[int, ...]) -> Rest:
    ended = case.phase in ("granted", "declined")
    return Rest("decision" if ended else "case", case.position, case.phase, case.id, on)


def _upon_subjects(district: District, todo: Sequence[Part]) -> Iterator[Rest]:
    """What else is told of the subjects that began with it."""
    began = {one.subject: one.position for one in todo if begins(one.type)}
    mine = {one.position for one in todo}
    for block in in_blocks(began, BLOCK):
        with district.reading() as connection:
            told = referring(connection, district.log, block, mine)
            every = {at for others in told.values() for at in others}
            events = {one.position: one for one in district.log.read_at(connection, every)} if every else {}
        for subject, others in told.items():
            for at in others:
                yield Rest("later", at, events[at].fact.TYPE, subject, (began[subject],))


def _with(fact: Fact) -> str:
    """The group or the mentor of a fact."""
    return str(getattr(fact, "group", None) or getattr(fact, "mentor", None) or "")
