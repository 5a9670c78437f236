"""Standings after their grant: listed, suspended, revoked, reinstated; demoted ones too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

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

if TYPE_CHECKING:
    from datetime import date

    from engine.district import District
    from engine.standings.standings import StandingLine

app = typer.Typer(help="称号:任期、暂停、撤销、恢复。Standings: terms, suspension, revocation.", no_args_is_help=True)

Subject = Annotated[str, typer.Argument(help="工号或工作室编号。A staff number or studio code.")]
OnLadder = Annotated[
    str, typer.Option("--ladder", help="哪条阶梯上的;只有一项时可省。On which ladder, where there are several.")
]
On = Annotated[str, typer.Option("--on", help="自哪一天起,如 2026-06-30。From which day on.", show_default="today")]


@app.command(name="list")
@answered
def list_(
    subjects: Annotated[
        list[str] | None, typer.Argument(help="工号或工作室编号;不写则全部。Whose; everybody's without it.")
    ] = None,
    ladder: Annotated[str, typer.Option(help="只看这条阶梯。Only those on a ladder.")] = "",
    state: Annotated[str, typer.Option(help="只看这一状态,如 held 或 有效。Only those in a state.")] = "",
    data: Data = HERE,
    actor: Looker = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """列出称号:谁,哪一级,从何时到何时,现在怎样。List standings: whose, since when, until when, and their state.

    Example: jieti standing list --state held --data demo
    """
    from console.looking import at_files, at_list
    from console.naming import ladder_id
    from console.screens.standings import listed, listed_json
    from engine.people.subjects import find_all
    from engine.standings import standings

    with opened(data) as district:
        which = ladder_id(district, ladder) if ladder else None
        whose = find_all(district, subjects, ("person", "studio")) if subjects else ()
        found = standings.listed(district, which, _state(state), whose)
        at_files(district, actor, "standing list", whose, lang=lang)
        if not whose:
            at_list(district, actor, "standing list", which or "", len({one.subject for one in found}), lang=lang)
        if as_json:
            emit(listed_json(district, found))
        else:
            listed(district, found, language(lang)).print()


@app.command()
@answered
def suspend(
    subject: Subject,
    reason: Reason,
    on: On = "",
    ladder: OnLadder = "",
    data: Data = HERE,
    actor: Actor = "",
    behalf: For = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """暂停称号,查清后恢复或撤销。Suspend a standing until it is reinstated or revoked.

    Example: jieti standing suspend JC2015-04172 --reason 停职调查 --authority 示教〔2026〕9号 --as office-1
    """
    _end("suspend", subject, reason, on, ladder, data, actor, behalf, authority, lang)


@app.command()
@answered
def revoke(
    subject: Subject,
    reason: Reason,
    on: On = "",
    ladder: OnLadder = "",
    data: Data = HERE,
    actor: Actor = "",
    behalf: For = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """撤销称号,任期到此为止。Revoke a standing: its term ends.

    Example: jieti standing revoke JC2015-04172 --reason 师德失范 --authority 示教〔2026〕9号 --as office-1
    """
    _end("revoke", subject, reason, on, ladder, data, actor, behalf, authority, lang)


@app.command()
@answered
def reinstate(
    subject: Subject,
    reason: Reason,
    on: On = "",
    as_if_never: Annotated[
        bool, typer.Option("--as-if-never", help="视同从未暂停或撤销。As if it had never ended.")
    ] = False,
    ladder: OnLadder = "",
    data: Data = HERE,
    actor: Actor = "",
    behalf: For = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """恢复被暂停、撤销或降级的称号,自某日起,或视同从未中断。Reinstate what was suspended, revoked or demoted.

    Example: jieti standing reinstate JC2015-04172 --reason 查无实据 --as-if-never --as office-1
    """
    from engine.clock import log_day
    from workflows.acts import ReinstateStanding

    with opened(data) as district:
        asked = asking(actor, authority, district, behalf)
        since = day(on) or log_day(district)
        who, standing = _standing(district, subject, ladder, ("suspended", "revoked", "demoted"), since)
        command = ReinstateStanding(
            id=district.command_id(),
            asking=asked,
            subject=who,
            standing=standing.position,
            on=since,
            as_if_never=as_if_never,
            reason=given(reason),
        )
        recorded(district.handle(command), lang)


def _end(
    effect: Literal["suspend", "revoke"],
    subject: str,
    reason: str,
    on: str,
    ladder: str,
    data: Data,
    actor: str,
    behalf: str,
    authority: str,
    lang: str,
) -> None:
    from engine.clock import log_day
    from workflows.acts import EndStanding

    with opened(data) as district:
        asked = asking(actor, authority, district, behalf)
        since = day(on) or log_day(district)
        who, standing = _standing(district, subject, ladder, ("held", "suspended", "succeeded"), since, again=effect)
        command = EndStanding(
            id=district.command_id(),
            asking=asked,
            subject=who,
            standing=standing.position,
            effect=effect,
            on=day(on),
            reason=given(reason),
        )
        recorded(district.handle(command), lang)


def _standing(
    district: District, asked: str, ladder: str, states: tuple[str, ...], on: date, again: str = ""
) -> tuple[str, StandingLine]:
    """The subject, and its standing in one of these states: on each ladder the one of that day, else the newest.

    Where there is none and it is asked to revoke ``again``, one that was revoked before.  Mistake where it is not clear
    which is meant.
    """
    from console.naming import ladder_id
    from engine.people.subjects import find
    from engine.standings import standings

    subject = find(district, asked, ("person", "studio"))
    which = ladder_id(district, ladder) if ladder else None
    every = standings.listed(district, which, states, (subject,))
    if not every and again == "revoke":
        every = standings.listed(district, which, ("revoked",), (subject,))
    found = {one.ladder: one for one in every if one.state != "succeeded"}
    found |= {one.ladder: one for one in every if one.first <= on and (one.until is None or on <= one.until)}
    if len(found) == 1:
        return subject, next(iter(found.values()))
    if found:
        named = ", ".join(found)
        raise Mistake(
            f"{asked} 在多条阶梯上有称号,请用 --ladder 指明:{named}",
            f"{asked} has standings on several ladders; name one with --ladder: {named}",
            "which standing",
        )
    raise Mistake(
        f"{asked} 没有可以这样办理的称号;用 jieti standing list {asked} 查看",
        f"{asked} has no standing of which this can be said; jieti standing list {asked} shows what there is",
        "no standing",
    )


def _state(asked: str) -> tuple[str, ...]:
    from console.screens.standings import STATES

    if not asked:
        return ()
    for name, words in STATES.items():
        if asked in (name, *words):
            return (name,)
    zh, en = "、".join(words[0] for words in STATES.values()), ", ".join(STATES)
    raise Mistake(f"没有状态“{asked}”;可用:{zh}", f'there is no state "{asked}"; use one of: {en}', "state")
