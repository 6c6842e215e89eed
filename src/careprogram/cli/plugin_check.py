"""`careprogram plugins check`: does this plugin keep what any program relies on?

The plugin is named as a program file would name it, by a path, or by its module. Its code runs, in a host of its own
and on made-up events; nothing is kept. ``careprogram.testing.plugin_laws`` tries what it contributes as well.
"""

import argparse
import contextlib
import importlib
import importlib.util
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from careprogram.errors import NotFoundError
from careprogram.language import Language, Text
from careprogram.plugins import POINTS, installed_plugins
from careprogram.plugins.discovery import allowed_plugin
from careprogram.testing.plugin_trial import SECONDS, PluginTrial, try_loading

_SOUND = Text("没有发现问题。", "No problem was found.")
_PROBLEMS = Text("发现 {} 个问题：", "{} problems were found:")
_NEXT = Text(
    "在插件自己的测试中调用 careprogram.testing.plugin_laws，可逐项检查它提供的内容。",
    "Call careprogram.testing.plugin_laws in a test of the plugin to try what it contributes, too.",
)
_HEARS = Text("收听", "hears of it")
_DROPPED = Text("出错，程序不会采用", "failed: a program goes on without it")
_NOTHING = Text("没有给出内容", "gives nothing")
_NOTICE = Text("提示：{}", "notice: {}")


def add_parser(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = actions.add_parser(
        "check",
        help="try a plugin, and tell every problem at once",
        description="Exit status 0, 1 if the plugin has problems, 2 if there is none. Code of the plugin runs.",
    )
    command.add_argument(
        "plugin", metavar="NAME|PATH|MODULE", help="an installed plugin, a file or package, or a module"
    )
    command.add_argument("--seconds", type=float, default=SECONDS, help="how long a hook may take (2; at most 10)")
    command.add_argument("--json", action="store_true", help="for machines")
    command.add_argument("--language", choices=("zh", "en"), default="zh", help="of the answer")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Try the plugin and tell what was found; return 1 if that is a problem."""
    name, load, version = _plugin_at(arguments.plugin)
    trial = try_loading(load, name=name, seconds=arguments.seconds, version=version)
    if arguments.json:
        print(json.dumps(_as_json(trial), ensure_ascii=False, indent=2))
    else:
        _tell(trial, arguments.language)
    return 1 if trial.broken else 0


def _tell(trial: PluginTrial, language: Language) -> None:
    print(trial.name if trial.version == "unknown" else f"{trial.name} {trial.version}")
    for hook in trial.hooks:
        point = hook.removeprefix("careprogram_")
        print(f"  {point}: {_part(trial, point).in_(language)}")
    for notice in trial.notices:
        print(_NOTICE.in_(language).format(notice.in_(language)))
    if not trial.broken:
        print(_SOUND.in_(language))
        print(_NEXT.in_(language))
        return
    print(_PROBLEMS.in_(language).format(len(trial.broken)), file=sys.stderr)
    for broken in trial.broken:
        print(broken.in_(language), file=sys.stderr)


def _part(trial: PluginTrial, point: str) -> Text:
    """Return what the plugin does through a hook."""
    if point not in POINTS:
        return _HEARS
    if point not in trial.contributions:
        return _DROPPED
    given = trial.contributions[point]
    return Text("、".join(given), ", ".join(given)) if given else _NOTHING


def _as_json(trial: PluginTrial) -> dict[str, object]:
    return {
        "plugin": trial.name,
        "version": trial.version,
        "notices": [{"zh": notice.zh, "en": notice.en} for notice in trial.notices],
        "hooks": trial.hooks,
        "contributions": {point: list(given) for point, given in trial.contributions.items()},
        "problems": [
            {
                "law": broken.law.name,
                "where": broken.where,
                **{
                    key: {"zh": text.zh, "en": text.en}
                    for key, text in (("says", broken.law.says), ("found", broken.found), ("remedy", broken.law.remedy))
                },
            }
            for broken in trial.broken
        ],
    }


def _plugin_at(named: str) -> tuple[str, Callable[[], object], str | None]:
    """Return what to call a plugin, how to load it, and its version where a package states it.

    Raises:
        NotFoundError: There is no such file, plugin or module.
        ConflictError: Two packages announce the plugin.
    """
    path = Path(named)
    if named.endswith(".py") or "/" in named or os.sep in named:
        return *_plugin_in(path / "__init__.py" if path.is_dir() else path, named), None
    installed = installed_plugins()
    if any(plugin.name == named for plugin in installed):
        found = allowed_plugin(named, installed)
        return found.name, found.load, found.version
    with _folder_first(Path.cwd()):
        if not _is_module(named):
            names = ", ".join(sorted({plugin.name for plugin in installed})) or "-"
            raise NotFoundError(
                f"{named!r} 既不是已安装的插件，也不是模块；已安装：{names} / is neither an installed plugin nor a "
                f"module; installed are {names}: install it, or give the path of its file"
            )
    return named, lambda: _imported(named, Path.cwd()), None


def _plugin_in(file: Path, named: str) -> tuple[str, Callable[[], object]]:
    if not file.is_file():
        raise NotFoundError(f"{named}: 没有这个文件 / there is no such file: give the path of a module or of a package")
    if file.name == "__init__.py":
        # A package finds its own modules by its name.
        package = file.resolve().parent
        return package.name, lambda: _imported(package.name, package.parent)
    return file.stem, lambda: _loaded_from(file)


def _is_module(named: str) -> bool:
    # Of a dotted name only the first part can be looked for without running code.
    top = named.partition(".")[0]
    return named.replace(".", "").isidentifier() and importlib.util.find_spec(top) is not None


def _imported(named: str, folder: Path) -> object:
    with _folder_first(folder):
        return importlib.import_module(named)


def _loaded_from(path: Path) -> object:
    # A name of its own: a file may be called as a module that is loaded already.
    name = f"careprogram_checked_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise NotFoundError(f"{path.name} is no module of Python")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        with _folder_first(path.resolve().parent):
            spec.loader.exec_module(module)
    finally:
        del sys.modules[name]
    return module


@contextlib.contextmanager
def _folder_first(folder: Path) -> Iterator[None]:
    """Let modules be found that lie beside the plugin, as they are when it is run."""
    entry: Any = str(folder)
    sys.path.insert(0, entry)
    try:
        yield
    finally:
        if entry in sys.path:
            sys.path.remove(entry)
