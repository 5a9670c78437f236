"""What two ladders say differently: part by part, down to the leaf, and which clauses read what changed.

Parts are told apart by their names and clauses by their ids, so that what was only moved is not called new.  Whatever
a model holds is compared, whether or not the prose reads it aloud: two ladders without a difference are equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from ladders.model.ladder import AClause, Cells, Ladder, Path, Step, flat
from ladders.model.words import Part
from ladders.versions.reads import read_by

What = Literal["added", "taken away", "changed", "renamed"]
Sort = Literal[
    "ladder", "document", "date", "attribute", "period", "table", "measure", "list", "rung", "removal", "route", "step",
    "clause", "entitlement",
]  # fmt: skip
Effect = Literal["nothing", "wording", "basis", "rules"]
"""What a difference reaches: nothing at all, titles, documents and passages too, or what the rules ask."""

SECTIONS: tuple[tuple[Sort, str], ...] = (
    ("document", "documents"),
    ("date", "dates"),
    ("attribute", "attributes"),
    ("period", "periods"),
    ("measure", "measures"),
    ("table", "tables"),
    ("route", "routes"),
)
"""The sorts of parts that a file declares by name, and where."""
NAMELESS: tuple[Sort, ...] = ("ladder", "rung", "removal", "route", "step", "entitlement")
"""The sorts of parts that no clause reads by name."""
_ABSENT = "absent"


class Leaf(NamedTuple):
    """A value that is not the same: where it stands below its part, as it was and as it is; None where it is not."""

    path: Path
    before: Any
    after: Any


class Inside(NamedTuple):
    """What a clause stands in: a step, a removal, what releases an entitlement, or a named list."""

    sort: Literal["step", "excuse", "removal", "entitlement", "list"]
    name: str


class Touched(NamedTuple):
    """A clause that says the same and reads something that changed."""

    inside: Inside
    clause: str


@dataclass(frozen=True)
class Change:
    """One part that is not the same.  ``name`` is its name in the file; of a renamed clause the new one, ``was`` the
    old one.  ``inside`` is what a clause stands in, and whose removal it is (``step`` and ``list`` have none)."""

    what: What
    sort: Sort
    name: str
    inside: Inside | None = None
    leaves: tuple[Leaf, ...] = ()
    touches: tuple[Touched, ...] = ()
    was: str = ""

    @property
    def effect(self) -> Effect:
        """What it reaches."""
        if self.what == "renamed" or not self.leaves:
            return "rules"
        if all(leaf.path and leaf.path[-1] in ("zh", "en") for leaf in self.leaves):
            return "wording"
        if self.sort == "document" or all(
            "basis" in leaf.path or (leaf.path and leaf.path[-1] in ("zh", "en")) for leaf in self.leaves
        ):
            return "basis"
        return "rules"


def differences(before: Ladder, after: Ladder) -> tuple[Change, ...]:
    """Everything that two ladders say differently, in the order of a file; nothing where they are equal."""
    found = list(_all(before, after))
    touched = _touched(before, after, found)
    return tuple(
        Change(one.what, one.sort, one.name, one.inside, one.leaves, touched.get((one.sort, one.name), ()), one.was)
        for one in found
    )


def effect_of(changes: Iterable[Change]) -> Effect:
    """What these changes reach together."""
    order: tuple[Effect, ...] = ("nothing", "wording", "basis", "rules")
    return max((one.effect for one in changes), key=order.index, default="nothing")


# ------------------------------------------------------------------------------------------------------- part by part


def _all(before: Ladder, after: Ladder) -> Iterator[Change]:
    parts = {section for _, section in SECTIONS} | {"requirements", "rungs", "steps", "entitlements"}
    head = type(before).model_fields.keys() - parts
    orders = [
        Leaf((section,), was, now)
        for section in ("rungs", "steps", "entitlements")
        if (leaf := _order(*(_keyed(getattr(one, section)) for one in (before, after)))) is not None
        for was, now in (leaf,)
    ]
    leaves = (*unlike(_fields(before, head), _fields(after, head)), *orders)
    if leaves:
        yield Change("changed", "ladder", after.id, leaves=leaves)
    for sort, section in SECTIONS[:-1]:
        yield from _named(sort, getattr(before, section), getattr(after, section))
    for name in dict.fromkeys((*before.requirements, *after.requirements)):
        yield from _list(name, before.requirements.get(name), after.requirements.get(name))
    yield from _owners("rung", before.rungs, after.rungs)
    yield from _named("route", before.routes, after.routes)
    yield from _owners("step", before.steps, after.steps)
    yield from _owners("entitlement", before.entitlements, after.entitlements)


def _named(sort: Sort, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """Parts that have a name each."""
    for name in dict.fromkeys((*before, *after)):
        if name not in after:
            yield Change("taken away", sort, name)
        elif name not in before:
            yield Change("added", sort, name)
        elif leaves := unlike(before[name], after[name]):
            yield Change("changed", sort, name, leaves=leaves)


def _list(name: str, before: tuple[AClause, ...] | None, after: tuple[AClause, ...] | None) -> Iterator[Change]:
    if before is None:
        yield Change("added", "list", name)
    if after is None:
        yield Change("taken away", "list", name)
    if (order := _order(_keyed(before or ()), _keyed(after or ()))) is not None:
        yield Change("changed", "list", name, leaves=(Leaf(("order",), *order),))
    yield from _clauses(Inside("list", name), before or (), after or ())


def _owners(sort: Sort, before: Iterable[Any], after: Iterable[Any]) -> Iterator[Change]:
    """Rungs, steps and entitlements: they hold clauses, or removals that do."""
    old, new = _keyed(before), _keyed(after)
    for name in dict.fromkeys((*old, *new)):
        was, now = old.get(name), new.get(name)
        if was is None or now is None:
            yield Change("added" if was is None else "taken away", sort, name)
        else:
            own = {key for key in type(now).model_fields if key not in ("clauses", "excuse", "removals")}
            leaves = list(unlike(_fields(was, own), _fields(now, own)))
            for key in ("clauses", "excuse", "removals"):
                order = _order(_keyed(getattr(was, key, ())), _keyed(getattr(now, key, ())))
                leaves += [Leaf((key, "order"), *order)] if order is not None else []
            if leaves:
                yield Change("changed", sort, name, leaves=tuple(leaves))
        if sort == "rung":
            yield from _removals(name, getattr(was, "removals", ()), getattr(now, "removals", ()))
            continue
        inside = Inside("entitlement" if sort == "entitlement" else "step", name)
        yield from _clauses(inside, getattr(was, "clauses", ()), getattr(now, "clauses", ()))
        yield from _clauses(Inside("excuse", name), getattr(was, "excuse", ()), getattr(now, "excuse", ()))


def _removals(rung: str, before: Iterable[Any], after: Iterable[Any]) -> Iterator[Change]:
    old, new = _keyed(before), _keyed(after)
    for name in dict.fromkeys((*old, *new)):
        was, now, inside = old.get(name), new.get(name), Inside("removal", f"{rung}×{name}")
        if was is None or now is None:
            yield Change("added" if was is None else "taken away", "removal", name, inside)
        else:
            own = {"title", "effect", "to"}
            leaves = list(unlike(_fields(was, own), _fields(now, own)))
            order = _order(_keyed(was.clauses), _keyed(now.clauses))
            leaves += [Leaf(("clauses", "order"), *order)] if order is not None else []
            if leaves:
                yield Change("changed", "removal", name, inside, tuple(leaves))
        yield from _clauses(inside, was.clauses if was else (), now.clauses if now else ())


def _clauses(inside: Inside, before: tuple[AClause, ...], after: tuple[AClause, ...]) -> Iterator[Change]:
    """Clauses by their ids, those inside others by themselves."""
    if before is after:
        return
    old, new = by_id(before), by_id(after)
    both = old.keys() & new.keys()
    gone, come = [name for name in old if name not in both], [name for name in new if name not in both]
    renamed = dict[str, str]()
    for name in come:
        like = next((o for o in gone if o not in renamed.values() and _same_but_id(old[o], new[name])), None)
        if like is not None:
            renamed[name] = like
    for name in (*old, *come):
        if name in renamed:
            yield Change("renamed", "clause", name, inside, was=renamed[name])
        elif name in both:
            same = old[name] is new[name]
            if leaves := () if same else unlike(_own(old[name], both), _own(new[name], both)):
                yield Change("changed", "clause", name, inside, leaves)
        elif name in new:
            yield Change("added", "clause", name, inside)
        elif name not in renamed.values():
            yield Change("taken away", "clause", name, inside)


def by_id(clauses: Iterable[AClause]) -> dict[str, AClause]:
    """Every clause, those inside others and beside them too, by its id; of one id the second has a number behind."""
    found: dict[str, AClause] = {}
    for clause in _deep(clauses):
        name, nth = clause.id, 1
        while name in found:
            nth += 1
            name = f"{clause.id}#{nth}"
        found[name] = clause
    return found


def _deep(clauses: Iterable[AClause]) -> Iterator[AClause]:
    for clause in flat(clauses):
        yield clause
        if (each := getattr(clause, "each", None)) is not None:
            yield from _deep((each,))


NESTED = ("when", "unless", "all_", "any_", "none_", "of", "each")
"""The fields of clauses that hold others."""


def _own(clause: AClause, both: Iterable[str]) -> dict[str, Any]:
    """A clause without those inside it: of these the ids that both ladders have, so that a move is seen."""
    both, kind = set(both), type(clause)
    own = {key: getattr(clause, key) for key in kind.model_fields if key not in NESTED}
    for key in NESTED:
        held = getattr(clause, key, None)
        some = held if isinstance(held, tuple) else (held,) if held is not None else ()
        own[key.rstrip("_")] = [one.id for one in some if one.id in both] if held is not None else None
    return {"sort": kind.__name__.lower(), **own}


def _same_but_id(one: AClause, other: AClause) -> bool:
    return type(one) is type(other) and one.model_copy(update={"id": other.id}) == other


def _keyed(parts: Iterable[Any]) -> dict[str, Any]:
    return {one.id: one for one in parts}


def _order(before: Iterable[str], after: Iterable[str]) -> tuple[str, str] | None:
    """The order of what both have, as it was and as it is, where that is not the same."""
    old, new = list(before), list(after)
    was, now = [one for one in old if one in new], [one for one in new if one in old]
    return (", ".join(was), ", ".join(now)) if was != now else None


def _fields(part: Part, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(part, name) for name in type(part).model_fields if name in names}


# -------------------------------------------------------------------------------------------------------- leaf by leaf


def unlike(before: Any, after: Any) -> tuple[Leaf, ...]:
    """Every leaf at which two values are not the same."""
    if before is after:
        return ()
    old, new = dict(leaves_of(before)), dict(leaves_of(after))
    return tuple(
        Leaf(path, old.get(path), new.get(path))
        for path in dict.fromkeys((*old, *new))
        if old.get(path, _ABSENT) != new.get(path, _ABSENT)
        or type(old.get(path, _ABSENT)) is not type(new.get(path, _ABSENT))
    )


def leaves_of(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Everything that stands at the end of a path through a value; parts say which sort they are."""
    if isinstance(value, Part):
        yield (*path, "<sort>"), type(value).__name__
        for name, described in type(value).model_fields.items():
            yield from leaves_of(getattr(value, name), (*path, described.alias or name))
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from leaves_of(one, (*path, str(key)))
    elif isinstance(value, tuple | list):
        yield (*path, "<length>"), len(value)
        for number, one in enumerate(value):
            yield from leaves_of(one, (*path, number))
    else:
        yield path, value


