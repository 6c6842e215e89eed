"""Every message in the outbox gets where it belongs, once, whatever notifiers and checks do."""

import datetime as dt

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from careprogram.builtin.memory_store import MemoryStore
from careprogram.errors import ConfigurationError
from careprogram.ports import ChangeSet, Delivery, DeliveryAnswer, MessageState
from careprogram.program.deliver import Patience, deliver
from careprogram.testing.store_examples import message
from careprogram.testing.store_machine import NOON

ACCEPTED, REFUSED = DeliveryAnswer.ACCEPTED, DeliveryAnswer.REFUSED
LATER, UNKNOWN = DeliveryAnswer.LATER, DeliveryAnswer.UNKNOWN


@attrs.define
class Clock:
    moment: dt.datetime = NOON

    def now(self):
        return self.moment

    def today(self):
        return self.moment.date()

    def wait(self, **time):
        self.moment += dt.timedelta(**time)


@attrs.define
class Scripted:
    """A notifier that answers as it was told, and raises what is an exception."""

    answers: list = attrs.Factory(list)
    name: str = "file"
    idempotent: bool = True
    sent: list = attrs.Factory(list)

    def send(self, message):
        self.sent.append(message.key)
        answer = self.answers.pop(0) if self.answers else ACCEPTED
        if isinstance(answer, BaseException):
            raise answer
        return Delivery(answer=answer) if isinstance(answer, DeliveryAnswer) else answer


def outbox(count=1, **changes):
    store = MemoryStore()
    store.commit(ChangeSet(command_id="c", messages=[message(number, **changes) for number in range(count)]))
    return store


def states(store):
    return [entry.state for entry in store.outbox()]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (ACCEPTED, MessageState.ACCEPTED),
        (REFUSED, MessageState.REFUSED),
        (LATER, MessageState.WAITING),
        (UNKNOWN, MessageState.UNKNOWN),
    ],
)
def test_each_answer_has_its_state(answer, state):
    """What the notifier answers is where the message stands afterwards; only LATER is tried again."""
    store, clock, notifier = outbox(), Clock(), Scripted([answer])
    report = deliver(store, notifier, clock=clock)
    assert (states(store), report.states, report.total) == ([state], {state: 1}, 1)
    clock.wait(days=1)
    deliver(store, notifier, clock=clock)
    assert len(notifier.sent) == (2 if answer is LATER else 1)


def test_all_messages_go_out_in_order():
    """More messages than one batch holds go out, each once, as they were posted."""
    store, notifier = outbox(45), Scripted()
    assert deliver(store, notifier, clock=Clock()).states == {MessageState.ACCEPTED: 45}
    assert notifier.sent == [f"k{number}" for number in range(45)]
    assert deliver(store, notifier, clock=Clock()).total == 0


@pytest.mark.parametrize(("limit", "idempotent"), [(7, True), (7, False), (20, True), (33, True)])
def test_the_limit_holds(limit, idempotent):
    """No more messages than asked for are touched."""
    store = outbox(45)
    assert deliver(store, Scripted(idempotent=idempotent), clock=Clock(), limit=limit).total == limit
    assert [entry.attempts for entry in store.outbox()] == [1] * limit + [0] * (45 - limit)


@pytest.mark.promise
def test_a_notifier_that_raises_costs_one_message_a_later_try():
    """The others go out, and neither the error's text nor the message's is kept."""
    store, clock = outbox(3), Clock()
    notifier = Scripted([ACCEPTED, RuntimeError("could not reach 13800000000"), ACCEPTED])
    deliver(store, notifier, clock=clock)
    assert states(store) == [MessageState.ACCEPTED, MessageState.WAITING, MessageState.ACCEPTED]
    assert store.outbox()[1].detail == "notifier raised RuntimeError"
    clock.wait(minutes=1)
    deliver(store, notifier, clock=clock)
    assert notifier.sent == ["k0", "k1", "k2", "k1"]
    assert states(store) == [MessageState.ACCEPTED] * 3


@pytest.mark.parametrize(
    "answer", [None, "yes", True, Delivery(answer="sent"), Delivery(answer=ACCEPTED, detail="\0\ud800" * 500)]
)
def test_a_notifier_that_lies_loses_nothing(answer):
    """An answer that is none is unknown, a detail that no store could keep is made keepable, and the loop goes on."""
    store = outbox(2)
    deliver(store, Scripted([answer, ACCEPTED]), clock=Clock())
    expected = (
        MessageState.ACCEPTED if isinstance(answer, Delivery) and answer.answer is ACCEPTED else MessageState.UNKNOWN
    )
    assert states(store) == [expected, MessageState.ACCEPTED]
    assert len(store.outbox()[0].detail) <= 200


def test_waits_double_up_to_the_longest():
    """Tries are 1, 2, 4 … minutes apart, then as far as the longest wait, and end after the last."""
    store, clock, notifier = outbox(), Clock(), Scripted([LATER] * 99)
    patience = Patience(first=dt.timedelta(minutes=1), longest=dt.timedelta(minutes=5), tries=6)
    tried = []
    for minute in range(60):
        before = len(notifier.sent)
        deliver(store, notifier, clock=clock, patience=patience)
        tried += [minute] * (len(notifier.sent) - before)
        clock.wait(minutes=1)
    assert tried == [0, 1, 3, 7, 12, 17]
    (entry,) = store.outbox()
    assert (entry.state, entry.detail) == (MessageState.REFUSED, "gave up after 6 tries; ")


