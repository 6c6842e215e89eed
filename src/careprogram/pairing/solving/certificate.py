"""Is this answer allowed, and is there really none better?

A small checker that knows no solver. It counts the answer, then bounds every possible answer from above: with a
price per helper, no child can gain more than its best choices at those prices, and no place brings in more than its
price less its own cost (weak duality of linear programming). Where the two numbers meet, the answer is optimal.
Arrays are counted by `certificate_arrays` where 64 bits hold the numbers, with the same result in less time.
"""

import json
from collections.abc import Iterable, Mapping

import attrs

from careprogram.errors import PairingError
from careprogram.pairing.solving.arrays import Column, as_list
from careprogram.pairing.solving.assignment import AssignmentProblem
from careprogram.pairing.solving.certificate_arrays import count_in_arrays


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
    counted = count_in_arrays(problem, chosen, prices) if problem.has_arrays else None
    faults, value, most = counted or (*_count(problem, chosen), bound(problem, prices))
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
    for key, own in bonuses.items():
        if filled.get(key, 0) > len(own):
            faults.append(f"child {key} has {filled[key]} helpers, at most {len(own)} are allowed")
    for key, most in zip(problem.helper_keys, places, strict=True):
        if load.get(key, 0) > most:
            faults.append(f"helper {key} has {load[key]} children, at most {most} are allowed")
    return faults, value
