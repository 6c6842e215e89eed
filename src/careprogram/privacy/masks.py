"""How is a name, a number or a date shown to somebody who may recognize it but not read it?

Each mask keeps just enough for a person who already knows the value to say "that one". A mask never raises; what it
cannot read, it hides whole; what it has hidden already stays as it is. An identity number of a child whose county and
birth date are known has only a thousand possible values, so neither of these nor the sequence is shown.
"""

import enum
import re
import unicodedata

HIDDEN = "****"
"""What stands for a value that is hidden whole; of one length, so that it tells none."""

_MOBILE = re.compile(r"1[0-9]{10}")
_DATE = re.compile(r"([0-9]{4})-(?:[0-9]{2}-[0-9]{2}|\*\*-\*\*)")
_MASKED_MOBILE = re.compile(r"1[0-9]{2}\*{6}[0-9]{2}")
_MASKED_NUMBER = re.compile(r"[0-9]{2}\*{16}")
_COMPOUND_SURNAMES = (
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫"
    "宗政濮阳公冶太叔申屠公孙慕容仲孙钟离长孙宇文司徒鲜于司空令狐"
)
_TWO_CHARACTER_SURNAMES = frozenset(_COMPOUND_SURNAMES[i : i + 2] for i in range(0, len(_COMPOUND_SURNAMES), 2))


class Mask(enum.Enum):
    """Which mask fits a field."""

    NAME = "name"
    PHONE = "phone"
    IDENTITY_NUMBER = "identity-number"
    DATE = "date"


def mask_name(name: str) -> str:
    """Return the surname with two stars, however long the given name is.

    Examples:
        >>> mask_name("王小明"), mask_name("欧阳修文"), mask_name("Anna Li")
        ('王**', '欧阳**', 'A**')
    """
    text = unicodedata.normalize("NFC", name).strip()
    if len(text) < 2 or not text[0].isalpha():
        return HIDDEN
    surname = text[:2] if text[:2] in _TWO_CHARACTER_SURNAMES and len(text) > 2 else text[:1]
    return f"{surname}**"


def mask_phone(phone: str) -> str:
    """Return the first three and last two digits of a mobile number; anything else is hidden whole.

    Examples:
        >>> mask_phone("13912345678"), mask_phone("0857-6222222")
        ('139******78', '****')
    """
    if _MASKED_MOBILE.fullmatch(phone):
        return phone
    return f"{phone[:3]}******{phone[-2:]}" if _MOBILE.fullmatch(phone) else HIDDEN


def mask_identity_number(number: str) -> str:
    """Return the province and stars for an identity number of 18 characters; anything else is hidden whole.

    Examples:
        >>> mask_identity_number("11010519491231002X")
        '11****************'
    """
    if _MASKED_NUMBER.fullmatch(number):
        return number
    return f"{number[:2]}{'*' * 16}" if len(number) == 18 and number.isascii() and number[:17].isdigit() else HIDDEN


def mask_date(date: str) -> str:
    """Return the year of a date in ISO form; anything else is hidden whole.

    Examples:
        >>> mask_date("2014-05-01")
        '2014-**-**'
    """
    match = _DATE.fullmatch(date)
    return f"{match[1]}-**-**" if match else HIDDEN


_MASKS = {
    Mask.NAME: mask_name,
    Mask.PHONE: mask_phone,
    Mask.IDENTITY_NUMBER: mask_identity_number,
    Mask.DATE: mask_date,
}


def masked(value: object, mask: Mask) -> str:
    """Return *value* under *mask*; whatever is not a text is hidden whole.

    Examples:
        >>> masked("2014-05-01", Mask.DATE), masked(7, Mask.PHONE)
        ('2014-**-**', '****')
    """
    return _MASKS[mask](value) if isinstance(value, str) else HIDDEN
