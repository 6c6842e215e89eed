"""In which pattern do helpers who come on foot take children?

One-to-many with a limit of its own: whoever walks visits two children at the most. The library solves it, proves it and
explains it; a strategy says only what is asked.
"""

import attrs

from careprogram.language import Text
from careprogram.pairing import PairingPlan, PairingProblem, PairingRules, Shape, plan_by_flow
from careprogram_walking.rules import WalkingDistanceConstraint


@attrs.frozen(kw_only=True)
class Walking:
    """步行帮扶: a helper takes up to two children within walking distance.

    Attributes:
        farthest_m: Meters between the two places at the most.
        most_children: Children a helper, on top of the helper's own limit.
    """

    farthest_m: int = 5_000
    most_children: int = 2
    id: str = attrs.field(default="walking", init=False)
    title: Text = attrs.field(default=Text("步行帮扶", "helpers on foot"), init=False)

    @property
    def constraints(self) -> tuple[WalkingDistanceConstraint, ...]:
        """The hard rule of the strategy itself, asked in addition to those of the program."""
        return (WalkingDistanceConstraint(farthest_m=self.farthest_m),)

    @property
    def shape(self) -> Shape:
        """What is asked. Told, it lets remedies be tried by exact updates instead of pairing everybody again."""
        return Shape(load_maximum=self.most_children)

    def pair(self, problem: PairingProblem, rules: PairingRules) -> PairingPlan:
        """Return the plan that serves most children, the most urgent first, with the best total score."""
        return plan_by_flow(
            problem,
            rules,
            strategy=self.id,
            shape=self.shape,
            extra_constraints=self.constraints,
        )
