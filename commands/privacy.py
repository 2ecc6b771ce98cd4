"""What everybody may read and what only the person it belongs to, as two types that cannot be mixed up.

A `Private` value has no text form: printing, formatting or logging it says only that it is private, so that a
slip shows nothing. `reveal` is for calculating inside a command and for the renderer of private messages.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)

HIDDEN = "‹private›"


@dataclass(frozen=True, slots=True)
class Public(Generic[T_co]):
    """A value that may stand in a post everybody can read: a catalogue or command name, a time."""

    value: T_co

    def reveal(self) -> T_co:
        """The value itself."""
        return self.value

    def __str__(self) -> str:
        return str(self.value)

    def __format__(self, spec: str) -> str:
        return format(self.value, spec)


@dataclass(frozen=True, slots=True, repr=False)
class Private(Generic[T_co]):
    """A value that only its owner may read: it can be calculated with after `reveal`, never printed."""

    _value: T_co

    def reveal(self) -> T_co:
        """The value itself. For calculating in a command and for the renderer of private messages."""
        return self._value

    def __str__(self) -> str:
        return HIDDEN

    def __repr__(self) -> str:
        return f"Private({HIDDEN})"

    def __format__(self, spec: str) -> str:
        return HIDDEN
