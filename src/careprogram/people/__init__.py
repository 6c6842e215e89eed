"""Who are the people, and where do they live?

Frozen records of children, families, helpers and those who answer for them, and the value types they are made of.
A value that exists is valid: it is parsed once, at the door, and never checked again. Whatever a survey may leave open
can be ``UNKNOWN``. Nothing here judges, pairs or stores.
"""

from careprogram.people.child import Child, ChildWishes, Health, Schooling
from careprogram.people.consent import Consent, ConsentRelation
from careprogram.people.disability import Disability
from careprogram.people.enums import (
    AidKind,
    Answer,
    CapacityRating,
    CaregiverRelation,
    ConfinementKind,
    ContactMeans,
    DisabilityKind,
    Education,
    GuardianshipKind,
    HealthStatus,
    HelperKind,
    IncomeSource,
    ParentStatus,
    RegistrationKind,
    SchoolingStatus,
    ScreeningResult,
    Settlement,
    Sex,
    Weekday,
    WorkArea,
)
from careprogram.people.family import Caregiver, Contact, Grandparent, Grandparents, Parent
from careprogram.people.grade import Grade
from careprogram.people.helper import Helper, HelperWishes, Screening
from careprogram.people.household import Household, Registration, Residence
from careprogram.people.identity_number import IdentityNumber
from careprogram.people.organization import Office, VillageLink, VillageLinks
from careprogram.people.phone import Phone
from careprogram.people.place_code import PlaceCode, PlaceLevel
from careprogram.people.places import Coordinates, Place, PlaceTree

__all__ = [
    "AidKind",
    "Answer",
    "CapacityRating",
    "Caregiver",
    "CaregiverRelation",
    "Child",
    "ChildWishes",
    "ConfinementKind",
    "Consent",
    "ConsentRelation",
    "Contact",
    "ContactMeans",
    "Coordinates",
    "Disability",
    "DisabilityKind",
    "Education",
    "Grade",
    "Grandparent",
    "Grandparents",
    "GuardianshipKind",
    "Health",
    "HealthStatus",
    "Helper",
    "HelperKind",
    "HelperWishes",
    "Household",
    "IdentityNumber",
    "IncomeSource",
    "Office",
    "Parent",
    "ParentStatus",
    "Phone",
    "Place",
    "PlaceCode",
    "PlaceLevel",
    "PlaceTree",
    "Registration",
    "RegistrationKind",
    "Residence",
    "Schooling",
    "SchoolingStatus",
    "Screening",
    "ScreeningResult",
    "Settlement",
    "Sex",
    "VillageLink",
    "VillageLinks",
    "Weekday",
    "WorkArea",
]
