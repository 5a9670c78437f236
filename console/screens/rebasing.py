"""A rebase of a cycle: what it would do, and what it did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from console.published import Edition
from console.screens.assess import OUTCOMES
from console.screens.impact import cycle_in_flight
from console.screens.ladders import named
from console.screens.paper import Paper, number
from console.screens.vocabulary import title
from engine.assessing.impact import InFlight
from engine.district import District
from engine.people import names
from ladders.model.ladder import Ladder

MOST = 50
"""Cases that are told one by one; JSON has all of them."""


def rebased(
    district: District,
    cycle: str,
    edition: Edition,
    found: Sequence[InFlight],
    *,
    changes: bool,
    dry: bool,
    asked: int,
    lang: str,
) -> Paper:
    """What the cases of a cycle come to under another version; whether that was only tried."""
    paper, opened = Paper(lang), district.cycle(cycle)
    to = named(edition, paper)
    if not changes:
        paper.both(f"{opened.title} 已经按 {to},没有变化", f"{opened.title} goes by {to} already: nothing changed")
        return paper
    if dry:
        paper.both(
            f"试算:{opened.title} 改按 {to};什么也没有记录", f"tried only: {opened.title} on {to}; nothing is recorded"
        )
    else:
        paper.both(f"{opened.title} 已改按 {to}", f"{opened.title} goes on under {to}")
    cycle_in_flight(paper, paper.say("在途的申报", "cases in flight"), found)
    other = [one for one in found if one.turn is not None or one.rungs[0] != one.rungs[1]]
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, [one.subject for one in other[:MOST]])
    paper.table(
        [
            (
                known.code(one.subject),
                known.name(one.subject),
                " → ".join(paper.say(*OUTCOMES[each]) for each in (one.before, one.after)),
                paper.say("、", ", ").join(_title(edition.version.ladder, clause, lang) for clause in one.clauses),
            )
            for one in other[:MOST]
        ],
        indent=4,
    )
    if len(other) > MOST:
        paper.both(
            f"    … 另有 {len(other) - MOST} 份(--json 全部列出)", f"    … and {len(other) - MOST} more (all: --json)"
        )
    if dry:
        paper.line(f"→ jieti cycle rebase {cycle} --to-version {edition.version.position} --reason …")
    elif asked:
        paper.both(
            f"{number(asked)} 份申报要按新版本重新审核:jieti cycle advance {cycle}",
            f"{number(asked)} cases are to be assessed anew: jieti cycle advance {cycle}",
        )
    return paper


def _title(ladder: Ladder, clause: str, lang: str) -> str:
    found = [title(one.title, lang) for _, _, one in ladder.walk() if one.id == clause]
    return found[0] if found else clause


def rebased_json(
    district: District,
    cycle: str,
    edition: Edition,
    found: Sequence[InFlight],
    *,
    changes: bool,
    dry: bool,
    asked: int,
) -> dict[str, Any]:
    """The same for programs."""
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, [one.subject for one in found])
    return {
        "cycle": cycle,
        "version": edition.version.position,
        "sha256": edition.version.sha256,
        "changes": changes,
        "dry_run": dry,
        "assessed_anew": asked,
        "cases": [
            {"case": one.case, "code": known.code(one.subject), "phase": one.phase, "before": one.before}
            | {"after": one.after, "turn": one.turn, "clauses": list(one.clauses), "rungs": list(one.rungs)}
            for one in found
        ],
    }
