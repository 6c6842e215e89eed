"""Does no child and no helper, however its record looks, leak through a view?"""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from careprogram.codec import dumps, to_document
from careprogram.people import Child, Helper
from careprogram.privacy import (
    CHILD_FIELDS,
    HELPER_FIELDS,
    Classification,
    Purpose,
    Role,
    Scope,
    Subject,
    Viewer,
    clearance,
    view,
)
from careprogram.testing.strategies.people import children, helpers

# Whole records are slow to make: a third of the profile's examples, in every profile.
_fewer = settings(max_examples=max(15, settings.default.max_examples // 3) if settings.default else 20)
_ROLES, _PURPOSES = st.sampled_from(Role), st.sampled_from(Purpose)


def _leaves(value: Any, classification: Classification, path: str = "") -> Iterator[tuple[str, Any]]:
    """Return every classified value, by its path."""
    if isinstance(value, Mapping) and (not path or classification.holds_fields(path)) and value != {"unknown": True}:
        for name, inner in value.items():
            yield from _leaves(inner, classification, f"{path}.{name}" if path else name)
    else:
        yield path, value


def _see(document: Any, classification: Classification, role: Role, purpose: Purpose) -> dict[str, object]:
    """Look at somebody of age who serves by agreement, so that role and purpose alone decide."""
    viewer = Viewer(id="x", role=role, scope=Scope() if role is Role.PUBLIC else Scope(children=["x"]))
    subject = Subject(id="x", serves=True)
    return view(document, classification, subject=subject, viewer=viewer, purpose=purpose, as_of=dt.date(2026, 9, 1))


@_fewer
@given(child=children(), helper=helpers())
def test_every_value_of_a_stored_record_has_a_class(child: Child, helper: Helper) -> None:
    """Whatever the codec writes for a child or a helper stands at a path that the tables know."""
    for record, classification in ((child, CHILD_FIELDS), (helper, HELPER_FIELDS)):
        paths = [path for path, _ in _leaves(to_document(record), classification)]
        assert classification.unclassified(paths) == ()


@_fewer
@given(child=children(), helper=helpers(), role=_ROLES, purpose=_PURPOSES)
def test_nothing_is_shown_above_the_clearance(child: Child, helper: Helper, role: Role, purpose: Purpose) -> None:
    """A value that comes out as it went in is public, or gathered for the purpose and covered by the clearance."""
    for record, classification in ((child, CHILD_FIELDS), (helper, HELPER_FIELDS)):
        stored = dict(_leaves(to_document(record), classification))
        for path, value in _leaves(_see(to_document(record), classification, role, purpose), classification):
            field = classification.classes[path]
            assert purpose in field.purposes
            if value == stored[path]:
                assert clearance(role, purpose).shown.covers(field.sensitivity)
            else:
                assert field.mask is not None
                assert "*" in value


@_fewer
@given(child=children(), purpose=_PURPOSES)
def test_a_view_for_figures_or_the_public_names_nobody(child: Child, purpose: Purpose) -> None:
    """No number, phone or address comes out for statistics, not even inside another field; the public sees nothing."""
    document = to_document(child)
    shown = dumps(_see(document, CHILD_FIELDS, Role.ANALYST, Purpose.STATISTICS))  # type: ignore[arg-type]
    for path, value in _leaves(document, CHILD_FIELDS):
        if path.split(".")[-1] in {"identity_number", "phone", "address"} and isinstance(value, str) and len(value) > 5:
            assert value not in shown
    assert _see(document, CHILD_FIELDS, Role.PUBLIC, purpose) == {}


@_fewer
@given(child=children(), role=_ROLES, purpose=_PURPOSES)
def test_looking_at_what_was_seen_shows_the_same(child: Child, role: Role, purpose: Purpose) -> None:
    """The view of a view is the view, masks included."""
    seen = _see(to_document(child), CHILD_FIELDS, role, purpose)
    assert _see(seen, CHILD_FIELDS, role, purpose) == seen
