"""What does this viewer see of this record, for this purpose, on this day?

Every way out of the program (a list, a message, a page, an export) shows the answer of `view`, never the record. It
fails closed: a field without a class, a value of an unexpected shape, a field that was not decided on are left out. It
never says why a field is missing from the document: `decide` does, without the values.
"""

import copy
import datetime as dt
import enum
from collections.abc import Collection, Iterable, Mapping
from typing import Final, TypeAlias

from careprogram.privacy.classification import Classification
from careprogram.privacy.consents import ConsentRecord
from careprogram.privacy.decisions import Decision, Disclosure, decide
from careprogram.privacy.grants import AccessGrant
from careprogram.privacy.masks import masked
from careprogram.privacy.roles import Viewer
from careprogram.privacy.scope import Subject
from careprogram.privacy.sensitivity import Purpose

Document: TypeAlias = Mapping[str, object]
"""A record as JSON."""


def view(
    document: Document,
    classification: Classification,
    *,
    subject: Subject,
    viewer: Viewer,
    purpose: Purpose,
    as_of: dt.date,
    grants: Iterable[AccessGrant] = (),
    consents: Collection[ConsentRecord] = (),
) -> dict[str, object]:
    """Return what *viewer* may see of *document* for *purpose* on *as_of*, as a new document.

    Args:
        document: The record as JSON. It is not changed.
        classification: The classes of its fields, such as ``CHILD_FIELDS``.
        subject: Whom it is about.
        viewer: Who looks.
        purpose: What for.
        as_of: The day.
        grants: See `decide`.
        consents: See `decide`.

    Returns:
        See `seen_by`.
    """
    decision = decide(
        classification,
        subject=subject,
        viewer=viewer,
        purpose=purpose,
        as_of=as_of,
        grants=grants,
        consents=consents,
    )
    return seen_by(decision, document, classification)


def seen_by(decision: Decision, document: Document, classification: Classification) -> dict[str, object]:
    """Return what is left of *document* after *decision*.

    Returns:
        A document with the shown fields as they are and the masked ones as masked texts. The others are not in it; a
        container that nothing is left of is not in it either.
    """
    return _seen(document, "", classification, decision)


def seen_field(decision: Decision, classification: Classification, path: str, value: object) -> object:
    """Return one field as `seen_by` shows it, for a list that asks cell by cell.

    Args:
        decision: What was decided.
        classification: The classes of the fields of such a record.
        path: Where the field stands.
        value: What stands there: as in the record, or as in its document.

    Returns:
        *value* itself where it is shown, a masked text where it is masked, and ``NOT_SEEN`` where it is withheld.
    """
    fate, field = decision.of(path), classification.of(path)
    if field is None or fate is Disclosure.WITHHELD:
        return NOT_SEEN
    if fate is Disclosure.SHOWN:
        return value
    plain = value.isoformat() if isinstance(value, dt.date) else getattr(value, "text", value)
    return NOT_SEEN if field.mask is None else masked(plain, field.mask)


class NotSeen(enum.Enum):
    """What stands in a list for a value that its reader may not see."""

    NOT_SEEN = "not-seen"


NOT_SEEN: Final = NotSeen.NOT_SEEN


def _seen(document: Document, prefix: str, classification: Classification, decision: Decision) -> dict[str, object]:
    seen: dict[str, object] = {}
    for name, value in document.items():
        # A key such as "father.name" must not pass for the path of another field.
        if not name.isidentifier():
            continue
        found = _seen_value(value, f"{prefix}{name}", classification, decision)
        if found is not _NOTHING:
            seen[name] = found
    return seen


_NOTHING = object()


def _seen_value(value: object, path: str, classification: Classification, decision: Decision) -> object:
    fate, field = decision.of(path), classification.of(path)
    if classification.holds_fields(path) and not _is_plain(value):
        guarded = field is not None and fate is not Disclosure.SHOWN
        return _NOTHING if guarded else _seen_container(value, path, classification, decision)
    if field is None or fate is Disclosure.WITHHELD or not (field.whole or _is_plain(value)):
        return _NOTHING
    if fate is Disclosure.SHOWN:
        return value if isinstance(value, str | int | None) else copy.deepcopy(value)
    return _NOTHING if field.mask is None else masked(value, field.mask)


def _seen_container(value: object, path: str, classification: Classification, decision: Decision) -> object:
    if isinstance(value, Mapping):
        inside = _seen(value, f"{path}.", classification, decision)
        return inside or _NOTHING
    if isinstance(value, list | tuple) and all(isinstance(entry, Mapping) for entry in value):
        return [_seen(entry, f"{path}[].", classification, decision) for entry in value]
    return _NOTHING


def _is_plain(value: object) -> bool:
    """Return whether *value* is one value, or a list of such: it cannot carry fields of its own."""
    if isinstance(value, list | tuple):
        return all(isinstance(entry, str | int | None) for entry in value)
    return isinstance(value, str | int | None) or (isinstance(value, Mapping) and _is_unknown(value))


def _is_unknown(value: Mapping[object, object]) -> bool:
    """Return whether *value* is how a document writes ``UNKNOWN``."""
    return len(value) == 1 and value.get("unknown") is True
