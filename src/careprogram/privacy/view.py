"""What does this viewer see of this record, for this purpose, on this day?

Every way out of the program (a list, a message, a page, an export) shows the answer of `view`, never the record. It
fails closed: a field without a class, a value of an unexpected shape, a field that was not decided on are left out. It
never says why a field is missing from the document: `decide` does, without the values.
"""

import copy
import datetime as dt
import enum
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final, TypeAlias

import attrs

from careprogram.privacy.classification import Classification, FieldClass
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
    found = decision.tables.get(id(classification))
    if found is None:
        found = decision.tables[id(classification)] = (classification, _table(decision, classification))
    return _seen(document, found[1])


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


@attrs.frozen
class _Fate:
    """What becomes of the values at one path.

    Attributes:
        field: Its class, if a value may come out; None where only fields inside it may.
        shown: Whether a value comes out as it is, and not masked.
        holds: Whether a record or a list of records belongs there, so that no bare text comes out.
        inside: What becomes of the fields inside it; None where it holds none, or nobody may look into it.
        entries: The same for the entries of a list.
        whole: The names in such an entry that come out as they are.
    """

    field: FieldClass | None
    shown: bool
    holds: bool
    inside: "_Table | None"
    entries: "_Table"
    whole: frozenset[str]
    simple: bool = attrs.field(init=False)
    """Whether a single value comes out just as it is."""

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "simple", self.shown and not self.holds)


_Table: TypeAlias = Mapping[str, _Fate]
"""What becomes of the members of one record, by name. What is not here is left out."""


def _table(decision: Decision, classification: Classification) -> _Table:
    """Work out once, for all documents, what becomes of each path."""
    inside: dict[str, dict[str, _Fate]] = {"": {}}
    paths = dict.fromkeys(part for path in classification.classes for part in _steps(path))
    for path in sorted(paths, key=lambda path: -path.count(".")):  # what lies inside comes first
        outer, _, name = path.rpartition(".")
        fate = _fate(path, decision, classification, inside)
        # A key such as "father.name" must not pass for the path of another field, nor "calls[]" for a list.
        if fate is not None and name.isidentifier():
            inside.setdefault(outer, {})[name] = fate
    return inside[""]


def _steps(path: str) -> Iterator[str]:
    """Return the paths of everything around *path*, without the brackets of lists, and its own."""
    parts = path.split(".")
    for depth in range(1, len(parts)):
        yield ".".join(parts[:depth]).removesuffix("[]")
    yield path


def _fate(path: str, decision: Decision, classification: Classification, inside: Mapping[str, _Table]) -> _Fate | None:
    """Return what becomes of *path*, or None where nothing of it can come out."""
    field, disclosure = classification.of(path), decision.of(path)
    holds = classification.holds_fields(path)
    opened = holds and (field is None or disclosure is Disclosure.SHOWN)
    own = None if disclosure is Disclosure.WITHHELD else field
    if own is None and not opened:
        return None
    entries = inside.get(f"{path}[]", {})
    return _Fate(
        own,
        shown=own is not None and disclosure is Disclosure.SHOWN,
        holds=holds,
        inside=inside.get(path, {}) if opened else None,
        entries=entries,
        whole=frozenset(name for name, entry in entries.items() if entry.simple),
    )


def _seen(document: Document, table: _Table) -> dict[str, object]:
    seen: dict[str, object] = {}
    for name, value in document.items():
        fate = table.get(name)
        if fate is None:
            continue
        if fate.simple and type(value) in _SIMPLE:
            seen[name] = value
        elif type(value) is list and fate.inside is not None and set(map(type, value)) == _RECORDS:
            # What it mostly is: a list of records, of which most come out as they are.
            whole, entries = fate.whole, fate.entries
            found = _counted(
                [
                    entry.copy()
                    if entry.keys() <= whole and _SIMPLE.issuperset(map(type, entry.values()))
                    else _seen(entry, entries)
                    for entry in value
                ],
                fate,
            )
            if found is not _NOTHING:
                seen[name] = found
        elif (found := _seen_value(value, fate)) is not _NOTHING:
            seen[name] = found
    return seen


_NOTHING = object()
_SIMPLE = frozenset({str, int, bool, type(None)})
_RECORDS = {dict}


def _seen_value(value: object, fate: _Fate) -> object:
    if fate.inside is not None and not _is_plain(value):
        return _seen_container(value, fate, fate.inside)
    if fate.holds and not _is_empty(value):
        return _NOTHING  # a bare text where a record belongs has no class of its own
    field = fate.field
    if field is None or not (field.whole or _is_plain(value)):
        return _NOTHING
    if fate.shown:
        return value if isinstance(value, str | int | None) else copy.deepcopy(value)
    return _NOTHING if field.mask is None else masked(value, field.mask)


def _seen_container(value: object, fate: _Fate, inside: _Table) -> object:
    if isinstance(value, Mapping):
        return _seen(value, inside) or _NOTHING
    if isinstance(value, list | tuple) and all(isinstance(entry, Mapping) for entry in value):
        return _counted([_seen(entry, fate.entries) for entry in value], fate)
    return _NOTHING


def _counted(entries: list[dict[str, object]], fate: _Fate) -> object:
    """Return *entries*, unless nothing is left of any: how many there are is told by a list that may itself be seen."""
    return entries if fate.field is not None or any(entries) else _NOTHING


def _is_plain(value: object) -> bool:
    """Return whether *value* is one value, or a list of such: it cannot carry fields of its own."""
    if type(value) in _SIMPLE:
        return True
    if isinstance(value, list | tuple):
        return all(type(entry) in _SIMPLE or isinstance(entry, str | int) for entry in value)
    return isinstance(value, str | int) or (isinstance(value, Mapping) and _is_unknown(value))


def _is_empty(value: object) -> bool:
    """Return whether *value* says just that there is nothing, or that nobody knows."""
    return value is None or value in ([], ()) or (isinstance(value, Mapping) and _is_unknown(value))


def _is_unknown(value: Mapping[object, object]) -> bool:
    """Return whether *value* is how a document writes ``UNKNOWN``."""
    return len(value) == 1 and value.get("unknown") is True
