"""Does whoever reads Chinese get Chinese, also of what goes wrong in the lower rooms?"""

import ast
import errno
from pathlib import Path

import pytest

from careprogram.cli.main import main
from careprogram.errors import MissingExtraError

_ROOT = Path(__file__).parents[2]
_SOURCES = [
    *(_ROOT / "src/careprogram").glob("builtin/*.py"),
    *(_ROOT / "src/careprogram").glob("rosters/*.py"),
    *(_ROOT / "src/careprogram").glob("sealing/*.py"),
    *(_ROOT / "src/careprogram/program" / name for name in ("keys.py", "pair.py", "program.py", "inputs.py")),
    *(_ROOT / "plugins/careprogram-sql/src/careprogram_sql").rglob("*.py"),
]
_OF_A_USER = {
    "AuditTrailError",
    "ConfigurationError",
    "NotFoundError",
    "PairingError",
    "PluginError",
    "RosterError",
    "SealError",
    "StoreError",
}
"""What a person at a terminal can bring about; a value that a program hands over wrongly is its author's."""
_NOT_BY_A_USER = {
    "the store is closed": "a program that uses a store after closing it",
    "no pipe to the reading process": "both pipes were asked for",
    "schema 1 cannot keep the chain": "a step down of a developer",
}


def _raised(file: Path) -> list[tuple[int, str]]:
    """Return the raises of a file that name one of the errors and say nothing in Chinese."""
    text, found = file.read_text(encoding="utf-8"), []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name):
            said = ast.get_source_segment(text, node) or ""
            if node.exc.func.id in _OF_A_USER and not any("\u4e00" <= one <= "\u9fff" for one in said):
                found.append((node.lineno, said))
    return found


@pytest.mark.parametrize("file", _SOURCES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_what_a_user_can_bring_about_is_said_in_chinese_too(file: Path) -> None:
    """A raise that only says it in English is seen here."""
    bare = [(line, said) for line, said in _raised(file) if not any(one in said for one in _NOT_BY_A_USER)]
    assert bare == []


def test_a_raise_in_english_only_is_seen(tmp_path: Path) -> None:
    """Planted: the search finds one that was forgotten, and passes one that was not."""
    file, bare = tmp_path / "planted.py", 'raise SealError("no key")'
    file.write_text(f'{bare}\n{bare}.also_in_chinese("没有密钥")\n', encoding="utf-8")
    assert _raised(file) == [(1, bare)]


@pytest.mark.parametrize(
    ("language", "said"), [("zh", "out.csv：磁盘已满；已提交的记录均已保存"), ("en", "out.csv: No space left")]
)
def test_what_the_system_refuses_is_told_in_the_language_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], language: str, said: str
) -> None:
    """A full disk, a missing file: the reason in words, and that nothing kept is lost."""

    def full(_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device", "out.csv")

    monkeypatch.setattr("careprogram.cli.plugins.run", full)
    assert main(["plugins", "list", "--language", language]) == 2
    assert said in capsys.readouterr().err


def test_a_library_that_is_missing_is_told_in_chinese() -> None:
    """With the command that brings it."""
    error = MissingExtraError("xlsxwriter", extra="excel", purpose="writing a workbook")
    assert error.in_chinese == "缺少软件包 'xlsxwriter'：请运行 pip install 'careprogram[excel]'"


@pytest.mark.parametrize(("language", "said"), [("zh", "这不是密钥文件"), ("en", "this is no key file")])
def test_a_wrong_key_file_is_told_in_the_language_of_the_program(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str, said: str
) -> None:
    """The error of a lower room reaches the terminal in the reader's language."""
    (tmp_path / "county.keys").write_text("no keys", encoding="utf-8")
    (tmp_path / "county.keys").chmod(0o600)
    (tmp_path / "program.toml").write_text(_PROGRAM.replace("LANGUAGE", language), encoding="utf-8")
    assert main(["keys", "rotate", str(tmp_path)]) == 2
    assert said in capsys.readouterr().err


_PROGRAM = """
[program]
id = "c"
title = "县"
as_of = 2026-09-01
language = "LANGUAGE"
[inputs]
roster = "r.csv"
helpers = "h.csv"
[policies]
judge = ["cn.left-behind.2016"]
serve = ["cn.left-behind.2016"]
[term]
id = "t"
start = 2026-09-01
end = 2026-10-31
[outputs]
store = "memory:"
keys = "file:county.keys"
"""
