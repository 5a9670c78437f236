"""What the office decides on trainings: recognised or not, the same or different; one by one, or a marked sheet."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.commands.hours import OfYear
from console.options import (
    HERE,
    Actor,
    AsJson,
    Authority,
    Data,
    Lang,
    Looker,
    Reason,
    answered,
    asking,
    emit,
    given,
    language,
    opened,
    recorded,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from engine.district import District
    from workflows.commands import Answer

OfUnit = Annotated[str, typer.Option("--unit", help="只看这个单位及其下属(代码)。A unit and those below it.")]
Out = Annotated[
    Path | None, typer.Option("--out", help="另写一份表(xlsx 或 csv),可填“处理”后交回。Write a sheet to be marked.")
]
Positions = Annotated[list[str], typer.Argument(help="培训的位置,一个或多个。Positions of trainings.")]
One = Annotated[str, typer.Argument(help="培训的位置,如 #1,234。The position of a training.")]
Other = Annotated[str, typer.Argument(help="另一条的位置。The position of the other.")]


def add_to(app: typer.Typer) -> None:
    """Put these commands beside the accounts."""
    for command in (pending, recognise, refuse, doubles, same, different, disagreements, settle):
        app.command()(command)


def _between(district: District, year: str) -> tuple[date, date]:
    from datetime import date

    from engine.records import hours

    if not year:
        return date.min, date.max
    found = hours.ask(district, year).year
    return found.first, found.last


@answered
def pending(
    year: OfYear = "",
    unit: OfUnit = "",
    out: Out = None,
    data: Data = HERE,
    actor: Looker = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """一年里还没有认定的培训;可导出填“认定”或“不予认定”后用 settle 交回。Trainings that wait for recognition.

    Example: jieti hours pending --year 2026 --data demo
    """
    from console import hours_sheets
    from console.looking import at_list
    from console.naming import unit_id
    from console.screens import hours_lists
    from engine.records import hours

    chosen = language(lang)
    with opened(data) as district:
        found = hours.waiting(district, hours.ask(district, year), unit_id(district, unit))
        at_list(district, actor, "hours pending", unit, len(found.subjects), lang=lang)
        if out is not None:
            hours_sheets.write_pending(district, out, found, chosen)
        if as_json:
            emit(hours_lists.pending_json(district, found))
        else:
            hours_lists.pending(district, found, chosen).print()


@answered
def recognise(
    positions: Positions,
    data: Data = HERE,
    actor: Actor = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """认定培训:一批可写一个文号。Recognise trainings, a batch of them by one document.

    Example: jieti hours recognise 1234 1240 --authority 区教〔2026〕8号 --as office-1
    """
    from console import hours_sheets
    from console.naming import event_at

    with opened(data) as district:
        asked = asking(actor, authority, district)
        at = [event_at(one) for one in positions]
        _told(at, hours_sheets.recognise(district, asked, at), lang)


@answered
def refuse(
    positions: Positions,
    reason: Reason,
    data: Data = HERE,
    actor: Actor = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """不予认定:无论平台怎么说,都不算。Do not recognise trainings, whatever a platform says.

    Example: jieti hours refuse 1234 --reason 没有参加考核 --as office-1
    """
    from console import hours_sheets
    from console.naming import event_at

    why = given(reason)
    with opened(data) as district:
        asked = asking(actor, authority, district)
        at = [event_at(one) for one in positions]
        _told(at, hours_sheets.refuse(district, asked, at, why), lang)


def _told(positions: Sequence[int], answers: Iterable[Answer], lang: str) -> None:
    """What came of each; a refusal names its training, and the exit status is 2 where there is one."""
    from workflows.commands import Refused

    refused = False
    for at, answer in zip(positions, answers, strict=True):
        if isinstance(answer, Refused):
            refused = True
            print(f"#{at:,}: {answer.zh if language(lang) == 'zh' else answer.en}", file=sys.stderr)
        else:
            recorded(answer, lang)
    if refused:
        raise typer.Exit(2)


@answered
def doubles(
    year: OfYear = "",
    unit: OfUnit = "",
    out: Out = None,
    data: Data = HERE,
    actor: Looker = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """可能重复登记的培训:同一人、学时相同、日期重合、名称相近、不是同一张表。Trainings that may be recorded twice.

    Example: jieti hours doubles --year 2026 --data demo
    """
    from console import hours_sheets
    from console.looking import at_list
    from console.naming import unit_id
    from console.screens import hours_lists
    from engine.records import doubles as engine

    chosen = language(lang)
    with opened(data) as district:
        first, last = _between(district, year)
        found = engine.doubles(district, first, last, unit_id(district, unit))
        at_list(district, actor, "hours doubles", unit, len({one.subject for one in found}), lang=lang)
        if out is not None:
            hours_sheets.write_doubles(district, out, found, chosen)
        if as_json:
            emit(hours_lists.doubles_json(district, found))
        else:
            hours_lists.doubles(district, found, chosen).print()


@answered
def same(
    one: One,
    other: Other,
    reason: Reason,
    data: Data = HERE,
    actor: Actor = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """两条是同一次培训:以前一条为准,只算一次。Two records are of one training; it counts as the first has it.

    Example: jieti hours same 1234 1240 --reason 两个平台都报了 --as office-1
    """
    from console.naming import event_at
    from workflows.hours import FindSame

    why = given(reason)
    with opened(data) as district:
        asked = asking(actor, authority, district)
        command = FindSame(
            id=district.command_id(), asking=asked, training=event_at(one), other=event_at(other), reason=why
        )
        recorded(district.handle(command), lang)


@answered
def different(
    one: One,
    other: Other,
    reason: Annotated[str, typer.Option(help="理由;加密保存。The reason; it is kept sealed.")] = "",
    data: Data = HERE,
    actor: Actor = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """两条是不同的培训:各算各的,以后不再提示。Two records are of two trainings: each counts, and nobody asks again.

    Example: jieti hours different 1234 1240 --as office-1
    """
    from console.naming import event_at
    from workflows.hours import FindDifferent

    with opened(data) as district:
        asked = asking(actor, authority, district)
        command = FindDifferent(
            id=district.command_id(),
            asking=asked,
            training=event_at(one),
            other=event_at(other),
            reason=reason.strip() or None,
        )
        recorded(district.handle(command), lang)


@answered
def disagreements(data: Data = HERE, actor: Looker = "", lang: Lang = "", as_json: AsJson = False) -> None:
    """同一次培训、几处说法不一致的:现在按哪一条算。Reports of one training that do not say the same.

    Example: jieti hours disagreements --data demo
    """
    from console.looking import at_list
    from console.screens import hours_lists
    from engine.records import doubles as engine

    with opened(data) as district:
        found = engine.disagreements(district)
        at_list(district, actor, "hours disagreements", "", len({one.subject for one in found}), lang=lang)
        if as_json:
            emit(hours_lists.disagreements_json(district, found))
        else:
            hours_lists.disagreements(district, found, language(lang)).print()


@answered
def settle(
    sheet: Annotated[Path, typer.Argument(help="填好“处理”的表。The marked sheet of pending, or of doubles.")],
    data: Data = HERE,
    actor: Actor = "",
    authority: Authority = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """交回 pending 或 doubles 的表:按“处理”一列认定、不予认定、同一、不同。Carry out a marked sheet.

    Example: jieti hours settle 待认定.xlsx --authority 区教〔2026〕8号 --as office-1
    """
    from console import hours_sheets
    from console.screens import hours_lists

    chosen = language(lang)
    with opened(data) as district:
        done = hours_sheets.settle(district, sheet, asking(actor, authority, district))
    if as_json:
        emit(hours_lists.settled_json(done))
    else:
        hours_lists.settled(done, chosen).print()
    if done.handed_back:
        raise typer.Exit(1)
