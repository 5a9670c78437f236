"""A small disk of a test's own, on which room can run out and of which the plug can be pulled.

It is a file with an ext4 file system in it, mounted; to mount one takes the superuser.  Run what uses it under
``unshare --mount``: a disk that is left behind goes with the processes that saw it.
"""

from __future__ import annotations

import fcntl
import os
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_SHUTDOWN, _AS_IT_IS = 0x8004587D, 2
"""EXT4_IOC_SHUTDOWN, and its flag by which not even the journal is written out before."""


@dataclass
class Disk:
    """A mounted file; ``options`` say how the system may put off and reorder what it writes."""

    file: Path
    place: Path
    options: str = ""

    def mount(self) -> None:
        self.place.mkdir(exist_ok=True)
        _run("mount", "-o", ",".join(one for one in ("loop", self.options) if one), self.file, self.place)

    def unmount(self) -> None:
        _run("umount", self.place)

    def settle(self) -> None:
        """Have all that was written so far reach the disk."""
        _run("sync", "--file-system", self.place)

    def pull_the_plug(self) -> None:
        """From now on nothing reaches the disk: what has not reached it yet never will."""
        opened = os.open(self.place, os.O_RDONLY)
        try:
            fcntl.ioctl(opened, _SHUTDOWN, struct.pack("I", _AS_IT_IS))
        finally:
            os.close(opened)

    def switch_on(self) -> None:
        """The disk as it is found after the power came back, its journal played again."""
        self.unmount()
        self.mount()


@contextmanager
def own_disk(place: Path, size: str, options: str = "") -> Iterator[Disk]:
    """A new disk of a size such as ``8M``, for as long as it is needed."""
    disk = Disk(place / "disk.img", place / "disk", options)
    _run("truncate", "--size", size, disk.file)
    _run("mkfs.ext4", "-q", "-F", "-m", "0", "-b", "4096", disk.file)  # as on a large one
    disk.mount()
    try:
        yield disk
    finally:
        disk.unmount()
        disk.file.unlink()


def _run(*words: object) -> None:
    subprocess.run([str(one) for one in words], check=True, capture_output=True)
