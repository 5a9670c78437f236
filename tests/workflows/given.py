"""Given events, when a command, then events or a refusal: the deciders in domain words, without a database.

A decider is shown exactly what it declared in its needs, nothing else: a need that is not declared fails here.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from itertools import count
from typing import Any, TypeVar

import pytest

from events.codec import owners
from events.envelope import Envelope, Recorded
from events.facts import (
    Amount,
    Assessed,
    Catalogue,
    EvidenceCorrected,
    EvidenceVoided,
    Fact,
    FromRow,
    LadderPublished,
    Outcome,
    PersonHired,
    Pins,
    Source,
    StudioFounded,
    TrainingOfferChanged,
    UnitEstablished,
)
from ladders.model.ladder import Ladder
from ladders.reading.loading import load, load_catalogue, shipped
from tests.workflows import showing
from workflows import case, cycle, erasing, people, repeats
from workflows.commands import (
    Already,
    Asking,
    Command,
    Differs,
    Draft,
    Held,
    Moment,
    Needs,
    Refused,
    Span,
    Subject,
    Target,
    World,
)
from workflows.deciding import decider, fold
from workflows.repeats import Again
from workflows.shown import Teams

CLERK = Asking(actor="clerk-1", authority="教办〔2026〕1号")
TODAY = date(2026, 3, 10)
CATALOGUE: Catalogue = load_catalogue(shipped("catalogue.yaml"), "catalogue.yaml")
LADDER = b"""
format: jieti-ladder/1
id: tenure
title: {zh: \xe6\x95\x99\xe9\xbe\x84\xe9\x98\xb6\xe6\xa2\xaf, en: tenure}
subject: person
rungs:
  - {id: senior, title: {zh: \xe8\xb5\x84\xe6\xb7\xb1, en: senior}, end: true}
routes:
  review:
    stages:
      - {id: panel, title: {zh: \xe8\xaf\x84\xe8\xae\xae, en: panel}, body: {zh: \xe7\x9d\xa3\xe5\xaf\xbc, en: office},
         seats: 3, quorum: 2, threshold: more than 1/2 of present, days: 7}
      - {id: college, title: {zh: \xe8\xaf\x84\xe5\xae\xa1, en: college}, body: {zh: \xe5\xb1\x80, en: bureau},
         seats: 2, quorum: 2, threshold: at least 1/2 of seats, days: 3}
    notice working days: 5
steps:
  - to: senior
    route: review
    term: 3 years
    clauses:
      - {id: service, title: {zh: \xe6\x95\x99\xe9\xbe\x84, en: service}, years since: service, at least: 3,
         basis: assumed}
