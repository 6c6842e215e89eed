"""What is a hard rule?

A Protocol that anybody's rule meets, and its finer answers. A rule is asked about one pair, or, if it likes, about a
million pairs in columns. Nothing here says no: the rules do.
"""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import attrs

from careprogram.language import Text
from careprogram.pairing.context import PairingContext
from careprogram.pairing.finding.columns import Array, PairColumns
from careprogram.pairing.problem import ChildNeed, HelperOffer
from careprogram.people.enums import Answer


class ConstraintScope(Answer):
    """Whom a constraint looks at; one that looks at one side only is asked once for that side."""

    CHILD = "child", "儿童"
    HELPER = "helper", "帮扶人"
    PAIR = "pair", "双方"


@attrs.frozen
class Blocked:
    """A no with a reason finer than the constraint's own.

    Attributes:
        code: Stable and language-free.
        text: What a reader sees.
    """

    code: str
    text: Text

    def __bool__(self) -> bool:
        return False


@runtime_checkable
class PairingConstraint(Protocol):
    """A hard rule that a plugin may add; an attribute ``scope`` is optional and ``PAIR`` if absent."""

    @property
    def id(self) -> str:
        """Stable id, kebab-case; the code of its plain no."""

    @property
    def text(self) -> Text:
        """Why it says no."""

    def allows(self, need: ChildNeed, offer: HelperOffer, context: PairingContext) -> bool | Blocked:
        """Return True, False, or a reason of its own; whatever else it answers counts as no."""


@runtime_checkable
class ColumnConstraint(PairingConstraint, Protocol):
    """A hard rule that can be asked about many pairs at once.

    Both ways must agree: `careprogram.testing.check_constraint` looks. Without numpy only `allows` is asked.
    """

    @property
    def reasons(self) -> Sequence[Blocked]:
        """The finer answers, in the order of their codes."""

    def allows_all(self, pairs: PairColumns) -> Array:
        """Return a whole number per pair: 1 for True, 0 for a plain no, -1 for the first reason, -2 for the second, ...

        Truth values of numpy do, where there is no finer reason. If it raises or answers anything else, all its pairs
        are blocked.
        """
