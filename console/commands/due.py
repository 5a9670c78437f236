"""What falls due next, and for whom."""

from __future__ import annotations

from typing import Annotated

import typer

from console.options import HERE, AsJson, Data, Lang, Looker, answered, emit, language, opened


def add_to(app: typer.Typer) -> None:
    """Put this command on the command line."""
    app.command()(due)


@answered
def due(
    days: Annotated[int, typer.Option(min=0, help="看多少天以内。Within how many days.")] = 30,
    data: Data = HERE,
    actor: Looker = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """接下来有什么到期、该谁办:申报、缺的票、补正、异议、公示、任期、排期。What falls due next, and for whom.

    Example: jieti due --days 30 --data demo
    """
    from datetime import date, timedelta

    from console.looking import at_list
    from console.screens.due import listed, listed_json
    from engine.clock import log_day
    from engine.cycles.due import due as falling_due

    with opened(data) as district:
        today = log_day(district)
        until = today + timedelta(days=min(days, (date.max - today).days))
        found = falling_due(district, until)
        people = {name for one in found for name in (one.person, one.subject) if name}
        at_list(district, actor, "due", "", len(people), lang=lang)
        if as_json:
            emit(listed_json(district, found))
        else:
            listed(district, found, until, language(lang)).print()
