"""What two ladders say differently: nothing of a ladder and itself, and everything that was changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from engine.district import default_catalogue
from ladders.model.ladder import Holds, Ladder, Text
from ladders.model.words import Part
from ladders.reading.loading import load, shipped, shipped_ladders
from ladders.versions.differing import NESTED, Inside, differences, effect_of
from ladders.versions.prose import told
from ladders.versions.wording import Marked, marked

WHOLE = Path(__file__).parents[1] / "regulations" / "china.yaml"
PLAIN = """\
format: jieti-ladder/1
id: plain
title: {zh: 简单阶梯, en: plain ladder}
subject: person
documents:
  rule: {title: {zh: 办法, en: the rule}, issuer: {zh: 教体局, en: the bureau}, status: in force}
tables:
  rung:
    by: to
    columns: [hours, works]
    rows:
      first: [72, 1]
      second: [90, 2]
measures:
  hours:
    evidence: training
    then: [within: last 3 years, sum]
rungs:
  - {id: first, title: {zh: 一级, en: first}}
  - {id: second, title: {zh: 二级, en: second}, end: true}
routes:
  review:
    stages:
      - {id: panel, title: {zh: 评议, en: review}, body: {zh: 组, en: panel}, seats: 5, quorum: 3,
         threshold: more than 1/2 of present, days: 7}
    notice working days: 5
steps:
  - to: first
    route: review
    term: 3 years
    clauses:
      - {id: hours, title: {zh: 培训学时, en: training hours}, measure: hours, at least: rung.hours, basis: assumed}
      - {id: service, title: {zh: 教龄, en: service}, years since: service, at least: 3, basis: assumed}
  - from: first
    to: second
    route: review
    clauses:
      - {id: hours, title: {zh: 培训学时, en: training hours}, measure: hours, at least: rung.hours, basis: assumed}
      - id: works
        title: {zh: 成果, en: works}
        any:
          - {id: essays, title: {zh: 反思, en: reflections}, evidence: reflection, then: [within: today, count],
             at least: rung.works}
          - {id: lessons, title: {zh: 公开课, en: lessons}, evidence: lesson, then: [within: last 3 years, count],
             at least: 1}
        basis: assumed
