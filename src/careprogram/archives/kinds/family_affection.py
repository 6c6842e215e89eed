"""What does the family-affection archive (亲情档案) of a child hold?

Each contact with the parents (call, letter, video, gift, visit) with its day, and how festivals were spent (essays 1
and 7). Contacts have days, so that the gaps can be held against the weekly contact of the minors law, art. 23.
"""

from careprogram.archives.kinds.common import field, subject
from careprogram.archives.schema import (
    ArchiveSchema,
    Choice,
    ChoiceType,
    DateType,
    ListType,
    RecordType,
    ReferenceType,
    TextType,
)
from careprogram.archives.versions import ArchiveKind
from careprogram.language import Text
from careprogram.people import ContactMeans
from careprogram.privacy import Purpose, Sensitivity

_FAMILY = frozenset({Purpose.CONTACT, Purpose.CARE, Purpose.SAFEGUARDING})

_WITH = ChoiceType(
    choices=(
        Choice(value="father", label=Text("父亲", "father")),
        Choice(value="mother", label=Text("母亲", "mother")),
        Choice(value="both", label=Text("父母双方", "both parents")),
    )
)
_TO = ChoiceType(
    choices=(
        Choice(value="child", label=Text("儿童", "the child")),
        Choice(value="caregiver", label=Text("照料人", "the caregiver")),
    )
)

_CONTACT = RecordType(
    fields=(
        field("on", DateType(), "日期", Sensitivity.INTERNAL, _FAMILY, required=True),
        field("means", ChoiceType.of(ContactMeans), "方式", Sensitivity.INTERNAL, _FAMILY),
        field("parent", _WITH, "哪位家长", Sensitivity.INTERNAL, _FAMILY),
        field("reached", _TO, "联系到谁", Sensitivity.INTERNAL, _FAMILY),
        field("note", TextType(), "内容", Sensitivity.SENSITIVE, _FAMILY),
        field("attachments", ListType(of=ReferenceType(to="attachment")), "附件", Sensitivity.SENSITIVE, _FAMILY),
    )
)

_FESTIVAL = RecordType(
    fields=(
        field("on", DateType(), "日期", Sensitivity.INTERNAL, _FAMILY, required=True),
        field("festival", TextType(longest=50), "节日", Sensitivity.INTERNAL, _FAMILY, required=True),
        field("note", TextType(), "如何度过", Sensitivity.SENSITIVE, _FAMILY),
    )
)

FAMILY_AFFECTION_1 = ArchiveSchema(
    id="family-affection",
    version=1,
    title=Text("亲情档案", "family-affection archive"),
    fields=(
        subject(),
        field("contacts", ListType(of=_CONTACT, longest=5_000), "亲情联系", Sensitivity.INTERNAL, _FAMILY),
        field("festivals", ListType(of=_FESTIVAL), "节日", Sensitivity.INTERNAL, _FAMILY),
    ),
)

FAMILY_AFFECTION = ArchiveKind(versions=(FAMILY_AFFECTION_1,))
"""The family-affection archive."""
