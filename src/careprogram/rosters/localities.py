"""Which villages does a program know, and who answers for each?

Reads the two small tables that a county keeps beside its roster: places (代码, 名称, 级别, 上级代码, 纬度, 经度) and
village links (挂钩联系: 村, 姓名, 职务, 电话). Both are kept by the program's own people, so an error refuses the whole
table.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, BinaryIO, Final

from careprogram.errors import RosterError
from careprogram.ids import keyed_digest
from careprogram.language import Text
from careprogram.people import Office, Phone, Place, PlaceCode, PlaceTree, VillageLink
from careprogram.people.place_code import PlaceLevel
from careprogram.rosters.assemble import RowFault
from careprogram.rosters.fields import Field
from careprogram.rosters.headings import Vocabulary
from careprogram.rosters.lists import ListReading, ListRules, read_list
from careprogram.rosters.place_rows import PARSERS, PLACES, code_of_row, place_of_row, read_code
from careprogram.rosters.problems import RowReference
from careprogram.rosters.tables import Format
from careprogram.unknown import UNKNOWN

_ANY_DAY: Final = dt.date(1900, 1, 1)
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


def read_places(
    source: bytes | BinaryIO,
    *,
    format: Format = "auto",  # noqa: A002 - the word a caller looks for
    heading_map: Mapping[str, str | None] | None = None,
    tree: PlaceTree | None = None,
) -> tuple[Place, ...]:
    """Read a table of places, for ``PlaceTree.with_places``.

    Args:
        source: The bytes of the table, or a stream of them.
        format: ``"auto"`` looks at the first bytes.
        heading_map: The user's own headings.
        tree: What the places will be added to; the packaged tree if not given.

    Raises:
        RosterError: The table cannot be read or has errors, which are its ``problems``: among them a place twice, one
            whose place above is neither in the table nor in the tree, and one whose level or place above differs from
            what its code says.
    """
    raw = source if isinstance(source, bytes) else source.read()
    known = tree if tree is not None else PlaceTree.gb2260()
    rules = ListRules(vocabulary=PLACES, as_of=_ANY_DAY, places=known, parsers=PARSERS)
    listed, taken = set[PlaceCode](), set[PlaceCode]()

    def noted(values: Mapping[str, Any], _where: RowReference) -> Place:
        listed.add(code_of_row(values, known))
        return place_of_row(values, known)

    # A village may stand before its township, so the rows are gone through once to learn who is there at all.
    first = {one.code: one for one in read_list(raw, rules, noted, format=format, heading_map=heading_map).items}
    above = known.with_places(
        one for one in first.values() if all(code in first or code in known for code in one.code.ancestors)
    )

    def build(values: Mapping[str, Any], _where: RowReference) -> Place:
        place = place_of_row(values, above)
        if place.code in taken:
            raise RowFault("place.code", "duplicate-place")
        taken.add(place.code)
        if place.code.parent is not None and place.code.parent not in above and place.code.parent not in listed:
            raise RowFault("place.code", "place-parent")
        return place

    return _all(read_list(raw, rules, build, format=format, heading_map=heading_map), Text("地点表", "table of places"))


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
    parsers = {"link.code": read_code}
    rules = ListRules(vocabulary=_LINKS, as_of=_ANY_DAY, places=places, parsers=parsers)
    taken: set[PlaceCode] = set()

    def build(values: Mapping[str, Any], _where: RowReference) -> VillageLink:
        link = _link(values, places, key)
        if link.place in taken:
            raise RowFault("link.code" if "link.code" in values else "link.place", "duplicate-link")
        taken.add(link.place)
        return link

    return _all(
        read_list(source, rules, build, format=format, heading_map=heading_map),
        Text("挂钩联系表", "table of village links"),
    )


def _all(reading: ListReading[Any], what: Text) -> tuple[Any, ...]:
    if reading.bad_rows:
        first, count = reading.problems[0], len(reading.bad_rows)
        raise RosterError(
            f"the {what.en} has {count} rows with errors; {first.line('en')}",
            problems=reading.problems,
            reason="has-errors",
        ).also_in_chinese(f"{what.zh}有 {count} 行有错；{first.line('zh')}")
    return reading.items


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
