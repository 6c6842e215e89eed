"""Does a plugin keep the laws that any program relies on, whatever it contributes?

It is registered in hosts of its own, every provider hook is asked twice, every event is told twice, each time in a
thread that nobody waits for long. What is found is collected, so that all of it is told at once. The text of an error
that a plugin raised is never repeated. What the contributions are worth is for ``plugin_kits``.
"""

import functools
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

import attrs

from careprogram.builtin.contributions import standard_host
from careprogram.errors import PluginError
from careprogram.events import Event
from careprogram.language import Text
from careprogram.plugins import EVENT_HOOKS, POINTS, ExtensionPoint, PluginFailure, PluginHost, PluginSource
from careprogram.plugins.deadlines import Deadlines
from careprogram.plugins.failures import Entry, where
from careprogram.plugins.registry import Registry
from careprogram.testing.plugin_events import trial_events
from careprogram.testing.plugin_law_book import PLUGIN_LAWS, BrokenPluginLaw
from careprogram.testing.plugin_traces import Ended, Surroundings, within

SECONDS: Final = 2.0
"""How long a hook may take."""

LOADING_SECONDS: Final = 60.0
"""How long an import may take."""

_METHODS: Final[Mapping[str, Callable[[PluginHost], Mapping[Any, object]]]] = {
    "stores": PluginHost.stores,
    "audit_anchors": PluginHost.audit_anchors,
    "keyrings": PluginHost.keyrings,
    "notifiers": PluginHost.notifiers,
    "policies": PluginHost.policies,
    "strategies": PluginHost.strategies,
    "constraints": PluginHost.constraints,
    "scores": PluginHost.scores,
    "archive_schemas": PluginHost.archive_kinds,
    "services": PluginHost.services,
    "duty_rules": PluginHost.duty_rules,
    "report_sections": PluginHost.report_sections,
}
_BUILTIN: Final = "careprogram.builtin.contributions"


@attrs.frozen(kw_only=True)
class PluginTrial:
    """What came of it.

    Attributes:
        name: What the plugin is called.
        hooks: The hooks it implements; empty where it could not be registered.
        contributions: What it gave, by the name of the point and its own.
        broken: The laws it does not keep, each once for each place.
        version: Its version; ``"unknown"`` if it states none.
        notices: What it uses that will go away, and what to use instead.
    """

    name: str
    hooks: tuple[str, ...] = ()
    contributions: Mapping[str, Mapping[str, Any]] = attrs.field(factory=dict, repr=False)
    broken: tuple[BrokenPluginLaw, ...] = ()
    version: str = "unknown"
    notices: tuple[Text, ...] = ()


def try_loading(
    load: Callable[[], object], *, name: str, seconds: float = SECONDS, version: str | None = None
) -> PluginTrial:
    """Load a plugin and try it.

    Args:
        load: Returns the plugin: a module or an instance. Whatever it raises is told.
        name: What to call the plugin.
        seconds: How long a hook may take; at most 10, after which a program goes on.
        version: Its version; its ``__version__`` if left out.
    """
    before = Surroundings.now()
    loaded = within(LOADING_SECONDS, load)
    if loaded.late or loaded.error is not None:
        found = _late(LOADING_SECONDS) if loaded.late else _raised(loaded.error)
        return PluginTrial(name=name, broken=(_broken("loads", "import", found),))
    changes = _changes("import", before, Surroundings.now())
    tried = try_plugin(loaded.answer, name=name, seconds=seconds, version=version)
    return attrs.evolve(tried, broken=(*changes, *tried.broken))


def try_plugin(plugin: object, *, name: str, seconds: float = SECONDS, version: str | None = None) -> PluginTrial:
    """Try a plugin that is there already; the arguments are those of `try_loading`."""
    trial = _Trial(plugin=plugin, name=name, seconds=seconds, version=version)
    entry: Entry | None = trial.watched("register", trial.register)
    if entry is None:
        return PluginTrial(name=name, broken=tuple(trial.broken))
    for hook in entry.hooks:
        point = POINTS.get(hook.removeprefix("careprogram_"))
        if point is not None:
            trial.ask(point)
        else:
            trial.watched(hook, functools.partial(trial.tell, hook))
    return PluginTrial(
        name=name,
        hooks=entry.hooks,
        contributions=MappingProxyType(trial.given),
        broken=tuple(trial.broken),
        version=entry.version,
        notices=entry.notices,
    )


