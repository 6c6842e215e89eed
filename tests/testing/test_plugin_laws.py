"""Does `plugin_laws` pass what is sound, and name the law that a faulty plugin breaks?"""

import datetime as dt
import itertools
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import attrs
import pytest
from faulty_plugins import Anchor, Vault, giving

import careprogram.care.services
from careprogram.archives import ArchiveField, ArchiveKind, ArchiveSchema, ReferenceType, TextType, Upcaster
from careprogram.builtin.contributions import CarePlugin, FileAnchorPlugin, MemoryStorePlugin, ReportPlugin
from careprogram.builtin.memory_store import MemoryStore
from careprogram.care import SHIPPED_SERVICES, DutyRule, Occurrence, Service
from careprogram.eligibility import shipped_policies
from careprogram.errors import ConflictError
from careprogram.ids import ServiceId
from careprogram.language import Text
from careprogram.pairing import OneToMany
from careprogram.plugins import (
    ARGUMENTS,
    EVENT_HOOKS,
    POINTS,
    AnchorProvider,
    KeyringProvider,
    NotifierProvider,
    StoreProvider,
    hookimpl,
)
from careprogram.ports import ChangeSet, Delivery, DeliveryAnswer
from careprogram.privacy import Purpose, Sensitivity
from careprogram.testing import BrokenPluginLawError, Channel, plugin_laws
from careprogram.testing.plugin_events import trial_events
from careprogram.testing.plugin_kits import KITS
from careprogram.testing.plugin_law_book import PLUGIN_LAWS
from careprogram.testing.plugin_openings import AT_ADDRESSES
from careprogram.testing.plugin_traces import Surroundings

_SECRET = "王小明 13912345678"
_TITLE = Text("共读", "reading together")


def _service(name: str = "ngo-x.reading", **more: Any) -> Service:
    return attrs.evolve(
        Service(id=ServiceId(name), title=_TITLE, care=None, description=_TITLE, source="NGO X"),
        **more,
    )


def _raise(*_: object) -> Any:
    raise ValueError(_SECRET)


def _fail() -> Any:
    raise ValueError(_SECRET)


def _leave() -> Any:
    sys.exit(_SECRET)


def _hear_badly(event: Any) -> None:
    raise ValueError(_SECRET)


def _linger(event: Any) -> None:
    time.sleep(1)


def _answer(event: Any) -> Any:
    return event.run


def _divide(event: Any) -> None:
    _ = 100 // event.eligible


def _patch(event: Any) -> None:
    careprogram.care.services.tried_patch = event  # type: ignore[attr-defined]


def _set_variable(event: Any) -> None:
    os.environ["CAREPROGRAM_TRIED"] = "1"


@attrs.define
class _OnlyOnce:
    """Bears each run once, as a table with a unique key would."""

    runs: set[str] = attrs.field(factory=set)

    @hookimpl
    def careprogram_run_finished(self, event: Any) -> None:
        if event.run in self.runs:
            raise ConflictError(_SECRET)
        self.runs.add(event.run)


def _score(answer: Callable[[Any, Any, Any], Any], name: str = "ngo-x.score") -> Any:
    return SimpleNamespace(id=name, text=_TITLE, score=answer)


def _constraint(answer: Callable[[Any, Any, Any], Any]) -> Any:
    return SimpleNamespace(id="ngo-x.no", text=_TITLE, allows=answer)


def _opens_an_anchor(*_: object) -> Any:
    return Anchor()


def _anchoring(fault: str) -> AnchorProvider:
    anchor = Anchor(fault)
    return AnchorProvider(name="x", schemes=("x",), open=lambda *_: anchor)


def _keeping(fault: str) -> KeyringProvider:
    keyring = Vault(fault)
    return KeyringProvider(name="x", schemes=("x",), open=lambda *_: keyring)


def _section(render: Callable[[Any, Any], Any]) -> Any:
    return SimpleNamespace(id="ngo-x.part", title=_TITLE, render=render)


