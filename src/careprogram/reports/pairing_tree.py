"""Where do the paired children and their helpers live, and where is somebody missing?

Lays a plan out on the tree of places: county, township, village, each with its sums, its pairs, the children who wait
there and the helpers who live there. Opaque ids only; it counts what a plan says and pairs nobody.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from careprogram.errors import NotFoundError
from careprogram.ids import ChildId, HelperId
from careprogram.language import Text
from careprogram.pairing import PairingPlan, ProposedPair, Reason
from careprogram.people import Child, Helper, PlaceCode, PlaceTree
from careprogram.people.place_code import PlaceLevel
from careprogram.unknown import UNKNOWN, Maybe, Unknown

NOWHERE = ""
"""The code of the place of those whose place nobody knows."""

_LEVELS = (PlaceLevel.COUNTY, PlaceLevel.TOWNSHIP, PlaceLevel.VILLAGE)


@attrs.frozen(kw_only=True)
class Tie:
    """One pair as the page shows it.

    Attributes:
        pair: The pair.
        helper_place: Where the helper lives, in words.
        distance_m: Meters between the two places, or UNKNOWN.
    """

    pair: ProposedPair
    helper_place: Text
    distance_m: Maybe[int]


@attrs.frozen(kw_only=True)
class Waiting:
    """A child without a helper.

    Attributes:
        child: Its id.
        reasons: Why.
        shortage: Position of the shortage in the plan; None if no helper is allowed at all.
    """

    child: ChildId
    reasons: tuple[Reason, ...]
    shortage: int | None


@attrs.frozen(kw_only=True)
class Offering:
    """A helper who lives in a place.

    Attributes:
        helper: The id.
        kind: What kind of helper.
        load: Children in the plan.
        capacity: Children at the most.
        reasons: Why there is no child; empty for a helper in use.
    """

    helper: HelperId
    kind: Text
    load: int
    capacity: int
    reasons: tuple[Reason, ...]


@attrs.frozen(kw_only=True)
class PlaceNode:
    """A place with everybody in it.

    Attributes:
        code: Its code; empty where the place is not known.
        label: Its name.
        paired: Children there with a helper.
        unpaired: Children there without one.
        helpers: Helpers who live there.
        capacity: Children that these helpers could take.
        load: Children that they have, wherever those live.
        ties: Pairs of children who are counted in this place itself and in no narrower one.
        waiting: The same for children without a helper.
        offers: The same for helpers.
        nodes: Narrower places, those with the most children without a helper first.
    """

    code: str
    label: Text
    paired: int
    unpaired: int
    helpers: int
    capacity: int
    load: int
    ties: tuple[Tie, ...] = attrs.field(repr=False)
    waiting: tuple[Waiting, ...] = attrs.field(repr=False)
    offers: tuple[Offering, ...] = attrs.field(repr=False)
    nodes: tuple["PlaceNode", ...] = attrs.field(repr=False)

    @property
    def children(self) -> int:
        """Children of the plan who live there."""
        return self.paired + self.unpaired


def pairing_tree(
    plan: PairingPlan, children: Iterable[Child], helpers: Iterable[Helper], places: PlaceTree
) -> tuple[PlaceNode, ...]:
    """Lay *plan* out on the tree of places.

    Args:
        plan: Who is paired with whom, and who is not.
        children: Those whom the plan names, at least; others are left out.
        helpers: The same for helpers.
        places: Names and coordinates.

    Returns:
        The counties; children or helpers whose place is not known stand below a place with an empty code.
    """
    return _Layout(plan, {one.id: one for one in children}, {one.id: one for one in helpers}, places).roots()


class _Layout:
    def __init__(
        self,
        plan: PairingPlan,
        children: Mapping[ChildId, Child],
        helpers: Mapping[HelperId, Helper],
        places: PlaceTree,
    ) -> None:
        self.helpers, self.places = helpers, places
        self.ties: dict[str, list[Tie]] = defaultdict(list)
        self.waiting: dict[str, list[Waiting]] = defaultdict(list)
        self.offers: dict[str, list[Offering]] = defaultdict(list)
        self.children_at: dict[str, set[ChildId]] = defaultdict(set)
        for pair in plan.pairs:
            child, helper = children[pair.child], helpers[pair.helper]
            where = counted_at(child.residence.place)
            self.children_at[where].add(pair.child)
            self.ties[where].append(
                Tie(
                    pair=pair,
                    helper_place=self.name(counted_at(helper.residence.place)),
                    distance_m=distance_between(places, child.residence.place, helper.residence.place),
                )
            )
        for left in plan.unpaired:
            where = counted_at(children[left.child].residence.place)
            self.waiting[where].append(Waiting(child=left.child, reasons=left.reasons, shortage=left.shortage))
        self._place_helpers(plan)

    def _place_helpers(self, plan: PairingPlan) -> None:
        loads = Counter(pair.helper for pair in plan.pairs)
        idle = {one.helper: one.reasons for one in plan.idle}
        for helper in self.helpers.values():
            if helper.id in loads or helper.id in idle:
                self.offers[counted_at(helper.residence.place)].append(
                    Offering(
                        helper=helper.id,
                        kind=Text(helper.kind.label("zh"), helper.kind.label("en")),
                        load=loads[helper.id],
                        capacity=helper.capacity,
                        reasons=idle.get(helper.id, ()),
                    )
                )

    def roots(self) -> tuple[PlaceNode, ...]:
        inside: dict[str, set[str]] = defaultdict(set)
        tops: set[str] = set()
        for code in {*self.ties, *self.waiting, *self.offers}:
            chain = list(_chain(code))
            tops.add(chain[0])
            for wider, narrower in itertools.pairwise(chain):
                inside[wider].add(narrower)
        return self._sorted(self._node(code, inside) for code in tops)

    def _node(self, code: str, inside: Mapping[str, set[str]]) -> PlaceNode:
        nodes = self._sorted(self._node(one, inside) for one in inside.get(code, ()))
        offers = self.offers.get(code, [])
        return PlaceNode(
            code=code,
            label=self.name(code),
            paired=len(self.children_at.get(code, ())) + sum(node.paired for node in nodes),
            unpaired=len(self.waiting.get(code, ())) + sum(node.unpaired for node in nodes),
            helpers=len(offers) + sum(node.helpers for node in nodes),
            capacity=sum(one.capacity for one in offers) + sum(node.capacity for node in nodes),
            load=sum(one.load for one in offers) + sum(node.load for node in nodes),
            ties=tuple(sorted(self.ties.get(code, ()), key=lambda tie: (tie.pair.child, tie.pair.helper))),
            waiting=tuple(sorted(self.waiting.get(code, ()), key=lambda one: one.child)),
            offers=tuple(sorted(offers, key=lambda one: (-one.load, one.helper))),
            nodes=nodes,
        )

    @staticmethod
    def _sorted(nodes: Iterator[PlaceNode]) -> tuple[PlaceNode, ...]:
        return tuple(sorted(nodes, key=lambda node: (-node.unpaired, -node.children, node.code == NOWHERE, node.code)))

    def name(self, code: str) -> Text:
        return place_name(self.places, code)


def counted_at(place: Maybe[PlaceCode]) -> str:
    """Return the code of the place in which somebody is counted; empty where it is not known or wider than a county."""
    if isinstance(place, Unknown) or place.level.digits < PlaceLevel.COUNTY.digits:
        return NOWHERE
    return place.text


def place_name(places: PlaceTree, code: str) -> Text:
    """Return the name of a place of the tree; its code where the tree does not know it."""
    if code == NOWHERE:
        return Text("（地点不详）", "(place not known)")
    try:
        name = places.place(PlaceCode(code)).name
    except NotFoundError:
        name = code
    return Text(name, name)


def distance_between(places: PlaceTree, here: Maybe[PlaceCode], there: Maybe[PlaceCode]) -> Maybe[int]:
    """Return the meters between two places, or UNKNOWN where one of them, or its coordinates, is not known."""
    if isinstance(here, Unknown) or isinstance(there, Unknown):
        return UNKNOWN
    try:
        return places.distance_m(here, there)
    except NotFoundError:
        return UNKNOWN


def _chain(code: str) -> Sequence[str]:
    """Return the places that contain *code*, from the county down to itself."""
    return [code[: level.digits] for level in _LEVELS if len(code) >= level.digits] or [code]
