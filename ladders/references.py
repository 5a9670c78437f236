"""What one part of a ladder file says of another: everything named exists, and every clause can be read one way.

Reads nodes, not the model, so that it speaks even where the shape of another part is wrong, and always with a line.
What the evidence catalogue and the graph have to say is in ``check``.
"""

from __future__ import annotations

from ladders.entitlement_remarks import EntitlementRemarks
from ladders.model import COMBINATIONS
from ladders.nodes import Node, Path, where
from ladders.problems import Problem
from ladders.remarks import each, nested

COMPARISONS = ("at least", "at most", "more than", "less than")
SOURCES = ("measure", "evidence", "years since")


def check_references(file: str, root: Node) -> list[tuple[Path, Problem]]:
    """Every problem of this sort, with its path."""
    check = _Check(file, root)
    check.ladder()
    return check.found


class _Check(EntitlementRemarks):
    """Walks the file once, top to bottom."""

    @property
    def rungs(self) -> list[str]:
        """The ids of the rungs."""
        return [one["id"].text or "" for one in self.root["rungs"].items]

    def ladder(self) -> None:
        """The whole file."""
        root = self.root
        self.once(each(("rungs",), root["rungs"]), "级的代号", "rung id")
        for name, table in root["tables"].pairs.items():
            self.table(("tables", name), table)
        for name, measure in root["measures"].pairs.items():
            self.measure(("measures", name), measure)
        for name, route in root["routes"].pairs.items():
            self.route(("routes", name), route)
        for path, rung in each(("rungs",), root["rungs"]):
            removals = (*path, "removals")
            self.once(each(removals, rung["removals"]), "退出规则的代号", "removal id")
            for place, removal in each(removals, rung["removals"]):
                # As the step that it is evaluated as: tables are looked up in the row of its rung.
                there = Node(rung.line, {"from": rung["id"], "to": rung["id"]})
                self.conditions(place, removal, there)
        ways: dict[tuple[str | None, str], int] = {}
        for path, step in each(("steps",), root["steps"]):
            self.step(path, step, ways)
        self.entitlements()
        for path, one in each(("entitlements",), root["entitlements"]):
            held = [Node(one.line, name) for name in one["rung"].texts]
            for there in [Node(one.line, {"from": name, "to": name}) for name in held] or [Node(one.line, {})]:
                self.conditions(path, one, there)
                self.entry((*path, "amount"), one["amount"].text, path, there)

    def table(self, path: Path, table: Node) -> None:
        """A table: rows for rungs that exist, as long as the columns."""
        columns = [one.text or "" for one in table["columns"].items]
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
                    f"数目不对：{len(columns)} 列，这一行有 {len(row.items)} 个数",
                    f"too {'few' if len(row.items) < len(columns) else 'many'} numbers: "
                    f"{len(row.items)} for {len(columns)} columns",
                    (f"每列一个数：{'、'.join(columns)}", f"one for each of: {', '.join(columns)}"),
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
        self.conditions(path, step, step)

    def conditions(self, path: Path, holder: Node, step: Node) -> None:
        """The clauses of a step or of a removal, whose rungs those of ``step`` are."""
        clauses = list(nested((*path, "clauses"), holder["clauses"]))
        self.once(clauses, "条件的代号", "clause id")
        for place, top in each((*path, "clauses"), holder["clauses"]):
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
        for place, line in each(path, then):
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
        columns = table["columns"].items
        if not columns or not self.known(
            path, column, [one.text or "" for one in columns], f"列（表 {name}）", f"column of the table {name}"
        ):
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
