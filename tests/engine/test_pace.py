"""A bulk goes in chunks, each committed while the next one is made; nothing is answered that is not on disk."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator

import pytest
from sqlalchemy import event

from tests.engine.district_at_work import AtWork, assert_whole, training
from workflows.commands import Answer, Command, Landed

FIRST = 200
"""Commands of the first chunk of a bulk."""


def trainings(at_work: AtWork, count: int) -> list[Command]:
    return [at_work.recording("p-1", training()) for _ in range(count)]


def test_the_commands_of_a_chunk_are_made_while_the_one_before_is_committed(at_work: AtWork):
    asked, waited = threading.Event(), list[bool]()

    @event.listens_for(at_work.district._engine, "commit", once=True)
    def _slow(_connection: object) -> None:
        waited.append(asked.wait(timeout=20))

    def commands() -> Iterator[Command]:
        yield from trainings(at_work, FIRST)
        asked.set()
        yield from trainings(at_work, 1)

    answers = at_work.many(commands())
    assert waited == [True]
    assert [type(one) for one in answers] == [Landed] * (FIRST + 1)


def test_what_was_carried_out_is_answered_before_whoever_makes_the_next_fails(at_work: AtWork):
    def commands() -> Iterator[Command]:
        yield from trainings(at_work, FIRST + 5)
        raise RuntimeError("the file breaks off")

    answers, before = list[Answer](), at_work.tip()
    with pytest.raises(RuntimeError, match="breaks off"):
        answers.extend(at_work.district.handle_many(commands()))
    assert [type(one) for one in answers] == [Landed] * FIRST
    assert at_work.tip() == before + FIRST


def test_of_a_chunk_that_could_not_be_committed_nothing_is_answered_and_nothing_is_there(at_work: AtWork):
    before, answers = at_work.tip(), list[Answer]()

    @event.listens_for(at_work.district._engine, "commit")
    def _fails(_connection: object) -> None:
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        answers.extend(at_work.district.handle_many(trainings(at_work, FIRST)))
    event.remove(at_work.district._engine, "commit", _fails)
    assert not answers
    assert at_work.tip() == before
    assert isinstance(at_work.district.handle(*trainings(at_work, 1)), Landed)
    assert_whole(at_work.district)


def test_a_bulk_that_is_given_up_leaves_the_lock_and_what_it_answered(at_work: AtWork):
    before = at_work.tip()
    bulk = at_work.district.handle_many(trainings(at_work, 3 * FIRST))
    assert isinstance(bulk, Generator)
    answers = [next(bulk), next(bulk)]
    bulk.close()
    assert answers == [Landed((before + 1,)), Landed((before + 2,))]
    assert at_work.tip() in (before + FIRST, before + 2 * FIRST)
    assert isinstance(at_work.district.handle(*trainings(at_work, 1)), Landed)
    assert_whole(at_work.district)
