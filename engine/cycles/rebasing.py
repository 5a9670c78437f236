"""A cycle that is rebased on another version of its ladder: tried out beforehand, and carried out."""

from __future__ import annotations

from engine.cycles.advance import run_chunk
from engine.cycles.looking import look
from engine.cycles.view import Phase, viewing
from engine.district import District
from engine.worlds import worlds
from workflows.acts import RebaseCycle
from workflows.commands import Already, Answer, Moment
from workflows.deciding import decider


def try_out(district: District, command: RebaseCycle) -> bool:
    """Whether a rebase would change anything; Refused as it would be."""
    needs, decide = decider(command)
    with viewing(district, command.cycle) as view:
        world = worlds.load(view.connection, district.sources, [needs(command)], view.today)
        return not isinstance(decide(world, command, Moment(view.now, view.today, view.tip)), Already)


def rebase(district: District, command: RebaseCycle) -> tuple[Answer, int]:
    """Rebase a cycle, and ask for new verdicts on its cases; how many they are.  Refused as the decider says.

    Killed in between, the next advance asks for the rest.
    """
    answer, cases = district.handle(command), 0
    while isinstance(phase := look(district, command.cycle), Phase) and phase.name == "rebase":
        for chunk in phase.chunks:
            cases += run_chunk(district, command.cycle, phase.name, chunk)
    return answer, cases
