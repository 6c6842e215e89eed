"""How do the cells of one row become a child?

One function for each part of the record. It gets the values of its cells, already read, and resolves what a single
cell cannot say: that an unanswered illness of a healthy child is none, that a dash for a name means dead, that both
parents away makes two statuses. Whatever contradicts itself is a `RowFault`.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import attrs

from careprogram.errors import ValidationError
from careprogram.ids import ChildId
from careprogram.people import (
    Caregiver,
    CaregiverRelation,
    ChildWishes,
    Consent,
    Contact,
    Grandparent,
    Grandparents,
    GuardianshipKind,
    Health,
    HealthStatus,
    Household,
    IdentityNumber,
    Parent,
    ParentStatus,
    Registration,
    Residence,
    Schooling,
    SchoolingStatus,
    Sex,
)
from careprogram.rosters.cells import Mark
from careprogram.unknown import UNKNOWN, Maybe

Values: TypeAlias = Mapping[str, Any]
"""The read cells of one part of the row, by the name of the fact; a part that has no column is missing."""

_AT_NO_SCHOOL: Final = frozenset(
    {SchoolingStatus.NOT_IN_KINDERGARTEN, SchoolingStatus.DROPPED_OUT, SchoolingStatus.OUT_OF_SCHOOL}
)
_IN_NO_GRADE: Final = _AT_NO_SCHOOL | {SchoolingStatus.KINDERGARTEN}
_LAST_COMPULSORY_GRADE: Final = 9


class RowFault(Exception):  # noqa: N818 - it never leaves this package
    """Cells that contradict each other; *field* is the id of the one to look at."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(field, reason)
        self.field = field
        self.reason = reason


@attrs.frozen(kw_only=True)
class PlaceCell:
    """A place as written, and what the table of places makes of it."""

    code: Any = UNKNOWN
    text: Maybe[str] = attrs.field(default=UNKNOWN, repr=False)


@attrs.frozen(kw_only=True)
class Away:
    """What the block 监护情况 says about both parents at once."""

    both: Any = UNKNOWN
    one: Any = UNKNOWN
    unable: Any = UNKNOWN


_NO_PLACE: Final = PlaceCell()
_OF_THE_LAW: Final = (
    "disability",
    "confinement",
    "confined_since",
    "confinement_months",
    "lost_contact",
    "search_reported_on",
    "declared_missing",
    "guardianship_revoked",
    "deported",
)
"""What only some policies ask of a parent; each cell stands for itself."""


def by_context(value: Any, *, absent: bool) -> Any:
    """Resolve a cell whose emptiness other cells explain: None if they say that there is no such thing."""
    if type(value) is not Mark:
        return value
    return None if absent or value is not Mark.BLANK else UNKNOWN


def registration(values: Values) -> Registration:
    """Assemble the household registration."""
    return Registration(
        registered=values.get("registered", UNKNOWN),
        kind=values.get("kind", UNKNOWN),
        place=values.get("place", _NO_PLACE).code,
        left_on=values.get("left_on", UNKNOWN),
    )


def residence(values: Values) -> Residence:
    """Assemble the residence; without a column of its own the address is the place as written."""
    place = values.get("place", _NO_PLACE)
    return Residence(
        place=place.code,
        settlement=values.get("settlement", UNKNOWN),
        address=values.get("address", place.text),
    )


def health(values: Values) -> Health:
    """Assemble 身体情况: who is healthy has neither disability nor illness."""
    status = values.get("status", UNKNOWN)
    answered = status is not UNKNOWN
    return Health(
        status=status,
        disability=by_context(
            values.get("disability", Mark.BLANK), absent=answered and status is not HealthStatus.DISABLED
        ),
        illness=by_context(values.get("illness", Mark.BLANK), absent=answered and status is not HealthStatus.ILL),
    )


