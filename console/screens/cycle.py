"""Where a cycle stands, what it waits for, what happens next by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from console.screens import grades, places
from console.screens.paper import Paper, number, position
from console.screens.vocabulary import title, who
from engine.calendar import announced
from engine.cycles import advance as advancing
from engine.cycles.advance import Advanced, CaseLine, FunnelLine, Phase, Waiting
from engine.district import District
from engine.people import names
from engine.people.subjects import CycleLine
from engine.tables import objection_table
from events.facts import NoticePosted
from ladders.checking.check import without_document
from ladders.model.ladder import Ladder
from ladders.model.review import Stage
from ladders.prose.routes import route_lines
from workflows.chairs import Chair
from workflows.commands import Refused
from workflows.cycle import Cycle

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
    """One cycle: where it stands, what it waits for, what happens next by itself, and who sits on its panels."""
    paper, state, opened = Paper(lang), district.cycle_state(cycle), district.cycle(cycle)
    say, ladder = paper.say, district.ladders[opened.version]
    known = say("尚未固定", "not pinned yet") if state.closed is None else position(state.closed.known_at)
    paper.line(
        f"{opened.title}    {cycle}    {opened.ladder} ({opened.version[:8]})    "
        f"{say('基准日', 'as of')} {opened.as_of}    {say('佐证截至', 'evidence as known at')} {known}"
    )
    if state.rebased_at:
        at = position(state.rebased_at)
        paper.both(f"  已改按这个版本({at})", f"  rebased on this version ({at})")
    paper.line("  " + funnel(advancing.funnel(district, cycle), lang))
    look = advancing.look(district, cycle)
    if look is None and state.finished is not None:
        gone = state.finished.withdrawn or 0
        paper.both(
            f"  已结束:认定 {state.finished.granted},未认定 {state.finished.declined}"
            + (f",撤回 {gone}" if gone else ""),
            f"  finished: {state.finished.granted} granted, {state.finished.declined} declined"
            + (f", {gone} withdrawn" if gone else ""),
        )
    elif isinstance(look, Phase):
        paper.line(f"  {say('现在可以', 'can be done now')}: {say(look.zh, look.en)}    jieti cycle advance {cycle}")
    elif isinstance(look, Waiting):
        _waiting(paper, district, cycle, look)
    if state.notices and look is not None:
        _calendar(paper, district, state.notices[-1][0])
    _placed_on(paper, district, cycle, ladder)
    _frozen(paper, district, cycle)
    for line in places.summary(district, cycle, lang) if advancing.route(district, cycle).places else ():
        paper.line("  " + say("名额", "places") + ": " + line)
    for line in grades.summary(district, cycle, lang):
        paper.line("  " + say("等次", "grades") + ": " + line)
    assumed, clauses = without_document(ladder)
    if assumed:
        paper.both(
            f"  规则:{clauses} 个条件中 {assumed} 个没有文件依据(假定)",
            f"  rules: {assumed} of {clauses} clauses have no document (assumed)",
        )
    _panels(paper, district, cycle, state)
    return paper


def _placed_on(paper: Paper, district: District, cycle: str, ladder: Ladder) -> None:
    """Where the ladder places on the highest rung that is met, how many cases go on for each."""
    if ladder.placement is None:
        return
    counts = Counter(one.rung for one in advancing.cases(district, cycle) if one.phase != "withdrawn")
    rungs = reversed([one for one in ladder.rungs if counts[one.id]])
    said = " · ".join(f"{title(one.title, paper.lang)} {number(counts[one.id])}" for one in rungs)
    paper.line(f"  {paper.say('就高认定', 'placed on the highest rung met')}: {said or '–'}")


def _waiting(paper: Paper, district: District, cycle: str, look: Waiting) -> None:
    """What it waits for, a line each, and the first day on which something goes on by itself."""
    for line in look.lines:
        then = paper.say(f"    {line.until} 起自行继续", f"    goes on by itself from {line.until}")
        then = then if line.until and len(look.lines) > 1 else ""
        paper.line(f"  {paper.say('在等', 'waits for')}: {paper.say(line.zh, line.en)}{then}")
    if look.until is not None:
        paper.both(
            f"  {look.until} 起可继续:jieti cycle advance {cycle}",
            f"  goes on from {look.until}: jieti cycle advance {cycle}",
        )


def _calendar(paper: Paper, district: District, notice: NoticePosted) -> None:
    """That working days were counted without the office's calendar, where a notice crosses a year that has none."""
    if not all(announced(year, district.state.calendars) for year in {notice.first.year, notice.last.year}):
        paper.both(
            f"  {notice.last.year} 年的日历没有公布,公示按周一至周五计算;公布:jieti district calendar",
            f"  no calendar of {notice.last.year} is published: Monday to Friday were counted; "
            "publish one with jieti district calendar",
        )


