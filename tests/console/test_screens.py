"""The screens: aligned with Chinese in them, in both languages, without words of ours; answer first, check last."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len

from console.screens.paper import Paper
from engine.district import District
from engine.tables import case_table
from tests.console.command_line import Demo, done, jieti

HAN = re.compile(r"[\u4e00-\u9fff]")
OURS = re.compile(
    r"\b[psu]-[0-9a-z]{12}\b"  # ids of people, studios, units
    r"|None|True|False|\bnan\b|\{|\}|<[a-z]|\bDecimal|Fraction|datetime|\\x|\\u"
    r"|\b(?:subject(?! group| teacher)|stream|payload|projection|envelope|fold|hash)\b"
)
IDS_IN_CHINESE = re.compile(
    r"\b(?:development-target|core-member|studio-host|qualified|excellent|demonstration|person hired|"
    r"(?:training|evaluation|evidence) recorded|standing taken over|first-author|not met|granted|declined|abstain|"
    r"against|host|member|district|station)\b"
)

TO_CORE_MEMBER = "development-target→core-member"
CHIEF = "qinyuan-chief-teacher/trainee/2026"
TO = ("--to", "core-member")


@pytest.fixture(scope="module")
def granted(demo: Demo) -> dict[str, str]:
    """The code of someone, and of a studio, that was granted a rung."""
    grants = demo.grants()
    codes = demo.codes([one["subject"] for one in grants])
    return {one["ladder"]: codes[one["subject"]] for one in reversed(grants)}


@pytest.fixture(scope="module")
def declined(demo: Demo) -> str:
    """The staff number of someone who was nominated for core member and falls short of it to this day."""
    with District.open(demo.folder) as district, district.reading() as connection:
        chosen = case_table.select().where(case_table.c.phase == "declined", case_table.c.stage.is_(None))
        subjects = [row.subject for row in connection.execute(chosen)]
    for code in sorted(demo.codes(subjects).values()):
        told = jieti("explain", code, *TO, "--data", demo.folder, "--json")
        if told.status == 0 and [(one["step"], one["outcome"]) for one in told.data] == [(TO_CORE_MEMBER, "not met")]:
            return code
    raise AssertionError("nobody was declined who falls short")


@pytest.fixture(scope="module")
def screens(demo: Demo, granted: dict[str, str], declined: str) -> dict[str, dict[str, str]]:
    """Every screen in both languages, by the words of its command."""
    teacher, studio, chief = granted["erqi-teacher"], granted["erqi-studio"], granted["qinyuan-chief-teacher"]
    asked = [
        *("cycle list", "cycle show erqi-teacher/core-member/2026", "cycle show erqi-studio/excellent/2026"),
        *("audit grants", f"audit why {teacher}", f"audit why {studio}", f"audit history {teacher}"),
        *(f"audit history {studio}", f"audit history {declined}", "audit history DW-010", "audit replay"),
        *(
            "audit verify",
            f"explain {teacher} --to studio-host",
            f"explain {studio}",
            f"explain {declined} --to core-member",
            "ladder list",
        ),
        *(
            f"explain {declined} --to core-member --evidence",
            "assess erqi-teacher",
            "assess erqi-studio",
            "ladder show erqi-teacher",
        ),
        *("ladder show erqi-studio", "district show", f"cycle show {CHIEF}", f"cycle cases {CHIEF}"),
        *(f"cycle places {CHIEF}", f"cycle ballots {CHIEF} {chief}", f"audit why {chief}", f"audit history {chief}"),
    ]
    return {
        lang: {one: done(*shlex.split(one), "--data", demo.folder, "--lang", lang) for one in asked}
        for lang in ("zh", "en")
    }


def every(screens: dict[str, dict[str, str]]) -> Iterator[tuple[str, str, str]]:
    for lang, said in screens.items():
        for command, screen in said.items():
            yield lang, command, screen


# ------------------------------------------------------------------------------------------------------- alignment


def test_columns_align_by_the_width_of_their_characters() -> None:
    paper, ends = Paper("zh"), ["末", "last", "—", "x", "y"]
    paper.table(
        [("王", "12", "末"), ("Abc", "3", "last"), ("欧阳𠮷", "1,234", "—"), ("é", "", "x"), ("", "7", "y")],
        right=(1,),
    )
    begins = {cell_len(line[: len(line) - len(end)]) for line, end in zip(paper.lines, ends, strict=True)}
    assert begins == {2 + 6 + 2 + 5 + 2}
    numbers = {cell_len(re.sub(r"  \S+$", "", line)) for line in paper.lines}
    assert numbers == {2 + 6 + 2 + 5}


def test_a_cell_that_is_too_long_pushes_its_own_row_only() -> None:
    paper = Paper("en")
    paper.table([("短", "a"), ("长" * 40, "b"), ("x", "c")], most=10)
    assert [cell_len(line.removesuffix(end)) for line, end in zip(paper.lines, "abc", strict=True)] == [14, 84, 14]


def starts(lines: list[str], pattern: str) -> set[int]:
    """In which cells of a terminal the matches begin."""
    return {cell_len(line[: found.start()]) for line in lines for found in [re.search(pattern, line)] if found}


def test_the_columns_of_real_screens_align(screens: dict[str, dict[str, str]]) -> None:
    for _, command, screen in every(screens):
        lines = screen.splitlines()
        if command == "audit grants":
            assert len(starts(lines[:-1], r"\d{4}-\d\d-\d\d – ")) == 1
            assert len(starts(lines[:-1], r"c-\w{12}")) == 1
        if command.startswith("audit history JC"):
            assert len(starts(lines[2:], r"\d{4}-\d\d-\d\d \d\d:\d\d")) == 1
            assert {cell_len(line.split("  ")[0]) for line in lines[2:] if line.startswith("#")} <= {5, 6, 7, 8}
        if command.startswith("explain") and "--evidence" not in command:
            mark = r"  (?:met|NOT MET|unknown|符合|不符合|无法判定) "
            parts = re.split(r"^(?:check it|核对): .*$", screen, flags=re.MULTILINE)  # a ladder each
            marked = [[line for line in part.splitlines() if re.match(mark, line)] for part in parts]
            assert sum(map(len, marked)) >= 8
            for some in marked:
                assert len(starts(some, r"(?<=  )[≥≤] ")) <= 1
                assert starts([line[2:] for line in some], r"(?<=  )(?=\S)") <= {10, 14}, (
                    "options stand under their group"
                )
        assert all(line == line.rstrip() for line in lines)


# ----------------------------------------------------------------------------------------------- words that are said


def test_no_ids_and_no_words_of_ours(screens: dict[str, dict[str, str]]) -> None:
    found = [
        (lang, command, match[0], line)
        for lang, command, screen in every(screens)
        for line in screen.splitlines()
        if not line.startswith(("核对", "check it"))
        for match in OURS.finditer(line)
    ]
    assert found == []


def test_chinese_screens_name_rungs_terms_and_roles_in_chinese(screens: dict[str, dict[str, str]]) -> None:
    found = [
        (command, match[0], line)
        for command, screen in screens["zh"].items()
        for line in screen.splitlines()
        if not line.startswith("核对") and command not in ("cycle list", "ladder list")
        for match in IDS_IN_CHINESE.finditer(line)
    ]
    assert found == []


def test_english_screens_have_chinese_only_where_the_district_has_it(
    demo: Demo, screens: dict[str, dict[str, str]]
) -> None:
    frame = re.compile(
        "截至|日志 |符合|判定|佐证 |核对|规则 |依据|认定 |公示 |席位|共 |未达到|工作室成立|加入|离开|拜师|"
        "入选 |同意|反对|弃权|"
        "培训 20|已结束|申报 |还差|计入|移出|条中|假定|学时 |发生|记录人|位置|重新推导|完好|单位设立|级，"
    )
    found = [
        (command, match[0], line)
        for command, screen in screens["en"].items()
        for line in screen.splitlines()
        for match in frame.finditer(line)
    ]
    assert found == []


def test_neither_language_says_less_than_the_other(screens: dict[str, dict[str, str]]) -> None:
    def facts(screen: str) -> list[str]:
        return sorted(re.findall(r"#[\d,]+|\d{4}-\d\d-\d\d|JC\d{4}-\d{5}|[cy]-\w{12}|[0-9a-f]{12,}", screen))

    for command, screen in screens["zh"].items():
        if not command.startswith("ladder show"):
            assert facts(screen) == facts(screens["en"][command]), command
            assert len(screen.splitlines()) == len(screens["en"][command].splitlines()), command


def test_people_are_named_wherever_they_have_a_number(demo: Demo, screens: dict[str, dict[str, str]]) -> None:
    for _, command, screen in every(screens):
        for line in screen.splitlines():
            if line.startswith(("核对", "check it")):
                continue
            numbers = re.findall(r"JC\d{4}-\d{5}", line)
            named = sum(line.count(name) for name in demo.manifest.names)
            assert named >= len(numbers), f"{command}: {line}"


# ------------------------------------------------------------------------------------------- what SCREENS asks of them


def test_an_explanation_answers_first_and_ends_with_how_to_check_it(
    demo: Demo, screens: dict[str, dict[str, str]], declined: str
) -> None:
    screen = screens["en"][f"explain {declined} --to core-member"].splitlines()
    assert screen[0].startswith(declined)
    assert re.search(r" → .* as of \d{4}-\d\d-\d\d, known at #[\d,]+$", screen[0])
    assert re.match(r"(?:NOT YET|ELIGIBLE|UNKNOWN)    ", screen[1])
    assert re.search(r"\d+ clauses have no document \(assumed\)", screen[1])
    assert screen[-1].startswith(f"check it: jieti audit history {declined} · jieti explain {declined} ")


def test_what_a_screen_offers_for_checking_can_be_run_and_says_the_same(
    demo: Demo, screens: dict[str, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIETI_DATA", str(demo.folder))
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    offered = {
        line.strip(): command
        for command, screen in screens["en"].items()
        for last in screen.splitlines()
        if last.startswith("check it: ")
        for line in last.removeprefix("check it: ").split(" · ")
    }
    assert len(offered) >= 6
    for line, command in offered.items():
        program, *arguments = shlex.split(line)
        said = jieti(*arguments)
        assert (program, said.status, said.err) == ("jieti", 0, ""), line
        if command.startswith("explain") and arguments[0] == "explain" and "--evidence" not in command:
            assert said.out in screens["en"][command]  # one of them, of a studio on several ladders


def test_a_shortfall_says_how_much_what_counted_and_when_it_changes(screens: dict[str, dict[str, str]]) -> None:
    short = [
        (lines, place)
        for command, screen in screens["en"].items()
        if command.startswith("explain") and "--evidence" not in command
        for lines in [screen.splitlines()]
        for place, line in enumerate(lines)
        if line.startswith("  NOT MET") and "≥" in line
    ]
    assert short
    for lines, place in short:
        assert re.search(r"missing [\d.…]+", lines[place]), lines[place]
        assert re.match(r" +(?:counted \d+: #|nothing recorded that counts|recorded )", lines[place + 1]), lines[place]


def test_the_evidence_is_all_there_when_asked_for(
    demo: Demo, screens: dict[str, dict[str, str]], declined: str
) -> None:
    brief, whole = (screens["zh"][f"explain {declined} --to core-member{more}"] for more in ("", " --evidence"))
    assert len(re.findall(r"#[\d,]+", whole)) > len(re.findall(r"#[\d,]+", brief))
    (found,) = jieti("explain", declined, *TO, "--data", demo.folder, "--json").data
    for clause in found["clauses"]:
        if clause["evidence"] and not clause["options"]:
            assert all(f"#{row['position']:,}" in whole for row in clause["evidence"]), clause["clause"]


def test_a_cycle_says_where_it_stands_what_it_waits_for_and_what_comes_by_itself(
    demo: Demo, copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIETI_DATA", str(copied))
    monkeypatch.setenv("JIETI_ACTOR", "clerk-2")
    to = ("--to", "core-member", "--period", "2031", "--as-of", "2027-06-30", "--deadline", "2027-08-31")
    done("cycle", "open", "erqi-teacher", *to, "--title", "又一轮")
    done("cycle", "nominate", "2031", demo.manifest.nominees[0])
    zh, en = (done("cycle", "show", "2031", "--lang", lang) for lang in ("zh", "en"))
    assert "又一轮" in zh.splitlines()[0]
    assert re.search(r"在等: .*2027-08-31", zh)
    assert re.search(r"waits for: nominations, until 2027-08-31", en)
    assert "2027-09-01" in zh
    assert "2027-09-01" in en
    assert re.search(r"nominated 1 → eligible 0 → .* → granted 0", en)
    assert re.search(r"\d+ of \d+ clauses have no document", en)
    assert "not pinned yet" in en


def test_a_grant_says_rule_verdict_evidence_votes_and_notice(
    screens: dict[str, dict[str, str]], granted: dict[str, str]
) -> None:
    lines = screens["zh"][f"audit why {granted['erqi-teacher']}"].splitlines()
    assert re.match(r"认定 #[\d,]+ +JC\S+ \S+ +自 \d{4}-\d\d-\d\d 起为核心成员,至 \d{4}-\d\d-\d\d$", lines[0])
    told = "\n".join(lines)
    for pattern in (
        r"  规则 +.*sha256 [0-9a-f]{12}.*发布 \d{4}-\d\d-\d\d \(#\d+\)",
        r"  判定 +符合, 截至 \d{4}-\d\d-\d\d, 日志 #[\d,]+ +现在重算: 一致",
        r"  佐证 +\d+ 项",
        r"  评审组评议 +7 票:同意 \d,反对 \d,弃权 \d\(席位 7,法定人数 5\)",
        r"  公示 +\d{4}-\d\d-\d\d – \d{4}-\d\d-\d\d, \d+ 人, 名单 sha256 ",
    ):
        assert re.search(pattern, told), pattern
    assert lines[-1].startswith("核对: ")


def test_a_story_has_both_times_who_recorded_it_and_its_position(
    screens: dict[str, dict[str, str]], granted: dict[str, str]
) -> None:
    head, titles, *lines = screens["zh"][f"audit history {granted['erqi-teacher']}"].splitlines()
    assert re.search(rf"事件 {len(lines)}$", head)
    assert titles.split() == ["位置", "发生", "记录", "记录人"]
    positions = [int(line.split()[0].removeprefix("#").replace(",", "")) for line in lines]
    assert positions == sorted(positions)
    for line in lines:
        assert re.match(r" *#[\d,]+  \d{4}-\d\d-\d\d\S*  +\d{4}-\d\d-\d\d \d\d:\d\d  +\S+  +\S", line), line
    told = "\n".join(lines)
    assert all(one in told for one in ("入职", "培训", "发展评价", "申报", "资格审核", "表决", "认定"))
    assert not re.search(r"\b[a-z]+ [a-z]+\b", "".join(line[60:] for line in lines)), "an English phrase"


def test_colour_is_for_terminals_only(screens: dict[str, dict[str, str]]) -> None:
    assert [command for _, command, screen in every(screens) if "\x1b" in screen] == []


STANDINGS = [
    (
        "JC2022-00180",
        "欧阳春华",
        "示例区第一实验小学",
        "首席教师阶梯 · 首席教师培养对象",
        "2026-07-11 – 2029-07-10",
        "#124,445",
    ),
    ("JC2022-1", "李", "第二小学", "二七区教师阶梯 · 核心成员", "2026-07-11 – 长期", "#45"),
]


def test_on_a_narrow_terminal_the_widest_columns_go_on_below_themselves_and_codes_stay_whole() -> None:
    paper = Paper("zh", width=80)
    paper.table(STANDINGS, right=(5,), indent=0)
    assert paper.lines == [
        "JC2022-00180  欧阳春华  示例区第一实验  首席教师阶梯 ·  2026-07-11 –    #124,445",
        "                        小学            首席教师培养对  2029-07-10",
        "                                        象",
        "JC2022-1      李        第二小学        二七区教师阶梯  2026-07-11 –         #45",
        "                                        · 核心成员      长期",
    ]
    assert max(map(cell_len, paper.lines)) <= 80


def test_a_row_that_fits_or_cannot_be_made_to_fit_stays_on_its_line() -> None:
    for width in (0, 48, 120):
        paper = Paper("zh", width=width)
        paper.table(STANDINGS, indent=0)
        assert len(paper.lines) == 2, width


def test_on_a_terminal_a_last_column_goes_on_below_itself() -> None:
    paper = Paper("zh", width=40)
    paper.table(
        [("第 7 行", "没有这一天；请核对，写成 2026-06-30 这样的日期"), ("row 8", "no such day, check it again please")]
    )
    assert paper.lines == [
        "  第 7 行  没有这一天；请核对，写成",
        "           2026-06-30 这样的日期",
        "  row 8    no such day, check it again",
        "           please",
    ]
    assert max(map(cell_len, paper.lines)) <= 40
    elsewhere = Paper("zh", width=0)
    elsewhere.table([("a", "很长" * 60)])
    assert len(elsewhere.lines) == 1
