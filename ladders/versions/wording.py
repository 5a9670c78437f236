"""What two sentences say differently, as people mark it in a text: 72 学时 → 80 学时."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import NamedTuple

MOST = 3
"""Places of a sentence that are marked; where it differs in more it is said whole."""
_TOKEN = re.compile(r"[A-Za-z]+|\d+(?:\.\d+)?(?:/\d+)?|\s+|.", re.DOTALL)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:/\d+)?")
_BREAK = re.compile(r"[，。；：、（）〔〕“”《》,.;:()\[\]|]")


class Marked(NamedTuple):
    """A stretch as it was and as it is; one of them may be empty."""

    before: str
    after: str


def marked(before: str, after: str) -> tuple[Marked, ...]:
    """The stretches in which two sentences differ, numbers with their units; both whole where they have little alike.

    Nothing where they are equal.
    """
    if before == after:
        return ()
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    spans = [span for span in matcher.get_opcodes() if span[0] != "equal"]
    joined: list[list[int]] = []
    for _, i, j, k, m in spans:
        if joined and i - joined[-1][1] <= 2:
            joined[-1][1], joined[-1][3] = j, m
        else:
            joined.append([i, j, k, m])
    alike = matcher.ratio()
    if len(joined) > MOST or alike < 0.4:
        return (Marked(before, after),)
    return tuple(Marked(_with_unit(old, i, j), _with_unit(new, k, m)) for i, j, k, m in joined)


def _with_unit(tokens: list[str], first: int, last: int) -> str:
    """A stretch; where it ends in a number, with the word behind it."""
    stretch = tokens[first:last]
    if stretch and _NUMBER.fullmatch(stretch[-1]):
        behind = tokens[last : last + 3]
        if behind and behind[0].isspace():
            stretch.append(behind.pop(0))
        if behind and behind[0].isascii():
            stretch += [behind[0]] if behind[0].isalpha() else []
        else:
            for token in behind[:2]:
                if _BREAK.fullmatch(token) or token.isspace():
                    break
                stretch.append(token)
    return "".join(stretch).strip()
