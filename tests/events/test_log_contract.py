"""What any log keeps, whatever store it is in: the fixture ``log`` gives one of each kind in ``stores.STORES``."""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from events.facts import Amount, MemberJoined, MemberLeft, TrainingRecorded
from events.log import Conflict, Log, New, Repeated, positions_of, tip, versions
from tests.events.stores import DAY, NOW, Place, append, new
from tests.events.workers import Worker

# ------------------------------------------------------------------------------------------------------- appending


def test_an_empty_log_ends_at_position_zero_at_the_beginning_of_time(log: Log) -> None:
    with log.reading() as connection:
        assert tip(connection).position == 0
        assert tip(connection).recorded_at == datetime(1970, 1, 1, tzinfo=UTC)
        assert log.read(connection, "subject-1") == []


def test_events_of_several_streams_land_together_in_one_gapless_order(log: Log) -> None:
    assert append(log, new("case-1", "c1", 0, expected=0), new("cycle-1", "c1", 1), new("case-1", "c1", 2)) == [1, 2, 3]
    assert append(log, new("cycle-1", "c2", expected=1), new("case-1", "c3", expected=2)) == [4, 5]
    with log.reading() as connection:
        placed = [(one.position, one.envelope.stream, one.envelope.version) for one in log.read_after(connection, 0, 9)]
        assert versions(connection, ["case-1", "cycle-1", "case-2"]) == {"case-1": 3, "cycle-1": 2, "case-2": 0}
    assert placed == [(1, "case-1", 1), (2, "cycle-1", 1), (3, "case-1", 2), (4, "cycle-1", 2), (5, "case-1", 3)]


