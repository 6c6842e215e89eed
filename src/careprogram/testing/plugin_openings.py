"""Does what a plugin opens keep its promises?

A store, an anchor and a keyring are opened at an address for trials, a notifier with settings for trials, and each is
tried by the kit of its kind. Where none is named, it is opened nowhere: it has to open or to refuse as a program
expects. Messages are made up, and sent only where the author of the plugin says.
"""

import contextlib
import inspect
import itertools
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import attrs
import pytest

from careprogram.errors import CareProgramError
from careprogram.plugins import POINTS, PluginHost
from careprogram.plugins.failures import where
from careprogram.ports import Delivery, Message, Notifier, Store
from careprogram.testing.plugin_kits import check_anchor, check_keyring
from careprogram.testing.store_machine import run_store_machine
from careprogram.testing.store_suite import StoreConformance, directed_tests

_MARK: Final = "made-up-word-of-a-message"
_BODIES: Final = ("您好", "", "\u202e=1+1\r\n'; --", "长" * 3_000)


@attrs.frozen(kw_only=True)
class Channel:
    """How a notifier may be tried.

    Attributes:
        settings: As a program file would give them.
        recipient: An address that takes messages of a trial.
    """

    settings: Mapping[str, str]
    recipient: str


def check_notifier(notifier: Notifier, *, channel: str, recipient: str) -> None:
    """Send made-up messages, and see that each is answered by what became of it.

    Args:
        notifier: A notifier for trials.
        channel: What its provider is called.
        recipient: An address that takes messages of a trial.

    Raises:
        AssertionError: It raises, answers something else, quotes a message, or serves another channel.
    """
    assert notifier.name == channel, f"it serves a channel of another name than {channel!r}: no message would reach it"
    assert type(notifier.idempotent) is bool, "`idempotent` says True or False"
    for number, body in enumerate(_BODIES):
        message = Message(
            id=f"made-up-{number}",
            key=f"made-up-{number}",
            recipient=recipient,
            channel=channel,
            template="made-up",
            subject=_MARK,
            body=f"{_MARK} {body}",
        )
        # A second time, as after a crash.
        for _ in range(1 + notifier.idempotent):
            try:
                delivery: object = notifier.send(message)
            except Exception as error:
                raise AssertionError(
                    f"sending raised {where(error)}: answer LATER, REFUSED or UNKNOWN instead"
                ) from error
            assert isinstance(delivery, Delivery), f"sending answered {type(delivery).__name__}, expected Delivery"
            assert _MARK not in str(delivery.detail), "`detail` quotes the message, and is kept when that is erased"


def check_store(opened: Callable[[Path], Store], *, examples: int) -> None:
    """Try what `store_conformance` tries, and tell all that is not kept.

    Args:
        opened: Opens a store that keeps everything in the folder given.
        examples: How many courses of events are made up.

    Raises:
        AssertionError: With every promise that is broken.
    """
    broken = []
    for name, test in directed_tests():
        with tempfile.TemporaryDirectory() as folder, contextlib.suppress(pytest.skip.Exception):
            (Path(folder) / "other").mkdir()
            try:
                _try_promise(opened, test, Path(folder))
            except Exception as error:  # noqa: BLE001 - whatever a store raises is a promise that it does not keep
                broken.append(f"{name.removeprefix('test_').replace('_', ' ')} ({where(error)})")
    if broken:
        raise AssertionError(f"breaks {len(broken)} promises of a store: {'; '.join(broken)}")
    run_store_machine(opened, examples=examples)


def _try_promise(opened: Callable[[Path], Store], test: Callable[..., None], folder: Path) -> None:
    bound = type("Bound", (StoreConformance,), {"open": staticmethod(opened), "examples": 1})
    store = opened(folder)
    try:
        own = {"tmp_path": folder} if "tmp_path" in inspect.signature(test).parameters else {}
        test(bound(), store, **own)
    finally:
        store.close()


