"""What does a store of each schema hold, as SQL and as answers?

Run once when a schema is published, `python make_store.py N`, by the version that has it, and never again: the files
stay for ever, so that every later version shows that it brings them up and answers as their own version did.
"""

import contextlib
import datetime as dt
import json
import sqlite3
import sys
import tempfile
from pathlib import Path
from typing import Any

from careprogram.ports import (
    AuditEntry,
    ChangeSet,
    Erase,
    Message,
    MessageState,
    Put,
    Query,
    Range,
    Record,
    Settlement,
    Store,
    dumps,
)

AT = dt.datetime(2026, 9, 1, 4, tzinfo=dt.UTC)
COMMANDS = ("enroll 一", "grow", "erase", "empty")
IDS = (("child", "a"), ("child", "B"), ("child", "gone"), ("duty", "a"))


def put(id_: str, document: Any, expected: int = 0, schema: int = 1, kind: str = "child", **index: Any) -> Put:
    """Return a put."""
    return Put(kind=kind, id=id_, document=document, expected_version=expected, schema_version=schema, index=index)


def message(number: int, **changes: Any) -> Message:
    """Return a message."""
    usual = {"id": f"m{number}", "key": f"k{number}", "recipient": "r", "channel": "file", "template": "t"}
    return Message(**(usual | {"subject": "s", "body": f"body {number}"} | changes))


def entry(number: int, schema: int) -> AuditEntry:
    """Return an audit entry; from schema 2 on the second one names fields and a grant."""
    named = {"fields": ("health.weight", "guardian.phone"), "grant": "grant-2"}
    return AuditEntry(
        actor="x",
        action="read" if number % 2 else "write",
        subject_kind="child",
        subject_id=f"a{number}",
        purpose="care 照料",
        at=AT + dt.timedelta(microseconds=number),
        **(named if schema > 1 and number == 2 else {}),
    )


def live_in(store: Store, schema: int) -> None:
    """Let *store* have versions, an erased record, messages in every state and audit entries."""
    hostile = {"quote": "'\"\\\n\0", "none": None, "list": [1, [], {}]}
    store.commit(
        ChangeSet(
            command_id="enroll 一",
            puts=[
                put("a", {"name": "甲", "grade": 3}, village="520526101203", due="2026-09-01"),
                put("B", hostile, village=None, n=-5),
                put("gone", {"name": "CANARY"}, village="520526101203"),
                put("a", {"of": "duty"}, kind="duty", due="2026-10-01"),
            ],
            messages=[
                message(1),
                message(2, not_before=AT + dt.timedelta(seconds=9), language="en", about=("child", "a")),
                message(3),
                message(4, about=("child", "gone")),
            ],
            audit=[entry(1, schema), entry(2, schema)],
        )
    )
    grown = put("a", {"name": "甲", "grade": 4}, 1, 2, village="520526101204", due="2026-09-08")
    duty = put("a", {"of": "duty 2"}, 1, kind="duty")
    store.commit(ChangeSet(command_id="grow", puts=[grown, duty], audit=[entry(3, schema)]))
    store.claim(limit=2, lease_seconds=60, now=AT)
    store.settle(Settlement(message_id="m1", attempt=1, state=MessageState.ACCEPTED, detail="ok"), now=AT)
    erasure = Erase(kind="child", id="gone", expected_version=1)
    store.commit(ChangeSet(command_id="erase", erasures=[erasure], audit=[entry(4, schema)]))
    store.commit(ChangeSet(command_id="empty"))


def answers(store: Store, schema: int) -> dict[str, Any]:
    """Return what *store* answers, as far as *schema* knew it."""
    due = Range(column="due", from_="2026-09-01")
    return {
        "histories": {f"{kind}/{id_}": [_record(one) for one in store.history(kind, id_)] for kind, id_ in IDS},
        "find": _found(store, Query(kind="child")),
        "by village": _found(store, Query(kind="child", equals={"village": "520526101204"})),
        "by no village": _found(store, Query(kind="child", equals={"village": None})),
        "by due date": _found(store, Query(kind="child", within=due)),
        "outbox": [_message(one) for one in store.outbox()],
        "audit": [_entry(one, schema) for one in store.audit()],
        "receipts": {
            name: sorted([*key, version] for key, version in store.commit(ChangeSet(command_id=name)).versions.items())
            for name in COMMANDS
        },
    }


def _found(store: Store, query: Query) -> list[Any]:
    return [_record(one) for one in store.find(query).records]


def _record(one: Record) -> list[Any]:
    return [one.kind, one.id, one.version, one.schema_version, dumps(one.document)]


def _message(one: Any) -> list[Any]:
    held = one.message
    texts = [held.id, held.key, held.recipient, held.channel, held.template, held.subject, held.body]
    when = None if held.not_before is None else held.not_before.isoformat()
    about = None if held.about is None else list(held.about)
    return [one.position, one.state.value, one.attempts, one.detail, *texts, when, held.language, about]


def _entry(one: Any, schema: int) -> list[Any]:
    held = one.entry
    texts = [held.actor, held.action, held.subject_kind, held.subject_id, held.purpose, held.at.isoformat()]
    chained = [list(held.fields), held.grant, one.digest] if schema > 1 else []
    return [one.position, one.command_id, *texts, *chained]


def main(schema: int) -> None:
    """Write the two files of *schema*."""
    from careprogram_sql import open_store

    folder, path = Path(__file__).parent, Path(tempfile.mkdtemp()) / "records.db"
    with contextlib.closing(open_store(path)) as store:
        live_in(store, schema)
        told = answers(store, schema)
    lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(told[name], ensure_ascii=False)}" for name in told)
    (folder / f"store-{schema}.json").write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
    with contextlib.closing(sqlite3.connect(path)) as connection:
        (folder / f"store-{schema}.sql").write_text("\n".join(connection.iterdump()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]))
