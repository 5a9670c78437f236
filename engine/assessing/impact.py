"""What another version of a ladder would do: who gains, who loses, and who is in flight, before it is published.

Both versions are asked the same questions on the same day of the same evidence, the whole cohort at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from sqlalchemy import Connection, select

from engine.assessing import assess
from engine.assessing.assess import Rules
from engine.blocks import in_blocks
from engine.district import District
from engine.tables import case_table, cycle_table, subject_table, unit_table
from events.facts import Outcome
from ladders.evaluating import verdict
from ladders.evaluating.outcomes import MET, NOT_EXAMINED, OUTCOMES, Outcomes
from ladders.evaluating.verdict import Verdicts
from ladders.evidence.columns import Bools, Codes, Columns, Index
from ladders.model.ladder import Ladder, Step
from ladders.question import Question
from workflows.commands import Refused
from workflows.cycle import UNCONCLUDED, is_open

Turn = Literal["gains", "loses"]


@dataclass(frozen=True)
class Affected:
    """A subject that would meet what it does not, or no longer meet what it does; and the clauses that make it so.

    ``step`` is the one that is met, by the new version or by the old.  ``clauses`` are those of the rung's steps that
    stood in the way before and do no longer, or do now and did not.
    """

    subject: str
    turn: Turn
    step: str
    before: Outcome
    after: Outcome
    clauses: tuple[str, ...]


@dataclass(frozen=True)
class OfRung:
    """What changes at a rung: for those who may attempt it (``removal`` is empty), or for its holders by a removal."""

    rung: str
    removal: str
    before: Mapping[Outcome, int]
    after: Mapping[Outcome, int]
    affected: tuple[Affected, ...]
    unsure: int
    """How many others come to another outcome, without meeting it before or after."""

    def of(self, turn: Turn) -> tuple[Affected, ...]:
        """Those who gain, or who lose."""
        return tuple(one for one in self.affected if one.turn == turn)


@dataclass(frozen=True)
class InFlight:
    """A case that goes on, and what it would come to if its cycle were rebased on the other version."""

    cycle: str
    case: str
    subject: str
    phase: str
    before: Outcome
    after: Outcome
    clauses: tuple[str, ...]
    rungs: tuple[str | None, str | None] = (None, None)
    """The rungs on which it is placed, by the one version and by the other, where the ladder places."""

    @property
    def turn(self) -> Turn | None:
        """Whether it gains or loses; None where it comes to the same."""
        if (self.before == "met") == (self.after == "met"):
            return None
        return "gains" if self.after == "met" else "loses"


@dataclass(frozen=True)
class Impact:
    """Everything that another version would do."""

    old: Rules
    new: Rules
    subjects: int
    rungs: tuple[OfRung, ...]
    in_flight: tuple[InFlight, ...]


def impact(district: District, old: Rules, ladder: Ladder, version: str) -> Impact:
    """Hold everybody of the ladder's kind against both versions; Refused where the new one is for other subjects."""
    if ladder.subject != old.ladder.subject:
        raise Refused(
            "other subject",
            f"新版本是给另一类对象的({ladder.subject}),不能相比;请给它另取编号(id)",
            f"the new version is for other subjects ({ladder.subject}): give it an id of its own",
        )
    new = replace(old, ladder=ladder, version=version)
    subjects = assess.cohort_of(district, old)
    cohort = assess.numbers(district, subjects)
    columns = district.columns(old.question.known_at, int(cohort.max(initial=0)) + 1)
    found = tuple(
        _of_rung(rung, removal, subjects, *(_held(one, steps, columns, cohort) for one, steps in sides))
        for rung, removal, *sides in _asked(old, new)
    )
    return Impact(old, new, len(subjects), found, tuple(in_flight(district, ladder, version)))


def _asked(
    old: Rules, new: Rules
) -> Iterator[tuple[str, str, tuple[Rules, tuple[Step, ...]], tuple[Rules, tuple[Step, ...]]]]:
    """What both versions are asked: each rung that either leads to and each way to lose one, with both their steps."""
    sides = (old, new)
    for rung in dict.fromkeys(step.to for one in sides for step in one.ladder.steps):
        before, after = (one.ladder.steps_to(rung) for one in sides)
        yield rung, "", (old, before), (new, after)
    removals = [(rung.id, lost.id) for one in sides for rung in one.ladder.rungs for lost in rung.removals]
    for rung, removal in dict.fromkeys(removals):
        before, after = (_removal(one.ladder, rung, removal) for one in sides)
        yield rung, removal, (old, before), (new, after)


