"""Every fact that the log can hold: what happened, in the past tense, frozen.

A fact is the payload of an event; what surrounds it (when, who, by what authority) is the envelope's.  Its stored
name is ``TYPE`` with the number ``SCHEMA``; neither ever changes its meaning.  A field that says something about a
person which no rule needs is declared ``Personal`` with its owner: it is plain in a fact that is about to be
appended, and sealed (ciphertext, see ``events.vault``) in one that was read.
"""

from __future__ import annotations

from events.facts.base import SELF, Amount, Fact, FromRow, Owner, Personal, Source, Value
from events.facts.cases import (
    Assessed,
    BallotCast,
    ClauseFound,
    Declined,
    Granted,
    Nominated,
    Outcome,
    Pins,
    StageDecided,
    Tally,
)
from events.facts.cycles import (
    CycleFinished,
    CycleOpened,
    LadderPublished,
    NoticePosted,
    PanelSeated,
    Seat,
    StageOpened,
    SubmissionClosed,
)
from events.facts.district import (
    AmountOf,
    CalendarPublished,
    Catalogue,
    CatalogueDeclared,
    ClockSet,
    DistrictOpened,
    Kind,
    Scale,
    Settings,
    SettingsChanged,
    Term,
)
from events.facts.evidence import (
    EvaluationRecorded,
    EvidenceCorrected,
    EvidenceRecorded,
    EvidenceVoided,
    ReflectionSelected,
    ReflectionSubmitted,
    TrainingRecognised,
    TrainingRecorded,
)
from events.facts.subjects import (
    MemberJoined,
    MemberLeft,
    MentorPaired,
    MentorParted,
    PersonHired,
    PersonLeft,
    PersonMoved,
    StandingTakenOver,
    StudioFounded,
    UnitEstablished,
)

FACTS: dict[str, type[Fact]] = {
    fact.TYPE: fact
    for fact in (
        DistrictOpened, SettingsChanged, CatalogueDeclared, CalendarPublished, ClockSet,
        UnitEstablished, PersonHired, PersonMoved, PersonLeft, StandingTakenOver, StudioFounded,
        MemberJoined, MemberLeft, MentorPaired, MentorParted,
        TrainingRecorded, TrainingRecognised, EvaluationRecorded, ReflectionSubmitted, ReflectionSelected,
        EvidenceRecorded, EvidenceCorrected, EvidenceVoided,
        LadderPublished, CycleOpened, PanelSeated, SubmissionClosed, StageOpened, NoticePosted, CycleFinished,
        Nominated, Assessed, BallotCast, StageDecided, Granted, Declined,
    )
}  # fmt: skip
"""Every fact by its stored name."""

__all__ = [
    "FACTS", "SELF", "Amount", "AmountOf", "Assessed", "BallotCast", "CalendarPublished", "Catalogue",
    "CatalogueDeclared", "ClauseFound", "ClockSet", "CycleFinished", "CycleOpened", "Declined", "DistrictOpened",
    "EvaluationRecorded", "EvidenceCorrected", "EvidenceRecorded", "EvidenceVoided", "Fact", "FromRow", "Granted",
    "Kind", "LadderPublished", "MemberJoined", "MemberLeft", "MentorPaired", "MentorParted", "Nominated",
    "NoticePosted", "Outcome", "Owner", "PanelSeated", "PersonHired", "PersonLeft", "PersonMoved", "Personal",
    "Pins", "ReflectionSelected", "ReflectionSubmitted", "Scale", "Seat", "Settings", "SettingsChanged", "Source",
    "StageDecided", "StageOpened", "StandingTakenOver", "StudioFounded", "SubmissionClosed", "Tally", "Term",
    "TrainingRecognised", "TrainingRecorded", "UnitEstablished", "Value",
]  # fmt: skip
