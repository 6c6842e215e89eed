"""What do rules cost that no flow knows: siblings with one helper, and teams with a local member?

Two families of siblings in villages whose places are as scarce as the children are many, and hub flow for teams. The
times are absolute, as promised; what is proven stands in the notes, and a gap that is left is stated there.
"""

from collections.abc import Callable, Iterator
from typing import Any

import attrs
import numpy as np
from harness import Measurement, interleave, say
from pairing_instances import CANDIDATES, TOP

from careprogram.pairing import Anchor, AssignmentProblem, Family, TeamRules, solve_teams

SIBLINGS, LOCAL = 15.0, 100.0
IN_A_VILLAGE, WITH_SIBLINGS = 25, 0.4

Clock = Callable[[], float]


def siblings(children: int, *, places: float = 1.0, seed: int = 1) -> tuple[AssignmentProblem, TeamRules]:
    """Return children in villages, families of two or three among them, and *places* for each child."""
    rng = np.random.default_rng(seed)
    count, side = children // 5, np.sqrt(children) * 100
    families, first = [], 0
    while first < children * WITH_SIBLINGS:
        last = min(first + int(rng.integers(2, 4)), children)
        families.append(tuple(range(first, last)))
        first = last
    villages = rng.random((children // IN_A_VILLAGE, 2)) * side
    home = rng.integers(len(villages), size=children)
    for family in families:
        home[list(family)] = home[family[0]]
    meters = np.linalg.norm(villages[:, None] - (rng.random((count, 2)) * side)[None], axis=2)
    nearest = np.argsort(meters, axis=1, kind="stable")[:, :CANDIDATES]
    near = np.take_along_axis(meters, nearest, axis=1)[home]
    scores = np.maximum(0, TOP - (near / 3).astype(np.int64) - rng.integers(0, 60, near.shape))
    own = np.ones(count, dtype=np.int64)
    np.add.at(own, rng.integers(0, count, round(children * places) - count), 1)
    problem = AssignmentProblem(
        child_keys=[f"c{i:07d}" for i in range(children)],
        helper_keys=[f"h{v:07d}" for v in range(count)],
        seats=[((4 - tier) * (children * TOP + 1),) for tier in rng.integers(1, 4, children).tolist()],
        places=own,
        edge_children=np.repeat(np.arange(children), CANDIDATES),
        edge_helpers=nearest[home].ravel(),
        edge_values=scores.ravel(),
    )
    return problem, TeamRules(families=tuple(Family(children=own) for own in families if len(own) > 1))


def siblings_row(clock: Clock, *, places: float) -> Measurement:
    """Measure 3,000 children once: nobody apart who need not be, and how far the scores are from the bound."""
    problem, rules = siblings(3_000, places=places)
    begin = clock()
    found = solve_teams(problem, rules)
    seconds = clock() - begin
    *covered, together, value, _ = found.steps
    notes: dict[str, Any] = {
        "coverage and togetherness": "proven" if all(s.reached == s.bound for s in (*covered, together)) else "open",
        "scores": "proven" if value.reached == value.bound else f"within {(value.bound / value.reached - 1):.3%}",
        "apart": -together.reached,
    }
    # What is open has not met the bar, however soon it was left.
    return Measurement(
        name=f"siblings 3000, {places:.0%} places",
        ours=seconds,
        peer=SIBLINGS,
        peer_name=f"{SIBLINGS:.0f} s, proven",
        bar=1.0 if found.optimal else 0.0,
        notes=notes,
    )


def local_row(clock: Clock) -> Measurement:
    """Measure teams of up to three for 1,000 children, the first of them from nearby."""
    plain, _ = siblings(1_000, places=3.0)
    step = 3_000 * TOP + 1
    tiers = np.random.default_rng(2).integers(1, 4, 1_000)
    problem = attrs.evolve(plain, seats=[((6 - tier) * step, step, step) for tier in tiers.tolist()])
    values = np.asarray(problem.edge_values).reshape(-1, CANDIDATES)
    near = (
        np.argsort(-values, axis=1, kind="stable")[:, : CANDIDATES // 2] + np.arange(len(values))[:, None] * CANDIDATES
    )
    rules = TeamRules(anchors=(Anchor(code="no-local-helper", edges=frozenset(near.ravel().tolist())),))
    found = solve_teams(problem, rules)
    side = interleave({"ours": lambda: solve_teams(problem, rules)}, rounds=5, clock=clock)["ours"]
    return Measurement(
        name="teams with a local member 1000",
        ours=side.median * 1e3,
        peer=LOCAL,
        peer_name=f"{LOCAL:.0f} ms",
        bar=1.0,
        unit="ms",
        notes={"noise": f"±{side.spread:.0%}", "searched": found.searched, "proven": found.optimal},
    )


def team_rows(clock: Clock) -> Iterator[Measurement]:
    """Yield the rows of teams and siblings."""
    yield local_row(clock)
    for places in (1.0, 1.1, 1.3):
        say(f"siblings, {places:.0%} places")
        yield siblings_row(clock, places=places)
