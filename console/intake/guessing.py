"""Which column of ours each header of an unknown sheet probably is; what is not sure is said to be unsure.

A header is taken for sure only by its name together with its cells, or by cells that nothing else explains (known staff
numbers); where two headers speak for the same column alike, neither is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from console.intake.columns import Column, FileKind
from console.intake.desk import Desk
from console.intake.evidence import ATTRIBUTES
from console.intake.kinds import KINDS, KNOWN_CHECKS
from console.intake.profiles import KNOWN, Nature, Profile, called, nature, suits
from console.intake.values import Problem, squeezed
from events.facts import UNSCALED

CHECKS = {squeezed(header) for header in KNOWN_CHECKS}
ASIDE = ("act", "reason")
"""Columns that an office adds to a sheet, and that no platform exports."""
NEAR = 0.06
"""How close two headers may come for one column before neither is sure."""


@dataclass(frozen=True)
class Likely:
    """That a header is a column of ours: how much speaks for it, whether that is enough, and why."""

    profile: Profile
    column: Column
    nature: Nature
    score: float
    sure: bool
    why: tuple[Problem, ...]


@dataclass(frozen=True)
class Guess:
    """What a sheet may be as one kind of table: for each header the column that it is, or those that it may be."""

    kind: FileKind
    profiles: tuple[Profile, ...]
    settled: dict[str, Likely]
    """By header."""
    open: dict[str, tuple[Likely, ...]]
    """By header: what it may be, the likeliest first."""
    missing: tuple[tuple[str, ...], ...]
    """Groups of columns that the kind needs and of which none is settled."""

    @property
    def weight(self) -> float:
        """How much of the sheet this explains, less what it lacks."""
        maybe = sum(ones[0].score for ones in self.open.values())
        unused = len(self.profiles) - len(self.settled) - len(self.open)
        return sum(one.score for one in self.settled.values()) + maybe / 2 - 0.8 * len(self.missing) - 0.2 * unused


def guess(kind: FileKind, found: Sequence[Profile], desk: Desk) -> Guess:
    """The sheet as a kind of table."""
    columns = [(one, nature(one, desk)) for one in kind.columns if one.name not in ASIDE]
    columns += [(one, "term") for one in _attributes(desk)] if kind.attributes and kind.id == "evidence" else []
    likely = [
        one
        for profile in found
        if squeezed(profile.header) not in CHECKS
        for column, of in columns
        if (one := _likely(profile, column, of, desk)) is not None
    ]
    likely.sort(key=lambda one: -one.score)
    settled: dict[str, Likely] = {}
    taken: set[str] = set()
    doubtful: set[str] = set()
    for one in likely:
        if one.profile.header in settled or one.column.name in taken or one.profile.header in doubtful:
            continue
        rivals = [
            other
            for other in likely
            if other.column.name == one.column.name
            and other.profile.header != one.profile.header
            and other.profile.header not in settled
            and other.score > one.score - NEAR
        ]
        if rivals and one.score < 2.0:
            doubtful |= {one.profile.header, *(other.profile.header for other in rivals)}
        elif one.sure:
            settled[one.profile.header] = one
            taken.add(one.column.name)
    unsettled: dict[str, tuple[Likely, ...]] = {}
    for profile in found:
        if profile.header not in settled:
            may = tuple(one for one in likely if one.profile is profile and one.column.name not in taken)
            if may:
                unsettled[profile.header] = may[:3]
    missing = tuple(group for group in kind.needs if not taken.intersection(group))
    _texts_that_may_do(kind, found, missing, settled, unsettled, {one.name: of for one, of in columns})
    return Guess(kind, tuple(found), settled, unsettled, missing)


def _attributes(desk: Desk) -> Iterator[Column]:
    """The attributes of evidence that are terms, as columns of their own: each by the headers that mean it."""
    told: set[str] = set()
    for kind, declared in desk.catalogue.kinds.items():
        for attribute, scale in declared.attributes.items():
            if scale in UNSCALED or scale in told:
                continue
            told.add(scale)
            titles = desk.catalogue.scales[scale].zh, desk.catalogue.scales[scale].en
            words = (word for word, meant in ATTRIBUTES.items() if meant == attribute)
            read = desk.reader_of(kind, attribute).read
            yield Column(f"attribute:{titles[0]}", (*titles, *words), lambda _, read=read: read)  # type: ignore[misc]


_ABOUT_OTHERS = (
    "姓名",
    "人",
    "教师",
    "老师",
    "学校",
    "单位",
    "部门",
    "电话",
    "邮箱",
    "备注",
    "name",
    "school",
    "phone",
)
"""How headers end whose texts are names and notes, hardly a title."""


def _texts_that_may_do(
    kind: FileKind,
    found: Sequence[Profile],
    missing: Sequence[tuple[str, ...]],
    settled: dict[str, Likely],
    unsettled: dict[str, tuple[Likely, ...]],
    natures: dict[str, Nature],
) -> None:
    """Where a text is needed that no header names, every column of texts may be it."""
    named = {one.column.name for ones in unsettled.values() for one in ones}
    for name in (group[0] for group in missing if natures.get(group[0]) == "text" and not named.intersection(group)):
        for one in found:
            texts = bool(one.cells) and one.numbers < 0.5 and one.days < 0.5
            aside = squeezed(one.header) in CHECKS or squeezed(one.header).endswith(_ABOUT_OTHERS)
            if texts and not aside and one.header not in settled and one.header not in unsettled:
                why = (Problem("是文字", "its cells are texts"),)
                unsettled[one.header] = (Likely(one, kind.column(name), "text", 0.4, False, why),)


def best_guess(found: Sequence[Profile], desk: Desk, wanted: FileKind | None) -> tuple[Guess, Guess]:
    """The kind that explains most of a sheet (or the one wanted), and the next best (or the same)."""
    if wanted is not None:
        return (only := guess(wanted, found, desk)), only
    # What is read for a cycle is asked for by its kind: a list of staff numbers looks like anything.
    guesses = sorted((guess(kind, found, desk) for kind in KINDS if not kind.asks), key=lambda one: -one.weight)
    return guesses[0], guesses[1]


def _likely(profile: Profile, column: Column, of: Nature, desk: Desk) -> Likely | None:
    """How likely a header is that column; None where nothing, or too much, speaks against it."""
    name, named_why = called(profile.header, column)
    fit = suits(profile, column, of, desk)
    share = fit.share
    if share is not None and profile.cells and share < 0.5 and not (name >= 0.95):
        return None
    by_code = of in ("code", "name") and share is not None and share >= 0.8
    by_words = column.name.startswith("attribute:") and share is not None and share >= KNOWN
    if not by_code and not by_words and name < 0.4:
        return None
    score = name + (share if share is not None else 0.3)
    sure = (
        (name >= 0.95 and (share is None or share >= 0.5))
        or (name >= 0.5 and share is not None and share >= 0.8)
        or (name >= 0.75 and share is None)
        or (by_code and share is not None and share >= KNOWN)
    )
    why = tuple(one for one in (named_why, fit.why) if one is not None)
    return Likely(profile, column, of, score, sure, why)
