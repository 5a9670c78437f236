"""The lines of a measure: each is one thing done to rows, or the verb that makes a number of them, or one thing done
to that number.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from ladders.model.windows import AWindow, Gap
from ladders.model.words import Accepted, Asked, Cell, Factor, Number, Part
from ladders.problems import choice, mistake, said

Key = str | tuple[str, ...]
"""What rows are grouped by: an attribute, ``kind``, ``member``, a period; or several of them together."""


def _keys(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


AKey = Annotated[Key, BeforeValidator(_keys, json_schema_input_type=str | list[str])]


def keys_of(key: Key) -> tuple[str, ...]:
    """The keys one by one."""
    return (key,) if isinstance(key, str) else key


class During(Part):
    """Lasting rows of a kind, or some of them: days in force of these are what is skipped."""

    evidence: str
    only: dict[str, Accepted] = Field(default_factory=dict)


class Within(Part):
    """Keep the rows whose day lies in the window.  A row whose span has the window's edge inside it is *unsure*.

    ``else`` is the window for a subject that lacks the day on which it begins.  ``skipping`` reaches further back: days
    on which these rows are in force do not count as days of the window, periods that they touch not as periods.
    """

    within: AWindow
    otherwise: AWindow | None = Field(default=None, alias="else")
    skipping: During | None = None


class InForce(Part):
    """Keep the lasting rows that are in force at some time in the window, and of them only that time."""

    during: AWindow
    otherwise: AWindow | None = Field(default=None, alias="else")


class Only(Part):
    """Keep the rows whose attributes are all among those accepted; a row without the attribute is not kept."""

    only: dict[str, Accepted] = Field(min_length=1)


class Except(Part):
    """Drop the rows whose attributes are all among those named."""

    except_: dict[str, Accepted] = Field(min_length=1, alias="except")


class Unused(Part):
    """Drop the rows that counted in an earlier grant of this ladder to this subject."""

    unused: Literal[True] = True


class Shift(Part):
    """Move an attribute along its ordered scale, ``by`` so many terms up (or down, below zero).

    ``beyond`` says what becomes of a row at the scale's end: it keeps the last term, or is dropped.
    """

    shift: str
    by: int
    beyond: Literal["keep", "drop"]
    where: dict[str, Accepted] = Field(default_factory=dict)
    """Only rows of which all this holds; all others stay as they are."""


class Worth(Part):
    """The amount of each row becomes this: a number, or the table's entry for the row."""

    worth: Asked


class Times(Part):
    """Each amount (after the verb: the number) times this."""

    times: Factor


class Join(Part):
    """Lasting rows become unbroken stretches: what overlaps or follows within so many days counts as one."""

    join: Gap


class LengthIn(Part):
    """The amount of each row becomes its completed length; of a row that does not last, the time since its day."""

    length: Literal["years", "months", "days"]


class BestPer(Part):
    """One row per key: the one of the highest amount; of equals the latest day, then the latest recorded.

    With ``by`` the one of the highest term of that ordered scale, of equals as before.  Rows without the key are each
    a group of their own.  ``work`` is the same work under several records.
    """

    best_per: AKey = Field(alias="best per")
    by: str | None = None


class LatestPer(Part):
    """One row per key: the one of the latest day; of equals the latest recorded."""

    latest_per: AKey = Field(alias="latest per")


class FirstPer(Part):
    """One row per key: the one of the first day; of equals the first recorded."""

    first_per: AKey = Field(alias="first per")


class Top(Part):
    """The so many rows of the highest amounts, of all or of each key; of equals the latest.

    ``by: day``: the so many latest rows, of one day those recorded last.
    """

    top: int = Field(ge=1)
    per: AKey | None = None
    by: Literal["amount", "day"] = "amount"


class SumPer(Part):
    """One row per key, its amount the sum over the key's rows."""

    sum_per: AKey = Field(alias="sum per")


class CountPer(Part):
    """One row per key, its amount the number of the key's rows."""

    count_per: AKey = Field(alias="count per")


class Runs(Part):
    """After a sum or a count per period: one row per unbroken run of periods, its amount how many they are."""

    runs: str


def _bands(value: Any) -> Any:
    if isinstance(value, tuple):
        return value
    if not isinstance(value, dict):
        raise mistake(
            f"“{said(value)}”不是分段",
            f'"{said(value)}" is no list of bands',
            ("应为 下限: 值，如 {2: 5, 3: 10}", "expected lower edge: value, as in {2: 5, 3: 10}"),
        )
    pairs = []
    for edge, worth in value.items():
        if not re.fullmatch(r"\d{1,9}(\.\d{1,6})?", str(edge)):
            raise mistake(
                f"“{edge}”不是分段的下限",
                f'"{edge}" is not the lower edge of a band',
                ("应为数字，如 3 或 6.5", "expected a number: 3 or 6.5"),
            )
        pairs.append((Decimal(str(edge)), worth))
    return tuple(sorted(pairs))


class Cap(Part):
    """No more than this: of each row's amount while there are rows, of the number after the verb."""

    cap: Asked


class Floor(Part):
    """No less than this: of each row's amount while there are rows, of the number after the verb."""

    floor: Asked


class Round(Part):
    """Each amount (after the verb: the number) rounded to a multiple of ``to``; nearest: a half goes up."""

    round: Literal["down", "up", "nearest"]
    to: Number = Field(default=Decimal(1), gt=0)


