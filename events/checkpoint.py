"""Checkpoints: how long the log is and what its tree's root is, signed with the district's key.

The text is a checkpoint of C2SP (tlog-checkpoint) in a signed note (signed-note) with an Ed25519 signature, so that
other programs read it too: origin, size, root, further lines, an empty line, the signature.  Our further lines are the
district's name, the instant, and the key that the signature is checked with.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_DASH = "— "
_ED25519 = b"\x01"


class CheckpointError(Exception):
    """A text that is no checkpoint, or not one that was signed so: in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The first ``size`` events of a log, by the root of their tree, as they were at an instant.

    ``origin`` names the log; ``key`` is its public key, 32 bytes.
    """

    origin: str
    size: int
    root: bytes
    district: str
    time: datetime
    key: bytes

    @property
    def body(self) -> str:
        """What is signed."""
        lines = (
            self.origin,
            str(self.size),
            base64.b64encode(self.root).decode(),
            f"district {self.district}",
            f"time {self.time.strftime('%Y-%m-%dT%H:%M:%S.%fZ')}",
            f"key {verifier_key(self.origin, self.key)}",
        )
        return "".join(f"{line}\n" for line in lines)


def public_key(seed: bytes) -> bytes:
    """The public key, 32 bytes, of a private one."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def verifier_key(origin: str, key: bytes) -> str:
    """A public key as the text in which it is handed out: origin, key hash and key, as signed-note has it."""
    return f"{origin}+{_key_hash(origin, key).hex()}+{base64.b64encode(_ED25519 + key).decode()}"


def signed(checkpoint: Checkpoint, seed: bytes) -> str:
    """The checkpoint as a text to be kept, signed with a private key."""
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(checkpoint.body.encode())
    hint = _key_hash(checkpoint.origin, checkpoint.key)
    return f"{checkpoint.body}\n{_DASH}{checkpoint.origin} {base64.b64encode(hint + signature).decode()}\n"


def read(text: str) -> Checkpoint:
    """A checkpoint from its text; CheckpointError unless it is one, signed with the key that it names.

    That the key is the district's own is for the caller to compare.
    """
    try:
        body, _, signatures = text.replace("\r\n", "\n").partition("\n\n")
        origin, size, root, *further = body.split("\n")
        said = dict(line.split(" ", 1) for line in further)
        name, _, key_hash_and_key = said["key"].partition("+")
        key_hash, _, key = key_hash_and_key.partition("+")
        found = Checkpoint(
            origin,
            int(size),
            base64.b64decode(root, validate=True),
            said["district"],
            datetime.fromisoformat(said["time"]),
            base64.b64decode(key, validate=True)[1:],
        )
        signature = base64.b64decode(signatures.rstrip("\n").removeprefix(f"{_DASH}{origin} "), validate=True)
    except (ValueError, KeyError, binascii.Error):
        raise CheckpointError("这不是检查点文件", "this is no checkpoint") from None
    hint = _key_hash(origin, found.key)
    if f"{body}\n" != found.body or (name, key_hash) != (origin, hint.hex()) or signature[:4] != hint:
        raise CheckpointError("检查点的内容不合格式，或被改动过", "this checkpoint is malformed, or was altered")
    try:
        Ed25519PublicKey.from_public_bytes(found.key).verify(signature[4:], found.body.encode())
    except (InvalidSignature, ValueError):
        raise CheckpointError(
            "检查点的签名不符：它被改动过，或不是由它所写的密钥签的",
            "the checkpoint's signature does not hold: it was altered, or signed with another key than it names",
        ) from None
    return found


def _key_hash(origin: str, key: bytes) -> bytes:
    return hashlib.sha256(origin.encode() + b"\n" + _ED25519 + key).digest()[:4]
