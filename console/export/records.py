"""Rows of evidence as it is held now: what was recorded, with everything that corrected it since, unless it was voided.

A row is known again by whose it is, its title and its first day; one that was recorded by a record number, or whose
title or day was corrected, is not, and so is for reading only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import func, select

from console.export.looking import Line, Look, day, line, span_of, subject_of
from console.intake.column_names import attribute_header_of
from console.intake.evidence import COMPETENCES, NOTHING, attribute_of
from console.intake.kinds import BY_ID
from console.intake.values import titled
from engine.tables import evidence_table, report_table
from events.envelope import Recorded
from events.facts import (
    Amount,
    EvaluationRecorded,
    EvidenceCorrected,
    EvidenceRecorded,
    Fact,
    FromRow,
    ReflectionSelected,
    ReflectionSubmitted,
    TrainingAlsoReported,
    TrainingRecorded,
)
from events.tables import EACH, many
from ladders.evidence.columns import NEVER
from workflows.commands import Span
from workflows.evidence import Item, corrected
from workflows.evidence import items as items_of


class Held(NamedTuple):
    """A record as it is held: its event, its title, days and items, whether it is recognised, its last day."""

    event: Recorded
    subject: str
    title: str
    days: Span
    items: tuple[Item, ...]
    recognised: bool
    until: object
    shared: bool = False
    """Whether several report it: then no row of one of them says what it counts as."""


class Records:
    """The records of a district that stand."""

    def __init__(self, look: Look) -> None:
        self.look = look

    @cached_property
    def corrections(self) -> dict[int, int]:
        """The position of the newest correction of each record that was corrected."""
        return {
            one.fact.target: one.position
            for events in self.look.events(EvidenceCorrected)
            for one in events
            if isinstance(one.fact, EvidenceCorrected)
        }

    def of(self, *kinds: type[Fact]) -> Iterator[list[Held]]:
        """Those of some types, in batches."""
        row = evidence_table.c
        said = (row.recorded, row.known, row.first, row.last, row.amount, row.scale, row.attributes)
        chosen = select(*said).where(row.recorded.in_(select(EACH)), row.voided.is_(None))
        for events in self.look.events(*kinds):
            positions = [one.position for one in events]
            rows = {one.recorded: one for one in self.look.connection.execute(chosen, many(positions))}
            known = {at: one.known for at, one in rows.items()}
            there = [one for one in events if one.position in known]
            newest = [self.corrections[at] for one in there if (at := one.position) in self.corrections]
            log = self.look.district.log
            since = {at.position: at for at in log.read_at(self.look.connection, newest)}
            self.look.load(since.values())
            held = [
                self._held(one, since.get(self.corrections.get(one.position, 0)), known[one.position]) for one in there
            ]
            shared = self._shared(positions) if TrainingRecorded in kinds else frozenset()
            yield [_as_counted(one, rows[one.event.position]) if one.event.position in shared else one for one in held]

    def _shared(self, positions: Sequence[int]) -> frozenset[int]:
        """Which of these trainings several report."""
        row = report_table.c
        chosen = select(row.training).where(row.training.in_(select(EACH))).group_by(row.training)
        several = chosen.having(func.count() > 1)
        return frozenset(self.look.connection.execute(several, many(positions)).scalars())

    def _held(self, event: Recorded, since: Recorded | None, known: int) -> Held:
        fact, title, until = event.fact, "", getattr(event.fact, "lasts_until", None)
        if hasattr(fact, "title"):
            title = self.look.plain(event, "title")
        if since is None:
            return Held(event, subject_of(event), title, span_of(event.envelope), items_of(fact), known < NEVER, until)
        newest = since.fact
        assert isinstance(newest, EvidenceCorrected)
        title = self.look.plain(since, "title") or title
        until = newest.lasts_until
        days = span_of(since.envelope)
        return Held(event, subject_of(event), title, days, corrected(fact, newest), known < NEVER, until)

    def reading(self, one: Held, *key: object) -> bool:
        """Whether a row of that natural key would not be known as this record."""
        fact = one.event.fact
        assert isinstance(fact, FromRow)
        return not self.look.source_is(fact, one.subject, key)


def _as_counted(one: Held, row: Any) -> Held:
    """A training that several platforms report, as it counts: what its first report says may be another's by now."""
    fact = one.event.fact
    assert isinstance(fact, TrainingRecorded | TrainingAlsoReported)
    amount = Amount(value=row.amount, scale=row.scale, unit=fact.hours.unit)
    item = replace(one.items[0], amount=amount, attributes=json.loads(row.attributes))
    days = Span(first=date.fromordinal(row.first), last=date.fromordinal(row.last))
    return one._replace(days=days, items=(item,), shared=True)


