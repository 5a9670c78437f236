"""What the pages on ladders show can be written: every example loads, stands its check, is read aloud and evaluated
by both evaluators; every part of the language is explained; every need has its example."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pytest
from pydantic import BaseModel

from events.facts import Settings
from ladders.cases.rows import columns_of
from ladders.checking.carried_out import SAID
from ladders.checking.check import check_file
from ladders.evaluating.verdict import assess, evidence_used
from ladders.model.ladder import (
    BUILT_IN_KINDS,
    BUILT_IN_PERIODS,
    COMBINATIONS,
    RELATIONS,
    Ladder,
    Part,
    Step,
)
from ladders.model.lines import LINE_KEYS, VERBS
from ladders.prose.articles import Lang, prose
from ladders.question import Question
from ladders.reading.loading import load
from ladders.reading.references import COMPARISONS
from ladders.reference import verdict as reference
from ladders.reference.verdict import Row
from tests.ladders.evidence import SUBJECTS, some_evidence
from tests.ladders.pages import EXAMPLES, PAGES, REFERENCE, WHOLE, Example, anchors, catalogue, ladder_around
from tests.ladders.test_prose import PARTS

CATALOGUE = catalogue()
TODAY = date(2026, 6, 30)
ASKED = Question(TODAY, 10_000, CATALOGUE, Settings(values={"mode": "pilot"}))
LANGS: tuple[Lang, ...] = ("zh", "en")


def test_the_first_page_begins_with_a_whole_file_and_goes_on_with_parts():
    assert len(EXAMPLES) > 60
    assert load(WHOLE.text.encode(), "docs/ladders.md").id == "example"


def loaded(example: Example) -> Ladder:
    """An example's ladder."""
    return load(ladder_around(example), f"docs/{example.page}")


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_each_example_loads_and_stands_its_check(example: Example):
    found = check_file(ladder_around(example), f"docs/{example.page}, line {example.line}", CATALOGUE)
    errors = [one for one in found if one.level == "error"]
    assert [str(one) for one in errors if not (example.only_tested and one.en == SAID[1])] == []
    assert bool(errors) == example.only_tested


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_each_example_is_read_aloud_with_all_its_titles(example: Example):
    ladder = loaded(example)
    for lang in LANGS:
        read = prose(ladder, lang, CATALOGUE)
        for _, _, clause in ladder.walk():
            assert getattr(clause.title, lang) in read
        for stage in (stage for route in ladder.routes.values() for stage in route.stages):
            assert getattr(stage.title, lang) in read
            for group in stage.groups if not isinstance(stage.seats, int) else ():
                assert getattr(group.title, lang) in read
            for item in stage.sheet.items if stage.sheet else ():
                assert getattr(item.title, lang) in read


def steps_of(ladder: Ladder) -> list[Step]:
    """Everything of a ladder that is evaluated: its steps, the ways to lose a rung, what releases entitlements."""
    removals = [ladder.removal_step(rung.id, one.id) for rung in ladder.rungs for one in rung.removals]
    return [*ladder.steps, *removals, *(step for one in ladder.entitlements for step in ladder.entitlement_steps(one))]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_each_example_comes_to_the_same_in_plain_loops_and_at_speed(example: Example):
    ladder = loaded(example)
    rows = some_evidence(ladder, CATALOGUE)
    columns, everybody = columns_of(rows, SUBJECTS), np.arange(SUBJECTS, dtype=np.int32)
    for step in steps_of(ladder):
        fast = assess(ladder, step, columns, everybody, ASKED)
        for subject in range(SUBJECTS):
            plain = reference.assess(ladder, step, rows, subject, ASKED)
            assert (fast.outcome_of(subject), fast.findings(subject)) == (plain.outcome, plain.findings)
            assert evidence_used(ladder, step, columns, subject, ASKED) == plain.evidence
            assert [one.clause for one in plain.findings] == [entry.id for entry in ladder.entries(step)]


def test_the_examples_are_evaluated_on_evidence_that_tells_them_apart():
    outcomes = set()
    for example in EXAMPLES:
        ladder = loaded(example)
        rows = some_evidence(ladder, CATALOGUE)
        for step in steps_of(ladder):
            for subject in range(SUBJECTS):
                outcomes |= {one.outcome for one in reference.assess(ladder, step, rows, subject, ASKED).findings}
    assert outcomes == {"met", "not met", "unknown", "not examined"}


