"""What a cell of a spreadsheet says: exact numbers, amounts, codes, texts, terms of a scale; ``days``: when.

Every reader takes one cell (never a blank one) and gives its value, or a ``Problem`` that says in both languages
what was expected.  Readers are pure and total, so that a ``Memo`` can keep what each distinct cell came to.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from events.facts import Amount, AmountOf

Cell = str | int | float | bool | date | datetime | time | timedelta
"""What a spreadsheet's cell can hold; a blank one is the empty string."""


class Problem(NamedTuple):
    """Why a cell or a row cannot be taken, in both languages."""

    zh: str
    en: str


Reader = Callable[[Cell], Any]

CODE_LENGTH, TEXT_LENGTH = 64, 1_000
MOST_WHOLE = 999_999_999
REMEMBERED = 50_000
"""Distinct cells that a memo keeps; past that it starts afresh, so that memory stays bounded."""
FEW = 4_000
"""The same of a column whose cells are read as fast as they are remembered."""


class Memo(dict[Any, Any]):
    """A column's cells to their values: each distinct cell is read once.  Blank cells are None.

    ``faulty`` is true once any cell was a problem, ``blank`` once any was blank: a column without them need not be
    searched for them.
    """

    def __init__(self, read: Reader) -> None:
        super().__init__()
        self.read, self.faulty, self.blank = read, False, False
        self.most = FEW if read in (read_code, read_text) else REMEMBERED

    def __missing__(self, cell: Cell) -> Any:
        if len(self) >= self.most:
            self.clear()
        if not isinstance(cell, str):
            value = self.read(cell)
        elif not cell.strip():
            self.blank, value = True, None
        elif cell[0] != "#" or (value := _failed(cell)) is None:
            value = self.read(cell)
        if isinstance(value, Problem):
            self.faulty = True
        self[cell] = value
        return value


_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""What copying from a chat or a web page leaves in a cell: signs without a width that turn the writing about."""
_BREAKS = re.compile(r"(?:_x000[Dd]_|[\t\n\r\x0b\x0c\x85\u2028\u2029])+")
_QUOTED = re.compile(r"""=?\s*"([^"]*)"|'([^']*)'?""")


def plain(text: str) -> str:
    """Full-width digits, letters and spaces as half-width ones, nothing that cannot be seen, and no blanks around."""
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).strip()


def bare(text: str) -> str:
    """Plain text without what keeps a spreadsheet from eating its zeros: '007, "007", ="007"."""
    text = plain(text)
    found = _QUOTED.fullmatch(text)
    return (found[1] or found[2] or "").strip() if found else text


_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]|" + _UNSEEN.pattern)


def visible(text: str) -> str:
    """Text of a file as a screen may show it: on one line, and nothing in it that a terminal would obey."""
    return text if text.isprintable() else _CONTROL.sub("\N{REPLACEMENT CHARACTER}", _BREAKS.sub(" ", text))


UNCALCULATED = "#未计算"
"""Stands in a cell whose formula has no result in the file."""
_FAILED = re.compile(r"#(?:N/A|[A-Z0-9/_]+[!?]|GETTING_DATA)", re.IGNORECASE)


def _failed(text: str) -> Problem | None:
    """What is wrong with a cell that is no value, but a spreadsheet's word that it has none."""
    text = text.strip()
    if text == UNCALCULATED:
        return Problem(
            "公式在文件里没有算出的结果；请用电子表格软件打开，保存后再导入",
            "the formula has no result in the file; open it in a spreadsheet program, save it, and import that",
        )
    if _FAILED.fullmatch(text):
        return Problem("公式出错；请改正公式，或改写成值", "the formula there has failed; mend it, or write the value")
    if len(text) > 2 and not text.strip("#"):
        return Problem("列太窄，导出时只剩下 #；请把列拉宽后重新导出", "the column was too narrow when it was exported")
    return None


@lru_cache(REMEMBERED)
def titled(text: str) -> str:
    """A title as it enters the key of a row: plain, without blanks, capitals, underlines, marks around it.

    Keys are hashed into logs: this never changes.
    """
    return "".join(plain(text).casefold().split()).strip("*:").replace("_", "")


_ASKED = re.compile(r"[(\[【]\s*(?:必填|选填|必填项|选填项|required|optional)\s*[)\]】]", re.IGNORECASE)