def _rule(schedule: Callable[[Any], Any]) -> DutyRule:
    return DutyRule(id="ngo-x.visit", title=_TITLE, source="NGO X", hands=(), schedule=schedule)


@attrs.frozen(kw_only=True)
class _Crowding:
    """Pairs by rules of its own and forgets those of the program."""

    id: str = "ngo-x.crowd"
    title: Text = _TITLE

    def pair(self, problem: Any, rules: Any) -> Any:
        plan = OneToMany().pair(problem, attrs.evolve(rules, constraints=()))
        return attrs.evolve(plan, strategy=self.id)


def _lossy() -> ArchiveKind:
    """A kind whose second version forgets what the first one held."""
    reading = frozenset({Purpose.CARE})
    child = ArchiveField(
        name="child",
        type=ReferenceType(to="child"),
        label=Text("儿童", "child"),
        sensitivity=Sensitivity.INTERNAL,
        purposes=reading,
        required=True,
    )
    note = ArchiveField(name="note", type=TextType(), label=_TITLE, sensitivity=Sensitivity.PERSONAL, purposes=reading)
    one = ArchiveSchema(id="ngo-x.diary", version=1, title=_TITLE, fields=(child, note))
    return ArchiveKind(
        versions=(one, attrs.evolve(one, version=2)),
        upcasters=(Upcaster(from_version=1, lift=lambda document: {"child": document["child"]}, text=_TITLE),),
    )


def _contradictory() -> Any:
    """A policy with a clause that cannot hold: it asks for what it forbids."""
    policy = shipped_policies()["county.education"]
    category, *others = policy.categories
    first, *more = category.clauses
    never = attrs.evolve(first, when=first.condition & ~first.condition)
    return attrs.evolve(policy, id="ngo-x.never", categories=(attrs.evolve(category, clauses=(never, *more)), *others))


_numbers = itertools.count()
_used_up: Iterator[Service] = iter([_service()])
_STRUCTURAL: list[tuple[str, Any, str]] = [
    ("registers", SimpleNamespace(), "implements no hook"),
    ("registers", giving(run_ended=lambda event: None), "no hook; did you mean careprogram_run_finished"),
    ("registers", giving(run_finished=lambda happened: None), "is not offered"),
    ("answers", giving(services=_fail), "raised ValueError at test_plugin_laws.py:"),
    ("answers", giving(services=_leave), "raised SystemExit at test_plugin_laws.py:"),
    ("fits", giving(services=lambda: None), "gave None"),
    ("fits", giving(services=lambda: [_SECRET]), "an object of type str"),
    ("fits", giving(services=lambda: [_service(), _service()]), "twice"),
    ("fits", giving(services=lambda: itertools.repeat(_service())), "may never have ended"),
    ("returns", giving(services=lambda: time.sleep(1)), "did not return within 0.2 seconds"),
    ("same-names", giving(services=lambda: [_service(f"ngo-x.{next(_numbers)}")]), "others or in another order"),
    ("same-names", giving(services=lambda: _used_up), "1 names at first, 0 then"),
    ("own-names", giving(services=lambda: list(SHIPPED_SERVICES[:1])), "'study-tutoring' ships"),
    (
        "own-names",
        giving(audit_anchors=lambda: [AnchorProvider(name="x", schemes=("file",), open=_opens_an_anchor)]),
        "'file:'",
    ),
    ("both-languages", giving(services=lambda: [_service(title=Text("共读", " "))]), "title is empty"),
    ("hears", giving(child_judged=lambda event: _raise() if event.tier is None else None), "raised ValueError"),
    ("hears", giving(run_finished=_divide), "raised ZeroDivisionError"),
    ("hears-twice", _OnlyOnce(), "raised ConflictError"),
    ("answers-nothing", giving(run_finished=_answer), "answered an object of type str"),
    ("returns", giving(run_finished=_linger), "did not return within 0.2 seconds"),
    ("changes-nothing", giving(run_finished=_patch), "changed careprogram.care.services.tried_patch"),
    ("changes-nothing", giving(run_finished=_set_variable), "environment variable CAREPROGRAM_TRIED"),
]
_CONTRIBUTED: list[tuple[str, Any, str]] = [
    ("keeps-its-kit", giving(services=lambda: [_service(source=" ")]), "`source`"),
    ("keeps-its-kit", giving(scores=lambda: [_score(lambda *_: 1001)]), "from 0 to 1000"),
    ("keeps-its-kit", giving(scores=lambda: [_score(lambda *_: random.randrange(1000))]), "when asked again"),
    ("keeps-its-kit", giving(scores=lambda: [_score(_raise)]), "raised ValueError"),
    (
        "keeps-its-kit",
        giving(constraints=lambda: [SimpleNamespace(id="ngo-x.no", text=_TITLE, allows=lambda *_: "no")]),
        "True, False or Blocked",
    ),
    ("keeps-its-kit", giving(strategies=lambda: [_Crowding()]), "breaks the law '"),
    ("keeps-its-kit", giving(archive_schemas=lambda: [_lossy()]), "law 'upcasts'"),
    ("keeps-its-kit", giving(policies=lambda: [_contradictory()]), "law 'soundness'"),
    (
        "keeps-its-kit",
        giving(duty_rules=lambda: [_rule(lambda _: [Occurrence(due=dt.date(2020, 1, 1))])]),
        "outside",
    ),
    ("keeps-its-kit", giving(duty_rules=lambda: [_rule(_raise)]), "raised ValueError"),
    ("keeps-its-kit", giving(report_sections=lambda: [_section(lambda *_: None)]), "renders NoneType"),
    ("keeps-its-kit", giving(report_sections=lambda: [_section(lambda *_: str(next(_numbers)))]), "something else"),
    ("keeps-its-kit", giving(report_sections=lambda: [_section(_raise)]), "raised ValueError"),
]


