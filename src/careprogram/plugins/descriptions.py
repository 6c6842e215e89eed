"""What does a plugin hand over, and what is known about the plugin itself?

Frozen descriptions: of ways to open a store, an anchor, a keyring or a notifier, of plugins, and of what went wrong
with one. Nothing here loads or calls a plugin.
"""

import enum
from collections.abc import Callable, Mapping
from pathlib import Path

import attrs

from careprogram.errors import ValidationError
from careprogram.language import Text
from careprogram.ports import AuditAnchor, Keyring, Notifier, Store

API_VERSION = 1
"""The version of the hooks. A plugin may state the one it was written for as ``careprogram_api_version``."""

OLDEST_API_VERSION = 1
"""The oldest version whose plugins still take part: nothing they need was removed since."""


def _scheme(_: object, __: object, schemes: tuple[str, ...]) -> None:
    for scheme in schemes:
        if not scheme.isascii() or not scheme.replace("+", "").isalnum() or scheme != scheme.lower():
            raise ValidationError(f"{scheme!r} cannot begin an address: write it like 'sqlite'", reason="scheme")
    if not schemes:
        raise ValidationError(
            "a store, an anchor or a keyring needs a scheme, or no address could name it", reason="scheme"
        )


@attrs.frozen(kw_only=True)
class StoreProvider:
    """A way to open stores.

    Attributes:
        name: Stable id, such as ``"sql"``.
        schemes: What addresses begin with, without the colon, such as ``("sqlite",)``.
        open: Opens the store at an address such as ``"sqlite:out/county.db"``; a relative path in it is meant from
            the folder given with it. Raises ``StoreError`` with the remedy where it cannot.

    Raises:
        ValidationError: There is no scheme, or one of them cannot begin an address.
    """

    name: str
    schemes: tuple[str, ...] = attrs.field(validator=_scheme)
    open: Callable[[str, Path], Store] = attrs.field(repr=False, eq=False)


@attrs.frozen(kw_only=True)
class NotifierProvider:
    """A way to open notifiers of one channel.

    Attributes:
        name: The channel, such as ``"file"``; what ``Message.channel`` and the program file call it.
        open: Opens the notifier with the settings of the program file; relative paths in them are meant from the
            folder given with them. Raises ``ConfigurationError`` with the remedy where a setting is missing.
    """

    name: str
    open: Callable[[Mapping[str, str], Path], Notifier] = attrs.field(repr=False, eq=False)


@attrs.frozen(kw_only=True)
class AnchorProvider:
    """A way to keep the end of an audit trail outside its store.

    Attributes:
        name: Stable id, such as ``"file"``.
        schemes: What addresses begin with, without the colon, such as ``("file",)``.
        open: Opens the anchor at an address such as ``"file:/mnt/office/audit.anchor"``; a relative path in it is
            meant from the folder given with it. Raises ``StoreError`` with the remedy where it cannot.

    Raises:
        ValidationError: There is no scheme, or one of them cannot begin an address.
    """

    name: str
    schemes: tuple[str, ...] = attrs.field(validator=_scheme)
    open: Callable[[str, Path], AuditAnchor] = attrs.field(repr=False, eq=False)


@attrs.frozen(kw_only=True)
class KeyringProvider:
    """A way to reach master keys.

    Attributes:
        name: Stable id, such as ``"file"``.
        schemes: What addresses begin with, without the colon, such as ``("file",)``.
        open: Opens the keyring at an address such as ``"file:/etc/careprogram/county.keys"``; a relative path in it
            is meant from the folder given with it. Raises ``SealError`` with the remedy where it cannot.

    Raises:
        ValidationError: There is no scheme, or one of them cannot begin an address.
    """

    name: str
    schemes: tuple[str, ...] = attrs.field(validator=_scheme)
    open: Callable[[str, Path], Keyring] = attrs.field(repr=False, eq=False)


class PluginSource(enum.Enum):
    """How a plugin came to a host."""

    BUILTIN = "builtin"
    ENTRY_POINT = "entry-point"
    REGISTERED = "registered"


@attrs.frozen(kw_only=True)
class PluginDescription:
    """A plugin and what it takes part in.

    Attributes:
        name: What it is called in this host.
        version: Its version; ``"unknown"`` if it states none.
        source: How it came.
        hooks: The hooks it implements, in the order of the reference.
        contributions: For each hook that gave something, the names that it gave.
        notices: What it uses that will go away, and what to use instead.
    """

    name: str
    version: str
    source: PluginSource
    hooks: tuple[str, ...]
    contributions: Mapping[str, tuple[str, ...]]
    notices: tuple[Text, ...] = ()


@attrs.frozen(kw_only=True)
class PluginFailure:
    """What went wrong with a plugin, without any data it was working on.

    Attributes:
        plugin: Its name.
        version: Its version.
        hook: The hook that failed; ``"load"`` where it could not be loaded, ``"register"`` where it was refused.
        error: The type of the error.
        message: What happened and where, for people. Never the text of an error that the plugin raised: that may hold
            what the plugin was reading.
        count: How often it happened.
        in_chinese: The message in Chinese.
    """

    plugin: str
    version: str
    hook: str
    error: str
    message: str
    count: int = 1
    in_chinese: str = ""

    @property
    def text(self) -> Text:
        """The failure in one line, in both languages."""
        times = Text(f"（{self.count} 次）", f" ({self.count} times)") if self.count > 1 else Text("", "")
        return Text(
            f"插件“{self.plugin}”{self.version}，{self.hook}：{self.in_chinese or self.message}{times.zh}",
            f"plugin {self.plugin!r} {self.version}, {self.hook}: {self.message}{times.en}",
        )

    def __str__(self) -> str:
        return self.text.en
