"""Events of lists: grades with forced shares."""

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
