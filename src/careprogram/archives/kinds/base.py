"""What does the base archive (基础档案) of a child hold?

Home address, whom to reach, where the parents work, and which help is needed (essay 8; school practice of one card per
child). Facts that the survey asks are on the child's record and not kept twice.
"""

from careprogram.archives.kinds.common import field, subject
from careprogram.archives.schema import (
    ArchiveField,
    ArchiveSchema,
    DateType,
    FieldType,
    ListType,
    ReferenceType,
    TextType,
)
from careprogram.archives.versions import ArchiveKind
from careprogram.language import Text
from careprogram.privacy import DataClass, Mask, Purpose, Sensitivity

_HOME = frozenset({Purpose.CARE, Purpose.CONTACT, Purpose.SAFEGUARDING})
_HELP = frozenset({Purpose.CARE, Purpose.PAIRING, Purpose.AID})
_VISITS = frozenset({Purpose.CARE, Purpose.SAFEGUARDING})
_REACH = DataClass.CONTACT
_WORK_PLACE = TextType(longest=200)


def _contact(name: str, type_: FieldType, zh: str, mask: Mask) -> ArchiveField:
    return field(name, type_, zh, Sensitivity.PERSONAL, _HOME, mask=mask, data_class=_REACH)


BASE_1 = ArchiveSchema(
    id="base",
    version=1,
    title=Text("基础档案", "base archive"),
    fields=(
        subject(),
        field("recorded_on", DateType(happened=True), "建档日期", Sensitivity.INTERNAL, _HOME | _HELP, required=True),
        field("home_address", TextType(longest=200), "家庭住址", Sensitivity.PERSONAL, _HOME, data_class=_REACH),
        _contact("contact_name", TextType(longest=100), "联系人", Mask.NAME),
        _contact("contact_phone", TextType(longest=50), "联系电话", Mask.PHONE),
        field("father_work_place", _WORK_PLACE, "父亲务工地", Sensitivity.PERSONAL, _HOME),
        field("mother_work_place", _WORK_PLACE, "母亲务工地", Sensitivity.PERSONAL, _HOME),
        field("help_needed", ListType(of=ReferenceType(to="service")), "需要的帮助", Sensitivity.INTERNAL, _HELP),
        # Whoever visits may write down here what they fear for the child.
        field("note", TextType(), "备注", Sensitivity.SENSITIVE, _VISITS, guarded=True),
    ),
)

BASE = ArchiveKind(versions=(BASE_1,))
"""The base archive."""
