"""`careprogram plugins new`: a plugin to begin with.

Copies the template that is tested in ``examples/plugin_template`` under a name of one's own. Either the whole folder is
there afterwards or nothing is.
"""

import argparse
import importlib.metadata
import importlib.resources
import importlib.util
import keyword
import re
import shutil
import sys
import tempfile
import unicodedata
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from careprogram.builtin.contributions import builtin_plugins
from careprogram.errors import ConfigurationError
from careprogram.language import Language, Text
from careprogram.plugins import installed_plugins

_TEMPLATE: Final = "care-plugin-template"
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
_LONGEST: Final = 60
_RESERVED: Final = frozenset(
    {"build", "conftest", "dist", "docs", "examples", "src", "tests", _TEMPLATE.replace("-", "_")}
)
_DONE: Final = Text(
    "已建立插件 {name}：{folder}\n下一步：阅读其中的 README.md，修改后运行\n  {command}",
    "The plugin {name} is in {folder}.\nNext: read the README.md there, change what you need, and run\n  {command}",
)


def add_parser(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = actions.add_parser(
        "new",
        help="make a folder with a plugin to begin with",
        description="Exit status 0, or 2 if the name or the folder cannot be used; then nothing was written.",
    )
    command.add_argument("folder", metavar="FOLDER", help="where to put it: a folder that is not there, or empty")
    command.add_argument("--name", help="of the plugin, such as village-library; that of the folder if not given")
    command.add_argument("--language", choices=("zh", "en"), default="zh", help="of the README and of the answer")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Make the folder and say what to do next."""
    language: Language = arguments.language
    folder = Path(arguments.folder)
    name = checked_name(folder.absolute().name if arguments.name is None else arguments.name, language)
    write_plugin(folder, name, language)
    command = f"careprogram plugins check {folder / 'src' / _package(name)}"
    print(_DONE.in_(language).format(name=name, folder=folder, command=command))
    return 0


def checked_name(stated: str, language: Language) -> str:
    """Return the name with hyphens, as a distribution and a program file have it.

    Raises:
        ConfigurationError: It cannot be the name of a package, or it is taken.
    """
    problem = _problem_of_form(stated) or _problem_of_place(_package(stated), stated.replace("_", "-"))
    if problem is not None:
        raise ConfigurationError(problem.in_(language))
    return stated.replace("_", "-")


def _package(name: str) -> str:
    return name.replace("-", "_")


def _problem_of_form(stated: str) -> Text | None:
    if len(stated) <= _LONGEST and _NAME.fullmatch(stated):
        return None
    plain = unicodedata.normalize("NFKC", stated).strip().lower().replace(" ", "-")
    hint = Text("", "")
    if len(plain) <= _LONGEST and _NAME.fullmatch(plain):
        hint = Text(f"；可以写成 {plain}", f"; write it as {plain}")
    elif not stated.isascii():
        hint = Text("；中文名称可写在 README 和 Text 中", "; a Chinese name has its place in the README and in Text")
    return Text(
        f"名称 {stated!r} 不能用：只能用小写英文字母、数字和连字符，以字母开头，最多 {_LONGEST} 个字符，"
        f"例如 village-library{hint.zh}",
        f"{stated!r} cannot be the name of a plugin: use lower-case letters a to z, digits and hyphens, begin with a "
        f"letter, at most {_LONGEST} characters, such as village-library{hint.en}",
    )


def _problem_of_place(package: str, name: str) -> Text | None:
    def taken(zh: str, en: str) -> Text:
        return Text(f"名称 {name!r} 不能用：{zh}；请换一个", f"{name!r} cannot be used: {en}; choose another one")

    if keyword.iskeyword(package) or keyword.issoftkeyword(package):
        return taken("它是 Python 的关键字", "it is a word of Python itself")
    if package in sys.stdlib_module_names:
        return taken("它会遮住 Python 自带的模块", "it would hide a module that comes with Python")
    if package == "careprogram" or package in _RESERVED:
        return taken("这个名称留作他用", "that name is kept for something else")
    names = {plugin.name for plugin in installed_plugins()} | {builtin.name for builtin in builtin_plugins()}
    if name in names:
        return taken("已有同名插件", "there is a plugin of that name")
    # A folder of that name is no package: only something with a file of its own is in the way.
    spec = importlib.util.find_spec(package)
    if (spec is not None and spec.origin is not None) or _is_installed(name):
        return taken("已安装同名的包", "a package of that name is installed")
    return None


def _is_installed(distribution: str) -> bool:
    try:
        importlib.metadata.distribution(distribution)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def template() -> Traversable:
    """Return the folder of the template: beside this command where it is installed, in ``examples/`` in a checkout.

    Raises:
        ConfigurationError: It is in neither place.
    """
    beside = importlib.resources.files("careprogram.cli") / "plugin_template"
    checkout = Path(__file__).parents[3] / "examples" / "plugin_template"
    for place in (beside, checkout):
        if (place / "pyproject.toml").is_file():
            return place
    raise ConfigurationError(
        "模板不在安装中，请重新安装 careprogram / the template is missing: install careprogram again"
    )


def write_plugin(folder: Path, name: str, language: Language) -> None:
    """Write the plugin *name* into *folder*, whole or not at all.

    Raises:
        ConfigurationError: The folder is not empty, or what it is to lie in is not there.
    """
    target = folder.absolute()
    _check_place(target, language)
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        made = draft / "plugin"
        _copy(template(), made, name, language)
        if target.exists():
            # Fails where somebody has put something there meanwhile.
            target.rmdir()
        made.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _check_place(target: Path, language: Language) -> None:
    if not target.parent.is_dir():
        problem = Text(f"没有文件夹 {target.parent}，请先建立", f"there is no folder {target.parent}: make it first")
    elif target.is_symlink() or (target.exists() and not target.is_dir()):
        problem = Text(f"{target} 不是文件夹", f"{target} is no folder: give a path where nothing is")
    elif target.is_dir() and any(target.iterdir()):
        problem = Text(f"文件夹 {target} 不是空的，请换一个", f"the folder {target} is not empty: give another one")
    else:
        return
    raise ConfigurationError(problem.in_(language))


def _copy(source: Traversable, target: Path, name: str, language: Language) -> None:
    target.mkdir()
    for entry in source.iterdir():
        called = _renamed(entry.name, name)
        if entry.is_dir():
            if not entry.name.startswith((".", "__pycache__")) and not entry.name.endswith(".egg-info"):
                _copy(entry, target / called, name, language)
        elif entry.name.endswith((".py", ".toml", ".typed")):
            (target / called).write_text(_renamed(entry.read_text("utf-8"), name), encoding="utf-8", newline="\n")
        elif entry.name == ("README.zh-CN.md" if language == "zh" else "README.md"):
            (target / "README.md").write_text(_renamed(entry.read_text("utf-8"), name), encoding="utf-8", newline="\n")


def _renamed(text: str, name: str) -> str:
    return text.replace(_TEMPLATE, name).replace(_package(_TEMPLATE), _package(name))
