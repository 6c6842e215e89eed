"""Bad plugins take part in a run, and nothing of it is lost, changed or held up."""

import contextlib
import itertools
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import attrs
import pytest

from careprogram.builtin.contributions import standard_host
from careprogram.care import DutyRule, Service
from careprogram.events import ChildJudged, Event
from careprogram.ids import ServiceId
from careprogram.language import Text
from careprogram.pairing import Pairing
from careprogram.plugins import ARGUMENTS, EVENT_HOOKS, PluginHost, StoreProvider, hookimpl
from careprogram.ports import ChangeSet, Store
from careprogram.program import Program, RunSummary, propose_pairs
from careprogram.program.pair import PairingResult
from careprogram.program.progress import SilentProgress
from careprogram.program.records import pairings_on_file
from careprogram.program.save import all_records

NewCounty = Callable[..., Path]
SECRET = "王小明 13912345678"
TEXT = Text("试", "tried")


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
    folder: Path, plugins: dict[str, object], host: PluginHost | None = None
) -> tuple[dict[tuple[str, str], object], list[Event], RunSummary]:
    """Run the program of *folder*; return all it keeps, what a sound plugin heard, and what it came to."""
    heard: list[Event] = []
    program = Program.load(folder)
    program = program if host is None else attrs.evolve(program, host=host)
    for name, plugin in plugins.items():
        program.host.register(plugin, name=name)
    program.host.register(_plugin(heard.append, *EVENT_HOOKS.values()), name="sound")
    summary = program.run()
    return _kept(program), heard, summary


def _kept(program: Program) -> dict[tuple[str, str], object]:
    with contextlib.closing(program.open_store()) as store:
        kinds = ("child", "helper", "verdict", "pairing", "care-plan", "duty", "enrollment", "village-link")
        return {(kind, record.id): record.document for kind in kinds for record in all_records(store, kind)}


class _Stuck:
    """A store whose sixth commit lands and never comes back; whoever waits for it presses Ctrl-C."""

    def __init__(self, store: Store) -> None:
        self._store, self._left = store, 6

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def commit(self, changes: ChangeSet) -> Any:
        receipt = self._store.commit(changes)
        self._left -= 1
        if not self._left:
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
            threading.Event().wait(60)
        return receipt


@attrs.frozen
class _Sound:
    """A county that was run without a bad plugin."""

    folder: Path
    kept: dict[tuple[str, str], object]
    heard: list[Event]
    summary: RunSummary


@pytest.fixture(scope="module")
def sound(county_files: Path, tmp_path_factory: pytest.TempPathFactory) -> _Sound:
    """Return the county, with what it keeps and what was heard."""
    folder = _short(Path(shutil.copytree(county_files, tmp_path_factory.mktemp("good") / "county")))
    return _Sound(folder, *_ran(folder, {}))


def _stuck(folder: Path) -> Program:
    program = Program.load(folder)
    provider = StoreProvider(name="stuck", schemes=("stuck",), open=lambda *_: _Stuck(program.open_store()))
    program.host.register(_plugin(lambda: [provider], "careprogram_stores"), name="stuck")
    outputs = attrs.evolve(program.config.outputs, store="stuck:")
    return attrs.evolve(program, config=attrs.evolve(program.config, outputs=outputs))


@pytest.mark.promise
def test_twelve_bad_plugins_cannot_lose_or_block_anything(new_county: NewCounty, sound: _Sound) -> None:
    """The run keeps the same records, the sound plugin hears the same events, and each bad one is named."""
    gate = threading.Event()
    try:
        bad = twelve(gate)
        assert len(bad) == 12
        kept, heard, summary = _ran(_short(new_county("bad")), bad)
    finally:
        gate.set()
    assert sound.summary.failures == ()
    assert len(sound.kept) > 200
    assert kept == sound.kept
    assert [event for event in heard if isinstance(event, ChildJudged)]
    assert _without_run(heard) == _without_run(sound.heard)
    _each_is_named(set(bad) - {"forges"}, summary.failures)


