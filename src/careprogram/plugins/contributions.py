"""What did the plugins give, and whose is it?

Each provider hook of each plugin is called once, and what it gave is checked there and then. Names are claimed by one
plugin each. Nothing here knows what the contributions are for.
"""

from types import MappingProxyType
from typing import Any

import attrs

from careprogram.errors import CareProgramError, ConflictError, NotFoundError
from careprogram.plugins.checking import Given, checked_contributions
from careprogram.plugins.deadlines import PROVIDER_SECONDS, Deadlines
from careprogram.plugins.descriptions import PluginSource
from careprogram.plugins.failures import Entry, FailureLog, UnfitError, where
from careprogram.plugins.points import ExtensionPoint
from careprogram.plugins.registry import Implementation, Registry

_METHODS = {
    "stores": ("load", "find", "commit", "close"),
    "audit_anchors": ("latest", "keep"),
    "keyrings": ("wrap", "unwrap", "index_key"),
    "notifiers": ("send",),
}


@attrs.frozen(kw_only=True)
class Contribution:
    """One thing that a plugin gave.

    Attributes:
        owner: The plugin.
        value: What it gave.
    """

    owner: Entry
    value: Any


class Contributions:
    """What the plugins of one host gave.

    Args:
        registry: The plugins.
        failures: Where their failures go.
        deadlines: Who waits for them.
    """

    def __init__(self, registry: Registry, failures: FailureLog, deadlines: Deadlines) -> None:
        self._deadlines = deadlines
        self._registry = registry
        self._failures = failures
        self._given: dict[tuple[str, str], tuple[Given, ...]] = {}
        self._lost: set[tuple[str, str]] = set()

    def of(self, point: ExtensionPoint) -> dict[str, Contribution]:
        """Return what was given to *point*, by name, in the order of the plugins.

        Raises:
            ConflictError: Two plugins claim one name.
        """
        owners: dict[str, Entry] = {}
        found: dict[str, Contribution] = {}
        for one in self._registry.implementations(point.hook):
            for names, value in self._ask(one, point):
                for name in names:
                    other = owners.setdefault(name, one.owner)
                    if other is not one.owner:
                        raise ConflictError(
                            f"{other} and {one.owner} both contribute the {point.what} {name!r}: "
                            "load only one of them, or rename one"
                        ).also_in_chinese(
                            f"插件“{other.name}”和“{one.owner.name}”都提供“{name}”（{point.what}）：只装载其中一个，或给一个改名"
                        )
                found[names[0]] = Contribution(owner=one.owner, value=value)
        return found

    def values_of(self, point: ExtensionPoint) -> MappingProxyType[str, Any]:
        """Return what was given to *point*, by name, without its owners."""
        return MappingProxyType({name: contribution.value for name, contribution in self.of(point).items()})

    def owner(self, point: ExtensionPoint, name: str) -> Entry:
        """Return the plugin that gave *name*.

        Raises:
            NotFoundError: None did.
        """
        contribution = self.of(point).get(name)
        if contribution is None:
            raise NotFoundError(f"no plugin contributes the {point.what} {name!r}")
        return contribution.owner

    def lost_by(self, point: ExtensionPoint) -> tuple[str, ...]:
        """Return the names of the plugins that failed when they were asked for *point*, sorted."""
        return tuple(sorted(plugin for lost, plugin in self._lost if lost == point.name))

    def _ask(self, one: Implementation, point: ExtensionPoint) -> tuple[Given, ...]:
        """Return what a plugin gave, asking it once; nothing if it failed."""
        key = (point.name, one.owner.name)
        if key not in self._given:
            given: tuple[Given, ...] | None = None
            with self._failures.isolating(one.owner, point.hook):
                given = self._given_by(one, point)
            if given is None:
                self._lost.add(key)
            self._given[key] = given or ()
        return self._given[key]

    def _given_by(self, one: Implementation, point: ExtensionPoint) -> tuple[Given, ...]:
        def ask() -> tuple[Given, ...]:
            return checked_contributions(one.function(), point)

        if one.owner.source is PluginSource.BUILTIN:
            return ask()
        # What is lazy is made in there as well: a generator can wait for ever, too.
        given: tuple[Given, ...] = self._deadlines.call(one.owner.name, ask, seconds=PROVIDER_SECONDS)
        return given


def opened_by(
    provider: Contribution,
    point: ExtensionPoint,
    failures: FailureLog,
    *arguments: object,
    refusal: type[CareProgramError],
) -> object:
    """Open a store, an anchor, a keyring or a notifier, and see that it is one.

    Raises:
        CareProgramError: What the provider refused with, or *refusal* where it failed or opened something else.
    """
    owner = provider.owner
    try:
        opened: object = provider.value.open(*arguments)
    except (CareProgramError, KeyboardInterrupt):
        raise
    except BaseException as error:
        failures.caught(owner, point.hook, error)
        raise refusal(f"{owner} could not open its {point.what}: it raised {where(error)}") from error
    lacking = [method for method in _METHODS[point.name] if not callable(getattr(opened, method, None))]
    if lacking:
        problem = f"opened an object of type {type(opened).__name__}, which has no {', '.join(lacking)}"
        failures.caught(owner, point.hook, UnfitError(problem))
        raise refusal(f"{owner} {problem}: it is no {point.what}")
    return opened
