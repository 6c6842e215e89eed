"""In which pattern are children and helpers paired?

One-to-one, many-to-one and one-to-many (一对一、多对一、一对多) and peer pairing in a class (一帮一，一对红), each
a named strategy. All four are one exact flow, see `planning`; a plugin may answer in any other way.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol, runtime_checkable

import attrs

from careprogram.errors import PairingError
from careprogram.language import Text
from careprogram.pairing.constraints import ClassmateConstraint
from careprogram.pairing.plan import PairingPlan
from careprogram.pairing.planning import Shape, plan_by_flow
from careprogram.pairing.problem import PairingProblem
from careprogram.pairing.rules import PairingRules
from careprogram.pairing.stable_strategy import StablePairing


@runtime_checkable
class PairingStrategy(Protocol):
    """A way to pair that a plugin may add; `careprogram.testing.pairing_laws.check_strategy` runs its laws.

    An attribute ``constraints`` with hard rules of the strategy's own is optional; the laws then ask these, too.
    """

    @property
    def id(self) -> str:
        """Stable id, kebab-case."""

    @property
    def title(self) -> Text:
        """What a reader sees."""

    def pair(self, problem: PairingProblem, rules: PairingRules) -> PairingPlan:
        """Return a plan that breaks no constraint of *rules* and overloads nobody."""


@attrs.frozen(kw_only=True)
class OneToOne:
    """一对一: one helper for one child, and no second child for the helper."""

    id: str = attrs.field(default="one-to-one", init=False)
    title: Text = attrs.field(default=Text("一对一", "one-to-one"), init=False)

    def pair(self, problem: PairingProblem, rules: PairingRules) -> PairingPlan:
        """Return the plan that covers most children, tier by tier, with the best total score."""
        return plan_by_flow(problem, rules, strategy=self.id, shape=Shape(load_maximum=1))


@attrs.frozen(kw_only=True)
class ManyToOne:
    """多对一: a team for one child, one of it leading (代理家长), the others supporting.

    What is proven: most children with at least one helper, tier by tier; then most seats filled up to the minimum; then
    most seats up to the maximum; then the best total score. How many teams reach the minimum is not maximized as such
    (that is no flow); those below it are reported.

    Attributes:
        minimum: Helpers that a team should have.
        maximum: Helpers that a team may have.
    """

    minimum: int = 2
    maximum: int = 3
    id: str = attrs.field(default="many-to-one", init=False)
    title: Text = attrs.field(default=Text("多对一", "many-to-one"), init=False)

    def pair(self, problem: PairingProblem, rules: PairingRules) -> PairingPlan:
        """Return the plan of teams."""
        shape = Shape(team_minimum=self.minimum, team_maximum=self.maximum, team=True)
        return plan_by_flow(problem, rules, strategy=self.id, shape=shape)


@attrs.frozen(kw_only=True)
class OneToMany:
    """一对多: one helper takes several children, up to the capacity.

    Attributes:
        minimum: Children that a helper in use should have; fewer is reported.
        maximum: Children at the most, on top of the helper's own capacity; None for the capacity alone.
    """

    minimum: int = 1
    maximum: int | None = None
    id: str = attrs.field(default="one-to-many", init=False)
    title: Text = attrs.field(default=Text("一对多", "one-to-many"), init=False)

    def pair(self, problem: PairingProblem, rules: PairingRules) -> PairingPlan:
        """Return the plan that covers most children, tier by tier, with the best total score."""
        shape = Shape(load_minimum=self.minimum, load_maximum=self.maximum)
        return plan_by_flow(problem, rules, strategy=self.id, shape=shape)


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


def shipped_strategies() -> Mapping[str, PairingStrategy]:
    """Return the shipped strategies by id, with their default sizes."""
    strategies: tuple[PairingStrategy, ...] = (OneToOne(), ManyToOne(), OneToMany(), PeerPairing(), StablePairing())
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
    return strategy.pair(problem, rules if rules is not None else PairingRules())
