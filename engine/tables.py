"""The tables of the projections: what the log comes to, kept in the transaction of every append.

Days are proleptic ordinals, positions are the log's.  No table holds personal text: names are in the log, sealed.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, MetaData, Table, Text, literal_column, text

from events.tables import Position
from ladders.evidence.columns import NEVER

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
    Column("host", Text),
    Column("position", Position, nullable=False),
    Column("erased", Position),
    Index("subject_of_host", "host", sqlite_where=text("host IS NOT NULL")),
    Index("subject_erased", "erased", sqlite_where=text("erased IS NOT NULL")),
    sqlite_strict=True,
)
"""Every subject, numbered from 1 in the order of the log; ``host`` is a studio's, ``position`` the event that began
it, ``erased`` the one that erased the person."""

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
    sqlite_with_rowid=False,
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
Index("evidence_of", evidence_table.c.kind, evidence_table.c.subject, sqlite_where=_lasts)
Index("evidence_with", evidence_table.c.kind, evidence_table.c.other, sqlite_where=_lasts)
LASTS = evidence_table.c.other != literal_column("-1")
"""Rows of what lasts, for whoever asks.  Said as ``IS NOT NULL`` it is a range of ``evidence_with``, which SQLite may
prefer to the index by subject, by the order in which the two were made: and then it walks all there is of a kind."""
_void = evidence_table.c.voided.is_not(None)
Index("evidence_voided", evidence_table.c.voided, sqlite_where=_void)
UNRECOGNISED = evidence_table.c.known == literal_column(str(NEVER))
"""Rows of trainings that wait for recognition, or were refused it: few, and found by an index."""
Index("evidence_unrecognised", evidence_table.c.recorded, sqlite_where=UNRECOGNISED)
_spans = evidence_table.c.other.is_(None) & (evidence_table.c.last > evidence_table.c.first)
Index("evidence_of_span", evidence_table.c.last, sqlite_where=_spans)

report_table = Table(
    "training_report",
    projections,
    Column("position", Position, primary_key=True, autoincrement=False),
    Column("training", Position, nullable=False, index=True),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("amount", Position, nullable=False),
    Column("scale", Integer, nullable=False),
    Column("attributes", Text, nullable=False),
    Column("recognised", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("refused", Position, nullable=False),
    Column("corrected", Position, nullable=False),
    Column("voided", Position),
    sqlite_strict=True,
)
"""Reports of trainings that are not one plain record: where there are several, and what was failed or refused.

``training`` is the ``recorded`` of the one row of evidence that they come to; the rest is ``workflows.reports``.
"""
UNPASSED = (report_table.c.failed == literal_column("1")) | (report_table.c.refused > literal_column("0"))
Index("training_unpassed", report_table.c.training, sqlite_where=UNPASSED)

story_table = Table(
    "story",
    projections,
    Column("subject", Text, primary_key=True),
    Column("position", Position, primary_key=True),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""The events outside a subject's own stream, and outside its cases', that belong to its story."""

