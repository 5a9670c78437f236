#!/usr/bin/env python3
"""验证证明文件：只用本文件和 Python，不需要数据库、网络或其他程序。
Check a proof of the log with this file and Python 3.11 alone: no database, no network, nothing else of ours.

    jieti-verify PROOF CHECKPOINT [--key KEY]
    python3 jieti_verify.py PROOF CHECKPOINT [--key KEY]

CHECKPOINT is one that you kept, or had from somebody whom you trust: a text with the log's size and root, signed by
the district.  PROOF is what the district gives you today: that an event is among the first so many that your
checkpoint covers (`jieti audit prove`), or that today's log begins with all of them (`jieti audit verify --against`).
KEY is the district's public key as you know it, or a file that holds it; without it the key named in the checkpoint is
believed.  Exit status 0: genuine.  1: not, and why.  2: the files cannot be read.

How it is computed: docs/log-format.md of jieti (leaves), RFC 6962, section 2.1 (tree and proofs), RFC 8032 (Ed25519),
C2SP tlog-checkpoint and signed-note (the text of a checkpoint).
"""

from __future__ import annotations

import base64
import json
import sys
from hashlib import sha256, sha512
from pathlib import Path
from typing import Any

COLUMNS = ("position", "id", "stream", "version", "type", "schema", "occurred_from", "occurred_until", "recorded_at",
           "actor", "on_behalf_of", "authority", "command_id", "ordinal", "causation", "correlation",
           "payload")  # fmt: skip
NUMBERS = ("position", "version", "schema", "recorded_at", "ordinal")
"""Those of them that are whole numbers; all else is text."""
PARTS = {"inclusion": {"format", "kind", "size", "events"}, "extension": {"format", "kind", "checkpoint", "path"}}
"""What a proof of each kind says, and nothing else."""


class NotGenuine(Exception):
    """A proof or a checkpoint that does not hold; Chinese, English."""


# ------------------------------------------------------------------------------------------------------ the log's tree


def leaf(event: dict[str, Any]) -> bytes:
    """SHA-256 over a zero byte and every column: its length in 4 bytes and its bytes; null is the length FFFFFFFF."""
    parts = [b"\x00"]
    for name in COLUMNS:
        value = event[name]
        if value is None:
            parts.append(b"\xff\xff\xff\xff")
            continue
        if type(value) is not (int if name in NUMBERS else str):  # eight letters are the bytes of a number
            raise TypeError(name)
        data = value.to_bytes(8, "big", signed=True) if isinstance(value, int) else value.encode()
        parts.append(len(data).to_bytes(4, "big") + data)
    return sha256(b"".join(parts)).digest()


def node(left: bytes, right: bytes) -> bytes:
    """A node above two others."""
    return sha256(b"\x01" + left + right).digest()


