"""Does a plugin that fails hurt nobody but itself, and is it named?"""

import asyncio
import datetime as dt
import itertools
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from careprogram import plugins
from careprogram.care import Service
from careprogram.errors import ConflictError, NotFoundError, PluginError, StoreError
from careprogram.events import (
    ChildEnrolled,
    ChildJudged,
    ChildLeftUnpaired,
    DutyDue,
    Event,
    PairingProposed,
    PlanDrawn,
    RunFinished,
)
from careprogram.ids import ChildId, HelperId, PolicyId, ServiceId
from careprogram.language import Text
from careprogram.plugins import ARGUMENTS, EVENT_HOOKS, POINTS, PluginHost, StoreProvider, hookimpl

_DAY = dt.date(2026, 9, 1)
_SECRET = "王小明 13912345678"
_EVENTS: tuple[Event, ...] = (
    ChildEnrolled(child=ChildId("c-1"), version=1, as_of=_DAY),
    ChildJudged(child=ChildId("c-1"), policy=PolicyId("p"), determination="eligible", tier=1, as_of=_DAY),
    PairingProposed(pairing="x", child=ChildId("c-1"), helper=HelperId("h-1"), strategy="s", as_of=_DAY),
    ChildLeftUnpaired(child=ChildId("c-1"), strategy="s", reasons=("screening",), as_of=_DAY),
    PlanDrawn(child=ChildId("c-1"), services=(), open_cares=(), as_of=_DAY),
    DutyDue(duty="d-1", child=ChildId("c-1"), kind="home-visit", due=_DAY),
    RunFinished(run="r-1", as_of=_DAY, children=1, eligible=1, paired=1, changed=1),
)


def _plugin(hook: str, function: Callable[..., Any]) -> object:
    """Return a plugin that implements one hook by *function*."""
    if ARGUMENTS[hook]:

        def implementation(event: Event) -> Any:
            return function(event)
    else:

        def implementation() -> Any:  # type: ignore[misc]
            return function()

    return SimpleNamespace(**{hook: hookimpl(implementation)})


def _service(name: str = "reading", title: str = "reading together") -> Service:
    return Service(id=ServiceId(name), title=Text("共读", title), care=None, description=Text("", ""), source="test")


def _noted(log: list[Any], what: object, answer: object) -> Any:
    """Return *answer*, after writing *what* into *log*."""
    log.append(what)
    return answer


def _ask(host: PluginHost, hook: str) -> None:
    """Make the host call *hook*."""
    if ARGUMENTS[hook]:
        host.tell(next(event for event in _EVENTS if EVENT_HOOKS[type(event)] == hook))
    else:
        host.describe()


class _OddError(Exception):
    pass


def _raise(*_: object) -> None:
    raise _OddError(_SECRET)


def _leave(*_: object) -> None:
    sys.exit(_SECRET)


class _BaseError(BaseException):
    pass


def _raising(error: BaseException) -> Callable[..., Any]:
    def fault(*_: object) -> None:
        raise error

    return fault


@pytest.mark.parametrize("hook", ARGUMENTS)
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (_raise, "_OddError"),
        (_leave, "SystemExit"),
        (_raising(_BaseError(_SECRET)), "_BaseError"),
        (_raising(GeneratorExit(_SECRET)), "GeneratorExit"),
        (_raising(asyncio.CancelledError(_SECRET)), "CancelledError"),
        (_raising(PluginError(_SECRET)), "PluginError"),
    ],
)
def test_a_plugin_that_raises_is_isolated_and_named(hook: str, fault: Callable[..., Any], error: str) -> None:
    """In every hook, whatever a plugin raises is noted with name, version, hook and line, and never with its text."""
    heard: list[object] = []
    host = PluginHost()
    host.register(_plugin(hook, fault), name="broken", version="1.2")
    host.register(_plugin(hook, lambda *event: heard.append(event)), name="sound")
    _ask(host, hook)
    assert heard
    (failure, *others) = host.failures
    assert [one.plugin for one in others] in ([], ["sound"])
    assert (failure.plugin, failure.version, failure.hook, failure.error) == ("broken", "1.2", hook, error)
    assert f"raised {error} at test_isolation.py:" in failure.message
    assert _SECRET not in repr(failure) + str(failure)
    broken = next(plugin for plugin in host.describe() if plugin.name == "broken")
    assert broken.hooks == (hook,)
    assert broken.contributions == {}


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="no signals to threads here")
@pytest.mark.parametrize("hook", ["careprogram_services", "careprogram_run_finished"])
def test_an_interrupt_by_the_user_passes(hook: str, request: pytest.FixtureRequest) -> None:
    """Ctrl-C while a plugin works ends the program and is no failure of the plugin."""
    # Started in the background, a process ignores the signal, and so would the test.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, before))
    goes_on = threading.Event()

    def slow(*_: object) -> None:
        # What a terminal does: the signal goes to the thread that waits.
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        goes_on.wait(30)

    host = PluginHost()
    host.register(_plugin(hook, slow), name="slow")
    with pytest.raises(KeyboardInterrupt):
        _ask(host, hook)
    goes_on.set()
    assert host.failures == ()


