"""Which answers make a difference to a policy on a day?

A rule compares a fact with a few numbers, dates and choices; between them nothing changes. The critical values of a
fact are the finitely many answers that show everything the policy can do with it: for a number each threshold, its
neighbors and the limits of the fact, for a date each cutoff and the day after, the day asked about and the day after
that, for a choice each code, for a group of persons one answer for each way its conditions can come out together. The
last of the dates stands for all that have not come; none of them is an answer yet, and what could be answered is listed
without it.
"""

import datetime as dt
import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence

from careprogram.rules.cutoffs import AgeRule, elapsed_cutoff
from careprogram.rules.evaluate import evaluate
from careprogram.rules.facts import (
    BoolFact,
    ChoiceFact,
    DateFact,
    Fact,
    FactValue,
    GroupFact,
    IntFact,
    is_known,
    on_day,
)
from careprogram.rules.parameters import Parameter
from careprogram.rules.persons import Persons
from careprogram.rules.policy import Policy
from careprogram.rules.predicates import Comparison, Elapsed, Known, Predicate, Quantified, atoms_in, fact_of


def conditions_on(policy: Policy, fact: Fact) -> tuple[Predicate, ...]:
    """Return the conditions of *policy* that ask about *fact*, each once."""
    return _about(fact, (clause.condition for clause in policy.clauses))


def _about(fact: Fact, rules: Iterable[Predicate]) -> tuple[Predicate, ...]:
    found: dict[Predicate, None] = {}
    for rule in rules:
        for atom in atoms_in(rule):
            asked = fact_of(atom)
            if asked is not None and asked.name == fact.name:
                found.setdefault(atom)
    return tuple(found)


def _bound(comparison: Comparison, as_of: dt.date) -> int:
    return comparison.bound.on(as_of) if isinstance(comparison.bound, Parameter) else comparison.bound


def _numbers(fact: IntFact, atoms: Sequence[Predicate], as_of: dt.date) -> tuple[int, ...]:
    bounds = {_bound(atom, as_of) for atom in atoms if isinstance(atom, Comparison)} or {0}
    edges = {edge for edge in (fact.minimum, fact.maximum) if edge is not None}
    near = {bound + step for bound in bounds for step in (-1, 0, 1)}
    return tuple(number for number in sorted(near | edges) if fact.accepts(number))


def _dates(atoms: Sequence[Predicate], as_of: dt.date, ages: AgeRule) -> tuple[dt.date, ...]:
    days = {as_of}
    for atom in atoms:
        if isinstance(atom, Comparison) and isinstance(atom.measure, Elapsed):
            bound = _bound(atom, as_of)
            for count in (bound, bound + 1):
                cutoff = elapsed_cutoff(count, as_of, atom.measure.unit, ages) if count > 0 else as_of
                days |= {cutoff, min(cutoff + dt.timedelta(days=1), as_of)}
    return tuple(sorted(days))


def _values(fact: Fact, atoms: Sequence[Predicate], as_of: dt.date, ages: AgeRule) -> tuple[FactValue, ...]:
    match fact:
        case BoolFact():
            return (True, False)
        case ChoiceFact():
            return tuple(fact.members)
        case IntFact():
            return _numbers(fact, atoms, as_of)
        case DateFact():
            return _dates(atoms, as_of, ages)
        case _:
            return ()


def _telling(fact: Fact, atoms: Sequence[Predicate], as_of: dt.date, ages: AgeRule) -> tuple[FactValue, ...]:
    """Return one critical value for each way the *atoms* can come out."""
    asking = [atom for atom in atoms if not isinstance(atom, Known)]
    ways: dict[tuple[object, ...], FactValue] = {}
    for value in _values(fact, atoms, as_of, ages):
        way = tuple(evaluate(atom, {fact.name: value}, as_of=as_of, ages=ages) for atom in asking)
        ways.setdefault(way, value)
    return tuple(ways.values())


def critical_values(policy: Policy, fact: Fact, *, as_of: dt.date) -> tuple[FactValue, ...]:
    """Return the answers to *fact* that show everything *policy* can do with it on *as_of*.

    Of dates the last is the day after *as_of*, which counts as unknown, like every date that has not come. Of a group
    some answers leave facts of its members open, and some have such a date. Add ``UNKNOWN`` for the full picture.
    """
    found = possible_answers(policy, fact, as_of=as_of)
    if isinstance(fact, DateFact):
        return (*found, *_not_come(as_of))
    if isinstance(fact, GroupFact):
        dates = [each.name for each in member_facts(policy, fact) if isinstance(each, DateFact)]
        return (*found, *_with_dates_not_come(found, dates, as_of))
    return found


