"""Specimens of teams beyond their number, and of units that join; they are the last in the golden log so far."""

from __future__ import annotations

from events import facts
from tests.events.specimen import Specimen

JOINING = (
    Specimen("subject-u9", facts.UnitEstablished(code="LM-01", kind="alliance", name="城乡校际联盟")),
    Specimen("subject-u1", facts.MemberJoined(group="u9", role="host")),
    Specimen("subject-p2", facts.MemberJoined(group="g1", role="member", exception="区级课题由他牵头")),
)
