"""A route says who judges, how a stage decides, what happens when time is up, and who is taken."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from ladders.checking.carried_out import SAID
from ladders.checking.check import check_file
from ladders.model.review import Criterion, Overdue, Route, Share
from ladders.model.words import Threshold
from ladders.prose.articles import prose
from ladders.prose.routes import route_lines
from ladders.reading.loading import load, load_catalogue, shipped

CATALOGUE = load_catalogue(shipped("catalogue.yaml"), "catalogue.yaml")
BROKEN = Path(__file__).parent / "broken"
QINYUAN = "qinyuan-chief-teacher.yaml"


def route(name: str) -> Route:
    """A route of the chief teachers."""
    return load(shipped(QINYUAN), QINYUAN).routes[name]


def mended(name: str, old: str, new: str) -> bytes:
    """A broken file with its mistake mended."""
    text = (BROKEN / f"{name}.yaml").read_text(encoding="utf-8")
    assert old in text
    return text.replace(old, new).encode()


# -------------------------------------------------------------------------------------------------- what it means


def test_a_plain_number_of_seats_is_a_panel_of_members_as_before():
    (stage,) = load(shipped("erqi-teacher.yaml"), "t").routes["review"].stages
    assert (stage.seats, stage.size, stage.quorum, stage.days) == (7, 7, 5, 7)
    assert stage.threshold == Threshold(strict=True, share=Fraction(1, 2), of="present")
    assert [group.role for group in stage.roles] == ["member"] * 7
    assert (stage.panel_per, stage.sign, stage.sheet, stage.may_not_judge) == (None, None, None, ())
    assert (stage.ballots, stage.grace, stage.when_time_is_up, stage.completion_days) == (
        "named",
        0,
        Overdue(then="count"),
        None,
    )
    assert stage.veto_seats == ()


def test_a_route_of_before_has_no_places_and_an_objection_is_decided_in_15_days():
    old = load(shipped("erqi-teacher.yaml"), "t").routes["review"]
    assert (old.places, old.notice_days, old.objection_days) == (None, 5, 15)


def test_seats_are_numbered_in_the_order_of_their_groups():
    group_review, inspection, recognition = route("trainee").stages
    assert [group.role for group in group_review.roles] == ["convener", *["subject-teacher"] * 4]
    assert recognition.veto_seats == (1,)
    assert [group.from_ for group in inspection.roles] == ["own", "own"]
    assert (inspection.panel_per, inspection.sign, inspection.size) == ("school", "all", 2)


def test_a_share_is_read_exactly_and_a_number_stays_one():
    places = route("chief").places
    assert places is not None
    assert (places.number, places.rounding) == (Share(share=Fraction(1, 2), of="approved"), "up")
    trainee = route("trainee").places
    assert trainee is not None
    assert (trainee.number, trainee.rounding, trainee.outside_the_count) == (10, None, True)


def test_criteria_are_read_in_their_order():
    places = load(mended("places-criterion-twice", "[votes of panel, ", "["), "small.yaml").routes["review"].places
    assert places is not None
    assert places.order == (Criterion(of="votes", what="panel", lowest_first=True),)
    assert str(places.order[0]) == "votes of panel, lowest first"


def test_a_place_that_is_freed_lapses_unless_the_next_in_rank_is_to_have_it():
    places = route("chief").places
    assert places is not None
    assert places.freed == "lapse"
    text = mended("places-freed-with-cascade", "      when full: cascade\n", "")
    read = load(text, "small.yaml").routes["review"]
    assert read.places is not None
    assert read.places.freed == "next"
    assert "  A place that is freed goes to the next in rank" in route_lines(read, "en", str)


def test_what_happens_when_time_is_up_is_read():
    stages = route("chief").stages
    assert [stage.when_time_is_up for stage in stages] == [
        Overdue(then="extend", days=5),
        Overdue(then="escalate"),
        Overdue(then="count"),
    ]


def test_a_score_sheet_is_read_with_its_weights_and_minimums():
    sheet = route("chief").stages[2].sheet
    assert sheet is not None
    assert [(item.id, item.weight, item.out_of, item.at_least) for item in sheet.items] == [
        ("teaching", 4, Decimal(100), Decimal(60)),
        ("research", 3, Decimal(100), None),
        ("leading", 2, Decimal(100), None),
        ("defence", 1, Decimal(20), None),
    ]
    assert (sheet.drop_highest, sheet.drop_lowest, sheet.at_least) == (1, 1, Decimal(80))


# ------------------------------------------------------------------------------------------------ what is allowed


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("quorum-over-groups-of-seats", "quorum: 6", "quorum: 5"),
        ("quorum-lost-to-dropped-sheets", "quorum: 2", "quorum: 3"),
        ("seats-from-own-in-one-panel", "quorum: 5\n", "quorum: 5\n        panel per: school\n"),
        ("seats-from-own-in-one-panel", "from: own", "from: school"),
        ("sheet-total-over-100", "at least: 105", "at least: 100"),
        ("sheet-minimum-over-out-of", "at least: 60", "at least: 20"),
        ("sheet-item-out-of-nothing", "out of: 0", "out of: 0.5"),
        ("grace-longer-than-the-stage", "grace: 10", "grace: 7"),
        ("places-share-over-one", "3/2 of", "2/2 of"),
        ("places-below-zero", "number: -1", "number: 0"),
        ("places-value-not-in-every-step", "id: service", "id: hours"),
        ("places-freed-with-cascade", "      when full: cascade\n", ""),
        ("sign-with-quorum", "        quorum: 5\n", ""),
        ("sign-confidential", "        ballots: confidential\n", ""),
        ("overdue-in-words", "extend by a week", "extend 7 days"),
        ("overdue-in-words", "extend by a week", "count"),
        ("removal-no-row-for-the-rung", "{member: [1]}", "{host: [1]}"),
    ],
)
def test_the_edge_beside_a_mistake_is_no_mistake(name: str, old: str, new: str):
    assert [
        str(one)
        for one in check_file(mended(name, old, new), f"{name}.yaml", CATALOGUE)
        if one.level != "note" and one.en != SAID[1]
    ] == []


def test_a_stage_that_is_not_the_last_may_pass_a_case_on():
    data = shipped(QINYUAN).replace(b"extend 5 days", b"escalate")
    assert [one for one in check_file(data, QINYUAN, CATALOGUE) if one.level == "error"] == []


def test_whatever_is_done_to_a_route_it_is_a_ladder_or_a_list_of_mistakes():
    chance = random.Random(7)
    text = shipped(QINYUAN).decode()
    begin, end = text.index("rungs:\n"), text.index("steps:\n")
    pieces = [*"[]{}:,-5x \n", "", "seats: ", "sheet: ", "null", "1/2", "own", "true", "sign: all\n", "[]", "{}"]
    loaded = 0
    for _ in range(120):
        changed = text
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(begin, end)
            changed = changed[:at] + chance.choice(pieces) + changed[at + chance.choice([0, 1, 3, 9]) :]
        found = check_file(changed.encode(), QINYUAN, CATALOGUE)
        assert all(one.zh and one.en and one.line <= changed.count("\n") + 1 for one in found)
        loaded += not any(one.level == "error" for one in found)
    assert 0 < loaded < 120


# --------------------------------------------------------------------------------------------------- read aloud


def said(name: str, lang: str) -> list[str]:
    """What is read of a shipped ladder, line by line."""
    ladder = load(shipped(name), name)
    return [line.strip() for line in prose(ladder, "zh" if lang == "zh" else "en", CATALOGUE).splitlines()]


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        (
            "评审：小组评议（中心校学科评议小组）：7 席，至少 5 人投票有效，投票人至少 2/3 同意通过，10 天内投票",
            (
                "Review: group review (the central school's subject group): 7 seats, quorum 5, passed by at least "
                "2/3 of present, ballots within 10 days"
            ),
        ),
        (
            "席位：召集人 1 席，学科骨干 4 席，教师代表 2 席",
            "Seats: 1 × convener, 4 × subject teacher, 2 × teachers' representative",
        ),
        (
            "席位：中心校校长 1 席（有一票否决权），认定组成员 6 席",
            "Seats: 1 × head of the central school (with a veto), 6 × member",
        ),
        (
            "席位：校长 1 席（本学校的），业务副校长 1 席（本学校的）",
            "Seats: 1 × head of the school (from this school), 1 × deputy for teaching (from this school)",
        ),
        (
            "每个学校一个评审组，评审本单位的申报",
            "Every school has a panel of its own, for the cases of its own people",
        ),
        (
            "回避：与申报人同校、是师徒、同在一个工作室的成员",
            "Does not judge: who works at the same school or is their mentor or mentee or is in the same studio",
        ),
        (
            "评审：学校考察上报（申报人所在学校）：2 席，全部签字同意才通过（会签），7 天内签字",
            (
                "Review: inspection and report by the school (the candidate's school): 2 seats, passed when all have "
                "signed, signatures within 7 days"
            ),
        ),
        ("期满未签全的，不通过", "When time is up and signatures are missing: not passed"),
        (
            "评审：中心校认定（中心校认定组）：7 席，至少 5 张评分表有效，总分不低于 80 通过，7 天内评分",
            (
                "Review: recognition by the central school (the central school's panel): 7 seats, quorum 5, passed by "
                "a total of at least 80, score sheets within 7 days"
            ),
        ),
        (
            "评分项：教育教学，满分 100，权重 4，平均不低于 60",
            "Item: teaching, out of 100, weight 4, a mean of at least 60",
        ),
        ("评分项：现场答辩，满分 20，权重 1", "Item: defence, out of 20, weight 1"),
        (
            "去掉总分最高 1 张、最低 1 张，其余平均",
            "The sheets with the 1 highest and the 1 lowest totals are dropped, the rest averaged",
        ),
        ("无记名，密封保存", "Ballots are confidential, kept sealed"),
        ("期限内填写的纸质票，期满后 3 天内仍可录入", "Paper ballots dated in time may be entered for 3 more days"),
        ("期满不足法定人数的，延长一次，5 天", "When time is up and the quorum is missed: extended once, by 5 days"),
        ("期满不足法定人数的，交下一环节", "When time is up and the quorum is missed: the next stage takes it"),
        ("期满不足法定人数的，不通过", "When time is up and the quorum is missed: not passed"),
        ("可以退回补正，10 天内补齐", "A case may be returned, to be completed within 10 days"),
        ("名额：10 名", "Places: 10"),
        ("可以不占名额申报", "Nominations may be marked as taking no place"),
        ("末位相同的抽签", "Lots are drawn among those equal at the last place"),
        ("末位相同的全部入选", "Whoever is equal at the last place is in"),
        (
            "名额：各环节通过人数的 1/2（有尾数进一）",
            "Places: 1/2 of those approved by every stage (rounded up)",
        ),
        (
            "排序：先看“中心校认定”总分，再看“学校考察上报”总分，再看“近三年培训学时”的数",
            (
                "In order of: the total in “recognition by the central school”, then the total in “inspection and "
                "report by the school”, then what “training hours in 3 years” came to"
            ),
        ),
        ("异议：提出后 15 天内决定", "Objections: decided within 15 days"),
    ],
)
def test_each_word_of_a_route_is_read_in_both_languages(zh: str, en: str):
    assert zh in said(QINYUAN, "zh")
    assert en in said(QINYUAN, "en")


@pytest.mark.parametrize(
    ("old", "new", "zh", "en"),
    [
        (
            "        sign: all ",
            "        sign: any ",
            "评审：学校考察上报（申报人所在学校）：2 席，一人签字同意即通过（或签），7 天内签字",
            (
                "Review: inspection and report by the school (the candidate's school): 2 seats, passed when one has "
                "signed, signatures within 7 days"
            ),
        ),
        (
            "      number: 10 ",
            "      number: 10\n      per: school ",
            "名额：每个学校 10 名",
            "Places: 10 for each school",
        ),
        (
            "      ties: lot ",
            "      ties: all out ",
            "末位相同的全部不入选",
            "Whoever is equal at the last place is out",
        ),
        (
            "votes of group-review, ",
            '"votes of group-review, lowest first", ',
            "排序：先看“中心校认定”赞成票，再看“小组评议”赞成票（低的在前），再看“近三年培训学时”的数",
            (
                "In order of: the votes in favour in “recognition by the central school”, then the votes in favour in "
                "“group review” (lowest first), then what “training hours in 3 years” came to"
            ),
        ),
        (
            "title: {zh: 业务副校长, en: deputy for teaching}, from: own",
            "title: {zh: 邻校校长, en: head of another school}, from: other",
            "席位：校长 1 席（本学校的），邻校校长 1 席（其他学校的）",
            "Seats: 1 × head of the school (from this school), 1 × head of another school (from another school)",
        ),
        (
            "title: {zh: 召集人, en: convener}",
            "title: {zh: 召集人, en: convener}, from: central school, veto: true",
            "席位：召集人 1 席（在中心校工作的，有一票否决权），学科骨干 4 席",
            "Seats: 1 × convener (who works at a central school, with a veto), 4 × subject teacher",
        ),
    ],
)
def test_other_ways_of_writing_it_are_read_too(old: str, new: str, zh: str, en: str):
    text = shipped(QINYUAN).decode()
    assert old in text
    ladder = load(text.replace(old, new, 1).encode(), QINYUAN)
    assert f"{zh}\n" in prose(ladder, "zh", CATALOGUE)
    assert f"{en}\n" in prose(ladder, "en", CATALOGUE)


def test_a_report_is_never_called_a_rule():
    zh, en = "\n".join(said(QINYUAN, "zh")), "\n".join(said(QINYUAN, "en"))
    assert zh.count("（工作报告，不是规定）") == zh.count("《") >= 2
    assert en.count("(a report, no rule)") >= 2
    notes = [one.en for one in check_file(shipped(QINYUAN), QINYUAN, CATALOGUE)]
    assert any(note.endswith("reports what is done and is no rule itself") for note in notes)
