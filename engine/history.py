"""A subject's story, and why a grant was made: what an auditor reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, Text, bindparam, literal, or_, select, union_all

from engine.assessing import corrections
from engine.assessing.before import about
from engine.blocks import in_blocks
from engine.district import District
from engine.people import names
from engine.replay import replay
from engine.tables import case_table, grant_table, story_table
from engine.times import Times, not_known_then
from engine.worlds import worlds
from events.codec import personal_places
from events.envelope import Recorded
from events.facts import (
    Assessed,
    BallotCast,
    CorrectionOpened,
    CycleOpened,
    CycleRebased,
    Declined,
    Granted,
    GrantedOnCorrection,
    LadderPublished,
    Nominated,
    OfCorrection,
    OfStanding,
    SealedBallotCast,
    StageDecided,
    StandingLapsed,
    StandingReinstated,
    StandingTakenOver,
    TakenBack,
)
from events.log import any_of
from events.tables import event_table
from workflows.commands import Refused


class Told(NamedTuple):
    """An event of a story: with its personal fields in plain text, and the subject that it is about."""

    event: Recorded
    personal: Mapping[str, str]
    about: str


@dataclass(frozen=True)
class Why:
    """Everything that a grant rests on."""

    grant: Recorded
    published: Recorded
    opened: Recorded
    nominated: Recorded
    assessed: Recorded
    evidence: tuple[Told, ...]
    ballots: tuple[Recorded, ...]
    """All that were cast; ``told`` tells what a confidential one says, where two people opened it."""
    decided: tuple[Recorded, ...]
    notice: Recorded
    identical: bool
    """Whether the verdict, derived again now, is the one that was recorded."""
    rebased: tuple[Told, ...] = ()
    """What put its cycle on another version of the ladder, before it fell."""
    signed: Recorded | None = None
    """Who signed, where the ladder asks for a signature."""
    ended: Told | None = None
    """What suspended, revoked or demoted the standing that it gave, where that was not taken back."""

    corrections: tuple[Told, ...] = ()
    """That it was looked at again, and what the office decided."""

    @property
    def subject(self) -> str:
        """Who was granted the rung."""
        assert isinstance(self.grant.fact, Granted)
        return self.grant.fact.subject


def history(district: District, subject: str, times: Times | None = None) -> list[Told]:
    """All events about a subject in order: its own stream's, its cases', and those elsewhere that name it.

    Those are of groups and mentees, of panels that the person sits in, and of what they did there.  With ``times``
    those that were known then, of what had begun by the day, told as they were then.
    """
    with district.reading() as connection:
        events = district.log.read_any(connection, _STORY, {"subject": subject})
        if times is not None:
            events = [one for one in events if times.shows(one)]
        return _told(district, connection, events, times)


def told(district: District, events: list[Recorded], times: Times | None = None) -> list[Told]:
    """Events with their personal fields opened, each person's key fetched once.

    With ``times``, what a confidential ballot says is told only if that was disclosed by then.
    """
    with district.reading() as connection:
        return _told(district, connection, events, times)


_OWN = select(literal("subject-").concat(bindparam("subject", type_=Text)))
_CASES = select(literal("case-").concat(case_table.c.id)).where(case_table.c.subject == bindparam("subject"))
_ELSEWHERE = select(story_table.c.position).where(story_table.c.subject == bindparam("subject"))
_STORY = any_of(event_table.c.stream.in_(union_all(_OWN, _CASES)), event_table.c.position.in_(_ELSEWHERE))


def _told(
    district: District, connection: Connection, events: Sequence[Recorded], times: Times | None = None
) -> list[Told]:
    personal = [personal_places(one.fact, one.envelope.stream) for one in events]
    district.vault.load({owner for places in personal for _, owner, _ in places})
    subjects: dict[str, str] = {}
    for block in in_blocks({name for one in events if (name := _case(one))}):
        chosen = select(case_table.c.id, case_table.c.subject).where(case_table.c.id.in_(block))
        subjects |= {row.id: row.subject for row in connection.execute(chosen)}
    open_to_all = disclosed(connection, events, times)
    found = []
    for one, places in zip(events, personal, strict=True):
        category, _, name = one.envelope.stream.partition("-")
        said = names.opened_places(district.vault, one.fact, places, disclosed=one.position in open_to_all)
        found.append(Told(one, said, subjects.get(name, name) if category == "case" else name))
    return found


def disclosed(connection: Connection, events: Iterable[Recorded], times: Times | None = None) -> set[int]:
    """The positions of the confidential ballots among these events that two people agreed to open (by a position)."""
    key = "ballot opened/"
    sealed = {f"{key}{one.position}" for one in events if isinstance(one.fact, SealedBallotCast)}
    opened = worlds.held(connection, sealed) if sealed else {}
    return {
        int(name.removeprefix(key)) for name, held in opened.items() if times is None or held.position <= times.known_at
    }


def _case(event: Recorded) -> str:
    """The case of a case's event."""
    category, _, name = event.envelope.stream.partition("-")
    return name if category == "case" else ""