# ------------------------------------------------------------------------------------------- who reads what changed


def _touched(before: Ladder, after: Ladder, changes: Iterable[Change]) -> dict[tuple[Sort, str], tuple[Touched, ...]]:
    """By part the clauses that read it and say the same themselves; of a table those whose cells changed.

    Only clauses of the newer ladder; those that are new or changed are told anyhow.
    """
    changed = {(one.sort, one.name) for one in changes if one.sort != "clause"}
    told = {(one.inside, one.name) for one in changes if one.sort == "clause"}
    found: dict[tuple[Sort, str], dict[Touched, None]] = {}
    if all(sort in NAMELESS for sort, _ in changed):
        return {}
    for inside, step, clause in every_clause(after):
        if (inside, clause.id) in told:
            continue
        for sort, name in read_by(after, clause):
            if sort == "entry":
                table = name.partition(".")[0]
                if ("table", table) in changed and cells(before, name, step) != cells(after, name, step):
                    found.setdefault(("table", table), {})[Touched(inside, clause.id)] = None
            elif (sort, name) in changed:
                found.setdefault((sort, name), {})[Touched(inside, clause.id)] = None
    return {part: tuple(some) for part, some in found.items()}


def every_clause(ladder: Ladder) -> Iterator[tuple[Inside, Step | None, AClause]]:
    """Every clause with what it stands in, and the step in whose terms tables are looked up, if there is one."""
    for name, listed in ladder.requirements.items():
        yield from ((Inside("list", name), None, one) for one in _deep(listed))
    for rung in ladder.rungs:
        for removal in rung.removals:
            lost = ladder.removal_step(rung.id, removal.id)
            yield from ((Inside("removal", lost.id), lost, one) for one in _deep(removal.clauses))
    for step in ladder.steps:
        yield from ((Inside("step", step.id), step, one) for one in _deep(step.clauses))
        yield from ((Inside("excuse", step.id), step, one) for one in _deep(step.excuse))
    for entitlement in ladder.entitlements:
        steps = ladder.entitlement_steps(entitlement)
        at = steps[0] if len(steps) == 1 else None
        yield from ((Inside("entitlement", entitlement.id), at, one) for one in _deep(entitlement.clauses))


def cells(ladder: Ladder, entry: str, step: Step | None) -> Cells | object:
    """What an entry of a table gives in a step; without one, the whole column; None where there is none."""
    name, _, column = entry.partition(".")
    try:
        if step is not None:
            return ladder.cells(entry, step)
        table = ladder.tables[name]
        at = table.columns.index(column)
    except (KeyError, ValueError):
        return None
    return {row: some[at] for row, some in table.rows.items()} | {"other": table.other[at] if table.other else None}
