"""Twelve bad plugins take part in a run, and nothing of it is lost, changed or held up."""

import contextlib
import itertools
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from careprogram.care import Service
from careprogram.events import ChildJudged, Event
from careprogram.ids import ServiceId
from careprogram.language import Text
from careprogram.plugins import ARGUMENTS, EVENT_HOOKS, hookimpl
from careprogram.program import Program
from careprogram.program.save import all_records

NewCounty = Callable[..., Path]
SECRET = "王小明 13912345678"


class _EvilError(Exception):
    def __str__(self) -> str:
        raise RuntimeError(SECRET)

    __repr__ = __str__


def _plugin(function: Callable[..., Any], *hooks: str) -> object:
    return SimpleNamespace(**{hook: _implementation(function, hook) for hook in hooks})


def _implementation(function: Callable[..., Any], hook: str) -> Callable[..., Any]:
    def listen(event: Event) -> Any:
        return function(event)

    def provide() -> Any:
        return function()

    implementation: Callable[..., Any] = hookimpl(listen if ARGUMENTS[hook] else provide)
    return implementation


def _raise(error: BaseException) -> Any:
    raise error


def _endless() -> Iterator[Service]:
    for number in itertools.count():
        yield Service(id=ServiceId(f"s{number}"), title=Text("", ""), care=None, description=Text("", ""), source="x")


def _recursing(*arguments: Any) -> Any:
    return _recursing(*arguments)


def _forge(event: Event) -> None:
    for name in ("child", "as_of", "children"):
        if hasattr(event, name):
            object.__setattr__(event, name, "forged")


def twelve(gate: threading.Event) -> dict[str, object]:
    """Return the bad plugins by name; what hangs waits for *gate*."""
    heard = tuple(EVENT_HOOKS.values())
    hang = lambda *_: gate.wait(60) and None  # noqa: E731
    return {
        "raises-in-events": _plugin(lambda _: _raise(ValueError(SECRET)), *heard),
        "raises-evil": _plugin(lambda _: _raise(_EvilError()), *heard),
        "exits": _plugin(lambda _: sys.exit(SECRET), *heard),
        "interrupts": _plugin(lambda _: _raise(KeyboardInterrupt(SECRET)), *heard),
        "hangs": _plugin(hang, *heard),
        "answers": _plugin(lambda _: {"child": SECRET}, *heard),
        "forges": _plugin(_forge, *heard),
        "recurses": _plugin(_recursing, *heard),
        "raises-as-provider": _plugin(lambda: _raise(OSError(SECRET)), "careprogram_services"),
        "never-ends": _plugin(_endless, "careprogram_services"),
        "gives-rubbish": _plugin(lambda: [object(), SECRET, None], "careprogram_policies", "careprogram_scores"),
        "exits-as-provider": _plugin(lambda: sys.exit(SECRET), "careprogram_duty_rules", "careprogram_report_sections"),
    }


def _ran(
    folder: Path, plugins: dict[str, object]
) -> tuple[dict[tuple[str, str], object], list[Event], tuple[str, ...]]:
    """Run the program of *folder*; return all it keeps, what a sound plugin heard, and the failures."""
    heard: list[Event] = []
    program = Program.load(folder)
    for name, plugin in plugins.items():
        program.host.register(plugin, name=name)
    program.host.register(_plugin(heard.append, *EVENT_HOOKS.values()), name="sound")
    summary = program.run()
    with contextlib.closing(program.open_store()) as store:
        kinds = ("child", "helper", "verdict", "pairing", "care-plan", "duty", "enrollment", "village-link")
        kept = {(kind, record.id): record.document for kind in kinds for record in all_records(store, kind)}
    return kept, heard, summary.failures


@pytest.mark.promise
def test_twelve_bad_plugins_cannot_lose_or_block_anything(new_county: NewCounty) -> None:
    """The run keeps the same records, the sound plugin hears the same events, and each bad one is named."""
    gate = threading.Event()
    try:
        bad = twelve(gate)
        assert len(bad) == 12
        kept, heard, failures = _ran(_short(new_county("bad")), bad)
    finally:
        gate.set()
    expected, expected_events, none = _ran(_short(new_county("good")), {})
    assert none == ()
    assert len(expected) > 200
    assert kept == expected
    assert [event for event in heard if isinstance(event, ChildJudged)]
    assert _without_run(heard) == _without_run(expected_events)
    assert [name for name in bad if name != "forges" and not any(f"'{name}'" in one for one in failures)] == []
    assert SECRET not in "".join(failures)


def _short(folder: Path) -> Path:
    """Return the county with a short term, so that there is less to hear, and with little patience."""
    file = folder / "program.toml"
    text = file.read_text(encoding="utf-8").replace("end = 2026-10-31", "end = 2026-09-10")
    assert "end = 2026-09-10" in text
    file.write_text(text.replace("[plugins]\n", "[plugins]\nevent_seconds = 1\n"), encoding="utf-8")
    return folder


def _without_run(events: list[Event]) -> list[Event]:
    """Return the events, but for the one whose id is of the run."""
    return [event for event in events if not hasattr(event, "run")]
