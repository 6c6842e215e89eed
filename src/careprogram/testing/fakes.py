"""What stands in for the outside world in a test?

A clock that moves only when told to, a notifier that sends nothing and remembers everything, and the store that keeps
everything in memory. They keep the promises of ``careprogram.ports`` and can be made to answer as badly as the world.
"""

import datetime as dt
from collections.abc import Iterable

import attrs

from careprogram.builtin.memory_store import MemoryStore
from careprogram.ports import Delivery, DeliveryAnswer, Message

__all__ = ["FakeClock", "MemoryStore", "RecordingNotifier"]

BEIJING = dt.timezone(dt.timedelta(hours=8), "CST")
"""The one zone of the country, without summer time since 1992."""


@attrs.define
class FakeClock:
    """A clock that stands still until it is moved.

    Attributes:
        moment: The present, with its zone.

    Raises:
        ValueError: The moment has no zone: it could be any hour of the world.

    Examples:
        >>> clock = FakeClock.on(dt.date(2026, 9, 1))
        >>> clock.advance(dt.timedelta(hours=15))
        >>> clock.today().isoformat()
        '2026-09-02'
    """

    moment: dt.datetime = attrs.field(default=dt.datetime(2026, 9, 1, 9, 0, tzinfo=BEIJING))

    def __attrs_post_init__(self) -> None:
        if self.moment.tzinfo is None:
            raise ValueError("a clock needs a zone: give a datetime with tzinfo")

    @classmethod
    def on(cls, day: dt.date) -> "FakeClock":
        """Return a clock that shows nine in the morning of *day* in Beijing."""
        return cls(dt.datetime.combine(day, dt.time(9), tzinfo=BEIJING))

    def now(self) -> dt.datetime:
        """Return the moment."""
        return self.moment

    def today(self) -> dt.date:
        """Return the day of the moment, in its zone."""
        return self.moment.date()

    def advance(self, by: dt.timedelta) -> None:
        """Let time pass.

        Raises:
            ValueError: Time would run backwards.
        """
        if by < dt.timedelta():
            raise ValueError("time does not run backwards: make a new clock for an earlier moment")
        self.moment += by


@attrs.define(kw_only=True)
class RecordingNotifier:
    """A notifier that sends nothing and remembers what it was asked to send.

    Attributes:
        name: The channel it serves.
        idempotent: Whether one key is delivered once, however often it is sent.
        answers: What to answer, one for each call; ACCEPTED when they are used up.
        sent: Every message it was handed, in order; not shown in a repr.

    Examples:
        >>> notifier = RecordingNotifier(answers=[DeliveryAnswer.LATER])
        >>> notifier
        <RecordingNotifier recording: 0 messages>
    """

    name: str = "recording"
    idempotent: bool = True
    answers: list[DeliveryAnswer] = attrs.field(factory=list, converter=list)
    sent: list[Message] = attrs.field(factory=list, init=False)
    _arrived: dict[str, Message] = attrs.field(factory=dict, init=False)
    _copies: list[Message] = attrs.field(factory=list, init=False)

    def __repr__(self) -> str:
        return f"<RecordingNotifier {self.name}: {len(self.sent)} messages>"

    def send(self, message: Message) -> Delivery:
        """Remember *message* and answer as planned.

        Only what is answered ACCEPTED or UNKNOWN arrives; a LATER or REFUSED message does not.
        """
        answer = self.answers.pop(0) if self.answers else DeliveryAnswer.ACCEPTED
        self.sent.append(message)
        if answer in {DeliveryAnswer.ACCEPTED, DeliveryAnswer.UNKNOWN} and (
            not self.idempotent or message.key not in self._arrived
        ):
            self._arrived[message.key] = message
            self._copies.append(message)
        return Delivery(answer=answer, detail="planned")

    @property
    def arrived(self) -> tuple[Message, ...]:
        """What reached the other side, copies included where the notifier is not idempotent."""
        return tuple(self._copies)

    def plan(self, answers: Iterable[DeliveryAnswer]) -> None:
        """Set what to answer from now on, one for each call."""
        self.answers = list(answers)
