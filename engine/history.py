"""A subject's story, and why a grant was made: what an auditor reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, or_, select

from engine import names, replay, worlds
from engine.blocks import in_blocks
from engine.district import District
from engine.tables import case_table, grant_table, standing_table, story_table
from events.codec import personal_places
from events.envelope import Recorded
from events.facts import (
    Assessed,
    BallotCast,
    CycleOpened,
    CycleRebased,
    Granted,
    LadderPublished,
    Nominated,
    SealedBallotCast,
    StageDecided,
    StandingTakenOver,
)
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


def history(district: District, subject: str) -> list[Told]:
    """All events about a subject in order: its own stream's, its cases', and those elsewhere that name it.

    Those are of groups and mentees, of panels that the person sits in, and of what they did there.
    """
    with district.reading() as connection:
        cases = connection.execute(_CASES, {"subject": subject}).scalars()
        streams = [f"subject-{subject}", *(f"case-{case}" for case in cases)]
        events = [one for events in district.log.read_many(connection, streams).values() for one in events]
        elsewhere = connection.execute(_ELSEWHERE, {"subject": subject}).scalars().all()
        if elsewhere:
            events += district.log.read_at(connection, elsewhere)
        if elsewhere or len(streams) > 1:
            events = [one for _, one in sorted({one.position: one for one in events}.items())]
        return _told(district, connection, events)


def told(district: District, events: list[Recorded]) -> list[Told]:
    """Events with their personal fields opened, each person's key fetched once."""
    with district.reading() as connection:
        return _told(district, connection, events)


_CASES = select(case_table.c.id).where(case_table.c.subject == bindparam("subject"))
_ELSEWHERE = select(story_table.c.position).where(story_table.c.subject == bindparam("subject"))


def _told(district: District, connection: Connection, events: Sequence[Recorded]) -> list[Told]:
    personal = [personal_places(one.fact, one.envelope.stream) for one in events]
    district.vault.load({owner for places in personal for _, owner, _ in places})
    subjects: dict[str, str] = {}
    for block in in_blocks({name for one in events if (name := _case(one))}):
        chosen = select(case_table.c.id, case_table.c.subject).where(case_table.c.id.in_(block))
        subjects |= {row.id: row.subject for row in connection.execute(chosen)}
    open_to_all = disclosed(connection, events)
    found = []
    for one, places in zip(events, personal, strict=True):
        category, _, name = one.envelope.stream.partition("-")
        said = names.opened_places(district.vault, one.fact, places, disclosed=one.position in open_to_all)
        found.append(Told(one, said, subjects.get(name, name) if category == "case" else name))
    return found


def disclosed(connection: Connection, events: Iterable[Recorded]) -> set[int]:
    """The positions of the confidential ballots among these events that two people agreed to open."""
    key = "ballot opened/"
    sealed = {f"{key}{one.position}" for one in events if isinstance(one.fact, SealedBallotCast)}
    return {int(name.removeprefix(key)) for name in worlds.held(connection, sealed)} if sealed else set()


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


def grants(district: District, cycle: str | None = None) -> list[GrantLine]:
    """Every grant, or those of a cycle, in the log's order."""
    chosen = select(grant_table).order_by(grant_table.c.position)
    if cycle is not None:
        chosen = chosen.where(grant_table.c.cycle == cycle)
    with district.reading() as connection:
        return [GrantLine(*row) for row in connection.execute(chosen)]


def find_grant(district: District, asked: str) -> int:
    """The position of a grant by ``#position``, case, or subject (its newest); Refused if there is none."""
    number = asked.removeprefix("G-").removeprefix("#").replace(",", "")
    conditions = [grant_table.c.case == asked, grant_table.c.subject == asked]
    if number.isascii() and number.isdigit():
        conditions.append(grant_table.c.position == int(number))
    newest = select(grant_table.c.position).where(or_(*conditions)).order_by(grant_table.c.position.desc())
    with district.reading() as connection:
        position = connection.execute(newest.limit(1)).scalar_one_or_none()
    if position is None:
        if (ended := _declined(district, asked)) is not None:
            raise Refused(
                "declined",
                f"没有认定:这份申报(#{ended:,})未获认定;原因见 jieti audit history",
                f"nothing was granted: the case ended otherwise (#{ended:,}); jieti audit history tells why",
            )
        if (held := _taken_over(district, asked)) is not None:
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
    return int(position)


def _declined(district: District, asked: str) -> int | None:
    """The last event of a subject's newest declined case, or of that case."""
    row = case_table.c
    newest = select(row.position).where(or_(row.id == asked, row.subject == asked), row.phase == "declined")
    with district.reading() as connection:
        return connection.execute(newest.order_by(row.position.desc()).limit(1)).scalar_one_or_none()


def _taken_over(district: District, subject: str) -> int | None:
    """The position at which a title of a subject was taken over, the newest."""
    with district.reading() as connection:
        events = district.log.read(connection, f"subject-{subject}")
    return max((one.position for one in events if isinstance(one.fact, StandingTakenOver)), default=None)


def rests_on(found: Why) -> list[int]:
    """The positions of a grant and of all that it rests on but the ballots, which may be confidential."""
    alone = (found.published, found.opened, found.nominated, found.assessed, found.notice, found.grant)
    every = (*alone, *found.decided, *(told.event for told in found.evidence))
    return sorted({one.position for one in every})


def why(district: District, position: int) -> Why:
    """What the grant at a position rests on, and its verdict derived again."""
    log = district.log
    with district.reading() as connection:
        (grant,) = log.read_at(connection, [position])
        fact = grant.fact
        assert isinstance(fact, Granted)
        case = log.read(connection, grant.envelope.stream)
        cycle = log.read(connection, f"cycle-{fact.cycle}")
        ladder = log.read(connection, f"ladder-{fact.ladder}")
        evidence = log.read_at(connection, fact.evidence)
        row = standing_table.c
        end = connection.execute(select(row.ended).where(row.position == position)).scalar_one_or_none()
        ended = log.read_at(connection, [end]) if end is not None else []
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
        evidence=tuple(told(district, evidence)),
        ballots=tuple(one for one in case if isinstance(one.fact, BallotCast | SealedBallotCast)),
        decided=tuple(one for one in case if isinstance(one.fact, StageDecided)),
        notice=next(one for one in cycle if one.position == fact.notice),
        identical=isinstance(assessed.fact, Assessed) and replay.same_verdict(district, assessed),
        rebased=tuple(told(district, rebased)),
        signed=next((one for one in cycle if one.position == fact.signed), None),
        ended=next(iter(told(district, ended)), None),
    )
