"""What is due in a cycle, in the order of a review.

A phase that waits for people holds up only what rests on it: while a case that came back is voted on again, the
others are granted.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select

from engine.clock import CLOCKWORK
from engine.cycles import freed, stages
from engine.cycles.lacking import lacking as lacks
from engine.cycles.view import DAY, FREE, ROW, Due, Line, Phase, View, Waiting, chunks, stuck, viewing
from engine.district import District
from engine.tables import objection_table, standing_table
from events.facts import NoticePosted
from workflows.commands import Conclude
from workflows.cycle import UNCONCLUDED, UNDECIDED, is_open

REBASED = ("in review", "ineligible", "approved")
"""Phases of cases that are assessed anew when their cycle is rebased."""
_DECLINES = (
    ("rejected", "驳回评审未通过者", "decline those not approved"),
    ("unplaced", "驳回名额之外者", "decline those without a place"),
    ("objected", "驳回异议成立者", "decline those whose objection was upheld"),
)
"""Phases of cases that are to be declined after their stages, and what that is called."""


def look(district: District, cycle: str) -> Phase | Waiting | None:
    """What can be advanced now, or what the cycle waits for; None when it is finished.  Refused if there is none."""
    with viewing(district, cycle) as view:
        if view.state.finished is not None:
            return None
        lines = list[Line]()
        for found in _due(view):
            if isinstance(found, Phase):
                return found
            lines.append(found)
    if not lines:
        raise stuck("结束周期", "finish the cycle")
    return Waiting(tuple(lines))


def next_phase(district: District, cycle: str) -> Phase | None:
    """What can be advanced now; None when the cycle is finished or waits for a person or a day."""
    found = look(district, cycle)
    return found if isinstance(found, Phase) else None


def _due(view: View) -> Due:
    if view.state.closed is None:
        yield from _submission(view)
        return
    yield from _verdicts(view)
    yield from stages.due(view)
    yield from _completions(view)
    yield from _declines(view)
    yield from _grades(view)
    yield from _places(view)
    yield from _notices(view)
    yield from _grants(view)
    yield from _objections(view)
    if not any(view.any(phase) for phase in UNCONCLUDED):
        yield Phase("finish", "结束周期", "finish the cycle")


def _submission(view: View) -> Due:
    deadline, lacking = is_open(view.state).deadline, lacks(view)
    if view.today <= deadline:
        yield Line(f"申报，{deadline} 截止", f"nominations, until {deadline}", deadline + DAY)
    elif not lacking:
        yield Phase("close", "截止申报", "close submission")
    for zh, en in lacking:
        yield Line(
            f"推荐名单的结构：{zh}；补报、撤回，或凭文件截止",
            f"a list of nominations made of what is asked, {en}: nominate, withdraw, or close it by a document",
        )


def _verdicts(view: View) -> Due:
    """Verdicts, the first ones and those asked for anew, after a rebase too; and who is not eligible."""
    judged = ROW.assessed < view.state.rebased_at
    if before := [case for phase in REBASED for case in view.cases(phase, judged)]:
        yield Phase("rebase", "改按新版本", "go on under the other version", chunks(before))
    if cases := view.cases("nominated"):
        yield Phase("assess", "资格审核", "assess", chunks(cases))
    if cases := view.cases("ineligible", FREE):
        yield Phase("decline ineligible", "驳回不符合条件者", "decline those not eligible", chunks(cases))


def _completions(view: View) -> Due:
    """Cases that were sent back and not completed in time, and those that still may be."""
    today = view.today.toordinal()
    if cases := view.cases("returned", FREE, ROW.until < today):
        yield Phase("decline returned", "驳回逾期未补交者", "decline those not completed", chunks(cases))
    waiting = view.chosen(func.count(), "returned", FREE).add_columns(func.min(ROW.until))
    count, earliest = view.connection.execute(waiting).one()
    if count:
        day = date.fromordinal(earliest)
        yield Line(
            f"{count} 份退回的申报补交，最早的到 {day}",
            f"{count} returned cases to be completed, the first by {day}",
            day + DAY,
        )


def _declines(view: View) -> Due:
    if moving := freed.moving(view):
        yield Phase("move up", "递补空出的名额", "let the next in rank move up", chunks(moving))
    for phase, zh, en in _DECLINES:
        if phase == "unplaced" and freed.may_come(view):
            if waiting := view.count(phase):
                yield Line(
                    f"{waiting} 份申报候补，名额空出时按名次递补",
                    f"{waiting} cases without a place, should one become free",
                )
        elif cases := view.cases(phase, FREE):
            yield Phase(f"decline {phase}", zh, en, chunks(cases))


def _undecided(view: View) -> bool:
    return any(view.any(phase) for phase in UNDECIDED)


def _grades(view: View) -> Due:
    """Grade those approved once nothing is left to be decided; then tell every case its grade."""
    if view.route.grades is None or not (cases := view.cases("approved", ROW.grade.is_(None))):
        return
    if view.state.grades is not None:
        yield Phase("grade", "告知等次", "tell each case its grade", chunks(cases))
    elif not _undecided(view):
        yield Phase("grades", "评定等次", "give the grades")


def _places(view: View) -> Due:
    """Fill the places once nothing is left to be decided; then tell every case where it came."""
    if view.route.places is None or not (cases := view.cases("approved")):
        return
    if view.state.places is not None:
        yield Phase("place", "通知名次", "tell each case its place", chunks(cases))
    elif not _undecided(view):
        yield Phase("places", "排定名额", "fill the places")


def _notices(view: View) -> Due:
    """Post those that are ready and on no notice yet, once nothing is left to be decided."""
    posted = view.state.notices[-1][1] if view.state.notices else 0
    if view.any(view.ready, ROW.ready > posted) and not _undecided(view):
        yield Phase("notice", "公示", "post the notice")


def _grants(view: View) -> Due:
    """Grant those whose notice is over; and the notices that still run."""
    over, unsigned = list[ColumnElement[bool]](), list[ColumnElement[bool]]()
    running = list[tuple[NoticePosted, ColumnElement[bool]]]()
    for (notice, named), (_, at) in zip(notices(view), view.state.notices, strict=True):
        if view.today > notice.last:
            waits = view.route.signature is not None and at not in view.state.signed
            (unsigned if waits else over).append(named)
        else:
            running.append((notice, named))
    if over and (cases := view.cases(view.ready, FREE, or_(*over))):
        held_up = _held_up(view, or_(*over))
        if granted := set(cases) - held_up:
            yield Phase("grant", "认定", "grant", chunks(granted))
        if held_up:
            yield Line(
                f"{len(held_up)} 份申报，原称号暂停中，待恢复或撤销",
                f"{len(held_up)} cases of whoever is suspended, until that is lifted or the standing revoked",
            )
    if unsigned and (count := view.count(view.ready, FREE, or_(*unsigned))):
        by = view.route.signed_by
        yield Line(
            f"签发{f'({by.zh})' if by else ''}；然后认定 {count} 份申报",
            f"the signature{f' of the {by.en}' if by else ''}; next: grants for {count} cases",
        )
    for notice, named in running:
        if view.any(view.ready, named):
            first, last, count = notice.first, notice.last, view.count(view.ready, FREE, named)
            zh, en = (f"；然后认定 {count} 份申报", f"; next: grants for {count} cases") if count else ("", "")
            yield Line(f"公示，{first} 至 {last}{zh}", f"the notice, from {first} to {last}{en}", last + DAY)


def _held_up(view: View, over: ColumnElement[bool]) -> set[str]:
    """The cases whose candidate is suspended from a standing: those that the decider does not conclude now."""
    row = standing_table.c
    suspended = select(row.subject).where(row.ladder == is_open(view.state).ladder, row.state == "suspended")
    perhaps = view.cases(view.ready, FREE, over, ROW.subject.in_(suspended))
    return set(perhaps) - view.would(
        perhaps, lambda chunk: Conclude(id="", asking=CLOCKWORK, cycle=view.cycle, cases=chunk, evidence={})
    )


def notices(view: View) -> Iterator[tuple[NoticePosted, ColumnElement[bool]]]:
    """Every notice with the cases that it names: those that became ready since the one before it."""
    before = 0
    for notice, at in view.state.notices:
        yield notice, and_(ROW.ready > before, ROW.ready < at)
        before = at


def _objections(view: View) -> Due:
    """Objections that are to be decided: they hold up nobody else."""
    row = objection_table.c
    chosen = select(func.count(), func.min(row.until)).where(
        row.cycle == view.cycle, row.state.in_(("raised", "heard"))
    )
    count, earliest = view.connection.execute(chosen).one()
    if count:
        day = date.fromordinal(earliest)
        yield Line(
            f"{count} 个异议的处理，最早的应在 {day} 前办结",
            f"{count} objections to be decided, the first by {day}",
        )
