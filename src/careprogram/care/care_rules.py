"""By which rules does somebody become responsible for a care?

For each of the four cares an ordered list of rules; the first that finds somebody decides, and its reason goes into
the plan so that a director sees why. The order is ours, from what the two plans of the seed text and the minors law ask
for; it is data that a program can replace. Who may not be chosen at all is said by ``Supporter.standing``.
"""

import datetime as dt
from collections.abc import Callable, Mapping

import attrs

from careprogram.care.cares import Care
from careprogram.care.responsible import ResponsibleKind, ResponsiblePerson, first_available
from careprogram.care.situation import age_below, at_school, caregiver_of
from careprogram.dates import age_on
from careprogram.ids import ServiceId
from careprogram.language import Text
from careprogram.pairing import PairingRole
from careprogram.people import (
    CapacityRating,
    Child,
    Helper,
    HelperKind,
    ParentStatus,
    SchoolingStatus,
    Screening,
    ScreeningResult,
    VillageLink,
)
from careprogram.people.caregiving import care_rating
from careprogram.people.enums import Answer
from careprogram.unknown import UNKNOWN, Unknown

_LEAD = PairingRole.LEAD.value


class Standing(Answer):
    """Whether a helper can be responsible for a child, and why not."""

    FIT = "fit", "可以负责"
    UNDER_AGE = "under-age", "未成年或年龄不详，由成年人负责"
    UNSCREENED = "unscreened", "没有有效的违法犯罪记录查询"
    BARRED = "barred", "有违法犯罪记录，不得服务"
    AWAY = "away", "暂时不在"


@attrs.frozen(kw_only=True)
class Supporter:
    """A helper in the role a pairing gives them.

    Attributes:
        helper: Who.
        role: As what: the value of a ``PairingRole``.
    """

    helper: Helper
    role: str = PairingRole.HELPER.value

    @property
    def until(self) -> dt.date | None:
        """Last day their screening stands; None if there is none."""
        return self.helper.screening.expires_on if isinstance(self.helper.screening, Screening) else None

    @property
    def kind(self) -> ResponsibleKind:
        """Proxy parent if they lead the pairing or were recruited as one, helper otherwise."""
        parental = self.role == _LEAD or self.helper.kind is HelperKind.PROXY_PARENT
        return ResponsibleKind.PROXY_PARENT if parental else ResponsibleKind.HELPER

    @property
    def rank(self) -> tuple[bool, str]:
        """Sort key: proxy parents before the others, each by id."""
        return (self.kind is not ResponsibleKind.PROXY_PARENT, self.helper.id)

    def standing(self, day: dt.date) -> Standing:
        """Return whether they can be responsible for a child on *day*, and why not.

        A helper under 18, or a student of unknown age, serves beside an adult; nobody answers for a child without a
        clear record check, and a record bars (minors law, art. 62).
        """
        screening = self.helper.screening
        if isinstance(screening, Screening) and screening.result is ScreeningResult.BARRED:
            return Standing.BARRED
        if self.helper.kind is HelperKind.CLASSMATE or self.helper.of_age(day) is not True:
            return Standing.UNDER_AGE
        return Standing.FIT if self.helper.screened(day) else Standing.UNSCREENED


@attrs.frozen(kw_only=True)
class CareSituation:
    """All that the rules may look at.

    Attributes:
        child: The child.
        as_of: The day.
        supporters: Helpers who may be responsible, in order of rank.
        links: Those who answer for the place, the nearest first.
        unavailable: Ids of those in office who are away.
    """

    child: Child
    as_of: dt.date
    supporters: tuple[Supporter, ...]
    links: tuple[VillageLink, ...]
    unavailable: frozenset[str] = frozenset()


@attrs.frozen(kw_only=True)
class CareRule:
    """One way in which somebody becomes responsible.

    Attributes:
        id: Stable, such as ``"life.caregiver-able"``.
        reason: Why they are chosen.
        choose: Find somebody, or nobody.
    """

    id: str
    reason: Text
    choose: Callable[[CareSituation], ResponsiblePerson | None] = attrs.field(repr=False, eq=False)


def as_responsible(supporter: Supporter) -> ResponsiblePerson:
    """Return *supporter* as somebody responsible until their screening ends."""
    return ResponsiblePerson(kind=supporter.kind, id=supporter.helper.id, until=supporter.until)


def _parent(capacity: object) -> Callable[[CareSituation], ResponsiblePerson | None]:
    def choose(situation: CareSituation) -> ResponsiblePerson | None:
        for parent in situation.child.parents:
            if parent.status is ParentStatus.AT_HOME and parent.guardianship_capacity is capacity:
                return ResponsiblePerson(kind=ResponsibleKind.PARENT)
        return None

    return choose


def _grown_caregiver(situation: CareSituation, ratings: frozenset[object]) -> ResponsiblePerson | None:
    caregiver = caregiver_of(situation.child)
    if caregiver is None or care_rating(situation.child) not in ratings:
        return None
    birth = caregiver.birth_date
    if not isinstance(birth, Unknown) and age_on(birth, situation.as_of) < 18:
        return None
    return ResponsiblePerson(kind=ResponsibleKind.CAREGIVER)


def _able_caregiver(situation: CareSituation) -> ResponsiblePerson | None:
    return _grown_caregiver(situation, frozenset({CapacityRating.GOOD, CapacityRating.FAIR}))


