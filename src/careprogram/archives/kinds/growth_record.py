"""What does the growth record (成长记录袋) of a child hold?

Letters, work samples, books read, awards, own plans and the summary of each term (essay 8): what the child is proud of.
Pictures and scans are attachments and lie elsewhere.
"""

from careprogram.archives.kinds.common import ATTACHMENTS, field, subject
from careprogram.archives.schema import ArchiveField, ArchiveSchema, DateType, FieldType, ListType, RecordType, TextType
from careprogram.archives.versions import ArchiveKind
from careprogram.language import Text
from careprogram.privacy import Purpose, Sensitivity

_GROWTH = frozenset({Purpose.EDUCATION, Purpose.CARE, Purpose.CONTACT})
_TERM = TextType(longest=50)
_NAME = TextType(longest=200)


def _own(name: str, type_: FieldType, zh: str, *, required: bool = False) -> ArchiveField:
    return field(name, type_, zh, Sensitivity.PERSONAL, _GROWTH, required=required)


def _when(name: str, type_: FieldType, zh: str, *, required: bool = False) -> ArchiveField:
    return field(name, type_, zh, Sensitivity.INTERNAL, _GROWTH, required=required)


_LETTER = RecordType(
    fields=(
        _when("on", DateType(happened=True), "日期", required=True),
        _own("sender", _NAME, "写信人"),
        _own("receiver", _NAME, "收信人"),
        field("text", TextType(longest=10_000), "内容", Sensitivity.SENSITIVE, _GROWTH),
        _own("attachments", ATTACHMENTS, "附件"),
    )
)
_WORK = RecordType(
    fields=(
        _when("on", DateType(happened=True), "日期"),
        _own("title", _NAME, "作品名称", required=True),
        _own("about", TextType(), "说明"),
        _own("attachments", ATTACHMENTS, "附件"),
    )
)
_BOOK = RecordType(
    fields=(
        _own("title", _NAME, "书名", required=True),
        _when("finished_on", DateType(happened=True), "读完日期"),
        _own("thoughts", TextType(), "读后感"),
    )
)
_AWARD = RecordType(
    fields=(
        _when("on", DateType(happened=True), "日期"),
        _own("title", _NAME, "奖项", required=True),
        _own("given_by", _NAME, "颁发单位"),
        _own("attachments", ATTACHMENTS, "附件"),
    )
)
_PLAN = RecordType(
    fields=(_when("term", _TERM, "学期", required=True), _own("text", TextType(), "计划", required=True))
)
_SUMMARY = RecordType(
    fields=(
        _when("term", _TERM, "学期", required=True),
        _own("own_words", TextType(longest=5_000), "自我小结"),
        _own("teacher_words", TextType(longest=5_000), "教师评语"),
        _own("caregiver_words", TextType(longest=5_000), "家长或照料人寄语"),
    )
)

GROWTH_RECORD_1 = ArchiveSchema(
    id="growth-record",
    version=1,
    title=Text("成长记录袋", "growth record"),
    fields=(
        subject(),
        _own("letters", ListType(of=_LETTER), "书信"),
        _own("works", ListType(of=_WORK), "作品"),
        _own("books", ListType(of=_BOOK), "读书"),
        _own("awards", ListType(of=_AWARD), "获奖"),
        _own("plans", ListType(of=_PLAN, longest=100), "成长计划"),
        _own("term_summaries", ListType(of=_SUMMARY, longest=100), "学期小结"),
    ),
)

GROWTH_RECORD = ArchiveKind(versions=(GROWTH_RECORD_1,))
"""The growth record."""
