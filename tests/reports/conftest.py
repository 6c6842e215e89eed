"""A small county whose every figure can be counted by hand, made of the records that other rooms hand over."""

import datetime as dt
import enum
from collections.abc import Callable, Mapping

import attrs
import pytest

from careprogram.care.duties import Duty
from careprogram.care.responsible import ResponsibleKind, ResponsiblePerson
from careprogram.ids import ChildId, HelperId, PolicyId
from careprogram.language import Text
from careprogram.pairing.plan import PairingRole, ProposedPair, Reason, UnpairedChild
from careprogram.people import (
    CapacityRating,
    Caregiver,
    CaregiverRelation,
    Child,
    Grade,
    GuardianshipKind,
    Helper,
    HelperKind,
    IdentityNumber,
    Office,
    Parent,
    ParentStatus,
    Phone,
    Place,
    PlaceCode,
    PlaceTree,
    Residence,
    Schooling,
    SchoolingStatus,
    Sex,
    VillageLink,
)
from careprogram.reports import PairingSummary, Period, Situation
from careprogram.unknown import UNKNOWN

AS_OF = dt.date(2026, 8, 31)
NATIONAL, COUNTY = PolicyId("cn.left-behind.2016"), PolicyId("county.education")


class Answer(enum.Enum):
    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    UNDETERMINED = "undetermined"


@attrs.frozen(kw_only=True)
class StubVerdict:
    determination: Answer
    tier: int | None = None
    categories: tuple[str, ...] = ()
    clauses: Mapping[str, enum.Enum] = attrs.field(factory=dict)
    missing: tuple[str, ...] = ()
    next_change: dt.date | None = None


def places() -> PlaceTree:
    names = {
        "520526101": "草海镇",
        "520526101201": "大寨村",
        "520526101202": "小河村",
        "520526102": "雪山镇",
        "520526102201": "大寨村",
    }
    return PlaceTree.gb2260().with_places(Place(code=PlaceCode(code), name=name) for code, name in names.items())


def child(number: int, **changes: object) -> Child:
    """A boy of nine in the third grade with his grandmother, both parents away."""
    whole = Child(
        id=ChildId(f"c{number}"),
        name=f"张小{number}",
        sex=Sex.MALE,
        birth_date=dt.date(2017, 3, 1),
        identity_number=IdentityNumber.parse("520526201703010015") if changes.pop("numbered", False) else None,
        residence=Residence(place=PlaceCode("520526101201"), address="秘密街1号"),
        schooling=Schooling(
            status=SchoolingStatus.PRIMARY, boarding=False, school="草海一小", grade=Grade(3), class_name="2"
        ),
        father=Parent(status=ParentStatus.AWAY_WORKING),
        mother=Parent(status=ParentStatus.AWAY_WORKING),
        caregiver=Caregiver(
            relation=CaregiverRelation.PATERNAL_GRANDPARENT,
            capacity=CapacityRating.FAIR,
            phone=Phone.parse("13912345678"),
        ),
        guardianship=GuardianshipKind.FAIR,
    )
    return attrs.evolve(whole, **changes)


@pytest.fixture(scope="session")
def make_child() -> Callable[..., Child]:
    return child


@pytest.fixture(scope="session")
def make_verdict() -> Callable[..., StubVerdict]:
    def make(answer: str, **changes: object) -> StubVerdict:
        return StubVerdict(determination=Answer(answer), **changes)  # type: ignore[arg-type]

    return make


def eight_children() -> tuple[Child, ...]:
    snow = Residence(place=PlaceCode("520526102201"))
    return (
        child(1),
        child(2, sex=Sex.FEMALE, birth_date=dt.date(2022, 1, 1)),
        child(3, residence=Residence(place=PlaceCode("520526101202"))),
        child(4, residence=snow, caregiver=None, guardianship=GuardianshipKind.NOBODY),
        child(5, residence=snow, sex=UNKNOWN, caregiver=UNKNOWN),
        child(6, residence=Residence(), birth_date=UNKNOWN),
        child(7, birth_date=dt.date(2012, 8, 31), schooling=Schooling(status=SchoolingStatus.DROPPED_OUT)),
        child(8, birth_date=dt.date(2008, 8, 31)),
    )


