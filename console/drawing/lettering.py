"""How wide text is, without any font: Chinese fills its square, Latin goes by the widths of a common sans serif.

The widths are a little larger than those of the fonts that a reader is likely to have, so that nothing is cut off.
All lengths of pictures are points, 1/72 of an inch.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

_CHINESE = "'Noto Sans CJK SC', 'Source Han Sans SC', 'Microsoft YaHei', 'PingFang SC', SimSun, sans-serif"
FONTS = {"zh": _CHINESE, "en": f"Arial, 'Helvetica Neue', 'Liberation Sans', {_CHINESE}"}
"""For the ``font-family`` of a picture by its language: what there is on Linux, Windows and macOS."""

_LATIN = (
    ("ijl'|", 230),
    (" !,./:;I[]\\ft", 285),
    ('"()-`r{}*', 345),
    ("Jckssvxyz", 510),
    ("?0123456789aLbdeghnopqu$_#", 565),
    ("+<=>~^", 590),
    ("FTZABEKPSVXY&", 680),
    ("CDHNRUw", 735),
    ("GOQ", 790),
    ("mM", 850),
    ("%W@", 980),
)
_WIDTHS = {character: width / 1000 for characters, width in _LATIN for character in characters}
_OTHER = 0.62
_ROOM = 1.04
_BOLD = 1.06
_ENOUGH = 0.01
_CLOSING = "，。、；：？！）》」』】〕”’…—～·,.;:?!)]}%"
_OPENING = "（《「『【〔“‘([{"
_ATOM = re.compile(r"\s+|[!-~\u00a1-\u024f]+|.", re.DOTALL)
_ILLEGAL = re.compile(
    "[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


def clean(text: str) -> str:
    """The text on one line, without characters that XML forbids, and without those that turn its direction."""
    return " ".join(_ILLEGAL.sub("\ufffd", text).split())


def width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a line of text is, in points."""
    return sum(map(_em, text)) * size * _ROOM * (_BOLD if bold else 1)


@cache
def _em(character: str) -> float:
    if character in _WIDTHS:
        return _WIDTHS[character]
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0.0
    return 1.0 if unicodedata.east_asian_width(character) in "WFA" else _OTHER


def wrapped(text: str, most: float, size: float, *, bold: bool = False) -> list[str]:
    """The text in lines of at most that width; a word that is wider by itself is broken."""
    lines, line, room = list[str](), "", most + _ENOUGH
    for atom in _atoms(clean(text)):
        for piece in [atom] if width(atom, size, bold=bold) <= most + _ENOUGH else atom:
            wide = width(piece, size, bold=bold)
            if wide > room and line.strip():
                lines.append(line.rstrip())
                line, room = "", most + _ENOUGH
            if line or piece.strip():
                line, room = line + piece, room - wide
    return [*lines, line.rstrip()] if line.strip() else lines


def _atoms(text: str) -> Iterator[str]:
    """What is not parted: a word, a Chinese character with the marks that may not begin or end a line beside it."""
    held = ""
    for found in _ATOM.finditer(text):
        atom = found[0]
        opens = bool(held) and held[-1] in _OPENING
        closes = atom[0] in _CLOSING and not held.endswith(" ")
        if held and not (opens or closes):
            yield held
            held = ""
        held += atom
    if held:
        yield held
