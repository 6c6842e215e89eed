"""Asked in columns or one by one: the same pairs are found, for the same reasons, and the same plan comes out."""

import random
from unittest.mock import patch

import attrs
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from careprogram.language import Text
from careprogram.pairing import (
    Blocked,
    ExistingTies,
    ManyToOne,
    OneToMany,
    OneToOne,
    PairingContext,
    PairingRules,
    PeerPairing,
    decline,
    default_constraints,
    default_scores,
    propose,
)
from careprogram.pairing.finding import candidates, column_search, nearby
from careprogram.pairing.finding.candidates import CandidateSearch
from careprogram.pairing.finding.column_search import ColumnSearch
from careprogram.pairing.finding.extraction import columns_of
from careprogram.pairing.judging import Judge
from careprogram.testing.pairing_examples import crowded_problem

STRATEGIES = (OneToOne(), OneToMany(), ManyToOne(), PeerPairing())
SMALL = (
    (column_search, "_BLOCK", 3),
    (column_search, "_PAIRS", 4),
    (column_search, "_LARGE", 0),
    (column_search, "_FIRST_LOOK", 0),
    (nearby, "_RING", 3),
    (nearby, "_FIRST_BAND", 1),
)
"""Pieces so small that every loop runs more than once."""

RULES = default_constraints(common_language=True, girls_by_women=True, farthest_m=9_000)


@pytest.fixture(autouse=True, params=["large", "small"])
def _blocks(request, monkeypatch):
    """Everything is done at once, or in the smallest pieces."""
    if request.param == "small":
        for owner, name, size in SMALL:
            monkeypatch.setattr(owner, name, size)


def both_ways(strategy, problem, rules):
    """Return the plan found one by one and the plan found in columns."""
    plans = []
    for columns_from in (10**12, 0):
        with patch.object(candidates, "COLUMNS_FROM", columns_from):
            plans.append(strategy.pair(problem, rules))
    return plans


def some(rng, count):
    """Return some positions, in order."""
    return tuple(sorted(rng.sample(range(count), rng.randrange(count + 1))))


def searches(problem, rules, *, peer=False):
    """Return the two searches, each with a judge of its own."""
    needs = sorted(problem.children, key=lambda need: need.id)
    offers = sorted(problem.helpers, key=lambda offer: offer.id)
    context = PairingContext.of(problem, strategy="s", peer=peer)
    one, other = (Judge(rules.constraints, rules.scores, rules.effective_weights, context) for _ in range(2))
    return CandidateSearch(needs, offers, one), ColumnSearch(columns_of(needs, offers, context), other)


def told(search):
    """Return all that a search has to say."""
    children, helpers, scores = (list(map(int, column)) for column in search.edge_columns())
    pairs = list(zip(children, helpers, strict=True))
    return {
        "sides": (list(search.child_no), list(search.helper_no), list(search.eligible)),
        "edges": list(zip(pairs, scores, search.shown(pairs), strict=True)),
        "helpers": [list(search.helpers_of(i)) for i in range(len(search.child_no))],
        "counts": [list(counts) for counts in search.counts()],
        "left out": search.left_out(),
        "of children": [search.tally_of_child(i) for i in range(len(search.child_no))],
        "of helpers": [search.tally_of_helper(v) for v in range(len(search.helper_no))],
        "faults": search.judge.faults,
        "reasons": [search.judge.reasons(search.tally_of_child(i)) for i in range(len(search.child_no))],
    }


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9), enough=st.integers(1, 12), peer=st.booleans())
def test_both_searches_find_the_same(seed, enough, peer):
    """Edges, scores, reasons, counts and what was left out agree after settling, looking and looking farther."""
    rng = random.Random(seed)
    problem = crowded_problem(rng, children=rng.randrange(1, 40), helpers=rng.randrange(1, 30))
    one, other = searches(problem, PairingRules(constraints=RULES), peer=peer)
    ties = sorted({(rng.randrange(len(one.needs)), rng.randrange(len(one.offers))) for _ in range(rng.randrange(6))})
    assert one.settle(ties) == other.settle(ties)
    assert told(one) == told(other)
    for search in (one, other):
        search.widen_all(enough)
    assert told(one) == told(other)
    if peer:
        return
    for _ in range(2):
        groups = [
            tuple(
                sorted(rng.sample(range(count), rng.randrange(count + 1)))
                for count in map(len, (one.needs, one.offers))
            )
            for _ in range(3)
        ]
        before = one.counts()[0]
        assert one.widen_beyond(groups, 9) == other.widen_beyond(groups, 9)
        assert told(one) == told(other)
        # A child of several groups is looked for once: to twice as many and one, not so for each of its groups.
        assert all(now <= max(was, min(9, 2 * was + 1)) for was, now in zip(before, one.counts()[0], strict=True))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9))
