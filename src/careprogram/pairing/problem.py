"""Who is to be paired with whom, on which day, and what stands already?

The question put to a strategy. It is checked once, when it is made; it answers nothing.
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

import attrs

from careprogram.errors import PairingError
from careprogram.ids import ChildId, HelperId, ServiceId
from careprogram.pairing.lifecycle import Pairing
from careprogram.people import Child, Grade, Helper, PlaceTree, Residence, Weekday
from careprogram.unknown import Unknown


@attrs.frozen(kw_only=True)
class ChildNeed:
    """A child that needs help.

    Attributes:
        child: The child.
        tier: How urgent, 1 first; comes out of the verdict of a policy.
        needs: Services the child needs.
        days: Days on which help suits; empty if nobody asked.

    Raises:
        PairingError: The tier is no whole number from 1.
    """

    child: Child
    tier: int = 1
    needs: frozenset[ServiceId] = frozenset()
    days: frozenset[Weekday] = frozenset()

    def __attrs_post_init__(self) -> None:
        if type(self.tier) is not int or self.tier < 1:
            raise PairingError(f"child {self.child.id}: tiers are counted from 1, the most urgent")

    @property
    def id(self) -> ChildId:
        """The id of the child."""
        return self.child.id


@attrs.frozen(kw_only=True)
class HelperOffer:
    """A helper and how many children they can take.

    Attributes:
        helper: The helper.
        capacity: Children at the most; that of the helper if not given.

    Raises:
        PairingError: The capacity is no whole number from 0.
    """

    helper: Helper
    capacity: int = attrs.field(default=attrs.Factory(lambda offer: offer.helper.capacity, takes_self=True))

    def __attrs_post_init__(self) -> None:
        if type(self.capacity) is not int or self.capacity < 0:
            raise PairingError(f"helper {self.helper.id}: a capacity is 0 or more children")

    @property
    def id(self) -> HelperId:
        """The id of the helper."""
        return self.helper.id


@attrs.frozen(kw_only=True)
class PairingProblem:
    """Children, helpers, and what is already settled between them.

    Attributes:
        children: Who needs help.
        helpers: Who offers it.
        places: Where the places are that both live in.
        as_of: The day on which screening, consent and age are looked at.
        existing: Earlier pairings; those that stand take places, a declined pair is not proposed again.
        excluded_pairs: Pairs that somebody ruled out by hand, the child first; who is not in the problem may be named.

    Raises:
        PairingError: An id occurs twice or is none, a standing pairing names somebody who is not in the problem, or
            something is of another kind than said above.
    """

    children: tuple[ChildNeed, ...]
    helpers: tuple[HelperOffer, ...]
    places: PlaceTree = attrs.field(repr=False)
    as_of: dt.date
    existing: tuple[Pairing, ...] = ()
    excluded_pairs: frozenset[tuple[ChildId, HelperId]] = frozenset()

    def __attrs_post_init__(self) -> None:
        for name in ("children", "helpers", "existing"):  # what can be gone over once only is held, so nobody is lost
            members = getattr(self, name)
            object.__setattr__(self, name, tuple(members) if isinstance(members, Iterable) else (members,))
        _refuse_others("children", self.children, ChildNeed)
        _refuse_others("helpers", self.helpers, HelperOffer)
        _refuse_others("existing", self.existing, Pairing)
        _refuse_others("places", (self.places,), PlaceTree)
        if type(self.as_of) is not dt.date:
            raise PairingError("as_of is a day: a datetime.date without a time")
        for what, ids in (("child", [one.id for one in self.children]), ("helper", [one.id for one in self.helpers])):
            _refuse_odd_ids(what, ids)
            _refuse_twice(what, ids)
        children = {need.id for need in self.children}
        helpers = {offer.id for offer in self.helpers}
        object.__setattr__(self, "excluded_pairs", _pairs_of(self.excluded_pairs))
        _refuse_turned(self.excluded_pairs, children, helpers)
        for pairing in self.existing:
            if pairing.stands and (pairing.child not in children or pairing.helper not in helpers):
                missing = "child" if pairing.child not in children else "helper"
                raise PairingError(
                    f"pairing {pairing.id} stands, but its {missing} is not in the problem: "
                    "end it or hand it over first (`orphans` lists such pairings), or add who is missing"
                )


def _refuse_others(name: str, members: Iterable[object], kind: type) -> None:
    """Say so where a value is of another kind; the value itself may be about a child and is not shown."""
    for member in members:
        if not isinstance(member, kind):
            raise PairingError(f"{name}: a {kind.__name__} is wanted, not a {type(member).__name__}")


def _refuse_turned(pairs: Iterable[tuple[str, str]], children: Collection[str], helpers: Collection[str]) -> None:
    """Refuse a pair that names the helper first: it would be no pair of anybody, and rule out nothing."""
    for first, second in pairs:
        turned = first in helpers and second in children
        if turned and not (first in children and second in helpers):
            raise PairingError("excluded_pairs: each names the child first, then the helper")


def _refuse_odd_ids(what: str, ids: Sequence[object]) -> None:
    """Refuse ids that no file can hold or no order knows; who is meant is told by number, for the id is no text."""
    for number, own in enumerate(ids, start=1):
        if not isinstance(own, str) or "\x1f" in own:
            raise PairingError(f"the id of {what} number {number} is no text, or holds the control character U+001F")
    try:
        "".join(map(str, ids)).encode()
    except UnicodeEncodeError:
        raise PairingError(
            f"the id of a {what} holds half a character (a lone surrogate), which no file can hold: derive it with "
            "careprogram.ids"
        ) from None


def _pairs_of(members: object) -> frozenset[tuple[ChildId, HelperId]]:
    """Return pairs that were ruled out; what is none must not be passed over, for somebody meant a child by it."""
    found: set[tuple[ChildId, HelperId]] = set()
    for one in members if isinstance(members, Iterable) else (members,):
        match one:
            case (str(child), str(helper)) if isinstance(one, tuple):
                found.add((ChildId(child), HelperId(helper)))
            case _:
                raise PairingError("excluded_pairs: pairs of a child's id and a helper's id are wanted")
    return frozenset(found)


def _refuse_twice(what: str, ids: Iterable[str]) -> None:
    twice = sorted(name for name, count in Counter(ids).items() if count > 1)
    if twice:
        raise PairingError(f"{what} {twice[0]} occurs more than once ({len(twice)} such ids): merge the rows first")


ClassKey = tuple[str, int, str]


def class_of_child(need: ChildNeed) -> ClassKey | None:
    """Return school, grade and class of a child; None if one of them is not known."""
    own = need.child.schooling
    return _class_key(own.school, own.grade, own.class_name)


def class_of_helper(offer: HelperOffer) -> ClassKey | None:
    """Return school, grade and class of a classmate or homeroom teacher; None if one of them is not known."""
    return _class_key(offer.helper.school, offer.helper.grade, offer.helper.class_name)


def _class_key(school: object, grade: object, class_name: object) -> ClassKey | None:
    if isinstance(school, str) and isinstance(grade, Grade) and isinstance(class_name, str):
        return school, grade.number, class_name
    return None


def home_of(residence: Residence) -> tuple[str, str] | None:
    """Return place and address, without spaces, of a home; None if one of them is not known."""
    if isinstance(residence.place, Unknown) or isinstance(residence.address, Unknown):
        return None
    address = "".join(residence.address.split())
    return (residence.place.text, address) if address else None
