"""Which codes does GB/T 2260 know, now and formerly?

The packaged table (`data/gb2260.tsv`, sources in `data/README.md`) is read once, on first use, and never at
import. This file holds no tree: `places` builds one.
"""

import functools
from importlib import resources
from typing import Final

import attrs

RESIDENCE_PERMIT_OF_TAIWAN: Final = "83"
"""GB 11643 numbers of Taiwan residents on the mainland begin with 830000; GB/T 2260 itself knows Taiwan as 71."""

_PLACEHOLDERS: Final = frozenset(
    {"市辖区", "市区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划", "省直辖行政单位", "省直辖县级行政单位"}
)


@attrs.frozen(kw_only=True)
class ListedDivision:
    """What the tables say about one code.

    Attributes:
        code: 2, 4 or 6 digits.
        name: Its present or latest name.
        former_names: Names that the same code bore earlier, the latest first.
        current: Whether the code is in force in the packaged edition.
        first_year: The first year in which a table lists it under this name, or None where not known.
        last_year: The last such year, or None where it is current or not known.
    """

    code: str
    name: str
    former_names: tuple[str, ...] = ()
    current: bool
    first_year: int | None = None
    last_year: int | None = None

    @property
    def placeholder(self) -> bool:
        """Whether the code only groups others, such as 市辖区: it is no place that anybody lives in by name."""
        return self.name in _PLACEHOLDERS


@functools.cache
def listed_divisions() -> tuple[ListedDivision, ...]:
    """Return every code ever listed, in the order of codes."""
    text = resources.files("careprogram.people").joinpath("data/gb2260.tsv").read_text(encoding="utf-8")
    found: dict[str, ListedDivision] = {}
    for line in text.splitlines()[1:]:
        code, name, first, last = line.split("\t")
        if (earlier := found.get(code)) is not None:
            found[code] = attrs.evolve(earlier, former_names=(*earlier.former_names, name))
            continue
        found[code] = ListedDivision(
            code=code,
            name=name,
            current=last == "-",
            first_year=int(first) if first else None,
            last_year=int(last) if last.isdecimal() else None,
        )
    return tuple(found.values())


@functools.cache
def listed_codes() -> frozenset[str]:
    """Return every code ever listed, of 2, 4 or 6 digits, placeholders included."""
    return frozenset(division.code for division in listed_divisions())


@functools.cache
def codes_in_identity_numbers() -> frozenset[str]:
    """Return what the first six digits of an identity number may be.

    These are the codes of counties and prefectures, present and historic, and the three that residence permits for
    people from Hong Kong, Macau and Taiwan carry.
    """
    permits = {"810000", "820000", f"{RESIDENCE_PERMIT_OF_TAIWAN}0000"}
    return frozenset(code.ljust(6, "0") for code in listed_codes() if len(code) > 2) | permits
