"""Where a cycle stands, what it waits for, what happens next by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from console.screens.paper import Paper, number, position
from console.screens.vocabulary import title
from engine import advance as advancing
from engine import names
from engine.advance import Advanced, FunnelLine, Phase, Waiting
from engine.calendar import announced
from engine.district import District
from engine.subjects import CycleLine
from ladders.check import without_document
from ladders.model import Threshold
from workflows.commands import Refused

_PHASES = {
    "submission": ("申报中", "submission"),
    "assessment": ("资格审核", "assessment"),
    "notice": ("公示", "notice"),
    "finished": ("已结束", "finished"),
}


def listed(found: Sequence[CycleLine], lang: str) -> Paper:
    """All cycles, the newest first."""
    paper = Paper(lang)
    if not found:
        paper.both("还没有评审周期;用 jieti cycle open 开启", "there is no cycle yet; jieti cycle open opens one")
    paper.table(
        [(one.id, f"{one.ladder}/{one.to}/{one.period}", one.title, phase(one.phase, lang)) for one in found], indent=0
    )
    return paper


def phase(name: str, lang: str) -> str:
    """The phase of a cycle."""
    zh, en = _PHASES.get(name, (name.replace("stage", "环节"), name))
    return zh if lang == "zh" else en


def funnel(lines: Sequence[FunnelLine], lang: str) -> str:
    """The funnel on a line."""
    return " → ".join(f"{one.zh if lang == 'zh' else one.en} {number(one.count)}" for one in lines)


def shown(district: District, cycle: str, lang: str) -> Paper:
    """One cycle."""
    paper, state, opened = Paper(lang), district.cycle_state(cycle), district.cycle(cycle)
    say, ladder = paper.say, district.ladders[opened.version]
    known = say("尚未固定", "not pinned yet") if state.closed is None else position(state.closed.known_at)
    paper.line(
        f"{opened.title}    {cycle}    {opened.ladder} ({opened.version[:8]})    "
        f"{say('基准日', 'as of')} {opened.as_of}    {say('佐证截至', 'evidence as known at')} {known}"
    )
    paper.line("  " + funnel(advancing.funnel(district, cycle), lang))
    look = advancing.look(district, cycle)
    if look is None and state.finished is not None:
        paper.both(
            f"  已结束:认定 {state.finished.granted},未认定 {state.finished.declined}",
            f"  finished: {state.finished.granted} granted, {state.finished.declined} declined",
        )
    elif isinstance(look, Phase):
        paper.line(f"  {say('现在可以', 'can be done now')}: {say(look.zh, look.en)}    jieti cycle advance {cycle}")
    elif isinstance(look, Waiting):
        paper.line(f"  {say('在等', 'waits for')}: {say(look.zh, look.en)}")
        if look.until is not None:
            paper.both(
                f"  {look.until} 起可继续:jieti cycle advance {cycle}",
                f"  goes on from {look.until}: jieti cycle advance {cycle}",
            )
        if state.notice is not None and not all(
            announced(year, district.state.calendars) for year in {state.notice.first.year, state.notice.last.year}
        ):
            paper.both(
                f"  {state.notice.last.year} 年的日历没有公布,公示按周一至周五计算;公布:jieti district calendar",
                f"  no calendar of {state.notice.last.year} is published: Monday to Friday were counted; "
                "publish one with jieti district calendar",
            )
    assumed, clauses = without_document(ladder)
    if assumed:
        paper.both(
            f"  规则:{clauses} 个条件中 {assumed} 个没有文件依据(假定)",
            f"  rules: {assumed} of {clauses} clauses have no document (assumed)",
        )
    _panels(paper, district, cycle)
    return paper


CASE_PHASES = {
    "nominated": ("已申报", "nominated"),
    "in review": ("评审中", "in review"),
    "ineligible": ("不符合条件", "not eligible"),
    "approved": ("通过", "approved"),
    "rejected": ("未通过", "not approved"),
    "granted": ("已认定", "granted"),
    "declined": ("未认定", "declined"),
}


def _phase_asked(asked: str) -> str | None:
    """A phase of cases by its id or its word in either language; ValueError becomes a mistake of the command."""
    for name, words in CASE_PHASES.items():
        if asked in (name, *words):
            return name
    if not asked:
        return None
    zh, en = "、".join(words[0] for words in CASE_PHASES.values()), ", ".join(CASE_PHASES)
    raise Refused("phase", f"没有状态“{asked}”;可用:{zh}", f'there is no phase "{asked}"; use one of: {en}')


def cases_listed(district: District, cycle: str, phase: str, lang: str) -> Paper:
    """Every case: who, from where, and where it stands; while in review, how many have voted."""
    paper, found = Paper(lang), advancing.cases(district, cycle, _phase_asked(phase))
    subjects = [one.subject for one in found]
    seats = {stage.id: stage.seats for stage in advancing.route(district, cycle).stages}
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, subjects)
        units = names.units(connection, subjects)
    order = list(seats)
    rows = []
    for one in found:
        voted = ""
        if one.phase == "in review":
            stage = order[order.index(one.stage) + 1] if one.stage in order else order[0]
            voted = paper.say(f"已投 {one.ballots}/{seats[stage]} 票", f"{one.ballots} of {seats[stage]} ballots")
        who = known.code(one.subject), known.name(one.subject), units.get(one.subject, "")
        rows.append((*who, paper.say(*CASE_PHASES[one.phase]), one.id, voted))
    paper.table(rows, indent=0)
    paper.both(f"共 {len(found)} 份申报", f"{len(found)} cases")
    return paper


def cases_json(district: District, cycle: str, phase: str) -> list[dict[str, Any]]:
    """The cases as data, with the codes that people know their subjects by."""
    found = advancing.cases(district, cycle, _phase_asked(phase))
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, [one.subject for one in found])
    return [{"code": known.code(one.subject), **asdict(one)} for one in found]


def _panels(paper: Paper, district: District, cycle: str) -> None:
    state = district.cycle_state(cycle)
    people = [person for seats in state.panels.values() for person in seats.values()]
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, people)
    for stage in advancing.route(district, cycle).stages:
        seats = state.panels.get(stage.id)
        who = "、".join(f"{known.name(one)}({known.code(one)})" for one in seats.values()) if seats else "–"
        rule = paper.say(
            f"{stage.seats} 席,至少 {stage.quorum} 人表决,{_threshold(stage.threshold)}",
            f"{stage.seats} seats, quorum {stage.quorum}, {stage.threshold} for it",
        )
        paper.line(f"  {title(stage.title, paper.lang)} ({stage.id}): {rule}")
        paper.line(f"    {paper.say('评审组', 'panel')}: {who}")


def _threshold(threshold: Threshold) -> str:
    more, of = "多于" if threshold.strict else "不少于", "席位" if threshold.of == "seats" else "表决者"
    return f"同意须{more}{of}的 {threshold.share}"


def advanced(district: District, cycle: str, done: Advanced, lang: str) -> Paper:
    """What an advance did, and what the cycle waits for now."""
    paper = Paper(lang)
    paper.both(
        f"推进了 {len(done.phases)} 步,记录 {done.events} 个事件", f"{len(done.phases)} phases, {done.events} events"
    )
    paper.lines += shown(district, cycle, lang).lines
    return paper


def cycle_json(district: District, cycle: str) -> dict[str, Any]:
    """A cycle as data."""
    state, opened, look = district.cycle_state(cycle), district.cycle(cycle), advancing.look(district, cycle)
    return {
        "cycle": cycle,
        **opened.model_dump(mode="json"),
        "known_at": state.closed.known_at if state.closed else None,
        "funnel": [asdict(line) for line in advancing.funnel(district, cycle)],
        "due": look.name if isinstance(look, Phase) else None,
        "waits_for": {"zh": look.zh, "en": look.en, "until": look.until} if isinstance(look, Waiting) else None,
        "finished": state.finished.model_dump() if state.finished else None,
        "panels": {stage: dict(seats) for stage, seats in state.panels.items()},
    }
