"""What rests on an import: verdicts that used what it recorded, cases that it nominated, and what was told since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import or_, select

from engine import assess
from engine.before import Before, asked_of
from engine.blocks import in_blocks
from engine.district import District
from engine.imports import Imported, Part
from engine.referring import referring
from engine.retelling import of_evidence
from engine.tables import case_table
from events.envelope import Recorded
from events.facts import (
    Assessed,
    EvidenceCorrected,
    EvidenceVoided,
    Fact,
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
from workflows.undoing import begins

BLOCK = 4_000
"""Subjects that are looked at together."""
_FOLLOWING = (
    EvidenceCorrected, EvidenceVoided, TrainingRecognised, TrainingRefused, TrainingsFoundSame,
    TrainingsFoundDifferent, TrainingOfferChanged, TrainingCalledOff, StandingLapsed,
    StandingSuspended, StandingRevoked, StandingReinstated, StandingDemoted,
)  # fmt: skip
"""What says that something became of what was told before."""


@dataclass(frozen=True)
class Rest:
    """Something that rests on an import.

    ``what``: a ``decision`` (a case that ended), an open ``case`` with a verdict, or an event told ``later``; its
    position; the case or subject that it is about; and the positions of the import that it rests on.
    """

    what: Literal["decision", "case", "later"]
    position: int
    type: str
    about: str
    on: tuple[int, ...]


def rests(district: District, imported: Imported, todo: Sequence[Part]) -> list[Rest]:
    """Everything that rests on these events of an import, in the log's order."""
    if not todo:
        return []
    found = [*_following(district, imported, todo), *_endings(district, imported, todo)]
    gone = district.held({f"taken back/{one.position}" for one in found})
    found = [one for one in found if f"taken back/{one.position}" not in gone]
    found += [*_nominated(district, todo), *_verdicts(district, imported, todo), *_upon_subjects(district, todo)]
    return sorted({(one.what, one.position): one for one in found}.values(), key=lambda one: one.position)


def _nominated(district: District, todo: Iterable[Part]) -> Iterator[Rest]:
    """Cases that it nominated, and on which a verdict fell."""
    row, cases = case_table.c, {one.subject: one.position for one in todo if one.type == Nominated.TYPE}
    with district.reading() as connection:
        for block in in_blocks(cases):
            chosen = select(row.id, row.phase, row.position).where(row.id.in_(block), row.assessed > 0)
            for one in connection.execute(chosen):
                what: Literal["decision", "case"] = "decision" if one.phase in ("granted", "declined") else "case"
                yield Rest(what, one.position, one.phase, one.id, (cases[one.id],))


# ------------------------------------------------------------------------------------------------------- verdicts


def _verdicts(district: District, imported: Imported, todo: Sequence[Part]) -> Iterator[Rest]:
    """Verdicts on its subjects, known after it, that counted something of it."""
    mine = _counted(district, todo)
    subjects = sorted({one.subject for one in todo if one.stream.startswith("subject-")})
    row = case_table.c
    for block in in_blocks(subjects, BLOCK):
        with district.reading() as connection:
            chosen = select(row.id, row.subject, row.assessed, row.phase, row.position).where(
                row.subject.in_(block), row.assessed > imported.first, row.phase != "withdrawn"
            )
            cases = {one.assessed: one for one in connection.execute(chosen)}
            events = {one.position: one for one in district.log.read_at(connection, cases)} if cases else {}
        if not cases:
            continue
        before = Before.of(district, [one.envelope.stream for one in events.values()])
        by_pins: dict[tuple[Pins, str], list[tuple[Recorded, str]]] = defaultdict(list)
        for at, event in events.items():
            fact, seen = event.fact, before.see(event)
            if isinstance(fact, Assessed) and seen is not None and fact.pins.known_at >= imported.first:
                by_pins[fact.pins, asked_of(seen, fact)].append((event, cases[at].subject))
        for (pins, to), same in by_pins.items():
            cohort = assess.of_cycle(district, assess.rules_of(district, pins), to, [one for _, one in same])
            for (event, _), used in zip(same, assess.evidence_used(district, cohort), strict=True):
                if on := tuple(sorted({mine[at] for at in used if at in mine})):
                    case = cases[event.position]
                    ended = case.phase in ("granted", "declined")
                    yield Rest("decision" if ended else "case", case.position, case.phase, case.id, on)


def _counted(district: District, todo: Iterable[Part]) -> dict[int, int]:
    """The positions under which verdicts count what the import told, and the events that told it: of a correction,
    also what it corrects."""
    found = {one.position: one.position for one in todo}
    follows = [one.position for one in todo if one.type in (EvidenceCorrected.TYPE, TrainingRecognised.TYPE)]
    with district.reading() as connection:
        for block in in_blocks(follows, BLOCK):
            for event in district.log.read_at(connection, block):
                for target in of_evidence(event.fact):
                    found[target] = event.position
    return found


# ------------------------------------------------------------------------------------------------- told since


def _following(district: District, imported: Imported, todo: Sequence[Part]) -> Iterator[Rest]:
    """What others said since of its evidence, its titles and its trainings."""
    mine = {one.position for one in todo}
    offered = {one.stream: one.position for one in reversed(todo) if one.stream.startswith("training-")}
    row = event_table.c
    chosen = select(row.position).where(
        row.position > imported.first,
        row.type.in_([fact.TYPE for fact in _FOLLOWING]),
        or_(row.correlation.is_(None), row.correlation != imported.id),
    )
    with district.reading() as connection:
        for block in in_blocks(list(connection.execute(chosen.order_by(row.position)).scalars()), BLOCK):
            for event in district.log.read_at(connection, block):
                targets: tuple[int, ...] = of_evidence(event.fact)
                if isinstance(event.fact, OfStanding):
                    targets = (event.fact.standing,)
                elif event.envelope.stream in offered:
                    targets = (offered[event.envelope.stream],)
                if on := tuple(at for at in targets if at in mine):
                    about = event.envelope.stream.partition("-")[2]
                    yield Rest("later", event.position, event.fact.TYPE, about, on)


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


def _endings(district: District, imported: Imported, todo: Sequence[Part]) -> Iterator[Rest]:
    """Exits and ends, told by others since, of the memberships and mentor pairs that it told of."""
    began: dict[tuple[str, str], int] = {}
    positions = [one.position for one in todo if one.type in (MemberJoined.TYPE, MentorPaired.TYPE)]
    with district.reading() as connection:
        for block in in_blocks(positions, BLOCK):
            for event in district.log.read_at(connection, block):
                began[event.envelope.stream, _with(event.fact)] = event.position
        streams = sorted({stream for stream, _ in began})
        for some in in_blocks(streams, BLOCK):
            for stream, events in district.log.read_many(connection, some).items():
                for event in events:
                    on = began.get((stream, _with(event.fact)))
                    told = isinstance(event.fact, MemberLeft | MentorParted) and event.position > (on or 0)
                    if on and told and event.envelope.correlation != imported.id:
                        yield Rest("later", event.position, event.fact.TYPE, stream.partition("-")[2], (on,))


def _with(fact: Fact) -> str:
    """The group or the mentor of a fact."""
    return str(getattr(fact, "group", None) or getattr(fact, "mentor", None) or "")
