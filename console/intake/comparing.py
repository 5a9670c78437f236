"""What a row says beside what is held: field by field, in the words of the sheet, opened at the edge.

What is held is what was recorded with everything that corrected it since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import select

from console.intake.report import Difference
from engine.district import District
from engine.people import names
from engine.projections.imports import taken_back
from engine.tables import unit_table
from events.codec import owners, personal_fields
from events.envelope import Recorded
from events.facts import (
    UNSCALED,
    Amount,
    Catalogue,
    EvidenceCorrected,
    Fact,
    OfferedTraining,
    StandingTakenOver,
    TrainingAlsoReported,
    TrainingNumbered,
    TrainingRecognised,
    TrainingRecorded,
)
from workflows import evidence
from workflows.acts import OfferTraining
from workflows.commands import Command, Record, Span

Label = tuple[str, str]
Said = dict[Label, str]

_COMPETENCES: Mapping[str, Label] = {
    "ethics": ("师德水平", "ethics"),
    "theory": ("理论素养", "theory"),
    "teaching": ("教育教学能力", "teaching"),
    "research": ("教科研水平", "research"),
}
_FIELDS: Mapping[str, Label] = {
    "title": ("名称", "title"),
    "name": ("名称", "name"),
    "kind": ("类型", "kind"),
    "part_of": ("上级单位", "part of"),
    "unit": ("单位", "unit"),
    "host": ("主持人", "host"),
    "locality": ("城乡", "locality"),
    "phase": ("学段", "phase"),
    "service_began": ("参加工作日期", "service began"),
    "service_began_by": ("参加工作日期(至)", "service began by"),
    "born": ("出生日期", "born"),
    "subject_taught": ("学科", "subject taught"),
    "until": ("到期日期", "until"),
    "role": ("角色", "role"),
    "exception": ("超出理由", "exception"),
    "places": ("名额", "places"),
    "organiser": ("主办单位", "organiser"),
    "venue": ("地点", "venue"),
    "roles": ("对象岗位", "roles"),
    "rungs": ("对象级别", "rungs"),
}
"""Fields of facts that a sheet states, and what they are called."""
_DAYS, _RECOGNISED, _UNTIL = ("日期", "days"), ("认定状态", "status"), ("结束日期", "until")
_NUMBER = ("培训编号", "training number")
NOTHING = "–"


def differences(district: District, asked: Sequence[tuple[Command, int]]) -> list[tuple[Difference, ...]]:
    """In what each command differs from the record at the position beside it (0: in no record that is kept yet).

    The log is asked a fixed number of questions, however many there are.
    """
    told = _held(district, {at for _, at in asked if at})
    catalogue = district.catalogue
    units = _Units(district)
    found: list[tuple[Difference, ...]] = []
    for command, at in asked:
        if at not in told:
            found.append(())
            continue
        event, since, personal = told[at]
        held = _of_record(event, since, personal, catalogue, units)
        says = _of_command(command, catalogue, units) | _number_of(command)
        if _NUMBER in says:  # a row without it takes none away
            numbers = [text for one in (event, *since) if (text := personal[one.position].get("number"))]
            if numbers:
                held[_NUMBER] = says[_NUMBER] if says[_NUMBER] in numbers else numbers[-1]
        labels = list(dict.fromkeys([*says, *held]))
        differs = [(label, held.get(label, NOTHING), says.get(label, NOTHING)) for label in labels]
        found.append(tuple(Difference(*label, old, new) for label, old, new in differs if old != new))
    return found


class _Units:
    """Units' names, asked for when the first is wanted."""

    def __init__(self, district: District) -> None:
        self._district = district
        self._names: dict[str, str] | None = None

    def name(self, unit: str) -> str:
        if self._names is None:
            with self._district.reading() as connection:
                rows = connection.execute(select(unit_table.c.id, unit_table.c.name))
                self._names = dict(rows.tuples().all())
        return self._names.get(unit, unit)


_Held = tuple[Recorded, list[Recorded], dict[int, dict[str, str]]]
"""What was recorded, what became of it since, and the plain text of both by position."""


def _held(district: District, positions: Iterable[int]) -> dict[int, _Held]:
    with district.reading() as connection:
        events = {one.position: one for one in district.log.read_at(connection, positions)}
        streams = district.log.read_many(connection, {one.envelope.stream for one in events.values()})
    gone = {taken_back(one.fact) for stream in streams.values() for one in stream}
    since: dict[int, list[Recorded]] = {at: [] for at in events}
    offered = {one.envelope.stream: at for at, one in events.items() if isinstance(one.fact, OfferedTraining)}
    for event in (one for stream in streams.values() for one in stream if one.position not in gone):
        match event.fact:
            case (
                EvidenceCorrected(target=target)
                | TrainingRecognised(training=target)
                | TrainingNumbered(training=target)
            ) if target in since:
                since[target].append(event)
            case OfferedTraining() if event.position > (at := offered[event.envelope.stream]):
                since[at].append(event)
    every = [*events.values(), *(one for listed in since.values() for one in listed)]
    district.vault.load({name for one in every for name in owners(one.fact, one.envelope.stream)})
    plain = {one.position: names.personal(district.vault, one) for one in every}
    return {at: (event, since[at], plain) for at, event in events.items()}


