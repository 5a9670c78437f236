"""What became of records that are held: corrected (更正), voided (作废), recognised (认定)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from console.intake.desk import Desk, Row
from console.intake.evidence import training
from console.intake.rehearsing import Rehearsal, row_key, source_of
from console.intake.values import Problem
from engine.district import District
from engine.projections.reports import trainings_of
from events.facts import (
    EvaluationRecorded,
    EvidenceRecorded,
    EvidenceVoided,
    ReflectionSelected,
    ReflectionSubmitted,
    TrainingAlsoReported,
    TrainingRecognised,
    TrainingRecorded,
    TrainingsFoundDifferent,
)
from workflows.acts import CallOffTraining, ChangeTraining, OfferTraining
from workflows.commands import Command, Correct, Held, Record, Span
from workflows.hours import NumberTraining

EVIDENCE = (
    TrainingRecorded,
    TrainingAlsoReported,
    EvaluationRecorded,
    ReflectionSubmitted,
    ReflectionSelected,
    EvidenceRecorded,
)
NOT_HELD = Problem(
    "没有登记过这个人的这条记录，谈不上更正、作废或认定",
    "no such record of this person is held, so nothing can become of it",
)
NOT_TRAINING = Problem("只有培训可以认定", "only trainings are recognised")
NOT_PLANS = Problem(
    "日程里的培训是计划，不能认定；办完之后导入培训学时，再认定",
    "what is planned is not recognised: import the hours when it was held, and recognise those",
)


def at_place(position: int) -> Problem:
    """Where the record is that a row differs from; 0 stands for one that a dry run has met in the same file."""
    if not position:
        return Problem("本文件前面的一行", "by an earlier row")
    return Problem(f"#{position:,}", f"#{position:,}")


def differs(position: int) -> Problem:
    """What a row is told that says otherwise than the record at a position."""
    zh, en = at_place(position)
    return Problem(
        f"已登记过这一条（{zh}），内容不同；若以此为准，请在“处理”列写“更正”，或加 --accept-corrections",
        f"recorded already ({en}) with other content; if this is right, write 更正 in the column 处理, "
        "or add --accept-corrections",
    )


def not_recognised_yet(position: int) -> Problem:
    """What a row is told that has the record at a position recognised."""
    zh, en = at_place(position)
    return Problem(
        f"已登记（{zh}），但还没有认定；若已认定，请在“处理”列写“认定”，或加 --accept-corrections",
        f"recorded ({en}), but not recognised yet; if it was, write 认定 in the column 处理, "
        "or add --accept-corrections",
    )


def not_numbered_yet(position: int) -> Problem:
    """What a row is told whose record, at a position, was recorded without the number that it has now."""
    zh, en = at_place(position)
    return Problem(
        f"已登记（{zh}），但没有这个培训编号；若就是它，请在“处理”列写“更正”，或加 --accept-corrections",
        f"recorded ({en}), but without this number; if it is the training's, write 更正 in the column 处理, "
        "or add --accept-corrections",
    )


def numbered(position: int, other: int) -> Problem:
    """What a row is told whose record is at a position, while another one of the person has the number that it says."""
    return Problem(
        f"已登记（#{position:,}），但这个培训编号是 #{other:,} 的，两条都算；是同一次培训，就用 jieti hours same "
        f"{other} {position} 判定（以前一条为准），不是就用 different",
        f"recorded (#{position:,}), but #{other:,} has this number, and both count; if they are one training, say so "
        f"with jieti hours same {other} {position} (the first is right), else with different",
    )


@dataclass(frozen=True)
class Proposed:
    """The row differs from what is held, at a position, by this command; what the user may do about it.

    ``acceptable``: whether it is done once the user accepts the row.
    """

    why: Problem
    command: Command
    position: int
    acceptable: bool = True


def number_key(command: Command) -> str | None:
    """The business key of the number under which a row reports a training; none for one that has no number."""
    if not isinstance(command, Record) or not isinstance(command.fact, TrainingRecorded) or not command.fact.identity:
        return None
    return f"training/subject-{command.subject}/{command.fact.identity}"


class Numbers:
    """Which numbers of trainings are known, of a block of rows whose records are held; three questions at the most."""

    def __init__(self, district: District, rows: Iterable[tuple[Command, int]]) -> None:
        listed = [(key, at) for command, at in rows if (key := number_key(command)) is not None]
        self._at = {key: held.position for key, held in district.held({key for key, _ in listed}).items()}
        pairs = {(self._at[key], at) for key, at in listed if key in self._at and self._at[key] != at}
        self._apart: dict[tuple[int, int], str] = {}
        self._trainings: dict[int, int] = {}
        if pairs:
            with district.reading() as connection:
                self._trainings = trainings_of(connection, {at for pair in pairs for at in pair})
            keys = {pair: TrainingsFoundDifferent(training=pair[0], other=pair[1]).business_keys("") for pair in pairs}
            final = district.held({key for (key,) in keys.values()})
            self._apart = {pair: key for pair, (key,) in keys.items() if key in final}

    def new(self, command: Command) -> bool:
        """Whether nobody has the number of a row as yet."""
        return (key := number_key(command)) is not None and key not in self._at

    def other(self, command: Command, at: int) -> int | None:
        """Another training that has the number of a row, whose own record is at a position."""
        held = self._at.get(number_key(command) or "", at)
        if held == at or (held, at) in self._apart or self._trainings[held] == self._trainings[at]:
            return None
        return held


def is_evidence(command: Command) -> TypeGuard[Record]:
    """Whether a command records evidence, which may be corrected and voided."""
    return isinstance(command, Record) and isinstance(command.fact, EVIDENCE)


def may_follow(command: Command) -> bool:
    """Whether a file may say what became of what a command records: of evidence, and of planned trainings."""
    return is_evidence(command) or isinstance(command, OfferTraining)


class FollowUps:
    """The commands that follow from a block of rows whose records are held; two questions to the district."""

    def __init__(
        self,
        desk: Desk,
        asked: District | Rehearsal,
        accept: Callable[[int], bool],
        rows: Sequence[Iterable[Command]],
    ) -> None:
        self.desk, self.accept = desk, accept
        self.today = Span.day(desk.today)
        keys = {key for commands in rows for command in commands if (key := row_key(command))}
        self.held: Mapping[str, Held] = asked.held(keys)
        positions = {at.position for at in self.held.values()}
        pairs = [(one, self.held[key].position) for commands in rows for one in commands
                 if (key := row_key(one)) in self.held and key is not None]  # fmt: skip
        self.numbers = Numbers(desk.district, pairs)
        self.recognised = asked.held({f"recognised/{position}" for position in positions})

    def of(self, act: str, row: Row, commands: Iterable[Command]) -> list[Command] | Proposed | Problem:
        """What a row asks for: commands (none where it is so already), a proposal, or why it cannot be.

        ``act`` is ``correct``, ``void``, ``recognise``, or ``ask`` for a row that differs from what is held, ``number``
        for one of which only the training's number may: these correct it where the user accepted the row's number.
        """
        found = [] if act == "number" else self._of(act, row, commands)
        if act == "void" or not isinstance(found, list):
            return found
        number = self._number(row, commands, given=act == "correct" or bool(found))
        if isinstance(number, Proposed):
            return found or number
        return [*found, *number]

    def _number(self, row: Row, commands: Iterable[Command], *, given: bool) -> list[Command] | Proposed:
        """The number that a training's record has not, where the row has one: given to it, or proposed."""
        for command in commands:
            held = self.held.get(row_key(command) or "")
            if held is None or not isinstance(command, Record) or not isinstance(command.fact, TrainingRecorded):
                continue
            at, fact = held.position, command.fact
            if (other := self.numbers.other(command, at)) is not None:
                return Proposed(numbered(at, other), command, at, acceptable=False)
            if not self.numbers.new(command) or fact.identity is None:
                continue
            if not given and not self.accept(row.number):
                return Proposed(not_numbered_yet(at), command, at)
            return [
                NumberTraining(
                    id=self.desk.district.command_id(),
                    asking=self.desk.asking,
                    correlation=self.desk.import_id,
                    subject=command.subject,
                    training=at,
                    identity=fact.identity,
                    number=fact.number,
                )
            ]
        return []

    def _of(self, act: str, row: Row, commands: Iterable[Command]) -> list[Command] | Proposed | Problem:
        found = [
            (command, self.held[key])
            for command in commands
            if is_evidence(command) and (key := row_key(command)) in self.held and key is not None
        ]
        for command in commands:
            if isinstance(command, OfferTraining) and (there := self.held.get(row_key(command) or "")) is not None:
                return self._of_offer(act, row, command, there)
        if not found:
            return NOT_HELD
        if act == "void":
            reason = row["reason"] or "按导入的表作废"
            return [
                self.desk.record(command.subject, self.today, EvidenceVoided(target=at.position, reason=reason))
                for command, at in found
            ]
        command, at = found[0]
        if act == "recognise":
            return self._recognise(command, at)
        if act == "ask" and self._only_recognised_since(row, command, at):
            if f"recognised/{at.position}" in self.recognised:
                return []
            if self.accept(row.number):
                return self._recognise(command, at)
            return Proposed(not_recognised_yet(at.position), command, at.position)
        if act == "ask" and not self.accept(row.number):
            return Proposed(differs(at.position), command, at.position)
        reason = row["reason"] or "按导入的表更正"
        return [
            follows
            for command, at in found
            if not _is_same(command, at)
            for follows in self._correct(command, at, reason)
        ]

    def _of_offer(self, act: str, row: Row, command: OfferTraining, at: Held) -> list[Command] | Proposed | Problem:
        """What becomes of a planned training: called off, or changed."""
        asked: dict[str, Any] = {
            "id": self.desk.district.command_id(),
            "asking": self.desk.asking,
            "correlation": self.desk.import_id,
            "offer": command.offer,
        }
        if act == "recognise":
            return NOT_PLANS
        if act == "void":
            why = row["reason"] or "按导入的表取消"
            return [CallOffTraining(**asked, reason=why)]
        if act == "ask" and not self.accept(row.number):
            return Proposed(differs(at.position), command, at.position)
        if _is_same(command, at):
            return []
        why = row["reason"] or "按导入的表更正"
        return [ChangeTraining(**asked, said=command.said, reason=why)]

    def _recognise(self, command: Record, at: Held) -> list[Command] | Problem:
        if not isinstance(command.fact, TrainingRecorded):
            return NOT_TRAINING
        return [self.desk.record(command.subject, self.today, TrainingRecognised(training=at.position))]

    def _only_recognised_since(self, row: Row, command: Record, at: Held) -> bool:
        """Whether the row says what is held, but for a recognition that came later."""
        if not isinstance(command.fact, TrainingRecorded) or not command.fact.recognised:
            return False
        before = (source_of(training(row, self.desk, status)) for status in ("pending", "failed"))
        return at.content in {source.content for source in before if source}

    def _correct(self, command: Record, at: Held, reason: str) -> Iterator[Command]:
        # A fresh id: the held content tells what was corrected already, and A may be corrected to B, back, and again.
        yield Correct(
            id=self.desk.district.command_id(),
            asking=self.desk.asking,
            correlation=self.desk.import_id,
            target=at.position,
            occurred=command.occurred,
            fact=command.fact,
            reason=reason,
        )


def _is_same(command: Command, at: Held) -> bool:
    source = source_of(command)
    return source is not None and source.content == at.content
