"""In which pattern are children and helpers paired?

One-to-one, many-to-one and one-to-many (一对一、多对一、一对多), proxy parents with supporters (代理家长), and peer
pairing in a class (一帮一，一对红), each a named strategy. What is a flow is solved as one, see `planning`; for whole
teams, least loads, local members, leads and siblings see `teams.planning`. A plugin may answer in any other way.
"""

from abc import abstractmethod
from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol, runtime_checkable

import attrs

from careprogram.errors import PairingError
from careprogram.language import Text
from careprogram.pairing.constraints import ClassmateConstraint
from careprogram.pairing.plan import PairingPlan
from careprogram.pairing.planning import Around, Shape, plan_by_flow
from careprogram.pairing.problem import PairingProblem
from careprogram.pairing.rules import PairingRules
from careprogram.pairing.stable_strategy import StablePairing
from careprogram.pairing.teams.planning import (
    LeadRule,
    SiblingRule,
    TeamShape,
    needs_adult,
    plan_by_teams,
    refuse_odd_limit,
)
from careprogram.pairing.teams.solve import SEARCH_LIMIT
from careprogram.people.place_code import PlaceLevel


@runtime_checkable
class PairingStrategy(Protocol):
    """A way to pair that a plugin may add; `careprogram.testing.check_strategy` runs its laws.

    An attribute ``constraints`` with hard rules of the strategy's own is optional; the laws then ask these, too. So is
    an attribute ``shape``: a strategy that does nothing but `plan_by_flow` of one `Shape`, with these constraints, may
    tell it, and remedies are then tried by exact updates instead of pairing everybody again.
    """

    @property
    def id(self) -> str:
        """Stable id, kebab-case."""

    @property
    def title(self) -> Text:
        """What a reader sees."""

    def pair(self, problem: PairingProblem, rules: PairingRules) -> PairingPlan:
        """Return a plan that breaks no constraint of *rules* and overloads nobody."""


@runtime_checkable
class ReplanningStrategy(PairingStrategy, Protocol):
    """A strategy that can also plan around answers of people; `LivePlan` asks it where no exact update exists."""

    def pair_around(self, problem: PairingProblem, rules: PairingRules, around: Around) -> PairingPlan:
        """Return the best plan that holds every pair of ``around.fixed``, as `pair` would if these pairs stood."""


@attrs.frozen(kw_only=True)
class OneToOne:
    """一对一: one helper for one child, and no second child for the helper."""

    id: str = attrs.field(default="one-to-one", init=False)
    title: Text = attrs.field(default=Text("一对一", "one-to-one"), init=False)

    def pair(self, problem: PairingProblem, rules: PairingRules) -> PairingPlan:
        """Return the plan that covers most children, tier by tier, with the best total score."""
        return _plan(problem, rules, self.id, self.shape)

    @property
    def shape(self) -> TeamShape:
        """What is asked, for `plan_by_flow`."""
        return TeamShape(load_maximum=1)


@attrs.frozen(kw_only=True)
class _Searched:
    """What strategies share whose parts may be no flow."""

    limit: float = SEARCH_LIMIT
    id: str = attrs.field(init=False)
    title: Text = attrs.field(init=False)

    @property
    @abstractmethod
    def shape(self) -> TeamShape:
        """What is asked, for `plan_by_flow` and `plan_by_teams`."""

    def pair(self, problem: PairingProblem, rules: PairingRules) -> PairingPlan:
        """Return the plan that covers most children, tier by tier, then what the strategy calls best."""
        return _plan(problem, rules, self.id, self.shape, limit=self.limit)

    def pair_around(self, problem: PairingProblem, rules: PairingRules, around: Around) -> PairingPlan:
        """Return the plan around pairs that are fixed; what was proven before is not searched again."""
        return _plan(problem, rules, self.id, self.shape, limit=self.limit, around=around)


@attrs.frozen(kw_only=True)
class ManyToOne(_Searched):
    """多对一: a team for one child, one of it leading (代理家长), the others supporting.

    What is best: most children with a team, tier by tier; then most seats filled up to the minimum; then most seats up
    to the maximum; then an even load, where asked; then the best total score. Without ``whole`` a team below the
    minimum counts and is reported, and how many teams reach the minimum is not maximized as such.

    Attributes:
        minimum: Helpers that a team should have.
        maximum: Helpers that a team may have.
        whole: Whether a child has at least the minimum or nobody.
        local_within: Somebody in each team lives in the child's village, township, ...; None if that is not asked.
        fair_load: Whether the load is spread evenly before scores count.
        limit: Deterministic time, about seconds, for each part that is no flow.
    """

    minimum: int = 2
    maximum: int = 3
    whole: bool = False
    local_within: PlaceLevel | None = None
    fair_load: bool = False
    id: str = attrs.field(default="many-to-one", init=False)
    title: Text = attrs.field(default=Text("多对一", "many-to-one"), init=False)

    @property
    def shape(self) -> TeamShape:
        """What is asked, for `plan_by_flow` and `plan_by_teams`."""
        return TeamShape(
            team_minimum=self.minimum,
            team_maximum=self.maximum,
            team=True,
            whole_teams=self.whole,
            local_within=self.local_within,
            fair_load=self.fair_load,
        )


