"""Whether a file was imported before by a mapping that knew its rows otherwise: then it would land a second time.

A row is known by its source and record number, or else by its title and first day.  A mapping that is corrected in
these makes other rows of the same ones; what the log keeps of a row's place in its file tells.
"""

from __future__ import annotations

from itertools import chain, islice

from console.intake.building import Builder
from console.intake.desk import Desk
from console.intake.following import is_evidence
from console.intake.headers import Layout
from console.intake.reading import IntakeError, Sheet
from console.intake.rehearsing import row_key
from engine.projections.imports import import_of, taken_back
from events.envelope import Recorded
from events.facts import EvidenceVoided, FromRow

PROBED = 50
"""Rows that are looked at; a mapping means the same in all of them."""


def refuse_if_read_otherwise(sheet: Sheet, layout: Layout, desk: Desk) -> None:
    """IntakeError where a record of the same row of the same file is held under another key.

    ``desk`` is only for this, and tries things out; it has the file's opaque name.
    """
    block = list(islice(chain.from_iterable(sheet.blocks()), PROBED))
    builder = Builder(layout, desk, lambda *_: None, lambda *_: None, ragged=sheet.ragged)
    commands = [one for row in builder.read(block) for one in builder.commands(row) if is_evidence(one)]
    keys = {key for one in commands if (key := row_key(one)) is not None}
    held = desk.district.held(keys)
    new = [one for one in commands if row_key(one) not in held]
    with desk.district.reading() as connection:
        streams = desk.district.log.read_many(connection, {f"subject-{one.subject}" for one in new})
    for one in new:
        assert isinstance(one.fact, FromRow)
        assert one.fact.source is not None
        row = one.fact.source.row
        before = _of_the_row(streams[f"subject-{one.subject}"], type(one.fact), desk.file, row)
        if before is not None:
            at, undo = before.position, f"jieti import --undo {import_of(before.envelope)}"
            raise IntakeError(
                f"这个文件导入过，那时按别的来源、记录编号、名称或日期来认（第 {row} 行是 #{at:,}）；"
                f"现在再导入就会登记两次。请先撤销那次导入：{undo}，再导入",
                "this file was imported before by a mapping that gave its rows another source, record number, title or "
                f"day (row {row} is #{at:,}): they would land a second time. Undo that import first: {undo}",
            )


def _of_the_row(stream: list[Recorded], kind: type[FromRow], file: str, row: int) -> Recorded | None:
    """What a stream holds of a row of a file, unless it was taken back or voided."""
    gone = {taken_back(one.fact) for one in stream}
    gone |= {one.fact.target for one in stream if isinstance(one.fact, EvidenceVoided)}
    for one in stream:
        source = one.fact.source if isinstance(one.fact, kind) else None
        if source is not None and (source.file, source.row) == (file, row) and one.position not in gone:
            return one
    return None