def _removal(ladder: Ladder, rung: str, removal: str) -> tuple[Step, ...]:
    try:
        return (ladder.removal_step(rung, removal),)
    except KeyError:
        return ()


@dataclass(frozen=True)
class Held:
    """A cohort held against the steps of one version: of each subject the step that it may attempt; -1 for none."""

    steps: tuple[Verdicts, ...]
    chosen: Codes
    outcome: Outcomes

    def blocked(self, clauses: Sequence[str], places: Index) -> dict[str, Bools]:
        """By clause at which of these places it stands in the way: binding, there, and not met."""
        found = {clause: np.zeros(len(places), np.bool_) for clause in clauses}
        for nth, step in enumerate(self.steps):
            here = np.flatnonzero(self.chosen[places] == nth)
            if not len(here):
                continue
            at = np.asarray(step.places)[places[here]]
            for entry, one in zip(step.entries, step.found, strict=True):
                if entry.id in found and entry.clause in step.step.clauses and entry.clause.strength == "binding":
                    found[entry.id][here] = one.outcome[at] != MET
        return found

    def counts(self) -> dict[Outcome, int]:
        """How many came to each outcome."""
        counted = np.bincount(self.outcome, minlength=len(OUTCOMES)).tolist()
        return dict(zip(OUTCOMES, counted, strict=True))


def _held(rules: Rules, steps: Sequence[Step], columns: Columns, cohort: Codes) -> Held:
    found = tuple(verdict.assess(rules.ladder, step, columns, cohort, rules.question) for step in steps)
    nobody = np.full(len(cohort), -1, np.int32)
    if not found:
        return Held((), nobody, np.full(len(cohort), NOT_EXAMINED, np.int8))
    outcomes = np.stack([one.outcome for one in found])
    examined = outcomes != NOT_EXAMINED
    met = outcomes == MET
    # Of several steps to a rung the one that is met, else the first that may be attempted at all.
    chosen = np.where(met.any(axis=0), met.argmax(axis=0), examined.argmax(axis=0)).astype(np.int32)
    outcome = outcomes[chosen, np.arange(len(cohort))]
    return Held(found, np.where(examined.any(axis=0), chosen, nobody).astype(np.int32), outcome.astype(np.int8))


def _of_rung(rung: str, removal: str, subjects: Sequence[str], old: Held, new: Held) -> OfRung:
    gains, loses = ((old.outcome != MET) & (new.outcome == MET), (old.outcome == MET) & (new.outcome != MET))
    affected = tuple(
        one
        for turn, which in (("gains", gains), ("loses", loses))
        for one in _affected("gains" if turn == "gains" else "loses", subjects, np.flatnonzero(which), old, new)
    )
    unsure = int(((old.outcome != new.outcome) & ~gains & ~loses).sum())
    return OfRung(rung, removal, old.counts(), new.counts(), affected, unsure)


def _affected(turn: Turn, subjects: Sequence[str], places: Index, old: Held, new: Held) -> Iterator[Affected]:
    every = [*old.steps, *new.steps]
    clauses = list(dict.fromkeys(clause.id for one in every for clause in one.step.clauses))
    was, now = old.blocked(clauses, places), new.blocked(clauses, places)
    turned = {name: (was[name] & ~now[name]) if turn == "gains" else (now[name] & ~was[name]) for name in clauses}
    for n, i in enumerate(places.tolist()):
        why = tuple(name for name in clauses if turned[name][n])
        met = new if turn == "gains" else old
        step = met.steps[met.chosen[i]].step.id
        yield Affected(subjects[i], turn, step, OUTCOMES[int(old.outcome[i])], OUTCOMES[int(new.outcome[i])], why)


# ------------------------------------------------------------------------------------------------------ in flight


