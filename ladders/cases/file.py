"""Case files: what domain people write to say what a ladder should come to.

A case is a subject with dated evidence, the day, the step, and what is expected: the verdict, the clauses that fail,
perhaps what was measured.  ``ladders.cases.rows`` makes rows of it; ``ladders.cases.trying`` holds it against the
ladder.
"""

from __future__ import annotations

import calendar
import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BeforeValidator, Field, model_validator

from events.facts import Choice, Outcome
from ladders.model.words import Number, Part
from ladders.problems import mistake, said


class Days(NamedTuple):
    """The first and the last day on which something may have happened: one day, a month, or a year."""

    first: date
    last: date


def _days(value: Any) -> Any:
    if isinstance(value, Days):
        return value
    text = str(int(value)) if isinstance(value, Decimal) and value == int(value) else value
    found = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", text) if isinstance(text, str) else None
    try:
        if found:
            year, month, day = int(found[1]), int(found[2] or 0), int(found[3] or 0)
            if day:
                return Days(date(year, month, day), date(year, month, day))
            if month:
                return Days(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))
            return Days(date(year, 1, 1), date(year, 12, 31))
    except ValueError:
        pass
    raise mistake(
        f"“{said(value)}”不是日期",
        f'"{said(value)}" is not a day',
        (
            "应为 2026-06-30（某日）、2026-06（某月）或 2026（某年）",
            "expected 2026-06-30, or a month 2026-06, or a year 2026",
        ),
    )


def _day(value: Any) -> Any:
    if isinstance(value, date):
        return value
    days = _days(value)
    if days.first != days.last:
        raise mistake(
            f"“{said(value)}”不是某一天", f'"{said(value)}" is not one day', ("应为 2026-06-30", "expected 2026-06-30")
        )
    return days.first


SomeDays = Annotated[Days, BeforeValidator(_days, json_schema_input_type=str)]
OneDay = Annotated[date, BeforeValidator(_day, json_schema_input_type=str)]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else said(value)


class Piece(Part):
    """A piece of evidence: its day (or month, or year), amount, and attributes under their own names.

    What lasts has ``from`` and perhaps ``until``, its last day.  ``times`` writes it so often; ``used for`` says for
    which rung it counted before.
    """

    day: SomeDays | None = None
    from_: SomeDays | None = Field(default=None, alias="from")
    until: OneDay | None = None
    amount: Number | None = None
    times: int = Field(default=1, ge=1, le=1000)
    used_for: str | None = Field(default=None, alias="used for")
    attributes: dict[str, Annotated[str, BeforeValidator(_text)]] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _gathered(cls, value: Any) -> Any:
        """Whatever is not a key of its own is an attribute."""
        if not isinstance(value, dict) or "attributes" in value:
            return value
        own = {field.alias or name for name, field in cls.model_fields.items()}
        rest = {key: one for key, one in value.items() if key not in own}
        return {key: one for key, one in value.items() if key in own} | {"attributes": rest}

    @property
    def when(self) -> Days:
        """The days on which it happened or began."""
        found = self.day or self.from_
        assert found is not None
        return found

    @model_validator(mode="after")
    def _dated(self) -> Piece:
        if (self.day is None) == (self.from_ is None):
            raise mistake(
                "没有写是哪一天",
                "it does not say on which day",
                (
                    "写 day: 2026-06-30；有起止的写 from: 和 until:",
                    "write day: 2026-06-30, or from: and until: of what lasts",
                ),
            )
        return self


class Held(Part):
    """A rung that is or was held, of this ladder or of another; ``until`` is its last day."""

    rung: str
    from_: SomeDays = Field(alias="from")
    until: OneDay | None = None
    ladder: str | None = None
    how: Literal["granted", "taken over", "demoted"] = "granted"


class Dispensed(Part):
    """A recorded dispensation from a clause: waived, or its number lowered to this."""

    clause: str
    at_least: Number | None = Field(default=None, alias="at least")
    from_: SomeDays = Field(alias="from")
    until: OneDay | None = None


class Who(Part):
    """A subject as a case describes it."""

    service: SomeDays | None = None
    born: SomeDays | None = None
    standings: tuple[Held, ...] = ()
    evidence: dict[str, tuple[Piece, ...]] = Field(default_factory=dict)
    """By kind, those that the log gives itself too: employment, decision."""
    application: Piece | None = None
    """The day of the nomination, and what it states."""
    dispensations: tuple[Dispensed, ...] = ()
    members: tuple[Tied, ...] = ()
    groups: tuple[Tied, ...] = ()
    mentees: tuple[Tied, ...] = ()
    mentors: tuple[Tied, ...] = ()
    teachers: tuple[Tied, ...] = ()
    studios: tuple[Tied, ...] = ()
    units: tuple[Tied, ...] = ()
    unit: tuple[Tied, ...] = ()


class Tied(Who):
    """Somebody who is related to the subject, since a day and perhaps until a last one."""

    from_: SomeDays | None = Field(default=None, alias="from")
    """Always, where it is left out."""
    until: OneDay | None = None
    role: str | None = None
    times: int = Field(default=1, ge=1, le=1000)
    """So many of them, all alike."""


