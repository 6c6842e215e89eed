"""Does a policy cover this child, on this day?

One child and one policy, or one child and all of them. Nothing here knows the rules or decides anything.
"""

import datetime as dt
from collections.abc import Iterable, Mapping

from careprogram.eligibility.reading import facts_of
from careprogram.ids import PolicyId
from careprogram.people import Child
from careprogram.rules import Policy, Verdict, judge_facts


def judge(child: Child, policy: Policy, *, as_of: dt.date) -> Verdict:
    """Judge *child* by *policy* as it stood on *as_of*.

    Args:
        child: The record; nothing in it is needed, what is missing is named in the verdict.
        policy: The policy asked.
        as_of: The day whose thresholds and ages count.

    Raises:
        PolicyNotInForceError: The policy has no rules for that day.
    """
    return judge_facts(policy, facts_of(child, as_of=as_of), as_of=as_of)


def judge_by_each(child: Child, policies: Iterable[Policy], *, as_of: dt.date) -> Mapping[PolicyId, Verdict]:
    """Judge *child* by each of *policies*, reading its record once; the same verdicts as `judge` gives.

    Args:
        child: The record.
        policies: The policies asked.
        as_of: The day whose thresholds and ages count.

    Raises:
        PolicyNotInForceError: One of the policies has no rules for that day.
    """
    facts = facts_of(child, as_of=as_of)
    return {policy.id: judge_facts(policy, facts, as_of=as_of) for policy in policies}
