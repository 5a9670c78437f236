"""What is wrong in a file, said so that it can be mended: where, what, what was expected, what was probably meant."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from pydantic_core import PydanticCustomError

Level = Literal["error", "warning", "note"]


_LEVELS: dict[Level, dict[str, str]] = {
    "error": {"zh": "", "en": ""},
    "warning": {"zh": "注意：", "en": "warning:"},
    "note": {"zh": "说明：", "en": "note:"},
}


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, in both languages.

    ``line`` counts from 1 (0: the file as a whole).  ``where`` is the place as a path: steps by their number from 0,
    clauses by their id where it is known.  ``mend_zh`` and ``mend_en`` may have several lines, or none.
    """

    file: str
    line: int
    where: str
    zh: str
    en: str
    mend_zh: str = ""
    mend_en: str = ""
    level: Level = "error"

    def text(self, lang: Literal["zh", "en"] = "en") -> str:
        """The problem as people see it: ``file:line: where: what`` and the mend on indented lines under it."""
        what, mend = (self.zh, self.mend_zh) if lang == "zh" else (self.en, self.mend_en)
        place = f"{self.file}:{self.line}:" if self.line else f"{self.file}:"
        level = _LEVELS[self.level][lang]
        head = " ".join(part for part in (place, level, f"{self.where}:" if self.where else "", what) if part)
        return "\n  ".join((head, *mend.splitlines()))

    def __str__(self) -> str:
        return self.text()


class LadderError(ValueError):
    """A file that cannot be used, with everything that is wrong in it, in the order of its lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def text(self, lang: Literal["zh", "en"] = "en") -> str:
        """All problems, one under the other."""
        return "\n".join(problem.text(lang) for problem in self.problems)


MOST_OPTIONS = 60
"""No message lists more."""


def said(value: object) -> str:
    """A value of a file as its author would recognise it, cut where it is long."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{…}"
    if isinstance(value, list | tuple):
        return "[…]"
    text = str(value).replace("\n", " ")
    return text if len(text) <= 60 else f"{text[:60]}…"


def nearest(text: str, options: Collection[str]) -> str | None:
    """The option that was probably meant, or None; full-width letters and capitals make no difference.

    Of very many options, or for a very long text, only what differs in nothing else is found.
    """
    by_fold = {unicodedata.normalize("NFKC", option).casefold(): option for option in options}
    if len(options) > MOST_OPTIONS or len(text) > 100:
        return by_fold.get(unicodedata.normalize("NFKC", text[:100]).casefold())
    near = difflib.get_close_matches(unicodedata.normalize("NFKC", text).casefold(), by_fold, n=1, cutoff=0.5)
    return by_fold[near[0]] if near else None


def choice(text: str, options: Iterable[str], meant: str | None = None) -> tuple[str, str]:
    """The mend (Chinese, English) of a choice among options: what was expected, and the nearest of it."""
    known = tuple(options)
    if not known:
        return "这里还没有任何可选项", "there is none to choose from yet"
    near = meant or nearest(text, known)
    shown = [*known[:MOST_OPTIONS], "…"] if len(known) > MOST_OPTIONS else known
    zh, en = f"应为其中之一：{'、'.join(shown)}", f"expected one of: {', '.join(shown)}"
    return (f"{zh}\n是否想写：{near}", f"{en}\ndid you mean: {near}") if near else (zh, en)


def mistake(zh: str, en: str, mend: tuple[str, str] = ("", "")) -> PydanticCustomError:
    """An error for a validator to raise, which keeps both languages; ``mend`` is (Chinese, English)."""
    template = "{en}; {mend_en}" if mend[1] else "{en}"
    return PydanticCustomError("mistake", template, {"zh": zh, "en": en, "mend_zh": mend[0], "mend_en": mend[1]})
