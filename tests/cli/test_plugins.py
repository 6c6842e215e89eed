"""Does `careprogram plugins list` show who takes part, and who failed?"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from careprogram.cli import plugins
from careprogram.errors import ConfigurationError, NotFoundError
from careprogram.plugins import POINTS

_SOUND = """
from careprogram.plugins import hookimpl
from careprogram.care import Service
from careprogram.ids import ServiceId
from careprogram.language import Text

@hookimpl
def careprogram_services():
    text = Text("共读", "reading together")
    return [Service(id=ServiceId("reading"), title=text, care=None, description=text, source="test")]

@hookimpl
def careprogram_run_finished(event): ...
"""
_BROKEN = """
from careprogram.plugins import hookimpl

@hookimpl
def careprogram_services():
    raise ValueError("王小明")
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a folder with a sound, a broken and an unloadable plugin, as if they were installed."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    for name, code in [("sound", _SOUND), ("broken", _BROKEN), ("unloadable", "1/0")]:
        (tmp_path / f"{name}_plugin.py").write_text(code, encoding="utf-8")
        metadata = tmp_path / f"ngo_{name}-1.4.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: ngo-{name}\nVersion: 1.4\n")
        (metadata / "entry_points.txt").write_text(f"[careprogram]\n{name} = {name}_plugin\n")
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


def _run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    plugins.add_parser(parser.add_subparsers())
    parsed = parser.parse_args(["plugins", "list", *arguments])
    status: int = parsed.run(parsed)
    return status


def _json(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    status = _run("--json", *arguments)
    return status, json.loads(capsys.readouterr().out)


def test_what_ships_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a word, every shipped plugin is there with version and source, through every provider hook."""
    status, shown = _json(capsys)
    assert status == 0
    assert {plugin["source"] for plugin in shown["plugins"]} == {"builtin"}
    assert {hook for plugin in shown["plugins"] for hook in plugin["contributions"]} == {
        point.hook for point in POINTS.values()
    }
    assert shown["failures"] == []


def test_the_table_names_plugins_and_contributions(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A person sees each plugin once, with one line a hook; those that were not named are listed and not loaded."""
    assert _run("--load", "sound", "--language", "en") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "plugins"
    assert lines[1].split() == ["plugin", "version", "source", "contributes"]
    (place,) = [number for number, line in enumerate(lines) if line.startswith("sound ")]
    assert lines[place].split() == ["sound", "1.4", "entry", "point", "services:", "reading"]
    assert lines[place + 1].split() == ["careprogram_run_finished"]
    assert any(line.split() == ["broken", "1.4", "installed,", "not", "loaded"] for line in lines)
    assert "broken_plugin" not in sys.modules


def test_the_table_is_chinese_unless_asked(capsys: pytest.CaptureFixture[str]) -> None:
    """Chinese is the default language, as everywhere."""
    assert _run() == 0
    assert "随库提供" in capsys.readouterr().out


@pytest.mark.parametrize(("name", "hook"), [("broken", "careprogram_services"), ("unloadable", "load")])
def test_a_plugin_that_fails_makes_the_status_one(
    site: Path, capsys: pytest.CaptureFixture[str], name: str, hook: str
) -> None:
    """A failure is told on standard error, in the JSON, and by the exit status; the rest is still listed."""
    assert _run("--load", name, "--load", "sound", "--language", "en") == 1
    shown = capsys.readouterr()
    assert f"careprogram: plugin '{name}' 1.4, {hook}: raised " in shown.err
    assert "services: reading" in shown.out
    assert "王小明" not in shown.err + shown.out
    _run("--load", name)
    assert f"careprogram: 插件“{name}”1.4，{hook}：出错，" in capsys.readouterr().err
    if hook == "load":
        assert "could not be loaded" in shown.out


def test_a_failure_is_in_the_json(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A machine reads plugin, version, hook and error, and which installed plugins were loaded."""
    status, shown = _json(capsys, "--load", "broken")
    assert status == 1
    (failure,) = shown["failures"]
    assert failure["message"].startswith("raised ValueError at broken_plugin.py:")
    assert (failure["plugin"], failure["version"], failure["count"]) == ("broken", "1.4", 1)
    installed = {one["name"]: one["loaded"] for one in shown["installed"]}
    assert (installed["broken"], installed["sound"], installed["unloadable"]) == (True, False, False)


def test_a_program_says_which_plugins_it_loads(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With a program, its own list is loaded, as a run would."""
    folder = site / "county"
    folder.mkdir()
    (folder / "program.toml").write_text(
        """
        [program]
        id = "county"
        title = "关爱"
        as_of = 2026-09-01
        [inputs]
        roster = "roster.csv"
        helpers = "helpers.csv"
        [policies]
        judge = ["cn.left-behind.2016"]
        serve = ["cn.left-behind.2016"]
        [term]
        id = "2026-autumn"
        start = 2026-09-01
        end = 2027-01-15
        [plugins]
        load = ["sound"]
        """,
        encoding="utf-8",
    )
    for where in (folder, folder / "program.toml"):
        status, shown = _json(capsys, "--program", str(where))
        assert status == 0
        assert [plugin["name"] for plugin in shown["plugins"] if plugin["source"] == "entry-point"] == ["sound"]


def test_a_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A folder without a program file is refused with the remedy."""
    with pytest.raises(ConfigurationError, match=r"cannot be read .*: give a folder with a program\.toml"):
        _run("--program", str(tmp_path))


def test_a_plugin_that_nobody_installed_is_told() -> None:
    """A name that no package announces is refused."""
    with pytest.raises(NotFoundError, match="install it, or mend the name"):
        _run("--load", "a-plugin-that-nobody-has")