"""
"""Two stages of review: three seats by majority of those present, then two seats of which half is enough."""
VERSION = hashlib.sha256(LADDER).hexdigest()

C = TypeVar("C", bound=Command)
_ids = count(1)


@cache
def _read(file: str) -> Ladder:
    return load(base64.b64decode(file), "-")


@dataclass(frozen=True)
class Happened:
    """An event that is given: in a stream, on some days."""

    stream: str
    fact: Fact
    days: Span


def happened(stream: str, fact: Fact, on: date = date(2026, 3, 1)) -> Happened:
    """An event on one day."""
    return Happened(stream, fact, Span.day(on))


def command(kind: type[C], **said: Any) -> C:
    """A command of the clerk with an id of its own."""
    told: dict[str, Any] = {"id": f"command-{next(_ids)}", "asking": CLERK}
    return kind(**(told | said))


def hours(number: str) -> Amount:
    return Amount.of(Decimal(number), "hour")


def points(number: str) -> Amount:
    return Amount.of(Decimal(number), "point")


def row(key: str, content: str = "as it is") -> Source:
    """A row of an imported file: what it is about, and what else it says."""
    return Source(file="people.xlsx", row=2, key=key, content=content)


def published(file: bytes = LADDER, since: date = date(2026, 1, 1)) -> Happened:
    fact = LadderPublished(
        ladder=load(file, "ladder").id,
        sha256=hashlib.sha256(file).hexdigest(),
        file=base64.b64encode(file).decode(),
        in_force_from=since,
    )
    return happened(f"ladder-{fact.ladder}", fact)


def verdict(outcome: Outcome = "met", known_at: int = 0, **pins: Any) -> Assessed:
    """A verdict as the cycle of these tests pins it, unless other pins are given."""
    said: dict[str, Any] = {
        "ladder": "tenure", "version": VERSION, "semantics": 1, "catalogue": 0, "settings": 0,
        "as_of": date(2026, 3, 31), "known_at": known_at,
    }  # fmt: skip
    return Assessed(step="→senior", pins=Pins(**(said | pins)), outcome=outcome, findings=(), digest="-")


class Given:
    """A district in which these events happened, on a day."""

    def __init__(self, *past: Happened, today: date = TODAY) -> None:
        self.today = today
        self.events: list[Recorded] = []
        self._subjects: dict[str, Subject] = {}
        for one in past:
            self.add(one.stream, one.fact, one.days)

    def when(self, asked: Command) -> list[Fact] | Already | Differs:
        """What the command leads to; Refused if it is refused."""
        decision = self.drafts(asked)
        return [draft.fact for draft in decision] if isinstance(decision, list) else decision

    def drafts(self, asked: Command) -> list[Draft] | Already | Differs:
        """The same with what surrounds the facts."""
        needs, decide = decider(asked)
        now = datetime.combine(self.today, time(2), UTC)
        decision = decide(self._world(needs(asked)), asked, Moment(now, self.today, len(self.events)))
        if isinstance(decision, Again):
            there = self.events[decision.position - 1]
            held = repeats.Held(there.fact, there.envelope.occurred_from, there.envelope.authority)
            return repeats.compared(decision, asked, held)
        if isinstance(decision, list):
            erasing.none_erased(decision, showing.erased(self.events), lambda one: owners(one.fact, one.stream))
        return decision

    def then(self, *asked: Command) -> Given:
        """The district after these commands, each of which has to lead to something."""
        after = self.on(self.today)
        for one in asked:
            decision = after.drafts(one)
            assert isinstance(decision, list), decision
            for draft in decision:
                after.add(draft.stream, draft.fact, draft.occurred, one.asking)
        return after

    def on(self, day: date) -> Given:
        """The same district on another day."""
        other = Given(today=day)
        other.events, other._subjects = [*self.events], {**self._subjects}
        return other

    def at(self, kind: type[Fact]) -> int:
        """The position of the newest event of a kind."""
        return next(event.position for event in reversed(self.events) if isinstance(event.fact, kind))

    def state(self, stream: str) -> Any:
        """What a stream folds to."""
        return fold(stream, [event for event in self.events if event.envelope.stream == stream])

    def add(self, stream: str, fact: Fact, days: Span, by: Asking = CLERK) -> None:
        """One more event, however it came about."""
        position, version = len(self.events) + 1, 1 + sum(one.envelope.stream == stream for one in self.events)
        envelope = Envelope(
            position, f"event-{position}", stream, version, fact.TYPE, 1, days.first, days.last,
            datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=position), by.actor, by.on_behalf_of, by.authority,
            f"given-{position}", 0, None, None,
        )  # fmt: skip
        self.events.append(Recorded(envelope, fact))
        if stream.startswith("subject-"):
            people.seen(self._subjects, Teams(), Draft(stream, days, fact))

    # ------------------------------------------------------------------------------------ what a decider is shown

    def _world(self, needs: Needs) -> World:
        ladders = self._ladders()
        states = {name: showing.folded(self.events, fold, name, needs.opened) for name in needs.streams}
        cases = {name.removeprefix("case-"): one for name, one in states.items() if isinstance(one, case.Case)}
        subject_of = {name: one.nominated.subject for name, one in cases.items() if one.nominated is not None}
        return World(
            states=states,
            subjects={name: self._subjects[name] for name in needs.subjects if name in self._subjects},
            keys={key: held for key, held in self._keys().items() if key in needs.keys},
            codes={code: subject for code, subject in self._codes().items() if code in needs.codes},
            targets=self._targets(needs),
            counts=self._counts(needs.counts, ladders) if needs.counts else {},
            ladders=ladders,
            held={
                name: showing.held(subject_of[name], self.events, self.today)
                for name in needs.holders
                if name in subject_of
            },
            related={
                name: showing.related(subject, self._subjects, self.events) for name, subject in subject_of.items()
            }
            if needs.related
            else {},
            units=showing.units(self.events) if needs.units else {},
            teams=showing.teams(self.events) if needs.joins else Teams(),
            waiting=self._waiting(needs.waiting, ladders) if needs.waiting else frozenset(),
            kept={name: showing.kept(name, self.events, self.today) for name in needs.kept},
            standings={name: showing.standings(name, self.events) for name in needs.standings},
            standing=self._standing(*needs.standing, ladders) if needs.standing else {},
            before={name: self._before(name) for name in needs.before},
            nominees={name: showing.nominees(self._cases(name), self._subjects, self.today) for name in needs.nominees},
        )

    def _cases(self, of: str) -> list[case.Case]:
        streams = {one.envelope.stream for one in self.events if one.envelope.stream.startswith("case-")}
        cases: list[case.Case] = [self.state(stream) for stream in streams]
        return [one for one in cases if one.nominated is not None and one.nominated.cycle == of]

    def _counts(self, of: str, ladders: Mapping[str, Ladder]) -> dict[str, int]:
        state: cycle.Cycle = self.state(cycle.stream(of))
        if state.opened is None:
            return {}
        return showing.counts(self._cases(of), state, cycle.route_of(ladders[state.opened.version], state.opened.to))

    def _standing(self, of: str, stage: str, ladders: Mapping[str, Ladder]) -> dict[str, tuple[str | None, int]]:
        opened = self.state(cycle.stream(of)).opened
        streams = {one.envelope.stream for one in self.events if one.envelope.stream.startswith("case-")}
        cases = {one.removeprefix("case-"): self.state(one) for one in streams}
        return showing.standing(cases, of, stage, cycle.route_of(ladders[opened.version], opened.to))

    def _waiting(self, of: str, ladders: Mapping[str, Ladder]) -> frozenset[str | None]:
        opened = self.state(cycle.stream(of)).opened
        if opened is None:
            return frozenset()
        route = cycle.route_of(ladders[opened.version], opened.to)
        waiting = [one.nominated for one in self._cases(of) if showing.phase(one, route) == "in review"]
        return frozenset(one.unit for one in waiting if one is not None)

    def _before(self, of: str) -> tuple[cycle.Cycle, ...]:
        streams = {one.envelope.stream for one in self.events if one.envelope.stream.startswith("cycle-")}
        mine: cycle.Cycle = self.state(cycle.stream(of))
        opened = mine.opened
        states: list[cycle.Cycle] = [self.state(stream) for stream in streams]
        return tuple(
            sorted(
                (
                    one
                    for one in states
                    if one.opened
                    and opened
                    and one.opened_at < mine.opened_at
                    and (one.opened.ladder, one.opened.to, one.opened.scope) == (opened.ladder, opened.to, opened.scope)
                ),
                key=lambda one: -one.opened_at,
            )
        )

    def _ladders(self) -> dict[str, Ladder]:
        facts = [event.fact for event in self.events]
        return {one.sha256: _read(one.file) for one in facts if isinstance(one, LadderPublished)}

    def _keys(self) -> dict[str, Held]:
        found: dict[str, Held] = {}
        for event in self.events:
            source = event.fact.source if isinstance(event.fact, FromRow) else None
            for key in event.fact.business_keys(event.envelope.stream):
                found[key] = Held(event.fact.keyed_at(event.position), source.content if source else None)
            if isinstance(event.fact, EvidenceCorrected | TrainingOfferChanged) and event.fact.source:
                key = f"row/{event.fact.source.key}"
                found[key] = found[key]._replace(content=event.fact.source.content)
        return found

    def _codes(self) -> dict[tuple[str, str], str]:
        found = {}
        for event in self.events:
            subject = event.envelope.stream.removeprefix("subject-")
            match event.fact:
                case PersonHired(staff_number=number):
                    found["person", number] = subject
                case UnitEstablished(code=code):
                    found["unit", code] = subject
                case StudioFounded(code=code):
                    found["studio", code] = subject
        return found

    def _targets(self, needs: Needs) -> dict[int, Target]:
        void = {event.fact.target for event in self.events if isinstance(event.fact, EvidenceVoided)}
        refused, right = showing.refused(self.events), showing.right(self.events)
        joined = showing.joined(self.events)
        found = {}
        for one in self.events:
            if (at := one.position) in needs.targets:
                held = max((right.get(other, 0) for other, of in joined.items() if of == joined.get(at)), default=0)
                state = (refused.get(at, 0), right.get(at, 0), joined.get(at, 0), held)
                found[at] = Target(one, at in void, *state)
        return found


def refused(given: Given, asked: Command, code: str) -> Refused:
    """The refusal of a command: of this code, and telling in both languages why, and what to do."""
    with pytest.raises(Refused) as caught:
        given.when(asked)
    refusal = caught.value
    assert refusal.code == code, f"refused as {refusal.code}: {refusal.en}"
    assert re.search(r"[一-鿿]", refusal.zh)
    assert re.search(r"[;;]|请|可用", refusal.zh), f"does not say what to do: {refusal.zh}"
    assert re.search(r"[:;]", refusal.en), f"does not say what to do: {refusal.en}"
    assert "None" not in refusal.zh + refusal.en
    return refusal