def test_the_plan_is_the_same_either_way(seed):
    """Pairs, roles, scores, reasons, shortages and totals are identical, with ties that stand and pairs declined."""
    rng = random.Random(seed)
    problem = crowded_problem(rng, children=rng.randrange(1, 30), helpers=rng.randrange(1, 20))
    strategy = rng.choice(STRATEGIES)
    existing = rng.choice([ExistingTies.KEEP, ExistingTies.PREFER, ExistingTies.SCORE])
    rules = PairingRules(constraints=RULES, candidates=rng.choice([1, 3, 20]), existing=existing)
    ties = {
        (rng.choice(problem.children).id, rng.choice(problem.helpers).id): rng.choice([True, False])
        for _ in range(rng.randrange(5))
    }
    made = [(propose(*tie, strategy=strategy.id, on=problem.as_of), stands) for tie, stands in ties.items()]
    earlier = tuple(one if stands else decline(one, on=problem.as_of, reason="no time") for one, stands in made)
    plain, columns = both_ways(strategy, attrs.evolve(problem, existing=earlier), rules)
    assert plain == columns
    assert columns.verify() is None or columns.verify().proven
    turned = attrs.evolve(
        problem, children=problem.children[::-1], helpers=problem.helpers[::-1], existing=earlier[::-1]
    )
    assert both_ways(strategy, turned, rules)[1] == columns


@attrs.frozen(slots=False)
class Odd:
    """A stranger's rule and score in columns that answers what it likes there, and sensibly one by one."""

    answer: object
    id: str = "odd"
    text: Text = Text("奇怪", "odd")
    reasons: tuple = ()

    def allows(self, need, offer, context):
        return True

    def score(self, need, offer, context):
        return 1

    def allows_all(self, pairs):
        if isinstance(self.answer, type):
            raise self.answer(pairs.program.needs[0].child.name)
        return self.answer(len(pairs))

    score_all = allows_all


LIES = {
    "raises": (KeyError, "KeyError"),
    "leaves": (SystemExit, "SystemExit"),
    "nothing": (lambda count: None, None),
    "one number": (lambda count: 1, None),
    "too short": (lambda count: np.ones(max(0, count - 1), dtype=int), None),
    "no whole numbers": (np.ones, None),
    "two columns": (lambda count: np.ones((count, 2), dtype=int), None),
    "out of range": (lambda count: np.full(count, 1_001), None),
    "a reason that is not there": (lambda count: np.full(count, -1), None),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_rule_that_fails_in_columns_blocks_and_a_score_counts_nothing(lie):
    """What raises or talks nonsense about many pairs fails as closed as about one, and is named without its words."""
    answer, error = LIES[lie]
    problem = crowded_problem(random.Random(3), children=20, helpers=15)
    with patch.object(candidates, "COLUMNS_FROM", 0):
        sound = OneToMany().pair(problem, PairingRules())
        blocked = OneToMany().pair(problem, PairingRules(constraints=(Odd(answer), *default_constraints())))
        unscored = OneToMany().pair(problem, PairingRules(scores=(Odd(answer),)))
    assert sound.pairs
    assert not blocked.pairs
    assert blocked.totals.candidates == 0
    faults = [(one.source, one.error) for one in blocked.faults]
    assert faults == [("odd", error or "answered no column of codes")]
    assert unscored.totals.covered == sound.totals.covered
    assert {pair.score for pair in unscored.pairs} == {0}
    assert [one.source for one in unscored.faults] == ["odd"]


@attrs.frozen(slots=False)
class Picky:
    """A stranger's rule and score that can be asked one by one only, and fails for some."""

    id: str = "picky"
    text: Text = Text("挑剔", "picky")

    def allows(self, need, offer, context):
        number = int(need.id[-1]) + int(offer.id[-1])
        return (True, True, False, Blocked("finer", self.text), 1 // (number % 7 != 0), None)[number % 6]

    def score(self, need, offer, context):
        number = int(need.id[-1]) * int(offer.id[-1])
        return (number, 1_001, -1, None, 1 // (number % 5), 7)[number % 6]


@pytest.mark.parametrize("seed", range(4))
def test_a_rule_that_knows_no_columns_is_asked_pair_by_pair(seed):
    """Between rules in columns it says, fails and counts what it does one by one, its faults to the last one."""
    problem = crowded_problem(random.Random(seed), children=30, helpers=20)
    shipped = default_constraints()
    rules = PairingRules(
        constraints=(*shipped[:6], Picky(), *shipped[6:]), scores=(*default_scores(), Picky()), candidates=4
    )
    plain, columns = both_ways(OneToMany(), problem, rules)
    assert plain == columns
    assert {one.source for one in columns.faults} == {"picky"}
