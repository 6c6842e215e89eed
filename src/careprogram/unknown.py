"""How do we write down that nobody knows?

A survey leaves gaps. A gap is neither "no" nor "does not apply": ``None`` says that there is no such thing (no
delegated caregiver, no end date), ``UNKNOWN`` says that nobody answered. Asking ``UNKNOWN`` for its truth is refused,
because every guess would sooner or later turn a child away.
"""

import enum
from typing import Final, Literal, NoReturn, TypeAlias, TypeVar

T = TypeVar("T")


class Unknown(enum.Enum):
    """The type of the one value ``UNKNOWN``."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> NoReturn:
        """Refuse to be read as yes or no.

        Raises:
            TypeError: Always.
        """
        raise TypeError("UNKNOWN is neither true nor false: compare with `is UNKNOWN` first")


UNKNOWN: Final[Literal[Unknown.UNKNOWN]] = Unknown.UNKNOWN
"""Nobody answered."""

Maybe: TypeAlias = T | Unknown
"""A value that a survey may have left open: ``Maybe[date]`` is a date or ``UNKNOWN``."""


def known(value: Maybe[T], default: T) -> T:
    """Return *value*, or *default* where nobody knows.

    Examples:
        >>> known(UNKNOWN, 0), known(7, 0)
        (0, 7)
    """
    return default if isinstance(value, Unknown) else value
