"""How is a policy made ready for one day, so that judging a child costs microseconds?

Thresholds and ages turn into plain numbers and cutoff dates once; each clause becomes a chain of small closures. The
meaning is that of `evaluate`, and tests compare the two. The cache is keyed by policy *and* day: a policy compiled for
yesterday has yesterday's cutoffs.
"""

import datetime as dt
import functools
from collections.abc import Callable, Hashable, Mapping
from typing import TypeAlias

import attrs

from careprogram.errors import PolicyNotInForceError
from careprogram.rules.cutoffs import elapsed_cutoff
from careprogram.rules.evaluate import evaluate, holds
from careprogram.rules.facts import FactValue, IntFact
from careprogram.rules.parameters import Parameter
from careprogram.rules.policy import Policy
from careprogram.rules.predicates import (
    All,
    AnyOf,
    Comparison,
    Definition,
    Elapsed,
    Is,
    Known,
    Not,
    OneOf,
    Operator,
    Predicate,
    Quantified,
    Quantifier,
)
from careprogram.rules.truth import Truth, all_of, any_of, truth
from careprogram.rules.verdict import Determination, Outcome
from careprogram.unknown import UNKNOWN

Answers: TypeAlias = Mapping[str, FactValue]
Check: TypeAlias = Callable[[Answers], Truth]
"""A clause made ready: from answers to truth. It may raise for answers of the wrong kind."""

TRUE, FALSE, OPEN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN


@attrs.frozen(kw_only=True, eq=False)
class CompiledPolicy:
    """A policy as it stands on one day.

    Attributes:
        policy: The policy.
        as_of: The day.
        checks: Every clause, requirements first, with its id.
        clause_ids: The ids alone, in the same order.
        fact_names: The facts that the clauses ask about, in the order of the policy.
        requirements: How many of them are requirements.
        categories: Id, tier, and where its clauses begin and end among the checks.
        worked_out: Reasons found so far, by the code of the answers; see `codes`.
    """

    policy: Policy
    as_of: dt.date
    checks: tuple[tuple[str, Check], ...]
    clause_ids: tuple[str, ...]
    fact_names: tuple[str, ...]
    requirements: int
    categories: tuple[tuple[str, int, int, int], ...]
    worked_out: dict[Hashable, object] = attrs.field(factory=dict, repr=False)

    def truths(self, answers: Answers) -> tuple[list[Truth], tuple[str, ...]]:
        """Return the truth of every clause, and the ids of those that raised and therefore count as unknown."""
        found: list[Truth] = []
        failed: tuple[str, ...] = ()
        for clause_id, check in self.checks:
            try:
                found.append(check(answers))
            except Exception:  # noqa: BLE001 - a rule that fails must neither let in nor turn away
                found.append(OPEN)
                failed = (*failed, clause_id)
        return found, failed

    def outcome(self, truths: list[Truth]) -> Outcome:
        """Return what the *truths* of the clauses amount to."""
        return outcome_of(truths, self.requirements, self.categories)


def outcome_of(truths: list[Truth], requirements: int, categories: tuple[tuple[str, int, int, int], ...]) -> Outcome:
    """Return the outcome of clause *truths*: a category holds if all requirements and one of its clauses hold."""
    required = truths[:requirements]
    if FALSE in required:
        return Outcome(determination=Determination.INELIGIBLE, categories=(), open_categories=(), tier=None)
    met = OPEN not in required
    held: list[str] = []
    open_: list[str] = []
    tier: int | None = None
    for category, category_tier, begin, end in categories:
        own = truths[begin:end]
        if TRUE in own and met:
            held.append(category)
            tier = category_tier if tier is None or category_tier < tier else tier
        elif TRUE in own or OPEN in own:
            open_.append(category)
    determination = (
        Determination.ELIGIBLE if held else Determination.UNDETERMINED if open_ else Determination.INELIGIBLE
    )
    return Outcome(determination=determination, categories=tuple(held), open_categories=tuple(open_), tier=tier)


def _layout(policy: Policy) -> tuple[tuple[str, int, int, int], ...]:
    begin = len(policy.requirements)
    categories = []
    for category in policy.categories:
        end = begin + len(category.clauses)
        categories.append((category.id, category.tier, begin, end))
        begin = end
    return tuple(categories)


@functools.lru_cache(maxsize=128)
def compile_policy(policy: Policy, as_of: dt.date) -> CompiledPolicy:
    """Return *policy* made ready for *as_of*.

    Raises:
        PolicyNotInForceError: The policy has no rules for that day.
    """
    require_in_force(policy, as_of)
    return CompiledPolicy(
        policy=policy,
        as_of=as_of,
        checks=tuple((clause.id, _check(clause.condition, policy, as_of)) for clause in policy.clauses),
        clause_ids=tuple(clause.id for clause in policy.clauses),
        fact_names=tuple(fact.name for fact in policy.facts),
        requirements=len(policy.requirements),
        categories=_layout(policy),
    )


def interpret(policy: Policy, answers: Answers, as_of: dt.date) -> Outcome:
    """Return the outcome by the interpreter alone, without compiling for that day.

    Raises:
        PolicyNotInForceError: The policy has no rules for that day.
    """
    require_in_force(policy, as_of)
    truths = [evaluate(clause.condition, answers, as_of=as_of, ages=policy.ages) for clause in policy.clauses]
    return outcome_of(truths, len(policy.requirements), _layout(policy))


