"""How do I test what I build on careprogram?

Strategies for every record (``careprogram.testing.strategies``), a made-up county (``synthetic``), fakes of the outside
world (``fakes``), and the suites with which a plugin shows that it keeps its promises. The names below are loaded when
they are first used: merely installing careprogram changes nothing about anybody's tests.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from careprogram.testing.fakes import FakeClock, MemoryStore, RecordingNotifier
    from careprogram.testing.synthetic import SyntheticCounty, synthetic_county

_MODULE_OF = {
    "FakeClock": "fakes",
    "MemoryStore": "fakes",
    "RecordingNotifier": "fakes",
    "SyntheticCounty": "synthetic",
    "synthetic_county": "synthetic",
}

__all__ = ["FakeClock", "MemoryStore", "RecordingNotifier", "SyntheticCounty", "synthetic_county"]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULE_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
