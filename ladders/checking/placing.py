"""What has to be so of a ladder that places on the highest rung that is met: one route for all, places of each rung."""

from __future__ import annotations

from collections.abc import Iterator

from ladders.model.ladder import Ladder
from ladders.model.review import Places, Share
from ladders.problems import Problem
from ladders.reading.loading import Lines
from ladders.reading.nodes import Path


def placing(ladder: Ladder, lines: Lines) -> Iterator[Problem]:
    """Its cycles are for all its rungs: so all steps take one route, and places are those of a rung."""
    way = next((step.route for step in ladder.steps if step.route is not None), next(iter(ladder.routes), "…"))
    for number, step in enumerate(ladder.steps):
        if step.route != way:
            path: Path = ("steps", number) if step.route is None else ("steps", number, "route")
            yield lines.problem(
                path,
                f"就高认定时，所有晋级要走同一条评审路线“{way}”",
                f'where subjects are placed on the highest rung, all steps take one route, "{way}"',
                (f"写 route: {way}", f"write: route: {way}"),
            )
    for place, stage in enumerate(ladder.routes[way].stages if way in ladder.routes else ()):
        if stage.rounds is not None and stage.rounds.next == "tied":
            yield lines.problem(
                ("routes", way, "stages", place, "rounds", "next"),
                "就高认定时，名额分在各级，末位相同的是哪一级的说不清",
                "where subjects are placed on the highest rung, the last place is one of each rung",
                ("写 half，或一个人数", "write half, or a number"),
            )
    places = ladder.routes[way].places if way in ladder.routes else None
    if places is not None:
        yield from _places(ladder, places, ("routes", way, "places"), lines)


def _places(ladder: Ladder, places: Places, path: Path, lines: Lines) -> Iterator[Problem]:
    if isinstance(places.number, Share):
        yield lines.problem(
            (*path, "number"),
            "就高认定时，每一级的名额要写整数：比例是谁的比例说不清",
            "where subjects are placed on the highest rung, places are whole numbers: a share would be of whom?",
            (
                "写整数，或逐级写，如 {host: 10, member: 100}",
                "a whole number, or one for each rung: {host: 10, member: 100}",
            ),
        )
    elif isinstance(places.number, dict):
        wanted = dict.fromkeys(step.to for step in ladder.steps)
        for rung in places.number:
            if rung not in wanted:
                yield lines.problem(
                    (*path, "number", rung),
                    f"没有晋级到“{rung}”的步骤",
                    f'no step leads to "{rung}"',
                    (f"可写：{'、'.join(wanted)}", f"expected one of: {', '.join(wanted)}"),
                )
        if missing := [rung for rung in wanted if rung not in places.number]:
            yield lines.problem(
                (*path, "number"),
                f"没有写这些级的名额：{'、'.join(missing)}",
                f"the places of these rungs are missing: {', '.join(missing)}",
                ("补上，没有名额的写 0", "add them, 0 where there are none"),
            )
    if places.freed == "next":
        yield lines.problem(
            (*path, "freed"),
            "就高认定时，空出的名额不递补：递补到哪一级说不清",
            "where subjects are placed on the highest rung, a place that is freed goes to nobody",
            ("去掉 freed: next", "take freed: next away"),
        )


def for_one_rung(ladder: Ladder, lines: Lines) -> Iterator[Problem]:
    """What only a ladder that places can say of its places: the cycles of others are for one rung."""
    for name, route in ladder.routes.items():
        if route.places is None:
            continue
        path: Path = ("routes", name, "places")
        if isinstance(route.places.number, dict):
            yield lines.problem(
                (*path, "number"),
                "一个评审周期只为一级，名额写一个数;逐级写名额，要有 placement: highest",
                "a cycle is for one rung and has one number of places; several are for placement: highest",
                ("写一个数，或加 placement: highest", "write one number, or add placement: highest"),
            )
        if route.places.when_full is not None:
            yield lines.problem(
                (*path, "when full"),
                "一个评审周期只为一级，没有下一级可递补;逐级递补要有 placement: highest",
                "a cycle is for one rung, with no lower one to compete for; cascade is for placement: highest",
                ("加 placement: highest，或去掉 when full", "add placement: highest, or take when full away"),
            )
