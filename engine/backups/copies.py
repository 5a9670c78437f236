"""Copies of a data folder that is being written to: the log's, which is kept, and the vault's, which is short-lived.

A backup is a folder: ``log.db`` as it was at one position, whole and alone in its file; ``checkpoint.txt``, signed for
exactly that log; ``backup.json``, written last, which says what it is.  Columns are made again, and no key is in it.

A copy of the vault stands on a shelf of its own, a folder apart from the backups, and its name says until when it is
kept: who is erased later can be read with it, until the next backup on that shelf.  It is made after the log's copy,
never before: an owner's key is on disk before anything is sealed with it, so every owner in the log's copy has a key in
the vault's.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from engine.backups import sealing
from engine.district import District
from engine.folder import MASTER_KEY
from engine.people import access, erasing
from engine.projections.projector import reached
from events.checkpoint import Checkpoint
from events.checkpoint import read as read_checkpoint
from events.files import on_disk, own_file, put
from events.seal import verify
from events.tables import open_store
from events.vault import Vault

FORMAT = "jieti-backup/1"
LOG, CHECKPOINT, ABOUT = "log.db", "checkpoint.txt", "backup.json"
LOOKS, MAPPINGS = "access.db", "mappings"
"""Who looked at whose file, and the office's own mapping files: copied too, where there are any."""
KEYS, SIGNING = (MASTER_KEY, "index.key"), ("checkpoint.key", "checkpoint.retired")
"""What a copy of the keys holds: those that sign once the district has signed, or has replaced the key for that."""
_SHELVED = re.compile(r"vault-([0-9a-f]{16})-(\d+)-until-(\d{4}-\d\d-\d\d)\.db")


class CopyError(Exception):
    """A backup that cannot be made or used as asked: why, and what to do, in both languages."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.code, self.zh, self.en = code, zh, en


@dataclass(frozen=True, slots=True)
class Shelved:
    """A copy of a vault on its shelf: of which log, made when that had so many events, kept until when."""

    file: Path
    origin: str
    position: int
    until: date


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made, and which copies of the vault were removed since their day is past."""

    folder: Path
    checkpoint: Checkpoint
    vault: Shelved | None
    past: tuple[Path, ...]


