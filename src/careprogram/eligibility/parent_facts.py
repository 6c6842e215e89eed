"""Which facts about a parent may a policy ask for?

Rules ask for them of any or of all parents: ``any parents (status is deceased)``. Whether a state such as being
confined lasts long enough is no fact: it is a definition in the policies, where a reviewer can read it.
"""

from careprogram.language import Text
from careprogram.people import ConfinementKind, DisabilityKind, HealthStatus, ParentStatus, WorkArea
from careprogram.rules import BoolFact, ChoiceFact, DateFact, FactSchema, IntFact, Mutability


class ParentFacts(FactSchema):
    """The facts of `careprogram.people.Parent` that rules may use.

    Examples:
        >>> ParentFacts.confined_since.months >= 6
        <Comparison confined_since.months >= 6>
    """

    status = ChoiceFact(
        label=Text("父或母状况", "the parent"), choices=ParentStatus, mutability=Mutability.CHANGES_WITH_TIME
    )
    away_since = DateFact(label=Text("外出时长", "away"), mutability=Mutability.CHANGES_WITH_TIME)
    away_to = ChoiceFact(
        label=Text("外出务工范围", "how far away"), choices=WorkArea, mutability=Mutability.CHANGES_WITH_TIME
    )
    capacity = BoolFact(label=Text("有监护能力", "able to be guardian"), mutability=Mutability.PROTECTIVE)
    health = ChoiceFact(
        label=Text("身体情况", "health"), choices=HealthStatus, mutability=Mutability.PROTECTIVE, sensitive=True
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
    confinement = ChoiceFact(
        label=Text("限制人身自由", "confinement"),
        choices=ConfinementKind,
        mutability=Mutability.PROTECTIVE,
        sensitive=True,
    )
    confined_since = DateFact(
        label=Text("被限制人身自由时长", "confined"), mutability=Mutability.PROTECTIVE, sensitive=True
    )
    confinement_months = IntFact(
        label=Text("限制人身自由的期限（月）", "months of confinement ordered"),
        mutability=Mutability.PROTECTIVE,
        sensitive=True,
        minimum=0,
    )
    lost_contact = BoolFact(
        label=Text("失去联系且未履行监护责任", "cannot be reached and does not look after the child"),
        mutability=Mutability.PROTECTIVE,
        sensitive=True,
    )
    search_reported = BoolFact(
        label=Text("公安机关已受理查找", "the police took the report to search"),
        mutability=Mutability.OBTAINABLE,
        sensitive=True,
    )
    search_reported_on = DateFact(
        label=Text("公安机关受理查找时长", "since the police took the report"),
        mutability=Mutability.CHANGES_WITH_TIME,
        sensitive=True,
    )
    declared_missing = BoolFact(
        label=Text("被宣告失踪", "declared missing by a court"), mutability=Mutability.PROTECTIVE, sensitive=True
    )
    guardianship_revoked = BoolFact(
        label=Text("被撤销监护资格", "guardianship revoked by a court"),
        mutability=Mutability.PROTECTIVE,
        sensitive=True,
    )
    deported = BoolFact(
        label=Text("被遣送（驱逐）出境", "deported or expelled"), mutability=Mutability.PROTECTIVE, sensitive=True
    )
    contacted_child = BoolFact(
        label=Text("外出后联系过孩子", "was ever in touch with the child"), mutability=Mutability.PROTECTIVE
    )
    contacted_child_on = DateFact(
        label=Text("距上次联系孩子", "since the last contact with the child"), mutability=Mutability.CHANGES_WITH_TIME
    )
    contacted_caregiver = BoolFact(
        label=Text("外出后联系过被委托人", "was ever in touch with the caregiver"), mutability=Mutability.PROTECTIVE
    )
    contacted_caregiver_on = DateFact(
        label=Text("距上次联系被委托人", "since the last contact with the caregiver"),
        mutability=Mutability.CHANGES_WITH_TIME,
    )
