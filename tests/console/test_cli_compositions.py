"""A list of nominations that lacks something (结构要求), on the command line."""

from __future__ import annotations

from pathlib import Path

from tests.console.command_line import done, jieti
from tests.console.own_district import write_sheets

RULE = """    nomination:
      composition:
        - {id: town, title: {zh: 城镇学校教师, en: teachers in town}, only: {unit kind: centre}, at least: 1/2,
           basis: assumed}
    stages:"""
LADDER = f"""\
format: jieti-ladder/1
id: listed
title: {{zh: 名单阶梯, en: listed}}
subject: person
rungs: [{{id: listed, title: {{zh: 名师, en: listed}}, end: true}}]
routes:
  review:
{RULE}
      - {{id: panel, title: {{zh: 评议, en: panel}}, body: {{zh: 督导, en: office}}, seats: 3, quorum: 2,
         threshold: more than 1/2 of present, days: 7}}
    notice working days: 2
steps:
  - to: listed
    route: review
    clauses:
      - {{id: service, title: {{zh: 教龄, en: service}}, years since: service, at least: 3, basis: assumed}}
"""


def test_a_list_that_lacks_something_is_told_and_closed_as_it_is_only_by_a_document(tmp_path: Path) -> None:
    write_sheets(tmp_path)
    (tmp_path / "listed.yaml").write_text(LADDER, "utf-8")
    data = tmp_path / "data"
    said = ("--data", data, "--as", "office-1")
    done("init", data, "--name", "示例区", "--simulated-clock", "2026-06-15T09:00", "--as", "office-1")
    done("ladder", "publish", tmp_path / "listed.yaml", "--from", "2026-01-01", "--assumed-confirmed", *said)
    done("import", tmp_path / "单位.xlsx", tmp_path / "人员.xlsx", *said)
    days = ("--as-of", "2026-06-30", "--deadline", "2026-06-25")
    done("cycle", "open", "listed", "--to", "listed", "--period", "2026", *days, *said)
    done("cycle", "nominate", "2026", "GH100", *said)
    assert "推荐名单的结构：“城镇学校教师”(at least 1/2):1 人中有 0 人" in done("cycle", "show", "2026", "--data", data)
    refused = jieti("cycle", "close", "2026", *said, "--lang", "en")
    assert refused.status == 2
    assert "0 of 1" in refused.err
    assert jieti("cycle", "close", "2026", "--as-it-is", *said).status == 2
    done("cycle", "close", "2026", "--as-it-is", "--authority", "教〔2026〕9号", *said)
    zh, en = (done("audit", "history", "GH100", "--data", data, "--lang", lang) for lang in ("zh", "en"))
    assert "名单不合" not in zh + en  # of the cycle, not of the candidate
