"""Corrections of past decisions: opened with the verdict of today, listed, and their verdicts derived again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from engine.assessing import revisit
from engine.assessing.before import Before, Difference, about, asked_of, unfounded
from engine.district import District
from engine.people.erasing import ERASED, erased
from engine.tables import business_key_table
from events.envelope import Recorded
from events.facts import (
    Assessed,
    CorrectionOpened,
    Declined,
    Granted,
    GrantedOnCorrection,
    OfCorrection,
    Outcome,
    Reassessed,
)
from events.log import tip
from workflows.commands import Answer, Asking, Refused
from workflows.correcting import DecideCorrection, OpenCorrection
from workflows.correcting import Outcome as How

_KEY = business_key_table.c.key
_BEGINS = "correction"
"""What all keys of corrections begin with: ``correction/…`` and ``correction decided/…``."""


@dataclass(frozen=True)
class Correction:
    """A correction: where it was opened, on which subject, and what ended it, if anything did."""

    opened: Recorded
    decided: Recorded | None = None
    erased: bool = False
    """The record of whom it is about was erased: nothing more is recorded of them, no decision either."""

    @property
    def waits(self) -> bool:
        """Whether the office has it to decide."""
        return self.decided is None and not self.erased

    @property
    def fact(self) -> CorrectionOpened:
        """What was opened."""
        assert isinstance(self.opened.fact, CorrectionOpened)
        return self.opened.fact

    @property
    def subject(self) -> str:
        """Whose decision it is about."""
        return about(self.opened)


@dataclass(frozen=True)
class _Asked:
    """A decision with the verdict that it rests on, and the rung of which that was asked."""

    event: Recorded
    verdict: Assessed
    subject: str
    to: str


def listed(district: District, known_at: int | None = None) -> list[Correction]:
    """Every correction in the order in which they were opened (by a position)."""
    with district.reading() as connection:
        events = district.log.read_at(connection, _positions(connection))
        gone = set(connection.execute(ERASED).scalars()) if events else set()
    known = [one for one in events if known_at is None or one.position <= known_at]
    ends = {one.fact.correction: one for one in known if isinstance(one.fact, OfCorrection)}
    opened = sorted((one for one in known if isinstance(one.fact, CorrectionOpened)), key=lambda one: one.position)
    return [Correction(one, ends.get(one.position), about(one) in gone) for one in opened]


def grants(district: District) -> list[Recorded]:
    """What was granted on corrections, in the log's order."""
    made = [one.decided for one in listed(district) if one.decided is not None]
    return sorted((one for one in made if isinstance(one.fact, GrantedOnCorrection)), key=lambda one: one.position)


def _positions(connection: Connection) -> set[int]:
    # The keys are the table's order: whoever has none pays nothing, however long the log is.
    chosen = select(business_key_table.c.position).where(_KEY >= _BEGINS, _KEY < _BEGINS + "0")
    return set(connection.execute(chosen).scalars())


def open_(district: District, asking: Asking, decision: int, reason: str) -> Answer:
    """Open a correction of a grant or decline, with its verdict as known now; Refused as the decider says."""
    with district.reading() as connection:
        now = tip(connection).position
    asked = _asked(district, decision)
    if asked.subject in erased(district):
        raise _is_erased()
    verdict = revisit.reassessed(district, asked.verdict.pins, asked.to, [asked.subject], now)[0]
    then = revisit.reassessed(district, asked.verdict.pins, asked.to, [asked.subject], asked.verdict.pins.known_at)[0]
    because = revisit.since(district, set(then.evidence) ^ set(verdict.evidence), asked.verdict.pins.known_at)
    return district.handle(
        OpenCorrection(
            id=district.command_id(),
            asking=asking,
            subject=asked.subject,
            decision=decision,
            decided_on=asked.event.envelope.occurred_from,
            case=about(asked.event),
            verdict=verdict,
            because=because,
            reason=reason,
        )
    )