@attrs.define
class _Mail:
    """A notifier with a switch for each fault."""

    fault: str = ""
    name: str = "ngo-x.mail"
    idempotent: Any = True

    def send(self, message: Any) -> Any:
        if self.fault == "raises" or (self.fault == "long" and len(message.body) > 1000):
            raise OSError(_SECRET)
        quoted = message.subject if self.fault == "quotes" else ""
        return None if self.fault == "silent" else Delivery(answer=DeliveryAnswer.ACCEPTED, detail=quoted)


def _notifying(notifier: Any, **more: Any) -> Any:
    return giving(notifiers=lambda: [NotifierProvider(name="ngo-x.mail", open=more.get("open_", lambda *_: notifier))])


class _Forgetful(MemoryStore):
    """A store that forgets which commands it has done."""

    def commit(self, changes: ChangeSet) -> Any:
        self._receipts.clear()
        return super().commit(changes)


def _storing(store: Callable[[], Any]) -> Any:
    return giving(stores=lambda: [StoreProvider(name="x", schemes=("x",), open=lambda *_: store())])


_TRIALS: Any = {
    "addresses": ["x:trial"],
    "channels": {"ngo-x.mail": Channel(settings={}, recipient="somebody@example.org")},
}
_OF_A_HOOK: dict[str, tuple[Any, str]] = {
    "careprogram_stores": (_storing(_Forgetful), "the same command twice is done once"),
    "careprogram_audit_anchors": (giving(audit_anchors=lambda: [_anchoring("back")]), "a cut trail would not show"),
    "careprogram_keyrings": (giving(keyrings=lambda: [_keeping("open")]), "stands open"),
    "careprogram_notifiers": (_notifying(_Mail("raises")), "sending raised OSError at test_plugin_laws.py"),
    "careprogram_policies": (giving(policies=lambda: [_contradictory()]), "law 'soundness'"),
    "careprogram_strategies": (giving(strategies=lambda: [_Crowding()]), "breaks the law '"),
    "careprogram_constraints": (
        giving(constraints=lambda: [_constraint(lambda *_: "no")]),
        "True, False or Blocked",
    ),
    "careprogram_scores": (giving(scores=lambda: [_score(lambda *_: time.sleep(9))]), "did not return within 0.5"),
    "careprogram_archive_schemas": (giving(archive_schemas=lambda: [_lossy()]), "law 'upcasts'"),
    "careprogram_services": (giving(services=lambda: [_service(source=" ")]), "`source`"),
    "careprogram_duty_rules": (giving(duty_rules=lambda: [_rule(_raise)]), "raised ValueError"),
    "careprogram_report_sections": (giving(report_sections=lambda: [_section(_raise)]), "raised ValueError"),
    **{
        hook: (giving(**{hook.removeprefix("careprogram_"): _hear_badly}), "raised ValueError")
        for hook in EVENT_HOOKS.values()
    },
}


