"""One way through for everything that changes something: repeats, bulks, other writers, readers."""

from __future__ import annotations

import gc
import sqlite3
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.cycles import advance
from engine.district import District
from engine.pace import PAUSE
from engine.projections.projector import reached
from engine.tables import evidence_table
from events.envelope import Recorded
from events.facts import EvidenceVoided, PersonMoved, Seat, TrainingRecorded
from events.tables import event_table
from tests.engine.district_at_work import (
    CLERK,
    JUNE,
    PANEL,
    PEOPLE,
    AtWork,
    assert_whole,
    codes,
    paper,
    row,
    tables,
    training,
)
from tests.engine.others import import_rows, rows_to_import, start
from workflows.commands import (
    Already,
    CloseSubmission,
    Command,
    Correct,
    Differs,
    Landed,
    Nominate,
    OpenCycle,
    Record,
    Refused,
    SeatPanel,
    SetClock,
    Span,
    World,
)


def events(district: District) -> list[Recorded]:
    return [event for batch in district.log.follow() for event in batch]


# ---------------------------------------------------------------------------------------------------------- repeats


def test_a_command_again_gives_the_positions_of_the_first_time(at_work: AtWork):
    asked = at_work.recording("p-1", training())
    first = at_work.district.handle(asked)
    assert at_work.district.handle(asked) == first == Landed((at_work.tip(),))


def test_a_command_again_in_the_same_bulk_gives_them_too(at_work: AtWork):
    asked = at_work.recording("p-1", training())
    before = at_work.tip()
    assert at_work.many([asked, at_work.recording("p-2", paper()), asked]) == [
        Landed((before + 1,)),
        Landed((before + 2,)),
        Landed((before + 1,)),
    ]


def test_a_command_that_was_refused_is_decided_anew_when_it_is_asked_again(at_work: AtWork):
    asked = at_work.recording("p-new", training())
    with pytest.raises(Refused):
        at_work.district.handle(asked)
    at_work.many([at_work.person("p-new")])
    assert isinstance(at_work.district.handle(asked), Landed)


def test_nothing_is_stored_of_a_refusal(at_work: AtWork):
    before = tables(at_work.district)
    with pytest.raises(Refused):
        at_work.district.handle(at_work.recording("p-nobody", training()))
    assert tables(at_work.district) == before


def test_who_asked_and_by_which_document_stands_with_the_event(at_work: AtWork):
    at_work.record("p-1", training(), date(2025, 4, 5))
    envelope = events(at_work.district)[-1].envelope
    assert (envelope.actor, envelope.authority) == ("clerk-1", "教办〔2026〕1号")
    assert (envelope.occurred_from, envelope.recorded_at) == (date(2025, 4, 5), JUNE)


def test_time_in_the_log_never_runs_backwards(at_work: AtWork):
    at_work.wait_until(date(2026, 7, 1))
    at_work.record("p-1", training())
    stamps = [event.envelope.recorded_at for event in events(at_work.district)]
    assert stamps == sorted(stamps)
    assert stamps[-1] == datetime(2026, 7, 1, 2, tzinfo=UTC)


# ------------------------------------------------------------------------------------------------------------ bulks


def test_in_a_bulk_a_later_row_sees_an_earlier_one(at_work: AtWork):
    asked = [
        at_work.unit("u-new", "u-centre"),
        at_work.person("q-1", "u-new"),
        at_work.recording("q-1", training(source=row("r1"))),
        at_work.recording("q-1", training(source=row("r1"))),
        at_work.recording("q-1", training("11", source=row("r1", "11 hours"))),
        at_work.person("q-1", "u-new"),
        at_work.recording("q-1", PersonMoved(unit="u-west")),
    ]
    assert codes(at_work.many(asked)) == ["landed", "landed", "landed", "already", "differs", "code taken", "landed"]
    assert_whole(at_work.district)


def test_a_row_in_a_bulk_names_the_position_that_the_earlier_one_got(at_work: AtWork):
    rows = [at_work.recording("p-1", training(source=row(key, said))) for key, said in ("aa", "aa", "ab")]
    first, again, otherwise = at_work.many(rows)
    assert isinstance(first, Landed)
    assert again == Already(first.positions[0])
    assert otherwise == Differs(first.positions[0])


def test_a_refused_row_does_not_stop_the_others(at_work: AtWork):
    rows = [at_work.recording(name, training()) for name in ("p-1", "p-nobody", "p-2", "u-east", "p-3")]
    assert codes(at_work.many(rows)) == ["landed", "unknown subject", "landed", "unknown subject", "landed"]
    assert_whole(at_work.district)


