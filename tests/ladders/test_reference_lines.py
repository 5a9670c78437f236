"""What the lines of a measure say, in cases of schools: posts and gaps, co-authors, points, caps, years and runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ladders.reference.verdict import Row
from tests.ladders.examples import TODAY, found, hours, lasting, on, training, verdict
from tests.ladders.plain import LEVELS

AWARDS = {"evidence": "award", "then": ["count"], "at least": 1}


def awards(*lines: Any, **comparison: Any) -> dict[str, Any]:
    """A clause over awards."""
    return {**training(*lines, **comparison), "evidence": "award"}


def award(position: int, day: date = date(2026, 1, 1), **attributes: Any) -> Row:
    """An award of that position."""
    return on(day, position, amount=0, **attributes)


# ------------------------------------------------------------------------------------------------- time in a post

HEAD_TEACHER = [
    lasting(date(2019, 9, 1), date(2021, 7, 15), 5),
    lasting(date(2021, 9, 1), date(2023, 1, 31), 6),
    lasting(date(2024, 2, 1), position=7),
]


def posts(*lines: Any, least: int = 1) -> dict[str, Any]:
    """A clause over posts."""
    return {"evidence": "post", "then": list(lines), "at least": least}


@pytest.mark.parametrize(
    ("gap", "stretches", "longest"), [("0 days", 3, 2), ("46 days", 3, 2), ("47 days", 2, 3), ("400 days", 1, 6)]
)
def test_posts_of_a_head_teacher_with_a_summer_between_them_are_one_where_the_gap_is_allowed(
    gap: str, stretches: int, longest: int
):
    assert (date(2021, 9, 1) - date(2021, 7, 16)).days == 47
    assert found(posts({"join": gap}, "count"), post=HEAD_TEACHER).low == stretches
    assert found(posts({"join": gap}, {"length": "years"}, "best"), post=HEAD_TEACHER).low == longest


def test_overlapping_posts_count_their_time_once():
    at_once = [lasting(date(2024, 6, 30), date(2025, 6, 29), 5), lasting(date(2025, 1, 1), position=6)]
    assert found(posts({"length": "days"}, "sum"), post=at_once).low == 365 + 545
    assert found(posts({"join": "0 days"}, {"length": "days"}, "sum"), post=at_once).low == 365 + 365
    assert found(posts({"join": "0 days"}, {"length": "years"}, "sum"), post=at_once).low == 2


def test_lengths_are_completed_and_never_rounded():
    post = [lasting(date(2024, 6, 30), date(2026, 6, 28))]  # a day short of two years
    assert [found(posts({"length": unit}, "sum"), post=post).low for unit in ("years", "months", "days")] == [
        1,
        23,
        729,
    ]
    post = [lasting(date(2024, 6, 30), date(2026, 6, 29))]
    assert [found(posts({"length": unit}, "sum"), post=post).low for unit in ("years", "months", "days")] == [
        2,
        24,
        730,
    ]


def test_a_post_that_still_runs_lasts_until_the_day_that_is_asked_about():
    assert found(posts({"length": "days"}, "sum"), post=[lasting(date(2026, 6, 1))]).low == 29
    assert found(posts({"length": "days"}, "sum"), post=[lasting(TODAY)]).low == 0


def test_of_a_post_only_the_time_in_the_window_is_measured():
    two_years = {"during": "from 2022-09-01 to 2024-08-31"}
    assert found(posts(two_years, {"length": "days"}, "sum"), post=HEAD_TEACHER).low == 153 + 213
    assert found(posts({"during": "last 1 year"}, {"length": "months"}, "sum"), post=HEAD_TEACHER).low == 12
    assert found(posts({"during": "today"}, "count"), post=HEAD_TEACHER).low == 1
    # Its day lies outside; it is in force nevertheless.
    assert found(posts({"within": "last 1 year"}, "count"), post=HEAD_TEACHER).low == 0


def test_a_post_that_began_in_some_month_has_a_length_between_two():
    post = [lasting(date(2024, 6, 1), last=date(2024, 7, 31))]
    finding = found(posts({"length": "years"}, "sum", least=2), post=post)
    assert (finding.outcome, finding.low, finding.high) == ("unknown", 1, 2)
    finding = found({**posts({"length": "years"}, "sum"), "at most": 2}, post=post)
    assert finding.outcome == "met"


def test_stretches_that_perhaps_are_one_cannot_be_counted_but_measured():
    post = [
        lasting(date(2023, 1, 1), date(2024, 6, 20), 5),
        lasting(date(2024, 6, 1), last=date(2024, 7, 31), position=6),
    ]
    assert found(posts({"join": "0 days"}, "count"), post=post).outcome == "unknown"
    finding = found(posts({"join": "0 days"}, {"length": "years"}, "best"), post=post)
    assert (finding.low, finding.high) == (1, 3)


def test_time_since_a_day_is_the_length_of_what_does_not_last():
    finding = found(training({"length": "years"}, "best", at_least=3), training=[on(date(2023, 6, 30))])
    assert (finding.outcome, finding.low) == ("met", 3)


# ------------------------------------------------------------------------------------------ worth, shares and points

POINTS = {
    "tables": {
        "points": {
            "by": ["level", "work"], "columns": ["worth", "most"],
            "rows": {"city first": [10, 12], "city second": [6, 8], "district first": ["5/2", 4]}, "other": [1, 1],
        },
        "share": {"by": "role", "columns": ["part"], "rows": {"author": [1], "co-author": ["1/3"]}},
        "limits": {"by": "level", "columns": ["most"], "rows": {"city": [3], "district": [2]}},
    }
}  # fmt: skip


def test_points_by_level_and_grade_come_from_a_table():
    rows = [
        award(5, level="city", work="first"),
        award(6, level="city", work="second"),
        award(7, level="district", work="first"),
        award(8, level="school", work="first"),  # not named: other
        award(9, level="school"),
    ]
    clause = awards({"worth": "points.worth"}, "sum", at_least=Decimal("20.5"))
    finding = found(clause, more=POINTS, award=rows)
    assert (finding.outcome, finding.low, finding.over) == ("met", 41, 2)
    assert found({**clause, "at least": Decimal("20.51")}, more=POINTS, award=rows).outcome == "not met"


def test_a_co_author_has_a_share_exactly_a_third_of_it():
    rows = [award(n, role="co-author") for n in (5, 6, 7)] + [award(8, role="author"), award(9, role="advisor")]
    finding = found(awards({"worth": 2}, {"times": "share.part"}, "sum", at_least=4), more=POINTS, award=rows)
    assert (finding.outcome, finding.low, finding.over) == ("met", 12, 3)
    assert verdict([awards({"times": "share.part"}, "count", at_least=1)], more=POINTS, award=rows).evidence == (
        5,
        6,
        7,
        8,
    )


def test_caps_are_nested_per_item_per_category_and_in_all():
    rows = [on(date(2026, 1, n), 4 + n, amount=n * 10, topic="a" if n < 4 else "b") for n in range(1, 7)]
    lines: list[Any] = [{"cap": 4}, {"sum per": "topic"}, {"cap": 8}, "sum", {"cap": 13}]
    sums = [found(training(*lines[:n], "sum", at_least=0), training=rows).low for n in (0, 1, 2, 3)]
    assert sums == [210, 180, 180, 60 + 80]
    assert found(training(*lines, at_least=13), training=rows).low == 130


def test_a_cap_may_hang_on_the_level_of_the_row():
    rows = [on(date(2026, 1, n), 4 + n, amount=50, level=level) for n, level in enumerate(LEVELS, 1)]
    finding = verdict([training({"cap": "limits.most"}, "sum", at_least=5)], more=POINTS, training=rows)
    assert (finding.findings[0].low, finding.evidence) == (50, (7, 8))  # school and area have no entry


def test_a_work_in_another_place_counts_a_level_lower():
    shift = {"shift": "level", "by": -1, "beyond": "drop", "where": {"role": "co-author"}}
    rows = [
        award(5, level="city", role="co-author"),
        award(6, level="district", role="author"),
        award(7, level="school", role="co-author"),
        award(8, role="co-author"),
    ]
    assert found(awards(shift, {"only": {"level": "district"}}, "count", at_least=2), award=rows).outcome == "met"
    assert verdict([awards(shift, "count", at_least=1)], award=rows).evidence == (5, 6, 8)
    kept = {**shift, "beyond": "keep"}
    assert verdict([awards(kept, {"only": {"level": "school"}}, "count", at_least=1)], award=rows).evidence == (7,)


def test_hours_of_two_kinds_are_added_at_the_finer_scale():
    rows = {"training": hours(15), "score": [on(date(2026, 2, 1), 9, amount=225)]}
    finding = found({**training("sum", at_least=Decimal("3.75")), "evidence": ["training", "score"]}, **rows)
    assert (finding.outcome, finding.low, finding.over) == ("met", 375, 100)
    kinds = {**training({"only": {"kind": "score"}}, "sum", at_least=1), "evidence": ["training", "score"]}
    assert found(kinds, **rows).low == 225
    both = {**training({"count per": "kind"}, "count", at_least=2), "evidence": ["training", "score"]}
    assert found(both, **rows).low == 2


def test_rounding_is_said_and_done_where_it_stands():
    rows = hours(14, 14, 14)
    assert found(training({"round": "down"}, "sum", at_least=1), training=rows).low == 3
    assert found(training("sum", {"round": "down"}, at_least=1), training=rows).low == 4
    assert found(training("sum", {"round": "up", "to": 5}, at_least=1), training=rows).low == 5
    half = found(training("sum", {"round": "nearest", "to": Decimal("0.5")}, at_least=1), training=hours(12, 10, 10))
    assert (half.low, half.over) == (6, 2)
    assert (
        found(training("sum", {"round": "nearest", "to": Decimal("0.5")}, at_least=1), training=hours(13, 10)).low == 5
    )


def test_bands_turn_a_number_into_points():
    bands = {"bands": {2: 5, 3: 10, 7: "61/2"}}
    assert [found(training("count", bands, at_least=5), training=hours(*[10] * n)).low for n in (1, 2, 6, 7)] == [
        0, 10, 20, 61,
    ]  # fmt: skip
    falling = {"bands": {1: 5, 3: 2}}
    unsure = on(date(2023, 6, 1), 6, last=date(2023, 7, 31))
    window = {"within": "last 3 years"}
    finding = found(training(window, "count", falling, at_least=5), training=[*hours(1, 1), unsure])
    assert (finding.outcome, finding.low, finding.high, finding.over) == ("unknown", 2, 5, 1)


def test_a_part_is_worth_nothing_unless_it_reaches_its_own_minimum():
    measures = {
        "hours": training("sum", {"nothing below": 2}),
        "awards": awards("count", {"cap": 3}),
    }
    total = {"total": ["hours", {"measure": "awards", "times": "1/2"}], "then": [{"cap": 4}]}
    more = {"measures": {**measures, "all": total}}
    clause = {"measure": "all", "at least": 2}
    rows = [award(30 + n) for n in range(4)]
    finding = found(clause, more=more, training=hours(19), award=rows)
    assert (finding.outcome, finding.low, finding.over) == ("not met", 15, 10)
    finding = found(clause, more=more, training=hours(20), award=rows)
    assert (finding.outcome, finding.low, finding.over) == ("met", 35, 10)
    assert found(clause, more=more, training=hours(99), award=rows).low == 40


def test_the_highest_of_several_measures_leaves_out_what_nothing_is_known_of():
    measures = {"marks": {"evidence": "score", "then": ["best"]}, "hours": training("sum")}
    for key, low in (("highest of", 350), ("lowest of", 250)):
        more = {"measures": {**measures, "one": {key: ["marks", "hours"]}}}
        rows = {"training": hours(25), "score": [on(TODAY, 9, amount=350)]}
        assert found({"measure": "one", "at least": 1}, more=more, **rows).low == low
        assert found({"measure": "one", "at least": 1}, more=more, training=hours(25)).low == 250


# --------------------------------------------------------------------------------------- which rows, how many of them


def test_the_same_work_counts_once_at_its_highest_level():
    rows = [award(5, level="city", work="w"), award(6, level="school", work="w"), award(7, level="area", work="v")]
    best = {"best per": "work", "by": "level"}
    assert verdict([awards(best, "count", at_least=1)], award=rows).evidence == (5, 7)
    equal = [award(8, level="city", work="w"), *rows]
    assert verdict([awards(best, "count", at_least=1)], award=equal).evidence == (7, 8)


def test_only_the_three_best_count_and_those_of_each_kind():
    rows = [
        on(date(2026, 1, n), 4 + n, amount=amount, topic="ab"[n % 2]) for n, amount in enumerate([9, 7, 7, 5, 8], 1)
    ]
    assert verdict([training({"top": 3}, "sum", at_least=1)], training=rows).evidence == (5, 7, 9)
    assert verdict([training({"top": 1, "per": "topic"}, "sum", at_least=1)], training=rows).evidence == (5, 6)
    assert verdict([training({"top": 2, "by": "day"}, "sum", at_least=1)], training=rows).evidence == (8, 9)


def test_the_first_is_the_earliest_and_of_one_day_the_first_recorded():
    rows = [on(date(2025, 3, 1), 9, amount=40), on(date(2025, 3, 1), 8, amount=30), on(TODAY, 7, amount=20)]
    assert found(training("first", at_least=1), training=rows).low == 30
    per_topic = [replace(row, attributes={"topic": "a"}) for row in rows]
    assert verdict([training({"first per": "topic"}, "sum", at_least=1)], training=per_topic).evidence == (8,)
    assert found(training("first", at_least=1)).outcome == "unknown"


def test_distinct_counts_how_many_different_ones_there_are():
    rows = [award(5, work="w"), award(6, work="w"), award(7, work="v"), award(8)]
    assert found(awards({"distinct": "work"}, at_least=3), award=rows).low == 3
    assert found(awards({"distinct": ["work", "kind"]}, at_least=3), award=rows).low == 3


def test_a_rank_in_the_first_fifth_of_the_entrants_is_a_filter_on_the_row():
    rows = [award(5, rank=10, entrants=50), award(6, rank=11, entrants=50), award(7, rank=1), award(8, entrants=9)]
    fifth = {"only": {"rank": {"at most": "1/5", "of": "entrants"}}}
    assert verdict([awards(fifth, "count", at_least=1)], award=rows).evidence == (5,)
    assert verdict([awards({"except": {"rank": {"more than": 10}}}, "count", at_least=1)], award=rows).evidence == (
        5,
        7,
        8,
    )


def test_what_counted_in_an_earlier_grant_of_this_ladder_counts_no_more():
    used = [
        replace(on(date(2024, 1, 1), 90, amount=11), attributes={"ladder": "test", "rung": "one"}),
        replace(on(date(2024, 1, 1), 91, amount=12), attributes={"ladder": "other", "rung": "one"}),
    ]
    rows = [*hours(10, 20, 30)]
    assert verdict([training("unused", "sum", at_least=1)], training=rows, used=used).evidence == (12, 13)
    assert verdict([training("unused", "sum", at_least=1)], known_at=89, training=rows, used=used).evidence == (
        11,
        12,
        13,
    )


def test_the_newest_document_counts_with_all_its_rows():
    more = {"attributes": {"newest": {"evidence": "training", "latest": "work"}}}
    rows = [on(date(2025, 1, 1), 5, work="old")] + [on(date(2026, 1, 1), n, amount=20, work="new") for n in (6, 7)]
    finding = verdict([training({"only": {"work": "own.newest"}}, "sum", at_least=4)], more=more, training=rows)
    assert (finding.outcome, finding.evidence) == ("met", (6, 7))


# ------------------------------------------------------------------------------------------------- years and runs


def yearly(*tenths: int | None) -> list[Any]:
    """So many hours in each school year from 2019 on."""
    return [on(date(2020 + n, 3, 1), 10 + n, amount=amount) for n, amount in enumerate(tenths) if amount is not None]


REACHED = [{"sum per": "school year"}, {"only": {"amount": {"at least": 9}}}]


def test_a_yearly_minimum_must_hold_in_so_many_of_the_last_years():
    clause = training({"within": "last 5 full school years"}, *REACHED, "count", at_least=4)
    asked_on = {"on": date(2025, 9, 1)}
    assert found(clause, **asked_on, training=yearly(0, 90, 95, 89, 90, 120)).low == 4
    finding = found(clause, **asked_on, training=yearly(0, 90, 95, 89, 40, 120))
    assert (finding.outcome, finding.low) == ("not met", 3)


def test_the_longest_unbroken_run_of_years_is_measured():
    rows = yearly(90, 90, None, 90, 95, 99, 10)
    assert found(training(*REACHED, {"runs": "school year"}, "best", at_least=3), training=rows).low == 3
    assert found(training(*REACHED, {"runs": "school year"}, "count", at_least=2), training=rows).low == 2
    assert (
        found(training({"count per": "school year"}, {"runs": "school year"}, "best", at_least=4), training=rows).low
        == 4
    )


def test_a_row_that_may_belong_to_either_of_two_years_makes_them_unknown():
    row = on(date(2024, 8, 1), last=date(2024, 9, 30))
    assert found(training({"sum per": "school year"}, "count", at_least=1), training=[row]).outcome == "unknown"
    assert found(training({"sum per": "calendar year"}, "count", at_least=1), training=[row]).outcome == "met"


def test_a_threshold_from_above_over_sums_that_are_not_certain_is_unknown():
    sums = [{"sum per": "topic"}, {"only": {"amount": {"at most": 5}}}, "count"]
    rows = [on(TODAY, 5, amount=40, topic="a"), on(date(2023, 6, 1), 6, last=date(2023, 7, 31), amount=40, topic="a")]
    clause = training({"within": "last 3 years"}, *sums, at_least=1)
    assert found(clause, training=rows).outcome == "unknown"
    assert found(clause, training=rows[:1]).outcome == "met"


def test_lines_that_need_days_are_refused_after_a_sum():
    for line in ({"within": "last 3 years"}, {"length": "years"}, "unused", {"latest per": "topic"}):
        with pytest.raises(ValueError, match=r"days|verb|line|sum"):
            found(training({"sum per": "topic"}, line, "sum", at_least=1), training=hours(1))
    with pytest.raises(ValueError, match="runs"):
        found(training({"count per": "topic"}, {"runs": "school year"}, "best", at_least=1), training=hours(1))
