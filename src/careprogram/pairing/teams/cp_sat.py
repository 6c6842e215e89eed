"""What is the best answer where no flow tells, and how far may it be from the best?

The adapter to CP-SAT of OR-Tools (extra ``[teams]``): whole teams, least loads, anchors and families of one part of a
problem, one step of the objective after the other, each with what was proven. One worker, a fixed seed and a
limit in deterministic time, so that the same problem gets the same answer. It trusts no hint; `team_rules` checks what
comes out.
"""

import itertools
from collections import defaultdict
from collections.abc import Sequence
from types import ModuleType
from typing import Any

import attrs

from careprogram.errors import MissingExtraError, PairingError
from careprogram.pairing.solving.arrays import as_list
from careprogram.pairing.solving.assignment import AssignmentProblem
from careprogram.pairing.teams.rules import TeamRules, levels, worth

NAME = "cp-sat"


def load_cp_sat() -> ModuleType:
    """Import CP-SAT.

    Raises:
        MissingExtraError: OR-Tools is not installed.
    """
    try:
        from ortools.sat.python import cp_model
    except ImportError as missing:
        raise MissingExtraError(
            "ortools", extra="teams", purpose="Pairing whole teams, siblings or least loads"
        ) from missing
    found: ModuleType = cp_model
    return found


@attrs.frozen(kw_only=True)
class Step:
    """One step of the objective.

    Attributes:
        reached: What the answer has.
        bound: No answer that is as good in the steps before has more.
    """

    reached: int
    bound: int


@attrs.frozen(kw_only=True)
class Searched:
    """What a search came to.

    Attributes:
        edges: Positions of the edges used, in rising order.
        steps: In the order of `team_rules.worth`.
    """

    edges: tuple[int, ...]
    steps: tuple[Step, ...]


@attrs.frozen(kw_only=True)
class Part:
    """Children, helpers, edges and families that no other part has anything to do with, as positions."""

    edges: tuple[int, ...]
    families: tuple[int, ...] = ()


def search(
    problem: AssignmentProblem,
    rules: TeamRules,
    part: Part,
    *,
    start: Sequence[int],
    hint: Sequence[int],
    ceiling: Sequence[int],
    limit: float,
) -> Searched:
    """Return the best answer to *part* that the limit allows; never a worse one than *start*.

    Args:
        problem: The whole.
        rules: The rules of the whole.
        part: What is looked at.
        start: An answer that keeps all rules.
        hint: An answer that may break some and where to look first.
        ceiling: What *hint* is worth if no answer is worth more; empty if nothing is known.
        limit: Deterministic time for all steps together, about seconds.

    Raises:
        MissingExtraError: OR-Tools is not installed.
    """
    model = _Model(load_cp_sat(), problem, rules, part, limit)
    best, guess = list(start), list(hint)
    steps: list[Step] = []
    bounded = bool(ceiling)
    for at, (expression, most) in enumerate(model.steps()):
        have = worth(problem, _inside(rules, part), best)[at]
        roof = min(most, ceiling[at]) if bounded else most
        if have < roof:
            found, roof = model.maximize(expression, roof, guess)
            best = found if found is not None else best
            have = worth(problem, _inside(rules, part), best)[at]
        steps.append(Step(reached=have, bound=max(roof, have)))
        bounded = bounded and have == ceiling[at]
        model.keep(expression, have)
        guess = best
    return Searched(edges=tuple(sorted(best)), steps=tuple(steps))


def _inside(rules: TeamRules, part: Part) -> TeamRules:
    return attrs.evolve(rules, families=tuple(rules.families[at] for at in part.families))


