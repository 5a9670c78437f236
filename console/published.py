"""Which ladder a name means: a file, a version that is published, or a ladder that ships with us."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from console.options import Mistake, day

if TYPE_CHECKING:
    from engine.district import District
    from ladders.model.ladder import Ladder
    from workflows.ladder import Version

_DAY = re.compile(r"\d{4}[-./年].+")
SHORTEST_HASH = 4
"""Characters of a SHA-256 by which a version may be named."""


@dataclass(frozen=True)
class Edition:
    """A published version, who published it by which document, and until when it is the one in force.

    ``until`` is its own last day, or the last one before another version begins (``replaced``); None where there is
    neither; it lies before the version's first day where another one that begins on the same day was published later.
    """

    version: Version
    actor: str
    authority: str | None
    until: date | None
    replaced: bool = False

    @property
    def begins(self) -> date:
        """Its date of force."""
        return self.version.in_force_from

    def status(self, today: date) -> Literal["in force", "later", "replaced", "expired"]:
        """Whether it is in force on a day, will be, or is no more: another one came, or its own end."""
        if self.until is not None and (self.until < today or self.until < self.begins):
            return "replaced" if self.replaced else "expired"
        return "in force" if self.begins <= today else "later"


@dataclass(frozen=True)
class Meant:
    """The bytes that a name means, and what they are: a file, a version (``edition``), or shipped."""

    content: bytes
    source: Literal["file", "published", "shipped"]
    edition: Edition | None = None


def editions(district: District, ladder: str) -> list[Edition]:
    """The versions of a ladder that were published, by their dates of force; of one day in order of publication."""
    from workflows.deciding import fold
    from workflows.ladder import stream

    with district.reading() as connection:
        events = list(district.log.read(connection, stream(ladder)))
    by = {event.position: event.envelope for event in events}
    versions = sorted(fold(stream(ladder), events).versions.values(), key=lambda one: (one.in_force_from, one.position))
    found = []
    for one, after in zip_longest(versions, versions[1:]):
        until, replaced = one.until, False
        if after is not None and (until is None or after.in_force_from <= until):
            until, replaced = after.in_force_from - timedelta(days=1), True
        found.append(Edition(one, by[one.position].actor, by[one.position].authority, until, replaced))
    return found


def in_force(every: list[Edition], day: date) -> Edition | None:
    """The version in force on a day."""
    return next((one for one in every if one.status(day) == "in force"), None)


def expired(every: list[Edition], day: date) -> Edition | None:
    """The version that would be in force on a day, had it not ended: none where another one follows by then."""
    begun = [one for one in every if one.begins <= day]
    return begun[-1] if begun and begun[-1].status(day) == "expired" else None


def meant(file: Path, district: District | None, as_of: date | None = None, version: str = "") -> Meant:
    """What a name means: a file of that name, else the published ladder, else the shipped one; Mistake if none is.

    Of a published ladder it is the version in force today, on ``as_of``, or the one named by ``version``.
    """
    if as_of and version:
        raise Mistake("--as-of 和 --version 只能给一个", "give --as-of or --version, not both")
    asked = "--as-of" if as_of else "--version" if version else ""
    name = str(file).removesuffix(".yaml")
    every = editions(district, name) if district is not None and name and not file.is_file() else []
    if not every:
        found = Meant(file_bytes(file, district), "file" if file.is_file() else "shipped")
        if asked:
            raise Mistake(
                f"{file} 不是已发布的阶梯,{asked} 用不上;已发布的阶梯见 jieti ladder list",
                f"{file} is no published ladder, so {asked} says nothing; jieti ladder list lists those",
            )
        return found
    assert district is not None
    one = _named(every, version) if version else in_force(every, as_of or district.today)
    if one is None:
        raise _none_of(name, every, version, as_of or district.today)
    return Meant(one.version.file, "published", one)


def named_by(ladder: Ladder, district: District | None) -> dict[str, Ladder]:
    """The other ladders whose rungs a ladder asks for, by id: as published, else as shipped; others are left out."""
    from ladders.model.ladder import Holds
    from ladders.reading.loading import LadderError, load

    names = {clause.ladder for _, _, clause in ladder.walk() if isinstance(clause, Holds) and clause.ladder}
    found = {}
    for name in sorted(names - {ladder.id}):
        with suppress(Mistake, LadderError):
            found[name] = load(meant(Path(name), district).content, name)
    return found


def pointed(text: str, district: District | None) -> Meant:
    """What ``NAME`` or ``NAME@VERSION`` means; a version is a position, a hash's beginning, or a day of force."""
    name, at, version = text.rpartition("@")
    if not at or Path(text).is_file():
        return meant(Path(text), district)
    on = day(version) if _DAY.fullmatch(version) else None
    return meant(Path(name), district, on, "" if on else version)


