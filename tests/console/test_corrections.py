"""A decision that would differ today is looked at again: opened, told everywhere, decided, derived again."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from engine.assessing import corrections
from engine.district import District
from engine.replay.replay import replay
from events.facts import EvidenceVoided, PersonLeft, StandingTakenOver
from ladders.evidence.columns import NEVER
from tests.console.command_line import done, jieti
from tests.engine.district_at_work import AtWork, assert_whole, settle, tables, training
from tests.engine.test_projections import rebuilt
from workflows.commands import Record, Span
from workflows.correcting import OpenCorrection
from workflows.undoing import TakeBack

DOCUMENT = ("--authority", "教办〔2026〕9号", "--as", "office-1")


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """After a cycle a training of p-1, who was granted, was voided, and one of p-4, who was declined, told late."""
    folder = tmp_path_factory.mktemp("learned") / "district"
    settle(folder)
    with District.open(folder) as district:
        at_work = AtWork(district)
        at_work.review()
        first = jieti("audit", "why", "p-1", "--data", folder, "--json").data["evidence"][-2]
        at_work.record("p-1", EvidenceVoided(target=first, reason="重复"), date(2026, 6, 12))
        at_work.record("p-4", training("25"), date(2026, 3, 1))
    return folder


@pytest.fixture
def at_work(learned: Path, tmp_path: Path) -> Iterator[AtWork]:
    with District.open(Path(shutil.copytree(learned, tmp_path / "district"))) as district:
        yield AtWork(district)


def asked(at_work: AtWork, *words: object) -> Any:
    return jieti(*words, "--data", at_work.district.folder, "--json").data


def shown(at_work: AtWork, *words: object, lang: str = "en") -> str:
    return done(*words, "--data", at_work.district.folder, "--lang", lang)


def refused(at_work: AtWork, *words: object) -> str:
    said = jieti(*words, "--data", at_work.district.folder, "--lang", "en")
    assert said.status == 2
    return said.err


def sheet(at_work: AtWork, out: Path) -> list[dict[str, str]]:
    """The rows of what is exported to a file, which is called as the kind is."""
    shown(at_work, "export", out.stem, "--out", out)
    with out.open(encoding="utf-8-sig", newline="") as read:
        return list(csv.DictReader(read))


def begin(at_work: AtWork, subject: str, reason: str = "佐证有变") -> tuple[int, int]:
    """Open the correction of somebody's decision; the positions of both."""
    told = jieti("audit", "revisit", "--data", at_work.district.folder, "--json").data["otherwise"]
    decision = next(one["position"] for one in told if one["subject"] == subject)
    shown(at_work, "correction", "open", f"#{decision}", "--reason", reason, "--as", "office-1")
    return decision, at_work.tip()


def test_what_would_differ_is_opened_once_with_verdict_and_cause_and_told_wherever_one_looks(at_work: AtWork):
    because = at_work.tip() - 1
    decision, correction = begin(at_work, "p-1")
    (told,) = asked(at_work, "correction", "list")
    assert (told["decision"], told["then"], told["verdict"]["outcome"], told["because"]) == (
        decision, "met", "not met", [because]
    )  # fmt: skip
    assert told["verdict"]["pins"]["known_at"] == correction - 1
    opening = ("correction", "open", f"#{decision}", "--as", "office-1", "--reason")
    assert shown(at_work, *opening, "佐证有变").splitlines() == [
        f"recorded before: #{correction}",
        f"#{decision}: met → not met",
        f"decide: jieti correction decide '#{correction}' keep|revoke --reason WHY --authority NUMBER",
    ]
    assert f"recorded before, at #{correction}, with another reason" in refused(at_work, *opening, "再来")
    assert at_work.tip() == correction
    for words in (("audit", "history", "p-1"), ("audit", "why", "p-1")):
        assert f"looked at again: met → not met, because of #{because}: 佐证有变" in shown(at_work, *words)
    revisit = jieti("audit", "revisit", "--data", at_work.district.folder, "--lang", "zh").out
    assert f"更正案 #{correction}: 待决定" in revisit
    assert f"correction #{correction} is to be decided" in shown(at_work, "due")
    assert "1 corrections, 1 to be decided" in shown(at_work, "correction", "list", "--open")
    shown(at_work, "export", "corrections", "--out", (file := at_work.district.folder / "out.csv"))
    _, row = file.read_text("utf-8-sig").splitlines()
    assert row.startswith(f"for reading,{correction},")
    assert row.endswith(f",{decision},granted,met,not met,#{because},to be decided,,")


