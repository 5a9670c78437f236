"""The short phrases of a ladder file and their values: ``72``, ``1/3``, ``table.column``, ``district or better``,
``more than 1/2 of present``.

Each is a frozen value, an annotated type that reads it from text, and the JSON Schema that an editor shows for it.
Lengths of time and windows are in ``ladders.model.windows``.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag

from ladders.problems import mistake, said


class Part(BaseModel):
    """A part of a ladder file: frozen, and no key that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Text(Part):
    """A title in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


# -------------------------------------------------------------------------------------------------------- numbers


def plain(text: str) -> str:
    """Text without the traps of Chinese typing: full-width characters made narrow, single spaces, small letters."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _exact(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        narrow = plain(value) if isinstance(value, str) else ""
        bare = re.fullmatch(r"-?\d+(\.\d+)?", narrow)
        raise mistake(
            f"“{said(value)}”不是数字",
            f'"{said(value)}" is not a number',
            (f"去掉引号，用半角数字：{narrow}", f"write it without quotes, in plain digits: {narrow}")
            if bare
            else ("应为数字，如 72 或 6.5", "expected a number: 72 or 6.5"),
        )
    return Decimal(value)


_ENTRY = r"[^\s.]+\.[^\s.]+"
_FRACTION = r"\d{1,6}/[1-9]\d{0,5}"


def entry(value: object) -> bool:
    """Whether a text names an entry: ``table.column``, or ``own.attribute``."""
    return isinstance(value, str) and bool(re.fullmatch(_ENTRY, value)) and not re.fullmatch(r"[\d.]+", plain(value))


def _fraction(value: Any) -> Fraction | None:
    return Fraction(value) if isinstance(value, str) and re.fullmatch(_FRACTION, value) else None


def _asked(value: Any) -> Any:
    if isinstance(value, Fraction | Computed | dict) or entry(value):
        return value
    if (share := _fraction(value)) is not None:
        return share
    if isinstance(value, str) and not re.fullmatch(r"-?[\d.]+", plain(value)):
        raise mistake(
            f"“{said(value)}”既不是数字，也不是“表名.列名”",
            f'"{said(value)}" is neither a number nor an entry of a table',
            (
                "应为数字（72）、分数（1/3）或表中一项（rung.hours）",
                "expected a number (72), a fraction (1/3) or table.column (rung.hours)",
            ),
        )
    return _exact(value)


def _asked_tag(value: Any) -> str:
    if isinstance(value, dict | Computed):
        return "<computed>"
    if isinstance(value, Decimal):
        return "<number>"
    return "<fraction>" if isinstance(value, Fraction) else "<entry>"


def _factor(value: Any) -> Any:
    if isinstance(value, Fraction) or entry(value):
        return value
    share = _fraction(value)
    return Fraction(_exact(value)) if share is None else share


# What an editor's JSON Schema says of numbers ("number"); in the file they are read as exact decimals.
_NUMBER = Annotated[float, Field()]
_SHARE_TEXT = Annotated[str, Field(pattern=f"^{_FRACTION}$")]
_ENTRY_TEXT = Annotated[str, Field(pattern=f"^{_ENTRY}$")]
Number = Annotated[Decimal, BeforeValidator(_exact, json_schema_input_type=_NUMBER)]
Factor = Annotated[
    Fraction | str,
    BeforeValidator(_factor, json_schema_input_type=_NUMBER | _SHARE_TEXT | _ENTRY_TEXT),
]
"""What something is multiplied by: a number, a fraction ``1/3``, or an entry of a table."""


class Computed(Part):
    """A number made from a measure: its value times a factor, plus a number, rounded as stated or not at all."""

    measure: str
    times: Factor = Fraction(1)
    plus: Number = Decimal(0)
    round: Literal["up", "down"] | None = None


Asked = Annotated[
    Annotated[Decimal, Tag("<number>")]
    | Annotated[Fraction, Tag("<fraction>")]
    | Annotated[str, Tag("<entry>")]
    | Annotated[Computed, Tag("<computed>")],
    Discriminator(_asked_tag),
    BeforeValidator(_asked, json_schema_input_type=_NUMBER | _SHARE_TEXT | _ENTRY_TEXT | Computed),
]
"""A number, a fraction, ``table.column`` (the entry of a table), or a number computed from a measure."""


def _cell(value: Any) -> Any:
    if isinstance(value, Fraction):
        return value
    if (share := _fraction(value)) is not None:
        return share
    return value if isinstance(value, str) and not re.fullmatch(r"-?[\d.]+", plain(value)) else _exact(value)


Cell = Annotated[Decimal | Fraction | str, BeforeValidator(_cell, json_schema_input_type=_NUMBER | str)]
"""An entry of a table: a number, a fraction, or what may stand where the table is asked: a term, a window."""


# ------------------------------------------------------------------------------------------- terms and thresholds


