"""A mapping file drafted for a sheet that nobody knows: each line with its reasons, what is unsure left open.

The draft is for a person to correct: what is left as ``"?"`` is refused until it is settled.  Of the sheet's cells only
words of a few (statuses, units) are written into it, never what a column of names or numbers holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Literal

from console.intake.columns import Column, FileKind
from console.intake.desk import Desk
from console.intake.guessing import CHECKS, NEAR, Guess, Likely, best_guess
from console.intake.mapped import COUNTED
from console.intake.mapping_file import FORMAT, IGNORE
from console.intake.profiles import NONSENSE, Profile, nature, profiles
from console.intake.reading import IntakeError, Sheet
from console.intake.values import Problem, nearest, read_number, squeezed

ALIKE = 0.3
"""How little more one kind may explain than another before neither is proposed."""
OPEN = '"?"'
MOST_WORDS = 40
"""Distinct words up to which a draft lists what is to be mapped; a column of more is no column of words."""
TOO_MANY = 40
"""Hours above which a bare number is hardly one: it may be minutes."""
_PLAIN = re.compile(r"[A-Za-z\u4e00-\u9fff][\w\u4e00-\u9fff()（）·./ -]*", re.ASCII)
_TRAPS = {"yes", "no", "on", "off", "y", "n", "true", "false", "null"}


@dataclass(frozen=True)
class Proposal:
    """A draft of a mapping file: for which sheet and kind, its text, and how much of it is settled."""

    sheet: str
    kind: str
    text: str
    settled: int
    open: int
    path: Path | None = None
    """Where it was written."""
    copied: str | None = None
    """The mapping that reads the sheet already, of which this is a copy."""


@dataclass
class _Draft:
    lang: Literal["zh", "en"]
    lines: list[str] = field(default_factory=list)
    open: int = 0

    def say(self, said: Problem) -> str:
        return said.zh if self.lang == "zh" else said.en

    def note(self, zh: str, en: str, indent: int = 0) -> None:
        """A comment on a line of its own."""
        self.lines.append(" " * indent + "# " + (zh if self.lang == "zh" else en))

    def pair(self, indent: int, key: str, value: str, *why: Problem) -> None:
        """A line, and its reasons as a comment beside it."""
        if value == OPEN:
            self.open += 1
        text = f"{' ' * indent}{key}: {value}"
        reasons = ("；" if self.lang == "zh" else "; ").join(self.say(one) for one in why)
        self.lines.append(f"{text}{' ' * max(2, 30 - _width(text))}# {reasons}" if reasons else text)

    def gap(self) -> None:
        self.lines.append("")


def propose(sheet: Sheet, desk: Desk, kind: FileKind | None, lang: Literal["zh", "en"], source: str = "") -> Proposal:
    """A draft for a sheet; IntakeError where it may be two kinds of table alike, or none."""
    found = profiles(sheet.header, sheet.blocks())
    first, second = best_guess(found, desk, kind)
    if kind is None and not (first.settled or first.open):
        raise _which(sheet, first, None)
    if kind is None and second.weight > first.weight - ALIKE:
        raise _which(sheet, first, second)
    draft = _Draft(lang)
    _head(draft, first, second, source)
    _columns(draft, first)
    _values(draft, first, desk)
    _hours(draft, first, desk)
    _dates(draft, first)
    _record(draft, first)
    _constant(draft, first, desk)
    return Proposal(sheet.name, first.kind.id, "\n".join(draft.lines) + "\n", len(first.settled), draft.open)


def _which(sheet: Sheet, first: Guess, second: Guess | None) -> IntakeError:
    if second is None:
        return IntakeError(
            f"“{sheet.name}”的列不像任何一种表；用 --kind 说明是哪一种，再起草",
            f'the columns of "{sheet.name}" are like none of ours: say with --kind what they are, and try again',
        )
    return IntakeError(
        f"“{sheet.name}”既像{first.kind.zh}表（{first.kind.id}），也像{second.kind.zh}表（{second.kind.id}）；"
        "用 --kind 说明是哪一种",
        f'"{sheet.name}" may be {first.kind.id} as well as {second.kind.id}: say which with --kind',
    )


# ------------------------------------------------------------------------------------------------------ the parts


def _head(draft: _Draft, guess: Guess, second: Guess, source: str) -> None:
    draft.note(
        '起草的映射文件：逐行看一遍，改掉不对的，把每个 "?" 定下来，再用 --mapping 导入',
        'A drafted mapping: read each line, mend what is wrong, settle every "?", then import with --mapping',
    )
    draft.gap()
    draft.lines.append(f"format: {FORMAT}")
    if any(column.name == "system" for column in guess.kind.columns) and not _has(guess, "system"):
        why = Problem(
            "平台的名称；与记录编号一起认出同一条记录，导入过以后不要再改",
            "the platform; a record is known by it and its number, so do not change it once rows are in",
        )
        draft.pair(0, "source", _quoted(source) if source else OPEN, why)
    because = Problem("按 --kind", "by --kind")
    if second is not guess:
        because = Problem(
            f"最像这一种；其次是{second.kind.zh}表，若是就用 --kind 重新起草",
            f"most like this one; next {second.kind.id}: if it is that, draft again with --kind",
        )
    draft.pair(0, "kind", guess.kind.id, Problem(f"{guess.kind.zh}表：{because.zh}", because.en))
    # The whole layout, so that no other sheet is taken for one of these.
    known = ", ".join(_quoted(one.header) for one in guess.profiles if squeezed(one.header) not in CHECKS)
    draft.pair(
        0, "recognises", f"[{known}]", Problem("有这些列的表都按本文件读", "sheets with all of these are read by it")
    )


def _columns(draft: _Draft, guess: Guess) -> None:
    draft.gap()
    draft.lines.append("columns:")
    lacking = [name for group in guess.missing for name in group]
    for profile in guess.profiles:
        key = _quoted(profile.header)
        if (one := guess.settled.get(profile.header)) is not None:
            draft.pair(2, key, _ours(draft, one), *one.why)
        elif (may := guess.open.get(profile.header)) is not None:
            draft.pair(2, key, OPEN, *(_maybe(one, guess, needed=one.column.name in lacking) for one in may))
        else:
            draft.pair(2, key, _ignore(draft), _aside(profile, guess))


def _maybe(one: Likely, guess: Guess, *, needed: bool) -> Problem:
    """What an open column may be, and why; and which other column may be it as well."""
    zh, en = one.column.headers[0], one.column.headers[1]
    because = "、".join(why.zh for why in one.why), ", ".join(why.en for why in one.why)
    rivals = [
        header
        for header, may in guess.open.items()
        if header != one.profile.header and may[0].column is one.column and may[0].score > one.score - NEAR
    ]
    if rivals and guess.open[one.profile.header][0] is one:
        because = (
            f"{because[0]}、“{rivals[0]}”也一样像",
            f'{because[1]}, and "{rivals[0]}" just as well',
        )
    must = ("，必有的列", ", which is needed") if needed else ("", "")
    return Problem(f"可能是 {zh}（{because[0]}{must[0]}）", f"perhaps {en} ({because[1]}{must[1]})")


def _aside(profile: Profile, guess: Guess) -> Problem:
    """Why a header is proposed to be ignored."""
    if not profile.cells:
        return Problem("空列", "empty")
    return Problem(f"不像{guess.kind.zh}表的任何一列", f"like no column of {guess.kind.id}")


def _values(draft: _Draft, guess: Guess, desk: Desk) -> None:
    written = False
    for header, one in guess.settled.items():
        if one.nature not in ("term", "name") or len(one.profile.words) > MOST_WORDS:
            continue
        unknown = _unknown_names(one, desk) if one.nature == "name" else _unknown_words(one, desk)
        if not unknown:
            continue
        if not written:
            draft.gap()
            draft.lines.append("values:")
            written = True
        draft.lines.append(f"  {_quoted(header)}:")
        if one.nature == "term":
            zh, en = _choices(one.column, desk)
            draft.note(f"{zh}；或 {IGNORE[0]}（整行略过）", f"{en}; or ignore: such rows are passed over", 4)
        for word, near in unknown.items():
            count = one.profile.words[word]
            draft.pair(4, _quoted(word), OPEN, Problem(f"{count} 行", f"{count} rows"), *near)


def _choices(column: Column, desk: Desk) -> Problem:
    """The words that a column of terms takes, as its reader tells them to whoever writes another."""
    said = column.reader(desk)(NONSENSE)
    return Problem(said.zh.partition("；")[0], said.en.partition(";")[0])


def _unknown_words(one: Likely, desk: Desk) -> dict[str, tuple[Problem, ...]]:
    """The words that a column of terms does not know, each with what may be meant."""
    read = one.column.reader(desk)
    found = {word: said for word in one.profile.words if isinstance(said := read(word), Problem)}
    near = {word: Problem(said.zh.partition("；")[2], said.en.partition("; ")[2]) for word, said in found.items()}
    return {word: (said,) if said.zh else () for word, said in near.items()}


def _unknown_names(one: Likely, desk: Desk) -> dict[str, tuple[Problem, ...]]:
    """The names that no unit has, each with the name that is nearest."""
    names = desk.district.unit_names()
    found = {word: nearest(word, names) for word in one.profile.words if desk.unit_named(word) is None}
    return {word: (Problem(f"像“{near}”", f'like "{near}"'),) if near else () for word, near in found.items()}


def _hours(draft: _Draft, guess: Guess, desk: Desk) -> None:
    one = next((one for one in guess.settled.values() if one.column.name in COUNTED), None)
    if one is None or one.column.name == "amount":
        return
    read, profile = one.column.reader(desk), one.profile
    units = [unit for unit in profile.units if isinstance(read(f"1{unit}"), Problem)]
    bare = len(profile.cells) - sum(profile.units.values())
    unit = _unit_in(profile.header)
    largest = max((number for number in _numbers(profile)), default=0.0)
    if not units and unit is None and largest <= TOO_MANY:
        return
    draft.gap()
    draft.lines.append("hours:")
    if bare and unit is not None:
        draft.pair(2, "unit", unit, Problem("列名里这样写", "so the header says"))
        units = list(dict.fromkeys([unit, *units]))
    elif bare and largest > TOO_MANY:
        draft.pair(
            2, "unit", OPEN,
            Problem(f"只写数字的最大到 {largest:g}，像是分钟", f"bare numbers go up to {largest:g}: minutes, perhaps"),
        )  # fmt: skip
        units = list(dict.fromkeys(["分钟", *units]))
    draft.lines.append("  units:")
    for name in units:
        draft.pair(4, _quoted(name), OPEN, *_worth(name))
    if any(_WORTH.get(squeezed(name), ("", ""))[0].startswith("1/") for name in units):
        draft.pair(
            2, "round", "down to 0.5",
            Problem("除不尽的舍到半学时；删掉则退回", "uneven amounts go down to the half; else they come back"),
        )  # fmt: skip


_WORTH = {
    "分钟": ("1/45", "45 分钟为 1 学时写 1/45，60 分钟写 1/60"),
    "minutes": ("1/45", "1/45 where 45 minutes make an hour of training, 1/60 where 60 do"),
    "小时": ("4/3", "1 小时算 1 学时写 1；按 45 分钟折算写 4/3"),
    "天": ("6", "一天几学时，如 6"),
    "学分": ("5", "1 学分几学时，如 5"),
    "节": ("1", "一节课几学时，如 1"),
}


def _worth(unit: str) -> tuple[Problem, ...]:
    example, zh = _WORTH.get(squeezed(unit), ("1", f"1 {unit}折合几学时"))
    return (Problem(zh, f"how many hours one is worth: {example}, say"),)


def _unit_in(header: str) -> str | None:
    """The unit that a header names, other than that of our hours."""
    return next((unit for unit in ("分钟", "minutes", "小时", "学分", "节", "天") if unit in header.lower()), None)


def _numbers(profile: Profile) -> Iterator[float]:
    for cell in profile.cells:
        if isinstance(number := read_number(cell), Decimal):
            yield float(number)


def _dates(draft: _Draft, guess: Guess) -> None:
    found = [one.profile.day_last for one in guess.settled.values() if one.nature == "day" and one.profile.day_last]
    if not found:
        return
    first, second = max(one[0] for one in found), max(one[1] for one in found)
    draft.gap()
    if first > 12 >= second:
        why = Problem(f"第一个数最大到 {first}，是日", f"the first number goes up to {first}: the day")
        draft.pair(0, "dates", "day/month/year", why)
    elif second > 12 >= first:
        why = Problem(f"第二个数最大到 {second}，是日", f"the second number goes up to {second}: the day")
        draft.pair(0, "dates", "month/day/year", why)
    else:
        why = Problem(
            "日在前写 day/month/year，月在前写 month/day/year", "day/month/year or month/day/year: cells do not tell"
        )
        draft.pair(0, "dates", OPEN, why)


def _record(draft: _Draft, guess: Guess) -> None:
    may = {one.column.name for ones in guess.open.values() for one in ones}
    if not any(column.name == "record" for column in guess.kind.columns) or _has(guess, "record") or "record" in may:
        return
    draft.gap()
    draft.note(
        "没有认出记录编号：同一条记录就按人、名称和第一天来认；几列合起来能认出一条的，写在这里",
        "no record number was found: a record is known by whose it is, its title and its first day; where columns "
        "together make a number, name them here",
    )
    draft.note("record: [活动编号, 工号]", "record: [activity number, staff number]")


def _constant(draft: _Draft, guess: Guess, desk: Desk) -> None:
    """What the kind needs and no column gives must be the same in every row, or be settled above."""
    open_names = {one.column.name for ones in guess.open.values() for one in ones}
    lost = [group for group in guess.missing if not open_names.intersection(group)]
    status = any(column.name == "status" for column in guess.kind.columns) and not _has(guess, "status")
    if not lost and not status:
        return
    draft.gap()
    if lost:
        draft.lines.append("constant:")
    for group in lost:
        column = guess.kind.column(group[0])
        others = "、".join(guess.kind.column(name).headers[0] for name in group[1:])
        beside = Problem(f"（或 {others}）", f" (or {others})") if others else Problem("", "")
        draft.pair(
            2, _quoted(column.headers[0] if draft.lang == "zh" else column.headers[1]), OPEN,
            Problem(
                f"每行都要有{beside.zh}，没有认出是哪一列：在上面指明，或每行都一样就写在这里",
                f"every row needs it{beside.en}; no column was found: say above which it is, or here what it always is",
            ),
            *([_choices(column, desk)] if nature(column, desk) == "term" else ()),
        )  # fmt: skip
    if status and "status" not in open_names:
        draft.note(
            "没有认出认定状态：导入后都是待认定，不计；若本来就都已认定，写 认定状态: 已认定",
            "no column says what was recognised: all will be pending and not count; if all are recognised, write "
            "recognition: recognised",
            2 if lost else 0,
        )
        if not lost:
            draft.note("constant: {认定状态: 已认定}", "constant: {recognition: recognised}")


# -------------------------------------------------------------------------------------------------------- writing


def _has(guess: Guess, name: str) -> bool:
    return any(one.column.name == name for one in guess.settled.values())


def _ours(draft: _Draft, one: Likely) -> str:
    headers = one.column.headers
    return _quoted(headers[0] if draft.lang == "zh" else headers[1])


def _ignore(draft: _Draft) -> str:
    return IGNORE[0] if draft.lang == "zh" else IGNORE[1]


def _quoted(text: str) -> str:
    """A text as YAML: in quotes unless it cannot be read as anything else."""
    plain_ = _PLAIN.fullmatch(text) and text.lower() not in _TRAPS and not text.endswith(" ")
    return text if plain_ else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _width(text: str) -> int:
    """How wide a text is on a screen, where a Chinese character takes two places."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)