def test_until_the_office_decides_the_decision_stands(at_work: AtWork):
    _, correction = begin(at_work, "p-1")
    assert [one["state"] for one in asked(at_work, "standing", "list", "p-1")] == ["held"]
    end = ("correction", "decide", f"#{correction}")
    assert "decided by a document" in refused(at_work, *end, "keep", "--reason", "无碍", "--as", "office-1")
    assert "use keep, revoke or grant" in refused(at_work, *end, "undo", "--reason", "无碍", *DOCUMENT)
    shown(at_work, *end, "维持", "--reason", "不影响结论", *DOCUMENT)
    assert "更正案 #" in shown(at_work, "audit", "history", "p-1", lang="zh")
    assert f"stands (by {DOCUMENT[1]}): 不影响结论" in shown(at_work, "audit", "why", "p-1")
    assert asked(at_work, "correction", "list", "--open") == []
    assert [one["state"] for one in asked(at_work, "standing", "list", "p-1")] == ["held"]
    assert "correction" not in shown(at_work, "due")


def test_what_was_granted_is_revoked_from_a_day_on_and_all_of_it_is_derived_again(at_work: AtWork):
    decision, correction = begin(at_work, "p-1")
    end = ("correction", "decide", f"#{decision}", "revoke", *DOCUMENT)  # by the decision, or by the correction
    shown(at_work, *end, "--reason", "学时不足", "--on", "2026-06-12")
    by_its_own = ("correction", "decide", f"#{correction}", "revoke", *DOCUMENT)
    again = shown(at_work, *by_its_own, "--reason", "学时不足", "--on", "2026-06-12")
    assert again == f"recorded before: #{correction + 1}\n"
    assert "with another reason" in refused(at_work, *end, "--reason", "别的", "--on", "2026-06-12")
    assert "revoked, from 2026-06-12 on" in refused(at_work, *end, "--reason", "学时不足", "--on", "2026-06-11")
    (held,) = asked(at_work, "standing", "list", "p-1")
    assert (held["state"], held["until"]) == ("revoked", "2026-06-11")
    why = shown(at_work, "audit", "why", "p-1")
    assert f"what #{decision} gave is revoked" in why
    assert (
        f"correction #{correction}: revoked"
        in jieti("audit", "revisit", "--data", at_work.district.folder, "--lang", "en").out
    )
    at_work.record("p-1", training("30"), date(2026, 3, 1))  # what is learned later changes nothing of it
    found = replay(at_work.district)
    assert (found.differences, found.corrections) == ((), 1)
    assert_whole(at_work.district)
    before = asked(at_work, "audit", "why", "p-1", "--known-at", correction)
    assert (len(before["corrections"]), before["ended"]) == (1, None)


def test_a_revocation_again_is_done_already_and_with_another_day_or_document_refused(at_work: AtWork):
    _, correction = begin(at_work, "p-1")
    revoke = ("standing", "revoke", "p-1", "--reason", "学时不足", "--on")
    shown(at_work, *revoke, "2026-06-12", *DOCUMENT)
    assert shown(at_work, *revoke, "2026-06-12", *DOCUMENT) == f"recorded before: #{at_work.tip()}\n"
    assert "with another day (2026-06-12)" in refused(at_work, *revoke, "2026-06-11", *DOCUMENT)
    other = ("--authority", "教办〔2026〕10号", "--as", "office-1")
    assert f"another document ({DOCUMENT[1]})" in refused(at_work, *revoke, "2026-06-12", *other)
    end = ("correction", "decide", correction, "revoke", "--reason", "学时不足", *DOCUMENT, "--on")
    assert "revoked already, from 2026-06-12 on" in refused(at_work, *end, "2026-06-11")
    shown(at_work, *end, "2026-06-12")
    assert asked(at_work, "correction", "list", "--open") == []


