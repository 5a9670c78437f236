"""The grades of a cycle (等次): given to those whom every stage approved, as ``workflows.grading`` grades them.

Everybody graded goes on as before, to the places and the notice; the grant bears the grade.  A grade stands, as a
place does, though the case is decided anew after an objection.
"""

from __future__ import annotations

from events.facts import GradesGiven
from workflows import case
from workflows.acts import GiveGrades, GradeCases
from workflows.case import approved, case_in, next_of
from workflows.commands import Already, Decision, Moment, Needs, Refused, World
from workflows.cycle import UNDECIDED, Cycle, all_decided, drafted, is_running, not_closed, route_in
from workflows.cycle import stream as cycle_stream

Asked = GiveGrades | GradeCases


def needs(command: Asked) -> Needs:
    """The cycle with its counts, or the cases that are graded."""
    own = cycle_stream(command.cycle)
    if isinstance(command, GiveGrades):
        return Needs(streams=(own,), counts=command.cycle)
    return Needs(streams=(own, *(case.stream(name) for name in command.graded)))


def decide(world: World, command: Asked, moment: Moment) -> Decision:
    """What follows from grading the cases, or from telling them their grades."""
    state: Cycle = world.states[cycle_stream(command.cycle)]
    is_running(state)
    if isinstance(command, GiveGrades):
        fact = _give(world, command, state)
        return fact if isinstance(fact, Already) else drafted(state, command.cycle, moment, fact)
    return _tell(world, command, moment, state)


def _give(world: World, command: GiveGrades, state: Cycle) -> GradesGiven | Already:
    rule = route_in(world, state).grades
    if rule is None:
        raise Refused(
            "no grades",
            "本周期的规定不评等次;请直接推进:jieti cycle advance",
            "the rule of this cycle gives no grades: go on, jieti cycle advance",
        )
    if state.grades is not None:
        return Already(state.grades_at)
    if state.closed is None:
        raise not_closed()
    all_decided(world, UNDECIDED)
    if sum(group.cases for group in command.groups) != world.counts.get("approved", 0):
        raise Refused(
            "grading",
            "等次名单与通过的申报不一致;请重新运行 jieti cycle advance",
            "the list of grades is not that of the approved cases; run the cycle again: jieti cycle advance",
        )
    if rule.ties == "lot" and not command.lot:
        raise Refused(
            "lot",
            "规定同分抽签,缺少抽签号;请重新运行 jieti cycle advance",
            "the rule draws lots among equals and none was drawn; run the cycle again: jieti cycle advance",
        )
    return GradesGiven(groups=command.groups, list_sha256=command.list_sha256, lot=command.lot)


def _tell(world: World, command: GradeCases, moment: Moment, state: Cycle) -> Decision:
    route, drafts = route_in(world, state), []
    for name, graded in command.graded.items():
        one = case_in(world, name, command.cycle)
        if one.graded is not None or one.outcome is not None:
            continue
        given = state.grades is not None and graded.given == state.grades_at
        if not given or graded.cycle != command.cycle or not approved(one, route):
            raise other_grades()
        drafts.append(next_of(one, name, moment, graded))
    return drafts or Already(state.grades_at)


def other_grades() -> Refused:
    """The refusal of grades that are not those of the cycle."""
    return Refused(
        "other grades",
        "等次与本周期评定的名单不符;请用 jieti rebuild 重建视图,再运行 jieti audit replay 核对",
        "the grades are not of the list by which this cycle gave them: make the projections anew with jieti rebuild, "
        "and let jieti audit replay look",
    )
