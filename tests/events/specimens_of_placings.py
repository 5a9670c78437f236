"""Events of cycles whose ladder places on the highest rung that is met."""

from __future__ import annotations

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
