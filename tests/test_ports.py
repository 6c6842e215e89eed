"""What crosses the border to a store is checked at the border, and shows nothing about anybody."""

import datetime as dt

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from careprogram import events, ports
from careprogram.errors import ValidationError
from careprogram.ports import (
    AuditEntry,
    ChangeSet,
    Cursor,
    Erase,
    Message,
    MessageState,
    Page,
    Put,
    Query,
    Range,
    Receipt,
    Record,
    Settlement,
    index_order,
)
from careprogram.testing.store_examples import entry, message, put
from careprogram.testing.store_machine import NOON

NAIVE = dt.datetime(2026, 9, 1)  # noqa: DTZ001
INDEX_VALUES = st.none() | st.integers(-(2**63) + 1, 2**63 - 1) | st.text(st.characters(exclude_categories=["Cs"]))


def rank(value):
    return (0, 0, "") if value is None else (1, value, "") if isinstance(value, int) else (2, 0, value)


@given(INDEX_VALUES, INDEX_VALUES)
def test_the_order_of_index_values_is_that_of_their_texts(one, other):
    """None, then numbers, then texts by code point: the text that stores keep sorts and compares exactly so."""
    assert (index_order(one) < index_order(other)) is (rank(one) < rank(other))
    assert (index_order(one) == index_order(other)) is (rank(one) == rank(other))


@pytest.mark.parametrize(
    "make",
    [
        lambda: put(""),
        lambda: put("a\0"),
        lambda: put("\ud800"),
        lambda: put("x" * 301),
        lambda: put(kind=""),
        lambda: put(expected=-1),
        lambda: put(expected=True),
        lambda: put(v=1.5),
        lambda: put(v=True),
        lambda: put(v=2**63),
        lambda: put(v="x" * 301),
        lambda: put(v="\udfff"),
        lambda: Put(kind="child", id="a", document={}, index={"": 1}),
        lambda: Put(kind="child", id="a", document=None),
        lambda: Put(kind="child", id="a", document=["name"]),
        lambda: Put(kind="child", id="a", document="{}"),
        lambda: Put(kind="child", id="a", document={}, schema_version=0),
        lambda: Put(kind="child", id="a", document={}, schema_version=2**63),
        lambda: Put(kind="child", id="a", document={}, expected_version=2**63),
        lambda: Query(kind="child", limit=2**63),
        lambda: Erase(kind="child", id="a", expected_version=0),
        lambda: message(1, id=""),
        lambda: message(1, body="\ud800"),
        lambda: message(1, subject="\0"),
        lambda: message(1, not_before=NAIVE),
        lambda: message(1, about=("child", "")),
        lambda: attrs.evolve(entry(), at=NAIVE),
        lambda: attrs.evolve(entry(), purpose=""),
        lambda: ChangeSet(command_id=""),
        lambda: ChangeSet(command_id="c", puts=[put(), put()]),
        lambda: ChangeSet(command_id="c", puts=[put()], erasures=[Erase(kind="child", id="a", expected_version=1)]),
        lambda: ChangeSet(command_id="c", messages=[message(1), message(1, key="other")]),
        lambda: ChangeSet(command_id="c", messages=[message(1), message(2, key="k1")]),
        Range,
        lambda: Range(column="v"),
        lambda: Range(from_=1),
        lambda: Range(column="v", from_=1, to="2"),
        lambda: Query(kind="child", limit=0),
        lambda: Query(kind="child", equals={"v": 1.5}),  # type: ignore[dict-item]
        lambda: Cursor(id=""),
        lambda: Settlement(message_id="m", attempt=1, state=MessageState.WAITING),
        lambda: Settlement(message_id="m", attempt=1, state=MessageState.ACCEPTED, retry_at=NOON),
        lambda: Settlement(message_id="m", attempt=1, state=MessageState.WAITING, retry_at=NAIVE),
        lambda: Settlement(message_id="m", attempt=1, state=MessageState.ACCEPTED, detail="\0"),
    ],
)
def test_what_some_store_could_not_keep_is_refused_at_once(make):
    """A record that cannot be kept exactly everywhere cannot be made at all."""
    with pytest.raises(ValidationError):
        make()


def test_a_change_set_of_any_sequence_is_frozen():
    """Whoever keeps the list they gave cannot change what is about to be committed."""
    puts = [put()]
    changes = ChangeSet(command_id="c", puts=puts)
    puts.append(put("b"))
    assert [one.id for one in changes.puts] == ["a"]


def test_no_repr_shows_what_is_kept():
    """Reprs in logs and tracebacks hold opaque ids and counts, never a document, an address, a text or a value."""
    secret = "王小明"
    record = Record(kind="child", id="a", version=1, schema_version=1, document={"name": secret})
    shown = [
        record,
        Page(records=(record,), next=Cursor(id="a", value=secret)),
        Range(column="name", from_=secret, to=secret),
        put(document={"name": secret}, village=secret),
        ChangeSet(command_id="c", puts=[put(document={"name": secret})], messages=[message(1, body=secret)]),
        message(1, recipient=secret, subject=secret, body=secret),
        Query(kind="child", equals={"name": secret}, within=Range(from_=secret), after=Cursor(id="a", value=secret)),
        Receipt(command_id="c", versions={("child", "a"): 1}),
    ]
    assert [one for one in shown if secret in repr(one)] == []
    assert repr(shown[4]) == "ChangeSet(command_id='c', puts=<1>, erasures=(), standing=<0>, messages=<1>, audit=<0>)"


def test_a_large_change_set_is_quick():
    """Making a change set of many puts takes time in proportion to them."""
    assert len(ChangeSet(command_id="c", puts=[put(f"{n}") for n in range(20_000)]).puts) == 20_000


def test_events_carry_ids_and_days_only():
    """No event has a field that could hold a name, an address or a document."""
    harmless = {"str", "int", "date", "ChildId", "HelperId", "PolicyId", "int | None", "tuple[str, ...]"}
    made = [value for value in vars(events).values() if isinstance(value, type) and attrs.has(value)]
    assert len(made) == 7
    for event in made:
        for field in attrs.fields(event):
            name = getattr(field.type, "__name__", "")
            assert (
                name in harmless
                or str(field.type) in {"int | None", "tuple[str, ...]"}
                or "ServiceId" in str(field.type)
            )
            assert field.name not in {"name", "address", "phone", "text", "document"}


def test_the_face_of_the_room_is_complete():
    """Every public name can be imported from ``careprogram.ports``, sorted, and is documented."""
    assert list(ports.__all__) == sorted(ports.__all__, key=lambda name: (not name.isupper(), name))
    for name in ports.__all__:
        assert getattr(ports, name).__doc__ is not None


def test_messages_and_entries_know_their_zone():
    """A time with a zone is accepted as it is."""
    assert message(1, not_before=NOON).not_before == NOON
    assert isinstance(entry(), AuditEntry)
    assert isinstance(message(1), Message)
