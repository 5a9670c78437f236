"""What the ids of rungs, roles, kinds and terms are called."""

from __future__ import annotations

from collections.abc import Iterable

from engine.assessing.assess import catalogue_at
from engine.district import District
from engine.people.names import Known
from engine.people.subjects import cycles, newest_versions
from events.facts import Catalogue
from ladders.model.ladder import Ladder, Text

_ROLES = {"host": ("主持人", "host"), "core": ("核心成员", "core member"), "member": ("成员", "member")}


def title(text: Text, lang: str) -> str:
    """A title in the screen's language."""
    return text.zh if lang == "zh" else text.en


def who(known: Known, subject: str) -> str:
    """A person or group by name and code."""
    return f"{known.name(subject)}({known.code(subject)})"


def clause_titles(ladder: Ladder, lang: str) -> dict[str, str]:
    """The titles of a ladder's clauses by id."""
    return {clause.id: title(clause.title, lang) for _, _, clause in ladder.walk()}


class Vocabulary:
    """The district's words, for one screen: published ladders and the evidence catalogue, as they are today.

    With ``known_at`` as they were known at a position.
    """

    def __init__(self, district: District, lang: str, known_at: int | None = None) -> None:
        self.lang = lang
        self._ladders: dict[str, Ladder] = newest_versions(district, known_at)
        self._cycles = {one.id: one for one in cycles(district)}
        self._catalogue: Catalogue = district.catalogue if known_at is None else catalogue_at(district, known_at)

    def ladder(self, ladder: str) -> str:
        """A ladder's title."""
        found = self._ladders.get(ladder)
        return title(found.title, self.lang) if found else ladder

    def rung(self, ladder: str, rung: str) -> str:
        """A rung's title."""
        found = self._ladders.get(ladder)
        titles = {one.id: one.title for one in found.rungs} if found else {}
        return title(titles[rung], self.lang) if rung in titles else rung

    def highest(self, ladder: str) -> str:
        """What stands before the rung of a cycle whose ladder places on the highest rung that is met."""
        found = self._ladders.get(ladder)
        return "" if found is None or found.placement is None else "最高" if self.lang == "zh" else "at the highest "

    def step(self, ladder: str, step: str) -> str:
        """A step's rungs by their titles; a removal (``rung×removal``) by its rung's and its own."""
        if "×" in step:
            rung, _, removal = step.partition("×")
            found = self._ladders.get(ladder)
            rungs = {one.id: one for one in found.rungs} if found else {}
            titles = {one.id: one.title for one in rungs[rung].removals} if rung in rungs else {}
            named = title(titles[removal], self.lang) if removal in titles else removal
            return f"{self.rung(ladder, rung)} × {named}"
        return " → ".join(self.rung(ladder, rung) for rung in step.split("→") if rung)

    def clause(self, ladder: str, step: str, clause: str) -> str | None:
        """The title of a clause that stands on its own; none for one inside a group."""
        found = self._ladders.get(ladder)
        titles = (
            {one.id: one.title for path, of, one in found.walk() if of.id == step and path[-2] == "clauses"}
            if found
            else {}
        )
        return title(titles[clause], self.lang) if clause in titles else None

    def clauses(self, ladder: str, clauses: Iterable[str]) -> str:
        """The titles of several clauses, wherever they stand."""
        found = self._ladders.get(ladder)
        titles = clause_titles(found, self.lang) if found else {}
        return ("、" if self.lang == "zh" else ", ").join(titles.get(one, one) for one in clauses)

    def cycle(self, cycle: str | None) -> str:
        """A cycle's title."""
        found = self._cycles.get(cycle or "")
        return found.title if found else cycle or ""

    def ladder_of(self, cycle: str | None) -> str:
        """The ladder of a cycle."""
        found = self._cycles.get(cycle or "")
        return found.ladder if found else ""

    def stage(self, cycle: str | None, stage: str) -> str:
        """The title of a stage of a cycle's route."""
        found = self._cycles.get(cycle or "")
        ladder = self._ladders.get(found.ladder) if found else None
        titles = {one.id: one.title for route in ladder.routes.values() for one in route.stages} if ladder else {}
        return title(titles[stage], self.lang) if stage in titles else stage

    def item(self, cycle: str | None, stage: str, item: str) -> str:
        """The title of an item of a stage's score sheet."""
        found = self._cycles.get(cycle or "")
        ladder = self._ladders.get(found.ladder) if found else None
        for one in (one for route in ladder.routes.values() for one in route.stages) if ladder else ():
            if one.id == stage and one.sheet:
                titles = {part.id: part.title for part in one.sheet.items}
                return title(titles[item], self.lang) if item in titles else item
        return item

    def grade(self, cycle: str | None, grade: str) -> str:
        """The title of a grade of a cycle's route."""
        found = self._cycles.get(cycle or "")
        ladder = self._ladders.get(found.ladder) if found else None
        rules = [route.grades for route in ladder.routes.values() if route.grades is not None] if ladder else []
        titles = {one.id: one.title for rule in rules for one in rule.grades}
        return title(titles[grade], self.lang) if grade in titles else grade

    def kind(self, kind: str) -> str:
        """What a kind of evidence is called."""
        found = self._catalogue.kinds.get(kind)
        return kind if found is None else found.zh if self.lang == "zh" else found.en

    def term(self, kind: str, attribute: str, term: str) -> str:
        """What a term of a kind's attribute is called; the term itself where it is of no scale."""
        declared = self._catalogue.kinds.get(kind)
        scale = self._catalogue.scales.get(declared.attributes.get(attribute, "")) if declared else None
        for one in scale.terms if scale else ():
            if one.id == term:
                return one.zh if self.lang == "zh" else one.en
        return term

    def role(self, role: str) -> str:
        """What a role in a group is called."""
        zh, en = _ROLES.get(role, (role, role))
        return zh if self.lang == "zh" else en
