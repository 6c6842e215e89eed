"""Claims about policies: proven, refuted by a child, or left undecided."""

import datetime as dt
import sys

import attrs
import pytest
import rules_kit as kit

from careprogram.eligibility import ChildFacts, shipped_policies
from careprogram.errors import MissingExtraError, PolicyNotInForceError
from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.people import Settlement
from careprogram.rules import (
    AgeRule,
    AgeTurns,
    Category,
    Clause,
    DatedValue,
    Determination,
    Parameter,
    Period,
    Policy,
    Truth,
    analysis,
    evaluate,
    judge_facts,
)
from careprogram.rules.analysis import (
    Finding,
    ReplayError,
    always,
    conflicts,
    diff,
    disjoint,
    distinguishing_answers,
    equivalent,
    gaps,
    implies,
    never,
    solving,
)
from careprogram.rules.analysis.encoding import Encoding

Facts, ParentFacts, Place = kit.Facts, kit.ParentFacts, kit.Place

TEXT = Text("文", "text")
DAY = dt.date(2026, 9, 1)
POOR, ALONE = Facts.poor.is_(True), Facts.alone.is_(True)
RURAL = ChildFacts.settlement.is_(Settlement.RURAL)


def policy(*whens, requirements=(), tiers=(1, 2, 3), **options):
    """A policy with one category a rule."""

    def clause(name, when):
        return Clause(id=name, citation="c", text=TEXT, when=when)

    return Policy(
        id=PolicyId("p"),
        title=TEXT,
        citation="c",
        requirements=tuple(clause(f"r{at}", rule) for at, rule in enumerate(requirements)),
        categories=tuple(
            Category(id=f"g{at}", tier=tiers[at], title=TEXT, clauses=(clause(f"c{at}", rule),))
            for at, rule in enumerate(whens)
        ),
        **options,
    )


def test_the_essay_covers_every_rural_child_of_the_law_and_more():
    """The county plan is a strict superset of the 2016 definition for children who live in the countryside."""
    law, essay = (shipped_policies()[PolicyId(name)] for name in ("cn.left-behind.2016", "county.education"))
    assert implies(law, essay, within=RURAL, as_of=DAY).finding is Finding.PROVEN
    assert implies(law, essay, within=RURAL, as_of=DAY, gaps_allowed=True).holds
    strict = implies(essay, law, within=RURAL, as_of=DAY)
    assert strict.finding is Finding.REFUTED
    verdicts = [judge_facts(each, strict.witness, as_of=DAY).determination for each in (essay, law)]
    assert verdicts == [Determination.ELIGIBLE, Determination.INELIGIBLE]
    assert not implies(law, essay, as_of=DAY).holds, "a child who moved to town is covered by the law alone"


def test_the_superset_is_proven_for_every_day_of_a_year():
    """A period is a claim about each of its days, and says which."""
    law, essay = (shipped_policies()[PolicyId(name)] for name in ("cn.left-behind.2016", "county.education"))
    over = (dt.date(2024, 1, 1), dt.date(2024, 12, 31))
    claim = implies(law, essay, within=RURAL, over=over)
    assert (claim.finding, claim.as_of, claim.until) == (Finding.PROVEN, *over)
    assert {threshold.name for threshold in claim.thresholds} == {"age_limit", "long_term_months"}
    assert "2024-01-01至2024-12-31" in claim.rendered()
    assert "proven" in claim.rendered("en")
    assert "under) 16" in claim.rendered("en")


YOUNG, OLD = Facts.birth_date.age < 16, Facts.birth_date.age >= 16
any_parent, all_parents, ABLE = Facts.parents.any_, Facts.parents.all_, ParentFacts.able.is_(True)


