"""What does a policy say about these facts on that day?

The one door through which rules are asked. It knows facts, not children, and has no clock.
"""

import datetime as dt

from careprogram.rules.compiled import compile_policy
from careprogram.rules.facts import FactValues
from careprogram.rules.policy import Policy
from careprogram.rules.reasons import LiveGrounds
from careprogram.rules.verdict import Verdict
from careprogram.unknown import UNKNOWN


def judge_facts(policy: Policy, facts: FactValues, *, as_of: dt.date) -> Verdict:
    """Judge *facts* by *policy* as it stood on *as_of*.

    An answer of the wrong kind, for instance from a plugin, counts as unknown and is named in the explanation; so
    does a clause that raises. A fault never makes anybody eligible or ineligible.

    Args:
        policy: The policy asked.
        facts: The answers about one child.
        as_of: The day whose thresholds and ages count.

    Raises:
        PolicyNotInForceError: The policy has no rules for that day.
    """
    compiled = compile_policy(policy, as_of)
    truths, failed = compiled.truths(facts.values)
    if failed:
        facts = _readable(policy, facts)
        truths, failed = compiled.truths(facts.values)
    outcome = compiled.outcome(truths)
    answers = facts.values
    return Verdict(
        policy=policy.id,
        as_of=as_of,
        determination=outcome.determination,
        categories=outcome.categories,
        open_categories=outcome.open_categories,
        tier=outcome.tier,
        clauses=dict(zip(compiled.clause_ids, truths, strict=True)),
        grounds=LiveGrounds(
            compiled=compiled,
            asked=tuple([answers.get(name, UNKNOWN) for name in compiled.fact_names]),
            unreadable=facts.unreadable,
            failed=failed,
        ),
    )


def _readable(policy: Policy, facts: FactValues) -> FactValues:
    wrong = tuple(fact.name for fact in policy.facts if not fact.of_kind(facts[fact]))
    values = {name: UNKNOWN if name in wrong else value for name, value in facts.values.items()}
    return FactValues(values=values, unreadable=facts.unreadable + wrong)
