"""What does one cell say?

A parser for every kind of cell that a roster holds. Each takes the cell as it stood and returns a value, ``UNKNOWN``
where somebody wrote that nobody knows, or one of the `Mark` values; what a mark means depends on the other cells and is
for `assemble`. Whatever cannot be read is a `CellFault` with a reason, never a guess.
"""

import datetime as dt
import enum
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from careprogram.errors import ValidationError
from careprogram.people import Answer, Disability, DisabilityKind, Grade, IdentityNumber, Phone
from careprogram.rosters.problems import CellValue
from careprogram.unknown import UNKNOWN

Parser: TypeAlias = Callable[[CellValue], object]


class Mark(enum.Enum):
    """What a cell says that holds no value."""

    BLANK = "blank"
    NONE = "none"
    DASH = "dash"


class CellFault(Exception):  # noqa: N818 - it never leaves this package
    """A cell that cannot be taken; ``reason`` is a key of ``problems.MENDING``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


MARKS: Final[Mapping[str, object]] = {
    "": Mark.BLANK,
    **dict.fromkeys(("不详", "未知", "不清楚", "不知道", "不明", "待查", "/", "?", "？", "/"), UNKNOWN),
    **dict.fromkeys(("无", "没有"), Mark.NONE),
    **dict.fromkeys(("—", "——", "－", "–", "―", "-", "--"), Mark.DASH),
}
_YES = frozenset({"是", "有", "√", "✓", "✔", "☑", "對", "对", "y", "yes", "1"})
_NO = frozenset({"否", "不是", "无", "没有", "×", "✗", "✘", "x", "☒", "n", "no", "0"})
_SEPARATORS = re.compile(r"[、,;/|\s]+")
_BRACKETED = re.compile(r"[(\[](.*)[)\]]")
_DATE = re.compile(r"(\d{4})([-/.年])(\d{1,2})[-/.月](\d{1,2})日?(?:[T ]?0{1,2}:00(?::00)?)?", re.ASCII)
_EIGHT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_MONTH = re.compile(r"\d{4}(?:[-/.年]\d{1,2}月?|\d{2})")
_SHORT_YEAR = re.compile(r"\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?")
_EPOCH: Final = dt.date(1899, 12, 30)


def as_text(cell: CellValue) -> str:
    """Return the cell as the person sees it; a whole number has no decimal point."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, float | int):
        # From 10**15 on a number cell has lost digits: written in full it would look as if it had not.
        return str(int(cell)) if abs(cell) < 1e15 and cell == cell // 1 else str(cell)
    return cell.isoformat()


def folded(cell: CellValue) -> str:
    """Return the text without spaces and outer brackets, full-width characters folded, for comparing with labels."""
    text = "".join(unicodedata.normalize("NFKC", as_text(cell)).split())
    bracketed = _BRACKETED.fullmatch(text)
    return bracketed[1] if bracketed else text


def read_text(cell: CellValue) -> object:
    """Read free text as it stands, without the spaces around it."""
    text = as_text(cell)
    return MARKS.get(text, text)


def text_reader(marks: Mapping[str, Any]) -> Parser:
    """Return a parser of free text for which the *marks* mean what is given for them."""
    meaning = marks.get

    def read(cell: CellValue) -> object:
        text = cell.strip() if type(cell) is str else as_text(cell)
        return meaning(text, text)

    return read


def read_yes_no(cell: CellValue) -> object:
    """Read 是/否, 有/无, √/×; a bracket around them does not matter."""
    text = folded(cell).lower()
    if text in _YES:
        return True
    if text in _NO:
        return False
    if (mark := MARKS.get(text)) is not None:
        return mark
    raise CellFault("yes-no")


def read_boarding(cell: CellValue) -> object:
    """Read 是否学校寄宿, also as the pupil registry writes it (就读方式: 走读, 住校, 借宿)."""
    text = folded(cell)
    if text in {"寄宿", "住校", "寄宿生", "住校生"}:
        return True
    return False if text in {"走读", "走读生", "借宿", "其他"} else read_yes_no(cell)


def read_mark(cell: CellValue) -> object:
    """Read a box of a choice: True, False, UNKNOWN or blank; anything but a mark is refused."""
    try:
        return read_yes_no(cell)
    except CellFault:
        raise CellFault("mark") from None


def date_reader(as_of: dt.date, *, may_lie_ahead: bool = False) -> Parser:
    """Return a parser of dates: 2015-03-02, 2015/3/2, 2015.3.2, 2015年3月2日, 20150302, a date cell, a serial number.

    Args:
        as_of: The day of the roster; later days are refused unless *may_lie_ahead*.
        may_lie_ahead: For days such as the end of a consent.
    """

    def read(cell: CellValue) -> object:
        value = _date(cell)
        if isinstance(value, dt.date):
            if value.year < 1900:
                raise CellFault("date-before-1900")
            if value > as_of and not may_lie_ahead:
                raise CellFault("date-in-future")
        return value

    return read


def _date(cell: CellValue) -> object:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    if isinstance(cell, dt.time):
        raise CellFault("date")
    text = "".join(unicodedata.normalize("NFKC", as_text(cell)).split())
    if not isinstance(cell, str) and len(text) == 5 and text.isdecimal():
        return _EPOCH + dt.timedelta(days=int(text))
    match = _DATE.fullmatch(text) or _EIGHT.fullmatch(text)
    if match is None:
        return _no_date(text, as_text(cell))
    year, month, day = match[1], match[len(match.groups()) - 1], match[len(match.groups())]
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        raise CellFault("date-impossible") from None


