"""For every seed and size: do the margins hold, and does the reader find exactly what was planted?"""

import random
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from careprogram.dates import age_on
from careprogram.people import Contact, IdentityNumber, Sex
from careprogram.rosters import identify_with, read_roster
from careprogram.rosters.problems import column_letter
from careprogram.testing.synthetic import COLUMNS, Circumstance, roster_sheet, roster_workbook, synthetic_county
from careprogram.testing.synthetic.margins import (
    AGE_BANDS_2016,
    GUARDIANS_2016,
    SEXES_2018,
    WEEKLY_CONTACT_2017,
    deal,
    quotas,
)
from careprogram.unknown import UNKNOWN

LETTERS = {column.key: column_letter(index) for index, column in enumerate(COLUMNS)}
seeds = st.integers(0, 2**32)
sizes = st.integers(60, 240)


@given(
    st.integers(0, 5_000),
    st.dictionaries(st.text(max_size=3), st.integers(0, 1_000), min_size=1).filter(
        lambda shares: sum(shares.values()) > 0
    ),
)
def test_quotas_give_out_everything_and_nobody_is_a_child_short(total: int, shares: dict[str, int]) -> None:
    """They add up to the total, and each is within one of its exact share."""
    found = quotas(total, shares)
    whole = sum(shares.values())
    assert sum(found.values()) == total
    assert all(abs(found[key] * whole - total * share) < whole for key, share in shares.items())
    assert Counter(deal(random.Random(0), total, shares)) == Counter(found)


@settings(max_examples=15)
@given(seeds, sizes)
def test_margins_hold_at_every_size(seed: int, size: int) -> None:
    """Guardians, ages and sexes are dealt by quota among the covered; weekly contact misses by one family at most."""
    county = synthetic_county(seed, children=size, helpers=8)
    covered = county.covered
    kinds = Counter(item for item in county.circumstances if item.covered)
    assert kinds == Counter(quotas(len(covered), GUARDIANS_2016))
    assert Counter(child.sex for child in covered) == Counter(quotas(len(covered), SEXES_2018))
    ages = [age_on(child.birth_date, county.as_of) for child in covered if child.birth_date is not UNKNOWN]
    bands = quotas(len(covered), AGE_BANDS_2016)
    assert {band: sum(band[0] <= age <= band[1] for age in ages) for band in bands} == bands
    contacts = [[parent.last_contact for parent in child.parents] for child in covered]
    weekly = sum(
        any(isinstance(contact, Contact) and (county.as_of - contact.on).days < 7 for contact in both)
        for both in contacts
    )
    assert abs(weekly - len(covered) * WEEKLY_CONTACT_2017 / 1000) <= 3
    assert sum(child.sex is Sex.MALE for child in county.children) > 0


@settings(max_examples=5)
@given(seeds, sizes)
def test_reader_finds_exactly_what_was_planted(seed: int, size: int) -> None:
    """Each planted error is reported by row, column and reason; every other row becomes a child."""
    county = synthetic_county(seed, children=size, helpers=8)
    sheet = roster_sheet(county)
    reading = read_roster(
        roster_workbook(sheet), as_of=county.as_of, identify=identify_with(b"k" * 32), places=county.places
    )
    planted = {(defect.row, LETTERS[defect.column], defect.reason) for defect in sheet.defects}
    held = [pair for pair in sheet.duplicates if pair.kind == "identity-number"]
    second = {(pair.rows[1], LETTERS["child.identity_number"], "duplicate") for pair in held}
    assert {(problem.row, problem.column, problem.reason) for problem in reading.problems} == planted | second
    assert len(reading.children) == size + len(sheet.duplicates) - len(planted) - len(second)
    assert {(pair.kind, tuple(row.row for row in pair.rows)) for pair in reading.duplicates} >= {
        (pair.kind, pair.rows) for pair in sheet.duplicates
    }


@settings(max_examples=6)
@given(seeds)
def test_identity_numbers_never_repeat(seed: int) -> None:
    """Nobody in a county has the number of anybody else."""
    county = synthetic_county(seed, children=200, helpers=8)
    numbers = [child.identity_number for child in county.children if isinstance(child.identity_number, IdentityNumber)]
    families = {(child.father.identity_number, child.mother.identity_number) for child in county.children}
    grown_up = [number for family in families for number in family if isinstance(number, IdentityNumber)]
    assert len(set(numbers)) == len(numbers)
    assert len(set(grown_up)) == len(grown_up)
    assert Circumstance.GRANDPARENTS in county.circumstances
