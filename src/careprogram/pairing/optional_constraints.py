"""Which hard rules ship that a program has to ask for?

A day on which both have time, and no helper from the child's own household. `default_constraints` leaves them out,
because most rosters do not say enough; here a gap on either side is no match, or no obstacle, as the rule says.
"""

from collections.abc import Sequence
from typing import ClassVar

import attrs

from careprogram.language import Text
from careprogram.pairing.constraint import Blocked, ConstraintScope
from careprogram.pairing.context import PairingContext
from careprogram.pairing.finding import columns as c
from careprogram.pairing.problem import ChildNeed, HelperOffer, home_of


@attrs.frozen(kw_only=True)
class CommonDayConstraint:
    """There is a day in the week on which the child may be helped and the helper has time.

    Attributes:
        allow_unknown: Whether a side nobody asked counts as having time.
    """

    allow_unknown: bool = True
    id: str = attrs.field(default="common-day", init=False)
    text: Text = attrs.field(default=Text("没有双方都合适的日子", "no day suits both"), init=False)
    scope: ConstraintScope = attrs.field(default=ConstraintScope.PAIR, init=False)
    reasons: ClassVar[Sequence[Blocked]] = ()

    def allows(self, need: ChildNeed, offer: HelperOffer, context: PairingContext) -> bool:  # noqa: ARG002
        """Compare the days of both."""
        own, its = need.days, offer.helper.availability
        return bool(own & its) if own and its else self.allow_unknown

    def allows_all(self, pairs: c.PairColumns) -> c.Array:
        """Compare the bits of the days."""
        own, its = pairs.of_child("days"), pairs.of_helper("days")
        gap = (own == 0) | (its == 0)
        return c.first_answer(len(pairs), (gap, int(self.allow_unknown)), ((own & its) == 0, 0))


@attrs.frozen(kw_only=True)
class HouseholdConstraint:
    """The helper does not live at the child's own address: who shares its household is family, not a helper.

    Addresses are compared as written, without spaces, inside one place; a gap is no match.
    """

    id: str = attrs.field(default="same-household", init=False)
    text: Text = attrs.field(default=Text("与儿童同住", "lives at the child's address"), init=False)
    scope: ConstraintScope = attrs.field(default=ConstraintScope.PAIR, init=False)
    reasons: ClassVar[Sequence[Blocked]] = ()

    def allows(self, need: ChildNeed, offer: HelperOffer, context: PairingContext) -> bool:  # noqa: ARG002
        """Compare place and address of both."""
        own = home_of(need.child.residence)
        return own is None or own != home_of(offer.helper.residence)

    def allows_all(self, pairs: c.PairColumns) -> c.Array:
        """Compare the numbers of the homes."""
        own = pairs.of_child("home")
        return (own == c.NOBODY) | (own != pairs.of_helper("home"))
