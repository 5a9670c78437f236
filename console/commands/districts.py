"""The district: its settings, evidence catalogue, calendar and clock."""

from __future__ import annotations

from datetime import date
from pathlib import Path
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
    emit,
    instant,
    language,
    needed,
    opened,
)

if TYPE_CHECKING:
    from engine.district import District
    from workflows.commands import Command

app = typer.Typer(help="区县的设置、佐证目录、日历和时钟。Settings, catalogue, calendar, clock.", no_args_is_help=True)


@app.command()
@answered
def show(data: Data = HERE, lang: Lang = "", as_json: AsJson = False) -> None:
    """显示区县的设置和时钟。Show the district's settings and clock.

    Example: jieti district show --data demo
    """
    with opened(data) as district:
        state, now, today = district.state, district.now, district.today
    said = {
        "name": state.name,
        "time_zone": state.settings.time_zone,
        "school_year_starts": state.settings.school_year_starts,
        "now": now,
        "today": today,
        "simulated_clock": state.simulated,
        "evidence_kinds": list(state.catalogue.kinds),
        "calendars": sorted(state.calendars),
    }
    if as_json:
        emit(said)
        return
    zh = language(lang) == "zh"
    clock = ("模拟时钟" if zh else "simulated clock") if state.simulated else ("真实时间" if zh else "real time")
    kinds = "、".join(k.zh for k in state.catalogue.kinds.values()) if zh else ", ".join(state.catalogue.kinds)
    print(f"{state.name}    {today} ({clock}, {state.settings.time_zone})")
    print(f"{'学年起始' if zh else 'school year starts'} {state.settings.school_year_starts}")
    print(f"{'佐证类型' if zh else 'kinds of evidence'}: {kinds}")


@app.command()
@answered
def settings(
    time_zone: Annotated[str, typer.Option(help="时区。The time zone.")] = "",
    school_year_starts: Annotated[str, typer.Option(help="学年第一天,如 09-01。The school year's first day.")] = "",
    data: Data = HERE,
    actor: Actor = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """更改设置(记为事件)。Change the settings, as an event.

    Example: jieti district settings --school-year-starts 09-01 --as office-1
    """
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    from pydantic import ValidationError

    from events.facts import Settings
    from workflows.commands import ChangeSettings

    with opened(data) as district:
        now = district.settings
        try:
            ZoneInfo(time_zone or now.time_zone)
            if school_year_starts:
                date.fromisoformat(f"2001-{school_year_starts}")  # a day that every year has
            changed = Settings(
                time_zone=time_zone or now.time_zone, school_year_starts=school_year_starts or now.school_year_starts
            )
        except (ZoneInfoNotFoundError, ValueError, ValidationError):
            raise Mistake(
                "设置不对;时区写成 Asia/Shanghai,学年第一天写成 09-01",
                "not a setting: write a time zone as Asia/Shanghai, the school year's first day as 09-01",
            ) from None
        asked = asking(actor, authority, district)
        _done(district, ChangeSettings(id=district.command_id(), asking=asked, settings=changed), lang)


@app.command()
@answered
def catalogue(
    file: Annotated[Path, typer.Argument(help="佐证目录(YAML)。An evidence catalogue.")],
    data: Data = HERE,
    actor: Actor = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """宣布佐证目录:有哪些类型和项目。Declare the evidence catalogue.

    Example: jieti district catalogue catalogue.yaml --as office-1
    """
    from ladders.loading import load_catalogue
    from workflows.commands import DeclareCatalogue

    with opened(data) as district:
        declared = load_catalogue(file.read_bytes(), file.name)
        command = DeclareCatalogue(
            id=district.command_id(), asking=asking(actor, authority, district), catalogue=declared
        )
        _done(district, command, lang)


@app.command()
@answered
def calendar(
    year: Annotated[int, typer.Argument(min=1949, max=2199, help="哪一年。The year.")],
    holiday: Annotated[list[str] | None, typer.Option(help="放假的日子。A day off.")] = None,
    worked: Annotated[list[str] | None, typer.Option(help="调休上班的周末。A weekend day that is worked.")] = None,
    data: Data = HERE,
    actor: Actor = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """公布一年的工作日历(以文件为准)。Publish a year's working days.

    Example: jieti district calendar 2027 --holiday 2027-01-01 --worked 2027-01-03 --as office-1
    """
    from console.options import day
    from workflows.commands import PublishCalendar

    with opened(data) as district:
        command = PublishCalendar(
            id=district.command_id(),
            asking=asking(actor, authority, district),
            year=year,
            holidays=tuple(found for one in holiday or () if (found := day(one))),
            worked=tuple(found for one in worked or () if (found := day(one))),
        )
        _done(district, command, lang)


@app.command()
@answered
def clock(
    now: Annotated[str, typer.Argument(help="拨到什么时刻,如 2026-07-11T09:00。The instant to set.")],
    data: Data = HERE,
    actor: Actor = "",
    lang: Lang = "",
) -> None:
    """拨动模拟时钟(只在演示和培训文件夹里)。Move the simulated clock of a demo or training folder.

    Example: jieti district clock 2026-07-11T09:00 --data demo --as trainer
    """
    from workflows.commands import SetClock

    with opened(data) as district:
        moved = needed(instant(now), "时刻", "instant")
        _done(district, SetClock(id=district.command_id(), asking=asking(actor, district=district), now=moved), lang)


def _done(district: District, command: Command, lang: str) -> None:
    from workflows.commands import Landed

    answer, zh = district.handle(command), language(lang) == "zh"
    if isinstance(answer, Landed):
        print(f"{'已记录' if zh else 'recorded'}: #{answer.positions[-1]:,}")
    else:
        print("没有变化" if zh else "nothing changed")