@pytest.mark.parametrize("hook", ARGUMENTS)
def test_a_strict_host_raises_what_a_plugin_raised(hook: str) -> None:
    """Whoever develops a plugin sees its own error as the cause of ours, every time."""
    host = PluginHost(strict=True)
    host.register(_plugin(hook, _raise), name="broken")
    for _ in range(2):
        with pytest.raises(PluginError, match=f"plugin 'broken' unknown, {hook}: raised _OddError") as caught:
            _ask(host, hook)
        assert isinstance(caught.value.__cause__, _OddError)


def _late() -> Iterator[Service]:
    yield _service()
    raise _OddError(_SECRET)


def test_a_generator_that_raises_late_loses_all_it_gave() -> None:
    """What is lazy is made inside the host: nothing of a half contribution gets out, and the others stay."""
    host = PluginHost()
    host.register(_plugin("careprogram_services", _late), name="late")
    host.register(_plugin("careprogram_services", lambda: iter([_service("visit")])), name="sound")
    assert list(host.services()) == ["visit"]
    assert [(failure.plugin, failure.error) for failure in host.failures] == [("late", "_OddError")]


@pytest.mark.parametrize("hook", [point.hook for point in POINTS.values()])
@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda: None, "gave None, expected a list"),
        (lambda: "reading", "gave an object of type str, expected a list"),
        (_service, "gave an object of type Service, expected a list"),
        (lambda: {"reading": _service()}, "gave an object of type dict, expected a list"),
        (lambda: [object()], "gave an object of type object"),
        (lambda: [int], "gave "),
        (lambda: itertools.repeat(_service()), "may never have ended"),
    ],
)
def test_a_plugin_that_gives_the_wrong_thing_is_named(hook: str, answer: Callable[[], Any], said: str) -> None:
    """In every provider hook, an answer of the wrong kind is dropped and told with what was expected."""
    host = PluginHost()
    host.register(_plugin(hook, answer), name="wrong")
    assert host.describe()[0].contributions == {}
    (failure,) = host.failures
    assert (failure.plugin, failure.hook, failure.error) == ("wrong", hook, "PluginError")
    assert said in failure.message


def test_one_wrong_entry_costs_the_whole_contribution() -> None:
    """Half a contribution could be worse than none, so a list with one wrong entry is dropped as a whole."""
    host = PluginHost()
    host.register(_plugin("careprogram_services", lambda: [_service(), "visit"]), name="half")
    assert host.services() == {}
    assert "expected Service" in host.failures[0].message


class _Hostile:
    """An object that raises when it is looked at."""

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("__"):
            return super().__getattribute__(name)
        raise _OddError(_SECRET)


class _Moody:
    """A score whose name can be read a few times only."""

    text = Text("近", "near")

    def __init__(self, times: int) -> None:
        self._times = times

    @property
    def id(self) -> str:
        self._times -= 1
        if self._times < 0:
            raise _OddError(_SECRET)
        return "near"

    def score(self, *_: object) -> int:
        return 0


