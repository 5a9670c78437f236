"""What two ladders say differently, on the screen and as data."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from console.published import Meant
from console.screens.ladders import named
from console.screens.paper import Paper
from events.facts import Catalogue
from ladders.model.ladder import Ladder
from ladders.versions.differing import Change, Leaf, differences, effect_of
from ladders.versions.prose import Reads, Told, told
from ladders.versions.wording import marked

_WHAT = {
    "added": ("增加", "added"),
    "taken away": ("删去", "taken away"),
    "changed": ("修改", "changed"),
    "renamed": ("改编号", "renamed"),
}
_EFFECT = {
    "wording": (
        "只有名称和文字不同:谁也不会因此符合或不再符合条件",
        "only titles and wording differ: nobody meets more or less by it",
    ),
    "basis": (
        "只有文字和依据不同:谁也不会因此符合或不再符合条件",
        "only wording and documents differ: nobody meets more or less by it",
    ),
}


def which(meant: Meant, name: str, paper: Paper) -> str:
    """What stands on one side: a version, a file, a ladder that ships with us."""
    if meant.edition is not None:
        return named(meant.edition, paper)
    if meant.source == "shipped":
        return paper.say(f"{name}(随附)", f"{name} (shipped)")
    return Path(name).name


def compared(
    one: Meant, other: Meant, ladders: tuple[Ladder, Ladder], names: tuple[str, str], catalogue: Catalogue, lang: str
) -> Paper:
    """Everything that is not the same, in the words of the regulation."""
    paper, before, after = Paper(lang), *ladders
    chosen: Literal["zh", "en"] = "zh" if lang == "zh" else "en"
    title = paper.say(after.title.zh, after.title.en)
    paper.line(f"{title}: {which(one, names[0], paper)} → {which(other, names[1], paper)}")
    changes = differences(before, after)
    if not changes:
        if one.content == other.content:
            paper.both("两个文件完全相同", "the two files are the same")
        else:
            paper.both(
                "规定完全相同;文件只有注释或排版不同",
                "they say the same: only comments or the layout of the files differ",
            )
        return paper
    paper.both(f"{len(changes)} 处不同", f"{len(changes)} differences")
    if said := _EFFECT.get(effect_of(changes)):
        paper.both(*said)
    every = told(before, after, changes, chosen, catalogue)
    for chapter, some in groupby(every, key=lambda one: one.chapter):
        paper.line()
        paper.line(chapter or paper.say("全文", "The whole"))
        for one_ in some:
            _change(one_, paper)
    return paper


def _change(one: Told, paper: Paper) -> None:
    what, name = paper.say(*_WHAT[one.change.what]), one.change.name
    sort = "" if one.chapter else f"{one.sort} "
    title = one.title if one.title == name else f"{one.title} ({name})"
    paper.line(f"  {what}  {sort}{title}")
    for read in one.reads:
        _read(read, paper, 6)
    for leaf in one.leaves:
        paper.line(f"      {_path(leaf)}: {_value(leaf.before, paper)} → {_value(leaf.after, paper)}")
    if one.touches:
        paper.line("      " + paper.say("涉及的条款:", "clauses that it touches:"))
    for chapter, title_, read in one.touches:
        paper.line(f"        {chapter} · {title_}")
        if read.before:
            _read(read, paper, 10)


def _read(read: Reads, paper: Paper, indent: int) -> None:
    """How it read and reads: only what differs, where that is little."""
    margin, place = " " * indent, f"{read.place}: " if read.place else ""
    if not read.before or not read.after:
        sign = "+" if read.after else "-"
        paper.line(f"{margin}{sign} {place}{read.before or read.after}")
        return
    stretches = marked(read.before, read.after)
    if stretches and (stretches[0].before, stretches[0].after) == (read.before, read.after) and not place:
        paper.line(f"{margin}- {read.before}")
        paper.line(f"{margin}+ {read.after}")
        return
    empty = paper.say("(无)", "(nothing)")
    said = [f"{one.before or empty} → {one.after or empty}" for one in stretches]
    paper.line(f"{margin}{place}{paper.say(';', '; ').join(said)}")


def _path(leaf: Leaf) -> str:
    return " · ".join(str(one) for one in leaf.path)


def _value(value: Any, paper: Paper) -> str:
    return paper.say("(无)", "(none)") if value is None else str(value)


def compared_json(ladders: tuple[Ladder, Ladder], same_bytes: bool, catalogue: Catalogue, lang: str) -> dict[str, Any]:
    """The same for programs."""
    before, after = ladders
    changes = differences(before, after)
    chosen: Literal["zh", "en"] = "zh" if lang == "zh" else "en"
    return {
        "same": same_bytes,
        "effect": effect_of(changes) if changes else ("nothing" if same_bytes else "comments"),
        "changes": [_data(one) for one in told(before, after, changes, chosen, catalogue)],
    }


def side_json(meant: Meant, name: str) -> dict[str, Any]:
    """What stands on one side, for programs."""
    found: dict[str, Any] = {"name": name, "is": meant.source}
    if (edition := meant.edition) is not None:
        one = edition.version
        found |= {"position": one.position, "sha256": one.sha256, "in_force_from": one.in_force_from}
    return found


def _data(one: Told) -> dict[str, Any]:
    change: Change = one.change
    return {
        "what": change.what,
        "sort": change.sort,
        "name": change.name,
        "was": change.was or None,
        "inside": change.inside._asdict() if change.inside else None,
        "effect": change.effect,
        "chapter": one.chapter or None,
        "title": one.title,
        "reads": [read._asdict() for read in one.reads],
        "leaves": [
            {"path": list(leaf.path), "before": _plain(leaf.before), "after": _plain(leaf.after)}
            for leaf in change.leaves
        ],
        "touches": [
            {"inside": at.inside._asdict(), "clause": at.clause, "chapter": chapter, "title": title, **read._asdict()}
            for at, (chapter, title, read) in zip(change.touches, one.touches, strict=True)
        ],
    }


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str) else str(value)
