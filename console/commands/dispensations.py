"""Dispensations: granted by a document, ended early, listed."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
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
    Looker,
    Mistake,
    Reason,
    answered,
    asking,
    day,
    emit,
    given,
    language,
    opened,
    recorded,
)

app = typer.Typer(
    help="放宽条件:经批准降低或免除某人的一项条件。Dispensations: a clause lowered or waived for one subject.",
    no_args_is_help=True,
)

Subject = Annotated[str, typer.Argument(help="工号、工作室编号或单位代码。A staff number, studio or unit code.")]


@app.command()
@answered
def grant(
    subject: Subject,
    ladder: Annotated[str, typer.Option(help="哪条阶梯。The ladder.")],
    clause: Annotated[str, typer.Option(help="哪项条件(代号)。The clause, by its id.")],
    reason: Reason,
    authority: Annotated[str, typer.Option(help="依据的文号,必须有。The document that allows it; it is needed.")],
    at_least: Annotated[str, typer.Option(help="放宽到至少多少。The number to be lowered to.")] = "",
    waive: Annotated[bool, typer.Option("--waive", help="免除这项条件。Waive the clause.")] = False,
    since: Annotated[str, typer.Option("--from", help="第一天。The first day.", show_default="today")] = "",
    until: Annotated[str, typer.Option(help="最后一天;不写则长期。The last day; for good without it.")] = "",
    data: Data = HERE,
    actor: Actor = "",
    behalf: For = "",
    lang: Lang = "",
) -> None:
    """放宽或免除一项条件;阶梯写明可以放宽的才行。Lower or waive a clause that its ladder lets be dispensed with.

    Example: jieti dispensation grant GH100 --ladder erqi-teacher --clause hours --waive --reason 支教 --authority 文号
    """
    from console.naming import ladder_id
    from engine.clock import log_day
    from engine.people.subjects import find
    from workflows.acts import GrantDispensation

    number = _number(at_least)
    if (number is None) == (not waive):
        raise Mistake(
            "请写明放宽到多少(--at-least 48),或免除(--waive),两者选一",
            "say how far: --at-least 48, or --waive, one of the two",
        )
    with opened(data) as district:
        asked = asking(actor, authority, district, behalf)
        command = GrantDispensation(
            id=district.command_id(),
            asking=asked,
            subject=find(district, subject),
            ladder=ladder_id(district, ladder),
            clause=clause.strip(),
            at_least=number,
            on=day(since) or log_day(district),
            until=day(until),
            reason=given(reason),
        )
        recorded(district.handle(command), lang)


@app.command()
@answered
def end(
    dispensation: Annotated[str, typer.Argument(help="位置,如 #1,234,见 list。Its position, as list shows it.")],
    reason: Reason,
    on: Annotated[
        str, typer.Option("--on", help="从哪一天起不再放宽。The first day without it.", show_default="today")
    ] = "",
    data: Data = HERE,
    actor: Actor = "",
    behalf: For = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """提前结束放宽。End a dispensation early.

    Example: jieti dispensation end 1234 --reason 已返校 --as office-1
    """
    from console.naming import event_at
    from engine.standings import dispensations
    from workflows.acts import EndDispensation

    at = event_at(dispensation)
    with opened(data) as district:
        asked = asking(actor, authority, district, behalf)
        there = dispensations.find(district, at)
        command = EndDispensation(
            id=district.command_id(),
            asking=asked,
            subject=there.subject,
            dispensation=there.position,
            on=day(on),
            reason=given(reason),
        )
        recorded(district.handle(command), lang)


@app.command(name="list")
@answered
def list_(
    subjects: Annotated[
        list[str] | None, typer.Argument(help="工号、工作室编号或单位代码;不写则全部。Whose; everybody's without it.")
    ] = None,
    ladder: Annotated[str, typer.Option(help="只看这条阶梯。Only those of a ladder.")] = "",
    on: Annotated[str, typer.Option("--on", help="只看这一天有效的。Only those in force on a day.")] = "",
    data: Data = HERE,
    actor: Looker = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """列出放宽条件的记录:谁,哪一项,放宽到哪里,从何时到何时。List dispensations.

    Example: jieti dispensation list --on 2026-06-30 --data demo
    """
    from console.looking import at_files, at_list
    from console.naming import ladder_id
    from console.screens.dispensations import listed, listed_json
    from engine.people.subjects import find_all
    from engine.standings import dispensations

    with opened(data) as district:
        whose = find_all(district, subjects) if subjects else ()
        which = ladder_id(district, ladder) if ladder else None
        found = dispensations.listed(district, which, whose, day(on))
        at_files(district, actor, "dispensation list", whose, lang=lang)
        if not whose:
            at_list(district, actor, "dispensation list", which or "", len({one.subject for one in found}), lang=lang)
        if as_json:
            emit(listed_json(district, found))
        else:
            listed(district, found, language(lang)).print()


def _number(text: str) -> Decimal | None:
    if not text.strip():
        return None
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite() or number < 0:
        raise Mistake(f"“{text}”不是数;写成 48 或 7.5", f'"{text}" is no number; write 48, or 7.5')
    return number