@pytest.mark.parametrize("times", range(1, 5))
def test_a_name_is_read_once(times: int) -> None:
    """A name that raises when it is read again can harm nobody: it is not read again."""
    host = PluginHost()
    host.register(_plugin("careprogram_scores", lambda: [_Moody(times)]), name="moody")
    assert list(host.scores()) == ["near"]
    assert host.owner("scores", "near") == "moody"
    assert host.describe()[0].contributions == {"careprogram_scores": ("near",)}
    assert host.failures == ()


class _OwnService(Service):
    def __getattribute__(self, name: str) -> Any:
        if name == "title":
            raise _OddError(_SECRET)
        return super().__getattribute__(name)


def test_a_description_of_a_plugins_own_type_is_refused() -> None:
    """Descriptions are data: a subtype could raise later, where nobody guards the one who reads it."""
    own = _OwnService(id=ServiceId("x"), title=Text("", ""), care=None, description=Text("", ""), source="test")
    host = PluginHost()
    host.register(_plugin("careprogram_services", lambda: [own]), name="own")
    assert dict(host.services()) == {}
    assert "expected Service" in host.failures[0].message


@pytest.mark.parametrize("point", ["constraints", "scores", "strategies", "report_sections"])
def test_an_object_that_raises_when_looked_at_is_dropped(point: str) -> None:
    """Checking a contribution is as isolated as asking for it."""
    host = PluginHost()
    host.register(_plugin(f"careprogram_{point}", lambda: [_Hostile()]), name="hostile")
    assert host.describe()[0].contributions == {}
    assert host.failures[0].error == "_OddError"


@pytest.mark.parametrize(
    ("point", "lacking"),
    [("constraints", "allows"), ("scores", "score"), ("strategies", "pair"), ("report_sections", "render")],
)
def test_an_object_without_its_method_is_told_which(point: str, lacking: str) -> None:
    """An object that has a name and a text, and not the method that does the work, is refused with the method."""
    text = Text("近", "near")
    host = PluginHost()
    host.register(
        _plugin(f"careprogram_{point}", lambda: [SimpleNamespace(id="x", text=text, title=text)]), name="bare"
    )
    assert host.describe()[0].contributions == {}
    assert f"which has no method {lacking}" in host.failures[0].message


@pytest.mark.parametrize("name", ["", "a\nb", "x" * 101, 7, None])
def test_a_contribution_needs_a_name(name: object) -> None:
    """A name that nobody could print, write or look up is refused."""
    score = SimpleNamespace(id=name, text=Text("近", "near"), score=lambda *_: 0)
    host = PluginHost()
    host.register(_plugin("careprogram_scores", lambda: [score]), name="nameless")
    assert host.scores() == {}
    assert "1 to 100 printable characters" in host.failures[0].message


def test_one_plugin_may_not_give_one_name_twice() -> None:
    """Two contributions of one plugin under one name are its fault alone."""
    host = PluginHost()
    host.register(_plugin("careprogram_services", lambda: [_service(), _service()]), name="twice")
    assert host.services() == {}
    assert "'reading' twice" in host.failures[0].message


def test_two_plugins_that_claim_one_name_are_both_named() -> None:
    """A clash is an error, strict or not: guessing which of the two was meant could do anything."""
    host = PluginHost()
    host.register(_plugin("careprogram_services", lambda: [_service(title="one")]), name="first", version="1.0")
    host.register(_plugin("careprogram_services", lambda: [_service(title="two")]), name="second", version="2.0")
    with pytest.raises(ConflictError, match=r"'first' 1\.0 and plugin 'second' 2\.0 both .* service 'reading'"):
        host.services()
    assert host.stores() == {}


def _provider(name: str, *schemes: str, open_: Callable[..., Any] = _raise) -> StoreProvider:
    return StoreProvider(name=name, schemes=schemes, open=open_)


def test_two_stores_that_claim_one_scheme_are_both_named() -> None:
    """An address must mean one store, so a scheme is a name like any other."""
    host = PluginHost()
    host.register(_plugin("careprogram_stores", lambda: [_provider("a", "sqlite")]), name="first")
    host.register(_plugin("careprogram_stores", lambda: [_provider("b", "postgresql", "sqlite")]), name="second")
    with pytest.raises(ConflictError, match=r"'first' .* and .*'second' .* 'sqlite:'"):
        host.open_store("sqlite:x.db", folder=Path())


