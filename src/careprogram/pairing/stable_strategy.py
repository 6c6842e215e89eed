"""How is a program paired so that no child and helper would rather have each other?

A strategy of its own, for programs whose people will not accept a plan that breaks up two who want each other. It
serves fewer children than the best plan where places are scarce, so it is never the default.
"""

import attrs

from careprogram.ids import ChildId, stable_hash
from careprogram.language import Text
from careprogram.pairing.plan import PairingPlan, Reason, UnpairedChild
from careprogram.pairing.planning import Answer, PlanningRun, Shape
from careprogram.pairing.problem import PairingProblem
from careprogram.pairing.rules import PairingRules
from careprogram.pairing.solving.assignment import Assignment
from careprogram.pairing.solving.stable import RankedProblem, solve_stable


@attrs.frozen(kw_only=True)
class StablePairing:
    """稳定结对: a child ranks helpers by score; a helper ranks children by how urgent they are, then by score.

    The plan carries no proof of being the best, because it is not; that it is stable, `blocking_pairs` finds of the
    rankings that `ranks` gives. What stands already is kept and not ranked anew.
    """

    id: str = attrs.field(default="stable", init=False)
    title: Text = attrs.field(default=Text("稳定结对", "stable pairing"), init=False)

    def pair(self, problem: PairingProblem, rules: PairingRules) -> PairingPlan:
        """Return the stable plan that is best for every child, among the candidates."""
        from careprogram.pairing.explain import describe

        run = self._run(problem, rules)
        chosen = set(solve_stable(_ranks(run)))
        flow = run.flow_problem()
        edges = tuple(
            edge
            for edge, (child, helper, _) in enumerate(flow.edges())
            if (flow.child_keys[child], flow.helper_keys[helper]) in chosen
        )
        found = Assignment(edges=edges, prices=(0,) * len(run.offers), value=flow.value_of(edges), engine=self.id)
        plan = describe(run, Answer(flow=flow, found=found))
        wanted = _candidates(run)
        return attrs.evolve(
            plan,
            unpaired=tuple(_told(one, wanted[one.child]) for one in plan.unpaired),
            problem=None,
            certificate=None,
        )

    def ranks(self, problem: PairingProblem, rules: PairingRules) -> RankedProblem:
        """Return who ranks whom: the open seats and places, after what stands was kept."""
        return _ranks(self._run(problem, rules))

    def _run(self, problem: PairingProblem, rules: PairingRules) -> PlanningRun:
        run = PlanningRun(problem, rules, self.id, Shape(), ())
        run.keep_what_stands()
        run.search.widen_all(rules.candidates)
        return run


def _ranks(run: PlanningRun) -> RankedProblem:
    """Rank the candidates of both sides; equals are told apart by a hash, so that the input's order never matters."""
    names = [need.id for need in run.needs], [offer.id for offer in run.offers]
    by_child: dict[str, list[tuple[int, int, str]]] = {name: [] for name in names[0]}
    by_helper: dict[str, list[tuple[int, int, int, str]]] = {name: [] for name in names[1]}
    children, helpers, scores = run.search.edge_columns()
    for i, v, score in zip(map(int, children), map(int, helpers), map(int, scores), strict=True):
        if run.settled[i] or run.search.child_no[i] is not None:
            continue
        child, helper = names[0][i], names[1][v]
        tie = stable_hash("stable", child, helper)
        by_child[child].append((-score, tie, helper))
        by_helper[helper].append((run.tiers[i], -score, tie, child))
    return RankedProblem(
        child_ranks={name: tuple(helper for *_, helper in sorted(own)) for name, own in by_child.items()},
        helper_ranks={name: tuple(child for *_, child in sorted(own)) for name, own in by_helper.items()},
        places=dict(zip(names[1], run.free, strict=True)),
    )


def _candidates(run: PlanningRun) -> dict[ChildId, int]:
    """Return for each child how many helpers it could have."""
    counts = dict.fromkeys((need.id for need in run.needs), 0)
    children, _, _ = run.search.edge_columns()
    for child in map(int, children):
        counts[run.needs[child].id] += 1
    return counts


def _told(unpaired: UnpairedChild, candidates: int) -> UnpairedChild:
    if not candidates:
        return unpaired
    text = Text("合适的帮扶人都优先选择了其他儿童", "the helpers it could have rank other children first")
    return attrs.evolve(unpaired, reasons=(Reason(code="outranked", text=text, count=candidates),))
