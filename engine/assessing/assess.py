"""Verdicts: of a cohort, of one subject, of the cases of a cycle.  One evaluator gives them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

import numpy as np
from sqlalchemy import Connection, or_, select

from engine import times
from engine.blocks import in_blocks
from engine.district import District
from engine.projections.lasting import EMPLOYMENT
from engine.tables import LASTS, evidence_table, subject_table, unit_table
from events.facts import (
    Assessed,
    Catalogue,
    CatalogueDeclared,
    ClauseFound,
    Fact,
    Outcome,
    Pins,
    Settings,
    SettingsChanged,
    StepFound,
)
from events.tables import event_table
from ladders.evaluating import explanation as explaining
from ladders.evaluating import placing, verdict
from ladders.evaluating.explanation import Explanation
from ladders.evidence.columns import Codes, Columns
from ladders.model.ladder import SEMANTICS, Ladder, Step
from ladders.question import Question, digest
from workflows import cycle as cycles
from workflows import ladder as published
from workflows.commands import Refused
from workflows.deciding import fold

F = TypeVar("F", bound=Fact)


@dataclass(frozen=True)
class Rules:
    """What a question is asked under: the ladder's version, and the declarations with the positions that say them."""

    ladder: Ladder
    version: str
    question: Question
    settings: int
    catalogue: int

    @property
    def pins(self) -> Pins:
        """Everything that a verdict under these rules depends on."""
        return Pins(
            ladder=self.ladder.id,
            version=self.version,
            semantics=SEMANTICS,
            catalogue=self.catalogue,
            settings=self.settings,
            as_of=self.question.as_of,
            known_at=self.question.known_at,
        )


@dataclass(frozen=True)
class Judged:
    """The verdict on one subject."""

    subject: str
    step: Step
    outcome: Outcome
    findings: tuple[ClauseFound, ...]
    rung: str | None = None
    """The rung on which the ladder places the subject; none where it does not place, or no step is met."""
    unsure: tuple[str, ...] | None = None
    """The steps to higher rungs that are unknown, the highest first; none where it is not placed or there are none."""
    beside: tuple[StepFound, ...] | None = None
    """Where the ladder places, the other steps that were examined, those to the highest rung first."""


@dataclass(frozen=True)
class Cohort:
    """Verdicts on many subjects, for the step to a rung that each of them may attempt."""

    rules: Rules
    to: str
    subjects: tuple[str, ...]
    steps: tuple[verdict.Verdicts, ...]
    """The verdicts on the whole cohort, step by step: in the ladder's order; those to lower rungs first, where the
    cohort is placed."""
    chosen: Codes
    """For each subject the step that it may attempt (the first where it may attempt none), or on which it is placed."""
    placing: bool = False
    """Whether each subject is placed on the highest rung that it meets, up to ``to``."""

    def judged(self, i: int) -> Judged:
        """The verdict on the i-th subject."""
        found = self.steps[self.chosen[i]]
        outcome = found.outcome_of(i)
        judged = Judged(self.subjects[i], found.step, outcome, found.findings(i))
        if not self.placing:
            return judged
        others = [one for one in reversed(self.steps) if one is not found and one.outcome_of(i) != "not examined"]
        beside = tuple(_beside(one, i) for one in others)
        if outcome != "met":
            return replace(judged, beside=beside)
        higher = [one for one in reversed(self.steps[self.chosen[i] :]) if one.step.to != found.step.to]
        unsure = tuple(one.step.id for one in higher if one.outcome_of(i) == "unknown")
        return replace(judged, rung=found.step.to, unsure=unsure or None, beside=beside)

    def counts(self) -> dict[Outcome, int]:
        """How many subjects came to each outcome."""
        stacked = np.stack([found.outcome for found in self.steps])
        outcome = stacked[self.chosen, np.arange(len(self.subjects))] if self.subjects else np.empty(0, np.int8)
        counted = np.bincount(outcome, minlength=len(verdict.OUTCOMES)).tolist()
        return dict(zip(verdict.OUTCOMES, counted, strict=True))


def _beside(found: verdict.Verdicts, i: int) -> StepFound:
    step, outcome, findings = found.step.id, found.outcome_of(i), found.findings(i)
    return StepFound(step=step, outcome=outcome, findings=findings, digest=digest(step, outcome, findings))


def rules_for(district: District, ladder: str, as_of: date | None = None, known_at: int | None = None) -> Rules:
    """The rules of a ladder on a day (today), as known at a position (the tip); Refused where none are in force."""
    day = as_of or district.today
    with district.reading() as connection:
        at = times.position(connection, known_at)
        stream = published.stream(ladder)
        events = [event for event in district.log.read(connection, stream) if event.position <= at]
        state: published.Published = fold(stream, events)
        version = state.in_force(day)
        if version is None:
            raise published.none_in_force(state, ladder, day)
        settings_at, settings = _declared(district, connection, SettingsChanged, at)
        catalogue_at, catalogue = _declared(district, connection, CatalogueDeclared, at)
    question = Question(day, at, catalogue.catalogue, settings.settings)
    return Rules(version.ladder, version.sha256, question, settings_at, catalogue_at)


