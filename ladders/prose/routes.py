"""A route read aloud: who sits in each stage, how it decides, what happens when time is up, places and notice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Literal

from ladders.model.lists import Composition, Grades, Nomination, Rounds
from ladders.model.review import Places, Route, SeatGroup, Share, Sheet, Stage

Lang = Literal["zh", "en"]

UNITS = {
    "centre": ("中心", "centre"),
    "station": ("工作站", "station"),
    "central school": ("中心校", "central school"),
    "group": ("集团", "group"),
    "school": ("学校", "school"),
}
RELATIONS = {
    "same school": ("同校", "works at the same school"),
    "same studio": ("同在一个工作室", "is in the same studio"),
    "mentor pair": ("是师徒", "is their mentor or mentee"),
}
_POPULATIONS = {
    "nominated": ("申报人数", "those nominated"),
    "eligible": ("符合条件人数", "those eligible"),
    "approved": ("各环节通过人数", "those approved by every stage"),
}
ROUNDING = {
    "down": ("舍去尾数", "rounded down"),
    "up": ("有尾数进一", "rounded up"),
    "half up": ("四舍五入", "halves rounded up"),
}
_TIES = {
    "all in": ("末位相同的全部入选", "whoever is equal at the last place is in"),
    "all out": ("末位相同的全部不入选", "whoever is equal at the last place is out"),
    "lot": ("末位相同的抽签", "lots are drawn among those equal at the last place"),
}
_GRADE_TIES = {
    "all in": ("一个等次末位相同的都得该等次", "whoever is equal where a grade ends gets the better grade"),
    "all out": ("一个等次末位相同的都得下一等次", "whoever is equal where a grade ends gets the next grade"),
    "lot": ("一个等次末位相同的抽签", "lots are drawn among those equal where a grade ends"),
}


def plain_number(number: Decimal) -> str:
    """A number as people write it: no exponent, no zeros at the end."""
    return f"{number.normalize():f}"


Composed = Callable[[Composition, dict[str, str] | None], str]
"""Reads a composition on one line, with the titles of a panel's roles."""


def route_lines(
    route: Route, lang: Lang, clause: Callable[[str], str], composed: Composed | None = None
) -> Iterator[str]:
    """The route, a line for each thing that is said; ``clause`` gives the title of a clause by its id.

    Without ``composed`` a composition is read by its title alone.
    """
    return _Route(route, lang, clause, composed).lines()


def places_said(route: Route, lang: Lang) -> str | None:
    """How many places a route has, on one line; None where it has any number."""
    return None if route.places is None else next(_Route(route, lang, str, None).places(route.places))


