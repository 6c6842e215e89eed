"""What holds between the shipped policies, for every child."""

import datetime as dt
import itertools

import pytest
from hypothesis import assume, given, target
from hypothesis import strategies as st

from careprogram.eligibility import ChildFacts, ParentFacts, facts_of, judge, judge_by_each, shipped_policies
from careprogram.ids import ChildId
from careprogram.people import (
    CapacityRating,
    Caregiver,
    CaregiverRelation,
    Child,
    ConfinementKind,
    Contact,
    GuardianshipKind,
    HealthStatus,
    Household,
    Parent,
    ParentStatus,
    Registration,
    RegistrationKind,
    Residence,
    Settlement,
    WorkArea,
)
from careprogram.rules import (
    Determination,
    FactValues,
    GroupFact,
    compile_policy,
    critical_values,
    evaluate,
    judge_facts,
)
from careprogram.rules.critical import telling_values
from careprogram.rules.facts import on_day
from careprogram.unknown import UNKNOWN

POLICIES = shipped_policies()
NATIONAL, COUNTY = POLICIES["cn.left-behind.2016"], POLICIES["county.education"]
days = st.dates(dt.date(2016, 2, 4), dt.date(2035, 12, 31))


def gap(strategy):
    return strategy | st.just(UNKNOWN)


parents = st.builds(
    Parent,
    status=gap(st.sampled_from(ParentStatus)),
    away_since=gap(st.none() | st.dates(dt.date(2015, 1, 1), dt.date(2036, 1, 1))),
    guardianship_capacity=gap(st.booleans()),
    health=gap(st.sampled_from(HealthStatus)),
    confinement=gap(st.sampled_from(ConfinementKind)),
    confined_since=gap(st.none() | st.dates(dt.date(2015, 1, 1), dt.date(2036, 1, 1))),
    search_reported_on=gap(st.none() | st.dates(dt.date(2015, 1, 1), dt.date(2036, 1, 1))),
    last_contact=gap(st.none() | st.builds(Contact, on=st.dates(dt.date(2015, 1, 1), dt.date(2036, 1, 1)))),
)
long_away = st.builds(
    Parent,
    status=st.just(ParentStatus.AWAY_WORKING),
    away_to=gap(st.sampled_from(WorkArea)),
    away_since=st.dates(dt.date(2022, 1, 1), dt.date(2026, 1, 1)),
)
caregivers = st.builds(
    Caregiver, relation=gap(st.sampled_from(CaregiverRelation)), capacity=gap(st.sampled_from(CapacityRating))
)
children = st.builds(
    Child,
    id=st.just(ChildId("any")),
    birth_date=gap(st.dates(dt.date(2000, 1, 1), dt.date(2036, 1, 1))),
    registration=st.builds(Registration, kind=gap(st.sampled_from(RegistrationKind))),
    residence=st.builds(Residence, settlement=gap(st.sampled_from(Settlement))),
    father=parents,
    mother=parents,
    caregiver=gap(st.none() | caregivers),
    guardianship=gap(st.sampled_from(GuardianshipKind)),
    household=st.builds(Household, family_planning=gap(st.booleans()), only_child=gap(st.booleans())),
    moved_with_parents=gap(st.booleans()),
    lives_alone=gap(st.booleans()),
)


@pytest.mark.parametrize("as_of", [dt.date(2016, 2, 4), dt.date(2024, 2, 29), dt.date(2026, 9, 1)])
def test_a_rural_child_of_the_2016_definition_is_in_the_county_plan(as_of):
    """Whoever the national definition covers and stays in the countryside, essay 7 covers, too: all combinations."""
    values = {**telling_values(COUNTY, as_of), **telling_values(NATIONAL, as_of)}
    values |= {"settlement": (Settlement.RURAL,), "registration_kind": (RegistrationKind.RURAL,)}
    values |= {"father_status": tuple(ParentStatus), "mother_status": tuple(ParentStatus)}
    narrow, wide = compile_policy(NATIONAL, as_of), compile_policy(COUNTY, as_of)
    covered = 0
    for combination in itertools.product(*values.values()):
        answers = dict(zip(values, combination, strict=True))
        if narrow.outcome(narrow.truths(answers)[0]).determination is Determination.ELIGIBLE:
            covered += 1
            assert wide.outcome(wide.truths(answers)[0]).determination is Determination.ELIGIBLE, answers
    assert covered > 100


def test_the_county_plan_is_strictly_wider():
    """A child of 16 with one parent away is in the county plan only."""
    values = ChildFacts.values(
        {
            "birth_date": dt.date(2010, 1, 1),
            "settlement": Settlement.RURAL,
            "registration_kind": RegistrationKind.RURAL,
            "father_status": ParentStatus.AWAY_WORKING,
            "mother_status": ParentStatus.AT_HOME,
        }
    )
    found = [judge_facts(policy, values, as_of=dt.date(2026, 9, 1)).determination for policy in (NATIONAL, COUNTY)]
    assert found == [Determination.INELIGIBLE, Determination.ELIGIBLE]


def has_gap(fact, value, as_of):
    """Return whether nobody answered by that day, or not everything about everybody of a group."""
    if isinstance(fact, GroupFact) and value is not UNKNOWN:
        names = fact.members.facts()
        return any(on_day(member.get(name, UNKNOWN), as_of) is UNKNOWN for member in value for name in names)
    return on_day(value, as_of) is UNKNOWN


def open_somewhere(answer):
    """A fact is open, or one of a person in a group."""
    return answer is UNKNOWN or (
        isinstance(answer, tuple) and any(len(each) < len(ParentFacts.facts()) for each in answer)
    )


