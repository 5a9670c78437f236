"""Which column of a kind of table a header means: the kind's own headers, attributes, statements, marks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from console.intake.columns import Column, FileKind
from console.intake.evidence import ATTRIBUTES
from console.intake.kinds import STATE
from console.intake.values import plain, read_text, squeezed
from events.facts import UNSCALED, Catalogue

Marks = Mapping[str, Column]
NO_MARKS: Marks = {}
_STATES = re.compile(r"(?:申报|states?)\s*:\s*(.+)", re.IGNORECASE)
"""A header for something that applications state: 申报：track."""


def stated_as(name: str, lang: str) -> str:
    """The header of the column for what an application states under a name."""
    return f"申报:{name}" if lang == "zh" else f"states: {name}"


def named(kind: FileKind, catalogue: Catalogue, marks: Marks = NO_MARKS) -> Callable[[str], Column | None]:
    """Finds the column that a header means in a kind of table; ``marks``: those of a score sheet, squeezed."""
    names = {squeezed(name): column for column in reversed(kind.columns) for name in column.headers}
    attributes = attribute_headers(catalogue) if kind.attributes else set()

    def find(header: str) -> Column | None:
        key = squeezed(header)
        if key in names:
            return names[key]
        if key in attributes:
            return Column(f"attribute:{header}", (header, header), lambda _: read_text)
        if kind.marks:
            return marks.get(key)
        if kind.states and (stated := _STATES.fullmatch(plain(header))):
            return Column(f"{STATE}{stated[1]}", (header, header), lambda _: read_text)
        return None

    return find


def attribute_headers(catalogue: Catalogue) -> set[str]:
    """The headers, squeezed, that are attributes of some kind of evidence."""
    names = set(ATTRIBUTES)
    for kind in catalogue.kinds.values():
        for attribute, scale in kind.attributes.items():
            names.add(attribute)
            if scale not in UNSCALED:
                names |= {catalogue.scales[scale].zh, catalogue.scales[scale].en}
    return {squeezed(name) for name in names}


def attribute_header_of(kind: FileKind, catalogue: Catalogue, lang: str = "zh") -> list[tuple[str, str]]:
    """Every attribute of the catalogue with one header: an office's word, else its scale's title, else its name.

    In English it is its name, unless a column of the kind of table is called so.  Two attributes never share one: the
    later goes by its name.
    """
    own = {squeezed(header) for column in kind.columns for header in column.headers}
    found: dict[str, str] = {}
    for declared in catalogue.kinds.values():
        for name, scale in declared.attributes.items():
            office = next((word for word, attribute in ATTRIBUTES.items() if attribute == name), None)
            titled = None if scale in UNSCALED else catalogue.scales[scale].zh
            if name not in found:
                header = name if lang != "zh" and squeezed(name) not in own else office or titled or name
                found[name] = name if header in found.values() else header
    return list(found.items())
