"""Some evidence of every kind for a few subjects: the same in every run, of all sorts, for examples to be asked of."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from random import Random

from events.facts import UNSCALED, Catalogue, Kind
from ladders.model.ladder import BUILT_IN_KINDS, Ladder
from ladders.reading.kinds import with_built_in
from ladders.reference.verdict import Row

SUBJECTS = 7
"""Persons and groups alike: to the evaluators a subject is a number."""
BEGIN, END = date(2018, 1, 1), date(2026, 12, 31)
GRANTED = date(2024, 6, 1)
EACH = 9
"""Fewer rows than these of each kind for each subject."""
ROLES = ("host", "core", "member")


def some_evidence(ladder: Ladder, catalogue: Catalogue) -> dict[str, list[Row]]:
    """Rows of every kind for every subject, of all sorts; standings on the ladder's own rungs."""
    return _Evidence(ladder, catalogue).all()


class _Evidence:
    def __init__(self, ladder: Ladder, catalogue: Catalogue) -> None:
        self.ladder, self.catalogue = ladder, with_built_in(catalogue)
        self.random, self.numbers = Random(7), count(1)
        self.rungs = [rung.id for rung in ladder.rungs]

    def all(self) -> dict[str, list[Row]]:
        """Everything, by kind."""
        declared = {name: kind for name, kind in self.catalogue.kinds.items() if name not in BUILT_IN_KINDS}
        evidence = {name: self.declared(kind) for name, kind in declared.items()}
        evidence |= self.lives() | self.ties() | self.cases()
        evidence["used"] = [
            self.row(one.subject, GRANTED, amount=one.recorded, ladder=self.ladder.id, rung=self.rungs[0])
            for kind in ("award", "paper")
            for one in evidence[kind][::3]
        ]
        return evidence

    def row(
        self, subject: int, day: date | None = None, *, lasting: bool = False, amount: int = 0, **attributes: str | int
    ) -> Row:
        """A row of some day, or of some month; one that lasts has an end or is open."""
        return self.carrying(attributes, subject, day, lasting=lasting, amount=amount)

    def carrying(
        self,
        attributes: dict[str, str | int],
        subject: int,
        day: date | None = None,
        *,
        lasting: bool = False,
        amount: int = 0,
    ) -> Row:
        """The same, with attributes by whatever name."""
        first = day or BEGIN + timedelta(days=self.random.randrange((END - BEGIN).days))
        last = first + timedelta(days=0 if day else (0, 30)[self.random.random() < 0.1])
        ended = lasting and self.random.random() < 0.6
        until = last + timedelta(days=self.random.randrange(40, 1500)) if ended else date.max
        at = next(self.numbers)
        return Row(subject, first, last, at, amount=amount, until=until, known=at, attributes=attributes)

    def declared(self, kind: Kind) -> list[Row]:
        """Rows of a kind of the catalogue."""
        rows = []
        for subject in range(SUBJECTS):
            for _ in range(self.random.randrange(EACH)):
                carried = {name: self.term(name, scale) for name, scale in kind.attributes.items()}
                carried = {name: term for name, term in carried.items() if self.random.random() < 0.9}
                most = min(int(kind.amount.most), 100) * 10**kind.amount.scale if kind.amount else 1
                amount = self.random.randrange(most)
                rows.append(self.carrying(carried, subject, lasting=bool(kind.lasting), amount=amount))
        return rows

    def term(self, attribute: str, scale: str) -> str | int:
        """Some term of a scale, some text, or some number."""
        if scale == "number":
            return self.random.randrange(1, 20)
        if scale in UNSCALED:
            return f"{attribute} {self.random.randrange(5)}"
        return self.random.choice(self.catalogue.scales[scale].terms).id

    def lives(self) -> dict[str, list[Row]]:
        """When people were born and began to serve, and which rungs they hold."""
        own = [
            self.row(
                s, date(2020 + s % 3, 3, 1), ladder=self.ladder.id, rung=self.rungs[s == SUBJECTS - 2], how="granted"
            )
            for s in range(SUBJECTS - 1)
        ]
        others = [self.row(s, lasting=True, ladder="other-ladder", rung="backbone", how="taken over") for s in range(3)]
        return {
            "standing": own + others,
            "service": [self.row(s) for s in range(SUBJECTS - 1)],
            "birth": [self.row(s, date(1965 + 4 * s, 5, 1)) for s in range(SUBJECTS)],
        }

    def ties(self) -> dict[str, list[Row]]:
        """Who is tied to whom, and works where."""
        found: dict[str, list[Row]] = {}
        for kind in ("member", "mentee", "studios", "units"):
            for group in range(SUBJECTS):
                for member in self.random.sample(range(SUBJECTS), 3):
                    tie: dict[str, str | int] = {"member": member}
                    if kind == "member":
                        tie["role"] = self.random.choice(ROLES)
                    found.setdefault(kind, []).append(self.carrying(tie, group, lasting=True))
        found["employment"] = [
            self.row(
                s,
                lasting=True,
                member=self.random.randrange(SUBJECTS),
                unit=f"unit {s % 3}",
                locality=self.random.choice(("urban", "rural")),
            )
            for s in range(SUBJECTS)
            for _ in range(2)
        ]
        return found

    def cases(self) -> dict[str, list[Row]]:
        """What was applied for, how it ended, what was dispensed with."""
        own, top = self.ladder.id, self.rungs[-1]
        tracks, ends = ("teaching", "research"), ("granted", "declined")
        clauses = [clause.id for _, _, clause in self.ladder.walk() if clause.dispensation is not None]
        return {
            "application": [self.row(s, ladder=own, rung=top, track=self.random.choice(tracks)) for s in range(4)],
            "decision": [
                self.row(s, amount=s * 17 * 10**6, ladder=own, rung=top, outcome=self.random.choice(ends))
                for s in range(SUBJECTS - 1)
            ],
            "dispensation": [
                self.row(s, lasting=True, amount=(-1, 48 * 10**6)[s % 2], ladder=own, clause=clause)
                for clause in clauses
                for s in range(SUBJECTS - 1)
            ],
        }
