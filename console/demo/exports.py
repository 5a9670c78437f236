"""What learning platforms export about people of the invented district: a sample for each mapping file that ships.

Each is written as such a platform writes it, in its own words, columns and units: ``jieti import`` reads them by the
mapping files in ``console/intake/dialects``.  The demo writes them and leaves it to its user to import them.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

from console.demo.people import Person
from console.demo.sheets import Cell, write_workbook

FOLDER = "平台导出"
SUMMER, SPRING = date(2025, 7, 7), date(2026, 3, 2)
ROWS = 40
"""Rows of each, about."""


@dataclass(frozen=True, slots=True)
class Export:
    """A platform's file: the mapping that reads it, its rows, and those that it says to pass over."""

    path: Path
    mapping: str
    rows: int
    ignored: int


def write_exports(folder: Path, rng: Random, people: Sequence[Person]) -> tuple[Export, ...]:
    """Write a sample of every dialect into the folder's ``平台导出``; the same arguments give the same bytes."""
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    served = [one for one in people if one.stays and one.hired < SUMMER]
    return (
        _platform(place / "网络研修_学习明细.csv", rng, served),
        _sign_in(place / "微信签到_明细.xlsx", rng, served),
        _observation(place / "听课记录.xlsx", rng, served),
        _summer(place / "暑期研修_成绩单.xlsx", rng, served),
    )


def _minute(rng: Random, first: date) -> str:
    """A moment of the ten weeks from a day on, as a platform writes it."""
    at = datetime.combine(first, time(8)) + timedelta(days=rng.randrange(70), minutes=rng.randrange(780))
    return f"{at:%Y-%m-%d %H:%M:%S}"


def _platform(path: Path, rng: Random, people: Sequence[Person]) -> Export:
    """A csv in GB18030; staff numbers begin with a tab, which keeps a spreadsheet from changing them."""
    courses = (
        ("课堂提问的艺术", "专业课"),
        ("教师职业道德新规解读", "师德课"),
        ("人工智能与备课", "专业课"),
        ("公文写作", "公需课"),
    )
    results = ("合格", "合格", "合格", "合格", "待考核", "不合格", "已退课")
    rows, ignored = [], 0
    for number, person in enumerate(rng.sample(people, ROWS), 1):
        (title, sort), result = rng.choice(courses), rng.choice(results)
        ignored += result == "已退课"
        rows.append(
            (
                *(f"\t{person.number}", person.name, person.unit.name, "2026年全员网络研修", title, sort),
                *(rng.randrange(90, 400), _minute(rng, SPRING), result, f"XX{2026_000_000 + number}"),
            )
        )
    header = "学员编号 学员姓名 所在学校 项目名称 课程名称 课程类型 学习时长(分钟) 完成时间 考核结果 学习记录ID"
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows((header.split(), *rows))
    return Export(path, "online-platform", len(rows), ignored)


def _sign_in(path: Path, rng: Random, people: Sequence[Person]) -> Export:
    activities = (
        ("HD-311", "春季校本教研启动会", "2小时"),
        ("HD-318", "同课异构研讨", "半天"),
        ("HD-402", "读书沙龙", "90分钟"),
    )
    states = ("正常", "正常", "正常", "迟到", "早退", "缺勤", "请假")
    rows: list[list[Cell]] = []
    for code, title, lasts in activities:
        at = _minute(rng, SPRING)
        for person in rng.sample(people, ROWS // 3):
            state = rng.choice(states)
            left = "" if state in ("缺勤", "请假") else f"{at[:11]}17:{rng.randrange(60):02}:00"
            rows.append([code, title, person.name, person.number, at, left, lasts, state])
    header = ("活动编号", "活动名称", "签到人", "人员编号", "签到时间", "签退时间", "活动时长", "签到状态")
    write_workbook(path, header, rows, "活动签到明细（2026年春季）")
    return Export(path, "wechat-signin", len(rows), sum(row[-1] in ("缺勤", "请假") for row in rows))


def _observation(path: Path, rng: Random, people: Sequence[Person]) -> Export:
    lessons, states = (
        ("分数的初步认识", "荷塘月色", "溶液的酸碱性", "My Day", "二次函数"),
        ("已通过", "已通过", "未审", "退回", "草稿"),
    )
    rows: list[list[Cell]] = []
    for number, person in enumerate(rng.sample(people, ROWS), 1):
        giver, day = rng.choice(people), SPRING + timedelta(days=rng.randrange(70))
        rows.append(
            [
                *(f"TK2026{number:05}", person.number, person.name, giver.name, rng.choice(lessons), giver.subject),
                *(day, rng.choice((1, 1, 1, 2)), rng.choice(states)),
            ]
        )
    header = ("听课记录号", "听课人编号", "听课人", "授课教师", "课题", "学科", "听课日期", "听课节数", "教研组审核")
    write_workbook(path, header, rows)
    return Export(path, "lesson-observation", len(rows), sum(row[-1] == "草稿" for row in rows))


def _summer(path: Path, rng: Random, people: Sequence[Person]) -> Export:
    last, rows = SUMMER + timedelta(days=24), list[list[Cell]]()
    for person in rng.sample(people, ROWS):
        score = rng.choice((0, 48, 55, 61, 74, 82, 88, 90, 93, 97))
        state = "未参加" if score == 0 else "补测中" if score < 50 else "不合格" if score < 60 else "合格"
        rows.append(
            [
                *(person.number, person.name, "2025年暑期教师研修", f"{SUMMER:%d/%m/%Y}", f"{last:%d/%m/%Y}", score),
                *(rng.choice((1, 2)), state, f"SQ{person.number[-5:]}" if state == "合格" else ""),
            ]
        )
    header = ("教师号", "教师", "研修项目", "起", "止", "测试成绩", "所得学分", "结论", "证书号")
    write_workbook(path, header, rows)
    return Export(path, "summer-online", len(rows), sum(row[-2] == "未参加" for row in rows))
