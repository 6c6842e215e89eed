"""What does this viewer see of this record, for this purpose?

Every way out of the program (a list, a message, a page, an export) shows the answer of `view`, never the record. It
fails closed: a field without a class, a value of an unexpected shape, a purpose the field was not gathered for, all are
left out. It never says why a field is missing from the document: `disclosures` does, without the values.
"""

import copy
import enum
from collections.abc import Mapping
from typing import TypeAlias

from careprogram.privacy.classification import Classification, FieldClass
from careprogram.privacy.masks import masked
from careprogram.privacy.roles import Viewer, clearance
from careprogram.privacy.sensitivity import Purpose, Sensitivity

Document: TypeAlias = Mapping[str, object]
"""A record as JSON."""


class Disclosure(enum.Enum):
    """What happens to a field on its way to a viewer."""

    SHOWN = "shown"
    MASKED = "masked"
    WITHHELD = "withheld"


def disclosure(field: FieldClass, *, viewer: Viewer, purpose: Purpose) -> Disclosure:
    """Return what *viewer* gets of a field of that class, for *purpose*."""
    if field.sensitivity is Sensitivity.PUBLIC:
        return Disclosure.SHOWN
    if purpose not in field.purposes:
        return Disclosure.WITHHELD
    allowed = clearance(viewer.role, purpose)
    if allowed.shown.covers(field.sensitivity):
        return Disclosure.SHOWN
    if field.mask is not None and allowed.masked.covers(field.sensitivity):
        return Disclosure.MASKED
    return Disclosure.WITHHELD


def disclosures(classification: Classification, *, viewer: Viewer, purpose: Purpose) -> dict[str, Disclosure]:
    """Return what *viewer* gets of each field, by path, before the guard of the containers around it."""
    return {path: disclosure(field, viewer=viewer, purpose=purpose) for path, field in classification.classes.items()}


def view(document: Document, classification: Classification, *, viewer: Viewer, purpose: Purpose) -> dict[str, object]:
    """Return what *viewer* may see of *document* for *purpose*, as a new document.

    Args:
        document: The record as JSON. It is not changed.
        classification: The classes of its fields, such as ``CHILD_FIELDS``.
        viewer: Who looks.
        purpose: What for.

    Returns:
        A document with the shown fields as they are and the masked ones as masked texts. The others are not in it; a
        container that nothing is left of is not in it either.
    """
    decided = disclosures(classification, viewer=viewer, purpose=purpose)
    return _seen(document, "", classification, decided)


def _seen(
    document: Document, prefix: str, classification: Classification, decided: Mapping[str, Disclosure]
) -> dict[str, object]:
    seen: dict[str, object] = {}
    for name, value in document.items():
        # A key such as "father.name" must not pass for the path of another field.
        if not name.isidentifier():
            continue
        found = _seen_value(value, f"{prefix}{name}", classification, decided)
        if found is not _NOTHING:
            seen[name] = found
    return seen


_NOTHING = object()


def _seen_value(value: object, path: str, classification: Classification, decided: Mapping[str, Disclosure]) -> object:
    fate = decided.get(path)
    if classification.holds_fields(path) and not _is_plain(value):
        guarded = fate not in {None, Disclosure.SHOWN}
        return _NOTHING if guarded else _seen_container(value, path, classification, decided)
    field = classification.of(path)
    if field is None or fate is Disclosure.WITHHELD or not _is_plain(value):
        return _NOTHING
    if fate is Disclosure.SHOWN:
        return copy.copy(value)
    return _NOTHING if field.mask is None else masked(value, field.mask)


def _seen_container(
    value: object, path: str, classification: Classification, decided: Mapping[str, Disclosure]
) -> object:
    if isinstance(value, Mapping):
        inside = _seen(value, f"{path}.", classification, decided)
        return inside or _NOTHING
    if isinstance(value, list | tuple) and all(isinstance(entry, Mapping) for entry in value):
        return [_seen(entry, f"{path}[].", classification, decided) for entry in value]
    return _NOTHING


def _is_plain(value: object) -> bool:
    """Return whether *value* is one value, or a list of such: it cannot carry fields of its own."""
    if isinstance(value, list | tuple):
        return all(isinstance(entry, str | int | None) for entry in value)
    return isinstance(value, str | int | None) or (isinstance(value, Mapping) and _is_unknown(value))


def _is_unknown(value: Mapping[object, object]) -> bool:
    """Return whether *value* is how a document writes ``UNKNOWN``."""
    return len(value) == 1 and value.get("unknown") is True
