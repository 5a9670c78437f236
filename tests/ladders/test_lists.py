"""What is said of panels, lists, grades and entitlements is read exactly, and read aloud in both languages."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from ladders.checking.carried_out import SAID, not_carried_out
from ladders.checking.check import check_file
from ladders.model.ladder import Ladder
from ladders.model.lists import Multiple
from ladders.prose.articles import prose
from ladders.reading.loading import load, load_catalogue, shipped

CATALOGUE = load_catalogue(shipped("catalogue.yaml"), "catalogue.yaml")
BROKEN = Path(__file__).parent / "broken"


def mended(name: str, old: str, new: str) -> bytes:
    """A broken file with its mistake mended."""
    lines = (BROKEN / f"{name}.yaml").read_text(encoding="utf-8").splitlines(keepends=True)
    text = "".join(line for line in lines if not line.startswith("# expect"))
    assert old in text
    return text.replace(old, new).encode()


def errors(data: bytes) -> list[str]:
    """What is wrong in a file, but for what cycles do not carry out yet."""
    return [
        str(one)
        for one in check_file(data, "small.yaml", CATALOGUE)
        if one.level != "note" and one.en != SAID[1] and one.where != "steps[0]"
    ]


EDGES = [
    ("nomination-more-than-all-teachers", "3/2 of", "2/2 of"),
    ("nomination-number-with-rounding", ", rounding: down", ""),
    ("nomination-without-rounding", "of teachers", "of teachers, rounding: half up"),
    ("nomination-of-places-of-other-units", "per: school, ", ""),
    ("nomination-role-of-a-list", "{role: chair}", "{unit kind: central school}"),
    ("composition-of-nobody", "at most: 1/3", "per: station, at most: all"),
    ("composition-per-at-least", "at least: 1, basis", "at most: 1, basis"),
    ("composition-no-such-role", "chairman", "chair"),
    ("composition-that-leaves-nothing", "at least: 1/2", "at least: 1/3"),
    ("composition-over-seats", "at least: 8", "at least: 7"),
    ("places-composition-with-ties", "ties: all in", "ties: lot"),
    ("rounds-of-one-ballot", "ballots: 1", "ballots: 2"),
    ("rounds-next-in-words", "next: the best", "next: 1"),
    ("grades-share-over-one", "at most: 2/3", "at most: 1/2"),
    ("grades-number-with-rounding", "      rounding: down\n", ""),
    ("grades-without-rounding", "ties: all in", "ties: all in\n      rounding: up"),
    ("entitlement-amount-none", "amount: 0", "amount: 0.01"),
    ("entitlement-amount-too-fine", "amount: 0.005", "amount: 0.005\n    to: 0.001"),
    ("entitlement-amount-too-fine", "amount: 0.005", "amount: 0.005\n    rounding: up"),
    ("entitlement-amount-no-such-column", "rung.money", "rung.hours"),
    ("entitlement-pro-rata-once", "per: once", "per: week"),
    ("entitlement-split-not-the-whole", "school: 1/3", "school: 3/6"),
    ("entitlement-no-such-measure", "measure: hour,", "measure: hours,"),
]


@pytest.mark.parametrize(("name", "old", "new"), EDGES)
def test_the_edge_beside_a_mistake_is_no_mistake(name: str, old: str, new: str):
    assert errors(mended(name, old, new)) == []


def small(name: str, old: str, new: str) -> Ladder:
    """A broken file, mended and loaded."""
    return load(mended(name, old, new), "small.yaml")


def test_limits_and_shares_are_read_exactly():
    rule = small("nomination-more-than-all-teachers", "3/2 of", "3/20 of").routes["review"].nomination
    assert rule is not None
    assert (rule.at_most, rule.per) == (Multiple(times=Fraction(3, 20), of="teachers"), "school")
    (some,) = small("composition-that-leaves-nothing", "at least: 1/2", "at least: 0.0").routes["review"].compositions
    assert some.limits == (("at least", 0), ("at most", Fraction(1, 3)))
    grades = small("grades-share-over-one", "2/3", "1/2").routes["review"].grades
    assert grades is not None
    assert [grade.at_most for grade in grades.grades] == [Fraction(1, 2), Fraction(1, 2), None]


def test_a_document_that_only_a_composition_or_an_entitlement_cites_is_used():
    for name in ("composition-no-such-document", "entitlement-no-such-document"):
        data = mended(name, "document: rule,", "document: other,").replace(
            b"documents:\n", b"documents:\n  other: {title: {zh: a, en: a}, issuer: {zh: b, en: b}, status: draft}\n"
        )
        assert errors(data) == []


def test_what_cycles_do_not_carry_out_is_refused_where_it_stands():
    data = mended("places-composition-with-ties", "ties: all in", "ties: lot")
    assert SAID[1] not in [one.en for one in check_file(data, "small.yaml", CATALOGUE)]
    placing = data.replace(b"\nrungs:", b"\nplacement: highest\nrungs:")
    (refused,) = [one for one in check_file(placing, "small.yaml", CATALOGUE) if one.en == SAID[1]]
    assert (refused.where, refused.en) == ("routes.review.places.composition[some]", SAID[1])
    for name in ("erqi-teacher.yaml", "qinyuan-chief-teacher.yaml"):
        assert list(not_carried_out(load(shipped(name), name))) == []


# ---------------------------------------------------------------------------------------------------- read aloud


@pytest.mark.parametrize(
    ("name", "old", "new", "zh", "en"),
    [
        (
            "nomination-without-rounding",
            "of teachers",
            "of teachers, rounding: half up",
            "推荐：每个学校至多教师人数的 1/10（四舍五入）",
            "Nominations: at most 1/10 of the teachers (halves rounded up) for each school",
        ),
        (
            "nomination-number-with-rounding",
            "per: school, at most: 3, rounding: down",
            "at most: 3",
            "推荐：至多 3 名",
            "Nominations: at most 3",
        ),
        (
            "nomination-of-places-of-other-units",
            "per: school, at most: 2 of",
            "at most: 3/2 of",
            "推荐：至多名额的 3/2（舍去尾数）",
            "Nominations: at most 3/2 of the places (rounded down)",
        ),
        (
            "composition-of-nobody",
            "at most: 1/3",
            "per: school, at most: 1/3",
            "结构：部分：同一学校的不超过 1/3〔假定，无文件依据〕",
            "Made of: some: at most 1/3 from any one school [assumed: no document]",
        ),
        (
            "composition-no-such-role",
            "only: {role: chairman}, at least: 1",
            "only: {role: [chair, member], unit kind: school}, at least: all",
            "结构：部分：席位为组长或成员的，所在单位类型为学校的不少于全部〔假定，无文件依据〕",
            "Made of: some: at least all with seat: chair or member, kind of unit: school [assumed: no document]",
        ),
        (
            "composition-no-such-document",
            "document: rule,",
            "document: rules,",
            "结构：部分：同一学校的不超过 1/3〔依据：《评审办法》，教育局，第二条〕",
            "Made of: some: at most 1/3 from any one school [basis: “Rules of review”, Bureau of education, 第二条]",
        ),
        (
            "seats-in-a-row-none",
            "at most in a row: 0",
            "at most in a row: 2, lot: true",
            "席位：成员 7 席（抽签产生，连续至多 2 届）",
            "Seats: 7 × member (drawn by lot, at most 2 cycles in a row)",
        ),
        (
            "rounds-of-one-ballot",
            "ballots: 1",
            "ballots: 2",
            "至多投票 2 轮，未通过的前一半进入下一轮",
            "Up to 2 ballots: the better half of those not approved stand in the next",
        ),
        (
            "rounds-next-in-words",
            "the best",
            "3",
            "至多投票 2 轮，未通过的前 3 名进入下一轮",
            "Up to 2 ballots: the best 3 of those not approved stand in the next",
        ),
        (
            "when-full-in-words",
            "next rung",
            "cascade",
            "未取得名额的，参加其符合条件的下一级的排序",
            "Whoever gets no place competes for the next lower rung whose step they meet",
        ),
        (
            "grades-share-over-one",
            "at most: 2/3",
            "at most: 3/20",
            "等次：优（至多 3/20），良（至多 3/20），中（其余），舍去尾数",
            "Grades: A (at most 3/20), B (at most 3/20), C (the rest), rounded down",
        ),
        (
            "grades-number-with-rounding",
            "      rounding: down\n",
            "      per: school\n",
            "等次（每个学校分别排）：优（至多 3 人），良（其余）",
            "Grades (for each school): A (at most 3), B (the rest)",
        ),
        (
            "grades-share-over-one",
            "at most: 2/3",
            "at most: 1/2",
            "一个等次末位相同的都得该等次",
            "Whoever is equal where a grade ends gets the better grade",
        ),
        (
            "signed-by-in-one-language",
            "局长",
            "{zh: 局长, en: head of the bureau}",
            "签发：局长",
            "Signed by: head of the bureau",
        ),
        (
            "entitlement-split-not-the-whole",
            "district: 1/2, school: 1/3",
            "district: 2/3, school: 1/3",
            "分担：district 2/3，school 1/3（余数给尾数最大的一方）",
            "Paid by: district 2/3, school 1/3 (what is left over by whoever's remainder is largest)",
        ),
        (
            "entitlement-pro-rata-without-rounding",
            "pro rata: true",
            "pro rata: true\n    rounding: down",
            "按在级天数折算，精确到 0.01（舍去尾数）",
            "Reduced to the days on which the rung is held, to 0.01 (rounded down)",
        ),
    ],
)
def test_each_word_of_a_list_is_read_in_both_languages(name: str, old: str, new: str, zh: str, en: str):
    ladder = small(name, old, new)
    assert zh in [line.strip() for line in prose(ladder, "zh", CATALOGUE).splitlines()]
    assert en in [line.strip() for line in prose(ladder, "en", CATALOGUE).splitlines()]


@pytest.mark.parametrize(
    ("name", "old", "new", "zh", "en"),
    [
        (
            "entitlement-amount-no-such-column",
            "rung: host\n    give: money\n    amount: rung.money",
            "rung: [host, member]\n    give: money\n    amount: rung.hours",
            "经费：主持人或成员，经费每年 主持人 90、成员 72 元〔假定，无文件依据〕",
            "money: host or member: money, host 90, member 72 yuan a year [assumed: no document]",
        ),
        (
            "entitlement-amount-a-fraction",
            "amount: 1/2",
            "amount: 1.5",
            "经费：主持人，时间每周 1.5 天〔假定，无文件依据〕",
            "money: host: time, 1.5 days a week [assumed: no document]",
        ),
        (
            "entitlement-no-such-document",
            "document: rule,",
            "document: rules,",
            "经费：主持人，证书〔依据：《评审办法》，教育局，第二条〕",
            "money: host: a certificate [basis: “Rules of review”, Bureau of education, 第二条]",
        ),
    ],
)
def test_an_entitlement_is_an_article(name: str, old: str, new: str, zh: str, en: str):
    ladder = small(name, old, new)
    assert any(line.endswith(f"条 {zh}") for line in prose(ladder, "zh", CATALOGUE).splitlines())
    assert any(line.endswith(f". {en}") for line in prose(ladder, "en", CATALOGUE).splitlines())
