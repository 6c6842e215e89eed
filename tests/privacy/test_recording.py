"""Is there a ground in the law to bring such facts, and does the consent on file reach each kind of them?"""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careprogram.archives import SHIPPED, classification_of
from careprogram.errors import ConsentError
from careprogram.privacy import (
    ConsentRecord,
    ConsentRelation,
    DataClass,
    FieldClass,
    LegalBasis,
    Purpose,
    Role,
    Say,
    Sensitivity,
    Subject,
    legal_basis,
    recording_basis,
    recording_say,
    usual_purpose,
)
from careprogram.privacy.recording import RECORDERS

_DAY = dt.date(2026, 9, 1)
_FIELDS = sorted({field for kind in SHIPPED for field in classification_of(kind.current).classes.values()}, key=repr)


def test_nobody_brings_facts_without_a_ground() -> None:
    """For each role and purpose: the ground of a look, the school's duty besides, or a refusal in both languages."""
    for role, purpose, field in itertools.product(Role, Purpose, _FIELDS):
        gathered = not field.purposes or purpose in field.purposes
        if role not in RECORDERS or not gathered:
            with pytest.raises(ConsentError) as refused:
                recording_basis(role, purpose, [field])
            assert refused.value.in_chinese
            continue
        school = (role, purpose) == (Role.TEACHER, Purpose.HEALTH)
        basis = recording_basis(role, purpose, [field])
        assert basis is (LegalBasis.DUTY if school else legal_basis(role, purpose))


def test_a_purpose_that_nobody_named_asks_for_consent_where_any_does() -> None:
    """No duty of the law is come by without being named; fields without a common purpose are refused."""
    for role, field in itertools.product(RECORDERS, _FIELDS):
        if field.purposes and field.purposes != {Purpose.STATISTICS}:
            chosen = usual_purpose(role, [field])
            assert chosen in field.purposes
            asking = {one for one in field.purposes if legal_basis(role, one) is LegalBasis.CONSENT}
            assert (chosen in asking) is bool(asking)
    apart = [_field(Purpose.HEALTH), _field(Purpose.EDUCATION)]
    with pytest.raises(ConsentError, match="no purpose in common"):
        usual_purpose(Role.TEACHER, apart)


def _field(*purposes: Purpose, sensitivity: Sensitivity = Sensitivity.PERSONAL) -> FieldClass:
    return FieldClass(sensitivity=sensitivity, purposes=frozenset(purposes))


@pytest.mark.parametrize("age", [13, 14, None])
@pytest.mark.parametrize("sensitivity", [Sensitivity.INTERNAL, Sensitivity.PERSONAL, Sensitivity.SENSITIVE])
def test_what_is_delicate_needs_a_consent_of_its_own(age: int | None, sensitivity: Sensitivity) -> None:
    """Under 14, and of unknown age, all that identifies; later what is sensitive (PIPL 29 and 31)."""
    general = ConsentRecord(
        id="k",
        child="c-1",
        guardian="g-1",
        relation=ConsentRelation.FATHER,
        purposes=frozenset({Purpose.CARE}),
        data_classes=frozenset(DataClass),
        notice_version="1",
        given=_DAY,
    )
    born = None if age is None else _DAY.replace(year=2026 - age)
    say = recording_say(
        [_field(Purpose.CARE, sensitivity=sensitivity)],
        subject=Subject(id="c-1", birth_date=born),
        purpose=Purpose.CARE,
        consents=[general],
        as_of=_DAY,
    )
    separate = sensitivity is Sensitivity.SENSITIVE or (sensitivity is Sensitivity.PERSONAL and age != 14)
    assert say is (Say.NOT_SEPARATE if separate else Say.GIVEN)


@given(
    fields=st.lists(st.sampled_from(_FIELDS), max_size=4),
    classes=st.frozensets(st.sampled_from(DataClass), min_size=1),
    purposes=st.frozensets(st.sampled_from(Purpose), min_size=1),
    purpose=st.sampled_from(Purpose),
    separate=st.booleans(),
    age=st.integers(0, 17),
)
def test_a_consent_reaches_all_that_is_brought_or_nothing_is(
    fields: list[FieldClass],
    classes: frozenset[DataClass],
    purposes: frozenset[Purpose],
    purpose: Purpose,
    separate: bool,
    age: int,
) -> None:
    """Given exactly where the paper covers each kind of identifying fact, on its own where the law asks for that."""
    paper = ConsentRecord(
        id="k",
        child="c-1",
        guardian="g-1",
        relation=ConsentRelation.FATHER,
        purposes=purposes,
        data_classes=classes,
        notice_version="1",
        given=_DAY,
        separate=separate,
    )
    subject = Subject(id="c-1", birth_date=_DAY.replace(year=2026 - age))
    say = recording_say(fields, subject=subject, purpose=purpose, consents=[paper], as_of=_DAY)
    identifying = [field for field in fields if field.sensitivity in {Sensitivity.PERSONAL, Sensitivity.SENSITIVE}]
    reached = all(
        purpose in purposes
        and field.data_class in classes
        and (separate or (age >= 14 and field.sensitivity is Sensitivity.PERSONAL))
        for field in identifying
    )
    assert (say is Say.GIVEN) is reached
