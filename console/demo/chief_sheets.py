"""The sheets of the review of chief teachers: what the office, the schools and the panels hand in, in its order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from console.demo.chief import Candidate, Chief, Leading, Part
from console.demo.district_files import write_sheet
from console.demo.works import VIOLATION, Work

GROUP, SCHOOL, PANEL = "小组评议", "学校考察上报", "中心校认定"
"""The stages, as the sheets name them."""
_FOR, _AGAINST = "同意", "反对"
_VOTES: dict[Part, int] = {"cleared": 6, "caught": 6, "tied": 5, "behind": 4}
"""How many of the seven who recognise are for a candidate; all of them for the others."""
_BALLOT = ("工号", "评委工号", "意见")
_Row = tuple[str | int | date, ...]


def nominations(folder: Path, chief: Chief) -> Path:
    """The list of those nominated."""
    return write_sheet(folder, "申报名单_首席教师.xlsx", ("工号",), sorted((one.number,) for one in chief.candidates))


def panels(folder: Path, chief: Chief) -> Path:
    """Who sits where: in the group, in each school, and among those who recognise."""
    rows: list[_Row] = [(GROUP, "", seat, one) for seat, one in enumerate(chief.group, start=1)]
    for school, members in chief.schools.items():
        rows += [(SCHOOL, school, seat, one) for seat, one in enumerate(members, start=1)]
    rows += [(PANEL, "", seat, one) for seat, one in enumerate(chief.panel, start=1)]
    return write_sheet(folder, "评审组_首席教师.xlsx", ("环节", "单位代码", "席位", "评委工号"), rows)


def group_ballots(folder: Path, chief: Chief) -> Path:
    """The group's ballots but for its last member's, who is away; a mentor votes on the own mentee, and may not."""
    present, rows = chief.group[:-1], list[_Row]()
    for one in _judged(chief):
        for seat, member in enumerate(present):
            if one.part != "returned" and (one.part == "mentored" or not chief.stands_aside(member, one)):
                rows.append((one.number, member, _opinion(one, seat)))
    return write_sheet(folder, "表决票_小组评议.xlsx", _BALLOT, rows)


def late_group_ballots(folder: Path, chief: Chief, written: date) -> Path:
    """What the last member wrote on paper that day, and everybody's ballots on the case that came back."""
    rows: list[_Row] = []
    for one in _judged(chief):
        for seat, member in enumerate(chief.group):
            if (one.part == "returned" or member == chief.group[-1]) and not chief.stands_aside(member, one):
                rows.append((one.number, member, _opinion(one, seat), written))
    return write_sheet(folder, "表决票_小组评议_纸质.xlsx", (*_BALLOT, "填票日期"), rows)


def _opinion(one: Candidate, seat: int) -> str:
    against = (one.part == "rejected" and seat > 0) or (one.part == "behind" and seat == 3)
    return _AGAINST if against else _FOR


def school_ballots(folder: Path, chief: Chief) -> Path:
    """What head and deputy sign for; one deputy does not."""
    rows: list[_Row] = []
    for one in _judged(chief, "rejected"):
        head, deputy = chief.schools[one.school]
        rows += [(one.number, head, _FOR), (one.number, deputy, _AGAINST if one.part == "unsigned" else _FOR)]
    return write_sheet(folder, "会签_学校考察.xlsx", _BALLOT, rows)


def panel_ballots(folder: Path, chief: Chief) -> Path:
    """The ballots of those who recognise: the kin stands aside, and a stand-in votes for the last of them."""
    seats = (*chief.panel[:-1], chief.stand_in)
    rows: list[_Row] = []
    for turn, one in enumerate(_judged(chief, "rejected", "unsigned")):
        others = _turned([member for member in seats[1:] if one.part != "kin" or member != chief.panel[1]], turn)
        votes = _VOTES.get(one.part, len(seats))
        for place, member in enumerate((seats[0], *others), start=1):
            rows.append((one.number, member, _FOR if place <= votes else _AGAINST))
    return write_sheet(folder, "表决票_中心校认定.xlsx", _BALLOT, rows)


def _turned(members: Sequence[str], by: int) -> Iterator[str]:
    """The members, beginning with another each time: not the same ones are always against."""
    at = by % len(members)
    yield from (*members[at:], *members[:at])


def _judged(chief: Chief, *out: Part) -> list[Candidate]:
    """Those who are eligible, without those who did not come so far."""
    out = ("short", "idle", *out)
    return sorted((one for one in chief.candidates if one.part not in out), key=lambda one: one.number)


