"""A dry run: what the district would answer, as far as it can be known without asking it to do anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from console.intake.desk import Desk
from console.intake.following import row_key, source_of
from console.intake.reading import BLOCK
from workflows.commands import Already, Answer, Command, Differs, Held, Landed


def rehearse(desk: Desk, commands: Iterable[Command]) -> Iterator[Answer]:
    """Landed (at no position), Already or Differs for each command, by the keys that are held and those before it.

    What only the deciders know (a vote by someone who is not on the panel) is not refused here.
    """
    pending = iter(commands)
    seen: dict[str, Held] = {}
    while block := list(islice(pending, BLOCK)):
        held = dict(desk.district.held({key for command in block for key in _keys(command)}))
        for command in block:
            yield _answer(command, held, seen)


def _keys(command: Command) -> tuple[str, ...]:
    key = row_key(command)
    if key is not None:
        return (key,)
    fact = getattr(command, "fact", None)
    return fact.business_keys("") if fact is not None else ()


def _answer(command: Command, held: dict[str, Held], seen: dict[str, Held]) -> Answer:
    source = source_of(command)
    for key in _keys(command):
        found = held.get(key) or seen.get(key)
        if found is None:
            seen[key] = Held(0, source.content if source else None)
        elif source is None or found.content == source.content:
            return Already(found.position)
        else:
            return Differs(found.position)
    return Landed(())