def _unrated_caregiver(situation: CareSituation) -> ResponsiblePerson | None:
    return _grown_caregiver(situation, frozenset({UNKNOWN}))


def _proxy_parent(situation: CareSituation) -> ResponsiblePerson | None:
    found = (as_responsible(one) for one in situation.supporters if one.kind is ResponsibleKind.PROXY_PARENT)
    return next(found, None)


def _helper_with(*skills: str) -> Callable[[CareSituation], ResponsiblePerson | None]:
    wanted = frozenset(ServiceId(skill) for skill in skills)

    def choose(situation: CareSituation) -> ResponsiblePerson | None:
        found = (as_responsible(one) for one in situation.supporters if wanted & one.helper.skills)
        return next(found, None)

    return choose


def _any_helper(situation: CareSituation) -> ResponsiblePerson | None:
    return next((as_responsible(one) for one in situation.supporters), None)


def homeroom_teacher_of(child: Child) -> ResponsiblePerson | None:
    """Return the child's homeroom teacher if the record names one, or a school where one can be asked for."""
    schooling = child.schooling
    named = isinstance(schooling.homeroom_teacher, str)
    traceable = isinstance(schooling.school, str) and at_school(child) is True
    return ResponsiblePerson(kind=ResponsibleKind.HOMEROOM_TEACHER) if named or traceable else None


def _teacher(situation: CareSituation) -> ResponsiblePerson | None:
    return homeroom_teacher_of(situation.child)


def _village(situation: CareSituation) -> ResponsiblePerson | None:
    return first_available(situation.links, unavailable=situation.unavailable)


def _village_if_out_of_school(situation: CareSituation) -> ResponsiblePerson | None:
    status = situation.child.schooling.status
    out = status in {SchoolingStatus.DROPPED_OUT, SchoolingStatus.OUT_OF_SCHOOL}
    return _village(situation) if out else None


def _carer_if_too_young(situation: CareSituation) -> ResponsiblePerson | None:
    # School begins at six (compulsory education law, art. 11); before that a child learns from whoever raises it.
    if age_below(situation.child, 6, situation.as_of) is not True:
        return None
    return _parent(True)(situation) or _able_caregiver(situation)


def _rule(name: str, zh: str, en: str, choose: Callable[[CareSituation], ResponsiblePerson | None]) -> CareRule:
    return CareRule(id=name, reason=Text(zh, en), choose=choose)


SHIPPED_CARE_RULES: Mapping[Care, tuple[CareRule, ...]] = {
    Care.LIFE: (
        _rule("life.parent-able", "父母一方在家且有监护能力", "a parent is at home and able to care", _parent(True)),
        _rule(
            "life.caregiver-able", "照护人监护情况较好或一般", "the caregiver is rated good or fair", _able_caregiver
        ),
        _rule(
            "life.parent-unassessed",
            "父母一方在家，监护能力未核实",
            "a parent is at home, not assessed",
            _parent(UNKNOWN),
        ),
        _rule(
            "life.caregiver-unassessed", "有照护人，监护能力未核实", "a caregiver not yet assessed", _unrated_caregiver
        ),
        _rule(
            "life.proxy-parent",
            "由代理家长承担",
            "a proxy parent steps in",
            _proxy_parent,
        ),
        _rule(
            "life.helper",
            "由有生活帮助能力的帮扶人承担",
            "a helper able to help daily life",
            _helper_with("daily-life-help"),
        ),
        _rule(
            "life.village", "无合适照护人，由村（乡镇）负责", "nobody else can: village or township answers", _village
        ),
    ),
    Care.STUDY: (
        _rule("study.tutor", "结对帮扶人可辅导学习", "a paired helper can tutor", _helper_with("study-tutoring")),
        _rule("study.teacher", "由班主任负责", "the homeroom teacher answers", _teacher),
        _rule(
            "study.carer",
            "未到入学年龄，由照护人启蒙",
            "below school age: whoever raises the child",
            _carer_if_too_young,
        ),
        _rule(
            "study.back-to-school",
            "失学，由村（乡镇）劝返",
            "out of school: village brings back",
            _village_if_out_of_school,
        ),
    ),
    Care.GROWTH: (
        _rule(
            "growth.helper-skilled",
            "结对帮扶人可引导思想行为",
            "a paired helper can guide",
            _helper_with("conduct-guidance"),
        ),
        _rule(
            "growth.proxy-parent",
            "由代理家长引导",
            "a proxy parent guides",
            _proxy_parent,
        ),
        _rule("growth.teacher", "由班主任负责", "the homeroom teacher answers", _teacher),
        _rule("growth.helper", "由结对帮扶人引导", "a paired helper guides", _any_helper),
        _rule("growth.village", "由村（乡镇）负责", "village or township answers", _village),
    ),
    Care.MIND: (
        _rule(
            "mind.counselor",
            "结对帮扶人受过心理辅导训练",
            "a helper can counsel",
            _helper_with("mental-health-counseling"),
        ),
        _rule(
            "mind.comforter", "结对帮扶人可陪伴抚慰", "a paired helper can comfort", _helper_with("emotional-comfort")
        ),
        _rule(
            "mind.proxy-parent",
            "由代理家长陪伴",
            "a proxy parent comforts",
            _proxy_parent,
        ),
        _rule("mind.parent-able", "父母一方在家且有监护能力", "a parent is at home and able to care", _parent(True)),
        _rule("mind.village", "由村（乡镇）负责", "village or township answers", _village),
    ),
}
"""The order in which somebody is looked for, per care."""
