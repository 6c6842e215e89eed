"""Which one condition says the same as a whole policy?

A policy is requirements and categories; for a proof it is one rule. Its truth is the determination: true where a child
is eligible, false where it is not, unknown where that is open. Nothing is evaluated here.
"""

from careprogram.rules.policy import Category, Policy
from careprogram.rules.predicates import All, AnyOf, Predicate


def all_together(rules: tuple[Predicate, ...]) -> Predicate:
    """Return the conjunction of one or more *rules*."""
    return rules[0] if len(rules) == 1 else All(parts=rules)


def any_one(rules: tuple[Predicate, ...]) -> Predicate:
    """Return the disjunction of one or more *rules*."""
    return rules[0] if len(rules) == 1 else AnyOf(parts=rules)


def requirements_of(policy: Policy) -> tuple[Predicate, ...]:
    """Return the condition of each requirement of *policy*."""
    return tuple(clause.condition for clause in policy.requirements)


def clauses_rule(category: Category) -> Predicate:
    """Return the condition that a clause of *category* holds, whatever the requirements say."""
    return any_one(tuple(clause.condition for clause in category.clauses))


def category_rule(policy: Policy, category: Category) -> Predicate:
    """Return the condition that a child is in *category*: true where the category is held, unknown where it is open."""
    return all_together((*requirements_of(policy), clauses_rule(category)))


def eligibility_rule(policy: Policy) -> Predicate:
    """Return the condition whose truth is the determination of *policy*."""
    anyhow = any_one(tuple(clauses_rule(category) for category in policy.categories))
    return all_together((*requirements_of(policy), anyhow))
