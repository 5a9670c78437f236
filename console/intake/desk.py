"""What the building of commands needs at hand: the district, who is who, and the identity of a row.

One desk serves one sheet.  It asks the district for sets of codes, a block at a time, and never for a single row.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal, TypeVar

from pydantic import BaseModel
from sqlalchemy import select

from console.intake.values import (
    PER_DAY,
    REMEMBERED,
    Cell,
    Memo,
    Problem,
    amount_reader,
    read_text,
    read_whole,
    squeezed,
    term_reader,
)
from engine.cycles.advance import route
from engine.district import District
from engine.people import erasing
from engine.tables import case_table
from events.cipher import told
from events.facts import Amount, AmountOf, Fact, Source
from ladders.model.review import Stage
from workflows.commands import Asking, Record, Span

SubjectKind = Literal["person", "studio", "unit"]
NAMES: Mapping[SubjectKind, Problem] = {
    "person": Problem("没有这个工号；请先导入人员表", "no person has this staff number; import the people first"),
    "studio": Problem("没有这个工作室编号；请先导入工作室表", "no studio has this code; import the studios first"),
    "unit": Problem("没有这个单位；请先导入单位表", "no such unit; import the units first"),
}
ZEROS = 12
"""Digits up to which a number may have lost zeros before it."""
DRAWN = 256
"""Ids of commands that are drawn together."""

Model = TypeVar("Model", bound=BaseModel)

Rungs = Callable[[str, str], tuple[str, str]]
"""(what a file calls a ladder, what it calls a rung) to (ladder id, rung id); RowProblem where there is none.
Without a ladder's name the rung is looked for on all of them."""


class RowProblem(Exception):
    """A row that cannot become commands: the column that is to blame, if one is, and why."""

    def __init__(self, column: str | None, zh: str, en: str) -> None:
        super().__init__(en)
        self.column, self.problem = column, Problem(zh, en)


class Row(dict[str, Any]):
    """A row that was read, as its values by column name: None for a blank cell, and a column that the sheet lacks."""

    number: int = 0
    """The row's in the sheet."""
    cells: list[Cell]
    """As they stand."""
    others: tuple[Row, ...] = ()
    """The rows that make one thing together with this one, where the kind of file has such."""

    def __missing__(self, column: str) -> None:
        return None


class Parts(dict[object, bytes]):
    """The parts of keys and contents as they are hashed; what rows have in common is made once for all of them.

    A tuple is the parts in it, one after another: those that are seldom other than in the row before.
    """

    def joined(self, parts: Iterable[object]) -> bytes:
        """These parts, as ``Hashing.of`` takes them."""
        return b"".join([told(part) if isinstance(part, str) else self[part] for part in parts])

    def __missing__(self, part: object) -> bytes:
        parts = part if isinstance(part, tuple) else (part,)
        said = b"".join([told(one if isinstance(one, str) else _canonical(one)) for one in parts])
        if all(type(one) in _KEPT for one in parts):
            if len(self) >= REMEMBERED:
                self.clear()
            self[part] = said
        return said


