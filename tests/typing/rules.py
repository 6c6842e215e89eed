"""What strict type checkers must say about rules: pyright and mypy read this file, nothing runs it.

Every ignored error marks a mistake that pyright has to find; one that is not found is itself an error. mypy must
complain of the same lines (tests/rules/test_typing.py), but for those that say which of the two finds them.
"""
# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

import datetime as dt
import enum
from collections.abc import Mapping
from typing import Any, assert_type

from careprogram.eligibility import ChildFacts, facts_of, judge, load_policy, shipped_policies
from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.people import Child, ParentStatus, Settlement, Sex
from careprogram.rules import (
    BoolFact,
    Category,
    ChoiceFact,
    Clause,
    DatedValue,
    DateFact,
    Explanation,
    FactSchema,
    FactValues,
    GroupFact,
    IntFact,
    Override,
    Parameter,
    Policy,
    Predicate,
    Stage,
    Truth,
    Verdict,
    VerdictReport,
    constant,
    evaluate,
    policy_json_schema,
    read_policy,
    render_verdict,
)
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
    Quantified,
)


class Transport(enum.Enum):
    BUS = "bus"
    FOOT = "foot"


class AuntFacts(FactSchema):
    lives_near = BoolFact(label=Text("住得近", "lives near"))
    work = ChoiceFact(label=Text("通勤方式", "way to work"), choices=Transport)
    called_on = DateFact(label=Text("来电日期", "called on"))


class OurFacts(ChildFacts):
    transport = ChoiceFact(label=Text("上学方式", "way to school"), choices=Transport)
    distance = IntFact(label=Text("路程", "distance"), minimum=0)
    visited = BoolFact(label=Text("家访", "visited"))
    enrolled = DateFact(label=Text("入学日期", "enrolled"))
    aunts = GroupFact(label=Text("姨", "aunts"), members=AuntFacts)


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

# What rules ask of groups.
assert_type(OurFacts.aunts, GroupFact)
assert_type(AuntFacts.called_on.days, Elapsed)
assert_type(AuntFacts.called_on.days <= 7, Comparison)
assert_type(OurFacts.aunts.any_(AuntFacts.lives_near.is_(True)), Quantified)
assert_type(OurFacts.aunts.all_(AuntFacts.work.is_(Transport.BUS) & (AuntFacts.called_on.days < LIMIT)), Quantified)
assert_type(OurFacts.aunts.known(), Known)
assert_type(~OurFacts.aunts.any_(AuntFacts.lives_near.is_(True)) | young, AnyOf)
near = Definition(name="near", label=Text("近", "near"), when=AuntFacts.lives_near.is_(True), group=OurFacts.aunts)
assert_type(OurFacts.aunts.any_(near), Quantified)

# What policies hold.
clause = Clause(id="c", citation="art. 1", text=Text("文", "text"), when=young, stage=Stage.ENTRY)
elsewhere = Override(
    jurisdiction="44", citation="art. 2", text=Text("文", "text"), parameters=(LIMIT,), clauses=(clause,)
)
ours = Policy(
    id=PolicyId("ours"),
    title=Text("文", "text"),
    citation="law",
    categories=(Category(id="one", tier=1, title=Text("文", "text"), clauses=(clause,)),),
    overrides=(elsewhere,),
    exclusive=(("one", "two"),),
    requires=(PolicyId("other"),),
)
assert_type(ours.at(place="440103", stage=Stage.CONTINUING), Policy)
assert_type(read_policy("", OurFacts, name="x.toml", proofs=False), Policy)
assert_type(policy_json_schema(OurFacts)["properties"], Any)

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

_ = OurFacts.aunt.any_(near)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
_ = AuntFacts.lives_nere.is_(True)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
_ = OurFacts.aunts.some(near)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
OurFacts.aunts.any_(AuntFacts.lives_near)  # pyright: ignore[reportArgumentType]
OurFacts.aunts.any_(True)  # pyright: ignore[reportArgumentType]
OurFacts.aunts.all_()  # pyright: ignore[reportCallIssue]
OurFacts.aunts.all_(near, near)  # pyright: ignore[reportCallIssue]
_ = OurFacts.aunts < 3  # pyright: ignore[reportOperatorIssue, reportUnknownVariableType]
_ = AuntFacts.called_on.days < 7.5  # pyright: ignore[reportOperatorIssue, reportUnknownVariableType]
_ = AuntFacts.called_on.days < AuntFacts.called_on.days  # pyright: ignore[reportOperatorIssue, reportUnknownVariableType]
_ = AuntFacts.called_on.weeks  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
AuntFacts.work.one_of(Transport.BUS, Settlement.RURAL)  # pyright: ignore[reportArgumentType]
AuntFacts.work.one_of(Transport.BUS, "foot")  # pyright: ignore[reportArgumentType]
AuntFacts.work.is_(None)  # pyright: ignore[reportArgumentType]
_ = ChildFacts.birth_date >= LIMIT  # pyright: ignore[reportOperatorIssue, reportUnknownVariableType]
_ = near + young  # pyright: ignore[reportOperatorIssue, reportUnknownVariableType]
GroupFact(label=Text("甲", "a"), members=AuntFacts.work)  # pyright: ignore[reportArgumentType]
GroupFact(label=Text("甲", "a"))  # pyright: ignore[reportCallIssue]
ours.at(stage="entry")  # pyright: ignore[reportArgumentType]
ours.at("44")  # pyright: ignore[reportCallIssue]
ours.exclusive = ()  # pyright: ignore[reportAttributeAccessIssue]
Clause(id="c", citation="art. 1", text=Text("文", "text"), when=AuntFacts.lives_near)  # pyright: ignore[reportArgumentType]
Override(jurisdiction=44, citation="art. 2", text=Text("文", "text"))  # pyright: ignore[reportArgumentType]
read_policy("", AuntFacts(), name="x.toml")  # pyright: ignore[reportArgumentType]


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


def joins_rules_of_members_by_words() -> Quantified:
    """Write `near | far` inside the brackets, too."""
    return OurFacts.aunts.any_(near or AuntFacts.called_on.known())  # found by mypy: never evaluated


def chains_comparisons() -> Predicate:
    """Write `(months >= 1) & (months < 6)`: no checker looks into a chain, but running it raises."""
    return 1 <= AuntFacts.called_on.months < 6


def asserts_a_rule() -> int:
    """Ask for the truth of the group's rule for a child on a day instead."""
    assert OurFacts.aunts.any_(near)  # pyright: ignore[reportGeneralTypeIssues]  # found by pyright
    return 0  # found by mypy: unreachable


def picks_by_a_rule() -> int:
    """Neither `x if rule else y` nor `while rule`."""
    return 1 if AuntFacts.lives_near.is_(True) else 0  # pyright: ignore[reportGeneralTypeIssues]


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
