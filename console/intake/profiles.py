"""What the cells of a column look like, and how well they suit a column of ours: the reasons of a proposed mapping.

Only the first ``SAMPLED`` rows are looked at.  Reasons never quote what may be personal: they count.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import chain, islice
from typing import Literal

from console.intake.columns import Column
from console.intake.days import read_span
from console.intake.desk import Desk
from console.intake.reading import Block
from console.intake.values import Cell, Problem, plain, read_number, shown, squeezed

SAMPLED = 2_000
FEW_WORDS = 12
"""Distinct words up to which a column may be one of statuses or categories."""
KNOWN = 0.9
"""The share of known codes, or of cells that a reader takes, from which on they speak for a column."""

Nature = Literal["code", "name", "day", "number", "term", "text"]
CLUES: dict[str, str] = {
    "person": "学员 人员 教师号 教工 员工 账号 帐号 employee teacher staff",
    "title": "课程 项目 课题 活动 主题 班次 内容 course activity topic title",
    "hours": "学时 时长 课时 学分 分钟 节数 时数 duration minutes credit hours",
    "amount": "分数 得分 成绩 score",
    "change": "变动 异动 状态 在岗",
    "number": "人员 员工 职工 教工 账号 帐号 id",
    "status": "是否 结果 结论 合格 考核 审核 状态 是否通过 完成情况 result status passed state",
    "day": "时间 日期 完成 签到 date time day completed",
    "first": "开始 起 入学 start from begin",
    "last": "结束 止 截止 结业 end until",
    "record": "单号 流水 记录 编号 订单 证书 record id no",
    "category": "类别 类型 分类 种类 category type",
    "level": "级别 层级 等级 level",
    "system": "平台 来源 系统 platform source",
    "unit": "单位 学校 unit school",
    "unit_name": "单位 学校 机构 部门 unit school",
    "name": "姓名",
}
"""Words in a header that hint at a column, beyond the headers that are known."""

_NUMBERED = ("编号", "号", "号码", "id", "no", "number")
"""How headers end that are no titles, whatever they are numbers of."""
_CODES = ("record", "identity", "course", "number", "work", "case")
_CODE = re.compile(r"(?=.*[0-9])[A-Za-z0-9._/#-]{1,64}")
_BRACKETS = re.compile(r"[(\[【（].*?[)\]】）]")
_WITH_UNIT = re.compile(r"[0-9.,]+\s*([^0-9.,\s:/-][^0-9]{0,3})")
_DAY_LAST = re.compile(r"([0-9]{1,2})[-./]([0-9]{1,2})[-./][0-9]{4}(?=$|[ T])")
NONSENSE, _ANY_DAY, _ANY_NUMBER = "不知所云ABC", "2024-01-01", "1"


@dataclass(frozen=True)
class Profile:
    """A column of the sheet: its header, where it stands, and its cells that are not blank."""

    header: str
    place: int
    cells: tuple[Cell, ...]

    @cached_property
    def words(self) -> Counter[str]:
        """Its distinct cells as people read them, and how often each stands there."""
        return Counter(shown(cell).strip() for cell in self.cells)

    @cached_property
    def days(self) -> float:
        """The share of cells that are days or months."""
        return _share(not isinstance(read_span(cell), Problem) for cell in self.cells if not _is_number(cell))

    @cached_property
    def day_last(self) -> tuple[int, int] | None:
        """Where most cells are written as 15/07/2025: the largest first and second number; else None."""
        found = [one for cell in self.cells if isinstance(cell, str) and (one := _DAY_LAST.match(plain(cell)))]
        if len(found) < KNOWN * len(self.cells) or not found:
            return None
        return max(int(one[1]) for one in found), max(int(one[2]) for one in found)

    @cached_property
    def numbers(self) -> float:
        """The share of cells that are numbers, with a unit or without."""
        return _share(
            not isinstance(read_number(cell), Problem)
            or (isinstance(cell, str) and bool(_WITH_UNIT.fullmatch(plain(cell))))
            for cell in self.cells
        )

    @cached_property
    def units(self) -> Counter[str]:
        """The words that stand behind numbers, and how often."""
        texts = (plain(cell) for cell in self.cells if isinstance(cell, str))
        return Counter(found[1].strip() for text in texts if (found := _WITH_UNIT.fullmatch(text)))

    @property
    def differ(self) -> bool:
        """Whether no two rows say the same."""
        return len(self.cells) > 1 and len(self.words) == len(self.cells)

    @property
    def few(self) -> bool:
        """Whether there are only a few words again and again, as of a status."""
        total = len(self.cells)
        return 0 < len(self.words) <= FEW_WORDS and (len(self.words) * 3 <= total or len(self.words) <= 3)


def profiles(header: Sequence[Cell], blocks: Iterable[Block]) -> list[Profile]:
    """The columns of a sheet that have a header."""
    rows = [row for _, row in islice(chain.from_iterable(blocks), SAMPLED)]
    found = []
    for place, name in enumerate(" ".join(shown(cell).split()) for cell in header):
        cells = (row[place] for row in rows if place < len(row))
        if name:
            found.append(Profile(name, place, tuple(cell for cell in cells if shown(cell).strip())))
    return found


def _share(of: Iterable[bool]) -> float:
    every = list(of)
    return sum(every) / len(every) if every else 0.0


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


# ------------------------------------------------------------------------------------------------------- likeness


def nature(column: Column, desk: Desk) -> Nature:
    """What a column holds, by what its reader takes."""
    if column.refers is not None:
        return "code"
    if column.named:
        return "name"
    read = column.reader(desk)
    if not isinstance(read(NONSENSE), Problem):
        return "text"
    if not isinstance(read(_ANY_DAY), Problem):
        return "day"
    return "number" if not isinstance(read(_ANY_NUMBER), Problem) else "term"


def called(header: str, column: Column) -> tuple[float, Problem | None]:
    """How much a header is like those of a column, from 0 to 1, and what it is like."""
    whole, bare = squeezed(header), squeezed(_BRACKETS.sub("", header))
    best, like = 0.0, ""
    for known in column.headers:
        key = squeezed(known)
        if whole == key:
            return 1.0, Problem("就叫这个名字", "that is its name")
        if bare == key:
            score = 0.95
        elif min(len(bare), len(key)) > 1 and (key in bare or bare in key):
            score = 0.55 + 0.35 * min(len(bare), len(key)) / max(len(bare), len(key))
        else:
            score = 0.8 * SequenceMatcher(None, bare, key).ratio()
        if score > best:
            best, like = score, known
    if best >= 0.5:
        return best, Problem(f"名字像“{like}”", f'its name is like "{like}"')
    if column.name == "title" and whole.endswith(_NUMBERED):
        return 0.0, None
    for clue in CLUES.get(column.name, "").split():
        if clue in whole:
            return 0.5, Problem(f"名字里有“{clue}”", f'"{clue}" is in its name')
    return (best, Problem(f"名字有点像“{like}”", f'its name is a little like "{like}"')) if best >= 0.4 else (0.0, None)


@dataclass(frozen=True)
class Fit:
    """How well cells suit a column: ``share`` of them, None where the column takes anything; and the reason."""

    share: float | None
    why: Problem | None = None


def suits(profile: Profile, column: Column, kind: Nature, desk: Desk) -> Fit:
    """What a column's cells say about being a column of ours."""
    total = len(profile.cells)
    if not total:
        return Fit(None, Problem("这一列是空的", "the column is empty"))
    if kind == "code" and column.begins:  # the sheet may be the one that brings them
        return Fit(None if profile.differ else 0.0, Problem("每行都不同", "no two rows are the same"))
    if kind == "code":
        return _known_codes(profile, column, desk)
    if kind == "name":
        share = sum(n for word, n in profile.words.items() if desk.unit_named(word)) / total
        return Fit(share, _said(share, "是本区的单位名称", "are names of the district's units"))
    if kind == "day":
        if profile.day_last is not None:
            return Fit(1.0, Problem("像 15/07/2025 那样的日期", "days written like 15/07/2025"))
        taken = column.reader(desk)
        share = max(profile.days, _share(not isinstance(taken(cell), Problem) for cell in profile.cells))
        return Fit(share, _said(share, "是日期", "are days"))
    if kind == "number":
        share = profile.numbers if profile.days < KNOWN else 0.0
        return Fit(share, _said(share, "是数字", "are numbers"))
    if kind == "term":
        read = column.reader(desk)
        share = sum(n for word, n in profile.words.items() if not isinstance(read(word), Problem)) / total
        if share < KNOWN and profile.few and profile.numbers < 0.5 and profile.days < 0.5:
            count = len(profile.words)
            zh, en = f"只有 {count} 种说法", f"only {count} different word{'s' if count > 1 else ''}"
            return Fit(max(share, 0.8), Problem(zh, en))
        return Fit(share, _said(share, "认得", "are known"))
    if column.name in _CODES and _share(bool(_CODE.fullmatch(word)) for word in profile.words) < 0.5:
        return Fit(0.0)
    if column.name == "record":
        return Fit(None, Problem("每行都不同", "no two rows are the same") if profile.differ else None)
    if column.name == "title" and (profile.numbers > 0.5 or profile.days > 0.5):
        return Fit(0.0)
    return Fit(None)


def _known_codes(profile: Profile, column: Column, desk: Desk) -> Fit:
    assert column.refers is not None
    found = desk.district.find(column.refers, {plain(word) for word in profile.words})
    share = sum(n for word, n in profile.words.items() if plain(word) in found) / len(profile.cells)
    zh, en = {
        "person": ("是本区的工号", "are staff numbers of the district"),
        "studio": ("是本区的工作室编号", "are codes of the district's studios"),
        "unit": ("是本区的单位代码", "are codes of the district's units"),
    }[column.refers]
    return Fit(share, _said(share, zh, en))


def _said(share: float, zh: str, en: str) -> Problem | None:
    percent = int(share * 100)
    if percent == 0:
        return None
    return Problem(
        f"{percent}% {zh}" if percent < 100 else f"都{zh}", f"{percent} % {en}" if percent < 100 else f"all {en}"
    )
