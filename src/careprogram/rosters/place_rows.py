"""Where in the tree does a row of a place list belong?

A place list says it up to four times: in the code, in the level (级别), in the place above (上级代码, or 上级 by name),
and by the rows of the places above it. All of them must agree; a code of two or three digits is the end of one whose
beginning is the place above. It never guesses: what does not fit is told at the cell that says so.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from careprogram.errors import ValidationError
from careprogram.people import Place, PlaceCode, PlaceTree
from careprogram.people.place_code import PlaceLevel
from careprogram.people.places import Coordinates
from careprogram.rosters.assemble import RowFault
from careprogram.rosters.cells import MARKS, CellFault, folded
from careprogram.rosters.fields import Field
from careprogram.rosters.headings import Vocabulary
from careprogram.rosters.problems import CellValue
from careprogram.unknown import UNKNOWN

PLACES: Final = Vocabulary(
    {
        field.id: field
        for field in (
            Field(id="place.code", title=("代码",), headings=("地点代码", "区划代码", "行政区划代码", "编码")),
            Field(id="place.name", title=("名称",), headings=("地点名称", "地名", "区划名称")),
            Field(
                id="place.level",
                title=("级别",),
                headings=("层级", "行政级别", "区划级别", "地点级别", "等级"),
                gap="unknown",
            ),
            Field(
                id="place.above",
                title=("上级代码",),
                headings=(
                    *("上级编码", "上级区划代码", "上级行政区划代码", "上级地点代码", "父级代码", "父级编码", "父代码"),
                    *("上级", "上级名称", "上级地点", "上级区划", "所属上级", "父级", "parent"),
                ),
                gap="unknown",
            ),
            Field(id="place.latitude", title=("纬度",), headings=("北纬", "lat")),
            Field(id="place.longitude", title=("经度",), headings=("东经", "lon", "lng")),
        )
    },
    required=(("place.code",), ("place.name",)),
)
"""The headings of a place list."""

_LEVELS: Final[Mapping[str, frozenset[PlaceLevel]]] = {
    word: frozenset(levels)
    for levels, words in {
        (PlaceLevel.PROVINCE,): ("省级", "省", "自治区", "直辖市", "province"),
        (PlaceLevel.PREFECTURE,): ("地级", "地市级", "地级市", "州", "盟", "地区", "prefecture"),
        (PlaceLevel.COUNTY,): ("县级", "区县级", "县", "区", "区县", "县区", "旗", "县级市", "county"),
        (PlaceLevel.PREFECTURE, PlaceLevel.COUNTY): ("市级", "市"),
        (PlaceLevel.TOWNSHIP,): ("乡级", "乡镇级", "乡", "镇", "乡镇", "街道", "乡镇街道", "苏木", "township"),
        (PlaceLevel.VILLAGE,): (
            "村级",
            "村",
            "行政村",
            "社区",
            "村居",
            "村社区",
            "村委会",
            "居委会",
            "嘎查",
            "village",
        ),
    }.items()
    for word in words
}
_ABOVE_ALL: Final = frozenset({"0", "-1", "86", "000000", "100000", "000000000000", "中国", "全国"})
"""What tables write above a province."""
_DEGREES: Final = re.compile(r"-?\d{1,3}(?:\.\d{1,9})?", re.ASCII)
_ENDINGS: Final = {2: (2, 4), 3: (6, 9)}
"""By the digits of a shortened code, how many digits the place above may have."""


def read_code(cell: CellValue) -> object:
    """Read a whole code as a `PlaceCode`."""
    text = folded(cell)
    if text in MARKS:
        raise CellFault("missing")
    try:
        return PlaceCode.parse(text)
    except ValidationError:
        raise CellFault("place-code") from None


def _read_own_code(cell: CellValue) -> object:
    """Read a whole code, or the last two or three digits of one as text."""
    text = folded(cell)
    return text if len(text) in _ENDINGS and text.isascii() and text.isdigit() else read_code(cell)


def _read_level(cell: CellValue) -> object:
    text = "".join(mark for mark in folded(cell) if mark not in "/、()-·")
    if folded(cell) in MARKS:
        return UNKNOWN
    if text not in _LEVELS:
        raise CellFault("choice")
    return _LEVELS[text]


def _read_above(cell: CellValue) -> object:
    """Read the place above: a code, a name as text, or UNKNOWN where there is none or nobody says."""
    text = folded(cell)
    if text in MARKS or text in _ABOVE_ALL:
        return UNKNOWN
    try:
        return PlaceCode.parse(text)
    except ValidationError:
        if any(mark.isdigit() for mark in text):
            raise CellFault("place-code") from None
        return text


def _read_degrees(cell: CellValue) -> object:
    text = folded(cell)
    if text in MARKS:
        return UNKNOWN
    if _DEGREES.fullmatch(text) is None:
        raise CellFault("coordinate")
    return round(float(text) * 1_000_000)


PARSERS: Final = {
    "place.code": _read_own_code,
    "place.level": _read_level,
    "place.above": _read_above,
    "place.latitude": _read_degrees,
    "place.longitude": _read_degrees,
}
"""How the cells of a place list are read."""


def code_of_row(values: Mapping[str, Any], tree: PlaceTree) -> PlaceCode:
    """Return the whole code of a row.

    Raises:
        RowFault: It is shortened, and the place above does not complete it.
    """
    own, above = values["place.code"], values.get("place.above", UNKNOWN)
    if isinstance(own, PlaceCode):
        return own
    if isinstance(above, str):
        found = tree.find(above)
        if not isinstance(found, Place):
            raise RowFault("place.above", "place-parent")
        above = found.code
    if isinstance(above, PlaceCode) and len(above.text) in _ENDINGS[len(own)]:
        own = above.text + own
    try:
        return PlaceCode.parse(own)
    except ValidationError:
        raise RowFault("place.code", "place-code") from None


def place_of_row(values: Mapping[str, Any], tree: PlaceTree) -> Place:
    """Return the place of a row; *tree* tells what names of places above mean.

    Raises:
        RowFault: The cells contradict each other.
    """
    code = code_of_row(values, tree)
    level = values.get("place.level", UNKNOWN)
    if level is not UNKNOWN and code.level not in level:
        raise RowFault("place.level", "place-level-differs")
    if not _fits(code, values.get("place.above", UNKNOWN), tree):
        raise RowFault("place.above", "place-parent-differs")
    latitude, longitude = values.get("place.latitude", UNKNOWN), values.get("place.longitude", UNKNOWN)
    if (latitude is UNKNOWN) is not (longitude is UNKNOWN):
        raise RowFault("place.latitude" if latitude is UNKNOWN else "place.longitude", "missing")
    try:
        point = UNKNOWN if latitude is UNKNOWN else Coordinates(latitude=latitude, longitude=longitude)
    except ValidationError:
        raise RowFault("place.latitude", "coordinate") from None
    return Place(code=code, name=values["place.name"], coordinates=point)


def _fits(code: PlaceCode, above: object, tree: PlaceTree) -> bool:
    """Return whether *above*, a code or a name, contains *code*; any wider place does, not only the next."""
    if isinstance(above, PlaceCode):
        return above != code and above.contains(code)
    if not isinstance(above, str):
        return True
    found = tree.find(above)
    if isinstance(found, Place):
        return found.code != code and found.code.contains(code)
    # A name that several places bear: one of those that contain it must.
    return any(tree.find(_address_above(one, tree) + above) == tree.place(one) for one in code.ancestors if one in tree)


def _address_above(code: PlaceCode, tree: PlaceTree) -> str:
    return "" if code.parent is None else tree.path_name(code.parent)
