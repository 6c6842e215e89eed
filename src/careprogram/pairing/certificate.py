"""Is this answer allowed, and is there really none better?

A small checker that knows no solver. It counts the answer, then bounds every possible answer from above: with a
price per helper, no child can gain more than its best choices at those prices, and no place brings in more than its
price less its own cost (weak duality of linear programming). Where the two numbers meet, the answer is optimal.
"""

import itertools
import json
from collections.abc import Iterable, Mapping

import attrs

from careprogram.errors import PairingError
from careprogram.pairing.arrays import Column, as_list
from careprogram.pairing.assignment import AssignmentProblem


@attrs.frozen(kw_only=True)
class Certificate:
    """The proof that goes with an answer.

    Attributes:
        prices: Per helper key what one of its places is worth; whole numbers, 0 or more.
        value: The value that the answer claims.
    """

    prices: Mapping[str, int] = attrs.field(repr=False)
    value: int

    def to_json(self) -> str:
        """Return the proof as JSON, the same text for the same proof; numbers as text: some readers round long ones."""
        prices = {key: str(price) for key, price in self.prices.items() if price}
        data = {"format": 1, "prices": prices, "value": str(self.value)}
        return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Certificate":
        """Read what `to_json` wrote.

        Raises:
            PairingError: It is something else.
        """
        try:
            data = json.loads(text)
            prices = {str(key): int(price) for key, price in data["prices"].items()}
            if data["format"] != 1:
                raise PairingError("the certificate has a format of a later version: update careprogram")
            return cls(prices=prices, value=int(data["value"]))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise PairingError("this is no certificate: give the text that Certificate.to_json returned") from error


@attrs.frozen(kw_only=True)
class Verification:
    """What the checker found.

    Attributes:
        faults: What is wrong, in words; empty if the answer is allowed and counted right.
        value: The value as counted.
        bound: No answer is worth more than this.
    """

    faults: tuple[str, ...]
    value: int
    bound: int

    @property
    def gap(self) -> int:
        """How much better another answer could be at the most; 0 proves that this one is optimal."""
        return self.bound - self.value

    @property
    def proven(self) -> bool:
        """Whether the answer is allowed and optimal."""
        return not self.faults and self.gap == 0


def verify(problem: AssignmentProblem, pairs: Iterable[tuple[str, str]], certificate: Certificate) -> Verification:
    """Check an answer against *problem* without solving it.

    Args:
        problem: Seats, places and edges.
        pairs: The answer, as (child key, helper key).
        certificate: Its proof.

    Returns:
        What is wrong, and how far the answer may be from the best.
    """
    chosen = tuple(pairs)
    prices = [certificate.prices.get(key, 0) for key in problem.helper_keys]
    faults, value = _count(problem, chosen)
    most = bound(problem, prices)
    if certificate.value != value:
        faults.append(f"the certificate claims a value of {certificate.value}, counted are {value}")
    if min(prices, default=0) < 0:
        faults.append("a price is below 0, so the prices bound nothing")
    return Verification(faults=tuple(faults), value=value, bound=most)


def bound(problem: AssignmentProblem, prices: Column) -> int:
    """Return a value that no answer exceeds, given one price of 0 or more per helper."""
    asked = as_list(prices)
    gains: list[list[int]] = [[] for _ in problem.child_keys]
    for child, helper, worth in problem.edges():
        gains[child].append(worth - asked[helper])
    total = 0
    for own, bonuses in zip(gains, problem.seats, strict=True):
        own.sort(reverse=True)
        total += sum(max(0, gain + bonus) for gain, bonus in zip(own, bonuses, strict=False))
    if problem.place_costs is None:
        return total + sum(price * places for price, places in zip(asked, as_list(problem.places), strict=True))
    owners = zip(asked, problem.place_costs, strict=True)
    return total + sum(max(0, price - cost) for price, costs in owners for cost in costs)


def _count(problem: AssignmentProblem, pairs: tuple[tuple[str, str], ...]) -> tuple[list[str], int]:
    """Return what breaks a rule and the value, counted from the keys alone."""
    faults: list[str] = []
    worth = {
        (problem.child_keys[child], problem.helper_keys[helper]): value for child, helper, value in problem.edges()
    }
    bonuses = dict(zip(problem.child_keys, problem.seats, strict=True))
    places = as_list(problem.places)
    costs = dict(zip(problem.helper_keys, problem.place_costs or [(0,) * n for n in places], strict=True))
    filled: dict[str, int] = {}
    load: dict[str, int] = {}
    value = 0
    if len(set(pairs)) != len(pairs):
        faults.append("a pair is listed twice")
    for child, helper in pairs:
        if (child, helper) not in worth:
            faults.append(f"child {child} and helper {helper} may not be paired")
            continue
        filled[child] = filled.get(child, 0) + 1
        load[helper] = load.get(helper, 0) + 1
        value += worth[child, helper]
    value += sum(sum(bonuses[child][:seats]) for child, seats in filled.items())
    value -= sum(sum(costs[helper][:taken]) for helper, taken in load.items())
    faults += _too_many("child", "helpers", filled, {key: len(own) for key, own in bonuses.items()})
    faults += _too_many("helper", "children", load, dict(zip(problem.helper_keys, places, strict=True)))
    return faults, value


def _too_many(whose: str, what: str, counts: Mapping[str, int], limits: Mapping[str, int]) -> list[str]:
    over = [(key, count) for key, count in counts.items() if count > limits[key]]
    return [f"{whose} {key} has {count} {what}, at most {limits[key]} are allowed" for key, count in over]


def ranks_first(problem: AssignmentProblem) -> bool:
    """Return whether every step between bonuses outweighs all edge values together.

    Then the best value is also the lexicographically best answer: the sets of seats that can be filled together form a
    matroid (a gammoid), in which the seats of the most urgent tier, then of the next, are all filled as far as any
    answer can; values only decide what is left.
    """
    dearest = max((costs[-1] for costs in set(problem.place_costs or ()) if costs), default=0)
    most = sum(map(len, problem.seats)) * (max(as_list(problem.edge_values), default=0) + dearest)
    steps = sorted({0, *(bonus for bonuses in set(problem.seats) for bonus in bonuses)})
    return all(upper - lower > most for lower, upper in itertools.pairwise(steps))
