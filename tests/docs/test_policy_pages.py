"""The pages about policies for people without Python: every file and every command in them is real."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from careprogram.cli.main import main

ROOT = Path(__file__).parents[2]
PAGES = ("docs/tutorial/your-first-policy.md", "docs/how-to/change-a-threshold.md")
BLOCK = re.compile(r"^```(toml|console)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FILE = re.compile(r"# (?P<name>[\w.-]+\.toml)(?:, (?:(?P<after>after )?line (?P<line>\d+)|(?P<end>at the end)))?\n")


def put(block: str, folder: Path) -> None:
    """Write the file of a block, change or add to it, as its first line says."""
    named = FILE.match(block)
    assert named, f"the first line of a toml block says which file it is: {block.splitlines()[0]}"
    file = folder / named["name"]
    if named["line"]:
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        at = int(named["line"])
        lines[at if named["after"] else at - 1 : at] = [block[named.end() :]]
        file.write_text("".join(lines), encoding="utf-8")
    elif named["end"]:
        file.write_text(file.read_text(encoding="utf-8") + block[named.end() :], encoding="utf-8")
    else:
        file.write_text(block, encoding="utf-8")


def commands(block: str) -> Iterator[tuple[list[str], str]]:
    """Yield each command of a console block with the answer that the page shows."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        line, _, answer = part.partition("\n")
        words = shlex.split(line)
        assert words[:2] == ["careprogram", "policy"], line
        yield words[1:], answer


def same(shown: str, said: str) -> bool:
    """Return whether *said* is what the page shows; a line `…` stands for any lines."""
    pattern = "".join("(?:.*\n)*?" if line == "…" else re.escape(line) + "\n" for line in shown.splitlines())
    return re.fullmatch(pattern, said) is not None


@pytest.mark.parametrize("page", PAGES)
def test_every_command_answers_what_the_page_shows(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Files are written and changed as told, and each command answers letter by letter."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(ROOT / "examples", target_is_directory=True)
    asked = 0
    for kind, block in BLOCK.findall((ROOT / page).read_text(encoding="utf-8")):
        if kind == "toml":
            put(block, tmp_path)
            continue
        for words, shown in commands(block):
            if ">" in words:
                at = words.index(">")
                main(words[:at])
                (tmp_path / words[at + 1]).write_text(capfd.readouterr().out, encoding="utf-8")
                continue
            main(words)
            printed = capfd.readouterr()
            assert same(shown, printed.out + printed.err), f"{' '.join(words)} says:\n{printed.out}{printed.err}"
            asked += 1
    assert asked