@given(children, days, st.sampled_from(sorted(POLICIES)))
def test_every_child_gets_a_verdict_with_reasons(child, as_of, policy_id):
    """No record makes judging fail; reading never gives an answer of the wrong kind."""
    values = facts_of(child, as_of=as_of)
    assert values.unreadable == ()
    assert ChildFacts.values(values.values) == values
    policy = POLICIES[policy_id]
    assume(policy.in_force_on(as_of))
    report = judge_facts(policy, values, as_of=as_of).report()
    assert report.explanation.clauses
    assert (report.missing != ()) == (report.determination is Determination.UNDETERMINED)
    assert all(has_gap(ChildFacts.facts()[name], values.values[name], as_of) for name in report.missing)


@given(children, days)
def test_reading_a_record_once_gives_the_same_verdicts(child, as_of):
    """Judging by each policy at once equals judging by one after the other."""
    policies = [policy for policy in POLICIES.values() if policy.in_force_on(as_of)]
    found = judge_by_each(child, policies, as_of=as_of)
    assert found == {policy.id: judge(child, policy, as_of=as_of) for policy in policies}


@given(children, days, st.sampled_from([NATIONAL, COUNTY, POLICIES["township.family-planning"]]), st.data())
def test_answering_what_is_missing_moves_the_verdict_on(child, as_of, policy, data):
    """Once every missing fact is answered, the verdict is determined: nothing else has to be asked."""
    values = dict(facts_of(child, as_of=as_of).values)
    for _ in range(len(policy.facts)):
        missing = judge_facts(policy, FactValues(values=values), as_of=as_of).missing
        if not missing:
            break
        for name in missing:
            edges = critical_values(policy, ChildFacts.facts()[name], as_of=as_of)
            values[name] = data.draw(st.sampled_from(edges))
        verdict = judge_facts(policy, FactValues(values=values), as_of=as_of)
        assert verdict.determination is not Determination.UNDETERMINED


in_the_countryside = st.builds(
    Child,
    id=st.just(ChildId("any")),
    birth_date=gap(st.dates(dt.date(2008, 1, 1), dt.date(2026, 1, 1))),
    registration=st.just(Registration(kind=RegistrationKind.RURAL)),
    residence=st.builds(Residence, settlement=gap(st.just(Settlement.RURAL))),
    father=long_away | parents,
    mother=long_away | parents,
)


@given(in_the_countryside, st.dates(dt.date(2024, 6, 1), dt.date(2035, 12, 31)))
def test_whom_ningxia_counts_the_national_definition_counts(child, as_of):
    """How long and how far only narrows: asked of records, because the two policies ask by different facts."""
    found = judge_by_each(child, [POLICIES["ningxia.left-behind.2024"], NATIONAL], as_of=as_of)
    narrow, wide = (verdict.determination for verdict in found.values())
    target(float(narrow is Determination.ELIGIBLE))
    assert narrow is not Determination.ELIGIBLE or wide is Determination.ELIGIBLE
    assert wide is not Determination.INELIGIBLE or narrow is Determination.INELIGIBLE


def test_some_child_is_counted_by_ningxia():
    """The test above is about somebody."""
    away = Parent(status=ParentStatus.AWAY_WORKING, away_to=WorkArea.OTHER_COUNTY, away_since=dt.date(2024, 1, 1))
    child = Child(
        id=ChildId("c"),
        birth_date=dt.date(2016, 1, 1),
        registration=Registration(kind=RegistrationKind.RURAL),
        residence=Residence(settlement=Settlement.RURAL),
        father=away,
        mother=away,
    )
    verdict = judge(child, POLICIES["ningxia.left-behind.2024"], as_of=dt.date(2024, 7, 1))
    assert verdict.determination is Determination.ELIGIBLE


@given(children, days, st.sampled_from(ParentStatus))
def test_asking_father_and_mother_is_asking_all_parents(child, as_of, status):
    """A record answers alike whether a rule names both parents or quantifies over them, gaps included."""
    answers, ages = facts_of(child, as_of=as_of).values, NATIONAL.ages
    pairs = (
        (ChildFacts.father_status.is_(status), ChildFacts.mother_status.is_(status), ParentFacts.status.is_(status)),
        (ChildFacts.father_capacity.is_(False), ChildFacts.mother_capacity.is_(False), ParentFacts.capacity.is_(False)),
        (
            ChildFacts.father_away_since.months >= 6,
            ChildFacts.mother_away_since.months >= 6,
            ParentFacts.away_since.months >= 6,
        ),
    )
    for father, mother, parent in pairs:
        for named, grouped in (
            (father & mother, ChildFacts.parents.all_(parent)),
            (father | mother, ChildFacts.parents.any_(parent)),
        ):
            found = [evaluate(rule, answers, as_of=as_of, ages=ages) for rule in (named, grouped)]
            assert found[0] is found[1]


@pytest.mark.parametrize("as_of", [dt.date(2016, 2, 4), dt.date(2026, 9, 1)])
def test_the_county_plan_is_a_strict_superset_for_rural_children_says_the_solver(as_of):
    """Proven for every child who lives in the countryside, and refuted the other way round, on two days."""
    from careprogram.rules.analysis import implies

    rural = ChildFacts.settlement.is_(Settlement.RURAL)
    assert implies(NATIONAL, COUNTY, as_of=as_of, within=rural).holds
    assert implies(COUNTY, NATIONAL, as_of=as_of, within=rural).witness is not None
