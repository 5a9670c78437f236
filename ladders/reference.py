"""The meaning of ``jieti-ladder/1``, number 1, in plain loops over plain rows.

To be read at one sitting, and to be believed: the tests hold the fast evaluator (``ladders.verdict``) to it, and
whoever wants to check a verdict without us runs this.  It answers for one subject at a time and needs no NumPy.

**Uncertain days.**  A row whose day is known only as a span may lie on either side of a window's edge; it is then
*unsure*.  Every measure is read twice: with the sure rows alone (``low``) and with all of them (``high``).  Amounts
are never negative, so what lies between is between.  Where it would not be, because an unsure row decides *which* row
speaks, the measure is unknown.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from events.facts import ClauseFound, Outcome
from ladders import model
from ladders.days import back, completed_years, school_year
from ladders.model import Asked, Cap, Compare, Floor, Group, Last, LatestPer, Measure, Step, SumPer, Within
from ladders.question import Question


@dataclass(frozen=True)
class Row:
    """One row of evidence, as ``ladders.columns`` describes it, with days as dates and attributes as terms."""

    subject: int
    first: date
    last: date
    recorded: int
    amount: int = 0
    until: date = date.max
    item: int = 0
    known: int = 0
    voided: int | None = None
    attributes: Mapping[str, str | int] = field(default_factory=dict)


Evidence = Mapping[str, Sequence[Row]]
"""By kind, each kind's rows in any order."""


@dataclass(frozen=True)
class Verdict:
    """What a step came to for one subject; ``evidence`` are the positions of the rows that counted, sorted."""

    outcome: Outcome
    findings: tuple[ClauseFound, ...]
    evidence: tuple[int, ...]


@dataclass(frozen=True)
class _Item:
    """A row on its way through the lines.

    ``order`` is its place in the stated order.  After ``sum per`` and ``count per`` only the key is left in ``keys``,
    the group has the place of its last row, and its days mean nothing.
    """

    first: date
    last: date
    until: date
    amount: int
    order: int
    sure: bool
    keys: Mapping[str, str | int]
    positions: tuple[int, ...]


@dataclass(frozen=True)
class _Number:
    """What a measure came to in one reading; ``value`` is None over nothing, ``unclear`` is unknown whatever it is."""

    value: int | None
    over: int
    unclear: bool
    positions: tuple[int, ...]


class _Unstarted(Exception):
    """A window begins on a day that this subject does not have."""


def assess(ladder: model.Ladder, step: Step, evidence: Evidence, subject: int, question: Question) -> Verdict:
    """Hold one subject's evidence against a step.

    ValueError for a measure that has no meaning: not exactly one verb, a line after it that is not a cap or a floor, a
    line that needs days after ``sum per`` or ``count per``, a cap or a floor that is negative or finer than the scale.
    """
    return _Reading(ladder, step, evidence, subject, question).verdict()


def kleene(combination: str, outcomes: Sequence[Outcome], at_least: int) -> Outcome:
    """``all``, ``any`` or ``none`` of the outcomes, or so many ``of`` them."""
    met, unmet, count = outcomes.count("met"), outcomes.count("not met"), len(outcomes)
    need = {"all": count, "any": 1, "none": 1, "of": at_least}[combination]
    if met >= need:
        return "not met" if combination == "none" else "met"
    if count - unmet < need:
        return "met" if combination == "none" else "not met"
    return "unknown"


