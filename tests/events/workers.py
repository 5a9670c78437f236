"""What the tests let other processes do: python -m tests.events.workers VERB ARGUMENTS...

A worker says ``ready`` when it stands at its work, begins at a line on its standard input, and prints what it found
as one line of JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from events.log import Log, New
from events.masters import replace_master
from events.vault import Vault
from tests.events.stores import MASTER, NOW, Place, new

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 20.0
"""Seconds after which a follower gives up."""


class Worker:
    """A worker as the test sees it."""

    def __init__(self, *arguments: object) -> None:
        command = [sys.executable, "-m", "tests.events.workers", *map(str, arguments)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=-1, stdout=-1, text=True)

    def ready(self) -> Worker:
        """Wait until it stands at its work."""
        assert self.process.stdout
        assert self.process.stdout.readline() == "ready\n"
        return self

    def go(self) -> Worker:
        """Let it begin."""
        assert self.process.stdin
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        return self

    def found(self) -> Any:
        """Wait for its end; what it printed."""
        printed, _ = self.process.communicate(timeout=PATIENCE + 10)
        assert self.process.returncode == 0
        return json.loads(printed)


def _at_the_start() -> None:
    print("ready", flush=True)
    sys.stdin.readline()


def _transaction(name: str, number: int, size: int) -> list[New]:
    """So many events: the first in a stream that all writers share, the others in the writer's own."""
    command = f"{name}-{number}"
    return [new("shared" if ordinal == 0 else f"own-{name}", command, ordinal) for ordinal in range(size)]


def write(place: Place, name: str, other: str, transactions: int, size: int) -> list[list[int]]:
    """Append transactions one after another, from the second on only while the other writes too; their positions."""
    with place.open() as log:
        _at_the_start()
        positions = []
        for number in range(transactions):
            with log.writing() as connection:
                done = log.append(connection, _transaction(name, number, size), NOW)
            positions.append([event.position for event in done])
            time.sleep(0.004)  # let the other one come to its turn, as `handle` does
            if number == 0:
                _wait_for(log, f"own-{other}")
        return positions


def _wait_for(log: Log, stream: str) -> None:
    """Wait until a stream has begun."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with log.reading() as connection:
            if log.read(connection, stream):
                return
        time.sleep(0.002)
    raise TimeoutError(stream)


def follow(place: Place, total: int) -> list[tuple[int, str]]:
    """Follow the log from its beginning until so many events were seen: position and id of each, as seen."""
    with place.open() as log:
        _at_the_start()
        seen: list[tuple[int, str]] = []
        until = time.monotonic() + PATIENCE
        while len(seen) < total and time.monotonic() < until:
            for batch in log.follow(seen[-1][0] if seen else 0, batch=7):
                seen += [(event.position, event.envelope.id) for event in batch]
            time.sleep(0.002)
        return seen


def linger(place: Place) -> None:
    """Append, and wait inside the transaction."""
    with place.open() as log, log.writing() as connection:
        log.append(connection, _transaction("killed", 0, 3), NOW)
        _at_the_start()


def seal(vault: Path, owners: list[str]) -> dict[str, str]:
    """Give owners their keys and seal each owner's id with it."""
    opened = Vault.open(vault, MASTER)
    _at_the_start()
    opened.ensure(owners)
    return {owner: opened.seal(owner, "person hired", "name", owner) for owner in owners}


def replace_masters(place: Path, key: Path) -> None:
    """Replace the master key of a vault, again and again."""
    _at_the_start()
    while True:
        replace_master(place, key)


def main(verb: str, *arguments: str) -> None:
    """Do it and print what was found."""
    found: object = None
    match verb, *arguments:
        case "write", kind, where, name, other, transactions, size:
            found = write(Place(kind, where), name, other, int(transactions), int(size))
        case "follow", kind, where, total:
            found = follow(Place(kind, where), int(total))
        case "linger", kind, where:
            linger(Place(kind, where))
        case "replace-masters", vault, key:
            replace_masters(Path(vault), Path(key))
        case "seal", vault, *owners:
            found = seal(Path(vault), owners)
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
