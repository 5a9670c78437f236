"""Cycles that open by themselves: scheduled, listed, unscheduled."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from console.options import (
    HERE,
    Actor,
    AsJson,
    Authority,
    Data,
    For,
    Lang,
    Mistake,
    answered,
    asking,
    day,
    emit,
    language,
    needed,
    opened,
    recorded,
)

_EVERY = {"年": "year", "半年": "half-year", "月": "month", "学年": "school year", "school-year": "school year"}
_MISSED = {"补": "once", "补一次": "once", "跳过": "skip"}


def add_to(app: typer.Typer) -> None:
    """Put these commands into the group of cycles."""
    app.command()(schedule)
    app.command()(schedules)
    app.command()(unschedule)


@answered
def schedule(
    ladder: Annotated[str, typer.Argument(help="已发布的阶梯。A published ladder.")],
    every: Annotated[str, typer.Option(help="year|half-year|month|school-year 或 年|半年|月|学年")],
    first: Annotated[str, typer.Option(help="第一次在哪天开启。The day on which the first one opens.")],
    submission_days: Annotated[
        int, typer.Option(min=1, help="申报几天;最后一天也是基准日。Days of submission; the last is the as-of day.")
    ],
    to: Annotated[
        str, typer.Option("--to", help="目标级;就高认定的阶梯可省。The rung; the highest one, where the ladder places.")
    ] = "",
    missed: Annotated[
        str, typer.Option(help="错过的:once 补最近一次,skip 跳过。What of missed ones: the newest once, or skip.")
    ] = "once",
    scope: Annotated[str, typer.Option(help="限于哪个单位(代码)。Only this unit's people.")] = "",
    data: Data = HERE,
    actor: Actor = "",
    behalf: For = "",
    authority: Authority = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """让评审周期按年、半年、月或学年自动开启;由 jieti up 每天办理。Let cycles open by themselves.

    Example: jieti cycle schedule erqi-teacher --to core-member --every year --first 2027-05-01 --submission-days 30
    """
    from console.naming import ladder_id, rung_of_cycle
    from engine.cycles import schedules as scheduled
    from engine.people.subjects import find, newest_versions
    from workflows.acts import ScheduleCycles

    wanted, then = _EVERY.get(every, every), _MISSED.get(missed, missed)
    if wanted not in _EVERY.values():
        raise Mistake(
            f"“{every}”不是周期;写 年、半年、月 或 学年",
            f'"{every}" is no period; write year, half-year, month or school-year',
        )
    if then not in ("once", "skip"):
        raise Mistake(f"“{missed}”不行;写 once(补最近一次)或 skip(跳过)", f'"{missed}" will not do: once, or skip')
    with opened(data) as district:
        name = ladder_id(district, ladder)
        versions = newest_versions(district)
        rung = rung_of_cycle(versions[name], to) if name in versions else to
        unit = find(district, scope, ("unit",)) if scope else None
        asked = asking(actor, authority, district, behalf)
        if (there := scheduled.find(district, name, rung, unit)) is not None:
            raise Mistake(
                f"{name} → {rung} 已有排期 {there.id};要改,先用 jieti cycle unschedule {there.id} 停止它",
                f"{name} to {rung} is scheduled already ({there.id}); to change it, end that one first: "
                f"jieti cycle unschedule {there.id}",
                "scheduled",
            )
        command = ScheduleCycles(
            id=district.command_id(),
            asking=asked,
            schedule=district.new_id("r"),
            ladder=name,
            to=rung,
            scope=unit,
            every=wanted,  # type: ignore[arg-type]
            first=needed(day(first), "第一次开启的日期 --first", "day (--first)"),
            submission_days=submission_days,
            missed=then,  # type: ignore[arg-type]
        )
        district.handle(command)
    if as_json:
        emit({"schedule": command.schedule, "next": command.first})
    else:
        said = "已排期,首次" if language(lang) == "zh" else "scheduled, first on"
        print(f"{said} {command.first}: {command.schedule}")


@answered
def schedules(data: Data = HERE, lang: Lang = "", as_json: AsJson = False) -> None:
    """列出排期:多久开启一次,下次在哪天。List the schedules: how often, and when next.

    Example: jieti cycle schedules --data demo
    """
    from console.screens.schedules import listed
    from engine.cycles import schedules as scheduled

    with opened(data) as district:
        found = scheduled.listed(district)
        if as_json:
            emit([asdict(one) for one in found])
        else:
            listed(district, found, language(lang)).print()


@answered
def unschedule(
    schedule: Annotated[str, typer.Argument(help="排期的代号。A schedule's id.")],
    data: Data = HERE,
    actor: Actor = "",
    behalf: For = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """停止排期;已开启的周期照常进行。End a schedule; the cycles that it opened go on.

    Example: jieti cycle unschedule r-7k3m0q8x2v5w --as office-1
    """
    from workflows.acts import EndSchedule

    with opened(data) as district:
        asked = asking(actor, authority, district, behalf)
        recorded(district.handle(EndSchedule(id=district.command_id(), asking=asked, schedule=schedule)), lang)