@pytest.mark.promise
def test_a_store_that_never_returns_loses_nothing(
    new_county: NewCounty, sound: _Sound, request: pytest.FixtureRequest
) -> None:
    """The program waits until somebody stops it; run again, it has everything, and each thing once."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, before))
    folder = _short(new_county())
    with pytest.raises(KeyboardInterrupt):
        _stuck(folder).run()
    kept, _, summary = _ran(folder, {})
    assert kept == sound.kept
    assert summary.kept["child"].new == 0
    assert summary.kept["duty"].new > 0
    with contextlib.closing(Program.load(folder).open_store()) as store:
        assert {len(store.history(kind, name)) for kind, name in kept} == {1}


@pytest.mark.promise
def test_what_hangs_in_a_score_a_schedule_or_the_report_holds_nobody_up(sound: _Sound) -> None:
    """A second run has the same records and a report; each plugin is waited for once, and named."""
    gate = threading.Event()
    hang = lambda *_: gate.wait(60) and None  # noqa: E731
    visit = DutyRule(id="ngo.visit", title=TEXT, source="NGO", hands=(), schedule=hang)
    escape = lambda *_: _raise(_EscapedError(SECRET))  # noqa: E731
    bad = {
        "hangs-in-a-score": _plugin(lambda: [_rule(hang, "ngo.a")], "careprogram_scores"),
        "escapes-from-a-score": _plugin(lambda: [_rule(escape, "ngo.b")], "careprogram_scores"),
        "hangs-in-a-schedule": _plugin(lambda: [visit], "careprogram_duty_rules"),
        "hangs-in-the-report": _plugin(lambda: [_rule(hang, "ngo.c")], "careprogram_report_sections"),
    }
    host = standard_host(load=["sql"], event_seconds=0.2, answer_seconds=0.2)
    try:
        kept, _, summary = _ran(sound.folder, bad, host)
    finally:
        gate.set()
    assert kept == sound.kept
    assert (summary.ended, summary.held) == (0, 0)
    _each_is_named(bad, summary.failures)


@pytest.mark.promise
@pytest.mark.parametrize("name", ["hangs", "lies", "raises", "is-lost"])
def test_a_rule_that_does_not_answer_pairs_nobody_and_ends_nothing(sound: _Sound, name: str) -> None:
    """Whoever has a helper keeps it, whatever the rule of a plugin fails with."""
    gate = threading.Event()
    answers: dict[str, Callable[..., Any]] = {
        "hangs": lambda *_: gate.wait(60) and None,
        "lies": lambda *_: SECRET,
        "raises": lambda *_: _raise(_EscapedError(SECRET)),
    }
    give = lambda: [_rule(answers[name], "ngo.rule")] if name in answers else _raise(ValueError(SECRET))  # noqa: E731
    result, standing, failures = _proposed(sound.folder, _plugin(give, "careprogram_constraints"), name)
    gate.set()
    assert len(standing) > 20
    assert set(result.pairings) == set(result.held) == standing
    assert (result.broken, result.plans["one-to-many"].pairs) == ((), ())
    _each_is_named([name], [*failures, *(f"'{name}'" for fault in result.faults if fault.source == "ngo.rule")])


def test_a_rule_that_says_no_ends_what_it_forbids(sound: _Sound) -> None:
    """A rule of a plugin that answers is no failing one."""
    no = _plugin(lambda: [_rule(lambda *_: False, "ngo.rule")], "careprogram_constraints")
    result, standing, failures = _proposed(sound.folder, no, "strict")
    assert (set(result.broken), result.held, failures) == (standing, (), [])


def _proposed(folder: Path, plugin: object, name: str) -> tuple[PairingResult, set[Pairing], list[str]]:
    """Return what pairing comes to with a plugin, which pairings stood, and the failures."""
    program = attrs.evolve(Program.load(folder), host=standard_host(load=["sql"], answer_seconds=0.2))
    program.host.register(plugin, name=name)
    with contextlib.closing(program.open_store()) as store:
        standing = {one for one in pairings_on_file(store) if one.stands}
        result = propose_pairs(program, store=store, progress=SilentProgress()).result
    return result, standing, [str(failure) for failure in program.host.failures]


def _each_is_named(bad: Collection[str], failures: Collection[str]) -> None:
    assert [name for name in bad if not any(f"'{name}'" in one for one in failures)] == []
    assert SECRET not in "".join(failures)


class _EscapedError(BaseException):
    """Passes every guard against errors."""


def _rule(answer: Callable[..., Any], name: str) -> Any:
    return SimpleNamespace(id=name, text=TEXT, allows=answer, score=answer, title=TEXT, render=answer)


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