@dataclass(frozen=True)
class Open:
    """An objection that is to be decided: its case is frozen."""

    objection: str
    case: str
    subject: str
    raised: date
    until: date
    state: str


def open_objections(district: District, cycle: str) -> list[Open]:
    """The objections of a cycle that are not decided yet, in the order in which they were raised."""
    row = objection_table.c
    chosen = select(row.id, row["case"], row.subject, row.raised, row.until, row.state)
    chosen = chosen.where(row.cycle == cycle, row.state.in_(("raised", "heard"))).order_by(row.position)
    with district.reading() as connection:
        rows = connection.execute(chosen).all()
    return [
        Open(one, case, subject, date.fromordinal(raised), date.fromordinal(until), state)
        for one, case, subject, raised, until, state in rows
    ]


def _frozen(paper: Paper, district: District, cycle: str) -> None:
    found = open_objections(district, cycle)
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, [one.subject for one in found])
    heard = {"raised": ("待核查", "to be heard"), "heard": ("已核查,待裁定", "heard, to be decided")}
    for one in found:
        paper.both(
            f"  冻结:{who(known, one.subject)} {one.case},异议 {one.objection}({heard[one.state][0]}),"
            f"{one.raised} 提出,{one.until} 前裁定",
            f"  frozen: {who(known, one.subject)} {one.case}, objection {one.objection} ({heard[one.state][1]}), "
            f"raised {one.raised}, to be decided by {one.until}",
        )


CASE_PHASES = {
    "nominated": ("已申报", "nominated"),
    "in review": ("评审中", "in review"),
    "returned": ("退回补正", "returned"),
    "ineligible": ("不符合条件", "not eligible"),
    "approved": ("通过", "approved"),
    "placed": ("入围", "has a place"),
    "unplaced": ("名额已满", "no place left"),
    "rejected": ("未通过", "not approved"),
    "objected": ("异议成立", "objection upheld"),
    "granted": ("已认定", "granted"),
    "declined": ("未认定", "declined"),
    "withdrawn": ("已撤回", "withdrawn"),
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
    """Every case: who, from where, where it stands, in which stage, how many have voted, and whether it is frozen."""
    paper, found = Paper(lang), advancing.cases(district, cycle, _phase_asked(phase))
    subjects, route = [one.subject for one in found], advancing.route(district, cycle)
    stages, rule = route.stages, route.grades
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, subjects)
        units = names.units(connection, subjects)
    rows, ladder = [], district.ladders[district.cycle(cycle).version]
    for one in found:
        stage, notes = _stage_in(one, stages), list[str]()
        if one.phase == "in review" and stage is not None:
            notes.append(paper.say(f"已投 {one.ballots}/{stage.size} 票", f"{one.ballots} of {stage.size} ballots"))
        if one.rung is not None:
            rung = title(ladder.rung(one.rung).title, lang)
            notes.append(paper.say(f"就高认定为{rung}", f"placed on: {rung}"))
        if one.rank is not None:
            notes.append(paper.say(f"第 {one.rank} 名", f"rank {one.rank}"))
        if one.grade is not None:
            notes.append(grades.called(rule, one.grade, lang))
        if one.objections:
            notes.append(paper.say(f"冻结(异议 {one.objections})", f"frozen ({one.objections} objections)"))
        where = title(stage.title, lang) if stage is not None else ""
        person = known.code(one.subject), known.name(one.subject), units.get(one.subject, "")
        said = paper.say(*CASE_PHASES[one.phase])
        rows.append((*person, said, one.id, where, paper.say(",", ", ").join(notes)))
    paper.table(rows, indent=0)
    paper.lines = [line.rstrip() for line in paper.lines]
    paper.both(f"共 {len(found)} 份申报", f"{len(found)} cases")
    return paper


def _stage_in(case: CaseLine, stages: Sequence[Stage]) -> Stage | None:
    """The stage that a case is in, or came back from for completion."""
    if case.phase not in ("in review", "returned"):
        return None
    order = [stage.id for stage in stages]
    at = order.index(case.stage) + 1 if case.stage in order else 0
    return stages[at] if at < len(stages) else None