@dataclass(frozen=True)
class GrantLine:
    """A grant as a list shows it."""

    position: int
    case: str
    cycle: str
    subject: str
    ladder: str
    rung: str
    first: int
    until: int | None
    correction: int | None = None
    """Where the correction was opened on which it was made; none where a cycle made it."""


def grants(district: District, cycle: str | None = None) -> list[GrantLine]:
    """Every grant, or those of a cycle, in the log's order; those made on correction among them."""
    chosen = select(grant_table).order_by(grant_table.c.position)
    if cycle is not None:
        chosen = chosen.where(grant_table.c.cycle == cycle)
    with district.reading() as connection:
        found = [GrantLine(*row) for row in connection.execute(chosen)]
    found += [one for one in map(_on_correction, corrections.grants(district)) if cycle in (None, one.cycle)]
    return sorted(found, key=lambda one: one.position)


def _on_correction(event: Recorded) -> GrantLine:
    fact = event.fact
    assert isinstance(fact, GrantedOnCorrection)
    first, until = event.envelope.occurred_from.toordinal(), fact.until.toordinal() if fact.until else None
    return GrantLine(
        event.position, fact.case, fact.cycle, about(event), fact.ladder, fact.rung, first, until, fact.correction
    )


def find_grant(district: District, asked: str, times: Times | None = None) -> int:
    """The position of a grant by ``#position``, case, or subject (its newest, by the times of the question).

    One made on correction is found by the positions of the correction and of the decline, too.

    Refused if there is none, or none that was made and known by then.
    """
    number = asked.removeprefix("G-").removeprefix("#").replace(",", "")
    conditions = [grant_table.c.case == asked, grant_table.c.subject == asked]
    if number.isascii() and number.isdigit():
        conditions.append(grant_table.c.position == int(number))
    row = event_table.c
    chosen = select(row.position, row.occurred_from).join(grant_table, grant_table.c.position == row.position)
    with district.reading() as connection:
        made_by_cycles = connection.execute(chosen.where(or_(*conditions))).tuples().all()
    corrected = [
        (event.position, event.envelope.occurred_from.isoformat())
        for event in corrections.grants(district)
        if _is_meant(event, asked, number)
    ]
    every = sorted([*made_by_cycles, *corrected])
    known = [one for one in every if times is None or one[0] <= times.known_at]
    made = [at for at, day in known if times is None or times.as_of is None or day <= times.as_of.isoformat()]
    if made:
        return int(made[-1])
    if known and times is not None:
        raise Refused(
            "not yet",
            f"到 {times.as_of} 为止还没有这次认定:它是 {known[0][1]} 作出的(#{known[0][0]:,});请用那天或更后的日期",
            f"by {times.as_of} it was not granted: that was on {known[0][1]} (#{known[0][0]:,}); ask as of that day "
            "or later",
        )
    if every and times is not None:
        raise not_known_then(times.known_at, every[0][0])
    if (ended := _declined(district, asked, times)) is not None:
        raise Refused(
            "declined",
            f"没有认定:这份申报(#{ended:,})未获认定;原因见 jieti audit history",
            f"nothing was granted: the case ended otherwise (#{ended:,}); jieti audit history tells why",
        )
    if (held := _taken_over(district, asked, times)) is not None:
        raise Refused(
            "taken over",
            f"这个称号是原有的(#{held:,}),凭文件承认,不是在这里认定的;用 jieti audit history 查看",
            f"this title was held before (#{held:,}): taken over with its document, not granted here; "
            "jieti audit history tells",
        )
    raise Refused(
        "no grant",
        f"没有认定 {asked};用 jieti audit grants 查看全部认定",
        f"there is no grant {asked}; jieti audit grants lists them all",
    )