def in_flight(district: District, ladder: Ladder, version: str) -> Iterator[InFlight]:
    """Every case on a ladder that is not concluded, and what it would come to under another version."""
    row = cycle_table.c
    with district.reading() as connection:
        running = select(row.id).where(row.ladder == ladder.id, row.phase != "finished").order_by(row.position)
        cycles = list(connection.execute(running).scalars())
    for cycle in cycles:
        yield from of_cycle(district, cycle, ladder, version)


def of_cycle(district: District, cycle: str, ladder: Ladder, version: str) -> Iterator[InFlight]:
    """The same of one cycle: on its own as-of day, on what it knows; before submission closes, on what is known now."""
    state, row = district.cycle_state(cycle), case_table.c
    opened = is_open(state)
    if not ladder.steps_to(opened.to):
        return
    chosen = select(row.id, row.subject, row.phase, row.known_at).where(row.cycle == cycle, row.phase.in_(UNCONCLUDED))
    with district.reading() as connection:
        rows = connection.execute(chosen.order_by(row.id)).all()
        known_at = state.closed.known_at if state.closed is not None else assess.tip_of(connection)
    settings, catalogue = assess.declared_at(district, opened.settings, opened.catalogue)
    for at in sorted({one.known_at or known_at for one in rows}):
        same = [one for one in rows if (one.known_at or known_at) == at]
        question = Question(opened.as_of, at, catalogue, settings)
        old = Rules(district.ladders[opened.version], opened.version, question, opened.settings, opened.catalogue)
        new, subjects = replace(old, ladder=ladder, version=version), [one.subject for one in same]
        was, now = (assess.of_cycle(district, rules, opened.to, subjects) for rules in (old, new))
        for i, one in enumerate(same):
            yield InFlight(cycle, one.id, one.subject, one.phase, *_compared(was, now, i))


def _compared(
    was: assess.Cohort, now: assess.Cohort, i: int
) -> tuple[Outcome, Outcome, tuple[str, ...], tuple[str | None, str | None]]:
    """What a case comes to by both versions, the clauses that make the difference, and where it is placed."""
    before, after = (one.steps[one.chosen[i]].outcome_of(i) for one in (was, now))
    if before == after and not (was.placing or now.placing):
        return before, after, (), (None, None)
    judged = was.judged(i), now.judged(i)
    failed = [
        {f.clause for f in one.findings if f.outcome != "met" and f.clause in _binding(one.step)} for one in judged
    ]
    order = list(dict.fromkeys(clause for one in judged for clause in _binding(one.step)))
    clauses = tuple(sorted(failed[0] ^ failed[1], key=order.index)) if before != after else ()
    return before, after, clauses, (judged[0].rung, judged[1].rung)


def _binding(step: Step) -> list[str]:
    return [clause.id for clause in step.clauses if clause.strength == "binding"]


# --------------------------------------------------------------------------------------------------------- where


@dataclass(frozen=True)
class Where:
    """Where a subject is: its unit, the station, central school or group that this is part of (its area), and whether
    it is urban or rural; empty where the log does not know."""

    school: str = ""
    area: str = ""
    locality: Literal["", "urban", "rural"] = ""


def where(connection: Connection, subjects: Sequence[str]) -> dict[str, Where]:
    """Where each of these subjects is now."""
    units = {row.id: row for row in connection.execute(select(unit_table))}

    def of(unit: str | None) -> Where:
        if unit is None or unit not in units:
            return Where()
        chain, locality = [units[unit]], units[unit].locality
        while (above := units.get(chain[-1].part_of or "")) is not None and above not in chain:
            chain.append(above)
            locality = locality or above.locality
        named = next((one for one in chain[1:] if one.kind != "centre"), None)
        return Where(chain[0].name, named.name if named is not None else "", locality or "")

    places, found = dict[str | None, Where](), dict[str, Where]()
    for block in in_blocks(dict.fromkeys(subjects)):
        chosen = select(subject_table.c.id, subject_table.c.kind, subject_table.c.unit)
        for row in connection.execute(chosen.where(subject_table.c.id.in_(block))):
            unit = row.id if row.kind == "unit" else row.unit
            if unit not in places:
                places[unit] = of(unit)
            found[row.id] = places[unit]
    return found