def rules_of(district: District, pins: Pins) -> Rules:
    """The rules that a verdict was pinned to."""
    settings, catalogue = declared_at(district, pins.settings, pins.catalogue)
    question = Question(pins.as_of, pins.known_at, catalogue, settings)
    return Rules(district.ladders[pins.version], pins.version, question, pins.settings, pins.catalogue)


def rules_of_cycle(district: District, cycle: cycles.Cycle, known_at: int | None = None) -> Rules:
    """The rules that a cycle pins; Refused before its submission closed.

    ``known_at`` is the position on which a new verdict was asked for; without it, the one at which submission closed.
    """
    opened = cycles.is_open(cycle)
    if cycle.closed is None:
        raise cycles.not_closed()
    settings, catalogue = declared_at(district, opened.settings, opened.catalogue)
    question = Question(opened.as_of, known_at or cycle.closed.known_at, catalogue, settings)
    return Rules(district.ladders[opened.version], opened.version, question, opened.settings, opened.catalogue)


def declared_at(district: District, settings_at: int, catalogue_at: int) -> tuple[Settings, Catalogue]:
    """The settings and the evidence catalogue that the events at these positions declare; KeyError if none do."""
    with district.reading() as connection:
        facts = {one.position: one.fact for one in district.log.read_at(connection, {settings_at, catalogue_at})}
    settings, catalogue = facts.get(settings_at), facts.get(catalogue_at)
    if not (isinstance(settings, SettingsChanged) and isinstance(catalogue, CatalogueDeclared)):
        raise KeyError(f"no settings at position {settings_at}, or no evidence catalogue at {catalogue_at}")
    return settings.settings, catalogue.catalogue


def catalogue_at(district: District, known_at: int) -> Catalogue:
    """The evidence catalogue as it was declared by a position."""
    with district.reading() as connection:
        return _declared(district, connection, CatalogueDeclared, known_at)[1].catalogue


def cohort_of(district: District, rules: Rules) -> list[str]:
    """Every subject of the ladder's kind that was there on the as-of day, as known, in the log's order.

    A person is there while employed in the district; a studio or a unit from its founding on.
    """
    day, known_at = rules.question.as_of.toordinal(), rules.question.known_at
    kind = rules.ladder.subject
    there = select(subject_table.c.id).where(
        subject_table.c.kind == (kind if kind in ("person", "studio") else "unit"),
        subject_table.c.position <= known_at,
        subject_table.c.since <= day,
    )
    if kind not in ("person", "studio"):
        there = there.join(unit_table, unit_table.c.id == subject_table.c.id).where(unit_table.c.kind == kind)
    if kind == "person":
        row = evidence_table.c
        employed = select(row.subject).where(
            row.kind == EMPLOYMENT,
            LASTS,
            row.first <= day,
            row.until >= day,
            row.known <= known_at,
            or_(row.voided.is_(None), row.voided > known_at),
        )
        there = there.where(subject_table.c.number.in_(employed))
    with district.reading() as connection:
        return list(connection.execute(there.order_by(subject_table.c.number)).scalars())


def assess(
    district: District, rules: Rules, to: str, subjects: Sequence[str], columns: Columns | None = None
) -> Cohort:
    """Hold subjects against the steps that lead to a rung; Refused if none does.

    ``columns``: other evidence than the district's.
    """
    steps = rules.ladder.steps_to(to)
    if not steps:
        raise _no_rung(rules.ladder, to)
    cohort = numbers(district, subjects)
    columns = columns or _columns(district, rules.question, cohort)
    found = tuple(verdict.assess(rules.ladder, step, columns, cohort, rules.question) for step in steps)
    examined = np.stack([one.outcome != verdict.OUTCOMES.index("not examined") for one in found])
    return Cohort(rules, to, tuple(subjects), found, np.argmax(examined, axis=0).astype(np.int32))


