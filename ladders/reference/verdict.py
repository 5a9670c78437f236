"""The meaning of ``jieti-ladder/1``, number 1, in plain loops over plain rows.

To be read at one sitting, and to be believed: the tests hold the fast evaluator (``ladders.evaluating.verdict``) to it,
and whoever wants to check a verdict without us runs this.  It answers for one subject at a time and needs no NumPy.
Here are the clauses; below them, in the order of reading, ``numbers`` (what a measure comes to),
``lines`` (its lines, up to the verb), ``windows`` and ``rows``.

**Uncertain days.**  A row whose day is known only as a span may lie on either side of a window's edge; it is then
*unsure*.  Every measure is read twice: with the sure rows alone (``low``) and with all of them (``high``).  Amounts
are never negative, so what lies between is between.  Where it would not be, because an unsure row decides *which* row
speaks, the measure is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from events.facts import ClauseFound, Outcome
from ladders.model import ladder as model
from ladders.model.clauses import AClause, AskedOf, Compare, Group, Holds, Is, Meets
from ladders.model.ladder import Step
from ladders.model.measures import Move, YearsSince
from ladders.question import Question
from ladders.reference.days import after, completed_years
from ladders.reference.items import Identity
from ladders.reference.numbers import Limit, Measured, asked_of, measured, moves
from ladders.reference.rows import Evidence, Missing, Place, Row
from ladders.reference.windows import reference_day

__all__ = ["Evidence", "Row", "Verdict", "assess", "kleene"]

LOWERED = 10**6
"""What 1 is in the amount of a dispensation's row."""


@dataclass(frozen=True)
class Verdict:
    """What a step came to for one subject; ``evidence`` are the positions of the rows that counted, sorted."""

    outcome: Outcome
    findings: tuple[ClauseFound, ...]
    evidence: tuple[int, ...]


def assess(ladder: model.Ladder, step: Step, evidence: Evidence, subject: int, question: Question) -> Verdict:
    """Hold one subject's evidence against a step.

    ValueError for a measure that has no meaning: no verb, a line on the wrong side of it, a line that needs days after
    ``sum per``, ``count per`` or ``runs``, a cap or a floor that is negative or finer than the scale.
    """
    place = Place(ladder, step, evidence, subject, question)
    if not place.examined():
        return Verdict("not examined", tuple(_none(entry.id, "not examined") for entry in ladder.entries(step)), ())
    asking = _Asking()
    outcome = kleene("all", asking.all_of(step.clauses, place, ""), 0)
    return Verdict(outcome, tuple(asking.findings), tuple(sorted(asking.used)))


def kleene(combination: str, outcomes: Sequence[Outcome], at_least: int) -> Outcome:
    """``all``, ``any`` or ``none`` of the outcomes, or so many ``of`` them."""
    met, unmet, count = outcomes.count("met"), outcomes.count("not met"), len(outcomes)
    need = {"all": count, "any": 1, "none": 1, "of": at_least}[combination]
    if met >= need:
        return "not met" if combination == "none" else "met"
    if count - unmet < need:
        return "met" if combination == "none" else "not met"
    return "unknown"


