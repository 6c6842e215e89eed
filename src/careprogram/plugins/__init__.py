"""Who contributes what, and what happens when a contribution fails?

``PluginHost`` holds the plugins of one program; ``hookimpl`` marks a function as a hook. The hooks are in ``hookspecs``
and, with an example each, in ``docs/reference/hooks.md``. This is the only room that knows pluggy.
"""

from careprogram.plugins.descriptions import (
    API_VERSION,
    OLDEST_API_VERSION,
    AnchorProvider,
    KeyringProvider,
    NotifierProvider,
    PluginDescription,
    PluginFailure,
    PluginSource,
    StoreProvider,
)
from careprogram.plugins.discovery import InstalledPlugin, installed_plugins
from careprogram.plugins.hookspecs import hookimpl
from careprogram.plugins.host import PluginHost
from careprogram.plugins.points import ARGUMENTS, EVENT_HOOKS, POINTS, ExtensionPoint

__all__ = [
    "API_VERSION",
    "ARGUMENTS",
    "EVENT_HOOKS",
    "OLDEST_API_VERSION",
    "POINTS",
    "AnchorProvider",
    "ExtensionPoint",
    "InstalledPlugin",
    "KeyringProvider",
    "NotifierProvider",
    "PluginDescription",
    "PluginFailure",
    "PluginHost",
    "PluginSource",
    "StoreProvider",
    "hookimpl",
    "installed_plugins",
]
