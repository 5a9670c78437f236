"""A review of eight people as given: its cycle, panels and cases, as far as each test needs it."""

from __future__ import annotations

from datetime import date
from typing import Any

from events.facts import CatalogueDeclared, PersonHired, Seat, Settings, SettingsChanged, UnitEstablished
from tests.workflows.given import CATALOGUE, LADDER, TODAY, Given, command, happened, published, verdict
from workflows.acts import DecideObjection, RaiseObjection
from workflows.case import known_at
from workflows.commands import (
    CastBallot,
    CloseSubmission,
    Conclude,
    DecideStage,
    Nominate,
    OpenCycle,
    OpenStage,
    PostNotice,
    RecordVerdicts,
    SeatPanel,
)

DEADLINE = date(2026, 3, 20)
AFTER = date(2026, 3, 21)
"""The day after the deadline."""
PANEL = ("an", "bai", "chen")
COLLEGE = ("dong", "fei")
SEATED = {"panel": PANEL, "college": COLLEGE}
"""By stage who sits in it, in rules that have it."""
OTHERS = ("gao", "he", "jin")
"""They work in the other school."""
CENTRE = ("qi", "ren")
PEOPLE = (*PANEL, *COLLEGE, "li", "wu", "zhang")


def person(name: str, unit: str = "school") -> Any:
    fact = PersonHired(staff_number=name, name=name, unit=unit, service_began=date(2015, 9, 1))
    return happened(f"subject-{name}", fact, date(2015, 9, 1))


def office(ladder: bytes = LADDER) -> Given:
    """A district with a ladder in force, two schools of one centre, and its people."""
    units: dict[str, tuple[Any, str | None]] = {
        "centre": ("centre", None), "school": ("school", "centre"), "other": ("school", "centre"),
    }  # fmt: skip
    return Given(
        happened("district", SettingsChanged(settings=Settings())),
        happened("district", CatalogueDeclared(catalogue=CATALOGUE)),
        published(ladder),
        *(
            happened(f"subject-{one}", UnitEstablished(code=one, kind=kind, name=one, part_of=above))
            for one, (kind, above) in units.items()
        ),
        *(person(name) for name in PEOPLE),
        *(person(name, "other") for name in OTHERS),
        *(person(name, "centre") for name in CENTRE),
    )


def routed(stages: str, *, places: str = "", step: str = "", nomination: str = "", grades: str = "") -> bytes:
    """The ladder of these tests with another route: its stages and places, as flow mappings, a line each."""
    text = LADDER.decode()
    before, after = text[: text.index("    stages:")], text[text.index("    notice working days") :]
    lines = "".join(f"      - {{{one}}}\n" for one in stages.strip().splitlines())
    more = f"    places: {{{places}}}\n" if places else ""
    more += f"    grades: {{{grades}}}\n" if grades else ""
    more += f"    nomination: {{{nomination}}}\n" if nomination else ""
    return (
        before + "    stages:\n" + lines + more + after.replace("    term: 3 years\n", step or "    term: 3 years\n")
    ).encode()


def stage(name: str = "panel", seats: str = "3", rule: str = "quorum: 2, threshold: more than 1/2 of present") -> str:
    """A stage of 7 days for ``routed``."""
    return (
        f"id: {name}, title: {{zh: 评议, en: {name}}}, body: {{zh: 督导, en: office}}, seats: {seats}, days: 7, {rule}"
    )


def opening(**said: Any) -> OpenCycle:
    told: dict[str, Any] = {
        "cycle": "y1", "ladder": "tenure", "to": "senior", "period": "2026", "title": "2026年评审",
        "as_of": date(2026, 3, 31), "deadline": DEADLINE,
    }  # fmt: skip
    return command(OpenCycle, **(told | said))


def nomination(subject: str = "li", **said: Any) -> Nominate:
    return command(Nominate, **({"cycle": "y1", "case": f"c-{subject}", "subject": subject} | said))


def seating(stage: str = "panel", people: tuple[str, ...] = PANEL, **said: Any) -> SeatPanel:
    seats = tuple(Seat(seat=number, person=name) for number, name in enumerate(people, 1))
    return command(SeatPanel, **({"cycle": "y1", "stage": stage, "seats": seats} | said))


def closing(by: str = "command") -> CloseSubmission:
    return command(CloseSubmission, cycle="y1", by=by)


def begin(stage: str = "panel") -> OpenStage:
    return command(OpenStage, cycle="y1", stage=stage)


def ballot(who: str, choice: str = "for", subject: str = "li", stage: str = "panel", **said: Any) -> CastBallot:
    told = {"cycle": "y1", "case": f"c-{subject}", "stage": stage, "person": who, "choice": choice}
    return command(CastBallot, **(told | said))


