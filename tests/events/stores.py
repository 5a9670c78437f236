"""The stores that the log's contract holds for, named so that another process can open the same one.

Another kind of store joins with one line in ``STORES``: how a place of it is made, and how it is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from events.facts import Fact, MemberLeft
from events.log import Log, New
from events.tables import metadata, open_store
from events.vault import Vault

MASTER = bytes(range(32))
NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
DAY = date(2026, 9, 1)


class Place(NamedTuple):
    """Where a log is: a kind of store and an address, both text."""

    kind: str
    where: str

    @contextmanager
    def open(self) -> Iterator[Log]:
        """The log there, with a vault of its own."""
        with STORES[self.kind].opening(self.where) as log:
            yield log


class Store(NamedTuple):
    """A kind of store: makes an empty log in a folder and gives its address; opens what is at an address."""

    make: Callable[[Path], str]
    opening: Callable[[str], Any]


def _make_sqlite(folder: Path) -> str:
    engine = open_store(folder / "log.db")
    metadata.create_all(engine)
    engine.dispose()
    Vault.create(folder / "vault.db", MASTER).close()
    return str(folder)


@contextmanager
def _open_sqlite(where: str) -> Iterator[Log]:
    vault = Vault.open(Path(where) / "vault.db", MASTER)
    engine = open_store(Path(where) / "log.db")
    yield Log(engine, vault)
    engine.dispose()
    vault.close()


STORES = {
    "sqlite": Store(_make_sqlite, _open_sqlite),
}


def new(stream: str, command: str, ordinal: int = 0, fact: Fact | None = None, **envelope: Any) -> New:
    """An event to append; what it says does not matter unless a fact is given."""
    given: dict[str, Any] = {"occurred_from": DAY, "occurred_until": DAY, "actor": "clerk", **envelope}
    return New(stream=stream, fact=fact or MemberLeft(group="studio-1"), command_id=command, ordinal=ordinal, **given)


def append(log: Log, *news: New, now: datetime = NOW) -> list[int]:
    """Append in a transaction of its own; the positions."""
    with log.writing() as connection:
        return [event.position for event in log.append(connection, news, now)]
