"""Does a policy cover this child, on this day?

One child and one policy, or one child and all of them. Nothing here knows the rules or decides anything.
"""

import datetime as dt
import functools
from collections.abc import Iterable, Mapping

from careprogram.eligibility.reading import facts_of
from careprogram.ids import PolicyId
from careprogram.people import Child, PlaceCode
from careprogram.rules import Policy, Stage, Verdict, judge_facts


def judge(
    child: Child, policy: Policy, *, as_of: dt.date, place: PlaceCode | None = None, stage: Stage = Stage.ALWAYS
) -> Verdict:
    """Judge *child* by *policy* as it stood on *as_of*.

    Args:
        child: The record; nothing in it is needed, what is missing is named in the verdict.
        policy: The policy asked.
        as_of: The day whose thresholds and ages count.
        place: Where the rules are applied, such as the child's village: what its jurisdictions say otherwise counts.
            Nationwide unless given. Tell the verdict with ``policy.at(place=…, stage=…)``, whose clauses it names.
        stage: Whether the child enters the program or is in it already; every clause counts unless given.

    Raises:
        PolicyNotInForceError: The policy has no rules for that day.
    """
    return judge_by_each(child, (policy,), as_of=as_of, place=place, stage=stage)[policy.id]


def judge_by_each(
    child: Child,
    policies: Iterable[Policy],
    *,
    as_of: dt.date,
    place: PlaceCode | None = None,
    stage: Stage = Stage.ALWAYS,
) -> Mapping[PolicyId, Verdict]:
    """Judge *child* by each of *policies*, reading its record once; the same verdicts as `judge` gives.

    Args:
        child: The record.
        policies: The policies asked.
        as_of: The day whose thresholds and ages count.
        place: Where the rules are applied; nationwide unless given.
        stage: Whether the child enters or is in already; every clause counts unless given.

    Raises:
        PolicyNotInForceError: One of the policies has no rules for that day.
    """
    asked = tuple(policies)
    if place is not None or stage is not Stage.ALWAYS:
        code = "" if place is None else place.text
        asked = tuple(policy.at(place=code, stage=stage) for policy in asked)
    facts = facts_of(child, as_of=as_of, only=_names(asked))
    return {policy.id: judge_facts(policy, facts, as_of=as_of) for policy in asked}


@functools.lru_cache(maxsize=256)
def _names(policies: tuple[Policy, ...]) -> frozenset[str]:
    return frozenset(fact.name for policy in policies for fact in policy.facts)
