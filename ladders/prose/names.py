"""How a ladder's names are read aloud: kinds of evidence, attributes, terms, rungs, documents, entries of tables."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from events.facts import Scale
from ladders.model.ladder import (
    Accepted,
    AMeasure,
    Asked,
    AtLeastLevel,
    AtMostLevel,
    Bounds,
    Cell,
    Chain,
    Compare,
    Computed,
    Document,
    Lookup,
    Measure,
    Relation,
)
from ladders.model.words import accepted_of
from ladders.prose.words import Pair, Voice, numeral, texts_of

_STATUS: dict[str, Pair] = {
    "in force": ("", ""),
    "draft": ("（征求意见稿）", " (draft 征求意见稿)"),
    "report": ("（工作报告，不是规定）", " (a report, no rule)"),
}
RELATIONS: dict[Relation, tuple[Pair, Pair]] = {
    "members": (("成员", "members"), ("在组", "while they were members")),
    "groups": (("所在的组", "groups"), ("在组", "while it was a member")),
    "mentees": (("徒弟", "mentees"), ("带教", "while they were mentees")),
    "mentors": (("导师", "mentors"), ("带教", "while they were mentors")),
    "teachers": (("教师", "teachers"), ("在职", "while they worked there")),
    "unit": (("所在单位", "unit"), ("在职", "while it worked there")),
    "studios": (("所属工作室", "studios"), ("隶属", "while they belonged to it")),
    "units": (("直属单位", "units directly below"), ("隶属", "while they belonged to it")),
}
"""What a relation leads to, and the time during which it holds."""
SPELLED = 6
"""The most rows of a table that are spelled out within a sentence; a longer one is referred to."""


@dataclass(frozen=True)
class Names(Voice, ABC):
    """Reads names.  ``kinds`` are always the kinds of evidence whose attributes are meant."""

    known: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What was found out once for the whole ladder: by table the kinds that ask it."""

    # ------------------------------------------------------------------------------------ the catalogue and the rungs

    def among(self, name: str, title: str, titles: Iterable[str]) -> str:
        """A title, with the name behind it where another has the same title: nothing may be read as something else."""
        return f"{title}（{name}）" if list(titles).count(title) > 1 else title

    def kind(self, name: str) -> str:
        """A kind of evidence."""
        known = self.catalogue.kinds.get(name)
        if known is None:
            return name
        return self.among(
            name, self.say(known.zh, known.en), (self.say(k.zh, k.en) for k in self.catalogue.kinds.values())
        )

    def kinds(self, names: Iterable[str]) -> str:
        """Kinds whose rows count together."""
        return self.listed(self.kind(name) for name in names)

    def scale(self, kinds: Iterable[str], attribute: str, term: str | None = None) -> Scale | None:
        """The scale of an attribute of the first of these kinds that has it; that has the term, too, if one is said."""
        known = (self.catalogue.kinds[name] for name in kinds if name in self.catalogue.kinds)
        names = (kind.attributes[attribute] for kind in known if attribute in kind.attributes)
        scales = [self.catalogue.scales[name] for name in names if name in self.catalogue.scales]
        with_it = (one for one in scales if term is None or any(known.id == term for known in one.terms))
        return next(with_it, None)

    def attribute(self, kinds: Iterable[str], name: str) -> str:
        """An attribute by the title of its scale, or by its own name."""
        kinds = tuple(kinds)
        scale = self.scale(kinds, name)
        if scale is None:
            return self.word(name)
        alike = {
            other
            for kind in kinds
            if kind in self.catalogue.kinds
            for other in self.catalogue.kinds[kind].attributes
            if self.scale(kinds, other) == scale
        }
        title = self.say(scale.zh, scale.en)
        return f"{title}（{self.word(name)}）" if len(alike) > 1 else title

    def term(self, kinds: Iterable[str], attribute: str, term: str) -> str:
        """A term by its title in the scale; a rung by its title."""
        if attribute == "kind":
            return self.kind(term)
        scale = self.scale(kinds, attribute, term)
        if scale is not None:
            titles = [self.say(one.zh, one.en) for one in scale.terms]
            return next(
                (
                    self.among(term, title, titles)
                    for one, title in zip(scale.terms, titles, strict=True)
                    if one.id == term
                ),
                term,
            )
        if attribute == "ladder" and term == self.ladder.id:
            return self.title(self.ladder.title)
        return self.rung(term) if attribute == "rung" else term

    def rung(self, rung: str | None) -> str:
        """A rung of the ladder by its title; outside, where there is none."""
        if rung is None:
            return self.say("阶梯外", "outside the ladder")
        known = next((one.title for one in self.ladder.rungs if one.id == rung), None)
        return self.among(rung, self.title(known), map(self.rung_title, self.ladder.rungs)) if known else rung

    def rung_of(self, ladder: str, rung: str) -> str:
        """A rung of another ladder by its title, or by its id where that ladder is not at hand."""
        rungs = self.others[ladder].rungs if ladder in self.others else ()
        return next((self.title(one.title) for one in rungs if one.id == rung), rung)

    def rung_title(self, rung: object) -> str:
        """The title of a rung as it is."""
        return self.title(getattr(rung, "title"))  # noqa: B009 - rungs and removals alike

    def document(self, name: str) -> str:
        """A document with what it is, who issued it, and its date."""
        one = self.ladder.documents[name]
        status = self.pick(_STATUS[one.status])
        dated = self.say(f"，{one.dated}", f", {one.dated}") if one.dated else ""
        same = [self._cited(other) for other in self.ladder.documents.values()].count(self._cited(one)) > 1
        which = self.say(f"（{name}）", f" ({name})") if same else ""
        return self.say(
            f"《{one.title.zh}》{status}，{one.issuer.zh}{dated}{which}",
            f"“{one.title.en}”{status}, {one.issuer.en}{dated}{which}",
        )

    def _cited(self, one: Document) -> tuple[str, ...]:
        return (self.title(one.title), self.title(one.issuer), one.status, one.dated or "")

    def related(self, chain: Chain, roles: tuple[str, ...] | None) -> str:
        """Whom a relation, or a chain of them, leads to."""
        titles = [self.pick(RELATIONS[one][0]) for one in chain]
        said = self.listed(self.term(("member",), "role", role) for role in roles or ())
        who = self.say("的".join(titles), " of the ".join(reversed(titles)))
        return who + (self.say(f"（{said}）", f" ({said})") if roles else "")

    # -------------------------------------------------------------------------------------------- accepted and asked

    def accepted(self, kinds: tuple[str, ...], name: str, accepted: Accepted) -> str:
        """What an attribute must be."""
        title = self.key(kinds, name)
        if isinstance(accepted, AtLeastLevel):
            term = self.term(kinds, name, accepted.term)
            return self.say(f"{title}“{term}”及以上", f"{title}: {term} or better")
        if isinstance(accepted, AtMostLevel):
            term = self.term(kinds, name, accepted.term)
            return self.say(f"{title}“{term}”及以下", f"{title}: {term} or worse")
        if isinstance(accepted, Lookup):
            table, _, column = accepted.entry.partition(".")
            if table == "own":
                own = self.own(column)
                return self.say(f"{title}与申报人的{own}相同", f"{title}: the same as the candidate's {own}")
            return self.entry(accepted.entry, lambda cell: self.accepted(kinds, name, accepted_of(str(cell))), kinds)
        if isinstance(accepted, Bounds):
            return self.bounded(kinds, title, accepted)
        terms = self.either(self.term(kinds, name, term) for term in accepted)
        return self.say(f"{title}为{terms}", f"{title}: {terms}")

    def bounded(self, kinds: tuple[str, ...], title: str, bounds: Bounds) -> str:
        """The limits of an amount, or of a number that rows carry."""
        of = self.key(kinds, bounds.of) if bounds.of else ""
        zh, en = (f"{of}的", f" of the {of}") if of else ("", "")
        limits = [(self.word(key), self.spaced(self.asked(asked, None, kinds))) for key, asked in bounds.comparisons]
        return title + self.say("", ": ") + self.joined(self.say(f"{key}{zh}{n}", f"{key}{n}{en}") for key, n in limits)

    def all_accepted(self, kinds: tuple[str, ...], accepted: Mapping[str, Accepted]) -> str:
        """What several attributes must be."""
        return self.joined(self.accepted(kinds, name, value) for name, value in accepted.items())

    def such(self, kinds: tuple[str, ...], accepted: Mapping[str, Accepted]) -> str:
        """Rows of kinds, perhaps only some of them."""
        some = self.all_accepted(kinds, accepted)
        return self.kinds(kinds) + (self.say(f"（{some}）", f" ({some})") if some else "")

    def asked(self, asked: Asked, unit: str | None, kinds: tuple[str, ...] = ()) -> str:
        """A number: as it stands, the table's, or one that is computed."""
        if isinstance(asked, Decimal | Fraction):
            return self.quantity(asked, unit)
        if isinstance(asked, Computed):
            return self.computed(asked)
        return self.entry(asked, lambda cell: cell if isinstance(cell, str) else self.quantity(cell, unit), kinds)

    # -------------------------------------------------------------------------------------------------------- tables

    def entry(self, entry: str, said: Callable[[Cell], str], kinds: tuple[str, ...] = ()) -> str:
        """An entry of a table: what it gives for this step, or what it gives for each row."""
        name, _, column = entry.partition(".")
        table = self.ladder.tables[name]
        at = table.columns.index(column)
        fixed = {"to": self.step.to, "from": self.step.from_ or ""} if self.step else {}
        left = [n for n, key in enumerate(table.by) if key not in fixed]
        rows: list[tuple[tuple[str, ...], Cell]] = []
        for row, cells in table.rows.items():
            terms = table.named(row)
            if all(terms[n] == fixed[key] for n, key in enumerate(table.by) if key in fixed):
                rows.append((tuple(terms[n] for n in left), cells[at]))
        if not left:
            cell = rows[0][1] if rows else table.other[at] if table.other else None
            return said(cell) if cell is not None else self.say("（表中没有）", "(not in the table)")
        keys = [table.by[n] for n in left]
        kinds = kinds or self.asking(name)
        names = self.listed(self.row_key(kinds, key) for key in keys)
        if len(rows) > SPELLED:
            where = self.schedule(name)
            return self.say(f"（按{names}查{where}“{column}”栏）", f"(by {names}: {where}, column “{column}”)")
        spelled = [f"{self.row_terms(kinds, keys, terms)}{self.say('：', ': ')}{said(cell)}" for terms, cell in rows]
        if table.other:
            spelled.append(self.say("其他：", "any other: ") + said(table.other[at]))
        return self.say(f"（按{names}，{'；'.join(spelled)}）", f"(by {names}; {'; '.join(spelled)})")

    def schedule(self, name: str) -> str:
        """The name under which a table stands at the end of the text."""
        number = list(self.ladder.tables).index(name) + 1
        return self.say(f"附表{numeral(number)}", f"Schedule {number}")

    def row_key(self, kinds: tuple[str, ...], key: str) -> str:
        """What a table goes by."""
        if key in ("to", "from"):
            return self.say("拟任的级", "the rung sought") if key == "to" else self.say("现级", "the rung held")
        return self.own(key) if key in self.ladder.attributes else self.key(kinds, key)

    def row_terms(self, kinds: tuple[str, ...], keys: list[str], terms: tuple[str, ...]) -> str:
        """A row of a table by the terms of its keys."""
        return self.say("、", ", ").join(self.row_term(kinds, key, term) for key, term in zip(keys, terms, strict=True))

    def row_term(self, kinds: tuple[str, ...], key: str, term: str) -> str:
        """One term of a row's name."""
        if key in ("to", "from"):
            return self.rung(term or None)
        if key in self.ladder.attributes:
            one = self.ladder.attributes[key]
            kind, name = (one.evidence,), one.highest or one.latest
            return self.term(tuple(filter(None, kind)) or ("application",), name or one.application or key, term)
        return self.term(kinds, key, term)

    def asking(self, table: str) -> tuple[str, ...]:
        """The kinds of evidence whose measures look something up in a table."""
        if not self.known:
            self.known.update(dict.fromkeys(self.ladder.tables, ()))
            for measure in self.all_measures():
                if isinstance(measure, Measure):
                    asked = {text.partition(".")[0] for text in texts_of(measure.then) if "." in text}
                    for one in asked & self.known.keys():
                        self.known[one] = tuple(dict.fromkeys((*self.known[one], *measure.evidence)))
        return self.known[table]

    def all_measures(self) -> Iterator[AMeasure]:
        """Every measure of rows: those with a name, and those written in clauses."""
        yield from self.ladder.measures.values()
        for _, _, clause in self.ladder.walk():
            if isinstance(clause, Compare) and clause.evidence:
                measure = self.ladder.measure_of(clause)
                if isinstance(measure, Measure):
                    yield measure

    # ------------------------------------------------------------------------------------- what the subject itself is

    def own(self, name: str) -> str:
        """An attribute of the subject, by what it is taken from."""
        one = self.ladder.attributes.get(name)
        if one is None:
            return name
        if one.evidence is not None:
            kinds = (one.evidence,)
            such, which = self.such(kinds, one.only), self.attribute(kinds, one.highest or one.latest or "")
            if one.highest is not None:
                return self.say(f"有效的{such}中最高的{which}", f"highest {which} of any {such} in force")
            return self.say(f"最近一次有效的{such}的{which}", f"{which} of the latest {such} in force")
        if one.application is not None:
            which = self.attribute(("application",), one.application)
            return self.say(f"申报时填写的“{which}”", f"“{which}” as stated in the application")
        return self.say(f"本区设定的“{one.setting}”", f"“{one.setting}” as set by the district")

    # ------------------------------------------------------------------------------------------------ said elsewhere

    @abstractmethod
    def key(self, kinds: Iterable[str], name: str) -> str:
        """What rows are told apart by: said by ``ladders.prose.times``, which knows the periods."""

    @abstractmethod
    def computed(self, computed: Computed) -> str:
        """A number made from a measure: said by ``ladders.prose.measures``."""
