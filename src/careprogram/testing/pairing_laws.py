"""Does a pairing strategy keep the laws of pairing?

`check_strategy(strategy)` is all that a plugin author calls: it makes up small problems with every trap in them
(expired screenings, refused consents, exclusions, helpers without places, unknown places) and runs each law on each.
The laws are also here one by one. Needs the extra ``[testing]``.
"""

import datetime as dt
import functools
from collections import Counter
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import attrs
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st

from careprogram.ids import ChildId, HelperId
from careprogram.language import Text
from careprogram.pairing import (
    ChildNeed,
    HelperOffer,
    PairingContext,
    PairingPlan,
    PairingProblem,
    PairingRules,
    PairingStrategy,
    decline,
    default_constraints,
    pairings_of,
    propose,
)
from careprogram.people import (
    Child,
    ChildWishes,
    Consent,
    Grade,
    Helper,
    HelperKind,
    HelperWishes,
    Place,
    PlaceCode,
    PlaceTree,
    Residence,
    Schooling,
    Screening,
    ScreeningResult,
    Sex,
    Weekday,
)
from careprogram.people.places import Coordinates
from careprogram.testing.pairing_plan_laws import (
    breaking_a_tie_is_worth_its_price,
    no_other_plan_is_better,
    remedies_help,
    teams_wait_for_a_reason,
    the_certificate_holds,
)
from careprogram.unknown import UNKNOWN

AS_OF: Final = dt.date(2026, 9, 1)
"""The day of every made-up problem."""

_CLEAR = Screening(result=ScreeningResult.CLEAR, checked_on=dt.date(2026, 1, 1), expires_on=dt.date(2026, 12, 31))
_EXPIRED = attrs.evolve(_CLEAR, checked_on=dt.date(2025, 1, 1), expires_on=dt.date(2026, 8, 31))
_BARRED = attrs.evolve(_CLEAR, result=ScreeningResult.BARRED)
_GIVEN = Consent(given_on=dt.date(2026, 1, 1))
_LAPSED = Consent(given_on=dt.date(2025, 1, 1), expires_on=dt.date(2026, 8, 31))
_VILLAGES = tuple(PlaceCode(text) for text in ("520526101201", "520526101202", "520526102201", "520502003201"))
_CLASSES = (("first school", Grade(5), "1"), ("first school", Grade(5), "2"))
_GROWN_UPS = tuple(kind for kind in HelperKind if kind is not HelperKind.CLASSMATE)


@functools.cache
def small_places() -> PlaceTree:
    """Return two counties with three townships and four villages; one village has no coordinates."""
    wider = sorted({ancestor for code in _VILLAGES for ancestor in code.ancestors})
    places = [Place(code=code, name=f"place {code}") for code in wider]
    for number, code in enumerate(_VILLAGES):
        where = Coordinates(latitude=26_860_000 + 40_000 * number, longitude=104_280_000)
        places.append(Place(code=code, name=f"village {code}", coordinates=where if number != 2 else UNKNOWN))
    return PlaceTree(tuple(sorted(places, key=lambda place: place.code.text)))


def _mostly(good: object, *others: object) -> st.SearchStrategy[Any]:
    """Return *good* six times out of seven, so that problems are mostly about scarce places."""
    return st.sampled_from((good,) * (6 * max(1, len(others))) + others)


def _one_of(*values: object) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


