"""From a header to the kind of file: which columns are there, which are strange, which are missing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from console.intake import refusing
from console.intake.columns import Column, FileKind
from console.intake.evidence import ATTRIBUTES
from console.intake.kinds import KINDS, KNOWN_CHECKS, MARK, STATE
from console.intake.reading import IntakeError
from console.intake.values import Cell, plain, read_text, shown, squeezed
from events.facts import UNSCALED, Catalogue

Marks = Mapping[str, Column]
NO_MARKS: Marks = {}
_STATES = re.compile(r"(?:申报|states?)\s*:\s*(.+)", re.IGNORECASE)
"""A header for something that applications state: 申报：track."""
_CHECKS = {squeezed(header) for header in KNOWN_CHECKS}


@dataclass(frozen=True)
class Layout:
    """A sheet's columns as a kind of file reads them: place in the row, column, and the header as it is written."""

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

    def column(self, name: str) -> Column:
        """The column of that name, of the sheet or of its kind."""
        return next((one for _, one in self.places if one.name == name), None) or self.kind.column(name)


def lay_out(kind: FileKind, header: Sequence[Cell], catalogue: Catalogue, marks: Marks = NO_MARKS) -> Layout:
    """A header as that kind of file would read it; ``marks`` are the columns of a score sheet, by squeezed header."""
    written = tuple(shown(cell).strip() for cell in header)
    names = {squeezed(name): column for column in reversed(kind.columns) for name in column.headers}
    usual = {squeezed(column.headers[0]) for column in kind.columns} & {squeezed(name) for name in written}
    attributes = _attribute_headers(catalogue) if kind.attributes else set()
    places: dict[str, tuple[int, Column]] = {}
    strange, twice = [], []
    for place, name in enumerate(written):
        key = squeezed(name)
        column = names.get(key)
        if column is not None and squeezed(column.headers[0]) in usual and key not in usual:
            column = None  # its usual header is there as well, so this one is beside it: 单位 beside 单位代码
        elif column is None and key in attributes:
            column = Column(f"attribute:{name}", (name,), lambda _: read_text)
        elif column is None and kind.marks:
            column = marks.get(key)
        elif column is None and kind.states and (stated := _STATES.fullmatch(plain(name))):
            column = Column(f"{STATE}{stated[1]}", (name,), lambda _: read_text)
        if column is not None and column.name in places:
            twice.append(name)
        elif column is not None:
            places[column.name] = (place, column)
        elif key and key not in _CHECKS:
            strange.append(name)
    scored = tuple(name for name in places if name.startswith(MARK))
    needs = tuple((*group, *scored) if kind.marks in group else group for group in kind.needs)
    missing = tuple(group for group in needs if not any(name in places for name in group))
    return Layout(kind, tuple(places.values()), written, tuple(strange), missing, tuple(twice), needs)


def _attribute_headers(catalogue: Catalogue) -> set[str]:
    names = set(ATTRIBUTES)
    for kind in catalogue.kinds.values():
        for attribute, scale in kind.attributes.items():
            names.add(attribute)
            if scale not in UNSCALED:
                names |= {catalogue.scales[scale].zh, catalogue.scales[scale].en}
    return {squeezed(name) for name in names}


def recognise(
    header: Sequence[Cell], catalogue: Catalogue, wanted: FileKind | None = None, marks: Marks = NO_MARKS
) -> Layout:
    """The kind that explains most of a header (or the one wanted); Unrecognised with what is missing or unknown."""
    found = [name for name in (shown(cell).strip() for cell in header) if name]
    if not found:
        raise refusing.no_header(wanted)
    best = _nearest(header, catalogue, wanted, marks)
    if best.twice:
        raise IntakeError(
            f"表头“{best.twice[0]}”与另一列是同一项，分不清用哪一列；请去掉一列",
            f'the header "{best.twice[0]}" says the same as another column; remove one of them',
        )
    if not best.missing and best.places:
        return best
    if len(found) == 1 and (parted := [mark for mark in refusing.SEPARATORS if mark in found[0]]):
        parts = _nearest(found[0].split(parted[0]), catalogue, wanted, marks)
        meant = wanted or (parts.kind if len(parts.places) >= refusing.RECOGNISABLE else None)
        raise refusing.unparted(found[0], meant)
    raise refusing.unknown(found, best.strange, best.kind, best.missing, len(best.places), wanted)


def _nearest(header: Sequence[Cell], catalogue: Catalogue, wanted: FileKind | None, marks: Marks) -> Layout:
    layouts = [lay_out(kind, header, catalogue, marks) for kind in (KINDS if wanted is None else (wanted,))]
    # A strange header speaks louder against a kind than a missing column: that may be the one with the typing error.
    return min(layouts, key=lambda one: (2 * len(one.strange) + len(one.missing), -len(one.places)))


def is_header(row: Sequence[Cell], catalogue: Catalogue) -> bool:
    """Whether a row further down looks like the header that was meant."""
    layouts = [lay_out(kind, row, catalogue) for kind in KINDS if len(kind.columns) > 2]
    return any(not one.missing and len(one.places) > 2 for one in layouts)
