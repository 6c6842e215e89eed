"""Which fixtures does pytest find once careprogram is installed, and which files are tests?

Fakes of the outside world, made anew for each test, and casebooks: files that end in ``.casebook.toml``. The marker
``promise``, which the suites put on their tests, is made known. The plugin does nothing else: it sets no option,
registers no Hypothesis profile or strategy, and imports the library only for a test that asks for a fixture or a
casebook that is met.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from careprogram.testing.fakes import FakeClock, MemoryStore, RecordingNotifier


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the setting that lists which schemas casebooks may name."""
    told = "schemas of facts (module:Class) that casebooks may name; loading one runs the code of its module"
    parser.addini("careprogram_schemas", told, type="linelist", default=[])


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker of the suites known, so that a project with ``--strict-markers`` can run them."""
    config.addinivalue_line("markers", "promise: shows one of the promises that a store or a record keeps")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect casebooks, one item a case."""
    if not file_path.name.endswith(".casebook.toml"):
        return None
    from careprogram.testing.casebook_items import CasebookFile

    collected: pytest.Collector = CasebookFile.from_parent(parent, path=file_path)
    return collected


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
