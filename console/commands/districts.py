"""The district: its settings, evidence catalogue, calendar and clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.options import (
    HERE,
    LONGEST_AUTHORITY,
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
    instant,
    language,
    needed,
    opened,
)

if TYPE_CHECKING:
    from engine.district import District
    from events.facts import Incomplete, Retention
    from workflows.commands import Command

app = typer.Typer(help="区县的设置、佐证目录、日历和时钟。Settings, catalogue, calendar, clock.", no_args_is_help=True)


@app.command()
@answered
def show(data: Data = HERE, lang: Lang = "", as_json: AsJson = False) -> None:
    """显示区县的设置和时钟。Show the district's settings and clock.

    Example: jieti district show --data demo
    """
    from workflows.erasing import ASSUMED

    with opened(data) as district:
        state, now, today = district.state, district.now, district.today
    said = {
        "name": state.name,
        "time_zone": state.settings.time_zone,
        "school_year_starts": state.settings.school_year_starts,
        "now": now,
        "today": today,
        "simulated_clock": state.simulated,
        "values": state.settings.values,
        "incomplete": [one.model_dump() for one in state.settings.incomplete],
        "retention": (state.settings.retention or ASSUMED).model_dump() | {"assumed": state.settings.retention is None},
        "evidence_kinds": list(state.catalogue.kinds),
        "calendars": sorted(state.calendars),
    }
    if as_json:
        emit(said)
        return
    zh = language(lang) == "zh"
    clock = ("模拟时钟" if zh else "simulated clock") if state.simulated else ("真实时间" if zh else "real time")
    values = [f"{name}={value}" for name, value in state.settings.values.items()]
    missing = [f"{one.kind} {one.first} – {one.last}" for one in state.settings.incomplete]
    kinds = "、".join(k.zh for k in state.catalogue.kinds.values()) if zh else ", ".join(state.catalogue.kinds)
    print(f"{state.name}    {today} ({clock}, {state.settings.time_zone})")
    print(f"{'学年起始' if zh else 'school year starts'} {state.settings.school_year_starts}")
    if values:
        print(f"{'供条件取用的设置' if zh else 'settings for ladders'}: {', '.join(values)}")
    kept = state.settings.retention or ASSUMED
    by = state.settings.retention.document if state.settings.retention else ("暂定" if zh else "assumed")
    if zh:
        print(f"个人档案保管:离任后 {kept.after_leaving} 年,最后一次决定后 {kept.after_decision} 年(依据:{by})")
    else:
        years = f"{kept.after_leaving} years after leaving, {kept.after_decision} after the last decision"
        print(f"a person's record is kept {years} (by: {by})")
    if missing:
        print(f"{'记录不全的来源' if zh else 'incomplete sources'}: {', '.join(missing)}")
    print(f"{'佐证类型' if zh else 'kinds of evidence'}: {kinds}")


@app.command()
@answered
def settings(
    time_zone: Annotated[str, typer.Option(help="时区。The time zone.")] = "",
    school_year_starts: Annotated[str, typer.Option(help="学年第一天,如 09-01。The school year's first day.")] = "",
    value: Annotated[
        list[str] | None,
        typer.Option(help="供条件取用的设置:名称=值;名称= 去掉。For ladders: NAME=VALUE; NAME= removes it."),
    ] = None,
    incomplete: Annotated[
        list[str] | None,
        typer.Option(help="记录不全的来源:类型:起..止。An incomplete source: KIND:FIRST..LAST."),
    ] = None,
    hours_per_day: Annotated[
        str,
        typer.Option(
            "--hours-per-day", help="培训一天算几个学时;0 去掉。For how many hours a day counts; 0 removes it."
        ),
    ] = "",
    complete: Annotated[
        list[str] | None, typer.Option(help="来源已补全:类型。A source that is complete again: KIND.")
    ] = None,
    keep: Annotated[
        str,
        typer.Option(
            help="个人档案保管几年:离任后,最后决定后。A record's years: after leaving, after the last decision.",
            metavar="N,N",
            show_default=False,
        ),
    ] = "",
    keep_by: Annotated[
        str, typer.Option(help="规定保管年限的文号。The document that says so.", show_default=False)
    ] = "",
    data: Data = HERE,
    actor: Actor = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """更改设置(记为事件)。Change the settings, as an event.

    Example: jieti district settings --value mode=school --incomplete training:2025-09-01..2025-12-31 --as office-1
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
                time_zone=time_zone or now.time_zone,
                school_year_starts=school_year_starts or now.school_year_starts,
                values=_values(now.values, [*(value or ()), *_per_day(hours_per_day)]),
                incomplete=_incomplete(now.incomplete, incomplete or (), complete or ()),
                retention=_retention(keep, keep_by) or now.retention,
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
    from ladders.reading.loading import load_catalogue
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


