"""Drafts of mapping files for the sheets of a file, written where the user keeps them and never over another file."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Literal

from console.intake.columns import FileKind
from console.intake.desk import Desk, Rungs
from console.intake.finding import find
from console.intake.headers import Layout, lay_out, recognise, words
from console.intake.kinds import KINDS, kind_named, listed
from console.intake.mapped import kind_of
from console.intake.mapping_file import IGNORE, Mapping
from console.intake.mappings import FOLDER, SUFFIX, Mappings
from console.intake.proposing import Proposal, propose
from console.intake.reading import IntakeError, Sheet, open_file
from console.intake.refusing import Unrecognised, no_header
from console.intake.values import Cell, shown, squeezed
from engine.district import District
from workflows.commands import Asking


def draft(
    district: District, path: Path, asking: Asking, out: str, kind: str | None, lang: Literal["zh", "en"]
) -> list[Proposal]:
    """Write a draft for each layout of the file's sheets that is not read yet.

    Where all of them are, it is for the first: a copy of the mapping that reads it, to be changed, or else a draft.
    ``out`` is a file, or a name under which the data folder keeps it.  Nothing is recorded.  IntakeError, and nothing
    written, where the file cannot be read, a sheet is like nothing, or a file of that name is there.
    """
    wanted = _wanted(kind) if kind else None
    desk = Desk(district, asking, "", _no_rungs, dry_run=True)
    mappings = Mappings(district.folder / FOLDER)
    known = words(district.catalogue) | mappings.words()

    sheets = [_placed(sheet, known, district) for sheet in open_file(path) if sheet.skipped is None]
    if not sheets:
        raise IntakeError(f"{path.name} 里没有可读的表", f"there is no sheet to be read in {path.name}")
    unread = [sheet for sheet in sheets if not _is_read(sheet, mappings, district, wanted)]
    layouts = {tuple(squeezed(shown(cell)) for cell in sheet.header): sheet for sheet in reversed(unread)}
    proposals = [propose(sheet, desk, wanted, lang) for sheet in reversed(layouts.values())]
    if not unread:
        by = mappings.of(sheets[0].name, sheets[0].header)
        again = propose(sheets[0], desk, wanted, lang) if by is None else _copy(sheets[0], by, mappings)
        proposals = [again]
    places = [_place(district, out, number) for number in range(1, len(proposals) + 1)]
    for place in places:
        if place.exists():
            raise IntakeError(
                f"{place} 已经有了；换一个名字，或先把它移开",
                f"{place} is there already: take another name, or move it away",
            )
    written = []
    for proposal, place in zip(proposals, places, strict=True):
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("x", encoding="utf-8") as file:
            file.write(proposal.text)
        written.append(replace(proposal, path=place))
    return written


def _placed(sheet: Sheet, known: Collection[str], district: District) -> Sheet:
    """The sheet with its header, which nobody recognises: of the rows that may be it, the one that says most."""
    seen: list[tuple[Cell, ...]] = []

    def note(header: Sequence[Cell]) -> Layout:
        seen.append(tuple(header))
        raise no_header(None)

    with suppress(Unrecognised):
        find(sheet, known, note)
    best = max(seen, key=lambda header: sum(bool(shown(cell).strip()) for cell in header))

    def take(header: Sequence[Cell]) -> Layout:
        if tuple(header) != best:
            raise no_header(None)
        return lay_out(KINDS[0], header, district.catalogue)

    return find(sheet, known, take)[0]


def _place(district: District, out: str, number: int) -> Path:
    """Where a draft goes: the file that was named, or the data folder's under that name; numbered from the second."""
    path = Path(out)
    if path.suffix not in (SUFFIX, ".yml"):
        if len(path.parts) != 1 or out.startswith("."):
            raise IntakeError(
                f"“{out}”不是映射的名字，也不是 .yaml 文件",
                f'"{out}" is neither the name of a mapping nor a .yaml file',
            )
        path = district.folder / FOLDER / f"{out}{SUFFIX}"
    return path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")


def _copy(sheet: Sheet, mapping: Mapping, mappings: Mappings) -> Proposal:
    """The mapping that reads a sheet already, as a draft of another."""
    settled = sum(squeezed(ours) not in map(squeezed, IGNORE) for ours in mapping.file.columns.values())
    return Proposal(sheet.name, kind_of(mapping).id, mappings.text(mapping), settled, 0, copied=mapping.name)


def _is_read(sheet: Sheet, mappings: Mappings, district: District, wanted: FileKind | None) -> bool:
    try:
        if mappings.of(sheet.name, sheet.header) is None:
            recognise(sheet.header, district.catalogue, wanted)
    except IntakeError:
        return False
    return True


def _wanted(kind: str) -> FileKind:
    if (found := kind_named(kind)) is None:
        zh, en = listed()
        raise IntakeError(f"没有“{kind}”这种表；可用：{zh}", f'there is no kind "{kind}"; one of: {en}')
    return found


_no_rungs: Rungs = lambda ladder, rung: (ladder, rung)  # noqa: E731 - no row is built here
