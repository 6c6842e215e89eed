"""Which facts can a roster hold, and under which headings?

One table drives reading and writing: every fact has an id (as a user's own heading map names it), the heading it is
written under and the other headings it is known by. The headings are those of the national 2016 registration form, of
the local supplement, and of the export of the national pupil registry. Nothing here reads a file.
"""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

import attrs

from careprogram.people import (
    AidKind,
    Answer,
    CapacityRating,
    CaregiverRelation,
    ConfinementKind,
    ConsentRelation,
    ContactMeans,
    Education,
    GuardianshipKind,
    HealthStatus,
    HelperKind,
    IncomeSource,
    ParentStatus,
    RegistrationKind,
    SchoolingStatus,
    Settlement,
    Sex,
    WorkArea,
)

Kind: TypeAlias = Literal[
    "text", "yes-no", "boarding", "date", "date-ahead", "identity-number", "phone", "answer", "answers", "grade",
    "disability", "place", "words", "ids", "number", "months", "unable",
]  # fmt: skip
"""How a cell is read."""

Gap: TypeAlias = Literal["unknown", "none", "context"]
"""What an empty cell and 「无」 mean: both ``UNKNOWN``; ``UNKNOWN`` and None; or what other cells of the row imply."""


def words(*lines: str) -> frozenset[str]:
    """Return the words of *lines*, which spaces part."""
    return frozenset(" ".join(lines).split())


class Unable(Answer):
    """无监护能力: which of the parents at home is unable to look after the child."""

    FATHER = "father", "父亲"
    MOTHER = "mother", "母亲"


@attrs.frozen(kw_only=True)
class Field:
    """One fact of a roster.

    Attributes:
        id: Record and fact, such as ``"child.birth_date"``.
        title: The heading it is written under, from the outer to the inner level.
        headings: Other headings, nested ones run together (父亲姓名 is 姓名 beneath 父亲).
        kind: How its cells are read.
        answers: The enumeration of an ``answer``.
        gap: What nothing means.
        boxes: Whether it is written as one box (√) for each answer.
    """

    id: str
    title: tuple[str, ...]
    headings: tuple[str, ...] = ()
    kind: Kind = "text"
    answers: type[Answer] | None = None
    gap: Gap = "unknown"
    boxes: bool = False

    @property
    def record(self) -> str:
        """The part of the child it belongs to."""
        return self.id.partition(".")[0]

    @property
    def name(self) -> str:
        """The fact within that part."""
        return self.id.partition(".")[2]


def _field(id_: str, title: str, *headings: str, kind: Kind = "text", answers: type[Answer] | None = None,
           gap: Gap = "unknown", boxes: bool = False) -> Field:  # fmt: skip
    if answers is not None and kind == "text":
        kind = "answer"
    return Field(
        id=id_, title=tuple(title.split(">")), headings=headings, kind=kind, answers=answers, gap=gap, boxes=boxes
    )


_NUMBER_WORDS = (
    "公民身份证号码",
    "公民身份号码",
    "身份证号码",
    "身份证号",
    "身份证",
    "身份证件号",
    "身份号码",
    "证件号码",
)
_BIRTH_WORDS = ("出生日期", "出生年月日", "生日", "出生年月", "出生时间")
_PHONE_WORDS = ("联系电话", "电话", "手机", "手机号", "手机号码", "联系方式", "电话号码")

