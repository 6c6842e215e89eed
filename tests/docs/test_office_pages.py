"""The pages for an office without Python: every command answers what they show, in both languages alike."""

import datetime as dt
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from careprogram.cli.main import main
from careprogram.program.clock import SystemClock

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
PAGES = ("keep-the-papers.md", "keep-the-papers.zh-CN.md")
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_ID = re.compile(r"\b(paper|grant|roster|erasure)-[0-9a-f]{16,}")


def commands(page: str) -> Iterator[tuple[list[str], str]]:
    """Yield each command of the page with the answer that it shows."""
    for block in BLOCK.findall((HOW_TO / page).read_text(encoding="utf-8")):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, answer = part.partition("\n")
            yield shlex.split(line)[1:], answer


def same(shown: str, said: str) -> bool:
    """Return whether *said* is what the page shows; a line `…` stands for any lines, `…` within one for any words."""

    def pattern(line: str) -> str:
        return "(?:.*\n)*?" if line == "…" else ".*".join(map(re.escape, line.split("…"))) + "\n"

    def plain(text: str) -> Iterator[str]:
        return (" ".join(line.split()) for line in text.splitlines())

    return re.fullmatch("".join(map(pattern, plain(shown))), "\n".join([*plain(said), ""])) is not None


def test_every_command_answers_what_the_pages_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Walked from the first to the last, with the ids that the commands before gave; the county is made up once."""
    noon = dt.datetime(2026, 10, 12, 12, tzinfo=dt.UTC)
    monkeypatch.setattr(SystemClock, "now", lambda _: noon)
    monkeypatch.setattr(SystemClock, "today", lambda _: noon.date())
    for page in PAGES:
        (tmp_path / page).mkdir()
        monkeypatch.chdir(tmp_path / page)
        given: dict[str, str] = {}
        for words, shown in commands(page):
            if words[0] == "demo" and (tmp_path / "made").exists():
                shutil.copytree(tmp_path / "made", "office")
                continue
            main([given[word[:-2]] if word.endswith("-…") else word for word in words])
            if words[0] == "demo":
                shutil.copytree("office", tmp_path / "made")
            printed = capfd.readouterr()
            said = printed.out + printed.err
            assert same(shown, said), f"{' '.join(words)} says:\n{said}"
            if words[1] in {"add", "ask"}:
                given |= {found[1]: found[0] for found in _ID.finditer(said)}


def test_both_languages_walk_the_same_way() -> None:
    """The same commands in the same order, but for the language and the words of a reason."""
    walks = []
    for page in PAGES:
        told = [[word for word in words if word not in {"--language", "en"}] for words, _ in commands(page)]
        walks.append([["reason" if word in {"stand-in", "代班"} else word for word in words] for words in told])
    assert walks[0] == walks[1]
    assert len(walks[0]) > 15
