"""What may a constraint or a score look at, besides the child and the helper?

The day, the places, and what is settled between the two. Distances are looked up once per pair of places.
"""

import datetime as dt

import attrs

from careprogram.errors import NotFoundError
from careprogram.ids import ChildId, HelperId
from careprogram.pairing.lifecycle import PairingStatus
from careprogram.pairing.problem import ChildNeed, HelperOffer, PairingProblem
from careprogram.people import PlaceCode, PlaceTree
from careprogram.people.place_code import PlaceLevel
from careprogram.unknown import UNKNOWN, Maybe, Unknown

Tie = tuple[ChildId, HelperId]

_LEVELS = tuple((level.digits, "000" if level.digits > 6 else "00", level) for level in reversed(PlaceLevel))
"""Per level the length of its codes and the ending that only fills a wider code up."""


def _shared_level(here: str, there: str) -> PlaceLevel | None:
    """Return what `PlaceCode.shared_level` does, without building the codes between: it is asked for every pair."""
    for digits, filling, level in _LEVELS:
        beginning = here[:digits]
        if len(beginning) == digits and there.startswith(beginning) and not beginning.endswith(filling):
            return level
    return None


@attrs.frozen(kw_only=True)
class PairingContext:
    """The circumstances of one run.

    Attributes:
        as_of: The day of the run.
        places: Where places are.
        strategy: Id of the strategy.
        peer: Whether classmates help classmates.
        standing: Pairs that stand under this strategy.
        begun: Those of them that both sides accepted; a mere proposal makes nobody familiar.
        declined: Pairs that one side declined.
        excluded: Pairs ruled out by hand.
    """

    as_of: dt.date
    places: PlaceTree = attrs.field(repr=False)
    strategy: str
    peer: bool = False
    standing: frozenset[Tie] = frozenset()
    begun: frozenset[Tie] = frozenset()
    declined: frozenset[Tie] = frozenset()
    excluded: frozenset[Tie] = frozenset()
    _apart: dict[tuple[str, str], tuple[Maybe[int], PlaceLevel | None]] = attrs.field(
        factory=dict, init=False, repr=False, eq=False
    )

    @classmethod
    def of(cls, problem: PairingProblem, *, strategy: str, peer: bool = False) -> "PairingContext":
        """Return the circumstances of *problem* under *strategy*."""
        standing = [one for one in problem.existing if one.stands and one.strategy == strategy]
        return cls(
            as_of=problem.as_of,
            places=problem.places,
            strategy=strategy,
            peer=peer,
            standing=frozenset((one.child, one.helper) for one in standing),
            begun=frozenset((one.child, one.helper) for one in standing if one.status is not PairingStatus.PROPOSED),
            declined=frozenset(
                (one.child, one.helper) for one in problem.existing if one.status is PairingStatus.DECLINED
            ),
            excluded=problem.excluded_pairs,
        )

    def distance_m(self, need: ChildNeed, offer: HelperOffer) -> Maybe[int]:
        """Return the meters between their homes, or UNKNOWN."""
        return self._between(need, offer)[0]

    def shared_level(self, need: ChildNeed, offer: HelperOffer) -> PlaceLevel | None:
        """Return the narrowest level of administration that both live in; None if none is known."""
        return self._between(need, offer)[1]

    def _between(self, need: ChildNeed, offer: HelperOffer) -> tuple[Maybe[int], PlaceLevel | None]:
        here, there = need.child.residence.place, offer.helper.residence.place
        if isinstance(here, Unknown) or isinstance(there, Unknown):
            return UNKNOWN, None
        key = (here.text, there.text)
        if key not in self._apart:
            self._apart[key] = (self._measured(here, there), _shared_level(*key))
        return self._apart[key]

    def _measured(self, here: PlaceCode, there: PlaceCode) -> Maybe[int]:
        try:
            return self.places.distance_m(here, there)
        except NotFoundError:
            return UNKNOWN
