"""What does a rule answer when a survey has gaps?

Strong Kleene logic: true, false and unknown, where unknown gives way only to what decides regardless of it (``false &
unknown`` is false). This module knows no facts and no policies.
"""

import enum
from collections.abc import Iterable
from typing import NoReturn


class Truth(enum.Enum):
    """One of three truth values, with ``&``, ``|`` and ``~`` by the strong Kleene tables.

    Examples:
        >>> Truth.FALSE & Truth.UNKNOWN, Truth.TRUE & Truth.UNKNOWN
        (Truth.FALSE, Truth.UNKNOWN)
    """

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"

    def __and__(self, other: "Truth") -> "Truth":
        if self is Truth.FALSE or other is Truth.FALSE:
            return Truth.FALSE
        return Truth.TRUE if self is other is Truth.TRUE else Truth.UNKNOWN

    def __or__(self, other: "Truth") -> "Truth":
        if self is Truth.TRUE or other is Truth.TRUE:
            return Truth.TRUE
        return Truth.FALSE if self is other is Truth.FALSE else Truth.UNKNOWN

    def __invert__(self) -> "Truth":
        if self is Truth.UNKNOWN:
            return Truth.UNKNOWN
        return Truth.FALSE if self is Truth.TRUE else Truth.TRUE

    def __bool__(self) -> NoReturn:
        """Refuse to be read as yes or no.

        Raises:
            TypeError: Always.
        """
        raise TypeError("a Truth has three values: compare with `is Truth.TRUE`, combine with & | ~")

    def __repr__(self) -> str:
        return f"Truth.{self.name}"


def truth(answer: bool) -> Truth:
    """Return the truth value of a settled *answer*."""
    return Truth.TRUE if answer else Truth.FALSE


def all_of(truths: Iterable[Truth]) -> Truth:
    """Return the conjunction of *truths*: false if one is false, else unknown if one is unknown, else true."""
    result = Truth.TRUE
    for each in truths:
        if each is Truth.FALSE:
            return Truth.FALSE
        if each is Truth.UNKNOWN:
            result = Truth.UNKNOWN
    return result


def any_of(truths: Iterable[Truth]) -> Truth:
    """Return the disjunction of *truths*: true if one is true, else unknown if one is unknown, else false."""
    result = Truth.FALSE
    for each in truths:
        if each is Truth.TRUE:
            return Truth.TRUE
        if each is Truth.UNKNOWN:
            result = Truth.UNKNOWN
    return result
