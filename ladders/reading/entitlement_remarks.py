"""Whether an entitlement can be given: how much of what, to whom, in parts that add up."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from ladders.reading.list_remarks import number, share
from ladders.reading.nodes import Node, Path
from ladders.reading.remarks import each
from ladders.reading.route_remarks import RouteRemarks

MEASURED = ("money", "time")
OF_AMOUNTS = ("amount", "unit", "per", "pro rata", "to", "rounding", "split")


class EntitlementRemarks(RouteRemarks):
    """Remarks on entitlements; their clauses and table entries are looked at where those of steps are."""

    def entitlements(self) -> None:
        """All of them."""
        every = list(each(("entitlements",), self.root["entitlements"]))
        self.once(every, "待遇的代号", "entitlement id")
        rungs = [one["id"].text or "" for one in self.root["rungs"].items]
        for path, one in every:
            alone = one["rung"].text is not None
            for place, rung in enumerate(one["rung"].texts):
                self.known((*path, "rung") if alone else (*path, "rung", place), rung, rungs, "级", "rung")
            if "rung" not in one and "clauses" not in one:
                self.say(
                    path,
                    "没有写给谁",
                    "it does not say to whom it is given",
                    ("加一行，如 rung: host；或写 clauses", "add, for instance, rung: host; or clauses"),
                )
            self.cited(path, one)
            if one["give"].text in MEASURED:
                self.measured(path, one)
            elif one["give"].text is not None:
                self.not_measured(path, one)

    def not_measured(self, path: Path, one: Node) -> None:
        """A title, a certificate or a right has no amount."""
        for key in OF_AMOUNTS:
            if key in one:
                self.say(
                    (*path, key),
                    f"{key} 只用于 give: money 和 give: time",
                    f"{key} goes with give: money and give: time",
                    (f"去掉 {key}", f"take {key} away"),
                )

    def measured(self, path: Path, one: Node) -> None:
        """Money or time: how much, of what, for how long, in parts that can be paid and add up."""
        for key, mend in (("amount", "amount: 5000"), ("unit", "unit: yuan"), ("per", "per: year")):
            if key not in one:
                self.say(path, f"缺少“{key}”", f'"{key}" is missing', (f"加一行，如 {mend}", f"add: {mend}"))
        computed = isinstance(one["amount"].value, dict) and "setting" not in one["amount"]
        if computed or share(one["amount"]) is not None:
            self.say(
                (*path, "amount"),
                "这里要写数字、表中一项或本区设定的一项",
                "a number, an entry of a table or a setting must stand here",
                (
                    "如 amount: 5000、amount: rung.money，或 amount: {setting: research-money}",
                    "for instance amount: 5000, amount: rung.money, or amount: {setting: research-money}",
                ),
            )
        for key in ("amount", "to"):
            amount = number(one[key])
            if amount is not None and amount <= 0:
                self.say((*path, key), f"{key} 不能是 {amount}", f"{key} cannot be {amount}", ("写正数", "more than 0"))
        self.parts(path, one)
        if one["pro rata"].value is True:
            self.pro_rata(path, one)
        payers = one["split"].pairs
        if payers:
            parts = [share(part) for part in payers.values()]
            whole = sum((part for part in parts if part is not None), Fraction(0))
            if None not in parts and whole != 1:
                self.say(
                    (*path, "split"),
                    f"各方分担合计 {whole}，应为 1",
                    f"the parts come to {whole}, and not to the whole",
                    ("各方比例之和应为 1", "let them add up to 1"),
                )

    def parts(self, path: Path, one: Node) -> None:
        """What is given is a whole number of the smallest part, or says how it is rounded."""
        if "setting" in one["amount"] and "rounding" not in one and one["pro rata"].value is not True:
            self.say(
                path,
                "数额由本区设定，没有写怎样取整",
                "the district sets the amount, and it does not say how that is rounded",
                ("加一行，如 rounding: half up", "add: rounding: half up (or down, up)"),
            )
        amount, least = number(one["amount"]), number(one["to"]) if "to" in one else Decimal("0.01")
        if amount is None or least is None or least <= 0 or "rounding" in one or one["pro rata"].value is True:
            return
        if amount % least:
            self.say(
                (*path, "amount"),
                f"{amount} 不是 {least} 的整数倍",
                f"{amount} is no whole number of {least}",
                ("加一行，如 rounding: down；或改 to", "add: rounding: down; or change to"),
            )

    def pro_rata(self, path: Path, one: Node) -> None:
        """Reduced to the days held: of a period, of a rung, with a rounding."""
        if one["per"].text == "once":
            self.say(
                (*path, "pro rata"),
                "一次性的待遇不按天数折算",
                "what is given once is not reduced to days",
                ("去掉 pro rata，或改 per", "take pro rata away, or change per"),
            )
        if "rung" not in one:
            self.say(
                (*path, "pro rata"),
                "不在级上的人没有在级天数",
                "without a rung there are no days on which it is held",
                ("去掉 pro rata，或写 rung", "take pro rata away, or write a rung"),
            )
        if "rounding" not in one:
            self.say(
                path,
                "按天数折算，没有写怎样取整",
                "it is reduced to days and does not say how it is rounded",
                ("加一行，如 rounding: down", "add: rounding: down (or up, half up)"),
            )
