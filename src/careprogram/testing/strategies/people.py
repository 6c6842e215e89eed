"""What may a child, a family or a helper look like?

Hypothesis strategies for the records of ``people``. Every field that a survey can leave open is sometimes open, unless
``gaps=False``; what one record says of itself agrees (a grade with its stage, an identity number with sex and birth
date). Nothing is registered with Hypothesis: ``strategies.register`` does that, and only when it is called.
"""

import datetime as dt
from collections.abc import Callable
from typing import TypeVar

import attrs
from hypothesis import strategies as st

from careprogram.ids import ChildId, HelperId
from careprogram.people import (
    AidKind,
    CapacityRating,
    Caregiver,
    CaregiverRelation,
    Child,
    ChildWishes,
    Consent,
    Disability,
    DisabilityKind,
    Education,
    Grandparent,
    Grandparents,
    GuardianshipKind,
    Health,
    HealthStatus,
    Helper,
    HelperKind,
    HelperWishes,
    Household,
    IncomeSource,
    Office,
    Parent,
    ParentStatus,
    Registration,
    RegistrationKind,
    Residence,
    Schooling,
    SchoolingStatus,
    Settlement,
    Sex,
    VillageLink,
    VillageLinks,
    Weekday,
)
from careprogram.testing.strategies.circumstances import child_circumstances, parent_circumstances
from careprogram.testing.strategies.values import (
    AS_OF,
    birth_dates,
    child_ids,
    consents,
    contacts,
    grades,
    helper_ids,
    identity_numbers,
    made_once,
    maybe,
    maybe_none,
    names,
    phones,
    place_codes,
    screenings,
    service_ids,
)
from careprogram.unknown import UNKNOWN

T = TypeVar("T")

_Gap = Callable[[st.SearchStrategy[T]], st.SearchStrategy[T]]
_GRADES = {SchoolingStatus.PRIMARY: (1, 6), SchoolingStatus.JUNIOR: (7, 9)}
_SENIOR = {SchoolingStatus.SENIOR, SchoolingStatus.VOCATIONAL}


def _known(values: st.SearchStrategy[T]) -> st.SearchStrategy[T]:
    return values


@made_once
def disabilities() -> st.SearchStrategy[Disability]:
    """Return certified disabilities."""
    return st.builds(Disability, kind=maybe(st.sampled_from(DisabilityKind)), degree=maybe(st.integers(1, 4)))


@st.composite
def healths(draw: st.DrawFn, *, gaps: bool = True) -> Health:
    """Draw states of health; a disability only where somebody is disabled, an illness where ill."""
    status = draw(maybe(st.sampled_from(HealthStatus)) if gaps else st.sampled_from(HealthStatus))
    if status is UNKNOWN:
        return Health()
    disabled = status is HealthStatus.DISABLED
    return Health(
        status=status,
        disability=draw(maybe(disabilities())) if disabled else None,
        illness=draw(maybe(st.sampled_from(["白血病", "先天性心脏病"]))) if status is HealthStatus.ILL else None,
    )


@st.composite
def schoolings(draw: st.DrawFn, *, gaps: bool = True) -> Schooling:
    """Draw where a child learns; the grade fits the stage, and there is none outside school."""
    gap = maybe if gaps else _known
    status = draw(gap(st.sampled_from(SchoolingStatus)))
    if status in _GRADES or status in _SENIOR or status is UNKNOWN:
        lowest, highest = _GRADES.get(status, (10, 12)) if status is not UNKNOWN else (1, 12)
        return Schooling(
            status=status,
            boarding=draw(gap(st.booleans())),
            school=draw(gap(st.sampled_from(["中心小学", "第一中学", "希望小学"]))),
            grade=draw(gap(grades(lowest, highest))),
            class_name=draw(gap(st.sampled_from(["1", "2", "3"]))),
            homeroom_teacher=draw(gap(names())),
            full_time=draw(gap(st.booleans())),
        )
    nursery = draw(st.just("中心幼儿园")) if status is SchoolingStatus.KINDERGARTEN else None
    nowhere: dict[str, None] = dict.fromkeys(("grade", "class_name", "homeroom_teacher"))
    return Schooling(status=status, boarding=False, school=nursery, full_time=False, **nowhere)