def _values(now: Mapping[str, str], asked: Sequence[str]) -> dict[str, str]:
    """The named settings after these changes; an empty value takes the setting away."""
    found = dict(now)
    for one in asked:
        name, parted, said = (part.strip() for part in one.partition("="))
        if not parted or not name:
            raise Mistake(f"“{one}”不是设置;写成 名称=值", f'"{one}" is no setting; write NAME=VALUE')
        found.pop(name, None)
        if said:
            found[name] = said
    return found


def _per_day(asked: str) -> list[str]:
    """For how many hours a day counts, as a named setting; nothing where it was not asked for."""
    from console.intake.values import PER_DAY, read_per_day

    if not asked:
        return []
    if asked.strip() == "0":
        return [f"{PER_DAY}="]
    if (hours := read_per_day(asked)) is None:
        raise Mistake(
            f"一天不会算 {asked} 个学时;写 0 到 24 之间的数,如 6 或 7.5",
            f"a day does not count for {asked} hours; write a number from 0 to 24, as 6 or 7.5",
        )
    return [f"{PER_DAY}={hours.normalize():f}"]


def _retention(years: str, document: str) -> Retention | None:
    """How long records are kept, as it is asked for; None where nothing is."""
    from events.facts import Retention

    if not years.strip() and not document.strip():
        return None
    numbers = [part.strip() for part in years.replace("，", ",").split(",")]
    if len(numbers) != 2 or not all(one.isascii() and one.isdecimal() and int(one) <= 100 for one in numbers):
        raise Mistake(
            f"“{years}”不行;写成离任后和最后一次决定后的整年数,如 --keep 10,10",
            f'"{years}" will not do; write whole years after leaving, and after the last decision: --keep 10,10',
        )
    if not 0 < len(document.strip()) <= LONGEST_AUTHORITY:
        raise Mistake(
            "请用 --keep-by 写明规定保管年限的文号", "name the document that says how long, with --keep-by", "authority"
        )
    return Retention(after_leaving=int(numbers[0]), after_decision=int(numbers[1]), document=document.strip())


def _incomplete(now: Sequence[Incomplete], asked: Sequence[str], complete: Sequence[str]) -> tuple[Incomplete, ...]:
    """The incomplete sources after these changes, in the order of their kinds and days."""
    from events.facts import Incomplete

    if strangers := {kind.strip() for kind in complete} - {one.kind for one in now}:
        kind = min(strangers)
        raise Mistake(
            f"来源“{kind}”没有登记为记录不全;用 jieti district show 查看",
            f'the source "{kind}" is not declared incomplete; jieti district show shows those that are',
        )
    found = {one for one in now if one.kind not in {kind.strip() for kind in complete}}
    for one in asked:
        kind, _, days = one.partition(":")
        first, _, last = days.partition("..")
        if not kind.strip() or not first.strip() or not last.strip():
            raise Mistake(
                f"“{one}”不行;写成 类型:起..止,如 training:2025-09-01..2025-12-31",
                f'"{one}" will not do; write KIND:FIRST..LAST, as training:2025-09-01..2025-12-31',
            )
        begins, ends = needed(day(first), "第一天", "day"), needed(day(last), "最后一天", "day")
        if ends < begins:
            raise Mistake(f"“{one}”的止日早于起日", f'"{one}" ends before it begins')
        found.add(Incomplete(kind=kind.strip(), first=begins, last=ends))
    return tuple(sorted(found, key=lambda one: (one.kind, one.first, one.last)))


def _done(district: District, command: Command, lang: str) -> None:
    from workflows.commands import Landed

    answer, zh = district.handle(command), language(lang) == "zh"
    if isinstance(answer, Landed):
        print(f"{'已记录' if zh else 'recorded'}: #{answer.positions[-1]:,}")
    else:
        print("没有变化" if zh else "nothing changed")