@st.composite
def _children(draw: st.DrawFn, number: int, helpers: tuple[HelperId, ...]) -> ChildNeed:
    school, grade, class_name = draw(st.sampled_from(_CLASSES))
    some_helpers = _mostly(frozenset(), *(frozenset({helper}) for helper in helpers[:2]))
    child = Child(
        id=ChildId(f"child-{number}"),
        sex=draw(_one_of(Sex.FEMALE, Sex.MALE, UNKNOWN)),
        residence=Residence(place=draw(_one_of(*_VILLAGES, UNKNOWN))),
        schooling=Schooling(school=school, grade=grade, class_name=class_name),
        consent=draw(_mostly(_GIVEN, None, UNKNOWN, _LAPSED)),
        siblings=draw(_mostly(frozenset(), frozenset({ChildId(f"child-{max(0, number - 1)}")}))) - {f"child-{number}"},
        wishes=ChildWishes(
            sex=draw(_mostly(None, Sex.FEMALE)),
            preferred=draw(some_helpers),
            excluded=draw(some_helpers),
        ),
    )
    return ChildNeed(child=child, tier=draw(st.integers(1, 3)))


@st.composite
def _helpers(draw: st.DrawFn, number: int, children: tuple[ChildId, ...], kinds: tuple[HelperKind, ...]) -> HelperOffer:
    school, grade, class_name = draw(st.sampled_from(_CLASSES))
    some_children = _mostly(frozenset(), *(frozenset({child}) for child in children[:2]))
    helper = Helper(
        id=HelperId(f"helper-{number}"),
        kind=draw(st.sampled_from(kinds)),
        sex=draw(_one_of(Sex.FEMALE, Sex.MALE, UNKNOWN)),
        birth_date=draw(_mostly(dt.date(1980, 1, 1), dt.date(2012, 1, 1), UNKNOWN)),
        residence=Residence(place=draw(_one_of(*_VILLAGES, UNKNOWN))),
        school=school,
        grade=grade,
        class_name=class_name,
        availability=draw(st.sampled_from((frozenset[Weekday](), frozenset({Weekday.SUNDAY})))),
        capacity=draw(st.sampled_from((1, 2, 1, 3, 1, 0))),
        screening=draw(_mostly(_CLEAR, None, UNKNOWN, _EXPIRED, _BARRED)),
        consent=draw(_mostly(_GIVEN, None, UNKNOWN, _LAPSED)),
        wishes=HelperWishes(
            sex=draw(_mostly(None, Sex.MALE)),
            farthest_m=draw(_mostly(None, 0, 5_000)),
            excluded=draw(some_children),
        ),
    )
    return HelperOffer(helper=helper)


@st.composite
def pairing_problems(draw: st.DrawFn, *, most_children: int = 6, most_helpers: int = 5) -> PairingProblem:
    """Draw a problem without earlier pairings.

    Args:
        draw: Given by Hypothesis.
        most_children: Children at the most.
        most_helpers: Helpers at the most.
    """
    # Both ends and the full size often: an empty problem is a trap, a crowded one is the point.
    sizes = [st.sampled_from((most, most, 1, *range(most + 1))) for most in (most_children, most_helpers)]
    children = tuple(ChildId(f"child-{i}") for i in range(draw(sizes[0])))
    helpers = tuple(HelperId(f"helper-{v}") for v in range(draw(sizes[1])))
    kinds = draw(st.sampled_from((_GROWN_UPS, (HelperKind.CLASSMATE,), tuple(HelperKind))))
    return PairingProblem(
        children=tuple(draw(_children(i, helpers)) for i in range(len(children))),
        helpers=tuple(draw(_helpers(v, children, kinds)) for v in range(len(helpers))),
        places=small_places(),
        as_of=AS_OF,
    )


def allowed_helpers(
    problem: PairingProblem, rules: PairingRules, plan: PairingPlan, strategy: PairingStrategy | None = None
) -> Mapping[str, set[str]]:
    """Return per child every helper that all constraints of *rules* and of *strategy* allow, asked one by one.

    A strategy with hard rules of its own tells them in an attribute ``constraints``.
    """
    constraints = (*rules.constraints, *getattr(strategy, "constraints", ()))
    peer = any(pair.role == "peer" for pair in plan.pairs)
    context = PairingContext.of(problem, strategy=plan.strategy, peer=peer)
    return {
        need.id: {
            offer.id
            for offer in problem.helpers
            if all(constraint.allows(need, offer, context) is True for constraint in constraints)
        }
        for need in problem.children
    }


