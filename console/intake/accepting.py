"""Which of the corrections that a file proposes the user accepts: none, all, or those of certain rows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from console.intake.reading import IntakeError

_PART = re.compile(r"(?:(?P<sheet>.+)!)?(?P<first>\d{1,7})(?:\s*[-–~]\s*(?P<last>\d{1,7}))?")


@dataclass(frozen=True)
class Rows:
    """Rows of a sheet, from the first to the last, both inside; of the file's only sheet where none is named."""

    sheet: str | None
    first: int
    last: int


@dataclass
class Asked:
    """Answers for one sheet, row by row, and remembers for which rows it was asked."""

    all: bool
    rows: tuple[Rows, ...]
    seen: set[int] = field(default_factory=set)

    def __call__(self, row: int) -> bool:
        self.seen.add(row)
        return self.all or any(one.first <= row <= one.last for one in self.rows)

    @property
    def unproposed(self) -> tuple[int, ...]:
        """The rows, named one by one, that proposed nothing."""
        return tuple(sorted({one.first for one in self.rows if one.first == one.last} - self.seen))


@dataclass(frozen=True)
class Accepted:
    """What the user accepts of a file."""

    all: bool = False
    rows: tuple[Rows, ...] = ()

    def of(self, sheet: str) -> Asked:
        """The answers for one of its sheets."""
        return Asked(self.all, tuple(one for one in self.rows if one.sheet in (None, sheet)))

    def must_fit(self, file: str, sheets: list[str]) -> None:
        """IntakeError where a row is of a sheet that is not read, or of one of several without saying which."""
        first = sheets[0] if sheets else "?"
        for one in self.rows:
            if one.sheet is None and len(sheets) > 1:
                raise IntakeError(
                    f"{file} 里读了几个工作表，请写明是哪一个的第 {one.first} 行：--accept {first}!{one.first}",
                    f"several sheets of {file} are read: say whose row {one.first} it is: --accept {first}!{one.first}",
                )
            if one.sheet is not None and one.sheet not in sheets:
                listed = "、".join(sheets)
                raise IntakeError(
                    f"{file} 里没有读“{one.sheet}”这个工作表；读的是：{listed}",
                    f'{file}: no sheet "{one.sheet}" is read; there is: {listed}',
                )


def accepted(text: str) -> Accepted:
    """Rows as a user writes them: ``57,104-110``, or ``学时!57`` in a file of several sheets; IntakeError otherwise."""
    found = []
    for part in re.split(r"[,，、;；]", text):
        read = _PART.fullmatch(part.strip())
        if read is None or (last := int(read["last"] or read["first"])) < (first := int(read["first"])) or not first:
            raise IntakeError(
                f"“{part.strip()}”不是行号；写成 57，或 57,104-110（有几个工作表时写 表名!57）",
                f'"{part.strip()}" names no row: write 57, or 57,104-110 (SHEET!57 where a file has several sheets)',
            )
        found.append(Rows(read["sheet"], first, last))
    return Accepted(rows=tuple(found))
