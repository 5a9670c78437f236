"""Each clause of the shipped ladders has a case in which it is met, and one in which it is not."""

from __future__ import annotations

from collections import defaultdict

import pytest

from ladders.cases.trying import load_cases, tried
from ladders.model.clauses import Holds, Meets
from ladders.reading.loading import load, load_catalogue, shipped, shipped_ladders

CATALOGUE = load_catalogue(shipped("catalogue.yaml"), "catalogue.yaml")


@pytest.mark.parametrize("name", shipped_ladders())
def test_each_clause_comes_out_both_ways_in_some_case(name: str):
    ladder, cases = load(shipped(name), name), name.replace(".yaml", ".cases.yaml")
    file, root = load_cases(shipped(cases), cases, ladder)
    steps, found = {step.id: step for step in ladder.steps}, defaultdict(set)
    for one in tried(file, root, ladder, CATALOGUE):
        if one.step in steps:  # not a removal
            written = {entry.id: id(entry.clause) for entry in ladder.entries(steps[one.step])}
            for finding in one.findings:
                found[written[finding.clause]].add(finding.outcome)
    lacking = dict[int, str]()
    for step in ladder.steps:
        for entry in ladder.entries(step):
            # What the step asks by itself, and a list whose clauses are looked at one by one, need no case.
            by_itself = isinstance(entry.clause, Holds) and step.from_ in (entry.clause.holds or ())
            if by_itself or isinstance(entry.clause, Meets):
                continue
            came_out = found[id(entry.clause)]
            if "met" not in came_out or not came_out & {"not met", "unknown"}:
                lacking.setdefault(id(entry.clause), f"{step.id}: {entry.id}")
    assert list(lacking.values()) == []
