"""Which problems are pairing engines measured on?

N children, N / 5 helpers, twenty candidates each, whole-number scores up to 1000, three tiers, fewer places than
children. `uniform` draws candidates at random, the hardest shape for a simplex; `geographic` takes the nearest helpers
around towns of a thousand children. Everything follows from a seed.
"""

from typing import Any, Literal

import attrs
import numpy as np

from careprogram.pairing import AssignmentProblem

Family = Literal["uniform", "geographic"]
CANDIDATES = 20
TOP = 1000


@attrs.frozen(kw_only=True, eq=False)
class Instance:
    """A problem in bare arrays, as a user would hand it to a solver.

    Attributes:
        helpers: Per child its candidates in rising order.
        scores: Of each, 0 to 1000.
        places: Per helper.
        tiers: Per child, 1 first.
    """

    helpers: Any
    scores: Any
    places: Any
    tiers: Any

    @property
    def bonuses(self) -> Any:
        """What a seat is worth by tier: one step outweighs all scores together."""
        return (4 - self.tiers) * (len(self.tiers) * TOP + 1)

    def problem(self) -> AssignmentProblem:
        """Return the problem in the form of careprogram."""
        children = len(self.tiers)
        seats = {tier: ((4 - tier) * (children * TOP + 1),) for tier in (1, 2, 3)}
        return AssignmentProblem(
            child_keys=[f"c{i:07d}" for i in range(children)],
            helper_keys=[f"h{v:07d}" for v in range(len(self.places))],
            seats=[seats[tier] for tier in self.tiers.tolist()],
            places=self.places,
            edge_children=np.repeat(np.arange(children), CANDIDATES),
            edge_helpers=self.helpers.ravel(),
            edge_values=self.scores.ravel(),
        )


def instance(children: int, family: Family, *, seed: int = 1) -> Instance:
    """Return a problem of *children* children."""
    rng = np.random.default_rng(seed)
    count = children // 5
    if family == "uniform":
        helpers = _random_rows(rng, children, count)
        scores = rng.integers(0, TOP + 1, helpers.shape)
    else:
        helpers, scores = _nearest(rng, children, count)
    return Instance(
        helpers=helpers,
        scores=scores,
        places=rng.integers(2, 8, count),
        tiers=rng.integers(1, 4, children),
    )


def _random_rows(rng: Any, rows: int, count: int) -> Any:
    """Return rows of different random numbers below *count*, each row in rising order."""
    drawn = np.sort(rng.integers(0, count, (rows, CANDIDATES + 6)), axis=1)
    twice = np.zeros(drawn.shape, dtype=bool)
    twice[:, 1:] = drawn[:, 1:] == drawn[:, :-1]
    order = np.argsort(twice, axis=1, kind="stable")
    found = np.sort(np.take_along_axis(drawn, order, axis=1)[:, :CANDIDATES], axis=1)
    # A row that still has a number twice gets a run of neighbors instead.
    bad = (found[:, 1:] == found[:, :-1]).any(axis=1)
    found[bad] = np.sort((found[bad][:, :1] + np.arange(CANDIDATES)) % count, axis=1)
    return found


def _nearest(rng: Any, children: int, count: int) -> tuple[Any, Any]:
    from scipy.spatial import cKDTree

    towns = rng.random((max(children // 1000, 1), 2)) * np.sqrt(children) * 100
    homes = towns[rng.integers(0, len(towns), children)] + rng.normal(0, 1500, (children, 2))
    offices = towns[rng.integers(0, len(towns), count)] + rng.normal(0, 1500, (count, 2))
    meters, helpers = cKDTree(offices).query(homes, k=CANDIDATES)
    order = np.argsort(helpers, axis=1)
    helpers, meters = np.take_along_axis(helpers, order, axis=1), np.take_along_axis(meters, order, axis=1)
    return helpers, np.maximum(0, TOP - (meters / 10).astype(np.int64))
