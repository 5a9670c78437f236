"""A way to a rung: the steps, what each lacks, when it can be met, and which trainings of the calendar would help."""

from __future__ import annotations

from datetime import date

import pytest

from console.screens.explain import explanation
from console.screens.plan import way, way_json
from engine.assessing.assess import explain, rules_for
from engine.standings.plans import Way
from engine.standings.plans import way as planned
from tests.console.intake_office import CLERK, TRAININGS, Office
from workflows.commands import PublishLadder, Refused

LADDER = """
format: jieti-ladder/1
id: growth
title: {zh: 成长阶梯, en: growth}
subject: person
measures:
  hours: {evidence: training, then: [within: last 3 years, sum]}
rungs:
  - {id: target, title: {zh: 对象, en: target}}
  - {id: core, title: {zh: 核心, en: core}}
  - {id: host, title: {zh: 主持, en: host}, end: true}
routes:
  review:
    stages:
      - {id: panel, title: {zh: 评议, en: panel}, body: {zh: 督导室, en: office}, seats: 3, quorum: 2,
         threshold: more than 1/2 of present, days: 7}
    notice working days: 5
steps:
  - to: target
    route: review
    term: 2 years
    clauses:
      - {id: hours, title: {zh: 学时, en: hours}, measure: hours, at least: 20, basis: assumed}
  - from: target
    to: core
    route: review
    term: 2 years
    clauses:
      - {id: years, title: {zh: 任现级年限, en: years on the rung}, years since: rung, at least: 3, basis: assumed}
      - {id: hours, title: {zh: 学时, en: hours}, measure: hours, at least: 30, basis: assumed}
  - from: core
    to: host
    route: review
    clauses:
      - {id: papers, title: {zh: 论文, en: papers}, evidence: paper, then: [count], at least: 1, basis: assumed}
"""
CALENDAR = "编号 培训项目 开始日期 学时 对象级别 对象岗位 主办单位"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    office = Office(tmp_path_factory.mktemp("plan"))
    district = office.district
    district.handle(
        PublishLadder(id=district.command_id(), asking=CLERK, file=LADDER.encode(), in_force_from=date(2026, 1, 1))
    )
    office.take(
        office.csv("学时", TRAININGS, "T1 李秀兰 河口小学 暑期研修 专题培训 区级 12 2024-08-01 平台 R1 已认定 -")
    )
    office.take(
        office.csv(
            "日程",
            CALENDAR,
            "P1 秋季研修 2026-10-12 8 - - 进修学校",
            "P2 冬季研修 2026-12-05 4 对象 - 进修学校",
            "P3 春季研修 2027-03-06 10 growth/核心 - 进修学校",
            "P4 保育员班 2026-09-01 40 - 保育员 进修学校",
            "P5 首席班 2026-09-01 40 erqi-teacher/主持人 - 进修学校",
            "P6 停办班 2026-09-01 40 - - 进修学校",
        )
    )
    office.take(office.csv("取消", f"{CALENDAR} 处理", "P6 停办班 2026-09-01 40 - - 进修学校 取消"))
    office.take(
        office.csv(
            "称号",
            "工号 阶梯 级 文号 日期 到期日期",
            "T2 growth 核心 文1 2025-09-01 2027-08-31",
            "T3 growth 主持 文2 2025-09-01 -",
        )
    )
    return office


def plan(office: Office, who: str, to: str, as_of: date | None = None) -> Way:
    rules = rules_for(office.district, "growth", as_of)
    return planned(office.district, rules, office.person(who), to)


def shown(office: Office, found: Way, lang: str) -> str:
    return "\n".join(way(office.district, found, lang).lines)


