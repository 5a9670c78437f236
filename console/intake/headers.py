"""From a header to the kind of file: which columns are there, which are strange, which are missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from console.intake.evidence import ATTRIBUTES
from console.intake.kinds import BY_ID, KINDS, KNOWN_CHECKS, Column, FileKind
from console.intake.reading import IntakeError
from console.intake.values import Cell, nearest, read_text, shown, squeezed
from events.facts import Catalogue

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

    def header_of(self, column: str) -> str | None:
        """How the sheet calls a column; None if it has no such one."""
        return next((self.header[place] for place, one in self.places if one.name == column), None)


def lay_out(kind: FileKind, header: Sequence[Cell], catalogue: Catalogue) -> Layout:
    """A header as that kind of file would read it."""
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
        if column is not None and column.name in places:
            twice.append(name)
        elif column is not None:
            places[column.name] = (place, column)
        elif key and key not in _CHECKS:
            strange.append(name)
    missing = tuple(group for group in kind.needs if not any(name in places for name in group))
    return Layout(kind, tuple(places.values()), written, tuple(strange), missing, tuple(twice))


def _attribute_headers(catalogue: Catalogue) -> set[str]:
    names = set(ATTRIBUTES)
    for kind in catalogue.kinds.values():
        for attribute, scale in kind.attributes.items():
            names.add(attribute)
            if scale != "text":
                names |= {catalogue.scales[scale].zh, catalogue.scales[scale].en}
    return {squeezed(name) for name in names}


def recognise(header: Sequence[Cell], catalogue: Catalogue, wanted: str | None = None) -> Layout:
    """The kind that explains most of a header (or the one wanted); IntakeError with what is missing or unknown."""
    if wanted is not None and wanted not in BY_ID:
        raise IntakeError(
            f"没有“{wanted}”这种表；可用：{'、'.join(BY_ID)}",
            f'there is no kind "{wanted}"; one of: {", ".join(BY_ID)}',
        )
    candidates = KINDS if wanted is None else (BY_ID[wanted],)
    layouts = [lay_out(kind, header, catalogue) for kind in candidates]
    # A strange header speaks louder against a kind than a missing column: that may be the one with the typing error.
    best = min(layouts, key=lambda one: (2 * len(one.strange) + len(one.missing), -len(one.places)))
    if best.twice:
        raise IntakeError(
            f"表头“{best.twice[0]}”与另一列是同一项，分不清用哪一列；请去掉一列",
            f'the header "{best.twice[0]}" says the same as another column; remove one of them',
        )
    if best.missing or not best.places:
        raise _unknown(best)
    return best


def is_header(row: Sequence[Cell], catalogue: Catalogue) -> bool:
    """Whether a row further down looks like the header that was meant."""
    layouts = [lay_out(kind, row, catalogue) for kind in KINDS if len(kind.columns) > 2]
    return any(not one.missing and len(one.places) > 2 for one in layouts)


def _unknown(best: Layout) -> IntakeError:
    found = [name for name in best.header if name]
    if not found:
        return IntakeError("第一行没有表头", "the first row holds no header")
    if not best.places:
        return IntakeError(
            f"认不出这张表。表头有：{'、'.join(found)}，没有一列是认识的。"
            f"能导入的表：{'、'.join(f'{kind.zh}（{kind.id}）' for kind in KINDS)}",
            f"this sheet is not recognised. Its headers: {', '.join(found)}; not one of them is known. "
            f"Kinds that can be imported: {', '.join(BY_ID)}",
        )
    lost_zh = "；".join("或".join(best.kind.column(name).headers[0] for name in group) for group in best.missing)
    lost_en = "; ".join(" or ".join(best.kind.column(name).headers[1] for name in group) for group in best.missing)
    known = {name: column for column in best.kind.columns for name in column.headers}
    missed = [name for group in best.missing for name in group]
    hints = []
    for name in best.strange:
        near = nearest(name, {n: c for n, c in known.items() if c.name in missed}) or nearest(name, known)
        hints.append((name, near))
    unknown_zh = "、".join(f"“{name}”" + (f"（是不是“{near}”？）" if near else "") for name, near in hints)
    unknown_en = ", ".join(f'"{name}"' + (f" (did you mean {near}?)" if near else "") for name, near in hints)
    return IntakeError(
        f"认不出这张表。表头有：{'、'.join(found)}。最接近“{best.kind.zh}”（{best.kind.id}）表，还缺：{lost_zh or '—'}"
        + (f"。不认识：{unknown_zh}" if hints else ""),
        f"this sheet is not recognised. Its headers: {', '.join(found)}. Nearest kind: {best.kind.id}, which misses: "
        f"{lost_en or '-'}" + (f". Unknown: {unknown_en}" if hints else ""),
    )
