"""What an auditor looks at again: decisions that would come out otherwise today, and a sample of all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from console.screens.assess import OUTCOMES
from console.screens.paper import Paper, position
from console.screens.vocabulary import Vocabulary
from console.tables import Cell
from engine.assessing.corrections import Correction, listed
from engine.assessing.impact import where
from engine.assessing.revisit import Revisited
from engine.district import District
from engine.people import names
from workflows.correcting import ENDED, outcome_of

DECIDED = {"granted": ("认定", "granted"), "declined": ("未认定", "declined")}
HEADER = (
    *(("位置", "position"), ("编号", "code"), ("姓名", "name"), ("单位", "school"), ("学区", "area")),
    *(("评审周期", "cycle"), ("案号", "case"), ("级", "rung"), ("决定", "decided"), ("当时判定", "then")),
    *(("现在判定", "now"), ("现在可评的级", "rung now"), ("条件", "clauses"), ("此后记录", "recorded since")),
    ("更正案", "corrections"),
)


def revisited(district: District, found: Revisited, lang: str) -> Paper:
    """Which decisions would come out otherwise, with what is known now, and because of what."""
    paper, words = Paper(lang), Vocabulary(district, lang)
    paper.both(
        f"{found.decisions:,} 项决定中,按今天所知(#{found.known_at:,})会不同的 {len(found.otherwise)} 项;原决定不变",
        f"of {found.decisions:,} decisions {len(found.otherwise)} would come out otherwise with what is known today "
        f"(#{found.known_at:,}); what was decided stands",
    )
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, [one.subject for one in found.otherwise])
    looked_at = _looked_at(district)
    for one in found.otherwise:
        then, now = (paper.say(*OUTCOMES[outcome]) for outcome in (one.then, one.now))
        paper.line("")
        paper.line(
            f"{position(one.position)}  {known.code(one.subject)}  {known.name(one.subject)}  "
            f"{words.rung(one.ladder, one.rung)}  {paper.say(*DECIDED[one.decided])}"
        )
        elsewhere = words.rung(one.ladder, one.rung_now) if one.rung_now not in (None, one.rung) else ""
        paper.line(f"  {then} → {now}  {elsewhere}".rstrip())
        clauses = words.clauses(one.ladder, one.clauses)
        because = most(one.because)
        paper.both(f"  条件:{clauses}", f"  clauses: {clauses}")
        if because:
            paper.both(f"  此后记录:{because}", f"  recorded since: {because}")
        for each in looked_at.get(one.position, ()):
            paper.line(f"  {state(paper, each)}")
    if found.otherwise:
        paper.line("")
        paper.both(
            "逐项查看:jieti audit why 工号 --then-now;立更正案:jieti correction open '#位置' --reason 理由",
            "look at each: jieti audit why CODE --then-now; to open a correction: jieti correction open '#position' "
            "--reason WHY",
        )
    return paper


def table(district: District, found: Revisited, lang: str) -> Iterator[list[Cell]]:
    """The rows of a sheet, under ``HEADER``: a decision each that would come out otherwise."""
    paper, words, looked_at = Paper(lang), Vocabulary(district, lang), _looked_at(district)
    subjects = [one.subject for one in found.otherwise]
    with district.reading() as connection:
        known, places = names.called(connection, district.log, district.vault, subjects), where(connection, subjects)
    for one in found.otherwise:
        at = places[one.subject]
        yield [
            *(one.position, known.code(one.subject), known.name(one.subject), at.school, at.area),
            *(words.cycle(one.cycle), one.case, words.rung(one.ladder, one.rung), paper.say(*DECIDED[one.decided])),
            *(paper.say(*OUTCOMES[outcome]) for outcome in (one.then, one.now)),
            words.rung(one.ladder, one.rung_now) if one.rung_now not in (None, one.rung) else "",
            words.clauses(one.ladder, one.clauses),
            " ".join(position(at) for at in one.because),
            paper.say(";", "; ").join(state(paper, each) for each in looked_at.get(one.position, ())),
        ]


def _looked_at(district: District) -> dict[int, list[Correction]]:
    """The corrections of each decision, by its position."""
    found: dict[int, list[Correction]] = {}
    for one in listed(district):
        found.setdefault(one.fact.decision, []).append(one)
    return found


def most(positions: Sequence[int]) -> str:
    """Positions, the first few of many; ``--json`` has all."""
    shown = " ".join(position(at) for at in positions[:6])
    return shown if len(positions) <= 6 else f"{shown} … ({len(positions)})"


def state(paper: Paper, one: Correction) -> str:
    """Where a correction is: open, or what the office decided."""
    at = f"{paper.say('更正案', 'correction')} {position(one.opened.position)}"
    by = "" if one.decided is None else f" {position(one.decided.position)}"
    return f"{at}: {paper.say(*came_to(one))}{by}"


def came_to(one: Correction) -> tuple[str, str]:
    """Whether a correction is open, or what came of it, in both languages."""
    if one.decided is not None:
        return ENDED[outcome_of(one.decided.fact)]
    if one.erased:
        return "不再办结(档案已删除)", "never decided (the record was erased)"
    return "待决定", "to be decided"


def sampled(district: District, drawn: Sequence[Any], of: int, seed: str, lang: str) -> Paper:
    """The decisions that a seed chose."""
    paper = Paper(lang)
    paper.table(
        [(position(one.position), one.stream.removeprefix("case-"), paper.say(*DECIDED[one.type])) for one in drawn],
        indent=0,
    )
    paper.both(
        f"抽取 {len(drawn)} 项,共 {of:,} 项决定;种子“{seed}”:同一份日志、同一个种子,谁抽都一样",
        f"{len(drawn)} drawn of {of:,} decisions by the seed “{seed}”: of the same log it draws the same for everybody",
    )
    return paper
