"""Ladders as they are published: versions by their bytes, in force by date."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from events.facts import Catalogue, CatalogueDeclared, LadderPublished
from ladders.problems import LadderError
from tests.workflows.given import CATALOGUE, LADDER, Given, Happened, command, happened, published, refused
from workflows.commands import Already, PublishLadder

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
    assert Given(published()).when(publish()) == Already(1)


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
