"""What the model finds wrong with the shape of a file, in the reader's words: a key misspelt, text for a number."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, Tag, ValidationError
from pydantic_core import ErrorDetails

from ladders.model.ladder import LINE_KEYS
from ladders.model.words import Bounds
from ladders.problems import Problem, choice, said
from ladders.reading.nodes import Node, Path, where
from ladders.reading.source import MOST_PROBLEMS

Loc = tuple[int | str, ...]
"""Where the model found an error: keys and numbers, and between them tags ``<so>`` and names of types."""
Mend = tuple[str, str]
"""What to do about it, in Chinese and English."""


def shape_problems(file: str, root: Node, kind: type[BaseModel], error: ValidationError) -> Iterator[Problem]:
    """Each error of the model in the reader's words, once; nothing of what the reader has been told already."""
    told: set[Path] = set()
    for one in error.errors(include_url=False):
        path, parts = _followed(kind, one["loc"])
        if _follows(one) or refused(root, path):
            continue
        if len(told) >= MOST_PROBLEMS:
            return
        if path != _plain(one["loc"]) and (path in told or _beside_the_point(one)):
            continue  # one of several types that might have stood there: to be told of one is enough
        told.add(path)
        node, _ = root.at(path)  # of a missing key: what should hold it
        zh, en, mend = _words(parts, one["loc"], path, one)
        place = where(path[:-1] if one["type"] == "missing" else path, root)
        yield Problem(file, node.line, place, zh, en, *mend)


def refused(root: Node, path: Path) -> bool:
    """Whether there is a problem already on the way to a place."""
    return any(root.at(path[:end])[0].refused for end in range(len(path) + 1))


def _follows(error: ErrorDetails) -> bool:
    """Whether an error only repeats others: a list of which no item was good is reported as too short as well."""
    if error["type"] != "too_short" or not isinstance(error["input"], list | tuple):
        return False
    return int(error["ctx"]["actual_length"]) < len(error["input"])


def _beside_the_point(error: ErrorDetails) -> bool:
    """Whether a type is complained of that nobody meant: text where there are keys, a list where there is a list."""
    if isinstance(error["input"], dict):
        return error["type"] in ("string_type", "tuple_type")
    return error["type"] == "string_type" and isinstance(error["input"], list | tuple)


# ------------------------------------------------------------------------------------------- along the model's types


def _plain(loc: Loc) -> Path:
    return tuple(key for key in loc if not str(key).startswith("<"))


def _followed(kind: type[BaseModel], loc: Loc) -> tuple[Path, tuple[type[BaseModel], ...]]:
    """The path in the file that an error's place is, and the parts of the model that its last key is looked for in."""
    here: list[Any] = [kind]
    path: list[int | str] = []
    holders = _models(here)
    for number, key in enumerate(loc):
        if str(key).startswith("<"):
            here = [one for part in here for one in _tagged(part, str(key))]
            continue
        holders = _models(here)
        inside = [one for part in here for one in _step(part, key)]
        if not inside and number and any(key == _name(one) for part in here for one in _choices(part)):
            here = [one for part in here for one in _choices(part) if key == _name(one)]
            continue
        path.append(key)
        here = inside
    return tuple(path), (Bounds,) if Bounds in holders else holders


def _bare(part: Any) -> Any:
    while get_origin(part) is Annotated:
        part = get_args(part)[0]
    return part


def _choices(part: Any) -> tuple[Any, ...]:
    """The types of a union, or the one type; ``Annotated`` is left on those of a union."""
    bare = _bare(part)
    if get_origin(bare) in (Union, types.UnionType):
        return tuple(one for inner in get_args(bare) for one in ((inner,) if _tags(inner) else _choices(inner)))
    return (bare,)


def _tags(part: Any) -> list[str]:
    return [one.tag for one in get_args(part)[1:] if isinstance(one, Tag)] if get_origin(part) is Annotated else []


def _tagged(part: Any, tag: str) -> Iterator[Any]:
    for one in _choices(part):
        if tag in _tags(one):
            yield from _choices(one)


def _name(part: Any) -> str:
    """A type as the model names it in the place of an error."""
    bare = _bare(part)
    return str(bare) if get_origin(bare) else getattr(bare, "__name__", "")


def _models(parts: list[Any]) -> tuple[type[BaseModel], ...]:
    bare = [_bare(one) for part in parts for one in _choices(part)]
    return tuple(one for one in bare if isinstance(one, type) and issubclass(one, BaseModel))


def _step(part: Any, key: int | str) -> Iterator[Any]:
    """The types of what stands under a key of a part, or at a number of it."""
    for choice_ in _choices(part):
        one = _bare(choice_)
        if isinstance(one, type) and issubclass(one, BaseModel):
            yield from (field.annotation for name, field in one.model_fields.items() if (field.alias or name) == key)
        elif get_origin(one) is dict and isinstance(key, str):
            yield get_args(one)[1]
        elif get_origin(one) in (tuple, list) and isinstance(key, int):
            yield from (inner for inner in get_args(one) if inner is not Ellipsis)


# ------------------------------------------------------------------------------------------------------- the words


