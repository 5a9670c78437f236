"""A data folder before it is opened: where its parts are, and how a new one is claimed."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path

from events.files import own_folder

CONFIG = "jieti.toml"
MASTER_KEY = "vault.key"
CONFIG_TEXT = """\
# 本文件只说明各部分在哪里;规则、设置和事实都在日志里。
# This file only says where things are; rules, settings and facts are in the log.
log = "log.db"
vault = "vault.db"
keys = "keys"
columns = "columns"
"""
NEW = tomllib.loads(CONFIG_TEXT)
"""Where the parts of a new folder are."""
_USUAL = {**NEW, "access": "access.db"}
DRAFT = "jieti.toml.unfinished"
"""What the configuration is called until the folder is made: a folder that has it may be made anew."""


class NotADistrict(Exception):
    """The folder cannot be opened (or made): why, and what to do, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


def places_in(folder: Path) -> dict[str, str]:
    """Where the parts of a data folder are in it; NotADistrict if it is none, or lacks one."""
    try:
        places = tomllib.loads((folder / CONFIG).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        place = folder.resolve()
        raise NotADistrict(
            f"{place} 不是数据文件夹:里面没有 {CONFIG};用 jieti init 建立,或用 --data 指出它在哪里",
            f"{place} is no data folder: there is no {CONFIG} in it; jieti init makes one, --data names one",
        ) from None
    except (OSError, ValueError) as error:
        raise NotADistrict(f"读不懂 {CONFIG}:{error}", f"cannot read {CONFIG}: {error}") from error
    for key, usual in _USUAL.items():
        if key in places and not _may_be(folder, key, places[key]):
            raise NotADistrict(
                f"{CONFIG} 里的 {key} = {places[key]!r} 不是可用的位置;请写文件夹里的一个名称,如 {usual!r}",
                f"{key} = {places[key]!r} in {CONFIG} is no place for it: write a name in the folder, as {usual!r}",
            )
    missing = [key for key in NEW if key not in places]
    if missing or not (folder / places["log"]).is_file():
        what = missing[0] if missing else places["log"]
        raise NotADistrict(f"{folder} 里缺少 {what};请从备份恢复", f"{folder} lacks {what}: restore it from a backup")
    return {key: place for key, place in places.items() if key in _USUAL}


def _may_be(folder: Path, key: str, place: object) -> bool:
    """Whether a part can stand there; what is derived is removed before it is made again, all that is in its folder."""
    if not isinstance(place, str) or not place or "\0" in place:
        return False
    whole, there = folder.resolve(), (folder / place).resolve()
    return key != "columns" or not (there == whole or there in whole.parents or there.name == NEW["keys"])


def read_by_others(folder: Path, places: Mapping[str, Path]) -> list[Path]:
    """What of a data folder other users of this machine can read, as its permissions stand: the folder itself, its
    stores, its keys.  None where the system has no such permissions."""
    if os.name == "nt":
        return []
    keys = [places["keys"], *sorted(places["keys"].glob("*"))]
    access = places.get("access", folder / "access.db")
    every = [places["log"], places["vault"], access, places["columns"], *keys]
    found = [one for one in every if one.exists() and _let_in(one) and _let_in(one.parent)]
    return [folder, *found] if _let_in(folder) else [one for one in found if folder not in one.parents]


def _let_in(place: Path) -> bool:
    """Whether others than the owner can read a file, or enter a folder."""
    needed = stat.S_IXGRP | stat.S_IXOTH if place.is_dir() else stat.S_IRGRP | stat.S_IROTH
    return bool(place.stat().st_mode & needed)


def claim(folder: Path, places: dict[str, str]) -> None:
    """Claim a folder for a district that is to be made; NotADistrict where something is that is not ours to replace.

    What a killed ``create`` left is removed: its draft of the configuration says that nobody has used it yet.
    """
    if (folder / CONFIG).exists():
        raise NotADistrict(
            f"{folder} 已经是数据文件夹;请换一个文件夹,或直接使用它",
            f"{folder} is a data folder already; choose another one, or use it",
        )
    stores = [places[name] + suffix for name in ("log", "vault") for suffix in ("", "-wal", "-shm")]
    if not (folder / DRAFT).exists():
        for name in (*stores, places["keys"], places["columns"]):
            if (folder / name).exists():
                raise NotADistrict(
                    f"{folder} 里已有 {name},却没有 {CONFIG};请换一个文件夹,或从备份恢复 {CONFIG}",
                    f"{folder} holds {name} but no {CONFIG}: choose another folder, or restore {CONFIG} from a backup",
                )
        try:
            own_folder(folder)
            (folder / DRAFT).write_text(CONFIG_TEXT, encoding="utf-8")
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
                raise  # the disk's: another folder would not mend it
            raise NotADistrict(
                f"不能在 {folder} 建立数据文件夹:{error};请换一个文件夹",
                f"cannot make a data folder at {folder}: {error}; choose another one",
            ) from error
        return
    for name in stores:
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / places["keys"], ignore_errors=True)
    (folder / DRAFT).write_text(CONFIG_TEXT, encoding="utf-8")