def test_what_was_declined_is_granted_from_a_day_on_with_its_term_and_its_evidence(at_work: AtWork):
    _, correction = begin(at_work, "p-4")
    end = ("correction", "decide", f"#{correction}", "grant", "--reason", "补录属实", "--on", "2026-06-12")
    assert "there is nothing to revoke" in refused(
        at_work, "correction", "decide", correction, "revoke", "--reason", "x", *DOCUMENT
    )
    shown(at_work, *end, *DOCUMENT)
    (held,) = asked(at_work, "standing", "list", "p-4")
    assert (held["rung"], held["first"], held["until"], held["state"]) == (
        "diligent", "2026-06-12", "2029-06-11", "held"
    )  # fmt: skip
    assert f"correction #{correction}: diligent granted, until 2029-06-11" in shown(at_work, "audit", "history", "p-4")
    used = at_work.district.columns().rows("used")
    assert at_work.tip() in used.known.tolist()
    found = replay(at_work.district)
    assert (found.differences, found.corrections, found.granted_on_correction) == ((), 1, 1)
    assert "更正案 1 项也已重算,据此补认 1 项" in shown(at_work, "audit", "replay", lang="zh")
    assert_whole(at_work.district)
    assert rebuilt(at_work.district, 1) == tables(at_work.district)


def test_an_auditor_finds_a_grant_made_on_correction_and_is_told_why_with_its_evidence_derived_again(
    at_work: AtWork, tmp_path: Path
):
    decline, correction = begin(at_work, "p-4")
    shown(
        at_work, "correction", "decide", f"#{decline}", "grant", "--reason", "补录属实", "--on", "2026-06-12", *DOCUMENT
    )
    granted = at_work.tip()
    told = asked(at_work, "audit", "grants")[-1]
    assert (told["position"], told["subject"], told["first"], told["correction"]) == (
        granted, "p-4", date(2026, 6, 12).toordinal(), correction
    )  # fmt: skip
    assert f"on correction #{correction}" in shown(at_work, "audit", "grants", "--cycle", "2026")
    (listed,) = [row for row in sheet(at_work, tmp_path / "grants.csv") if row["log position"] == str(granted)]
    assert (listed["from"], listed["position of the correction"]) == ("2026-06-12", str(correction))
    why = shown(at_work, "audit", "why", "p-4", "--evidence")
    for said in (
        f"Grant on correction #{granted}", f"(#{decline}), verdict not met", "derived again now: identical",
        f"#{decline} (diligent) looked at again: not met → met", f"(by {DOCUMENT[1]}): 补录属实",
        "the document answers", "training",
    ):  # fmt: skip
        assert said in why
    data = asked(at_work, "audit", "why", f"#{correction}", "--then-now")
    assert (data["grant"]["position"], data["declined"]["position"], data["replayed"]) == (
        granted, decline, "identical"
    )  # fmt: skip
    assert asked(at_work, "audit", "why", f"#{decline}")["grant"] == data["grant"], "by the decline as well"
    assert data["evidence"] == data["grant"]["evidence"]
    assert data["then_now"]
    shown(at_work, "audit", "prove", "p-4", "--evidence", "--out", tmp_path / "p-4.proof")
    proved = {one["event"]["position"] for one in json.loads((tmp_path / "p-4.proof").read_text("utf-8"))["events"]}
    assert {granted, correction, decline, *data["evidence"]} < proved
    then = jieti("audit", "why", "p-4", "--known-at", granted - 1, "--data", at_work.district.folder, "--lang", "en")
    assert (then.status, f"it was recorded at #{granted}" in then.err) == (2, True)
    shown(at_work, "standing", "suspend", "p-4", "--reason", "停职调查", "--on", "2026-06-12", *DOCUMENT)
    assert "since then" in shown(at_work, "audit", "why", "p-4")


def test_a_person_is_handed_the_verdict_on_which_they_were_looked_at_again(at_work: AtWork, tmp_path: Path):
    _, correction = begin(at_work, "p-4")
    shown(at_work, "correction", "decide", correction, "grant", "--reason", "补录属实", *DOCUMENT)
    shown(at_work, "export-person", "p-4", "--out", tmp_path / "p-4.xlsx", "--as", "office-1")
    book = CalamineWorkbook.from_path(str(tmp_path / "p-4.xlsx"))
    rows = {name: book.get_sheet_by_name(name).to_python()[1:] for name in book.sheet_names}
    assert ("hours", "met") in {(row[5], row[6]) for row in rows["判定 verdicts"] if row[0] == correction}
    assert at_work.tip() in {row[0] for row in rows["称号 standings"]}
    assert {correction, at_work.tip()} < {row[0] for row in rows["经历 events"]}