def _is_meant(event: Recorded, asked: str, number: str) -> bool:
    """Whether a grant made on correction is asked for: by case, subject, or one of its positions."""
    fact = event.fact
    assert isinstance(fact, GrantedOnCorrection)
    positions = (event.position, fact.correction, fact.decision)
    return asked in (fact.case, about(event)) or number in map(str, positions)


def _declined(district: District, asked: str, times: Times | None) -> int | None:
    """Where the newest declined case of a subject, or that case, was declined."""
    row, event = case_table.c, event_table.c
    with district.reading() as connection:
        cases = connection.execute(select(row.id).where(or_(row.id == asked, row.subject == asked))).scalars()
        declined = event.stream.in_([f"case-{case}" for case in cases]), event.type == Declined.TYPE
        found = connection.execute(select(event.position).where(*declined)).scalars()
        return max((at for at in found if times is None or at <= times.known_at), default=None)


def _taken_over(district: District, subject: str, times: Times | None) -> int | None:
    """The position at which a title of a subject was taken over, the newest."""
    with district.reading() as connection:
        events = district.log.read(connection, f"subject-{subject}")
    gone = {one.fact.target for one in events if isinstance(one.fact, TakenBack)}
    held = (one.position for one in events if isinstance(one.fact, StandingTakenOver) and one.position not in gone)
    return max((at for at in held if times is None or at <= times.known_at), default=None)


def rests_on(found: Why) -> list[int]:
    """The positions of a grant and of all that it rests on but the ballots, which may be confidential."""
    alone = (found.published, found.opened, found.nominated, found.assessed, found.notice, found.grant)
    every = (*alone, *found.decided, *(told.event for told in found.evidence))
    return sorted({one.position for one in every})


def why(district: District, position: int, times: Times | None = None) -> Why:
    """What the grant at a position rests on, and its verdict derived again.

    With ``times`` what came after the grant is told as it was then.
    """
    log = district.log
    with district.reading() as connection:
        (grant,) = log.read_at(connection, [position])
        fact = grant.fact
        assert isinstance(fact, Granted)
        case = [one for one in log.read(connection, grant.envelope.stream) if times is None or times.knows(one)]
        cycle = log.read(connection, f"cycle-{fact.cycle}")
        ladder = log.read(connection, f"ladder-{fact.ladder}")
        evidence = log.read_at(connection, fact.evidence)
        own = log.read(connection, f"subject-{fact.subject}")
    ended = ended_since(own, position, times)
    corrected = [
        one
        for one in own
        if isinstance(one.fact, CorrectionOpened | OfCorrection)
        and one.fact.decision == position
        and (times is None or times.shows(one))
    ]
    assessed = next(one for one in case if one.position == fact.assessed)
    opened = next(one for one in cycle if isinstance(one.fact, CycleOpened))
    version = assessed.fact.pins.version if isinstance(assessed.fact, Assessed) else ""
    rebased = [one for one in cycle if isinstance(one.fact, CycleRebased) and one.position < assessed.position]
    return Why(
        grant=grant,
        published=next(one for one in ladder if isinstance(one.fact, LadderPublished) and one.fact.sha256 == version),
        opened=opened,
        nominated=next(one for one in case if isinstance(one.fact, Nominated)),
        assessed=assessed,
        evidence=tuple(told(district, evidence, times)),
        ballots=tuple(one for one in case if isinstance(one.fact, BallotCast | SealedBallotCast)),
        decided=tuple(one for one in case if isinstance(one.fact, StageDecided)),
        notice=next(one for one in cycle if one.position == fact.notice),
        identical=isinstance(assessed.fact, Assessed) and replay.same_verdict(district, assessed),
        rebased=tuple(told(district, rebased, times)),
        signed=next((one for one in cycle if one.position == fact.signed), None),
        ended=next(iter(told(district, ended, times)), None),
        corrections=tuple(told(district, corrected, times)),
    )


def ended_since(events: Iterable[Recorded], standing: int, times: Times | None) -> list[Recorded]:
    """What suspended, revoked or demoted a standing, where that was not taken back; by the times of the question."""
    newest: list[Recorded] = []
    for one in events:
        if not (isinstance(one.fact, OfStanding) and one.fact.standing == standing):
            continue
        if times is not None and not times.shows(one):
            continue
        if isinstance(one.fact, StandingReinstated):
            newest = []
        elif not isinstance(one.fact, StandingLapsed):
            newest = [one]
    return newest
