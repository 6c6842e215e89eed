"""Are the gaps between the contacts of parents the days on which a contact was overdue?"""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careprogram.archives import FAMILY_AFFECTION, contact_stream
from careprogram.errors import ValidationError
from careprogram.people import ContactMeans
from careprogram.testing.strategies import documents

FIRST = dt.date(2026, 9, 1)
_ENTRIES = st.lists(
    st.fixed_dictionaries(
        {"on": st.integers(-5, 70).map(lambda days: (FIRST + dt.timedelta(days)).isoformat())},
        optional={
            "reached": st.sampled_from(["child", "caregiver", None]),
            "means": st.sampled_from([means.value for means in ContactMeans]),
        },
    ),
    max_size=12,
)


@given(_ENTRIES, st.sampled_from(["child", "caregiver"]), st.integers(0, 60), st.integers(1, 15))
def test_gaps_are_the_overdue_days(entries: list[dict[str, str]], reached: str, span: int, longest: int) -> None:
    """Oracle: a day is overdue when the last contact, or the first day looked at, is longer ago than allowed."""
    last = FIRST + dt.timedelta(span)
    stream = contact_stream(
        {"child": "c-1", "contacts": entries},
        reached=reached,  # type: ignore[arg-type]
        first=FIRST,
        last=last,
        longest=longest,
    )
    days = {entry["on"] for entry in entries if entry.get("reached") == reached}
    overdue, ago = 0, 0
    for offset in range(1, span + 1):
        ago += 1
        overdue += ago > longest
        if (FIRST + dt.timedelta(offset)).isoformat() in days:
            ago = 0
    assert sum(gap.days - longest for gap in stream.gaps) == overdue
    assert stream.contacts == len([day for day in days if FIRST.isoformat() <= day <= last.isoformat()])
    assert all(gap.closed or gap.end == last for gap in stream.gaps)
    assert all(gap.days > longest for gap in stream.gaps)  # a gap as long as is allowed is none


@given(_ENTRIES)
def test_who_was_reached_is_never_guessed(entries: list[dict[str, str]]) -> None:
    """An entry that does not say is in neither stream, and both say how many there are."""
    archive = {"child": "c-1", "contacts": entries}
    streams = [
        contact_stream(archive, reached=one, first=FIRST, last=FIRST + dt.timedelta(60))  # type: ignore[arg-type]
        for one in ("child", "caregiver")
    ]
    silent = [one for one in entries if one.get("reached") is None and "2026-09-01" <= one["on"] <= "2026-10-31"]
    assert [stream.unassigned for stream in streams] == [len(silent)] * 2


@given(documents(FAMILY_AFFECTION.current))
def test_every_archive_can_be_looked_at(archive: dict[str, object]) -> None:
    """Whatever fits the schema gives an answer: no list, a null, days far away."""
    stream = contact_stream(archive, reached="child", first=FIRST, last=FIRST)
    assert stream.gaps == ()


def test_only_the_means_asked_for_count() -> None:
    """A gift is a contact unless calls and video are asked for."""
    archive = {"child": "c", "contacts": [{"on": "2026-09-05", "reached": "child", "means": "gift"}]}

    def gaps(**means: object) -> int:
        last = dt.date(2026, 9, 10)
        return len(contact_stream(archive, reached="child", first=FIRST, last=last, **means).gaps)  # type: ignore[arg-type]

    assert gaps() == 0
    assert gaps(means={ContactMeans.CALL, ContactMeans.VIDEO}) == 1


@pytest.mark.parametrize(("last", "longest"), [(dt.date(2026, 8, 31), 7), (FIRST, 0)])
def test_days_that_make_no_sense_are_refused(last: dt.date, longest: int) -> None:
    """A last day before the first, and a gap of no days."""
    with pytest.raises(ValidationError):
        contact_stream({"child": "c-1"}, reached="child", first=FIRST, last=last, longest=longest)
