"""Ladders as published: versions named by the hash of their bytes, each with a date of force, perhaps an end."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from events.envelope import Recorded
from events.facts import LadderPublished, LadderRetired
from ladders.checking.check import check_file
from ladders.model.ladder import Ladder
from ladders.reading.loading import LadderError, load
from ladders.reading.source import value_of
from workflows import district
from workflows.acts import RetireLadder
from workflows.commands import Decision, Draft, Moment, Needs, PublishLadder, Refused, Span, World
from workflows.repeats import Again


@dataclass(frozen=True)
class Version:
    """A published version: where, from when, and the file."""

    sha256: str
    position: int
    in_force_from: date
    file: bytes
    until: date | None = None
    """Its last day, if it was given one; whatever replaces it may come before that."""
    until_at: int = 0
    """The position that says so."""

    @property
    def ladder(self) -> Ladder:
        """What the file says."""
        return read(self.file)

    @property
    def subject(self) -> str:
        """The kind of subject that it is for, which is told without reading the whole file."""
        return _subject(self.file)


@dataclass(frozen=True)
class Published:
    """A ladder's versions by hash, in the order of publication."""

    version: int = 0
    versions: Mapping[str, Version] = field(default_factory=dict)

    def in_force(self, day: date) -> Version | None:
        """The version in force on a day: the newest of those that began by then, unless it has expired.

        One that was replaced never comes back: what follows an expired version is published.
        """
        newest = self._newest(day)
        return None if newest is not None and _over(newest, day) else newest

    def expired(self, day: date) -> Version | None:
        """The version that would be in force on a day, had it not expired."""
        newest = self._newest(day)
        return newest if newest is not None and _over(newest, day) else None

    def _newest(self, day: date) -> Version | None:
        """Of the versions that began by a day the latest to begin, then to be published."""
        begun = [one for one in self.versions.values() if one.in_force_from <= day]
        return max(begun, key=lambda one: (one.in_force_from, one.position), default=None)


def _over(version: Version, day: date) -> bool:
    return version.until is not None and version.until < day


@lru_cache(maxsize=256)
def read(file: bytes) -> Ladder:
    """A published file; it passed its check when it was published."""
    return load(file, "ladder")


@lru_cache(maxsize=256)
def _subject(file: bytes) -> str:
    return value_of(file, "subject")


def stream(ladder: str) -> str:
    """The stream of a ladder."""
    return f"ladder-{ladder}"


def evolve(state: Published, event: Recorded) -> Published:
    """The versions after one more event."""
    state = replace(state, version=event.envelope.version)
    match event.fact:
        case LadderPublished() as fact:
            until, at = fact.in_force_until, event.position
            version = Version(
                fact.sha256, at, fact.in_force_from, base64.b64decode(fact.file), until, at if until else 0
            )
            return replace(state, versions={**state.versions, fact.sha256: version})
        case LadderRetired() as fact:
            retired = replace(state.versions[fact.sha256], until=fact.last, until_at=event.position)
            return replace(state, versions={**state.versions, fact.sha256: retired})
    return state


def none_in_force(state: Published, ladder: str, day: date) -> Refused:
    """The refusal of what needs a version in force on a day: it expired, or there never was one."""
    following = min((one.in_force_from for one in state.versions.values() if one.in_force_from > day), default=None)
    zh = f";下一个版本自 {following} 起生效" if following else ""
    en = f"; the next version is in force from {following}" if following else ""
    if (gone := state.expired(day)) is not None:
        return Refused(
            "expired",
            f"阶梯 {ladder} 的版本 #{gone.position} 已于 {gone.until} 失效,{day} 没有生效的版本{zh};"
            "发布新版本:jieti ladder publish",
            f"version #{gone.position} of the ladder {ladder} expired on {gone.until}, none is in force on {day}{en}: "
            "publish a new one with jieti ladder publish",
        )
    return Refused(
        "no ladder",
        f"{day} 没有生效的阶梯 {ladder}{zh};用 jieti ladder publish 发布",
        f"no version of the ladder {ladder} is in force on {day}{en}: publish one with jieti ladder publish",
    )


