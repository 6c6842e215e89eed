"""How good is a pair of a child and a helper, seen from one side?

A score is a whole number from 0 to 1000. It never forbids a pair: that is what constraints are for. It reads what it is
given and nothing else, so that the same people get the same plan whenever somebody asks.
"""

import attrs

from careprogram.language import Text
from careprogram.pairing import ChildNeed, HelperOffer, PairingContext
from careprogram.people import Weekday

_WEEKEND = frozenset({Weekday.SATURDAY, Weekday.SUNDAY})


@attrs.frozen(kw_only=True)
class FreeAtWeekends:
    """Whether a helper has time when there is no school: 1000 for both days, 500 for one, 0 for none or unknown."""

    id: str = attrs.field(default="care-plugin-template.weekends", init=False)
    text: Text = attrs.field(default=Text("周末有空", "free at weekends"), init=False)

    def score(self, need: ChildNeed, offer: HelperOffer, context: PairingContext) -> int:  # noqa: ARG002
        """Return 0, 500 or 1000."""
        return 500 * len(offer.helper.availability & _WEEKEND)
