"""The command line in a process of its own that lacks something: room, rights, open files."""

from __future__ import annotations

import ctypes
import os
import resource
from collections.abc import Callable
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection

from tests.console.command_line import Said, jieti
from tests.engine.test_faults import files_no_larger

__all__ = ["few_files", "files_no_larger", "nobody", "under"]

get_context("forkserver").set_forkserver_preload(
    ["tests.engine.others", "tests.engine.a_life", "console.intake", __name__]
)


def under(lack: Callable[[], None], *arguments: object, wait: float = 60) -> Said:
    """What a command comes to in a process that lacks something from its beginning; exit status -1: a traceback."""
    ours, theirs = Pipe(duplex=False)
    process = get_context("forkserver").Process(target=_run, args=(lack, theirs, tuple(map(str, arguments))))
    process.start()
    theirs.close()
    assert ours.poll(wait), f"jieti {' '.join(map(str, arguments))} hangs"
    said: Said = ours.recv()
    process.join(wait)
    ours.close()
    return said


def _run(lack: Callable[[], None], to: Connection, arguments: tuple[str, ...]) -> None:
    lack()
    try:
        to.send(jieti(*arguments))
    except Exception as error:  # noqa: BLE001
        to.send(Said(-1, "", f"Traceback: {error!r}"))


def few_files(more: int) -> None:
    """So many files may be opened besides those that are open."""
    lowest = os.dup(0)  # the next that will be opened
    os.close(lowest)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest + more, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))


def nobody() -> None:
    """Somebody to whom permissions apply, also where the tests are run by the superuser.

    That one keeps its name, since the program itself may stand where nobody else may look, and lets go of the right to
    write whatever it is forbidden to: CAP_DAC_OVERRIDE, see capabilities(7).
    """
    if os.geteuid() != 0:
        return
    libc, header, sets = (
        ctypes.CDLL(None, use_errno=True),
        (ctypes.c_uint32 * 2)(0x20080522, 0),
        (ctypes.c_uint32 * 6)(),
    )
    if libc.capget(header, sets) != 0:
        raise OSError(ctypes.get_errno(), "capget")
    sets[0] &= ~(1 << 1)  # of those in effect, the second
    if libc.capset(header, sets) != 0:
        raise OSError(ctypes.get_errno(), "capset")
