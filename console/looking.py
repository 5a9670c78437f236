"""Who looks: every command that shows people writes that down before it shows them.

Where that cannot be done (a folder that can only be read, a full disk) the reading goes on, and a line says so.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from console.options import language, who_acts

if TYPE_CHECKING:
    from engine.district import District
    from engine.people.access import Look
    from engine.times import Times


def at_files(
    district: District, actor: str, command: str, subjects: Iterable[str], times: Times | None = None, lang: str = ""
) -> None:
    """Somebody looks at these subjects' files: a line for each."""
    from engine.people.access import Look

    now, who = district.now, _who(actor, district)
    as_of, known_at = _asked(times)
    looks = [Look(now, who, command, one, as_of=as_of, known_at=known_at) for one in dict.fromkeys(subjects)]
    _record(district, looks, lang)


def at_list(
    district: District,
    actor: str,
    command: str,
    about: str,
    people: int,
    times: Times | None = None,
    lang: str = "",
) -> None:
    """Somebody looks at a list that names so many people: one line; none for a list that names nobody."""
    from engine.people.access import Look

    who = _who(actor, district)
    if people:
        as_of, known_at = _asked(times)
        look = Look(district.now, who, command, None, about or None, people, as_of, known_at)
        _record(district, [look], lang)


def _who(actor: str, district: District) -> str:
    """Who looks; nothing where nobody says so.  Mistake for a name."""
    return who_acts(actor, district) if actor.strip() else ""


def _asked(times: Times | None) -> tuple[date | None, int | None]:
    if times is None:
        return None, None
    return times.as_of, times.known_at if times.asked else None


def _record(district: District, looks: Sequence[Look], lang: str) -> None:
    from engine.people import access

    try:
        access.record(district, looks)
    except access.Unwritable as error:
        zh = f"注意:这次查阅没有记入查阅记录({error});请检查 {access.place(district)} 所在的磁盘和权限"
        en = f"note: this look was not recorded ({error}): check disk and permissions of {access.place(district)}"
        print(zh if language(lang) == "zh" else en, file=sys.stderr)
