"""Counterfactuals, smallest reasons and groups, each against brute force."""

import copy
import datetime as dt
import itertools
import pickle

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.rules import (
    BoolFact,
    Category,
    Clause,
    DateFact,
    Determination,
    FactSchema,
    FactValues,
    GroupFact,
    IntFact,
    Mutability,
    Policy,
    compile_policy,
    critical_values,
    evaluate,
    judge_facts,
)
from careprogram.rules.compiled import interpret
from careprogram.rules.counterfactual import counterfactuals, render_counterfactual
from careprogram.rules.predicates import AnyOf, Not, facts_in
from careprogram.rules.reasons import sufficient_answers
from careprogram.rules.smallest import smallest_sufficient
from careprogram.unknown import UNKNOWN

TEXT = Text("文", "text")
AS_OF = dt.date(2026, 9, 1)


class Parents(FactSchema):
    away = BoolFact(label=Text("外出", "away"))
    since = DateFact(label=Text("外出时长", "away"), mutability=Mutability.CHANGES_WITH_TIME)
    able = BoolFact(label=Text("有能力", "able"), mutability=Mutability.PROTECTIVE)


class Facts(FactSchema):
    poor = BoolFact(label=Text("贫困", "poor"), mutability=Mutability.CORRECTABLE)
    papers = BoolFact(label=Text("材料", "papers"), mutability=Mutability.OBTAINABLE)
    grade = IntFact(label=Text("年级", "grade"), minimum=0, maximum=12, mutability=Mutability.CHANGES_WITH_TIME)
    cared_for = BoolFact(label=Text("有人照护", "cared for"), mutability=Mutability.PROTECTIVE)
    born = DateFact(label=Text("出生", "born"), mutability=Mutability.IMMUTABLE)
    since = DateFact(label=Text("外出", "away"), mutability=Mutability.CHANGES_WITH_TIME)
    parents = GroupFact(label=Text("父母", "parents"), members=Parents)


def policy_of(*rules):
    clauses = [Clause(id=f"c{at}", citation="c", text=TEXT, when=rule) for at, rule in enumerate(rules)]
    return Policy(
        id=PolicyId("p"),
        title=TEXT,
        citation="c",
        categories=tuple(Category(id=c.id, tier=1, title=TEXT, clauses=(c,)) for c in clauses),
    )


ATOMS = (
    Facts.poor.is_(True),
    Facts.papers.is_(True),
    Facts.grade >= 5,
    Facts.cared_for.is_(False),
    Facts.born.age < 16,
    Facts.since.days >= 30,
    Facts.parents.any_(Parents.away.is_(True) & (Parents.since.months >= 6)),
    Facts.parents.all_(Parents.away.is_(True) | Parents.able.is_(False)),
)
rules = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: two[0] & two[1]),
        st.tuples(inner, inner).map(lambda two: AnyOf(parts=two)),
        inner.map(lambda one: Not(part=one)),
    ),
    max_leaves=5,
)


@st.composite
def cases(draw):
    policy = policy_of(*draw(st.lists(rules, min_size=1, max_size=2)))
    answers = {
        fact.name: draw(st.sampled_from([*critical_values(policy, fact, as_of=AS_OF), UNKNOWN]))
        for fact in policy.facts
    }
    return policy, answers


@given(cases())
def test_groups_are_judged_as_the_interpreter_says(case):
    """Every way a group can come out, on the day and on a later one, in every clause."""
    policy, answers = case
    for day in (AS_OF, dt.date(2027, 3, 31)):
        verdict = judge_facts(policy, FactValues(values=answers), as_of=day)
        for clause in policy.clauses:
            assert verdict.clauses[clause.id] is evaluate(clause.condition, answers, as_of=day)
        assert verdict.determination is interpret(policy, answers, day).determination
        assert verdict.explanation.clauses
        assert bool(verdict.missing) == (verdict.determination is Determination.UNDETERMINED)


@given(cases())
def test_no_reason_is_smaller(case):
    """Of all subsets of the answers that give the verdict, none is smaller, and of equal ones none comes first."""
    policy, answers = case
    compiled = compile_policy(policy, AS_OF)
    known = [fact.name for fact in policy.facts if answers[fact.name] is not UNKNOWN]

    def said(names):
        verdict = judge_facts(policy, FactValues(values={name: answers[name] for name in names}), as_of=AS_OF)
        if verdict.determination is Determination.UNDETERMINED:
            return tuple(verdict.clauses.values())
        return verdict.determination, verdict.categories

    expected = next(
        names
        for size in range(len(known) + 1)
        for names in itertools.combinations(known, size)
        if said(names) == said(known)
    )
    assert tuple(sufficient_answers(compiled, answers)) == expected


