"""On which ground of the law does somebody look?

Consent is one ground among several. What a public office must do by law does not wait for it, and a guardian who does
harm cannot end it by withdrawing; the child and its guardian look at what is their own. Everybody else needs consent.

| ground | who, for what | law |
|---|---|---|
| right of access | the child and its guardian, at the child's own records | PIPL 45; civil code 34 |
| duty by law | anybody who works with the child, for its protection | minors law 11; PIPL 13 (3) and (4) |
| duty by law | statistics, which name nobody | PIPL 13 (3) |
| duty by law | village, township and county, for care and aid | minors law 43 and 91 to 97; PIPL 34 and 35 |
| consent | all else | PIPL 13 (1), 29, 31 |

It is this project's reading, as data: nothing here is legal advice.
"""

import enum
import functools
from typing import Final

from careprogram.privacy.roles import Role
from careprogram.privacy.sensitivity import Purpose


class LegalBasis(enum.Enum):
    """What allows to look at all."""

    __hash__ = object.__hash__  # a member is equal to itself alone; Enum would hash its name, in Python

    RIGHT = "right"
    DUTY = "duty"
    CONSENT = "consent"


OFFICES: Final = frozenset({Role.COUNTY_OFFICER, Role.TOWNSHIP_SUPERVISOR, Role.VILLAGE_DIRECTOR})
"""Whose work for the child is laid down by law."""

DUTIES_OF_ALL: Final = frozenset({Purpose.SAFEGUARDING, Purpose.STATISTICS})
"""What waits for nobody's consent."""

DUTIES_OF_OFFICES: Final = DUTIES_OF_ALL | {Purpose.CARE, Purpose.AID}
"""What an office does by law."""


@functools.cache
def legal_basis(role: Role, purpose: Purpose) -> LegalBasis:
    """Return the ground on which *role* looks for *purpose*.

    Examples:
        >>> legal_basis(Role.HELPER, Purpose.CARE).value, legal_basis(Role.VILLAGE_DIRECTOR, Purpose.CARE).value
        ('consent', 'duty')
    """
    if role in {Role.GUARDIAN, Role.CHILD}:
        return LegalBasis.RIGHT
    duties = DUTIES_OF_OFFICES if role in OFFICES else DUTIES_OF_ALL
    return LegalBasis.DUTY if purpose in duties else LegalBasis.CONSENT
