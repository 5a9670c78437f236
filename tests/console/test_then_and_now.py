"""As known then beside as known now: clause by clause, row by row, with the events that made the difference."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from engine.assessing.comparing import compare, decision
from engine.district import District
from events.facts import EvidenceVoided, StandingTakenOver, TrainingRecognised
from tests.console.command_line import done, jieti
from tests.engine.district_at_work import LADDER, AtWork, settle, training
from workflows.commands import Correct, PublishLadder, Refused, Span

JUNE_1, JUNE_30 = date(2026, 6, 1), date(2026, 6, 30)
"""Before the rung is held, and while it is."""
Learned = tuple[AtWork, dict[str, int]]


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Learned]:
    """After a cycle: of p-1, who was granted, one training was voided, one corrected, one recognised, one told late."""
    folder = tmp_path_factory.mktemp("learned") / "district"
    settle(folder)
    with District.open(folder) as district:
        at_work = AtWork(district)
        pending = at_work.record("p-1", training("3", recognised=False))
        at_work.review()
        then, told = at_work.tip(), jieti("audit", "why", "p-1", "--data", folder, "--json").data
        first, second = told["evidence"][-2:]
        on = Span.day(date(2026, 6, 12))
        at = {"pending": pending, "first": first, "second": second, "then": then, "grant": told["grant"]["position"]}
        at["voided"] = at_work.record("p-1", EvidenceVoided(target=first, reason="重复"), date(2026, 6, 12))
        at["corrected"] = at_work.do(Correct, target=second, occurred=on, fact=training("4"), reason="录错")
        at["recognised"] = at_work.record("p-1", TrainingRecognised(training=pending), date(2026, 6, 12))
        at["late"] = at_work.record("p-1", training("2"), date(2026, 2, 1))
        late = StandingTakenOver(ladder="other", rung="junior", title="证书")
        at["standing"] = at_work.record("p-2", late, date(2024, 1, 1))
        yield at_work, at


def seen(learned: Learned, *words: object) -> Any:
    return jieti(*words, "--data", learned[0].district.folder, "--json").data


def shown(at_work: AtWork, *words: object, lang: str = "en") -> str:
    return done(*words, "--data", at_work.district.folder, "--lang", lang)


def test_a_verdict_then_and_now_names_for_each_clause_what_made_the_difference(learned: Learned):
    at = learned[1]
    found = compare(learned[0].district, "p-1", ["diligence"], (JUNE_1, at["grant"] - 1, None), "diligent")
    (step,) = found.steps
    assert [(one.id, one.differs) for one in step.clauses] == [("service", False), ("hours", True)]
    service, hours = step.clauses
    made = [at[name] for name in ("voided", "corrected", "recognised", "late")]
    assert (service.because, list(hours.because)) == ((), made)
    assert hours.then is not None
    assert hours.now is not None
    assert (hours.then.outcome, hours.then.low) == ("met", Fraction(43, 2))
    assert (hours.now.outcome, hours.now.low) == ("not met", Fraction(5))


def test_every_row_that_is_held_otherwise_says_how_and_by_which_event(learned: Learned):
    at = learned[1]
    changes = seen(learned, "audit", "compare", "p-1", "--then", at["then"])["changes"]
    assert [(one["how"], one["recorded"], one["at"]) for one in changes] == [
        ("voided", at["first"], at["voided"]),
        ("corrected", at["second"], at["corrected"]),
        ("recognised", at["pending"], at["recognised"]),
        ("late", at["late"], at["late"]),
    ]
    there = [(one["then"] is not None, one["now"] is not None) for one in changes]
    assert there == [(True, False), (True, True), (False, True), (False, True)]
    assert (changes[1]["then"]["amount"], changes[1]["now"]["amount"]) == ("9.5", "4")


def test_standings_are_held_side_by_side(learned: Learned):
    then = learned[1]["then"]
    found = seen(learned, "audit", "compare", "p-2", "--then", then, "--as-of", JUNE_30)["standings"]
    assert [[one["rung"] for one in found[side]] for side in ("then", "now")] == [["diligent"], ["junior", "diligent"]]
    screen = shown(learned[0], "audit", "compare", "p-2", "--then", then, "--as-of", JUNE_30, lang="zh")
    assert "称号:\n  当时  勤学教师" in screen
    assert "\n  现在  junior" in screen


def test_the_table_can_be_read_in_both_languages(learned: Learned):
    at_work, at = learned
    said = ("audit", "compare", "p-1", "--then", at["grant"] - 1, "--as-of", JUNE_1, "--to", "diligent")
    english = shown(at_work, *said)
    assert "diligence: diligent    met → NOT MET" in english
    assert f"#{at['first']} ← #{at['voided']}" in english
    assert f"#{at['first']} voided: 重复" in english
    chinese = shown(at_work, *said, lang="zh")
    assert "符合 → 不符合" in chinese
    assert "此后作废" in chinese
    assert f"作废 #{at['first']}:重复" in chinese


def test_where_nothing_was_learned_nothing_differs(learned: Learned):
    screen = shown(learned[0], "audit", "compare", "p-4", "--then", learned[1]["then"])
    assert screen.endswith("steps that come out the same: 1\nnothing is known otherwise now than then\n")


def test_a_decision_stands_beside_the_same_question_today(learned: Learned):
    found = seen(learned, "audit", "why", "p-1", "--then-now")["then_now"]
    assert (found["decided"], found["step"]["then"], found["step"]["now"]) == ("granted", "met", "not met")
    assert [one["how"] for one in found["changes"]] == ["voided", "corrected", "recognised", "late"]
    hours = next(one for one in found["step"]["clauses"] if one["clause"] == "hours")
    assert learned[1]["voided"] in hours["because"]
    screen = shown(learned[0], "audit", "why", "p-1", "--then-now")
    assert "what decisions themselves made of it is left aside" in screen


def test_what_a_decision_itself_made_of_it_is_no_news(learned: Learned):
    found = seen(learned, "audit", "why", "p-2", "--then-now")["then_now"]
    assert (found["step"]["then"], found["step"]["now"], found["step"]["differs"]) == ("met", "met", False)
    assert "as known now the verdict is the same" in shown(learned[0], "audit", "why", "p-2", "--then-now")


def test_only_a_grant_or_a_decline_is_a_decision(learned: Learned):
    at_work, at = learned
    for position in (at["voided"], at_work.tip() + 1):
        with pytest.raises(Refused, match="neither a grant nor a decline"):
            decision(at_work.district, position)


def test_the_position_or_day_of_then_is_asked_for(learned: Learned):
    assert seen(learned, "audit", "compare", "p-1", "--then", "")["error"]["code"] == "usage"
    assert seen(learned, "audit", "compare", "p-1", "--then", learned[0].tip() + 1)["error"]["code"] == "known at"


def test_rules_that_were_declared_since_are_named(tmp_path: Path):
    settle(tmp_path / "district")
    with District.open(tmp_path / "district") as district:
        at_work = AtWork(district)
        then = at_work.tip()
        stricter = LADDER.replace(b"at least: 20", b"at least: 30").replace(b"at least: 3,", b"at least: 30,")
        published = at_work.do(PublishLadder, file=stricter, in_force_from=date(2026, 2, 1))
        (step,) = compare(district, "p-1", ["diligence"], (JUNE_30, then, None)).steps
        assert (step.rules, step.differs, [one.because for one in step.clauses]) == ((published,), True, [(), ()])
        screen = shown(at_work, "audit", "compare", "p-1", "--then", then, "--as-of", JUNE_30)
        assert f"the rules were declared anew since: #{published}" in screen
        with pytest.raises(Refused):
            compare(district, "p-1", ["diligence"], (date(2025, 1, 1), then, None))
