"""What is drawn of a ladder: its rungs, its steps with their articles, its programmes, who holds what.

Made of the ladder alone (and what was counted), before anybody asks where it stands on paper.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from console.drawing.lettering import clean
from events.facts import Catalogue
from ladders.checking.check import without_document
from ladders.model.clauses import AClause
from ladders.model.ladder import Ladder, Step, Text
from ladders.prose.articles import Lang
from ladders.prose.chapters import Chapter, chapters
from ladders.prose.words import numeral

Kind = Literal["entry", "promotion", "right", "lateral", "renewal", "removal", "demotion"]
KINDS: dict[Kind, tuple[str, str, str]] = {
    "entry": ("进入", "way in", "#1f4e8c"),
    "promotion": ("晋级", "promotion", "#1f4e8c"),
    "right": ("符合即予认定", "by right", "#6a3d9a"),
    "lateral": ("平级转任", "lateral move", "#0b7285"),
    "renewal": ("续任", "renewal", "#2b7a3d"),
    "removal": ("退出", "loss of the rung", "#b02a37"),
    "demotion": ("降级", "demotion", "#b02a37"),
}
"""What steps are called, in Chinese and English, and the colour in which they are drawn."""

_TRIGGERS = {
    "duty": ("应当申报", "bound to apply"),
    "end of term": ("任期届满", "at the end of a term"),
    "yearly": ("每年", "yearly"),
}
_EFFECTS = {"revoke": ("撤销", "revoked"), "suspend": ("暂停", "suspended"), "demote": ("降级", "demoted")}
_HOLDERS = {"person": ("人", "holder", "holders"), "studio": ("个工作室", "studio", "studios")}


@dataclass(frozen=True)
class Mark:
    """A step, or a way to lose a rung: what an arrow says.

    ``to`` is None where a rung is lost for none.  ``clauses`` are its top clauses, ``assumed`` those of them without a
    document.  ``chapter`` is the text of its articles.
    """

    id: str
    kind: Kind
    from_: str | None
    to: str | None
    label: str
    clauses: int
    assumed: int
    chapter: Chapter
    articles: str
    basis: str

    @property
    def inside(self) -> bool:
        """Whether it leads to no other rung, and so is told within its own."""
        return self.from_ is not None and self.to in (None, self.from_)

    @property
    def colour(self) -> str:
        """The colour of its kind."""
        return KINDS[self.kind][2]

    @property
    def told(self) -> str:
        """Everything that it asks, for whoever points at it."""
        said = [f"{'  ' * one.depth}{clean(one.text)}" for one in self.chapter.said]
        return "\n".join([clean(self.chapter.title), self.basis, *said])


@dataclass(frozen=True)
class Box:
    """A rung: its titles, the chosen language first; its programme; how many hold it; the steps that stay inside."""

    id: str
    titles: tuple[str, str]
    lane: str | None
    end: bool
    holders: int | None
    held: str
    inside: tuple[Mark, ...]


@dataclass(frozen=True)
class Picture:
    """A ladder as it is drawn.  ``lanes`` are its programmes by id; ``marks`` the steps from rung to rung."""

    lang: Lang
    titles: tuple[str, str]
    notes: tuple[str, ...]
    boxes: tuple[Box, ...]
    marks: tuple[Mark, ...]
    lanes: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def every(self) -> tuple[Mark, ...]:
        """Every step and every way to lose a rung, in the order of their articles."""
        found = [*self.marks, *(mark for box in self.boxes for mark in box.inside)]
        return tuple(sorted(found, key=lambda mark: mark.chapter.first))

    def with_notes(self, *notes: str) -> Picture:
        """The same with more to say at the head of the sheet."""
        return replace(self, notes=(*self.notes, *map(clean, notes)))

    def say(self, zh: str, en: str) -> str:
        """The one of the two in the picture's language."""
        return zh if self.lang == "zh" else en