@pytest.mark.parametrize(
    ("claim", "holds"),
    [
        (lambda: implies(Facts.grade > 5, Facts.grade > 3, as_of=DAY), True),
        (lambda: implies(Facts.grade > 3, Facts.grade > 5, as_of=DAY), False),
        (lambda: implies(Facts.grade > 11, Facts.grade.is_(12), as_of=DAY), True),
        (lambda: implies(Facts.birth_date.age >= 2, Facts.birth_date.months >= 24, as_of=DAY), True),
        (lambda: implies(Facts.birth_date.age >= 2, Facts.birth_date.months >= 25, as_of=DAY), False),
        (lambda: equivalent(~(POOR & ALONE), ~POOR | ~ALONE, as_of=DAY, gaps_allowed=True), True),
        (lambda: equivalent(POOR & ALONE, POOR, as_of=DAY), False),
        (lambda: equivalent(POOR | ~POOR, ALONE | ~ALONE, as_of=DAY), True),
        (lambda: equivalent(POOR | ~POOR, ALONE | ~ALONE, as_of=DAY, gaps_allowed=True), False),
        (lambda: disjoint(YOUNG, OLD, as_of=DAY), True),
        (lambda: disjoint(YOUNG, POOR, as_of=DAY), False),
        (lambda: never(YOUNG & OLD, as_of=DAY), True),
        (lambda: never(YOUNG, as_of=DAY), False),
        (lambda: always(YOUNG | OLD, as_of=DAY), True),
        (lambda: always(YOUNG | OLD, as_of=DAY, gaps_allowed=True), False),
        (lambda: always(Facts.away_since.months >= 0, as_of=DAY, gaps_allowed=True), True),
        (lambda: gaps([policy(YOUNG), policy(OLD)], as_of=DAY), True),
        (lambda: gaps([policy(YOUNG), policy(POOR)], as_of=DAY), False),
        (lambda: gaps([policy(YOUNG), policy(POOR)], within=POOR, as_of=DAY), True),
        (lambda: disjoint(any_parent(ABLE), all_parents(~ABLE), as_of=DAY), True),
        (lambda: disjoint(all_parents(ABLE), all_parents(~ABLE), as_of=DAY), False),
        (lambda: never(any_parent(ABLE) & any_parent(~ABLE), as_of=DAY), False),
        (lambda: implies(all_parents(ABLE), any_parent(ABLE), as_of=DAY), False),
        (lambda: equivalent(~any_parent(ABLE), all_parents(~ABLE), as_of=DAY, gaps_allowed=True), True),
        (lambda: never(Facts.father.one_of(Place.AWAY, Place.DEAD) & Facts.father.is_(Place.HOME), as_of=DAY), True),
    ],
)
def test_claims_come_out_as_they_should(claim, holds):
    """Over numbers, dates in two units, choices, groups, complete answers and gaps."""
    made = claim()
    assert made.holds is holds
    assert (made.witness is None) is holds


def test_a_witness_has_no_more_than_it_takes():
    """Only the facts that matter, and usual answers where there is a choice."""
    claim = implies(Facts.grade > 3, (Facts.grade > 5) | YOUNG | POOR, as_of=DAY)
    assert set(claim.witness.values) == {"grade", "birth_date", "poor"}
    assert claim.witness.values["grade"] in (4, 5)
    nobody = implies(all_parents(ABLE), any_parent(ABLE), as_of=DAY)
    assert nobody.witness.values == {"parents": ()}, "no parent is simpler than two"
    assert "2016" not in repr(claim), "a witness does not spill into a log"


def test_three_members_are_found_where_three_are_needed():
    """As many members as there are conditions on the group."""
    of_each = (Facts.parents.any_(ParentFacts.children.is_(number)) for number in (1, 2, 3))
    one, two, three = of_each
    claim = never(one & two & three, as_of=DAY)
    assert claim.finding is Finding.REFUTED
    assert len(claim.witness.values["parents"]) == 3


LIMIT = Parameter(
    name="limit",
    label=TEXT,
    values=(DatedValue(value=16, source="old law"), DatedValue(value=18, since=dt.date(2027, 1, 1), source="new law")),
)


