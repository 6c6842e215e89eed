"""The truth tables of the de facto unsupported children: every pair of two parents' situations, counted."""

import datetime as dt
import itertools

import pytest

from careprogram.eligibility import ChildFacts, shipped_policies
from careprogram.people import ConfinementKind, DisabilityKind, HealthStatus, ParentStatus
from careprogram.rules import Determination, Stage, judge_facts

POLICIES = shipped_policies()
FIRST, WIDENED = POLICIES["cn.de-facto-unsupported.2019"], POLICIES["cn.de-facto-unsupported.2020"]
LONG_AGO = dt.date(2019, 1, 1)
WELL = {
    "status": ParentStatus.AT_HOME,
    "health": HealthStatus.HEALTHY,
    "disability_degree": 0,
    "confinement": ConfinementKind.NONE,
    "lost_contact": False,
    "declared_missing": False,
    "guardianship_revoked": False,
    "deported": False,
}
ASSUMED = {
    "severely disabled": {"disability_degree": 1, "disability_kind": DisabilityKind.VISUAL},
    "severely ill": {"health": HealthStatus.ILL},
    "imprisoned": {"confinement": ConfinementKind.IMPRISONED, "confined_since": LONG_AGO},
    "compulsory drug treatment": {"confinement": ConfinementKind.DRUG_TREATMENT, "confined_since": LONG_AGO},
    "otherwise confined": {"confinement": ConfinementKind.OTHER, "confined_since": LONG_AGO},
    "out of contact": {"lost_contact": True, "search_reported": True, "search_reported_on": LONG_AGO},
}
ADDED = {"guardianship revoked": {"guardianship_revoked": True}, "deported": {"deported": True}}
GONE = {"dead": {"status": ParentStatus.DECEASED}, "declared missing": {"declared_missing": True}}
SHORT = {
    "well": {},
    "disabled in the third degree": {"disability_degree": 3, "disability_kind": DisabilityKind.VISUAL},
    "lost, no report": {"lost_contact": True, "search_reported": False},
    "confined for a short time": {
        "confinement": ConfinementKind.OTHER,
        "confinement_months": 5,
        "confined_since": dt.date(2026, 8, 1),  # for 2020 a day to come: nothing has passed yet
    },
    "away": {"status": ParentStatus.AWAY_WORKING},
}
EVERY = {**ASSUMED, **ADDED, **GONE, **SHORT}


def pairs_covered(policy, as_of):
    """Return the unordered pairs of situations that *policy* covers, having asked both ways round."""
    found = set()
    for one, other in itertools.combinations_with_replacement(EVERY, 2):
        verdicts = [
            _verdict(policy, as_of, first, second) is Determination.ELIGIBLE
            for first, second in ((one, other), (other, one))
        ]
        assert verdicts[0] == verdicts[1], (one, other)
        if verdicts[0]:
            found.add(frozenset((one, other)))
    return found


def _verdict(policy, as_of, *situations):
    parents = tuple({**WELL, **EVERY[each]} for each in situations)
    answers = {"birth_date": as_of.replace(year=as_of.year - 10), "parents": parents}
    return judge_facts(policy, ChildFacts.values(answers), as_of=as_of).determination


def table(both, beside_the_gone):
    """Return the pairs that the law lists: two of *both*, or one who is gone and one of *beside_the_gone*."""
    two = {frozenset(pair) for pair in itertools.combinations_with_replacement(both, 2)}
    return two | {frozenset((gone, other)) for gone in GONE for other in beside_the_gone}


@pytest.mark.parametrize(
    ("policy", "as_of", "expected", "count"),
    [
        (FIRST, dt.date(2020, 9, 1), table(ASSUMED, ASSUMED), 33),
        (WIDENED, dt.date(2026, 9, 1), table([*ASSUMED, *ADDED], [*ASSUMED, *ADDED]), 52),
        (FIRST.at(place="44"), dt.date(2020, 9, 1), table(ASSUMED, ASSUMED), 33),
        (
            WIDENED.at(place="440103"),
            dt.date(2026, 9, 1),
            table([*ASSUMED, "guardianship revoked"], [*ASSUMED, *ADDED]),
            44,
        ),
    ],
    ids=["2019", "2020", "2019 in Guangdong", "2020 in Guangdong"],
)
def test_exactly_the_combinations_of_the_law_are_covered(policy, as_of, expected, count):
    """33 of 2019, 52 of 2020 and 44 of Guangdong, out of all 120 pairs; not one more."""
    assert len(list(itertools.combinations_with_replacement(EVERY, 2))) == 120
    assert pairs_covered(policy, as_of) == expected
    assert len(expected) == count