@st.composite
def parents(draw: st.DrawFn, *, as_of: dt.date = AS_OF, gaps: bool = True, personal: bool = True) -> Parent:
    """Draw fathers and mothers; absence and place of work only where they are away."""
    gap = maybe if gaps else _known
    status = draw(gap(st.sampled_from(ParentStatus)))
    away = status is ParentStatus.AWAY_WORKING
    absent = UNKNOWN if status is UNKNOWN else None
    since = st.dates(as_of - dt.timedelta(days=3650), as_of)
    parent = Parent(
        status=status,
        away_since=draw(gap(since)) if away else absent,
        guardianship_capacity=draw(gap(st.booleans())),
        health=draw(gap(st.sampled_from(HealthStatus))),
        last_contact=draw(maybe_none(contacts(around=as_of))) if away else absent,
        work_place=draw(gap(st.sampled_from(["广东省深圳市", "浙江省义乌市"]))) if away else absent,
    )
    parent = attrs.evolve(parent, **draw(parent_circumstances(as_of, away=away, gaps=gaps)))
    if not personal:
        return parent
    birth = draw(gap(birth_dates(as_of, youngest=18, oldest=60)))
    return attrs.evolve(
        parent,
        name=draw(gap(names())),
        birth_date=birth,
        identity_number=draw(gap(identity_numbers(birth_date=None if birth is UNKNOWN else birth))),
        phone=draw(maybe_none(phones()) if gaps else phones()),
    )


@st.composite
def grandparent_records(draw: st.DrawFn, *, as_of: dt.date = AS_OF) -> Grandparent:
    """Draw one grandparent as the form lists them."""
    deceased = draw(maybe(st.booleans()))
    if deceased is True:
        return Grandparent(name=None, birth_date=None, deceased=True)
    born = birth_dates(as_of, youngest=40, oldest=95)
    return Grandparent(name=draw(maybe(names())), birth_date=draw(maybe(born)), deceased=deceased)


@made_once
def grandparents(*, as_of: dt.date = AS_OF) -> st.SearchStrategy[Grandparents]:
    """Return the four grandparents of a child."""
    one = grandparent_records(as_of=as_of)
    return st.builds(
        Grandparents,
        paternal_grandfather=one,
        paternal_grandmother=one,
        maternal_grandfather=one,
        maternal_grandmother=one,
    )


@st.composite
def caregivers(draw: st.DrawFn, *, as_of: dt.date = AS_OF, gaps: bool = True, personal: bool = True) -> Caregiver:
    """Draw those who actually look after a child, now and then somebody under age."""
    gap = maybe if gaps else _known
    birth = draw(gap(birth_dates(as_of, youngest=15, oldest=90)))
    caregiver = Caregiver(
        relation=draw(gap(st.sampled_from(CaregiverRelation))),
        birth_date=birth,
        education=draw(gap(st.sampled_from(Education))),
        capacity=draw(gap(st.sampled_from(CapacityRating))),
        knows_class=draw(gap(st.booleans())),
        written_delegation=draw(gap(st.booleans())),
    )
    if not personal:
        return caregiver
    return attrs.evolve(
        caregiver,
        name=draw(gap(names())),
        identity_number=draw(gap(identity_numbers(birth_date=None if birth is UNKNOWN else birth))),
        phone=draw(maybe_none(phones()) if gaps else phones()),
        address=draw(gap(st.just("某村某组"))),
    )


