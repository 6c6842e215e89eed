"""What does a rule mean?

The interpreter is the specification: it walks the tree, counts ages by the calendar and knows no shortcut. Every faster
way of judging is tested against it. It is total: for answers of the right kind it never raises.
"""

import datetime as dt
from collections.abc import Mapping
from typing import assert_never

from careprogram.rules.cutoffs import AgeRule, elapsed
from careprogram.rules.facts import FactValue, IntFact, is_known, on_day
from careprogram.rules.parameters import Parameter
from careprogram.rules.predicates import (
    All,
    AnyOf,
    Comparison,
    Definition,
    Is,
    Known,
    Not,
    OneOf,
    Operator,
    Predicate,
    Quantified,
    Quantifier,
)
from careprogram.rules.truth import Truth, all_of, any_of, truth
from careprogram.unknown import UNKNOWN

DEFAULT_AGES = AgeRule()


def evaluate(
    predicate: Predicate,
    values: Mapping[str, FactValue],
    *,
    as_of: dt.date,
    ages: AgeRule = DEFAULT_AGES,
) -> Truth:
    """Return the truth of *predicate* for one child on one day, by strong Kleene logic.

    A date that lies after that day counts as unknown.

    Args:
        predicate: The rule.
        values: The answers by the name of the fact; a fact left out is unknown.
        as_of: The day whose thresholds and ages count.
        ages: How completed years are counted.
    """
    match predicate:
        case All():
            return all_of(evaluate(part, values, as_of=as_of, ages=ages) for part in predicate.parts)
        case AnyOf():
            return any_of(evaluate(part, values, as_of=as_of, ages=ages) for part in predicate.parts)
        case Not():
            return ~evaluate(predicate.part, values, as_of=as_of, ages=ages)
        case Definition():
            return evaluate(predicate.when, values, as_of=as_of, ages=ages)
        case Is():
            value = values.get(predicate.fact.name, UNKNOWN)
            return truth(value is predicate.expected) if is_known(value) else Truth.UNKNOWN
        case OneOf():
            value = values.get(predicate.fact.name, UNKNOWN)
            return truth(value in predicate.members) if is_known(value) else Truth.UNKNOWN
        case Known():
            answer = on_day(values.get(predicate.fact.name, UNKNOWN), as_of)
            return Truth.TRUE if is_known(answer) else Truth.UNKNOWN
        case Comparison():
            return _compared(predicate, values, as_of, ages)
        case Quantified():
            members = values.get(predicate.group.name, UNKNOWN)
            if not isinstance(members, tuple):
                return Truth.UNKNOWN
            truths = (evaluate(predicate.when, member, as_of=as_of, ages=ages) for member in members)
            return any_of(truths) if predicate.quantifier is Quantifier.ANY else all_of(truths)
        case _:
            raise TypeError(f"rules are made of the nodes in predicates, not of {type(predicate).__name__}")


def _compared(comparison: Comparison, values: Mapping[str, FactValue], as_of: dt.date, ages: AgeRule) -> Truth:
    bound = comparison.bound.on(as_of) if isinstance(comparison.bound, Parameter) else comparison.bound
    measure = comparison.measure
    if isinstance(measure, IntFact):
        number = values.get(measure.name, UNKNOWN)
        return truth(holds(number, comparison.operator, bound)) if isinstance(number, int) else Truth.UNKNOWN
    since = on_day(values.get(measure.fact.name, UNKNOWN), as_of)
    if isinstance(since, dt.date):
        return truth(holds(elapsed(since, as_of, measure.unit, ages), comparison.operator, bound))
    return _unknown_time_compared(comparison.operator, bound)


def _unknown_time_compared(operator: Operator, bound: int) -> Truth:
    # Elapsed time is never negative, so that some comparisons hold whatever the date.
    if bound < 0 or (bound == 0 and operator in {Operator.AT_LEAST, Operator.LESS}):
        return truth(holds(0, operator, bound))
    return Truth.UNKNOWN


def holds(number: int, operator: Operator, bound: int) -> bool:
    """Return whether *number* stands in the relation *operator* to *bound*."""
    match operator:
        case Operator.LESS:
            return number < bound
        case Operator.AT_MOST:
            return number <= bound
        case Operator.EQUAL:
            return number == bound
        case Operator.AT_LEAST:
            return number >= bound
        case Operator.MORE:
            return number > bound
        case _:
            assert_never(operator)