def schooling(values: Values) -> Schooling:
    """Assemble the schooling; a grade of compulsory school tells the stage where no one wrote it."""
    status, grade = values.get("status", Mark.BLANK), values.get("grade", Mark.BLANK)
    if isinstance(status, Mark):
        status = grade.stage if getattr(grade, "number", 99) <= _LAST_COMPULSORY_GRADE else UNKNOWN
    outside, gradeless = status in _AT_NO_SCHOOL, status in _IN_NO_GRADE
    return Schooling(
        status=status,
        boarding=values.get("boarding", UNKNOWN),
        school=by_context(values.get("school", Mark.BLANK), absent=outside),
        grade=by_context(grade, absent=gradeless),
        class_name=by_context(values.get("class_name", Mark.BLANK), absent=outside),
        homeroom_teacher=by_context(values.get("homeroom_teacher", Mark.BLANK), absent=outside),
        full_time=values.get("full_time", UNKNOWN),
    )


def away(values: Values) -> Away:
    """Assemble what is said about both parents at once."""
    return Away(**values)


def _parent_status(values: Values, away: Away, record: str) -> Any:
    said, dead = values.get("status", Mark.BLANK), values.get("name") is Mark.DASH
    if said is UNKNOWN:
        return UNKNOWN
    if type(said) is ParentStatus:
        contradicted = (dead and said is not ParentStatus.DECEASED) or (
            away.both is True and said is not ParentStatus.AWAY_WORKING
        )
        if contradicted:
            raise RowFault(f"{record}.status", "status-conflict")
        return said
    if dead:
        return ParentStatus.DECEASED
    if away.unable is not UNKNOWN and record in away.unable:
        return ParentStatus.UNABLE
    if away.both is True or (away.one is True and away.unable is not UNKNOWN):
        return ParentStatus.AWAY_WORKING
    return UNKNOWN


def parent(values: Values, away: Away, record: str) -> Parent:
    """Assemble father or mother."""
    get = values.get
    status = _parent_status(values, away, record)
    not_away = status is not UNKNOWN and status is not ParentStatus.AWAY_WORKING
    name, capacity = get("name", UNKNOWN), get("guardianship_capacity", UNKNOWN)
    if capacity is UNKNOWN and away.unable is not UNKNOWN and record in away.unable:
        capacity = False
    number, birth_date = get("identity_number", UNKNOWN), get("birth_date", UNKNOWN)
    if type(number) is IdentityNumber:
        check_person(record, birth_date, number, Sex.MALE if record == "father" else Sex.FEMALE)
    return Parent(
        status=status,
        name=UNKNOWN if type(name) is Mark else name,
        birth_date=birth_date,
        identity_number=number,
        phone=get("phone", UNKNOWN),
        away_since=by_context(get("away_since", Mark.BLANK), absent=not_away),
        work_place=by_context(get("work_place", Mark.BLANK), absent=not_away),
        guardianship_capacity=capacity,
        health=get("health", UNKNOWN),
        last_contact=_contact(values, "last_contact"),
        last_contact_with_caregiver=_contact(values, "last_contact_with_caregiver"),
        away_to=by_context(get("away_to", Mark.BLANK), absent=not_away),
        **{name: get(name, UNKNOWN) for name in _OF_THE_LAW},
    )


def _contact(values: Values, name: str) -> Maybe[Contact] | None:
    on = by_context(values.get(name, Mark.BLANK), absent=False)
    return Contact(on=on, means=values.get(f"{name}_means", UNKNOWN)) if isinstance(on, dt.date) else on


def grandparent(values: Values) -> Grandparent:
    """Assemble one grandparent: a dash for the name means dead, a name or a date means alive."""
    name, birth_date = values.get("name", Mark.BLANK), values.get("birth_date", Mark.BLANK)
    if name is Mark.DASH or (isinstance(name, Mark) and birth_date is Mark.DASH):
        return Grandparent(name=None, birth_date=None, deceased=True)
    name, birth_date = (UNKNOWN if isinstance(value, Mark) else value for value in (name, birth_date))
    alive = name is not UNKNOWN or birth_date is not UNKNOWN
    return Grandparent(name=name, birth_date=birth_date, deceased=False if alive else UNKNOWN)