def of_cycle(
    district: District,
    rules: Rules,
    to: str,
    subjects: Sequence[str],
    rungs: Sequence[str | None] = (),
    columns: Columns | None = None,
) -> Cohort:
    """The verdicts that a cycle to a rung gives; where its ladder places, on the highest rung that is met, up to it.

    ``rungs``: the rung that each subject's case goes on for, where that is another one than the highest that it meets.
    ``columns``: other evidence than the district's.
    """
    if rules.ladder.placement is None:
        return assess(district, rules, to, subjects, columns)
    cohort = numbers(district, subjects)
    columns = columns or _columns(district, rules.question, cohort)
    steps = placing.upwards(rules.ladder, to)
    found = tuple(verdict.assess(rules.ladder, step, columns, cohort, rules.question) for step in steps)
    outcomes = [one.outcome for one in found]
    chosen = placing.choose(steps, outcomes).chosen
    for i, rung in enumerate(rungs):
        if rung is not None:
            met = (nth for nth, step in enumerate(steps) if step.to == rung and outcomes[nth][i] == verdict.MET)
            chosen[i] = next(met, chosen[i])
    return Cohort(rules, to, tuple(subjects), found, np.where(chosen < 0, placing.told(outcomes), chosen), True)


def verdicts(cohort: Cohort) -> list[Assessed]:
    """The verdicts of a cohort as facts, pinned."""
    pins, facts = cohort.rules.pins, []
    for i in range(len(cohort.subjects)):
        judged = cohort.judged(i)
        facts.append(
            Assessed(
                step=judged.step.id,
                pins=pins,
                outcome=judged.outcome,
                findings=judged.findings,
                digest=digest(judged.step.id, judged.outcome, judged.findings),
                rung=judged.rung,
                unsure=judged.unsure,
                beside=judged.beside,
            )
        )
    return facts


def evidence_used(district: District, cohort: Cohort, columns: Columns | None = None) -> list[tuple[int, ...]]:
    """For each subject of a cohort the positions of the evidence that counted in its step."""
    columns = columns or _columns(district, cohort.rules.question, numbers(district, cohort.subjects))
    used: list[tuple[int, ...]] = [()] * len(cohort.subjects)
    for nth, found in enumerate(cohort.steps):
        places = np.flatnonzero(cohort.chosen == nth)
        if not len(places):
            continue
        some = numbers(district, [cohort.subjects[i] for i in places.tolist()])
        positions = verdict.evidence_of(cohort.rules.ladder, found.step, columns, some, cohort.rules.question)
        for i, one in zip(places.tolist(), positions, strict=True):
            used[i] = one
    return used


def _columns(district: District, question: Question, cohort: Codes) -> Columns:
    return district.columns(question.known_at, int(cohort.max(initial=0)) + 1)


def numbers(district: District, subjects: Sequence[str]) -> Codes:
    """The numbers of subjects, in their order; KeyError for one that is not known."""
    found: dict[str, int] = {}
    with district.reading() as connection:
        for block in in_blocks(dict.fromkeys(subjects)):
            rows = select(subject_table.c.id, subject_table.c.number).where(subject_table.c.id.in_(block))
            found |= {row.id: row.number for row in connection.execute(rows)}
    return np.array([found[subject] for subject in subjects], np.int32)


def tip_of(connection: Connection) -> int:
    return int(
        connection.execute(select(event_table.c.position).order_by(event_table.c.position.desc()).limit(1)).scalar_one()
    )


def _declared(district: District, connection: Connection, kind: type[F], at: int) -> tuple[int, F]:
    """The newest event of a kind by a position."""
    newest = select(event_table.c.position).where(
        event_table.c.stream == "district", event_table.c.type == kind.TYPE, event_table.c.position <= at
    )
    position = connection.execute(newest.order_by(event_table.c.position.desc()).limit(1)).scalar_one()
    (event,) = district.log.read_at(connection, [position])
    assert isinstance(event.fact, kind)
    return position, event.fact


@dataclass(frozen=True)
class Answered:
    """The explanation of a step for one subject, and the rules that it stands under."""

    subject: str
    rules: Rules
    explanation: Explanation


def explain(district: District, rules: Rules, subjects: Sequence[str], to: str | None = None) -> list[Answered]:
    """Explain the steps that each subject may attempt, to a rung or all, subject by subject.

    A subject that may attempt none gets the first step, which says so.  Refused where no step leads to the rung.
    """
    steps = rules.ladder.steps if to is None else rules.ladder.steps_to(to)
    if not steps:
        raise _no_rung(rules.ladder, to or "")
    columns, found = district.columns(), []
    for subject, number in zip(subjects, numbers(district, subjects).tolist(), strict=True):
        every = [explaining.explain(rules.ladder, step, columns, number, rules.question) for step in steps]
        attempted = [one for one in every if one.outcome != "not examined"] or every[:1]
        found += [Answered(subject, rules, one) for one in attempted]
    return found


def _no_rung(ladder: Ladder, to: str) -> Refused:
    rungs = ", ".join(dict.fromkeys(step.to for step in ladder.steps))
    return Refused(
        "no rung",
        f"阶梯 {ladder.id} 没有晋级到“{to}”的步骤;可用:{rungs}",
        f'the ladder {ladder.id} has no step to "{to}"; it leads to: {rungs}',
    )
