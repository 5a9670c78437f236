"""Published regulations of other places, written as ladders: each says what its cases say it must."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import pytest

from events.facts import Catalogue
from ladders.cases.file import CaseFile
from ladders.cases.remarks import check_cases
from ladders.cases.trying import Tried, load_cases, tried
from ladders.checking.check import check_file
from ladders.model.ladder import Ladder
from ladders.prose.articles import prose
from ladders.reading.loading import load, load_catalogue
from ladders.reading.nodes import Node
from workflows.trying import lists_and_panels

HERE = Path(__file__).parent
NAMES = sorted(file.stem for file in HERE.glob("*.yaml") if "." not in file.stem)
FEWEST = 25


@cache
def ladder(name: str) -> Ladder:
    return load((HERE / f"{name}.yaml").read_bytes(), name)


@cache
def catalogue(name: str) -> Catalogue:
    file = f"{name}.catalogue.yaml"
    return load_catalogue((HERE / file).read_bytes(), file)


@cache
def cases(name: str) -> tuple[CaseFile, Node]:
    return load_cases((HERE / f"{name}.cases.yaml").read_bytes(), f"{name}.cases.yaml", ladder(name))


@cache
def outcomes(name: str) -> tuple[Tried, ...]:
    return tuple(tried(*cases(name), ladder(name), catalogue(name)))


def test_there_are_regulations_of_several_countries():
    assert len(NAMES) >= 3


@pytest.mark.parametrize("name", NAMES)
def test_the_ladder_stands_its_check(name: str):
    found = check_file((HERE / f"{name}.yaml").read_bytes(), f"{name}.yaml", catalogue(name))
    assert [str(one) for one in found if one.level != "note"] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_case_list_and_panel_comes_out_as_expected(name: str):
    file, root = cases(name)
    found = [
        *outcomes(name),
        *lists_and_panels(file, root, name, ladder(name), catalogue(name)),
    ]
    assert [(one.name, one.differences) for one in found if not one.passed] == []
    assert check_cases(file, root, name, ladder(name), catalogue(name)) == ()
    assert len(file.cases) >= FEWEST


@pytest.mark.parametrize("name", NAMES)
def test_every_step_is_met_in_some_case(name: str):
    met = {one.step for one in outcomes(name) if one.outcome == "met"}
    assert {step.id for step in ladder(name).steps} <= met


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_it_is_read_aloud_with_every_clause(name: str, lang: Literal["zh", "en"]):
    read = prose(ladder(name), lang, catalogue(name))
    for _, _, clause in ladder(name).walk():
        assert getattr(clause.title, lang) in read