class _Route:
    def __init__(self, route: Route, lang: Lang, clause: Callable[[str], str], composed: Composed | None) -> None:
        self.route, self.lang, self.clause, self.composed = route, lang, clause, composed

    def say(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en

    def pick(self, pair: tuple[str, str]) -> str:
        return self.say(*pair)

    def lines(self) -> Iterator[str]:
        if self.route.nomination is not None:
            yield from self.nomination(self.route.nomination)
        for stage in self.route.stages:
            yield self.say(
                f"评审：{stage.title.zh}（{stage.body.zh}）：{stage.size} 席，{self.deciding(stage)}，"
                f"{stage.days} 天内{'签字' if stage.sign else '评分' if stage.sheet else '投票'}",
                f"Review: {stage.title.en} ({stage.body.en}): {_many(stage.size, 'seat')}, {self.deciding(stage)}, "
                f"{'signatures' if stage.sign else 'score sheets' if stage.sheet else 'ballots'} within "
                f"{_many(stage.days, 'day')}",
            )
            yield from (f"  {line}" for line in self.details(stage))
        if self.route.places is not None:
            yield from self.places(self.route.places)
        if self.route.grades is not None:
            yield from self.grades(self.route.grades)
        yield self.say(f"公示：{self.route.notice_days} 个工作日", f"Notice: {self.route.notice_days} working days")
        yield self.say(
            f"异议：提出后 {self.route.objection_days} 天内决定",
            f"Objections: decided within {_many(self.route.objection_days, 'day')}",
        )
        if (by := self.route.signed_by) is not None:
            before = self.say("，签发后认定", ", before anything is granted") if self.route.signature else ""
            yield self.say(f"签发：{by.zh}", f"Signed by: {by.en}") + before

    def compositions(self, every: tuple[Composition, ...], roles: dict[str, str] | None = None) -> Iterator[str]:
        """What a panel or a list must be made of."""
        for one in every:
            said = self.composed(one, roles) if self.composed else getattr(one.title, self.lang)
            yield self.say(f"结构：{said}", f"Made of: {said}")

    def nomination(self, rule: Nomination) -> Iterator[str]:
        """How many may be nominated, and what their list is made of."""
        zh, en = UNITS[rule.per] if rule.per else ("", "")
        if rule.at_most is not None:
            limit = self.limit(rule)
            zh, en = (f"每个{zh}", f" for each {en}") if zh else ("", "")
            yield self.say(f"推荐：{zh}至多{limit}", f"Nominations: at most {limit}{en}")
        elif rule.per is not None:
            yield self.say(f"推荐：名单按{zh}分别看", f"Nominations: the list of each {en} by itself")
        else:
            yield self.say("推荐：名单整体要求如下", "Nominations: the whole list")
        yield from (f"  {line}" for line in self.compositions(rule.composition))

    def limit(self, rule: Nomination) -> str:
        """A limit of nominations."""
        if isinstance(rule.at_most, int) or rule.at_most is None:
            return self.say(f" {rule.at_most} 名", f"{rule.at_most}")
        zh, en = {"teachers": ("教师人数", "teachers"), "places": ("名额", "places")}[rule.at_most.of]
        rounding = self.pick(ROUNDING[rule.rounding or "down"])
        return self.say(f"{zh}的 {rule.at_most.times}（{rounding}）", f"{rule.at_most.times} of the {en} ({rounding})")

    # --------------------------------------------------------------------------------------------------- a stage

    def deciding(self, stage: Stage) -> str:
        """How the panel decides."""
        if stage.sign == "all":
            return self.say("全部签字同意才通过（会签）", "passed when all have signed")
        if stage.sign == "any":
            return self.say("一人签字同意即通过（或签）", "passed when one has signed")
        quorum = self.say(f"至少 {stage.quorum} 人投票有效", f"quorum {stage.quorum}")
        if stage.sheet is not None:
            least = plain_number(stage.sheet.at_least)
            quorum = self.say(f"至少 {stage.quorum} 张评分表有效", f"quorum {stage.quorum}")
            return self.say(f"{quorum}，总分不低于 {least} 通过", f"{quorum}, passed by a total of at least {least}")
        return self.say(f"{quorum}，{self.threshold(stage)}通过", f"{quorum}, passed by {self.threshold(stage)}")

    def threshold(self, stage: Stage) -> str:
        """The share that must be for it."""
        one = stage.threshold
        if one is None:
            return ""
        share = f"{one.share.numerator}/{one.share.denominator}"
        of = {"seats": "全部席位", "present": "投票人"}[one.of]
        return self.say(f"{of}{'超过' if one.strict else '至少'} {share} 同意", str(one))

    def details(self, stage: Stage) -> Iterator[str]:
        """What is said of a stage beyond its first line."""
        if not isinstance(stage.seats, int):
            groups = [self.group(stage, group) for group in stage.seats]
            yield self.say("席位：" + "，".join(groups), "Seats: " + ", ".join(groups))
        roles = {group.role: getattr(group.title, self.lang) for group in stage.groups}
        yield from self.compositions(stage.composition, roles)
        if stage.panel_per is not None:
            zh, en = UNITS[stage.panel_per]
            yield self.say(
                f"每个{zh}一个评审组，评审本单位的申报",
                f"Every {en} has a panel of its own, for the cases of its own people",
            )
        if stage.may_not_judge:
            pairs = [RELATIONS[one] for one in stage.may_not_judge]
            yield self.say(
                f"回避：与申报人{'、'.join(zh for zh, _ in pairs)}的成员",
                f"Does not judge: who {' or '.join(en for _, en in pairs)}",
            )
        if stage.sheet is not None:
            yield from self.sheet(stage.sheet)
        if stage.rounds is not None:
            yield self.rounds(stage.rounds)
        if stage.ballots == "confidential":
            yield self.say("无记名，密封保存", "Ballots are confidential, kept sealed")
        if stage.grace:
            yield self.say(
                f"期限内填写的纸质票，期满后 {stage.grace} 天内仍可录入",
                f"Paper ballots dated in time may be entered for {_many(stage.grace, 'more day')}",
            )
        yield self.overdue(stage)
        if stage.completion_days is not None:
            yield self.say(
                f"可以退回补正，{stage.completion_days} 天内补齐",
                f"A case may be returned, to be completed within {_many(stage.completion_days, 'day')}",
            )

    def group(self, stage: Stage, group: SeatGroup) -> str:
        """Seats of one role: how many, from where."""
        unit = UNITS[stage.panel_per] if stage.panel_per else ("", "")
        places = {
            "own": (f"本{unit[0]}的", f"from this {unit[1]}"),
            "other": (f"其他{unit[0]}的", f"from another {unit[1]}"),
        }
        notes = []
        if group.from_ != "any":
            kind = UNITS.get(group.from_, ("", ""))
            notes.append(self.pick(places.get(group.from_, (f"在{kind[0]}工作的", f"who works at a {kind[1]}"))))
        if group.veto:
            notes.append(self.say("有一票否决权", "with a veto"))
        if group.lot:
            notes.append(self.say("抽签产生", "drawn by lot"))
        if (most := group.at_most_in_a_row) is not None:
            notes.append(self.say(f"连续至多 {most} 届", f"at most {_many(most, 'cycle')} in a row"))
        said = self.say("，", ", ").join(notes)
        return self.say(
            f"{group.title.zh} {group.count} 席{f'（{said}）' if said else ''}",
            f"{group.count} × {group.title.en}{f' ({said})' if said else ''}",
        )

    def sheet(self, sheet: Sheet) -> Iterator[str]:
        """The items, and which sheets are dropped."""
        for item in sheet.items:
            most, least = plain_number(item.out_of), ("", "")
            if item.at_least is not None:
                low = plain_number(item.at_least)
                least = f"，平均不低于 {low}", f", a mean of at least {low}"
            yield self.say(
                f"评分项：{item.title.zh}，满分 {most}，权重 {item.weight}{least[0]}",
                f"Item: {item.title.en}, out of {most}, weight {item.weight}{least[1]}",
            )
        if sheet.drop_highest or sheet.drop_lowest:
            dropped = (("最高", "highest", sheet.drop_highest), ("最低", "lowest", sheet.drop_lowest))
            zh = "、".join(f"{word} {n} 张" for word, _, n in dropped if n)
            en = " and ".join(f"the {n} {word}" for _, word, n in dropped if n)
            yield self.say(f"去掉总分{zh}，其余平均", f"The sheets with {en} totals are dropped, the rest averaged")

    def rounds(self, rounds: Rounds) -> str:
        """Several ballots, and who stands in the next."""
        if rounds.next == "tied":
            zh, en = "末位票数相同的进入下一轮", "those equal at the last place stand in the next"
        elif rounds.next == "half":
            zh, en = "未通过的前一半进入下一轮", "the better half of those not approved stand in the next"
        else:
            zh = f"未通过的前 {rounds.next} 名进入下一轮"
            en = f"the best {rounds.next} of those not approved stand in the next"
        return self.say(f"至多投票 {rounds.ballots} 轮，{zh}", f"Up to {rounds.ballots} ballots: {en}")

    def overdue(self, stage: Stage) -> str:
        """What happens when the days are over."""
        then, days = stage.when_time_is_up.then, stage.when_time_is_up.days
        short = {"all": ("未签全", "signatures are missing"), "any": ("无人签字", "nobody has signed")}
        zh, en = short.get(stage.sign or "", ("不足法定人数", "the quorum is missed"))
        return {
            "count": self.say(f"期满{zh}的，不通过", f"When time is up and {en}: not passed"),
            "extend": self.say(
                f"期满{zh}的，延长一次，{days} 天", f"When time is up and {en}: extended once, by {_many(days, 'day')}"
            ),
            "escalate": self.say(f"期满{zh}的，交下一环节", f"When time is up and {en}: the next stage takes it"),
        }[then]

    # ---------------------------------------------------------------------------------------------------- places

    def places(self, places: Places) -> Iterator[str]:
        """How many, and in what order."""
        number = self.number(places)
        if places.per is not None:
            zh, en = UNITS[places.per]
            number = self.say(f"每个{zh} {number}", f"{number} for each {en}")
        yield self.say(f"名额：{number}", f"Places: {number}")
        yield self.order(places)
        yield from (f"  {line}" for line in self.compositions(places.composition))
        if places.when_full == "cascade":
            yield self.say(
                "  未取得名额的，参加其符合条件的下一级的排序",
                "  Whoever gets no place competes for the next lower rung whose step they meet",
            )
        yield self.say(f"  {_TIES[places.ties][0]}", f"  {_TIES[places.ties][1].capitalize()}")
        if places.freed == "next":
            yield self.say("  空出的名额由下一名递补", "  A place that is freed goes to the next in rank")
        if places.outside_the_count:
            yield self.say("  可以不占名额申报", "  Nominations may be marked as taking no place")

    def order(self, rule: Places | Grades) -> str:
        """By what candidates are ordered."""
        order = [self.criterion(one.of, one.what, one.lowest_first) for one in rule.order]
        return self.say(f"  排序：先看{'，再看'.join(order)}", f"  In order of: {', then '.join(order)}")

    def grades(self, rule: Grades) -> Iterator[str]:
        """The grades and how many get each."""
        parts = []
        for grade in rule.grades:
            much = grade.at_most
            zh = "其余" if much is None else f"至多 {much}" + (" 人" if isinstance(much, int) else "")
            en = "the rest" if much is None else f"at most {much}"
            parts.append(self.say(f"{grade.title.zh}（{zh}）", f"{grade.title.en} ({en})"))
        zh, en = UNITS[rule.per] if rule.per else ("", "")
        if rule.rounding is not None:
            parts.append(self.pick(ROUNDING[rule.rounding]))
        yield self.say(
            f"等次{f'（每个{zh}分别排）' if zh else ''}：{'，'.join(parts)}",
            f"Grades{f' (for each {en})' if en else ''}: {', '.join(parts)}",
        )
        yield self.order(rule)
        zh, en = _GRADE_TIES[rule.ties]
        yield self.say(f"  {zh}", f"  {en.capitalize()}")

    def number(self, places: Places) -> str:
        """A number, or a share of a population."""
        if isinstance(places.number, dict):
            zh, en = ((s.join(f"{self.clause(rung)} {n}" for rung, n in places.number.items())) for s in ("、", ", "))
            return self.say(f"{zh} 名", en)
        if not isinstance(places.number, Share):
            return self.say(f"{places.number} 名", f"{places.number}")
        share = f"{places.number.share.numerator}/{places.number.share.denominator}"
        zh, en = _POPULATIONS[places.number.of]
        rounding = self.pick(ROUNDING[places.rounding or "down"])
        return self.say(f"{zh}的 {share}（{rounding}）", f"{share} of {en} ({rounding})")

    def criterion(self, of: str, what: str, lowest_first: bool) -> str:
        """What candidates are ordered by."""
        stage = next((getattr(one.title, self.lang) for one in self.route.stages if one.id == what), what)
        said = {
            "score": self.say(f"“{stage}”总分", f"the total in “{stage}”"),
            "votes": self.say(f"“{stage}”赞成票", f"the votes in favour in “{stage}”"),
        }.get(of) or self.say(f"“{self.clause(what)}”的数", f"what “{self.clause(what)}” came to")
        return said + self.say("（低的在前）" if lowest_first else "", " (lowest first)" if lowest_first else "")


def _many(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
