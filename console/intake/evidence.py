"""Rows about what people did: trainings, evaluations, reflections, and whatever else the catalogue declares.

A row's identity is its source system and record number where it has one, and else its natural key: whose it is,
which title, which first day.  What may be corrected later is in the content, never in the key.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from console.intake.desk import Desk, Row, RowProblem, made
from console.intake.values import Problem, squeezed, titled
from events.facts import (
    UNSCALED,
    Amount,
    AmountOf,
    EvaluationRecorded,
    EvidenceRecorded,
    Kind,
    ReflectionSelected,
    ReflectionSubmitted,
    TrainingRecorded,
)
from workflows.commands import Command, Record, Span

HOURS = AmountOf(unit="hour", scale=2, most=400)  # type: ignore[arg-type]
SCORE = AmountOf(unit="point", scale=2, most=100)  # type: ignore[arg-type]
"""What hours and scores are where the district's catalogue does not say."""
COMPETENCES = ("ethics", "theory", "teaching", "research")

ATTRIBUTES = {"级别": "level", "等级": "grade", "等次": "grade", "奖次": "grade", "角色": "role", "作者身份": "role",
              "情节": "severity", "职务": "role", "考核等次": "outcome", "考核结论": "outcome",
              "请假类型": "type", "交流类型": "type", "城乡类型": "locality",
              "成果编号": "work", "作品编号": "work"}  # fmt: skip
"""Attributes of evidence by the headers that offices use; an attribute's own name or its scale's title works too."""


NOTHING = "-"
"""Stands in for a title that a row need not give."""


def only_points(row: Row) -> bool:
    """Whether a row only says what became of a record that it names by its number.

    Of such a row nothing but the key is used; what it leaves out is stood in for.
    """
    return row["act"] in ("void", "recognise") and row["record"] is not None


def occurred(row: Row, desk: Desk) -> Span:
    """The row's day, or from its first to its last."""
    day: Span | None = row["day"]
    if day is not None:
        return day
    first, last = row["first"], row["last"]
    if first is None and only_points(row):
        return Span.day(desk.today)
    if first is None:
        raise RowProblem("day", "缺少日期", "the date is missing")
    if last is None:
        return first  # type: ignore[no-any-return]
    if last.last < first.first:
        raise RowProblem("last", "结束日期早于开始日期", "ends before it begins")
    return Span(first=first.first, last=last.last)


def _identity(row: Row, kind: str, subject: str, title: str, first: date) -> tuple[object, ...]:
    if (record := row["record"]) is not None:
        return ((kind, "record", row["system"]), record)
    return (kind, subject, titled(title), first)


def trainings(row: Row, desk: Desk) -> list[Command]:
    """Training hours.  Without a word about recognition they are pending: only recognised ones count."""
    return [training(row, desk, row["status"] or "pending")]


def training(row: Row, desk: Desk, status: str) -> Record:
    """The training of a row, as if the row gave that status."""
    person, title, days = row["person"], row["title"] or NOTHING, occurred(row, desk)
    hours = row["hours"] or Amount.of(Decimal(), "hour")
    identity, number = _training_identity(row, desk, person, days)
    key = _identity(row, "training", person, title, days.first)
    content = (person, title, (row["category"], row["level"], hours), (days, status))
    fact = made(
        TrainingRecorded,
        {
            "source": desk.source(row, person, key, content),
            "title": title,
            "category": row["category"],
            "level": row["level"],
            "hours": hours,
            "recognised": status == "recognised",
            "identity": identity,
            "number": number,
            "failed": status == "failed" or None,
        },
    )
    return desk.record(person, days, fact)


def _training_identity(row: Row, desk: Desk, person: str, days: Span) -> tuple[str | None, str | None]:
    """What names a person's training on every platform, its own number or its course's and the first day; and that."""
    if (number := row["identity"]) is not None:
        return desk.district.row_hash(person, "training", number), number
    if (course := row["course"]) is not None:
        return desk.district.row_hash(person, "course", course, str(days.first)), course
    return None, None


def evaluations(row: Row, desk: Desk) -> Iterator[Command]:
    """Scores over the four competences; at least one of them."""
    person, name, day = row["person"], row["evaluation"] or NOTHING, row["day"] or Span.day(desk.today)
    scores: list[Amount | None] = [row[competence] for competence in COMPETENCES]
    if not any(scores) and not only_points(row):
        raise RowProblem("ethics", "四项分数都没有", "none of the four scores is given")
    fact = EvaluationRecorded(
        source=desk.source(
            row, person, _identity(row, "evaluation", person, name, day.first), (person, name, day, *scores)
        ),
        title=name,
        **dict(zip(COMPETENCES, scores, strict=True)),
    )
    yield desk.record(person, day, fact)


