"""Two platforms that report the same trainings, for the user to import: see docs/hours.md."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from random import Random

from console.demo.people import Person
from console.demo.sheets import Cell, write_workbook

FOLDER = "同一培训"
PEOPLE = 12
_DAY = date(2026, 3, 14)
_HEADER = ("工号", "姓名", "培训项目", "类别", "学时", "日期", "来源", "记录编号", "培训编号", "认定状态")


def write_doubled(folder: Path, rng: Random, people: Sequence[Person]) -> tuple[Path, Path]:
    """Write both platforms' files into the folder's ``同一培训``; the same arguments give the same bytes.

    The first training has a number everywhere, and they disagree on its hours for one person; the second has none on
    either platform, and its title is written otherwise.
    """
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    served = [one for one in people if one.stays and one.hired < _DAY]
    city: list[list[Cell]] = []
    province: list[list[Cell]] = []
    for number, person in enumerate(rng.sample(served, PEOPLE), 1):
        who = [person.number, person.name]
        hours = 12 if number == 1 else 10
        city.append(
            [*who, "跨学科主题学习设计", "专题培训", hours, _DAY, "市平台", f"S{number}", "JX-2026-0088", "已认定"]
        )
        state = "待认定" if number % 3 == 0 else "已认定"
        title = "2026年跨学科主题学习设计研修班"
        province.append([*who, title, "专题培训", 10, _DAY, "省平台", f"P{number}", "JX-2026-0088", state])
        if number % 4 == 0:
            city.append([*who, "课堂观察与诊断", "网络研修", 6, _DAY, "市平台", f"S{number}-2", "", "已认定"])
            province.append([*who, "课堂观察和诊断工作坊", "网络研修", 6, _DAY, "省平台", f"P{number}-2", "", "已认定"])
    paths = place / "市平台.csv", place / "省平台.xlsx"
    with paths[0].open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows((_HEADER, *city))
    write_workbook(paths[1], _HEADER, province)
    return paths
