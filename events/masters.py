"""How the master key of a vault is replaced: every owner's key is wrapped anew, and the log is left alone.

The new key is written to a file of its own (``vault.key.new``).  One transaction wraps all keys under it and says so by
its mark; then the file takes the other's place, and the old key is gone.  Killed in between, the mark tells which of
the two files is the key, and who opens the vault next makes an end of it.  All of it happens under the vault's write
lock, so that no other process sees a file that another one is about to draw.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from sqlalchemy import Connection, Engine, delete, func, select

from events.files import sync_names
from events.key_files import VaultError, mark, read_key, successor, write_key
from events.tables import insert_rows, open_store
from events.vault import Vault, key_table, mark_in, master_table


def open_vault(path: Path, file: Path) -> Vault:
    """The vault of a folder, whose master key stands in a file; VaultError if it does not open."""
    if successor(file).exists() and path.is_file():
        engine = open_store(path)
        try:
            with _writing(engine) as connection:
                _settle(connection, file)
        finally:
            engine.dispose()
    return Vault.open(path, file)


def replace_master(path: Path, file: Path) -> int:
    """Draw a new master key, wrap every owner's key under it, and let it take the old one's place; how many keys.

    Others may go on using the vault: they wait for the moment that it takes, and find the new key by themselves.
    VaultError, and nothing changed, if a key does not open.
    """
    engine = open_store(path)
    try:
        with _writing(engine) as connection:
            _settle(connection, file)
            old = read_key(file)
            write_key(successor(file))
            new = read_key(successor(file))
            wrapped = [
                (aes_key_wrap(new, _unwrapped(old, owner, key)), owner)
                for owner, key in connection.execute(select(key_table.c.owner, key_table.c.wrapped))
            ]
            if wrapped:
                connection.exec_driver_sql("UPDATE key SET wrapped = ? WHERE owner = ?", wrapped)
            _say(connection, new)
        with _writing(engine) as connection:
            _settle(connection, file)
        with closing(engine.raw_connection()) as store:  # what the old key wrapped leaves the file
            store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        engine.dispose()
    return len(wrapped)


@contextmanager
def _writing(engine: Engine) -> Iterator[Connection]:
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


def _settle(connection: Connection, file: Path) -> None:
    """Leave one key file, the vault's: a new one that wraps its keys takes its place, one that does not is removed."""
    new = successor(file)
    if not new.exists():
        return
    if mark(new.read_bytes()) == mark_in(connection):
        new.replace(file)
    else:
        new.unlink()
    sync_names(file.parent)


def _say(connection: Connection, master: bytes) -> None:
    """Put down whose keys these are now."""
    master_table.create(connection, checkfirst=True)
    number = connection.execute(select(func.max(master_table.c.number))).scalar() or 1
    connection.execute(delete(master_table))
    insert_rows(connection, master_table, [(number + 1, mark(master))])


def _unwrapped(master: bytes, owner: str, wrapped: bytes) -> bytes:
    try:
        return aes_key_unwrap(master, wrapped)
    except InvalidUnwrap:
        raise VaultError(
            f"{owner} 的密钥打不开：vault.key 不是这个保险库的，或者保险库已损坏；没有更换",
            f"the key of {owner} does not open: vault.key is not the key of this vault, or the vault is damaged; "
            "nothing was replaced",
        ) from None