def require_in_force(policy: Policy, as_of: dt.date) -> None:
    """Refuse days for which *policy* has no rules.

    Raises:
        PolicyNotInForceError: The policy has no rules for that day.
    """
    if not policy.in_force_on(as_of):
        periods = ", ".join(f"{p.since or '…'} to {p.until or '…'}" for p in policy.effective)
        raise PolicyNotInForceError(f"policy {policy.id!r} has no rules for {as_of}: it is in force {periods}")


def _check(predicate: Predicate, policy: Policy, as_of: dt.date) -> Check:
    match predicate:
        case All() | AnyOf():
            parts = tuple(_check(part, policy, as_of) for part in predicate.parts)
            return _every(parts) if isinstance(predicate, All) else _some(parts)
        case Not():
            inverse = {TRUE: FALSE, FALSE: TRUE, OPEN: OPEN}
            inner = _check(predicate.part, policy, as_of)
            return lambda answers: inverse[inner(answers)]
        case Definition():
            return _check(predicate.when, policy, as_of)
        case Is():
            return _yes_or_no(predicate.fact.name, predicate.expected)
        case OneOf():
            return _membership(predicate)
        case Known():
            name = predicate.fact.name
            return lambda answers: OPEN if answers.get(name, UNKNOWN) is UNKNOWN else TRUE
        case Comparison():
            bound = predicate.bound.on(as_of) if isinstance(predicate.bound, Parameter) else predicate.bound
            if isinstance(predicate.measure, IntFact):
                return _number_check(predicate.measure.name, predicate.operator, bound)
            return _elapsed_check(predicate.measure, predicate.operator, bound, policy, as_of)
        case Quantified():
            return _members_check(predicate, _check(predicate.when, policy, as_of))
        case _:
            raise TypeError(f"rules are made of the nodes in predicates, not of {type(predicate).__name__}")


def _every(parts: tuple[Check, ...]) -> Check:
    def check(answers: Answers) -> Truth:
        result = TRUE
        for part in parts:
            found = part(answers)
            if found is FALSE:
                return FALSE
            if found is OPEN:
                result = OPEN
        return result

    return check


def _some(parts: tuple[Check, ...]) -> Check:
    def check(answers: Answers) -> Truth:
        result = FALSE
        for part in parts:
            found = part(answers)
            if found is TRUE:
                return TRUE
            if found is OPEN:
                result = OPEN
        return result

    return check


def _yes_or_no(name: str, expected: bool) -> Check:
    def check(answers: Answers) -> Truth:
        value = answers.get(name, UNKNOWN)
        if value is UNKNOWN:
            return OPEN
        # By identity: 1 equals True and is no answer to a yes-or-no question.
        if value is not True and value is not False:
            raise TypeError(f"{name} is neither yes nor no")
        return TRUE if value is expected else FALSE

    return check


def _membership(predicate: OneOf) -> Check:
    name, members, choices = predicate.fact.name, predicate.members, predicate.fact.choices

    def check(answers: Answers) -> Truth:
        value = answers.get(name, UNKNOWN)
        if value is UNKNOWN:
            return OPEN
        # A text equals the member it names, and so does the same word of another enum: neither is an answer.
        if not isinstance(value, choices):
            raise TypeError(f"{name} is not one of its choices")
        return TRUE if value in members else FALSE

    return check


def _members_check(predicate: Quantified, of_member: Check) -> Check:
    name, join = predicate.group.name, any_of if predicate.quantifier is Quantifier.ANY else all_of

    def check(answers: Answers) -> Truth:
        members = answers.get(name, UNKNOWN)
        if members is UNKNOWN:
            return OPEN
        if not isinstance(members, tuple):
            raise TypeError(f"{name} is not a group of persons")
        return join(of_member(member) for member in members)

    return check


def _number_check(name: str, operator: Operator, bound: int) -> Check:
    def check(answers: Answers) -> Truth:
        value = answers.get(name, UNKNOWN)
        if value is UNKNOWN:
            return OPEN
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"{name} is not a whole number")
        return truth(holds(value, operator, bound))

    return check


def _elapsed_check(measure: Elapsed, operator: Operator, bound: int, policy: Policy, as_of: dt.date) -> Check:
    def at_least(count: int) -> Check:
        if count <= 0:
            return lambda _: TRUE
        return _date_check(measure.fact.name, elapsed_cutoff(count, as_of, measure.unit, policy.ages), TRUE, FALSE)

    def less_than(count: int) -> Check:
        if count <= 0:
            return lambda _: FALSE
        return _date_check(measure.fact.name, elapsed_cutoff(count, as_of, measure.unit, policy.ages), FALSE, TRUE)

    match operator:
        case Operator.AT_LEAST:
            return at_least(bound)
        case Operator.MORE:
            return at_least(bound + 1)
        case Operator.LESS:
            return less_than(bound)
        case Operator.AT_MOST:
            return less_than(bound + 1)
        case Operator.EQUAL:
            return _every((at_least(bound), less_than(bound + 1)))


def _date_check(name: str, cutoff: dt.date, if_by: Truth, if_after: Truth) -> Check:
    def check(answers: Answers) -> Truth:
        value = answers.get(name, UNKNOWN)
        if value is UNKNOWN:
            return OPEN
        return if_by if value <= cutoff else if_after  # type: ignore[operator]

    return check
