"""Who contributes what, and what happens when a contribution fails?

One host belongs to one program; there is no host of the whole process. Hooks are called one plugin at a time. A plugin
that raises, or gives something of the wrong kind, loses that contribution and is named in ``failures``; the others are
not touched. Two plugins that claim one name are an error that names both. The host never trusts a plugin, and never
repeats the text of an error that a plugin raised.
"""

import copy
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar, cast

from careprogram.archives import ArchiveKind
from careprogram.care import DutyRule, Service
from careprogram.errors import NotFoundError, PluginError, StoreError
from careprogram.events import Event
from careprogram.ids import PolicyId, ServiceId
from careprogram.language import Text
from careprogram.pairing import PairingConstraint, PairingScore, PairingStrategy
from careprogram.plugins.attending import HungError, attended
from careprogram.plugins.checking import MissingRules, call_listener, guarded_rule
from careprogram.plugins.contributions import Contributions
from careprogram.plugins.deadlines import ANSWER_SECONDS, EVENT_SECONDS, HERE, STRATEGY_SECONDS, Deadlines
from careprogram.plugins.descriptions import (
    AnchorProvider,
    KeyringProvider,
    NotifierProvider,
    PluginDescription,
    PluginFailure,
    PluginSource,
    StoreProvider,
)
from careprogram.plugins.discovery import InstalledPlugin, allowed_plugin, installed_plugins
from careprogram.plugins.failures import Entry, FailureLog, LateError
from careprogram.plugins.opening import Opener
from careprogram.plugins.points import EVENT_HOOKS, POINTS
from careprogram.plugins.registry import Implementation, Registry
from careprogram.ports import AuditAnchor, Keyring, Notifier, Store
from careprogram.reports import ReportSection
from careprogram.rules import Policy

T = TypeVar("T")


