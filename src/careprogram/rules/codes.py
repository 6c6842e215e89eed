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

from careprogram.rules.critical import critical_values
from careprogram.rules.facts import DateFact, Fact, FactValue, IntFact
from careprogram.rules.policy import Policy

Code: TypeAlias = tuple[Hashable, ...]
"""What a policy sees of a set of answers, fact by fact."""

_GAP = "gap"


@functools.lru_cache(maxsize=128)
def coder_of(policy: Policy, as_of: dt.date) -> Callable[[Mapping[str, FactValue]], Code]:
    """Return the function that gives the code of known answers under *policy* on *as_of*.

    The answers it takes hold no ``UNKNOWN``; a fact left out is a gap.
    """
    steps = tuple((fact.name, _step(policy, fact, as_of)) for fact in policy.facts)

    def code(answers: Mapping[str, FactValue]) -> Code:
        return tuple(step(answers[name]) if name in answers else _GAP for name, step in steps)

    return code


def _step(policy: Policy, fact: Fact, as_of: dt.date) -> Callable[[Any], Hashable]:
    if isinstance(fact, DateFact | IntFact):
        edges: tuple[Any, ...] = critical_values(policy, fact, as_of=as_of)
        return lambda value: bisect_right(edges, value)
    return lambda value: value
