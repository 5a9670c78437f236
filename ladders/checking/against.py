"""A ladder against the evidence catalogue: what it asks for is recorded, and its numbers fit what is measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from events.facts import Catalogue
from ladders.checking.against_lines import LineTerms
from ladders.checking.numbers import Numbers
from ladders.model.ladder import Bounds, BySetting, Compare, Is, Ladder, Lookup, Measure, Meets, Step, Table
from ladders.model.lists import Composition
from ladders.problems import Problem, choice
from ladders.reading.kinds import with_built_in
from ladders.reading.loading import NO_LINES, Lines
from ladders.reading.nodes import Path

__all__ = ["check_against"]


def check_against(ladder: Ladder, catalogue: Catalogue, lines: Lines = NO_LINES) -> tuple[Problem, ...]:
    """What is wrong with a ladder against an evidence catalogue: kinds, attributes, terms, numbers at their scale.

    Nearly all are errors; a table that may not be meant to name every term is a warning.
    """
    against = _Against(ladder, with_built_in(catalogue), lines)
    return tuple(dict.fromkeys(against.problems()))


@dataclass
class _Against(Numbers, LineTerms):
    def problems(self) -> Iterator[Problem]:
        yield from self.declared()
        for name, measure in self.ladder.measures.items():
            if isinstance(measure, Measure):
                yield from self.measure(("measures", name), measure)
        for path, step, clause in self.ladder.walk():
            match clause:
                case Compare():
                    if clause.evidence is not None:
                        written = self.ladder.measure_of(clause)
                        assert isinstance(written, Measure)
                        yield from self.measure(path, written)
                    yield from self.compared(path, step, clause)
                case Is():
                    yield from self.is_(path, clause)
                case Meets(to=str(to)) if "." in to:
                    yield from self.rungs(to, step)
                case _:
                    pass
        for number, rule in enumerate(self.ladder.entitlements):
            if rule.amount is not None and not isinstance(rule.amount, BySetting):
                for released in self.ladder.entitlement_steps(rule):
                    found = self.numbers(rule.amount, ("entitlements", number, "amount"), released)
                    yield from (one for one in found if isinstance(one, Problem))

        for path, composition in self.compositions():
            yield from self.counted(path, composition)

    def compositions(self) -> Iterator[tuple[Path, Composition]]:
        """What lists and panels must be made of."""
        for name, route in self.ladder.routes.items():
            holders: list[tuple[Path, tuple[Composition, ...]]] = [
                (("stages", number), stage.composition) for number, stage in enumerate(route.stages)
            ]
            for key, holder in (("nomination", route.nomination), ("places", route.places)):
                if holder is not None:
                    holders.append(((key,), holder.composition))
            for place, every in holders:
                for number, one in enumerate(every):
                    yield ("routes", name, *place, "composition", number), one

    def counted(self, path: Path, composition: Composition) -> Iterator[Problem]:
        """The terms of the members' attributes that are counted."""
        for name, accepted in composition.only.items():
            attribute = self.ladder.attributes.get(name)
            if attribute is None or attribute.evidence is None or attribute.evidence not in self.catalogue.kinds:
                continue
            scale = self.scale_of(name)
            if scale is not None and not isinstance(accepted, Bounds | Lookup):
                terms = tuple(term.id for term in scale.terms)
                yield from self.of_scale((*path, "only", name), name, accepted, scale, terms, True)

    # ------------------------------------------------------------------------------------------------ what is declared

    def declared(self) -> Iterator[Problem]:
        """Dates and attributes are of kinds that there are; tables by them name their terms."""
        for name, date in self.ladder.dates.items():
            rows, found = self.rows(("dates", name), (date.evidence,))
            yield from found
            if rows is not None:
                yield from self.filter(("dates", name, "only"), rows, date.only, amounts=True)
        for name, attribute in self.ladder.attributes.items():
            path: Path = ("attributes", name)
            if attribute.evidence is None:
                continue
            rows, found = self.rows(path, (attribute.evidence,))
            yield from found
            if rows is None:
                continue
            yield from self.filter((*path, "only"), rows, attribute.only, amounts=True)
            taken, key = attribute.highest or attribute.latest or "", "highest" if attribute.highest else "latest"
            yield from self.attribute((*path, key), rows, taken)
            scale = rows.scale(taken)
            if attribute.highest and rows.carries(taken) and not (scale and scale.ordered):
                yield self.lines.problem(
                    (*path, "highest"),
                    f"“{taken}”的取值没有高低，没有最高的一个",
                    f'no term of "{taken}" is better than another: none is the highest',
                    (f"改为 latest: {taken}（最近一次）", f"write: latest: {taken}"),
                )
        for name, table in self.ladder.tables.items():
            yield from self.table(("tables", name), table)

    def table(self, path: Path, table: Table) -> Iterator[Problem]:
        """The rows of a table by attributes of the subject are terms of those; all of them, or there is ``other``."""
        told = {
            at: self.told(self.ladder.attributes[key], key)
            for at, key in enumerate(table.by)
            if key in self.ladder.attributes
        }
        closed = {at: terms for at, terms in told.items() if terms is not None}
        for row in table.rows:
            for at, terms in closed.items():
                term = table.named(row)[at]
                if term not in terms:
                    scale = self.scale_of(table.by[at])
                    yield from self.term((*path, "rows", row), table.by[at], term, scale, terms)
        if table.other is not None or len(closed) != len([key for key in table.by if key not in ("to", "from")]):
            return
        named = {tuple(table.named(row)[at] for at in closed) for row in table.rows}
        lacking = [" ".join(terms) for terms in product(*closed.values()) if terms not in named]
        if lacking and closed:
            yield self.lines.problem(
                (*path, "rows"),
                f"没有写到 {'、'.join(lacking[:5])}：这些对象查不到，只能是“不明”",
                f"{', '.join(lacking[:5])} {'is' if len(lacking) == 1 else 'are'} not there: "
                "for such subjects it is always unknown",
                ("补上这些行，或写 other: […]", "add them, or a row for all others: other: […]"),
                "warning",
            )

    def rungs(self, entry: str, step: Step) -> Iterator[Problem]:
        """A column of rungs."""
        rungs = [rung.id for rung in self.ladder.rungs]
        for place, cell in self.cells(entry, step):
            if cell not in rungs:
                yield self.lines.problem(
                    place, f"没有名为“{cell}”的级", f'there is no rung "{cell}"', choice(str(cell), rungs)
                )

    def is_(self, path: Path, clause: Is) -> Iterator[Problem]:
        """The terms of an attribute of the subject."""
        name = clause.is_
        attribute, scale = self.ladder.attributes[name], self.scale_of(name)
        limits = [(key, term) for key, term in (("at least", clause.at_least), ("at most", clause.at_most)) if term]
        if attribute.evidence is not None and attribute.evidence not in self.catalogue.kinds:
            return
        if limits and not (scale and scale.ordered):
            yield self.lines.problem(
                (*path, limits[0][0]),
                f"“{name}”的取值没有高低",
                f'no term of "{name}" is better than another',
                ("改为 one of: [取值]", "write one of: [terms]"),
            )
            return
        terms = tuple(term.id for term in scale.terms) if scale else ()
        if attribute.evidence is not None and scale is not None:
            for number, term in enumerate(clause.one_of or ()):
                yield from self.term((*path, "one of", number), name, term, scale, terms)
        for key, term in limits:
            yield from self.term((*path, key), name, term, scale, terms)
