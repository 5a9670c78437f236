"""The lines of a measure: each is one thing done to rows, or the verb that makes a number of them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from ladders.problems import choice, mistake, said
from ladders.words import Accepted, Asked, AWindow, Part


class Within(Part):
    """Keep the rows whose day lies in the window.  A row whose span has the window's edge inside it is *unsure*."""

    within: AWindow
    otherwise: AWindow | None = Field(default=None, alias="else")


class Only(Part):
    """Keep the rows whose attributes are all among those accepted; a row without the attribute is not kept."""

    only: dict[str, Accepted] = Field(min_length=1)


class Except(Part):
    """Drop the rows whose attributes are all among those named."""

    except_: dict[str, Accepted] = Field(min_length=1, alias="except")


class BestPer(Part):
    """One row per key: the one of the highest amount; of equals the latest day, then the latest recorded.

    Rows without the key are each a group of their own.  ``work`` is the same work under several records.
    """

    best_per: str = Field(alias="best per")


class LatestPer(Part):
    """One row per key: the one of the latest day; of equals the latest recorded."""

    latest_per: str = Field(alias="latest per")


class SumPer(Part):
    """One row per key, its amount the sum over the key's rows."""

    sum_per: str = Field(alias="sum per")


class CountPer(Part):
    """One row per key, its amount the number of the key's rows."""

    count_per: str = Field(alias="count per")


class Cap(Part):
    """No more than this: of each row's amount while there are rows, of the number after the verb."""

    cap: Asked


class Floor(Part):
    """No less than this: of each row's amount while there are rows, of the number after the verb."""

    floor: Asked


Verb = Literal["sum", "count", "mean", "best", "latest"]
VERBS: tuple[str, ...] = ("sum", "count", "mean", "best", "latest")


class Last(Part):
    """The verb that makes a number of the rows.

    ``sum`` and ``count`` over nothing are 0; ``mean``, ``best`` and ``latest`` over nothing are unknown.
    """

    verb: Verb


LINE_KEYS = ("within", "only", "except", "best per", "latest per", "sum per", "count per", "cap", "floor")


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


def _line_tag(value: Any) -> str:
    if isinstance(value, Part):
        keys = [field.alias or name for name, field in type(value).model_fields.items()]
        return next((f"<{key}>" for key in keys if key in LINE_KEYS), "<verb>")
    if isinstance(value, dict):
        return next((f"<{key}>" for key in value if key in LINE_KEYS), "<verb>")
    return "<verb>"


# Tags stand in angle brackets so that `ladders.loading` never takes one for a key of the file.
Line = Annotated[
    Annotated[Within, Tag("<within>")]
    | Annotated[Only, Tag("<only>")]
    | Annotated[Except, Tag("<except>")]
    | Annotated[BestPer, Tag("<best per>")]
    | Annotated[LatestPer, Tag("<latest per>")]
    | Annotated[SumPer, Tag("<sum per>")]
    | Annotated[CountPer, Tag("<count per>")]
    | Annotated[Cap, Tag("<cap>")]
    | Annotated[Floor, Tag("<floor>")]
    | Annotated[Last, BeforeValidator(_line, json_schema_input_type=Verb), Tag("<verb>")],
    Discriminator(_line_tag),
]


class Measure(Part):
    """Rows of one kind, and the lines that make a number of them.

    With ``through``, the rows of a group's members (or a mentor's mentees) count for the group (the mentor): those
    whose day lies inside the membership, once per group however often the member joined it.
    """

    evidence: str
    through: Literal["members", "mentees"] | None = None
    roles: tuple[str, ...] | None = Field(default=None, min_length=1)
    then: tuple[Line, ...] = Field(min_length=1)


class YearsSince(Part):
    """Completed years from the day on which service, life or the current rung began to the as-of day."""

    years_since: Literal["service", "birth", "rung"] = Field(alias="years since")