Law: TypeAlias = Callable[[PairingStrategy, PairingProblem, PairingRules], None]


def no_constraint_is_broken(strategy: PairingStrategy, problem: PairingProblem, rules: PairingRules) -> None:
    """Every pair is allowed by every hard constraint."""
    plan = strategy.pair(problem, rules)
    allowed = allowed_helpers(problem, rules, plan, strategy)
    for pair in plan.pairs:
        assert pair.helper in allowed[pair.child], f"{pair.child} and {pair.helper} may not be paired"


def nobody_is_overloaded(strategy: PairingStrategy, problem: PairingProblem, rules: PairingRules) -> None:
    """No helper has more children than its capacity, and no pair is proposed twice."""
    plan = strategy.pair(problem, rules)
    capacity = {offer.id: offer.capacity for offer in problem.helpers}
    for helper, load in Counter(pair.helper for pair in plan.pairs).items():
        assert load <= capacity[helper], f"{helper} has {load} children and {capacity[helper]} places"
    keys = [(pair.child, pair.helper) for pair in plan.pairs]
    assert len(set(keys)) == len(keys), "a pair is proposed twice"


def everybody_is_answered(strategy: PairingStrategy, problem: PairingProblem, rules: PairingRules) -> None:
    """Each child is paired or explained, each helper is used or explained, and the totals count them."""
    plan = strategy.pair(problem, rules)
    paired, used = {pair.child for pair in plan.pairs}, {pair.helper for pair in plan.pairs}
    unpaired, idle = [one.child for one in plan.unpaired], [one.helper for one in plan.idle]
    assert sorted([*paired, *unpaired]) == sorted(need.id for need in problem.children), "a child is lost or doubled"
    assert sorted([*used, *idle]) == sorted(offer.id for offer in problem.helpers), "a helper is lost or doubled"
    reasons = [one.reasons for one in plan.unpaired] + [one.reasons for one in plan.idle]
    assert all(reasons), "somebody is left without a reason"
    assert sum(plan.totals.covered.values()) == len(paired), "the totals count the covered children wrong"


def order_does_not_matter(strategy: PairingStrategy, problem: PairingProblem, rules: PairingRules) -> None:
    """The same people in another order get the same plan."""
    turned = attrs.evolve(problem, children=problem.children[::-1], helpers=problem.helpers[::-1])
    assert strategy.pair(turned, rules) == strategy.pair(problem, rules), "the order of the input changed the plan"


def pairing_again_changes_nothing(strategy: PairingStrategy, problem: PairingProblem, rules: PairingRules) -> None:
    """With the plan's own pairings standing, the next run proposes exactly them."""
    first = strategy.pair(problem, rules)
    again = attrs.evolve(problem, existing=pairings_of(first, on=problem.as_of))
    second = strategy.pair(again, rules)
    assert _keys(second) == _keys(first), "a second run on the same data changed the pairs"
    assert second.totals.broken == 0, "a second run on the same data broke a tie"


def a_no_is_remembered(strategy: PairingStrategy, problem: PairingProblem, rules: PairingRules) -> None:
    """A pair that one side declined is not proposed again."""
    first = pairings_of(strategy.pair(problem, rules), on=problem.as_of)
    for pairing in first[:1]:
        declined = decline(pairing, on=problem.as_of, reason="no time")
        second = strategy.pair(attrs.evolve(problem, existing=(declined,)), rules)
        again = any((pair.child, pair.helper) == (pairing.child, pairing.helper) for pair in second.pairs)
        assert not again, f"{pairing.child} and {pairing.helper} are proposed again after a no"


