"""What a careful lawyer finds in a ladder that can be read."""

from __future__ import annotations

from datetime import date

import pytest

from events.facts import Catalogue, Settings
from ladders.checking.against import check_against
from ladders.checking.check import check, check_file, without_document
from ladders.checking.unused import Used
from ladders.model.ladder import Compare, Within, flat
from ladders.question import Question
from ladders.reading.loading import load, load_catalogue, read, shipped, shipped_ladders
from ladders.reference import verdict as reference
from ladders.reference.verdict import Row

CATALOGUE = load_catalogue(shipped("catalogue.yaml"), "catalogue.yaml")


def changed(name: str, *changes: tuple[str, str]) -> bytes:
    """A shipped file with some text replaced, once each."""
    text = shipped(name).decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text.encode()


@pytest.mark.parametrize("name", shipped_ladders())
def test_a_shipped_ladder_has_no_error_and_no_warning(name: str):
    assert [str(one) for one in check_file(shipped(name), name, CATALOGUE) if one.level != "note"] == []


def test_a_reader_is_told_the_shortest_way_to_the_top_at_its_line():
    (note,) = [
        one for one in check_file(shipped("erqi-teacher.yaml"), "erqi-teacher.yaml", CATALOGUE) if "way" in one.en
    ]
    assert note.en == 'the shortest way to "studio-host" takes 3 steps: development-target → core-member → studio-host'
    assert "studio-host" in shipped("erqi-teacher.yaml").decode().splitlines()[note.line - 1]


@pytest.mark.parametrize("name", shipped_ladders())
def test_a_reader_is_told_how_many_clauses_have_no_document_and_which_document_is_no_rule(name: str):
    ladder = load(shipped(name), name)
    assumed, clauses = without_document(ladder)
    assert 0 < assumed <= clauses
    notes = [one.en for one in check_file(shipped(name), name, CATALOGUE) if one.level == "note"]
    assert f"{assumed} of {clauses} clauses have no document (assumed)" in notes
    weaker = [one for one in ladder.documents.values() if one.status != "in force"]
    assert len([note for note in notes if note.endswith(("is a draft", "is no rule itself"))]) == len(weaker)


GIVEN: dict[tuple[str, str], tuple[str, int]] = {
    ("jintan-teacher", "first-years"): ("less than", 3),
    ("new-teacher", "first-years"): ("less than", 3),
}
"""The limits that the sources give, by ladder and clause: written here by hand, so that none slips in unseen."""


@pytest.mark.parametrize("name", shipped_ladders())
def test_no_clause_with_a_number_claims_a_document_that_gives_none(name: str):
    """The sources name rungs and what is done; that something is there at all (at least 1) may cite them, any other
    number only where it stands in ``GIVEN``.  Nor does a source give any window."""
    ladder = load(shipped(name), name)
    cited = [(step, clause) for step in ladder.steps for clause in step.clauses if clause.basis != "assumed"]
    assert cited or Used(ladder).documents, "neither its clauses nor its rungs and places come from a document"
    for step, clause in [(step, one) for step, top in cited for one in flat((top,))]:
        for key, asked in clause.comparisons if isinstance(clause, Compare) else ():
            limit, number = GIVEN.get((ladder.id, clause.id), ("at least", 1))
            assert key == limit, clause.id
            assert ladder.look_up(asked, step) == number, clause.id
        for line in (clause.then or ()) if isinstance(clause, Compare) else ():
            assert not isinstance(line, Within) or line.within.kind in ("today", "since"), clause.id
    assert all(document.status != "in force" or document.dated for document in ladder.documents.values())


def test_a_clause_that_cites_a_document_is_not_counted_as_assumed():
    cited = changed("erqi-teacher.yaml", ("basis: assumed", "basis: {document: erqi-plan, passage: 一}"))
    before = without_document(load(shipped("erqi-teacher.yaml"), "t"))
    after = without_document(load(cited, "t"))
    assert after == (before[0] - 1, before[1])


def test_what_is_wrong_is_said_in_the_order_of_the_lines():
    data = changed(
        "erqi-teacher.yaml",
        ("to: core-member\n", "to: studio-host\n"),  # no step leads to core-member, nor on from the rung before it
        ("measure: reflections-studio", "measure: reflections-station"),
        ("{level: studio or", "{level: x or"),
        ("tables:\n", "tables:\n  spare: {by: to, columns: [one], rows: {core-member: [1]}}\n"),
    )
    found = check_file(data, "t.yaml", CATALOGUE)
    assert [one.line for one in found] == sorted(one.line for one in found)
    assert {one.level for one in found} == {"error", "warning", "note"}
    assert [one.where.split(".")[0].split("[")[0] for one in found if one.level != "note"] == [
        "tables", "measures", "measures", "rungs",
    ]  # fmt: skip


