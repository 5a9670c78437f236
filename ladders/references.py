"""What one part of a ladder file says of another: everything named exists, and every clause can be read one way.

Reads nodes, not the model, so that it speaks even where the shape of another part is wrong, and always with a line.
What the evidence catalogue and the graph have to say is in ``check``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import get_args

from events.facts import MemberJoined
from ladders.model import COMBINATIONS, LINE_KEYS, VERBS
from ladders.problems import Problem, choice
from ladders.source import Node, Path, where

COMPARISONS = ("at least", "at most", "more than", "less than")
SOURCES = ("measure", "evidence", "years since")
ROLES: tuple[str, ...] = get_args(MemberJoined.model_fields["role"].annotation)
LASTING = ("standing", "member", "mentee")
"""Kinds whose rows are in force from a day to a day."""

Place = tuple[Path, Node]


def check_references(file: str, root: Node) -> list[tuple[Path, Problem]]:
    """Every problem of this sort, with its path."""
    check = _Check(file, root)
    check.ladder()
    return check.found


def _each(path: Path, node: Node) -> Iterator[Place]:
    """The children of a list, each with its path."""
    for number, one in enumerate(node.items):
        yield (*path, number), one


@dataclass
class _Check:
    """Walks the file once, top to bottom."""

    file: str
    root: Node
    found: list[tuple[Path, Problem]] = field(default_factory=list)

    def say(self, path: Path, zh: str, en: str, mend: tuple[str, str] = ("", "")) -> None:
        """Take note of a problem at a place."""
        node, _ = self.root.at(path)
        self.found.append((path, Problem(self.file, node.line, where(path, self.root), zh, en, *mend)))

    def known(self, path: Path, name: str | None, names: Iterable[str], zh: str, en: str) -> bool:
        """Whether a name is among those declared; a problem where not."""
        options = tuple(names)
        if name is None or name in options:
            return name is not None
        self.say(path, f"没有名为“{name}”的{zh}", f'there is no {en} "{name}"', choice(name, options))
        return False

    def once(self, places: Iterable[Place], zh: str, en: str) -> None:
        """Each ``id`` only once."""
        first: dict[str, int] = {}
        for path, node in places:
            name = node["id"].text
            if name is None:
                continue
            if name in first:
                self.say(
                    (*path, "id"),
                    f"{zh}“{name}”已经用过（第 {first[name]} 行）",
                    f'the {en} "{name}" is used already (line {first[name]})',
                    ("换一个代号", "give it another id"),
                )
            else:
                first[name] = node["id"].line

    def ladder(self) -> None:
        """The whole file."""
        root = self.root
        self.rungs = [one["id"].text or "" for one in root["rungs"].items]
        self.once(_each(("rungs",), root["rungs"]), "级的代号", "rung id")
        for name, table in root["tables"].pairs.items():
            self.table(("tables", name), table)
        for name, measure in root["measures"].pairs.items():
            self.measure(("measures", name), measure)
        for name, route in root["routes"].pairs.items():
            stages = ("routes", name, "stages")
            self.once(_each(stages, route["stages"]), "环节的代号", "stage id")
            for path, stage in _each(stages, route["stages"]):
                self.stage(path, stage)
        ways: dict[tuple[str | None, str], int] = {}
        for path, step in _each(("steps",), root["steps"]):
            self.step(path, step, ways)

    def table(self, path: Path, table: Node) -> None:
        """A table: rows for rungs that exist, as long as the columns."""
        columns = table["columns"].texts
        for name in sorted({name for name in columns if columns.count(name) > 1}):
            self.say((*path, "columns"), f"列“{name}”写了两次", f'the column "{name}" is there twice')
        for name in columns:
            if "." in name or " " in name:
                self.say(
                    (*path, "columns"),
                    f"列名“{name}”不能含点或空格",
                    f'the column name "{name}" cannot have a dot or a space',
                    (
                        f"可写作：{name.replace(' ', '-').replace('.', '-')}",
                        f"write: {name.replace(' ', '-').replace('.', '-')}",
                    ),
                )
        for rung, row in table["rows"].pairs.items():
            place = (*path, "rows", rung)
            self.known(place, rung, self.rungs, "级", "rung")
            if columns and isinstance(row.value, list) and len(row.items) != len(columns):
                self.say(
                    place,
                    f"这一行有 {len(row.items)} 个数，表有 {len(columns)} 列",
                    f"this row has {len(row.items)} entries, the table {len(columns)} columns",
                    (f"每列一个数：{'、'.join(columns)}", f"one for each of: {', '.join(columns)}"),
                )

    def stage(self, path: Path, stage: Node) -> None:
        """A stage: its quorum can be reached."""
        seats, quorum = stage["seats"].value, stage["quorum"].value
        if isinstance(seats, list | dict | str) or isinstance(quorum, list | dict | str):
            return
        if quorum > seats:
            self.say(
                (*path, "quorum"),
                f"法定人数 {quorum} 多于席位 {seats}",
                f"the quorum of {quorum} is more than the {seats} seats",
                (f"至多为 {seats}", f"at most {seats}"),
            )

    # ------------------------------------------------------------------------------------------- steps and clauses

    def step(self, path: Path, step: Node, ways: dict[tuple[str | None, str], int]) -> None:
        """A step: its rungs and its route exist, it is the only one between them, its clauses hold together."""
        start, end = step["from"].text, step["to"].text
        self.known((*path, "from"), start, self.rungs, "级", "rung")
        self.known((*path, "to"), end, self.rungs, "级", "rung")
        self.known((*path, "route"), step["route"].text, self.root["routes"].pairs, "评审路线", "route")
        renewal = step["kind"].text == "renewal"
        if end is not None and renewal != (start == end):
            self.say(
                (*path, "kind") if renewal else (*path, "to"),
                "续任（renewal）是从一级到同一级" if renewal else "从一级到同一级是续任",
                "a renewal leads from a rung to the same rung" if renewal else "a step to the same rung is a renewal",
                (f"写 from: {end}", f"write from: {end}")
                if renewal
                else ("加一行：kind: renewal", "add: kind: renewal"),
            )
        if end is not None:
            first = ways.setdefault((start, end), step.line)
            if first != step.line:
                self.say(
                    path,
                    f"已经有一个从 {start or '级外'} 到 {end} 的晋级（第 {first} 行）",
                    f"there is a step from {start or 'outside'} to {end} already (line {first})",
                    ("两种途径写成一个晋级里的 any 条件组", "write two ways as a group with any in one step"),
                )
        clauses = list(self.clauses((*path, "clauses"), step["clauses"]))
        self.once(clauses, "条件的代号", "clause id")
        for place, top in _each((*path, "clauses"), step["clauses"]):
            if "basis" not in top and isinstance(top.value, dict):
                self.say(
                    place,
                    "没有写依据",
                    "it has no basis",
                    (
                        "加一行：basis: assumed，或 basis: {document: …, passage: …}",
                        "add: basis: assumed, or basis: {document: …, passage: …}",
                    ),
                )
        for place, clause in clauses:
            document = clause["basis"]["document"].text
            self.known((*place, "basis", "document"), document, self.root["documents"].pairs, "文件", "document")
            if any(key in clause for key in COMBINATIONS):
                self.group(place, clause)
            elif "holds" in clause:
                self.holds(place, clause)
            else:
                self.compare(place, clause, step)

    def clauses(self, path: Path, node: Node) -> Iterator[Place]:
        """The clauses of a list, with those inside groups."""
        for place, clause in _each(path, node):
            yield place, clause
            for key in COMBINATIONS:
                yield from self.clauses((*place, key), clause[key])

    def group(self, path: Path, clause: Node) -> None:
        """A group: one combination, and k of n where k can be reached."""
        given = [key for key in COMBINATIONS if key in clause]
        if len(given) > 1:
            self.say(
                path,
                f"一组条件只能有一种组合方式，这里有 {'、'.join(given)}",
                f"a group combines in one way; here are {' and '.join(given)}",
                ("组可以套组：里面的另写一条", "groups nest: make the other one a clause inside"),
            )
        elif given == ["of"] and "at least" not in clause:
            self.say(path, "of 没有写至少几项", "of does not say how many", ("加一行：at least: 2", "add: at least: 2"))
        elif given != ["of"] and "at least" in clause:
            self.say(
                (*path, "at least"),
                f"at least 只与 of 同用，这里是 {given[0]}",
                f"at least goes with of, not with {given[0]}",
                (f"把 {given[0]} 改为 of，或去掉 at least", f"write of instead of {given[0]}, or take at least away"),
            )
        least, options = clause["at least"].value, clause["of"].items
        if given == ["of"] and options and not isinstance(least, str | list | dict) and least > len(options):
            self.say(
                (*path, "at least"),
                f"共 {len(options)} 项，不可能满足 {least} 项",
                f"{least} of {len(options)} can never be met",
                (f"至多为 {len(options)}", f"at most {len(options)}"),
            )

    def holds(self, path: Path, clause: Node) -> None:
        """A held rung of this ladder exists."""
        if clause["ladder"].text in (None, self.root["id"].text):
            for number, rung in enumerate(clause["holds"].texts):
                self.known((*path, "holds", number), rung, self.rungs, "级", "rung")

    def compare(self, path: Path, clause: Node, step: Node) -> None:
        """A comparison: one thing measured, something to hold it against."""
        given = [key for key in SOURCES if key in clause]
        if len(given) != 1:
            say_zh, say_en = "、".join(given) or "没有", " and ".join(given) or "nothing"
            self.say(
                path,
                f"一个条件量一样东西，这里：{say_zh}",
                f"a clause measures one thing; here is {say_en}",
                (
                    "写 measure、evidence（加 then）、years since 中的一种；或 holds、all、any、none、of",
                    "write one of measure, evidence (with then), years since; or holds, all, any, none, of",
                ),
            )
        for key in ("then", "through", "roles"):
            if key in clause and "evidence" not in clause and len(given) == 1:
                self.say(
                    (*path, key),
                    f"{key} 要与 evidence 同用",
                    f"{key} goes with evidence",
                    ("写进 measures 里的那一项", "write it in the measure")
                    if "measure" in clause
                    else ("去掉它", "take it away"),
                )
        if not any(key in clause for key in COMPARISONS):
            self.say(
                path,
                "没有写要达到多少",
                "it does not say how much",
                ("加一行，如 at least: 3", f"add one of: {', '.join(COMPARISONS)}"),
            )
        name = clause["measure"].text
        self.known((*path, "measure"), name, self.root["measures"].pairs, "计量", "measure")
        if "evidence" in clause:
            self.measure(path, clause)
        if clause["years since"].text == "birth" and self.root["subject"].text == "studio":
            self.say((*path, "years since"), "工作室没有出生日期", "a studio has no day of birth")
        self.numbers(path, clause, step)

    # -------------------------------------------------------------------------------------------------- measures

    def measure(self, path: Path, measure: Node) -> None:
        """Rows of a kind: through whom, and lines that end in a number."""
        subject, through = self.root["subject"].text, measure["through"].text
        right = {"members": "studio", "mentees": "person"}.get(through or "")
        if right and subject in ("person", "studio") and subject != right:
            self.say(
                (*path, "through"),
                f"through: {through} 只用于 subject: {right}，本阶梯是 {subject}",
                f"through: {through} is for subject: {right}; this ladder's is {subject}",
            )
        for number, role in enumerate(measure["roles"].texts):
            self.known((*path, "roles", number), role, ROLES, "组内角色", "role")
        if "roles" in measure and through != "members":
            self.say(
                (*path, "roles"),
                "roles 要与 through: members 同用",
                "roles goes with through: members",
                ("加一行：through: members", "add: through: members"),
            )
        then = measure["then"]
        if "then" not in measure:
            self.say(
                path,
                "没有写怎样计算",
                "it does not say what to do with the rows",
                ("加一行，如 then: [within: last 3 years, count]", "add: then: [within: last 3 years, count]"),
            )
        elif then.items:
            self.lines((*path, "then"), then, measure["evidence"].text)

    def lines(self, path: Path, then: Node, kind: str | None) -> None:
        """The lines: rows in, rows out, a verb, then at most a cap and a floor."""
        places = list(_each(path, then))
        verbs = [place for place, line in places if line.text in VERBS]
        if not verbs and not any(line.refused for _, line in places):
            self.say(
                places[-1][0],
                "最后一行要算出一个数",
                "the lines must end in a number",
                choice("", VERBS),
            )
        for place, line in places:
            if verbs and place > verbs[0] and line.text in VERBS:
                self.say(place, "前面已经算出一个数", "a number was made already", ("留一个动词", "keep one verb"))
            elif verbs and place > verbs[0] and any(key in line for key in LINE_KEYS if key not in ("cap", "floor")):
                self.say(
                    place,
                    "算出数以后，只能再写 cap 或 floor",
                    "after the verb only cap and floor may follow",
                    ("把这一行移到动词之前", "move this line before the verb"),
                )
            if "within" in line:
                self.window(place, line, kind)

    def window(self, path: Path, line: Node, kind: str | None) -> None:
        """A window: what holds for a subject without a rung is said aloud."""
        window, other = line["within"].text or "", line["else"].text
        if window == "since rung" and "else" not in line:
            self.say(
                (*path, "within"),
                "还没有级的人，从哪天算起？",
                "it does not say what holds for someone who has no rung yet",
                (
                    "写作：{within: since rung, else: last 3 years}",
                    "write: {within: since rung, else: last 3 years}",
                ),
            )
        elif other is not None and not window.startswith("since "):
            self.say((*path, "else"), "else 只与 since 同用", "else goes with since", ("去掉 else", "take else away"))
        elif other is not None and other.startswith("since rung"):
            self.say(
                (*path, "else"),
                "else 里不能再写 since rung",
                "else cannot say since rung again",
                ("如 last 3 years", "for instance: last 3 years"),
            )
        for key in ("within", "else"):
            if line[key].text == "today" and kind is not None and kind not in LASTING:
                self.say(
                    (*path, key),
                    f"today 只用于有起止的记录：{'、'.join(LASTING)}",
                    f"today is for rows that last: {', '.join(LASTING)}",
                    ("如 last 3 years", "for instance: last 3 years"),
                )

    # --------------------------------------------------------------------------------------------------- numbers

    def numbers(self, path: Path, clause: Node, step: Node) -> None:
        """The numbers of a clause, and of the measure that it names, are found for its step."""
        for key in COMPARISONS:
            self.entry((*path, key), clause[key].text, path, step)
        self.caps((*path, "then"), clause["then"], path, step)
        name = clause["measure"].text
        if name in self.root["measures"].pairs:
            self.caps(("measures", name, "then"), self.root["measures"].pairs[name]["then"], path, step)

    def caps(self, path: Path, then: Node, clause: Path, step: Node) -> None:
        """The numbers in the lines."""
        for place, line in _each(path, then):
            for key in ("cap", "floor"):
                self.entry((*place, key), line[key].text, clause, step)

    def entry(self, path: Path, asked: str | None, clause: Path, step: Node) -> None:
        """``table.column`` is in the table, in the row of the step."""
        if asked is None or asked.count(".") != 1:
            return  # a number, or refused already
        name, column = asked.split(".")
        tables = self.root["tables"].pairs
        if any(one == path for one, _ in self.found) or not self.known(path, name, tables, "表", "table"):
            return
        table = tables[name]
        if not self.known(path, column, table["columns"].texts, f"列（表 {name}）", f"column of the table {name}"):
            return
        by = table["by"].text
        rung = step[by].text if by in ("to", "from") else None
        if by == "from" and "from" not in step:
            self.say(
                path,
                f"表“{name}”按 from 查，而第 {step.line} 行的晋级没有 from",
                f'the table "{name}" goes by from, and the step on line {step.line} has none',
                ("表改为 by: to，或直接写数字", "let the table go by: to, or write a number"),
            )
        elif rung in self.rungs and rung not in table["rows"].pairs:
            self.say(
                path,
                f"表“{name}”没有“{rung}”这一行（{where(clause, self.root)} 要用）",
                f'the table "{name}" has no row "{rung}" ({where(clause, self.root)} needs it)',
                (f"在表里加一行：{rung}: […]", f"add to the table: {rung}: […]"),
            )
