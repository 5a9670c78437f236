"""The district itself: its settings, evidence catalogue, calendar and clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from events.envelope import Recorded
from events.facts import (
    CalendarPublished,
    Catalogue,
    CatalogueDeclared,
    ClockSet,
    DistrictOpened,
    HoursRules,
    HoursRulesDecided,
    Kind,
    Settings,
    SettingsChanged,
)
from ladders.reading.kinds import BUILT_IN, UNNAMED
from workflows.commands import (
    Already,
    ChangeSettings,
    Decision,
    DeclareCatalogue,
    Draft,
    Moment,
    Needs,
    OpenDistrict,
    PublishCalendar,
    Refused,
    SetClock,
    Span,
    World,
)

STREAM = "district"
RESERVED_KINDS = (*BUILT_IN.kinds, *UNNAMED)
RESERVED_ATTRIBUTES = ("member", "school year")
LONGEST_VALUE = 60
"""Characters of a named setting: a ladder looks it up, and it is no place for remarks."""


@dataclass(frozen=True)
class Calendar:
    """A year's published days off and weekend days that are worked."""

    holidays: frozenset[date]
    worked: frozenset[date]


@dataclass(frozen=True)
class District:
    """The district as its stream tells it; positions are of the events that say so."""

    version: int = 0
    name: str = ""
    simulated: bool = False
    clock: datetime | None = None
    settings: Settings = field(default_factory=Settings)
    settings_at: int = 0
    catalogue: Catalogue = field(default_factory=Catalogue)
    catalogue_at: int = 0
    calendars: Mapping[int, Calendar] = field(default_factory=dict)
    hours: tuple[tuple[int, HoursRules], ...] = ()
    """The rules for training hours, in the order in which they were decided, each with its position."""


def evolve(state: District, event: Recorded) -> District:
    """The district after one more event of its stream."""
    state = replace(state, version=event.envelope.version)
    match event.fact:
        case DistrictOpened() as fact:
            return replace(state, name=fact.name, simulated=fact.simulated_clock)
        case SettingsChanged() as fact:
            return replace(state, settings=fact.settings, settings_at=event.position)
        case CatalogueDeclared() as fact:
            return replace(state, catalogue=fact.catalogue, catalogue_at=event.position)
        case CalendarPublished() as fact:
            calendar = Calendar(frozenset(fact.holidays), frozenset(fact.worked))
            return replace(state, calendars={**state.calendars, fact.year: calendar})
        case ClockSet() as fact:
            return replace(state, clock=fact.now)
        case HoursRulesDecided() as fact:
            return replace(state, hours=(*state.hours, (event.position, fact.rules)))
    return state


Asked = OpenDistrict | ChangeSettings | DeclareCatalogue | PublishCalendar | SetClock


def needs(command: Asked) -> Needs:
    """The district's own stream."""
    return Needs(streams=(STREAM,))


def decide(world: World, command: Asked, moment: Moment) -> Decision:
    """What follows from a command to the district."""
    state: District = world.states[STREAM]
    today = Span.day(moment.today)
    if isinstance(command, (OpenDistrict, DeclareCatalogue)):
        _keeps_names(command.catalogue)
        _numbers_throughout(command.catalogue)
    if isinstance(command, OpenDistrict):
        if state.version:
            raise Refused(
                "opened",
                "这个数据文件夹已经建立;请直接使用它",
                "this data folder was opened before: use it as it is",
            )
        _is_zone(command.settings)
        _are_sources(command.settings, command.catalogue)
        _are_values(command.settings)
        drafts = [
            Draft(STREAM, today, DistrictOpened(name=command.name, simulated_clock=command.simulated_clock is not None))
        ]
        if command.simulated_clock is not None:
            drafts.append(Draft(STREAM, today, ClockSet(now=command.simulated_clock)))
        drafts.append(Draft(STREAM, today, SettingsChanged(settings=command.settings)))
        drafts.append(Draft(STREAM, today, CatalogueDeclared(catalogue=command.catalogue)))
        return drafts
    fact: SettingsChanged | CatalogueDeclared | CalendarPublished | ClockSet
    if isinstance(command, ChangeSettings):
        if command.settings == state.settings:
            return Already(state.settings_at)
        _is_zone(command.settings)
        _are_sources(command.settings, state.catalogue)
        _are_values(command.settings)
        fact = SettingsChanged(settings=command.settings)
    elif isinstance(command, DeclareCatalogue):
        if command.catalogue == state.catalogue:
            return Already(state.catalogue_at)
        _keeps_amounts(state.catalogue, command.catalogue)
        _keeps_numbers(state.catalogue, command.catalogue)
        _keeps_lasting(state.catalogue, command.catalogue)
        fact = CatalogueDeclared(catalogue=command.catalogue)
    elif isinstance(command, PublishCalendar):
        _in_year(command)
        fact = CalendarPublished(year=command.year, holidays=command.holidays, worked=command.worked)
    else:
        _moves_forward(state, command)
        fact = ClockSet(now=command.now)
    return [Draft(STREAM, today, fact, expected=state.version)]


