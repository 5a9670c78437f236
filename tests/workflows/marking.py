"""Ballots on score sheets, and ballots taken back, as tests cast them."""

from __future__ import annotations

from events.facts import Score
from tests.workflows.given import command
from tests.workflows.reviewing import ballot, with_panel
from workflows.acts import WithdrawBallot
from workflows.commands import CastBallot

MAJORITY = "quorum: 2, threshold: more than 1/2 of present"
TITLE = "title: {zh: 项, en: item}"
SHEET = (
    f"quorum: 2, sheet: {{at least: 60, items: [{{id: lesson, {TITLE}, out of: 20}}, {{id: paper, {TITLE}}}, "
    f"{{id: talk, {TITLE}, out of: 12.5}}]}}"
)
SCORED = with_panel(SHEET)


def sheet(**marks: str | None) -> tuple[Score, ...]:
    """Marks as they are written; None for what does not apply."""
    found = []
    for item, mark in marks.items():
        whole, _, rest = (mark or "").partition(".")
        found.append(Score(item=item, value=int(whole + rest) if mark else None, scale=len(rest)))
    return tuple(found)


def scored(who: str, **marks: str | None) -> CastBallot:
    return ballot(who, "scored", scores=sheet(**marks))


def take_back(who: str, subject: str = "li") -> WithdrawBallot:
    return command(WithdrawBallot, cycle="y1", case=f"c-{subject}", stage="panel", person=who)
