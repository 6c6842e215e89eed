"""Which engine solves this problem?

One adapter in front of all engines. They differ in speed and never in the answer. ``auto`` takes the network
simplex where it is installed, else the engine in pure Python, and refuses what that one would not finish.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

from careprogram.errors import MissingExtraError, PairingError
from careprogram.pairing.assignment import Assignment, AssignmentProblem
from careprogram.pairing.engines import load_pylmcf
from careprogram.pairing.paths import solve_by_paths
from careprogram.pairing.simplex import solve_by_simplex

EngineName: TypeAlias = Literal["auto", "simplex", "paths"]

ENGINES: Mapping[str, Callable[[AssignmentProblem], Assignment]] = MappingProxyType(
    {"simplex": solve_by_simplex, "paths": solve_by_paths}
)
"""Every engine by name."""

MOST_EDGES_IN_PYTHON = 1_000_000
"""Beyond it the engine in pure Python would run for many minutes."""


def solve(problem: AssignmentProblem, *, engine: EngineName = "auto") -> Assignment:
    """Return the right answer to *problem*: the best value, ties broken by the keys.

    Args:
        problem: Seats, places and edges.
        engine: ``auto``, or one by name.

    Raises:
        MissingExtraError: The engine asked for is not installed.
        PairingError: No engine at hand is fit for the size; the text says which extra to install.
    """
    if engine != "auto":
        return ENGINES[engine](problem)
    edges = len(problem.edge_values)
    try:
        load_pylmcf()
    except MissingExtraError:
        if edges > MOST_EDGES_IN_PYTHON:
            raise PairingError(
                f"{edges} candidate pairs are too many for the engine in pure Python (up to {MOST_EDGES_IN_PYTHON}): "
                "pip install 'careprogram[fast]', or lower the number of candidates per child"
            ) from None
        return solve_by_paths(problem)
    return solve_by_simplex(problem)
