"""What is wrong with a roster, where, and how is it mended?

A problem names the sheet, the row and the column as the person sees them in front of the file, what kind of value stood
there and why it cannot be taken. It never repeats the value itself: a wrong identity number is still somebody's.
"""

import datetime as dt
from typing import Final, Literal, TypeAlias

import attrs

from careprogram.language import Language, Text

CellValue: TypeAlias = str | float | dt.date | dt.time
"""What one cell can hold; ``datetime`` is a ``date``. A CSV file holds text only."""

Severity: TypeAlias = Literal["error", "warning"]
"""An error holds the row back; a warning leaves a gap in a record that is kept."""

DuplicateKind: TypeAlias = Literal["identity-number", "name-birth-village"]

MENDING: Final[dict[str, Text]] = {
    "missing": Text("此格不能为空，请补填", "this cell must not be empty: fill it in"),
    "choice": Text("不是表格列出的选项，请照选项填写", "not one of the form's answers: use one of them"),
    "several-choices": Text("只能选一项，却选了几项", "only one answer may be marked: keep one"),
    "yes-no": Text("请填「是」或「否」，或打「√」", "write 是 or 否, or mark √"),
    "mark": Text("选项格里只打「√」或「×」", "mark this box with √ or ×, or leave it empty"),
    "none-not-allowed": Text("此项不会是「无」；不知道请填「不详」", "this cannot be none: write 不详 if nobody knows"),
    "date": Text("看不出日期，请写成 2015-03-02", "no date can be read: write it as 2015-03-02"),
    "date-without-day": Text("只有年月，缺少日，请写全", "year and month only: give the day too"),
    "date-two-digit-year": Text("年份只有两位，请写四位年份", "the year has two digits: write all four"),
    "date-impossible": Text("历法中没有这一天", "the calendar has no such day"),
    "date-in-future": Text("日期晚于填报基准日", "the date lies after the day of the roster"),
    "date-before-1900": Text("日期早于 1900 年", "the date lies before 1900"),
    "number-cell": Text(
        "身份证号存成了数字，末几位已丢失：把该列设为文本后重新录入",
        "the number was stored as a number and has lost digits: make the column text and type it again",
    ),
    "identity-number-length": Text("身份证号应为 18 位", "an identity number has 18 characters"),
    "identity-number-characters": Text("身份证号应为 17 位数字加一位数字或 X", "17 digits and a digit or X"),
    "identity-number-fifteen-digits": Text(
        "15 位旧号码已停用，请填 18 位", "the old 15 digits ended in 2013: ask for 18"
    ),
    "identity-number-check-digit": Text(
        "校验码不符，某一位录错了，请核对证件", "the check digit does not fit: compare the card"
    ),
    "identity-number-birth-date": Text(
        "号码第 7 至 14 位不是日期，请核对证件", "digits 7-14 are no date: compare the card"
    ),
    "identity-number-place": Text(
        "号码前六位不是行政区划代码，请核对证件", "digits 1-6 are no county: compare the card"
    ),
    "phone-characters": Text("电话里有数字以外的内容", "a telephone number holds digits, spaces and dashes only"),
    "phone-length": Text("电话位数不对：手机 11 位，座机带区号", "mobile numbers have 11 digits, others an area code"),
    "phone-area-code": Text(
        "座机缺少区号，或不是中国大陆号码", "give the area code; only mainland numbers can be kept"
    ),
    "phone": Text("电话号码无法拨打，请核对", "no telephone number: check it"),
    "grade": Text("看不出年级，请写成「五年级」「初二」", "no grade can be read: write 五年级, 初二 or 8"),
    "disability": Text("请写成「视力一级」这样的类别及等级", "write kind and degree, such as 视力一级"),
    "weekday": Text("请写成「周六、周日」或「周末」", "write weekdays, such as 周六、周日 or 周末"),
    "distance": Text("请写成「5 公里」或「800 米」", "write a distance, such as 5 公里 or 800 米"),
    "skill": Text("不是服务目录里的项目，请照目录填写", "not in the catalogue of services: use its titles"),
    "number": Text("请填一个不小于 0 的整数", "write a whole number, 0 or more"),
    "months": Text("请写成「6个月」「1年6个月」或月数", "write a length in months, such as 6, 6个月 or 1年6个月"),
    "coordinate": Text("经纬度应为小数度数", "latitude and longitude are decimal degrees"),
    "place-code": Text("不是行政区划代码", "this is no place code"),
    "place-not-found": Text("地点表中找不到这个地点，已按原文保留", "the table of places has no such place"),
    "place-parent": Text("上级地点不在表中，请先列出上级", "the place above it is not listed: list that first"),
    "place-parent-differs": Text("上级地点与代码不一致，请核对两者", "the code does not lie in this place above"),
    "place-level-differs": Text("级别与代码的位数不一致", "the level differs from what the length of the code tells"),
    "birth-date-differs": Text("出生日期与身份证号不一致", "the birth date differs from the identity number"),
    "sex-differs": Text("性别与身份证号不一致", "the sex differs from the identity number"),
    "status-conflict": Text("父母状况前后矛盾", "this contradicts what another cell says about the parent"),
    "order": Text("终止日期早于开始日期", "this ends before it begins"),
    "too-many-cells": Text("此行的格数多于标题，可能少了引号", "more cells than headings: is a quote missing?"),
    "duplicate": Text("身份证号与前面一行相同，此行未计入", "an earlier row has the same identity number: held back"),
    "duplicate-id": Text("系统编号与前面一行相同，此行未计入", "an earlier row has the same id: held back"),
    "duplicate-place": Text("前面已有这个代码的地点", "an earlier row has the same code"),
    "duplicate-helper": Text("与前面一行是同一名帮扶人，此行未计入", "an earlier row has the same helper: held back"),
    "own-sibling": Text("兄弟姐妹编号填成了本人的编号", "this is the child's own id: give those of its siblings"),
    "entry-number": Text("请填整数，并在档案规定的范围内", "write a whole number within the bounds of the archive"),
    "nothing-written": Text("这一行没有任何内容", "nothing is written in this row"),
    "text-too-long": Text("文字过长或含有乱码，请缩短", "the text is too long, or broken: shorten it"),
    "height": Text("请填 40 至 230 厘米，如 138.2", "write centimeters from 40 to 230, such as 138.2"),
    "weight": Text("请填 2 至 250 公斤，如 32.5", "write kilograms from 2 to 250, such as 32.5"),
    "pressure": Text("请填毫米汞柱，如 108 或 108/70", "write mmHg, such as 108 or 108/70"),
    "pressure-order": Text("舒张压应低于收缩压，可能填反了", "the diastolic is not below the systolic: swapped?"),
    "nothing-measured": Text("这一行没有任何测量值", "nothing was measured in this row"),
    "child-not-on-file": Text("在册儿童中没有此人，请先登记", "no child on file has this number: enroll it first"),
    "consent-missing": Text(
        "没有同意书允许为此用途收集这类信息，请先归档同意书",
        "no consent on file reaches to this use: file the paper first",
    ),
    "consent-expired": Text("同意已到期，请监护人重新签署", "the consent has expired: ask for a new one"),
    "consent-not-separate": Text("缺少单独签署的同意书", "it needs a consent that was given on its own"),
    "consent-withdrawn": Text("同意已撤回，不得录入", "the consent was withdrawn: this may not be taken in"),
    "consent-refused": Text("监护人或本人拒绝，不得录入", "it was refused: this may not be taken in"),
    "measured-twice": Text("前面一行已有同一儿童同一天的体检", "an earlier row has the same child on the same day"),
    "duplicate-link": Text("同一地点已有责任人", "that place already has a responsible person"),
}
"""How each kind of problem is mended, by its reason."""


