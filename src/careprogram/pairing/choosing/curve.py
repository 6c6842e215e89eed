"""How many children would have a helper with more helpers, or fewer, under each reading of who is covered?

A curve per policy: helpers are added in one place one by one, or taken away from it, and after each step the children
that can be served are counted, tier by tier. The first point is solved, every other one is an exact update. Rules of
teams, loads or siblings know none, and a search that did not look at every pair might look at others: there everybody
is paired anew. It says what could be, as if nobody were paired yet; it proposes no pair.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import attrs

from careprogram.errors import PairingError
from careprogram.ids import ChildId, HelperId
from careprogram.language import Language
from careprogram.pairing.choosing.live_plan import bare_answer
from careprogram.pairing.constraints import ConstraintScope
from careprogram.pairing.context import PairingContext
from careprogram.pairing.judging import Judge
from careprogram.pairing.plan import PairingRole
from careprogram.pairing.planning import Shape
from careprogram.pairing.problem import HelperOffer, PairingProblem
from careprogram.pairing.rules import ExistingTies, PairingRules
from careprogram.pairing.solving.arrays import as_list
from careprogram.pairing.solving.updating import LiveAssignment
from careprogram.pairing.strategies import PairingStrategy
from careprogram.people import Helper, PlaceCode
from careprogram.unknown import Unknown


@attrs.frozen(kw_only=True)
class CurvePoint:
    """How many children can be served with so many helpers.

    Attributes:
        policy: Whose tiers.
        added: Helpers added to those there are; below 0 if taken away.
        covered: Children with a helper, by tier.
        wanting: Children asked for, by tier.
    """

    policy: str
    added: int
    covered: Mapping[int, int]
    wanting: Mapping[int, int]


def coverage_curve(
    problem: PairingProblem,
    rules: PairingRules,
    strategy: PairingStrategy,
    *,
    policies: Mapping[str, Mapping[ChildId, int]],
    newcomer: Helper,
    most_added: int = 10,
    most_removed: int = 0,
) -> tuple[CurvePoint, ...]:
    """Return the points of every policy, from the fewest helpers to the most.

    Args:
        problem: Children, helpers, places; the tiers of the children are not looked at.
        rules: By which rules.
        strategy: One that proves its plans.
        policies: Per policy the tier of each child that it covers; the others do not count under it.
        newcomer: What a new helper is like: where it lives, what it can do, and how many children it takes.
        most_added: How many are added, one by one.
        most_removed: How many of those in the place of *newcomer*, or inside it, are taken away, one by one, the
            last by id first.

    Raises:
        PairingError: The strategy proves nothing, or the newcomer's place is not known.
    """
    if isinstance(newcomer.residence.place, Unknown):
        raise PairingError("say in which place the new helpers live")
    points: list[CurvePoint] = []
    for policy, tiers in policies.items():
        points += _Curve(problem, rules, strategy, policy, tiers).points(newcomer, most_added, most_removed)
    return tuple(points)


class _Curve:
    """The curve of one policy."""

    def __init__(
        self,
        problem: PairingProblem,
        rules: PairingRules,
        strategy: PairingStrategy,
        policy: str,
        tiers: Mapping[ChildId, int],
    ) -> None:
        self.policy, self.rules = policy, rules
        children = tuple(attrs.evolve(need, tier=tiers[need.id]) for need in problem.children if need.id in tiers)
        existing = tuple(one for one in problem.existing if not one.stands)
        self.problem = attrs.evolve(problem, children=children, existing=existing)
        plan = strategy.pair(self.problem, rules)
        if plan.problem is None or plan.certificate is None:
            raise PairingError(f"the strategy {strategy.id!r} proves nothing, so no curve can be drawn")
        self.strategy, self.plan = strategy, plan
        peer = any(pair.role is PairingRole.PEER for pair in plan.pairs)
        self.context = PairingContext.of(self.problem, strategy=strategy.id, peer=peer)
        self.wanting = Counter(need.tier for need in children)

    def points(self, newcomer: Helper, most_added: int, most_removed: int) -> list[CurvePoint]:
        """Return the points; the removed helpers are taken from a copy."""
        leaving = self._in_place(newcomer.residence.place)[:most_removed]
        shape: object = getattr(self.strategy, "shape", None)
        if not isinstance(shape, Shape) or not self._looks_at_all(most_added):
            return self._points_anew(newcomer, most_added, leaving)
        assert self.plan.problem is not None
        live = LiveAssignment(self.plan.problem, bare_answer(self.plan))
        found = [self._point(live, 0)]
        fewer = live.copy()
        for number, helper in enumerate(leaving, start=1):
            fewer.helper_leaves(helper)
            found.insert(0, self._point(fewer, -number))
        values = self._values(HelperOffer(helper=newcomer)) if most_added else {}
        places = min(newcomer.capacity, len(self.problem.children))
        places = places if shape.load_maximum is None else min(places, shape.load_maximum)
        for number in range(1, most_added + 1):
            live.helper_joins(f"{newcomer.id} / {number}", places, values)
            found.append(self._point(live, number))
        return found

    def _looks_at_all(self, most_added: int) -> bool:
        """Return whether pairing again looks at no other pairs than these and those of the newcomers."""
        bare = self.plan.problem
        assert bare is not None
        # Rules that bind nobody yet may bind a newcomer: only a plan without any has exact updates.
        if self.plan.team_rules is not None or self.plan.totals.left_out:
            return False
        most = max(Counter(as_list(bare.edge_children)).values(), default=0)
        return most + most_added <= self.rules.candidates

    def _points_anew(self, newcomer: Helper, most_added: int, leaving: Sequence[str]) -> list[CurvePoint]:
        """Return the points, each by pairing everybody: rules of teams know no update."""
        everybody = self.problem.helpers
        found = [self._counted({pair.child for pair in self.plan.pairs}, 0)]
        for number in range(1, len(leaving) + 1):
            stay = tuple(offer for offer in everybody if offer.id not in leaving[:number])
            found.insert(0, self._counted(self._served_by(stay), -number))
        for number in range(1, most_added + 1):
            ids = (HelperId(f"{newcomer.id} / {one}") for one in range(1, number + 1))
            more = tuple(HelperOffer(helper=attrs.evolve(newcomer, id=own)) for own in ids)
            found.append(self._counted(self._served_by((*everybody, *more)), number))
        return found

    def _served_by(self, helpers: tuple[HelperOffer, ...]) -> set[ChildId]:
        plan = self.strategy.pair(attrs.evolve(self.problem, helpers=helpers), self.rules)
        return {pair.child for pair in plan.pairs}

    def _in_place(self, place: object) -> Sequence[str]:
        assert isinstance(place, PlaceCode)
        own = [
            offer.id
            for offer in self.problem.helpers
            if (where := offer.helper.residence.place) == place
            or (isinstance(where, PlaceCode) and place in where.ancestors)
        ]
        return sorted(own, reverse=True)

    def _values(self, offer: HelperOffer) -> dict[str, int]:
        """Return what the newcomer is worth to each child that may have it."""
        rules = self.rules
        constraints = (*rules.constraints, *getattr(self.strategy, "constraints", ()))
        judge = Judge(constraints, rules.scores, rules.effective_weights, self.context)
        scale = 2 if rules.existing is ExistingTies.PRICE else 1
        scopes = tuple(ConstraintScope)
        return {
            need.id: scale * judge.score(need, offer)[0]
            for need in self.problem.children
            if all(judge.first_no(scope, need, offer) is None for scope in scopes)
        }

    def _point(self, live: LiveAssignment, added: int) -> CurvePoint:
        return self._counted({need.id for need in self.problem.children if live.has_helper(need.id)}, added)

    def _counted(self, helped: Collection[ChildId], added: int) -> CurvePoint:
        covered = Counter(dict.fromkeys(self.wanting, 0))
        covered.update(need.tier for need in self.problem.children if need.id in helped)
        return CurvePoint(
            policy=self.policy,
            added=added,
            covered=dict(sorted(covered.items())),
            wanting=dict(sorted(self.wanting.items())),
        )


def render_curve(points: Sequence[CurvePoint], *, language: Language = "zh") -> str:
    """Return a curve as a table of Markdown: a row per number of helpers, a column per policy.

    Args:
        points: The points of `coverage_curve`.
        language: Of the reader.
    """
    zh = language == "zh"
    policies = list(dict.fromkeys(point.policy for point in points))
    cells = {(point.added, point.policy): _cell(point, zh) for point in points}
    head = ["帮扶人增减" if zh else "helpers", *policies]
    steps = sorted({point.added for point in points})
    rows = [[f"{added:+d}" if added else "0", *(cells.get((added, one), "") for one in policies)] for added in steps]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))


def _cell(point: CurvePoint, zh: bool) -> str:
    total = f"{sum(point.covered.values())}/{sum(point.wanting.values())}"
    tiers = [
        f"第{tier}档 {point.covered[tier]}/{wanting}" if zh else f"tier {tier}: {point.covered[tier]}/{wanting}"
        for tier, wanting in point.wanting.items()
    ]
    return f"{total}（{'，'.join(tiers)}）" if zh else f"{total} ({', '.join(tiers)})"
