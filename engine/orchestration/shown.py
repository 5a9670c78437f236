"""What an office sees of a run in Prefect's dashboard: names, tags, tables, bars.  Ids and counts; never a name."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from prefect.artifacts import create_progress_artifact, create_table_artifact, update_progress_artifact

from engine.clock import log_day
from engine.cycles.advance import FunnelLine, Phase
from engine.cycles.due import due as due_next
from engine.cycles.sweep import Failure
from engine.district import District
from engine.running.prefect_requests import artifact_key

Lang = Literal["zh", "en"]
AHEAD = timedelta(days=30)
"""How far the due list looks."""
OFTEN = 0.5
"""Seconds between two moves of a bar, except for its last one."""
MOST_ROWS = 1000
"""Of a table: a dashboard is no list of a cohort."""


class Bar:
    """The progress of one phase of a run."""

    def __init__(self, of: str, phase: Phase, lang: Lang) -> None:
        self._name, self._total = getattr(phase, lang), len(phase.chunks)
        self._moved = -math.inf
        self._artifact: UUID = create_progress_artifact(
            0.0, key=artifact_key("progress", of), description=self._says(0)
        )

    def move(self, done: int) -> None:
        """So many of its chunks are done.  Each look costs the server a request: it is told twice a second at most."""
        now = time.monotonic()
        if done < self._total and now < self._moved + OFTEN:
            return
        self._moved = now
        update_progress_artifact(self._artifact, 100.0 * done / self._total, description=self._says(done))

    def _says(self, done: int) -> str:
        return f"{self._name} {done}/{self._total}"


def funnel(cycle: str, lines: Iterable[FunnelLine], lang: Lang) -> None:
    """How many cases reached each stage of a cycle."""
    stage, count = ("环节", "人数") if lang == "zh" else ("stage", "count")
    rows = [{stage: getattr(line, lang), count: line.count} for line in lines]
    _table("funnel", cycle, rows, "评审漏斗：每一环节的人数", "The funnel: how many reached each stage", lang)


def failures(of: str, phase: Phase, failed: Iterable[Failure], lang: Lang) -> None:
    """Whom what failed concerns, and the kind of the error: its words are told by the command line only."""
    step, who, kind = ("步骤", "案号或代号", "错误") if lang == "zh" else ("step", "whom it concerns", "error")
    rows = [
        {step: getattr(phase, lang), who: concerned, kind: one.code}
        for one in failed
        for concerned in one.concerned or (one.about,)
    ]
    zh = f"未办成的共 {len(rows)} 项;原因见命令行 jieti cycle advance"
    en = f"{len(rows)} not done; jieti cycle advance says why"
    _table("failures", of, rows, zh, en, lang)


def done(of: str, phases: Sequence[tuple[Phase, int]], lang: Lang) -> None:
    """What a run did: its phases, and how many events each appended."""
    columns = ("环节", "步骤", "批数", "事件数") if lang == "zh" else ("phase", "step", "chunks", "events")
    rows = [
        dict(zip(columns, (phase.name, getattr(phase, lang), len(phase.chunks), events), strict=True))
        for phase, events in phases
    ]
    _table("done", of, rows, "本次运行办了什么", "What this run did", lang)


def due_rows(district: District, lang: Lang) -> list[dict[str, Any]]:
    """What falls due in the next weeks: a row for a day, a kind and a cycle or rung, with how many it concerns."""
    counts = Counter[tuple[str, str, str]]()
    for one in due_next(district, log_day(district) + AHEAD):
        where = one.cycle or "/".join(filter(None, (one.ladder, one.rung)))
        counts[str(one.day or "–"), getattr(one, lang), where] += one.count
    columns = ("日期", "事项", "周期或阶梯", "数量") if lang == "zh" else ("day", "what", "cycle or ladder", "how many")
    return [dict(zip(columns, (*row, count), strict=True)) for row, count in counts.items()]


def due(rows: Sequence[dict[str, Any]], lang: Lang) -> None:
    """What falls due next in the district."""
    _table("due", "list", rows, "即将到期", "What falls due next", lang)


def _table(what: str, of: str, rows: Sequence[dict[str, Any]], zh: str, en: str, lang: Lang) -> None:
    create_table_artifact(list(rows[:MOST_ROWS]), key=artifact_key(what, of), description=zh if lang == "zh" else en)