def test_a_plugin_is_asked_once() -> None:
    """Looking twice gives the same contributions, and the same failure once; a new plugin is asked when it is there."""
    asked: list[str] = []
    host = PluginHost()
    host.register(_plugin("careprogram_services", lambda: _noted(asked, "a", [_service()])), name="a")
    host.register(_plugin("careprogram_services", lambda: _noted(asked, "b", None)), name="b")
    assert host.services() == host.services()
    host.register(_plugin("careprogram_services", lambda: _noted(asked, "c", [_service("visit")])), name="c")
    assert list(host.services()) == ["reading", "visit"]
    assert asked == ["a", "b", "c"]
    assert len(host.failures) == 1


def test_the_same_failure_is_counted() -> None:
    """A listener that fails for every child is one failure with a count, not a hundred."""
    host = PluginHost()
    host.register(_plugin("careprogram_child_enrolled", _raise), name="broken")
    for _ in range(100):
        host.tell(_EVENTS[0])
    (failure,) = host.failures
    assert failure.count == 100
    assert str(failure).endswith("(100 times)")


@pytest.mark.parametrize("event", _EVENTS, ids=lambda event: type(event).__name__)
def test_every_event_reaches_every_listener(event: Event) -> None:
    """Each plugin hears each event, as it is; those that do not care for the event need not name it."""
    heard: list[object] = []
    host = PluginHost()
    for name in ("one", "two"):
        host.register(_plugin(EVENT_HOOKS[type(event)], heard.append), name=name)
    silent = SimpleNamespace(**{EVENT_HOOKS[type(event)]: hookimpl(lambda: heard.append("called"))})
    host.register(silent, name="three")
    host.tell(event)
    assert heard == [event, event, "called"]
    assert host.failures == ()


def test_a_listener_that_answers_is_told_so() -> None:
    """An answer to an event goes nowhere, so it is a fault of the plugin; the event was heard all the same."""
    host = PluginHost()
    host.register(_plugin("careprogram_run_finished", lambda _: "stop"), name="talkative")
    host.tell(_EVENTS[-1])
    assert "answers nothing" in host.failures[0].message


def test_something_else_than_an_event_is_refused() -> None:
    """Telling plugins what is no event is a fault of the caller."""
    with pytest.raises(NotFoundError, match="str is no event"):
        PluginHost().tell("hello")  # type: ignore[arg-type]


def test_listeners_hear_in_order() -> None:
    """Those marked tryfirst come first, those marked trylast come last, the others as they were registered."""
    heard: list[str] = []
    host = PluginHost()
    orders: list[tuple[str, dict[str, Any]]] = [
        ("a", {"trylast": True}),
        ("b", {}),
        ("c", {}),
        ("d", {"tryfirst": True}),
    ]
    for name, options in orders:
        host.register(_listener(name, heard, options), name=name)
    host.tell(_EVENTS[0])
    assert heard == ["d", "b", "c", "a"]


def _listener(name: str, heard: list[str], options: dict[str, Any]) -> object:
    return SimpleNamespace(careprogram_child_enrolled=hookimpl(**options)(lambda: heard.append(name)))


def test_hosts_share_nothing() -> None:
    """A plugin of one program is unknown to another in the same process."""
    one, other = PluginHost(), PluginHost()
    one.register(_plugin("careprogram_services", lambda: [_service()]), name="a")
    assert list(one.services()) == ["reading"]
    assert other.services() == {}
    assert repr(one) == "<PluginHost: 1 plugins, 0 failures>"


