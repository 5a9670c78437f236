"""A dry run: what the district would answer, as far as it can be known without asking it to do anything."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from console.intake.reading import BLOCK
from engine.district import District
from events.facts import FromRow, Source
from workflows.acts import ChangeTraining, OfferTraining
from workflows.commands import (
    Already,
    Answer,
    CastBallot,
    Command,
    Correct,
    Differs,
    Held,
    Landed,
    Nominate,
    Record,
    SeatPanel,
)
from workflows.cycle import Cycle
from workflows.seating import seated


def source_of(command: Command) -> Source | None:
    """Which row a command comes from."""
    if isinstance(command, Record | Correct) and isinstance(command.fact, FromRow):
        return command.fact.source
    if isinstance(command, OfferTraining | ChangeTraining):
        return command.said.source
    return command.source if isinstance(command, Nominate | CastBallot) else None


def row_key(command: Command) -> str | None:
    """The business key of a command's row."""
    source = source_of(command)
    return f"row/{source.key}" if source else None


class Rehearsal:
    """Stands in for a district: knows what is held there and what has been rehearsed, and writes nothing.

    What is only rehearsed is held at position 0.  What only the deciders know (a vote by someone who is not on the
    panel, say) is not refused here.
    """

    def __init__(self, district: District) -> None:
        self._district = district
        self._rehearsed: dict[str, Held] = {}
        self._cycles: dict[str, Cycle] = {}

    def held(self, keys: Collection[str]) -> dict[str, Held]:
        """Who holds these business keys, or would."""
        return {**self._district.held(keys), **{key: self._rehearsed[key] for key in keys if key in self._rehearsed}}

    def handle_many(self, commands: Iterable[Command]) -> Iterator[Answer]:
        """Landed (at no position), Already or Differs for each command, by the keys that are held."""
        pending = iter(commands)
        while block := list(islice(pending, BLOCK)):
            held = self._district.held({key for command in block for key in _keys(command)})
            for command in block:
                yield self._seated(command) if isinstance(command, SeatPanel) else self._answer(command, held)

    def _seated(self, command: SeatPanel) -> Answer:
        """Already, where these people sit on that panel."""
        if command.cycle not in self._cycles:
            self._cycles[command.cycle] = self._district.cycle_state(command.cycle)
        return seated(command, self._cycles[command.cycle]) or Landed(())

    def _answer(self, command: Command, held: dict[str, Held]) -> Answer:
        source = source_of(command)
        content = source.content if source else None
        for key in _keys(command):
            found = self._rehearsed.get(key) or held.get(key)
            if found is not None and not isinstance(command, Correct | ChangeTraining):
                same = source is None or found.content == content
                return Already(found.position) if same else Differs(found.position)
            self._rehearsed[key] = Held(found.position if found else 0, content)
        return Landed(())


def _keys(command: Command) -> tuple[str, ...]:
    if (key := row_key(command)) is not None:
        return (key,)
    return command.fact.business_keys("") if isinstance(command, Record) else ()
