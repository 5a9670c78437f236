"""What was folded before: the same states as folding whole streams, whoever appended meanwhile."""

from __future__ import annotations

import pytest

from engine import folded
from engine.district import District
from engine.folded import Folded
from events.log import tip
from tests.engine.district_at_work import AtWork
from tests.engine.long_review import LongReview
from workflows.deciding import fold


def folds_whole(district: District, kept: Folded, streams: list[str]) -> None:
    """The kept states are those of the whole streams."""
    with district.reading() as connection:
        whole = {name: fold(name, events) for name, events in district.log.read_many(connection, streams).items()}
        assert kept.states(connection, streams) == whole


def test_what_another_process_appended_is_seen(at_work: AtWork) -> None:
    review = LongReview(at_work)
    streams = [f"case-{name}" for name in review.people]
    with District.open(at_work.district.folder) as other:
        kept = Folded(other.log)
        folds_whole(other, kept, streams)
        review.judge("p-2")
        review.open("school")
        review.vote("p-2", "school", "p-5", "for")
        folds_whole(other, kept, streams)
        folds_whole(other, kept, [*streams, "case-nobody"])


def test_no_more_states_are_kept_than_stated(at_work: AtWork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folded, "MOST", 2)
    review = LongReview(at_work)
    streams = [f"case-{name}" for name in review.people]
    kept = Folded(at_work.district.log)
    folds_whole(at_work.district, kept, streams)
    assert len(kept) == 2
    folds_whole(at_work.district, kept, streams)


def test_what_is_told_after_a_commit_is_not_read_again(at_work: AtWork) -> None:
    review = LongReview(at_work)
    streams, district = [f"case-{name}" for name in review.people], at_work.district
    kept = Folded(district.log)
    folds_whole(district, kept, streams)
    with district.reading() as connection:
        before = tip(connection).position
    review.judge("p-2")
    with district.reading() as connection:
        news = district.log.read_after(connection, before, 1_000)
    kept.learn(news)
    versions = {stream: state.version for stream, state in kept._kept.items()}
    with district.reading() as connection:
        assert versions == {name: len(told) for name, told in district.log.read_many(connection, streams).items()}
    folds_whole(district, kept, streams)


def test_what_is_told_out_of_turn_or_of_others_changes_nothing(at_work: AtWork) -> None:
    review = LongReview(at_work)
    streams, district = ["case-p-2"], at_work.district
    kept = Folded(district.log)
    folds_whole(district, kept, streams)
    review.judge("p-2")
    with district.reading() as connection:
        told = district.log.read(connection, streams[0])
    kept.learn([told[-1], *told])  # the newest before the one that it follows, and all that is known already
    folds_whole(district, kept, streams)
    kept.learn(told)
    folds_whole(district, kept, streams)
    assert len(kept) == 1
