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
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import numpy as np
from harness import Measurement, Side, arguments, interleave, memory_peak, processor_seconds, report, say
from pairing_changes import change_rows
from pairing_instances import Family, Instance, instance
from pairing_peers import greedy, matching_side, networkx_side, ortools_side, pylmcf_side, scipy_side
from pairing_teams import team_rows
from pairing_whole import whole_rows

from careprogram.pairing import Assignment, AssignmentProblem, Certificate, best_value, solve, verify

FAMILIES: tuple[Family, ...] = ("uniform", "geographic")
RAW = 1.1
VERIFY = 50
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


def solve_alone(size: int, family: Family, clock: Clock) -> Iterator[Measurement]:
    """Measure the bare solve against the limit, and the right answer with its proof against every peer that ends."""
    say(f"{size:,} children {family}: bare solves, ours and others in turn")
    given = instance(size, family)
    problem = given.problem()
    answer = solve(problem)
    pylmcf, ortools = pylmcf_side(given), ortools_side(given)
    assert pylmcf() == answer.value
    ours = {"value": lambda: best_value(problem), "ours": lambda: solve(problem)}
    sides = interleave({**ours, "pylmcf": pylmcf}, rounds=5 if size >= BAR_AT else 11, clock=clock, warm=True)

    def row(what: str, side: float, peer: float, peer_name: str) -> Measurement:
        name = f"{size:,} children {family}, {what}"
        return Measurement(name=name, ours=side * 1e3, peer=peer * 1e3, peer_name=f"{peer_name}, bare", unit="ms")

    alone = row("solve alone", sides["value"].median, sides["pylmcf"].median, "pylmcf")
    yield attrs.evolve(alone, bar=RAW if size == BAR_AT else None, notes={"noise": _noise(sides)})
    whole = "solve, tie-break and proof"
    yield attrs.evolve(row(whole, sides["ours"].median, sides["pylmcf"].median, "pylmcf"), notes=_lost(given, answer))
    once = {"OR-Tools": ortools}
    for name, side, most in (("scipy", scipy_side, 10_000), ("networkx", networkx_side, 1_000)):
        if size <= most:
            once[name] = side(given)
    for name, run in once.items():
        say(f"{size:,} children {family}: {name}")
        begin = clock()
        assert run() == answer.value, name
        yield row(whole, sides["ours"].median, clock() - begin, f"{name}, once")


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
    say(f"{size:,} children {family}: the checker")
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
    say(f"{LARGEST:,} children on one core, in a process of its own")
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


def measured(clock: Clock, *, quick: bool) -> Iterator[Measurement]:
    """Yield every row when it is measured: the promised ones of changes and teams, then sizes, the largest last."""
    sizes = (1_000, 10_000) if quick else (1_000, 10_000, 100_000)
    yield from change_rows(clock, quick=quick)
    if not quick:
        yield from team_rows(clock)
    yield from whole_rows(clock, quick=quick)
    rows = []
    for family, size in itertools.product(FAMILIES, sizes):
        for row in solve_alone(size, family, clock):
            rows.append(row)
            yield row
    yield from growth(rows)
    for family in FAMILIES:
        yield from verified(sizes[-1], family, clock)
    if not quick:
        yield from a_million()


def main() -> int:
    """Measure, print row by row, and tell whether every bar is met."""
    asked = arguments(__doc__ or "")
    clock: Clock = processor_seconds if asked.cpu else time.perf_counter
    return report(measured(clock, quick=asked.quick), json_file=asked.json)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--alone"]:
        sys.stdout.write(json.dumps(largest()))
    else:
        sys.exit(main())