@attrs.frozen(kw_only=True)
class ProxyParent(_Searched):
    """代理家长: one helper carries the parental role for a child, up to so many others support.

    The lead is of a kind that can, or has the skill for it; a child that nobody can lead gets no team. Others who could
    lead may support.

    Attributes:
        lead: Who can carry the parental role.
        supporters: Supporters at the most; none are needed.
        local_within: Somebody in each team lives in the child's village, township, ...; None if that is not asked.
        fair_load: Whether the load is spread evenly before scores count.
        limit: Deterministic time, about seconds, for each part that is no flow.
    """

    lead: LeadRule = LeadRule()
    supporters: int = 2
    local_within: PlaceLevel | None = None
    fair_load: bool = False
    id: str = attrs.field(default="proxy-parent", init=False)
    title: Text = attrs.field(default=Text("代理家长", "proxy parent with supporters"), init=False)

    @property
    def shape(self) -> TeamShape:
        """What is asked, for `plan_by_flow` and `plan_by_teams`."""
        if type(self.supporters) is not int or self.supporters < 0:
            raise PairingError("supporters are a whole number, 0 or more")
        if self.lead is None:
            raise PairingError("lead is a LeadRule; for teams that nobody leads take ManyToOne")
        return TeamShape(
            team_maximum=1 + self.supporters,
            team=True,
            lead=self.lead,
            local_within=self.local_within,
            fair_load=self.fair_load,
        )


@attrs.frozen(kw_only=True)
class OneToMany(_Searched):
    """一对多: one helper takes several children, up to the capacity.

    Attributes:
        minimum: Children that a helper in use should have; fewer is reported.
        maximum: Children at the most, on top of the helper's own capacity; None for the capacity alone.
        whole: Whether a helper has at least the minimum of children or none.
        siblings: Whether known siblings have one helper.
        fair_load: Whether the load is spread evenly before scores count.
        limit: Deterministic time, about seconds, for each part that is no flow.
    """

    minimum: int = 1
    maximum: int | None = None
    whole: bool = False
    siblings: SiblingRule = SiblingRule.ANY
    fair_load: bool = False
    id: str = attrs.field(default="one-to-many", init=False)
    title: Text = attrs.field(default=Text("一对多", "one-to-many"), init=False)

    @property
    def shape(self) -> TeamShape:
        """What is asked, for `plan_by_flow` and `plan_by_teams`."""
        return TeamShape(
            load_minimum=self.minimum,
            load_maximum=self.maximum,
            whole_loads=self.whole,
            siblings=self.siblings,
            fair_load=self.fair_load,
        )


@attrs.frozen(kw_only=True)
class PeerPairing:
    """一帮一，一对红: a classmate helps a classmate, one each."""

    id: str = attrs.field(default="peer", init=False)
    title: Text = attrs.field(default=Text("一帮一，一对红", "peer pairing"), init=False)

    def pair(self, problem: PairingProblem, rules: PairingRules) -> PairingPlan:
        """Return the plan inside each class; other helpers stay idle."""
        return plan_by_flow(
            problem,
            rules,
            strategy=self.id,
            shape=Shape(load_maximum=1, peer=True),
            extra_constraints=(ClassmateConstraint(),),
        )


def _plan(
    problem: PairingProblem,
    rules: PairingRules,
    strategy: str,
    shape: TeamShape,
    *,
    limit: float = SEARCH_LIMIT,
    around: Around | None = None,
) -> PairingPlan:
    """Plan by the flow alone where nothing else is asked."""
    refuse_odd_limit(limit)
    asked = shape.local_within or shape.lead or shape.siblings is not SiblingRule.ANY or shape.fair_load
    whole = (shape.whole_teams and shape.team_minimum > 1) or (shape.whole_loads and shape.load_minimum > 1)
    if asked or whole or needs_adult(rules.constraints):
        return plan_by_teams(problem, rules, strategy=strategy, shape=shape, limit=limit, around=around)
    return plan_by_flow(problem, rules, strategy=strategy, shape=shape, around=around)


def shipped_strategies() -> Mapping[str, PairingStrategy]:
    """Return the shipped strategies by id, with their default sizes."""
    strategies: tuple[PairingStrategy, ...] = (
        OneToOne(),
        ManyToOne(),
        OneToMany(),
        ProxyParent(),
        PeerPairing(),
        StablePairing(),
    )
    return MappingProxyType({strategy.id: strategy for strategy in strategies})


def pair(
    problem: PairingProblem, *, strategy: PairingStrategy | str = "one-to-one", rules: PairingRules | None = None
) -> PairingPlan:
    """Pair the children of *problem* with its helpers.

    Args:
        problem: Who, where, when.
        strategy: A strategy, or the id of a shipped one.
        rules: Constraints, scores and limits; the shipped ones if not given.

    Raises:
        PairingError: No shipped strategy has that id, or the problem cannot be solved as asked.
    """
    if isinstance(strategy, str):
        shipped = shipped_strategies()
        if strategy not in shipped:
            raise PairingError(f"no strategy has the id {strategy!r}: shipped are {', '.join(sorted(shipped))}")
        strategy = shipped[strategy]
    if not isinstance(strategy, PairingStrategy):
        raise PairingError("a strategy has an id, a title and a method pair(problem, rules)")
    if not isinstance(problem, PairingProblem):
        raise PairingError(f"a PairingProblem is wanted, not a {type(problem).__name__}")
    return strategy.pair(problem, rules if rules is not None else PairingRules())
