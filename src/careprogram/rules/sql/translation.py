"""What does a rule say in a language whose own `and`, `or` and `not` know unknown?

SQL's three-valued logic is Kleene's, with NULL as unknown, so that a rule becomes an expression node by node. Ages
and lengths of time become comparisons with a cutoff date here, in Python; no database ever counts years. What an
expression is (text, or an object of a library) is for the `Terms` to say.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Protocol, TypeVar, assert_never

from careprogram.rules.cutoffs import AgeRule, elapsed, elapsed_cutoff
from careprogram.rules.facts import Fact, IntFact
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

T = TypeVar("T")


class Terms(Protocol[T]):
    """How a target language says what rules are made of; every expression is true, false or NULL."""

    def settled(self, answer: bool) -> T:
        """Return what is *answer* for everybody, known or not."""
        ...

    def known(self, fact: Fact, then: bool) -> T:
        """Return what is *then* where *fact* is answered, and NULL elsewhere."""
        ...

    def yes(self, fact: Fact, expected: bool) -> T:
        """Return whether the answer to *fact* is *expected*."""
        ...

    def among(self, fact: Fact, codes: tuple[str, ...]) -> T:
        """Return whether the answer to *fact* is one of *codes*."""
        ...

    def number(self, fact: Fact, operator: Operator, bound: int) -> T:
        """Return how the answer to *fact* compares with *bound*."""
        ...

    def date(self, fact: Fact, operator: Operator, cutoff: dt.date) -> T:
        """Return whether the answer to *fact* is at most, or more than, *cutoff*."""
        ...

    def negation(self, part: T) -> T:
        """Return what is true where *part* is false; NULL stays NULL."""
        ...

    def conjunction(self, parts: Sequence[T]) -> T:
        """Return whether all of *parts* hold."""
        ...

    def disjunction(self, parts: Sequence[T]) -> T:
        """Return whether one of *parts* holds."""
        ...

    def members(self, quantified: Quantified) -> T:
        """Return whether the condition holds for any, or for all, members; NULL where nobody listed them."""
        ...


def translate(predicate: Predicate, terms: Terms[T], as_of: dt.date, ages: AgeRule) -> T:
    """Return *predicate* as it stands on *as_of* in the language of *terms*."""
    match predicate:
        case All():
            return terms.conjunction([translate(part, terms, as_of, ages) for part in predicate.parts])
        case AnyOf():
            return terms.disjunction([translate(part, terms, as_of, ages) for part in predicate.parts])
        case Not():
            return terms.negation(translate(predicate.part, terms, as_of, ages))
        case Definition():
            return translate(predicate.when, terms, as_of, ages)
        case Is():
            return terms.yes(predicate.fact, predicate.expected)
        case OneOf():
            return terms.among(predicate.fact, codes_of(predicate.members))
        case Known():
            return terms.known(predicate.fact, True)
        case Comparison():
            return _compared(predicate, terms, as_of, ages)
        case Quantified():
            return terms.members(predicate)
        case _:
            raise TypeError(f"rules are made of the nodes in predicates, not of {type(predicate).__name__}")


def codes_of(members: Sequence[Any]) -> tuple[str, ...]:
    """Return the codes of choices as plain texts; a member that is itself a text would not pass every driver."""
    return tuple(str(member.value) for member in members)


def _compared(comparison: Comparison, terms: Terms[T], as_of: dt.date, ages: AgeRule) -> T:
    bound = comparison.bound.on(as_of) if isinstance(comparison.bound, Parameter) else comparison.bound
    measure, operator = comparison.measure, comparison.operator
    if isinstance(measure, IntFact):
        return terms.number(measure, operator, bound)
    match operator:
        case Operator.AT_LEAST:
            return _at_least(measure, bound, terms, as_of, ages)
        case Operator.MORE:
            return _at_least(measure, bound + 1, terms, as_of, ages)
        case Operator.LESS:
            return _less_than(measure, bound, terms, as_of, ages)
        case Operator.AT_MOST:
            return _less_than(measure, bound + 1, terms, as_of, ages)
        case Operator.EQUAL:
            at_least = _at_least(measure, bound, terms, as_of, ages)
            return terms.conjunction([at_least, _less_than(measure, bound + 1, terms, as_of, ages)])
        case _:
            assert_never(operator)


def _at_least(measure: Elapsed, count: int, terms: Terms[T], as_of: dt.date, ages: AgeRule) -> T:
    if count <= 0:
        return terms.settled(True)
    if _never_reached(measure, count, as_of, ages):
        return terms.known(measure.fact, False)
    return terms.date(measure.fact, Operator.AT_MOST, elapsed_cutoff(count, as_of, measure.unit, ages))


def _less_than(measure: Elapsed, count: int, terms: Terms[T], as_of: dt.date, ages: AgeRule) -> T:
    if count <= 0:
        return terms.settled(False)
    if _never_reached(measure, count, as_of, ages):
        return terms.known(measure.fact, True)
    return terms.date(measure.fact, Operator.MORE, elapsed_cutoff(count, as_of, measure.unit, ages))


def _never_reached(measure: Elapsed, count: int, as_of: dt.date, ages: AgeRule) -> bool:
    # The first day of the calendar is a date like others, and `elapsed_cutoff` gives it for counts beyond it.
    return elapsed(dt.date.min, as_of, measure.unit, ages) < count
