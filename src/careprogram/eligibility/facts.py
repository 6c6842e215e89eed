"""Which facts about a child may a policy ask for?

Each is one answer of the survey, under the name that rules use. Conditions such as "both parents away" are not facts:
they are definitions in the policies, where a reviewer can read them.
"""

from careprogram.eligibility.parent_facts import ParentFacts
from careprogram.language import Text
from careprogram.people import (
    CapacityRating,
    CaregiverRelation,
    DisabilityKind,
    HealthStatus,
    ParentStatus,
    RegistrationKind,
    SchoolingStatus,
    Settlement,
    Sex,
)
from careprogram.rules import BoolFact, ChoiceFact, DateFact, FactSchema, GroupFact, IntFact, Mutability


class ChildFacts(FactSchema):
    """The facts of `careprogram.people.Child` that rules may use.

    Examples:
        >>> ChildFacts.birth_date.age < 16
        <Comparison birth_date.age < 16>
    """

    birth_date = DateFact(label=Text("出生日期", "date of birth"), mutability=Mutability.IMMUTABLE)
    sex = ChoiceFact(label=Text("性别", "sex"), choices=Sex, mutability=Mutability.IMMUTABLE)
    registered = BoolFact(label=Text("是否登记户口", "household registration exists"), mutability=Mutability.OBTAINABLE)
    registration_kind = ChoiceFact(
        label=Text("户口性质", "kind of household registration"),
        choices=RegistrationKind,
        mutability=Mutability.CORRECTABLE,
    )
    settlement = ChoiceFact(
        label=Text("现居住地城乡属性", "lives in countryside or town"),
        choices=Settlement,
        mutability=Mutability.CHANGES_WITH_TIME,
    )
    moved_with_parents = BoolFact(
        label=Text("随父母进城", "moved to town with the parents"), mutability=Mutability.CHANGES_WITH_TIME
    )
    father_status = ChoiceFact(
        label=Text("父亲状况", "father"), choices=ParentStatus, mutability=Mutability.CHANGES_WITH_TIME
    )
    mother_status = ChoiceFact(
        label=Text("母亲状况", "mother"), choices=ParentStatus, mutability=Mutability.CHANGES_WITH_TIME
    )
    father_away_since = DateFact(label=Text("父亲外出时长", "father away"), mutability=Mutability.CHANGES_WITH_TIME)
    mother_away_since = DateFact(label=Text("母亲外出时长", "mother away"), mutability=Mutability.CHANGES_WITH_TIME)
    father_capacity = BoolFact(
        label=Text("父亲有监护能力", "father able to be guardian"), mutability=Mutability.PROTECTIVE
    )
    mother_capacity = BoolFact(
        label=Text("母亲有监护能力", "mother able to be guardian"), mutability=Mutability.PROTECTIVE
    )
    father_health = ChoiceFact(
        label=Text("父亲身体情况", "father's health"),
        choices=HealthStatus,
        mutability=Mutability.PROTECTIVE,
        sensitive=True,
    )
    mother_health = ChoiceFact(
        label=Text("母亲身体情况", "mother's health"),
        choices=HealthStatus,
        mutability=Mutability.PROTECTIVE,
        sensitive=True,
    )
    has_caregiver = BoolFact(
        label=Text("有人实际照护", "somebody looks after the child"), mutability=Mutability.PROTECTIVE
    )
    caregiver_relation = ChoiceFact(
        label=Text("实际照护人与儿童关系", "caregiver's relation to the child"),
        choices=CaregiverRelation,
        mutability=Mutability.CHANGES_WITH_TIME,
    )
    care_rating = ChoiceFact(
        label=Text("监护评级", "rating of the care given"), choices=CapacityRating, mutability=Mutability.PROTECTIVE
    )
    health_status = ChoiceFact(
        label=Text("儿童身体情况", "child's health"),
        choices=HealthStatus,
        mutability=Mutability.PROTECTIVE,
        sensitive=True,
    )
    disability_kind = ChoiceFact(
        label=Text("残疾类别", "kind of disability"),
        choices=DisabilityKind,
        mutability=Mutability.CORRECTABLE,
        sensitive=True,
    )
    disability_degree = IntFact(
        label=Text("残疾等级（无残疾为0）", "degree of disability (0 for none)"),
        mutability=Mutability.CORRECTABLE,
        sensitive=True,
        minimum=0,
        maximum=4,
    )
    schooling_status = ChoiceFact(
        label=Text("就学情况", "schooling"), choices=SchoolingStatus, mutability=Mutability.PROTECTIVE
    )
    boarding = BoolFact(label=Text("学校寄宿", "boards at school"), mutability=Mutability.CHANGES_WITH_TIME)
    grade = IntFact(
        label=Text("年级（不在校为0）", "grade (0 outside school)"),
        mutability=Mutability.CHANGES_WITH_TIME,
        minimum=0,
        maximum=12,
    )
    family_planning = BoolFact(
        label=Text("计划生育家庭", "family-planning household"), mutability=Mutability.CORRECTABLE, sensitive=True
    )
    only_child = BoolFact(label=Text("独生子女户", "only-child household"), mutability=Mutability.CHANGES_WITH_TIME)
    girls_only = BoolFact(label=Text("女孩户", "girls-only household"), mutability=Mutability.CHANGES_WITH_TIME)
    in_poverty = BoolFact(
        label=Text("困难家庭", "household in hardship"), mutability=Mutability.PROTECTIVE, sensitive=True
    )
    poverty_hinders = BoolFact(
        label=Text("因贫困导致生活、就医、就学困难", "poverty hinders living, treatment or school"),
        mutability=Mutability.PROTECTIVE,
        sensitive=True,
    )
    full_time_schooling = BoolFact(
        label=Text("全日制学校就读", "full-time schooling"), mutability=Mutability.PROTECTIVE
    )
    parents = GroupFact(label=Text("父母", "parents"), members=ParentFacts, mutability=Mutability.PROTECTIVE)
    lives_alone = BoolFact(label=Text("单独生活", "lives alone"), mutability=Mutability.PROTECTIVE)
    harmed_by_guardian = BoolFact(
        label=Text("监护人虐待、遗弃或侵害", "harmed by a guardian"), mutability=Mutability.PROTECTIVE, sensitive=True
    )
    in_danger = BoolFact(
        label=Text("人身安全受到威胁或侵害", "safety threatened or violated"),
        mutability=Mutability.PROTECTIVE,
        sensitive=True,
    )
    away_from_registration = BoolFact(
        label=Text("跨县域居住（离开户籍地）", "lives outside the county of registration"),
        mutability=Mutability.CHANGES_WITH_TIME,
    )
    away_from_registration_since = DateFact(
        label=Text("离开户籍地时长", "away from the county of registration"), mutability=Mutability.CHANGES_WITH_TIME
    )
    moved_with_guardian = BoolFact(
        label=Text("随父母或其他监护人离开户籍地", "left the place of registration with a parent or guardian"),
        mutability=Mutability.CHANGES_WITH_TIME,
    )
