"""Which answers may a form hold?

Each enumeration lists the answers of one heading of the national 2016 registration form or of the plans in the seed
text. A member's value is its stable English name, kept in stored records; ``zh`` is the form's own wording.
"""

import enum

from careprogram.language import Language


class Answer(enum.StrEnum):
    """Base of all enumerations that a form can hold."""

    zh: str

    def __new__(cls, value: str, zh: str) -> "Answer":
        """Make a member of its stable value and the form's wording."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh = zh
        return member

    def label(self, language: Language = "zh") -> str:
        """Return what a reader of *language* sees."""
        return self.zh if language == "zh" else self.value.replace("-", " ")


class Sex(Answer):
    """性别."""

    MALE = "male", "男"
    FEMALE = "female", "女"


class RegistrationKind(Answer):
    """户口性质: the kind of household registration."""

    RURAL = "rural", "农业户口"
    URBAN = "urban", "非农业户口"


class Settlement(Answer):
    """Whether somebody lives in the countryside or in a town."""

    RURAL = "rural", "农村"
    URBAN = "urban", "城镇"


class ParentStatus(Answer):
    """Where a parent is, or why there is none. ``UNABLE``: at home, without guardianship capacity."""

    AT_HOME = "at-home", "在家"
    AWAY_WORKING = "away-working", "外出务工"
    UNABLE = "unable", "无监护能力"
    DECEASED = "deceased", "死亡"
    MISSING = "missing", "失联"
    IMPRISONED = "imprisoned", "服刑"


class ConfinementKind(Answer):
    """What keeps a parent from being free (限制人身自由); ``NONE``: nothing does."""

    NONE = "none", "无"
    IMPRISONED = "imprisoned", "服刑在押"
    DRUG_TREATMENT = "drug-treatment", "强制隔离戒毒"
    OTHER = "other", "其他限制人身自由的措施"


class WorkArea(Answer):
    """How far away a parent works, seen from the child's home. Districts of one city are one area."""

    SAME_COUNTY = "same-county", "本县（市、区）内"
    SAME_CITY = "same-city", "同城其他市辖区"
    OTHER_COUNTY = "other-county", "其他县（市、区）"


class CaregiverRelation(Answer):
    """与被监护人关系: who actually looks after the child."""

    PATERNAL_GRANDPARENT = "paternal-grandparent", "祖父母"
    MATERNAL_GRANDPARENT = "maternal-grandparent", "外祖父母"
    RELATIVE = "relative", "亲属"
    FRIEND = "friend", "朋友"
    NEIGHBOR = "neighbor", "邻居"
    FATHER = "father", "父亲"
    MOTHER = "mother", "母亲"
    OTHER = "other", "其他"

    @property
    def is_grandparent(self) -> bool:
        """Whether this is grandparent care (隔代监护)."""
        return self in {CaregiverRelation.PATERNAL_GRANDPARENT, CaregiverRelation.MATERNAL_GRANDPARENT}

    @property
    def is_parent(self) -> bool:
        """Whether this is the father or the mother."""
        return self in {CaregiverRelation.FATHER, CaregiverRelation.MOTHER}


class GuardianshipKind(Answer):
    """监护类型 as the survey asks it; it carries the rating with it (see ``CapacityRating.of``)."""

    NOBODY = "nobody", "无人监护"
    PARENT_WITHOUT_CAPACITY = "parent-without-capacity", "父或母无监护能力"
    ENTRUSTED_WITHOUT_CAPACITY = "entrusted-without-capacity", "受委托监护人监护能力不足"
    FAIR = "fair", "监护情况一般"
    GOOD = "good", "监护情况较好"


class CapacityRating(Answer):
    """How well the child is looked after: good, basically with a latent risk, or not."""

    GOOD = "good", "较好"
    FAIR = "fair", "一般"
    POOR = "poor", "较差"

    @classmethod
    def of(cls, kind: GuardianshipKind) -> "CapacityRating":
        """Return the rating that the national form attaches to *kind*.

        Poor is: nobody, a parent without capacity, or an entrusted guardian who cannot.
        """
        return {GuardianshipKind.GOOD: cls.GOOD, GuardianshipKind.FAIR: cls.FAIR}.get(kind, cls.POOR)


class Education(Answer):
    """How far a caregiver went to school."""

    NONE = "none", "未上学"
    PRIMARY = "primary", "小学"
    JUNIOR = "junior", "初中"
    SENIOR = "senior", "高中及以上"


class HealthStatus(Answer):
    """身体情况; 患病 means a major or critical illness."""

    HEALTHY = "healthy", "健康"
    DISABLED = "disabled", "残疾"
    ILL = "ill", "患病"


class DisabilityKind(Answer):
    """残疾类别."""

    VISUAL = "visual", "视力"
    HEARING = "hearing", "听力"
    SPEECH = "speech", "言语"
    PHYSICAL = "physical", "肢体"
    INTELLECTUAL = "intellectual", "智力"
    MENTAL = "mental", "精神"
    MULTIPLE = "multiple", "多重"


class SchoolingStatus(Answer):
    """就学情况: the eight columns of the national form."""

    KINDERGARTEN = "kindergarten", "幼儿园"
    NOT_IN_KINDERGARTEN = "not-in-kindergarten", "未入园"
    PRIMARY = "primary", "小学"
    JUNIOR = "junior", "初中"
    SENIOR = "senior", "高中"
    VOCATIONAL = "vocational", "中职"
    DROPPED_OUT = "dropped-out", "辍学"
    OUT_OF_SCHOOL = "out-of-school", "不在学"


class IncomeSource(Answer):
    """家庭经济来源."""

    WAGES = "wages", "打工收入"
    FARMING = "farming", "种养殖业"
    GOVERNMENT_AID = "government-aid", "政府救助"
    FAMILY_SUPPORT = "family-support", "亲朋接济"
    OTHER = "other", "其他"


class AidKind(Answer):
    """救助帮扶情况."""

    SUBSISTENCE_ALLOWANCE = "subsistence-allowance", "享受低保"
    TEMPORARY = "temporary", "临时救助"
    MEDICAL = "medical", "医疗救助"
    HOUSING = "housing", "住房救助"
    OTHER = "other", "其他救助"


class ContactMeans(Answer):
    """How parents and child keep in touch."""

    CALL = "call", "电话"
    VIDEO = "video", "视频"
    LETTER = "letter", "书信"
    GIFT = "gift", "礼物"
    VISIT = "visit", "见面"


class HelperKind(Answer):
    """Who helps. Dedicated volunteers come first, the others supplement (专项志愿者为主、其他志愿者为辅)."""

    DEDICATED_VOLUNTEER = "dedicated-volunteer", "专项志愿者"
    STUDENT_VOLUNTEER = "student-volunteer", "青年学生志愿者"
    SCHOOL_STAFF = "school-staff", "教职工志愿者"
    CADRE = "cadre", "干部"
    CLASSMATE = "classmate", "同学"
    UNIVERSITY_TEAM = "university-team", "大学生服务团"
    PROXY_PARENT = "proxy-parent", "代理家长"


class ScreeningResult(Answer):
    """What a record check found; any record bars from service with minors (minors law, art. 62)."""

    CLEAR = "clear", "无记录"
    BARRED = "barred", "有记录"


class Weekday(Answer):
    """When somebody has time."""

    MONDAY = "monday", "周一"
    TUESDAY = "tuesday", "周二"
    WEDNESDAY = "wednesday", "周三"
    THURSDAY = "thursday", "周四"
    FRIDAY = "friday", "周五"
    SATURDAY = "saturday", "周六"
    SUNDAY = "sunday", "周日"
