"""What the measures of a step have in common: how many of them begin with the same lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ladders.clauses import AskedOf, Compare
from ladders.measure import prefix, split
from ladders.measures import Addend, AMeasure, Extreme, Measure, Total
from ladders.model import Ladder, Step
from ladders.words import Computed


def shares_of(ladder: Ladder, step: Step) -> Counter[object]:
    """By beginning of a measure, how many different measures of a step begin so."""
    found: Counter[object] = Counter()
    different = {repr(one): one for one in measures_of(ladder, step) if isinstance(one, Measure)}
    for measure in different.values():
        found.update(prefix(measure, nth) for nth in range(len(split(measure.then)[0])))
    return Counter({key: times for key, times in found.items() if times > 1})


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
