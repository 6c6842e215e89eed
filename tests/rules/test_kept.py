"""What is remembered between judgments is bounded, over all policies and days together."""

import datetime as dt

import careprogram.rules.kept as kept
from careprogram.eligibility import ChildFacts, shipped_policies
from careprogram.rules import compile_policy, judge_facts
from careprogram.rules.generated import Outcomes

POLICY = shipped_policies()["county.education"]
ROWS = [
    ChildFacts.values({"grade": grade, "moved_with_parents": moved, "boarding": moved})
    for grade in range(3)
    for moved in (True, False)
]


def test_thousands_of_days_do_not_fill_memory(monkeypatch):
    """What is kept for one day is given up for another, and each verdict says the same as before."""
    monkeypatch.setattr(kept, "MOST_KEPT", 20)
    first = dt.date(2026, 1, 1)
    told = {}
    for _ in range(2):
        for step in range(60):
            day = first + dt.timedelta(days=step)
            for at, row in enumerate(ROWS):
                verdict = judge_facts(POLICY, row, as_of=day)
                said = (verdict.explanation, dict(verdict.clauses), verdict.missing)
                assert told.setdefault((day, at), said) == said
            parts = [compile_policy(POLICY, first + dt.timedelta(days=each)).worked_out for each in range(step + 1)]
            assert sum(map(len, parts)) <= 20


def test_the_outcomes_of_many_categories_are_given_up():
    """Thirty categories have more outcomes than anybody has memory for."""
    outcomes = Outcomes(tuple, 30)
    for key in range(25_000):
        assert outcomes[key] == tuple(key >> 2 * at & 3 for at in range(30))
    assert len(outcomes) <= 10_000
