"""A first ladder from a few answers: a commented file that passes its check (its cases: ``ladders.template_cases``).

Nothing is sourced that nobody gave a passage for: such a clause says ``assumed``, and its comment that somebody has to
decide.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Climber = Literal["person", "studio", "school"]
Status = Literal["in force", "draft", "report"]
THROUGH: dict[str, tuple[str, str, str]] = {
    "person": ("", "", ""),
    "studio": ("members", "成员在组期间的学时合计", "what members attended while they were members"),
    "school": ("teachers", "教师在校期间的学时合计", "what teachers attended while they worked there"),
}
"""By who climbs through whom hours are counted, and how the file's comment says so."""
_ID = re.compile(r"[a-z][a-z0-9-]*")
_PLAIN = re.compile(r"[A-Za-z\u4e00-\u9fff][A-Za-z0-9\u4e00-\u9fff -]*")
_TRAPS = {"yes", "no", "on", "off", "y", "n", "true", "false", "null", "nan", "inf"}
_HIDDEN = "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"


class Wrong(ValueError):
    """An answer that cannot be: which one, and why, in both languages."""

    def __init__(self, answer: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.answer, self.zh, self.en = answer, zh, en


@dataclass(frozen=True)
class Titled:
    """Titles in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Answers:
    """What a ladder is made of.  ``hours`` is by rung, the lowest first; ``passages`` are by clause (hours, years)."""

    id: str
    title: Titled
    climber: Climber
    rungs: tuple[Titled, ...]
    hours: tuple[Decimal, ...]
    window: int = 3
    """Hours are counted over so many years."""
    years: int = 2
    """Years on a rung before the next one; 0 asks for none."""
    document: Titled | None = None
    issuer: Titled = Titled("教育局", "bureau of education")
    status: Status = "draft"
    hours_passage: str = ""
    years_passage: str = ""
    seats: int = 7
    quorum: int = 5
    majority: tuple[int, int] = (1, 2)
    """(1, 2) is more than half; any other share is at least so much, of those present."""
    places: int = 0
    """Places in a cycle; 0 for no limit."""
    notice: int = 5
    """Working days of the notice."""
    term: int = 3
    """Years of a term; 0 for good."""

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise Wrong(
                "id",
                f"“{self.id}”不能作代号:用小写字母开头,后面可有数字和连字符",
                f'"{self.id}" is no id: small letters, digits and hyphens, a letter first',
            )
        for name, titled in (
            ("title", self.title),
            *(("rung", one) for one in self.rungs),
            ("document", self.document),
            ("issuer", self.issuer),
        ):
            for text in (titled.zh, titled.en) if titled else ():
                _check_text(name, text)
        for name, text in (("hours-passage", self.hours_passage), ("years-passage", self.years_passage)):
            if text:
                _check_text(name, text)
                if self.document is None:
                    raise Wrong("document", "写了条款,就要写是哪份文件的", "a passage is of a document: name it, too")
        if not self.rungs:
            raise Wrong("rung", "至少要有一级", "there is at least one rung")
        if len(self.hours) != len(self.rungs):
            raise Wrong(
                "hours",
                f"有 {len(self.rungs)} 级,学时却有 {len(self.hours)} 个:写一个,或每级一个",
                f"there are {len(self.rungs)} rungs and {len(self.hours)} numbers of hours: give one, or one for each",
            )
        for hours in self.hours:
            if not (0 < hours <= 5000 and hours == round(hours, 2)):
                raise Wrong(
                    "hours",
                    f"学时 {hours} 应在 0 到 5000 之间,最多两位小数",
                    f"{hours} hours: more than 0, at most 5000, at most two decimal places",
                )
        bounds = (
            ("window", 1, 30),
            ("years", 0, 40),
            ("seats", 1, 99),
            ("quorum", 1, self.seats),
            ("places", 0, 99_999),
            ("notice", 1, 90),
            ("term", 0, 40),
        )
        for name, least, most in bounds:
            if not least <= getattr(self, name) <= most:
                raise Wrong(
                    name,
                    f"应在 {least} 到 {most} 之间,不是 {getattr(self, name)}",
                    f"between {least} and {most}, not {getattr(self, name)}",
                )
        part, whole = self.majority
        if not 0 < part <= whole <= 99:
            raise Wrong(
                "majority", f"{part}/{whole} 不是份额;写成 1/2 或 2/3", f"{part}/{whole} is no share; write 1/2 or 2/3"
            )

    @property
    def rung_ids(self) -> tuple[str, ...]:
        """An id for every rung, after its English title where that gives one."""
        found: list[str] = []
        for nth, one in enumerate(self.rungs, 1):
            slug = (
                re.sub(r"[^a-z0-9]+", "-", unicodedata.normalize("NFKD", one.en).casefold()).strip("-")[:40].strip("-")
            )
            name = slug if _ID.fullmatch(slug) and slug not in (*found, *_TRAPS) else f"rung-{nth}"
            while name in found:
                name += "-x"
            found.append(name)
        return tuple(found)


def _check_text(name: str, text: str) -> None:
    bad = [one for one in text if unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp") or one in _HIDDEN]
    if not text.strip() or bad or len(text) > 200:
        raise Wrong(
            name,
            "标题和条款是一行看得见的文字,最多 200 字",
            "a title or passage is one line of visible text, at most 200 characters",
        )


def quoted(text: str) -> str:
    """Text as YAML reads it back: plain where nothing in it could mean something else, else in double quotes."""
    if _PLAIN.fullmatch(text) and text == text.strip() and text.casefold() not in _TRAPS:
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _titled(one: Titled) -> str:
    return f"{{zh: {quoted(one.zh)}, en: {quoted(one.en)}}}"


def number(value: Decimal) -> str:
    """A number without noughts behind it."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def aside(text: str) -> str:
    """Text inside a comment."""
    return " ".join(text.split())


# ------------------------------------------------------------------------------------------------- the ladder


def ladder_text(said: Answers) -> str:
    """The ladder file."""
    return "\n".join(_ladder(said)) + "\n"


def _ladder(said: Answers) -> Iterator[str]:
    through, zh, en = THROUGH[said.climber]
    ids = said.rung_ids
    yield "# yaml-language-server: $schema=ladder.schema.json"
    yield "#"
    yield f"# {aside(said.title.zh)} · {aside(said.title.en)}"
    yield "#"
    yield "# 由问答生成的初稿。改完运行 jieti ladder check 和 jieti ladder test;不懂的词见 docs/ladder-reference.md。"
    yield "# A first draft made from answers. After a change run jieti ladder check and jieti ladder test."
    yield "# Every word is explained in docs/ladder-reference.md."
    yield ""
    yield "format: jieti-ladder/1"
    yield f"id: {quoted(said.id)}"
    yield f"title: {_titled(said.title)}"
    yield f"subject: {said.climber}    # 谁来晋级 · who climbs: person, studio, school"
    yield ""
    yield from _documents(said)
    yield "# ---------------------------------------------------------------- 数字 · the numbers"
    yield "tables:"
    yield "  rung:                 # 每行是要晋到的级;条件里写 rung.hours,就是取那一级的 hours"
    yield "                        # a row for each rung that is reached; a clause says rung.hours"
    yield "    by: to"
    yield "    columns: [hours]"
    yield "    rows:"
    for name, hours in zip(ids, said.hours, strict=True):
        yield f"      {name}: [{number(hours)}]"
    yield ""
    yield "measures:"
    yield f"  hours:                # 近 {said.window} 年的培训学时 · training hours in {_years(said.window)}"
    if through:
        yield f"    through: {through}    # {zh} · {en}"
    yield "    evidence: training"
    yield "    then:"
    yield f"      - within: last {_years(said.window)}"
    yield "      - sum"
    yield ""
    yield "# ---------------------------------------------------------------- 级 · the rungs, the lowest first"
    yield "rungs:"
    for nth, (name, one) in enumerate(zip(ids, said.rungs, strict=True), 1):
        end = ", end: true" if nth == len(ids) else ""
        yield f"  - {{id: {name}, title: {_titled(one)}{end}}}"
    yield ""
    yield from _route(said)
    yield "# ---------------------------------------------------------------- 晋级 · the steps"
    yield "steps:"
    for nth, name in enumerate(ids):
        yield from _step(said, ids[nth - 1] if nth else None, name)
        if said.term:
            yield from _step(said, name, name, renewal=True)


def _documents(said: Answers) -> Iterator[str]:
    yield "# ---------------------------------------------------------------- 文件 · the documents"
    cited = said.document if said.hours_passage or (said.years_passage and said.years and len(said.rungs) > 1) else None
    before = "" if cited else "# "
    if cited is None:
        yield "# 还没有写明条款,所以各条的依据都是 assumed(假定)。有了条款,去掉下面几行的“# ”,再把 basis 改成"
        yield "#   basis: {document: rules, passage: 第几条}"
        yield "# No passage is given yet, so every clause is assumed. Once there is one, uncomment these lines, and"
        yield "# change the basis of its clause."
    one = said.document or Titled("评审办法", "Rules of review")
    yield f"{before}documents:"
    yield f"{before}  rules:"
    yield f"{before}    title: {_titled(one)}"
    yield f"{before}    issuer: {_titled(said.issuer)}"
    yield f"{before}    status: {said.status}    # in force 现行, draft 征求意见稿, report 情况报道"
    yield ""


def _route(said: Answers) -> Iterator[str]:
    part, whole = said.majority
    threshold = "more than 1/2 of present" if said.majority == (1, 2) else f"at least {part}/{whole} of present"
    yield "# ---------------------------------------------------------------- 评审 · the review"
    yield "routes:"
    yield "  review:"
    yield "    stages:"
    yield "      - id: panel"
    yield "        title: {zh: 评审组评议, en: panel review}"
    yield "        body: {zh: 评审组, en: panel}"
    yield f"        seats: {said.seats}"
    yield f"        quorum: {said.quorum}           # 到会多少席才能表决 · seats that must vote"
    yield f"        threshold: {threshold}"
    yield "        days: 7"
    if said.places:
        yield "    places:             # 名额 · places in a cycle"
        yield f"      number: {said.places}"
        yield "      basis: assumed"
        yield "      order: [votes of panel]   # 按赞成票排名 · ranked by votes"
        yield "      ties: lot                 # 末位同票抽签 · lots are drawn for the last place"
    yield f"    notice working days: {said.notice}    # 公示的工作日"
    yield ""


def _step(said: Answers, from_: str | None, to: str, *, renewal: bool = False) -> Iterator[str]:
    head = f"{to}:续任 · renewal" if renewal else f"{from_ or '—'} → {to}"
    yield ""
    yield f"  # {head}"
    first = "- "
    if from_:
        yield f"  - from: {from_}"
        first = "  "
    yield f"  {first}to: {to}"
    if renewal:
        yield "    kind: renewal"
        yield "    trigger: end of term"
    yield "    route: review"
    if said.term:
        yield f"    term: {_years(said.term)}"
    yield "    clauses:"
    yield "      - id: hours"
    yield f"        title: {{zh: 近{said.window}年培训学时, en: training hours in {_years(said.window)}}}"
    yield "        measure: hours"
    yield "        at least: rung.hours"
    yield f"        basis: {_basis(said.hours_passage)}"
    if from_ and said.years and not renewal:
        yield "      - id: years-on-rung"
        yield "        title: {zh: 任现级年限, en: years on the rung}"
        yield "        years since: rung"
        yield f"        at least: {said.years}"
        yield f"        basis: {_basis(said.years_passage)}"


def _basis(passage: str) -> str:
    if passage:
        return f"{{document: rules, passage: {quoted(passage)}}}"
    return "assumed        # 没有文件依据,要有人来定 · no document says so: somebody has to decide"


def _years(n: int) -> str:
    return f"{n} years" if n > 1 else "1 year"
