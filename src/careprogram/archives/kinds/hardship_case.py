"""What does a case of the hardship database (个案信息库) hold?

What the hardship is, who found it out, what is needed, which aid was given, how it went on and how it ended (essay 8).
One archive is one case; a child may have several. Education, medical, poverty and living aid are told apart. A case may
be about a guardian who does harm, so who reported what is not shown to the guardian; which aid was given is.
"""

from careprogram.archives.kinds.common import ATTACHMENTS, choice, field, subject
from careprogram.archives.schema import (
    ArchiveSchema,
    DateType,
    ListType,
    NumberType,
    RecordType,
    ReferenceType,
    TextType,
)
from careprogram.archives.versions import ArchiveKind
from careprogram.language import Text
from careprogram.privacy import Purpose, Sensitivity

_AID = frozenset({Purpose.AID, Purpose.CARE, Purpose.SAFEGUARDING})
_FIGURES = _AID | {Purpose.STATISTICS}

_KINDS = choice(
    poverty="家庭贫困",
    own_illness="儿童重病",
    own_disability="儿童残疾",
    illness_in_the_family="家人重病",
    disability_in_the_family="家人残疾",
    death_in_the_family="家人亡故",
    guardianship="监护缺失或不当",
    out_of_school="失学辍学",
    disaster="灾害或事故",
    other="其他",
)
_AIDS = choice(education="助学", medical="助医", poverty="济困", living="生活照料", in_kind="物资", other="其他")

_GIVEN = RecordType(
    fields=(
        field("on", DateType(happened=True), "日期", Sensitivity.INTERNAL, _FIGURES, required=True),
        field("aid", _AIDS, "救助类别", Sensitivity.SENSITIVE, _FIGURES, required=True),
        field(
            "amount",
            NumberType(lowest=0, highest=100_000_000, unit="0.01 yuan"),
            "金额（分）",
            Sensitivity.SENSITIVE,
            _FIGURES,
        ),
        field("giver", TextType(longest=200), "救助方", Sensitivity.INTERNAL, _AID),
        field("note", TextType(), "说明", Sensitivity.SENSITIVE, _AID),
    )
)

_STEP = RecordType(
    fields=(
        field("on", DateType(happened=True), "日期", Sensitivity.INTERNAL, _AID, required=True),
        field("note", TextType(), "进展", Sensitivity.SENSITIVE, _AID, required=True),
    )
)

HARDSHIP_CASE_1 = ArchiveSchema(
    id="hardship-case",
    version=1,
    title=Text("困难个案", "hardship case"),
    fields=(
        subject(),
        field("opened_on", DateType(happened=True), "立案日期", Sensitivity.INTERNAL, _FIGURES, required=True),
        field(
            "kinds",
            ListType(of=_KINDS, longest=20),
            "困难类别",
            Sensitivity.SENSITIVE,
            _FIGURES,
            required=True,
            guarded=True,
        ),
        field("account", TextType(longest=5_000), "情况说明", Sensitivity.SENSITIVE, _AID, guarded=True),
        field("reported_by", TextType(longest=200), "发现或报告人", Sensitivity.PERSONAL, _AID, guarded=True),
        field("verified_on", DateType(happened=True), "核实日期", Sensitivity.INTERNAL, _AID),
        field("needs", ListType(of=ReferenceType(to="service")), "需要的帮助", Sensitivity.SENSITIVE, _AID),
        field("aid_given", ListType(of=_GIVEN), "已给予的救助", Sensitivity.SENSITIVE, _FIGURES),
        field("progress", ListType(of=_STEP), "进展", Sensitivity.SENSITIVE, _AID, guarded=True),
        field("closed_on", DateType(happened=True), "结案日期", Sensitivity.INTERNAL, _FIGURES),
        field("result", TextType(), "结果", Sensitivity.SENSITIVE, _AID, guarded=True),
        field("attachments", ATTACHMENTS, "附件", Sensitivity.SENSITIVE, _AID, guarded=True),
    ),
)

HARDSHIP_CASE = ArchiveKind(versions=(HARDSHIP_CASE_1,))
"""A case of the hardship database."""
