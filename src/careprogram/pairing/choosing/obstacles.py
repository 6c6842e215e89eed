"""What stands between a child and a helper, all of it, and may anything be done about it?

The rules are asked one by one, past the first no. Each reason belongs to a class, as the facts of a policy do: what is
only missing can be obtained; what protects the child is never suggested away; a code that nobody has put into a class
counts as protective.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import attrs

from careprogram.pairing.constraints import Blocked, ConstraintScope, PairingConstraint
from careprogram.pairing.context import PairingContext
from careprogram.pairing.problem import ChildNeed, HelperOffer
from careprogram.rules import Mutability

OBSTACLES: Final[Mapping[str, Mutability]] = MappingProxyType(
    {
        "child-consent-unknown": Mutability.OBTAINABLE,
        "child-consent-lapsed": Mutability.OBTAINABLE,
        "helper-consent-unknown": Mutability.OBTAINABLE,
        "helper-consent-lapsed": Mutability.OBTAINABLE,
        "screening-missing": Mutability.OBTAINABLE,
        "screening-expired": Mutability.OBTAINABLE,
        "screening-not-yet": Mutability.CHANGES_WITH_TIME,
        "helper-age-unknown": Mutability.CORRECTABLE,
        "sex-unknown": Mutability.CORRECTABLE,
        "distance-unknown": Mutability.CORRECTABLE,
        "distance": Mutability.OBTAINABLE,
        "load": Mutability.OBTAINABLE,
    }
)
"""Per code of a no what may be done about it; every other code is protective."""

_ON_FILE: Final = frozenset(code for code in OBSTACLES if "consent" in code or "screening" in code)


def obstacle_class(code: str) -> Mutability:
    """Return what may be done about a no; protective where nothing may."""
    return OBSTACLES.get(code, Mutability.PROTECTIVE)


def obtainable(code: str) -> bool:
    """Return whether a paper that is only missing would turn this no into a yes."""
    return code in _ON_FILE and obstacle_class(code) is Mutability.OBTAINABLE


@attrs.frozen(kw_only=True)
class Obstacles:
    """All noes of a set of rules.

    Attributes:
        constraints: The rules.
        context: The circumstances.
    """

    constraints: tuple[PairingConstraint, ...]
    context: PairingContext

    def of_child(self, need: ChildNeed) -> tuple[str, ...]:
        """Return the noes of the rules that look at the child only."""
        return self._noes(ConstraintScope.CHILD, need, None)

    def of_helper(self, offer: HelperOffer) -> tuple[str, ...]:
        """Return the noes of the rules that look at the helper only."""
        return self._noes(ConstraintScope.HELPER, None, offer)

    def between(self, need: ChildNeed, offer: HelperOffer) -> tuple[str, ...]:
        """Return every no to a pair, in the order of the rules."""
        return self._noes(None, need, offer)

    def _noes(
        self, scope: ConstraintScope | None, need: ChildNeed | None, offer: HelperOffer | None
    ) -> tuple[str, ...]:
        asked = (
            one for one in self.constraints if scope is None or getattr(one, "scope", ConstraintScope.PAIR) is scope
        )
        codes = (self._no(one, need, offer) for one in asked)
        return tuple(code for code in codes if code is not None)

    def _no(self, constraint: PairingConstraint, need: ChildNeed | None, offer: HelperOffer | None) -> str | None:
        try:
            # A rule of one side never looks at the other, which it may be asked without.
            answer: object = constraint.allows(need, offer, self.context)  # type: ignore[arg-type]
        except (Exception, SystemExit):  # noqa: BLE001  whatever a plugin raises is a no that nobody may argue with
            return f"{constraint.id}-failed"
        if answer is True:
            return None
        return answer.code if isinstance(answer, Blocked) else constraint.id
