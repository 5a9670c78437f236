"""A file that says what the district asks of training hours."""

from __future__ import annotations

from events.facts import HoursRules
from ladders.reading.loading import refuse_if, validated
from ladders.reading.source import Reader


def load_hours(data: bytes, name: str) -> HoursRules:
    """The rules in a file's bytes, which is called ``name`` in its problems; LadderError with every one of them."""
    reader = Reader(name)
    found = validated(HoursRules, reader.read(data), reader)
    refuse_if(reader.problems)
    assert isinstance(found, HoursRules)
    return found
