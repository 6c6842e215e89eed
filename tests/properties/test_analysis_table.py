"""A decision table says exactly what the interpreter says, in exactly one row."""

import random

import rules_kit as kit

from careprogram.rules import evaluate
from careprogram.rules.compiled import interpret
from careprogram.rules.review.table import TableTooLargeError, decision_table
from careprogram.rules.verdict import Determination
from careprogram.testing.random_answers import random_rows
from careprogram.testing.random_rules import random_day, random_policy


def test_the_row_that_fits_says_what_the_interpreter_says():
    """Over random policies with groups and gaps: one row fits, and it has the outcome, tier and categories."""
    rng, looked_up, too_large, met = random.Random(21), 0, 0, set()
    for _ in range(35):
        policy = random_policy(rng, kit.Facts, max_leaves=3)
        day = random_day(rng, policy)
        if not policy.in_force_on(day):
            continue
        try:
            table = decision_table(policy, day, gaps=True)
        except TableTooLargeError:
            too_large += 1
            continue
        for answers in random_rows(rng, policy, day, 15):
            row, outcome = table.row_for(answers), interpret(policy, answers, day)
            assert (row.determination, row.categories, row.tier, row.open_categories) == (
                outcome.determination,
                outcome.categories,
                outcome.tier,
                outcome.open_categories,
            )
            looked_up += 1
            met.add(row.determination)
    assert looked_up > 200
    assert too_large < 18
    assert met == set(Determination)


def test_without_gaps_the_table_is_right_for_complete_answers():
    """Fewer rows, the same truth of each clause."""
    rng, looked_up = random.Random(22), 0
    for _ in range(100):
        policy = random_policy(rng, kit.Facts, max_leaves=4, always=True, groups=False)
        day = random_day(rng)
        clause = rng.choice(policy.clauses)
        table = decision_table(policy, day, clause=clause.id)
        for answers in random_rows(rng, policy, day, 10, unknown=0):
            truth = evaluate(clause.condition, answers, as_of=day, ages=policy.ages)
            expected = {"true": "eligible", "false": "ineligible", "unknown": "undetermined"}[truth.value]
            assert table.row_for(answers).determination.value == expected
            looked_up += 1
    assert looked_up == 1_000