case_table = Table(
    "case_file",
    projections,
    Column("id", Text, primary_key=True),
    Column("cycle", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("unit", Text),
    Column("phase", Text, nullable=False),
    Column("stage", Text),
    Column("ballots", Integer, nullable=False),
    Column("in_favour", Integer, nullable=False),
    Column("against", Integer, nullable=False),
    Column("recused", Integer, nullable=False),
    Column("signers", Integer, nullable=False),
    Column("seats", Text, nullable=False),
    Column("marks", Text, nullable=False),
    Column("last", Integer),
    Column("counted_from", Integer),
    Column("until", Integer),
    Column("objections", Integer, nullable=False),
    Column("rank", Integer),
    Column("left_at", Position),
    Column("grade", Text),
    Column("rung", Text),
    Column("round", Integer, nullable=False),
    Column("nominated", Position, nullable=False),
    Column("assessed", Position, nullable=False),
    Column("known_at", Position, nullable=False),
    Column("arrived", Position, nullable=False),
    Column("ready", Position, nullable=False),
    Column("position", Position, nullable=False),
    Index("case_in_phase", "cycle", "phase", "stage", "arrived"),
    Index("case_ready", "cycle", "phase", "ready"),
    Index("case_of_subject", "subject"),
    sqlite_strict=True,
)
"""Every case and where it is; the columns that are positions are 0 where nothing has said so yet.

``phase`` is one of

=============  =======================================================================================
nominated      a verdict is due: the first one, or a new one (``known_at`` > 0)
ineligible     the verdict is not met, to be declined
in review      it is in the stage after ``stage``
returned       sent back by the stage after ``stage``, to be completed by ``until``
rejected       a stage turned it down or lacked its quorum, to be declined
approved       every stage approved it (or it was found eligible again after an objection)
placed         and it has a place, or takes none
unplaced       and it has none, to be declined
objected       an objection was upheld, to be declined
granted, declined, withdrawn: it has ended
=============  =======================================================================================

``unit``: the candidate's own unit, by the nomination.  ``stage``: the last one whose decision stands; none before the
first.  The counts are of the stage that the case is in: ``ballots`` that stand, those of them ``in_favour`` and
``against`` as far as they are not sealed, persons who declared themselves ``recused`` (never those who are by the rule:
see ``engine.worlds.recusals``), seats added by ``signers``.  ``last`` and ``counted_from``: its own window there, none
if it goes with the stage's.  ``until``: the day by which a returned case is to be completed.  ``objections`` counts the
undecided ones: the case is frozen while there is one.  ``rank``: its place among the eligible.  ``left_at``: of those
who compete for places the position at which they ended without a grant, other than for want of a place; 0 while they
did not, none for who does not compete.  ``grade``: the one that it got, none before.  ``rung``: the one on which its
ladder places it, where it does.  ``round``: which ballot of the stage it stands in, from 1.

``marks`` (JSON) is by stage, in the route's order, ``[score, over, in favour, against]`` of its decision,
and the votes of the ballots among equals where any were held; ``seats``
(JSON) is by stage ``[[[person, seat], …], [seat, …]]``: who declared a recusal from which seat, and the seats added by
signers; stages without either left out, those to come among them.  In place of the person stands null where the
recusal is of the seat, as it was before recusals were of persons: what was voted from it is not among the ballots.

Positions: its nomination, its newest verdict (``assessed``), what a verdict is asked on anew (``known_at``: 0 for what
was known when submission closed), the event by which it ``arrived`` in the stage that it is in, the one that made it
``ready`` for notice (it stays there while an objection asks for a new verdict), and its last event.
"""
HEARD = case_table.c.ballots - case_table.c.signers
"""How many seats of the panel need not be waited for, in the stage that a case is in: compare it with the panel's
size.  Seats that are recused come on top: see ``engine.cycles.ties``."""
Index("case_heard", case_table.c.cycle, case_table.c.phase, case_table.c.stage, HEARD)
LEFT = case_table.c.left_at > literal_column("0")
"""Cases that left the ranking: few, and found by an index."""
Index("case_left", case_table.c.cycle, sqlite_where=LEFT)
DECLARED = case_table.c.recused > literal_column("0")
"""Cases in which somebody declared a recusal: few, and found by an index."""
Index("case_declared", case_table.c.cycle, case_table.c.phase, sqlite_where=DECLARED)

objection_table = Table(
    "objection_file",
    projections,
    Column("id", Text, primary_key=True),
    Column("case", Text, nullable=False),
    Column("cycle", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("raised", Integer, nullable=False),
    Column("until", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("position", Position, nullable=False),
    Index("objection_of_case", "case"),
    Index("objection_until", "state", "until"),
    sqlite_strict=True,
)
"""Every objection: the day on which it was ``raised``, the day by which it is to be decided, and its state: raised,
heard, dismissed, upheld, or moot (the case ended without it).  ``position`` is the event that raised it."""

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

standing_table = Table(
    "standing_file",
    projections,
    Column("position", Position, primary_key=True, autoincrement=False),
    Column("subject", Text, nullable=False),
    Column("ladder", Text, nullable=False),
    Column("rung", Text, nullable=False),
    Column("first", Integer, nullable=False),
    Column("term_until", Integer),
    Column("until", Integer),
    Column("state", Text, nullable=False),
    Column("ended", Position),
    Column("line", Position, nullable=False),
    Index("standing_of_subject", "subject"),
    Index("standing_until", "state", "until"),
    Index("standing_on_rung", "ladder", "rung", "state", "first"),
    sqlite_strict=True,
)
"""Every standing, by the event that gave it: a grant, a title taken over, or a demotion.

``first``: its first day (after a reinstatement from a day on: still the one of the grant).  ``term_until``: the last
day of its term, as it was given; ``until``: the last day on which it is held, by what is known (before ``first``: on
no day); none: for good.  ``state``: held, succeeded (another standing on the ladder followed without a gap, maybe
only from a day to come), suspended, revoked, demoted, lapsed.  ``ended``: the event that suspended, revoked or
demoted it.
``line``: the event under which its row of evidence that is in force is recorded (the grant, or its newest
reinstatement from a day on).
"""

offer_table = Table(
    "offer",
    projections,
    Column("id", Text, primary_key=True),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("position", Position, nullable=False),
    Column("called_off", Position),
    Index("offer_until", "last"),
    sqlite_strict=True,
)
"""Every training of the calendar: its days, the ``position`` of the event that says what it is now, and that of the
event that called it off, if one did."""

schedule_table = Table(
    "schedule_file",
    projections,
    Column("id", Text, primary_key=True),
    Column("ladder", Text, nullable=False),
    Column("to", Text, nullable=False),
    Column("scope", Text),
    Column("every", Text, nullable=False),
    Column("first", Integer, nullable=False),
    Column("submission_days", Integer, nullable=False),
    Column("missed", Text, nullable=False),
    Column("runs", Integer, nullable=False),
    Column("newest", Integer),
    Column("next", Integer),
    Column("position", Position, nullable=False),
    Index("schedule_next", "next"),
    sqlite_strict=True,
)
"""Every schedule: what it opens, how often, from which day on; ``runs`` counts those that opened or were left out,
``newest`` is the due day of the last of them, ``next`` the day on which the next one is due: none once it ended.
``position`` is its last event."""

import_table = Table(
    "import_file",
    projections,
    Column("id", Text, primary_key=True),
    Column("first", Position, nullable=False),
    Column("last", Position, nullable=False),
    Column("since", Position, nullable=False),
    Column("until", Position, nullable=False),
    Column("actor", Text, nullable=False),
    Column("events", Integer, nullable=False),
    Column("kinds", Text, nullable=False),
    sqlite_strict=True,
)
"""Every import, and every undo of one, that recorded anything: between which positions its events are, when the first
and the last of them were recorded (microseconds), who asked, how many there are, and of which kinds (JSON)."""
