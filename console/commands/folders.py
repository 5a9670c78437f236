"""The data folder: made, rebuilt, demonstrated."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from console.options import HERE, Actor, AsJson, Data, Lang, Mistake, answered, asking, emit, instant, language, opened


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    app.command()(init)
    app.command()(rebuild)
    app.command()(demo)


@answered
def init(
    folder: Annotated[
        Path | None, typer.Argument(help="要建立的文件夹。The folder to make.", show_default="that of --data")
    ] = None,
    name: Annotated[str, typer.Option(help="区县的名称。The district's name.")] = "",
    simulated_clock: Annotated[
        str, typer.Option(help="演示或培训用:从这一刻起由人拨动的时钟。For a demo or training: a clock set by hand.")
    ] = "",
    data: Annotated[
        Path | None,
        typer.Option(envvar="JIETI_DATA", help="数据文件夹 The data folder.", show_default="current folder"),
    ] = None,
    actor: Actor = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """建立数据文件夹。Make a data folder: jieti.toml, the log, the vault and its keys.

    The folder is the one named, else that of --data, else the current one if it is empty.

    Example: jieti init district --name 示例区 --as office-1
    """
    from engine.district import District

    folder = folder or data or _here()
    title = name.strip() or folder.resolve().name
    with District.create(folder, title, asking(actor), simulated_clock=instant(simulated_clock)) as district:
        made = {"folder": str(folder), "name": title, "simulated_clock": district.state.simulated}
    if as_json:
        emit(made)
    elif language(lang) == "zh":
        print(f"已建立“{title}”的数据文件夹:{folder}\n请另外保管 {folder / 'keys'} 里的两个密钥:丢了就读不出姓名。")
        print("下一步:jieti ladder publish FILE · jieti import FILE...")
    else:
        print(f"made the data folder of {title}: {folder}")
        print(f"keep a copy of the two keys in {folder / 'keys'}: without them no name can be read again.")
        print("next: jieti ladder publish FILE · jieti import FILE...")


def _here() -> Path:
    """The current folder; Mistake if something is in it that no killed ``init`` left there."""
    from engine.folder import CONFIG

    there = [one.name for one in Path.cwd().iterdir()]
    if there and not any(name.startswith(CONFIG) for name in there):
        raise Mistake(
            "没有说明在哪里建立,而当前文件夹不是空的;请写 jieti init 文件夹 --name 区县名",
            "no folder was named, and the current one is not empty: write jieti init FOLDER --name DISTRICT",
        )
    return HERE


@answered
def rebuild(data: Data = HERE, lang: Lang = "", as_json: AsJson = False) -> None:
    """把日志以外的一切重新推导出来。Derive everything but the log again.

    Example: jieti rebuild --data demo
    """
    from console.screens.progress import bar

    with opened(data) as district, bar("重建 rebuild") as tick:
        position = district.rebuild(tick)
    if as_json:
        emit({"position": position})
    else:
        print(f"已重建到 #{position:,}" if language(lang) == "zh" else f"rebuilt to #{position:,}")


@answered
def demo(
    folder: Annotated[Path, typer.Argument(help="演示用的数据文件夹。The folder of the demo.")] = Path("demo"),
    teachers: Annotated[int, typer.Option(min=300, help="教师人数。How many teachers.")] = 3000,
    lang: Lang = "",
) -> None:
    """从表格到认定走一遍:虚构的区县,真实的流程。The main job on an invented district.

    Example: jieti demo demo
    """
    from console.demo.run import run

    run(folder, teachers, language(lang))
