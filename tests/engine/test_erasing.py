"""A person's record is erased: the event comes first, then the key goes, and nothing else changes."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from shutil import copytree

import pytest

from engine.backups.deep import compare
from engine.cycles import advance
from engine.district import District
from engine.held import held
from engine.history import find_grant, history, why
from engine.people import erasing, forgetting
from engine.people.names import CONFIDENTIAL, GONE, called
from engine.replay.replay import replay
from engine.standings.standings import lapse, lapsing, listed
from events.facts import (
    MentorPaired,
    PersonErased,
    PersonLeft,
    Retention,
    Settings,
    StandingLapsed,
)
from events.log import New
from tests.engine.district_at_work import CLERK, PEOPLE, AtWork, assert_whole, row, tables, training
from tests.engine.long_review import CYCLE, EXPERTS, HALL, SCHOOLS, LongReview
from tests.engine.others import start
from workflows.commands import Already, ChangeSettings, Landed, Refused
from workflows.erasing import ErasePerson
from workflows.undoing import TakeBack

LEFT = date(2026, 7, 1)
AFTER = date(2026, 7, 10)


def say_erased(district: District, person: str) -> None:
    """What is left by a process that was killed after the event, before the key was destroyed."""
    day, fact = date(2026, 6, 1), PersonErased(reason="本人申请", kept_until=date(2026, 5, 31))
    new = New(f"subject-{person}", fact, day, day, CLERK.actor, district.command_id(), 0)
    with district.log.writing() as connection:
        district.projector.project(connection, district.log.append(connection, [new], district.now))


def asked(at_work: AtWork, person: str, *, early: bool = False, reason: str = "保管期满") -> ErasePerson:
    return at_work.command(ErasePerson, subject=person, reason=reason, early=early)


def name_of(district: District, subject: str) -> str:
    with district.reading() as connection:
        return called(connection, district.log, district.vault, [subject]).name(subject)


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()


def key_of(folder: Path, person: str) -> bytes:
    """The wrapped key of a person, as the vault's file holds it."""
    with closing(sqlite3.connect(folder / "vault.db")) as store:
        (key,) = store.execute("SELECT wrapped FROM key WHERE owner = ?", (person,)).fetchone()
    assert isinstance(key, bytes)
    return key


def erase_early(folder: Path, person: str) -> None:
    """For another process: erase somebody's record."""
    with District.open(folder) as district:
        forgetting.erase(district, asked(AtWork(district), person, early=True))


# ----------------------------------------------------------------------------------------------------- finished


