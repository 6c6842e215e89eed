"""What changes with a day: birthdays of 14 and 18, and a broken glass; and every reason is told in both languages."""

import datetime as dt
from types import MappingProxyType

import pytest

from careprogram.privacy import (
    Classification,
    ConsentRecord,
    ConsentRelation,
    DataClass,
    Disclosure,
    FieldClass,
    Purpose,
    Reason,
    Role,
    Scope,
    Sensitivity,
    Subject,
    Viewer,
    break_glass,
    decide,
)

_DAY = dt.date(2026, 9, 1)

_CLASSES = MappingProxyType({"name": FieldClass(sensitivity=Sensitivity.PERSONAL, purposes=frozenset(Purpose))})
_BORN = dt.date(2012, 2, 29)


def _teacher_reads_on(day: dt.date, *papers: ConsentRecord, role: Role = Role.TEACHER) -> tuple[Disclosure, Reason]:
    viewer = Viewer(id="v", role=role, scope=Scope(children=["c"]))
    decision = decide(
        Classification(_CLASSES),
        subject=Subject(id="c", birth_date=_BORN),
        viewer=viewer,
        purpose=Purpose.CARE,
        as_of=day,
        consents=papers,
    )
    found = decision.fields["name"]
    return found.disclosure, found.reason


def _paper(relation: ConsentRelation, given: dt.date, *, separate: bool) -> ConsentRecord:
    return ConsentRecord(
        id=relation.value,
        child="c",
        guardian="c" if relation is ConsentRelation.SELF else "g",
        relation=relation,
        purposes=frozenset({Purpose.CARE}),
        data_classes=frozenset(DataClass),
        notice_version="1",
        given=given,
        separate=separate,
    )


def test_the_rules_change_on_the_fourteenth_birthday() -> None:
    """Up to the day before, a guardian's general agreement is not enough; on the day (here 1 March) it is."""
    general = _paper(ConsentRelation.MOTHER, dt.date(2025, 1, 1), separate=False)
    before, on_the_day = dt.date(2026, 2, 28), dt.date(2026, 3, 1)
    assert _teacher_reads_on(before, general) == (Disclosure.WITHHELD, Reason.CONSENT_NOT_SEPARATE)
    assert _teacher_reads_on(on_the_day, general) == (Disclosure.SHOWN, Reason.ROLE)
    own = _paper(ConsentRelation.SELF, dt.date(2026, 3, 1), separate=True)
    assert _teacher_reads_on(on_the_day, own) == (Disclosure.SHOWN, Reason.ROLE)
    too_early = _paper(ConsentRelation.SELF, dt.date(2026, 2, 28), separate=True)
    assert _teacher_reads_on(on_the_day, too_early) == (Disclosure.WITHHELD, Reason.CONSENT_MISSING)


def test_a_guardian_steps_back_on_the_eighteenth_birthday() -> None:
    """On the day a child is of age its guardian sees nothing any more, and what they agreed to counts no more."""
    paper = _paper(ConsentRelation.MOTHER, dt.date(2025, 1, 1), separate=True)
    before, on_the_day = dt.date(2030, 2, 28), dt.date(2030, 3, 1)
    assert _teacher_reads_on(before, role=Role.GUARDIAN) == (Disclosure.SHOWN, Reason.OWN)
    assert _teacher_reads_on(on_the_day, role=Role.GUARDIAN) == (Disclosure.WITHHELD, Reason.OF_AGE)
    assert _teacher_reads_on(before, paper) == (Disclosure.SHOWN, Reason.ROLE)
    assert _teacher_reads_on(on_the_day, paper) == (Disclosure.WITHHELD, Reason.CONSENT_MISSING)


def test_a_broken_glass_opens_for_two_days() -> None:
    """A teacher outside their class sees a child in danger today and tomorrow, and no longer."""
    teacher = Viewer(id="t", role=Role.TEACHER)
    grant = break_glass(teacher, "c", reason="child not seen since Friday", as_of=_DAY, id="glass-1")
    assert grant.to_be_reviewed
    for days, fate in ((0, Disclosure.SHOWN), (1, Disclosure.SHOWN), (2, Disclosure.WITHHELD)):
        decision = decide(
            Classification(_CLASSES),
            subject=Subject(id="c", birth_date=_BORN),
            viewer=teacher,
            purpose=Purpose.SAFEGUARDING,
            as_of=_DAY + dt.timedelta(days=days),
            grants=[grant],
        )
        assert decision.of("name") is fate
        assert decision.grants == (("glass-1",) if fate is Disclosure.SHOWN else ())


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_is_told_in_both_languages(reason: Reason) -> None:
    """A viewer reads in Chinese and in English why a field is there or not."""
    assert reason.text.zh
    assert reason.text.en.isascii()
    assert not reason.text.zh.isascii()
