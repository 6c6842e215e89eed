"""Faults planted into the search in columns: each is noticed by a comparison with asking one by one."""

import random
from collections import Counter
from unittest.mock import patch

import pytest

from careprogram.pairing import (
    ChildConsentConstraint,
    ClassmateConstraint,
    CommonDayConstraint,
    ConflictConstraint,
    ContinuityScore,
    ConvenienceScore,
    DedicationScore,
    DistanceConstraint,
    ExclusionConstraint,
    FamiliarityScore,
    HelperConsentConstraint,
    HouseholdConstraint,
    LanguageConstraint,
    LoadConstraint,
    MinorHelperConstraint,
    OneToMany,
    PairingRules,
    ProximityScore,
    ScreeningConstraint,
    SexConstraint,
    SkillScore,
    WishScore,
    default_constraints,
)
from careprogram.pairing.finding import (
    candidates,
    column_search,
    columns,
    extraction,
    found_pairs,
    nearby,
    place_columns,
)
from careprogram.pairing.finding.column_judging import ColumnJudge
from careprogram.people.place_code import PlaceLevel
from careprogram.testing import check_constraint, check_score
from careprogram.testing.pairing_examples import crowded_problem

CONSTRAINTS = (
    ChildConsentConstraint(),
    ChildConsentConstraint(allow_unknown=True),
    HelperConsentConstraint(),
    HelperConsentConstraint(allow_unknown=True),
    ScreeningConstraint(),
    LoadConstraint(),
    MinorHelperConstraint(),
    ExclusionConstraint(),
    ConflictConstraint(),
    SexConstraint(),
    SexConstraint(girls_by_women=True),
    DistanceConstraint(),
    DistanceConstraint(farthest_m=1_111),
    DistanceConstraint(farthest_m=1_112),
    DistanceConstraint(farthest_m=5_000, unknown_within=PlaceLevel.PREFECTURE),
    LanguageConstraint(),
    LanguageConstraint(allow_unknown=False),
    ClassmateConstraint(),
    CommonDayConstraint(),
    CommonDayConstraint(allow_unknown=False),
    HouseholdConstraint(),
)
SCORES = (
    ProximityScore(),
    ProximityScore(half_m=7),
    FamiliarityScore(),
    ConvenienceScore(),
    WishScore(),
    SkillScore(),
    ContinuityScore(),
    DedicationScore(),
)


def rules_agree():
    for rule in CONSTRAINTS:
        check_constraint(rule, problems=4)


def scores_agree():
    for score in SCORES:
        check_score(score, problems=4)


def plans_agree():
    rules = PairingRules(constraints=default_constraints(common_language=True, farthest_m=9_000), candidates=3)
    for seed in range(8):
        problem = crowded_problem(random.Random(seed), children=30, helpers=25)
        plans = []
        for columns_from in (10**12, 0):
            with patch.object(candidates, "COLUMNS_FROM", columns_from):
                plans.append(OneToMany().pair(problem, rules))
        assert plans[0] == plans[1]


def pieces_do_not_matter():
    small = ((column_search, "_BLOCK", 3), (column_search, "_PAIRS", 4), (column_search, "_FIRST_LOOK", 0))
    with pytest.MonkeyPatch.context() as patched:
        for owner, name, size in (*small, (nearby, "_RING", 3), (nearby, "_FIRST_BAND", 1)):
            patched.setattr(owner, name, size)
        plans_agree()


CHECKS = (rules_agree, scores_agree, plans_agree, pieces_do_not_matter)

honest_meters = place_columns.PlaceColumns.meters
honest_screening = extraction._screening
honest_consent = extraction._consent
honest_along = column_search.ColumnSearch._along
honest_judge = column_search.ColumnSearch._judge
honest_picked = columns.PairColumns.picked


def _unknown_is_next_door(self, here, there):
    return honest_meters(self, here, there).clip(min=0)


