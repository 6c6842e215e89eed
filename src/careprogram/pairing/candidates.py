"""Which helpers come into question for a child, without asking about everybody?

Helpers are looked at from near to far: who is tied or asked for, the class, the school, then village, township,
county and so on outwards, until enough are allowed. What was not looked at is counted, and can be looked at later:
a strategy widens the search where a child would otherwise go without.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from careprogram.ids import stable_hash
from careprogram.language import Text
from careprogram.pairing.constraints import ConstraintScope, class_of_child, class_of_helper
from careprogram.pairing.judging import Judge
from careprogram.pairing.problem import ChildNeed, HelperOffer
from careprogram.people import PlaceCode
from careprogram.unknown import Maybe, Unknown

_RINGS = (12, 9, 6, 4, 2, 0)
"""Digits of a place code that both must share, ring by ring: village, township, county, prefecture, province, all."""

NOT_A_CLASSMATE = "classmate"


def _place_text(place: Maybe[PlaceCode]) -> str:
    return "" if isinstance(place, Unknown) else place.text


class CandidateSearch:
    """The allowed pairs found so far.

    Attributes:
        edges: Per child position its allowed helpers: helper position to score and scores.
        child_no: Per child position the code that rules out every helper, or None.
        helper_no: Per helper position the code that rules out every child, or None.
        child_tally: Per child position why helpers that were looked at are not allowed.
        helper_tally: The same per helper position.
    """

    def __init__(self, needs: Sequence[ChildNeed], offers: Sequence[HelperOffer], judge: Judge) -> None:
        self.needs, self.offers, self.judge = needs, offers, judge
        self.edges: list[dict[int, tuple[int, tuple[int, ...]]]] = [{} for _ in needs]
        self.child_tally: list[Counter[str]] = [Counter() for _ in needs]
        self.helper_tally: list[Counter[str]] = [Counter() for _ in offers]
        self.child_no = [judge.first_no(ConstraintScope.CHILD, need, offers[0]) if offers else None for need in needs]
        self.helper_no = [
            judge.first_no(ConstraintScope.HELPER, needs[0], offer) if needs else None for offer in offers
        ]
        self.eligible = [v for v, code in enumerate(self.helper_no) if code is None]
        self._position = {offer.id: v for v, offer in enumerate(offers)}
        self._index()
        self._seen: list[set[int]] = [set() for _ in needs]

    def _index(self) -> None:
        self._by_class: dict[object, list[int]] = defaultdict(list)
        self._by_school: dict[str, list[int]] = defaultdict(list)
        self._by_prefix: dict[str, list[int]] = defaultdict(list)
        self._orders: dict[str, _Order] = {}
        for v in self.eligible:
            offer = self.offers[v]
            if (own := class_of_helper(offer)) is not None:
                self._by_class[own].append(v)
            if isinstance(offer.helper.school, str):
                self._by_school[offer.helper.school].append(v)
            text = _place_text(offer.helper.residence.place)
            for digits in _RINGS:
                if len(text) >= digits:
                    self._by_prefix[text[:digits]].append(v)

    def _from_near_to_far(self, child: int) -> Iterator[int]:
        need, context = self.needs[child], self.judge.context
        own_class = class_of_child(need)
        classmates = self._by_class.get(own_class, []) if own_class is not None else []
        if context.peer:
            yield from classmates
            return
        named = [self._position[helper] for helper in sorted(need.child.wishes.preferred) if helper in self._position]
        yield from (v for v in named if self.helper_no[v] is None)
        yield from classmates
        school = need.child.schooling.school
        if isinstance(school, str):
            yield from self._by_school.get(school, [])
        yield from self._order(child, _place_text(need.child.residence.place)).all()

    def _order(self, child: int, place: str) -> "_Order":
        if place not in self._orders:
            self._orders[place] = _Order(place, self, self.needs[child])
        return self._orders[place]

    def settle(self, child: int, helper: int) -> bool:
        """Look at one pair now, whatever its distance; return whether it is allowed."""
        if self.child_no[child] is not None or self.helper_no[helper] is not None:
            return False
        if helper not in self._seen[child]:
            self._look(child, helper)
        return helper in self.edges[child]

    def widen(self, child: int, enough: int) -> bool:
        """Look from near to far until *enough* helpers are allowed for *child*; return whether a new one was found."""
        return self._look_along(self._from_near_to_far(child), child, enough)

    def widen_among(self, helpers: Set[int], children: Mapping[int, int]) -> bool:
        """Look at *helpers* only, from near to far; return whether a new one was found.

        Args:
            helpers: Positions of helpers.
            children: Positions of children, each with how many allowed helpers to stop at.
        """
        near: dict[str, list[int]] = {}
        found = False
        for child, enough in children.items():
            text = _place_text(self.needs[child].child.residence.place)
            if text not in near:
                near[text] = [helper for helper in self._order(child, text).all() if helper in helpers]
            found |= self._look_along(near[text], child, enough)
        return found

    def _look_along(self, helpers: Iterable[int], child: int, enough: int) -> bool:
        if self.child_no[child] is not None:
            return False
        edges, seen = self.edges[child], self._seen[child]
        before = len(edges)
        for helper in helpers:
            if len(edges) >= enough:
                break
            if helper not in seen:
                self._look(child, helper)
        return len(edges) > before

    def _look(self, child: int, helper: int) -> None:
        self._seen[child].add(helper)
        need, offer = self.needs[child], self.offers[helper]
        code = self.judge.first_no(ConstraintScope.PAIR, need, offer)
        if code is None:
            self.edges[child][helper] = self.judge.score(need, offer)
        else:
            self.child_tally[child][code] += 1
            self.helper_tally[helper][code] += 1

    def left_out(self, child: int) -> int:
        """Return how many helpers were not looked at for *child* and could still be."""
        if self.child_no[child] is not None or self.judge.context.peer:
            return 0
        return len(self.eligible) - len(self._seen[child])

    def tally_of_child(self, child: int) -> Counter[str]:
        """Return per code how many of all helpers it rules out for *child*."""
        own = self.child_no[child]
        if own is not None:
            return Counter({own: len(self.offers)})
        tally = self.child_tally[child] + Counter(code for code in self.helper_no if code is not None)
        if self.judge.context.peer:
            others = len(self.eligible) - len(self._seen[child])
            self.judge.texts.setdefault(NOT_A_CLASSMATE, Text("不是同班同学", "not a classmate"))
            tally += Counter({NOT_A_CLASSMATE: others})
        return tally


class _Order:
    """All eligible helpers as seen from one place, ring by ring, worked out only as far as somebody asks."""

    def __init__(self, place: str, search: CandidateSearch, need: ChildNeed) -> None:
        self._found: list[int] = []
        self._rings = self._ring_by_ring(place, search, need)

    def all(self) -> Iterator[int]:
        at = 0
        while True:
            while at < len(self._found):
                yield self._found[at]
                at += 1
            ring = next(self._rings, None)
            if ring is None:
                return
            self._found.extend(ring)

    @staticmethod
    def _ring_by_ring(place: str, search: CandidateSearch, need: ChildNeed) -> Iterator[list[int]]:
        inner: set[int] = set()

        def rank(helper: int) -> tuple[bool, int, int]:
            meters = search.judge.context.distance_m(need, search.offers[helper])
            far = isinstance(meters, Unknown)
            # The hash spreads the children of different villages over helpers that are equally far.
            return far, 0 if isinstance(meters, Unknown) else meters, stable_hash(place, search.offers[helper].id)

        for digits in _RINGS:
            if len(place) >= digits:
                ring = [v for v in search._by_prefix.get(place[:digits], []) if v not in inner]  # noqa: SLF001
                inner.update(ring)
                yield sorted(ring, key=rank)
