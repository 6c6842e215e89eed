"""What does a survey (摸底调查, 问卷) of one child hold?

Preschool access, aspirations, contact, what the guardian knows, conduct (essays 4 and 5), and the answers to a place's
own questions. Items of copyrighted questionnaires do not ship: a score of one can be kept with its name. What an answer
means for the child's risk is told by `careprogram.archives.indicators`.
"""

from careprogram.archives.kinds.common import choice, field, subject
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
    YesNoType,
)
from careprogram.archives.versions import ArchiveKind
from careprogram.language import Text
from careprogram.people import ContactMeans, Education
from careprogram.privacy import Purpose, Retention, RetentionStart, Sensitivity

_CARE = frozenset({Purpose.CARE, Purpose.SAFEGUARDING})
_FIGURES = _CARE | {Purpose.STATISTICS}
_KEPT = Retention(start=RetentionStart.RECORDED, months=36)

FREQUENCY = choice(never="从不", seldom="很少", sometimes="有时", often="经常")
"""How often something is seen, from least to most."""

_ANSWERED_BY = choice(child="儿童本人", caregiver="照料人", parent="父母", teacher="教师", other="其他")
_PRESCHOOL = choice(
    attends="在园",
    no_place="没有名额",
    too_far="太远",
    too_expensive="费用太高",
    not_wished="家长不愿送",
    past_that_age="已过学前年龄",
)


def _asked(name: str, type_: FieldType, zh: str, sensitivity: Sensitivity = Sensitivity.SENSITIVE) -> ArchiveField:
    return field(name, type_, zh, sensitivity, _FIGURES, retention=_KEPT)


_OWN_ANSWER = RecordType(
    fields=(
        field("question", TextType(longest=300), "问题", Sensitivity.INTERNAL, _CARE, required=True, retention=_KEPT),
        field("answer", TextType(), "回答", Sensitivity.SENSITIVE, _CARE, retention=_KEPT),
    )
)
_SCORE = RecordType(
    fields=(
        field("scale", TextType(longest=200), "量表", Sensitivity.INTERNAL, _CARE, required=True, retention=_KEPT),
        field("part", TextType(longest=200), "分量表", Sensitivity.INTERNAL, _CARE, retention=_KEPT),
        field("on", DateType(happened=True), "日期", Sensitivity.INTERNAL, _CARE, retention=_KEPT),
        field(
            "score",
            NumberType(lowest=-100_000, highest=100_000, unit="0.1 points"),
            "得分（0.1 分）",
            Sensitivity.SENSITIVE,
            _CARE,
            required=True,
            retention=_KEPT,
        ),
        field("judged_by", TextType(longest=200), "评定人", Sensitivity.INTERNAL, _CARE, retention=_KEPT),
    )
)

SURVEY_1 = ArchiveSchema(
    id="survey",
    version=1,
    title=Text("调查问卷", "survey"),
    fields=(
        subject(),
        field("survey", TextType(longest=100), "调查名称", Sensitivity.INTERNAL, _FIGURES, required=True),
        field("asked_on", DateType(happened=True), "调查日期", Sensitivity.INTERNAL, _FIGURES, required=True),
        field("answered_by", _ANSWERED_BY, "回答人", Sensitivity.INTERNAL, _FIGURES),
        _asked("preschool", _PRESCHOOL, "学前教育", Sensitivity.INTERNAL),
        field("aspirations", TextType(), "愿望与志向", Sensitivity.PERSONAL, _CARE, retention=_KEPT),
        _asked(
            "days_since_contact",
            NumberType(lowest=0, highest=10_000, unit="days"),
            "与父母上次联系距今天数",
        ),
        _asked("usual_means", ChoiceType.of(ContactMeans), "通常的联系方式", Sensitivity.INTERNAL),
        _asked("guardian_education", ChoiceType.of(Education), "监护人文化程度", Sensitivity.PERSONAL),
        _asked("guardian_knows_grade", YesNoType(), "监护人是否知道孩子的年级"),
        _asked("guardian_knows_class", YesNoType(), "监护人是否知道孩子的班级"),
        _asked("guardian_knows_teacher", YesNoType(), "监护人是否知道班主任"),
        _asked("days_truant", NumberType(lowest=0, highest=400, unit="days"), "本学期旷课天数"),
        _asked("lying", FREQUENCY, "说谎"),
        _asked("fighting", FREQUENCY, "打架"),
        _asked("silence", FREQUENCY, "沉默寡言"),
        _asked("dropped_out", YesNoType(), "是否辍学"),
        field("scores", ListType(of=_SCORE, longest=200), "量表得分", Sensitivity.SENSITIVE, _CARE, retention=_KEPT),
        # What a place asks of its own may be how the child is treated at home.
        field(
            "own_answers",
            ListType(of=_OWN_ANSWER),
            "自设问题",
            Sensitivity.SENSITIVE,
            _CARE,
            retention=_KEPT,
            guarded=True,
        ),
    ),
    recorded="asked_on",
)

SURVEY = ArchiveKind(versions=(SURVEY_1,))
"""A survey of one child."""
