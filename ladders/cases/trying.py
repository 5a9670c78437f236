"""A ladder held against cases: what was expected, what was found, and where they differ, clause by clause.

Every case is asked of both evaluators, the fast one that districts run and the plain one that says what rules mean.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np

from events.facts import Catalogue, ClauseFound, Incomplete, Outcome, Settings
from ladders.cases.file import Case, CaseFile, DistrictSettings, Way
from ladders.cases.rows import Told, columns_of, told
from ladders.evaluating import verdict
from ladders.evaluating.explanation import Explained, explain
from ladders.evaluating.placing import rungs_upwards
from ladders.model.ladder import Ladder, Step, flat
from ladders.problems import Problem, choice
from ladders.question import Question
from ladders.reading.loading import refuse_if, validated
from ladders.reading.nodes import Node, where
from ladders.reading.source import Reader
from ladders.reference import verdict as reference

EVERYTHING = 10**12
"""A position behind every row of a case."""


@dataclass(frozen=True)
class Difference:
    """Where a case came out otherwise: of what, what was expected and what was found, each a plain text.

    ``what`` is ``verdict``, a clause's id, ``clauses``, or ``placed``; ``evidence`` is what counted in that clause.
    """

    what: str
    expected: str
    found: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tried:
    """What became of a case: nothing in ``differences`` where it came out as expected."""

    name: str
    line: int
    step: str
    as_of: date | None
    outcome: str
    findings: tuple[ClauseFound, ...]
    differences: tuple[Difference, ...]

    @property
    def passed(self) -> bool:
        """Whether it came out as expected."""
        return not self.differences


def load_cases(data: bytes, name: str, ladder: Ladder) -> tuple[CaseFile, Node]:
    """The cases in a file's bytes, and where they stand; LadderError with every problem of the file."""
    reader = Reader(name, days=True)
    root = reader.read(data)
    found = validated(CaseFile, root, reader)
    refuse_if(reader.problems)
    assert isinstance(found, CaseFile)
    refuse_if(list(_strange(found, root, name, ladder)))
    return found, root


def _strange(file: CaseFile, root: Node, name: str, ladder: Ladder) -> Iterator[Problem]:
    """What cases name that the ladder does not have, and what they leave open."""

    def problem(path: tuple[str | int, ...], zh: str, en: str, mend: tuple[str, str] = ("", "")) -> Problem:
        return Problem(name, root.at(path)[0].line, where(path, root), zh, en, *mend)

    if file.ladder is not None and file.ladder != ladder.id:
        yield problem(
            ("ladder",),
            f"这些案例是写给“{file.ladder}”的，不是“{ladder.id}”",
            f'these cases are for "{file.ladder}", not for "{ladder.id}"',
        )
    for nth, case in enumerate(file.cases):
        path = ("cases", nth)
        if (case.as_of or file.as_of) is None:
            yield problem(
                path,
                "没有写基准日",
                "it does not say as of which day",
                ("加一行：as of: 2026-06-30", "add: as of: 2026-06-30"),
            )
        if case.expect is None and case.failing is None and not case.measured and case.placed is None:
            yield problem(
                path,
                "没有写期望的结果",
                "it does not say what is expected",
                ("加一行：expect: met（符合）或 not met、unknown、not examined", "add: expect: met"),
            )
        steps = _steps(ladder, case.step or file.step or Way())
        ways = [step.from_ for step in steps]
        if (not steps or len(set(ways)) < len(ways)) and case.placed is None:
            every = [one.id for one in ladder.steps]
            zh = "没有这样的步骤" if not steps else f"有 {len(steps)} 个步骤合乎所写，说不清是哪一个"
            en = "there is no such step" if not steps else f"{len(steps)} steps fit: it does not say which"
            yield problem((*path, "step") if case.step else path, zh, en, choice("", every))
            continue
        known = {entry.id for step in steps for entry in ladder.entries(step)}
        named = (*(case.failing or ()), *(case.unknown or ()), *case.measured)
        for one in named if steps else ():
            if one not in known:
                yield problem(
                    path, f"这一步没有条件“{one}”", f'the step has no clause "{one}"', choice(one, sorted(known))
                )


def _steps(ladder: Ladder, way: Way) -> list[Step]:
    """The steps that fit what a case says."""
    if way.removal is not None:
        found = [(rung.id, one.id) for rung in ladder.rungs for one in rung.removals if one.id == way.removal]
        return [ladder.removal_step(*pair) for pair in found if way.from_ in (None, pair[0])]
    return [
        step
        for step in ladder.steps
        if way.to in (None, step.to) and way.from_ in (None, step.from_) and way.way in (None, step.way)
    ]


def tried(file: CaseFile, root: Node, ladder: Ladder, catalogue: Catalogue) -> Iterator[Tried]:
    """Every case of a file held against the ladder, in the file's order."""
    for nth, case in enumerate(file.cases):
        line = root.at(("cases", nth))[0].line
        question = Question(case.as_of or file.as_of or date.min, EVERYTHING, catalogue, _settings(case, file))
        yield _tried(case, line, ladder, _steps(ladder, case.step or file.step or Way()), question)


def _settings(case: Case, file: CaseFile) -> Settings:
    said = case.settings or file.settings
    return _as_settings(said)


