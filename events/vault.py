"""The vault: a key per owner, and what it seals.

A sealed field is ``base64url(version byte 0x01 | 12-byte nonce | AES-256-GCM ciphertext and tag)``.  The plain text
is UTF-8 padded with zero bytes to a multiple of 16, at least 16, so that a length says little; the associated data
are owner, stored type name and field name, each with a 4-byte big-endian length, so that a field cannot be moved.

Owner keys are random and kept in a file of their own, wrapped (AES key wrap, RFC 3394) under the folder's master
key; replacing that (``events.masters``) wraps them anew and leaves the log alone.  A key is on disk before anything
sealed with it is.  An owner whose key was destroyed stays known as such: they never get another one.
"""

from __future__ import annotations

import hmac
import secrets
import sqlite3
import threading
from collections.abc import Collection
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from sqlalchemy import Column, Connection, Engine, Integer, LargeBinary, MetaData, Table, Text, delete, select
from sqlalchemy import update as changed
from sqlalchemy.exc import DBAPIError, OperationalError

from events.cipher import Altered, Hashing, associated, sealed, unsealed
from events.files import own_file
from events.key_files import VaultError, mark, read_key, successor
from events.tables import EACH, insert_rows, many, open_store

CIPHERS = 5_000
"""So many ciphers, and keyed hashes, are kept at most: one takes up to a hundred times the memory of its key."""
_PATIENCE = 2_000
"""Milliseconds that a destruction waits for whoever reads the vault."""

