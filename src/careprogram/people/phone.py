"""Can this telephone number be called, and how is it written?

The numbering plan of the mainland: mobile numbers have eleven digits and begin with 13 to 19; fixed ones have an area
code (010, 02x or four digits) and seven or eight digits. Nothing here ever shows a number in a message or a repr.
"""

import re
import unicodedata

import attrs

from careprogram.errors import ValidationError

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"(010|02[0-9]|0[3-9][0-9]{2})-([2-9][0-9]{6,7})(?:-([0-9]{1,6}))?")
_CANONICAL = re.compile(rf"{_MOBILE.pattern}|{_LANDLINE.pattern}")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－﹣~", "-"))
_EXTENSION = re.compile(r"(?:转|分机|ext\.?|x|#)", re.IGNORECASE)


def _check(_instance: object, _attribute: object, text: str) -> None:
    if _CANONICAL.fullmatch(text) is None:
        raise ValidationError(
            "a telephone number is 11 digits of a mobile or area code-number: use Phone.parse", reason="phone"
        )


def _refuse(digits: str) -> ValidationError:
    """Say what is wrong with what remained, without repeating it."""
    if digits[:1] == "1" and len(digits) != 11:
        return ValidationError(f"a mobile number has 11 digits, this has {len(digits)}", reason="length")
    if digits[:1] not in {"0", "1"} and len(digits) in {7, 8}:
        return ValidationError("the area code is missing: write 0xxx-xxxxxxx", reason="area-code")
    return ValidationError(
        f"{len(digits)} digits are neither a mobile number (11, from 13 to 19) nor an area code with 7 or 8",
        reason="length",
    )


@attrs.frozen
class Phone:
    """A telephone number of the mainland, in one written form.

    Attributes:
        text: ``13912345678``, ``0857-6222222`` or ``0857-6222222-801``.

    Examples:
        >>> Phone.parse("+86 139 1234 5678").text, Phone.parse("（0857）6222222").text
        ('13912345678', '0857-6222222')
        >>> Phone.parse("13912345678")
        Phone(<masked>)
    """

    text: str = attrs.field(validator=_check, repr=False)

    def __repr__(self) -> str:
        return "Phone(<masked>)"

    @classmethod
    def parse(cls, text: str) -> "Phone":
        """Read a number as people write it: +86, spaces, dashes, brackets, full-width digits and an extension.

        Raises:
            ValidationError: Reason ``characters``, ``length`` or ``area-code``; the message never contains the number.
        """
        plain = unicodedata.normalize("NFKC", text).translate(_DASHES).strip()
        plain, *extensions = _EXTENSION.split(plain)
        groups = [group for group in re.split(r"[\s()\-./]+", plain) if group]
        if not groups or len(extensions) > 1 or not re.fullmatch(r"\+?[0-9]+", "".join(groups)):
            raise ValidationError(
                "a telephone number is written with digits, +, spaces, dashes and brackets", reason="characters"
            )
        extension = extensions[0].strip(" -:()") if extensions else ""
        foreign = groups[0].startswith("+") and not groups[0].startswith("+86")
        if foreign:
            raise ValidationError("only numbers of the mainland (+86) can be kept", reason="area-code")
        return cls._from_groups(groups, extension)

    @classmethod
    def _from_groups(cls, groups: list[str], extension: str) -> "Phone":
        digits = "".join(groups).removeprefix("+")
        for prefix, shortest in (("0086", 9), ("86", 9 if groups[0].startswith("+") else 10)):
            if digits.startswith(prefix) and len(digits) - len(prefix) >= shortest:
                digits = digits.removeprefix(prefix)
                digits = digits if digits.startswith(("0", "1")) and not digits.startswith("10") else f"0{digits}"
                break
        if not extension and len(groups) == 3 and groups[0].startswith("0") and len(groups[1]) >= 7:
            digits, extension = groups[0] + groups[1], groups[2]
        if _MOBILE.fullmatch(digits) and not extension:
            return cls(digits)
        area = 3 if digits.startswith(("01", "02")) else 4
        written = f"{digits[:area]}-{digits[area:]}" + (f"-{extension}" if extension else "")
        if _LANDLINE.fullmatch(written) is None:
            raise _refuse(digits)
        return cls(written)

    @property
    def is_mobile(self) -> bool:
        """Whether it can receive a text message."""
        return "-" not in self.text
