"""Which child is judged differently by two policies?

Used to write the test case that is missing where a changed rule went unnoticed. The exact search looks first, because
it needs no solver and asks for few facts; the solver is asked where the search would take too long.
"""

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from careprogram.rules.analysis.encoding import Reading
from careprogram.rules.analysis.solving import Outcomes, solve
from careprogram.rules.compiled import interpret, require_in_force
from careprogram.rules.facts import FactValue, FactValues
from careprogram.rules.policy import Policy
from careprogram.rules.predicates import Predicate
from careprogram.rules.review.formulas import all_together, any_one, category_rule, clauses_rule, requirements_of
from careprogram.rules.review.residue import Node
from careprogram.rules.review.search import Answers, Gaps, SearchTooLargeError, cases_of, find
from careprogram.rules.truth import Truth

TRUE, ANY = frozenset({Truth.TRUE}), frozenset(Truth)

Seen: TypeAlias = tuple[frozenset[str], frozenset[str], int | None]
"""The categories that hold, those that are open, and the tier: all that tells two verdicts apart."""


def distinguishing_answers(
    policy_a: Policy, policy_b: Policy, as_of: dt.date, *, gaps_allowed: bool = True
) -> FactValues | None:
    """Return answers that *policy_a* and *policy_b* judge differently on *as_of*, or None if there are none.

    Judged differently means: another determination, other categories held or open, or another tier. Answers that make
    no difference are left out. With *gaps_allowed* unknown facts are tried where complete answers show no difference.

    Raises:
        PolicyNotInForceError: A policy has no rules for that day.
        UndecidedError: There are too many cases for the search, and the solver ran out of time.
        MissingExtraError: There are too many cases for the search, and the solver is not installed.
    """
    require_in_force(policy_a, as_of)
    require_in_force(policy_b, as_of)
    for gaps in (Gaps.NONE, Gaps.ALL) if gaps_allowed else (Gaps.NONE,):
        try:
            found = _searched(policy_a, policy_b, as_of, gaps)
        except SearchTooLargeError:
            found = _solved(policy_a, policy_b, as_of, gaps)
        if found is not None:
            return FactValues(values=_least(policy_a, policy_b, as_of, found))
    return None


def _searched(a: Policy, b: Policy, as_of: dt.date, gaps: Gaps) -> Answers | None:
    rules = [category_rule(policy, category) for policy in (a, b) for category in policy.categories]
    ages = [policy.ages for policy in (a, b) for _ in policy.categories]
    names = [[(category.id, category.tier) for category in policy.categories] for policy in (a, b)]
    border = len(a.categories)

    def differ(nodes: tuple[Node, ...]) -> bool | None:
        mine, theirs = nodes[:border], nodes[border:]
        if mine == theirs and names[0] == names[1]:
            return False
        if not all(isinstance(node, Truth) for node in nodes):
            return None
        return _seen(names[0], mine) != _seen(names[1], theirs)

    return find(cases_of(rules, as_of=as_of, ages=ages, gaps=gaps), differ)


def _seen(categories: Sequence[tuple[str, int]], truths: Sequence[Node]) -> Seen:
    found = list(zip(categories, truths, strict=True))
    held = {name: tier for (name, tier), truth in found if truth is Truth.TRUE}
    open_ = frozenset(name for (name, _), truth in found if truth is Truth.UNKNOWN)
    return frozenset(held), open_, min(held.values(), default=None)


def _solved(a: Policy, b: Policy, as_of: dt.date, gaps: Gaps) -> Answers | None:
    for readings, differing in itertools.chain(_category_questions(a, b), [_tier_question(a, b)]):
        found = solve(readings, *differing, as_of=as_of, gaps=gaps) if differing else None
        if found is not None:
            return found
    return None


def _category_questions(a: Policy, b: Policy) -> Iterator[tuple[list[Reading], list[Outcomes]]]:
    before, after = ({category.id: category for category in policy.categories} for policy in (a, b))
    for name in dict.fromkeys((*before, *after)):
        sides = ((a, before.get(name)), (b, after.get(name)))
        readings = [(category_rule(policy, category), policy.ages) for policy, category in sides if category]
        ways = (
            [(frozenset({truth}), ANY - {truth}) for truth in Truth] if len(readings) > 1 else [(ANY - {Truth.FALSE},)]
        )
        yield readings, [*ways]


def _tier_question(a: Policy, b: Policy) -> tuple[list[Reading], list[Outcomes]]:
    """Return the rules of each tier of both policies, and the ways in which the most urgent tiers differ."""
    tiers = [sorted({category.tier for category in policy.categories}) for policy in (a, b)]
    readings = [
        (_tier_rule(policy, tier), policy.ages) for policy, own in zip((a, b), tiers, strict=True) for tier in own
    ]
    differing = [
        (*_most_urgent(tiers[0], mine), *_most_urgent(tiers[1], theirs))
        for mine, theirs in itertools.product(*tiers)
        if mine != theirs
    ]
    return readings, differing


def _tier_rule(policy: Policy, tier: int) -> Predicate:
    ways = any_one(tuple(clauses_rule(category) for category in policy.categories if category.tier == tier))
    return all_together((*requirements_of(policy), ways))


def _most_urgent(tiers: Sequence[int], tier: int) -> Outcomes:
    return tuple(ANY - TRUE if each < tier else TRUE if each == tier else ANY for each in tiers)


def _least(a: Policy, b: Policy, as_of: dt.date, answers: Answers) -> dict[str, FactValue]:
    def verdicts(of: Answers) -> tuple[object, ...]:
        return tuple(interpret(policy, of, as_of) for policy in (a, b))

    kept, target = dict(answers), verdicts(answers)
    for name in reversed(list(answers)):
        value = kept.pop(name)
        if verdicts(kept) != target:
            kept[name] = value
    return {name: kept[name] for name in answers if name in kept}
