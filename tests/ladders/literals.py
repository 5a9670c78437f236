"""Every literal of a ladder, changed one at a time: for tests that a change is heard, seen or felt."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from ladders.model.ladder import Compare, Day, Due, Ladder, Measure, Overdue, Part, SeatGroup, Span, Threshold, Window

Path = tuple[str | int, ...]
PHRASES = (Day, Due, Overdue, Span, Threshold, Window)
"""Parts that a file writes as one phrase: what they have besides is not for leaving out."""


def silent(part: Part) -> tuple[str, ...]:
    """Fields of a part that say nothing: they only tell things apart, or mean nothing beside what else is there."""
    match part:
        case Measure(through=None) | Compare(through=None):
            return "id", "across"
        case SeatGroup():
            return "id", "role"
        case Window(kind=kind):
            meant = {"last": "span", "next": "span", "since": "since", "dates": "first last", "entry": "entry"}
            kept = meant.get(kind, "period n full" if kind == "periods" else "").split()
            return tuple(name for name in Window.model_fields if name not in kept)
        case Overdue(then=then) if then != "extend":
            return "then", "days"
    return "id", "format"


def words_of(annotation: Any) -> tuple[Any, ...]:
    """What a field that takes one of a few words may be."""
    origin = get_origin(annotation)
    if origin is Literal:
        return get_args(annotation)
    if origin in (Annotated, Union, UnionType, tuple):
        return tuple(one for inner in get_args(annotation) for one in words_of(inner))
    return ()


def others(value: Any, words: tuple[Any, ...]) -> Iterator[Any]:
    """Other values that might stand in a literal's place."""
    if value in words:
        yield from (one for one in words if one != value)
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, int | Decimal | Fraction):
        yield value + 1
    elif isinstance(value, date):
        yield value + timedelta(days=1)
    elif isinstance(value, str):
        yield f"{value}x"


def with_other(part: Part, name: str, other: Any) -> Part:
    """A part with another value of a field, unchecked."""
    values = {field: getattr(part, field) for field in type(part).model_fields}
    return type(part).model_construct(**{**values, name: other})


def changed(value: Any, words: tuple[Any, ...] = (), path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """A part with one of its literals changed, left out or put elsewhere; the path to it, and the whole anew."""
    if isinstance(value, Part):
        for name, field in type(value).model_fields.items():
            if name in silent(value):
                continue
            inner = getattr(value, name)
            for at, other in changed(inner, words_of(field.annotation), (*path, name)):
                yield at, with_other(value, name, other)
            default = None if field.is_required() else field.get_default(call_default_factory=True)
            if not isinstance(value, PHRASES) and not field.is_required() and inner != default:
                yield (*path, name, "left out"), with_other(value, name, default)
    elif isinstance(value, dict):
        for key, inner in value.items():
            for at, other in changed(inner, (), (*path, key)):
                yield at, {**value, key: other}
            yield (*path, key, "left out"), {name: one for name, one in value.items() if name != key}
    elif isinstance(value, tuple):
        for place, inner in enumerate(value):
            for at, other in changed(inner, words, (*path, place)):
                yield at, (*value[:place], other, *value[place + 1 :])
            if len(value) > 1:
                yield (*path, place, "left out"), (*value[:place], *value[place + 1 :])
        if len(value) > 1 and value[::-1] != value:
            yield (*path, "turned round"), value[::-1]
    else:
        yield from ((path, other) for other in others(value, words))


def literals(ladder: Ladder) -> Iterator[tuple[Path, Ladder]]:
    """The ladder with one literal changed, for each of its literals; it may be one that no file could say."""
    yield from changed(ladder)
