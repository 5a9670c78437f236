"""From a header to the kind of file: which columns are there, which are strange, which are missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from console.intake import refusing
from console.intake.column_names import NO_MARKS, Marks, attribute_headers, named
from console.intake.columns import Column, FileKind
from console.intake.kinds import KINDS, KNOWN_CHECKS, MARK
from console.intake.mapped import NOTHING_MAPPED, Mapped, hold, kind_of
from console.intake.mapping_file import Mapping
from console.intake.reading import IntakeError
from console.intake.values import Cell, shown, squeezed
from events.facts import Catalogue

__all__ = ["NO_MARKS", "Layout", "Marks", "lay_out", "recognise", "words"]

_CHECKS = {squeezed(header) for header in KNOWN_CHECKS}


@dataclass(frozen=True)
class Layout:
    """A sheet's columns as a kind of file reads them: place in the row, column, and the header as it is written.

    Places below 0 are of columns that a mapping makes, -1 the first of them.
    """

    kind: FileKind
    places: tuple[tuple[int, Column], ...]
    header: tuple[str, ...]
    strange: tuple[str, ...]
    """Headers that mean nothing here; their cells are passed over."""
    missing: tuple[tuple[str, ...], ...]
    """Groups of columns of which the sheet has none."""
    twice: tuple[str, ...]
    """Headers that mean a column which is there already."""
    needs: tuple[tuple[str, ...], ...]
    """As the kind's; marks stand in for the column that they replace."""
    mapped: Mapped = NOTHING_MAPPED
    where: dict[str, int] = field(default_factory=dict)
    """The place of each header, squeezed."""

    def column(self, name: str) -> Column:
        """The column of that name, of the sheet or of its kind."""
        return next((one for _, one in self.places if one.name == name), None) or self.kind.column(name)

    def place(self, name: str) -> int | None:
        """The place in the row of the column of that name; None for one that the sheet does not have."""
        return next((place for place, one in self.places if one.name == name and place >= 0), None)

    def cells(self, place: int, block: Sequence[Sequence[Cell]], count: int) -> Sequence[Cell]:
        """The cells at a place, of a block of ``count`` rows given column by column."""
        if place < 0:
            return self.mapped.made[-place - 1].cells(block, self.where, count)
        return block[place] if place < len(block) else [""] * count


def lay_out(
    kind: FileKind,
    header: Sequence[Cell],
    catalogue: Catalogue,
    marks: Marks = NO_MARKS,
    mapped: Mapped = NOTHING_MAPPED,
) -> Layout:
    """A header as that kind of file would read it; ``marks`` are the columns of a score sheet, by squeezed header.

    What ``mapped`` says goes first; of the other headers, those are known that mean a column of which it is silent.
    """
    written = tuple(shown(cell).strip() for cell in header)
    find = named(kind, catalogue, marks)
    usual = {squeezed(column.headers[0]) for column in kind.columns} & {squeezed(name) for name in written}
    places: dict[str, tuple[int, Column]] = {}
    where: dict[str, int] = {}
    strange, twice = [], []
    parts = {squeezed(name) for one in mapped.made for name in one.headers}
    for place, name in enumerate(written):
        key = squeezed(name)
        where.setdefault(key, place)
        if key in mapped.columns:
            if (column := mapped.columns[key]) is None:
                continue
        elif (column := find(name)) is not None and (
            # Its usual header is there as well, so this one is beside it: 单位 beside 单位代码.
            (squeezed(column.headers[0]) in usual and key not in usual) or column.name in mapped.claimed
        ):
            column = None
        if column is not None and column.name in places:
            twice.append(name)
        elif column is not None:
            places[column.name] = (place, mapped.translated(name, column))
        elif key and key not in _CHECKS | parts:
            strange.append(name)
    for number, made in enumerate(mapped.made, 1):
        places[made.column.name] = (-number, made.column)
    scored = tuple(name for name in places if name.startswith(MARK))
    needs = tuple((*group, *scored) if kind.marks in group else group for group in kind.needs)
    missing = tuple(group for group in needs if not any(name in places for name in group))
    return Layout(kind, tuple(places.values()), written, tuple(strange), missing, tuple(twice), needs, mapped, where)


def read_by(mapping: Mapping, header: Sequence[Cell], catalogue: Catalogue, marks: Marks = NO_MARKS) -> Layout:
    """A header as a mapping reads it; LadderError for what is wrong with the file, Unrecognised if it does not fit."""
    kind = kind_of(mapping)
    mapped = hold(mapping, kind, catalogue, marks)
    layout = lay_out(kind, header, catalogue, marks, mapped)
    if lacking := mapped.lacking(layout.header):
        raise refusing.not_there(mapping.name, lacking, layout.header)
    if layout.twice:
        raise _twice(layout)
    if layout.missing:
        raise refusing.unmapped(mapping.name, kind, layout.missing, layout.strange)
    return layout


def recognise(
    header: Sequence[Cell], catalogue: Catalogue, wanted: FileKind | None = None, marks: Marks = NO_MARKS
) -> Layout:
    """The kind that explains most of a header (or the one wanted); Unrecognised with what is missing or unknown."""
    found = [name for name in (shown(cell).strip() for cell in header) if name]
    if not found:
        raise refusing.no_header(wanted)
    best = _nearest(header, catalogue, wanted, marks)
    if best.twice:
        raise _twice(best)
    if not best.missing and best.places:
        return best
    if len(found) == 1 and (parted := [mark for mark in refusing.SEPARATORS if mark in found[0]]):
        parts = _nearest(found[0].split(parted[0]), catalogue, wanted, marks)
        meant = wanted or (parts.kind if len(parts.places) >= refusing.RECOGNISABLE else None)
        raise refusing.unparted(found[0], meant)
    raise refusing.unknown(found, best.strange, best.kind, best.missing, len(best.places), wanted)


def _twice(layout: Layout) -> IntakeError:
    return IntakeError(
        f"表头“{layout.twice[0]}”与另一列是同一项，分不清用哪一列；请去掉一列",
        f'the header "{layout.twice[0]}" says the same as another column; remove one of them',
    )


def _nearest(header: Sequence[Cell], catalogue: Catalogue, wanted: FileKind | None, marks: Marks) -> Layout:
    layouts = [lay_out(kind, header, catalogue, marks) for kind in (KINDS if wanted is None else (wanted,))]
    # A strange header speaks louder against a kind than a missing column: that may be the one with the typing error.
    return min(layouts, key=lambda one: (2 * len(one.strange) + len(one.missing), -len(one.places)))


def words(catalogue: Catalogue, marks: Marks = NO_MARKS) -> set[str]:
    """Every header that is known, squeezed: by them a header is found among the first rows of a sheet."""
    usual = {squeezed(name) for kind in KINDS for column in kind.columns for name in column.headers}
    return usual | attribute_headers(catalogue) | _CHECKS | set(marks)
