"""Random measures: any rows, any lines in an order that has a meaning, a verb, and lines after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.ladders.plain import LEVELS

PERIODS = ("school year", "calendar year", "half-year", "month", "term year", "cycle", "own", "plan")
FOR_EVERYBODY = ("school year", "calendar year", "half-year", "month", "cycle", "plan")
ATTRIBUTES = {
    "training": ("level", "topic", "work"), "paper": ("level", "work"), "score": ("topic",),
    "award": ("level", "work", "role", "rank", "entrants"), "post": ("level", "topic"), "leave": ("topic",),
    "degree": ("degree",), "standing": ("ladder", "rung", "how"), "member": ("role",), "mentee": (), "service": (),
    "birth": (), "employment": ("locality", "phase"), "application": ("track", "rung"),
    "decision": ("outcome", "rung"), "dispensation": ("clause",),
}  # fmt: skip
LASTING = ("post", "leave", "standing", "member", "mentee", "employment")
NUMBERS = ("rank", "entrants")
TERMS: dict[str, tuple[Any, ...]] = {
    "level": ("school", "district", "district or better", "area or worse", ["area", "city"], "never seen",
              "never seen or better", "place.level", "mode.level", "kinds.level", "topics.level"),
    "topic": ("a", ["a", "b"], "a or better", "own.track", "points.topic"),
    "work": ("w1", ["w1", "w2"]),
    "ladder": ("test", "other"), "rung": ("one", ["two", "three"]), "how": ("granted", "taken over"),
    "role": ("core", ["host", "core"]), "degree": ("master", "bachelor or better", "own.degree"),
    "locality": ("urban", "own.place"), "phase": ("primary",), "track": ("a",), "outcome": ("granted",),
    "clause": ("c0",), "kind": ("training", ["award", "post"]),
}  # fmt: skip
FIXED = st.sampled_from(
    ["last 3 years", "last 1 year", "last 6 months", "last 30 days", "today", "from 2023-09-01 to 2025-08-31",
     "from 2024-02-29 to 2030-01-01", "from 2025-01-01", "until 2025-06-30"]
)  # fmt: skip
OWN = st.sampled_from(["since rung", "since service", "since application", "since titled", "since latest-post"])
IN_PERIODS = st.builds(
    lambda form, period: form.replace("P", period),
    st.sampled_from(["this P", "last 2 Ps", "last 3 Ps", "last 1 full P", "last 2 full Ps"]),
    st.sampled_from(PERIODS),
)
AHEAD = st.sampled_from(["next 1 year", "next 200 days", "next 3 months"])
LOOKED_UP = st.sampled_from(["place.window", "mode.window", "rung.window"])
DAYS = st.sampled_from(
    ["2025-08-31", "08-31 of this year", "02-29 of last year", "01-31 of next year", "end of last school year",
     "start of this half-year", "end of this calendar year", "end of last plan", "start of this cycle"]
)  # fmt: skip
LIMITS = st.sampled_from([Decimal(0), Decimal(1), Decimal(4), "rung.few", "rung.many", "place.few", "mode.few"])
ROW_LIMITS = st.sampled_from(["points.most", "kinds.few", "mixed.few", "topics.few"])
FACTORS = st.sampled_from([2, "1/2", "1/3", Decimal("1.5"), "place.part", "rung.few", 0])
ROW_FACTORS = st.sampled_from(["points.part", "kinds.few", "mixed.part", "topics.part"])
BANDS = st.sampled_from([{1: 1, 3: 5}, {2: 5, 3: "1/2"}, {0: 1, Decimal("1.5"): Decimal("2.5"), 4: 7}])
ROUNDS = st.builds(
    lambda way, to: {"round": way, **to},
    st.sampled_from(["down", "up", "nearest"]),
    st.sampled_from([{}, {"to": Decimal("0.5")}, {"to": 3}, {"to": Decimal("0.25")}]),
)
RELATIONS = st.sampled_from(
    ["members", "groups", "mentees", "mentors", "teachers", "unit", "studios", "units", ["studios", "members"],
     ["groups", "members"], ["unit", "teachers"], ["units", "studios", "members"], ["mentees", "mentees"]]
)  # fmt: skip


@dataclass
class Rows:
    """What is left of the rows after the lines so far."""

    kinds: list[str]
    keys: list[str] = field(default_factory=list)
    """The attributes that a line may ask for."""
    periods: Sequence[str] = PERIODS
    days: bool = True
    """Whether rows still have days."""
    raw: bool = True
    """Whether a row is still one row."""
    grouped: str | None = None
    """The period that is the only key left."""
    ahead: bool = False


@st.composite
def chains(draw: st.DrawFn) -> dict[str, Any]:
    """Whose rows count: those of others, by a relation or a chain, in some role or any."""
    through: Any = draw(RELATIONS)
    chain: dict[str, Any] = {"through": through}
    if "members" in through and draw(st.integers(0, 2)) == 0:
        chain["roles"] = draw(st.sampled_from([["core"], ["host", "member"]]))
    if isinstance(through, str) and draw(st.integers(0, 2)) == 0:
        chain["across"] = "primary"
    return chain


@st.composite
def windows(draw: st.DrawFn) -> dict[str, Any]:
    """A window under the key ``within``, with what holds for those who lack the day on which it begins."""
    text = draw(st.one_of(FIXED, FIXED, FIXED, OWN, IN_PERIODS, IN_PERIODS, LOOKED_UP))
    line: dict[str, Any] = {"within": text}
    own = text.startswith("since") or any(period in text for period in ("own", "term year", "plan", "cycle"))
    if own and draw(st.integers(0, 2)):
        line["else"] = draw(st.one_of(FIXED, IN_PERIODS, st.just("since service")))
    windows = (text, line.get("else", "last"))
    if all(one.startswith(("last", "this")) for one in windows) and draw(st.integers(0, 3)) == 0:
        line["skipping"] = {"evidence": "leave", **draw(st.sampled_from([{}, {"only": {"topic": "a"}}]))}
    return line


@st.composite
def filters(draw: st.DrawFn, rows: Rows) -> dict[str, Any]:
    """What ``only`` and ``except`` accept."""
    names = [key for key in rows.keys if key in TERMS or key in NUMBERS] + ["amount"]
    accepted: dict[str, Any] = {}
    for name in draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True)):
        if name in TERMS:
            accepted[name] = draw(st.sampled_from(TERMS[name]))
            continue
        key = draw(st.sampled_from(["at least", "at most", "more than", "less than"]))
        numbers = ["rung.few", "place.few", "points.most", Decimal(1), Decimal(2), "1/2", 0]
        bounds: dict[str, Any] = {key: draw(st.sampled_from(numbers))}
        if name in NUMBERS and "entrants" in rows.keys and draw(st.booleans()):
            bounds = {key: draw(st.sampled_from(["1/5", "1/2", "place.part"])), "of": "entrants"}
        accepted[name] = bounds
    return accepted


@st.composite
def keys(draw: st.DrawFn, rows: Rows) -> Any:
    """What rows are grouped by."""
    known = [*rows.keys, *rows.periods] or ["work"]
    if draw(st.integers(0, 3)) == 0:
        return draw(st.lists(st.sampled_from(known), min_size=1, max_size=2, unique=True))
    return draw(st.sampled_from(known))


@st.composite
def lines(draw: st.DrawFn, rows: Rows) -> dict[str, Any] | str:
    """One line before the verb; ``rows`` is what it leaves."""
    words = ["only", "except", "amount", "amount", "per", "per", "best"]
    if rows.days:
        words += ["within"] * 4 + ["during", "latest"]
        words += [] if rows.ahead else ["length", "join"] if any(kind in LASTING for kind in rows.kinds) else ["length"]
        words += ["unused"] if rows.raw else []
    if "level" in rows.keys:
        words.append("shift")
    if rows.grouped:
        words += ["runs"] * 3
    match draw(st.sampled_from(words)):
        case "within":
            return {"within": draw(AHEAD)} if rows.ahead and draw(st.booleans()) else draw(windows())
        case "during":
            line = draw(windows())
            line.pop("skipping", None)
            return {"during": line.pop("within"), **line}
        case "only" | "except" as word:
            return {word: draw(filters(rows))}
        case "unused":
            return "unused"
        case "shift":
            where = draw(st.sampled_from([{}, {"where": {"topic": "a"}}, {"where": {"level": "area or better"}}]))
            return {"shift": "level", "by": draw(st.sampled_from([-2, -1, 1])), **where,
                    "beyond": draw(st.sampled_from(["keep", "drop"]))}  # fmt: skip
        case "length":
            return {"length": draw(st.sampled_from(["years", "months", "days"]))}
        case "join":
            rows.keys, rows.raw, rows.kinds = [], False, []
            return {"join": draw(st.sampled_from(["0 days", "30 days", "400 days"]))}
        case "latest":
            return {draw(st.sampled_from(["latest per", "first per"])): draw(keys(rows))}
        case "best":
            if draw(st.booleans()):
                line = {"top": draw(st.integers(1, 2)), **({"by": "day"} if rows.days and draw(st.booleans()) else {})}
                return {**line, "per": draw(keys(rows))} if draw(st.booleans()) else line
            by = {"by": "level"} if "level" in rows.keys and draw(st.booleans()) else {}
            return {"best per": draw(keys(rows)), **by}
        case "per":
            key = draw(keys(rows))
            left = [key] if isinstance(key, str) else key
            rows.grouped = left[0] if len(left) == 1 and left[0] in PERIODS else None
            rows.keys = [one for one in left if one not in PERIODS]
            rows.periods = [one for one in left if one in PERIODS]
            rows.days = rows.raw = False
            return {draw(st.sampled_from(["sum per", "count per"])): key}
        case "runs":
            period, rows.grouped, rows.keys, rows.periods = rows.grouped, None, [], []
            return {"runs": period}
    return draw(amounts(rows))


@st.composite
def amounts(draw: st.DrawFn, rows: Rows) -> dict[str, Any]:
    """A line that changes amounts."""
    by_row = "level" in rows.keys and draw(st.booleans())
    match draw(st.sampled_from(["cap", "floor", "times", "worth", "round", "bands"])):
        case "cap" | "floor" as word:
            return {word: draw(ROW_LIMITS if by_row else LIMITS)}
        case "times":
            return {"times": draw(ROW_FACTORS if by_row else FACTORS)}
        case "worth":
            tables = ["points.worth", "kinds.few", "mixed.few", "topics.part"]
            return {"worth": draw(st.sampled_from(tables if by_row else [2, "1/2", "place.part"]))}
        case "bands":
            return {"bands": draw(BANDS)}
    return draw(ROUNDS)


@st.composite
def after_the_verb(draw: st.DrawFn, ranks: bool) -> list[Any]:
    """Up to two lines after the verb."""
    said: list[Any] = []
    words = ["cap", "floor", "times", "round", "bands", "nothing below"] + ["rank per", "rank share per"] * ranks
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        word = draw(st.sampled_from(words))
        if said and "rank share per" in said[-1]:
            word = "round"
        match word:
            case "cap" | "floor" | "nothing below":
                said.append({word: draw(LIMITS)})
            case "times":
                said.append({"times": draw(FACTORS)})
            case "round":
                said.append(draw(ROUNDS))
            case "bands":
                said.append({"bands": draw(BANDS)})
            case _:
                said.append({word: draw(st.sampled_from(["place", "degree", "track"]))})
    return said


def settled(then: Sequence[Any]) -> bool:
    """Whether a number may be part of a total: neither a mean nor a share of a rank, unless it was rounded."""
    fixed = True
    for line in then:
        if line == "mean" or (isinstance(line, dict) and "rank share per" in line):
            fixed = False
        elif isinstance(line, dict) and ("round" in line or "bands" in line or "rank per" in line):
            fixed = True
    return fixed


@st.composite
def measures(draw: st.DrawFn, ranks: bool = True) -> dict[str, Any]:
    """Any measure that has a meaning."""
    kinds = [
        draw(st.sampled_from(["training"] * 4 + ["score", "paper", "award", "award", "post", "post", *ATTRIBUTES]))
    ]
    if draw(st.integers(0, 5)) == 0:
        kinds = [kinds[0], *(one for one in [draw(st.sampled_from(["training", "award", "score"]))] if one != kinds[0])]
    measure: dict[str, Any] = {"evidence": kinds if len(kinds) > 1 else kinds[0]}
    names = sorted({name for kind in kinds for name in ATTRIBUTES[kind]})
    rows = Rows(kinds, [*names, "kind"], ahead=draw(st.integers(0, 9)) == 0)
    if draw(st.integers(0, 3)) == 0:
        measure.update(draw(chains()))
        rows.keys.append("member")
    if draw(st.integers(0, 6)) == 0:
        measure["on"] = draw(DAYS)
    then = [draw(lines(rows)) for _ in range(draw(st.integers(0, 4)))]
    verbs: list[Any] = ["sum", "sum", "count", "mean", "best"] + (["latest", "first"] if rows.days else [])
    verb = draw(st.sampled_from([*verbs, "distinct"]))
    then.append({"distinct": draw(keys(rows))} if verb == "distinct" else verb)
    return {**measure, "then": then + draw(after_the_verb(ranks))}


@st.composite
def named_measures(draw: st.DrawFn, ranks: bool) -> dict[str, dict[str, Any]]:
    """A few measures, and totals and extremes of those that may be parts of them."""
    named = {f"m{n}": draw(measures(ranks)) for n in range(draw(st.integers(1, 3)))}
    for n in range(draw(st.integers(0, 2))):
        parts = [name for name, one in named.items() if settled(one["then"])]
        if parts:
            some = draw(st.lists(st.sampled_from(parts), min_size=1, max_size=3))
            factors = st.sampled_from([None, None, 2, "1/2", "place.part"])
            addends = [one if (by := draw(factors)) is None else {"measure": one, "times": by} for one in some]
            key = draw(st.sampled_from(["total", "total", "highest of", "lowest of"]))
            named[f"t{n}"] = {key: addends, "then": draw(after_the_verb(ranks))}
    return named


TABLES: dict[str, Any] = {
    "rung": {
        "by": "to", "columns": ["few", "many", "window"],
        "rows": {"one": [2, 5, "last 2 years"], "two": [2, 5, "last 18 months"], "three": [3, 4, "this school year"]},
    },
    "place": {
        "by": "place", "columns": ["few", "part", "level", "window"],
        "rows": {"urban": [3, "1/2", "district", "last 1 year"], "rural": [2, "1/3", "area or better", "since rung"]},
    },
    "mode": {
        "by": "mode", "columns": ["few", "level", "window"],
        "rows": {"strict": [4, "city", "last 2 full school years"]}, "other": [1, "school or better", "last 1000 days"],
    },
    "points": {
        "by": "level", "columns": ["worth", "most", "part", "topic"],
        "rows": {"school": [1, 2, "1/2", "a"], "area": ["1/2", 3, "1/3", "b"], "city": [5, 4, 1, "a"]},
    },
    "topics": {
        "by": "topic", "columns": ["few", "part", "level"],
        "rows": {"a": [1, "1/2", "area or better"]}, "other": [2, "1/4", "school"],
    },
    "kinds": {
        "by": "kind", "columns": ["few", "level"],
        "rows": {"training": [2, "district"], "award": [3, "school or better"]}, "other": [1, "area"],
    },
    "mixed": {
        "by": ["place", "level"], "columns": ["few", "part"],
        "rows": {f"urban {level}": [n, "1/2"] for n, level in enumerate(LEVELS[1:])} | {"rural school": [5, "2/3"]},
    },
    "next": {"by": "to", "columns": ["rung"], "rows": {"one": ["two"], "two": ["three"], "three": ["one"]}},
}  # fmt: skip
"""Look-ups by the step, by the subject, by the setting, by the row, and by both."""
PARTS: dict[str, Any] = {
    "tables": TABLES,
    "dates": {
        "titled": {"evidence": "standing", "only": {"ladder": "other"}, "take": "first"},
        "latest-post": {"evidence": "post", "take": "latest"},
    },
    "attributes": {
        "degree": {"evidence": "degree", "highest": "degree"},
        "place": {"evidence": "employment", "latest": "locality"},
        "track": {"application": "track"},
        "mode": {"setting": "mode"},
        "rank-of-post": {"evidence": "post", "only": {"topic": ["a", "b"]}, "highest": "level"},
    },
    "periods": {
        "cycle": {"every": "20 months", "from": "2023-02-28"},
        "own": {"every": "8 months", "from": "titled"},
        "plan": {"starts": ["2023-09-01", "2024-09-01", "2026-02-01"]},
    },
}
"""What a ladder declares beside its measures."""
