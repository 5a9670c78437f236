"""Questions to the rules: of a whole cohort, of one subject."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from console.options import (
    HERE,
    AsJson,
    AsOf,
    Data,
    KnownAt,
    Lang,
    Looker,
    Mistake,
    Sheet,
    answered,
    day,
    emit,
    language,
    opened,
)

if TYPE_CHECKING:
    from engine.assessing.assess import Answered, Cohort
    from engine.district import District
    from engine.times import Times


FEW = 3
"""Of so many ladders the explanation is read in full, whether or not somebody stands on them."""


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    app.command()(assess)
    app.command()(explain)
    app.command()(plan)


Rung = Annotated[str, typer.Option("--to", help="目标级。The rung in question.", show_default=False)]


@answered
def assess(
    ladder: Annotated[str, typer.Argument(help="已发布的阶梯。A published ladder.")],
    to: Rung = "",
    as_of: AsOf = "",
    known_at: KnownAt = "",
    limit: Annotated[int, typer.Option(help="屏幕上列出多少人。How many subjects to list on the screen.", min=0)] = 20,
    outcome: Annotated[
        str,
        typer.Option(
            help="只列 met、not met、unknown 或 not examined。Only those of an outcome.",
            show_default="met on the screen; whoever was examined in a file",
        ),
    ] = "",
    out: Sheet = None,
    data: Data = HERE,
    actor: Looker = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """评估全体:谁符合条件。Assess the whole cohort: who meets the conditions.

    With --out a sheet of everybody who was examined, a column for each clause with what was measured.

    Example: jieti assess erqi-teacher --to core-member --as-of 2026-06-30 --data demo
    """
    from console.looking import at_list
    from console.naming import ladder_id, rung_id
    from console.naming import times as times_of
    from console.screens.assess import OUTCOMES, cohorts, table
    from console.tables import may_be_written, write
    from engine.assessing import assess as assessing

    outcome = {zh: name for name, (zh, _) in OUTCOMES.items()}.get(outcome, outcome)
    if outcome and outcome not in OUTCOMES:
        listed = ", ".join(OUTCOMES)
        raise Mistake(f"没有判定“{outcome}”;可用:{listed}", f'there is no outcome "{outcome}"; use one of: {listed}')
    chosen = language(lang)
    if out is not None:
        may_be_written(out)
    with opened(data) as district:
        times = times_of(district, as_of, known_at)
        rules = assessing.rules_for(district, ladder_id(district, ladder), times.as_of, times.known_at)
        rungs = [rung_id(rules.ladder, to)] if to else list(dict.fromkeys(step.to for step in rules.ladder.steps))
        subjects = assessing.cohort_of(district, rules)
        found = [assessing.assess(district, rules, rung, subjects) for rung in rungs]
        header, rows = table(district, found, outcome, chosen) if out is not None else ([], [])
        shown = [len(subjects) if as_json else min(limit, _of(one, outcome or "met")) for one in found]
        at_list(district, actor, "assess", rules.ladder.id, max(len(rows), sum(shown)), times, lang)
        if out is not None:
            write(out, "评估" if chosen == "zh" else "assessed", header, rows)
        if as_json:
            emit([_cohort_json(district, one) for one in found])
            return
        cohorts(district, found, chosen, limit, outcome or "met").print()
        if out is not None:
            print(f"→ {out}")


@answered
def explain(
    subject: Annotated[str, typer.Argument(help="工号或工作室编号。A staff number or studio code.")],
    to: Rung = "",
    ladder: Annotated[str, typer.Option(help="阶梯;默认为所在的阶梯。The ladder; the subject's own without it.")] = "",
    as_of: AsOf = "",
    known_at: KnownAt = "",
    evidence: Annotated[bool, typer.Option("--evidence", help="列出计入的全部佐证。List all evidence.")] = False,
    data: Data = HERE,
    actor: Looker = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """逐条说明:要求多少,达到多少,还差什么,何时可能改变。Every finding: measured, asked, missing, next change.

    Of several ladders those are read in full on which the subject stands, of the others a line for each step.
    With --known-at as it was known at a position or by the end of a day: what was recorded since is only counted.

    Example: jieti explain JC2015-04172 --to core-member --data demo
    """
    from console.looking import at_files
    from console.naming import ladder_id, rung_id
    from console.naming import times as times_of
    from console.screens.explain import explanation, placed_on
    from console.screens.explain_json import explanation_json
    from console.screens.overview import overview
    from console.screens.times import since
    from engine.assessing import assess as assessing
    from engine.people.subjects import climber, find
    from engine.times import there

    with opened(data) as district:
        who, times = find(district, subject), times_of(district, as_of, known_at)
        there(district, who, times.known_at)
        at_files(district, actor, "explain", [who], times, lang)
        kind = climber(district, who)
        names = [ladder_id(district, ladder)] if ladder else ladders_for(district, kind, times)
        every = []
        for name in names:
            rules = assessing.rules_for(district, name, times.as_of, times.known_at)
            if rules.ladder.subject != kind:
                _not_for(name, kind)
            every.append((rules, rung_id(rules.ladder, to) or None))
        # A rung is looked for on every ladder; where none leads to it, the first one says so.
        leading = [(rules, rung) for rules, rung in every if rung is None or rules.ladder.steps_to(rung)]
        found = []
        for rules, rung in leading or every[:1]:
            found += assessing.explain(district, rules, [who], rung)
        if as_json:
            emit([explanation_json(district, one) for one in found])
            return
        whole = found if ladder or to else _own(district, who, found)
        for one in whole:
            explanation(district, one, language(lang), all_evidence=evidence).print()
        for rules, rung in leading:
            placing = [one for one in whole if one.rules is rules]
            if placing and rung is None and rules.ladder.placement is not None:
                placed_on(placing, language(lang)).print()
        if len(whole) < len(found):
            others = [one for one in found if one not in whole]
            overview(subject, others, language(lang), more=bool(whole)).print()
        since(district, who, times, language(lang)).print()


@answered
def plan(
    subject: Annotated[str, typer.Argument(help="工号、工作室编号或单位代码。A staff number, studio or unit code.")],
    to: Annotated[str, typer.Option("--to", help="想到哪一级。The rung to be reached.")],
    ladder: Annotated[str, typer.Option(help="阶梯;默认找有这一级的。The ladder; the one that has the rung.")] = "",
    as_of: AsOf = "",
    data: Data = HERE,
    actor: Looker = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """到某一级怎么走:每一步差什么,最早何时满足,哪些培训补得上。The way to a rung, step by step.

    Example: jieti plan JC2015-04172 --to studio-host --data demo
    """
    from console.looking import at_files
    from console.naming import ladder_id, rung_id
    from console.screens.plan import way, way_json
    from engine.assessing import assess as assessing
    from engine.people.subjects import climber, find, standings
    from engine.standings import plans

    with opened(data) as district:
        who = find(district, subject)
        kind = climber(district, who)
        at_files(district, actor, "plan", [who], lang=lang)
        names = [ladder_id(district, ladder)] if ladder else ladders_for(district, kind)
        every = [assessing.rules_for(district, name, day(as_of)) for name in names]
        fitting = [one for one in every if one.ladder.subject == kind]
        if not fitting:
            _not_for(every[0].ladder.id, kind)
        has = [one for one in fitting if rung_id(one.ladder, to) in {rung.id for rung in one.ladder.rungs}]
        if len(has) > 1:  # the ladder on which a rung is held is meant
            today = every[0].question
            held = {one.ladder for one in standings(district, today.as_of, today.known_at, [who]).get(who, ())}
            has = [one for one in has if one.ladder.id in held] or has
        if len(has) > 1:
            listed = ", ".join(one.ladder.id for one in has)
            raise Mistake(
                f"不止一个阶梯有“{to}”:{listed};请用 --ladder 指定",
                f'several ladders have "{to}": {listed}; name one with --ladder',
            )
        rules = (has or fitting)[0]
        found = plans.way(district, rules, who, rung_id(rules.ladder, to))
        if as_json:
            emit(way_json(district, found))
        else:
            way(district, found, language(lang)).print()


def _not_for(ladder: str, kind: str) -> NoReturn:
    from workflows.nomination import SUBJECTS

    zh, en = SUBJECTS[kind]
    raise Mistake(f"阶梯 {ladder} 不是给{zh}的", f"the ladder {ladder} is not for a {en}")


def _own(district: District, who: str, found: list[Answered]) -> list[Answered]:
    """The steps of the ladders on which somebody stands on that day; of a few, all."""
    from engine.people.subjects import standings

    if len({one.rules.ladder.id for one in found}) <= FEW:
        return found
    asked = found[0].rules.question
    held = {one.ladder for one in standings(district, asked.as_of, asked.known_at, [who]).get(who, ())}
    return [one for one in found if one.rules.ladder.id in held]


def ladders_for(district: District, kind: str, times: Times | None = None) -> list[str]:
    """The ladders of a kind of subject that are in force today (on a day, as known at a position)."""
    from engine.people.subjects import published_ladders
    from workflows.ladder import none_in_force

    today = times.as_of if times is not None and times.as_of is not None else district.today
    every = published_ladders(district, times.known_at if times is not None else None)
    found = [
        name
        for name, state in every.items()
        if (version := state.in_force(today)) is not None and version.subject == kind
    ]
    if not found:
        for name, state in every.items():
            if (gone := state.expired(today)) is not None and gone.subject == kind:
                raise none_in_force(state, name, today)
        raise Mistake("还没有发布这类对象的阶梯", "no ladder for this kind of subject is in force", "no ladder")
    return found


def _of(cohort: Cohort, outcome: str) -> int:
    """How many came to an outcome."""
    return sum(count for name, count in cohort.counts().items() if name == outcome)


def _cohort_json(district: District, cohort: Cohort) -> dict[str, object]:
    from engine.people import names

    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, cohort.subjects)
    return {
        "ladder": cohort.rules.ladder.id,
        "version": cohort.rules.version,
        "to": cohort.to,
        "as_of": cohort.rules.question.as_of,
        "known_at": cohort.rules.question.known_at,
        "counts": cohort.counts(),
        "verdicts": [
            {
                "subject": judged.subject,
                "code": known.code(judged.subject),
                "step": judged.step.id,
                "outcome": judged.outcome,
                "findings": [finding.model_dump() for finding in judged.findings],
            }
            for judged in map(cohort.judged, range(len(cohort.subjects)))
        ],
    }
