"""What one part of a ladder file says of another: everything named exists, and every clause can be read one way.

Reads nodes, not the model, so that it speaks even where the shape of another part is wrong, and always with a line.
What the evidence catalogue and the graph have to say is in ``check``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ladders.problems import Problem
from ladders.reading.asking import COMPARISONS, ClauseRemarks
from ladders.reading.circles import DEEPEST, LARGEST, Named, circles, made_of, met, too_much
from ladders.reading.naming import UNITS, Under, sort_of
from ladders.reading.nodes import Node, Path
from ladders.reading.remarks import each, nested

__all__ = ["COMPARISONS", "check_references"]


def check_references(file: str, root: Node) -> list[tuple[Path, Problem]]:
    """Every problem of this sort, with its path."""
    check = _Check(file, root)
    check.ladder()
    return check.found


@dataclass
class _Check(ClauseRemarks):
    """Walks the file once, top to bottom; named lists and measures again for each step and subject that asks."""

    asked_already: set[tuple[str, str, Under | str | None]] = field(default_factory=set)

    def ladder(self) -> None:
        """The whole file."""
        root, who = self.root, self.root["subject"].text
        self.once(each(("rungs",), root["rungs"]), "级的代号", "rung id")
        self.declared()
        self.joining(who)
        for name, table in root["tables"].pairs.items():
            self.table(("tables", name), table)
        if not self.followed(made_of(root)) or not self.followed(met(root)):
            return  # what comes back to itself cannot be followed
        for name, route in root["routes"].pairs.items():
            self.route(("routes", name), route)
        for path, rung in each(("rungs",), root["rungs"]):
            self.cited(path, rung)
            removals = (*path, "removals")
            self.once(each(removals, rung["removals"]), "退出规则的代号", "removal id")
            for place, removal in each(removals, rung["removals"]):
                self.removal(place, removal, rung["id"].text)
            self.known((*path, "programme"), rung["programme"].text, root["programmes"].pairs, "培养工程", "programme")
        ways: dict[tuple[str | None, str], list[Node]] = {}
        for path, step in each(("steps",), root["steps"]):
            self.step(path, step, ways)
        self.entitlements()
        for path, one in each(("entitlements",), root["entitlements"]):
            for held in one["rung"].texts or (None,):
                under = Under(held, held, one.line, who)
                self.entry((*path, "amount"), one["amount"].text, path, under)
                self.clauses((*path, "clauses"), one["clauses"], under, basis=False)
        for name, measure in root["measures"].pairs.items():
            if not any(("measure", name) == asked[:2] for asked in self.asked_already):
                self.named_measure(name, measure, who)
        for name, listed in root["requirements"].pairs.items():
            if not any(("list", name) == asked[:2] for asked in self.asked_already):
                self.clauses(("requirements", name), listed, Under("", "", listed.line, who))

    def joining(self, who: str | None) -> None:
        """A rule on joining stands in a ladder of what people join."""
        self.cited(("joining",), self.root["joining"])
        if "joining" in self.root and sort_of(who) == UNITS:
            self.say(
                ("joining",),
                f"joining 是对加入工作室的人说的，只用于 subject: studio 或 person；本阶梯是 {who}",
                f"joining is about people who join a studio: for subject: studio or person; this ladder's is {who}",
                ("移到工作室的阶梯文件里", "move it to a ladder of studios"),
            )

    def followed(self, names: Mapping[str, Named]) -> bool:
        """Whether what refers to others can be followed to its end."""
        ways = list(circles(names))
        for names_on_the_way in ways:
            way = " → ".join(names_on_the_way)
            self.say(
                names[names_on_the_way[0]].path,
                f"循环引用：{way}",
                f"this comes back to itself: {way}",
                ("去掉其中一处", "take one of these away"),
            )
        large = [] if ways else list(too_much(names))
        for name in large[:1]:
            self.say(
                names[name].path,
                f"“{name}”引用得太深（最多 {DEEPEST} 层）或太多（最多 {LARGEST} 项）",
                f'"{name}" leads more than {DEEPEST} names deep, or to more than {LARGEST} things',
                ("写得直接一些", "write it in fewer steps"),
            )
        return not ways and not large

    def removal(self, path: Path, removal: Node, rung: str | None) -> None:
        """A removal: tables are looked up in the row of its rung; a demotion says where to."""
        demotes, to = removal["effect"].text == "demote", removal["to"].text
        if demotes and "to" not in removal:
            self.say(path, "没有写降到哪一级", "it does not say to which rung", ("加一行：to: …", "add: to: …"))
        elif "to" in removal and not demotes:
            self.say(
                (*path, "to"),
                "to 与 effect: demote 同用",
                "to goes with effect: demote",
                ("改为 effect: demote，或去掉 to", "write effect: demote, or take to away"),
            )
        elif self.known((*path, "to"), to, self.rungs, "级", "rung") and to == rung:
            self.say((*path, "to"), "降到的就是本级", "it is this rung itself", ("写另一级", "name another rung"))
        self.clauses((*path, "clauses"), removal["clauses"], Under(rung, rung, removal.line, self.root["subject"].text))

    def step(self, path: Path, step: Node, ways: dict[tuple[str | None, str], list[Node]]) -> None:
        """A step: its rungs and its route exist, it can be told from the others, its clauses hold together."""
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
        elif step["kind"].text == "lateral" and "from" not in step:
            self.say(
                (*path, "kind"),
                "平级转任（lateral）要写 from",
                "a lateral move leads from a rung",
                ("加一行：from: …", "add: from: …"),
            )
        if end is not None:
            self.ways(path, step, ways.setdefault((start, end), []))
        if "excuse" in step and step["trigger"].text != "duty":
            self.say(
                (*path, "excuse"),
                "excuse 与 trigger: duty 同用：没有申报义务，就不用免除",
                "excuse goes with trigger: duty: without a duty nobody needs one",
                ("加一行：trigger: duty；或去掉 excuse", "add: trigger: duty; or take excuse away"),
            )
        under = Under(end, start, step.line, self.root["subject"].text)
        self.clauses((*path, "clauses"), step["clauses"], under)
        self.clauses((*path, "excuse"), step["excuse"], under)
        both = [*nested((*path, "clauses"), step["clauses"]), *nested((*path, "excuse"), step["excuse"])]
        if step["excuse"].items:
            self.once(both, "条件的代号", "clause id")

    def ways(self, path: Path, step: Node, before: list[Node]) -> None:
        """Several steps between the same rungs are told apart by their ``way``."""
        way, first = step["way"].text, before[0] if before else None
        if first is not None and (way is None or way in [one["way"].text for one in before]):
            start, end = step["from"].text, step["to"].text
            self.say(
                (*path, "way") if way else path,
                f"已经有一个从 {start or '级外'} 到 {end} 的晋级（第 {first.line} 行）",
                f"there is a step from {start or 'outside'} to {end} already (line {first.line})",
                (
                    "各写一个名称区分，如 way: exception；或写成一个晋级里的 any 条件组",
                    "give each a name, such as way: exception; or write a group with any in one step",
                ),
            )
        elif first is not None and first["way"].text is None and "way" not in first:
            self.say(
                next(place for place, one in each(("steps",), self.root["steps"]) if one is first),
                f"从 {first['from'].text or '级外'} 到 {first['to'].text} 有几个晋级，这一个没有名称",
                f"there are several steps from {first['from'].text or 'outside'} to {first['to'].text}; "
                "this one has no name",
                ("加一行，如 way: usual", "add, for instance, way: usual"),
            )
        before.append(step)

    # --------------------------------------------------------------------------------------------- asked repeatedly

    def listed(self, name: str, clauses: Node, under: Under) -> None:
        """A named list under a step, once for each."""
        if ("list", name, under) not in self.asked_already:
            self.asked_already.add(("list", name, under))
            self.clauses(("requirements", name), clauses, under)

    def named_measure(self, name: str, measure: Node, who: str | None) -> None:
        """A named measure, asked of a sort of subject, once for each."""
        if ("measure", name, who) not in self.asked_already:
            self.asked_already.add(("measure", name, who))
            self.measure(("measures", name), measure, who)