def reflections(row: Row, desk: Desk) -> Iterator[Command]:
    """A reflection handed in and, where the row says so, selected at a level: two facts, the second may come later."""
    person, number, title, day = row["person"], row["work"], row["title"], row["day"]
    work = desk.district.work_hash(number)
    submitted = ReflectionSubmitted(
        source=desk.source(row, person, ("reflection", person, number), (person, title, day)),
        work=work,
        title=title,
        number=number,
    )
    yield desk.record(person, day, submitted)
    level, selected = row["level"], row["selected"]
    if level is None or level == "submitted":
        return
    if selected is None:
        raise RowProblem("selected", "入选了要有入选日期", "selected, but the day of selection is missing")
    if selected.last < day.first:
        raise RowProblem("selected", "入选日期早于提交日期", "selected before it was submitted")
    chosen = ReflectionSelected(
        source=desk.source(row, person, ("reflection selected", person, number, level), (person, selected)),
        work=work,
        level=level,
        number=number,
    )
    yield desk.record(person, selected, chosen)


def evidence(row: Row, desk: Desk) -> Iterator[Command]:
    """Evidence of any kind that the catalogue declares, for a person, a studio or a unit."""
    subject, kind = row["person"] or row["studio"] or row["unit"], row["kind"]
    declared = desk.catalogue.kinds[kind]
    title, (days, until) = row["title"] or NOTHING, _days(row, desk, declared)
    attributes = _attributes(row, desk, kind, declared)
    amount = _amount(row, desk, kind, declared)
    number = attributes.get("work")
    if number is not None:
        attributes["work"] = desk.district.work_hash(number)
    content = (
        subject,
        title,
        days,
        amount,
        *(f"{k}={v}" for k, v in sorted(attributes.items())),
        *([f"until={until}"] if until else []),
    )
    fact = EvidenceRecorded(
        source=desk.source(row, subject, _identity(row, kind, subject, title, days.first), content),
        kind=kind,
        title=title,
        attributes=attributes,
        amount=amount,
        number=number,
        lasts_until=until,
    )
    yield desk.record(subject, days, fact)


def _days(row: Row, desk: Desk, declared: Kind) -> tuple[Span, date | None]:
    """When it was so, and for what lasts its last day: none while it goes on.

    An end that is known to a month is that month's last day; it may be a day to come.
    """
    last: Span | None = row["last"]
    if not declared.lasting:
        if last is not None and last.first > desk.today:
            raise RowProblem(
                "last", f"是将来的日期（今天是 {desk.today}）", f"lies in the future (today is {desk.today})"
            )
        return occurred(row, desk), None
    began: Span | None = row["first"] or row["day"]
    if began is None and not only_points(row):
        raise RowProblem(
            "first",
            f"{declared.zh}有始有终，缺少开始日期",
            f"{declared.en} lasts, and the day on which it began is missing",
        )
    if row["first"] is not None and row["day"] is not None:
        raise RowProblem(
            "day",
            f"{declared.zh}有始有终：日期和开始日期只填一个",
            f"{declared.en} lasts: give its start date or a date, not both",
        )
    began = began or Span.day(desk.today)
    if last is not None and last.last < began.last:
        raise RowProblem("last", "结束日期早于开始日期", "ends before it begins")
    return began, last.last if last is not None else None


def attribute_of(desk: Desk, kind: Kind, header: str) -> str | None:
    """The attribute of a kind that a header means: by its own name, an office's word, or its scale's title."""
    wanted = squeezed(header)
    for name, scale in kind.attributes.items():
        titles = {name} | {word for word, attribute in ATTRIBUTES.items() if attribute == name}
        if scale not in UNSCALED:
            titles |= {desk.catalogue.scales[scale].zh, desk.catalogue.scales[scale].en}
        if wanted in {squeezed(title) for title in titles}:
            return name
    return None


def _attributes(row: Row, desk: Desk, kind: str, declared: Kind) -> dict[str, str]:
    found: dict[str, str] = {}
    for column, said in row.items():
        if said is None or not column.startswith("attribute:"):
            continue
        header = column.removeprefix("attribute:")
        if (kind, header) not in desk.attributes:
            desk.attributes[kind, header] = attribute_of(desk, declared, header)
        name = desk.attributes[kind, header]
        if name is None:
            raise RowProblem(
                column,
                f"{declared.zh}没有“{header}”这一项；可用：{'、'.join(declared.attributes) or '无'}",
                f'{declared.en} has no "{header}"; it has: {", ".join(declared.attributes) or "nothing"}',
            )
        term = desk.reader_of(kind, name)[said]
        if isinstance(term, Problem):
            raise RowProblem(column, *term)
        found[name] = term
    return found


def _amount(row: Row, desk: Desk, kind: str, declared: Kind) -> Amount | None:
    number = row["amount"]
    if declared.amount is None:
        if number is not None:
            raise RowProblem("amount", f"{declared.zh}不记数量", f"{declared.en} carries no amount")
        return None
    if number is None and only_points(row):
        return None
    if number is None:
        raise RowProblem("amount", f"{declared.zh}缺少数量", f"{declared.en} needs an amount")
    amount = desk.reader_of(kind, "amount")[number]
    if isinstance(amount, Problem):
        raise RowProblem("amount", *amount)
    assert isinstance(amount, Amount)
    return amount
