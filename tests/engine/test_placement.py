"""Placement on the highest rung that is met: one cycle for all platforms, and every case goes on for its own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from engine import history
from engine.cycles import advance
from engine.replay import replay
from engine.tables import case_table, evidence_table
from events.facts import Amount, Assessed, Declined, EvaluationRecorded, EvidenceRecorded, Granted, NoticePosted
from tests.engine.a_review import CYCLE, PANEL, Review, stage
from tests.engine.district_at_work import AtWork
from workflows.notice import list_sha256

TITLES = {"p-1": "school", "p-2": "district", "p-3": "city", "p-4": "province", "p-5": None}
"""Whose title is of which level; p-4 has been evaluated as well, p-5 has no title."""
PLATFORMS = ("member", "host", "station", "centre")


def platforms(stages: Iterable[str], places: str = "", more: str = "placement: highest") -> bytes:
    """A ladder on which the title decides the platform; the centre asks for an evaluation as well, of any step."""
    levels = zip(PLATFORMS, ("school", "district", "city", "province"), strict=True)
    score = (
        "{id: score, title: {zh: 评价, en: score}, evidence: evaluation, then: [within: last 2 years, mean], "
        "at least: 80, basis: assumed}"
    )
    steps = "".join(
        f"  - {{to: {rung}, route: review, clauses: [{{id: title, title: {{zh: 称号, en: title}}, evidence: award, "
        f"then: [only: {{level: {level} or better}}, count], at least: 1, basis: assumed}}"
        f"{', ' + score if rung == 'centre' else ''}]}}\n"
        for rung, level in levels
    )
    rungs = "".join(f"  - {{id: {rung}, title: {{zh: {rung}, en: {rung}}}, end: true}}\n" for rung in PLATFORMS)
    return f"""
format: jieti-ladder/1
id: craft
title: {{zh: 培养平台, en: platforms}}
subject: person
{more}
rungs:
{rungs}routes:
  review:
    stages:
{"".join(stages)}{places}    notice working days: 2
    objection days: 10
steps:
{steps}""".encode()


def titles(at_work: AtWork) -> None:
    """Record everybody's title, and the evaluation of p-4."""
    for name, level in TITLES.items():
        if level is not None:
            at_work.record(name, EvidenceRecorded(kind="award", title="称号", attributes={"level": level}))
    evaluation(at_work, "p-4")


def evaluation(at_work: AtWork, name: str) -> int:
    fact = EvaluationRecorded(title="评价", teaching=Amount.of(Decimal(90), "point"))
    return at_work.record(name, fact, date(2026, 3, 1))


@pytest.fixture
def review(at_work: AtWork) -> Review:
    """Five nominated in one cycle for all platforms, whose one stage is open."""
    titles(at_work)
    file = platforms([stage("panel")])
    one = Review(at_work, people=tuple(TITLES), panels={"panel": PANEL}, file=file, to="centre")
    one.go()
    return one


def rungs(review: Review) -> dict[str, str | None]:
    """By case the rung on which it is placed, as lists show it."""
    with review.district.reading() as connection:
        chosen = select(case_table.c.id, case_table.c.rung)
        return dict(connection.execute(chosen).tuples().all())


def test_the_title_decides_the_platform_whatever_was_applied_for(review: Review):
    assert rungs(review) == {"p-1": "member", "p-2": "host", "p-3": "station", "p-4": "centre", "p-5": None}
    (highest,) = review.facts(Assessed, "p-4")
    assert (highest.step, highest.rung, highest.outcome) == ("→centre", "centre", "met")
    assert [(one.step, one.outcome) for one in highest.beside or ()] == [
        ("→station", "met"), ("→host", "met"), ("→member", "met"),
    ]  # fmt: skip
    assert [one.reason for one in review.facts(Declined, "p-5")] == ["not eligible"]


def test_a_higher_rung_of_which_it_cannot_be_told_is_said_and_not_given(at_work: AtWork):
    at_work.record("p-1", EvidenceRecorded(kind="award", title="称号", attributes={"level": "province"}))
    file = platforms([stage("panel")])
    review = Review(at_work, people=("p-1", "p-2"), panels={"panel": PANEL}, file=file, to="centre")
    review.go()
    (verdict,) = review.facts(Assessed, "p-1")
    assert (verdict.rung, verdict.unsure, verdict.outcome) == ("station", ("→centre",), "met")
    (nothing,) = review.facts(Assessed, "p-2")
    assert (nothing.rung, nothing.unsure, nothing.outcome, nothing.step) == (None, None, "not met", "→member")
    review.whole()


def test_each_is_granted_the_rung_of_their_own_case_and_all_comes_out_again(review: Review):
    review.through("panel", names=["p-1", "p-2", "p-3", "p-4"])
    (notice,) = review.facts(NoticePosted)
    assert notice.list_sha256 == list_sha256((name, name, rung) for name, rung in rungs(review).items() if rung)
    assert review.day(6, 3) == ("grant", "finish")
    granted = {one.subject: one.rung for one in review.facts(Granted)}
    assert granted == {"p-1": "member", "p-2": "host", "p-3": "station", "p-4": "centre"}
    found = review.whole()
    assert (found.grants, found.verdicts) == (4, 5)
    position = history.find_grant(review.district, "p-3")
    assert history.why(review.district, position).identical
    assert len(next(one for one in review.facts(Granted) if one.subject == "p-3").evidence) == 1


def test_advanced_again_nothing_is_done_twice(review: Review):
    tip = review.at_work.tip()
    assert advance.advance(review.district, CYCLE).events == 0
    assert review.at_work.tip() == tip


def test_a_cycle_may_be_for_the_lower_rungs_alone(at_work: AtWork):
    titles(at_work)
    file = platforms([stage("panel")])
    review = Review(at_work, people=("p-4",), panels={"panel": PANEL}, file=file, to="host")
    review.go()
    assert rungs(review) == {"p-4": "host"}
    review.whole()


def test_a_new_verdict_on_an_objection_may_place_on_another_rung(review: Review):
    review.through("panel", names=["p-1", "p-2", "p-3", "p-4"])
    review.object("p-3")
    review.at_work.record("p-3", EvidenceRecorded(kind="award", title="称号", attributes={"level": "province"}))
    evaluation(review.at_work, "p-3")
    review.rule("p-3", "reassess")
    review.go()
    assert rungs(review)["p-3"] == "centre"
    review.day(6, 5)
    assert {one.subject: one.rung for one in review.facts(Granted)}["p-3"] == "centre"
    review.whole()


def test_a_case_that_is_declined_says_for_which_rung_it_was(review: Review):
    for name in ("p-1", "p-2", "p-3", "p-4"):
        review.votes("panel", name, "---" if name == "p-2" else "+++")
    review.day(6, 9)
    (declined,) = review.facts(Declined, "p-2")
    assert (declined.reason, declined.rung) == ("rejected", "host")
    with review.district.reading() as connection:
        rows = select(evidence_table.c.attributes).where(evidence_table.c.kind == "decision")
        said = [one for one in connection.execute(rows).scalars() if '"rejected"' in one]
    assert ['"rung":"host"' in one for one in said] == [True]
    assert replay.replay(review.district).differences == ()
