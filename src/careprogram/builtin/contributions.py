"""What ships, registered as anybody's plugin would be?

One small plugin a room, through the same hooks and under the same checks. There is no back door: a program without
these plugins has no store, no notifier, no policy and no strategy.
"""

import importlib.metadata
from collections.abc import Iterable, Mapping
from pathlib import Path

import attrs

from careprogram.archives import SHIPPED, ArchiveKind
from careprogram.builtin.file_anchor import FileAnchor
from careprogram.builtin.file_keyring import read_key_file
from careprogram.builtin.file_notifier import FileNotifier
from careprogram.builtin.memory_store import MemoryStore
from careprogram.care import SHIPPED_DUTY_RULES, SHIPPED_SERVICES, DutyRule, Service
from careprogram.eligibility import shipped_policies
from careprogram.errors import ConfigurationError
from careprogram.pairing import (
    PairingConstraint,
    PairingScore,
    PairingStrategy,
    default_constraints,
    default_scores,
    shipped_strategies,
)
from careprogram.plugins import (
    AnchorProvider,
    KeyringProvider,
    NotifierProvider,
    PluginHost,
    PluginSource,
    StoreProvider,
    hookimpl,
)
from careprogram.plugins.deadlines import ANSWER_SECONDS, EVENT_SECONDS, STRATEGY_SECONDS
from careprogram.ports import AuditAnchor, Keyring, Notifier, Store
from careprogram.reports import ReportSection
from careprogram.reports.sections import shipped_sections
from careprogram.rules import Policy


def _open_memory_store(address: str, folder: Path) -> Store:  # noqa: ARG001 - nothing is kept in a folder
    if address != "memory:":
        raise ConfigurationError("a store in memory has no path: its address is memory:").also_in_chinese(
            "内存存储没有路径；它的地址是 memory:"
        )
    return MemoryStore()


def _open_file_anchor(address: str, folder: Path) -> AuditAnchor:
    name = address.removeprefix("file:")
    if not name:
        raise ConfigurationError(
            "an anchor needs a file: give file: and its path, best on another machine or medium"
        ).also_in_chinese("锚点需要一个文件：请写 file: 和路径，最好在另一台机器或介质上")
    return FileAnchor(folder / name)


def _open_key_file(address: str, folder: Path) -> Keyring:
    name = address.removeprefix("file:")
    if not name:
        raise ConfigurationError(
            "a keyring needs a file: give file: and the path of what `careprogram keys new` made"
        ).also_in_chinese("密钥库需要一个文件：请写 file: 和 `careprogram keys new` 所生成文件的路径")
    return read_key_file(folder / name)


def _open_file_notifier(settings: Mapping[str, str], folder: Path) -> Notifier:
    outbox = settings.get("folder")
    if not outbox:
        raise ConfigurationError(
            "the notifier 'file' needs the setting 'folder': where messages are written"
        ).also_in_chinese("发送方式 file 需要设置 folder，即消息写到哪里")
    return FileNotifier(folder / outbox)


class MemoryStorePlugin:
    """A store that forgets everything at the end, at the address ``memory:``."""

    @hookimpl
    def careprogram_stores(self) -> tuple[StoreProvider, ...]:
        """Return the store in memory."""
        return (StoreProvider(name="memory", schemes=("memory",), open=_open_memory_store),)


class FileAnchorPlugin:
    """An anchor that keeps the ends of the audit trail in a file, at addresses such as ``file:/mnt/office/anchor``."""

    @hookimpl
    def careprogram_audit_anchors(self) -> tuple[AnchorProvider, ...]:
        """Return the anchor in a file."""
        return (AnchorProvider(name="file", schemes=("file",), open=_open_file_anchor),)


class FileKeyringPlugin:
    """Master keys in a file, at addresses such as ``file:/etc/careprogram/county.keys``."""

    @hookimpl
    def careprogram_keyrings(self) -> tuple[KeyringProvider, ...]:
        """Return the keyring in a file."""
        return (KeyringProvider(name="file", schemes=("file",), open=_open_key_file),)


class FileNotifierPlugin:
    """A notifier that writes each message into a folder; its setting is ``folder``."""

    @hookimpl
    def careprogram_notifiers(self) -> tuple[NotifierProvider, ...]:
        """Return the notifier of the channel ``file``."""
        return (NotifierProvider(name="file", open=_open_file_notifier),)


