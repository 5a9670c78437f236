"""Plain records are decided and written as a set, and come to what each of them comes to alone."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from engine.district import District
from engine.projections.plain import Plain
from engine.recording import Recording
from events.codec import personal_of
from events.facts import (
    Amount,
    EvaluationRecorded,
    EvidenceRecorded,
    FromRow,
    PersonHired,
    PersonLeft,
    ReflectionSelected,
    ReflectionSubmitted,
    Source,
    TrainingRecorded,
)
from tests.engine.district_at_work import CLERK, PEOPLE, AtWork, assert_whole, tables, training
from workflows.commands import Answer, Asking, Command, DeclareCatalogue, Landed, Record, Refused, Span
from workflows.erasing import ErasePerson
from workflows.undoing import TakeBack

GONE = PEOPLE[0]
"""Whose record was erased."""
OWNERS = (*PEOPLE[1:], "u-east", "s-1")
"""Who has a key, as an import sees to before it hashes their rows."""


@pytest.fixture
def two(folder: Path, tmp_path: Path) -> Iterator[tuple[District, District]]:
    """The same folder twice, in which somebody was erased."""
    with District.open(folder) as district:
        at_work = AtWork(district)
        at_work.record(GONE, PersonLeft(), date(2015, 9, 2))
        at_work.do(ErasePerson, subject=GONE, reason="期满", early=True)
        district.vault.ensure(OWNERS)
    other = shutil.copytree(folder, tmp_path / "other")
    with District.open(folder) as one, District.open(other) as two:
        yield one, two


@pytest.fixture
def as_a_set(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many records each chunk had that was carried out as a set."""
    seen, carry_out = list[int](), Recording.carry_out

    def watched(self: Recording, connection: Any, chunk: Sequence[Plain], *rest: Any) -> list[Answer] | None:
        answers = carry_out(self, connection, chunk, *rest)
        if answers is not None:
            seen.append(len(answers))
        return answers

    monkeypatch.setattr(Recording, "carry_out", watched)
    return seen


class Sheet:
    """Rows at random, some of which are wrong, were there before, or say otherwise."""

    def __init__(self, seed: int, *, numbered: bool) -> None:
        self.random, self.numbered = random.Random(seed), numbered

    def hours(self) -> Amount:
        return Amount.of(Decimal(self.random.choice(("1", "6", "7.5", "401", "0.125"))), "hour")

    def source(self) -> Source | None:
        number = self.random.randrange(60)
        if number == 0:
            return None
        return Source(file="f", row=number, key=f"k{number}", content=self.random.choice("aaab"))

    def fact(self) -> FromRow:
        one = self.random.choice
        match self.random.randrange(6):
            case 0:
                score = Amount.of(Decimal(one(("80", "99.5", "101"))), "point")
                return EvaluationRecorded(title="年度", source=self.source(), ethics=score, research=one((None, score)))
            case 1:
                return ReflectionSubmitted(work=one("vw"), title="反思", number="7", source=self.source())
            case 2:
                return ReflectionSelected(work=one("vw"), level=one(("district", "moon")), source=self.source())
            case 3:
                said = {"level": one(("city", "moon")), "role": "first-author"}
                return EvidenceRecorded(
                    kind=one(("paper", "rubbish")), title="文", attributes=said, source=self.source()
                )
        identity = one(("n1", "n2", "n3", None)) if self.numbered else None
        return TrainingRecorded(
            title=one(("研修", "培训'\"\\")),
            category=one(("topic", "moon", None)),
            level="district",
            hours=self.hours(),
            recognised=one((True, False)),
            identity=identity,
            number=identity,
            source=self.source(),
        )

    def commands(self, count: int) -> list[Record]:
        found = list[Record]()
        for nth in range(count):
            if found and self.random.random() < 0.03:
                found.append(self.random.choice(found))  # the very same command
                continue
            asking = CLERK if self.random.random() < 0.9 else Asking(actor="clerk-2", on_behalf_of=None)
            found.append(
                Record(
                    id=f"00000000-0000-7000-8000-{nth:012d}",
                    asking=asking,
                    subject=self.random.choice((*PEOPLE, "u-east", "s-1", "p-nobody")),
                    occurred=Span(first=date(2025, 5, 6), last=date(2025, 5, self.random.choice((6, 7))))
                    if self.random.random() < 0.95
                    else Span.day(date(2026, 12, 1)),
                    fact=self.fact(),
                    correlation=self.random.choice((None, "i-1", "i-1", "i-2", "y-1")),
                )
            )
        return found


def one_by_one(district: District, commands: Sequence[Command]) -> list[Answer]:
    answers = list[Answer]()
    for command in commands:
        try:
            answers.append(district.handle(command))
        except Refused as refusal:
            answers.append(refusal)
    return answers


def said(answers: Sequence[Answer]) -> list[Any]:
    return [(one.code, one.zh) if isinstance(one, Refused) else one for one in answers]


def told(district: District) -> list[Any]:
    """The log in plain text: what was sealed is sealed with another nonce each time."""
    found = []
    for one in (one for batch in district.log.follow() for one in batch):
        plain = {name: district._open_field(one, name) for name in personal_of(one.fact)}
        found.append((one.envelope, one.fact.model_copy(update=plain)))
    return found


