"""Cases for a ladder that was made from answers: for every clause just enough, just short, and the window's edges."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from ladders.model.windows import Span
from ladders.reference.days import back
from ladders.template import THROUGH, Answers, aside, number, quoted

AS_OF = date(2026, 6, 30)
"""The day of the cases; any would do."""
MOST_AT_ONCE = 100
"""No single training of a case has more hours."""


def cases_text(said: Answers, name: str) -> str:
    """The cases beside the ladder file of a name: for every clause just enough, just short, and the window's edges."""
    return "\n".join(_cases(said, name)) + "\n"


def _cases(said: Answers, name: str) -> Iterator[str]:
    yield f"# {aside(said.title.zh)}的案例:每个条件正好够、差一点,时间范围的第一天和前一天"
    yield "# Cases at the edges: just enough, just short, the first day of the window and the day before"
    yield "#"
    yield f"# jieti ladder test {aside(name)}"
    yield ""
    yield "format: jieti-cases/1"
    yield f"ladder: {quoted(said.id)}"
    yield f"as of: {AS_OF}"
    yield ""
    yield "cases:"
    ids = said.rung_ids
    for nth, to in enumerate(ids):
        before = ids[nth - 1] if nth else None
        hours = said.hours[nth]
        yield from _of_hours(said, before, to, hours)
        if before and said.years:
            yield from _of_years(said, before, to, hours)
        if said.term:
            yield from _of_renewal(said, to, hours)


def _of_hours(said: Answers, before: str | None, to: str, hours: Decimal) -> Iterator[str]:
    first = back(AS_OF, Span(n=said.window, unit="years")) + timedelta(days=1)
    held = _since(said) if before else None
    yield from _case(
        said, f"{to}:学时正好够,在第一天 · just enough on the first day", before, to, held, hours, first, []
    )
    yield from _case(said, f"{to}:学时正好够,在当天 · just enough on the last day", before, to, held, hours, AS_OF, [])
    short = hours - 1 if hours > 1 else Decimal()
    yield from _case(said, f"{to}:差一点 · a little short", before, to, held, short, AS_OF, ["hours"])
    early = first - timedelta(days=1)
    yield from _case(said, f"{to}:早了一天,不计 · a day too early", before, to, held, hours, early, ["hours"])


def _of_years(said: Answers, before: str, to: str, hours: Decimal) -> Iterator[str]:
    since = _since(said)
    yield from _case(said, f"{to}:任现级刚满 · just so many years", before, to, since, hours, AS_OF, [])
    later = since + timedelta(days=1)
    yield from _case(said, f"{to}:任现级差一天 · a day short of it", before, to, later, hours, AS_OF, ["years-on-rung"])


def _of_renewal(said: Answers, to: str, hours: Decimal) -> Iterator[str]:
    held = AS_OF - timedelta(days=90)
    yield from _case(said, f"{to}:续任,学时正好够 · renewal, just enough", to, to, held, hours, AS_OF, [])
    short = hours - 1 if hours > 1 else Decimal()
    yield from _case(said, f"{to}:续任,差一点 · renewal, a little short", to, to, held, short, AS_OF, ["hours"])


def _since(said: Answers) -> date:
    """Since when the rung before is held, so that its years are just full."""
    return back(AS_OF, Span(n=said.years, unit="years")) if said.years else AS_OF


def _case(
    said: Answers,
    name: str,
    from_: str | None,
    to: str,
    held: date | None,
    hours: Decimal,
    day: date,
    failing: list[str],
) -> Iterator[str]:
    yield f"  - name: {quoted(name)}"
    yield f"    step: {{from: {from_}, to: {to}}}" if from_ else f"    step: {{to: {to}}}"
    if from_ and held:
        yield f"    standings: [{{rung: {from_}, from: {held}}}]"
    lines = list(_trainings(hours, day))
    through = THROUGH[said.climber][0]
    indent = "    "
    if lines and through:
        yield f"    {through}:"
        yield f"      - from: {date(1990, 1, 1)}" + ("\n        role: member" if through == "members" else "")
        indent = "        "
    if lines:
        yield f"{indent}evidence:"
        yield f"{indent}  training:"
        for line in lines:
            yield f"{indent}    - {line}"
    yield f"    expect: {'not met' if failing else 'met'}"
    if failing:
        yield f"    failing: [{', '.join(failing)}]"
    yield ""


def _trainings(hours: Decimal, day: date) -> Iterator[str]:
    many, rest = divmod(hours, MOST_AT_ONCE)
    if many:
        yield f"{{day: {day}, amount: {MOST_AT_ONCE}, category: topic" + (f", times: {many:f}}}" if many > 1 else "}")
    if rest:
        yield f"{{day: {day}, amount: {number(rest)}, category: topic}}"
