"""No repr of any record tells who it is about."""

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careprogram.people import IdentityNumber, Phone, Place, PlaceTree
from careprogram.testing.strategies import STRATEGIES, children, helpers

PERSONAL = {"name", "address", "homeroom_teacher", "work_place", "illness"}


def secrets_of(value: object) -> set[str]:
    """Return every personal text below *value*."""
    if isinstance(value, IdentityNumber | Phone):
        return {value.text}
    if not attrs.has(type(value)):
        return set()
    found: set[str] = set()
    for field in attrs.fields(type(value)):
        held = getattr(value, field.name)
        if field.name in PERSONAL and isinstance(held, str):
            found.add(held)
        elif isinstance(held, tuple):
            found |= set().union(*map(secrets_of, held))
        else:
            found |= secrets_of(held)
    return found


PUBLIC = {Place, PlaceTree}


@pytest.mark.parametrize(
    "model", sorted(set(STRATEGIES) - PUBLIC, key=lambda model: model.__name__), ids=lambda m: m.__name__
)
def test_no_repr_tells_a_personal_text(model: type):
    """Name, number, phone, address, workplace, illness, teacher: in no repr, at any depth."""

    @settings(max_examples=20)
    @given(STRATEGIES[model])
    def shown(value: object):
        text = repr(value)
        assert not [secret for secret in secrets_of(value) if secret in text]

    shown()


@given(st.one_of(children(gaps=False), helpers(fit=True)))
def test_birth_dates_and_health_stay_hidden(person):
    """Neither the day of birth nor the state of health is told by a repr."""
    text = repr(person)
    assert not [word for word in ("HealthStatus", "birth_date", "illness", "Disability") if word in text]