@pytest.mark.promise
@pytest.mark.parametrize("hook", ARGUMENTS)
def test_every_hook_that_exists_is_tried(hook: str) -> None:
    """A plugin whose only hook gives something that is bad is caught; a new hook without such a fault fails here."""
    plugin, said = _OF_A_HOOK[hook]
    trials = _TRIALS if hook.removeprefix("careprogram_") in {*AT_ADDRESSES, "notifiers"} else {}
    with pytest.raises(BrokenPluginLawError) as caught:
        plugin_laws(plugin, seconds=0.5, examples=8, **trials)
    assert said in str(caught.value)
    assert not any(part in str(caught.value) for part in _SECRET.split())


def test_every_kind_of_contribution_has_a_kit() -> None:
    """Either what is given is tried, or what it opens."""
    assert {*KITS, *AT_ADDRESSES, "notifiers"} == set(POINTS)


@pytest.mark.promise
@pytest.mark.parametrize(
    ("notifier", "said"),
    [
        (_Mail("long"), "sending raised OSError"),
        (_Mail("quotes"), "quotes the message"),
        (_Mail("silent"), "answered NoneType"),
        (_Mail(idempotent="yes"), "says True or False"),
        (_Mail(name="sms"), "serves a channel of another name"),
    ],
)
def test_a_faulty_notifier_is_caught(notifier: Any, said: str) -> None:
    """Sent made-up messages where its author said, it is held to its promises."""
    with pytest.raises(BrokenPluginLawError, match=said):
        plugin_laws(_notifying(notifier), channels=_TRIALS["channels"])


def test_a_sound_notifier_and_a_sound_store_pass() -> None:
    """What keeps its promises is counted as tried, and nothing is left."""
    report = plugin_laws(_notifying(_Mail()), channels=_TRIALS["channels"])
    assert report.kits == ("notifiers 'ngo-x.mail'", "notifiers 'ngo-x.mail', with settings")
    assert report.not_tried == {}
    assert plugin_laws(_storing(MemoryStore), addresses=["x:trial"], examples=4).not_tried == {}


@pytest.mark.promise
@pytest.mark.parametrize(
    "plugin",
    [
        _notifying(None, open_=lambda *_: _raise()),
        _storing(_fail),
        giving(keyrings=lambda: [KeyringProvider(name="x", schemes=("x",), open=_raise)]),
        giving(audit_anchors=lambda: [AnchorProvider(name="x", schemes=("x",), open=lambda *_: object())]),
    ],
)
def test_what_cannot_be_opened_has_to_refuse(plugin: Any) -> None:
    """Without an address or settings a plugin says so with an error that a program knows, and opens nothing else."""
    with pytest.raises(BrokenPluginLawError, match="neither opened nor refused at '") as caught:
        plugin_laws(plugin)
    assert {one.law.name for one in caught.value.broken} == {"opens"}
    assert _SECRET not in str(caught.value)


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """Take back what the faulty plugins of a test leave behind."""
    yield
    vars(careprogram.care.services).pop("tried_patch", None)
    os.environ.pop("CAREPROGRAM_TRIED", None)