def eight_verdicts() -> dict[PolicyId, dict[ChildId, StubVerdict]]:
    def eligible(tier: int, change: dt.date | None = None) -> StubVerdict:
        return StubVerdict(determination=Answer.ELIGIBLE, tier=tier, categories=("both-away",), next_change=change)

    no = StubVerdict(determination=Answer.INELIGIBLE)

    def open_(*missing: str) -> StubVerdict:
        return StubVerdict(determination=Answer.UNDETERMINED, missing=missing)

    national = [
        eligible(2),
        eligible(1, dt.date(2026, 10, 1)),
        eligible(2),
        eligible(1),
        open_("sex"),
        open_("birth_date"),
    ]
    county = [
        eligible(1),
        no,
        no,
        eligible(3, dt.date(2027, 5, 1)),
        open_("sex", "birth_date"),
        open_("birth_date"),
        no,
        no,
    ]
    return {
        NATIONAL: {ChildId(f"c{number}"): verdict for number, verdict in enumerate([*national, no], 1)},
        COUNTY: {ChildId(f"c{number}"): verdict for number, verdict in enumerate(county, 1)},
    }


def pairings() -> tuple[PairingSummary, ...]:
    def pair(number: int, helper: str, score: int = 700) -> ProposedPair:
        return ProposedPair(
            child=ChildId(f"c{number}"),
            helper=HelperId(helper),
            role=PairingRole.HELPER,
            score=score,
            scores={"familiarity": 900, "proximity": 500},
        )

    def unpaired(number: int, *codes: str) -> UnpairedChild:
        reasons = tuple(Reason(code=code, text=Text(f"因为{code}", f"because {code}"), count=1) for code in codes)
        return UnpairedChild(child=ChildId(f"c{number}"), reasons=reasons)

    one = PairingSummary(
        strategy="one-to-one",
        title=Text("一对一", "one-to-one"),
        pairs=(pair(1, "h1"), pair(2, "h2")),
        unpaired=(unpaired(3, "places", "distance"), unpaired(4, "screening")),
        idle=(HelperId("h3"),),
    )
    many = PairingSummary(
        strategy="many-to-one",
        title=Text("多对一", "many-to-one"),
        pairs=(pair(1, "h1"), pair(1, "h2"), pair(2, "h1"), pair(3, "h3")),
        unpaired=(unpaired(4, "screening"),),
    )
    return (one, many)


def duties() -> tuple[Duty, ...]:
    teacher = ResponsiblePerson(kind=ResponsibleKind.HELPER, id="h1")
    director = ResponsiblePerson(kind=ResponsibleKind.VILLAGE_DIRECTOR, id="v1")
    rows = (
        (1, "home-visit", dt.date(2026, 9, 5), teacher),
        (2, "home-visit", dt.date(2026, 9, 6), director),
        (3, "home-visit", dt.date(2026, 10, 1), None),
        (4, "health-check", dt.date(2026, 8, 1), None),
        (None, "health-check", dt.date(2027, 3, 1), director),
    )
    titles = {"home-visit": Text("家访", "home visit"), "health-check": Text("健康检查", "health check")}
    return tuple(
        Duty(
            id=f"d{place}",
            child=None if number is None else ChildId(f"c{number}"),
            kind=kind,
            title=titles[kind],
            due=due,
            responsible=who,
            source="seed text, essay 7",
        )
        for place, (number, kind, due, who) in enumerate(rows)
    )


def whole_situation() -> Situation:
    return Situation(
        as_of=AS_OF,
        title=Text("威宁县关爱项目", "Weining care program"),
        period=Period(dt.date(2026, 9, 1), dt.date(2026, 12, 31)),
        children=eight_children(),
        places=places(),
        policies={NATIONAL: Text("全国定义", "national definition"), COUNTY: Text("县计划", "county plan")},
        verdicts=eight_verdicts(),
        pairings=pairings(),
        open_cares={ChildId("c1"): (), ChildId("c2"): ("mind",), ChildId("c3"): ("mind", "study"), ChildId("c4"): ()},
        duties=duties(),
        helpers=(
            Helper(id=HelperId("h1"), kind=HelperKind.SCHOOL_STAFF, name="李老师", phone=Phone.parse("13912345679")),
            Helper(id=HelperId("h2"), kind=HelperKind.SCHOOL_STAFF, name="王老师"),
            Helper(id=HelperId("h3"), kind=HelperKind.CADRE, name="赵干部"),
        ),
        links=(VillageLink(place=PlaceCode("520526101"), person="v1", office=Office.VILLAGE_DIRECTOR, name="钱主任"),),
        facts={"sex": Text("性别", "sex"), "birth_date": Text("出生日期", "birth date")},
        categories={NATIONAL: {"both-away": Text("父母双方外出", "both parents away")}},
    )


@pytest.fixture
def situation() -> Situation:
    return whole_situation()


@pytest.fixture
def empty_situation() -> Situation:
    return Situation(as_of=AS_OF, title=Text("空", "empty"), period=Period(AS_OF, AS_OF), children=())
