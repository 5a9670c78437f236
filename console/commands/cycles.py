"""Review cycles: opened, seated, nominated, closed, voted, advanced."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from console.options import (
    HERE,
    Actor,
    AsJson,
    Authority,
    Data,
    Lang,
    Mistake,
    answered,
    asking,
    day,
    emit,
    language,
    needed,
    opened,
)

if TYPE_CHECKING:
    from workflows.commands import Answer

app = typer.Typer(help="评审周期。Review cycles.", no_args_is_help=True)

Cycle = Annotated[str, typer.Argument(help="周期的代号、期次或名称。A cycle's id, period or title.")]
_CHOICES = {
    "for": "for",
    "against": "against",
    "abstain": "abstain",
    "同意": "for",
    "反对": "against",
    "弃权": "abstain",
}


@app.command(name="open")
@answered
def open_(
    ladder: Annotated[str, typer.Argument(help="已发布的阶梯。A published ladder.")],
    to: Annotated[str, typer.Option("--to", help="目标级。The rung in question.")],
    period: Annotated[str, typer.Option(help="期次,如 2026。The period.")],
    as_of: Annotated[str, typer.Option(help="评审基准日。The day as of which conditions are assessed.")],
    deadline: Annotated[str, typer.Option(help="申报截止日。The last day of submission.")],
    title: Annotated[str, typer.Option(help="名称。The title.")] = "",
    scope: Annotated[str, typer.Option(help="限于哪个单位(代码)。Only this unit's people.")] = "",
    data: Data = HERE,
    actor: Actor = "",
    authority: Authority = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """开启评审周期:规则版本、基准日、设置从此固定。Open a review cycle; what it judges by is pinned.

    Example: jieti cycle open erqi-teacher --to core-member --period 2026 --as-of 2026-06-30 --deadline 2026-06-25
    """
    from console.naming import rung_id
    from engine.assess import rules_for
    from engine.subjects import find
    from workflows.commands import OpenCycle

    with opened(data) as district:
        if not period.strip():
            raise Mistake("缺少期次,如 --period 2026", "a period is needed, e.g. --period 2026")
        pinned = needed(day(as_of), "基准日 --as-of", "day (--as-of)")
        last = needed(day(deadline), "申报截止日 --deadline", "day (--deadline)")
        command = OpenCycle(
            id=district.command_id(),
            asking=asking(actor, authority, district),
            cycle=district.new_id("y"),
            ladder=ladder,
            to=rung_id(rules_for(district, ladder, pinned).ladder, to),
            period=period,
            scope=find(district, scope, ("unit",)) if scope else None,
            title=title or f"{period} {ladder} → {to}",
            as_of=pinned,
            deadline=last,
        )
        district.handle(command)
    if as_json:
        emit({"cycle": command.cycle, "title": command.title})
    else:
        opened_ = "已开启" if language(lang) == "zh" else "opened"
        print(f"{opened_} {command.title}: {command.cycle}")
        print(f"→ jieti cycle seat {command.cycle} · jieti cycle nominate {command.cycle}")


@app.command(name="list")
@answered
def list_(data: Data = HERE, lang: Lang = "", as_json: AsJson = False) -> None:
    """列出评审周期。List the review cycles.

    Example: jieti cycle list --data demo
    """
    from console.screens.cycle import listed
    from engine.subjects import cycles

    with opened(data) as district:
        found = cycles(district)
    if as_json:
        emit([asdict(one) for one in found])
    else:
        listed(found, language(lang)).print()


@app.command()
@answered
def show(cycle: Cycle, data: Data = HERE, lang: Lang = "", as_json: AsJson = False) -> None:
    """周期走到哪一步,在等什么,接下来会怎样。Where a cycle stands, what it waits for, what comes next.

    Example: jieti cycle show erqi-teacher/core-member/2026 --data demo
    """
    from console.screens.cycle import cycle_json, shown
    from engine.subjects import find_cycle

    with opened(data) as district:
        which = find_cycle(district, cycle)
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
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """列出全部申报和状态:可作公示名单。List the cases and where each stands, as for the notice.

    Example: jieti cycle cases erqi-teacher/core-member/2026 --phase granted --data demo
    """
    from console.screens.cycle import cases_json, cases_listed
    from engine.subjects import find_cycle

    with opened(data) as district:
        which = find_cycle(district, cycle)
        if as_json:
            emit(cases_json(district, which, phase))
        else:
            cases_listed(district, which, phase, language(lang)).print()


@app.command()
@answered
def seat(
    cycle: Cycle,
    members: Annotated[list[str], typer.Argument(help="评委的工号,按席位。The members' staff numbers, by seat.")],
    stage: Annotated[str, typer.Option(help="环节;只有一个时可省。The stage; the only one without it.")] = "",
    data: Data = HERE,
    actor: Actor = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """组成评审组。Seat the panel of a stage.

    Example: jieti cycle seat 2026 JC2001-00011 JC2003-00052 JC2005-00093 --as office-1
    """
    from console.naming import stage_id
    from engine.subjects import find_all, find_cycle
    from events.facts import Seat
    from workflows.commands import SeatPanel

    with opened(data) as district:
        which, asked = find_cycle(district, cycle), asking(actor, authority, district)
        people = find_all(district, members, ("person",))
        command = SeatPanel(
            id=district.command_id(),
            asking=asked,
            cycle=which,
            stage=stage_id(district, which, stage),
            seats=tuple(Seat(seat=number, person=person) for number, person in enumerate(people, 1)),
        )
        _said(district.handle(command), lang)


@app.command()
@answered
def nominate(
    cycle: Cycle,
    subjects: Annotated[list[str], typer.Argument(help="工号或工作室编号。Staff numbers or studio codes.")],
    data: Data = HERE,
    actor: Actor = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """申报。Nominate; many at once by jieti import FILE --cycle CYCLE.

    Example: jieti cycle nominate 2026 JC2015-04172 --as school-17
    """
    from engine.subjects import find_all, find_cycle
    from workflows.commands import Nominate, Refused

    with opened(data) as district:
        which, asked = find_cycle(district, cycle), asking(actor, authority, district)
        commands = [
            Nominate(id=district.command_id(), asking=asked, cycle=which, case=district.new_id("c"), subject=subject)
            for subject in find_all(district, subjects, ("person", "studio"))
        ]
        refused = None
        for code, answer in zip(subjects, list(district.handle_many(commands)), strict=True):
            if isinstance(answer, Refused):
                refused = refused or answer
                print(f"{code} {answer.zh if language(lang) == 'zh' else answer.en}", file=sys.stderr)
            else:
                print(code, end=" ")
                _said(answer, lang)
        if refused is not None:
            raise typer.Exit(2)


@app.command()
@answered
def close(cycle: Cycle, data: Data = HERE, actor: Actor = "", authority: Authority = "", lang: Lang = "") -> None:
    """截止申报:从此刻起,后来的记录不影响本周期。Close submission; what is learned later does not count.

    Example: jieti cycle close 2026 --as office-1
    """
    from engine.subjects import find_cycle
    from workflows.commands import CloseSubmission

    with opened(data) as district:
        command = CloseSubmission(
            id=district.command_id(), asking=asking(actor, authority, district), cycle=find_cycle(district, cycle)
        )
        _said(district.handle(command), lang)


@app.command()
@answered
def vote(
    cycle: Cycle,
    subject: Annotated[str, typer.Argument(help="申报人的工号、工作室编号或案号。The candidate, or the case.")],
    choice: Annotated[str, typer.Argument(help="for|against|abstain 或 同意|反对|弃权")],
    by: Annotated[str, typer.Option(help="投票评委的工号。The voting member's staff number.")],
    stage: Annotated[str, typer.Option(help="环节;只有一个时可省。The stage; the only one without it.")] = "",
    data: Data = HERE,
    actor: Actor = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """表决;一批表决票用 jieti import FILE --cycle --stage。Vote on a case.

    Example: jieti cycle vote 2026 JC2015-04172 同意 --by JC2001-00011 --as office-1
    """
    from console.naming import stage_id
    from engine.subjects import find, find_cycle
    from workflows.commands import CastBallot

    if choice not in _CHOICES:
        raise Mistake(
            f"“{choice}”不是表决意见;写 同意、反对 或 弃权", f'"{choice}" is no vote; write for, against or abstain'
        )
    with opened(data) as district:
        which = find_cycle(district, cycle)
        case = subject
        if not subject.startswith("c-"):
            candidate = find(district, subject, ("person", "studio"))
            case = district.cases_of(which).get(candidate, "")
            if not case:
                raise Mistake(f"{subject} 没有在本周期申报", f"{subject} was not nominated in this cycle", "no case")
        command = CastBallot(
            id=district.command_id(),
            asking=asking(actor, authority, district),
            cycle=which,
            case=case,
            stage=stage_id(district, which, stage),
            person=find(district, by, ("person",)),
            choice=_CHOICES[choice],  # type: ignore[arg-type]
        )
        _said(district.handle(command), lang)


@app.command()
@answered
def advance(cycle: Cycle, data: Data = HERE, lang: Lang = "", as_json: AsJson = False) -> None:
    """推进周期:用 Prefect 把能走的都走完。Advance whatever can be advanced, as a Prefect flow run.

    Example: jieti cycle advance erqi-teacher/core-member/2026 --data demo
    """
    from console.screens.cycle import advanced
    from console.screens.progress import bar
    from engine.review_cycles import run_advance
    from engine.subjects import find_cycle

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
        advanced(district, which, done, chosen).print()


def _said(answer: Answer, lang: str) -> None:
    from workflows.commands import Landed

    zh = language(lang) == "zh"
    if isinstance(answer, Landed):
        print(f"{'已记录' if zh else 'recorded'}: " + ", ".join(f"#{at:,}" for at in answer.positions))
    else:
        print(f"{'早已记录' if zh else 'recorded before'}: #{getattr(answer, 'position', 0):,}")
