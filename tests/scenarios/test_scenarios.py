"""The casebook: verdicts that a domain expert can read and add to, one TOML file per policy."""

import tomllib
from pathlib import Path

import pytest

from careprogram.eligibility import ChildFacts, shipped_policies
from careprogram.errors import PolicyNotInForceError
from careprogram.rules import ChoiceFact, judge_facts, render_verdict

BOOKS = sorted(Path(__file__).parent.glob("*.toml"))
SAYS = {
    "verdict": lambda verdict: verdict.determination.value,
    "categories": lambda verdict: list(verdict.categories),
    "open_categories": lambda verdict: list(verdict.open_categories),
    "tier": lambda verdict: verdict.tier,
    "clause": lambda verdict: verdict.explanation.clause,
    "missing": lambda verdict: list(verdict.missing),
    "next_change": lambda verdict: verdict.next_change,
}
ABOUT = {"name", "as_of", "facts", "without", "only"}


def cases():
    for book in BOOKS:
        content = tomllib.loads(book.read_text("utf-8"))
        for case in content["case"]:
            yield pytest.param(content["policy"], content["usual"], case, id=f"{content['policy']}: {case['name']}")


def answers(usual, case):
    given = {**case.get("only", usual), **case.get("facts", {})}
    kept = {name: value for name, value in given.items() if name not in case.get("without", ())}
    return ChildFacts.values({name: _answer(name, value) for name, value in kept.items()})


def _answer(name, value):
    fact = ChildFacts.facts()[name]
    return fact.choices(value) if isinstance(fact, ChoiceFact) else value


@pytest.mark.parametrize(("policy_id", "usual", "case"), tuple(cases()))
def test_the_verdict_is_the_one_in_the_casebook(policy_id, usual, case):
    """Each case says what it expects, and everything it says is compared."""
    assert set(case) <= ABOUT | set(SAYS), "a key of the case is misspelt"
    policy, facts = shipped_policies()[policy_id], answers(usual, case)
    if case["verdict"] == "not in force":
        with pytest.raises(PolicyNotInForceError):
            judge_facts(policy, facts, as_of=case["as_of"])
        return
    verdict = judge_facts(policy, facts, as_of=case["as_of"])
    told = {key: say(verdict) for key, say in SAYS.items() if key in case}
    assert told == {key: case[key] for key in told}, render_verdict(verdict, policy, "en")


def test_every_shipped_policy_has_a_casebook_that_reaches_every_clause():
    """A policy ships with cases in which each of its clauses is once true and once not."""
    told = {book.stem for book in BOOKS}
    assert told == set(shipped_policies())
    for policy_id, policy in shipped_policies().items():
        truths = {clause.id: set() for clause in policy.clauses}
        for parameter in cases():
            of, usual, case = parameter.values
            if of == policy_id and case["verdict"] != "not in force":
                verdict = judge_facts(policy, answers(usual, case), as_of=case["as_of"])
                for clause, truth in verdict.clauses.items():
                    truths[clause].add(truth.value)
        assert all({"true", "false"} <= found for found in truths.values()), (policy_id, truths)
