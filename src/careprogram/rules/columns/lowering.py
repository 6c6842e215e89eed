"""How does a rule become a column of true, false and null?

Every node becomes an expression over columns in which null is unknown, by the Kleene logic that all engines share for
``&``, ``|`` and ``~``. Ages and months become cutoff dates counted here, in Python: no engine ever counts a year. What
holds whatever the answer is settled here and reaches no engine. The expressions are those of narwhals or, in the same
words, of Polars; this module sees no data.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import attrs

from careprogram.rules.cutoffs import AgeRule, elapsed, elapsed_cutoff
from careprogram.rules.parameters import Parameter
from careprogram.rules.predicates import (
    All,
    AnyOf,
    Comparison,
    Definition,
    Elapsed,
    Is,
    Known,
    Not,
    OneOf,
    Operator,
    Predicate,
    Quantified,
)
from careprogram.rules.truth import Truth, all_of, any_of

Column: TypeAlias = Any
"""An expression of the library that computes; narwhals and Polars have no type in common."""

Term: TypeAlias = Truth | Column
"""What a rule amounts to: settled for every row, or a column."""


@attrs.frozen(kw_only=True)
class Held:
    """What the type of a column says about the answers in it.

    Attributes:
        limits: The smallest and largest number that it can hold, for whole numbers.
        codes: The codes that it can hold, for choices.
        clean: Whether every value is an answer. Of a date that is never sure: it may lie after the day.
        text: Whether a choice is kept as text.
        date: Whether it holds dates.
    """

    limits: tuple[int, int] = (0, 0)
    codes: tuple[str, ...] = ()
    clean: bool = True
    text: bool = False
    date: bool = False


@attrs.frozen(kw_only=True)
class Answers:
    """The column that holds the answers to a fact.

    Attributes:
        column: The expression; null where nobody knows.
        held: What its type says.
    """

    column: Column
    held: Held = Held()


@attrs.frozen(kw_only=True)
class Ground:
    """What a rule is made into columns on.

    Attributes:
        library: The module of the expressions: narwhals or Polars.
        as_of: The day whose thresholds and ages count.
        ages: How completed years are counted.
        answers: The columns by the name of the fact; a fact left out is unknown in every row.
        settled: Rules that a column already holds; those about groups always are, or count as unknown.
    """

    library: Any
    as_of: dt.date
    ages: AgeRule
    answers: Mapping[str, Answers]
    settled: Mapping[Predicate, Column] = attrs.field(factory=dict)

    def lower(self, predicate: Predicate) -> Term:
        """Return what *predicate* amounts to, as a settled truth or as a column."""
        if predicate in self.settled:
            return self.settled[predicate]
        match predicate:
            case All():
                return self.every([self.lower(part) for part in predicate.parts])
            case AnyOf():
                return self.some([self.lower(part) for part in predicate.parts])
            case Not():
                return ~self.lower(predicate.part)
            case Definition():
                return self.lower(predicate.when)
            case Is() | OneOf() | Known() | Comparison():
                return self._atom(predicate)
            case Quantified():
                return Truth.UNKNOWN
            case _:
                raise TypeError(f"rules are made of the nodes in predicates, not of {type(predicate).__name__}")

    def column(self, term: Term) -> Column:
        """Return *term* as a column, null where it is unknown."""
        if not isinstance(term, Truth):
            return term
        if term is Truth.UNKNOWN:
            return self.library.lit(None, dtype=self.library.Boolean)
        return self.library.lit(term is Truth.TRUE)

    def every(self, terms: Sequence[Term]) -> Term:
        """Return the conjunction of *terms*."""
        return self._joined(terms, all_of, Truth.TRUE, lambda one, other: one & other)

    def some(self, terms: Sequence[Term]) -> Term:
        """Return the disjunction of *terms*."""
        return self._joined(terms, any_of, Truth.FALSE, lambda one, other: one | other)

    def _joined(
        self,
        terms: Sequence[Term],
        of_settled: Callable[[Sequence[Truth]], Truth],
        neutral: Truth,
        join: Callable[[Column, Column], Column],
    ) -> Term:
        settled = of_settled([term for term in terms if isinstance(term, Truth)])
        columns = [term for term in terms if not isinstance(term, Truth)]
        if settled is ~neutral or not columns:
            return settled
        if settled is Truth.UNKNOWN:
            columns.append(self.column(settled))
        # In halves: a chain of a thousand parts would be a thousand deep, which engines refuse or take long over.
        while len(columns) > 1:
            pairs = [join(*columns[at : at + 2]) for at in range(0, len(columns) - 1, 2)]
            columns = pairs + columns[2 * len(pairs) :]
        return columns[0]

    def _known(self, column: Column, value: bool) -> Column:
        return self.library.when(~column.is_null()).then(self.library.lit(value))

    def _atom(self, atom: Is | OneOf | Known | Comparison) -> Term:
        if isinstance(atom, Comparison) and isinstance(atom.measure, Elapsed):
            return self._elapsed(atom.measure, atom.operator, self._bound(atom))
        fact = atom.measure if isinstance(atom, Comparison) else atom.fact
        answers = self.answers.get(fact.name)  # type: ignore[union-attr]
        if answers is None:
            return Truth.UNKNOWN
        match atom:
            case Is():
                return answers.column if atom.expected else ~answers.column
            case Known():
                return self._known(answers.column, True)
            case OneOf():
                return self._membership(atom, answers)
            case Comparison():
                return self._number(answers, atom.operator, self._bound(atom))

    def _bound(self, comparison: Comparison) -> int:
        return comparison.bound.on(self.as_of) if isinstance(comparison.bound, Parameter) else comparison.bound

    def _membership(self, atom: OneOf, answers: Answers) -> Column:
        asked = {member.value for member in atom.members}
        wanted = [code for code in answers.held.codes if code in asked]
        others = [code for code in answers.held.codes if code not in asked]
        if not wanted or not others:
            return self._known(answers.column, bool(wanted))
        # By `==`, because `is_in` of a null is false on some engines; over the shorter list, because it costs less.
        shorter = min(wanted, others, key=len)
        found = self.some([answers.column == code for code in shorter])
        return found if shorter is wanted else ~found

    def _number(self, answers: Answers, operator: Operator, bound: int) -> Column:
        low, high = answers.held.limits
        if not low <= bound <= high:
            # No answer of that type lies on the other side; engines overflow on the bound, or wrap it around.
            below = bound > high
            holds = operator in ({Operator.LESS, Operator.AT_MOST} if below else {Operator.AT_LEAST, Operator.MORE})
            return self._known(answers.column, holds)
        # PyArrow would bring a large unsigned number down to 63 bits to compare it, and fail.
        number = self.library.lit(bound, dtype=self.library.UInt64) if (low, high) == (0, 2**64 - 1) else bound
        match operator:
            case Operator.LESS:
                return answers.column < number
            case Operator.AT_MOST:
                return answers.column <= number
            case Operator.EQUAL:
                return answers.column == number
            case Operator.AT_LEAST:
                return answers.column >= number
            case Operator.MORE:
                return answers.column > number

    def _elapsed(self, measure: Elapsed, operator: Operator, bound: int) -> Term:
        match operator:
            case Operator.AT_LEAST:
                return self._at_least(measure, bound)
            case Operator.MORE:
                return self._at_least(measure, bound + 1)
            case Operator.LESS:
                return ~self._at_least(measure, bound)
            case Operator.AT_MOST:
                return ~self._at_least(measure, bound + 1)
            case Operator.EQUAL:
                return self.every([self._at_least(measure, bound), ~self._at_least(measure, bound + 1)])

    def _at_least(self, measure: Elapsed, count: int) -> Term:
        if count <= 0:  # no time is below zero, whatever the date
            return Truth.TRUE
        answers = self.answers.get(measure.fact.name)
        if answers is None:
            return Truth.UNKNOWN
        if elapsed(dt.date.min, self.as_of, measure.unit, self.ages) < count:  # longer than the calendar
            return self._known(answers.column, False)
        cutoff = elapsed_cutoff(count, self.as_of, measure.unit, self.ages)
        return answers.column <= self.library.lit(cutoff)


def integer_limits(bits: int, *, signed: bool) -> tuple[int, int]:
    """Return the smallest and largest whole number of that many bits.

    Examples:
        >>> integer_limits(8, signed=True)
        (-128, 127)
    """
    return (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