def _anchor(host: PluginHost, address: str, _: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        check_anchor(host.open_anchor(address, folder=Path(folder)))


def _keyring(host: PluginHost, address: str, _: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        check_keyring(host.open_keyring(address, folder=Path(folder)))


def _store(host: PluginHost, address: str, examples: int) -> None:
    check_store(lambda folder: host.open_store(address, folder=folder), examples=examples)


AT_ADDRESSES: Final[Mapping[str, Callable[[PluginHost, str, int], None]]] = {
    "stores": _store,
    "audit_anchors": _anchor,
    "keyrings": _keyring,
}
"""The kit of each kind of thing that is opened at an address."""

_OPENED: Final[Mapping[str, Callable[[PluginHost, str, Path], Any]]] = {
    "stores": lambda host, place, folder: host.open_store(place, folder=folder),
    "audit_anchors": lambda host, place, folder: host.open_anchor(place, folder=folder),
    "keyrings": lambda host, place, folder: host.open_keyring(place, folder=folder),
    "notifiers": lambda host, place, folder: host.open_notifier(place, {}, folder=folder),
}


@attrs.frozen(kw_only=True)
class Openings:
    """Where a plugin may be tried.

    Attributes:
        make: Returns a new host with the plugin.
        addresses: Where stores, anchors and keyrings for trials may be opened.
        channels: How notifiers may be tried, by channel.
        examples: How many courses of events are made up for a store.
    """

    make: Callable[[], PluginHost]
    addresses: Sequence[str]
    channels: Mapping[str, Channel]
    examples: int

    def tries(self, contributions: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Callable[[], None]]]:
        """Yield what is tried of *contributions*: its place, and what to do."""
        for point, name in itertools.chain.from_iterable(
            ((point, name) for name in contributions.get(point, {})) for point in _OPENED
        ):
            yield f"{point} {name!r}", lambda point=point, name=name: self._opens(point, name)  # type: ignore[misc]
        for address in self.addresses:
            yield address, lambda address=address: self._at(address)  # type: ignore[misc]
        for channel, trial in self.channels.items():
            yield f"notifiers {channel!r}, with settings", lambda c=channel, t=trial: self._sends(c, t)  # type: ignore[misc]

    def _opens(self, point: str, name: str) -> None:
        """Open it nowhere: what cannot be opened is refused with an error of careprogram."""
        host = self.make()
        given = _given(host, point)[name]
        place = name if point == "notifiers" else f"{given.schemes[0]}:"
        with tempfile.TemporaryDirectory() as folder:
            try:
                opened = _OPENED[point](host, place, Path(folder))
            except CareProgramError:
                # A failure that the host wraps is noted, a refusal of the plugin's own is not.
                if host.failures:
                    said = f"neither opened nor refused at {place!r}: {host.failures[0].message}"
                    raise AssertionError(said) from None
            else:
                if point == "stores":
                    opened.close()

    def _at(self, address: str) -> None:
        host = self.make()
        scheme = address.partition(":")[0]
        for point, kit in AT_ADDRESSES.items():
            if any(scheme in one.schemes for one in _given(host, point).values()):
                kit(host, address, self.examples)
                return
        raise AssertionError(f"nothing of the plugin opens addresses that begin with {scheme}:")

    def _sends(self, channel: str, trial: Channel) -> None:
        with tempfile.TemporaryDirectory() as folder:
            notifier = self.make().open_notifier(channel, trial.settings, folder=Path(folder))
            check_notifier(notifier, channel=channel, recipient=trial.recipient)


def _given(host: PluginHost, point: str) -> Mapping[str, Any]:
    assert point in POINTS
    asked: Mapping[str, Callable[[], Mapping[str, Any]]] = {
        "stores": host.stores,
        "audit_anchors": host.audit_anchors,
        "keyrings": host.keyrings,
        "notifiers": host.notifiers,
    }
    return asked[point]()
