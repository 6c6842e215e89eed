"""How does a place add fields to a kind of archive that ships?

By a kind of its own that has all versions of the other one, each with the place's fields behind them. What the shipped
kind learns in a later version, the extended one learns with it; the own fields are carried over every step untouched.
"""

from collections.abc import Mapping

import attrs

from careprogram.archives.schema import ArchiveField
from careprogram.archives.versions import ArchiveKind, Lift, Upcaster
from careprogram.errors import ValidationError
from careprogram.language import Text


def extended(kind: ArchiveKind, *, id: str, title: Text, fields: tuple[ArchiveField, ...]) -> ArchiveKind:  # noqa: A002
    """Return a kind with the versions of *kind* and own *fields* in each.

    Args:
        kind: Such as ``HEALTH``.
        id: Of the new kind, with a prefix of its own, such as ``"ngo-x.health"``.
        title: What people call it.
        fields: The own fields; give them names that the kind is not likely to use, such as ``ngo_x_glasses``.

    Raises:
        ValidationError: The id is that of the kind or cannot be one, a name is taken, or an own field is required: an
            archive that was written before there was that field has none.
    """
    if id == kind.id:
        raise ValidationError(f"archive {id!r} exists already: give the extended kind an id of its own", reason="kind")
    required = [field.name for field in fields if field.required]
    if required:
        raise ValidationError(
            f"archive {id!r}: own fields cannot be required, older archives lack them: {', '.join(required)}",
            reason="required",
        )
    own = frozenset(field.name for field in fields)
    return ArchiveKind(
        versions=tuple(
            attrs.evolve(schema, id=id, title=title, fields=(*schema.fields, *fields)) for schema in kind.versions
        ),
        upcasters=tuple(attrs.evolve(step, lift=_carrying(own, step)) for step in kind.upcasters),
    )


def _carrying(own: frozenset[str], step: Upcaster) -> Lift:
    """Return the lift of *step* that lets the *own* fields pass by."""

    def lift(document: dict[str, object]) -> Mapping[str, object]:
        theirs = {name: value for name, value in document.items() if name not in own}
        return {**step.lift(theirs), **{name: value for name, value in document.items() if name in own}}

    return lift
