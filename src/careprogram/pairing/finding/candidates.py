"""Which helpers come into question for a child, without asking about everybody?

Helpers are looked at from near to far: who is tied or asked for, the class, the school, then village, township,
county and so on outwards, until enough are allowed. What was not looked at is counted, and can be looked at later:
a strategy widens the search where a child would otherwise go without. This module asks about one pair at a time and is
the specification of `column_search`, which asks about many.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from importlib.util import find_spec
from typing import Final, Protocol

from careprogram.language import Text
from careprogram.pairing.constraint import ConstraintScope
from careprogram.pairing.judging import Judge
from careprogram.pairing.problem import ChildNeed, HelperOffer, class_of_child, class_of_helper
from careprogram.pairing.solving.arrays import Column
from careprogram.pairing.solving.ties import places_around
from careprogram.people import PlaceCode
from careprogram.unknown import Maybe, Unknown

RINGS: Final = (12, 9, 6, 4, 2, 0)
"""Digits of a place code that both must share, ring by ring: village, township, county, prefecture, province, all."""

NOT_A_CLASSMATE: Final = "classmate"

COLUMNS_FROM = 4096
"""From how many children times helpers on pairs are looked at in columns, where numpy is installed."""


def _place_text(place: Maybe[PlaceCode]) -> str:
    return "" if isinstance(place, Unknown) else place.text


class Candidates(Protocol):
    """The allowed pairs found so far; children and helpers are positions.

    Attributes:
        child_no: Per child the code that rules out every helper, or None.
        helper_no: Per helper the code that rules out every child, or None.
        eligible: The helpers that are not ruled out.
    """

    child_no: Sequence[str | None]
    helper_no: Sequence[str | None]
    eligible: Sequence[int]

    def settle(self, ties: Sequence[tuple[int, int]]) -> list[bool]:
        """Look at these pairs now, whatever their distance; return which are allowed. Asked before anything else."""

    def widen_all(self, enough: int) -> None:
        """Look from near to far until *enough* helpers are allowed for every child, or all were looked at."""

    def widen_beyond(self, groups: Sequence[tuple[Sequence[int], Sequence[int]]], most: int) -> bool:
        """Look for helpers outside of groups (children, helpers), for more than twice as many per child as it has.

        Return whether a new one was found.
        """

    def edge_columns(self) -> tuple[Column, Column, Column]:
        """Return child, helper and score of every allowed pair found, in the order of positions."""

    def helpers_of(self, child: int) -> Sequence[int]:
        """Return the allowed helpers found for *child*."""

    def counts(self) -> tuple[Sequence[int], Sequence[int]]:
        """Return how many allowed pairs each child and each helper has."""

    def shown(self, pairs: Sequence[tuple[int, int]]) -> Sequence[tuple[int, tuple[int, ...]]]:
        """Return score and single scores of allowed pairs that were found."""

    def left_out(self) -> int:
        """Return how many pairs were not looked at and could still be."""

    def tally_of_child(self, child: int) -> Counter[str]:
        """Return per code how many of all helpers it rules out for *child*."""

    def tally_of_helper(self, helper: int) -> Counter[str]:
        """Return per code for how many of the children that were looked at it rules out *helper*."""


def candidate_search(needs: Sequence[ChildNeed], offers: Sequence[HelperOffer], judge: Judge) -> Candidates:
    """Return a search that has looked at nothing but each side: in columns where that pays and numpy is there."""
    if len(needs) * len(offers) >= COLUMNS_FROM and find_spec("numpy") is not None:
        from careprogram.pairing.finding.column_search import ColumnSearch
        from careprogram.pairing.finding.extraction import columns_of

        return ColumnSearch(columns_of(needs, offers, judge.context), judge)
    return CandidateSearch(needs, offers, judge)


class CandidateSearch:
    """The search in plain Python.

    Attributes:
        edges: Per child position its allowed helpers: helper position to score and scores.
        child_tally: Per child position why helpers that were looked at are not allowed.
        helper_tally: The same per helper position.
    """

    def __init__(self, needs: Sequence[ChildNeed], offers: Sequence[HelperOffer], judge: Judge) -> None:
        self.needs, self.offers, self.judge = needs, offers, judge
        self.edges: list[dict[int, tuple[int, tuple[int, ...]]]] = [{} for _ in needs]
        self.child_tally: list[Counter[str]] = [Counter() for _ in needs]
        self.helper_tally: list[Counter[str]] = [Counter() for _ in offers]
        self.child_no: Sequence[str | None] = [
            judge.first_no(ConstraintScope.CHILD, need, offers[0]) if offers else None for need in needs
        ]
        self.helper_no: Sequence[str | None] = [
            judge.first_no(ConstraintScope.HELPER, needs[0], offer) if needs else None for offer in offers
        ]
        self.eligible: Sequence[int] = [v for v, code in enumerate(self.helper_no) if code is None]
        self._position = {offer.id: v for v, offer in enumerate(offers)}
        self._place_of, self._begins = places_around([need.id for need in needs], [offer.id for offer in offers])
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
            for digits in RINGS:
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
        for block in self._order(child, _place_text(need.child.residence.place)).all():
            yield from self._turned(block, child)

    def _turned(self, block: Sequence[int], child: int) -> Iterator[int]:
        """Yield helpers who are equally near from the one at which *child* begins: else all would ask the same few."""
        at = bisect_left(block, self._begins[child], key=self._place_of.__getitem__)
        yield from block[at:]
        yield from block[:at]

    def _order(self, child: int, place: str) -> "_Order":
        if place not in self._orders:
            self._orders[place] = _Order(place, self, self.needs[child])
        return self._orders[place]

    def settle(self, ties: Sequence[tuple[int, int]]) -> list[bool]:
        """Look at these pairs now, whatever their distance."""
        for child, helper in ties:
            open_ = self.child_no[child] is None and self.helper_no[helper] is None
            if open_ and helper not in self._seen[child]:
                self._look(child, helper)
        return [helper in self.edges[child] for child, helper in ties]

    def widen_all(self, enough: int) -> None:
        """Look from near to far for every child."""
        for child in range(len(self.needs)):
            self._look_along(self._from_near_to_far(child), child, enough)

    def widen_beyond(self, groups: Sequence[tuple[Sequence[int], Sequence[int]]], most: int) -> bool:
        """Look for helpers outside of each group, one group after the other."""
        found = False
        eligible = frozenset(self.eligible)
        # A child of several groups is looked for once as far as before, not twice as far again for each of them.
        goals = {child: min(most, 2 * len(self.edges[child]) + 1) for children, _ in groups for child in children}
        for children, helpers in groups:
            enough = {child: goals[child] for child in children if len(self.edges[child]) < goals[child]}
            if outside := eligible.difference(helpers):
                found |= self._widen_among(outside, enough)
        return found

    def _widen_among(self, helpers: Set[int], children: Mapping[int, int]) -> bool:
        near: dict[str, list[list[int]]] = {}
        found = False
        for child, enough in children.items():
            text = _place_text(self.needs[child].child.residence.place)
            if text not in near:
                blocks = self._order(child, text).all()
                near[text] = [[helper for helper in block if helper in helpers] for block in blocks]
            turned = (helper for block in near[text] for helper in self._turned(block, child))
            found |= self._look_along(turned, child, enough)
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

    def edge_columns(self) -> tuple[Column, Column, Column]:
        """Return the allowed pairs found."""
        edges = [(i, v, own[v][0]) for i, own in enumerate(self.edges) for v in sorted(own)]
        return [i for i, _, _ in edges], [v for _, v, _ in edges], [score for *_, score in edges]

    def helpers_of(self, child: int) -> Sequence[int]:
        """Return the allowed helpers found for *child*."""
        return sorted(self.edges[child])

    def counts(self) -> tuple[Sequence[int], Sequence[int]]:
        """Return how many allowed pairs each child and each helper has."""
        wanted = Counter(helper for own in self.edges for helper in own)
        return [len(own) for own in self.edges], [wanted[v] for v in range(len(self.offers))]

    def shown(self, pairs: Sequence[tuple[int, int]]) -> Sequence[tuple[int, tuple[int, ...]]]:
        """Return score and single scores of allowed pairs."""
        return [self.edges[child][helper] for child, helper in pairs]

    def left_out(self) -> int:
        """Return how many pairs were not looked at and could still be."""
        if self.judge.context.peer:
            return 0
        open_ = [len(seen) for seen, code in zip(self._seen, self.child_no, strict=True) if code is None]
        return len(self.eligible) * len(open_) - sum(open_)

    @cached_property
    def _ruled_out(self) -> Counter[str]:
        return Counter(code for code in self.helper_no if code is not None)

    def tally_of_child(self, child: int) -> Counter[str]:
        """Return per code how many of all helpers it rules out for *child*."""
        own = self.child_no[child]
        if own is not None:
            return Counter({own: len(self.offers)})
        tally = self.child_tally[child] + self._ruled_out
        return tally + others_not_in_class(self.judge, len(self.eligible) - len(self._seen[child]))

    def tally_of_helper(self, helper: int) -> Counter[str]:
        """Return per code for how many of the children that were looked at it rules out *helper*."""
        return self.helper_tally[helper]


def others_not_in_class(judge: Judge, others: int) -> Counter[str]:
    """Return the tally of those whom peer pairing does not look at; empty in any other pairing."""
    if not judge.context.peer:
        return Counter()
    judge.texts.setdefault(NOT_A_CLASSMATE, Text("不是同班同学", "not a classmate"))
    return Counter({NOT_A_CLASSMATE: others})


class _Order:
    """All eligible helpers as seen from one place, from near to far, worked out only as far as somebody asks.

    Those who are equally near are one block, in an order of their own that is the same everywhere.
    """

    def __init__(self, place: str, search: CandidateSearch, need: ChildNeed) -> None:
        self._found: list[list[int]] = []
        self._rings = self._ring_by_ring(place, search, need)

    def all(self) -> Iterator[list[int]]:
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
    def _ring_by_ring(place: str, search: CandidateSearch, need: ChildNeed) -> Iterator[list[list[int]]]:
        inner: set[int] = set()

        def far(helper: int) -> tuple[bool, int]:
            meters = search.judge.context.distance_m(need, search.offers[helper])
            return (True, 0) if isinstance(meters, Unknown) else (False, meters)

        for digits in RINGS:
            if len(place) >= digits:
                ring = [v for v in search._by_prefix.get(place[:digits], []) if v not in inner]  # noqa: SLF001
                inner.update(ring)
                blocks: dict[tuple[bool, int], list[int]] = defaultdict(list)
                for helper in sorted(ring, key=search._place_of.__getitem__):  # noqa: SLF001
                    blocks[far(helper)].append(helper)
                yield [blocks[one] for one in sorted(blocks)]