@lru_cache(REMEMBERED)
def squeezed(text: str) -> str:
    """How headers and terms are compared: as titles, and without what says whether a field is required."""
    return titled(_ASKED.sub("", plain(text)))


def shown(cell: Cell) -> str:
    """A cell as a person would read it."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return str(cell)


# -------------------------------------------------------------------------------------------------------- numbers

_NUMBER = re.compile(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?")
_WITH_UNIT = re.compile(r"([0-9]+(?:\.[0-9]+)?)个?([^0-9.,\s]+)")


def read_number(cell: Cell) -> Decimal | Problem:
    """An exact decimal number.  A spreadsheet's float is the shortest decimal that it stands for."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        number = Decimal(repr(cell))
        return number if number.is_finite() else Problem("不是数字", "not a number")
    if not isinstance(cell, str):
        return Problem("应为数字（如 6、6.5）", "a number was expected (6, 6.5)")
    text = "".join(bare(cell).split())
    if len(text) <= CODE_LENGTH and _NUMBER.fullmatch(text):
        return Decimal(text.replace(",", ""))
    if found := _WITH_UNIT.fullmatch(text):
        return Problem(f"应为数字；只写 {found[1]}", f"a number was expected; write {found[1]} alone")
    return Problem("应为数字（如 6、6.5）", "a number was expected (6, 6.5)")


def read_whole(cell: Cell) -> str | Problem:
    """A whole number from 0 on, as its digits."""
    number = read_number(cell)
    if isinstance(number, Problem):
        return number
    if number < 0 or number != int(number) or number > MOST_WHOLE:
        return Problem(f"应为 0 到 {MOST_WHOLE} 的整数", f"a whole number from 0 to {MOST_WHOLE} was expected")
    return str(int(number))


UNITS: Mapping[str, tuple[str, ...]] = {
    "hour": ("学时", "课时", "hour", "hours"),
    "point": ("分", "point", "points"),
    "day": ("天", "日", "day", "days"),
    "yuan": ("元", "yuan"),
}
"""How offices write the unit behind a number; a unit that is not here is written by its own name."""
PER_DAY = "hours per day"
"""The district's setting: for how many hours a day of training counts."""
_DIGITS = {sign: Decimal(number) for number, sign in enumerate("一二三四五六七八九十", 1)} | {"两": Decimal(2)}
_COUNT = r"([0-9]+(?:\.[0-9]+)?|[一二两三四五六七八九十])"
_WHOLE_DAYS = re.compile(rf"{_COUNT}个?(?:整?天|日|days?)(半)?", re.IGNORECASE)
_HALF_DAYS = re.compile(rf"(?:{_COUNT}个)?半[天日]|half\s?a?\s?day", re.IGNORECASE)


def amount_reader(of: AmountOf, per_day: str | None = None) -> Callable[[Cell], Amount | Problem]:
    """Reads amounts of a kind: never negative, never above its most, no more decimal places than its scale.

    The unit may stand behind the number (24学时).  Where hours are counted, days are taken too (3天, 半天) if the
    district says for how many hours one counts: ``per_day``, as its setting holds it.
    """
    units = UNITS.get(of.unit, (of.unit,))

    def read(cell: Cell) -> Amount | Problem:
        number = read_number(cell)
        if isinstance(number, Problem) and isinstance(cell, str):
            number = _with_unit("".join(bare(cell).split()), units, of.unit, per_day) or number
        if isinstance(number, Problem):
            return number
        if number < 0:
            return Problem("不能是负数", "cannot be negative")
        if number > of.most:
            return Problem(f"超过了可信的上限 {of.most}", f"more than can be believed (at most {of.most})")
        if number != round(number, of.scale):
            places = f"最多 {of.scale} 位小数" if of.scale else "应为整数"
            return Problem(
                f"{places}，不代为四舍五入",
                f"at most {of.scale} decimal places are taken; nothing is rounded" if of.scale
                else "a whole number was expected; nothing is rounded",
            )  # fmt: skip
        return Amount.of(number, of.unit)

    return read


