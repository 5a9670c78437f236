"""What a careful lawyer would find in a ladder that can be read: against the catalogue, along the graph, in its words.

An *error* makes the ladder useless or ambiguous and keeps it from being published; a *warning* is probably a mistake;
a *note* is something that a reader should know.
"""

from __future__ import annotations

from collections.abc import Iterator

from events.facts import Catalogue
from ladders.checking.against import check_against
from ladders.checking.carried_out import MEND, SAID, not_carried_out
from ladders.checking.graph import demotions, loops, shortest_way, unreachable, ways_out
from ladders.checking.lawyer import Lawyer
from ladders.checking.placing import for_one_rung, placing
from ladders.checking.unused import Used, never_asked, unused
from ladders.model.ladder import Ladder
from ladders.problems import Problem
from ladders.reading.kinds import with_built_in
from ladders.reading.loading import LadderError, Lines, read


def check_file(data: bytes, name: str, catalogue: Catalogue) -> tuple[Problem, ...]:
    """Everything to say about a file, whether or not it can be loaded; never raises LadderError."""
    try:
        ladder, lines = read(data, name)
    except LadderError as error:
        return error.problems
    return check(ladder, lines, catalogue)


def check(ladder: Ladder, lines: Lines, catalogue: Catalogue) -> tuple[Problem, ...]:
    """Everything to say about a ladder that was loaded, in the order of its lines."""
    found = [*check_against(ladder, catalogue, lines), *_graph(ladder, lines), *_oddities(ladder, lines)]
    if all(one.level != "error" for one in found):
        found += Lawyer(ladder, with_built_in(catalogue), lines).problems()
    return tuple(sorted(dict.fromkeys(found), key=lambda problem: problem.line))


def without_document(ladder: Ladder) -> tuple[int, int]:
    """How many top clauses, of steps, removals and lists, have no document (``assumed``), and how many there are."""
    tops = [clause for step in ladder.steps for clause in (*step.clauses, *step.excuse)]
    tops += [clause for listed in ladder.requirements.values() for clause in listed]
    tops += [clause for rung in ladder.rungs for removal in rung.removals for clause in removal.clauses]
    return sum(clause.basis == "assumed" for clause in tops), len(tops)


# ------------------------------------------------------------------------------------------------- along the graph


def _graph(ladder: Ladder, lines: Lines) -> Iterator[Problem]:
    rungs = {rung.id: number for number, rung in enumerate(ladder.rungs)}
    steps = {step.id: number for number, step in enumerate(ladder.steps)}
    for circle in loops(ladder):
        way = " → ".join([circle[0].from_ or "", *(step.to for step in circle)])
        yield lines.problem(
            ("steps", steps[circle[-1].id]),
            f"晋级成环：{way}",
            f"promotions lead in a circle: {way}",
            ("去掉其中一个晋级", "take one of these steps away"),
        )
    for down in demotions(ladder):
        way = " → ".join([*down, down[0]])
        yield lines.problem(
            ("rungs", rungs[down[0]], "removals"),
            f"降级成环：{way}",
            f"demotions lead in a circle: {way}",
            ("让降级只往低处走", "let demotions lead downwards only"),
        )
    lost = unreachable(ladder)
    for rung in lost:
        yield lines.problem(
            ("rungs", rungs[rung]),
            f"没有晋级能到“{rung}”",
            f'no step leads to "{rung}"',
            (f"加一个 to: {rung} 的晋级；第一级不写 from", f"add a step with to: {rung}; the way in has no from"),
            "warning",
        )
    for number, rung_ in enumerate(ladder.rungs):
        out = ways_out(ladder, rung_.id)
        up = [step for step in out if step.kind == "promotion"]
        if rung_.end and up:
            yield lines.problem(
                ("rungs", number),
                f"“{rung_.id}”写了 end: true，却有晋级到“{up[0].to}”",
                f'"{rung_.id}" says end: true, and a step leads on to "{up[0].to}"',
                ("去掉 end: true", "take end: true away"),
            )
        elif not rung_.end and not out:
            yield lines.problem(
                ("rungs", number),
                f"“{rung_.id}”没有再往上的晋级",
                f'no step leads on from "{rung_.id}"',
                ("若是最高一级，加 end: true", "if it is the top, add end: true"),
                "warning",
            )
        if not out and (ways := shortest_way(ladder, None, rung_.id)) is not None:
            names = " → ".join(step.to for step in ways)
            yield lines.problem(
                ("rungs", number),
                f"到“{rung_.id}”最少 {len(ways)} 步：{names}",
                f'the shortest way to "{rung_.id}" takes {len(ways)} steps: {names}',
                level="note",
            )


