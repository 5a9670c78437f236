"""One sheet through the district: commands out, answers back, counts and rejects kept.

Two passes.  First every row that records something; then the rows that say what became of a record (更正, 作废,
认定), and, where the user accepts them, the corrections that the first pass proposed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice

from console.intake.building import Builder
from console.intake.comparing import differences
from console.intake.desk import Desk, Row
from console.intake.following import FollowUps, Numbers, Proposed, at_place, is_evidence, may_follow, number_key
from console.intake.headers import Layout
from console.intake.reading import BLOCK, Sheet
from console.intake.rehearsing import Rehearsal
from console.intake.report import Difference, HandedBack, Ignored, Rejects, SheetReport
from console.intake.values import Cell, Problem, shown, visible
from events.facts import TrainingRecorded
from workflows.commands import Already, Command, Differs, Landed, Record


@dataclass(slots=True)
class Waiting:
    """A row whose commands are under way, and what has come of them so far."""

    row: Row
    commands: list[Command]
    answered: int = 0
    landed: bool = False
    there: int = 0
    """Where the first of them was there already."""
    refused: tuple[Problem, ...] = ()
    differs: tuple[Command, int] | None = None
    """The first that is held with other content, and where."""


@dataclass
class Run:
    """The import of one sheet."""

    sheet: Sheet
    layout: Layout
    desk: Desk
    report: SheetReport
    rejects: Rejects
    accept: Callable[[int], bool]
    """Whether the user accepts the correction that the row of this number proposes."""
    tick: Callable[[int], None]
    """Called with the number of rows that were dealt with."""
    waiting: deque[Waiting] = field(default_factory=deque)
    later: list[tuple[str, Waiting]] = field(default_factory=list)
    """(更正 correct, 作废 void, 认定 recognise, ask, or number) and the row."""
    proposed: list[tuple[Row, Proposed]] = field(default_factory=list)
    numbered: list[Waiting] = field(default_factory=list)
    """Trainings that were there already, and of which the number may be new."""
    there: list[tuple[int, int]] = field(default_factory=list)
    """(row, position) of evidence that was there already, and may have been voided since."""

    def __post_init__(self) -> None:
        district = self.desk.district
        self.asked = Rehearsal(district) if self.report.dry_run else district

    def go(self) -> None:
        """Import the sheet; the report and the rejects are filled."""
        builder = Builder(self.layout, self.desk, self.hand_back, self._ignore, self.sheet.ragged, self.sheet.unended)
        self._through(self._records(builder), expected=self.sheet.rows)
        self._look_for_numbers(least=1)
        self.report.ignored_rows = [Ignored(row, *why) for row, why in self.sheet.ignored]
        self.report.ignored = builder.ignored + len(self.report.ignored_rows)
        self.tick(self.report.ignored)
        self._through(self._follow_ups())
        self._propose()
        self._look_for_voided(least=1)
        self.report.reasons.sort(key=lambda one: one.row)

    def _ignore(self, number: int, what: Problem) -> None:
        self.sheet.ignored.append((number, what))

    def hand_back(self, number: int, cells: list[Cell], column: str | None, why: Problem) -> None:
        """Hand a row back; the first reason counts it."""
        if number not in self.rejects.rows:
            self.report.handed_back += 1
            self.tick(1)
        self._give_reason(number, cells, column, why, proposed=False)

    def _propose(self) -> None:
        """Tell of the rows that differ from what is held, and in what."""
        pending = iter(self.proposed)
        while block := list(islice(pending, BLOCK)):
            found = differences(self.desk.district, [(one.command, one.position) for _, one in block])
            for (row, one), differ in zip(block, found, strict=True):
                self.report.corrections += 1
                may = one.acceptable
                self._give_reason(row.number, row.cells, None, one.why, differ, proposed=True, acceptable=may)
            self.tick(len(block))

    def _look_for_voided(self, least: int) -> None:
        """Note which of the rows that are there already were voided since; asked for many at a time."""
        if len(self.there) >= least:
            voided = self.asked.held({f"voided/{at}" for _, at in self.there})
            self.report.voided += [(row, at) for row, at in self.there if f"voided/{at}" in voided]
            self.there = []

    def _give_reason(
        self,
        number: int,
        cells: list[Cell],
        column: str | None,
        why: Problem,
        differ: tuple[Difference, ...] = (),
        *,
        proposed: bool,
        acceptable: bool = False,
    ) -> None:
        zh, en = (
            "；".join(f"{one.zh} {one.told}" for one in differ),
            "; ".join(f"{one.en} {one.told}" for one in differ),
        )
        self.rejects.add(number, cells, Problem(f"{zh}。{why.zh}", f"{en}. {why.en}") if differ else why)
        header, value = None, None
        if column is not None:
            place = self.layout.place(column)
            header = column if place is None else self.layout.header[place]
            if place is None and any(one.name == column for one in self.layout.kind.columns):
                header = self.layout.kind.column(column).headers[0]
            value = visible(shown(cells[place])) if place is not None and place < len(cells) else None
        self.report.reasons.append(HandedBack(number, header, value, *why, proposed, differ, acceptable))

    # --------------------------------------------------------------------------------------------- first pass

    def _records(self, builder: Builder) -> Iterator[Command]:
        for row in builder.rows(self.sheet):
            commands = builder.commands(row)
            if not commands:
                continue
            act, waiting = row["act"] or "record", Waiting(row, commands)
            if act == "record":
                self.waiting.append(waiting)
                yield from commands
            else:
                self.later.append((act, waiting))

    def _through(self, commands: Iterator[Command], expected: int = 0) -> None:
        """Answers come in the order of the commands, so the row that waits longest is the one that is answered."""
        with closing(self.asked.handle_many(commands, fresh=True, expected=expected)) as answers:
            for answer in answers:
                row = self.waiting[0]
                row.answered += 1
                if isinstance(answer, Landed):
                    row.landed = True
                    self.report.add(answer.positions)
                elif isinstance(answer, Differs):
                    row.differs = row.differs or (row.commands[row.answered - 1], answer.position)
                elif isinstance(answer, Already):
                    row.there = row.there or answer.position
                else:
                    row.refused += (Problem(answer.zh, answer.en),)
                if row.answered == len(row.commands):
                    self.waiting.popleft()
                    self._conclude(row)

    def _conclude(self, done: Waiting) -> None:
        row = done.row
        if done.refused:
            for one in (row, *row.others):
                for why in done.refused:
                    self.hand_back(one.number, one.cells, None, why)
        elif done.differs is not None:
            if any(may_follow(command) for command in done.commands):
                self.later.append(("ask", done))
            else:
                zh, en = at_place(done.differs[1])
                why = Problem(
                    f"已登记过（{zh}），内容不同；这类登记不能用表更正，请核对",
                    f"recorded already ({en}) with other content; this cannot be corrected by a file, please check",
                )
                self.proposed.append((row, Proposed(why, *done.differs, acceptable=False)))
        elif done.landed:
            self.report.landed += 1 + len(row.others)
            self.report.pending += _pends(done.commands[0])
            self.tick(1 + len(row.others))
        elif done.there and done.commands and number_key(done.commands[0]):
            self.numbered.append(done)
            self._look_for_numbers(least=BLOCK)
        else:
            self._is_there(done)

    def _is_there(self, done: Waiting) -> None:
        row = done.row
        self.report.already += 1 + len(row.others)
        if done.there and (row["act"] or "record") == "record" and is_evidence(done.commands[0]):
            self.there.append((row.number, done.there))
            self._look_for_voided(least=BLOCK)
        self.tick(1 + len(row.others))

    def _look_for_numbers(self, least: int) -> None:
        """Tell the rows whose number is new to their training from those that are there; asked for many at a time."""
        if len(self.numbered) < least:
            return
        numbers = Numbers(self.desk.district, [(one.commands[0], one.there) for one in self.numbered])
        void = self.asked.held({f"voided/{one.there}" for one in self.numbered})
        for one in self.numbered:
            command = one.commands[0]
            asks = numbers.new(command) or numbers.other(command, one.there) is not None
            if asks and f"voided/{one.there}" not in void:
                self.later.append(("number", one))
            else:
                self._is_there(one)
        self.numbered = []

    # -------------------------------------------------------------------------------------------- second pass

    def _follow_ups(self) -> Iterator[Command]:
        """What became of records: each is looked up by its row's key, a block at a time."""
        pending = iter(sorted(self.later, key=lambda one: one[1].row.number))
        while block := list(islice(pending, BLOCK)):
            follow = FollowUps(self.desk, self.asked, self.accept, [one.commands for _, one in block])
            for act, one in block:
                found = follow.of(act, one.row, one.commands)
                match found:
                    case Proposed():
                        self.proposed.append((one.row, found))
                    case Problem():
                        self.hand_back(one.row.number, one.row.cells, "act", found)
                    case []:
                        self._conclude(Waiting(one.row, []))
                    case _:
                        self.waiting.append(Waiting(one.row, found))
                        yield from found


def _pends(command: Command) -> bool:
    """Whether a command records a training that waits to be recognised."""
    fact = command.fact if isinstance(command, Record) else None
    return isinstance(fact, TrainingRecorded) and not fact.recognised and not fact.failed
