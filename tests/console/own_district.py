"""The sheets of an office that begins with jieti: the ones that the README names, with little in them.

GH001 to GH007 are of the centre, and will be the panel; GH100 has all that a core member needs.
"""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from console.demo.sheets import Cell, write_workbook

PANEL = tuple(f"GH00{n}" for n in range(1, 8))
CANDIDATE = "GH100"
Rows = list[list[Cell]]
PANELISTS: Rows = [[number, f"评委{n}", "D01", "1998-08-01", "1976-01-01", "语文"] for n, number in enumerate(PANEL, 1)]


def write_sheets(folder: Path, candidates: int = 1) -> None:
    """Write them all into a folder; with more candidates than GH100 each has the same evidence."""
    who = [f"GH{number}" for number in range(100, 100 + candidates)]
    for name, (headers, people, rows) in _sheets().items():
        write_sheet(folder / name, headers.split(), [*people, *([one, *row] for one in who for row in rows)])


def _sheets() -> dict[str, tuple[str, Rows, Rows]]:
    """By file name: headers, rows of others, and the rows of each candidate without the staff number."""
    return {
        "单位.xlsx": (
            "单位代码 单位名称 类型 上级单位代码 成立日期",
            [
                ["D01", "示例区名师培养中心", "名师培养中心", "", "2001-09-01"],
                ["D02", "示例小学", "学校", "D01", "1978年9月"],
            ],
            [],
        ),
        "人员.xlsx": (
            "工号 姓名 单位代码 参加工作日期 出生日期 学科",
            PANELISTS,
            [["林一一", "D02", "2015-09-01", "1992-03-04", "数学"]],
        ),
        "现有称号.xlsx": (
            "工号 阶梯 级 称号 文号 日期 到期日期",
            [],
            [["erqi-teacher", "发展对象", "区级发展对象", "示教〔2023〕9号", "2023-12-01", "2026-11-30"]],
        ),
        "培训学时.csv": (
            "工号 姓名 培训项目 类别 级别 学时 日期 认定状态",
            [],
            [
                ["林一一", f"{kind}({n})", kind, "区级", "12.5", f"2025-{n:02}-15", "已认定"]
                for kind in ("专题培训", "网络研修")
                for n in range(1, 5)
            ],
        ),
        "发展评价.xlsx": (
            "工号 评价名称 师德水平 理论素养 教育教学能力 教科研水平 日期",
            [],
            [
                ["2025 年发展评价", 92, 84, 86, 81, date(2025, 6, 12)],
                ["2026 年发展评价", 93, 85, 88, 82, date(2026, 6, 11)],
            ],
        ),
        "教学反思.xlsx": (
            "工号 反思题目 提交日期 入选级别 入选日期 反思编号",
            [],
            [[f"一堂课的反思之{n}", f"2025.{n}.6", "工作站", f"2025.{n}.20", f"F{n}"] for n in range(3, 7)],
        ),
        "成果.xlsx": (
            "工号 佐证类型 名称 级别 角色 等级 日期",
            [],
            [
                ["公开课", "《圆的认识》", "区级", "授课", "", "2025-10-22"],
                ["论文", "小学数学作业设计", "市级", "第一作者", "", "2025年11月"],
                ["获奖", "优质课评比", "市级", "", "一等奖", "2026-03-05"],
            ],
        ),
        "申报名单.xlsx": ("工号 姓名", [], [["林一一"]]),
    }


def write_sheet(path: Path, headers: list[str], rows: Rows) -> None:
    """A sheet as its name says."""
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([headers, *rows])
    else:
        write_workbook(path, tuple(headers), rows)
