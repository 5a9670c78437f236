"""The regulation read aloud: a ladder as numbered articles in plain Chinese or English, to be laid beside the document.

The text is made of the ladder alone (and the names of the catalogue, and of other ladders where they are at hand), so
that what people read is what is evaluated.  Nothing of the ladder is left out: what no clause uses stands at the end,
with every table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from events.facts import Catalogue
from ladders.checking.check import without_document
from ladders.checking.unused import Used
from ladders.model.clauses import Basis
from ladders.model.ladder import (
    AClause,
    Cell,
    Ladder,
    Lookup,
    Measure,
    Only,
    Removal,
    Rung,
    Step,
    Within,
    flat,
)
from ladders.model.lists import Composition
from ladders.model.words import AtLeastLevel, AtMostLevel, accepted_of
from ladders.prose.clauses import Clauses, Said
from ladders.prose.entitlements import entitlement_said
from ladders.prose.lists import basis_prose, composition_prose
from ladders.prose.routes import Lang, plain_number, route_lines
from ladders.prose.words import Pair, numeral
from ladders.reading.kinds import with_built_in

__all__ = ["Lang", "clause_prose", "markdown", "plain_number", "prose"]

_STEPS: dict[str, Pair] = {
    "promotion": ("晋级", "Promotion"),
    "renewal": ("续任", "Renewal"),
    "lateral": ("平级转任", "Lateral move"),
}
_TRIGGERS: dict[str, Pair] = {
    "application": ("由本人申报", "On application"),
    "right": ("符合条件即予认定，不须申报", "By right, without an application"),
    "duty": ("符合条件的应当申报", "Whoever meets what follows is bound to apply"),
    "end of term": ("任期届满时办理", "At the end of a term"),
    "yearly": ("每年办理一次", "At the check of each year"),
}


NO_OTHERS: Mapping[str, Ladder] = {}


def prose(ladder: Ladder, lang: Lang, catalogue: Catalogue, others: Mapping[str, Ladder] = NO_OTHERS) -> str:
    """The whole ladder as text, a line for each thing that is said; ``others`` are the ladders that it may name."""
    said = Reader.of(ladder, lang, catalogue, others).whole()
    return "\n".join("" if one.kind == "gap" else "  " * one.depth + one.text for one in said) + "\n"


def markdown(ladder: Ladder, lang: Lang, catalogue: Catalogue, others: Mapping[str, Ladder] = NO_OTHERS) -> str:
    """The same with headings, lists and tables in Markdown."""
    lines: list[str] = []
    before = "gap"
    for kind, depth, text in Reader.of(ladder, lang, catalogue, others).whole():
        match kind:
            case "title":
                lines += [f"# {text}", ""]
            case "chapter":
                lines += [f"## {text}", ""]
            case "article":
                number, _, rest = text.partition("条 " if lang == "zh" else ". ")
                lines += ["", f"**{number}{'条' if lang == 'zh' else '.'}** {rest}", ""]
            case "row":
                head = f"|{'---|' * (text.count('|') - 1)}"
                lines += [text, head] if before != "row" else [text]
            case "gap":
                lines.append("")
            case _:
                lines.append(f"{'  ' * max(depth - 1, 0)}- {text.lstrip()}")
        before = kind
    kept = [line for n, line in enumerate(lines) if line or (n and lines[n - 1])]
    return "\n".join(kept).rstrip() + "\n"


def clause_prose(ladder: Ladder, step: Step, clause: AClause, lang: Lang, catalogue: Catalogue) -> str:
    """What one clause asks in one step, on one line, without its title and basis."""
    return Reader.of(ladder, lang, catalogue).at(step).asks(clause)


@dataclass(frozen=True)
class Reader(Clauses):
    """Reads a whole ladder."""

    @classmethod
    def of(cls, ladder: Ladder, lang: Lang, catalogue: Catalogue, others: Mapping[str, Ladder] = NO_OTHERS) -> Reader:
        """The ladder's document, in which it is known which articles a step is."""
        document = cls(ladder, lang, with_built_in(catalogue), others=others)
        articles, number = {}, len(list(document.general()))
        for step in ladder.steps:
            articles[step.id] = number + 1, number + len(step.clauses)
            number += len(step.clauses) + sum(map(bool, (step.excuse, step.route, step.term)))
        return replace(document, articles=articles)

    def whole(self) -> Iterator[Said]:
        """Everything, from the title to the last table."""
        ladder = self.ladder
        yield Said("title", 0, f"{self.title(ladder.title)}{self.say(f'（{ladder.id}）', f' ({ladder.id})')}")
        number, chapter = 0, 1
        yield from self.chapter(chapter, self.say("总则", "General"))
        for article in self.general():
            number += 1
            yield from self.article(number, article)
        for step in ladder.steps:
            chapter += 1
            yield from self.chapter(chapter, self.step_title(step))
            yield Said("line", 0, self.opening(step))
            for article in self.at(step).step_articles():
                number += 1
                yield from self.article(number, article)
        removals = [(rung, removal) for rung in ladder.rungs for removal in rung.removals]
        if removals:
            chapter += 1
            yield from self.chapter(chapter, self.say("退出", "Losing a rung"))
        for rung, removal in removals:
            number += 1
            yield from self.article(number, self.removal(rung, removal))
        if ladder.entitlements:
            chapter += 1
            yield from self.chapter(chapter, self.say("待遇", "Entitlements"))
        for entitlement in ladder.entitlements:
            number += 1
            yield from self.article(number, entitlement_said(self, entitlement))
        yield from self.chapter(chapter + 1, self.say("附则", "Closing provisions"))
        closing = [*self.joining(), self.counted()]
        for nth, text in enumerate(closing, number + 1):
            yield from self.article(nth, [Said("article", 0, text)])
        yield from self.left_over()
        yield from self.schedules()

    def chapter(self, number: int, title: str) -> Iterator[Said]:
        """The head of a chapter."""
        yield Said("gap", 0, "")
        yield Said("chapter", 0, self.say(f"第{numeral(number)}章 {title}", f"Chapter {number}. {title}"))

    def article(self, number: int, said: list[Said]) -> Iterator[Said]:
        """An article: its number before its first line."""
        first, *others = said
        yield Said("article", 0, self.label(0, number) + first.text)
        yield from others

    # ----------------------------------------------------------------------------------------------------- chapters

    def general(self) -> Iterator[list[Said]]:
        """The articles before the first step."""
        ladder = self.ladder
        yield [Said("article", 0, self.say("适用对象：", "For: ") + self.word(ladder.subject))]
        cited = [self.cited(rung.basis) for rung in ladder.rungs]
        once = cited[0] if len(set(cited)) == 1 else ""  # where all have one basis it is said at the end
        several = sum(rung.end for rung in ladder.rungs) > 1
        top = self.say("（不再晋级）", " (no step leads on)") if several else self.say("（最高一级）", " (the top)")
        rungs = [
            self.rung(rung.id) + (top if rung.end else "") + ("" if once else basis)
            for rung, basis in zip(ladder.rungs, cited, strict=True)
        ]
        yield [Said("article", 0, self.say("设置的级：", "Rungs: ") + self.listed(rungs) + once), *self.programmes()]
        if ladder.documents:
            documents = [
                Said("item", 1, self.label(1, n) + self.document(name)) for n, name in enumerate(ladder.documents, 1)
            ]
            yield [Said("article", 0, self.say("依据的文件：", "Documents:")), *documents]
        if ladder.placement == "highest":
            zh = "认定时不论申报哪一级，按所符合的最高一级认定。"
            en = "Whatever was applied for, the highest rung whose clauses are met is given."
            yield [Said("article", 0, self.say(zh, en))]

    def programmes(self) -> Iterator[Said]:
        """What the rungs are grouped in, each with its aim and its rungs."""
        for number, (name, one) in enumerate(self.ladder.programmes.items(), 1):
            rungs = self.listed(self.rung(rung.id) for rung in self.ladder.rungs if rung.programme == name)
            text = self.title(one.title)
            text += self.say("：", ": ") + (rungs or self.say("（没有级）", "(no rung)"))
            if one.aim is not None:
                text += self.say(f"；目标：{one.aim.zh}", f"; aim: {one.aim.en}")
            yield Said("item", 1, self.label(1, number) + text)

    def cited(self, basis: Basis | None) -> str:
        """Where a rung, a number of places or a rule on joining comes from; nothing where that is not said."""
        return "" if basis is None else basis_prose(self, basis)

    def step_title(self, step: Step) -> str:
        """What a step is."""
        zh, en = ("进入", "Way in") if step.from_ is None and step.kind == "promotion" else _STEPS[step.kind]
        way = self.say(f"（途径 {step.way}）", f" (way: {step.way})") if step.way else ""
        to = self.rung(step.to)
        rungs = (
            to
            if step.from_ is None or (step.kind, step.from_) == ("renewal", step.to)
            else f"{self.rung(step.from_)} → {to}"
        )
        return self.say(f"{zh}：{rungs}{way}", f"{en}: {rungs}{way}")

    def opening(self, step: Step) -> str:
        """How it begins, before its articles."""
        trigger = self.pick(_TRIGGERS[step.trigger])
        return self.say(f"{trigger}。须同时符合以下各条：", f"{trigger}. All of these must be met:")

    def step_articles(self) -> Iterator[list[Said]]:
        """The articles of the step: its clauses, who is excused, how a case is decided, the term."""
        step = self.step
        assert step is not None, "read at a step"
        for clause in step.clauses:
            yield list(self.worded(clause, 0, ""))
        if step.excuse:
            head = self.say("有下列情形之一的，可以不申报：", "Nobody has to apply where one of these is met:")
            inner = [said for n, one in enumerate(step.excuse, 1) for said in self.clause(one, 1, n)]
            yield [Said("article", 0, head), *inner]
        if step.route is not None:
            yield list(self.route(step.route, step))
        if step.term is not None:
            yield [Said("article", 0, self.say(f"任期：{self.span(step.term)}", f"Term: {self.span(step.term)}"))]

    def route(self, name: str, step: Step) -> Iterator[Said]:
        """How a case is decided; spelled out where the first step takes that route."""
        first = next(one for one in self.ladder.steps if one.route == name)
        if first.id != step.id:
            zh = f"评审、公示：同“{self.step_title(first)}”一章"
            yield Said("article", 0, self.say(zh, f"Review and notice: as in the chapter “{self.step_title(first)}”"))
            return
        yield Said("article", 0, self.say("评审、公示：", "Review and notice:"))
        for line in route_lines(self.ladder.routes[name], self.lang, self.titles(step), self.composition):
            bare = line.lstrip()
            yield Said("line", 1 + (len(line) - len(bare)) // 2, bare)
        places = self.ladder.routes[name].places
        if places is not None and places.basis is not None:
            yield Said("line", 1, self.say("名额的依据：", "The number of places:") + self.cited(places.basis))

    def composition(self, one: Composition, roles: dict[str, str] | None) -> str:
        """What a panel or a list must be made of."""
        return composition_prose(self, one, roles)

    def titles(self, step: Step) -> Callable[[str], str]:
        """The titles of rungs and of a step's clauses by id, also of those inside groups."""
        titles = {rung.id: self.title(rung.title) for rung in self.ladder.rungs}
        titles |= {clause.id: self.title(clause.title) for clause in flat(step.clauses)}
        return lambda name: titles.get(name, name)

    def removal(self, rung: Rung, removal: Removal) -> list[Said]:
        """How a rung is lost before its term ends."""
        name, title = self.rung(rung.id), self.title(removal.title)
        to = self.rung(removal.to) if removal.to else ""
        effect = self.word(removal.effect)
        if removal.effect == "demote":
            effect = self.say(f"降为{to}", f"demoted to {to}")
        head = self.say(
            f"{name}：{title}（{effect}）。下列各项全部符合时，随时退出：",
            f"{name}: {title} ({effect}), as soon as all of these are met:",
        )
        at = self.at(self.ladder.removal_step(rung.id, removal.id))
        said = [Said("article", 0, head)]
        for number, clause in enumerate(removal.clauses, 1):
            first, *others = at.worded(clause, 1, self.label(1, number))
            basis = "" if clause.basis is not None else self.basis(clause)
            said += [first._replace(text=first.text + basis), *others]
        return said

    def joining(self) -> Iterator[str]:
        """In how many teams a person may be."""
        rule = self.ladder.joining
        if rule is not None:
            most, basis = rule.teams_at_most, self.cited(rule.basis)
            yield self.say(
                f"加入团队：一人同时至多在 {most} 个团队（工作室、项目、联盟）；超过的，要写明理由和批准的文号{basis}",
                f"Joining: nobody is in more than {most} teams (studios, projects, alliances) at a time; to be in more "
                f"takes a reason and the document that allows it{basis}",
            )

    def counted(self) -> str:
        """How many clauses have a document."""
        assumed, clauses = without_document(self.ladder)
        return self.say(
            f"以上共 {clauses} 个条件，{clauses - assumed} 个有文件依据，{assumed} 个没有文件依据（假定）。",
            f"{clauses} clauses in all: {clauses - assumed} with a document, {assumed} without (assumed).",
        )

    # ---------------------------------------------------------------------------------------------------- the file's

    def left_over(self) -> Iterator[Said]:
        """What the file declares and no clause uses, by its name in the file."""
        ladder, used, loose = self.ladder, Used(self.ladder), self.at(None)
        said: list[Said] = []
        named = [(name, self.day(name)) for name in ladder.dates if name not in used.dates]
        named += [(name, self.own(name)) for name in ladder.attributes if name not in used.attributes]
        named += [(name, self.period(name)) for name in ladder.periods if name not in used.periods]
        said += [Said("item", 1, f"{name}{self.say('：', ': ')}{text}") for name, text in named]
        for name, measure in ladder.measures.items():
            if name not in used.measures:
                text = loose.summed(measure) + self.in_unit(measure)
                said += [Said("item", 1, f"{name}{self.say('：', ': ')}{text}"), *loose.parts(measure, 2)]
        for name, clauses in ladder.requirements.items():
            if name not in used.requirements:
                said.append(Said("item", 1, f"{name}{self.say('：', ':')}"))
                said += [one for n, clause in enumerate(clauses, 1) for one in loose.clause(clause, 2, n)]
        for name in self.idle_routes():
            said.append(Said("item", 1, f"{name}{self.say('：', ':')}"))
            said += [
                Said("line", 2, line) for line in route_lines(ladder.routes[name], self.lang, str, self.composition)
            ]
        if said:
            yield Said("gap", 0, "")
            yield Said("chapter", 0, self.say("附录 没有条款用到的内容", "Appendix. What no clause uses"))
            yield from said

    def idle_routes(self) -> list[str]:
        """Routes that no step takes."""
        return [name for name in self.ladder.routes if all(step.route != name for step in self.ladder.steps)]

    def schedules(self) -> Iterator[Said]:
        """Every table as it stands in the file, its terms by their titles."""
        for name, table in self.ladder.tables.items():
            yield Said("gap", 0, "")
            yield Said("chapter", 0, f"{self.schedule(name)}{self.say('：', ': ')}{name}")
            kinds = self.asking(name)
            keys = [self.row_key(kinds, key) for key in table.by]
            yield Said("row", 0, f"| {' | '.join((*keys, *table.columns))} |")
            for row, cells in table.rows.items():
                terms = [self.row_term(kinds, key, one) for key, one in zip(table.by, table.named(row), strict=True)]
                yield Said("row", 0, self.row(name, terms, cells))
            if table.other is not None:
                others = [self.say("其他", "any other"), *[""] * (len(keys) - 1)]
                yield Said("row", 0, self.row(name, others, table.other))

    def row(self, table: str, terms: list[str], cells: tuple[Cell, ...]) -> str:
        """A row of a table."""
        columns = self.ladder.tables[table].columns
        said = [self.cell(f"{table}.{column}", cell) for column, cell in zip(columns, cells, strict=True)]
        return f"| {' | '.join((*terms, *said))} |"

    def cell(self, entry: str, cell: Cell) -> str:
        """A cell by what the ladder uses it for: a number, a window, an accepted term."""
        if not isinstance(cell, str):
            return self.number(cell)
        for kinds, line in self.lines_asking(entry):
            if isinstance(line, Within):
                return self.said_window(cell)
            for attribute, accepted in line.only.items():
                if isinstance(accepted, Lookup) and accepted.entry == entry:
                    found = accepted_of(cell)
                    if isinstance(found, AtLeastLevel | AtMostLevel):
                        worse = isinstance(found, AtMostLevel)
                        term = self.term(kinds, attribute, found.term)
                        return self.say(
                            f"{term}及以{'下' if worse else '上'}", f"{term} or {'worse' if worse else 'better'}"
                        )
                    return self.term(kinds, attribute, cell)
        return self.rung(cell)

    def lines_asking(self, entry: str) -> Iterator[tuple[tuple[str, ...], Within | Only]]:
        """The lines in which an entry stands as a window or as an accepted term, with the kinds of their measure."""
        for measure in (one for one in self.all_measures() if isinstance(one, Measure)):
            for line in measure.then:
                if isinstance(line, Within) and line.within.entry == entry:
                    yield measure.evidence, line
                if isinstance(line, Only) and any(
                    isinstance(one, Lookup) and one.entry == entry for one in line.only.values()
                ):
                    yield measure.evidence, line
