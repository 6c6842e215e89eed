"""Who may see what, for which purpose?

A role says what somebody answers for. For each purpose it has a clearance: up to which sensitivity fields are shown in
clear, and up to which they are shown masked. What is not in the table is not allowed. Sources: PIPL art. 6 and 28-31,
Regulations on the Protection of Minors in Cyberspace art. 36 (least privilege for staff); who needs what for which work
is this project's reading of essays 7 and 8. Whose children a viewer answers for is not decided here.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import attrs

from careprogram.people import Answer
from careprogram.privacy.sensitivity import Purpose, Sensitivity


class Role(Answer):
    """What a viewer answers for."""

    COUNTY_OFFICER = "county-officer", "县级工作人员"
    TOWNSHIP_SUPERVISOR = "township-supervisor", "乡镇儿童督导员"
    VILLAGE_DIRECTOR = "village-director", "村儿童主任"
    TEACHER = "teacher", "班主任"
    HELPER = "helper", "帮扶人"
    GUARDIAN = "guardian", "监护人"
    ANALYST = "analyst", "统计人员"
    PUBLIC = "public", "公众"


@attrs.frozen(kw_only=True)
class Viewer:
    """Somebody who looks.

    Attributes:
        id: Opaque id, for the audit trail.
        role: What they answer for.
    """

    id: str
    role: Role


@attrs.frozen(kw_only=True)
class Clearance:
    """How far a viewer may see.

    Attributes:
        shown: Fields up to this sensitivity are shown in clear.
        masked: Fields up to this sensitivity are shown masked where they have a mask; never below ``shown``.
    """

    shown: Sensitivity
    masked: Sensitivity


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
        (Role.ANALYST, Purpose.STATISTICS): _FIGURES,
    }
)
"""What each role may see for each purpose; a pair that is not here sees public fields only."""


def clearance(role: Role, purpose: Purpose) -> Clearance:
    """Return how far *role* may see for *purpose*; public fields only where nothing is granted."""
    return CLEARANCES.get((role, purpose), _PUBLIC)
