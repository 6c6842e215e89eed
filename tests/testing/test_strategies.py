"""The strategies: whole, valid, agreeing with themselves, and private to whoever asks for them."""

import datetime as dt
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import attrs
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

import careprogram.care
import careprogram.pairing
import careprogram.people
import careprogram.rules
from careprogram.codec import from_document, to_document
from careprogram.dates import age_on
from careprogram.people import Child, Sex
from careprogram.people.place_code import PlaceLevel
from careprogram.testing import strategies
from careprogram.testing.strategies import (
    AS_OF,
    STRATEGIES,
    birth_dates,
    children,
    days_for,
    duties,
    helpers,
    identity_numbers,
    pairings,
    phones,
    place_codes,
    place_trees,
    schoolings,
    screenings,
    terms,
    verdicts,
)
from careprogram.unknown import UNKNOWN

MODELS = sorted(
    (getattr(careprogram.people, name) for name in careprogram.people.__all__),
    key=lambda model: model.__name__,
)


SEARCH = settings(phases=[Phase.generate], max_examples=2000, database=None, deadline=None)


def reach(strategy: st.SearchStrategy, condition: Callable[[Any], bool]) -> object:
    """Return something that *strategy* makes and *condition* accepts, the first found: shrinking it would take long."""
    return find(strategy, condition, settings=SEARCH)


def gaps_in(value: object, path: str = "") -> set[str]:
    """Return the paths below *value* that are unknown."""
    if value is UNKNOWN:
        return {path.removeprefix(".")}
    if attrs.has(type(value)):
        fields = attrs.fields(type(value))
        return set().union(*(gaps_in(getattr(value, one.name), f"{path}.{one.name}") for one in fields), set())
    return set()


def test_every_record_of_people_has_a_strategy():
    """A new record without one fails here."""
    records = {model for model in MODELS if attrs.has(model)}
    assert records <= set(STRATEGIES)


@pytest.mark.parametrize("model", sorted(STRATEGIES, key=lambda model: model.__name__), ids=lambda m: m.__name__)
def test_each_strategy_makes_its_record(model: type):
    """What is drawn is of the type it is listed under."""

    @settings(max_examples=15)
    @given(STRATEGIES[model])
    def drawn(value: object):
        assert type(value) is model

    drawn()


@given(children())
def test_a_child_agrees_with_itself(child: Child):
    """An identity number tells the sex and birth date; a grade fits its stage; nobody is their own sibling."""
    number = child.identity_number
    if number is not None and number is not UNKNOWN:
        assert child.birth_date in (UNKNOWN, number.birth_date)
        assert child.sex in (UNKNOWN, number.sex)
    assert child.id not in child.siblings


@given(children(gaps=False))
def test_without_gaps_everything_is_known(child: Child):
    """Open stay only the means and day of a contact, details of a disability or illness, and grandparents."""
    details = ("last_contact", "last_contact.means", "disability", "disability.kind", "disability.degree", "illness")
    assert not [gap for gap in gaps_in(child) if not gap.endswith(details) and not gap.startswith("grandparents")]


@pytest.mark.parametrize("field", [field.name for field in attrs.fields(Child) if field.default is UNKNOWN])
def test_every_open_field_is_sometimes_open_and_sometimes_not(field: str):
    """Both sides of each gap are reached, or tests that build on it would see one only."""
    reach(children(), lambda child: getattr(child, field) is UNKNOWN)
    reach(children(), lambda child: getattr(child, field) is not UNKNOWN)


@given(st.integers(0, 90), st.integers(0, 9), st.dates(dt.date(1990, 1, 1), dt.date(2035, 12, 31)), st.data())
def test_birth_dates_keep_their_ages(youngest: int, more: int, as_of: dt.date, data: st.DataObject):
    """Never younger or older than asked, on any day, leap days included."""
    born = data.draw(birth_dates(as_of, youngest=youngest, oldest=youngest + more))
    assert youngest <= age_on(born, as_of) <= youngest + more


def test_birth_dates_reach_both_edges():
    """Exactly eighteen today, and eighteen tomorrow."""
    reach(birth_dates(AS_OF, oldest=18), lambda born: born == AS_OF.replace(year=AS_OF.year - 18))
    reach(birth_dates(AS_OF, youngest=17, oldest=17), lambda born: (AS_OF - born).days > 365 * 17 + 360)


