"""How often: ``15 minutes``, ``2 hours``, ``每 30 分钟``, or the five fields of cron."""

from __future__ import annotations

import re
from dataclasses import dataclass

_UNITS = {
    1: ("second", "seconds", "sec", "s", "秒"),
    60: ("minute", "minutes", "min", "m", "分钟", "分"),
    3600: ("hour", "hours", "h", "小时"),
    86400: ("day", "days", "d", "天", "日"),
}
_SPAN = re.compile(r"(?:every|每)?\s*(\d{1,5})?\s*个?\s*([a-z]+|[\u4e00-\u9fff]+)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS = ((0, 59, ()), (0, 23, ()), (1, 31, ()), (1, 12, _MONTHS), (0, 7, _DAYS))
"""Of a line of cron, from and to which number each field goes, and the names that stand for them."""
_PIECE = re.compile(r"(?:\*|(\w+)(?:-(\w+))?)(?:/(\d+))?")
LEAST = 10
"""Seconds: a sweep that finds nothing takes less than one."""


class NotAnInterval(ValueError):
    """What was written is no interval: what may be, in both languages."""

    code = "every"

    def __init__(self, text: str) -> None:
        self.zh = f"“{text}”不是间隔;写成 15 分钟、1 小时,或 cron 的五段,如 “0 6 * * *”(每天 6 点);最短 {LEAST} 秒"
        self.en = (
            f'"{text}" is no interval: write 15 minutes, 1 hour, or five fields of cron such as "0 6 * * *" '
            f"(every day at six); {LEAST} seconds at least"
        )
        super().__init__(self.en)


@dataclass(frozen=True)
class Every:
    """An interval in seconds, or a line of cron; the other one is None."""

    seconds: int | None
    cron: str | None

    def __str__(self) -> str:
        if self.cron is not None or self.seconds is None:
            return str(self.cron)
        unit = max(one for one in _UNITS if self.seconds % one == 0)
        number = self.seconds // unit
        return f"{number} {_UNITS[unit][0 if number == 1 else 1]}"

    @property
    def zh(self) -> str:
        """In Chinese."""
        if self.cron is not None or self.seconds is None:
            return f"cron {self.cron}"
        unit = max(one for one in _UNITS if self.seconds % one == 0)
        return f"每 {self.seconds // unit} {next(name for name in _UNITS[unit] if not name.isascii())}"

    @property
    def en(self) -> str:
        """In English."""
        return f"cron {self.cron}" if self.cron is not None else f"every {self}"


def every(text: str) -> Every:
    """An interval as people write it; NotAnInterval where it is none, or one too short."""
    said = " ".join(text.strip().split())
    if _is_cron(said.lower()):
        return Every(None, said)
    found = _SPAN.fullmatch(said.lower())
    if found is None:
        raise NotAnInterval(text)
    for unit, names in _UNITS.items():
        if found[2] in names and (seconds := int(found[1] or 1) * unit) >= LEAST:
            return Every(seconds, None)
    raise NotAnInterval(text)


def _is_cron(line: str) -> bool:
    """Whether these are the five fields of cron: minute, hour, day, month, day of the week."""
    fields = line.split()
    return len(fields) == len(_FIELDS) and all(map(_is_field, fields, _FIELDS))


def _is_field(text: str, field: tuple[int, int, tuple[str, ...]]) -> bool:
    least, most, names = field

    def number(one: str) -> int:
        return names.index(one) + least if one in names else int(one) if one.isdecimal() else -1

    for piece in text.split(","):
        found = _PIECE.fullmatch(piece)
        if found is None or found[3] == "0":
            return False
        ends = [number(one) for one in found.group(1, 2) if one]
        if ends != sorted(ends) or any(not least <= one <= most for one in ends):
            return False
    return True
