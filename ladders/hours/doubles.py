"""Records that may be of one training: found by what they say, never taken for one.

Two trainings of one person are *like* each other when they have equal hours and a day in common, and their titles are
similar.  ``pairs`` finds the first over all evidence; titles are sealed, so ``similarity`` is asked of few.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from typing import Any

import numpy as np
import numpy.typing as npt

from ladders.evidence.columns import NEVER, Rows

SIMILAR = 0.6
"""From which similarity on titles may be of one training."""
_NUMBERS = re.compile(r"\d+|[一二三四五六七八九十]+(?=[期次节课讲批轮])")
_YEAR = re.compile(r"(?:19|20)\d\d年?")
_WORDS = re.compile(r"[^\w]+|_")

Places = npt.NDArray[np.intp]


def pairs(
    rows: Rows, known_at: int, first: int, last: int, subjects: npt.NDArray[np.bool_] | None = None
) -> tuple[Places, Places]:
    """The places of every two trainings of one person with equal hours and a day in common.

    Of those whose last day lies between ``first`` and ``last`` (ordinals), that stand at a position, recognised or
    not; ``subjects`` says by number whose are looked at: everybody's without it.
    """
    stands = (rows.recorded <= known_at) & (rows.voided > known_at) & ((rows.known <= known_at) | (rows.known == NEVER))
    stands &= (rows.last >= first) & (rows.last <= last)
    if subjects is not None:
        stands &= subjects[rows.subject]
    chosen = np.flatnonzero(stands)
    order = chosen[_order(rows, chosen)]
    subject, amount = rows.subject[order], rows.amount[order]
    begins, ends = rows.first[order], rows.last[order]
    found: list[tuple[Places, Places]] = []
    left = np.arange(len(order))
    step = 1
    while True:
        left = left[left + step < len(order)]
        other = left + step
        # Sorted by the first day: once a later one begins after this one's end, so do all that follow.
        near = (subject[left] == subject[other]) & (amount[left] == amount[other]) & (begins[other] <= ends[left])
        left = left[near]
        if not len(left):
            break
        found.append((order[left], order[left + step]))
        step += 1
    if not found:
        return np.empty(0, np.intp), np.empty(0, np.intp)
    one, two = (np.concatenate(side) for side in zip(*found, strict=True))
    return one, two


def _order(rows: Rows, chosen: Any) -> Any:
    """By person, hours and first day; numbers of one key sort far faster than three columns."""
    subject, amount, first = rows.subject[chosen].astype(np.int64), rows.amount[chosen], rows.first[chosen]
    if not len(chosen):
        return np.empty(0, np.intp)
    days, hours = int(first.max()) + 1, int(amount.max()) + 1
    if amount.min() >= 0 and (int(subject.max()) + 1) * hours * days < 2**62:
        return np.argsort((subject * hours + amount) * days + first, kind="stable")
    return np.lexsort((first, amount, subject))


def similarity(one: str, other: str) -> float:
    """How similar two titles are, from 0 to 1; 0 for those that number themselves otherwise (第3期, 第4期)."""
    plain = [unicodedata.normalize("NFKC", text).casefold() for text in (one, other)]
    yearless = [_YEAR.sub("", text) for text in plain]
    numbers = [_NUMBERS.findall(text) for text in yearless]
    if all(numbers) and numbers[0] != numbers[1]:
        return 0.0
    bare = [_WORDS.sub("", text) or _WORDS.sub("", was) for text, was in zip(yearless, plain, strict=True)]
    if not all(bare):
        return 0.0
    short, long = sorted(bare, key=len)
    if len(short) >= 4 and short in long:
        return 1.0
    # Which of two is called the first makes a difference to difflib: both are asked.
    return max(SequenceMatcher(None, *both, autojunk=False).ratio() for both in ((short, long), (long, short)))
