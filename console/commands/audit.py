"""Audit: grants, histories, why, replay, verify."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from console.options import HERE, AsJson, Data, Lang, answered, emit, language, opened

app = typer.Typer(help="审计:任何人都能重新推导。Audit: anyone can derive it again.", no_args_is_help=True)

Cycle = Annotated[str, typer.Option(help="只看一个周期。Only this cycle.")]


@app.command()
@answered
def grants(cycle: Cycle = "", data: Data = HERE, lang: Lang = "", as_json: AsJson = False) -> None:
    """列出全部认定。List every grant.

    Example: jieti audit grants --cycle 2026 --data demo
    """
    from console.screens.audit import granted
    from engine import history as telling
    from engine.subjects import find_cycle

    with opened(data) as district:
        found = telling.grants(district, find_cycle(district, cycle) if cycle else None)
        if as_json:
            emit([asdict(one) for one in found])
        else:
            granted(district, found, language(lang)).print()


@app.command()
@answered
def history(
    subject: Annotated[str, typer.Argument(help="工号、工作室编号或单位代码。Staff number, studio or unit code.")],
    data: Data = HERE,
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """一个人的全部经历,按记录的先后。A subject's story: position, both dates, who recorded it.

    Example: jieti audit history JC2015-04172 --data demo
    """
    from console.screens.audit import story, story_json
    from engine import history as telling
    from engine.subjects import find

    with opened(data) as district:
        who = find(district, subject)
        told = telling.history(district, who)
        if as_json:
            emit(story_json(told))
        else:
            story(district, who, told, language(lang)).print()


@app.command()
@answered
def why(
    grant: Annotated[str, typer.Argument(help="认定:#位置、案号或工号。A grant: #position, case or staff number.")],
    evidence: Annotated[bool, typer.Option("--evidence", help="列出计入的全部佐证。List all evidence.")] = False,
    data: Data = HERE,
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """为什么认定:规则、佐证、表决、公示,并当场重算。Why a grant was made, derived again now.

    Example: jieti audit why JC2015-04172 --data demo
    """
    from console.screens.audit import because, because_json
    from engine import history as telling
    from engine.subjects import find
    from workflows.commands import Refused

    with opened(data) as district:
        try:
            asked = find(district, grant, ("person", "studio"))
        except Refused:
            asked = grant
        found = telling.why(district, telling.find_grant(district, asked))
        if as_json:
            emit(because_json(found))
        else:
            because(district, found, language(lang), all_evidence=evidence).print()


@app.command()
@answered
def replay(cycle: Cycle = "", data: Data = HERE, lang: Lang = "", as_json: AsJson = False) -> None:
    """重新推导每一个判定、计票和认定,逐项比较。Derive every verdict, tally and grant again and compare.

    Exit status 1 when one comes out otherwise.

    Example: jieti audit replay --data demo
    """
    from console.screens.audit import replayed
    from console.screens.progress import bar
    from engine.replay import replay as derive
    from engine.subjects import find_cycle

    with opened(data) as district, bar("重算 replay") as tick:
        found = derive(district, find_cycle(district, cycle) if cycle else None, tick)
    if as_json:
        emit(asdict(found))
    else:
        replayed(found, language(lang)).print()
    if found.differences:
        raise typer.Exit(1)


@app.command()
@answered
def verify(data: Data = HERE, lang: Lang = "", as_json: AsJson = False) -> None:
    """检查日志完整无损:每个事件的哈希,位置连续,末尾一致。Check that the log is whole.

    Exit status 1 with the first bad position.

    Example: jieti audit verify --data demo
    """
    from console.screens.audit import verified
    from engine.projections import reached
    from events.seal import verify as check

    with opened(data) as district, district.reading() as connection:
        found = check(connection, reached(connection))
    if as_json:
        emit(asdict(found))
    else:
        verified(found, language(lang)).print()
    if found.damage is not None:
        raise typer.Exit(1)
