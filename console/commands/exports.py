"""Files out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.options import HERE, AsJson, Data, Lang, Looker, Mistake, answered, day, emit, language, opened

if TYPE_CHECKING:
    from console.export.sheets import Exported
    from engine.district import District


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    app.command()(export)


@answered
def export(
    kind: Annotated[
        str, typer.Argument(help="表的种类,如 培训学时、人员。The kind, as trainings or people.", show_default=False)
    ] = "",
    out: Annotated[
        Path | None, typer.Option(help="写到哪个文件(.xlsx 或 .csv)。The file to write.", show_default=False)
    ] = None,
    which: Annotated[bool, typer.Option("--list", help="列出可导出的表。List the kinds that there are.")] = False,
    as_of: Annotated[str, typer.Option(help="只写到这一天为止的。Only what had begun by this day.")] = "",
    cycle: Annotated[str, typer.Option(help="哪个评审周期的。Of which review cycle.", show_default=False)] = "",
    stage: Annotated[str, typer.Option(help="周期的哪个环节的。Of which stage of it.", show_default=False)] = "",
    data: Data = HERE,
    actor: Looker = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """导出表格,能导入的可以原样再导入。Export a sheet; what can be imported can be imported again.

    Rows that say 仅供查阅 (for reading) in their first cell are passed over by an import.

    Example: jieti export 培训学时 --out 培训学时.csv --data demo
    """
    from console.export.looking import Look
    from console.export.sheets import EXPORTED, exported, sheet
    from console.looking import at_list
    from console.screens.progress import bar
    from console.tables import write

    chosen, until = language(lang), day(as_of)
    if which:
        _listed(chosen, as_json=as_json)
        return
    if (found := exported(kind)) is None:
        zh = "、".join(f"{one.zh}({one.id})" for one in EXPORTED)
        en = ", ".join(one.id for one in EXPORTED)
        if not kind:
            raise Mistake(f"请写明导出哪种表:{zh}", f"say which kind to export: {en}")
        raise Mistake(f"没有“{kind}”这种表可导出;可用:{zh}", f'there is no kind "{kind}" to export; one of: {en}')
    title = found.zh if chosen == "zh" else found.en
    file = out or Path(f"{title}.xlsx")
    if until is not None and not found.dated:
        zh = f"“{found.zh}”只有现在的,不能截至某一天;请去掉 --as-of"
        raise Mistake(zh, f"{found.id} are told as they are now, not as of a day: leave --as-of out")
    with opened(data) as district:
        of, part = _of(district, found, cycle, stage)

        def looked(people: int) -> None:
            if found.people:
                about = " ".join((found.id, *(one for one in (of, part) if one)))
                at_list(district, actor, "export", about, people, lang=lang)

        with district.reading() as connection, bar(f"导出 {title}", None) as tick:
            header, rows = sheet(found, Look(district, connection, chosen, until, of, part))
            counted = write(file, title, header, rows, tick, before=looked)
    if as_json:
        emit({"kind": found.id, "file": file, "rows": counted})
    else:
        print(f"{file}: {counted:,} 行" if chosen == "zh" else f"{file}: {counted:,} rows")


def _of(district: District, kind: Exported, cycle: str, stage: str) -> tuple[str | None, str | None]:
    """The cycle and the stage that a sheet is of; Mistake where one is missing, or means nothing."""
    from console.naming import stage_id
    from engine.people.subjects import find_cycle

    if cycle and kind.cycle == "no":
        zh = f"“{kind.zh}”不分评审周期;请去掉 --cycle"
        raise Mistake(zh, f"{kind.id} are not of one review cycle: leave --cycle out")
    if stage and not kind.stage:
        raise Mistake(f"“{kind.zh}”不分环节;请去掉 --stage", f"{kind.id} are not of one stage: leave --stage out")
    if not cycle and kind.cycle == "must":
        zh = f"“{kind.zh}”是某个评审周期的;请用 --cycle 说明,用 jieti cycle list 查看"
        raise Mistake(zh, f"{kind.id} are of one review cycle: say which with --cycle; jieti cycle list shows them")
    of = find_cycle(district, cycle) if cycle else None
    return of, stage_id(district, of, stage) if of and kind.stage else None


def _listed(lang: str, *, as_json: bool) -> None:
    """Every kind: what it is called, whether it can be imported again, and which options it takes."""
    from console.export.sheets import EXPORTED
    from console.screens.paper import Paper

    if as_json:
        emit(
            [
                {"kind": one.id, "zh": one.zh, "en": one.en, "imported": one.imported, "cycle": one.cycle,
                 "stage": one.stage, "as_of": one.dated}
                for one in EXPORTED
            ]
        )  # fmt: skip
        return
    paper = Paper(lang)
    paper.table(
        [
            (
                one.id,
                one.zh if lang == "zh" else one.en,
                paper.say("可再导入", "can be imported again") if one.imported else paper.say("供查阅", "for reading"),
                " ".join(_options(one)),
            )
            for one in EXPORTED
        ],
        indent=0,
    )
    paper.print()


def _options(kind: Exported) -> list[str]:
    """What a kind takes; in brackets what it need not be given."""
    found = ["--cycle"] if kind.cycle == "must" else ["[--cycle]"] if kind.cycle == "may" else []
    return found + ["--stage"] * kind.stage + ["[--as-of]"] * kind.dated