def _no_date(text: str, original: str) -> object:
    if text in {"从未", "从不", "从未联系"}:
        return Mark.NONE
    for candidate in (original, text):
        if candidate in MARKS:
            return MARKS[candidate]
    if _MONTH.fullmatch(text):
        raise CellFault("date-without-day")
    raise CellFault("date-two-digit-year" if _SHORT_YEAR.fullmatch(text) else "date")


def read_identity_number(cell: CellValue) -> object:
    """Read an identity number from a text cell; one stored as a number has lost digits and is refused."""
    if not isinstance(cell, str):
        raise CellFault("number-cell")
    text = cell.strip()
    try:
        # A number in its one written form need not be mended first.
        return IdentityNumber(text) if len(text) == 18 and text.isascii() and text[17] != "x" else _identity(text)
    except ValidationError as error:
        raise CellFault(f"identity-number-{error.reason}") from None


def _identity(text: str) -> object:
    if text in MARKS:
        return MARKS[text]
    # Some exporters put an apostrophe before a number to keep a spreadsheet from rounding it.
    return IdentityNumber.parse(text.lstrip("'‘’"))


def read_phone(cell: CellValue) -> object:
    """Read a telephone number; eleven digits survive in a number cell, so those are taken."""
    text = as_text(cell)
    try:
        # A number in its one written form need not be mended first.
        return Phone(text) if len(text) == 11 and text[0] == "1" and text.isdecimal() else _phone(text)
    except ValidationError as error:
        raise CellFault("phone" if error.reason == "phone" else f"phone-{error.reason}") from None


def _phone(text: str) -> object:
    return MARKS[text] if text in MARKS else Phone.parse(text)


def read_grade(cell: CellValue) -> object:
    """Read a grade as schools write it."""
    text = folded(cell)
    if text in MARKS:
        return MARKS[text]
    try:
        return Grade.parse(text)
    except ValidationError:
        raise CellFault("grade") from None


def answer_reader(answers: type[Answer], synonyms: Mapping[str, object]) -> Parser:
    """Return a parser of one answer of a form, by its label or a synonym; separators in the text do not matter."""
    words: dict[str, object] = {_SEPARATORS.sub("", folded(member.zh)): member for member in answers}
    words |= {_SEPARATORS.sub("", word): meaning for word, meaning in synonyms.items()}

    def read(cell: CellValue) -> object:
        text = _SEPARATORS.sub("", folded(cell)) or folded(cell)
        if text in words:
            return words[text]
        if text in MARKS:
            return MARKS[text]
        raise CellFault("choice")

    return read


def answers_reader(answers: type[Answer], synonyms: Mapping[str, object]) -> Parser:
    """Return a parser of several answers, parted by 、 or a comma; 无 is the empty set."""
    read_one = answer_reader(answers, synonyms)

    def read(cell: CellValue) -> object:
        text = unicodedata.normalize("NFKC", as_text(cell))
        if text in MARKS:
            return frozenset() if MARKS[text] is Mark.NONE else MARKS[text]
        found = [read_one(part) for part in _SEPARATORS.split(text) if part]
        if not all(isinstance(one, answers) for one in found):
            raise CellFault("choice")
        return frozenset(found)

    return read


def read_words(cell: CellValue) -> object:
    """Read a list of words parted by 、 or a comma, such as languages; none are the empty set."""
    text = as_text(cell)
    if text in MARKS:
        return frozenset()
    return frozenset(part for part in re.split(r"[、,，;；/|\s]+", text) if part)


_DISABILITY = re.compile(r"(?P<kind>[^一二三四1-4]*?)(?:残疾)?[,、/:]?(?:(?P<degree>[一二三四1-4])级?)?")
_DEGREES = {"一": 1, "二": 2, "三": 3, "四": 4}


def read_disability(cell: CellValue) -> object:
    """Read 残疾类别及等级, such as 视力一级, 肢体残疾 or 二级; 有 says that neither is known."""
    text = folded(cell)
    if text in MARKS:
        return MARKS[text]
    if text in {"无残疾", "没有残疾", "非残疾"}:
        return Mark.NONE
    if text in {"有", "是", "残疾"}:
        return Disability()
    match = _DISABILITY.fullmatch(text)
    kinds = {kind.zh: kind for kind in DisabilityKind} | {
        "语言": DisabilityKind.SPEECH,
        "听力言语": DisabilityKind.MULTIPLE,
    }
    kind = (match["kind"] or "") if match else "?"
    if match is None or (kind and kind not in kinds):
        raise CellFault("disability")
    degree = match["degree"]
    return Disability(
        kind=kinds[kind] if kind else UNKNOWN,
        degree=UNKNOWN if degree is None else _DEGREES.get(degree) or int(degree),
    )


_MONTHS = re.compile(r"(?:(\d{1,2})年)?(?:(\d{1,3})(?:个月|月)?)?", re.ASCII)


def read_months(cell: CellValue) -> object:
    """Read a length in months: 6, 6个月, 1年6个月, 3年; half months and life sentences are not guessed."""
    text = folded(cell)
    if text in MARKS:
        return MARKS[text]
    match = _MONTHS.fullmatch(text)
    if match is None:
        raise CellFault("months")
    return 12 * int(match[1] or 0) + int(match[2] or 0)


def read_number(cell: CellValue) -> object:
    """Read a whole number, 0 or more, such as how many children a helper can take."""
    text = folded(cell).removesuffix("人").removesuffix("名").removesuffix("个")
    if text in MARKS:
        return MARKS[text]
    if not text.isascii() or not text.isdecimal() or len(text) > 6:
        raise CellFault("number")
    return int(text)
