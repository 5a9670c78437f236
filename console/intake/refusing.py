"""What is said of a header that no kind explains: which kind is nearest, what that needs, what is missing, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from console.intake.columns import FileKind
from console.intake.kinds import KINDS
from console.intake.reading import IntakeError
from console.intake.values import Problem, nearest

SEPARATORS = "，；、;|"
"""What parts a header that should have been parted by commas."""
RECOGNISABLE = 2
"""Known columns from which on a sheet looks like one that was meant to be imported."""


DRAFT = Problem(
    "。不必改表格：加 --dry-run --propose-mapping 名称，起草一份说明各列是什么的映射文件",
    ". The sheet need not be changed: --dry-run --propose-mapping NAME drafts a file that says what its columns mean",
)
"""The way out that is always there."""


class Unrecognised(IntakeError):
    """A header that cannot be read; ``brief`` says so beside other sheets of the file that could, ``may_map`` whether a
    mapping could help."""

    def __init__(self, said: Problem, brief: Problem, *, may_map: bool = False) -> None:
        super().__init__(*said)
        self.brief, self.may_map = brief, may_map


def group_named(kind: FileKind, group: Iterable[str]) -> Problem:
    """The columns of a group, any of which will do."""
    headers = [kind.column(name).headers for name in group]
    return Problem("或".join(zh for zh, *_ in headers), " or ".join(f"{en} ({zh})" for zh, en, *_ in headers))


def groups_named(kind: FileKind, groups: Iterable[tuple[str, ...]]) -> Problem:
    """Groups of columns, all of which are needed."""
    said = [group_named(kind, group) for group in groups]
    return Problem("、".join(one.zh for one in said), ", ".join(one.en for one in said))


def no_header(wanted: FileKind | None) -> Unrecognised:
    """What is said of an empty first row."""
    zh, en = _needs(wanted) if wanted else ("", "")
    said = Problem(
        "第一行没有表头" + (f"。{zh}" if zh else ""), "the first row holds no header" + (f". {en}" if en else "")
    )
    return Unrecognised(said, Problem("第一行没有表头", "the first row holds no header"))


def unparted(header: str, kind: FileKind | None) -> Unrecognised:
    """What is said of a header that stands in one cell; ``kind`` is the one that its parts look like, if any."""
    mark = next(mark for mark in SEPARATORS if mark in header)
    zh, en = _needs(kind) if kind else ("", "")
    return Unrecognised(
        Problem(
            f"整个表头都在一格里：“{header}”。各列是用“{mark}”分开的；csv 要用英文逗号“,”，xlsx 要每列占一格。{zh}",
            f'the whole header is in one cell: "{header}". Its columns are parted by "{mark}": a csv needs the plain '
            f'comma ",", an xlsx a cell for each. {en}',
        ),
        Problem(f"整个表头都在一格里，用“{mark}”分开", f'the whole header is in one cell, parted by "{mark}"'),
    )


def not_there(mapping: str, lacking: Sequence[str], found: Sequence[str]) -> Unrecognised:
    """What is said of a sheet that lacks columns on which its mapping relies."""
    near = [(name, nearest(name, dict.fromkeys(found))) for name in lacking]
    zh = "、".join(f"“{name}”" + (f"（是不是改名为“{one}”了？）" if one else "") for name, one in near)
    en = ", ".join(f'"{name}"' + (f' (is it called "{one}" now?)' if one else "") for name, one in near)
    return Unrecognised(
        Problem(
            f"映射 {mapping} 要用的列，表里没有：{zh}。表头有：{'、'.join(name for name in found if name)}。"
            "平台改了列名就改映射；以后不再有这一列，就从映射里删掉那一行",
            f"the mapping {mapping} relies on columns that are not there: {en}. "
            f"Its headers: {', '.join(name for name in found if name)}. If the platform has renamed a column, mend the "
            "mapping; if the column is gone for good, take its line away",
        ),
        Problem(f"映射 {mapping} 要用的列不在：{zh}", f"lacks columns of the mapping {mapping}: {en}"),
    )


def unmapped(mapping: str, kind: FileKind, missing: Sequence[tuple[str, ...]], strange: Sequence[str]) -> Unrecognised:
    """What is said of a sheet of which the mapping leaves columns unfilled that its kind needs."""
    lost = groups_named(kind, missing)
    zh, en = f"。没有用到的列：{'、'.join(strange)}", f". Columns not used: {', '.join(strange)}"
    return Unrecognised(
        Problem(
            f"按映射 {mapping} 读作“{kind.zh}”（{kind.id}）表，还缺：{lost.zh}；在映射的 columns 里指明是哪一列，"
            f"或在 constant 里写明每行都一样的内容{zh if strange else ''}",
            f"read as {kind.id} by the mapping {mapping}, it misses: {lost.en}; say under columns which column that "
            f"is, or under constant what it is in every row{en if strange else ''}",
        ),
        Problem(f"映射 {mapping} 还缺：{lost.zh}", f"the mapping {mapping} misses: {lost.en}"),
    )


def unknown(
    found: Sequence[str],
    strange: Sequence[str],
    best: FileKind,
    missing: Sequence[tuple[str, ...]],
    known: int,
    wanted: FileKind | None,
) -> Unrecognised:
    """What is said of a header of which the nearest kind lacks something; ``known`` counts the columns that it has."""
    has_zh, has_en = f"表头有：{'、'.join(found)}", f"Its headers: {', '.join(found)}"
    brief = Problem("认不出表头", "its header is not recognised")
    if known == 0 and wanted is None:
        likely = max(KINDS, key=lambda kind: len(_alike(found, kind)))
        if not _alike(found, likely):
            every = [(kind, groups_named(kind, kind.needs)) for kind in KINDS]
            return Unrecognised(
                Problem(
                    f"认不出这张表。{has_zh}，没有一列是认识的。能导入的表和各自要有的列："
                    + "；".join(f"{kind.zh}（{kind.id}）：{needs.zh}" for kind, needs in every),
                    f"this sheet is not recognised. {has_en}; not one of them is known. Kinds that can be imported, "
                    "and what each needs: " + "; ".join(f"{kind.id} ({kind.zh}): {needs.en}" for kind, needs in every),
                ),
                brief,
                may_map=True,
            )
        best, missing = likely, likely.needs
    lost, (needs_zh, needs_en) = groups_named(best, missing), _needs(best)
    if known >= RECOGNISABLE:
        brief = Problem(
            f"认不出表头：最接近“{best.zh}”表，还缺：{lost.zh}",
            f"its header is not recognised: nearest to {best.id}, which misses: {lost.en}",
        )
    lacking = {header: name for group in missing for name in group for header in best.column(name).headers}
    hints = [(name, near and best.column(lacking[near])) for name in strange for near in [nearest(name, lacking)]]
    strange_zh = "、".join(f"“{name}”" + (f"（是不是“{one.headers[0]}”？）" if one else "") for name, one in hints)
    strange_en = ", ".join(f'"{name}"' + (f" (did you mean {one.headers[0]}?)" if one else "") for name, one in hints)
    as_zh = f"按“{best.zh}”（{best.id}）表读" if wanted else f"最接近“{best.zh}”（{best.id}）表"
    as_en = f"Read as {best.id}" if wanted else f"Nearest kind: {best.id}"
    return Unrecognised(
        Problem(
            f"认不出这张表。{has_zh}。{as_zh}，还缺：{lost.zh or '—'}"
            + (f"。不认识：{strange_zh}" if hints else "")
            + f"。{needs_zh}",
            f"this sheet is not recognised. {has_en}. {as_en}, which misses: {lost.en or '-'}"
            + (f". Unknown: {strange_en}" if hints else "")
            + f". {needs_en}",
        ),
        brief,
        may_map=True,
    )


def _needs(kind: FileKind) -> Problem:
    needs = groups_named(kind, kind.needs)
    return Problem(f"{kind.zh}表要有：{needs.zh}", f"{kind.id} needs: {needs.en}")


def _alike(found: Iterable[str], kind: FileKind) -> list[str]:
    """The headers that come near to one of a kind's."""
    headers = {header: None for column in kind.columns for header in column.headers}
    near: Callable[[str], str | None] = lambda name: nearest(name, headers)  # noqa: E731
    return [name for name in found if near(name)]
