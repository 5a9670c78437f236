"""``jieti up``: keep a district moving, day and night; and how that is."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.options import HERE, AsJson, Data, Lang, answered, emit, language, opened

if TYPE_CHECKING:
    from engine.running.keeping import Last, Status

DOWN = 3
"""The exit status of ``jieti up --status`` where nothing runs, or its server does not answer."""


def add_to(app: typer.Typer) -> None:
    """Put this command on the command line."""
    app.command()(up)


@answered
def up(
    data: Data = HERE,
    every: Annotated[
        str, typer.Option(help="多久清查一次:15 分钟、1 hour,或 cron 的五段。How often to sweep, or a line of cron.")
    ] = "15 minutes",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Prefect 服务的端口;0 为任一空闲端口。Of the server; 0: any free one.")
    ] = 0,
    ui: Annotated[bool, typer.Option("--ui", help="打开 Prefect 的仪表板。With Prefect's dashboard.")] = False,
    status: Annotated[bool, typer.Option("--status", help="只看是否在运行。Only tell how it is.")] = False,
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """让一切自行推进:排期、周期、到期、退出,直到 Ctrl-C。Keep everything moving until interrupted.

    Runs Prefect for this data folder, and sweeps it: schedules, review cycles, terms that end, removal rules. What was
    missed while it did not run, the next sweep does. With --status, from another terminal: how it is.

    Example: jieti up --data demo --every "15 minutes" --ui
    """
    chosen = language(lang)
    if status:
        _status(data, chosen, as_json=as_json)
        return
    from engine.orchestration.serving import keep_up
    from engine.running.every import every as interval

    def say(zh: str, en: str) -> None:
        line = zh if chosen == "zh" else en
        if as_json:
            at = datetime.now().astimezone().isoformat(timespec="seconds")
            print(json.dumps({"at": at, "zh": zh, "en": en}, ensure_ascii=False), flush=True)
        else:
            print(f"{datetime.now().astimezone():%H:%M:%S} {line}", flush=True)

    keep_up(data, interval(every), say=say, port=port, ui=ui, lang="zh" if chosen == "zh" else "en")


def _status(data: Path, lang: str, *, as_json: bool) -> None:
    """Say whether something keeps the data folder, and how it is; exit status DOWN unless all is well."""
    from engine.running.keeping import found
    from engine.running.prefect_requests import healthy

    with opened(data):
        pass  # or say that it is no data folder
    status = found(data)
    answers = bool(status and status.api and healthy(status.api))
    if as_json:
        emit({"running": status is not None, "answers": answers} | (asdict(status) if status else {}))
    elif status is None:
        print("jieti up 没有运行" if lang == "zh" else "jieti up does not run")
    else:
        _told(status, answers, lang)
    if not answers:
        raise typer.Exit(DOWN)


def _told(status: Status, answers: bool, lang: str) -> None:
    """How it is, in a few lines."""
    from console.screens.paper import Paper

    zh = lang == "zh"
    states = {"starting": "正在启动", "running": "运行中", "server lost": "服务中断,正在重启", "stopping": "正在停止"}
    said = states[status.state] if zh else status.state
    if status.state == "running" and not answers:
        said += ",但服务没有应答" if zh else ", but its server does not answer"
    none = "–"
    rows = [
        ("状态" if zh else "state", f"{said} (pid {status.pid})"),
        ("自" if zh else "since", _local(status.since)),
        ("Prefect", status.api or none),
        ("仪表板" if zh else "dashboard", status.dashboard or (none + (" (--ui)"))),
        ("间隔" if zh else "schedule", status.schedule),
        ("下次" if zh else "next", _local(status.next) if status.next else none),
        ("上次清查" if zh else "last sweep", _last(status.last_sweep) if status.last_sweep else none),
    ]
    if status.last is not None and status.last != status.last_sweep:
        rows.append(("上次运行" if zh else "last run", _last(status.last)))
    if status.under_way:
        rows.append(("正在办" if zh else "under way", str(status.under_way)))
    if status.restarts:
        rows.append(("服务重启" if zh else "restarts", str(status.restarts)))
    paper = Paper(lang)
    paper.table(rows, indent=0)
    paper.print()


def _last(last: Last) -> str:
    return f"{_local(last.ended)} {last.name}: {last.outcome} {last.said}".rstrip()


def _local(instant: str) -> str:
    return f"{datetime.fromisoformat(instant).astimezone():%Y-%m-%d %H:%M:%S}"
