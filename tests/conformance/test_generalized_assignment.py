"""Published instances of generalized assignment (OR-Library), solved to their published optima."""

import os
from pathlib import Path

import pytest

from careprogram.errors import PairingError
from careprogram.pairing import solve_generalized

pytest.importorskip("ortools")

DATA = Path(os.environ.get("CAREPROGRAM_SHARED_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
PUBLISHED = {"gap1": (336, 327, 339, 341, 326), "gap2": (434, 436, 420, 419, 428)}

needs_data = pytest.mark.skipif(
    not (DATA / "assignment").is_dir(),
    reason="the published instances are not here: set CAREPROGRAM_SHARED_DATA to the folder that holds assignment/",
)


def read(name):
    numbers = iter(map(int, (DATA / "assignment" / f"{name}.txt").read_text().split()))
    for _ in range(next(numbers)):
        agents, jobs = next(numbers), next(numbers)
        table = [[[next(numbers) for _ in range(jobs)] for _ in range(agents)] for _ in range(2)]
        yield (*table, [next(numbers) for _ in range(agents)])


@needs_data
@pytest.mark.parametrize("name", PUBLISHED)
def test_published_optimum(name):
    """Every job done, nobody over capacity, at the published highest profit, which the solver proves."""
    found = []
    for profits, sizes, capacities in read(name):
        answer = solve_generalized(profits, sizes, capacities)
        for agent, capacity in enumerate(capacities):
            assert sum(sizes[agent][job] for job, own in enumerate(answer.agents) if own == agent) <= capacity
        assert answer.bound == answer.profit == sum(profits[own][job] for job, own in enumerate(answer.agents))
        found.append(answer.profit)
    assert tuple(found) == PUBLISHED[name]


def test_jobs_that_do_not_fit_and_ragged_rows_are_refused():
    """What has no answer is an error, not an answer with jobs left over."""
    with pytest.raises(PairingError, match="do not fit"):
        solve_generalized([[1, 1]], [[1, 1]], [1])
    with pytest.raises(PairingError, match="all rows of one length"):
        solve_generalized([[1, 1]], [[1]], [1])
