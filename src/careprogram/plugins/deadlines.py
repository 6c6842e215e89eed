"""How long does a program wait for a plugin?

Code of a plugin runs in a thread of that plugin's own, and whoever asked waits for it up to a deadline. What does not
come back in time is left behind: the program goes on, and the plugin is asked nothing more until it has returned.
Python cannot end a thread, so a plugin that never returns keeps its thread until the program ends, and nothing else.
Ctrl-C reaches the program and not the plugin. Nothing here knows what is asked.
"""

import contextlib
import contextvars
import queue
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from careprogram.plugins.failures import UnfitError

EVENT_SECONDS: Final = 10.0
"""How long a listener may take over one event, if a program says nothing else."""

PROVIDER_SECONDS: Final = 60.0
"""How long a provider hook may take to give what it has."""

_SLICE: Final = 0.5
"""How long it is waited before it is looked whether the user wants to stop."""

_Answer: TypeAlias = tuple[Any, BaseException | None]


class Deadlines:
    """Calls code of plugins, each in its own thread, and waits no longer than is asked."""

    def __init__(self) -> None:
        self._workers: dict[str, _Worker] = {}

    def call(self, plugin: str, function: Callable[[], Any], *, seconds: float) -> Any:
        """Return what *function* of *plugin* returns, or raise what it raises.

        Raises:
            UnfitError: It did not return in time, or is still busy with what it was asked before.
        """
        worker = self._workers.get(plugin)
        if worker is None:
            worker = self._workers[plugin] = _Worker(plugin)
            # The thread holds the queues and not this object, so that it ends with the host.
            weakref.finalize(self, worker.asked.put, None)
        return worker.call(function, seconds)


class _Worker:
    """The thread of one plugin."""

    def __init__(self, plugin: str) -> None:
        self.asked: queue.SimpleQueue[Callable[[], Any] | None] = queue.SimpleQueue()
        self._answered: queue.SimpleQueue[_Answer] = queue.SimpleQueue()
        self._busy = False
        threading.Thread(
            target=_work, args=(self.asked, self._answered), name=f"careprogram plugin {plugin}", daemon=True
        ).start()

    def call(self, function: Callable[[], Any], seconds: float) -> Any:
        if self._busy:
            try:
                self._answered.get_nowait()
            except queue.Empty:
                raise UnfitError("is still busy with what it was asked before, so it was not asked") from None
        self._busy = True
        context = contextvars.copy_context()
        self.asked.put(lambda: context.run(function))
        value, error = self._waited(seconds)
        self._busy = False
        if isinstance(error, KeyboardInterrupt):
            # The user's own reaches the thread that waits.
            raise UnfitError("raised KeyboardInterrupt, as if the user had asked to stop")
        if error is not None:
            raise error
        return value

    def _waited(self, seconds: float) -> _Answer:
        # In slices: a Ctrl-C that comes just before a wait begins is heard only when that wait ends.
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            with contextlib.suppress(queue.Empty):
                return self._answered.get(timeout=min(left, _SLICE))
        raise UnfitError(f"did not return within {seconds:g} seconds; until it does, it is asked nothing more")


def _work(asked: "queue.SimpleQueue[Callable[[], Any] | None]", answered: "queue.SimpleQueue[_Answer]") -> None:
    while (function := asked.get()) is not None:
        try:
            answer: _Answer = (function(), None)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is told to whoever waits
            answer = (None, error)
        answered.put(answer)
        del function, answer