def _distance_cut_off(self, here, there):
    """Meters rounded down."""
    with pytest.MonkeyPatch.context() as patched:
        numpy = columns.load_numpy("x")
        patched.setattr(numpy, "rint", numpy.floor)
        return honest_meters(self, here, there)


def _expired_stands(screening, day):
    code = honest_screening(screening, day)
    return columns.CLEARED if code == columns.EXPIRED else code


def _unknown_consent_stands(consent, day):
    code = honest_consent(consent, day)
    return columns.STANDS if code == columns.ASKED_NOBODY else code


def _one_word(self, own):
    """Only the first 63 members of a set have a bit."""
    return honest_words(self, own)[:, :1]


def _number_even_nobody(self, key):
    return self._number.setdefault(key, len(self._number))


honest_words = extraction._Sets.words


def _skipping(self, rows, known):
    """One helper is passed over each time the look is doubled."""
    honest_along(self, nearby.Rows(rows.children, rows.starts + 1, (rows.lengths - 1).clip(min=0), rows.items), known)


def _one_too_many(self, child, helper):
    self._goal += 1
    honest_judge(self, child, helper)
    self._goal -= 1


def _stale(self, which):
    """What was worked out for all pairs is taken for the first ones that are picked."""
    some = honest_picked(self, which)
    for name in ("meters", "shared_digits"):
        if name in self.__dict__:
            some.__dict__[name] = self.__dict__[name][: len(some)]
    return some


MUTANTS = {
    "unknown distance as none": (place_columns.PlaceColumns, "meters", _unknown_is_next_door),
    "distance cut off at the limit": (place_columns.PlaceColumns, "meters", _distance_cut_off),
    "expired screening accepted": (extraction, "_screening", _expired_stands),
    "unknown consent stands": (extraction, "_consent", _unknown_consent_stands),
    "unknown sex is male": (extraction, "_SEX", {**extraction._SEX, extraction.UNKNOWN: columns.MALE}),
    "unknown age is of age": (extraction, "_of_age", lambda of_age: columns.OF_AGE if of_age is not False else 1),
    "no limit taken for a limit of nothing": (extraction, "_limit", lambda meters: -1 if meters is None else meters),
    "languages beyond one word forgotten": (extraction._Sets, "words", _one_word),
    "unknown school equals unknown school": (
        extraction._Numbers,
        "of",
        lambda self, key: self._number.setdefault(key, 0),
    ),
    "kin unnoticed": (extraction, "_kin", lambda needs, offers: ()),
    "one passed over": (column_search.ColumnSearch, "_along", _skipping),
    "one too many": (column_search.ColumnSearch, "_judge", _one_too_many),
    "all begin at the same helper": (nearby.Blocks, "turned", lambda self, np, child, stand: stand),
    "stale distances": (columns.PairColumns, "picked", _stale),
    "a reason of another pair": (found_pairs.FoundPairs, "refused_of_child", lambda self, child: []),
}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_search_passes_every_check(check):
    """Without a planted fault nothing is noticed."""
    check()


@pytest.mark.parametrize("name", MUTANTS)
def test_a_planted_fault_is_noticed(name, monkeypatch):
    """At least one check fails once the fault is in."""
    monkeypatch.setattr(*MUTANTS[name])
    for check in CHECKS:
        try:
            check()
        except AssertionError:
            return
    pytest.fail("nothing was noticed")


def test_what_was_not_looked_at_is_not_in_memory():
    """Of 800,000 pairs those are judged that fill twenty places a child, and little more."""
    problem = crowded_problem(random.Random(1), children=1_000, helpers=800)
    judged = []
    honest = ColumnJudge.first_no

    def counting(self, scope, pairs):
        judged.append(len(pairs))
        return honest(self, scope, pairs)

    with patch.object(ColumnJudge, "first_no", counting):
        plan = OneToMany().pair(problem, PairingRules(most_candidates=20))
    assert max(Counter(plan.problem.edge_children.tolist()).values()) <= 20
    assert sum(judged) < 1_000 * 120