def test_a_threshold_that_changes_refutes_a_claim_from_its_day_on():
    """The claim holds until then; of a period the first day with a witness is named, with that day's threshold."""
    claim = implies(Facts.birth_date.age < LIMIT, YOUNG, over=(DAY, dt.date(2027, 3, 1)))
    assert (claim.finding, claim.as_of, claim.until) == (Finding.REFUTED, dt.date(2027, 1, 1), None)
    assert [(each.value, each.source) for each in claim.thresholds] == [(18, "new law")]
    before = implies(Facts.birth_date.age < LIMIT, YOUNG, over=(DAY, dt.date(2026, 12, 31)))
    assert before.holds
    assert [each.value for each in before.thresholds] == [16]
    both = implies(YOUNG, Facts.birth_date.age < LIMIT, over=(DAY, dt.date(2027, 3, 1)))
    assert [each.value for each in both.thresholds] == [16, 18]


def test_a_leap_year_is_found_among_the_days_of_a_period():
    """A year of 366 days is more than 365 days old only on some days, and the period is refuted on the first."""
    rule = (Facts.birth_date.age < 1) & (Facts.birth_date.days >= 365)
    claim = never(rule, over=(dt.date(2027, 12, 1), dt.date(2028, 3, 5)))
    assert claim.finding is Finding.REFUTED
    assert claim.as_of == dt.date(2028, 2, 29)
    assert never(rule, as_of=dt.date(2027, 2, 28)).holds


def test_conflicts_are_shown_for_the_pairs_that_matter():
    """All pairs, or the exclusive ones, each with the requirements."""
    overlapping = policy(POOR, ALONE, ~POOR, requirements=[YOUNG])
    assert [claim.holds for claim in conflicts(overlapping, as_of=DAY)] == [False, True, False]
    declared = attrs.evolve(overlapping, exclusive=(("g0", "g2"),))
    assert [claim.holds for claim in conflicts(declared, as_of=DAY)] == [True]
    witness = conflicts(overlapping, as_of=DAY)[0].witness
    assert judge_facts(overlapping, witness, as_of=DAY).categories[:2] == ("g0", "g1")


def test_a_changed_policy_shows_who_leaves_enters_and_moves():
    """Each claim of nobody has somebody as its witness."""
    old, new = policy(YOUNG, POOR & YOUNG), policy(Facts.birth_date.age < 18, POOR & YOUNG & ALONE, ALONE & POOR & OLD)
    stays, enters, first, second, third = diff(old, new, as_of=DAY)
    assert stays.holds
    assert judge_facts(new, enters.witness, as_of=DAY).determination is Determination.ELIGIBLE
    assert judge_facts(old, enters.witness, as_of=DAY).determination is Determination.INELIGIBLE
    assert not first.holds
    assert judge_facts(old, second.witness, as_of=DAY).categories == ("g0", "g1")
    assert judge_facts(new, third.witness, as_of=DAY).categories == ("g2",) or not third.holds
    assert all(claim.holds for claim in diff(old, old, over=(DAY, DAY + dt.timedelta(days=40))))


def test_days_out_of_force_are_refused():
    """Outside its periods a policy has no rules, so that nothing can be claimed."""
    gone = policy(POOR, effective=(Period(until=dt.date(2025, 12, 31)),))
    with pytest.raises(PolicyNotInForceError):
        implies(gone, POOR, as_of=DAY)
    with pytest.raises(PolicyNotInForceError):
        implies(gone, POOR, over=(dt.date(2025, 12, 30), dt.date(2026, 1, 1)))


def test_a_claim_needs_its_days_and_its_subject():
    """Neither a day nor a period, both, a period that ends first, and things that are no rule are refused."""
    for days in ({}, {"as_of": DAY, "over": (DAY, DAY)}, {"over": (DAY, dt.date(2020, 1, 1))}):
        with pytest.raises(ValueError, match=r"day|period"):
            never(POOR, **days)
    with pytest.raises(TypeError, match=r"Policy or a rule"):
        never("poor", as_of=DAY)
    with pytest.raises(ValueError, match="at least one policy"):
        gaps([], as_of=DAY)


def test_running_out_of_time_proves_nothing(monkeypatch):
    """A solver that gives up leaves the claim undecided, whatever else was proven."""

    def gives_up(*_, **__):
        raise solving.UndecidedError("no time")

    monkeypatch.setattr("careprogram.rules.analysis.proving.solve", gives_up)
    claim = never(POOR & ~POOR, as_of=DAY)
    assert claim.finding is Finding.UNDECIDED
    assert not claim.holds
    assert "未能判定" in claim.rendered()


