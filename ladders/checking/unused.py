"""What a ladder declares and never uses, down to the columns and rows of its tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ladders.model.ladder import (
    Addend,
    Compare,
    Computed,
    Due,
    Is,
    Ladder,
    Meets,
    Passage,
    Path,
    Period,
    RankPer,
    RankSharePer,
    Table,
    Window,
    keys_of,
)
from ladders.model.lines import BestPer, CountPer, Distinct, FirstPer, LatestPer, Runs, SumPer, Top
from ladders.model.lists import Composition
from ladders.model.windows import Day
from ladders.model.words import Part, entry


class Used:
    """The names that the parts of a ladder mention, each part once; or those of ``part``, one of its parts, alone."""

    def __init__(self, ladder: Ladder, part: Part | None = None) -> None:
        self.ladder = ladder
        self.documents: set[str] = set()
        self.measures: set[str] = set()
        self.requirements: set[str] = set()
        self.dates: set[str] = set()
        self.attributes: set[str] = set()
        self.periods: set[str] = set()
        self.entries: set[str] = set()
        """Entries of tables, ``table.column``."""
        self.moves: set[str] = set()
        """The tables of moves."""
        self.look(ladder if part is None else part)

    def look(self, value: Any) -> None:
        """Take note of what a value mentions, and of all inside it."""
        if isinstance(value, Part):
            self.part(value)
            for name in type(value).model_fields:
                self.look(getattr(value, name))
        elif isinstance(value, dict):
            for one in value.values():
                self.look(one)
        elif isinstance(value, tuple | list):
            for one in value:
                self.look(one)
        elif isinstance(value, str) and entry(value):
            self.entries.add(value)

    def part(self, part: Part) -> None:
        """Take note of the names in one part."""
        match part:
            case Passage(document=name):
                self.documents.add(name)
            case Compare():
                self.measures |= {part.measure} - {None} if part.measure else set()
                self.dates.add(part.years_since or "")
                self.moves.add((part.move or "").partition(".")[0])
            case Computed(measure=name) | Addend(measure=name):
                self.measures.add(name)
            case Meets(meets=str(name)):
                self.requirements.add(name)
            case Is(is_=name) | RankPer(rank_per=name) | RankSharePer(rank_share_per=name):
                self.attributes.add(name)
            case Composition(only=only):
                self.attributes |= set(only)
            case Table(by=keys):
                self.attributes |= set(keys)
            case Due(after=name):
                self.dates.add(name or "")
            case Period(from_=str(name)):
                self.dates.add(name)
            case Window(since=since, period=period):
                self.dates.add(since or "")
                self.periods.add(period or "")
            case Day(period=period):
                self.periods.add(period or "")
            case Runs(runs=period):
                self.periods.add(period)
            case BestPer(best_per=key) | LatestPer(latest_per=key) | FirstPer(first_per=key) | SumPer(sum_per=key):
                self.periods |= set(keys_of(key))
            case CountPer(count_per=key) | Distinct(distinct=key):
                self.periods |= set(keys_of(key))
            case Top(per=key) if key is not None:
                self.periods |= set(keys_of(key))
            case _:
                pass


def unused(ladder: Ladder, used: Used) -> Iterator[Path]:
    """The path of everything declared that nothing refers to."""
    own = {name.partition(".")[2] for name in used.entries if name.startswith("own.")}
    cells = [cell for table in ladder.tables.values() for row in table.rows.values() for cell in row]
    windows = " ".join(cell for cell in cells if isinstance(cell, str))
    tables = {name.partition(".")[0] for name in used.entries}
    for part, declared, names in (
        ("documents", ladder.documents, used.documents),
        ("dates", ladder.dates, used.dates | {name for name in ladder.dates if name in windows}),
        ("attributes", ladder.attributes, used.attributes | own),
        ("periods", ladder.periods, used.periods | {name for name in ladder.periods if name in windows}),
        ("tables", ladder.tables, tables),
        ("measures", ladder.measures, used.measures),
        ("requirements", ladder.requirements, used.requirements),
        ("programmes", ladder.programmes, {rung.programme for rung in ladder.rungs}),
        ("routes", ladder.routes, {step.route for step in ladder.steps}),
    ):
        yield from ((part, name) for name in declared if name not in names)
    for name, table in ladder.tables.items():
        if name in tables:
            for column in table.columns:
                if f"{name}.{column}" not in used.entries:
                    yield "tables", name, "columns", column


def never_asked(ladder: Ladder, used: Used) -> Iterator[Path]:
    """The rows of tables by rungs that no step asks for; of a rung to which no step leads, that is said already."""
    asked = {(step.from_ or "", step.to) for step in ladder.steps}
    asked |= {(rung.id, rung.id) for rung in ladder.rungs if rung.removals}
    asked |= {(rung, rung) for rule in ladder.entitlements for rung in rule.rung or ()}
    targets = {to for _, to in asked}
    tables = {name.partition(".")[0] for name in used.entries}
    for name, table in ladder.tables.items():
        if name not in tables or name in used.moves or used.requirements or "from" not in table.by:
            continue  # a move looks up the source, a list of requirements may be asked for any rung
        for row in table.rows:
            rungs = dict(zip(table.by, table.named(row), strict=True))
            source, to = rungs["from"], rungs.get("to")
            if to not in (None, *targets):
                continue
            if not any(begins == source and to in (None, ends) for begins, ends in asked):
                yield "tables", name, "rows", row