@attrs.define(kw_only=True)
class _Trial:
    """A trial while it goes on."""

    plugin: object
    name: str
    seconds: float
    version: str | None = None
    given: dict[str, Mapping[str, Any]] = attrs.field(factory=dict)
    broken: list[BrokenPluginLaw] = attrs.field(factory=list)
    seen: Surroundings = attrs.field(factory=Surroundings.now)

    def find(self, law: str, place: str, found: Text) -> None:
        if all((one.law.name, one.where) != (law, place) for one in self.broken):
            self.broken.append(_broken(law, place, found))

    def watched(self, place: str, work: Callable[[], Any]) -> Any:
        """Do *work* and see what it leaves behind."""
        answer, before = work(), self.seen
        self.seen = Surroundings.now()
        for change in _changes(place, before, self.seen):
            self.find(change.law.name, place, change.found)
        return answer

    def host(self, *, strict: bool = False) -> PluginHost:
        # A host asks a plugin once, so each question needs a new one.
        host = PluginHost(strict=strict, answer_seconds=self.seconds)
        host.register(self.plugin, name=self.name)
        return host

    def register(self) -> Entry | None:
        def entry() -> Entry:
            registry = Registry(Deadlines(), self.seconds)
            return registry.add(self.plugin, name=self.name, version=self.version, source=PluginSource.REGISTERED)

        ended = within(self.seconds, entry)
        if ended.answer is not None:
            return ended.answer
        if ended.late:
            self.find("returns", "register", _late(self.seconds))
        else:
            # A refusal says itself what is wrong, and holds no data.
            found = _raised(ended.error)
            if isinstance(ended.error, PluginError):
                found = Text(ended.error.in_chinese or str(ended.error), str(ended.error))
            self.find("registers", "register", found)
        return None

    def ask(self, point: ExtensionPoint) -> None:
        given = self.watched(point.hook, lambda: self.asked(point, again=False))
        if given is None:
            return
        self.given[point.name] = given
        again = self.watched(point.hook, lambda: self.asked(point, again=True))
        if again is not None and list(given) != list(again):
            counts = (len(given), len(again))
            found = Text(
                "第一次给出 {} 项，第二次 {} 项，名称或顺序不同",
                "{} names at first, {} then, others or in another order",
            )
            self.find("same-names", point.hook, Text(found.zh.format(*counts), found.en.format(*counts)))
        self.check_names(point, given)

    def asked(self, point: ExtensionPoint, *, again: bool) -> Mapping[str, Any] | None:
        """Return what the plugin gives, or None where it fails, which is noted."""

        def question() -> tuple[Mapping[str, Any], tuple[PluginFailure, ...]]:
            # Strict, so that a schedule of a duty rule raises later instead of asking for nothing.
            host = self.host(strict=True)
            try:
                return dict(_METHODS[point.name](host)), host.failures
            except PluginError:
                if not host.failures:
                    raise
                return {}, host.failures

        ended: Ended[tuple[Mapping[str, Any], tuple[PluginFailure, ...]]] = within(self.seconds, question)
        if ended.late:
            self.find("returns", point.hook, _late(self.seconds))
            return None
        if ended.answer is None:
            self.find("answers", point.hook, _raised(ended.error))
            return None
        given, failures = ended.answer
        for failure in failures:
            law = _law_of(failure, raised="answers", unfit="fits")
            self.find("same-names" if again and law != "returns" else law, point.hook, _told(failure))
        return None if failures else given

    def check_names(self, point: ExtensionPoint, given: Mapping[str, Any]) -> None:
        taken = _shipped_names(point) if type(self.plugin).__module__ != _BUILTIN else frozenset()
        for name, value in given.items():
            for claim in sorted(taken & set(point.claims(value, name))):
                found = Text(f"名称 {claim!r} 已随库提供", f"{claim!r} ships with the library")
                self.find("own-names", f"{point.hook} {name!r}", found)
            # A title can be code of the plugin.
            for attribute in within(self.seconds, functools.partial(_without_words, value)).answer or ():
                found = Text(f"{attribute} 缺少一种语言", f"{attribute} is empty in a language")
                self.find("both-languages", f"{point.hook} {name!r}", found)

    def tell(self, hook: str) -> None:
        for event in trial_events():
            if EVENT_HOOKS[type(event)] == hook and not self.told(hook, event):
                return

    def told(self, hook: str, event: Event) -> bool:
        """Tell one host the same twice, and return whether that came back in time."""
        host, told = self.host(), 0
        for law in ("hears", "hears-twice"):
            ended = within(self.seconds, functools.partial(host.tell, event))
            if ended.late:
                self.find("returns", hook, _late(self.seconds))
                return False
            # A failure that happened before has its count raised, and stays the one that was told.
            for failure in host.failures[told:]:
                self.find(_law_of(failure, raised=law, unfit="answers-nothing"), hook, _told(failure))
            told = len(host.failures)
        return True


def _shipped_names(point: ExtensionPoint) -> frozenset[str]:
    shipped = _METHODS[point.name](standard_host())
    return frozenset(claim for name, value in shipped.items() for claim in point.claims(value, name))


def _without_words(contribution: object) -> tuple[str, ...]:
    held = {attribute: getattr(contribution, attribute, None) for attribute in ("title", "text", "description")}
    return tuple(
        attribute
        for attribute, words in held.items()
        if isinstance(words, Text) and not (words.zh.strip() and words.en.strip())
    )


def _changes(place: str, before: Surroundings, after: Surroundings) -> Iterator[BrokenPluginLaw]:
    changed = after.changed_since(before)
    if changed:
        named = ", ".join(changed[:5]) + (f" (+{len(changed) - 5})" if len(changed) > 5 else "")
        yield _broken("changes-nothing", place, Text(f"改动了 {named}", f"changed {named}"))


def _law_of(failure: PluginFailure, *, raised: str, unfit: str) -> str:
    if failure.message.startswith("did not return"):
        return "returns"
    return raised if failure.message.startswith("raised ") else unfit


def _told(failure: PluginFailure) -> Text:
    return Text(failure.in_chinese or failure.message, failure.message)


def _raised(error: BaseException | None) -> Text:
    shown = "an unknown error" if error is None else where(error)
    return Text(f"出错：{shown}", f"raised {shown}")


def _late(seconds: float) -> Text:
    return Text(f"{seconds:g} 秒内没有返回", f"did not return within {seconds:g} seconds")


def _broken(law: str, place: str, found: Text) -> BrokenPluginLaw:
    return BrokenPluginLaw(law=PLUGIN_LAWS[law], where=place, found=found)
