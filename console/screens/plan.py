"""A subject's way to a rung: when at the earliest, what each step lacks, and which trainings would help."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

from console.screens.calendar import NAMED, calendar_json, closing, named, trainings
from console.screens.explain import FINDING, amount, asked, measured
from console.screens.explain_json import clause_json
from console.screens.paper import Paper, coloured, position
from console.screens.vocabulary import title
from engine.district import District
from engine.people import names
from engine.records.offers import Offered
from engine.standings.plans import Planned, Way
from ladders.evaluating.ahead import Closing, Outlook
from ladders.evaluating.explanation import Explained
from ladders.model.ladder import Group


def way(district: District, found: Way, lang: str) -> Paper:
    """The answer, the steps, what each of them lacks, and what to ask next."""
    paper, rules = Paper(lang), found.rules
    ladder, question = rules.ladder, rules.question
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, [found.subject])
        unit = names.units(connection, [found.subject]).get(found.subject, "")
    code = known.code(found.subject)
    start = title(ladder.rung(found.start).title, lang) if found.start else paper.say("(尚无级)", "(no rung)")
    rungs = [start, *(title(ladder.rung(one.step.to).title, lang) for one in found.steps)]
    paper.line(
        f"{code}  {known.name(found.subject)}  {unit}    {title(ladder.title, lang)}: {' → '.join(rungs)}    "
        f"{paper.say('截至', 'as of')} {question.as_of}, {paper.say('日志', 'known at')} {position(question.known_at)}"
    )
    paper.line(_answer(paper, found))
    for nth, one in enumerate(found.steps, 1):
        paper.line()
        _step(paper, found, nth, one)
    paper.line()
    if found.for_others:
        paper.both(
            f"日程里另有 {found.for_others} 项培训是给别的级或岗位的,没有算在内",
            f"{found.for_others} more trainings of the calendar are meant for others and were left out",
        )
    if found.steps:
        paper.both(
            "认定都要经过评审:这些日子是最早的可能,不是承诺",
            "every grant needs a review: these days are the earliest possible ones, no promise",
        )
        paper.line(
            f"{paper.say('核对', 'check it')}: jieti explain {code} --to {found.steps[0].step.to} "
            f"--ladder {ladder.id} --as-of {question.as_of} · jieti calendar --from {question.as_of}"
        )
    return paper


def _answer(paper: Paper, found: Way) -> str:
    ladder = found.rules.ladder
    rung = title(ladder.rung(found.to).title, paper.lang)
    if not found.steps:
        return coloured(paper.say(f"已是{rung}", f"HOLDS IT: {rung}"), "good")
    many = len(found.steps)
    steps = paper.say(f"要走 {many} 步", f"{many} step{'s' if many > 1 else ''}")
    if found.earliest is not None:
        chosen = {plan for one in found.steps for plan in one.trainings}
        with_ = paper.say(f",要参加 {len(chosen)} 项培训", f", with {trainings(len(chosen))}") if chosen else ""
        if found.earliest <= found.rules.question.as_of:
            head = paper.say("现在就符合条件", "ELIGIBLE NOW")
        else:
            head = paper.say(f"最早 {found.earliest} 符合条件", f"EARLIEST {found.earliest}")
        return coloured(head, "good") + f"    {steps}{with_}"
    stuck = next(nth for nth, one in enumerate(found.steps, 1) if one.earliest is None)
    lacking = sum(_is_stuck(one) for one in found.steps[stuck - 1].outlooks)
    head = coloured(paper.say("还说不出日子", "NO DATE YET"), "bad")
    if not lacking:
        return f"{head}    {steps};" + paper.say(
            f"第 {stuck} 步每一条都有办法,但没有一天会同时符合:先满足的到时又移出统计期",
            f" in step {stuck} every clause can be met, but on no day all of them: what counts first has left its "
            "window by then",
        )
    return f"{head}    {steps};" + paper.say(
        f"第 {stuck} 步有 {lacking} 条要靠新的佐证,时间和日程里的培训都补不上",
        f" in step {stuck}, {lacking} clause{'s' if lacking != 1 else ''} need new evidence that neither time nor the "
        "calendar brings",
    )


def _is_stuck(one: Outlook) -> bool:
    return one.earliest is None and one.closing is None and one.clause.strength == "binding"


def _step(paper: Paper, found: Way, nth: int, one: Planned) -> None:
    """A step: its headline, the clauses that are not met, those that are, and when a grant could be in force."""
    say, ladder, lang = paper.say, found.rules.ladder, paper.lang
    rungs = [title(ladder.rung(rung).title, lang) for rung in (one.step.from_, one.step.to) if rung]
    as_of = one.explanation.question.as_of
    clauses = one.explanation.clauses
    failed = sum(clause.outcome != "met" for clause in clauses)
    head = say(f"第 {nth} 步  {' → '.join(rungs)}", f"step {nth}  {' → '.join(rungs)}")
    state = say(
        f"{len(clauses)} 条中 {failed} 条还不符合" if failed else f"{len(clauses)} 条都符合",
        f"{failed} of {len(clauses)} clauses are not met yet" if failed else f"all {len(clauses)} clauses are met",
    )
    paper.line(coloured(head, "strong") + f"    {state}    {_when(paper, one)}")
    if nth > 1:
        before = say(
            f"从上一步认定算起:不早于 {as_of}",
            f"counted from the grant of the step before: not before {as_of}",
        )
        supposed = say("(假定上一步已满足)", " (supposing that step was met)") if one.supposed else ""
        paper.line(f"  {before}{supposed}")
    if one.renewed_by is not None:
        paper.both(
            f"  现级任期到 {one.renewed_by},这里按期满续任计",
            f"  the term of the rung before ends on {one.renewed_by}: it is supposed to be renewed",
        )
    rows, notes = [], []
    for clause, outlook in zip(clauses, one.outlooks, strict=True):
        if clause.outcome != "met":
            rows.append(_row(paper, clause))
            notes.append(list(_notes(paper, found.calendar, clause, outlook, as_of)))
    if nth > 1 and any(before.trainings for before in found.steps[: nth - 1]):
        paper.both(
            "  前面几步的培训已算作参加过,下面说的是还要再参加的",
            "  the trainings of the steps before are supposed to be attended; those below come on top",
        )
    _lay_out(paper, rows, notes)
    met = [title(clause.clause.title, lang) for clause in clauses if clause.outcome == "met"]
    if met:
        paper.line(f"  {coloured(say('已符合', 'met'), 'good')}  " + say("、", ", ").join(met))
    if len(one.trainings) > NAMED or sum(outlook.closing is not None for outlook in one.outlooks) > 1:
        chosen = [found.calendar[plan] for plan in one.trainings]
        paper.line(f"  {say('建议参加', 'attend')}  " + named(paper, chosen, everyone=True))
        if shared := _share_days(chosen):
            paper.both(
                f"    其中 {shared[0].title} 与 {shared[1].title} 日期有重叠,请核对能否都参加",
                f"    {shared[0].title} and {shared[1].title} share days: check that both can be attended",
            )
    if one.granted is not None:
        paper.both(
            f"  评审、公示之后,认定最早 {one.granted} 生效",
            f"  after review and notice, a grant is in force from {one.granted}",
        )


def _when(paper: Paper, one: Planned) -> str:
    as_of = one.explanation.question.as_of
    if one.earliest is None:
        return paper.say("还说不出日子", "no date yet")
    if one.earliest <= as_of:
        return paper.say("现在就可以申报", "may apply now") if not one.supposed else ""
    if one.trainings:
        many = len(one.trainings)
        return paper.say(
            f"参加 {many} 项培训,最早 {one.earliest} 符合", f"with {trainings(many)}, met from {one.earliest}"
        )
    return paper.say(f"不添新佐证,最早 {one.earliest} 符合", f"met by itself from {one.earliest}")


def _row(paper: Paper, clause: Explained) -> tuple[str, ...]:
    zh, en, how = FINDING[clause.outcome]
    missing = ""
    if clause.missing:
        missing = f"{paper.say('还差', 'missing')} {amount(paper, clause.missing, clause.unit)}"
    name = title(clause.clause.title, paper.lang)
    return coloured(paper.say(zh, en), how), name, measured(paper, clause), asked(paper, clause), missing


def _lay_out(paper: Paper, rows: Sequence[tuple[str, ...]], notes: Sequence[Sequence[str]]) -> None:
    """The clauses in columns, each with its notes under it."""
    aligned = Paper(paper.lang)
    aligned.table(rows)
    for line, under in zip(aligned.lines, notes, strict=True):
        paper.line(line)
        for note in under:
            paper.line(f"            {note}")


def _notes(
    paper: Paper, calendar: Sequence[Offered], clause: Explained, outlook: Outlook, as_of: date
) -> Iterator[str]:
    """What inside it is not met; when it can be met, and by what."""
    say = paper.say
    lacking = [one for one in clause.options if one.outcome != "met"] if not _is_veto(clause) else []
    if lacking:
        listed = [
            f"{title(one.clause.title, paper.lang)} {measured(paper, one)} / {asked(paper, one)}" for one in lacking
        ]
        yield say("其中还没有:", "of it not yet: ") + say("、", ", ").join(listed)
    if outlook.earliest is not None and outlook.earliest > as_of:
        yield say(f"不添新佐证,{outlook.earliest} 起符合", f"met by itself from {outlook.earliest}")
    if outlook.closing is not None:
        yield closing(paper, calendar, outlook.closing)
    elif outlook.earliest is None and outlook.reach is not None:
        most = amount(paper, Fraction(outlook.reach), clause.unit)
        yield say(f"日程里能计入的都参加,也只到 {most}", f"with all of the calendar that counts it comes to {most}")
    elif outlook.earliest is None:
        yield say("要有新的佐证,日程里没有能计入的培训", "needs new evidence; nothing in the calendar counts for it")


def _is_veto(clause: Explained) -> bool:
    return isinstance(clause.clause, Group) and clause.clause.combination == "none"


def _share_days(chosen: Sequence[Offered]) -> tuple[Offered, Offered] | None:
    """Two of them that are held on the same day."""
    by_day = sorted(chosen, key=lambda one: (one.first, one.last))
    for before, one in pairwise(by_day):
        if one.first <= before.last:
            return before, one
    return None


def way_json(district: District, found: Way) -> dict[str, Any]:
    """The way as data; numbers as exact text."""
    question = found.rules.question
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, [found.subject])
    return {
        "subject": found.subject,
        "code": known.code(found.subject),
        "ladder": found.rules.ladder.id,
        "version": found.rules.version,
        "to": found.to,
        "as_of": question.as_of,
        "known_at": question.known_at,
        "held": list(found.held),
        "earliest": found.earliest,
        "trainings_for_others": found.for_others,
        "steps": [_step_json(found, one) for one in found.steps],
    }


def _step_json(found: Way, one: Planned) -> dict[str, Any]:
    return {
        "step": one.step.id,
        "not_before": one.explanation.question.as_of,
        "supposed": one.supposed,
        "outcome": one.explanation.outcome,
        "met_by_itself": one.by_itself,
        "earliest": one.earliest,
        "grant_not_before": one.granted,
        "renewed_by": one.renewed_by,
        "trainings": calendar_json([found.calendar[plan] for plan in one.trainings]),
        "clauses": [
            clause_json(clause)
            | {
                "earliest": outlook.earliest,
                "closing": None if outlook.closing is None else _closing_json(found, outlook.closing),
                "reach": None if outlook.reach is None else str(outlook.reach),
            }
            for clause, outlook in zip(one.explanation.clauses, one.outlooks, strict=True)
        ],
    }


def _closing_json(found: Way, one: Closing) -> dict[str, Any]:
    chosen = [found.calendar[plan] for plan in one.plans]
    return {"trainings": [training.id for training in chosen], "from": one.day, "fewest": one.fewest}