class _Reading:
    """One subject, one step, one question."""

    def __init__(self, ladder: model.Ladder, step: Step, evidence: Evidence, subject: int, question: Question) -> None:
        self.ladder, self.step, self.subject, self.question = ladder, step, subject, question
        self.day = question.as_of
        self.evidence = evidence
        self.findings: list[ClauseFound] = []
        self.used: set[int] = set()

    def verdict(self) -> Verdict:
        examined = self.examined()
        outcomes = [self.clause(clause, examined) for clause in self.step.clauses]
        outcome = kleene("all", outcomes, 0) if examined else "not examined"
        return Verdict(outcome, tuple(self.findings), tuple(sorted(self.used)))

    # ------------------------------------------------------------------------------------------------ rows

    def known(self, kind: str) -> list[Row]:
        """The rows of a kind that exist for this question, in their stated order."""
        rows = [row for row in self.evidence.get(kind, ()) if row.known <= self.question.known_at]
        rows = [row for row in rows if row.voided is None or self.question.known_at < row.voided]
        return sorted(rows, key=lambda row: (row.first, row.last, row.recorded, row.item))

    def standings(self, ladder: str, *rungs: str) -> list[Row]:
        """The subject's standings in force, on these rungs of a ladder; without a rung, on any."""
        return [
            row
            for row in self.known("standing")
            if row.subject == self.subject and row.first <= self.day <= row.until
            and row.attributes.get("ladder") == ladder and (not rungs or row.attributes.get("rung") in rungs)
        ]  # fmt: skip

    def start(self, since: str) -> Row | None:
        """The row that says when service, life or time on the step's source rung began."""
        if since == "rung":
            rows = self.standings(self.ladder.id, self.step.from_) if self.step.from_ else []
        else:
            rows = [row for row in self.known(since) if row.subject == self.subject and row.first <= self.day]
        return rows[0] if rows else None

    def examined(self) -> bool:
        """Whether the step may be attempted at all."""
        if self.step.from_:
            return bool(self.standings(self.ladder.id, self.step.from_))
        return self.step.kind != "renewal" and not self.standings(self.ladder.id)

    def items(self, measure: Measure) -> list[_Item]:
        """The subject's own rows, or those of its members or mentees inside their membership; none after today."""
        items = []
        ties = self.known("member" if measure.through == ("members",) else "mentee") if measure.through else []
        for order, row in enumerate(self.known(measure.evidence[0])):
            sure, possible, keys = row.last <= self.day, row.first <= self.day, dict(row.attributes)
            if measure.through is None:
                possible = possible and row.subject == self.subject
            else:
                mine = [
                    tie
                    for tie in ties
                    if (tie.subject, tie.attributes.get("member")) == (self.subject, row.subject)
                    and (measure.roles is None or tie.attributes.get("role") in measure.roles)
                ]
                possible = possible and any(tie.first <= row.last and row.first <= tie.until for tie in mine)
                sure = sure and any(tie.last <= row.first and row.last <= tie.until for tie in mine)
                keys["member"] = row.subject
            if possible:
                positions = (row.recorded, row.known)
                items.append(_Item(row.first, row.last, row.until, row.amount, order, sure, keys, positions))
        return items

    # ----------------------------------------------------------------------------------------------- lines

    def read(self, measure: Measure, low: bool) -> _Number:
        """Take the rows through the lines: the sure ones alone (``low``), or all of them."""
        items, scale, unclear, grouped = self.items(measure), self.scale(measure), False, False
        number: _Number | None = None
        for place, line in enumerate(measure.then):
            items = [item for item in items if item.sure or not low]
            later = measure.then[place + 1 :]
            if number is not None:
                number = self.limited(number, line, scale)
                continue
            if grouped and (isinstance(line, Within | LatestPer) or line == Last(verb="latest")):
                raise ValueError("after a sum or a count per key the rows have no days")
            match line:
                case Within():
                    items = self.within(items, line)
                case model.Only():
                    items = [item for item in items if self.fits(measure.evidence[0], line.only, item)]
                case model.Except():
                    items = [item for item in items if not self.fits(measure.evidence[0], line.except_, item)]
                case model.BestPer():
                    # An unsure row that beats another decides what the later lines see, unless they see amounts only.
                    matters = not all(isinstance(after, Cap | Floor | Last) for after in later)
                    matters = matters or Last(verb="latest") in later
                    groups = self.groups(items, line.best_per)
                    items = sorted(map(_best, groups), key=lambda item: item.order)
                    unclear |= matters and any(len(group) > 1 and not _best(group).sure for group in groups)
                case LatestPer():
                    unclear |= not all(item.sure for item in items)
                    items = sorted((g[-1] for g in self.groups(items, line.latest_per)), key=lambda item: item.order)
                case SumPer() | model.CountPer():
                    key = line.sum_per if isinstance(line, SumPer) else line.count_per
                    items = [self.together(g, key, isinstance(line, model.CountPer)) for g in self.groups(items, key)]
                    items.sort(key=lambda item: item.order)
                    scale, grouped = 0 if isinstance(line, model.CountPer) else scale, True
                case Cap():
                    limit = self.limit(line.cap, scale)
                    items = [replace(item, amount=min(item.amount, limit)) for item in items]
                case Floor():
                    limit = self.limit(line.floor, scale)
                    items = [replace(item, amount=max(item.amount, limit)) for item in items]
                case Last():
                    scale = 0 if line.verb == "count" else scale
                    number = _said(line.verb, items, 10**scale, unclear)
        if number is None:
            raise ValueError("a measure needs a verb: sum, count, mean, best or latest")
        return number

    def within(self, items: list[_Item], line: Within) -> list[_Item]:
        """The rows in the window, unsure where an edge of it lies inside their span."""
        for window in (line.within, line.otherwise):
            if window is None:
                continue
            early, late, end = date.min, date.min, self.day
            if window.kind == "today":
                items = [item for item in items if item.until >= self.day]
            elif window.span:
                early = late = back(self.day, window.span) + timedelta(days=1)
            elif window.first and window.last:
                early, late, end = window.first, window.first, min(window.last, self.day)
            elif start := self.start(window.since or ""):
                early, late = start.first, start.last
            else:
                continue
            return [
                replace(item, sure=item.sure and late <= item.first and item.last <= end)
                for item in items
                if early <= item.last and item.first <= end
            ]
        raise _Unstarted

    def fits(self, kind: str, accepted: Mapping[str, model.Accepted], item: _Item) -> bool:
        """Whether all these attributes of the row are among those accepted."""
        return all(item.keys.get(name) in self.terms(kind, name, terms) for name, terms in accepted.items())

    def terms(self, kind: str, attribute: str, accepted: model.Accepted) -> tuple[str, ...]:
        """The terms themselves; for ``term or better`` those of the attribute's scale from it up, or none."""
        if not isinstance(accepted, model.AtLeastLevel):
            return accepted
        known = self.question.catalogue.kinds.get(kind)
        scale = self.question.catalogue.scales.get(known.attributes.get(attribute, "") if known else "")
        ids = [term.id for term in scale.terms] if scale and scale.ordered else []
        return tuple(ids[ids.index(accepted.term) :]) if accepted.term in ids else ()

    def groups(self, items: list[_Item], key: str) -> list[list[_Item]]:
        """The rows by key, those without it each alone."""
        groups: dict[Hashable, list[_Item]] = {}
        for item in items:
            value = item.keys.get(key)
            if key == "school year" and value is None:
                value = school_year(item.first, self.question.settings.school_year_starts)
            groups.setdefault((item.order,) if value is None else value, []).append(item)
        return list(groups.values())

    def together(self, group: list[_Item], key: str, count: bool) -> _Item:
        """One row for a group: its key, and the sum or the number of its rows."""
        keys = {name: value for name, value in group[0].keys.items() if name == key}
        if key == "school year" and not keys:
            keys = {key: school_year(group[0].first, self.question.settings.school_year_starts)}
        return replace(
            group[-1],
            amount=len(group) if count else sum(item.amount for item in group),
            sure=all(item.sure for item in group),
            keys=keys,
            positions=tuple(position for item in group for position in item.positions),
        )

    def scale(self, measure: Measure) -> int:
        """The decimal places of the kind's amounts."""
        kind = self.question.catalogue.kinds.get(measure.evidence[0])
        return kind.amount.scale if kind and kind.amount else 0

    def limit(self, asked: Asked, scale: int) -> int:
        """A cap or a floor at the scale of what it limits."""
        limit = self.ladder.look_up(asked, self.step) * Decimal(10) ** scale
        if limit < 0 or limit != int(limit):
            raise ValueError(f"a cap or a floor is not negative, and has at most {scale} decimal places here")
        return int(limit)

    def limited(self, number: _Number, line: object, scale: int) -> _Number:
        """The number after a cap or a floor; that of a mean is multiplied out."""
        if not isinstance(line, Cap | Floor):
            raise ValueError("after the verb only a cap or a floor may stand")  # noqa: TRY004 - a ladder's mistake
        limit = self.limit(line.cap if isinstance(line, Cap) else line.floor, scale) * number.over // 10**scale
        if number.value is None:
            return number
        return replace(number, value=(min if isinstance(line, Cap) else max)(number.value, limit))

    # --------------------------------------------------------------------------------------------- clauses

    def clause(self, clause: model.AClause, examined: bool) -> Outcome:
        """The outcome of a clause; its finding is put down before those of its options."""
        place = len(self.findings)
        found = ClauseFound(clause=clause.id, outcome="not examined", low=None, high=None, over=1)
        self.findings.append(found)
        if isinstance(clause, Group):
            outcomes = [self.clause(option, examined) for option in clause.options]
            outcome = kleene(clause.combination, outcomes, clause.at_least or len(outcomes))
            found = _found(clause.id, outcome, outcomes.count("met"))
        elif examined and isinstance(clause, model.Holds):
            rows = self.standings(clause.ladder or self.ladder.id, *clause.rungs)
            self.used.update(at for row in rows for at in (row.recorded, row.known))
            found = _found(clause.id, "met" if rows else "not met", int(bool(rows)))
        elif examined and isinstance(clause, Compare):
            found = self.compared(clause)
        if examined:
            self.findings[place] = found
        return self.findings[place].outcome

    def compared(self, clause: Compare) -> ClauseFound:
        """A measure held against the numbers asked."""
        measure = self.ladder.measure_of(clause)
        unknown = ClauseFound(clause=clause.id, outcome="unknown", low=None, high=None, over=1)
        if isinstance(measure, model.YearsSince):
            start = self.start(measure.years_since)
            if start is None:
                return unknown.model_copy(update={"outcome": clause.absent or "unknown"})
            self.used |= {start.recorded, start.known}
            low, high, over = completed_years(start.last, self.day), completed_years(start.first, self.day), 1
        else:
            try:
                least, most = self.read(measure, low=True), self.read(measure, low=False)
            except _Unstarted:
                return unknown
            self.used.update(least.positions, most.positions)
            if most.value is None and not most.unclear:
                return unknown.model_copy(update={"outcome": clause.absent or "unknown"})
            if most.unclear or most.value is None or least.value is None:
                return unknown
            low, high, over = least.value, most.value, most.over
        outcome = self.against(clause, Fraction(low, over), Fraction(high, over))
        return ClauseFound(clause=clause.id, outcome=outcome, low=low, high=high, over=over)

    def against(self, clause: Compare, low: Fraction, high: Fraction) -> Outcome:
        """Met when any number between low and high would be, not met when none would be."""
        asked = (clause.at_least, clause.more_than, clause.at_most, clause.less_than)
        numbers = [None if one is None else Fraction(self.ladder.look_up(one, self.step)) for one in asked]
        at_least, more_than, at_most, less_than = numbers
        held: list[Outcome] = []
        if at_least is not None:
            held.append("met" if low >= at_least else "not met" if high < at_least else "unknown")
        if more_than is not None:
            held.append("met" if low > more_than else "not met" if high <= more_than else "unknown")
        if at_most is not None:
            held.append("met" if high <= at_most else "not met" if low > at_most else "unknown")
        if less_than is not None:
            held.append("met" if high < less_than else "not met" if low >= less_than else "unknown")
        return kleene("all", held, 0)


def _best(group: list[_Item]) -> _Item:
    """The row of the highest amount, of equals the last in the stated order."""
    return max(group, key=lambda item: (item.amount, item.order))


def _said(verb: str, items: list[_Item], unit: int, unclear: bool) -> _Number:
    """What a verb makes of rows; ``unit`` is what one is at their scale."""
    if verb in ("latest", "mean"):
        unclear = unclear or not all(item.sure for item in items)
    amounts = [item.amount for item in items]
    if verb == "best":
        items = [_best(items)] if items else []
        value = items[0].amount if items else None
    elif verb == "latest":
        items = items[-1:]
        value = items[0].amount if items else None
    elif verb == "mean":
        value, unit = (sum(amounts), len(items) * unit) if items else (None, unit)
    else:
        value = sum(amounts) if verb == "sum" else len(items)
    return _Number(value, unit, unclear, tuple(position for item in items for position in item.positions))


def _found(clause: str, outcome: Outcome, count: int) -> ClauseFound:
    """The finding of a clause that counts what is met."""
    return ClauseFound(clause=clause, outcome=outcome, low=count, high=count, over=1)
