"""Who signs what comes of a review (签发), where the ladder asks for a signature before anything is granted."""

from __future__ import annotations

from events.facts import ResultsSigned
from workflows.acts import SignResults
from workflows.commands import Decision, Moment, Needs, Refused, World
from workflows.cycle import Cycle, drafted, is_running, route_in, stream
from workflows.repeats import Again

Asked = SignResults


def needs(command: Asked) -> Needs:
    """The cycle, and who signs."""
    return Needs(streams=(stream(command.cycle),), subjects=(command.person,))


def decide(world: World, command: Asked, moment: Moment) -> Decision:
    """The notices that are over and not signed yet are signed, all at once."""
    state: Cycle = world.states[stream(command.cycle)]
    is_running(state)
    route = route_in(world, state)
    if route.signature is None:
        raise Refused(
            "no signature",
            "阶梯没有规定签发后才认定,不用签发;请直接推进:jieti cycle advance",
            "the ladder asks for no signature before the grants: go on, jieti cycle advance",
        )
    person = world.subjects.get(command.person)
    if person is None or person.kind != "person" or (person.until is not None and person.until < moment.today):
        raise Refused(
            "who signs",
            "没有登记这个签发人,或已经离职;请核对工号,或先导入",
            "there is no such person in service to sign: check the staff number, or import them first",
        )
    over = [at for notice, at in state.notices if notice.last < moment.today]
    if not over:
        raise Refused(
            "notice not over",
            "公示还没有结束,不能签发;用 jieti cycle show 查看到哪一天",
            "no notice is over yet, so there is nothing to sign: jieti cycle show tells until when it runs",
        )
    unsigned = [at for at in over if at not in state.signed]
    if not unsigned:
        return Again(state.signed[over[-1]], {"person": command.person})
    drafts = []
    for nth, at in enumerate(unsigned):
        (draft,) = drafted(state, command.cycle, moment, ResultsSigned(notice=at, person=command.person))
        drafts.append(draft._replace(expected=state.version + nth))
    return drafts
