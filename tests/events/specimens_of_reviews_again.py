"""Events of what a review came to know later: recusals of persons and their end, delegations that end, places freed,
seats drawn by lot, a demotion.
"""

from __future__ import annotations

from datetime import date

from events import facts
from tests.events.specimen import PINS, Specimen

REVIEWS_AGAIN = (
    Specimen(
        "case-k6",
        facts.SeatRecused(
            cycle="c1",
            stage="panel",
            seat=1,
            person="p6",
            subject="p5",
            reason="与申报人李四是同门",
            sits="delegate",
            again=1,
        ),
    ),
    Specimen(
        "case-k6",
        facts.RecusalEnded(
            cycle="c1",
            stage="panel",
            seat=1,
            person="p6",
            subject="p5",
            recusal=87,
            reason="与李四只是同名",
        ),
    ),
    Specimen("cycle-c1", facts.DelegationEnded(stage="panel", unit="u1", seat=2, person="p4", delegate="p6")),
    Specimen("case-k6", facts.MovedUp(cycle="c1", rank=5, places=2, unit="u1", freed=68, filled=62)),
    Specimen(
        "cycle-c1",
        facts.PanelSeated(
            stage="panel",
            unit="u1",
            seats=(facts.Seat(seat=1, person="p3", role="chair"), facts.Seat(seat=2, person="p4", role="expert")),
            drawn=(facts.Drawn(role="expert", pool=("p4", "p6", "p7"), lot="0f" * 16),),
        ),
    ),
    Specimen(
        "subject-p1",
        facts.StandingDemoted(
            standing=35,
            ladder="teacher",
            rung="leader",
            to="backbone",
            until=date(2029, 6, 30),
            cause="rule",
            judgement=facts.Judgement(
                rule="no-lessons",
                pins=PINS,
                outcome="met",
                findings=(facts.ClauseFound(clause="lessons", outcome="met", low=0, high=0, over=1),),
                digest="ad" * 32,
                evidence=(),
            ),
        ),
    ),
)
