"""By which rules, scores and limits is a program paired?

What a user sets, apart from the strategy. Values only.
"""

from collections.abc import Mapping
from typing import get_args

import attrs

from careprogram.errors import PairingError
from careprogram.pairing.constraints import PairingConstraint, default_constraints
from careprogram.pairing.scores import DEFAULT_WEIGHTS, PairingScore, default_scores
from careprogram.pairing.solving.solve import EngineName
from careprogram.people.enums import Answer


class ExistingTies(Answer):
    """What becomes of the pairs that stand already and are still allowed.

    ``KEEP``: they stay, whatever it costs. ``PREFER``: they yield only where that covers more, or more urgent,
    children; of all plans that cover the same, one with the fewest broken ties is taken. ``PRICE``: they yield where
    that covers more, or more urgent, children, or where the total score grows by more than ``tie_price`` points a tie.
    ``SCORE``: they count by the continuity score only.
    """

    KEEP = "keep", "保留"
    PREFER = "prefer", "尽量保留"
    PRICE = "price", "按代价保留"
    SCORE = "score", "仅计分"


def refuse_unless_one_of(name: str, found: object, kind: type[Answer]) -> None:
    """Refuse a word in place of the member it spells: what compares members by identity would pass it over silently.

    Raises:
        PairingError: *found* is no member of *kind*.
    """
    if type(found) is not kind:
        members = ", ".join(f"{kind.__name__}.{one.name}" for one in kind)
        raise PairingError(f"{name} is one of {kind.__name__}: {members}")


def _are(kind: type, members: object) -> bool:
    return isinstance(members, tuple) and all(isinstance(one, kind) for one in members)


@attrs.frozen(kw_only=True)
class PairingRules:
    """Constraints, scores and limits.

    Attributes:
        constraints: Hard rules, in the order in which they are asked.
        scores: Measures of a pair.
        weights: Whole numbers by score id; a score not named has its default weight, or 1.
        candidates: How many allowed helpers per child are looked for at first, from near to far.
        most_candidates: How far the search widens for children that would go without.
        existing: What becomes of pairs that stand.
        tie_price: With ``ExistingTies.PRICE``: a tie yields to a gain of more points of score than this.
        engine: Which engine solves; the answer is the same.

    Raises:
        PairingError: A limit is no whole number from 1, the price none from 0, or a name is not one of those above.
    """

    constraints: tuple[PairingConstraint, ...] = attrs.field(factory=default_constraints)
    scores: tuple[PairingScore, ...] = attrs.field(factory=default_scores)
    weights: Mapping[str, int] = attrs.field(factory=dict)
    candidates: int = 20
    most_candidates: int = 200
    existing: ExistingTies = ExistingTies.KEEP
    tie_price: int = 100
    engine: EngineName = "auto"

    def __attrs_post_init__(self) -> None:
        refuse_unless_one_of("existing", self.existing, ExistingTies)
        if self.engine not in get_args(EngineName):
            raise PairingError(f"engine is one of {', '.join(get_args(EngineName))}")
        if not isinstance(self.weights, Mapping):
            raise PairingError("weights are a mapping of score ids to whole numbers")
        if not _are(PairingConstraint, self.constraints) or not _are(PairingScore, self.scores):
            raise PairingError("constraints and scores are tuples of objects with an id, a text, and allows or score")
        if {type(self.candidates), type(self.most_candidates), type(self.tie_price)} != {int}:
            raise PairingError("candidates, most_candidates and tie_price are whole numbers")
        if not 1 <= self.candidates <= self.most_candidates:
            raise PairingError("candidates is 1 or more and most_candidates is not below it")
        if self.tie_price < 0:
            raise PairingError("tie_price is 0 points or more")

    @property
    def effective_weights(self) -> Mapping[str, int]:
        """The weights set, completed by the defaults."""
        defaults = {score.id: DEFAULT_WEIGHTS.get(score.id, 1) for score in self.scores}
        return {**defaults, **self.weights}
