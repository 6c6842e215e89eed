"""What did a strategy answer?

Pairs, children without a helper, helpers without a child, and why. A plan proposes; it changes no record and
decides for nobody. It holds opaque ids only.
"""

from collections.abc import Mapping

import attrs

from careprogram.ids import ChildId, HelperId
from careprogram.language import Text
from careprogram.pairing.solving.assignment import AssignmentProblem
from careprogram.pairing.solving.certificate import Certificate, Verification, verify
from careprogram.pairing.teams.certificate import verify_teams
from careprogram.pairing.teams.rules import TeamRules
from careprogram.people.enums import Answer


class PairingRole(Answer):
    """As what a helper serves a child."""

    LEAD = "lead", "代理家长"
    SUPPORTER = "supporter", "协助者"
    PEER = "peer", "结对同学"
    HELPER = "helper", "帮扶人"


@attrs.frozen(kw_only=True)
class ProposedPair:
    """One child with one helper.

    Attributes:
        child: The child.
        helper: The helper.
        role: As what.
        score: The weighted mean of the scores, 0-1000.
        scores: Each score by id, 0-1000.
        kept: Whether the pair stood before.
    """

    child: ChildId
    helper: HelperId
    role: PairingRole
    score: int
    scores: Mapping[str, int]
    kept: bool = False


@attrs.frozen(kw_only=True)
class Reason:
    """Why somebody stays without a partner.

    Attributes:
        code: Stable and language-free, such as ``"screening"``, ``"shortage"`` or ``"not-needed"``.
        text: What a reader sees.
        count: How many possible partners it concerns; for a shortage how many places are missing.
    """

    code: str
    text: Text
    count: int


@attrs.frozen(kw_only=True)
class Shortage:
    """Children that share too few places (a violator of Hall's condition); anybody can check it by counting.

    All helpers these children could have are in ``helpers``, and all the children are at least as urgent as ``tier``.

    Attributes:
        children: The children, those with a helper from this group included.
        helpers: Every helper that any of them could have.
        places: Free places of these helpers; fewer than there are children.
        held: Further places of theirs, held by pairs that were kept as they stood.
        tier: The tier of those who go without.
    """

    children: tuple[ChildId, ...]
    helpers: tuple[HelperId, ...]
    places: int
    held: int = 0
    tier: int


@attrs.frozen(kw_only=True)
class UnpairedChild:
    """A child without any helper.

    Attributes:
        child: The child.
        reasons: Most frequent first; never empty.
        shortage: Position in ``PairingPlan.shortages``; None if no helper is allowed at all.
    """

    child: ChildId
    reasons: tuple[Reason, ...]
    shortage: int | None = None


@attrs.frozen(kw_only=True)
class ShortTeam:
    """A child with fewer helpers than the minimum of the strategy.

    Attributes:
        child: The child.
        helpers: How many it has.
        minimum: How many it should have.
        reasons: Why there are no more.
    """

    child: ChildId
    helpers: int
    minimum: int
    reasons: tuple[Reason, ...]


@attrs.frozen(kw_only=True)
class IdleHelper:
    """A helper without any child.

    Attributes:
        helper: The helper.
        reasons: Most frequent first; never empty.
    """

    helper: HelperId
    reasons: tuple[Reason, ...]


@attrs.frozen(kw_only=True)
class Fault:
    """A constraint or score that raised or answered nonsense. A constraint then blocks the pair, a score counts 0.

    Attributes:
        source: Id of the constraint or score.
        error: The class of the error; its text could hold personal data and is left out.
        count: How often.
    """

    source: str
    error: str
    count: int


@attrs.frozen(kw_only=True)
class PairingTotals:
    """The plan in numbers.

    Attributes:
        children: Children asked for.
        covered: Children with at least one helper, by tier.
        wanting: Children asked for, by tier.
        pairs: Pairs, kept ones included.
        kept: Pairs that stood before.
        broken: Pairs that stood before and no longer do.
        score: Sum of the pairs' scores.
        candidates: Allowed pairs that the plan was chosen from.
        left_out: Pairs that were not looked at because nearer ones filled the limit per child.
    """

    children: int
    covered: Mapping[int, int]
    wanting: Mapping[int, int]
    pairs: int
    kept: int
    broken: int
    score: int
    candidates: int
    left_out: int


class ProofKind(Answer):
    """Who proved that a plan with rules of teams is the best.

    ``CHECKED``: the small checker can, from the prices. ``SOLVED``: the solver says so, and nobody else checked it.
    ``OPEN``: nobody; the steps say how far it may be.
    """

    CHECKED = "checked", "已核验最优"
    SOLVED = "solved", "求解器证明最优"
    OPEN = "open", "未证明最优"


@attrs.frozen(kw_only=True)
class PlanProof:
    """What is proven about a plan with rules of teams, loads or siblings.

    Attributes:
        kind: By whom.
        steps: Per step of the objective what was reached and what is possible at the most, see `team_rules.worth`.
        canonical: Whether the tie-break is settled, too, so that every version of the solver gives this plan.
    """

    kind: ProofKind
    steps: tuple[tuple[int, int], ...]
    canonical: bool

    @property
    def gaps(self) -> tuple[int, ...]:
        """How far each step may be from the best, the tie-break left out."""
        return tuple(bound - reached for reached, bound in self.steps[:-1])


@attrs.frozen(kw_only=True)
class PairingPlan:
    """The answer of a strategy.

    Attributes:
        strategy: Its id.
        pairs: Sorted by child, the lead first, then by helper.
        unpaired: Children without a helper, sorted.
        idle: Helpers without a child, sorted.
        short_teams: Children below the minimum team, sorted.
        light_loads: Helpers that have a child but fewer than the minimum load, sorted.
        shortages: The groups that unpaired children point to.
        faults: Constraints and scores that failed.
        totals: In numbers.
        settled: The pairs that were kept before anything was solved; each took a seat and a place beforehand.
        problem: The bare problem that was solved: free seats, free places, allowed pairs. Left out of equality.
        certificate: The proof that the answer to it is the best; None if the strategy proves nothing.
        team_rules: What held teams, loads and families together; None where no such rule was asked.
        proof: What is proven where such rules were asked, and by whom.
    """

    strategy: str
    pairs: tuple[ProposedPair, ...]
    unpaired: tuple[UnpairedChild, ...]
    idle: tuple[IdleHelper, ...]
    short_teams: tuple[ShortTeam, ...] = ()
    light_loads: tuple[HelperId, ...] = ()
    shortages: tuple[Shortage, ...] = ()
    faults: tuple[Fault, ...] = ()
    totals: PairingTotals
    settled: tuple[tuple[ChildId, HelperId], ...] = ()
    problem: AssignmentProblem | None = attrs.field(default=None, repr=False, eq=False)
    certificate: Certificate | None = attrs.field(default=None, repr=False, eq=False)
    team_rules: TeamRules | None = attrs.field(default=None, repr=False, eq=False)
    proof: PlanProof | None = attrs.field(default=None, eq=False)

    def verify(self) -> Verification | None:
        """Check the plan with the small checker; None if it carries no certificate.

        Pairs that were kept as they stood are no part of the problem that was solved.
        """
        if self.problem is None or self.certificate is None:
            return None
        settled = set(self.settled)
        chosen = [key for pair in self.pairs if (key := (pair.child, pair.helper)) not in settled]
        if self.team_rules is not None:
            return verify_teams(self.problem, self.team_rules, chosen, self.certificate)
        return verify(self.problem, chosen, self.certificate)
