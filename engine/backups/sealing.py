"""What a district hands out so that others can check its log: checkpoints, and proofs against them.

``console/jieti_verify.py`` checks both with nothing of ours.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from engine.district import District
from engine.projections.projector import reached
from events import checkpoint as checkpoints
from events.checkpoint import Checkpoint
from events.envelope import COLUMNS
from events.facts import DistrictOpened
from events.files import put, sync_names, write_whole
from events.key_files import VaultError, read_key, write_key
from events.log import tip
from events.seal import verify
from events.tables import event_table
from events.tree import Tree
from workflows.commands import Refused

FORMAT = "jieti-proof/1"
Proof = dict[str, Any]


def make(district: District) -> str:
    """A signed checkpoint of the whole log, as text; a copy is kept in the folder's ``checkpoints``.

    Refused if the log is not whole, or does not extend the newest checkpoint of which there is a copy.
    """
    with district.reading() as connection:
        if damage := verify(connection, reached(connection), newest(district)).damage:
            raise Refused("damaged", f"{damage.zh}；不能签出检查点", f"{damage.en}: no checkpoint is signed")
        text = sign(district, connection)
    keep(district, text)
    return text


def keep(district: District, text: str) -> None:
    """Keep a copy of a checkpoint in the folder."""
    kept = district.folder / "checkpoints"
    kept.mkdir(mode=0o700, exist_ok=True)
    sync_names(district.folder)
    write_whole(kept / f"{checkpoints.read(text).size}.txt", text)


def newest(district: District) -> Checkpoint | None:
    """The longest checkpoint of which the folder keeps a copy; CheckpointError if that is damaged."""
    kept = {int(file.stem): file for file in (district.folder / "checkpoints").glob("*.txt") if file.stem.isdecimal()}
    return read(district, kept[max(kept)]) if kept else None


def read(district: District, file: Path) -> Checkpoint:
    """A checkpoint of this district from a file; CheckpointError if it is none, Refused if it is another's."""
    try:
        text = file.read_bytes().decode("utf-8", "replace")
    except OSError as error:
        raise checkpoints.CheckpointError(f"读不了 {file}：{error}", f"cannot read {file}: {error}") from None
    try:
        found = checkpoints.read(text)
    except checkpoints.CheckpointError as error:
        raise checkpoints.CheckpointError(f"{file}：{error.zh}", f"{file}: {error.en}") from None
    with district.reading() as connection:
        origin = _origin(connection)
    if found.origin != origin or found.key not in keys(district):
        raise Refused(
            "another log",
            f"这个检查点是 {found.district}（{found.origin}）的，不是这里的（{origin}），或密钥不同",
            f"this checkpoint is of {found.district} ({found.origin}), not of this log ({origin}), or of another key",
        )
    return found


def keys(district: District) -> set[bytes]:
    """The public keys that this district signs with and has signed with."""
    now, before = _key_file(district), _retired(district)
    try:
        found = {base64.b64decode(line.split("+", 2)[2], validate=True)[1:] for line in before}
    except (ValueError, IndexError):
        raise _no_keys(district) from None
    return found | {checkpoints.public_key(read_key(now))} if now.exists() else found


def replace_key(district: District) -> str:
    """Sign a last checkpoint, then draw a new key to sign with; the public key, as it is made known.

    The old private key is gone.  What it signed stays good: its public key is kept beside the new one.
    """
    make(district)
    file = _key_file(district)
    with district.log.writing() as connection:
        origin = _origin(connection)
        retire(district, checkpoints.verifier_key(origin, checkpoints.public_key(read_key(file))))
        _draw(file)
        return checkpoints.verifier_key(origin, checkpoints.public_key(read_key(file)))


def retire(district: District, key: str) -> None:
    """Keep a public key whose checkpoints stay good."""
    if key not in (before := _retired(district)):
        write_whole(_retired_file(district), "".join(f"{one}\n" for one in (*before, key)))


