"""As known then beside as known now: verdicts clause by clause, evidence, standings, and what made the difference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import Connection, or_, select

from engine.assessing import assess, revisit
from engine.assessing.assess import Rules
from engine.blocks import in_blocks
from engine.district import District
from engine.people.subjects import Standing, standings
from engine.tables import case_table, evidence_table, ladder_table
from engine.times import position as position_at
from events.facts import Assessed, Declined, EvidenceCorrected, EvidenceVoided, Granted, TakenBack, TrainingRecognised
from events.tables import event_table
from ladders.evaluating.explanation import Explained, Explanation
from ladders.evaluating.explanation import explain as explain_step
from ladders.evidence.columns import FOREVER, Columns
from ladders.model.ladder import Step
from workflows.commands import Refused

How = Literal["late", "corrected", "voided", "recognised", "changed"]
_HOW: dict[str, How] = {
    EvidenceVoided.TYPE: "voided",
    TakenBack.TYPE: "voided",
    EvidenceCorrected.TYPE: "corrected",
    TrainingRecognised.TYPE: "recognised",
}


@dataclass(frozen=True)
class Held:
    """A row as it was held at a position: its days, its amount, and until when it is true."""

    first: date
    last: date
    until: date | None
    amount: Decimal


@dataclass(frozen=True)
class Change:
    """A row that is not held as it was then: ``at`` is the event that made the difference, ``how`` what that did.

    ``recorded`` and ``item`` name the row, ``kind`` is its evidence's; *late* is what was recorded only since,
    *changed* what lasts and was ended, succeeded or taken up again.
    """

    recorded: int
    item: int
    kind: str
    how: How
    at: int
    then: Held | None
    now: Held | None


@dataclass(frozen=True)
class ClauseSeen:
    """A clause then and now; ``because``: the events that make it rest on other evidence."""

    id: str
    then: Explained | None
    now: Explained | None
    because: tuple[int, ...]

    @property
    def differs(self) -> bool:
        """Whether its outcome or its measure is another one."""
        return _measure(self.then) != _measure(self.now)


@dataclass(frozen=True)
class StepSeen:
    """A step then and now; one side is None where its ladder, or the step, was not there."""

    ladder: str
    step: Step
    then: tuple[Rules, Explanation] | None
    now: tuple[Rules, Explanation] | None
    clauses: tuple[ClauseSeen, ...]
    rules: tuple[int, ...]
    """What was declared since of the rules: a version, settings, the evidence catalogue."""

    @property
    def differs(self) -> bool:
        """Whether the verdict, or a clause of it, is another one."""
        outcomes = [None if side is None else side[1].outcome for side in (self.then, self.now)]
        return outcomes[0] != outcomes[1] or any(one.differs for one in self.clauses)


@dataclass(frozen=True)
class Compared:
    """Everything about a subject as of a day, as known at two positions."""

    subject: str
    as_of: date
    then: int
    now: int
    steps: tuple[StepSeen, ...]
    changes: tuple[Change, ...]
    held_then: tuple[Standing, ...]
    held_now: tuple[Standing, ...]


@dataclass(frozen=True)
class DecisionSeen:
    """The verdict of a decision beside the same question today, all but what decisions themselves made of it."""

    position: int
    decided: str
    case: str
    subject: str
    then: int
    now: int
    step: StepSeen
    changes: tuple[Change, ...]


def compare(
    district: District,
    subject: str,
    ladders: Iterable[str],
    times: tuple[date, int, int | None],
    to: str | None = None,
) -> Compared:
    """A subject as of a day, as known at two positions (the second: the tip where it is None).

    Refused where the log has no such position, or no ladder of those is in force then or now.
    """
    as_of, then, later = times
    with district.reading() as connection:
        then, now = position_at(connection, then), position_at(connection, later)
    found = [seen for name in ladders for seen in _ladder(district, subject, name, (as_of, then, now), to)]
    changed = _own_changes(district, subject, then, now)
    held = [
        tuple(standings(district, as_of, at, [subject]).get(subject, ()))  # what is held on the day
        for at in (then, now)
    ]
    return Compared(subject, as_of, then, now, tuple(found), changed, *held)


def decision(district: District, position: int) -> DecisionSeen:
    """The verdict on which a grant or decline rests, beside the same question as known today; Refused otherwise."""
    with district.reading() as connection:
        now = position_at(connection)
        event = next(iter(district.log.read_at(connection, [position])), None)
        if event is None or not isinstance(event.fact, Granted | Declined):
            raise Refused(
                "no decision",
                f"#{position:,} 不是认定或驳回;用 jieti audit grants 查看认定",
                f"#{position:,} is neither a grant nor a decline; jieti audit grants lists the grants",
            )
        case = district.log.read(connection, event.envelope.stream)
    fact = event.fact
    verdict = next((one.fact for one in case if one.position == fact.assessed), None)
    if not isinstance(verdict, Assessed):
        raise Refused(
            "no verdict",
            f"#{position:,} 没有依据判定(申报已撤回或没有评估),不能重新比较",
            f"#{position:,} rests on no verdict, so there is none to be asked again",
        )
    pins = verdict.pins
    rules = assess.rules_of(district, pins), assess.rules_of(district, pins.model_copy(update={"known_at": now}))
    step = next(one for one in rules[0].ladder.steps if one.id == verdict.step)
    columns = district.columns(), revisit.undecided(district, pins.known_at)
    then = _explained(district, rules[0], step, fact.subject, columns[0])
    later = _explained(district, rules[1], step, fact.subject, columns[1])
    seen = _seen(district, pins.ladder, step, (rules[0], then), (rules[1], later), (pins.known_at, now))
    changed = _own_changes(district, fact.subject, pins.known_at, now)
    decided = _types(district, {one.at for one in changed})
    news = tuple(one for one in changed if decided[one.at] not in revisit.DECISIONS)
    name = event.envelope.stream.partition("-")[2]
    return DecisionSeen(position, fact.TYPE, name, fact.subject, pins.known_at, now, seen, news)


def _ladder(
    district: District, subject: str, ladder: str, times: tuple[date, int, int], to: str | None
) -> Iterator[StepSeen]:
    """The steps that a subject may attempt then or now."""
    as_of, *positions = times
    every, refused = list[Rules | None](), list[Refused]()
    for at in positions:
        try:
            every.append(assess.rules_for(district, ladder, as_of, at))
        except Refused as error:
            every.append(None)
            refused.append(error)
    if len(refused) == len(positions):
        raise refused[-1]
    attempted = dict[str, Step]()
    for rules in every:
        if rules is not None and (to is None or rules.ladder.steps_to(to)):
            for one in assess.explain(district, rules, [subject], to):
                attempted[one.explanation.step.id] = one.explanation.step
    for name, step in attempted.items():
        sides = [None if rules is None else _side(district, rules, name, subject) for rules in every]
        yield _seen(district, ladder, step, sides[0], sides[1], (positions[0], positions[1]))


def _side(district: District, rules: Rules, name: str, subject: str) -> tuple[Rules, Explanation] | None:
    step = next((one for one in rules.ladder.steps if one.id == name), None)
    return None if step is None else (rules, _explained(district, rules, step, subject, district.columns()))


def _explained(district: District, rules: Rules, step: Step, subject: str, columns: Columns) -> Explanation:
    number = int(assess.numbers(district, [subject])[0])
    return explain_step(rules.ladder, step, columns, number, rules.question)


def _seen(
    district: District,
    ladder: str,
    step: Step,
    then: tuple[Rules, Explanation] | None,
    now: tuple[Rules, Explanation] | None,
    positions: tuple[int, int],
) -> StepSeen:
    """A step seen at two positions, each clause with the events that made the difference."""
    sides = [{} if side is None else {one.id: one for one in side[1].clauses} for side in (then, now)]
    pairs = {name: (sides[0].get(name), sides[1].get(name)) for name in dict.fromkeys([*sides[0], *sides[1]])}
    differ = {name: _counted(before) ^ _counted(after) for name, (before, after) in pairs.items()}
    rows = {one[0] for each in differ.values() for one in each}
    acts: dict[int, list[int]] = defaultdict(list)
    with district.reading() as connection:
        for change in _changes(connection, rows, *positions):
            acts[change.recorded].append(change.at)
    clauses = tuple(
        ClauseSeen(name, before, after, tuple(sorted({at for row in differ[name] for at in acts[row[0]]})))
        for name, (before, after) in pairs.items()
    )
    return StepSeen(ladder, step, then, now, clauses, _declared(district, then, now))


def _declared(
    district: District, then: tuple[Rules, Explanation] | None, now: tuple[Rules, Explanation] | None
) -> tuple[int, ...]:
    """What was declared of the rules in between."""
    if then is None or now is None:
        return ()
    was, is_ = then[0], now[0]
    since = {at for before, at in ((was.settings, is_.settings), (was.catalogue, is_.catalogue)) if before != at}
    if was.version != is_.version:
        row = ladder_table.c
        with district.reading() as connection:
            since |= set(connection.execute(select(row.position).where(row.sha256 == is_.version)).scalars())
    return tuple(sorted(at for at in since if at > was.question.known_at))


def _counted(clause: Explained | None) -> set[tuple[Any, ...]]:
    """The rows that a clause, and all that is inside it, counted."""
    if clause is None:
        return set()
    own = {(one.position, one.item, one.first, one.last, one.amount) for one in clause.counted}
    return own.union(*(_counted(one) for one in (*clause.conditions, *clause.options)))


def _measure(clause: Explained | None) -> tuple[Any, ...] | None:
    return None if clause is None else (clause.outcome, clause.low, clause.high, clause.said, clause.asked)


# ------------------------------------------------------------------------------------------------ rows that changed


def _own_changes(district: District, subject: str, then: int, now: int) -> tuple[Change, ...]:
    """The rows that events about a subject changed between two positions."""
    row, event = evidence_table.c, event_table.c
    found = set[int]()
    with district.reading() as connection:
        cases = connection.execute(select(case_table.c.id).where(case_table.c.subject == subject)).scalars()
        streams = [f"subject-{subject}", *(f"case-{case}" for case in cases)]
        every = connection.execute(select(event.position).where(event.stream.in_(streams))).scalars()
        for block in in_blocks(at for at in every if then < at <= now):
            chosen = select(row.recorded).where(or_(row.made.in_(block), row.voided.in_(block)))
            found |= set(connection.execute(chosen).scalars())
        return tuple(_changes(connection, found, then, now))


def _changes(connection: Connection, recorded: Collection[int], then: int, now: int) -> Iterator[Change]:
    """How the rows of these events are held otherwise at one position than at another, in the order of the events."""
    rows: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for block in in_blocks(sorted(recorded)):
        for one in connection.execute(select(evidence_table).where(evidence_table.c.recorded.in_(block))):
            rows[one.recorded, one.item].append(one)
    found = list[tuple[int, int, int, Any, Any]]()
    for (at, item), revisions in rows.items():
        before, after = _at(revisions, then), _at(revisions, now)
        if before is not after:
            made = before.voided if after is None else after.made
            found.append((made, at, item, before, after))
    types = _types_of(connection, {one[0] for one in found})
    for made, at, item, before, after in sorted(found, key=lambda one: one[:3]):
        how = "late" if made == at else _HOW.get(types[made], "changed")
        kind = (after or before).kind
        yield Change(at, item, kind, how, made, _held(before), _held(after))


def _at(revisions: Sequence[Any], position: int) -> Any:
    """The revision of a row that is held at a position, None if none is."""
    known = (one for one in revisions if one.known <= position and (one.voided is None or one.voided > position))
    return next(known, None)


def _held(row: Any) -> Held | None:
    if row is None:
        return None
    until = None if row.until == FOREVER else date.fromordinal(row.until)
    amount = Decimal(row.amount).scaleb(-row.scale)
    return Held(date.fromordinal(row.first), date.fromordinal(row.last), until, amount)


def _types(district: District, positions: Collection[int]) -> dict[int, str]:
    with district.reading() as connection:
        return _types_of(connection, positions)


def _types_of(connection: Connection, positions: Collection[int]) -> dict[int, str]:
    """The stored names of events."""
    found: dict[int, str] = {}
    for block in in_blocks(sorted(positions)):
        chosen = select(event_table.c.position, event_table.c.type).where(event_table.c.position.in_(block))
        found |= dict(connection.execute(chosen).tuples().all())
    return found
