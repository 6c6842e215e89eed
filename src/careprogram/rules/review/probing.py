"""Is there quickly an answer for which this rule comes out so?

A rule of hundreds of conditions can be too large to be searched, although nearly every child shows what it can do. So a
few children at the edges of its thresholds are looked at first. What one of them shows is proven by the interpreter;
that none of them shows it proves nothing. Which children these are is always the same.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from careprogram.rules.cutoffs import AgeRule
from careprogram.rules.evaluate import evaluate
from careprogram.rules.facts import Fact, FactValue, GroupFact
from careprogram.rules.predicates import Known, Predicate, atoms_in, fact_of, walk
from careprogram.rules.review.search import Gaps, edges_of
from careprogram.rules.truth import Truth
from careprogram.unknown import UNKNOWN

MOST_CHILDREN = 64
"""How many children are looked at."""

MOST_LOOKED_AT = 100_000
"""How many conditions are looked at, of all these children together."""

_STEPS = (1, 7, 19, 37, 61, 89, 113, 149)
"""By how many answers one fact goes on from child to child; several facts do not go on in step."""


def shown(rule: Predicate, *wanted: Truth, as_of: dt.date, ages: AgeRule, gaps: Gaps = Gaps.NONE) -> bool:
    """Return whether one of the children looked at shows that *rule* can have one of the truths *wanted*."""
    size = sum(1 for _ in walk(rule))
    count = min(MOST_CHILDREN, MOST_LOOKED_AT // size)
    edges = _edges(rule, as_of, ages, gaps)
    return any(evaluate(rule, child, as_of=as_of, ages=ages) in wanted for child in _children(edges, count))


def _edges(rule: Predicate, as_of: dt.date, ages: AgeRule, gaps: Gaps) -> Mapping[str, Sequence[FactValue]]:
    asked: dict[str, tuple[Fact, list[tuple[Predicate, AgeRule]]]] = {}
    for atom in atoms_in(rule):
        fact = fact_of(atom)
        if fact is not None:
            asked.setdefault(fact.name, (fact, []))[1].append((atom, ages))
    return {name: list(_answers(fact, atoms, as_of, gaps)) for name, (fact, atoms) in asked.items()}


def _answers(fact: Fact, atoms: Sequence[tuple[Predicate, AgeRule]], as_of: dt.date, gaps: Gaps) -> Iterator[FactValue]:
    if isinstance(fact, GroupFact):
        yield ()  # nobody; whoever else there may be is left to the solver
    else:
        yield from edges_of(fact, atoms, as_of)
    if gaps is Gaps.ALL or (gaps is Gaps.ASKED and any(isinstance(atom, Known) for atom, _ in atoms)):
        yield UNKNOWN


def _children(edges: Mapping[str, Sequence[FactValue]], count: int) -> Iterator[Mapping[str, FactValue]]:
    for number in range(count):
        # The first ones lie far from each other, because the edges of one fact are many and in order.
        yield {
            name: values[(number * _STEPS[at % len(_STEPS)] + number * len(values) // count) % len(values)]
            for at, (name, values) in enumerate(edges.items())
            if values
        }
