"""What is asked of the evaluator, and the name of its answer.  Nothing here needs NumPy."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from events.facts import Catalogue, ClauseFound, Outcome, Settings


@dataclass(frozen=True)
class Question:
    """On which day, knowing what, and under which declarations a step is asked about."""

    as_of: date
    known_at: int
    """The log position: rows known later do not exist, nor those voided by it."""
    catalogue: Catalogue
    settings: Settings


def digest(step_id: str, outcome: Outcome, findings: Iterable[ClauseFound]) -> str:
    """The SHA-256, in lower-case hex, of a verdict's canonical bytes.

    The bytes are a JSON list in ASCII without a space, ``[step, outcome, [[clause, outcome, low, high, over], …]]``:
    clauses in the verdict's order (depth first, a group before its options), whole numbers in decimal, ``null`` for
    the low and high of a clause on which nothing was measured, every character beyond ASCII as a lower-case
    ``\\uXXXX`` (the arrow of a step's id is ``\\u2192``).  Dates of a next change are not part of it.
    """
    rows = [[one.clause, one.outcome, one.low, one.high, one.over] for one in findings]
    text = json.dumps([step_id, outcome, rows], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()