class _Asking:
    """The clauses of one verdict, one after the other: what was found, which rows counted, which are taken."""

    def __init__(self) -> None:
        self.findings: list[ClauseFound] = []
        self.used: set[int] = set()
        self.counted: set[Identity] = set()
        """The rows that counted in a measure since an option began, by what tells a subject's rows apart."""
        self.taken: frozenset[Identity] = frozenset()
        """The rows that have served in an earlier option, and serve no more."""

    def all_of(self, clauses: Iterable[AClause], place: Place, before: str) -> list[Outcome]:
        """The outcomes of those clauses that bind, after asking all."""
        outcomes = [(clause.strength, self.clause(clause, place, before)) for clause in clauses]
        return [outcome for strength, outcome in outcomes if strength == "binding"]

    def clause(self, clause: AClause, place: Place, before: str) -> Outcome:
        """The outcome of a clause; its finding stands before those of its conditions and options."""
        at = len(self.findings)
        self.findings.append(_none(before + clause.id, "unknown"))
        when = None if clause.when is None else self.clause(clause.when, place, before)
        unless = None if clause.unless is None else self.clause(clause.unless, place, before)
        found = self.found(clause, place, before)
        outcome = found.outcome
        if outcome == "not met" and self.still_due(clause, place):
            outcome = "unknown"
        if clause.dispensation is not None and clause.dispensation.down_to is None and self.dispensed(clause, place):
            outcome = "met"
        if unless is not None:
            outcome = kleene("any", [unless, outcome], 1)
        if when is not None:
            not_when: Outcome = {"met": "not met", "not met": "met"}.get(when, "unknown")  # type: ignore[assignment]
            outcome = kleene("any", [not_when, outcome], 1)
        self.findings[at] = found.model_copy(update={"clause": before + clause.id, "outcome": outcome})
        return outcome

    def still_due(self, clause: AClause, place: Place) -> bool:
        """Whether what is missing may still come in time."""
        due = clause.due
        if due is None or due.span is None or due.after is None:
            return due is not None and due.day is not None and place.day <= due.day
        start = place.start(due.after)
        return start is not None and place.day <= after(start.last, due.span)

    def dispensed(self, clause: AClause, place: Place) -> list[Row]:
        """The dispensations from this clause in force: those that waive it, or those that lower its number."""
        waived = clause.dispensation is not None and clause.dispensation.down_to is None
        rows = [
            row
            for row in place.begun("dispensation")
            if place.day <= row.until and (row.amount < 0) == waived
            and (row.attributes.get("ladder"), row.attributes.get("clause")) == (place.ladder.id, clause.id)
        ]  # fmt: skip
        self.use(rows)
        return rows

    def use(self, rows: Iterable[Row]) -> None:
        """These rows counted."""
        self.used.update(at for row in rows for at in (row.recorded, row.known))

    def count(self, rows: Iterable[Row]) -> None:
        """These rows counted in a measure, and may serve once only."""
        rows = list(rows)
        self.use(rows)
        self.counted.update((row.recorded, row.item) for row in rows)

    # --------------------------------------------------------------------------------- clauses by themselves

    def found(self, clause: AClause, place: Place, before: str) -> ClauseFound:
        """The finding of a clause without what stands beside it."""
        match clause:
            case Group():
                return self.group(clause, place, before)
            case Meets():
                return self.meets(clause, place, before)
            case Holds():
                rungs, ladder = clause.rungs, clause.ladder or place.ladder.id
                rows = place.standings(ladder, *rungs, ever=clause.holds is None)
                self.use(rows)
                return _counted("met" if rows else "not met", int(bool(rows)))
            case Is():
                return self.is_(clause, place)
            case AskedOf():
                return self.asked_of(clause, place)
        return self.compare(clause, place)

    def group(self, clause: Group, place: Place, before: str) -> ClauseFound:
        """Options, combined; with ``one item serves once`` each without the rows of those met before it."""
        before_it, outcomes = (self.taken, self.counted), []
        for option in clause.options:
            self.counted = set()
            outcomes.append((option.strength, self.clause(option, place, before)))
            if clause.one_item_serves_once and outcomes[-1][1] == "met":
                self.taken |= self.counted
            before_it[1].update(self.counted)
        self.taken, self.counted = before_it
        binding = [outcome for strength, outcome in outcomes if strength == "binding"]
        return _counted(kleene(clause.combination, binding, clause.at_least or len(binding)), binding.count("met"))

    def meets(self, clause: Meets, place: Place, before: str) -> ClauseFound:
        """The clauses of a named list, or those of any of the steps to a rung."""
        ways = place.ladder.inside(clause, place.step)
        outcomes = []
        for step, clauses in ways:
            inside = f"{before}{clause.id}/" if len(ways) == 1 else f"{before}{clause.id}/{step.id}/"
            outcomes.append(self.all_of(clauses, replace(place, step=step), inside))
        if isinstance(clause.meets, str):
            return _counted(kleene("all", outcomes[0], 0), outcomes[0].count("met"))
        met = [kleene("all", one, 0) for one in outcomes]
        return _counted(kleene("any", met, 1), met.count("met"))

    def is_(self, clause: Is, place: Place) -> ClauseFound:
        """An attribute of the subject held against terms, or a term of its scale."""
        told = place.told(clause.is_)
        self.use([told.row] if told.row else [])
        if told.unknown:
            return _none(clause.id, "unknown")
        if told.term is None:
            return _none(clause.id, clause.absent or "unknown")
        scale = place.scale_of(clause.is_)
        at = scale.index(told.term) if told.term in scale else -1
        fits = clause.one_of is None or told.term in clause.one_of
        if clause.at_least is not None:
            fits = fits and at >= 0 and clause.at_least in scale and at >= scale.index(clause.at_least)
        if clause.at_most is not None:
            fits = fits and at >= 0 and clause.at_most in scale and at <= scale.index(clause.at_most)
        return _none(clause.id, "met" if fits else "not met")

    def asked_of(self, clause: AskedOf, place: Place) -> ClauseFound:
        """A clause asked of each related subject: how many meet it, or which part of them."""
        day = place.day
        ties = [tie for tie in place.ties(clause.asked_of, clause.roles) if tie.first <= day <= tie.until]
        self.use(row for tie in ties for row in tie.rows)
        others, sure = {tie.end for tie in ties}, {tie.end for tie in ties if tie.last <= day}
        outcomes = {one: _Asking().clause(clause.each, replace(place, subject=one), "") for one in others}
        low = sum(outcomes[one] == "met" for one in sure)
        high = sum(outcome != "not met" for outcome in outcomes.values())
        asked = {"at least": clause.at_least, "at most": clause.at_most}
        numbers = {key: Fraction(1 if one == "all" else one) for key, one in asked.items() if one is not None}
        counts = {isinstance(one, int) for one in asked.values() if one is not None}
        if len(counts) > 1:
            raise ValueError("a number of them and a share of them do not go together")
        over = 1 if True in counts else len(others)
        if over == 0:
            return _none(clause.id, clause.absent or "unknown")
        if False in counts and others != sure:
            return _none(clause.id, "unknown")
        held = [_held(key, (Fraction(low, over), Fraction(high, over)), Limit(n, n)) for key, n in numbers.items()]
        return ClauseFound(clause=clause.id, outcome=kleene("all", held, 0), low=low, high=high, over=over)

    def compare(self, clause: Compare, place: Place) -> ClauseFound:
        """A measure held against the numbers asked."""
        found = self.number(clause, place)
        limits = [(key, self.limit(clause, key, asked, place)) for key, asked in clause.comparisons]
        if found.state == "nothing":
            return _none(clause.id, clause.absent or "unknown")
        known = [(key, limit) for key, limit in limits if limit is not None]
        if found.state != "number" or len(known) < len(limits):
            return _none(clause.id, "unknown")
        ends = found.lowest, None if found.open else found.highest
        outcome = kleene("all", [_held(key, ends, limit) for key, limit in known], 0)
        high = None if found.open else found.high
        return ClauseFound(clause=clause.id, outcome=outcome, low=found.low, high=high, over=found.over)

    def number(self, clause: Compare, place: Place) -> Measured:
        """What a clause measures."""
        measure = place.ladder.measure_of(clause)
        try:
            if isinstance(measure, Move):
                move = moves(place, measure.move)
                return Measured("number", move.numerator, move.numerator, move.denominator)
            if clause.on is not None and clause.evidence is None:
                place = place.on(reference_day(place, clause.on))
        except Missing:
            return Measured("missing")
        if isinstance(measure, YearsSince):
            start = place.start(measure.years_since)
            if start is None:
                return Measured("nothing")
            self.use([start])
            return Measured("number", completed_years(start.last, place.day), completed_years(start.first, place.day))
        found = measured(place, measure, self.taken)
        self.count(found.rows)
        return found

    def limit(self, clause: Compare, key: str, asked: model.Asked, place: Place) -> Limit | None:
        """The number asked, lowered by a dispensation; None where it is not known."""
        limit, rows = asked_of(place, asked, self.taken)
        self.count(rows)
        down_to = clause.dispensation.down_to if clause.dispensation else None
        if down_to is not None and key == "at least" and asked is clause.at_least:
            for row in self.dispensed(clause, place):
                limit = limit and limit.lowered(max(Fraction(row.amount, LOWERED), Fraction(down_to)))
        return limit


def _held(key: str, ends: tuple[Fraction, Fraction | None], limit: Limit) -> Outcome:
    """Met when any number between the ends would be, not met when none would; None: there is no upper end."""
    low, high = ends
    if key in ("at least", "more than"):
        strict = key == "more than"
        if limit.high is not None and (low > limit.high or (low == limit.high and not strict)):
            return "met"
        below = high is not None and (high < limit.low or (high == limit.low and strict))
        return "not met" if below else "unknown"
    strict = key == "less than"
    if high is not None and (high < limit.low or (high == limit.low and not strict)):
        return "met"
    above = limit.high is not None and (low > limit.high or (low == limit.high and strict))
    return "not met" if above else "unknown"


def _counted(outcome: Outcome, count: int) -> ClauseFound:
    """The finding of a clause that counts what is met; its name is put in by ``clause``."""
    return ClauseFound(clause="", outcome=outcome, low=count, high=count, over=1)


def _none(clause: str, outcome: Outcome) -> ClauseFound:
    """A finding without a number."""
    return ClauseFound(clause=clause, outcome=outcome, low=None, high=None, over=1)
