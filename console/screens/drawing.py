"""What is said of a picture of a ladder: on its sheet which bytes were drawn, on the screen where it was written to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from console.published import Meant
from console.screens.ladders import what_is_read
from console.screens.paper import Paper
from ladders.model.ladder import Ladder

_LARGE = ("A2", "A1", "A0", "")
"""Paper that an office does not have."""


def noted(
    found: Meant, ladder: Ladder, lang: Literal["zh", "en"], today: date | None, held: Mapping[str, int] | None
) -> tuple[str, ...]:
    """The first notes of a sheet: the ladder's id, which version it is, and holders of rungs that it does not have."""
    notes = [ladder.id, *what_is_read(found, lang, today).lines]
    rungs = {rung.id for rung in ladder.rungs}
    others = sum(count for rung, count in (held or {}).items() if rung not in rungs)
    if others:
        notes.append(
            f"另有 {others:,} 项称号属于这一版没有的级"
            if lang == "zh"
            else f"{others:,} more standings are of rungs that this version does not have"
        )
    return tuple(notes)


@dataclass(frozen=True)
class Drawn:
    """What was drawn: the ladder, the file, the paper, and who held what on which day."""

    ladder: Ladder
    out: Path | None
    paper: str
    held: Mapping[str, int] | None
    on: date | None

    def data(self) -> dict[str, Any]:
        """The same for programs."""
        holders = None if self.held is None else {rung.id: self.held.get(rung.id, 0) for rung in self.ladder.rungs}
        file = None if self.out is None else str(self.out)
        return {"ladder": self.ladder.id, "file": file, "paper": self.paper, "holders": holders, "as_of": self.on}


def drawn(done: Drawn, lang: str) -> Paper:
    """Where the picture was written to, on which paper; what to do where that is too large for the office."""
    paper = Paper(lang)
    size = done.paper or paper.say("比 A0 还大", "larger than A0")
    on_zh, on_en = (
        (f",{size}", f", {size}") if done.out is not None and done.out.suffix.casefold() != ".mmd" else ("", "")
    )
    paper.both(f"图已写入 {done.out}{on_zh}", f"drawn into {done.out}{on_en}")
    if on_zh and done.paper in _LARGE:
        paper.both(
            "纸太大时:--no-legend 只画图,不列条文;--out 文件.html 分页打印在 A4 上",
            "too large a sheet? --no-legend draws the graph alone; --out FILE.html prints on several sheets of A4",
        )
    return paper
