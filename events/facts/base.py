"""What all facts have: how a field is declared personal, exact amounts, and the row that a fact came from."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

SELF = "self"
"""The owner of a personal field who is the subject of the event's own stream."""


class Owner:
    """Declares a field personal, and whose key seals it: the stream's subject, or the id in another field."""

    def __init__(self, field: str = SELF) -> None:
        self.field = field


Personal = Annotated[str, Owner()]
"""Text about the person whose stream this is."""


class Value(BaseModel):
    """A frozen value that knows all its fields."""

    # A refused value is not quoted in the error: it may be somebody's name, and errors end up in logs.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Grown(Value):
    """A value that later got fields of its own accord: those named here are left out of a payload while they are empty.

    So what was written before they came is written again in the same bytes.
    """

    LATER: ClassVar[tuple[str, ...]] = ()

    @model_serializer(mode="wrap")
    def _without_what_is_empty(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        said: dict[str, Any] = serialize(self)
        return {name: value for name, value in said.items() if name not in self.LATER or value}


class Amount(Value):
    """An exact quantity: ``value`` divided by 10 to the ``scale``, in ``unit``.  6.5 hours is 65, 1, "hour".

    At every scale an amount fits the 64-bit columns that it is assessed in: ``value`` is at most 10 to the 12th.
    """

    value: int = Field(ge=-(10**12), le=10**12)
    scale: int = Field(ge=0, le=6)
    unit: str

    @classmethod
    def of(cls, number: Decimal, unit: str) -> Amount:
        """The amount of an exact decimal number; ValueError beyond six decimal places, or if it is too large."""
        if not number.is_finite():
            raise ValueError(f"{number} is not a number")
        # Decimal's own arithmetic would round to 28 digits, so the digits are taken as they are written.
        sign, digits, last = number.as_tuple()
        written = "".join(map(str, digits))
        significant = written.rstrip("0")
        exponent = int(last) + len(written) - len(significant)
        if not significant:
            return cls(value=0, scale=0, unit=unit)
        if exponent < -6:
            raise ValueError(f"{number} has more than six decimal places")
        if len(significant) + max(0, exponent) > 13:
            raise ValueError(f"{number} is too large")
        value = int(significant + "0" * max(0, exponent))
        return cls(value=-value if sign else value, scale=max(0, -exponent), unit=unit)

    def at(self, scale: int) -> int:
        """The value at another scale; ValueError where that would round."""
        if scale >= self.scale:
            return self.value * int(10 ** (scale - self.scale))
        value, rest = divmod(self.value, int(10 ** (self.scale - scale)))
        if rest:
            raise ValueError(f"{self.number} {self.unit} does not fit {scale} decimal places")
        return value

    @property
    def number(self) -> Decimal:
        """The number as a decimal."""
        return Decimal(self.value).scaleb(-self.scale)


class Source(Value):
    """Where a row came from: the keyed hash that names the file, and the row's number in its sheet.

    ``key`` is the hash of the row's business key (kind, source system, record number, or what stands for them),
    ``content`` that of everything else in the row: same key and same content is the same row.  Both are made under
    the key of whom the row is about, and are of no use once that key is gone.
    """

    file: str
    row: int
    key: str
    content: str


class Fact(Value):
    """What all facts have."""

    TYPE: ClassVar[str]
    SCHEMA: ClassVar[int] = 1

    def business_keys(self, stream: str) -> tuple[str, ...]:
        """The keys under which this, in this stream, may happen once in a district."""
        return ()

    def keyed_at(self, position: int) -> int:
        """What those keys lead to: this, which is at a position; or the earlier record to which it gives a key."""
        return position


class FromRow(Fact):
    """A fact that a row of a file may state."""

    source: Source | None = None

    def business_keys(self, stream: str) -> tuple[str, ...]:
        return (f"row/{self.source.key}",) if self.source else ()
