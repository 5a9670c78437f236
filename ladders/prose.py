"""The regulation read aloud: every step and clause of a ladder in plain Chinese or English, with its numbers and basis.

The text is made of the ladder alone (and the catalogue's names), so that what people read is what is evaluated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from events.facts import Catalogue
from ladders.check import without_document
from ladders.kinds import with_built_in
from ladders.model import (
    Accepted,
    AClause,
    AtLeastLevel,
    BestPer,
    Cap,
    Compare,
    CountPer,
    Except,
    Floor,
    Group,
    Holds,
    Ladder,
    Last,
    LatestPer,
    Line,
    Measure,
    Only,
    Passage,
    Removal,
    Rung,
    Span,
    Step,
    SumPer,
    Window,
    Within,
    YearsSince,
    flat,
)
from ladders.route_prose import Lang, plain_number, route_lines

__all__ = ["Lang", "clause_prose", "plain_number", "prose"]

_WORDS: dict[str, tuple[str, str]] = {
    "person": ("教师个人", "a person"),
    "studio": ("工作室", "a studio"),
    "hour": ("学时", "hours"),
    "point": ("分", "points"),
    "year": ("年", "years"),
    "years": ("年", "years"),
    "months": ("个月", "months"),
    "days": ("天", "days"),
    "work": ("作品", "work"),
    "school year": ("学年", "school year"),
    "member": ("成员", "member"),
    "ladder": ("阶梯", "ladder"),
    "rung": ("级", "rung"),
    "evaluation": ("评价批次", "evaluation"),
    "host": ("主持人", "hosts"),
    "core": ("核心成员", "core members"),
    "at least": ("不少于", "at least"),
    "at most": ("不多于", "at most"),
    "more than": ("多于", "more than"),
    "less than": ("少于", "less than"),
    "sum": ("合计", "the sum"),
    "count": ("计数", "how many"),
    "mean": ("平均", "the mean"),
    "best": ("最好的一项", "the best"),
    "latest": ("最近的一项", "the latest"),
    "since service": ("参加工作以来", "since service began"),
    "since rung": ("取得现级以来", "since the present rung was won"),
    "since birth": ("出生以来", "since birth"),
    "met": ("视为符合", "met"),
    "not met": ("视为不符合", "not met"),
    "revoke": ("撤销", "revoked"),
    "suspend": ("暂停", "suspended"),
}


_STATUS = {
    "in force": ("", ""),
    "draft": ("（征求意见稿）", " (draft 征求意见稿)"),
    "report": ("（工作报告，不是规定）", " (a report, no rule)"),
}


def prose(ladder: Ladder, lang: Lang, catalogue: Catalogue) -> str:
    """The whole ladder as text, a line for each thing that is said."""
    return "\n".join(_Reading(ladder, lang, with_built_in(catalogue)).lines()) + "\n"


def clause_prose(ladder: Ladder, step: Step, clause: AClause, lang: Lang, catalogue: Catalogue) -> str:
    """What one clause asks in one step, on one line, without its title and basis."""
    return _Reading(ladder, lang, with_built_in(catalogue)).asks(clause, step)


@dataclass
class _Reading:
    ladder: Ladder
    lang: Lang
    catalogue: Catalogue

    def say(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en

    def word(self, name: str) -> str:
        return self.say(*_WORDS.get(name, (name, name)))

    def join(self, parts: list[str]) -> str:
        return self.say("，", ", ").join(parts)

    # ------------------------------------------------------------------------------------------------ the whole

    def lines(self) -> Iterator[str]:
        ladder = self.ladder
        rungs = self.say("、", ", ").join(getattr(rung.title, self.lang) for rung in ladder.rungs)
        yield self.say(f"{ladder.title.zh}（{ladder.id}）", f"{ladder.title.en} ({ladder.id})")
        yield self.say(f"对象：{self.word(ladder.subject)}", f"For: {self.word(ladder.subject)}")
        yield self.say(f"级：{rungs}", f"Rungs: {rungs}")
        for name in ladder.documents:
            yield self.say("文件：", "Document: ") + self.document(name)
        for number, step in enumerate(ladder.steps, 1):
            yield ""
            yield from self.step(number, step)
        removals = [(rung, removal) for rung in ladder.rungs for removal in rung.removals]
        for number, (rung, removal) in enumerate(removals, len(ladder.steps) + 1):
            yield ""
            yield from self.removal(number, rung, removal)
        assumed, clauses = without_document(ladder)
        yield ""
        yield self.say(
            f"共 {clauses} 个条件，其中 {assumed} 个没有文件依据（假定）。",
            f"{clauses} clauses, of which {assumed} have no document (assumed).",
        )

    def document(self, name: str) -> str:
        one = self.ladder.documents[name]
        zh, en = _STATUS[one.status]
        dated = self.say(f"，{one.dated}", f", {one.dated}") if one.dated else ""
        return self.say(
            f"《{one.title.zh}》{zh}，{one.issuer.zh}{dated}", f"“{one.title.en}”{en}, {one.issuer.en}{dated}"
        )

    def rung(self, rung: str | None) -> str:
        if rung is None:
            return self.say("阶梯外", "outside the ladder")
        known = next((one.title for one in self.ladder.rungs if one.id == rung), None)
        return getattr(known, self.lang) if known else rung

    def step(self, number: int, step: Step) -> Iterator[str]:
        if step.kind == "renewal":
            yield self.say(f"{number}. 续任：{self.rung(step.to)}", f"{number}. Renewal: {self.rung(step.to)}")
        elif step.from_ is None:
            yield self.say(f"{number}. 进入：{self.rung(step.to)}", f"{number}. Way in: {self.rung(step.to)}")
        else:
            way = f"{self.rung(step.from_)} → {self.rung(step.to)}"
            yield self.say(f"{number}. 晋级：{way}", f"{number}. Promotion: {way}")
        yield self.say("   条件（须全部符合）：", "   Clauses, all of which must be met:")
        for place, clause in enumerate(step.clauses, 1):
            yield from self.clause(f"{number}.{place}", clause, step, "   ", self.basis(clause))
        if step.route is not None:
            first = next(place for place, one in enumerate(self.ladder.steps, 1) if one.route == step.route)
            if first < number:
                yield self.say(f"   评审、公示：同第 {first} 项", f"   Review and notice: as in {first}")
            else:
                route = self.ladder.routes[step.route]
                yield from (f"   {line}" for line in route_lines(route, self.lang, self.titles(step)))
        if step.term is not None:
            yield self.say(f"   任期：{self.span(step.term)}", f"   Term: {self.span(step.term)}")

    def removal(self, number: int, rung: Rung, removal: Removal) -> Iterator[str]:
        """How a rung is lost before its term ends."""
        step = self.ladder.removal_step(rung.id, removal.id)
        name, title = getattr(rung.title, self.lang), getattr(removal.title, self.lang)
        effect = self.word(removal.effect)
        yield self.say(f"{number}. 退出：{name}：{title}（{effect}）", f"{number}. Removal: {name}: {title} ({effect})")
        yield self.say("   条件（全部符合时，随时退出）：", "   As soon as all of these are met:")
        for place, clause in enumerate(step.clauses, 1):
            yield from self.clause(f"{number}.{place}", clause, step, "   ", self.basis(clause))

    def titles(self, step: Step) -> Callable[[str], str]:
        """The titles of a step's clauses by id, also of those inside groups."""
        titles = {clause.id: getattr(clause.title, self.lang) for clause in flat(step.clauses)}
        return lambda clause: titles.get(clause, clause)

    # ---------------------------------------------------------------------------------------------- the clauses

    def clause(self, number: str, clause: AClause, step: Step, indent: str, basis: str) -> Iterator[str]:
        title = getattr(clause.title, self.lang)
        colon = self.say("：", ": ")
        yield f"{indent}{number} {title}{colon}{self.asks(clause, step)}{basis}"
        if isinstance(clause, Group):
            for place, option in enumerate(clause.options, 1):
                inner = self.basis(option) if option.basis is not None else ""
                yield from self.clause(f"{number}.{place}", option, step, indent + "  ", inner)

    def basis(self, clause: AClause) -> str:
        if not isinstance(clause.basis, Passage):
            return self.say("〔假定，无文件依据〕", " [assumed: no document]")
        return self.say(
            f"〔依据：{self.document(clause.basis.document)}，{clause.basis.passage}〕",
            f" [basis: {self.document(clause.basis.document)}, {clause.basis.passage}]",
        )

    def asks(self, clause: AClause, step: Step) -> str:
        """What a clause asks for, with its numbers."""
        if isinstance(clause, Group):
            least, options = clause.at_least, len(clause.options)
            return {
                "all": self.say("以下各项须全部符合", "all of the following"),
                "any": self.say("以下各项符合一项即可", "any of the following"),
                "none": self.say("以下各项一项也不能有", "none of the following"),
                "of": self.say(f"以下 {options} 项至少符合 {least} 项", f"at least {least} of these {options}"),
            }[clause.combination]
        if isinstance(clause, Holds):
            rungs = self.say("或", " or ").join(self.rung(rung) for rung in clause.holds)
            other = clause.ladder not in (None, self.ladder.id)
            where = self.say(f"（阶梯 {clause.ladder}）", f" (ladder {clause.ladder})") if other else ""
            return self.say(f"现持有{rungs}{where}", f"holds {rungs}{where}")
        return self.compare(clause, step)

    def compare(self, clause: Compare, step: Step) -> str:
        measured = self.ladder.measure_of(clause)
        unit = self.unit(measured)
        limits = self.join(
            [
                f"{self.word(key)} {self.quantity(self.ladder.look_up(asked, step), unit)}"
                for key, asked in clause.comparisons
            ]
        )
        absent = (
            self.say(f"（没有记录的{self.word(clause.absent)}）", f" (nothing recorded: {self.word(clause.absent)})")
            if clause.absent
            else ""
        )
        return f"{self.measured(measured, step)}{self.say('，', ': ')}{limits}{absent}"

    def unit(self, measured: Measure | YearsSince) -> str | None:
        """The unit of what is measured; None for a count."""
        if isinstance(measured, YearsSince):
            return "year"
        counted = any(isinstance(line, CountPer) or line == Last(verb="count") for line in measured.then)
        kind = self.catalogue.kinds.get(measured.evidence[0])
        return None if counted or kind is None or kind.amount is None else kind.amount.unit

    def quantity(self, number: Decimal, unit: str | None) -> str:
        """A number with its unit, in the singular for one."""
        words = self.word(unit) if unit else ""
        if self.lang == "en" and number == 1:
            words = words.removesuffix("s")
        return f"{plain_number(number)} {words}".rstrip()

    # --------------------------------------------------------------------------------------------- the measures

    def measured(self, measured: Measure | YearsSince, step: Step) -> str:
        if isinstance(measured, YearsSince):
            since = self.word(f"since {measured.years_since}")
            return self.say(f"{since}的整年数", f"whole years {since}")
        kind = self.catalogue.kinds.get(measured.evidence[0])
        name = getattr(kind, self.lang) if kind else measured.evidence[0]
        rows = [self.line(place, line, measured, step) for place, line in enumerate(measured.then)]
        return (
            self.say(f"{self.whose(measured)}{name}", f"{name}{self.whose(measured)}")
            + self.say("：", ": ")
            + (self.say("，", ", ").join(rows))
        )

    def whose(self, measure: Measure) -> str:
        roles = self.say("、", ", ").join(self.word(role) for role in measure.roles or ())
        if measure.through == ("members",):
            who = self.say(f"（{roles}）", f" ({roles})") if roles else ""
            return self.say(f"成员{who}在组期间的", f" of the members{who} while they were members")
        if measure.through == ("mentees",):
            return self.say("徒弟在带教期间的", " of the mentees while they were mentees")
        return ""

    def line(self, place: int, line: Line, measure: Measure, step: Step) -> str:
        """One line of a measure."""
        match line:
            case Within(within=window, otherwise=other):
                if other is None:
                    return self.window(window)
                return self.say(
                    f"{self.window(window)}（不适用时：{self.window(other)}）",
                    f"{self.window(window)} (where that does not apply: {self.window(other)})",
                )
            case Only(only=accepted):
                return self.join([self.accepted(measure, key, value) for key, value in accepted.items()])
            case Except(except_=accepted):
                inner = self.join([self.accepted(measure, key, value) for key, value in accepted.items()])
                return self.say(f"不含{inner}", f"without {inner}")
            case BestPer(best_per=key):
                name = self.attribute(measure, key)
                return self.say(f"同一{name}只取最好的一项", f"the best per {name}")
            case LatestPer(latest_per=key):
                name = self.attribute(measure, key)
                return self.say(f"同一{name}只取最近的一项", f"the latest per {name}")
            case SumPer(sum_per=key):
                name = self.attribute(measure, key)
                return self.say(f"按{name}分别合计", f"summed by {name}")
            case CountPer(count_per=key):
                name = self.attribute(measure, key)
                return self.say(f"按{name}分别计数", f"counted by {name}")
            case Cap(cap=asked):
                number = plain_number(self.ladder.look_up(asked, step))
                each = self.each(place, measure)
                return self.say(f"{each}至多计 {number}", f"{each}at most {number}")
            case Floor(floor=asked):
                number = plain_number(self.ladder.look_up(asked, step))
                each = self.each(place, measure)
                return self.say(f"{each}至少计 {number}", f"{each}at least {number}")
            case Last(verb=verb):
                return self.word(verb)

    def each(self, place: int, measure: Measure) -> str:
        """``each`` for a cap of rows, nothing for a cap of the number after the verb."""
        rows_follow = any(isinstance(line, Last) for line in measure.then[place:])
        return self.say("每项", "each ") if rows_follow else ""

    def span(self, span: Span) -> str:
        return self.say(f"{span.n} {_WORDS[span.unit][0]}", str(span))

    def window(self, window: Window) -> str:
        if window.span is not None:
            return self.say(f"近 {self.span(window.span)}", f"in the last {window.span}")
        if window.kind == "since":
            return self.word(f"since {window.since}")
        if window.kind == "dates":
            return self.say(f"{window.first} 至 {window.last}", f"from {window.first} to {window.last}")
        return self.say("评审基准日有效", "in force on the day of the review")

    def attribute(self, measure: Measure, name: str) -> str:
        kind = self.catalogue.kinds.get(measure.evidence[0])
        scale = self.catalogue.scales.get(kind.attributes.get(name, "")) if kind else None
        return getattr(scale, self.lang) if scale else self.word(name)

    def accepted(self, measure: Measure, name: str, accepted: Accepted) -> str:
        title = self.attribute(measure, name)
        if isinstance(accepted, AtLeastLevel):
            term = self.term(measure, name, accepted.term)
            return self.say(f"{title}“{term}”及以上", f"{title}: {term} or better")
        terms = self.say("或", " or ").join(self.term(measure, name, term) for term in accepted)
        return self.say(f"{title}为{terms}", f"{title}: {terms}")

    def term(self, measure: Measure, name: str, term: str) -> str:
        kind = self.catalogue.kinds.get(measure.evidence[0])
        scale = self.catalogue.scales.get(kind.attributes.get(name, "")) if kind else None
        known = next((one for one in scale.terms if one.id == term), None) if scale else None
        if known:
            return str(getattr(known, self.lang))
        return self.rung(term) if name == "rung" else term
