"""Specimens of corrections of past decisions."""

from __future__ import annotations

from events import facts
from tests.events.specimen import JUNE, PINS, Specimen

VERDICT = facts.Reassessed(
    step="backbone→leader",
    pins=PINS.model_copy(update={"known_at": 90}),
    outcome="not met",
    findings=(facts.ClauseFound(clause="hours", outcome="not met", low=95, high=95, over=10),),
    digest="cd" * 32,
    evidence=(18, 19),
)
CORRECTING = (
    Specimen(
        "subject-p1",
        facts.CorrectionOpened(
            decision=60,
            decided="granted",
            decided_on=JUNE,
            case="k1",
            cycle="y1",
            ladder="teacher",
            rung="leader",
            then="met",
            verdict=VERDICT,
            because=(84,),
            reason="佐证作废",
        ),
    ),
    Specimen(
        "subject-p1",
        facts.CorrectionDecided(correction=91, decision=60, outcome="revoked", reason="学时不足"),
    ),
    Specimen("subject-p3", facts.CorrectionDecided(correction=93, decision=61, outcome="kept", reason="不影响结论")),
    Specimen(
        "subject-p3",
        facts.GrantedOnCorrection(
            correction=95,
            decision=62,
            cycle="y1",
            case="k3",
            ladder="teacher",
            rung="leader",
            from_rung="backbone",
            until=JUNE,
            evidence=(18, 19),
            reason="补录的学时已核实",
        ),
    ),
)
