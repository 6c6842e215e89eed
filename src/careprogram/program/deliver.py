"""How do the messages in the outbox get to where they belong, once?

Claim, ask whether it may still go out, send, write down what became of it: one message after the other, each settled
before the next is sent. Trying again is decided here and nowhere else. A notifier that raises costs its message a later
try and never the loop; a check that raises keeps its message back. No error text of a notifier is kept, as it might
quote the message.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import attrs

from careprogram.errors import ConfigurationError
from careprogram.ports import (
    ClaimedMessage,
    Clock,
    Delivery,
    DeliveryAnswer,
    Message,
    MessageState,
    Notifier,
    Settlement,
    Store,
)

Objection: TypeAlias = Callable[[Message], str | None]
"""Asked right before sending, whether consent, contact and record are still there: None to send, or a short reason."""

_STATES = {
    DeliveryAnswer.ACCEPTED: MessageState.ACCEPTED,
    DeliveryAnswer.REFUSED: MessageState.REFUSED,
    DeliveryAnswer.LATER: MessageState.WAITING,
    DeliveryAnswer.UNKNOWN: MessageState.UNKNOWN,
}


@attrs.frozen(kw_only=True)
class Patience:
    """How long and how often a message is tried.

    Attributes:
        first: The wait after the first try; it doubles with every further one.
        longest: No wait is longer, unless the other side asks for it.
        tries: After so many the message counts as refused.
    """

    first: dt.timedelta = dt.timedelta(minutes=1)
    longest: dt.timedelta = dt.timedelta(hours=6)
    tries: int = 12

    def wait(self, attempt: int) -> dt.timedelta:
        """Return the wait after try number *attempt*, counted from 1.

        Examples:
            >>> str(Patience().wait(4))
            '0:08:00'
        """
        doubled: dt.timedelta = self.first * 2 ** min(attempt - 1, 30)
        return min(doubled, self.longest)


@attrs.frozen(kw_only=True)
class DeliveryReport:
    """What one call of `deliver` did.

    Attributes:
        states: How many messages ended in each state; WAITING are those to be tried again.
        lapsed: How many settlements came too late, because the lease had ended and somebody else had the message.
    """

    states: Mapping[MessageState, int]
    lapsed: int = 0

    @property
    def total(self) -> int:
        """All messages that were claimed."""
        return sum(self.states.values()) + self.lapsed


def nothing_against(_: Message) -> str | None:
    """Object to no message; for programs that hold no consent of their own."""
    return None


def deliver(
    store: Store,
    notifiers: Notifier | Sequence[Notifier],
    *,
    clock: Clock,
    objection: Objection = nothing_against,
    limit: int = 100,
    lease_seconds: int = 300,
    patience: Patience = Patience(),
) -> DeliveryReport:
    """Send the messages whose time has come.

    Args:
        store: Whose outbox.
        notifiers: Who sends; each serves the channel that its name says.
        clock: Asked before each message, so that the lease and the waits are true.
        objection: Asked before each message; it may not be sent where this gives a reason or raises.
        limit: At most so many messages.
        lease_seconds: How long one message may take before another process may take it over.
        patience: How long and how often to try again.

    Raises:
        ConfigurationError: Two notifiers serve one channel.
        StoreError: The store failed; what was settled before stays settled.
    """
    channels = _by_channel(notifiers)
    # After a crash the whole batch counts as cut off, which is harmless only where sending twice is.
    batch = _BATCH if all(notifier.idempotent for notifier in channels.values()) else 1
    states: Counter[MessageState] = Counter()
    lapsed = rest = 0
    for rest in range(limit, 0, -batch):
        began = clock.now()
        claimed = store.claim(limit=min(batch, rest), lease_seconds=lease_seconds, now=began)
        for one in claimed:
            late = clock.now() - began >= dt.timedelta(seconds=lease_seconds)
            delivery = _GIVEN_BACK if late else _handle(one, channels, objection)
            now = clock.now()
            settlement = _settlement(one, delivery, now, patience)
            if store.settle(settlement, now=now):
                states[settlement.state] += 1
            else:
                lapsed += 1
        if len(claimed) < min(batch, rest):
            break
    return DeliveryReport(states=dict(states), lapsed=lapsed)


_BATCH = 20
_GIVEN_BACK = Delivery(answer=DeliveryAnswer.LATER, detail="not begun before the lease ended")
_LONGEST_WISH = dt.timedelta(days=30)


@attrs.frozen
class _Withdrawn:
    """The message is not to be sent any more, and why."""

    reason: str


def _by_channel(notifiers: Notifier | Sequence[Notifier]) -> dict[str, Notifier]:
    several = notifiers if isinstance(notifiers, Sequence) else (notifiers,)
    channels: dict[str, Notifier] = {}
    for notifier in several:
        if channels.setdefault(notifier.name, notifier) is not notifier:
            raise ConfigurationError(f"two notifiers serve the channel {notifier.name!r}: name one of them otherwise")
    return channels


def _handle(claimed: ClaimedMessage, channels: Mapping[str, Notifier], objection: Objection) -> Delivery | _Withdrawn:
    message = claimed.message
    notifier = channels.get(message.channel)
    if notifier is None:
        return Delivery(answer=DeliveryAnswer.LATER, detail="no notifier for this channel")
    if claimed.interrupted and not notifier.idempotent:
        return Delivery(answer=DeliveryAnswer.UNKNOWN, detail="an earlier try was cut off")
    try:
        reason = objection(message)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a check that cannot answer must hold the message back
        return Delivery(answer=DeliveryAnswer.LATER, detail=f"check raised {type(error).__name__}")
    if reason is not None:
        return _Withdrawn(reason)
    try:
        delivery: object = notifier.send(message)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin's fault costs its own message a later try, nothing else
        return Delivery(answer=DeliveryAnswer.LATER, detail=f"notifier raised {type(error).__name__}")
    if not isinstance(delivery, Delivery):
        return Delivery(answer=DeliveryAnswer.UNKNOWN, detail=f"notifier answered {type(delivery).__name__}")
    return delivery


def _settlement(
    claimed: ClaimedMessage, delivery: Delivery | _Withdrawn, now: dt.datetime, patience: Patience
) -> Settlement:
    message_id, attempt = claimed.message.id, claimed.attempt
    if isinstance(delivery, _Withdrawn):
        return Settlement(
            message_id=message_id, attempt=attempt, state=MessageState.WITHDRAWN, detail=_word(delivery.reason)
        )
    state, detail = _STATES.get(delivery.answer, MessageState.UNKNOWN), _word(delivery.detail)
    if state is MessageState.WAITING and attempt >= patience.tries:
        state, detail = MessageState.REFUSED, f"gave up after {attempt} tries; {detail}"
    retry_at = None
    if state is MessageState.WAITING:
        wish = delivery.retry_after or dt.timedelta(0)
        retry_at = now + max(patience.wait(attempt), min(wish, _LONGEST_WISH))
    return Settlement(message_id=message_id, attempt=attempt, state=state, retry_at=retry_at, detail=detail)


def _word(detail: object) -> str:
    """Return what a plugin said as a short text that any store can keep."""
    text = detail if isinstance(detail, str) else type(detail).__name__
    return "".join(character if character.isprintable() else "?" for character in text[:200])
