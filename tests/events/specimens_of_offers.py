"""Specimens of the training calendar; they are the last in the golden log so far."""

from __future__ import annotations

from datetime import date

from events import facts
from events.facts import Amount
from tests.events.specimen import JUNE, SOURCE, Specimen

OFFERS = (
    Specimen(
        "training-t1",
        facts.TrainingOffered(
            number="2026-07",
            title="暑期骨干研修班",
            first=date(2026, 7, 13),
            last=date(2026, 7, 17),
            kind="training",
            attributes={"category": "topic", "level": "district"},
            amount=Amount(value=165, scale=1, unit="hour"),
            places=60,
            rungs=(facts.OfRung(ladder="teacher", rung="backbone"),),
            roles=("保育员",),
            organiser="教师进修学校",
            venue="张三工作室",
            source=SOURCE,
        ),
    ),
    Specimen("training-t2", facts.TrainingOffered(title="师德讲座", first=JUNE, last=JUNE, kind="lecture")),
    Specimen(
        "training-t1",
        facts.TrainingOfferChanged(
            title="暑期骨干研修班(改期)",
            first=date(2026, 7, 20),
            last=date(2026, 7, 24),
            kind="training",
            amount=Amount(value=16, scale=0, unit="hour"),
            reason="张三出差",
            source=SOURCE,
        ),
    ),
    Specimen("training-t2", facts.TrainingCalledOff(reason="主讲人张三生病")),
)
