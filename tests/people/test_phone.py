"""Is every way of writing a telephone number read, and nothing else taken for one?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careprogram.errors import ValidationError
from careprogram.people import Phone

mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True).filter(str.isascii)
landlines = st.from_regex(r"(010|02[0-9]|0[3-9][0-9]{2})-[2-9][0-9]{6,7}", fullmatch=True).filter(str.isascii)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13912345678", "13912345678"),
        ("１３９ １２３４ ５６７８", "13912345678"),
        ("+8613912345678", "13912345678"),
        ("8613912345678", "13912345678"),
        ("0086-139-1234-5678", "13912345678"),
        ("0857-6222222", "0857-6222222"),
        ("（0857）6222222", "0857-6222222"),
        ("0857—6222222", "0857-6222222"),
        ("08576222222", "0857-6222222"),
        ("010 62222222", "010-62222222"),
        ("01062222222", "010-62222222"),
        ("+86 10 62222222", "010-62222222"),
        ("+86 857 6222222", "0857-6222222"),
        ("02162222222", "021-62222222"),
        ("0857-6222222-801", "0857-6222222-801"),
        ("0857-6222222转801", "0857-6222222-801"),
        ("0857-6222222 ext. 801", "0857-6222222-801"),
    ],
)
def test_habits_of_writing_are_read(typed: str, kept: str) -> None:
    """Brackets, dashes, prefixes and extensions lead to one written form."""
    assert Phone.parse(typed).text == kept


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "characters"),
        ("无", "characters"),
        ("139****5678", "characters"),
        ("13912345678 13912345679", "length"),
        ("1391234567", "length"),
        ("12912345678", "length"),
        ("6222222", "area-code"),
        ("62222222", "area-code"),
        ("+1 202 555 0143", "area-code"),
        ("0857-1222222", "length"),
        ("13912345678转801", "length"),
        ("1.39123E+10", "characters"),
    ],
)
def test_what_cannot_be_called_is_refused(typed: str, reason: str) -> None:
    """Each fault has its stable word, and the message does not repeat the digits."""
    with pytest.raises(ValidationError) as caught:
        Phone.parse(typed)
    assert caught.value.reason == reason
    assert not any(typed[start : start + 5] in str(caught.value) for start in range(max(0, len(typed) - 4)))


@given(mobiles | landlines)
def test_written_form_is_read_as_itself(text: str) -> None:
    """Parsing what was kept changes nothing, and the constructor takes exactly that."""
    assert Phone.parse(text) == Phone(text)
    assert Phone.parse(f"+86{text.removeprefix('0')}") == Phone(text)


@given(mobiles | landlines)
def test_number_never_shows_itself(text: str) -> None:
    """Neither repr nor str let a digit out."""
    assert {repr(Phone(text)), str(Phone(text)), f"{Phone(text)}"} == {"Phone(<masked>)"}


@given(mobiles, landlines)
def test_only_mobiles_take_text_messages(mobile: str, landline: str) -> None:
    """A fixed telephone receives no text message."""
    assert Phone(mobile).is_mobile
    assert not Phone(landline).is_mobile


def test_constructor_wants_the_one_written_form() -> None:
    """A value that exists is in canonical form; anything else goes through parse."""
    with pytest.raises(ValidationError, match="parse"):
        Phone("139 1234 5678")
