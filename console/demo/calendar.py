"""The training calendar of the invented district: what its training school plans for the school year to come."""

from __future__ import annotations

from datetime import date

from console.demo.sheets import Cell, Table

SCHOOL, CENTRE = "霁川区教师进修学校", "霁川区名师培养中心"
HEADERS = (
    "编号",
    "培训项目",
    "开始日期",
    "结束日期",
    "学时",
    "类别",
    "级别",
    "名额",
    "对象级别",
    "对象岗位",
    "主办单位",
    "地点",
)
TARGET, CORE = "erqi-teacher/发展对象", "erqi-teacher/核心成员"
_PLANNED: tuple[tuple[str, date, date | None, int, str, str, int, str, str, str], ...] = (
    ("新学期师德专题讲座", date(2026, 9, 8), None,
     4, "师德培训", "区级", 600, "", "", "区会议中心"),
    ("作业设计专题研修班", date(2026, 9, 21), date(2026, 9, 22),
     12, "专题培训", "区级", 120, "", "", "进修学校三楼"),
    ("骨干教师高级研修班", date(2026, 10, 19), date(2026, 10, 23),
     24, "专题培训", "市级", 60, f"{TARGET}、{CORE}", "", "市教师之家"),
    ("幼儿园保育员岗位培训", date(2026, 10, 26), date(2026, 10, 28),
     18, "其他", "区级", 80, "", "保育员", "第一幼儿园"),
    ("跨学科主题学习工作坊", date(2026, 11, 16), date(2026, 11, 18),
     16, "专题培训", "区级", 90, "", "", "进修学校三楼"),
    ("数字教学资源网络研修", date(2026, 11, 20), date(2026, 12, 31),
     20, "网络研修", "省级", 1000, "", "", "网络平台"),
    ("校园卫生与急救培训", date(2026, 12, 4), None,
     6, "其他", "区级", 100, "", "校医、保健教师", "区卫健中心"),
    ("名师工作室联合研修", date(2026, 12, 12), date(2026, 12, 13),
     12, "工作室研修", "区级", 200, f"{TARGET}、{CORE}", "", "培养中心"),
    ("课堂观察与评价专题班", date(2027, 1, 14), date(2027, 1, 15),
     12, "专题培训", "区级", 120, "", "", "进修学校三楼"),
    ("寒假师德网络研修", date(2027, 1, 20), date(2027, 2, 20),
     12, "师德培训", "市级", 2000, "", "", "网络平台"),
    ("教育科研方法研修班", date(2027, 3, 15), date(2027, 3, 19),
     24, "专题培训", "市级", 60, "", "", "市教师之家"),
    ("命题与学业评价网络研修", date(2027, 4, 1), date(2027, 5, 15),
     24, "网络研修", "省级", 800, "", "", "网络平台"),
    ("工作室主持人培养班", date(2027, 4, 19), date(2027, 4, 23),
     24, "工作室研修", "区级", 40, CORE, "", "培养中心"),
    ("暑期骨干教师研修班", date(2027, 7, 12), date(2027, 7, 16),
     24, "专题培训", "区级", 150, "", "", "进修学校"),
)  # fmt: skip


def calendar() -> Table:
    """The sheet: numbered in the order of its days, open to everybody where neither rung nor role is named."""
    rows: list[list[Cell]] = []
    for nth, (title, first, last, hours, category, level, places, rungs, roles, venue) in enumerate(_PLANNED, 1):
        organiser = CENTRE if category == "工作室研修" else SCHOOL
        days: list[Cell] = [first, last or first]
        rows.append([f"PX-2026-{nth:02}", title, *days, hours, category, level, places, rungs, roles, organiser, venue])
    return Table("16_培训日程.xlsx", "calendar", HEADERS, rows, manner=None)