class PoliciesPlugin:
    """The policies that ship as TOML."""

    @hookimpl
    def careprogram_policies(self) -> Iterable[Policy]:
        """Return them in the order of their ids."""
        return tuple(shipped_policies().values())


class PairingPlugin:
    """The shipped strategies, hard rules and measures, with their default settings.

    A program that sets them otherwise puts its own in the place of the one with the same id.
    """

    @hookimpl
    def careprogram_strategies(self) -> Iterable[PairingStrategy]:
        """Return the four patterns of pairing."""
        return tuple(shipped_strategies().values())

    @hookimpl
    def careprogram_constraints(self) -> Iterable[PairingConstraint]:
        """Return the hard rules."""
        return default_constraints()

    @hookimpl
    def careprogram_scores(self) -> Iterable[PairingScore]:
        """Return the measures."""
        return default_scores()


class ArchivesPlugin:
    """The shipped kinds of archives."""

    @hookimpl
    def careprogram_archive_schemas(self) -> tuple[ArchiveKind, ...]:
        """Return each kind with all its versions."""
        return SHIPPED


class CarePlugin:
    """The services and duty rules of the two plans of the seed text and of the law."""

    @hookimpl
    def careprogram_services(self) -> tuple[Service, ...]:
        """Return the catalogue."""
        return SHIPPED_SERVICES

    @hookimpl
    def careprogram_duty_rules(self) -> tuple[DutyRule, ...]:
        """Return the rules."""
        return SHIPPED_DUTY_RULES


class ReportPlugin:
    """The shipped parts of the report page."""

    @hookimpl
    def careprogram_report_sections(self) -> tuple[ReportSection, ...]:
        """Return the parts in their order."""
        return shipped_sections()


@attrs.frozen(kw_only=True)
class BuiltinPlugin:
    """A plugin that ships.

    Attributes:
        name: What it is called in a host.
        plugin: The plugin.
    """

    name: str
    plugin: object


def builtin_plugins() -> tuple[BuiltinPlugin, ...]:
    """Return the plugins that ship, in the order in which they are registered."""
    return (
        BuiltinPlugin(name="memory-store", plugin=MemoryStorePlugin()),
        BuiltinPlugin(name="file-anchor", plugin=FileAnchorPlugin()),
        BuiltinPlugin(name="file-keyring", plugin=FileKeyringPlugin()),
        BuiltinPlugin(name="file-notifier", plugin=FileNotifierPlugin()),
        BuiltinPlugin(name="shipped-policies", plugin=PoliciesPlugin()),
        BuiltinPlugin(name="shipped-pairing", plugin=PairingPlugin()),
        BuiltinPlugin(name="shipped-archives", plugin=ArchivesPlugin()),
        BuiltinPlugin(name="shipped-care", plugin=CarePlugin()),
        BuiltinPlugin(name="shipped-report", plugin=ReportPlugin()),
    )


def standard_host(
    *,
    load: Iterable[str] = (),
    plugins: Iterable[object] = (),
    strict: bool = False,
    event_seconds: float = EVENT_SECONDS,
    answer_seconds: float = ANSWER_SECONDS,
    strategy_seconds: float = STRATEGY_SECONDS,
) -> PluginHost:
    """Return a host with what ships, the installed plugins named in *load*, and *plugins*, in that order.

    Args:
        load: Names of installed plugins; no other is loaded.
        plugins: Modules or instances to register.
        strict: Raise where a plugin fails.
        event_seconds: How long a plugin may take over one event, or over the duties of one child.
        answer_seconds: How long it may take over anything else, but for strategies and stores.
        strategy_seconds: How long a strategy of a plugin may take over one plan.

    Raises:
        NotFoundError: No installed package announces a name in *load*.
        ConflictError: Two plugins have one name.
        PluginError: One of *plugins* cannot be registered, or the host is strict and a plugin failed.

    Examples:
        >>> sorted(standard_host().strategies())
        ['many-to-one', 'one-to-many', 'one-to-one', 'peer', 'proxy-parent', 'stable']
    """
    host = PluginHost(
        strict=strict,
        event_seconds=event_seconds,
        answer_seconds=answer_seconds,
        strategy_seconds=strategy_seconds,
    )
    version = importlib.metadata.version("careprogram")
    for builtin in builtin_plugins():
        host.register(builtin.plugin, name=builtin.name, version=version, source=PluginSource.BUILTIN)
    host.load_entry_points(load)
    for plugin in plugins:
        host.register(plugin)
    return host
