"""Corrections of past decisions: opened, listed, decided by the office."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

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
    from workflows.correcting import Outcome

app = typer.Typer(help="更正:按今天所知会不同的决定。Corrections of past decisions.", no_args_is_help=True)
_OUTCOMES = {"维持": "keep", "撤销": "revoke", "补认": "grant"}


@app.command(name="open")
@answered
def open_(
    decision: Annotated[str, typer.Argument(help="认定或驳回的位置,见 audit revisit。The decision's position.")],
    reason: Reason,
    data: Data = HERE,
    actor: Actor = "",
    behalf: For = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """对一项会不同的决定立更正案:记下今天的判定;原决定不变。Open a correction; the decision stands until it is decided.

    Example: jieti correction open '#12,345' --reason 佐证作废 --as office-1
    """
    from console.naming import event_at
    from console.screens.assess import OUTCOMES
    from console.screens.corrections import next_step
    from console.screens.paper import Paper
    from engine.assessing.corrections import find
    from engine.assessing.corrections import open_ as begin

    why, at = given(reason), event_at(decision)
    with opened(data) as district:
        recorded(begin(district, asking(actor, authority, district, behalf), at, why), lang)
        one = find(district, at)
    paper, fact = Paper(language(lang)), one.fact
    then, now = (paper.say(*OUTCOMES[outcome]) for outcome in (fact.then, fact.verdict.outcome))
    paper.line(f"#{at:,}: {then} → {now}")
    paper.line(next_step(paper, one))
    paper.print()


@app.command(name="list")
@answered
def list_(
    waiting: Annotated[bool, typer.Option("--open", help="只列待决定的。Only those to be decided.")] = False,
    data: Data = HERE,
    actor: Looker = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """列出更正案:谁的哪项决定,因为什么,怎样办结。List corrections.

    Example: jieti correction list --open --data demo
    """
    from console.looking import at_list
    from console.screens.corrections import corrections, corrections_json
    from engine.assessing.corrections import listed

    with opened(data) as district:
        found = [one for one in listed(district) if one.waits or not waiting]
        at_list(district, actor, "correction list", "", len({one.subject for one in found}), lang=lang)
        if as_json:
            emit(corrections_json(found))
        else:
            corrections(district, found, language(lang)).print()


@app.command()
@answered
def decide(
    correction: Annotated[str, typer.Argument(help="更正案或其决定的位置。Its position, or that of the decision.")],
    outcome: Annotated[str, typer.Argument(help="维持 keep、撤销 revoke 或补认 grant。")],
    reason: Reason,
    on: Annotated[
        str, typer.Option("--on", help="撤销或补认自哪一天起。From which day on.", show_default="today")
    ] = "",
    data: Data = HERE,
    actor: Actor = "",
    behalf: For = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """办结更正案,须有文号:维持,撤销称号,或补认。Decide a correction, by a document: keep, revoke, or grant.

    Example: jieti correction decide '#12,400' revoke --reason 学时不足 --authority 示教〔2026〕9号 --as office-1
    """
    from console.naming import event_at
    from engine.assessing.corrections import decide as end

    how, why, at = _OUTCOMES.get(outcome.strip(), outcome.strip()), given(reason), event_at(correction)
    if how not in _OUTCOMES.values():
        raise Mistake(
            f"没有“{outcome}”;可用:维持 keep、撤销 revoke、补认 grant",
            f'there is no "{outcome}"; use keep, revoke or grant',
        )
    if how == "keep" and on:
        raise Mistake(
            "维持原决定没有起始日期;请去掉 --on",
            "a decision that stands begins on no other day: leave out --on",
        )
    with opened(data) as district:
        asked = asking(actor, authority, district, behalf)
        recorded(end(district, asked, at, cast("Outcome", how), day(on), why), lang)
