"""How does a strategy with rules of teams, loads or siblings become a plan?

Poses what a strategy asks as rules of the bare problem, has it solved, and says of each child that a rule leaves
without a helper which rule it was. The objective: most children of tier 1 with a helper, then of tier 2 and so on; then
most seats; then siblings together; then an even load, where asked; then ties and the best total score; then a hash of
the ids.
"""

import math
from collections.abc import Iterable, Sequence

import attrs

from careprogram.errors import PairingError
from careprogram.language import Text
from careprogram.pairing.constraints import PairingConstraint
from careprogram.pairing.explain import describe
from careprogram.pairing.plan import PairingPlan, PairingRole, PlanProof, ProofKind, ProposedPair, Reason, UnpairedChild
from careprogram.pairing.planning import Answer, Around, PlanningRun, Shape
from careprogram.pairing.problem import HelperOffer, PairingProblem
from careprogram.pairing.rules import PairingRules, refuse_unless_one_of
from careprogram.pairing.scores import TOP_SCORE
from careprogram.pairing.solving.assignment import Assignment, AssignmentProblem
from careprogram.pairing.solving.shortage import Bottleneck
from careprogram.pairing.teams.known import KnownAnswer
from careprogram.pairing.teams.rules import Anchor, Family, TeamRules
from careprogram.pairing.teams.solve import SEARCH_LIMIT, TeamAnswer, solve_teams
from careprogram.people import HelperKind
from careprogram.people.enums import Answer as FormAnswer
from careprogram.people.place_code import PlaceLevel

LOCAL, ADULT, LEAD = "no-local-helper", "no-adult-helper", "no-lead"

_TEXTS = {
    LOCAL: Text("没有名额可用的本地帮扶人", "no local helper with a place for the child"),
    ADULT: Text("没有名额可用的成年帮扶人", "no adult helper with a place for the child"),
    LEAD: Text("没有名额可用的代理家长", "no helper with a place who can be the lead"),
    "team-too-small": Text("帮扶人不足，组不成完整小组", "too few helpers for a whole team"),
    "load-too-small": Text("没有帮扶人能带满最少人数", "no helper would have the least number of children"),
    "siblings-apart": Text("没有帮扶人能同时接收兄弟姐妹", "no helper can take all the siblings"),
    "others-together": Text("名额用于需要在一起的其他儿童", "the places serve others who belong together"),
}


class SiblingRule(FormAnswer):
    """Whether known siblings have one helper.

    ``ANY``: it does not matter. ``PREFER``: as far as no child goes without for it. ``REQUIRE``: or none of them has
    any; siblings whom a rule bars from every helper are left out of it.
    """

    ANY = "any", "不作要求"
    PREFER = "prefer", "尽量同一帮扶人"
    REQUIRE = "require", "必须同一帮扶人"


@attrs.frozen(kw_only=True)
class LeadRule:
    """Who can carry the parental role.

    Attributes:
        kinds: Helpers of these kinds can.
        skill: Helpers with this skill can, too; None for kinds only.

    Raises:
        PairingError: The kinds are not a set of `HelperKind`, or the skill is no text.
    """

    kinds: frozenset[HelperKind] = frozenset({HelperKind.PROXY_PARENT})
    skill: str | None = None

    def __attrs_post_init__(self) -> None:
        kinds: object = self.kinds  # whoever calls without a type checker may give a word
        skill: object = self.skill
        if not isinstance(kinds, frozenset) or not all(isinstance(kind, HelperKind) for kind in kinds):
            raise PairingError("kinds of a lead are a frozenset of HelperKind")
        if not isinstance(skill, str | None):
            raise PairingError("the skill of a lead is the id of a service")

    def can(self, offer: HelperOffer) -> bool:
        """Return whether *offer* can lead."""
        return offer.helper.kind in self.kinds or (self.skill is not None and self.skill in offer.helper.skills)


@attrs.frozen(kw_only=True)
class TeamShape(Shape):
    """A shape with rules that hold a team, a load or a family together.

    Attributes:
        whole_teams: Whether a child has at least the minimum of helpers or none.
        whole_loads: Whether a helper has at least the minimum of children or none.
        local_within: Somebody in each team lives in the child's place of this level; None if that is not asked.
        lead: Somebody in each team can lead; None if that is not asked.
        siblings: Whether siblings have one helper.
        fair_load: Whether the load is spread evenly before scores count.

    Raises:
        PairingError: A size is out of range, or something is of another kind than said above.
    """

    whole_teams: bool = False
    whole_loads: bool = False
    local_within: PlaceLevel | None = None
    lead: LeadRule | None = None
    siblings: SiblingRule = SiblingRule.ANY
    fair_load: bool = False

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        refuse_unless_one_of("siblings", self.siblings, SiblingRule)
        if self.local_within is not None:
            refuse_unless_one_of("local_within", self.local_within, PlaceLevel)
        lead: object = self.lead
        if not isinstance(lead, LeadRule | None):
            raise PairingError("lead is a LeadRule: of which kinds, or with which skill, a lead must be")
        if any(type(asked) is not bool for asked in (self.whole_teams, self.whole_loads, self.fair_load)):
            raise PairingError("whole and fair_load are True or False")


