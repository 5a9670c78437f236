"""What the rows of one kind of evidence, or of several together, carry: attributes, amounts, an end."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from events.facts import AmountOf, Catalogue, Kind, Scale

STATED = "application"
"""The kind whose rows carry whatever was stated: every attribute, as text."""
AMOUNT = "amount"
"""What a filter calls a row's amount."""


@dataclass(frozen=True)
class Carried:
    """The rows of some kinds, of which every one is in the catalogue; ``through`` others they have a ``member``."""

    catalogue: Catalogue
    names: tuple[str, ...]
    through: bool = False

    @cached_property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds, as they are written."""
        return tuple(self.catalogue.kinds[name] for name in self.names)

    @property
    def title(self) -> str:
        """The kinds' names, for a message."""
        return " + ".join(self.names)

    @cached_property
    def attributes(self) -> tuple[str, ...]:
        """Everything that a row may carry, each once."""
        own = [attribute for kind in self.kinds for attribute in kind.attributes]
        return tuple(dict.fromkeys([*own, *(("member",) if self.through else ())]))

    def carries(self, attribute: str) -> bool:
        """Whether a row may have an attribute; ``kind`` is one of every row."""
        return attribute in (*self.attributes, "kind") or STATED in self.names

    def takes(self, attribute: str) -> str:
        """What an attribute takes: the name of a scale, ``text`` or ``number``, by the first kind that has it."""
        return next((kind.attributes[attribute] for kind in self.kinds if attribute in kind.attributes), "text")

    def scale(self, attribute: str) -> Scale | None:
        """The scale whose terms an attribute takes; None where it is text or a number."""
        return self.catalogue.scales.get(self.takes(attribute))

    def terms(self, attribute: str) -> tuple[str, ...] | None:
        """The terms that an attribute can have; None where that is any text."""
        if attribute == "kind":
            return self.names
        scale = self.scale(attribute)
        return tuple(term.id for term in scale.terms) if scale else None

    @cached_property
    def amounts(self) -> tuple[AmountOf, ...]:
        """The amounts of the kinds that have one."""
        amounts = (amount_of(self.catalogue, name) for name in self.names)
        return tuple(one for one in amounts if one is not None)

    @cached_property
    def without_amount(self) -> str | None:
        """The first kind whose rows have no amount."""
        return next((name for name in self.names if amount_of(self.catalogue, name) is None), None)

    @cached_property
    def units(self) -> tuple[str, ...]:
        """The units of the amounts, each once."""
        return tuple(dict.fromkeys(amount.unit for amount in self.amounts))

    @cached_property
    def passing(self) -> str | None:
        """The first kind whose rows are of their day alone, and have no end."""
        both = zip(self.names, self.kinds, strict=True)
        return next((name for name, kind in both if not kind.lasting), None)

    @cached_property
    def fine(self) -> int:
        """What 1 is at the finest scale of the amounts."""
        return int(10 ** max((amount.scale for amount in self.amounts), default=0))


def amount_of(catalogue: Catalogue, name: str) -> AmountOf | None:
    """The amount that rows of a kind have as evidence: a dispensation has none, a decision two decimal places."""
    amount = catalogue.kinds[name].amount
    if amount is None or name == "dispensation":
        return None
    return amount.model_copy(update={"scale": 2}) if name == "decision" else amount
