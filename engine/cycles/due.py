"""What falls due next, and for whom: the days of cycles, of standings and of schedules, up to a day.

Days that have passed are there as long as what they ask for was not done.  What has no day comes last.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import select

from engine.assessing import corrections
from engine.clock import log_day
from engine.cycles import schedules
from engine.cycles.looking import look
from engine.cycles.missing import missing_in
from engine.cycles.sweep import unfinished
from engine.cycles.view import ROW, Phase, View, Waiting, viewing
from engine.district import District
from engine.people.subjects import newest_versions, published_ladders
from engine.standings.standings import StandingLine, ending, listed
from engine.tables import objection_table
from ladders.model.ladder import Ladder
from workflows.cycle import is_open

Kind = Literal[
    "submission", "ballots", "paper ballots", "completion", "objection", "notice", "term", "suspended", "run",
    "advance", "waits", "rule", "correction",
]  # fmt: skip
"""What falls due: the end of submission; ballots; what came by the last day on paper, to be entered; a returned case;
an objection to be decided; the end of a notice; the end of a term; a suspended standing, to be reinstated or revoked;
a scheduled run; what can be advanced at once; what waits for somebody and has no day; a rule that ends, or has ended,
with nothing published that follows it."""


@dataclass(frozen=True)
class Due:
    """What falls due on a day: in which cycle or on which ladder, for whom, and how many of them."""

    day: date | None
    kind: Kind
    zh: str
    en: str
    count: int = 1
    cycle: str | None = None
    ladder: str | None = None
    rung: str | None = None
    person: str | None = None
    """Who is to act: a panel member."""
    subject: str | None = None
    """Whom it is about: the nominee, or who holds the standing."""
    case: str | None = None

    @property
    def thing(self) -> tuple[str, ...]:
        """What entries have in common that are about the same thing, and differ in whom they concern."""
        return (self.kind, self.cycle or "", self.ladder or "", self.rung or "", self.en)


def due(district: District, until: date) -> list[Due]:
    """Whatever falls due by a day, in the order of the days, and what has none."""
    found = [*_cycles(district), *_standings(district, until), *_runs(district), *_rules(district)]
    found += _corrections(district)
    inside = [one for one in found if one.day is None or one.day <= until]
    return sorted(inside, key=lambda one: (one.day or date.max, one.thing, one.person or ""))


# ------------------------------------------------------------------------------------------------------- cycles


def _cycles(district: District) -> Iterator[Due]:
    for cycle in unfinished(district):
        with viewing(district, cycle) as view:
            found = list(_of_cycle(view))
        yield from found
        yield from _looked(district, cycle)


def _looked(district: District, cycle: str) -> Iterator[Due]:
    """What a cycle can do at once, and what it waits for though no day ends the waiting."""
    found = look(district, cycle)
    if isinstance(found, Phase):
        yield Due(log_day(district), "advance", found.zh, found.en, cycle=cycle)
    elif isinstance(found, Waiting):
        for line in found.lines:
            if line.until is None:
                yield Due(None, "waits", line.zh, line.en, cycle=cycle)


def _of_cycle(view: View) -> Iterator[Due]:
    if view.state.closed is None:
        nominated = view.count("nominated")
        yield Due(is_open(view.state).deadline, "submission", "申报截止", "submission ends", nominated, view.cycle)
    for stage in view.route.stages:
        for one in missing_in(view, stage.id):
            on_time = view.today <= one.last
            yield Due(
                one.last if on_time else one.counted - timedelta(days=1),
                "ballots" if on_time else "paper ballots",
                stage.title.zh if on_time else f"{stage.title.zh}:补录纸质票",
                stage.title.en if on_time else f"{stage.title.en}: paper ballots to be entered",
                len(one.cases),
                view.cycle,
                person=one.person,
            )
    returned = view.chosen(ROW.id, "returned").with_only_columns(ROW.id, ROW.subject, ROW.until)
    for case, subject, until in view.connection.execute(returned.order_by(ROW.until, ROW.id)):
        said = "退回的申报应补交", "a returned case is to be completed"
        yield Due(date.fromordinal(until), "completion", *said, cycle=view.cycle, subject=subject, case=case)
    row = objection_table.c
    open_ = select(row.case, row.subject, row.until).where(row.cycle == view.cycle, row.state.in_(("raised", "heard")))
    for case, subject, until in view.connection.execute(open_.order_by(row.until, row.id)):
        said = "异议应办结", "an objection is to be decided"
        yield Due(date.fromordinal(until), "objection", *said, cycle=view.cycle, subject=subject, case=case)
    for notice, _ in view.state.notices:
        if notice.last >= view.today:
            yield Due(notice.last, "notice", "公示期满", "the notice ends", notice.cases, view.cycle)


# ----------------------------------------------------------------------------------------------------- standings


def _standings(district: District, until: date) -> Iterator[Due]:
    """Terms that end, with the steps that lead on; and whoever is suspended."""
    ladders = newest_versions(district)
    for one in ending(district, until):
        onwards = _onwards(ladders.get(one.ladder), one.rung)
        zh = f"任期届满,{'可' + '、'.join(onwards[0]) if onwards[0] else '阶梯里没有续任'}"
        en = f"the term ends; {'what can follow: ' + ', '.join(onwards[1]) if onwards[1] else 'nothing can follow it'}"
        yield _of_standing(one, one.until, "term", zh, en)
    today = log_day(district)
    for one in listed(district, states=("suspended",)):
        if one.term_until is not None and one.term_until < today:
            continue  # its term is over: there is nothing left to reinstate it to
        said = "暂停中,应恢复或撤销", "suspended, to be reinstated or revoked"
        yield _of_standing(one, one.term_until, "suspended", *said)


def _of_standing(one: StandingLine, day: date | None, kind: Kind, zh: str, en: str) -> Due:
    return Due(day, kind, zh, en, ladder=one.ladder, rung=one.rung, subject=one.subject)


def _corrections(district: District) -> Iterator[Due]:
    """Corrections that the office has to decide."""
    for one in corrections.listed(district):
        if one.waits:
            said = f"更正案 #{one.opened.position:,} 待决定", f"correction #{one.opened.position:,} is to be decided"
            fact = one.fact
            yield Due(
                None, "correction", *said, cycle=fact.cycle, ladder=fact.ladder, rung=fact.rung, subject=one.subject
            )


def _onwards(ladder: Ladder | None, rung: str) -> tuple[list[str], list[str]]:
    """What may follow a standing on a rung by its ladder, in both languages: a renewal first."""
    zh, en = list[str](), list[str]()
    steps = [step for step in ladder.steps if step.from_ == rung] if ladder else []
    for step in sorted(steps, key=lambda one: one.kind != "renewal"):
        assert ladder is not None
        title = ladder.rung(step.to).title
        renewal = step.kind == "renewal"
        zh.append("续任" if renewal else f"晋级{title.zh}")
        en.append("renewal" if renewal else f"a step to {title.en}")
    return zh, en


# ----------------------------------------------------------------------------------------------------- schedules


def _runs(district: District) -> Iterator[Due]:
    for one in schedules.listed(district):
        if one.next is not None:
            said = f"按排期开启 {one.ladder} → {one.to}", f"a cycle opens by schedule: {one.ladder} to {one.to}"
            yield Due(one.next, "run", *said, ladder=one.ladder, rung=one.to)


# --------------------------------------------------------------------------------------------------------- rules


def _rules(district: District) -> Iterator[Due]:
    """Ladders that have a last day, or had one, after which no version is in force."""
    today = log_day(district)
    for name, state in published_ladders(district).items():
        version = state.in_force(today) or state.expired(today)
        if version is None or version.until is None or state.in_force(version.until + timedelta(days=1)):
            continue
        title = version.ladder.title
        yield Due(
            version.until,
            "rule",
            f"{title.zh} 失效,没有后续版本;jieti ladder publish",
            f"{title.en} ends with nothing to follow it; jieti ladder publish",
            ladder=name,
        )
