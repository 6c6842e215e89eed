"""Of which classified fields does a cell of a written roster tell?

A cell may tell of more than its own field: a mark of death in the column of a name tells the status of the parent. A
cell is shown as far as the least of its fields may be. Nothing here decides what may be seen.
"""

import functools
from collections.abc import Mapping
from typing import Final

from careprogram.privacy import CHILD_FIELDS, NOT_SEEN, Decision, Disclosure, seen_field
from careprogram.rosters.assemble import GRANDPARENTS
from careprogram.rosters.fields import Field
from careprogram.unknown import UNKNOWN

_WHOLE: Final[Mapping[str, tuple[str, ...]]] = {
    "away.both": ("father.status", "mother.status"),
    "away.one": ("father.status", "mother.status"),
    "away.unable": ("father.guardianship_capacity", "mother.guardianship_capacity"),
    "caregiver.present": ("caregiver",),
    "consent.agreed": ("consent",),
    "guardianship.kind": ("guardianship",),
}
_MARKED_BY: Final = {"father": "status", "mother": "status", "elder": "deceased"}
"""Which field the mark of death in the place of a name or a day tells."""


@functools.cache  # asked for each cell of a list, of some hundred fields
def paths_of(field: Field) -> tuple[str, ...]:
    """Return the paths of the classified fields that a cell of *field* tells of, the one it is named after first.

    Examples:
        >>> from careprogram.rosters.fields import FIELDS
        >>> paths_of(FIELDS["father.name"]), paths_of(FIELDS["residence.address"])
        (('father.name', 'father.status'), ('residence.address',))
    """
    if field.id in _WHOLE:
        return _WHOLE[field.id]
    record, name = field.record, field.name
    if record in GRANDPARENTS:
        return (f"grandparents.{record}.{name}", f"grandparents.{record}.{_MARKED_BY['elder']}")
    own = name if record == "child" else f"{record}.{name}"
    if name.startswith("last_contact"):
        container = own.removesuffix("_means")
        return (f"{container}.{'means' if own != container else 'on'}", container)
    inside = tuple(path for path in CHILD_FIELDS.classes if path.startswith(f"{own}."))
    marked = (f"{record}.{_MARKED_BY[record]}",) if name == "name" and record in _MARKED_BY else ()
    return (own, *inside, *marked)


def fate_of(paths: tuple[str, ...], decision: Decision) -> Disclosure:
    """Return what becomes of a cell that tells of *paths*."""
    return min((decision.of(path) for path in paths), key=lambda fate: fate.rank)


def masked_cell(path: str, value: object, decision: Decision) -> str:
    """Return the text of a cell that is masked; empty where its field has no mask or nobody answered."""
    if value is UNKNOWN:
        return ""
    seen = seen_field(decision, CHILD_FIELDS, path, value)
    return "" if seen is NOT_SEEN else str(seen)
