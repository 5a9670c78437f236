"""History, explain and why in both times: as known at every position what they said when the log ended there."""

from __future__ import annotations

import contextlib
import io
import random
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from console.commands.audit import history
from console.commands.questions import explain
from engine.district import District
from events.facts import (
    Amount,
    EvidenceVoided,
    MemberJoined,
    MemberLeft,
    PersonHired,
    PersonMoved,
    StandingTakenOver,
    TrainingOffered,
    TrainingRecognised,
)
from tests.console.command_line import done, jieti
from tests.engine.district_at_work import LADDER, AtWork, settle, training
from workflows.acts import CallOffTraining, ChangeTraining, EndStanding, OfferTraining, ReinstateStanding
from workflows.commands import Correct, PublishLadder, Refused, SetClock, Span

HEARD: dict[str, Callable[..., None]] = {
    "history": partial(history, as_of="2026-07-31", lang="en"),
    "history in Chinese": partial(history, lang="zh"),
    "explain": partial(explain, as_of="2026-07-31", evidence=True, lang="en"),
    "explain as data": partial(explain, as_of="2026-05-31", as_json=True),
}
"""The commands themselves: the line around them is read elsewhere."""
SINCE = re.compile(r"^(recorded since #|#[\d,]+ 之后又记录了 ).*\n", re.MULTILINE)
DAYS = [date(2023, 7, 1), date(2024, 2, 29), date(2025, 5, 6), date(2026, 3, 1), date(2026, 6, 1)]


class Chance:
    """Somebody's life, as chance has it: every act is one that can be said at that moment."""

    def __init__(self, at_work: AtWork, seed: int) -> None:
        self.at_work, self.chance = at_work, random.Random(seed)
        self.trainings: list[int] = []
        self.waiting: list[int] = []
        self.offers: list[str] = []
        self.joined = False

    def live(self) -> None:
        """One more thing happens."""
        acts: list[Callable[[], None]] = [self.train, self.train, self.move, self.hold, self.offer, self.belong]
        acts += [self.void, self.correct] if self.trainings else []
        acts += [self.recognise] if self.waiting else []
        acts += [self.change_offer] if self.offers else []
        try:
            self.chance.choice(acts)()
        except Refused:
            self.train()

    def day(self) -> date:
        return self.chance.choice(DAYS)

    def train(self) -> None:
        known = self.chance.random() < 0.7
        at = self.at_work.record("p-2", training(str(self.chance.randint(1, 20)), recognised=known), self.day())
        (self.trainings if known else self.waiting).append(at)

    def recognise(self) -> None:
        at = self.waiting.pop()
        self.at_work.record("p-2", TrainingRecognised(training=at), self.day())
        self.trainings.append(at)

    def void(self) -> None:
        target = self.trainings.pop(self.chance.randrange(len(self.trainings)))
        self.at_work.record("p-2", EvidenceVoided(target=target, reason="重复"))

    def correct(self) -> None:
        hours, on = training(str(self.chance.randint(1, 20))), Span.day(self.day())
        self.at_work.do(Correct, target=self.chance.choice(self.trainings), occurred=on, fact=hours, reason="录错")

    def move(self) -> None:
        self.at_work.record("p-2", PersonMoved(unit=self.chance.choice(["u-west", "u-centre", "u-east"])), self.day())

    def hold(self) -> None:
        rung = self.chance.choice(["diligent", "junior"])
        title = StandingTakenOver(ladder="diligence", rung=rung, title="证书", until=date(2026, 12, 31))
        self.at_work.record("p-2", title, self.day())

    def belong(self) -> None:
        fact = MemberLeft(group="g-1") if self.joined else MemberJoined(group="g-1", role="core")
        self.at_work.record("p-2", fact, self.day())
        self.joined = not self.joined

    def offered(self) -> TrainingOffered:
        first = self.chance.choice([date(2026, 6, 20), date(2026, 8, 3), date(2026, 9, 1)])
        said = {"category": "topic", "level": "district"}
        hours = Amount(value=self.chance.randint(5, 30), scale=0, unit="hour")
        return TrainingOffered(title="研修班", first=first, last=first, kind="training", attributes=said, amount=hours)

    def offer(self) -> None:
        name = f"t-{len(self.offers)}"
        self.at_work.do(OfferTraining, offer=name, said=self.offered())
        self.offers.append(name)

    def change_offer(self) -> None:
        name = self.chance.choice(self.offers)
        if self.chance.random() < 0.5:
            self.at_work.do(ChangeTraining, offer=name, said=self.offered(), reason="改期")
        else:
            self.at_work.do(CallOffTraining, offer=name, reason="取消")
            self.offers.remove(name)


def said(folder: Path, command: Callable[..., None], known_at: int) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        command("p-2", known_at=str(known_at), data=folder)
    return out.getvalue()