"""


def after(*changed: tuple[str, str], text: str = PLAIN) -> Ladder:
    """The plain ladder with some of its words replaced, each in the one place where they stand."""
    for old, new in changed:
        assert text.count(old) == 1, f"{text.count(old)} times: {old}"
        text = text.replace(old, new)
    return load(text.encode(), "plain.yaml")


def said(ladder: Ladder, lang: str = "zh") -> list[tuple[str, str, str, list[str]]]:
    """Each difference from the plain ladder: what happened, where, to what, and the stretches that are marked."""
    before = after()
    every = told(before, ladder, differences(before, ladder), "zh" if lang == "zh" else "en", default_catalogue())
    return [
        (
            one.change.what,
            one.chapter,
            one.title,
            [f"{at.before} → {at.after}" for read in one.reads for at in marked(read.before, read.after)],
        )
        for one in every
    ]


@pytest.mark.parametrize("name", shipped_ladders())
def test_a_ladder_and_itself_have_no_difference(name: str) -> None:
    assert differences(load(shipped(name), name), load(shipped(name), name)) == ()


HELD = Holds(id="another", title=Text(zh="另一条", en="another"), holds=("first",))
ONE = ("when", "unless", "each")
ANOTHER = ((HELD,), HELD)


def mutated(value: Any) -> Iterator[Any]:
    """A model once for each of its leaves, with that leaf changed."""
    match value:
        case Part():
            for name in type(value).model_fields:
                inner = getattr(value, name)
                others = mutated(inner) if inner is not None or name not in NESTED else (ANOTHER[name in ONE],)
                yield from (value.model_copy(update={name: one}) for one in others)
        case dict():
            for key, inner in value.items():
                yield from ({**value, key: one} for one in mutated(inner))
                yield {other if key != other else f"{other}x": known for other, known in value.items()}
                yield {other: one for other, one in value.items() if other != key}
        case tuple():
            for n, inner in enumerate(value):
                yield from ((*value[:n], one, *value[n + 1 :]) for one in mutated(inner))
                if isinstance(inner, Part):
                    yield (*value[:n], *value[n + 1 :])
        case bool():
            yield not value
        case int() | Decimal() | Fraction():
            yield value + 1
        case str():
            yield f"{value}x"
        case date():
            yield value + timedelta(days=1)
        case None:
            yield ("x",) * 99


def all_show_up(ladder: Ladder, most: int) -> None:
    """Whatever leaf is changed, there is a difference; of more leaves than ``most`` only some are tried."""
    every = list(mutated(ladder))
    assert len(every) > 100
    for other in every[:: 1 + len(every) // most]:
        assert differences(ladder, other), "a change that shows up nowhere"


@pytest.mark.parametrize("name", shipped_ladders())
def test_whatever_leaf_of_a_shipped_ladder_is_changed_shows_up(name: str) -> None:
    all_show_up(load(shipped(name), name), 400)


def test_whatever_leaf_of_a_long_regulation_is_changed_shows_up() -> None:
    all_show_up(load(WHOLE.read_bytes(), WHOLE.name), 1_000)


def test_a_number_of_a_clause_is_told_with_its_unit() -> None:
    changed = after(("years since: service, at least: 3", "years since: service, at least: 5"))
    assert said(changed) == [("changed", "进入：一级", "教龄", ["3 年 → 5 年"])]
    assert said(changed, "en")[0][1:] == ("Way in: first", "service", ["3 years → 5 years"])


def test_a_cell_of_a_table_is_told_with_the_clauses_that_it_touches_and_no_others() -> None:
    changed = after(("first: [72, 1]", "first: [80, 1]"))
    (one,) = told(after(), changed, differences(after(), changed), "zh", default_catalogue())
    assert [tuple(read) for read in one.reads] == [("72", "80", "一级 · hours")]
    ((chapter, title, read),) = one.touches
    assert (chapter, title) == ("进入：一级", "培训学时")
    assert marked(read.before, read.after) == (Marked("72 学时", "80 学时"),)


def test_a_measure_is_told_with_every_clause_that_takes_it() -> None:
    (one,) = differences(after(), after(("then: [within: last 3 years, sum]", "then: [within: last 2 years, sum]")))
    assert (one.sort, one.name, one.effect) == ("measure", "hours", "rules")
    assert [(at.inside.name, at.clause) for at in one.touches] == [("→first", "hours"), ("first→second", "hours")]


def test_clauses_added_taken_away_and_given_another_id_are_told_by_their_ids() -> None:
    lessons = "          - {id: lessons, title: {zh: 公开课, en: lessons}"
    changed = after(
        (lessons, lessons.replace("id: lessons", "id: open-lessons")),
        (
            "id: service, title: {zh: 教龄, en: service}, years since: service",
            "id: age, title: {zh: 年龄, en: age}, years since: birth",
        ),
    )
    found = [(one.what, one.name, one.was, one.inside) for one in differences(after(), changed)]
    assert found == [
        ("taken away", "service", "", Inside("step", "→first")),
        ("added", "age", "", Inside("step", "→first")),
        ("renamed", "open-lessons", "lessons", Inside("step", "first→second")),
    ]


def test_the_same_clauses_in_another_order_are_told_as_that() -> None:
    lines = PLAIN.splitlines(keepends=True)
    nth = next(n for n, line in enumerate(lines) if "id: service" in line)
    lines[nth - 1 : nth + 1] = reversed(lines[nth - 1 : nth + 1])
    (one,) = differences(after(), load("".join(lines).encode(), "plain.yaml"))
    assert [tuple(leaf) for leaf in one.leaves] == [(("clauses", "order"), "hours, service", "service, hours")]


def test_a_route_a_term_and_a_rung_are_told_by_what_the_regulation_says_of_them() -> None:
    changed = after(
        ("seats: 5, quorum: 3", "seats: 7, quorum: 5"),
        ("term: 3 years", "term: 5 years"),
        ("title: {zh: 二级, en: second}, end: true}", "title: {zh: 骨干, en: senior}, end: true}"),
    )
    assert [(what, title, marks) for what, _, title, marks in said(changed)] == [
        ("changed", "骨干", ["二级 → 骨干"]),
        ("changed", "review", ["5 席 → 7 席", "3 人投 → 5 人投"]),
        ("changed", "进入：一级", ["3 年 → 5 年"]),
    ]


def test_it_is_said_how_far_a_difference_reaches() -> None:
    def reach(*changed: tuple[str, str]) -> str:
        return effect_of(differences(after(), after(*changed)))

    assert reach() == "nothing"
    assert reach(("{zh: 教龄, en: service}", "{zh: 任教年限, en: years of teaching}")) == "wording"
    assert reach(("zh: 办法, en: the rule", "zh: 新办法, en: the new rule")) == "wording"
    based = "years since: service, at least: 3, basis: {document: rule, passage: 第三条}"
    assert reach(("years since: service, at least: 3, basis: assumed", based)) == "basis"
    assert reach(("term: 3 years", "term: 4 years")) == "rules"


def test_what_is_marked_in_a_sentence_is_what_differs_and_little_more() -> None:
    assert marked("不少于 72 学时", "不少于 72 学时") == ()
    assert marked("近 3 年，合计，不少于 72 学时", "近 2 年，合计，不少于 80 学时") == (
        Marked("3 年", "2 年"),
        Marked("72 学时", "80 学时"),
    )
    assert marked("at least 1 hour in all", "at least 2 hours in all") == (Marked("1 hour", "2 hours"),)
    assert marked("全不一样", "so much else") == (Marked("全不一样", "so much else"),)
