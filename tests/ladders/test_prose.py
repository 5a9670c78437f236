"""The regulation read aloud says every number, and from where it comes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from ladders.model.ladder import Clause, Compare, Computed, Ladder, Part, Text, Total
from ladders.prose.articles import Lang, clause_prose, markdown, plain_number, prose
from ladders.prose.words import letter, numeral, roman
from ladders.reading.loading import load, load_catalogue, shipped, shipped_ladders
from tests.ladders import strategies
from tests.ladders.literals import literals, words_of

CATALOGUE = load_catalogue(shipped("catalogue.yaml"), "catalogue.yaml")
LANGS: tuple[Lang, ...] = ("zh", "en")


def exact(value: Any) -> Any:
    """Parsed YAML with its numbers as the loader reads them."""
    match value:
        case float():
            return Decimal(str(value))
        case dict():
            return {name: exact(one) for name, one in value.items()}
        case list():
            return [exact(one) for one in value]
    return value


EVERYTHING = Ladder.model_validate(
    exact(YAML(typ="safe", pure=True).load(Path(__file__).with_name("everything.yaml").read_text(encoding="utf-8")))
)


def _number(number: Decimal | Fraction) -> str:
    """A number as the prose writes it."""
    return plain_number(number) if isinstance(number, Decimal) else str(number)


def line_with(text: str, start: str) -> str:
    """The line of a text that begins so, without its indent."""
    return next(line.strip() for line in text.splitlines() if line.strip().startswith(start))


# --------------------------------------------------------------------------------------------- nothing is left out


def parts(value: Any) -> Iterator[Part]:
    """A part and every part inside it."""
    if isinstance(value, Part):
        yield value
        for name in type(value).model_fields:
            yield from parts(getattr(value, name))
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else ():
        yield from parts(one)


def classes(part: type[Part]) -> Iterator[type[Part]]:
    """Every class of parts that a file may hold: those made of others only by inheritance are not written."""
    for one in part.__subclasses__():
        yield one
        yield from classes(one)


UNWRITTEN = {"Clause", "RemovalStep", "EntitlementStep", "YearsSince", "Move"}
"""What a file never holds by itself."""
WRITTEN = sorted(
    {one for one in classes(Part) if one.__module__.startswith("ladders.") and one.__name__ not in UNWRITTEN},
    key=lambda one: (one.__module__, one.__name__),
)
OF_CASES = "ladders.cases."
"""Parts of the files that ladders are tested with."""
PARTS = [one for one in WRITTEN if not one.__module__.startswith(OF_CASES)]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_field_of_every_part_is_said_somewhere_in_the_ladder_that_says_everything(part: type[Part]):
    used = [one for one in parts(EVERYTHING) if type(one) is part]
    assert used
    for name, field in part.model_fields.items():
        if issubclass(part, Clause) and name in Clause.model_fields:
            continue  # what every clause has is said of some clause: see below
        default = None if field.is_required() else field.get_default(call_default_factory=True)
        said = any(getattr(one, name) != default for one in used)
        assert said or len(words_of(field.annotation)) == 1, f"{part.__name__}.{name}"


@pytest.mark.parametrize("name", sorted(Clause.model_fields))
def test_everything_that_may_be_said_beside_a_clause_is_said_of_one(name: str):
    field = Clause.model_fields[name]
    default = None if field.is_required() else field.get_default()
    assert any(getattr(one, name) != default for one in parts(EVERYTHING) if isinstance(one, Clause))


QUARTERS = 4


@pytest.mark.parametrize("quarter", range(QUARTERS))
def test_whichever_literal_of_a_ladder_is_changed_the_prose_changes(quarter: int):
    before = {lang: prose(EVERYTHING, lang, CATALOGUE) for lang in LANGS}
    read = 0
    for number, (path, other) in enumerate(literals(EVERYTHING)):
        if number % QUARTERS != quarter or path in BEYOND_WRITING:
            continue
        lang: Lang = "zh" if path[-1] == "zh" or (number // QUARTERS % 2 and path[-1] != "en") else "en"
        try:
            after = prose(other, lang, CATALOGUE)
        except (KeyError, ValueError, IndexError):
            continue  # it names what is not there, or is no ladder at all: no file says so
        read += 1
        assert after != before[lang], path
    assert read > 200


BEYOND_WRITING = {
    ("routes", "review", "nomination", "rounding", "left out"),
    ("entitlements", 0, "rounding", "left out"),
    ("steps", 2, "from_", "left out"),
}
"""Changes that no file can say, and that are read as they would be meant."""


@pytest.mark.parametrize("lang", LANGS)
def test_every_title_and_every_number_is_in_the_text(lang: Lang):
    text = prose(EVERYTHING, lang, CATALOGUE)
    for part in parts(EVERYTHING):
        if isinstance(part, Text):
            assert getattr(part, lang) in text
        for name in type(part).model_fields:
            value = getattr(part, name)
            if isinstance(value, Decimal) and not (isinstance(part, Computed) and not value):
                assert plain_number(value) in text, f"{part!r}.{name}"
            if isinstance(value, int) and not isinstance(value, bool) and value and name not in ("by", "days"):
                assert str(value) in text, f"{part!r}.{name}"


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_random_ladders_are_read_whole_and_two_different_ones_differently(data: st.DataObject):
    ladder, lang = data.draw(strategies.ladders()), data.draw(st.sampled_from(LANGS))
    before = prose(ladder, lang, strategies.CATALOGUE)
    for path, other in islice(literals(ladder), data.draw(st.integers(0, 39)), None, 40):
        if path[-1] not in {"zh", "en"} - {lang} and path[-2:] != ("from_", "left out"):  # a renewal needs it
            with suppress(KeyError, ValueError, IndexError):
                assert prose(other, lang, strategies.CATALOGUE) != before, path


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", shipped_ladders())
def test_every_clause_is_read_with_its_title_and_its_numbers_resolved(name: str, lang: Lang):
    ladder = load(shipped(name), name)
    text = prose(ladder, lang, CATALOGUE)
    for _, step, clause in ladder.walk():
        asked = clause_prose(ladder, step, clause, lang, CATALOGUE)
        if not (isinstance(clause, Compare) and isinstance(ladder.measure_of(clause), Total)):  # its parts are items
            assert f"{getattr(clause.title, lang)}{'：' if lang == 'zh' else ': '}{asked}" in text
        if isinstance(clause, Compare):
            for _, number in clause.comparisons:
                assert _number(ladder.look_up(number, step)) in asked
    assert "rung." not in text
    assert "tier." not in text


@pytest.mark.parametrize("lang", LANGS)
def test_as_markdown_it_says_the_same(lang: Lang):
    said, marked = prose(EVERYTHING, lang, CATALOGUE), markdown(EVERYTHING, lang, CATALOGUE)
    plain = "".join(line.lstrip(" -#").replace("**", "") for line in marked.splitlines() if not line.startswith("|---"))
    assert plain == "".join(line.lstrip() for line in said.splitlines())
    assert marked.startswith("# ")
    assert "\n\n\n" not in marked


# ------------------------------------------------------------------------------------------------- as an office says it


def read(name: str, lang: Lang = "zh") -> str:
    """A shipped ladder's prose."""
    file = f"{name.removesuffix('.yaml')}.yaml"
    return prose(load(shipped(file), file), lang, CATALOGUE)


