"""What does the whole job cost, from lists of people to a plan with reasons?

Candidates, rules, scores, the exact solve, the certificate and its check, the tie-break and the explanations, beside
the bare solve by OR-Tools of the very problem that the plan answers: the problem is handed to the peer ready made.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from harness import Measurement, interleave, say

from careprogram.ids import ChildId, HelperId
from careprogram.pairing import AssignmentProblem, ChildNeed, HelperOffer, PairingProblem, PairingRules, pair
from careprogram.people import (
    Child,
    Consent,
    Helper,
    HelperKind,
    Place,
    PlaceCode,
    PlaceTree,
    Residence,
    Screening,
    ScreeningResult,
)

TODAY = dt.date(2026, 9, 1)
WHOLE = 1.0
BAR_AT = 100_000
IN_A_VILLAGE = 50

Clock = Callable[[], float]


def county(children: int, *, seed: int = 1) -> PairingProblem:
    """Return a problem of people in villages, a fifth as many helpers as children."""
    rng = np.random.default_rng(seed)
    villages = [f"520526{100 + v // 20:03d}{200 + v % 20:03d}" for v in range(max(2, children // IN_A_VILLAGE))]
    homes = [Residence(place=PlaceCode(code)) for code in villages]
    townships = sorted({code[:9] for code in villages})
    tree = PlaceTree.gb2260().with_places(
        [Place(code=PlaceCode(code), name=f"place {code}") for code in (*townships, *villages)]
    )
    agreed = Consent(given_on=dt.date(2026, 1, 1))
    checked, expires = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
    screening = Screening(result=ScreeningResult.CLEAR, checked_on=checked, expires_on=expires)
    count = children // 5
    needs = [
        ChildNeed(
            child=Child(id=ChildId(f"c{i:07d}"), consent=agreed, residence=homes[village]),
            tier=tier,
        )
        for i, (village, tier) in enumerate(
            zip(rng.integers(0, len(homes), children).tolist(), rng.integers(1, 4, children).tolist(), strict=True)
        )
    ]
    offers = [
        HelperOffer(
            helper=Helper(
                id=HelperId(f"h{v:07d}"),
                kind=HelperKind.CADRE,
                birth_date=dt.date(1980, 1, 1),
                consent=agreed,
                residence=homes[village],
                screening=screening,
                capacity=places,
            )
        )
        for v, (village, places) in enumerate(
            zip(rng.integers(0, len(homes), count).tolist(), rng.integers(2, 8, count).tolist(), strict=True)
        )
    ]
    return PairingProblem(children=tuple(needs), helpers=tuple(offers), as_of=TODAY, places=tree)


def bare_ortools(problem: AssignmentProblem) -> Callable[[], None]:
    """Return the bare solve by OR-Tools of *problem*, its arrays ready."""
    from ortools.graph.python import min_cost_flow

    children, helpers, values = (
        np.asarray(column) for column in (problem.edge_children, problem.edge_helpers, problem.edge_values)
    )
    many, count = len(problem.child_keys), len(problem.helper_keys)
    bonuses = np.array([bonuses[0] if bonuses else 0 for bonuses in problem.seats], dtype=np.int64)
    top = int(values.max())
    tails = np.concatenate((children, np.arange(many + count))).astype(np.int32)
    heads = np.concatenate((many + helpers, np.full(many + count, many + count))).astype(np.int32)
    costs = np.concatenate((top - values, top + bonuses, np.zeros(count, dtype=np.int64)))
    capacities = np.concatenate((np.ones(len(values) + many, dtype=np.int64), np.asarray(problem.places)))
    supply = np.append(np.ones(many + count, dtype=np.int64), -many)
    supply[many:-1] = 0

    def run() -> None:
        solver = min_cost_flow.SimpleMinCostFlow()
        solver.add_arcs_with_capacity_and_unit_cost(tails, heads, capacities, costs)
        solver.set_nodes_supplies(np.arange(len(supply), dtype=np.int32), supply)
        assert solver.solve() == solver.OPTIMAL

    return run


def whole_rows(clock: Clock, *, quick: bool) -> Iterator[Measurement]:
    """Measure the whole job at the sizes that fit."""
    for size in (1_000,) if quick else SIZES:
        say(f"{size:,} children, from people to a plan")
        yield _whole(size, clock)


SIZES = (1_000, 10_000, 100_000)
CANDIDATES = 20


def _whole(size: int, clock: Clock) -> Measurement:
    """Measure with 20 candidates for each child, no more: the size of the problem that the spec names."""
    problem = county(size)
    rules = PairingRules(candidates=CANDIDATES, most_candidates=CANDIDATES)

    def ours() -> Any:
        plan = pair(problem, strategy="one-to-many", rules=rules)
        checked = plan.verify()
        assert checked is not None
        assert checked.proven
        return plan

    plan = ours()
    assert plan.problem is not None
    peer = bare_ortools(plan.problem)
    # Where the bar is, the sides are far apart and a round of the peer takes long: three of them tell enough.
    sides = interleave(
        {"ours": ours, "peer": peer}, rounds=3 if size == BAR_AT else 5, clock=clock, warm=size == BAR_AT
    )
    reasons = f"{len(plan.pairs)} pairs, {len(plan.unpaired)} children and {len(plan.idle)} helpers with reasons"
    return Measurement(
        name=f"{size:,} children, from people to a proven plan with reasons",
        ours=sides["ours"].median * 1e3,
        peer=sides["peer"].median * 1e3,
        peer_name="OR-Tools, bare solve",
        bar=WHOLE if size == BAR_AT else None,
        unit="ms",
        notes={"plan": reasons, "edges": len(plan.problem.edge_values)},
    )