_CHILD = (
    _field("child.id", "系统编号", "儿童系统编号"),
    _field("child.name", "姓名", "儿童姓名", "学生姓名", "孩子姓名", "留守儿童姓名", "被监护人姓名"),
    _field("child.sex", "性别", "儿童性别", answers=Sex, gap="context"),
    _field("child.ethnicity", "民族"),
    _field("child.birth_date", "出生日期", *_BIRTH_WORDS[1:], "儿童出生日期", kind="date", gap="context"),
    _field("child.identity_number", "公民身份证号码", *_NUMBER_WORDS[1:], kind="identity-number", gap="none"),
    _field("registration.registered", "是否登记户口", "是否上户", "有无户口", "户口登记", kind="yes-no"),
    _field("registration.place", "户籍所在地", "户口所在地", "户籍地", "户籍地址", "户口所在地行政区划", kind="place"),
    _field("registration.kind", "户口性质", "户籍性质", "户口类别", "户籍类别", answers=RegistrationKind),
    _field(
        "residence.place",
        "现居住地",
        "现住址",
        "居住地",
        "现居地",
        "现居住地址",
        "所在村",
        "村",
        "居住地址",
        kind="place",
    ),
    _field("residence.address", "详细地址", "现居住地详细地址", "门牌地址"),
    _field("residence.settlement", "居住地类型", "城乡", "城乡类型", "居住地城乡类型", answers=Settlement),
    _field("health.status", "身体情况", "身体状况", "健康状况", "健康情况", answers=HealthStatus, boxes=True),
    _field("health.disability", "残疾类别及等级", "残疾类型", "残疾类别", "残疾情况", kind="disability", gap="context"),
    _field("health.illness", "患病类型", "患病种类", "所患疾病", "疾病名称", gap="context"),
)
_SCHOOLING = (
    _field("schooling.boarding", "是否学校寄宿", "是否寄宿", "是否住校", "寄宿", "就读方式", kind="boarding"),
    _field("schooling.status", "就学情况", "就学状况", "入学情况", "就读情况",
           answers=SchoolingStatus, gap="context", boxes=True),
    _field("schooling.school", "学校", "就读学校", "所在学校", "学校名称", "就学情况学校", gap="context"),
    _field("schooling.grade", "年级", "就读年级", "所在年级", kind="grade", gap="context"),
    _field("schooling.class_name", "班级", "就读班级", "所在班级", "班", gap="context"),
    _field("schooling.homeroom_teacher", "班主任", "班主任姓名", "班主任老师", gap="context"),
)  # fmt: skip


def _grandparents() -> tuple[Field, ...]:
    people = (("paternal_grandfather", "祖父", "爷爷"), ("paternal_grandmother", "祖母", "奶奶"),
              ("maternal_grandfather", "外祖父", "外公"), ("maternal_grandmother", "外祖母", "外婆"))  # fmt: skip
    fields: list[Field] = []
    for record, zh, common in people:
        fields += (
            _field(f"{record}.name", f"{zh}>姓名", zh, common, f"{common}姓名", gap="context"),
            _field(f"{record}.birth_date", f"{zh}>出生日期", *(f"{who}{word}" for who in (zh, common)
                   for word in _BIRTH_WORDS), kind="date", gap="context"),
        )  # fmt: skip
    return tuple(fields)


def _parent(record: str, people: tuple[str, ...]) -> tuple[Field, ...]:
    def named(*words: str) -> tuple[str, ...]:
        return tuple(who + word for who in people for word in words)

    def field(name: str, title: str, *words: str, kind: Kind = "text", answers: type[Answer] | None = None,
              gap: Gap = "unknown") -> Field:  # fmt: skip
        titled = f"{people[0]}>{title}"
        return _field(f"{record}.{name}", titled, *named(title, *words), kind=kind, answers=answers, gap=gap)

    return (
        field("name", "姓名", "", "名字", gap="context"),
        field("birth_date", *_BIRTH_WORDS, kind="date"),
        field("status", "状况", "现状", "状态", "情况", "外出情况", "是否外出", answers=ParentStatus, gap="context"),
        field("work_place", "当前务工地点", "务工地点", "打工地点", "外出地点", "务工地", "外出务工地点",
              gap="context"),
        field("away_since", "外出时间", "外出日期", "外出务工时间", "外出起始日期", "务工时间",
              kind="date", gap="context"),
        field("phone", *_PHONE_WORDS, kind="phone", gap="none"),
        field("identity_number", *_NUMBER_WORDS, kind="identity-number", gap="none"),
        field("guardianship_capacity", "监护能力", "有无监护能力", "是否有监护能力", kind="yes-no"),
        field("health", "健康状况", "身体状况", "身体情况", "健康情况", answers=HealthStatus),
        field("last_contact", "最近联系时间", "最近联系日期", "最后联系时间", "上次联系时间", "最近一次联系时间",
              kind="date", gap="context"),
        field("last_contact_means", "最近联系方式", "联系途径", "最近一次联系方式", answers=ContactMeans),
    )  # fmt: skip


