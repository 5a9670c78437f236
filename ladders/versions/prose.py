"""What two ladders say differently, in the words of the regulation: which article, and how it read and reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from events.facts import Catalogue
from ladders.model.ladder import AClause, Compare, Ladder, Step, Table
from ladders.prose.articles import Reader
from ladders.prose.entitlements import entitlement_said
from ladders.prose.routes import Lang, route_lines
from ladders.prose.words import Pair
from ladders.versions.differing import SECTIONS, Change, Inside, Leaf, Touched, every_clause

_SORTS: dict[str, Pair] = {
    "ladder": ("阶梯", "the ladder"),
    "document": ("依据的文件", "document"),
    "date": ("日期", "day"),
    "attribute": ("本人情况", "attribute"),
    "period": ("期间", "period"),
    "measure": ("计算办法", "measure"),
    "table": ("附表", "schedule"),
    "route": ("评审程序", "route"),
    "list": ("条件清单", "list of clauses"),
    "rung": ("级", "rung"),
    "removal": ("退出规定", "removal"),
    "step": ("晋级", "step"),
    "clause": ("条款", "clause"),
    "entitlement": ("待遇", "entitlement"),
}


class Reads(NamedTuple):
    """How something read and reads, perhaps at a place inside it; empty where it is not there, or is told by leaves."""

    before: str
    after: str
    place: str = ""


class Told(NamedTuple):
    """A change as people read it: the chapter that it is in, what sort of part, its title, how it read and reads.

    ``leaves`` are those of which the prose says nothing.  ``touches`` are the clauses that read it, each with its
    chapter and title, and how it read and reads where that follows from it.
    """

    change: Change
    chapter: str
    sort: str
    title: str
    reads: tuple[Reads, ...]
    leaves: tuple[Leaf, ...]
    touches: tuple[tuple[str, str, Reads], ...]


def told(
    before: Ladder, after: Ladder, changes: tuple[Change, ...], lang: Lang, catalogue: Catalogue
) -> tuple[Told, ...]:
    """Every change as people read it, in the same order."""
    teller = _Teller(_Side.of(before, lang, catalogue), _Side.of(after, lang, catalogue))
    return tuple(teller.told(change) for change in changes)


@dataclass(frozen=True)
class _Side:
    """One of the two ladders being read."""

    ladder: Ladder
    reader: Reader
    clauses: dict[tuple[Inside, str], tuple[Step | None, AClause]]

    @classmethod
    def of(cls, ladder: Ladder, lang: Lang, catalogue: Catalogue) -> _Side:
        """A ladder with its clauses found by where they stand."""
        found: dict[tuple[Inside, str], tuple[Step | None, AClause]] = {}
        for inside, step, clause in every_clause(ladder):
            name, nth = clause.id, 1
            while (inside, name) in found:
                nth += 1
                name = f"{clause.id}#{nth}"
            found[inside, name] = (step, clause)
        return cls(ladder, Reader.of(ladder, lang, catalogue), found)

    def clause(self, inside: Inside, name: str) -> str:
        """What a clause says, with its title and its basis; nothing where it is not there."""
        if (inside, name) not in self.clauses:
            return ""
        step, clause = self.clauses[inside, name]
        at = self.reader.at(step)
        text = at.title(clause.title) + at.say("：", ": ") + at.asks(clause)
        if isinstance(clause, Compare):
            parts = [one.text for one in at.parts(at.ladder.measure_of(clause), 0)]
            text += at.say("；", "; ") * bool(parts) + at.say("；", "; ").join(parts)
        return text + (at.basis(clause) if clause.basis is not None else "")

    def title(self, inside: Inside, name: str) -> str:
        """The title of a clause."""
        return self.reader.title(self.clauses[inside, name][1].title) if (inside, name) in self.clauses else name

    def chapter(self, inside: Inside) -> str:
        """What a clause stands in, by its title."""
        reader, name = self.reader, inside.name
        if inside.sort in ("step", "excuse"):
            step = next((one for one in self.ladder.steps if one.id == name), None)
            title = reader.step_title(step) if step is not None else name
            return title + (reader.say("（可以不申报的情形）", " (excused)") if inside.sort == "excuse" else "")
        if inside.sort == "removal":
            rung, _, which = name.partition("×")
            found = [one for one in self.ladder.rungs if one.id == rung]
            titles = [reader.title(one.title) for held in found for one in held.removals if one.id == which]
            return f"{reader.rung(rung)}{reader.say('：退出：', ': removal: ')}{(titles or [which])[0]}"
        if inside.sort == "entitlement":
            titles = [reader.title(one.title) for one in self.ladder.entitlements if one.id == name]
            return reader.say("待遇：", "Entitlement: ") + (titles or [name])[0]
        return reader.say(f"条件清单 {name}", f"List of clauses {name}")

    def part(self, change: Change) -> list[str]:
        """What a part says by itself, without the clauses in it, a line for each thing; none where it is not there."""
        ladder, reader, name = self.ladder, self.reader, change.name
        match change.sort:
            case "ladder":
                return [reader.title(ladder.title), *(said.text for one in reader.general() for said in one[:1])]
            case "rung":
                found = [one for one in ladder.rungs if one.id == name]
                return [
                    reader.title(one.title) + (reader.say("（最高一级）", " (the top)") if one.end else "")
                    for one in found
                ]
            case "step":
                return [line for one in ladder.steps if one.id == name for line in self._step(one)]
            case "removal":
                rung = (change.inside or Inside("removal", "")).name.partition("×")[0]
                found_ = [
                    (held, one) for held in ladder.rungs for one in held.removals if (held.id, one.id) == (rung, name)
                ]
                return [reader.removal(held, one)[0].text for held, one in found_]
            case "entitlement":
                rules = [one for one in ladder.entitlements if one.id == name]
                bare = [one.model_copy(update={"clauses": ()}) for one in rules]
                return [said.text for one in bare for said in entitlement_said(reader, one)]
            case "route":
                route = ladder.routes.get(name)
                return list(route_lines(route, reader.lang, str, reader.composition)) if route else []
        section = dict(SECTIONS).get(change.sort)
        if section is None or name not in getattr(ladder, section):
            return []
        match change.sort:
            case "document":
                return [reader.document(name)]
            case "date":
                return [reader.day(name)]
            case "attribute":
                return [reader.own(name)]
            case "period":
                return [reader.period(name)]
            case "measure":
                measure, loose = ladder.measures[name], reader.at(None)
                return [loose.summed(measure) + loose.in_unit(measure), *(one.text for one in loose.parts(measure, 0))]
        return []

    def _step(self, step: Step) -> Iterator[str]:
        reader = self.reader
        yield reader.step_title(step)
        yield reader.opening(step)
        if step.route is not None:
            yield reader.say(f"评审程序：{step.route}", f"Route: {step.route}")
        if step.term is not None:
            yield reader.say(f"任期：{reader.span(step.term)}", f"Term: {reader.span(step.term)}")

    def table(self, name: str) -> dict[tuple[str, str], str]:
        """The cells of a table by row and column, as they are read aloud."""
        table = self.ladder.tables.get(name)
        if table is None:
            return {}
        rows = {self._row(name, table, row): cells for row, cells in table.rows.items()}
        if table.other is not None:
            rows[self.reader.say("其他", "any other")] = table.other
        return {
            (row, column): self.reader.cell(f"{name}.{column}", cell)
            for row, cells in rows.items()
            for column, cell in zip(table.columns, cells, strict=True)
        }

    def _row(self, name: str, table: Table, row: str) -> str:
        kinds = self.reader.asking(name)
        return self.reader.row_terms(kinds, list(table.by), table.named(row))


@dataclass(frozen=True)
class _Teller:
    old: _Side
    new: _Side

    def told(self, change: Change) -> Told:
        """One change."""
        side = self.old if change.what == "taken away" else self.new
        say, inside = side.reader.say, change.inside
        sort = side.reader.pick(_SORTS[change.sort])
        chapter, title = "", self._title(side, change)
        if change.sort == "clause" and inside is not None:
            chapter = side.chapter(inside)
            reads = [Reads(self.old.clause(inside, change.was or change.name), self.new.clause(inside, change.name))]
            if change.what == "renamed":
                reads = [Reads(change.was, change.name, say("编号", "its id"))]
        elif change.sort == "table":
            reads = self._cells(change.name)
        else:
            reads = self._lines(self.old.part(change), self.new.part(change))
        reads = [one for one in reads if one.before != one.after]
        touches = tuple(self._touched(one) for one in change.touches)
        return Told(change, chapter, sort, title, tuple(reads), () if reads else _plain(change.leaves), touches)

    def _title(self, side: _Side, change: Change) -> str:
        ladder, reader, name = side.ladder, side.reader, change.name
        match change.sort:
            case "clause" if change.inside is not None:
                return side.title(change.inside, name)
            case "rung":
                return reader.rung(name)
            case "step":
                return side.chapter(Inside("step", name))
            case "removal" if change.inside is not None:
                return side.chapter(change.inside)
            case "entitlement":
                return side.chapter(Inside("entitlement", name))
            case "document" if name in ladder.documents:
                return reader.title(ladder.documents[name].title)
            case "ladder":
                return reader.title(ladder.title)
            case "table" if name in ladder.tables:
                return reader.schedule(name)
        return name

    def _cells(self, name: str) -> list[Reads]:
        old, new = self.old.table(name), self.new.table(name)
        return [
            Reads(old.get(cell, ""), new.get(cell, ""), f"{cell[0]} · {cell[1]}")
            for cell in dict.fromkeys((*old, *new))
            if old.get(cell) != new.get(cell)
        ]

    def _lines(self, old: list[str], new: list[str]) -> list[Reads]:
        """Lines that are gone beside those that came, in their order."""
        gone, come = [one for one in old if one not in new], [one for one in new if one not in old]
        some = [Reads(was.strip(), now.strip()) for was, now in zip(gone, come, strict=False)]
        some += [Reads(one.strip(), "") for one in gone[len(come) :]]
        return some + [Reads("", one.strip()) for one in come[len(gone) :]]

    def _touched(self, one: Touched) -> tuple[str, str, Reads]:
        was, now = (side.clause(one.inside, one.clause) for side in (self.old, self.new))
        chapter, title = self.new.chapter(one.inside), self.new.title(one.inside, one.clause)
        return chapter, title, Reads(was, now) if was and was != now else Reads("", "")


def _plain(leaves: tuple[Leaf, ...]) -> tuple[Leaf, ...]:
    """Leaves without how many there are of something, where those themselves are told."""
    told_ = tuple(leaf for leaf in leaves if leaf.path[-1:] not in (("<length>",), ("<sort>",)))
    return told_ or leaves
