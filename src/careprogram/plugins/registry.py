"""Which plugins take part in one program, and in which order are they asked?

Registering checks everything that can be known before a hook is called. pluggy keeps the plugins; hooks are never
called through it, because it would stop at the first plugin that raises.
"""

import functools
import inspect
import warnings
from collections.abc import Callable, Mapping
from types import SimpleNamespace

import attrs
import pluggy

from careprogram.errors import ConflictError, PluginError
from careprogram.language import Text
from careprogram.plugins import hookspecs
from careprogram.plugins.deadlines import Deadlines
from careprogram.plugins.descriptions import API_VERSION, OLDEST_API_VERSION, PluginSource
from careprogram.plugins.failures import Entry, LateError, UnfitError, where
from careprogram.plugins.points import ARGUMENTS
from careprogram.plugins.signatures import check_api_version, hooks_of


@attrs.frozen(kw_only=True)
class Implementation:
    """A hook of one plugin.

    Attributes:
        owner: Whose it is.
        function: What to call.
        arguments: The arguments it wants.
    """

    owner: Entry
    function: Callable[..., object]
    arguments: tuple[str, ...]


class Registry:
    """The plugins of one host.

    Args:
        deadlines: Who waits for a plugin while it is looked at.
        seconds: How long that may take.
    """

    def __init__(self, deadlines: Deadlines, seconds: float) -> None:
        self._deadlines, self._seconds = deadlines, seconds
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)
        self._entries: dict[str, Entry] = {}
        self._plugins: list[object] = []
        self._ordered: dict[str, tuple[Implementation, ...]] = {}

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every plugin, in the order of registration."""
        return tuple(self._entries.values())

    def add(self, plugin: object, *, name: str | None, version: str | None, source: PluginSource) -> Entry:
        """Let a plugin take part; see ``PluginHost.register``."""
        stated = version or inspect.getattr_static(plugin, "__version__", None)
        called = name or _name_of(plugin)
        entry = Entry(name=called, version=stated if isinstance(stated, str) else "unknown", source=source)
        if called in self._entries:
            raise ConflictError(
                f"there are two plugins {called!r}: register one of them under another name"
            ).also_in_chinese(f"有两个插件都叫 {called!r}：请给其中一个另取名称")
        if any(known is plugin for known in self._plugins):
            raise ConflictError(f"{entry} is registered already under another name").also_in_chinese(
                f"插件“{entry.name}”{entry.version} 已经以另一个名称注册"
            )
        hooks = self._inspected(plugin, entry)
        if not hooks:
            raise PluginError(
                f"{entry} implements no hook: define one of {', '.join(ARGUMENTS)}, with @hookimpl above it"
            ).also_in_chinese(
                f"插件“{entry.name}”{entry.version} 没有实现任何钩子：请定义其中之一，并在上面写 @hookimpl："
                f"{'、'.join(ARGUMENTS)}"
            )
        notices = self._hand_to_pluggy(hooks, entry)
        self._entries[called] = attrs.evolve(entry, hooks=tuple(hooks), notices=notices)
        self._plugins.append(plugin)
        self._ordered.clear()
        return self._entries[called]

    def _inspected(self, plugin: object, entry: Entry) -> dict[str, Callable[..., object]]:
        options_of = functools.partial(self._manager.parse_hookimpl_opts, plugin)

        def look() -> dict[str, Callable[..., object]]:
            check_api_version(plugin, str(entry), oldest=OLDEST_API_VERSION, newest=API_VERSION)
            return hooks_of(plugin, options_of, ARGUMENTS, str(entry))

        try:
            if entry.source is PluginSource.BUILTIN:
                return look()
            hooks: dict[str, Callable[..., object]] = self._deadlines.call(entry.name, look, seconds=self._seconds)
        except LateError as error:
            raise PluginError(f"{entry} cannot be looked at: it {error}").also_in_chinese(
                f"插件“{entry.name}”{entry.version} 无法查看：在规定时间内没有返回"
            ) from error
        except UnfitError as error:
            raise PluginError(str(error)).also_in_chinese(
                f"插件“{entry.name}”{entry.version} {error.in_chinese}"
            ) from error
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            # Whatever it is, a `PluginError` too: its text is the plugin's.
            raise PluginError(f"{entry} cannot be looked at: it raised {where(error)}").also_in_chinese(
                f"插件“{entry.name}”{entry.version} 无法查看：出错 {where(error)}"
            ) from error
        return hooks

    def _hand_to_pluggy(self, hooks: Mapping[str, Callable[..., object]], entry: Entry) -> tuple[Text, ...]:
        """Let pluggy keep the hooks, and return what it warns of: a hook or an argument that will go away."""
        try:
            with warnings.catch_warnings(record=True) as told:
                warnings.simplefilter("always")
                # The functions alone: looking through the plugin once more would run its code, with nobody waiting.
                self._manager.register(SimpleNamespace(**hooks), entry.name)
                self._manager.check_pending()
        except pluggy.PluginValidationError as error:
            # Our own checks come first and say more; this is for what they do not know.
            self._manager.unregister(name=entry.name)
            raise PluginError(f"{entry} cannot be registered: {error}") from error
        deprecations = [one.message for one in told if issubclass(one.category, DeprecationWarning)]
        for one in deprecations:
            # Told again where whoever runs the tests of a plugin sees it.
            warnings.warn(f"{entry}: {one}", DeprecationWarning, stacklevel=4)
        return tuple(getattr(one, "text", None) or Text(str(one), str(one)) for one in deprecations)

    def implementations(self, hook: str) -> tuple[Implementation, ...]:
        """Return who implements *hook*: those marked ``tryfirst``, the others as registered, those ``trylast``."""
        if hook not in self._ordered:
            order = list(self._entries)
            caller: pluggy.HookCaller = getattr(self._manager.hook, hook)
            found = sorted(
                caller.get_hookimpls(), key=lambda one: (one.trylast - one.tryfirst, order.index(one.plugin_name))
            )
            self._ordered[hook] = tuple(
                Implementation(
                    owner=self._entries[one.plugin_name], function=one.function, arguments=tuple(one.argnames)
                )
                for one in found
            )
        return self._ordered[hook]


def _name_of(plugin: object) -> str:
    if inspect.ismodule(plugin):
        return plugin.__name__
    return f"{type(plugin).__module__}.{type(plugin).__qualname__}"
