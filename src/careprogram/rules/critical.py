"""Which answers make a difference to a policy on a day?

A rule compares a fact with a few numbers, dates and choices; between them nothing changes. The critical values of a
fact are the finitely many answers that show everything the policy can do with it: for a number each threshold, its
neighbors and the limits of the fact, for a date each cutoff and the day after, for a choice each code. One list serves
missing facts, tests and gaps alike.
"""

import datetime as dt
import functools
from collections.abc import Iterator, Mapping

from careprogram.rules.cutoffs import elapsed_cutoff
from careprogram.rules.evaluate import evaluate
from careprogram.rules.facts import BoolFact, ChoiceFact, DateFact, Fact, FactValue, IntFact
from careprogram.rules.parameters import Parameter
from careprogram.rules.policy import Policy
from careprogram.rules.predicates import Comparison, Elapsed, Known, Predicate, atoms_in, fact_of


def _atoms(policy: Policy, fact: Fact) -> Iterator[Predicate]:
    for clause in policy.clauses:
        for atom in atoms_in(clause.condition):
            asked = fact_of(atom)
            if asked is not None and asked.name == fact.name:
                yield atom


def _bound(comparison: Comparison, as_of: dt.date) -> int:
    return comparison.bound.on(as_of) if isinstance(comparison.bound, Parameter) else comparison.bound


def _numbers(policy: Policy, fact: IntFact, as_of: dt.date) -> tuple[int, ...]:
    bounds = {_bound(atom, as_of) for atom in _atoms(policy, fact) if isinstance(atom, Comparison)} or {0}
    edges = {edge for edge in (fact.minimum, fact.maximum) if edge is not None}
    near = {bound + step for bound in bounds for step in (-1, 0, 1)}
    return tuple(number for number in sorted(near | edges) if fact.accepts(number))


def _dates(policy: Policy, fact: DateFact, as_of: dt.date) -> tuple[dt.date, ...]:
    days = {as_of}
    for atom in _atoms(policy, fact):
        if isinstance(atom, Comparison) and isinstance(atom.measure, Elapsed):
            bound = _bound(atom, as_of)
            for count in (bound, bound + 1):
                cutoff = elapsed_cutoff(count, as_of, atom.measure.unit, policy.ages) if count > 0 else as_of
                days |= {cutoff, min(cutoff + dt.timedelta(days=1), as_of)}
    return tuple(sorted(days))


def critical_values(policy: Policy, fact: Fact, *, as_of: dt.date) -> tuple[FactValue, ...]:
    """Return the known answers to *fact* that show everything *policy* can do with it on *as_of*.

    Dates never lie after *as_of*. Add ``UNKNOWN`` for the full picture.
    """
    match fact:
        case BoolFact():
            return (True, False)
        case ChoiceFact():
            return tuple(fact.members)
        case IntFact():
            return _numbers(policy, fact, as_of)
        case DateFact():
            return _dates(policy, fact, as_of)
        case _:
            return ()


@functools.lru_cache(maxsize=128)
def telling_values(policy: Policy, as_of: dt.date) -> Mapping[str, tuple[FactValue, ...]]:
    """Return, for each fact of *policy*, one critical value for each way its conditions can come out on *as_of*."""
    chosen: dict[str, tuple[FactValue, ...]] = {}
    for fact in policy.facts:
        atoms = [atom for atom in dict.fromkeys(_atoms(policy, fact)) if not isinstance(atom, Known)]
        ways: dict[tuple[object, ...], FactValue] = {}
        for value in critical_values(policy, fact, as_of=as_of):
            way = tuple(evaluate(atom, {fact.name: value}, as_of=as_of, ages=policy.ages) for atom in atoms)
            ways.setdefault(way, value)
        chosen[fact.name] = tuple(ways.values())
    return chosen
