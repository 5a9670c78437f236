"""What a ladder can say, and cycles do not yet carry out: ``ladder test`` understands it.

``check`` refuses it, so that no published ladder promises what its cycles do not do.  An entry goes when a decider
for it comes.
"""

from __future__ import annotations

from collections.abc import Iterator

from ladders.model.ladder import Ladder
from ladders.problems import Problem
from ladders.reading.nodes import Path

SAID = (
    "评审周期还不能照此办理，目前只有 jieti ladder test 能用",
    "cycles do not carry this out yet; only jieti ladder test understands it",
)
MEND = ("公布前去掉这一项", "take it away before the ladder is published")


def not_carried_out(ladder: Ladder) -> Iterator[Path]:
    """The places of a ladder that no decider enforces."""
    for name, route in ladder.routes.items():
        here: Path = ("routes", name)
        if route.places is not None and ladder.placement is not None:  # whose cascade would take them anew
            for place, _ in enumerate(route.places.composition):
                yield (*here, "places", "composition", place)


def only_tested(problem: Problem) -> bool:
    """Whether a problem is only that cycles do not carry something out yet."""
    return problem.en == SAID[1]
