"""What does the learning archive (学习档案) of a child hold?

Goals, plan, results of each term, habits and homework (essay 1). The share of excellent results is a figure over many
archives and not kept in one.
"""

from careprogram.archives.kinds.common import field, subject
from careprogram.archives.schema import (
    ArchiveSchema,
    Choice,
    ChoiceType,
    DateType,
    ListType,
    NumberType,
    RecordType,
    TextType,
    YesNoType,
)
from careprogram.archives.versions import ArchiveKind
from careprogram.language import Text
from careprogram.privacy import Purpose, Sensitivity

_STUDY = frozenset({Purpose.EDUCATION, Purpose.CARE})
_FIGURES = _STUDY | {Purpose.STATISTICS}

RESULTS = ChoiceType(
    choices=(
        Choice(value="excellent", label=Text("优秀", "excellent")),
        Choice(value="good", label=Text("良好", "good")),
        Choice(value="pass", label=Text("合格", "pass")),
        Choice(value="fail", label=Text("不合格", "fail")),
    )
)
"""The four grades of a term's result; ``excellent`` is what the excellence rate counts."""

_GOAL = RecordType(
    fields=(
        field("goal", TextType(), "目标", Sensitivity.PERSONAL, _STUDY, required=True),
        field("until", DateType(), "期限", Sensitivity.INTERNAL, _STUDY),
        field("reached", YesNoType(), "是否达成", Sensitivity.INTERNAL, _STUDY),
    )
)

_TERM_RESULT = RecordType(
    fields=(
        field("term", TextType(longest=50), "学期", Sensitivity.INTERNAL, _FIGURES, required=True),
        field("subject", TextType(longest=50), "科目", Sensitivity.INTERNAL, _FIGURES, required=True),
        field("result", RESULTS, "等第", Sensitivity.INTERNAL, _FIGURES),
        field(
            "mark",
            NumberType(lowest=0, highest=7_500, unit="0.1 points"),
            "成绩（0.1 分）",
            Sensitivity.PERSONAL,
            _STUDY,
        ),
    )
)

LEARNING_1 = ArchiveSchema(
    id="learning",
    version=1,
    title=Text("学习档案", "learning archive"),
    fields=(
        subject(),
        field("goals", ListType(of=_GOAL, longest=100), "学习目标", Sensitivity.INTERNAL, _STUDY),
        field("plan", TextType(), "辅导计划", Sensitivity.PERSONAL, _STUDY),
        field("term_results", ListType(of=_TERM_RESULT), "学期成绩", Sensitivity.INTERNAL, _FIGURES),
        field("habits", TextType(), "学习习惯", Sensitivity.PERSONAL, _STUDY),
        field("homework", TextType(), "作业情况", Sensitivity.PERSONAL, _STUDY),
    ),
)

LEARNING = ArchiveKind(versions=(LEARNING_1,))
"""The learning archive."""