def plan_by_teams(
    problem: PairingProblem,
    rules: PairingRules,
    *,
    strategy: str,
    shape: TeamShape,
    limit: float = SEARCH_LIMIT,
    extra_constraints: tuple[PairingConstraint, ...] = (),
    around: Around | None = None,
) -> PairingPlan:
    """Return the best plan of *shape*, or the best found within the limit with how far it may be from the best.

    Args:
        problem: Who, where, when.
        rules: Constraints, scores and limits.
        strategy: Id that the plan bears and existing pairings are recognized by.
        shape: Size of teams and loads, and what holds them together.
        limit: Deterministic time for each part that is no flow, about seconds.
        extra_constraints: What the strategy itself asks for.
        around: Pairs that are settled beforehand, and an earlier plan whose proofs still hold; see `Around`.

    Raises:
        MissingExtraError: The flow is not enough, and the extra ``[teams]`` is not installed.
        PairingError: The weights name no score, the limit is none, or no engine is fit for the size.
    """
    refuse_odd_limit(limit)
    minors: frozenset[int] = frozenset()
    known = None if around is None or around.before is None else _known(around.before)
    while True:
        run = TeamRun(problem, rules, strategy, shape, extra_constraints, around=around, alone=minors)
        run.keep_what_stands()
        flow = run.solve_widening().flow
        asked = run.team_rules(flow)
        found = solve_teams(flow, asked, engine=rules.engine, limit=limit, known=known)
        alone = run.minors_alone(flow, found)
        if alone - minors:
            # No adult is left beside a minor that was kept: that pair may not stand.
            minors |= alone
        elif rules.candidates < rules.most_candidates and run.could_cover_more(flow, found):
            rules = attrs.evolve(rules, candidates=min(rules.most_candidates, 2 * rules.candidates))
        else:
            return _told(run, flow, asked, found)


def refuse_odd_limit(limit: float) -> None:
    """Refuse what is no limit of time.

    Raises:
        PairingError: It is no number, below 0, or without end.
    """
    if type(limit) not in {int, float} or not 0 <= limit < math.inf:
        raise PairingError("limit is a number of seconds, 0 or more")


