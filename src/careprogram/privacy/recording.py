"""On which ground may somebody bring facts about a child, and does the consent on file reach that far?

To keep a fact needs a ground in the law just as to look at it does (PIPL 13). It is the same table (`bases`) with one
row more: a school has to keep the health checks of its pupils on file (school health rules, art. 14). Where consent is
the ground, it has to stand for each kind of fact that is brought, for just that purpose. Whether a field is gathered
for the purpose at all is said by its class. A ground that is none is refused; nothing is taken in on a guess.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Final

from careprogram.errors import ConsentError
from careprogram.privacy.ages import AgeBand
from careprogram.privacy.bases import OFFICES, LegalBasis, legal_basis
from careprogram.privacy.classification import FieldClass
from careprogram.privacy.consents import ConsentRecord, Say, say_on
from careprogram.privacy.roles import Role
from careprogram.privacy.scope import Subject
from careprogram.privacy.sensitivity import Purpose, Sensitivity

RECORDERS: Final = OFFICES | {Role.TEACHER, Role.HELPER}
"""Who brings facts into archives: whoever works with the child."""


def recording_basis(role: Role, purpose: Purpose, fields: Collection[FieldClass]) -> LegalBasis:
    """Return the ground on which *role* brings facts of *fields* for *purpose*.

    Raises:
        ConsentError: There is none: the role does not work with children, or a field is not gathered for the purpose.

    Examples:
        >>> recording_basis(Role.TEACHER, Purpose.HEALTH, ()), recording_basis(Role.TEACHER, Purpose.EDUCATION, ())
        (<LegalBasis.DUTY: 'duty'>, <LegalBasis.CONSENT: 'consent'>)
    """
    if role not in RECORDERS:
        raise ConsentError(f"a {role.label('en')} brings no facts into archives: say who does").also_in_chinese(
            f"{role.zh}不能向档案录入信息：请写明录入人的身份"
        )
    gathered = [set(field.purposes) for field in fields if field.purposes]
    allowed = set.intersection(*gathered) if gathered else set(Purpose)
    if purpose not in allowed:
        names = [one for one in Purpose if one in allowed]
        en = ", ".join(one.value for one in names) or "no single purpose"
        zh = "、".join(f"{one.value}（{one.zh}）" for one in names) or "没有一个共同的用途"
        raise ConsentError(
            f"these facts are not gathered for the purpose {purpose.value}; they are for {en}"
        ).also_in_chinese(f"这些信息不是为“{purpose.zh}”收集的；可写：{zh}")
    if (role, purpose) == (Role.TEACHER, Purpose.HEALTH):
        return LegalBasis.DUTY
    return legal_basis(role, purpose)


def usual_purpose(role: Role, fields: Collection[FieldClass]) -> Purpose:
    """Return what to bring facts of *fields* for, where nobody says it: a purpose that asks for consent, if any does.

    So that nobody comes by a duty of the law without having named it.

    Raises:
        ConsentError: The fields have no purpose in common.
    """
    gathered = [set(field.purposes) for field in fields if field.purposes]
    common = set.intersection(*gathered) if gathered else set(Purpose)
    names = [one for one in Purpose if one in common and one is not Purpose.STATISTICS]
    if not names:
        raise ConsentError("these facts have no purpose in common: bring them in parts").also_in_chinese(
            "这些信息没有共同的用途：请分开录入"
        )
    asking = [one for one in names if legal_basis(role, one) is LegalBasis.CONSENT]
    return (asking or names)[0]


def recording_say(
    fields: Iterable[FieldClass],
    *,
    subject: Subject,
    purpose: Purpose,
    consents: Collection[ConsentRecord],
    as_of: dt.date,
) -> Say:
    """Return whether the consents on file reach as far as *fields*, where consent is the ground to bring them.

    Args:
        fields: The classes of what is brought.
        subject: The child.
        purpose: What for.
        consents: The papers at hand.
        as_of: The day.

    Returns:
        ``GIVEN``, or what the words come to for the first kind of fact that they do not reach.
    """
    young = subject.band_on(as_of) is AgeBand.UNDER_14
    identifying = [field for field in fields if field.sensitivity.covers(Sensitivity.PERSONAL)]
    asked = dict.fromkeys(
        (field.data_class, young or field.sensitivity is Sensitivity.SENSITIVE) for field in identifying
    )
    for data_class, separate in asked:
        say = say_on(consents, subject=subject, purpose=purpose, data_class=data_class, separate=separate, as_of=as_of)
        if say is not Say.GIVEN:
            return say
    return Say.GIVEN
