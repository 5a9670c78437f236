"""An import undone as a whole: what it recorded, what rests on that, and the commands that take it back.

First everything is looked at, and nothing is recorded where something rests on the import, unless a reason is given.
Then it goes in bulk: nominations, then all that was told of subjects, the newest first, then the subjects that began
with it, from the inside out.  Others work meanwhile: so each chunk first looks what they decided or told since, before
the lock is taken and again, at the rest, under it; and the undo stops there unless a reason is given.  Killed anywhere
it is run again, and goes on with what is left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection

from engine.district import District
from engine.projections.projector import reached
from engine.records.imports import Imported, Part, find, parts, taken
from engine.records.resting import Rest, Resting, in_order, rests
from events.facts import Nominated, PersonHired, StudioFounded, UnitEstablished
from workflows.acts import WithdrawCase
from workflows.commands import Already, Asking, Command, Landed, Refused
from workflows.undoing import TakeBack, begins, may_be_taken

WHY = "撤销导入"
"""The reason of an undo that is given none."""


@dataclass(frozen=True)
class Plan:
    """What an undo would do: which events it takes back, which it cannot, and what rests on them."""

    imported: Imported
    at: int
    """The position that the log had when it was looked at."""
    todo: tuple[Part, ...]
    done: int
    """How many were taken back before."""
    kept: tuple[Part, ...]
    """Panels and ballots, which no undo takes back."""
    rests: tuple[Rest, ...]

    @property
    def kinds(self) -> dict[str, int]:
        """How many events of which kind are to be taken back."""
        return dict(Counter(one.type for one in self.todo))


@dataclass
class Undone:
    """What came of an undo; ``left`` are the positions that could not be taken back, each with why.

    ``rests`` is what rested on the import when it began, and what others decided or told while it ran; ``stopped`` says
    that this ended it.
    """

    plan: Plan
    rests: list[Rest]
    events: int = 0
    first: int | None = None
    last: int | None = None
    left: dict[int, Refused] = field(default_factory=dict)
    stopped: Refused | None = None


def plan(district: District, asked: str) -> Plan:
    """Look at an import, and change nothing; Refused if there is none of that id."""
    with district.reading() as connection:
        at = reached(connection)
    imported = find(district, asked)
    every, gone = parts(district, imported), taken(district, imported.undo)
    left = [one for one in every if one.position not in gone]
    kept = tuple(one for one in left if not (may_be_taken(one.type) or one.type == Nominated.TYPE))
    todo = tuple(one for one in left if may_be_taken(one.type) or one.type == Nominated.TYPE)
    return Plan(imported, at, todo, len(every) - len(left), kept, tuple(rests(district, imported, todo)))


def undo(
    district: District,
    asked: str,
    asking: Asking,
    reason: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> Undone:
    """Take an import back; Refused, before anything is recorded, where something rests on it and no reason is given.

    What the import records while this runs is taken back too; what it records later, when this is run again.
    """
    found = plan(district, asked)
    if (found.rests or found.kept) and reason is None:
        raise built_upon(found)
    result = Undone(found, list(found.rests))
    again = found
    while again.todo:
        before, still = result.events, _Still(district, again, result, given=reason is not None)
        try:
            for commands in phases(district, again, asking, reason):
                _carry_out(district, commands, result, still, progress)
        except Refused as refusal:
            if not result.events:
                raise
            result.stopped = refusal
            break
        again = plan(district, asked)
        result.rests = in_order([*result.rests, *again.rests])
        if again.rests and reason is None:
            result.stopped = _meanwhile(len(again.rests))
        if result.stopped or result.events == before:
            break
    return result


class _Still:
    """Looks what rests on an import of all that others decided or told since it was looked at."""

    def __init__(self, district: District, plan: Plan, result: Undone, *, given: bool) -> None:
        self._district, self._resting = district, Resting(district, plan.imported, plan.todo)
        self._result, self._given = result, given
        self.at = plan.at
        """Up to where the log was looked at; what is recorded here since is our own."""

    def ahead(self) -> None:
        """Judging a cohort anew takes longer than the lock may be held."""
        with self._district.reading() as connection:
            tip = reached(connection)
        self._look(tip)

    def __call__(self, connection: Connection) -> None:
        self._look(reached(connection))

    def _look(self, tip: int) -> None:
        new = self._resting.since(self.at) if tip > self.at else []
        self._result.rests = in_order([*self._result.rests, *new])
        self.at = max(self.at, tip)
        if new and not self._given:
            raise _meanwhile(len(new))


def _meanwhile(count: int) -> Refused:
    return Refused(
        "built upon meanwhile",
        f"撤销期间,别人又作出 {count:,} 项以这次导入为依据的决定或登记,撤销到此为止;再用 --dry-run 查看;"
        "确要撤销其余部分,请用 --reason 写明理由",
        f"meanwhile others made {count:,} decisions or records that rest on this import, so the undo stopped there: "
        "--dry-run lists them; to undo the rest all the same, say why with --reason",
    )


def built_upon(found: Plan) -> Refused:
    """What is said of an import on which something rests."""
    count = len(found.rests) + len(found.kept)
    return Refused(
        "built upon",
        f"有 {count:,} 项决定或登记以这次导入为依据,没有撤销任何内容;用 --dry-run 逐项查看;"
        "确要撤销能撤销的部分,请用 --reason 写明理由",
        f"{count:,} decisions or records rest on this import, so nothing was undone: --dry-run lists them; to undo "
        "what can be undone all the same, say why with --reason",
    )


def phases(
    district: District, found: Plan, asking: Asking, reason: str | None
) -> Iterator[tuple[list[Part], Iterator[Command]]]:
    """The commands in the order in which they can be carried out; each phase begins when the one before has ended."""
    # One stream after the other, so that a chunk is about few of them; of each the newest first.
    newest_first = sorted(found.todo, key=lambda one: (one.stream, -one.position))

    def of(parts: Iterable[Part]) -> tuple[list[Part], Iterator[Command]]:
        chosen = list(parts)
        return chosen, (_command(district, found, one, asking, reason) for one in chosen)

    yield of(one for one in newest_first if one.type == Nominated.TYPE)
    yield of(one for one in newest_first if one.type != Nominated.TYPE and not begins(one.type))
    for fact in (StudioFounded, PersonHired):
        yield of(one for one in newest_first if one.type == fact.TYPE)
    for level in _levels(district, [one for one in newest_first if one.type == UnitEstablished.TYPE]):
        yield of(level)


def _levels(district: District, units: list[Part]) -> list[list[Part]]:
    """Units by how deep they are: those that others are part of come after these."""
    with district.reading() as connection:
        events = {one.position: one.fact for one in district.log.read_at(connection, [one.position for one in units])}
    above = {
        one.subject: fact.part_of
        for one in units
        if isinstance(fact := events[one.position], UnitEstablished) and fact.part_of
    }
    deep: dict[int, list[Part]] = {}
    for one in units:
        depth, unit = 0, one.subject
        while (unit := above.get(unit, "")) and depth < len(units):
            depth += 1
        deep.setdefault(depth, []).append(one)
    return [deep[depth] for depth in sorted(deep, reverse=True)]


def _command(district: District, found: Plan, part: Part, asking: Asking, reason: str | None) -> Command:
    undo = found.imported.undo
    own = district.command_id(undo, str(part.position))
    if part.type == Nominated.TYPE:
        return WithdrawCase(
            id=own,
            asking=asking,
            correlation=undo,
            cycle=part.cycle,
            case=part.subject,
            reason=reason or WHY,
            undoes=True,
        )
    return TakeBack(
        id=own,
        asking=asking,
        correlation=undo,
        target=part.position,
        stream=part.stream,
        fact=part.type,
        undoes=found.imported.id,
        reason=reason,
    )


def _carry_out(
    district: District,
    phase: tuple[list[Part], Iterator[Command]],
    result: Undone,
    still: _Still,
    progress: Callable[[int], None] | None,
) -> None:
    parts, commands = phase
    for part, answer in zip(parts, district.handle_many(commands, progress, still), strict=True):
        match answer:
            case Landed(positions):
                still.at = max(still.at, positions[-1])
                result.events += len(positions)
                result.first = min(result.first or positions[0], positions[0])
                result.last = max(result.last or 0, positions[-1])
                result.left.pop(part.position, None)
            case Refused():
                result.left[part.position] = answer
            case Already():
                result.left.pop(part.position, None)
