"""Ladders as they are published: versions by their bytes, in force by date."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import cast

import pytest

from events.facts import Catalogue, CatalogueDeclared, Fact, LadderPublished
from ladders.problems import LadderError
from ladders.reading.loading import shipped, shipped_ladders
from ladders.reading.source import value_of
from tests.workflows.given import CATALOGUE, LADDER, Given, Happened, command, happened, published, refused
from tests.workflows.reviewing import ballot, in_panel, office, opening
from workflows.acts import RetireLadder
from workflows.commands import Already, PublishLadder
from workflows.ladder import Version

OTHER = LADDER + b"# another edition\n"
THIRD = LADDER + b"# a third one\n"


def publish(file: bytes = LADDER, since: date = date(2026, 1, 1)) -> PublishLadder:
    return command(PublishLadder, file=file, in_force_from=since)


def declared(catalogue: Catalogue) -> Happened:
    return happened("district", CatalogueDeclared(catalogue=catalogue))


def in_force(given: Given, day: date) -> bytes | None:
    version = given.state("ladder-tenure").in_force(day)
    return version.file if version else None


def test_the_very_bytes_of_a_file_are_published_under_their_hash():
    facts = Given().when(publish())
    assert isinstance(facts, list)
    (fact,) = facts
    assert isinstance(fact, LadderPublished)
    assert (fact.ladder, fact.sha256) == ("tenure", hashlib.sha256(LADDER).hexdigest())
    assert in_force(Given().then(publish()), date(2026, 1, 1)) == LADDER


def test_the_same_file_again_is_already_there():
    assert Given().then(publish()).when(publish()) == Already(1)


def test_the_same_file_from_another_day_is_refused_rather_than_taken_for_done():
    assert "2026-01-01" in refused(Given(published()), publish(since=date(2026, 5, 1)), "published").zh


def test_a_file_that_is_no_ladder_is_not_published():
    with pytest.raises(LadderError):
        Given().when(publish(b"format: jieti-ladder/1\nid: broken\n"))


HOURS = (
    LADDER
    + b"""
      - {id: hours, title: {zh: a, en: hours}, evidence: training, then: [{only: {category: topic}}, sum],
         at least: 20, basis: assumed}
