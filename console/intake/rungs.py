"""Which rung a file means: ladders and rungs by their ids or titles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from console.intake.desk import RowProblem, Rungs
from console.intake.values import nearest, squeezed
from ladders.model.ladder import Ladder, Rung


def rungs_of(ladders: Iterable[Ladder]) -> Rungs:
    """Finds (ladder id, rung id) among these ladders; of two with one name the later wins."""
    found: dict[str, Ladder] = {}
    for ladder in ladders:
        for name in _names(ladder):
            found[squeezed(name)] = ladder

    def look_up(ladder_name: str, rung_name: str) -> tuple[str, str]:
        if not ladder_name:
            return on_any(rung_name)
        ladder = found.get(squeezed(ladder_name))
        if ladder is None:
            raise _unknown("ladder", "阶梯", ladder_name, {one.id: one for one in found.values()})
        wanted = squeezed(rung_name)
        for rung in ladder.rungs:
            if wanted in map(squeezed, _names(rung)):
                return ladder.id, rung.id
        raise _unknown("rung", "级", rung_name, {one.id: one for one in ladder.rungs})

    def on_any(rung_name: str) -> tuple[str, str]:
        """The rung of that name on whichever ladder has one; two are one too many."""
        every = {one.id: one for one in found.values()}
        wanted = squeezed(rung_name)
        there = [(one, rung) for one in every.values() for rung in one.rungs if wanted in map(squeezed, _names(rung))]
        if not there:
            raise _unknown("rung", "级", rung_name, {rung.id: rung for one in every.values() for rung in one.rungs})
        if len(there) > 1:
            listed = "、".join(f"{one.title.zh}/{rung.title.zh}" for one, rung in there)
            raise RowProblem(
                "rung",
                f"不止一个阶梯有“{rung_name}”：{listed}；请写明阶梯",
                f'several ladders have "{rung_name}": {listed}; name the ladder, too',
            )
        ((ladder, rung),) = there
        return ladder.id, rung.id

    return look_up


def _names(one: Ladder | Rung) -> tuple[str, str, str]:
    return one.id, one.title.zh, one.title.en


def _unknown(column: str, zh: str, name: str, options: Mapping[str, Ladder | Rung]) -> RowProblem:
    """What is said of a name that none has; the column is to blame, and the hint is one of those that are listed."""
    listed = "、".join(f"{one.title.zh}（{one.id}）" for one in options.values())
    near = nearest(name, {said: one for one in options.values() for said in _names(one)})
    meant = next((one.title.zh for one in options.values() if near in _names(one)), None)
    return RowProblem(
        column,
        f"没有叫“{name}”的{zh}；有：{listed}" + (f"；是不是“{meant}”？" if meant else ""),
        f'there is no {column} "{name}"; there are: {listed}' + (f"; did you mean {meant}?" if meant else ""),
    )