def picture(
    ladder: Ladder,
    lang: Lang,
    catalogue: Catalogue,
    notes: tuple[str, ...] = (),
    holders: Mapping[str, int] | None = None,
    as_of: date | None = None,
) -> Picture:
    """What is drawn of a ladder; ``holders`` by rung, on the day ``as_of``, where there is a district to count in."""
    marks = _marks(ladder, lang, catalogue)
    boxes = []
    for rung in ladder.rungs:
        count = None if holders is None else holders.get(rung.id, 0)
        inside = tuple(mark for mark in marks if mark.from_ == rung.id and mark.inside)
        held = "" if count is None else _held(count, ladder.subject, lang)
        boxes.append(Box(rung.id, _titles(rung.title, lang), rung.programme, rung.end, count, held, inside))
    assumed, clauses = without_document(ladder)
    counted = (
        f"共 {clauses} 个条件，{assumed} 个没有文件依据（假定）",
        f"{clauses} clauses, {assumed} of them without a document (assumed)",
    )
    said = [*notes, counted[lang == "en"]]
    drafts = [one.title for one in ladder.documents.values() if one.status == "draft"]
    said += [f"《{title.zh}》是征求意见稿" if lang == "zh" else f'"{title.en}" is a draft' for title in drafts]
    if as_of is not None:
        said.append(f"持有人数截至 {as_of}" if lang == "zh" else f"holders as of {as_of}")
    lanes = {name: _titles(one.title, lang) for name, one in ladder.programmes.items()}
    return Picture(
        lang=lang,
        titles=_titles(ladder.title, lang),
        notes=tuple(map(clean, said)),
        boxes=tuple(boxes),
        marks=tuple(mark for mark in marks if not mark.inside),
        lanes={name: lane for name, lane in lanes.items() if any(box.lane == name for box in boxes)},
    )


def _titles(text: Text, lang: Lang) -> tuple[str, str]:
    pair = clean(text.zh), clean(text.en)
    return pair if lang == "zh" else (pair[1], pair[0])


def _held(count: int, subject: str, lang: Lang) -> str:
    zh, one, many = _HOLDERS.get(subject, ("个", "holder", "holders"))
    return f"现有 {count:,} {zh}" if lang == "zh" else f"{count:,} {one if count == 1 else many}"


def _marks(ladder: Ladder, lang: Lang, catalogue: Catalogue) -> list[Mark]:
    told = {chapter.of: chapter for chapter in chapters(ladder, lang, catalogue)}
    found = []
    for step in ladder.steps:
        way = f" · {step.way}" if step.way else ""
        kind = _kind(step)
        label = KINDS[kind][lang == "en"] + way
        if step.trigger in _TRIGGERS:
            label += f" · {_TRIGGERS[step.trigger][lang == 'en']}"
        clauses = (*step.clauses, *step.excuse)
        found.append(_mark(step.id, kind, step.from_, step.to, label, clauses, told[step.id], lang))
    for rung in ladder.rungs:
        for removal in rung.removals:
            step_id = ladder.removal_step(rung.id, removal.id).id
            lost: Kind = "demotion" if removal.effect == "demote" else "removal"
            label = _EFFECTS[removal.effect][lang == "en"] + (
                f"：{removal.title.zh}" if lang == "zh" else f": {removal.title.en}"
            )
            chapter = told[step_id]
            found.append(_mark(step_id, lost, rung.id, removal.to, label, removal.clauses, chapter, lang))
    return found


def _kind(step: Step) -> Kind:
    if step.kind != "promotion":
        return step.kind
    if step.trigger == "right":
        return "right"
    return "entry" if step.from_ is None else "promotion"


def _mark(
    name: str,
    kind: Kind,
    from_: str | None,
    to: str | None,
    label: str,
    clauses: tuple[AClause, ...],
    chapter: Chapter,
    lang: Lang,
) -> Mark:
    assumed = sum(clause.basis == "assumed" for clause in clauses)
    many = len(clauses)
    first, last = chapter.first, chapter.last
    if lang == "zh":
        articles = f"第{numeral(first)}条" if first == last else f"第{numeral(first)}至{numeral(last)}条"
        basis = f"{many} 个条件，{assumed} 个假定" if assumed else f"{many} 个条件，都有依据"
    else:
        articles = f"Art. {first}" if first == last else f"Art. {first}–{last}"
        basis = f"{many} clause{'s' if many > 1 else ''}, {assumed or 'none'} assumed"
    return Mark(name, kind, from_, to, clean(label), many, assumed, chapter, articles, basis)
