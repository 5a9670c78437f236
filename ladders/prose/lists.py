"""How what a panel or a list is made of is read aloud: whom a composition counts, how many, by which document."""

from __future__ import annotations

from fractions import Fraction

from ladders.model.clauses import Basis, Passage
from ladders.model.lists import Composition
from ladders.model.words import Accepted, AtLeastLevel, AtMostLevel
from ladders.prose.clauses import Clauses
from ladders.prose.routes import UNITS
from ladders.prose.words import Pair

_OWN: dict[str, Pair] = {"role": ("席位", "seat"), "unit kind": ("所在单位类型", "kind of unit")}


def composition_prose(voice: Clauses, one: Composition, roles: dict[str, str] | None = None) -> str:
    """A composition on one line; ``roles`` are the titles of a panel's roles."""
    limits = [_limit(voice, key, asked) for key, asked in one.limits]
    whom = voice.joined(_whom(voice, name, accepted, roles or {}) for name, accepted in one.only.items())
    zh, en = UNITS[one.per] if one.per else ("", "")
    zh = f"同一{zh}的{f'（{whom}）' if whom else ''}" if zh else whom
    en = f"from any one {en}{f' ({whom})' if whom else ''}" if en else f"with {whom}" if whom else ""
    return voice.say(
        f"{one.title.zh}：{zh}{'，'.join(limits)}", f"{one.title.en}: {' and '.join(limits)}{f' {en}' if en else ''}"
    ) + basis_prose(voice, one.basis)


def basis_prose(voice: Clauses, basis: Basis) -> str:
    """The document and the passage, or that there is none."""
    if not isinstance(basis, Passage):
        return voice.say("〔假定，无文件依据〕", " [assumed: no document]")
    document = voice.document(basis.document)
    return voice.say(f"〔依据：{document}，{basis.passage}〕", f" [basis: {document}, {basis.passage}]")


def _limit(voice: Clauses, key: str, asked: int | Fraction) -> str:
    """How many, or what part of the whole."""
    word = {"at least": "不少于", "at most": "不超过"}[key]
    if isinstance(asked, Fraction):
        if asked == 1:
            return voice.say(f"{word}全部", f"{key} all")
        return voice.say(f"{word} {asked}", f"{key} {asked}")
    return voice.say(f"{word} {asked} 人", f"{key} {asked}")


def _whom(voice: Clauses, name: str, accepted: Accepted, roles: dict[str, str]) -> str:
    """What a member must be to be counted."""

    def term(one: str) -> str:
        if name == "role":
            return roles.get(one, one)
        if name == "unit kind" and one in UNITS:
            return voice.pick(UNITS[one])
        return voice.row_term((), name, one)

    own = voice.pick(_OWN[name]) if name in _OWN and name not in voice.ladder.attributes else voice.own(name)
    if isinstance(accepted, AtLeastLevel):
        return voice.say(f"{own}“{term(accepted.term)}”及以上的", f"{own}: {term(accepted.term)} or better")
    if isinstance(accepted, AtMostLevel):
        return voice.say(f"{own}“{term(accepted.term)}”及以下的", f"{own}: {term(accepted.term)} or worse")
    terms = voice.either(term(one) for one in accepted) if isinstance(accepted, tuple) else str(accepted)
    return voice.say(f"{own}为{terms}的", f"{own}: {terms}")