def column_letter(index: int) -> str:
    """Return the letters a spreadsheet shows for the column of *index* (from 0).

    Examples:
        >>> column_letter(0), column_letter(25), column_letter(26), column_letter(701)
        ('A', 'Z', 'AA', 'ZZ')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def value_class(value: CellValue) -> Text:
    """Say what kind of value this is without telling it.

    Examples:
        >>> value_class("secret").en, value_class(1.5).en
        ('text of 6 characters', 'number')
    """
    if isinstance(value, str):
        if not value.strip():
            return Text("空格", "empty")
        return Text(f"{len(value)} 个字的文本", f"text of {len(value)} character{'s' * (len(value) != 1)}")
    if isinstance(value, dt.date):
        return Text("日期", "date")
    return Text("时间", "time") if isinstance(value, dt.time) else Text("数字", "number")


@attrs.frozen(kw_only=True)
class RosterProblem:
    """One thing that is wrong in one place of a roster.

    Attributes:
        sheet: Name of the sheet; empty for a CSV file.
        row: As the person sees it, counted from 1.
        column: Letter as the spreadsheet shows it; empty where the whole row is meant.
        heading: The heading above the cell, its levels joined by ``" > "``.
        found: What kind of value stood there; never the value.
        reason: A key of `MENDING`.
        severity: Whether the row is held back for it.
    """

    sheet: str
    row: int
    column: str
    heading: str
    found: Text
    reason: str
    severity: Severity = "error"

    @property
    def value_class(self) -> str:
        """What kind of value stood there, in English."""
        return self.found.en

    @property
    def message(self) -> Text:
        """How to mend it."""
        return MENDING[self.reason]

    def line(self, language: Language = "zh") -> str:
        """Return where, what and how to mend in one line."""
        if language == "zh":
            sheet = f"工作表「{self.sheet}」" if self.sheet else ""
            cell = f"{self.column} 列「{self.heading}」：" if self.column else "："
            return f"{sheet}第 {self.row} 行 {cell}{self.found.zh}，{self.message.zh}"
        sheet = f"sheet {self.sheet!r}, " if self.sheet else ""
        cell = f", column {self.column} ({self.heading})" if self.column else ""
        return f"{sheet}row {self.row}{cell}: {self.found.en}; {self.message.en}"


@attrs.frozen(kw_only=True)
class RowReference:
    """Where a row stands."""

    sheet: str
    row: int


@attrs.frozen(kw_only=True)
class DuplicateRows:
    """Two rows that seem to be about one child; a person decides, nothing is merged.

    Attributes:
        kind: Same identity number (the later row is held back, so that no child counts twice), or same name, birth
            date and place (both rows are kept: two children may well share all three).
        rows: The earlier and the later row.
    """

    kind: DuplicateKind
    rows: tuple[RowReference, RowReference]


@attrs.frozen(kw_only=True)
class UnmappedHeading:
    """A column that was not read, so that nothing is dropped without a word.

    Attributes:
        sheet: Name of the sheet.
        column: Its letter.
        heading: As it stands in the file.
        reason: ``unknown`` heading, ``known-unused`` (we know it and keep no such fact), ``taken`` (an earlier column
            already gives this fact), or ``ignored`` by the user's own map.
    """

    sheet: str
    column: str
    heading: str
    reason: Literal["unknown", "known-unused", "taken", "ignored"]


@attrs.frozen(kw_only=True)
class BadRow:
    """A row that was held back, with its cells as they stood.

    Attributes:
        sheet: Name of the sheet.
        row: As the person sees it.
        cells: The original cells; personal.
        problems: Why it was held back.
    """

    sheet: str
    row: int
    cells: tuple[CellValue, ...] = attrs.field(repr=False)
    problems: tuple[RosterProblem, ...]
