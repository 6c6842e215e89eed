"""What did the plugins give, and whose is it?

Each provider hook of each plugin is called once, and what it gave is checked there and then. Names are claimed by one
plugin each. Nothing here knows what the contributions are for.
"""

from types import MappingProxyType
from typing import Any

import attrs

from careprogram.errors import ConflictError, NotFoundError
from careprogram.plugins.attending import Guard
from careprogram.plugins.checking import Given, checked_contributions
from careprogram.plugins.deadlines import Deadlines
from careprogram.plugins.descriptions import PluginSource
from careprogram.plugins.failures import Entry, FailureLog
from careprogram.plugins.guarding import double_of, is_doubled
from careprogram.plugins.points import ExtensionPoint
from careprogram.plugins.registry import Implementation, Registry


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
        seconds: How long each may take to give what it has, and each thing that it gave over one answer.
    """

    def __init__(self, registry: Registry, failures: FailureLog, deadlines: Deadlines, seconds: float) -> None:
        self._deadlines = deadlines
        self._seconds = seconds
        self._registry = registry
        self._failures = failures
        self._given: dict[tuple[str, str], tuple[Given, ...]] = {}
        self._lost: set[tuple[str, str]] = set()
        self.guarded = False
        """Whether anything that was given stands behind a guard."""

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
                            f"插件“{other.name}”和“{one.owner.name}”都提供“{name}”（{point.label.zh}）：只装载其中一个，或给一个改名"
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
            raise NotFoundError(f"no plugin contributes the {point.what} {name!r}").also_in_chinese(
                f"没有插件提供“{name}”（{point.label.zh}）"
            )
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
        if one.owner.source is PluginSource.BUILTIN:
            return checked_contributions(one.function(), point)

        def ask() -> tuple[Given, ...]:
            return tuple(
                self._doubled(given, one.owner, point) for given in checked_contributions(one.function(), point)
            )

        # What is lazy is made in there as well: a generator can wait for ever, too.
        given: tuple[Given, ...] = self._deadlines.call(one.owner.name, ask, seconds=self._seconds)
        return given

    def _doubled(self, given: Given, owner: Entry, point: ExtensionPoint) -> Given:
        if not is_doubled(given.value, point):
            return given
        self.guarded = True
        guard = Guard(owner, point.hook, self._failures, self._deadlines, self._seconds)
        return Given(given.names, double_of(given.value, given.names[0], point, guard))
