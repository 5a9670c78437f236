"""The evidence of a folder as columns, kept beside the log.

A *generation* is an immutable folder of arrays, true at a log position; ``manifest.json`` names the one in use and is
swapped in one step.  What the log has learned since (new rows, voids) comes from the evidence table and is merged in
on loading, so that a late or corrected date costs no rebuild.  Nothing here is the truth: what is missing, damaged
or of another format is made again.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, func, select

from engine.projections.applications import USED
from engine.projections.lasting import EMPLOYMENT, MEMBER, MENTEE, STUDIOS, UNITS
from engine.projections.projector import SHAPE, reached
from engine.tables import evidence_table, subject_table
from events.facts import Catalogue
from events.files import on_disk, own_folder, write_whole
from events.tables import event_table
from ladders.evidence.columns import NEVER, Codes, Columns, Rows
from ladders.reading.kinds import with_built_in

FORMAT = 4
WORTH_A_GENERATION = 20_000
"""So many rows behind the log, and a tenth of all, a generation is replaced."""
_ARRAYS = ("subject", "first", "last", "until", "amount", "recorded", "item", "known", "voided")
_SMALL = ("subject", "first", "last", "until", "item")
MEMBERSHIPS = (MEMBER, MENTEE, EMPLOYMENT, STUDIOS, UNITS)
"""Kinds whose rows tie a subject to another one, whose number is their attribute ``member``."""

Terms = dict[str, dict[str, int]]
"""Attribute to term to code."""


def load(connection: Connection, folder: Path, catalogue: Catalogue, held: Columns | None = None) -> Columns:
    """The columns of all evidence up to where the projections are; writes a new generation where that is worth it.

    ``held`` are columns of the same log that were loaded earlier: only what came since is read.
    """
    position = reached(connection)
    base = held or _read(folder, connection) or Columns(0, 1)
    terms: Terms = {name: {term: code for code, term in enumerate(known)} for name, known in base.terms.items()}
    tail = _tail(connection, base.position, catalogue, terms)
    kinds = dict(base.kinds)
    _void(connection, base, kinds)
    for kind, rows in tail.items():
        kinds[kind] = merged(kinds[kind], rows) if kind in kinds else rows.in_order()
    subjects = int(connection.execute(select(func.coalesce(func.max(subject_table.c.number), 0))).scalar_one()) + 1
    columns = Columns(position, subjects, kinds, {name: tuple(known) for name, known in terms.items()})
    new, all_rows = sum(map(len, tail.values())), sum(map(len, kinds.values()))
    if new >= WORTH_A_GENERATION and new * 10 >= all_rows:
        write(folder, columns, _leaf(connection, position))
    return columns


def merged(base: Rows, tail: Rows) -> Rows:
    """Rows in order and a few more, in order."""
    arrays: dict[str, Any] = {name: np.concatenate([getattr(base, name), getattr(tail, name)]) for name in _ARRAYS}
    attributes = {
        name: np.concatenate([rows.attributes.get(name, np.full(len(rows), -1, np.int32)) for rows in (base, tail)])
        for name in {**base.attributes, **tail.attributes}
    }
    return Rows(**arrays, attributes=attributes).in_order()


def _tail(connection: Connection, after: int, catalogue: Catalogue, terms: Terms) -> dict[str, Rows]:
    """The rows made after a position, by kind; terms never seen before get the next code."""
    found: dict[str, list[Any]] = defaultdict(list)
    chosen = select(evidence_table).where(evidence_table.c.made > after)
    for row in connection.execution_options(yield_per=20_000).execute(chosen):
        found[row.kind].append(row)
    return {kind: _rows(kind, rows, catalogue, terms) for kind, rows in sorted(found.items())}


def _rows(kind: str, rows: Sequence[Any], catalogue: Catalogue, terms: Terms) -> Rows:
    if kind == USED:
        rows = [one for row in rows for one in _each_used(row)]
    declared = with_built_in(catalogue).kinds.get(kind)
    numbers = {name for name, of in declared.attributes.items() if of == "number"} if declared else set[str]()
    scale = declared.amount.scale if declared and declared.amount else 0
    # An amount of more decimal places than its kind has was exact at the kind's, or it would not be here.
    amounts = [
        row.amount * 10 ** (scale - row.scale) if scale >= row.scale else row.amount // 10 ** (row.scale - scale)
        for row in rows
    ]
    arrays: dict[str, Any] = {
        name: np.fromiter((getattr(row, name) for row in rows), np.int32 if name in _SMALL else np.int64, len(rows))
        for name in _ARRAYS
        if name not in ("amount", "voided")
    }
    voided = np.fromiter((NEVER if row.voided is None else row.voided for row in rows), np.int64, len(rows))
    attributes = _coded([row.attributes for row in rows], terms, numbers)
    if kind in MEMBERSHIPS:
        attributes["member"] = np.fromiter((row.other for row in rows), np.int32, len(rows))
    return Rows(**arrays, amount=np.array(amounts, np.int64), voided=voided, attributes=attributes)


@dataclass(frozen=True, slots=True)
class _Used:
    """A row about one piece of evidence that a grant used; the table has one row for all of them."""

    subject: int
    first: int
    last: int
    until: int
    amount: int
    scale: int
    recorded: int
    item: int
    known: int
    voided: int | None
    attributes: str


def _each_used(row: Any) -> Iterator[_Used]:
    said = json.loads(row.attributes)
    positions = said.pop("evidence").split()
    text = json.dumps(said, ensure_ascii=False)
    for item, position in enumerate(positions):
        yield _Used(
            row.subject, row.first, row.last, row.until, int(position), 0,
            row.recorded, item, row.known, row.voided, text,
        )  # fmt: skip


def _coded(texts: Sequence[str], terms: Terms, numbers: Collection[str]) -> dict[str, Codes]:
    """Attributes as codes, ``numbers`` as what they are; each distinct text is parsed once."""
    which: dict[str, int] = {}
    order = np.fromiter((which.setdefault(text, len(which)) for text in texts), np.intp, len(texts))
    said = [json.loads(text) for text in which]
    coded = {}
    for name in sorted({name for one in said for name in one}):
        if name in numbers:
            whole = [int(one[name]) if one.get(name, "").isdecimal() else -1 for one in said]
            coded[name] = np.array(whole, np.int32)[order]
            continue
        codes = terms.setdefault(name, {})
        distinct = [codes.setdefault(one[name], len(codes)) if name in one else -1 for one in said]
        coded[name] = np.array(distinct, np.int32)[order]
    return coded


def _void(connection: Connection, base: Columns, kinds: dict[str, Rows]) -> None:
    """Bring the voids that came after the base's position into its rows."""
    columns = (evidence_table.c.kind, evidence_table.c.recorded, evidence_table.c.item, evidence_table.c.known)
    late = select(*columns, evidence_table.c.voided).where(
        evidence_table.c.voided > base.position, evidence_table.c.made <= base.position
    )
    by_kind: dict[str, list[Any]] = defaultdict(list)
    for row in connection.execute(late):
        by_kind[row.kind].append(row)
    for kind, rows in by_kind.items():
        kept = kinds[kind]
        voided = np.array(kept.voided)
        near = np.flatnonzero(np.isin(kept.recorded, np.array([row.recorded for row in rows], np.int64)))
        place = {(int(kept.recorded[i]), int(kept.item[i]), int(kept.known[i])): i for i in near if voided[i] == NEVER}
        for row in rows:
            voided[place[row.recorded, row.item, row.known]] = row.voided
        kinds[kind] = replace(kept, voided=voided)


