"""A ladder made from answers: whatever they are, it passes its check, and cases at its edges come out as they say."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ladders.cases.remarks import check_cases
from ladders.cases.trying import load_cases, tried
from ladders.checking.check import check_file
from ladders.model.ladder import Ladder
from ladders.reading.loading import load, load_catalogue, shipped
from ladders.template import Answers, Titled, Wrong, ladder_text
from ladders.template_cases import cases_text

CATALOGUE = load_catalogue(shipped("catalogue.yaml"), "catalogue.yaml")
MANY = settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
NASTY = (
    "a: b",
    '"',
    "'",
    "\\",
    "#1",
    "{x}",
    "- y",
    "no",
    "Null",
    "1.5",
    "👩‍🏫 名师",
    "é\u0301",
    "*&!|>%@`",
    "：，。",
    "~",
    "[",
    "? k",
)


def seen(text: str) -> bool:
    hidden = "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
    return bool(text.strip()) and not any(
        unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp", "Cn", "Co") or one in hidden for one in text
    )


TEXTS = st.one_of(st.sampled_from(NASTY), st.text(min_size=1, max_size=12).filter(seen))
TITLES = st.builds(Titled, TEXTS, TEXTS)
HOURS = st.decimals(Decimal("0.01"), Decimal(5000), places=2)


@st.composite
def answers(draw: st.DrawFn) -> Answers:
    rungs = tuple(draw(st.lists(TITLES, min_size=1, max_size=4)))
    document = draw(st.none() | TITLES)
    passages = st.just("") | TEXTS if document else st.just("")
    seats = draw(st.integers(1, 15))
    return Answers(
        id=draw(st.from_regex(r"[a-z][a-z0-9-]{0,12}", fullmatch=True)),
        title=draw(TITLES),
        climber=draw(st.sampled_from(("person", "studio", "school"))),
        rungs=rungs,
        hours=tuple(draw(HOURS) for _ in rungs),
        window=draw(st.integers(1, 30)),
        years=draw(st.integers(0, 40)),
        document=document,
        issuer=draw(TITLES),
        status=draw(st.sampled_from(("in force", "draft", "report"))),
        hours_passage=draw(passages),
        years_passage=draw(passages),
        seats=seats,
        quorum=draw(st.integers(1, seats)),
        majority=draw(st.sampled_from(((1, 2), (2, 3), (3, 5), (1, 1)))),
        places=draw(st.integers(0, 99)),
        notice=draw(st.integers(1, 90)),
        term=draw(st.integers(0, 40)),
    )


def plain(**more: Any) -> Answers:
    said: dict[str, Any] = {
        "id": "growth", "title": Titled("成长阶梯", "growth"), "climber": "person",
        "rungs": (Titled("合格", "qualified"), Titled("优秀", "excellent")), "hours": (Decimal(30), Decimal("72.5")),
    }  # fmt: skip
    return Answers(**(said | more))


def made(said: Answers) -> Ladder:
    """The ladder of the answers; it and its cases are held against everything that a user's are."""
    content, cases = ladder_text(said).encode(), cases_text(said, "x").encode()
    assert [one.text("en") for one in check_file(content, "x", CATALOGUE) if one.level == "error"] == []
    ladder = load(content, "x")
    stated, root = load_cases(cases, "x.cases", ladder)
    assert [one.text("en") for one in check_cases(stated, root, "x.cases", ladder, CATALOGUE)] == []
    results = list(tried(stated, root, ladder, CATALOGUE))
    assert len(results) >= 4 * len(said.rungs)
    assert [one for one in results if not one.passed] == []
    return ladder


@MANY
@given(said=answers())
@example(said=plain(id="no", rungs=tuple(Titled(one, one) for one in NASTY[:8]), hours=(Decimal(1),) * 8))
def test_whatever_is_answered_the_file_says_it_and_passes(said: Answers):
    ladder = made(said)
    assert (ladder.id, ladder.title.zh, ladder.title.en) == (said.id, said.title.zh, said.title.en)
    assert [(one.title.zh, one.title.en) for one in ladder.rungs] == [(one.zh, one.en) for one in said.rungs]


@pytest.mark.parametrize("climber", ["person", "studio", "school"])
def test_what_is_answered_is_what_is_required(climber: Any):
    passage, document = "第三条", Titled("办法", "Rules")
    ladder = made(plain(climber=climber, document=document, hours_passage=passage, places=3, majority=(2, 3)))
    assert ladder.subject == climber
    bases = {clause.id: clause.basis for step in ladder.steps for clause in step.clauses}
    assert bases["years-on-rung"] == "assumed"
    assert bases["hours"] is not None
    assert bases["hours"] != "assumed"
    assert [(step.kind, step.id) for step in ladder.steps] == [
        ("promotion", "→qualified"),
        ("renewal", "qualified→qualified"),
        ("promotion", "qualified→excellent"),
        ("renewal", "excellent→excellent"),
    ]
    route = ladder.routes["review"]
    assert route.places
    assert route.notice_days == 5


def test_without_a_passage_nothing_is_sourced_and_a_term_for_good_needs_no_renewal():
    ladder = made(plain(document=Titled("办法", "Rules"), term=0, years=0))
    assert {clause.basis for step in ladder.steps for clause in step.clauses} == {"assumed"}
    assert [step.kind for step in ladder.steps] == ["promotion", "promotion"]
    assert ladder.documents == {}


def test_the_file_explains_itself_in_both_languages():
    text = ladder_text(plain())
    comments = [line for line in text.splitlines() if "#" in line]
    assert len(comments) > 12
    assert "somebody has to decide" in text
    assert "没有文件依据" in text


@pytest.mark.parametrize(
    ("more", "answer"),
    [
        ({"id": "Growth"}, "id"),
        ({"title": Titled(" ", "growth")}, "title"),
        ({"title": Titled("成\n长", "growth")}, "title"),
        ({"title": Titled("成\u202e长", "growth")}, "title"),
        ({"rungs": (), "hours": ()}, "rung"),
        ({"hours": (Decimal(1),)}, "hours"),
        ({"hours": (Decimal(0), Decimal(1))}, "hours"),
        ({"hours": (Decimal("0.001"), Decimal(1))}, "hours"),
        ({"seats": 3, "quorum": 4}, "quorum"),
        ({"majority": (3, 2)}, "majority"),
        ({"window": 0}, "window"),
        ({"hours_passage": "第三条"}, "document"),
    ],
)
def test_an_answer_that_cannot_be_is_named(more: dict[str, Any], answer: str):
    with pytest.raises(Wrong) as caught:
        plain(**more)
    assert caught.value.answer == answer