@made_once
def registrations(*, gaps: bool = True) -> st.SearchStrategy[Registration]:
    """Return household registrations."""
    gap = maybe if gaps else _known
    return st.builds(
        Registration,
        registered=gap(st.booleans()),
        kind=gap(st.sampled_from(RegistrationKind)),
        place=gap(place_codes()),
        left_on=gap(st.none() | st.dates(AS_OF - dt.timedelta(days=3650), AS_OF)),
    )


@made_once
def residences(*, gaps: bool = True) -> st.SearchStrategy[Residence]:
    """Return places where somebody lives."""
    gap = maybe if gaps else _known
    return st.builds(
        Residence,
        place=gap(place_codes()),
        settlement=gap(st.sampled_from(Settlement)),
        address=gap(st.just("某村某组")),
    )


@st.composite
def households(draw: st.DrawFn, *, gaps: bool = True) -> Household:
    """Draw households."""
    gap = maybe if gaps else _known
    return Household(
        family_planning=draw(gap(st.booleans())),
        only_child=draw(gap(st.booleans())),
        girls_only=draw(gap(st.booleans())),
        income_sources=draw(gap(st.frozensets(st.sampled_from(IncomeSource)))),
        aid=draw(gap(st.frozensets(st.sampled_from(AidKind)))),
        in_poverty=draw(gap(st.booleans())),
        poverty_hinders=draw(gap(st.booleans())),
    )


@made_once
def child_wishes() -> st.SearchStrategy[ChildWishes]:
    """Return what a child asks for in a helper."""
    return st.builds(
        ChildWishes,
        sex=st.none() | st.sampled_from(Sex),
        kinds=st.frozensets(st.sampled_from(HelperKind), max_size=2),
        preferred=st.frozensets(helper_ids(), max_size=2),
        excluded=st.frozensets(helper_ids(), max_size=2),
    )


@made_once
def helper_wishes() -> st.SearchStrategy[HelperWishes]:
    """Return what a helper asks for."""
    return st.builds(
        HelperWishes,
        sex=st.none() | st.sampled_from(Sex),
        farthest_m=st.none() | st.integers(0, 50_000),
        excluded=st.frozensets(child_ids(), max_size=2),
    )


@made_once
def _languages() -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(["普通话", "彝语", "苗语", "西南官话"]), max_size=2)


@st.composite
def children(
    draw: st.DrawFn,
    *,
    as_of: dt.date = AS_OF,
    gaps: bool = True,
    personal: bool = True,
    ids: st.SearchStrategy[ChildId] | None = None,
    oldest: int = 17,
) -> Child:
    """Draw children as a survey finds them.

    Args:
        draw: Given by Hypothesis.
        as_of: The day of the survey.
        gaps: Whether facts may be unknown.
        personal: Whether to draw names, numbers, wishes and grandparents, which rules of care do not look at; about
            three times as fast without.
        ids: Where ids come from.
        oldest: Completed years at most.
    """
    gap = maybe if gaps else _known
    identity = draw(child_ids() if ids is None else ids)
    caregiver = caregivers(as_of=as_of, gaps=gaps, personal=personal)
    child = Child(
        id=identity,
        sex=draw(gap(st.sampled_from(Sex))),
        birth_date=draw(gap(birth_dates(as_of, oldest=oldest))),
        registration=draw(registrations(gaps=gaps)),
        residence=draw(residences(gaps=gaps)),
        health=draw(healths(gaps=gaps)),
        schooling=draw(schoolings(gaps=gaps)),
        father=draw(parents(as_of=as_of, gaps=gaps, personal=personal)),
        mother=draw(parents(as_of=as_of, gaps=gaps, personal=personal)),
        caregiver=draw(maybe_none(caregiver) if gaps else st.none() | caregiver),
        guardianship=draw(gap(st.sampled_from(GuardianshipKind))),
        household=draw(households(gaps=gaps)),
        moved_with_parents=draw(gap(st.booleans())),
        **draw(child_circumstances(gaps=gaps)),
        consent=draw(maybe_none(consents(around=as_of)) if gaps else consents(around=as_of, gaps=False)),
    )
    return draw(_with_personal_fields(child, as_of, gaps)) if personal else child


