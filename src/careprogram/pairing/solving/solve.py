"""Which engine solves this problem?

One adapter in front of all engines. They differ in speed and never in the answer. ``auto`` takes the network
simplex where it is installed, else the flow of OR-Tools, else the engine in pure Python, and refuses what that one
would not finish.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

from careprogram.errors import MissingExtraError, PairingError
from careprogram.pairing.solving.assignment import Assignment, AssignmentProblem
from careprogram.pairing.solving.engines import load_ortools, load_pylmcf
from careprogram.pairing.solving.paths import solve_by_paths
from careprogram.pairing.solving.simplex import best_value_by_flow, solve_by_flow, solve_by_simplex

EngineName: TypeAlias = Literal["auto", "simplex", "ortools", "paths"]


def solve_by_ortools(problem: AssignmentProblem) -> Assignment:
    """Return the right answer to *problem*, found by the flow of OR-Tools.

    Raises:
        MissingExtraError: The extra ``[teams]`` is not installed.
        PairingError: There are so many nodes that not even stages of scaled numbers fit into 64 bits.
    """
    return solve_by_flow(problem, load_ortools(), name="ortools")


ENGINES: Mapping[str, Callable[[AssignmentProblem], Assignment]] = MappingProxyType(
    {"simplex": solve_by_simplex, "ortools": solve_by_ortools, "paths": solve_by_paths}
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
    for answer, load in ((solve_by_simplex, load_pylmcf), (solve_by_ortools, load_ortools)):
        try:
            load()
        except MissingExtraError:
            continue
        return answer(problem)
    edges = len(problem.edge_values)
    if edges > MOST_EDGES_IN_PYTHON:
        raise PairingError(
            f"{edges} candidate pairs are too many for the engine in pure Python (up to {MOST_EDGES_IN_PYTHON}): "
            "pip install 'careprogram[fast]', or lower the number of candidates per child"
        )
    return solve_by_paths(problem)


def best_value(problem: AssignmentProblem) -> int:
    """Return what the right answer to *problem* is worth: quicker than `solve` where nothing else is asked.

    Raises:
        PairingError: No engine at hand is fit for the size; the text says which extra to install.
    """
    for load in (load_pylmcf, load_ortools):
        try:
            return best_value_by_flow(problem, load())
        except MissingExtraError:
            continue
    return solve(problem, engine="auto").value
