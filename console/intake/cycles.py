"""Rows about a review cycle: nominations, and the ballots of a stage."""

from __future__ import annotations

from collections.abc import Iterator

from console.intake.desk import Desk, Row, RowProblem
from workflows.commands import CastBallot, Command, Nominate


def nominations(row: Row, desk: Desk) -> Iterator[Command]:
    """A nomination for the cycle that the import is for."""
    subject, cycle = row["person"] or row["studio"], desk.cycle or ""
    yield Nominate(
        id=desk.district.command_id(),
        asking=desk.asking,
        correlation=desk.import_id,
        cycle=cycle,
        case=desk.district.new_id("c"),
        subject=subject,
        source=desk.source(row, subject, ("nomination", cycle, subject), ()),
    )


def ballots(row: Row, desk: Desk) -> Iterator[Command]:
    """A panel member's vote on a case, which is named by its number or by its candidate."""
    case, subject, stage = row["case"], row["person"] or row["studio"], desk.stage or ""
    if case is None:
        case = desk.case_of(subject)
        if case is None:
            raise RowProblem("person", "这个人在本周期没有申报", "this candidate has no case in this cycle")
    voter = row["voter"]
    yield CastBallot(
        id=desk.district.command_id(),
        asking=desk.asking,
        correlation=desk.import_id,
        cycle=desk.cycle or "",
        case=case,
        stage=stage,
        person=voter,
        choice=row["choice"],
        source=desk.source(row, voter, ("ballot", case, stage, voter), (row["choice"],)),
    )
