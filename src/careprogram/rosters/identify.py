"""What is this child called in our records?

An id must be the same whenever the same child is read again, and must tell nothing to who lacks the key of the program.
"""

import datetime as dt
from collections.abc import Callable
from typing import TypeAlias

import attrs

from careprogram.errors import ValidationError
from careprogram.ids import ChildId, keyed_digest
from careprogram.people import IdentityNumber
from careprogram.unknown import UNKNOWN, Maybe


@attrs.frozen(kw_only=True)
class RowFacts:
    """What a row offers to recognize a child by.

    Attributes:
        sheet: Name of the sheet; empty for a CSV file.
        row: As the person sees it.
        claimed_id: The id that the row itself gives (系统编号, as `write_roster` writes it); None if it gives none.
        identity_number: Personal.
        name: Personal.
        birth_date: Personal.
        village: Code of the place of residence, or the address where no village was recognized; personal.
        occurrence: How many earlier rows have the same name, birth date and village.
    """

    sheet: str
    row: int
    claimed_id: str | None = None
    identity_number: Maybe[IdentityNumber] | None = attrs.field(repr=False)
    name: Maybe[str] = attrs.field(repr=False)
    birth_date: Maybe[dt.date] = attrs.field(repr=False)
    village: Maybe[str] = attrs.field(repr=False)
    occurrence: int = 0


Identify: TypeAlias = Callable[[RowFacts], ChildId]
"""Names the child of a row."""


def identify_with(key: bytes, *, trust_claims: bool = True) -> Identify:
    """Return a function that names children by *key*.

    By the id that the row gives, if claims are trusted; else by the identity number; else by name, birth date and
    village; and where one of those is unknown, by the place of the row in its file, which holds for that file only.

    Args:
        key: The secret of the program, at least 16 bytes.
        trust_claims: Whether a 系统编号 in the file counts. Refuse it where others could write the file.

    Raises:
        ValidationError: The key is too short.
    """
    if len(key) < 16:
        raise ValidationError("the program key is too short: give at least 16 bytes", reason="key")

    def identify(facts: RowFacts) -> ChildId:
        if trust_claims and facts.claimed_id:
            return ChildId(facts.claimed_id)
        if isinstance(facts.identity_number, IdentityNumber):
            return ChildId(keyed_digest(key, "child", facts.identity_number.text))
        told = [str(fact) if fact is not UNKNOWN else "" for fact in (facts.name, facts.birth_date, facts.village)]
        if all(told):
            return ChildId(keyed_digest(key, "child", *told, str(facts.occurrence)))
        return ChildId(keyed_digest(key, "row", facts.sheet, str(facts.row), *told))

    return identify
