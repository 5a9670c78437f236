"""What is due in the stages of a cycle: to be opened, counted, extended, days of their own for late cases.

Whom a stage can decide is told by counts that the projections keep.  Where they cannot tell (somebody is recused, by
the rule or by their own word), the decider is asked beforehand: a phase is named only if it will find something to do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import ColumnElement, and_, func, or_, select

from engine.clock import CLOCKWORK
from engine.cycles import ties
from engine.cycles.view import DAY, FREE, ROW, Due, Line, Phase, View, chunks
from engine.tables import HEARD, unit_table
from engine.worlds import worlds
from events.tables import EACH, many
from ladders.model.review import Stage
from workflows.acts import CountRound
from workflows.commands import DecideStage
from workflows.cycle import unit_above, window_of
from workflows.rounds import kind_of

IN_REVIEW = "in review"
_LATE, _AGAIN = ("另行开放的申报", "late cases"), ("再次表决的申报", "cases that stand again")
OWN_DAYS = ROW.last.is_not(None)


def due(view: View) -> Due:
    """What is due in the stages, in their order."""
    before, earlier = None, False
    for stage in view.route.stages:
        here = Here(view, stage, before)
        there = here.any()
        if stage.id in view.state.stages:
            yield from here.running()
        elif there and not earlier:
            yield from here.opening()
        before, earlier = stage.id, earlier or there


@dataclass(frozen=True)
class Here:
    """A stage of a cycle, and the one before it."""

    view: View
    stage: Stage
    before: str | None

    @property
    def inside(self) -> ColumnElement[bool]:
        """Cases that are in the stage: those that the one before decided last."""
        return ROW.stage.is_(None) if self.before is None else ROW.stage == self.before

    @property
    def opened_at(self) -> int:
        """Where the stage opened."""
        return self.view.state.stages_at[self.stage.id]

    @property
    def with_all(self) -> ColumnElement[bool]:
        """Cases whose days are the stage's."""
        return and_(ROW.last.is_(None), ROW.arrived < self.opened_at)

    @property
    def days(self) -> tuple[date, date, date]:
        """The stage's first and last day, and the one on which its ballots are counted."""
        found = window_of(self.view.state, None, self.stage.id)
        assert found is not None
        return found

    @property
    def to_be_extended(self) -> bool:
        """Whether cases without a quorum have days to come when the stage's are over."""
        return self.stage.when_time_is_up.then == "extend" and self.stage.id not in self.view.state.extensions

    def any(self) -> bool:
        """Whether a case is in the stage."""
        return self.view.any(IN_REVIEW, self.inside)

    def cases(self, *conditions: ColumnElement[bool]) -> set[str]:
        """Cases in the stage that nothing freezes."""
        return set(self.view.cases(IN_REVIEW, self.inside, FREE, *conditions))

    # ------------------------------------------------------------------------------------------------- not begun

    def opening(self) -> Due:
        """Open the stage, once its panels are seated."""
        if missing := self.without_panel():
            yield self.panels(missing)
        else:
            zh, en = self.stage.title.zh, self.stage.title.en
            yield Phase(f"open {self.stage.id}", f"开始{zh}", f"open {en}")

    def without_panel(self, *conditions: ColumnElement[bool]) -> dict[str | None, set[str | None]]:
        """By the panel that is not seated the own units of the candidates that it is to judge."""
        per = self.stage.panel_per
        chosen = self.view.chosen(ROW.unit, IN_REVIEW, self.inside, *conditions).distinct()
        own = set(self.view.connection.execute(chosen).scalars())
        units = worlds.units(self.view.connection) if per is not None else {}
        missing: dict[str | None, set[str | None]] = {}
        for unit in own:
            above = unit_above(units, unit, per)
            if (self.stage.id, above) not in self.view.state.panels:
                missing.setdefault(above, set()).add(unit)
        return missing

    def panels(self, missing: dict[str | None, set[str | None]]) -> Line:
        """That panels are waited for."""
        zh, en = self.stage.title.zh, self.stage.title.en
        named = select(unit_table.c.name).where(unit_table.c.id.in_(select(EACH))).order_by(unit_table.c.code)
        names = list(self.view.connection.execute(named, many([unit for unit in missing if unit])).scalars())
        if not names:
            return Line(f"组成“{zh}”评审组", f"a panel for “{en}”")
        some = names[:3] + ["…"] * (len(names) > 3)
        return Line(
            f"组成“{zh}”评审组（{'、'.join(some)}，共 {len(names)} 个单位）",
            f"panels for “{en}” of {len(names)} units ({', '.join(some)})",
        )

    # -------------------------------------------------------------------------------------------------- it has begun

    def running(self) -> Due:
        """Days of their own for who came late, a count, an extension; and the ballots that are missing."""
        name, zh, en = self.stage.id, self.stage.title.zh, self.stage.title.en
        late = and_(ROW.last.is_(None), ROW.arrived > self.opened_at)
        if came := self.cases(late):
            if missing := self.without_panel(late):
                yield self.panels(missing)
                came -= self.cases(late, _from(missing))
            if came:
                yield Phase(
                    f"window {name}", f"{zh}另行开放", f"give late cases days of their own in {en}", chunks(came)
                )
        if counting := list(self.counting()):
            yield from counting
        elif self.to_be_extended and self.view.today >= self.days[2] and self.cases(self.with_all):
            yield Phase(f"extend {name}", f"延长{zh}", f"extend {en}")
        yield from self.missing()

    def counting(self) -> Iterator[Phase]:
        """What can be counted today: cases, or whole lists where there are several ballots."""
        name, zh, en = self.stage.id, self.stage.title.zh, self.stage.title.en
        if self.stage.rounds is None:
            if ripe := self.ripe():
                yield Phase(f"decide {name}", f"{zh}计票", f"count {en}", chunks(ripe))
            return
        lists: dict[int, list[tuple[str, ...]]] = defaultdict(list)
        for number, cases in self.over():
            asked = CountRound(
                id="", asking=CLOCKWORK, cycle=self.view.cycle, stage=name, round=number, cases=cases
            )  # fmt: skip
            if self.view.would_do(asked):
                lists[number].append(cases)
        for number, found in sorted(lists.items()):
            yield Phase(
                f"ballot {name} {number}", f"{zh}第 {number} 轮计票", f"count ballot {number} of {en}", tuple(found)
            )

    def over(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """The ballots that may be over: which one of the stage, and everybody who stands in it."""
        kind, today, size = kind_of(self.stage, self.view.route), self.view.today.toordinal(), self.stage.size
        units = worlds.units(self.view.connection) if kind is not None else {}
        columns = ROW.id, ROW.unit, ROW.round, HEARD, ROW.counted_from, ROW.arrived
        chosen = self.view.chosen(ROW.id, IN_REVIEW, self.inside, FREE).with_only_columns(*columns).order_by(ROW.id)
        lists: dict[tuple[int, str | None], list[str]] = defaultdict(list)
        waiting = set[tuple[int, str | None]]()
        for case, unit, number, heard, counted, arrived in self.view.connection.execute(chosen):
            key = number, unit_above(units, unit, kind)
            lists[key].append(case)
            late = counted is None and arrived > self.opened_at
            time_is_up = today >= (counted or self.days[2].toordinal())
            if late or not (time_is_up or heard >= size or case in self.aside):
                waiting.add(key)
        for key, cases in lists.items():
            if key not in waiting:
                yield key[0], tuple(cases)

    def ripe(self) -> set[str]:
        """The cases that the stage decides today."""
        size, window = self.stage.size, or_(OWN_DAYS, self.with_all)
        certain = self.cases(OWN_DAYS, ROW.counted_from <= self.view.today.toordinal())
        doubtful = {case for case, aside in self.aside.items() if aside.heard < size <= aside.heard + aside.recused}
        heard = self.cases(size <= HEARD, window)
        if (signs := {"all": ROW.against, "any": ROW.in_favour}.get(self.stage.sign or "")) is not None:
            heard |= self.cases(and_(HEARD >= 1, signs >= 1), window)
        certain |= heard - self.aside.keys()
        doubtful |= heard & self.aside.keys()
        if self.view.today >= self.days[2]:
            if self.to_be_extended:
                doubtful |= self.cases(self.with_all)
            else:
                certain |= self.cases(self.with_all)
        return certain | self.decided(doubtful - certain)

    def decided(self, cases: set[str]) -> set[str]:
        """Those of these cases that the decider would decide today."""
        cycle, stage = self.view.cycle, self.stage.id
        return self.view.would(
            cases, lambda chunk: DecideStage(id="", asking=CLOCKWORK, cycle=cycle, stage=stage, cases=chunk)
        )

    @cached_property
    def aside(self) -> dict[str, Case]:
        """The cases with seats that are recused."""
        row, connection = ROW, self.view.connection
        inside = and_(row.cycle == self.view.cycle, row.phase == IN_REVIEW, self.inside, FREE)
        recused = ties.recused_seats(connection, self.view.state, self.stage, inside)
        if not recused:
            return {}
        chosen = select(row.id, HEARD, row.ballots, row.last, row.round).where(row.id.in_(select(EACH)))
        rows = connection.execute(chosen, many(recused))
        return {
            case: Case(recused[case].seats, recused[case].passed_on, heard, ballots, last is not None, number > 1)
            for case, heard, ballots, last, number in rows
        }

    # -------------------------------------------------------------------------------------------- what is waited for

    def missing(self) -> Due:
        """The ballots that are missing, of cases that go with the stage and of those with days of their own."""
        zh, en, today = self.stage.title.zh, self.stage.title.en, self.view.today
        _, last, counted = self.days
        if ballots := self._missing(self.with_all, own=False):
            if today <= last:
                said = f"{last} 截止", f"taken until {last}"
            else:
                paper = counted - DAY
                said = f"{last} 已截止，纸质票可录入到 {paper}", f"cast until {last}, entered from paper until {paper}"
            yield Line(f"{zh}的 {ballots} 张表决票，{said[0]}", f"{ballots} ballots of {en}, {said[1]}", counted)
        for which, said in ((ROW.round == 1, _LATE), (ROW.round > 1, _AGAIN)):
            if ballots := self._missing(and_(OWN_DAYS, which), own=True, again=said is _AGAIN):
                earliest = self.view.chosen(func.min(ROW.counted_from), IN_REVIEW, self.inside, FREE, OWN_DAYS, which)
                day = date.fromordinal(self.view.connection.execute(earliest).scalar_one())
                yield Line(
                    f"{zh}的 {ballots} 张表决票（{said[0]}），最早 {day} 计票",
                    f"{ballots} ballots of {en} on {said[1]}, counted from {day} on",
                    day,
                )

        yield from self.too_few()

    def too_few(self) -> Due:
        """Cases of which recusals left nobody, or fewer than the quorum, and all of them have voted."""
        zh, en, size = self.stage.title.zh, self.stage.title.en, self.stage.size
        quorum, counted = self.stage.quorum or 1, self.days[2]
        until = counted if self.view.today < counted else None
        left = {
            case: one.ballots
            for case, one in self.aside.items()
            if one.ballots < quorum and one.heard + one.recused - one.passed_on >= size
        }
        if alone := sum(not ballots for ballots in left.values()):
            yield Line(
                f"{zh}的 {alone} 份申报，评审组全部回避，等待加签",
                f"a signer of {en} for {alone} cases whose whole panel is recused",
                until,
            )
        if others := len(left) - alone:
            yield Line(
                f"{zh}的 {others} 份申报，回避后评审组不足法定人数，等待加签",
                f"a signer of {en} for {others} cases whose panel is recused but for too few",
                until,
            )

    def _missing(self, which: ColumnElement[bool], *, own: bool, again: bool = False) -> int:
        open_ = func.sum(self.stage.size - HEARD)
        every = self.view.connection.execute(self.view.chosen(open_, IN_REVIEW, self.inside, FREE, which)).scalar_one()
        aside = (one for one in self.aside.values() if (one.own, one.again) == (own, again))
        return int(every or 0) - sum(one.recused - one.passed_on for one in aside)


@dataclass(frozen=True)
class Case:
    """A case: how many of its seats are recused, and how many of these hold a ballot from before they passed on, how
    many seats need not be waited for beside the recused ones, its ballots, whether it has days of its own, and whether
    it stands in a later ballot."""

    recused: int
    passed_on: int
    heard: int
    ballots: int
    own: bool
    again: bool


def _from(missing: dict[str | None, set[str | None]]) -> ColumnElement[bool]:
    """Cases of candidates whose panel is not seated."""
    units = {unit for own in missing.values() for unit in own}
    named = ROW.unit.in_([unit for unit in units if unit is not None])
    return or_(named, ROW.unit.is_(None)) if None in units else named
