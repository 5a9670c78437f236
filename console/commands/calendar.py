"""The training calendar: listed, exported, a training called off."""

from __future__ import annotations

from pathlib import Path
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
    help="培训日程:列出、导出、取消。The training calendar: listed, exported, a training called off.",
    invoke_without_command=True,
)


@app.callback()
@answered
def calendar(
    context: typer.Context,
    begins: Annotated[
        str, typer.Option("--from", help="从哪一天起。From which day on.", show_default="all of them")
    ] = "",
    until: Annotated[str, typer.Option(help="到哪一天止。Until which day.", show_default="all of them")] = "",
    out: Annotated[
        Path | None,
        typer.Option(
            help="导出到 .xlsx、.csv 或 .ics 文件。Export to an .xlsx, .csv or .ics file.", show_default=False
        ),
    ] = None,
    data: Data = HERE,
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """培训日程:列出,或导出到文件。The training calendar: listed, or exported to a file.

    Example: jieti calendar --from 2026-09-01 --until 2027-01-31 --out 日程.ics
    """
    from console.calendar_files import write
    from console.screens.calendar import calendar as shown
    from console.screens.calendar import calendar_json
    from console.screens.vocabulary import Vocabulary
    from engine.records.offers import listed

    if context.invoked_subcommand is not None:
        return
    chosen, first, last = language(lang), day(begins), day(until)
    if first and last and last < first:
        raise Mistake(f"--until {last} 早于 --from {first};请对调", f"--until {last} is before {first}: swap them")
    with opened(data) as district:
        found, words = listed(district, first, last), Vocabulary(district, chosen)
        if out is not None:
            write(out, found, words, district.state.name, district.now)
        if as_json:
            emit(calendar_json(found))
        elif out is not None:
            zh, en = f"{out}: {len(found)} 项培训", f"{out}: {len(found)} trainings"
            print(zh if chosen == "zh" else en)
        else:
            shown(found, words, district.today).print()


@app.command(name="call-off")
@answered
def call_off(
    training: Annotated[
        str,
        typer.Argument(help="编号、位置(如 #1,234)或名称,见 jieti calendar。Its number, position or title."),
    ],
    reason: Reason,
    data: Data = HERE,
    actor: Actor = "",
    behalf: For = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """取消日程里的一项培训。Call a training of the calendar off.

    Example: jieti calendar call-off PX-2026-03 --reason 场地改作考场 --as office-1
    """
    from engine.records.offers import find
    from workflows.acts import CallOffTraining

    with opened(data) as district:
        command = CallOffTraining(
            id=district.command_id(),
            asking=asking(actor, authority, district, behalf),
            offer=find(district, training).id,
            reason=given(reason),
        )
        recorded(district.handle(command), lang)
