"""Which plugins are installed?

Packages announce plugins as entry points of the group ``careprogram``. Finding them reads package metadata only: no
code of a plugin runs before its name was allowed.
"""

import difflib
import importlib.metadata
from collections.abc import Sequence

import attrs

from careprogram.errors import ConflictError, NotFoundError

GROUP = "careprogram"
"""The group of entry points in which plugins are announced."""


@attrs.frozen(kw_only=True)
class InstalledPlugin:
    """A plugin that some installed package announces.

    Attributes:
        name: The name of its entry point, which is what a program file allows.
        package: The package that announces it.
        version: The version of that package.
    """

    name: str
    package: str
    version: str
    _entry_point: importlib.metadata.EntryPoint = attrs.field(repr=False, eq=False)

    def load(self) -> object:
        """Import the plugin and return it: code of the plugin runs, and may raise anything."""
        return self._entry_point.load()


def installed_plugins() -> tuple[InstalledPlugin, ...]:
    """Return every plugin that an installed package announces, by name; none of them is loaded."""
    found = []
    for entry_point in importlib.metadata.entry_points(group=GROUP):
        package = entry_point.dist
        found.append(
            InstalledPlugin(
                name=entry_point.name,
                package="unknown" if package is None else package.name,
                version="unknown" if package is None else package.version,
                entry_point=entry_point,
            )
        )
    return tuple(sorted(found, key=lambda plugin: (plugin.name, plugin.package)))


def allowed_plugin(name: str, installed: Sequence[InstalledPlugin]) -> InstalledPlugin:
    """Return the installed plugin of that name.

    Raises:
        NotFoundError: No package announces it.
        ConflictError: Two packages do.
    """
    found = [plugin for plugin in installed if plugin.name == name]
    if not found:
        names = sorted({plugin.name for plugin in installed})
        close = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"installed are {', '.join(names) or 'none'}"
        zh = f"是不是“{close[0]}”？" if close else f"已安装的有：{'、'.join(names) or '无'}"
        raise NotFoundError(
            f"no installed package has the plugin {name!r}: install it, or mend the name; {hint}"
        ).also_in_chinese(f"已安装的软件包中没有插件“{name}”：请安装，或改正名称；{zh}")
    if len(found) > 1:
        packages = " and ".join(repr(plugin.package) for plugin in found)
        raise ConflictError(
            f"the packages {packages} both announce the plugin {name!r}: uninstall one of them"
        ).also_in_chinese(f"有多个软件包都提供插件“{name}”：{packages.replace(' and ', '、')}；请只留下一个")
    return found[0]
