"""What a user calls things, turned into ids: positions, rungs, ladders, stages, by number, id or title."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from console.options import Mistake, day

if TYPE_CHECKING:
    from engine.district import District
    from ladders.model import Ladder, Text


def known_at(district: District, text: str) -> int | None:
    """A log position: ``124445``, ``#124,445``, or the last one recorded by the end of a day; None for no text."""
    text = unicodedata.normalize("NFKC", text).strip()
    if not text:
        return None
    if re.fullmatch(r"#?\d[\d,]*", text) and not re.fullmatch(r"\d{8}", text):
        return int(text.lstrip("#").replace(",", ""))
    from engine.district import recorded_by

    found = day(text)
    assert found is not None
    ends = datetime.combine(found + timedelta(days=1), time(), ZoneInfo(district.settings.time_zone))
    position = recorded_by(district, ends)
    if not position:
        raise Mistake(f"到 {found} 为止日志里还没有记录", f"nothing was recorded by {found}")
    return position


def ladder_id(district: District, asked: str) -> str:
    """A published ladder by its id or title; what is neither stays as it is, for the engine to refuse."""
    from engine.subjects import newest_versions

    titles = {name: ladder.title for name, ladder in newest_versions(district).items()}
    return _by_title(titles, asked) or asked


def rung_id(ladder: Ladder, asked: str) -> str:
    """A rung by its id or title; what is neither stays as it is."""
    return _by_title({rung.id: rung.title for rung in ladder.rungs}, asked) or asked


def stage_id(district: District, cycle: str, asked: str) -> str:
    """A stage of a cycle by its id or title, the only one where none is named; Mistake otherwise."""
    from engine.advance import route

    titles = {stage.id: stage.title for stage in route(district, cycle).stages}
    if not asked and len(titles) == 1:
        return next(iter(titles))
    found = _by_title(titles, asked)
    if found is None:
        zh = "、".join(f"{name}({title.zh})" for name, title in titles.items())
        en = ", ".join(f"{name} ({title.en})" for name, title in titles.items())
        if not asked:
            raise Mistake(f"本周期有多个环节,请用 --stage 指定:{zh}", f"name one of the stages with --stage: {en}")
        raise Mistake(f"没有环节“{asked}”;可用:{zh}", f'there is no stage "{asked}"; there is: {en}')
    return found


def _by_title(titles: Mapping[str, Text], asked: str) -> str | None:
    if asked in titles:
        return asked
    found = [name for name, title in titles.items() if asked in (title.zh, title.en)]
    return found[0] if len(found) == 1 else None