def possible_answers(policy: Policy, fact: Fact, *, as_of: dt.date) -> tuple[FactValue, ...]:
    """Return the critical values of *fact* that somebody could truly answer: no date lies after *as_of*."""
    if isinstance(fact, GroupFact):
        return persons_of(policy, fact, as_of).answers(gaps=True)
    return _values(fact, conditions_on(policy, fact), as_of, policy.ages)


def future_dates(policy: Policy, asked: Sequence[FactValue], as_of: dt.date) -> tuple[str, ...]:
    """Return which answers that *policy* asks for are dates after *as_of*: the fact, or ``group.fact`` of a member.

    Args:
        policy: The policy.
        asked: The plain answers to its facts, in its order.
        as_of: The day.
    """
    return tuple(_future_dates(policy, asked, as_of))


def _future_dates(policy: Policy, asked: Sequence[FactValue], as_of: dt.date) -> Iterator[str]:
    for fact, value in zip(policy.facts, asked, strict=True):
        if isinstance(value, dt.date) and value > as_of:
            yield fact.name
        elif isinstance(value, tuple) and isinstance(fact, GroupFact):
            dated = {name for member in value for name, day in member.items() if not is_known(on_day(day, as_of))}
            yield from (f"{fact.name}.{each.name}" for each in member_facts(policy, fact) if each.name in dated)


def _not_come(as_of: dt.date) -> tuple[dt.date, ...]:
    return (as_of + dt.timedelta(days=1),) if as_of < dt.date.max else ()


def _with_dates_not_come(groups: Iterable[FactValue], dates: Sequence[str], as_of: dt.date) -> Iterator[FactValue]:
    """Yield the *groups* with gaps in their *dates* once more, with dates that have not come in place of these gaps."""
    for day in _not_come(as_of):
        for group in groups:
            members = group if isinstance(group, tuple) else ()
            if any(name not in member for member in members for name in dates):
                yield tuple({**dict.fromkeys(dates, day), **member} for member in members)


@functools.lru_cache(maxsize=512)
def persons_of(policy: Policy, group: GroupFact, as_of: dt.date) -> Persons:
    """Return what *policy* can tell about the members of *group* on *as_of*."""
    asked = tuple(atom for atom in conditions_on(policy, group) if isinstance(atom, Quantified))
    telling: dict[str, tuple[FactValue, ...]] = {}
    for fact in member_facts(policy, group):
        atoms = _about(fact, (quantified.when for quantified in asked))
        telling[fact.name] = _telling(fact, atoms, as_of, policy.ages)
    return Persons(quantified=asked, telling=telling, as_of=as_of, ages=policy.ages)


@functools.lru_cache(maxsize=512)
def member_facts(policy: Policy, group: GroupFact) -> tuple[Fact, ...]:
    """Return the facts that *policy* asks of a member of *group*, in the order of their schema."""
    whens = [atom.when for atom in conditions_on(policy, group) if isinstance(atom, Quantified)]
    return tuple(fact for fact in group.members.facts().values() if _about(fact, whens))


def asked_of_members(policy: Policy, group: GroupFact, fact: Fact) -> tuple[Predicate, ...]:
    """Return the conditions of *policy* that ask about a *fact* of the members of *group*, each once."""
    return _about(fact, (atom.when for atom in conditions_on(policy, group) if isinstance(atom, Quantified)))


@functools.lru_cache(maxsize=128)
def telling_values(policy: Policy, as_of: dt.date) -> Mapping[str, tuple[FactValue, ...]]:
    """Return, for each fact of *policy*, one critical value for each way its conditions can come out on *as_of*.

    Every answer is whole: of a group all facts that the policy asks of its members are known.
    """
    chosen: dict[str, tuple[FactValue, ...]] = {}
    for fact in policy.facts:
        if isinstance(fact, GroupFact):
            chosen[fact.name] = persons_of(policy, fact, as_of).answers(gaps=False)
        else:
            chosen[fact.name] = _telling(fact, conditions_on(policy, fact), as_of, policy.ages)
    return chosen