def _caregiver() -> tuple[Field, ...]:
    people = ("委托监护人", "监护人", "实际监护人", "照护人", "受委托监护人", "被委托人", "实际照料人")

    def field(name: str, title: str, *words: str, kind: Kind = "text", answers: type[Answer] | None = None,
              gap: Gap = "unknown") -> Field:  # fmt: skip
        headings = tuple(who + word for who in people for word in (title, *words))
        return _field(f"caregiver.{name}", f"{people[0]}>{title}", *headings, kind=kind, answers=answers, gap=gap)

    return (
        field("name", "姓名", "", "名字"),
        field("birth_date", *_BIRTH_WORDS, kind="date"),
        field("phone", *_PHONE_WORDS, kind="phone", gap="none"),
        field("identity_number", *_NUMBER_WORDS, kind="identity-number", gap="none"),
        field("relation", "与被监护人关系", "与儿童关系", "关系", "与留守儿童关系", "与孩子关系", "与学生关系",
              answers=CaregiverRelation, gap="context"),
        field("address", "居住地地址", "居住地址", "住址", "地址", "家庭住址", "现住址"),
        field("education", "文化程度", "学历", "受教育程度", answers=Education),
        field("capacity", "履职情况", "监护能力", "监护评价", "监护情况", "监护能力评价", answers=CapacityRating),
        field("knows_class", "是否了解班级", "是否知道年级班级班主任", "是否了解年级班级班主任", kind="yes-no"),
        field("written_delegation", "书面委托", "是否书面委托", "有无书面委托", "有无委托书", kind="yes-no"),
    )  # fmt: skip


def _law_on_parent(record: str, people: tuple[str, ...]) -> tuple[Field, ...]:
    """What only some policies ask of a parent; a site that applies none of them leaves the columns out."""

    def field(name: str, title: str, *words: str, kind: Kind = "text", answers: type[Answer] | None = None,
              gap: Gap = "unknown") -> Field:  # fmt: skip
        headings = tuple(who + word for who in people for word in (title, *words))
        return _field(f"{record}.{name}", f"{people[0]}>{title}", *headings, kind=kind, answers=answers, gap=gap)

    return (
        field("away_to", "外出务工范围", "外出范围", "务工范围", answers=WorkArea, gap="context"),
        field("disability", "残疾类别及等级", "残疾类型", "残疾类别", "残疾情况", "残疾等级",
              kind="disability", gap="none"),
        field("confinement", "限制人身自由情况", "限制人身自由", "服刑戒毒情况", "羁押情况", answers=ConfinementKind),
        field("confined_since", "限制人身自由起始日期", "服刑起始日期", "入所日期", "收押日期", "羁押日期",
              kind="date", gap="none"),
        field("confinement_months", "限制人身自由期限", "限制人身自由期限（月）", "刑期", "期限（月）",
              kind="months", gap="none"),
        field("lost_contact", "是否失联", "失联", "是否失去联系", kind="yes-no"),
        field("search_reported_on", "公安机关受理查找日期", "报案受理日期", "失联受理日期", "公安受理日期",
              kind="date", gap="none"),
        field("declared_missing", "是否被宣告失踪", "宣告失踪", "被宣告失踪", kind="yes-no"),
        field("guardianship_revoked", "是否被撤销监护资格", "撤销监护资格", "被撤销监护资格", kind="yes-no"),
        field("deported", "是否被遣送（驱逐）出境", "是否被遣送出境", "是否被驱逐出境", "遣送出境", kind="yes-no"),
        field("last_contact_with_caregiver", "最近联系被委托人时间", "最近联系照护人时间", "最近联系监护人时间",
              "上次联系被委托人时间", kind="date", gap="context"),
        field("last_contact_with_caregiver_means", "最近联系被委托人方式", "最近联系照护人方式", "最近联系监护人方式",
              answers=ContactMeans),
    )  # fmt: skip


