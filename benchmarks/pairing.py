"""What does the best pairing cost, beside solvers that give no proof and no reason?

Ours answers a problem with the plan, the tie-break and the prices that prove it; the peers with a bare flow. Every
peer's value must equal ours. The whole job, from lists of people to a plan with a reason for everybody, is compared
with the bare solve of OR-Tools on the very problem that the plan answers. What needs a lot of memory is measured in a
process of its own.
"""

import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
from harness import Measurement, Side, arguments, interleave, memory_peak, processor_seconds, report
from pairing_instances import Family, Instance, instance
from pairing_peers import greedy, matching_side, networkx_side, ortools_side, pylmcf_side, scipy_side
from pairing_teams import team_rows
from pairing_whole import whole_rows

from careprogram.pairing import Assignment, AssignmentProblem, Certificate, best_value, solve, verify
from careprogram.pairing.solving.updating import LiveAssignment

FAMILIES: tuple[Family, ...] = ("uniform", "geographic")
RAW = 1.1
VERIFY = 50
LEAVES = 5
DISRUPTION = 1.3
PEAK = 4_000
MEGABYTE = 1_000_000
LARGEST = 1_000_000
BAR_AT = 100_000

Clock = Callable[[], float]


def _noise(sides: dict[str, Side]) -> str:
    return f"±{max(side.spread for side in sides.values()):.0%}"


def proof_of(problem: AssignmentProblem, answer: Assignment) -> tuple[list[tuple[str, str]], Certificate]:
    """Return an answer as pairs of keys, and its certificate."""
    chosen = np.array(answer.edges, dtype=np.int64)
    children, helpers = np.asarray(problem.edge_children)[chosen], np.asarray(problem.edge_helpers)[chosen]
    pairs = [
        (problem.child_keys[child], problem.helper_keys[helper])
        for child, helper in zip(children.tolist(), helpers.tolist(), strict=True)
    ]
    return pairs, Certificate(prices=dict(zip(problem.helper_keys, answer.prices, strict=True)), value=answer.value)


def solve_alone(size: int, family: Family, clock: Clock) -> list[Measurement]:
    """Measure the bare solve against the limit, and the right answer with its proof against every peer that ends."""
    given = instance(size, family)
    problem = given.problem()
    peers: dict[str, Callable[[], int]] = {"pylmcf": pylmcf_side(given), "OR-Tools": ortools_side(given)}
    answer = solve(problem)
    for name, run in peers.items():
        assert run() == answer.value, name
    ours = {"value": lambda: best_value(problem), "ours": lambda: solve(problem)}
    rounds = 5 if size >= BAR_AT else 11
    sides = interleave({**ours, **peers}, rounds=rounds, clock=clock)

    def row(what: str, side: float, peer: float, peer_name: str) -> Measurement:
        name = f"{size:,} children {family}, {what}"
        return Measurement(name=name, ours=side * 1e3, peer=peer * 1e3, peer_name=f"{peer_name}, bare", unit="ms")

    alone = row("solve alone", sides["value"].median, sides["pylmcf"].median, "pylmcf")
    rows = [attrs.evolve(alone, bar=RAW if size == BAR_AT else None, notes={"noise": _noise(sides)})]
    whole = "solve, tie-break and proof"
    rows += [row(whole, sides["ours"].median, sides[name].median, name) for name in peers]
    rows[-1] = attrs.evolve(rows[-1], notes=_lost(given, answer))
    for name, (side, most) in {"scipy": (scipy_side, 10_000), "networkx": (networkx_side, 1_000)}.items():
        if size <= most:
            run = side(given)
            begin = clock()
            assert run() == answer.value, name
            rows.append(row(whole, sides["ours"].median, clock() - begin, f"{name}, once"))
    return rows


def _lost(given: Instance, answer: Assignment) -> dict[str, Any]:
    """Return how many children a greedy and a stable matching leave without help that could be had."""
    found: dict[str, Any] = {"children a greedy loses": len(answer.edges) - greedy(given)}
    if len(given.tiers) <= 1_000:
        try:
            found["children `matching` loses"] = len(answer.edges) - matching_side(given)()
        except RecursionError:
            found["`matching`"] = "RecursionError"
    return found


def growth(rows: list[Measurement]) -> list[Measurement]:
    """Return what ten times the children cost, against ten times the time."""
    found = []
    for family in FAMILIES:
        own = [row for row in rows if f"{family}, solve alone" in row.name]
        found += [
            Measurement(
                name=f"growth to {more.name}",
                ours=more.ours,
                peer=less.ours * 10,
                peer_name="ten times the smaller",
                unit="ms",
                notes={"of the bare simplex": f"{more.peer / less.peer / 10:.2f}"},
            )
            for less, more in itertools.pairwise(own)
        ]
    return found