class TestOpening:
    """Opening a store or a notifier runs code of a plugin."""

    def _host(self, open_: Callable[..., Any]) -> PluginHost:
        host = PluginHost()
        host.register(_plugin("careprogram_stores", lambda: [_provider("odd", "odd", open_=open_)]), name="broken")
        provider = plugins.NotifierProvider(name="odd", open=open_)
        host.register(_plugin("careprogram_notifiers", lambda: [provider]), name="mute")
        return host

    def test_an_opening_that_raises_names_the_plugin(self) -> None:
        """Without its store a program cannot go on: the error names the plugin and never repeats the text."""
        host = self._host(_raise)
        with pytest.raises(StoreError, match="plugin 'broken' unknown could not open its store") as caught:
            host.open_store("odd:x", folder=Path())
        with pytest.raises(PluginError, match="plugin 'mute' unknown could not open its notifier") as also:
            host.open_notifier("odd", {}, folder=Path())
        assert _SECRET not in str(caught.value) + str(also.value)
        assert [failure.plugin for failure in host.failures] == ["broken", "mute"]

    def test_an_error_of_ours_passes(self) -> None:
        """A StoreError with its remedy is what a plugin should raise, so it gets through as it is."""

        def refuse(*_: object) -> None:
            raise StoreError("the disk is full: make room")

        with pytest.raises(StoreError, match=r"^the disk is full: make room$"):
            self._host(refuse).open_store("odd:x", folder=Path())

    def test_what_is_no_store_is_refused(self) -> None:
        """An object without the methods of a store would fail at the first save, so it is refused when opened."""
        host = self._host(lambda *_: SimpleNamespace(load=print, find=print))
        with pytest.raises(StoreError, match="which has no commit, close: it is no store"):
            host.open_store("odd:x", folder=Path())
        with pytest.raises(PluginError, match="which has no send, name, idempotent: it is no notifier"):
            host.open_notifier("odd", {}, folder=Path())

    def test_the_provider_gets_address_settings_and_folder(self) -> None:
        """What the program file says reaches the provider unchanged."""
        seen: list[object] = []
        opened = SimpleNamespace(load=print, find=print, commit=print, close=print, send=str, name="o", idempotent=True)
        host = self._host(lambda *arguments: _noted(seen, arguments, opened))
        assert host.open_store("odd:a/b:c", folder=Path("f")) is opened
        notifier = host.open_notifier("odd", {"a": "b"}, folder=Path("f"))
        assert (notifier.name, notifier.idempotent, notifier.send("m")) == ("o", True, "m")  # type: ignore[arg-type, comparison-overlap]
        assert seen == [("odd:a/b:c", Path("f")), ({"a": "b"}, Path("f"))]

    def test_an_unknown_address_tells_the_known_ones_and_no_password(self) -> None:
        """A wrong scheme is answered with those that are there; the rest of an address may be secret."""
        host = self._host(_raise)
        with pytest.raises(NotFoundError, match="stores at 'postgres': addresses begin with odd:") as caught:
            host.open_store("postgres://user:geheim@host/db", folder=Path())
        assert "geheim" not in str(caught.value)
        with pytest.raises(NotFoundError, match="channels are odd"):
            host.open_notifier("mail", {}, folder=Path())
        with pytest.raises(NotFoundError, match="addresses begin with none"):
            PluginHost().open_store("county.db", folder=Path())

    @pytest.mark.parametrize("schemes", [(), ("",), ("SQLite",), ("sqlite:",), ("a b",)])
    def test_a_scheme_that_no_address_could_have_is_refused(self, schemes: tuple[str, ...]) -> None:
        """A provider that could never be reached is a fault when it is made."""
        with pytest.raises(ValueError, match=r"cannot begin an address|needs a scheme"):
            _provider("odd", *schemes)


def test_a_failure_in_use_is_laid_at_the_right_door() -> None:
    """Faults that pairing tells of by the id of a constraint are noted for the plugin it came from."""
    host = PluginHost()
    host.register(_plugin("careprogram_services", lambda: [_service()]), name="a", version="1")
    host.blame("services", "reading", "KeyError", count=7)
    (failure,) = host.failures
    assert (failure.plugin, failure.hook, failure.error, failure.count) == ("a", "careprogram_services", "KeyError", 7)
    assert host.owner("services", "reading") == "a"
    with pytest.raises(NotFoundError, match="no plugin contributes the service 'visit'"):
        host.owner("services", "visit")
