"""The articles of each step and removal by themselves, numbered as in the whole text: for a legend, or a hint."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from events.facts import Catalogue
from ladders.model.ladder import Ladder
from ladders.prose.articles import Lang, Reader
from ladders.prose.clauses import Said


class Chapter(NamedTuple):
    """The articles of a step, or the one of a removal (``of`` is its id).

    How a case is decided is left out; ``first`` and ``last`` are the articles in which its clauses stand.
    """

    of: str
    title: str
    first: int
    last: int
    said: tuple[Said, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """What is said, a line for each thing, further in the deeper it stands."""
        return tuple("  " * one.depth + one.text for one in self.said)


def chapters(ladder: Ladder, lang: Lang, catalogue: Catalogue) -> Iterator[Chapter]:
    """What every step and every removal asks, in the order of their articles."""
    document = Reader.of(ladder, lang, catalogue)
    number = len(list(document.general()))
    for step in ladder.steps:
        articles = list(enumerate(document.at(step).step_articles(), number + 1))
        many = len(step.clauses) + bool(step.excuse)
        told = [one for one in articles if step.route is None or one[0] != number + many + 1]
        said = [line for place, article in told for line in document.article(place, article)]
        opening = Said("line", 0, document.opening(step))
        yield Chapter(step.id, document.step_title(step), number + 1, number + many, (opening, *said))
        number += len(articles)
    for rung in ladder.rungs:
        for removal in rung.removals:
            number += 1
            title = document.say("退出：", "Losing a rung: ") + document.rung(rung.id)
            said = list(document.article(number, document.removal(rung, removal)))
            yield Chapter(ladder.removal_step(rung.id, removal.id).id, title, number, number, tuple(said))
