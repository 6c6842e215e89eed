"""A second interpreter, written to be broken in one place."""

import datetime as dt

from careprogram.errors import PolicyNotInForceError
from careprogram.rules import IntFact, Parameter, Truth
from careprogram.rules.compiled import outcome_of
from careprogram.rules.cutoffs import elapsed
from careprogram.rules.evaluate import holds
from careprogram.rules.predicates import (
    All,
    AnyOf,
    Comparison,
    Definition,
    Is,
    Known,
    Not,
    OneOf,
    Operator,
    Quantified,
    Quantifier,
)
from careprogram.testing.engines import EngineAnswer
from careprogram.unknown import UNKNOWN

T, F, U = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN


class OwnEngine:
    """An engine of somebody else: a second interpreter, written to be broken in one place."""

    name = "own"

    def absent(self):
        return ""

    def judge(self, policy, rows, as_of):
        if not policy.in_force_on(as_of):
            raise PolicyNotInForceError("no rules for that day")
        return [self.answer(policy, row, as_of) for row in rows]

    def answer(self, policy, row, as_of):
        truths = [self.clause(clause, row, as_of, policy.ages) for clause in policy.clauses]
        layout, at = [], len(policy.requirements)
        for category in policy.categories:
            layout.append((category.id, category.tier, at, at + len(category.clauses)))
            at += len(category.clauses)
        outcome = self.outcome(truths, len(policy.requirements), tuple(layout))
        return EngineAnswer(
            determination=outcome.determination,
            categories=outcome.categories,
            open_categories=outcome.open_categories,
            tier=outcome.tier,
            clauses=tuple(truths),
        )

    def outcome(self, truths, requirements, layout):
        return outcome_of(truths, requirements, layout)

    def clause(self, clause, row, as_of, ages):
        return self.truth(clause.condition, row, as_of, ages)

    def truth(self, rule, row, as_of, ages):
        match rule:
            case All():
                return self.every([self.truth(part, row, as_of, ages) for part in rule.parts])
            case AnyOf():
                return self.some([self.truth(part, row, as_of, ages) for part in rule.parts])
            case Not():
                return self.inverse(self.truth(rule.part, row, as_of, ages))
            case Definition():
                return self.truth(rule.when, row, as_of, ages)
            case Quantified():
                return self.members(rule, row, as_of, ages)
            case Comparison():
                return self.compared(rule, row, as_of, ages)
        value = row.get(rule.fact.name, UNKNOWN)
        if not rule.fact.of_kind(value) or self.has_not_come(value, as_of):
            value = UNKNOWN
        match rule:
            case Known():
                return self.known(value)
            case Is():
                return self.yes_or_no(value, rule.expected)
            case OneOf():
                return self.choice(value, rule.members)

    def every(self, truths):
        return F if F in truths else U if U in truths else T

    def some(self, truths):
        return T if T in truths else U if U in truths else F

    def inverse(self, truth):
        return {T: F, F: T, U: U}[truth]

    def members(self, rule, row, as_of, ages):
        value = row.get(rule.group.name, UNKNOWN)
        if value is UNKNOWN or not rule.group.of_kind(value):
            return self.nobody_asked()
        truths = [self.truth(rule.when, member, as_of, ages) for member in value]
        return self.any_member(truths) if rule.quantifier is Quantifier.ANY else self.all_members(truths)

    def nobody_asked(self):
        return U

    def any_member(self, truths):
        return self.some(truths)

    def all_members(self, truths):
        return self.every(truths)

    def known(self, value):
        return U if value is UNKNOWN else T

    def yes_or_no(self, value, expected):
        return U if value is UNKNOWN else T if value is expected else F

    def choice(self, value, members):
        return U if value is UNKNOWN else T if value in members else F

    def bound(self, bound, as_of):
        return bound.on(as_of) if isinstance(bound, Parameter) else bound

    def compared(self, rule, row, as_of, ages):
        bound, measure = self.bound(rule.bound, as_of), rule.measure
        fact = measure if isinstance(measure, IntFact) else measure.fact
        value = row.get(fact.name, UNKNOWN)
        if value is UNKNOWN or not fact.of_kind(value) or self.has_not_come(value, as_of):
            return U if isinstance(measure, IntFact) else self.unknown_time(rule.operator, bound)
        number = value if isinstance(measure, IntFact) else self.elapsed(value, as_of, measure.unit, ages)
        return T if self.holds(number, rule.operator, bound) else F

    def has_not_come(self, value, as_of):
        return isinstance(value, dt.date) and value > as_of

    def unknown_time(self, operator, bound):
        if bound < 0 or (bound == 0 and operator in {Operator.AT_LEAST, Operator.LESS}):
            return T if self.holds(0, operator, bound) else F
        return U

    def holds(self, number, operator, bound):
        return holds(number, operator, bound)

    def elapsed(self, since, as_of, unit, ages):
        return elapsed(since, as_of, unit, ages)