def test_a_clause_is_an_article_and_is_read_in_the_order_of_its_lines():
    assert line_with(read("erqi-teacher"), "第六条") == (
        "第六条 近三年培训学时：培训：近 3 年，按培训类别分别合计，每项至多计 48，合计，不少于 72 学时"
        "〔假定，无文件依据〕"
    )
    assert line_with(read("erqi-teacher", "en"), "Article 6.") == (
        "Article 6. training hours in 3 years: training: in the last 3 years, summed by training category, each "
        "at most 48, the sum: at least 72 hours [assumed: no document]"
    )


@pytest.mark.parametrize("name", shipped_ladders())
def test_articles_are_numbered_through_the_whole_text(name: str):
    articles = [line.split()[0] for line in read(name).splitlines() if line.startswith("第") and "条 " in line]
    assert articles == [f"第{numeral(number)}条" for number in range(1, len(articles) + 1)]
    english = [line for line in read(name, "en").splitlines() if line.startswith("Article ")]
    assert [line.split()[1] for line in english] == [f"{number}." for number in range(1, len(articles) + 1)]


def test_a_document_that_is_a_draft_is_called_a_draft_wherever_it_is_cited():
    zh, en = line_with(read("erqi-teacher"), "第十一条"), line_with(read("erqi-teacher", "en"), "Article 11.")
    assert "（征求意见稿）" in zh
    assert "实施策略一" in zh
    assert "(draft 征求意见稿)" in en
    assert "[basis: " in en


def test_a_document_in_force_is_not_called_a_draft():
    data = shipped("erqi-teacher.yaml").replace(b"status: draft", b"status: in force")
    assert "征求意见稿" not in prose(load(data, "t"), "zh", CATALOGUE)


def test_the_last_article_says_how_many_clauses_have_a_document_and_how_many_are_assumed():
    assert "以上共 23 个条件，2 个有文件依据，21 个没有文件依据（假定）。" in read("erqi-teacher")
    assert "23 clauses in all: 2 with a document, 21 without (assumed)." in read("erqi-teacher", "en")


