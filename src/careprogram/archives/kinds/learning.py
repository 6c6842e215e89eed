"""What does the learning archive (学习档案) of a child hold?

Goals, plans, results of each term, habits and homework (essay 1). The share of excellent pupils is a figure over many
archives (`careprogram.archives.excellence`) and not kept in one. Version 1 had one text each for plan, habits and
homework; version 2 has an entry for each term, so that a later term does not write over an earlier one.
"""

from collections.abc import Mapping

from careprogram.archives.kinds.common import choice, field, subject
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
from careprogram.archives.versions import ArchiveKind, Upcaster
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

_TERM = TextType(longest=50)

_PLAN = RecordType(
    fields=(
        field("term", _TERM, "学期", Sensitivity.INTERNAL, _STUDY),
        field("text", TextType(), "计划", Sensitivity.PERSONAL, _STUDY, required=True),
        field("tutor", TextType(longest=100), "辅导人", Sensitivity.PERSONAL, _STUDY),
    )
)

_HABIT = RecordType(
    fields=(
        field("term", _TERM, "学期", Sensitivity.INTERNAL, _STUDY),
        field("note", TextType(), "学习习惯", Sensitivity.PERSONAL, _STUDY, required=True),
    )
)

_HOMEWORK = RecordType(
    fields=(
        field("term", _TERM, "学期", Sensitivity.INTERNAL, _STUDY),
        field(
            "handed_in",
            choice(always="全部完成", mostly="多数完成", seldom="很少完成", never="不完成"),
            "作业完成情况",
            Sensitivity.PERSONAL,
            _STUDY,
        ),
        field("note", TextType(), "说明", Sensitivity.PERSONAL, _STUDY),
    )
)

LEARNING_2 = ArchiveSchema(
    id="learning",
    version=2,
    title=Text("学习档案", "learning archive"),
    fields=(
        subject(),
        field("goals", ListType(of=_GOAL, longest=100), "学习目标", Sensitivity.INTERNAL, _STUDY),
        field("plans", ListType(of=_PLAN, longest=100), "辅导计划", Sensitivity.INTERNAL, _STUDY),
        field("term_results", ListType(of=_TERM_RESULT), "学期成绩", Sensitivity.INTERNAL, _FIGURES),
        field("habits", ListType(of=_HABIT, longest=100), "学习习惯", Sensitivity.INTERNAL, _STUDY),
        field("homework", ListType(of=_HOMEWORK, longest=100), "作业情况", Sensitivity.INTERNAL, _STUDY),
    ),
)


def _one_entry_each(document: dict[str, object]) -> Mapping[str, object]:
    """Make each text a list with one entry; "nobody answered" and "there is none" stay what they are."""
    lifted = dict(document)
    for old, new, inner in (("plan", "plans", "text"), ("habits", "habits", "note"), ("homework", "homework", "note")):
        if old in document:
            text = lifted.pop(old)
            lifted[new] = None if text is None else [{inner: text}]
    return lifted


LEARNING = ArchiveKind(
    versions=(LEARNING_1, LEARNING_2),
    upcasters=(
        Upcaster(
            from_version=1,
            lift=_one_entry_each,
            text=Text("计划、习惯、作业改为按学期逐条记录", "plan, habits and homework have an entry for each term"),
        ),
    ),
)
"""The learning archive."""
