"""The life of a case in the docs is what the deciders make of it."""

from __future__ import annotations

from tests.workflows.picture import ENDS, PAGE, STATES, edges, page


def test_the_page_shows_what_the_deciders_do() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "make it anew: python -m tests.workflows.picture"


def test_every_state_is_reached_and_every_one_leads_to_an_end() -> None:
    found = edges()
    reached = {"start"}
    while more := {after for before, _, after in found if before in reached} - reached:
        reached |= more
    assert reached == set(STATES)
    ending = set(ENDS)
    while more := {before for before, _, after in found if after in ending} - ending:
        ending |= more
    assert ending == set(STATES)
