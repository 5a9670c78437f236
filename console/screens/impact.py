"""What another version of a ladder would do, on the screen, as rows of a file, and as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from console.screens.assess import OUTCOMES
from console.screens.paper import Paper, number, position
from console.screens.vocabulary import clause_titles, title
from engine.assessing.impact import Impact, InFlight, OfRung, Turn, Where, where
from engine.district import District
from engine.people import names

_TURNS: dict[Turn, tuple[str, str]] = {"gains": ("新符合", "gain"), "loses": ("不再符合", "lose")}
_LOCALITIES = {"urban": ("城区", "urban"), "rural": ("乡村", "rural"), "": ("未注明", "not stated")}
LISTED = 10
"""Schools of a table on the screen; files and JSON have all of them."""
HEADER = (
    *(
        ("变化", "what"),
        ("级", "rung"),
        ("晋级", "step"),
        ("周期", "cycle"),
        ("案号", "case"),
        ("编号", "code"),
        ("姓名", "name"),
    ),
    *(("单位", "school"), ("学区", "area"), ("城乡", "locality"), ("原判定", "before"), ("新判定", "after")),
    ("条款", "clauses"),
)


class Row(NamedTuple):
    """Somebody whom the other version concerns: at a rung, by a removal, or with a case in flight."""

    turn: Turn
    rung: str
    removal: str
    step: str
    cycle: str
    case: str
    subject: str
    before: str
    after: str
    clauses: tuple[str, ...]


def rows_of(found: Impact) -> list[Row]:
    """Everybody whom it concerns, rung by rung; then the cases in flight."""
    rows = [
        Row(one.turn, at.rung, at.removal, one.step, "", "", one.subject, one.before, one.after, one.clauses)
        for at in found.rungs
        for one in at.affected
    ]
    return rows + list(_cases(found.in_flight))


def _cases(found: Iterable[InFlight]) -> Iterator[Row]:
    for one in found:
        if one.turn is not None:
            yield Row(one.turn, "", "", "", one.cycle, one.case, one.subject, one.before, one.after, one.clauses)


class People:
    """Who and where they are, fetched once."""

    def __init__(self, district: District, found: Impact, *, named: bool) -> None:
        subjects = [one.subject for one in rows_of(found)]
        with district.reading() as connection:
            self.where = where(connection, subjects)
            self._known = (
                names.called(connection, district.log, district.vault, subjects) if named else names.Known({}, {})
            )

    def at(self, subject: str) -> Where:
        """Where a subject is."""
        return self.where.get(subject, Where())

    def code(self, subject: str) -> str:
        """The code, or the id."""
        return self._known.code(subject)

    def name(self, subject: str) -> str:
        """The name."""
        return self._known.name(subject)


def shown(
    district: District, found: Impact, people: People, sides: tuple[str, str], lang: str, *, named: bool
) -> Paper:
    """Who gains and who loses, by rung, clause, area and school; and what the cases in flight would come to."""
    paper, rows = Paper(lang), rows_of(found)
    ladder = found.new.ladder
    paper.line(
        f"{title(ladder.title, paper.lang)}: {sides[0]} → {sides[1]}    {paper.say('截至', 'as of')} "
        f"{found.old.question.as_of}    {paper.say('日志', 'known at')} {position(found.old.question.known_at)}    "
        f"{number(found.subjects)} {paper.say('人' if ladder.subject == 'person' else '个', 'subjects')}"
    )
    if not rows and not any(one.unsure for one in found.rungs):
        paper.both("没有人因此符合或不再符合条件", "nobody meets the conditions who did not, and nobody no longer")
    for one in found.rungs:
        some = [row for row in rows if (row.rung, row.removal) == (one.rung, one.removal) and not row.cycle]
        if some or one.unsure:
            _rung(paper, found, one, some, people, named=named)
    _in_flight(paper, district, found, people, named=named)
    paper.both(
        "已经开启的评审仍按原来的版本;要改按新版本:jieti cycle rebase",
        "cycles that are open keep their version; to let one go on under the new one: jieti cycle rebase",
    )
    return paper


def _rung(paper: Paper, found: Impact, one: OfRung, rows: list[Row], people: People, *, named: bool) -> None:
    say, name = paper.say, rung_title(found, one.rung, one.removal, paper.lang)
    turns = Counter(row.turn for row in rows)
    parts = [f"{say(*_TURNS[turn])} {number(turns[turn])}" for turn in _TURNS]
    if one.unsure:
        parts.append(say(f"其他变化 {number(one.unsure)}", f"otherwise {number(one.unsure)}"))
    met = f"{say('符合', 'met')} {number(one.before['met'])} → {number(one.after['met'])}"
    paper.line()
    paper.line("    ".join([name, met, *parts]))
    _why(paper, found, rows)
    _places(paper, rows, people)
    if named:
        _named(paper, found, rows, people)


def _why(paper: Paper, found: Impact, rows: list[Row]) -> None:
    titles = titles_of(found, paper.lang)
    for turn, said in _TURNS.items():
        counted = Counter(clause for row in rows if row.turn == turn for clause in row.clauses)
        if counted:
            head = paper.say(f"  {said[0]},因为(人数):", f"  they {said[1]} by (subjects):")
            paper.line(head)
            lines = [(titles.get(clause, clause), clause, number(n)) for clause, n in counted.most_common()]
            paper.table(lines, right=(2,), indent=4)


def _places(paper: Paper, rows: list[Row], people: People) -> None:
    """By area and school, and by town and country."""
    say = paper.say
    counted: Counter[tuple[Where, Turn]] = Counter((people.at(row.subject), row.turn) for row in rows)
    every = sorted({place for place, _ in counted}, key=lambda one: (one.area, one.school))
    if not every:
        return
    by: Counter[tuple[str, Turn]] = Counter((people.at(row.subject).locality, row.turn) for row in rows)
    said = [
        f"{say(*_LOCALITIES[one])} {say(*_TURNS['gains'])} {number(by[one, 'gains'])} "
        f"{say(*_TURNS['loses'])} {number(by[one, 'loses'])}"
        for one in ("urban", "rural", "")
        if by[one, "gains"] or by[one, "loses"]
    ]
    paper.line("  " + say("城乡: ", "by locality: ") + "    ".join(said))
    header = (say("学区", "area"), say("单位", "school"), say(*_TURNS["gains"]), say(*_TURNS["loses"]))
    lines = [(one.area, one.school, number(counted[one, "gains"]), number(counted[one, "loses"])) for one in every]
    lines.sort(key=lambda line: -int(line[2].replace(",", "")) - int(line[3].replace(",", "")))
    paper.table([header, *lines[:LISTED]], right=(2, 3), indent=4)
    if len(lines) > LISTED:
        paper.both(
            f"    … 另有 {len(lines) - LISTED} 个单位;全部见 --out 或 --json",
            f"    … and {len(lines) - LISTED} more; all of them with --out or --json",
        )


def _named(paper: Paper, found: Impact, rows: list[Row], people: People) -> None:
    titles = titles_of(found, paper.lang)
    paper.table(
        [
            (
                paper.say(*_TURNS[row.turn]),
                people.code(row.subject),
                people.name(row.subject),
                people.at(row.subject).school,
                paper.say("、", ", ").join(titles.get(one, one) for one in row.clauses),
            )
            for row in rows
        ],
        indent=4,
    )


def _in_flight(paper: Paper, district: District, found: Impact, people: People, *, named: bool) -> None:
    if not found.in_flight:
        return
    paper.line()
    paper.both(
        f"在途的申报 {number(len(found.in_flight))} 份(仍按原版本;若改按新版本):",
        f"{number(len(found.in_flight))} cases in flight (they keep their version; were they rebased):",
    )
    for cycle in dict.fromkeys(one.cycle for one in found.in_flight):
        some = [one for one in found.in_flight if one.cycle == cycle]
        cycle_in_flight(paper, district.cycle(cycle).title, some)
        _places(paper, list(_cases(some)), people)
        if named:
            _named(paper, found, list(_cases(some)), people)


def cycle_in_flight(paper: Paper, name: str, found: Sequence[InFlight]) -> None:
    """What the cases of one cycle would come to, on a line."""
    turns = Counter(one.turn for one in found)
    moved = sum(one.rungs[0] != one.rungs[1] for one in found)
    parts = [f"{paper.say(*_TURNS[turn])} {number(turns[turn])}" for turn in _TURNS]
    if moved:
        parts.append(paper.say(f"改定另一级 {number(moved)}", f"placed on another rung {number(moved)}"))
    parts.append(paper.say(f"不变 {number(turns[None])}", f"the same {number(turns[None])}"))
    paper.line(f"  {name}    {'    '.join(parts)}")


def rung_title(found: Impact, rung: str, removal: str, lang: str) -> str:
    """A rung to be climbed to, or a way to lose one."""
    for ladder in (found.new.ladder, found.old.ladder):
        for one in ladder.rungs:
            if one.id == rung:
                lost = [title(each.title, lang) for each in one.removals if each.id == removal]
                head = title(one.title, lang)
                if not removal:
                    return f"→ {head}"
                if lost:
                    return f"{head} ✕ {lost[0]}"
    return f"→ {rung}" if not removal else f"{rung} ✕ {removal}"


def titles_of(found: Impact, lang: str) -> dict[str, str]:
    """The titles of both versions' clauses by id, the new one's first."""
    return clause_titles(found.old.ladder, lang) | clause_titles(found.new.ladder, lang)


def table(district: District, found: Impact, people: People, lang: str) -> Iterator[list[str]]:
    """The rows of a file, under ``HEADER``: everybody whom it concerns, by name."""
    rows, zh, titles = rows_of(found), lang == "zh", titles_of(found, lang)
    cycles = {one: district.cycle(one).title if one else "" for one in {row.cycle for row in rows}}
    for row in rows:
        at = people.at(row.subject)
        yield [
            _TURNS[row.turn][0 if zh else 1],
            rung_title(found, row.rung, row.removal, lang).removeprefix("→ ") if row.rung else "",
            row.step,
            cycles[row.cycle],
            row.case,
            people.code(row.subject),
            people.name(row.subject),
            at.school,
            at.area,
            _LOCALITIES[at.locality][0 if zh else 1],
            OUTCOMES[row.before][0 if zh else 1],  # type: ignore[index]
            OUTCOMES[row.after][0 if zh else 1],  # type: ignore[index]
            ("、" if zh else ", ").join(titles.get(one, one) for one in row.clauses),
        ]


def data(found: Impact, people: People) -> dict[str, Any]:
    """The same for programs, by name."""
    rows = rows_of(found)
    return {
        "ladder": found.new.ladder.id,
        "as_of": found.old.question.as_of,
        "known_at": found.old.question.known_at,
        "from": found.old.version,
        "to": found.new.version,
        "subjects": found.subjects,
        "rungs": [
            {
                "rung": one.rung,
                "removal": one.removal or None,
                "before": dict(one.before),
                "after": dict(one.after),
                "gains": len(one.of("gains")),
                "loses": len(one.of("loses")),
                "otherwise": one.unsure,
            }
            for one in found.rungs
        ],
        "in_flight": [
            {"cycle": one.cycle, "case": one.case, "phase": one.phase, "before": one.before, "after": one.after}
            | {"clauses": list(one.clauses), "turn": one.turn, "rungs": list(one.rungs)}
            for one in found.in_flight
        ],
        "people": [
            {
                **row._asdict(),
                "code": people.code(row.subject),
                "name": people.name(row.subject),
                **people.at(row.subject).__dict__,
            }
            for row in rows
        ],
    }
