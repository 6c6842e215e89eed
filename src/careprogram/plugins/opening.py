"""What does a program get that opens a store, an anchor, a keyring or a notifier of a plugin?

Opening an anchor, a keyring or a notifier has a deadline, and so has each call of an anchor or a notifier. A store is
handed over as it is, and waited for as long as it takes: a commit that is no longer waited for may still be kept, and
nothing of a program could go on without knowing whether it was. A keyring is asked in the midst of reading and writing,
so that holds for it, too.
"""

import contextlib
import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from careprogram.errors import CareProgramError, PluginError, StoreError
from careprogram.plugins.contributions import Contribution
from careprogram.plugins.deadlines import Deadlines, tamed
from careprogram.plugins.descriptions import PluginSource
from careprogram.plugins.failures import BusyError, Entry, FailureLog, LateError, UnfitError, where
from careprogram.plugins.points import ExtensionPoint
from careprogram.ports import AuditHead, Delivery, DeliveryAnswer, Message

_METHODS: Final[Mapping[str, tuple[str, ...]]] = {
    "stores": ("load", "find", "commit", "close"),
    "audit_anchors": ("latest", "keep"),
    "keyrings": ("wrap", "unwrap", "index_key"),
    "notifiers": ("send",),
}
_ATTRIBUTES: Final[Mapping[str, tuple[str, ...]]] = {
    "stores": (),
    "audit_anchors": (),
    "keyrings": ("masters",),
    "notifiers": ("name", "idempotent"),
}


class Opener:
    """Opens what plugins provide.

    Args:
        failures: Where it is noted what went wrong.
        deadlines: Who waits.
        seconds: How long opening, or one call, may take.
    """

    def __init__(self, failures: FailureLog, deadlines: Deadlines, seconds: float) -> None:
        self.failures, self._deadlines, self._seconds = failures, deadlines, seconds

    def opened(
        self, provider: Contribution, point: ExtensionPoint, *told: object, refusal: type[CareProgramError]
    ) -> object:
        """Open a store, an anchor, a keyring or a notifier, and see that it is one.

        Raises:
            CareProgramError: What the provider refused with, or *refusal* where it failed or opened something else.
        """
        owner = provider.owner
        ships = owner.source is PluginSource.BUILTIN

        def work() -> object:
            found = provider.value.open(*told)
            lacking = [method for method in _METHODS[point.name] if not callable(getattr(found, method, None))]
            lacking += [name for name in _ATTRIBUTES[point.name] if not hasattr(found, name)]
            if lacking:
                problem = f"opened an object of type {type(found).__name__}, which has no {', '.join(lacking)}"
                raise UnfitError(f"{problem}: it is no {point.what}")
            return found if ships else self._standing_for(found, owner, point)

        try:
            if ships or point.name == "stores":
                return work()
            return self._deadlines.call(owner.name, work, seconds=self._seconds)
        except (CareProgramError, KeyboardInterrupt):
            raise
        except BaseException as error:
            self.failures.caught(owner, point.hook, error)
            ours = isinstance(error, UnfitError)
            why = str(error) if ours else f"it raised {where(error)}"
            raise refusal(f"{owner} could not open its {point.what}: {why}").also_in_chinese(
                f"插件“{owner.name}”{owner.version} 未能打开它的{point.label.zh}：{why}"
            ) from error

    def _standing_for(self, found: Any, owner: Entry, point: ExtensionPoint) -> object:
        call = _Calls(owner, point.hook, self.failures, self._deadlines, self._seconds)
        if point.name == "notifiers":
            return DoubleNotifier(found, call)
        return DoubleAnchor(found, call) if point.name == "audit_anchors" else found


class _Calls:
    """Calls what a plugin opened, in the thread of that plugin."""

    def __init__(self, owner: Entry, hook: str, failures: FailureLog, deadlines: Deadlines, seconds: float) -> None:
        self.owner, self._hook, self._failures = owner, hook, failures
        self._deadlines, self._seconds = deadlines, seconds

    def __call__(self, function: Callable[[], Any]) -> Any:
        try:
            return self._deadlines.call(self.owner.name, function, seconds=self._seconds)
        except LateError as error:
            # Strict or not: whoever asked has to be told what that means here.
            with contextlib.suppress(PluginError):
                self._failures.caught(self.owner, self._hook, error)
            raise
        except BaseException as error:
            raise tamed(error) from error


class DoubleAnchor:
    """Stands for an anchor; one that does not come back has failed, and may still keep what it was given."""

    def __init__(self, given: Any, call: _Calls) -> None:
        self._given, self._call = given, call

    def latest(self) -> AuditHead | None:
        """Return the head that was kept last, or None where none was yet."""
        latest: AuditHead | None = self._asked(self._given.latest)
        return latest

    def keep(self, head: AuditHead, *, at: dt.datetime) -> None:
        """Keep *head*."""
        self._asked(lambda: self._given.keep(head, at=at))

    def _asked(self, function: Callable[[], Any]) -> Any:
        try:
            return self._call(function)
        except LateError as error:
            raise StoreError(f"the audit anchor of {self._call.owner} {error}").also_in_chinese(
                f"插件“{self._call.owner.name}”的审计锚点没有按时返回"
            ) from error


class DoubleNotifier:
    """Stands for a notifier; one that does not come back may have sent, and may still send.

    Attributes:
        name: The channel, read once.
        idempotent: Whether a message may be sent twice, read once.
    """

    def __init__(self, given: Any, call: _Calls) -> None:
        self.name, self.idempotent = given.name, given.idempotent
        self._given, self._call = given, call

    def send(self, message: Message) -> Delivery:
        """Hand over one message, and say what became of it."""
        try:
            delivery: Delivery = self._call(lambda: self._given.send(message))
        except BusyError:
            return Delivery(answer=DeliveryAnswer.LATER, detail="the notifier has not come back from another message")
        except LateError:
            answer = DeliveryAnswer.LATER if self.idempotent is True else DeliveryAnswer.UNKNOWN
            return Delivery(answer=answer, detail="the notifier did not return")
        return delivery
