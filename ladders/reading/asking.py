"""Whether each clause asks what can be asked: what is measured, of whom, against what; and how clauses combine."""

from __future__ import annotations

from abc import ABC, abstractmethod

from ladders.model.ladder import COMBINATIONS
from ladders.model.words import entry
from ladders.reading.entitlement_remarks import EntitlementRemarks
from ladders.reading.measure_remarks import parts_in
from ladders.reading.naming import Under
from ladders.reading.nodes import Node, Path
from ladders.reading.remarks import each, nested

COMPARISONS = ("at least", "at most", "more than", "less than", "between", "equals")
SOURCES = ("measure", "evidence", "years since", "move")
OTHERS = ("holds", "is", "asked of", "meets", *COMBINATIONS)
"""What a clause may have instead."""
WITH_EVIDENCE = ("then", "through", "roles", "across", "unit")


class ClauseRemarks(EntitlementRemarks, ABC):
    """Remarks on clauses."""

    def clauses(self, path: Path, holder: Node, under: Under, basis: bool = True) -> None:
        """A list of clauses: ids once, a basis each, and each clause by itself."""
        self.once(nested(path, holder), "条件的代号", "clause id")
        for place, top in each(path, holder):
            if basis and "basis" not in top and isinstance(top.value, dict):
                self.say(
                    place,
                    "没有写依据",
                    "it has no basis",
                    (
                        "加一行：basis: assumed，或 basis: {document: …, passage: …}",
                        "add: basis: assumed, or basis: {document: …, passage: …}",
                    ),
                )
            self.clause(place, top, under)

    def clause(self, path: Path, clause: Node, under: Under) -> None:
        """A clause with all inside it and beside it."""
        document = clause["basis"]["document"].text
        self.known((*path, "basis", "document"), document, self.root["documents"].pairs, "文件", "document")
        due = clause["due"].text or ""
        if " after " in due:
            self.date((*path, "due"), due.rpartition(" ")[2], under.who)
        self.dispensation(path, clause)
        for key in ("when", "unless"):
            if key in clause:
                self.clause((*path, key), clause[key], under)
        if "asked of" in clause or "each" in clause:
            self.asked_of(path, clause, under)
        elif any(key in clause for key in COMBINATIONS):
            self.group(path, clause)
            for key in COMBINATIONS:
                for place, one in each((*path, key), clause[key]):
                    self.clause(place, one, under)
            if clause["one item serves once"].value is True:
                self.no_ranks(path, clause)
        elif "holds" in clause or "has held" in clause:
            self.holds(path, clause)
        elif "is" in clause:
            self.is_(path, clause)
        elif "meets" in clause:
            self.meets(path, clause, under)
        else:
            self.compare(path, clause, under)

    def dispensation(self, path: Path, clause: Node) -> None:
        """What a dispensation may do: waive the clause, or lower its one number."""
        allowed = clause["dispensation"]
        if "dispensation" not in clause or allowed.text is not None:
            return
        if isinstance(allowed.value, dict) and not allowed.pairs:
            self.say(
                (*path, "dispensation"),
                "没有写可以豁免还是可以降低",
                "it does not say what a dispensation may do",
                ("写 waive（豁免），或 {down to: 60}", "write waive, or {down to: 60}"),
            )
        elif "down to" in allowed and [key for key in COMPARISONS if key in clause] != ["at least"]:
            self.say(
                (*path, "dispensation"),
                "down to 降低的是 at least 的数，这里没有（或不止）这一个数",
                "down to lowers the number of at least, and here is none, or more than that",
                ("改为 dispensation: waive", "write dispensation: waive"),
            )

    # ------------------------------------------------------------------------------------------------ combinations

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
        options = clause["of"].items
        binding = sum(one["strength"].text != "advisory" for one in options)
        least = clause["at least"].value
        if given == ["of"] and options and not isinstance(least, str | list | dict) and least > binding:
            self.say(
                (*path, "at least"),
                f"共 {binding} 项，不可能满足 {least} 项",
                f"{least} of {binding} can never be met",
                (f"至多为 {binding}", f"at most {binding}"),
            )

    def no_ranks(self, path: Path, clause: Node) -> None:
        """Where one item serves once there is no rank: what others have left is another question for each."""
        for key in COMBINATIONS:
            for place, one in nested((*path, key), clause[key]):
                name = one["measure"].text
                for line in (*one["then"].items, *self.root["measures"][name or ""]["then"].items):
                    if {"rank per", "rank share per"} & set(line.pairs):
                        self.say(
                            place,
                            "one item serves once 的组里不能有排名",
                            "a rank cannot stand where one item serves once",
                            ("把这一条移到组外", "move this clause out of the group"),
                        )

    def asked_of(self, path: Path, clause: Node, under: Under) -> None:
        """A clause asked of others: of whom, what, and of how many of them."""
        sort = self.related(path, clause, "asked of", under.who)
        if "each" in clause:
            self.clause((*path, "each"), clause["each"], Under(under.to, under.source, under.line, sort))
        limits = [key for key in ("at least", "at most") if key in clause]
        if not limits:
            self.say(
                path,
                "没有写其中多少要满足",
                "it does not say how many of them must meet it",
                ("加一行，如 at least: all", "add: at least: all (or 2, or 2/3)"),
            )
        elif len({clause[key].text is None for key in limits}) > 1:
            self.say(
                (*path, limits[1]),
                "一个写人数，一个写比例，不能同用",
                "one is a number of them and the other a share",
                ("都写人数，或都写比例（all 是全部）", "let both be numbers, or both shares (all is the whole)"),
            )

    def meets(self, path: Path, clause: Node, under: Under) -> None:
        """A named list of clauses, or what another rung requires."""
        if "to" in clause["meets"]:
            self.known((*path, "meets", "to"), clause["meets"]["to"].text, self.rungs, "级", "rung")
            if "to" in clause:
                self.say(
                    (*path, "to"),
                    "to 与 meets: 名称 同用；级已经写在 meets 里",
                    "to goes with the name of a list; the rung stands in meets already",
                    ("去掉这一行", "take this line away"),
                )
            return
        name, to = clause["meets"].text, clause["to"].text
        lists = self.root["requirements"].pairs
        if (
            not self.known((*path, "meets"), name, lists, "条件组（requirements）", "list of requirements")
            or name is None
        ):
            return
        if entry(to):
            self.entry((*path, "to"), to, path, under)
            to = None  # which rung it is depends on the step; `ladders.checking.against` looks it up
        else:
            self.known((*path, "to"), to, self.rungs, "级", "rung")
            to = to if "to" in clause else under.to
        self.listed(name, lists[name], Under(to, under.source, under.line, under.who))

    @abstractmethod
    def listed(self, name: str, clauses: Node, under: Under) -> None:
        """A named list under a step, once for each."""

    # ---------------------------------------------------------------------------------------- what a subject has

    def holds(self, path: Path, clause: Node) -> None:
        """A rung held, or held once: of this ladder it exists."""
        key = self.one_of(path, clause, ("holds", "has held"), "现在的级或曾任的级", "held now or once")
        if key and clause["ladder"].text in (None, self.root["id"].text):
            for number, rung in enumerate(clause[key].texts):
                self.known((*path, key, number), rung, self.rungs, "级", "rung")

    def is_(self, path: Path, clause: Node) -> None:
        """An attribute of the subject: one of some terms, or so high or so low on its scale."""
        self.attribute_named((*path, "is"), clause["is"].text)
        limits = [key for key in ("at least", "at most") if key in clause]
        if bool(limits) == ("one of" in clause):
            self.say(
                path,
                "没有写应该是什么" if not limits else "one of 与 at least、at most 不能同用",
                "it does not say what it must be" if not limits else "one of goes without at least and at most",
                (
                    "写 one of: [取值]；有高低的写 at least: 取值",
                    "write one of: [terms]; for an ordered scale at least: term",
                ),
            )

    def compare(self, path: Path, clause: Node, under: Under) -> None:
        """A comparison: one thing measured, something to hold it against."""
        given = [key for key in SOURCES if key in clause]
        if len(given) != 1:
            say_zh, say_en = "、".join(given) or "没有", " and ".join(given) or "nothing"
            self.say(
                path,
                f"一个条件量一样东西，这里：{say_zh}",
                f"a clause measures one thing; here is {say_en}",
                (
                    f"写 measure、evidence（加 then）、years since、move 中的一种；或 {'、'.join(OTHERS)}",
                    f"write one of measure, evidence (with then), years since, move; or {', '.join(OTHERS)}",
                ),
            )
        for key in WITH_EVIDENCE:
            if key in clause and "evidence" not in clause and len(given) == 1:
                self.say(
                    (*path, key),
                    f"{key} 要与 evidence 同用",
                    f"{key} goes with evidence",
                    ("写进 measures 里的那一项", "write it in the measure")
                    if "measure" in clause
                    else ("去掉它", "take it away"),
                )
        if "as of" in clause and "move" in clause:
            self.say((*path, "as of"), "move 与日子无关", "a move is the same on every day", ("去掉它", "take it away"))
        elif "evidence" not in clause:
            self.reference_day(path, clause)
        self.compared(path, clause)
        name = clause["measure"].text
        measures = self.root["measures"].pairs
        if self.known((*path, "measure"), name, measures, "计量", "measure") and name is not None:
            self.asked_for(name, under)
            self.numbers_in(("measures", name), measures[name], path, under, (name,))
        if "evidence" in clause:
            self.measure(path, clause, under.who)
            self.numbers_in(path, clause, path, under)
        self.date((*path, "years since"), clause["years since"].text, under.who)
        self.move(path, clause, under)
        for key in COMPARISONS:
            if key == "between":
                for place, one in each((*path, key), clause[key]):
                    self.asked(place, one, path, under)
            else:
                self.asked((*path, key), clause[key], path, under)

    def compared(self, path: Path, clause: Node) -> None:
        """Something to hold it against, said once."""
        given = [key for key in COMPARISONS if key in clause]
        if not given:
            self.say(
                path,
                "没有写要达到多少",
                "it does not say how much",
                ("加一行，如 at least: 3", f"add one of: {', '.join(COMPARISONS)}"),
            )
        elif len(given) > 1 and {"between", "equals"} & set(given):
            word = "equals" if "equals" in given else "between"
            self.say(
                (*path, word),
                f"{word} 已经说全了，不能再写 {'、'.join(key for key in given if key != word)}",
                f"{word} says it all; here is {' and '.join(key for key in given if key != word)} besides",
                ("留一种写法", "keep one of them"),
            )

    def asked_for(self, name: str, under: Under) -> None:
        """A measure that is named, with those that it adds up, is one of the subject that it is asked of."""
        measures, seen, waiting = self.root["measures"].pairs, set[str](), [name]
        while waiting:
            one = waiting.pop()
            if one in seen or one not in measures:
                continue
            seen.add(one)
            self.named_measure(one, measures[one], under.who)
            waiting += [part.text or part["measure"].text or "" for _, part in parts_in((), measures[one])]

    @abstractmethod
    def named_measure(self, name: str, measure: Node, who: str | None) -> None:
        """A named measure, asked of a sort of subject, once for each."""

    def move(self, path: Path, clause: Node, under: Under) -> None:
        """The move: the difference of a table by rung between the step's target and its source."""
        column = clause["move"].text
        if "move" not in clause or column is None:
            return
        place = (*path, "move")
        if not entry(column):
            self.say(
                place,
                f"“{column}”不是“表名.列名”",
                f'"{column}" is not table.column',
                ("如 move: rung.grade", "for instance move: rung.grade"),
            )
            return
        self.entry(place, column, path, under)
        name = column.partition(".")[0]
        table = self.root["tables"].pairs.get(name)
        if table is None or place in self.marked:
            return
        if table["by"].texts != ["to"]:
            self.say(
                place,
                f"move 要用按 to 查的表，“{name}”按 {'、'.join(table['by'].texts)} 查",
                f'move is of a table by: to, and "{name}" goes by {", ".join(table["by"].texts)}',
                ("把表改为 by: to", "let the table go by: to"),
            )
        elif under.source is not None:
            self.row_for(place, name, table, path, Under(under.source, under.source, under.line, under.who))

    def asked(self, path: Path, asked: Node, clause: Path, under: Under) -> None:
        """A number that is asked for: as it stands, in a table, or computed from another measure."""
        self.entry(path, asked.text, clause, under)
        if not asked.pairs:
            return
        name, measures = asked["measure"].text, self.root["measures"].pairs
        if self.known((*path, "measure"), name, measures, "计量", "measure") and name is not None:
            self.asked_for(name, under)
            self.numbers_in(("measures", name), measures[name], clause, under, (name,))
        self.entry((*path, "times"), asked["times"].text, clause, under)