def _as_settings(said: DistrictSettings) -> Settings:
    incomplete = tuple(Incomplete(kind=one.evidence, first=one.from_, last=one.until) for one in said.incomplete)
    return Settings(school_year_starts=said.school_year_starts, values=dict(said.values), incomplete=incomplete)


def _tried(case: Case, line: int, ladder: Ladder, steps: list[Step], question: Question) -> Tried:
    rows = told(case, ladder.id, question.catalogue)
    differences: list[Difference] = []
    if case.placed is not None:
        placed = _placed(ladder, rows, question)
        if placed != case.placed:
            differences.append(Difference("placed", case.placed, placed))
        if case.expect is None and case.failing is None and not case.measured:
            return Tried(case.name, line, "", question.as_of, placed, (), tuple(differences))
    every = [(step, reference.assess(ladder, step, rows.rows, 0, question)) for step in steps]
    # Of several steps to a rung the one that the subject may attempt.
    step, found = next((one for one in every if one[1].outcome != "not examined"), every[0])
    columns = columns_of(rows.rows, rows.subjects)
    fast = verdict.assess(ladder, step, columns, np.zeros(1, np.int32), question)
    if (fast.outcome_of(0), fast.findings(0)) != (found.outcome, found.findings):
        raise AssertionError(f"{case.name}: the two evaluators differ; this is a mistake of the program: report it")

    def counted(clause: str) -> tuple[str, ...]:  # asked only of what came out otherwise: explaining takes longest
        return _counted(ladder, step, rows, question).get(clause, ())

    differences += _differences(case, ladder, step, found.outcome, found.findings, counted)
    return Tried(case.name, line, step.id, question.as_of, found.outcome, found.findings, tuple(differences))


def _placed(ladder: Ladder, rows: Told, question: Question) -> str:
    """The highest rung whose step is met, ordered by ``ladders.evaluating.placing``; ``none`` where there is none."""
    met = {step.to for step in ladder.steps if reference.assess(ladder, step, rows.rows, 0, question).outcome == "met"}
    return next((rung for rung in reversed(rungs_upwards(ladder)) if rung in met), "none")


def _counted(ladder: Ladder, step: Step, rows: Told, question: Question) -> dict[str, tuple[str, ...]]:
    """By clause the evidence that counted, as the case wrote it."""
    explained = explain(ladder, step, columns_of(rows.rows, rows.subjects), 0, question)
    found: dict[str, tuple[str, ...]] = {}
    for one in _every(explained.clauses):
        found[one.clause.id] = tuple(f"{row.kind} {rows.pieces[row.position]}" for row in one.counted)
    return found


def _every(clauses: tuple[Explained, ...]) -> Iterator[Explained]:
    for one in clauses:
        yield one
        yield from _every(one.options)


def _differences(
    case: Case,
    ladder: Ladder,
    step: Step,
    outcome: Outcome,
    findings: tuple[ClauseFound, ...],
    counted: Callable[[str], tuple[str, ...]],
) -> Iterator[Difference]:
    nothing = ClauseFound(clause="", outcome="not examined", over=1)
    by_id = defaultdict(lambda: nothing, {one.clause: one for one in findings})
    if case.expect is not None and outcome != case.expect:
        yield Difference("verdict", case.expect, outcome)
        if case.expect == "met" and case.failing is None:  # whose fault it is
            for one in (by_id[clause.id] for clause in step.clauses if clause.strength == "binding"):
                if one.outcome != "met":
                    yield Difference(one.clause, "met", one.outcome + _value(one), counted(one.clause))
    top = {one.id for one in step.clauses if one.strength == "binding"}
    for word, expected in (("not met", case.failing), ("unknown", case.unknown)):
        if expected is None:
            continue
        have = {one.clause for one in findings if one.outcome == word}
        for name in sorted(set(expected) - have):
            yield Difference(name, word, by_id[name].outcome + _value(by_id[name]), counted(name))
        for name in (one.id for one in flat(step.clauses) if one.id in (have & top) - set(expected)):
            unlisted = "not failing" if word == "not met" else "not unknown"
            yield Difference(name, unlisted, word + _value(by_id[name]), counted(name))
    for name, value in case.measured.items():
        one = by_id[name]
        low = None if one.low is None else Fraction(one.low, one.over)
        high = None if one.high is None else Fraction(one.high, one.over)
        if value == "nothing":
            if low is not None:
                yield Difference(name, "nothing", _value(one).strip(" ()"), counted(name))
        elif (low, high) != value:
            at_least, at_most = value
            yield Difference(name, ranged(at_least, at_most), _value(one).strip(" ()") or "nothing", counted(name))


def _value(one: ClauseFound) -> str:
    """What was measured, in brackets behind a space; nothing where nothing was."""
    if one.low is None:
        return ""
    return f" ({ranged(Fraction(one.low, one.over), None if one.high is None else Fraction(one.high, one.over))})"


def ranged(low: Fraction, high: Fraction | None) -> str:
    """What lies between two numbers, in words; None: no upper one."""
    if high is None:
        return f"at least {plain(low)}"
    return plain(low) if low == high else f"{plain(low)} to {plain(high)}"


def plain(number: Fraction) -> str:
    """A decimal where it is exact with at most six places, else the fraction."""
    scaled = number * 10**6
    if scaled.denominator != 1:
        return str(number)
    text = f"{Decimal(scaled.numerator).scaleb(-6):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