class Incomplete(Part):
    """A source that is known to be incomplete for some days."""

    evidence: str
    from_: OneDay = Field(alias="from")
    until: OneDay


class DistrictSettings(Part):
    """What the district has decided, as far as a rule asks."""

    school_year_starts: str = Field(
        default="09-01", alias="school year starts", pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"
    )
    values: dict[str, Annotated[str, BeforeValidator(_text)]] = Field(default_factory=dict)
    incomplete: tuple[Incomplete, ...] = ()


class Way(Part):
    """Which step is meant: the rung that it leads to, and where several lead there, from where and which way."""

    to: str | None = None
    from_: str | None = Field(default=None, alias="from")
    way: str | None = None
    removal: str | None = None
    """Of the rung ``from``: the way in which it is lost."""


def _measured(value: Any) -> Any:
    if isinstance(value, list) and len(value) == 2:
        return (_fraction(value[0]), _fraction(value[1]))
    if value == "nothing":
        return value
    if isinstance(value, str) and (found := re.fullmatch(r"at least (.+)", value)):
        return (_fraction(found[1]), None)
    one = _fraction(value)
    return (one, one)


def _fraction(value: Any) -> Fraction:
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return Fraction(value)
    if isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?(/[1-9]\d*)?", value):
        top, _, bottom = value.partition("/")
        return Fraction(top) / int(bottom or 1)
    raise mistake(
        f"“{said(value)}”不是数值",
        f'"{said(value)}" is not a value',
        (
            "应为 72、85.5、1/3、[60, 72]（在两数之间）、at least 60 或 nothing（没有可算的）",
            "expected 72, 85.5, 1/3, [60, 72] (somewhere between), at least 60, or nothing",
        ),
    )


Value = Annotated[
    tuple[Fraction, Fraction | None] | Literal["nothing"], BeforeValidator(_measured, json_schema_input_type=Any)
]
"""What was measured: a number, from a number to another, at least a number, or nothing to go on."""


class Case(Who):
    """A case: who, on which day, for which step, and what is expected."""

    name: str
    as_of: OneDay | None = Field(default=None, alias="as of")
    step: Way | None = None
    others: tuple[Who, ...] = ()
    """Further subjects, where ranks among peers are asked for."""
    settings: DistrictSettings | None = None
    expect: Outcome | None = None
    failing: tuple[str, ...] | None = None
    """The clauses that are not met: all at the top of the step, and of those inside groups any that matter."""
    unknown: tuple[str, ...] | None = None
    """As ``failing``, for those that are unknown."""
    measured: dict[str, Value] = Field(default_factory=dict)
    placed: str | None = None
    """The highest rung whose step is met, ``none`` where there is none."""


class Candidate(Part):
    """A candidate of a list: in which group, what each criterion came to, what is so of the candidate."""

    id: str
    unit: str | None = None
    outside: bool = False
    values: dict[str, Number] = Field(default_factory=dict)
    is_: dict[str, str] = Field(default_factory=dict, alias="is")
    rungs: tuple[str, ...] = ()
    """Whose steps the candidate meets, where the ladder places on the highest rung that is met."""


class ListExpected(Part):
    """What a list comes to, each as far as it is stated."""

    places: int | None = None
    in_: tuple[str, ...] | None = Field(default=None, alias="in")
    out: tuple[str, ...] | None = None
    ranks: dict[str, int] = Field(default_factory=dict)
    rungs: dict[str, str] = Field(default_factory=dict)
    """By candidate the rung on which they have a place."""
    grades: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """By grade the candidates who get it."""
    failing: tuple[str, ...] | None = None
    """The requirements on the list as a whole that are not met."""


class AList(Part):
    """Those whom every stage approved, and how many there were before."""

    name: str
    route: str
    nominated: int | None = None
    eligible: int | None = None
    teachers: int | None = None
    lot: str | None = None
    candidates: tuple[Candidate, ...] = Field(min_length=1)
    expect: ListExpected


class PanelExpected(Part):
    """What a panel's ballots come to."""

    outcome: Literal["approved", "rejected", "no quorum"]
    score: Value | None = None
    failing: tuple[str, ...] | None = None
    """The requirements on the panel's composition that are not met."""


class Panel(Part):
    """The ballots of a stage's seats, from seat 1 on: votes, or marks by item."""

    name: str
    route: str
    stage: str
    ballots: dict[int, Choice | dict[str, Number | Literal["not applicable"]]] = Field(default_factory=dict)
    recused: tuple[int, ...] = ()
    members: tuple[dict[str, str], ...] = ()
    """What is so of whoever sits in each seat, where the stage says something of the panel's composition."""
    expect: PanelExpected


class CaseFile(Part):
    """A whole file of cases."""

    format: Literal["jieti-cases/1"]
    ladder: str | None = None
    catalogue: str | None = None
    """A catalogue file beside this one."""
    as_of: OneDay | None = Field(default=None, alias="as of")
    step: Way | None = None
    settings: DistrictSettings = DistrictSettings()
    cases: tuple[Case, ...] = ()
    lists: tuple[AList, ...] = ()
    panels: tuple[Panel, ...] = ()


for _part in (Who, Tied, Case):
    _part.model_rebuild()
