"""Past imports, what an undo of one would take back and what rests on it, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from console.screens.cycle import CASE_PHASES
from console.screens.paper import Paper, number, position
from engine.district import District
from engine.people import names
from engine.records.imports import Imported
from engine.records.resting import Rest, whose
from engine.records.undoing import Plan, Undone

SHOWN = 20
"""Lines of what rests on an import that the screen shows; ``--json`` has all of them."""
KINDS = {
    "unit established": ("单位", "units"),
    "person hired": ("入职", "hirings"),
    "person moved": ("调动", "moves"),
    "person left": ("离职", "leavings"),
    "standing taken over": ("原有称号", "titles taken over"),
    "studio founded": ("工作室", "studios"),
    "member joined": ("加入", "joinings"),
    "member left": ("退出", "exits"),
    "mentor paired": ("师徒", "mentor pairs"),
    "mentor parted": ("师徒结束", "ends of mentor pairs"),
    "training recorded": ("培训", "trainings"),
    "training also reported": ("培训(另一来源)", "further reports of trainings"),
    "training numbered": ("培训编号", "training numbers"),
    "training recognised": ("培训认定", "recognitions"),
    "training refused": ("培训不予认定", "refusals of trainings"),
    "trainings found the same": ("判为同一次培训", "trainings found the same"),
    "trainings found different": ("判为不同的培训", "trainings found different"),
    "evaluation recorded": ("评价", "evaluations"),
    "reflection submitted": ("反思", "reflections"),
    "reflection selected": ("反思入选", "selections of reflections"),
    "evidence recorded": ("佐证", "other evidence"),
    "evidence corrected": ("更正", "corrections"),
    "evidence voided": ("作废", "voidings"),
    "training offered": ("培训日程", "planned trainings"),
    "training offer changed": ("日程更正", "changes of planned trainings"),
    "training called off": ("日程取消", "planned trainings called off"),
    "standing lapsed": ("称号到期", "titles that lapsed"),
    "standing suspended": ("称号暂停", "suspensions of titles"),
    "standing revoked": ("称号撤销", "revocations of titles"),
    "standing reinstated": ("称号恢复", "reinstatements of titles"),
    "standing demoted": ("称号降级", "demotions"),
    "correction opened": ("决定的更正案", "corrections of decisions"),
    "granted on correction": ("补认", "grants on corrections"),
    "nominated": ("申报", "nominations"),
    "panel seated": ("评审组", "panels"),
    "ballot cast": ("表决", "ballots"),
    "sealed ballot cast": ("保密表决", "confidential ballots"),
}
"""What a file can record, and what may rest on that, in the words of the office."""


def kinds(said: Mapping[str, int], paper: Paper) -> str:
    """How many of which kind."""
    return "、".join(_kinds(said, paper)) if paper.lang == "zh" else ", ".join(_kinds(said, paper))


def _kinds(said: Mapping[str, int], paper: Paper) -> Iterable[str]:
    for kind, count in sorted(said.items(), key=lambda one: -one[1]):
        zh, en = KINDS.get(kind, (kind, kind))
        yield f"{zh} {number(count)}" if paper.lang == "zh" else f"{number(count)} {en}"


def listing(district: District, found: Sequence[Imported], more: int, lang: str) -> Paper:
    """Past imports, the newest first; ``more``: how many older ones there are."""
    paper = Paper(lang)
    if not found:
        paper.both("还没有导入过", "nothing was imported yet")
        return paper
    zone, who = ZoneInfo(district.settings.time_zone), _people(district, [one.actor for one in found])
    rows = []
    for one in found:
        state = ""
        if one.undone is not None:
            part = "" if one.taken_back >= one.events else f" {number(one.taken_back)}/{number(one.events)}"
            state = paper.say(f"已撤销{part} {_at(one.undone, zone)}", f"undone{part} {_at(one.undone, zone)}")
        place = f"{position(one.first)} – {position(one.last)}"
        rows.append(
            (one.id, _at(one.since, zone), who.get(one.actor, one.actor), place, kinds(one.kinds, paper), state)
        )
    paper.table(rows, indent=0)
    if more > 0:
        paper.both(
            f"… 更早的还有 {number(more)} 次:jieti imports --most 0 全部列出",
            f"… and {number(more)} older ones: jieti imports --most 0 lists all",
        )
    paper.both(
        "撤销一次导入:jieti import --undo 号(先加 --dry-run 看看)", "undo one: jieti import --undo ID (--dry-run first)"
    )
    return paper


def _people(district: District, actors: Sequence[str]) -> dict[str, str]:
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, actors)
    return {one: known.code(one) for one in actors}


def _at(instant: datetime, zone: ZoneInfo) -> str:
    return f"{instant.astimezone(zone):%Y-%m-%d %H:%M}"


def planned(district: District, found: Plan, lang: str, *, dry_run: bool) -> Paper:
    """What an undo takes back, what it cannot, and what rests on it."""
    paper, of = Paper(lang), found.imported
    what = kinds(found.kinds, paper) or paper.say("没有", "nothing")
    place = f"{position(of.first)} – {position(of.last)}"
    paper.both(f"导入 {of.id}({place})  可撤销:{what}", f"import {of.id} ({place})  to be taken back: {what}")
    if found.done:
        paper.both(f"  早已撤销 {number(found.done)}", f"  taken back before: {number(found.done)}")
    _kept(paper, found)
    _resting(paper, district, found.rests)
    if dry_run:
        paper.both("  试看,没有记录任何内容", "  dry run: nothing was recorded")
    return paper


def _kept(paper: Paper, found: Plan) -> None:
    """The panels and ballots, which stay."""
    if not found.kept:
        return
    kept = kinds(Counter(one.type for one in found.kept), paper)
    at = " ".join(position(one.position) for one in found.kept[:SHOWN]) + (" …" if len(found.kept) > SHOWN else "")
    paper.both(
        f"  不随导入撤销:{kept}({at});评审组和表决在周期里办理:jieti cycle seat、hand-over、withdraw-ballot",
        f"  not taken back: {kept} ({at}); panels and ballots are changed in their cycle: jieti cycle seat, "
        "hand-over, withdraw-ballot",
    )


def _resting(paper: Paper, district: District, rests: Sequence[Rest]) -> None:
    if not rests:
        return
    about = whose(district, rests[:SHOWN])
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, about)
    paper.both(f"  以它为依据的 {number(len(rests))} 项:", f"  {number(len(rests))} rest on it:")
    rows = []
    for one, who in zip(rests[:SHOWN], about, strict=True):
        words = CASE_PHASES | KINDS if one.what == "later" else KINDS | CASE_PHASES
        what = words.get(one.type, (one.type, one.type))
        kind = {
            "decision": ("决定", "decision"),
            "case": ("申报", "open case"),
            "later": ("后来登记", "recorded later"),
        }
        on = ", ".join(position(at) for at in one.on[:3]) + ("…" if len(one.on) > 3 else "")
        said = f"{paper.say(*kind[one.what])} · {paper.say(*what)}"
        rows.append(
            (position(one.position), said, known.code(who), known.name(who), paper.say(f"依据 {on}", f"rests on {on}"))
        )
    paper.table(rows, indent=4)
    if (more := len(rests) - SHOWN) > 0:
        paper.both(f"    … 还有 {number(more)} 项(--json 全部列出)", f"    … and {number(more)} more (all: --json)")


def outcome(district: District, result: Undone, lang: str) -> Paper:
    """What came of an undo."""
    paper, of = Paper(lang), result.plan.imported
    stayed = bool(result.left or result.plan.kept)
    if result.first is None and stayed:
        paper.both(f"导入 {of.id} 没有撤销任何内容", f"nothing of the import {of.id} was undone")
    elif result.first is None or result.last is None:
        paper.both(f"导入 {of.id} 没有可撤销的了", f"nothing of the import {of.id} is left to undo")
    else:
        log = f"{position(result.first)} – {position(result.last)}"
        paper.both(
            f"已撤销导入 {of.id}:{number(result.events)} 条    日志 {log}",
            f"undone: import {of.id}, {number(result.events)} records    log {log}",
        )
    for at, why in list(result.left.items())[:SHOWN]:
        paper.both(f"  没有撤销 {position(at)}:{why.zh}", f"  not undone {position(at)}: {why.en}")
    if (more := len(result.left) - SHOWN) > 0:
        paper.both(
            f"  … 还有 {number(more)} 条没有撤销(--json 全部列出)",
            f"  … and {number(more)} more not undone (all: --json)",
        )
    _kept(paper, result.plan)
    if result.stopped is not None:
        paper.both(f"  {result.stopped.zh}", f"  {result.stopped.en}")
    if result.rests:
        _resting(paper, district, result.rests)
        paper.both("  重看这些决定:jieti audit revisit", "  look at these decisions again: jieti audit revisit")
    if result.first is not None or result.plan.done:
        paper.both("要恢复,把原来的文件再导入一次", "to have it again, import the file again")
    return paper


def as_data(found: Plan, result: Undone | None = None) -> dict[str, Any]:
    """The same for ``--json``."""
    of = found.imported
    said: dict[str, Any] = {
        "import": of.id,
        "first": of.first,
        "last": of.last,
        "to_undo": found.kinds,
        "done_before": found.done,
        "kept": [{"position": one.position, "type": one.type} for one in found.kept],
        "rests": [
            {"what": one.what, "position": one.position, "type": one.type, "about": one.about, "on": list(one.on)}
            for one in (found.rests if result is None else result.rests)
        ],
    }
    if result is not None:
        left = [{"position": at, "code": why.code, "zh": why.zh, "en": why.en} for at, why in result.left.items()]
        said["undone"] = {"events": result.events, "first": result.first, "last": result.last, "left": left}
        said["undone"]["stopped"] = result.stopped and result.stopped.code
    return said
