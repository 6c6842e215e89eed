"""Which children look the same to a policy?

A policy sees an age only as "before or after this cutoff". Two sets of answers with the same code are judged alike for
the same reasons, and a county of a hundred thousand children has a few hundred codes. Whatever is worked out for one
code is worked out for all its children.
"""

import datetime as dt
import functools
from bisect import bisect_right
from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeAlias

from careprogram.rules.critical import critical_values, member_facts, member_values
from careprogram.rules.facts import DateFact, Fact, FactValue, GroupFact, IntFact
from careprogram.rules.policy import Policy

Code: TypeAlias = tuple[Hashable, ...]
"""What a policy sees of a set of answers, fact by fact."""

Step: TypeAlias = Callable[[Any], Hashable]

_GAP = "gap"


@functools.lru_cache(maxsize=128)
def coder_of(policy: Policy, as_of: dt.date) -> Callable[[Mapping[str, FactValue]], Code]:
    """Return the function that gives the code of known answers under *policy* on *as_of*.

    The answers it takes hold no ``UNKNOWN``; a fact left out is a gap.
    """
    return _coder(tuple((fact.name, _step(policy, fact, as_of)) for fact in policy.facts))


def _coder(steps: tuple[tuple[str, Step | None], ...]) -> Callable[[Mapping[str, FactValue]], Code]:
    def code(answers: Mapping[str, FactValue]) -> Code:
        found: list[Any] = []
        for name, step in steps:
            value = answers.get(name, _GAP)
            found.append(value if step is None or value is _GAP else step(value))
        return tuple(found)

    return code


def _step(policy: Policy, fact: Fact, as_of: dt.date) -> Step | None:
    """Return how an answer to *fact* is coded; None where the answer is its own code."""
    if isinstance(fact, GroupFact):
        facts = member_facts(policy, fact)
        of_member = _coder(
            tuple((each.name, _band(each, member_values(policy, fact, each, as_of=as_of))) for each in facts)
        )
        # In the order given: a reason names one member or another.
        return lambda members: tuple([of_member(member) for member in members])
    return _band(fact, critical_values(policy, fact, as_of=as_of))


def _band(fact: Fact, edges: tuple[Any, ...]) -> Step | None:
    return functools.partial(bisect_right, edges) if isinstance(fact, DateFact | IntFact) else None
