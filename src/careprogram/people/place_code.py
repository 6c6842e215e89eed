"""Which place does a code name, and which places contain it?

The codes are those of 统计用区划代码 (the statistical codes of administrative divisions): 2 digits name a province, 4 a
prefecture, 6 a county (GB/T 2260), 9 a township, 12 a village. A longer code begins with the code of whatever
contains it, so containment needs no table. This file never asks whether a code was ever given to a
place: `places` does.
"""

import re
import unicodedata
from typing import Final

import attrs

from careprogram.errors import ValidationError
from careprogram.people.enums import Answer

_SPLITS: Final = (2, 4, 6, 9, 12)
_CANONICAL = re.compile(r"[1-9][0-9](?:[0-9]{2}){0,2}|[1-9][0-9]{8}|[1-9][0-9]{11}")


class PlaceLevel(Answer):
    """The five levels of administration, from the widest to the narrowest."""

    PROVINCE = "province", "省级"
    PREFECTURE = "prefecture", "地级"
    COUNTY = "county", "县级"
    TOWNSHIP = "township", "乡级"
    VILLAGE = "village", "村级"

    @property
    def digits(self) -> int:
        """The length of a code of this level."""
        return _SPLITS[tuple(PlaceLevel).index(self)]


def _canonical(text: str) -> str:
    """Cut the zero groups that fill a code up to a longer length: 520000 is the province 52."""
    for longer, shorter in ((12, 9), (9, 6), (6, 4), (4, 2)):
        if len(text) == longer and text[shorter:] == "0" * (longer - shorter):
            text = text[:shorter]
    return text


def _check(_instance: object, _attribute: object, text: str) -> None:
    if _CANONICAL.fullmatch(text) is None or _canonical(text) != text:
        raise ValidationError(
            "a place code has 2, 4, 6, 9 or 12 digits and no filling zeros: use PlaceCode.parse", reason="place-code"
        )


@attrs.frozen(order=True)
class PlaceCode:
    """The code of a place in canonical form: as many digits as its level has.

    Attributes:
        text: 2, 4, 6, 9 or 12 digits.

    Examples:
        >>> village = PlaceCode.parse("520526101203")
        >>> village.level.value, village.parent
        ('village', PlaceCode('520526101'))
        >>> PlaceCode.parse("520000").contains(village)
        True
    """

    text: str = attrs.field(validator=_check)

    def __repr__(self) -> str:
        return f"PlaceCode({self.text!r})"

    def __str__(self) -> str:
        return self.text

    @classmethod
    def parse(cls, text: str) -> "PlaceCode":
        """Read a code as tables write it: full-width digits, spaces and filling zeros are allowed.

        A code of six digits that ends in 00 is a prefecture, one that ends in 0000 a province.

        Raises:
            ValidationError: It is no code of any level (reason ``place-code``).
        """
        return cls(_canonical("".join(unicodedata.normalize("NFKC", text).split())))

    @property
    def level(self) -> PlaceLevel:
        """The level that the length tells."""
        return tuple(PlaceLevel)[_SPLITS.index(len(self.text))]

    @property
    def padded(self) -> str:
        """The code filled up with zeros to 6 digits, as GB/T 2260 prints it; a longer one as it is."""
        return self.text.ljust(6, "0")

    @property
    def _wider(self) -> tuple[str, ...]:
        """Every canonical beginning. Before 2003 counties of Hainan stood directly below the province (460025)."""
        beginnings = (self.text[:size] for size in _SPLITS if size < len(self.text))
        return tuple(beginning for beginning in beginnings if _canonical(beginning) == beginning)

    @property
    def parent(self) -> "PlaceCode | None":
        """The code of the next wider place, or None for a province."""
        return PlaceCode(self._wider[-1]) if self._wider else None

    @property
    def ancestors(self) -> tuple["PlaceCode", ...]:
        """Every wider place, the province first; empty for a province."""
        return tuple(map(PlaceCode, self._wider))

    def at(self, level: PlaceLevel) -> "PlaceCode | None":
        """Return the place of *level* that this one is or lies in, or None where there is none."""
        return next((code for code in (*self.ancestors, self) if code.level is level), None)

    def contains(self, other: "PlaceCode") -> bool:
        """Tell whether *other* is this place or lies in it."""
        return other.text.startswith(self.text)

    def shared_level(self, other: "PlaceCode") -> PlaceLevel | None:
        """Return the narrowest level at which both lie in one place, or None where not even the province is shared.

        Examples:
            >>> PlaceCode("520526101203").shared_level(PlaceCode("520526101")).value
            'township'
        """
        both = [code.level for code in (*self.ancestors, self) if code.contains(other)]
        return max(both, key=lambda level: level.digits, default=None)
