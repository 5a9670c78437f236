"""Whether a measure can be read aloud: through whom, lines in an order that makes sense, and a number last."""

from __future__ import annotations

from typing import get_args

from events.facts import MemberJoined
from ladders.lines import LINE_KEYS, VERBS
from ladders.nodes import Node, Path
from ladders.problems import choice
from ladders.remarks import Place, Remarks, each

ROLES: tuple[str, ...] = get_args(MemberJoined.model_fields["role"].annotation)
LASTING = ("standing", "member", "mentee")
"""Kinds whose rows are in force from a day to a day."""


class MeasureRemarks(Remarks):
    """Remarks on measures."""

    def measure(self, path: Path, measure: Node) -> None:
        """Rows of a kind: through whom, and lines that end in a number."""
        subject, through = self.root["subject"].text, measure["through"].text
        right = {"members": "studio", "mentees": "person"}.get(through or "")
        if right and subject in ("person", "studio") and subject != right:
            self.say(
                (*path, "through"),
                f"through: {through} 只用于 subject: {right}，本阶梯是 {subject}",
                f"through: {through} is for subject: {right}; this ladder's is {subject}",
            )
        for number, role in enumerate(measure["roles"].texts):
            self.known((*path, "roles", number), role, ROLES, "组内角色", "role")
        if "roles" in measure and through != "members":
            self.say(
                (*path, "roles"),
                "roles 要与 through: members 同用",
                "roles goes with through: members",
                ("加一行：through: members", "add: through: members"),
            )
        then = measure["then"]
        if "then" not in measure:
            self.say(
                path,
                "没有写怎样计算",
                "it does not say what to do with the rows",
                ("加一行，如 then: [within: last 3 years, count]", "add: then: [within: last 3 years, count]"),
            )
        elif then.items:
            self.lines((*path, "then"), then, measure["evidence"].text)

    def lines(self, path: Path, then: Node, kind: str | None) -> None:
        """The lines: rows in, rows out, a verb, then at most a cap and a floor."""
        places = list(each(path, then))
        verbs = [place for place, line in places if line.text in VERBS]
        read = all(line.text in VERBS or any(key in line for key in LINE_KEYS) for _, line in places)
        if not verbs and read:
            self.say(
                places[-1][0],
                "最后一行要算出一个数",
                "the lines must end in a number",
                choice("", VERBS),
            )
        for place, line in places:
            if verbs and place > verbs[0] and line.text in VERBS:
                self.say(place, "前面已经算出一个数", "a number was made already", ("留一个动词", "keep one verb"))
            elif verbs and place > verbs[0] and any(key in line for key in LINE_KEYS if key not in ("cap", "floor")):
                self.say(
                    place,
                    "算出数以后，只能再写 cap 或 floor",
                    "after the verb only cap and floor may follow",
                    ("把这一行移到动词之前", "move this line before the verb"),
                )
            if "within" in line:
                self.window(place, line, kind)
        self.grouped(places)

    def grouped(self, places: list[Place]) -> None:
        """After a sum or a count per key only the key is left of a row: no day, no other attribute."""
        left, by = None, ""
        for place, line in places:
            if left is not None:
                asked = (*line["only"].pairs, *line["except"].pairs)
                asked += tuple(text for key in line.pairs if key.endswith(" per") and (text := line[key].text))
                days = "within" in line or "latest per" in line or line.text == "latest"
                if days or any(key != left for key in asked):
                    self.say(
                        place,
                        f"“{by}: {left}”之后，每行只剩“{left}”和数量，没有日期和其他属性",
                        f'after "{by}: {left}" a row has only its {left} and its amount, no day and nothing else',
                        (f"把这一行移到“{by}: {left}”之前", f'move this line before "{by}: {left}"'),
                    )
            for key in ("sum per", "count per"):
                if key in line:
                    left, by = line[key].text, key

    def window(self, path: Path, line: Node, kind: str | None) -> None:
        """A window: what holds for a subject without a rung is said aloud."""
        window, other = line["within"].text or "", line["else"].text
        if window == "since rung" and "else" not in line:
            self.say(
                (*path, "within"),
                "还没有级的人，从哪天算起？",
                "it does not say what holds for someone who has no rung yet",
                (
                    "写作：{within: since rung, else: last 3 years}",
                    "write: {within: since rung, else: last 3 years}",
                ),
            )
        elif other is not None and not window.startswith("since "):
            self.say((*path, "else"), "else 只与 since 同用", "else goes with since", ("去掉 else", "take else away"))
        elif other is not None and other.startswith("since rung"):
            self.say(
                (*path, "else"),
                "else 里不能再写 since rung",
                "else cannot say since rung again",
                ("如 last 3 years", "for instance: last 3 years"),
            )
        for key in ("within", "else"):
            if line[key].text == "today" and kind is not None and kind not in LASTING:
                self.say(
                    (*path, key),
                    f"today 只用于有起止的记录：{'、'.join(LASTING)}",
                    f"today is for rows that last: {', '.join(LASTING)}",
                    ("如 last 3 years", "for instance: last 3 years"),
                )
