"""Whether a measure can be read aloud: whose rows, lines in an order that makes sense, and a number last."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from events.facts import MemberJoined
from ladders.model.ladder import RELATIONS
from ladders.model.lines import AFTER_THE_VERB, LINE_KEYS, VERBS
from ladders.problems import choice
from ladders.reading.line_order import LineRemarks
from ladders.reading.naming import GROUPS, PEOPLE, UNITS, Under, sort_of, window_in
from ladders.reading.nodes import Node, Path
from ladders.reading.remarks import Place, each

ROLES: tuple[str, ...] = get_args(MemberJoined.model_fields["role"].annotation)
ENDS = {
    "members": (GROUPS, PEOPLE),
    "groups": (PEOPLE, GROUPS),
    "mentees": (PEOPLE, PEOPLE),
    "mentors": (PEOPLE, PEOPLE),
    "teachers": (UNITS, PEOPLE),
    "unit": (PEOPLE, UNITS),
    "studios": (UNITS, GROUPS),
    "units": (UNITS, UNITS),
}
"""From which sort of subject a relation leads to which."""
SORTS = {PEOPLE: ("人", "person"), GROUPS: ("工作室", "studio"), UNITS: ("单位", "unit")}


OF_OTHERS = ("total", "highest of", "lowest of")
"""Measures that are made of others."""


def parts_in(path: Path, measure: Node) -> Iterator[Place]:
    """The measures of which one is made, each with its place."""
    for key in OF_OTHERS:
        yield from each((*path, key), measure[key])


class MeasureRemarks(LineRemarks):
    """Remarks on measures."""

    def measure(self, path: Path, measure: Node, who: str | None) -> None:
        """A measure: a total of others, or rows of a kind, through whom, and lines that end in a number."""
        if any(key in measure for key in OF_OTHERS):
            self.of_others(path, measure)
            return
        self.related(path, measure, "through", who)
        if "across" in measure and "members" not in measure["through"].texts:
            self.say(
                (*path, "across"),
                "across 要与 through: members 同用",
                "across goes with through: members",
                ("加一行：through: members；或去掉 across", "add: through: members; or take across away"),
            )
        elif "across" in measure and len(measure["through"].texts) > 1:
            self.say(
                (*path, "across"),
                "across 只用于 through: members，不用于一串关系",
                "across is for through: members, not for a chain",
                ("去掉 across", "take across away"),
            )
        self.reference_day(path, measure)
        if "then" not in measure:
            self.say(
                path,
                "没有写怎样计算",
                "it does not say what to do with the rows",
                ("加一行，如 then: [within: last 3 years, count]", "add: then: [within: last 3 years, count]"),
            )
        elif measure["then"].items:
            self.lines((*path, "then"), measure["then"], who)

    def of_others(self, path: Path, made: Node) -> None:
        """A total, or the highest or lowest, of measures that there are, and lines that may stand after a verb."""
        measures = self.root["measures"].pairs
        self.one_of(path, made, OF_OTHERS, "由几个计量得一个数，只有一种算法", "a number is made of others in one way")
        for place, part in parts_in(path, made):
            named = part["measure"]
            self.known(
                place if part.text else (*place, "measure"), part.text or named.text, measures, "计量", "measure"
            )
        for place, line in each((*path, "then"), made["then"]):
            word = line.text or next((key for key in line.pairs if key in (*LINE_KEYS, "distinct")), None)
            if word in VERBS or (word in LINE_KEYS and word not in AFTER_THE_VERB):
                self.say(
                    place,
                    f"这里已经是一个数，不能写 {word}",
                    f"this is a number already: {word} cannot stand here",
                    choice("", AFTER_THE_VERB),
                )
        self.after_the_verb(list(each((*path, "then"), made["then"])))

    def related(self, path: Path, holder: Node, key: str, who: str | None) -> str | None:
        """Through whom, or of whom: relations that lead on from the subject; returns the sort to which they lead."""
        sort, relations = sort_of(who), holder[key]
        for number, relation in enumerate(relations.texts):
            start, end = ENDS.get(relation, (None, None))
            if start is None or sort not in (None, *SORTS):
                return None  # said already
            if sort is not None and start != sort:
                place = (*path, key) if relations.text else (*path, key, number)
                before = relations.texts[number - 1] if number else None
                zh, en = SORTS[start]
                mine = who == self.root["subject"].text
                own = ("本阶梯是", "this ladder's is") if mine else ("这里问的是", "here it is asked of a")
                self.say(
                    place,
                    f"{before} 之后是{SORTS[sort][0]}，{relation} 从{zh}出发"
                    if before is not None
                    else f"{key}: {relation} 只用于 subject: {en}，{own[0]} {who}",
                    f"{before} leads to a {SORTS[sort][1]}, and {relation} starts from a {en}"
                    if before is not None
                    else f"{key}: {relation} is for subject: {en}; {own[1]} {who}",
                    choice("", [one for one in RELATIONS if ENDS[one][0] == sort]),
                )
                return None
            sort = end
        for number, role in enumerate(holder["roles"].texts):
            self.known((*path, "roles", number), role, ROLES, "组内角色", "role")
        if "roles" in holder and not {"members", "groups"} & set(relations.texts):
            self.say(
                (*path, "roles"),
                f"roles 要与 {key}: members 同用",
                f"roles goes with {key}: members",
                (f"加一行：{key}: members", f"add: {key}: members"),
            )
        return sort if relations.texts else None

    def reference_day(self, path: Path, measure: Node) -> None:
        """The day that takes the place of as-of is not another one for each subject."""
        text = measure["as of"].text or ""
        start, _, period = text.partition(" of ")
        if start in ("start", "end") and " " in period:
            self.period_named((*path, "as of"), period.partition(" ")[2], own=False)

    # ------------------------------------------------------------------------------------------ numbers for a step

    def numbers_in(self, path: Path, measure: Node, clause: Path, under: Under, seen: tuple[str, ...] = ()) -> None:
        """The entries in the lines of a measure, and in those of the measures that it adds up, are found for a step."""
        measures = self.root["measures"].pairs
        for place, part in parts_in(path, measure):
            self.entry((*place, "times"), part["times"].text, clause, under)
            name = part.text or part["measure"].text
            if name in measures and name not in seen:
                self.numbers_in(("measures", name), measures[name], clause, under, (*seen, name))
        rows = not any(key in measure for key in OF_OTHERS)
        for place, line in each((*path, "then"), measure["then"]):
            for key in ("cap", "floor", "worth", "times", "nothing below"):
                self.entry((*place, key), line[key].text, clause, under, rows=rows)
            for key in ("within", "during", "else"):
                if (text := line[key].text) is not None and (window := window_entry(text)):
                    self.entry((*place, key), window, clause, under)
            for key in ("only", "except", "where"):
                self.filter((*place, key), line[key], clause, under, rows)
            self.filter((*place, "skipping", "only"), line["skipping"]["only"], clause, under, rows)
            rows = rows and line.text not in VERBS and "distinct" not in line

    def filter(self, path: Path, only: Node, clause: Path, under: Under, rows: bool) -> None:
        """The entries and the limits of a filter."""
        for key, accepted in only.pairs.items():
            self.entry((*path, key), accepted.text, clause, under, rows=rows, terms=True)
            for limit in ("at least", "at most", "more than", "less than"):
                self.entry((*path, key, limit), accepted[limit].text, clause, under, rows=rows)


def window_entry(text: str) -> str | None:
    """The entry of a table that stands for a window, if one does."""
    window = window_in(text)
    return window.entry if window is not None and window.kind == "entry" else None
