"""What the measures of a step have in common: how many of them begin with the same lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator

from ladders.evidence.view import View
from ladders.measuring.families import kin, run_of
from ladders.measuring.measure import prefixes, split, told_apart
from ladders.model.clauses import AskedOf, Compare
from ladders.model.ladder import Ladder, Step
from ladders.model.lines import Within
from ladders.model.measures import Addend, AMeasure, Extreme, Measure, Total
from ladders.model.words import Computed


def share(view: View) -> View:
    """The view, knowing what the measures of its step have in common."""
    shares: Counter[Hashable] = Counter()
    families: dict[Hashable, dict[str, Within]] = {}
    different = {told_apart(one): one for one in measures_of(view.ladder, view.step) if isinstance(one, Measure)}
    related = {key: kin(one) for key, one in different.items() if one.on is None}
    for family in related.values():
        if family is not None:
            families.setdefault(family[0], {})[told_apart(family[1])] = family[1]
    view.families.update({key: _in_order(windows) for key, windows in families.items() if len(windows) > 1})
    runs = {
        family[0]: run_of(different[key], split(different[key].then)[0], view.families[family[0]])
        for key, family in related.items()
        if family is not None and family[0] in view.families
    }
    shares.update(runs.values())
    for key, measure in different.items():
        family = related.get(key)
        if measure.on is None and (family is None or family[0] not in view.families):
            shares.update(prefixes(view, measure, split(measure.then)[0]))
    view.shares.update({key: times for key, times in shares.items() if times > 1})
    return view


def _in_order(windows: dict[str, Within]) -> tuple[Within, ...]:
    return tuple(window for _, window in sorted(windows.items()))


def measures_of(ladder: Ladder, step: Step) -> Iterator[AMeasure]:
    """The measures that the clauses of a step ask, with those that they are made of."""
    for entry in ladder.entries(step):
        if entry.step.id != step.id:
            continue  # another step's numbers are its own
        clause = entry.clause
        while isinstance(clause, AskedOf):
            clause = clause.each
        if isinstance(clause, Compare):
            measure = ladder.measure_of(clause)
            if isinstance(measure, Measure | Total | Extreme):
                yield from _with_parts(ladder, measure)
            for _, asked in clause.comparisons:
                if isinstance(asked, Computed):
                    yield from _with_parts(ladder, ladder.measures[asked.measure])


def _with_parts(ladder: Ladder, measure: AMeasure) -> Iterator[AMeasure]:
    yield measure
    for addend in parts_of(measure):
        yield from _with_parts(ladder, ladder.measures[addend.measure])


def parts_of(measure: AMeasure) -> tuple[Addend, ...]:
    """The measures that a measure is made of."""
    return measure.total if isinstance(measure, Total) else measure.parts if isinstance(measure, Extreme) else ()
