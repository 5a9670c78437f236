"""A number that only a later export has is proposed for the training that was recorded without it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.records.undoing import undo
from tests.console.command_line import done, jieti
from tests.console.intake_office import CLERK, TRAININGS, Office, counts, hours
from tests.console.test_intake_reports import CITY, HEADER, LIST, TOWN
from tests.engine.district_at_work import assert_whole
from workflows.commands import Landed
from workflows.hours import FindDifferent, FindSame

PLAIN = TOWN.replace(" JX-88", "")


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    made = Office(tmp_path)
    made.take(made.csv("old", TRAININGS, PLAIN))
    monkeypatch.setenv("JIETI_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("JIETI_ACTOR", "clerk-1")
    return made


def test_it_is_proposed_and_once_accepted_every_file_is_there_already(office: Office) -> None:
    new = office.csv("new", HEADER, TOWN)
    for dry in (True, False):
        report = office.take(new, dry_run=dry)
        assert counts(report) == (0, 0, 1, 0, 0)
        assert [(one.zh, one.told) for one in report.reasons[0].differences] == [("培训编号", "– → JX-88")]
    assert "但没有这个培训编号" in jieti("import", new, "--lang", "zh").out
    accepted = office.take(new, accept_corrections=True)
    assert counts(accepted) == (1, 0, 0, 0, 0)
    for path in (new, office.csv("old", TRAININGS, PLAIN), new):
        assert counts(office.take(path)) == (0, 1, 0, 0, 0)
    assert len(office.events("training numbered")) == 1
    assert hours(office) == [(6.5, True)]
    assert "培训编号:JX-88" in done("audit", "history", "T1", "--lang", "zh")
    assert_whole(office.district)


def test_another_platform_then_reports_the_same_training(office: Office) -> None:
    office.take(office.csv("new", HEADER, TOWN.removesuffix("-") + "更正"))
    report = office.take(office.csv("city", HEADER, CITY, LIST))
    assert (counts(report), report.also, report.disagree) == ((2, 0, 0, 0, 0), 2, 1)
    assert hours(office) == [(6.5, True)], "a number alone does not make its report the right one"
    assert_whole(office.district)


def test_with_other_content_the_number_comes_with_the_correction(office: Office) -> None:
    changed = office.csv("new", HEADER, TOWN.replace("6.5", "8"))
    (reason,) = office.take(changed).reasons
    assert [one.told for one in reason.differences] == ["6.5 → 8", "– → JX-88"]
    assert counts(office.take(changed, accept_corrections=True)) == (1, 0, 0, 0, 0)
    assert counts(office.take(changed)) == (0, 1, 0, 0, 0)
    assert counts(office.take(office.csv("city", HEADER, CITY))) == (1, 0, 0, 0, 0)
    assert hours(office) == [(8.0, True)]


def test_what_the_office_recognised_stays_so_though_the_later_export_calls_it_pending(office: Office) -> None:
    pending = PLAIN.replace("T1", "T2").replace("已认定", "待认定")
    office.take(office.csv("pending", TRAININGS, pending))
    office.take(office.csv("recognised", TRAININGS, pending.replace("待认定 -", "已认定 认定")))
    for status in ("待认定", "已认定"):
        row = TOWN.replace("T1", "T2").replace("已认定", status)
        report = office.take(office.csv("new", HEADER, row), accept_corrections=status == "待认定")
        assert counts(report) == ((1, 0, 0, 0, 0) if status == "待认定" else (0, 1, 0, 0, 0))
    assert hours(office) == [(6.5, True), (6.5, True)]


def test_a_number_that_another_training_has_is_for_the_office_to_decide(office: Office) -> None:
    first = office.events("training recorded")[0].position
    second = office.take(office.csv("list", HEADER, LIST)).first
    assert second is not None
    new = office.csv("new", HEADER, TOWN)
    for accept in (False, True):
        report = office.take(new, accept_corrections=accept)
        assert counts(report) == (0, 0, 1, 0, 0)
        assert not report.reasons[0].acceptable
        assert f"jieti hours same {second} {first}" in report.reasons[0].zh
    assert hours(office) == [(6.5, True), (8.0, True)]
    answer = office.district.handle(FindSame(id="-", asking=CLERK, training=second, other=first, reason="同一次"))
    assert isinstance(answer, Landed)
    assert counts(office.take(new)) == (0, 1, 0, 0, 0)
    assert hours(office) == [(8.0, True)]


def test_found_different_it_is_asked_no_more(office: Office) -> None:
    first, second = office.events("training recorded")[0].position, office.take(office.csv("list", HEADER, LIST)).first
    assert second is not None
    office.district.handle(FindDifferent(id="-", asking=CLERK, training=second, other=first))
    assert counts(office.take(office.csv("new", HEADER, TOWN))) == (0, 1, 0, 0, 0)


def test_a_record_that_was_voided_stays_void_whatever_its_number(office: Office) -> None:
    office.take(office.csv("void", TRAININGS, PLAIN.removesuffix("-") + "作废"))
    report = office.take(office.csv("new", HEADER, TOWN), accept_corrections=True)
    assert (counts(report), [row for row, _ in report.voided]) == ((0, 1, 0, 0, 0), [2])


def test_undone_the_number_is_free_and_proposed_again(office: Office) -> None:
    new = office.csv("new", HEADER, TOWN)
    accepted = office.take(new, accept_corrections=True)
    undo(office.district, str(accepted.import_id), CLERK, None)
    assert hours(office) == [(6.5, True)]
    assert_whole(office.district)
    assert counts(office.take(new)) == (0, 0, 1, 0, 0)
    assert counts(office.take(new, accept_corrections=True)) == (1, 0, 0, 0, 0)
    assert counts(office.take(new)) == (0, 1, 0, 0, 0)
