"""The demo: what its summary says is what the house knows, and running it twice is no harm."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from console.published import editions, in_force
from console.screens.cycle import funnel as funnel_line
from engine import history
from engine.cycles import advance
from engine.district import District
from engine.people.subjects import standings
from engine.projections.projector import reached
from engine.tables import case_table, evidence_table, subject_table
from events.facts import Assessed, Declined, Granted, Nominated, Placed, StageDecided
from ladders.reading.loading import shipped, shipped_ladders
from tests.console.command_line import Demo, done, jieti, program


def says(screen: str, pattern: str) -> tuple[str, ...]:
    """The groups of the one place in the summary that says so; folded lines are whole."""
    summary = unfolded(screen[screen.index("─" * 100) :])
    found = re.findall(pattern, summary)
    assert len(found) == 1, f"{pattern} stands {len(found)} times in\n{summary}"
    return found[0] if isinstance(found[0], tuple) else (found[0],)


def unfolded(screen: str) -> str:
    """What the screen says, with the funnels and tiers on one line each."""
    return re.sub(r"(→|·)\n +", r"\1 ", screen)


def cycle_of(district: District, ladder: str, to: str) -> str:
    """The demo's cycle of a rung."""
    with district.reading() as connection:
        every = set(connection.execute(select(case_table.c.cycle)).scalars())
    (found,) = [one for one in every if (district.cycle(one).ladder, district.cycle(one).to) == (ladder, to)]
    return found


def rungs(district: District, who: str, day: date) -> list[str]:
    """The rungs that someone holds on a day, as known now."""
    with district.reading() as connection:
        tip = reached(connection)
    return [one.rung for one in standings(district, day, tip, [who]).get(who, [])]


def test_the_demo_leaves_nothing_in_the_users_home(demo: Demo) -> None:
    assert list(demo.home.iterdir()) == []


def test_its_opening_line_counts_what_the_folder_holds(demo: Demo) -> None:
    units, teachers, studios, evidence, events = says(
        demo.screen, r"霁川区\(演示\) +单位 ([\d,]+)  教师 ([\d,]+)  工作室 ([\d,]+)  佐证 ([\d,]+)  事件 ([\d,]+)"
    )
    with District.open(demo.folder) as district, district.reading() as connection:
        kinds = Counter(connection.execute(select(subject_table.c.kind)).scalars())
        rows = connection.execute(
            select(func.count()).where(
                evidence_table.c.voided.is_(None),
                evidence_table.c.kind.in_(district.catalogue.kinds),
            )
        ).scalar_one()
        tip = reached(connection)
    told = [int(one.replace(",", "")) for one in (units, teachers, studios, evidence, events)]
    assert told == [kinds["unit"], kinds["person"], kinds["studio"], rows, tip]
    assert kinds["person"] == len(demo.manifest.staff_numbers)


@pytest.mark.parametrize(
    ("ladder", "to"),
    [
        ("erqi-teacher", "core-member"),
        ("erqi-studio", "excellent"),
        ("qinyuan-chief-teacher", "trainee"),
        ("qinyuan-chief-teacher", "chief-teacher"),
    ],
)
def test_its_funnels_are_counted_from_the_log(demo: Demo, ladder: str, to: str) -> None:
    with District.open(demo.folder) as district:
        cycle = cycle_of(district, ladder, to)
        opened, lines = district.cycle(cycle), advance.funnel(district, cycle)
        stages = [stage.id for stage in advance.route(district, cycle).stages]
        with district.reading() as connection:
            every = district.log.read_after(connection, 0, 1_000_000)
    assert f"{opened.title}: {funnel_line(lines, 'zh')}\n" in unfolded(demo.screen)
    counts = {line.stage: line.count for line in lines}
    cases = {one.envelope.stream for one in every if isinstance(one.fact, Nominated) and one.fact.cycle == cycle}
    mine = [one.fact for one in every if one.envelope.stream in cases]
    first = {one.envelope.stream: one.fact for one in reversed(every) if isinstance(one.fact, Assessed)}
    assert counts["nominated"] == len(cases)
    assert counts["eligible"] == sum(first[case].outcome == "met" for case in cases)
    for stage in stages:
        approved = [fact for fact in mine if isinstance(fact, StageDecided) and fact.outcome == "approved"]
        assert counts[stage] == sum(fact.stage == stage for fact in approved)
    placed = [fact.outcome for fact in mine if isinstance(fact, Placed)]
    assert counts["notice"] == (placed.count("in") if placed else counts[stages[-1]])
    assert counts["granted"] == sum(isinstance(fact, Granted) for fact in mine) > 0
    assert counts["granted"] + sum(isinstance(fact, Declined) for fact in mine) == len(cases)
    assert counts["nominated"] >= counts["eligible"] >= counts[stages[0]] >= counts[stages[-1]] >= counts["granted"]


