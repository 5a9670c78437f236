"""The lines of a measure in their order: rows in, rows out, a verb, and what may be done to a number."""

from __future__ import annotations

from dataclasses import dataclass

from ladders.model.ladder import BUILT_IN_PERIODS
from ladders.model.lines import AFTER_THE_VERB, LINE_KEYS, VERBS
from ladders.problems import choice
from ladders.reading.naming import ONE_OWN_DAY, NameRemarks
from ladders.reading.nodes import Node, Path
from ladders.reading.remarks import Place, each

GROUPING = ("sum per", "count per")
OF_AMOUNTS = ("sum", "mean", "best", "sum per", "best per", "top", "cap", "floor", "times", "round", "bands")
"""Lines that ask for the amounts of rows."""
ONLY_NUMBERS = ("nothing below", "rank per", "rank share per")
"""Lines that can only stand after the verb."""


@dataclass(frozen=True)
class Left:
    """What an earlier line has left of a row, besides its amount."""

    by: str
    """The line, as it is written."""
    keys: tuple[str, ...]
    days: bool
    amount: bool


def word_of(line: Node) -> str:
    """What a line does, in its own word; empty where that cannot be read."""
    if line.text is not None:
        return line.text if line.text in (*VERBS, "unused") else ""
    return next((key for key in line.pairs if key in LINE_KEYS), "")


