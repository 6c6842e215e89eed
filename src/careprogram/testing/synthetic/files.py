"""In which files would people send this county?

The roster as a workbook, the helpers as a CSV file in GB18030 as Chinese spreadsheets save it, places and
responsible persons as CSV files in UTF-8. The same county gives the same bytes.
"""

import csv
import datetime as dt
import hashlib
import io
import random
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from careprogram.errors import MissingExtraError
from careprogram.people import Consent, Grade, Helper, Phone, PlaceCode, PlaceLevel, Screening
from careprogram.people.places import Coordinates
from careprogram.testing.synthetic.cells import Cell, address, date_cell, label, labels, yes_no
from careprogram.testing.synthetic.columns import COLUMNS
from careprogram.testing.synthetic.county import SyntheticCounty
from careprogram.testing.synthetic.roster import FIRST_ROW, RosterSheet, roster_sheet

ROSTER_FILE: Final = "roster.xlsx"
HELPERS_FILE: Final = "helpers.csv"
PLACES_FILE: Final = "places.csv"
VILLAGE_LINKS_FILE: Final = "cadres.csv"
KEY_FILE: Final = "demo.key"
SHEET_NAME: Final = "花名册"
_CREATED: Final = dt.datetime(2026, 9, 1, 9, 0)  # noqa: DTZ001 - a workbook knows no time zone
_SKILL_WORDS: Final[Mapping[str, str]] = {
    "study-tutoring": "学习辅导",
    "daily-life-help": "生活帮助",
    "emotional-comfort": "精神抚慰",
    "conduct-guidance": "思想行为引导",
    "mental-health-counseling": "心理健康咨询",
    "safety-education": "安全教育",
    "gratitude-education": "感恩教育",
    "adolescence-education": "青春期教育",
    "family-contact": "亲情传递",
    "festival-company": "节日陪伴",
}


def roster_workbook(sheet: RosterSheet) -> bytes:
    """Return *sheet* as an Excel workbook.

    Raises:
        MissingExtraError: XlsxWriter is not installed.
    """
    try:
        import xlsxwriter
    except ImportError as error:
        raise MissingExtraError("xlsxwriter", extra="excel", purpose="writing a workbook") from error
    stream = io.BytesIO()
    # Text stays text: neither a formula nor a link may come out of a name or an address.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"title": SHEET_NAME, "created": _CREATED})
        formats = {
            "heading": book.add_format(
                {"bold": True, "align": "center", "valign": "vcenter", "text_wrap": True, "border": 1}
            ),
            "date": book.add_format({"num_format": "yyyy/m/d"}),
        }
        _fill(book.add_worksheet(SHEET_NAME), sheet, formats)
    return stream.getvalue()


def _fill(page: Any, sheet: RosterSheet, formats: Mapping[str, Any]) -> None:
    for merge in sheet.merges:
        area = (merge.first_row, merge.first_column, merge.last_row, merge.last_column)
        page.merge_range(*area, merge.text, formats["heading"])
    for row, column, text in sheet.heading_cells:
        page.write_string(row, column, text, formats["heading"])
    for row, cells in enumerate(sheet.rows, start=FIRST_ROW - 1):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                page.write_string(row, column, cell)
            elif isinstance(cell, dt.date):
                page.write_datetime(row, column, dt.datetime.combine(cell, dt.time()), formats["date"])
            elif cell is not None:
                page.write_number(row, column, cell)
    page.freeze_panes(FIRST_ROW - 1, 2)
    page.set_column(0, len(COLUMNS) - 1, 12)


def helpers_csv(county: SyntheticCounty) -> bytes:
    """Return the helpers as a CSV file in GB18030 with Chinese headings."""
    rng = random.Random(f"helpers {county.seed}")  # noqa: S311 - the same file from the same seed
    return _csv([_helper_row(rng, county, helper) for helper in county.helpers], encoding="gb18030")


