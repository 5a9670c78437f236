"""How a personal text is sealed under a key, for one place in the log, and how it is hashed."""

from __future__ import annotations

import hmac
import os
from binascii import a2b_base64, b2a_base64
from functools import lru_cache
from struct import Struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = b"\x01"
PAD = 16
_NONCE = 12
_length = Struct(">I").pack


class Altered(Exception):
    """A sealed text that is not as it was sealed, or was sealed for another place."""


def sealed(key: AESGCM, place: bytes, text: str) -> str:
    """A text as it stands in the log at a place; ValueError for a zero character."""
    plain = text.encode()
    if b"\x00" in plain:
        raise ValueError("personal text may not hold the character U+0000")
    plain = plain.ljust(-(-len(plain) // PAD) * PAD or PAD, b"\x00")
    nonce = os.urandom(_NONCE)
    cipher = key.encrypt(nonce, plain, place)
    return b2a_base64(VERSION + nonce + cipher, newline=False).translate(_TO_URL).decode()


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
"""The functions of ``base64`` do as much, but take as long as the cipher."""


def told(part: str) -> bytes:
    """A text with its length, in front of others or behind them."""
    data = part.encode()
    return _length(len(data)) + data


@lru_cache(maxsize=512)  # many sealed texts have them in common
def _of_type_and_field(type_: str, field: str) -> bytes:
    return told(type_) + told(field)


def associated(owner: str, type_: str, field: str) -> bytes:
    """The place in the log for which a text is sealed, as the cipher holds it."""
    return told(owner) + _of_type_and_field(type_, field)


class Hashing:
    """Hashes under one key, for look-ups of personal data.

    HMAC-SHA-256 (RFC 2104) over the parts, each with its length, cut to 128 bits, in hex.  What depends on the key
    alone is hashed once: to begin with a key takes longer than a row does.
    """

    __slots__ = ("_begun",)

    def __init__(self, key: bytes) -> None:
        self._begun = hmac.new(key, digestmod="sha256")

    def __call__(self, *parts: str) -> str:
        """The hash of the parts: 32 hex digits."""
        return self.of(b"".join(map(told, parts)))

    def of(self, parts: bytes) -> str:
        """The hash of parts that are ``told`` one after another."""
        hashing = self._begun.copy()
        hashing.update(parts)
        return hashing.hexdigest()[:32]
