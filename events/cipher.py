"""How a personal text is sealed under a key, for one place in the log, and how it is hashed."""

from __future__ import annotations

import base64
import hmac
import os
from binascii import a2b_base64, b2a_base64
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = b"\x01"
PAD = 16
_NONCE = 12


class Altered(Exception):
    """A sealed text that is not as it was sealed, or was sealed for another place."""


def sealed(key: AESGCM, place: bytes, text: str) -> str:
    """A text as it stands in the log at a place; ValueError for a zero character."""
    plain = text.encode()
    if b"\x00" in plain:
        raise ValueError("personal text may not hold the character U+0000")
    plain = plain.ljust(max(PAD, -(-len(plain) // PAD) * PAD), b"\x00")
    nonce = os.urandom(_NONCE)
    cipher = key.encrypt(nonce, plain, place)
    return base64.urlsafe_b64encode(VERSION + nonce + cipher).decode()


def unsealed(key: AESGCM, place: bytes, token: str) -> str:
    """The text that was sealed for a place; Altered if it is not what was sealed, or not for there."""
    try:
        written = token.encode()
        data = a2b_base64(written.translate(_FROM_URL))
        if data[:1] != VERSION or b2a_base64(data, newline=False).translate(_TO_URL) != written:
            raise Altered("an unknown cipher version, or characters that base64 reads past")
        plain = key.decrypt(data[1 : 1 + _NONCE], data[1 + _NONCE :], place)
    except (InvalidTag, ValueError) as error:
        raise Altered(str(error)) from error
    return plain.rstrip(b"\x00").decode()


_FROM_URL, _TO_URL = bytes.maketrans(b"-_", b"+/"), bytes.maketrans(b"+/", b"-_")
"""``base64.urlsafe_b64decode`` does as much, but takes as long as the decryption."""


def _with_lengths(*names: str) -> bytes:
    parts: list[bytes] = []
    for name in names:
        data = name.encode()
        parts += len(data).to_bytes(4, "big"), data
    return b"".join(parts)


_of_type_and_field = lru_cache(maxsize=512)(_with_lengths)
"""Which many sealed texts have in common."""


def associated(owner: str, type_: str, field: str) -> bytes:
    """The place in the log for which a text is sealed, as the cipher holds it."""
    data = owner.encode()
    return len(data).to_bytes(4, "big") + data + _of_type_and_field(type_, field)


def keyed_hash(key: bytes, *parts: str) -> str:
    """HMAC-SHA-256 over the parts, each with its length, cut to 128 bits, in hex: for look-ups of personal data."""
    return hmac.digest(key, _with_lengths(*parts), "sha256")[:16].hex()
