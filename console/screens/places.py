"""Places: who came where, and why the last one in is in and the first one out is not, with the rule's line."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, select

from console.options import Mistake
from console.screens.paper import Paper, position, quotient
from console.screens.place_words import criterion_title, order_of, rule
from console.screens.vocabulary import title, who
from engine.cycles.advance import route
from engine.district import District
from engine.people import names
from engine.tables import business_key_table, case_table, ladder_table
from events.facts import Assessed, Fact, GroupPlaces, LadderPublished, MovedUp, Placed
from events.tables import EACH, many
from ladders.evaluating.placing import upwards
from ladders.model.ladder import Ladder
from ladders.model.review import Criterion, Places
from ladders.reading.loading import read
from workflows.case import stream
from workflows.rungs import Found, ways

F = TypeVar("F", bound=Fact)
MOST = 5
"""People of one rank that an explanation names."""
Marks = Mapping[str, Sequence[Any] | None]
"""By stage (score, over, in favour, against), as the projections keep them."""
_OUTCOMES = {"in": ("在内", "in"), "out": ("未入围", "out"), "outside": ("名额之外", "outside the count")}


@dataclass(frozen=True)
class Ranked:
    """A case in the ranking; ``values`` are what each criterion came to, as a text, in their order."""

    case: str
    subject: str
    placed: Placed
    values: tuple[str, ...]
    phase: str
    """Where the case is now."""
    moved_up: MovedUp | None = None


def places_of(district: District, cycle: str) -> Places:
    """The rule of a cycle's places; Mistake where it has none."""
    places = route(district, cycle).places
    if places is None:
        raise Mistake("本周期不限名额", "this cycle's rule has no limited places", "no places")
    return places


def ranking(district: District, cycle: str) -> list[Ranked]:
    """The cases that were placed: by group, best first, those outside the count after them."""
    state, places, row = district.cycle_state(cycle), places_of(district, cycle), case_table.c
    columns = row.id, row.subject, row.marks, row.assessed, row.phase
    opened = district.cycle(cycle)
    ladder = district.ladders[opened.version]
    steps = upwards(ladder, opened.to) if ladder.placement is not None else ()
    chosen = select(*columns).where(row.cycle == cycle, row.rank.is_not(None))
    with district.reading() as connection:
        rows = connection.execute(chosen).all()
        placed = _told(district, connection, "place", Placed, [one.id for one in rows], state.places_at)
        moved = _told(district, connection, "moved up", MovedUp, [one.id for one in rows], state.places_at)
        verdicts = _measured(district, connection, places, [one.assessed for one in rows])
    found = []
    for one in rows:
        verdict = verdicts.get(one.assessed)
        on = dict(ways(steps, verdict)) if verdict is not None and steps else {}
        for where in _everywhere(placed[one.id]) if one.id in placed else ():
            values = _values(places, json.loads(one.marks), on.get(where.rung or "", verdict))
            found.append(Ranked(one.id, one.subject, where, values, one.phase, moved.get(one.id)))
    order, rungs = {"in": 0, "out": 0, "outside": 1}, [step.to for step in steps]
    return sorted(found, key=lambda one: (
        -rungs.index(one.placed.rung) if one.placed.rung in rungs else 0, one.placed.unit or "",
        order[one.placed.outcome], one.placed.rank, one.placed.outcome, one.case
    ))  # fmt: skip


def _everywhere(placed: Placed) -> list[Placed]:
    """Where a case came on each rung for whose places it competed, the lowest last."""
    own = placed.model_dump(include={"cycle", "unit", "filled"})
    return [Placed(**own, outcome="out", **one.model_dump()) for one in placed.higher or ()] + [placed]