def test_a_correction_on_somebody_who_was_erased_since_waits_for_nobody(at_work: AtWork, tmp_path: Path):
    decision, correction = begin(at_work, "p-4")
    at_work.record("p-4", PersonLeft(), date(2026, 6, 12))
    at_work.wait_until(date(2026, 6, 14))
    by_law = ("--reason", "依法删除", "--early", "--yes", *DOCUMENT)
    shown(at_work, "erase", "p-4", *by_law)
    assert "correction" not in shown(at_work, "due")
    assert asked(at_work, "correction", "list", "--open") == []
    assert f"correction #{correction}: never decided (the record was erased)" in shown(at_work, "correction", "list")
    (listed,) = sheet(at_work, tmp_path / "corrections.csv")
    assert listed["state"] == "never decided (the record was erased)"
    end = ("correction", "decide", f"#{decision}", "keep", "--reason", "无碍")
    again = ("correction", "open", f"#{decision}", "--reason", "另有佐证", "--as", "office-1")
    for asking in ((*end, *DOCUMENT), again):
        assert "no correction is opened or decided any more" in refused(at_work, *asking)
    assert replay(at_work.district).differences == ()
    assert_whole(at_work.district)


def test_what_can_be_done_next_is_said_and_what_cannot_be_meant_is_refused(at_work: AtWork):
    decision, correction = begin(at_work, "p-4")
    (told,) = shown(at_work, "correction", "list").splitlines()[-1:]
    assert told == (f"decide: jieti correction decide '#{correction}' keep|grant --reason WHY --authority NUMBER")
    keep = ("correction", "decide", correction, "keep", "--reason", "无碍", *DOCUMENT)
    assert "leave out --on" in refused(at_work, *keep, "--on", "2026-06-12")
    shown(at_work, *keep)
    assert f"by {DOCUMENT[1]}" in shown(at_work, "correction", "list")
    assert f"correction #{correction} was decided at #{correction + 1}: it stands" in refused(
        at_work, "correction", "decide", f"#{decision}", "grant", "--reason", "无碍", *DOCUMENT
    )


def test_what_was_granted_on_a_correction_stays_when_an_older_title_is_taken_back(at_work: AtWork):
    old = StandingTakenOver(ladder="diligence", rung="beginner", title="证书", until=date(2030, 1, 1))
    _, correction = begin(at_work, "p-4")
    title = at_work.do(Record, subject="p-4", occurred=Span.day(date(2024, 1, 1)), fact=old, correlation="i-1")
    shown(at_work, "correction", "decide", correction, "grant", "--reason", "补录属实", *DOCUMENT)
    granted = at_work.tip()
    kind = StandingTakenOver.TYPE
    at_work.do(TakeBack, target=title, stream="subject-p-4", fact=kind, undoes="i-1", correlation="u-1")
    there = {one["position"]: one["state"] for one in asked(at_work, "standing", "list", "p-4")}
    assert there == {granted: "held"}
    used = at_work.district.columns().rows("used")
    assert set(used.voided[used.known == granted].tolist()) == {NEVER}
    assert_whole(at_work.district)


def test_a_verdict_that_was_made_up_is_told_by_the_replay(at_work: AtWork):
    begin(at_work, "p-1")
    (real,) = corrections.listed(at_work.district)
    p_2 = next(one["position"] for one in asked(at_work, "audit", "grants") if one["subject"] == "p-2")
    at = at_work.do(
        OpenCorrection,
        subject="p-2", decision=p_2, decided_on=date(2026, 6, 12), case="c-2026-p-2", verdict=real.fact.verdict,
        because=(), reason="捏造",
    )  # fmt: skip
    (told,) = replay(at_work.district).differences
    assert (told.position, told.case) == (at, "p-2")
    assert 'was "not met", derived again "met"' in told.en


def test_only_a_decision_that_differs_can_be_opened(at_work: AtWork):
    p_2 = next(one["position"] for one in asked(at_work, "audit", "grants") if one["subject"] == "p-2")
    opening = ("--reason", "复核", "--as", "office-1")
    assert "so there is nothing to correct" in refused(at_work, "correction", "open", p_2, *opening)
    assert "neither a grant nor a decline" in refused(at_work, "correction", "open", "#1", *opening)
    assert "no log position" in refused(at_work, "correction", "open", "p-2", *opening)
    assert "#7 is neither a correction nor a decision of which one was opened" in refused(
        at_work, "correction", "decide", "#7", "keep", "--reason", "x", *DOCUMENT
    )
    assert corrections.listed(at_work.district) == []
