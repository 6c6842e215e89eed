"""Which prices bound every answer in which each family has one helper?

The problem of columns (see `whole_families`) without the demand that a column is taken whole or not at all, solved by
GLOP of OR-Tools, then sharpened by rows that every whole answer keeps and the halves do not. A row of the first kind
says that children who do not fit at one helper together are not all there. One of the second kind adds rows whose sum
has a factor in common on the left but not on the right, so that the right side can be rounded down; which rows to add
is found by elimination modulo a small prime (Caprara, Fischetti and Letchford 2000). Rows are made in whole numbers
and hold wherever they come from, so the bound is counted in whole numbers from the prices alone.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from careprogram.errors import MissingExtraError

SCALE = 1 << 16
_START = 30.0
_ROUNDS = 40
_PATIENCE = 4
_FEW = 10
_PRIMES = (2, 3, 5)
_CUTS = 200
_CLOSE = 1e-6
_LEAST = 1e-3


@attrs.frozen(kw_only=True, eq=False)
class Columns:
    """Members of one group with one helper each, as arrays of whole numbers.

    Attributes:
        groups: Counted from 0 without a gap; of each group one column is chosen at the most.
        helpers: Positions.
        sizes: How many members.
        values: Of all edges.
        filled: Per column and level of bonuses how many seats.
        edges: One of each member.
    """

    groups: Any
    helpers: Any
    sizes: Any
    values: Any
    filled: Any
    edges: Sequence[tuple[int, ...]]


@attrs.frozen(kw_only=True, eq=False)
class Row:
    """What no whole answer exceeds.

    Attributes:
        columns: Positions.
        counts: What each counts.
        most: Of all of them together.
        exact: Whether it is no less either.
    """

    columns: Any
    counts: Any
    most: int
    exact: bool = False


def load_linear_solver() -> Any:
    """Import the linear and mixed solvers of OR-Tools.

    Raises:
        MissingExtraError: OR-Tools is not installed.
    """
    try:
        from ortools.linear_solver import pywraplp
    except ImportError as missing:
        raise MissingExtraError("ortools", extra="teams", purpose="Pairing siblings") from missing
    return pywraplp


class Relaxation:
    """The relaxed problem, with the columns that its prices asked for.

    Attributes:
        rows: One per group, in their order, then those of helpers and of levels, then what was added.
        shares: Of each column in use, by position.
    """

    def __init__(self, columns: Columns, places: Sequence[int], filled: Sequence[int]) -> None:
        import numpy as np

        self.np, self.columns = np, columns
        lp = load_linear_solver()
        self.solver: Any = lp.Solver.CreateSolver("GLOP")
        self.parameters: Any = lp.MPSolverParameters()
        self.parameters.SetIntegerParam(lp.MPSolverParameters.PRESOLVE, lp.MPSolverParameters.PRESOLVE_OFF)
        self.optimal: int = lp.Solver.OPTIMAL
        self.solver.Objective().SetMaximization()
        self.inside: Any = np.zeros(len(columns.values), dtype=bool)
        self.variables: dict[int, Any] = {}
        self.rows: list[Row] = []
        self.constraints: list[Any] = []
        self.around: list[list[tuple[int, int]]] = [[] for _ in columns.edges]
        self.at_helper: dict[int, Any] = dict(_grouped(np, columns.helpers))
        self.shares: dict[int, float] = {}
        for _, own in _grouped(np, columns.groups):
            self._add_row(Row(columns=own, counts=np.ones(len(own), dtype=np.int64), most=1))
        for helper, own in self.at_helper.items():
            self._add_row(Row(columns=own, counts=columns.sizes[own], most=places[helper]))
        for level, count in enumerate(filled):
            own = np.flatnonzero(columns.filled[:, level])
            self._add_row(Row(columns=own, counts=columns.filled[own, level], most=count, exact=True))

    def _add_row(self, row: Row) -> None:
        least = row.most if row.exact else -self.solver.infinity()
        constraint = self.solver.Constraint(float(least), float(row.most))
        for column, count in zip(row.columns.tolist(), row.counts.tolist(), strict=True):
            self.around[column].append((len(self.rows), count))
            if column in self.variables:
                constraint.SetCoefficient(self.variables[column], count)
        self.rows.append(row)
        self.constraints.append(constraint)

    def _take_in(self, columns: Any) -> None:
        objective = self.solver.Objective()
        for column in columns.tolist():
            variable = self.variables[column] = self.solver.NumVar(0, self.solver.infinity(), "")
            objective.SetCoefficient(variable, float(self.columns.values[column]))
            for row, count in self.around[column]:
                self.constraints[row].SetCoefficient(variable, count)
        self.inside[columns] = True

    def solve(self, gains: Any) -> bool:
        """Solve and sharpen; tell whether there is an answer at all.

        Args:
            gains: What each column seems to be worth; columns near the best of their group are looked at first.
        """
        distances = self._best(gains)[self.columns.groups] - gains
        near = _START
        while True:
            self._take_in(self.np.flatnonzero((distances <= near) & ~self.inside))
            if self._priced():
                break
            if self.inside.all():
                return False
            near *= 10
        bounds: list[float] = []
        for _ in range(_ROUNDS):
            bounds.append(self.solver.Objective().Value())
            if len(bounds) > _PATIENCE and bounds[-1 - _PATIENCE] - bounds[-1] < 1:
                break  # values are whole numbers: branching brings such small steps in less time
            added = list(self._covers())
            if len(added) < _FEW:
                added += [row for prime in _PRIMES for row in self._rounded(prime)]
            if not added:
                break
            for row in added:
                self._add_row(row)
            if not self._priced():
                return False
        return True

    def _priced(self) -> bool:
        """Solve, and take in the columns that are worth more than their prices until there are none."""
        while True:
            if self.solver.Solve(self.parameters) != self.optimal:
                return False
            found = ((column, variable.solution_value()) for column, variable in self.variables.items())
            self.shares = {column: share for column, share in found if share > _CLOSE}
            gains = self.columns.values.astype(float)
            for constraint, row in zip(self.constraints, self.rows, strict=True):
                price = constraint.dual_value()
                if price:
                    gains[row.columns] -= price * row.counts
            more = self.np.flatnonzero((gains > 1 / 128) & ~self.inside)
            if not len(more):
                return True
            self._take_in(more)

    def _best(self, gains: Any) -> Any:
        best = self.np.zeros(int(self.columns.groups.max()) + 1, dtype=gains.dtype)
        self.np.maximum.at(best, self.columns.groups, gains)
        return best

    def bound(self) -> tuple[int, Any]:
        """Return what no whole answer exceeds, and how much less any with this column has, in parts of `SCALE`."""
        bound, gains, np = 0, self.columns.values * SCALE, self.np
        for constraint, row in list(zip(self.constraints, self.rows, strict=True))[self.columns.groups.max() + 1 :]:
            price = round(constraint.dual_value() * SCALE)
            if not row.exact:
                price = max(0, price)
            if price:
                gains[row.columns] -= price * row.counts
                bound += price * row.most
        best = self._best(gains)
        return bound + int(best.sum()), np.asarray(best[self.columns.groups] - gains)

    def _covers(self) -> Iterator[Row]:
        """Yield for each helper the row that is exceeded most: members who do not fit together."""
        parts: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        for column in sorted(self.shares):
            parts[int(self.columns.helpers[column])][int(self.columns.groups[column])].append(column)
        first = int(self.columns.groups.max()) + 1
        sizes = self.columns.sizes
        for at, helper in enumerate(self.at_helper, start=first):
            options = []
            for group, own in parts[helper].items():
                for size in sorted({int(sizes[column]) for column in own}):
                    missing = 1 - sum(self.shares[column] for column in own if sizes[column] >= size)
                    options.append((group, size, max(missing, 0.0)))
            cover = _cheapest_cover(options, self.rows[at].most)
            if cover:
                yield self._lifted(self.at_helper[helper], cover)

    def _lifted(self, own: Any, cover: dict[int, int]) -> Row:
        """Say that of the groups in *cover*, at the sizes given there or larger, one at least is not all there.

        A group outside counts as many as the largest ones that it takes the place of (Balas 1975).
        """
        sums = list(itertools.accumulate(sorted(cover.values(), reverse=True)))
        pairs = zip(self.columns.groups[own].tolist(), self.columns.sizes[own].tolist(), strict=True)
        counts = self.np.array(
            [
                int(size >= cover[group]) if group in cover else sum(taken <= size for taken in sums)
                for group, size in pairs
            ],
            dtype=self.np.int64,
        )
        return Row(columns=own[counts > 0], counts=counts[counts > 0], most=len(cover) - 1)

    def _rounded(self, prime: int) -> list[Row]:
        """Return rows that are sums of rows, divided by *prime* and rounded down."""
        np = self.np
        found = []
        for factors in sorted(_eliminated(self._full_rows(prime), prime), key=len)[:_CUTS]:
            total, most = np.zeros(len(self.inside), dtype=np.int64), 0
            for at, factor in factors.items():
                row = self.rows[at]
                total[row.columns] += factor * row.counts
                most += factor * row.most
            total //= prime
            own = np.flatnonzero(total)
            if sum(int(total[column]) * share for column, share in self.shares.items()) > most // prime + _LEAST:
                found.append(Row(columns=own, counts=total[own], most=most // prime))
        return found

    def _full_rows(self, prime: int) -> Iterator[tuple[dict[int, int], int, dict[int, int]]]:
        """Yield of each row without slack its columns in part use, its right side, and which rows it is made of.

        A column in full use is taken out by the row of its group, which has no slack either.
        """
        sums: dict[int, float] = defaultdict(float)
        entries: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for column, share in self.shares.items():
            for row, count in self.around[column]:
                sums[row] += count * share
                entries[row].append((column, count))
        for row, own in entries.items():
            if self.rows[row].exact or abs(sums[row] - self.rows[row].most) > _CLOSE:
                continue
            most, left, made = self.rows[row].most, {}, {row: 1}
            for column, count in own:
                if not count % prime:
                    continue
                if self.shares[column] < 1 - _CLOSE:
                    left[column] = count % prime
                else:
                    group = int(self.columns.groups[column])
                    made[group] = (made.get(group, 0) - count) % prime
                    most -= count
            if left:
                yield left, most % prime, made


def _grouped(np: Any, keys: Any) -> Iterator[tuple[int, Any]]:
    """Yield each key with its positions, in rising order."""
    order = np.argsort(keys, kind="stable")
    starts = np.flatnonzero(np.append(True, keys[order][1:] != keys[order][:-1])) if len(keys) else order
    for own in np.split(order, starts[1:]):
        if len(own):
            yield int(keys[own[0]]), own


def _cheapest_cover(options: Sequence[tuple[int, int, float]], places: int) -> dict[int, int] | None:
    """Return groups and sizes that exceed *places* together and are all but there; None if none is exceeded.

    Args:
        options: Group, size, and how much of it is missing; those of one group together.
        places: What the helper has.
    """
    best: list[tuple[float, tuple[tuple[int, int], ...]] | None] = [(0.0, ()), *[None] * (places + 1)]
    for _, own in itertools.groupby(options, key=lambda option: option[0]):
        further = list(best)
        for group, size, missing in own:
            for taken, before in enumerate(best):
                if before is None:
                    continue
                total, sum_ = min(taken + size, places + 1), before[0] + missing
                now = further[total]
                if now is None or sum_ < now[0] - _CLOSE:
                    further[total] = (sum_, (*before[1], (group, size)))
        best = further
    last = best[places + 1]
    if last is None or last[0] > 1 - _LEAST:
        return None
    cover = dict(last[1])
    spare = sum(cover.values()) - places - 1
    for group, size in sorted(cover.items(), key=lambda item: item[1]):
        if size <= spare:
            spare -= size
            del cover[group]
    return cover


def _eliminated(rows: Iterator[tuple[dict[int, int], int, dict[int, int]]], prime: int) -> Iterator[dict[int, int]]:
    """Yield sums of rows, as factors, with nothing left modulo *prime* but *prime* - 1 on the right side."""
    pivots: dict[int, tuple[dict[int, int], int, dict[int, int]]] = {}
    for row in sorted(rows, key=lambda row: (len(row[2]), len(row[0]))):
        left, most, made = row
        while left:
            first = min(left)
            if first not in pivots:
                inverse = pow(left[first], -1, prime)
                pivots[first] = (_times(left, inverse, prime), most * inverse % prime, _times(made, inverse, prime))
                break
            other, other_most, other_made = pivots[first]
            factor = left[first]
            left, made = _less(left, factor, other, prime), _less(made, factor, other_made, prime)
            most = (most - factor * other_most) % prime
        else:
            if most:
                yield _times(made, pow(most, -1, prime) * (prime - 1), prime)


def _times(numbers: dict[int, int], factor: int, prime: int) -> dict[int, int]:
    return {key: number * factor % prime for key, number in numbers.items() if number * factor % prime}


def _less(numbers: dict[int, int], factor: int, others: dict[int, int], prime: int) -> dict[int, int]:
    """Return *numbers* less *factor* times *others*, modulo *prime*."""
    found = dict(numbers)
    for key, number in others.items():
        left = (found.get(key, 0) - factor * number) % prime
        if left:
            found[key] = left
        else:
            found.pop(key, None)
    return found
