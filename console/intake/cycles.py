"""Rows about a review cycle: nominations, panels, and the ballots and score sheets of a stage."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping

from console.intake.desk import Desk, Row, RowProblem
from console.intake.values import Cell, Problem, read_number
from events.facts import Score, Seat
from workflows.commands import CastBallot, Command, Nominate, SeatPanel

STATE = "state:"
"""What the names of the columns begin with that say what an application states."""


def nominations(row: Row, desk: Desk) -> Iterator[Command]:
    """A nomination for the cycle that the import is for; outside the count by the document that the row names.

    What the application states is part of what the row says: the same row with another track differs.
    """
    subject, cycle = row["person"] or row["studio"] or row["unit"], desk.cycle or ""
    outside = row["outside"] == "yes"
    states = {name.removeprefix(STATE): said for name, said in row.items() if name.startswith(STATE) and said}
    content = nominated(outside, states)
    asking = desk.by(row["document"]) if outside else desk.asking
    if outside and asking.authority is None:
        raise RowProblem(
            "document",
            "占名额之外须写明依据的文号",
            "whoever is outside the count needs the number of the document that says so",
        )
    yield Nominate(
        id=desk.district.command_id(),
        asking=asking,
        correlation=desk.import_id,
        cycle=cycle,
        case=desk.district.new_id("c"),
        subject=subject,
        outside=outside,
        states=states,
        source=desk.source(row, subject, ("nomination", cycle, subject), content),
    )


def nominated(outside: bool, states: Mapping[str, str]) -> tuple[str, ...]:
    """What a row says of a nomination, beside whose it is."""
    return (*(("outside",) if outside else ()), *(f"{name}={said}" for name, said in sorted(states.items())))


# ----------------------------------------------------------------------------------------------------------- panels


def panel_of(row: Row) -> Hashable:
    """Which panel a row has a seat of."""
    return row["stage"], row["unit"] or row["unit_name"]


def read_seat(cell: Cell) -> int | Problem:
    """A seat's number, from 1."""
    number = read_number(cell)
    if isinstance(number, Problem) or number < 1 or number != int(number):
        return Problem("席位是从 1 起的整数", "a seat is a whole number from 1 on")
    return int(number)


def read_round(cell: Cell) -> int | Problem:
    """Which ballot of a stage, from 1."""
    number = read_number(cell)
    if isinstance(number, Problem) or number < 1 or number != int(number):
        return Problem("轮次是从 1 起的整数", "a round is a whole number from 1 on")
    return int(number)


def panels(row: Row, desk: Desk) -> Iterator[Command]:
    """A whole panel: all its rows together."""
    stage = row["stage"] or desk.stage or (desk.stages[0].id if len(desk.stages) == 1 else None)
    if stage is None:
        raise RowProblem(
            "stage",
            "这个周期有几个环节，请写明环节，或用 --stage",
            "this cycle has several stages: name one, here or with --stage",
        )
    rows = sorted((row, *row.others), key=lambda one: int(one["seat"]))
    yield SeatPanel(
        id=desk.district.command_id(),
        asking=desk.asking,
        correlation=desk.import_id,
        cycle=desk.cycle or "",
        stage=stage,
        unit=row["unit"] or row["unit_name"],
        seats=tuple(Seat(seat=one["seat"], person=one["person"]) for one in rows),
    )


# ---------------------------------------------------------------------------------------------------------- ballots


def ballots(row: Row, desk: Desk) -> Iterator[Command]:
    """A panel member's vote, or marks, on a case, which is named by its number or by its candidate."""
    case, subject, stage = row["case"], row["person"] or row["studio"], desk.stage or ""
    if case is None:
        case = desk.case_of(subject)
        if case is None:
            raise RowProblem("person", "这个人在本周期没有申报", "this candidate has no case in this cycle")
    voter, choice, dated = row["voter"], row["choice"], row["dated"]
    scores = tuple(value for value in row.values() if isinstance(value, Score))
    if scores and choice is not None:
        raise RowProblem("choice", "有评分就不写意见", "there are marks: no vote is written beside them")
    # A case that came back is voted on again: the same words are then another ballot.
    since, number = desk.round_of(case)
    number = row["round"] or number
    again = (*([since] if since else []), *([f"round {number}"] if number > 1 else []))
    said = (choice or "scored", *(f"{one.item}={one.value}/{one.scale}" for one in scores), *([dated] if dated else []))
    if any(one.id == stage and one.ballots == "confidential" for one in desk.stages):
        # Its hash would tell whoever tries the few choices what was voted, and which of a member's ballots are alike.
        said = ("confidential",)
    yield CastBallot(
        id=desk.district.command_id(),
        asking=desk.asking,
        correlation=desk.import_id,
        cycle=desk.cycle or "",
        case=case,
        stage=stage,
        person=voter,
        choice=choice or "scored",
        scores=scores,
        dated=dated,
        round=row["round"],
        source=desk.source(row, voter, ("ballot", case, stage, voter, *again), said),
    )
