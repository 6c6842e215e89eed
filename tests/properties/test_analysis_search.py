"""The search for answers against trying all of them, on random rules with groups, gaps and every kind of fact."""

import itertools
import random

import pytest
import rules_kit as kit

from careprogram.dates import LeapDayRule
from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.rules import AgeRule, AgeTurns, Category, Clause, Policy, Truth, compile_policy, evaluate
from careprogram.rules.review.formulas import category_rule, eligibility_rule
from careprogram.rules.review.residue import among, assigned
from careprogram.rules.review.search import Gaps, SearchTooLargeError, cases_of, find, find_truth
from careprogram.rules.verdict import Determination
from careprogram.testing.random_answers import random_rows
from careprogram.testing.random_rules import random_day, random_policy, random_predicate

OTHER_AGES = AgeRule(leap_day=LeapDayRule.LAST_OF_FEBRUARY, turns=AgeTurns.DAY_AFTER)
ROUNDS = 120
DETERMINED = {Truth.TRUE: Determination.ELIGIBLE, Truth.FALSE: Determination.INELIGIBLE}


def random_policies(seed, count, **options):
    rng = random.Random(seed)
    for _ in range(count):
        policy = random_policy(rng, kit.Facts, **options)
        day = random_day(rng, policy)
        if policy.in_force_on(day):
            yield rng, policy, day


def test_one_condition_says_the_same_as_the_policy():
    """The truth of the formula is the determination, and that of a category's formula says held, open or out."""
    met = set()
    for rng, policy, day in random_policies(1, ROUNDS):
        compiled = compile_policy(policy, day)
        for row in random_rows(rng, policy, day, 20):
            outcome = compiled.outcome(compiled.truths(row)[0])
            whole = evaluate(eligibility_rule(policy), row, as_of=day, ages=policy.ages)
            assert DETERMINED.get(whole, Determination.UNDETERMINED) is outcome.determination
            met.add(whole)
            for category in policy.categories:
                own = evaluate(category_rule(policy, category), row, as_of=day, ages=policy.ages)
                assert (own is Truth.TRUE) == (category.id in outcome.categories)
                assert (own is Truth.UNKNOWN) == (category.id in outcome.open_categories)
    assert met == set(Truth)


@pytest.mark.parametrize("gaps", Gaps)
def test_answers_are_found_exactly_where_there_are_some(gaps):
    """What random answers show, the search finds; what it finds, the interpreter shows; nothing else is claimed."""
    rng = random.Random(2)
    claims = {True: 0, False: 0}
    for _ in range(ROUNDS):
        rule, day = random_predicate(rng, kit.Facts, max_leaves=5), random_day(rng)
        ages = rng.choice([AgeRule(), OTHER_AGES])
        policy = kit_policy(rule, ages)
        seen = {evaluate(rule, row, as_of=day, ages=ages) for row in rows_of(rng, policy, day, gaps)}
        for wanted in Truth:
            found = find_truth(rule, wanted, as_of=day, ages=ages, gaps=gaps)
            claims[found is not None] += 1
            if found is None:
                assert wanted not in seen, (rule, wanted)
            else:
                assert evaluate(rule, found, as_of=day, ages=ages) is wanted, (rule, wanted)
    assert min(claims.values()) > ROUNDS / 10


def kit_policy(rule, ages):
    text = Text("文", "text")
    own = Clause(id="c", citation="c", text=text, when=rule)
    group = Category(id="g", tier=1, title=text, clauses=(own,))
    return Policy(id=PolicyId("p"), title=text, citation="c", categories=(group,), ages=ages)


def rows_of(rng, policy, day, gaps):
    rows = random_rows(rng, policy, day, 60, unknown=0.3 if gaps is Gaps.ALL else 0)
    return rows if gaps is Gaps.ALL else [row for row in rows if all(map(complete, row.values()))]


def complete(value):
    return not isinstance(value, tuple) or all(set(kit.ParentFacts.facts()) <= set(member) for member in value)


def test_two_rules_that_differ_are_told_apart_by_answers():
    """Equal rules are told apart by nothing; the search agrees with the interpreter on the answers it finds."""
    rng = random.Random(3)
    found_some = 0
    for _ in range(ROUNDS):
        one, other = (random_predicate(rng, kit.Facts, max_leaves=3) for _ in range(2))
        day = random_day(rng)
        cases = cases_of([one, other], as_of=day)
        answers = find(cases, differ)
        truths = [evaluate(rule, answers or {}, as_of=day) for rule in (one, other)]
        if answers is not None:
            assert {Truth.TRUE, Truth.FALSE} == set(truths)
            found_some += 1
        assert find(cases_of([one, one], as_of=day), differ) is None
    assert found_some > ROUNDS / 3


def differ(nodes):
    if nodes[0] == nodes[1]:
        return False
    return True if all(isinstance(node, Truth) for node in nodes) else None


def test_a_search_that_would_take_too_long_says_so():
    """Never a guess: beyond the budget it raises."""
    rule = kit.Facts.poor.is_(True) & kit.Facts.alone.is_(True) & (kit.Facts.grade > 3)
    cases = cases_of([rule, ~rule], as_of=kit.FIRST)
    with pytest.raises(SearchTooLargeError):
        find(cases, lambda nodes: None if any(not isinstance(n, Truth) for n in nodes) else False, budget=1)


def test_what_stays_open_prunes_only_what_it_must():
    """A conjunction with an open part can fail and stay open, but never hold."""
    poor, alone = kit.Facts.poor.is_(True), kit.Facts.alone.known()
    for rule, barred in ((poor & alone, Truth.TRUE), (poor | ~alone, Truth.FALSE)):
        cases = cases_of([rule], as_of=kit.FIRST, gaps=Gaps.ASKED)
        gap = len(cases.values["alone"]) - 1
        left = assigned(cases.nodes[0], "alone", gap)
        assert among(left, [barred]) is False
        assert all(among(left, [other]) is None for other in set(Truth) - {barred})


def test_sixteen_children_of_one_kind_are_no_more_work_than_one():
    """Thirty independent facts in pairs would be a billion cases; what is left of the rules is looked at once."""
    facts = [kit.Facts.poor, kit.Facts.alone]
    pairs = itertools.product(facts, range(13))
    rules = [fact.is_(True) | (kit.Facts.grade.is_(at)) for fact, at in pairs]
    whole = rules[0]
    for rule in rules[1:]:
        whole &= rule
    assert find_truth(whole, Truth.TRUE, as_of=kit.FIRST) == {"poor": True, "alone": True}
