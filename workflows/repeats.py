"""What is asked again: done already where the log says the same, refused where it says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from events.facts import Fact
from workflows.commands import Already, Command, Refused

LOOK = ("内容见 jieti audit history", "jieti audit history tells what it says")


@dataclass(frozen=True)
class Again(Already):
    """It had happened already, at this position, as far as a decider can see.

    Reasons are sealed in what a decider is shown.  So it hands over what is asked for now, and who carries out the
    command opens the event and holds the one against the other (``compared``).
    """

    said: Mapping[str, object] = field(default_factory=dict)
    """Fields of the event's fact as they are asked for; None asks for nothing."""
    on: date | None = None
    """The day that is asked for, where the command names one."""
    mend: tuple[str, str] = LOOK
    """What to do where the log says otherwise, in both languages."""
    about: Mapping[str, object] = field(default_factory=dict)
    """Fields that tell whether the event is of just what is asked for: where it has others, nothing is compared."""


class Held(NamedTuple):
    """What the log has at a position: the fact with its personal fields in plain text, its day and its document."""

    fact: Fact
    on: date
    authority: str | None


def compared(again: Again, command: Command, held: Held) -> Already:
    """That it is done already; Refused where the log has another reason, day or document than is asked for now.

    Rows of imports are compared by their keys and content, so what belongs to an import is done already; so is what
    another event brought about.
    """
    of_another = any(getattr(held.fact, name, None) != asked for name, asked in again.about.items())
    if command.correlation is not None or of_another:
        return Already(again.position)
    zh, en = list[str](), list[str]()
    for name, asked in again.said.items():
        if asked is not None and asked != getattr(held.fact, name, None):
            zh.append(_FIELDS[name][0])
            en.append(f"another {_FIELDS[name][1]}")
    if again.on not in (None, held.on):
        zh.append(f"日期(记的是 {held.on})")
        en.append(f"another day ({held.on})")
    if command.asking.authority not in (None, held.authority):
        zh.append(f"文号(记的是 {held.authority or '没有文号'})")
        en.append(f"another document ({held.authority or 'none'})")
    if zh:
        raise Refused(
            "said otherwise",
            f"这件事早已记录在 #{again.position:,},{'、'.join(zh)}与这次写的不同;这次什么也没有记录。{again.mend[0]}",
            f"this was recorded before, at #{again.position:,}, with {' and '.join(en)}; nothing was recorded now. "
            f"{again.mend[1]}",
        )
    return Already(again.position)


_FIELDS = {"reason": ("理由", "reason"), "person": ("签发人", "signer"), "states": ("申报内容", "statement")}