def _told(
    district: District, connection: Connection, what: str, kind: type[F], cases: Sequence[str], filled: int
) -> dict[str, F]:
    """By case what it was told of its place, found by the key under which that happened once."""
    keys = {f"{what}/{stream(case)}/{filled}": case for case in cases}
    if not keys:
        return {}
    table = business_key_table.c
    rows = connection.execute(select(table.key, table.position).where(table.key.in_(select(EACH))), many(keys))
    at = {where: keys[key] for key, where in rows}
    read_ = district.log.read_at(connection, at)
    return {at[event.position]: event.fact for event in read_ if isinstance(event.fact, kind)}


def _measured(
    district: District, connection: Connection, places: Places, verdicts: Sequence[int]
) -> dict[int, Assessed]:
    """The verdicts of those placed, where an order goes by what their clauses measured."""
    if not any(one.of == "value" for one in places.order):
        return {}
    found = district.log.read_at(connection, verdicts)
    return {event.position: event.fact for event in found if isinstance(event.fact, Assessed)}


def _values(places: Places, marks: Marks, verdict: Found | None) -> tuple[str, ...]:
    return tuple(_value(one, marks, verdict) for one in places.order)


def _value(criterion: Criterion, marks: Marks, verdict: Found | None) -> str:
    if criterion.of == "value":
        for one in verdict.findings if verdict else ():
            if one.clause == criterion.what and one.low is not None:
                low = quotient(one.low, one.over)
                return low if one.high == one.low else f"≥ {low}"
        return "–"
    score, over, in_favour, _, *broken = marks.get(criterion.what) or (None, None, None, None)
    if criterion.of == "votes":
        again = f" ({', '.join(map(str, broken[0]))})" if broken else ""  # the ballots among equals
        return "–" if in_favour is None else f"{in_favour}{again}"
    return "–" if score is None else quotient(score, over or 1)


# ------------------------------------------------------------------------------------------------------------ screens


def ranked(district: District, cycle: str, lang: str) -> Paper:
    """The ranking, group by group; after each, why the line falls where it does."""
    paper, places, state = Paper(lang), places_of(district, cycle), district.cycle_state(cycle)
    ladder, opened = district.ladders[district.cycle(cycle).version], district.cycle(cycle)
    lines, order = lines_of(district, cycle), order_of(places, ladder, opened.to, lang)
    paper.line(f"{opened.title}    {cycle}    {rule(paper, places)}")
    paper.both(
        f"  规则:阶梯文件第 {lines.places} 行;依次按 {order}(第 {lines.order[0]} 行)",
        f"  rule: ladder file, line {lines.places}; ordered by {order} (line {lines.order[0]})",
    )
    if state.places is None:
        paper.both(
            "  名额还没有排定;用 jieti cycle show 查看在等什么", "  the places are not given yet; see jieti cycle show"
        )
        return paper
    found = ranking(district, cycle)
    subjects = [one.subject for one in found]
    groups = {(group.rung, group.unit): group for group in state.places.groups}
    with district.reading() as connection:
        named = {*subjects, *(unit for _, unit in groups if unit)}
        known = names.called(connection, district.log, district.vault, named)
        units = names.units(connection, subjects)
    heads = [criterion_title(one, ladder, opened.to, lang) for one in places.order]
    for group in groups.values():
        own, of = _own(found, group), _group(group, ladder, known, lang)
        again = paper.say(f"(其中 {group.again} 人在上一级没有名额)", f" ({group.again} without a place higher up)")
        again = again if group.again else ""
        paper.both(
            f"  {of}{group.candidates} 人{again},名额 {group.places},入围 {group.taken}",
            f"  {of}{group.candidates} candidates{again}, {group.places} places, {group.taken} taken",
        )
        rows = [(paper.say("名次", "rank"), "", "", "", *heads, "")]
        rows += [
            (
                str(one.placed.rank),
                known.code(one.subject),
                known.name(one.subject),
                units.get(one.subject, ""),
                *one.values,
                paper.say(*outcome_of(one)),
            )
            for one in own
        ]
        paper.table(rows, right=(0, *range(4, 4 + len(heads))), indent=4)
        for line in explained(own, group, places, lines, known, ladder, opened.to, paper):
            paper.line(f"    {line}")
        for one in own:
            if one.moved_up is not None:
                paper.line(f"    {_moved_up(paper, one, one.moved_up, known)}")
    if state.places.lot is not None:
        paper.both(f"  抽签号 {state.places.lot}", f"  lot {state.places.lot}")
    paper.line(f"  {position(state.places_at)}  sha256 {state.places.list_sha256}")
    return paper


