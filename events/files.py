"""Files that are their owner's alone, and files that are on the disk before anybody relies on them.

What SQLite commits it brings to the disk itself; what stands in files beside its own is brought there by these.
Else a power failure may leave a name whose file is empty, or take a file away of which somebody was told.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def own_file(path: Path) -> None:
    """Have a file that its owner alone can read, from its first byte on; one that is there stays as it is."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))


def own_folder(folder: Path) -> None:
    """Have a folder that its owner alone can enter; one that has something in it already stays as it is."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not any(folder.iterdir()):
        with suppress(PermissionError):  # somebody else's, that we may write to
            folder.chmod(0o700)


def sync_names(folder: Path) -> None:
    """Have the names of a folder's files reach the disk."""
    if hasattr(os, "O_DIRECTORY"):  # not on Windows
        opened = os.open(folder, os.O_DIRECTORY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def on_disk(place: Path) -> None:
    """Have a file, or a folder with all files in it, reach the disk, and their names too."""
    for one in (place, *place.rglob("*")) if place.is_dir() else (place,):
        if one.is_dir():
            sync_names(one)
            continue
        if one is not place and not one.is_file():
            continue  # a pipe, or a link to nothing: somebody else's
        opened = os.open(one, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
    sync_names(place.parent)


def put(draft: Path, place: Path) -> None:
    """Let a finished draft, a file or a folder, take its place: whoever finds it there finds it whole."""
    on_disk(draft)
    draft.replace(place)
    sync_names(place.parent)


def write_whole(file: Path, text: str) -> None:
    """Write a file, or write it anew: at any moment there is the old one or the new one, never a part."""
    draft = file.with_name(f"{file.name}.{os.getpid()}.new")
    try:
        draft.write_text(text, encoding="utf-8")
        put(draft, file)
    except OSError:
        with suppress(OSError):
            draft.unlink()
        raise