@given(st.integers(1, 7), st.lists(st.integers(1, 127), max_size=8))
def test_the_smallest_part_is_found_whatever_suffices(count, ways):
    """Sets that suffice if they hold one of some parts: the first of the smallest is found."""
    whole = (1 << count) - 1
    parts = [way & whole for way in ways] or [whole]

    def suffices(chosen):
        return any(part & chosen == part for part in parts)

    best = min(parts, key=lambda part: (part.bit_count(), [at for at in range(count) if part >> at & 1]))
    assert smallest_sufficient(count, suffices) == best


PLAIN = (Facts.poor, Facts.papers, Facts.grade, Facts.cared_for, Facts.born, Facts.since)
FORBIDDEN = {Mutability.PROTECTIVE, Mutability.IMMUTABLE}


@settings(max_examples=60)
@given(cases())
def test_counterfactuals_are_the_smallest_harmless_changes(case):
    """Brute force over all changes that may be suggested finds the same sets of facts."""
    policy, answers = case
    if any(isinstance(fact, GroupFact) for clause in policy.clauses for fact in facts_in(clause.condition)):
        return
    values = {
        fact.name: [v for v in critical_values(policy, fact, as_of=AS_OF) if v != answers[fact.name]]
        for fact in policy.facts
        if fact.mutability not in FORBIDDEN
    }
    expected = []
    if interpret(policy, answers, AS_OF).determination is not Determination.ELIGIBLE:
        for size in range(1, len(values) + 1):
            for names in itertools.combinations(values, size):
                if any(set(smaller) <= set(names) for smaller in expected):
                    continue
                fillings = itertools.product(*(values[name] for name in names))
                if any(
                    interpret(policy, {**answers, **dict(zip(names, new, strict=True))}, AS_OF).determination
                    is Determination.ELIGIBLE
                    for new in fillings
                ):
                    expected.append(names)
    found = counterfactuals(policy, FactValues(values=answers), as_of=AS_OF, at_most=99)
    assert [tuple(each.changes) for each in found if each.wait_until is None] == expected
    for each in found:
        day = each.wait_until or AS_OF
        assert interpret(policy, {**answers, **each.changes}, day).determination is Determination.ELIGIBLE


def advice(rule, at_most=3, **answers):
    return counterfactuals(policy_of(rule), FactValues(values=answers), as_of=AS_OF, at_most=at_most)


def test_nothing_protective_or_immutable_is_ever_suggested():
    """Losing the one who looks after the child, or a parent's capacity, is never advice, nor is being younger."""
    assert advice(Facts.cared_for.is_(False), cared_for=True) == ()
    assert advice(Facts.born.age < 16, born=dt.date(2000, 1, 1)) == ()
    assert advice(Facts.parents.any_(Parents.able.is_(False)), parents=({"able": True},)) == ()
    rule = Facts.cared_for.is_(False) | (Facts.papers.is_(True) & Facts.poor.is_(True))
    (found,) = advice(rule, cared_for=True, papers=False, poor=False)
    assert dict(found.changes) == {"papers": True, "poor": True}


def test_waiting_is_advice_where_something_changes_with_time():
    """Thirty days away are reached on a day that is named; the text shows lengths, never the child's dates."""
    found = advice(Facts.since.days >= 30, since=dt.date(2026, 8, 20))
    assert [each.wait_until for each in found] == [None, dt.date(2026, 9, 19)]
    policy = policy_of(Facts.since.days >= 30)
    told = [render_counterfactual(each, policy, as_of=AS_OF) for each in found]
    assert told == ["若外出为已30天", "若其余不变，等到2026-09-19"]
    assert render_counterfactual(found[0], policy, as_of=AS_OF, language="en") == "if away were: for 30 days"
    assert "2026" not in repr(found)


def test_a_member_of_a_group_may_change_and_membership_may_not():
    """One parent's answer is corrected, the others stay; nobody is invented."""
    rule = Facts.parents.all_(Parents.away.is_(True))
    (found,) = advice(rule, parents=({"away": True}, {"away": False}))
    assert found.changes["parents"] == ({"away": True}, {"away": True})
    assert advice(Facts.parents.any_(Parents.away.is_(True)), parents=()) == ()


