"""What does the health archive (健康档案) of a child hold?

What was measured each term, what each published reference says of it, what was found, whether the parents were told,
and what was done (essay 8; school health rules, art. 14). Measures are whole numbers. The answers of a screening are
kept with the standard that gave them, because standards change. That there was a check is known to whoever cares for
the child; that something was found, told or treated is not. Version 2 knows high normal blood pressure as a finding.
"""

from collections.abc import Iterable

from careprogram.archives.kinds.common import ATTACHMENTS, SHORT_RETENTION, choice, field, subject
from careprogram.archives.schema import (
    ArchiveField,
    ArchiveSchema,
    ChoiceType,
    DateType,
    FieldType,
    ListType,
    NumberType,
    RecordType,
    TextType,
)
from careprogram.archives.screening.results import HealthFinding, ScreenedItem, ScreeningOutcome
from careprogram.archives.versions import ArchiveKind, Upcaster
from careprogram.language import Text
from careprogram.people import ContactMeans
from careprogram.privacy import Purpose, Sensitivity

_HEALTH = frozenset({Purpose.HEALTH, Purpose.SAFEGUARDING})
_FRAME = _HEALTH | {Purpose.CARE, Purpose.STATISTICS}
_FIGURES = _HEALTH | {Purpose.STATISTICS}
_TERM = TextType(longest=50)


def _frame(name: str, type_: FieldType, zh: str, *, required: bool = False) -> ArchiveField:
    """Return a field that says when and in which order, not what."""
    return field(name, type_, zh, Sensitivity.INTERNAL, _FRAME, required=required, retention=SHORT_RETENTION)


def _health(name: str, type_: FieldType, zh: str, *, required: bool = False) -> ArchiveField:
    """Return a field about health."""
    return field(name, type_, zh, Sensitivity.SENSITIVE, _HEALTH, required=required, retention=SHORT_RETENTION)


def _figure(name: str, type_: FieldType, zh: str) -> ArchiveField:
    """Return a field about health that statistics count."""
    return field(name, type_, zh, Sensitivity.SENSITIVE, _FIGURES, retention=SHORT_RETENTION)


_FINDINGS_1 = tuple(one for one in HealthFinding if one is not HealthFinding.HIGH_NORMAL_BLOOD_PRESSURE)


def _check(findings: Iterable[HealthFinding]) -> RecordType:
    """Return what one check holds, where a screening can have one of *findings*."""
    screening = RecordType(
        fields=(
            _frame("item", ChoiceType.of(ScreenedItem), "筛查项目", required=True),
            _figure("outcome", ChoiceType.of(ScreeningOutcome), "筛查结果"),
            _figure("finding", ChoiceType.of(findings), "发现"),
            _frame("reference", TextType(longest=100), "依据的标准", required=True),
            _frame("citation", TextType(longest=300), "出处"),
        )
    )
    return RecordType(
        fields=(
            _frame("term", _TERM, "学期", required=True),
            _frame("measured_on", DateType(happened=True), "体检日期", required=True),
            _figure("height", NumberType(lowest=400, highest=2_300, unit="mm"), "身高（毫米）"),
            _figure("weight", NumberType(lowest=2_000, highest=250_000, unit="g"), "体重（克）"),
            _figure("systolic", NumberType(lowest=40, highest=260, unit="mmHg"), "收缩压"),
            _figure("diastolic", NumberType(lowest=20, highest=180, unit="mmHg"), "舒张压"),
            _frame("checked_by", TextType(longest=100), "体检单位或人员"),
            _frame("screening", ListType(of=screening, longest=50), "筛查"),
            _health("note", TextType(), "备注"),
        )
    )


_FINDING = RecordType(
    fields=(
        _frame("on", DateType(happened=True), "日期", required=True),
        _health("finding", TextType(longest=500), "发现的问题", required=True),
        _health("advice", TextType(), "建议"),
        _frame("settled_on", DateType(happened=True), "解决日期"),
    )
)

_TOLD = RecordType(
    fields=(
        _frame("on", DateType(happened=True), "日期", required=True),
        _frame(
            "whom",
            choice(father="父亲", mother="母亲", both_parents="父母双方", caregiver="照料人"),
            "告知对象",
        ),
        _frame("means", ChoiceType.of(ContactMeans), "方式"),
        _health("about", TextType(), "告知内容"),
    )
)

_TREATMENT = RecordType(
    fields=(
        _frame("begun_on", DateType(happened=True), "开始日期", required=True),
        _health("treatment", TextType(longest=500), "治疗或矫治", required=True),
        _health("place", TextType(longest=200), "医疗机构"),
        _frame("ended_on", DateType(), "结束日期"),
        _health("result", TextType(), "结果"),
    )
)


def _version(version: int, findings: Iterable[HealthFinding]) -> ArchiveSchema:
    return ArchiveSchema(
        id="health",
        version=version,
        title=Text("健康档案", "health archive"),
        fields=(
            subject(),
            _frame("checks", ListType(of=_check(findings), longest=200), "学期体检"),
            _health("findings", ListType(of=_FINDING), "发现的问题"),
            _health("parents_told", ListType(of=_TOLD), "告知家长"),
            _health("treatments", ListType(of=_TREATMENT), "治疗"),
            _health("attachments", ATTACHMENTS, "附件"),
        ),
    )


HEALTH_1 = _version(1, _FINDINGS_1)
HEALTH_2 = _version(2, HealthFinding)

HEALTH = ArchiveKind(
    versions=(HEALTH_1, HEALTH_2),
    upcasters=(
        Upcaster(
            from_version=1,
            lift=lambda document: document,
            text=Text("筛查结果增加“正常高值血压”", "a screening can find high normal blood pressure"),
        ),
    ),
)
"""The health archive."""
