"""Which messages wait, who has them in hand, and what became of them?

A message is claimed by its state and the end of its lease, never by "id greater than the last": a message that waited
longer than others is not forgotten. Whoever calls begins and ends the transaction.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from careprogram.errors import ConflictError
from careprogram.ports import ClaimedMessage, Message, MessageState, OutboxEntry, RecordKey, Settlement
from careprogram_sql.moments import from_microseconds, to_microseconds
from careprogram_sql.schema import message

_AT_ONCE = -(2**62)
"""Earlier than every moment."""


def post_messages(connection: Connection, messages: Sequence[Message]) -> None:
    """Put *messages* into the outbox, but for those whose key is known.

    Raises:
        ConflictError: The id of one belongs to another one.
    """
    new: list[dict[str, Any]] = []
    for one in messages:
        same = connection.execute(
            select(message.c.id, message.c.once).where((message.c.id == one.id) | (message.c.once == one.key))
        ).all()
        if any(row.id == one.id and row.once != one.key for row in same):
            raise ConflictError(f"message {one.id}: another message has this id; give each its own")
        if not same:
            new.append(_row(one))
    if new:
        connection.execute(insert(message), new)


def _row(one: Message) -> dict[str, Any]:
    not_before = None if one.not_before is None else to_microseconds(one.not_before)
    about_kind, about_id = one.about or (None, None)
    return {
        "id": one.id,
        "once": one.key,
        "recipient": one.recipient,
        "channel": one.channel,
        "template": one.template,
        "subject": one.subject,
        "body": one.body,
        "not_before": not_before,
        "language": one.language,
        "about_kind": about_kind,
        "about_id": about_id,
        "state": MessageState.WAITING.value,
        "due": _AT_ONCE if not_before is None else not_before,
        "attempts": 0,
        "claimed": 0,
        "detail": "",
    }


def forget_messages(connection: Connection, subjects: Sequence[RecordKey]) -> None:
    """Remove every message about one of *subjects*, sent or not."""
    for kind, id_ in subjects:
        connection.execute(delete(message).where(message.c.about_kind == kind, message.c.about_id == id_))


def claim(connection: Connection, limit: int, lease_seconds: int, now: dt.datetime) -> tuple[ClaimedMessage, ...]:
    """Take waiting messages whose time has come, earliest first."""
    at = to_microseconds(now)
    rows = connection.execute(
        select(message)
        .where(message.c.state == MessageState.WAITING.value, message.c.due <= at)
        .order_by(message.c.due, message.c.seq)
        .limit(limit)
    ).all()
    for row in rows:
        connection.execute(
            update(message)
            .where(message.c.seq == row.seq)
            .values(attempts=row.attempts + 1, claimed=1, due=at + lease_seconds * 1_000_000)
        )
    return tuple(
        ClaimedMessage(message=_message(row), attempt=row.attempts + 1, interrupted=bool(row.claimed)) for row in rows
    )


def settle(connection: Connection, settlement: Settlement) -> bool:
    """Write down how a claimed message ended; False where that claim is not the last one any more."""
    values: dict[str, Any] = {"state": settlement.state.value, "claimed": 0, "detail": settlement.detail}
    if settlement.retry_at is not None:
        values["due"] = to_microseconds(settlement.retry_at)
    done = connection.execute(
        update(message)
        .where(
            message.c.id == settlement.message_id,
            message.c.attempts == settlement.attempt,
            message.c.claimed == 1,
        )
        .values(values)
    )
    return done.rowcount == 1


def entries(connection: Connection, state: MessageState | None, after: int, limit: int) -> tuple[OutboxEntry, ...]:
    """Return messages in order of their position."""
    statement = select(message).where(message.c.seq > after).order_by(message.c.seq).limit(limit)
    if state is not None:
        statement = statement.where(message.c.state == state.value)
    return tuple(
        OutboxEntry(
            position=row.seq,
            message=_message(row),
            state=MessageState(row.state),
            attempts=row.attempts,
            detail=row.detail,
        )
        for row in connection.execute(statement)
    )


def _message(row: Row[Any]) -> Message:
    return Message(
        id=row.id,
        key=row.once,
        recipient=row.recipient,
        channel=row.channel,
        template=row.template,
        subject=row.subject,
        body=row.body,
        not_before=None if row.not_before is None else from_microseconds(row.not_before),
        language=row.language,
        about=None if row.about_kind is None else (row.about_kind, row.about_id),
    )
