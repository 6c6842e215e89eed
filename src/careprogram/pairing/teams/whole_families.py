"""Can all siblings have one helper without a child going without for it, and what is the best such answer?

A family with one helper is one column: this helper, these members. Without rules of teams or loads that makes a
problem of columns, whose linear relaxation (GLOP) names prices of places and so a bound for every answer with nobody
apart; the columns that the prices favor go to SCIP, both of OR-Tools. The bound is counted in whole numbers from the
prices alone, so nothing rests on a rounded number. It says nothing where somebody must be apart.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from careprogram.errors import MissingExtraError
from careprogram.pairing.solving.arrays import as_list
from careprogram.pairing.solving.assignment import AssignmentProblem
from careprogram.pairing.teams.cp_sat import Part
from careprogram.pairing.teams.rules import TeamRules, levels

LARGEST_FAMILY = 5
_FIRST = 6
_ROUNDS = 12
_NEAR = 12.0
_WIDEST = 2_000
_NODES = 2_000
_MOST_COLUMNS = 12_000
_SCALE = 1 << 16


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


@attrs.frozen(kw_only=True)
class _Column:
    """Members of one group with one helper.

    Attributes:
        group: Of each group one column is chosen at the most.
        helper: Position.
        edges: One of each member.
        value: Of all edges.
        filled: Per level of bonuses how many seats.
    """

    group: int
    helper: int
    edges: tuple[int, ...]
    value: int
    filled: tuple[int, ...]


@attrs.frozen(kw_only=True)
class _Prices:
    """What a place and a filled seat cost, in parts of `_SCALE`."""

    places: dict[int, int]
    seats: tuple[int, ...]

    def gain(self, column: _Column) -> int:
        """Return what *column* is worth beyond its prices."""
        paid = self.places.get(column.helper, 0) * len(column.edges)
        return column.value * _SCALE - paid - sum(p * n for p, n in zip(self.seats, column.filled, strict=True))


def keep_together(
    problem: AssignmentProblem, rules: TeamRules, part: Part, *, filled: Sequence[int]
) -> Together | None:
    """Return the best answer found with exactly *filled* seats and nobody apart; None if none was found.

    Args:
        problem: Seats, places and edges.
        rules: Only families may bind.
        part: What is looked at.
        filled: Per level of bonuses how many seats are filled.
    """
    try:
        from ortools.linear_solver.python import model_builder
    except ImportError as missing:
        raise MissingExtraError("ortools", extra="teams", purpose="Pairing siblings") from missing
    if not _fits(problem, rules, part) or not model_builder.Solver("SCIP").solver_is_supported():
        return None
    columns = list(_columns(problem, rules, part))
    if any(n > sum(column.filled[level] for column in columns) for level, n in enumerate(filled)):
        return None
    places = as_list(problem.places)
    master = _Master(model_builder, columns, {column.helper: places[column.helper] for column in columns}, filled)
    prices = master.prices()
    chosen = master.best(prices) if prices is not None else None
    if prices is None or chosen is None:
        return None
    best = master.best_gains(prices)
    bound = master.bound(prices, best)
    settled = master.settled(prices, bound - _value(chosen) * _SCALE)
    chosen = chosen if settled is None else settled
    # A column whose use costs more than the whole gap is in no answer of this value.
    gap = bound - _value(chosen) * _SCALE
    useful = {edge for one in columns if best[one.group] - prices.gain(one) <= gap for edge in one.edges}
    bound = bound if settled is None else _value(settled) * _SCALE
    edges = sorted(edge for column in chosen for edge in column.edges)
    return Together(edges=tuple(edges), bound=bound // _SCALE, useful=tuple(sorted(useful.union(edges))))


def _value(columns: Sequence[_Column]) -> int:
    return sum(column.value for column in columns)


def _fits(problem: AssignmentProblem, rules: TeamRules, part: Part) -> bool:
    children = {int(problem.edge_children[edge]) for edge in part.edges}
    return (
        not (rules.least_team or rules.least_load or rules.anchors)
        and problem.place_costs is None
        and all(len(problem.seats[child]) == 1 for child in children)
        and all(len(rules.families[at].children) <= LARGEST_FAMILY for at in part.families)
    )


def _columns(problem: AssignmentProblem, rules: TeamRules, part: Part) -> Iterator[_Column]:
    """Yield every way for a group to have one helper; a child whose siblings are served is a group of its own."""
    edge_at: dict[int, dict[int, int]] = defaultdict(dict)
    for edge in part.edges:
        edge_at[int(problem.edge_children[edge])][int(problem.edge_helpers[edge])] = edge
    order = {bonus: at for at, bonus in enumerate(levels(problem))}
    values, places = as_list(problem.edge_values), as_list(problem.places)
    for group, (members, served, whole) in enumerate(_groups(rules, part, edge_at)):
        for size in range(len(members) if whole else 1, len(members) + 1):
            for own in itertools.combinations(members, size):
                common = set(edge_at.get(own[0], ())).intersection(*(edge_at.get(child, ()) for child in own[1:]))
                if not common:
                    continue
                filled = [0] * len(order)
                for bonus in (problem.seats[child][0] for child in own):
                    if bonus:
                        filled[order[bonus]] += 1
                for helper in sorted(common & served if served else common):
                    if size <= places[helper]:
                        edges = tuple(edge_at[child][helper] for child in own)
                        value = sum(values[edge] for edge in edges)
                        yield _Column(group=group, helper=helper, edges=edges, value=value, filled=tuple(filled))


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


class _Master:
    """The problem of columns, first relaxed, then with the columns that the prices favor."""

    def __init__(self, builder: Any, columns: Sequence[_Column], places: dict[int, int], filled: Sequence[int]) -> None:
        self.builder, self.columns, self.places, self.filled = builder, columns, places, tuple(filled)
        self.by_group: dict[int, list[int]] = defaultdict(list)
        for at, column in enumerate(columns):
            self.by_group[column.group].append(at)

    def prices(self) -> _Prices | None:
        """Return the prices of the relaxed problem; None if it has no answer.

        It starts with the best columns of each group and takes in those that the prices ask for.
        """
        inside: set[int] = set()
        for own in self.by_group.values():
            ranked = sorted(own, key=lambda at: (-self.columns[at].value, at))
            inside.update(ranked[: _FIRST * max(1, len(ranked) // 20)])
        found = None
        for _ in range(_ROUNDS):
            found = self._relaxed(sorted(inside))
            if found is None:
                if len(inside) == len(self.columns):
                    return None
                inside = set(range(len(self.columns)))
                continue
            prices, gains = found
            more = [
                at
                for at, column in enumerate(self.columns)
                if at not in inside and prices.gain(column) > gains.get(column.group, 0) + _SCALE // 100
            ]
            if not more:
                break
            inside.update(more)
        return None if found is None else found[0]

    def _relaxed(self, inside: Sequence[int]) -> tuple[_Prices, dict[int, int]] | None:
        model, rows = self._model(inside, whole=False)
        solver = self.builder.Solver("GLOP")
        if solver.solve(model) != self.builder.SolveStatus.OPTIMAL:
            return None
        groups, places, seats = rows
        gains = {group: max(0, round(solver.dual_value(row) * _SCALE)) for group, row in groups.items()}
        return (
            _Prices(
                places={helper: max(0, round(solver.dual_value(row) * _SCALE)) for helper, row in places.items()},
                seats=tuple(round(solver.dual_value(row) * _SCALE) if row is not None else 0 for row in seats),
            ),
            gains,
        )

    def best(self, prices: _Prices) -> list[_Column] | None:
        """Return the best columns found among those near the prices; wider and wider until there are some."""
        near = _NEAR
        while True:
            inside = self._within(prices, int(near * _SCALE))
            chosen, _ = self._searched(inside)
            if chosen is not None or len(inside) == len(self.columns) or near > _WIDEST:
                return chosen
            near *= 5

    def settled(self, prices: _Prices, gap: int) -> list[_Column] | None:
        """Return the best of all where the solver says so after a look at all that *gap* leaves; None if it is much."""
        inside = self._within(prices, gap)
        if len(inside) > _MOST_COLUMNS:
            return None
        chosen, proven = self._searched(inside)
        return chosen if proven else None

    def _within(self, prices: _Prices, slack: int) -> list[int]:
        gains = self.best_gains(prices)
        return [at for at, one in enumerate(self.columns) if gains[one.group] - prices.gain(one) <= slack]

    def _searched(self, inside: Sequence[int]) -> tuple[list[_Column] | None, bool]:
        model, _ = self._model(inside, whole=True)
        solver = self.builder.Solver("SCIP")
        solver.set_solver_specific_parameters(f"limits/nodes = {_NODES}\nlimits/gap = 0\n")
        status, known = solver.solve(model), self.builder.SolveStatus
        if status not in {known.OPTIMAL, known.FEASIBLE}:
            return None, False
        values = solver.values(model.get_variables())
        chosen = [self.columns[at] for at, value in zip(inside, values, strict=True) if value > 0.5]
        return chosen, status == known.OPTIMAL

    def best_gains(self, prices: _Prices) -> dict[int, int]:
        """Return what the best column of each group gains; 0 where none is best."""
        return {group: max(0, *(prices.gain(self.columns[at]) for at in own)) for group, own in self.by_group.items()}

    def bound(self, prices: _Prices, gains: dict[int, int]) -> int:
        """Return what no choice of columns exceeds, in parts of `_SCALE` (weak duality)."""
        paid = sum(price * self.places[helper] for helper, price in prices.places.items())
        return paid + sum(p * n for p, n in zip(prices.seats, self.filled, strict=True)) + sum(gains.values())

    def _model(self, inside: Sequence[int], *, whole: bool) -> tuple[Any, tuple[Any, Any, Any]]:
        expression = self.builder.LinearExpr
        model = self.builder.Model()
        groups: dict[int, list[Any]] = defaultdict(list)
        loads: dict[int, list[tuple[Any, int]]] = defaultdict(list)
        seats: list[list[tuple[Any, int]]] = [[] for _ in self.filled]
        chosen = []
        for at in inside:
            column = self.columns[at]
            one = model.new_bool_var("") if whole else model.new_num_var(0, 1, "")
            chosen.append(one)
            groups[column.group].append(one)
            loads[column.helper].append((one, len(column.edges)))
            for level, count in enumerate(column.filled):
                if count:
                    seats[level].append((one, count))

        def total(terms: Sequence[tuple[Any, int]]) -> Any:
            return expression.weighted_sum([one for one, _ in terms], [count for _, count in terms])

        rows = (
            {group: model.add(expression.sum(own) <= 1) for group, own in groups.items()},
            {helper: model.add(total(own) <= self.places[helper]) for helper, own in loads.items()},
            [model.add(total(own) == n) if own else None for own, n in zip(seats, self.filled, strict=True)],
        )
        model.maximize(total([(one, self.columns[at].value) for at, one in zip(inside, chosen, strict=True)]))
        return model, rows