@pytest.mark.parametrize(("wish", "wait"), [(30, 60), (600, 600), (10**9, 30 * 86_400)])
def test_the_other_sides_wish_is_kept(wish, wait):
    """A longer wait that the other side asks for is kept, within reason; a shorter one is not."""
    store, clock = outbox(), Clock()
    notifier = Scripted([Delivery(answer=LATER, retry_after=dt.timedelta(seconds=wish))])
    deliver(store, notifier, clock=clock)
    clock.wait(seconds=wait - 1)
    assert deliver(store, notifier, clock=clock).total == 0
    clock.wait(seconds=1)
    assert deliver(store, notifier, clock=clock).total == 1


@pytest.mark.promise
def test_consent_is_asked_right_before_sending():
    """A message whose consent went away after it was written is withdrawn, with the reason, and never sent."""
    store, notifier = outbox(2), Scripted()
    report = deliver(
        store, notifier, clock=Clock(), objection=lambda one: "consent withdrawn" if one.key == "k0" else None
    )
    assert notifier.sent == ["k1"]
    assert report.states == {MessageState.WITHDRAWN: 1, MessageState.ACCEPTED: 1}
    assert store.outbox()[0].detail == "consent withdrawn"


@pytest.mark.promise
def test_a_check_that_raises_keeps_the_message_back():
    """Not knowing whether it may go out is no reason to send it: it is asked again later."""

    def broken(_):
        raise LookupError("no such child")

    store, clock, notifier = outbox(), Clock(), Scripted()
    deliver(store, notifier, clock=clock, objection=broken)
    assert (notifier.sent, states(store)) == ([], [MessageState.WAITING])
    assert store.outbox()[0].detail == "check raised LookupError"
    clock.wait(minutes=1)
    deliver(store, notifier, clock=clock)
    assert states(store) == [MessageState.ACCEPTED]


def test_channels_are_served_by_name():
    """Each message goes to the notifier of its channel; one without any waits, in case it is added."""
    store = MemoryStore()
    channels = ["file", "mail", "pigeon"]
    store.commit(ChangeSet(command_id="c", messages=[message(n, channel=one) for n, one in enumerate(channels)]))
    files, mails = Scripted(), Scripted(name="mail")
    deliver(store, [files, mails], clock=Clock())
    assert (files.sent, mails.sent) == (["k0"], ["k1"])
    assert states(store) == [MessageState.ACCEPTED, MessageState.ACCEPTED, MessageState.WAITING]


def test_two_notifiers_of_one_channel_are_refused():
    """Which of the two would send is nothing to guess."""
    with pytest.raises(ConfigurationError, match="two notifiers serve the channel 'file'"):
        deliver(outbox(), [Scripted(), Scripted()], clock=Clock())


class Crash(BaseException):
    """The process dies while the notifier has the message."""


@pytest.mark.promise
@pytest.mark.parametrize(
    ("idempotent", "state", "times"), [(True, MessageState.ACCEPTED, 2), (False, MessageState.UNKNOWN, 1)]
)
def test_a_crash_while_sending(idempotent, state, times):
    """An idempotent notifier is asked again; of others the message is left to a person, not told twice."""
    store, clock, notifier = outbox(), Clock(), Scripted([Crash()], idempotent=idempotent)
    with pytest.raises(Crash):
        deliver(store, notifier, clock=clock, lease_seconds=60)
    assert deliver(store, notifier, clock=clock).total == 0, "the lease still runs"
    clock.wait(seconds=60)
    deliver(store, notifier, clock=clock)
    assert (states(store), notifier.sent) == ([state], ["k0"] * times)


@pytest.mark.promise
def test_a_crash_touches_one_message_of_a_notifier_that_is_not_idempotent():
    """Only the message that was being sent is in doubt; the others go out as if nothing had been."""
    store, clock, notifier = outbox(5), Clock(), Scripted([ACCEPTED, Crash()], idempotent=False)
    with pytest.raises(Crash):
        deliver(store, notifier, clock=clock)
    clock.wait(hours=1)
    deliver(store, notifier, clock=clock)
    assert sorted(notifier.sent) == ["k0", "k1", "k2", "k3", "k4"]
    assert states(store).count(MessageState.UNKNOWN) == 1


def test_a_slow_notifier_does_not_send_beyond_its_lease():
    """What could not be begun within the lease is given back unsent, as somebody else may have it by then."""
    clock = Clock()

    @attrs.define
    class Slow(Scripted):
        def send(self, message):
            clock.wait(seconds=40)
            return super().send(message)

    store, notifier = outbox(5), Slow()
    report = deliver(store, notifier, clock=clock, lease_seconds=60)
    assert notifier.sent == ["k0", "k1"]
    assert report.states == {MessageState.ACCEPTED: 2, MessageState.WAITING: 3}


def test_a_lapsed_claim_is_counted_and_changes_nothing():
    """Where somebody else took the message over meanwhile, their settlement stands."""
    store, clock = outbox(), Clock()

    @attrs.define
    class Overtaken(Scripted):
        def send(self, message):
            clock.wait(hours=1)
            deliver(store, Scripted([REFUSED]), clock=clock)
            return super().send(message)

    report = deliver(store, Overtaken(), clock=clock)
    assert (report.states, report.lapsed, states(store)) == ({}, 1, [MessageState.REFUSED])


@given(
    answers=st.lists(st.sampled_from([ACCEPTED, REFUSED, LATER, UNKNOWN, RuntimeError(), None]), max_size=30),
    idempotent=st.booleans(),
)
def test_whatever_the_answers_every_message_ends(answers, idempotent):
    """In the end every message is settled, and none is sent again after it was accepted, refused or left in doubt."""
    store, clock, notifier = outbox(4), Clock(), Scripted(list(answers), idempotent=idempotent)
    for _ in range(40):
        deliver(store, notifier, clock=clock, patience=Patience(tries=5))
        clock.wait(hours=7)
    assert MessageState.WAITING not in states(store)
    for entry in store.outbox():
        assert notifier.sent.count(entry.message.key) == entry.attempts <= 5
