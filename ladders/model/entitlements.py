"""What a holder is given (待遇): money, time, a title, a certificate, a right; and what of it is due when, from whom.

Pure and exact: amounts are fractions until they are paid, and what is paid is a whole number of the smallest part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from events.facts import Outcome
from ladders.model.clauses import AClause, Basis
from ladders.model.lists import Rounding, rounded
from ladders.model.words import Asked, Number, Part, Text
from ladders.problems import mistake, said

Per = Literal["once", "week", "month", "year"]


def _share(value: Any) -> Any:
    if isinstance(value, Fraction):
        return value
    if isinstance(value, str):
        above, _, below = value.partition("/")
        if above.isdecimal() and below.isdecimal() and len(value) < 12 and 0 < int(above) <= int(below):
            return Fraction(int(above), int(below))
    raise mistake(
        f"“{said(value)}”不是分担比例",
        f'"{said(value)}" is no part that somebody pays',
        ("应为几分之几，如 1/2", "expected a fraction: 1/2"),
    )


Part_ = Annotated[Fraction, BeforeValidator(_share, json_schema_input_type=Annotated[str, Field(pattern=r"^\d+/\d+$")])]


def _one_or_more(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class BySetting(Part):
    """An amount that the district has set under a name, because no document gives it."""

    setting: str = Field(min_length=1)


def _amount_tag(value: Any) -> str:
    by_setting = isinstance(value, BySetting) or (isinstance(value, dict) and "setting" in value)
    return "<setting>" if by_setting else "<asked>"


Amount = Annotated[
    Annotated[BySetting, Tag("<setting>")] | Annotated[Asked, Tag("<asked>")], Discriminator(_amount_tag)
]


class Entitlement(Part):
    """What whoever holds a rung is given; without ``rung`` whoever meets the clauses, holder or not.

    ``amount`` (money and time only) is for each ``per``: a number, a table's entry, or what the district has set.
    With ``pro rata`` it is reduced to the days of the week, month or year on which the rung was held; without, one such
    day gives the whole.  The clauses release it: they are asked on the last day of each week, month or year, for
    ``once`` on the first day of holding.  What is paid is a whole number of ``to``, rounded as stated; split among
    payers by the largest remainder (of equals the first one written), so that the parts add up to the whole.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: Text
    rung: Annotated[
        tuple[str, ...] | None,
        BeforeValidator(_one_or_more, json_schema_input_type=str | Annotated[list[str], Field(min_length=1)]),
    ] = Field(default=None, min_length=1)
    give: Literal["money", "time", "title", "certificate", "right"]
    amount: Amount | None = None
    unit: str | None = Field(default=None, min_length=1)
    per: Per | None = None
    pro_rata: bool = Field(default=False, alias="pro rata")
    to: Number = Decimal("0.01")
    """The smallest part that is paid: 0.01 of the unit."""
    rounding: Rounding | None = None
    """Needed with ``pro rata``."""
    split: dict[str, Part_] | None = None
    """By payer the part that they pay; together the whole."""
    clauses: tuple[AClause, ...] = ()
    basis: Basis


@dataclass(frozen=True)
class Payment:
    """What is due for a period (a day for ``once``): exactly, as it is paid, and from whom; ``unknown`` where the
    clauses are: then the rest says what is due if they are met."""

    first: date
    last: date
    outcome: Literal["due", "not due", "unknown"]
    exact: Fraction
    paid: Decimal
    split: Mapping[str, Decimal]


Held = Iterable[tuple[date, date | None]]
"""The days on which the rung is held: from a day to a day, both inside; None: for good."""


def payments(
    rule: Entitlement, amount: Decimal | Fraction, year: int, held: Held, released: Callable[[date], Outcome]
) -> tuple[Payment, ...]:
    """What falls due in a calendar year; a week belongs to the year of its Monday.

    ``amount`` is the rule's, looked up; ``released`` says what the clauses come to on a day (*met* if there are none).
    Weeks, months and years of which no day is held are left out.  ValueError where ``to`` leaves a part over and no
    rounding is stated.
    """
    days = tuple(held)
    if rule.per == "once":
        begun = min((first for first, _ in days), default=None)
        if begun is None or begun.year != year:
            return ()
        return (_payment(rule, Fraction(amount), begun, begun, released(begun)),)
    found = []
    for first, last in periods(rule.per or "year", year):
        on = days_held(days, first, last)
        if on:
            part = Fraction(on, (last - first).days + 1) if rule.pro_rata else Fraction(1)
            found.append(_payment(rule, Fraction(amount) * part, first, last, released(last)))
    return tuple(found)


def due_on(
    rule: Entitlement, amount: Decimal | Fraction, day: date, held: Held, released: Callable[[date], Outcome]
) -> Payment | None:
    """What is in force on a day, at its full rate (for each ``per``); None where the rung is not held."""
    days = tuple(held)
    if not days_held(days, day, day):
        return None
    return _payment(rule, Fraction(amount), day, day, released(day))


def periods(per: Literal["week", "month", "year"], year: int) -> Iterator[tuple[date, date]]:
    """The weeks (by their Monday), the months, or the one year of a calendar year: first and last days."""
    if per == "year":
        yield date(year, 1, 1), date(year, 12, 31)
    elif per == "month":
        firsts = [date(year, month, 1) for month in range(1, 13)]
        after = [*firsts[1:], date(year, 12, 31) + timedelta(days=1)] if year < date.max.year else [*firsts[1:], None]
        for first, following in zip(firsts, after, strict=True):
            yield first, following - timedelta(days=1) if following else date.max
    else:
        first = date(year, 1, 1)
        first += timedelta(days=-first.weekday() % 7)
        while first.year == year and (date.max - first).days >= 6:
            yield first, first + timedelta(days=6)
            first += timedelta(days=min(7, (date.max - first).days))


def days_held(held: Held, first: date, last: date) -> int:
    """On how many days of a period the rung is held; a day on which it is held twice is one day."""
    clipped = sorted((max(begin, first), min(end or last, last)) for begin, end in held)
    count, counted = 0, first.toordinal() - 1
    for begin, end in clipped:
        fresh = end.toordinal() - max(begin.toordinal() - 1, counted)
        if fresh > 0:
            count, counted = count + fresh, end.toordinal()
    return count


def _payment(rule: Entitlement, exact: Fraction, first: date, last: date, asked: Outcome) -> Payment:
    if asked not in ("met", "unknown"):
        return Payment(first, last, "not due", Fraction(0), Decimal(0), {})
    parts = exact / Fraction(rule.to)
    if parts.denominator > 1 and rule.rounding is None:
        raise ValueError(f"{exact} is no whole number of {rule.to}, and no rounding is stated")
    whole = rounded(parts, rule.rounding)
    split = {payer: many * rule.to for payer, many in shared_out(whole, rule.split or {}).items()}
    return Payment(first, last, "due" if asked == "met" else "unknown", exact, whole * rule.to, split)


def shared_out(whole: int, shares: Mapping[str, Fraction]) -> dict[str, int]:
    """So many parts among payers: each their share rounded down, and the parts left over one each to the largest
    remainders, of equals to the one written first; they add up to the whole where the shares add up to one."""
    exact = {payer: whole * share for payer, share in shares.items()}
    found = {payer: share.__floor__() for payer, share in exact.items()}
    left = sum(exact.values(), Fraction(0)).__floor__() - sum(found.values())
    for payer in sorted(exact, key=lambda payer: found[payer] - exact[payer])[:left]:
        found[payer] += 1
    return found