def trainings(look: Look) -> Iterator[Line]:
    """Training hours that stand."""
    records = Records(look)
    for block in records.of(TrainingRecorded, TrainingAlsoReported):
        known = look.known({one.subject for one in block})
        for one in block:
            fact, (item, *_) = one.event.fact, one.items
            assert isinstance(fact, TrainingRecorded | TrainingAlsoReported)
            identity = fact.identity if isinstance(fact, TrainingRecorded) else None
            status = "recognised" if one.recognised else "failed" if fact.failed else "pending"
            number, named = look.plain(one.event, "number"), ""
            if number and identity is not None and one.subject not in look.erased:
                own = look.district.row_hash(one.subject, "training", number)
                named = "identity" if own == identity else "course"
            yield line(
                one.shared or records.reading(one, "training", one.subject, titled(one.title), one.days.first),
                **{named or "identity": number},
                person=known.code(one.subject),
                who=known.name(one.subject),
                title=_told(one.title),
                category=look.words.term("training", "category", item.attributes.get("category", "")),
                level=look.words.term("training", "level", item.attributes.get("level", "")),
                hours=_number(item.amount),
                day=day(one.days),
                status=look.word("trainings", "status", status),
            )


def evaluations(look: Look) -> Iterator[Line]:
    """Evaluations over the four competences."""
    records = Records(look)
    for block in records.of(EvaluationRecorded):
        known = look.known({one.subject for one in block})
        for one in block:
            scores = {item.attributes.get("competence", ""): _number(item.amount) for item in one.items}
            yield line(
                records.reading(one, "evaluation", one.subject, titled(one.title), one.days.first),
                person=known.code(one.subject),
                who=known.name(one.subject),
                evaluation=_told(one.title),
                day=day(one.days),
                **{name: scores.get(name) for name in COMPETENCES},
            )


def reflections(look: Look) -> Iterator[Line]:
    """Reflections that were handed in, a row for each level at which one was selected."""
    records = Records(look)
    selected: dict[tuple[str, str], list[tuple[str, Span]]] = {}
    for block in records.of(ReflectionSelected):
        for one in block:
            fact = one.event.fact
            assert isinstance(fact, ReflectionSelected)
            selected.setdefault((one.subject, fact.work), []).append((fact.level, one.days))
    for block in records.of(ReflectionSubmitted):
        known = look.known({one.subject for one in block})
        for one in block:
            fact = one.event.fact
            assert isinstance(fact, ReflectionSubmitted)
            number = look.plain(one.event, "number")
            levels: Sequence[tuple[str | None, Span | None]] = selected.get((one.subject, fact.work)) or [(None, None)]
            for level, when in levels:
                yield line(
                    records.reading(one, "reflection", one.subject, number),
                    person=known.code(one.subject),
                    who=known.name(one.subject),
                    work=number,
                    title=one.title,
                    day=day(one.days),
                    level=level and look.words.term("reflection", "level", level),
                    selected=day(when),
                )


def evidence(look: Look) -> Iterator[Line]:
    """Evidence of every other kind."""
    records, headers = Records(look), dict(attribute_columns(look))
    for block in records.of(EvidenceRecorded):
        known = look.known({one.subject for one in block})
        for one in block:
            fact, (item, *_) = one.event.fact, one.items
            assert isinstance(fact, EvidenceRecorded)
            declared = look.desk.catalogue.kinds.get(fact.kind)
            said, strange = dict[str, str](), declared is None
            for name, term in item.attributes.items():
                text = look.plain(one.event, "number") if name == "work" else look.words.term(fact.kind, name, term)
                said[name] = text
                strange = strange or declared is None or attribute_of(look.desk, declared, headers[name]) != name
            lasting = declared is not None and declared.lasting
            yield line(
                strange or records.reading(one, fact.kind, one.subject, titled(one.title), one.days.first),
                **{look.column_of(one.subject): known.code(one.subject)},
                who=known.name(one.subject),
                kind=look.words.kind(fact.kind),
                title=_told(one.title),
                amount=_number(item.amount),
                **{"first" if lasting else "day": day(one.days), "last": one.until},
                **said,
            )


def attribute_columns(look: Look) -> Sequence[tuple[str, str]]:
    """The attributes of all kinds of evidence, with a header for each that means no other."""
    return attribute_header_of(BY_ID["evidence"], look.desk.catalogue, look.lang)


def _told(title: str) -> str:
    return "" if title == NOTHING else title


def _number(amount: Amount | None) -> object:
    return None if amount is None else amount.number
