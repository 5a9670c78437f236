"""Which rung a file means: ladders and rungs by their ids or titles."""

from __future__ import annotations

from collections.abc import Iterable

from console.intake.desk import Rungs
from console.intake.values import Problem, nearest, squeezed
from ladders.model import Ladder


def rungs_of(ladders: Iterable[Ladder]) -> Rungs:
    """Finds (ladder id, rung id) among these ladders; of two with one name the later wins."""
    found: dict[str, Ladder] = {}
    names: dict[str, None] = {}
    for ladder in ladders:
        for name in (ladder.id, ladder.title.zh, ladder.title.en):
            found[squeezed(name)], names[name] = ladder, None

    def look_up(ladder_name: str, rung_name: str) -> tuple[str, str] | Problem:
        ladder = found.get(squeezed(ladder_name))
        if ladder is None:
            return _unknown("阶梯", "ladder", ladder_name, list(names))
        wanted = squeezed(rung_name)
        for rung in ladder.rungs:
            if wanted in (rung.id, squeezed(rung.title.zh), squeezed(rung.title.en)):
                return ladder.id, rung.id
        return _unknown("级", "rung", rung_name, [rung.title.zh for rung in ladder.rungs])

    return look_up


def _unknown(zh: str, en: str, name: str, names: list[str]) -> Problem:
    near = nearest(name, dict.fromkeys(names))
    listed = "、".join(names)
    return Problem(
        f"没有叫“{name}”的{zh}；有：{listed}" + (f"；是不是“{near}”？" if near else ""),
        f'there is no {en} "{name}"; there are: {listed}' + (f"; did you mean {near}?" if near else ""),
    )
