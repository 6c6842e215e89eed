"""What does the family-affection archive (亲情档案) of a child hold?

Each contact with the parents (call, letter, video, gift, visit) with its day, and how festivals were spent (essays 1
and 7). Contacts have days, so that the gaps can be held against the weekly contact of the minors law, art. 23. Version
2 says who began a contact, how long it lasted, what was sent, and who was there at a festival.
"""

from careprogram.archives.kinds.common import choice, field, subject
from careprogram.archives.schema import (
    ArchiveSchema,
    Choice,
    ChoiceType,
    DateType,
    ListType,
    NumberType,
    RecordType,
    ReferenceType,
    TextType,
)
from careprogram.archives.versions import ArchiveKind, Upcaster
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
        field("on", DateType(happened=True), "日期", Sensitivity.INTERNAL, _FAMILY, required=True),
        field("means", ChoiceType.of(ContactMeans), "方式", Sensitivity.INTERNAL, _FAMILY),
        field("parent", _WITH, "哪位家长", Sensitivity.INTERNAL, _FAMILY),
        field("reached", _TO, "联系到谁", Sensitivity.INTERNAL, _FAMILY),
        field("note", TextType(), "内容", Sensitivity.SENSITIVE, _FAMILY),
        field("attachments", ListType(of=ReferenceType(to="attachment")), "附件", Sensitivity.SENSITIVE, _FAMILY),
    )
)

_FESTIVAL = RecordType(
    fields=(
        field("on", DateType(happened=True), "日期", Sensitivity.INTERNAL, _FAMILY, required=True),
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

_BEGUN_BY = choice(
    child="儿童", father="父亲", mother="母亲", caregiver="照料人", school="学校", helper="帮扶人", other="其他"
)

_CONTACT_2 = RecordType(
    fields=(
        *_CONTACT.fields,
        field("begun_by", _BEGUN_BY, "由谁发起", Sensitivity.INTERNAL, _FAMILY),
        field(
            "minutes", NumberType(lowest=0, highest=1_440, unit="min"), "时长（分钟）", Sensitivity.INTERNAL, _FAMILY
        ),
        field(
            "days_together", NumberType(lowest=0, highest=366, unit="days"), "团聚天数", Sensitivity.INTERNAL, _FAMILY
        ),
        field("sent", TextType(longest=200), "寄送物品", Sensitivity.PERSONAL, _FAMILY),
    )
)

_FESTIVAL_2 = RecordType(
    fields=(
        *_FESTIVAL.fields,
        field(
            "spent_with",
            choice(
                both_parents="父母双方",
                father="父亲",
                mother="母亲",
                caregiver="照料人",
                helper="帮扶人",
                group="集体活动",
                nobody="独自一人",
            ),
            "与谁一起度过",
            Sensitivity.PERSONAL,
            _FAMILY,
        ),
    )
)

FAMILY_AFFECTION_2 = ArchiveSchema(
    id="family-affection",
    version=2,
    title=Text("亲情档案", "family-affection archive"),
    fields=(
        subject(),
        field("contacts", ListType(of=_CONTACT_2, longest=5_000), "亲情联系", Sensitivity.INTERNAL, _FAMILY),
        field("festivals", ListType(of=_FESTIVAL_2), "节日", Sensitivity.INTERNAL, _FAMILY),
    ),
)

FAMILY_AFFECTION = ArchiveKind(
    versions=(FAMILY_AFFECTION_1, FAMILY_AFFECTION_2),
    upcasters=(
        Upcaster(
            from_version=1,
            lift=lambda document: document,
            text=Text("增加发起人、时长、团聚天数、寄送物品、与谁过节", "more may be said; all that was said stays"),
        ),
    ),
)
"""The family-affection archive."""