def _with_unit(text: str, units: Sequence[str], unit: str, per_day: str | None) -> Decimal | Problem | None:
    """A number with its unit behind it; None where it is nothing of the kind."""
    if len(text) > CODE_LENGTH:
        return None
    if (found := _WITH_UNIT.fullmatch(text)) and found[2].casefold() in units:
        return Decimal(found[1])
    if unit != "hour":
        return None
    if (days := _days_of(text)) is None:
        return found and Problem(
            f"“{found[2]}”不是学时；请写学时数，或在映射文件里用 hours 写明怎样折算",
            f'"{found[2]}" is not hours of training: write those, or say under hours in a mapping file how many one is',
        )
    if per_day is None or not (worth := read_per_day(per_day)):
        return Problem(
            "一天算几个学时，还没有规定；用 jieti district settings --hours-per-day 6 设定，或改写成学时",
            "for how many hours a day counts is not settled: set it by jieti district settings --hours-per-day 6, "
            "or write the hours",
        )
    return days * worth


def _days_of(text: str) -> Decimal | None:
    half = Decimal("0.5")
    if found := _HALF_DAYS.fullmatch(text):
        return half * _count(found[1]) if found[1] else half
    if found := _WHOLE_DAYS.fullmatch(text):
        return _count(found[1]) + (half if found[2] else 0)
    return None


def _count(text: str) -> Decimal:
    return _DIGITS[text] if text in _DIGITS else Decimal(text)


def read_per_day(text: str) -> Decimal | None:
    """For how many hours a day counts, as a setting says it; None for what cannot be meant."""
    number = read_number(text)
    return number if isinstance(number, Decimal) and 0 < number <= 24 and number == round(number, 2) else None


# ----------------------------------------------------------------------------------------------- codes and texts

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
BROKEN_TEXT = Problem("含有不可见的控制字符", "holds control characters that cannot be seen")
LOST_DIGITS = Problem(
    "数字太长，电子表格已丢失末几位；请把这一列的格式设为文本后重填",
    "too long for a number: the spreadsheet has lost its last digits; give the column a text format and fill it again",
)


def read_code(cell: Cell) -> str | Problem:
    """A staff number, a unit code, a record number: short text, or a whole number as its digits."""
    if isinstance(cell, str) and cell.isascii() and cell.isalnum() and len(cell) <= CODE_LENGTH:
        return cell  # as most are: nothing below would change it
    if isinstance(cell, float) and abs(cell) >= 1e15:
        return LOST_DIGITS
    if not isinstance(cell, str):
        text = shown(cell)
        if isinstance(cell, bool) or not text.isdecimal():
            return Problem("应为编号", "a code was expected")
        return text
    text = bare(cell)
    if not text:
        return Problem("应为编号", "a code was expected")
    if _UNPRINTABLE.search(text):
        return BROKEN_TEXT
    if len(text) > CODE_LENGTH:
        return Problem(f"编号超过 {CODE_LENGTH} 个字符", f"a code has at most {CODE_LENGTH} characters")
    return text


def read_text(cell: Cell) -> str | Problem:
    """A name, a title, a remark, on one line, as it stands but for the blanks around it and what cannot be seen."""
    if isinstance(cell, str) and cell.isprintable() and "_x000" not in cell:
        text = cell.strip()  # as most are: there is nothing in it that cannot be seen
    else:
        text = _BREAKS.sub(" ", _UNSEEN.sub("", cell)).strip() if isinstance(cell, str) else shown(cell)
        if _UNPRINTABLE.search(text):
            return BROKEN_TEXT
    if len(text) > TEXT_LENGTH:
        return Problem(f"超过 {TEXT_LENGTH} 个字符", f"more than {TEXT_LENGTH} characters")
    return text


class TermReader:
    """Reads one of several terms under any of their names; ``usual`` is what each is called to the one who missed."""

    def __init__(self, names: Mapping[str, str], usual: Mapping[str, str]) -> None:
        self.names, self.usual = names, usual
        self._known = {squeezed(name): term for name, term in names.items()}

    def __call__(self, cell: Cell) -> str | Problem:
        """The term that a cell names."""
        text = squeezed(bare(shown(cell)))
        if text in self._known:
            return self._known[text]
        found = nearest(text, self.names)
        near, choices = found and self.usual[self.names[found]], "、".join(self.usual.values())
        return Problem(
            f"应为其中之一：{choices}" + (f"；是不是“{near}”？" if near else ""),
            f"expected one of: {choices}" + (f"; did you mean {near}?" if near else ""),
        )


term_reader = TermReader


def nearest(text: str, names: Mapping[str, Any]) -> str | None:
    """The name that a reader most likely meant, if any is near."""
    by_key = {squeezed(name): name for name in names}
    found = difflib.get_close_matches(squeezed(text), by_key, n=1, cutoff=0.5)
    return by_key[found[0]] if found else None
