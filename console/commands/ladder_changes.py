"""Changing a ladder safely: what another version says differently, and what it would do."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from hashlib import sha256
from typing import Annotated

import typer

from console.options import HERE, AsJson, AsOf, Data, Lang, Looker, Sheet, answered, day, emit, language, opened


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    app.command()(diff)
    app.command()(impact)


Side = Annotated[
    str,
    typer.Argument(
        help="阶梯文件、名称,或 名称@版本(位置、散列值、日期)。"
        "A ladder file, a name, or NAME@VERSION (position, hash or day)."
    ),
]


@answered
def diff(one: Side, other: Side, data: Data = HERE, lang: Lang = "", as_json: AsJson = False) -> None:
    """两个版本有什么不同,用条文的话说。What two ladders say differently, in the words of the regulation.

    A published ladder is named as erqi-teacher (in force today), erqi-teacher@5 or erqi-teacher@2026-09-01.

    Example: jieti ladder diff erqi-teacher 新版.yaml
    """
    from console.commands.ladders import catalogue_in, district_at
    from console.published import pointed
    from console.screens.differences import compared, compared_json, side_json
    from ladders.reading.loading import load

    with ExitStack() as stack:
        district = district_at(data, stack)
        meant = pointed(one, district), pointed(other, district)
        catalogue = catalogue_in(None, district.catalogue if district else None)
    ladders = load(meant[0].content, one), load(meant[1].content, other)
    if as_json:
        sides = {"from": side_json(meant[0], one), "to": side_json(meant[1], other)}
        same = meant[0].content == meant[1].content
        emit(sides | compared_json(ladders, same, catalogue, language(lang)))
    else:
        compared(*meant, ladders, (one, other), catalogue, language(lang)).print()


@answered
def impact(
    new: Annotated[str, typer.Argument(help="新版本:文件、名称或 名称@版本。The new version: a file, a name.")],
    as_of: AsOf = "",
    against: Annotated[
        str, typer.Option(help="与哪个版本相比。Against which version: position, hash, day.", show_default="in force")
    ] = "",
    named: Annotated[bool, typer.Option("--names", help="列出姓名。List the names.")] = False,
    out: Sheet = None,
    data: Data = HERE,
    actor: Looker = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """发布之前看影响:谁新符合、谁不再符合、在途的怎样。Before a version is published: who gains, loses, is in flight.

    Example: jieti ladder impact 新版.yaml --as-of 2026-06-30 --names
    """
    from console.commands.ladders import catalogue_in
    from console.looking import at_list
    from console.published import pointed
    from console.screens.differences import which
    from console.screens.impact import HEADER, People, rows_of, shown, table
    from console.screens.impact import data as as_data
    from console.screens.paper import Paper
    from console.tables import may_be_written, write
    from engine.assessing import assess
    from engine.assessing.impact import impact as compare
    from ladders.checking.check import check_file
    from ladders.reading.loading import load, refuse_if

    chosen = language(lang)
    if out is not None:
        may_be_written(out)
    with opened(data) as district:
        meant = pointed(new, district)
        refuse_if([one for one in check_file(meant.content, new, catalogue_in(None, district.catalogue))
                   if one.level == "error"])  # fmt: skip
        ladder, on = load(meant.content, new), day(as_of)
        old = assess.rules_for(district, ladder.id, on)
        side = ladder.id if on is None else f"{ladder.id}@{on}"
        if against:
            side = f"{ladder.id}@{against}"
            other = pointed(side, district)
            old = replace(old, ladder=load(other.content, side), version=sha256(other.content).hexdigest())
        found = compare(district, old, ladder, sha256(meant.content).hexdigest())
        people = People(district, found, named=named or as_json or out is not None)
        if named or as_json or out is not None:
            at_list(
                district, actor, "ladder impact", ladder.id, len({one.subject for one in rows_of(found)}), lang=lang
            )
        if out is not None:
            header = [zh if chosen == "zh" else en for zh, en in HEADER]
            write(out, "影响" if chosen == "zh" else "impact", header, table(district, found, people, chosen))
        if as_json:
            emit(as_data(found, people))
            return
        paper = Paper(chosen)
        sides = which(pointed(side, district), side, paper), which(meant, new, paper)
        shown(district, found, people, sides, chosen, named=named).print()
        if out is not None:
            print(f"→ {out}")
