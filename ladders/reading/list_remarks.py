"""Whether what is said of lists can be kept: compositions, nomination limits, several ballots, grades, cascades."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import get_args

from ladders.model.lists import CRITERION, MEMBERS_OWN, UnitKind
from ladders.model.words import entry
from ladders.problems import choice
from ladders.reading.measure_remarks import MeasureRemarks
from ladders.reading.nodes import Node, Path
from ladders.reading.remarks import each, nested

KINDS: tuple[str, ...] = get_args(UnitKind)


def number(node: Node) -> Decimal | None:
    """The number that stands there, or None where something else does."""
    value = node.value
    return value if isinstance(value, Decimal) and not node.refused else None


def share(node: Node) -> Fraction | None:
    """The share that stands there, ``all`` as the whole; None where something else does."""
    text = node.text or ""
    if text == "all":
        return Fraction(1)
    return Fraction(text) if re.fullmatch(r"\d{1,4}/[1-9]\d{0,3}", text) else None


class ListRemarks(MeasureRemarks):
    """Remarks on lists of people."""

    # ----------------------------------------------------------------------------------------------- compositions

    def compositions(self, path: Path, holder: Node, roles: Sequence[str] | None, size: int | None = None) -> None:
        """The compositions of a panel (with its ``roles``) or of a list of candidates (None)."""
        every = list(each((*path, "composition"), holder["composition"]))
        self.once(every, "结构要求的代号", "composition id")
        for place, one in every:
            self.counted(place, one, roles)
            self.limits(place, one, size)
            self.cited(place, one)

    def counted(self, path: Path, one: Node, roles: Sequence[str] | None) -> None:
        """Whom a composition counts: by what is known of the members."""
        if "only" not in one and "per" not in one:
            self.say(
                path,
                "没有写数哪些人",
                "it does not say whom it counts",
                ("加一行，如 only: {degree: master or better}", "add, for instance, only: {degree: master or better}"),
            )
        own = MEMBERS_OWN if roles is not None else MEMBERS_OWN[1:]
        names = (*self.root["attributes"].pairs, *own)
        for name, accepted in one["only"].pairs.items():
            place = (*path, "only", name)
            if not self.known(place, name, names, "成员属性", "attribute of a member"):
                continue
            if isinstance(accepted.value, dict) or entry(accepted.text):
                self.say(
                    place,
                    "这里只能写取值",
                    "only terms can stand here",
                    ("写一个取值、几个取值，或“… or better”", "one term, several, or: … or better"),
                )
            elif name in MEMBERS_OWN:
                self.own_terms(place, accepted, (roles or ()) if name == "role" else KINDS)

    def own_terms(self, path: Path, accepted: Node, terms: Iterable[str]) -> None:
        """Terms of what is known of every member without the ladder."""
        for term in accepted.texts:
            if not self.known(path, term, terms, "取值", "such term here:"):
                return

    def limits(self, path: Path, one: Node, size: int | None) -> None:
        """At least and at most so many: one of them, and not against each other."""
        if "at least" not in one and "at most" not in one:
            self.say(
                path,
                "没有写要多少人",
                "it does not say how many",
                ("加一行，如 at least: 1/4，或 at most: 2", "add, for instance, at least: 1/4, or at most: 2"),
            )
        if "per" in one and "at least" in one:
            self.say(
                (*path, "at least"),
                "per 是说每个单位至多多少人；没有人在名单里的单位看不出来",
                "per says how many of each unit there may be: a unit with nobody on the list is not seen",
                ("改为 at most，或去掉 per", "write at most, or take per away"),
            )
        for low, high in (
            (number(one["at least"]), number(one["at most"])),
            (share(one["at least"]), share(one["at most"])),
        ):
            if low is not None and high is not None and low > high:
                self.say(
                    path,
                    f"没有数能同时满足下限 {low} 和上限 {high}",
                    f"no number is within {low} and {high}",
                    ("检查 at least 和 at most", "look at at least and at most"),
                )
        least = number(one["at least"])
        if size is not None and least is not None and least > size:
            self.say(
                (*path, "at least"),
                f"共 {size} 席，不可能有 {least} 人",
                f"{least} of {size} seats can never be",
                (f"至多为 {size}", f"at most {size}"),
            )

    # ------------------------------------------------------------------------------------------------- nomination

    def nomination(self, path: Path, route: Node) -> None:
        """A limit with its rounding, of something that is known when people are nominated."""
        rule = route["nomination"]
        if "at most" not in rule and "composition" not in rule:
            self.say(
                path,
                "没有写推荐多少人",
                "it does not say how many may be nominated",
                ("加一行，如 at most: 3", "add, for instance, at most: 3"),
            )
        limit = rule["at most"].text
        self.rounding(path, rule, needed=limit is not None, whole=number(rule["at most"]) is not None)
        if limit is not None and limit.endswith(" of places"):
            self.of_places((*path, "at most"), rule, route)
        self.compositions(path, rule, None)

    def of_places(self, path: Path, rule: Node, route: Node) -> None:
        """A multiple of places: of a number of them that is known beforehand, for the same lists."""
        places = route["places"]
        if "places" not in route:
            self.say(
                path,
                "这条路线没有写名额",
                "this route has no places",
                ("写 places，或改为人数，如 at most: 3", "write places, or a number: at most: 3"),
            )
        elif number(places["number"]) is None and "number" in places:
            self.say(
                path,
                "名额本身是比例，或逐级不同，推荐时还不知道有多少",
                "the places are a share, or of several rungs: when people are nominated nobody knows how many",
                ("名额写整数，或推荐限额写人数", "let the places be a whole number, or the limit"),
            )
        elif places["per"].text != rule["per"].text:
            self.say(
                path,
                "名额和推荐不是按同样的单位算的",
                "places and nominations are not for the same units",
                ("两处的 per 写成一样", "write the same per in both"),
            )

    def rounding(self, path: Path, rule: Node, *, needed: bool, whole: bool) -> None:
        """A share says how it is rounded, a whole number does not."""
        if whole and "rounding" in rule:
            self.say(
                (*path, "rounding"),
                "整数不用取整",
                "a whole number needs no rounding",
                ("去掉 rounding", "take rounding away"),
            )
        elif needed and "rounding" not in rule:
            self.say(
                path,
                "没有写比例怎样取整",
                "it does not say how the share is rounded",
                ("加一行，如 rounding: down", "add: rounding: down (or up, half up)"),
            )

    # ------------------------------------------------------------------------------------------------- the ballots

    def rounds(self, path: Path, stage: Node, route: Node) -> None:
        """Several ballots where there are votes; ``tied`` where places fall among them."""
        if "threshold" not in stage:
            self.say(
                path,
                "多轮表决只用于投票的环节",
                "several ballots are for a stage that votes",
                ("去掉 rounds，或写 threshold", "take rounds away, or write a threshold"),
            )
        if stage["rounds"]["next"].text != "tied":
            return
        places, name = route["places"], stage["id"].text
        first = next((one.text or "" for one in places["order"].items), "")
        if number(places["number"]) is None or " ".join(first.split()) != f"votes of {name}":
            self.say(
                (*path, "next"),
                "tied 要看名额的末位：名额应为整数，并先按这个环节的赞成票排序",
                "tied hangs on the last place: places of a whole number, ordered first by the votes of this stage",
                (f"在 places 里写 order: [votes of {name}]", f"write in places: order: [votes of {name}]"),
            )

    # ------------------------------------------------------------------------------------------- grades and places

    def grades(self, path: Path, route: Node) -> None:
        """Every grade but the last has a number or a share, and together they leave none over."""
        rule = route["grades"]
        every = list(each((*path, "grades"), rule["grades"]))
        self.once(every, "等次的代号", "grade id")
        if len(every) == 1:
            self.say(
                (*path, "grades"),
                "只有一个等次，分不出高低",
                "there is one grade only: it parts nobody",
                ("再加一个等次", "add another grade"),
            )
        for place, one in every[:-1]:
            if "at most" not in one:
                self.say(
                    place,
                    "没有写至多多少人",
                    "it does not say how many may get it",
                    ("加一行，如 at most: 3/20", "add, for instance, at most: 3/20"),
                )
        if every and "at most" in every[-1][1]:
            self.say(
                (*every[-1][0], "at most"),
                "最后一个等次是其余的人，不写人数",
                "the last grade is for whoever is left",
                ("去掉 at most，或再加一个等次", "take at most away, or add another grade"),
            )
        shares = [found for _, one in every if (found := share(one["at most"])) is not None]
        if sum(shares) > 1:
            self.say(
                (*path, "grades"),
                f"各等次的比例合计 {sum(shares)}，超过全部",
                f"the shares of the grades come to {sum(shares)}, more than there is",
                ("合计不超过 1", "together they are 1 at the most"),
            )
        whole = any(number(one["at most"]) is not None for _, one in every) and not shares
        self.rounding(path, rule, needed=bool(shares), whole=whole)
        self.order((*path, "order"), rule, route, path[1])

    def list_of_places(self, path: Path, route: Node) -> None:
        """The composition of those taken, and where those go who get no place."""
        places = route["places"]
        if "composition" in places and "ties" in places and places["ties"].text != "lot":
            self.say(
                (*path, "ties"),
                "有结构要求时，名次要分得出先后",
                "where those taken must be made of certain sorts, equals have to be parted",
                ("改为 ties: lot", "write: ties: lot"),
            )
        self.compositions(path, places, None)
        if "when full" in places:
            rungs = {one["to"].text for one in self.root["steps"].items if one["route"].text == path[1]}
            if len(rungs) == 1:
                self.say(
                    (*path, "when full"),
                    f"走这条路线的只有“{next(iter(rungs))}”一级，没有更低的级可递补",
                    f'only "{next(iter(rungs))}" goes this way: there is no lower rung to compete for',
                    ("去掉 when full，或让几级走同一条路线", "take when full away, or let several rungs go this way"),
                )

    def order(self, path: Path, rule: Node, route: Node, name: str | int) -> None:
        """Criteria that every candidate on the route ``name`` has, each once."""
        seen: set[str] = set()
        for place, criterion in each(path, rule["order"]):
            found = re.fullmatch(CRITERION, " ".join((criterion.text or "").split()))
            if not found:
                continue  # said already
            of, what = found[1], found[2]
            if f"{of} {what}" in seen:
                self.say(
                    place,
                    f"已经按“{of} of {what}”排过",
                    f'"{of} of {what}" is among the criteria already',
                    ("去掉一个", "keep one of them"),
                )
            seen.add(f"{of} {what}")
            if of == "value":
                self.measured_in_every_step(place, what, name)
            else:
                self.counted_in_a_stage(place, of, what, route)

    def counted_in_a_stage(self, path: Path, of: str, what: str, route: Node) -> None:
        """A stage has a score where it has a sheet, and votes where it has none."""
        stages = {one["id"].text or "": one for one in route["stages"].items}
        if not self.known(path, what, stages, "环节", "stage"):
            return
        if ("sheet" in stages[what]) == (of == "score"):
            return
        if of == "score":
            self.say(
                path,
                f"环节“{what}”没有评分表",
                f'the stage "{what}" has no score sheet',
                (f"改为：votes of {what}", f"write: votes of {what}"),
            )
        else:
            self.say(
                path,
                f"环节“{what}”用评分表，没有赞成票",
                f'the stage "{what}" has a score sheet and no votes',
                (f"改为：score of {what}", f"write: score of {what}"),
            )

    def measured_in_every_step(self, path: Path, what: str, route: str | int) -> None:
        """Candidates of all steps of a route stand in one order, so each must have been held to the clause."""
        for place, step in each(("steps",), self.root["steps"]):
            if step["route"].text != route:
                continue
            ids = [clause["id"].text or "" for _, clause in nested((*place, "clauses"), step["clauses"])]
            if what not in ids:
                self.say(
                    path,
                    f"第 {step.line} 行的晋级走这条路线，没有名为“{what}”的条件",
                    f'the step on line {step.line} goes this way and has no clause "{what}"',
                    choice(what, ids),
                )
                return