class LineRemarks(NameRemarks):
    """Remarks on lines."""

    def lines(self, path: Path, then: Node, who: str | None) -> None:
        """The lines: rows in, rows out, a verb, then what is done to its number."""
        places = list(each(path, then))
        verbs = [place for place, line in places if word_of(line) in (*VERBS, "distinct")]
        if not verbs and all(word_of(line) for _, line in places):
            self.say(places[-1][0], "最后一行要算出一个数", "the lines must end in a number", choice("", VERBS))
        for place, line in places:
            word, after = word_of(line), bool(verbs) and place > verbs[0]
            if after and word in (*VERBS, "distinct"):
                self.say(place, "前面已经算出一个数", "a number was made already", ("留一个动词", "keep one verb"))
            elif after and word and word not in AFTER_THE_VERB:
                self.say(
                    place,
                    f"算出数以后，只能再写 {'、'.join(AFTER_THE_VERB)}",
                    f"after the verb only {', '.join(AFTER_THE_VERB)} may follow",
                    ("把这一行移到动词之前", "move this line before the verb"),
                )
            elif verbs and not after and word in ONLY_NUMBERS:
                self.say(
                    place,
                    f"{word} 要用在算出的数上",
                    f"{word} is done to a number",
                    ("把这一行移到动词之后", "move this line after the verb"),
                )
            self.windows(place, line, who)
            for key in ("worth", "cap", "floor", "nothing below"):
                self.no_computed((*place, key), line[key])
            if word == "shift" and line["by"].value == 0:
                self.say(
                    (*place, "by"), "移动 0 级等于不动", "by 0 moves nothing", ("如 by: -1", "for instance by: -1")
                )
        self.left(places)
        self.looking_ahead(places)
        self.after_the_verb([one for one in places if verbs and one[0] > verbs[0]])

    def after_the_verb(self, places: list[Place]) -> None:
        """What is done to a number: a rank is of an attribute of the subject's own, a share of it is rounded first."""
        for number, (place, line) in enumerate(places):
            for key in ("rank per", "rank share per"):
                name = line[key].text
                self.attribute_named((*place, key), name)
                if name is not None and "setting" in self.root["attributes"][name]:
                    self.say(
                        (*place, key),
                        f"“{name}”对所有人都一样，不能按它排名",
                        f'"{name}" is the same for everybody: there are no peers by it',
                        ("用对象自己的属性", "name an attribute of the subject's own"),
                    )
            if number and "rank share per" in places[number - 1][1] and "round" not in line:
                self.say(
                    place,
                    "名次占比要先 round，才能再算",
                    "a share of a rank is rounded before anything else is done to it",
                    ("在它前面加一行，如 {round: up, to: 0.01}", "add before it, for instance, {round: up, to: 0.01}"),
                )
            for key in ("cap", "floor", "nothing below"):
                self.no_computed((*place, key), line[key])

    def no_computed(self, path: Path, node: Node) -> None:
        """A number made from another measure is asked for in a clause, and nowhere else."""
        if node.pairs and path not in self.marked:
            self.say(
                path,
                "从另一计量算出的数只能写在条件里",
                "a number made from another measure can stand in a clause only",
                (
                    "写一个数或 表名.列名；或改用 total",
                    "write a number or table.column; or make a total of the measures",
                ),
            )

    # ----------------------------------------------------------------------------------------- what is left of rows

    def left(self, places: list[Place]) -> None:
        """After a sum or a count per key only the key is left of a row, after join only its days."""
        left: Left | None = None
        for place, line in places:
            word = word_of(line)
            if left is not None:
                self.still_there(place, line, left)
            if word == "runs":
                self.runs(place, line, left)
                left = Left(f"runs: {line['runs'].text}", (), days=False, amount=True)
            elif word in GROUPING:
                keys = tuple(line[word].texts)
                left = Left(f"{word}: {', '.join(keys)}", keys, days=False, amount=True)
            elif word == "join":
                left = Left("join", (), days=True, amount=False)
            elif word in ("length", "worth") and left is not None:
                left = Left(left.by, left.keys, left.days, amount=True)

    def runs(self, path: Path, line: Node, left: Left | None) -> None:
        """Runs are of periods that were counted or summed just before."""
        period = line["runs"].text
        if period is None:
            return
        self.period_named((*path, "runs"), period)
        if (left is None or left.keys != (period,)) and path not in self.marked:
            self.say(
                path,
                f"runs: {period} 之前要先按“{period}”计数或合计",
                f"before runs: {period} the rows are counted or summed per {period}",
                (f"前面加一行：count per: {period}", f"add before it: count per: {period}"),
            )

    def still_there(self, path: Path, line: Node, left: Left) -> None:
        """A line asks only for what earlier ones have left."""
        word = word_of(line)
        asked = {key for name in ("only", "except", "where") for key in line[name].pairs} - {"amount"}
        per = [key for name in line.pairs if name == "distinct" or name.endswith("per") for key in line[name].texts]
        per = per if word not in ("rank per", "rank share per") else []
        asked |= {*per, *(line["by"].texts if word == "best per" else ())}
        asked |= {line["shift"].text or ""} if word == "shift" else set()
        for name in ("worth", "times", "cap", "floor"):
            asked |= set(self.row_keys(line[name].text))
        days = word in ("within", "during", "join", "length", "latest per", "first per", "latest", "first", "unused")
        days = days or (word == "top" and line["by"].text == "day")
        periods = {*BUILT_IN_PERIODS, *self.root["periods"].pairs}
        gone = {key for key in asked if key not in left.keys and not (left.days and key in periods)}
        if (days and not (left.days and word != "unused")) or gone:
            if left.by == "join":
                zh, en = (
                    "join 之后，每段只剩起止日期，没有属性",
                    'after "join" a stretch has only its days, no attribute',
                )
            elif left.by.startswith("runs"):
                zh, en = f"“{left.by}”之后，每行只剩长度", f'after "{left.by}" a row has only its amount'
            else:
                keys = left.keys
                zh = f"“{left.by}”之后，每行只剩“{'、'.join(keys)}”和数量，没有日期和其他属性"
                en = (
                    f'after "{left.by}" a row has only its {" and ".join(keys)} and its amount, no day and nothing else'
                )
            mend = f"把这一行移到“{left.by}”之前", f'move this line before "{left.by}"'
            self.say(path, zh, en, mend)
        elif not left.amount and word in OF_AMOUNTS:
            self.say(
                path,
                "join 之后没有数量，要先写 length",
                'after "join" there is no amount: say the length first',
                ("前面加一行：length: months", "add before it: length: months"),
            )

    # ---------------------------------------------------------------------------------------------------- windows

    def looking_ahead(self, places: list[Place]) -> None:
        """What has not begun yet has no length."""
        ahead = any((line[key].text or "").startswith("next ") for _, line in places for key in ("within", "during"))
        for place, line in places:
            if ahead and word_of(line) in ("length", "join"):
                self.say(
                    place,
                    f"next … 说的是以后的事，不能与 {word_of(line)} 同用",
                    f"next … looks ahead: {word_of(line)} does not go with it",
                    ("去掉其中一行", "take one of the lines away"),
                )

    def windows(self, path: Path, line: Node, who: str | None) -> None:
        """The windows of a line: what holds for a subject that lacks the day they begin with is said aloud."""
        key = "within" if "within" in line else "during" if "during" in line else None
        if key is None:
            return
        window, other = self.window_at(path, line, key, who), self.window_at(path, line, "else", who)
        if window is not None:
            self.otherwise(path, line, key, window.since if window.kind == "since" else None, window.kind == "entry")
        if other is not None and other.kind == "since" and other.since not in ONE_OWN_DAY:
            self.say(
                (*path, "else"),
                f"else 里不能再写 since {other.since}",
                f"else cannot say since {other.since} again",
                ("如 last 3 years", "for instance: last 3 years"),
            )
        if (
            "skipping" in line
            and window is not None
            and not (window.kind in ("last", "periods") or (other is not None and other.kind in ("last", "periods")))
        ):
            self.say(
                (*path, "skipping"),
                "skipping 只与 last … 或周期同用",
                "skipping goes with last … and with periods",
                ("如 within: last 3 years", "for instance within: last 3 years"),
            )

    def otherwise(self, path: Path, line: Node, key: str, since: str | None, looked_up: bool) -> None:
        """``else`` stands where a subject may lack the day on which the window begins, and nowhere else."""
        may_lack = since is not None and since not in ONE_OWN_DAY
        if may_lack and "else" not in line and (*path, key) not in self.marked:
            lacks = {
                "rung": ("还没有级的人", "someone who has no rung yet"),
                "application": ("没有申报的人", "someone who has not applied"),
            }.get(since or "", (f"没有“{since}”这一天的人", f'someone who has no day "{since}"'))
            self.say(
                (*path, key),
                f"{lacks[0]}，从哪天算起？",
                f"it does not say what holds for {lacks[1]}",
                (
                    f"写作：{{{key}: since {since}, else: last 3 years}}",
                    f"write: {{{key}: since {since}, else: last 3 years}}",
                ),
            )
        elif "else" in line and since is None and not looked_up:
            self.say((*path, "else"), "else 只与 since 同用", "else goes with since", ("去掉 else", "take else away"))
