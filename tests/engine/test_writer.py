"""A long bulk is written by a second process, and comes to what it comes to without one, whatever becomes of that."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from multiprocessing.connection import Connection as PipeConnection
from pathlib import Path

import pytest

from engine import bulk
from engine.bulk import Bulk
from engine.district import District
from engine.handle import Carried
from engine.pace import Behind, Pace
from engine.projections.plain import Plain
from engine.writer import Writer
from events.facts import PersonLeft
from tests.engine.district_at_work import PEOPLE, AtWork, assert_whole, row, tables, training
from tests.engine.test_recording import GONE, OWNERS, Sheet, one_by_one, said, told
from workflows.commands import Answer, Command, Differs, Landed, Refused
from workflows.erasing import ErasePerson


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[int | None]:
    """Each chunk that was handed over: how many answers came, or None if it came back.  A bulk that says how long it is
    waits here until the second process is open."""
    seen, ask, open_ = list[int | None](), Writer._ask, Writer.is_open

    def watched(self: Writer, chunk: Sequence[Plain], commands: Mapping[int, Command]) -> Carried | None:
        carried = None
        try:
            carried = ask(self, chunk, commands)
        finally:
            seen.append(None if carried is None else len(carried.answers))
        return carried

    def waited(self: Writer) -> bool:
        self._opened.exception(timeout=60)
        return open_(self)

    monkeypatch.setattr(Writer, "_ask", watched)
    monkeypatch.setattr(Writer, "is_open", waited)
    return seen


def many(district: District, commands: Iterable[Command]) -> list[Answer]:
    return list(district.handle_many(commands, fresh=True, expected=bulk.LONG))


def trainings(at_work: AtWork, count: int) -> list[Command]:
    at_work.district.vault.ensure(OWNERS)
    return [at_work.recording(PEOPLE[1 + nth % 5], training(source=row(f"k{nth}"))) for nth in range(count)]


def other_process() -> int:
    (process,) = multiprocessing.active_children()
    assert process.pid is not None
    return process.pid


def test_a_long_bulk_is_written_by_a_second_process_but_for_its_beginning(at_work: AtWork, handed: list[int | None]):
    commands = trainings(at_work, 3_000)
    answers = many(at_work.district, commands)
    assert [type(one) for one in answers] == [Landed] * len(commands)
    assert sum(one or 0 for one in handed) > len(commands) / 2
    assert None not in handed
    assert_whole(at_work.district)
    assert not multiprocessing.active_children()


def test_one_that_is_not_long_is_not(at_work: AtWork, handed: list[int | None]):
    list(at_work.district.handle_many(trainings(at_work, 1_000), fresh=True, expected=bulk.LONG - 1))
    assert not handed


@pytest.mark.parametrize("seed", range(3))
def test_records_come_to_the_same_as_without_it_and_in_their_order(
    folder: Path, tmp_path: Path, handed: list[int | None], seed: int
):
    """Rows that are refused, there already, or say otherwise, among others; who was erased, and who has no key."""
    with District.open(folder) as district:
        at_work = AtWork(district)
        at_work.record(GONE, PersonLeft(), date(2015, 9, 2))
        at_work.do(ErasePerson, subject=GONE, reason="期满", early=True)
        commands = [*trainings(at_work, 1_500), *Sheet(seed, numbered=seed == 2).commands(300)]
        commands += [
            at_work.recording(PEOPLE[2], training(source=row(f"k{nth}", "as it is" if nth % 3 else "b")))
            for nth in range(1_400, 1_900)
        ]
    fresh = [one.model_copy(update={"id": f"00000000-0000-7000-8000-{nth:012d}"}) for nth, one in enumerate(commands)]
    other = shutil.copytree(folder, tmp_path / "other")
    with District.open(folder) as alone, District.open(other) as together:
        expected = list(alone.handle_many(fresh))
        assert said(many(together, fresh)) == said(expected)
        assert told(together) == told(alone)
        assert tables(together) == tables(alone)
        assert_whole(together)
    assert len({type(one) for one in expected}) == 4  # landed, already, differs, refused
    assert None in handed
    assert any(handed)


def test_a_refusal_comes_from_it_as_from_anywhere(at_work: AtWork, handed: list[int | None]):
    commands = trainings(at_work, 1_500)
    commands[1_200] = at_work.recording("p-nobody", training("7.25"))
    answers = many(at_work.district, commands)
    (refused,) = (one for one in answers if isinstance(one, Refused))
    assert answers[1_200] is refused
    assert (refused.code, refused.zh) == said(one_by_one(at_work.district, [commands[1_200]]))[0]
    assert None not in handed


def test_killed_at_its_work_it_is_done_without_and_nothing_is_recorded_twice(at_work: AtWork, handed: list[int | None]):
    before, commands = at_work.tip(), trainings(at_work, 4_000)

    def kills() -> Iterator[Command]:
        for nth, command in enumerate(commands):
            if nth == 2_500:
                os.kill(other_process(), signal.SIGKILL)
            yield command

    answers = many(at_work.district, kills())
    assert answers == [Landed((before + 1 + nth,)) for nth in range(len(commands))]
    assert any(handed)
    assert None in handed
    assert_whole(at_work.district)


def test_what_was_committed_before_it_could_say_so_is_found(
    at_work: AtWork, handed: list[int | None], monkeypatch: pytest.MonkeyPatch
):
    """As if the process had been killed between its commit and its answer."""
    before, commands, receive = at_work.tip(), trainings(at_work, 2_000), PipeConnection.recv

    def lost(self: PipeConnection) -> object:
        if (said := receive(self)) is not None:
            raise EOFError
        return said

    monkeypatch.setattr(PipeConnection, "recv", lost)
    assert many(at_work.district, commands) == [Landed((before + 1 + nth,)) for nth in range(len(commands))]
    assert at_work.tip() == before + len(commands)
    assert set(handed) == {None}
    assert_whole(at_work.district)


def test_after_a_chunk_that_came_back_those_behind_it_are_not_overtaken(
    at_work: AtWork, handed: list[int | None], monkeypatch: pytest.MonkeyPatch
):
    """What a row says first is held, though the row comes again with another content in a later chunk."""
    monkeypatch.setattr(Pace, "fit", lambda *_: None)
    commands = trainings(at_work, 3_000)
    for nth in (1_000, 1_001):
        commands[nth] = at_work.recording("p-2", training(source=row(f"late {nth}")), date(2999, 1, 1))
    for nth in range(1_400, 1_600):
        commands[nth + 200] = at_work.recording("p-2", training(source=row(f"k{nth}", "other")))
    answers = many(at_work.district, commands)
    assert {type(one) for one in answers[1_400:1_600]} == {Landed}
    assert {type(one) for one in answers[1_600:1_800]} == {Differs}
    landed = [one.positions[0] for one in answers if isinstance(one, Landed)]
    assert landed == sorted(landed)
    assert None in handed
    assert handed[-1] is not None


def test_where_much_comes_back_nothing_more_is_handed_over(
    at_work: AtWork, handed: list[int | None], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Pace, "fit", lambda *_: None)
    commands = trainings(at_work, 4_000)
    for nth in range(1_000, 4_000, 150):
        commands[nth] = at_work.recording("p-2", training("401", source=row(f"much {nth}")))
    answers = many(at_work.district, commands)
    assert sum(isinstance(one, Refused) for one in answers) == 20
    assert handed.count(None) < 8


def test_a_folder_that_it_cannot_open_is_written_without_it(
    at_work: AtWork, handed: list[int | None], tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    with at_work.district.log.bulk() as (over, merge), Behind(merge, None) as behind:
        writes = partial(Writer, partial(District.open, tmp_path))
        with Bulk(at_work.district.handler, over, behind, None, True, bulk.LONG, writes) as under_way:
            answers = list(under_way.answers(trainings(at_work, 1_000)))
    assert [type(one) for one in answers] == [Landed] * 1_000
    assert not handed
    assert not capfd.readouterr().err


def test_a_bulk_that_is_given_up_ends_it_and_leaves_the_lock(at_work: AtWork, handed: list[int | None]):
    under_way = at_work.district.handle_many(trainings(at_work, 4_000), fresh=True, expected=bulk.LONG)
    answers = [next(under_way) for _ in range(2_000)]
    assert handed
    under_way.close()
    assert not multiprocessing.active_children()
    assert [type(one) for one in answers] == [Landed] * 2_000
    assert isinstance(at_work.district.handle(at_work.recording("p-2", training())), Landed)
    assert_whole(at_work.district)
