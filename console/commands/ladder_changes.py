"""Changing a ladder safely: what another version says differently, and what it would do."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Annotated

import typer

from console.options import HERE, AsJson, Data, Lang, answered, emit, language


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    app.command()(diff)


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
    from ladders.loading import load

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