@dataclass
class Desk:
    """Everything that one sheet's rows are built with."""

    district: District
    asking: Asking
    file: str
    """The opaque name of this file and sheet in ``Source.file``."""
    rungs: Rungs
    cycle: str | None = None
    stage: str | None = None
    dry_run: bool = False
    import_id: str | None = None
    """The correlation of everything that the import records."""
    known: dict[SubjectKind, dict[str, str]] = field(default_factory=lambda: {"person": {}, "studio": {}, "unit": {}})
    """Codes to subject ids, as far as they were asked for, and those that this sheet begins."""

    def __post_init__(self) -> None:
        self.today = self.district.today
        self.catalogue = self.district.catalogue
        self.per_day = self.district.settings.values.get(PER_DAY)
        self._unit_names: Mapping[str, str] | None = None
        self._prepared: dict[tuple[SubjectKind, str], str] = {}
        self._cases: Mapping[str, str] | None = None
        self._rounds: Mapping[str, tuple[int, int]] | None = None
        self._authorities: dict[str, Asking] = {}
        self.attributes: dict[tuple[str, str], str | None] = {}
        """(kind of evidence, header) to the attribute that it means, as far as it was asked."""
        self._readers: dict[tuple[str, str], Memo] = {}
        self._parts = Parts()
        self._ids: list[str] = []

    # ------------------------------------------------------------------------------------------- who is who

    def learn(self, kind: SubjectKind, codes: Iterable[Any]) -> None:
        """Ask once for all codes of a block that are not known yet."""
        known = self.known[kind]
        if wanted := {code for code in set(codes) if isinstance(code, str) and code not in known}:
            found = self.district.find(kind, wanted)
            known.update(found)
            self.give_keys(found.values())

    def prepare(self, kind: SubjectKind, codes: Iterable[Any]) -> None:
        """Ids for the codes of a block that have none yet, should their rows begin them, and keys to hash them with."""
        known, prepared = self.known[kind], self._prepared
        for code in codes:
            if isinstance(code, str) and code not in known and (kind, code) not in prepared:
                prepared[kind, code] = self.district.new_id(kind[0])
        self.give_keys([known.get(code) or prepared[kind, code] for code in codes if isinstance(code, str)])

    def give_keys(self, owners: Collection[str]) -> None:
        """Keys for whom rows are about; a dry run only tries them out."""
        if self.dry_run:
            self.district.vault.try_out(owners)
        else:
            self.district.vault.ensure(owners)

    def unknown(self, kind: SubjectKind, codes: Iterable[str]) -> dict[str, Problem]:
        """What to say of codes that nobody has: with the one that was meant, where capitals, blanks or zeros differ."""
        meant = {code: {form for form in _forms(code) if form != code} for code in codes}
        there = self.district.find(kind, set().union(*meant.values()))
        said, names = {}, NAMES[kind]
        if kind == "person" and erasing.anybody(self.district):
            names = Problem(f"{names.zh}；档案已删除的，去掉这一行", f"{names.en}; or leave out whoever was erased")
        for code, forms in meant.items():
            near = sorted(there.keys() & forms)
            zh, en = names
            said[code] = Problem(f"{zh}；是不是 {near[0]}？", f"{en}; did you mean {near[0]}?") if near else names
        return said

    def subject(self, kind: SubjectKind, code: str) -> str | None:
        """The subject of a code that was learnt, or that an earlier row of this sheet begins."""
        return self.known[kind].get(code)

    def begin(self, kind: SubjectKind, code: str) -> str:
        """The subject of a code; a new one where there is none yet."""
        known = self.known[kind]
        if code not in known:
            known[code] = self._prepared.pop((kind, code), "") or self.district.new_id(kind[0])
        return known[code]

    def unit_named(self, name: str) -> str | None:
        """The unit of a name."""
        if self._unit_names is None:
            self._unit_names = {squeezed(name): unit for name, unit in self.district.unit_names().items()}
        return self._unit_names.get(squeezed(name))

    def case_of(self, subject: str) -> str | None:
        """The subject's case in the cycle that is imported for; all of them are asked for at once."""
        if self._cases is None:
            self._cases = self.district.cases_of(self.cycle or "")
        return self._cases.get(subject)

    @cached_property
    def erased(self) -> frozenset[int]:
        """The rows of this very sheet that spoke, when it was imported before, of somebody whose record was erased."""
        return erasing.rows_of(self.district, self.file)

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """The stages of the cycle that is imported for; none without one."""
        return route(self.district, self.cycle).stages if self.cycle else ()

    def round_of(self, case: str) -> tuple[int, int]:
        """Which ballots a case is in: 0, or the position of what asked for new ones, and which ballot of the stage."""
        if self._rounds is None:
            self._rounds = rounds(self.district, self.cycle or "")
        return self._rounds.get(case, (0, 1))

    # --------------------------------------------------------------------------------------------- catalogue

    def amount_of(self, kind: str, otherwise: AmountOf) -> AmountOf:
        """What the district's catalogue says of a kind's amount."""
        declared = self.catalogue.kinds.get(kind)
        return (declared and declared.amount) or otherwise

    def reader_of(self, kind: str, attribute: str) -> Memo:
        """Reads an attribute's (or, for ``amount``, the kind's amount's) cells as the catalogue declares them."""
        if (kind, attribute) not in self._readers:
            self._readers[kind, attribute] = Memo(self._reader(kind, attribute))
        return self._readers[kind, attribute]

    def _reader(self, kind: str, attribute: str) -> Callable[[Cell], Any]:
        declared = self.catalogue.kinds.get(kind)
        if attribute == "amount" and declared and declared.amount:
            return amount_reader(declared.amount, self.per_day)
        scale = declared.attributes.get(attribute, "text") if declared else "text"
        if scale == "text":
            return read_text
        if scale == "number":
            return read_whole
        terms = self.catalogue.scales[scale].terms
        names = {name: term.id for term in terms for name in (term.zh, term.id, term.en, *term.also)}
        return term_reader(names, {term.id: term.zh for term in terms})

    # ------------------------------------------------------------------------------------------ row to command

    def source(self, row: Row, owner: str, key: tuple[object, ...], content: tuple[object, ...]) -> Source:
        """Where a fact comes from: its key says which row it is, its content what else the row says.

        Both are hashed under the key of ``owner``, the subject whom the row is about; see ``Parts``.
        """
        hashed, joined = self.district.vault.hashing(owner).of, self._parts.joined
        return made(
            Source,
            {
                "file": self.file,
                "row": row.number,
                "key": hashed(joined(key)),
                "content": hashed(joined(content)),
            },
        )

    def by(self, authority: str | None) -> Asking:
        """Who asks, by the document of a row where it names one."""
        if authority is None:
            return self.asking
        if authority not in self._authorities:
            self._authorities[authority] = self.asking.model_copy(update={"authority": authority})
        return self._authorities[authority]

    def _new_id(self) -> str:
        if not self._ids:
            self._ids = self.district.command_ids(DRAWN)
        return self._ids.pop()

    def record(
        self, subject: str, occurred: Span, fact: Fact, *, code: str | None = None, asking: Asking | None = None
    ) -> Record:
        """The command to record a fact.  Its id is fresh: what makes a repeat harmless is the row's key."""
        return made(
            Record,
            {
                "id": self._new_id(),
                "asking": asking or self.asking,
                "subject": subject,
                "occurred": occurred,
                "fact": fact,
                "code": code,
                "correlation": self.import_id,
            },
        )