def _number_of(command: Command) -> Said:
    """The number of a training that a row gives."""
    fact = command.fact if isinstance(command, Record) else None
    return {_NUMBER: fact.number} if isinstance(fact, TrainingRecorded) and fact.identity and fact.number else {}


def _of_record(
    event: Recorded, since: list[Recorded], plain: dict[int, dict[str, str]], catalogue: Catalogue, units: _Units
) -> Said:
    """A record as it is held now."""
    first, last, fact = event.envelope.occurred_from, event.envelope.occurred_until, event.fact
    if isinstance(fact, OfferedTraining):
        newest = since[-1] if since else event
        return _of_fact(newest.fact, plain[newest.position], Span(first=first, last=last), catalogue, units)
    said = _of_fact(fact, plain[event.position], Span(first=first, last=last), catalogue, units)
    for one in since:
        if isinstance(one.fact, TrainingRecognised):
            said[_RECOGNISED] = _recognised(True)
        elif isinstance(one.fact, EvidenceCorrected):
            days = Span(first=one.envelope.occurred_from, last=one.envelope.occurred_until)
            said = _of_items(evidence.corrected(fact, one.fact), catalogue) | {_DAYS: _span(days)}
            if title := plain[one.position].get("title"):
                said[_FIELDS["title"]] = title
            if one.fact.recognised is not None:
                said[_RECOGNISED] = _recognised(one.fact.recognised)
            if one.fact.lasts_until is not None:
                said[_UNTIL] = one.fact.lasts_until.isoformat()
    return said


def _of_command(command: Command, catalogue: Catalogue, units: _Units) -> Said:
    if isinstance(command, OfferTraining):
        fact: Fact = command.said
        days = Span(first=command.said.first, last=command.said.last)
    elif isinstance(command, Record):
        fact, days = command.fact, command.occurred
    else:
        return {}
    personal = {name: text for name in personal_fields(type(fact)) if isinstance(text := getattr(fact, name), str)}
    return _of_fact(fact, personal, days, catalogue, units)


def _of_fact(fact: Fact, personal: Mapping[str, str], days: Span, catalogue: Catalogue, units: _Units) -> Said:
    """Everything that a fact says which a sheet can state."""
    items = evidence.items(fact)
    said: Said = {}
    for name, label in _FIELDS.items():
        if items and name != "title":
            continue  # evidence tells the rest by its catalogue
        value = personal.get(name, getattr(fact, name, None))
        if value is None or value == () or (name == "title" and isinstance(fact, StandingTakenOver) and not value):
            continue
        said[label] = units.name(value) if name in ("unit", "part_of") else _text(value)
    if isinstance(fact, OfferedTraining):
        days = Span(first=fact.first, last=fact.last)
        offered = evidence.Item(0, evidence.AMOUNT, fact.kind, dict(fact.attributes), fact.amount)
        said |= _of_items((offered,), catalogue)
    said |= _of_items(items, catalogue)
    said[_DAYS] = _span(days)
    if isinstance(fact, TrainingRecorded | TrainingAlsoReported):
        said[_RECOGNISED] = _recognised(fact.recognised)
    if (until := getattr(fact, "lasts_until", None)) is not None:
        said[_UNTIL] = _text(until)
    return said


def _of_items(items: Iterable[evidence.Item], catalogue: Catalogue) -> Said:
    said: Said = {}
    for item in items:
        kind = catalogue.kinds.get(item.kind)
        for name, term in item.attributes.items():
            scale = kind.attributes.get(name) if kind else None
            if scale is None or name in ("work", "competence"):
                continue  # a work's name here is a hash
            declared = None if scale in UNSCALED else catalogue.scales[scale]
            words = {one.id: one.zh for one in declared.terms} if declared else {}
            said[(declared.zh, name) if declared else (name, name)] = words.get(term, term)
        if item.amount is not None:
            hours = ("学时", "hours") if item.kind == "training" else ("数量", "amount")
            said[_COMPETENCES.get(item.name, hours)] = _amount(item.amount)
    return said


def _amount(amount: Amount) -> str:
    return f"{amount.number.normalize():f}"


def _recognised(yes: bool) -> str:
    return "已认定" if yes else "未认定"


def _span(days: Span) -> str:
    return days.first.isoformat() if days.first == days.last else f"{days.first} – {days.last}"


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return "、".join(f"{one.ladder}/{one.rung}" if hasattr(one, "rung") else str(one) for one in value)
    return value.isoformat() if isinstance(value, date) else str(value)
