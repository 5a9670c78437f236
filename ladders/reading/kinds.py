"""The kinds of evidence that a ladder may ask for: those of the district's catalogue, and those of the log itself."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from events.facts import UNSCALED, AmountOf, Catalogue, Kind, Scale, Term
from ladders.problems import Problem, choice
from ladders.reading.nodes import Node, Path, where


def _scale(zh: str, en: str, *terms: tuple[str, str]) -> Scale:
    """A scale none of whose terms (id, which is the English name, and Chinese name) is better than another."""
    named = tuple(Term(id=id_, zh=name, en=id_) for id_, name in terms)
    return Scale(zh=zh, en=en, ordered=False, terms=named)


BUILT_IN = Catalogue(
    scales={
        "how a rung came": _scale(
            "取得方式", "how a rung came", ("granted", "认定"), ("taken over", "接收"), ("demoted", "降级")
        ),
        "role in a group": _scale(
            "组内角色", "role in a group", ("host", "主持人"), ("core", "核心成员"), ("member", "成员")
        ),
        "kind of unit": _scale(
            "单位类型",
            "kind of unit",
            ("centre", "名师培养中心"),
            ("station", "学区名师工作站"),
            ("central school", "中心校"),
            ("group", "教育集团"),
            ("school", "学校"),
        ),
        "town or country": _scale("城乡", "town or country", ("urban", "城区"), ("rural", "农村")),
        "phase of schooling": _scale(
            "学段",
            "phase of schooling",
            ("kindergarten", "幼儿园"),
            ("primary", "小学"),
            ("junior", "初中"),
            ("senior", "高中"),
            ("nine-year", "九年一贯"),
        ),
        "how a case ended": _scale("申报结果", "how a case ended", ("granted", "认定"), ("declined", "未通过")),
        "why a case was declined": _scale(
            "未通过的原因",
            "why a case was declined",
            ("not eligible", "条件不符合"),
            ("rejected", "评审未通过"),
            ("no quorum", "人数不足"),
            ("held already", "已有称号"),
            ("held no more", "原称号已撤销"),
            ("not completed", "逾期未补正"),
            ("no place", "名额已满"),
            ("objection upheld", "异议成立"),
        ),
    },
    kinds={
        "standing": Kind(
            zh="晋级",
            en="rung held",
            attributes={"ladder": "text", "rung": "text", "how": "how a rung came"},
            lasting=True,
        ),
        "member": Kind(zh="成员", en="member", attributes={"member": "text", "role": "role in a group"}, lasting=True),
        "mentee": Kind(zh="徒弟", en="mentee", attributes={"member": "text"}, lasting=True),
        "service": Kind(zh="参加工作", en="beginning of service"),
        "birth": Kind(zh="出生", en="birth"),
        "employment": Kind(
            zh="任职单位",
            en="employment in a unit",
            attributes={
                "member": "text",
                "unit": "text",
                "unit kind": "kind of unit",
                "locality": "town or country",
                "phase": "phase of schooling",
            },
            lasting=True,
        ),
        "application": Kind(zh="申报", en="application", attributes={"ladder": "text", "rung": "text"}),
        "decision": Kind(
            zh="申报的结果",
            en="outcome of a case",
            amount=AmountOf(unit="point", scale=2, most=Decimal(10**6)),
            attributes={
                "ladder": "text",
                "rung": "text",
                "outcome": "how a case ended",
                "reason": "why a case was declined",
                "grade": "text",
            },
        ),
        "dispensation": Kind(
            zh="放宽条件",
            en="dispensation",
            amount=AmountOf(unit="", scale=6, most=Decimal(10**6)),
            attributes={"ladder": "text", "clause": "text"},
            lasting=True,
        ),
    },
)
"""Rows that the log gives without a catalogue; see ``ladders.evidence.columns.Columns``.  An application has besides,
as ``text``, whatever it states."""

UNNAMED = ("studios", "units", "used")
"""Kinds of rows that the log gives, too, and that no file names: what ties units to studios and to units, and the
evidence that grants used."""


def with_built_in(catalogue: Catalogue) -> Catalogue:
    """A catalogue with the kinds of the log itself; those win over kinds of the same name."""
    return Catalogue(scales={**catalogue.scales, **BUILT_IN.scales}, kinds={**catalogue.kinds, **BUILT_IN.kinds})


def check_catalogue(file: str, root: Node) -> Iterator[tuple[Path, Problem]]:
    """What a catalogue file says that cannot be: every problem with its path."""

    def problem(path: Path, zh: str, en: str, mend: tuple[str, str] = ("", "")) -> tuple[Path, Problem]:
        return path, Problem(file, root.at(path)[0].line, where(path, root), zh, en, *mend)

    scales = root["scales"].pairs
    numbers: dict[str, tuple[str, bool]] = {}
    for name, kind in root["kinds"].pairs.items():
        if name in BUILT_IN.kinds or name in UNNAMED:
            yield problem(
                ("kinds", name),
                f"“{name}”由系统自己记录，不能再声明",
                f'"{name}" is recorded by the system itself and cannot be declared',
                ("换一个名字", "give it another name"),
            )
        for attribute, scale in kind["attributes"].pairs.items():
            options = (*UNSCALED, *scales)
            if scale.text is not None and scale.text not in options:
                yield problem(
                    ("kinds", name, "attributes", attribute),
                    f"没有名为“{scale.text}”的取值表（scale）",
                    f'there is no scale "{scale.text}"',
                    choice(scale.text, options),
                )
            other = numbers.setdefault(attribute, (name, scale.text == "number"))
            if other[1] != (scale.text == "number"):
                yield problem(
                    ("kinds", name, "attributes", attribute),
                    f"“{attribute}”在 {name} 和 {other[0]} 两处只有一处是整数（number）",
                    f'of {name} and {other[0]} only one has "{attribute}" as a number',
                    (
                        "同名的项目要么处处是整数，要么处处不是；换一个名字",
                        "one name is a number everywhere or nowhere: give this one another name",
                    ),
                )
    for name, scale in scales.items():
        if name in UNSCALED:
            yield problem(
                ("scales", name),
                f"“{name}”另有意思，不能作取值表的名字",
                f'"{name}" means something else and cannot name a scale',
                ("换一个名字", "give it another name"),
            )
        meant: dict[str, str] = {}
        for number, term in enumerate(scale["terms"].items):
            path, id_ = ("scales", name, "terms", number), term["id"].text or ""
            for written in dict.fromkeys((id_, *term["zh"].texts, *term["en"].texts, *term["also"].texts)):
                if written in meant:
                    yield problem(
                        path,
                        f"“{written}”已经指“{meant[written]}”",
                        f'"{written}" means "{meant[written]}" already',
                        ("一种写法只能指一个取值", "a name can mean one term only"),
                    )
                meant.setdefault(written, id_)
