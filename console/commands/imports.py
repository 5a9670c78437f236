"""Files in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.commands import past_imports
from console.options import (
    BESIDE,
    HERE,
    Actor,
    AsJson,
    Authority,
    Data,
    Lang,
    Mistake,
    answered,
    asking,
    emit,
    language,
    opened,
)

if TYPE_CHECKING:
    from console.intake import SheetReport
    from engine.district import District
    from workflows.commands import Asking


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    app.command(name="import")(import_)


@answered
def import_(
    files: Annotated[
        list[Path] | None, typer.Argument(help="xlsx 或 csv 文件。xlsx or csv files.", show_default=False)
    ] = None,
    kind: Annotated[
        str, typer.Option(help="表的种类,如 培训学时;默认看表头。The kind, as trainings; by its header without it.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看结果,不记录。Change nothing.")] = False,
    cycle: Annotated[str, typer.Option(help="申报和表决所属的周期。The cycle of nominations and ballots.")] = "",
    stage: Annotated[
        str, typer.Option(help="表决所属的环节;只有一个时不必写。The stage of ballots, where there are several.")
    ] = "",
    accept_corrections: Annotated[
        bool, typer.Option("--accept-corrections", help="接受更正:以文件为准。The file corrects what is held.")
    ] = False,
    accept: Annotated[
        str, typer.Option(help="只接受这些行的更正,如 57,104-110。Accept the corrections of these rows.")
    ] = "",
    review: Annotated[
        bool, typer.Option("--review", help="逐条看更正,再决定。Look at each correction, and decide.")
    ] = False,
    mapping: Annotated[
        str, typer.Option(help="映射文件或它的名字:各列是什么意思。A mapping, by name or file: what the columns mean.")
    ] = "",
    propose_mapping: Annotated[
        str,
        typer.Option(help="不导入,只起草映射文件(文件或名字)。Draft a mapping, a file or a name; import nothing."),
    ] = "",
    rejects: Annotated[
        Path | None, typer.Option(help="退回的行放在哪个文件夹。The folder for the rows that come back.")
    ] = None,
    template: Annotated[
        str, typer.Option(help="不导入,而是写出这种表的空白模板。Write an empty sheet of this kind instead.")
    ] = "",
    out: Annotated[Path | None, typer.Option(help="模板写到哪个文件。The template's file.", show_default=False)] = None,
    undo: Annotated[
        str, typer.Option(help="撤销一次导入(它的号)。Take back a whole import, by its id.", show_default=False)
    ] = "",
    reason: Annotated[
        str, typer.Option(help="撤销的理由;有决定以它为依据时必写。Why it is undone.", show_default=False)
    ] = "",
    data: Data = HERE,
    actor: Actor = "",
    authority: Authority = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """导入表格:好的行入库,其余的连同原因退回。Import spreadsheets; what does not fit comes back with its reason.

    The same file twice changes nothing.  Exit status 1 when rows were handed back.

    What differs from what is held is proposed as a correction: --review walks through them, --accept takes those of
    some rows, --accept-corrections all.  --undo takes a whole import back; jieti imports lists them.

    A sheet of another layout is read by a mapping: --propose-mapping drafts one, --mapping reads by it.

    Example: jieti import 培训学时.xlsx 人员.csv --as office-1
    """
    from console.intake import RejectsUnwritten, import_file
    from console.intake.accepting import Accepted, accepted
    from console.screens.imports import reports
    from console.screens.reviewing_corrections import walk
    from engine.people.subjects import find_cycle

    if undo:
        if files:
            raise Mistake(
                "--undo 撤销以前的导入,不读文件", "--undo takes back an import that was made: it reads no file"
            )
        past_imports.undo(undo, data, actor, authority, reason, lang, dry_run=dry_run, as_json=as_json)
        return
    chosen, done = language(lang), []
    if template:
        print(_template(template, out, data, chosen, cycle, stage))
        return
    if not files:
        raise Mistake("请写出要导入的文件,或用 --template 取空白模板", "name the files to import, or a --template")
    if accept and len(files) > 1:
        raise Mistake(
            "--accept 是一个文件的行号;请一次导入一个文件", "--accept names rows of a file: import one a time"
        )
    if review and as_json:
        raise Mistake("--review 是逐条问答,不能与 --json 同用", "--review asks and waits: not together with --json")
    takes = accepted(accept) if accept else Accepted(all=accept_corrections)
    with opened(data) as district:
        asked = asking(actor, authority)
        if propose_mapping:
            _draft(district, files, asked, propose_mapping, kind, chosen, as_json=as_json)
            return
        how: dict[str, Any] = {
            "kind": kind or None,
            "cycle": find_cycle(district, cycle) if cycle else None,
            "stage": stage or None,
            "mapping": mapping or None,
            "rejects": rejects,
        }
        try:
            for file in files:
                if review:
                    with ticking(file) as progress:
                        tried = import_file(district, file, asked, dry_run=True, progress=progress, **how)
                    _compared(district, tried, actor, lang)
                    takes = walk(tried, chosen)
                with ticking(file) as progress:
                    done += import_file(
                        district, file, asked, dry_run=dry_run, accept_corrections=takes, progress=progress, **how
                    )
        except (Exception, KeyboardInterrupt) as stopped:
            done += stopped.reports if isinstance(stopped, RejectsUnwritten) else []
            if done and as_json:
                vars(stopped)[BESIDE] = {"reports": [asdict(report) for report in done]}
            elif done:  # what landed is told, whatever becomes of the files after it
                reports(done, chosen).print()
            raise
        finally:
            if not review:
                _compared(district, done, actor, lang)
    if as_json:
        emit([asdict(report) for report in done])
    else:
        reports(done, chosen).print()
    if any(report.handed_back or report.corrections for report in done):
        raise typer.Exit(1)


def _compared(district: District, reports: list[SheetReport], actor: str, lang: str) -> None:
    """Rows that correct a record show what is held of somebody: that is a look, a row counting as one."""
    from console.looking import at_list

    for report in reports:
        if report.kind is not None:
            at_list(district, actor, "import", report.kind, report.corrections, lang=lang)


def _draft(
    district: District, files: list[Path], asked: Asking, out: str, kind: str, lang: str, *, as_json: bool
) -> None:
    """Draft a mapping for a file's sheets, and say what to do with it."""
    from console.intake.drafting import draft
    from console.intake.mappings import FOLDER
    from console.screens.mappings import drafted

    if len(files) > 1:
        raise Mistake("请一次为一个文件起草", "draft for one file a time")
    made = draft(district, files[0], asked, out, kind or None, "zh" if lang == "zh" else "en")
    if as_json:
        emit([asdict(one) for one in made])
    else:
        drafted(made, files[0], district.folder / FOLDER, lang).print()


def _template(wanted: str, out: Path | None, data: Path, lang: str, cycle: str, stage: str) -> Path:
    from console.intake.kinds import kind_named, listed
    from console.intake.template_sheets import write_template
    from engine.people.subjects import find_cycle

    if (kind := kind_named(wanted)) is None:
        zh, en = listed()
        raise Mistake(f"没有“{wanted}”这种表;可用:{zh}", f'there is no kind "{wanted}"; one of: {en}')
    name = Path(f"{kind.zh}模板.xlsx" if lang == "zh" else f"{kind.id}-template.xlsx")
    with opened(data) as district:
        where = find_cycle(district, cycle) if cycle else None
        return write_template(district, kind, out or name, lang, where, stage or None)


@contextmanager
def ticking(file: Path) -> Iterator[Callable[[int, int], None]]:
    """A bar for the rows of a file; what is given hears how many were dealt with, of how many."""
    from console.screens.progress import bar

    with bar(file.name, None) as tick:
        counted = 0

        def progress(rows: int, _total: int) -> None:
            nonlocal counted
            tick(rows - counted)
            counted = rows

        yield progress
