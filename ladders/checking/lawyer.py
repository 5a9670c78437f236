"""What a careful lawyer finds in the clauses of a ladder: those that nobody can meet, that say nothing, or that clash.

Errors are certain; warnings are what is hardly meant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from ladders.checking.attainable import NEVER, OneClause
from ladders.checking.implied import Atom, Implications
from ladders.model.ladder import (
    AClause,
    Compare,
    Group,
    Holds,
    Meets,
    Path,
    Step,
)
from ladders.problems import Problem


@dataclass
class Lawyer(OneClause):
    """Remarks on the clauses of a ladder that has no error against its catalogue (with the log's own kinds)."""

    @cached_property
    def follow(self) -> Implications:
        """Which clauses follow from which."""
        return Implications(self.ladder, self.catalogue)

    def problems(self) -> Iterator[Problem]:
        """Everything."""
        for name, measure in self.ladder.measures.items():
            yield from self.rows_left(("measures", name), measure)
        for path, step, clause in self.ladder.walk():
            if isinstance(clause, Compare):
                yield from self.compared(path, step, clause)
                if clause.evidence is not None:
                    yield from self.rows_left(path, self.ladder.measure_of(clause))
            yield from self.due(path, clause)
            if isinstance(clause, Group):
                yield from self.group(path, step, clause)
        for path, step, clauses in self.conjunctions():
            yield from self.conjunction(path, step, clauses)
        for number, step in enumerate(self.ladder.steps):
            yield from self.step(("steps", number), step)

    def conjunctions(self) -> Iterator[tuple[Path, Step, tuple[AClause, ...]]]:
        """The lists of clauses that must all be met, each under a step."""
        for number, rung in enumerate(self.ladder.rungs):
            for place, removal in enumerate(rung.removals):
                step = self.ladder.removal_step(rung.id, removal.id)
                yield ("rungs", number, "removals", place, "clauses"), step, removal.clauses
        for number, one in enumerate(self.ladder.steps):
            yield ("steps", number, "clauses"), one, one.clauses

    # ----------------------------------------------------------------------------------------------- several clauses

    def group(self, path: Path, step: Step, group: Group) -> Iterator[Problem]:
        """Of alternatives one that asks for more of the same as another adds nothing."""
        if all(option.strength == "advisory" for option in group.options):
            yield self.lines.problem(
                path,
                "里面都是提示性条件，没有一个起作用",
                "all in it are advisory: nothing in it decides",
                ("去掉一项的 strength: advisory", "take strength: advisory away from one"),
                "warning",
            )
        if not (group.combination == "any" or (group.combination == "of" and group.at_least == 1)):
            return
        atoms = self.atoms(self.options(path, step, group))
        for one, other in combinations(atoms, 2):
            more, less = (one, other) if self.follow.implies(one, other) else (other, one)
            if self.follow.implies(more, less):
                yield self.lines.problem(
                    more.path,
                    f"满足它就一定满足“{less.clause.id}”，写在一起没有用处",
                    f'whoever meets it meets "{less.clause.id}": beside that it adds nothing',
                    ("去掉其中一项，或检查数字", "take one of them away, or look at the numbers"),
                    "warning",
                )

    def options(self, path: Path, step: Step, group: Group) -> list[tuple[Path, AClause, Step]]:
        """The clauses of a group, each with its path."""
        return [((*path, group.combination, number), one, step) for number, one in enumerate(group.options)]

    def atoms(self, clauses: Iterable[tuple[Path, AClause, Step]]) -> list[Atom]:
        """The clauses that decide by themselves."""
        found = (self.follow.atom(path, clause, step) for path, clause, step in clauses)
        return [one for one in found if one is not None]

    def conjunction(self, path: Path, step: Step, clauses: tuple[AClause, ...]) -> Iterator[Problem]:
        """Clauses that must all be met: none says what another says, none forbids what another asks."""
        every = list(self.follow.together(path, clauses, step))
        atoms = self.atoms(every)
        for one, other in combinations(atoms, 2):
            if self.follow.excludes(one, other):
                yield self.clash(other.path, one)
            elif self.follow.implies(one, other) and not self.shared(other.path):
                yield self.said_already(other, one)
            elif self.follow.implies(other, one) and not self.shared(one.path):
                yield self.said_already(one, other)
        for place, clause, under in every:
            if isinstance(clause, Group) and clause.combination == "none":
                for veto in self.atoms(self.options(place, under, clause)):
                    yield from self.vetoed(veto, atoms, step)
            yield from self.way_in(place, step, clause)
        for number, conditional in enumerate(clauses):
            if conditional.when is None:
                continue
            for condition in self.atoms([((*path, number, "when"), conditional.when, step)]):
                for one in atoms:
                    if self.follow.excludes(one, condition):
                        yield self.lines.problem(
                            condition.path,
                            f"满足“{one.clause.id}”的人都不满足它，这个条件从不适用",
                            f'nobody who meets "{one.clause.id}" meets this: the clause never applies',
                            ("去掉这个条件，或检查 when", "take the clause away, or look at its when"),
                            "warning",
                        )

    def shared(self, path: Path) -> bool:
        """Whether a clause stands in a list that is met in several places: there it may be needed elsewhere."""
        return path[0] == "requirements" and self.met[str(path[1])] > 1

    @cached_property
    def met(self) -> Counter[str]:
        """In how many places each list is met."""
        places = {(path, clause.meets) for path, _, clause in self.ladder.walk() if isinstance(clause, Meets)}
        return Counter(name for _, name in places if isinstance(name, str))

    def clash(self, path: Path, other: Atom) -> Problem:
        """The problem of two clauses that nobody can meet both."""
        line = self.lines.root.at(other.path)[0].line
        return self.lines.problem(
            path,
            f"与“{other.clause.id}”（第 {line} 行）矛盾，没有人能同时满足",
            f'it contradicts "{other.clause.id}" (line {line}): nobody can meet both',
            ("检查两处的数字和范围", "look at the numbers and windows of both"),
        )

    def said_already(self, weaker: Atom, stronger: Atom) -> Problem:
        """The problem of a clause that another one makes needless."""
        line = self.lines.root.at(stronger.path)[0].line
        return self.lines.problem(
            weaker.path,
            f"满足“{stronger.clause.id}”（第 {line} 行）就一定满足它，这一条没有作用",
            f'whoever meets "{stronger.clause.id}" (line {line}) meets it as well: it adds nothing',
            ("去掉它，或检查数字和范围", "take it away, or look at the numbers and windows"),
            "warning",
        )

    def vetoed(self, veto: Atom, atoms: list[Atom], step: Step) -> Iterator[Problem]:
        """A veto over what another clause requires, or over the rung from which the step leads."""
        for one in atoms:
            if self.follow.implies(one, veto):
                yield self.clash(veto.path, one)
        clause = veto.clause
        if isinstance(clause, Holds) and clause.ladder in (None, self.ladder.id) and step.from_ in clause.rungs:
            yield self.lines.problem(
                veto.path,
                f"这一步从“{step.from_}”出发，而这里否决现任“{step.from_}”的人",
                f'the step leads from "{step.from_}", and here whoever holds "{step.from_}" is vetoed',
                ("没有人能走这一步：检查级名", "nobody can take this step: look at the rungs"),
            )

    def way_in(self, path: Path, step: Step, clause: AClause) -> Iterator[Problem]:
        """Whoever enters the ladder holds no rung of it."""
        mine = isinstance(clause, Holds) and clause.ladder in (None, self.ladder.id) and clause.holds is not None
        if mine and step.from_ is None and step.to:
            yield self.lines.problem(
                path,
                "进入阶梯的人还没有本阶梯的级，这个条件永远达不到",
                "who enters the ladder holds no rung of it: this can never be met",
                (f"给这个晋级写 from: {clause.rungs[0]}", f"let the step say from: {clause.rungs[0]}")
                if isinstance(clause, Holds)
                else NEVER,
            )

    # -------------------------------------------------------------------------------------------------------- steps

    def step(self, path: Path, step: Step) -> Iterator[Problem]:
        """A step that decides something, can begin, and is no harder the second time."""
        if all(clause.strength == "advisory" for clause in step.clauses):
            yield self.lines.problem(
                (*path, "clauses"),
                "都是提示性条件，人人都合格",
                "all clauses are advisory: everybody is eligible",
                ("去掉一条的 strength: advisory", "take strength: advisory away from one"),
                "warning",
            )
        if step.trigger == "end of term":
            terms = [one.term for one in self.ladder.steps_to(step.from_) if one.term] if step.from_ else []
            if not terms:
                yield self.lines.problem(
                    (*path, "trigger"),
                    f"“{step.from_ or '级外'}”没有任期，不会到期" if step.from_ else "级外没有任期，不会到期",
                    f'"{step.from_}" has no term that could end' if step.from_ else "outside the ladder no term ends",
                    ("给通向它的晋级写 term: 3 years", "let the steps to it say term: 3 years"),
                    "warning",
                )
        if step.kind == "renewal":
            yield from self.renewal(path, step)

    def renewal(self, path: Path, step: Step) -> Iterator[Problem]:
        """A renewal asks for no more than every way by which the rung is reached."""
        grants = [one for one in self.ladder.steps_to(step.to) if one.kind != "renewal"]
        asked = [self.atoms(self.follow.together((), one.clauses, one)) for one in grants]
        for harder in self.atoms(self.follow.together((*path, "clauses"), step.clauses, step)):
            if harder.measured is None:
                continue
            easier = [
                next((a for a in atoms if self.follow.implies(harder, a) and not self.follow.implies(a, harder)), None)
                for atoms in asked
            ]
            if easier and all(one is not None for one in easier):
                first = easier[0]
                assert first is not None
                yield self.lines.problem(
                    harder.path,
                    f"续任比晋级还严：晋级时“{first.clause.id}”要求更低",
                    f'the renewal is harder than the grant: "{first.clause.id}" asked for less',
                    ("检查数字和范围", "look at the numbers and windows"),
                    "warning",
                )
