"""How long may a rule of a plugin take, where it is asked a million times?

A wait for each answer would cost more than the answer. So the whole work that asks runs in one thread, each call leaves
a mark there, and whoever waits looks at the mark twice a second: the same mark for too long is a call that does not
return. Then the work is left behind; it ends at the next mark that it comes to. Asked outside of such work, a rule is
waited for call by call. Nothing here knows what the work is.
"""

import contextlib
import contextvars
import queue
import threading
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

from careprogram.errors import PluginError
from careprogram.language import Text
from careprogram.plugins.deadlines import HERE, SLICE, Answer, Deadlines, Turn, late, not_the_users, tamed
from careprogram.plugins.failures import Entry, FailureLog, LateError

T = TypeVar("T")


class HungError(Exception):
    """The work was left behind because one call did not return; ``guard`` is of whom."""

    def __init__(self, guard: "Guard") -> None:
        super().__init__("a call of a plugin did not return")
        self.guard = guard


class _LeftBehind(BaseException):
    """Nobody waits for this work any more."""


class Guard:
    """Stands before one contribution of a plugin.

    Args:
        owner: Whose it is.
        hook: The hook that gave it.
        failures: Where it is noted that it did not return.
        deadlines: Who waits where nobody waits for the whole.
        seconds: How long one call may take.
    """

    def __init__(self, owner: Entry, hook: str, failures: FailureLog, deadlines: Deadlines, seconds: float) -> None:
        self.owner, self.seconds = owner, seconds
        self._hook, self._failures, self._deadlines = hook, failures, deadlines
        self._lost: Text | None = None

    def lose(self) -> None:
        """Note that it did not return, and ask it nothing more: it would be waited for again and again.

        Raises:
            PluginError: The log is strict.
        """
        said = late(self.seconds)
        self._lost = Text(
            f"{said.zh}；重新装载程序之前不再询问它",
            f"{said.en}; it is not asked again before the program is loaded anew",
        )
        self._failures.note(self.owner, self._hook, PluginError.__name__, self._lost)

    def call(self, method: Callable[..., T], *arguments: object) -> T:
        """Return what *method* returns, or raise what it raises; what would end a program as `UnfitError`.

        Raises:
            LateError: It did not return in time, now or before.
        """
        if self._lost:
            raise LateError(self._lost.en, self._lost.zh)
        turn = HERE.turn
        if turn is None:
            return self._alone(method, arguments)
        before, turn.inside = turn.inside, self
        turn.calls += 1
        try:
            return method(*arguments)
        except (Exception, SystemExit, _LeftBehind):
            raise
        except BaseException as error:
            raise tamed(error) from error
        finally:
            turn.inside = before
            turn.calls += 1
            if turn.given_up:
                raise _LeftBehind

    def _alone(self, method: Callable[..., T], arguments: tuple[object, ...]) -> T:
        try:
            answer: T = self._deadlines.call(self.owner.name, lambda: method(*arguments), seconds=self.seconds)
        except LateError:
            self.lose()
            raise
        except BaseException as error:
            raise tamed(error) from error
        return answer


def attended(work: Callable[[], T], *, seconds: float | None = None) -> T:
    """Do *work*, in which guarded code of plugins is called, and wait for no call longer than its guard allows.

    Args:
        work: What to do. It runs in a thread of its own.
        seconds: How long all of it may take; None for as long as its calls come back.

    Raises:
        HungError: A call did not return.
        LateError: The whole did not.
    """
    turn, answered = Turn(), queue.SimpleQueue[Answer]()
    context = contextvars.copy_context()

    def run() -> None:
        HERE.turn = turn
        try:
            answered.put((context.run(work), None))
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is told to whoever waits
            answered.put((None, error))

    threading.Thread(target=run, name="careprogram attended work", daemon=True).start()
    try:
        value, error = _waited(turn, answered, seconds)
    finally:
        turn.given_up = True
    if error is not None:
        raise not_the_users(error)
    answer: T = value
    return answer


_NOBODY: Final = -1


def _waited(turn: Turn, answered: "queue.SimpleQueue[Answer]", seconds: float | None) -> tuple[Any, Any]:
    began = since = time.monotonic()
    seen, wait = _NOBODY, SLICE
    while True:
        with contextlib.suppress(queue.Empty):
            return answered.get(timeout=wait)
        now, calls, inside = time.monotonic(), turn.calls, turn.inside
        if seconds is not None and now - began >= seconds:
            raise LateError(late(seconds).en, late(seconds).zh)
        if calls != seen or not isinstance(inside, Guard):
            seen, since = calls, now
        elif now - since >= inside.seconds:
            raise HungError(inside)
        # Looked at more often where a program is impatient.
        wait = min(SLICE, inside.seconds / 4 if isinstance(inside, Guard) else SLICE, seconds or SLICE)