class _Model:
    """The part as a CP-SAT model."""

    def __init__(
        self, cp_model: ModuleType, problem: AssignmentProblem, rules: TeamRules, part: Part, limit: float
    ) -> None:
        self.cp, self.problem, self.rules, self.part, self.left = cp_model, problem, rules, part, limit
        self.model: Any = cp_model.CpModel()
        self.used = {edge: self.model.new_bool_var(f"e{edge}") for edge in part.edges}
        self.of_child: dict[int, list[int]] = defaultdict(list)
        self.of_helper: dict[int, list[int]] = defaultdict(list)
        for edge in part.edges:
            self.of_child[int(problem.edge_children[edge])].append(edge)
            self.of_helper[int(problem.edge_helpers[edge])].append(edge)
        self.filled: dict[int, list[Any]] = {}
        self.split: list[tuple[int, Any]] = []
        self.taken: list[tuple[int, Any]] = []
        self.alone = 0
        for child, edges in self.of_child.items():
            self._add_child(child, edges)
        places = as_list(problem.places)
        for helper, edges in self.of_helper.items():
            self._add_helper(helper, edges, places[helper])
        for at in part.families:
            self._add_family(at)

    def _add_child(self, child: int, edges: Sequence[int]) -> None:
        least = self.rules.least_team.get(child, 1)
        bonuses = self.problem.seats[child]
        team = [self.used[edge] for edge in edges]
        if len(bonuses) == 1 and least == 1:
            seat = team[0] if len(team) == 1 else self.model.new_bool_var(f"c{child}")
            self.filled[child] = [seat]
            if len(team) > 1:
                self.model.add_exactly_one([*team, seat.negated()])
        else:
            self.filled[child] = [self.model.new_bool_var(f"c{child}s{seat}") for seat in range(len(bonuses))]
            self.model.add(sum(team) == sum(self.filled[child]))
            for seat, (one, further) in enumerate(zip(self.filled[child], self.filled[child][1:], strict=False), 2):
                self.model.add_implication(further, one)
                if seat <= least:
                    self.model.add_implication(one, further)
        if least > len(bonuses):
            self.model.add(sum(team) == 0)
        for anchor in self.rules.anchors:
            holding = [self.used[edge] for edge in edges if edge in anchor.edges]
            if len(holding) < len(edges):
                self.model.add_bool_or([*holding, self.filled[child][0].negated()])

    def _add_helper(self, helper: int, edges: Sequence[int], places: int) -> None:
        load = [self.used[edge] for edge in edges]
        least = self.rules.least_load.get(helper, 1)
        if len(load) > places:
            self.model.add(sum(load) <= places)
        if least > 1:
            busy = self.model.new_bool_var(f"b{helper}")
            self.model.add(sum(load) >= least * busy)
            self.model.add(sum(load) <= places * busy)
        costs = self.problem.place_costs[helper][: len(load)] if self.problem.place_costs is not None else ()
        if any(costs):
            levels = [self.model.new_bool_var(f"p{helper}l{place}") for place in range(len(costs))]
            self.model.add(sum(load) == sum(levels))
            for one, further in itertools.pairwise(levels):
                self.model.add_implication(further, one)
            self.taken += [(cost, level) for cost, level in zip(costs, levels, strict=True) if cost]

    def _add_family(self, at: int) -> None:
        """Say which helpers the family has; beyond the first each counts."""
        family = self.rules.families[at]
        members = [child for child in family.children if child in self.of_child]
        by_helper: dict[int, list[int]] = defaultdict(list)
        for child in members:
            for edge in self.of_child[child]:
                by_helper[int(self.problem.edge_helpers[edge])].append(edge)
        new = []
        for helper, edges in by_helper.items():
            if helper in family.served:
                continue
            serves = self.used[edges[0]] if len(edges) == 1 else self.model.new_bool_var(f"f{at}h{helper}")
            if len(edges) > 1:
                self.model.add_max_equality(serves, [self.used[edge] for edge in edges])
            new.append(serves)
        if family.whole:
            self._keep_whole(family.children, bool(family.served), new)
        self.split += [(1, serves) for serves in new]
        self.alone += max(0, len(family.served) - 1)
        if not family.served and new:
            anybody = self.model.new_bool_var(f"f{at}")
            self.model.add_bool_or([*new, anybody.negated()])
            self.split.append((-1, anybody))

    def _keep_whole(self, children: Sequence[int], served: bool, new: Sequence[Any]) -> None:
        if served:
            self.model.add(sum(new) == 0)
            return
        self.model.add_at_most_one(new)
        together = [self.filled[child][0] for child in children if child in self.of_child]
        if len(together) < len(children):
            self.model.add(sum(together) == 0)
        for one, other in itertools.pairwise(together):
            self.model.add_implication(one, other)
            self.model.add_implication(other, one)

    def steps(self) -> list[tuple[Any, int]]:
        """Return what is maximized, step by step, each with a number it cannot exceed."""
        found = []
        for bonus in levels(self.problem):
            seats = [
                seat
                for child, filled in self.filled.items()
                for own, seat in zip(self.problem.seats[child], filled, strict=True)
                if own == bonus
            ]
            found.append((sum(seats), len(seats)))
        values = as_list(self.problem.edge_values)
        found.append((-self._sum(self.split) - self.alone, -self.alone))
        worths = [(values[edge], used) for edge, used in self.used.items()]
        found.append((self._sum([*worths, *((-cost, level) for cost, level in self.taken)]), sum(n for n, _ in worths)))
        ties = [(self.problem.tie(edge), used) for edge, used in self.used.items()]
        found.append((self._sum(ties), sum(tie for tie, _ in ties)))
        return found

    def _sum(self, terms: Sequence[tuple[int, Any]]) -> Any:
        if not terms:
            return 0
        if sum(abs(weight) for weight, _ in terms) >= 2**62:
            raise PairingError("the values do not fit into 64 bits: pair smaller parts")
        return self.cp.LinearExpr.weighted_sum([one for _, one in terms], [weight for weight, _ in terms])

    def keep(self, expression: Any, reached: int) -> None:
        """Hold what was reached in all later steps."""
        if not isinstance(expression, int):
            self.model.add(expression >= reached)

    def maximize(self, expression: Any, roof: int, guess: Sequence[int]) -> tuple[list[int] | None, int]:
        """Return the best edges found, None if there are none, and a number that no answer exceeds."""
        if isinstance(expression, int):
            return None, expression
        if self.left <= 0:
            return None, roof
        chosen = set(guess)
        self.model.clear_hints()
        for edge, used in self.used.items():
            self.model.add_hint(used, edge in chosen)
        self.model.maximize(expression)
        solver = self.cp.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 0
        solver.parameters.linearization_level = 2
        solver.parameters.max_deterministic_time = self.left
        status = solver.solve(self.model)
        self.left -= solver.response_proto.deterministic_time
        if status not in {self.cp.OPTIMAL, self.cp.FEASIBLE}:
            return None, roof
        edges = [edge for edge, used in self.used.items() if solver.boolean_value(used)]
        exact = round(solver.objective_value) if status == self.cp.OPTIMAL else int(solver.best_objective_bound)
        return edges, min(roof, exact)
