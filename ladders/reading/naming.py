"""Names that one part of a ladder file gives and others use: days, periods, attributes, tables with their rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from pydantic_core import PydanticCustomError

from ladders.model.ladder import BUILT_IN_DATES, BUILT_IN_PERIODS
from ladders.model.windows import Window, window_of
from ladders.model.words import entry
from ladders.problems import choice
from ladders.reading.nodes import Node, Path, where
from ladders.reading.remarks import Remarks

OWN = "own"
"""The table of a subject's own terms: ``own.NAME`` is its attribute of that name."""
ONE_OWN_DAY = ("birth", "service")
"""Days that every person has; all others a subject may lack."""
PEOPLE, GROUPS, UNITS = "person", "studio", "unit"


def sort_of(subject: str | None) -> str | None:
    """A subject of a ladder as a person, a group of persons or a unit."""
    if subject == "research group":  # a unit by its code, that people join
        return GROUPS
    return subject if subject in (None, PEOPLE, GROUPS) else UNITS


@dataclass(frozen=True)
class Under:
    """What a clause is asked under: a step's rungs (None: it has none there), its line in the file, and of whom."""

    to: str | None
    source: str | None
    line: int
    who: str | None

    @property
    def rungs(self) -> dict[str, str | None]:
        """The rungs by the keys that tables use."""
        return {"to": self.to, "from": self.source}


@lru_cache(maxsize=4096)
def window_in(text: str) -> Window | None:
    """The window that a text says, or None where it says none."""
    try:
        made: Any = window_of(text)
    except PydanticCustomError:
        return None
    return Window.model_validate(made)