# -------------------------------------------------------------------------------------------- everything is explained

TEXT = "\n".join(re.sub(r"^```.*?^```$", "", page, flags=re.MULTILINE | re.DOTALL) for page in PAGES.values())
"""Both pages without their examples."""
SHOWN = "\n".join(one.text for one in EXAMPLES)


def keys_of(part: type[BaseModel]) -> list[str]:
    """The keys of a part as a file writes them."""
    return [field.alias or name.replace("_", " ") for name, field in part.model_fields.items()]


PHRASES = {"Window", "Day", "Due", "Span", "Threshold", "Overdue", "Share", "Criterion", "Multiple", "Lookup",
           "AtLeastLevel", "AtMostLevel", "Last"}  # fmt: skip
"""Parts that a file writes as a phrase, without keys of their own."""
KEYS = sorted({(part.__name__, key) for part in PARTS if part.__name__ not in PHRASES for key in keys_of(part)})
NEEDS_NO_WORDS = {"id", "title", "zh", "en", "body", "items", "stages", "document", "passage", "rows"}


@pytest.mark.parametrize(("part", "key"), KEYS)
def test_every_key_of_every_part_stands_in_an_example(part: str, key: str):
    assert re.search(rf"(^|[ {{\[-]){re.escape(key)}:[ \n]", SHOWN, re.MULTILINE) or re.search(
        rf"[\[ ]{key}[,\]]", SHOWN
    )


@pytest.mark.parametrize("key", sorted({key for _, key in KEYS} - NEEDS_NO_WORDS))
def test_every_key_of_every_part_is_explained(key: str):
    assert re.search(rf"`[^`\n]*\b{re.escape(key)}(?![\w-])[^`\n]*`", TEXT)


@pytest.mark.parametrize(
    "word", [*LINE_KEYS, *VERBS, *COMBINATIONS, *COMPARISONS, *BUILT_IN_PERIODS, *BUILT_IN_KINDS, *RELATIONS]
)
def test_every_word_of_the_language_is_explained_and_shown(word: str):
    assert re.search(rf"`[^`\n]*\b{re.escape(word)}(?![\w-])[^`\n]*`", REFERENCE)
    assert word in SHOWN


# --------------------------------------------------------------------------------------------------- how do I say …?

NEEDS = re.findall(r"^\| (.*?) \| (.*?) \| \[example\]\(#(.*?)\) \|$", REFERENCE, re.MULTILINE)


def test_the_table_of_needs_is_long():
    assert len(NEEDS) >= 80
    assert len({need for need, _, _ in NEEDS}) == len(NEEDS)


@pytest.mark.parametrize(("need", "part", "link"), NEEDS, ids=[need.split(" · ")[-1] for need, _, _ in NEEDS])
def test_each_need_leads_to_an_example_that_is_run_and_says_the_part(need: str, part: str, link: str):
    assert re.search(r"[\u4e00-\u9fff]", need)
    start, end = anchors(REFERENCE)[link]
    examples = [one for one in EXAMPLES if one.page == "ladder-reference.md" and start <= one.place < end]
    assert examples
    shown = "\n".join(one.text for one in examples)
    for said in re.findall(r"`([^`]*)`", part):
        words = re.findall(r"[a-z]+(?: [a-z]+)*", said.replace("…", ";").split(":")[0])
        assert any(word in shown for word in words), f"{said} in {link}"


@pytest.mark.parametrize("page", PAGES)
def test_every_link_on_the_pages_leads_somewhere(page: str):
    for text, where, name in re.findall(r"\[([^\]]*)\]\(([a-z-]*\.md)?#?([^)]*)\)", PAGES[page]):
        if where or name in anchors(PAGES[page]) or not name:
            target = PAGES.get(where)
            assert not target or not name or name in anchors(target), f"{text}: {where}#{name}"
        else:
            assert name.startswith("http"), f"{text}: #{name}"


def test_the_office_page_fits_one_page():
    page = PAGES["ladders.md"]
    begin, end = page.index("## One page"), page.index("## The whole file")
    assert page[begin:end].count("\n") <= 60


def test_nothing_of_the_model_is_left_out():
    assert {part.__name__ for part in PARTS} >= {"Compare", "Group", "Shift", "Period", "Attribute", "Entitlement"}
    assert all(issubclass(part, Part) for part in PARTS)
    assert Row is reference.Row
