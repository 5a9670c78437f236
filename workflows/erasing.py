"""A person's record is erased: when it may be, and that nothing more is recorded of them afterwards."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, timedelta

from events.facts import (
    Fact,
    Nominated,
    OfStanding,
    PanelSeated,
    PersonErased,
    Retention,
    Settings,
)
from workflows import district, people
from workflows.commands import Command, Decision, Draft, Moment, Needs, Refused, Span, World
from workflows.repeats import Again
from workflows.shown import Kept

ASSUMED = Retention(after_leaving=10, after_decision=10, document="-")
"""The years where the district has not said how many, or by which document: assumed, and shown as such."""
_DAY = timedelta(days=1)


class ErasePerson(Command):
    """Erase a person's record; ``early``: before its time, because the document that is the authority demands it."""

    subject: str
    reason: str
    early: bool = False


Asked = ErasePerson


def needs(command: ErasePerson) -> Needs:
    """The person, what keeps their record, and the district's settings."""
    who = (command.subject,)
    return Needs(streams=(district.STREAM,), subjects=who, keys=(f"erased/subject-{command.subject}",), kept=who)


def kept_until(settings: Settings, left: date, kept: Kept) -> date:
    """The last day on which the record of somebody who left on a day has to be kept."""
    term = settings.retention or ASSUMED
    until = _years_after(left, term.after_leaving)
    return until if kept.decided is None else max(until, _years_after(kept.decided, term.after_decision))


def decide(world: World, command: ErasePerson, moment: Moment) -> Decision:
    """Erase the record of somebody who left, has nothing under way, and whose record need not be kept any longer."""
    stream = f"subject-{command.subject}"
    if (done := world.keys.get(f"erased/{stream}")) is not None:
        return Again(done.position, {"reason": command.reason.strip() or None})
    person, state = world.subjects.get(command.subject), world.states[district.STREAM]
    kept = world.kept.get(command.subject, Kept())
    if kept.taken_back and command.reason.strip():  # a mistake of the office's: nothing asks for it to be kept
        mistaken = PersonErased(reason=command.reason.strip(), kept_until=moment.today)
        return [Draft(stream, Span.day(moment.today), mistaken)]
    if person is None or person.kind != "person":
        raise Refused(
            "no person",
            "只能删除个人的档案,没有登记这个人;请核对工号",
            "only the record of a person is erased, and there is no such person: check the staff number",
        )
    if not command.reason.strip():
        raise Refused("no reason", "缺少理由;请写明为什么删除", "a reason is needed: say why the record is erased")
    if person.until is None or person.until >= moment.today:
        raise Refused(
            "employed",
            f"此人还在职{f'(到 {person.until} 为止)' if person.until else ''},档案不能删除;离任后再办,离任用人员表登记",
            f"this person is employed{f' until {person.until}' if person.until else ''}: the record is erased after "
            "they left; that they left is recorded by a people sheet",
        )
    _nothing_under_way(kept)
    until = kept_until(state.settings, person.until, kept)
    if not command.early:
        _in_its_time(state.settings, kept, until, moment.today)
    elif not (command.asking.authority or "").strip():
        raise Refused(
            "early",
            "提前删除须有文件依据;请用 --authority 写明文号",
            "before its time a record is erased only by a document that demands it: give its number as the authority",
        )
    rule = state.settings.retention.document if state.settings.retention else None
    fact = PersonErased(reason=command.reason.strip(), kept_until=until, rule=rule)
    return [Draft(stream, Span.day(moment.today), fact)]


def _nothing_under_way(kept: Kept) -> None:
    if kept.cases:
        raise Refused(
            "open case",
            f"还有没有办结的申报({'、'.join(kept.cases[:3])});请先办结或撤回",
            f"a case is not decided yet ({', '.join(kept.cases[:3])}): decide it, or let it be withdrawn, first",
        )
    if kept.cycles:
        raise Refused(
            "taking part",
            f"此人参与的评审还没有结束({'、'.join(kept.cycles[:3])});请等它结束后再删除",
            f"a review in which this person takes part is not finished ({', '.join(kept.cycles[:3])}): "
            "erase the record after it",
        )


def _in_its_time(settings: Settings, kept: Kept, until: date, today: date) -> None:
    """Refuse what has to be kept: for a standing in force, or because its years are not over."""
    if kept.standings:
        ladder, rung, last = kept.standings[0]
        raise Refused(
            "standing held",
            f"此人(或其主持的工作室)的称号还在有效期内({ladder} {rung},{f'到 {last}' if last else '长期'});"
            f"请待其结束;依法须提前的,用 --early 和 --authority 文号",
            f"a standing of this person, or of a studio that they host, is in force ({ladder} {rung}, "
            f"{f'until {last}' if last else 'for good'}): wait until it ends; if a law demands it earlier, "
            "give --early and its number as --authority",
        )
    if today > until:
        return
    term = settings.retention
    said = term or ASSUMED
    years = f"离任后 {said.after_leaving} 年、最后一次决定后 {said.after_decision} 年"
    years_en = f"{said.after_leaving} years after leaving and {said.after_decision} after the last decision"
    raise Refused(
        "kept",
        f"档案要保管到 {until},{until + _DAY} 起才能删除"
        f"({years};依据:{term.document if term else '暂定,没有文件,可用 jieti district settings 规定'});"
        "依法须提前的,用 --early 和 --authority 文号",
        f"the record is kept until {until} and may be erased from {until + _DAY} on ({years_en}; by "
        f"{term.document if term else 'assumption, no document says so: see jieti district settings'}); "
        "if a law demands it earlier, give --early and its number as --authority",
    )


def _years_after(day: date, years: int) -> date:
    """The same day so many years later; of the 29th of February the 28th where there is none."""
    try:
        return day.replace(year=min(day.year + years, date.max.year))
    except ValueError:
        return day.replace(year=day.year + years, day=28)


# ------------------------------------------------------------------------------------------- afterwards


def none_erased(drafts: Iterable[Draft], erased: Collection[str], owners: Callable[[Draft], Collection[str]]) -> None:
    """Refuse whatever would be recorded of somebody whose record was erased; ``owners``: whose keys a draft needs.

    What becomes of a standing that they held when it was erased before its time is recorded all the same.
    """
    for draft in drafts:
        if any(who in erased for who in (*_about(draft), *owners(draft))):
            raise is_erased()


def is_erased() -> Refused:
    """What is said where something would be recorded of, or compared with, a record that was erased."""
    return Refused(
        "erased",
        "此人的档案已经删除,不再登记任何内容;请从表中去掉",
        "the record of this person was erased, and nothing more is recorded of them: leave them out",
    )


def _about(draft: Draft) -> Iterator[str]:
    """Whom a draft says something about, or gives something to do."""
    fact: Fact = draft.fact
    if draft.stream.startswith("subject-") and not isinstance(fact, (OfStanding, PersonErased)):
        yield draft.stream.removeprefix("subject-")
    yield from people.refers(fact)
    if isinstance(fact, Nominated):
        yield fact.subject
    elif isinstance(fact, PanelSeated):
        yield from (seat.person for seat in fact.seats)
    for role in ("person", "delegate", "successor"):
        if isinstance(who := getattr(fact, role, None), str):
            yield who
