"""Sheets that we wrote ourselves, coming back: found by the names of their columns, wherever these stand."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from console.intake.reading import open_file
from console.intake.values import shown, squeezed


def rows_of(
    path: Path, wanted: Mapping[str, Collection[str]], needed: Collection[str]
) -> Iterator[list[tuple[int, dict[str, str]]]]:
    """For each sheet of a file that has the columns, its rows under them: (row number, column to text).

    ``wanted`` says by which headers a column goes, ``needed`` which columns make the sheet one that is meant; a row has
    an empty text for what it does not say.  A sheet without them is passed over; IntakeError for a file that is none.
    """
    names = {column: [squeezed(header) for header in headers] for column, headers in wanted.items()}
    for sheet in open_file(path):
        places: dict[str, int] | None = None
        rows: list[tuple[int, dict[str, str]]] = []
        for number, cells in (one for block in sheet.blocks() for one in block):
            texts = [shown(cell).strip() for cell in cells]
            if places is not None:
                rows.append((number, {column: _at(texts, places.get(column)) for column in wanted}))
                continue
            heads = {squeezed(text): place for place, text in reversed([*enumerate(texts)])}
            found = {column: heads[key] for column, keys in names.items() for key in reversed(keys) if key in heads}
            if found.keys() >= set(needed):
                places = found
        if places is not None:
            yield rows


def _at(texts: list[str], place: int | None) -> str:
    return texts[place] if place is not None and place < len(texts) else ""