Asked = PublishLadder | RetireLadder
_LISTED = ("见 jieti ladder list", "jieti ladder list shows it")
_PUBLISHED = (
    "已发布的不能补注;要以另一份文件发布,请改动阶梯文件(例如加一行注释)再发布",
    "What is published stays as it is: to publish it by another document, change the ladder's file (a comment will do)",
)


def needs(command: Asked) -> Needs:
    """The ladder's stream, and what publishing is checked against: the district's catalogue."""
    if isinstance(command, RetireLadder):
        return Needs(streams=(stream(command.ladder),))
    return Needs(streams=(stream(read(command.file).id), district.STREAM))


def decide(world: World, command: Asked, moment: Moment) -> Decision:
    """Publish the file's bytes, once; or give a version a last day.

    A file that does not load or pass its check raises LadderError.
    """
    if isinstance(command, RetireLadder):
        return _retire(world, command, moment)
    ladder = read(command.file)
    catalogue = world.states[district.STREAM].catalogue
    if errors := [one for one in check_file(command.file, ladder.id, catalogue) if one.level == "error"]:
        raise LadderError(errors)
    if command.in_force_until is not None and command.in_force_until < command.in_force_from:
        raise _ends_before(command.in_force_until, command.in_force_from)
    state: Published = world.states[stream(ladder.id)]
    sha256 = hashlib.sha256(command.file).hexdigest()
    if (there := state.versions.get(sha256)) is not None:
        if there.in_force_from == command.in_force_from and command.in_force_until in (None, there.until):
            return Again(there.position, mend=_PUBLISHED)
        raise Refused(
            "published",
            f"这个文件已发布(#{there.position}),自 {there.in_force_from} 起生效,不能改期;"
            "要从另一天起生效,请改动文件(例如加一行注释)再发布;要定失效的日子,用 jieti ladder retire",
            f"this very file is published already (#{there.position}), in force from {there.in_force_from}; to have it "
            "in force from another day, change the file (a comment will do) and publish that; to give it a last day, "
            "use jieti ladder retire",
        )
    fact = LadderPublished(
        ladder=ladder.id,
        sha256=sha256,
        file=base64.b64encode(command.file).decode(),
        in_force_from=command.in_force_from,
        in_force_until=command.in_force_until,
        assumed_confirmed=True if command.assumed_confirmed else None,
    )
    return [Draft(stream(ladder.id), Span.day(moment.today), fact, expected=state.version)]


def _retire(world: World, command: RetireLadder, moment: Moment) -> Decision:
    state: Published = world.states[stream(command.ladder)]
    there = state.versions.get(command.sha256)
    if there is None:
        raise Refused(
            "no version",
            f"阶梯 {command.ladder} 没有这个版本;用 jieti ladder list 查看",
            f"the ladder {command.ladder} has no such version; jieti ladder list shows them",
        )
    if there.until == command.last:
        return Again(there.until_at, about={"last": command.last}, mend=_LISTED)
    if command.last < there.in_force_from:
        raise _ends_before(command.last, there.in_force_from)
    if command.last < moment.today:
        raise Refused(
            "past",
            f"{command.last} 已经过去(今天是 {moment.today}),那以后的评估已按这个版本作出;请给今天或以后的日期",
            f"{command.last} is over (today is {moment.today}), and what came after it went by this version: "
            "give today or a later day",
        )
    fact = LadderRetired(ladder=command.ladder, sha256=command.sha256, last=command.last)
    return [Draft(stream(command.ladder), Span.day(moment.today), fact, expected=state.version)]


def _ends_before(last: date, first: date) -> Refused:
    return Refused(
        "days",
        f"最后一天 {last} 早于第一天 {first};请核对日期",
        f"the last day, {last}, is before the first, {first}: check the days",
    )
