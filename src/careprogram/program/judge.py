"""What do the policies of a program say of all its children?

Judges each child by each policy as of one day. The rules are in the policies.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence

from careprogram.eligibility import judge_by_each
from careprogram.ids import ChildId, PolicyId
from careprogram.language import Text
from careprogram.people import Child
from careprogram.program.progress import Progress, counted
from careprogram.program.summary import PolicyCounts
from careprogram.rules import Determination, Policy, Stage, Verdict

Verdicts = Mapping[PolicyId, Mapping[ChildId, Verdict]]
"""By policy, then by child."""
_NOBODY: Mapping[ChildId, frozenset[PolicyId]] = {}


def judge_all(
    children: Sequence[Child],
    policies: Sequence[Policy],
    *,
    as_of: dt.date,
    progress: Progress,
    staged: Collection[PolicyId] = (),
    enrolled: Mapping[ChildId, frozenset[PolicyId]] = _NOBODY,
) -> Verdicts:
    """Judge every child by every policy.

    Args:
        children: All of them.
        policies: As they hold in the place of the program, with the clauses of both stages.
        as_of: The day.
        progress: Told how far it is.
        staged: Policies that are asked for the stage a child is at; the others by every clause.
        enrolled: The programs that each child is in already.

    Raises:
        PolicyNotInForceError: A policy has no rules for that day.
    """
    verdicts: dict[PolicyId, dict[ChildId, Verdict]] = {policy.id: {} for policy in policies}
    settled = {stage: {policy.id: policy.at(stage=stage) for policy in policies} for stage in Stage}
    ways: dict[frozenset[PolicyId], tuple[Policy, ...]] = {}
    for child in counted(children, progress, Text("按政策判定", "judging")):
        inside = enrolled.get(child.id, frozenset())
        if inside not in ways:
            ways[inside] = tuple(settled[_stage(policy.id, staged, inside)][policy.id] for policy in policies)
        for verdict in judge_by_each(child, ways[inside], as_of=as_of).values():
            verdicts[verdict.policy][child.id] = verdict
    return verdicts


def _stage(policy: PolicyId, staged: Collection[PolicyId], inside: Collection[PolicyId]) -> Stage:
    if policy not in staged:
        return Stage.ALWAYS
    return Stage.CONTINUING if policy in inside else Stage.ENTRY


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


def most_urgent_tier(
    child: ChildId,
    verdicts: Verdicts,
    ranks: Mapping[tuple[PolicyId, int], int],
    *,
    served_by: Callable[[PolicyId], bool] = lambda _policy: True,
) -> int | None:
    """Return how urgent *child* is in the program, 1 the most, by the ranks of ``tiers_of``; None if not served.

    A policy of which *served_by* says no, such as one that another program excludes, does not count.
    """
    asked = (policy for policy in dict.fromkeys(policy for policy, _ in ranks) if served_by(policy))
    tiers = ((policy, verdicts[policy][child].tier) for policy in asked)
    return min((ranks[policy, tier] for policy, tier in tiers if tier is not None), default=None)


def categories_that_hold(child: ChildId, verdicts: Verdicts) -> tuple[str, ...]:
    """Return the categories that hold for *child* under any policy, as ``policy/category``."""
    return tuple(f"{policy}/{category}" for policy in verdicts for category in verdicts[policy][child].categories)


def facts_that_would_decide(child: ChildId, verdicts: Verdicts, policies: Sequence[PolicyId]) -> tuple[str, ...]:
    """Return the facts missing for the open verdicts of *policies* on *child*, once each."""
    missing = (fact for policy in policies for fact in verdicts[policy][child].missing)
    return tuple(dict.fromkeys(missing))
