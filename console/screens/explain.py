"""Why, or what is still missing: the verdict on one subject, clause by clause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from rich.cells import cell_len

from console.screens.calendar import closing as would_close
from console.screens.paper import Paper, coloured, position
from console.screens.telling import named, what
from console.screens.vocabulary import Vocabulary, title
from engine.assessing.assess import Answered, Rules
from engine.district import District
from engine.history import told
from engine.people import names
from engine.people.subjects import pending, standings
from engine.standings.plans import closing
from events.facts import Outcome
from ladders.evaluating.explanation import Explained
from ladders.evaluating.placing import upwards
from ladders.model.ladder import AskedOf, Clause, Compare, Group, Holds, Is, Ladder, Last, Measure, Meets
from ladders.reference.days import anniversary

_VERDICT: dict[Outcome, tuple[str, str, str]] = {
    "met": ("符合条件", "ELIGIBLE", "good"),
    "not met": ("尚未符合", "NOT YET", "bad"),
    "unknown": ("无法判定", "UNKNOWN", "open"),
    "not examined": (
        "不在此级,不作评估",
        "NOT EXAMINED: not on the rung that this step leaves",
        "faint",
    ),
}
FINDING: dict[Outcome, tuple[str, str, str]] = {
    "met": ("符合", "met", "good"),
    "not met": ("不符合", "NOT MET", "bad"),
    "unknown": ("无法判定", "unknown", "open"),
    "not examined": ("未评估", "–", "faint"),
}
_UNITS = {"hour": ("学时", "h"), "point": ("分", "points"), "years": ("年", "years")}
_COMPARED = {"at least": "≥", "at most": "≤", "more than": ">", "less than": "<"}
SHOWN = 5
"""Pieces of evidence that a clause names, without ``--evidence``."""


def explanation(district: District, answered: Answered, lang: str, *, all_evidence: bool = False) -> Paper:
    """The answer, its clauses, what is missing, and how to check it."""
    paper, rules, found = Paper(lang), answered.rules, answered.explanation
    say, ladder, step = paper.say, rules.ladder, found.step
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, [answered.subject])
        unit = names.unit_then(connection, answered.subject, rules.question.as_of, rules.question.known_at)
    code, name = known.code(answered.subject), known.name(answered.subject)
    rungs = [title(ladder.rung(rung).title, lang) for rung in (step.from_, step.to) if rung]
    paper.line(
        f"{code}  {name}  {unit}    {title(ladder.title, lang)}: {' → '.join(rungs)}    "
        f"{say('截至', 'as of')} {rules.question.as_of}, {say('日志', 'known at')} {position(rules.question.known_at)}"
    )
    zh, en, how = _VERDICT[found.outcome]
    paper.line(coloured(say(zh, en), how) + _summary(paper, answered))
    if found.outcome == "not examined":
        _where_it_stands(paper, district, answered)
        return paper
    paper.line()
    titles = _titles(district, answered, lang) if all_evidence else {}
    hints = _hints(paper, district, answered) if found.outcome in ("not met", "unknown") else {}
    lines = []
    for clause in found.clauses:
        first, *inside = _lines(paper, rules, clause, titles)
        lines += [replace(first, notes=(*first.notes, *hints.get(clause.id, ()))), *inside]
    _lay_out(paper, lines)
    waiting = pending(district, answered.subject, rules.question.known_at)
    if waiting:
        hours = sum((amount.number for _, amount in waiting), Decimal(0)).normalize()
        paper.both(
            f"  另有 {len(waiting)} 项培训({hours:f} 学时)待认定,没有计入",
            f"  not counted: {len(waiting)} trainings ({hours:f} h) that wait for recognition",
        )
    paper.line()
    paper.line(
        f"{say('核对', 'check it')}: jieti audit history {code} · jieti explain {code} --to {step.to} "
        f"--as-of {rules.question.as_of} --known-at {rules.question.known_at}"
    )
    return paper


def placed_on(found: Sequence[Answered], lang: str) -> Paper:
    """On which rung a subject would be placed, of all steps of a ladder that it may attempt; nothing if it does not."""
    paper, ladder = Paper(lang), found[0].rules.ladder
    outcomes = {one.explanation.step.id: one.explanation.outcome for one in found}
    order = [step for step in upwards(ladder) if step.id in outcomes]
    met = next((step.to for step in reversed(order) if outcomes[step.id] == "met"), None)
    higher = order if met is None else order[max(n for n, step in enumerate(order) if step.to == met) + 1 :]
    unsure = [title(ladder.rung(step.to).title, lang) for step in higher if outcomes[step.id] == "unknown"]
    rung = paper.say("无", "no rung") if met is None else title(ladder.rung(met).title, lang)
    more = f"({paper.say('更高的无法判定:', 'unknown higher up: ')}{', '.join(unsure)})" if unsure else ""
    paper.line(f"{paper.say('就高认定', 'placed on the highest rung that is met')}: {rung} {more}".rstrip())
    return paper


def _hints(paper: Paper, district: District, answered: Answered) -> dict[str, tuple[str, ...]]:
    """Which trainings of the calendar would close a clause, by its id."""
    coming, outlooks = closing(district, answered.rules, answered.subject, answered.explanation)
    return {one.clause.id: (would_close(paper, coming, one.closing),) for one in outlooks if one.closing is not None}


def _summary(paper: Paper, answered: Answered) -> str:
    found = answered.explanation
    outcomes = [clause.outcome for clause in found.clauses]
    failed, unknown = outcomes.count("not met"), outcomes.count("unknown")
    parts = []
    if failed or unknown:
        zh = f"{len(outcomes)} 条中 {failed} 条不符合" + (f",{unknown} 条无法判定" if unknown else "")
        en = f"{failed} of {len(outcomes)} clauses are not met" + (f", {unknown} unknown" if unknown else "")
        parts.append(paper.say(zh, en))
        if found.earliest is not None:
            parts.append(paper.say(f"不添新佐证,最早 {found.earliest} 符合", f"met by itself from {found.earliest}"))
        else:
            parts.append(paper.say("没有新的佐证就不会符合", "not met without new evidence"))
    assumed = sum(clause.clause.basis == "assumed" for clause in found.clauses)
    if assumed:
        parts.append(paper.say(f"{assumed} 条没有文件依据(假定)", f"{assumed} clauses have no document (assumed)"))
    return "    " + " · ".join(parts) if parts else ""


Titles = dict[int, str]
"""What evidence says, by its position; empty where not all of it is asked for."""


@dataclass(frozen=True)
class _Line:
    """A clause on the screen: its cells, and the notes under it."""

    depth: int
    outcome: Outcome
    cells: tuple[str, str, str]
    tail: str
    notes: tuple[str, ...]


def _lines(paper: Paper, rules: Rules, clause: Explained, titles: Titles, depth: int = 0) -> Iterator[_Line]:
    """A clause and, where it matters, its options; a veto is told by what it found, not by its inside."""
    tail = _basis(paper, rules.ladder, clause.clause) if depth == 0 else ""
    if clause.missing:
        tail += f"    {paper.say('还差', 'missing')} {amount(paper, clause.missing, clause.unit)}"
    cells = title(clause.clause.title, paper.lang), measured(paper, clause), asked(paper, clause)
    veto = isinstance(clause.clause, Group) and clause.clause.combination == "none"
    found = [option for option in clause.options if option.outcome != "not met"] if veto else [clause]
    notes = tuple(note for one in found for note in _notes(paper, rules, one, titles, veto=veto))
    yield _Line(depth, clause.outcome, cells, tail, notes)
    inside = () if veto else clause.options
    if clause.outcome != "met" or titles:
        for one in (*clause.conditions, *inside):
            yield from _lines(paper, rules, one, titles, depth + 1)


def _lay_out(paper: Paper, lines: list[_Line]) -> None:
    """The clauses in columns as wide as they need."""
    wide = [max(cell_len(line.cells[n]) + (4 * line.depth if n == 0 else 0) for line in lines) for n in range(3)]
    for line in lines:
        zh, en, how = FINDING[line.outcome]
        mark, name = paper.say(zh, en), "    " * line.depth + line.cells[0]
        cells = [_padded(text, n) for text, n in zip((name, *line.cells[1:]), wide, strict=True)]
        paper.line(f"  {coloured(_padded(mark, 8), how)}  " + "  ".join(cells) + f"  {line.tail}")
        for note in line.notes:
            paper.line(" " * (12 + 4 * line.depth) + note)


def _padded(text: str, wide: int) -> str:
    return text + " " * max(0, wide - cell_len(text))


def measured(paper: Paper, clause: Explained) -> str:
    """The value measured: a number, or the two that it lies between."""
    if isinstance(clause.clause, Is):
        return clause.said or "–"
    if clause.low is None:
        return "–"
    if clause.high is None:
        least = amount(paper, clause.low, clause.unit)
        return paper.say(f"至少 {least}", f"at least {least}")
    if isinstance(clause.clause, Holds):
        return paper.say("是" if clause.high else "否", "yes" if clause.high else "no")
    if clause.low == clause.high:
        return amount(paper, clause.low, clause.unit)
    return f"{amount(paper, clause.low, None)}–{amount(paper, clause.high, clause.unit)}"


def asked(paper: Paper, clause: Explained) -> str:
    """What is asked of it."""
    if isinstance(clause.clause, Holds):
        return paper.say("应为是", "must hold")
    if isinstance(clause.clause, Meets):
        return paper.say("各项都要符合", "all of it")
    if isinstance(clause.clause, Is):
        return _terms(paper, clause.clause)
    if isinstance(clause.clause, AskedOf):
        return _of_them(paper, clause.clause)
    if isinstance(clause.clause, Group):
        names = {"all": ("全部", "all"), "any": ("任一", "any one"), "none": ("一项也没有", "none")}
        if clause.clause.combination in names:
            return paper.say(*names[clause.clause.combination])
        return paper.say(
            f"{len(clause.options)} 选 {clause.clause.at_least}", f"{clause.clause.at_least} of {len(clause.options)}"
        )
    return ", ".join(f"{_COMPARED[how]} {amount(paper, Fraction(n), clause.unit)}" for how, n in clause.asked)


def _terms(paper: Paper, clause: Is) -> str:
    """What an attribute should be, in the catalogue's own terms."""
    parts = ["/".join(clause.one_of)] if clause.one_of else []
    parts += [paper.say(f"{clause.at_least}及以上", f"{clause.at_least} or better")] if clause.at_least else []
    parts += [paper.say(f"{clause.at_most}及以下", f"{clause.at_most} or worse")] if clause.at_most else []
    return ", ".join(parts)