class TeamRun(PlanningRun):
    """The working state of one plan with rules of teams; what stands is kept and counts for them."""

    shape: TeamShape

    def __init__(
        self,
        problem: PairingProblem,
        rules: PairingRules,
        strategy: str,
        shape: TeamShape,
        extra_constraints: tuple[PairingConstraint, ...],
        *,
        around: Around | None = None,
        alone: frozenset[int] = frozenset(),
    ) -> None:
        super().__init__(problem, rules, strategy, shape, extra_constraints, around=around)
        self.shape, self.alone = shape, alone
        self.minors_need_adult = needs_adult((*rules.constraints, *extra_constraints)) and not shape.peer
        self.adult = [offer.helper.of_age(problem.as_of) is True for offer in self.offers]

    def keep_what_stands(self) -> None:
        """Settle what stands, minors without an adult excepted."""
        super().keep_what_stands()
        for child in self.alone:
            for helper in self.settled[child]:
                self.free[helper] += 1
            self.settled[child] = []

    def _loads_settled(self) -> list[int]:
        loads = [0] * len(self.offers)
        for own in self.settled:
            for helper in own:
                loads[helper] += 1
        return loads

    @property
    def _evenness(self) -> int:
        """What the second child of a helper costs, where the load is to be even: more than all scores together."""
        return self._units * (self._scale * TOP_SCORE + self._tie_worth) + 1 if self.shape.fair_load else 0

    def flow_problem(self) -> AssignmentProblem:
        """Return the bare problem, with the costs of places that spread the load."""
        flow = super().flow_problem()
        if not self.shape.fair_load:
            return flow
        settled, even = self._loads_settled(), self._evenness
        costs = [tuple((had + more) * even for more in range(n)) for had, n in zip(settled, self.free, strict=True)]
        return attrs.evolve(flow, place_costs=costs)

    def _seats(self) -> tuple[tuple[int, ...], ...]:
        """Return the bonuses of the free seats; of a team that is to be whole, the first ones are worth the same."""
        shape = self.shape
        most = max((had + n for had, n in zip(self._loads_settled(), self.free, strict=True)), default=0)
        step = self._units * (self._scale * TOP_SCORE + self._tie_worth + self._evenness * most) + 1
        ranks = {tier: rank for rank, tier in enumerate(sorted(set(self.tiers), reverse=True), start=1)}
        more = 0 if shape.team_maximum == 1 else 2
        fill = self._further_seats
        seats = []
        for child, tier in enumerate(self.tiers):
            levels: tuple[int, ...] = (ranks[tier] + more, *fill)
            if shape.whole_teams and not self.settled[child]:
                least = min(shape.team_minimum, 1 + len(fill))
                levels = (ranks[tier] + more,) * least + fill[least - 1 :]
            open_levels = levels[len(self.settled[child]) :] if self.search.child_no[child] is None else ()
            seats.append(tuple(level * step for level in open_levels))
        return tuple(seats)

    def team_rules(self, flow: AssignmentProblem) -> TeamRules:
        """Return the rules for what is still open."""
        shape, loads = self.shape, self._loads_settled()
        teams = enumerate(self.settled) if shape.whole_teams and shape.team_minimum > 1 else ()
        helpers = enumerate(loads) if shape.whole_loads and shape.load_minimum > 1 else ()
        return TeamRules(
            least_team={child: shape.team_minimum for child, own in teams if not own},
            least_load={helper: shape.load_minimum for helper, load in helpers if not load},
            anchors=tuple(self._anchors(flow)),
            families=tuple(self._families()) if shape.siblings is not SiblingRule.ANY else (),
        )

    def anchors(self, code: str, child: int, helper: int) -> bool:
        """Return whether *helper* is for *child* what the anchor *code* asks."""
        if code == ADULT:
            return self.adult[helper]
        if code == LEAD:
            return self.shape.lead is not None and self.shape.lead.can(self.offers[helper])
        level = self.context.shared_level(self.needs[child], self.offers[helper])
        return (
            level is not None and self.shape.local_within is not None and level.digits >= self.shape.local_within.digits
        )

    def _anchors(self, flow: AssignmentProblem) -> Iterable[Anchor]:
        asked = (
            (ADULT, self.minors_need_adult),
            (LEAD, self.shape.lead is not None),
            (LOCAL, self.shape.local_within is not None),
        )
        for code in (code for code, wanted in asked if wanted):
            has = [any(self.anchors(code, child, helper) for helper in own) for child, own in enumerate(self.settled)]
            edges = frozenset(
                edge
                for edge, (child, helper, _) in enumerate(flow.edges())
                if has[child] or self.anchors(code, child, helper)
            )
            if len(edges) < len(flow.edge_values):
                yield Anchor(code=code, edges=edges)

    def family_of(self) -> list[list[int]]:
        """Return the children that are known to be siblings, by what either of two says, in the order of their ids."""
        root = list(range(len(self.needs)))

        def find(child: int) -> int:
            while root[child] != child:
                root[child] = root[root[child]]
                child = root[child]
            return child

        open_to_help = {need.id: i for i, need in enumerate(self.needs) if self.search.child_no[i] is None}
        for child in open_to_help.values():
            for sibling in self.needs[child].child.siblings:
                if sibling in open_to_help:
                    one, other = sorted((find(child), find(open_to_help[sibling])))
                    root[other] = one
        groups: dict[int, list[int]] = {}
        for child in open_to_help.values():
            groups.setdefault(find(child), []).append(child)
        return [group for group in groups.values() if len(group) > 1]

    def _families(self) -> Iterable[Family]:
        for group in self.family_of():
            waiting = tuple(child for child in group if not self.settled[child])
            served = frozenset(helper for child in group for helper in self.settled[child])
            if waiting:
                whole = self.shape.siblings is SiblingRule.REQUIRE
                yield Family(children=waiting, served=served, whole=whole)

    def minors_alone(self, flow: AssignmentProblem, found: TeamAnswer) -> frozenset[int]:
        """Return the children whose kept helpers are all under 18 and whom no adult joined."""
        if not self.minors_need_adult:
            return frozenset()
        teams = [list(own) for own in self.settled]
        for edge in found.edges:
            teams[int(flow.edge_children[edge])].append(int(flow.edge_helpers[edge]))
        return frozenset(i for i, team in enumerate(teams) if team and not any(self.adult[v] for v in team))

    def could_cover_more(self, flow: AssignmentProblem, found: TeamAnswer) -> bool:
        """Return whether a child goes without for a rule of teams while not all helpers were looked at for it."""
        covered = {int(flow.edge_children[edge]) for edge in found.edges}
        explained = {child for group in self.bottlenecks for child in group.waiting}
        return any(
            not own and i not in covered and i not in explained and self.search.child_no[i] is None
            for i, own in enumerate(self.settled)
        ) and bool(self.search.left_out())