_LAW = (
    _field("registration.left_on", "离开户籍县日期", "离开户籍地日期", "跨县居住起始日期", "离开户籍地时间",
           kind="date", gap="none"),
    _field("schooling.full_time", "是否全日制就读", "是否全日制", "全日制就读", "全日制", kind="yes-no"),
    _field("household.poverty_hinders", "是否因贫困导致生活就医就学困难", "因贫困导致生活、就医、就学困难",
           "因贫困生活就医就学困难", kind="yes-no"),
    _field("child.moved_with_guardian", "是否随监护人离开户籍地", "是否随父母或其他监护人离开户籍地",
           "随监护人离开户籍地", kind="yes-no"),
    _field("child.looked_after", "是否有人实际照护", "有无人照护", "有无人看护", "是否有人看护", "有人看护",
           kind="yes-no"),
    _field("child.lives_alone", "是否单独生活", "单独生活", "是否独居", "是否独自居住", kind="yes-no"),
    _field("child.harmed_by_guardian", "是否遭受监护人侵害", "是否被监护人虐待遗弃", "监护人虐待、遗弃或侵害",
           kind="yes-no"),
    _field("child.in_danger", "人身安全是否受到威胁或侵害", "人身安全受到威胁或侵害", "是否面临人身危险",
           kind="yes-no"),
    *_law_on_parent("father", ("父亲", "爸爸", "父")),
    *_law_on_parent("mother", ("母亲", "妈妈", "母")),
)  # fmt: skip
_GUARDIANSHIP = (
    _field("away.both", "父母双方同时外出", "父母双方外出", "父母均外出", "双亲外出", kind="yes-no"),
    _field("away.one", "父母一方外出、另一方无监护能力", "父母一方外出另一方无监护能力", kind="yes-no"),
    _field("away.unable", "无监护能力", "无监护能力一方", "无监护能力方", kind="unable", answers=Unable, boxes=True),
    _field("caregiver.present", "父母外出有无委托其他监护人", "有无委托其他监护人", "有无委托监护人", "是否委托监护人",
           kind="yes-no"),
)  # fmt: skip
_RATING = _field("guardianship.kind", "监护类型", "监护情况", "监护状况", answers=GuardianshipKind, boxes=True)
_HOUSEHOLD = (
    _field("household.income_sources", "家庭经济来源", "经济来源", kind="answers", answers=IncomeSource, boxes=True),
    _field("household.aid", "救助帮扶情况", "救助情况", "帮扶情况", "享受救助情况",
           kind="answers", answers=AidKind, boxes=True),
    _field("household.in_poverty", "是否贫困家庭", "是否建档立卡", "建档立卡", "贫困户", "是否贫困户", "是否困难家庭",
           kind="yes-no"),
    _field("household.family_planning", "是否计划生育家庭", "计划生育家庭", "计生家庭", "是否计生家庭", "计生户",
           kind="yes-no"),
    _field("household.only_child", "独生子女户", "是否独生子女", "是否独生子女户", "独生子女", kind="yes-no"),
    _field("household.girls_only", "女孩户", "双女户", "是否双女户", "是否女孩户", "女孩户双女户", kind="yes-no"),
)  # fmt: skip
_LOCAL = (
    _field("child.moved_with_parents", "随迁", "随父母进城", "是否随迁", "是否随父母进城", "是否随迁子女",
           "是否进城务工人员随迁子女", kind="yes-no"),
    _field("child.languages", "语言", "方言", "语言方言", "使用语言", "会说的语言", kind="words"),
    _field("child.siblings", "兄弟姐妹系统编号", kind="ids"),
    _field("wishes.sex", "希望帮扶人性别", "希望结对人性别", answers=Sex),
    _field("wishes.kinds", "希望帮扶人类别", "希望结对人类别", kind="answers", answers=HelperKind),
    _field("wishes.preferred", "希望的帮扶人编号", kind="ids"),
    _field("wishes.excluded", "不希望的帮扶人编号", kind="ids"),
    _field("consent.agreed", "监护人同意", "同意结对", "监护人是否同意", "监护人同意结对", "是否同意结对", "监护人意见",
           kind="yes-no"),
    _field("consent.given_on", "监护人同意日期", "同意日期", "同意书日期", kind="date-ahead"),
    _field("consent.expires_on", "同意有效期至", "同意书有效期至", kind="date-ahead"),
    _field("consent.withdrawn_on", "同意撤回日期", kind="date-ahead"),
    _field("consent.given_by", "同意人与儿童关系", "签名人与儿童关系", "同意书签名人与儿童关系",
           answers=ConsentRelation),
    _field("consent.notice", "告知书版本", "同意书版本", "知情同意书版本"),
)  # fmt: skip