class AtLeastLevel(Part):
    """``district or better``: this term of its scale, or a higher one."""

    term: str


class AtMostLevel(Part):
    """``district or worse``: this term of its scale, or a lower one."""

    term: str


class Lookup(Part):
    """``table.column``: what the entry says is accepted; ``own.attribute``: the subject's own term."""

    entry: str


class Bounds(Part):
    """Limits of an amount or of a number that a row carries; with ``of``, shares of another number of the row."""

    at_least: Asked | None = Field(default=None, alias="at least")
    at_most: Asked | None = Field(default=None, alias="at most")
    more_than: Asked | None = Field(default=None, alias="more than")
    less_than: Asked | None = Field(default=None, alias="less than")
    of: str | None = None

    @property
    def comparisons(self) -> tuple[tuple[str, Any], ...]:
        """The limits, by the key that the file uses."""
        pairs = (
            ("at least", self.at_least),
            ("at most", self.at_most),
            ("more than", self.more_than),
            ("less than", self.less_than),
        )
        return tuple((key, asked) for key, asked in pairs if asked is not None)


def accepted_of(value: Any) -> Any:
    """What a text, a list or a table's cell accepts; the error of ``Accepted`` where it accepts nothing."""
    if isinstance(value, AtLeastLevel | AtMostLevel | Lookup | Bounds):
        return value
    if isinstance(value, dict):
        return Bounds.model_validate(value)
    if isinstance(value, str) and value.endswith(" or better"):
        return AtLeastLevel(term=value.removesuffix(" or better").strip())
    if isinstance(value, str) and value.endswith(" or worse"):
        return AtMostLevel(term=value.removesuffix(" or worse").strip())
    if entry(value):
        return Lookup(entry=value)
    terms = (value,) if isinstance(value, str) else value
    if not isinstance(terms, list | tuple) or not terms or not all(isinstance(term, str) for term in terms):
        raise mistake(
            "这里要写可接受的取值",
            "the values that are accepted must stand here",
            (
                "写一个取值（district）、几个取值（[city, province]），或 district or better（及以上）",
                "one term (district), several ([city, province]), or: district or better",
            ),
        )
    better = next((term for term in terms if term.endswith((" or better", " or worse"))), None)
    if better and len(terms) > 1:
        raise mistake(
            f"“{better}”不能放在列表里",
            f'"{better}" cannot stand in a list',
            (f"单独写：{better}", f"write it alone: {better}"),
        )
    return tuple(terms)


def _accepted_tag(value: Any) -> str:
    return f"<{type(value).__name__.lower()}>"


Accepted = Annotated[
    Annotated[AtLeastLevel, Tag("<atleastlevel>")]
    | Annotated[AtMostLevel, Tag("<atmostlevel>")]
    | Annotated[Lookup, Tag("<lookup>")]
    | Annotated[Bounds, Tag("<bounds>")]
    | Annotated[tuple[str, ...], Tag("<tuple>")],
    Discriminator(_accepted_tag),
    BeforeValidator(accepted_of, json_schema_input_type=str | Annotated[list[str], Field(min_length=1)] | Bounds),
]


class Threshold(Part):
    """How many must be for it: ``more than 1/2 of present``, ``at least 2/3 of seats``."""

    strict: bool
    share: Fraction
    of: Literal["seats", "present"]

    def reached(self, votes: int, base: int) -> bool:
        """Whether so many votes of so many are enough, by cross-multiplication."""
        have, need = votes * self.share.denominator, base * self.share.numerator
        return have > need if self.strict else have >= need

    def __str__(self) -> str:
        return f"{'more than' if self.strict else 'at least'} {self.share} of {self.of}"


_SHARE = r"(more than|at least) ([1-9]\d{0,2})/([1-9]\d{0,2}) of (seats|present)"


def _threshold(value: Any) -> Any:
    if isinstance(value, Threshold):
        return value
    found = re.fullmatch(_SHARE, " ".join(value.split())) if isinstance(value, str) else None
    if not found:
        raise mistake(
            f"“{said(value)}”不是通过比例",
            f'"{said(value)}" is not a threshold',
            (
                "应为：more than 1/2 of present（到会过半）或 at least 2/3 of seats（全体三分之二以上）",
                "expected: more than 1/2 of present, at least 2/3 of seats",
            ),
        )
    strict, share = found[1] == "more than", Fraction(int(found[2]), int(found[3]))
    if share > 1 or (strict and share == 1):
        raise mistake(
            f"“{said(value)}”永远达不到",
            f'"{said(value)}" can never be reached',
            ("比例不能超过全部", "the share must leave a way to reach it"),
        )
    return {"strict": strict, "share": share, "of": found[4]}


AThreshold = Annotated[
    Threshold,
    BeforeValidator(_threshold, json_schema_input_type=Annotated[str, Field(pattern=f"^{_SHARE}$")]),
]
