"""Marks on a score sheet: the columns that a stage's items make, and what their cells say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Final

from console.intake.column_names import Marks
from console.intake.columns import Column
from console.intake.kinds import MARK
from console.intake.values import Cell, Problem, read_number, shown, squeezed
from events.facts import Score
from ladders.model.review import SheetItem, Stage

PLACES = 2
"""Decimal places that a mark may have."""
NOT_APPLICABLE: Final = ("不适用", "n/a", "na", "n.a.", "/", "不评")
"""Words for an item that does not apply: it is left out of that sheet's weights, and is not zero."""
_NONE = {squeezed(word) for word in NOT_APPLICABLE}


def not_applicable(cell: Cell) -> bool:
    """Whether a cell says that the item does not apply."""
    return squeezed(shown(cell)) in _NONE


def mark_of(item: str, number: Decimal) -> Score:
    """The mark of a number; ValueError for a negative one, or one of more than two decimal places."""
    if not number.is_finite() or number < 0 or number != round(number, PLACES):
        raise ValueError(f"{number} is no mark")
    plain = number.normalize()
    scale = max(0, -int(plain.as_tuple().exponent))
    return Score(item=item, value=int(plain.scaleb(scale)), scale=scale)


def mark_reader(item: SheetItem) -> Callable[[Cell], Score | Problem]:
    """Reads the cells of an item's column."""

    def read(cell: Cell) -> Score | Problem:
        if not_applicable(cell):
            return Score(item=item.id)
        number = read_number(cell)
        if isinstance(number, Problem):
            return Problem(f"{number.zh}；不适用写“不适用”", f"{number.en}; n/a where it does not apply")
        if number > item.out_of:
            return Problem(f"超过了满分 {item.out_of}", f"more than full marks ({item.out_of})")
        try:
            return mark_of(item.id, number)
        except ValueError:
            return Problem(
                f"分数不能是负数，最多 {PLACES} 位小数，不代为四舍五入",
                f"a mark is not negative and has at most {PLACES} decimal places; nothing is rounded",
            )

    return read


def names_of(item: SheetItem) -> tuple[str, ...]:
    """What an item's column may be called."""
    return item.title.zh, item.title.en, item.id


def columns(stages: Iterable[Stage]) -> Marks:
    """The columns of the score sheets of these stages, by every squeezed header that they may have."""
    found: dict[str, Column] = {}
    for item in (item for stage in stages if stage.sheet for item in stage.sheet.items):
        read = mark_reader(item)
        column = Column(MARK + item.id, names_of(item), lambda _, read=read: read)  # type: ignore[misc]
        for name in names_of(item):
            found.setdefault(squeezed(name), column)
    return found
