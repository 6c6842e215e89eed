"""What is sent, who has it in hand, and what became of it?

Messages wait in the outbox of a store until a notifier has answered. Nothing here sends.
"""

import datetime as dt
import enum

import attrs

from careprogram.errors import ValidationError
from careprogram.language import Language
from careprogram.ports.documents import (
    LARGEST_INDEX_NUMBER,
    RecordKey,
    check_aware,
    check_name,
    check_name_field,
    check_text_field,
)


@attrs.frozen(kw_only=True)
class Message:
    """One message for one recipient, waiting to be sent.

    Attributes:
        id: Which message.
        key: What it says to whom, once: of two messages with one key a store keeps the first and forgets the second.
        recipient: An address the channel understands.
        channel: Which notifier is to send it, by name.
        template: Which text it was made from.
        subject: Its heading.
        body: Its text.
        not_before: The first moment at which it may go out; None for at once.
        language: The language it is written in.
        about: The kind and id of the record it tells about; erasing that record removes the message.
    """

    id: str = attrs.field(validator=check_name_field)
    key: str = attrs.field(validator=check_name_field)
    recipient: str = attrs.field(repr=False, validator=check_name_field)
    channel: str = attrs.field(validator=check_name_field)
    template: str = attrs.field(validator=check_name_field)
    subject: str = attrs.field(repr=False, validator=check_text_field)
    body: str = attrs.field(repr=False, validator=check_text_field)
    not_before: dt.datetime | None = attrs.field(default=None, validator=check_aware)
    language: Language = "zh"
    about: RecordKey | None = None

    def __attrs_post_init__(self) -> None:
        if self.about is not None:
            check_name(self.about[0], "about, kind")
            check_name(self.about[1], "about, id")


class DeliveryAnswer(enum.Enum):
    """What a notifier can say about a message."""

    ACCEPTED = "accepted"
    """The other side has it."""
    REFUSED = "refused"
    """The other side will never take it; trying again is of no use."""
    LATER = "later"
    """It was not taken this time; try again."""
    UNKNOWN = "unknown"
    """It may or may not have arrived."""


class MessageState(enum.Enum):
    """Where a message in the outbox stands."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"
    """Consent, contact or the need for it was gone when it was about to be sent."""


@attrs.frozen(kw_only=True)
class Delivery:
    """The answer of a notifier.

    Attributes:
        answer: What became of the message.
        detail: A short, language-free word for people who look into it; never a name, an address or a text.
        retry_after: With LATER, how long the other side asks to wait.
    """

    answer: DeliveryAnswer
    detail: str = ""
    retry_after: dt.timedelta | None = None


@attrs.frozen(kw_only=True)
class ClaimedMessage:
    """A message that is ours to send until the lease ends.

    Attributes:
        message: What to send.
        attempt: Which claim of it this is, from 1. Settling needs it, so that a lapsed claim settles nothing.
        interrupted: Whether an earlier claim ended without being settled: the message may have gone out already.
    """

    message: Message
    attempt: int
    interrupted: bool = False


@attrs.frozen(kw_only=True)
class Settlement:
    """How a claimed message ended.

    Attributes:
        message_id: Which message.
        attempt: The claim it belongs to.
        state: Where it stands now; WAITING to try again.
        retry_at: With WAITING, when to try again; otherwise None.
        detail: A short word for people who look into it; never a name, an address or a text.
    """

    message_id: str
    attempt: int
    state: MessageState
    retry_at: dt.datetime | None = attrs.field(default=None, validator=check_aware)
    detail: str = attrs.field(default="", validator=check_text_field)

    def __attrs_post_init__(self) -> None:
        if (self.state is MessageState.WAITING) is not (self.retry_at is not None):
            raise ValidationError("a settlement names the next try exactly when the message goes on waiting")


@attrs.frozen(kw_only=True)
class OutboxEntry:
    """A message in the outbox and what became of it so far.

    Attributes:
        position: Its place in the outbox, growing by time of commit.
        message: What is to be sent.
        state: Where it stands.
        attempts: How often it was claimed.
        detail: The word the last settlement left.
    """

    position: int
    message: Message
    state: MessageState
    attempts: int
    detail: str


def check_page(after: int, limit: int) -> None:
    """Refuse a page of the outbox or the audit trail that no store could serve; every store asks this before it looks.

    Raises:
        ValidationError: *after* is no position, 0 included, or *limit* is not at least 1.
    """
    numbers = type(after) is int and type(limit) is int and max(after, limit) < LARGEST_INDEX_NUMBER
    if not numbers or after < 0 or limit < 1:
        raise ValidationError("a page lies behind a position from 0 and has at least 1 entry", reason="number")


def check_claim(limit: int, lease_seconds: int, now: dt.datetime) -> None:
    """Refuse a claim that no store could serve; every store asks this first.

    Raises:
        ValidationError: A number is not at least 1, or the time has no zone.
    """
    if limit < 1 or lease_seconds < 1:
        raise ValidationError("a claim asks for at least 1 message for at least 1 second", reason="number")
    if now.tzinfo is None:
        raise ValidationError("a claim needs a time with its zone (an aware datetime)", reason="zone")
