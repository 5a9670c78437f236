"""Specimens of trainings that several platforms report; they are the last in the golden log so far."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from events import facts
from events.facts import Amount
from tests.events.specimen import SOURCE, WORK, Specimen

HOURS = (
    Specimen(
        "subject-p9",
        facts.TrainingRecorded(
            title="新课标研修 😀",
            category="district",
            hours=Amount(value=12, scale=0, unit="hour"),
            recognised=False,
            identity=WORK,
            number="JX-2026-0088 张三",
            failed=True,
            source=SOURCE,
        ),
    ),
    Specimen(
        "subject-p9",
        facts.TrainingAlsoReported(
            training=17,
            title="“新课标”网络研修",
            category="district",
            level="district",
            hours=Amount(value=115, scale=1, unit="hour"),
            recognised=True,
            number="JX-2026-0088 张三",
            failed=False,
            source=SOURCE,
        ),
    ),
    Specimen("subject-p9", facts.TrainingsFoundSame(training=17, other=20, reason="两个平台上的同一次研修")),
    Specimen("subject-p9", facts.TrainingsFoundDifferent(training=20, other=17, reason="一次是上半年的")),
    Specimen("subject-p10", facts.TrainingsFoundDifferent(training=20, other=21)),
    Specimen("subject-p9", facts.TrainingRefused(training=17, reason="没有参加考核")),
    Specimen("subject-p9", facts.TrainingRecognised(training=17, after=99)),
)

HOURS_AGAIN = (
    Specimen("subject-p10", facts.TrainingsFoundSame(training=20, other=17, reason="省平台后来更正了", after=101)),
)

NUMBERED = (
    Specimen("subject-p9", facts.TrainingNumbered(training=17, identity=WORK, number="JX-2026-0089 张三")),
    Specimen("subject-p10", facts.TrainingNumbered(training=20, identity=WORK)),
)

HOURS_RULES = (
    Specimen(
        "district",
        facts.HoursRulesDecided(
            rules=facts.HoursRules(
                since=date(2025, 9, 1),
                minimum=Decimal(72),
                most=Decimal("120.5"),
                categories={"online": facts.HoursOf(most=Decimal(36)), "ethics": facts.HoursOf(minimum=Decimal(8))},
                basis="区教〔2025〕3号",
            )
        ),
    ),
)
