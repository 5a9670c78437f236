"""Files in: spreadsheets to commands, and back to the user whatever did not fit.

``import_file`` is the one door.  Its way: ``reading`` (file to sheets), ``finding`` (where the header is, and which
rows are no records), ``headers`` (header to kind; ``refusing``: what is said of one that is not recognised), ``kinds``
(the table of kinds and their columns), ``values`` (cells); ``mapping_file`` (what a source's columns and words mean,
``mappings``: which there are) with ``mapped`` and ``translating`` before them, ``building`` (rows to commands, with
``people``, ``evidence``, ``offers`` and ``cycles``; ``stages``: which one ballots are of, ``marks``: the columns of its
score sheet), ``running`` (commands to answers; ``following``: what became of records that are held, ``comparing``: in
what a row differs from one, ``accepting``: which corrections the user accepts), ``report`` (counts and the rejects
file).  What it reads and what it answers is in ``docs/importing.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from console.intake import refusing
from console.intake.accepting import Accepted
from console.intake.columns import FileKind
from console.intake.desk import Desk, Rungs
from console.intake.finding import find
from console.intake.headers import Layout, Marks, read_by, recognise, words
from console.intake.kinds import KINDS, kind_named, listed
from console.intake.mapped import check_words, kind_of
from console.intake.mapping_file import Mapping
from console.intake.mappings import FOLDER, BrokenMapping, Mappings
from console.intake.marks import columns
from console.intake.read_before import refuse_if_read_otherwise
from console.intake.reading import IntakeError, Sheet, fingerprint, open_file
from console.intake.refusing import Unrecognised
from console.intake.report import HandedBack, Rejects, SheetReport, write_rejects
from console.intake.running import Run
from console.intake.stages import stage_of
from console.intake.values import Cell, Problem
from console.mistakes import told
from engine.cycles.advance import route
from engine.district import District
from engine.records.doubles import further
from ladders.reading.loading import LadderError
from workflows.commands import Asking

__all__ = ["HandedBack", "IntakeError", "RejectsUnwritten", "SheetReport", "import_file"]


class RejectsUnwritten(IntakeError):
    """What came back could not be written, when the rest had landed; ``reports`` tell of both."""

    def __init__(self, error: OSError, reports: list[SheetReport]) -> None:
        _, zh, en = told(error) or ("", str(error), str(error))
        super().__init__(
            f"退回的行没有写成（{zh}）；入库的都在。改好后，或用 --rejects 换个文件夹，再导入同一个文件",
            f"the rows that come back could not be written ({en}); what landed stays. Mend that, or name another "
            "folder with --rejects, and import the same file again",
        )
        self.reports = reports


@dataclass(frozen=True)
class _Read:
    """A sheet, and how it is read; ``layout`` is None for one that is not."""

    sheet: Sheet
    layout: Layout | None
    skipped: Problem | None = None
    brief: Problem | None = None
    """The same in short, beside sheets of the file that are read."""
    may_map: bool = False
    """Whether a mapping file could say what its columns are."""


def import_file(
    district: District,
    path: Path,
    asking: Asking,
    kind: str | None = None,
    *,
    dry_run: bool = False,
    cycle: str | None = None,
    stage: str | None = None,
    accept_corrections: bool | Accepted = False,
    rejects: Path | None = None,
    rungs: Rungs | None = None,
    mapping: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[SheetReport]:
    """Import a file; a report for each sheet, in the file's order.

    ``kind`` is one of ``console.intake.kinds`` by its id or title, and else each sheet's header tells.  A dry run
    changes nothing and writes no rejects.  ``cycle`` is for nominations, panels and ballots, ``stage`` (its id or
    title) for ballots in a cycle that has several.  With ``accept_corrections`` a row of
    evidence that differs from what is held corrects it: every one, or those of the rows that it names.
    ``rejects`` is the folder for the rows that come back (the file's own without it).  ``rungs`` finds a rung by the
    names in a file; without it, all published and shipped ones are known.  ``mapping`` is the name of a mapping or its
    file; without it, a sheet is read by the only mapping that recognises it, or as its header is known.
    ``progress`` hears of the rows that were dealt with, and of how many there are.

    Raises IntakeError, before anything is recorded, when no sheet of the file can be imported.  Interrupted at any
    moment it may be run again: what landed is then there already.
    """
    wanted = _wanted(kind) if kind else None
    if rejects is not None and rejects.exists() and not rejects.is_dir():
        raise IntakeError(
            f"--rejects 要写文件夹，{rejects} 是文件", f"--rejects names a folder, and {rejects} is a file"
        )
    stages = route(district, cycle).stages if cycle else ()
    if cycle and stage:
        stage = stage_of(district, cycle, stage)
        stages = tuple(one for one in stages if one.id == stage)
    mappings, marks = Mappings(district.folder / FOLDER), columns(stages)
    chosen = mappings.named(mapping) if mapping else None
    found = [_look(sheet, district, wanted, marks, mappings, chosen) for sheet in open_file(path)]
    _demand(path, found, cycle)
    takes = accept_corrections if isinstance(accept_corrections, Accepted) else Accepted(all=accept_corrections)
    takes.must_fit(path.name, [one.sheet.name for one in found if one.layout])
    if cycle and any("stage" in one.layout.kind.asks for one in found if one.layout):
        stage = stage_of(district, cycle, stage)
    total = sum(one.sheet.rows for one in found if one.layout)
    done = 0

    def tick(rows: int) -> None:
        nonlocal done
        done += rows
        if progress is not None and rows:
            progress(min(done, total), total)

    print_of_file = fingerprint(path)
    import_id = district.new_id("i")
    reports: dict[str, SheetReport] = {}
    found_rungs = rungs or _rungs(district)
    for one in found:
        if one.layout is not None and one.layout.mapped.mapping is not None:
            file = district.file_hash(print_of_file, one.sheet.name)
            probe = Desk(district, asking, file, found_rungs, cycle, stage, dry_run=True)
            _checked(one.layout.mapped.mapping, one.layout.kind, probe, marks)
            refuse_if_read_otherwise(one.sheet, one.layout, probe)
    returned: dict[str, Rejects] = {}
    # Subjects before what refers to them, wherever their sheets stand: the table of kinds is in that order.
    for one in sorted(found, key=lambda one: [k.id for k in KINDS].index(one.layout.kind.id) if one.layout else -1):
        name = one.sheet.name
        reports[name] = report = SheetReport(path, name, skipped=one.brief or one.skipped, dry_run=dry_run)
        if one.layout is None:
            continue
        report.kind = one.layout.kind.id
        report.title = Problem(one.layout.kind.zh, one.layout.kind.en)
        report.header, report.strange = one.sheet.header_rows, one.layout.strange
        report.mapping = one.layout.mapped.mapping.name if one.layout.mapped.mapping else None
        report.import_id = None if dry_run else import_id
        report.source = district.file_hash(print_of_file, name)
        desk = Desk(district, asking, report.source, found_rungs, cycle, stage, dry_run, import_id)
        over = 1 + one.sheet.header_rows[1] - one.sheet.header_rows[0]
        returned[name] = Rejects(name, one.sheet.header, one.sheet.above, over)
        accept = takes.of(name)
        Run(one.sheet, one.layout, desk, report, returned[name], accept, tick).go()
        report.unproposed = accept.unproposed
        if isinstance(report.first, int) and isinstance(report.last, int) and report.kind == "trainings":
            report.also, report.disagree = further(district, report.first, report.last)
    if not dry_run:
        try:
            written = write_rejects(path, [returned[s.sheet.name] for s in found if s.layout], rejects)
        except Exception as error:
            if isinstance(error.args and error.args[0], OSError):  # how XlsxWriter says it
                error = error.args[0]
            if not isinstance(error, OSError):
                raise
            raise RejectsUnwritten(error, [reports[one.sheet.name] for one in found]) from error
        for name, back in returned.items():
            reports[name].rejects = written if back.rows else None
    return [reports[one.sheet.name] for one in found]


def _wanted(kind: str) -> FileKind:
    if (found := kind_named(kind)) is None:
        zh, en = listed()
        raise IntakeError(f"没有“{kind}”这种表；可用：{zh}", f'there is no kind "{kind}"; one of: {en}')
    return found


def _look(
    sheet: Sheet,
    district: District,
    kind: FileKind | None,
    marks: Marks,
    mappings: Mappings,
    chosen: Mapping | None,
) -> _Read:
    if sheet.skipped is not None:
        return _Read(sheet, None, sheet.skipped)
    catalogue = district.catalogue

    def read(header: Sequence[Cell]) -> Layout:
        mapping = chosen if chosen and chosen.is_for(sheet.name, header) else mappings.of(sheet.name, header)
        if mapping is None or (chosen is None and kind is not None and kind_of(mapping) is not kind):
            return recognise(header, catalogue, kind, marks)
        _agreed(mapping, kind)
        return read_by(mapping, header, catalogue, marks)

    try:
        at = mappings.header_row(sheet, chosen)
        return _Read(*find(sheet, words(catalogue, marks) | mappings.words(chosen), read, at))
    except LadderError as error:
        raise BrokenMapping(error) from None
    except BrokenMapping:
        raise
    except IntakeError as why:
        told = Problem(why.zh, why.en)
        if isinstance(why, Unrecognised):
            if kind is None:
                mappings.demand_readable()
            return _Read(sheet, None, told, why.brief, why.may_map)
        return _Read(sheet, None, told)


def _agreed(mapping: Mapping, kind: FileKind | None) -> None:
    """What --kind says is what the mapping is for."""
    if kind is not None and (own := kind_of(mapping)) is not kind:
        raise IntakeError(
            f"映射 {mapping.name} 是给{own.zh}表（{own.id}）用的，--kind 却说是{kind.zh}；去掉 --kind，或换一个映射",
            f"the mapping {mapping.name} is for {own.id}, but --kind says {kind.id}: leave --kind out, "
            "or take another mapping",
        )


def _checked(mapping: Mapping, kind: FileKind, desk: Desk, marks: Marks) -> None:
    try:
        check_words(mapping, kind, desk, marks)
    except LadderError as error:
        raise BrokenMapping(error) from None


def _demand(path: Path, found: list[_Read], cycle: str | None) -> None:
    """Nothing begins unless some sheet can be read, and has been told which cycle it is for."""
    if not any(one.layout for one in found):
        # A csv's only sheet has no name of its own.
        why = [("" if one.sheet.name == path.stem else one.sheet.name, one.skipped) for one in found if one.skipped]
        hint = refusing.DRAFT if any(one.may_map for one in found) else Problem("", "")
        raise IntakeError(
            f"{path.name}：" + "；".join(f"{name}：{said.zh}" if name else said.zh for name, said in why) + hint.zh,
            f"{path.name}: " + "; ".join(f"{name}: {said.en}" if name else said.en for name, said in why) + hint.en,
        )
    for one in found:
        if one.layout and "cycle" in one.layout.kind.asks and not cycle:
            kind, unused = one.layout.kind, one.layout.strange
            zh = f"。没有用到的列：{'、'.join(unused)}；如果不是{kind.zh}表，用 --kind 说明是哪种表" if unused else ""
            en = f". Columns not used: {', '.join(unused)}; if it is another kind, say so with --kind" if unused else ""
            raise IntakeError(
                f"{path.name} 是{kind.zh}表，请用 --cycle 说明是哪个周期{zh}",
                f"{path.name} holds {kind.en}: say for which cycle with --cycle{en}",
            )


def _rungs(district: District) -> Rungs:
    """Finds the rungs that rows name; ladders are loaded when the first row does.  A published ladder goes first."""

    @cache
    def every() -> Rungs:
        from console.intake.rungs import rungs_of
        from ladders.reading.loading import load, shipped, shipped_ladders

        return rungs_of([*(load(shipped(name), name) for name in shipped_ladders()), *district.ladders.values()])

    def look_up(ladder: str, rung: str) -> tuple[str, str]:
        return every()(ladder, rung)

    return look_up