@given(st.sampled_from(Sex), st.dates(dt.date(1930, 1, 1), dt.date(2026, 9, 1)), st.data())
def test_identity_numbers_say_what_they_were_asked_for(sex: Sex, born: dt.date, data: st.DataObject):
    """Sex and birth date come back out."""
    number = data.draw(identity_numbers(birth_date=born, sex=sex))
    assert (number.birth_date, number.sex) == (born, sex)


def test_phones_are_of_every_kind():
    """Mobile, fixed, and with an extension."""
    assert reach(phones(), lambda phone: phone.is_mobile)
    assert reach(phones(), lambda phone: phone.text.count("-") == 1)
    assert reach(phones(), lambda phone: phone.text.count("-") == 2)


@given(st.sampled_from(PlaceLevel), st.data())
def test_place_codes_are_of_the_level_asked_for_and_lie_in_real_counties(level: PlaceLevel, data: st.DataObject):
    """Below the county they are made up; the county itself is in the packaged tree."""
    code = data.draw(place_codes(level))
    assert code.level is level
    county = code.at(PlaceLevel.COUNTY)
    assert county is None or county in careprogram.people.PlaceTree.gb2260()


@given(place_trees())
def test_place_trees_are_closed_upwards(tree: careprogram.people.PlaceTree):
    """Whatever is in it, so is what contains it."""
    assert all(ancestor in tree for place in tree.places for ancestor in place.code.ancestors)


@given(helpers(fit=True))
def test_a_fit_helper_may_serve(helper: careprogram.people.Helper):
    """Grown up, screened and agreed, on the day asked for."""
    assert helper.screened(AS_OF)
    assert helper.consent.covers(AS_OF)
    assert age_on(helper.birth_date, AS_OF) >= 18


@given(screenings(clear=True))
def test_clear_screenings_clear(screening: careprogram.people.Screening):
    """On that very day."""
    assert screening.clears(AS_OF)


@given(schoolings())
def test_the_grade_fits_the_stage(schooling: careprogram.people.Schooling):
    """A primary pupil in grade 8 does not exist."""
    if schooling.grade not in (None, UNKNOWN) and schooling.status is not UNKNOWN:
        stage = schooling.grade.stage
        assert schooling.status is stage or (stage.value, schooling.status.value) == ("senior", "vocational")


@given(terms(), st.data())
def test_days_for_a_term_are_never_past_it(term: careprogram.care.Term, data: st.DataObject):
    """A plan can be drawn up on each of them."""
    assert data.draw(days_for(term)) <= term.end


def test_nothing_is_registered_until_register_is_called():
    """`st.from_type(Child)` fails before and works after, in a process of its own."""
    code = """
import attrs
from hypothesis import given, settings, strategies as st
from careprogram.people import Child, IdentityNumber
from careprogram.testing import strategies

def works(strategy):
    @settings(max_examples=10, deadline=None, database=None)
    @given(strategy)
    def draw(value): ...
    try:
        draw()
    except Exception:
        return False
    return True

@attrs.frozen(kw_only=True)
class Visit:
    child: Child
    number: IdentityNumber

assert not works(st.from_type(IdentityNumber))
strategies.register()
assert works(st.from_type(Child))
assert works(st.builds(Visit))
"""
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


def test_every_public_strategy_is_documented():
    """A page can be made of the docstrings."""
    for name in strategies.__all__:
        if callable(getattr(strategies, name)):
            assert getattr(strategies, name).__doc__, name


@given(verdicts())
def test_a_drawn_verdict_says_why(verdict: careprogram.rules.Verdict):
    """As any verdict does."""
    assert verdict.explanation.clauses
    assert bool(verdict.missing) == (verdict.determination is careprogram.rules.Determination.UNDETERMINED)


def test_drawn_pairings_reach_every_part_of_a_life():
    """Each status is reached, so that code which forgets one is met."""
    for status in set(careprogram.pairing.PairingStatus) - {careprogram.pairing.PairingStatus.HANDED_OVER}:
        reach(pairings(), lambda pairing, wanted=status: pairing.status is wanted)


@given(duties())
def test_a_drawn_duty_comes_back_from_its_document(duty: careprogram.care.Duty):
    """Duties are kept, so what can be drawn can be written and read."""
    assert from_document(careprogram.care.Duty, to_document(duty)) == duty


@given(pairings())
def test_a_drawn_pairing_comes_back_from_its_document(pairing: careprogram.pairing.Pairing):
    """As its whole life."""
    assert from_document(careprogram.pairing.Pairing, to_document(pairing)) == pairing
