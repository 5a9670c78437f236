"""Specimens of what the whole rule language asks for; they follow those of reviews in the golden log."""

from __future__ import annotations

from datetime import date

from events import facts
from events.facts import Amount, AmountOf, Catalogue, Incomplete, Kind, Settings
from tests.events.specimen import JUNE, MAY, Specimen

RULES = (
    Specimen(
        "district",
        facts.SettingsChanged(
            settings=Settings(
                values={"mode": "按学段"},
                incomplete=(Incomplete(kind="training", first=date(2025, 9, 1), last=date(2025, 12, 31)),),
            )
        ),
    ),
    Specimen(
        "district",
        facts.CatalogueDeclared(
            catalogue=Catalogue(
                kinds={
                    "appointment": Kind(zh="任职", en="appointment", attributes={"role": "text"}, lasting=True),
                    "class": Kind(
                        zh="任教班级",
                        en="class",
                        amount=AmountOf(unit="hour", scale=0, most=40),  # type: ignore[arg-type]
                        attributes={"pupils": "number"},
                    ),
                }
            )
        ),
    ),
    Specimen(
        "subject-p1",
        facts.EvidenceRecorded(kind="appointment", title="班主任", attributes={"role": "head"}, lasts_until=JUNE),
    ),
    Specimen(
        "subject-p1",
        facts.EvidenceCorrected(
            target=81, attributes={"role": "head"}, amounts={}, title="班主任", reason="任期有误", lasts_until=MAY
        ),
    ),
    Specimen("case-k9", facts.Nominated(cycle="c1", subject="p9", unit="u1", states={"track": "research"})),
    Specimen(
        "subject-p1",
        facts.DispensationGranted(
            ladder="teacher",
            clause="hours",
            at_least=Amount(value=485, scale=1, unit=""),
            until=date(2027, 8, 31),
            reason="张三支教一年",
        ),
    ),
    Specimen("subject-p1", facts.DispensationGranted(ladder="teacher", clause="papers", reason="张三长期病假")),
    Specimen("subject-p1", facts.DispensationEnded(dispensation=84, reason="张三已返校")),
)