class NameRemarks(Remarks):
    """Remarks on names, and on what is declared under them."""

    @property
    def rungs(self) -> list[str]:
        """The ids of the rungs."""
        return [one["id"].text or "" for one in self.root["rungs"].items]

    def declared(self) -> None:
        """The dates, attributes and periods of the file."""
        for name, date in self.root["dates"].pairs.items():
            self.name(("dates", name), name, r"[a-z][a-z0-9-]*", "titled", BUILT_IN_DATES)
            self.fixed((*("dates", name), "only"), date["only"])
        for name, attribute in self.root["attributes"].pairs.items():
            self.name(("attributes", name), name, r"[^\s.]+", "degree", ("to", "from", "kind", "member", "amount"))
            self.attribute(("attributes", name), attribute)
        for name, period in self.root["periods"].pairs.items():
            taken = (*BUILT_IN_PERIODS, "year", "day")
            self.name(
                ("periods", name), name, r"(?!full )[a-z][a-z0-9-]*( [a-z][a-z0-9-]*)*(?<!s)", "credit-cycle", taken
            )
            self.period(("periods", name), period)

    def name(self, path: Path, name: str, form: str, example: str, taken: tuple[str, ...]) -> None:
        """A name that can be used where names are, and is not one of the language's own."""
        if name in taken:
            self.say(
                path,
                f"“{name}”是语言里已有的词",
                f'"{name}" is a word of the language already',
                ("换一个名字", "give it another name"),
            )
        elif not re.fullmatch(form, name) or "  " in name:
            self.say(
                path,
                f"“{name}”不能作为名字",
                f'"{name}" cannot be a name here',
                (
                    f"用小写字母、数字和连字符，不以 s 结尾：{example}"
                    if path[0] == "periods"
                    else f"用小写字母、数字和连字符：{example}",
                    f"small letters, digits and hyphens, no s at the end: {example}"
                    if path[0] == "periods"
                    else f"small letters, digits and hyphens, no dot: {example}",
                ),
            )

    def fixed(self, path: Path, only: Node) -> None:
        """A filter of a date or an attribute, which belong to no step: it names terms, not entries of tables."""
        for key, accepted in only.pairs.items():
            if entry(accepted.text):
                self.say(
                    (*path, key),
                    "这里不属于任何晋级，不能查表",
                    "this belongs to no step: a table cannot be looked up here",
                    ("直接写取值", "write the terms themselves"),
                )

    def attribute(self, path: Path, attribute: Node) -> None:
        """An attribute: what is recorded of the subject, what it stated, or what the district has set."""
        given = self.one_of(
            path,
            attribute,
            ("evidence", "application", "setting"),
            "一个属性只有一个来历",
            "an attribute has one source",
        )
        if given == "evidence":
            self.one_of(path, attribute, ("highest", "latest"), "取哪一个", "which of several counts")
        elif given is not None:
            for key in ("highest", "latest", "only"):
                if key in attribute:
                    self.say(
                        (*path, key),
                        f"{key} 要与 evidence 同用",
                        f"{key} goes with evidence",
                        (f"去掉 {key}", f"take {key} away"),
                    )
        self.fixed((*path, "only"), attribute["only"])

    def period(self, path: Path, period: Node) -> None:
        """A period: so long each from a day on, or from day to day in order."""
        given = self.one_of(path, period, ("every", "starts"), "一种周期只有一种写法", "a period is said in one way")
        if given == "every" and "from" not in period:
            self.say(
                path,
                "没有写从哪天起",
                "it does not say from when",
                ('加 from: "2021-01-01"', 'add: from: "2021-01-01"'),
            )
        elif given == "starts" and "from" in period:
            self.say((*path, "from"), "from 与 every 同用", "from goes with every", ("去掉 from", "take from away"))
        start = period["from"].text
        if start is not None and not re.match(r"\d", start):
            self.date((*path, "from"), start)
        days = [one.text or "" for one in period["starts"].items]
        for number, (before, after) in enumerate(pairwise(days), 1):
            if after <= before:
                self.say(
                    (*path, "starts", number),
                    f"{after} 不在 {before} 之后",
                    f"{after} does not come after {before}",
                    ("从早到晚排列", "put the days in their order"),
                )

    # ---------------------------------------------------------------------------------------------- names in use

    def date(self, path: Path, name: str | None, who: str | None = None) -> bool:
        """A day of the subject's that there is."""
        if name == "birth" and sort_of(who) not in (None, PEOPLE):
            what = {"studio": ("工作室", "a studio")}.get(who or "", ("单位", f"a {who}"))
            self.say(path, f"{what[0]}没有出生日期", f"{what[1]} has no day of birth")
            return False
        names = (*BUILT_IN_DATES, *self.root["dates"].pairs)
        return self.known(path, name, names, "日期", "date")

    def period_named(self, path: Path, name: str | None, own: bool = True) -> None:
        """A period that there is; with ``own`` false not one that begins on a day of the subject's."""
        periods = self.root["periods"].pairs
        if not self.known(path, name, (*BUILT_IN_PERIODS, *periods), "周期", "period"):
            return
        start = periods[name]["from"].text if name in periods else None
        if not own and (name == "term year" or (start is not None and not re.match(r"\d", start))):
            self.say(
                path,
                f"“{name}”因人而异，不能作为基准日",
                f'"{name}" is another one for each subject: it cannot say the day',
                ("如 school year、calendar year", "for instance school year, calendar year"),
            )

    def window_at(self, path: Path, line: Node, key: str, who: str | None) -> Window | None:
        """The window under a key, with its names known; None where there is none, or where it cannot be read."""
        text = line[key].text
        window = window_in(text) if text is not None else None
        if window is None:
            return None
        if window.kind == "since":
            self.date((*path, key), window.since, who)
        elif window.kind == "periods":
            self.period_named((*path, key), window.period)
        return window

    # ----------------------------------------------------------------------------------------------------- tables

    def table(self, path: Path, table: Node) -> None:
        """A table: columns and keys once each, rows for rungs that exist, as long as the columns."""
        name = str(path[-1])
        if name == OWN or "." in name or " " in name:
            self.say(
                path,
                f"表名不能是“{name}”",
                f'a table cannot be called "{name}"',
                ("用一个词，不含点和空格", "one word without dot or blank; own is the subject itself"),
            )
        columns, keys = [one.text or "" for one in table["columns"].items], table["by"].texts
        for key, names, zh, en in (("columns", columns, "列", "column"), ("by", keys, "键", "key")):
            for one in sorted({one for one in names if names.count(one) > 1}):
                self.say((*path, key), f"{zh}“{one}”写了两次", f'the {en} "{one}" is there twice')
        for one in columns:
            if "." in one or " " in one:
                mended = one.replace(" ", "-").replace(".", "-")
                self.say(
                    (*path, "columns"),
                    f"列名“{one}”不能含点或空格",
                    f'the column name "{one}" cannot have a dot or a space',
                    (f"可写作：{mended}", f"write: {mended}"),
                )
        for row, cells in table["rows"].pairs.items():
            self.row((*path, "rows", row), row, cells, columns, keys)
        if "other" in table:
            self.row((*path, "other"), None, table["other"], columns, keys)

    def row(self, path: Path, row: str | None, cells: Node, columns: list[str], keys: list[str]) -> None:
        """A row: a term for each key, a cell for each column; ``other`` (None) has no name."""
        terms = [row] if len(keys) == 1 else (row or "").split(" ")
        if row is not None and len(terms) != len(keys) and keys:
            self.say(
                path,
                f"这个表按 {'、'.join(keys)} 查，行名“{row}”应有 {len(keys)} 个词",
                f'the table goes by {" and ".join(keys)}: the name "{row}" should have {len(keys)} words',
                (
                    f"如 {' '.join(f'〈{key}〉' for key in keys)}",
                    f"for instance: {' '.join(key.upper() for key in keys)}",
                ),
            )
        elif row is not None:
            for key, term in zip(keys, terms, strict=False):
                if key in ("to", "from"):
                    self.known(path, term, self.rungs, "级", "rung")
        if columns and isinstance(cells.value, list) and len(cells.items) != len(columns):
            self.say(
                path,
                f"数目不对：{len(columns)} 列，这一行有 {len(cells.items)} 个数",
                f"too {'few' if len(cells.items) < len(columns) else 'many'} numbers: "
                f"{len(cells.items)} for {len(columns)} columns",
                (f"每列一个数：{'、'.join(columns)}", f"one for each of: {', '.join(columns)}"),
            )

    def row_keys(self, asked: str | None) -> tuple[str, ...]:
        """The attributes of rows by which the table of an entry goes; none for what is no entry of a known table."""
        tables = self.root["tables"].pairs
        name = asked.partition(".")[0] if asked is not None and entry(asked) else ""
        keys = tables[name]["by"].texts if name in tables else []
        return tuple(key for key in keys if key not in ("to", "from", *self.root["attributes"].pairs))

    def entry(
        self, path: Path, asked: str | None, clause: Path, under: Under, rows: bool = False, terms: bool = False
    ) -> None:
        """``table.column`` is in the table, in a row for the step.

        ``rows``: it is asked of rows of evidence, so that the table may go by their attributes; ``terms``: a term may
        stand there, so that ``own.NAME`` may.
        """
        if asked is None or not entry(asked) or path in self.marked:
            return  # a number, or refused already
        name, column = asked.split(".")
        if name == OWN:
            self.own(path, column, terms)
            return
        tables = self.root["tables"].pairs
        if not self.known(path, name, tables, "表", "table"):
            return
        table = tables[name]
        columns = [one.text or "" for one in table["columns"].items]
        if not columns or not self.known(path, column, columns, f"列（表 {name}）", f"column of the table {name}"):
            return
        keys = table["by"].texts
        if not rows and (left := self.row_keys(asked)):
            self.say(
                path,
                f"表“{name}”按“{left[0]}”查，这是每条佐证的属性，这里没有佐证可查",
                f'the table "{name}" goes by "{left[0]}", which is of a row of evidence, and here are no rows',
                (
                    "这样的表用在动词之前的 worth、times、cap、floor、only、except；对象的属性先写进 attributes",
                    "such a table is for lines before the verb; what is of the subject is declared in attributes",
                ),
            )
            return
        for key in ("to", "from"):
            if key in keys and under.rungs[key] is None:
                self.say(
                    path,
                    f"表“{name}”按 {key} 查，而第 {under.line} 行的晋级没有 {key}",
                    f'the table "{name}" goes by {key}, and the step on line {under.line} has none',
                    ("表改为 by: to，或直接写数字", "let the table go by: to, or write a number")
                    if key == "from"
                    else ("直接写数字", "write a number"),
                )
                return
        self.row_for(path, name, table, clause, under)

    def row_for(self, path: Path, name: str, table: Node, clause: Path, under: Under) -> None:
        """A table has a row for the rungs of a step."""
        keys = table["by"].texts
        fixed = {number: under.rungs[key] for number, key in enumerate(keys) if key in ("to", "from")}
        if "other" in table or not fixed or not all(rung in self.rungs for rung in fixed.values()):
            return
        for row in table["rows"].pairs:
            terms = [row] if len(keys) == 1 else row.split(" ")
            if len(terms) == len(keys) and all(terms[number] == rung for number, rung in fixed.items()):
                return
        wanted = " ".join(fixed.get(number) or "…" for number in range(len(keys)))
        self.say(
            path,
            f"表“{name}”没有“{wanted}”这一行（{where(clause, self.root)} 要用）",
            f'the table "{name}" has no row "{wanted}" ({where(clause, self.root)} needs it)',
            (f"在表里加一行：{wanted}: […]", f"add to the table: {wanted}: […]"),
        )

    def own(self, path: Path, name: str, terms: bool) -> None:
        """The subject's own term, where a term may stand."""
        if terms:
            self.known(path, name, self.root["attributes"].pairs, "对象属性", "attribute of the subject")
        else:
            self.say(
                path,
                f"own.{name} 是对象自己的取值，不是数",
                f"own.{name} is a term of the subject's, not a number",
                (
                    f"用一个 by: {name} 的表：表名.列名",
                    f"use a table with by: {name}, as table.column",
                ),
            )

    def attribute_named(self, path: Path, name: str | None) -> None:
        """An attribute of the subject that is declared."""
        declared = self.root["attributes"].pairs
        if name is not None and name not in declared:
            self.say(
                path,
                f"没有名为“{name}”的对象属性",
                f'there is no attribute of the subject "{name}"',
                choice(name, declared)
                if declared
                else (f"在 attributes 里声明“{name}”", f'declare "{name}" in attributes'),
            )
