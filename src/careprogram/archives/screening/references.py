"""Against what is a child screened, and how sure are we of the figures?

A reference names its standard and how many public copies of it were compared. The tables of the health standards WS/T
lie in ``archives/data``; the head of each file says where its figures come from and what a person has to check against
the print. Nothing here looks at a child.
"""

import csv
import functools
import importlib.resources
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

import attrs

from careprogram.errors import ValidationError
from careprogram.language import Text


@attrs.frozen(kw_only=True)
class ScreeningReference:
    """A published reference.

    Attributes:
        id: Stable, such as ``"ws-t-586-2018"``.
        title: What people call it.
        citation: Where it was published.
        copies: How many public copies of the table were compared; 0 where the figures come from the publisher itself.
    """

    id: str
    title: Text
    citation: str
    copies: int

    @property
    def checked(self) -> bool:
        """Whether the figures are the publisher's own; otherwise a person should compare them with the print."""
        return self.copies == 0

    @property
    def caveat(self) -> Text | None:
        """What every answer by this reference has to say of its figures; None where they are the publisher's own."""
        return None if self.checked else NOT_COMPARED


NOT_COMPARED: Final = Text("标准值待与纸质文本核对", "figures not yet compared with the printed standard")
"""Said wherever something rests on figures that were seen as public copies only."""

COPIES_DISAGREE: Final = Text("各公开文本在此行数值不一致", "public copies disagree in this row")
"""Said besides where the row that was used stands otherwise in another public copy."""

WHO_2007: Final = ScreeningReference(
    id="who-2007",
    title=Text("世界卫生组织 5～19 岁生长参考（2007）", "WHO growth reference 5-19 years (2007)"),
    citation="de Onis et al., Bulletin of the WHO 85 (2007) 660-667",
    copies=0,
)
WS_T_586: Final = ScreeningReference(
    id="ws-t-586-2018",
    title=Text("学龄儿童青少年超重与肥胖筛查", "screening for overweight and obesity among school-age children"),
    citation="WS/T 586-2018 (public copies)",
    copies=3,
)
WS_T_456: Final = ScreeningReference(
    id="ws-t-456-2014",
    title=Text("学龄儿童青少年营养不良筛查", "screening for malnutrition of school-age children"),
    citation="WS/T 456-2014 (public copies)",
    copies=2,
)
WS_T_610: Final = ScreeningReference(
    id="ws-t-610-2018",
    title=Text("7 岁～18 岁儿童青少年血压偏高筛查界值", "screening for elevated blood pressure, ages 7 to 18"),
    citation="WS/T 610-2018 (one public copy)",
    copies=1,
)
REFERENCES: Final = (WS_T_456, WS_T_586, WS_T_610, WHO_2007)
"""Every reference that ships."""

DISPUTED_OVERWEIGHT: Final = frozenset({("female", 22), ("female", 24), ("female", 26)})
"""Rows of WS/T 586, by sex and half years of age, that stand otherwise in one public copy or more."""

DISPUTED_THINNESS: Final = frozenset(("female", halves) for halves in (28, 29, 33, 34, 35))
"""The same of the body mass index of WS/T 456: there two public copies have the figures of the boys."""

Row = Mapping[str, int]
"""The figures of one row: tenths of the unit of the file, or whole mmHg."""


@functools.cache
def thinness_table() -> Mapping[tuple[str, int], Row]:
    """Return WS/T 456 by sex and half years of age: ``stunting`` in mm, ``moderate`` and ``mild`` in 0.1 kg/m²."""
    return {
        (row["sex"], tenths(row["age"]) // 5): {name: tenths(row[name]) for name in ("stunting", "moderate", "mild")}
        for row in _rows("wst456.csv")
    }


@functools.cache
def overweight_table() -> Mapping[tuple[str, int], Row]:
    """Return WS/T 586 by sex and half years of age: ``overweight`` and ``obesity`` in 0.1 kg/m²."""
    return {
        (row["sex"], tenths(row["age"]) // 5): {name: tenths(row[name]) for name in ("overweight", "obesity")}
        for row in _rows("wst586.csv")
    }


@functools.cache
def blood_pressure_table() -> Mapping[tuple[str, int], Sequence[Row]]:
    """Return WS/T 610 by sex and years of age: from the shortest, ``height_from`` in mm and both limits in mmHg."""
    found: dict[tuple[str, int], list[Row]] = {}
    for row in _rows("wst610.csv"):
        found.setdefault((row["sex"], int(row["age"])), []).append(
            {
                "height_from": tenths(row["height_from"] or "0"),
                "systolic": int(row["systolic"]),
                "diastolic": int(row["diastolic"]),
            }
        )
    return found


def tenths(text: str) -> int:
    """Return a figure with at most one decimal as a whole number of tenths; no rounding takes place.

    Examples:
        >>> tenths("16.4"), tenths("133")
        (164, 1330)
    """
    figure = Decimal(text) * 10
    if figure != int(figure):
        raise ValidationError("a table of reference holds a figure with more than one decimal", reason="table")
    return int(figure)


def _rows(name: str) -> list[dict[str, str]]:
    file = importlib.resources.files("careprogram.archives").joinpath("data", name)
    lines = file.read_text("utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))
