"""What was imported, and how it is undone."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from console.options import HERE, AsJson, Data, Lang, Looker, answered, asking, emit, given, language, opened


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    app.command(name="imports")(imports)


@answered
def imports(
    most: Annotated[int, typer.Option(min=0, help="最多列几次;0 为全部。How many at the most; 0 for all.")] = 20,
    data: Data = HERE,
    actor: Looker = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """列出过去的导入:何时、谁、记录了什么、在日志何处。List past imports: when, by whom, what, and where.

    Files are not named: the log knows of a file only a keyed hash.

    Example: jieti imports
    """
    from console.looking import at_list
    from console.screens.undoing import listing
    from engine.records.imports import count, listed

    chosen = language(lang)
    with opened(data) as district:
        found = listed(district, most or None)
        at_list(district, actor, "imports", "", len({one.actor for one in found}), lang=lang)
        more = count(district) - len(found)
        if as_json:
            emit([asdict(one) for one in found])
            if more > 0:
                zh, en = f"更早的还有 {more} 次:--most 0", f"{more} older ones are left out: --most 0"
                print(zh if chosen == "zh" else en, file=sys.stderr)
        else:
            listing(district, found, more, chosen).print()


def undo(
    asked: str, data: Path, actor: str, authority: str, reason: str, lang: str, *, dry_run: bool, as_json: bool
) -> None:
    """Take an import back as a whole; see ``engine.records.undoing``.  Exit status 1 where something of it is left."""
    from console.looking import at_list
    from console.screens.progress import bar
    from console.screens.undoing import as_data, outcome, planned
    from engine.records import undoing

    chosen = language(lang)
    with opened(data) as district:
        found = undoing.plan(district, asked)
        blocked, about = bool(found.rests or found.kept), {one.about for one in found.rests}
        look = "import --undo", found.imported.id
        at_list(district, actor, *look, len(about), lang=lang)
        if dry_run:
            emit(as_data(found)) if as_json else planned(district, found, chosen, dry_run=True).print()
            raise typer.Exit(1 if blocked else 0)
        asked_by = asking(actor, authority, district)
        if blocked and not reason:
            if not as_json:
                planned(district, found, chosen, dry_run=False).print()
            raise undoing.built_upon(found)
        with bar(found.imported.id, len(found.todo)) as tick:
            result = undoing.undo(district, found.imported.id, asked_by, given(reason) if reason else None, tick)
        at_list(district, actor, *look, len({one.about for one in result.rests} - about), lang=lang)
        emit(as_data(result.plan, result)) if as_json else outcome(district, result, chosen).print()
    if result.left or result.stopped or result.plan.kept:
        raise typer.Exit(1)