def test_what_cannot_be_wanted_is_refused():
    """Nobody wants an open verdict, or fewer than no suggestions."""
    facts = FactValues(values={})
    with pytest.raises(ValueError, match="eligible or ineligible"):
        counterfactuals(policy_of(ATOMS[0]), facts, as_of=AS_OF, wanted=Determination.UNDETERMINED)
    with pytest.raises(ValueError, match="no less than 0"):
        counterfactuals(policy_of(ATOMS[0]), facts, as_of=AS_OF, at_most=-1)


def test_a_group_with_a_gap_is_missing_and_one_without_is_told():
    """The group is named where a member's fact is open; the reason tells only the member that counts."""
    policy = policy_of(Facts.parents.any_(Parents.away.is_(True)))
    half = judge_facts(policy, FactValues(values={"parents": ({"away": False}, {})}), as_of=AS_OF)
    assert (half.determination, half.missing) == (Determination.UNDETERMINED, ("parents",))
    whole = judge_facts(policy, FactValues(values={"parents": ({"away": False}, {"away": True})}), as_of=AS_OF)
    assert [fact.value for fact in whole.explanation.facts] == [Text("2人（外出：是）", "2 persons (away: yes)")]
    nobody = judge_facts(policy, FactValues(values={"parents": ()}), as_of=AS_OF)
    assert [fact.value.zh for fact in nobody.explanation.facts] == ["无人"]


@pytest.mark.parametrize("wrong", [[], "x", ({"away": "yes"},), ({"stranger": True},), (None,), {"away": True}, 5])
def test_a_group_of_the_wrong_kind_decides_nothing(wrong):
    """A list, a text, a member with a wrong or foreign answer: the group counts as unknown and is named."""
    policy = policy_of(Facts.parents.all_(Parents.away.is_(True)), ~Facts.parents.any_(Parents.away.is_(True)))
    verdict = judge_facts(policy, FactValues(values={"parents": wrong}), as_of=AS_OF)
    assert verdict.determination is Determination.UNDETERMINED
    assert verdict.explanation.unreadable == ("parents",)


def test_what_happens_to_the_answers_later_does_not_matter():
    """A verdict explains the answers it was given, members of groups included."""
    member = {"away": True}
    values = {"parents": (member,)}
    verdict = judge_facts(policy_of(ATOMS[7]), FactValues(values=values), as_of=AS_OF)
    member["away"] = False
    values.clear()
    assert verdict.explanation.facts[0].value.en == "1 person (away: yes)"


def test_a_verdict_is_frozen_copied_and_pickled_as_what_it_says():
    """Another process reads the same verdict with the same reasons."""
    verdict = judge_facts(policy_of(ATOMS[0]), FactValues(values={"poor": True}), as_of=AS_OF)
    again = pickle.loads(pickle.dumps(verdict))
    assert again == verdict == copy.deepcopy(verdict)
    assert hash(again) == hash(verdict)
    assert again.explanation == verdict.explanation
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        verdict.tier = 1
    assert verdict != judge_facts(policy_of(ATOMS[0]), FactValues(values={"poor": False}), as_of=AS_OF)


def test_hostile_names_never_become_code():
    """Names reach the generated code as objects; even one that would be code is only a key."""
    name = 'x"]) or __import__("os").abort() or (["'
    fact = BoolFact(label=TEXT, name=name)
    policy = policy_of(fact.is_(True))
    verdict = judge_facts(policy, FactValues(values={name: True}), as_of=AS_OF)
    assert verdict.determination is Determination.ELIGIBLE


def test_deep_and_wide_rules_compile():
    """Neither forty levels nor a thousand alternatives break the generated code."""
    deep = Facts.poor.is_(True)
    for _ in range(20):
        deep = ~(deep & Facts.papers.is_(True))
    wide = AnyOf(parts=tuple(Facts.grade.is_(at) for at in range(1000)))
    for rule in (deep, wide):
        answers = {"poor": True, "papers": True, "grade": 7}
        expected = evaluate(rule, answers, as_of=AS_OF)
        verdict = judge_facts(policy_of(rule), FactValues(values=answers), as_of=AS_OF)
        assert verdict.clauses["c0"] is expected


class Birthday(dt.date):
    """A date of somebody's own class."""


def test_an_answer_in_another_guise_counts_as_the_same():
    """A date of another class is read as the plain date it is, whatever it says of itself."""
    verdict = judge_facts(
        policy_of(Facts.born.age < 16), FactValues(values={"born": Birthday(2015, 1, 1)}), as_of=AS_OF
    )
    assert verdict.determination is Determination.ELIGIBLE
