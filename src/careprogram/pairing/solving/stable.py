"""In which pairing would no child and helper rather have each other than whom they got?

Deferred acceptance (Gale and Shapley 1962) for helpers with several places: children ask in the order of their
ranking, a helper holds on to those it ranks highest. The answer is stable, and of all stable ones the best for every
child. It is no best pairing: it leaves children without a helper whom another plan would serve, so it is never the
default.
"""

from collections.abc import Iterable, Mapping, Sequence
from heapq import heappush, heappushpop

import attrs

from careprogram.errors import PairingError


@attrs.frozen(kw_only=True)
class RankedProblem:
    """Children and helpers who rank each other; whoever is not ranked by the other side cannot be had.

    Attributes:
        child_ranks: Per child the helpers it would have, the best first.
        helper_ranks: Per helper the children it would take, the best first.
        places: Per helper how many children at the most; 1 if not named.

    Raises:
        PairingError: Somebody is ranked twice by one side, a ranking names nobody of the other side, or a number of
            places is negative.
    """

    child_ranks: Mapping[str, Sequence[str]] = attrs.field(repr=False)
    helper_ranks: Mapping[str, Sequence[str]] = attrs.field(repr=False)
    places: Mapping[str, int] = attrs.field(factory=dict, repr=False)

    def __attrs_post_init__(self) -> None:
        _check(self.child_ranks, self.helper_ranks, "child", "helper")
        _check(self.helper_ranks, self.child_ranks, "helper", "child")
        if any(type(count) is not int or count < 0 for count in self.places.values()):
            raise PairingError("places are whole numbers of 0 or more")

    def mutual(self) -> Mapping[str, Mapping[str, int]]:
        """Return per helper the rank of each child that also ranks the helper; one-sided wishes are left out."""
        asked = {child: set(ranks) for child, ranks in self.child_ranks.items()}
        return {
            helper: {child: rank for rank, child in enumerate(ranks) if helper in asked[child]}
            for helper, ranks in self.helper_ranks.items()
        }

    def free_places(self, helper: str) -> int:
        """Return how many children *helper* can take at the most."""
        return self.places.get(helper, 1)


def _check(ranks: Mapping[str, Sequence[str]], others: Mapping[str, Sequence[str]], who: str, whom: str) -> None:
    for name, ranked in ranks.items():
        if len(set(ranked)) != len(ranked):
            raise PairingError(f"{who} {name} ranks a {whom} twice: name each once")
        if (stranger := next((one for one in ranked if one not in others), None)) is not None:
            raise PairingError(f"{who} {name} ranks {whom} {stranger}, who is not there: add or leave out")


def solve_stable(problem: RankedProblem) -> tuple[tuple[str, str], ...]:
    """Return the stable pairing that is best for every child, as (child, helper), sorted.

    The order of the input does not matter: there is exactly one such pairing. Takes one step a ranked helper at most.

    Args:
        problem: Who ranks whom.

    Examples:
        >>> wishes = {"a": ["x", "y"], "b": ["x"]}
        >>> solve_stable(RankedProblem(child_ranks=wishes, helper_ranks={"x": ["b", "a"], "y": ["a"]}))
        (('a', 'y'), ('b', 'x'))
    """
    mutual = problem.mutual()
    asked = {
        child: iter([helper for helper in ranks if child in mutual[helper]])
        for child, ranks in problem.child_ranks.items()
    }
    held: dict[str, list[tuple[int, str]]] = {helper: [] for helper in mutual}
    free = list(asked)
    while free:
        child = free.pop()
        for helper in asked[child]:
            if not problem.free_places(helper):
                continue
            entry = (-mutual[helper][child], child)
            if len(held[helper]) < problem.free_places(helper):
                heappush(held[helper], entry)
                break
            _, worst = heappushpop(held[helper], entry)
            if worst != child:
                free.append(worst)
                break
    return tuple(sorted((child, helper) for helper, own in held.items() for _, child in own))


def blocking_pairs(problem: RankedProblem, pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the pairs of a child and a helper who would both rather have each other; none: *pairs* is stable.

    A child without a helper would rather have any that it ranks; so would a helper with a free place.

    Args:
        problem: Who ranks whom.
        pairs: Any pairing, whoever made it.

    Raises:
        PairingError: A pair is not wished by both sides, a child has two helpers, or a helper too many children.
    """
    mutual = problem.mutual()
    helper_of: dict[str, str] = {}
    held: dict[str, list[int]] = {helper: [] for helper in mutual}
    for child, helper in pairs:
        if child not in mutual.get(helper, {}) or child in helper_of:
            raise PairingError(
                f"{child} and {helper} cannot be a pair: not both rank the other, or the child has another"
            )
        helper_of[child] = helper
        held[helper].append(mutual[helper][child])
    over = next((helper for helper, own in held.items() if len(own) > problem.free_places(helper)), None)
    if over is not None:
        raise PairingError(f"helper {over} has {len(held[over])} children and {problem.free_places(over)} places")
    found = []
    for child, ranks in problem.child_ranks.items():
        for helper in ranks:
            if helper == helper_of.get(child):
                break
            rank = mutual[helper].get(child)
            if rank is None:
                continue
            own = held[helper]
            if len(own) < problem.free_places(helper) or any(rank < other for other in own):
                found.append((child, helper))
    return tuple(sorted(found))
