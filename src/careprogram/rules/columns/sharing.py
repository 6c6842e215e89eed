"""Which conditions of a policy are computed ahead of its clauses: those about groups, and those used more than once?

Nothing here makes a column.
"""

import functools
from collections import Counter
from collections.abc import Iterator, Mapping

from careprogram.rules.facts import Fact, GroupFact
from careprogram.rules.policy import Policy
from careprogram.rules.predicates import (
    Comparison,
    Definition,
    OneOf,
    Predicate,
    Quantified,
    children_of,
    facts_in,
    walk,
)


@functools.lru_cache(maxsize=128)
def shared_levels(policy: Policy) -> tuple[tuple[Predicate, ...], ...]:
    """Return the conditions that several clauses or parts use, in levels: each uses only levels before its own.

    Only speed depends on it: leaving a condition out changes no answer.
    """
    seen = Counter(node for clause in policy.clauses for node in _about_the_child(clause.condition))
    levels: dict[int, list[Predicate]] = {}
    for node, count in seen.items():
        if count > 1 and isinstance(node, OneOf | Comparison | Definition):
            levels.setdefault(_height(node), []).append(node)
    return tuple(tuple(levels[height]) for height in sorted(levels))


def _about_the_child(predicate: Predicate) -> Iterator[Predicate]:
    yield predicate
    for inner in children_of(predicate):
        yield from _about_the_child(inner)


def _height(predicate: Predicate) -> int:
    return 1 + max((_height(inner) for inner in children_of(predicate)), default=0)


def quantified_in(policy: Policy, group: str) -> tuple[Quantified, ...]:
    """Return the conditions about members of the *group*, each once, in the order written."""
    nodes = (node for clause in policy.clauses for node in walk(clause.condition))
    return tuple(dict.fromkeys(n for n in nodes if isinstance(n, Quantified) and n.group.name == group))


@functools.lru_cache(maxsize=128)
def groups_of(policy: Policy) -> Mapping[str, tuple[Fact, ...]]:
    """Return the groups that *policy* asks about, each with the facts of its members that it asks for."""
    return {fact.name: _member_facts(policy, fact.name) for fact in policy.facts if isinstance(fact, GroupFact)}


def _member_facts(policy: Policy, group: str) -> tuple[Fact, ...]:
    return tuple(dict.fromkeys(fact for rule in quantified_in(policy, group) for fact in facts_in(rule.when)))