def test_the_solver_itself_gives_up_in_time():
    """A time limit of a millisecond on a large question: proven, refuted or undecided, but never wrong."""
    rule = POOR & ~POOR
    for at in range(25):
        rule |= any_parent((ParentFacts.children > at) & (ParentFacts.children < at + 1))
    assert never(rule, as_of=DAY, time_limit=0.001).finding in {Finding.PROVEN, Finding.UNDECIDED}


def test_a_witness_that_does_not_replay_is_our_fault(monkeypatch):
    """A wrong formula is caught by the interpreter before anybody believes it."""

    def upside_down(self, known, holds):
        return type(honest(self, known, holds))(self.z3.And(known, self.z3.Not(holds)), self.z3.And(known, holds))

    honest = Encoding._settled
    monkeypatch.setattr(Encoding, "_settled", upside_down)
    with pytest.raises(ReplayError):
        never(Facts.grade > 3, as_of=DAY)


def test_without_the_solver_the_extra_is_named(monkeypatch):
    """And nothing else of the rules needs it."""
    monkeypatch.setitem(sys.modules, "z3", None)
    with pytest.raises(MissingExtraError, match=r"careprogram\[analysis\]"):
        never(POOR, as_of=DAY)
    assert distinguishing_answers(policy(POOR), policy(ALONE), DAY) is not None


@pytest.mark.parametrize("by_solver", [False, True])
def test_two_policies_are_told_apart_by_few_answers(by_solver, monkeypatch):
    """Determination, category, tier, or what is open: some answers show it; equal policies have none."""
    if by_solver:
        monkeypatch.setattr(analysis.distinguishing, "find", _too_large)
    base = policy(POOR, ALONE, requirements=[YOUNG])
    others = {
        "determination": policy(POOR, ALONE, requirements=[Facts.birth_date.age <= 16]),
        "category": policy(POOR & ALONE, ALONE, requirements=[YOUNG]),
        "tier": policy(POOR, ALONE, requirements=[YOUNG], tiers=(1, 3)),
        "first tier": policy(POOR, ALONE, requirements=[YOUNG], tiers=(4, 2)),
        "one more": policy(POOR, ALONE, Facts.grade > 3, requirements=[YOUNG]),
        "one less": policy(POOR, requirements=[YOUNG]),
        "open": policy(POOR & (Facts.grade.known()), ALONE, requirements=[YOUNG]),
    }
    for what, other in others.items():
        found = distinguishing_answers(base, other, DAY)
        assert _verdict(base, found) != _verdict(other, found), what
        assert len(found.values) <= 4
    assert distinguishing_answers(base, attrs.evolve(base, citation="d"), DAY) is None
    assert distinguishing_answers(base, others["open"], DAY, gaps_allowed=False) is None


def _verdict(of, facts):
    verdict = judge_facts(of, facts, as_of=DAY)
    return verdict.determination, verdict.categories, verdict.open_categories, verdict.tier


def _too_large(*_, **__):
    raise analysis.distinguishing.SearchTooLargeError


def test_a_tier_that_never_shows_is_no_difference():
    """Another tier of a category that always comes with a more urgent one changes no verdict."""
    base, same = (policy(POOR, POOR & ALONE, tiers=tiers) for tiers in ((1, 2), (1, 3)))
    assert distinguishing_answers(base, same, DAY) is None
    assert analysis.distinguishing._solved(base, same, DAY, analysis.distinguishing.Gaps.ALL) is None


def test_a_bare_rule_counts_years_as_the_policy_beside_it():
    """On a birthday the year has not turned where the policy says that it turns the day after."""
    late = policy(Facts.birth_date.age < 16, ages=AgeRule(turns=AgeTurns.DAY_AFTER))
    assert equivalent(late, YOUNG, as_of=DAY).holds
    claim = equivalent(late, policy(YOUNG), as_of=DAY)
    assert claim.witness.values == {"birth_date": dt.date(2010, 9, 1)}
    assert evaluate(YOUNG, claim.witness.values, as_of=DAY) is Truth.FALSE