def a_failing_constraint_blocks(strategy: PairingStrategy, problem: PairingProblem, rules: PairingRules) -> None:
    """A constraint that raises for a child leaves that child unpaired and is named."""
    for need in problem.children[:1]:
        plan = strategy.pair(problem, attrs.evolve(rules, constraints=(_Raising(child=need.id), *rules.constraints)))
        assert all(pair.child != need.id for pair in plan.pairs), "a constraint raised and the pair was proposed"
        asked = any(fault.source == "raising" for fault in plan.faults)
        blocked = {reason.code for one in plan.unpaired if one.child == need.id for reason in one.reasons}
        assert asked or blocked or not problem.helpers, "a constraint raised and the plan does not name it"


def nothing_stale_is_kept(strategy: PairingStrategy, problem: PairingProblem, rules: PairingRules) -> None:
    """A pair that stands is not kept where the rules forbid it by now, or where there is no longer room for it."""
    ties = tuple(
        propose(need.id, offer.id, strategy=strategy.id, on=problem.as_of)
        for need, offer in zip(problem.children, problem.helpers, strict=False)
    )
    tied = attrs.evolve(problem, existing=ties)
    no_constraint_is_broken(strategy, tied, rules)
    nobody_is_overloaded(strategy, tied, rules)


def urgent_children_come_first(strategy: PairingStrategy, problem: PairingProblem, rules: PairingRules) -> None:
    """No child waits for a place that a less urgent child holds."""
    plan = strategy.pair(problem, rules)
    if plan.team_rules is not None:  # a child may wait for a whole team, a lead or a sibling
        teams_wait_for_a_reason(strategy, problem, rules)
        return
    tier = {need.id: need.tier for need in problem.children}
    allowed = allowed_helpers(problem, rules, plan, strategy)
    classes = plan.problem if any(pair.role == "peer" for pair in plan.pairs) else None
    for one in plan.unpaired:
        for pair in plan.pairs:
            possible = pair.helper in allowed[one.child] and classes is None
            assert not (possible and tier[pair.child] > tier[one.child]), (
                f"{one.child} of tier {tier[one.child]} waits while {pair.child} of tier {tier[pair.child]} is served"
            )


def one_more_helper_never_hurts(strategy: PairingStrategy, problem: PairingProblem, rules: PairingRules) -> None:
    """Adding a helper covers no fewer children, counted down to any tier."""
    for offer in problem.helpers:
        fewer = attrs.evolve(problem, helpers=tuple(one for one in problem.helpers if one is not offer))
        without = _covered_down_to(strategy.pair(fewer, rules))
        with_all = _covered_down_to(strategy.pair(problem, rules))
        assert all(without[tier] <= with_all[tier] for tier in without), f"with {offer.id} fewer children are covered"


def the_proof_is_about_all_pairs(strategy: PairingStrategy, problem: PairingProblem, rules: PairingRules) -> None:
    """What was solved holds every allowed pair with a free place, unless the plan says that pairs were left out."""
    plan = strategy.pair(problem, rules)
    bare, peer = plan.problem, any(pair.role == "peer" for pair in plan.pairs)
    if bare is None or peer or plan.totals.left_out or strategy.id == "peer":
        return
    allowed, settled = allowed_helpers(problem, rules, plan, strategy), set(plan.settled)
    free = {helper for helper, places in zip(bare.helper_keys, bare.places, strict=True) if places}
    known = {
        (bare.child_keys[int(child)], bare.helper_keys[int(helper)])
        for child, helper in zip(bare.edge_children, bare.edge_helpers, strict=True)
    }
    for child, seats in zip(bare.child_keys, bare.seats, strict=True):
        for helper in (allowed[child] & free) if seats else ():
            looked_at = (child, helper) in known or (child, helper) in settled
            assert looked_at, f"{child} may have {helper}, and the proof does not know"


