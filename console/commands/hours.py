"""Training hours: what a year asks, a person's account, the report of a year."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from console.options import (
    HERE,
    Actor,
    AsJson,
    AsOf,
    Authority,
    Data,
    KnownAt,
    Lang,
    Looker,
    Mistake,
    answered,
    asking,
    emit,
    language,
    opened,
    recorded,
)

app = typer.Typer(help="培训学时:年度要求、个人账、各校表。Training hours, year by year.", no_args_is_help=True)

OfYear = Annotated[
    str,
    typer.Option("--year", help="年度,如 2026 或 2025-2026。The year.", show_default="the one of the day"),
]


@app.command()
@answered
def rules(
    file: Annotated[
        Path | None, typer.Argument(help="学时要求(YAML);不写则查看。What is asked; shows it without.")
    ] = None,
    data: Data = HERE,
    actor: Actor = "",
    authority: Authority = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """公布学时要求:每年最低多少、各类最低和封顶;不给文件则查看。Decide what is asked of a year's hours, or show it.

    Example: jieti hours rules 学时要求.yaml --as office-1
    """
    from console.screens import hours as screen
    from console.screens.vocabulary import Vocabulary

    chosen = language(lang)
    with opened(data) as district:
        if file is not None:
            from ladders.hours.file import load_hours
            from workflows.hours import DecideHours

            asked = asking(actor, authority, district)
            said = load_hours(file.read_bytes(), file.name)
            recorded(district.handle(DecideHours(id=district.command_id(), asking=asked, rules=said)), lang)
            return
        newest = {said.since: (at, said) for at, said in district.state.hours}
        if as_json:
            emit([{"position": at, **said.model_dump()} for at, said in newest.values()])
        else:
            screen.rules([*newest.values()], Vocabulary(district, chosen)).print()


@app.command()
@answered
def account(
    person: Annotated[str, typer.Argument(help="工号。A staff number.")],
    year: OfYear = "",
    as_of: AsOf = "",
    known_at: KnownAt = "",
    data: Data = HERE,
    actor: Looker = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """一个人一年的学时账:已认定、计入、还差,逐项培训。One person's year: what counts, what is missing, every training.

    Example: jieti hours account GH100 --year 2026 --data demo
    """
    from console.looking import at_files
    from console.naming import times as times_of
    from console.screens import hours as screen
    from engine.people.subjects import find
    from engine.records import hours

    with opened(data) as district:
        subject, times = find(district, person, ("person",)), times_of(district, as_of, known_at)
        question = hours.ask(district, year, times.as_of, times.known_at)
        at_files(district, actor, "hours account", [subject], times, lang)
        found = hours.of_person(district, subject, question)
        if as_json:
            emit(screen.account_json(district, subject, question, found))
        else:
            screen.account(district, subject, question, found, language(lang)).print()


@app.command()
@answered
def report(
    out: Annotated[Path, typer.Option("--out", help="写到哪个文件夹(新的或空的)。The folder, new or empty.")],
    year: OfYear = "",
    as_of: AsOf = "",
    unit: Annotated[str, typer.Option(help="只要这个单位及其下属(代码)。A unit and those below it.")] = "",
    known_at: KnownAt = "",
    data: Data = HERE,
    actor: Looker = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """一年的学时表:全区一份,每校一份。A workbook for the office and one for each school.

    Example: jieti hours report --year 2026 --out 学时2026 --data demo
    """
    from console import hours_files
    from console.looking import at_list
    from console.naming import times as times_of
    from console.naming import unit_id
    from console.screens.hours import question_json, year_line
    from console.screens.paper import Paper
    from engine.records import hours

    chosen = language(lang)
    with opened(data) as district:
        times = times_of(district, as_of, known_at)
        question = hours.ask(district, year, times.as_of, times.known_at)
        if not question.begun:
            first = question.year.first
            raise Mistake(
                f"{question.year.name} 年度从 {first} 开始,{question.as_of} 还没有到:没有学时可报。请核对 --year",
                f"the year {question.year.name} begins on {first}, after {question.as_of}: there is nothing to report "
                "yet. Check --year",
                "year",
            )
        found = hours.report(district, question, unit_id(district, unit))
        hours_files.check(out)
        at_list(district, actor, "hours report", unit, len(found.teachers), times, lang)
        written = hours_files.write(district, out, found, chosen)
    if as_json:
        said = {"teachers": written.teachers, "below": written.short, "office": written.office}
        emit({**question_json(question), **said, "schools": written.schools})
        return
    paper = Paper(chosen)
    year_line(question, paper)
    if question.year.rules is None:
        paper.both(f"{written.teachers:,} 人", f"{written.teachers:,} teachers")
    else:
        paper.both(
            f"{written.teachers:,} 人,未达到要求的 {written.short:,} 人",
            f"{written.teachers:,} teachers, {written.short:,} below what is asked",
        )
    paper.both(
        f"全区:{written.office}    各校:{len(written.schools):,} 份",
        f"office: {written.office}    schools: {len(written.schools):,}",
    )
    paper.both("这些文件有姓名,由你保管和删除", "these files hold personal data and are yours to keep or delete")
    paper.print()
