"""Why a rung was granted on correction: what an auditor reads of it, as ``history.why`` tells of a cycle's grant."""

from __future__ import annotations

from dataclasses import dataclass

from engine.assessing import corrections
from engine.assessing.before import about
from engine.district import District
from engine.history import Told, Why, ended_since, told
from engine.history import rests_on as rests_on_
from engine.history import why as why_
from engine.times import Times
from events.envelope import Recorded
from events.facts import CorrectionOpened, GrantedOnCorrection, LadderPublished


@dataclass(frozen=True)
class Corrected:
    """Everything that a grant made on correction rests on."""

    granted: Told
    opened: Told
    """The correction, with the verdict that it rests on."""
    declined: Recorded
    published: Recorded
    evidence: tuple[Told, ...]
    identical: bool
    """Whether the correction's verdict, derived again now, is the one that was recorded, and the grant follows it."""
    ended: Told | None = None
    """What suspended, revoked or demoted the standing that it gave, where that was not taken back."""

    @property
    def grant(self) -> Recorded:
        """The event that granted it."""
        return self.granted.event

    @property
    def subject(self) -> str:
        """Who was granted the rung."""
        return about(self.grant)


def why(district: District, position: int, times: Times | None = None) -> Why | Corrected:
    """What the grant at a position rests on, made by a cycle or on correction, and its verdict derived again.

    With ``times`` what came after the grant is told as it was then.
    """
    log = district.log
    with district.reading() as connection:
        (grant,) = log.read_at(connection, [position])
    if not isinstance(fact := grant.fact, GrantedOnCorrection):
        return why_(district, position, times)
    with district.reading() as connection:
        opened, declined = (log.read_at(connection, [at])[0] for at in (fact.correction, fact.decision))
        ladder = log.read(connection, f"ladder-{fact.ladder}")
        evidence = log.read_at(connection, fact.evidence)
        own = log.read(connection, grant.envelope.stream)
    assert isinstance(opened.fact, CorrectionOpened)
    version = opened.fact.verdict.pins.version
    now, then = told(district, [grant, opened], times)
    return Corrected(
        granted=now,
        opened=then,
        declined=declined,
        published=next(one for one in ladder if isinstance(one.fact, LadderPublished) and one.fact.sha256 == version),
        evidence=tuple(told(district, evidence, times)),
        identical=not corrections.differences(district, [opened, grant]),
        ended=next(iter(told(district, ended_since(own, position, times), times)), None),
    )


def rests_on(found: Why | Corrected) -> list[int]:
    """The positions of a grant and of all that it rests on but the ballots, which may be confidential."""
    if isinstance(found, Why):
        return rests_on_(found)
    alone = (found.published, found.declined, found.opened.event, found.grant)
    return sorted({one.position for one in (*alone, *(each.event for each in found.evidence))})
