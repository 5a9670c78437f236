"""Files to values: YAML to a ladder or an evidence catalogue, or everything that is wrong with it, each with its line.

Three passes, whose problems are gathered before any is raised: the text (``source``), the shape (the model's own
validation, translated here), and what one part says of another (``references``).
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from events.facts import AmountOf, Catalogue, Kind, Scale, Term
from ladders import lines, model, review
from ladders.kinds import check_catalogue
from ladders.nodes import Node, Path, where
from ladders.problems import LadderError, Problem, choice, said
from ladders.references import check_references
from ladders.source import Reader

__all__ = ["LadderError", "Lines", "Problem", "load", "load_catalogue", "read", "shipped", "shipped_ladders"]


@dataclass(frozen=True)
class Lines:
    """Where each part of a file stands."""

    file: str
    root: Node

    def problem(self, path: Path, zh: str, en: str, mend: tuple[str, str] = ("", ""), level: Any = "error") -> Problem:
        """A problem at a place of the file; ``mend`` is (Chinese, English)."""
        node, _ = self.root.at(path)
        return Problem(self.file, node.line, where(path, self.root), zh, en, *mend, level=level)


NO_LINES = Lines("", Node(0, {}))
"""For a ladder whose file is not at hand: problems then name places without lines."""


def load(data: bytes, name: str) -> model.Ladder:
    """The ladder in a file's bytes; LadderError with every problem of the file, which is called ``name`` in them."""
    return read(data, name)[0]


def read(data: bytes, name: str) -> tuple[model.Ladder, Lines]:
    """The ladder and where its parts stand; LadderError as ``load``."""
    reader = Reader(name)
    root = reader.read(data)
    found = validated(model.Ladder, root, reader)
    refuse_if(reader.problems + _unless_refused(root, check_references(name, root)))
    assert isinstance(found, model.Ladder)
    return found, Lines(name, root)


def load_catalogue(data: bytes, name: str) -> Catalogue:
    """The evidence catalogue in a file's bytes; LadderError with every problem of the file."""
    reader = Reader(name)
    root = reader.read(data)
    found = validated(Catalogue, root, reader)
    refuse_if(reader.problems + _unless_refused(root, list(check_catalogue(name, root))))
    assert isinstance(found, Catalogue)
    return found


def shipped(name: str) -> bytes:
    """The bytes of a file that comes with the product, by its name (``erqi-teacher.yaml``); FileNotFoundError."""
    return files("ladders").joinpath(name).read_bytes()


def shipped_ladders() -> tuple[str, ...]:
    """The names of the ladder files that come with the product."""
    names = (one.name for one in files("ladders").iterdir())
    return tuple(sorted(name for name in names if name.endswith(".yaml") and name != "catalogue.yaml"))


# ------------------------------------------------------------------------------- the shape, in the reader's words


def refuse_if(problems: list[Problem]) -> None:
    """Raise LadderError with the problems, if there are any."""
    if problems:
        raise LadderError(dict.fromkeys(problems))


def validated(kind: type[BaseModel], root: Node, reader: Reader) -> BaseModel | None:
    """The value of a file, or None; its problems go to the reader's."""
    try:
        return kind.model_validate(root.plain(), by_alias=True, by_name=False)
    except ValidationError as error:
        shape = [_problem(reader.file, root, kind, one) for one in error.errors(include_url=False) if not _follows(one)]
        reader.problems.extend(one for one in shape if one is not None)
        return None


def _follows(error: ErrorDetails) -> bool:
    """Whether an error only repeats others: a list of which no item was good is reported as too short as well."""
    return error["type"] == "too_short" and isinstance(error["input"], list) and len(error["input"]) > 0


def _refused(root: Node, path: Path) -> bool:
    """Whether there is a problem already on the way to a place."""
    return any(root.at(path[:end])[0].refused for end in range(len(path) + 1))


