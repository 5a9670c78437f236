"""What rests on an import besides cases: corrections of decisions, grants made on them, and what removal rules did."""

from __future__ import annotations

from datetime import date

import pytest

from engine.assessing import corrections
from engine.records import undoing
from events.facts import EvidenceRecorded
from tests.engine import honours
from tests.engine.district_at_work import JUNE, AtWork, row, training
from workflows.acts import ReinstateStanding
from workflows.commands import Asking, Landed, PublishLadder, Record, Refused, Span

OFFICE = Asking(actor="office-1", authority="教办〔2026〕9号")


def rests(office: AtWork) -> list[tuple[str, str, str, tuple[int, ...]]]:
    """What rests on the import, as it is looked at, and as an undo without a reason says."""
    with pytest.raises(Refused, match="rest on this import"):
        undoing.undo(office.district, "i-1", OFFICE)
    return [(one.what, one.type, one.about, one.on) for one in undoing.plan(office.district, "i-1").rests]


def test_a_correction_and_the_grant_made_on_it_rest_on_the_training_that_came_late(at_work: AtWork):
    at_work.review()
    span = Span.day(date(2026, 3, 1))
    late = at_work.do(Record, subject="p-4", occurred=span, fact=training("25", source=row("late")), correlation="i-1")
    district = at_work.district
    (declined,) = [
        one.position
        for batch in district.log.follow()
        for one in batch
        if (one.envelope.type, one.envelope.stream) == ("declined", "case-c-2026-p-4")
    ]
    assert isinstance(corrections.open_(district, OFFICE, declined, "补录"), Landed)
    opened = ("later", "correction opened", "p-4", (late,))
    assert rests(at_work) == [opened]
    corrections.decide(district, OFFICE, declined, "grant", date(2026, 6, 12), "属实")
    assert rests(at_work) == [opened, ("decision", "granted on correction", "p-4", (late,))]


def test_what_removal_rules_did_to_standings_rests_on_the_evidence_that_they_weighed(at_work: AtWork):
    at_work.do(PublishLadder, file=honours.LADDER.encode(), in_force_from=date(2020, 1, 1))
    standing = honours.hold(at_work, "p-1")
    expected = []
    for severity, said in (("minor", "standing suspended"), ("serious", "standing revoked")):
        fact = EvidenceRecorded(kind="violation", title="违规", attributes={"severity": severity})
        span = Span.day(date(2026, 5, 20))
        at = at_work.do(Record, subject="p-1", occurred=span, fact=fact, correlation="i-1")
        assert honours.endings(honours.swept(at_work)) == [("p-1", said)]
        expected.append(("decision", said, "p-1", (at,)))
        assert rests(at_work) == expected
        if said == "standing suspended":
            at_work.do(
                ReinstateStanding, subject="p-1", standing=standing, on=JUNE.date(), as_if_never=True, reason="恢复"
            )