# ------------------------------------------------------------------------------------------------------ generations


def write(folder: Path, columns: Columns, leaf: str) -> None:
    """Write a generation and put it in use; the ones before it are removed.  ``leaf`` is of the event it ends with.

    Where another process writes at the same time, or the disk is full, the one in use stays.
    """
    with suppress(OSError):  # what it is, writing tells
        own_folder(folder)
    place = folder / f"g{columns.position}-{secrets.token_hex(4)}"
    try:
        manifest = _write(place, columns, leaf)
    except OSError:
        shutil.rmtree(place, ignore_errors=True)  # its room may be what is lacking
        return
    with suppress(OSError):
        write_whole(folder / "manifest.json", json.dumps(manifest | {"digest": _digest(manifest)}, ensure_ascii=False))
        _remove(one for one in folder.iterdir() if one.name not in (place.name, "manifest.json"))


def _write(place: Path, columns: Columns, leaf: str) -> dict[str, Any]:
    """The arrays of a generation in its folder, on the disk before a manifest names them; that manifest."""
    place.mkdir(parents=True)
    kinds, files = list[dict[str, Any]](), dict[str, str]()
    for number, (kind, rows) in enumerate(columns.kinds.items()):
        arrays = {f"{number}-{array}.npy": getattr(rows, array) for array in _ARRAYS}
        arrays |= {f"{number}-a{nth}.npy": codes for nth, codes in enumerate(rows.attributes.values())}
        files |= {file: _save(place / file, array) for file, array in arrays.items()}
        kinds.append({"kind": kind, "attributes": list(rows.attributes)})
    on_disk(place)
    return {
        "format": FORMAT,
        "shape": SHAPE,
        "generation": place.name,
        "position": columns.position,
        "leaf": leaf,
        "subjects": columns.subjects,
        "kinds": kinds,
        "terms": {attribute: list(known) for attribute, known in columns.terms.items()},
        "files": files,
    }


