"""Who is covered by which policy: the facts of a child, the policies that ship, and the verdict."""

from careprogram.eligibility.facts import ChildFacts
from careprogram.eligibility.judging import judge, judge_by_each
from careprogram.eligibility.parent_facts import ParentFacts
from careprogram.eligibility.programs import Entitlement, EntitlementState, entitlements, judge_programs
from careprogram.eligibility.reading import facts_of
from careprogram.eligibility.shipped import load_policy, shipped_policies

__all__ = [
    "ChildFacts",
    "Entitlement",
    "EntitlementState",
    "ParentFacts",
    "entitlements",
    "facts_of",
    "judge",
    "judge_by_each",
    "judge_programs",
    "load_policy",
    "shipped_policies",
]
