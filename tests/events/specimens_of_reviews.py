"""Events of every fact of a whole review, of standings and of schedules; see ``tests.events.specimens``."""

from __future__ import annotations

from datetime import date

from events import facts
from tests.events.specimen import JUNE, PINS, SOURCE, Specimen

REVIEWS = (
    # Ballots, and what people do in a stage besides voting.
    Specimen(
        "case-k3",
        facts.Nominated(cycle="c1", subject="p5", unit="u1", outside=True),
    ),
    Specimen(
        "cycle-c1",
        facts.PanelSeated(
            stage="sheet",
            unit="u1",
            seats=(facts.Seat(seat=1, person="p3", role="chair"), facts.Seat(seat=2, person="p4")),
        ),
    ),
    Specimen(
        "cycle-c1", facts.StageOpened(stage="sheet", first=JUNE, last=date(2026, 7, 9), counted_from=date(2026, 7, 13))
    ),
    Specimen(
        "case-k3",
        facts.BallotCast(
            cycle="c1",
            stage="sheet",
            seat=1,
            person="p3",
            choice="scored",
            scores=(facts.Score(item="lesson", value=875, scale=1), facts.Score(item="research")),
            again=1,
        ),
    ),
    Specimen(
        "case-k3",
        facts.SealedBallotCast(
            cycle="c1",
            stage="panel",
            seat=2,
            person="p4",
            box="box-c1-panel",
            content='{"choice":"against","pad":""}',
            source=SOURCE,
        ),
    ),
    Specimen("case-k3", facts.BallotWithdrawn(cycle="c1", stage="panel", seat=2, ballot=47)),
    Specimen("case-k3", facts.OpeningAsked(cycle="c1", subject="p5", ballot=47, reason="纪检组核查张三反映的情况")),
    Specimen("case-k3", facts.BallotOpened(cycle="c1", ballot=47, asked=49)),
    Specimen("cycle-c1", facts.SeatDelegated(stage="panel", unit="u1", seat=2, person="p4", delegate="p6")),
    Specimen("cycle-c1", facts.SeatHandedOver(stage="panel", seat=2, person="p4", successor="p7")),
    Specimen("cycle-c1", facts.PanelReminded(stage="panel", persons=("p3", "p7"), missing=14)),
    Specimen("cycle-c1", facts.StageExtended(stage="panel", last=date(2026, 7, 14), counted_from=date(2026, 7, 15))),
    Specimen(
        "case-k3",
        facts.SeatRecused(cycle="c1", stage="panel", seat=1, person="p3", subject="p5", reason="与申报人李四是夫妻"),
    ),
    Specimen("case-k3", facts.SignerAdded(cycle="c1", stage="panel", seat=4, person="p8")),
    Specimen(
        "case-k3",
        facts.CaseReturned(cycle="c1", subject="p5", stage="panel", reason="缺少任教证明", until=date(2026, 7, 20)),
    ),
    Specimen("case-k3", facts.CaseResubmitted(cycle="c1", stage="panel")),
    Specimen(
        "case-k3",
        facts.WindowOpened(cycle="c1", stage="panel", first=JUNE, last=date(2026, 7, 7), counted_from=date(2026, 7, 8)),
    ),
    Specimen("case-k3", facts.CaseWithdrawn(cycle="c1", subject="p5", reason="李四本人因调动撤回")),
    # What a stage's ballots come to, places, and objections.
    Specimen(
        "case-k4",
        facts.StageDecided(
            stage="sheet",
            outcome="approved",
            tally=facts.Tally(
                in_favour=0,
                against=0,
                abstained=0,
                seats=4,
                recused=(5,),
                vetoed=(1,),
                score=1757,
                over=20,
                items=(facts.ItemScore(item="lesson", score=173, over=2), facts.ItemScore(item="research")),
                dropped=(1, 3),
            ),
            assessed=32,
            last=False,
        ),
    ),
    Specimen(
        "cycle-c1",
        facts.PlacesFilled(
            groups=(
                facts.GroupPlaces(unit="u1", candidates=9, places=2, taken=3),
                facts.GroupPlaces(candidates=4, places=1, taken=1),
            ),
            outside=1,
            list_sha256="de" * 32,
            lot="0f" * 16,
        ),
    ),
    Specimen(
        "case-k4",
        facts.Placed(
            cycle="c1", outcome="in", rank=2, of=9, places=2, unit="u1", tied=2, by="votes of panel", filled=62
        ),
    ),
    Specimen("case-k5", facts.Placed(cycle="c1", outcome="out", rank=5, of=9, places=2, filled=62)),
    Specimen(
        "case-k4",
        facts.ObjectionRaised(
            cycle="c1",
            subject="p1",
            objection="o1",
            by="p6",
            anonymous=False,
            about="张三的论文署名有误",
            until=date(2026, 7, 31),
        ),
    ),
    Specimen(
        "case-k4",
        facts.ObjectionHeard(cycle="c1", subject="p1", objection="o1", minutes="张三说明了署名经过"),
    ),
    Specimen(
        "case-k4",
        facts.ObjectionDecided(
            cycle="c1",
            subject="p1",
            objection="o1",
            outcome="upheld",
            then="return",
            after="sheet",
            reason="张三应更正署名后重评",
        ),
    ),
    Specimen(
        "case-k4",
        facts.Declined(cycle="c1", subject="p1", reason="objection upheld", assessed=32),
    ),
    Specimen("cycle-c1", facts.CycleFinished(granted=9, declined=3, withdrawn=1)),
    # Standings after their grant, and schedules.
    Specimen("subject-p1", facts.StandingLapsed(standing=10, ladder="teacher", rung="backbone")),
    Specimen(
        "subject-p1",
        facts.StandingSuspended(
            standing=35,
            ladder="teacher",
            rung="leader",
            cause="rule",
            judgement=facts.Judgement(
                rule="too-few-hours",
                pins=PINS,
                outcome="met",
                findings=(facts.ClauseFound(clause="hours", outcome="met", low=300, high=300, over=100),),
                digest="fe" * 32,
                evidence=(16,),
            ),
        ),
    ),
    Specimen(
        "subject-p1",
        facts.StandingReinstated(
            standing=35,
            ladder="teacher",
            rung="leader",
            ended=71,
            as_if_never=True,
            until=date(2029, 6, 30),
            reason="张三补齐了学时",
        ),
    ),
    Specimen(
        "subject-p1",
        facts.StandingRevoked(
            standing=35, ladder="teacher", rung="leader", cause="decision", reason="张三违反师德规定"
        ),
    ),
    Specimen(
        "ladder-teacher",
        facts.HoldersReviewed(ladder="teacher", version="ab" * 32, as_of=JUNE, known_at=73, looked_at=120, ended=1),
    ),
    Specimen(
        "schedule-s1",
        facts.CycleScheduled(
            ladder="teacher",
            to="leader",
            scope="u0",
            every="half-year",
            first=date(2026, 9, 1),
            submission_days=30,
            missed="once",
        ),
    ),
    Specimen("schedule-s1", facts.RunLeftOut(due=date(2026, 9, 1), period="2026-H2", reason="missed")),
    Specimen("schedule-s1", facts.RunOpened(due=date(2027, 3, 1), period="2027-H1", cycle="c2")),
    Specimen("schedule-s1", facts.ScheduleEnded()),
)