@pytest.mark.promise
@pytest.mark.parametrize(("law", "plugin", "said"), [*_STRUCTURAL, *_CONTRIBUTED])
def test_a_faulty_plugin_is_caught_by_the_law_that_speaks_of_it(law: str, plugin: Any, said: str) -> None:
    """One law, and no other, is broken; the finding says where and what, and never the text of the plugin's error."""
    with pytest.raises(BrokenPluginLawError) as caught:
        plugin_laws(plugin, name="faulty", seconds=0.2 if law == "returns" else 5, examples=8)
    assert {one.law.name for one in caught.value.broken} == {law}
    assert said in caught.value.broken[0].found.en
    assert not any(part in str(caught.value) for part in _SECRET.split())


def test_every_law_has_a_planted_fault() -> None:
    """No law is there that nothing shows to be awake; `loads` and `opens` have their own tests."""
    shown = {law for law, _, _ in (*_STRUCTURAL, *_CONTRIBUTED)}
    assert shown | {"loads", "opens"} == set(PLUGIN_LAWS)
    assert all(law.says.zh and law.says.en and law.remedy.zh and law.remedy.en for law in PLUGIN_LAWS.values())


def test_all_faults_are_told_at_once() -> None:
    """A plugin with faults in three hooks is told of all three, in both languages."""
    plugin = giving(services=_fail, scores=lambda: [_score(lambda *_: -1)], run_finished=_answer)
    with pytest.raises(BrokenPluginLawError, match="breaks 3 laws") as caught:
        plugin_laws(plugin, name="faulty", examples=4)
    assert [one.where for one in caught.value.broken] == [
        "careprogram_services",
        "careprogram_run_finished",
        "scores 'ngo-x.score'",
    ]
    for one in caught.value.broken:
        assert "发现：" in one.in_("zh")
        assert "found:" in one.in_("en")


@pytest.mark.parametrize(
    "plugin", [CarePlugin(), ReportPlugin(), MemoryStorePlugin()], ids=lambda one: type(one).__name__
)
def test_what_ships_keeps_every_law(plugin: Any) -> None:
    """Plugins of the library itself pass; the kits of policies, strategies and archives have tests of their own."""
    report = plugin_laws(plugin, examples=4)
    assert report.hooks
    given = set(report.kits) | set(report.not_tried)
    assert given or report.hooks == ()


def test_what_cannot_be_tried_is_said() -> None:
    """A store points to its suite, an anchor asks for an address."""
    assert "addresses=['memory:…']" in plugin_laws(MemoryStorePlugin()).not_tried["stores 'memory'"]
    assert "channels={'ngo-x.mail'" in plugin_laws(_notifying(_Mail())).not_tried["notifiers 'ngo-x.mail'"]
    assert "addresses=['file:…']" in plugin_laws(FileAnchorPlugin()).not_tried["audit_anchors 'file'"]


def test_every_event_has_a_trial() -> None:
    """Each kind of event is there, with new objects each time."""
    from careprogram.plugins import EVENT_HOOKS

    assert {type(event) for event in trial_events()} == set(EVENT_HOOKS)
    assert trial_events() == trial_events()
    first, second = trial_events(), trial_events()
    assert all(one is not other for one, other in zip(first, second, strict=True))


def test_a_change_of_a_class_or_a_container_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A method that was put into a class and an entry in a dict of a module are changes; a new module is none."""
    from careprogram.plugins import points

    before = Surroundings.now()
    monkeypatch.setitem(points.POINTS, "tried", None)  # type: ignore[call-overload]
    monkeypatch.setattr(points.ExtensionPoint, "tried", print, raising=False)
    monkeypatch.setitem(sys.modules, "careprogram.tried", careprogram)
    changed = Surroundings.now().changed_since(before)
    assert "careprogram.plugins.points.POINTS" in changed
    assert "careprogram.plugins.points.ExtensionPoint.tried" in changed
    assert not [name for name in changed if name.startswith("careprogram.tried")]