def needs_adult(constraints: Iterable[PairingConstraint]) -> bool:
    """Return whether one of *constraints* lets a helper under 18 serve beside an adult."""
    return any(getattr(one, "with_adult", False) is True for one in constraints)


def _known(before: PairingPlan) -> KnownAnswer | None:
    """Return what an earlier plan proved, tie-break included; None if it left anything open."""
    if before.problem is None or before.team_rules is None or before.proof is None or not before.proof.canonical:
        return None
    settled = set(before.settled)
    chosen = frozenset((pair.child, pair.helper) for pair in before.pairs) - settled
    return KnownAnswer(problem=before.problem, rules=before.team_rules, pairs=chosen)


def _told(run: TeamRun, flow: AssignmentProblem, asked: TeamRules, found: TeamAnswer) -> PairingPlan:
    answer = Assignment(
        edges=found.edges, prices=found.flow.prices, value=flow.value_of(found.edges), engine=found.engine
    )
    run.bottlenecks = tuple(_countable(run, flow, found))
    plan = describe(run, Answer(flow=flow, found=answer))
    plan = attrs.evolve(
        plan,
        pairs=tuple(_led(run, plan.pairs)),
        unpaired=tuple(_with_rule(run, flow, asked, one) for one in plan.unpaired),
        team_rules=asked,
    )
    checked = plan.verify()
    if checked is not None and checked.proven and not asked.families:
        kind = ProofKind.CHECKED
    else:
        kind = ProofKind.SOLVED if found.optimal else ProofKind.OPEN
        kind = ProofKind.CHECKED if not found.searched and checked is not None and checked.proven else kind
    steps = tuple((step.reached, step.bound) for step in found.steps)
    return attrs.evolve(plan, proof=PlanProof(kind=kind, steps=steps, canonical=found.canonical))


def _countable(run: TeamRun, flow: AssignmentProblem, found: TeamAnswer) -> Iterable[Bottleneck]:
    """Yield the shortages of the flow that anybody can count, with those who wait in the end.

    Where a group has no fewer places than children, a rule of teams leaves somebody out, and that is told instead.
    """
    covered = {int(flow.edge_children[edge]) for edge in found.edges}
    told: set[int] = set()
    for group in run.bottlenecks:
        waiting = tuple(i for i in group.children if i not in covered and i not in told and not run.settled[i])
        if waiting and len(group.children) > sum(run.free[v] for v in group.helpers):
            told.update(waiting)
            yield attrs.evolve(group, waiting=waiting)


def _led(run: TeamRun, pairs: Sequence[ProposedPair]) -> Iterable[ProposedPair]:
    """Yield *pairs* with a lead who can: where the one that ranks first cannot, the best of those who can."""
    lead = run.shape.lead
    teams: dict[str, list[ProposedPair]] = {}
    for pair in pairs:
        teams.setdefault(pair.child, []).append(pair)
    for team in teams.values():
        able = [pair for pair in team if lead is not None and lead.can(run.offers[run.helper_at[pair.helper]])]
        if not able or team[0] in able:
            yield from team
            continue
        first = min(able, key=lambda pair: (-pair.score, pair.helper))
        yield attrs.evolve(first, role=PairingRole.LEAD)
        others = sorted((pair for pair in team if pair is not first), key=lambda pair: pair.helper)
        yield from (attrs.evolve(pair, role=PairingRole.SUPPORTER) for pair in others)


def _with_rule(run: TeamRun, flow: AssignmentProblem, asked: TeamRules, one: UnpairedChild) -> UnpairedChild:
    """Return *one* with the rule that leaves it without a helper, if it is a rule of teams."""
    child = run.child_at[one.child]
    own = [edge for edge, (whose, *_) in enumerate(flow.edges()) if whose == child]
    if one.shortage is not None or not own:
        return one
    codes = [anchor.code for anchor in asked.anchors if anchor.edges.isdisjoint(own)]
    if not codes and any(family.whole and child in family.children for family in asked.families):
        codes = ["siblings-apart"]
    if not codes and asked.least_team:
        codes = ["team-too-small"]
    if not codes and asked.least_load:
        codes = ["load-too-small"]
    codes = codes or [anchor.code for anchor in asked.anchors] or ["others-together"]
    told = tuple(Reason(code=code, text=_TEXTS[code], count=len(own)) for code in codes)
    return attrs.evolve(one, reasons=told + tuple(reason for reason in one.reasons if reason.count))
