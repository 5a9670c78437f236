"""A ladder as a picture."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from console.commands.ladders import Catalogue, Ladder, Version, catalogue_in, district_at
from console.options import HERE, AsJson, AsOf, Data, Lang, Mistake, answered, day, emit, language

if TYPE_CHECKING:
    from console.drawing.picture import Picture
    from console.published import Meant
    from engine.district import District
    from ladders.model.ladder import Ladder as Model

_SUFFIXES = (".svg", ".html", ".mmd")


def add_to(app: typer.Typer) -> None:
    """Put this command into the group of ladders."""
    app.command(name="draw")(draw)


@answered
def draw(
    file: Ladder,
    out: Annotated[
        Path | None,
        typer.Option(
            help="写到 .svg、.html 或 .mmd 文件;不写就打印 Mermaid。Write it to a file; Mermaid is printed without it.",
            show_default=False,
        ),
    ] = None,
    pyramid: Annotated[
        bool,
        typer.Option(
            "--pyramid", help="画成金字塔:各级人数、名额、历年年末人数。The pyramid of holders, over the years."
        ),
    ] = False,
    bare: Annotated[
        bool, typer.Option("--no-legend", help="只画图,不列条文。The graph alone, without the articles.")
    ] = False,
    catalogue: Catalogue = None,
    as_of: AsOf = "",
    version: Version = "",
    data: Data = HERE,
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """把阶梯画成图:各级、晋级、条文,以及当天各级的人数。Draw a ladder: rungs, steps, articles, and who holds what.

    Holders are counted on the day --as-of (today without it), where there is a district.

    Example: jieti ladder draw erqi-teacher --out 阶梯.svg --lang zh
    """
    from console.drawing.picture import picture
    from console.screens.drawing import Drawn, drawn, noted
    from ladders.reading.loading import load

    chosen: Literal["zh", "en"] = "zh" if language(lang) == "zh" else "en"
    suffix = _suffix(out, pyramid=pyramid)
    with ExitStack() as stack:
        district = district_at(data, stack)
        asked = day(as_of)
        if district is None and (asked or pyramid):
            option = "--pyramid" if pyramid else "--as-of"
            raise Mistake(
                f"{option} 要数各级的人数;用 --data 指定数据文件夹",
                f"{option} counts who holds what: name the data folder with --data",
            )
        found = _meant(file, district, asked, version)
        ladder = load(found.content, file.name)
        on = asked or (district.today if district else None)
        held, days, since = _counted(district, ladder, on, pyramid=pyramid)
        known = catalogue_in(catalogue, district.catalogue if district else None)
        today = district.today if district else None
    notes = noted(found, ladder, chosen, today, held[-1] if held else None)
    one = picture(ladder, chosen, known, notes, held[-1] if held else None, on if held else None)
    if pyramid:
        text, paper = _pyramid(ladder, one, days, held, since)
    else:
        text, paper = _graph(one, suffix, legend=not bare)
    if out is not None:
        out.write_text(text, encoding="utf-8", newline="\n")
    done = Drawn(ladder, out, paper, held[-1] if held else None, on if held else None)
    if as_json:
        emit(done.data() | ({} if out else {"text": text}))
    elif out is None:
        print(text, end="")
    else:
        drawn(done, chosen).print()


def _suffix(out: Path | None, *, pyramid: bool) -> str:
    """Which kind of file is meant; Mistake for one that is not made."""
    suffix = ".mmd" if out is None else out.suffix.casefold()
    if pyramid and suffix != ".svg":
        raise Mistake("金字塔画成 SVG:加上 --out 文件.svg", "the pyramid is drawn as SVG: add --out FILE.svg")
    if suffix not in _SUFFIXES:
        raise Mistake(
            f"{out} 不是能画的文件;文件名以 {'、'.join(_SUFFIXES)} 结尾",
            f"{out} is no picture that can be drawn; its name ends in {', '.join(_SUFFIXES)}",
        )
    return suffix


def _meant(file: Path, district: District | None, asked: date | None, version: str) -> Meant:
    """What a name means; of a published ladder the version that is named, or in force on the day that is asked for."""
    from console.published import editions, meant

    name = str(file).removesuffix(".yaml")
    ours = district is not None and bool(name) and not file.is_file() and bool(editions(district, name))
    return meant(file, district, asked if ours and not version else None, version)


def _counted(
    district: District | None, ladder: Model, on: date | None, *, pyramid: bool
) -> tuple[list[dict[str, int]], tuple[date, ...], date | None]:
    """Who holds what on a day, or at the end of each year up to it: the counts, their days, the first day of all."""
    if district is None or on is None:
        return [], (), None
    from console.drawing.pyramid import year_ends
    from engine.projections.projector import reached
    from engine.standings.holders import Holders

    with district.reading() as connection:
        tip = reached(connection)
    holders = Holders(district, ladder.id, tip)
    days = year_ends(holders.since, on) if pyramid else (on,)
    return [holders.on(day) for day in days], days, holders.since


def _pyramid(
    ladder: Model, one: Picture, days: tuple[date, ...], held: list[dict[str, int]], since: date | None
) -> tuple[str, str]:
    from console.drawing.pyramid import pyramid, pyramid_svg

    text, paper = pyramid_svg(pyramid(ladder, one, days, held, since=since))
    return text, paper.name


def _graph(one: Picture, suffix: str, *, legend: bool) -> tuple[str, str]:
    """The text of the file, and on which paper it is."""
    if suffix == ".mmd":
        from console.drawing.mermaid import mermaid

        return mermaid(one), ""
    if suffix == ".html":
        from console.drawing.page import page

        return page(one), "A4"
    from console.drawing.ladder_svg import ladder_svg

    text, paper = ladder_svg(one, legend=legend)
    return text, paper.name
