"""Terms and the usual school year."""

import datetime as dt
import itertools

import pytest

from careprogram.care import Term, autumn_term, spring_term, term_containing
from careprogram.errors import ValidationError


def test_usual_terms_follow_each_other_without_a_gap():
    """No day of ten years lies between two terms: a child is alone in the vacation, too."""
    terms = [term for year in range(2020, 2030) for term in (spring_term(year), autumn_term(year))]
    for earlier, later in itertools.pairwise(terms):
        assert later.start - earlier.end == dt.timedelta(days=1)


def test_every_day_lies_in_the_term_found_for_it():
    """The lookup and the terms agree on each day of two years, one of them a leap year."""
    for offset in range(731):
        day = dt.date(2027, 1, 1) + dt.timedelta(days=offset)
        assert day in term_containing(day)


def test_the_leap_day_belongs_to_the_autumn_term():
    """29 February is the last day of the term that began the September before."""
    assert autumn_term(2027).end == dt.date(2028, 2, 29)


def test_lessons_end_with_the_term_unless_said_otherwise():
    """A term with no vacation needs no third date."""
    term = Term(id="t", start=dt.date(2026, 9, 1), end=dt.date(2026, 9, 30))
    assert term.lessons_end == term.end
    assert term.days == 30


@pytest.mark.parametrize(
    ("start", "lessons_end", "end", "reason"),
    [
        ("2026-09-02", "2026-09-01", "2026-12-01", "order"),
        ("2026-09-01", "2026-12-02", "2026-12-01", "order"),
        ("2026-09-01", "2026-08-01", "2026-08-01", "order"),
        ("2026-09-01", "2026-12-01", "2027-09-03", "length"),
    ],
)
def test_an_impossible_term_is_refused(start: str, lessons_end: str, end: str, reason: str):
    """Days out of order and terms of over a year are slips of the pen."""
    with pytest.raises(ValidationError) as caught:
        Term(
            id="t",
            start=dt.date.fromisoformat(start),
            lessons_end=dt.date.fromisoformat(lessons_end),
            end=dt.date.fromisoformat(end),
        )
    assert caught.value.reason == reason


def test_a_term_needs_an_id():
    """Duties are named after it."""
    with pytest.raises(ValidationError, match="id"):
        Term(id="", start=dt.date(2026, 9, 1), end=dt.date(2026, 9, 30))