# ------------------------------------------------------------------------------------------------ for chief teacher

_AT_SCHOOL, _LAST = ("师德表现", "课堂教学", "带动同伴"), ("教育教学", "教科研", "示范引领", "现场答辩")
_SCHOOL_MARKS = ((95, 90, 88), (92, 91, 85), (90, 86, 84), (76, 90, 92))
_LAST_MARKS = ((93, 90, 92, 18), (90, 88, 91, 18), (86, 84, 85, 16))
"""What each candidate is worth, about; the marks of a panel lie around it."""
NOT_APPLICABLE = "不适用"


def trainees(folder: Path, leading: Leading) -> Path:
    """The list of those nominated for chief teacher."""
    rows = sorted((number,) for number, _ in leading.candidates)
    return write_sheet(folder, "申报名单_首席教师晋级.xlsx", ("工号",), rows)


def leading_panels(folder: Path, leading: Leading) -> Path:
    """Who sits where."""
    rows: list[_Row] = [(GROUP, "", seat, one) for seat, one in enumerate(leading.group, start=1)]
    for school, members in sorted(leading.schools.items()):
        rows += [(SCHOOL, school, seat, one) for seat, one in enumerate(members, start=1)]
    rows += [(PANEL, "", seat, one) for seat, one in enumerate(leading.panel, start=1)]
    return write_sheet(folder, "评审组_首席教师晋级.xlsx", ("环节", "单位代码", "席位", "评委工号"), rows)


def leading_ballots(folder: Path, leading: Leading) -> Path:
    """The group is for all of them."""
    rows = [(number, member, _FOR) for number, _ in leading.candidates for member in leading.group]
    return write_sheet(folder, "表决票_首席教师晋级.xlsx", _BALLOT, rows)


def school_marks(folder: Path, leading: Leading) -> Path:
    """The score sheets of the schools; one is below the minimum of an item, and one item does not apply."""
    rows: list[_Row] = []
    for (number, school), marks in zip(leading.candidates, _SCHOOL_MARKS, strict=True):
        for seat, member in enumerate(leading.schools[school]):
            rows.append((number, member, *(mark + seat - 2 for mark in marks)))
    rows[0] = (*rows[0][:-1], NOT_APPLICABLE)
    return write_sheet(folder, "评分表_学校考察.xlsx", ("工号", "评委工号", *_AT_SCHOOL), rows)


def panel_marks(folder: Path, leading: Leading) -> Path:
    """The score sheets of those who recognise: the highest and the lowest of each candidate will be dropped."""
    rows: list[_Row] = []
    for (number, _), marks in zip(leading.candidates, _LAST_MARKS, strict=False):
        for seat, member in enumerate(leading.panel):
            *parts, defence = marks
            rows.append((number, member, *(mark + seat % 4 - 2 for mark in parts), defence + seat % 2))
    return write_sheet(folder, "评分表_中心校认定.xlsx", ("工号", "评委工号", *_LAST), rows)


# ------------------------------------------------------------------------------------------------- sheets of evidence


def certificate(folder: Path, number: str, day: date) -> Path:
    """The training that was missing from the case that is sent back."""
    headers = ("工号", "培训项目", "类别", "级别", "学时", "日期", "来源", "记录编号", "认定状态")
    row = (number, "2026年首席教师专题研修（补登）", "专题培训", "区级", 12, day, "继续教育平台", "PT9900001", "已认定")
    return write_sheet(folder, "补登学时_首席教师.xlsx", headers, [row])


def violation(folder: Path, number: str, day: date) -> Path:
    """What a trainee was found to have done."""
    headers = ("工号", "佐证类型", "名称", "情节", "日期")
    row = (number, VIOLATION, "违反教师职业行为准则的处理决定", "一般", day)
    return write_sheet(folder, "师德处理_2026年9月.xlsx", headers, [row])


def no_lesson(folder: Path, lesson: Work) -> Path:
    """The lesson that was none is struck off."""
    headers = ("工号", "佐证类型", "名称", "级别", "角色", "成果编号", "日期", "处理", "说明")
    said = (lesson.person.number, lesson.kind, lesson.title, lesson.level, lesson.role, lesson.work, lesson.day)
    return write_sheet(folder, "更正_公开课.xlsx", headers, [(*said, "作废", "经核查为听课,不是授课")])