def cases_json(district: District, cycle: str, phase: str) -> list[dict[str, Any]]:
    """The cases as data, with the codes that people know their subjects by, and the stage that each is in."""
    found, stages = advancing.cases(district, cycle, _phase_asked(phase)), advancing.route(district, cycle).stages
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, [one.subject for one in found])
    return [
        {
            "code": known.code(one.subject),
            **asdict(one),
            "in_stage": stage.id if (stage := _stage_in(one, stages)) else None,
            "frozen": one.objections > 0,
        }
        for one in found
    ]


MOST_PANELS = 8
"""Panels of a stage that a screen lists; a stage of one panel per school may have hundreds (--json has them all)."""


def people_of(district: District, cycle: str) -> set[str]:
    """Whom the screen of a cycle names: who sits on its panels, and whose case is objected to."""
    return panelists(district.cycle_state(cycle)) | {one.subject for one in open_objections(district, cycle)}


def panelists(state: Cycle) -> set[str]:
    """Who sits on a cycle's panels, delegates among them."""
    return {person for chairs in state.panels.values() for chair in chairs.values() for person in chair.voters}


def _panels(paper: Paper, district: District, cycle: str, state: Cycle) -> None:
    """Each stage by its rule, and who sits on its panels."""
    route = advancing.route(district, cycle)
    units = {unit for _, unit in state.panels if unit}
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, panelists(state) | units)
    rules = [line for line in route_lines(route, "zh" if paper.lang == "zh" else "en", str) if line[0] != " "]
    for stage, rule in zip(route.stages, rules, strict=False):
        paper.line(f"  {rule.partition('：' if paper.lang == 'zh' else ': ')[2]} [{stage.id}]")
        seated = [(unit, chairs) for (which, unit), chairs in state.panels.items() if which == stage.id]
        for unit, chairs in seated[:MOST_PANELS]:
            of = f" {known.name(unit)}" if unit else ""
            paper.line(f"    {paper.say('评审组', 'panel')}{of}: {_seated(paper, stage, chairs, known)}")
        if len(seated) > MOST_PANELS:
            more = len(seated) - MOST_PANELS
            paper.both(f"    还有 {more} 个评审组", f"    and {more} more panels")
        if not seated:
            paper.line(f"    {paper.say('评审组', 'panel')}: –")


def _seated(paper: Paper, stage: Stage, chairs: Mapping[int, Chair], known: names.Known) -> str:
    roles, said = stage.roles, []
    for seat in sorted(chairs):
        chair = chairs[seat]
        role = (
            "" if isinstance(stage.seats, int) or seat > len(roles) else title(roles[seat - 1].title, paper.lang) + " "
        )
        others = "".join(paper.say(f",委派{who(known, one)}", f", delegate {who(known, one)}")
                         for one in sorted(chair.voters - {chair.holder}))  # fmt: skip
        said.append(f"{role}{who(known, chair.holder)}{others}")
    return paper.say("、", ", ").join(said)


def advanced(district: District, cycle: str, done: Advanced, lang: str) -> Paper:
    """What an advance did, and what the cycle waits for now."""
    paper = Paper(lang)
    paper.both(
        f"推进了 {len(done.phases)} 步,记录 {done.events} 个事件", f"{len(done.phases)} phases, {done.events} events"
    )
    paper.lines += shown(district, cycle, lang).lines
    return paper


def cycle_json(district: District, cycle: str) -> dict[str, Any]:
    """A cycle as data; people and units by their ids."""
    state, opened, look = district.cycle_state(cycle), district.cycle(cycle), advancing.look(district, cycle)
    return {
        "cycle": cycle,
        **opened.model_dump(mode="json"),
        "known_at": state.closed.known_at if state.closed else None,
        "rebased_at": state.rebased_at or None,
        "funnel": [asdict(line) for line in advancing.funnel(district, cycle)],
        "due": look.name if isinstance(look, Phase) else None,
        "waits_for": [line._asdict() for line in look.lines] if isinstance(look, Waiting) else [],
        "until": look.until if isinstance(look, Waiting) else None,
        "objections": [asdict(one) for one in open_objections(district, cycle)],
        "finished": state.finished.model_dump(exclude_none=True) if state.finished else None,
        "panels": [
            {
                "stage": stage,
                "unit": unit,
                "seats": {
                    seat: {"holder": chair.holder, "voters": sorted(chair.voters), "role": chair.role}
                    for seat, chair in sorted(chairs.items())
                },
            }
            for (stage, unit), chairs in state.panels.items()
        ],
        "stages": {stage: fact.model_dump(mode="json") for stage, fact in state.stages.items()},
        "grades": grades.grades_json(district, cycle),
        "notices": [{"position": at, **fact.model_dump(mode="json")} for fact, at in state.notices],
    }
