"""Does a casebook notice the mistakes that somebody could make in a policy?

The score counts mistakes honestly, the missing case that is written out notices the mistake it was written for, and the
casebooks that ship notice every one.
"""

import random
from pathlib import Path

import pytest
from hypothesis import settings

from careprogram.eligibility import load_policy, shipped_policies
from careprogram.rules import policy_to_toml
from careprogram.testing import policy_mutation
from careprogram.testing.casebook_reading import read_casebook
from careprogram.testing.policy_mutants import policy_mutants
from careprogram.testing.policy_mutation import kills, missing_case, mutation_score

SCENARIOS = Path(__file__).parents[1] / "scenarios"
SLOW = {"cn.minors-law.23", "cn.de-facto-unsupported.2019", "cn.de-facto-unsupported.2020"}
DEEP = settings.default.max_examples > 1000


def book_of(policy_id):
    path = SCENARIOS / f"{policy_id}.casebook.toml"
    return read_casebook(path.read_text("utf-8"), name=path.name, folder=SCENARIOS)


@pytest.mark.parametrize("policy_id", shipped_policies())
def test_the_casebook_of_a_shipped_policy_notices_every_mistake(policy_id):
    """Whoever slips while changing a threshold, a sign or a clause of a shipped policy is told by a case."""
    if policy_id in SLOW and not DEEP:
        pytest.skip("its proofs take seconds: run with --hypothesis-profile=deep")
    book = book_of(policy_id)
    report = mutation_score(book.policy, book)
    assert report.score == 1.0, str(report)
    assert len(report.killed) > 10


def test_a_case_taken_out_is_missed_and_written_out_again():
    """Without one of its cases a book misses mistakes, and the case that is written out notices each of them."""
    book = book_of("county.education")
    report = mutation_score(book.policy, book.cases[:3])
    assert 0 < report.score < 1
    assert len(report.killed) + len(report.survivors) + len(report.equivalent) == len(list(policy_mutants(book.policy)))
    for survivor in report.survivors:
        assert kills([survivor.missing], survivor.mutant), str(survivor.mutant)
        assert not kills(book.cases[:3], survivor.mutant)


@pytest.mark.parametrize("policy_id", ["cn.left-behind.2016", "township.family-planning", "cn.migrant.2024"])
def test_the_missing_case_notices_the_mistake_it_was_written_for(policy_id):
    """For each mistake there is a case, or the proof that it changes nothing; the case agrees with the policy."""
    policy = shipped_policies()[policy_id]
    mutants = list(policy_mutants(policy))
    for mutant in random.Random(policy_id).sample(mutants, min(12, len(mutants))):
        case = missing_case(policy, mutant)
        if case is not None:
            assert kills([case], mutant), str(mutant)


def test_every_mistake_is_one_and_can_be_kept_in_a_file():
    """No mutant equals the policy it was made of, none is made twice, and a file could hold each."""
    policy = shipped_policies()["cn.left-behind.2016"]
    mutants = [mutant.policy for mutant in policy_mutants(policy)]
    assert policy not in mutants
    assert len(set(mutants)) == len(mutants)
    for mutant in mutants[::7]:
        assert load_policy(policy_to_toml(mutant), name="mutant.toml", proofs=False) == mutant


def test_a_book_without_cases_notices_nothing():
    """An empty book scores zero, so that a score is never a gift."""
    policy = shipped_policies()["cn.left-behind.pre-2016"]
    assert mutation_score(policy, []).score == 0.0


def test_a_comparison_that_sees_nothing_is_noticed(monkeypatch):
    """Planted: if no case ever notices anything, the score of a good book falls to zero."""
    book = book_of("cn.left-behind.pre-2016")
    assert mutation_score(book.policy, book).score == 1.0
    monkeypatch.setattr(policy_mutation, "_seen_at_once", lambda case: False)
    monkeypatch.setattr(policy_mutation, "_seen_in_the_whole", lambda case: False)
    monkeypatch.setattr(policy_mutation, "kills", lambda cases, mutant: False)
    assert mutation_score(book.policy, book).score == 0.0
