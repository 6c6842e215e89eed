"""Is a rule, a score, a strategy, a notifier or an anchor that never returns waited for once, and no longer?"""

import contextlib
import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from careprogram.errors import PluginError, StoreError
from careprogram.language import Text
from careprogram.pairing import ConstraintScope, PairingConstraint, PairingScore
from careprogram.pairing.constraint import ColumnConstraint
from careprogram.pairing.constraints import DistanceConstraint
from careprogram.plugins import AnchorProvider, NotifierProvider, PluginHost, hookimpl
from careprogram.plugins.deadlines import Deadlines
from careprogram.plugins.failures import LateError
from careprogram.ports import AuditHead, DeliveryAnswer

TEXT = Text("试", "tried")
SECRET = "王小明"
SECONDS = 0.1


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Return what a plugin waits for, opened at the end so that no thread is left."""
    event = threading.Event()
    yield event
    event.set()


def _host(*, strict: bool = False, seconds: float = SECONDS, **hooks: Any) -> PluginHost:
    host = PluginHost(strict=strict, answer_seconds=seconds, strategy_seconds=2 * seconds)
    given = {f"careprogram_{hook}": hookimpl(_giving(value)) for hook, value in hooks.items()}
    host.register(SimpleNamespace(**given), name="ngo")
    return host


def _giving(value: object) -> Callable[[], list[object]]:
    return lambda: [value]


def _score(answer: Callable[..., Any], **more: Any) -> Any:
    return SimpleNamespace(id="ngo.score", text=TEXT, score=answer, **more)


def _rule(answer: Callable[..., Any], **more: Any) -> Any:
    return SimpleNamespace(id="ngo.rule", text=TEXT, allows=answer, **more)


def _asked(host: PluginHost, times: int = 3) -> list[object]:
    """Ask the score of a host like a judge does: what raises counts nothing."""
    score, found = host.scores()["ngo.score"], []
    for _ in range(times):
        try:
            found.append(score.score(1, 2, 3))  # type: ignore[arg-type]
        except Exception as error:  # noqa: BLE001 - as a judge does
            found.append(type(error).__name__)
    return found


@pytest.mark.promise
def test_work_is_done_once_more_without_the_score_that_hangs(gate: threading.Event) -> None:
    """The call is waited for once; then each question to it fails at once, and the work comes to its end."""
    calls: list[int] = []

    def hang(*_: object) -> int:
        calls.append(1)
        gate.wait(30)
        return 7

    host = _host(scores=_score(hang))
    began = time.monotonic()
    assert host.attended(lambda: _asked(host)) == ["LateError"] * 3
    assert time.monotonic() - began < 10
    assert len(calls) == 1
    (failure,) = host.failures
    assert (failure.plugin, failure.hook) == ("ngo", "careprogram_scores")
    assert "did not return within 0.1 seconds; it is not asked again" in failure.message


def test_what_is_left_behind_ends_at_its_next_question(gate: threading.Event) -> None:
    """Work that nobody waits for any more does not go on in the background."""
    done: list[str] = []

    def work() -> list[object]:
        answers = _asked(host)
        done.append("done")
        return answers

    host = _host(scores=_score(lambda *_: gate.wait(30) and 7))
    host.attended(work)
    left = [thread for thread in threading.enumerate() if thread.name == "careprogram attended work"]
    assert left
    gate.set()
    for thread in left:
        thread.join(10)
    assert not any(thread.is_alive() for thread in left)
    assert done == ["done"]


@pytest.mark.promise
def test_outside_of_attended_work_each_call_is_waited_for(gate: threading.Event) -> None:
    """A score that is asked by itself holds up nobody either."""
    host = _host(scores=_score(lambda *_: gate.wait(30) and 7))
    assert _asked(host) == ["LateError"] * 3
    assert [failure.count for failure in host.failures] == [1]


def test_a_sound_score_answers_either_way_and_raises_its_own_error() -> None:
    """A guard changes nothing of what comes back."""

    def answer(one: int, two: int, three: int) -> int:
        if one == 9:
            raise OSError(SECRET)
        return one + two + three

    host = _host(scores=_score(answer), seconds=30)
    score: Any = host.scores()["ngo.score"]
    for attended in (host.attended, lambda work: work()):
        assert attended(lambda: score.score(1, 2, 3)) == 6
        with pytest.raises(OSError, match=SECRET):
            attended(lambda: score.score(9, 2, 3))
    assert host.failures == ()


def test_a_long_work_of_short_calls_is_not_late() -> None:
    """What takes long in all, but comes back each time, has nothing to do with a deadline of one call."""
    host = _host(scores=_score(lambda *_: time.sleep(0.02) or 5))
    assert host.attended(lambda: _asked(host, times=15)) == [5] * 15
    assert host.failures == ()


@pytest.mark.promise
def test_a_strategy_has_a_deadline_for_the_whole(gate: threading.Event) -> None:
    """One that never returns is an error that names it; one that ships has all the time it needs."""
    host = _host(strategies=SimpleNamespace(id="ngo.s", title=TEXT, pair=lambda *_: None))
    with pytest.raises(PluginError, match=r"plugin 'ngo' unknown, pairing strategy 'ngo\.s': did not return") as caught:
        host.attended(lambda: gate.wait(30), strategy="ngo.s")
    assert "在 0.2 秒内没有返回" in caught.value.in_chinese
    assert host.failures[0].hook == "careprogram_strategies"
    assert host.attended(lambda: time.sleep(3 * SECONDS) or "done", strategy="one-to-many") == "done"


def test_a_strict_host_raises_what_hangs(gate: threading.Event) -> None:
    """Whoever develops a plugin is told at once."""
    host = _host(scores=_score(lambda *_: gate.wait(30)), strict=True)
    with pytest.raises(PluginError, match="did not return within"):
        host.attended(lambda: _asked(host))


@pytest.mark.promise
def test_what_would_end_a_program_is_an_error_like_others() -> None:
    """A rule can raise what no guard of pairing catches; it arrives as what every guard catches."""
    errors: list[BaseException] = [KeyboardInterrupt(SECRET), GeneratorExit(SECRET), BaseException(SECRET)]

    def answer(*_: object) -> bool:
        raise errors[-1]

    host = _host(constraints=_rule(answer), seconds=30)
    rule: Any = host.constraints()["ngo.rule"]
    while errors:
        for attended in (host.attended, lambda work: work()):
            with pytest.raises(Exception, match=type(errors[-1]).__name__) as caught:
                attended(lambda: rule.allows(1, 2, 3))
            assert SECRET not in str(caught.value)
        errors.pop()


def test_a_double_is_what_it_stands_for() -> None:
    """It has the name, the words, the scope and the columns of what was given, and whatever else that has."""
    given = _rule(lambda *_: True, allows_all=lambda _: [1], scope="child", with_adult=True)
    host = _host(constraints=given, scores=_score(lambda *_: 5), seconds=30)
    rule, score = host.constraints()["ngo.rule"], host.scores()["ngo.score"]
    assert isinstance(rule, PairingConstraint)
    assert isinstance(rule, ColumnConstraint) is False  # it has no reasons
    assert isinstance(score, PairingScore)
    assert (rule.id, rule.text, rule.scope, rule.with_adult) == ("ngo.rule", TEXT, ConstraintScope.CHILD, True)  # type: ignore[attr-defined]
    assert not hasattr(score, "score_all")
    assert repr(rule) == "<'ngo.rule' of plugin 'ngo' unknown>"


def test_what_ships_is_handed_over_as_it_is() -> None:
    """A rule of the library that a plugin gives with settings of its own is known by its type."""
    own = DistanceConstraint(farthest_m=500)
    host = _host(constraints=own)
    assert host.constraints()["distance"] is own


@pytest.mark.promise
def test_a_rule_that_says_another_thing_of_itself_the_second_time_is_not_taken() -> None:
    """What it says when it is given is what holds."""

    class Liar:
        id, text = "ngo.rule", TEXT

        def __init__(self) -> None:
            self.asked = 0

        @property
        def scope(self) -> str:
            self.asked += 1
            return "child" if self.asked == 1 else "nobody"

        def allows(self, *_: object) -> bool:
            return True

    host = _host(constraints=Liar())
    assert list(host.constraints()) == ["constraints-of-ngo"]
    assert "of another scope when it is asked again" in host.failures[0].message


@pytest.mark.promise
@pytest.mark.parametrize(("idempotent", "first"), [(True, DeliveryAnswer.LATER), (False, DeliveryAnswer.UNKNOWN)])
def test_a_notifier_that_never_returns_holds_up_one_message(
    gate: threading.Event, idempotent: bool, first: DeliveryAnswer
) -> None:
    """Nobody knows whether it was sent, so it is sent again only where that is harmless; the others wait."""
    notifier = SimpleNamespace(name="mail", idempotent=idempotent, send=lambda _: gate.wait(30) and None)
    host = _host(notifiers=NotifierProvider(name="mail", open=lambda *_: notifier))
    opened: Any = host.open_notifier("mail", {}, folder=Path())
    answers = [opened.send("message").answer for _ in range(3)]
    assert answers == [first, DeliveryAnswer.LATER, DeliveryAnswer.LATER]
    assert "did not return" in host.failures[0].message


@pytest.mark.promise
@pytest.mark.parametrize("hangs", ["open", "latest", "keep"])
def test_an_anchor_that_never_returns_is_an_error_of_the_store(gate: threading.Event, hangs: str) -> None:
    """What was kept is kept; that the end of the trail was not is told."""
    slow = lambda *_, **__: gate.wait(30) and None  # noqa: E731
    anchor = SimpleNamespace(latest=lambda: None, keep=lambda *_, **__: None)
    if hangs != "open":
        setattr(anchor, hangs, slow)
    open_ = slow if hangs == "open" else lambda *_: anchor
    host = _host(audit_anchors=AnchorProvider(name="vault", schemes=("vault",), open=open_))

    def keep() -> None:
        opened = host.open_anchor("vault:x", folder=Path())
        opened.latest()
        opened.keep(AuditHead(position=1, digest="d"), at=dt.datetime(2026, 9, 1, tzinfo=dt.UTC))

    with pytest.raises(StoreError, match=r"plugin 'ngo' unknown.* did not return within 0\.1 seconds") as caught:
        keep()
    assert caught.value.in_chinese
    assert [failure.hook for failure in host.failures] == ["careprogram_audit_anchors"]


def test_two_threads_of_a_program_ask_one_plugin_one_after_the_other() -> None:
    """Neither is turned away because the plugin is at work for the other."""
    deadlines, answers = Deadlines(), []

    def ask(number: int) -> None:
        answers.append(deadlines.call("p", lambda: time.sleep(0.05) or number, seconds=10))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [0, 1, 2, 3]


def test_who_waits_for_another_waits_no_longer_than_is_asked(gate: threading.Event) -> None:
    """A plugin that hangs for one thread is told as busy to the next, in that one's own time."""
    deadlines = Deadlines()

    def wait() -> None:
        with contextlib.suppress(LateError):
            deadlines.call("p", gate.wait, seconds=0.4)

    first = threading.Thread(target=wait)
    first.start()
    time.sleep(0.05)
    with pytest.raises(LateError, match="still busy"):
        deadlines.call("p", lambda: 1, seconds=0.05)
    first.join()