def _save(file: Path, array: Any) -> str:
    """Write an array; its SHA-256."""
    with file.open("w+b") as open_file:
        np.save(open_file, array)
        open_file.seek(0)
        return hashlib.file_digest(open_file, "sha256").hexdigest()


def _digest(manifest: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(manifest, ensure_ascii=False).encode()).hexdigest()


def altered(folder: Path) -> Path | None:
    """The first file of the generation in use that is not as it was written; None where all are, or there is none.

    Who can write it anew with its digests is found by deriving the columns again.
    """
    file = folder / "manifest.json"
    if not file.exists():
        return None
    try:
        text = file.read_text(encoding="utf-8")
        manifest = json.loads(text)
        digest = manifest.pop("digest")
        if text != json.dumps(manifest | {"digest": digest}, ensure_ascii=False) or digest != _digest(manifest):
            return file
        for name, expected in manifest["files"].items():
            part: Path = folder / manifest["generation"] / name
            with part.open("rb") as open_file:
                if hashlib.file_digest(open_file, "sha256").hexdigest() != expected:
                    return part
    except FileNotFoundError as error:
        return Path(error.filename)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return file
    return None


def _leaf(connection: Connection, position: int) -> str:
    """The leaf of the event at a position; nothing where there is none."""
    leaf = connection.execute(select(event_table.c.leaf).where(event_table.c.position == position)).scalar_one_or_none()
    return leaf.hex() if leaf else ""


def forget(folder: Path) -> None:
    """Remove all generations; the next load makes them again."""
    if folder.is_dir():
        (folder / "manifest.json").unlink(missing_ok=True)
        _remove(folder.iterdir())


def _remove(places: Iterable[Path]) -> None:
    for place in list(places):
        if place.is_dir():
            shutil.rmtree(place, ignore_errors=True)
        elif place.suffix in (".json", ".new"):
            place.unlink(missing_ok=True)


def _read(folder: Path, connection: Connection) -> Columns | None:
    """The generation in use, mapped into memory; None if there is none that can be read, or it is of another log.

    A log that was restored from a backup may have gone on differently since: position and leaf have to agree.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        position = int(manifest["position"])
        ours = (FORMAT, SHAPE, _leaf(connection, position))
        if (manifest["format"], manifest["shape"], manifest["leaf"]) != ours:
            return None
        place = folder / manifest["generation"]
        kinds = {
            said["kind"]: _read_rows(place, number, said["attributes"]) for number, said in enumerate(manifest["kinds"])
        }
        terms: Mapping[str, tuple[str, ...]] = {name: tuple(known) for name, known in manifest["terms"].items()}
        return Columns(position, int(manifest["subjects"]), kinds, terms)
    except (OSError, EOFError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def _read_rows(place: Path, number: int, attributes: Sequence[str]) -> Rows:
    arrays: dict[str, Any] = {name: np.load(place / f"{number}-{name}.npy", mmap_mode="r") for name in _ARRAYS}
    codes = {name: np.load(place / f"{number}-a{nth}.npy", mmap_mode="r") for nth, name in enumerate(attributes)}
    if len({len(array) for array in (*arrays.values(), *codes.values())}) != 1:
        raise ValueError("columns of unequal length")
    return Rows(**arrays, attributes=codes)
