"""Is what ships registered like anybody's plugin, whole and without a fault?"""

import subprocess
import sys
from pathlib import Path

import pytest

from careprogram import archives, care, eligibility, pairing, reports
from careprogram.builtin.contributions import builtin_plugins, standard_host
from careprogram.builtin.file_notifier import FileNotifier
from careprogram.builtin.memory_store import MemoryStore
from careprogram.errors import ConfigurationError, ConflictError, NotFoundError
from careprogram.plugins import ARGUMENTS, EVENT_HOOKS, POINTS, PluginSource, hookimpl


def test_everything_that_ships_passes_the_checks_of_a_plugin() -> None:
    """A strict host accepts all of it, each plugin gives something through every hook it implements."""
    host = standard_host(strict=True)
    assert host.failures == ()
    for plugin in host.describe():
        assert plugin.source is PluginSource.BUILTIN
        assert set(plugin.contributions) == set(plugin.hooks)
    given = {hook for plugin in host.describe() for hook in plugin.hooks}
    assert given == {point.hook for point in POINTS.values()}


def test_each_room_contributes_what_it_ships() -> None:
    """Under each point the host has the names of the room, in the room's order."""
    host = standard_host()
    assert set(host.stores()) == {"memory"}
    assert set(host.audit_anchors()) == {"file"}
    assert set(host.keyrings()) == {"file"}
    assert set(host.notifiers()) == {"file"}
    assert dict(host.policies()) == dict(eligibility.shipped_policies())
    assert list(host.strategies()) == list(pairing.shipped_strategies())
    assert list(host.constraints().values()) == list(pairing.default_constraints())
    assert list(host.scores().values()) == list(pairing.default_scores())
    assert list(host.archive_kinds().values()) == list(archives.SHIPPED)
    assert dict(host.services()) == dict(care.service_catalogue())
    assert list(host.duty_rules()) == [rule.id for rule in care.SHIPPED_DUTY_RULES]
    assert list(host.report_sections()) == [section.id for section in reports.shipped_sections()]
    assert host.owner("stores", "memory") == "memory-store"


def test_stores_and_notifiers_open(tmp_path: Path) -> None:
    """The shipped store and notifier are reached by address and name, and a missing setting is told."""
    host = standard_host()
    assert isinstance(host.open_store("memory:", folder=tmp_path), MemoryStore)
    assert isinstance(host.open_notifier("file", {"folder": "outbox"}, folder=tmp_path), FileNotifier)
    with pytest.raises(ConfigurationError, match="has no path"):
        host.open_store("memory:county.db", folder=tmp_path)
    with pytest.raises(ConfigurationError, match="needs the setting 'folder'"):
        host.open_notifier("file", {}, folder=tmp_path)
    assert host.failures == ()


class _Again:
    @hookimpl
    def careprogram_services(self) -> tuple[care.Service, ...]:
        return care.SHIPPED_SERVICES[:1]


def test_what_ships_has_no_privilege() -> None:
    """A plugin that claims a shipped name clashes with it, both named: neither wins."""
    host = standard_host(plugins=[_Again()])
    with pytest.raises(ConflictError, match=r"'shipped-care' .*_Again' unknown both contribute .* 'study-tutoring'"):
        host.services()


def test_a_plugin_that_is_not_installed_stops_the_program() -> None:
    """A program file that names a plugin which is not there is refused."""
    with pytest.raises(NotFoundError, match="plugin 'a-plugin-that-nobody-has'"):
        standard_host(load=["a-plugin-that-nobody-has"])


def test_the_names_of_plugins_and_hooks_are_stable() -> None:
    """Names that program files, other plugins and people rely on change only on purpose."""
    assert [builtin.name for builtin in builtin_plugins()] == [
        "memory-store",
        "file-anchor",
        "file-keyring",
        "file-notifier",
        "shipped-policies",
        "shipped-pairing",
        "shipped-archives",
        "shipped-care",
        "shipped-report",
    ]
    assert set(ARGUMENTS) == {point.hook for point in POINTS.values()} | set(EVENT_HOOKS.values())


def test_the_library_is_imported_without_its_plugins() -> None:
    """`import careprogram` loads neither pluggy nor a codec, a solver or the test library."""
    code = (
        "import sys, careprogram; "
        "print(sorted({'pluggy', 'cattrs', 'hypothesis', 'pytest', 'numpy', 'pylmcf', 'ortools'} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout == "[]\n"
