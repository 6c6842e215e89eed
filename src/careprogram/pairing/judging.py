"""Which rule says no first, and what is the pair worth?

Asks constraints and scores one pair at a time and guards against both: a constraint that raises or answers nonsense
blocks the pair, a score that does counts 0, and either is named. It keeps no personal data of what went wrong.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from careprogram.errors import PairingError
from careprogram.language import Text
from careprogram.pairing.constraints import Blocked, ConstraintScope, PairingConstraint
from careprogram.pairing.context import PairingContext
from careprogram.pairing.plan import Fault, Reason
from careprogram.pairing.problem import ChildNeed, HelperOffer
from careprogram.pairing.scores import TOP_SCORE, PairingScore


class Judge:
    """The constraints and scores of one run, with what they said so far."""

    def __init__(
        self,
        constraints: Sequence[PairingConstraint],
        scores: Sequence[PairingScore],
        weights: Mapping[str, int],
        context: PairingContext,
    ) -> None:
        _refuse_twice("constraint", [one.id for one in constraints])
        _refuse_twice("score", [one.id for one in scores])
        unused = sorted(set(weights) - {one.id for one in scores})
        if unused or any(type(weight) is not int or weight < 0 for weight in weights.values()):
            named = f"no score has the id {unused[0]}" if unused else "weights are whole numbers of 0 or more"
            raise PairingError(f"{named}: allowed ids are {', '.join(sorted(one.id for one in scores))}")
        self.context = context
        self.texts: dict[str, Text] = {}
        self._by_scope = {scope: [one for one in constraints if _scope(one) is scope] for scope in ConstraintScope}
        self._scores = [(one, weights.get(one.id, 1)) for one in scores]
        self._weight = sum(weight for _, weight in self._scores)
        self._faults: Counter[tuple[str, str]] = Counter()

    def first_no(self, scope: ConstraintScope, need: ChildNeed, offer: HelperOffer) -> str | None:
        """Return the code of the first constraint of *scope* that says no; None if all say yes."""
        for constraint in self._by_scope[scope]:
            try:
                answer: object = constraint.allows(need, offer, self.context)
            except (Exception, SystemExit) as error:  # noqa: BLE001  whatever a plugin raises must cost a pair, not the run
                return self._failed(constraint, type(error).__name__)
            if answer is True:
                continue
            if isinstance(answer, Blocked):
                self.texts[answer.code] = answer.text
                return answer.code
            if answer is False:
                self.texts[constraint.id] = constraint.text
                return constraint.id
            return self._failed(constraint, f"answered {type(answer).__name__}")
        return None

    def _failed(self, constraint: PairingConstraint, error: str) -> str:
        self._faults[constraint.id, error] += 1
        code = f"{constraint.id}-failed"
        self.texts[code] = Text(
            f"规则“{constraint.id}”出错，按不允许处理", f"the rule {constraint.id!r} failed, which counts as no"
        )
        return code

    def score(self, need: ChildNeed, offer: HelperOffer) -> tuple[int, tuple[int, ...]]:
        """Return the weighted mean, rounded down, and each score in the order of the scores."""
        found = []
        total = 0
        for score, weight in self._scores:
            try:
                value = score.score(need, offer, self.context)
            except (Exception, SystemExit) as error:  # noqa: BLE001  as above
                value = self._zero(score, type(error).__name__)
            if type(value) is not int or not 0 <= value <= TOP_SCORE:
                value = self._zero(score, "answered no whole number from 0 to 1000")
            found.append(value)
            total += weight * value
        return (total // self._weight if self._weight else 0), tuple(found)

    def _zero(self, score: PairingScore, error: str) -> int:
        self._faults[score.id, error] += 1
        return 0

    @property
    def score_ids(self) -> tuple[str, ...]:
        """The ids of the scores, in order."""
        return tuple(one.id for one, _ in self._scores)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What failed, sorted."""
        return tuple(
            Fault(source=source, error=error, count=count) for (source, error), count in sorted(self._faults.items())
        )

    def reasons(self, tally: Mapping[str, int]) -> tuple[Reason, ...]:
        """Return a tally of codes as reasons, the most frequent first."""
        ranked = sorted(tally.items(), key=lambda item: (-item[1], item[0]))
        return tuple(Reason(code=code, text=self.texts[code], count=count) for code, count in ranked)


def _scope(constraint: PairingConstraint) -> ConstraintScope:
    """Return whom *constraint* says it looks at; a word nobody knows must not take it out of use."""
    said = getattr(constraint, "scope", None)
    return next((scope for scope in ConstraintScope if scope == said), ConstraintScope.PAIR)


def _refuse_twice(what: str, ids: Sequence[str]) -> None:
    twice = sorted(name for name, count in Counter(ids).items() if count > 1)
    if twice:
        raise PairingError(f"two {what}s have the id {twice[0]!r}: rename one")
