"""What do the shipped policies say of the made-up county?"""

import itertools
from collections import Counter

import pytest

from careprogram.eligibility import judge, shipped_policies
from careprogram.ids import PolicyId
from careprogram.rosters import RosterReading, identify_with, read_roster
from careprogram.rules import Determination
from careprogram.testing.synthetic import (
    Circumstance,
    SyntheticCounty,
    roster_sheet,
    roster_workbook,
    synthetic_county,
)


@pytest.fixture(scope="module")
def county() -> SyntheticCounty:
    return synthetic_county(2026)


@pytest.fixture(scope="module")
def reading(county: SyntheticCounty) -> RosterReading:
    book = roster_workbook(roster_sheet(county))
    return read_roster(book, as_of=county.as_of, identify=identify_with(b"k" * 32), places=county.places)


def test_national_definition_covers_the_covered(county: SyntheticCounty) -> None:
    """The shipped policy of 2016 finds exactly the children for whom the margins hold, and one more kind."""
    policy = shipped_policies()[PolicyId("cn.left-behind.2016")]
    for child, circumstance in zip(county.children, county.circumstances, strict=True):
        verdict = judge(child, policy, as_of=county.as_of)
        if circumstance.covered or circumstance is Circumstance.OTHER_DEAD:
            assert verdict.determination is Determination.ELIGIBLE, (child.id, circumstance)
        else:
            assert verdict.determination is not Determination.ELIGIBLE, (child.id, circumstance)


def test_three_policies_answer_differently_on_the_roster(reading: RosterReading, county: SyntheticCounty) -> None:
    """Every answer occurs under every policy, and each pair of policies disagrees about at least fifty children."""
    names = ("cn.left-behind.2016", "county.education", "township.family-planning")
    answers = [
        [
            judge(child, shipped_policies()[PolicyId(name)], as_of=county.as_of).determination
            for child in reading.children
        ]
        for name in names
    ]
    for given in answers:
        assert min(Counter(given)[determination] for determination in Determination) >= 20
    for one, two in itertools.combinations(answers, 2):
        assert sum(a is not b for a, b in zip(one, two, strict=True)) > 50