def test_the_way_of_a_case_and_the_term_are_read():
    text = read("erqi-teacher")
    assert line_with(text, "评审：") == (
        "评审：评审组评议（督导室牵头，教研室、人事科、进修学校配合）："
        "7 席，至少 5 人投票有效，投票人超过 1/2 同意通过，7 天内投票"
    )
    assert line_with(text, "公示：") == "公示：5 个工作日"
    assert line_with(text, "第十条") == "第十条 任期：3 年"
    assert line_with(text, "第二十条") == "第二十条 评审、公示：同“进入：发展对象”一章"


def test_members_roles_and_a_window_for_those_without_a_rung_are_read():
    assert "成员（核心成员、成员）在组期间的晋级" in read("erqi-studio")
    teacher = read("erqi-teacher", "en")
    assert "since the present rung was won (for whoever has no such day: in the last 3 years)" in teacher


def test_groups_say_how_they_combine():
    text = read("erqi-teacher")
    assert "以下各项一项也不能有" in line_with(text, "第十四条")
    assert "以下各项须全部符合" in line_with(text, "第十七条")
    assert "以下 4 项至少符合 2 项" in line_with(text, "第十九条")


def test_terms_are_read_by_their_names_and_not_by_their_ids():
    text = read("erqi-teacher")
    assert "级别“区级”及以上" in text
    assert "district" not in text


def test_a_cap_after_the_verb_is_of_the_number_and_before_it_of_each_row():
    data = shipped("erqi-teacher.yaml").replace(b"      - sum\n", b"      - sum\n      - cap: 200\n", 1)
    line = line_with(prose(load(data, "t"), "zh", CATALOGUE), "第六条")
    assert "每项至多计 48，合计，至多计 200，不少于 72 学时" in line


@pytest.mark.parametrize(
    ("lang", "start", "said"),
    [
        (
            "zh",
            "第六条",
            "以当年 08-31 为基准日，培训：取得现级以来（没有这一日期的：近 3 年）（“请假（请假类型为病假）”期间不计",
        ),
        ("zh", "第六条", "（没有记录的，视为不符合）（经批准可以降低，最低到 40）"),
        ("zh", "第九条", "下列 3 个数之和，至少计 3，所得之数乘以 2，在 30 分 与 60 分 之间（含两端）"),
        ("zh", "第十二条", "不多于 3（仅供参考，不影响结论）"),
        ("zh", "第十四条", "自首次“晋级（级为中级）”之日起的整年数，不少于 4 年"),
        ("zh", "第十五条", "拟任级与现级的“grade”之差（中级 3 减 初级 1），不多于 2"),
        ("zh", "第二十条", "成员（核心成员）中至少 2/3 符合下列条件"),
        ("zh", "第二十二条", "按“初级”的标准，下列各项须全部符合"),
        ("zh", "第二十四条", "符合“初级”的全部条件（第五条至第六条）"),
        ("zh", "适用情形", "本区设定的“mode”为town-mode"),
        ("zh", "（一）甲", "place不多于entrants的 1/3，数量多于 5，少于 12"),
        ("en", "Article 11.", "from 2023-09-01 on, the first: exactly 4 hours"),
        ("en", "Article 16.", "has ever held low or high (ladder another)"),
        ("en", "Article 18.", "highest degree of any degree (degree: bachelor or better) in force: bachelor or better"),
        (
            "en",
            "(1) a:",
            "(by town or country of the latest employment in a unit in force; urban: 210; rural: 170)",
        ),
    ],
)
def test_the_parts_of_the_language_are_said_as_an_office_says_them(lang: Lang, start: str, said: str):
    assert said in line_with(prose(EVERYTHING, lang, CATALOGUE), start)


def test_of_a_step_from_which_a_rung_comes_the_prose_says_the_way_and_what_begins_it():
    text = prose(EVERYTHING, "zh", CATALOGUE).splitlines()
    place = text.index("第三章 晋级：初级 → 中级（途径 special）")
    assert text[place + 1] == "符合条件的应当申报。须同时符合以下各条："


@pytest.mark.parametrize(
    ("number", "text"),
    [("72", "72"), ("72.50", "72.5"), ("100", "100"), ("0", "0"), ("0.00", "0"), ("1000000", "1000000")],
)
def test_numbers_are_written_plainly(number: str, text: str):
    assert plain_number(Decimal(number)) == text


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (105, "一百零五"), (110, "一百一十"), (1002, "一千零二")],
)
def test_articles_are_numbered_as_in_chinese_documents(number: int, said: str):
    assert numeral(number) == said


def test_items_within_items_have_letters_and_roman_numbers():
    assert [letter(number) for number in (1, 26, 27)] == ["a", "z", "aa"]
    assert [roman(number) for number in (1, 4, 9, 14)] == ["i", "iv", "ix", "xiv"]