def test_every_shipped_ladder_is_published_and_in_force(demo: Demo) -> None:
    with District.open(demo.folder) as district:
        for name in shipped_ladders():
            every = editions(district, name.removesuffix(".yaml"))
            assert [one.version.file for one in every] == [shipped(name)]
            assert in_force(every, district.today) is not None


def test_nobody_is_in_more_teams_than_the_published_rule_allows(demo: Demo) -> None:
    row = evidence_table.c
    with District.open(demo.folder) as district, district.reading() as connection:
        today = district.today.toordinal()
        there = select(row.other, row.subject).where(
            row.kind == "member", row.voided.is_(None), row.first <= today, row.until >= today
        )
        teams = Counter(member for member, _ in set(connection.execute(there).tuples()))
    assert max(teams.values()) == 2


def test_who_was_promoted_holds_the_rung_until_the_grant_ends(demo: Demo) -> None:
    position, code, first, rung, until = says(demo.screen, r"认定 #([\d,]+) +(\S+) \S+ +自 (\S+) 起为(\S+?),至 (\S+)")
    with District.open(demo.folder) as district:
        (who,) = district.find("person", [code]).values()
        grant = next(one for one in history.grants(district) if one.position == int(position.replace(",", "")))
        assert (grant.subject, rung) == (who, "首席教师培养对象")
        begins, ends = date.fromisoformat(first), date.fromisoformat(until)
        for day in (begins, district.today, ends):
            assert "trainee" in rungs(district, who, day)
        for day in (begins - timedelta(days=1), ends + timedelta(days=1)):
            assert "trainee" not in rungs(district, who, day)


def test_who_was_declined_meets_the_rung_on_the_day_that_the_summary_names(demo: Demo) -> None:
    (code,) = says(demo.screen, r"\n(JC\S+)  \S+  \S+ +二七区教师三级发展梯队: 发展对象 → 核心成员")
    (earliest,) = says(demo.screen, r"不添新佐证,最早 (\S+) 符合")
    (known,) = says(demo.screen, rf"jieti explain {code} --to core-member --as-of 2026-06-30 --known-at (\d+)")

    def outcome(day: date) -> str:
        (found,) = jieti(
            *("explain", code, "--to", "core-member", "--as-of", day, "--known-at", known),
            *("--json", "--data", demo.folder),
        ).data
        return str(found["outcome"])

    reached_on = date.fromisoformat(earliest)
    assert outcome(reached_on) == "met"
    assert outcome(date.fromordinal(reached_on.toordinal() - 1)) == "not met"
    assert outcome(date(2026, 6, 30)) == "not met"