def _words(parts: tuple[type[BaseModel], ...], loc: Loc, path: Path, error: ErrorDetails) -> tuple[str, str, Mend]:
    """What is wrong in Chinese and English, and the mend in both."""
    context: dict[str, Any] = error.get("ctx", {})
    value, key = said(error["input"]), str(path[-1]) if path else ""
    match error["type"]:
        case "mistake":
            return context["zh"], context["en"], (context["mend_zh"], context["mend_en"])
        case "missing" if isinstance(loc[-1], int):
            return "这里要写两项", "two are needed here", ("如 [60, 80]", "for instance [60, 80]")
        case "missing":
            return f"缺少“{key}”", f'"{key}" is missing', (f"补上一行：{key}: …", f"add a line: {key}: …")
        case "extra_forbidden" if str(loc[-2] if len(loc) > 1 else "").strip("<>") in LINE_KEYS:
            return (
                f"一行只做一件事，“{key}”是另一件",
                f'a line does one thing; "{key}" is another',
                (f"另起一行：- {key}: …", f"put it on a line of its own: - {key}: …"),
            )
        case "extra_forbidden":
            return f"这里没有“{key}”这一项", f'"{key}" is not known here', choice(key, _keys(parts))
        case "literal_error":
            options = [option.strip().strip("'") for option in _options(context["expected"])]
            return f"“{value}”不是可选的取值", f'"{value}" is not one of the choices', choice(value, options)
        case "string_type" | "string_sub_type":
            return (
                f"这里要写文字，写的是 {value}",
                f"text is expected, not {value}",
                (f'加引号："{value}"', f'put it in quotes: "{value}"')
                if not isinstance(error["input"], dict | list)
                else ("写成一行文字", "write a line of text"),
            )
        case "string_pattern_mismatch":
            return (
                f"“{value}”不能作为代号",
                f'"{value}" cannot be an id',
                (
                    "代号用小写字母开头，只含小写字母、数字和连字符，如 core-member",
                    "an id begins with a small letter and has small letters, digits and hyphens: core-member",
                ),
            )
        case "string_too_short":
            return "这里没有写文字", "nothing is written here", ("写上文字", "write some text")
        case "too_short" if (least := context["min_length"]) > 1:
            return f"这里至少要有 {least} 项", f"at least {least} are needed here", ("补上一项", "add one")
        case "too_short":
            return "这里至少要有一项", "at least one is needed here", ("补上一项", "add one")
        case "tuple_type" | "list_type":
            return (
                f"这里要写列表，写的是 {value}",
                f"a list is expected, not {value}",
                (f"用方括号：[{value}]，或每项一行并以“- ”开头", f"use brackets: [{value}], or a line with - for each"),
            )
        case "model_type" if key in ("title", "issuer", "body"):
            return (
                f"这里要写中英文两种，写的是 {value}",
                f"both languages are expected, not {value}",
                (f"写作：{{zh: {value}, en: …}}", f"write: {{zh: {value}, en: …}}"),
            )
        case "model_type" if key == "dispensation":
            return (
                f"“{value}”不是放宽的办法",
                f'"{value}" is nothing that a dispensation can do',
                ("写 waive（豁免），或 {down to: 60}", "write waive, or {down to: 60}"),
            )
        case "dict_type" | "model_type" | "model_attributes_type":
            return (
                f"这里要写若干“键: 值”，写的是 {value}",
                f"lines of key: value are expected, not {value}",
                ("照着现成的阶梯文件写", "see the same place in a shipped ladder"),
            )
        case "bool_type" | "bool_parsing":
            return (
                f"这里要写 true 或 false，写的是 {value}",
                f"true or false is expected, not {value}",
                ("", ""),
            )
        case "greater_than":
            return (
                f"{value} 太小",
                f"{value} is too small",
                (f"要大于 {context['gt']}", f"more than {context['gt']} is expected"),
            )
        case "greater_than_equal" | "less_than_equal":
            least = error["type"] == "greater_than_equal"
            edge = context["ge" if least else "le"]
            return (
                f"{value} 太{'小' if least else '大'}",
                f"{value} is too {'small' if least else 'large'}",
                (
                    f"{'至少' if least else '至多'}为 {edge}",
                    f"{'at least' if least else 'at most'} {edge} is expected",
                ),
            )
        case name if name.startswith("date_"):
            return f"“{value}”不是日期", f'"{value}" is not a day', ('写作："2026-08-31"', 'write: "2026-08-31"')
        case name if name.startswith(("int_", "decimal_")):
            return f"“{value}”不是整数", f'"{value}" is not a whole number', ("应为整数，如 7", "expected: 7")
        case _:
            return f"“{value}”不合要求（{error['msg']}）", f'"{value}": {error["msg"]}', ("", "")


def _keys(parts: tuple[type[BaseModel], ...]) -> tuple[str, ...]:
    """The keys that some parts know, each once."""
    fields = [(field.alias or name) for part in parts for name, field in part.model_fields.items()]
    return tuple(dict.fromkeys(fields))


def _options(expected: str) -> list[str]:
    """The choices in the model's own list of them: ``'a', 'b' or 'c'``."""
    return expected.replace(" or ", ", ").split(", ")
