"""Which fixtures does pytest find once careprogram is installed?

Fakes of the outside world, made anew for each test. The plugin offers fixtures and does nothing else: it sets no
option, registers no Hypothesis profile or strategy, and imports the library only for a test that asks for a fixture.
"""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from careprogram.testing.fakes import FakeClock, MemoryStore, RecordingNotifier


@pytest.fixture
def fake_clock() -> "FakeClock":
    """Return a clock that stands at nine in the morning of 1 September 2026 in Beijing until it is moved."""
    from careprogram.testing.fakes import FakeClock

    return FakeClock()


@pytest.fixture
def recording_notifier() -> "RecordingNotifier":
    """Return a notifier that sends nothing and remembers everything."""
    from careprogram.testing.fakes import RecordingNotifier

    return RecordingNotifier()


@pytest.fixture
def memory_store() -> "MemoryStore":
    """Return an empty store that keeps everything in memory."""
    from careprogram.testing.fakes import MemoryStore

    return MemoryStore()
