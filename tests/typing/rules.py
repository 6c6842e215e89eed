"""What strict type checkers must say about rules: pyright and mypy read this file, nothing runs it.

Every ignored error marks a mistake that pyright has to find; one that is not found is itself an error. mypy must
complain of the same lines (tests/rules/test_typing.py), but for those that say which of the two finds them.
"""
# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

import datetime as dt
import enum
from collections.abc import Mapping
from typing import assert_type

from careprogram.eligibility import ChildFacts, facts_of, judge, load_policy, shipped_policies
from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.people import Child, ParentStatus, Settlement, Sex
from careprogram.rules import (
    BoolFact,
    ChoiceFact,
    DatedValue,
    DateFact,
    Explanation,
    FactSchema,
    FactValues,
    IntFact,
    Parameter,
    Policy,
    Predicate,
    Truth,
    Verdict,
    VerdictReport,
    constant,
    evaluate,
    render_verdict,
)
from careprogram.rules.predicates import All, AnyOf, Comparison, Elapsed, Is, Known, Not, OneOf


class Transport(enum.Enum):
    BUS = "bus"
    FOOT = "foot"


class OurFacts(ChildFacts):
    transport = ChoiceFact(label=Text("上学方式", "way to school"), choices=Transport)
    distance = IntFact(label=Text("路程", "distance"), minimum=0)
    visited = BoolFact(label=Text("家访", "visited"))
    enrolled = DateFact(label=Text("入学日期", "enrolled"))


LIMIT = constant("age_limit", 16, label=Text("年龄上限", "age limit"), source="test")
DATED = Parameter(name="p", label=Text("参", "p"), values=(DatedValue(value=1, source="test"),))

# What rules are made of.
assert_type(ChildFacts.birth_date, DateFact)
assert_type(ChildFacts.birth_date.age, Elapsed)
assert_type(ChildFacts.birth_date.age < LIMIT, Comparison)
assert_type(OurFacts.distance >= 3, Comparison)
assert_type(ChildFacts.father_status, ChoiceFact[ParentStatus])
assert_type(ChildFacts.father_status.is_(ParentStatus.AWAY_WORKING), OneOf)
assert_type(ChildFacts.moved_with_parents.is_(False), Is)
assert_type(ChildFacts.grade.known(), Known)
young = ChildFacts.birth_date.age < LIMIT
away = ChildFacts.father_status.one_of(ParentStatus.AWAY_WORKING, ParentStatus.MISSING)
assert_type(young & away, All)
assert_type(young | away, AnyOf)
assert_type(~young, Not)
rule: Predicate = (young & ~away) | (OurFacts.enrolled.months >= DATED)

# A misspelt fact, a wrong type, a condition read as yes or no.
_ = ChildFacts.birth_dat.age < LIMIT  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
_ = ChildFacts.birth_date < LIMIT  # pyright: ignore[reportOperatorIssue, reportUnknownVariableType]
_ = ChildFacts.birth_date.age < 16.0  # pyright: ignore[reportOperatorIssue, reportUnknownVariableType]
_ = ChildFacts.birth_date.age < "16"  # pyright: ignore[reportOperatorIssue, reportUnknownVariableType]
_ = OurFacts.distance >= OurFacts.distance  # pyright: ignore[reportOperatorIssue, reportUnknownVariableType]
_ = ChildFacts.sex < 3  # pyright: ignore[reportOperatorIssue, reportUnknownVariableType]
ChildFacts.father_status.is_(Settlement.RURAL)  # pyright: ignore[reportArgumentType]
ChildFacts.father_status.one_of()  # pyright: ignore[reportCallIssue]
ChildFacts.sex.one_of(Sex.FEMALE, "male")  # pyright: ignore[reportArgumentType]
ChildFacts.moved_with_parents.is_("yes")  # pyright: ignore[reportArgumentType]
_ = young & ChildFacts.moved_with_parents  # pyright: ignore[reportOperatorIssue, reportUnknownVariableType]
_ = young < away  # pyright: ignore[reportOperatorIssue, reportUnknownVariableType]


def reads_a_rule_as_yes_or_no() -> int:
    """Ask for the truth of a rule for a child on a day instead."""
    if young:  # pyright: ignore[reportGeneralTypeIssues]  # found by pyright
        return 1  # found by mypy: unreachable
    return 0  # found by mypy: unreachable


def denies_a_rule() -> object:
    """Write `~young`."""
    return not young  # pyright: ignore[reportGeneralTypeIssues]  # found by pyright


def joins_rules_by_words() -> Predicate:
    """Write `young & away`; pyright does not look at the operands of `and`."""
    return young and away  # found by mypy: never evaluated


class Misspelt(FactSchema):
    wrong = ChoiceFact(label=Text("甲", "a"), choices=int)  # pyright: ignore[reportArgumentType, reportUnknownVariableType]


def asks(child: Child, policy: Policy, as_of: dt.date) -> None:
    """What asking gives."""
    verdict = judge(child, policy, as_of=as_of)
    assert_type(verdict, Verdict)
    assert_type(verdict.explanation, Explanation)
    assert_type(verdict.missing, tuple[str, ...])
    assert_type(verdict.next_change, dt.date | None)
    assert_type(verdict.tier, int | None)
    assert_type(verdict.clauses, Mapping[str, Truth])
    assert_type(verdict.report(), VerdictReport)
    assert_type(render_verdict(verdict, policy, "en"), str)
    assert_type(facts_of(child, as_of=as_of), FactValues)
    assert_type(evaluate(rule, facts_of(child, as_of=as_of).values, as_of=as_of), Truth)
    assert_type(shipped_policies(), Mapping[PolicyId, Policy])
    assert_type(load_policy("", name="x.toml"), Policy)
    judge(child, policy)  # pyright: ignore[reportCallIssue]
    render_verdict(verdict, policy, "fr")  # pyright: ignore[reportArgumentType]
    verdict.tier = 1  # pyright: ignore[reportAttributeAccessIssue]
