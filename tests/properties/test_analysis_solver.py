"""The solver's formulas against the interpreter, and claims against trying everything, on random policies."""

import itertools
import random

import pytest
import rules_kit as kit

from careprogram.rules import Determination, FactSchema, evaluate, judge_facts
from careprogram.rules.analysis import disjoint, distinguishing_answers, equivalent, implies, judge_by_solver, never
from careprogram.rules.analysis.distinguishing import _searched, _solved
from careprogram.rules.compiled import interpret
from careprogram.rules.review.search import Gaps
from careprogram.testing.random_answers import edge_values, random_rows
from careprogram.testing.random_rules import random_day, random_policy


class Few(FactSchema):
    """Few enough facts to try everything."""

    poor, grade, birth_date, father = kit.Facts.poor, kit.Facts.grade, kit.Facts.birth_date, kit.Facts.father


def policies(seed, count, schema=kit.Facts, **options):
    rng = random.Random(seed)
    for _ in range(count):
        policy = random_policy(rng, schema, **options)
        day = random_day(rng, policy)
        if policy.in_force_on(day):
            yield rng, policy, day


def test_the_solver_reads_a_policy_as_the_interpreter_does():
    """Every clause of random policies, for answers at their edges, with gaps and groups: the same truth."""
    verdicts, met = 0, set()
    for rng, policy, day in policies(11, 60):
        rows = random_rows(rng, policy, day, 40)
        for row, (outcome, truths) in zip(rows, judge_by_solver(policy, rows, day), strict=True):
            expected = [evaluate(clause.condition, row, as_of=day, ages=policy.ages) for clause in policy.clauses]
            assert list(truths) == expected, (policy, row)
            assert outcome == interpret(policy, row, day)
            met.add(outcome.determination)
            verdicts += 1
    assert verdicts > 1_500
    assert met == set(Determination)


def test_claims_agree_with_trying_everything():
    """Over the grid of edges of small policies: refuted where some row refutes, proven where none does."""
    counts = {True: 0, False: 0}
    for rng, one, day in policies(12, 40, Few, always=True, groups=False, max_leaves=2):
        other = random_policy(rng, Few, always=True, groups=False, max_leaves=2)
        rows = joint_grid(one, other, day)
        if rows is None:
            continue
        pairs = [tuple(interpret(policy, row, day).determination for policy in (one, other)) for row in rows]
        yes, no = Determination.ELIGIBLE, Determination.INELIGIBLE
        for claim, refuted in (
            (implies(one, other, as_of=day), (yes, no) in pairs),
            (disjoint(one, other, as_of=day), (yes, yes) in pairs),
            (never(one, as_of=day), any(mine is yes for mine, _ in pairs)),
            (equivalent(one, other, as_of=day), any(mine is not theirs for mine, theirs in pairs)),
        ):
            assert claim.holds is not refuted, claim.statement.en
            counts[claim.holds] += 1
    assert min(counts.values()) > 15


def joint_grid(one, other, day):
    """Every combination of the edges of both policies, nothing unknown."""
    edges = {}
    for policy in (one, other):
        for name, values in edge_values(policy, day, to_come=False).items():
            edges.setdefault(name, {}).update(dict.fromkeys(values))
    size = 1
    for values in edges.values():
        size *= len(values)
    if not edges or size > 600:
        return None
    return [dict(zip(edges, values, strict=True)) for values in itertools.product(*edges.values())]


@pytest.mark.parametrize("gaps", [Gaps.NONE, Gaps.ALL])
def test_search_and_solver_tell_the_same_policies_apart(gaps):
    """Two ways that know nothing of each other agree on whether there is a difference, and each shows it."""
    found = {True: 0, False: 0}
    for rng, one, day in policies(13, 40, max_leaves=2, always=True):
        other = random_policy(rng, kit.Facts, max_leaves=2, always=True) if rng.random() < 0.5 else one
        searched, solved = (look(one, other, day, gaps) for look in (_searched, _solved))
        assert (searched is None) == (solved is None), (one, other)
        for answers in (each for each in (searched, solved) if each is not None):
            assert interpret(one, answers, day) != interpret(other, answers, day)
        found[searched is None] += 1
    assert min(found.values()) > 5


def test_no_row_tells_apart_what_nothing_distinguishes():
    """Random rows never show a difference that was said not to exist."""
    for rng, one, day in policies(14, 30, always=True):
        other = random_policy(rng, kit.Facts, always=True, max_leaves=1)
        answers = distinguishing_answers(one, other, day)
        if answers is None:
            for row in random_rows(rng, one, day, 50):
                assert interpret(one, row, day) == interpret(other, row, day)
        else:
            verdicts = [judge_facts(policy, answers, as_of=day) for policy in (one, other)]
            assert verdicts[0].report() != verdicts[1].report()