def test_the_notice_of_2020_only_adds():
    """Whom the first opinion covered, the notice covers as well; 19 combinations came in."""
    first, widened = pairs_covered(FIRST, dt.date(2020, 9, 1)), pairs_covered(WIDENED, dt.date(2026, 9, 1))
    assert first < widened
    assert len(widened - first) == 19


def test_the_two_follow_each_other_without_gap_or_overlap():
    """On every day from 2020 on exactly one of the two is in force, and none before."""
    days = [dt.date(2019, 12, 31), dt.date(2020, 1, 1), dt.date(2020, 12, 31), dt.date(2021, 1, 1), dt.date(2026, 9, 1)]
    assert [(FIRST.in_force_on(day), WIDENED.in_force_on(day)) for day in days] == [
        (False, False),
        (True, False),
        (True, False),
        (False, True),
        (False, True),
    ]


@pytest.mark.parametrize("kind", DisabilityKind)
@pytest.mark.parametrize("degree", [0, 1, 2, 3, 4])
def test_which_disability_is_severe(kind, degree):
    """Degree 1 and 2 of any kind; 3 and 4 of the mental and the intellectual kind only."""
    parent = WELL | {"disability_kind": kind, "disability_degree": degree}
    answers = ChildFacts.values({"birth_date": dt.date(2016, 1, 1), "parents": (parent, parent)})
    severe = degree in (1, 2) or (degree in (3, 4) and kind in (DisabilityKind.MENTAL, DisabilityKind.INTELLECTUAL))
    found = judge_facts(WIDENED, answers, as_of=dt.date(2026, 9, 1)).determination
    assert found is (Determination.ELIGIBLE if severe else Determination.INELIGIBLE)


def test_one_healthy_parent_is_enough_whatever_else_is_recorded_of_the_other():
    """A parent who died in prison, ill and disabled, does not make the healthy one disappear."""
    dead = {**WELL, **ASSUMED["severely ill"], **ASSUMED["imprisoned"], "status": ParentStatus.DECEASED}
    answers = ChildFacts.values({"birth_date": dt.date(2016, 1, 1), "parents": (dead, WELL)})
    assert judge_facts(WIDENED, answers, as_of=dt.date(2026, 9, 1)).determination is Determination.INELIGIBLE


@pytest.mark.parametrize("gone", GONE)
@pytest.mark.parametrize("policy", [FIRST, WIDENED], ids=["2019", "2020"])
def test_a_healthy_step_parent_counts(policy, gone):
    """Where a third parent is listed and well, one who is gone and one who is ill are not enough."""
    as_of = policy.effective[0].since
    parents = tuple({**WELL, **EVERY[each]} for each in (gone, "severely ill", "well"))
    answers = {"birth_date": as_of.replace(year=as_of.year - 10), "parents": parents}
    found = [
        judge_facts(policy, ChildFacts.values({**answers, "parents": listed}), as_of=as_of).determination
        for listed in (parents, parents[:2])
    ]
    assert found == [Determination.INELIGIBLE, Determination.ELIGIBLE]


@pytest.mark.parametrize("policy", [FIRST, WIDENED], ids=["2019", "2020"])
def test_guangdong_keeps_pupils_past_eighteen_but_takes_none_in(policy):
    """Past 18 and in full-time schooling: support goes on where it began before, and begins nowhere."""
    as_of = policy.effective[0].since
    ill = {**WELL, **ASSUMED["severely ill"]}
    pupil = ChildFacts.values(
        {"birth_date": as_of.replace(year=as_of.year - 18), "parents": (ill, ill), "full_time_schooling": True}
    )
    found = {
        (place, stage): judge_facts(policy.at(place=place, stage=stage), pupil, as_of=as_of).determination
        for place in ("", "44", "4401", "45")
        for stage in Stage
        if stage is not Stage.ALWAYS
    }
    eligible = {case for case, determination in found.items() if determination is Determination.ELIGIBLE}
    assert eligible == {("44", Stage.CONTINUING), ("4401", Stage.CONTINUING)}
