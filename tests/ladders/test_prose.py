"""The regulation read aloud says every number, and from where it comes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ladders.loading import load, load_catalogue, shipped, shipped_ladders
from ladders.model import Compare
from ladders.prose import Lang, clause_prose, plain_number, prose

CATALOGUE = load_catalogue(shipped("catalogue.yaml"), "catalogue.yaml")
LANGS: tuple[Lang, ...] = ("zh", "en")


def line_with(text: str, start: str) -> str:
    """The line of a text that begins so, without its indent."""
    return next(line.strip() for line in text.splitlines() if line.strip().startswith(start))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", shipped_ladders())
def test_every_clause_is_read_with_its_title_and_its_numbers_resolved(name: str, lang: Lang):
    ladder = load(shipped(name), name)
    text = prose(ladder, lang, CATALOGUE)
    for _, step, clause in ladder.walk():
        asked = clause_prose(ladder, step, clause, lang, CATALOGUE)
        assert f"{getattr(clause.title, lang)}{'：' if lang == 'zh' else ': '}{asked}" in text
        if isinstance(clause, Compare):
            for _, number in clause.comparisons:
                assert plain_number(ladder.look_up(number, step)) in asked
    assert "rung." not in text
    assert "tier." not in text


def test_a_clause_is_read_in_the_order_of_its_lines():
    text = prose(load(shipped("erqi-teacher.yaml"), "t"), "zh", CATALOGUE)
    assert line_with(text, "1.3") == (
        "1.3 近三年培训学时：培训：近 3 年，按培训类别分别合计，每项至多计 48，合计，不少于 72 学时〔假定，无文件依据〕"
    )
    text = prose(load(shipped("erqi-teacher.yaml"), "t"), "en", CATALOGUE)
    assert line_with(text, "1.3") == (
        "1.3 training hours in 3 years: training: in the last 3 years, summed by training category, each at most 48, "
        "the sum: at least 72 hours [assumed: no document]"
    )


def test_a_document_that_is_a_draft_is_called_a_draft_wherever_it_is_cited():
    ladder = load(shipped("erqi-teacher.yaml"), "t")
    zh, en = (prose(ladder, lang, CATALOGUE) for lang in LANGS)
    assert "（征求意见稿）" in line_with(zh, "2.1")
    assert "实施策略一" in line_with(zh, "2.1")
    assert "(draft 征求意见稿)" in line_with(en, "2.1")
    assert "[basis: " in line_with(en, "2.1")


def test_a_document_in_force_is_not_called_a_draft():
    data = shipped("erqi-teacher.yaml").replace(b"status: draft", b"status: in force")
    assert "征求意见稿" not in prose(load(data, "t"), "zh", CATALOGUE)


def test_at_the_end_stands_how_many_clauses_have_no_document():
    ladder = load(shipped("erqi-teacher.yaml"), "t")
    assert prose(ladder, "zh", CATALOGUE).endswith("共 23 个条件，其中 21 个没有文件依据（假定）。\n")
    assert prose(ladder, "en", CATALOGUE).endswith("23 clauses, of which 21 have no document (assumed).\n")


def test_the_way_of_a_case_and_the_term_are_read():
    text = prose(load(shipped("erqi-teacher.yaml"), "t"), "zh", CATALOGUE)
    assert line_with(text, "评审：") == (
        "评审：评审组评议（督导室牵头，教研室、人事科、进修学校配合）："
        "7 席，至少 5 人投票有效，投票人超过 1/2 同意通过，7 天内投票"
    )
    assert line_with(text, "公示：") == "公示：5 个工作日"
    assert line_with(text, "任期：") == "任期：3 年"


def test_members_roles_and_a_window_for_those_without_a_rung_are_read():
    studio = prose(load(shipped("erqi-studio.yaml"), "s"), "zh", CATALOGUE)
    assert "成员（核心成员、成员）在组期间的晋级" in studio
    teacher = prose(load(shipped("erqi-teacher.yaml"), "t"), "en", CATALOGUE)
    assert "since the present rung was won (where that does not apply: in the last 3 years)" in teacher


def test_groups_say_how_they_combine():
    text = prose(load(shipped("erqi-teacher.yaml"), "t"), "zh", CATALOGUE)
    assert "以下各项一项也不能有" in line_with(text, "2.4")
    assert "以下各项须全部符合" in line_with(text, "2.7")
    assert "以下 4 项至少符合 2 项" in line_with(text, "2.9")


def test_terms_are_read_by_their_names_and_not_by_their_ids():
    text = prose(load(shipped("erqi-teacher.yaml"), "t"), "zh", CATALOGUE)
    assert "级别“区级”及以上" in text
    assert "district" not in text


def test_a_cap_after_the_verb_is_of_the_number_and_before_it_of_each_row():
    data = shipped("erqi-teacher.yaml").replace(b"      - sum\n", b"      - sum\n      - cap: 200\n", 1)
    line = line_with(prose(load(data, "t"), "zh", CATALOGUE), "1.3")
    assert "每项至多计 48，合计，至多计 200，不少于 72 学时" in line


@pytest.mark.parametrize(
    ("number", "text"),
    [("72", "72"), ("72.50", "72.5"), ("100", "100"), ("0", "0"), ("0.00", "0"), ("1000000", "1000000")],
)
def test_numbers_are_written_plainly(number: str, text: str):
    assert plain_number(Decimal(number)) == text
