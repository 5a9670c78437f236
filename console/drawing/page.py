"""A ladder as an HTML page that prints on A4: the graph on the first sheet, then all of the articles."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from console.drawing.ladder_svg import ladder_svg
from console.drawing.lettering import FONTS
from console.drawing.picture import Mark, Picture

_STYLE = """
@page { size: A4 TURNED; margin: 12mm; }
body { margin: 0 auto; max-width: WIDE; font-family: FONTS; font-size: 10pt; line-height: 1.5; color: #1b1f24; }
svg { display: block; width: 100%; height: auto; max-height: HIGH; break-after: page; }
article { columns: 2; column-gap: 10mm; }
h2 { font-size: 11pt; margin: 1em 0 .2em; break-after: avoid; }
p { margin: .15em 0; break-inside: avoid; }
"""
_LYING_OR_STANDING = {"TURNED": ("landscape", "portrait"), "WIDE": ("297mm", "210mm"), "HIGH": ("184mm", "271mm")}


def page(picture: Picture) -> str:
    """The page as the text of a file; no scripts, nothing from elsewhere."""
    text, paper = ladder_svg(picture, legend=False)
    drawn = text.partition("?>\n")[2]
    lying = paper.mm_wide > paper.mm_high
    style = _STYLE.replace("FONTS", FONTS[picture.lang])
    for name, values in _LYING_OR_STANDING.items():
        style = style.replace(name, values[not lying])
    lang = "zh-CN" if picture.lang == "zh" else "en"
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{lang}">',
            '<head><meta charset="utf-8">',
            f"<title>{escape(picture.titles[0])}</title>",
            f"<style>{style}</style></head>",
            "<body>",
            drawn.rstrip(),
            "<article>",
            *(line for mark in picture.every for line in _chapter(mark)),
            "</article>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _chapter(mark: Mark) -> Iterator[str]:
    yield f'<h2 style="color:{mark.colour}">{escape(mark.chapter.title)}</h2>'
    for said in mark.chapter.said:
        inset = f' style="margin-left:{said.depth * 1.2:.1f}em"' if said.depth else ""
        yield f"<p{inset}>{escape(said.text)}</p>"
