"""What lasts is found by index, and never by a walk through everything that lasts in the district."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from engine.people import names, subjects
from engine.worlds.referring import referring
from events.facts import MemberJoined, PersonMoved
from tests.engine.district_at_work import AtWork

ORDERS = [("evidence_of", "evidence_with"), ("evidence_with", "evidence_of")]
"""In which order the two indexes of what lasts may have been made: where two serve equally SQLite goes by that."""


@pytest.mark.parametrize("order", ORDERS, ids=" before ".join)
def test_no_question_walks_through_all_that_lasts(at_work: AtWork, order: tuple[str, ...]) -> None:
    walks, seen = list[str](), set[str]()

    def explained(_: object, cursor: Any, statement: str, parameters: Any, *__: object) -> None:
        if "evidence" in statement and statement.lstrip().startswith("SELECT"):
            for *_, step in cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters):
                seen.update(one for one in ORDERS[0] if one in step)
                if "evidence_with (kind=? AND other>?)" in step or "evidence_of (kind=?)" in step:
                    walks.append(f"{step}: {statement}")

    with at_work.district.log.writing() as connection:
        made = dict(
            connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'index'").tuples().all()
        )
        for name in order:
            connection.exec_driver_sql(f"DROP INDEX {name}")
        for name in order:
            connection.exec_driver_sql(made[name])
        engine = connection.engine
    event.listen(engine, "before_cursor_execute", explained)
    at_work.record("p-1", PersonMoved(unit="u-west"))
    at_work.record("p-2", MemberJoined(group="g-1", role="member"))
    at_work.review()
    subjects.standings(at_work.district, at_work.district.today, at_work.tip(), ["p-1"])
    with at_work.district.reading() as connection:
        assert referring(connection, at_work.district.log, ["p-1", "u-west", "g-1"])
        names.unit_then(connection, "p-1", None, at_work.tip())
    assert seen == set(order)
    assert not walks
