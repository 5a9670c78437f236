"""An import that is undone while others decide on what it recorded: each decision is refused for, or listed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from console.intake import import_file
from console.screens.undoing import outcome
from engine.assessing import assess
from engine.cycles.advance import advance
from engine.district import District
from engine.records import undoing
from tests.console.command_line import jieti
from tests.console.intake_office import CLERK, PEOPLE, TRAININGS, Office, hours
from tests.console.test_intake_cycles import LADDER, district_cycle
from tests.console.test_undo import HOURS, MEMBERS, ROW, ROWS, STUDIOS
from tests.engine.district_at_work import assert_whole
from workflows.commands import CloseSubmission, Refused

ADVANCE = """
import sys; from pathlib import Path
from engine.cycles.advance import advance; from engine.district import District
with District.open(Path(sys.argv[1])) as district: advance(district, sys.argv[2])
"""
MANY = 450
"""More rows than go in the first chunk of a bulk."""


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("JIETI_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("JIETI_ACTOR", "clerk-1")
    made = Office(tmp_path)
    made.take(made.csv("panel", PEOPLE, "T4 陈志强 - U1 2010-08-20 - - -"))
    return made


def closed(office: Office, ladder: str, column: str, nominated: str) -> str:
    """A cycle whose submission is closed, with one nominee."""
    cycle = district_cycle(office, ladder)
    assert office.take(office.csv("申报", column, nominated), cycle=cycle).landed == 1
    office.district.handle(CloseSubmission(id=office.district.command_id(), asking=CLERK, cycle=cycle))
    return cycle


def after_the_look(patch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Others act once the first look at an import is over, before anything is taken back."""
    look = undoing.plan

    def looked(district: District, asked: str) -> undoing.Plan:
        found = look(district, asked)
        patch.undo()
        act()
        return found

    patch.setattr(undoing, "plan", looked)


def test_a_verdict_that_another_process_gives_after_the_look_keeps_the_import(office: Office) -> None:
    given = office.take(office.csv("学时", TRAININGS, *ROWS))
    cycle = closed(office, LADDER + HOURS, "工号", "T1")
    process = [sys.executable, "-c", ADVANCE, str(office.district.folder), cycle]
    with pytest.MonkeyPatch.context() as patch:
        after_the_look(patch, lambda: subprocess.run(process, check=True))
        with pytest.raises(Refused, match="the undo stopped there"):
            undoing.undo(office.district, str(given.import_id), CLERK)
    assert len(hours(office)) == 3
    assert not office.events("taken back")


def test_with_a_reason_what_was_decided_after_the_look_is_listed(office: Office) -> None:
    given = office.take(office.csv("学时", TRAININGS, *ROWS))
    cycle = closed(office, LADDER + HOURS, "工号", "T1")
    with District.open(office.district.folder) as another, pytest.MonkeyPatch.context() as patch:
        after_the_look(patch, lambda: advance(another, cycle))
        result = undoing.undo(office.district, str(given.import_id), CLERK, "平台导错")
    assert (result.events, result.plan.rests) == (3, ())
    assert [(one.what, len(one.on)) for one in result.rests] == [("case", 2)]
    assert_whole(office.district)


def test_verdicts_given_meanwhile_are_looked_at_before_the_lock_is_taken(office: Office) -> None:
    given = office.take(office.csv("学时", TRAININGS, *ROWS))
    cycle = closed(office, LADDER + HOURS, "工号", "T1")
    locked, cohort_of = list[bool](), assess.of_cycle

    def judged(*asked: Any) -> assess.Cohort:
        locked.append(office.district.handler.turn.locked())
        return cohort_of(*asked)

    with District.open(office.district.folder) as another, pytest.MonkeyPatch.context() as patch:
        after_the_look(patch, lambda: advance(another, cycle))
        with pytest.MonkeyPatch.context() as spying:
            spying.setattr("engine.records.resting.assess.of_cycle", judged)
            undoing.undo(office.district, str(given.import_id), CLERK, "平台导错")
    assert locked
    assert not any(locked)


def test_what_is_told_between_two_chunks_stops_the_undo_and_the_rest_is_undone_with_a_reason(office: Office) -> None:
    path = office.csv("学时", TRAININGS, *(ROW.replace("R1", f"R{n}") for n in range(MANY)))
    given = office.take(path)
    refused = office.csv("更正", TRAININGS, ROW.removesuffix("-") + "作废")

    def told(_: int) -> None:
        if not office.events("evidence voided"):
            with District.open(office.district.folder) as another:
                assert [one.landed for one in import_file(another, refused, CLERK)] == [1]

    result = undoing.undo(office.district, str(given.import_id), CLERK, progress=told)
    assert result.stopped is not None
    assert (result.stopped.code, 0 < result.events < MANY) == ("built upon meanwhile", True)
    assert [(one.what, one.type) for one in result.rests] == [("later", "evidence voided")]
    screen = "\n".join(outcome(office.district, result, "en").lines)
    assert "meanwhile others made 1 decisions or records" in screen
    assert "recorded later · voidings" in screen
    said = jieti("import", "--undo", given.import_id, "--reason", "导错了", "--json")
    assert (said.status, said.data["undone"]["stopped"]) == (0, None)
    assert result.events + said.data["undone"]["events"] == MANY
    assert hours(office) == []


def test_the_verdict_on_a_studio_rests_on_what_its_members_were_recorded_for(office: Office) -> None:
    office.take(office.csv("工作室", STUDIOS, "S1 名师工作室 名师 T1 U2 2020-09-01"))
    office.take(office.csv("成员", MEMBERS, "S1 T2 核心成员 2021-09-01 -"))
    given = office.take(office.csv("学时", TRAININGS, ROW.replace("T1", "T2")))
    ladder = LADDER.replace("subject: person", "subject: studio").partition("    clauses:")[0]
    ladder += "    clauses:\n" + HOURS.replace("evidence: training", "evidence: training\n        through: members")
    cycle = closed(office, ladder, "工作室编号", "S1")
    assert not undoing.plan(office.district, str(given.import_id)).rests
    advance(office.district, cycle)
    found = undoing.plan(office.district, str(given.import_id))
    assert [(one.what, len(one.on)) for one in found.rests] == [("case", 1)]
