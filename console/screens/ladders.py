"""Ladders on the screen: what is being read, what a publication changes, which versions there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

from console.published import Edition, Meant, in_force
from console.screens.paper import Paper, day, position
from events.facts import Catalogue
from ladders.model.ladder import Ladder
from ladders.prose.articles import markdown, prose

SHORT = 12
"""Characters of a hash that a screen shows."""
STATUS = {
    "in force": ("现行", "in force"),
    "later": ("尚未生效", "not yet"),
    "replaced": ("已被取代", "replaced"),
    "expired": ("已失效", "expired"),
}


def named(edition: Edition, paper: Paper) -> str:
    """A version as a sentence names it."""
    at, begins = position(edition.version.position), edition.begins
    return paper.say(f"{at}(自 {begins} 起)", f"{at} (from {begins})")


def what_is_read(meant: Meant, lang: str, today: date | None) -> Paper:
    """The first line of ``show`` and ``check``: which bytes these are, from when, by whom."""
    paper = Paper(lang)
    if meant.source == "shipped":
        paper.both("随附文件,未发布", "a file that ships with jieti, not published")
    if (edition := meant.edition) is None or today is None:
        return paper
    at, sha256 = position(edition.version.position), edition.version.sha256[:SHORT] + "…"
    until = edition.until
    never = until is not None and until < edition.begins
    span_zh = f"自 {edition.begins} 起生效" + (f",到 {until} 为止" if until and not never else "")
    span_en = f"in force from {edition.begins}" + (f" to {until}" if until and not never else "")
    if never:
        span_zh, span_en = f"{span_zh}(同一天另有更晚发布的版本)", f"{span_en} (another of that day came later)"
    by_zh, by_en = _by(edition)
    status = paper.say(*STATUS[edition.status(today)])
    paper.both(
        f"已发布 {at}, sha256 {sha256}, {span_zh}({status}), {by_zh}",
        f"published {at}, sha256 {sha256}, {span_en} ({status}), {by_en}",
    )
    return paper


def read_aloud(
    meant: Meant,
    ladder: Ladder,
    catalogue: Catalogue,
    lang: Literal["zh", "en"],
    today: date | None,
    others: Mapping[str, Ladder],
    *,
    marked: bool,
) -> str:
    """The regulation's prose under the line that says which bytes it was made of; ``marked``: as Markdown.

    ``others`` are the ladders that it names.
    """
    source = what_is_read(meant, lang, today).lines
    if not marked:
        return "".join(f"{line}\n" for line in source) + prose(ladder, lang, catalogue, others)
    title, _, rest = markdown(ladder, lang, catalogue, others).partition("\n")
    return f"{title}\n" + "".join(f"\n> {line}\n" for line in source) + rest


def written(out: Path, lang: str) -> Paper:
    """Where the prose was written to."""
    paper = Paper(lang)
    paper.both(f"条文已写入 {out}", f"written to {out}")
    return paper


def _by(edition: Edition) -> tuple[str, str]:
    named = edition.authority
    return (
        f"由 {edition.actor} 发布,依据 {named}" if named else f"由 {edition.actor} 发布,没有注明文号",
        f"by {edition.actor} under {named}" if named else f"by {edition.actor}, who named no document",
    )


@dataclass(frozen=True)
class Publication:
    """What came of publishing: the version, whether it is new, those there were before, the document that was named."""

    edition: Edition
    new: bool
    before: Sequence[Edition]
    authority: str
    today: date
    without_document: tuple[int, int]
    """How many of its clauses have no document, and how many there are."""

    @property
    def replaces(self) -> Edition | None:
        """The version that was in force on the first day of the new one."""
        return in_force(list(self.before), self.edition.begins) if self.new else None

    @property
    def displaces(self) -> Sequence[Edition]:
        """The versions that begin on the same day: from now on they are never in force."""
        return [one for one in self.before if self.new and one.begins == self.edition.begins]

    def data(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "position": self.edition.version.position,
            "new": self.new,
            "sha256": self.edition.version.sha256,
            "in_force_from": self.edition.begins,
            "in_force_until": self.edition.until,
            "replaces": self.replaces.version.position if self.replaces else None,
            "displaces": [one.version.position for one in self.displaces],
            "authority": self.edition.authority,
            "without_document": self.without_document[0],
            "clauses": self.without_document[1],
        }


def published(title: str, done: Publication, lang: str) -> Paper:
    """What a publication changes, from which day, and what it does not."""
    paper, edition = Paper(lang), done.edition
    at, begins = position(edition.version.position), edition.begins
    if not done.new:
        paper.both(
            f"{title} 早已发布({at}),自 {begins} 起生效;没有变化",
            f"{title}: was published before ({at}), in force from {begins}; nothing changed",
        )
        return paper
    paper.both(f"{title} 已发布({at})", f"{title}: published ({at})")
    if begins < done.today:
        paper.both(
            f"自过去的 {begins} 起生效,此后的评估(基准日在那天及以后的)按新版本;已经开始的评审仍按原来的版本",
            f"in force from {begins}, which is past: assessments from now on that are as of that day or later go by "
            "this version; cycles that were opened keep theirs",
        )
    else:
        paper.both(f"自 {begins} 起生效", f"in force from {begins}")
    if (old := done.replaces) is not None:
        paper.both(f"从那天起取代 {named(old, paper)}", f"from that day it replaces {named(old, paper)}")
    for other in done.displaces:
        paper.both(
            f"注意:{named(other, paper)} 也从那天起生效,从此哪一天都不再按它",
            f"warning: {named(other, paper)} begins on the same day: from now on it is in force on no day",
        )
    if edition.until is not None and edition.until == edition.version.until:
        paper.both(
            f"到 {edition.until} 为止,此后失效:没有新版本就不能评估、不能开启评审",
            f"until {edition.until}: after that, without a new version, nothing is assessed and no cycle is opened",
        )
    if edition.until is not None:
        then = in_force(list(done.before), edition.until + timedelta(days=1))
        if then is not None:
            paper.both(
                f"到 {edition.until} 为止,然后是 {named(then, paper)}",
                f"until {edition.until}; then comes {named(then, paper)}",
            )
    assumed, clauses = done.without_document
    if assumed * 2 > clauses:
        paper.both(
            f"{clauses} 个条件里有 {assumed} 个没有文件依据(假定),已经确认;公示会写明",
            f"{assumed} of its {clauses} clauses have no document (assumed), which was confirmed; notices will say so",
        )
    if not done.authority:
        paper.both(
            "没有注明依据的文件(--authority);仍然生效", "no document is named (--authority); it is in force anyway"
        )
    return paper


def versions(rows: Sequence[tuple[str, Edition]], lang: str, today: date) -> Paper:
    """Every version with its dates and its document; which of them is in force today."""
    paper = Paper(lang)
    if not rows:
        paper.both("还没有发布阶梯", "no ladder is published yet")
        return paper
    say = paper.say
    header = (
        *(
            say("阶梯", "ladder"),
            say("名称", "title"),
            say("生效日期", "in force from"),
            say("到", "until"),
            say("状态", "status"),
        ),
        *(say("版本", "version"), "sha256", say("依据", "authority")),
    )
    lines = [
        (
            ladder,
            getattr(one.version.ladder.title, paper.lang),
            day(one.begins),
            day(one.until) if one.until is None or one.until >= one.begins else day(None),
            say(*STATUS[one.status(today)]),
            position(one.version.position),
            one.version.sha256[:SHORT],
            one.authority or say("(没有注明)", "(none named)"),
        )
        for ladder, one in rows
    ]
    paper.table([header, *lines], indent=0)
    return paper


def retired(ladder: str, version: Edition, lang: str) -> Paper:
    """That a version has a last day, and what follows from it."""
    paper = Paper(lang)
    paper.both(
        f"{ladder} {named(version, paper)} 到 {version.until} 为止,此后失效",
        f"{ladder} {named(version, paper)} is in force until {version.until}, and expires then",
    )
    paper.both(
        "失效后不能按它评估,也不能开启新的评审;已经开启的评审仍按它办结。新版本:jieti ladder publish",
        "after that nothing is assessed by it and no cycle is opened; cycles that are open end by it. "
        "A new version: jieti ladder publish",
    )
    return paper
