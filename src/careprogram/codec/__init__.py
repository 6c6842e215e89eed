"""How does a model become a document and come back unchanged?

One strict converter for every frozen record of the house. This file alone knows cattrs; nothing here mends what it
reads: a value of the wrong type is a fault, and all faults are told at once, by their path and never with the value.

| in the model | in the document |
|---|---|
| a record (attrs, ``kw_only``) | an object with one member a field; a member nobody knows is a fault |
| a value type (attrs, one positional text or number, such as ``Phone``) | the plain text or number |
| text, whole number, yes or no | the same; nothing is coerced: ``1`` is not ``true``, ``"5"`` is not ``5`` |
| an enum | its ``value`` |
| a date; a moment (aware) | ISO 8601 text; a moment in UTC, ending in ``Z`` |
| a decimal | its text |
| a tuple; a frozenset | a list; a sorted list without repetitions |
| a Mapping with keys of text | an object |
| ``None`` | ``null`` |
| ``UNKNOWN`` | left out where it is the field's default, elsewhere ``{"unknown": true}`` |

``UNKNOWN`` is never written ``"unknown"``, which is a text that somebody may have typed. A member that is left out
takes the field's default, so that a document stays readable when its record gains a field. Floats are refused: measures
are whole numbers of a stated unit, or decimals.
"""

import functools
import operator
import pathlib
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import attrs
import cattrs
from cattrs.fns import identity
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from careprogram.codec import scalars, shapes
from careprogram.codec.faults import FaultsError, Read, Write, faults_of, no_hook, refuse
from careprogram.errors import ValidationError
from careprogram.ports import JsonObject, dumps, loads
from careprogram.ports.canonical import path_step
from careprogram.unknown import UNKNOWN, Unknown

__all__ = ["dumps", "from_document", "loads", "make_converter", "to_document"]

T = TypeVar("T")


def to_document(value: object) -> JsonObject:
    """Return the document of a record.

    Args:
        value: An instance of an attrs class; its fields hold what their annotations say.

    Raises:
        ValidationError: It is no record, or a field is of a type that no document can hold.
    """
    document = _converter().unstructure(value)
    if not isinstance(document, dict):
        raise ValidationError(f"a {type(value).__name__} is a value, not a record: it has no document of its own")
    return document


def from_document(cls: type[T], document: JsonObject) -> T:
    """Return the record of type *cls* that *document* holds.

    Raises:
        ValidationError: With every fault on a line of its own, such as ``$.father.birth_date: expected a date``.
    """
    try:
        return _converter().structure(document, cls)
    except FaultsError as error:
        faults = faults_of(error)
    lines = "\n".join(f"  ${path}: {reason}" for path, reason in faults)
    raise ValidationError(f"no {cls.__name__}; mend the document at\n{lines}", reason="document")


@functools.cache
def _converter() -> cattrs.Converter:
    return make_converter()


def make_converter() -> cattrs.Converter:
    """Return a new converter that follows the table above and refuses every type that is not in it."""
    made = cattrs.Converter(
        forbid_extra_keys=True,
        detailed_validation=True,
        unstructure_fallback_factory=no_hook,
        structure_fallback_factory=no_hook,
    )
    for cls in scalars.PRIMITIVES:
        made.register_unstructure_hook(cls, identity)
        made.register_structure_hook(cls, scalars.exactly(cls))
    for cls, write, read in scalars.PARSED:
        made.register_unstructure_hook(cls, write)
        made.register_structure_hook(cls, scalars.parsing(read, f"expected {scalars.WORDS[cls]}"))
    for cls in scalars.TEXT_ENUMS:
        made.register_unstructure_hook(cls, scalars.write_enum)
        made.register_structure_hook(cls, scalars.read_enum)
    for cls in (float, bytes, pathlib.Path):  # named, as cattrs would make them of anything
        made.register_unstructure_hook(cls, functools.partial(no_hook, cls))
        made.register_structure_hook(cls, functools.partial(no_hook, cls))
    for applies, make_write, make_read in _FACTORIES:
        made.register_unstructure_hook_factory(applies, _bound(make_write, made))
        made.register_structure_hook_factory(applies, _bound(make_read, made))
    return made


def _bound(make: Callable[[Any, cattrs.Converter], T], made: cattrs.Converter) -> Callable[[Any], T]:
    return lambda cls: make(cls, made)


def _record_write(cls: Any, made: cattrs.Converter) -> Write:
    overrides: dict[str, Any] = {}
    for field in attrs.fields(attrs.resolve_types(cls)):
        if field.default is UNKNOWN and field.init:
            present = functools.reduce(operator.or_, [part for part in shapes.parts(field.type) if part is not Unknown])
            overrides[field.name] = override(omit_if_default=True, unstruct_hook=made.get_unstructure_hook(present))
    return make_dict_unstructure_fn(cls, made, **overrides)


def _record_read(cls: Any, made: cattrs.Converter) -> Read:
    read_members = make_dict_structure_fn(cls, made)

    def read(value: Any, _: Any) -> Any:
        if not isinstance(value, Mapping):
            refuse("expected an object")
        try:
            return read_members(value, cls)
        except cattrs.BaseValidationError as error:
            faults = _faults_inside(error)
        raise FaultsError(*faults)

    return read


def _faults_inside(error: cattrs.BaseValidationError | cattrs.ForbiddenExtraKeysError) -> list[tuple[str, str]]:
    """Return the faults that cattrs found in a record and in its members."""
    if isinstance(error, cattrs.ForbiddenExtraKeysError):
        return [(path_step(name), "nobody knows this member") for name in sorted(error.extra_fields, key=str)]
    if not isinstance(error, cattrs.ClassValidationError):
        return faults_of(error)
    by_field, others = error.group_exceptions()
    faults: list[tuple[str, str]] = []
    for other in others:
        faults += _faults_inside(other) if isinstance(other, cattrs.ForbiddenExtraKeysError) else faults_of(other)
    for inner, note in by_field:
        faults += [(f".{note.name}{path}", reason) for path, reason in faults_of(inner)]
    return faults


_FACTORIES: tuple[tuple[Callable[[Any], bool], Callable[..., Any], Callable[..., Any]], ...] = (
    (scalars.is_refused, no_hook, no_hook),
    (scalars.is_literal, lambda *_: identity, scalars.literal_read),
    (scalars.is_enum, lambda *_: scalars.write_enum, lambda *_: scalars.read_enum),
    (shapes.is_record, _record_write, _record_read),
    (lambda cls: shapes.single_field(cls) is not None, shapes.value_write, shapes.value_read),
    (shapes.is_sequence, shapes.sequence_write, shapes.sequence_read),
    (shapes.is_pair, shapes.pair_write, shapes.pair_read),
    (shapes.is_set, shapes.set_write, shapes.set_read),
    (shapes.is_mapping, shapes.mapping_write, shapes.mapping_read),
    (shapes.is_union, shapes.union_write, shapes.union_read),
)