@pytest.mark.parametrize("seed", range(8))
def test_records_come_to_the_same_as_a_set_and_one_by_one(
    two: tuple[District, District], as_a_set: list[int], seed: int
):
    """Answers, events and projections."""
    alone, together = two
    commands = Sheet(seed, numbered=seed >= 6).commands(260)
    expected = one_by_one(alone, commands)
    assert said(list(together.handle_many(commands))) == said(expected)
    assert told(together) == told(alone)
    assert tables(together) == tables(alone)
    assert_whole(together)
    kinds = {type(one) for one in expected}
    assert len(kinds) == 4, kinds  # landed, already, differs, refused
    if seed < 6:
        assert sum(as_a_set) == len(commands)


def test_who_acts_for_another_without_a_document_is_refused_in_a_bulk_too(at_work: AtWork):
    asking = Asking(actor="clerk-1", on_behalf_of="clerk-2")
    commands = [one.model_copy(update={"asking": asking}) for one in Sheet(1, numbered=False).commands(5)]
    answers = at_work.many(commands)
    assert {one.code for one in answers if isinstance(one, Refused)} == {"authority"}
    assert len(answers) == 5


def test_a_catalogue_that_is_declared_anew_is_asked_anew(at_work: AtWork):
    """What was taken under the old one may not fit the new one."""
    fact = EvidenceRecorded(kind="paper", title="文", attributes={"level": "city", "role": "first-author"})
    assert isinstance(at_work.many([at_work.recording("p-2", fact)])[0], Landed)
    catalogue = at_work.district.catalogue
    kinds = {name: kind for name, kind in catalogue.kinds.items() if name != "paper"}
    at_work.do(DeclareCatalogue, catalogue=catalogue.model_copy(update={"kinds": kinds}))
    (answer,) = at_work.many([at_work.recording("p-2", fact)])
    assert isinstance(answer, Refused)
    assert answer.code == "unknown kind"


def test_after_a_commit_that_failed_a_stream_goes_on_where_it_was(at_work: AtWork):
    """What a chunk would have come to is not taken for what is there, though as many events followed."""
    at_work.district.vault.ensure(PEOPLE)
    record = [at_work.recording("p-2", training()), at_work.recording("p-3", training())]
    assert [type(one) for one in at_work.many(record[:1])] == [Landed]

    @event.listens_for(at_work.district._engine, "commit", once=True)
    def _fails(_connection: object) -> None:
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        at_work.many(record[1:])
    assert isinstance(at_work.many([at_work.person("p-new")])[0], Landed)  # not a plain record
    assert isinstance(at_work.many([at_work.recording("p-3", training())])[0], Landed)
    with at_work.district.reading() as connection:
        stream = at_work.district.log.read(connection, "subject-p-3")
    assert [one.envelope.version for one in stream] == list(range(1, len(stream) + 1))
    assert_whole(at_work.district)


def test_nothing_is_recorded_of_who_was_taken_back(at_work: AtWork):
    """Though others of the same shape were taken just before."""
    at = at_work.district.handle(at_work.person("p-new").model_copy(update={"correlation": "i-1"}))
    assert isinstance(at, Landed)
    at_work.district.vault.ensure([*PEOPLE, "p-new"])
    assert isinstance(at_work.many([at_work.recording("p-2", training())])[0], Landed)
    said = {"target": at.positions[0], "stream": "subject-p-new", "fact": PersonHired.TYPE, "undoes": "i-1"}
    assert isinstance(at_work.district.handle(at_work.command(TakeBack, **said)), Landed)
    (answer,) = at_work.many([at_work.recording("p-new", training())])
    assert isinstance(answer, Refused)
    assert answer.code == "unknown subject"


def test_what_a_chunk_came_to_is_learnt_before_anybody_else_has_a_turn(
    at_work: AtWork, monkeypatch: pytest.MonkeyPatch
):
    """Another thread would take for its own what it finds there, or throw it away."""
    turn, seen, committed = at_work.district.handler.turn, list[bool](), Recording.committed

    def watched(self: Recording) -> None:
        seen.append(turn.locked())
        committed(self)

    monkeypatch.setattr(Recording, "committed", watched)
    at_work.many([at_work.recording("p-2", training()) for _ in range(500)])
    assert len(seen) > 1
    assert all(seen)
    assert not turn.locked()


def test_a_text_that_no_store_can_hold_fails_only_where_it_would_be_recorded(at_work: AtWork):
    at_work.district.vault.ensure(PEOPLE)
    odd = training(title="研\x00修")
    (answer,) = at_work.many([at_work.recording("p-2", odd, on=date(2026, 12, 1))])
    assert isinstance(answer, Refused)
    assert answer.code == "future"
    with pytest.raises(ValueError, match="U\\+0000"):
        at_work.many([at_work.recording("p-2", odd)])


def test_commands_that_are_called_fresh_and_are_not_end_the_bulk_and_land_no_second_time(at_work: AtWork):
    at_work.district.vault.ensure(PEOPLE)
    again = [at_work.recording("p-2", training()), at_work.recording("p-3", training())]
    assert [type(one) for one in at_work.district.handle_many(again, fresh=True)] == [Landed, Landed]
    before = at_work.tip()
    with pytest.raises(IntegrityError, match="appended at the next position, once"):
        list(at_work.district.handle_many(again, fresh=True))
    assert at_work.tip() == before
    assert_whole(at_work.district)


def test_what_landed_is_told_again_though_nobody_has_the_key_any_more(at_work: AtWork):
    at_work.district.vault.ensure(OWNERS)
    command = at_work.recording("p-2", training())
    landed = at_work.many([command])
    at_work.record("p-2", PersonLeft(), date(2015, 9, 2))
    at_work.do(ErasePerson, subject="p-2", reason="期满", early=True)
    assert at_work.district.handle(command) == landed[0]
    assert at_work.many([command]) == landed