# ----------------------------------------------------------------------------------------------------- in its words


def _oddities(ladder: Ladder, lines: Lines) -> Iterator[Problem]:
    for number, step in enumerate(ladder.steps):
        if step.route is None and ladder.placement is None:
            yield lines.problem(
                ("steps", number),
                "没有写评审路线，无法开展评审",
                "it has no route, so no cycle can decide it",
                (f"加一行：route: {next(iter(ladder.routes), '…')}", f"add: route: {next(iter(ladder.routes), '…')}"),
                "warning",
            )
    yield from _routes(ladder, lines)
    yield from _stages(ladder, lines)
    yield from (lines.problem(path, *SAID, MEND) for path in not_carried_out(ladder))
    used = Used(ladder)
    for path in unused(ladder, used):
        yield lines.problem(
            path, f"“{path[-1]}”没有用到", f'nothing uses "{path[-1]}"', ("可以删掉", "it can go"), "warning"
        )
    for path in never_asked(ladder, used):
        yield lines.problem(
            path,
            f"没有晋级会查“{path[-1]}”这一行",
            f'no step asks for the row "{path[-1]}"',
            ("可以删掉，或检查级名", "it can go; or look at the rungs"),
            "warning",
        )
    assumed, clauses = without_document(ladder)
    if assumed:
        yield lines.problem(
            ("steps",),
            f"{clauses} 个条件中有 {assumed} 个没有文件依据（assumed）",
            f"{assumed} of {clauses} clauses have no document (assumed)",
            level="note",
        )
    for name, document in ladder.documents.items():
        if document.status == "draft":
            yield lines.problem(
                ("documents", name),
                f"《{document.title.zh}》是征求意见稿",
                f'"{document.title.en}" is a draft',
                level="note",
            )
        elif document.status == "report":
            yield lines.problem(
                ("documents", name),
                f"《{document.title.zh}》说的是做法，本身不是规定",
                f'"{document.title.en}" reports what is done and is no rule itself',
                level="note",
            )


def _routes(ladder: Ladder, lines: Lines) -> Iterator[Problem]:
    """A cycle is for a rung and goes one way, whichever step its cases take; one that places is for all rungs."""
    if ladder.placement is not None:
        yield from placing(ladder, lines)
        return
    yield from for_one_rung(ladder, lines)
    first: dict[str, str] = {}
    for number, step in enumerate(ladder.steps):
        if step.route is not None and first.setdefault(step.to, step.route) != step.route:
            yield lines.problem(
                ("steps", number, "route"),
                f"晋级到“{step.to}”的另一个步骤走“{first[step.to]}”，同一级只能有一条评审路线",
                f'another step to "{step.to}" takes the route "{first[step.to]}"; all steps to a rung take one route',
                (f"改为 route: {first[step.to]}", f"write: route: {first[step.to]}"),
            )


def _stages(ladder: Ladder, lines: Lines) -> Iterator[Problem]:
    """Stages that can be gone through, and hardly mean what they say."""
    for name, route in ladder.routes.items():
        for number, stage in enumerate(route.stages):
            if stage.grace > stage.days:
                yield lines.problem(
                    ("routes", name, "stages", number, "grace"),
                    f"补录纸质票的 {stage.grace} 天比投票的 {stage.days} 天还长",
                    f"paper ballots may be entered for {stage.grace} days, longer than the {stage.days} days of voting",
                    (f"至多为 {stage.days}", f"at most {stage.days}"),
                    "warning",
                )
