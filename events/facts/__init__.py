"""Every fact that the log can hold: what happened, in the past tense, frozen.

A fact is the payload of an event; what surrounds it (when, who, by what authority) is the envelope's.  Its stored
name is ``TYPE`` with the number ``SCHEMA``; neither ever changes its meaning.  A field that says something about a
person which no rule needs is declared ``Personal`` with its owner: it is plain in a fact that is about to be
appended, and sealed (ciphertext, see ``events.vault``) in one that was read.
"""

from __future__ import annotations

from events.facts.acts import (
    CaseResubmitted,
    CaseReturned,
    CaseWithdrawn,
    DelegationEnded,
    PanelReminded,
    RecusalEnded,
    SeatDelegated,
    SeatHandedOver,
    SeatRecused,
    SignerAdded,
    StageExtended,
    WindowOpened,
)
from events.facts.ballots import (
    BallotCast,
    BallotOpened,
    BallotWithdrawn,
    Choice,
    OpeningAsked,
    Score,
    SealedBallotCast,
)
from events.facts.base import SELF, Amount, Fact, FromRow, Owner, Personal, Source, Value
from events.facts.cases import (
    Assessed,
    CaseRebased,
    ClauseFound,
    Declined,
    Graded,
    Granted,
    ItemScore,
    MovedUp,
    Nominated,
    NoPlace,
    Outcome,
    Pins,
    Placed,
    StageDecided,
    StandsAgain,
    StepFound,
    Tally,
)
from events.facts.cycles import (
    CycleFinished,
    CycleOpened,
    CycleRebased,
    Drawn,
    GradeGiven,
    GradesGiven,
    GroupGrades,
    GroupPlaces,
    LadderPublished,
    LadderRetired,
    ListLacking,
    NoticePosted,
    PanelSeated,
    PlacesFilled,
    ResultsSigned,
    Seat,
    StageOpened,
    SubmissionClosed,
)
from events.facts.dispensations import DispensationEnded, DispensationGranted
from events.facts.district import (
    NUMBER,
    UNSCALED,
    AmountOf,
    CalendarPublished,
    Catalogue,
    CatalogueDeclared,
    ClockSet,
    DistrictOpened,
    Incomplete,
    Kind,
    Retention,
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
    TrainingAlsoReported,
    TrainingRecognised,
    TrainingRecorded,
    TrainingRefused,
    TrainingsFoundDifferent,
    TrainingsFoundSame,
)
from events.facts.hours import HoursOf, HoursRules, HoursRulesDecided
from events.facts.objections import ObjectionDecided, ObjectionHeard, ObjectionRaised
from events.facts.offers import OfferedTraining, OfRung, TrainingCalledOff, TrainingOfferChanged, TrainingOffered
from events.facts.schedules import CycleScheduled, Every, RunLeftOut, RunOpened, ScheduleEnded
from events.facts.standings import (
    HoldersReviewed,
    Judgement,
    OfStanding,
    StandingDemoted,
    StandingLapsed,
    StandingReinstated,
    StandingRevoked,
    StandingSuspended,
)
from events.facts.subjects import (
    MemberJoined,
    MemberLeft,
    MentorPaired,
    MentorParted,
    PersonErased,
    PersonHired,
    PersonLeft,
    PersonMoved,
    StandingTakenOver,
    StudioFounded,
    UnitEstablished,
)
from events.facts.undoing import TakenBack

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
        SealedBallotCast, BallotWithdrawn, OpeningAsked, BallotOpened,
        SeatDelegated, SeatHandedOver, PanelReminded, StageExtended,
        SeatRecused, SignerAdded, CaseReturned, CaseResubmitted, WindowOpened, CaseWithdrawn,
        PlacesFilled, Placed, ObjectionRaised, ObjectionHeard, ObjectionDecided,
        StandingLapsed, StandingSuspended, StandingRevoked, StandingReinstated, HoldersReviewed,
        CycleScheduled, RunOpened, RunLeftOut, ScheduleEnded,
        RecusalEnded, DelegationEnded, MovedUp,
        DispensationGranted, DispensationEnded, StandingDemoted,
        GradesGiven, Graded, StandsAgain,
        TrainingOffered, TrainingOfferChanged, TrainingCalledOff,
        LadderRetired, CycleRebased, CaseRebased,
        ResultsSigned,
        PersonErased,
        TrainingAlsoReported, TrainingsFoundSame, TrainingsFoundDifferent, TrainingRefused,
        HoursRulesDecided,
        TakenBack,
    )
}  # fmt: skip
"""Every fact by its stored name."""

__all__ = [
    "FACTS", "NUMBER", "SELF", "UNSCALED", "Amount", "AmountOf", "Assessed", "BallotCast", "BallotOpened",
    "BallotWithdrawn", "CalendarPublished", "CaseRebased", "CaseResubmitted", "CaseReturned", "CaseWithdrawn",
    "Catalogue", "CatalogueDeclared", "Choice", "ClauseFound", "ClockSet", "CycleFinished", "CycleOpened",
    "CycleRebased", "CycleScheduled", "Declined", "DelegationEnded", "DispensationEnded", "DispensationGranted",
    "DistrictOpened", "Drawn", "EvaluationRecorded", "Every", "EvidenceCorrected", "EvidenceRecorded",
    "EvidenceVoided", "Fact", "FromRow", "GradeGiven", "Graded", "GradesGiven", "Granted", "GroupGrades",
    "GroupPlaces", "HoldersReviewed", "HoursOf", "HoursRules", "HoursRulesDecided", "Incomplete", "ItemScore",
    "Judgement", "Kind", "LadderPublished", "LadderRetired", "ListLacking", "MemberJoined", "MemberLeft",
    "MentorPaired", "MentorParted", "MovedUp", "NoPlace", "Nominated", "NoticePosted", "ObjectionDecided",
    "ObjectionHeard", "ObjectionRaised", "OfRung", "OfStanding", "OfferedTraining", "OpeningAsked", "Outcome",
    "Owner", "PanelReminded", "PanelSeated", "PersonErased", "PersonHired", "PersonLeft", "PersonMoved", "Personal",
    "Pins", "Placed", "PlacesFilled", "RecusalEnded", "ReflectionSelected", "ReflectionSubmitted", "ResultsSigned",
    "Retention", "RunLeftOut", "RunOpened", "Scale", "ScheduleEnded", "Score", "SealedBallotCast", "Seat",
    "SeatDelegated", "SeatHandedOver", "SeatRecused", "Settings", "SettingsChanged", "SignerAdded", "Source",
    "StageDecided", "StageExtended", "StageOpened", "StandingDemoted", "StandingLapsed", "StandingReinstated",
    "StandingRevoked", "StandingSuspended", "StandingTakenOver", "StandsAgain", "StepFound", "StudioFounded",
    "SubmissionClosed", "TakenBack", "Tally", "Term", "TrainingAlsoReported", "TrainingCalledOff",
    "TrainingOfferChanged", "TrainingOffered", "TrainingRecognised", "TrainingRecorded", "TrainingRefused",
    "TrainingsFoundDifferent", "TrainingsFoundSame", "UnitEstablished", "Value", "WindowOpened",
]  # fmt: skip
