"""A training folder in the middle of a review, for tests of what people touch: two schools, six candidates.

Stage one is a score sheet with a panel per school, stage two a confidential vote; there are two places.
"""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

from engine.cycles import advance as plain
from engine.district import District
from engine.people.subjects import find_cycle
from tests.console.command_line import Said, done, jieti
from tests.console.own_district import Rows, write_sheet

LADDER = """\
format: jieti-ladder/1
id: chief
title: {zh: 首席教师, en: chief teachers}
subject: person
rungs:
  - {id: chief, title: {zh: 首席教师, en: chief teacher}, end: true}
routes:
  review:
    stages:
      - id: inspection
        title: {zh: 学校考察, en: inspection}
        body: {zh: 所在学校, en: their school}
        panel per: school
        seats:
          - {role: head, title: {zh: 校长, en: head}, from: own}
          - {role: expert, title: {zh: 专家, en: expert}, from: other}
        quorum: 2
        sheet:
          items:
            - {id: teaching, title: {zh: 教学, en: teaching}}
            - {id: research, title: {zh: 教科研, en: research}, out of: 20}
          at least: 60
        days: 7
        completion days: 5
      - id: recognition
        title: {zh: 认定, en: recognition}
        body: {zh: 中心, en: the centre}
        seats: 3
        quorum: 2
        threshold: more than 1/2 of present
        ballots: confidential
        days: 7
    places:
      number: 2
      outside the count: true
      order: [score of inspection, votes of recognition]
      ties: all out
    notice working days: 5
steps:
  - to: chief
    route: review
    clauses:
      - {id: service, title: {zh: 教龄, en: service}, years since: service, at least: 3, basis: assumed}
"""
ORDER_LINE = next(n for n, line in enumerate(LADDER.splitlines(), 1) if "order:" in line)
TIES_LINE = ORDER_LINE + 1
CENTRE = ("Z001", "Z002", "Z003")
HEADS = {"S1": "A001", "S2": "B001"}
CANDIDATES = ("A101", "A102", "A103", "B101", "B102", "B103")
"""Of school S1 and S2; B103 is nominated outside the count."""
NAMES = {
    "Z001": "钟一鸣",
    "Z002": "钟二喜",
    "Z003": "钟三省",
    "A001": "安校长",
    "B001": "白校长",
    "A101": "安佳怡",
    "A102": "安子墨",
    "A103": "安若曦",
    "B101": "白浩然",
    "B102": "白思远",
    "B103": "白晨曦",
}
MARKS = {"A101": 90, "A102": 80, "A103": 80, "B101": 70, "B102": 50, "B103": 85}
"""Each one's mark in teaching; in research half of the full marks."""
SECRET = "任教材料里缺一页证明"


def office(folder: Path, ladder: str = LADDER) -> Path:
    """The data folder, with everybody nominated, the panels seated, submission closed, and stage one open."""
    units: Rows = [["C1", "教育中心", "名师培养中心", "", "2000-09-01"]]
    units += [[code, name, "学校", "C1", "2000-09-01"] for code, name in (("S1", "安平小学"), ("S2", "白河小学"))]
    write_sheet(folder / "单位.csv", ["单位代码", "单位名称", "类型", "上级单位代码", "成立日期"], units)
    at = {"Z": "C1", "A": "S1", "B": "S2"}
    people: Rows = [[code, name, at[code[0]], "2010-09-01"] for code, name in NAMES.items()]
    write_sheet(folder / "人员.csv", ["工号", "姓名", "单位代码", "参加工作日期"], people)
    seats: Rows = [["认定", "", n, code] for n, code in enumerate(CENTRE, 1)]
    seats += [["学校考察", unit, n, code] for unit, head in HEADS.items() for n, code in ((1, head), (2, "Z001"))]
    write_sheet(folder / "评审组.csv", ["环节", "单位代码", "席位", "工号"], seats)
    named: Rows = [
        [code, "是" if code == "B103" else "", "教〔2026〕9号" if code == "B103" else ""] for code in CANDIDATES
    ]
    write_sheet(folder / "申报.csv", ["工号", "占名额之外", "文号"], named)
    (folder / "chief.yaml").write_text(ladder, "utf-8")
    data = folder / "data"
    done("init", data, "--name", "示例区", "--simulated-clock", "2026-03-02T09:00", "--as", "office-1")
    for words in (
        ("ladder", "publish", folder / "chief.yaml", "--from", "2026-01-01", "--assumed-confirmed"),
        ("import", folder / "单位.csv", folder / "人员.csv"),
        (
            "cycle",
            "open",
            "chief",
            "--to",
            "chief",
            "--period",
            "2026",
            "--as-of",
            "2026-03-31",
            "--deadline",
            "2026-03-10",
        ),
        ("import", folder / "评审组.csv", folder / "申报.csv", "--cycle", "2026"),
        ("cycle", "close", "2026"),
    ):
        done(*words, "--data", data, "--as", "office-1")
    advance(data)
    return data


def advance(data: Path) -> tuple[str, ...]:
    """What Prefect would run, without Prefect; the phases that it went through."""
    with District.open(data) as district:
        return plain.advance(district, find_cycle(district, "2026")).phases


def act(data: Path, *words: object, lang: str = "zh") -> Said:
    """An act on the cycle by the office."""
    return jieti("cycle", words[0], "2026", *words[1:], "--data", data, "--as", "office-1", "--lang", lang)


def did(data: Path, *words: object, lang: str = "zh") -> str:
    """What an act prints that must succeed."""
    said = act(data, *words, lang=lang)
    assert (said.status, said.err) == (0, ""), f"{words}\n{said.out}{said.err}"
    return said.out


def seen(data: Path, *words: object, lang: str = "zh") -> str:
    """A screen of the cycle."""
    return done("cycle", words[0], "2026", *words[1:], "--data", data, "--lang", lang)


def scored(data: Path, folder: Path, candidates: tuple[str, ...] = CANDIDATES) -> None:
    """Both of each panel fill in their sheets, from a file."""
    rows: Rows = [
        [code, member, MARKS[code], 10, "2026-03-02"]
        for code in candidates
        for member in (HEADS["S1" if code[0] == "A" else "S2"], "Z001")
    ]
    write_sheet(folder / "评分.csv", ["工号", "评委工号", "教学", "教科研", "日期"], rows)
    done("import", folder / "评分.csv", "--cycle", "2026", "--stage", "学校考察", "--data", data, "--as", "office-1")


def recognised(data: Path, folder: Path, candidates: tuple[str, ...] = CANDIDATES) -> None:
    """The centre votes on everybody, from a file: Z003 is against."""
    rows: Rows = [[code, who, "反对" if who == "Z003" else "同意"] for code in candidates for who in CENTRE]
    write_sheet(folder / "认定.csv", ["工号", "评委工号", "意见"], rows)
    done("import", folder / "认定.csv", "--cycle", "2026", "--stage", "认定", "--data", data, "--as", "office-1")


def copied(data: Path, folder: Path) -> Path:
    """The same folder elsewhere."""
    copytree(data, folder / "copy")
    return folder / "copy"
