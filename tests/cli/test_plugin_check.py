"""Does `careprogram plugins check` find a plugin wherever it is, and tell every problem at once?"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from careprogram.cli.main import main
from careprogram.language import Text
from careprogram.plugins import hookspecs

_SECRET = "王小明 13912345678"
_SOUND = """
from careprogram.plugins import hookimpl

@hookimpl
def careprogram_services():
    return []

@hookimpl
def careprogram_run_finished(event): ...
"""
_BROKEN = f"""
from careprogram.plugins import hookimpl

@hookimpl
def careprogram_services():
    raise ValueError("{_SECRET}")

@hookimpl
def careprogram_scores():
    return ["{_SECRET}"]

@hookimpl
def careprogram_run_finished(event):
    return 1000 * event.paired // event.eligible
"""


@pytest.fixture(autouse=True)
def modules(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Work in an empty folder, and forget the modules of a test when it ends."""
    monkeypatch.chdir(tmp_path)
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if "tried" in name:
            del sys.modules[name]


def _check(*arguments: str, language: str = "en") -> int:
    return main(["plugins", "check", *arguments, "--language", language])


def test_an_installed_plugin_is_checked_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    """What it contributes and hears is listed, and nothing is found."""
    assert _check("care-plugin-template") == 0
    shown = capsys.readouterr()
    assert shown.out.splitlines()[:5] == [
        "care-plugin-template 0.1.0",
        "  scores: care-plugin-template.weekends",
        "  services: care-plugin-template.reading-corner",
        "  run_finished: hears of it",
        "No problem was found.",
    ]
    assert shown.err == ""


@pytest.mark.parametrize("way", ["tried_sound.py", "./tried_package", "tried_package", "tried_package.plug"])
def test_a_file_a_package_and_a_module_are_checked(way: str, tmp_path: Path) -> None:
    """By path or by name, with the modules that lie beside it."""
    (tmp_path / "tried_beside.py").write_text("", encoding="utf-8")
    (tmp_path / "tried_sound.py").write_text("import tried_beside\n" + _SOUND, encoding="utf-8")
    (tmp_path / "tried_package").mkdir()
    (tmp_path / "tried_package" / "part.py").write_text("", encoding="utf-8")
    (tmp_path / "tried_package" / "plug.py").write_text("from . import part\n" + _SOUND, encoding="utf-8")
    (tmp_path / "tried_package" / "__init__.py").write_text(
        "import tried_package.part\nfrom . import part\n" + _SOUND, encoding="utf-8"
    )
    before = list(sys.path)
    assert _check(way) == 0
    assert sys.path == before


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_problem_is_told_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str) -> None:
    """Each hook that fails is named with the line, what holds and what to do, without data."""
    (tmp_path / "tried_broken.py").write_text(_BROKEN, encoding="utf-8")
    assert _check("tried_broken.py", language=language) == 1
    told = capsys.readouterr().err
    for hook in ("careprogram_services", "careprogram_scores", "careprogram_run_finished"):
        assert hook in told
    assert "ValueError at tried_broken.py:6" in told
    assert "ZeroDivisionError at tried_broken.py:14" in told
    assert ("发现 4 个问题：" if language == "zh" else "4 problems were found:") in told
    assert _SECRET not in told
    assert not any(part in told for part in _SECRET.split())


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("zh", ["tried_broken 2.5", "  scores: 出错，程序不会采用", "  run_finished: 收听", "提示：services 将取消"]),
        (
            "en",
            [
                "  services: failed: a program goes on without it",
                "  run_finished: hears of it",
                "notice: services goes",
            ],
        ),
    ],
)
def test_what_goes_away_and_what_is_dropped_is_shown(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    lines: list[str],
) -> None:
    """The version, each hook with what becomes of it, and each notice, in the language asked for."""
    going = hookspecs.GoesAwayWarning(Text("services 将取消", "services goes"))
    old = hookspecs.hookspec(warn_on_impl=going)(lambda: ())
    old.__name__ = "careprogram_services"
    monkeypatch.setattr(hookspecs, "careprogram_services", old)
    (tmp_path / "tried_broken.py").write_text(f"__version__ = '2.5'\n{_BROKEN}", encoding="utf-8")
    with pytest.warns(DeprecationWarning, match="services goes"):
        assert _check("tried_broken.py", language=language) == 1
    shown = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line not in shown] == []
    with pytest.warns(DeprecationWarning, match="services goes"):
        _check("tried_broken.py", "--json")
    assert json.loads(capsys.readouterr().out)["notices"] == [{"zh": "services 将取消", "en": "services goes"}]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (f"raise KeyError('{_SECRET}')", "KeyError at tried_bad.py:1"),
        ("import sys; sys.exit('stop')", "SystemExit at tried_bad.py:1"),
        ("def f(:", "SyntaxError"),
        ("import no_such_module_of_anybody", "ModuleNotFoundError at tried_bad.py:1"),
        ("def careprogram_services(): return []", "without the mark"),
        ("", "implements no hook"),
    ],
)
def test_a_plugin_that_cannot_be_loaded_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], code: str, said: str
) -> None:
    """Whatever its import raises, exit status 1 and the place; the text of the error is not repeated."""
    (tmp_path / "tried_bad.py").write_text(code, encoding="utf-8")
    assert _check("tried_bad.py") == 1
    shown = capsys.readouterr()
    assert said in shown.err
    assert _SECRET not in shown.out + shown.err


def test_an_import_that_changes_the_library_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A plugin that puts something of its own in the place of a function of careprogram is named with that place."""
    import careprogram.care

    code = "import careprogram.care\ncareprogram.care.tried_function = print\n" + _SOUND
    (tmp_path / "tried_patch.py").write_text(code, encoding="utf-8")
    try:
        assert _check("tried_patch.py") == 1
    finally:
        del careprogram.care.tried_function  # type: ignore[attr-defined]
    assert "changed careprogram.care.tried_function" in capsys.readouterr().err


def test_a_machine_reads_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The JSON has hooks, contributions, and each problem in both languages."""
    (tmp_path / "tried_broken.py").write_text(_BROKEN, encoding="utf-8")
    assert _check("tried_broken.py", "--json") == 1
    shown = json.loads(capsys.readouterr().out)
    assert shown["plugin"] == "tried_broken"
    assert shown["hooks"] == ["careprogram_scores", "careprogram_services", "careprogram_run_finished"]
    laws = [problem["law"] for problem in shown["problems"]]
    assert laws == ["fits", "answers", "answers-nothing", "hears"]
    assert all(problem["remedy"][language] for problem in shown["problems"] for language in ("zh", "en"))


@pytest.mark.parametrize("named", ["no_such_plugin", "no/such/file.py", "gone.py", "no such module"])
def test_what_is_not_there_is_refused(named: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 2 and the remedy, in both languages."""
    assert _check(named) == 2
    told = capsys.readouterr().err
    assert "give the path" in told
    assert "没有这个文件" in told or "既不是已安装的插件" in told
