"""Keys that stand in files of their own."""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

from events.files import sync_names


class VaultError(Exception):
    """The vault cannot be opened: in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


def write_key(path: Path) -> None:
    """Draw a 256-bit key and write it, readable by its owner alone; FileExistsError rather than replace one."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(32))
        file.flush()
        os.fsync(file.fileno())
    sync_names(path.parent)


def read_key(path: Path) -> bytes:
    """A key written by ``write_key``; VaultError if it is missing or no key."""
    try:
        key = path.read_bytes()
    except OSError as error:
        raise VaultError(
            f"读不到密钥文件 {path.name}:请把保管的密钥放回 {path.parent}",
            f"cannot read the key file {path.name}: put your copy of it back into {path.parent}",
        ) from error
    if len(key) != 32:
        raise VaultError(
            f"{path.name} 不是密钥文件(应为 32 字节):请把保管的密钥放回 {path.parent}",
            f"{path.name} is not a key file (32 bytes were expected): put your copy of it back into {path.parent}",
        )
    return key


def mark(master: bytes) -> bytes:
    """What tells a master key from others, and nothing about it."""
    return hmac.digest(master, b"master key of jieti", "sha256")


def successor(file: Path) -> Path:
    """Where a new master key stands until it has taken the place of the one in a file."""
    return file.with_name(f"{file.name}.new")
