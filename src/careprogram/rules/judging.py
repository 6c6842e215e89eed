"""What does a policy say about these facts on that day?

The one door through which rules are asked. It knows facts, not children, and has no clock.
"""

import datetime as dt

from careprogram.rules.compiled import compile_policy, require_in_force
from careprogram.rules.facts import FactValues
from careprogram.rules.generated import Asked
from careprogram.rules.policy import Policy
from careprogram.rules.verdict import Verdict


def judge_facts(policy: Policy, facts: FactValues, *, as_of: dt.date) -> Verdict:
    """Judge *facts* by *policy* as it stood on *as_of*.

    An answer of the wrong kind, for instance from a plugin, counts as unknown and is named in the explanation; so
    does a clause that raises. A fault never makes anybody eligible or ineligible.

    Args:
        policy: The policy asked.
        facts: The answers about one child.
        as_of: The day whose thresholds and ages count.

    Raises:
        DayError: *as_of* is no plain date.
        PolicyNotInForceError: The policy has no rules for that day.
    """
    try:
        compiled = compile_policy(policy, as_of)
    except TypeError:  # what cannot be hashed never gets to where days are looked at
        require_in_force(policy, as_of)
        raise
    return compiled.verdict(facts)


def judge_again(policy: Policy, as_of: dt.date, asked: Asked, unreadable: tuple[str, ...]) -> Verdict:
    """Return the verdict on answers kept from an earlier one."""
    return compile_policy(policy, as_of).verdict_with_care(asked, unreadable)
