"""Do masks keep what is meant to stay hidden?"""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careprogram.people import IdentityNumber, PlaceCode
from careprogram.privacy import Mask, mask_date, mask_identity_number, mask_name, mask_phone
from careprogram.privacy.masks import HIDDEN, masked


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("王小明", "王**"),
        ("王明", "王**"),
        ("欧阳修", "欧阳**"),
        ("欧阳", "欧**"),
        ("阿依古丽·买买提", "阿**"),
        ("Anna Li", "A**"),
        (" 李四 ", "李**"),
        ("王", HIDDEN),
        ("", HIDDEN),
        ("12", HIDDEN),
    ],
)
def test_a_name_keeps_its_surname(name: str, shown: str) -> None:
    """A name is shown by its surname, with two stars however long the rest is."""
    assert mask_name(name) == shown


@given(st.text(min_size=1))
def test_no_name_survives_its_mask(name: str) -> None:
    """Whatever the text, at most its first two characters are shown, and never the whole of it."""
    shown = mask_name(name).rstrip("*")
    assert len(shown) <= 2
    assert shown == "" or len(shown) < len(name.strip()) or not name.strip().startswith(shown)


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13912345678", "139******78"),
        ("0857-6222222", HIDDEN),
        ("１３９１２３４５６７８", HIDDEN),
        ("139 1234 5678", HIDDEN),
        ("", HIDDEN),
    ],
)
def test_a_phone_keeps_five_digits(phone: str, shown: str) -> None:
    """A mobile number keeps its first three and last two digits; anything else is hidden whole."""
    assert mask_phone(phone) == shown


@given(
    birth_date=st.dates(dt.date(2005, 1, 1), dt.date(2026, 1, 1)),
    sequence=st.integers(0, 999),
)
def test_an_identity_number_tells_the_province_only(birth_date: dt.date, sequence: int) -> None:
    """Two children of one province have the same masked number, whatever their county, birthday and sex."""
    number = IdentityNumber.from_parts(PlaceCode.parse("520402"), birth_date, sequence)
    other = IdentityNumber.from_parts(PlaceCode.parse("520102"), dt.date(2010, 9, 1), 7)
    assert mask_identity_number(number.text) == mask_identity_number(other.text) == "52" + "*" * 16


@given(st.text())
def test_what_is_no_identity_number_is_hidden_whole(text: str) -> None:
    """A text of another shape is not shown in part."""
    if not (len(text) == 18 and text.isascii()):
        assert mask_identity_number(text) == HIDDEN


@pytest.mark.parametrize(("date", "shown"), [("2014-05-01", "2014-**-**"), ("2014-5-1", HIDDEN), ("May 2014", HIDDEN)])
def test_a_date_keeps_its_year(date: str, shown: str) -> None:
    """Month and day of a date are hidden."""
    assert mask_date(date) == shown


@pytest.mark.parametrize("mask", list(Mask))
@pytest.mark.parametrize("value", [None, 7, True, ["王小明"], {"unknown": True}, {"name": "王小明"}])
def test_what_is_no_text_is_hidden_whole(mask: Mask, value: object) -> None:
    """A mask never raises, and shows nothing of a value of an unexpected type."""
    assert masked(value, mask) == HIDDEN