@pytest.mark.parametrize("seed", [1, 2])
def test_as_known_at_a_position_every_command_says_what_it_said_when_the_log_ended_there(seed: int, tmp_path: Path):
    folder = tmp_path / "district"
    settle(folder)
    then: dict[tuple[str, int], str] = {}
    with District.open(folder) as district:
        life = Chance(AtWork(district), seed)
        for nth in range(8):
            life.live()
            if nth == 5:
                renamed = LADDER.replace("勤学教师, en: diligent}".encode(), "勤学, en: keen}".encode())
                life.at_work.do(PublishLadder, file=renamed, in_force_from=date(2026, 7, 1))
            at = life.at_work.tip()
            then |= {(name, at): said(folder, command, at) for name, command in HEARD.items()}
        assert len(set(then.values())) > 16, "the life is one in which something changes"
    for (name, at), before in then.items():
        assert SINCE.sub("", said(folder, HEARD[name], at)) == before, (name, at)
    assert SINCE.search(said(folder, HEARD["explain"], min(at for _, at in then)))


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AtWork]:
    """p-1 was granted a rung, which was revoked and given back; each on a day of its own."""
    folder = tmp_path_factory.mktemp("reviewed") / "district"
    settle(folder)
    with District.open(folder) as district:
        at_work = AtWork(district)
        at_work.review()
        (granted,) = [one["position"] for one in asked(at_work, "audit", "grants") if one["subject"] == "p-1"]
        of = {"subject": "p-1", "standing": granted}
        at_work.do(SetClock, now=datetime(2026, 7, 1, 2, tzinfo=UTC))
        at_work.do(EndStanding, **of, effect="revoke", on=date(2026, 7, 1), reason="待查")
        at_work.do(SetClock, now=datetime(2026, 8, 1, 2, tzinfo=UTC))
        at_work.do(ReinstateStanding, **of, on=date(2026, 7, 1), as_if_never=True, reason="查无实据")
        newcomer = PersonHired(staff_number="p-9", name="欧阳九", unit="u-east", service_began=date(2026, 8, 1))
        at_work.record("p-9", newcomer, date(2026, 8, 1), "p-9")
        yield at_work


def asked(at_work: AtWork, *words: object) -> Any:
    return jieti(*words, "--data", at_work.district.folder, "--json").data


def test_why_tells_what_became_of_a_grant_as_it_was_known(reviewed: AtWork):
    tip = reviewed.tip()
    ends = [
        asked(reviewed, "audit", "why", "p-1", "--known-at", at)["ended"] is not None
        for at in (tip - 4, tip - 3, tip - 1, tip)
    ]
    assert ends == [False, True, False, False]
    shown = done("audit", "why", "p-1", "--known-at", "2026-07-15", "--data", reviewed.district.folder, "--lang", "en")
    assert f"known at #{tip - 2}" in shown
    assert "since then  2026-07-01" in shown
    assert "and not told above: 1, the newest on 2026-08-01" in shown
    before = asked(reviewed, "audit", "why", "p-1", "--known-at", tip - 3, "--as-of", "2026-06-30")
    assert before["ended"] is None  # it was true only from the 1st of July on


def test_a_day_means_the_last_position_recorded_by_its_end_in_the_districts_time_zone(reviewed: AtWork):
    revoked = reviewed.tip() - 3  # on the first of July at ten in the morning there
    midnight = datetime(2026, 7, 1, 15, 59, 59, tzinfo=UTC)
    with reviewed.district.reading() as connection:
        assert reviewed.district.log.read_at(connection, [revoked])[0].envelope.recorded_at < midnight
    by_day = asked(reviewed, "explain", "p-1", "--known-at", "2026-07-01", "--as-of", "2026-07-01")
    assert by_day[0]["known_at"] == revoked + 1  # and the clock was set before it


@pytest.mark.parametrize("command", [("explain",), ("audit", "history")])
def test_who_was_recorded_only_later_is_not_there_yet(reviewed: AtWork, command: tuple[str, ...]):
    tip = reviewed.tip()
    refused = asked(reviewed, *command, "p-9", "--known-at", tip - 1)["error"]
    assert (refused["code"], f"it was recorded at #{tip}" in refused["en"]) == ("not known then", True)


@pytest.mark.parametrize("command", [("explain", "p-1"), ("audit", "history", "p-1"), ("audit", "why", "p-1")])
def test_a_position_that_the_log_does_not_have_is_refused(reviewed: AtWork, command: tuple[str, ...]):
    beyond = reviewed.tip() + 1
    for at in (beyond, 0):
        refused = asked(reviewed, *command, "--known-at", at)["error"]
        assert (refused["code"], f"not to {at}" in refused["en"]) == ("known at", True)


def test_a_grant_that_came_later_is_not_known_then_or_not_made_yet(reviewed: AtWork):
    granted = asked(reviewed, "audit", "why", "p-1")["grant"]["position"]
    early = asked(reviewed, "audit", "why", "p-1", "--known-at", granted - 1)["error"]
    assert (early["code"], f"recorded at #{granted}" in early["en"]) == ("not known then", True)
    unmade = asked(reviewed, "audit", "why", "p-1", "--as-of", "2026-06-01")["error"]
    assert (unmade["code"], "that was on 2026-06" in unmade["en"]) == ("not yet", True)
