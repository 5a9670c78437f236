"""Files out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from console.options import HERE, AsJson, Data, Lang, Looker, Mistake, answered, day, emit, language, opened


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    app.command()(export)


@answered
def export(
    kind: Annotated[str, typer.Argument(help="表的种类,如 培训学时、人员。The kind, as trainings or people.")],
    out: Annotated[
        Path | None, typer.Option(help="写到哪个文件(.xlsx 或 .csv)。The file to write.", show_default=False)
    ] = None,
    as_of: Annotated[str, typer.Option(help="只写到这一天为止的。Only what had begun by this day.")] = "",
    data: Data = HERE,
    actor: Looker = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """导出表格,可以原样再导入。Export a sheet of a kind, which can be imported again.

    Rows that say 仅供查阅 (for reading) in their first cell are passed over by an import.

    Example: jieti export 培训学时 --out 培训学时.csv --data demo
    """
    from console.export.looking import Look
    from console.export.sheets import EXPORTED, exported, sheet
    from console.export.writing import write
    from console.looking import at_list
    from console.screens.progress import bar

    chosen, until = language(lang), day(as_of)
    if (found := exported(kind)) is None:
        zh = "、".join(f"{one.zh}({one.id})" for one in EXPORTED)
        en = ", ".join(one.id for one in EXPORTED)
        raise Mistake(f"没有“{kind}”这种表可导出;可用:{zh}", f'there is no kind "{kind}" to export; one of: {en}')
    title = found.zh if chosen == "zh" else found.en
    file = out or Path(f"{title}.xlsx")
    with opened(data) as district:
        with district.reading() as connection, bar(f"导出 {title}", None) as tick:
            header, rows = sheet(found, Look(district, connection, chosen, until))
            counted = write(file, title, header, rows, tick)
        if found.people:
            at_list(district, actor, "export", found.id, counted, lang=lang)
    if as_json:
        emit({"kind": found.id, "file": file, "rows": counted})
    else:
        print(f"{file}: {counted:,} 行" if chosen == "zh" else f"{file}: {counted:,} rows")
