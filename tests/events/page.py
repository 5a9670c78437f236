"""The part of docs/log-format.md that is made from the code: every fact, its schema and its fields.

    python -m tests.events.page

writes it into the page; a test holds that the page has it.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime
from pydantic.fields import FieldInfo

from events.codec import personal_fields
from events.facts import FACTS, SELF, Fact, Value

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "log-format.md"
BEGIN, END = "<!-- facts: made by python -m tests.events.page -->\n", "<!-- facts: end -->\n"
PLAIN: dict[object, str] = {
    str: "text",
    int: "integer",
    bool: "true or false",
    date: "day",
    AwareDatetime: "instant",
    Decimal: "decimal",
}


def spelled(annotation: Any) -> str:
    """How the page names a type."""
    if annotation in PLAIN:
        return PLAIN[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        return " or ".join(spelled(one) for one in arguments if one is not type(None))
    if origin is Literal:
        return " / ".join("true" if one is True else f"`{one}`" for one in arguments)
    if origin is tuple:
        return f"list of {spelled(arguments[0])}"
    if origin is dict:
        return f"map of {spelled(arguments[1])}"
    assert issubclass(annotation, Value), f"say how {annotation} is named on the page"
    return f"[{annotation.__name__}](#{annotation.__name__.lower()})"


def values_of(kind: Any) -> Iterator[type[Value]]:
    """The values that a type holds, and those inside them."""
    if isinstance(kind, type) and issubclass(kind, Value):
        if not issubclass(kind, Fact):
            yield kind
        for field in kind.model_fields.values():
            yield from values_of(field.annotation)
    for argument in get_args(kind):
        yield from values_of(argument)


def _field(name: str, field: FieldInfo, owner: str | None, *, later: bool) -> str:
    optional = "?" if later or type(None) in get_args(field.annotation) else ""
    if owner:
        key = "of the stream's subject" if owner == SELF else f"of `{owner}`"
        return f"`{name}`{optional} **sealed** under the key {key}"
    return f"`{name}`{optional} {spelled(field.annotation)}"


def _fields(kind: type[Value], owners: dict[str, str]) -> str:
    later = getattr(kind, "LATER", ())
    fields = kind.model_fields.items()
    return "; ".join(_field(name, field, owners.get(name), later=name in later) for name, field in fields) or "none"


def made() -> str:
    """The part, as it should stand in the page."""
    facts = [f"| `{name}` | {fact.SCHEMA} | {_fields(fact, personal_fields(fact))} |" for name, fact in FACTS.items()]
    values = sorted({value for fact in FACTS.values() for value in values_of(fact)}, key=lambda value: value.__name__)
    lines = ["", "| stored name | schema | fields |", "|---|---|---|", *facts, "", "### Values inside facts", ""]
    for value in values:
        lines += [f"#### {value.__name__}", "", _fields(value, {}), ""]
    return "\n".join([*lines, ""])


def in_page() -> str:
    """The part, as it stands in the page."""
    return PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]


if __name__ == "__main__":
    text = PAGE.read_text("utf-8")
    head, tail = text.partition(BEGIN)[0], text.partition(END)[2]
    PAGE.write_text(head + BEGIN + made() + END + tail, "utf-8")