def _members() -> tuple[Field, ...]:
    """The family members of the pupil registry, folded into the parents and the caregiver."""
    fields: list[Field] = []
    for number in (1, 2):
        who, record = f"成员{number}", f"member{number}"
        fields += (
            _field(f"{record}.name", f"{who}姓名"),
            _field(f"{record}.relation", f"{who}关系"),
            _field(f"{record}.guardian", f"{who}是否监护人", kind="yes-no"),
            _field(f"{record}.phone", f"{who}联系电话", kind="phone", gap="none"),
            _field(f"{record}.address", f"{who}现住址"),
        )
    return tuple(fields)


_FORM = (
    *_CHILD,
    *_SCHOOLING,
    *_grandparents(),
    *_parent("father", ("父亲", "爸爸", "父")),
    *_parent("mother", ("母亲", "妈妈", "母")),
    *_GUARDIANSHIP,
    *_caregiver(),
    _RATING,
    *_HOUSEHOLD,
    *_LOCAL,
    *_LAW,
)
FIELDS: Final[Mapping[str, Field]] = {field.id: field for field in (*_FORM, *_members())}
"""Every fact a roster can hold, by its id, in the order of the form."""

WRITTEN: Final = _FORM
"""The facts that a roster of ours has columns for."""

FLAT_PEOPLE: Final[Mapping[str, str]] = {
    **{f"{record}.name": record for record in ("paternal_grandfather", "paternal_grandmother", "maternal_grandfather",
                                               "maternal_grandmother", "father", "mother", "caregiver")}
}  # fmt: skip
"""Headings after which a bare 出生日期 or 联系电话 is that person's, as on the flat national roster."""

KNOWN_UNUSED: Final = words(
    "序号 编号 备注 年龄 周岁 出生地 籍贯 国籍地区 国籍 身份证件类型 港澳台侨外 政治面貌 入学年月 班内学号 学号 学籍号",
    "入学方式 通信地址 家庭地址 联系电话 邮政编码 是否受过学前教育 是否留守儿童 是否孤儿 是否烈士或优抚子女 随班就读",
    "是否由政府购买学位 是否需要申请资助",
    "是否享受一补 上下学距离 上下学方式 是否需要乘坐校车 成员1户口所在地 成员1工作单位 成员1职务 成员2户口所在地",
    "成员2工作单位 成员2职务 填报单位 填报日期 单位负责人 复核人 填表人",
)
"""Headings that we know and that say nothing a child's record keeps; they are listed as such, not dropped."""