def who_waits_has_nobody_free(strategy: PairingStrategy, problem: PairingProblem, rules: PairingRules) -> None:
    """No child is told that there is no helper while one that it may have holds an empty place."""
    plan = strategy.pair(problem, rules)
    if plan.problem is None or plan.team_rules is not None or strategy.id == "peer":
        return
    allowed = allowed_helpers(problem, rules, plan, strategy)
    settled = set(plan.settled)
    used = Counter(pair.helper for pair in plan.pairs if (pair.child, pair.helper) not in settled)
    free = {
        helper
        for helper, places in zip(plan.problem.helper_keys, plan.problem.places, strict=True)
        if places > used[HelperId(helper)]
    }
    for one in plan.unpaired:
        assert not allowed[one.child] & free, f"{one.child} waits beside an empty place"


def shortages_can_be_counted(strategy: PairingStrategy, problem: PairingProblem, rules: PairingRules) -> None:
    """Each shortage names all helpers its children could have, and these hold fewer places than there are children."""
    plan = strategy.pair(problem, rules)
    capacity = {offer.id: offer.capacity for offer in problem.helpers}
    tier = {need.id: need.tier for need in problem.children}
    peer = any(pair.role == "peer" for pair in plan.pairs)
    allowed = allowed_helpers(problem, rules, plan, strategy)
    for shortage in plan.shortages:
        group = set(shortage.helpers)
        assert len(shortage.children) > shortage.places, "a shortage without a shortage"
        assert shortage.places <= sum(capacity[helper] for helper in group), "places that are not there"
        # Whole teams and loads, leads and local members need more than a place: there a place may stay empty.
        served = [pair for pair in plan.pairs if pair.helper in group and (pair.child, pair.helper) not in plan.settled]
        teams = plan.team_rules is not None
        assert teams or len(served) == shortage.places, "a place of the group is empty, so its children need not wait"
        outside = [pair for pair in served if pair.child not in shortage.children]
        assert teams or not outside, "a place of the group serves somebody outside"
        assert all(tier[child] <= shortage.tier for child in shortage.children), "a less urgent child is in the group"
        assert peer or all(allowed[child] <= group for child in shortage.children), "a helper was left out of the group"


SAFETY_LAWS: Final[Mapping[str, Law]] = MappingProxyType(
    {
        law.__name__: law
        for law in (
            no_constraint_is_broken,
            nobody_is_overloaded,
            everybody_is_answered,
            order_does_not_matter,
            pairing_again_changes_nothing,
            a_no_is_remembered,
            a_failing_constraint_blocks,
            nothing_stale_is_kept,
        )
    }
)
"""What every strategy keeps."""

OPTIMALITY_LAWS: Final[Mapping[str, Law]] = MappingProxyType(
    {
        law.__name__: law
        for law in (
            urgent_children_come_first,
            one_more_helper_never_hurts,
            the_certificate_holds,
            the_proof_is_about_all_pairs,
            no_other_plan_is_better,
            breaking_a_tie_is_worth_its_price,
            who_waits_has_nobody_free,
            shortages_can_be_counted,
        )
    }
)
"""What a strategy keeps that claims to be optimal."""

DEAR_LAWS: Final[Mapping[str, Law]] = MappingProxyType({remedies_help.__name__: remedies_help})
"""What every strategy keeps, and what is asked on a few problems only, because everything is paired again and again."""