def test_the_studios_tiers_add_up(demo: Demo) -> None:
    day, *tiers = says(
        demo.screen,
        r"二七区名师工作室三级攀升 \((\S+)\): 合格\S+ (\d+) · 优秀\S+ (\d+) · 示范\S+ (\d+) · 未定级 (\d+)",
    )
    with District.open(demo.folder) as district:
        assert date.fromisoformat(day) == district.today
        granted = len(history.grants(district, cycle_of(district, "erqi-studio", "excellent")))
        with district.reading() as connection:
            studios = list(
                connection.execute(select(subject_table.c.id).where(subject_table.c.kind == "studio")).scalars()
            )
        held = [rungs(district, studio, district.today) for studio in studios]
    assert sum(map(int, tiers)) == len(studios)
    assert sum("excellent" in one for one in held) == int(tiers[1]) >= granted > 0
    assert sum(not one for one in held) == int(tiers[3])


def test_its_replay_found_no_difference_and_its_log_is_whole(demo: Demo) -> None:
    verdicts, tallies, grants, declines, different = says(
        demo.screen, r"判定 ([\d,]+),计票 ([\d,]+),认定 ([\d,]+),驳回 ([\d,]+);不同 (\d+)"
    )
    again = jieti("audit", "replay", "--data", demo.folder, "--json").data
    derived = [int(one) for one in (verdicts, tallies, grants, declines)]
    assert [again[one] for one in ("verdicts", "tallies", "grants", "declines")] == derived
    assert all(derived)
    assert (different, again["differences"]) == ("0", [])
    whole = jieti("audit", "verify", "--data", demo.folder, "--json").data
    (events,) = says(demo.screen, r"日志完整:([\d,]+) 个事件")
    assert whole["damage"] is None
    assert whole["events"] == int(events.replace(",", ""))


def test_its_reports_name_the_rows_that_are_faulty_by_design(demo: Demo) -> None:
    for file in demo.manifest.files:
        report = demo.screen[demo.screen.index(file.path.name) :].split("\n")[1]
        found = re.fullmatch(r"  已入库 ([\d,]+) +早已有 (\d+) +建议更正 (\d+) +退回 (\d+) +略过 0.*", report)
        assert found, report
        landed, already, corrections, back = (int(one.replace(",", "")) for one in found.groups())
        assert landed == file.rows - len(file.bad)
        assert (already, corrections) == (file.count("repeat"), file.count("differs"))
        assert back == file.count("reject")


def test_its_files_imported_again_change_nothing(demo: Demo, copied: Path) -> None:
    before = jieti("audit", "verify", "--data", copied, "--json").data
    rejects = copied.parent / "rejects"
    rejects.mkdir()
    said = jieti(
        *("import", *(demo.folder / "files" / path.name for path in demo.manifest.paths), "--as", "clerk-2"),
        *("--data", copied, "--rejects", rejects, "--json"),
    )
    assert said.status == 1, "the faulty rows come back again"
    assert {report["landed"] for report in said.data} == {0}
    assert sum(report["already"] for report in said.data) >= demo.manifest.evidence_rows
    assert jieti("audit", "verify", "--data", copied, "--json").data == before


def test_a_demo_is_for_whoever_made_it_alone(demo: Demo) -> None:
    assert jieti("audit", "verify", "--data", demo.folder, "--json").data["read_by_others"] == []
    assert not [one for one in (demo.folder, demo.folder / "files") if one.stat().st_mode & 0o077]


def test_a_demo_makes_its_own_folder_anew_and_refuses_a_real_one(tmp_path: Path, copied: Path) -> None:
    from console.demo.run import _clear

    real = tmp_path / "real"
    done("init", real, "--as", "office-1")
    kept = {path: path.read_bytes() for path in real.rglob("*") if path.is_file()}
    refused = program("demo", real, "--teachers", 300, home=tmp_path)
    out, err = refused.communicate(timeout=60)
    assert (refused.returncode, out) == (2, "")
    assert "不是演示文件夹" in err
    assert "Traceback" not in err
    assert {path: path.read_bytes() for path in real.rglob("*") if path.is_file()} == kept
    _clear(copied)
    assert not copied.exists()
    copied.mkdir()
