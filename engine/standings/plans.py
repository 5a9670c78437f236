"""A subject's way to a rung: the steps of it, what each lacks, when it can be met, and which trainings would help.

The days of later steps are counted from the earliest possible grant of the one before: a bound, never a promise.  A
grant needs a review, and nobody knows when the next cycle opens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from engine import calendar
from engine.assessing.assess import Rules, numbers
from engine.district import District
from engine.people.subjects import standings
from engine.records import offers
from engine.records.offers import Offered
from ladders.checking.graph import shortest_way
from ladders.evaluating.ahead import Ahead, Chosen, Outlook, kinds_of
from ladders.evaluating.explanation import Explanation, explain
from ladders.evaluating.on_days import ME, counted
from ladders.evaluating.reach import reach_of
from ladders.evidence.columns import Columns
from ladders.evidence.planned import Plan, lasting_until, with_plans
from ladders.model.ladder import Ladder, Step
from ladders.question import Question
from ladders.reference.days import after
from workflows.commands import Refused

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Planned:
    """A step of the way: how it stands on the day on which it begins, and when it can be met.

    ``supposed`` says that the step before was never met, and this one is told as if it had been granted at once.
    """

    step: Step
    explanation: Explanation
    outlooks: tuple[Outlook, ...]
    by_itself: date | None
    """The first day on which it is met without new evidence."""
    trainings: Chosen
    """Which of the plan's trainings close what time does not: the fewest."""
    earliest: date | None
    """The first day on which it is met, with these trainings; none where something else is needed."""
    granted: date | None
    """The first day on which a grant could be in force."""
    supposed: bool
    renewed_by: date | None = None
    """The last day of the term of the rung that it leaves, where that ends before: it is supposed to be renewed."""


@dataclass(frozen=True)
class Way:
    """A subject's way to a rung.  ``held``: the rungs that it holds now; no steps where it holds that one."""

    subject: str
    rules: Rules
    to: str
    held: tuple[str, ...]
    start: str | None
    """The rung that the way leads on from; none from outside the ladder."""
    steps: tuple[Planned, ...]
    calendar: tuple[Offered, ...]
    """The trainings to come that are open to the subject; steps name them by their place."""
    for_others: int
    """How many trainings to come are meant for others."""

    @property
    def earliest(self) -> date | None:
        """The first day on which the last step is met; none where something on the way needs more than is planned."""
        if not self.steps or any(one.earliest is None for one in self.steps):
            return None
        return self.steps[-1].earliest


def way(district: District, rules: Rules, subject: str, to: str) -> Way:
    """The shortest way of a subject to a rung of a ladder; Refused if none leads there."""
    ladder, question = rules.ladder, rules.question
    if to not in {rung.id for rung in ladder.rungs}:
        listed = ", ".join(rung.id for rung in ladder.rungs)
        raise Refused(
            "no rung",
            f"阶梯 {ladder.id} 没有“{to}”这一级;可用:{listed}",
            f'the ladder {ladder.id} has no rung "{to}"; it has: {listed}',
        )
    there = standings(district, question.as_of, question.known_at, [subject]).get(subject, [])
    held = tuple(dict.fromkeys(one.rung for one in there if one.ladder == ladder.id))
    coming = offers.listed(district, question.as_of, called_off=False)
    if to in held:
        return Way(subject, rules, to, held, to, (), (), 0)
    ways = [(shortest_way(ladder, start, to), start) for start in held or (None,)]
    found = [(steps, start) for steps, start in ways if steps]
    if not found:
        raise _no_way(ladder, held, to)
    steps, start = min(found, key=lambda one: len(one[0]))
    rungs = {*held, *(step.to for step in steps)}
    open_ = tuple(one for one in coming if _is_open(one, ladder.id, rungs))
    ends = next((one.until for one in there if (one.ladder, one.rung) == (ladder.id, start)), None)
    planner = _Planner(district, rules, subject, [_plan(one) for one in open_])
    planned = tuple(planner.steps(steps, ends))
    return Way(subject, rules, to, held, start, planned, open_, len(coming) - len(open_))


def _is_open(one: Offered, ladder: str, rungs: set[str]) -> bool:
    """Whether a training is for everybody, or for whoever holds one of these rungs or is on the way to it.

    Nothing tells what staff role somebody has, so one for staff roles alone is open to nobody here.
    """
    if one.rungs:
        return any(rung.ladder == ladder and rung.rung in rungs for rung in one.rungs)
    return not one.roles


def _plan(one: Offered) -> Plan:
    amount = Decimal() if one.amount is None else one.amount.number
    return Plan(one.kind, one.first, one.last, one.attributes, amount)


def _no_way(ladder: Ladder, held: Sequence[str], to: str) -> Refused:
    zh = "、".join(ladder.rung(rung).title.zh for rung in held) or "阶梯之外"
    en = ", ".join(ladder.rung(rung).title.en for rung in held) or "outside the ladder"
    return Refused(
        "no way",
        f"从{zh}到{ladder.rung(to).title.zh}没有晋级的路;用 jieti ladder show {ladder.id} 查看各步",
        f"no steps lead from {en} to {ladder.rung(to).title.en}: jieti ladder show {ladder.id} tells which there are",
    )


