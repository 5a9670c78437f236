"""How clauses are read aloud: what each asks, when it applies, what stands inside it, and its basis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, NamedTuple

from ladders.model.ladder import (
    AClause,
    AskedOf,
    Clause,
    Compare,
    Extreme,
    Group,
    Holds,
    Is,
    Meets,
    Passage,
    RungsOwn,
    Total,
)
from ladders.prose.measures import AnyMeasure, Measures, parts_of
from ladders.prose.words import letter, numeral, roman

Kind = Literal["title", "chapter", "article", "item", "line", "row", "gap"]


class Said(NamedTuple):
    """One thing that is said: what sort of line it is, how deep it stands, and the text with its number."""

    kind: Kind
    depth: int
    text: str


@dataclass(frozen=True)
class Clauses(Measures):
    """Reads clauses.  ``articles`` says which articles the clauses of a step are, first and last, by the step's id."""

    articles: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def label(self, depth: int, number: int) -> str:
        """第一条 · （一） · 1. · （1）, and Article 1 · (1) · (a) · (i)."""
        match depth:
            case 0:
                return self.say(f"第{numeral(number)}条 ", f"Article {number}. ")
            case 1:
                return self.say(f"（{numeral(number)}）", f"({number}) ")
            case 2:
                return self.say(f"{number}. ", f"({letter(number)}) ")
            case _:
                return self.say(f"（{number}）", f"({roman(number)}) ")

    def clause(self, clause: AClause, depth: int, number: int) -> Iterator[Said]:
        """A clause with its number, its basis, and everything that stands inside it."""
        yield from self.worded(clause, depth, self.label(depth, number))

    def worded(self, clause: AClause, depth: int, label: str) -> Iterator[Said]:
        """A clause behind a label."""
        basis = self.basis(clause) if depth == 0 or clause.basis is not None else ""
        text = f"{label}{self.title(clause.title)}{self.say('：', ': ')}{self.asks(clause, spread=True)}{basis}"
        yield Said("item" if depth else "article", depth, text)
        if isinstance(clause, Compare):
            yield from self.parts(self.ladder.measure_of(clause), depth + 1)
        for place, option in enumerate(clause.options, 1):
            yield from self.clause(option, depth + 1, place)
        if isinstance(clause, AskedOf):
            # Tables hang on the step that is asked about, for whoever is asked.
            yield from self.clause(clause.each, depth + 1, 1)
        if isinstance(clause, Meets):
            yield from self.listed_inside(clause, depth + 1)
        if clause.when is not None:
            yield from self.worded(clause.when, depth + 1, self.say("适用情形：", "Applies where: "))
        if clause.unless is not None:
            yield from self.worded(clause.unless, depth + 1, self.say("除外情形：", "Not asked where: "))

    def parts(self, measure: AnyMeasure, depth: int) -> Iterator[Said]:
        """The parts of a number that is made of others, each on a line of its own; nothing for any other."""
        for number, part in enumerate(parts_of(measure) if isinstance(measure, Total | Extreme) else (), 1):
            inner = self.ladder.measures[part.measure]
            text = self.summed(inner) + self.in_unit(inner) + self.multiplied(part)
            yield Said("item", depth, self.label(depth, number) + text)
            yield from self.parts(inner, depth + 1)

    def listed_inside(self, clause: Meets, depth: int) -> Iterator[Said]:
        """The clauses of a named list, as they are asked here."""
        if isinstance(clause.meets, RungsOwn):
            return
        inner, listed = self.step, self.ladder.requirements[clause.meets]
        if self.step is not None:
            ((inner, listed),) = self.ladder.inside(clause, self.step)
        for place, one in enumerate(listed, 1):
            yield from self.at(inner).clause(one, depth, place)

    def basis(self, clause: Clause) -> str:
        """The document and the passage, or that there is none."""
        if not isinstance(clause.basis, Passage):
            return self.say("〔假定，无文件依据〕", " [assumed: no document]")
        return self.say(
            f"〔依据：{self.document(clause.basis.document)}，{clause.basis.passage}〕",
            f" [basis: {self.document(clause.basis.document)}, {clause.basis.passage}]",
        )

    # --------------------------------------------------------------------------------------------- what it asks for

    def asks(self, clause: AClause, *, spread: bool = False) -> str:
        """What a clause asks for, with its numbers; ``spread`` where the parts of a total follow below."""
        return self._asks(clause, spread) + "".join(self.remarks(clause))

    def _asks(self, clause: AClause, spread: bool) -> str:
        match clause:
            case Group():
                return self.group(clause)
            case Holds():
                return self.holds(clause)
            case Is():
                return self.attribute_is(clause)
            case AskedOf():
                return self.asked_of(clause)
            case Meets():
                return self.meets(clause)
            case Compare():
                return self.compare(clause, spread)

    def remarks(self, clause: Clause) -> Iterator[str]:
        """What is said of a clause beside what it asks."""
        if clause.absent is not None:
            absent = self.word(clause.absent)
            yield self.say(f"（没有记录的，{absent}）", f" (nothing recorded: {absent})")
        if clause.due is not None:
            day = self.due(clause.due)
            yield self.say(f"（{day}，尚未符合的暂不作不符合论）", f" ({day}: not yet held against anybody)")
        if clause.dispensation is not None:
            least = clause.dispensation.down_to
            if least is None:
                yield self.say("（经批准可以免除）", " (may be waived by a recorded dispensation)")
            else:
                low = self.number(least)
                yield self.say(
                    f"（经批准可以降低，最低到 {low}）", f" (may be lowered by a recorded dispensation, down to {low})"
                )
        if clause.strength == "advisory":
            yield self.say("（仅供参考，不影响结论）", " (advisory: reported, never blocking)")

    def group(self, clause: Group) -> str:
        """How a group combines what follows."""
        least, options = clause.at_least, len(clause.options)
        said = {
            "all": self.say("以下各项须全部符合", "all of the following"),
            "any": self.say("以下各项符合一项即可", "any of the following"),
            "none": self.say("以下各项一项也不能有", "none of the following"),
            "of": self.say(f"以下 {options} 项至少符合 {least} 项", f"at least {least} of these {options}"),
        }[clause.combination]
        if clause.one_item_serves_once:
            said += self.say("，同一件佐证只用于一项，先写的先用", "; one item serves once, for the first written")
        return said

    def holds(self, clause: Holds) -> str:
        """A rung held, or held at some time."""
        elsewhere = clause.ladder if clause.ladder != self.ladder.id else None
        rungs = self.either(
            self.say(f"“{one}”", one)
            for one in (self.rung(r) if elsewhere is None else self.rung_of(elsewhere, r) for r in clause.rungs)
        )
        where = "" if elsewhere is None else self.say(f"（阶梯 {elsewhere}）", f" (ladder {elsewhere})")
        if elsewhere is not None and elsewhere in self.others:
            title = self.others[elsewhere].title
            where = self.say(f"（阶梯“{title.zh}”，{elsewhere}）", f" (ladder “{title.en}”, {elsewhere})")
        if clause.has_held:
            return self.say(f"曾经持有{rungs}{where}", f"has ever held {rungs}{where}")
        return self.say(f"现持有{rungs}{where}", f"holds {rungs}{where}")

    def attribute_is(self, clause: Is) -> str:
        """An attribute of the subject."""
        own = self.own(clause.is_)
        limits = []
        if clause.one_of:
            terms = self.either(self.row_term((), clause.is_, term) for term in clause.one_of)
            limits.append(self.say(f"为{terms}", terms))
        if clause.at_least:
            term = self.row_term((), clause.is_, clause.at_least)
            limits.append(self.say(f"不低于“{term}”", f"{term} or better"))
        if clause.at_most:
            term = self.row_term((), clause.is_, clause.at_most)
            limits.append(self.say(f"不高于“{term}”", f"{term} or worse"))
        return f"{own}{self.say('', ': ')}{self.joined(limits)}"

    def asked_of(self, clause: AskedOf) -> str:
        """Of whom something is asked, and of how many of them."""
        who = self.related(clause.asked_of, clause.roles)
        limits = []
        for key, many in (("at least", clause.at_least), ("at most", clause.at_most)):
            if many == "all":
                limits.append(
                    self.say("全部" if key == "at least" else "至多全部", "all" if key == "at least" else "at most all")
                )
            elif many is not None:
                said = f"{many.numerator}/{many.denominator}" if isinstance(many, Fraction) else str(many)
                count = f"{said} " if isinstance(many, Fraction) else f"{said} 个"
                limits.append(self.say(f"{'至少' if key == 'at least' else '至多'} {count}", f"{key} {said}"))
        return self.say(
            f"{who}中{'、'.join(limits)}符合下列条件", f"{' and '.join(limits)} of the {who}, each by itself"
        )

    def meets(self, clause: Meets) -> str:
        """Other clauses, by their list or by the rung that requires them."""
        if isinstance(clause.meets, RungsOwn):
            rung, ways = clause.meets.to, self.ladder.steps_to(clause.meets.to)
            places = [self.place(way.id) for way in ways]
            where = self.say(f"（{'；或者'.join(places)}）", f" ({'; or '.join(places)})") if any(places) else ""
            return self.say(
                f"符合“{self.rung(rung)}”的全部条件{where}", f"everything that {self.rung(rung)} requires{where}"
            )
        if clause.to is None:
            return self.say("下列各项须全部符合", "all of the following")
        to = clause.to
        rung = self.entry(to, lambda cell: self.rung(str(cell))) if "." in to else self.rung(to)
        return self.say(f"按“{rung}”的标准，下列各项须全部符合", f"by the standards of {rung}, all of the following")

    def place(self, step: str) -> str:
        """The articles of a step; nothing where the articles are not known."""
        if step not in self.articles:
            return ""
        first, last = self.articles[step]
        if first == last:
            return self.say(f"第{numeral(first)}条", f"Article {first}")
        return self.say(f"第{numeral(first)}条至第{numeral(last)}条", f"Articles {first} to {last}")

    def compare(self, clause: Compare, spread: bool) -> str:
        """A measure and what it is held against."""
        measure = self.ladder.measure_of(clause)
        unit, pairs = self.unit(measure), list(clause.comparisons)
        if clause.between is not None or clause.equals is not None:
            pairs = pairs[:-2]
        limits = [self.word(key) + self.spaced(self.asked(asked, unit)) for key, asked in pairs]
        if clause.between is not None:
            low, high = (self.asked(one, unit) for one in clause.between)
            limits.append(self.say(f"在 {low} 与 {high} 之间（含两端）", f"between {low} and {high}, both included"))
        if clause.equals is not None:
            limits.append(
                self.say(f"等于 {self.asked(clause.equals, unit)}", f"exactly {self.asked(clause.equals, unit)}")
            )
        said = self.summed(measure) if spread else self.measured(measure)
        if clause.evidence is None:
            said = self.as_of(clause.on) + said
        return f"{said}{self.say('，', ': ')}{self.joined(limits)}"