def check_strategy(
    strategy: PairingStrategy,
    *,
    helpers_per_child: int | None = None,
    children_per_helper: int | None = None,
    optimal: bool = True,
    rules: PairingRules | None = None,
    examples: int = 60,
    shrink: bool = True,
) -> None:
    """Run every law on made-up problems; in a plugin's test suite one line is enough.

    Args:
        strategy: The strategy to check.
        helpers_per_child: Its largest team; not checked if None.
        children_per_helper: Its largest load; not checked if None.
        optimal: Whether it claims to be optimal and to prove it.
        rules: The rules to pair by; the shipped ones if not given.
        examples: How many problems to make up.
        shrink: Whether to look for the smallest problem that shows a fault, which takes some seconds.

    Raises:
        AssertionError: A law is broken; the text names it and the smallest problem found that shows it.
    """
    assert isinstance(strategy, PairingStrategy), "a strategy has an id, a title and a method pair(problem, rules)"
    by = rules if rules is not None else PairingRules()
    laws = {**SAFETY_LAWS, **(OPTIMALITY_LAWS if optimal else {})}

    def keeps(laws: Mapping[str, Law], problem: PairingProblem) -> None:
        _run(laws, strategy, problem, by)
        plan = strategy.pair(problem, by)
        _check_cardinality("child", Counter(pair.child for pair in plan.pairs), helpers_per_child)
        _check_cardinality("helper", Counter(pair.helper for pair in plan.pairs), children_per_helper)

    _try(lambda problem: keeps(laws, problem), examples, shrink=shrink)
    _try(lambda problem: keeps(DEAR_LAWS, problem), max(1, examples // 10), shrink=shrink)


def _try(keeps: Callable[[PairingProblem], None], examples: int, *, shrink: bool) -> None:
    """Make up problems until one does not keep the laws."""
    last: list[_Case] = []

    @settings(
        max_examples=examples,
        deadline=None,
        report_multiple_bugs=False,
        verbosity=Verbosity.quiet,
        phases=(Phase.reuse, Phase.generate, *((Phase.shrink,) if shrink else ())),
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(problem=pairing_problems())
    def all_laws_hold(problem: PairingProblem) -> None:
        last[:] = [_Case(problem)]
        keeps(problem)

    try:
        all_laws_hold()
    except AssertionError as broken:
        raise AssertionError(f"{broken}\nshown by {last[0]!r}") from None


def _run(laws: Mapping[str, Law], strategy: PairingStrategy, problem: PairingProblem, rules: PairingRules) -> None:
    for name, law in laws.items():
        try:
            law(strategy, problem, rules)
        except AssertionError as broken:
            raise AssertionError(f"strategy {strategy.id!r} breaks the law {name!r}: {broken}") from None


class _Case:
    """A problem with a repr that fits on a screen: what the shipped rules leave of it."""

    def __init__(self, problem: PairingProblem) -> None:
        self.problem = problem

    def __repr__(self) -> str:
        context = PairingContext.of(self.problem, strategy="")
        lines = [f"{len(self.problem.children)} children, {len(self.problem.helpers)} helpers"]
        for need in self.problem.children:
            answers = []
            for offer in self.problem.helpers:
                said = [one.allows(need, offer, context) for one in default_constraints()]
                no = next((getattr(answer, "code", "no") for answer in said if answer is not True), None)
                answers.append(f"{offer.id}[{offer.capacity}] {no or 'yes'}")
            lines.append(f"{need.id} (tier {need.tier}): {', '.join(answers)}")
        return "\n  ".join(lines)


def _check_cardinality(whose: str, counts: Mapping[ChildId, int] | Mapping[HelperId, int], most: int | None) -> None:
    highest = max(counts.values(), default=0)
    assert most is None or highest <= most, f"a {whose} has {highest} partners, at most {most} are allowed"


@attrs.frozen(kw_only=True)
class _Raising:
    """A constraint with a fault in it."""

    child: ChildId
    id: str = "raising"
    text: Text = Text("故障规则", "a rule with a fault")

    def allows(self, need: ChildNeed, offer: HelperOffer, context: PairingContext) -> bool:  # noqa: ARG002
        if need.id == self.child:
            raise ZeroDivisionError
        return True


def _keys(plan: PairingPlan) -> list[tuple[str, str, str]]:
    return [(pair.child, pair.helper, pair.role) for pair in plan.pairs]


def _covered_down_to(plan: PairingPlan) -> dict[int, int]:
    """Return per tier how many children of it and of all more urgent tiers are covered."""
    total, found = 0, {}
    for tier, count in sorted(plan.totals.covered.items()):
        total += count
        found[tier] = total
    return found