vault_metadata = MetaData()
key_table = Table(
    "key",
    vault_metadata,
    Column("owner", Text, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    sqlite_strict=True,
)
master_table = Table(
    "master",
    vault_metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("mark", LargeBinary, nullable=False),
    sqlite_strict=True,
)
"""One row: how many master keys there have been, and the mark of the one that wraps all keys; a vault that was made by
an older program has none until its master key is first replaced (``events.masters``)."""
destroyed_table = Table(
    "destroyed",
    vault_metadata,
    Column("owner", Text, primary_key=True),
    Column("swept", Integer, nullable=False),
    sqlite_strict=True,
)
"""Whose key was destroyed; ``swept``: 1 once its bytes are gone from the vault's files.  A vault of an earlier release
gets the table with its first destruction."""

_KEYS = select(key_table).where(key_table.c.owner.in_(select(EACH)))
_UNDESTROYED = select(EACH).where(EACH.not_in(select(destroyed_table.c.owner).where(destroyed_table.c.swept == 1)))


class Destroyed(VaultError):
    """A key is asked for whose owner's was destroyed."""

    def __init__(self, owners: Collection[str]) -> None:
        who = "、".join(sorted(owners)[:3])
        super().__init__(
            f"{who} 的资料已删除,密钥已销毁,不能再登记个人内容",
            f"the record of {who} was erased and its key destroyed: nothing personal can be recorded any more",
        )
        self.owners = frozenset(owners)


def mark_in(connection: Connection) -> bytes | None:
    """The mark of the master key that wraps the keys of a vault, as this transaction sees it; None if it keeps none."""
    if not connection.dialect.has_table(connection, master_table.name):
        return None
    return connection.execute(select(master_table.c.mark)).scalar()


class Vault:
    """The keys of a folder.  Safe to use from several threads and processes.

    ``master`` is the master key, or the file in which it stands: then this vault goes on when another process replaces
    the key.
    """

    def __init__(self, engine: Engine, master: bytes | Path) -> None:
        self._engine = engine
        self._file = master if isinstance(master, Path) else None
        self._master = read_key(master) if isinstance(master, Path) else master
        self._keys: dict[str, bytes] = {}
        self._cipher = lru_cache(maxsize=CIPHERS)(AESGCM)
        self._hashes = lru_cache(maxsize=CIPHERS)(Hashing)
        self._hashing: dict[str, bytes] = {}
        """The keys of row hashes, derived from the owners'; those of owners who are only tried out as well."""
        self._watch = _Watch(engine)

    @classmethod
    def create(cls, path: Path, master: bytes | Path) -> Vault:
        """A new vault in a file."""
        own_file(path)
        engine = open_store(path)
        vault = cls(engine, master)
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            vault_metadata.create_all(connection)
            insert_rows(connection, master_table, [(1, mark(vault._master))])
        return vault

    @classmethod
    def open(cls, path: Path, master: bytes | Path) -> Vault:
        """The vault in a file; VaultError if there is none."""
        if not path.is_file():
            raise VaultError(
                f"找不到保险库 {path.name}:请从备份恢复",
                f"there is no vault {path.name}: restore it from a backup",
            )
        return cls(open_store(path), master)

    def close(self) -> None:
        """Let go of the file."""
        self._watch.close()
        self._engine.dispose()

    def look(self) -> None:
        """Forget the keys that others destroyed since this was last asked; it takes some ten microseconds."""
        for owner in self._watch.gone():
            self._forget(owner)

    def _forget(self, owner: str) -> None:
        self._keys.pop(owner, None)
        self._hashing.pop(owner, None)
        self._cipher.cache_clear()
        self._hashes.cache_clear()

    def ensure(self, owners: Collection[str]) -> None:
        """Give each owner a key who has none; the new keys are on disk when this returns.

        Raises Destroyed for an owner who had one that was destroyed.
        """
        missing = sorted(set(owners) - self._keys.keys())
        self._load(missing)
        missing = [owner for owner in missing if owner not in self._keys]
        if not missing:
            return
        with self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            # Another process may have been first: under the lock, look again.
            self._master = self._current(connection)
            held = self._read(connection, missing)
            if gone := self._destroyed(connection, missing):
                raise Destroyed(gone)
            new = {owner: secrets.token_bytes(32) for owner in missing if owner not in held}
            insert_rows(
                connection,
                key_table,
                [(owner, aes_key_wrap(self._master, key)) for owner, key in new.items()],
            )
        self._take(held | new)

    def known(self, owners: Collection[str]) -> set[str]:
        """Those of these owners who have a key."""
        self.load(owners)
        return self._keys.keys() & set(owners)

    def try_out(self, owners: Collection[str]) -> None:
        """Let owners without a key have hashes, and nothing sealed, until this vault is closed; nothing is kept."""
        self.load(owners)
        for owner in owners:
            if owner not in self._keys:
                self._hashing.setdefault(owner, secrets.token_bytes(32))

    def hashing(self, owner: str) -> Hashing:
        """Hashes what a row says about an owner, who has a key: 32 hex digits; Destroyed once it is gone.

        Not to be kept: the vault forgets a key that is destroyed, and with it what it hashed.
        """
        if owner not in self._hashing:
            self._load([owner])
        if (key := self._hashing.get(owner)) is None:
            raise Destroyed([owner])
        return self._hashes(key)

    def seal(self, owner: str, type_: str, field: str, text: str) -> str:
        """Personal text as it stands in the log; the owner's key must exist.  ValueError for a zero character."""
        return sealed(self._cipher(self._keys[owner]), associated(owner, type_, field), text)

    def open_field(self, owner: str, type_: str, field: str, token: str) -> str | None:
        """The text of a sealed field; None if the owner's key is gone, VaultError if the field was altered."""
        if owner not in self._keys:
            self._load([owner])
        key = self._keys.get(owner)
        if key is None:
            return None
        try:
            return unsealed(self._cipher(key), associated(owner, type_, field), token)
        except Altered as error:
            raise VaultError(
                f"{owner} 的加密字段 {field} 已被改动", f"the sealed field {field} of {owner} was altered"
            ) from error

    def destroy(self, owners: Collection[str]) -> bool:
        """Destroy the keys of these owners for good; whether the bytes are gone from the vault's files as well.

        They are not while another program reads the vault: whoever calls this again, with any owners, finishes that.
        """
        with self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            connection.exec_driver_sql("PRAGMA secure_delete=ON")
            connection.execute(delete(key_table).where(key_table.c.owner.in_(select(EACH))), many(set(owners)))
            there = self._destroyed(connection, owners)
            insert_rows(connection, destroyed_table, [(owner, 0) for owner in sorted(set(owners).difference(there))])
        for owner in owners:
            self._forget(owner)
        return self._sweep()

    def undestroyed(self, owners: Collection[str]) -> list[str]:
        """Those of these owners whose key is yet to be destroyed, or to be swept out of the vault's files."""
        with self._engine.connect() as connection, connection.begin():
            try:
                return list(connection.execute(_UNDESTROYED, many(owners)).scalars())
            except OperationalError:  # a vault in which none was destroyed yet, of an earlier release
                return sorted(owners)

    def destroyed(self) -> list[str]:
        """Everybody whose key was destroyed."""
        with self._engine.connect() as connection:
            if not connection.dialect.has_table(connection, destroyed_table.name):
                return []
            return list(connection.execute(select(destroyed_table.c.owner).order_by(destroyed_table.c.owner)).scalars())

    def _sweep(self) -> bool:
        """Write the vault's file anew and empty its write-ahead log, so that no page holds what was deleted."""
        busy, before = 1, list[str]()
        raw = self._engine.raw_connection()
        try:
            driver: Any = raw.driver_connection
            for pragma in ("secure_delete=ON", f"busy_timeout={_PATIENCE}"):
                driver.execute(f"PRAGMA {pragma}").fetchall()
            before = [row[0] for row in driver.execute("SELECT owner FROM destroyed WHERE swept = 0")]
            driver.execute("VACUUM")
            busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise  # the disk is full, say
        finally:
            raw.invalidate()  # its settings are no other's
        if not busy:
            with self._engine.connect().execution_options(writes=True) as connection, connection.begin():
                done = destroyed_table.c.owner.in_(select(EACH))
                connection.execute(changed(destroyed_table).where(done).values(swept=1), many(before))
        return not busy

    def owners(self) -> list[str]:
        """Everybody who has a key."""
        with self._engine.connect() as connection:
            return list(connection.execute(select(key_table.c.owner).order_by(key_table.c.owner)).scalars())

    def load(self, owners: Collection[str]) -> None:
        """Fetch these owners' keys at once, before many fields are opened."""
        self._load([owner for owner in owners if owner not in self._keys])

    def _destroyed(self, connection: Connection, owners: Collection[str]) -> list[str]:
        """Those of these owners whose key was destroyed; in a transaction that writes."""
        destroyed_table.create(connection, checkfirst=True)
        gone = select(destroyed_table.c.owner).where(destroyed_table.c.owner.in_(select(EACH)))
        return list(connection.execute(gone, many(owners)).scalars())

    def _load(self, owners: Collection[str]) -> None:
        if not owners:
            return
        with self._engine.connect() as connection:
            self._take(self._read(connection, owners))

    def _take(self, keys: dict[str, bytes]) -> None:
        self._hashing |= {owner: hmac.digest(key, b"jieti row hash", "sha256") for owner, key in keys.items()}
        self._keys |= keys
        for owner in keys.keys() & self._watch.told:  # read just before it was destroyed
            self._forget(owner)

    def _read(self, connection: Connection, owners: Collection[str]) -> dict[str, bytes]:
        found = dict[str, bytes]()
        for owner, wrapped in connection.execute(_KEYS, many(owners)):
            try:
                found[owner] = aes_key_unwrap(self._master, wrapped)
            except InvalidUnwrap:
                self._master = self._current(connection)  # another process may have put a new one there
                try:
                    found[owner] = aes_key_unwrap(self._master, wrapped)
                except InvalidUnwrap:
                    raise _does_not_open() from None
        return found

    def _current(self, connection: Connection) -> bytes:
        """The master key that wraps the keys which this transaction sees; VaultError if it is not where it was."""
        wanted = mark_in(connection)
        if wanted is None or wanted == mark(self._master):
            return self._master
        # The new file first: if it is gone by now it has taken the other's place.
        for file in (successor(self._file), self._file) if self._file else ():
            with suppress(FileNotFoundError):
                if mark(key := file.read_bytes()) == wanted:
                    return key
        raise _does_not_open()


def _does_not_open() -> VaultError:
    return VaultError(
        "打不开保险库：密钥文件 vault.key 不是这个保险库的，或者保险库已损坏；请放回原来的密钥文件",
        "the vault does not open: vault.key is not the key of this vault, or the vault is damaged; "
        "put the original key file back",
    )


class _Watch:
    """Tells whose keys were destroyed, by this process or another, over a connection of its own that asks nothing else:
    to that one SQLite says at once whether the file is as it was."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turn = threading.Lock()
        self._connection: Any = None
        self._as_it_was = -1
        self.told: set[str] = set()
        """Of whom it was told that their key was destroyed."""

    def gone(self) -> Collection[str]:
        """Whose keys were destroyed since this was last asked."""
        with self._turn:
            try:
                if self._connection is None:
                    self._connection = self._engine.raw_connection()
                    self._connection.detach()
                driver = self._connection.dbapi_connection
                (now,) = driver.execute("PRAGMA data_version").fetchone()
                if now == self._as_it_was:
                    return ()
                every = {owner for (owner,) in driver.execute("SELECT owner FROM destroyed")}
            except (sqlite3.Error, DBAPIError):  # in a vault of an earlier release none was destroyed yet;
                return ()  # where it cannot be read, whoever asks it for a key says so
            new, self.told, self._as_it_was = every - self.told, every, now
            return new

    def close(self) -> None:
        """Let go of the file."""
        with self._turn:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
