"""How long does a program wait for a plugin?

Code of a plugin runs in a thread of that plugin's own, and whoever asked waits for it up to a deadline. What does not
come back in time is left behind: the program goes on, and the plugin is asked nothing more until it has returned.
Python cannot end a thread, so a plugin that never returns keeps its thread until the program ends, and nothing else.
Ctrl-C reaches the program and not the plugin. Nothing here knows what is asked; for work that asks a million times see
``attending``.
"""

import contextlib
import contextvars
import queue
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from careprogram.language import Text
from careprogram.plugins.failures import BusyError, LateError, UnfitError, where

EVENT_SECONDS: Final = 10.0
"""How long a plugin may take over one event, or over the duties of one child, if a program says nothing else."""

ANSWER_SECONDS: Final = 60.0
"""How long it may take to be imported, to give what it has, or to answer once as a rule or a score."""

STRATEGY_SECONDS: Final = 3600.0
"""How long a strategy of a plugin may take over one plan."""

SLICE: Final = 0.5
"""How long it is waited before it is looked whether the user wants to stop."""

Answer: TypeAlias = tuple[Any, BaseException | None]


class Turn:
    """What goes on in a thread that somebody waits for.

    Attributes:
        inside: Whose code runs there now, as `attending` marks it; None while no plugin's does.
        calls: How often that has changed.
        given_up: Whether whoever waited has gone on.
    """

    __slots__ = ("calls", "given_up", "inside")

    def __init__(self) -> None:
        self.inside: object | None = None
        self.calls = 0
        self.given_up = False


class _Here(threading.local):
    turn: Turn | None = None


HERE: Final = _Here()
"""The turn of this thread; None in a thread that nobody waits for."""


class Deadlines:
    """Calls code of plugins, each in its own thread, and waits no longer than is asked."""

    def __init__(self) -> None:
        self._workers: dict[str, _Worker] = {}
        self._making = threading.Lock()

    def call(self, plugin: str, function: Callable[[], Any], *, seconds: float) -> Any:
        """Return what *function* of *plugin* returns, or raise what it raises.

        Raises:
            LateError: It did not return in time.
            BusyError: It is still busy with what it was asked before.
            UnfitError: It raised ``KeyboardInterrupt``, which is the user's alone.
        """
        with self._making:
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
        self._answered: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self._busy = False
        self._waiting = threading.Lock()
        threading.Thread(
            target=_work, args=(self.asked, self._answered), name=f"careprogram plugin {plugin}", daemon=True
        ).start()

    def call(self, function: Callable[[], Any], seconds: float) -> Any:
        # Two threads of a program may want the same plugin: one after the other, neither turned away.
        if not within_slices(seconds, lambda wait: self._waiting.acquire(timeout=wait)):
            raise BusyError(_BUSY.en, _BUSY.zh)
        try:
            return self._called(function, seconds)
        finally:
            self._waiting.release()

    def _called(self, function: Callable[[], Any], seconds: float) -> Any:
        if self._busy:
            try:
                self._answered.get_nowait()
            except queue.Empty:
                raise BusyError(_BUSY.en, _BUSY.zh) from None
        self._busy = True
        context = contextvars.copy_context()
        self.asked.put(lambda: context.run(function))
        answer = within_slices(seconds, self._answer)
        if answer is None:
            raise LateError(
                f"{late(seconds).en}; until it does, it is asked nothing more",
                f"{late(seconds).zh}；返回之前不再询问它",
            )
        self._busy = False
        value, error = answer
        if error is not None:
            raise not_the_users(error)
        return value

    def _answer(self, wait: float) -> Answer | None:
        with contextlib.suppress(queue.Empty):
            return self._answered.get(timeout=wait)
        return None


_BUSY: Final = Text(
    "还没有答完上一次的询问，这次没有问", "is still busy with what it was asked before, so it was not asked"
)


def late(seconds: float) -> Text:
    """Return what is said of a plugin that took longer than that."""
    return Text(f"{seconds:g} 秒内没有返回", f"did not return within {seconds:g} seconds")


def not_the_users(error: BaseException) -> BaseException:
    """Return *error*, or one of ours in its place where a plugin raised what only the user's Ctrl-C means."""
    if isinstance(error, KeyboardInterrupt):
        # The user's own reaches the thread that waits.
        return UnfitError("raised KeyboardInterrupt, as if the user had asked to stop")
    return error


def tamed(error: BaseException) -> BaseException:
    """Return *error*, or one of ours in its place where what a plugin raised would pass a guard against errors."""
    if isinstance(error, Exception | SystemExit):
        return error
    return UnfitError(f"raised {where(error)}")


def within_slices(seconds: float, wait: Callable[[float], Any]) -> Any:
    """Return the first answer of *wait* that is something, or None after *seconds*.

    In slices: a Ctrl-C that comes just before a wait begins is heard only when that wait ends.
    """
    ends = time.monotonic() + seconds
    while (left := ends - time.monotonic()) > 0:
        if answer := wait(min(left, SLICE)):
            return answer
    return None


def _work(asked: "queue.SimpleQueue[Callable[[], Any] | None]", answered: "queue.SimpleQueue[Answer]") -> None:
    # Whoever asked waits for the whole of it: what is called from here needs no deadline of its own.
    HERE.turn = Turn()
    while (function := asked.get()) is not None:
        try:
            answer: Answer = (function(), None)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is told to whoever waits
            answer = (None, error)
        answered.put(answer)
        del function, answer