def test_each_step_is_counted_from_the_earliest_grant_of_the_one_before(office: Office) -> None:
    found = plan(office, "T1", "core")
    first, second = found.steps
    assert [found.calendar[one].number for one in first.trainings] == ["P1"]
    assert (first.by_itself, first.earliest) == (None, date(2026, 10, 12))
    # Five working days of notice from that Monday on, and the day after them.
    assert first.granted == date(2026, 10, 17)
    assert second.explanation.question.as_of == first.granted
    assert [one.earliest for one in second.outlooks] == [date(2029, 10, 17), None]
    # The hours of 2024 have left the window by then: nothing planned reaches so far.
    assert second.earliest is None
    assert second.renewed_by == date(2028, 10, 16)


def test_only_trainings_that_are_open_to_the_subject_are_proposed(office: Office) -> None:
    found = plan(office, "T1", "core")
    assert [one.number for one in found.calendar] == ["P1", "P2", "P3"]
    assert found.for_others == 2
    assert "另有 2 项培训是给别的级或岗位的" in shown(office, found, "zh")


def test_the_answer_comes_first_in_both_languages(office: Office) -> None:
    found = plan(office, "T1", "target")
    zh, en = shown(office, found, "zh"), shown(office, found, "en")
    assert zh.splitlines()[1] == "最早 2026-10-12 符合条件    要走 1 步,要参加 1 项培训"
    assert en.splitlines()[1] == "EARLIEST 2026-10-12    1 step, with 1 training"
    assert "还差 8 学时" in zh
    assert "参加日程里的 1 项培训,2026-10-12 起符合:秋季研修 8 学时 (2026-10-12)" in zh
    assert "1 training of the calendar would close it, from 2026-10-12: 秋季研修 8 h (2026-10-12)" in en
    assert "a grant is in force from 2026-10-17" in en
    later = shown(office, plan(office, "T1", "core"), "en")
    assert later.splitlines()[1].startswith("NO DATE YET    2 steps; in step 2 every clause can be met, but on no day")
    assert "counted from the grant of the step before: not before 2026-10-17" in later
    assert "the term of the rung before ends on 2028-10-16" in later


def test_a_rung_of_which_nothing_planned_counts_says_so(office: Office) -> None:
    found = plan(office, "T2", "host")
    assert (found.held, found.start) == (("core",), "core")
    (step,) = found.steps
    assert (step.earliest, step.granted, step.trainings) == (None, None, ())
    assert "needs new evidence; nothing in the calendar counts for it" in shown(office, found, "en")


def test_who_holds_the_rung_has_arrived_and_there_is_no_way_down(office: Office) -> None:
    assert plan(office, "T3", "host").steps == ()
    assert "HOLDS IT: host" in shown(office, plan(office, "T3", "host"), "en")
    with pytest.raises(Refused, match="no steps lead from host to target"):
        plan(office, "T3", "target")
    with pytest.raises(Refused, match='has no rung "top"'):
        plan(office, "T1", "top")


def test_an_earlier_day_is_asked_as_of_that_day(office: Office) -> None:
    found = plan(office, "T1", "target", date(2027, 7, 31))
    assert [one.number for one in found.calendar] == []
    assert found.steps[0].earliest is None


def test_as_data_it_says_the_same(office: Office) -> None:
    told = way_json(office.district, plan(office, "T1", "core"))
    first, second = told["steps"]
    assert (told["earliest"], first["earliest"]) == (None, date(2026, 10, 12))
    (hours,) = first["clauses"]
    assert (hours["low"], hours["missing"], hours["asked"]) == ("12", "8", {"at least": "20"})
    assert hours["closing"] == {"trainings": [first["trainings"][0]["id"]], "from": date(2026, 10, 12), "fewest": True}
    assert second["not_before"] == first["grant_not_before"]
    assert [one["earliest"] for one in second["clauses"]] == [date(2029, 10, 17), None]


def test_an_explanation_names_the_trainings_that_would_close_a_clause(office: Office) -> None:
    rules = rules_for(office.district, "growth")
    (one,) = explain(office.district, rules, [office.person("T1")], "target")
    told = "\n".join(explanation(office.district, one, "en").lines)
    assert "1 training of the calendar would close it, from 2026-10-12: 秋季研修 8 h" in told