def test_what_was_appended_is_what_is_read(log: Log) -> None:
    envelope: dict[str, Any] = {
        "occurred_from": date(2026, 3, 1),
        "occurred_until": date(2026, 3, 31),
        "actor": "clerk-7",
        "on_behalf_of": "person-3",
        "authority": "鄂教人〔2026〕7号",
        "causation": "an event",
        "correlation": "a process",
    }
    hours = Amount(value=65, scale=1, unit="hour")
    fact = TrainingRecorded(title="课堂观察", hours=hours, recognised=True)
    local = datetime(2026, 4, 1, 8, 30, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    with log.writing() as connection:
        (appended,) = log.append(connection, [new("subject-p1", "c1", fact=fact, **envelope)], local)
    with log.reading() as connection:
        (read,) = log.read(connection, "subject-p1")
    assert read == appended
    assert read.envelope.recorded_at.isoformat() == "2026-04-01T00:30:00.123456+00:00"
    assert appended.envelope.recorded_at.isoformat() == "2026-04-01T00:30:00.123456+00:00"
    assert {name: getattr(read.envelope, name) for name in envelope} == envelope
    assert isinstance(read.fact, TrainingRecorded)
    assert (read.fact.hours, read.fact.title == "课堂观察") == (hours, False)  # the title is sealed


@pytest.mark.parametrize("expected", [0, 2])
def test_a_conflict_names_the_stream_and_both_versions(log: Log, expected: int) -> None:
    append(log, new("case-1", "c1"))
    with pytest.raises(Conflict) as caught:
        append(log, new("cycle-1", "c2", 0), new("case-1", "c2", 1, expected=expected))
    conflict = caught.value
    assert (conflict.stream, conflict.expected, conflict.actual) == ("case-1", expected, 1)
    assert str(conflict) == f"case-1 is at version 1, not at {expected} as expected"


def test_a_transaction_lands_whole_or_not_at_all(log: Log) -> None:
    append(log, new("case-1", "c1"))
    with pytest.raises(Conflict):
        append(log, new("case-1", "c2", 0, expected=1), new("case-1", "c2", 1, expected=1))

    def append_twice() -> None:
        with log.writing() as connection:
            log.append(connection, [new("case-1", "first", expected=1)], NOW)
            log.append(connection, [new("case-1", "second", expected=1)], NOW)

    with pytest.raises(Conflict):
        append_twice()
    with log.reading() as connection:
        assert tip(connection).position == 1
        assert versions(connection, ["case-1"]) == {"case-1": 1}
        assert positions_of(connection, ["c2", "first", "second"]) == {}
    assert append(log, new("case-1", "c2", 0, expected=1)) == [2]


def test_two_appends_of_one_transaction_see_each_other(log: Log) -> None:
    with log.writing() as connection:
        log.append(connection, [new("case-1", "c1")], NOW)
        (second,) = log.append(connection, [new("case-1", "c2", expected=1)], NOW)
    assert (second.position, second.envelope.version) == (2, 2)


def test_a_command_carried_out_before_gives_its_first_positions(log: Log) -> None:
    append(log, new("case-1", "c0"))
    append(log, new("case-1", "c1", 0), new("case-1", "c1", 1))
    with pytest.raises(Repeated) as caught:
        append(log, new("case-2", "c9"), new("case-2", "c1", 0))
    assert (caught.value.command_id, caught.value.positions) == ("c1", (2, 3))
    with log.reading() as connection:
        assert positions_of(connection, ["c1", "c9", "c0"]) == {"c1": (2, 3), "c0": (1,)}
        assert tip(connection).position == 3


def test_one_command_never_has_two_events_of_one_ordinal(log: Log) -> None:
    with pytest.raises(IntegrityError):
        append(log, new("case-1", "c1", 0), new("case-2", "c1", 0))
    with log.reading() as connection:
        assert tip(connection).position == 0


def test_nothing_appended_changes_nothing(log: Log) -> None:
    assert append(log) == []


def test_time_never_runs_backwards(log: Log) -> None:
    append(log, new("case-1", "c1"), now=NOW)
    append(log, new("case-1", "c2"), now=NOW - timedelta(days=1))
    append(log, new("case-1", "c3"), now=NOW + timedelta(microseconds=1))
    with log.reading() as connection:
        stamps = [one.envelope.recorded_at for one in log.read(connection, "case-1")]
        assert tip(connection).recorded_at == stamps[-1]
    assert stamps == [NOW, NOW, NOW + timedelta(microseconds=1)]


def test_an_instant_without_a_time_zone_is_refused(log: Log) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        append(log, new("case-1", "c1"), now=NOW.replace(tzinfo=None))


@pytest.mark.parametrize(
    "wrong", [{"occurred_until": DAY - timedelta(days=1)}, {"actor": "cl\0erk"}, {"authority": "\0"}]
)
def test_what_no_store_should_hold_is_refused_before_a_store_sees_it(log: Log, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"is before|U\+0000"):
        append(log, new("case-1", "c1"), new("case-1", "c2", **wrong))
    with log.reading() as connection:
        assert tip(connection).position == 0


# --------------------------------------------------------------------------------------------------------- reading


def four() -> list[New]:
    left = MemberLeft(group="studio-1")
    joined = MemberJoined(group="studio-1", role="core")
    return [
        new(stream, f"c{at}", fact=fact)
        for at, (stream, fact) in enumerate([("s-1", joined), ("s-2", joined), ("s-1", left), ("s-3", joined)])
    ]


def test_streams_are_read_alone_or_together_each_in_order(log: Log) -> None:
    append(log, *four())
    with log.reading() as connection:
        assert [one.position for one in log.read(connection, "s-1")] == [1, 3]
        many = log.read_many(connection, ["s-3", "s-1", "nobody", "s-1"])
    assert {stream: [one.position for one in events] for stream, events in many.items()} == {
        "s-3": [4],
        "s-1": [1, 3],
        "nobody": [],
    }


def test_events_are_read_at_positions_in_order_and_what_is_not_there_is_left_out(log: Log) -> None:
    append(log, *four())
    with log.reading() as connection:
        assert [one.position for one in log.read_at(connection, [4, 2, 2, 99])] == [2, 4]


def test_events_are_read_after_a_position_up_to_a_limit_and_of_some_types(log: Log) -> None:
    append(log, *four())
    with log.reading() as connection:
        assert [one.position for one in log.read_after(connection, 1, 2)] == [2, 3]
        assert [one.position for one in log.read_after(connection, 0, 2, ["member joined"])] == [1, 2]
        assert [one.position for one in log.read_after(connection, 2, 9, ["member joined"])] == [4]
        assert log.read_after(connection, 0, 9, []) == []
        assert log.read_after(connection, 4, 9) == []


def test_more_than_a_statement_can_ask_for_at_once_is_read_all_the_same(log: Log) -> None:
    append(log, *(new(f"s-{at}", f"c{at}") for at in range(5_003)))
    streams = [f"s-{at}" for at in range(5_003)]
    with log.reading() as connection:
        assert len(log.read_at(connection, range(1, 5_004))) == 5_003
        assert sum(map(len, log.read_many(connection, streams).values())) == 5_003
        assert set(versions(connection, streams).values()) == {1}
        assert len(positions_of(connection, (f"c{at}" for at in range(5_003)))) == 5_003


def test_a_reader_sees_one_state_throughout(log: Log) -> None:
    append(log, new("s-1", "c1"))
    with log.reading() as connection:
        assert tip(connection).position == 1
        append(log, new("s-1", "c2"))
        assert tip(connection).position == 1
        assert len(log.read(connection, "s-1")) == 1
    with log.reading() as connection:
        assert tip(connection).position == 2


def test_nobody_sees_an_event_before_its_transaction_ends(log: Log) -> None:
    with log.writing() as connection:
        log.append(connection, [new("s-1", "c1")], NOW)
        assert list(log.follow()) == []
    assert [one.position for batch in log.follow() for one in batch] == [1]


def test_a_follower_gets_batches_from_where_it_stopped(log: Log) -> None:
    append(log, *four())
    assert [[one.position for one in batch] for batch in log.follow(batch=3)] == [[1, 2, 3], [4]]
    append(log, new("s-1", "c9"))
    assert [[one.position for one in batch] for batch in log.follow(after=4)] == [[5]]


# --------------------------------------------------------------------------------- several processes and threads


def test_writers_of_two_processes_take_turns_and_no_follower_misses_or_reorders(log: Log, place: Place) -> None:
    transactions, size = 30, 3
    total = 2 * transactions * size
    follower = Worker("follow", *place, total)
    writers = [Worker("write", *place, *names, transactions, size) for names in ("ab", "ba")]
    for worker in (follower, *writers):
        worker.ready()
    for worker in (follower, *writers):
        worker.go()
    here: list[tuple[int, str]] = []

    def follow_here() -> None:
        while len(here) < total and not all(writer.process.poll() is not None for writer in writers):
            for batch in log.follow(here[-1][0] if here else 0, batch=11):
                here.extend((one.position, one.envelope.id) for one in batch)
            time.sleep(0.002)

    thread = threading.Thread(target=follow_here)
    thread.start()
    written = [writer.found() for writer in writers]
    thread.join()
    here += [(one.position, one.envelope.id) for batch in log.follow(here[-1][0] if here else 0) for one in batch]
    with log.reading() as connection:
        events = log.read_after(connection, 0, total + 1)
        assert versions(connection, ["shared", "own-a"]) == {"shared": 2 * transactions, "own-a": 2 * transactions}
    truth = [(one.position, one.envelope.id) for one in events]
    assert [position for position, _ in truth] == list(range(1, total + 1))
    assert here == truth
    assert [tuple(one) for one in follower.found()] == truth
    for mine in written:
        assert all(positions == list(range(positions[0], positions[0] + size)) for positions in mine)


def test_writers_of_one_process_take_turns(log: Log) -> None:
    def write(name: str) -> None:
        for at in range(20):
            append(log, new("shared", f"{name}-{at}"))

    threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with log.reading() as connection:
        assert [one.envelope.version for one in log.read(connection, "shared")] == list(range(1, 61))


def test_a_writer_killed_inside_its_transaction_leaves_nothing_behind(log: Log, place: Place) -> None:
    append(log, new("shared", "c1"))
    worker = Worker("linger", *place).ready()
    worker.process.kill()
    worker.process.communicate()
    with log.reading() as connection:
        assert tip(connection).position == 1
        assert positions_of(connection, ["killed-0"]) == {}
    assert append(log, new("shared", "killed-0", expected=1)) == [2]
