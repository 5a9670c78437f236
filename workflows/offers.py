"""The training calendar: trainings offered, changed, called off.  A plan may change; only what happened is evidence."""

from __future__ import annotations

from dataclasses import dataclass, replace

from events.envelope import Recorded
from events.facts import Catalogue, OfferedTraining, TakenBack, TrainingCalledOff, TrainingOfferChanged, TrainingOffered
from workflows import district, evidence, rows
from workflows.acts import CallOffTraining, ChangeTraining, OfferTraining
from workflows.commands import Already, Decision, Draft, Moment, Needs, Refused, Span, World
from workflows.repeats import Again

Asked = OfferTraining | ChangeTraining | CallOffTraining


@dataclass(frozen=True)
class Offer:
    """A training of the calendar as its stream tells it; ``said`` at the position ``at`` holds now."""

    version: int = 0
    said: OfferedTraining | None = None
    at: int = 0
    called_off: int = 0
    """The position at which it was called off; 0 while it is to be held."""
    told: tuple[Recorded, ...] = ()
    """What was told of it and not taken back."""


def evolve(state: Offer, event: Recorded) -> Offer:
    """The offer after one more event of its stream."""
    told = (*state.told, event)
    if isinstance(event.fact, TakenBack):
        told = tuple(one for one in state.told if one.position != event.fact.target)
    state = Offer(version=event.envelope.version, told=told)
    for one in told:
        match one.fact:
            case OfferedTraining() as fact:
                state = replace(state, said=fact, at=one.position)
            case TrainingCalledOff():
                state = replace(state, called_off=one.position)
    return state


def stream(offer: str) -> str:
    """The stream of a training of the calendar."""
    return f"training-{offer}"


def needs(command: Asked) -> Needs:
    """The training's own stream, the row, and the district's catalogue."""
    source = None if isinstance(command, CallOffTraining) else command.said.source
    return Needs(streams=(district.STREAM, stream(command.offer)), keys=rows.key(source))


def decide(world: World, command: Asked, moment: Moment) -> Decision:
    """Put a training into the calendar, change what is said of it, or call it off."""
    state: Offer = world.states[stream(command.offer)]
    if isinstance(command, OfferTraining):
        if (done := rows.held(world.keys, command.said.source)) is not None:
            return done
        if state.said is not None:
            raise Refused(
                "offered",
                "日程里已有这项培训;要改内容请用更正",
                "this training is in the calendar already: correct it instead",
            )
        fact: TrainingOffered | TrainingOfferChanged | TrainingCalledOff = command.said
    elif state.said is None:
        raise Refused(
            "no offer",
            "日程里没有这项培训;用 jieti calendar 查看",
            "there is no such training in the calendar: see jieti calendar",
        )
    elif isinstance(command, CallOffTraining):
        if state.called_off:
            return Again(state.called_off, {"reason": command.reason})
        fact = TrainingCalledOff(reason=command.reason)
    else:
        if state.called_off:
            raise Refused(
                "called off",
                f"这项培训已取消(#{state.called_off:,});要重新举办,请换一个编号或日期另行登记",
                f"this training was called off (#{state.called_off:,}): to hold it after all, offer it anew under "
                "another number or day",
            )
        source = command.said.source
        held = world.keys.get(f"row/{source.key}") if source else None
        if held is not None and source is not None and held.content == source.content:
            return Already(held.position)
        fact = TrainingOfferChanged(**dict(command.said), reason=command.reason)
    if isinstance(fact, OfferedTraining):
        _makes_sense(fact, world.states[district.STREAM].catalogue)
    return [Draft(stream(command.offer), Span.day(moment.today), fact, state.version)]


def _makes_sense(said: OfferedTraining, catalogue: Catalogue) -> None:
    """Refuse days in disorder, no places at all, and what would not be taken as evidence afterwards."""
    if said.last < said.first:
        raise Refused(
            "days",
            f"结束日期 {said.last} 早于开始日期 {said.first};请核对日期",
            f"it ends on {said.last}, before it begins on {said.first}: check the days",
        )
    if said.places is not None and said.places < 1:
        raise Refused("places", "名额应至少为 1;没有限制就不填", "it has at least one place; leave it out for no limit")
    if long := [role for role in said.roles if len(role) > evidence.LONGEST_TERM]:
        raise Refused(
            "long term",
            f"对象岗位“{long[0][:20]}…”太长;请写成最多 {evidence.LONGEST_TERM} 个字",
            f'the role "{long[0][:20]}…" is too long: at most {evidence.LONGEST_TERM} characters',
        )
    evidence.fits(evidence.Item(0, evidence.AMOUNT, said.kind, said.attributes, said.amount), catalogue)
