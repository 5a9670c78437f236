"""Every event has a sentence, in Chinese and in English, with what is personal in it."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime

import pytest

from console.screens.telling import named, what
from console.screens.telling_reviews import content_of, tallied
from console.screens.vocabulary import Vocabulary
from engine.district import District
from engine.history import Told
from engine.people.names import CONFIDENTIAL, Known
from events.codec import personal_of
from events.envelope import Envelope, Recorded
from events.facts import FACTS, Fact, ItemScore, SealedBallotCast, Tally
from tests.events.specimen import Specimen
from tests.events.specimens import SPECIMENS
from workflows.commands import Asking

WHEN = datetime(2026, 9, 1, tzinfo=UTC)
EVERY = [*SPECIMENS]


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Vocabulary]:
    """The words of a district that has published nothing: ids stand for what has no title."""
    folder = tmp_path_factory.mktemp("words") / "区"
    with District.create(folder, "区", Asking(actor="office-1"), simulated_clock=WHEN) as district:
        return {lang: Vocabulary(district, lang) for lang in ("zh", "en")}


def told(one: Specimen, **personal: str) -> Told:
    envelope = Envelope(
        position=7,
        id="0" * 36,
        stream=one.stream,
        version=1,
        type=one.fact.TYPE,
        schema=1,
        occurred_from=date(2026, 9, 1),
        occurred_until=date(2026, 9, 1),
        recorded_at=WHEN,
        actor="office-1",
        on_behalf_of=None,
        authority="文号1",
        command_id="1" * 36,
        ordinal=0,
        causation=None,
        correlation="y-1",
    )
    said = {field: str(getattr(one.fact, field)) for field in personal_of(one.fact)}
    return Told(Recorded(envelope, one.fact), said | personal, one.stream.partition("-")[2])


KNOWN = Known({}, {})


def test_there_is_a_specimen_of_every_fact() -> None:
    assert {one.fact.TYPE for one in EVERY} == set(FACTS)


@pytest.mark.parametrize("number", range(len(EVERY)), ids=lambda n: EVERY[n].fact.TYPE)
def test_every_event_is_a_sentence_in_both_languages(number: int, words: dict[str, Vocabulary]) -> None:
    one = told(EVERY[number])
    zh, en = (what(one, KNOWN, words[lang]) for lang in ("zh", "en"))
    assert en != one.event.envelope.type, "an event is told by its stored name"
    assert zh != en
    assert re.search(r"[\u4e00-\u9fff]{2}", zh)
    assert re.search(r"[a-z]{3}", en)
    assert not re.search(r"None|True|False|\{|\}|=|datetime", zh + en)


WRITTEN = {one.fact.TYPE: one for one in EVERY if {*personal_of(one.fact)} & {"reason", "about", "minutes", "title"}}


@pytest.mark.parametrize("name", WRITTEN)
def test_what_a_person_wrote_is_told(name: str, words: dict[str, Vocabulary]) -> None:
    fields = {*personal_of(WRITTEN[name].fact)} & {"reason", "about", "minutes", "title"}
    for lang in ("zh", "en"):
        for field in fields:
            assert "如实写的" in what(told(WRITTEN[name], **{field: "如实写的"}), KNOWN, words[lang])


def test_whoever_an_event_names_is_named() -> None:
    for one in EVERY:
        people = {value for value in persons(one.fact) if value}
        assert people <= set(named(told(one))), one.fact.TYPE


def persons(fact: Fact) -> list[str]:
    """The people that a fact names, by its fields."""
    fields = ("person", "delegate", "successor", "mentor", "host", "subject", "by")
    found = [getattr(fact, field, None) for field in fields]
    if fact.TYPE == "submission closed":
        found = []  # it says by what it was closed, not by whom
    return [one for one in found if isinstance(one, str)] + [*getattr(fact, "persons", ())]


def test_a_confidential_ballot_tells_what_it_says_only_once_it_is_opened(words: dict[str, Vocabulary]) -> None:
    one = next(one for one in EVERY if isinstance(one.fact, SealedBallotCast))
    content = json.dumps({"choice": "against", "pad": "  "})
    for lang, sealed, said in (("zh", "保密", "反对"), ("en", "confidential", "against")):
        hidden = what(told(one, content=CONFIDENTIAL), KNOWN, words[lang])
        assert sealed in hidden
        assert said not in hidden
        assert said in what(told(one, content=content), KNOWN, words[lang])


def test_marks_of_an_opened_score_sheet_are_told_by_item(words: dict[str, Vocabulary]) -> None:
    one = next(one for one in EVERY if isinstance(one.fact, SealedBallotCast))
    scores = [{"item": "teaching", "value": 885, "scale": 1}, {"item": "research", "value": None, "scale": 0}]
    content = json.dumps({"choice": "scored", "scores": scores})
    assert "teaching 88.5、research 不适用" in what(told(one, content=content), KNOWN, words["zh"])
    assert "teaching 88.5, research n/a" in what(told(one, content=content), KNOWN, words["en"])
    assert content_of("〔已删除 erased〕") == ("", ())


def test_a_tally_of_score_sheets_tells_the_exact_score() -> None:
    items = (ItemScore(item="teaching", score=90),)
    exact = Tally(in_favour=0, against=0, abstained=0, seats=7, score=365, over=4, items=items, dropped=(1, 7))
    assert tallied(exact) == ("得分 91.25,去掉 2 张", "score 91.25, 2 dropped")
    third = exact.model_copy(update={"score": 274, "over": 3, "dropped": None, "recused": (2,)})
    assert tallied(third) == ("得分 ≈91.33,回避 1", "score ≈91.33, 1 recused")