def _is_zone(settings: Settings) -> None:
    """Refuse a time zone that nobody can tell the day in: every later command would fail."""
    try:
        ZoneInfo(settings.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Refused(
            "time zone",
            f"没有时区“{settings.time_zone}”;请写成 Asia/Shanghai 这样的名称",
            f'there is no time zone "{settings.time_zone}": write one as Asia/Shanghai',
        ) from error


def _are_sources(settings: Settings, catalogue: Catalogue) -> None:
    """Refuse to call a source incomplete that nobody knows."""
    for one in settings.incomplete:
        if one.kind not in catalogue.kinds:
            raise Refused(
                "unknown kind",
                f"没有佐证类型“{one.kind}”;可用:{'、'.join(catalogue.kinds)}",
                f'there is no evidence kind "{one.kind}"; declared: {", ".join(catalogue.kinds)}',
            )


def _are_values(settings: Settings) -> None:
    """Refuse a named setting without a name, without a value, or with one too long to be a term."""
    for name, value in settings.values.items():
        if not name.strip() or not value.strip() or len(name) > LONGEST_VALUE or len(value) > LONGEST_VALUE:
            raise Refused(
                "setting",
                f"设置“{name}”的名称和值都不能是空的,也不能超过 {LONGEST_VALUE} 个字;请更正",
                f'the setting "{name}" cannot be: it needs a name and a value of 1 to {LONGEST_VALUE} characters each',
            )


def _keeps_names(catalogue: Catalogue) -> None:
    """Kinds and attributes that the log itself gives are never declared: a rule would count both as one."""
    taken = [name for name in catalogue.kinds if name in RESERVED_KINDS]
    taken += [name for kind in catalogue.kinds.values() for name in kind.attributes if name in RESERVED_ATTRIBUTES]
    if taken:
        raise Refused(
            "reserved",
            f"“{taken[0]}”是系统自有的名称,佐证目录里请换一个",
            f'"{taken[0]}" is a name of our own: choose another one in the catalogue',
        )


def _keeps_amounts(old: Catalogue, new: Catalogue) -> None:
    """Recorded amounts are read at their kind's scale, so neither scale nor unit of a kind ever changes."""
    for name, kind in old.kinds.items():
        if kind.amount is None:
            continue
        now = new.kinds.get(name)
        if (
            now is None
            or now.amount is None
            or (now.amount.unit, now.amount.scale)
            != (
                kind.amount.unit,
                kind.amount.scale,
            )
        ):
            raise Refused(
                "catalogue amount",
                f"佐证类型 {name} 已有记录,单位和小数位数不能改;请另设一个类型",
                f"evidence of kind {name} is recorded: its unit and scale stay; declare another kind instead",
            )


def _numbers_of(catalogue: Catalogue) -> dict[tuple[str, str], bool]:
    """Every attribute of a kind, and whether it is a whole number."""
    return {
        (name, attribute): of == "number"
        for name, kind in catalogue.kinds.items()
        for attribute, of in kind.attributes.items()
    }


def _numbers_throughout(catalogue: Catalogue) -> None:
    """One name is a whole number in every kind or in none: a rule may count several kinds together."""
    said: dict[str, bool] = {}
    for (kind, attribute), is_number in _numbers_of(catalogue).items():
        if said.setdefault(attribute, is_number) != is_number:
            raise Refused(
                "number",
                f"“{attribute}”在有的佐证类型里是整数,在 {kind} 里{'是' if is_number else '不是'};请换一个名字",
                f'"{attribute}" is a whole number in some kinds and {"" if is_number else "not "}in {kind}: '
                "give it another name there",
            )


def _keeps_numbers(old: Catalogue, new: Catalogue) -> None:
    """Recorded attributes are read as whole numbers or as terms, so no attribute ever changes between the two."""
    now = _numbers_of(new)
    for (kind, attribute), is_number in _numbers_of(old).items():
        if now.get((kind, attribute), False) != is_number:
            raise Refused(
                "number",
                f"佐证类型 {kind} 的“{attribute}”{'' if is_number else '不'}是整数,已有记录,不能改;请另设一项",
                f"{kind}: {attribute} is {'a' if is_number else 'no'} whole number in what is recorded, and stays so: "
                "declare another attribute instead",
            )


def _keeps_lasting(old: Catalogue, new: Catalogue) -> None:
    """Ends that were recorded stay ends: what lasts goes on to."""
    gone = Kind(zh="", en="")
    for name, kind in old.kinds.items():
        if kind.lasting and not new.kinds.get(name, gone).lasting:
            raise Refused(
                "lasting",
                f"佐证类型 {name} 有始有终(lasting: true),已有记录,不能改;请另设一个类型",
                f"evidence of kind {name} lasts (lasting: true) in what is recorded, and stays so: add another kind",
            )


def _moves_forward(state: District, command: SetClock) -> None:
    if not state.simulated:
        raise Refused(
            "real clock",
            "真实的数据文件夹用真实的时间,不能拨动时钟;要试用请另建演示文件夹",
            "a real data folder runs on real time: to try things out, make a demo folder",
        )
    if state.clock is not None and command.now < state.clock:
        shown = state.clock.astimezone(ZoneInfo(state.settings.time_zone))
        raise Refused(
            "clock backwards",
            f"时钟只能往前拨;现在是 {shown:%Y-%m-%d %H:%M},请给更晚的时间",
            f"the clock only moves forward; it shows {shown:%Y-%m-%d %H:%M}: give a later time",
        )


def _in_year(command: PublishCalendar) -> None:
    strangers = [day for day in (*command.holidays, *command.worked) if day.year != command.year]
    both = set(command.holidays) & set(command.worked)
    if strangers or both:
        day = strangers[0] if strangers else min(both)
        raise Refused(
            "calendar",
            f"{day} 不属于 {command.year} 年,或既放假又上班;请更正这一天",
            f"{day} is not in {command.year}, or is both a holiday and a working day: correct that day",
        )
