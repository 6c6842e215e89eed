"""Which rule says no first to each of a million pairs, and what is each worth?

What `judging` does for one pair, for columns of them. A rule or score that can be asked in columns is; any other is
asked pair by pair. Either way one that raises or answers nonsense blocks its pairs, or counts 0, and is named.
"""

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from careprogram.language import Text
from careprogram.pairing.constraint import Blocked, ConstraintScope, PairingConstraint
from careprogram.pairing.finding.columns import Array, PairColumns, ProgramColumns
from careprogram.pairing.judging import Judge, failure, refused
from careprogram.pairing.scores import TOP_SCORE, PairingScore
from careprogram.pairing.solving.arrays import load_numpy

_NO_METHOD = object()


@attrs.frozen
class Refusal:
    """What a code of a no means.

    Attributes:
        code: Stable and language-free.
        fault: Id and error of the rule that failed; None if it did what it should.
    """

    code: str
    fault: tuple[str, str] | None = None


class ColumnJudge:
    """A `Judge` that is asked in columns; numbers stand for reasons, 0 for a yes."""

    def __init__(self, judge: Judge, program: ProgramColumns) -> None:
        self.np = load_numpy("Asking rules in columns")
        self.judge, self.program = judge, program
        self.refusals: list[Refusal | None] = [None]
        self._numbers: dict[Refusal, int] = {}

    def pairs(self, child: Array, helper: Array) -> PairColumns:
        """Return pairs as rules see them."""
        for column in (child, helper):
            column.setflags(write=False)
        return PairColumns(self.program, child, helper, self.judge.context)

    def first_no(self, scope: ConstraintScope, pairs: PairColumns) -> Array:
        """Return per pair the number of the first refusal; 0 if all rules of *scope* say yes."""
        found = self.np.zeros(len(pairs), dtype=self.np.int16)
        open_ = self.np.arange(len(pairs))
        asked = pairs
        for constraint in self.judge.constraints_of(scope):
            if not len(open_):
                break
            numbers = self._asked(constraint, asked)
            blocked = numbers != 0
            if blocked.any():
                found[open_[blocked]] = numbers[blocked]
                open_ = open_[~blocked]
                asked = asked.picked(~blocked)
        return found

    def _asked(self, constraint: PairingConstraint, pairs: PairColumns) -> Array:
        method = _method(constraint, "allows_all")
        if method is _NO_METHOD:
            return self._one_by_one(constraint, pairs)
        try:
            answer = method(pairs)
            codes, error = self._whole(answer, len(pairs), lie="answered no column of codes")
            reasons = tuple(constraint.reasons) if codes is not None and (codes < 0).any() else ()  # type: ignore[attr-defined]
        except (Exception, SystemExit) as raised:  # noqa: BLE001  whatever a plugin raises must cost pairs, not the run
            codes, error, reasons = None, type(raised).__name__, ()
        if codes is not None and not (
            codes.max(initial=0) <= 1
            and -codes.min(initial=0) <= len(reasons)
            and all(isinstance(reason, Blocked) for reason in reasons)
        ):
            codes, error = None, "answered no column of codes"
        if codes is None:
            return self.np.full(len(pairs), self._failed(constraint, error), dtype=self.np.int16)
        return self._told(constraint, codes, reasons)

    def _told(self, constraint: PairingConstraint, codes: Array, reasons: Sequence[Blocked]) -> Array:
        """Turn the codes of a rule into numbers of refusals."""
        numbers = self.np.zeros(len(codes), dtype=self.np.int16)
        for code in range(-len(reasons), 1):
            if (codes == code).any():
                numbers[codes == code] = self._number(constraint, reasons[-code - 1] if code else False)
        return numbers

    def _one_by_one(self, constraint: PairingConstraint, pairs: PairColumns) -> Array:
        needs, offers = self.program.needs, self.program.offers
        context = self.judge.context
        numbers = []
        for child, helper in zip(pairs.child.tolist(), pairs.helper.tolist(), strict=True):
            try:
                answer: object = constraint.allows(needs[child], offers[helper], context)
            except (Exception, SystemExit) as raised:  # noqa: BLE001  as above
                numbers.append(self._failed(constraint, type(raised).__name__))
                continue
            numbers.append(0 if answer is True else self._number(constraint, answer))
        return self.np.array(numbers, dtype=self.np.int16)

    def _number(self, constraint: PairingConstraint, answer: object) -> int:
        code, text, error = refused(constraint, answer)
        return self._numbered(Refusal(code, None if error is None else (constraint.id, error)), text)

    def _failed(self, constraint: PairingConstraint, error: str) -> int:
        code, text = failure(constraint)
        return self._numbered(Refusal(code, (constraint.id, error)), text)

    def _numbered(self, refusal: Refusal, text: Text) -> int:
        self.judge.texts[refusal.code] = text
        if refusal not in self._numbers:
            self._numbers[refusal] = len(self.refusals)
            self.refusals.append(refusal)
        return self._numbers[refusal]

    def _whole(self, answer: object, count: int, *, lie: str) -> tuple[Array | None, str]:
        """Return *answer* as whole numbers of its own, or None and what is wrong."""
        array = self.np.asarray(answer)
        if array.shape != (count,) or array.dtype.kind not in "biu":
            return None, lie
        return array.astype(self.np.int64), ""

    def blame(self, numbers: Array) -> None:
        """Count the failures behind some refusals, one for each pair that was really looked at."""
        for number, count in enumerate(self.np.bincount(numbers).tolist()):
            refusal = self.refusals[number]
            if count and refusal is not None and refusal.fault is not None:
                self.judge.count_fault(*refusal.fault, count)

    def score(self, pairs: PairColumns, *, blame: bool = True) -> tuple[Array, list[Array]]:
        """Return the weighted mean, rounded down, and each score in the order of the scores.

        Args:
            pairs: Allowed pairs.
            blame: Whether to count what failed; not where pairs are scored again to be shown.
        """
        found = [self._scored(score, pairs, blame=blame) for score, _ in self.judge.weighted]
        total = self.np.zeros(len(pairs), dtype=self.np.int64)
        for values, (_, weight) in zip(found, self.judge.weighted, strict=True):
            total += weight * values
        return (total // self.judge.weight if self.judge.weight else total), found

    def _scored(self, score: PairingScore, pairs: PairColumns, *, blame: bool) -> Array:
        def zeroed(error: str, count: int) -> None:
            if blame and count:
                self.judge.count_fault(score.id, error, count)

        method = _method(score, "score_all")
        if method is _NO_METHOD:
            return self._scored_one_by_one(score, pairs, zeroed)
        lie = "answered no whole number from 0 to 1000"
        try:
            values, error = self._whole(method(pairs), len(pairs), lie=lie)
        except (Exception, SystemExit) as raised:  # noqa: BLE001  as above
            values, error = None, type(raised).__name__
        if values is None:
            zeroed(error, len(pairs))
            return self.np.zeros(len(pairs), dtype=self.np.int64)
        wild = (values < 0) | (values > TOP_SCORE)
        zeroed(lie, int(wild.sum()))
        values[wild] = 0
        return values

    def _scored_one_by_one(self, score: PairingScore, pairs: PairColumns, zeroed: Callable[[str, int], None]) -> Array:
        values = []
        for child, helper in zip(pairs.child.tolist(), pairs.helper.tolist(), strict=True):
            value, error = self.judge.one_score(score, self.program.needs[child], self.program.offers[helper])
            values.append(value)
            if error is not None:
                zeroed(error, 1)
        return self.np.array(values, dtype=self.np.int64)


def _method(rule: object, name: str) -> Any:
    """Return a method that a rule may have; a rule that raises when asked for it has one that raises."""
    try:
        return getattr(rule, name, _NO_METHOD)
    except Exception as raised:  # noqa: BLE001  as above
        error = raised

        def raises(_pairs: PairColumns) -> Array:
            raise error

        return raises
