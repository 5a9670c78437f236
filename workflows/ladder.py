"""Ladders as published: versions named by the hash of their bytes, each with a date of force."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from events.envelope import Recorded
from events.facts import LadderPublished
from ladders.check import check_file
from ladders.loading import LadderError, load
from ladders.model import Ladder
from workflows import district
from workflows.commands import Already, Decision, Draft, Moment, Needs, PublishLadder, Refused, Span, World


@dataclass(frozen=True)
class Version:
    """A published version: where, from when, and the file."""

    sha256: str
    position: int
    in_force_from: date
    file: bytes

    @property
    def ladder(self) -> Ladder:
        """What the file says."""
        return read(self.file)


@dataclass(frozen=True)
class Published:
    """A ladder's versions by hash, in the order of publication."""

    version: int = 0
    versions: Mapping[str, Version] = field(default_factory=dict)

    def in_force(self, day: date) -> Version | None:
        """The version in force on a day: of those that began by then the latest to begin, then to be published."""
        begun = [one for one in self.versions.values() if one.in_force_from <= day]
        return max(begun, key=lambda one: (one.in_force_from, one.position), default=None)


@lru_cache(maxsize=256)
def read(file: bytes) -> Ladder:
    """A published file; it passed its check when it was published."""
    return load(file, "ladder")


def stream(ladder: str) -> str:
    """The stream of a ladder."""
    return f"ladder-{ladder}"


def evolve(state: Published, event: Recorded) -> Published:
    """The versions after one more event."""
    state = replace(state, version=event.envelope.version)
    if isinstance(fact := event.fact, LadderPublished):
        version = Version(fact.sha256, event.position, fact.in_force_from, base64.b64decode(fact.file))
        return replace(state, versions={**state.versions, fact.sha256: version})
    return state


def needs(command: PublishLadder) -> Needs:
    """The ladder's stream, and the district's catalogue."""
    return Needs(streams=(stream(read(command.file).id), district.STREAM))


def decide(world: World, command: PublishLadder, moment: Moment) -> Decision:
    """Publish the file's bytes, once; a file that does not load or pass its check raises LadderError."""
    ladder = read(command.file)
    catalogue = world.states[district.STREAM].catalogue
    if errors := [one for one in check_file(command.file, ladder.id, catalogue) if one.level == "error"]:
        raise LadderError(errors)
    state: Published = world.states[stream(ladder.id)]
    sha256 = hashlib.sha256(command.file).hexdigest()
    if (there := state.versions.get(sha256)) is not None:
        if there.in_force_from == command.in_force_from:
            return Already(there.position)
        raise Refused(
            "published",
            f"这个文件已发布(#{there.position}),自 {there.in_force_from} 起生效,不能改期;"
            "要从另一天起生效,请改动文件(例如加一行注释)再发布",
            f"this very file is published already (#{there.position}), in force from {there.in_force_from}; to have it "
            "in force from another day, change the file (a comment will do) and publish that",
        )
    fact = LadderPublished(
        ladder=ladder.id,
        sha256=sha256,
        file=base64.b64encode(command.file).decode(),
        in_force_from=command.in_force_from,
    )
    return [Draft(stream(ladder.id), Span.day(moment.today), fact, expected=state.version)]