@dataclass
class _Planner:
    """Goes along the steps of one subject's way, each on top of what the one before is supposed to have come to."""

    district: District
    rules: Rules
    subject: str
    plans: list[Plan]

    def steps(self, steps: Sequence[Step], ends: date | None) -> list[Planned]:
        """Every step; of several between the same rungs the one that is nearest.

        ``ends`` is the last day of the term of the rung that is held: whoever stays on it has it renewed.
        """
        ladder, question = self.rules.ladder, self.rules.question
        number = int(numbers(self.district, [self.subject])[0])
        whole = self.district.columns()
        every = [one for step in steps for one in ladder.steps if (one.from_, one.to) == (step.from_, step.to)]
        columns = whole.of(np.array([number], np.int32), reach_of(ladder, *every))
        columns = lasting_until(columns, "standing", {"ladder": ladder.id}, question.as_of, None)
        useful = tuple(range(len(self.plans)))
        supposed, taken, found = False, list[int](), list[Planned]()
        for step in steps:
            ways = [one for one in every if (one.from_, one.to) == (step.from_, step.to) and one.kind == step.kind]
            told = [self._told(one, columns, question, useful, tuple(taken), supposed=supposed) for one in ways]
            best = min(told, key=_far)
            if ends is not None and any(day > ends for day in _days(best)):
                best = replace(best, renewed_by=ends)
            found.append(best)
            supposed = best.earliest is None
            taken += [plan for plan in best.trainings if plan not in taken]
            met = best.earliest or question.as_of
            granted = best.granted or self._granted(best.step, met)
            columns = self._after(columns, best, replace(question, as_of=met), granted, taken)
            question = replace(question, as_of=granted)
            ends = after(granted, best.step.term) - DAY if best.step.term else None
        return found

    def _told(
        self,
        step: Step,
        columns: Columns,
        question: Question,
        useful: Chosen,
        taken: Chosen,
        *,
        supposed: bool,
    ) -> Planned:
        """How a step stands on the day of the question, and what is to come of it."""
        ladder = self.rules.ladder
        ahead = Ahead(ladder, step, columns, question, self.plans, taken)
        outlooks = ahead.outlooks([plan for plan in useful if plan not in taken])
        by_itself = ahead.first_met()
        trainings = ahead.fewest(outlooks)
        earliest = by_itself
        if trainings and (sooner := ahead.first_met(trainings)) is not None:
            earliest = min(sooner, by_itself) if by_itself else sooner
        if earliest is not None and earliest == by_itself:
            trainings = ()
        now = with_plans(columns, self.plans, [taken], question.catalogue)
        explained = explain(ladder, step, now, ME, question)
        granted = self._granted(step, earliest) if earliest else None
        return Planned(step, explained, outlooks, by_itself, trainings, earliest, granted, supposed)

    def _granted(self, step: Step, met: date) -> date:
        """The day after the last of the notice that could begin on the day on which a step is met."""
        route = self.rules.ladder.routes.get(step.route or "")
        begins = max(met, self.district.today)
        if route is None:
            return begins
        return calendar.window(begins, route.notice_days, self.district.state.calendars)[1] + DAY

    def _after(
        self, columns: Columns, one: Planned, question: Question, granted: date, taken: Sequence[int]
    ) -> Columns:
        """What is on record once a step was granted: the rung is held, the one before it over, its evidence used."""
        ladder, step = self.rules.ladder, one.step
        there = with_plans(columns, self.plans, [taken], question.catalogue)
        used = [] if one.earliest is None else counted(ladder, step, there, question)
        said = {"ladder": ladder.id, "rung": step.to}
        rows = [Plan("standing", granted, granted, {**said, "how": "granted"})]
        rows += [Plan("used", granted, granted, said, used=position) for position in used]
        columns = lasting_until(columns, "standing", {"ladder": ladder.id}, granted, granted - DAY)
        # Supposed rows must not share a position with trainings that are planned.
        spare = [Plan("-", granted, granted)] * len(self.plans)
        chosen = range(len(spare), len(spare) + len(rows))
        return with_plans(columns, [*spare, *rows], [chosen], question.catalogue)


def _days(one: Planned) -> list[date]:
    """The days on which a step, or any of its clauses, comes to be met."""
    days = [one.earliest, *(found.earliest for found in one.outlooks)]
    days += [found.closing.day for found in one.outlooks if found.closing is not None]
    return [day for day in days if day is not None]


def _far(one: Planned) -> tuple[bool, date, int]:
    """How far off a step is: met soon, later, by nothing that is known; and how much of it is not met."""
    failed = sum(found.outcome != "met" for found in one.explanation.clauses)
    return one.earliest is None, one.earliest or date.max, failed


def closing(
    district: District, rules: Rules, subject: str, found: Explanation
) -> tuple[list[Offered], tuple[Outlook, ...]]:
    """Which trainings to come would close what a step lacks, clause by clause; nothing where none can count."""
    question, step = rules.question, found.step
    coming = offers.listed(district, question.as_of, called_off=False, known_at=question.known_at)
    rungs = {rung for rung in (step.from_, step.to) if rung}
    there = [one for one in coming if _is_open(one, rules.ladder.id, rungs)]
    planned = {one.kind for one in there}
    lacking = [kinds_of(rules.ladder, (one.clause,)) for one in found.clauses if one.outcome != "met"]
    if not any(planned and (kinds is None or kinds & planned) for kinds in lacking):
        return [], ()
    number = numbers(district, [subject])
    columns = district.columns().of(number, reach_of(rules.ladder, step))
    ahead = Ahead(rules.ladder, step, columns, question, [_plan(one) for one in there])
    return there, ahead.outlooks()
