"""YAML text to nodes that know their line, with YAML's traps refused aloud instead of guessed.

Read from the parser's events, so that nothing is resolved behind our back: a plain number becomes an exact
``Decimal`` of its text, ``true`` and ``false`` become booleans, everything else is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from ladders.problems import LadderError, Problem
from ladders.reading.nodes import Node, where

LARGEST = 1_000_000
DEEPEST = 40
MOST_NODES = 50_000
"""Values and keys; a long ladder has some ten thousand."""
MOST_PROBLEMS = 200
"""After so many nobody reads on."""

_INTEGER_OR_DECIMAL = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?", re.ASCII)
_ALMOST_A_NUMBER = re.compile(
    r"[-+]?(0[xXoObB][\dA-Fa-f_]+|\d[\d_]*(\.[\d_]*)?([eE][-+]?\d+)?|\.\d[\d_]*([eE][-+]?\d+)?)"
    r"|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
    re.ASCII,
)
_SWITCH = re.compile(r"yes|no|on|off|y|n", re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d\d?-\d\d?([Tt ].*)?", re.ASCII)
_MOST_DIGITS = 15
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
"""Characters that nobody sees, or that turn others round: controls, marks of direction, halves of characters."""

_POINT_AT_THE_BEGINNING = ("while scanning a simple key", "while parsing a flow", "while scanning a quoted")
_UNREADABLE = (
    ("could not find expected ':'", "冒号后面没有空格，或缺少冒号", "a colon, or the space after it, is missing"),
    ("expected ',' or ']'", "方括号没有配对", "a square bracket is not closed"),
    ("expected ',' or '}'", "花括号没有配对", "a curly bracket is not closed"),
    (
        "mapping values are not allowed",
        "这里不能再有冒号；文字里有冒号要加引号",
        "a second colon; put text with a colon in quotes",
    ),
    ("found unexpected end of stream", "引号没有配对", "a quote is not closed"),
    ("expected <block end>", "这一行没有与同级的行对齐", "this line is not aligned with the others"),
    ("found character", "不能用这个字符开头；文字加引号", "text cannot begin with this character; put it in quotes"),
)
"""How the parser begins to say it, and what people understand."""


@dataclass
class Reader:
    """Reads one file; gathers its problems as it goes."""

    file: str
    days: bool = False
    """Whether plain days are text: true where a file holds nothing else that looks like one."""
    again: tuple[str, str] = ("；重复使用的条件写进 measures 或 tables", ", or use measures and tables")
    """How such a file says a thing once that it means twice, if it can."""
    problems: list[Problem] = field(default_factory=list)
    opened: list[Node] = field(default_factory=list)
    """The mappings and lists around the place that is read, outermost first."""
    keys: list[tuple[str, int] | None] = field(default_factory=list)
    """For each of them, where it is a mapping, the key (and its line) that waits for its value."""
    spoilt: set[tuple[str, int]] = field(default_factory=set)
    """Keys that were refused, with their lines: of what stands under them nothing more is said."""
    nodes: int = 0
    line: int = 0
    """The line that was reached."""

    def refuse(self, line: int, zh: str, en: str, mend_zh: str = "", mend_en: str = "") -> None:
        """Take note of a problem."""
        path: list[str | int] = []
        for depth, (around, key) in enumerate(zip(self.opened, self.keys, strict=True), 1):
            if isinstance(around.value, list):  # the item being read is not in the innermost list yet
                path.append(len(around.value) - (depth < len(self.opened)))
            elif key:
                path.append(key[0])
        place = where(path, self.opened[0]) if self.opened else ""
        self.problems.append(Problem(self.file, line, place, zh, en, mend_zh, mend_en))
        if len(self.problems) >= MOST_PROBLEMS:
            raise LadderError(self.problems)

    def stop(self, line: int, zh: str, en: str, mend_zh: str = "", mend_en: str = "") -> LadderError:
        """The error after which nothing more can be read."""
        self.refuse(line, zh, en, mend_zh, mend_en)
        return LadderError(self.problems)

    def read(self, data: bytes) -> Node:
        """The root node; LadderError where the file cannot be read to its end."""
        text = self.decode(data)
        if not text.strip():
            raise self.stop(
                0,
                "文件是空的",
                "the file is empty",
                "从一个现成的阶梯文件开始改",
                "begin with a copy of a shipped ladder",
            )
        self.tabs(text)
        if hidden := _HIDDEN.search(text):
            raise self.unseen(text.count("\n", 0, hidden.start()) + 1, hidden[0])
        try:
            root = self.build(YAML(typ="safe", pure=True).parse(text))
        except MarkedYAMLError as error:
            begins = str(error.context).startswith(_POINT_AT_THE_BEGINNING)
            mark = (error.context_mark if begins else None) or error.problem_mark or error.context_mark
            raise self.unreadable(mark.line + 1 if mark else 0, error.problem or error.context or "") from None
        except YAMLError as error:  # a character that YAML does not allow
            place = getattr(error, "position", 0)
            raise self.unreadable(
                text.count("\n", 0, place) + 1,
                f"a character that a text file cannot hold ({error.reason})"
                if hasattr(error, "reason")
                else str(error),
            ) from None
        except (ValueError, OverflowError, IndexError) as error:  # an escape that is no character
            if isinstance(error, LadderError):
                raise
            raise self.unreadable(self.line, str(error)) from None
        if root is None:
            raise self.stop(0, "文件里只有注释", "there is nothing in the file but comments")
        return root

    def decode(self, data: bytes) -> str:
        """The file's text: UTF-8, with or without a byte order mark."""
        if len(data) > LARGEST:
            raise self.stop(
                0,
                f"文件有 {len(data):,} 字节，最多 {LARGEST:,} 字节",
                f"the file has {len(data):,} bytes; {LARGEST:,} are the most",
                "阶梯文件一般只有几十 KB，请确认没有选错文件",
                "a ladder has some ten thousand: is it the right file?",
            )
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise self.stop(
                data.count(b"\n", 0, error.start) + 1,
                "文件不是 UTF-8 编码",
                "the file is not UTF-8 text",
                "用编辑器“另存为”，编码选 UTF-8",
                'save it again with the encoding "UTF-8"',
            ) from None

    def tabs(self, text: str) -> None:
        """Refuse tabs at the beginning of a line: YAML does not count them as indentation."""
        for number, line in enumerate(text.splitlines(), 1):
            if "\t" in line[: len(line) - len(line.lstrip())]:
                raise self.stop(
                    number,
                    "行首用了制表符（Tab）",
                    "the line begins with a tab",
                    "行首缩进只能用空格",
                    "indent with spaces",
                )

    def unseen(self, line: int, character: str) -> LadderError:
        """The error for a character that nobody sees."""
        name = f"U+{ord(character):04X}"
        return self.stop(
            line,
            f"这里有看不见的字符 {name}",
            f"a character that cannot be seen stands here: {name}",
            "把这一行删掉重新输入，不要粘贴",
            "type the line again instead of pasting it",
        )

    def unreadable(self, line: int, why: str) -> LadderError:
        """The error for text that is not YAML."""
        zh, en = next((words for start, *words in _UNREADABLE if why.startswith(start)), (why, why))
        return self.stop(
            line,
            f"从这里起读不懂：{zh}",
            f"this cannot be read: {en}",
            "检查本行和上下各一行：冒号后要有空格；引号和括号要成对；同级的行要对齐",
            "look at this line and its neighbours: a space after each colon, quotes and brackets in pairs, "
            "lines of one level aligned",
        )

    def build(self, events: Iterator[Event]) -> Node | None:
        """The nodes of the one document."""
        root: Node | None = None
        opened, keys = self.opened, self.keys
        documents = 0
        for event in events:
            line = self.line = event.start_mark.line + 1
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self.stop(
                        line,
                        "一个文件里只能有一份内容",
                        "a second document begins here",
                        "去掉这一行“---”，或另存为一个文件",
                        'take the line "---" away, or make it a file of its own',
                    )
            elif isinstance(event, MappingEndEvent | SequenceEndEvent):
                opened.pop()
                keys.pop()
                if keys:
                    keys[-1] = None  # the value under that key is complete
            elif isinstance(event, NodeEvent):
                self.nodes += 1
                if self.nodes > MOST_NODES:
                    raise self.stop(
                        line,
                        f"内容太多，最多 {MOST_NODES:,} 项",
                        f"this holds more than {MOST_NODES:,} values and keys",
                        "请确认没有选错文件；不同的阶梯分成几个文件",
                        "is it the right file? ladders that differ are files of their own",
                    )
                if isinstance(event, ScalarEvent) and (hidden := _HIDDEN.search(event.value)):
                    raise self.unseen(line, hidden[0])
                if not opened:
                    node = root = self.node(event, line)
                elif isinstance(opened[-1].value, list):
                    node = self.node(event, line)
                    opened[-1].value.append(node)
                elif (key := keys[-1]) is None:
                    keys[-1] = self.key(event, line, opened[-1])
                    continue
                else:
                    node = self.node(event, key[1])
                    if isinstance(event, ScalarEvent | AliasEvent):
                        keys[-1] = None
                    if key in self.spoilt:
                        node.refused = True
                    if key[0] not in opened[-1].pairs:  # a duplicate was refused; the first one counts
                        opened[-1].pairs[key[0]] = node
                if isinstance(event, MappingStartEvent | SequenceStartEvent):
                    opened.append(node)
                    keys.append(None)
                    if len(opened) > DEEPEST:
                        raise self.stop(
                            line,
                            f"层次太深，最多 {DEEPEST} 层",
                            f"this is nested more than {DEEPEST} deep",
                        )
        return root

    def node(self, event: NodeEvent, line: int) -> Node:
        """The node that an event begins."""
        if isinstance(event, AliasEvent):
            self.refuse(
                line,
                f"这里用了引用 *{event.anchor}",
                f"an alias stands here: *{event.anchor}",
                f"把内容再写一遍{self.again[0]}；文字以 * 开头时加引号",
                f"write the content again{self.again[1]}; put text that begins with * in quotes",
            )
            return Node(line, "", refused=True)
        refused = self.decorated(event, line)
        if isinstance(event, MappingStartEvent):
            return Node(line, {}, refused)
        if isinstance(event, SequenceStartEvent):
            return Node(line, [], refused)
        assert isinstance(event, ScalarEvent)
        if event.style is not None:
            return Node(line, event.value, refused)
        return self.plain(event.value, line, refused)

    def decorated(self, event: NodeEvent, line: int) -> bool:
        """Whether the node bears an anchor or a tag, which are refused."""
        if event.anchor is not None:
            self.refuse(
                line,
                f"这里用了锚点 &{event.anchor}",
                f"an anchor stands here: &{event.anchor}",
                "去掉它；文字以 & 开头时加引号",
                "take it away, or put text that begins with & in quotes",
            )
        tag = getattr(event, "ctag", None) or getattr(event, "tag", None)
        if tag:
            self.refuse(
                line,
                f"这里用了标签 {tag}",
                f"a tag stands here: {tag}",
                "去掉它；文字以 ! 开头时加引号",
                "take it away, or put text that begins with ! in quotes",
            )
        return bool(tag) or event.anchor is not None

    def plain(self, text: str, line: int, refused: bool) -> Node:
        """The node of an unquoted scalar."""
        if text in ("true", "false"):
            return Node(line, text == "true", refused)
        if _INTEGER_OR_DECIMAL.fullmatch(text) and len(text.replace(".", "").lstrip("-")) <= _MOST_DIGITS:
            return Node(line, Decimal(text), refused)
        if text in ("", "~") or text.casefold() == "null":
            self.refuse(
                line,
                "这里没有写内容",
                "nothing is written here",
                "写上内容，或删掉这一行",
                "write something, or take the line away",
            )
        elif _SWITCH.fullmatch(text) or text.casefold() in ("true", "false"):
            truth = "true" if text.casefold() in ("yes", "on", "y", "true") else "false"
            self.refuse(
                line,
                f"{text} 有歧义：可能是“是/否”，也可能是文字",
                f"{text} may be text or a yes-or-no",
                f'是/否写作 {truth}；文字加引号："{text}"',
                f'write {truth}, or with quotes if it is text: "{text}"',
            )
        elif _DAY.fullmatch(text) and not self.days:
            self.refuse(
                line,
                f"日期 {text} 没有加引号",
                f"the day {text} is without quotes",
                f'写作："{text}"',
                f'write: "{text}"',
            )
        elif _ALMOST_A_NUMBER.fullmatch(text):
            self.refuse(
                line,
                f"{text} 不是普通写法的数字",
                f"{text} is not a number in plain digits",
                f'数字写作 72 或 6.5，最多 {_MOST_DIGITS} 位；文字加引号："{text}"',
                f'write numbers as 72 or 6.5, at most {_MOST_DIGITS} digits; or with quotes if it is text: "{text}"',
            )
        else:
            return Node(line, text, refused)
        return Node(line, text, refused=True)

    def key(self, event: NodeEvent, line: int, mapping: Node) -> tuple[str, int]:
        """The key that an event states, and its line."""
        if not isinstance(event, ScalarEvent):
            raise self.stop(
                line, "键必须是一个词", "a key must be a word", "检查括号和冒号", "look at the brackets and colons"
            )
        self.decorated(event, line)
        text = event.value
        if text == "<<":
            self.refuse(line, "不能用 << 合并", "<< merges are not used here", "把内容写出来", "write the content out")
            mapping.refused = True
        elif event.style is None and (_SWITCH.fullmatch(text) or text.casefold() in ("true", "false", "null", "", "~")):
            self.refuse(
                line,
                f"键 {text} 有歧义" if text else "冒号前没有写键",
                f"the key {text} may be a yes-or-no" if text else "no key stands before the colon",
                f'加引号："{text}"',
                f'put it in quotes: "{text}"',
            )
            self.spoilt.add((text, line))
        elif text in mapping.pairs:
            self.refuse(
                line,
                f"“{text}”写了两次（第一次在第 {mapping.pairs[text].line} 行）",
                f'"{text}" is written twice (first on line {mapping.pairs[text].line})',
                "留下一处，删掉另一处",
                "keep one of them",
            )
        return text, line


def value_of(data: bytes, key: str) -> str:
    """What a file that was read before says under a key of its outermost mapping; it is read no further than there.

    KeyError where there is no text under such a key.
    """
    depth, waiting = 0, ""
    for event in YAML(typ="safe", pure=True).parse(data.decode("utf-8-sig")):
        if isinstance(event, MappingStartEvent | SequenceStartEvent):
            depth += 1
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            depth -= 1
            waiting = ""
        elif isinstance(event, ScalarEvent) and depth == 1:
            if waiting == key:
                return str(event.value)
            waiting = "" if waiting else str(event.value)
    raise KeyError(key)