def made(kind: type[Model], said: dict[str, Any]) -> Model:
    """What ``kind(**said)`` makes, and checks, in two thirds of the time: for what is made of every row."""
    model: Model = kind.__pydantic_validator__.validate_python(said)
    return model


def rounds(district: District, cycle: str) -> dict[str, tuple[int, int]]:
    """The cases of a cycle that are voted on anew: since which position (0: never sent back), and in which ballot."""
    row = case_table.c
    chosen = select(row.id, row.known_at, row.round).where(row.cycle == cycle, (row.known_at > 0) | (row.round > 1))
    with district.reading() as connection:
        return {case: (since, number) for case, since, number in connection.execute(chosen)}


def _forms(code: str) -> Iterator[str]:
    """A code as others may have written it: without blanks inside, in capitals, in small letters, with the zeros
    that a spreadsheet took away, without what should have kept it from that."""
    for text in (code, "".join(code.split()), code.strip("`‘’“”")):
        yield from (text, text.upper(), text.lower(), text.capitalize())
    if (number := code.removesuffix(".0")).isdecimal():
        yield from (number.zfill(width) for width in range(len(number), ZEROS + 1))


_KEPT = (str, Amount, Span, date, type(None))
"""What equals nothing that is written otherwise, as the decimal 6.5 equals 6.50."""


def _canonical(part: object) -> str:
    """The text under which another value enters a key or content; nothing at all is unlike an empty text."""
    match part:
        case None:
            return "\x00"
        case Amount():
            return str(part.number)
        case Span():
            return f"{part.first.isoformat()}/{part.last.isoformat()}"
    return str(part)
