"""Does the kit for plugin authors catch strategies that break the law?"""

from collections import Counter

import attrs
import pytest
from hypothesis import Phase, find, settings

from careprogram.ids import ChildId, HelperId
from careprogram.language import Text
from careprogram.pairing import (
    ChildNeed,
    ExistingTies,
    HelperOffer,
    ManyToOne,
    OneToMany,
    PairingProblem,
    PairingRules,
    ProposedPair,
    ProxyParent,
    Remedy,
    RemedyKind,
    ScreeningConstraint,
    SiblingRule,
    UnpairedChild,
    default_constraints,
)
from careprogram.pairing.planning import PlanningRun
from careprogram.people import Child, Helper, HelperKind
from careprogram.people.place_code import PlaceLevel
from careprogram.testing import check_strategy
from careprogram.testing.pairing_laws import (
    AS_OF,
    OPTIMALITY_LAWS,
    SAFETY_LAWS,
    pairing_problems,
    small_places,
    who_waits_has_nobody_free,
)


@attrs.frozen
class Wrapped:
    """The shipped strategy with a fault put in afterwards."""

    id = "one-to-many"
    title = Text("有故障的", "faulty")

    def pair(self, problem, rules):
        return self.spoil(OneToMany().pair(problem, rules), problem, rules)


class AcceptsExpired(Wrapped):
    def pair(self, problem, rules):
        lax = tuple(one for one in rules.constraints if not isinstance(one, ScreeningConstraint))
        return OneToMany().pair(problem, attrs.evolve(rules, constraints=lax))


class Overloads(Wrapped):
    def pair(self, problem, rules):
        more = [attrs.evolve(offer, capacity=offer.capacity + 1) for offer in problem.helpers]
        return OneToMany().pair(attrs.evolve(problem, helpers=tuple(more)), rules)


class GoesByInputOrder(Wrapped):
    def spoil(self, plan, problem, rules):
        order = {need.id: at for at, need in enumerate(problem.children)}
        return attrs.evolve(plan, pairs=tuple(sorted(plan.pairs, key=lambda pair: order[pair.child])))


class LosesChildren(Wrapped):
    def spoil(self, plan, problem, rules):
        return attrs.evolve(plan, unpaired=plan.unpaired[1:])


class GivesNoReason(Wrapped):
    def spoil(self, plan, problem, rules):
        return attrs.evolve(plan, unpaired=tuple(UnpairedChild(child=one.child, reasons=()) for one in plan.unpaired))


class ForgetsTiers(Wrapped):
    def pair(self, problem, rules):
        flat = [attrs.evolve(need, tier=4 - need.tier) for need in problem.children]
        return OneToMany().pair(attrs.evolve(problem, children=tuple(flat)), rules)


class ForgetsAnswers(Wrapped):
    def pair(self, problem, rules):
        standing = tuple(one for one in problem.existing if one.stands)
        return OneToMany().pair(attrs.evolve(problem, existing=standing), rules)


class ForgetsTies(Wrapped):
    def pair(self, problem, rules):
        return OneToMany().pair(attrs.evolve(problem, existing=()), rules)


class SwallowsFaults(Wrapped):
    def pair(self, problem, rules):
        shipped = {one.id for one in default_constraints()}
        kept = tuple(one for one in rules.constraints if one.id in shipped)
        return OneToMany().pair(problem, attrs.evolve(rules, constraints=kept))


class Greedy(Wrapped):
    """First come, first served: the pairs of the plan are thrown away and chosen one by one."""

    def spoil(self, plan, problem, rules):
        flow, used, taken = plan.problem, Counter(), {}
        columns = sorted(zip(flow.edge_values, flow.edge_children, flow.edge_helpers, strict=True), reverse=True)
        for value, child, helper in columns:
            if child not in taken and used[helper] < flow.places[helper]:
                taken[child] = (helper, value)
                used[helper] += 1
        settled = {child for child, _ in plan.settled}
        pairs = [pair for pair in plan.pairs if pair.child in settled]
        for child, (helper, value) in taken.items():
            key = flow.child_keys[child]
            pairs.append(
                ProposedPair(child=key, helper=flow.helper_keys[helper], role="helper", score=value, scores={})
            )
        pairs.sort(key=lambda pair: pair.child)
        paired, busy = {pair.child for pair in pairs}, {pair.helper for pair in pairs}
        reason = plan.unpaired[0].reasons if plan.unpaired else ("none",)
        tiers = {need.id: need.tier for need in problem.children}
        totals = attrs.evolve(plan.totals, covered=dict(Counter(tiers[child] for child in paired)), broken=0)
        return attrs.evolve(
            plan,
            pairs=tuple(pairs),
            unpaired=tuple(UnpairedChild(child=child, reasons=reason) for child in sorted(tiers.keys() - paired)),
            idle=tuple(one for one in plan.idle if one.helper not in busy)
            + tuple(self.idle(one.id) for one in problem.helpers if one.id not in busy | {i.helper for i in plan.idle}),
            totals=totals,
            shortages=(),
        )

    @staticmethod
    def idle(helper):
        from careprogram.pairing import IdleHelper

        return IdleHelper(helper=helper, reasons=("none",))


class KeepsWhatIsStale(Wrapped):
    """What stands is kept, whatever the rules say by now."""

    def spoil(self, plan, problem, rules):
        here = {pair.child for pair in plan.pairs}
        stale = [one for one in problem.existing if one.stands and one.child not in here]
        more = [ProposedPair(child=one.child, helper=one.helper, role="helper", score=0, scores={}) for one in stale]
        return attrs.evolve(plan, pairs=tuple(sorted((*plan.pairs, *more), key=lambda pair: pair.child)))


