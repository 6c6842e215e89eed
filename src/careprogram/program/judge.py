"""What do the policies of a program say of all its children?

Judges each child by each policy as of one day. The rules are in the policies.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

from careprogram.eligibility import judge_by_each
from careprogram.ids import ChildId, PolicyId
from careprogram.language import Text
from careprogram.people import Child
from careprogram.program.progress import Progress, counted
from careprogram.program.summary import PolicyCounts
from careprogram.rules import Determination, Policy, Verdict

Verdicts = Mapping[PolicyId, Mapping[ChildId, Verdict]]
"""By policy, then by child."""


def judge_all(children: Sequence[Child], policies: Sequence[Policy], *, as_of: dt.date, progress: Progress) -> Verdicts:
    """Judge every child by every policy.

    Raises:
        PolicyNotInForceError: A policy has no rules for that day.
    """
    verdicts: dict[PolicyId, dict[ChildId, Verdict]] = {policy.id: {} for policy in policies}
    for child in counted(children, progress, Text("按政策判定", "judging")):
        for verdict in judge_by_each(child, policies, as_of=as_of).values():
            verdicts[verdict.policy][child.id] = verdict
    return verdicts


def count_verdicts(policy: Policy, verdicts: Mapping[ChildId, Verdict]) -> PolicyCounts:
    """Count what *policy* said."""
    counts = dict.fromkeys(Determination, 0)
    for verdict in verdicts.values():
        counts[verdict.determination] += 1
    return PolicyCounts(
        title=policy.title,
        eligible=counts[Determination.ELIGIBLE],
        ineligible=counts[Determination.INELIGIBLE],
        undetermined=counts[Determination.UNDETERMINED],
    )


def tiers_of(policies: Sequence[Policy], serve: Sequence[PolicyId]) -> Mapping[tuple[PolicyId, int], int]:
    """Return how urgent each tier of each policy that is served is in the whole program, 1 the most.

    The order in which the program file names the policies comes first, the tiers within a policy second.
    """
    known = {policy.id: policy for policy in policies}
    steps = [(name, tier) for name in serve for tier in sorted({one.tier for one in known[name].categories})]
    return {step: rank for rank, step in enumerate(steps, start=1)}


def most_urgent_tier(child: ChildId, verdicts: Verdicts, ranks: Mapping[tuple[PolicyId, int], int]) -> int | None:
    """Return how urgent *child* is in the program, 1 the most, by the ranks of ``tiers_of``; None if not served."""
    tiers = ((policy, verdicts[policy][child].tier) for policy in dict.fromkeys(policy for policy, _ in ranks))
    return min((ranks[policy, tier] for policy, tier in tiers if tier is not None), default=None)


def categories_that_hold(child: ChildId, verdicts: Verdicts) -> tuple[str, ...]:
    """Return the categories that hold for *child* under any policy, as ``policy/category``."""
    return tuple(f"{policy}/{category}" for policy in verdicts for category in verdicts[policy][child].categories)


def facts_that_would_decide(child: ChildId, verdicts: Verdicts, policies: Sequence[PolicyId]) -> tuple[str, ...]:
    """Return the facts missing for the open verdicts of *policies* on *child*, once each."""
    missing = (fact for policy in policies for fact in verdicts[policy][child].missing)
    return tuple(dict.fromkeys(missing))
