"""Ladders published, and given a last day."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from console.commands.ladders import File, Version
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
    day,
    emit,
    language,
    opened,
)


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    app.command()(publish)
    app.command()(retire)


@answered
def publish(
    file: File,
    in_force_from: Annotated[
        str, typer.Option("--from", help="从哪一天起生效。The first day in force.", show_default="today")
    ] = "",
    in_force_until: Annotated[
        str, typer.Option("--until", help="最后一天,过后失效。The last day in force.", show_default="none")
    ] = "",
    assumed_confirmed: Annotated[
        bool,
        typer.Option(
            "--assumed-confirmed",
            help="确认:多数条件没有文件依据,仍要发布。Publish though most clauses have no document.",
        ),
    ] = False,
    data: Data = HERE,
    actor: Actor = "",
    authority: Authority = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """发布阶梯:文件的原样字节进入日志。Publish a ladder: its exact bytes become an event.

    Example: jieti ladder publish erqi-teacher --from 2026-03-01 --as office-1 --authority 教研〔2026〕3号
    """
    from console.published import editions, file_bytes
    from console.screens.ladders import Publication, published
    from ladders.checking.check import check_file, without_document
    from ladders.problems import LadderError
    from ladders.reading.loading import load
    from workflows.commands import Landed, PublishLadder

    content = file_bytes(file)
    with opened(data) as district:
        errors = [one for one in check_file(content, file.name, district.catalogue) if one.level == "error"]
        if errors:
            raise LadderError(errors)
        ladder, begins = load(content, file.name), day(in_force_from) or district.today
        before, asked = editions(district, ladder.id), asking(actor, authority)
        confirmed = any(one.version.file == content for one in before)
        confirmed = confirmed or _confirmed(*without_document(ladder), assumed_confirmed, as_json, lang)
        command = PublishLadder(
            id=district.command_id(),
            asking=asked,
            file=content,
            in_force_from=begins,
            in_force_until=day(in_force_until),
            assumed_confirmed=confirmed,
        )
        answer = district.handle(command)
        (now,) = [one for one in editions(district, ladder.id) if one.version.file == content]
        new = isinstance(answer, Landed)
        done = Publication(now, new, before, authority, district.today, without_document(ladder))
    if as_json:
        emit({"ladder": ladder.id, **done.data()})
    else:
        chosen = language(lang)
        published(ladder.title.zh if chosen == "zh" else ladder.title.en, done, chosen).print()


def _confirmed(assumed: int, clauses: int, given: bool, as_json: bool, lang: str) -> bool:
    """Whether it was confirmed that most clauses have no document; False where not most of them lack one.

    Mistake where it has to be confirmed and was not: on a terminal it is asked.
    """
    if assumed * 2 <= clauses:
        return False
    if given:
        return True
    zh = f"{clauses} 个条件里有 {assumed} 个没有文件依据(假定)"
    en = f"{assumed} of its {clauses} clauses have no document (assumed)"
    if sys.stdin.isatty() and not as_json:
        question = f"{zh}。仍要发布吗?" if language(lang) == "zh" else f"{en}. Publish it all the same?"
        if typer.confirm(question, err=True):
            return True
    raise Mistake(
        f"{zh},没有发布;写明依据(basis),或确认后加上 --assumed-confirmed 再发布:公示会写明没有依据的条件数",
        f"{en}: not published. Give them their documents (basis), or confirm it with --assumed-confirmed; public "
        "notices will say how many have none",
        "assumed",
    )


@answered
def retire(
    ladder: Annotated[str, typer.Argument(help="已发布的阶梯。A published ladder.")],
    until: Annotated[str, typer.Option("--until", help="最后一天。The last day in force.", show_default="today")] = "",
    version: Version = "",
    data: Data = HERE,
    actor: Actor = "",
    authority: Authority = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """废止:给已发布的版本定最后一天。Give a published version its last day, after which it has expired.

    Example: jieti ladder retire erqi-teacher --until 2027-08-31 --as office-1 --authority 教研〔2027〕8号
    """
    from console.naming import ladder_id
    from console.published import editions, meant
    from console.screens.ladders import retired
    from workflows.acts import RetireLadder

    with opened(data) as district:
        name = ladder_id(district, ladder)
        asked = asking(actor, authority, district)
        edition = meant(Path(name), district, None, version).edition
        if edition is None:
            raise Mistake(f"{ladder} 没有发布", f"{ladder} is not published")
        command = RetireLadder(
            id=district.command_id(),
            asking=asked,
            ladder=name,
            sha256=edition.version.sha256,
            last=day(until) or district.today,
        )
        district.handle(command)
        (now,) = [one for one in editions(district, name) if one.version.position == edition.version.position]
    if as_json:
        emit({"ladder": name, "position": now.version.position, "in_force_until": now.version.until})
    else:
        retired(name, now, language(lang)).print()