def file_bytes(file: Path, district: District | None = None) -> bytes:
    """A file, or a ladder that ships with us by its name; Mistake if there is neither."""
    from engine.people.subjects import published
    from ladders.reading.loading import shipped, shipped_ladders

    if file.is_file():
        return file.read_bytes()
    name = file.name.removesuffix(".yaml")
    names = {one.removesuffix(".yaml") for one in shipped_ladders()}
    if name in names and str(file) in (name, f"{name}.yaml"):
        return shipped(f"{name}.yaml")
    ours = published(district) if district is not None else []
    there_zh = f"已发布的阶梯有:{', '.join(ours)};" if ours else ""
    there_en = f"published ladders: {', '.join(ours)}; " if ours else ""
    raise Mistake(
        f"没有文件 {file};{there_zh}随附的阶梯有:{', '.join(sorted(names))}",
        f"there is no file {file}; {there_en}shipped ladders: {', '.join(sorted(names))}",
        "file",
    )


def cases_for(ladder: Path, cases: Path | None) -> tuple[bytes, str, Path]:
    """The file of cases that is named, else the one that lies beside a ladder: its bytes, name and folder.

    Mistake if there is none.
    """
    from ladders.reading.loading import shipped

    name = ladder.name.removesuffix(".yaml") + ".cases.yaml"
    if cases is None:
        cases = ladder.with_name(name)
        if not cases.is_file() and not ladder.is_file():
            with suppress(FileNotFoundError):
                return shipped(name), name, Path()
    if not cases.is_file():
        raise Mistake(f"没有案例文件 {cases}", f"there is no file of cases {cases}", "file")
    return cases.read_bytes(), cases.name, cases.parent


def _named(every: list[Edition], version: str) -> Edition | None:
    """The version of a log position (#5, or 5) or of the beginning of a hash; Mistake where several begin like it."""
    text = version.strip().lower()
    place = text.removeprefix("#").replace(",", "")
    for one in every:
        if place == str(one.version.position):
            return one
    found = [one for one in every if len(text) >= SHORTEST_HASH and one.version.sha256.startswith(text)]
    if len(found) > 1:
        raise Mistake(
            f"不止一个版本以“{version}”开头;请多写几位", f'several versions begin with "{version}": write more'
        )
    return found[0] if found else None


def _none_of(name: str, every: list[Edition], version: str, day: date) -> Mistake:
    listed_zh = "、".join(f"#{one.version.position}(自 {one.begins})" for one in every)
    listed_en = ", ".join(f"#{one.version.position} (from {one.begins})" for one in every)
    if version:
        return Mistake(
            f"{name} 没有版本“{version}”;有:{listed_zh};写成 --version 5 或散列值的前 {SHORTEST_HASH} 位以上",
            f'{name} has no version "{version}"; there is: {listed_en}; write --version 5, or {SHORTEST_HASH} or more '
            "characters of the hash",
        )
    if (gone := expired(every, day)) is not None:
        return Mistake(
            f"{name} 的版本 #{gone.version.position} 已于 {gone.until} 失效,{day} 没有生效的版本;"
            f"要看它,用 --as-of {gone.until};发布新版本:jieti ladder publish",
            f"version #{gone.version.position} of {name} expired on {gone.until}, and none is in force on {day}; "
            f"to read it, --as-of {gone.until}; to publish a new one: jieti ladder publish",
            "expired",
        )
    return Mistake(
        f"{name} 已发布,但 {day} 没有生效的版本;有:{listed_zh};用 --as-of 或 --version 选一个",
        f"{name} is published, but no version is in force on {day}; there is: {listed_en}; choose one with --as-of or "
        "--version",
    )
