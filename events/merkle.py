"""The Merkle tree of RFC 6962, section 2.1: roots, inclusion paths, consistency proofs.

Nothing here knows where hashes are kept.  A tree is given as a function ``perfect(height, index)``: the hash of the
``index``-th subtree of ``2 ** height`` leaves, counted from 0 and full; for height 0 that is a leaf's hash.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

Perfect = Callable[[int, int], bytes]

EMPTY = sha256(b"").digest()
"""The root of a tree without leaves."""


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over a full subtree, from the hashes of 1, 2, 4, 8 … nodes of one height."""
    while len(hashes) > 1:
        pairs = iter(hashes)
        hashes = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
    return hashes[0]


def root(perfect: Perfect, size: int) -> bytes:
    """The Merkle tree hash of the first ``size`` leaves."""
    return _root(perfect, 0, size) if size else EMPTY


def inclusion(perfect: Perfect, index: int, size: int) -> list[bytes]:
    """The audit path of a leaf, counted from 0, in the tree of ``size`` leaves: from the leaf to the root (2.1.1)."""
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} in a tree of {size}")
    path, low, high = list[bytes](), 0, size
    while high - low > 1:
        middle = low + _half(high - low)
        if index < middle:
            path.append(_root(perfect, middle, high))
            high = middle
        else:
            path.append(_root(perfect, low, middle))
            low = middle
    return path[::-1]


def consistency(perfect: Perfect, old: int, new: int) -> list[bytes]:
    """What proves that the tree of ``new`` leaves begins with that of ``old`` leaves (2.1.2)."""
    if not 0 < old <= new:
        raise ValueError(f"a tree of {new} leaves does not extend one of {old}")
    path, low, high = list[bytes](), 0, new
    while old < high:
        middle = low + _half(high - low)
        if old <= middle:
            path.append(_root(perfect, middle, high))
            high = middle
        else:
            path.append(_root(perfect, low, middle))
            low = middle
    if low:  # what is left is not the whole old tree, whose root the verifier knows
        path.append(_root(perfect, low, high))
    return path[::-1]


def _root(perfect: Perfect, low: int, high: int) -> bytes:
    """The hash over the leaves from ``low`` to before ``high``; ``low`` is where a subtree of that size may begin."""
    size = high - low
    if size & (size - 1) == 0:
        height = size.bit_length() - 1
        return perfect(height, low >> height)
    middle = low + _half(size)
    return sha256(b"\x01" + _root(perfect, low, middle) + _root(perfect, middle, high)).digest()


def _half(size: int) -> int:
    """The largest power of two below a size of at least 2."""
    return 1 << (size - 1).bit_length() - 1
