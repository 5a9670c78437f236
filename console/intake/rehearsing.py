"""A dry run: what the district would answer, as far as it can be known without asking it to do anything."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Sequence
from itertools import islice

from console.intake.reading import BLOCK
from engine.beforehand import would_answer
from engine.clock import log_day
from engine.district import District
from events.facts import FromRow, Source
from events.log import tip
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
    Moment,
    Nominate,
    Record,
    SeatPanel,
)

LANDED = Landed(())
"""What is only rehearsed lands at no position."""


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

    What is only rehearsed is held at position 0.  What is about a review is decided as it would be, each row by itself:
    what a row before it would change (how many a school may nominate, say) is not seen.
    """

    def __init__(self, district: District) -> None:
        self._district = district
        self._rehearsed: dict[str, Held] = {}

    def held(self, keys: Collection[str]) -> dict[str, Held]:
        """Who holds these business keys, or would."""
        return {**self._district.held(keys), **{key: self._rehearsed[key] for key in keys if key in self._rehearsed}}

    def handle_many(
        self, commands: Iterable[Command], *, fresh: bool, expected: int = 0
    ) -> Generator[Answer, None, None]:
        """Landed (at no position) for each command, or what else it would come to; none is looked for by its id."""
        pending = iter(commands)
        while block := list(islice(pending, BLOCK)):
            decided = self._decided([command for command in block if isinstance(command, _OF_A_REVIEW)])
            held = self._district.held(
                {key for command in block for key in _keys(command) if command.id not in decided}
            )
            for command in block:
                answer = decided.get(command.id, LANDED)
                yield self._answer(command, held) if answer == LANDED else answer

    def _decided(self, commands: Sequence[Command]) -> dict[str, Answer]:
        """What acts of a review would come to, by the ids of the commands."""
        if not commands:
            return {}
        district = self._district
        with district.reading() as connection:
            moment = Moment(district.now, log_day(district), tip(connection).position)
            answers = would_answer(district, connection, commands, moment)
        made = [LANDED if isinstance(answer, list) else answer for answer in answers]
        return dict(zip((one.id for one in commands), made, strict=True))

    def _answer(self, command: Command, held: dict[str, Held]) -> Answer:
        source = source_of(command)
        content = source.content if source else None
        for key in _keys(command):
            found = self._rehearsed.get(key) or held.get(key)
            if found is not None and not isinstance(command, Correct | ChangeTraining):
                same = source is None or found.content == content
                return Already(found.position) if same else Differs(found.position)
            self._rehearsed[key] = Held(found.position if found else 0, content)
        return LANDED


_OF_A_REVIEW = (Nominate, CastBallot, SeatPanel)


def _keys(command: Command) -> tuple[str, ...]:
    if (key := row_key(command)) is not None:
        return (key,)
    return command.fact.business_keys("") if isinstance(command, Record) else ()
