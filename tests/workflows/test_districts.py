"""The district's own decisions: opened once, its settings, catalogue, calendar and clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from pydantic import ValidationError

from events.facts import (
    AmountOf,
    CalendarPublished,
    Catalogue,
    CatalogueDeclared,
    ClockSet,
    DistrictOpened,
    Incomplete,
    Kind,
    Settings,
    SettingsChanged,
)
from tests.workflows.given import CATALOGUE, Given, command, happened, refused
from workflows.commands import (
    Already,
    ChangeSettings,
    DeclareCatalogue,
    OpenDistrict,
    PublishCalendar,
    SetClock,
    Span,
)

NOON = datetime(2026, 3, 10, 4, tzinfo=UTC)
HOURS = Kind(zh="培训", en="training", amount=AmountOf(unit="hour", scale=2, most=Decimal(400)))


def opening(clock: datetime | None = None, zone: str = "Asia/Shanghai") -> OpenDistrict:
    settings = Settings(time_zone=zone)
    return command(OpenDistrict, name="云溪区", simulated_clock=clock, settings=settings, catalogue=CATALOGUE)


def real() -> Given:
    return Given().then(opening())


def training_ground() -> Given:
    return Given().then(opening(NOON))


def test_a_real_district_opens_with_its_settings_and_its_catalogue_and_without_a_clock():
    assert Given().when(opening()) == [
        DistrictOpened(name="云溪区", simulated_clock=False),
        SettingsChanged(settings=Settings()),
        CatalogueDeclared(catalogue=CATALOGUE),
    ]


def test_a_training_district_declares_its_simulated_clock_in_its_first_events():
    facts = Given().when(opening(NOON))
    assert isinstance(facts, list)
    assert facts[:2] == [DistrictOpened(name="云溪区", simulated_clock=True), ClockSet(now=NOON)]


def test_a_district_opens_once():
    refused(real(), opening(), "opened")


def test_a_district_is_not_opened_in_a_time_zone_that_nobody_knows():
    refused(Given(), opening(zone="Asia/Erqi"), "time zone")


def test_settings_change_and_are_dated_by_their_position():
    changed = real().then(command(ChangeSettings, settings=Settings(school_year_starts="08-15")))
    state = changed.state("district")
    assert (state.settings.school_year_starts, state.settings_at) == ("08-15", len(changed.events))


def test_the_same_settings_again_change_nothing():
    given = real()
    assert given.when(command(ChangeSettings, settings=Settings())) == Already(given.at(SettingsChanged))


@pytest.mark.parametrize("zone", ["Asia/Erqi", "", "../secret", "/etc/passwd"])
def test_a_time_zone_that_nobody_knows_is_refused(zone: str):
    refused(real(), command(ChangeSettings, settings=Settings(time_zone=zone)), "time zone")


def test_the_same_catalogue_again_changes_nothing():
    given = real()
    assert given.when(command(DeclareCatalogue, catalogue=CATALOGUE)) == Already(given.at(CatalogueDeclared))


def test_a_catalogue_may_declare_further_kinds():
    more = CATALOGUE.model_copy(update={"kinds": {**CATALOGUE.kinds, "patent": Kind(zh="专利", en="patent")}})
    assert real().when(command(DeclareCatalogue, catalogue=more)) == [CatalogueDeclared(catalogue=more)]


@pytest.mark.parametrize(
    "now",
    [
        None,
        Kind(zh="培训", en="training"),
        HOURS.model_copy(update={"amount": AmountOf(unit="hour", scale=1, most=Decimal(400))}),
        HOURS.model_copy(update={"amount": AmountOf(unit="minute", scale=2, most=Decimal(400))}),
    ],
    ids=["kind dropped", "amount dropped", "other scale", "other unit"],
)
def test_an_amount_that_records_were_made_with_never_changes_its_scale_or_unit(now: Kind | None):
    given = Given(happened("district", CatalogueDeclared(catalogue=Catalogue(kinds={"training": HOURS}))))
    catalogue = Catalogue(kinds={"training": now} if now else {})
    refused(given, command(DeclareCatalogue, catalogue=catalogue), "catalogue amount")


def test_the_largest_amount_that_can_be_believed_may_change():
    more = HOURS.model_copy(update={"amount": AmountOf(unit="hour", scale=2, most=Decimal(500))})
    given = Given(happened("district", CatalogueDeclared(catalogue=Catalogue(kinds={"training": HOURS}))))
    assert given.when(command(DeclareCatalogue, catalogue=Catalogue(kinds={"training": more}))) == [
        CatalogueDeclared(catalogue=Catalogue(kinds={"training": more}))
    ]


@pytest.mark.parametrize(
    "kinds",
    [
        {"standing": Kind(zh="称号", en="title")},
        {"employment": Kind(zh="任职", en="employment")},
        {"paper": Kind(zh="论文", en="paper", attributes={"member": "text"})},
    ],
)
def test_what_the_log_itself_gives_is_never_declared_as_evidence(kinds: dict[str, Kind]):
    refused(real(), command(DeclareCatalogue, catalogue=Catalogue(kinds=kinds)), "reserved")
    opened = opening().model_copy(update={"catalogue": Catalogue(kinds=kinds)})
    refused(Given(), opened, "reserved")


def test_a_calendar_is_published_for_its_year():
    days = {"holidays": (date(2027, 1, 1),), "worked": (date(2027, 1, 3),)}
    asked = command(PublishCalendar, year=2027, **days)
    assert real().when(asked) == [CalendarPublished(year=2027, **days)]
    calendar = real().then(asked).state("district").calendars[2027]
    assert (calendar.holidays, calendar.worked) == ({date(2027, 1, 1)}, {date(2027, 1, 3)})


@pytest.mark.parametrize(
    ("holidays", "worked"),
    [
        ((date(2026, 12, 31),), ()),
        ((), (date(2028, 1, 1),)),
        ((date(2027, 1, 1),), (date(2027, 1, 1),)),
    ],
    ids=["holiday of another year", "working day of another year", "both at once"],
)
def test_a_calendar_holds_days_of_its_own_year_each_said_once(holidays: tuple[date, ...], worked: tuple[date, ...]):
    refused(real(), command(PublishCalendar, year=2027, holidays=holidays, worked=worked), "calendar")


def test_the_clock_of_a_training_district_moves_forward():
    later = NOON + timedelta(days=40)
    assert training_ground().when(command(SetClock, now=later)) == [ClockSet(now=later)]


def test_the_clock_never_moves_backwards():
    refused(training_ground(), command(SetClock, now=NOON - timedelta(seconds=1)), "clock backwards")


def test_an_instant_is_the_same_in_any_zone():
    east = (NOON - timedelta(minutes=1)).astimezone(timezone(timedelta(hours=8)))
    refused(training_ground(), command(SetClock, now=east), "clock backwards")


def test_a_real_district_refuses_a_clock():
    refused(real(), command(SetClock, now=NOON), "real clock")


def test_an_instant_without_a_time_zone_cannot_even_be_asked_for():
    with pytest.raises(ValidationError):
        command(SetClock, now=NOON.replace(tzinfo=None))
    with pytest.raises(ValidationError):
        opening(NOON.replace(tzinfo=None))


def test_days_that_end_before_they_begin_cannot_even_be_said():
    with pytest.raises(ValidationError):
        Span(first=date(2026, 3, 2), last=date(2026, 3, 1))


# ------------------------------------------------------------------------------- what ladders ask, what they count

TRAINING_2025 = Incomplete(kind="training", first=date(2025, 9, 1), last=date(2025, 12, 31))


def test_settings_have_values_for_ladders_and_sources_that_are_incomplete():
    settings = Settings(values={"mode": "按学段"}, incomplete=(TRAINING_2025,))
    given = real()
    assert given.when(command(ChangeSettings, settings=settings)) == [SettingsChanged(settings=settings)]
    assert given.then(command(ChangeSettings, settings=settings)).state("district").settings == settings


def test_no_source_is_incomplete_that_nobody_knows():
    strange = TRAINING_2025.model_copy(update={"kind": "trainings"})
    refused(real(), command(ChangeSettings, settings=Settings(incomplete=(strange,))), "unknown kind")


def test_the_days_of_an_incomplete_source_are_in_order():
    with pytest.raises(ValidationError):
        Incomplete(kind="training", first=date(2025, 9, 2), last=date(2025, 9, 1))


@pytest.mark.parametrize(("name", "value"), [("mode", " "), ("", "x"), ("mode", "长" * 61), ("长" * 61, "x")])
def test_a_named_setting_is_short_and_says_something(name: str, value: str):
    refused(real(), command(ChangeSettings, settings=Settings(values={name: value})), "setting")


def having(**kinds: Kind) -> Catalogue:
    return CATALOGUE.model_copy(update={"kinds": {**CATALOGUE.kinds, **kinds}})


def class_of(pupils: str | None) -> Kind:
    return Kind(zh="班级", en="class", attributes={} if pupils is None else {"pupils": pupils})


@pytest.mark.parametrize(("before", "after"), [("number", "text"), ("number", None), ("text", "number")])
def test_an_attribute_never_changes_between_a_number_and_a_term(before: str, after: str | None):
    given = real().then(command(DeclareCatalogue, catalogue=having(lesson2=class_of(before))))
    refused(given, command(DeclareCatalogue, catalogue=having(lesson2=class_of(after))), "number")


def test_a_kind_may_get_a_number_and_lose_a_text():
    given = real().then(command(DeclareCatalogue, catalogue=having(lesson2=class_of("text"))))
    without = given.then(command(DeclareCatalogue, catalogue=having(lesson2=class_of(None))))
    assert isinstance(without.when(command(DeclareCatalogue, catalogue=having(other=class_of("number")))), list)


def test_one_name_is_a_number_in_every_kind_or_in_none():
    both = having(lesson2=class_of("number"), lesson3=class_of("text"))
    refused(real(), command(DeclareCatalogue, catalogue=both), "number")


def test_what_lasts_goes_on_to_and_what_does_not_may_begin_to():
    given, kinds = real(), CATALOGUE.kinds
    ended = having(appointment=kinds["appointment"].model_copy(update={"lasting": None}))
    refused(given, command(DeclareCatalogue, catalogue=ended), "lasting")
    begun = having(award=kinds["award"].model_copy(update={"lasting": True}))
    assert given.when(command(DeclareCatalogue, catalogue=begun)) == [CatalogueDeclared(catalogue=begun)]


@pytest.mark.parametrize("kind", ["employment", "application", "decision", "dispensation", "used", "studios", "units"])
def test_kinds_that_the_log_gives_itself_are_not_declared(kind: str):
    refused(real(), command(DeclareCatalogue, catalogue=having(**{kind: class_of(None)})), "reserved")
