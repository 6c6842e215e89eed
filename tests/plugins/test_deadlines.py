"""A plugin that does not come back costs its own part and nothing else."""

import contextvars
import datetime as dt
import gc
import threading
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from careprogram.errors import PluginError
from careprogram.events import RunFinished
from careprogram.plugins import PluginHost, hookimpl
from careprogram.plugins.deadlines import Deadlines
from careprogram.plugins.failures import UnfitError

EVENT = RunFinished(run="r", as_of=dt.date(2026, 9, 1), children=1, eligible=1, paired=1, changed=0)


def listener(function: Callable[[RunFinished], Any]) -> object:
    """Return a plugin that hears how a run ended."""

    def careprogram_run_finished(event: RunFinished) -> Any:
        return function(event)

    return SimpleNamespace(careprogram_run_finished=hookimpl(careprogram_run_finished))


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Return what a plugin waits for, opened at the end so that no thread is left."""
    event = threading.Event()
    yield event
    event.set()


@pytest.mark.promise
def test_a_listener_that_never_returns_blocks_nobody(gate: threading.Event) -> None:
    """The others hear every event; it is named, asked nothing more, and asked again once it has returned."""
    heard: list[str] = []
    host = PluginHost(event_seconds=0.05)
    host.register(listener(lambda event: (heard.append("hung"), gate.wait(30))[1:1] or None), name="hung")
    host.register(listener(lambda event: heard.append("sound")), name="sound")
    started = time.monotonic()
    for _ in range(3):
        host.tell(EVENT)
    assert time.monotonic() - started < 5
    assert heard == ["hung", "sound", "sound", "sound"]
    late, busy = host.failures
    assert (late.plugin, late.count, busy.plugin, busy.count) == ("hung", 1, "hung", 2)
    assert "did not return within 0.05 seconds" in late.message
    assert "is still busy with what it was asked before" in busy.message
    gate.set()
    for _ in range(100):
        time.sleep(0.01)
        host.tell(EVENT)
        if heard.count("hung") > 1:
            break
    assert heard.count("hung") > 1


@pytest.mark.promise
def test_a_late_answer_is_not_taken_for_that_of_another_question(gate: threading.Event) -> None:
    """What comes too late is thrown away, and the next question gets its own answer."""
    deadlines = Deadlines()
    with pytest.raises(UnfitError, match="did not return"):
        deadlines.call("p", lambda: (gate.wait(30), "late")[1], seconds=0.02)
    gate.set()
    for _ in range(200):
        try:
            assert deadlines.call("p", lambda: "own", seconds=5) == "own"
        except UnfitError:
            time.sleep(0.01)
        else:
            return
    raise AssertionError("it was never asked again")


def test_a_strict_host_raises_what_took_too_long(gate: threading.Event) -> None:
    """Whoever develops a plugin is told at once."""
    host = PluginHost(strict=True, event_seconds=0.05)
    host.register(listener(lambda event: gate.wait(30) and None), name="hung")
    with pytest.raises(PluginError, match="did not return within"):
        host.tell(EVENT)


def test_a_plugin_hears_in_one_thread_and_in_the_context_of_the_program() -> None:
    """Each plugin has one thread for all that it hears, not the program's, and sees the program's context."""
    threads: list[tuple[str, int]] = []
    variable = contextvars.ContextVar("variable", default="unset")
    seen: list[str] = []

    def hear(name: str) -> Callable[[RunFinished], None]:
        def function(_: RunFinished) -> None:
            threads.append((name, threading.get_ident()))
            seen.append(variable.get())

        return function

    host = PluginHost()
    for name in ("a", "b"):
        host.register(listener(hear(name)), name=name)
    variable.set("set")
    for _ in range(3):
        host.tell(EVENT)
    assert len(set(threads)) == 2
    assert threading.get_ident() not in {thread for _, thread in threads}
    assert seen == ["set"] * 6


def test_each_listener_hears_the_event_as_it_is() -> None:
    """One that forces the frozen event open changes nothing for those after it, nor for the program."""
    heard: list[int] = []
    host = PluginHost()
    host.register(listener(lambda event: object.__setattr__(event, "children", 99)), name="forger")
    host.register(listener(lambda event: heard.append(event.children)), name="sound")
    host.tell(EVENT)
    assert heard == [1]
    assert EVENT.children == 1


def test_an_interrupt_that_a_plugin_makes_up_is_its_failure() -> None:
    """A plugin cannot end the program by raising what only the user's Ctrl-C means."""

    def interrupt(_: RunFinished) -> None:
        raise KeyboardInterrupt

    host = PluginHost()
    host.register(listener(interrupt), name="liar")
    host.tell(EVENT)
    assert "raised KeyboardInterrupt, as if the user had asked to stop" in host.failures[0].message


def test_the_threads_end_with_the_host() -> None:
    """A program that makes many hosts does not gather threads."""
    before = threading.active_count()
    for _ in range(20):
        host = PluginHost()
        host.register(listener(lambda event: None), name="p")
        host.tell(EVENT)
        del host
    gc.collect()
    for _ in range(100):
        if threading.active_count() <= before + 1:
            break
        time.sleep(0.02)
    assert threading.active_count() <= before + 1


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_no_time_at_all_is_refused(seconds: float) -> None:
    """A deadline that nothing can keep is a mistake."""
    with pytest.raises(PluginError, match="more than no time"):
        PluginHost(event_seconds=seconds)
