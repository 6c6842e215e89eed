"""Does a plugin keep every law of plugins?

Three lines for the author of a plugin:

```python
import my_plugin
from careprogram.testing import plugin_laws

def test_my_plugin():
    plugin_laws(my_plugin)
```

First the laws that any program relies on, which ``careprogram plugins check`` tries as well; where they hold, each
contribution by the kit of its kind. All that is broken is told at once. Needs the extra ``[testing]``.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

import attrs

from careprogram.language import Text
from careprogram.plugins.failures import where
from careprogram.testing.plugin_kits import KITS, Effort, check_opened
from careprogram.testing.plugin_law_book import PLUGIN_LAWS, BrokenPluginLaw
from careprogram.testing.plugin_trial import SECONDS, PluginTrial, try_plugin


class BrokenPluginLawError(AssertionError):
    """A plugin that breaks laws; ``broken`` holds each once for each place."""

    def __init__(self, plugin: str, broken: tuple[BrokenPluginLaw, ...]) -> None:
        count = "1 law" if len(broken) == 1 else f"{len(broken)} laws"
        super().__init__(f"plugin {plugin!r} breaks {count}:\n" + "\n".join(map(str, broken)))
        self.broken = broken


@attrs.frozen(kw_only=True)
class PluginLawsReport:
    """What was tried.

    Attributes:
        hooks: The hooks of the plugin.
        kits: The contributions that were tried by a kit, such as ``"scores 'weekends'"``.
        not_tried: What could not be tried, with how to try it.
    """

    hooks: tuple[str, ...]
    kits: tuple[str, ...]
    not_tried: Mapping[str, str]


def plugin_laws(
    plugin: object,
    *,
    name: str = "tried",
    seconds: float = SECONDS,
    examples: int = 20,
    addresses: Sequence[str] = (),
    not_optimal: Collection[str] = (),
) -> PluginLawsReport:
    """Try every law on a plugin.

    Args:
        plugin: A module, or an instance with methods.
        name: What to call it in errors.
        seconds: How long a hook may take; at most 10, after which a program goes on.
        examples: How much is made up for each contribution; more takes longer.
        addresses: Where keyrings and anchors for trials may be opened, such as ``"vault:trial"``.
        not_optimal: Ids of strategies that do not claim to be optimal.

    Returns:
        What was tried, and what could not be.

    Raises:
        BrokenPluginLawError: With every law that is broken.

    Examples:
        >>> from careprogram.builtin.contributions import CarePlugin
        >>> plugin_laws(CarePlugin()).hooks
        ('careprogram_services', 'careprogram_duty_rules')
    """
    trial = try_plugin(plugin, name=name, seconds=seconds)
    effort = Effort(examples=examples, not_optimal=frozenset(not_optimal))
    kits = dict(_kits(trial, effort))
    opened = check_opened(plugin, name, addresses)
    broken = [*trial.broken]
    for law, works in (("keeps-its-kit", kits), ("opens", opened)):
        broken += [one for place, work in works.items() for one in _tried(law, place, work)]
    if broken:
        raise BrokenPluginLawError(name, tuple(broken))
    return PluginLawsReport(hooks=trial.hooks, kits=(*kits, *opened), not_tried=dict(_not_tried(trial, addresses)))


def _kits(trial: PluginTrial, effort: Effort) -> Iterator[tuple[str, Callable[[], None]]]:
    for point, kit in KITS.items():
        for name, value in trial.contributions.get(point, {}).items():
            yield f"{point} {name!r}", lambda kit=kit, value=value: kit(value, effort)  # type: ignore[misc]


def _tried(law: str, place: str, work: Callable[[], None]) -> Iterator[BrokenPluginLaw]:
    try:
        work()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - whatever a contribution raises is a finding
        # What a kit says is ours, about made-up data; what the plugin raised is told by its place alone.
        ours = isinstance(error, AssertionError) and bool(str(error))
        shown = str(error) if ours else f"raised {where(error)}"
        yield BrokenPluginLaw(law=PLUGIN_LAWS[law], where=place, found=Text(shown, shown))


def _not_tried(trial: PluginTrial, addresses: Sequence[str]) -> Iterator[tuple[str, str]]:
    schemes = {address.partition(":")[0] for address in addresses}
    for name in trial.contributions.get("stores", {}):
        yield f"stores {name!r}", "try it with careprogram.testing.store_conformance"
    for name in trial.contributions.get("notifiers", {}):
        yield f"notifiers {name!r}", "nothing is sent in a trial: try it against an address of your own"
    for point in ("audit_anchors", "keyrings"):
        for name, provider in trial.contributions.get(point, {}).items():
            if not schemes & set(provider.schemes):
                yield f"{point} {name!r}", f"name one for trials: plugin_laws(…, addresses=['{provider.schemes[0]}:…'])"
