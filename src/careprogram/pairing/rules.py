"""By which rules, scores and limits is a program paired?

What a user sets, apart from the strategy. Values only.
"""

from collections.abc import Mapping

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
        PairingError: A limit is below 1, or the price below 0.
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
        if not 1 <= self.candidates <= self.most_candidates:
            raise PairingError("candidates is 1 or more and most_candidates is not below it")
        if self.tie_price < 0:
            raise PairingError("tie_price is 0 points or more")

    @property
    def effective_weights(self) -> Mapping[str, int]:
        """The weights set, completed by the defaults."""
        defaults = {score.id: DEFAULT_WEIGHTS.get(score.id, 1) for score in self.scores}
        return {**defaults, **self.weights}
