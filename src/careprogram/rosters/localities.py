"""Which villages does a program know, and who answers for each?

Reads the two small tables that a county keeps beside its roster: places (代码, 名称, 纬度, 经度) and village links
(挂钩联系: 村, 姓名, 职务, 电话). Both are kept by the program's own people, so an error refuses the whole table.
"""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any, BinaryIO, Final

from careprogram.errors import RosterError, ValidationError
from careprogram.ids import keyed_digest
from careprogram.people import Office, Phone, Place, PlaceCode, PlaceTree, VillageLink
from careprogram.people.place_code import PlaceLevel
from careprogram.people.places import Coordinates
from careprogram.rosters.assemble import RowFault
from careprogram.rosters.cells import MARKS, CellFault, folded
from careprogram.rosters.fields import Field
from careprogram.rosters.headings import Vocabulary
from careprogram.rosters.lists import ListReading, ListRules, read_list
from careprogram.rosters.problems import CellValue, RowReference
from careprogram.rosters.tables import Format
from careprogram.unknown import UNKNOWN

_ANY_DAY: Final = dt.date(1900, 1, 1)
_PLACES: Final = Vocabulary(
    {
        field.id: field
        for field in (
            Field(id="place.code", title=("代码",), headings=("地点代码", "区划代码", "行政区划代码", "编码")),
            Field(id="place.name", title=("名称",), headings=("地点名称", "地名", "区划名称")),
            Field(id="place.latitude", title=("纬度",), headings=("北纬", "lat")),
            Field(id="place.longitude", title=("经度",), headings=("东经", "lon", "lng")),
        )
    },
    required=(("place.code",), ("place.name",)),
)
_LINKS: Final = Vocabulary(
    {
        field.id: field
        for field in (
            Field(id="link.code", title=("地点代码",), headings=("村代码", "代码", "区划代码")),
            Field(
                id="link.place",
                title=("村",),
                headings=("挂钩村", "联系村", "所在村", "地点", "村居", "挂钩联系村"),
            ),
            Field(id="link.township", title=("乡镇",), headings=("所在乡镇", "街道")),
            Field(id="link.person", title=("责任人编号",), headings=("编号", "干部编号")),
            Field(id="link.name", title=("姓名",), headings=("责任人", "责任人姓名", "干部姓名", "挂钩干部")),
            Field(id="link.office", title=("职务",), headings=("身份", "类别"), kind="answer", answers=Office),
            Field(
                id="link.phone", title=("联系电话",), headings=("电话", "手机", "手机号码"), kind="phone", gap="none"
            ),
        )
    },
    required=(("link.place", "link.code"), ("link.name",)),
)
_DEGREES = re.compile(r"-?\d{1,3}(?:\.\d{1,9})?", re.ASCII)


def read_places(
    source: bytes | BinaryIO,
    *,
    format: Format = "auto",  # noqa: A002 - the word a caller looks for
    heading_map: Mapping[str, str | None] | None = None,
) -> tuple[Place, ...]:
    """Read a table of places, for ``PlaceTree.with_places``.

    Raises:
        RosterError: The table cannot be read or has errors, which are its ``problems``.
    """
    parsers = {"place.code": _read_code, "place.latitude": _read_degrees, "place.longitude": _read_degrees}
    rules = ListRules(vocabulary=_PLACES, as_of=_ANY_DAY, places=PlaceTree.gb2260(), parsers=parsers)
    return _all(read_list(source, rules, _place, format=format, heading_map=heading_map), "places")


def read_village_links(
    source: bytes | BinaryIO,
    *,
    format: Format = "auto",  # noqa: A002 - the word a caller looks for
    heading_map: Mapping[str, str | None] | None = None,
    places: PlaceTree,
    key: bytes,
) -> tuple[VillageLink, ...]:
    """Read who answers for which village, for ``VillageLinks``.

    Args:
        source: The bytes of the table, or a stream of them.
        format: ``"auto"`` looks at the first bytes.
        heading_map: The user's own headings.
        places: Where the villages are looked up.
        key: The secret of the program; names persons whose row gives no id.

    Raises:
        RosterError: The table cannot be read or has errors, among them a place with two responsible persons.
    """
    parsers = {"link.code": _read_code}
    rules = ListRules(vocabulary=_LINKS, as_of=_ANY_DAY, places=places, parsers=parsers)
    taken: set[PlaceCode] = set()

    def build(values: Mapping[str, Any], _where: RowReference) -> VillageLink:
        link = _link(values, places, key)
        if link.place in taken:
            raise RowFault("link.code" if "link.code" in values else "link.place", "duplicate-link")
        taken.add(link.place)
        return link

    return _all(read_list(source, rules, build, format=format, heading_map=heading_map), "village links")


def _all(reading: ListReading[Any], what: str) -> tuple[Any, ...]:
    if reading.bad_rows:
        first = reading.problems[0]
        raise RosterError(
            f"the table of {what} has {len(reading.bad_rows)} rows with errors; {first.line('en')}",
            problems=reading.problems,
            reason="has-errors",
        )
    return reading.items


def _read_code(cell: CellValue) -> object:
    text = folded(cell)
    if text in MARKS:
        raise CellFault("missing")
    try:
        return PlaceCode.parse(text)
    except ValidationError:
        raise CellFault("place-code") from None


def _read_degrees(cell: CellValue) -> object:
    text = folded(cell)
    if text in MARKS:
        return UNKNOWN
    if _DEGREES.fullmatch(text) is None:
        raise CellFault("coordinate")
    return round(float(text) * 1_000_000)


def _place(values: Mapping[str, Any], _where: RowReference) -> Place:
    latitude, longitude = values.get("place.latitude", UNKNOWN), values.get("place.longitude", UNKNOWN)
    if (latitude is UNKNOWN) is not (longitude is UNKNOWN):
        raise RowFault("place.latitude" if latitude is UNKNOWN else "place.longitude", "missing")
    try:
        point = UNKNOWN if latitude is UNKNOWN else Coordinates(latitude=latitude, longitude=longitude)
    except ValidationError:
        raise RowFault("place.latitude", "coordinate") from None
    return Place(code=values["place.code"], name=values["place.name"], coordinates=point)


def _link(values: Mapping[str, Any], places: PlaceTree, key: bytes) -> VillageLink:
    place = values.get("link.code")
    if place is None:
        # The bare name of a village may occur in several townships: it is looked for beneath that of its row.
        written = [values.get(id_, UNKNOWN) for id_ in ("link.township", "link.place")]
        found = places.find("".join(part for part in written if isinstance(part, str)))
        if not isinstance(found, Place) or not isinstance(written[1], str):
            raise RowFault("link.place", "place-not-found")
        place = found.code
    if place.level not in {PlaceLevel.VILLAGE, PlaceLevel.TOWNSHIP, PlaceLevel.COUNTY}:
        raise RowFault("link.place", "place-not-found")
    name, phone, person = values["link.name"], values.get("link.phone", UNKNOWN), values.get("link.person", UNKNOWN)
    office = values.get("link.office", UNKNOWN)
    told = (place.text, name if isinstance(name, str) else "", phone.text if isinstance(phone, Phone) else "")
    return VillageLink(
        place=place,
        person=person if isinstance(person, str) else keyed_digest(key, "person", *told[1:]),
        office=office if isinstance(office, Office) else Office.VILLAGE_DIRECTOR,
        name=name,
        phone=phone,
    )
