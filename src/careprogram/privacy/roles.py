"""Who may see what, for which purpose?

A role says what somebody answers for. For each purpose it has a clearance: up to which sensitivity fields are shown in
clear, and up to which they are shown masked. What is not in the table is not allowed. Sources: PIPL art. 6 and 28-31,
Regulations on the Protection of Minors in Cyberspace art. 36 (least privilege for staff); who needs what for which work
is this project's reading of essays 7 and 8. Whose children a viewer answers for is told by their scope, which a role
bounds: a helper has named children, never a county.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import attrs

from careprogram.errors import ValidationError
from careprogram.people import Answer, PlaceLevel
from careprogram.privacy.scope import Scope
from careprogram.privacy.sensitivity import Purpose, Sensitivity


class Role(Answer):
    """What a viewer answers for."""

    COUNTY_OFFICER = "county-officer", "县级工作人员"
    TOWNSHIP_SUPERVISOR = "township-supervisor", "乡镇儿童督导员"
    VILLAGE_DIRECTOR = "village-director", "村儿童主任"
    TEACHER = "teacher", "班主任"
    HELPER = "helper", "帮扶人"
    GUARDIAN = "guardian", "监护人"
    CHILD = "child", "儿童本人"
    ANALYST = "analyst", "统计人员"
    PUBLIC = "public", "公众"


WIDEST: Final[Mapping[Role, PlaceLevel | None]] = MappingProxyType(
    {
        Role.COUNTY_OFFICER: PlaceLevel.PROVINCE,
        Role.TOWNSHIP_SUPERVISOR: PlaceLevel.TOWNSHIP,
        Role.VILLAGE_DIRECTOR: PlaceLevel.VILLAGE,
        Role.TEACHER: None,
        Role.HELPER: None,
        Role.GUARDIAN: None,
        Role.CHILD: None,
        Role.ANALYST: PlaceLevel.PROVINCE,
        Role.PUBLIC: None,
    }
)
"""The widest place that somebody of each role answers for; None for named children only."""

WHOLE_PROGRAM: Final = frozenset({Role.COUNTY_OFFICER, Role.ANALYST})
"""Who may answer for everybody in the program."""


@attrs.frozen(kw_only=True)
class Viewer:
    """Somebody who looks.

    Attributes:
        id: Opaque id, for the audit trail.
        role: What they answer for.
        scope: For whom; nobody if not given.

    Raises:
        ValidationError: They have no id, or the scope is wider than the role can be.
    """

    id: str
    role: Role
    scope: Scope = Scope()

    def __attrs_post_init__(self) -> None:
        if not self.id:
            raise ValidationError("a viewer has an id: the audit trail must say who looked", reason="empty")
        widest = WIDEST[self.role]
        too_wide = [code for code in self.scope.places if widest is None or code.level.digits < widest.digits]
        if too_wide or (self.scope.program and self.role not in WHOLE_PROGRAM):
            raise ValidationError(f"the scope is wider than a {self.role} can answer for", reason="scope")
        if self.role is Role.CHILD and self.scope.children - {self.id}:
            raise ValidationError("a child looks at its own records only: its scope is its own id", reason="scope")
        if self.role is Role.PUBLIC and self.scope != Scope():
            raise ValidationError("the public answers for nobody", reason="scope")


@attrs.frozen(kw_only=True, cache_hash=True)
class Clearance:
    """How far a viewer may see.

    Attributes:
        shown: Fields up to this sensitivity are shown in clear.
        masked: Fields up to this sensitivity are shown masked where they have a mask; never below ``shown``.
    """

    shown: Sensitivity
    masked: Sensitivity

    def at_most(self, other: "Clearance") -> "Clearance":
        """Return the lower of the two, on both counts."""
        return Clearance(
            shown=min(self.shown, other.shown, key=lambda one: one.rank),
            masked=min(self.masked, other.masked, key=lambda one: one.rank),
        )


_PUBLIC = Clearance(shown=Sensitivity.PUBLIC, masked=Sensitivity.PUBLIC)
_FIGURES = Clearance(shown=Sensitivity.INTERNAL, masked=Sensitivity.PERSONAL)
_RECOGNIZE = Clearance(shown=Sensitivity.INTERNAL, masked=Sensitivity.SENSITIVE)
_WORK = Clearance(shown=Sensitivity.PERSONAL, masked=Sensitivity.SENSITIVE)
_ALL = Clearance(shown=Sensitivity.SENSITIVE, masked=Sensitivity.SENSITIVE)

CLEARANCES: Final[Mapping[tuple[Role, Purpose], Clearance]] = MappingProxyType(
    {
        (Role.COUNTY_OFFICER, Purpose.CARE): _WORK,
        (Role.COUNTY_OFFICER, Purpose.PAIRING): _WORK,
        (Role.COUNTY_OFFICER, Purpose.EDUCATION): _RECOGNIZE,
        (Role.COUNTY_OFFICER, Purpose.HEALTH): _RECOGNIZE,
        (Role.COUNTY_OFFICER, Purpose.AID): _ALL,
        (Role.COUNTY_OFFICER, Purpose.CONTACT): _WORK,
        (Role.COUNTY_OFFICER, Purpose.SAFEGUARDING): _ALL,
        (Role.COUNTY_OFFICER, Purpose.STATISTICS): _FIGURES,
        (Role.TOWNSHIP_SUPERVISOR, Purpose.CARE): _WORK,
        (Role.TOWNSHIP_SUPERVISOR, Purpose.PAIRING): _WORK,
        (Role.TOWNSHIP_SUPERVISOR, Purpose.HEALTH): _RECOGNIZE,
        (Role.TOWNSHIP_SUPERVISOR, Purpose.AID): _ALL,
        (Role.TOWNSHIP_SUPERVISOR, Purpose.CONTACT): _WORK,
        (Role.TOWNSHIP_SUPERVISOR, Purpose.SAFEGUARDING): _ALL,
        (Role.TOWNSHIP_SUPERVISOR, Purpose.STATISTICS): _FIGURES,
        (Role.VILLAGE_DIRECTOR, Purpose.CARE): _WORK,
        (Role.VILLAGE_DIRECTOR, Purpose.PAIRING): _WORK,
        (Role.VILLAGE_DIRECTOR, Purpose.HEALTH): _ALL,
        (Role.VILLAGE_DIRECTOR, Purpose.AID): _ALL,
        (Role.VILLAGE_DIRECTOR, Purpose.CONTACT): _WORK,
        (Role.VILLAGE_DIRECTOR, Purpose.SAFEGUARDING): _ALL,
        (Role.TEACHER, Purpose.CARE): _WORK,
        (Role.TEACHER, Purpose.EDUCATION): _WORK,
        (Role.TEACHER, Purpose.HEALTH): _ALL,
        (Role.TEACHER, Purpose.CONTACT): _WORK,
        (Role.TEACHER, Purpose.SAFEGUARDING): _ALL,
        (Role.HELPER, Purpose.PAIRING): _RECOGNIZE,
        (Role.HELPER, Purpose.CARE): _WORK,
        (Role.HELPER, Purpose.EDUCATION): _WORK,
        (Role.GUARDIAN, Purpose.CARE): _ALL,
        (Role.GUARDIAN, Purpose.PAIRING): _WORK,
        (Role.GUARDIAN, Purpose.EDUCATION): _ALL,
        (Role.GUARDIAN, Purpose.HEALTH): _ALL,
        (Role.GUARDIAN, Purpose.AID): _ALL,
        (Role.GUARDIAN, Purpose.CONTACT): _ALL,
        (Role.CHILD, Purpose.CARE): _ALL,
        (Role.CHILD, Purpose.PAIRING): _WORK,
        (Role.CHILD, Purpose.EDUCATION): _ALL,
        (Role.CHILD, Purpose.HEALTH): _ALL,
        (Role.CHILD, Purpose.AID): _ALL,
        (Role.CHILD, Purpose.CONTACT): _ALL,
        (Role.ANALYST, Purpose.STATISTICS): _FIGURES,
    }
)
"""What each role may see for each purpose; a pair that is not here sees public fields only."""

YOUNG_CHILD: Final = _WORK
"""How far a child under 14 looks at its own records by itself: the rest it is told by its guardian."""


def clearance(role: Role, purpose: Purpose) -> Clearance:
    """Return how far *role* may see for *purpose*; public fields only where nothing is granted."""
    return CLEARANCES.get((role, purpose), _PUBLIC)
