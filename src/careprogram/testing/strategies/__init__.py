"""How do I property-test my own rules on careprogram's records?

Hypothesis strategies for every record of ``people`` and ``care``. Importing this registers nothing: use the strategies
directly, or call ``register()`` once in your ``conftest.py`` to let ``st.from_type`` and ``st.builds`` find them.

Examples:
    >>> from hypothesis import given
    >>> @given(children(gaps=False))
    ... def test_every_age_is_known(child):
    ...     assert child.birth_date is not UNKNOWN
    >>> test_every_age_is_known()
"""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from careprogram.care import CarePlan, Duty, RiskAssessment, Supporter, Suspension, Term
from careprogram.pairing import Pairing
from careprogram.people import (
    Caregiver,
    Child,
    ChildWishes,
    Consent,
    Contact,
    Coordinates,
    Disability,
    Grade,
    Grandparent,
    Grandparents,
    Health,
    Helper,
    HelperWishes,
    Household,
    IdentityNumber,
    Parent,
    Phone,
    Place,
    PlaceCode,
    PlaceTree,
    Registration,
    Residence,
    Schooling,
    Screening,
    VillageLink,
    VillageLinks,
)
from careprogram.rules import Verdict
from careprogram.testing.strategies.archives import documents
from careprogram.testing.strategies.care import (
    care_plans,
    chains_of_office,
    days_for,
    planned_children,
    supporters,
    suspensions,
    terms,
)
from careprogram.testing.strategies.people import (
    caregivers,
    child_wishes,
    children,
    disabilities,
    grandparent_records,
    grandparents,
    healths,
    helper_wishes,
    helpers,
    households,
    parents,
    registrations,
    residences,
    schoolings,
    village_link_books,
    village_links,
)
from careprogram.testing.strategies.values import (
    AS_OF,
    birth_dates,
    child_ids,
    consents,
    contacts,
    coordinates,
    days,
    grades,
    helper_ids,
    identity_numbers,
    maybe,
    maybe_none,
    names,
    phones,
    place_codes,
    place_trees,
    places,
    screenings,
    service_ids,
)
from careprogram.testing.strategies.work import duties, pairings, risk_assessments, verdicts
from careprogram.unknown import UNKNOWN

STRATEGIES: Mapping[type, st.SearchStrategy[Any]] = {
    CarePlan: care_plans(),
    Caregiver: caregivers(),
    Child: children(),
    ChildWishes: child_wishes(),
    Consent: consents(),
    Contact: contacts(),
    Coordinates: coordinates(),
    Disability: disabilities(),
    Duty: duties(),
    Grade: grades(),
    Grandparent: grandparent_records(),
    Grandparents: grandparents(),
    Health: healths(),
    Helper: helpers(),
    HelperWishes: helper_wishes(),
    Household: households(),
    IdentityNumber: identity_numbers(),
    Pairing: pairings(),
    Parent: parents(),
    Phone: phones(),
    Place: places(),
    PlaceCode: place_codes(),
    PlaceTree: place_trees(),
    Registration: registrations(),
    Residence: residences(),
    RiskAssessment: risk_assessments(),
    Schooling: schoolings(),
    Screening: screenings(),
    Supporter: supporters(),
    Suspension: suspensions(),
    Term: terms(),
    Verdict: verdicts(),
    VillageLink: village_links(),
    VillageLinks: village_link_books(),
}
"""The strategy of each record, with its defaults."""


def register() -> None:
    """Let ``st.from_type`` and ``st.builds`` use these strategies, for the rest of the process.

    Hypothesis keeps one table for all; so this is your decision, taken once, and never made by importing.
    """
    for model, strategy in STRATEGIES.items():
        st.register_type_strategy(model, strategy)


__all__ = [
    "AS_OF",
    "STRATEGIES",
    "UNKNOWN",
    "birth_dates",
    "care_plans",
    "caregivers",
    "chains_of_office",
    "child_ids",
    "child_wishes",
    "children",
    "consents",
    "contacts",
    "coordinates",
    "days",
    "days_for",
    "disabilities",
    "documents",
    "duties",
    "grades",
    "grandparent_records",
    "grandparents",
    "healths",
    "helper_ids",
    "helper_wishes",
    "helpers",
    "households",
    "identity_numbers",
    "maybe",
    "maybe_none",
    "names",
    "pairings",
    "parents",
    "phones",
    "place_codes",
    "place_trees",
    "places",
    "planned_children",
    "register",
    "registrations",
    "residences",
    "risk_assessments",
    "schoolings",
    "screenings",
    "service_ids",
    "supporters",
    "suspensions",
    "terms",
    "verdicts",
    "village_link_books",
    "village_links",
]
