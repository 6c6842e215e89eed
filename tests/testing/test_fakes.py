"""Fakes of the outside world."""

import datetime as dt
import subprocess
import sys

import pytest

from careprogram.ports import Clock, DeliveryAnswer, Message, Notifier, Store
from careprogram.testing import FakeClock, MemoryStore, RecordingNotifier


def message(key: str = "k1") -> Message:
    return Message(
        id=f"m-{key}",
        key=key,
        recipient="somebody@example.org",
        channel="recording",
        template="t",
        subject="家长会",
        body="请到校",
    )


def test_the_fakes_fulfill_the_protocols(
    fake_clock: FakeClock, recording_notifier: RecordingNotifier, memory_store: MemoryStore
):
    """The fixtures come without any import, and fit where the real things do."""
    clock: Clock = fake_clock
    notifier: Notifier = recording_notifier
    store: Store = memory_store
    assert clock.now().tzinfo is not None
    assert notifier.name == "recording"
    assert store.abilities is not None


def test_a_clock_moves_only_when_told():
    """Two readings agree; an hour later it is an hour later; midnight turns the day."""
    clock = FakeClock.on(dt.date(2026, 12, 31))
    assert clock.now() == clock.now()
    clock.advance(dt.timedelta(hours=14, minutes=59))
    assert clock.today() == dt.date(2026, 12, 31)
    clock.advance(dt.timedelta(minutes=1))
    assert clock.today() == dt.date(2027, 1, 1)


def test_a_clock_without_a_zone_or_running_backwards_is_refused():
    """Both would hide a mistake in the code under test."""
    with pytest.raises(ValueError, match="zone"):
        FakeClock(dt.datetime(2026, 9, 1))  # noqa: DTZ001
    with pytest.raises(ValueError, match="backwards"):
        FakeClock().advance(dt.timedelta(seconds=-1))


def test_a_notifier_answers_as_planned_and_remembers():
    """Refused and late messages are remembered as sent, and do not arrive."""
    notifier = RecordingNotifier(answers=[DeliveryAnswer.LATER, DeliveryAnswer.REFUSED])
    answers = [notifier.send(message(key)).answer for key in ("a", "b", "c")]
    assert answers == [DeliveryAnswer.LATER, DeliveryAnswer.REFUSED, DeliveryAnswer.ACCEPTED]
    assert [one.key for one in notifier.sent] == ["a", "b", "c"]
    assert [one.key for one in notifier.arrived] == ["c"]


def test_an_unknown_answer_may_have_arrived():
    """As in the world: the message is there, and nobody says so."""
    notifier = RecordingNotifier()
    notifier.plan([DeliveryAnswer.UNKNOWN])
    assert notifier.send(message()).answer is DeliveryAnswer.UNKNOWN
    assert len(notifier.arrived) == 1


def test_a_key_arrives_once_only_where_the_notifier_is_idempotent():
    """Sending twice is harmless on one channel and tells people twice on the other."""
    for idempotent, copies in ((True, 1), (False, 2)):
        notifier = RecordingNotifier(idempotent=idempotent)
        notifier.send(message())
        notifier.send(message())
        assert len(notifier.arrived) == copies


def test_a_notifier_does_not_show_what_it_was_handed():
    """A failing assertion prints the fake, and must print no recipient."""
    notifier = RecordingNotifier()
    notifier.send(message())
    assert repr(notifier) == "<RecordingNotifier recording: 1 messages>"


def test_installing_careprogram_changes_nobodys_tests():
    """The pytest plugin imports neither the library's rooms nor Hypothesis, and registers nothing."""
    code = (
        "import sys, careprogram.testing.pytest_plugin\n"
        "heavy = {'hypothesis', 'careprogram.people', 'careprogram.ports', 'attrs'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_an_unknown_name_of_the_package_is_an_attribute_error():
    """A slip of the pen is told like any other."""
    import careprogram.testing

    assert "FakeClock" in dir(careprogram.testing)
    with pytest.raises(AttributeError, match="'FakeClok'"):
        _ = careprogram.testing.FakeClok
