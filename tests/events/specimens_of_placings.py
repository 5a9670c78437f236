"""Events of cycles whose ladder places on the highest rung that is met."""

from __future__ import annotations

from datetime import date

from events import facts
from tests.events.specimen import PINS, Specimen

PLACINGS = (
    Specimen(
        "case-k7",
        facts.Assessed(
            step="→host",
            pins=PINS,
            outcome="met",
            findings=(facts.ClauseFound(clause="title", outcome="met", low=1, high=1, over=1),),
            digest="ca" * 32,
            rung="host",
            unsure=("→expert",),
            beside=(
                facts.StepFound(
                    step="→expert",
                    outcome="unknown",
                    findings=(facts.ClauseFound(clause="score", outcome="unknown", low=None, high=None, over=1),),
                    digest="cb" * 32,
                ),
            ),
        ),
    ),
)

PLACED = (
    Specimen(
        "cycle-c1",
        facts.PlacesFilled(
            groups=(
                facts.GroupPlaces(candidates=3, places=1, taken=1, rung="expert"),
                facts.GroupPlaces(candidates=4, places=2, taken=2, rung="host", again=2),
            ),
            outside=0,
            list_sha256="0d" * 32,
        ),
    ),
    Specimen(
        "case-k7",
        facts.Placed(
            cycle="c1",
            outcome="in",
            rank=2,
            of=4,
            places=2,
            filled=101,
            rung="host",
            higher=(facts.NoPlace(rung="expert", rank=3, of=3, places=1, tied=2, by="votes of panel"),),
        ),
    ),
    Specimen("case-k8", facts.Declined(cycle="c1", subject="p6", reason="no place", assessed=100, rung="host")),
)

SIGNED = (
    Specimen("cycle-c1", facts.ResultsSigned(notice=63, person="p3")),
    Specimen(
        "case-k8",
        facts.Granted(
            cycle="c1",
            subject="p6",
            ladder="teacher",
            rung="leader",
            in_force_from=date(2026, 7, 11),
            assessed=45,
            notice=63,
            evidence=(30,),
            signed=111,
        ),
    ),
)
