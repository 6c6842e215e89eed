"""Which class does each field of a record have?

A classification is a table from the path of a field to its class. Paths are written as in ``father.identity_number``,
and ``calls[].means`` for a field of each entry of a list. A container that can be absent as a whole (a caregiver, a
consent) has a class of its own, which guards everything inside it. Nothing here looks at a document.
"""

import types
import typing
from collections.abc import Iterable, Mapping
from types import MappingProxyType

import attrs

from careprogram.errors import ValidationError
from careprogram.people import Grade, IdentityNumber, Phone, PlaceCode
from careprogram.privacy.masks import Mask
from careprogram.privacy.sensitivity import DataClass, Purpose, Sensitivity

_VALUE_TYPES = frozenset({Grade, IdentityNumber, Phone, PlaceCode})
"""Types of one value each: a field, not a container of fields."""


_BY_PURPOSE = (
    (Purpose.HEALTH, DataClass.HEALTH),
    (Purpose.EDUCATION, DataClass.SCHOOLING),
    (Purpose.AID, DataClass.HARDSHIP),
    (Purpose.CONTACT, DataClass.FAMILY),
)


def data_class_for(purposes: frozenset[Purpose]) -> DataClass:
    """Return the kind of fact that is gathered for *purposes*, where nobody says it."""
    if purposes == {Purpose.SAFEGUARDING}:
        return DataClass.PROTECTION
    return next((kind for purpose, kind in _BY_PURPOSE if purpose in purposes), DataClass.CARE)


@attrs.frozen(kw_only=True)
class FieldClass:
    """The class of one field.

    Attributes:
        sensitivity: How delicate it is.
        purposes: What it may be used for; a public field needs none.
        mask: How it is shown to somebody who may only recognize it; None if it cannot be.
        data_class: What kind of fact it holds; follows from the purposes if not given.
        whole: Whether it may hold any JSON (reasons of a verdict), which is shown whole or not at all.
        guarded: Whether it can tell that somebody thinks a child is harmed. Then the child and its guardian, who may be
            the one who does harm, do not see it among their own.

    Raises:
        ValidationError: It is not public and has no purpose, so that nobody could ever see it; or it is shown whole
            and has a mask.
    """

    sensitivity: Sensitivity
    purposes: frozenset[Purpose] = frozenset()
    mask: Mask | None = None
    data_class: DataClass = attrs.Factory(lambda self: data_class_for(self.purposes), takes_self=True)
    whole: bool = False
    guarded: bool = False

    def __attrs_post_init__(self) -> None:
        if self.sensitivity is not Sensitivity.PUBLIC and not self.purposes:
            raise ValidationError("a field that is not public needs a purpose: name at least one", reason="purpose")
        if self.whole and self.mask is not None:
            raise ValidationError("a field that is shown whole cannot be masked: leave out one of them", reason="mask")


def _checked(classes: Mapping[str, FieldClass]) -> Mapping[str, FieldClass]:
    for path in classes:
        if not path or not all(part.removesuffix("[]").isidentifier() for part in path.split(".")):
            raise ValidationError(
                f"{path!r} is no path of a field: write it as father.name or calls[].means", reason="path"
            )
    return MappingProxyType(dict(classes))


@attrs.frozen
class Classification:
    """The classes of all fields of one kind of record.

    Attributes:
        classes: From path to class.

    Raises:
        ValidationError: A path cannot be one.
    """

    classes: Mapping[str, FieldClass] = attrs.field(converter=_checked)
    distinct: tuple[FieldClass, ...] = attrs.field(init=False, repr=False, eq=False)
    """The classes that occur, each once."""
    numbers: Mapping[str, int] = attrs.field(init=False, repr=False, eq=False)
    """From path to the place of its class in ``distinct``."""
    guarded: Mapping[str, tuple[str, ...]] = attrs.field(init=False, repr=False, eq=False)
    """From each path inside containers that have a class of their own to those, the outermost first."""
    _containers: frozenset[str] = attrs.field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        # Worked out once: a decision is made for every record that somebody looks at.
        distinct = {field: number for number, field in enumerate(dict.fromkeys(self.classes.values()))}
        object.__setattr__(self, "distinct", tuple(distinct))
        object.__setattr__(self, "numbers", {path: distinct[field] for path, field in self.classes.items()})
        around: dict[str, tuple[str, ...]] = {}
        for path in self.classes:
            parts = path.split(".")
            around[path] = tuple(".".join(parts[:depth]).removesuffix("[]") for depth in range(1, len(parts)))
        guarded = {path: tuple(outer for outer in above if outer in self.classes) for path, above in around.items()}
        object.__setattr__(self, "guarded", {path: outers for path, outers in guarded.items() if outers})
        object.__setattr__(self, "_containers", frozenset(outer for above in around.values() for outer in above))

    def of(self, path: str) -> FieldClass | None:
        """Return the class of the field at *path*, or None where it has none."""
        return self.classes.get(path)

    def holds_fields(self, path: str) -> bool:
        """Return whether fields inside *path* are classified."""
        return path in self._containers

    def unclassified(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Return those of *paths* that have no class, sorted."""
        return tuple(sorted(path for path in paths if path not in self.classes))


def field_paths(model: type[attrs.AttrsInstance]) -> tuple[str, ...]:
    """Return the path of every field of an attrs record, and of each container in it that can be absent.

    Examples:
        >>> from careprogram.people import Health
        >>> field_paths(Health)
        ('status', 'disability', 'disability.kind', 'disability.degree', 'illness')
    """
    found: list[str] = []
    hints = typing.get_type_hints(model)
    for attribute in attrs.fields(model):
        if not attribute.init or attribute.name.startswith("_"):
            continue
        record, step, always_there = _record_in(hints[attribute.name])
        if record is None or not always_there:
            found.append(attribute.name)
        if record is not None:
            found.extend(f"{attribute.name}{step}{path}" for path in field_paths(record))
    return tuple(found)


def _record_in(hint: object) -> tuple[type[attrs.AttrsInstance] | None, str, bool]:
    """Return the record type that a field holds, if any, the step into it, and whether it is always there."""
    is_union = typing.get_origin(hint) in {types.UnionType, typing.Union}
    members = typing.get_args(hint) if is_union else (hint,)
    for member in members:
        in_list = typing.get_origin(member) in {tuple, frozenset, list}
        for kind in typing.get_args(member) if in_list else (member,):
            if isinstance(kind, type) and attrs.has(kind) and kind not in _VALUE_TYPES:
                return kind, "[]." if in_list else ".", len(members) == 1 and not in_list
    return None, ".", True
