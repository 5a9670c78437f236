"""The grades of a cycle derived again: its cases as the log has them when the grades were given, and their lot."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from engine.assessing.before import Difference, about, unfounded
from engine.blocks import in_blocks
from engine.cycles.grades import graded_of
from engine.cycles.places import group_of
from engine.cycles.ranked import keys
from engine.district import District
from engine.tables import case_table
from engine.worlds import worlds
from events.envelope import Recorded
from events.facts import Graded, GradesGiven
from workflows import grading
from workflows.case import Case, approved
from workflows.cycle import Cycle, route_of
from workflows.deciding import fold


class Gradings:
    """The grades of cycles, derived once for each position at which grades were given."""

    def __init__(self, district: District) -> None:
        self._district = district
        self._found: dict[int, tuple[grading.Grading, dict[str, grading.Grade]] | None] = {}

    def at(self, given: int) -> tuple[grading.Grading, dict[str, grading.Grade]] | None:
        """The grades that were given at a position, all and by case; None if none were."""
        if given not in self._found:
            found = derive(self._district, given)
            self._found[given] = (found, {one.case: one for one in found.grades}) if found else None
        return self._found[given]


def differences(gradings: Gradings, events: Iterable[Recorded]) -> list[Difference]:
    """Grades that come out otherwise."""
    found = []
    for event in events:
        fact = event.fact
        again = gradings.at(event.position if isinstance(fact, GradesGiven) else getattr(fact, "given", 0))
        if again is None:
            found.append(unfounded(event))
        elif isinstance(fact, GradesGiven):
            if (fact.groups, fact.list_sha256) != (again[0].groups, again[0].list_sha256):
                said = ("评定的等次与重新评定的结果不同", "the grades come out otherwise when they are given again")
                found.append(Difference(event.position, about(event), *said))
        elif isinstance(fact, Graded):
            one = again[1].get(about(event))
            if one is None or graded_of(event.envelope.correlation or "", fact.given, one) != fact:
                came = "—" if one is None else one.grade
                said = (
                    f"等次当时为 {fact.grade},重新评定为 {came},或名次不同",
                    f"its grade was {fact.grade}, given again it is {came}, or it comes elsewhere",
                )
                found.append(Difference(event.position, about(event), *said))
    return found


def derive(district: District, given: int) -> grading.Grading | None:
    """The grades that were given at a position, as the log had the cases then; None if none were."""
    with district.reading() as connection:
        events = district.log.read_at(connection, [given])
        if not events or not isinstance(fact := events[0].fact, GradesGiven):
            return None
        stream, cycle_id = events[0].envelope.stream, about(events[0])
        cycle: Cycle = fold(stream, [one for one in district.log.read(connection, stream) if one.position < given])
        if cycle.opened is None or cycle.opened.version not in district.ladders:
            return None
        route = route_of(district.ladders[cycle.opened.version], cycle.opened.to)
        if (rule := route.grades) is None:
            return None
        units = worlds.units(connection)
        cases = connection.execute(select(case_table.c.id).where(case_table.c.cycle == cycle_id)).scalars().all()
        candidates = list[grading.Candidate]()
        for block in in_blocks(sorted(cases)):
            streams = district.log.read_many(connection, [f"case-{case}" for case in block])
            for name, told in streams.items():
                known = [one for one in told if one.position < given]
                state: Case = fold(name, known)
                if state.nominated is None or state.outcome is not None or not state.met or not approved(state, route):
                    continue
                group = group_of(state.nominated.unit, rule.per, units)
                by = keys(known, state, rule.order)
                candidates.append(grading.Candidate(name.removeprefix("case-"), group, by))
    try:
        return grading.grade(candidates, rule, fact.lot)
    except ValueError:
        return None
