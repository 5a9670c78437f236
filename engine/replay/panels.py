"""The lots of panels drawn again: of the pool that was recorded, with the lot that was recorded."""

from __future__ import annotations

from collections.abc import Iterable

from engine.assessing.before import Difference, about, unfounded
from engine.district import District
from events.envelope import Recorded
from events.facts import PanelSeated
from ladders.model.review import Stage
from workflows import cycle as cycles
from workflows.deciding import fold
from workflows.seating import seats_drawn


def differences(district: District, events: Iterable[Recorded]) -> list[Difference]:
    """Panels in which somebody else sits than the lot drew."""
    found = []
    for event in events:
        fact = event.fact
        assert isinstance(fact, PanelSeated)
        stage = _stage(district, event, fact.stage)
        if stage is None:
            found.append(unfounded(event))
            continue
        draws = fact.drawn or ()
        seated = {one.seat: one.person for one in fact.seats}
        named = {seat: person for seat, person in seated.items() if not stage.roles[seat - 1].lot}
        try:
            again = {**named, **seats_drawn(stage, named, draws)}
        except ValueError:
            again = {}
        if again != seated:
            said = ("抽签结果与重新抽取的不同", "the lot draws others when it is drawn again")
            found.append(Difference(event.position, about(event), *said))
    return found


def _stage(district: District, event: Recorded, name: str) -> Stage | None:
    """The stage whose panel was seated; None where the log does not have its rules."""
    with district.reading() as connection:
        told = district.log.read(connection, event.envelope.stream)
    cycle: cycles.Cycle = fold(event.envelope.stream, [one for one in told if one.position < event.position])
    if cycle.opened is None or cycle.opened.version not in district.ladders:
        return None
    route = cycles.route_of(district.ladders[cycle.opened.version], cycle.opened.to)
    return next((one for one in route.stages if one.id == name), None)
