"""Places that become free (递补), on the command line."""

from __future__ import annotations

import re
from pathlib import Path

from tests.console.command_line import done, jieti
from tests.console.review_office import LADDER, advance, did, office, recognised, scored, seen
from tests.console.test_cli_reviews import LEFT, tip


def test_who_moved_up_is_shown_with_what_freed_the_place(tmp_path: Path) -> None:
    data = office(tmp_path, LADDER.replace("ties: all out", "ties: all out\n      freed: next"))
    scored(data, tmp_path)
    advance(data)
    recognised(data, tmp_path, LEFT)
    assert advance(data) == ("decide recognition", "places", "place", "notice")
    assert "3 份申报候补，名额空出时按名次递补" in seen(data, "show")
    did(data, "withdraw", "A102", "--reason", "放弃")
    at = tip(data)
    assert advance(data) == ("move up", "notice")
    zh, en = (seen(data, "places", lang=lang) for lang in ("zh", "en"))
    assert re.search(r"2  A103  安若曦  安平小学 +65 +2  递补", zh)
    assert re.search(r"2  A102  安子墨  安平小学 +65 +2  未入围,后退出", zh)
    assert f"第 2 名(递补)安若曦(A103):#{at} 空出的名额" in zh
    assert f"rank 2 (moved up) 安若曦(A103): a place that became free by #{at}" in en
    assert f"由 #{at} 空出" in done("audit", "history", "A103", "--data", data)
    found = jieti("cycle", "places", "2026", "--json", "--data", data).data
    assert [one["moved_up"]["freed"] for one in found["ranking"] if one["moved_up"]] == [at]
    done("district", "clock", "2026-03-20T09:00", "--data", data, "--as", "office-1")
    assert advance(data) == ("grant", "decline unplaced", "finish")
    assert f"递补(#{at} 空出)" in done("audit", "why", "A103", "--data", data)
    assert "不同 0" in done("audit", "replay", "--data", data)