def test_an_erasure_that_was_killed_before_the_key_went_is_finished_by_whoever_opens_the_folder(folder: Path) -> None:
    with District.open(folder) as district:
        for person in ("p-4", "p-3"):
            AtWork(district).record(person, PersonLeft(), date(2026, 5, 1))
        erase_early(folder, "p-4")
        there = tables(district)
    key = key_of(folder, "p-3")
    with closing(sqlite3.connect(folder / "vault.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # the destruction waits for whoever writes to the vault
        process = start(erase_early, folder, "p-3")
        until = time.monotonic() + 20
        while _said(folder) < 2 and time.monotonic() < until:
            time.sleep(0.01)
        process.kill()
        process.join()
        assert process.exitcode == -9
        assert _said(folder) == 2
        assert other.execute("SELECT count(*) FROM key WHERE owner = 'p-3'").fetchone() == (1,)
    with District.open(folder) as district:
        assert "p-3" not in district.vault.owners()
        assert not [path for path, data in files(folder) if key in data]
        assert district.find("person", ["p-2", "p-3"]) == {"p-2": "p-2"}
        assert len(there["code"]) - 1 == len(tables(district)["code"])
        assert erasing.carry_out(district) == 0
        assert name_of(district, "p-3") == GONE
        assert_whole(district)
        assert compare(district) is None


def test_a_program_that_has_the_folder_open_forgets_the_key_with_its_next_look(at_work: AtWork) -> None:
    district = at_work.district
    at_work.record("p-3", PersonLeft(), date(2026, 5, 1))
    assert name_of(district, "p-3") == "欧阳p-3"
    process = start(erase_early, district.folder, "p-3")
    process.join()
    assert process.exitcode == 0
    assert name_of(district, "p-3") == GONE
    assert "p-3" not in district.vault._keys


def _said(folder: Path) -> int:
    """How many events say that somebody was erased."""
    with closing(sqlite3.connect(folder / "log.db")) as store:
        return int(store.execute("SELECT count(*) FROM event WHERE type = 'person erased'").fetchone()[0])


def test_a_key_that_is_gone_without_the_event_is_still_damage_and_so_is_one_that_stayed(at_work: AtWork) -> None:
    district = at_work.district
    say_erased(district, "p-3")
    damage = compare(district)
    assert damage is not None
    assert "p-3 was erased" in damage.en
    erasing.carry_out(district)
    assert compare(district) is None
    with closing(sqlite3.connect(district.places["vault"])) as store, store:
        store.execute("DELETE FROM key WHERE owner = 'p-4'")
    damage = compare(district)
    assert damage is not None
    assert "no key of p-4" in damage.en


def test_a_rebuild_with_the_key_and_without_it_gives_the_same_rows(at_work: AtWork) -> None:
    say_erased(at_work.district, "p-3")
    again = at_work.person("p-3-again").model_copy(update={"code": "p-3"})  # the number is free: for somebody new
    fact = again.fact.model_copy(update={"staff_number": "p-3"})
    assert isinstance(at_work.district.handle(again.model_copy(update={"fact": fact})), Landed)
    at_work.district.rebuild()
    with_key = tables(at_work.district)
    erasing.carry_out(at_work.district)
    at_work.district.rebuild()
    assert tables(at_work.district) == with_key
    assert at_work.district.find("person", ["p-3"]) == {"p-3": "p-3-again"}


# ----------------------------------------------------------------------------------------- what is kept, and how long


def test_the_years_count_from_the_decision_whose_part_they_had(at_work: AtWork) -> None:
    district = at_work.district
    term = Settings(retention=Retention(after_leaving=1, after_decision=2, document="区档〔2020〕3号"))
    at_work.do(ChangeSettings, settings=term)
    cycle = at_work.review()  # p-1 and p-2 are granted, p-8 sits on the panel
    at_work.many([at_work.person("p-9")])
    for person in ("p-2", "p-3", "p-8", "p-9"):
        at_work.record(person, PersonLeft(), date(2026, 6, 10))
    with pytest.raises(Refused) as refusal:
        forgetting.erase(district, asked(at_work, "p-2"))
    assert refusal.value.code == "standing held"
    assert forgetting.rehearse(district, asked(at_work, "p-2", early=True)) == date(2028, 6, 12)
    assert name_of(district, "p-2") != GONE
    at_work.wait_until(date(2028, 6, 11))
    with pytest.raises(Refused) as refusal:
        forgetting.erase(district, asked(at_work, "p-8"))
    assert refusal.value.code == "kept"
    assert "区档〔2020〕3号" in refusal.value.zh
    assert forgetting.rehearse(district, asked(at_work, "p-9")) == date(2027, 6, 10)
    at_work.wait_until(date(2028, 7, 1))
    for person in ("p-8", "p-3"):
        assert isinstance(forgetting.erase(district, asked(at_work, person)), Landed)
        assert isinstance(forgetting.erase(district, asked(at_work, person)), Already)
    assert replay(district, cycle).differences == ()
    assert_whole(district)


def test_a_review_that_is_not_finished_keeps_its_candidates_and_its_panel(at_work: AtWork) -> None:
    at_work.open_cycle()
    for person in ("p-2", "p-8"):
        at_work.record(person, PersonLeft(), date(2026, 5, 30))
    for person, code in (("p-2", "open case"), ("p-8", "taking part")):
        with pytest.raises(Refused) as refusal:
            forgetting.erase(at_work.district, asked(at_work, person, early=True))
        assert refusal.value.code == code


def test_who_was_recorded_by_mistake_is_erased_at_once_and_a_unit_is_not(at_work: AtWork) -> None:
    district = at_work.district
    for one in (at_work.person("p-9"), at_work.unit("u-9")):
        (at,) = district.handle(one.model_copy(update={"correlation": "i-1"})).positions  # type: ignore[union-attr]
        stream = f"subject-{one.subject}"
        at_work.do(TakeBack, target=at, stream=stream, fact=one.fact.TYPE, undoes="i-1", reason="导错了表")
    assert isinstance(forgetting.erase(district, asked(at_work, "p-9", reason="误登记")), Landed)
    assert "p-9" not in district.vault.owners()
    assert_whole(district)
    with pytest.raises(Refused) as refusal:
        forgetting.erase(district, asked(at_work, "u-9", reason="误登记"))
    assert refusal.value.code == "no person"


@pytest.mark.parametrize("reason", ["欧阳p-3 要求删除", "工号 P-3 的要求"])
def test_a_reason_names_nobody_for_it_is_kept(at_work: AtWork, reason: str) -> None:
    at_work.record("p-3", PersonLeft(), date(2026, 5, 1))
    with pytest.raises(Refused) as refusal:
        forgetting.erase(at_work.district, asked(at_work, "p-3", early=True, reason=reason))
    assert refusal.value.code == "names the person"
    assert refusal.value.zh


# ------------------------------------------------------------------------------------------- what becomes of what


@pytest.fixture(scope="module")
def erased(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AtWork]:
    """A host who was granted a rung, and an expert who voted confidentially, left and were erased."""
    folder = copytree(template, tmp_path_factory.mktemp("erased") / "district")
    with District.open(folder) as district:
        at_work = AtWork(district)
        at_work.record("p-1", training("12", title="甲骨文与识字", source=row("hours")))
        at_work.record("g-1", training("7", title="工作室的研修"))
        review = LongReview(at_work, PEOPLE[:3])
        advance.advance(district, CYCLE)
        for stage in ("school", "experts", "hall"):
            panels = {"experts": EXPERTS, "hall": HALL}
            at_work.many(
                review.ballot(name, stage, judge)
                for name in review.people
                for judge in panels.get(stage) or SCHOOLS[review.file(name).unit or ""]
            )
            advance.advance(district, CYCLE)
        for day in (date(2026, 6, 18), AFTER):
            at_work.wait_until(day)
            advance.advance(district, CYCLE)
        for person in ("p-1", "p-8"):
            at_work.record(person, PersonLeft(), LEFT)
            assert isinstance(forgetting.erase(district, asked(at_work, person, early=True)), Landed)
        yield at_work


def test_names_titles_and_reasons_of_the_person_are_gone_and_days_and_amounts_stay(erased: AtWork) -> None:
    told = history(erased.district, "p-1")
    said = {
        field: text for one in told for field, text in one.personal.items() if one.event.fact.TYPE != "person erased"
    }
    assert said
    assert set(said.values()) == {GONE, CONFIDENTIAL}  # ballots on them are the panel's
    hours = next(one.event.fact for one in told if one.event.fact.TYPE == "training recorded")
    assert hours.hours.number == 12  # type: ignore[attr-defined]
    assert [one.personal["reason"] for one in told if one.event.fact.TYPE == "person erased"] == ["保管期满"]


def test_a_studio_named_after_its_host_loses_the_name_and_keeps_its_code_and_what_is_its_own(erased: AtWork) -> None:
    district = erased.district
    assert name_of(district, "g-1") == GONE
    assert district.find("studio", ["g-1"]) == {"g-1": "g-1"}
    titles = [one.personal["title"] for one in history(district, "g-1") if "title" in one.personal]
    assert titles == ["工作室的研修"]


def test_a_confidential_ballot_of_an_erased_expert_still_counts_and_can_be_recounted(erased: AtWork) -> None:
    district = erased.district
    box = [name for name in district.vault.owners() if "experts" in name]
    assert box  # the stage's key is nobody's own, and stays
    found = replay(district, CYCLE)
    assert found.differences == ()
    assert why(district, find_grant(district, "p-1")).identical
    assert {one.subject for one in listed(district)} == {"p-1", "p-2", "p-3"}


def test_what_is_held_on_somebody_else_has_nothing_of_the_panel_nor_of_whom_they_judged(erased: AtWork) -> None:
    candidate, judge = held(erased.district, "p-2"), held(erased.district, "p-7")
    ballots = [one.personal["content"] for one in candidate.told if one.event.fact.TYPE == "sealed ballot cast"]
    assert set(ballots) == {CONFIDENTIAL}
    assert candidate.known.name("p-2") == "欧阳p-2"
    assert candidate.known.name("p-7") == judge.known.name("p-2") == ""
    assert [one.phase for one in candidate.cases] == ["granted"]
    assert judge.cases == ()


def test_the_log_its_projections_and_columns_are_whole_without_the_key(erased: AtWork) -> None:
    assert_whole(erased.district)
    assert compare(erased.district) is None


def test_nothing_of_them_stands_in_any_file_and_no_row_finds_them(erased: AtWork) -> None:
    texts = [text.encode() for text in ("欧阳p-1", "欧阳p-8", "欧阳工作室", "甲骨文与识字")]
    assert not [(path, text) for path, data in files(erased.district.folder) for text in texts if text in data]
    assert erased.district.find("person", ["p-1", "p-8"]) == {}


def test_nothing_more_is_recorded_of_them_be_it_alone_or_among_others(erased: AtWork) -> None:
    asked_together = [
        erased.recording("p-1", training("3"), AFTER),
        erased.recording("p-5", training("4"), AFTER),
        erased.recording("p-5", MentorPaired(mentor="p-8"), AFTER),
    ]
    first, second, third = erased.many(asked_together)
    assert isinstance(second, Landed)
    for answer in (first, third):
        assert isinstance(answer, Refused)
        assert answer.code == "erased"


def test_a_standing_of_who_was_erased_early_still_comes_to_its_end(erased: AtWork) -> None:
    (standing,) = listed(erased.district, subjects=["p-1"])
    assert standing.until is not None
    erased.wait_until(standing.until + timedelta(days=2))
    assert lapse(erased.district, lapsing(erased.district)) == 3
    assert StandingLapsed.TYPE in [one.event.fact.TYPE for one in history(erased.district, "p-1")]