class PluginHost:
    """The plugins of one program.

    Args:
        strict: Raise ``PluginError`` where a plugin fails, with the plugin's own error as its cause: for developing a
            plugin. Otherwise the failure is noted and its contribution dropped.
        event_seconds: How long a plugin may take over one event, or over the duties of one child. It is called in a
            thread of its own; one that does not return in time is noted, left behind, and asked nothing more until it
            has returned.
        answer_seconds: How long it may take to be imported, to give what it has, or over one answer of a rule, a score
            or a part of the report; also to open an anchor, a keyring or a notifier, and over one message.
        strategy_seconds: How long a strategy of a plugin may take over one plan.

    Raises:
        PluginError: There is no time at all.

    Examples:
        >>> from careprogram.plugins import hookimpl
        >>> class Visits:
        ...     @hookimpl
        ...     def careprogram_services(self):
        ...         raise OSError("no network")
        >>> host = PluginHost()
        >>> host.register(Visits(), name="visits")
        'visits'
        >>> dict(host.services()), host.failures[0].plugin, host.failures[0].error
        ({}, 'visits', 'OSError')
    """

    def __init__(
        self,
        *,
        strict: bool = False,
        event_seconds: float = EVENT_SECONDS,
        answer_seconds: float = ANSWER_SECONDS,
        strategy_seconds: float = STRATEGY_SECONDS,
    ) -> None:
        stated = {
            "event_seconds": event_seconds,
            "answer_seconds": answer_seconds,
            "strategy_seconds": strategy_seconds,
        }
        for name, seconds in stated.items():
            if not seconds > 0:
                raise PluginError(f"{name}: a plugin needs more than no time").also_in_chinese(
                    f"{name}：给插件的时间必须大于零"
                )
        self._failures = FailureLog(strict=strict)
        self._deadlines = Deadlines()
        self._registry = Registry(self._deadlines, answer_seconds)
        self._event_seconds, self._answer_seconds = event_seconds, answer_seconds
        self._strategy_seconds = strategy_seconds
        self._contributions = Contributions(self._registry, self._failures, self._deadlines, answer_seconds)
        self._opener = Opener(self._failures, self._deadlines, answer_seconds)

    def __repr__(self) -> str:
        return f"<PluginHost: {len(self._registry.entries)} plugins, {len(self._failures)} failures>"

    @property
    def failures(self) -> tuple[PluginFailure, ...]:
        """What went wrong so far, in the order in which it first happened."""
        return self._failures.all

    def register(
        self,
        plugin: object,
        *,
        name: str | None = None,
        version: str | None = None,
        source: PluginSource = PluginSource.REGISTERED,
    ) -> str:
        """Let a plugin take part.

        Args:
            plugin: A module, or an instance with methods, marked with ``@hookimpl``.
            name: What to call it; its module or type if left out.
            version: Its version; its ``__version__`` if left out.
            source: How it came.

        Returns:
            The name it is called by.

        Raises:
            PluginError: It has no hook, one that is unknown, not marked or cannot be called, or it was written for
                other hooks than these.
            ConflictError: A plugin of that name, or the same plugin, is registered already.
        """
        return self._registry.add(plugin, name=name, version=version, source=source).name

    def load_entry_points(self, allow: Iterable[str]) -> tuple[str, ...]:
        """Load the installed plugins that are named, and no others: code of the others never runs.

        Args:
            allow: Names of entry points of the group ``careprogram``.

        Returns:
            The names of those that take part now. One that cannot be loaded is in ``failures``.

        Raises:
            NotFoundError: No installed package announces a name.
            ConflictError: Two packages announce one name, or it is registered already.
            PluginError: A plugin failed and the host is strict.
        """
        if isinstance(allow, str):
            raise PluginError(f"allow is a list of names: write [{allow!r}]")
        installed = installed_plugins()
        chosen = [allowed_plugin(name, installed) for name in dict.fromkeys(allow)]
        return tuple(plugin.name for plugin in chosen if self._load(plugin))

    def _load(self, found: InstalledPlugin) -> bool:
        source = PluginSource.ENTRY_POINT
        entry = Entry(name=found.name, version=found.version, source=source)
        loaded: list[object] = []
        with self._failures.isolating(entry, "load"):
            # In the thread that its hooks are called in: what it opens while it is imported, they may use.
            loaded.append(self._deadlines.call(found.name, found.load, seconds=self._answer_seconds))
        if not loaded:
            return False
        try:
            self.register(loaded[0], name=found.name, version=found.version, source=source)
        except PluginError as error:
            # Who it is stands before it already.
            zh = error.in_chinese.removeprefix(f"插件“{entry.name}”{entry.version} ")
            en = str(error).removeprefix(f"{entry}").lstrip(": ")
            text = Text(zh or en, en)
            self._failures.note(entry, "register", PluginError.__name__, text, cause=error)
            return False
        return True

    def describe(self) -> tuple[PluginDescription, ...]:
        """Return every plugin with what it contributes, in the order of registration.

        Raises:
            ConflictError: Two plugins claim one name.
        """
        given: dict[str, dict[str, tuple[str, ...]]] = {entry.name: {} for entry in self._registry.entries}
        for point in POINTS.values():
            for name, contribution in self._contributions.of(point).items():
                hooks = given[contribution.owner.name]
                hooks[point.hook] = (*hooks.get(point.hook, ()), name)
        return tuple(
            PluginDescription(
                name=entry.name,
                version=entry.version,
                source=entry.source,
                hooks=entry.hooks,
                contributions=MappingProxyType(given[entry.name]),
                notices=entry.notices,
            )
            for entry in self._registry.entries
        )

    def stores(self) -> Mapping[str, StoreProvider]:
        """Return the ways to open a store, by name."""
        return self._contributions.values_of(POINTS["stores"])

    def audit_anchors(self) -> Mapping[str, AnchorProvider]:
        """Return the ways to open an anchor of an audit trail, by name."""
        return self._contributions.values_of(POINTS["audit_anchors"])

    def keyrings(self) -> Mapping[str, KeyringProvider]:
        """Return the ways to reach master keys, by name."""
        return self._contributions.values_of(POINTS["keyrings"])

    def notifiers(self) -> Mapping[str, NotifierProvider]:
        """Return the ways to open a notifier, by channel."""
        return self._contributions.values_of(POINTS["notifiers"])

    def policies(self) -> Mapping[PolicyId, Policy]:
        """Return the policies, by id."""
        return cast("Mapping[PolicyId, Policy]", self._contributions.values_of(POINTS["policies"]))

    def strategies(self) -> Mapping[str, PairingStrategy]:
        """Return the pairing strategies, by id."""
        return self._contributions.values_of(POINTS["strategies"])

    def constraints(self) -> Mapping[str, PairingConstraint]:
        """Return the hard rules about pairs, by id.

        One that raises blocks the pair: ``pairing`` sees to it. In the place of those that a plugin could not give
        stands one that blocks every pair.
        """
        found: dict[str, PairingConstraint] = dict(self._contributions.values_of(POINTS["constraints"]))
        for plugin in self._contributions.lost_by(POINTS["constraints"]):
            missing = MissingRules(plugin=plugin)
            found[missing.id] = missing
        return MappingProxyType(found)

    def scores(self) -> Mapping[str, PairingScore]:
        """Return the measures of pairs, by id. One that raises counts 0: ``pairing`` sees to it."""
        return self._contributions.values_of(POINTS["scores"])

    def archive_kinds(self) -> Mapping[str, ArchiveKind]:
        """Return the kinds of archives, by id."""
        return self._contributions.values_of(POINTS["archive_schemas"])

    def services(self) -> Mapping[ServiceId, Service]:
        """Return the kinds of services, by id."""
        return cast("Mapping[ServiceId, Service]", self._contributions.values_of(POINTS["services"]))

    def duty_rules(self) -> Mapping[str, DutyRule]:
        """Return the duty rules, by id. One that fails for a child asks for nothing there, and is a failure."""
        found = self._contributions.of(POINTS["duty_rules"])
        deadlines, seconds = self._deadlines, self._event_seconds
        return MappingProxyType(
            {
                name: guarded_rule(one.value, one.owner, self._failures, deadlines, seconds)
                for name, one in found.items()
            }
        )

    def report_sections(self) -> Mapping[str, ReportSection]:
        """Return the parts of the report page, by id. One that raises is shown as such: ``reports`` sees to it."""
        return self._contributions.values_of(POINTS["report_sections"])

    def owner(self, point: str, name: str) -> str:
        """Return the name of the plugin that contributed *name* to *point*, such as ``"constraints"``.

        Raises:
            NotFoundError: Nobody did.
        """
        return self._contributions.owner(POINTS[point], name).name

    def blame(self, point: str, name: str, error: str, *, count: int = 1) -> None:
        """Note that a contribution failed while it was used, as ``PairingPlan.faults`` tells of constraints.

        Args:
            point: Such as ``"constraints"``.
            name: The id of the contribution.
            error: The type of the error.
            count: How often.

        Raises:
            NotFoundError: No plugin contributes it.
            PluginError: The host is strict.
        """
        label = POINTS[point].label
        what = Text(f"{label.zh}“{name}”出错：{error}", f"{label.en} {name!r} failed with {error}")
        self._failures.note(
            self._contributions.owner(POINTS[point], name), POINTS[point].hook, error, what, count=count
        )

    def open_store(self, address: str, *, folder: Path) -> Store:
        """Open the store at *address*, such as ``"sqlite:out/county.db"`` or ``"memory:"``; see `open_anchor`."""
        return cast("Store", self._opened_at("stores", address, folder))

    def open_keyring(self, address: str, *, folder: Path) -> Keyring:
        """Open the keyring at *address*, such as ``"file:/etc/careprogram/county.keys"``; see `open_anchor`."""
        return cast("Keyring", self._opened_at("keyrings", address, folder))

    def open_anchor(self, address: str, *, folder: Path) -> AuditAnchor:
        """Open the anchor at *address*, such as ``"file:/mnt/office/audit.anchor"``.

        Args:
            address: A scheme, a colon, and what the provider needs to know.
            folder: From where a relative path in the address is meant.

        Raises:
            NotFoundError: No plugin opens addresses of that scheme.
            StoreError: It could not be opened.
        """
        return cast("AuditAnchor", self._opened_at("audit_anchors", address, folder))

    def _opened_at(self, name: str, address: str, folder: Path) -> object:
        point = POINTS[name]
        scheme, colon, _ = address.partition(":")
        providers = self._contributions.of(point).values()
        by_scheme = {known: provider for provider in providers for known in provider.value.schemes}
        if not colon or scheme not in by_scheme:
            known = ", ".join(f"{known}:" for known in sorted(by_scheme)) or "none"
            # The rest of an address may hold a password.
            zh = "、".join(f"{one}:" for one in sorted(by_scheme)) or "无"
            raise NotFoundError(
                f"no plugin opens {point.what}s at {scheme if colon else ''!r}: addresses begin with {known}"
            ).also_in_chinese(f"没有插件能打开“{scheme if colon else ''}”开头的地址；地址的开头可以是：{zh}")
        return self._opener.opened(by_scheme[scheme], point, address, folder, refusal=StoreError)

    def open_notifier(self, name: str, settings: Mapping[str, str], *, folder: Path) -> Notifier:
        """Open the notifier of the channel *name*.

        Args:
            name: The channel.
            settings: From the program file.
            folder: From where relative paths in the settings are meant.

        Raises:
            NotFoundError: No plugin serves that channel.
            PluginError: It could not be opened.
        """
        providers = self._contributions.of(POINTS["notifiers"])
        if name not in providers:
            known = sorted(providers)
            raise NotFoundError(
                f"no plugin sends by {name!r}: channels are {', '.join(known) or 'none'}"
            ).also_in_chinese(f"没有插件能用“{name}”发送消息；可用的有：{'、'.join(known) or '无'}")
        # A copy: a notifier keeps or changes its settings as it likes, and the program file's stay as they are.
        found, own = providers[name], dict(settings)
        opened = self._opener.opened(found, POINTS["notifiers"], own, folder, refusal=PluginError)
        return cast("Notifier", opened)

    def attended(self, work: Callable[[], T], *, strategy: str | None = None) -> T:
        """Do *work* that asks rules and scores of plugins, and let none of them hold it up.

        A call that does not return in time is noted and left behind, and the work is done once more without an answer
        of that rule or score: a rule counts as no, a score as 0. Outside of such work each call is waited for alone,
        which takes longer.

        Args:
            work: What to do. It changes nothing that is kept, because it may be done more than once, in another thread.
            strategy: The strategy that is asked in it; one of a plugin has ``strategy_seconds`` for the whole.

        Raises:
            PluginError: The strategy did not return in time, or the host is strict and a plugin failed.
        """
        # Asked first: only then it is known whether there is anything to wait for.
        for point in ("constraints", "scores"):
            self._contributions.of(POINTS[point])
        found = self._contributions.of(POINTS["strategies"]).get(strategy or "")
        owner = found.owner if found is not None and found.owner.source is not PluginSource.BUILTIN else None
        if HERE.turn is not None or (owner is None and not self._contributions.guarded):
            return work()
        while True:
            try:
                return attended(work, seconds=None if owner is None else self._strategy_seconds)
            except HungError as hung:
                hung.guard.lose()
            except LateError as error:
                if owner is None:
                    raise
                self._failures.caught(owner, POINTS["strategies"].hook, error)
                raise PluginError(f"{owner}, pairing strategy {strategy!r}: {error}").also_in_chinese(
                    f"插件“{owner.name}”的结对方式“{strategy}”在 {self._strategy_seconds:g} 秒内没有返回"
                ) from None

    def tell(self, event: Event) -> None:
        """Tell every plugin that listens what happened, one at a time; none can keep another from hearing it.

        Raises:
            NotFoundError: It is no event that has a hook.
            PluginError: A plugin failed and the host is strict; then the plugins after it did not hear.
        """
        hook = EVENT_HOOKS.get(type(event))
        if hook is None:
            raise NotFoundError(f"{type(event).__name__} is no event that plugins hear of: see careprogram.events")
        for one in self._registry.implementations(hook):
            with self._failures.isolating(one.owner, hook):
                self._tell(one, event)

    def _tell(self, one: Implementation, event: Event) -> None:
        # Each hears a copy: one that forces a frozen record open changes what nobody else sees.
        arguments = dict.fromkeys(one.arguments, copy.copy(event))
        self._deadlines.call(
            one.owner.name, lambda: call_listener(one.function, arguments), seconds=self._event_seconds
        )