_PARTS: dict[str, type[BaseModel]] = {
    "documents": model.Document,
    "tables": model.Table,
    "measures": model.Measure,
    "routes": model.Route,
    "rungs": model.Rung,
    "steps": model.Step,
    "stages": model.Stage,
    "seats": model.SeatGroup,
    "items": model.SheetItem,
    "removals": model.Removal,
    "composition": review.Composition,
    "grades": review.Grade,
    "entitlements": model.Entitlement,
    "scales": Scale,
    "kinds": Kind,
    "terms": Term,
}
"""The parts of a file by the key that holds several of them."""
_SINGLE: dict[str, type[BaseModel]] = {
    "title": model.Text,
    "issuer": model.Text,
    "body": model.Text,
    "amount": AmountOf,
    "sheet": model.Sheet,
    "places": model.Places,
    "nomination": review.Nomination,
    "rounds": review.Rounds,
    "grades": review.Grades,
}
_TAGGED: dict[str, type[BaseModel]] = {
    "<compare>": model.Compare,
    "<holds>": model.Holds,
    "<group>": model.Group,
    "<passage>": model.Passage,
    "<within>": lines.Within,
}


def _keys(kind: type[BaseModel], loc: tuple[int | str, ...]) -> tuple[str, ...]:
    """The keys that are known at a place, where an unknown one was found."""
    part = kind
    loc = tuple(key for key in loc if not str(key).startswith("<") or key in _TAGGED)
    if len(loc) > 1:
        last, before = loc[-2], loc[-3] if len(loc) > 2 else ""
        part = _TAGGED.get(str(last)) or _PARTS.get(str(before)) or _SINGLE.get(str(last)) or kind
    return tuple(field.alias or name for name, field in part.model_fields.items())


def _problem(file: str, root: Node, kind: type[BaseModel], error: ErrorDetails) -> Problem | None:
    """An error of the model in the reader's words, or None where the reader has been told already."""
    loc = error["loc"]
    path: Path = tuple(key for key in loc if not str(key).startswith("<"))
    if _refused(root, path):
        return None
    node, _ = root.at(path)  # of a missing key: what should hold it
    zh, en, mend = _words(kind, loc, path, error)
    return Problem(file, node.line, where(path[:-1] if error["type"] == "missing" else path, root), zh, en, *mend)


def _words(
    kind: type[BaseModel], loc: tuple[int | str, ...], path: Path, error: ErrorDetails
) -> tuple[str, str, tuple[str, str]]:
    """What is wrong in Chinese and English, and the mend in both."""
    context: dict[str, Any] = error.get("ctx", {})
    value, key = said(error["input"]), str(path[-1]) if path else ""
    match error["type"]:
        case "mistake":
            return context["zh"], context["en"], (context["mend_zh"], context["mend_en"])
        case "missing":
            return f"缺少“{key}”", f'"{key}" is missing', (f"补上一行：{key}: …", f"add a line: {key}: …")
        case "extra_forbidden" if str(loc[-2] if len(loc) > 1 else "").strip("<>") in model.LINE_KEYS:
            return (
                f"一行只做一件事，“{key}”是另一件",
                f'a line does one thing; "{key}" is another',
                (f"另起一行：- {key}: …", f"put it on a line of its own: - {key}: …"),
            )
        case "extra_forbidden":
            return f"这里没有“{key}”这一项", f'"{key}" is not known here', choice(key, _keys(kind, loc))
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
        case name if name.startswith(("int_", "decimal_")):
            return f"“{value}”不是整数", f'"{value}" is not a whole number', ("应为整数，如 7", "expected: 7")
        case _:
            return f"“{value}”不合要求（{error['msg']}）", f'"{value}": {error["msg"]}', ("", "")


def _options(expected: str) -> list[str]:
    """The choices in the model's own list of them: ``'a', 'b' or 'c'``."""
    return expected.replace(" or ", ", ").split(", ")


def _unless_refused(root: Node, found: list[tuple[Path, Problem]]) -> list[Problem]:
    """The problems at places of which nobody complained yet."""
    return [problem for path, problem in found if not _refused(root, path)]
