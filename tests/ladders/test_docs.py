"""What docs/ladders.md shows can be written: every example loads, stands its check, is read aloud and evaluated."""

from __future__ import annotations

import re
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pydantic import BaseModel
from ruamel.yaml import YAML

from events.facts import Settings
from ladders import reference
from ladders.carried_out import SAID
from ladders.check import check_file
from ladders.entitlements import Entitlement
from ladders.lines import LINE_KEYS, VERBS
from ladders.lists import Composition, Grade, Grades, Nomination, Rounds
from ladders.loading import load, load_catalogue, shipped
from ladders.model import COMBINATIONS, Places, Removal, Route, SeatGroup, Sheet, SheetItem, Stage
from ladders.prose import prose
from ladders.question import Question
from ladders.reference import Row
from ladders.references import COMPARISONS

PAGE = (Path(__file__).parents[2] / "docs" / "ladders.md").read_text(encoding="utf-8")
CATALOGUE = load_catalogue(shipped("catalogue.yaml"), "catalogue.yaml")


class Example(NamedTuple):
    """A block of YAML on the page, and the line on which it begins; whether cycles do not carry all of it out yet."""

    line: int
    subject: str
    text: str
    only_tested: bool = False


EXAMPLES = [
    Example(
        PAGE.count("\n", 0, found.start()) + 1,
        found[1].replace("only-tested", "").strip() or "person",
        found[2],
        "only-tested" in found[1],
    )
    for found in re.finditer(r"^```yaml([^\n]*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
]
WHOLE = YAML(typ="safe", pure=True)


def ladder_around(example: Example) -> bytes:
    """The page's whole file with the example in it: parts replace parts, clauses replace those of the last step."""
    ladder: dict[str, Any] = WHOLE.load(EXAMPLES[0].text)
    part = WHOLE.load(example.text)
    ladder["subject"] = example.subject
    if isinstance(part, list):
        ladder["steps"][-1]["clauses"] = part
    else:
        ladder.update(part)
        if "cap" in ladder["tables"]["rung"]["columns"]:
            ladder["steps"][0]["clauses"][0]["at least"] = "rung.cap"
    text = StringIO()
    WHOLE.dump(ladder, text)
    return text.getvalue().encode()


def test_the_page_begins_with_a_whole_file_and_goes_on_with_parts():
    assert len(EXAMPLES) > 10
    assert load(EXAMPLES[0].text.encode(), "docs/ladders.md").id == "example"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"line-{example.line}")
def test_each_example_loads_and_stands_its_check_and_is_read_and_evaluated(example: Example):
    data = ladder_around(example)
    found = check_file(data, f"docs/ladders.md, line {example.line}", CATALOGUE)
    errors = [one for one in found if one.level == "error"]
    assert [str(one) for one in errors if not (example.only_tested and one.en == SAID[1])] == []
    assert bool(errors) == example.only_tested
    ladder = load(data, "docs/ladders.md")
    for lang in ("zh", "en"):
        read = prose(ladder, lang, CATALOGUE)
        for _, _, clause in ladder.walk():
            assert getattr(clause.title, lang) in read
        for stage in (stage for route in ladder.routes.values() for stage in route.stages):
            assert getattr(stage.title, lang) in read
            for group in stage.groups if not isinstance(stage.seats, int) else ():
                assert getattr(group.title, lang) in read
            for item in stage.sheet.items if stage.sheet else ():
                assert getattr(item.title, lang) in read
    question = Question(as_of=date(2026, 6, 30), known_at=10, catalogue=CATALOGUE, settings=Settings())
    rung = Row(0, date(2020, 1, 1), date(2020, 1, 1), 1, attributes={"ladder": ladder.id, "rung": "member"})
    last = ladder.steps[-1]
    verdict = reference.assess(ladder, last, {"standing": [rung]}, 0, question)
    assert verdict.outcome in ("met", "not met", "unknown")
    assert {found.clause for found in verdict.findings} == {
        clause.id for _, step, clause in ladder.walk() if step is last
    }
    for held, removal in ((rung, removal) for rung in ladder.rungs for removal in rung.removals):
        standing = Row(0, date(2020, 1, 1), date(2020, 1, 1), 1, attributes={"ladder": ladder.id, "rung": held.id})
        lost = ladder.removal_step(held.id, removal.id)
        assert reference.assess(ladder, lost, {"standing": [standing]}, 0, question).outcome in ("met", "not met")


@pytest.mark.parametrize("word", [*LINE_KEYS, *VERBS, *COMBINATIONS, *COMPARISONS, "years since", "absent", "through"])
def test_every_word_of_the_language_is_explained_on_the_page(word: str):
    assert re.search(rf"`{word}[:`]|{word}:", PAGE)


def keys_of(part: type[BaseModel]) -> list[str]:
    """The keys of a part as a file writes them."""
    return [field.alias or name for name, field in part.model_fields.items()]


LISTS = (Composition, Nomination, Rounds, Grades, Grade, Entitlement)
ROUTES = {key for part in (Route, Stage, SeatGroup, Sheet, SheetItem, Places, Removal, *LISTS) for key in keys_of(part)}


@pytest.mark.parametrize("key", sorted(ROUTES))
def test_every_key_of_routes_removals_and_entitlements_stands_in_an_example(key: str):
    assert any(re.search(rf"(^|[ {{]){key}: ", one.text, re.MULTILINE) or f" {key}:\n" in one.text for one in EXAMPLES)


@pytest.mark.parametrize("key", sorted(ROUTES - {"id", "title", "body", "clauses", "items", "stages"}))
def test_every_key_of_routes_removals_and_entitlements_is_explained_on_the_page(key: str):
    prose_of_the_page = re.sub(r"^```.*?^```$", "", PAGE, flags=re.MULTILINE | re.DOTALL)
    assert re.search(rf"`{key}[`:]", prose_of_the_page)


def test_the_office_page_fits_one_page():
    begin, end = PAGE.index("## One page"), PAGE.index("## The whole file")
    assert PAGE[begin:end].count("\n") <= 60