def ballots(choices: str, subject: str = "li", stage: str = "panel") -> list[CastBallot]:
    """One ballot per seat: + for, - against, 0 abstains, and a blank for who stays away."""
    said = {"+": "for", "-": "against", "0": "abstain"}
    people = PANEL if stage == "panel" else COLLEGE
    return [ballot(who, said[mark], subject, stage) for who, mark in zip(people, choices, strict=True) if mark != " "]


def verdicts(given: Given, **outcomes: Any) -> RecordVerdicts:
    """Verdicts on cases, pinned as the cycle and what asked for a new one pin."""
    state = given.state("cycle-y1")
    opened = state.opened
    pins = {"version": opened.version, "catalogue": opened.catalogue, "settings": opened.settings}
    known = {subject: known_at(given.state(f"case-c-{subject}"), state) for subject in outcomes}
    said = tuple((f"c-{subject}", verdict(outcome, known[subject], **pins)) for subject, outcome in outcomes.items())
    return command(RecordVerdicts, cycle="y1", verdicts=said)


def opened(ladder: bytes = LADDER, **said: Any) -> Given:
    """The cycle is open for nominations."""
    return office(ladder).then(opening(**said))


def closed(*subjects: str, ladder: bytes = LADDER) -> Given:
    """These are nominated, panels are seated, submission is closed."""
    panels = [seating(name, people) for name, people in SEATED.items() if f"id: {name}," in ladder.decode()]
    return opened(ladder).then(*(nomination(one) for one in subjects), *panels, closing())


def in_panel(*subjects: str, ladder: bytes = LADDER, day: date = TODAY) -> Given:
    """These are eligible and before the panel, whose ballots are taken from that day on."""
    given = closed(*subjects, ladder=ladder)
    return given.then(verdicts(given, **dict.fromkeys(subjects, "met"))).on(day).then(begin())


def decide(*subjects: str, stage: str = "panel") -> DecideStage:
    """Their ballots are to be counted."""
    return command(DecideStage, cycle="y1", stage=stage, cases=tuple(f"c-{one}" for one in subjects))


def conclude(*subjects: str, **evidence: tuple[int, ...]) -> Conclude:
    """They are to be granted or declined; by name the evidence that counted."""
    said = {f"c-{one}": positions for one, positions in evidence.items()}
    return command(Conclude, cycle="y1", cases=tuple(f"c-{one}" for one in subjects), evidence=said)


def approve(*subjects: str, given: Given) -> Given:
    """Every stage approves these, who are before the first one."""
    for name, _ in given.state("cycle-y1").panels:
        if name not in given.state("cycle-y1").stages:
            given = given.then(begin(name))
        votes = [vote for one in subjects for vote in ballots("+" * len(SEATED[name]), one, name)]
        given = given.then(*votes, decide(*subjects, stage=name))
    return given


def notice(*subjects: str, first: date = TODAY, last: date = date(2026, 3, 16)) -> PostNotice:
    """Their names are to be posted."""
    cases = tuple((f"c-{one}", one) for one in subjects)
    return command(PostNotice, cycle="y1", cases=cases, first=first, last=last)


def posted(*subjects: str, ladder: bytes = LADDER, last: date = date(2026, 3, 16)) -> Given:
    """Every stage approved these, and their notice runs from today."""
    return approve(*subjects, given=in_panel(*subjects, ladder=ladder)).then(notice(*subjects, last=last))


def objection(subject: str = "li", name: str = "o1", **said: Any) -> RaiseObjection:
    """Somebody objects, without giving a name."""
    told = {"cycle": "y1", "case": f"c-{subject}", "objection": name, "anonymous": True, "about": "论文不是本人所写"}
    return command(RaiseObjection, **(told | said))


def settle(then: str = "resume", subject: str = "li", name: str = "o1", **said: Any) -> DecideObjection:
    """An objection is decided: dismissed if the case resumes, else upheld."""
    told = {
        "cycle": "y1", "case": f"c-{subject}", "objection": name, "then": then, "reason": "经核查",
        "outcome": "dismissed" if then == "resume" else "upheld",
    }  # fmt: skip
    return command(DecideObjection, **(told | said))


def with_panel(rule: str, seats: str = "3", more: str = "") -> bytes:
    """A ladder whose first stage is of that rule, before the college of two."""
    college = stage("college", "2", "quorum: 2, threshold: at least 1/2 of seats")
    return routed(f"{stage(seats=seats, rule=rule)}\n{college}", places=more)


def other_cycle(given: Given) -> Given:
    """With a second cycle, of another period, in which Wu has a case."""
    y2: dict[str, Any] = {"cycle": "y2"}
    return given.then(opening(period="2027", **y2), nomination("wu", case="c-2", **y2), seating(**y2))
