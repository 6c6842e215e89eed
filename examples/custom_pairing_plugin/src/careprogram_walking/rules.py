"""May this helper walk to this child, and do they speak the same dialect?

One hard rule and one score. Neither knows which strategy asks.
"""

import attrs

from careprogram.language import Text
from careprogram.pairing import Blocked, ChildNeed, HelperOffer, PairingContext
from careprogram.unknown import Unknown

STANDARD = "普通话"
"""The language that everybody learns at school; speaking it is no sign of coming from the same place."""


@attrs.frozen(kw_only=True)
class WalkingDistanceConstraint:
    """The two live within walking distance of each other.

    Attributes:
        farthest_m: Meters between the two places at the most.
    """

    farthest_m: int = 5_000
    id: str = attrs.field(default="walking-distance", init=False)
    text: Text = attrs.field(default=Text("步行太远", "too far to walk"), init=False)

    def allows(self, need: ChildNeed, offer: HelperOffer, context: PairingContext) -> bool | Blocked:
        """Measure; a distance that nobody knows is no walking distance."""
        meters = context.distance_m(need, offer)
        if isinstance(meters, Unknown):
            return Blocked("walking-distance-unknown", Text("不知道要走多远", "nobody knows how far it is to walk"))
        return meters <= self.farthest_m


@attrs.frozen(kw_only=True)
class MotherTongueScore:
    """How well the two understand each other: a dialect in common counts fully, the standard language half."""

    id: str = attrs.field(default="mother-tongue", init=False)
    text: Text = attrs.field(default=Text("乡音", "mother tongue"), init=False)

    def score(self, need: ChildNeed, offer: HelperOffer, context: PairingContext) -> int:  # noqa: ARG002
        """Return 1000, 500 or 0."""
        shared = need.child.languages & offer.helper.languages
        return 1000 if shared - {STANDARD} else 500 if shared else 0
