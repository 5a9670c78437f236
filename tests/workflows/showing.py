"""What the deciders are shown of the events of a test, where the engine asks its projections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from events.envelope import Recorded
from events.facts import (
    CaseWithdrawn,
    CycleFinished,
    CycleOpened,
    Declined,
    EvidenceCorrected,
    Granted,
    LadderPublished,
    MemberJoined,
    MemberLeft,
    MentorPaired,
    MentorParted,
    Nominated,
    OfStanding,
    PanelSeated,
    PersonErased,
    StandingLapsed,
    StandingReinstated,
    StandingRevoked,
    StandingSuspended,
    StandingTakenOver,
    StudioFounded,
    TrainingAlsoReported,
    TrainingRecognised,
    TrainingRefused,
    TrainingsFoundSame,
    UnitEstablished,
)
from ladders.model.review import Route
from workflows import joining
from workflows.case import Case, approved, stage_of
from workflows.commands import Draft, Span, Subject, Unit
from workflows.cycle import UNPOSTED, Cycle
from workflows.shown import Kept, Nominees, StandingHeld, Teams

_ENDED = {StandingLapsed: "lapsed", StandingRevoked: "revoked", StandingSuspended: "suspended"}


def phase(one: Case, route: Route) -> str:
    """The phase of a case, as the deciders count it."""
    if one.outcome is not None:
        return one.outcome.TYPE.removeprefix("case ")
    if one.rejected_by_objection:
        return "objected"
    if one.returned is not None:
        return "returned"
    if not one.current:
        return "nominated"
    if not one.met:
        return "ineligible"
    if stage_of(one, route) is not None:
        return "in review"
    if not approved(one, route):
        return "rejected"
    if one.placed is not None:
        return "unplaced" if one.placed.outcome == "out" else "placed"
    return "approved"


def counts(cases: Iterable[Case], cycle: Cycle, route: Route) -> dict[str, int]:
    """How many cases are in each phase, and how many are ready for a notice that none names yet."""
    listed = list(cases)
    found = Counter(phase(one, route) for one in listed)
    posted = cycle.notices[-1][1] if cycle.notices else 0
    ready = "approved" if route.places is None else "placed"
    found[UNPOSTED] = sum(phase(one, route) == ready and one.ready_at > posted for one in listed)
    return found


def standing(cases: Mapping[str, Case], cycle: str, stage: str, route: Route) -> dict[str, tuple[str | None, int]]:
    """Whoever is in a stage and not frozen: their own unit, and the ballot in which they stand."""
    found: dict[str, tuple[str | None, int]] = {}
    for name, one in cases.items():
        now = stage_of(one, route)
        if one.nominated and one.nominated.cycle == cycle and now and now.id == stage and not one.frozen:
            found[name] = (one.nominated.unit, len(one.rounds.get(stage, ())) + 1)
    return found


def nominees(cases: Iterable[Case], subjects: Mapping[str, Subject], today: date) -> Nominees:
    """How many were nominated and did not withdraw, and the people employed on a day, by their own unit."""
    stay = [one.nominated for one in cases if one.nominated and one.outcome is not CaseWithdrawn]
    people = [one for one in subjects.values() if one.kind == "person" and (one.until is None or one.until >= today)]
    return Nominees(
        dict(Counter(one.unit for one in stay if not one.outside)), Counter(one.within[0] for one in people)
    )


def units(events: Iterable[Recorded]) -> dict[str, Unit]:
    """Every unit."""
    return {
        event.envelope.stream.removeprefix("subject-"): Unit(event.fact.kind, event.fact.part_of)
        for event in events
        if isinstance(event.fact, UnitEstablished)
    }


def related(candidate: str, subjects: Mapping[str, Subject], events: Iterable[Recorded]) -> dict[str, frozenset[Any]]:
    """Who is related to a candidate, and how."""
    studios, pairs, hosts = set[tuple[str, str]](), set[frozenset[str]](), dict[str, str]()
    for event in events:
        who = event.envelope.stream.removeprefix("subject-")
        match event.fact:
            case StudioFounded(host=host):
                hosts[who] = host
            case MemberJoined(group=group):
                studios.add((who, group))
            case MemberLeft(group=group):
                studios.discard((who, group))
            case MentorPaired(mentor=mentor):
                pairs.add(frozenset({who, mentor}))
            case MentorParted(mentor=mentor):
                pairs.discard(frozenset({who, mentor}))
    own = {group for who, group in studios if who == candidate} | {candidate}
    found: dict[str, set[str]] = {hosts[candidate]: {"own case"}} if candidate in hosts else {}
    for name, subject in subjects.items():
        ties = {
            "same school": subject.kind == "person" and subject.within[:1] == subjects[candidate].within[:1],
            "same studio": any((name, group) in studios for group in own),
            "mentor pair": frozenset({name, candidate}) in pairs,
        }
        if name != candidate and any(ties.values()):
            found.setdefault(name, set()).update(tie for tie, holds in ties.items() if holds)
    return {name: frozenset(ties) for name, ties in found.items()}


def standings(subject: str, events: Iterable[Recorded]) -> tuple[StandingHeld, ...]:
    """The standings of a subject, those that ended as well, oldest first."""
    found: dict[int, StandingHeld] = {}
    for event in events:
        fact, mine = event.fact, event.envelope.stream == f"subject-{subject}"
        if isinstance(fact, Granted) and fact.subject == subject:
            _given(found, event.position, fact.ladder, fact.rung, fact.in_force_from, fact.until)
        elif not mine:
            continue
        elif isinstance(fact, StandingTakenOver):
            _given(found, event.position, fact.ladder, fact.rung, event.envelope.occurred_from, fact.until)
        elif isinstance(fact, (StandingLapsed, StandingRevoked, StandingSuspended)):
            _end(found, fact.standing, event, _ENDED[type(fact)])
        elif isinstance(fact, StandingReinstated):
            was = found[fact.standing]
            found[fact.standing] = StandingHeld(
                was.position, was.ladder, was.rung, was.first, was.term_until, "held", None, fact.until
            )
    return tuple(found.values())


def _given(found: dict[int, StandingHeld], at: int, ladder: str, rung: str, first: date, until: date | None) -> None:
    found[at] = StandingHeld(at, ladder, rung, first, until, "held", None, until)


def _end(found: dict[int, StandingHeld], at: int, event: Recorded, state: Any) -> None:
    was, last = found[at], event.envelope.occurred_from - timedelta(days=1)
    ended = None if state == "lapsed" else event.position
    found[at] = StandingHeld(was.position, was.ladder, was.rung, was.first, was.term_until, state, ended, last)


def held(subject: str, events: Sequence[Recorded], today: date) -> dict[tuple[str, str], date | None]:
    """The (ladder, rung) of what a subject holds on a day, and its last day."""
    return {
        (one.ladder, one.rung): one.until
        for one in standings(subject, events)
        if one.first <= today and (one.until is None or today <= one.until)
    }


def folded(events: Iterable[Recorded], fold: Callable[..., Any], stream: str, opened: bool) -> Any:
    """What a stream folds to; unless they are opened, what sealed ballots say is not to be read."""
    mine = [event for event in events if event.envelope.stream == stream]
    return fold(stream, mine if opened else [_sealed(event) for event in mine])


def _sealed(event: Recorded) -> Recorded:
    if event.fact.TYPE != "sealed ballot cast":
        return event
    return Recorded(event.envelope, event.fact.model_copy(update={"content": "<sealed>"}))


def teams(events: Iterable[Recorded]) -> Teams:
    """Every group, who is in it, and what the published ladders say of joining."""
    found, rules = Teams(), []
    for event in events:
        envelope, fact = event.envelope, event.fact
        days = Span(first=envelope.occurred_from, last=envelope.occurred_until)
        if isinstance(fact, LadderPublished):
            rules.append(joining.rule_of(fact, event.position))
        elif envelope.stream.startswith("subject-"):
            joining.seen(found, envelope.stream.removeprefix("subject-"), Draft(envelope.stream, days, fact))
    return Teams(found.groups, found.joined, tuple(rules))


def refused(events: Iterable[Recorded]) -> dict[int, int]:
    """Trainings that the office refuses, and where it did."""
    found: dict[int, int] = {}
    for event in events:
        match event.fact:
            case TrainingRefused(training=position):
                found[position] = event.position
            case TrainingRecognised(training=position, after=int()):
                found.pop(position, None)
    return found


def right(events: Iterable[Recorded]) -> dict[int, int]:
    """Where reports of trainings were corrected last, or found right."""
    found: dict[int, int] = {}
    for event in events:
        match event.fact:
            case TrainingsFoundSame(training=position) | EvidenceCorrected(target=position):
                found[position] = event.position
    return found


def joined(events: Iterable[Recorded]) -> dict[int, int]:
    """Of reports that are of one training with others, the position under which they count."""
    found: dict[int, int] = {}
    for event in events:
        match event.fact:
            case TrainingAlsoReported(training=position):
                one, other = position, event.position
            case TrainingsFoundSame(training=one, other=other):
                pass
            case _:
                continue
        whole = {found.get(one, one), found.get(other, other)}
        found |= {at: one for at in {*found, one, other} if found.get(at, at) in whole}
    return found


def erased(events: Iterable[Recorded]) -> set[str]:
    """Whose record was erased."""
    return {one.envelope.stream.removeprefix("subject-") for one in events if isinstance(one.fact, PersonErased)}


def kept(person: str, events: Sequence[Recorded], today: date) -> Kept:
    """What keeps the record of a person who hosts no studio."""
    cases = {one.envelope.stream: False for one in events if _is_of(one.fact, Nominated, person)}
    seated, titles, days = set[str](), dict[str, str](), list[date]()
    for one in events:
        stream, fact, day = one.envelope.stream, one.fact, one.envelope.occurred_until
        if isinstance(fact, CycleOpened):
            titles[stream] = fact.title
        if isinstance(fact, PanelSeated) and person in {seat.person for seat in fact.seats}:
            seated.add(stream)
        ends = stream in cases and isinstance(fact, (Granted, Declined, CaseWithdrawn))
        if ends:
            cases[stream] = True
        own = stream == f"subject-{person}" and isinstance(fact, (OfStanding, StandingTakenOver))
        if ends or own or (stream in seated and isinstance(fact, CycleFinished)):
            days.append(day)
        if isinstance(fact, CycleFinished):
            seated.discard(stream)
    held = [one for one in standings(person, events) if one.state in ("held", "suspended")]
    return Kept(
        cases=tuple(stream.removeprefix("case-") for stream, ended in cases.items() if not ended),
        cycles=tuple(titles[stream] for stream in sorted(seated)),
        standings=tuple(
            (one.ladder, one.rung, one.until)
            for one in held
            if one.state == "suspended" or one.until is None or one.until >= today
        ),
        decided=max(days, default=None),
    )


def _is_of(fact: Any, kind: type, person: str) -> bool:
    return isinstance(fact, kind) and getattr(fact, "subject", None) == person
