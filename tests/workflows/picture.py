"""The life of a case as a picture: drawn from the deciders, by asking them everything in every state.

    python -m tests.workflows.picture

writes it into docs/case-life.md; a test holds that the page has it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path

from events.facts import GroupPlaces, MovedUp, Placed
from ladders.reading.loading import load
from tests.workflows import showing
from tests.workflows.given import Given, command
from tests.workflows.reviewing import (
    AFTER,
    COLLEGE,
    PANEL,
    ballot,
    begin,
    closing,
    conclude,
    decide,
    nomination,
    notice,
    objection,
    opened,
    routed,
    seating,
    settle,
    stage,
    verdicts,
)
from workflows.acts import (
    AddSigner,
    EndRecusal,
    FillPlaces,
    HearObjection,
    MoveUp,
    OpenWindow,
    PlaceCases,
    RecuseSeat,
    ResubmitCase,
    ReturnCase,
    WithdrawBallot,
    WithdrawCase,
)
from workflows.case import Case, stage_of
from workflows.commands import Command, Refused
from workflows.cycle import Cycle, route_of
from workflows.notice import notice_for

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "case-life.md"
BEGIN, END = "<!-- picture: made by python -m tests.workflows.picture -->\n", "<!-- picture: end -->\n"
CASE = "case-c-li"
_FIRST = "quorum: 2, threshold: more than 1/2 of present, completion days: 5, when time is up: escalate"
LADDER = routed(
    f"{stage('panel', '3', _FIRST)}\n{stage('college', '2', 'quorum: 2, threshold: at least 1/2 of seats')}",
    places="number: 1, order: [votes of college], ties: all in, freed: next",
)
ROUTE = route_of(load(LADDER, "-"), "senior")
STATES = {
    "start": ("", ""),
    "nominated": ("待审核", "a verdict is due"),
    "ineligible": ("不符合条件", "not eligible"),
    "panel": ("第一环节", "first stage"),
    "returned": ("退回补正", "returned for completion"),
    "college": ("末一环节", "last stage"),
    "rejected": ("评审未通过", "not approved"),
    "approved": ("各环节通过", "approved by all stages"),
    "unplaced": ("未得名额", "without a place"),
    "placed": ("入选", "has a place"),
    "posted": ("公示中", "on a notice"),
    "frozen": ("异议冻结", "frozen by an objection"),
    "objected": ("异议成立", "objection upheld"),
    "withdrawn": ("撤回", "withdrawn"),
    "declined": ("驳回", "declined"),
    "granted": ("认定", "granted"),
}
"""Where a case can be, in both languages, from its beginning to its ends."""
ENDS = ("withdrawn", "declined", "granted")

Edge = tuple[str, str, str]
"""A state, the stored name of the event that leads out of it (or leaves the case there), the state after it."""


def where(given: Given) -> str:
    """The state in which the case is."""
    state: Case = given.state(CASE)
    cycle: Cycle = given.state("cycle-y1")
    if state.nominated is None:
        return "start"
    phase = showing.phase(state, ROUTE)
    if phase not in ENDS and state.frozen:
        return "frozen"
    if phase == "in review":
        now = stage_of(state, ROUTE)
        assert now is not None
        return now.id
    return "posted" if phase == "placed" and notice_for(cycle.notices, state.ready_at) else phase


@cache
def edges() -> tuple[Edge, ...]:
    """Every event that can happen to a case, and between which states: found by asking the deciders."""
    start = opened(LADDER).then(seating(), seating("college", COLLEGE))
    found: dict[Edge, None] = {}
    seen, queue = {_mark(start)}, deque([start])
    while queue:
        given = queue.popleft()
        if where(given) in ENDS:
            continue
        for after, steps in _next(given):
            found |= dict.fromkeys(steps)
            if (mark := _mark(after)) not in seen:
                seen.add(mark)
                queue.append(after)
    order = list(STATES)
    return tuple(sorted(found, key=lambda one: (order.index(one[0]), order.index(one[2]), one[1])))


def _mark(given: Given) -> tuple[object, ...]:
    """What tells states apart in which other things can happen."""
    state: Case = given.state(CASE)
    cycle: Cycle = given.state("cycle-y1")
    return (
        where(given), given.today > AFTER, cycle.closed is None, tuple(cycle.stages), cycle.places_at > 0,
        {name: len(of) for name, of in state.ballots.items() if of}.get("panel", 0) > 0, tuple(state.decided),
        len(state.objections), state.reassess_from > 0, tuple(state.windows),
    )  # fmt: skip


def _next(given: Given) -> Iterator[tuple[Given, list[Edge]]]:
    """What may come next: the district after it, and the steps that led there."""
    for asked in _asked(given):
        after, steps = given, list[Edge]()
        try:
            for one in asked:
                decision = after.drafts(one)
                if not isinstance(decision, list):
                    break
                before, after = where(after), after.then(one)
                for draft in decision:
                    # What happens to the whole cycle is told where it moves the case.
                    if draft.stream == CASE or where(after) != before:
                        steps.append((before, draft.fact.TYPE, where(after)))
        except Refused:
            continue
        if after is not given:
            yield after, steps
    if given.today <= AFTER:
        yield given.on(AFTER + timedelta(days=9)), []


def _asked(given: Given) -> Iterator[tuple[Command, ...]]:
    """Everything that can be asked about the case, whether it makes sense now or not."""
    state: Case = given.state(CASE)
    cycle: Cycle = given.state("cycle-y1")
    yield (nomination("li"),)
    yield (closing(),)
    if cycle.closed is not None and state.nominated is not None:
        yield (verdicts(given, li="met"),)
        yield (verdicts(given, li="not met"),)
    for name, people in (("panel", PANEL), ("college", COLLEGE)):
        told = {"cycle": "y1", "case": "c-li", "stage": name}
        yield (begin(name),)
        for choice in ("for", "against"):
            yield (*(ballot(who, choice, stage=name) for who in people), decide("li", stage=name))
        yield ballot(people[0], stage=name), command(WithdrawBallot, **told, person=people[0])
        yield (command(RecuseSeat, **told, person=people[1], reason="回避"),)
        yield (
            command(RecuseSeat, **told, person=people[1], reason="回避"),
            command(EndRecusal, **told, person=people[1], reason="并非亲属"),
        )
        yield (command(AddSigner, **told, person="wu"),)
        yield (command(ReturnCase, **told, reason="缺材料"),)
        yield (command(OpenWindow, cycle="y1", stage=name, cases=("c-li",)),)
        yield (decide("li", stage=name),)
    yield (command(ResubmitCase, cycle="y1", case="c-li"),)
    yield (command(WithdrawCase, cycle="y1", case="c-li", reason="本人申请"),)
    group = GroupPlaces(candidates=1, places=1, taken=1)
    yield (command(FillPlaces, cycle="y1", groups=(group,), outside=0, list_sha256="-"),)
    for outcome in ("in", "out"):
        placed = Placed(cycle="y1", outcome=outcome, rank=1, of=1, places=1, filled=cycle.places_at)
        yield (command(PlaceCases, cycle="y1", placed={"c-li": placed}),)
    if state.placed is not None:
        moved = MovedUp(cycle="y1", rank=1, places=1, freed=state.placed_at, filled=cycle.places_at)
        yield (command(MoveUp, cycle="y1", moved={"c-li": moved}),)
    yield (notice("li", first=given.today, last=given.today + timedelta(days=6)),)
    yield (objection(),)
    yield (command(HearObjection, cycle="y1", case="c-li", objection="o1", minutes="听证"),)
    for then in ("resume", "reassess", "decline"):
        yield (settle(then),)
    yield (settle("return", back_to="college"),)
    yield (conclude("li"),)


def picture() -> str:
    """The part of the page that is made: a state diagram (Mermaid), and what may happen where, as a table."""
    found = edges()
    lines = ["```mermaid", "stateDiagram-v2", "    direction TB"]
    lines += [f"    {name} : {zh} {en}" for name, (zh, en) in STATES.items() if name != "start"]
    between: dict[tuple[str, str], list[str]] = {}
    for before, type_, after in found:
        if before != after:
            between.setdefault((before, after), []).append(type_)
    for (before, after), types in between.items():
        lines.append(f"    {'[*]' if before == 'start' else before} --> {after} : {', '.join(types)}")
    lines += [f"    {name} --> [*]" for name in ENDS]
    lines += ["```", "", "| 在 where | 可以发生 what can happen | 之后 then |", "|---|---|---|"]
    for before, type_, after in found:
        if before != "start":
            said = [" ".join(STATES[name]) for name in (before, after)]
            lines.append(f"| {said[0]} | `{type_}` | {said[1] if after != before else '—'} |")
    return "\n".join(lines) + "\n"


def page() -> str:
    """The page as it should be."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    return before + BEGIN + picture() + END + rest.partition(END)[2]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
