"""The mapping files at hand: those that the data folder keeps, and those that we ship.

A sheet is read by the mapping that is asked for, or by itself by the only one whose headers it has; what the folder
keeps goes before what we ship.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path

from console.intake.mapping_file import Mapping, headers_of, read_mapping, signature, told_row
from console.intake.reading import IntakeError, Sheet
from console.intake.values import Cell, shown, squeezed
from ladders.problems import nearest
from ladders.reading.loading import LadderError

FOLDER = "mappings"
"""Of a data folder: ``mappings/NAME.yaml``."""
SUFFIX = ".yaml"


class BrokenMapping(IntakeError):
    """A mapping file that cannot be used: everything that is wrong in it, each with its line."""

    def __init__(self, error: LadderError) -> None:
        super().__init__(error.text("zh"), error.text("en"))
        self.code = "mapping"
        self.problems = error.problems


@cache
def shipped() -> dict[str, bytes]:
    """The mapping files that come with the product, by name."""
    folder = files("console.intake").joinpath("dialects")
    every = folder.iterdir() if folder.is_dir() else ()
    found = {one.name.removesuffix(SUFFIX): one for one in every if one.name.endswith(SUFFIX)}
    return {name: found[name].read_bytes() for name in sorted(found)}


@dataclass
class Mappings:
    """The mapping files that an import may use.  They are read when they are needed, each once."""

    folder: Path | None = None
    """Where the data folder keeps its own."""
    _read: dict[str, Mapping] = field(default_factory=dict)

    def named(self, asked: str) -> Mapping:
        """The mapping of a name, or in a file; IntakeError where there is none, BrokenMapping where it is wrong."""
        path = Path(asked)
        if path.suffix in (SUFFIX, ".yml"):
            if path.is_file():
                return _whole(path.read_bytes(), path.name, path.stem)
            if len(path.parts) > 1:
                raise IntakeError(f"没有这个文件：{path}", f"there is no such file: {path}")
        every = self._every
        name = asked.removesuffix(SUFFIX)
        if name not in every:
            near = nearest(name, every)
            raise IntakeError(
                f"没有“{asked}”这个映射；可用：{'、'.join(every)}" + (f"；是不是 {near}？" if near else ""),
                f'there is no mapping "{asked}"; one of: {", ".join(every)}, or a file'
                + (f"; did you mean {near}?" if near else ""),
            )
        return self._load(name, every[name])

    def of(self, sheet: str, header: Sequence[Cell]) -> Mapping | None:
        """The mapping of a sheet that nobody was asked about: the only one whose headers it has; our own only where the
        folder keeps none that fits.

        IntakeError where several fit, BrokenMapping where the one that fits is wrong, or may be one of the wrong ones.
        """
        there = {squeezed(shown(cell)) for cell in header}
        fitting = []
        for name, data in self._every.items():
            known = signature(data)
            if known and all(squeezed(one) in there for one in known):
                mapping = self._load(name, data)
                if mapping.names(sheet):
                    fitting.append(mapping)
        own = [one for one in fitting if one.name in self._own]
        if fitting and not own:
            self.demand_readable()  # or what the office settled would give way to ours without a word
        fitting = own or fitting
        if len(fitting) > 1:
            names = [one.name for one in fitting]
            raise IntakeError(
                f"有几个映射都认得这张表：{'、'.join(names)}；请用 --mapping 说明用哪一个",
                f"several mappings recognise this sheet: {', '.join(names)}; say which with --mapping",
            )
        return fitting[0] if fitting else None

    def demand_readable(self) -> None:
        """BrokenMapping where one of the folder's own is so wrong that nobody can tell which sheets it is for."""
        for name, data in self._own.items():
            if not signature(data):
                self._load(name, data)

    def header_row(self, sheet: Sheet, chosen: Mapping | None = None) -> int | None:
        """The row of the header where a mapping says it: the chosen one, or one whose headers stand in that row."""
        if chosen is not None:
            return chosen.file.header_row if not chosen.file.sheets or chosen.names(sheet.name) else None
        for data in self._every.values():
            if (at := told_row(data)) is None or not (known := signature(data)):
                continue
            rows = dict(sheet.first_rows(at))
            if {squeezed(shown(cell)) for cell in rows.get(at, [])}.issuperset(map(squeezed, known)):
                return at
        return None

    def words(self, chosen: Mapping | None = None) -> frozenset[str]:
        """The squeezed headers that mappings know, for whoever looks for the row of the header."""
        known = [name for data in self._every.values() for name in headers_of(data)]
        known += [*chosen.file.recognises, *chosen.file.columns] if chosen else []
        return frozenset(map(squeezed, known))

    def text(self, mapping: Mapping) -> str:
        """The file of a mapping that one of these names, as it stands."""
        return self._every[mapping.name].decode("utf-8-sig")

    @cached_property
    def _own(self) -> dict[str, bytes]:
        own = sorted(self.folder.glob(f"*{SUFFIX}")) if self.folder and self.folder.is_dir() else []
        return {path.stem: path.read_bytes() for path in own if path.is_file()}

    @cached_property
    def _every(self) -> dict[str, bytes]:
        return {**shipped(), **self._own}

    def _load(self, name: str, data: bytes) -> Mapping:
        if name not in self._read:
            folder = f"{FOLDER}/" if name in self._own else ""
            self._read[name] = _whole(data, f"{folder}{name}{SUFFIX}", name)
        return self._read[name]


def _whole(data: bytes, file: str, name: str) -> Mapping:
    try:
        return read_mapping(data, file, name)
    except LadderError as error:
        raise BrokenMapping(error) from None