class DualsOffByOne(Wrapped):
    def spoil(self, plan, problem, rules):
        prices = {helper: price + 1 for helper, price in plan.certificate.prices.items()}
        return attrs.evolve(plan, certificate=attrs.evolve(plan.certificate, prices=prices))


class BreaksTiesForNothing(Wrapped):
    def pair(self, problem, rules):
        if rules.existing is ExistingTies.PRICE:
            rules = attrs.evolve(rules, tie_price=0)
        return OneToMany().pair(problem, rules)


class LooksAway(Wrapped):
    """The proof is about a smaller problem than the one asked."""

    def pair(self, problem, rules):
        away = frozenset((need.id, offer.id) for need in problem.children for offer in problem.helpers[:1])
        return OneToMany().pair(attrs.evolve(problem, excluded_pairs=away), rules)


@pytest.mark.parametrize(
    ("faulty", "law"),
    [
        (KeepsWhatIsStale, "nothing_stale_is_kept"),
        (DualsOffByOne, "the_certificate_holds"),
        (BreaksTiesForNothing, "breaking_a_tie_is_worth_its_price"),
        (LooksAway, "the_proof_is_about_all_pairs"),
        (AcceptsExpired, "no_constraint_is_broken"),
        (Overloads, "nobody_is_overloaded"),
        (GoesByInputOrder, "order_does_not_matter"),
        (LosesChildren, "everybody_is_answered"),
        (GivesNoReason, "everybody_is_answered"),
        (ForgetsTiers, "urgent_children_come_first"),
        (ForgetsAnswers, "a_no_is_remembered"),
        (ForgetsTies, "a_no_is_remembered"),
        (SwallowsFaults, "a_failing_constraint_blocks"),
        (Greedy, "the_certificate_holds"),
    ],
)
def test_a_faulty_strategy_is_caught(faulty, law):
    """The kit catches each fault, and the law that speaks of it sees it by itself: which is asked first is chance."""

    def breaks(problem):
        try:
            {**SAFETY_LAWS, **OPTIMALITY_LAWS}[law](faulty(), problem, PairingRules())
        except AssertionError:
            return True
        return False

    alone = settings(max_examples=1_000, derandomize=True, phases=[Phase.generate])
    assert find(pairing_problems(), breaks, settings=alone)
    with pytest.raises(AssertionError, match="breaks the law"):
        check_strategy(faulty(), examples=300, shrink=False)


def test_a_larger_load_than_promised_is_caught():
    """The sizes that an author promises are checked too."""
    with pytest.raises(AssertionError, match="at most 1 are allowed"):
        check_strategy(OneToMany(), children_per_helper=1, examples=200, shrink=False)


def test_what_is_no_strategy_is_refused():
    """An object without the three members of a strategy is told what is missing."""
    with pytest.raises(AssertionError, match="an id, a title and a method"):
        check_strategy(object(), rules=PairingRules())


def test_a_tier_that_overflows_is_caught(monkeypatch):
    """Where the bonus of a tier wraps around, the kit sees that tiers no longer come before scores."""
    whole = PlanningRun._seats

    def wrapped(run):
        return tuple(tuple(level % 1_000 for level in levels) for levels in whole(run))

    monkeypatch.setattr(PlanningRun, "_seats", wrapped)
    laws = "urgent_children_come_first|one_more_helper_never_hurts|the_certificate_holds"
    with pytest.raises(AssertionError, match=f"breaks the law '({laws})"):
        check_strategy(OneToMany(), examples=300, shrink=False)


def test_a_remedy_that_does_not_help_is_caught(monkeypatch):
    """A remedy is applied and everything is paired again; one that only sounds good does not pass."""

    def sounds_good(problem, *_, **__):
        return tuple(Remedy(kind=RemedyKind.ADD_PLACES, helper=one.id) for one in problem.helpers[:1])

    monkeypatch.setattr("careprogram.testing.pairing_plan_laws.remedies_for_child", sounds_good)
    with pytest.raises(AssertionError, match="breaks the law 'remedies_help'"):
        check_strategy(OneToMany(), examples=100, shrink=False)


def test_a_child_that_waits_beside_an_empty_place_is_caught():
    """Told that nobody is there while somebody is: the law counts places."""

    class Idles(Wrapped):
        def spoil(self, plan, problem, rules):
            return attrs.evolve(plan, pairs=(), unpaired=(UnpairedChild(child="a", reasons=("none",)),))

    problem = PairingProblem(
        children=(ChildNeed(child=Child(id=ChildId("a"))),),
        helpers=(HelperOffer(helper=Helper(id=HelperId("x"), kind=HelperKind.CADRE)),),
        places=small_places(),
        as_of=AS_OF,
    )
    unbound = PairingRules(constraints=())
    who_waits_has_nobody_free(OneToMany(), problem, unbound)
    with pytest.raises(AssertionError, match="waits beside an empty place"):
        who_waits_has_nobody_free(Idles(), problem, unbound)


@pytest.mark.parametrize(
    "strategy",
    [
        ManyToOne(whole=True),
        ManyToOne(local_within=PlaceLevel.TOWNSHIP),
        OneToMany(minimum=2, whole=True),
        OneToMany(siblings=SiblingRule.REQUIRE),
        OneToMany(fair_load=True),
        ProxyParent(),
    ],
    ids=("whole", "local", "whole-load", "siblings", "fair", "proxy"),
)
def test_teams_and_loads_keep_the_laws(strategy):
    """What is held together by the search over whole teams keeps every law that speaks of it."""
    pytest.importorskip("ortools")
    check_strategy(strategy, examples=12, shrink=False)
