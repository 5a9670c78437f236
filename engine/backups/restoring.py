"""A backup becomes a data folder again, and proves itself first: against its own checkpoint and those kept outside.

Nothing is left of a folder whose backup does not hold.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.exc import DatabaseError

from engine.backups import sealing
from engine.backups.copies import (
    ABOUT,
    CHECKPOINT,
    FORMAT,
    KEYS,
    LOG,
    LOOKS,
    MAPPINGS,
    SIGNING,
    CopyError,
    Shelved,
    hashes,
    settle,
    sha256,
    shelved,
)
from engine.backups.deep import sealed, structure
from engine.district import District
from engine.folder import CONFIG, DRAFT, NEW, claim
from engine.people import erasing
from engine.projections.projector import is_current, reached
from engine.tables import code_table
from events.checkpoint import Checkpoint, CheckpointError, verifier_key
from events.checkpoint import read as read_checkpoint
from events.faults import fault
from events.files import on_disk, own_file, put
from events.seal import Damage, not_extended, verify

_SUFFIXES = ("", "-wal", "-shm")
Progress = Callable[[int], None]


class NotWhole(Exception):
    """A backup that does not hold: why, in both languages."""

    code = "not whole"

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


@dataclass(frozen=True, slots=True)
class Restored:
    """What a backup came to.

    ``extends``: the sizes of the checkpoints from outside that it extends; ``lost``: the longest of those that it does
    not reach, if any; ``strange_key``: no signing key was given, so its checkpoint names its key itself, unproven.
    ``erased``: how many keys were destroyed again, of persons whom the log says to be erased; ``erased_since``: who, by
    their ids, was erased after the log's copy was made: the vault says so, the log does not.
    """

    folder: Path
    checkpoint: Checkpoint
    vault: Path
    extends: tuple[int, ...]
    lost: Checkpoint | None
    strange_key: bool
    erased: int
    erased_since: tuple[str, ...]


def restore(
    backup: Path,
    vault: Path,
    keys: Path,
    folder: Path,
    against: Sequence[Path] = (),
    progress: Progress | None = None,
) -> Restored:
    """Make a data folder of a backup, a copy of the vault (or the shelf on which it stands) and the keys.

    CopyError for what is missing or a folder that is not empty; NotWhole if something was cut or changed, or if keys,
    vault and log do not belong together; Refused or CheckpointError for checkpoints of another log.
    """
    about = _about(backup)
    signed = _checkpoint(backup)
    for name in KEYS:
        if not (keys / name).is_file():
            raise CopyError(
                "no key",
                f"{keys} 里没有 {name}：请用 --keys 指出密钥的副本在哪里",
                f"there is no {name} in {keys}: name the folder with your copy of the keys, --keys",
            )
    source = _vault(vault, signed)
    if folder.is_dir() and any(folder.iterdir()) and not (folder / DRAFT).exists():
        raise CopyError(
            "not empty",
            f"{folder} 不是空的；请恢复到一个新的文件夹",
            f"{folder} is not empty: restore into a new folder",
        )
    there, places = folder.exists(), dict(NEW)
    claim(folder, places)
    for name in (MAPPINGS, "checkpoints"):  # of one that was killed
        shutil.rmtree(folder / name, ignore_errors=True)
    for suffix in _SUFFIXES:
        (folder / (LOOKS + suffix)).unlink(missing_ok=True)
    try:
        target = folder / places["keys"]
        target.mkdir(mode=0o700)
        for name in (*KEYS, *SIGNING):
            if (keys / name).is_file():
                shutil.copyfile(keys / name, target / name)
                (target / name).chmod(0o600)
        for one, part in ((backup / LOG, "log"), (source, "vault")):
            own_file(folder / places[part])
            shutil.copyfile(one, folder / places[part])
        if sha256(folder / places["log"]) != about["sha256"]:
            raise NotWhole(
                f"{backup / LOG} 不是备份时的文件：它被截短或改动过；请用另一份备份",
                f"{backup / LOG} is not the file that was backed up: it was cut or changed; use another backup",
            )
        if hashes(backup) != about.get("others", {}):
            raise NotWhole(
                f"{backup} 里的 {LOOKS} 或 {MAPPINGS} 被改动过；请用另一份备份",
                f"{LOOKS} or {MAPPINGS} in {backup} was changed; use another backup",
            )
        if (backup / LOOKS).is_file():
            own_file(folder / LOOKS)
            shutil.copyfile(backup / LOOKS, folder / LOOKS)
        if (backup / MAPPINGS).is_dir():
            shutil.copytree(backup / MAPPINGS, folder / MAPPINGS)
        try:
            with District(folder, places) as district:
                found = _proved(district, signed, backup, source, against, progress)
        except (sqlite3.DatabaseError, DatabaseError) as error:
            if fault(error) not in (None, "damaged"):  # no room, for instance: not a matter of bytes
                raise
            why = getattr(error, "orig", error)
            raise NotWhole(
                f"备份读不出来：{why}；请用另一份备份", f"it cannot be read: {why}; use another backup"
            ) from None
        for part in ("log", "vault"):
            settle(folder / places[part])
        on_disk(folder)
        put(folder / DRAFT, folder / CONFIG)
        return found
    except BaseException:
        _leave(folder, places, there)
        raise


def _proved(
    district: District,
    signed: Checkpoint,
    backup: Path,
    source: Path,
    against: Sequence[Path],
    progress: Progress | None,
) -> Restored:
    given = sealing.keys(district)
    strange, name = not given, verifier_key(signed.origin, signed.key)
    if given and signed.key not in given:
        raise NotWhole(
            f"备份的检查点不是用 --keys 里的密钥签的，而是用 {name}：它被别人重签，或密钥副本早于 jieti keys rotate "
            "--checkpoints；请与公布的公钥比对，并使用最新的密钥副本",
            f"the backup's checkpoint was not signed with a key of --keys but with {name}: somebody else signed it, or "
            "that copy is of before jieti keys rotate --checkpoints. Compare it with the key made known, and give the "
            "newest copy of the keys",
        )
    if strange:  # no key to hold it against: it stays good, and from now on another one signs
        sealing.retire(district, name)
    sealing.read(district, backup / CHECKPOINT)
    with district.reading() as connection:
        found = verify(connection, reached(connection), signed)
        _good(found.damage)
        if found.events != signed.size:
            raise NotWhole(
                f"备份有 {found.events:,} 个事件，它的检查点只有 {signed.size:,} 个：备份之后有人添加了事件",
                f"the backup has {found.events:,} events, its checkpoint {signed.size:,}: somebody added events to it",
            )
        outside = [sealing.read(district, file) for file in against]
        for one in outside:
            if one.size <= signed.size:
                _good(not_extended(connection, signed.size, one))
        known = is_current(connection)
        codes = _codes(connection) if known else set()
    if not known:
        district.rebuild()
    carried_out = erasing.carry_out(district)
    since = set(district.vault.destroyed()) - set(erasing.erased(district))
    _good(sealed(district, district.places["vault"], progress, since))
    district.rebuild()
    with district.reading() as connection:
        if codes and not codes & _codes(connection):
            raise NotWhole(
                "index.key 不是这个区县的；请放入原来的 index.key 再试",
                "index.key is not the one of this district: give the original index.key",
            )
    _good(structure(district.places["log"]))
    sealing.keep(district, (backup / CHECKPOINT).read_text("utf-8"))
    beyond = [one for one in outside if one.size > signed.size]
    return Restored(
        district.folder,
        signed,
        source,
        tuple(sorted(one.size for one in outside if one.size <= signed.size)),
        max(beyond, key=lambda one: one.size, default=None),
        strange,
        carried_out,
        tuple(sorted(since)),
    )


def _codes(connection: Connection) -> set[str]:
    return set(connection.execute(select(code_table.c.tag)).scalars())


def _good(damage: Damage | None) -> None:
    if damage is not None:
        raise NotWhole(f"{damage.zh}；没有恢复", f"{damage.en}; nothing was restored")


def _about(backup: Path) -> dict[str, Any]:
    file = backup / ABOUT
    try:
        about: dict[str, Any] = json.loads(file.read_text("utf-8"))
        if about["format"] == FORMAT and isinstance(about["sha256"], str) and (backup / LOG).is_file():
            return about
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        pass
    raise CopyError(
        "no backup",
        f"{backup} 不是 jieti backup 做成的备份，或不完整：需要 {ABOUT}、{LOG} 和 {CHECKPOINT}",
        f"{backup} is no backup of jieti, or not all of one: {ABOUT}, {LOG} and {CHECKPOINT} make it up",
    )


def _checkpoint(backup: Path) -> Checkpoint:
    file = backup / CHECKPOINT
    try:
        return read_checkpoint(file.read_text("utf-8", "replace"))
    except (CheckpointError, FileNotFoundError) as error:
        why = (error.zh, error.en) if isinstance(error, CheckpointError) else ("没有这个文件", "there is no such file")
        raise NotWhole(f"{file}：{why[0]}", f"{file}: {why[1]}") from None


def _vault(place: Path, signed: Checkpoint) -> Path:
    """The copy of the vault, or the newest on a shelf: it has every key, and of the erased the fewest."""
    if place.is_file():
        return place
    copies: list[Shelved] = shelved(place, signed.origin)
    if not copies or copies[-1].position < signed.size:
        raise CopyError(
            "no vault",
            f"{place} 里没有这个日志的、不早于它（{signed.size:,} 个事件）的保险库备份",
            f"in {place} is no copy of this log's vault that is not older than the log ({signed.size:,} events)",
        )
    return copies[-1].file


def _leave(folder: Path, places: dict[str, str], there: bool) -> None:
    """Take back what was put into a folder."""
    for name in (places["keys"], places["columns"], "checkpoints", MAPPINGS):
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in (places["log"], places["vault"], LOOKS):
        for suffix in _SUFFIXES:
            (folder / (name + suffix)).unlink(missing_ok=True)
    (folder / DRAFT).unlink(missing_ok=True)
    if not there:
        with suppress(OSError):
            folder.rmdir()
