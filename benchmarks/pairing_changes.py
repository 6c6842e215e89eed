"""What does a change cost once a plan stands: one helper leaves, or all are paired again with the least disruption?

Usual problems have fewer places than children; the row of places just equal looks at the dearest shape, where nearly
every place is taken and a chain of moves is long. Re-pairing is measured twice: as a bare problem against solving that
again, and from people to a plan against pairing the same people as if nothing stood.
"""

from collections.abc import Callable, Iterator
from typing import Any

import attrs
import numpy as np
from harness import Measurement, Side, interleave, say
from pairing_instances import Family, instance
from pairing_whole import TODAY, county

from careprogram.pairing import (
    AssignmentProblem,
    ExistingTies,
    PairingPlan,
    PairingProblem,
    PairingRules,
    pair,
    pairings_of,
    solve,
)
from careprogram.pairing.solving.updating import LiveAssignment

LEAVES = 5
DISRUPTION = 1.3
LOOKED_AT = 40

Clock = Callable[[], float]


def just_enough(problem: AssignmentProblem) -> AssignmentProblem:
    """Return *problem* with as many places as children, each helper with one at least."""
    rng = np.random.default_rng(3)
    helpers, children = len(problem.helper_keys), len(problem.child_keys)
    places = np.ones(helpers, dtype=np.int64)
    np.add.at(places, rng.integers(0, helpers, children - helpers), 1)
    return attrs.evolve(problem, places=places)


def helper_leaves(size: int, family: Family, clock: Clock, *, tight: bool = False) -> Measurement:
    """Measure the exact update after one helper leaves, each from the same answer's successor."""
    problem = instance(size, family).problem()
    if tight:
        problem = just_enough(problem)
    live = LiveAssignment(problem)
    times = []
    for key in problem.helper_keys[:: max(1, size // 5 // LOOKED_AT)][:LOOKED_AT]:
        begin = clock()
        live.helper_leaves(key)
        times.append(clock() - begin)
    side = Side(seconds=tuple(times))
    return Measurement(
        name=f"{size:,} children {family}, one helper leaves" + (", places just equal" if tight else ""),
        ours=side.median * 1e3,
        peer=LEAVES,
        peer_name=f"{LEAVES} ms",
        bar=None if tight else 1.0,
        unit="ms",
        notes={f"slowest of {LOOKED_AT}": f"{max(times) * 1e3:.1f} ms"},
    )


def least_disruption(size: int, family: Family, clock: Clock) -> Measurement:
    """Measure solving again with standing ties preferred, after one helper in a hundred has left."""
    given = instance(size, family)
    before = given.problem()
    held = np.zeros(len(before.edge_values), dtype=bool)
    held[list(solve(before).edges)] = True
    places = given.places.copy()
    places[::100] = 0
    again = attrs.evolve(before, places=places)
    # A tie outweighs all scores together, a seat all ties; see `careprogram.pairing.ranks_first`.
    tie = size * 1000 + 1
    step = size * (1000 + tie) + 1
    kinds = {rank: (rank * step,) for rank in (1, 2, 3)}
    gentle = attrs.evolve(
        again,
        edge_values=np.asarray(before.edge_values) + tie * held,
        seats=[kinds[4 - tier] for tier in given.tiers.tolist()],
    )
    affected = int((places[np.asarray(before.edge_helpers)[held]] == 0).sum())
    sides = interleave({"gentle": lambda: solve(gentle), "again": lambda: solve(again)}, clock=clock)
    answers = (solve(gentle), solve(again))
    assert len(answers[0].edges) == len(answers[1].edges)
    moved = [int(held.sum()) - int(held[list(one.edges)].sum()) - affected for one in answers]
    name = f"{size:,} children {family}, re-pairing with least disruption"
    return _again(name, sides, "solving again", notes={"others moved": f"{moved[0]} instead of {moved[1]}"})


def pairing_again(size: int, existing: ExistingTies, clock: Clock) -> Measurement:
    """Measure pairing people again after one helper in a hundred has left, against pairing them as if nothing stood."""
    rules = PairingRules(existing=existing)
    after = _after_leaving(size, rules)
    fresh = attrs.evolve(after, existing=())

    def run(problem: PairingProblem) -> PairingPlan:
        return pair(problem, strategy="one-to-many", rules=rules)

    plans = (run(after), run(fresh))
    assert plans[0].totals.covered == plans[1].totals.covered
    stood = {(one.child, one.helper) for one in after.existing}
    broken = [len(stood) - len(stood & {(one.child, one.helper) for one in plan.pairs}) for plan in plans]
    sides = interleave({"gentle": lambda: run(after), "again": lambda: run(fresh)}, clock=clock, warm=True)
    name = f"{size:,} children, people paired again, {existing.value} what stands"
    return _again(name, sides, "as if nothing stood", notes={"ties broken": f"{broken[0]} instead of {broken[1]}"})


def _after_leaving(size: int, rules: PairingRules) -> PairingProblem:
    problem = county(size)
    gone = {offer.id for offer in problem.helpers[::100]}
    stand = pairings_of(pair(problem, strategy="one-to-many", rules=rules), on=TODAY)
    return attrs.evolve(
        problem,
        helpers=tuple(offer for offer in problem.helpers if offer.id not in gone),
        existing=tuple(one for one in stand if one.helper not in gone),
    )


def _again(name: str, sides: dict[str, Side], peer_name: str, *, notes: dict[str, Any]) -> Measurement:
    noise = max(side.spread for side in sides.values())
    return Measurement(
        name=name,
        ours=sides["gentle"].median * 1e3,
        peer=sides["again"].median * 1e3,
        peer_name=peer_name,
        bar=DISRUPTION,
        unit="ms",
        notes={"noise": f"±{noise:.0%}", **notes},
    )


def change_rows(clock: Clock, *, quick: bool) -> Iterator[Measurement]:
    """Yield the rows of everything here; quickly, pairing people again at a tenth of the size."""
    families: tuple[Family, ...] = ("uniform", "geographic")
    for family in families:
        say(f"10,000 children {family}: changes")
        yield helper_leaves(10_000, family, clock)
        yield helper_leaves(10_000, family, clock, tight=True)
        yield least_disruption(10_000, family, clock)
    for existing in (ExistingTies.PREFER, ExistingTies.PRICE):
        say(f"people paired again, {existing.value}")
        yield pairing_again(1_000 if quick else 10_000, existing, clock)
