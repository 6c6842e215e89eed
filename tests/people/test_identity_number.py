"""Does an identity number exist only where GB 11643 allows it, and does it ever show itself?"""

import datetime as dt
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careprogram.errors import ValidationError
from careprogram.people import IdentityNumber, PlaceCode, Sex
from careprogram.people.gb2260 import codes_in_identity_numbers
from careprogram.people.identity_number import REASONS, check_digit

STANDARD_EXAMPLE = "11010519491231002X"
"""The example that the standard itself prints."""

places = st.sampled_from(sorted(codes_in_identity_numbers())).map(PlaceCode.parse)
numbers = st.builds(
    IdentityNumber.from_parts,
    places,
    st.dates(dt.date(1880, 1, 1), dt.date(2100, 12, 31)),
    st.integers(0, 999),
)


def reason_of(text: str) -> str:
    """Return why *text* is refused."""
    with pytest.raises(ValidationError) as caught:
        IdentityNumber.parse(text)
    return caught.value.reason


def test_standard_example_is_accepted_and_read() -> None:
    """The standard's example says: Chaoyang in Peking, 31 December 1949, a woman."""
    number = IdentityNumber.parse(STANDARD_EXAMPLE)
    assert (number.place_code, number.birth_date, number.sex) == (
        PlaceCode("110105"),
        dt.date(1949, 12, 31),
        Sex.FEMALE,
    )


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002x",
        " 110105 19491231 002X ",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105\u300019491231\u00a0002x",
    ],
)
def test_habits_of_typing_are_mended(typed: str) -> None:
    """Small x, spaces and full-width characters make the same number."""
    assert IdentityNumber.parse(typed) == IdentityNumber(STANDARD_EXAMPLE)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "length"),
        ("11010519491231002", "length"),
        ("11010519491231002X0", "length"),
        ("110105491231002", "fifteen-digits"),
        ("1101051949123100X2", "characters"),
        ("11010519491231002Y", "characters"),
        ("11010519491231002*", "characters"),
        ("01010519491231002X", "characters"),
        ("110105-19491231-02", "characters"),
        ("110105194912310021", "check-digit"),
        ("110105194912310002", "check-digit"),
    ],
)
def test_each_fault_has_its_reason(text: str, reason: str) -> None:
    """What is wrong is told by a stable word."""
    assert reason_of(text) == reason


@pytest.mark.parametrize(
    ("first_seventeen", "reason"),
    [
        ("11010519490231002", "birth-date"),
        ("11010519491331002", "birth-date"),
        ("11010518491231002", "birth-date"),
        ("11010519000229002", "birth-date"),
        ("99010519491231002", "place"),
        ("11990519491231002", "place"),
        ("11000019491231002", "place"),
    ],
)
def test_right_check_digit_does_not_excuse_the_rest(first_seventeen: str, reason: str) -> None:
    """A computed check digit makes no date of an impossible one and no county of an unknown code."""
    assert reason_of(first_seventeen + check_digit(first_seventeen)) == reason


@pytest.mark.parametrize(
    "place", ["522427", "110103", "460025", "222400", "441900", "620200", "810000", "820000", "830000"]
)
def test_historic_counties_prefectures_and_permits_are_accepted(place: str) -> None:
    """People keep the number of a county that is gone; some were born in a prefecture without counties."""
    first_seventeen = f"{place}20100203123"
    assert IdentityNumber.parse(first_seventeen + check_digit(first_seventeen)).birth_date == dt.date(2010, 2, 3)


def test_other_number_systems_are_refused_not_guessed() -> None:
    """Digits of other scripts do not become a number."""
    assert reason_of("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X") == "characters"


@given(numbers)
def test_parts_come_back_from_the_number(number: IdentityNumber) -> None:
    """What a number is made of is what it says."""
    again = IdentityNumber.from_parts(number.place_code, number.birth_date, int(number.text[14:17]))
    assert again == number
    assert (number.sex is Sex.MALE) == (int(number.text[16]) % 2 == 1)


@given(numbers, st.integers(0, 16), st.integers(1, 9))
def test_any_single_wrong_digit_is_noticed(number: IdentityNumber, position: int, shift: int) -> None:
    """MOD 11-2 finds every error in one digit."""
    wrong = str((int(number.text[position]) + shift) % 10)
    text = number.text[:position] + wrong + number.text[position + 1 :]
    assert reason_of(text) in {"check-digit", "characters"}


@given(numbers, st.integers(0, 15))
def test_any_swap_of_neighbors_is_noticed(number: IdentityNumber, position: int) -> None:
    """MOD 11-2 finds every exchange of two neighboring digits."""
    one, two = number.text[position], number.text[position + 1]
    text = number.text[:position] + two + one + number.text[position + 2 :]
    if one != two:
        assert reason_of(text) in {"check-digit", "characters"}


@given(st.text(max_size=24))
def test_no_text_makes_anything_but_a_number_or_a_named_reason(text: str) -> None:
    """Parsing is total: a valid number or one of the documented reasons."""
    try:
        number = IdentityNumber.parse(text)
    except ValidationError as error:
        reason = error.reason
    else:
        reason = "" if check_digit(number.text[:17]) == number.text[17] else "accepted with a wrong check digit"
    assert reason in {"", *REASONS}


@given(numbers)
def test_number_never_shows_itself(number: IdentityNumber) -> None:
    """Neither repr, str nor format let a part of the number out."""
    for shown in (repr(number), str(number), f"{number}", f"{number!r:>40}".strip()):
        assert shown == "IdentityNumber(<masked>)"


@given(numbers, st.integers(0, 16))
def test_refusal_never_repeats_the_number(number: IdentityNumber, position: int) -> None:
    """The error of a mistyped number holds no run of its digits."""
    wrong = number.text[:position] + str((int(number.text[position]) + 1) % 10) + number.text[position + 1 :]
    try:
        IdentityNumber.parse(wrong)
    except ValidationError as error:
        told = "".join(traceback.format_exception_only(error))
        assert not any(wrong[start : start + 4] in told for start in range(15))
    else:
        pytest.fail("a wrong digit was accepted")


def test_parts_that_make_no_number_are_refused() -> None:
    """A village, a province and a sequence of four digits make no number."""
    born = dt.date(2015, 3, 2)
    for place, sequence, reason in (("520526101203", 1, "place"), ("52", 1, "place"), ("520526", 1000, "length")):
        with pytest.raises(ValidationError) as caught:
            IdentityNumber.from_parts(PlaceCode(place), born, sequence)
        assert caught.value.reason == reason


@pytest.mark.parametrize(("digits", "reason"), [("1234", "length"), ("1101051949123100X", "characters")])
def test_check_digit_needs_seventeen_digits(digits: str, reason: str) -> None:
    """Asked about anything else, it says so."""
    with pytest.raises(ValidationError) as caught:
        check_digit(digits)
    assert caught.value.reason == reason
