"""How an entitlement is read aloud: who is given what, for how long, from whom, and what releases it."""

from __future__ import annotations

from collections.abc import Iterator

from ladders.model.entitlements import BySetting, Entitlement
from ladders.prose.clauses import Clauses, Said
from ladders.prose.lists import basis_prose
from ladders.prose.routes import ROUNDING, plain_number
from ladders.prose.words import Pair

_GIVE: dict[str, Pair] = {
    "money": ("经费", "money"),
    "time": ("时间", "time"),
    "title": ("称号", "a title"),
    "certificate": ("证书", "a certificate"),
    "right": ("权利", "a right"),
}
_PER: dict[str, Pair] = {
    "once": ("一次性", "once"),
    "week": ("每周", "a week"),
    "month": ("每月", "a month"),
    "year": ("每年", "a year"),
}
_UNITS: dict[str, Pair] = {
    "yuan": ("元", "yuan"),
    "day": ("天", "days"),
    "half-day": ("个半天", "half-days"),
    "lesson": ("课时", "lessons"),
}


def entitlement_said(voice: Clauses, one: Entitlement) -> list[Said]:
    """The article of an entitlement: its first line without its number."""
    return list(_said(voice, one))


def _said(voice: Clauses, one: Entitlement) -> Iterator[Said]:
    to = voice.either(voice.rung(rung) for rung in one.rung or ())
    who = to or voice.say("符合以下各项的人", "whoever meets the following")
    given = _given(voice, one)
    yield Said(
        "article",
        0,
        voice.say(f"{one.title.zh}：{who}，{given}", f"{one.title.en}: {who}: {given}") + basis_prose(voice, one.basis),
    )
    if one.pro_rata:
        zh, en = ROUNDING[one.rounding or "down"]
        yield Said(
            "line",
            1,
            voice.say(
                f"按在级天数折算，精确到 {plain_number(one.to)}（{zh}）",
                f"Reduced to the days on which the rung is held, to {plain_number(one.to)} ({en})",
            ),
        )
    elif one.rounding is not None:
        zh, en = ROUNDING[one.rounding]
        yield Said("line", 1, voice.say(f"精确到 {plain_number(one.to)}（{zh}）", f"To {plain_number(one.to)} ({en})"))
    if one.split:
        parts = [f"{payer} {share.numerator}/{share.denominator}" for payer, share in one.split.items()]
        yield Said(
            "line",
            1,
            voice.say(
                f"分担：{'，'.join(parts)}（余数给尾数最大的一方）",
                f"Paid by: {', '.join(parts)} (what is left over by whoever's remainder is largest)",
            ),
        )
    if one.clauses:
        steps = voice.ladder.entitlement_steps(one)
        at = voice.at(steps[0] if len(steps) == 1 else None)
        yield Said("line", 1, voice.say("符合下列各项才发放：", "Released when all of these are met:"))
        for number, clause in enumerate(one.clauses, 1):
            first, *others = at.worded(clause, 1, at.label(1, number))
            basis = "" if clause.basis is not None else at.basis(clause)
            yield first._replace(text=first.text + basis)
            yield from others


def _given(voice: Clauses, one: Entitlement) -> str:
    """What is given, how much of it, how often."""
    what = voice.pick(_GIVE[one.give])
    if one.amount is None:
        return what
    unit = voice.pick(_UNITS.get(one.unit or "", (one.unit or "", one.unit or "")))
    per = voice.pick(_PER[one.per or "year"])
    if isinstance(one.amount, BySetting):
        name = one.amount.setting
        return voice.say(
            f"{what}{per}，数额（{unit}）由本区设定（{name}）",
            f"{what}, in {unit} {per}, as the district has set ({name})",
        )
    steps = voice.ladder.entitlement_steps(one)
    amounts = [voice.at(step).asked(one.amount, None) for step in steps]
    much = amounts[0]
    if len(set(amounts)) > 1:
        much = voice.listed(f"{voice.rung(step.to)} {said}" for step, said in zip(steps, amounts, strict=True))
    return voice.say(f"{what}{per} {much} {unit}", f"{what}, {much} {unit} {per}")
