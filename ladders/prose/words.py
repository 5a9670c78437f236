"""The words in which a ladder is read aloud: pairs of Chinese and English, numbers, numerals, lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Self

from events.facts import Catalogue
from ladders.model.ladder import Ladder, Part, Step, Text
from ladders.prose.routes import Lang, plain_number

Pair = tuple[str, str]

WORDS: dict[str, Pair] = {
    # whose ladder it is
    "person": ("教师个人", "a person"),
    "studio": ("工作室", "a studio"),
    "research group": ("教研组", "a research group"),
    "school": ("学校", "a school"),
    "central school": ("中心校", "a central school"),
    "group": ("集团", "a group of schools"),
    "station": ("工作站", "a station"),
    "centre": ("中心", "a centre"),
    # units of amounts and of time
    "hour": ("学时", "hours"),
    "point": ("分", "points"),
    "year": ("年", "years"),
    "years": ("年", "years"),
    "months": ("个月", "months"),
    "days": ("天", "days"),
    # what rows carry
    "work": ("作品", "work"),
    "member": ("成员", "member"),
    "kind": ("类型", "kind"),
    "amount": ("数量", "amount"),
    "ladder": ("阶梯", "ladder"),
    "rung": ("级", "rung"),
    "unit": ("单位", "unit"),
    "unit kind": ("单位类型", "kind of unit"),
    "locality": ("地区", "locality"),
    "phase": ("学段", "phase"),
    "outcome": ("结果", "outcome"),
    "reason": ("理由", "reason"),
    "clause": ("条款", "clause"),
    "topic": ("主题", "topic"),
    "subject": ("学科", "subject"),
    "track": ("类别", "track"),
    "evaluation": ("评价批次", "evaluation"),
    # roles in a group
    "host": ("主持人", "hosts"),
    "core": ("核心成员", "core members"),
    # what holds
    "at least": ("不少于", "at least"),
    "at most": ("不多于", "at most"),
    "more than": ("多于", "more than"),
    "less than": ("少于", "less than"),
    "met": ("视为符合", "met"),
    "not met": ("视为不符合", "not met"),
    # verbs
    "sum": ("合计", "the sum"),
    "count": ("计项数", "how many"),
    "mean": ("取平均", "the mean"),
    "best": ("取最高的一项", "the highest"),
    "latest": ("取最近的一项", "the latest"),
    "first": ("取最早的一项", "the first"),
    # how a rung is lost
    "revoke": ("撤销", "revoked"),
    "suspend": ("暂停", "suspended"),
}
_DIGITS = "零一二三四五六七八九"


def numeral(number: int) -> str:
    """A whole number from 1 to 9999 in Chinese: 12 is 十二, 105 is 一百零五."""
    said, zero = "", False
    for place, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            said += ("零" if zero and said else "") + _DIGITS[digit] + unit
        zero = not digit
    return said.removeprefix("一") if 10 <= number < 20 else said


def letter(number: int) -> str:
    """a, b, …, z, aa, ab, … for 1, 2, …"""
    said = ""
    while number:
        number, rest = divmod(number - 1, 26)
        said = chr(ord("a") + rest) + said
    return said


def roman(number: int) -> str:
    """i, ii, iii, iv, … for 1, 2, …"""
    said = ""
    for worth, sign in ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv")):
        said += sign * (number // worth)
        number %= worth
    return said + "i" * number


def capital(text: str) -> str:
    """The text with its first letter in capitals, all others as they are."""
    return text[:1].upper() + text[1:]


def texts_of(value: object) -> Iterator[str]:
    """Every text that stands somewhere in a part of a ladder."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Part):
        for name in type(value).model_fields:
            yield from texts_of(getattr(value, name))
    elif isinstance(value, tuple | list):
        for one in value:
            yield from texts_of(one)
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from texts_of(one)


@dataclass(frozen=True)
class Voice:
    """A ladder being read in a language; ``step`` is the step in whose terms tables are looked up, if there is one."""

    ladder: Ladder
    lang: Lang
    catalogue: Catalogue
    step: Step | None = None
    others: Mapping[str, Ladder] = field(default_factory=dict)
    """Other ladders by id, where they are at hand: their titles are then read, else their ids."""

    def at(self, step: Step | None) -> Self:
        """The same voice at another step."""
        return replace(self, step=step)

    def say(self, zh: str, en: str) -> str:
        """The one of the two that is spoken."""
        return zh if self.lang == "zh" else en

    def pick(self, pair: Pair) -> str:
        """The word of the pair that is spoken."""
        return self.say(*pair)

    def title(self, text: Text) -> str:
        """A title in the language."""
        return self.say(text.zh, text.en)

    def word(self, name: str) -> str:
        """A word of the file by its name, or as it stands."""
        return self.pick(WORDS.get(name, (name, name)))

    def listed(self, parts: Iterable[str]) -> str:
        """甲、乙 · a, b."""
        return self.say("、", ", ").join(parts)

    def joined(self, parts: Iterable[str]) -> str:
        """甲，乙 · a, b."""
        return self.say("，", ", ").join(parts)

    def either(self, parts: Iterable[str]) -> str:
        """甲或乙 · a or b."""
        return self.say("或", " or ").join(parts)

    def both(self, parts: Iterable[str]) -> str:
        """甲且乙 · a and b."""
        return self.say("且", " and ").join(parts)

    def spaced(self, text: str) -> str:
        """The text with a space before it, as a number has between Chinese words; none before a bracket."""
        return text if text[:1] in "（“〔" else f" {text}"

    def number(self, number: Decimal | Fraction) -> str:
        """A decimal as people write it, any other part as a fraction."""
        if isinstance(number, Decimal):
            return plain_number(number)
        return str(number.numerator) if number.denominator == 1 else f"{number.numerator}/{number.denominator}"

    def quantity(self, number: Decimal | Fraction, unit: str | None) -> str:
        """A number with its unit, in the singular for one."""
        words = self.word(unit) if unit else ""
        if self.lang == "en" and number == 1:
            words = words.removesuffix("s")
        return f"{self.number(number)} {words}".rstrip()