def make(district: District, folder: Path, shelf: Path | None = None, days: int = 30, keys: Path | None = None) -> Made:
    """Copy the log into a folder that is not there yet, or empty; with a shelf also the vault, to be kept so many days.

    Others may go on writing.  CopyError if something is in the folder already, or the log is not whole, or the copy of
    the keys with which it is to be restored, where one is given, is not what the district has now.
    """
    if keys is not None:
        _same_keys(district, keys)
    folder = folder.resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CopyError(
            "not empty",
            f"{folder} 里已有东西；请为每次备份写一个新的文件夹",
            f"something is in {folder} already: name a new folder for every backup",
        )
    if shelf is not None and (shelf.resolve() == folder or folder in shelf.resolve().parents):
        raise CopyError(
            "not apart",
            "保险库的备份要与日志的备份分开存放；请写另一个文件夹",
            "the vault's copy is kept apart from the log's: name another folder",
        )
    draft = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.unfinished")  # nobody else's: it is not there yet
    draft.mkdir(mode=0o700, parents=True)
    try:
        text = _log(district, draft / LOG)
        (draft / CHECKPOINT).write_text(text, encoding="utf-8")
        _others(district, draft)
        signed = read_checkpoint(text)
        shelved = _vault(district, shelf, signed, days) if shelf is not None else None
        _say(district, draft, signed, shelved)
        put(draft, folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return Made(folder, signed, shelved, _tidy(district, shelf, signed) if shelf is not None else ())


def _same_keys(district: District, copy: Path) -> None:
    """CopyError if a copy of the keys lacks one of the district's, or has another in its place."""
    ours = [file for name in (*KEYS, *SIGNING) if (file := district.keys / name).exists()]
    other = [one.name for one in ours if not _equal(one, copy / one.name)]
    if other:
        what = "、".join(other)
        raise CopyError(
            "older keys",
            f"{copy} 不是现在的密钥副本({what} 不同或没有):没有备份;请先把 {district.keys} 重新复制一份,再备份",
            f"{copy} is no copy of the keys as they are now ({what} differs or is missing), and no backup was made: "
            f"copy {district.keys} anew first",
        )


def _equal(one: Path, other: Path) -> bool:
    return other.is_file() and one.read_bytes() == other.read_bytes()


def shelved(shelf: Path, origin: str) -> list[Shelved]:
    """The copies of a log's vault on a shelf, the newest last."""
    found = list[Shelved]()
    for file in shelf.iterdir() if shelf.is_dir() else ():
        if (said := _SHELVED.fullmatch(file.name)) and f"jieti/{said[1]}" == origin:
            with suppress(ValueError):  # somebody else's name: there is no such day
                found.append(Shelved(file, origin, int(said[2]), date.fromisoformat(said[3])))
    return sorted(found, key=lambda one: (one.position, one.until))


def copy_store(source: Path, target: Path) -> None:
    """One state of a database that others write to, whole and alone in its file."""
    own_file(target)
    with closing(sqlite3.connect(source, timeout=30)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def settle(file: Path) -> None:
    """Leave a database alone in its file, and on the disk."""
    with closing(sqlite3.connect(file)) as store:
        store.execute("PRAGMA journal_mode=DELETE")
    on_disk(file)


def sha256(file: Path) -> str:
    """The hash of a file's bytes, in hex."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def hashes(backup: Path) -> dict[str, str]:
    """The hashes of what is in a backup beside the log, by name."""
    files = [file for file in (backup / LOOKS, *sorted((backup / MAPPINGS).rglob("*"))) if file.is_file()]
    return {file.relative_to(backup).as_posix(): sha256(file) for file in files}


def _log(district: District, copy: Path) -> str:
    """Copy the log; a checkpoint signed for the copy, CopyError if that is not whole."""
    copy_store(district.places["log"], copy)
    engine = open_store(copy)
    try:
        with engine.connect() as connection:
            if damage := verify(connection, reached(connection), sealing.newest(district)).damage:
                raise CopyError(
                    "damaged",
                    f"没有备份：{damage.zh}；请从以前的备份恢复",
                    f"no backup was made: {damage.en}; restore an earlier one",
                )
            text = sealing.sign(district, connection)
    finally:
        engine.dispose()
    settle(copy)
    sealing.keep(district, text)
    return text


def _others(district: District, draft: Path) -> None:
    looks = access.place(district)
    if looks.is_file():
        copy_store(looks, draft / LOOKS)
        settle(draft / LOOKS)
    if (district.folder / MAPPINGS).is_dir():
        shutil.copytree(district.folder / MAPPINGS, draft / MAPPINGS)


def _vault(district: District, shelf: Path, signed: Checkpoint, days: int) -> Shelved:
    shelf.mkdir(mode=0o700, parents=True, exist_ok=True)
    until = district.today + timedelta(days=days)
    file = shelf / f"vault-{signed.origin.rpartition('/')[2]}-{signed.size}-until-{until}.db"
    draft = shelf / f"{file.name}.unfinished"
    draft.unlink(missing_ok=True)
    copy_store(district.places["vault"], draft)
    settle(draft)
    put(draft, file)
    return Shelved(file, signed.origin, signed.size, until)


def _say(district: District, draft: Path, signed: Checkpoint, vault: Shelved | None) -> None:
    said = {
        "format": FORMAT,
        "district": signed.district,
        "log": signed.origin,
        "events": signed.size,
        "made": signed.time.isoformat(),
        "sha256": sha256(draft / LOG),
        "others": hashes(draft),
        "vault": {"file": vault.file.name, "keep until": vault.until.isoformat()} if vault else None,
    }
    (draft / ABOUT).write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _tidy(district: District, shelf: Path, signed: Checkpoint) -> tuple[Path, ...]:
    """Remove the copies of this vault whose day is past, and from the others the keys of who was erased since."""
    past, gone = list[Path](), erasing.erased(district)
    for one in shelved(shelf, signed.origin):
        if one.until < district.today:
            one.file.unlink()
            past.append(one.file)
        elif gone:
            with closing(Vault.open(one.file, district.keys / MASTER_KEY)) as vault:
                if due := vault.undestroyed(gone):
                    vault.destroy(due)
            settle(one.file)
    return tuple(past)
