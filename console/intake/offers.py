"""Rows of the training calendar: what is offered, when, to whom, and what it will count as.

A row is known by its number (编号), and where it has none, by its title and its first day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from console.intake.desk import Desk, Row, RowProblem
from console.intake.evidence import HOURS, attribute_of
from console.intake.values import Problem, amount_reader, plain, titled
from events.facts import Amount, Kind, OfRung, TrainingOffered
from workflows.acts import OfferTraining
from workflows.commands import Command, Span

TRAINING = "training"
_PARTS = re.compile(r"[、,，;；\n]+")
_LADDER = re.compile(r"[/／:：]")
NAMED = {"category": "类别", "level": "级别"}
"""Attributes that have a column of their own, and its usual header."""


def offers(row: Row, desk: Desk) -> Iterator[Command]:
    """A training of the calendar, on days to come or gone by."""
    title, first, last = row["title"], row["first"], row["last"] or row["first"]
    if last.last < first.first:
        raise RowProblem("last", "结束日期早于开始日期", "ends before it begins")
    number, kind, days = row["number"], row["kind"] or TRAINING, Span(first=first.first, last=last.last)
    places = None if row["places"] is None else int(row["places"])
    declared = desk.catalogue.kinds.get(kind)
    if declared is None:
        raise RowProblem("kind", f"佐证目录里没有“{kind}”", f'the evidence catalogue has no "{kind}"')
    key = ("offer", "number", number) if number is not None else ("offer", titled(title), days.first.isoformat())
    offer = f"t-{desk.district.file_hash(*key)}"
    desk.give_keys([offer])
    attributes, amount = _attributes(row, desk, kind, declared), _amount(row, desk, kind, declared)
    rungs, roles = tuple(_rungs(row, desk)), tuple(_parts(row["roles"]))
    content = (
        *(title, days, kind, amount, places, row["organiser"], row["venue"]),
        *(f"{name}={term}" for name, term in sorted(attributes.items())),
        *(f"{one.ladder}/{one.rung}" for one in rungs),
        *roles,
    )
    said = TrainingOffered(
        source=desk.source(row, offer, key, content),
        number=number,
        title=title,
        first=days.first,
        last=days.last,
        kind=kind,
        attributes=attributes,
        amount=amount,
        places=places,
        rungs=rungs,
        roles=roles,
        organiser=row["organiser"],
        venue=row["venue"],
    )
    yield OfferTraining(
        id=desk.district.command_id(), asking=desk.asking, correlation=desk.import_id, offer=offer, said=said
    )


def _parts(text: str | None) -> list[str]:
    """What a cell lists, each once."""
    return list(dict.fromkeys(part for one in _PARTS.split(text or "") if (part := plain(one))))


def _rungs(row: Row, desk: Desk) -> Iterator[OfRung]:
    """The rungs that a cell lists: a rung, or a ladder and a rung with a stroke or colon between them."""
    for part in _parts(row["rungs"]):
        ladder, mark, rung = part, "", ""
        if found := _LADDER.search(part):
            ladder, mark, rung = part[: found.start()], found.group(), part[found.end() :]
        try:
            ladder_id, rung_id = desk.rungs(ladder, rung) if mark else desk.rungs("", part)
        except RowProblem as why:
            raise RowProblem("rungs", *why.problem) from None
        yield OfRung(ladder=ladder_id, rung=rung_id)


def _attributes(row: Row, desk: Desk, kind: str, declared: Kind) -> dict[str, str]:
    """What it will count as, by the attributes of its kind of evidence."""
    said: dict[str, tuple[str, Any]] = {name: (name, row[name]) for name in NAMED if row[name] is not None}
    for column, cell in row.items():
        if cell is not None and column.startswith("attribute:"):
            header = column.removeprefix("attribute:")
            said[attribute_of(desk, declared, header) or header] = (column, cell)
    return {name: _term(desk, kind, declared, name, column, cell) for name, (column, cell) in said.items()}


def _term(desk: Desk, kind: str, declared: Kind, name: str, column: str, cell: Any) -> str:
    if name not in declared.attributes:
        header = NAMED.get(name, name)
        raise RowProblem(
            column,
            f"{declared.zh}没有“{header}”这一项；可用：{'、'.join(declared.attributes) or '无'}",
            f'{declared.en} has no "{name}"; it has: {", ".join(declared.attributes) or "nothing"}',
        )
    term = desk.reader_of(kind, name)[cell]
    if isinstance(term, Problem):
        raise RowProblem(column, *term)
    return str(term)


def _amount(row: Row, desk: Desk, kind: str, declared: Kind) -> Amount | None:
    cell = row["hours"]
    if declared.amount is None:
        if cell is not None:
            raise RowProblem("hours", f"{declared.zh}不记数量", f"{declared.en} carries no amount")
        return None
    if cell is None and row["act"] == "void":
        return None  # of a row that calls a training off nothing is used but which one it means
    if cell is None:
        raise RowProblem("hours", "缺少学时", "the hours are missing")
    amount = amount_reader(desk.amount_of(kind, HOURS), desk.per_day)(cell)
    if isinstance(amount, Problem):
        raise RowProblem("hours", *amount)
    return amount
