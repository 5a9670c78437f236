"""What was folded before: the same states as folding whole streams, whoever appended meanwhile."""

from __future__ import annotations

import pytest

from engine.district import District
from engine.worlds import folded
from engine.worlds.folded import Folded
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


def test_what_a_command_made_of_a_state_is_not_read_again(at_work: AtWork) -> None:
    review = LongReview(at_work)
    streams, district = [f"case-{name}" for name in review.people], at_work.district
    kept = district.handler.folded
    review.judge("p-2")
    review.open("school")
    review.vote("p-2", "school", "p-5", "for")
    with district.reading() as connection:
        told = {name: len(events) for name, events in district.log.read_many(connection, streams).items()}
    assert {stream: state.version for stream, state in kept._kept.items() if stream in told}.items() <= told.items()
    folds_whole(district, kept, streams)


def test_a_state_that_came_of_another_than_the_one_kept_is_not_taken_over(at_work: AtWork) -> None:
    review = LongReview(at_work)
    streams, district = ["case-p-2"], at_work.district
    kept = Folded(district.log)
    folds_whole(district, kept, streams)
    before = kept._kept["case-p-2"]
    other = fold("case-p-2", ())
    kept.learn({"case-p-2": (other, other), "case-p-3": (other, other)})
    assert kept._kept["case-p-2"] is before
    assert len(kept) == 1
    review.judge("p-2")
    folds_whole(district, kept, streams)


def test_a_sealed_ballot_is_kept_as_the_log_has_it(at_work: AtWork) -> None:
    """What a voter said in confidence stays in no memory."""
    review = LongReview(at_work)
    review.judge("p-3")
    review.open("school")
    review.through("school", "p-3")
    review.open("experts")
    review.vote("p-3", "experts", "p-8", "for")
    folds_whole(at_work.district, at_work.district.handler.folded, ["case-p-3"])
    kept = at_work.district.handler.folded._kept["case-p-3"]
    (ballot,) = kept.ballots["experts"].values()
    assert ballot.choice is None
    assert "choice" not in ballot.sealed.content
