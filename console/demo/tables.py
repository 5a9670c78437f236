"""The tables of the invented district, in the order in which they must be imported, with their faulty rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from console.demo.calendar import calendar
from console.demo.names import STAFF_MARK
from console.demo.people import Person, Staff
from console.demo.sheets import DOTS, HAN, ISO, SLASHES, Cell, Fault, Table, full_width, halves, month_only
from console.demo.teams import Pair, Standing, Studio
from console.demo.thresholds import Files
from console.demo.trainings import OBSERVATION, PLATFORM, SIGN_IN, Training
from console.demo.units import Unit
from console.demo.works import Evaluation, Reflection, Work

NOBODY = f"{STAFF_MARK}1999-99999"
"""A staff number that nobody has."""
_UNKNOWN: tuple[Fault, str, str, Cell] = ("reject", "unknown staff number", "工号", NOBODY)
_TWICE: tuple[Fault, str, str, Cell] = ("repeat", "the same row again", "", "")
FULL_WIDTH_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class District:
    """Everything that was invented."""

    units: Sequence[Unit]
    staff: Staff
    studios: Sequence[Studio]
    standings: list[Standing]
    tiers: Sequence[Standing]
    pairs: list[Pair]
    files: Files


def tables(rng: Random, district: District) -> list[Table]:
    """All tables; their dates are written, their faults are in."""
    made = [*_organisation(rng, district), *_teams(rng, district), *_trainings(rng, district.files.trainings)]
    made += [
        _evaluations(rng, district.files.evaluations),
        _reflections(rng, district.files.reflections),
        _works(rng, district.files.works),
        calendar(),
    ]
    for table in made:
        table.mix(rng)
    return made


def _who(person: Person) -> list[Cell]:
    return [person.number, person.name]


def _day(day: date, *, known_to_month: bool) -> Cell:
    return month_only(day) if known_to_month else day


def _or_blank(day: date | None) -> Cell:
    return day or ""


def _organisation(rng: Random, district: District) -> Iterator[Table]:
    yield Table(
        "01_单位名册.xlsx",
        "units",
        ("单位代码", "单位名称", "类型", "上级单位代码", "城乡", "学段", "成立日期"),
        [[one.code, one.name, one.kind, one.above, one.locality, one.phase, one.founded] for one in district.units],
        manner=DOTS,
    )
    people = district.staff.all
    headers = ("工号", "姓名", "变动", "单位代码", "日期", "参加工作日期", "出生日期", "学科")
    hired: list[list[Cell]] = [
        [one.number, one.name, "入职", one.unit.code, one.hired, one.began, one.born, one.subject] for one in people
    ]
    changed: list[tuple[date, list[Cell]]] = []
    for one in people:
        if one.moved:
            day, unit = one.moved
            changed.append((day, [one.number, one.name, "调动", unit.code, day, "", "", ""]))
        if one.left:
            changed.append((one.left, [one.number, one.name, "离职", one.unit.code, one.left, "", "", ""]))
    changed.sort(key=lambda change: (change[0], str(change[1][0])))
    table = Table("02_人员名册与变动.xlsx", "people", headers, [*hired, *(row for _, row in changed)], manner=None)
    table.spoil(
        rng,
        ("reject", "unknown kind of change", "变动", "借调"),
        ("reject", "unknown unit", "单位代码", "DW-999"),
    )
    yield table


def _teams(rng: Random, district: District) -> Iterator[Table]:
    yield Table(
        "03_工作室名册.xlsx",
        "studios",
        ("工作室编号", "工作室名称", "类别", "主持人工号", "单位代码", "成立日期"),
        [[one.code, one.name, one.kind, one.host.number, one.host.unit.code, one.founded] for one in district.studios],
    )
    members = Table(
        "04_工作室成员.csv",
        "memberships",
        ("工作室编号", "工号", "角色", "加入日期", "退出日期"),
        [
            [studio.code, member.person.number, member.role, member.joined, _or_blank(member.left)]
            for studio in district.studios
            for member in studio.members
        ],
        encoding="utf-8-sig",
    )
    members.spoil(rng, ("reject", "unknown studio", "工作室编号", "GZS-XX-99"), _UNKNOWN)
    yield members
    for name, who, held in (
        ("05_现有称号_教师.xlsx", "工号", district.standings),
        ("06_现有称号_工作室.xlsx", "工作室编号", district.tiers),
    ):
        rows: list[list[Cell]] = [
            [one.who, one.ladder, one.rung, one.title, one.document, one.since, _or_blank(one.until)] for one in held
        ]
        table = Table(name, "standings", (who, "阶梯", "级", "称号", "文号", "日期", "到期日期"), rows, manner=HAN)
        if who == "工号":
            table.spoil(rng, _UNKNOWN, ("reject", "unknown rung", "级", "金牌教师"))
        yield table
    pairs = Table(
        "07_师徒结对.xlsx",
        "mentors",
        ("徒弟工号", "师傅工号", "开始日期", "结束日期"),
        [[one.mentee.number, one.mentor.number, one.since, _or_blank(one.until)] for one in district.pairs],
        manner=SLASHES,
    )
    pairs.spoil(rng, ("reject", "unknown mentor", "师傅工号", NOBODY))
    yield pairs


def _hours(rng: Random, number: int) -> Cell:
    hours = halves(number)
    return full_width(hours) if rng.random() < FULL_WIDTH_SHARE else hours


def _training(rng: Random, one: Training, *, course: bool, record: bool) -> list[Cell]:
    offer = one.offer
    first = _day(offer.first, known_to_month=one.month_only)
    days = [first, offer.last] if course else [first]
    number = [one.record] if record else []
    state = "已认定" if one.recognised else "待认定"
    unit = one.person.unit_on(offer.first).name
    said = [unit, offer.title, offer.category, offer.level]
    return [*_who(one.person), *said, _hours(rng, offer.halves), *days, one.source, *number, state]


def _trainings(rng: Random, trainings: Sequence[Training]) -> Iterator[Table]:
    said = ("工号", "姓名", "单位", "培训项目", "类别", "级别", "学时")

    def rows(source: Iterable[Training], *, course: bool, record: bool) -> list[list[Cell]]:
        return [_training(rng, one, course=course, record=record) for one in source]

    platform = Table(
        "08_继续教育平台_学时导出.csv",
        "trainings",
        (*said, "开始日期", "结束日期", "来源", "记录编号", "认定状态"),
        rows((one for one in trainings if one.source == PLATFORM), course=True, record=True),
        encoding="gb18030",
    )
    platform.spoil(
        rng,
        _UNKNOWN,
        ("reject", "hours are text", "学时", "abc"),
        ("reject", "no such day", "开始日期", "2026.2.30"),
        ("reject", "negative hours", "学时", -4),
        ("reject", "absurd hours", "学时", 4000),
        ("reject", "hours in words", "学时", "十八"),
        ("reject", "ends before it begins", "结束日期", date(2020, 1, 1)),
        ("reject", "no staff number", "工号", ""),
        ("differs", "the same record with other hours", "学时", 37),
        _TWICE,
        _TWICE,
    )
    yield platform
    for number, year in enumerate((2023, 2024, 2025), start=9):
        own = (one for one in trainings if one.source == SIGN_IN and _school_year(one.offer.first) == year)
        sign_in = Table(
            f"{number:02d}_微信签到_{year}-{year + 1}学年.xlsx",
            "trainings",
            (*said, "日期", "来源", "认定状态"),
            rows(own, course=False, record=False),
            manner=DOTS,
        )
        sign_in.spoil(
            rng,
            _UNKNOWN,
            ("differs", "the same record with other hours, and their unit", "学时", "24学时"),
            ("reject", "no such day", "日期", "2026.2.30"),
            ("reject", "negative hours", "学时", -2),
            _TWICE,
        )
        yield sign_in
    observed = Table(
        "12_听课系统_导出.xlsx",
        "trainings",
        (*said, "日期", "来源", "记录编号", "认定状态"),
        rows((one for one in trainings if one.source == OBSERVATION), course=False, record=True),
        manner=ISO,
    )
    observed.spoil(
        rng,
        _UNKNOWN,
        ("reject", "hours are text", "学时", "abc"),
        ("reject", "no such month", "日期", "2025.13"),
        ("reject", "no date", "日期", ""),
        ("reject", "absurd hours", "学时", 4000),
        ("differs", "the same record with other hours", "学时", 9),
        _TWICE,
    )
    yield observed


def _school_year(day: date) -> int:
    """The year in which the school year of a day began; July and August belong to the one to come here."""
    return day.year if day.month >= 7 else day.year - 1


def _evaluations(rng: Random, evaluations: Iterable[Evaluation]) -> Table:
    rows: list[list[Cell]] = [
        [*_who(one.person), one.title, *("" if s is None else halves(s) for s in one.scores), one.day]
        for one in evaluations
    ]
    table = Table(
        "13_教师发展评价.xlsx",
        "evaluations",
        ("工号", "姓名", "评价名称", "师德水平", "理论素养", "教育教学能力", "教科研水平", "日期"),
        rows,
        manner=None,
    )
    table.spoil(
        rng,
        _UNKNOWN,
        ("reject", "a score above the highest", "理论素养", 185),
        ("reject", "a score in words", "教育教学能力", "优秀"),
        _TWICE,
    )
    return table


def _reflections(rng: Random, reflections: Iterable[Reflection]) -> Table:
    table = Table(
        "14_教学反思.csv",
        "reflections",
        ("工号", "姓名", "反思编号", "反思题目", "提交日期", "入选级别", "入选日期"),
        [
            [*_who(one.person), one.number, one.title, one.submitted, one.level, _or_blank(one.selected)]
            for one in reflections
        ],
        encoding="utf-8-sig",
    )
    table.spoil(
        rng,
        _UNKNOWN,
        ("reject", "unknown level", "入选级别", "宇宙级"),
        ("reject", "no such day", "提交日期", "2026.2.30"),
        _TWICE,
    )
    return table


def _works(rng: Random, works: Iterable[Work]) -> Table:
    table = Table(
        "15_成果与佐证.xlsx",
        "evidence",
        ("工号", "姓名", "佐证类型", "名称", "级别", "等级", "角色", "成果编号", "情节", "日期"),
        [
            [
                *_who(one.person),
                *(one.kind, one.title, one.level, one.grade, one.role, one.work, one.severity),
                _day(one.day, known_to_month=one.month_only),
            ]
            for one in works
        ],
        manner=HAN,
    )
    table.spoil(
        rng,
        _UNKNOWN,
        ("reject", "unknown kind", "佐证类型", "其他材料"),
        ("reject", "unknown level", "级别", "村级"),
        ("reject", "no such day", "日期", "2026.2.30"),
        _TWICE,
    )
    return table
