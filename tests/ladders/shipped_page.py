"""docs/shipped-ladders.md: every ladder that comes with the product, made from the files.

    python -m tests.ladders.shipped_page

writes the page anew; a test in ``tests/test_house.py`` holds that it is current.  A new ladder needs a line in
``ROWS``.
"""

from __future__ import annotations

from pathlib import Path

from ladders.checking.check import without_document
from ladders.model.ladder import Ladder
from ladders.prose.words import WORDS
from ladders.reading.loading import load, shipped, shipped_ladders

PAGE = Path(__file__).resolve().parents[2] / "docs" / "shipped-ladders.md"
HEAD = """# 随附的阶梯 · The ladders that are shipped

Made from the files in `ladders/` by `python -m tests.ladders.shipped_page`; a test holds that it is current.

Read one with `jieti ladder show`, try its cases with `jieti ladder test`, and publish it with `jieti ladder publish`
when the district has decided on its numbers. All of them count by one evidence catalogue, `ladders/catalogue.yaml`.

*Without a document* are clauses whose `basis` is `assumed`: the source does not say so, somebody has to decide. The
head of each file says, in Chinese and English, what its source gives and what is assumed.

| 来源 row | 阶梯 id | 名称 title | 对象 for | 级 rungs | 条件 clauses | 无文件 without a document | 文件 documents |
|---|---|---|---|---|---|---|---|
"""
FOOT = """
**来源 Rows**, as the systems that the source documents describe are numbered: A 人的阶梯, ladders of people;
B 工作室、平台、学校的阶梯, ladders of studios, platforms and schools.

**文件 Documents**: *report* 工作报告、新闻，说的是做法，不是规定: it tells what is done;
*draft* 征求意见稿; *in force* 现行.
"""
ROWS = {
    "erqi-teacher": "A1",
    "erqi-platform": "A2",
    "xiaye-teacher": "A3",
    "jintan-teacher": "A4",
    "qinyuan-chief-teacher": "A5",
    "head-teacher": "A6",
    "principal": "A7",
    "kindergarten-head": "A7",
    "reserve-leader": "A8",
    "new-teacher": "A9",
    "chengzhong-pyramid": "A10",
    "chengzhong-leaders": "A11",
    "erqi-studio": "B1",
    "jintan-studio": "B3",
    "erqi-station": "B5",
    "school-assessment": "B6",
    "training-base": "B7",
    "training-demonstration": "B7",
    "jintan-research-groups": "B7",
    "digest-units": "B8",
    "jintan-courses": "B8",
    "jintan-homework": "B8",
    "jintan-young-teachers": "B8",
    "qinyuan-moving-person": "B8",
    "qinyuan-ten-fives": "B8",
    "reading-individuals": "B8",
    "reading-units": "B8",
}
"""By the ladder's id the row of the list of systems in the sources: A people, B studios, platforms and schools."""


def page() -> str:
    """The whole page; KeyError names a ladder that has no line in ``ROWS``."""
    ladders = [load(shipped(name), name) for name in shipped_ladders()]
    return HEAD + "".join(f"{_row(one)}\n" for one in sorted(ladders, key=_order)) + FOOT


def _order(ladder: Ladder) -> tuple[str, int, str]:
    row = ROWS[ladder.id]
    return row[0], int(row[1:]), ladder.id


def _row(ladder: Ladder) -> str:
    assumed, clauses = without_document(ladder)
    subject = "{} {}".format(*WORDS[ladder.subject])
    documents = ", ".join(dict.fromkeys(one.status for one in ladder.documents.values()))
    rungs = "、".join(rung.title.zh for rung in ladder.rungs)
    cells = (
        *(ROWS[ladder.id], f"[`{ladder.id}`](../ladders/{ladder.id}.yaml)"),
        *(f"{ladder.title.zh} {ladder.title.en}", subject, rungs, str(clauses), str(assumed), documents),
    )
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