class Bands(Part):
    """Each amount (after the verb: the number) becomes the value of its band, by the bands' lower edges; below all: 0.

    ``{2: 5, 3: 10, 7: 30}``: 5 from 2 on, 10 from 3 on, 30 from 7 on.
    """

    bands: Annotated[
        tuple[tuple[Decimal, Cell], ...],
        Field(min_length=1),
        BeforeValidator(_bands, json_schema_input_type=dict[str, float]),
    ]

    @property
    def rising(self) -> bool:
        """Whether more is never worth less."""
        values = [Fraction(0), *(Fraction(value) for _, value in self.bands)]
        return values == sorted(values)


class NothingBelow(Part):
    """After the verb: a number below this is worth nothing, 0."""

    nothing_below: Asked = Field(alias="nothing below")


class RankPer(Part):
    """After the verb: the rank among the subjects who have the same attribute, 1 for the highest number."""

    rank_per: str = Field(alias="rank per")


class RankSharePer(Part):
    """After the verb: the rank among the subjects who have the same attribute, as a part of how many they are."""

    rank_share_per: str = Field(alias="rank share per")


class Distinct(Part):
    """The verb that counts how many different keys there are; rows without it count one each."""

    distinct: AKey


Verb = Literal["sum", "count", "mean", "best", "latest", "first"]
VERBS: tuple[str, ...] = ("sum", "count", "mean", "best", "latest", "first")


class Last(Part):
    """The verb that makes a number of the rows.

    ``sum`` and ``count`` over nothing are 0; ``mean``, ``best``, ``latest`` and ``first`` over nothing are unknown.
    """

    verb: Verb


LINE_KEYS = ("within", "during", "only", "except", "unused", "shift", "worth", "times", "join", "length", "best per",
             "latest per", "first per", "top", "sum per", "count per", "runs", "cap", "floor", "round", "bands",
             "nothing below", "rank per", "rank share per", "distinct")  # fmt: skip
AFTER_THE_VERB = ("cap", "floor", "times", "round", "bands", "nothing below", "rank per", "rank share per")


def _line(value: Any) -> Any:
    if isinstance(value, Last):
        return value
    word = next((str(key) for key in value), "") if isinstance(value, dict) else said(value)
    if word in VERBS and isinstance(value, str):
        return {"verb": value}
    if word in VERBS:
        zh, en = f"动词单独成行，后面不带冒号：{word}", f"a verb stands alone, without a colon: {word}"
    elif word == "else":
        zh, en = (
            "else 与 within 写在同一行：{within: since rung, else: last 3 years}",
            ("it stands in one line with within: {within: since rung, else: last 3 years}"),
        )
    elif word in LINE_KEYS:
        zh, en = f"这一行后面还要写内容，如 {word}: …", f"something must follow it: {word}: …"
    else:
        zh, en = choice(word, (*VERBS, *LINE_KEYS))
    raise mistake(f"“{word}”不能作为一行", f'"{word}" is not a line', (zh, en))


def _unused(value: Any) -> Any:
    return {"unused": True} if value == "unused" else value


def _line_tag(value: Any) -> str:
    if isinstance(value, Part):
        keys = [field.alias or name for name, field in type(value).model_fields.items()]
        return next((f"<{key}>" for key in keys if key in LINE_KEYS), "<verb>")
    if value == "unused":
        return "<unused>"
    if isinstance(value, dict):
        return next((f"<{key}>" for key in value if key in LINE_KEYS), "<verb>")
    return "<verb>"


# Tags stand in angle brackets so that `ladders.reading.loading` never takes one for a key of the file.
Line = Annotated[
    Annotated[Within, Tag("<within>")]
    | Annotated[InForce, Tag("<during>")]
    | Annotated[Only, Tag("<only>")]
    | Annotated[Except, Tag("<except>")]
    | Annotated[Unused, BeforeValidator(_unused, json_schema_input_type=Literal["unused"]), Tag("<unused>")]
    | Annotated[Shift, Tag("<shift>")]
    | Annotated[Worth, Tag("<worth>")]
    | Annotated[Times, Tag("<times>")]
    | Annotated[Join, Tag("<join>")]
    | Annotated[LengthIn, Tag("<length>")]
    | Annotated[BestPer, Tag("<best per>")]
    | Annotated[LatestPer, Tag("<latest per>")]
    | Annotated[FirstPer, Tag("<first per>")]
    | Annotated[Top, Tag("<top>")]
    | Annotated[SumPer, Tag("<sum per>")]
    | Annotated[CountPer, Tag("<count per>")]
    | Annotated[Runs, Tag("<runs>")]
    | Annotated[Cap, Tag("<cap>")]
    | Annotated[Floor, Tag("<floor>")]
    | Annotated[Round, Tag("<round>")]
    | Annotated[Bands, Tag("<bands>")]
    | Annotated[NothingBelow, Tag("<nothing below>")]
    | Annotated[RankPer, Tag("<rank per>")]
    | Annotated[RankSharePer, Tag("<rank share per>")]
    | Annotated[Distinct, Tag("<distinct>")]
    | Annotated[Last, BeforeValidator(_line, json_schema_input_type=Verb), Tag("<verb>")],
    Discriminator(_line_tag),
]
