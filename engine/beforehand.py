"""What the district would answer to commands, were it asked now: decided and compared as it would be, not recorded."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from engine.district import District
from engine.worlds import worlds
from workflows.commands import Command, Decision, Moment, Refused
from workflows.deciding import decider
from workflows.repeats import Again, compared


def would_answer(
    district: District, connection: Connection, commands: Sequence[Command], moment: Moment
) -> list[Decision | Refused]:
    """What each of them would come to by itself: none sees what another one would have done."""
    deciders = [decider(command) for command in commands]
    needs = [needs(command) for (needs, _), command in zip(deciders, commands, strict=True)]
    world = worlds.load(connection, district.sources, needs, moment.today)
    answers = list[Decision | Refused]()
    for (_, decide), command in zip(deciders, commands, strict=True):
        try:
            answer: Decision | Refused = decide(world, command, moment)
            if isinstance(answer, Again):
                answer = compared(answer, command, worlds.said_at(connection, district.sources, answer.position))
        except Refused as refusal:
            answer = refusal.with_traceback(None)
        answers.append(answer)
    return answers