def test_a_file_that_cannot_be_loaded_is_reported_not_raised():
    (problem,) = check_file(b"", "t.yaml", CATALOGUE)
    assert problem.en == "the file is empty"


def test_the_same_mistake_in_a_shared_measure_is_said_once():
    found = check_file(changed("erqi-teacher.yaml", ("{level: studio or", "{level: x or")), "t.yaml", CATALOGUE)
    assert len([one for one in found if one.level == "error"]) == 1


def test_against_an_empty_catalogue_every_kind_that_the_log_does_not_give_is_missing():
    ladder, lines = read(shipped("erqi-studio.yaml"), "s.yaml")
    missing = {one.en for one in check_against(ladder, Catalogue(), lines)}
    assert missing == {
        f'the catalogue has no kind "{kind}"' for kind in ("training", "lesson", "reflection", "violation")
    }
    assert all(one.line for one in check_against(ladder, Catalogue(), lines))


def test_a_ladder_without_its_file_is_checked_too_only_without_lines():
    ladder = load(shipped("erqi-teacher.yaml"), "t.yaml")
    assert check_against(ladder, CATALOGUE) == ()
    found = check_against(ladder, Catalogue())
    assert found
    assert all(one.line == 0 for one in found)
    assert found[0].where == "measures.hours.evidence"


def test_a_number_at_the_scale_of_the_kind_is_fine_and_a_finer_one_is_not():
    fine = changed("erqi-teacher.yaml", ("[8,      108,", "[8,      108.25,"))
    finer = changed("erqi-teacher.yaml", ("[8,      108,", "[8,      108.255,"))
    assert not [one for one in check_file(fine, "t", CATALOGUE) if one.level == "error"]
    errors = [one for one in check_file(finer, "t", CATALOGUE) if one.level == "error"]
    assert [one.en for one in errors] == ["108.255 has more than 2 decimal places"]


def test_a_count_per_key_gives_numbers_to_what_has_no_amount():
    counted = changed(
        "erqi-teacher.yaml",
        ("      - only: {level: studio or better}\n      - best per: work\n      - count\n",
         "      - only: {level: studio or better}\n      - count per: school year\n      - cap: 2\n      - sum\n"),
    )  # fmt: skip
    assert not [one for one in check_file(counted, "t", CATALOGUE) if one.level == "error"]


def test_rows_through_members_can_be_grouped_by_member_and_others_cannot():
    through = changed("erqi-studio.yaml", ("      - cap: tier.most-each\n", "      - sum per: member\n"))
    alone = changed("erqi-teacher.yaml", ("      - sum per: category\n", "      - sum per: member\n"))
    assert not [one for one in check_file(through, "s", CATALOGUE) if one.level == "error"]
    assert "cannot be grouped by" in str([str(one) for one in check_file(alone, "t", CATALOGUE)])


def errors(data: bytes) -> list[str]:
    """The errors of a file, in English, without their places."""
    return [one.en for one in check_file(data, "t.yaml", CATALOGUE) if one.level == "error"]


def test_a_limit_from_both_sides_is_fine_while_a_number_is_left():
    least = "years since: rung\n        at least: 2\n"
    assert errors(changed("erqi-teacher.yaml", (least, f"{least}        at most: 2\n"))) == []
    nothing = changed("erqi-teacher.yaml", (least, f"{least}        less than: 2\n"))
    assert errors(nothing) == ["no number is within 2 and 2"]


@pytest.mark.parametrize("name", shipped_ladders())
def test_every_shipped_step_can_be_asked_of_someone_without_evidence(name: str):
    ladder = load(shipped(name), name)
    question = Question(as_of=date(2026, 6, 30), known_at=10, catalogue=CATALOGUE, settings=Settings())
    for step in ladder.steps:
        attributes = {"ladder": ladder.id, "rung": step.from_ or ""}
        held = [Row(0, date(2020, 1, 1), date(2020, 1, 1), 1, attributes=attributes)] if step.from_ else []
        verdict = reference.assess(ladder, step, {"standing": held}, 0, question)
        found = {one.clause: one.outcome for one in verdict.findings}
        assert verdict.outcome in ("not met", "unknown")
        assert found.get("ethics", "met") == "met"
        assert found.get("in-order", "met") == "met"
        assert found.get("hours") != "met"
        assert found.get("score", "unknown") == "unknown"


def test_checking_what_was_read_says_the_same_as_checking_the_file():
    data = shipped("erqi-studio.yaml")
    assert check(*read(data, "s"), CATALOGUE) == check_file(data, "s", CATALOGUE)
