"""The golden log: one event of every fact, every stored column as a line of JSON, payloads as text, leaves in hex.

    python -m tests.events.golden

appends the lines of specimens that have none yet.  Lines that are there are never written again: they stand for the
logs that people have.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.keywrap import aes_key_wrap
from sqlalchemy import Engine

from events.codec import owners
from events.envelope import COLUMNS
from events.log import Log
from events.tables import event_table, insert_rows, metadata, open_store
from events.vault import Vault, key_table
from tests.events.specimens import SPECIMENS, specimen_event
from tests.events.stores import MASTER

GOLDEN = Path(__file__).parent / "golden" / "v1.log"


def key_of(owner: str) -> bytes:
    """The key under which an owner's fields are sealed in the golden log."""
    return hashlib.sha256(f"golden {owner}".encode()).digest()


def golden_vault(path: Path) -> Vault:
    """A vault with the keys of everybody in the specimens."""
    Vault.create(path, MASTER).close()
    everybody = sorted({owner for stream, fact in SPECIMENS for owner in owners(fact, stream)})
    engine = open_store(path)
    with engine.begin() as connection:
        insert_rows(connection, key_table, [(owner, aes_key_wrap(MASTER, key_of(owner))) for owner in everybody])
    engine.dispose()
    return Vault.open(path, MASTER)


def lines(file: Path = GOLDEN) -> list[dict[str, Any]]:
    """The lines of the golden log."""
    if not file.exists():
        return []
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def row(line: dict[str, Any]) -> tuple[Any, ...]:
    """A line as it is stored."""
    stored = {**line, "payload": line["payload"].encode(), "leaf": bytes.fromhex(line["leaf"])}
    return tuple(stored[name] for name in COLUMNS)


def load(engine: Engine, file: Path = GOLDEN) -> None:
    """Put the golden log into an empty store."""
    metadata.create_all(engine)
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        insert_rows(connection, event_table, [row(line) for line in lines(file)])


def extend(file: Path = GOLDEN) -> int:
    """Append the lines of specimens without one, and say how many; ValueError where a line is another specimen's."""
    there = lines(file)
    for number, (line, specimen) in enumerate(zip(there, SPECIMENS, strict=False)):
        if line["type"] != specimen.fact.TYPE:
            raise ValueError(f'line {number + 1} is of "{line["type"]}": add specimens at the end only')
    with tempfile.TemporaryDirectory() as folder:
        engine = open_store(Path(folder) / "log.db")
        load(engine, file)
        vault = golden_vault(Path(folder) / "vault.db")
        log = Log(engine, vault)
        for number in range(len(there), len(SPECIMENS)):
            event, now = specimen_event(number)
            with log.writing() as connection:
                log.append(connection, [event], now)
        with engine.connect() as connection:
            added = connection.execute(
                event_table.select().where(event_table.c.position > len(there)).order_by(event_table.c.position)
            ).all()
        vault.close()
        engine.dispose()
    with file.open("a", encoding="utf-8") as out:
        for stored in added:
            line = dict(zip(COLUMNS, stored, strict=True))
            line |= {"payload": line["payload"].decode(), "leaf": line["leaf"].hex()}
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
    return len(added)


if __name__ == "__main__":
    print(f"{extend()} lines appended to {GOLDEN.name}")