def summary(district: District, cycle: str, lang: str) -> list[str]:
    """Why the line falls where it does, a line for each group; nothing before the places are given."""
    state = district.cycle_state(cycle)
    if state.places is None:
        return []
    paper, places, opened, found = (
        Paper(lang),
        places_of(district, cycle),
        district.cycle(cycle),
        ranking(district, cycle),
    )
    ladder, lines = district.ladders[opened.version], lines_of(district, cycle)
    units = [group.unit for group in state.places.groups if group.unit]
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, {*(one.subject for one in found), *units})
    said = []
    for group in state.places.groups:
        own, of = _own(found, group), _group(group, ladder, known, lang).strip()
        said += [
            (of and f"{of}: ") + line for line in explained(own, group, places, lines, known, ladder, opened.to, paper)
        ]
    return said


def _own(found: Sequence[Ranked], group: GroupPlaces) -> list[Ranked]:
    return [one for one in found if (one.placed.rung, one.placed.unit) == (group.rung, group.unit)]


def _group(group: GroupPlaces, ladder: Ladder, known: names.Known, lang: str) -> str:
    """What a group is called: its rung, its unit."""
    parts = [title(ladder.rung(group.rung).title, lang)] if group.rung else []
    return "".join(f"{part}  " for part in (*parts, *([known.name(group.unit)] if group.unit else [])))


def explained(
    own: Sequence[Ranked],
    group: GroupPlaces,
    places: Places,
    lines: RuleLines,
    known: names.Known,
    ladder: Ladder,
    to: str,
    paper: Paper,
) -> list[str]:
    """The last one in and the first one out of a group, and what parted them."""
    inside = [one for one in own if one.placed.outcome == "in"]
    out = [one for one in own if one.placed.outcome == "out"]
    if not out:
        free = group.places - group.taken
        more = paper.say(f",余 {free} 个", f", {free} left over") if free > 0 else ""
        return [paper.say("全部入围", "everybody has a place") + more]
    first = out[0]
    if not inside:
        return [paper.say("没有人入围", "nobody has a place") + _tie(first.placed, places, lines, paper)]
    last = inside[-1]
    said = _same(paper, last, inside, known, "最后一名在内", "the last one in") + paper.say(";", "; ")
    said += _same(paper, first, out, known, "第一名在外", "the first one out")
    if places.composition:
        made = ", ".join(title(one.title, paper.lang) for one in places.composition)
        return [said + paper.say(f":按结构要求取舍({made})", f": chosen by what those taken must be made of ({made})")]
    if last.placed.rank == first.placed.rank:
        return [said + _tie(first.placed, places, lines, paper)]
    by = next((n for n, one in enumerate(places.order) if str(one) == last.placed.by), None)
    if by is not None:
        what, line = criterion_title(places.order[by], ladder, to, paper.lang), lines.order[by]
        said += paper.say(f":按{what}区分(阶梯文件第 {line} 行)", f": parted by {what} (ladder file, line {line})")
    tied = first.placed.tied
    if tied and group.taken < group.places:
        said += _tie(first.placed, places, lines, paper)
    return [said]


