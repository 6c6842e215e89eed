"""`careprogram plugins list`: who takes part, with what, and what failed.

`check` tries one plugin, `new` makes one to begin with.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs

from careprogram.builtin.contributions import standard_host
from careprogram.cli import plugin_check, plugin_new
from careprogram.cli.terminal import failure_line, print_table
from careprogram.language import Language, Text
from careprogram.plugins import InstalledPlugin, PluginHost, PluginSource, installed_plugins
from careprogram.program.program_file import read_program_file
from careprogram.program.program_problems import unreadable

_TITLE = Text("插件", "plugins")
_HEADER = (Text("插件", "plugin"), Text("版本", "version"), Text("来源", "source"), Text("提供", "contributes"))
_SOURCES = {
    PluginSource.BUILTIN: Text("随库提供", "builtin"),
    PluginSource.ENTRY_POINT: Text("已安装", "entry point"),
    PluginSource.REGISTERED: Text("代码注册", "registered"),
}
_NOT_LOADED = Text("已安装，未启用", "installed, not loaded")
_FAILED = Text("未能加载", "could not be loaded")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser(
        "plugins", help="show who contributes what, try a plugin, begin one", description=__doc__
    )
    actions = command.add_subparsers(dest="action", metavar="ACTION", required=True)
    shown = actions.add_parser(
        "list",
        help="every plugin, with what it contributes",
        description="Exit status 0, or 1 if a plugin failed. A plugin that is not named is listed and never loaded.",
    )
    shown.add_argument("--load", metavar="NAME", action="append", default=[], help="load this installed plugin, too")
    shown.add_argument("--program", metavar="FOLDER", help="load the plugins that this program loads")
    shown.add_argument("--json", action="store_true", help="for machines")
    shown.add_argument("--language", choices=("zh", "en"), default="zh", help="of the table")
    shown.set_defaults(run=run)
    plugin_check.add_parser(actions)
    plugin_new.add_parser(actions)


def run(arguments: argparse.Namespace) -> int:
    """Print every plugin; return 1 if one of them failed."""
    host = standard_host(load=[*_of_program(arguments.program), *arguments.load])
    plugins, installed = host.describe(), installed_plugins()
    loaded = {plugin.name for plugin in plugins if plugin.source is PluginSource.ENTRY_POINT}
    if arguments.json:
        print(json.dumps(_as_json(host, installed, loaded), ensure_ascii=False, indent=2))
    else:
        language: Language = arguments.language
        header = [heading.in_(language) for heading in _HEADER]
        rows = [*_taking_part(host, language), *_others(host, installed, loaded, language)]
        print_table(_TITLE.in_(language), header, rows)
    for plugin in plugins:
        for notice in plugin.notices:
            print(f"careprogram: {plugin.name}: {notice.in_(arguments.language)}", file=sys.stderr)
    for failure in host.failures:
        print(f"careprogram: {failure_line(failure.text, arguments.language)}", file=sys.stderr)
    return 1 if host.failures else 0


def _of_program(folder: str | None) -> tuple[str, ...]:
    if folder is None:
        return ()
    path = Path(folder)
    path = path / "program.toml" if path.is_dir() else path
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise unreadable(
            path, error, "give a folder with a program.toml in UTF-8", "请写有 program.toml 的文件夹"
        ) from error
    return read_program_file(text, name=str(path)).plugins.load


def _taking_part(host: PluginHost, language: Language) -> Iterator[Sequence[str]]:
    for plugin in host.describe():
        start = (plugin.name, plugin.version, _SOURCES[plugin.source].in_(language))
        for hook in plugin.hooks:
            names = ", ".join(plugin.contributions.get(hook, ()))
            yield (*start, f"{hook.removeprefix('careprogram_')}: {names}" if names else hook)
            start = ("", "", "")


def _others(
    host: PluginHost, installed: Sequence[InstalledPlugin], loaded: set[str], language: Language
) -> Iterator[Sequence[str]]:
    failed = {failure.plugin for failure in host.failures}
    for plugin in installed:
        if plugin.name not in loaded:
            state = _FAILED if plugin.name in failed else _NOT_LOADED
            yield plugin.name, plugin.version, state.in_(language), ""


def _as_json(host: PluginHost, installed: Sequence[InstalledPlugin], loaded: set[str]) -> dict[str, object]:
    return {
        "plugins": [
            {
                "name": plugin.name,
                "version": plugin.version,
                "source": plugin.source.value,
                "hooks": plugin.hooks,
                "contributions": dict(plugin.contributions),
                "notices": [attrs.asdict(notice) for notice in plugin.notices],
            }
            for plugin in host.describe()
        ],
        "installed": [
            {"name": one.name, "package": one.package, "version": one.version, "loaded": one.name in loaded}
            for one in installed
        ],
        "failures": [attrs.asdict(failure) for failure in host.failures],
    }
