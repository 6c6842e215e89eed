"""Who is on this list of helpers, and may they serve?

Reads lists of helpers (帮扶人, 志愿者) with Chinese headings. A helper whose screening is not on the list has none that
is known: nobody is taken for cleared because a column is missing.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO, Final, TypeAlias

import attrs

from careprogram.errors import RosterError, ValidationError
from careprogram.ids import HelperId, ServiceId, keyed_digest
from careprogram.people import (
    Consent,
    Grade,
    Helper,
    HelperKind,
    HelperWishes,
    Phone,
    PlaceTree,
    Residence,
    Screening,
    ScreeningResult,
    Settlement,
    Sex,
    Weekday,
)
from careprogram.rosters.assemble import PlaceCell, RowFault
from careprogram.rosters.cells import MARKS, CellFault, Mark, Parser, as_text, folded, read_words
from careprogram.rosters.fields import Field, Kind
from careprogram.rosters.headings import Vocabulary
from careprogram.rosters.lists import ListReading, ListRules, read_list
from careprogram.rosters.problems import CellValue, RowReference
from careprogram.rosters.read import Mode
from careprogram.rosters.tables import Format
from careprogram.unknown import UNKNOWN, Maybe


def _field(name: str, *headings: str, kind: Kind = "text", answers: Any = None, gap: Any = "unknown") -> Field:
    if answers is not None and kind == "text":
        kind = "answer"
    return Field(id=f"helper.{name}", title=(headings[0],), headings=headings[1:], kind=kind, answers=answers, gap=gap)


_FIELDS: Final = (
    _field("id", "编号", "帮扶人编号", "志愿者编号", "系统编号"),
    _field("name", "姓名", "帮扶人姓名", "志愿者姓名", "帮扶人"),
    _field("sex", "性别", answers=Sex),
    _field("birth_date", "出生日期", "出生年月日", "生日", "出生年月", kind="date"),
    _field("kind", "类别", "人员类别", "帮扶人类别", "志愿者类别", "身份", answers=HelperKind),
    _field("phone", "联系电话", "电话", "手机", "手机号", "手机号码", "联系方式", kind="phone", gap="none"),
    _field("place", "居住地", "住址", "所在村", "现居住地", "住所", "村", "地址", "现住址", kind="place"),
    _field("address", "详细地址", "详细住址"),
    _field("settlement", "居住地类型", "城乡", "城乡类型", answers=Settlement),
    _field("school", "学校", "所在学校", "工作学校", "就读学校", gap="none"),
    _field("grade", "年级", "所在年级", kind="grade", gap="none"),
    _field("class_name", "班级", "所在班级", gap="none"),
    _field("capacity", "可带人数", "可帮扶人数", "可结对人数", "结对名额", "人数上限", kind="number"),
    _field("availability", "可服务时间", "服务时间", "空闲时间"),
    _field("skills", "特长", "服务项目", "服务特长", "特长服务项目", "可提供服务", "服务内容"),
    _field("languages", "语言", "方言", "语言方言", kind="words"),
    _field("screening", "审查结果", "背景审查", "背景审查结果", "审查", "违法犯罪记录查询", answers=ScreeningResult),
    _field("checked_on", "审查日期", "查询日期", "背景审查日期", kind="date"),
    _field("expires_on", "有效期至", "审查有效期至", "审查有效期", kind="date-ahead"),
    _field("agreed", "本人同意", "是否同意", "同意", kind="yes-no"),
    _field("given_on", "同意书日期", "同意日期", "承诺书日期", kind="date-ahead"),
    _field("consent_ends_on", "同意有效期至", "同意书有效期至", kind="date-ahead"),
    _field("trained", "培训", "是否培训", "已培训", "培训情况", kind="yes-no"),
    _field("wished_sex", "希望儿童性别", "希望结对儿童性别", answers=Sex),
    _field("farthest", "最远距离", "服务半径", "可接受距离"),
)
_VOCABULARY: Final = Vocabulary({field.id: field for field in _FIELDS}, required=(("helper.name",), ("helper.kind",)))
_DAYS: Final[Mapping[str, frozenset[Weekday]]] = {
    **{day.zh: frozenset({day}) for day in Weekday},
    **{day.zh.replace("周", "星期"): frozenset({day}) for day in Weekday},
    **{day.zh.replace("周", "礼拜"): frozenset({day}) for day in Weekday},
    **dict.fromkeys(("周末", "双休日", "休息日"), frozenset({Weekday.SATURDAY, Weekday.SUNDAY})),
    **dict.fromkeys(("工作日", "平时"), frozenset(Weekday) - {Weekday.SATURDAY, Weekday.SUNDAY}),
    **dict.fromkeys(("每天", "天天", "随时", "都可以", "不限"), frozenset(Weekday)),
    **dict.fromkeys(("周天", "星期天"), frozenset({Weekday.SUNDAY})),
}
_DAY_PARTS = re.compile("每|上午|下午|晚上|中午|早上|白天|全天")
_DISTANCE = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)(公里|千米|km|里|米|m)", re.IGNORECASE | re.ASCII)
_METERS: Final = {"公里": 1000, "千米": 1000, "km": 1000, "里": 500, "米": 1, "m": 1}


@attrs.frozen(kw_only=True)
class HelperFacts:
    """What a row offers to recognize a helper by.

    Attributes:
        where: The row.
        claimed_id: The id that the row itself gives; None if it gives none.
        name: Personal.
        birth_date: Personal.
        phone: Personal.
    """

    where: RowReference
    claimed_id: str | None
    name: Maybe[str] = attrs.field(repr=False)
    birth_date: Maybe[dt.date] = attrs.field(repr=False)
    phone: Maybe[Phone] | None = attrs.field(repr=False)


IdentifyHelper: TypeAlias = Callable[[HelperFacts], HelperId]
"""Names the helper of a row."""


def identify_helpers_with(key: bytes) -> IdentifyHelper:
    """Return a function that names helpers by the id of their row, else by *key* from name, birth date and phone."""

    def identify(facts: HelperFacts) -> HelperId:
        if facts.claimed_id:
            return HelperId(facts.claimed_id)
        born = facts.birth_date.isoformat() if isinstance(facts.birth_date, dt.date) else ""
        phone = facts.phone.text if isinstance(facts.phone, Phone) else ""
        name = facts.name if isinstance(facts.name, str) else f"{facts.where.sheet}!{facts.where.row}"
        return HelperId(keyed_digest(key, "helper", name, born, phone))

    return identify


@attrs.frozen(kw_only=True)
class HelperReading(ListReading[Helper]):
    """What a list of helpers held; ``items`` are the helpers."""

    @property
    def helpers(self) -> tuple[Helper, ...]:
        """The helpers, in reading order."""
        return self.items


def read_helpers(
    source: bytes | BinaryIO,
    *,
    format: Format = "auto",  # noqa: A002 - the word a caller looks for
    heading_map: Mapping[str, str | None] | None = None,
    mode: Mode = "keep-good",
    as_of: dt.date,
    identify: IdentifyHelper,
    places: PlaceTree | None = None,
    services: Mapping[str, ServiceId] | None = None,
) -> HelperReading:
    """Read a list of helpers.

    Args:
        source: The bytes of a CSV file or a workbook, or a stream of them.
        format: ``"auto"`` looks at the first bytes.
        heading_map: The user's own headings, to ids such as ``"helper.kind"``.
        mode: Keep the good rows, or refuse the whole list for any error.
        as_of: The day of the list.
        identify: Names the helpers, such as ``identify_helpers_with(key)``.
        places: Where written places are looked up; the packaged counties by default.
        services: Which words name which service; without it every word is taken as the id of a service.

    Raises:
        RosterError: The list cannot be read; or, all or nothing, it has errors.
    """
    rules = ListRules(
        vocabulary=_VOCABULARY,
        as_of=as_of,
        places=places if places is not None else PlaceTree.gb2260(),
        parsers={
            "helper.availability": _read_weekdays,
            "helper.farthest": _read_distance,
            "helper.screening": _read_screening,
            "helper.skills": _skills_reader(services),
        },
    )

    taken: set[str] = set()

    def build(values: Mapping[str, Any], where: RowReference) -> Helper:
        helper = _build(values, where, identify)
        if helper.id in taken:
            raise RowFault("helper.id" if "helper.id" in values else "helper.name", "duplicate-helper")
        taken.add(helper.id)
        return helper

    reading = read_list(source, rules, build, format=format, heading_map=heading_map)
    if reading.bad_rows and mode == "all-or-nothing":
        raise RosterError(
            f"the list of helpers has {len(reading.bad_rows)} rows with errors", problems=reading.problems,
            reason="has-errors",
        ).also_in_chinese(
f"帮扶人名单有 {len(reading.bad_rows)} 行有错误"
)  # fmt: skip
    return HelperReading(
        items=reading.items, problems=reading.problems, bad_rows=reading.bad_rows, unmapped=reading.unmapped,
        headings=reading.headings,
    )  # fmt: skip


def _build(values: Mapping[str, Any], where: RowReference, identify: IdentifyHelper) -> Helper:
    get = {id_.partition(".")[2]: value for id_, value in values.items()}.get
    kind = get("kind")
    if not isinstance(kind, HelperKind):
        raise RowFault("helper.kind", "missing")
    place = get("place", PlaceCell())
    in_school = kind in {HelperKind.CLASSMATE, HelperKind.SCHOOL_STAFF}
    grade, class_name = (None if value is UNKNOWN and not in_school else value
                         for value in (get("grade", UNKNOWN), get("class_name", UNKNOWN)))  # fmt: skip
    claimed, capacity, wished = get("id", UNKNOWN), get("capacity", UNKNOWN), get("wished_sex")
    name, birth_date, phone = get("name", UNKNOWN), get("birth_date", UNKNOWN), get("phone", UNKNOWN)
    facts = HelperFacts(
        where=where,
        claimed_id=claimed if isinstance(claimed, str) else None,
        name=name,
        birth_date=birth_date,
        phone=phone,
    )
    return Helper(
        id=identify(facts),
        kind=kind,
        name=name,
        sex=get("sex", UNKNOWN),
        birth_date=birth_date,
        phone=phone,
        residence=Residence(
            place=place.code, settlement=get("settlement", UNKNOWN), address=get("address", place.text)
        ),
        school=get("school", UNKNOWN),
        grade=grade if isinstance(grade, Grade) or grade is UNKNOWN else None,
        class_name=class_name,
        skills=get("skills", frozenset()),
        languages=get("languages", frozenset()),
        availability=get("availability", frozenset()),
        capacity=1 if capacity is UNKNOWN else capacity,
        screening=_screening(get("screening", UNKNOWN), get("checked_on", UNKNOWN), get("expires_on", UNKNOWN)),
        consent=_consent(get("agreed", UNKNOWN), get("given_on", UNKNOWN), get("consent_ends_on", UNKNOWN)),
        trained=get("trained", UNKNOWN),
        wishes=HelperWishes(sex=wished if isinstance(wished, Sex) else None, farthest_m=get("farthest")),
    )


def _screening(result: Any, checked_on: Any, expires_on: Any) -> Maybe[Screening] | None:
    """Assemble a record check; it holds for a year where no end is written (minors law, art. 62: yearly)."""
    if result is None:
        return None
    if not isinstance(result, ScreeningResult):
        return UNKNOWN
    if not isinstance(checked_on, dt.date):
        raise RowFault("helper.checked_on", "missing")
    if not isinstance(expires_on, dt.date):
        expires_on = checked_on + dt.timedelta(days=364)
    try:
        return Screening(result=result, checked_on=checked_on, expires_on=expires_on)
    except ValidationError:
        raise RowFault("helper.expires_on", "order") from None


def _consent(agreed: Any, given_on: Any, expires_on: Any) -> Maybe[Consent] | None:
    if agreed is False:
        return None
    if not isinstance(given_on, dt.date):
        if agreed is True:
            raise RowFault("helper.given_on", "missing")
        return UNKNOWN
    try:
        return Consent(given_on=given_on, expires_on=expires_on if isinstance(expires_on, dt.date) else None)
    except ValidationError:
        raise RowFault("helper.consent_ends_on", "order") from None


def _read_weekdays(cell: CellValue) -> object:
    text = as_text(cell)
    if text in MARKS:
        return frozenset()
    days: frozenset[Weekday] = frozenset()
    for word in read_words(text):  # type: ignore[attr-defined]
        plain = _DAY_PARTS.sub("", word) if word not in _DAYS else word
        if plain not in _DAYS:
            raise CellFault("weekday")
        days |= _DAYS[plain]
    return days


def _read_distance(cell: CellValue) -> object:
    text = folded(cell)
    if text in MARKS or text in {"不限", "无所谓"}:
        return None
    match = _DISTANCE.fullmatch(text)
    if match is None:
        raise CellFault("distance")
    return round(float(match[1]) * _METERS[match[2].lower()])


_SCREENINGS: Final[Mapping[str, object]] = {
    **{result.zh: result for result in ScreeningResult},
    **dict.fromkeys(("合格", "通过", "审查合格", "审查通过", "无违法犯罪记录", "无犯罪记录"), ScreeningResult.CLEAR),
    **dict.fromkeys(("不合格", "未通过", "有违法犯罪记录", "有犯罪记录"), ScreeningResult.BARRED),
    **dict.fromkeys(("未审查", "未查询", "尚未审查"), None),
}


def _read_screening(cell: CellValue) -> object:
    text = folded(cell)
    if text in _SCREENINGS:
        return _SCREENINGS[text]
    # 「无」 may mean no record or no check: the difference decides whether somebody meets children alone.
    if text in MARKS and MARKS[text] in {Mark.BLANK, UNKNOWN}:
        return UNKNOWN
    raise CellFault("choice")


def _skills_reader(services: Mapping[str, ServiceId] | None) -> Parser:
    def read(cell: CellValue) -> object:
        words = read_words(cell)
        if services is None:
            return words
        known = {folded(word): service for word, service in services.items()}
        known |= {str(service): service for service in services.values()}
        found = [known.get(folded(word)) for word in words]  # type: ignore[attr-defined]
        if None in found:
            raise CellFault("skill")
        return frozenset(found)

    return read