def test_whoever_keeps_the_refusals_of_a_bulk_keeps_nothing_else_of_it(at_work: AtWork):
    """A traceback would: an import of 100,000 rows, of which a few in every chunk are refused, held all of them."""

    def shown() -> int:
        return sum(type(one) is World for one in gc.get_objects())

    before = shown()
    answers = at_work.many([at_work.recording(name, training()) for name in ("p-1", "p-nobody", "p-2")])
    assert codes(answers) == ["landed", "unknown subject", "landed"]
    assert shown() == before


def test_in_a_bulk_what_was_voided_is_not_corrected_and_what_was_corrected_is_so_once(at_work: AtWork):
    first = at_work.record("p-1", training(source=row("r1", "10")))
    second = at_work.record("p-1", training())

    def correct(target: int, fact: TrainingRecorded) -> Correct:
        return at_work.command(
            Correct, target=target, occurred=Span.day(date(2025, 5, 6)), fact=fact, reason="录错"
        )  # fmt: skip

    void: Record = at_work.recording("p-1", EvidenceVoided(target=second, reason="重复"))
    right = training("11", source=row("r1", "11"))
    asked = [correct(first, right), correct(first, right), void, correct(second, training("12")), void]
    answers = at_work.many(asked)
    assert codes(answers) == ["landed", "already", "landed", "voided", "landed"]
    assert answers[4] == answers[2]  # the same command
    assert_whole(at_work.district)


def test_a_bulk_of_all_kinds_is_decided_as_if_one_by_one(at_work: AtWork):
    seats = tuple(Seat(seat=number, person=name) for number, name in enumerate(PANEL, 1))

    def cycle(name: str, period: str) -> list[Command]:
        said: dict[str, Any] = {"ladder": "diligence", "to": "diligent", "title": "-", "period": period}
        return [
            at_work.command(OpenCycle, cycle=name, as_of=date(2026, 6, 30), deadline=date(2026, 6, 2), **said),
            at_work.command(SeatPanel, cycle=name, stage="panel", seats=seats),
            at_work.command(Nominate, cycle=name, case=f"c-{name}", subject="p-1"),
            at_work.command(Nominate, cycle=name, case=f"c2-{name}", subject="p-1"),
        ]

    later = at_work.command(SetClock, now=datetime(2026, 6, 3, 2, tzinfo=UTC))
    late = [at_work.command(Nominate, cycle=name, case=f"c3-{name}", subject="p-2") for name in ("y1", "y2")]
    closing = at_work.command(CloseSubmission, cycle="y1", by="deadline")
    answers = at_work.many([*cycle("y1", "2026"), closing, *cycle("y2", "2027"), late[0], later, late[1], closing])
    assert codes(answers) == [
        *["landed", "landed", "landed", "already", "too early"],
        *["landed", "landed", "landed", "already"],
        *["landed", "landed", "closed", "landed"],
    ]
    assert_whole(at_work.district)


def test_answers_come_in_the_order_of_the_commands_and_progress_counts_them(at_work: AtWork):
    asked, steps = rows_to_import(at_work, 450), list[int]()
    answers = list(at_work.district.handle_many(iter(asked), steps.append))
    assert sum(steps) == len(answers) == 450
    assert len(steps) > 1
    landed = [one.positions[0] for one in answers if isinstance(one, Landed)]
    assert landed == sorted(landed)
    assert set(codes(answers)) == {"landed", "already"}


def test_after_a_bulk_the_collector_looks_through_everything_again(at_work: AtWork):
    """Also after one that whoever asked for it did not see to its end."""
    usual = gc.get_threshold()
    answers = at_work.district.handle_many(iter(rows_to_import(at_work, 300)))
    assert isinstance(answers, Generator)
    next(answers)
    assert gc.get_freeze_count() > 0
    assert gc.get_threshold() > usual
    answers.close()
    assert (gc.get_freeze_count(), gc.get_threshold()) == (0, usual)
    at_work.many(rows_to_import(at_work, 10))
    assert gc.get_freeze_count() == 0
    assert gc.isenabled()


def test_an_empty_bulk_is_nothing(at_work: AtWork):
    assert at_work.many([]) == []


# ---------------------------------------------------------------------------------------------------- other writers


@pytest.fixture
def holds(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, float]]:
    """When a chunk took the write lock and let it go."""
    from contextlib import contextmanager

    from events.log import Log

    found: list[tuple[float, float]] = []
    writing = Log.writing

    @contextmanager
    def timed(log: Log, *over: Any) -> Iterator[Any]:
        with writing(log, *over) as connection:
            began = time.monotonic()
            yield connection
        found.append((began, time.monotonic()))

    monkeypatch.setattr(Log, "writing", timed)
    return found


def test_a_bulk_lets_go_of_the_lock_again_and_again_and_pauses_every_time(
    at_work: AtWork, holds: list[tuple[float, float]]
):
    at_work.many(rows_to_import(at_work, 3_000))
    assert len(holds) >= 3
    pauses = [began - end for (_, end), (began, _) in pairwise(holds)]
    assert min(pauses) >= PAUSE


