"""Ladder files: checked, read aloud, published."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

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

app = typer.Typer(help="阶梯文件。Ladder files.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="阶梯文件,或随附阶梯的名称。A ladder file, or the name of a shipped one.")]


@app.command()
@answered
def check(file: File, data: Data = HERE, lang: Lang = "", as_json: AsJson = False) -> None:
    """检查阶梯文件。Check a ladder file: every mistake with its line, key and mend.

    Example: jieti ladder check erqi-teacher
    """
    from engine.district import CONFIG, default_catalogue
    from ladders.check import check_file

    if (data / CONFIG).is_file():
        with opened(data) as district:
            catalogue = district.catalogue
    else:
        catalogue = default_catalogue()
    problems = check_file(_bytes(file), file.name, catalogue)
    errors = sum(problem.level == "error" for problem in problems)
    chosen: Literal["zh", "en"] = "zh" if language(lang) == "zh" else "en"
    if as_json:
        emit({"errors": errors, "problems": [vars(problem) for problem in problems]})
    else:
        for problem in problems:
            print(problem.text(chosen))
        zh, en = (f"{errors} 处错误", f"{errors} mistakes") if errors else ("没有错误", "no mistakes")
        print(f"{file.name}: {zh if chosen == 'zh' else en}")
    if errors:
        raise typer.Exit(2)


@app.command()
@answered
def show(file: File, data: Data = HERE, lang: Lang = "", as_json: AsJson = False) -> None:
    """把阶梯读成条文。Read a ladder aloud, as the regulation's prose.

    Example: jieti ladder show erqi-teacher --lang zh
    """
    from engine.district import CONFIG, default_catalogue
    from ladders.loading import load
    from ladders.prose import prose

    if (data / CONFIG).is_file():
        with opened(data) as district:
            catalogue = district.catalogue
    else:
        catalogue = default_catalogue()
    ladder = load(_bytes(file), file.name)
    if as_json:
        emit(ladder.model_dump(mode="json", by_alias=True, exclude_none=True))
    else:
        print(prose(ladder, "zh" if language(lang) == "zh" else "en", catalogue), end="")


@app.command()
@answered
def publish(
    file: File,
    in_force_from: Annotated[
        str, typer.Option("--from", help="从哪一天起生效。The first day in force.", show_default="today")
    ] = "",
    data: Data = HERE,
    actor: Actor = "",
    authority: Authority = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """发布阶梯:文件的原样字节进入日志。Publish a ladder: its exact bytes become an event.

    Example: jieti ladder publish erqi-teacher --from 2026-03-01 --as office-1 --authority 教研〔2026〕3号
    """
    from ladders.check import check_file
    from ladders.loading import load
    from ladders.problems import LadderError
    from workflows.commands import Landed, PublishLadder

    content = _bytes(file)
    with opened(data) as district:
        errors = [one for one in check_file(content, file.name, district.catalogue) if one.level == "error"]
        if errors:
            raise LadderError(errors)
        begins = day(in_force_from) or district.today
        command = PublishLadder(
            id=district.command_id(), asking=asking(actor, authority), file=content, in_force_from=begins
        )
        answer = district.handle(command)
        at = answer.positions[0] if isinstance(answer, Landed) else getattr(answer, "position", 0)
    new, ladder = isinstance(answer, Landed), load(content, file.name)
    if as_json:
        emit({"ladder": ladder.id, "position": at, "new": new, "in_force_from": begins})
    elif language(lang) == "zh":
        print(f"{ladder.title.zh} {'已发布' if new else '早已发布'}(#{at:,})" + (f",自 {begins} 起生效" if new else ""))
    else:
        print(f"{ladder.title.en}: {'published' if new else 'was published before'} (#{at:,})")


@app.command(name="list")
@answered
def list_(data: Data = HERE, lang: Lang = "", as_json: AsJson = False) -> None:
    """列出已发布的阶梯。List the published ladders and their versions.

    Example: jieti ladder list --data demo
    """
    from console.screens.paper import Paper
    from engine.subjects import published
    from workflows.deciding import fold
    from workflows.ladder import stream

    rows = []
    with opened(data) as district, district.reading() as connection:
        for ladder in published(district):
            state = fold(stream(ladder), district.log.read(connection, stream(ladder)))
            rows += [(ladder, one) for one in state.versions.values()]
    if as_json:
        emit(
            [{"ladder": name, "sha256": v.sha256, "from": v.in_force_from, "position": v.position} for name, v in rows]
        )
        return
    paper = Paper(language(lang))
    paper.table(
        [
            (name, getattr(v.ladder.title, paper.lang), v.in_force_from.isoformat(), v.sha256[:12], f"#{v.position:,}")
            for name, v in rows
        ],
        indent=0,
    )
    if not rows:
        paper.both("还没有发布阶梯", "no ladder is published yet")
    paper.print()


def _bytes(file: Path) -> bytes:
    """A file, or a ladder that ships with us by its name."""
    from ladders.loading import shipped, shipped_ladders

    if file.is_file():
        return file.read_bytes()
    name = file.name.removesuffix(".yaml")
    names = {one.removesuffix(".yaml") for one in shipped_ladders()}
    if name in names and str(file) in (name, f"{name}.yaml"):
        return shipped(f"{name}.yaml")
    raise Mistake(
        f"没有文件 {file};随附的阶梯有:{', '.join(sorted(names))}",
        f"there is no file {file}; shipped ladders: {', '.join(sorted(names))}",
        "file",
    )
