"""Review cycles: opened, seated, nominated, closed, voted, advanced."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from console.options import (
    HERE,
    Actor,
    AsJson,
    Authority,
    Cycle,
    Data,
    For,
    Lang,
    Looker,
    Mistake,
    acting,
    answered,
    asking,
    day,
    emit,
    language,
    needed,
    opened,
    recorded,
)

app = typer.Typer(help="评审周期。Review cycles.", no_args_is_help=True)


@app.command(name="open")
@answered
def open_(
    ladder: Annotated[str, typer.Argument(help="已发布的阶梯。A published ladder.")],
    period: Annotated[str, typer.Option(help="期次,如 2026。The period.")],
    as_of: Annotated[str, typer.Option(help="评审基准日。The day as of which conditions are assessed.")],
    deadline: Annotated[str, typer.Option(help="申报截止日。The last day of submission.")],
    to: Annotated[
        str, typer.Option("--to", help="目标级;就高认定的阶梯可省。The rung; the highest one, where the ladder places.")
    ] = "",
    title: Annotated[str, typer.Option(help="名称。The title.")] = "",
    scope: Annotated[str, typer.Option(help="限于哪个单位(代码)。Only this unit's people.")] = "",
    data: Data = HERE,
    actor: Actor = "",
    behalf: For = "",
    authority: Authority = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """开启评审周期:规则版本、基准日、设置从此固定。Open a review cycle; what it judges by is pinned.

    Example: jieti cycle open erqi-teacher --to core-member --period 2026 --as-of 2026-06-30 --deadline 2026-06-25
    """
    from console.naming import rung_of_cycle
    from console.published import editions, in_force
    from console.screens.ladders import named
    from console.screens.paper import Paper
    from engine.assessing.assess import rules_for
    from engine.people.subjects import find
    from workflows.commands import OpenCycle

    with opened(data) as district:
        if not period.strip():
            raise Mistake("缺少期次,如 --period 2026", "a period is needed, e.g. --period 2026")
        pinned = needed(day(as_of), "基准日 --as-of", "day (--as-of)")
        last = needed(day(deadline), "申报截止日 --deadline", "day (--deadline)")
        command = OpenCycle(
            id=district.command_id(),
            asking=asking(actor, authority, district, behalf),
            cycle=district.new_id("y"),
            ladder=ladder,
            to=rung_of_cycle(rules_for(district, ladder, pinned).ladder, to),
            period=period,
            scope=find(district, scope, ("unit",)) if scope else None,
            title=title or f"{period} {ladder}" + (f" → {to}" if to else ""),
            as_of=pinned,
            deadline=last,
        )
        district.handle(command)
        version = in_force(editions(district, command.ladder), pinned)
    assert version is not None, "the cycle was opened under it"
    if as_json:
        emit({"cycle": command.cycle, "title": command.title, "version": version.version.position})
    else:
        by = named(version, Paper(language(lang)))
        opened_ = "已开启" if language(lang) == "zh" else "opened"
        print(f"{opened_} {command.title}: {command.cycle}")
        print(f"  按规定的版本 {by},此后不变" if language(lang) == "zh" else f"  under version {by}, which it keeps")
        print(f"→ jieti cycle seat {command.cycle} · jieti cycle nominate {command.cycle}")


@app.command(name="list")
@answered
def list_(data: Data = HERE, lang: Lang = "", as_json: AsJson = False) -> None:
    """列出评审周期。List the review cycles.

    Example: jieti cycle list --data demo
    """
    from console.screens.cycle import listed
    from engine.people.subjects import cycles

    with opened(data) as district:
        found = cycles(district)
    if as_json:
        emit([asdict(one) for one in found])
    else:
        listed(found, language(lang)).print()


@app.command()
@answered
def show(cycle: Cycle, data: Data = HERE, actor: Looker = "", lang: Lang = "", as_json: AsJson = False) -> None:
    """周期走到哪一步,在等什么,接下来会怎样。Where a cycle stands, what it waits for, what comes next.

    Example: jieti cycle show erqi-teacher/core-member/2026 --data demo
    """
    from console.looking import at_list
    from console.screens.cycle import cycle_json, people_of, shown
    from engine.people.subjects import find_cycle

    with opened(data) as district:
        which = find_cycle(district, cycle)
        at_list(district, actor, "cycle show", which, len(people_of(district, which)), lang=lang)
        if as_json:
            emit(cycle_json(district, which))
        else:
            shown(district, which, language(lang)).print()


@app.command()
@answered
def cases(
    cycle: Cycle,
    phase: Annotated[str, typer.Option(help="只列这一状态,如 approved 或 通过。Only those in a phase.")] = "",
    data: Data = HERE,
    actor: Looker = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """列出全部申报和状态:可作公示名单。List the cases and where each stands, as for the notice.

    Example: jieti cycle cases erqi-teacher/core-member/2026 --phase granted --data demo
    """
    from console.looking import at_list
    from console.screens.cycle import cases_json, cases_listed
    from engine.people.subjects import find_cycle

    with opened(data) as district:
        which = find_cycle(district, cycle)
        found = cases_json(district, which, phase)
        at_list(district, actor, "cycle cases", which, len(found), lang=lang)
        if as_json:
            emit(found)
        else:
            cases_listed(district, which, phase, language(lang)).print()


@app.command()
@answered
def nominate(
    cycle: Cycle,
    subjects: Annotated[
        list[str], typer.Argument(help="工号、工作室编号或单位代码。Staff numbers, studio or unit codes.")
    ],
    outside: Annotated[
        bool, typer.Option("--outside", help="占名额之外,须有文号。Outside the count; needs --authority.")
    ] = False,
    states: Annotated[
        list[str] | None,
        typer.Option(help="申报书写明的内容:名称=内容,如 track=research。What it states: NAME=TERM."),
    ] = None,
    data: Data = HERE,
    actor: Actor = "",
    behalf: For = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """申报。Nominate; many at once by jieti import FILE --cycle CYCLE.

    Example: jieti cycle nominate 2026 JC2015-04172 --as school-17
    """
    from engine.people.subjects import find_all
    from workflows.commands import Nominate, Refused

    stated = _stated(states or ())
    with acting(data, cycle, actor, authority, behalf) as (district, _, said):
        commands = [
            Nominate(
                **said | {"id": district.command_id()},
                case=district.new_id("c"),
                subject=subject,
                outside=outside,
                states=stated,
            )
            for subject in find_all(district, subjects)
        ]
        refused = None
        for code, answer in zip(subjects, list(district.handle_many(commands)), strict=True):
            if isinstance(answer, Refused):
                refused = refused or answer
                print(f"{code} {answer.zh if language(lang) == 'zh' else answer.en}", file=sys.stderr)
            else:
                print(code, end=" ")
                recorded(answer, lang)
        if refused is not None:
            raise typer.Exit(2)


def _stated(states: Sequence[str]) -> dict[str, str]:
    """What an application states, from ``name=term`` each."""
    found = {}
    for one in states:
        name, parted, term = (part.strip() for part in one.partition("="))
        if not parted or not name or not term or name in found:
            raise Mistake(
                f"“{one}”不行;写成 名称=内容,每个名称一次",
                f'"{one}" will not do; write NAME=TERM, each name once',
            )
        found[name] = term
    return found


@app.command()
@answered
def close(
    cycle: Cycle,
    as_it_is: Annotated[
        bool,
        typer.Option("--as-it-is", help="推荐名单不合结构要求也截止,要有 --authority。Whatever the list lacks."),
    ] = False,
    data: Data = HERE,
    actor: Actor = "",
    behalf: For = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """截止申报:从此刻起,后来的记录不影响本周期。Close submission; what is learned later does not count.

    Example: jieti cycle close 2026 --as office-1
    """
    from workflows.commands import CloseSubmission

    with acting(data, cycle, actor, authority, behalf) as (district, _, said):
        recorded(district.handle(CloseSubmission(**said, as_it_is=as_it_is)), lang)


@app.command()
@answered
def places(cycle: Cycle, data: Data = HERE, actor: Looker = "", lang: Lang = "", as_json: AsJson = False) -> None:
    """名额和排序:谁在内,最后一名和第一名之外的为什么。The ranking, and why the last one in and the first one out.

    Example: jieti cycle places qinyuan-chief-teacher/trainee/2026 --data demo
    """
    from console.looking import at_list
    from console.screens.places import places_json, ranked, ranking
    from engine.people.subjects import find_cycle

    with opened(data) as district:
        which = find_cycle(district, cycle)
        at_list(district, actor, "cycle places", which, len(ranking(district, which)), lang=lang)
        if as_json:
            emit(places_json(district, which))
        else:
            ranked(district, which, language(lang)).print()


@app.command()
@answered
def advance(cycle: Cycle, data: Data = HERE, actor: Looker = "", lang: Lang = "", as_json: AsJson = False) -> None:
    """推进周期:用 Prefect 把能走的都走完。Advance whatever can be advanced, as a Prefect flow run.

    Example: jieti cycle advance erqi-teacher/core-member/2026 --data demo
    """
    from console.looking import at_list
    from console.screens.cycle import advanced, people_of
    from console.screens.progress import bar
    from engine.people.subjects import find_cycle
    from engine.review_cycles import run_advance

    with opened(data) as district:
        which = find_cycle(district, cycle)
    chosen = language(lang)
    if sys.stderr.isatty():
        print("Prefect …", file=sys.stderr)
    with bar("推进 advance") as tick:
        done = run_advance(data, which, lang="zh" if chosen == "zh" else "en", progress=lambda *_: tick(1))
    if as_json:
        emit(asdict(done))
        return
    with opened(data) as district:
        at_list(district, actor, "cycle advance", which, len(people_of(district, which)), lang=lang)
        advanced(district, which, done, chosen).print()