def _same(paper: Paper, one: Ranked, among: Sequence[Ranked], known: names.Known, zh: str, en: str) -> str:
    """A rank with all those who share it and its outcome."""
    same = sorted((other.subject for other in among if other.placed.rank == one.placed.rank), key=known.code)
    people = paper.say("、", ", ").join([who(known, subject) for subject in same[:MOST]] + ["…"] * (len(same) > MOST))
    tie = paper.say(f",并列 {one.placed.tied} 人", f", {one.placed.tied} share it") if one.placed.tied else ""
    return paper.say(
        f"第 {one.placed.rank} 名({zh}){people} {one.values[0]}{tie}",
        f"rank {one.placed.rank} ({en}) {people} {one.values[0]}{tie}",
    )


def outcome_of(one: Ranked) -> tuple[str, str]:
    """What came of it: whether it has a place, and whether it lost it or got it since."""
    if one.moved_up is not None:
        zh, en = "递补", "moved up"
    else:
        zh, en = _OUTCOMES[one.placed.outcome]
    gone = one.phase == "withdrawn" or (one.phase == "declined" and (one.placed.outcome != "out" or one.moved_up))
    return (f"{zh},后退出", f"{en}, left since") if gone else (zh, en)


def _moved_up(paper: Paper, one: Ranked, moved: MovedUp, known: names.Known) -> str:
    """Who has a place that became free, and by what."""
    person = who(known, one.subject)
    return paper.say(
        f"第 {moved.rank} 名(递补){person}:{position(moved.freed)} 空出的名额",
        f"rank {moved.rank} (moved up) {person}: a place that became free by {position(moved.freed)}",
    )


def _tie(placed: Placed, places: Places, lines: RuleLines, paper: Paper) -> str:
    """What became of those who are equal in everything where the last place falls among them."""
    rules = {
        "all in": ("并列的都入围", "equals are all in"),
        "all out": ("并列的都不入围", "equals are all out"),
        "lot": ("并列的抽签决定", "a lot was drawn among equals"),
    }
    return paper.say(
        f":{rules[places.ties][0]}(阶梯文件第 {lines.ties} 行)",
        f": {rules[places.ties][1]} (ladder file, line {lines.ties})",
    )


# ---------------------------------------------------------------------------------------------- where the rule stands


@dataclass(frozen=True)
class RuleLines:
    """The lines of the ladder file that say what the places are: from 1; 0 where the line is not known."""

    places: int
    order: tuple[int, ...]
    ties: int


def lines_of(district: District, cycle: str) -> RuleLines:
    """Where the rule of a cycle's places stands, in the very file that the cycle runs under."""
    opened = district.cycle(cycle)
    with district.reading() as connection:
        at = connection.execute(
            select(ladder_table.c.position).where(ladder_table.c.sha256 == opened.version)
        ).scalar_one()
        (event,) = district.log.read_at(connection, [at])
    assert isinstance(event.fact, LadderPublished)
    ladder, lines = read(base64.b64decode(event.fact.file), opened.ladder)
    name = next(step.route for step in ladder.steps_to(opened.to) if step.route)
    places = ladder.routes[name].places
    assert places is not None

    def line(*path: str | int) -> int:
        return lines.root.at(("routes", name, "places", *path))[0].line

    return RuleLines(line(), tuple(line("order", n) for n in range(len(places.order))), line("ties"))


def places_json(district: District, cycle: str) -> dict[str, Any]:
    """The ranking as data, people by id."""
    state, places = district.cycle_state(cycle), places_of(district, cycle)
    return {
        "cycle": cycle,
        "order": [str(one) for one in places.order],
        "ties": places.ties,
        "lines": asdict(lines_of(district, cycle)),
        "filled": state.places.model_dump(mode="json") if state.places else None,
        "position": state.places_at or None,
        "ranking": [
            {
                "case": one.case,
                "subject": one.subject,
                **one.placed.model_dump(mode="json"),
                "values": list(one.values),
                "moved_up": one.moved_up.model_dump(mode="json") if one.moved_up else None,
            }
            for one in (ranking(district, cycle) if state.places else [])
        ],
        "explained": {lang: summary(district, cycle, lang) for lang in ("zh", "en")},
    }
