"""Ladder files: checked, read aloud, published."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from console.options import (
    HERE,
    AsJson,
    AsOf,
    Data,
    Lang,
    Mistake,
    answered,
    day,
    emit,
    language,
    opened,
)

if TYPE_CHECKING:
    from engine.district import District
    from events.facts import Catalogue as Declared

app = typer.Typer(help="阶梯文件。Ladder files.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="阶梯文件,或随附阶梯的名称。A ladder file, or the name of a shipped one.")]
Ladder = Annotated[
    Path,
    typer.Argument(help="阶梯文件,或已发布、随附的阶梯的名称。A ladder file, or a published or shipped ladder's name."),
]
Version = Annotated[
    str,
    typer.Option(
        help="哪个版本:日志位置或散列值的开头。A version: its position or the beginning of its hash.",
        show_default="in force",
    ),
]

Catalogue = Annotated[
    Path | None,
    typer.Option(
        help="佐证目录的文件;默认用本区的,没有就用随附的。An evidence catalogue; the district's, or the shipped one.",
        show_default=False,
    ),
]


@app.command()
@answered
def check(
    file: Ladder,
    catalogue: Catalogue = None,
    as_of: AsOf = "",
    version: Version = "",
    data: Data = HERE,
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """检查阶梯文件。Check a ladder: every mistake with its line, key and mend.

    Of a published one the version in force today is checked.

    Example: jieti ladder check erqi-teacher
    """
    from console.published import meant
    from console.screens.ladders import what_is_read
    from ladders.checking.check import check_file

    with ExitStack() as stack:
        district = district_at(data, stack)
        found = meant(file, district, day(as_of), version)
        known, today = (district.catalogue, district.today) if district else (None, None)
    problems = check_file(found.content, file.name, catalogue_in(catalogue, known))
    errors = sum(problem.level == "error" for problem in problems)
    chosen: Literal["zh", "en"] = "zh" if language(lang) == "zh" else "en"
    if as_json:
        emit({"errors": errors, "problems": [vars(problem) for problem in problems]})
    else:
        for line in what_is_read(found, chosen, today).lines:
            print(line)
        for problem in problems:
            print(problem.text(chosen))
        zh, en = (f"{errors} 处错误", f"{errors} mistakes") if errors else ("没有错误", "no mistakes")
        print(f"{file.name}: {zh if chosen == 'zh' else en}")
    if errors:
        raise typer.Exit(2)


@app.command()
@answered
def show(
    file: Ladder,
    catalogue: Catalogue = None,
    as_of: AsOf = "",
    version: Version = "",
    data: Data = HERE,
    out: Annotated[
        Path | None,
        typer.Option(help="写到文件;.md 带标题和表格。Write it to a file; .md has headings and tables."),
    ] = None,
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """把阶梯读成条文。Read a ladder aloud, as the regulation's prose in numbered articles.

    A name that is no file is the published ladder, in the version in force today.

    Example: jieti ladder show erqi-teacher --lang zh --out 条文.md
    """
    from console.published import meant, named_by
    from console.screens.ladders import read_aloud, written
    from ladders.reading.loading import load

    with ExitStack() as stack:
        district = district_at(data, stack)
        found = meant(file, district, day(as_of), version)
        known, today = (district.catalogue, district.today) if district else (None, None)
        ladder = load(found.content, file.name)
        others = named_by(ladder, district)
    if as_json:
        source: dict[str, object] = {"is": found.source}
        if (edition := found.edition) is not None:
            one = edition.version
            source |= {"position": one.position, "sha256": one.sha256, "in_force_from": one.in_force_from}
            source |= {"in_force_until": edition.until, "actor": edition.actor, "authority": edition.authority}
        emit(ladder.model_dump(mode="json", by_alias=True, exclude_none=True) | {"source": source})
    else:
        chosen: Literal["zh", "en"] = "zh" if language(lang) == "zh" else "en"
        asked = catalogue_in(catalogue, known)
        text = read_aloud(found, ladder, asked, chosen, today, others, marked=_is_markdown(out))
        if out is None:
            print(text, end="")
        else:
            out.write_text(text, encoding="utf-8")
            written(out, chosen).print()


@app.command(name="test")
@answered
def try_(
    file: Ladder,
    cases: Annotated[
        Path | None,
        typer.Argument(
            help="案例文件;不写就用与阶梯同名的 .cases.yaml。A file of cases; else the one named like the ladder.",
            show_default=False,
        ),
    ] = None,
    catalogue: Catalogue = None,
    as_of: AsOf = "",
    version: Version = "",
    data: Data = HERE,
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """用案例检验阶梯;有案例不符时退出码为 1。Hold a ladder against cases; exit status 1 where one comes out otherwise.

    Example: jieti ladder test erqi-teacher
    """
    from console.published import cases_for, meant
    from console.screens.trying import as_data, trials
    from ladders.cases.remarks import check_cases
    from ladders.cases.trying import load_cases, tried
    from ladders.checking.carried_out import only_tested
    from ladders.checking.check import check_file
    from ladders.reading.loading import load, refuse_if
    from workflows.trying import lists_and_panels

    with ExitStack() as stack:
        district = district_at(data, stack)
        found = meant(file, district, day(as_of), version)
        known = district.catalogue if district else None
    ladder = load(found.content, file.name)
    content, name, beside = cases_for(file, cases)
    stated, root = load_cases(content, name, ladder)
    if stated.catalogue is not None and catalogue is None:
        catalogue = beside / stated.catalogue
    chosen = catalogue_in(catalogue, known)
    refuse_if(
        [one for one in check_file(found.content, file.name, chosen) if one.level == "error" and not only_tested(one)]
    )
    refuse_if(list(check_cases(stated, root, name, ladder, chosen)))
    results = [*tried(stated, root, ladder, chosen), *lists_and_panels(stated, root, name, ladder, chosen)]
    if as_json:
        emit({"ladder": ladder.id, "file": name, **as_data(results)})
    else:
        trials(results, ladder, language(lang)).print()
    if not all(one.passed for one in results):
        raise typer.Exit(1)


@app.command(name="list")
@answered
def list_(data: Data = HERE, lang: Lang = "", as_json: AsJson = False) -> None:
    """列出已发布的阶梯。List the published ladders and their versions, and which are in force today.

    Example: jieti ladder list --data demo
    """
    from console.published import editions
    from console.screens.ladders import versions
    from engine.people.subjects import published

    with opened(data) as district:
        today = district.today
        rows = [(ladder, one) for ladder in published(district) for one in editions(district, ladder)]
    if not as_json:
        versions(rows, language(lang), today).print()
        return
    emit(
        [
            {
                "ladder": ladder,
                "sha256": one.version.sha256,
                "from": one.begins,
                "until": one.until,
                "status": one.status(today),
                "position": one.version.position,
                "actor": one.actor,
                "authority": one.authority,
            }
            for ladder, one in rows
        ]
    )


def district_at(data: Path, stack: ExitStack) -> District | None:
    """The data folder, open as long as the stack; none where nobody named one and one stands in no such folder."""
    from engine.folder import CONFIG

    return None if data == HERE and not (data / CONFIG).is_file() else stack.enter_context(opened(data))


def catalogue_in(file: Path | None, district: Declared | None) -> Declared:
    """The catalogue in a file, else the district's, else the one that ships with us."""
    from engine.district import default_catalogue
    from ladders.reading.loading import load_catalogue

    if file is None:
        return district or default_catalogue()
    if not file.is_file():
        raise Mistake(f"没有文件 {file}", f"there is no file {file}", "file")
    return load_catalogue(file.read_bytes(), file.name)


def _is_markdown(out: Path | None) -> bool:
    """Whether a file is to have headings and tables: its name says so."""
    return out is not None and out.suffix.casefold() in (".md", ".markdown")
