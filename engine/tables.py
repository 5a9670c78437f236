"""The tables of the projections: what the log comes to, kept in the transaction of every append.

Days are proleptic ordinals, positions are the log's.  No table holds personal text: names are in the log, sealed.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, MetaData, Table, Text

from events.tables import Position

projections = MetaData()

reached_table = Table(
    "reached",
    projections,
    Column("one", Integer, primary_key=True),
    Column("position", Position, nullable=False),
    Column("shape", Integer, nullable=False),
)
"""One row: the position that the projections were brought to, and the number of their shape."""

subject_table = Table(
    "subject",
    projections,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("since", Integer, nullable=False),
    Column("until", Integer),
    Column("unit", Text),
    Column("position", Position, nullable=False),
    sqlite_strict=True,
)
"""Every subject, numbered from 1 in the order of the log; ``position`` is the event that began it."""

unit_table = Table(
    "unit",
    projections,
    Column("id", Text, primary_key=True),
    Column("code", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("part_of", Text),
    Column("locality", Text),
    Column("phase", Text),
    sqlite_strict=True,
)

code_table = Table(
    "code",
    projections,
    Column("tag", Text, primary_key=True),
    Column("subject", Text, nullable=False),
    sqlite_strict=True,
)
"""The keyed hash of (kind, code) to the subject that people find by it."""

business_key_table = Table(
    "business_key",
    projections,
    Column("key", Text, primary_key=True),
    Column("position", Position, nullable=False),
    Column("content", Text),
    sqlite_strict=True,
)
"""What may happen once, and where it did; for a row also the keyed hash of its content."""

evidence_table = Table(
    "evidence",
    projections,
    Column("made", Position, nullable=False, index=True),
    Column("recorded", Position, primary_key=True, autoincrement=False),
    Column("item", Integer, primary_key=True, autoincrement=False),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("subject", Integer, nullable=False),
    Column("other", Integer),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("until", Integer, nullable=False),
    Column("amount", Position, nullable=False),
    Column("scale", Integer, nullable=False),
    Column("known", Position, nullable=False),
    Column("voided", Position),
    Column("attributes", Text, nullable=False),
    sqlite_strict=True,
)
"""All rows that a rule can count: evidence, and what lasts (standings, memberships, mentorships, employment).

A row is true from ``first`` (to ``last``: the day it is known to) until ``until``; it is known from position
``known`` (``columns.NEVER``: not recognised yet) until it is ``voided``, when the next revision, if any, takes over.
``recorded`` is the event that recorded the evidence, ``made`` the one that made this revision of it.
``other`` is the second subject of a row that lasts (0 for a standing).
"""
_lasts = evidence_table.c.other.is_not(None)
Index("evidence_of", evidence_table.c.kind, evidence_table.c.subject, sqlite_where=_lasts, postgresql_where=_lasts)
Index("evidence_with", evidence_table.c.kind, evidence_table.c.other, sqlite_where=_lasts, postgresql_where=_lasts)
_void = evidence_table.c.voided.is_not(None)
Index("evidence_voided", evidence_table.c.voided, sqlite_where=_void, postgresql_where=_void)

story_table = Table(
    "story",
    projections,
    Column("subject", Text, primary_key=True),
    Column("position", Position, primary_key=True),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""The events outside a subject's own stream that belong to its story."""

case_table = Table(
    "case_file",
    projections,
    Column("id", Text, primary_key=True),
    Column("cycle", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("phase", Text, nullable=False),
    Column("stage", Text),
    Column("ballots", Integer, nullable=False),
    Column("position", Position, nullable=False),
    Index("case_in_phase", "cycle", "phase"),
    Index("case_of_subject", "subject"),
    sqlite_strict=True,
)
"""Every case and the phase it is in: nominated, in review, ineligible, approved, rejected, granted, declined.

``stage`` is the last one that decided, ``ballots`` counts those cast since.  ``position`` is the case's last event.
"""

cycle_table = Table(
    "cycle_file",
    projections,
    Column("id", Text, primary_key=True),
    Column("ladder", Text, nullable=False),
    Column("to", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("phase", Text, nullable=False),
    Column("position", Position, nullable=False),
    sqlite_strict=True,
)

grant_table = Table(
    "grant_file",
    projections,
    Column("position", Position, primary_key=True, autoincrement=False),
    Column("case", Text, nullable=False, unique=True),
    Column("cycle", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("ladder", Text, nullable=False),
    Column("rung", Text, nullable=False),
    Column("first", Integer, nullable=False),
    Column("until", Integer),
    sqlite_strict=True,
)

ladder_table = Table(
    "ladder_file",
    projections,
    Column("sha256", Text, primary_key=True),
    Column("ladder", Text, nullable=False),
    Column("first", Integer, nullable=False),
    Column("position", Position, nullable=False),
    sqlite_strict=True,
)
