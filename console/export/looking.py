"""One state of the district, asked in batches, and its ids as the words and codes of sheets."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, select

from console.intake.desk import Desk, Row
from console.intake.kinds import BY_ID
from console.intake.values import TermReader
from console.screens.vocabulary import Vocabulary
from console.tables import Cell
from engine.district import District
from engine.people import names
from engine.tables import business_key_table, subject_table, unit_table
from events.codec import owners
from events.envelope import Envelope, Recorded
from events.facts import Fact, FromRow, Source
from events.tables import EACH, many
from workflows.commands import Asking, Span

BATCH = 1_000
Line = dict[str, Cell]
"""A row by the names of its columns; what is missing is empty."""
READING = "reading"
"""The name under which a line says that it is for reading only."""


class Look:
    """What is asked while a sheet is written.

    ``as_of``: only what had begun by that day; ``cycle`` and ``stage``: only what is of them, where the sheet asks.
    """

    def __init__(
        self,
        district: District,
        connection: Connection,
        lang: str,
        as_of: date | None,
        cycle: str | None = None,
        stage: str | None = None,
    ) -> None:
        self.district, self.connection, self.lang, self.as_of = district, connection, lang, as_of
        self.cycle, self.stage = cycle, stage
        self.words = Vocabulary(district, lang)
        asking = Asking(actor="export")
        self.desk = Desk(district, asking, "", lambda ladder, rung: (ladder, rung), cycle, stage, dry_run=True)
        self.nothing = Row()

    def events(self, *kinds: type[Fact]) -> Iterator[list[Recorded]]:
        """The events of these types in batches, in the order of the log."""
        types, after = [kind.TYPE for kind in kinds], 0
        while found := self.district.log.read_after(self.connection, after, BATCH, types):
            after = found[-1].position
            there = [one for one in found if self.as_of is None or one.envelope.occurred_from <= self.as_of]
            gone = self._taken_back(there)
            there = [one for one in there if one.position not in gone]
            self.load(there)
            yield there

    def _taken_back(self, events: Iterable[Recorded]) -> set[int]:
        """The positions of those that an undo of their import took back."""
        keys = {f"taken back/{one.position}" for one in events}
        held = select(business_key_table.c.key).where(business_key_table.c.key.in_(select(EACH)))
        return {int(key.rpartition("/")[2]) for key in self.connection.execute(held, many(keys)).scalars()}

    def load(self, events: Iterable[Recorded]) -> None:
        """Fetch the keys of what the events hold sealed."""
        self.district.vault.load({name for one in events for name in owners(one.fact, one.envelope.stream)})

    def known(self, subjects: Collection[str]) -> names.Known:
        """Codes and names of subjects."""
        return names.called(self.connection, self.district.log, self.district.vault, subjects)

    def plain(self, event: Recorded, field: str) -> str:
        """A personal field as text; nothing for one that is empty, a word in its place where the key is gone."""
        if getattr(event.fact, field) is None:
            return ""
        text = names.opened(self.district.vault, event, field)
        return names.GONE if text is None else text

    def say(self, zh: str, en: str) -> str:
        """One of two texts, in the sheet's language."""
        return zh if self.lang == "zh" else en

    def began(self, day: date) -> bool:
        """Whether what began on a day had begun by the day that is asked about."""
        return self.as_of is None or day <= self.as_of

    def differing(self, sources: Mapping[str, Source]) -> set[str]:
        """The names of those rows that are held already with other content: an import would not know them again."""
        keys = {f"row/{source.key}": name for name, source in sources.items()}
        table = business_key_table.c
        held = select(table.key, table.content).where(table.key.in_(select(EACH)))
        rows = self.connection.execute(held, many(keys)) if keys else ()
        return {name for key, content in rows if content != sources[name := keys[key]].content}

    def word(self, kind: str, column: str, term: str | None) -> str:
        """A term of a column's fixed set."""
        read = BY_ID[kind].column(column).reader(self.desk)
        return term if term and self.lang != "zh" else read.usual[term] if term and isinstance(read, TermReader) else ""

    def source_is(
        self, fact: FromRow, owner: str, key: tuple[object, ...], content: tuple[object, ...] | None = None
    ) -> bool:
        """Whether a row of that key (and content) would be known as the one that the fact was recorded from."""
        if fact.source is None or owner in self.erased:
            return False
        found = self.desk.source(self.nothing, owner, key, content or ())
        return found.key == fact.source.key and (content is None or found.content == fact.source.content)

    @cached_property
    def units(self) -> dict[str, str]:
        """The code of every unit."""
        return dict(self.connection.execute(select(unit_table.c.id, unit_table.c.code)).tuples().all())

    @cached_property
    def studios(self) -> frozenset[str]:
        """Every studio."""
        of_kind = select(subject_table.c.id).where(subject_table.c.kind == "studio")
        return frozenset(self.connection.execute(of_kind).scalars())

    def column_of(self, subject: str) -> str:
        """The column that a subject's code stands in."""
        return "unit" if subject in self.units else "studio" if subject in self.studios else "person"

    @cached_property
    def erased(self) -> frozenset[str]:
        """Everybody who was erased."""
        gone = select(subject_table.c.id).where(subject_table.c.erased.is_not(None))
        return frozenset(self.connection.execute(gone).scalars())


def subject_of(event: Recorded) -> str:
    """The subject whose stream an event is in."""
    return event.envelope.stream.removeprefix("subject-")


def span_of(envelope: Envelope) -> Span:
    """The days of an event."""
    return Span(first=envelope.occurred_from, last=envelope.occurred_until)


def day(span: Span | date | None) -> Cell:
    """A day; a month, or several days, as an import reads them."""
    if span is None:
        return ""
    if isinstance(span, date):
        return span
    first, last = span.first, span.last
    if first == last:
        return first
    if first.day == 1 and last == date(first.year, first.month, monthrange(first.year, first.month)[1]):
        return f"{first:%Y-%m}"
    return f"{first:%Y.%m.%d}-{last:%Y.%m.%d}"


def line(reading: bool, **cells: Any) -> Line:
    """A row; what is None is left out."""
    told: Line = {name: cell for name, cell in cells.items() if cell is not None and cell != ""}
    return told | {READING: 1} if reading else told
