"""Does a policy cover this child, on this day?"""

import datetime as dt

from careprogram.eligibility.reading import facts_of
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
