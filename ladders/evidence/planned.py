"""Rows that are only planned or supposed, put beside those that are recorded: what if this training was attended.

A copy of a subject's columns for each set of plans that is tried, so that many are asked of the evaluator at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np

from events.facts import Catalogue
from ladders.evidence.columns import FOREVER, NEVER, Codes, Columns, Rows, no_rows
from ladders.reading.kinds import with_built_in

PLANNED = 2**61
"""From this position on are rows that no log holds."""


@dataclass(frozen=True)
class Plan:
    """A row that may come: of a kind, with attributes and an exact amount, on its days; standings last ``until``."""

    kind: str
    first: date
    last: date
    attributes: Mapping[str, str] = field(default_factory=dict)
    amount: Decimal = Decimal()
    until: date | None = None
    used: int | None = None
    """Of a row about evidence that a grant used, the position of that evidence."""


def with_plans(
    columns: Columns, plans: Sequence[Plan], sets: Sequence[Iterable[int]], catalogue: Catalogue, who: int = 0
) -> Columns:
    """A copy of everybody for each set of plans (numbers into ``plans``), the subject in it having those rows, too.

    Copy ``n`` of subject ``s`` has the number ``n * subjects + s``.  A plan keeps its place in ``plans`` as its
    position behind ``PLANNED``, whatever set it is in.
    """
    each = columns.subjects
    many = columns.copied(len(sets)) if len(sets) > 1 else columns
    by_kind: dict[str, list[tuple[int, int]]] = {}
    for nth, chosen in enumerate(sets):
        for number in chosen:
            by_kind.setdefault(plans[number].kind, []).append((nth * each + who, number))
    terms = {name: list(known) for name, known in columns.terms.items()}
    kinds = dict(many.kinds)
    for kind, rows in by_kind.items():
        added = _rows(kind, [(subject, number, plans[number]) for subject, number in rows], catalogue, terms)
        kinds[kind] = merged(kinds[kind], added) if kind in kinds else added.in_order()
    return replace(many, kinds=kinds, terms={name: tuple(known) for name, known in terms.items()})


def merged(base: Rows, more: Rows) -> Rows:
    """Rows and some more, in order; an attribute that one of them lacks is lacking in its rows."""
    if not len(base):
        base = no_rows(tuple(base.attributes))
    parts = (base, more)
    attributes = {
        name: np.concatenate([part.attributes.get(name, np.full(len(part), -1, np.int32)) for part in parts])
        for name in {**base.attributes, **more.attributes}
    }
    both: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("subject", "first", "last", "until", "amount", "recorded", "item", "known", "voided")
    }
    return Rows(**both, attributes=attributes).in_order()


def _rows(kind: str, rows: Sequence[tuple[int, int, Plan]], catalogue: Catalogue, terms: dict[str, list[str]]) -> Rows:
    declared = with_built_in(catalogue).kinds.get(kind)
    scale = declared.amount.scale if declared and declared.amount else 0
    numbers = {name for name, of in declared.attributes.items() if of == "number"} if declared else set[str]()
    plans = [plan for _, _, plan in rows]
    names = dict.fromkeys(name for plan in plans for name in plan.attributes)
    amounts = [plan.used if plan.used is not None else int(plan.amount.scaleb(scale)) for plan in plans]
    return Rows(
        subject=np.array([subject for subject, _, _ in rows], np.int32),
        first=np.array([plan.first.toordinal() for plan in plans], np.int32),
        last=np.array([plan.last.toordinal() for plan in plans], np.int32),
        until=np.array([FOREVER if plan.until is None else plan.until.toordinal() for plan in plans], np.int32),
        amount=np.array(amounts, np.int64),
        recorded=np.array([PLANNED + number for _, number, _ in rows], np.int64),
        item=np.zeros(len(rows), np.int32),
        known=np.zeros(len(rows), np.int64),
        voided=np.full(len(rows), NEVER, np.int64),
        attributes={name: _codes(name, plans, terms, number=name in numbers) for name in names},
    )


def _codes(name: str, plans: Sequence[Plan], terms: dict[str, list[str]], *, number: bool) -> Codes:
    """An attribute's codes; a term never seen before gets the next one."""
    if number:
        return np.array([int(plan.attributes.get(name, -1)) for plan in plans], np.int32)
    known = terms.setdefault(name, [])
    place = {term: code for code, term in enumerate(known)}
    codes = []
    for plan in plans:
        term = plan.attributes.get(name)
        if term is not None and term not in place:
            place[term] = len(known)
            known.append(term)
        codes.append(-1 if term is None else place[term])
    return np.array(codes, np.int32)


def lasting_until(
    columns: Columns, kind: str, said: Mapping[str, str], on: date, until: date | None, who: int = 0
) -> Columns:
    """The same in which a subject's rows of a kind with these attributes, as far as they are in force on a day, last
    until another: for good without one, and never less than on no day at all."""
    rows = columns.kinds.get(kind)
    if rows is None:
        return columns
    there = (rows.subject == who) & (rows.until >= on.toordinal()) & (rows.first <= on.toordinal())
    for name, term in said.items():
        there &= rows.attributes.get(name, np.full(len(rows), -1)) == columns.code(name, term)
    last = FOREVER if until is None else until.toordinal()
    lasts = np.where(there, np.maximum(rows.first - 1, last), rows.until)
    return columns.with_rows(kind, replace(rows, until=lasts.astype(rows.until.dtype)))