"""
)


@pytest.mark.parametrize(
    "catalogue",
    [Catalogue(), Catalogue(kinds={"training": CATALOGUE.kinds["training"].model_copy(update={"attributes": {}})})],
    ids=["no such kind", "no such attribute"],
)
def test_a_ladder_that_counts_what_the_catalogue_does_not_declare_is_not_published(catalogue: Catalogue):
    assert isinstance(Given(declared(CATALOGUE)).when(publish(HOURS)), list)
    with pytest.raises(LadderError) as caught:
        Given(declared(catalogue)).when(publish(HOURS))
    (problem,) = caught.value.problems
    assert problem.level == "error"
    assert "hours" in problem.where


def test_the_catalogue_that_counts_is_the_one_declared_last():
    without = declared(Catalogue())
    with pytest.raises(LadderError):
        Given(declared(CATALOGUE), without).when(publish(HOURS))
    assert isinstance(Given(without, declared(CATALOGUE)).when(publish(HOURS)), list)


def test_before_its_first_day_no_version_is_in_force():
    assert in_force(Given(published()), date(2025, 12, 31)) is None


def test_of_two_versions_the_later_one_to_begin_is_in_force():
    given = Given(published(OTHER, date(2026, 6, 1)), published(LADDER, date(2026, 1, 1)))
    assert in_force(given, date(2026, 5, 31)) == LADDER
    assert in_force(given, date(2026, 6, 1)) == OTHER


def test_of_two_versions_that_begin_on_one_day_the_later_published_is_in_force():
    given = Given(published(LADDER), published(OTHER), published(THIRD, date(2027, 1, 1)))
    assert in_force(given, date(2026, 1, 1)) == OTHER


# ---------------------------------------------------------------------------------------------- a rule with an end


def retire(file: bytes = LADDER, last: date = date(2026, 8, 31)) -> RetireLadder:
    return command(RetireLadder, ladder="tenure", sha256=hashlib.sha256(file).hexdigest(), last=last)


def test_a_version_with_a_last_day_expires_and_is_used_no_more():
    given = Given().then(publish().model_copy(update={"in_force_until": date(2026, 6, 30)}))
    assert in_force(given, date(2026, 6, 30)) == LADDER
    assert in_force(given, date(2026, 7, 1)) is None
    assert given.state("ladder-tenure").expired(date(2026, 7, 1)).file == LADDER
    assert given.state("ladder-tenure").expired(date(2026, 6, 30)) is None


def test_a_published_version_is_given_a_last_day_or_another_one():
    given = Given(published()).then(retire())
    assert in_force(given, date(2026, 8, 31)) == LADDER
    assert in_force(given, date(2026, 9, 1)) is None
    assert given.when(retire()) == Already(2)
    assert in_force(given.then(retire(last=date(2026, 9, 30))), date(2026, 9, 1)) == LADDER


def test_when_a_version_expires_the_one_that_it_replaced_does_not_come_back():
    given = Given(published(LADDER), published(OTHER, date(2026, 3, 1))).then(retire(OTHER, date(2026, 4, 30)))
    assert in_force(given, date(2026, 4, 30)) == OTHER
    assert in_force(given, date(2026, 5, 1)) is None


def test_what_follows_an_expired_version_is_the_next_one_published():
    given = Given(published(LADDER), published(OTHER, date(2026, 9, 1))).then(retire(last=date(2026, 5, 31)))
    assert in_force(given, date(2026, 6, 1)) is None
    assert in_force(given, date(2026, 9, 1)) == OTHER
    assert given.state("ladder-tenure").expired(date(2026, 9, 1)) is None


def test_a_last_day_that_cannot_be_is_refused():
    refused(Given(), publish().model_copy(update={"in_force_until": date(2025, 12, 31)}), "days")
    refused(Given(published()), retire(last=date(2025, 12, 1)), "days")
    refused(Given(published()), retire(last=date(2026, 3, 9)), "past")
    refused(Given(published()), retire(OTHER), "no version")


def test_no_cycle_opens_under_a_version_that_has_expired_by_its_as_of_day():
    given = office().then(retire(last=date(2026, 3, 30)))
    why = refused(given, opening(), "expired")
    assert "2026-03-30" in why.zh
    assert "jieti ladder publish" in why.zh
    assert isinstance(given.when(opening(as_of=date(2026, 3, 30))), list)
    after = published(OTHER, date(2026, 9, 1))
    given.add(after.stream, after.fact, after.days)
    assert "2026-09-01" in refused(given, opening(), "expired").en


def test_a_cycle_that_is_open_ends_under_its_version_though_that_expired():
    given = in_panel("li").then(retire(last=date(2026, 3, 12))).on(date(2026, 3, 13))
    assert isinstance(given.when(ballot("an")), list)


def test_that_most_clauses_have_no_document_was_confirmed_is_in_the_log():
    (fact,) = cast(list[Fact], Given().when(publish().model_copy(update={"assumed_confirmed": True})))
    assert isinstance(fact, LadderPublished)
    assert fact.assumed_confirmed
    (without,) = cast(list[Fact], Given().when(publish()))
    assert "assumed_confirmed" not in without.model_dump(exclude_none=True)


@pytest.mark.parametrize("name", shipped_ladders())
def test_the_kind_of_subject_is_told_without_reading_the_whole_file(name: str):
    file = shipped(name)
    version = Version("", 1, date(2026, 1, 1), file)
    assert version.subject == version.ladder.subject
    told = file.index(b"\nsubject:")
    assert value_of(file[: file.index(b"\n", told + 1)] + b"\nrungs: [\x22", "subject") == version.subject


def test_a_kind_is_told_after_other_parts_and_not_from_inside_them():
    assert (
        value_of(b"title: {subject: studio}\nrungs:\n- subject: school\n? subject\n: 'person'\n", "subject") == "person"
    )
    with pytest.raises(KeyError):
        value_of(b"title: subject\nrungs: [subject, person]\n", "subject")