def inclusion(district: District, positions: Iterable[int], against: Checkpoint) -> Proof:
    """A proof that the events at these positions are among those of a checkpoint; Refused if one is not."""
    chosen = sorted(set(positions))
    if chosen[-1] > against.size:
        raise Refused(
            "after the checkpoint",
            f"#{chosen[-1]:,} 记录在检查点（{against.size:,} 个事件）之后；不写 --against，就对今天的日志出具证明",
            f"#{chosen[-1]:,} was recorded after that checkpoint ({against.size:,} events): "
            "without --against the proof is made for today's log",
        )
    with district.reading() as connection:
        tree = _tree(connection, against.size)
        rows = connection.execute(
            select(event_table).where(event_table.c.position.in_(chosen)).order_by(event_table.c.position)
        ).all()
        events = [
            {
                "event": {name: _text(row._mapping[name]) for name in COLUMNS[:-1]},
                "path": [_base64(one) for one in tree.inclusion(row.position)],
            }
            for row in rows
        ]
    return {"format": FORMAT, "kind": "inclusion", "size": against.size, "events": events}


def extension(district: District, against: Checkpoint) -> Proof:
    """A proof that today's log begins with that of a checkpoint, with a checkpoint of today in it."""
    with district.reading() as connection:
        later = sign(district, connection)
        size = checkpoints.read(later).size
        path = _tree(connection, size).consistency(against.size)
    return {"format": FORMAT, "kind": "extension", "checkpoint": later, "path": [_base64(one) for one in path]}


def sign(district: District, connection: Connection) -> str:
    """A checkpoint of the whole log that a connection sees, signed: this folder's log, or a copy of it."""
    end = tip(connection).position
    (opened,) = district.log.read_at(connection, [1])
    name = opened.fact.name if isinstance(opened.fact, DistrictOpened) else ""
    seed = _key(district)
    found = Checkpoint(
        origin=_origin(connection),
        size=end,
        root=_tree(connection, end).root(),
        district=" ".join(name.split()),
        time=max(district.now, tip(connection).recorded_at),
        key=checkpoints.public_key(seed),
    )
    return checkpoints.signed(found, seed)


def _tree(connection: Connection, size: int) -> Tree:
    end = tip(connection).position
    if size > end:
        raise Refused(
            "shorter than its checkpoint",
            f"日志只有 {end:,} 个事件，比检查点（{size:,} 个）短：末尾被截去，或恢复了旧的备份",
            f"the log has {end:,} events, fewer than the checkpoint ({size:,}): its tail was cut off, or an older copy "
            "was put in its place",
        )
    return Tree(connection, size)


def _key(district: District) -> bytes:
    """The district's private key, drawn when it first signs."""
    file = _key_file(district)
    if not file.exists():
        with district.log.writing():  # of two that sign first, one draws
            if not file.exists():
                _draw(file)
    return read_key(file)


def _draw(file: Path) -> None:
    draft = file.with_suffix(f".{os.getpid()}.new")  # killed meanwhile, it leaves no half key behind
    draft.unlink(missing_ok=True)
    write_key(draft)
    put(draft, file)


def _key_file(district: District) -> Path:
    return district.keys / "checkpoint.key"


def _retired_file(district: District) -> Path:
    return district.keys / "checkpoint.retired"


def _retired(district: District) -> list[str]:
    file = _retired_file(district)
    try:
        return file.read_text("utf-8").split() if file.exists() else []
    except ValueError:
        raise _no_keys(district) from None


def _no_keys(district: District) -> VaultError:
    file = _retired_file(district)
    return VaultError(
        f"{file.name} 里不是以前的公钥,或已损坏:请把保管的副本放回 {file.parent}",
        f"{file.name} does not hold the public keys of before, or is damaged: put your copy back into {file.parent}",
    )


def _origin(connection: Connection) -> str:
    """What names this log: the leaf of its first event."""
    first = connection.execute(select(event_table.c.leaf).where(event_table.c.position == 1)).scalar_one()
    return f"jieti/{first.hex()[:16]}"


def _text(value: object) -> object:
    return value.decode("utf-8") if isinstance(value, bytes) else value


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