def root_of_inclusion(hash_: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root of a tree of ``size`` leaves in which this is leaf ``index``, counted from 0 (RFC 9162, 2.1.3.2)."""
    last = size - 1
    for one in path:
        if last == 0:
            raise NotGenuine("证明中的路径太长", "the proof's path is too long")
        if index & 1 or index == last:
            hash_ = node(one, hash_)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            hash_ = node(hash_, one)
        index, last = index >> 1, last >> 1
    if last:
        raise NotGenuine("证明中的路径太短", "the proof's path is too short")
    return hash_


def roots_of_extension(old_size: int, new_size: int, old_root: bytes, path: list[bytes]) -> tuple[bytes, bytes]:
    """The roots of the shorter and the longer tree that the path of a consistency proof gives (RFC 9162, 2.1.4.2)."""
    if old_size == new_size:
        if path:
            raise NotGenuine("证明中的路径太长", "the proof's path is too long")
        return old_root, old_root
    if old_size & (old_size - 1) == 0:
        path = [old_root, *path]
    if not path:
        raise NotGenuine("证明中的路径太短", "the proof's path is too short")
    index, last = old_size - 1, new_size - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    old = new = path[0]
    for one in path[1:]:
        if last == 0:
            raise NotGenuine("证明中的路径太长", "the proof's path is too long")
        if index & 1 or index == last:
            old, new = node(one, old), node(one, new)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            new = node(new, one)
        index, last = index >> 1, last >> 1
    if last:
        raise NotGenuine("证明中的路径太短", "the proof's path is too short")
    return old, new


# ----------------------------------------------------------------------------------------------------------- Ed25519
# Verification alone, after RFC 8032, section 5.1.7 and appendix A; points are in extended coordinates.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int, int, int]


def add(a: Point, b: Point) -> Point:
    """The sum of two points."""
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    x, y, z, w = f - e, h - g, h + g, f + e
    return x * y % P, z * w % P, y * z % P, x * w % P


def times(factor: int, point: Point) -> Point:
    """A multiple of a point."""
    result: Point = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            result = add(result, point)
        point, factor = add(point, point), factor >> 1
    return result


def point_of(data: bytes) -> Point | None:
    """A point from its 32 bytes; None if it is none."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = point_of((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def signed_by(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether this is the signature of a message under a public key."""
    if len(key) != 32 or len(signature) != 64 or BASE is None:
        return False
    a, r, s = point_of(key), point_of(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= ORDER:
        return False
    h = int.from_bytes(sha512(signature[:32] + key + message).digest(), "little") % ORDER
    left, right = times(s, BASE), add(r, times(h, a))
    same_x, same_y = left[0] * right[2] - right[0] * left[2], left[1] * right[2] - right[1] * left[2]
    return same_x % P == 0 and same_y % P == 0


# ------------------------------------------------------------------------------------------------ checkpoint and proof


def checkpoint(text: str, known_key: str | None) -> dict[str, Any]:
    """A checkpoint's origin, size, root and further lines; NotGenuine unless its signature holds."""
    try:
        body, _, signatures = text.replace("\r\n", "\n").partition("\n\n")
        origin, size, root, *further = body.split("\n")
        said = dict(line.split(" ", 1) for line in further)
        key = said["key"]
        raw = base64.b64decode(key.split("+", 2)[2], validate=True)
        line, *others = signatures.rstrip("\n").split("\n")
        others += [] if line.startswith(f"— {origin} ") else [line]
        signature = base64.b64decode(line[len(f"— {origin} ") :], validate=True)
        found = {**said, "origin": origin, "size": int(size), "root": base64.b64decode(root, validate=True), "key": key}
    except (ValueError, KeyError, IndexError, StopIteration):
        raise NotGenuine("这不是检查点文件", "this is no checkpoint") from None
    hint = sha256(origin.encode() + b"\n" + raw).digest()[:4]
    right_key = key == f"{origin}+{hint.hex()}+{base64.b64encode(raw).decode()}" and raw[:1] == b"\x01"
    if not right_key or signature[:4] != hint or not signed_by(raw[1:], f"{body}\n".encode(), signature[4:]):
        raise NotGenuine("检查点的签名不符：它被改动过", "the checkpoint's signature does not hold: it was altered")
    if others:
        raise NotGenuine("检查点里夹有没有签名的内容", "the checkpoint has lines in it that nobody signed")
    if known_key is not None and known_key.strip() != key:
        raise NotGenuine("检查点是用另一个密钥签的", "the checkpoint was signed with another key")
    return found


def _nothing_else(said: dict[str, Any], parts: set[str]) -> None:
    """What is in the file beside what is proved might be taken for proved."""
    if more := sorted(said.keys() - parts):
        raise NotGenuine(f"证明里夹有没有证明的内容：{more[0]}", f"the proof says more than it proves: {more[0]}")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """What is said twice would be read one way here, and another way by somebody else."""
    if len(dict(pairs)) < len(pairs):
        raise ValueError
    return dict(pairs)


def included(proof: dict[str, Any], kept: dict[str, Any]) -> None:
    """NotGenuine unless every event of the proof is in the log of the checkpoint."""
    if proof["size"] != kept["size"]:
        raise NotGenuine(
            f"证明是对 {proof['size']} 个事件的，检查点是 {kept['size']} 个：请按这个检查点另开证明（--against）",
            f"the proof is for a log of {proof['size']} events, the checkpoint for {kept['size']}: "
            "have one made for this checkpoint (--against)",
        )
    if not proof["events"]:
        raise NotGenuine("证明里没有事件", "there is no event in the proof")
    before = 0
    for one in proof["events"]:
        event, path = one["event"], [base64.b64decode(each, validate=True) for each in one["path"]]
        _nothing_else(one, {"event", "path"})
        _nothing_else(event, set(COLUMNS))
        position = event["position"]
        if before and position <= before:
            raise NotGenuine("证明里的事件重复，或次序颠倒", "an event is in the proof twice, or out of order")
        if not 1 <= position <= kept["size"]:
            raise NotGenuine(f"检查点之内没有位置 {position}", f"there is no position {position} within the checkpoint")
        if root_of_inclusion(leaf(event), position - 1, kept["size"], path) != kept["root"]:
            raise NotGenuine(
                f"位置 {position} 的事件不在这个检查点的日志里：事件、路径或检查点被改动过",
                f"the event at position {position} is not in the checkpoint's log: the event, its path or the "
                "checkpoint was altered",
            )
        before = position


def extended(proof: dict[str, Any], kept: dict[str, Any], known_key: str | None) -> dict[str, Any]:
    """The later checkpoint, whose log begins with that of the kept one; else NotGenuine."""
    later = checkpoint(proof["checkpoint"], known_key or kept["key"])
    if later["origin"] != kept["origin"]:
        raise NotGenuine("证明是另一份日志的", "the proof is of another log")
    if later["size"] < kept["size"]:
        raise NotGenuine("后来的日志反而短", "the later log is shorter")
    path = [base64.b64decode(each, validate=True) for each in proof["path"]]
    if roots_of_extension(kept["size"], later["size"], kept["root"], path) != (kept["root"], later["root"]):
        raise NotGenuine(
            "后来的日志不是由检查点的日志延续而来：以前的事件被改动、删去或插入过",
            "the later log does not begin with the checkpoint's: an event was altered, taken out or put in before",
        )
    return later


def told(proof: dict[str, Any], kept: dict[str, Any], known_key: str | None) -> list[str]:
    """What a genuine proof shows, in sentences."""
    where = f"{kept['district']}（{kept['origin']}，{kept['time']}，{kept['size']} 个事件）"
    there = f"{kept['district']} ({kept['origin']}, {kept['time']}, {kept['size']} events)"
    if proof["kind"] == "extension":
        later = extended(proof, kept, known_key)
        return [
            f"属实：{later['time']} 的日志（{later['size']} 个事件）完整地延续了检查点 {where}。",
            f"Genuine: the log of {later['time']}, {later['size']} events, begins with the checkpoint's, {there}.",
        ]
    included(proof, kept)
    lines = [f"属实：以下事件在检查点 {where} 的日志里。", f"Genuine: these events are in the log of {there}."]
    for one in proof["events"]:
        event = one["event"]
        days = " – ".join(sorted({event["occurred_from"], event["occurred_until"]}))
        lines.append(f"  #{event['position']} {event['type']} · {event['stream']} · {days} · {event['actor']}")
        lines.append(f"    {event['payload']}")
    return lines


def proof_of(text: str) -> dict[str, Any]:
    """A proof from its text; NotGenuine if it is none."""
    try:
        proof: dict[str, Any] = json.loads(text, object_pairs_hook=_once)
        parts = PARTS[proof["kind"]]
        if proof["format"] == "jieti-proof/1" and parts <= proof.keys() and type(proof.get("size", 0)) is int:
            _nothing_else(proof, parts)
            return proof
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    raise NotGenuine("这不是证明文件", "this is no proof")


def main() -> None:
    """``jieti-verify PROOF CHECKPOINT [--key KEY]``."""
    words = sys.argv[1:]
    key = None
    if "--key" in words[:-1]:
        at = words.index("--key")
        key, words = words[at + 1], words[:at] + words[at + 2 :]
    if len(words) != 2 or words[0].startswith("-"):
        print(__doc__)
        sys.exit(0 if words[:1] in (["-h"], ["--help"]) else 2)
    try:
        if key is not None and Path(key).is_file():
            key = Path(key).read_bytes().decode("utf-8", "replace")
        proof_text, checkpoint_text = (Path(word).read_bytes().decode("utf-8", "replace") for word in words)
    except OSError as error:
        print(f"读不了文件。Cannot read: {error}", file=sys.stderr)
        sys.exit(2)
    try:
        lines = told(proof_of(proof_text), checkpoint(checkpoint_text, key), key)
    except NotGenuine as wrong:
        lines = [f"不属实：{wrong.args[0]}", f"Not genuine: {wrong.args[1]}"]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        lines = ["不属实：证明文件不合格式", "Not genuine: the proof is malformed"]
    for line in lines:
        print("".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in line))
    sys.exit(1 if lines[0].startswith("不属实") else 0)


if __name__ == "__main__":
    main()
