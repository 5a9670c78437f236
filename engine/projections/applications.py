"""Rows of evidence that cases leave: what nominations state, how cases ended, which evidence their grants used."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from engine.projections.lasting import Line, Lines, attributes_text
from engine.tables import case_table, cycle_table
from events.envelope import Recorded
from events.facts import CaseWithdrawn, CycleOpened, Declined, Granted, Nominated
from events.tables import EACH, many
from ladders.evidence.columns import FOREVER

APPLICATION, DECISION, USED = "application", "decision", "used"
SCORE_SCALE = 2
"""Decimal places of the score in a decision's row; what a fraction has beyond them is left out, never rounded up."""

Score = tuple[int, int]
"""A total as a fraction."""

_CYCLES = select(cycle_table.c.id, cycle_table.c.ladder, cycle_table.c.to).where(cycle_table.c.id.in_(select(EACH)))
_NOMINATED = select(case_table.c.id, case_table.c.nominated).where(case_table.c.id.in_(select(EACH)))


class Applications:
    """The rows that the cases of a batch leave; ``lines`` writes them."""

    def __init__(self, connection: Connection, lines: Lines) -> None:
        self._connection, self._lines = connection, lines
        self._cycles: dict[str, tuple[str, str]] = {}
        """Cycle to the ladder and the rung that it is for."""
        self._nominated: dict[str, int] = {}
        """Case to where it was nominated."""

    def load(self, events: Iterable[Recorded]) -> None:
        """Fetch what nominations and ends of cases refer to."""
        cycles, withdrawn = set[str](), set[str]()
        for event in events:
            if isinstance(event.fact, Nominated | Declined):
                cycles.add(event.fact.cycle)
            elif isinstance(event.fact, CaseWithdrawn):
                withdrawn.add(event.envelope.stream.partition("-")[2])
        if cycles:
            for name, ladder, to in self._connection.execute(_CYCLES, many(cycles)):
                self._cycles[name] = ladder, to
        if withdrawn:
            self._nominated = dict(self._connection.execute(_NOMINATED, many(withdrawn)).tuples().all())
            self._lines.load_recorded(self._nominated.values())

    def opened(self, cycle: str, fact: CycleOpened) -> None:
        """A cycle that the batch opens."""
        self._cycles[cycle] = fact.ladder, fact.to

    def nominated(self, event: Recorded, own: int, fact: Nominated) -> None:
        """What the application of the subject with that number states."""
        ladder, rung = self._cycles[fact.cycle]
        self._nominated[event.envelope.stream.partition("-")[2]] = event.position
        self._add(event, 0, APPLICATION, own, {**(fact.states or {}), "ladder": ladder, "rung": rung})

    def withdrawn(self, event: Recorded, case: str) -> None:
        """An application that was withdrawn is none any more."""
        for line in self._lines.current(self._nominated[case]):
            self._lines.void(line, event.position)

    def ended(self, event: Recorded, own: int, fact: Granted | Declined, score: Score | None) -> None:
        """How a case ended, and what its grant used; ``score`` is what its last marked stage came to."""
        if isinstance(fact, Granted):
            of = {"ladder": fact.ladder, "rung": fact.rung}
            said = {**of, "outcome": "granted", **({"grade": fact.grade} if fact.grade else {})}
            self.used(event, own, fact.ladder, fact.rung, fact.evidence)
        else:
            ladder, rung = self._cycles[fact.cycle]
            said = {"ladder": ladder, "rung": fact.rung or rung, "outcome": "declined", "reason": fact.reason}
        amount = 0 if score is None else score[0] * 10**SCORE_SCALE // score[1]
        self._add(event, 1, DECISION, own, said, amount)

    def used(self, event: Recorded, own: int, ladder: str, rung: str, evidence: tuple[int, ...]) -> None:
        """What a grant used."""
        if evidence:
            said = {"ladder": ladder, "rung": rung, "evidence": " ".join(map(str, evidence))}
            self._add(event, 2, USED, own, said)

    def _add(
        self, event: Recorded, item: int, kind: str, own: int, attributes: dict[str, str], amount: int = 0
    ) -> None:
        # The standing that a grant begins is item 0 of its event.
        at, envelope = event.position, event.envelope
        first, last = envelope.occurred_from.toordinal(), envelope.occurred_until.toordinal()
        text, scale = attributes_text(attributes), SCORE_SCALE if kind == DECISION else 0
        self._lines.add(Line(at, at, item, 0, kind, own, None, first, last, FOREVER, amount, scale, at, None, text))
