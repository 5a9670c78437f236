"""Whether a route can be gone: every stage decides in one way, its quorum can be reached, places have an order."""

from __future__ import annotations

from decimal import Decimal

from ladders.reading.list_remarks import ListRemarks, number
from ladders.reading.nodes import Node, Path
from ladders.reading.remarks import each


def size(seats: Node) -> int | None:
    """How many seats there are, or None where that cannot be told."""
    if seats.items:
        counts = [number(one["count"]) if "count" in one else Decimal(1) for one in seats.items]
        return int(sum(count for count in counts if count is not None)) if None not in counts else None
    whole = number(seats)
    return int(whole) if whole is not None and whole > 0 else None


class RouteRemarks(ListRemarks):
    """Remarks on routes."""

    def route(self, path: Path, route: Node) -> None:
        """The stages in order, and the places."""
        stages = list(each((*path, "stages"), route["stages"]))
        self.once(stages, "环节的代号", "stage id")
        for place, stage in stages:
            self.seats((*place, "seats"), stage)
            self.way(place, stage)
            self.quorum(place, stage)
            self.sheet((*place, "sheet"), stage["sheet"])
            roles = [one["role"].text or "" for one in stage["seats"].items]
            self.compositions(place, stage, roles, size(stage["seats"]))
            if "rounds" in stage:
                self.rounds((*place, "rounds"), stage, route)
            if stage["when time is up"].text == "escalate" and (place, stage) == stages[-1]:
                self.say(
                    (*place, "when time is up"),
                    "最后一个环节之后，没有环节可以接手",
                    "no stage comes after the last one",
                    ("改为 count，或 extend 5 days", "write count, or extend 5 days"),
                )
        if "nomination" in route:
            self.nomination((*path, "nomination"), route)
        if "places" in route:
            self.quota((*path, "places"), route)
        if "grades" in route:
            self.grades((*path, "grades"), route)
        if "signature" in route and "signed by" not in route:
            self.say(
                (*path, "signature"),
                "没有写由谁签发",
                "it does not say who signs",
                ("加一行，如 signed by: {zh: 局长, en: head of the bureau}", "add: signed by: {zh: …, en: …}"),
            )

    # -------------------------------------------------------------------------------------------------- one stage

    def seats(self, path: Path, stage: Node) -> None:
        """The groups of seats: a role each, and places to come from that the panel has."""
        first: dict[str, int] = {}
        for place, group in each(path, stage["seats"]):
            role = group["role"].text
            if role is not None and first.setdefault(role, group.line) != group.line:
                self.say(
                    (*place, "role"),
                    f"席位身份“{role}”已经用过（第 {first[role]} 行）",
                    f'the role "{role}" is used already (line {first[role]})',
                    ("合为一组，用 count 写席数", "make them one group, with a count"),
                )
            if group["from"].text in ("own", "other") and "panel per" not in stage:
                self.say(
                    (*place, "from"),
                    f"from: {group['from'].text} 是相对评审组所在单位说的，而这里只有一个评审组",
                    f"from: {group['from'].text} is seen from the unit of the panel, and here is one panel for all",
                    (
                        "加一行，如 panel per: school；或写单位类型，如 from: school",
                        "add, for instance, panel per: school; or name a kind of unit: from: school",
                    ),
                )
            if group["veto"].value is True and ("sheet" in stage or "sign" in stage):
                signs = "sign" in stage
                self.say(
                    (*place, "veto"),
                    "一票否决用于投票；会签、或签不用" if signs else "评分表没有反对票，不能一票否决",
                    "a veto is for ballots; who signs has none" if signs else "a score sheet has no vote against it",
                    ("去掉 veto", "take veto away")
                    if signs
                    else (
                        "去掉 veto；或给评分项写最低分：at least: 60",
                        "take veto away, or give an item a sub-minimum",
                    ),
                )

    def way(self, path: Path, stage: Node) -> None:
        """A panel votes, fills in score sheets, or signs: one of the three."""
        given = [key for key in ("threshold", "sheet", "sign") if key in stage]
        if len(given) > 1:
            self.say(
                (*path, given[1]),
                f"一个环节只用一种办法，这里有 {' 和 '.join(given)}",
                f"a stage decides in one way; here are {' and '.join(given)}",
                (
                    "threshold 是投票，sheet 是评分，sign 是签字；留一种",
                    "threshold is for votes, sheet for marks, sign for signatures: keep one",
                ),
            )
        elif not given:
            self.say(
                path,
                "没有写怎样算通过",
                "it does not say how a case passes",
                (
                    "加一行，如 threshold: more than 1/2 of present；评分写 sheet，签字写 sign",
                    "add: threshold: more than 1/2 of present; or a sheet, or sign",
                ),
            )
        if "sign" in stage and stage["ballots"].text == "confidential":
            self.say(
                (*path, "ballots"),
                "签字不能匿名",
                "who signs is named",
                ("去掉 ballots: confidential", "take ballots: confidential away"),
            )

    def quorum(self, path: Path, stage: Node) -> None:
        """The quorum is there where it is needed, can be reached, and leaves sheets after those dropped."""
        if "sign" in stage:
            if "quorum" in stage:
                self.say(
                    (*path, "quorum"),
                    "签字的环节没有法定人数：all 要全签，any 签一个就够",
                    "a stage of signatures has no quorum: all must sign, or any one",
                    ("去掉 quorum", "take quorum away"),
                )
            return
        if "quorum" not in stage:
            self.say(
                path,
                "没有写法定人数",
                "it does not say how many must have voted",
                ("加一行，如 quorum: 5", "add: quorum: 5"),
            )
            return
        quorum, seats = number(stage["quorum"]), size(stage["seats"])
        if quorum is None:
            return
        if seats is not None and seats < quorum:
            self.say(
                (*path, "quorum"),
                f"法定人数 {quorum} 多于席位 {seats}",
                f"the quorum of {quorum} is more than the {seats} seats",
                (f"至多为 {seats}", f"at most {seats}"),
            )
        sheet = stage["sheet"]
        dropped = sum(number(sheet[key]) or 0 for key in ("drop highest", "drop lowest"))
        if 0 < quorum <= dropped:
            self.say(
                (*path, "quorum"),
                f"去掉 {dropped} 张评分表后，法定人数 {quorum} 剩不下一张",
                f"of a quorum of {quorum} no sheet is left when {dropped} are dropped",
                (f"至少为 {dropped + 1}", f"at least {dropped + 1}"),
            )

    def sheet(self, path: Path, sheet: Node) -> None:
        """A score sheet whose items can be marked, and whose minimums can be reached."""
        items = list(each((*path, "items"), sheet["items"]))
        self.once(items, "评分项的代号", "item id")
        for place, item in items:
            most = number(item["out of"]) if "out of" in item else Decimal(100)
            if most is not None and most <= 0:
                self.say(
                    (*place, "out of"),
                    f"满分不能是 {most}",
                    f"an item cannot be out of {most}",
                    ("如 out of: 100", "for instance out of: 100"),
                )
            elif most is not None:
                self.minimum((*place, "at least"), item["at least"], most)
        self.minimum((*path, "at least"), sheet["at least"], Decimal(100))

    def minimum(self, path: Path, node: Node, most: Decimal) -> None:
        """A minimum between nothing and everything."""
        least = number(node)
        if least is not None and not 0 <= least <= most:
            self.say(
                path,
                f"最低 {least} 不在 0 到满分 {most} 之间",
                f"the minimum of {least} is not between 0 and the most there is, {most}",
                (f"至多为 {most}", f"at most {most}"),
            )

    # ----------------------------------------------------------------------------------------------------- places

    def quota(self, path: Path, route: Node) -> None:
        """A share says how it is rounded; each criterion names something that every candidate has, once."""
        places = route["places"]
        self.cited(path, places)
        whole = number(places["number"]) is not None or bool(places["number"].pairs)
        self.rounding(path, places, needed="number" in places and not whole, whole=whole)
        if places["freed"].text == "next" and ("composition" in places or "when full" in places):
            self.say(
                (*path, "freed"),
                "空出的名额按名次递补，不能和 composition、when full 一起用",
                "a place that is freed goes to the next in rank: that does not go with composition or when full",
                ("改为 freed: lapse，或去掉另一个", "write freed: lapse, or take the other away"),
            )
        self.order((*path, "order"), places, route, path[1])
        self.list_of_places(path, route)
