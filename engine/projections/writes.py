"""What a batch of events writes into the projections: new rows, and changes of rows, at the speed of the driver."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, select, update
from sqlalchemy.engine import Dialect

from events.tables import EACH, insert_rows, many

Row = tuple[Any, ...]


class Writes:
    """The rows that a batch adds, and what it changes in those that are there, by their one primary key."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._new: dict[Table, list[Row]] = defaultdict(list)
        self._changed: dict[Table, dict[Any, dict[str, Any]]] = defaultdict(dict)
        self._removed: dict[Table, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
        """By table and column the values of what goes, and how many new rows there were when it did."""

    def insert(self, table: Table, row: Row) -> None:
        """A new row, its values in the table's column order."""
        self._new[table].append(row)

    def change(self, table: Table, key: Any, **said: Any) -> None:
        """A row, of the table or new in the batch, has these values from here on."""
        self._changed[table].setdefault(key, {}).update(said)

    def remove(self, table: Table, column: str, value: str) -> None:
        """The rows that have this value in a column, of the table or new in the batch, go."""
        self._removed[table][column][value] = len(self._new[table])
        if table.c[column].primary_key:
            self._changed[table].pop(value, None)

    def flush(self) -> None:
        """Write everything: first what goes, then what is new, then what changes."""
        for table, gone in self._removed.items():
            for column, values in gone.items():
                self._connection.execute(delete(table).where(table.c[column].in_(select(EACH))), many(values))
            places = [(table.columns.keys().index(column), values) for column, values in gone.items()]
            self._new[table] = [
                row
                for nth, row in enumerate(self._new[table])
                if all(nth >= values.get(row[place], 0) for place, values in places)
            ]
        for table, rows in self._new.items():
            insert_rows(self._connection, table, rows)
        for table, changes in self._changed.items():
            by_columns: dict[tuple[str, ...], list[Row]] = defaultdict(list)
            for key, said in changes.items():
                columns = tuple(sorted(said))
                by_columns[columns].append((*(said[name] for name in columns), key))
            for columns, rows in by_columns.items():
                update_rows(self._connection, table, columns, rows)


@cache
def _update_statement(table: Table, columns: tuple[str, ...], dialect: Dialect) -> tuple[str, tuple[str, ...] | None]:
    (key,) = table.primary_key.columns
    values: Mapping[str, Any] = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in columns}
    changed = update(table).where(key == bindparam("which", type_=key.type)).values(values)
    compiled = changed.compile(dialect=dialect)
    return str(compiled), tuple(compiled.positiontup) if compiled.positional and compiled.positiontup else None


def update_rows(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Change these columns of rows, each given as the columns' values and then its one primary key."""
    text, order = _update_statement(table, tuple(columns), connection.dialect)
    names = (*(f"new_{name}" for name in columns), "which")
    if order is None:
        connection.exec_driver_sql(text, [dict(zip(names, row, strict=True)) for row in rows])
        return
    place = [names.index(name) for name in order]
    if place == list(range(len(names))):
        connection.exec_driver_sql(text, list(rows))
    else:
        connection.exec_driver_sql(text, [tuple(row[at] for at in place) for row in rows])
