"""What cases say that cannot be: by the catalogue, by the ladder's rungs, seats and sheets, and by their size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from events.facts import Catalogue, Kind
from ladders.cases.file import AList, Case, CaseFile, Panel, Piece, Tied, Who
from ladders.cases.rows import TOLD_OTHERWISE, scale_of
from ladders.model.ladder import Ladder, Stage
from ladders.model.measures import RELATIONS
from ladders.problems import Problem, choice
from ladders.reading.kinds import with_built_in
from ladders.reading.nodes import Node, Path, where

MOST = 20_000
"""Subjects and rows of a case: each is made one by one."""


def check_cases(file: CaseFile, root: Node, name: str, ladder: Ladder, catalogue: Catalogue) -> tuple[Problem, ...]:
    """Every problem of cases that could be read, held against the catalogue and the ladder."""
    return tuple(dict.fromkeys(_Remarks(root, name, ladder, with_built_in(catalogue)).file(file)))


@dataclass
class _Remarks:
    root: Node
    name: str
    ladder: Ladder
    catalogue: Catalogue

    def problem(self, path: Path, zh: str, en: str, mend: tuple[str, str] = ("", "")) -> Problem:
        return Problem(self.name, self.root.at(path)[0].line, where(path, self.root), zh, en, *mend)

    def file(self, file: CaseFile) -> Iterator[Problem]:
        for nth, case in enumerate(file.cases):
            yield from self.case(("cases", nth), case)
        for nth, one in enumerate(file.lists):
            yield from self.list_(("lists", nth), one)
        for nth, panel in enumerate(file.panels):
            yield from self.panel(("panels", nth), panel)

    # ----------------------------------------------------------------------------------------------- subjects

    def case(self, path: Path, case: Case) -> Iterator[Problem]:
        size = _size(case) + sum(map(_size, case.others))
        if size > MOST:
            yield self.problem(
                path,
                f"这个案例有 {size:,} 个对象和记录，最多 {MOST:,} 个",
                f"this case has {size:,} subjects and rows; {MOST:,} are the most",
                ("减少 times", "write fewer times"),
            )
        yield from self.who(path, case)
        for nth, other in enumerate(case.others):
            yield from self.who((*path, "others", nth), other)

    def who(self, path: Path, who: Who) -> Iterator[Problem]:
        """A subject and whoever is related to it."""
        rungs = [rung.id for rung in self.ladder.rungs]
        for nth, held in enumerate(who.standings):
            place = (*path, "standings", nth)
            if held.ladder in (None, self.ladder.id) and held.rung not in rungs:
                zh, en = f"本阶梯没有“{held.rung}”这一级", f'the ladder has no rung "{held.rung}"'
                yield self.problem((*place, "rung"), zh, en, choice(held.rung, rungs))
            if held.until is not None and held.until < held.from_.first:
                yield self.backwards((*place, "until"))
        clauses = {entry.clause.id for step in self.ladder.steps for entry in self.ladder.entries(step)}
        for nth, dispensed in enumerate(who.dispensations):
            place = (*path, "dispensations", nth)
            if dispensed.clause not in clauses:
                zh, en = f"阶梯里没有条件“{dispensed.clause}”", f'the ladder has no clause "{dispensed.clause}"'
                yield self.problem((*place, "clause"), zh, en, choice(dispensed.clause, sorted(clauses)))
            if dispensed.at_least is not None:
                yield from self.number((*place, "at least"), dispensed.at_least, 6)
        for kind, pieces in who.evidence.items():
            yield from self.pieces((*path, "evidence", kind), kind, pieces)
        for relation in RELATIONS:
            for nth, tied in enumerate(getattr(who, relation)):
                yield from self.who((*path, relation, nth), tied)

    def pieces(self, path: Path, kind: str, pieces: tuple[Piece, ...]) -> Iterator[Problem]:
        """Evidence of a kind."""
        if kind in TOLD_OTHERWISE:
            meant = TOLD_OTHERWISE[kind]
            zh, en = f"“{kind}”写在 {meant} 里", f'"{kind}" is told under {meant}'
            yield self.problem(path, zh, en, (f"写作：{meant}: …", f"write: {meant}: …"))
            return
        declared = self.catalogue.kinds.get(kind)
        if declared is None:
            known = [one for one in self.catalogue.kinds if one not in TOLD_OTHERWISE]
            zh, en = f"佐证目录里没有“{kind}”这一类", f'the catalogue has no kind "{kind}"'
            yield self.problem(path, zh, en, choice(kind, known))
            return
        for nth, piece in enumerate(pieces):
            yield from self.piece((*path, nth), kind, declared, piece)

    def piece(self, path: Path, kind: str, declared: Kind, piece: Piece) -> Iterator[Problem]:
        """A piece of evidence against its kind."""
        if piece.amount is not None and declared.amount is None and kind != "decision":
            zh, en = f"“{kind}”没有数量", f'"{kind}" has no amount'
            yield self.problem((*path, "amount"), zh, en, ("去掉 amount", "take the amount away"))
        elif piece.amount is not None:
            yield from self.number((*path, "amount"), piece.amount, scale_of(kind, self.catalogue))
        if declared.lasting and piece.from_ is None:
            zh, en = f"“{kind}”有起止", f'"{kind}" lasts'
            yield self.problem((*path, "day"), zh, en, ("写 from: 和 until:", "write from: and until:"))
        if not declared.lasting and (piece.day is None or piece.until is not None):
            zh, en = f"“{kind}”没有起止", f'"{kind}" does not last'
            yield self.problem((*path, "from"), zh, en, ("写 day:", "write day:"))
        if piece.until is not None and piece.until < piece.when.first:
            yield self.backwards((*path, "until"))
        for attribute, term in piece.attributes.items():
            yield from self.attribute((*path, attribute), kind, declared, attribute, term)

    def attribute(self, path: Path, kind: str, declared: Kind, attribute: str, term: str) -> Iterator[Problem]:
        """An attribute of a piece and its term."""
        if attribute not in declared.attributes:
            zh, en = f"“{kind}”没有“{attribute}”这一属性", f'"{kind}" has no attribute "{attribute}"'
            yield self.problem(path, zh, en, choice(attribute, declared.attributes))
            return
        scale = self.catalogue.scales.get(declared.attributes[attribute])
        if scale is not None and term not in [one.id for one in scale.terms]:
            meant = next((one.id for one in scale.terms if term in (one.zh, one.en, *one.also)), None)
            zh, en = f"“{attribute}”没有“{term}”这一取值", f'"{term}" is no term of "{attribute}"'
            yield self.problem(path, zh, en, choice(term, [one.id for one in scale.terms], meant))
        if declared.attributes[attribute] == "number" and not (term.isascii() and term.isdecimal()):
            zh, en = f"“{term}”不是整数", f'"{term}" is not a whole number'
            yield self.problem(path, zh, en, ("应为整数，如 12", "expected a whole number: 12"))

    def number(self, path: Path, number: Decimal, scale: int) -> Iterator[Problem]:
        """A number that is not negative, with so many decimal places at the most."""
        if number < 0:
            yield self.problem(path, f"{number} 小于零", f"{number} is below zero")
        elif number != round(number, scale):
            zh, en = f"{number} 的小数多于 {scale} 位", f"{number} has more than {scale} decimal places"
            yield self.problem(path, zh, en, (f"如 {round(number, scale)}", f"for instance {round(number, scale)}"))

    def backwards(self, path: Path) -> Problem:
        return self.problem(path, "结束日期早于开始日期", "it ends before it begins")

    # --------------------------------------------------------------------------------------- lists and panels

    def list_(self, path: Path, one: AList) -> Iterator[Problem]:
        """A list: every candidate once, and values by what the route orders by."""
        route = self.ladder.routes.get(one.route)
        named = [candidate.id for candidate in one.candidates]
        for nth, name in enumerate(named):
            if name in named[:nth]:
                zh, en = f"“{name}”写了两次", f'"{name}" is there twice'
                yield self.problem((*path, "candidates", nth), zh, en)
        if route is None:
            return  # said where the list is tried
        order = [*(route.places.order if route.places else ()), *(route.grades.order if route.grades else ())]
        known = [f"{each.of} of {each.what}" for each in order] + [each.what for each in order]
        for nth, candidate in enumerate(one.candidates):
            for value in candidate.values:
                if value not in known:
                    zh, en = f"这条路线不按“{value}”排序", f'this route does not order by "{value}"'
                    yield self.problem((*path, "candidates", nth, "values", value), zh, en, choice(value, known))

    def panel(self, path: Path, one: Panel) -> Iterator[Problem]:
        """A panel: seats that there are, and ballots as its stage takes them."""
        route = self.ladder.routes.get(one.route)
        stage = next((each for each in route.stages if each.id == one.stage), None) if route else None
        if stage is None:
            return  # said where the panel is tried
        for seat in (*one.ballots, *one.recused):
            if not 1 <= seat <= stage.size:
                zh, en = f"没有 {seat} 号席位，共 {stage.size} 席", f"there is no seat {seat}: it has {stage.size}"
                yield self.problem(path, zh, en)
        for seat, ballot in one.ballots.items():
            yield from self.ballot((*path, "ballots", str(seat)), stage, ballot)

    def ballot(self, path: Path, stage: Stage, ballot: object) -> Iterator[Problem]:
        """A ballot: a mark for each item of the stage's sheet, else a vote."""
        if (stage.sheet is None) == isinstance(ballot, dict) or (stage.sheet is None and ballot == "scored"):
            votes = stage.sheet is None
            yield self.problem(
                path,
                "这个环节投票，不评分" if votes else "这个环节评分，不投票",
                "this stage votes" if votes else "this stage fills in a score sheet",
                ("写 for、against 或 abstain", "write for, against or abstain")
                if votes
                else ("每项一个分数：{teaching: 80, …}", "write a mark for each item: {teaching: 80, …}"),
            )
            return
        if stage.sheet is None or not isinstance(ballot, dict):
            return
        full = {item.id: item.out_of for item in stage.sheet.items}
        for item, mark in ballot.items():
            if item not in full:
                zh, en = f"评分表没有“{item}”这一项", f'the sheet has no item "{item}"'
                yield self.problem((*path, item), zh, en, choice(item, full))
            elif isinstance(mark, Decimal):
                yield from self.number((*path, item), mark, 2)
                if mark > full[item]:
                    zh, en = f"{mark} 高于满分 {full[item]}", f"{mark} is above the full mark, {full[item]}"
                    yield self.problem((*path, item), zh, en)
        if lacking := [item for item in full if item not in ballot]:
            zh, en = f"缺少：{'、'.join(lacking)}", f"marks are missing: {', '.join(lacking)}"
            mend = ("不适用的写 not applicable", "write not applicable where an item does not apply")
            yield self.problem(path, zh, en, mend)
        elif all(mark == "not applicable" for mark in ballot.values()):
            zh, en = "没有一项有分数", "no item is marked"
            yield self.problem(path, zh, en, ("至少给一项打分", "mark one item at least"))


def _size(who: Who) -> int:
    """How many subjects and rows a subject is told with."""
    own = 3 + len(who.standings) + len(who.dispensations)
    own += sum(piece.times for pieces in who.evidence.values() for piece in pieces)
    for relation in RELATIONS:
        tied: Sequence[Tied] = getattr(who, relation)
        own += sum(one.times * (1 + _size(one)) for one in tied)
    return own
