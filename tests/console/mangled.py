"""A genuine file, and what becomes of it: bytes, lines, values, parts of an archive that are other than they were."""

from __future__ import annotations

import io
import json
import zipfile
from random import Random
from typing import Any

NASTY = [
    b"", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\n\n", b"\t", b'"', b"'", b":", b"- ", b"{", b"}}", b"[",
    b"]]", b"&a ", b"*a", b"!!python/object:os.system ", b"!!binary ", b"<<: *a", b"? ", b"| ", b"> ", b"---\n",
    b"...\n", b"%YAML 9", b"null", b"~", b"true", b"no", b"-1", b"0", b"1e999", b"-0.0", b".nan", b"9" * 400,
    b"99999999999999999999", b"1/0", b"2026-02-30", b"0000-00-00", b"99999-01-01",
    "１２３".encode(), "\u202e\u200b".encode(), "\U0001f600".encode(),
    b"\xed\xa0\x80", b"=1+1", b"=cmd|' /C calc'!A0", b"x" * 3_000, b"[" * 500, b"{a: " * 200, b"\\u0000", b"\\ud800",
]  # fmt: skip
"""Bytes that a reader may stumble over."""
VALUES: list[Any] = [
    None, True, False, 0, -1, 1, 2**63, 2**64, 10**400, 1.5, float("nan"), float("inf"), "", "x", "\x00", "\ud800",
    "é" * 2_000, [], {}, [[]], [{}], {"event": {}}, ["a", 1], "2026-06-01", "case-c-1", "AAAA", "====", "\n", "— x y",
]  # fmt: skip


def bytes_changed(data: bytes, chance: Random) -> bytes:
    """One to four changes somewhere: bytes, pieces, lines."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        at = chance.randrange(len(changed) + 1)
        until = min(len(changed), at + chance.choice((1, 1, 2, 8, 40, 400)))
        match chance.randrange(8):
            case 0 if changed:
                changed[min(at, len(changed) - 1)] = chance.randrange(256)
            case 1:
                del changed[at:until]
            case 2:
                changed[at:at] = changed[at:until] * chance.choice((1, 1, 2, 30))
            case 3:
                changed[at:at] = chance.choice(NASTY)
            case 4:
                changed[at:until] = chance.choice(NASTY)
            case 5:
                del changed[at:]
            case 6:
                changed = bytearray(b"\n".join(_lines_changed(bytes(changed).split(b"\n"), chance)))
            case _:
                changed[at:until] = chance.randbytes(until - at)
    return bytes(changed)


def _lines_changed(lines: list[bytes], chance: Random) -> list[bytes]:
    at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    match chance.randrange(5):
        case 0:
            lines[at], lines[other] = lines[other], lines[at]
        case 1:
            lines.insert(at, lines[other])
        case 2:
            del lines[at]
        case 3:
            lines[at] = b" " * chance.randrange(9) + lines[at].lstrip()
        case _:
            key, mark, _ = lines[at].partition(b":")
            lines[at] = key + mark + b" " + chance.choice(NASTY)
    return lines


def archive_changed(data: bytes, chance: Random) -> bytes:
    """A workbook in which one part is other than it was, or is gone; or its bytes as they come."""
    if chance.randrange(4) == 0:
        return bytes_changed(data, chance)
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        chosen = chance.choice(names + 2 * [name for name in names if "sheet" in name or "Strings" in name])
        for name in names:
            part = old.read(name)
            if name != chosen:
                new.writestr(name, part)
            elif chance.randrange(8):
                new.writestr(name, bytes_changed(part, chance))
    return made.getvalue()


def tree_changed(value: Any, chance: Random) -> Any:
    """A value of JSON in which one place is other than it was: another value, gone, twice, or moved."""
    places = list(_places(value, ()))
    place = chance.choice(places)
    return _with(value, place, chance)


def _places(value: Any, at: tuple[Any, ...]) -> Any:
    yield at
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inside:
        yield from _places(one, (*at, key))


def _with(value: Any, place: tuple[Any, ...], chance: Random) -> Any:
    if not place:
        other = chance.choice(VALUES)
        if isinstance(value, str) and value and chance.randrange(2):
            return bytes_changed(value.encode("utf-8", "surrogatepass"), chance).decode("utf-8", "replace")
        if isinstance(value, int) and chance.randrange(2):
            return value + chance.choice((-1, 1, 2, -value))
        return other
    key, *rest = place
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    if not rest and chance.randrange(4) == 0:
        if isinstance(copy, dict):
            del copy[key]
        elif chance.randrange(2):
            copy.insert(key, copy[key])
        else:
            del copy[key]
        return copy
    copy[key] = _with(copy[key], tuple(rest), chance)
    return copy


def json_changed(text: str, chance: Random) -> str:
    """A JSON text with its bytes or its values changed."""
    if chance.randrange(3) == 0:
        return bytes_changed(text.encode(), chance).decode("utf-8", "replace")
    value = json.loads(text)
    for _ in range(chance.choice((1, 1, 2))):
        value = tree_changed(value, chance)
    return json.dumps(value, ensure_ascii=chance.randrange(2) == 0)
