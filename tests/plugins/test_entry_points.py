"""Is only what was allowed loaded from what is installed?"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from careprogram.errors import ConflictError, NotFoundError, PluginError
from careprogram.plugins import PluginHost, PluginSource, installed_plugins

_SOUND = """
from careprogram.plugins import hookimpl
from careprogram.care import Service
from careprogram.ids import ServiceId
from careprogram.language import Text

@hookimpl
def careprogram_services():
    text = Text("共读", "reading together")
    return [Service(id=ServiceId("reading"), title=text, care=None, description=text, source="test")]
"""
_FAULTY = {
    "faulty_import": ("import a_library_that_is_not_there", "load", "ModuleNotFoundError"),
    "faulty_syntax": ("def", "load", "SyntaxError"),
    "faulty_exit": ("import sys; sys.exit('王小明')", "load", "SystemExit"),
    "faulty_raise": ("raise ValueError('王小明')", "load", "ValueError"),
    "faulty_hook": ("def careprogram_service(): ...", "register", "PluginError"),
    "faulty_version": ("careprogram_api_version = 99", "register", "PluginError"),
}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a folder of installed packages that is searched first, and forget its modules afterwards."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


def _install(site: Path, package: str, module: str, code: str, *, name: str | None = None) -> None:
    (site / f"{module}.py").write_text(code, encoding="utf-8")
    metadata = site / f"{package.replace('-', '_')}-1.4.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.4\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text(f"[careprogram]\n{name or module} = {module}\n", encoding="utf-8")


def test_an_allowed_plugin_takes_part(site: Path) -> None:
    """A plugin that is named is loaded, with name and version of its package."""
    _install(site, "careprogram-reading", "reading_plugin", _SOUND, name="reading")
    host = PluginHost(strict=True)
    assert host.load_entry_points(["reading"]) == ("reading",)
    (plugin,) = host.describe()
    assert (plugin.name, plugin.version, plugin.source) == ("reading", "1.4", PluginSource.ENTRY_POINT)
    assert plugin.contributions == {"careprogram_services": ("reading",)}


@pytest.mark.promise
def test_a_plugin_that_hangs_while_it_is_imported_holds_nobody_up(site: Path) -> None:
    """It is named and takes no part; the others do."""
    _install(site, "careprogram-slow", "slow_plugin", "import time; time.sleep(1)", name="slow")
    _install(site, "careprogram-reading", "reading_plugin", _SOUND, name="reading")
    host = PluginHost(answer_seconds=0.3)
    assert host.load_entry_points(["slow", "reading"]) == ("reading",)
    (failure,) = host.failures
    assert (failure.plugin, failure.version, failure.hook) == ("slow", "1.4", "load")
    assert "did not return within 0.3 seconds" in failure.message


def test_a_plugin_is_imported_in_the_thread_that_its_hooks_are_called_in(site: Path) -> None:
    """What it opens while it is imported, it may use when it is asked."""
    code = "import threading\n" + _SOUND.replace(
        "    text =", "    assert threading.current_thread() is own\n    text ="
    )
    _install(site, "careprogram-own", "own_plugin", f"{code}\nown = threading.current_thread()\n", name="own")
    host = PluginHost(strict=True)
    host.load_entry_points(["own"])
    assert list(host.services()) == ["reading"]


def test_code_of_others_never_runs(site: Path) -> None:
    """What was not named is not even imported, and without a request nothing is."""
    _install(site, "careprogram-reading", "reading_plugin", _SOUND, name="reading")
    _install(site, "careprogram-nosy", "nosy_plugin", "raise AssertionError", name="nosy")
    PluginHost().load_entry_points([])
    assert {"reading_plugin", "nosy_plugin"}.isdisjoint(sys.modules)
    PluginHost(strict=True).load_entry_points(["reading"])
    assert "reading_plugin" in sys.modules
    assert "nosy_plugin" not in sys.modules


def test_what_is_installed_is_listed_without_loading(site: Path) -> None:
    """Name, package and version are read from the metadata; the module stays unloaded."""
    _install(site, "careprogram-nosy", "nosy_plugin", "raise AssertionError", name="nosy")
    (nosy,) = [plugin for plugin in installed_plugins() if plugin.name == "nosy"]
    assert (nosy.package, nosy.version) == ("careprogram-nosy", "1.4")
    assert "nosy_plugin" not in sys.modules


def test_a_name_that_nobody_announces_is_an_error(site: Path) -> None:
    """A program that asks for what is not installed does not start without it; a near miss gets a hint."""
    _install(site, "careprogram-reading", "reading_plugin", _SOUND, name="reading")
    with pytest.raises(NotFoundError, match="plugin 'readin': install it, or mend the name; did you mean 'reading'"):
        PluginHost().load_entry_points(["readin"])
    with pytest.raises(NotFoundError, match=r"installed are .*reading"):
        PluginHost().load_entry_points(["xyz"])
    assert "reading_plugin" not in sys.modules


def test_two_packages_that_announce_one_name_are_both_named(site: Path) -> None:
    """Which of the two was meant is not guessed; neither is loaded."""
    _install(site, "careprogram-reading", "reading_plugin", _SOUND, name="reading")
    _install(site, "reading-ngo", "ngo_plugin", _SOUND, name="reading")
    with pytest.raises(ConflictError, match=r"'careprogram-reading' and 'reading-ngo' both announce .* 'reading'"):
        PluginHost().load_entry_points(["reading"])
    assert {"reading_plugin", "ngo_plugin"}.isdisjoint(sys.modules)


@pytest.mark.parametrize("module", _FAULTY)
def test_a_plugin_that_cannot_be_loaded_is_isolated_and_named(site: Path, module: str) -> None:
    """Whatever happens while a plugin is imported or registered, the others take part and it is named."""
    code, hook, error = _FAULTY[module]
    _install(site, "careprogram-faulty", module, code, name="faulty")
    _install(site, "careprogram-reading", "reading_plugin", _SOUND, name="reading")
    host = PluginHost()
    assert host.load_entry_points(["faulty", "reading"]) == ("reading",)
    (failure,) = host.failures
    assert (failure.plugin, failure.version, failure.hook, failure.error) == ("faulty", "1.4", hook, error)
    assert "王小明" not in str(failure)
    with pytest.raises(PluginError, match=r"plugin 'faulty' 1\.4"):
        PluginHost(strict=True).load_entry_points(["faulty"])


def test_a_name_twice_is_loaded_once(site: Path) -> None:
    """A program file that names a plugin twice means it once; a text in the place of a list is a slip."""
    _install(site, "careprogram-reading", "reading_plugin", _SOUND, name="reading")
    host = PluginHost()
    assert host.load_entry_points(["reading", "reading"]) == ("reading",)
    with pytest.raises(ConflictError, match="two plugins 'reading'"):
        host.load_entry_points(["reading"])
    with pytest.raises(PluginError, match="write \\['reading'\\]"):
        PluginHost().load_entry_points("reading")