def decide(district: District, asking: Asking, at: int, outcome: How, on: date | None, reason: str) -> Answer:
    """End a correction, named by its own position or by that of its decision; Refused as the decider says."""
    one = find(district, at)
    if one.erased and one.decided is None:
        raise _is_erased()
    return district.handle(
        DecideCorrection(
            id=district.command_id(),
            asking=asking,
            subject=one.subject,
            correction=one.opened.position,
            outcome=outcome,
            on=on,
            reason=reason,
        )
    )


def _is_erased() -> Refused:
    return Refused(
        "erased",
        "此人的档案已经删除,不再立更正案,已立的也不再办结;原决定不变",
        "the record of this person was erased: no correction is opened or decided any more, and the decision stands",
    )


def find(district: District, at: int) -> Correction:
    """The correction opened at a position, or of the decision there: the one that is open, else the newest."""
    every = listed(district)
    found = [one for one in every if one.opened.position == at] or [one for one in every if one.fact.decision == at]
    if not found:
        raise Refused(
            "no correction",
            f"#{at:,} 不是更正案,也不是立有更正案的决定;用 jieti correction list 查看",
            f"#{at:,} is neither a correction nor a decision of which one was opened; jieti correction list shows them",
        )
    return next((one for one in found if one.decided is None), found[-1])


def _asked(district: District, decision: int) -> _Asked:
    with district.reading() as connection:
        event = next(iter(district.log.read_at(connection, [decision])), None)
    if event is None or not isinstance(event.fact, Granted | Declined):
        raise Refused(
            "no decision",
            f"#{decision:,} 不是认定或驳回;用 jieti audit revisit 查看会不同的决定",
            f"#{decision:,} is neither a grant nor a decline; jieti audit revisit lists those that would differ",
        )
    before = Before.of(district, [event.envelope.stream])
    seen, fact = before.see(event), event.fact
    told = before.streams[event.envelope.stream]
    verdict = next((one.fact for one in told if one.position == fact.assessed), None)
    if seen is None or not isinstance(verdict, Assessed):
        raise Refused(
            "no decision",
            f"#{decision:,} 没有依据判定,没有可以重新比较的",
            f"#{decision:,} rests on no verdict, so there is none to be asked again",
        )
    return _Asked(event, verdict, fact.subject, asked_of(seen, verdict))


# ------------------------------------------------------------------------------------------------------- replay


def differences(district: District, events: Iterable[Recorded]) -> list[Difference]:
    """Each correction's verdict is what the rules make of what was known then; a grant rests on its correction."""
    found = []
    for event in events:
        if isinstance(event.fact, CorrectionOpened):
            found += _opened(district, event, event.fact)
        elif isinstance(event.fact, GrantedOnCorrection):
            found += _granted(district, event, event.fact)
    return found


def _opened(district: District, event: Recorded, fact: CorrectionOpened) -> list[Difference]:
    try:
        asked = _asked(district, fact.decision)
        pins = asked.verdict.pins
        again = revisit.reassessed(district, pins, asked.to, [asked.subject], fact.verdict.pins.known_at)[0]
    except (LookupError, Refused):
        return [unfounded(event)]
    if (again, asked.subject, asked.verdict.outcome) == (fact.verdict, about(event), fact.then):
        return []
    return [_otherwise(event, fact.verdict.outcome, again.outcome)]


def _otherwise(event: Recorded, then: Outcome, now: Outcome) -> Difference:
    return Difference(
        event.position,
        about(event),
        f"更正案的判定当时为“{then}”,重算为“{now}”,或所列内容不同",
        f'the verdict of the correction was "{then}", derived again "{now}", or lists other things',
    )


def _granted(district: District, event: Recorded, fact: GrantedOnCorrection) -> list[Difference]:
    with district.reading() as connection:
        opened = next(iter(district.log.read_at(connection, [fact.correction])), None)
    if opened is None or not isinstance(opened.fact, CorrectionOpened):
        return [unfounded(event)]
    verdict: Reassessed = opened.fact.verdict
    if (verdict.outcome, verdict.evidence, opened.fact.decision) == ("met", fact.evidence, fact.decision):
        return []
    return [
        Difference(
            event.position,
            about(event),
            "补认与它的更正案不符",
            "what was granted on correction is not what its correction came to",
        )
    ]
