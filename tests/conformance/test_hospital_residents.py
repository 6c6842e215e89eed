"""A published hospital/residents instance, which a published solver got wrong, solved through the public API."""

import json
from pathlib import Path

from careprogram.pairing import RankedProblem, blocking_pairs, solve_stable


def read(path: Path) -> RankedProblem:
    """Read residents as children and hospitals, which have one place each, as helpers."""
    document = json.loads(path.read_text())
    return RankedProblem(
        child_ranks={f"r{name}": [f"h{one}" for one in ranks] for name, ranks in document["residents"].items()},
        helper_ranks={f"h{name}": [f"r{one}" for one in ranks] for name, ranks in document["hospitals"].items()},
    )


def test_the_published_instance_has_37_pairs_and_none_that_block(shared_data: Path) -> None:
    """One-sided wishes are dropped, 37 residents are placed, and nobody would rather have each other."""
    problem = read(shared_data / "assignment" / "hospital-residents.json")
    pairs = solve_stable(problem)
    assert len(pairs) == 37
    assert blocking_pairs(problem, pairs) == ()
