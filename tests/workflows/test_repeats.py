"""What is asked again is done already where the log says the same, and refused where it says otherwise."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from events.facts import Nominated, TrainingRecognised
from tests.workflows import test_dispensations as dispensations
from tests.workflows import test_hours as trainings
from tests.workflows import test_ladders as ladders
from tests.workflows.given import CLERK, TODAY, Given, refused
from tests.workflows.reviewing import ballot, in_panel, nomination, office, opened, seating
from tests.workflows.test_evidence import record, training, with_
from tests.workflows.test_offers import CALL_OFF, offering
from tests.workflows.test_rebasing import rebase, with_version
from tests.workflows.test_sealed_ballots import asking, sealed
from tests.workflows.test_stage_acts import RETURNS, recusal, returning, withdrawal
from workflows.commands import Already, Asking, Command

DAY = timedelta(days=1)
ELSE: dict[str, Any] = {"reason": "另有理由"}
ANOTHER = CLERK.model_copy(update={"authority": "另一文号"})
DOCUMENT: dict[str, Any] = {"asking": ANOTHER}
"""Where nothing but the document can be said otherwise."""


def twice() -> dict[str, tuple[Given, Command, dict[str, Any]]]:
    """By what was asked: the district before it, the command, and what is said otherwise the second time."""
    dispensed = dispensations.there().then(dispensations.granting())
    confidential, at = sealed()
    case = in_panel("li", ladder=RETURNS)
    return {
        "a training is refused": (with_(training(recognised=False)), trainings.refuse(5), ELSE),
        "found the same": (trainings.two(), trainings.same(), ELSE),
        "found different": (trainings.two(), trainings.different(), ELSE),
        "a dispensation is granted": (dispensations.there(), dispensations.granting(), ELSE),
        "a dispensation ends": (dispensed, dispensations.ending(dispensed), ELSE),
        "it ends on another day": (
            dispensed, dispensations.ending(dispensed), {"on": TODAY - DAY},
        ),
        "a training is called off": (office().then(offering()), CALL_OFF, ELSE),
        "a cycle is rebased": (with_version(in_panel("li")), rebase(), ELSE),
        "a ballot is to be opened": (confidential, asking(at), ELSE),
        "a member is recused": (case, recusal("bai"), ELSE),
        "a case is returned": (case, returning(), ELSE),
        "a case is withdrawn": (case, withdrawal(), ELSE),
        "a ballot is cast": (case.on(TODAY + DAY), ballot("an"), {"dated": TODAY}),
        "a panel is seated": (opened(), seating(), DOCUMENT),
        "a ladder is published": (office(), ladders.publish(ladders.THIRD), DOCUMENT),
        "a version is given its last day": (office(), ladders.retire(), DOCUMENT),
        "a year's hours are decided": (office(), trainings.decide(), DOCUMENT),
        "an application states": (opened(), nomination(states={"岗位": "教师"}), {"states": {"岗位": "校长"}}),
    }  # fmt: skip


TWICE = twice()


@pytest.mark.parametrize("what", TWICE)
def test_the_same_again_is_done_already_and_another_reason_or_day_is_refused(what: str):
    before, asked, otherwise = TWICE[what]
    after = before.then(asked)
    assert after.when(asked) == Already(after.events[-1].position)
    refused(after, asked.model_copy(update=otherwise), "said otherwise")


@pytest.mark.parametrize("what", TWICE)
def test_another_document_is_refused_and_none_asks_for_nothing(what: str):
    before, asked, _ = TWICE[what]
    after = before.then(asked)
    if what != "a dispensation is granted":  # that one is never asked for without a document
        nobody = asked.model_copy(update={"asking": Asking(actor=asked.asking.actor)})
        assert after.when(nobody) == Already(after.events[-1].position)
    error = refused(after, asked.model_copy(update={"asking": ANOTHER}), "said otherwise")
    assert str(asked.asking.authority) in error.en, "it tells by which document it was"
    assert f"#{after.events[-1].position}" in error.zh, "and where"


def test_a_recognition_has_one_document():
    recognised = record(TrainingRecognised(training=5), TODAY)
    after = with_(training(recognised=False)).then(recognised)
    refused(after, recognised.model_copy(update={"asking": ANOTHER}), "said otherwise")


def test_a_row_of_an_import_is_done_already_whatever_its_document():
    row = nomination(correlation="i-1")
    after = opened().then(row)
    assert after.when(row.model_copy(update={"asking": ANOTHER})) == Already(after.at(Nominated))
