"""What lists must be made of (结构要求): their members, as far as they are known, and what a list lacks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from events.facts import ListLacking
from ladders.model.lists import Composition, Nomination, UnitKind
from ladders.reference.choosing import Member, composition_found
from workflows.commands import CloseSubmission, Refused, Unit
from workflows.shown import Made, unit_above

UNITS: tuple[UnitKind, ...] = ("centre", "station", "central school", "group", "school")


def member(subject: str, own: str | None, units: Mapping[str, Unit], made: Made, role: str | None = None) -> Member:
    """Somebody on a list: their own unit, those above it, and the ladder's attributes; on a panel the seat's role."""
    above = {one: unit_above(units, own, one) for one in UNITS}
    kind = units[own].kind if own is not None and own in units else None
    known: dict[str, str | None] = {**made.attributes.get(subject, {}), "unit kind": kind}
    if role is not None:
        known["role"] = role
    return Member(subject, known, {one: unit for one, unit in above.items() if unit is not None})


def lacking(rule: Nomination | None, made: Made, units: Mapping[str, Unit]) -> tuple[ListLacking, ...]:
    """What the list of those nominated lacks, by unit and composition; nothing where nobody is on it."""
    if rule is None or not rule.composition:
        return ()
    lists: dict[str | None, list[Member]] = defaultdict(list)
    for subject, own in sorted(made.listed.items()):
        lists[unit_above(units, own, rule.per)].append(member(subject, own, units, made))
    return tuple(
        ListLacking(
            composition=found.composition,
            outcome=found.outcome,
            low=found.low,
            high=found.high,
            of=found.of,
            unit=found.unit or unit,
        )
        for unit, members in sorted(lists.items(), key=lambda item: item[0] or "")
        for found in composition_found(members, rule.composition, made.scales)
        if found.outcome != "met"
    )


def said(one: Composition, found: ListLacking) -> tuple[str, str]:
    """What a list was to be made of, and what it is, in both languages."""
    limits = ", ".join(f"{key} {asked}" for key, asked in one.limits)
    many = str(found.low) if found.low == found.high else f"{found.low}–{found.high}"
    return (
        f"“{one.title.zh}”({limits}):{found.of} 人中有 {many} 人",
        f'"{one.title.en}" ({limits}): {many} of {found.of}',
    )


def let_be(rule: Nomination | None, found: Sequence[ListLacking], command: CloseSubmission) -> None:
    """Refused unless a document lets a list be what it is."""
    if not command.as_it_is:
        compositions = {one.id: one for one in rule.composition} if rule is not None else {}
        pairs = [said(compositions[one.composition], one) for one in found]
        zh, en = ";".join(zh for zh, _ in pairs), "; ".join(en for _, en in pairs)
        raise Refused(
            "composition",
            f"推荐名单不合结构要求,不能截止:{zh};请补报或撤回,或凭文件照此截止:"
            "jieti cycle close --as-it-is --authority 文号",
            f"submission cannot close, the list of nominations is not made of what is asked: {en}; nominate, or "
            "withdraw, or close it as it is by a document: jieti cycle close --as-it-is --authority NUMBER",
        )
    if not (command.asking.authority or "").strip():
        raise Refused(
            "authority",
            "名单不合结构要求而照此截止,要有文件依据;请用 --authority 写明文号",
            "closing with a list that lacks something needs a document: name it with --authority",
        )
