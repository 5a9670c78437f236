"""What a clause reads beside what is written in it: the measures, tables, dates and lists that it names, and theirs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ladders.checking.unused import Used
from ladders.model.ladder import AClause, Ladder


def read_by(ladder: Ladder, clause: AClause) -> frozenset[tuple[Any, str]]:
    """What a clause reads, as (sort, name): ``entry`` with ``table.column``, ``measure``, ``date``, ``period``,
    ``attribute``, ``document``, ``list``; also what these read.  What clauses inside it read is theirs."""
    found: set[tuple[Any, str]] = set()
    ahead: list[Any] = [_alone(clause)]
    while ahead:
        for one in _names(ladder, ahead.pop()) - found:
            found.add(one)
            ahead += _declared(ladder, *one)
    return frozenset(found)


def _alone(clause: AClause) -> AClause:
    """A clause without those inside it."""
    fields = type(clause).model_fields
    inner: dict[str, Any] = {
        key: None for key in ("when", "unless", "all_", "any_", "none_", "of", "each") if key in fields
    }
    return clause.model_copy(update=inner)


def _names(ladder: Ladder, part: Any) -> set[tuple[Any, str]]:
    used = Used(ladder, part)
    named: list[tuple[str, set[str], Mapping[str, Any]]] = [
        ("document", used.documents, ladder.documents),
        ("measure", used.measures, ladder.measures),
        ("date", used.dates, ladder.dates),
        ("attribute", used.attributes, ladder.attributes),
        ("period", used.periods, ladder.periods),
        ("list", used.requirements, ladder.requirements),
    ]
    found = {(sort, name) for sort, names, there in named for name in names if name in there}
    for name in used.entries:
        table, _, column = name.partition(".")
        if table == "own" and column in ladder.attributes:
            found.add(("attribute", column))
        elif table in ladder.tables:
            found.add(("entry", name))
    moves = {table for table in used.moves if table in ladder.tables}
    return found | {("entry", f"{table}.{column}") for table in moves for column in ladder.tables[table].columns}


def _declared(ladder: Ladder, sort: str, name: str) -> list[Any]:
    """The part of that name, to be read too; of a table what it goes by.  What a list's clauses read is theirs."""
    if sort == "entry":
        return [ladder.tables[name.partition(".")[0]]]
    there: dict[str, Mapping[str, Any]] = {
        "measure": ladder.measures,
        "date": ladder.dates,
        "attribute": ladder.attributes,
        "period": ladder.periods,
    }
    return [there[sort][name]] if sort in there else []
