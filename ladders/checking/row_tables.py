"""Tables that go by what a row of evidence carries: every term that can be asked has its row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from ladders.checking.against_lines import LineTerms
from ladders.checking.carried import Carried
from ladders.model.ladder import (
    BUILT_IN_DATES,
    BUILT_IN_PERIODS,
    AtLeastLevel,
    AtMostLevel,
    Bounds,
    Cap,
    Except,
    Floor,
    Line,
    Lookup,
    Only,
    Shift,
    Step,
    Table,
    Times,
    Worth,
)
from ladders.model.words import entry
from ladders.problems import Problem, choice
from ladders.reading.nodes import Path


@dataclass
class RowTables(LineTerms):
    """Remarks on tables by attributes of rows."""

    @property
    def period_names(self) -> tuple[str, ...]:
        """The periods that there are."""
        return (*BUILT_IN_PERIODS, *self.ladder.periods)

    @property
    def date_names(self) -> tuple[str, ...]:
        """The days of a subject that there are."""
        return (*BUILT_IN_DATES, *self.ladder.dates)

    def row_tables(
        self, path: Path, rows: Carried, line: Line, before: tuple[Line, ...], step: Step
    ) -> Iterator[Problem]:
        """The tables of a line that go by attributes of its rows."""
        for key, asked in entries_of(line):
            name, _, _ = asked.partition(".")
            if name not in self.ladder.tables:
                continue
            table = self.ladder.tables[name]
            keys = [one for one in table.by if one not in ("to", "from") and one not in self.ladder.attributes]
            for one in keys:
                if not rows.carries(one):
                    yield self.lines.problem(
                        (*path, key),
                        f"表“{name}”按“{one}”查，而“{rows.title}”没有这一属性",
                        f'the table "{name}" goes by "{one}", and "{rows.title}" has no such attribute',
                        choice(one, rows.attributes),
                    )
            if keys and all(rows.carries(one) for one in keys):
                yield from self.named((*path, key), name, table, keys, rows, before, step)

    def named(
        self, path: Path, name: str, table: Table, keys: list[str], rows: Carried, before: tuple[Line, ...], step: Step
    ) -> Iterator[Problem]:
        """The rows of a table are of terms that there are, and of all of them unless there is ``other``."""
        asked = {key: possible(key, rows, before) for key in keys}
        at = {key: table.by.index(key) for key in keys}
        for row in table.rows:
            for key in keys:
                terms = rows.terms(key)
                if terms is not None:
                    place = ("tables", name, "rows", row)
                    yield from self.term(place, key, table.named(row)[at[key]], rows.scale(key), terms)
        if table.other is not None:
            return
        if open_ := [key for key, terms in asked.items() if terms is None]:
            yield self.lines.problem(
                path,
                f"“{open_[0]}”可以是任何文字，表“{name}”要写其余的怎么办",
                f'"{open_[0]}" can be any text: the table "{name}" needs a row for all others',
                ("在表里加 other: […]", "add to the table: other: […]"),
            )
            return
        fixed = {"to": step.to, "from": step.from_ or ""}
        listed = {
            tuple(table.named(row)[at[key]] for key in keys)
            for row in table.rows
            if all(term == fixed.get(by, term) for by, term in zip(table.by, table.named(row), strict=True))
        }
        every = product(*(terms for terms in asked.values() if terms is not None))
        if lacking := [" ".join(terms) for terms in every if terms not in listed]:
            yield self.lines.problem(
                path,
                f"表“{name}”没有写到 {'、'.join(lacking[:5])}",
                f'the table "{name}" has no row for {", ".join(lacking[:5])}',
                ("补上这些行，或写 other: […]", "add them, or a row for all others: other: […]"),
            )


def possible(key: str, rows: Carried, before: tuple[Line, ...]) -> tuple[str, ...] | None:
    """The terms that a row can have after earlier lines; None where that is any text."""
    terms = rows.terms(key)
    for line in before:
        if isinstance(line, Shift) and line.shift == key:
            terms = rows.terms(key)
        if isinstance(line, Only) and key in line.only:
            accepted, scale = line.only[key], rows.scale(key)
            if isinstance(accepted, tuple):
                terms = tuple(one for one in accepted if terms is None or one in terms)
            elif isinstance(accepted, AtLeastLevel | AtMostLevel) and scale is not None and terms is not None:
                ids = [one.id for one in scale.terms]
                if accepted.term not in ids:
                    continue
                place = ids.index(accepted.term)
                kept = ids[place:] if isinstance(accepted, AtLeastLevel) else ids[: place + 1]
                terms = tuple(one for one in terms if one in kept)
        elif isinstance(line, Except) and set(line.except_) == {key} and terms is not None:
            dropped = line.except_[key]
            if isinstance(dropped, tuple):
                terms = tuple(one for one in terms if one not in dropped)
    return terms


def entries_of(line: Line) -> list[tuple[str, str]]:
    """The entries of tables that a line asks of its rows, each under its key."""
    match line:
        case Worth(worth=asked):
            found: list[tuple[str, object]] = [("worth", asked)]
        case Times(times=asked):
            found = [("times", asked)]
        case Cap(cap=asked):
            found = [("cap", asked)]
        case Floor(floor=asked):
            found = [("floor", asked)]
        case Only(only=only) | Except(except_=only):
            word = "only" if isinstance(line, Only) else "except"
            found = [(word, one.entry) for one in only.values() if isinstance(one, Lookup)]
            bounds = [one for one in only.values() if isinstance(one, Bounds)]
            found += [(word, asked) for one in bounds for _, asked in one.comparisons]
        case _:
            found = []
    return [(key, asked) for key, asked in found if isinstance(asked, str) and entry(asked)]
