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
from typing import Final

import attrs

from careprogram.language import Text
from careprogram.plugins import PluginHost
from careprogram.plugins.attending import HungError, attended
from careprogram.plugins.deadlines import late
from careprogram.plugins.failures import LateError, where
from careprogram.testing.plugin_kits import KITS, Effort
from careprogram.testing.plugin_law_book import PLUGIN_LAWS, BrokenPluginLaw
from careprogram.testing.plugin_openings import AT_ADDRESSES, Channel, Openings
from careprogram.testing.plugin_trial import SECONDS, PluginTrial, try_plugin

KIT_SECONDS: Final = 600.0
"""How long a kit may take: a strategy that never returns is found out then, one answer of a rule long before."""


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
    channels: Mapping[str, Channel] | None = None,
    not_optimal: Collection[str] = (),
) -> PluginLawsReport:
    """Try every law on a plugin.

    Args:
        plugin: A module, or an instance with methods.
        name: What to call it in errors.
        seconds: How long a hook may take; at most 10, after which a program goes on.
        examples: How much is made up for each contribution; more takes longer.
        addresses: Where stores, keyrings and anchors for trials may be opened, such as ``"vault:trial"``. A store is
            opened many times, each time in a new folder, and has to be empty there.
        channels: How notifiers may be tried, by channel: made-up messages are sent.
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

    def host() -> PluginHost:
        made = PluginHost(answer_seconds=seconds)
        made.register(plugin, name=name)
        return made

    openings = Openings(make=host, addresses=addresses, channels=channels or {}, examples=max(2, examples // 4))
    opened = dict(openings.tries(trial.contributions))
    broken = [*trial.broken]
    for law, works in (("keeps-its-kit", kits), ("opens", opened)):
        broken += [one for place, work in works.items() for one in _tried(law, place, work)]
    if broken:
        raise BrokenPluginLawError(name, tuple(broken))
    return PluginLawsReport(hooks=trial.hooks, kits=(*kits, *opened), not_tried=dict(_not_tried(trial, openings)))


def _kits(trial: PluginTrial, effort: Effort) -> Iterator[tuple[str, Callable[[], None]]]:
    for point, kit in KITS.items():
        for name, value in trial.contributions.get(point, {}).items():
            yield f"{point} {name!r}", lambda kit=kit, value=value: kit(value, effort)  # type: ignore[misc]


def _tried(law: str, place: str, work: Callable[[], None]) -> Iterator[BrokenPluginLaw]:
    try:
        attended(work, seconds=KIT_SECONDS)
    except KeyboardInterrupt:
        raise
    except HungError as hung:
        yield _late(place, late(hung.guard.seconds))
    except LateError as error:
        yield _late(place, Text(error.in_chinese, str(error)))
    except BaseException as error:  # noqa: BLE001 - whatever a contribution raises is a finding
        # What a kit says is ours, about made-up data; what the plugin raised is told by its place alone.
        ours = isinstance(error, AssertionError) and bool(str(error))
        shown = str(error) if ours else f"raised {where(error)}"
        yield BrokenPluginLaw(law=PLUGIN_LAWS[law], where=place, found=Text(shown, shown))


def _late(place: str, said: Text) -> BrokenPluginLaw:
    return BrokenPluginLaw(law=PLUGIN_LAWS["returns"], where=place, found=said)


def _not_tried(trial: PluginTrial, openings: Openings) -> Iterator[tuple[str, str]]:
    schemes = {address.partition(":")[0] for address in openings.addresses}
    for name in trial.contributions.get("notifiers", {}):
        if name not in openings.channels:
            yield f"notifiers {name!r}", f"nothing was sent: plugin_laws(…, channels={{{name!r}: Channel(…)}})"
    for point in AT_ADDRESSES:
        for name, provider in trial.contributions.get(point, {}).items():
            if not schemes & set(provider.schemes):
                yield f"{point} {name!r}", f"name one for trials: plugin_laws(…, addresses=['{provider.schemes[0]}:…'])"