def verified(size: int, family: Family, clock: Clock) -> list[Measurement]:
    """Measure the checker."""
    problem = instance(size, family).problem()
    pairs, proof = proof_of(problem, solve(problem))
    assert verify(problem, pairs, proof).proven
    side = interleave({"ours": lambda: verify(problem, pairs, proof)}, rounds=9, clock=clock)["ours"]
    return [
        Measurement(
            name=f"{size:,} children {family}, verify",
            ours=side.median * 1e3,
            peer=VERIFY,
            peer_name=f"{VERIFY} ms",
            bar=1.0 if size == BAR_AT else None,
            unit="ms",
            notes={"noise": f"±{side.spread:.0%}"},
        )
    ]


def helper_leaves(size: int, family: Family, clock: Clock) -> list[Measurement]:
    """Measure the exact update after one helper leaves, each from the same answer's successor."""
    problem = instance(size, family).problem()
    live = LiveAssignment(problem)
    times = []
    for key in problem.helper_keys[:: max(1, size // 5 // 40)][:40]:
        begin = clock()
        live.helper_leaves(key)
        times.append(clock() - begin)
    side = Side(seconds=tuple(times))
    return [
        Measurement(
            name=f"{size:,} children {family}, one helper leaves",
            ours=side.median * 1e3,
            peer=LEAVES,
            peer_name=f"{LEAVES} ms",
            bar=1.0,
            unit="ms",
            notes={"slowest of 40": f"{max(times) * 1e3:.1f} ms"},
        )
    ]


def least_disruption(size: int, family: Family, clock: Clock) -> list[Measurement]:
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
    counts = [len(answer.edges) for answer in (solve(gentle), solve(again))]
    assert counts[0] == counts[1]
    moved = [int(held.sum()) - int(held[list(solve(one).edges)].sum()) - affected for one in (gentle, again)]
    return [
        Measurement(
            name=f"{size:,} children {family}, re-pairing with least disruption",
            ours=sides["gentle"].median * 1e3,
            peer=sides["again"].median * 1e3,
            peer_name="solving again",
            bar=DISRUPTION,
            unit="ms",
            notes={"noise": _noise(sides), "others moved": f"{moved[0]} instead of {moved[1]}"},
        )
    ]


def largest() -> dict[str, float]:
    """Solve a million children on one core and check the proof; tell the time and the peak of this process."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    problem = instance(LARGEST, "uniform").problem()
    begin = time.perf_counter()
    answer = solve(problem)
    solved = time.perf_counter() - begin
    begin = time.perf_counter()
    proven = verify(problem, *proof_of(problem, answer)).proven
    return {
        "solved": solved,
        "verified": time.perf_counter() - begin,
        "proven": proven,
        "peak": memory_peak(),
        "pairs": len(answer.edges),
    }


def a_million() -> list[Measurement]:
    """Measure a million children in a process of its own."""
    said = json.loads(
        subprocess.run([sys.executable, __file__, "--alone"], check=True, capture_output=True, text=True).stdout
    )
    assert said["proven"]
    notes = {"solved": f"{said['solved']:.0f} s", "verified": f"{said['verified']:.1f} s", "proven": "optimal"}
    return [
        Measurement(
            name=f"{LARGEST:,} children uniform on one core, peak memory",
            ours=said["peak"] / MEGABYTE,
            peer=PEAK,
            peer_name=f"{PEAK} MB",
            bar=1.0,
            unit="MB",
            notes=notes,
        )
    ]


def main() -> int:
    """Measure, print, and tell whether every bar is met."""
    asked = arguments(__doc__ or "")
    clock: Clock = processor_seconds if asked.cpu else time.perf_counter
    sizes = (1_000, 10_000) if asked.quick else (1_000, 10_000, 100_000)
    rows = [row for family in FAMILIES for size in sizes for row in solve_alone(size, family, clock)]
    rows += growth(rows)
    for family in FAMILIES:
        rows += verified(sizes[-1], family, clock)
        rows += helper_leaves(10_000, family, clock)
        rows += least_disruption(10_000, family, clock)
    rows += whole_rows(clock, quick=asked.quick)
    if not asked.quick:
        rows += team_rows(clock)
        rows += a_million()
    return report(rows, json_file=asked.json)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--alone"]:
        sys.stdout.write(json.dumps(largest()))
    else:
        sys.exit(main())
