"""Does `careprogram plugins new` make a plugin that works, or nothing at all?"""

import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from careprogram.cli import plugin_new
from careprogram.cli.main import main

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "examples" / "plugin_template"
_SPELLINGS = ("care-plugin-template", "care_plugin_template")


def _new(folder: Path, name: str = "village-library", language: str = "en") -> int:
    return main(["plugins", "new", str(folder), "--name", name, "--language", language])


def _files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_template_is_copied_under_the_new_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Package, distribution, entry point and ids have the new name, and no trace of the old one stays."""
    assert _new(tmp_path / "mine") == 0
    made = _files(tmp_path / "mine")
    assert set(made) == {
        "README.md",
        "pyproject.toml",
        "src/village_library/__init__.py",
        "src/village_library/py.typed",
        "src/village_library/scores.py",
        "src/village_library/services.py",
        "tests/test_village_library.py",
    }
    assert not [name for name, text in made.items() if any(old in name + text for old in _SPELLINGS)]
    assert 'village-library = "village_library"' in made["pyproject.toml"]
    assert 'id=ServiceId("village-library.reading-corner")' in made["src/village_library/services.py"]
    said = capsys.readouterr().out
    assert f"careprogram plugins check {tmp_path / 'mine' / 'src' / 'village_library'}" in said
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_what_is_copied_is_the_template_that_is_tested() -> None:
    """Renamed back, every file is the one in `examples/`, which the default run installs and tests."""
    assert Path(str(plugin_new.template())) == TEMPLATE
    assert {point.value for point in entry_points(group="careprogram")} >= {"care_plugin_template"}


def test_the_readme_is_in_the_language_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In Chinese the one README is the Chinese one, and so is the answer."""
    assert _new(tmp_path / "mine", language="zh") == 0
    assert "已建立插件 village-library" in capsys.readouterr().out
    made = _files(tmp_path / "mine")
    assert made["README.md"].startswith("# village-library：careprogram 的一个插件")
    assert "README.zh-CN.md" not in made


def test_a_new_plugin_passes_its_own_tests_and_the_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As a stranger meets it: a new process runs the tests of the copy, and `plugins check` finds nothing."""
    assert _new(tmp_path / "mine", "tried-new") == 0
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "mine" / "src"), "PYTHONUTF8": "1"}
    tests = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir=.", "tests"]
    done = subprocess.run(tests, cwd=tmp_path / "mine", env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
    try:
        assert main(["plugins", "check", str(tmp_path / "mine" / "src" / "tried_new"), "--language", "en"]) == 0
    finally:
        for name in [name for name in sys.modules if name.startswith("tried_new")]:
            del sys.modules[name]
    assert "No problem was found." in capsys.readouterr().out


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    """A folder that is there and empty is as good as none."""
    (tmp_path / "mine").mkdir()
    assert _new(tmp_path / "mine") == 0
    assert (tmp_path / "mine" / "pyproject.toml").is_file()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Village", "write it as village"),
        ("village library", "write it as village-library"),
        ("ｖｉｌｌａｇｅ", "write it as village"),
        ("村级阅读角", "a Chinese name has its place in the README"),
        ("1st", "begin with a letter"),
        ("a--b", "letters a to z"),
        ("../up", "letters a to z"),
        ("x\n", "write it as x"),
        ("", "letters a to z"),
        ("a" * 61, "at most 60"),
        ("class", "a word of Python"),
        ("json", "comes with Python"),
        ("careprogram", "kept for something else"),
        ("tests", "kept for something else"),
        ("care-plugin-template", "kept for something else"),
        ("walking", "a plugin of that name"),
        ("memory-store", "a plugin of that name"),
        ("careprogram_sql", "a package of that name"),
        ("pluggy", "a package of that name"),
    ],
)
def test_a_name_that_cannot_be_used_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, said: str
) -> None:
    """The reason is told with the remedy, and nothing is written."""
    assert _new(tmp_path / "mine", name) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_name_is_refused_in_chinese_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever asks in Chinese is answered in Chinese."""
    assert _new(tmp_path / "mine", "阅读角", "zh") == 2
    assert "只能用小写英文字母" in capsys.readouterr().err


def test_nothing_of_others_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder with a file in it, a file, and a place that is not there are refused and left as they are."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    for folder, said in (("full", "is not empty"), ("file", "is no folder"), ("no/where", "there is no folder")):
        assert _new(tmp_path / folder) == 2
        assert said in capsys.readouterr().err
    assert _files(tmp_path) == {"file": "mine", "full/notes.txt": "mine"}


@pytest.mark.parametrize("nth", range(1, 8))
def test_nothing_is_left_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nth: int) -> None:
    """Whichever file cannot be written, the folder is as it was before."""
    written, write = [], Path.write_text

    def failing(path: Path, *arguments: object, **more: object) -> int:
        written.append(path)
        if len(written) == nth:
            raise OSError(28, "No space left on device")
        return write(path, *arguments, **more)  # type: ignore[arg-type]

    (tmp_path / "mine").mkdir()
    monkeypatch.setattr(Path, "write_text", failing)
    assert _new(tmp_path / "mine") == 2
    assert len(written) == nth
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    assert list((tmp_path / "mine").iterdir()) == []


def test_without_a_name_the_folder_gives_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder of a usable name is enough; one of another name is refused with the remedy, and nothing is written."""
    assert main(["plugins", "new", str(tmp_path / "my-plugin")]) == 0
    assert (tmp_path / "my-plugin" / "src" / "my_plugin").is_dir()
    assert main(["plugins", "new", str(tmp_path / "我的插件"), "--language", "en"]) == 2
    assert "use lower-case letters" in capsys.readouterr().err
    assert not (tmp_path / "我的插件").exists()