def _of_them(paper: Paper, clause: AskedOf) -> str:
    """How many of those of whom it is asked, or which part of them."""
    if clause.at_least == "all":
        return paper.say("每一个", "every one")
    both = (("at least", clause.at_least), ("at most", clause.at_most))
    return ", ".join(f"{_COMPARED[how]} {many}" for how, many in both if many is not None)


def amount(paper: Paper, value: Fraction, unit: str | None) -> str:
    """A value with its unit; one that is no short decimal is cut after two places and says so."""
    cut = Decimal(value.numerator * 100 // value.denominator).scaleb(-2)
    exact = Fraction(cut) == value
    text = f"{cut.normalize():f}" if exact else f"{cut:f}…"
    if unit is None:
        return text
    zh, en = _UNITS.get(unit, (unit, unit))
    return f"{text} {paper.say(zh, en.removesuffix('s') if text == '1' else en)}"


def _basis(paper: Paper, ladder: Ladder, clause: Clause) -> str:
    if clause.basis is None or clause.basis == "assumed":
        return paper.say("假定,无文件", "assumed")
    document = ladder.documents[clause.basis.document]
    draft = paper.say("(征求意见稿)", " (draft)") if document.status == "draft" else ""
    return f"《{title(document.title, paper.lang)}》{clause.basis.passage}{draft}"


def _notes(paper: Paper, rules: Rules, clause: Explained, titles: Titles, *, veto: bool) -> Iterator[str]:
    """The evidence that counted, where it is asked for or fell short; and what time alone will change."""
    say, compared, counted = paper.say, isinstance(clause.clause, Compare), clause.counted
    if counted and compared and (clause.outcome != "met" or titles or veto):
        yield from _counted(paper, clause, titles, everything=bool(titles) or veto)
    if clause.outcome in ("not met", "unknown") and not counted and compared:
        yield say("没有可计入的记录", "nothing recorded that counts")
    if compared and clause.unit not in (None, "years") and clause.high is not None:
        whole = sum((Fraction(row.amount) for row in counted), Fraction(0))
        if _is_sum(rules, clause) and whole > clause.high:
            zh, en = f"记录合计 {amount(paper, whole, clause.unit)}", f"{amount(paper, whole, clause.unit)} recorded"
            yield say(
                f"{zh},按规则的上限计入 {measured(paper, clause)}", f"{en}; {measured(paper, clause)} under the caps"
            )
    if clause.next_change is None:
        return
    going = [row for row in clause.leaving if row.leaves is not None and row.leaves > rules.question.as_of]
    if clause.outcome == "met" and going:
        day = going[0].leaves
        count = sum(row.leaves == day for row in going)
        yield say(f"{day} 起有 {count} 项移出统计期", f"{count} of {len(counted)} leave the window on {day}")
    elif clause.outcome != "met" and (day := _enough(clause)) is not None:
        yield say(f"{day} 满足", f"enough on {day}")
    elif clause.outcome != "met" and counted:
        yield say(f"{clause.next_change} 起数值会自行变化", f"changes by itself on {clause.next_change}")


def _counted(paper: Paper, clause: Explained, titles: Titles, *, everything: bool) -> Iterator[str]:
    few = everything or len(clause.counted) <= SHOWN
    shown = clause.counted if few else clause.counted[-SHOWN:]
    unit = clause.unit if clause.unit != "years" else None
    pieces = [
        "  ".join(
            part
            for part in (
                f"{position(row.position)} {row.first}",
                amount(paper, Fraction(row.amount), unit) if unit else "",
                titles.get(row.position, ""),
            )
            if part
        )
        for row in shown
    ]
    head = paper.say(f"计入 {len(clause.counted)} 项:", f"counted {len(clause.counted)}: ")
    if titles:
        yield head
        yield from (f"  {piece}" for piece in pieces)
    else:
        more = "" if few else paper.say(" …(--evidence 列出全部)", " … (--evidence for all)")
        yield head + " · ".join(pieces) + more


def _is_sum(rules: Rules, clause: Explained) -> bool:
    assert isinstance(clause.clause, Compare)
    measure = rules.ladder.measure_of(clause.clause)
    return isinstance(measure, Measure) and Last(verb="sum") in measure.then


def _enough(clause: Explained) -> date | None:
    """The day on which enough years have passed since the one day that they are counted from."""
    years = next((number for how, number in clause.asked if how == "at least"), None)
    if clause.unit != "years" or years is None or years != int(years) or int(years) < 1 or len(clause.counted) != 1:
        return None
    (start,) = clause.counted
    return anniversary(start.first, int(years)) if start.first == start.last else None


def _where_it_stands(paper: Paper, district: District, answered: Answered) -> None:
    """What the subject holds instead, where the step may not be attempted."""
    rules, lang = answered.rules, paper.lang
    held = standings(district, rules.question.as_of, rules.question.known_at, [answered.subject])
    rungs = [one for one in held.get(answered.subject, ()) if one.ladder == rules.ladder.id]
    for one in rungs:
        rung = next((rung for rung in rules.ladder.rungs if rung.id == one.rung), None)
        called = title(rung.title, lang) if rung else one.rung  # a title taken over may be of no rung of this version
        until = paper.say(f",至 {one.until}", f", until {one.until}") if one.until else ""
        top = paper.say(",已是最高一级", ", the highest rung") if rung and rung.end else ""
        paper.both(
            f"  现为{called}(自 {one.first}{until}){top}",
            f"  holds {called} (since {one.first}{until}){top}",
        )
    if not rungs:
        paper.both("  在这个阶梯上没有级", "  holds no rung of this ladder")


def _titles(district: District, answered: Answered, lang: str) -> Titles:
    """What each piece of evidence that counted says, by its position."""
    every = [row for clause in answered.explanation.clauses for one in _flat(clause) for row in one.counted]
    with district.reading() as connection:
        events = district.log.read_at(connection, {row.position for row in every})
    story = told(district, events)
    with district.reading() as connection:
        others = {other for one in story for other in named(one)}
        known = names.called(connection, district.log, district.vault, others)
    words = Vocabulary(district, lang, answered.rules.question.known_at)
    return {one.event.position: what(one, known, words) for one in story}


def _flat(clause: Explained) -> Iterator[Explained]:
    yield clause
    for one in (*clause.conditions, *clause.options):
        yield from _flat(one)
