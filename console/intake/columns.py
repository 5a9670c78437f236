"""What a kind of file is: its columns, which of them a row needs, and how a row becomes commands."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

from console.intake.desk import Desk, Row, SubjectKind
from console.intake.values import Reader
from workflows.commands import Command

MakeReader = Callable[[Desk], Reader]


@dataclass(frozen=True)
class Column:
    """A column: its name for the builder, its headers (the usual Chinese and English one first), how it is read.

    With ``refers`` its codes become subject ids, and unknown ones are handed back; with ``begins`` they stay codes,
    because the row may be the one that begins the subject.
    """

    name: str
    headers: tuple[str, ...]
    reader: MakeReader
    refers: SubjectKind | None = None
    begins: bool = False
    named: bool = False
    """The cell holds the name of a unit, not its code."""
    skips: bool = False
    """Whether some of its words have their rows passed over (``translating.PassedOver``)."""


@dataclass(frozen=True)
class FileKind:
    """A kind of file.  ``needs``: of each of these groups of columns, every row must fill at least one."""

    id: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    needs: tuple[tuple[str, ...], ...]
    build: Callable[[Row, Desk], Iterable[Command]]
    parents: tuple[str, str] | None = None
    """(code, parent's code) where rows may name each other as parents: parents are taken first."""
    attributes: bool = False
    """Whether headers that are attributes of the evidence catalogue are columns, too."""
    states: bool = False
    """Whether headers that begin with 申报： (states:) are columns for what an application states."""
    asks: tuple[str, ...] = ()
    """What the import must be told: ``cycle``, and ``stage`` where the cycle has several."""
    marks: str = ""
    """The column that the marks of a score sheet stand in for; its items' titles are then headers, too."""
    together: Callable[[Row], Hashable] | None = None
    """Rows of which this is equal make one thing: the builder gets the first of them, with the others."""
    whole: bool = False
    """Whether only its whole name names it: a part of it means another kind."""
    enough: tuple[tuple[str, ...], ...] = ()
    """The groups that name a record: a row that voids or recognises one, and fills these, needs no others."""

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)
