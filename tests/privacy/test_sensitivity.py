"""Are sensitivities ordered, and retentions counted, as they say?"""

import datetime as dt

import pytest

from careprogram.errors import ValidationError
from careprogram.privacy import FieldClass, Purpose, Retention, RetentionStart, Role, Sensitivity

_RECORDED = dt.date(2026, 1, 31)


def test_sensitivities_grow_in_order() -> None:
    """Each sensitivity covers itself and all before it, and none after it."""
    order = [Sensitivity.PUBLIC, Sensitivity.INTERNAL, Sensitivity.PERSONAL, Sensitivity.SENSITIVE]
    for i, higher in enumerate(order):
        for j, lower in enumerate(order):
            assert higher.covers(lower) is (i >= j)


def test_sensitivities_refuse_to_be_compared_by_name() -> None:
    """`<` would compare nothing useful, so it is an error."""
    with pytest.raises(TypeError):
        _ = Sensitivity.PUBLIC < Sensitivity.PERSONAL  # type: ignore[operator]


def test_a_field_that_is_not_public_needs_a_purpose() -> None:
    """A personal field without a purpose is refused, as nobody could ever see it."""
    with pytest.raises(ValidationError, match="needs a purpose"):
        FieldClass(sensitivity=Sensitivity.PERSONAL)
    assert FieldClass(sensitivity=Sensitivity.PUBLIC).purposes == frozenset()


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        (RetentionStart.RECORDED, 1, dt.date(2026, 2, 28)),
        (RetentionStart.RECORDED, 0, _RECORDED),
        (RetentionStart.SERVICE_ENDED, 24, dt.date(2029, 6, 30)),
        (RetentionStart.MAJORITY, 0, dt.date(2030, 3, 1)),
    ],
)
def test_a_retention_ends_months_after_its_start(start: RetentionStart, months: int, last: dt.date) -> None:
    """The last day is counted in months from the named start; somebody born on 29 February is 18 on 1 March."""
    retention = Retention(start=start, months=months)
    assert (
        retention.last_day(
            recorded_on=_RECORDED, service_ended_on=dt.date(2027, 6, 30), birth_date=dt.date(2012, 2, 29)
        )
        == last
    )


def test_a_retention_whose_start_is_not_known_has_no_end_yet() -> None:
    """While the service goes on, or the birth date is unknown, there is no last day."""
    for start in (RetentionStart.SERVICE_ENDED, RetentionStart.MAJORITY):
        retention = Retention(start=start, months=6)
        assert retention.last_day(recorded_on=_RECORDED, service_ended_on=None, birth_date=None) is None


def test_a_retention_cannot_be_negative() -> None:
    """A negative number of months is refused."""
    with pytest.raises(ValidationError, match="0 or more months"):
        Retention(start=RetentionStart.RECORDED, months=-1)


@pytest.mark.parametrize("member", [*Purpose, *Role])
def test_purposes_and_roles_have_both_labels(member: Purpose | Role) -> None:
    """Each purpose and role can be shown in Chinese and in English."""
    assert member.label("zh") != member.label("en") == str(member).replace("-", " ")
