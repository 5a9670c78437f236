"""Specimens of persons whose record is erased; they are the last in the golden log so far."""

from __future__ import annotations

from datetime import date

from events import facts
from tests.events.specimen import Specimen

ERASED = (
    Specimen("subject-p2", facts.PersonErased(reason="本人申请", kept_until=date(2036, 6, 30), rule="区档〔2020〕3号")),
    Specimen("subject-p7", facts.PersonErased(reason="保管期满", kept_until=date(2036, 6, 30))),
)

KEEPING = (
    Specimen(
        "district",
        facts.SettingsChanged(
            settings=facts.Settings(
                retention=facts.Retention(after_leaving=10, after_decision=30, document="区档〔2020〕3号")
            )
        ),
    ),
)
