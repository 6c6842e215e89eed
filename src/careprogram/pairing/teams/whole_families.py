"""Can all siblings have one helper without a child going without for it, and what is the best such answer?

A family with one helper is one column: this helper, these members. Without rules of teams or loads that makes a
problem of columns. Its relaxation (`relaxation`) names prices and so a bound for every answer with nobody apart; the
columns that the prices favor go to SCIP of OR-Tools, then all those that the gap to the bound leaves. The bound says
nothing where somebody must be apart.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from careprogram.pairing.solving.arrays import INT64_LIMIT, as_list
from careprogram.pairing.solving.assignment import AssignmentProblem
from careprogram.pairing.teams.cp_sat import Part
from careprogram.pairing.teams.relaxation import SCALE, Columns, Relaxation, Row, load_linear_solver
from careprogram.pairing.teams.rules import TeamRules, levels

LARGEST_FAMILY = 5
_NEAR = 14
"""Columns that lose more than this to the bound are looked at only if there is need: the bound is mostly nearer."""
_WIDEST = 2_000
_MOST_COLUMNS = 20_000
# The relaxation is sharp already: beginning again costs more than it brings. Rounds of cuts that it does not know, and
# branches that were tried first, mean few nodes; a node is what is dear.
_SETTINGS = """
limits/totalnodes = 500
limits/gap = 0
presolving/maxrestarts = 0
separating/maxroundsroot = 10
separating/maxstallroundsroot = 6
branching/relpscost/priority = 100000
"""


@attrs.frozen(kw_only=True)
class Together:
    """The best answer found in which nobody is apart who need not be.

    Attributes:
        edges: Positions of the edges used, in rising order.
        bound: No answer with the same seats filled and nobody apart has a higher sum of values.
        useful: Edges that such an answer with at least the value of this one may use, in rising order.
    """

    edges: tuple[int, ...]
    bound: int
    useful: tuple[int, ...]


def keep_together(
    problem: AssignmentProblem, rules: TeamRules, part: Part, *, filled: Sequence[int], prices: Sequence[int]
) -> Together | None:
    """Return the best answer found with exactly *filled* seats and nobody apart; None if none was found.

    Args:
        problem: Seats, places and edges.
        rules: Only families may bind.
        part: What is looked at.
        filled: Per level of bonuses how many seats are filled.
        prices: Of a place of each helper in the flow: where to look first.

    Raises:
        MissingExtraError: OR-Tools is not installed.
    """
    solvers = load_linear_solver()
    if not _fits(problem, rules, part) or not solvers.Solver.SupportsProblemType(
        solvers.Solver.SCIP_MIXED_INTEGER_PROGRAMMING
    ):
        return None
    columns = _columns(problem, rules, part)
    if columns is None:
        return None if any(filled) else Together(edges=(), bound=0, useful=())
    if (columns.filled.sum(axis=0) < list(filled)).any():
        return None
    relaxed = Relaxation(columns, as_list(problem.places), filled)
    bonuses = columns.filled @ [float(bonus) for bonus in levels(problem)]
    paid = relaxed.np.array(prices, dtype=float)[columns.helpers] * columns.sizes
    if not relaxed.solve(columns.values + bonuses - paid):
        return None
    bound, losses = relaxed.bound()
    chosen, proven = _best(columns, relaxed.rows, bound, losses)
    if chosen is None:
        return None
    value = sum(int(columns.values[column]) for column in chosen)
    # A column whose use costs more than the whole gap is in no answer of this value.
    useful = relaxed.np.flatnonzero(losses <= bound - value * SCALE).tolist()
    edges = sorted(edge for column in chosen for edge in columns.edges[column])
    return Together(
        edges=tuple(edges),
        bound=value if proven else bound // SCALE,
        useful=tuple(sorted({*edges, *(edge for column in useful for edge in columns.edges[column])})),
    )


def _fits(problem: AssignmentProblem, rules: TeamRules, part: Part) -> bool:
    children = {int(problem.edge_children[edge]) for edge in part.edges}
    total = sum(int(problem.edge_values[edge]) for edge in part.edges)
    return (
        not (rules.least_team or rules.least_load or rules.anchors)
        and problem.place_costs is None
        and total * SCALE < INT64_LIMIT
        and all(len(problem.seats[child]) == 1 for child in children)
        and all(len(rules.families[at].children) <= LARGEST_FAMILY for at in part.families)
    )


def _columns(problem: AssignmentProblem, rules: TeamRules, part: Part) -> Columns | None:
    """Return every way for a group to have one helper; a child whose siblings are served is a group of its own."""
    import numpy as np

    edge_at: dict[int, dict[int, int]] = defaultdict(dict)
    for edge in part.edges:
        edge_at[int(problem.edge_children[edge])][int(problem.edge_helpers[edge])] = edge
    order = {bonus: at for at, bonus in enumerate(levels(problem))}
    values, places = as_list(problem.edge_values), as_list(problem.places)
    rows = []
    for group, (members, served, whole) in enumerate(_groups(rules, part, edge_at)):
        for size in range(len(members) if whole else 1, len(members) + 1):
            for own in itertools.combinations(members, size):
                common = set(edge_at.get(own[0], ())).intersection(*(edge_at.get(child, ()) for child in own[1:]))
                seats = [problem.seats[child][0] for child in own if child in edge_at]
                filled = tuple(seats.count(bonus) for bonus in order)
                for helper in sorted(common & served if served else common):
                    if size <= places[helper]:
                        edges = tuple(edge_at[child][helper] for child in own)
                        rows.append((group, helper, size, sum(values[edge] for edge in edges), filled, edges))
    if not rows:
        return None
    groups, helpers, sizes, sums, filled_of, edges_of = zip(*rows, strict=True)
    return Columns(
        groups=np.unique(groups, return_inverse=True)[1].ravel(),
        helpers=np.array(helpers, dtype=np.int64),
        sizes=np.array(sizes, dtype=np.int64),
        values=np.array(sums, dtype=np.int64),
        filled=np.array(filled_of, dtype=np.int64).reshape(len(rows), len(order)),
        edges=edges_of,
    )


def _groups(
    rules: TeamRules, part: Part, children: dict[int, dict[int, int]]
) -> Iterator[tuple[tuple[int, ...], frozenset[int], bool]]:
    members: set[int] = set()
    for at in part.families:
        family = rules.families[at]
        members.update(family.children)
        if family.served:
            yield from (((child,), family.served, False) for child in family.children if child in children)
        elif family.whole:
            yield family.children, frozenset(), True
        else:
            yield tuple(child for child in family.children if child in children), frozenset(), False
    yield from (((child,), frozenset(), False) for child in children if child not in members)


def _best(columns: Columns, rows: Sequence[Row], bound: int, losses: Any) -> tuple[list[int] | None, bool]:
    """Return the best columns found, wider and wider until there are some, and whether there are none better."""
    best: list[int] | None = None
    near, value = _NEAR, 0
    while True:
        inside = (losses <= near * SCALE).nonzero()[0].tolist()
        if best is not None and len(inside) > _MOST_COLUMNS:
            return best, False
        chosen, solved = _searched(columns, rows, inside, best or ())
        if chosen is not None:
            best, value = chosen, sum(int(columns.values[column]) for column in chosen)
        # What is left out has lost more than `near`, so it reaches the bound less that at the most.
        whole = len(inside) == len(losses)
        if whole or (best is not None and bound - near * SCALE < (value + 1) * SCALE):
            return best, solved and best is not None
        if best is None and near > _WIDEST:
            return None, False
        near = near * 5 if best is None else bound // SCALE - value


def _searched(
    columns: Columns, rows: Sequence[Row], inside: Sequence[int], hint: Sequence[int]
) -> tuple[list[int] | None, bool]:
    """Return the best of the columns *inside*, None if nothing was found, and whether nothing better is inside."""
    solvers = load_linear_solver()
    solver = solvers.Solver.CreateSolver("SCIP")
    chosen = {column: solver.BoolVar("") for column in inside}
    for row in rows:
        pairs = zip(row.columns.tolist(), row.counts.tolist(), strict=True)
        own = [(chosen[column], count) for column, count in pairs if column in chosen]
        if own or row.exact:
            constraint = solver.Constraint(float(row.most) if row.exact else -solver.infinity(), float(row.most))
            for variable, count in own:
                constraint.SetCoefficient(variable, count)
    for column, variable in chosen.items():
        solver.Objective().SetCoefficient(variable, float(columns.values[column]))
    solver.Objective().SetMaximization()
    solver.SetSolverSpecificParametersAsString(_SETTINGS)
    if hint:
        solver.SetHint(list(chosen.values()), [float(column in set(hint)) for column in chosen])
    status = solver.Solve()
    if status not in {solver.OPTIMAL, solver.FEASIBLE}:
        return None, status == solver.INFEASIBLE
    found = [column for column, variable in chosen.items() if variable.solution_value() > 0.5]
    return found, status == solver.OPTIMAL