def caregiver(values: Values, guardianship: Maybe[GuardianshipKind]) -> Maybe[Caregiver] | None:
    """Assemble who looks after the child: None if the row says that nobody does, UNKNOWN if it says nothing."""
    given = {name: value for name, value in values.items() if value is not UNKNOWN and value is not Mark.BLANK}
    present, relation = given.pop("present", UNKNOWN), given.pop("relation", values.get("relation", Mark.BLANK))
    if given or isinstance(relation, CaregiverRelation):
        if isinstance(relation, CaregiverRelation):
            given["relation"] = relation
        if type(number := given.get("identity_number")) is IdentityNumber:
            check_person("caregiver", given.get("birth_date", UNKNOWN), number, UNKNOWN)
        return Caregiver(**given)
    implied = relation is Mark.BLANK and (present is False or guardianship is GuardianshipKind.NOBODY)
    return None if implied or relation in {Mark.NONE, Mark.DASH} else UNKNOWN


def household(values: Values) -> Household:
    """Assemble the family."""
    return Household(**values)


def wishes(values: Values) -> ChildWishes:
    """Assemble what the child asks for; nothing said is nothing wished."""
    sex, kinds = values.get("sex"), values.get("kinds")
    return ChildWishes(
        sex=None if sex is UNKNOWN or isinstance(sex, Mark) else sex,
        kinds=kinds if isinstance(kinds, frozenset) else frozenset(),
        preferred=values.get("preferred", frozenset()),
        excluded=values.get("excluded", frozenset()),
    )


def consent(values: Values, as_of: dt.date) -> Maybe[Consent] | None:
    """Assemble an agreement; a bare yes stands from the day of the roster, and is no signed paper: that has a day.

    Raises:
        RowFault: It would end before it was given.
    """
    agreed, given_on = values.get("agreed", UNKNOWN), values.get("given_on", UNKNOWN)
    if agreed is False:
        return None
    paper = {name: values.get(name, UNKNOWN) for name in ("given_by", "notice")}
    if not isinstance(given_on, dt.date):
        if agreed is not True:
            return UNKNOWN
        given_on, paper = as_of, {}
    ends = [values.get(name, UNKNOWN) for name in ("expires_on", "withdrawn_on")]
    expires_on, withdrawn_on = (end if isinstance(end, dt.date) else None for end in ends)
    try:
        return Consent(given_on=given_on, expires_on=expires_on, withdrawn_on=withdrawn_on, **paper)
    except ValidationError:
        late = "withdrawn_on" if withdrawn_on is not None and withdrawn_on < given_on else "expires_on"
        raise RowFault(f"consent.{late}", "order") from None


def fold_member(parts: dict[str, dict[str, Any]], member: Values) -> None:
    """Fold one family member of the pupil registry into the parents or the caregiver, where those say nothing."""
    relation = member.get("relation", UNKNOWN)
    record = {"父亲": "father", "父": "father", "母亲": "mother", "母": "mother"}.get(
        relation if isinstance(relation, str) else ""
    )
    guardian = member.get("guardian", UNKNOWN)
    if record is None:
        if guardian is not True:
            return
        record = "caregiver"
    into = parts.setdefault(record, {})
    told = {"name": member.get("name", UNKNOWN), "phone": member.get("phone", UNKNOWN)}
    if record == "caregiver":
        told |= {"address": member.get("address", UNKNOWN), "relation": parts["_relation"].get(relation, UNKNOWN)}
    for name, value in told.items():
        if into.get(name, UNKNOWN) is UNKNOWN or isinstance(into.get(name), Mark):
            into[name] = value


def check_person(record: str, birth_date: Any, number: Any, sex: Any) -> None:
    """Compare the birth date and the sex of a grown-up with the identity number.

    Raises:
        RowFault: They differ.
    """
    if type(number) is not IdentityNumber:
        return
    if isinstance(birth_date, dt.date) and birth_date != number.birth_date:
        raise RowFault(f"{record}.birth_date", "birth-date-differs")
    if isinstance(sex, Sex) and sex is not number.sex:
        raise RowFault(f"{record}.identity_number", "sex-differs")


Assembler: TypeAlias = Callable[[Values], Any]
SIMPLE: Final[Mapping[str, Assembler]] = {
    "registration": registration, "residence": residence, "health": health, "schooling": schooling, "away": away,
    "household": household, "wishes": wishes,
}  # fmt: skip
"""The parts that need nothing but their own cells."""

GRANDPARENTS: Final = tuple(attribute.name for attribute in attrs.fields(Grandparents))
NO_ID: Final = ChildId("?")
"""The id that a child has until `identify` has named it."""
