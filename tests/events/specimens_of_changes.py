"""Specimens of what changes a rule: a version with a last day, its retirement, a cycle rebased with its case."""

from __future__ import annotations

from events import facts
from tests.events.specimen import JUNE, MAY, Specimen

CHANGES = (
    Specimen(
        "ladder-station",
        facts.LadderPublished(
            ladder="station",
            sha256="cd" * 32,
            file="Zm9ybWF0OiAyCg==",
            in_force_from=MAY,
            in_force_until=JUNE,
            assumed_confirmed=True,
        ),
    ),
    Specimen("ladder-station", facts.LadderRetired(ladder="station", sha256="cd" * 32, last=MAY)),
    Specimen("cycle-c1", facts.CycleRebased(version="cd" * 32, was="ab" * 32, reason="新办法已经公布")),
    Specimen("case-k6", facts.CaseRebased(cycle="c1", rebased=99)),
)
