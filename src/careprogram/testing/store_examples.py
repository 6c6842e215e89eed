"""What do the suites for stores write and read?

Small records, messages and questions, and texts that a careless store spoils.
"""

import datetime as dt
from typing import Any

from careprogram.ports import (
    AuditEntry,
    Cursor,
    JsonObject,
    Message,
    MessageState,
    Put,
    Query,
    Settlement,
    Store,
)
from careprogram.testing.store_machine import NOON

HOSTILE_TEXTS = (
    "",
    " ",
    "'; DROP TABLE record; --",
    '"}\n{"',
    "\\",
    "%_*?[]",
    "null",
    "\u2028\ufeff\u202e",
    "\ud7ff\ue000\uffff",
    "👨‍👩‍👧 \U0010ffff",
    "e\u0301 é",
    "\x01\x1f\x7f\r\n\t",
    "=1+1",
    "ﷺ" * 100,
)
"""Texts that a careless store mends, cuts, normalizes or runs."""


def put(id: str = "a", document: JsonObject | None = None, expected: int = 0, kind: str = "child", **index: Any) -> Put:  # noqa: A002
    """Return a put with little to write."""
    return Put(kind=kind, id=id, document=document or {"of": id}, expected_version=expected, index=index)


def message(number: int = 1, **changes: Any) -> Message:
    """Return message *number*."""
    usual: dict[str, Any] = {
        "id": f"m{number}",
        "key": f"k{number}",
        "recipient": "somebody",
        "channel": "file",
        "template": "t",
        "subject": "s",
        "body": f"body {number}",
    }
    return Message(**(usual | changes))


def entry(number: int = 1) -> AuditEntry:
    """Return audit entry *number*."""
    at = NOON + dt.timedelta(microseconds=number)
    return AuditEntry(actor="x", action="read", subject_kind="child", subject_id=f"a{number}", purpose="care", at=at)


def ids(store: Store, limit: int = 100, **query: Any) -> list[str]:
    """Return the ids that match, over all pages."""
    found: list[str] = []
    after: Cursor | None = None
    for _ in range(5_000):  # a store whose pages never end must fail, not hang
        page = store.find(Query(kind="child", limit=limit, after=after, **query))
        found += [record.id for record in page.records]
        after = page.next
        if after is None:
            return found
    raise AssertionError("the pages never end")


def settled(number: int, attempt: int = 1, state: MessageState = MessageState.ACCEPTED, **changes: Any) -> Settlement:
    """Return a settlement of message *number*."""
    return Settlement(message_id=f"m{number}", attempt=attempt, state=state, **changes)


def later(seconds: float) -> dt.datetime:
    """Return the moment so many seconds after the suite's noon."""
    return NOON + dt.timedelta(seconds=seconds)
