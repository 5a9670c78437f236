"""The kinds of evidence that a ladder may ask for: those of the district's catalogue, and those of the log itself."""

from __future__ import annotations

from collections.abc import Iterator

from events.facts import Catalogue, Kind, Scale, Term
from ladders.model import BUILT_IN_KINDS
from ladders.nodes import Node, Path, where
from ladders.problems import Problem, choice

BUILT_IN = Catalogue(
    scales={
        "how a rung came": Scale(
            zh="取得方式",
            en="how a rung came",
            ordered=False,
            terms=(Term(id="granted", zh="认定", en="granted"), Term(id="taken over", zh="接收", en="taken over")),
        ),
        "role in a group": Scale(
            zh="组内角色",
            en="role in a group",
            ordered=False,
            terms=(
                Term(id="host", zh="主持人", en="host"),
                Term(id="core", zh="核心成员", en="core"),
                Term(id="member", zh="成员", en="member"),
            ),
        ),
    },
    kinds={
        "standing": Kind(
            zh="晋级", en="rung held", attributes={"ladder": "text", "rung": "text", "how": "how a rung came"}
        ),
        "member": Kind(zh="成员", en="member", attributes={"member": "text", "role": "role in a group"}),
        "mentee": Kind(zh="徒弟", en="mentee", attributes={"member": "text"}),
        "service": Kind(zh="参加工作", en="beginning of service"),
        "birth": Kind(zh="出生", en="birth"),
    },
)
"""Rows that the log gives without a catalogue; see ``ladders.columns.Columns``."""


def with_built_in(catalogue: Catalogue) -> Catalogue:
    """A catalogue with the kinds of the log itself; those win over kinds of the same name."""
    return Catalogue(scales={**catalogue.scales, **BUILT_IN.scales}, kinds={**catalogue.kinds, **BUILT_IN.kinds})


def check_catalogue(file: str, root: Node) -> Iterator[tuple[Path, Problem]]:
    """What a catalogue file says that cannot be: every problem with its path."""

    def problem(path: Path, zh: str, en: str, mend: tuple[str, str] = ("", "")) -> tuple[Path, Problem]:
        return path, Problem(file, root.at(path)[0].line, where(path, root), zh, en, *mend)

    scales = root["scales"].pairs
    for name, kind in root["kinds"].pairs.items():
        if name in BUILT_IN_KINDS:
            yield problem(
                ("kinds", name),
                f"“{name}”由系统自己记录，不能再声明",
                f'"{name}" is recorded by the system itself and cannot be declared',
                ("换一个名字", "give it another name"),
            )
        for attribute, scale in kind["attributes"].pairs.items():
            options = ("text", *scales)
            if scale.text is not None and scale.text not in options:
                yield problem(
                    ("kinds", name, "attributes", attribute),
                    f"没有名为“{scale.text}”的取值表（scale）",
                    f'there is no scale "{scale.text}"',
                    choice(scale.text, options),
                )
    for name, scale in scales.items():
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