def test_another_writer_gets_its_turn_during_a_bulk(folder: Path):
    """One that gives up soon, as a person at the screen does, not after the thirty seconds of the driver."""
    process = start(import_rows, folder, 2_000)
    turns = 0
    with District.open(folder) as district:
        at_work = AtWork(district)
        while process.is_alive():
            at_work.record("p-1", paper())
            turns += 1
            time.sleep(0.02)
        assert process.exitcode == 0
        assert turns >= 5
        assert_whole(district)


def test_two_processes_that_import_the_same_rows_at_once_import_nothing_twice(folder: Path, tmp_path: Path):
    processes = [start(import_rows, folder, 1_000) for _ in range(2)]
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    with District.open(folder) as district:
        commands = [event.envelope.command_id for event in events(district)]
        keys = [event.fact.source.key for event in events(district) if getattr(event.fact, "source", None)]  # type: ignore[attr-defined]
        assert len(set(commands)) == len(commands) - 3  # the opening of the district has four events
        assert len(set(keys)) == len(keys) > 700
        assert_whole(district)


def test_a_reader_sees_one_state_while_others_write(at_work: AtWork):
    district, done = at_work.district, threading.Event()
    torn = list[tuple[int, ...]]()

    def read() -> None:
        while not done.is_set():
            with district.reading() as connection:
                newest = connection.execute(select(func.max(event_table.c.position))).scalar_one()
                time.sleep(0.001)
                shown = reached(connection)
                made = connection.execute(select(func.max(evidence_table.c.made))).scalar_one()
                if not newest == shown >= made:
                    torn.append((newest, shown, made))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        at_work.many(rows_to_import(at_work, 1_500))
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert torn == []


def test_threads_share_an_open_district(at_work: AtWork):
    """Writing, columns, names and settings at the same time, from several threads."""
    district, errors = at_work.district, list[BaseException]()

    def work(number: int) -> None:
        try:
            for turn in range(12):
                at_work.record(PEOPLE[number], training(title=f"{number}-{turn}"))
                columns = district.columns()
                assert len(columns.rows("training")) > turn
                assert district.find("person", PEOPLE) == {name: name for name in PEOPLE}
                assert district.state.version > 0
                assert district.ladders[next(iter(district.ladders))].id == "diligence"
        except BaseException as error:  # noqa: BLE001 - told by the main thread
            errors.append(error)

    workers = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert errors == []
    assert len(district.columns().rows("training")) == 48
    assert_whole(district)


def test_many_threads_that_wait_for_another_process_all_get_their_turn(folder: Path):
    """More of them than a pool has connections, and the first of them still has its ladder to read."""
    with District.open(folder) as district:
        at_work = AtWork(district)
        for subject in PEOPLE[:5]:
            at_work.record(subject, training("21"))
        cycle = at_work.open_cycle()
        at_work.close(cycle)
        advance.advance(district, cycle)
        asked = at_work.ballots(cycle, [f"c-2026-{subject}" for subject in PEOPLE[:5]])
    answers = list[str]()
    with District.open(folder) as district, closing(sqlite3.connect(folder / "log.db", isolation_level=None)) as other:

        def vote(command: Command) -> None:
            try:
                answers.extend(codes([district.handle(command)]))
            except BaseException as error:  # noqa: BLE001 - told by the main thread
                answers.append(str(error))

        other.execute("BEGIN IMMEDIATE")
        voters = [threading.Thread(target=vote, args=(command,)) for command in asked * 2]
        for voter in voters:
            voter.start()
        time.sleep(0.3)
        other.execute("COMMIT")
        for voter in voters:
            voter.join()
        assert answers == ["landed"] * 30
        assert_whole(district)


def test_the_clock_that_a_decision_sees_is_never_older_than_the_log(at_work: AtWork):
    """Readers with an older view of the log must not hand their view to a writer."""
    district, done = at_work.district, threading.Event()

    def read() -> None:
        while not done.is_set():
            _ = district.today

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        for day in range(2, 17):
            at_work.wait_until(date(2026, 7, day))
            assert district.today == date(2026, 7, day)
            at_work.record("p-1", paper(), date(2026, 7, day))  # refused as of tomorrow if today were an older day
    finally:
        done.set()
        for reader in readers:
            reader.join()


def test_a_command_is_carried_out_for_the_asker_whoever_they_are(at_work: AtWork):
    asked = at_work.recording("p-1", paper()).model_copy(
        update={"asking": CLERK.model_copy(update={"actor": "clerk-2"})}
    )
    at_work.district.handle(asked)
    assert events(at_work.district)[-1].envelope.actor == "clerk-2"
