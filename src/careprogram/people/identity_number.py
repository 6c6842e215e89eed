"""Is this a resident identity number, and what does it say?

GB 11643-1999: six digits of the place of first registration (GB/T 2260), eight of the birth date, three of a sequence
(odd for men, even for women) and a check digit by ISO 7064 MOD 11-2. An invalid number cannot exist as an
`IdentityNumber`. Neither a message nor a repr here ever contains a number or a part of it.
"""

import datetime as dt
import operator
import re
import unicodedata
from typing import Final

import attrs

from careprogram.errors import ValidationError
from careprogram.people.enums import Sex
from careprogram.people.gb2260 import codes_in_identity_numbers
from careprogram.people.place_code import PlaceCode

REASONS: Final = ("length", "characters", "fifteen-digits", "check-digit", "birth-date", "place")
"""Every reason for which a number is refused, in the order in which they are looked for."""

_FIRST_YEAR: Final = 1880
_WEIGHTS: Final = tuple(pow(2, 17 - position, 11) for position in range(17))
_ZERO: Final = sum(_WEIGHTS) * ord("0")
_SHAPE = re.compile(r"[1-9][0-9]{16}[0-9X]")


def check_digit(first_seventeen: str) -> str:
    """Return the check digit of 17 digits, by ISO 7064 MOD 11-2.

    Raises:
        ValidationError: They are not 17 digits (reason ``length`` or ``characters``).

    Examples:
        The standard's own example:

        >>> check_digit("11010519491231002")
        'X'
    """
    if len(first_seventeen) != 17:
        raise ValidationError("a check digit is computed from 17 digits", reason="length")
    if not (first_seventeen.isascii() and first_seventeen.isdecimal()):
        raise ValidationError("a check digit is computed from digits only", reason="characters")
    # Summing over the bytes adds 48 times the weights (48 is "0"); it takes a third of the time of int(digit).
    total = sum(map(operator.mul, _WEIGHTS, first_seventeen.encode())) - _ZERO
    return "10X98765432"[total % 11]


def _birth_date(text: str) -> dt.date | None:
    try:
        birth_date = dt.date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return None
    return birth_date if birth_date.year >= _FIRST_YEAR else None


def _check(_instance: object, _attribute: object, text: str) -> None:
    if len(text) == 15 and text.isascii() and text.isdecimal():
        raise ValidationError(
            "a number of the first generation (15 digits): no longer valid since 2013, ask for the one of 18",
            reason="fifteen-digits",
        )
    if len(text) != 18:
        raise ValidationError(f"an identity number has 18 characters, this has {len(text)}", reason="length")
    if _SHAPE.fullmatch(text) is None:
        raise ValidationError("an identity number is 17 digits and a digit or X", reason="characters")
    if check_digit(text[:17]) != text[17]:
        raise ValidationError(
            "the check digit does not fit: a digit is mistyped, compare with the card", reason="check-digit"
        )
    if _birth_date(text) is None:
        raise ValidationError("digits 7 to 14 are no date of birth: compare with the card", reason="birth-date")
    if text[:6] not in codes_in_identity_numbers():
        raise ValidationError(
            "the first six digits never were a county or prefecture of GB/T 2260: compare with the card", reason="place"
        )


@attrs.frozen
class IdentityNumber:
    """A resident identity number (公民身份号码) that has passed every check of GB 11643.

    Attributes:
        text: Seventeen digits and a digit or a capital X.

    Raises:
        ValidationError: With one of `REASONS` as its ``reason``; the message never contains the number.

    Examples:
        >>> number = IdentityNumber.parse("11010519491231002x")
        >>> number
        IdentityNumber(<masked>)
        >>> number.birth_date, number.sex.value, number.place_code
        (datetime.date(1949, 12, 31), 'female', PlaceCode('110105'))
    """

    text: str = attrs.field(validator=_check, repr=False)

    def __repr__(self) -> str:
        return "IdentityNumber(<masked>)"

    @classmethod
    def parse(cls, text: str) -> "IdentityNumber":
        """Read a number as people type it: full-width digits, spaces and a small x are mended, nothing else.

        Raises:
            ValidationError: See the class.
        """
        return cls("".join(unicodedata.normalize("NFKC", text).split()).upper())

    @classmethod
    def from_parts(cls, place: PlaceCode, birth_date: dt.date, sequence: int) -> "IdentityNumber":
        """Make the number of somebody, with its check digit.

        Args:
            place: A county or prefecture.
            birth_date: The day of birth.
            sequence: 0 to 999, odd for a man, even for a woman.

        Raises:
            ValidationError: The place or the sequence cannot be (reasons ``place``, ``length``).
        """
        if not 0 <= sequence <= 999:
            raise ValidationError("the sequence has three digits: give 0 to 999", reason="length")
        if len(place.text) > 6:
            raise ValidationError("an identity number names a county, not a township or village", reason="place")
        first_seventeen = f"{place.padded}{birth_date:%Y%m%d}{sequence:03d}"
        return cls(first_seventeen + check_digit(first_seventeen))

    @property
    def birth_date(self) -> dt.date:
        """The date of birth that the number tells."""
        return dt.date(int(self.text[6:10]), int(self.text[10:12]), int(self.text[12:14]))

    @property
    def sex(self) -> Sex:
        """The sex that the sequence tells: odd for men, even for women."""
        return Sex.MALE if int(self.text[16]) % 2 else Sex.FEMALE

    @property
    def place_code(self) -> PlaceCode:
        """Where the number was first given: not where the person lives, nor of need where they are registered now."""
        return PlaceCode.parse(self.text[:6])
