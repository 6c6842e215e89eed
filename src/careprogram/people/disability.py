"""Which disability does a certificate state?"""

import attrs

from careprogram.errors import ValidationError
from careprogram.people.enums import DisabilityKind
from careprogram.unknown import UNKNOWN, Maybe


@attrs.frozen(kw_only=True)
class Disability:
    """A certified disability (残疾类别及等级).

    Attributes:
        kind: Of seven.
        degree: 1 (the gravest) to 4.

    Raises:
        ValidationError: The degree is not 1-4.
    """

    kind: Maybe[DisabilityKind] = UNKNOWN
    degree: Maybe[int] = UNKNOWN

    def __attrs_post_init__(self) -> None:
        if self.degree is not UNKNOWN and not 1 <= self.degree <= 4:
            raise ValidationError("a degree of disability is a number from 1 to 4", reason="degree")
