"""The meaning of ``jieti-ladder/1``: the lines of a measure, from its rows to the verb, in one reading.

A reading takes all rows (*high*) or the sure ones alone (*low*).  In the high reading a row is *unsure* where it may
not count, or where its amount is not certain; what then decides which row speaks makes the measure *unclear*.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

from ladders.model import ladder as model
from ladders.model.lines import (
    Bands,
    BestPer,
    Cap,
    CountPer,
    Distinct,
    Except,
    FirstPer,
    Floor,
    InForce,
    Join,
    Key,
    Last,
    LatestPer,
    LengthIn,
    Line,
    Only,
    Round,
    Runs,
    Shift,
    SumPer,
    Times,
    Top,
    Unused,
    Within,
    Worth,
    keys_of,
)  # fmt: skip
from ladders.model.measures import Measure
from ladders.model.words import Bounds
from ladders.reference.days import completed
from ladders.reference.items import (
    Identity,
    Item,
    Number,
    amount_scale,
    amounts_only,
    band_of,
    by_day,
    day_behind,
    factor_of,
    finest,
    limit_of,
    monotone_when_joined,
    more_may_come,
    one_for,
    rounded,
    rows_of,
    split,
)  # fmt: skip
from ladders.reference.rows import Carried, Place
from ladders.reference.windows import looks_ahead, own_periods, window_days

DAYLESS = (Within, InForce, LatestPer, FirstPer, Join, LengthIn, Unused)


class Reading:
    """The rows of one measure for one subject, taken through the lines up to the verb."""

    def __init__(self, place: Place, measure: Measure, taken: frozenset[Identity], low: bool) -> None:
        self.place, self.low, self.kinds = place, low, measure.evidence
        self.lines, _ = split(measure.then)
        self.open = more_may_come(place, measure, self.lines)
        self.unit = 10 ** max(amount_scale(place, kind) for kind in self.kinds)
        self.unclear = False
        self.left: tuple[str, ...] | None = None  # the keys that a sum or a count per key left
        self.joined = False
        self.items = self.begin(measure, taken)

    def begin(self, measure: Measure, taken: frozenset[Identity]) -> list[Item]:
        """The rows that count for the subject: none after its day, unless a window looks ahead."""
        place = self.place
        ahead = any(isinstance(line, Within | InForce) and looks_ahead(place, line) for line in self.lines)
        rows = [(row, kind) for kind in self.kinds for row in place.known(kind)]
        rows.sort(key=lambda one: (one[0].first, one[0].last, one[0].recorded, one[0].item))
        items = []
        for order, (row, kind) in enumerate(rows):
            perhaps, surely = place.holding(measure, row)
            if not perhaps or (row.first > place.day and not ahead) or (row.recorded, row.item) in taken:
                continue
            keys = {**row.attributes, "kind": kind}
            if measure.through is not None:
                keys["member"] = row.subject
            scaled = 0 if kind == "dispensation" else row.amount * self.unit // 10 ** amount_scale(place, kind)
            sure = surely and (ahead or row.last <= place.day)
            items.append(
                Item(row.first, row.last, row.until, row.first, row.last, row.until, scaled, order, sure, keys, (row,))
            )
        return items

    def number(self) -> Number:
        """Take the rows through the lines, and make a number of them."""
        for place, line in enumerate(self.lines):
            self.items = [item for item in self.items if item.sure or not self.low]
            if self.left is not None and (isinstance(line, DAYLESS) or by_day(line)):
                raise ValueError("after a sum or a count per key the rows have no days")
            if self.joined and not monotone_when_joined(line):
                self.blur(self.doubtful())
            if isinstance(line, Last | Distinct):
                return self.said(line)
            self.items = sorted(self.line(line, self.lines[place + 1 :]), key=lambda item: item.order)
        raise AssertionError

    def doubtful(self) -> bool:
        """Whether a row here is unsure, or more may come."""
        return self.open or not all(item.sure for item in self.items)

    def blur(self, unclear: bool) -> None:
        """It is not known which row speaks."""
        self.unclear |= unclear

    def line(self, line: Line, later: tuple[Line, ...]) -> list[Item]:
        """The rows after a line that is not the verb."""
        match line:
            case Within() | InForce():
                return self.windowed(line)
            case Only():
                return self.filtered(line.only, keep=True)
            case Except():
                return self.filtered(line.except_, keep=False)
            case Unused():
                return self.unused()
            case Shift():
                return self.shifted(line)
            case Worth() | Times():
                return self.valued(line)
            case Cap() | Floor():
                return self.limited(line)
            case Round():
                return self.round(line)
            case Bands():
                return self.banded(line)
            case Join():
                return self.stretches(line)
            case LengthIn():
                self.unit = 1
                return [self.length(item, line) for item in self.items]
            case BestPer():
                return self.best_per(line, matters=line.by is not None or not amounts_only(self.place, later))
            case LatestPer() | FirstPer():
                self.blur(self.doubtful())
                key = line.latest_per if isinstance(line, LatestPer) else line.first_per
                return [group[-1 if isinstance(line, LatestPer) else 0] for group in self.groups(key)]
            case Top():
                return self.top(line, matters=not amounts_only(self.place, later))
            case SumPer() | CountPer():
                return self.together(line)
            case Runs():
                return self.runs(line)
        raise ValueError("this line stands after the verb")

    # ------------------------------------------------------------------------------- which rows

    def windowed(self, line: Within | InForce) -> list[Item]:
        """The rows whose day is in the window, or that are in force in it; unsure where its edge is in their span."""
        days = window_days(self.place, line)
        self.blur(days.unclear)
        kept = []
        for item in self.items:
            if isinstance(line, InForce):
                if item.first <= days.end and item.until >= days.early:
                    sure = item.sure and item.last <= days.end and item.until >= days.late
                    bounds = max(item.early, days.early), max(item.late, days.late), min(item.end, days.end)
                    kept.append(replace(item, sure=sure, early=bounds[0], late=bounds[1], end=bounds[2]))
            elif days.today:
                if item.first <= days.end <= item.until:
                    kept.append(replace(item, sure=item.sure and item.last <= days.end))
            elif days.early <= item.last and item.first <= days.end:
                kept.append(replace(item, sure=item.sure and days.late <= item.first and item.last <= days.end))
        return kept

    def filtered(self, accepted: Mapping[str, model.Accepted], keep: bool) -> list[Item]:
        """The rows that fit, or those that do not; without what a table that decides it does not name."""
        self.place.ready(accepted)
        bounds = [one for name, one in accepted.items() if name == "amount" and isinstance(one, Bounds)]
        falling = any(key in ("at most", "less than") for one in bounds for key, _ in one.comparisons)
        if bounds and (falling or not keep):  # a higher amount may be one that does not stay
            self.blur(self.doubtful())
        kept = []
        for item in self.items:
            carried = self.carried(item)
            held = [self.place.fit(self.kinds, name, one, carried) for name, one in accepted.items()]
            if None not in held and all(held) == keep:
                kept.append(item)
        return kept

    def carried(self, item: Item) -> Carried:
        """What a filter or a table sees of a row."""
        return {**item.keys, "amount": Fraction(item.amount, self.unit)}

    def unused(self) -> list[Item]:
        """The rows that have not counted in an earlier grant of this ladder to the subject."""
        if self.joined:
            raise ValueError("stretches are made of several rows")
        rows = [row for row in self.place.mine("used") if row.attributes.get("ladder") == self.place.ladder.id]
        used = {row.amount for row in rows}
        return [item for item in self.items if item.rows[0].recorded not in used]

    def shifted(self, line: Shift) -> list[Item]:
        """The rows with an attribute moved along its scale."""
        scale = self.place.scale(self.kinds, line.shift)
        self.place.ready(line.where)
        kept = []
        for item in self.items:
            term = item.keys.get(line.shift)
            if term not in scale or not self.place.fits(self.kinds, line.where, self.carried(item)):
                kept.append(item)
                continue
            to = scale.index(str(term)) + line.by
            if 0 <= to < len(scale) or line.beyond == "keep":
                moved = scale[min(max(0, to), len(scale) - 1)]
                kept.append(replace(item, keys={**item.keys, line.shift: moved}))
        return kept

    # ---------------------------------------------------------------------------------- amounts

    def valued(self, line: Worth | Times) -> list[Item]:
        """The rows with their amounts replaced or multiplied; the unit becomes fine enough for every entry."""
        column = self.place.column(line.worth if isinstance(line, Worth) else line.times)
        fine = factor_of(column)
        kept = []
        for item in self.items:
            number = column.number(self.carried(item))
            if number is not None:
                amount = number * fine * (1 if isinstance(line, Worth) else item.amount)
                kept.append(replace(item, amount=int(amount)))
        self.unit = fine if isinstance(line, Worth) else self.unit * fine
        return kept

    def limited(self, line: Cap | Floor) -> list[Item]:
        """The rows with each amount at most, or at least, a limit."""
        column = limit_of(self.place.column(line.cap if isinstance(line, Cap) else line.floor), self.unit)
        bound = min if isinstance(line, Cap) else max
        limits = [(item, column.number(self.carried(item))) for item in self.items]
        return [replace(i, amount=bound(i.amount, int(limit * self.unit))) for i, limit in limits if limit is not None]

    def round(self, line: Round) -> list[Item]:
        """The rows with each amount rounded."""
        unit, self.unit = self.unit, Fraction(line.to).denominator
        return [replace(i, amount=int(rounded(Fraction(i.amount, unit), line) * self.unit)) for i in self.items]

    def banded(self, line: Bands) -> list[Item]:
        """The rows with each amount as the value of its band."""
        if not line.rising:  # a higher amount may be worth less
            self.blur(self.doubtful())
        unit, self.unit = self.unit, finest(line)
        return [replace(i, amount=int(band_of(line, Fraction(i.amount, unit)) * self.unit)) for i in self.items]

    def length(self, item: Item, line: LengthIn) -> Item:
        """The row with its completed length as its amount; uncertain where its beginning is."""
        start, day = item.late if self.low else item.early, self.place.day
        end = day if item.end > day else day_behind(item.end)  # what goes on has lasted to this day, as years since do
        certain = self.low or item.early == item.late
        return replace(item, amount=completed(start, end, line.length), sure=item.sure and certain)

    def stretches(self, line: Join) -> list[Item]:
        """Unbroken stretches of rows that overlap or follow within so many days."""
        self.joined = True
        rows = [(item.late if self.low else item.early, item) for item in self.items]
        joined: list[tuple[date, Item]] = []
        for start, item in sorted(rows, key=lambda one: (one[0], one[1].order)):
            sure = item.sure and (self.low or item.early == item.late)
            if joined and (start - day_behind(joined[-1][1].end)).days <= line.join:
                began, stretch = joined[-1]
                end = max(stretch.end, item.end)
                joined[-1] = began, replace(
                    stretch, until=end, end=end, order=max(stretch.order, item.order), sure=stretch.sure and sure,
                    rows=stretch.rows + item.rows,
                )  # fmt: skip
            else:
                joined.append(
                    (start, replace(item, early=start, late=start, until=item.end, keys={}, sure=sure, amount=0))
                )
        return [stretch for _, stretch in joined]

    # ----------------------------------------------------------------------------------- groups

    def key(self, item: Item, name: str) -> Hashable | None:
        """A row's key: an attribute, or the period of its day; None where it has none."""
        if name in item.keys or not self.is_period(name):
            return item.keys.get(name)
        divided, _ = own_periods(self.place, name)
        number = divided.at(item.first)
        return number if divided.has(number) else None

    def is_period(self, name: str) -> bool:
        """Whether a key is a period."""
        return name in self.place.ladder.periods or name in model.BUILT_IN_PERIODS

    def groups(self, key: Key) -> list[list[Item]]:
        """The rows by key, each group in the stated order; those that lack a key each alone."""
        for name in keys_of(key):
            if self.is_period(name) and self.left is not None and name not in self.left:
                raise ValueError("after a sum or a count per key the rows have no days")
            if self.is_period(name) and self.left is None:
                divided, unclear = own_periods(self.place, name)
                self.blur(unclear or any(divided.at(item.first) != divided.at(item.last) for item in self.items))
        groups: dict[Hashable, list[Item]] = {}
        for item in self.items:
            values = [self.key(item, name) for name in keys_of(key)]
            groups.setdefault((None, item.order) if None in values else tuple(values), []).append(item)
        return list(groups.values())

    def best_per(self, line: BestPer, matters: bool) -> list[Item]:
        """The best row of each group; unclear where an unsure row that beats another decides what later lines see."""
        scale = self.place.scale(self.kinds, line.by or "")

        def rank(item: Item) -> tuple[int, int, int]:
            term = item.keys.get(line.by or "")
            return scale.index(str(term)) if term in scale else -1, item.amount, item.order

        groups = self.groups(line.best_per)
        best = [max(group, key=rank) for group in groups]
        rivals = any(len(group) > 1 and not one.sure for group, one in zip(groups, best, strict=True))
        self.blur(matters and (rivals or self.open))
        return best

    def top(self, line: Top, matters: bool) -> list[Item]:
        """The so many rows of the highest amounts, or of the latest days, of each group."""
        kept, latest = [], line.by == "day"
        self.blur(latest and self.doubtful())
        for group in self.groups(line.per) if line.per is not None else [self.items]:
            best = sorted(group, key=lambda item: (0 if latest else item.amount, item.order))[-line.top :]
            self.blur(matters and len(group) > line.top and not all(item.sure for item in best))
            kept += best
        self.blur(matters and self.open)
        return kept

    def together(self, line: SumPer | CountPer) -> list[Item]:
        """One row for each group: its keys, and the sum or the number of its rows."""
        key = line.sum_per if isinstance(line, SumPer) else line.count_per
        made = []
        for group in self.groups(key):
            keys = {name: value for name in keys_of(key) if (value := self.key(group[0], name)) is not None}
            amount = sum(item.amount for item in group) if isinstance(line, SumPer) else len(group)
            made.append(one_for(group, amount, keys))  # type: ignore[arg-type]
        self.left = keys_of(key)
        self.unit = self.unit if isinstance(line, SumPer) else 1
        return made

    def runs(self, line: Runs) -> list[Item]:
        """One row for each unbroken run of periods, its amount how many they are."""
        if self.left != (line.runs,) or not self.is_period(line.runs):
            raise ValueError(f"runs of {line.runs} need a sum or a count per {line.runs}, and nothing else")
        items = [item for item in self.items if line.runs in item.keys]
        runs: list[list[Item]] = []
        for item in sorted(items, key=lambda one: int(one.keys[line.runs])):
            if runs and int(item.keys[line.runs]) == int(runs[-1][-1].keys[line.runs]) + 1:
                runs[-1].append(item)
            else:
                runs.append([item])
        self.left, self.unit, self.joined = (), 1, True
        return [one_for(run, len(run), {}) for run in runs]

    # ------------------------------------------------------------------------------------- verb

    def said(self, line: Last | Distinct) -> Number:
        """What the verb makes of the rows that are left."""
        items, unit = self.items, self.unit
        if isinstance(line, Distinct):
            value, over = len(self.groups(line.distinct)), 1
            return Number(value, over, over, self.unclear, rows_of(items))
        if line.verb in ("mean", "latest", "first"):
            self.blur(self.doubtful())
        if line.verb == "best":
            self.blur(self.open)
            items = [max(items, key=lambda item: (item.amount, item.order))] if items else []
        elif line.verb in ("latest", "first"):
            items = items[-1:] if line.verb == "latest" else items[:1]
        amounts = sum(item.amount for item in items)
        if line.verb == "count":
            return Number(len(items), 1, 1, self.unclear, rows_of(items))
        if line.verb == "sum":
            return Number(amounts, unit, unit, self.unclear, rows_of(items))
        over = len(items) * unit if line.verb == "mean" and items else unit
        return Number(amounts if items else None, over, unit, self.unclear, rows_of(items))
