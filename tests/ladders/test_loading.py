"""A ladder file is read exactly, or handed back with everything that is wrong in it."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from ladders.checking.check import check_file
from ladders.model.ladder import Compare, Ladder
from ladders.problems import Problem
from ladders.reading.kinds import with_built_in
from ladders.reading.loading import LadderError, load, load_catalogue, read, shipped, shipped_ladders
from ladders.schema import ladder_schema

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.yaml"))
CATALOGUE = load_catalogue(shipped("catalogue.yaml"), "catalogue.yaml")
SMALL = b"".join(
    line
    for line in (Path(__file__).parent / "broken" / "no-verb.yaml").read_bytes().splitlines(keepends=True)
    if not line.startswith(b"#")
).replace(b"then: [within: last 3 years]\n", b"then: [within: last 3 years, count]\n")
"""A small ladder without a mistake: that of the broken files, mended."""


def problems(data: bytes) -> tuple[Problem, ...]:
    """What is wrong in a file that cannot be loaded."""
    with pytest.raises(LadderError) as caught:
        load(data, "small.yaml")
    return caught.value.problems


def on_one_line(problem: Problem) -> str:
    """A problem as the heads of the broken files state it."""
    level = "" if problem.level == "error" else f"{problem.level}: "
    where = f"{problem.where}: " if problem.where else ""
    return " / ".join([f"line {problem.line}: {level}{where}{problem.en}", *problem.mend_en.splitlines()])


def with_kinds(head: str) -> str:
    """A head with the kinds of the catalogue that ships where it says {kinds}, those that last at {lasting kinds}."""
    kinds = with_built_in(CATALOGUE).kinds
    lasting = [name for name, kind in kinds.items() if kind.lasting]
    return head.replace("{kinds}", ", ".join(kinds)).replace("{lasting kinds}", ", ".join(lasting))


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_each_mistake_is_named_with_its_line_and_its_mend(path: Path):
    heads = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("# expect: ")]
    found = [one for one in check_file(path.read_bytes(), path.name, CATALOGUE) if one.level != "note"]
    assert heads
    assert [f"# expect: {on_one_line(one)}" for one in found] == [with_kinds(head) for head in heads]
    for one in found:
        assert one.file == path.name
        assert any("\u4e00" <= letter <= "\u9fff" for letter in one.zh), "the message is there in Chinese too"
        assert bool(one.mend_zh) == bool(one.mend_en)


def test_there_are_enough_broken_files_to_believe_in():
    assert len(BROKEN) > 350


def test_the_small_ladder_without_its_mistake_has_none():
    assert [one for one in check_file(SMALL, "small.yaml", CATALOGUE) if one.level != "note"] == []


def test_a_problem_is_printed_as_place_what_and_mend():
    mended = SMALL.replace(b"last 2 years", b"last two years")
    (problem,) = problems(mended)
    assert str(problem) == (
        'small.yaml:58: steps[1].clauses[score].then[0].within: "last two years" is not a window\n'
        "  expected one of: last N years|months|days, next N years|months|days, since rung, since service, today, "
        "this school year, last N school years, last N full school years, from 2023-09-01, until 2026-08-31, "
        "from 2023-09-01 to 2026-08-31\n"
        "  did you mean: last 2 years"
    )
    assert problem.text("zh").startswith(
        "small.yaml:58: steps[1].clauses[score].then[0].within: “last two years”不是时间范围\n  应为其中之一："
    )


def test_the_error_says_all_problems_in_the_order_of_their_lines():
    spoilt = SMALL.replace(b"seats: 7", b"seats: 4").replace(b"measure: hours", b"measure: hour")
    spoilt = spoilt.replace(b"term: 3 years", b"term: three years").replace(b"end: true", b"end: yes")
    found = problems(spoilt)
    assert [one.where for one in found] == [
        "rungs[1].end",
        "routes.review.stages[0].quorum",
        "steps[1].term",
        "steps[1].clauses[hours].measure",
    ]
    assert [one.line for one in found] == sorted(one.line for one in found)


def test_a_quorum_of_all_seats_is_fine():
    assert load(SMALL.replace(b"quorum: 5", b"quorum: 7"), "small.yaml").routes["review"].stages[0].quorum == 7


@pytest.mark.parametrize(("ours", "inside"), [("from", "from_"), ("best per", "best_per"), ("at least", "at_least")])
def test_a_file_uses_the_words_of_the_language_and_not_those_of_the_program(ours: str, inside: str):
    (first, *_) = problems(SMALL.replace(f"{ours}: ".encode(), f"{inside}: ".encode(), 1))
    assert f'"{inside}"' in first.en or "missing" in first.en or "how much" in first.en


# --------------------------------------------------------------------------------------------------------- bytes


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file is empty"),
        (b" \n\n", "the file is empty"),
        (b"# only this\n", "there is nothing in the file but comments"),
        (SMALL.decode().encode("gb18030"), "the file is not UTF-8 text"),
        (SMALL.decode().encode("utf-16"), "the file is not UTF-8 text"),
        (SMALL + b"#" * 1_000_000, "1,000,000 are the most"),
        (b"a: " + b"[" * 50 + b"]" * 50, "nested more than 40 deep"),
        (b"[" * 900_000, "nested more than 40 deep"),
        (b"a: \x00", "a character that cannot be seen stands here: U+0000"),
        ("a: \u202etxt".encode(), "a character that cannot be seen stands here: U+202E"),
        (b'a: "\\ud800"', "a character that cannot be seen stands here: U+D800"),
        (b'a: "\\U00110000"', "this cannot be read"),
        (b"a: [" + b"x," * 50_000 + b"]", "more than 50,000 values and keys"),
        (b"a: &a [x]\nb: [" + b"*a," * 9 + b"]", "an anchor stands here: &a"),
        (b"a: 'open", "a quote is not closed"),
        (b"- a\n- b\n", "lines of key: value are expected"),
        (b"just a text", "lines of key: value are expected"),
    ],
)
def test_bytes_that_are_no_ladder_are_refused_in_words(data: bytes, said: str):
    assert said in str(problems(data)[0])


def test_the_line_of_a_wrong_byte_is_named():
    (problem,) = problems(SMALL.replace("成员".encode(), "成员".encode("gb18030"), 1))
    assert problem.line == SMALL[: SMALL.index("成员".encode())].count(b"\n") + 1


@pytest.mark.parametrize("change", [lambda data: b"\xef\xbb\xbf" + data, lambda data: data.replace(b"\n", b"\r\n")])
def test_a_byte_order_mark_and_windows_line_ends_change_nothing(change):
    assert load(change(SMALL), "small.yaml") == load(SMALL, "small.yaml")


def test_whatever_is_done_to_a_file_it_is_a_ladder_or_a_ladder_error():
    chance = random.Random(20260630)
    text = SMALL.decode()
    pieces = [*":[]{}'~9x\"\t\n", "", "- ", "*x", "&x", "!t", "  ", "no", "<<: "]
    loaded = 0
    for _ in range(400):
        changed = text
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(changed))
            changed = changed[:at] + chance.choice(pieces) + changed[at + chance.choice([0, 0, 1, 5, 40]) :]
        found = check_file(changed.encode(), "small.yaml", CATALOGUE)
        assert all(one.zh and one.en and one.line <= changed.count("\n") + 1 for one in found)
        loaded += not any(one.level == "error" for one in found)
    assert 0 < loaded < 400


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_ladder_or_a_ladder_error(data: bytes):
    try:
        ladder: Ladder | LadderError = load(data, "x.yaml")
    except LadderError as error:
        ladder = error
    assert isinstance(ladder, Ladder) or ladder.problems


PARTS = (
    *("!", "&a ", "*a", "<<: {}", "- ", "? ", "| ", "> ", "%YAML 1.1", "---", "...", "\t", "\x85", "\ufeff", "\u2028"),
    *(
        "null",
        "~",
        "yes",
        "on",
        ".nan",
        "1e9",
        "0x1",
        "1_000",
        "2026-01-01",
        '"\\ud800"',
        '"\\x00"',
        "9" * 40,
        "-0",
        "-1",
        "''",
    ),
    *(
        "today",
        "since rung",
        "own.x",
        "rung.hours",
        "last 9 years",
        "1/0",
        "1/3",
        "{}",
        "[]",
        "[[]]",
        "{a: {}}",
        "true",
    ),
    *(
        "measure: hours",
        "meets: {to: host}",
        "total: [hours]",
        "at least: {measure: hours}",
        "asked of: members",
        "is: x",
    ),
    *(
        "when: {}",
        "each: {}",
        "bands: {1: 2}",
        "by: day",
        "rank per: x",
        "join: 0 days",
        "runs: month",
        "distinct: kind",
    ),
)
"""Pieces of YAML and of the language that stand where nobody expects them."""
WHOLE = [
    *(shipped(name).decode() for name in shipped_ladders()),
    *(path.read_text(encoding="utf-8") for path in BROKEN),
]
"""Files to put them into: the shipped ladders, and those with a mistake, in which every part of the language stands."""


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_ladder_with_anything_put_in_anywhere_is_checked_in_words(data: st.DataObject):
    lines = data.draw(st.sampled_from(WHOLE)).splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        line, piece = lines[at], data.draw(st.sampled_from(PARTS))
        where = data.draw(st.integers(0, len(line)))
        value = f"{line.partition(': ')[0]}: {piece}"
        indented = f"{line[: len(line) - len(line.lstrip())]}{piece}"
        lines[at] = data.draw(st.sampled_from([line[:where] + piece + line[where:], value, f"{line}\n{indented}", ""]))
    for one in check_file("\n".join(lines).encode(), "x.yaml", CATALOGUE):
        assert one.zh
        assert one.en
        one.text("zh").encode()


def test_measures_that_add_each_other_up_twenty_deep_are_refused_before_anybody_follows_them():
    chain = "".join(f"  m{n}: {{total: [m{n + 1}, m{n + 1}]}}\n" for n in range(2000)).encode()
    found = problems(SMALL.replace(b"measures:\n", b"measures:\n" + chain + b"  m2000: {total: [hours]}\n"))
    assert "more than 20 names deep" in str(found[0])


def test_a_file_with_very_many_mistakes_is_told_the_first_two_hundred_of_a_sort():
    found = problems(SMALL + b"".join(b"  - {to: nowhere%d}\n" % number for number in range(3000)))
    assert 200 <= len(found) <= 600
    assert all(len(str(one)) < 3000 for one in found)


# ------------------------------------------------------------------------------------------------------- numbers


def test_numbers_are_exact_decimals_of_their_text():
    ladder = load(SMALL.replace(b"85.5", b"85.10"), "small.yaml")
    score = ladder.steps[1].clauses[1]
    assert isinstance(score, Compare)
    assert score.at_least == "rung.score"
    asked = ladder.look_up(score.at_least, ladder.steps[1])
    assert isinstance(asked, Decimal)
    assert str(asked) == "85.10"


def test_a_line_is_known_for_every_place():
    _, lines = read(SMALL, "small.yaml")
    problem = lines.problem(("steps", 1, "clauses", 2, "of", 0, "then", 1, "only", "level"), "某", "some")
    assert problem.where == "steps[1].clauses[results].of[lessons].then[1].only.level"
    assert b"district or better" in SMALL.splitlines()[problem.line - 1]


# ----------------------------------------------------------------------------------------------------- catalogues


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("level: level}", "level: levle}", 'kinds.training.attributes.level: there is no scale "levle"'),
        ("  training:  ", "  standing:  ", '"standing" is recorded by the system itself'),
        ("id: area, zh: 学区级", "id: area, zh: 校级", '"校级" means "school" already'),
        ("unit: hour, scale: 2", "unit: hour, scale: 9", "9 is too large"),
        ("most: 400", "most: many", "kinds.training.amount.most"),
        ("    ordered: true", "    orderd: true", "did you mean: ordered"),
        ("id: school, zh: 校级, en: school", "id: school, zh: 校级", '"en" is missing'),
    ],
)
def test_a_mistake_in_the_catalogue_is_named(old: str, new: str, said: str):
    text = shipped("catalogue.yaml").decode()
    assert old in text
    with pytest.raises(LadderError) as caught:
        load_catalogue(text.replace(old, new, 1).encode(), "catalogue.yaml")
    assert said in str(caught.value)
    assert all(one.line for one in caught.value.problems)


def test_the_shipped_catalogue_knows_the_levels_from_school_to_nation():
    assert [term.id for term in CATALOGUE.scales["level"].terms] == [
        "school", "area", "district", "city", "province", "nation",
    ]  # fmt: skip
    assert CATALOGUE.scales["reflection-level"].at_least("station") == ("station", "district")
    assert not CATALOGUE.scales["competence"].ordered
    amount = CATALOGUE.kinds["training"].amount
    assert amount is not None
    assert (amount.unit, amount.scale, amount.most) == ("hour", 2, Decimal(400))


# -------------------------------------------------------------------------------------------------------- shipped


def test_the_shipped_ladders_are_listed_and_called_as_their_files():
    assert {"erqi-studio.yaml", "erqi-teacher.yaml"} <= set(shipped_ladders())
    for name in shipped_ladders():
        assert f"{load(shipped(name), name).id}.yaml" == name


def test_a_file_that_is_not_shipped_is_not_found():
    with pytest.raises(FileNotFoundError):
        shipped("nobody.yaml")


# --------------------------------------------------------------------------------------------------------- schema


def test_the_schema_for_editors_is_current():
    made = "python -m ladders.schema > ladders/ladder.schema.json"
    assert shipped("ladder.schema.json").decode() == ladder_schema(), f"make it anew: {made}"


@pytest.fixture(scope="module")
def schema() -> jsonschema.Draft202012Validator:
    """The schema, which is one itself."""
    told = json.loads(ladder_schema())
    jsonschema.Draft202012Validator.check_schema(told)
    return jsonschema.Draft202012Validator(told)


@pytest.mark.parametrize("name", shipped_ladders())
def test_shipped_ladders_satisfy_the_schema_and_name_it(name: str, schema: jsonschema.Draft202012Validator):
    schema.validate(YAML(typ="safe", pure=True).load(BytesIO(shipped(name))))
    assert shipped(name).startswith(b"# yaml-language-server: $schema=ladder.schema.json\n")


@pytest.mark.parametrize(
    "name",
    ["window-in-words", "unknown-key-in-clause", "missing-title", "verb-misspelt", "number-in-quotes", "wrong-subject"],
)
def test_the_schema_refuses_what_has_the_wrong_shape(name: str, schema: jsonschema.Draft202012Validator):
    data = (Path(__file__).parent / "broken" / f"{name}.yaml").read_bytes()
    assert not schema.is_valid(YAML(typ="safe", pure=True).load(BytesIO(data)))


def test_a_ladder_is_frozen():
    ladder = load(SMALL, "small.yaml")
    assert isinstance(ladder, Ladder)
    with pytest.raises(ValueError, match="frozen"):
        ladder.id = "other"  # type: ignore[misc]
