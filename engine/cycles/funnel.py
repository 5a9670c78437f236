"""How many cases of a cycle came how far."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, exists, func, select

from engine.cycles.view import viewing
from engine.district import District
from engine.tables import case_table


@dataclass(frozen=True)
class FunnelLine:
    """How many cases reached a stage."""

    stage: str
    zh: str
    en: str
    count: int


_row, _later = case_table.c, case_table.alias("later")
_AGAIN = select(func.count()).where(
    _row.cycle == bindparam("of"),
    _row.phase == "withdrawn",
    exists().where(_later.c.subject == _row.subject, _later.c.cycle == _row.cycle, _later.c.nominated > _row.nominated),
)
"""Cases that were withdrawn and whose subject was nominated again: one nominee, whose case is the later one."""
_THROUGH = _row.ready > 0
"""Every stage approved it."""
_MET = _row.arrived > 0
"""A verdict on it was met."""
_FAILED_AGAIN = _row.assessed > _row.arrived
"""A later verdict was not."""
_NOT_COMPLETED = _row.until.is_not(None)


def funnel(district: District, cycle: str) -> list[FunnelLine]:
    """How many cases reached each stage of a cycle so far."""
    with viewing(district, cycle) as view:
        stages, state = view.route.stages, view.state
        posted = state.notices[-1][1] if state.notices else 0
        listed = (_row.ready > state.places_at) & (_row.ready < posted)
        shape = (_row.phase, _row.stage, _THROUGH, _MET, _FAILED_AGAIN, _NOT_COMPLETED, listed)
        counted = select(*shape, func.count()).where(_row.cycle == cycle).group_by(*shape)
        rows = view.connection.execute(counted).all()
        again = view.connection.execute(_AGAIN, {"of": cycle}).scalar_one()
    order = {stage.id: place for place, stage in enumerate(stages, 1)}
    passed = [0] * (len(stages) + 1)
    totals = {"nominated": -again, "notice": 0, "granted": 0}
    for phase, stage, through, met, failed_again, not_completed, on_notice, count in rows:
        totals["nominated"] += count
        totals["granted"] += count if phase == "granted" else 0
        totals["notice"] += count if on_notice else 0
        reached = order.get(stage, 0) if met else -1
        if through:
            reached = len(stages)
        elif phase in ("rejected", "declined") and stage is not None and not (failed_again or not_completed):
            reached -= 1
        for place in range(reached + 1):
            passed[place] += count
    lines = [FunnelLine("nominated", "申报", "nominated", totals["nominated"])]
    lines.append(FunnelLine("eligible", "审核合格", "eligible", passed[0]))
    lines += [
        FunnelLine(stage.id, stage.title.zh, stage.title.en, passed[place]) for place, stage in enumerate(stages, 1)
    ]
    if view.route.places is not None:
        taken = state.places.outside + sum(group.taken for group in state.places.groups) if state.places else 0
        lines.append(FunnelLine("places", "名额", "places", taken))
    lines.append(FunnelLine("notice", "公示", "notice", totals["notice"]))
    lines.append(FunnelLine("granted", "认定", "granted", totals["granted"]))
    return lines
