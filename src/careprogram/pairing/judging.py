"""Which rule says no first, and what is the pair worth?

Asks constraints and scores one pair at a time and guards against both: a constraint that raises or answers nonsense
blocks the pair, a score that does counts 0, and either is named. It keeps no personal data of what went wrong. This
is the specification of `column_judging`, which asks about many pairs at once.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from careprogram.errors import PairingError
from careprogram.language import Text
from careprogram.pairing.constraint import Blocked, ConstraintScope, PairingConstraint
from careprogram.pairing.context import PairingContext
from careprogram.pairing.plan import Fault, Reason
from careprogram.pairing.problem import ChildNeed, HelperOffer
from careprogram.pairing.scores import TOP_SCORE, PairingScore


class Judge:
    """The constraints and scores of one run, with what they said so far.

    Attributes:
        context: The circumstances of the run.
        texts: What a reader sees, by the codes said so far.
        weighted: The scores with their weights.
        weight: The sum of the weights.
    """

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
        self.weighted = [(one, weights.get(one.id, 1)) for one in scores]
        self.weight = sum(weight for _, weight in self.weighted)
        self._faults: Counter[tuple[str, str]] = Counter()

    def constraints_of(self, scope: ConstraintScope) -> Sequence[PairingConstraint]:
        """Return the constraints of *scope*, in the order in which they are asked."""
        return self._by_scope[scope]

    def first_no(self, scope: ConstraintScope, need: ChildNeed, offer: HelperOffer) -> str | None:
        """Return the code of the first constraint of *scope* that says no; None if all say yes."""
        for constraint in self._by_scope[scope]:
            try:
                answer: object = constraint.allows(need, offer, self.context)
            except (Exception, SystemExit) as error:  # noqa: BLE001  whatever a plugin raises must cost a pair, not the run
                self.count_fault(constraint.id, type(error).__name__)
                code, self.texts[code] = failure(constraint)
                return code
            if answer is True:
                continue
            code, text, wrong = refused(constraint, answer)
            if wrong is not None:
                self.count_fault(constraint.id, wrong)
            self.texts[code] = text
            return code
        return None

    def count_fault(self, source: str, error: str, count: int = 1) -> None:
        """Remember that a constraint or score failed."""
        self._faults[source, error] += count

    def score(self, need: ChildNeed, offer: HelperOffer) -> tuple[int, tuple[int, ...]]:
        """Return the weighted mean, rounded down, and each score in the order of the scores."""
        found = []
        total = 0
        for score, weight in self.weighted:
            value, error = self.one_score(score, need, offer)
            if error is not None:
                self.count_fault(score.id, error)
            found.append(value)
            total += weight * value
        return (total // self.weight if self.weight else 0), tuple(found)

    def one_score(self, score: PairingScore, need: ChildNeed, offer: HelperOffer) -> tuple[int, str | None]:
        """Return what one score says, or 0 and what is wrong with it."""
        try:
            value = score.score(need, offer, self.context)
        except (Exception, SystemExit) as error:  # noqa: BLE001  as above
            return 0, type(error).__name__
        if type(value) is not int or not 0 <= value <= TOP_SCORE:
            return 0, "answered no whole number from 0 to 1000"
        return value, None

    @property
    def score_ids(self) -> tuple[str, ...]:
        """The ids of the scores, in order."""
        return tuple(one.id for one, _ in self.weighted)

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


def refused(constraint: PairingConstraint, answer: object) -> tuple[str, Text, str | None]:
    """Return the code and the text of an answer that is not True, and what is wrong with it if it is nonsense."""
    if isinstance(answer, Blocked):
        return answer.code, answer.text, None
    if answer is False:
        return constraint.id, constraint.text, None
    return *failure(constraint), f"answered {type(answer).__name__}"


def failure(constraint: PairingConstraint) -> tuple[str, Text]:
    """Return the code and the text of a rule that failed."""
    text = Text(f"规则“{constraint.id}”出错，按不允许处理", f"the rule {constraint.id!r} failed, which counts as no")
    return f"{constraint.id}-failed", text


def _scope(constraint: PairingConstraint) -> ConstraintScope:
    """Return whom *constraint* says it looks at; a word nobody knows must not take it out of use."""
    said = getattr(constraint, "scope", None)
    return next((scope for scope in ConstraintScope if scope == said), ConstraintScope.PAIR)


def _refuse_twice(what: str, ids: Sequence[str]) -> None:
    twice = sorted(name for name, count in Counter(ids).items() if count > 1)
    if twice:
        raise PairingError(f"two {what}s have the id {twice[0]!r}: rename one")
