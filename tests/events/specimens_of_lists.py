"""Events of lists: grades with forced shares, several ballots in one stage, what they lack."""

from __future__ import annotations

from datetime import date

from events import facts
from tests.events.specimen import Specimen

LISTS = (
    Specimen(
        "cycle-c1",
        facts.GradesGiven(
            groups=(
                facts.GroupGrades(
                    unit="u1",
                    cases=3,
                    grades=(
                        facts.GradeGiven(grade="excellent", cases=1),
                        facts.GradeGiven(grade="qualified", cases=2),
                    ),
                ),
            ),
            list_sha256="0e" * 32,
            lot="0f" * 16,
        ),
    ),
    Specimen("case-k6", facts.Graded(cycle="c1", grade="excellent", rank=1, of=3, unit="u1", tied=2, given=110)),
    Specimen(
        "case-k6",
        facts.Granted(
            cycle="c1",
            subject="p5",
            ladder="teacher",
            rung="leader",
            in_force_from=date(2026, 7, 11),
            assessed=45,
            notice=63,
            evidence=(30,),
            grade="excellent",
        ),
    ),
)

ROUNDS = (
    Specimen(
        "case-k6",
        facts.StandsAgain(
            cycle="c1",
            stage="panel",
            round=2,
            tally=facts.Tally(in_favour=3, against=2, abstained=0, seats=5),
            assessed=45,
            first=date(2026, 6, 9),
            last=date(2026, 6, 16),
            counted_from=date(2026, 6, 19),
            places=1,
        ),
    ),
    Specimen(
        "case-k6",
        facts.BallotCast(cycle="c1", stage="panel", seat=1, person="p6", choice="for", again=1, round=2),
    ),
    Specimen(
        "case-k6",
        facts.SealedBallotCast(
            cycle="c1",
            stage="college",
            seat=1,
            person="p6",
            box="box-c1-college",
            content='{"choice":"for","pad":"    "}',
            again=1,
            round=2,
        ),
    ),
    Specimen(
        "case-k6",
        facts.StageDecided(
            stage="panel",
            outcome="approved",
            tally=facts.Tally(in_favour=3, against=2, abstained=0, seats=5),
            assessed=45,
            last=True,
            round=2,
            tie_break=(4,),
        ),
    ),
)

LACKING = (
    Specimen(
        "cycle-c1",
        facts.SubmissionClosed(
            known_at=40,
            by="command",
            lacking=(facts.ListLacking(composition="women", outcome="unknown", low=1, high=2, of=5, unit="u1"),),
        ),
    ),
)