@st.composite
def _with_personal_fields(draw: st.DrawFn, child: Child, as_of: dt.date, gaps: bool) -> Child:
    gap = maybe if gaps else _known
    birth, sex = child.birth_date, child.sex
    number = identity_numbers(
        birth_date=None if birth is UNKNOWN else birth, sex=None if sex is UNKNOWN else sex, as_of=as_of
    )
    return attrs.evolve(
        child,
        name=draw(gap(names())),
        ethnicity=draw(gap(st.sampled_from(["汉族", "彝族", "苗族"]))),
        identity_number=draw(maybe_none(number) if gaps else number),
        grandparents=draw(st.just(Grandparents()) | grandparents(as_of=as_of)),
        siblings=draw(st.frozensets(child_ids(), max_size=2)) - {child.id},
        languages=draw(_languages()),
        wishes=draw(st.just(ChildWishes()) | child_wishes()),
    )


@st.composite
def helpers(
    draw: st.DrawFn,
    *,
    as_of: dt.date = AS_OF,
    fit: bool = False,
    personal: bool = True,
    ids: st.SearchStrategy[HelperId] | None = None,
) -> Helper:
    """Draw helpers.

    Args:
        draw: Given by Hypothesis.
        as_of: The day on which screening and age are looked at.
        fit: Only grown-ups with a clear screening and a consent that stands on that day.
        personal: Whether to draw names, numbers and wishes.
        ids: Where ids come from.
    """
    kinds = [kind for kind in HelperKind if not (fit and kind is HelperKind.CLASSMATE)]
    kind = draw(st.sampled_from(kinds))
    classmate = kind is HelperKind.CLASSMATE
    born = birth_dates(as_of, youngest=8 if classmate else 18, oldest=17 if classmate else 70)
    helper = Helper(
        id=draw(helper_ids() if ids is None else ids),
        kind=kind,
        sex=draw(maybe(st.sampled_from(Sex))),
        birth_date=draw(born if fit else maybe(born)),
        residence=draw(residences()),
        grade=draw(maybe(grades(1, 9))) if classmate else None,
        class_name=draw(maybe(st.sampled_from(["1", "2"]))) if classmate else None,
        skills=draw(st.frozensets(service_ids(), max_size=4)),
        capacity=draw(st.integers(0, 5)),
        screening=draw(screenings(around=as_of, clear=True) if fit else maybe_none(screenings(around=as_of))),
        consent=draw(maybe_none(consents(around=as_of))),
        trained=draw(maybe(st.booleans())),
    )
    if fit:
        helper = attrs.evolve(helper, consent=Consent(given_on=as_of))
    if not personal:
        return helper
    return attrs.evolve(
        helper,
        name=draw(maybe(names())),
        phone=draw(maybe_none(phones())),
        school=draw(maybe_none(st.sampled_from(["中心小学", "第一中学"]))),
        languages=draw(_languages()),
        availability=draw(st.frozensets(st.sampled_from(Weekday))),
        wishes=draw(st.just(HelperWishes()) | helper_wishes()),
    )


def village_links() -> st.SearchStrategy[VillageLink]:
    """Return responsibilities of one person for one village."""
    return st.builds(
        VillageLink,
        place=place_codes(),
        person=st.integers(0, 999).map(lambda number: f"p{number:03d}"),
        office=st.sampled_from(Office),
        name=maybe(names()),
        phone=maybe_none(phones()),
    )


def village_link_books() -> st.SearchStrategy[VillageLinks]:
    """Return all the links of a program, one at most for each place."""
    return st.lists(village_links(), max_size=5, unique_by=lambda link: link.place).map(tuple).map(VillageLinks)