def _helper_row(rng: random.Random, county: SyntheticCounty, helper: Helper) -> dict[str, Cell]:
    screening, consent = helper.screening, helper.consent
    place = helper.residence.place
    found: dict[str, Cell] = {
        "编号": helper.id,
        "姓名": str(helper.name),
        "性别": label(helper.sex),
        "出生日期": date_cell(rng, helper.birth_date) if isinstance(helper.birth_date, dt.date) else None,
        "联系电话": helper.phone.text if isinstance(helper.phone, Phone) else "无",
        "类别": label(helper.kind),
        "居住地": address(rng, county.places, county.places.place(place)) if isinstance(place, PlaceCode) else None,
        "居住地类型": label(helper.residence.settlement),
        "学校": helper.school if isinstance(helper.school, str) else "无",
        "年级": str(helper.grade) if isinstance(helper.grade, Grade) else "无",
        "班级": helper.class_name if isinstance(helper.class_name, str) else "无",
        "服务特长": labels(_SKILL_WORDS[skill] for skill in helper.skills),
        "语言": labels(helper.languages),
        "服务时间": labels(day.zh for day in helper.availability),
        "可帮扶人数": str(helper.capacity),
        "背景审查": "未审查",
        "审查日期": None,
        "审查有效期至": None,
        "本人同意": "否",
        "同意日期": None,
        "是否培训": yes_no(helper.trained),
    }
    if isinstance(screening, Screening):
        found |= {
            "背景审查": screening.result.zh,
            "审查日期": date_cell(rng, screening.checked_on),
            "审查有效期至": date_cell(rng, screening.expires_on),
        }
    if isinstance(consent, Consent):
        found |= {"本人同意": "是", "同意日期": date_cell(rng, consent.given_on)}
    return found


def places_csv(county: SyntheticCounty) -> bytes:
    """Return the made-up townships and villages as a CSV file in UTF-8."""
    rows: list[dict[str, Cell]] = []
    for township in county.townships:
        for place in (township.place, *township.villages):
            point = place.coordinates
            rows.append(
                {
                    "代码": place.code.text,
                    "名称": place.name,
                    "级别": place.level.zh,
                    "上级代码": str(place.code.parent),
                    "纬度": f"{point.latitude / 1e6:.6f}" if isinstance(point, Coordinates) else None,
                    "经度": f"{point.longitude / 1e6:.6f}" if isinstance(point, Coordinates) else None,
                }
            )
    return _csv(rows, encoding="utf-8")


def village_links_csv(county: SyntheticCounty) -> bytes:
    """Return who answers for which place as a CSV file in UTF-8; every village has exactly one person."""
    rows: list[dict[str, Cell]] = []
    for link in county.village_links:
        township = link.place.at(PlaceLevel.TOWNSHIP)
        rows.append(
            {
                "地点代码": link.place.text,
                "乡镇": "" if township is None else county.places.place(township).name,
                "村": county.places.place(link.place).name if link.place.level is PlaceLevel.VILLAGE else "",
                "责任人编号": link.person,
                "姓名": str(link.name),
                "职务": link.office.zh,
                "联系电话": link.phone.text if isinstance(link.phone, Phone) else None,
            }
        )
    return _csv(rows, encoding="utf-8")


def _csv(rows: Iterable[Mapping[str, Cell]], *, encoding: str) -> bytes:
    rows = list(rows)
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, fieldnames=list(rows[0]) if rows else [], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({heading: "" if cell is None else str(cell) for heading, cell in row.items()} for row in rows)
    return stream.getvalue().encode(encoding)


def demo_key(seed: int) -> str:
    """Return a program key for demonstrations: anybody can compute it, so it protects nothing."""
    return hashlib.sha256(f"careprogram demonstration {seed}".encode()).hexdigest()


@attrs.frozen(kw_only=True)
class WrittenCounty:
    """What `write_county` wrote.

    Attributes:
        folder: Where.
        sheet: The roster with everything that was planted into it.
        files: The names of the files.
    """

    folder: Path
    sheet: RosterSheet
    files: tuple[str, ...]


def write_county(folder: Path, county: SyntheticCounty) -> WrittenCounty:
    """Write *county* into *folder*: roster, helpers, places, responsible persons and a demonstration key."""
    sheet = roster_sheet(county)
    contents = {
        ROSTER_FILE: roster_workbook(sheet),
        HELPERS_FILE: helpers_csv(county),
        PLACES_FILE: places_csv(county),
        VILLAGE_LINKS_FILE: village_links_csv(county),
        KEY_FILE: f"{demo_key(county.seed)}\n".encode(),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return WrittenCounty(folder=folder, sheet=sheet, files=tuple(contents))
